//! Officers in seats, and the line in the work ledger that goes with each.

use jiff::Timestamp;
use muster_domain::{
    distribution::AssignmentState,
    id::{AgencyId, AssignmentId, JobId, OfficerId, PersonId, PositionId, ShiftId, WorkId},
    requests::PostRole,
    time::Span,
};

use crate::{
    Error, Row, Tx,
    jobs::{span, word},
};

const ADD: &str = "INSERT INTO assignments (agency_id, id, shift_id, position_id, seat, officer_id, state, how, booked_at, reason) \
     VALUES ($1, $2, $3, $4, $5, $6, 'booked', $7, $8, $9)";
const ADD_WORK: &str = "INSERT INTO work (agency_id, id, officer_id, person_id, class, state, starts_at, ends_at, source, source_id, label) \
     VALUES ($1, $2, $3, $4, 'detail', 'booked', $5, $6, 'assignment', $7, $8)";
const FIND: &str = "SELECT a.id, a.shift_id, a.position_id, a.seat, a.officer_id, a.state, a.how, a.booked_at, a.version, h.job_id, h.starts_at, h.ends_at, \
     EXISTS (SELECT 1 FROM time_entries e WHERE e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' AND e.clocked_in_at IS NOT NULL) \
     FROM assignments a JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id WHERE a.agency_id = $1 AND a.id = $2";
const LOCK: &str = "SELECT id FROM assignments WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const END: &str = "UPDATE assignments SET state = $1, ended_at = $2, reason = $3, version = version + 1 \
     WHERE agency_id = $4 AND id = $5 AND state = 'booked'";
const END_WORK: &str = "UPDATE work SET state = $1 WHERE agency_id = $2 AND source = 'assignment' AND source_id = $3";
const BOOKED_ON_SHIFT: &str = "SELECT a.id, a.officer_id FROM assignments a WHERE a.agency_id = $1 AND a.shift_id = $2 AND a.state = 'booked' ORDER BY a.id LIMIT 5000";
const BOOKED: &str = "SELECT a.id, a.shift_id, h.job_id, a.officer_id, a.state, a.reason, h.starts_at, h.ends_at, j.number, j.title, t.code, c.name, s.name, s.address, p.role, \
     e.clocked_in_at, e.clocked_out_at, e.state \
     FROM assignments a JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id \
     JOIN positions p ON p.agency_id = a.agency_id AND p.id = a.position_id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     WHERE a.agency_id = $1 AND a.officer_id = $2 AND \
     ((NOT $3 AND a.state = 'booked' AND h.ends_at > $4) OR ($3 AND (a.state <> 'booked' OR h.ends_at <= $4))) \
     ORDER BY CASE WHEN $3 THEN -h.starts_at ELSE h.starts_at END, a.id LIMIT 50 OFFSET $5";
const NEXT: &str = "SELECT a.id, a.shift_id, h.job_id, a.officer_id, a.state, a.reason, h.starts_at, h.ends_at, j.number, j.title, t.code, c.name, s.name, s.address, p.role, \
     e.clocked_in_at, e.clocked_out_at, e.state \
     FROM assignments a JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id \
     JOIN positions p ON p.agency_id = a.agency_id AND p.id = a.position_id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     WHERE a.agency_id = $1 AND a.officer_id = $2 AND a.state = 'booked' AND (e.state = 'on_site' OR (e.id IS NULL AND h.ends_at > $3)) \
     ORDER BY CASE WHEN e.state = 'on_site' THEN 0 ELSE 1 END, h.starts_at, a.id LIMIT 1";

/// An officer in a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Its id.
    pub id: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// Its job.
    pub job: JobId,
    /// When the shift is.
    pub span: Span,
    /// The position.
    pub position: PositionId,
    /// The seat's number.
    pub seat: i64,
    /// Who.
    pub officer: OfficerId,
    /// Where it stands.
    pub state: AssignmentState,
    /// `accepted` or `assigned`.
    pub how: String,
    /// Since when.
    pub booked_at: Timestamp,
    /// The officer has clocked in.
    pub clocked_in: bool,
    /// Counts changes.
    pub version: i64,
}

/// A shift of an officer's own, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// Its job.
    pub job: JobId,
    /// Who.
    pub officer: OfficerId,
    /// Where it stands.
    pub state: AssignmentState,
    /// Why it ended.
    pub reason: String,
    /// When.
    pub span: Span,
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
    /// Street address.
    pub address: String,
    /// What for.
    pub role: PostRole,
    /// Came at.
    pub clocked_in_at: Option<Timestamp>,
    /// Left at.
    pub clocked_out_at: Option<Timestamp>,
    /// Where the time stands, as its stored word.
    pub time_state: Option<String>,
}

/// Which of an officer's shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookedFilter {
    /// Those that are over or were given up, instead of those to come.
    pub past: bool,
    /// The page, from 1.
    pub page: i64,
}

/// What is written when a seat is taken or given.
#[derive(Debug, Clone, Copy)]
pub struct NewAssignment<'a> {
    /// Its id.
    pub id: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// When.
    pub span: Span,
    /// The position.
    pub position: PositionId,
    /// The seat.
    pub seat: i64,
    /// Who.
    pub officer: OfficerId,
    /// The human being.
    pub person: PersonId,
    /// `accepted` or `assigned`.
    pub how: &'a str,
    /// Why a rule was set aside; usually empty.
    pub reason: &'a str,
    /// As calendars show it.
    pub label: &'a str,
}

/// Puts an officer into a seat and the shift into his ledger.
///
/// # Errors
/// `assignments_seat` when the seat is held, `assignments_officer_shift` when he is on the shift, `work_no_overlap` when he works then.
pub fn add_assignment(tx: &mut Tx<'_>, agency: AgencyId, new: &NewAssignment<'_>, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[&agency, &new.id, &new.shift, &new.position, &new.seat, &new.officer, &new.how, &now, &new.reason],
    )?;
    let work: WorkId = tx.id(now);
    let (starts_at, ends_at) = (new.span.starts_at(), new.span.ends_at());
    tx.execute(ADD_WORK, &[&agency, &work, &new.officer, &new.person, &starts_at, &ends_at, &new.id, &new.label])?;
    Ok(())
}

/// One assignment with its shift's time.
///
/// # Errors
/// When the database fails.
pub fn find_assignment(tx: &mut Tx<'_>, agency: AgencyId, id: AssignmentId) -> Result<Option<Assignment>, Error> {
    tx.find(FIND, &[&agency, &id], assignment)
}

/// Locks an assignment, then reads it as it stands. Lock the shift first where both are needed.
///
/// # Errors
/// When the database fails.
pub fn lock_assignment(tx: &mut Tx<'_>, agency: AgencyId, id: AssignmentId) -> Result<Option<Assignment>, Error> {
    if tx.find(LOCK, &[&agency, &id], |row| row.get::<AssignmentId>(0))?.is_none() {
        return Ok(None);
    }
    find_assignment(tx, agency, id)
}

/// Frees a seat: the assignment ends in `state`, its line in the ledger in `work_state`. False when it had ended.
///
/// # Errors
/// When the database fails.
pub fn end_assignment(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: AssignmentId,
    state: AssignmentState,
    reason: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let work_state = if state == AssignmentState::Withdrawn { "given_up" } else { "cancelled" };
    let ended = tx.execute(END, &[&state.code(), &now, &reason, &agency, &id])? == 1;
    if ended {
        tx.execute(END_WORK, &[&work_state, &agency, &id])?;
    }
    Ok(ended)
}

/// Cancels every booked assignment of a shift; who they were.
///
/// # Errors
/// When the database fails.
pub fn cancel_assignments(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    shift: ShiftId,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<OfficerId>, Error> {
    let booked: Vec<(AssignmentId, OfficerId)> =
        tx.query(BOOKED_ON_SHIFT, &[&agency, &shift], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (id, _) in &booked {
        end_assignment(tx, agency, *id, AssignmentState::Cancelled, reason, now)?;
    }
    Ok(booked.into_iter().map(|(_, officer)| officer).collect())
}

/// An officer's own shifts: those to come in order, or the past ones, the latest first. 50 a page.
///
/// # Errors
/// When the database fails.
pub fn list_booked(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    filter: BookedFilter,
    now: Timestamp,
) -> Result<Vec<Booked>, Error> {
    let offset = (filter.page.clamp(1, 100_000) - 1) * 50;
    tx.query(BOOKED, &[&agency, &officer, &filter.past, &now, &offset], booked)
}

/// The shift that an officer is on now, or else the next one without a clock-in.
///
/// # Errors
/// When the database fails.
pub fn find_next_booked(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    now: Timestamp,
) -> Result<Option<Booked>, Error> {
    tx.find(NEXT, &[&agency, &officer, &now], booked)
}

fn assignment(row: &Row<'_>) -> Result<Assignment, Error> {
    Ok(Assignment {
        id: row.get(0)?,
        shift: row.get(1)?,
        position: row.get(2)?,
        seat: row.get(3)?,
        officer: row.get(4)?,
        state: word(&row.get::<String>(5)?, AssignmentState::from_code)?,
        how: row.get(6)?,
        booked_at: row.get(7)?,
        version: row.get(8)?,
        job: row.get(9)?,
        span: span(row.get(10)?, row.get(11)?)?,
        clocked_in: row.get(12)?,
    })
}

fn booked(row: &Row<'_>) -> Result<Booked, Error> {
    Ok(Booked {
        assignment: row.get(0)?,
        shift: row.get(1)?,
        job: row.get(2)?,
        officer: row.get(3)?,
        state: word(&row.get::<String>(4)?, AssignmentState::from_code)?,
        reason: row.get(5)?,
        span: span(row.get(6)?, row.get(7)?)?,
        number: row.get(8)?,
        title: row.get(9)?,
        type_code: row.get(10)?,
        customer_name: row.get(11)?,
        site_name: row.get(12)?,
        address: row.get(13)?,
        role: word(&row.get::<String>(14)?, PostRole::from_code)?,
        clocked_in_at: row.get(15)?,
        clocked_out_at: row.get(16)?,
        time_state: row.get(17)?,
    })
}
