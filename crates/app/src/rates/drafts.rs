//! Drafts of rules: written, revised and given up by those who write rules, until one of them is put in force.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    audit::Entry,
    id::{AgencyId, RuleSetId},
    refusal::Refusal,
};
use muster_store::{self as store, Tx};
use serde_json::json;

use super::{RuleSet, SeenRules};
use crate::{Failure, audit};

/// Stores a document as a draft. `based_on` is the version whose text it began with.
///
/// # Errors
/// Denied; missing; invalid with every mistake of the document by its line, as mistakes of the field `document`.
pub fn draft_rules(
    tx: &mut Tx<'_>,
    who: &Actor,
    document: &str,
    based_on: Option<RuleSetId>,
    now: Timestamp,
) -> Result<RuleSetId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::DraftRules, &Target::agency(agency))?;
    let book = super::read(document)?;
    if let Some(before) = based_on {
        store::rates::find_rule_set(tx, agency, before)?.ok_or(Failure::Missing("rule set"))?;
    }
    let number = store::rates::draw_number(tx, agency)?;
    let set = RuleSet { based_on, ..super::written(tx, who, (document, &book), number, now) };
    store::rates::add_rule_set(tx, agency, &set, document)?;
    super::keep(&set.digest, &Arc::new(book));
    let words = format!("drafted the rules \u{201c}{}\u{201d} (number {number})", set.title);
    let facts = json!({ "number": number, "digest": set.digest, "based_on": based_on });
    audit::record(tx, &permit, Entry::new("draft_rules", words).about(set.id).about(agency).with(facts), now)?;
    Ok(set.id)
}

/// Replaces the text of a draft as it was seen; the answer is its new version.
///
/// # Errors
/// Denied; missing; refused when it is no draft any more; a conflict when somebody else changed it since; invalid with
/// every mistake of the document.
pub fn revise_draft(
    tx: &mut Tx<'_>,
    who: &Actor,
    seen: SeenRules,
    document: &str,
    now: Timestamp,
) -> Result<i64, Failure> {
    let (agency, permit, draft) = load_draft(tx, who, Action::DraftRules, seen)?;
    let book = super::read(document)?;
    let digest = super::digest(document);
    if digest == draft.digest {
        // Nothing to keep; that it was sent is in the audit like everything that is sent.
        let words = format!("sent the draft of the rules \u{201c}{}\u{201d} again without a change", draft.title);
        audit::record(tx, &permit, Entry::new("keep_rules_draft", words).about(draft.id).about(agency), now)?;
        return Ok(draft.version);
    }
    let before = draft.digest.clone();
    let set = RuleSet { title: super::title(&book), digest, written_by: who.name.clone(), written_at: now, ..draft };
    if !store::rates::revise_draft(tx, agency, seen, &set, document)? {
        return Err(CHANGED);
    }
    super::keep(&set.digest, &Arc::new(book));
    let words = format!("revised the draft of the rules \u{201c}{}\u{201d} (number {})", set.title, set.number);
    let facts = json!({ "number": set.number, "digest": set.digest, "digest_before": before });
    audit::record(tx, &permit, Entry::new("revise_rules_draft", words).about(set.id).about(agency).with(facts), now)?;
    Ok(seen.version + 1)
}

/// Gives a draft up. Its text and its number stay in the store and are shown no more.
///
/// # Errors
/// Denied; missing; refused when it is no draft any more; a conflict when somebody else changed it since.
pub fn discard_draft(tx: &mut Tx<'_>, who: &Actor, seen: SeenRules, now: Timestamp) -> Result<(), Failure> {
    let (agency, permit, draft) = load_draft(tx, who, Action::DraftRules, seen)?;
    if !store::rates::discard_draft(tx, agency, seen)? {
        return Err(CHANGED);
    }
    let words = format!("gave up the draft of the rules \u{201c}{}\u{201d} (number {})", draft.title, draft.number);
    let facts = json!({ "number": draft.number, "digest": draft.digest });
    audit::record(tx, &permit, Entry::new("discard_rules_draft", words).about(draft.id).about(agency).with(facts), now)
}

/// Puts a draft, as it was seen, in force for shifts that start on or after `from_on`. Who does so approves it.
///
/// # Errors
/// Denied; missing; refused when it is no draft any more; a conflict when somebody else changed it since; invalid when
/// the date lies in the past (but for an agency that has no rules in force).
pub fn adopt_draft(
    tx: &mut Tx<'_>,
    who: &Actor,
    seen: SeenRules,
    from_on: Date,
    now: Timestamp,
) -> Result<(), Failure> {
    let (agency, permit, draft) = load_draft(tx, who, Action::EditRules, seen)?;
    store::rates::lock_rules(tx, agency)?;
    let document = store::rates::load_document(tx, agency, draft.id)?;
    // A program newer than the draft may read it otherwise.
    super::read(&document)?;
    let from = super::first_start(tx, agency, from_on, now)?;
    if !store::rates::adopt_draft(tx, agency, seen, from, (&who.name, now))? {
        return Err(CHANGED);
    }
    let set = RuleSet { approved_by: who.name.clone(), ..draft };
    super::announce(tx, &permit, &set, from_on, now)
}

pub(super) const CHANGED: Failure = Failure::Conflict("The draft");

/// The draft as it was seen, for a change.
fn load_draft(
    tx: &mut Tx<'_>,
    who: &Actor,
    action: Action,
    seen: SeenRules,
) -> Result<(AgencyId, Permit, RuleSet), Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, action, &Target::agency(agency))?;
    let set = store::rates::find_rule_set(tx, agency, seen.id)?.ok_or(Failure::Missing("rule set"))?;
    match set.state.as_str() {
        "draft" if set.version == seen.version => Ok((agency, permit, set)),
        "draft" => Err(CHANGED),
        "in_force" => Err(Refusal::new(
            "rules_in_force_are_kept",
            format!("\u{201c}{}\u{201d} was put in force by {} and is never changed.", set.title, set.approved_by),
            "Write a new draft that begins with it.",
        )
        .into()),
        _ => Err(Refusal::new(
            "draft_given_up",
            format!("The draft \u{201c}{}\u{201d} was given up.", set.title),
            "Write a new draft that begins with it.",
        )
        .into()),
    }
}
