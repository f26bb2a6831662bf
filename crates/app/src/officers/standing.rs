//! Rank and status with their dates.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::Actor,
    audit::Entry,
    id::OfficerId,
    notices::Message,
    officers::{Officer, RankHeld, StatusHeld},
    refusal::FieldErrors,
};
use muster_store::{self as store, Tx};
use serde_json::json;

use super::{save, to_edit, touched::touched};
use crate::{
    Failure, agencies, audit,
    notices::{self, To},
};

/// Writes a rank held from a day on; a line of the same day is overwritten.
///
/// # Errors
/// Denied; missing; invalid when the rank is not of this agency.
pub fn set_rank(tx: &mut Tx<'_>, who: &Actor, id: OfficerId, held: &RankHeld, now: Timestamp) -> Result<(), Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    let ranks = store::agencies::list_ranks(tx, officer.agency)?;
    let Some(rank) = ranks.iter().find(|rank| rank.id == held.rank) else {
        let mut errors = FieldErrors::default();
        errors.add("rank", "Choose a rank of this agency.");
        return Err(errors.into());
    };
    store::officers::put_rank(tx, officer.agency, id, held)?;
    keep_today(tx, officer.clone(), now)?;
    touched(tx, officer.agency, id, now)?;
    let words = format!("made {} {} from {}", officer.full_name(), rank.name, held.held_from);
    let entry = Entry::new("set_rank", words).about(id).with(json!({ "rank": rank.code, "held_from": held.held_from }));
    audit::record(tx, &permit, entry, now)
}

/// Writes a status with its dates; a line that begins on the same day is overwritten.
///
/// # Errors
/// Denied; missing; invalid when the dates are out of order.
pub fn set_status(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    held: &StatusHeld,
    now: Timestamp,
) -> Result<(), Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    let mut errors = FieldErrors::default();
    let in_order = held.to_on.is_none_or(|last| last >= held.from_on);
    errors.require(in_order, "to_on", "The last day lies before the first. Check both dates.");
    if !held.reason.is_empty() {
        errors.require_text(&held.reason, "reason", 500);
    }
    errors.or(())?;
    store::officers::put_status(tx, officer.agency, id, held)?;
    keep_today(tx, officer.clone(), now)?;
    touched(tx, officer.agency, id, now)?;
    let until = held.to_on.map_or_else(String::new, |last| format!(" to {last}"));
    let words = format!("set {} to {} from {}{until}", officer.full_name(), held.status.label(), held.from_on);
    let told = Message {
        kind: "status_changed",
        title: format!("Your status: {} from {}", held.status.label(), held.from_on),
        body: format!("Your agency set your status to {} from {}{until}.", held.status.label(), held.from_on),
        link: format!("/officers/{id}"),
    };
    notices::tell(tx, officer.agency, To::Officer(id), &told, now)?;
    let facts = json!({ "status": held.status, "from_on": held.from_on, "to_on": held.to_on, "reason": held.reason });
    audit::record(tx, &permit, Entry::new("set_status", words).about(id).with(facts), now)
}

/// Takes a line out of the status history.
///
/// # Errors
/// Denied; missing.
pub fn remove_status(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    from_on: Date,
    now: Timestamp,
) -> Result<(), Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    if store::officers::remove_status(tx, officer.agency, id, from_on)? == 0 {
        return Err(Failure::Missing("status"));
    }
    keep_today(tx, officer.clone(), now)?;
    touched(tx, officer.agency, id, now)?;
    let words = format!("removed the status of {} that began on {from_on}", officer.full_name());
    audit::record(tx, &permit, Entry::new("removed_status", words).about(id), now)
}

/// Copies the rank and status of today from the histories to the record.
pub(super) fn keep_today(tx: &mut Tx<'_>, officer: Officer, now: Timestamp) -> Result<(), Failure> {
    let today = agencies::today(tx, officer.agency, now)?;
    match store::officers::standing_on(tx, officer.agency, officer.id, today)? {
        Some((rank, status)) => save(tx, &Officer { rank, status, ..officer }),
        None => Ok(()),
    }
}
