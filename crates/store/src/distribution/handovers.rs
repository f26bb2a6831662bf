//! Seats that officers offer to colleagues.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, AssignmentId, HandoverId, OfficerId, ShiftId},
    time::Span,
};

use crate::{Error, Row, Tx, jobs::span};

const ADD: &str = "INSERT INTO handovers (agency_id, id, assignment_id, shift_id, giver_id, taker_id, back_assignment_id, back_shift_id, words, state, asked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', $10)";
const SETTLE: &str = "UPDATE handovers SET state = $1, answer = $2, settled_at = $3 WHERE agency_id = $4 AND id = $5 AND state = 'asked'";
const FIND: &str = "SELECT n.id, n.assignment_id, n.shift_id, n.giver_id, g.first_name || ' ' || g.last_name, g.badge, n.taker_id, t.first_name || ' ' || t.last_name, t.badge, \
     n.back_assignment_id, n.back_shift_id, n.words, n.state, n.asked_at, n.settled_at, n.answer, j.title, s.name, s.address, h.starts_at, h.ends_at, a.state \
     FROM handovers n JOIN officers g ON g.agency_id = n.agency_id AND g.id = n.giver_id \
     JOIN officers t ON t.agency_id = n.agency_id AND t.id = n.taker_id \
     JOIN assignments a ON a.agency_id = n.agency_id AND a.id = n.assignment_id \
     JOIN shifts h ON h.agency_id = n.agency_id AND h.id = n.shift_id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id WHERE n.agency_id = $1 AND n.id = $2";
const OF_OFFICER: &str = "SELECT n.id, n.assignment_id, n.shift_id, n.giver_id, g.first_name || ' ' || g.last_name, g.badge, n.taker_id, t.first_name || ' ' || t.last_name, t.badge, \
     n.back_assignment_id, n.back_shift_id, n.words, n.state, n.asked_at, n.settled_at, n.answer, j.title, s.name, s.address, h.starts_at, h.ends_at, a.state \
     FROM handovers n JOIN officers g ON g.agency_id = n.agency_id AND g.id = n.giver_id \
     JOIN officers t ON t.agency_id = n.agency_id AND t.id = n.taker_id \
     JOIN assignments a ON a.agency_id = n.agency_id AND a.id = n.assignment_id \
     JOIN shifts h ON h.agency_id = n.agency_id AND h.id = n.shift_id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     WHERE n.agency_id = $1 AND (n.taker_id = $2 OR n.giver_id = $2) AND h.starts_at > $3 ORDER BY n.asked_at DESC, n.id LIMIT 50";

/// A seat to be offered.
#[derive(Debug, Clone, Copy)]
pub struct NewHandover<'a> {
    /// Its id.
    pub id: HandoverId,
    /// The seat.
    pub assignment: AssignmentId,
    /// Its shift.
    pub shift: ShiftId,
    /// Who holds it.
    pub giver: OfficerId,
    /// Who is asked.
    pub taker: OfficerId,
    /// The taker's seat in exchange, with its shift.
    pub back: Option<(AssignmentId, ShiftId)>,
    /// What the giver says.
    pub words: &'a str,
}

/// An offered seat as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverRow {
    /// Its id.
    pub id: HandoverId,
    /// The seat.
    pub assignment: AssignmentId,
    /// Its shift.
    pub shift: ShiftId,
    /// Who holds it.
    pub giver: OfficerId,
    /// `Dana Alvarez`.
    pub giver_name: String,
    /// Badge number.
    pub giver_badge: String,
    /// Who is asked.
    pub taker: OfficerId,
    /// `Sam Ito`.
    pub taker_name: String,
    /// Badge number.
    pub taker_badge: String,
    /// The taker's seat in exchange, with its shift.
    pub back: Option<(AssignmentId, ShiftId)>,
    /// What the giver says.
    pub words: String,
    /// `asked`, `accepted`, `declined`, `refused` or `withdrawn`.
    pub state: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// What was answered, or why the rules refused it.
    pub answer: String,
    /// The job's title.
    pub title: String,
    /// Where.
    pub site_name: String,
    /// Street address.
    pub address: String,
    /// When the shift is.
    pub span: Span,
    /// The giver holds the seat still.
    pub held: bool,
}

impl HandoverRow {
    /// True while the colleague can answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == "asked" && self.held
    }
}

/// Keeps an offer.
///
/// # Errors
/// `handovers_open` when the seat is offered already.
pub fn add_handover(tx: &mut Tx<'_>, agency: AgencyId, new: &NewHandover<'_>, now: Timestamp) -> Result<(), Error> {
    let back = new.back.map_or_else(String::new, |(id, _)| id.to_string());
    let back_shift = new.back.map_or_else(String::new, |(_, id)| id.to_string());
    tx.execute(
        ADD,
        &[&agency, &new.id, &new.assignment, &new.shift, &new.giver, &new.taker, &back, &back_shift, &new.words, &now],
    )?;
    Ok(())
}

/// Settles an offer; false when it was settled.
///
/// # Errors
/// When the database fails.
pub fn settle_handover(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: HandoverId,
    (state, answer): (&str, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(SETTLE, &[&state, &answer, &now, &agency, &id])? == 1)
}

/// One offer.
///
/// # Errors
/// When the database fails.
pub fn find_handover(tx: &mut Tx<'_>, agency: AgencyId, id: HandoverId) -> Result<Option<HandoverRow>, Error> {
    tx.find(FIND, &[&agency, &id], handover)
}

/// What an officer offers and is offered of shifts that have not begun, the latest first, at most 50.
///
/// # Errors
/// When the database fails.
pub fn list_handovers(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    now: Timestamp,
) -> Result<Vec<HandoverRow>, Error> {
    tx.query(OF_OFFICER, &[&agency, &officer, &now], handover)
}

fn handover(row: &Row<'_>) -> Result<HandoverRow, Error> {
    let back: (String, String) = (row.get(9)?, row.get(10)?);
    let held: String = row.get(21)?;
    Ok(HandoverRow {
        id: row.get(0)?,
        assignment: row.get(1)?,
        shift: row.get(2)?,
        giver: row.get(3)?,
        giver_name: row.get(4)?,
        giver_badge: row.get(5)?,
        taker: row.get(6)?,
        taker_name: row.get(7)?,
        taker_badge: row.get(8)?,
        back: back.0.parse().ok().zip(back.1.parse().ok()),
        words: row.get(11)?,
        state: row.get(12)?,
        asked_at: row.get(13)?,
        settled_at: row.get(14)?,
        answer: row.get(15)?,
        title: row.get(16)?,
        site_name: row.get(17)?,
        address: row.get(18)?,
        span: span(row.get(19)?, row.get(20)?)?,
        held: held == "booked",
    })
}
