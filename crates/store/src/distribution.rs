//! Postings, assignments, decisions, and the facts that decide them.

use jiff::Timestamp;
use muster_domain::{
    distribution::{Plan, Posting},
    id::{AgencyId, DecisionId, JobId, OfficerId, PostingId, RuleSetId, ShiftId},
    policy::Judgement,
};

use crate::{Error, Json, Row, Tx};

mod approvals;
mod assignments;
mod candidates;
mod crew;
mod facts;
mod findings;
mod handovers;
mod marks;
mod moved;
mod offences;
mod openings;
mod permits;
mod record;
mod reports;

pub use approvals::{Asked, NewAsked, add_asked, close_asked, find_asked, find_own_asked, list_waiting, settle_asked};
pub use assignments::{
    Assignment, Booked, BookedFilter, NewAssignment, add_assignment, cancel_assignments, end_assignment,
    find_assignment, find_next_booked, list_booked, lock_assignment,
};
pub use candidates::{CandidateListed, list_candidates};
pub use crew::list_crew;
pub use facts::{
    Glance, PositionOfShift, ShiftFacts, find_open_shift, list_open_positions, list_open_shifts,
    list_positions_with_seats,
};
pub use findings::{
    FindingRow, NewFinding, RefusedRow, SeatAhead, Settled, add_finding, answer_finding, ask_about_finding,
    find_finding, find_last_decision, list_earlier, list_findings, list_open_findings, list_own_findings, list_refused,
    list_seats_ahead, renew_finding, settle_finding, tell_findings,
};
pub use handovers::{HandoverRow, NewHandover, add_handover, find_handover, list_handovers, settle_handover};
pub use marks::{MarkRow, NewMarkRow, add_mark, end_mark, find_mark, list_marks_of, list_marks_to};
pub use moved::{MovedSeat, ask_moved, find_moved, list_moved, move_work, settle_moved};
pub use offences::{
    Missed, NewOffenceRow, OffenceFilter, OffenceRow, add_offence, appeal_offence, decide_offence, find_offence,
    list_missed, list_offences, list_offences_of, settle_appeal,
};
pub use openings::{Listener, list_listeners, list_open_of_job};
pub use permits::{
    NewPermit, PermitRow, add_permit, close_permit, find_birth, find_permit, list_permits_of, list_permits_waiting,
    revoke_permit, set_birth, settle_permit,
};
pub use record::{
    OfficerRecord, find_record, list_applications, list_records, list_work_of_agency, list_work_of_person, lock_officer,
};
pub use reports::{
    NewReport, OwingPeriod, ReportFilter, ReportRow, add_report, excuse_report, file_report, find_report, list_owing,
    list_reports, list_reports_of,
};

const ADD_POSTING: &str = "INSERT INTO postings (agency_id, id, shift_id, plan, stage, stage_since, state, posted_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SAVE_POSTING: &str = "UPDATE postings SET stage = $1, stage_since = $2, state = $3, version = version + 1 \
     WHERE agency_id = $4 AND id = $5";
const LOCK_RUNNING: &str = "SELECT id, shift_id, plan, stage, stage_since, state, posted_at FROM postings \
     WHERE agency_id = $1 AND shift_id = $2 AND state = 'running' FOR UPDATE";
const LAST_POSTINGS: &str = "SELECT id, shift_id, plan, stage, stage_since, state, posted_at FROM postings \
     WHERE agency_id = $1 AND shift_id = $2 ORDER BY posted_at DESC, id DESC LIMIT 1";
const ADD_DECISION: &str = "INSERT INTO decisions (agency_id, id, officer_id, shift_id, rule_set_id, point, outcome, judgement, decided_at, refused) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const DECISIONS_OF_JOB: &str = "SELECT d.id, d.officer_id, o.first_name || ' ' || o.last_name, d.judgement, d.decided_at, d.shift_id, d.refused FROM shifts h \
     JOIN decisions d ON d.agency_id = h.agency_id AND d.shift_id = h.id \
     JOIN officers o ON o.agency_id = d.agency_id AND o.id = d.officer_id \
     WHERE h.agency_id = $1 AND h.job_id = $2 ORDER BY d.decided_at DESC, d.id DESC LIMIT 100";
const DECISIONS_OF_SHIFT: &str = "SELECT d.id, d.officer_id, o.first_name || ' ' || o.last_name, d.judgement, d.decided_at, d.shift_id, d.refused FROM decisions d \
     JOIN officers o ON o.agency_id = d.agency_id AND o.id = d.officer_id \
     WHERE d.agency_id = $1 AND d.shift_id = $2 ORDER BY d.decided_at DESC, d.id DESC LIMIT 200";

/// A posting with its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingRow {
    /// Its id.
    pub id: PostingId,
    /// The shift.
    pub shift: ShiftId,
    /// The plan.
    pub plan: Plan,
    /// Where it stands.
    pub posting: Posting,
    /// When it was posted.
    pub posted_at: Timestamp,
}

/// A stored decision of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its id.
    pub id: DecisionId,
    /// About whom.
    pub officer: OfficerId,
    /// His name.
    pub officer_name: String,
    /// What was said.
    pub judgement: Judgement,
    /// When.
    pub decided_at: Timestamp,
    /// About which shift.
    pub shift: ShiftId,
    /// He was refused by it.
    pub refused: bool,
}

/// A decision to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewDecision<'a> {
    /// About whom.
    pub officer: OfficerId,
    /// For which shift.
    pub shift: ShiftId,
    /// By which rules; none while the agency has none in force.
    pub rule_set: Option<RuleSetId>,
    /// What was said.
    pub judgement: &'a Judgement,
    /// Somebody was refused by it.
    pub refused: bool,
}

/// Adds a posting.
///
/// # Errors
/// `postings_running` when the shift has a running one.
pub fn add_posting(tx: &mut Tx<'_>, agency: AgencyId, row: &PostingRow) -> Result<(), Error> {
    tx.execute(
        ADD_POSTING,
        &[
            &agency,
            &row.id,
            &row.shift,
            &Json(&row.plan),
            &stage_number(&row.posting),
            &row.posting.since,
            &state(&row.posting),
            &row.posted_at,
        ],
    )?;
    Ok(())
}

/// Saves where a posting stands.
///
/// # Errors
/// When the database fails.
pub fn save_posting(tx: &mut Tx<'_>, agency: AgencyId, row: &PostingRow) -> Result<(), Error> {
    let posting = &row.posting;
    tx.execute(SAVE_POSTING, &[&stage_number(posting), &posting.since, &state(posting), &agency, &row.id])?;
    Ok(())
}

/// The running posting of a shift, locked. Lock the shift first.
///
/// # Errors
/// When the database fails.
pub fn lock_running(tx: &mut Tx<'_>, agency: AgencyId, shift: ShiftId) -> Result<Option<PostingRow>, Error> {
    tx.find(LOCK_RUNNING, &[&agency, &shift], posting)
}

/// The last posting of a shift, running or closed.
///
/// # Errors
/// When the database fails.
pub fn find_posting(tx: &mut Tx<'_>, agency: AgencyId, shift: ShiftId) -> Result<Option<PostingRow>, Error> {
    tx.find(LAST_POSTINGS, &[&agency, &shift], posting)
}

/// Keeps what the rules said.
///
/// # Errors
/// When the database fails.
pub fn add_decision(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    new: &NewDecision<'_>,
    now: Timestamp,
) -> Result<DecisionId, Error> {
    let id: DecisionId = tx.id(now);
    let rule_set = new.rule_set.map_or_else(String::new, |id| id.to_string());
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let (point, outcome) = (json(&new.judgement.point), json(&new.judgement.outcome));
    tx.execute(
        ADD_DECISION,
        &[
            &agency,
            &id,
            &new.officer,
            &new.shift,
            &rule_set,
            &word(point),
            &word(outcome),
            &Json(new.judgement),
            &now,
            &new.refused,
        ],
    )?;
    Ok(id)
}

/// What the rules said about a shift, the latest first, at most 200.
///
/// # Errors
/// When the database fails.
pub fn list_decisions(tx: &mut Tx<'_>, agency: AgencyId, shift: ShiftId) -> Result<Vec<DecisionRow>, Error> {
    tx.query(DECISIONS_OF_SHIFT, &[&agency, &shift], decision)
}

/// What the rules said about the shifts of a job, the latest first, at most 100.
///
/// # Errors
/// When the database fails.
pub fn list_decisions_of_job(tx: &mut Tx<'_>, agency: AgencyId, job: JobId) -> Result<Vec<DecisionRow>, Error> {
    tx.query(DECISIONS_OF_JOB, &[&agency, &job], decision)
}

fn decision(row: &Row<'_>) -> Result<DecisionRow, Error> {
    let Json(judgement): Json<Judgement> = row.get(3)?;
    Ok(DecisionRow {
        id: row.get(0)?,
        officer: row.get(1)?,
        officer_name: row.get(2)?,
        judgement,
        decided_at: row.get(4)?,
        shift: row.get(5)?,
        refused: row.get(6)?,
    })
}

fn posting(row: &Row<'_>) -> Result<PostingRow, Error> {
    let Json(plan): Json<Plan> = row.get(2)?;
    Ok(PostingRow {
        id: row.get(0)?,
        shift: row.get(1)?,
        plan,
        posting: read_posting(row.get(3)?, row.get(4)?, &row.get::<String>(5)?),
        posted_at: row.get(6)?,
    })
}

fn read_posting(stage: i64, since: Timestamp, state: &str) -> Posting {
    Posting { stage: usize::try_from(stage).unwrap_or(0), since, closed: state == "closed" }
}

fn stage_number(posting: &Posting) -> i64 {
    i64::try_from(posting.stage).unwrap_or(0)
}

fn state(posting: &Posting) -> &'static str {
    if posting.closed { "closed" } else { "running" }
}

/// A plain enum as its JSON word.
fn json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
