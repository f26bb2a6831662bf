//! Jobs, their shifts, positions and seats.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::Scope,
    id::{AgencyId, JobId, PositionId, ShiftId},
    jobs::{Job, JobDetails, JobState, Position, Shift, ShiftState},
    requests::{PostRole, Requirements},
    time::Span,
};

use crate::{Error, Json, Row, Tx};

mod board;
mod lists;
mod seats;

pub use board::{BoardFilter, BoardLane, Lane, load_board};
pub(crate) use lists::pattern;
pub use lists::{
    JobFilter, JobListed, JobWhen, ShiftListed, ShiftWindow, count_jobs, list_jobs, list_shifts_between,
    list_shifts_of_job,
};
pub use seats::{Seated, add_seats, close_free_seats, list_seated, list_seated_on_shift, remove_empty_seats};

const NEXT_NUMBER: &str = "INSERT INTO counters (agency_id, name, last_value) VALUES ($1, 'job', 1001) \
     ON CONFLICT (agency_id, name) DO UPDATE SET last_value = counters.last_value + 1 RETURNING last_value";
const ADD_JOB: &str = "INSERT INTO jobs (agency_id, id, number, request_id, customer_id, site_id, job_type_id, title, state, details, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $10)";
const ADD_SHIFT: &str = "INSERT INTO shifts (agency_id, id, job_id, starts_at, ends_at, worked_on, state) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ADD_POSITION: &str =
    "INSERT INTO positions (agency_id, id, shift_id, role, seat_count, requirements) VALUES ($1, $2, $3, $4, $5, $6)";
const FIND_JOB: &str = "SELECT id, agency_id, number, request_id, customer_id, site_id, job_type_id, title, state, state_reason, details, version \
     FROM jobs WHERE agency_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR customer_id = $3)";
const LOCK_JOB: &str = "SELECT id, agency_id, number, request_id, customer_id, site_id, job_type_id, title, state, state_reason, details, version \
     FROM jobs WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const SAVE_JOB: &str = "UPDATE jobs SET title = $1, state = $2, state_reason = $3, details = $4, version = version + 1 \
     WHERE agency_id = $5 AND id = $6 AND version = $7";
const FIND_SHIFT: &str = "SELECT h.id, h.agency_id, h.job_id, h.starts_at, h.ends_at, h.worked_on, h.state, h.version \
     FROM shifts h JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     WHERE h.agency_id = $1 AND h.id = $2 AND (CAST($3 AS TEXT) IS NULL OR j.customer_id = $3)";
const LOCK_SHIFT: &str = "SELECT id, agency_id, job_id, starts_at, ends_at, worked_on, state, version \
     FROM shifts WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const LOCK_SHIFTS: &str = "SELECT id, agency_id, job_id, starts_at, ends_at, worked_on, state, version \
     FROM shifts WHERE agency_id = $1 AND job_id = $2 ORDER BY id LIMIT 1000 FOR UPDATE";
const SAVE_SHIFT: &str = "UPDATE shifts SET starts_at = $1, ends_at = $2, worked_on = $3, state = $4, version = version + 1 \
     WHERE agency_id = $5 AND id = $6 AND version = $7";
const POSITIONS_OF_JOB: &str = "SELECT p.id, p.shift_id, p.role, p.seat_count, p.requirements FROM positions p \
     JOIN shifts h ON h.agency_id = p.agency_id AND h.id = p.shift_id \
     WHERE p.agency_id = $1 AND h.job_id = $2 ORDER BY h.starts_at, p.id LIMIT 5000";
const POSITIONS_OF_SHIFT: &str = "SELECT id, shift_id, role, seat_count, requirements FROM positions \
     WHERE agency_id = $1 AND shift_id = $2 ORDER BY id LIMIT 50";

/// Draws the next job number of an agency.
///
/// # Errors
/// When the database fails.
pub fn next_number(tx: &mut Tx<'_>, agency: AgencyId) -> Result<i64, Error> {
    tx.one(NEXT_NUMBER, &[&agency], |row| row.get(0))
}

/// Adds a job; its state is active.
///
/// # Errors
/// When the database fails.
pub fn add_job(tx: &mut Tx<'_>, job: &Job, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD_JOB,
        &[
            &job.agency,
            &job.id,
            &job.number,
            &job.request,
            &job.customer,
            &job.site,
            &job.job_type,
            &job.title,
            &Json(&job.details),
            &now,
        ],
    )?;
    Ok(())
}

/// Adds a shift.
///
/// # Errors
/// When the database fails.
pub fn add_shift(tx: &mut Tx<'_>, shift: &Shift) -> Result<(), Error> {
    tx.execute(
        ADD_SHIFT,
        &[
            &shift.agency,
            &shift.id,
            &shift.job,
            &shift.span.starts_at(),
            &shift.span.ends_at(),
            &shift.worked_on,
            &shift.state.code(),
        ],
    )?;
    Ok(())
}

/// Adds a position with its seats.
///
/// # Errors
/// When the database fails.
pub fn add_position(tx: &mut Tx<'_>, agency: AgencyId, position: &Position) -> Result<(), Error> {
    tx.execute(
        ADD_POSITION,
        &[
            &agency,
            &position.id,
            &position.shift,
            &position.role.code(),
            &position.seats,
            &Json(&position.requirements),
        ],
    )?;
    seats::fill_seats(tx, agency, position.id, 1, position.seats)
}

/// The job, if the reader may see it.
///
/// # Errors
/// When the database fails.
pub fn find_job(tx: &mut Tx<'_>, scope: &Scope, id: JobId) -> Result<Option<Job>, Error> {
    tx.find(FIND_JOB, &[&scope.agency(), &id, &scope.customer()], job)
}

/// The job, locked until the end of the transaction.
///
/// # Errors
/// When the database fails.
pub fn lock_job(tx: &mut Tx<'_>, agency: AgencyId, id: JobId) -> Result<Option<Job>, Error> {
    tx.find(LOCK_JOB, &[&agency, &id], job)
}

/// Saves what may change of a job. False when its version is no longer the loaded one.
///
/// # Errors
/// When the database fails.
pub fn save_job(tx: &mut Tx<'_>, job: &Job) -> Result<bool, Error> {
    let changed = tx.execute(
        SAVE_JOB,
        &[&job.title, &job.state.code(), &job.state_reason, &Json(&job.details), &job.agency, &job.id, &job.version],
    )?;
    Ok(changed == 1)
}

/// The shift, if the reader may see its job.
///
/// # Errors
/// When the database fails.
pub fn find_shift(tx: &mut Tx<'_>, scope: &Scope, id: ShiftId) -> Result<Option<Shift>, Error> {
    tx.find(FIND_SHIFT, &[&scope.agency(), &id, &scope.customer()], shift)
}

/// The shift, locked until the end of the transaction.
///
/// # Errors
/// When the database fails.
pub fn lock_shift(tx: &mut Tx<'_>, agency: AgencyId, id: ShiftId) -> Result<Option<Shift>, Error> {
    tx.find(LOCK_SHIFT, &[&agency, &id], shift)
}

/// Every shift of a job, locked in the order of their ids.
///
/// # Errors
/// When the database fails.
pub fn lock_shifts(tx: &mut Tx<'_>, agency: AgencyId, id: JobId) -> Result<Vec<Shift>, Error> {
    tx.query(LOCK_SHIFTS, &[&agency, &id], shift)
}

/// Saves what may change of a shift. False when its version is no longer the loaded one.
///
/// # Errors
/// When the database fails.
pub fn save_shift(tx: &mut Tx<'_>, shift: &Shift) -> Result<bool, Error> {
    let changed = tx.execute(
        SAVE_SHIFT,
        &[
            &shift.span.starts_at(),
            &shift.span.ends_at(),
            &shift.worked_on,
            &shift.state.code(),
            &shift.agency,
            &shift.id,
            &shift.version,
        ],
    )?;
    Ok(changed == 1)
}

/// The positions of every shift of a job, at most 5,000.
///
/// # Errors
/// When the database fails.
pub fn list_positions_of_job(tx: &mut Tx<'_>, agency: AgencyId, id: JobId) -> Result<Vec<Position>, Error> {
    tx.query(POSITIONS_OF_JOB, &[&agency, &id], position)
}

/// The positions of a shift.
///
/// # Errors
/// When the database fails.
pub fn list_positions(tx: &mut Tx<'_>, agency: AgencyId, id: ShiftId) -> Result<Vec<Position>, Error> {
    tx.query(POSITIONS_OF_SHIFT, &[&agency, &id], position)
}

fn job(row: &Row<'_>) -> Result<Job, Error> {
    let Json(details): Json<JobDetails> = row.get(10)?;
    Ok(Job {
        id: row.get(0)?,
        agency: row.get(1)?,
        number: row.get(2)?,
        request: row.get(3)?,
        customer: row.get(4)?,
        site: row.get(5)?,
        job_type: row.get(6)?,
        title: row.get(7)?,
        state: word(&row.get::<String>(8)?, JobState::from_code)?,
        state_reason: row.get(9)?,
        details,
        version: row.get(11)?,
    })
}

fn shift(row: &Row<'_>) -> Result<Shift, Error> {
    Ok(Shift {
        id: row.get(0)?,
        agency: row.get(1)?,
        job: row.get(2)?,
        span: span(row.get(3)?, row.get(4)?)?,
        worked_on: row.get::<Date>(5)?,
        state: word(&row.get::<String>(6)?, ShiftState::from_code)?,
        version: row.get(7)?,
    })
}

fn position(row: &Row<'_>) -> Result<Position, Error> {
    let Json(requirements): Json<Requirements> = row.get(4)?;
    Ok(Position {
        id: row.get::<PositionId>(0)?,
        shift: row.get(1)?,
        role: word(&row.get::<String>(2)?, PostRole::from_code)?,
        seats: row.get(3)?,
        requirements,
    })
}

/// A stored span; the tables' checks keep it from being empty.
pub(crate) fn span(starts_at: Timestamp, ends_at: Timestamp) -> Result<Span, Error> {
    Span::new(starts_at, ends_at).ok_or_else(|| Error::broken("a stored span ends before it starts"))
}

/// A stored word of a closed list.
pub(crate) fn word<T>(code: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    read(code).ok_or_else(|| Error::broken(format!("\u{201c}{code}\u{201d} is not a word of its list")))
}
