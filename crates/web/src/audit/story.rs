//! What happened to one thing: a job, an officer, a customer, an invoice.

use axum::{extract::Path, response::Response};
use maud::{Markup, html};
use muster_app::{Failure, audit};

use super::{
    pages::{details, role},
    subject_link,
};
use crate::{
    Ctx,
    failure::PageFailure,
    given::Given,
    parts::{StoryEntry, Tone, card, link_button, page_head, timeline},
    signed_in::SignedIn,
    times,
};

/// What happened to one thing, newest first.
pub async fn show_story(given: Given, Path(subject): Path<String>) -> Result<Response, PageFailure> {
    let story = story(&given.ctx, &given.who, subject.clone()).await?;
    let link = subject_link(&subject, given.who.actor.role);
    let body = html! {
        (page_head("What happened").sub("As the audit log tells it, newest first").actions(html! {
            @if let Some((href, word)) = &link { (link_button(&format!("Open the {}", word.to_lowercase()), href)) }
        }))
        (story)
    };
    let back = link.as_ref().map_or("/audit", |(href, _)| href.as_str());
    Ok(given.page("What happened", "audit").back(back).draw(body))
}

async fn story(ctx: &Ctx, who: &SignedIn, subject: String) -> Result<Markup, Failure> {
    let actor = who.actor.clone();
    let entries = ctx.read(move |tx, _| audit::load_story(tx, &actor, &subject)).await?;
    // Nothing is known of it here: it never was, or it is another agency's.
    if entries.is_empty() {
        return Err(Failure::Missing("story"));
    }
    let zone = times::zone(&who.shown.zone);
    let moments: Vec<(String, String)> =
        entries.iter().map(|entry| (times::moment(entry.made_at, &zone), entry.made_at.to_string())).collect();
    let shown: Vec<StoryEntry<'_>> = entries
        .iter()
        .zip(&moments)
        .map(|(entry, (when, instant))| {
            let (icon, tone) = mark(&entry.action);
            StoryEntry {
                icon,
                tone,
                words: html! { strong { (entry.actor) } " " (entry.words) " " span.muted { (role(entry)) } },
                when,
                instant,
                note: details(entry),
            }
        })
        .collect();
    Ok(html! {
        (card(timeline(&shown)))
    })
}

/// Icon and colour of an action by its verb.
fn mark(action: &str) -> (&'static str, Tone) {
    let (verb, _) = action.split_once('_').unwrap_or((action, ""));
    match verb {
        "approved" | "accepted" | "confirmed" => ("circle-check", Tone::Ok),
        "declined" | "removed" | "cancelled" | "discarded" | "withdrew" | "ended" | "revoked" => {
            ("circle-x", Tone::Bad)
        }
        "created" | "added" | "registered" | "invited" | "imported" | "submitted" => ("plus", Tone::Info),
        "posted" | "assigned" => ("megaphone", Tone::Info),
        "clocked" | "closed" => ("clock", Tone::Neutral),
        "issued" | "recorded" | "prepared" | "paid" => ("banknote", Tone::Ok),
        "changed" | "edited" | "adjusted" | "set" => ("pencil", Tone::Warn),
        _ => ("circle-dot", Tone::Neutral),
    }
}
