//! When an officer cannot work, in his own words.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    audit::Entry,
    id::{OfficerId, WorkId},
    officers::{Officer, WorkRow},
    refusal::FieldErrors,
    time::{Span, instant},
};
use muster_store::{self as store, Tx};

use super::touched::touched;
use crate::{Failure, agencies, audit};

/// A stretch of time at the agency's wall clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnavailability {
    /// First day.
    pub from_on: Date,
    /// Time on the first day.
    pub from: Time,
    /// Last day.
    pub to_on: Date,
    /// Time on the last day.
    pub to: Time,
    /// Why, as shown in calendars; may be empty.
    pub label: String,
}

/// The most days in one entry.
const MOST_DAYS: i64 = 92;

/// Notes that an officer cannot work.
///
/// # Errors
/// Denied; missing; invalid when the dates are out of order, too long or fall in the spring gap.
pub fn add_unavailability(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    new: &NewUnavailability,
    now: Timestamp,
) -> Result<WorkId, Failure> {
    let (officer, permit) = to_change(tx, who, id)?;
    let zone = agencies::load_agency(tx, officer.agency)?.zone;
    let span = check(&zone, new, now)?;
    let row = WorkRow {
        id: tx.id(now),
        officer: id,
        person: officer.person,
        class: "unavailable".to_owned(),
        state: "booked".to_owned(),
        span,
        source: "officer".to_owned(),
        source_id: String::new(),
        label: if new.label.is_empty() { "Not available".to_owned() } else { new.label.clone() },
    };
    store::officers::add_work(tx, officer.agency, &row)?;
    touched(tx, officer.agency, id, now)?;
    let words = format!(
        "noted that {} cannot work from {} {} to {} {}",
        officer.full_name(),
        new.from_on,
        new.from.strftime("%H:%M"),
        new.to_on,
        new.to.strftime("%H:%M")
    );
    audit::record(tx, &permit, Entry::new("added_unavailability", words).about(id).about(row.id), now)?;
    Ok(row.id)
}

fn check(zone: &jiff::tz::TimeZone, new: &NewUnavailability, now: Timestamp) -> Result<Span, FieldErrors> {
    let mut errors = FieldErrors::default();
    if !new.label.is_empty() {
        errors.require_text(&new.label, "label", 120);
    }
    let starts_at = instant(zone, new.from_on, new.from).map_err(|error| errors.add("from", error.to_string()));
    let ends_at = instant(zone, new.to_on, new.to).map_err(|error| errors.add("to", error.to_string()));
    let (Ok(starts_at), Ok(ends_at)) = (starts_at, ends_at) else { return Err(errors) };
    errors.require(ends_at > now, "to_on", "This lies in the past. Choose a later end.");
    let longest = i64::from(ends_at.as_second() > starts_at.as_second() + MOST_DAYS * 86_400);
    errors.require(longest == 0, "to_on", "At most 92 days fit in one entry. Add a second one after it.");
    match Span::new(starts_at, ends_at) {
        Some(span) => errors.or(span),
        None => {
            errors.add("to", "The end must be after the start.");
            Err(errors)
        }
    }
}

/// Removes an entry that the officer or the office wrote by hand.
///
/// # Errors
/// Denied; missing, also when the row comes from the schedule or a detail.
pub fn remove_unavailability(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    work: WorkId,
    now: Timestamp,
) -> Result<(), Failure> {
    let (officer, permit) = to_change(tx, who, id)?;
    let row = store::officers::find_work(tx, officer.agency, id, work)?;
    row.filter(|row| row.source == "officer").ok_or(Failure::Missing("entry"))?;
    store::officers::remove_work(tx, officer.agency, id, work)?;
    touched(tx, officer.agency, id, now)?;
    let words = format!("removed an unavailability of {}", officer.full_name());
    audit::record(tx, &permit, Entry::new("removed_unavailability", words).about(id).about(work), now)
}

fn to_change(tx: &mut Tx<'_>, who: &Actor, id: OfficerId) -> Result<(Officer, muster_domain::access::Permit), Failure> {
    let agency = who.scope()?.agency();
    let officer = store::officers::lock_officer(tx, agency, id)?.ok_or(Failure::Missing("officer"))?;
    let permit = authorise(who, Action::EditUnavailability, &Target::officer(agency, id).in_unit(officer.unit))?;
    Ok((officer, permit))
}
