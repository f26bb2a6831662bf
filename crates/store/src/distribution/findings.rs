//! Booked work that no longer fits the rules, and the decisions by which somebody was refused.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, AssignmentId, DecisionId, FindingId, JobId, OfficerId, PositionId, ShiftId},
    policy::Judgement,
    time::Span,
};

use crate::{
    Error, Json, Row, Tx,
    jobs::span,
    page::{PAGE_ROWS, Page, rows_before},
};

const SEATS_AHEAD: &str = "SELECT a.id, a.shift_id, a.position_id FROM work w \
     JOIN assignments a ON a.agency_id = w.agency_id AND a.id = w.source_id AND a.state = 'booked' \
     JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id AND h.state <> 'cancelled' \
     WHERE w.agency_id = $1 AND w.officer_id = $2 AND w.ends_at > $3 AND w.source = 'assignment' AND w.state = 'booked' AND h.starts_at > $3 \
     ORDER BY h.starts_at, a.id LIMIT 300";
const EARLIER: &str = "SELECT judgement FROM decisions WHERE agency_id = $1 AND shift_id = $2 AND officer_id = $3 AND NOT refused \
     ORDER BY decided_at DESC, id DESC LIMIT 20";
const LAST: &str = "SELECT judgement, decided_at, refused FROM decisions WHERE agency_id = $1 AND shift_id = $2 AND officer_id = $3 \
     ORDER BY decided_at DESC, id DESC LIMIT 1";
const REFUSED: &str = "SELECT d.id, d.shift_id, j.number, j.title, h.starts_at, h.ends_at, d.judgement, d.decided_at FROM decisions d \
     JOIN shifts h ON h.agency_id = d.agency_id AND h.id = d.shift_id JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     WHERE d.agency_id = $1 AND d.officer_id = $2 AND d.refused ORDER BY d.decided_at DESC, d.id DESC LIMIT 30";
const ADD: &str = "INSERT INTO booked_findings (agency_id, id, assignment_id, shift_id, officer_id, decision_id, state, found_at, told_at, settled_by, reason) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const RENEW: &str = "UPDATE booked_findings SET decision_id = $1, state = 'open', told_at = NULL, answer = '' \
     WHERE agency_id = $2 AND id = $3 AND state IN ('open', 'asked')";
const SETTLE: &str = "UPDATE booked_findings SET state = $1, settled_at = $2, settled_by = $3, reason = $4, decision_id = COALESCE(CAST($5 AS TEXT), decision_id) \
     WHERE agency_id = $6 AND id = $7 AND state IN ('open', 'asked')";
const ASK: &str = "UPDATE booked_findings SET state = 'asked', reason = $1, answer = '' WHERE agency_id = $2 AND id = $3 AND state IN ('open', 'asked')";
const ANSWER: &str = "UPDATE booked_findings SET state = 'open', answer = $1 WHERE agency_id = $2 AND id = $3 AND state IN ('open', 'asked')";
const OPEN_OF_OFFICER: &str = "SELECT f.id, f.assignment_id, d.judgement FROM booked_findings f \
     JOIN decisions d ON d.agency_id = f.agency_id AND d.id = f.decision_id \
     WHERE f.agency_id = $1 AND f.officer_id = $2 AND f.state IN ('open', 'asked') LIMIT 300";
const TELL: &str =
    "UPDATE booked_findings SET told_at = $1 WHERE agency_id = $2 AND state = 'open' AND told_at IS NULL RETURNING id";
const FIND: &str = "SELECT f.id, f.assignment_id, f.shift_id, f.officer_id, f.decision_id, f.state, f.found_at, f.settled_at, f.settled_by, f.reason, f.answer, \
     r.short, o.first_name, o.last_name, o.badge, h.job_id, j.number, j.title, h.starts_at, h.ends_at, d.judgement \
     FROM booked_findings f JOIN officers o ON o.agency_id = f.agency_id AND o.id = f.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     JOIN shifts h ON h.agency_id = f.agency_id AND h.id = f.shift_id JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN decisions d ON d.agency_id = f.agency_id AND d.id = f.decision_id WHERE f.agency_id = $1 AND f.id = $2";
const LIST: &str = "SELECT f.id, f.assignment_id, f.shift_id, f.officer_id, f.decision_id, f.state, f.found_at, f.settled_at, f.settled_by, f.reason, f.answer, \
     r.short, o.first_name, o.last_name, o.badge, h.job_id, j.number, j.title, h.starts_at, h.ends_at, d.judgement \
     FROM booked_findings f JOIN officers o ON o.agency_id = f.agency_id AND o.id = f.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     JOIN shifts h ON h.agency_id = f.agency_id AND h.id = f.shift_id JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN decisions d ON d.agency_id = f.agency_id AND d.id = f.decision_id \
     WHERE f.agency_id = $1 AND ((NOT $2 AND f.state IN ('open', 'asked') AND h.ends_at > $3) \
     OR ($2 AND (f.state IN ('kept', 'removed', 'passed', 'ended') OR h.ends_at <= $3))) \
     ORDER BY CASE WHEN $2 THEN -f.found_at ELSE h.starts_at END, f.id LIMIT $4 OFFSET $5";
const COUNT: &str = "SELECT COUNT(*) FROM booked_findings f JOIN shifts h ON h.agency_id = f.agency_id AND h.id = f.shift_id \
     WHERE f.agency_id = $1 AND ((NOT $2 AND f.state IN ('open', 'asked') AND h.ends_at > $3) \
     OR ($2 AND (f.state IN ('kept', 'removed', 'passed', 'ended') OR h.ends_at <= $3)))";
const OWN: &str = "SELECT f.id, f.assignment_id, f.shift_id, f.officer_id, f.decision_id, f.state, f.found_at, f.settled_at, f.settled_by, f.reason, f.answer, \
     r.short, o.first_name, o.last_name, o.badge, h.job_id, j.number, j.title, h.starts_at, h.ends_at, d.judgement \
     FROM booked_findings f JOIN officers o ON o.agency_id = f.agency_id AND o.id = f.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     JOIN shifts h ON h.agency_id = f.agency_id AND h.id = f.shift_id JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN decisions d ON d.agency_id = f.agency_id AND d.id = f.decision_id \
     WHERE f.agency_id = $1 AND f.officer_id = $2 AND (CAST($3 AS TEXT) IS NULL OR f.shift_id = $3) ORDER BY f.found_at DESC, f.id DESC LIMIT 30";

/// A seat that an officer holds on a shift to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatAhead {
    /// The assignment.
    pub assignment: AssignmentId,
    /// Its shift.
    pub shift: ShiftId,
    /// Its position.
    pub position: PositionId,
}

/// A refusal by the rules that an officer met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// The decision.
    pub id: DecisionId,
    /// The shift.
    pub shift: ShiftId,
    /// The job's number.
    pub number: i64,
    /// The job's title.
    pub title: String,
    /// When the shift is.
    pub span: Span,
    /// What the rules said.
    pub judgement: Judgement,
    /// When.
    pub decided_at: Timestamp,
}

/// Booked work that no longer fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// Its id.
    pub id: FindingId,
    /// The seat.
    pub assignment: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// Whose.
    pub officer: OfficerId,
    /// The stored decision.
    pub decision: DecisionId,
    /// `open`, `asked`, `kept`, `removed`, `passed` or `ended`.
    pub state: String,
    /// Since when.
    pub found_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// By whom.
    pub settled_by: String,
    /// Why, or what the officer was asked.
    pub reason: String,
    /// What the officer answered.
    pub answer: String,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// The job.
    pub job: JobId,
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// When the shift is.
    pub span: Span,
    /// What the rules said.
    pub judgement: Judgement,
}

impl FindingRow {
    /// True while somebody must decide.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "open" | "asked")
    }
}

/// A finding to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewFinding<'a> {
    /// The seat.
    pub seat: SeatAhead,
    /// Whose.
    pub officer: OfficerId,
    /// The stored decision.
    pub decision: DecisionId,
    /// `open`, or the state in which the rules themselves settle it.
    pub state: &'a str,
    /// Why, when the rules settled it.
    pub reason: &'a str,
}

/// The seats that an officer holds on shifts that start after `now`, at most 300.
///
/// # Errors
/// When the database fails.
pub fn list_seats_ahead(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    now: Timestamp,
) -> Result<Vec<SeatAhead>, Error> {
    tx.query(SEATS_AHEAD, &[&agency, &officer, &now], |row| {
        Ok(SeatAhead { assignment: row.get(0)?, shift: row.get(1)?, position: row.get(2)? })
    })
}

/// What the rules said of an officer and a shift before, the latest first, at most 20; without refusals.
///
/// # Errors
/// When the database fails.
pub fn list_earlier(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    shift: ShiftId,
    officer: OfficerId,
) -> Result<Vec<Judgement>, Error> {
    tx.query(EARLIER, &[&agency, &shift, &officer], |row| {
        let Json(judgement): Json<Judgement> = row.get(0)?;
        Ok(judgement)
    })
}

/// The last decision about an officer and a shift, when it was, and whether it refused him.
///
/// # Errors
/// When the database fails.
pub fn find_last_decision(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    shift: ShiftId,
    officer: OfficerId,
) -> Result<Option<(Judgement, Timestamp, bool)>, Error> {
    tx.find(LAST, &[&agency, &shift, &officer], |row| {
        let Json(judgement): Json<Judgement> = row.get(0)?;
        Ok((judgement, row.get(1)?, row.get(2)?))
    })
}

/// The refusals that an officer met, the latest first, at most 30.
///
/// # Errors
/// When the database fails.
pub fn list_refused(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<RefusedRow>, Error> {
    tx.query(REFUSED, &[&agency, &officer], |row| {
        let Json(judgement): Json<Judgement> = row.get(6)?;
        Ok(RefusedRow {
            id: row.get(0)?,
            shift: row.get(1)?,
            number: row.get(2)?,
            title: row.get(3)?,
            span: span(row.get(4)?, row.get(5)?)?,
            judgement,
            decided_at: row.get(7)?,
        })
    })
}

/// Keeps a finding. One that the rules settle themselves counts as told.
///
/// # Errors
/// When the database fails.
pub fn add_finding(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    new: &NewFinding<'_>,
    now: Timestamp,
) -> Result<FindingId, Error> {
    let id: FindingId = tx.id(now);
    let SeatAhead { assignment, shift, .. } = new.seat;
    let told = (new.state != "open").then_some(now);
    let by = if new.state == "open" { "" } else { "The rules" };
    tx.execute(
        ADD,
        &[&agency, &id, &assignment, &shift, &new.officer, &new.decision, &new.state, &now, &told, &by, &new.reason],
    )?;
    Ok(id)
}

/// An open finding says something new; it is to be told again.
///
/// # Errors
/// When the database fails.
pub fn renew_finding(tx: &mut Tx<'_>, agency: AgencyId, id: FindingId, decision: DecisionId) -> Result<(), Error> {
    tx.execute(RENEW, &[&decision, &agency, &id])?;
    Ok(())
}

/// How a finding ends.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    /// `kept`, `removed`, `passed` or `ended`.
    pub state: &'a str,
    /// By whom.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What the rules said at the end, when they were asked again.
    pub decision: Option<DecisionId>,
}

/// Ends an open finding; false when it had ended.
///
/// # Errors
/// When the database fails.
pub fn settle_finding(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: FindingId,
    how: Settled<'_>,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(SETTLE, &[&how.state, &now, &how.by, &how.reason, &how.decision, &agency, &id])? == 1)
}

/// The officer is asked; false when the finding had ended.
///
/// # Errors
/// When the database fails.
pub fn ask_about_finding(tx: &mut Tx<'_>, agency: AgencyId, id: FindingId, question: &str) -> Result<bool, Error> {
    Ok(tx.execute(ASK, &[&question, &agency, &id])? == 1)
}

/// Keeps what the officer answered; false when the finding had ended.
///
/// # Errors
/// When the database fails.
pub fn answer_finding(tx: &mut Tx<'_>, agency: AgencyId, id: FindingId, answer: &str) -> Result<bool, Error> {
    Ok(tx.execute(ANSWER, &[&answer, &agency, &id])? == 1)
}

/// An officer's open findings: id, seat, and what was said last.
///
/// # Errors
/// When the database fails.
pub fn list_open_findings(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
) -> Result<Vec<(FindingId, AssignmentId, Judgement)>, Error> {
    tx.query(OPEN_OF_OFFICER, &[&agency, &officer], |row| {
        let Json(judgement): Json<Judgement> = row.get(2)?;
        Ok((row.get(0)?, row.get(1)?, judgement))
    })
}

/// Marks the open findings that nobody heard of as told; how many.
///
/// # Errors
/// When the database fails.
pub fn tell_findings(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<usize, Error> {
    let told: Vec<FindingId> = tx.query(TELL, &[&now, &agency], |row| row.get(0))?;
    Ok(told.len())
}

/// One finding.
///
/// # Errors
/// When the database fails.
pub fn find_finding(tx: &mut Tx<'_>, agency: AgencyId, id: FindingId) -> Result<Option<FindingRow>, Error> {
    tx.find(FIND, &[&agency, &id], finding)
}

/// Those that somebody must decide, the soonest shift first; or the settled ones, the latest first.
///
/// # Errors
/// When the database fails.
pub fn list_findings(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    settled: bool,
    page: i64,
    now: Timestamp,
) -> Result<Page<FindingRow>, Error> {
    let rows = tx.query(LIST, &[&agency, &settled, &now, &PAGE_ROWS, &rows_before(page)], finding)?;
    let total = tx.one(COUNT, &[&agency, &settled, &now], |row| row.get(0))?;
    Ok(Page { rows, total, number: page.max(1) })
}

/// An officer's own findings, perhaps of one shift, the latest first, at most 30.
///
/// # Errors
/// When the database fails.
pub fn list_own_findings(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    shift: Option<ShiftId>,
) -> Result<Vec<FindingRow>, Error> {
    tx.query(OWN, &[&agency, &officer, &shift], finding)
}

fn finding(row: &Row<'_>) -> Result<FindingRow, Error> {
    let (short, first, last): (String, String, String) = (row.get(11)?, row.get(12)?, row.get(13)?);
    let Json(judgement): Json<Judgement> = row.get(20)?;
    Ok(FindingRow {
        id: row.get(0)?,
        assignment: row.get(1)?,
        shift: row.get(2)?,
        officer: row.get(3)?,
        decision: row.get(4)?,
        state: row.get(5)?,
        found_at: row.get(6)?,
        settled_at: row.get(7)?,
        settled_by: row.get(8)?,
        reason: row.get(9)?,
        answer: row.get(10)?,
        name: format!("{short} {first} {last}"),
        badge: row.get(14)?,
        job: row.get(15)?,
        number: row.get(16)?,
        title: row.get(17)?,
        span: span(row.get(18)?, row.get(19)?)?,
        judgement,
    })
}
