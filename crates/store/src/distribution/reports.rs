//! Reports that officers owe, with what was filed.

use jiff::Timestamp;
use muster_domain::{
    distribution::{Filing, Part, ReportState},
    id::{AgencyId, DutyReportId, OfficerId, ShiftId},
    time::{Minutes, Span},
};

use crate::{
    Error, Row, Tx,
    jobs::word,
    page::{PAGE_ROWS, Page, pattern, rows_before},
};

const ADD: &str = "INSERT INTO duty_reports (agency_id, id, officer_id, rule, what, part, subject, shift_id, about, withholds, due_at, owed_at, state) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'owed') ON CONFLICT (agency_id, officer_id, rule, part, subject) DO NOTHING";
const FILE: &str = "UPDATE duty_reports SET state = 'filed', happened = $1, worked_minutes = $2, incidents = $3, no_events = $4, settled_at = $5, settled_by = $6 \
     WHERE agency_id = $7 AND id = $8 AND state = 'owed'";
const EXCUSE: &str = "UPDATE duty_reports SET state = 'excused', reason = $1, settled_at = $2, settled_by = $3 \
     WHERE agency_id = $4 AND id = $5 AND state = 'owed'";
const FIND: &str = "SELECT d.id, d.officer_id, k.short, o.first_name, o.last_name, o.badge, d.rule, d.what, d.part, d.shift_id, d.about, d.withholds, d.due_at, d.state, \
     d.happened, d.worked_minutes, d.incidents, d.no_events, d.settled_at, d.settled_by, d.reason \
     FROM duty_reports d JOIN officers o ON o.agency_id = d.agency_id AND o.id = d.officer_id \
     JOIN ranks k ON k.agency_id = o.agency_id AND k.id = o.rank_id WHERE d.agency_id = $1 AND d.id = $2";
const OF_OFFICER: &str = "SELECT d.id, d.officer_id, k.short, o.first_name, o.last_name, o.badge, d.rule, d.what, d.part, d.shift_id, d.about, d.withholds, d.due_at, d.state, \
     d.happened, d.worked_minutes, d.incidents, d.no_events, d.settled_at, d.settled_by, d.reason \
     FROM duty_reports d JOIN officers o ON o.agency_id = d.agency_id AND o.id = d.officer_id \
     JOIN ranks k ON k.agency_id = o.agency_id AND k.id = o.rank_id WHERE d.agency_id = $1 AND d.officer_id = $2 AND (CAST($3 AS TEXT) IS NULL OR d.shift_id = $3) \
     ORDER BY CASE WHEN d.state = 'owed' THEN 0 ELSE 1 END, CASE WHEN d.state = 'owed' THEN d.due_at ELSE -d.due_at END, d.id LIMIT 100";
const LIST: &str = "SELECT d.id, d.officer_id, k.short, o.first_name, o.last_name, o.badge, d.rule, d.what, d.part, d.shift_id, d.about, d.withholds, d.due_at, d.state, \
     d.happened, d.worked_minutes, d.incidents, d.no_events, d.settled_at, d.settled_by, d.reason \
     FROM duty_reports d JOIN officers o ON o.agency_id = d.agency_id AND o.id = d.officer_id \
     JOIN ranks k ON k.agency_id = o.agency_id AND k.id = o.rank_id \
     WHERE d.agency_id = $1 AND d.state = $2 AND (CAST($3 AS BIGINT) IS NULL OR d.due_at < $3) \
     AND (CAST($4 AS TEXT) IS NULL OR LOWER(o.first_name || ' ' || o.last_name || ' ' || o.badge) LIKE $4 ESCAPE '!') \
     ORDER BY CASE WHEN d.state = 'owed' THEN d.due_at ELSE -d.settled_at END, d.id LIMIT $5 OFFSET $6";
const COUNT: &str = "SELECT COUNT(*) FROM duty_reports d JOIN officers o ON o.agency_id = d.agency_id AND o.id = d.officer_id \
     WHERE d.agency_id = $1 AND d.state = $2 AND (CAST($3 AS BIGINT) IS NULL OR d.due_at < $3) \
     AND (CAST($4 AS TEXT) IS NULL OR LOWER(o.first_name || ' ' || o.last_name || ' ' || o.badge) LIKE $4 ESCAPE '!')";
const OWING: &str = "SELECT o.id FROM officers o WHERE o.agency_id = $1 AND o.hired_on <= $2 AND o.status NOT IN ('separated', 'retired') \
     AND NOT EXISTS (SELECT 1 FROM duty_reports d WHERE d.agency_id = o.agency_id AND d.officer_id = o.id AND d.rule = $3 AND d.part = 'period' AND d.subject = $4) \
     AND ($5 OR EXISTS (SELECT 1 FROM time_entries e JOIN shifts h ON h.agency_id = e.agency_id AND h.id = e.shift_id \
        WHERE e.agency_id = o.agency_id AND e.officer_id = o.id AND e.state <> 'void' AND h.starts_at >= $6 AND h.starts_at < $7)) \
     ORDER BY o.id LIMIT 20000";

/// A report to be owed.
#[derive(Debug, Clone, Copy)]
pub struct NewReport<'a> {
    /// Its id.
    pub id: DutyReportId,
    /// Who owes it.
    pub officer: OfficerId,
    /// The rule.
    pub rule: &'a str,
    /// Its word for the report.
    pub what: &'a str,
    /// Of what.
    pub part: Part,
    /// The assignment, or the first day of the period.
    pub subject: &'a str,
    /// The shift, if of one.
    pub shift: Option<ShiftId>,
    /// Of what, in words.
    pub about: &'a str,
    /// The pay of the shift waits for it.
    pub withholds: bool,
    /// The last instant at which it is in time.
    pub due_at: Timestamp,
}

/// A report as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its id.
    pub id: DutyReportId,
    /// Who owes it.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// The rule.
    pub rule: String,
    /// Its word for the report.
    pub what: String,
    /// Of what.
    pub part: Part,
    /// The shift, if of one.
    pub shift: Option<ShiftId>,
    /// Of what, in words.
    pub about: String,
    /// The pay of the shift waits for it.
    pub withholds: bool,
    /// The last instant at which it is in time.
    pub due_at: Timestamp,
    /// Where it stands.
    pub state: ReportState,
    /// What was filed.
    pub filing: Filing,
    /// When it was filed or excused.
    pub settled_at: Option<Timestamp>,
    /// Who filed or excused it.
    pub settled_by: String,
    /// Why it was excused.
    pub reason: String,
}

/// Which reports a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFilter {
    /// In this state.
    pub state: ReportState,
    /// Only those due before this instant.
    pub due_before: Option<Timestamp>,
    /// Part of a name or badge number.
    pub search: String,
    /// The page, from 1.
    pub page: i64,
}

/// A period of which officers owe a report.
#[derive(Debug, Clone, Copy)]
pub struct OwingPeriod<'a> {
    /// The rule.
    pub rule: &'a str,
    /// Its first day, as stored.
    pub subject: &'a str,
    /// Its last day, as stored.
    pub last_day: &'a str,
    /// Its instants.
    pub span: Span,
    /// Owed without work too.
    pub even_if_none: bool,
}

/// Keeps what is owed; false when it is known.
///
/// # Errors
/// When the database fails.
pub fn add_report(tx: &mut Tx<'_>, agency: AgencyId, new: &NewReport<'_>, now: Timestamp) -> Result<bool, Error> {
    let shift = new.shift.map_or_else(String::new, |id| id.to_string());
    let added = tx.execute(
        ADD,
        &[
            &agency,
            &new.id,
            &new.officer,
            &new.rule,
            &new.what,
            &new.part.code(),
            &new.subject,
            &shift,
            &new.about,
            &new.withholds,
            &new.due_at,
            &now,
        ],
    )?;
    Ok(added == 1)
}

/// Keeps a filing; false when the report is not owed any more.
///
/// # Errors
/// When the database fails.
pub fn file_report(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: DutyReportId,
    filing: &Filing,
    by: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let minutes = filing.worked.map(|worked| worked.0);
    let filed =
        tx.execute(FILE, &[&filing.happened, &minutes, &filing.incidents, &filing.nothing, &now, &by, &agency, &id])?;
    Ok(filed == 1)
}

/// Excuses a report that is owed; false when it is not owed any more.
///
/// # Errors
/// When the database fails.
pub fn excuse_report(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: DutyReportId,
    (by, reason): (&str, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(EXCUSE, &[&reason, &now, &by, &agency, &id])? == 1)
}

/// One report.
///
/// # Errors
/// When the database fails.
pub fn find_report(tx: &mut Tx<'_>, agency: AgencyId, id: DutyReportId) -> Result<Option<ReportRow>, Error> {
    tx.find(FIND, &[&agency, &id], report)
}

/// An officer's reports, perhaps of one shift: those he owes, the first due first, then the others, the latest first; at
/// most 100.
///
/// # Errors
/// When the database fails.
pub fn list_reports_of(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    shift: Option<ShiftId>,
) -> Result<Vec<ReportRow>, Error> {
    let shift = shift.map(|id| id.to_string());
    tx.query(OF_OFFICER, &[&agency, &officer, &shift], report)
}

/// The agency's reports by filter: owed ones by when they are due, others the latest first; 50 a page.
///
/// # Errors
/// When the database fails.
pub fn list_reports(tx: &mut Tx<'_>, agency: AgencyId, filter: &ReportFilter) -> Result<Page<ReportRow>, Error> {
    let (search, before, state) = (pattern(&filter.search), rows_before(filter.page), filter.state.code());
    let rows = tx.query(LIST, &[&agency, &state, &filter.due_before, &search, &PAGE_ROWS, &before], report)?;
    let total = tx.one(COUNT, &[&agency, &state, &filter.due_before, &search], |row| row.get(0))?;
    Ok(Page { rows, total, number: filter.page.max(1) })
}

/// Officers who owe a report of a period and are not asked for it yet.
///
/// # Errors
/// When the database fails.
pub fn list_owing(tx: &mut Tx<'_>, agency: AgencyId, period: &OwingPeriod<'_>) -> Result<Vec<OfficerId>, Error> {
    let (from, to) = (period.span.starts_at(), period.span.ends_at());
    tx.query(
        OWING,
        &[&agency, &period.last_day, &period.rule, &period.subject, &period.even_if_none, &from, &to],
        |row| row.get(0),
    )
}

fn report(row: &Row<'_>) -> Result<ReportRow, Error> {
    let (short, first, last): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let shift: String = row.get(9)?;
    Ok(ReportRow {
        id: row.get(0)?,
        officer: row.get(1)?,
        name: format!("{short} {first} {last}"),
        badge: row.get(5)?,
        rule: row.get(6)?,
        what: row.get(7)?,
        part: word(&row.get::<String>(8)?, Part::from_code)?,
        shift: shift.parse().ok(),
        about: row.get(10)?,
        withholds: row.get(11)?,
        due_at: row.get(12)?,
        state: word(&row.get::<String>(13)?, ReportState::from_code)?,
        filing: Filing {
            happened: row.get(14)?,
            worked: row.get::<Option<i64>>(15)?.map(Minutes),
            incidents: row.get(16)?,
            nothing: row.get(17)?,
        },
        settled_at: row.get(18)?,
        settled_by: row.get(19)?,
        reason: row.get(20)?,
    })
}
