//! Officers who asked for a seat that needs somebody's approval.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, ApprovalId, DecisionId, JobId, OfficerId, PositionId, ShiftId},
    policy::Judgement,
    requests::PostRole,
    time::Span,
};

use crate::{
    Error, Json, Row, Tx,
    jobs::{span, word},
};

const ADD: &str = "INSERT INTO shift_approvals (agency_id, id, shift_id, position_id, officer_id, levels, state, decision_id, asked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, 'asked', $7, $8)";
const SETTLE: &str = "UPDATE shift_approvals SET state = $1, decided_at = $2, decided_by = $3, reason = $4 \
     WHERE agency_id = $5 AND id = $6 AND state = 'asked'";
const CLOSE: &str = "UPDATE shift_approvals SET state = 'withdrawn', decided_at = $1, reason = $2 \
     WHERE agency_id = $3 AND shift_id = $4 AND state = 'asked' AND (CAST($5 AS TEXT) IS NULL OR position_id = $5) \
     AND (CAST($6 AS TEXT) IS NULL OR officer_id = $6) RETURNING officer_id";
const FIND: &str = "SELECT p.id, p.shift_id, p.position_id, p.officer_id, p.levels, p.state, p.asked_at, p.reason, r.short, o.first_name, o.last_name, o.badge, \
     h.job_id, j.number, j.title, h.starts_at, h.ends_at, q.role, d.judgement \
     FROM shift_approvals p JOIN officers o ON o.agency_id = p.agency_id AND o.id = p.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     JOIN shifts h ON h.agency_id = p.agency_id AND h.id = p.shift_id JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN positions q ON q.agency_id = p.agency_id AND q.id = p.position_id \
     JOIN decisions d ON d.agency_id = p.agency_id AND d.id = p.decision_id WHERE p.agency_id = $1 AND p.id = $2";
const WAITING: &str = "SELECT p.id, p.shift_id, p.position_id, p.officer_id, p.levels, p.state, p.asked_at, p.reason, r.short, o.first_name, o.last_name, o.badge, \
     h.job_id, j.number, j.title, h.starts_at, h.ends_at, q.role, d.judgement \
     FROM shift_approvals p JOIN officers o ON o.agency_id = p.agency_id AND o.id = p.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     JOIN shifts h ON h.agency_id = p.agency_id AND h.id = p.shift_id JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN positions q ON q.agency_id = p.agency_id AND q.id = p.position_id \
     JOIN decisions d ON d.agency_id = p.agency_id AND d.id = p.decision_id \
     WHERE p.agency_id = $1 AND p.state = 'asked' AND (CAST($2 AS TEXT) IS NULL OR h.job_id = $2) ORDER BY h.starts_at, p.id LIMIT 200";
const OWN: &str = "SELECT p.id, p.shift_id, p.position_id, p.officer_id, p.levels, p.state, p.asked_at, p.reason, r.short, o.first_name, o.last_name, o.badge, \
     h.job_id, j.number, j.title, h.starts_at, h.ends_at, q.role, d.judgement \
     FROM shift_approvals p JOIN officers o ON o.agency_id = p.agency_id AND o.id = p.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     JOIN shifts h ON h.agency_id = p.agency_id AND h.id = p.shift_id JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN positions q ON q.agency_id = p.agency_id AND q.id = p.position_id \
     JOIN decisions d ON d.agency_id = p.agency_id AND d.id = p.decision_id \
     WHERE p.agency_id = $1 AND p.shift_id = $2 AND p.officer_id = $3 ORDER BY p.asked_at DESC, p.id DESC LIMIT 1";

/// An officer's wish for a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its id.
    pub id: ApprovalId,
    /// The shift.
    pub shift: ShiftId,
    /// The position.
    pub position: PositionId,
    /// Who asks.
    pub officer: OfficerId,
    /// The levels that must agree, as the rules name them.
    pub levels: Vec<String>,
    /// `asked`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// When he asked.
    pub asked_at: Timestamp,
    /// Why it was declined or withdrawn; may be empty.
    pub reason: String,
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
    /// What for.
    pub role: PostRole,
    /// What the rules said when he asked.
    pub judgement: Judgement,
}

/// A wish to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewAsked<'a> {
    /// Its id.
    pub id: ApprovalId,
    /// The shift.
    pub shift: ShiftId,
    /// The position.
    pub position: PositionId,
    /// Who asks.
    pub officer: OfficerId,
    /// The levels that must agree.
    pub levels: &'a [String],
    /// What the rules said.
    pub decision: DecisionId,
}

/// Keeps a wish.
///
/// # Errors
/// `shift_approvals_open` when the officer has asked for this position already.
pub fn add_asked(tx: &mut Tx<'_>, agency: AgencyId, new: &NewAsked<'_>, now: Timestamp) -> Result<(), Error> {
    let levels = Json(&new.levels);
    tx.execute(ADD, &[&agency, &new.id, &new.shift, &new.position, &new.officer, &levels, &new.decision, &now])?;
    Ok(())
}

/// Ends a wish as `approved`, `declined` or `withdrawn`; false when it had ended before.
///
/// # Errors
/// When the database fails.
pub fn settle_asked(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: ApprovalId,
    (state, by, reason): (&str, &str, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(SETTLE, &[&state, &now, &by, &reason, &agency, &id])? == 1)
}

/// Withdraws the wishes for a shift, perhaps only for one position or of one officer; answers whose they were.
///
/// # Errors
/// When the database fails.
pub fn close_asked(
    tx: &mut Tx<'_>,
    (agency, shift): (AgencyId, ShiftId),
    position: Option<PositionId>,
    officer: Option<OfficerId>,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<OfficerId>, Error> {
    tx.query(CLOSE, &[&now, &reason, &agency, &shift, &position, &officer], |row| row.get(0))
}

/// One wish. Lock its shift before deciding it.
///
/// # Errors
/// When the database fails.
pub fn find_asked(tx: &mut Tx<'_>, agency: AgencyId, id: ApprovalId) -> Result<Option<Asked>, Error> {
    tx.find(FIND, &[&agency, &id], asked)
}

/// The wishes that wait, of one job or of all, at most 200, the soonest start first.
///
/// # Errors
/// When the database fails.
pub fn list_waiting(tx: &mut Tx<'_>, agency: AgencyId, job: Option<JobId>) -> Result<Vec<Asked>, Error> {
    tx.query(WAITING, &[&agency, &job], asked)
}

/// An officer's last wish for a shift.
///
/// # Errors
/// When the database fails.
pub fn find_own_asked(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    shift: ShiftId,
    officer: OfficerId,
) -> Result<Option<Asked>, Error> {
    tx.find(OWN, &[&agency, &shift, &officer], asked)
}

fn asked(row: &Row<'_>) -> Result<Asked, Error> {
    let Json(levels): Json<Vec<String>> = row.get(4)?;
    let (short, first, last): (String, String, String) = (row.get(8)?, row.get(9)?, row.get(10)?);
    let Json(judgement): Json<Judgement> = row.get(18)?;
    Ok(Asked {
        id: row.get(0)?,
        shift: row.get(1)?,
        position: row.get(2)?,
        officer: row.get(3)?,
        levels,
        state: row.get(5)?,
        asked_at: row.get(6)?,
        reason: row.get(7)?,
        name: format!("{short} {first} {last}"),
        badge: row.get(11)?,
        job: row.get(12)?,
        number: row.get(13)?,
        title: row.get(14)?,
        span: span(row.get(15)?, row.get(16)?)?,
        role: word(&row.get::<String>(17)?, PostRole::from_code)?,
        judgement,
    })
}
