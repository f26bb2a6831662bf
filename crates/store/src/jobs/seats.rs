//! Seats of positions and who sits in them.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, AssignmentId, JobId, OfficerId, PositionId, ShiftId},
    requests::PostRole,
};

use super::word;
use crate::{Error, Row, Tx};

const FILL: &str = "INSERT INTO seats (agency_id, position_id, seat) \
     WITH RECURSIVE n (seat) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT seat + 1 FROM n WHERE seat < CAST($2 AS BIGINT)) \
     SELECT CAST($3 AS TEXT), CAST($4 AS TEXT), seat FROM n";
const RESIZE: &str = "UPDATE positions SET seat_count = $1 WHERE agency_id = $2 AND id = $3";
const LAST_SEAT: &str =
    "SELECT CAST(COALESCE(MAX(seat), 0) AS BIGINT) FROM seats WHERE agency_id = $1 AND position_id = $2";
const EMPTY_SEATS: &str = "SELECT s.seat FROM seats s WHERE s.agency_id = $1 AND s.position_id = $2 AND NOT EXISTS \
     (SELECT 1 FROM assignments a WHERE a.agency_id = s.agency_id AND a.position_id = s.position_id AND a.seat = s.seat) \
     ORDER BY s.seat DESC LIMIT $3";
const DROP_SEAT: &str = "DELETE FROM seats WHERE agency_id = $1 AND position_id = $2 AND seat = $3";
const CLOSE_SEAT: &str =
    "UPDATE seats SET closed = TRUE WHERE agency_id = $1 AND position_id = $2 AND seat = $3 AND NOT closed";
const FREE_SEATS: &str = "SELECT s.seat FROM seats s WHERE s.agency_id = $1 AND s.position_id = $2 AND NOT s.closed AND NOT EXISTS \
     (SELECT 1 FROM assignments a WHERE a.agency_id = s.agency_id AND a.position_id = s.position_id AND a.seat = s.seat AND a.state = 'booked') \
     ORDER BY s.seat DESC LIMIT $3";
const SEATED_ON_JOB: &str = "SELECT a.id, a.shift_id, a.position_id, a.seat, a.officer_id, o.first_name, o.last_name, o.badge, r.short, \
     p.role, a.state, a.how, a.booked_at, a.ended_at, a.reason, \
     e.clocked_in_at, e.clocked_out_at \
     FROM assignments a JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id \
     JOIN positions p ON p.agency_id = a.agency_id AND p.id = a.position_id \
     JOIN officers o ON o.agency_id = a.agency_id AND o.id = a.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     WHERE a.agency_id = $1 AND h.job_id = $2 ORDER BY h.starts_at, a.position_id, a.seat, a.booked_at LIMIT 5000";
const SEATED_ON_SHIFT: &str = "SELECT a.id, a.shift_id, a.position_id, a.seat, a.officer_id, o.first_name, o.last_name, o.badge, r.short, \
     p.role, a.state, a.how, a.booked_at, a.ended_at, a.reason, \
     e.clocked_in_at, e.clocked_out_at \
     FROM assignments a \
     JOIN positions p ON p.agency_id = a.agency_id AND p.id = a.position_id \
     JOIN officers o ON o.agency_id = a.agency_id AND o.id = a.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     WHERE a.agency_id = $1 AND a.shift_id = $2 ORDER BY a.position_id, a.seat, a.booked_at LIMIT 1000";

/// An officer who holds or held a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seated {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// The position.
    pub position: PositionId,
    /// The seat's number.
    pub seat: i64,
    /// Who.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`, with the rank of today.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// What for.
    pub role: PostRole,
    /// `booked`, `withdrawn`, `removed` or `cancelled`.
    pub state: String,
    /// `accepted` or `assigned`.
    pub how: String,
    /// Since when.
    pub booked_at: Timestamp,
    /// Until when, once ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended, or why a block was set aside.
    pub reason: String,
    /// Came at.
    pub clocked_in_at: Option<Timestamp>,
    /// Left at.
    pub clocked_out_at: Option<Timestamp>,
}

impl Seated {
    /// True while the seat is held.
    #[must_use]
    pub fn is_booked(&self) -> bool {
        self.state == "booked"
    }
}

pub(super) fn fill_seats(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    position: PositionId,
    first: i64,
    last: i64,
) -> Result<(), Error> {
    tx.execute(FILL, &[&first, &last, &agency, &position])?;
    Ok(())
}

/// Adds so many seats to a position that now has `count`.
///
/// # Errors
/// When the database fails.
pub fn add_seats(tx: &mut Tx<'_>, agency: AgencyId, position: PositionId, count: i64, more: i64) -> Result<(), Error> {
    let last: i64 = tx.one(LAST_SEAT, &[&agency, &position], |row| row.get(0))?;
    fill_seats(tx, agency, position, last + 1, last + more)?;
    tx.execute(RESIZE, &[&(count + more), &agency, &position])?;
    Ok(())
}

/// Takes away so many seats that nobody ever held from a position that now has `count`; how many went.
///
/// # Errors
/// When the database fails.
pub fn remove_empty_seats(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    position: PositionId,
    count: i64,
    fewer: i64,
) -> Result<i64, Error> {
    let empty: Vec<i64> = tx.query(EMPTY_SEATS, &[&agency, &position, &fewer], |row| row.get(0))?;
    for seat in &empty {
        tx.execute(DROP_SEAT, &[&agency, &position, seat])?;
    }
    let gone = i64::try_from(empty.len()).unwrap_or(0);
    tx.execute(RESIZE, &[&(count - gone), &agency, &position])?;
    Ok(gone)
}

/// Takes away so many seats that nobody holds now from a position that has `count`; how many went. A seat that
/// somebody once held stays on record and is closed.
///
/// # Errors
/// When the database fails.
pub fn close_free_seats(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    position: PositionId,
    count: i64,
    fewer: i64,
) -> Result<i64, Error> {
    let free: Vec<i64> = tx.query(FREE_SEATS, &[&agency, &position, &fewer], |row| row.get(0))?;
    for seat in &free {
        tx.execute(CLOSE_SEAT, &[&agency, &position, seat])?;
    }
    let gone = i64::try_from(free.len()).unwrap_or(0);
    tx.execute(RESIZE, &[&(count - gone), &agency, &position])?;
    Ok(gone)
}

/// Everybody who holds or held a seat on a job, at most 5,000.
///
/// # Errors
/// When the database fails.
pub fn list_seated(tx: &mut Tx<'_>, agency: AgencyId, job: JobId) -> Result<Vec<Seated>, Error> {
    tx.query(SEATED_ON_JOB, &[&agency, &job], seated)
}

/// Everybody who holds or held a seat on a shift, at most 1,000.
///
/// # Errors
/// When the database fails.
pub fn list_seated_on_shift(tx: &mut Tx<'_>, agency: AgencyId, shift: ShiftId) -> Result<Vec<Seated>, Error> {
    tx.query(SEATED_ON_SHIFT, &[&agency, &shift], seated)
}

fn seated(row: &Row<'_>) -> Result<Seated, Error> {
    let (first, last, short): (String, String, String) = (row.get(5)?, row.get(6)?, row.get(8)?);
    Ok(Seated {
        assignment: row.get(0)?,
        shift: row.get(1)?,
        position: row.get(2)?,
        seat: row.get(3)?,
        officer: row.get(4)?,
        name: format!("{short} {first} {last}").trim().to_owned(),
        badge: row.get(7)?,
        role: word(&row.get::<String>(9)?, PostRole::from_code)?,
        state: row.get(10)?,
        how: row.get(11)?,
        booked_at: row.get(12)?,
        ended_at: row.get(13)?,
        reason: row.get(14)?,
        clocked_in_at: row.get(15)?,
        clocked_out_at: row.get(16)?,
    })
}
