//! Requests with their quotes, and the notes written about them.

use jiff::Timestamp;
use muster_domain::{
    id::{AccountId, AgencyId, CustomerId, NoteId, RequestId},
    money::Cents,
    requests::{Details, Request, RequestState},
};

use crate::{
    Error, Json, Row, Tx,
    page::{PAGE_ROWS, Page, pattern, rows_before},
};

pub mod refused;
mod rules;

pub use rules::{
    ApprovalRow, ApprovalTerms, DocumentSeen, RulingRow, Settled, add_approval, add_document, add_ruling,
    close_approvals, confirm_spoken, count_approved_late, find_approval, find_facts, list_approvals, list_documents,
    list_held, list_rulings, oldest_unpaid, save_facts, settle_approval, subjects, was_billed,
};

const FIND: &str = "SELECT id, agency_id, number, customer_id, site_id, job_type_id, title, state, state_reason, details, quote, quoted_cents, \
     rule_set_id, first_starts_at, submitted_at, version FROM requests \
     WHERE agency_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR customer_id = $3)";
const LOCK: &str = "SELECT id, agency_id, number, customer_id, site_id, job_type_id, title, state, state_reason, details, quote, quoted_cents, \
     rule_set_id, first_starts_at, submitted_at, version FROM requests \
     WHERE agency_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR customer_id = $3) FOR UPDATE";
const ADD: &str = "INSERT INTO requests (agency_id, id, number, customer_id, site_id, job_type_id, title, state, details, quote, quoted_cents, \
     rule_set_id, first_starts_at, submitted_by, submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const DRAW_NUMBER: &str = "INSERT INTO counters (agency_id, name, last_value) VALUES ($1, 'requests', 1001) \
     ON CONFLICT (agency_id, name) DO UPDATE SET last_value = counters.last_value + 1 RETURNING last_value";
const SAVE_STATE: &str = "UPDATE requests SET state = $1, state_reason = $2, decided_at = $3, version = version + 1 \
     WHERE agency_id = $4 AND id = $5 AND version = $6";
const LIST: &str = "SELECT r.id, r.number, r.title, r.state, c.name, s.name, t.name, r.quoted_cents, r.first_starts_at, r.submitted_at, r.customer_id \
     FROM requests r JOIN customers c ON c.agency_id = r.agency_id AND c.id = r.customer_id \
     JOIN sites s ON s.agency_id = r.agency_id AND s.id = r.site_id JOIN job_types t ON t.agency_id = r.agency_id AND t.id = r.job_type_id \
     WHERE r.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR r.customer_id = $2) AND (CAST($3 AS TEXT) IS NULL OR r.state = $3) \
     AND (CAST($4 AS TEXT) IS NULL OR LOWER(r.title || ' ' || c.name || ' ' || s.name || ' #' || CAST(r.number AS TEXT)) LIKE $4 ESCAPE '!') \
     ORDER BY CASE WHEN $5 = 'start' THEN r.first_starts_at ELSE -r.submitted_at END, r.id LIMIT $6 OFFSET $7";
const COUNT: &str = "SELECT COUNT(*) FROM requests r JOIN customers c ON c.agency_id = r.agency_id AND c.id = r.customer_id \
     JOIN sites s ON s.agency_id = r.agency_id AND s.id = r.site_id \
     WHERE r.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR r.customer_id = $2) AND (CAST($3 AS TEXT) IS NULL OR r.state = $3) \
     AND (CAST($4 AS TEXT) IS NULL OR LOWER(r.title || ' ' || c.name || ' ' || s.name || ' #' || CAST(r.number AS TEXT)) LIKE $4 ESCAPE '!')";
const OPEN: &str = "SELECT COUNT(*) FROM requests WHERE agency_id = $1 AND state = 'submitted'";
const NOTES: &str = "SELECT id, author, side, body, written_at FROM request_notes WHERE agency_id = $1 AND request_id = $2 ORDER BY written_at, id LIMIT 500";
const ADD_NOTE: &str = "INSERT INTO request_notes (agency_id, id, request_id, author, side, body, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const JOB_OF: &str = "SELECT id, number FROM jobs WHERE agency_id = $1 AND request_id = $2 ORDER BY number LIMIT 1";

/// A request; the people of a customer find only their own (`only`).
///
/// # Errors
/// When the database fails.
pub fn find_request(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: RequestId,
    only: Option<CustomerId>,
) -> Result<Option<Request>, Error> {
    tx.find(FIND, &[&agency, &id, &only], request)
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// When the database fails.
pub fn lock_request(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: RequestId,
    only: Option<CustomerId>,
) -> Result<Option<Request>, Error> {
    tx.find(LOCK, &[&agency, &id, &only], request)
}

/// The next number of the agency; its counter is locked until the end of the transaction.
///
/// # Errors
/// When the database fails.
pub fn draw_number(tx: &mut Tx<'_>, agency: AgencyId) -> Result<i64, Error> {
    tx.one(DRAW_NUMBER, &[&agency], |row| row.get(0))
}

/// Adds a request.
///
/// # Errors
/// `requests_number` when the number is taken.
pub fn add_request(tx: &mut Tx<'_>, r: &Request, submitted_by: AccountId) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &r.agency,
            &r.id,
            &r.number,
            &r.customer,
            &r.site,
            &r.job_type,
            &r.title,
            &r.state.code(),
            &Json(&r.details),
            &Json(&r.quote),
            &r.quoted,
            &r.rule_set,
            &r.first_starts_at,
            &submitted_by,
            &r.submitted_at,
        ],
    )?;
    Ok(())
}

/// Saves the state and its reason; false when somebody else changed the request first.
///
/// # Errors
/// When the database fails.
pub fn save_state(tx: &mut Tx<'_>, r: &Request, decided_at: Option<Timestamp>) -> Result<bool, Error> {
    let changed =
        tx.execute(SAVE_STATE, &[&r.state.code(), &r.state_reason, &decided_at, &r.agency, &r.id, &r.version])?;
    Ok(changed == 1)
}

fn request(row: &Row<'_>) -> Result<Request, Error> {
    Ok(Request {
        id: row.get(0)?,
        agency: row.get(1)?,
        number: row.get(2)?,
        customer: row.get(3)?,
        site: row.get(4)?,
        job_type: row.get(5)?,
        title: row.get(6)?,
        state: state(&row.get::<String>(7)?)?,
        state_reason: row.get(8)?,
        details: row.get::<Json<Details>>(9)?.0,
        quote: row.get::<Json<serde_json::Value>>(10)?.0,
        quoted: row.get(11)?,
        rule_set: row.get(12)?,
        first_starts_at: row.get(13)?,
        submitted_at: row.get(14)?,
        version: row.get(15)?,
    })
}

fn state(code: &str) -> Result<RequestState, Error> {
    RequestState::from_code(code).ok_or_else(|| Error::unknown_word("state of a request", code))
}

/// Which requests to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// Only of this customer.
    pub customer: Option<CustomerId>,
    /// In this state.
    pub state: Option<RequestState>,
    /// Part of the title, customer, site or number.
    pub search: String,
    /// By first start instead of the newest first.
    pub by_start: bool,
}

/// A request as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub id: RequestId,
    /// The number people say.
    pub number: i64,
    /// What.
    pub title: String,
    /// Where it stands.
    pub state: RequestState,
    /// Who asks.
    pub customer: String,
    /// Where.
    pub site: String,
    /// What kind of job.
    pub job_type: String,
    /// The quote's total.
    pub quoted: Cents,
    /// The first shift's start.
    pub first_starts_at: Timestamp,
    /// When it came.
    pub submitted_at: Timestamp,
    /// Who asks.
    pub customer_id: CustomerId,
}

/// One page of requests.
///
/// # Errors
/// When the database fails.
pub fn list_requests(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    filter: &RequestFilter,
    page: i64,
) -> Result<Page<Listed>, Error> {
    let search = pattern(&filter.search);
    let state = filter.state.map(RequestState::code);
    let total: i64 = tx.one(COUNT, &[&agency, &filter.customer, &state, &search], |row| row.get(0))?;
    let number = page.clamp(1, ((total + PAGE_ROWS - 1) / PAGE_ROWS).max(1));
    let order = if filter.by_start { "start" } else { "newest" };
    let rows = tx.query(
        LIST,
        &[&agency, &filter.customer, &state, &search, &order, &PAGE_ROWS, &rows_before(number)],
        listed,
    )?;
    Ok(Page { rows, total, number })
}

fn listed(row: &Row<'_>) -> Result<Listed, Error> {
    Ok(Listed {
        id: row.get(0)?,
        number: row.get(1)?,
        title: row.get(2)?,
        state: state(&row.get::<String>(3)?)?,
        customer: row.get(4)?,
        site: row.get(5)?,
        job_type: row.get(6)?,
        quoted: row.get(7)?,
        first_starts_at: row.get(8)?,
        submitted_at: row.get(9)?,
        customer_id: row.get(10)?,
    })
}

/// How many requests wait for the agency.
///
/// # Errors
/// When the database fails.
pub fn count_waiting(tx: &mut Tx<'_>, agency: AgencyId) -> Result<i64, Error> {
    tx.one(OPEN, &[&agency], |row| row.get(0))
}

/// A question, an answer or a remark about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Who wrote it, by name.
    pub author: String,
    /// `agency` or `customer`.
    pub side: String,
    /// What it says.
    pub body: String,
    /// When.
    pub written_at: Timestamp,
}

/// Every note of a request, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_notes(tx: &mut Tx<'_>, agency: AgencyId, request: RequestId) -> Result<Vec<Note>, Error> {
    tx.query(NOTES, &[&agency, &request], |row| {
        Ok(Note { id: row.get(0)?, author: row.get(1)?, side: row.get(2)?, body: row.get(3)?, written_at: row.get(4)? })
    })
}

/// Adds a note.
///
/// # Errors
/// When the database fails.
pub fn add_note(tx: &mut Tx<'_>, agency: AgencyId, request: RequestId, note: &Note) -> Result<(), Error> {
    tx.execute(ADD_NOTE, &[&agency, &note.id, &request, &note.author, &note.side, &note.body, &note.written_at])?;
    Ok(())
}

/// The job that a request became, and its number.
///
/// # Errors
/// When the database fails.
pub fn find_job_of(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    request: RequestId,
) -> Result<Option<(muster_domain::id::JobId, i64)>, Error> {
    tx.find(JOB_OF, &[&agency, &request], |row| Ok((row.get(0)?, row.get(1)?)))
}
