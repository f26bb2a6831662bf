//! Punches and time entries.

use jiff::Timestamp;
use muster_domain::{
    customers::Point,
    id::{AgencyId, AssignmentId, CustomerId, OfficerId, PunchId, ShiftId, TimeEntryId},
    time::Span,
    timeclock::{Entry, EntryState, Fix, Kind, Measured, Punch, Source, Verdict},
};

use crate::{
    Error, Row, Tx,
    jobs::{span, word},
};

const ADD_PUNCH: &str = "INSERT INTO punches (agency_id, id, assignment_id, officer_id, kind, pressed_at, received_at, lat_e6, lon_e6, accuracy_m, verdict, distance_m, reason, source) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const FIND_PUNCH: &str = "SELECT id, assignment_id, officer_id, kind, pressed_at, received_at, lat_e6, lon_e6, accuracy_m, verdict, distance_m, reason, source \
     FROM punches WHERE agency_id = $1 AND id = $2";
const PUNCHES: &str = "SELECT id, assignment_id, officer_id, kind, pressed_at, received_at, lat_e6, lon_e6, accuracy_m, verdict, distance_m, reason, source \
     FROM punches WHERE agency_id = $1 AND assignment_id = $2 ORDER BY pressed_at, id LIMIT 200";
const ADD_ENTRY: &str = "INSERT INTO time_entries (agency_id, id, assignment_id, shift_id, officer_id, clocked_in_at, clocked_out_at, verified, starts_at, ends_at, adjust_reason, state, approved_by, approved_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const SAVE_ENTRY: &str = "UPDATE time_entries SET clocked_in_at = $1, clocked_out_at = $2, verified = $3, starts_at = $4, ends_at = $5, adjust_reason = $6, \
     state = $7, approved_by = $8, approved_at = $9, version = version + 1 WHERE agency_id = $10 AND id = $11 AND version = $12";
const LOCK_ENTRY: &str = "SELECT id, assignment_id, shift_id, officer_id, clocked_in_at, clocked_out_at, verified, starts_at, ends_at, adjust_reason, state, approved_by, approved_at, version \
     FROM time_entries WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const FIND_ENTRY: &str = "SELECT id, assignment_id, shift_id, officer_id, clocked_in_at, clocked_out_at, verified, starts_at, ends_at, adjust_reason, state, approved_by, approved_at, version \
     FROM time_entries WHERE agency_id = $1 AND id = $2";
const LOCK_OF_ASSIGNMENT: &str = "SELECT id, assignment_id, shift_id, officer_id, clocked_in_at, clocked_out_at, verified, starts_at, ends_at, adjust_reason, state, approved_by, approved_at, version \
     FROM time_entries WHERE agency_id = $1 AND assignment_id = $2 AND state <> 'void' FOR UPDATE";
const OF_SHIFT: &str = "SELECT id, assignment_id, shift_id, officer_id, clocked_in_at, clocked_out_at, verified, starts_at, ends_at, adjust_reason, state, approved_by, approved_at, version \
     FROM time_entries WHERE agency_id = $1 AND shift_id = $2 AND state <> 'void' ORDER BY id LIMIT 1000";
const LIST: &str = "SELECT e.id, e.assignment_id, e.shift_id, e.officer_id, e.clocked_in_at, e.clocked_out_at, e.verified, e.starts_at, e.ends_at, e.adjust_reason, e.state, e.approved_by, e.approved_at, e.version, \
     h.starts_at, h.ends_at, j.id, j.number, j.title, t.code, c.name, s.name, o.first_name, o.last_name, o.badge, r.short \
     FROM time_entries e JOIN shifts h ON h.agency_id = e.agency_id AND h.id = e.shift_id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     JOIN officers o ON o.agency_id = e.agency_id AND o.id = e.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     WHERE e.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR e.officer_id = $2) AND (CAST($3 AS TEXT) IS NULL OR j.customer_id = $3) \
     AND (CAST($4 AS TEXT) = 'any' OR e.state = $4) AND (CAST($5 AS TEXT) IS NULL OR e.id = $5) \
     ORDER BY h.starts_at DESC, e.id LIMIT $6 OFFSET $7";
const COUNT: &str = "SELECT COUNT(*) FROM time_entries e JOIN shifts h ON h.agency_id = e.agency_id AND h.id = e.shift_id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     WHERE e.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR e.officer_id = $2) AND (CAST($3 AS TEXT) IS NULL OR j.customer_id = $3) \
     AND (CAST($4 AS TEXT) = 'any' OR e.state = $4)";
const PUNCHES_OF_STATE: &str = "SELECT p.id, p.assignment_id, p.officer_id, p.kind, p.pressed_at, p.received_at, p.lat_e6, p.lon_e6, p.accuracy_m, p.verdict, p.distance_m, p.reason, p.source \
     FROM time_entries e JOIN punches p ON p.agency_id = e.agency_id AND p.assignment_id = e.assignment_id \
     WHERE e.agency_id = $1 AND e.state = $2 ORDER BY p.pressed_at, p.id LIMIT 20000";
const MISSING: &str = "SELECT a.id, a.shift_id, a.officer_id, o.first_name, o.last_name, r.short, o.badge, h.starts_at, h.ends_at, j.number, j.title, s.name \
     FROM assignments a JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN officers o ON o.agency_id = a.agency_id AND o.id = a.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     WHERE a.agency_id = $1 AND a.state = 'booked' AND h.ends_at <= $2 AND h.starts_at < $2 AND h.starts_at > $3 AND NOT EXISTS \
     (SELECT 1 FROM time_entries e WHERE e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void') \
     ORDER BY h.starts_at DESC, a.id LIMIT 100";

/// A seat whose shift is over and for which nobody clocked in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// Who.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub officer_name: String,
    /// Badge number.
    pub badge: String,
    /// As scheduled.
    pub scheduled: Span,
    /// The job's number.
    pub number: i64,
    /// The job's title.
    pub title: String,
    /// Where.
    pub site_name: String,
}

/// A time entry with what a reviewer reads beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryListed {
    /// The entry.
    pub entry: Entry,
    /// As scheduled.
    pub scheduled: Span,
    /// The job.
    pub job: muster_domain::id::JobId,
    /// The job's number.
    pub number: i64,
    /// The job's title.
    pub title: String,
    /// The code of the job's kind.
    pub type_code: String,
    /// For whom.
    pub customer_name: String,
    /// Where.
    pub site_name: String,
    /// `Sgt. Dana Alvarez`.
    pub officer_name: String,
    /// Badge number.
    pub badge: String,
}

/// Which time entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Of this officer.
    pub officer: Option<OfficerId>,
    /// For this customer.
    pub customer: Option<CustomerId>,
    /// In this state.
    pub state: Option<EntryState>,
    /// Only this one.
    pub only: Option<TimeEntryId>,
    /// The page, from 1.
    pub page: i64,
    /// Rows on a page, at most 500.
    pub rows: i64,
}

/// Keeps a press.
///
/// # Errors
/// When the database fails; `punches_pkey` when it is kept already.
pub fn add_punch(tx: &mut Tx<'_>, agency: AgencyId, punch: &Punch) -> Result<(), Error> {
    tx.execute(
        ADD_PUNCH,
        &[
            &agency,
            &punch.id,
            &punch.assignment,
            &punch.officer,
            &punch.kind.code(),
            &punch.pressed_at,
            &punch.received_at,
            &punch.fix.map(|fix| fix.point.lat_e6),
            &punch.fix.map(|fix| fix.point.lon_e6),
            &punch.fix.map(|fix| fix.accuracy_m),
            &punch.measured.verdict.code(),
            &punch.measured.distance_m,
            &punch.reason,
            &punch.source.code(),
        ],
    )?;
    Ok(())
}

/// A press that was kept before.
///
/// # Errors
/// When the database fails.
pub fn find_punch(tx: &mut Tx<'_>, agency: AgencyId, id: PunchId) -> Result<Option<Punch>, Error> {
    tx.find(FIND_PUNCH, &[&agency, &id], punch)
}

/// The presses of an assignment, in order of time.
///
/// # Errors
/// When the database fails.
pub fn list_punches(tx: &mut Tx<'_>, agency: AgencyId, assignment: AssignmentId) -> Result<Vec<Punch>, Error> {
    tx.query(PUNCHES, &[&agency, &assignment], punch)
}

/// The presses behind every entry of a state, in order of time, at most 20,000.
///
/// # Errors
/// When the database fails.
pub fn list_punches_of_state(tx: &mut Tx<'_>, agency: AgencyId, state: EntryState) -> Result<Vec<Punch>, Error> {
    tx.query(PUNCHES_OF_STATE, &[&agency, &state.code()], punch)
}

/// Adds a time entry.
///
/// # Errors
/// `time_entries_assignment` when the assignment has one.
pub fn add_entry(tx: &mut Tx<'_>, agency: AgencyId, entry: &Entry) -> Result<(), Error> {
    tx.execute(
        ADD_ENTRY,
        &[
            &agency,
            &entry.id,
            &entry.assignment,
            &entry.shift,
            &entry.officer,
            &entry.clocked_in_at,
            &entry.clocked_out_at,
            &entry.verified,
            &entry.settled.map(Span::starts_at),
            &entry.settled.map(Span::ends_at),
            &entry.adjust_reason,
            &entry.state.code(),
            &entry.approved_by,
            &entry.approved_at,
        ],
    )?;
    Ok(())
}

/// Saves a time entry. False when its version is no longer the loaded one.
///
/// # Errors
/// When the database fails.
pub fn save_entry(tx: &mut Tx<'_>, agency: AgencyId, entry: &Entry) -> Result<bool, Error> {
    let changed = tx.execute(
        SAVE_ENTRY,
        &[
            &entry.clocked_in_at,
            &entry.clocked_out_at,
            &entry.verified,
            &entry.settled.map(Span::starts_at),
            &entry.settled.map(Span::ends_at),
            &entry.adjust_reason,
            &entry.state.code(),
            &entry.approved_by,
            &entry.approved_at,
            &agency,
            &entry.id,
            &entry.version,
        ],
    )?;
    Ok(changed == 1)
}

/// One time entry, locked.
///
/// # Errors
/// When the database fails.
pub fn lock_entry(tx: &mut Tx<'_>, agency: AgencyId, id: TimeEntryId) -> Result<Option<Entry>, Error> {
    tx.find(LOCK_ENTRY, &[&agency, &id], entry)
}

/// A time entry, to look at.
///
/// # Errors
/// When the database fails.
pub fn find_entry(tx: &mut Tx<'_>, agency: AgencyId, id: TimeEntryId) -> Result<Option<Entry>, Error> {
    tx.find(FIND_ENTRY, &[&agency, &id], entry)
}

/// The time entry of an assignment, locked.
///
/// # Errors
/// When the database fails.
pub fn lock_entry_of(tx: &mut Tx<'_>, agency: AgencyId, assignment: AssignmentId) -> Result<Option<Entry>, Error> {
    tx.find(LOCK_OF_ASSIGNMENT, &[&agency, &assignment], entry)
}

/// The time entries of a shift that were not set aside, at most 1,000.
///
/// # Errors
/// When the database fails.
pub fn list_entries_of_shift(tx: &mut Tx<'_>, agency: AgencyId, shift: ShiftId) -> Result<Vec<Entry>, Error> {
    tx.query(OF_SHIFT, &[&agency, &shift], entry)
}

/// Time entries with their schedule, the latest first.
///
/// # Errors
/// When the database fails.
pub fn list_entries(tx: &mut Tx<'_>, agency: AgencyId, filter: &EntryFilter) -> Result<Vec<EntryListed>, Error> {
    let state = filter.state.map_or("any", EntryState::code);
    let rows = filter.rows.clamp(1, 500);
    let offset = (filter.page.clamp(1, 100_000) - 1) * rows;
    tx.query(LIST, &[&agency, &filter.officer, &filter.customer, &state, &filter.only, &rows, &offset], listed)
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub fn count_entries(tx: &mut Tx<'_>, agency: AgencyId, filter: &EntryFilter) -> Result<i64, Error> {
    let state = filter.state.map_or("any", EntryState::code);
    tx.one(COUNT, &[&agency, &filter.officer, &filter.customer, &state], |row| row.get(0))
}

/// The seats of shifts that ended in the last 90 days for which nobody clocked in, the latest first, at most 100.
///
/// # Errors
/// When the database fails.
pub fn list_missing(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<Vec<Missing>, Error> {
    let since = now - jiff::SignedDuration::from_hours(90 * 24);
    tx.query(MISSING, &[&agency, &now, &since], |row| {
        let (first, last, short): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
        Ok(Missing {
            assignment: row.get(0)?,
            shift: row.get(1)?,
            officer: row.get(2)?,
            officer_name: format!("{short} {first} {last}").trim().to_owned(),
            badge: row.get(6)?,
            scheduled: span(row.get(7)?, row.get(8)?)?,
            number: row.get(9)?,
            title: row.get(10)?,
            site_name: row.get(11)?,
        })
    })
}

fn punch(row: &Row<'_>) -> Result<Punch, Error> {
    let (lat, lon, accuracy): (Option<i64>, Option<i64>, Option<i64>) = (row.get(6)?, row.get(7)?, row.get(8)?);
    let fix = lat.zip(lon).zip(accuracy);
    Ok(Punch {
        id: row.get(0)?,
        assignment: row.get(1)?,
        officer: row.get(2)?,
        kind: word(&row.get::<String>(3)?, Kind::from_code)?,
        pressed_at: row.get(4)?,
        received_at: row.get(5)?,
        fix: fix.map(|((lat_e6, lon_e6), accuracy_m)| Fix { point: Point { lat_e6, lon_e6 }, accuracy_m }),
        measured: Measured { verdict: word(&row.get::<String>(9)?, Verdict::from_code)?, distance_m: row.get(10)? },
        reason: row.get(11)?,
        source: word(&row.get::<String>(12)?, Source::from_code)?,
    })
}

fn entry(row: &Row<'_>) -> Result<Entry, Error> {
    let settled: (Option<Timestamp>, Option<Timestamp>) = (row.get(7)?, row.get(8)?);
    Ok(Entry {
        id: row.get(0)?,
        assignment: row.get(1)?,
        shift: row.get(2)?,
        officer: row.get(3)?,
        clocked_in_at: row.get(4)?,
        clocked_out_at: row.get(5)?,
        verified: row.get(6)?,
        settled: settled.0.zip(settled.1).and_then(|(from, to)| Span::new(from, to)),
        adjust_reason: row.get(9)?,
        state: word(&row.get::<String>(10)?, EntryState::from_code)?,
        approved_by: row.get(11)?,
        approved_at: row.get(12)?,
        version: row.get(13)?,
    })
}

fn listed(row: &Row<'_>) -> Result<EntryListed, Error> {
    let (first, last, short): (String, String, String) = (row.get(22)?, row.get(23)?, row.get(25)?);
    Ok(EntryListed {
        entry: entry(row)?,
        scheduled: span(row.get(14)?, row.get(15)?)?,
        job: row.get(16)?,
        number: row.get(17)?,
        title: row.get(18)?,
        type_code: row.get(19)?,
        customer_name: row.get(20)?,
        site_name: row.get(21)?,
        officer_name: format!("{short} {first} {last}").trim().to_owned(),
        badge: row.get(24)?,
    })
}
