//! Shifts with everything that decides about them.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    agencies::Settings,
    distribution::{OpenPosition, Plan, Posting, Stage},
    id::{AgencyId, CustomerId, JobId, OfficerId, PostingId, ShiftId, SiteId},
    jobs::{JobDetails, ShiftState},
    requests::{Account, Kept, PostRole, Requirements},
    time::Span,
};

use super::read_posting;
use crate::{
    Error, Json, Row, Tx,
    jobs::{span, word},
};

const GLANCE: &str = "SELECT h.id, h.job_id, h.starts_at, h.ends_at, h.state, j.number, j.title, j.customer_id, c.name, c.kind, \
     j.site_id, s.name, s.address, t.code, j.details, g.id, g.plan, g.stage, g.stage_since, \
     (SELECT CAST(COALESCE(SUM(p.seat_count), 0) AS BIGINT) FROM positions p WHERE p.agency_id = h.agency_id AND p.shift_id = h.id), \
     (SELECT COUNT(*) FROM assignments b WHERE b.agency_id = h.agency_id AND b.shift_id = h.id AND b.state = 'booked'), \
     (SELECT COUNT(*) FROM assignments m WHERE m.agency_id = h.agency_id AND m.shift_id = h.id AND m.state = 'booked' AND m.officer_id = $1), \
     h.worked_on, s.instructions, s.lat_e6, s.lon_e6, s.radius_m, h.version, a.zone, a.settings, \
     CASE WHEN c.state = 'on_hold' THEN c.state_reason END, k.facts, \
     (SELECT i.due_on FROM invoices i WHERE i.agency_id = j.agency_id AND i.customer_id = j.customer_id AND i.paid_cents < i.total_cents \
        ORDER BY i.due_on LIMIT 1) \
     FROM shifts h JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     JOIN agencies a ON a.id = h.agency_id \
     LEFT JOIN rule_facts k ON k.agency_id = j.agency_id AND k.subject = j.customer_id \
     LEFT JOIN postings g ON g.agency_id = h.agency_id AND g.shift_id = h.id AND g.state = 'running' \
     WHERE h.agency_id = $2 AND h.id = $3";
const OPEN_SHIFTS: &str = "SELECT h.id, h.job_id, h.starts_at, h.ends_at, h.state, j.number, j.title, j.customer_id, c.name, c.kind, \
     j.site_id, s.name, s.address, t.code, j.details, g.id, g.plan, g.stage, g.stage_since, \
     CAST(0 AS BIGINT), CAST(0 AS BIGINT), \
     (SELECT COUNT(*) FROM assignments m WHERE m.agency_id = h.agency_id AND m.shift_id = h.id AND m.state = 'booked' AND m.officer_id = $1), \
     h.worked_on, s.instructions, s.lat_e6, s.lon_e6, s.radius_m, h.version \
     FROM shifts h JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     JOIN postings g ON g.agency_id = h.agency_id AND g.shift_id = h.id AND g.state = 'running' \
     WHERE h.agency_id = $2 AND h.state = 'posted' AND h.starts_at > $3 \
     AND (CAST($4 AS TEXT) IS NULL OR t.code = $4) AND (CAST($5 AS TEXT) IS NULL OR h.worked_on = $5) \
     ORDER BY h.starts_at, h.id LIMIT 300";
const OPEN_POSITIONS: &str = "SELECT p.shift_id, p.id, p.role, p.seat_count, p.requirements, \
     (SELECT COUNT(*) FROM assignments b WHERE b.agency_id = p.agency_id AND b.position_id = p.id AND b.state = 'booked') \
     FROM shifts h JOIN positions p ON p.agency_id = h.agency_id AND p.shift_id = h.id \
     WHERE h.agency_id = $1 AND h.state = 'posted' AND h.starts_at > $2 AND h.starts_at <= $3 \
     ORDER BY h.starts_at, h.id, p.id LIMIT 3000";
const POSITIONS_WITH_SEATS: &str = "SELECT p.shift_id, p.id, p.role, p.seat_count, p.requirements, \
     (SELECT COUNT(*) FROM assignments b WHERE b.agency_id = p.agency_id AND b.position_id = p.id AND b.state = 'booked'), \
     (SELECT MIN(s.seat) FROM seats s WHERE s.agency_id = p.agency_id AND s.position_id = p.id AND NOT s.closed AND NOT EXISTS \
        (SELECT 1 FROM assignments b WHERE b.agency_id = s.agency_id AND b.position_id = s.position_id AND b.seat = s.seat AND b.state = 'booked')) \
     FROM positions p WHERE p.agency_id = $1 AND p.shift_id = $2 ORDER BY p.id LIMIT 50";

/// A shift with its job, place, kind and posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftFacts {
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
    /// For whom.
    pub customer: CustomerId,
    /// For whom, by name.
    pub customer_name: String,
    /// What rules call the customer's class.
    pub customer_kind: String,
    /// What decides whether a list holds the customer's account; empty in lists, where no rule asks for it.
    pub account: Account,
    /// Where.
    pub site: SiteId,
    /// Where, by name.
    pub site_name: String,
    /// Street address.
    pub address: String,
    /// Standing instructions of the site.
    pub site_instructions: String,
    /// The site's point in millionths of a degree.
    pub point: Option<(i64, i64)>,
    /// Radius of the site's fence in metres.
    pub radius_m: i64,
    /// The code of the job's kind.
    pub type_code: String,
    /// More about the job.
    pub details: JobDetails,
    /// The running posting.
    pub posting: Option<(PostingId, Plan, Posting)>,
    /// Seats in all; 0 in lists.
    pub seats: i64,
    /// Seats held; 0 in lists.
    pub booked: i64,
    /// The officer who asks holds a seat.
    pub mine: bool,
    /// Counts changes of the shift and of its posting.
    pub version: i64,
}

impl ShiftFacts {
    /// The stage that runs.
    #[must_use]
    pub fn stage(&self) -> Option<&Stage> {
        let (_, plan, posting) = self.posting.as_ref()?;
        plan.stages.get(posting.stage).filter(|_| !posting.closed)
    }
}

/// A shift and what its agency says about the clock and the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The shift.
    pub shift: ShiftFacts,
    /// The agency's IANA zone.
    pub zone: String,
    /// The agency's switches.
    pub settings: Settings,
}

/// A position of one of several shifts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionOfShift {
    /// The shift.
    pub shift: ShiftId,
    /// The position; in lists its free seat is only a count that is not zero.
    pub open: OpenPosition,
}

/// The shift as it stands now, without any lock; `officer` decides whether it is his.
///
/// # Errors
/// When the database fails.
pub fn find_open_shift(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: ShiftId,
    officer: Option<OfficerId>,
) -> Result<Option<Glance>, Error> {
    let officer = officer.map_or_else(String::new, |officer| officer.to_string());
    tx.find(GLANCE, &[&officer, &agency, &id], |row| {
        let Json(settings): Json<Settings> = row.get(29)?;
        let kept = row.get::<Option<Json<Kept>>>(31)?.map(|Json(kept)| kept.labels);
        let labels = kept.unwrap_or_default();
        let account = Account { on_hold: row.get(30)?, labels, unpaid_due_on: row.get(32)? };
        Ok(Glance { shift: ShiftFacts { account, ..shift_facts(row)? }, zone: row.get(28)?, settings })
    })
}

/// The posted shifts that start after `now`, in order, at most 300; perhaps of one kind or on one date.
///
/// # Errors
/// When the database fails.
pub fn list_open_shifts(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    kind: Option<&str>,
    on: Option<Date>,
    now: Timestamp,
) -> Result<Vec<ShiftFacts>, Error> {
    let kind = kind.map(str::to_owned);
    tx.query(OPEN_SHIFTS, &[&officer, &agency, &now, &kind, &on], shift_facts)
}

/// The positions of the posted shifts that start after `now` and not after `last`.
///
/// # Errors
/// When the database fails.
pub fn list_open_positions(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    now: Timestamp,
    last: Timestamp,
) -> Result<Vec<PositionOfShift>, Error> {
    tx.query(OPEN_POSITIONS, &[&agency, &now, &last], |row| {
        let mut found = position(row)?;
        found.open.free = (found.open.booked < found.open.seats).then_some(found.open.booked + 1);
        Ok(found)
    })
}

/// The positions of a shift with the lowest free seat of each. Read it after locking the shift when it decides.
///
/// # Errors
/// When the database fails.
pub fn list_positions_with_seats(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    shift: ShiftId,
) -> Result<Vec<OpenPosition>, Error> {
    tx.query(POSITIONS_WITH_SEATS, &[&agency, &shift], |row| {
        let mut found = position(row)?.open;
        found.free = row.get(6)?;
        Ok(found)
    })
}

fn position(row: &Row<'_>) -> Result<PositionOfShift, Error> {
    let Json(requirements): Json<Requirements> = row.get(4)?;
    Ok(PositionOfShift {
        shift: row.get(0)?,
        open: OpenPosition {
            position: row.get(1)?,
            role: word(&row.get::<String>(2)?, PostRole::from_code)?,
            requirements,
            seats: row.get(3)?,
            booked: row.get(5)?,
            free: None,
            least_level: None,
        },
    })
}

fn shift_facts(row: &Row<'_>) -> Result<ShiftFacts, Error> {
    let Json(details): Json<JobDetails> = row.get(14)?;
    let posting = match row.get::<Option<PostingId>>(15)? {
        Some(id) => {
            let Json(plan): Json<Plan> = row.get(16)?;
            Some((id, plan, read_posting(row.get(17)?, row.get(18)?, "running")))
        }
        None => None,
    };
    let point: (Option<i64>, Option<i64>) = (row.get(24)?, row.get(25)?);
    Ok(ShiftFacts {
        id: row.get(0)?,
        job: row.get(1)?,
        span: span(row.get(2)?, row.get(3)?)?,
        worked_on: row.get(22)?,
        state: word(&row.get::<String>(4)?, ShiftState::from_code)?,
        number: row.get(5)?,
        title: row.get(6)?,
        customer: row.get(7)?,
        customer_name: row.get(8)?,
        customer_kind: row.get(9)?,
        account: Account::default(),
        site: row.get(10)?,
        site_name: row.get(11)?,
        address: row.get(12)?,
        site_instructions: row.get(23)?,
        point: point.0.zip(point.1),
        radius_m: row.get(26)?,
        type_code: row.get(13)?,
        details,
        posting,
        seats: row.get(19)?,
        booked: row.get(20)?,
        mine: row.get::<i64>(21)? > 0,
        version: row.get(27)?,
    })
}
