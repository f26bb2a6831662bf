//! Who and what the crew rules add, beside the form and on the page of a request.

use maud::{Markup, html};
use muster_domain::{
    counted,
    policy::Outcome,
    requests::{CrewAdvice, CrewReason, PositionWanted, Quote},
};

use crate::{
    fields::Fields,
    parts::{Check, Tone, banner, button, checks, money},
};

/// The id of the request form, whose button stands in the quote.
pub(super) const FORM: &str = "request-form";

/// What is missing, with the reason of each, and a button that takes it over where there is a form to take it.
pub(super) fn advice(quote: &Quote, takes_over: bool) -> Markup {
    let crew = &quote.crew;
    let notes: Vec<String> = crew.reasons.iter().map(consequence).collect();
    let reasons: Vec<Check<'_>> =
        crew.reasons.iter().zip(&notes).map(|(one, note)| Check { met: met(one), words: &one.words, note }).collect();
    let things: Vec<Check<'_>> =
        crew.resources.iter().map(|one| Check { met: None, words: &one.words, note: &one.cite }).collect();
    html! {
        @if !reasons.is_empty() || !things.is_empty() {
            div.stack.crew-advice {
                h3 { "What the rules want" }
                (checks(&[reasons, things].concat()))
                @for note in &crew.notes { p.note { (note) } }
                @if crew.is_short() {
                    @if let Some(total) = crew.total { p.split { span { "With " (listed(&crew.positions)) } strong { (money(total)) } } }
                    @if takes_over { (button("Take this over").primary().icon("users").form(FORM).sends("add", "crew")) }
                }
            }
        }
    }
}

fn met(reason: &CrewReason) -> Option<bool> {
    (reason.result >= Outcome::NeedsApproval).then_some(false)
}

fn consequence(reason: &CrewReason) -> String {
    let without = match reason.result {
        _ if reason.optional => "Not owed".to_owned(),
        Outcome::Blocked | Outcome::Hidden => "The request cannot be sent without".to_owned(),
        Outcome::NeedsApproval => format!("Without, {} must agree", reason.level.replace('_', " ")),
        Outcome::Warned => "Advised; the request can be sent without".to_owned(),
        Outcome::Allowed => "The agency takes note".to_owned(),
    };
    if reason.cite.is_empty() { without } else { format!("{without} \u{b7} {}", reason.cite) }
}

/// `4 officers, 1 supervisor`.
pub(super) fn listed(positions: &[PositionWanted]) -> String {
    let one = |wanted: &PositionWanted| {
        let label = wanted.role.label().to_lowercase();
        counted(wanted.seats, &label, &format!("{label}s"))
    };
    positions.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The form with the positions that keep the rules.
pub(super) fn taken_over(mut fields: Fields, advice: &CrewAdvice) -> Fields {
    fields.0.retain(|(name, _)| !name.starts_with("positions.") && name != "add");
    for (at, wanted) in advice.positions.iter().enumerate() {
        let least = wanted.requirements.least_rank.map(|rank| rank.to_string()).unwrap_or_default();
        for (part, value) in [
            ("role", wanted.role.code().to_owned()),
            ("seats", wanted.seats.to_string()),
            ("least_rank", least),
            ("certifications", wanted.requirements.certifications.join(", ")),
        ] {
            fields = fields.with(&format!("positions.{at}.{part}"), value);
        }
    }
    fields
}

/// The rules of notice, place, account and approval, worst first; those of the crew stand apart.
pub(super) fn remarks(quote: &Quote) -> Markup {
    html! {
        @for remark in quote.remarks.iter().filter(|one| quote.crew.reasons.is_empty() || one.kind != "crew") {
            (banner(if remark.blocks { Tone::Bad } else { Tone::Warn }, "triangle-alert", html! {
                (capital(&remark.words)) ". "
                @if remark.kind == "approval" { "You can send the request; the agency asks for it. " }
                @else if !remark.levels.is_empty() { "It waits for " (remark.levels.join(", ").replace('_', " ")) ". " (remark.remedy) " " }
                @else { (remark.remedy) " " }
                @if !remark.cite.is_empty() { span.note { (remark.cite) } }
            }))
        }
    }
}

/// With a capital first letter.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
