//! What a new agency has still to do before its first officer can work.

use maud::{Markup, html};
use muster_app::overview::Begun;
use muster_domain::access::{Action, Reach, Role, reach};

use crate::parts::{Tone, card_head, flush_card, link_button, list, list_row, tag};

/// Something that must be done once.
struct Step {
    title: &'static str,
    why: &'static str,
    done: bool,
    /// What it takes, and where.
    by: (Action, &'static str, &'static str),
}

fn steps(begun: Begun) -> [Step; 5] {
    [
        Step {
            title: "Rules and rates",
            why: "Who may work and what it costs. Begin with an example and change its numbers.",
            done: begun.rules,
            by: (Action::EditRules, "Write them", "/rules"),
        },
        Step {
            title: "Officers",
            why: "From a roster file, with a preview before anything is stored, or one by one.",
            done: begun.officers,
            by: (Action::EditOfficer, "Bring in the roster", "/officers/import"),
        },
        Step {
            title: "People of the office",
            why: "Coordinators, approvers and finance sign in for themselves; officers get their invitations here, too.",
            done: begun.people,
            by: (Action::ManagePeople, "Invite", "/people/new"),
        },
        Step {
            title: "Customers",
            why: "Who asks for officers. They can also register on the agency\u{2019}s public page.",
            done: begun.customers,
            by: (Action::DecideCustomer, "Add the first", "/customers/new"),
        },
        Step {
            title: "The first request",
            why: "Enter it for a caller, or let the customer send it.",
            done: begun.requests,
            by: (Action::SubmitRequest, "Request officers", "/requests/new"),
        },
    ]
}

/// The card of first steps: until all are done, for those who can do one that is left.
pub(super) fn first_steps(begun: Begun, role: Role) -> Markup {
    let may = |action| reach(role, action) != Reach::Nobody;
    let steps = steps(begun);
    let done = steps.iter().filter(|step| step.done).count();
    let shown = steps.iter().any(|step| !step.done && may(step.by.0));
    html! {
        @if shown { (flush_card(html! {
            (card_head("First steps").icon("list-ordered").aside(html! { (done) " of " (steps.len()) " done" }))
            (list(html! { @for step in &steps {
                (list_row(step.title).sub(step.why).end(html! {
                    @let (action, words, href) = step.by;
                    @if step.done { (tag(Tone::Ok, "circle-check", "Done")) }
                    @else if may(action) { (link_button(words, href).small()) }
                }))
            } }))
        })) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_shown_until_the_last_is_done_to_those_who_can_take_one() {
        let new = Begun { rules: false, officers: false, customers: false, people: false, requests: false };
        let drawn = |begun, role| first_steps(begun, role).into_string();
        let admin = drawn(new, Role::AgencyAdmin);
        assert!(admin.contains("0 of 5 done") && admin.contains("/officers/import"), "{admin}");
        let coordinator = drawn(Begun { rules: true, ..new }, Role::Coordinator);
        assert!(coordinator.contains("1 of 5 done") && coordinator.contains("/customers/new"), "{coordinator}");
        assert!(!coordinator.contains("/people/new"), "he invites nobody: {coordinator}");
        assert_eq!(drawn(new, Role::Auditor), "");
        let all = Begun { rules: true, officers: true, customers: true, people: true, requests: true };
        assert_eq!(drawn(all, Role::AgencyAdmin), "");
    }
}
