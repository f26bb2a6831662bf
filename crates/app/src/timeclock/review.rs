//! Time beside the schedule: what a reviewer should look at first, and what he settles.

use jiff::{Timestamp, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Denied, Target, authorise},
    audit::Entry as AuditEntry,
    distribution::AssignmentState,
    id::{AssignmentId, OfficerId, TimeEntryId},
    notices::Message,
    refusal::Refusal,
    time::Span,
    timeclock::{self, Discrepancy, EntryState, Punch, discrepancies},
};
pub use muster_store::timeclock::Missing;
use muster_store::{
    self as store, Tx,
    timeclock::{EntryFilter, EntryListed},
};
use serde_json::json;

use super::{FORGOTTEN_TIMER, fresh};
use crate::{
    Failure,
    access::not_about_himself,
    agencies, audit, distribution,
    notices::{self, To},
};

/// A time entry with what speaks for a closer look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// The entry beside its schedule.
    pub listed: EntryListed,
    /// The presses behind it.
    pub punches: Vec<Punch>,
    /// What differs, the heaviest first.
    pub found: Vec<Discrepancy>,
}

/// The time review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeReview {
    /// The entries, those with the heaviest discrepancies first.
    pub entries: Vec<Reviewed>,
    /// Seats whose shift is over and for which nobody ever clocked in.
    pub missing: Vec<Missing>,
    /// How many entries of this state there are in all.
    pub count: i64,
}

/// Other times for an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeChange {
    /// From when until when.
    pub settled: Span,
    /// Why.
    pub reason: String,
}

/// The time entries of a state. The first 500 are ranked: the strongest evidence of a discrepancy comes first.
///
/// # Errors
/// Denied.
pub fn load_review(tx: &mut Tx<'_>, who: &Actor, state: EntryState, now: Timestamp) -> Result<TimeReview, Failure> {
    let scope = who.scope()?;
    let agency = scope.agency();
    let target = scope.customer().map_or(Target::agency(agency), |customer| Target::customer(agency, customer));
    authorise(who, Action::ViewTime, &target)?;
    let filter = EntryFilter {
        officer: who.officer,
        customer: scope.customer(),
        state: Some(state),
        rows: 500,
        page: 1,
        ..EntryFilter::default()
    };
    let count = store::timeclock::count_entries(tx, agency, &filter)?;
    let listed = store::timeclock::list_entries(tx, agency, &filter)?;
    let mut punches = std::collections::HashMap::<AssignmentId, Vec<Punch>>::new();
    if state != EntryState::Approved {
        for punch in store::timeclock::list_punches_of_state(tx, agency, state)? {
            punches.entry(punch.assignment).or_default().push(punch);
        }
    }
    let mut entries: Vec<Reviewed> = listed
        .into_iter()
        .map(|listed| {
            let punches = punches.remove(&listed.entry.assignment).unwrap_or_default();
            let found = discrepancies(listed.scheduled, &listed.entry, &punches);
            Reviewed { listed, punches, found }
        })
        .collect();
    entries.sort_by_key(|one| std::cmp::Reverse(timeclock::weight(&one.found)));
    let reviews = state == EntryState::ToReview && who.officer.is_none() && scope.customer().is_none();
    let missing = if reviews { store::timeclock::list_missing(tx, agency, now)? } else { Vec::new() };
    Ok(TimeReview { entries, missing, count })
}

/// One entry with its presses.
///
/// # Errors
/// Denied; missing.
pub fn load_entry(tx: &mut Tx<'_>, who: &Actor, id: TimeEntryId) -> Result<Reviewed, Failure> {
    let scope = who.scope()?;
    let agency = scope.agency();
    let filter = EntryFilter { only: Some(id), customer: scope.customer(), rows: 1, page: 1, ..EntryFilter::default() };
    let listed = store::timeclock::list_entries(tx, agency, &filter)?
        .into_iter()
        .next()
        .ok_or(Failure::Missing("time entry"))?;
    let target = match scope.customer() {
        Some(customer) => Target::customer(agency, customer),
        None => Target::officer(agency, listed.entry.officer),
    };
    authorise(who, Action::ViewTime, &target)?;
    let punches = store::timeclock::list_punches(tx, agency, listed.entry.assignment)?;
    let found = discrepancies(listed.scheduled, &listed.entry, &punches);
    Ok(Reviewed { listed, punches, found })
}

/// An officer's own time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyTime {
    /// The entries, the latest first.
    pub entries: Vec<EntryListed>,
    /// How many in all.
    pub count: i64,
}

/// The time of the officer who asks, 50 a page.
///
/// # Errors
/// Denied.
pub fn list_my_time(tx: &mut Tx<'_>, who: &Actor, page: i64) -> Result<MyTime, Failure> {
    let agency = who.scope()?.agency();
    let officer: OfficerId = who.officer.ok_or(Denied::NotAllowed(Action::ViewTime))?;
    authorise(who, Action::ViewTime, &Target::officer(agency, officer))?;
    let filter = EntryFilter { officer: Some(officer), rows: 50, page, ..EntryFilter::default() };
    let count = store::timeclock::count_entries(tx, agency, &filter)?;
    Ok(MyTime { entries: store::timeclock::list_entries(tx, agency, &filter)?, count })
}

/// A reviewer settles other times than were clocked, with a reason that the officer reads.
///
/// # Errors
/// Denied; missing; refused without a reason, after approval, or for one's own time.
pub fn adjust_time(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: TimeEntryId,
    change: &TimeChange,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let entry = store::timeclock::lock_entry(tx, agency, id)?.ok_or(Failure::Missing("time entry"))?;
    let permit = authorise(who, Action::ApproveTime, &Target::officer(agency, entry.officer))?;
    not_about_himself(tx, who, entry.officer, "Nobody settles his own time.", "Ask another reviewer.")?;
    let before = entry.settled;
    let adjusted = timeclock::adjust(entry, change.settled, &change.reason)?;
    if !store::timeclock::save_entry(tx, agency, &adjusted)? {
        return Err(Failure::Conflict("The time"));
    }
    store::timers::drop_timer(tx, agency, FORGOTTEN_TIMER, &adjusted.assignment.to_string())?;
    tell_adjusted(tx, agency, adjusted.officer, change, now)?;
    let words = format!("adjusted a time to {}: {}", change.settled.minutes(), change.reason.trim());
    let audited = AuditEntry::new("adjusted_time", words)
        .about(id)
        .about(adjusted.officer)
        .about(adjusted.shift)
        .with(json!({ "before": before, "after": change.settled, "reason": change.reason.trim() }));
    audit::record(tx, &permit, audited, now)
}

/// A reviewer enters the time of an officer who never clocked in, for example because his phone was dead.
///
/// # Errors
/// Denied; missing; refused without a reason, for one's own time, or when there is a time already.
pub fn enter_time(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: AssignmentId,
    change: &TimeChange,
    now: Timestamp,
) -> Result<TimeEntryId, Failure> {
    let agency = who.scope()?.agency();
    let held = store::distribution::lock_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"))?;
    let permit = authorise(who, Action::ApproveTime, &Target::officer(agency, held.officer))?;
    not_about_himself(tx, who, held.officer, "Nobody settles his own time.", "Ask another reviewer.")?;
    if held.state != AssignmentState::Booked || held.span.starts_at() > now {
        return Err(Refusal::new(
            "not_worked",
            "This seat was not held, or the shift has not begun.",
            "Look at the shift again.",
        )
        .into());
    }
    if store::timeclock::lock_entry_of(tx, agency, id)?.is_some() {
        return Err(Refusal::new("time_exists", "There is a time for this seat already.", "Adjust that one.").into());
    }
    let entry = timeclock::adjust(fresh(&held, tx.id(now)), change.settled, &change.reason)?;
    store::timeclock::add_entry(tx, agency, &entry)?;
    let glance =
        store::distribution::find_open_shift(tx, agency, held.shift, None)?.ok_or(Failure::Missing("shift"))?;
    distribution::reports::owe_for_work(tx, (agency, &permit), &held, &glance, now)?;
    tell_adjusted(tx, agency, held.officer, change, now)?;
    let words = format!("entered a time of {} by hand: {}", change.settled.minutes(), change.reason.trim());
    let audited = AuditEntry::new("entered_time", words)
        .about(entry.id)
        .about(held.officer)
        .about(held.shift)
        .about(held.job)
        .with(json!({ "after": change.settled, "reason": change.reason.trim() }));
    audit::record(tx, &permit, audited, now)?;
    Ok(entry.id)
}

fn tell_adjusted(
    tx: &mut Tx<'_>,
    agency: muster_domain::id::AgencyId,
    officer: OfficerId,
    change: &TimeChange,
    now: Timestamp,
) -> Result<(), Failure> {
    let zone: TimeZone = agencies::load_agency(tx, agency)?.zone;
    let clock = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%a, %b %-d %H:%M").to_string();
    let message = Message {
        kind: "time_adjusted",
        title: "Your time was adjusted".to_owned(),
        body: format!(
            "It now counts from {} to {}. Reason: {}",
            clock(change.settled.starts_at()),
            clock(change.settled.ends_at()),
            change.reason.trim()
        ),
        link: "/my-time".to_owned(),
    };
    notices::tell(tx, agency, To::Officer(officer), &message, now)
}
