//! A refusal by the rules is kept like a seat that was given: the decision with both sides, and an entry in the log.
//!
//! It is the answer of its transaction, so it survives. The same refusal within a day is not kept again: whoever presses
//! ten times costs one entry, and nine reads. That seats are gone is no decision of the rules and is not kept.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::Permit,
    audit::Entry,
    distribution::says_the_same,
    id::{AgencyId, OfficerId, RuleSetId},
    policy::{Judgement, Point},
    refusal::Refusal,
};
use muster_store::{
    self as store, Tx,
    distribution::{Glance, NewDecision},
};
use serde_json::json;

use super::named;
pub use crate::answer::Answer;
use crate::{Failure, answer::BY_RULES, audit};

/// So long the same refusal is the same.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Who was refused what.
pub(super) struct Refused<'a> {
    pub agency: AgencyId,
    pub officer: OfficerId,
    pub name: &'a str,
    pub glance: &'a Glance,
    pub rule_set: RuleSetId,
    pub judgement: &'a Judgement,
}

/// Keeps a refusal by the rules; any other, and one that is on record already, goes on as a failure that keeps nothing.
pub(super) fn keep<T>(
    tx: &mut Tx<'_>,
    permit: &Permit,
    refusal: Refusal,
    what: &Refused<'_>,
    now: Timestamp,
) -> Result<Answer<T>, Failure> {
    let shift = &what.glance.shift;
    if refusal.code != BY_RULES {
        return Err(refusal.into());
    }
    let last = store::distribution::find_last_decision(tx, what.agency, shift.id, what.officer)?;
    let known = last.is_some_and(|(old, at, refused)| {
        refused
            && old.point == what.judgement.point
            && now.duration_since(at) < AGAIN
            && says_the_same(&old, what.judgement)
    });
    if known {
        return Err(refusal.into());
    }
    let decision = NewDecision {
        officer: what.officer,
        shift: shift.id,
        rule_set: Some(what.rule_set),
        judgement: what.judgement,
        refused: true,
    };
    let decision = store::distribution::add_decision(tx, what.agency, &decision, now)?;
    let named = named(what.glance);
    let (action, words) = match what.judgement.point {
        Point::Award => ("refused_award", format!("was refused to give {} a seat on {named}", what.name)),
        _ => ("refused_sign_up", format!("was refused a seat on {named}")),
    };
    let entry = Entry::new(action, format!("{words}: {}", refusal.message))
        .about(shift.id)
        .about(shift.job)
        .about(what.officer)
        .with(json!({ "decision": decision }));
    audit::record(tx, permit, entry, now)?;
    Ok(Answer::Refused { message: refusal.message, remedy: refusal.remedy })
}
