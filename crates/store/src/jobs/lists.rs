//! Lists of jobs and shifts as pages show them.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::Scope,
    id::{AgencyId, CustomerId, JobId, JobTypeId, ShiftId, SiteId},
    jobs::{JobState, ShiftState},
    time::Span,
};

use super::{span, word};
use crate::{Error, Row, Tx};

/// Rows on one page of a list.
const PAGE: i64 = 50;

// The page is chosen first and counted afterwards: seats are summed for 50 jobs, not for every job that the filter holds.
const LIST_JOBS: &str = "WITH chosen AS (SELECT j.agency_id, j.id, j.number, j.title, j.state, j.customer_id, c.name AS customer, s.name AS site, j.job_type_id, \
        (SELECT MIN(h.starts_at) FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.state <> 'cancelled' AND h.ends_at > $1) AS next_at \
     FROM jobs j JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     WHERE j.agency_id = $2 AND (CAST($3 AS TEXT) IS NULL OR j.customer_id = $3) AND (CAST($4 AS TEXT) IS NULL OR j.job_type_id = $4) \
     AND (CAST($5 AS TEXT) = '' OR LOWER(j.title || ' ' || c.name || ' ' || s.name || ' ' || CAST(j.number AS TEXT)) LIKE $5 ESCAPE '!') \
     AND (CAST($6 AS TEXT) = 'any' OR ($6 = 'cancelled' AND j.state = 'cancelled') OR (j.state = 'active' AND \
        CASE WHEN $6 = 'over' THEN NOT EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.state <> 'cancelled' AND h.ends_at > $1) \
             WHEN $6 = 'upcoming' THEN EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.state <> 'cancelled' AND h.ends_at > $1) \
             ELSE $6 = 'unfilled' AND EXISTS (SELECT 1 FROM shifts h JOIN positions p ON p.agency_id = h.agency_id AND p.shift_id = h.id \
                WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.state IN ('draft', 'posted', 'closed') AND h.starts_at > $1 \
                AND p.seat_count > (SELECT COUNT(*) FROM assignments a WHERE a.agency_id = p.agency_id AND a.position_id = p.id AND a.state = 'booked')) END)) \
     AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.worked_on >= $7)) \
     AND (CAST($8 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.worked_on <= $8)) \
     ORDER BY next_at NULLS LAST, j.number DESC LIMIT $9 OFFSET $10) \
     SELECT o.id, o.number, o.title, o.state, o.customer_id, o.customer, o.site, t.code, t.name, \
     (SELECT MIN(h.starts_at) FROM shifts h WHERE h.agency_id = o.agency_id AND h.job_id = o.id), \
     (SELECT MAX(h.ends_at) FROM shifts h WHERE h.agency_id = o.agency_id AND h.job_id = o.id), o.next_at, \
     (SELECT COUNT(*) FROM shifts h WHERE h.agency_id = o.agency_id AND h.job_id = o.id AND h.state <> 'cancelled'), \
     (SELECT CAST(COALESCE(SUM((SELECT SUM(p.seat_count) FROM positions p WHERE p.agency_id = h.agency_id AND p.shift_id = h.id)), 0) AS BIGINT) \
        FROM shifts h WHERE h.agency_id = o.agency_id AND h.job_id = o.id AND h.state <> 'cancelled'), \
     (SELECT CAST(COALESCE(SUM((SELECT COUNT(*) FROM assignments a WHERE a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked')), 0) AS BIGINT) \
        FROM shifts h WHERE h.agency_id = o.agency_id AND h.job_id = o.id AND h.state <> 'cancelled'), \
     (SELECT CAST(COALESCE(SUM(CASE WHEN h.state = 'draft' AND h.ends_at > $1 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM shifts h \
        WHERE h.agency_id = o.agency_id AND h.job_id = o.id) \
     FROM chosen o JOIN job_types t ON t.agency_id = o.agency_id AND t.id = o.job_type_id \
     ORDER BY o.next_at NULLS LAST, o.number DESC";
const COUNT_JOBS: &str = "SELECT COUNT(*) \
     FROM jobs j JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     WHERE j.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR j.customer_id = $2) AND (CAST($3 AS TEXT) IS NULL OR j.job_type_id = $3) \
     AND (CAST($4 AS TEXT) = '' OR LOWER(j.title || ' ' || c.name || ' ' || s.name || ' ' || CAST(j.number AS TEXT)) LIKE $4 ESCAPE '!') \
     AND (CAST($5 AS TEXT) = 'any' OR ($5 = 'cancelled' AND j.state = 'cancelled') OR (j.state = 'active' AND \
        CASE WHEN $5 = 'over' THEN NOT EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.state <> 'cancelled' AND h.ends_at > $6) \
             WHEN $5 = 'upcoming' THEN EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.state <> 'cancelled' AND h.ends_at > $6) \
             ELSE $5 = 'unfilled' AND EXISTS (SELECT 1 FROM shifts h JOIN positions p ON p.agency_id = h.agency_id AND p.shift_id = h.id \
                WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.state IN ('draft', 'posted', 'closed') AND h.starts_at > $6 \
                AND p.seat_count > (SELECT COUNT(*) FROM assignments a WHERE a.agency_id = p.agency_id AND a.position_id = p.id AND a.state = 'booked')) END)) \
     AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.worked_on >= $7)) \
     AND (CAST($8 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM shifts h WHERE h.agency_id = j.agency_id AND h.job_id = j.id AND h.worked_on <= $8))";
const SHIFTS_BETWEEN: &str = "SELECT h.id, h.job_id, h.starts_at, h.ends_at, h.worked_on, h.state, j.number, j.title, t.code, c.name, s.id, s.name, \
     (SELECT CAST(COALESCE(SUM(p.seat_count), 0) AS BIGINT) FROM positions p WHERE p.agency_id = h.agency_id AND p.shift_id = h.id), \
     (SELECT COUNT(*) FROM assignments a WHERE a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked'), \
     (SELECT COUNT(*) FROM time_entries e WHERE e.agency_id = h.agency_id AND e.shift_id = h.id AND e.state = 'on_site') \
     FROM shifts h JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     WHERE h.agency_id = $1 AND h.starts_at >= $2 AND h.starts_at < $3 AND (CAST($4 AS TEXT) IS NULL OR j.customer_id = $4) \
     AND (CAST($5 AS TEXT) IS NULL OR j.job_type_id = $5) ORDER BY h.starts_at, j.number, h.id LIMIT 1000";
const SHIFTS_OF_JOB: &str = "SELECT h.id, h.job_id, h.starts_at, h.ends_at, h.worked_on, h.state, j.number, j.title, t.code, c.name, s.id, s.name, \
     (SELECT CAST(COALESCE(SUM(p.seat_count), 0) AS BIGINT) FROM positions p WHERE p.agency_id = h.agency_id AND p.shift_id = h.id), \
     (SELECT COUNT(*) FROM assignments a WHERE a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked'), \
     (SELECT COUNT(*) FROM time_entries e WHERE e.agency_id = h.agency_id AND e.shift_id = h.id AND e.state = 'on_site') \
     FROM shifts h JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     WHERE h.agency_id = $1 AND h.job_id = $2 ORDER BY h.starts_at, h.id LIMIT 1000";

/// Which jobs, by when and how full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum JobWhen {
    /// With work still to come.
    #[default]
    Upcoming,
    /// With an empty seat still to come.
    Unfilled,
    /// All work done.
    Over,
    /// Called off.
    Cancelled,
    /// Every job.
    Any,
}

impl JobWhen {
    /// Every choice.
    pub const ALL: [Self; 5] = [Self::Upcoming, Self::Unfilled, Self::Over, Self::Cancelled, Self::Any];

    /// The word in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Unfilled => "unfilled",
            Self::Over => "over",
            Self::Cancelled => "cancelled",
            Self::Any => "any",
        }
    }

    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Upcoming => "Upcoming",
            Self::Unfilled => "Unfilled",
            Self::Over => "Over",
            Self::Cancelled => "Cancelled",
            Self::Any => "All",
        }
    }

    /// The choice of this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|when| when.code() == code)
    }
}

/// What a list of jobs is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// By when and how full.
    pub when: JobWhen,
    /// With a shift on this date or later.
    pub from_on: Option<Date>,
    /// With a shift on this date or earlier.
    pub to_on: Option<Date>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this kind.
    pub job_type: Option<JobTypeId>,
    /// Words of title, customer, site or number.
    pub search: String,
    /// The page, from 1.
    pub page: i64,
}

/// A job as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobListed {
    /// Its id.
    pub id: JobId,
    /// The number people say.
    pub number: i64,
    /// What.
    pub title: String,
    /// Where it stands.
    pub state: JobState,
    /// For whom.
    pub customer: CustomerId,
    /// Its name.
    pub customer_name: String,
    /// Where.
    pub site_name: String,
    /// The code of its kind.
    pub type_code: String,
    /// The name of its kind.
    pub type_name: String,
    /// The first start.
    pub first_at: Option<Timestamp>,
    /// The last end.
    pub last_at: Option<Timestamp>,
    /// The next start among shifts not over.
    pub next_at: Option<Timestamp>,
    /// Shifts that stand.
    pub shifts: i64,
    /// Their seats.
    pub seats: i64,
    /// Seats held.
    pub booked: i64,
    /// Shifts to come that were not posted.
    pub drafts: i64,
}

/// A shift as calendars and boards show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftListed {
    /// Its id.
    pub id: ShiftId,
    /// Its job.
    pub job: JobId,
    /// When.
    pub span: Span,
    /// The local date on which it starts.
    pub worked_on: Date,
    /// Where it stands.
    pub state: ShiftState,
    /// The job's number.
    pub number: i64,
    /// The job's title.
    pub title: String,
    /// The code of the job's kind.
    pub type_code: String,
    /// For whom.
    pub customer_name: String,
    /// Where.
    pub site: SiteId,
    /// Where, by name.
    pub site_name: String,
    /// Seats.
    pub seats: i64,
    /// Seats held.
    pub booked: i64,
    /// Officers clocked in now.
    pub on_site: i64,
}

/// Starts to look between, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftWindow {
    /// The first start.
    pub from: Timestamp,
    /// The first start after.
    pub until: Timestamp,
}

/// A `LIKE` pattern for words typed by a person; empty for none.
pub(crate) fn pattern(search: &str) -> String {
    let words = search.trim().to_lowercase();
    if words.is_empty() {
        return words;
    }
    let escaped: String =
        words.chars().flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c])).collect();
    format!("%{escaped}%")
}

/// One page of 50 jobs: those with work to come first, by the next start.
///
/// # Errors
/// When the database fails.
pub fn list_jobs(tx: &mut Tx<'_>, scope: &Scope, filter: &JobFilter, now: Timestamp) -> Result<Vec<JobListed>, Error> {
    let customer = scope.customer().or(filter.customer);
    let offset = (filter.page.clamp(1, 100_000) - 1) * PAGE;
    let params: [&dyn crate::ToValue; 10] = [
        &now,
        &scope.agency(),
        &customer,
        &filter.job_type,
        &pattern(&filter.search),
        &filter.when.code(),
        &filter.from_on,
        &filter.to_on,
        &PAGE,
        &offset,
    ];
    tx.query(LIST_JOBS, &params, |row| {
        Ok(JobListed {
            id: row.get(0)?,
            number: row.get(1)?,
            title: row.get(2)?,
            state: word(&row.get::<String>(3)?, JobState::from_code)?,
            customer: row.get(4)?,
            customer_name: row.get(5)?,
            site_name: row.get(6)?,
            type_code: row.get(7)?,
            type_name: row.get(8)?,
            first_at: row.get(9)?,
            last_at: row.get(10)?,
            next_at: row.get(11)?,
            shifts: row.get(12)?,
            seats: row.get(13)?,
            booked: row.get(14)?,
            drafts: row.get(15)?,
        })
    })
}

/// How many jobs the filter holds.
///
/// # Errors
/// When the database fails.
pub fn count_jobs(tx: &mut Tx<'_>, scope: &Scope, filter: &JobFilter, now: Timestamp) -> Result<i64, Error> {
    let customer = scope.customer().or(filter.customer);
    tx.one(
        COUNT_JOBS,
        &[
            &scope.agency(),
            &customer,
            &filter.job_type,
            &pattern(&filter.search),
            &filter.when.code(),
            &now,
            &filter.from_on,
            &filter.to_on,
        ],
        |row| row.get(0),
    )
}

/// The shifts that start in a window, of one customer or kind when named, at most 1,000.
///
/// # Errors
/// When the database fails.
pub fn list_shifts_between(
    tx: &mut Tx<'_>,
    scope: &Scope,
    window: ShiftWindow,
    customer: Option<CustomerId>,
    job_type: Option<JobTypeId>,
) -> Result<Vec<ShiftListed>, Error> {
    let customer = scope.customer().or(customer);
    tx.query(SHIFTS_BETWEEN, &[&scope.agency(), &window.from, &window.until, &customer, &job_type], listed)
}

/// The shifts of a job, at most 1,000.
///
/// # Errors
/// When the database fails.
pub fn list_shifts_of_job(tx: &mut Tx<'_>, agency: AgencyId, id: JobId) -> Result<Vec<ShiftListed>, Error> {
    tx.query(SHIFTS_OF_JOB, &[&agency, &id], listed)
}

pub(super) fn listed(row: &Row<'_>) -> Result<ShiftListed, Error> {
    Ok(ShiftListed {
        id: row.get(0)?,
        job: row.get(1)?,
        span: span(row.get(2)?, row.get(3)?)?,
        worked_on: row.get(4)?,
        state: word(&row.get::<String>(5)?, ShiftState::from_code)?,
        number: row.get(6)?,
        title: row.get(7)?,
        type_code: row.get(8)?,
        customer_name: row.get(9)?,
        site: row.get(10)?,
        site_name: row.get(11)?,
        seats: row.get(12)?,
        booked: row.get(13)?,
        on_site: row.get(14)?,
    })
}
