//! Officers who are asked whether they keep a seat whose shift was moved.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, AssignmentId, OfficerId, ShiftId},
    time::Span,
};

use crate::{Error, Row, Tx, jobs::span};

const ASK: &str = "INSERT INTO moved_seats (agency_id, assignment_id, shift_id, officer_id, from_starts_at, from_ends_at, counted_at, moved_by, asked_at, answer_by, state) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'asked')";
const SETTLE: &str = "UPDATE moved_seats SET state = $1, answered_at = $2 WHERE agency_id = $3 AND assignment_id = $4 AND state = 'asked'";
const FIND: &str = "SELECT assignment_id, shift_id, officer_id, from_starts_at, from_ends_at, counted_at, moved_by, asked_at, answer_by \
     FROM moved_seats WHERE agency_id = $1 AND assignment_id = $2 AND state = 'asked'";
const OF_OFFICER: &str = "SELECT assignment_id, shift_id, officer_id, from_starts_at, from_ends_at, counted_at, moved_by, asked_at, answer_by \
     FROM moved_seats WHERE agency_id = $1 AND officer_id = $2 AND state = 'asked' ORDER BY answer_by LIMIT 50";
const MOVE_WORK: &str = "UPDATE work SET starts_at = $1, ends_at = $2 WHERE agency_id = $3 AND source = 'assignment' AND source_id = $4 AND state = 'booked'";

/// A question that waits for an officer's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedSeat {
    /// His hold on the seat.
    pub assignment: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// Who is asked.
    pub officer: OfficerId,
    /// The time that he had agreed to.
    pub from: Span,
    /// The moment that counts for what his seat costs when he says no.
    pub counted_at: Timestamp,
    /// Who moved the shift, as the rules know him.
    pub moved_by: String,
    /// When he was asked.
    pub asked_at: Timestamp,
    /// Until when he can say yes.
    pub answer_by: Timestamp,
}

/// Asks an officer; a question that waits already is over.
///
/// # Errors
/// When the database fails.
pub fn ask_moved(tx: &mut Tx<'_>, agency: AgencyId, seat: &MovedSeat) -> Result<(), Error> {
    settle_moved(tx, agency, seat.assignment, "over", seat.asked_at)?;
    let (starts_at, ends_at) = (seat.from.starts_at(), seat.from.ends_at());
    tx.execute(
        ASK,
        &[
            &agency,
            &seat.assignment,
            &seat.shift,
            &seat.officer,
            &starts_at,
            &ends_at,
            &seat.counted_at,
            &seat.moved_by,
            &seat.asked_at,
            &seat.answer_by,
        ],
    )?;
    Ok(())
}

/// Ends the waiting question of a seat as `kept`, `declined`, `lapsed` or `over`. False when none waits.
///
/// # Errors
/// When the database fails.
pub fn settle_moved(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    assignment: AssignmentId,
    state: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(SETTLE, &[&state, &now, &agency, &assignment])? == 1)
}

/// The question that waits for a seat.
///
/// # Errors
/// When the database fails.
pub fn find_moved(tx: &mut Tx<'_>, agency: AgencyId, assignment: AssignmentId) -> Result<Option<MovedSeat>, Error> {
    tx.find(FIND, &[&agency, &assignment], moved)
}

/// What an officer is asked, the most urgent first, at most 50.
///
/// # Errors
/// When the database fails.
pub fn list_moved(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<MovedSeat>, Error> {
    tx.query(OF_OFFICER, &[&agency, &officer], moved)
}

/// Moves the booked hours of a seat in the officer's ledger of work.
///
/// # Errors
/// `work_no_overlap` when he works then; when the database fails.
pub fn move_work(tx: &mut Tx<'_>, agency: AgencyId, assignment: AssignmentId, to: Span) -> Result<(), Error> {
    tx.execute(MOVE_WORK, &[&to.starts_at(), &to.ends_at(), &agency, &assignment.to_string()])?;
    Ok(())
}

fn moved(row: &Row<'_>) -> Result<MovedSeat, Error> {
    Ok(MovedSeat {
        assignment: row.get(0)?,
        shift: row.get(1)?,
        officer: row.get(2)?,
        from: span(row.get(3)?, row.get(4)?)?,
        counted_at: row.get(5)?,
        moved_by: row.get(6)?,
        asked_at: row.get(7)?,
        answer_by: row.get(8)?,
    })
}
