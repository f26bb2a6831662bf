//! What one version of the rules says differently from another.

use axum::response::Response;
use maud::{Markup, html};
use muster_app::rates::{self, Comparison, RuleSet};
use muster_domain::{
    id::RuleSetId,
    rules::{Change, Difference},
};

use crate::{
    failure::PageFailure,
    fields::Fields,
    given::{Given, Id},
    parts::{Tone, card, card_head, empty, field, filters, page_head, tag},
};

/// The differences between two versions; `from` names the one to compare with.
pub async fn show_differences(given: Given, Id(id): Id<RuleSetId>, query: Fields) -> Result<Response, PageFailure> {
    let from: Option<RuleSetId> = match query.get("from") {
        "" => None,
        from => Some(from.parse().map_err(|_| PageFailure::missing())?),
    };
    let shown = given.read(move |tx, who, now| rates::compare_rules(tx, who, id, from, now)).await?;
    let back = format!("/rules/{id}");
    let body = html! {
        (page_head("Differences").sub(html! { (numbered(&shown.after)) @if let Some(before) = &shown.before { " compared with " (numbered(before)) } }))
        (choice(&shown))
        div.stack #differences {
            @match &shown.before {
                None => (card(empty("history", "Nothing to compare with", "This is the agency's only version.", html! {}))),
                Some(_) if shown.differences.is_empty() => (card(empty("circle-check", "No difference", "Both versions say the same, however they are written.", html! {}))),
                Some(_) => (chapters(&shown.differences)),
            }
        }
    };
    Ok(given.page("Differences", "rules").back(&back).draw(body))
}

fn numbered(set: &RuleSet) -> String {
    let state = if set.state == "draft" { " (draft)" } else { "" };
    format!("{}. {}{state}", set.number, set.title)
}

fn choice(shown: &Comparison) -> Markup {
    let words: Vec<(String, String)> = shown.others.iter().map(|set| (set.id.to_string(), numbered(set))).collect();
    let options: Vec<(&str, &str)> = words.iter().map(|(id, words)| (id.as_str(), words.as_str())).collect();
    let now = shown.before.as_ref().map(|set| set.id.to_string()).unwrap_or_default();
    let address = format!("/rules/{}/differences", shown.after.id);
    html! {
        @if options.len() > 1 {
            (filters(&address, "#differences", html! {
                (field("from", "Compare with").select(&options).value(now))
            }))
        }
    }
}

/// The differences by chapter, each with the rule as it was and as it is.
fn chapters(all: &[Difference]) -> Markup {
    let groups = all.chunk_by(|one, next| one.chapter == next.chapter);
    html! {
        @for group in groups {
            (card(html! {
                (card_head(group[0].chapter).aside(group.len().to_string()))
                div.stack { @for one in group { div { (difference(one)) } } }
            }))
        }
    }
}

fn difference(one: &Difference) -> Markup {
    let (tone, icon, word) = match one.change {
        Change::Added => (Tone::Ok, "plus", "New"),
        Change::Removed => (Tone::Bad, "x", "Removed"),
        Change::Changed => (Tone::Warn, "pencil", "Changed"),
        Change::Moved => (Tone::Neutral, "chevrons-up-down", "Order"),
    };
    html! {
        p { (tag(tone, icon, word)) " " (one.words) }
        @if one.change == Change::Changed && one.before != one.after && !one.before.is_empty() {
            details.more {
                summary { "The whole rule" }
                dl.pairs { dt { "Before" } dd { (one.before) } dt { "Now" } dd { (one.after) } }
            }
        }
        @if one.change == Change::Removed { p.muted.small { "It said: " (one.before) } }
    }
}
