//! The people of an agency or a customer: list, invite, end roles.

use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    access::{self, Invitation, PeopleFilter, Person},
    agencies,
};
use muster_domain::{
    access::{Role, may_give},
    agencies::Unit,
    id::{CustomerId, MembershipId, OfficerId},
    refusal::FieldErrors,
};
use serde::Deserialize;

use super::when;
use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Column, Row, Tone, banner, button, card, data_table, empty, error_summary, field, filters, flush_card, form,
        form_actions, link_button, page_head, pager, press, search_box, tag,
    },
    signed_in::SignedIn,
};

const SAID: &[(&str, &str)] = &[
    ("invited", "The invitation is on its way."),
    ("ended", "The role has ended, and every session that acted in it."),
    ("resent", "The invitation was sent again; the link sent before no longer works."),
];

/// Which people to show.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    done: String,
}

impl Asked {
    fn filter(&self) -> PeopleFilter {
        PeopleFilter {
            role: Role::from_code(&self.role),
            words: self.q.chars().take(100).collect(),
            page: self.page.parse().unwrap_or(1).clamp(1, 100_000),
        }
    }

    fn address(&self) -> String {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &self.q)
            .append_pair("role", &self.role)
            .finish();
        format!("/people?{query}")
    }
}

/// The roles that `who` can give, as (code, label).
fn roles(who: &SignedIn) -> Vec<(&'static str, &'static str)> {
    // Officers and the people of customers are invited from their own records, where it is known who they are.
    let by_page = |role: &Role| who.actor.role.is_customer() || !(role.is_customer() || *role == Role::Officer);
    let given = Role::PEOPLE.into_iter().filter(|role| may_give(who.actor.role, *role)).filter(by_page);
    given.map(|role| (role.code(), role.label())).collect()
}

/// The people, a page of 50.
pub async fn list_people(given: Given, Query(asked): Query<Asked>) -> Result<Response, PageFailure> {
    let filter = asked.filter();
    let page = filter.page;
    let (people, total) = match given.who.actor.agency {
        Some(_) => given.read(move |tx, who, _| access::list_people(tx, who, &filter)).await?,
        None => (Vec::new(), 0),
    };
    let staff = match given.who.actor.role {
        Role::OperatorAdmin => given.read(move |tx, who, _| access::list_operator_staff(tx, who)).await?,
        _ => Vec::new(),
    };
    let mut options = vec![("", "All roles")];
    options.extend(Role::PEOPLE.iter().filter(|role| !role.is_operator()).map(|role| (role.code(), role.label())));
    let key = given.ctx.word();
    let body = html! {
        (page_head("People").sub("Who may sign in here, and in which role.")
            .actions(html! { (link_button("Invite somebody", "/people/new").primary().icon("user-plus")) }))
        (filters("/people", "#people", html! {
            (search_box("q", "Find by name or address", &asked.q))
            (field("role", "Role").select(&options).value(asked.role.as_str()).label_hidden())
        }))
        div #people {
            @if people.is_empty() {
                (empty("users", "Nobody found", "Nobody here has this name or role.", html! { (link_button("Show everybody", "/people")) }))
            } @else {
                (flush_card(table("People", &people, &given.who, &key)))
                (pager(&asked.address(), page, total))
            }
        }
        @if !staff.is_empty() {
            h2 { "The operator's staff" }
            (flush_card(table("The operator's staff", &staff, &given.who, &key)))
        }
    };
    Ok(given.page("People", "people").done(&asked.done, SAID).draw(body))
}

fn table(caption: &str, people: &[Person], who: &SignedIn, key: &str) -> Markup {
    let labels = ["Name", "Role", "State", "Since", ""];
    let columns = labels.map(|label| Column { label, ..Column::default() });
    let rows: Vec<Row<'_>> =
        people.iter().map(|person| Row { cells: cells(person, who, key), ..Row::default() }).collect();
    html! { (data_table(caption, &columns, &rows)) }
}

fn cells(person: &Person, who: &SignedIn, key: &str) -> Vec<Markup> {
    let id = person.membership.id;
    let state = match (person.joined, person.second_factor) {
        (false, _) => tag(Tone::Info, "mail", "Invited"),
        (true, true) => tag(Tone::Ok, "shield-check", "Second factor"),
        (true, false) => tag(Tone::Neutral, "key-round", "Password"),
    };
    let own = person.membership.account == who.actor.account;
    vec![
        html! { strong { (person.name) } div.sub { (person.email) } },
        html! { (person.membership.role.label()) @if !person.customer_name.is_empty() { div.sub { (person.customer_name) } } },
        state,
        html! { (when(person.created_at, &who.shown.zone)) },
        html! {
            @if !person.joined { (press(&format!("/people/{id}/invitation"), key, button("Send again").small())) }
            @if !own { (press(&format!("/people/{id}/end"), key, button("End role").small())) }
        },
    ]
}

/// The form to invite somebody.
pub async fn new_person(given: Given) -> Result<Response, PageFailure> {
    person_page(&given, &Fields::default(), &FieldErrors::default()).await
}

async fn person_page(given: &Given, fields: &Fields, errors: &FieldErrors) -> Result<Response, PageFailure> {
    let units = units(&given.ctx, &given.who).await?;
    let ids: Vec<String> = units.iter().map(|unit| unit.id.to_string()).collect();
    let mut options = vec![("", "The whole agency")];
    options.extend(ids.iter().map(String::as_str).zip(units.iter().map(|unit| unit.name.as_str())));
    let bound = ["officer", "customer"].into_iter().find(|name| !fields.get(name).is_empty());
    let roles = match bound {
        Some("officer") => vec![(Role::Officer.code(), Role::Officer.label())],
        Some(_) => {
            Role::PEOPLE.iter().filter(|role| role.is_customer()).map(|role| (role.code(), role.label())).collect()
        }
        None => roles(&given.who),
    };
    // What was chosen comes back even where the record it belongs to was lost on the way.
    let chosen = Role::from_code(fields.get("role")).filter(|role| !roles.iter().any(|(code, _)| *code == role.code()));
    let roles: Vec<(&str, &str)> = roles.into_iter().chain(chosen.map(|role| (role.code(), role.label()))).collect();
    let body = html! {
        (page_head("Invite somebody").sub("The person gets a link by e-mail to choose a password. It works for three days."))
        (error_summary(errors))
        (card(html! { (form("/people", &given.ctx.word(), html! {
            (field("name", "Name").value(fields.get("name")).errors(errors).autocomplete("off").max_length(100).required().focused())
            (field("email", "E-mail address").kind("email").value(fields.get("email")).errors(errors).autocomplete("off").required())
            @if let Some(name) = bound { input type="hidden" name=(name) value=(fields.get(name)); }
            (field("role", "Role").radio(&roles).value(fields.get("role")).errors(errors).required())
            @if !units.is_empty() {
                (field("unit", "Unit").select(&options).value(fields.get("unit")).errors(errors).hint("Limits a coordinator or approver to one unit."))
            }
            (form_actions(html! { (link_button("Cancel", "/people")) (button("Send the invitation").primary()) }))
        })) }))
        @if !given.who.actor.role.is_customer() {
            (banner(Tone::Info, "info", "Officers are invited from their own page in the roster, customers' people from the customer's page."))
        }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Invite somebody", "people").back("/people").status(status).draw(body))
}

async fn units(ctx: &Ctx, who: &SignedIn) -> Result<Vec<Unit>, Failure> {
    if who.actor.role.is_customer() || who.actor.agency.is_none() {
        return Ok(Vec::new());
    }
    let actor = who.actor.clone();
    Ok(ctx.read(move |tx, now| agencies::view_settings(tx, &actor, now)).await?.units)
}

/// Sends an invitation.
pub async fn invite(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let choices: Vec<(&str, Role)> = Role::PEOPLE.into_iter().map(|role| (role.code(), role)).collect();
    let mut reader = Reader::new(&sent.fields);
    let (name, email) = (reader.text("name", 100), reader.text("email", 254));
    let role = reader.choice("role", &choices).unwrap_or(Role::Auditor);
    let unit = reader.optional_id("unit");
    let officer = reader.optional_id("officer");
    let customer = reader.optional_id("customer");
    let outcome = match reader.finish() {
        Ok(()) => {
            let new = Invitation { email, name, role, unit, officer, customer };
            let base_url = given.ctx.settings().base_url.clone();
            given.act(&sent, move |tx, who, now| access::invite_person(tx, who, &new, &base_url, now)).await
        }
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match outcome {
        Ok(_) => Ok(Redirect::to(&after_inviting(&given.who, officer, customer)).into_response()),
        Err(Failure::Invalid(errors)) => person_page(&given, &sent.fields, &errors).await,
        Err(Failure::Refused(refusal)) if refusal.code == "already_member" => {
            let mut errors = FieldErrors::default();
            errors.add("email", refusal.message);
            person_page(&given, &sent.fields, &errors).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Back to the record that the invitation came from.
fn after_inviting(who: &SignedIn, officer: Option<OfficerId>, customer: Option<CustomerId>) -> String {
    match (officer, customer) {
        (Some(officer), _) => format!("/officers/{officer}?done=invited"),
        (None, Some(customer)) if !who.actor.role.is_customer() => format!("/customers/{customer}?done=invited"),
        _ => "/people?done=invited".to_owned(),
    }
}

/// Ends a role.
pub async fn end(given: Given, Id(id): Id<MembershipId>, sent: Sent) -> Result<Response, PageFailure> {
    given.act(&sent, move |tx, who, now| access::end_membership(tx, who, id, now)).await?;
    Ok(Redirect::to("/people?done=ended").into_response())
}

/// Sends an invitation again.
pub async fn resend(given: Given, Id(id): Id<MembershipId>, sent: Sent) -> Result<Response, PageFailure> {
    let base_url = given.ctx.settings().base_url.clone();
    given.act(&sent, move |tx, who, now| access::resend_invitation(tx, who, id, &base_url, now)).await?;
    Ok(Redirect::to("/people?done=resent").into_response())
}
