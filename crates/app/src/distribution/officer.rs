//! An officer's own shifts and schedule.

use jiff::{SignedDuration, Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Denied, Target, authorise},
    officers::WorkRow,
    time::Span,
};
use muster_store::{
    self as store, Tx,
    distribution::{Booked, BookedFilter, MovedSeat},
};

use crate::{Failure, agencies};

/// An officer's own shifts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyShifts {
    /// The shifts, to come or past.
    pub shifts: Vec<Booked>,
    /// A seat may be given back until so many minutes before the start.
    pub cut_off_minutes: i64,
    /// Shifts that were moved, and for which he is asked whether he keeps his seat.
    pub asked: Vec<MovedSeat>,
}

/// An officer's own shifts: those to come, or the past ones.
///
/// # Errors
/// Denied.
pub fn list_my_shifts(
    tx: &mut Tx<'_>,
    who: &Actor,
    past: bool,
    page: i64,
    now: Timestamp,
) -> Result<MyShifts, Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(Denied::NotAllowed(Action::TakeShift))?;
    authorise(who, Action::TakeShift, &Target::officer(agency, officer))?;
    let shifts = store::distribution::list_booked(tx, agency, officer, BookedFilter { past, page }, now)?;
    let cut_off_minutes = agencies::load_agency(tx, agency)?.settings.withdraw_cut_off_minutes;
    let asked = if past { Vec::new() } else { store::distribution::list_moved(tx, agency, officer)? };
    Ok(MyShifts { shifts, cut_off_minutes, asked })
}

/// One entry of an officer's schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleEntry {
    /// The line of the work ledger.
    pub row: WorkRow,
    /// The shift behind it, for work given out here.
    pub booked: Option<Booked>,
    /// It shares time with another entry of another kind.
    pub conflict: bool,
}

/// An officer's schedule of some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The first day.
    pub from_on: Date,
    /// Today at the agency.
    pub today: Date,
    /// What fills the days, in order.
    pub entries: Vec<ScheduleEntry>,
}

/// Everything that fills an officer's time in four weeks from a day on (today when absent): details, tours, leave.
///
/// # Errors
/// Denied.
pub fn load_schedule(tx: &mut Tx<'_>, who: &Actor, from_on: Option<Date>, now: Timestamp) -> Result<Schedule, Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(Denied::NotAllowed(Action::TakeShift))?;
    authorise(who, Action::TakeShift, &Target::officer(agency, officer))?;
    let zone = agencies::load_agency(tx, agency)?.zone;
    let today = zone.to_datetime(now).date();
    let from_on = from_on.unwrap_or(today);
    let from = from_on.to_zoned(zone).map_or(now, |zoned| zoned.timestamp());
    let until = from + SignedDuration::from_hours(28 * 24);
    let window = Span::new(from, until).expect("four weeks later is later");
    let rows = store::officers::list_work(tx, agency, officer, window)?;
    let upcoming = BookedFilter { past: false, page: 1 };
    let booked = store::distribution::list_booked(tx, agency, officer, upcoming, now)?;
    let clashes: Vec<bool> = rows
        .iter()
        .map(|row| {
            rows.iter().any(|other| other.id != row.id && other.class != row.class && other.span.overlaps(row.span))
        })
        .collect();
    let entries = rows
        .into_iter()
        .zip(clashes)
        .map(|(row, conflict)| {
            let own = booked.iter().find(|one| one.assignment.to_string() == row.source_id).cloned();
            ScheduleEntry { booked: own, conflict, row }
        })
        .collect();
    Ok(Schedule { from_on, today, entries })
}
