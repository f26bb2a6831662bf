//! Offences of officers, what the office says of them, and appeals.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, AssignmentId, OffenceId, OfficerId, ShiftId},
    time::Span,
};

use crate::{
    Error, Row, Tx,
    jobs::span,
    page::{PAGE_ROWS, Page, pattern, rows_before},
};

const ADD: &str = "INSERT INTO offences (agency_id, id, officer_id, event, happened_at, shift_id, assignment_id, job_kind, reason, recorded_by, recorder_id, recorded_at, state) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (agency_id, assignment_id, event) WHERE assignment_id <> '' DO NOTHING";
const DECIDE: &str = "UPDATE offences SET state = $1, decided_by = $2, decider_id = $3, decided_at = $4, decision = $5 \
     WHERE agency_id = $6 AND id = $7 AND state = $8";
const APPEAL: &str = "UPDATE offences SET appeal_state = 'asked', appeal = $1, appealed_at = $2 \
     WHERE agency_id = $3 AND id = $4 AND appeal_state = 'none' AND state = 'counted'";
const SETTLE_APPEAL: &str = "UPDATE offences SET appeal_state = $1, appeal_by = $2, appeal_at = $3, appeal_answer = $4, state = $5 \
     WHERE agency_id = $6 AND id = $7 AND appeal_state = 'asked'";
const FIND: &str = "SELECT f.id, f.officer_id, r.short, o.first_name, o.last_name, o.badge, f.event, f.happened_at, f.shift_id, f.job_kind, f.reason, \
     f.recorded_by, f.recorder_id, f.recorded_at, f.state, f.decided_by, f.decider_id, f.decided_at, f.decision, \
     f.appeal_state, f.appeal, f.appealed_at, f.appeal_by, f.appeal_at, f.appeal_answer \
     FROM offences f JOIN officers o ON o.agency_id = f.agency_id AND o.id = f.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id WHERE f.agency_id = $1 AND f.id = $2";
const OF_OFFICER: &str = "SELECT f.id, f.officer_id, r.short, o.first_name, o.last_name, o.badge, f.event, f.happened_at, f.shift_id, f.job_kind, f.reason, \
     f.recorded_by, f.recorder_id, f.recorded_at, f.state, f.decided_by, f.decider_id, f.decided_at, f.decision, \
     f.appeal_state, f.appeal, f.appealed_at, f.appeal_by, f.appeal_at, f.appeal_answer \
     FROM offences f JOIN officers o ON o.agency_id = f.agency_id AND o.id = f.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     WHERE f.agency_id = $1 AND f.officer_id = $2 ORDER BY f.happened_at DESC, f.id DESC LIMIT 200";
const LIST: &str = "SELECT f.id, f.officer_id, r.short, o.first_name, o.last_name, o.badge, f.event, f.happened_at, f.shift_id, f.job_kind, f.reason, \
     f.recorded_by, f.recorder_id, f.recorded_at, f.state, f.decided_by, f.decider_id, f.decided_at, f.decision, \
     f.appeal_state, f.appeal, f.appealed_at, f.appeal_by, f.appeal_at, f.appeal_answer \
     FROM offences f JOIN officers o ON o.agency_id = f.agency_id AND o.id = f.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     WHERE f.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR f.state = $2) AND (CAST($3 AS TEXT) IS NULL OR f.event = $3) \
     AND (NOT $4 OR f.appeal_state = 'asked') \
     AND (CAST($5 AS TEXT) IS NULL OR LOWER(o.first_name || ' ' || o.last_name || ' ' || o.badge) LIKE $5 ESCAPE '!') \
     ORDER BY f.happened_at DESC, f.id DESC LIMIT $6 OFFSET $7";
const COUNT: &str = "SELECT COUNT(*) FROM offences f JOIN officers o ON o.agency_id = f.agency_id AND o.id = f.officer_id \
     WHERE f.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR f.state = $2) AND (CAST($3 AS TEXT) IS NULL OR f.event = $3) \
     AND (NOT $4 OR f.appeal_state = 'asked') \
     AND (CAST($5 AS TEXT) IS NULL OR LOWER(o.first_name || ' ' || o.last_name || ' ' || o.badge) LIKE $5 ESCAPE '!')";
const MISSED: &str = "SELECT a.id, a.shift_id, a.officer_id, h.starts_at, h.ends_at, t.code, j.number, j.title, e.clocked_in_at \
     FROM shifts h JOIN assignments a ON a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked' \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     WHERE h.agency_id = $1 AND h.starts_at > $2 AND h.starts_at <= $3 AND h.ends_at <= $3 AND h.state <> 'cancelled' \
     AND (e.id IS NULL OR e.clocked_in_at > h.starts_at) \
     AND NOT EXISTS (SELECT 1 FROM offences f WHERE f.agency_id = a.agency_id AND f.assignment_id = a.id AND f.assignment_id <> '' AND f.event IN ('no_show', 'late')) \
     ORDER BY h.starts_at, a.id LIMIT 300";

/// An offence as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffenceRow {
    /// Its id.
    pub id: OffenceId,
    /// Whose.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// By the rule book's word.
    pub event: String,
    /// When it happened.
    pub happened_at: Timestamp,
    /// On which shift, if on one.
    pub shift: Option<ShiftId>,
    /// The code of the job's kind, if on a job.
    pub job_kind: Option<String>,
    /// What happened, in words.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// His account's id; the nil one for the program.
    pub recorder: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// `candidate`, `counted` or `excused`.
    pub state: String,
    /// Who confirmed or excused it.
    pub decided_by: String,
    /// His account's id; may be empty.
    pub decider: String,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why.
    pub decision: String,
    /// `none`, `asked`, `upheld` or `dismissed`.
    pub appeal_state: String,
    /// The officer's words.
    pub appeal: String,
    /// When he appealed.
    pub appealed_at: Option<Timestamp>,
    /// Who decided the appeal.
    pub appeal_by: String,
    /// When.
    pub appeal_at: Option<Timestamp>,
    /// What was answered.
    pub appeal_answer: String,
}

/// An offence to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewOffenceRow<'a> {
    /// Its id.
    pub id: OffenceId,
    /// Whose.
    pub officer: OfficerId,
    /// By the rule book's word.
    pub event: &'a str,
    /// When it happened.
    pub happened_at: Timestamp,
    /// On which shift.
    pub shift: Option<ShiftId>,
    /// In which seat; the same event of a seat is stored once.
    pub assignment: Option<AssignmentId>,
    /// The code of the job's kind; may be empty.
    pub job_kind: &'a str,
    /// What happened, in words.
    pub reason: &'a str,
    /// Who records it.
    pub recorded_by: &'a str,
    /// His account's id.
    pub recorder: &'a str,
    /// `candidate` or `counted`.
    pub state: &'a str,
}

/// Which offences a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffenceFilter {
    /// `candidate`, `counted` or `excused`; all when absent.
    pub state: Option<String>,
    /// One event; all when absent.
    pub event: Option<String>,
    /// Only those whose appeal waits.
    pub appealed: bool,
    /// Part of a name or badge number.
    pub search: String,
    /// The page, from 1.
    pub page: i64,
}

/// A seat whose officer did not clock in, or came after the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The seat.
    pub assignment: AssignmentId,
    /// Its shift.
    pub shift: ShiftId,
    /// Whose.
    pub officer: OfficerId,
    /// When the shift was.
    pub span: Span,
    /// The code of the job's kind.
    pub job_kind: String,
    /// The job's number.
    pub number: i64,
    /// The job's title.
    pub title: String,
    /// When he came, if he did.
    pub clocked_in_at: Option<Timestamp>,
}

/// Keeps an offence; false when this event of this seat is known.
///
/// # Errors
/// When the database fails.
pub fn add_offence(tx: &mut Tx<'_>, agency: AgencyId, new: &NewOffenceRow<'_>, now: Timestamp) -> Result<bool, Error> {
    let shift = new.shift.map_or_else(String::new, |id| id.to_string());
    let assignment = new.assignment.map_or_else(String::new, |id| id.to_string());
    let added = tx.execute(
        ADD,
        &[
            &agency,
            &new.id,
            &new.officer,
            &new.event,
            &new.happened_at,
            &shift,
            &assignment,
            &new.job_kind,
            &new.reason,
            &new.recorded_by,
            &new.recorder,
            &now,
            &new.state,
        ],
    )?;
    Ok(added == 1)
}

/// Confirms or excuses an offence that stands in `from`; false when it no longer does.
///
/// # Errors
/// When the database fails.
pub fn decide_offence(
    tx: &mut Tx<'_>,
    (agency, id): (AgencyId, OffenceId),
    (from, to): (&str, &str),
    (by, account): (&str, &str),
    words: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(DECIDE, &[&to, &by, &account, &now, &words, &agency, &id, &from])? == 1)
}

/// Keeps an appeal; false when there was one, or the offence does not count.
///
/// # Errors
/// When the database fails.
pub fn appeal_offence(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: OffenceId,
    words: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(APPEAL, &[&words, &now, &agency, &id])? == 1)
}

/// Settles an appeal as `upheld` (the offence is excused) or `dismissed`; false when it was settled.
///
/// # Errors
/// When the database fails.
pub fn settle_appeal(
    tx: &mut Tx<'_>,
    (agency, id): (AgencyId, OffenceId),
    upheld: bool,
    (by, words): (&str, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    let (appeal, state) = if upheld { ("upheld", "excused") } else { ("dismissed", "counted") };
    Ok(tx.execute(SETTLE_APPEAL, &[&appeal, &by, &now, &words, &state, &agency, &id])? == 1)
}

/// One offence.
///
/// # Errors
/// When the database fails.
pub fn find_offence(tx: &mut Tx<'_>, agency: AgencyId, id: OffenceId) -> Result<Option<OffenceRow>, Error> {
    tx.find(FIND, &[&agency, &id], offence)
}

/// The offences of an officer, the latest first, at most 200.
///
/// # Errors
/// When the database fails.
pub fn list_offences_of(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<OffenceRow>, Error> {
    tx.query(OF_OFFICER, &[&agency, &officer], offence)
}

/// The agency's offences by filter, the latest first, 50 a page.
///
/// # Errors
/// When the database fails.
pub fn list_offences(tx: &mut Tx<'_>, agency: AgencyId, filter: &OffenceFilter) -> Result<Page<OffenceRow>, Error> {
    let search = pattern(&filter.search);
    let before = rows_before(filter.page);
    let rows = tx.query(
        LIST,
        &[&agency, &filter.state, &filter.event, &filter.appealed, &search, &PAGE_ROWS, &before],
        offence,
    )?;
    let total = tx.one(COUNT, &[&agency, &filter.state, &filter.event, &filter.appealed, &search], |row| row.get(0))?;
    Ok(Page { rows, total, number: filter.page.max(1) })
}

/// Seats of shifts that began after `since` and are over, without a clock-in or with a late one, and not recorded yet.
///
/// # Errors
/// When the database fails.
pub fn list_missed(tx: &mut Tx<'_>, agency: AgencyId, since: Timestamp, now: Timestamp) -> Result<Vec<Missed>, Error> {
    tx.query(MISSED, &[&agency, &since, &now], |row| {
        Ok(Missed {
            assignment: row.get(0)?,
            shift: row.get(1)?,
            officer: row.get(2)?,
            span: span(row.get(3)?, row.get(4)?)?,
            job_kind: row.get(5)?,
            number: row.get(6)?,
            title: row.get(7)?,
            clocked_in_at: row.get(8)?,
        })
    })
}

fn offence(row: &Row<'_>) -> Result<OffenceRow, Error> {
    let (short, first, last): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let (shift, kind): (String, String) = (row.get(8)?, row.get(9)?);
    Ok(OffenceRow {
        id: row.get(0)?,
        officer: row.get(1)?,
        name: format!("{short} {first} {last}"),
        badge: row.get(5)?,
        event: row.get(6)?,
        happened_at: row.get(7)?,
        shift: shift.parse().ok(),
        job_kind: (!kind.is_empty()).then_some(kind),
        reason: row.get(10)?,
        recorded_by: row.get(11)?,
        recorder: row.get(12)?,
        recorded_at: row.get(13)?,
        state: row.get(14)?,
        decided_by: row.get(15)?,
        decider: row.get(16)?,
        decided_at: row.get(17)?,
        decision: row.get(18)?,
        appeal_state: row.get(19)?,
        appeal: row.get(20)?,
        appealed_at: row.get(21)?,
        appeal_by: row.get(22)?,
        appeal_at: row.get(23)?,
        appeal_answer: row.get(24)?,
    })
}
