//! What the coordinator's overview reads: who is where now, which seats are empty, how the weeks went.

use jiff::{SignedDuration, Timestamp, civil::Date};
use muster_domain::{
    id::{AgencyId, AssignmentId, JobId, OfficerId, ShiftId},
    time::Span,
};

use crate::{Error, Row, Tx};

const POSTED: &str = "SELECT a.id, a.shift_id, a.officer_id, r.short, o.first_name, o.last_name, j.id, j.title, s.name, s.lat_e6, s.lon_e6, \
     h.starts_at, h.ends_at, COALESCE(e.state, ''), e.clocked_in_at, COALESCE(p.verdict, ''), p.lat_e6, p.lon_e6 \
     FROM shifts h JOIN assignments a ON a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked' \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN officers o ON o.agency_id = a.agency_id AND o.id = a.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     LEFT JOIN punches p ON p.agency_id = a.agency_id AND p.id = (SELECT q.id FROM punches q \
        WHERE q.agency_id = a.agency_id AND q.assignment_id = a.id AND q.kind = 'in' ORDER BY q.pressed_at DESC, q.id DESC LIMIT 1) \
     WHERE h.agency_id = $1 AND h.state <> 'cancelled' AND h.starts_at > $2 AND h.starts_at <= $3 \
     AND (h.ends_at > $4 OR e.state = 'on_site') ORDER BY h.starts_at, o.last_name, a.id LIMIT 500";
const UNFILLED: &str = "SELECT id, job_id, number, title, code, name, starts_at, ends_at, state, seats, booked FROM (\
     SELECT h.id, h.job_id, j.number, j.title, t.code, s.name, h.starts_at, h.ends_at, h.state, \
     (SELECT CAST(COALESCE(SUM(p.seat_count), 0) AS BIGINT) FROM positions p WHERE p.agency_id = h.agency_id AND p.shift_id = h.id) AS seats, \
     (SELECT COUNT(*) FROM assignments a WHERE a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked') AS booked \
     FROM shifts h JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     WHERE h.agency_id = $1 AND h.state <> 'cancelled' AND h.starts_at > $2 AND h.starts_at <= $3) seen \
     WHERE seats > booked ORDER BY starts_at, id LIMIT 500";
const TO_REVIEW: &str = "SELECT COUNT(*) FROM time_entries WHERE agency_id = $1 AND state = 'to_review'";
const HOURS: &str = "SELECT h.worked_on, CAST(SUM(h.ends_at - h.starts_at) AS BIGINT) FROM shifts h \
     JOIN assignments a ON a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked' \
     WHERE h.agency_id = $1 AND h.state <> 'cancelled' AND h.starts_at >= $2 AND h.starts_at < $3 \
     GROUP BY h.worked_on ORDER BY h.worked_on LIMIT 400";

const BEGUN: &str = "SELECT EXISTS (SELECT 1 FROM rule_sets WHERE agency_id = $1 AND state = 'in_force'), \
     EXISTS (SELECT 1 FROM officers WHERE agency_id = $1), EXISTS (SELECT 1 FROM customers WHERE agency_id = $1), \
     EXISTS (SELECT 1 FROM memberships WHERE agency_id = $1 AND role <> 'agency_admin'), \
     EXISTS (SELECT 1 FROM requests WHERE agency_id = $1)";

/// How far a new agency has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// Rules and rates are in force, or will be.
    pub rules: bool,
    /// There is an officer.
    pub officers: bool,
    /// There is a customer.
    pub customers: bool,
    /// Somebody else than its administrators can sign in.
    pub people: bool,
    /// Somebody asked for officers.
    pub requests: bool,
}

/// An officer who works now, should work now, or starts within the hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The seat.
    pub assignment: AssignmentId,
    /// The shift.
    pub shift: ShiftId,
    /// Who.
    pub officer: OfficerId,
    /// Rank and name: `Sgt. Dana Alvarez`.
    pub name: String,
    /// The job.
    pub job: JobId,
    /// Its title.
    pub title: String,
    /// Where, by name.
    pub site: String,
    /// The site's point in millionths of a degree (north, east), when it is known.
    pub point: Option<(i64, i64)>,
    /// As scheduled.
    pub scheduled: Span,
    /// True while clocked in.
    pub on_site: bool,
    /// When the clock-in was; set also after a clock-out.
    pub clocked_in_at: Option<Timestamp>,
    /// True when the clock-in was outside the fence.
    pub outside: bool,
    /// Where the clock-in was, in millionths of a degree, when the phone knew.
    pub clocked_in_point: Option<(i64, i64)>,
}

/// Who works at `now`, should, or starts within an hour.
///
/// # Errors
/// When the database fails.
pub fn list_posted(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<Vec<Posted>, Error> {
    let since = now - SignedDuration::from_hours(48);
    tx.query(POSTED, &[&agency, &since, &(now + SignedDuration::from_hours(1)), &now], posted)
}

fn posted(row: &Row<'_>) -> Result<Posted, Error> {
    let (short, first, last): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let (north, east): (Option<i64>, Option<i64>) = (row.get(9)?, row.get(10)?);
    let (own_north, own_east): (Option<i64>, Option<i64>) = (row.get(16)?, row.get(17)?);
    Ok(Posted {
        assignment: row.get(0)?,
        shift: row.get(1)?,
        officer: row.get(2)?,
        name: format!("{short} {first} {last}").trim().to_owned(),
        job: row.get(6)?,
        title: row.get(7)?,
        site: row.get(8)?,
        point: north.zip(east),
        scheduled: span(row.get(11)?, row.get(12)?)?,
        on_site: row.get::<String>(13)? == "on_site",
        clocked_in_at: row.get(14)?,
        outside: row.get::<String>(15)? == "outside",
        clocked_in_point: own_north.zip(own_east),
    })
}

/// A shift to come with an empty seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// The shift.
    pub shift: ShiftId,
    /// Its job.
    pub job: JobId,
    /// The job's number.
    pub number: i64,
    /// The job's title.
    pub title: String,
    /// The code of the job's kind.
    pub kind: String,
    /// Where, by name.
    pub site: String,
    /// When.
    pub span: Span,
    /// True when officers cannot see it yet.
    pub draft: bool,
    /// Seats.
    pub seats: i64,
    /// Seats held.
    pub booked: i64,
}

/// Shifts that start after `now` and not after `until` with an empty seat, soonest first, at most 500.
///
/// # Errors
/// When the database fails.
pub fn list_unfilled(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Unfilled>, Error> {
    tx.query(UNFILLED, &[&agency, &now, &until], |row| {
        Ok(Unfilled {
            shift: row.get(0)?,
            job: row.get(1)?,
            number: row.get(2)?,
            title: row.get(3)?,
            kind: row.get(4)?,
            site: row.get(5)?,
            span: span(row.get(6)?, row.get(7)?)?,
            draft: row.get::<String>(8)? == "draft",
            seats: row.get(9)?,
            booked: row.get(10)?,
        })
    })
}

/// How far the agency has come.
///
/// # Errors
/// When the database fails.
pub fn load_begun(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Begun, Error> {
    tx.one(BEGUN, &[&agency], |row| {
        Ok(Begun {
            rules: row.get(0)?,
            officers: row.get(1)?,
            customers: row.get(2)?,
            people: row.get(3)?,
            requests: row.get(4)?,
        })
    })
}

/// How many time entries wait for a reviewer.
///
/// # Errors
/// When the database fails.
pub fn count_to_review(tx: &mut Tx<'_>, agency: AgencyId) -> Result<i64, Error> {
    tx.one(TO_REVIEW, &[&agency], |row| row.get(0))
}

/// Scheduled minutes of held seats by the local date on which their shifts begin.
///
/// # Errors
/// When the database fails.
pub fn list_minutes_by_day(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<(Date, i64)>, Error> {
    tx.query(HOURS, &[&agency, &from, &until], |row| Ok((row.get(0)?, row.get::<i64>(1)? / 60_000_000)))
}

fn span(starts_at: Timestamp, ends_at: Timestamp) -> Result<Span, Error> {
    Span::new(starts_at, ends_at).ok_or_else(|| Error::broken("a shift ends before it starts"))
}
