//! Who signs in as an officer or for a customer, on the record's own page, and the invitation.

use jiff::Timestamp;
use maud::{Markup, html};
use muster_app::access::Person;
use muster_domain::{
    access::{Action, Reach, Role, may_give, reach},
    id::{CustomerId, OfficerId},
};

use super::when;
use crate::{
    Ctx,
    parts::{Tone, button, card_head, dialog, field, flush_card, list, list_row, press, tag},
    signed_in::SignedIn,
};

/// Whose record it is.
#[derive(Clone, Copy)]
pub(crate) enum Record<'a> {
    /// An officer, with the name and address on the roster.
    Officer(OfficerId, &'a str, &'a str),
    /// A customer.
    Customer(CustomerId),
}

/// The card: everybody who signs in, and the button to invite.
pub(crate) fn signs_in(
    ctx: &Ctx,
    who: &SignedIn,
    record: Record<'_>,
    people: &[(Person, Option<Timestamp>)],
) -> Markup {
    let manages = reach(who.actor.role, Action::ManagePeople) != Reach::Nobody;
    let roles: Vec<(&str, &str)> = match record {
        Record::Officer(..) => vec![(Role::Officer.code(), Role::Officer.label())],
        Record::Customer(_) => {
            Role::PEOPLE.into_iter().filter(|role| role.is_customer()).map(|role| (role.code(), role.label())).collect()
        }
    };
    let invites = manages && may_give(who.actor.role, Role::CustomerRequester);
    // An officer is one person; a customer has as many as it likes.
    let more = invites && (matches!(record, Record::Customer(_)) || people.is_empty());
    let (name, email) = match record {
        Record::Officer(_, name, email) => (name, email),
        Record::Customer(_) => ("", ""),
    };
    html! {
        (flush_card(html! {
            (card_head("Sign-in").icon("key-round").aside(html! { @if more { (button("Invite to sign in").small().icon("user-plus").opens("invite")) } }))
            @if people.is_empty() { p.card-note.muted { "Nobody signs in here yet." } }
            (list(html! { @for (person, last) in people { (row(ctx, who, person, *last, manages)) } }))
        }))
        @if more {
            (dialog("invite", "Invite to sign in", html! {
                p { "The person gets a link by e-mail to choose a password. It works for three days." }
                @match record {
                    Record::Officer(id, ..) => input type="hidden" name="officer" value=(id);,
                    Record::Customer(id) => input type="hidden" name="customer" value=(id);,
                }
                (field("name", "Name").value(name).required().max_length(100).autocomplete("off"))
                (field("email", "E-mail address").kind("email").value(email).required().autocomplete("off"))
                @if roles.len() > 1 { (field("role", "Role").radio(&roles).value(roles[0].0)) } @else { input type="hidden" name="role" value=(roles[0].0); }
            }).sends("/people", &ctx.word(), button("Send the invitation").primary().icon("send")))
        }
    }
}

fn row(ctx: &Ctx, who: &SignedIn, person: &Person, last: Option<Timestamp>, manages: bool) -> Markup {
    let shown = |at| when(at, &who.shown.zone);
    let seen = last.map_or_else(|| "not signed in lately".to_owned(), |at| format!("last signed in {}", shown(at)));
    html! {
        (list_row(person.name.as_str()).person(&person.name)
            .sub(html! {
                (person.email) " \u{b7} " (person.membership.role.label()) " \u{b7} "
                @if person.joined { (seen) } @else { "invited " (shown(person.created_at)) }
            })
            .end(html! {
                @if person.joined { (tag(Tone::Ok, "circle-check", "Signs in")) } @else {
                    div.button-pair {
                        (tag(Tone::Info, "mail", "Invited"))
                        @if manages { (press(&format!("/people/{}/invitation", person.membership.id), &ctx.word(), button("Send again").small())) }
                    }
                }
            }))
    }
}
