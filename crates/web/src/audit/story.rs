//! What happened to one thing, for the pages of jobs, officers, customers and invoices.

use maud::{Markup, html};
use muster_app::{Failure, audit};
use muster_domain::access::{Action, Reach, reach};

use super::pages::{details, role};
use crate::{
    Ctx,
    parts::{StoryEntry, Tone, card, card_head, timeline},
    signed_in::SignedIn,
    times,
};

/// A card with the story of `subject` (its id), newest first; nothing for people who may not read the audit log.
///
/// # Errors
/// When the database fails.
pub async fn story(ctx: &Ctx, who: &SignedIn, subject: impl ToString) -> Result<Markup, Failure> {
    if reach(who.actor.role, Action::ViewAudit) == Reach::Nobody || who.actor.agency.is_none() {
        return Ok(html! {});
    }
    let (actor, subject) = (who.actor.clone(), subject.to_string());
    let entries = ctx.read(move |tx, _| audit::load_story(tx, &actor, &subject)).await?;
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
                words: html! { strong { (entry.actor) } " " (entry.words) " " span.note { (role(entry)) } },
                when,
                instant,
                note: details(entry),
            }
        })
        .collect();
    Ok(html! {
        @if !shown.is_empty() { (card(html! { (card_head("What happened").icon("history")) (timeline(&shown)) })) }
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
