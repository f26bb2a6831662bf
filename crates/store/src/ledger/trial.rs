//! A past period as it was booked, worked and charged, and the kept reports of what other rules would have made of it.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    distribution::OpenPosition,
    id::{AgencyId, AssignmentId, OfficerId, RuleSetId, RuleTrialId},
    jobs::{JobDetails, ShiftState},
    money::Cents,
    rates::{CancelledBy, Channel},
    requests::{Account, PostRole, Requirements},
    rules::Trial,
    time::Span,
};

use super::called_off::CalledOff;
use crate::{
    Error, Json, Row, Tx,
    distribution::ShiftFacts,
    jobs::{span, word},
};

const SEATS: &str = "SELECT a.id, a.officer_id, a.booked_at, a.how, h.id, h.job_id, h.starts_at, h.ends_at, h.worked_on, h.state, \
     j.number, j.title, j.customer_id, c.name, c.kind, j.site_id, t.code, j.details, p.id, p.role, p.requirements, p.seat_count, \
     (SELECT COUNT(*) FROM assignments b WHERE b.agency_id = a.agency_id AND b.shift_id = a.shift_id AND b.state = 'booked'), \
     e.starts_at, e.ends_at, \
     (SELECT CAST(SUM(g.officer_cents) AS BIGINT) FROM charges g WHERE g.agency_id = a.agency_id AND g.officer_id = a.officer_id AND g.worked_on = COALESCE(o.worked_on, h.worked_on) AND g.time_entry_id = COALESCE(o.time_entry_id, e.id)), \
     (SELECT CAST(SUM(g.customer_cents) AS BIGINT) FROM charges g WHERE g.agency_id = a.agency_id AND g.officer_id = a.officer_id AND g.worked_on = COALESCE(o.worked_on, h.worked_on) AND g.time_entry_id = COALESCE(o.time_entry_id, e.id)), \
     a.state, o.called_off_by, o.channel, o.received_at, o.entered_at, o.starts_at, o.ends_at, o.worked_on, o.crew, o.time_entry_id, e.approved_at \
     FROM shifts h JOIN assignments a ON a.agency_id = h.agency_id AND a.shift_id = h.id \
     JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     JOIN positions p ON p.agency_id = a.agency_id AND p.id = a.position_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state = 'approved' \
     LEFT JOIN called_off_seats o ON o.agency_id = a.agency_id AND o.assignment_id = a.id \
     WHERE h.agency_id = $1 AND h.worked_on >= $2 AND h.worked_on <= $3 AND (a.state = 'booked' OR o.assignment_id IS NOT NULL) \
     ORDER BY a.booked_at, a.id LIMIT $4";
const ADD: &str = "INSERT INTO rule_trials (agency_id, id, rule_set_id, digest, from_on, until_on, report, made_by, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const LIST: &str = "SELECT id, digest, report, made_by, created_at FROM rule_trials \
     WHERE agency_id = $1 AND rule_set_id = $2 ORDER BY created_at DESC, id DESC LIMIT 20";

/// A seat that was held, with what was made of it.
#[derive(Debug, Clone)]
pub struct HeldSeat {
    /// The officer's hold on it.
    pub assignment: AssignmentId,
    /// Who.
    pub officer: OfficerId,
    /// When he took it or was given it.
    pub booked_at: Timestamp,
    /// Given, not taken.
    pub assigned: bool,
    /// The shift; without site words and posting.
    pub shift: ShiftFacts,
    /// The position.
    pub position: OpenPosition,
    /// Officers booked on the shift.
    pub crew: i64,
    /// Held until the end; otherwise it was called off before anybody worked.
    pub kept: bool,
    /// Approved time.
    pub worked: Option<Span>,
    /// How it was called off, if it was.
    pub called_off: Option<CalledOff>,
    /// When its time was approved or it was called off.
    pub settled_at: Option<Timestamp>,
    /// Earned and charged for it.
    pub charged: Option<(Cents, Cents)>,
}

/// A kept report.
#[derive(Debug, Clone)]
pub struct KeptTrial {
    /// Its id.
    pub id: RuleTrialId,
    /// The text that was tried.
    pub digest: String,
    /// The report.
    pub trial: Trial,
    /// Who asked for it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// The seats held (or called off) on shifts that began on the days, in the order in which they were booked, at most `most`.
///
/// # Errors
/// When the database fails.
pub fn list_held_seats(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (from_on, until_on): (Date, Date),
    most: i64,
) -> Result<Vec<HeldSeat>, Error> {
    tx.query(SEATS, &[&agency, &from_on, &until_on, &most], held_seat)
}

/// Keeps a report.
///
/// # Errors
/// When the database fails.
pub fn add_trial(tx: &mut Tx<'_>, agency: AgencyId, set: RuleSetId, kept: &KeptTrial) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &agency,
            &kept.id,
            &set,
            &kept.digest,
            &kept.trial.from_on,
            &kept.trial.until_on,
            &Json(&kept.trial),
            &kept.made_by,
            &kept.created_at,
        ],
    )?;
    Ok(())
}

/// The last 20 reports of a version, the newest first, those of earlier texts included.
///
/// # Errors
/// When the database fails.
pub fn list_trials(tx: &mut Tx<'_>, agency: AgencyId, set: RuleSetId) -> Result<Vec<KeptTrial>, Error> {
    tx.query(LIST, &[&agency, &set], |row| {
        let Json(trial) = row.get(2)?;
        Ok(KeptTrial { id: row.get(0)?, digest: row.get(1)?, trial, made_by: row.get(3)?, created_at: row.get(4)? })
    })
}

fn held_seat(row: &Row<'_>) -> Result<HeldSeat, Error> {
    let Json(details): Json<JobDetails> = row.get(17)?;
    let Json(requirements): Json<Requirements> = row.get(20)?;
    let worked: (Option<Timestamp>, Option<Timestamp>) = (row.get(23)?, row.get(24)?);
    let charged: (Option<Cents>, Option<Cents>) = (row.get(25)?, row.get(26)?);
    let called_off = called_off(row)?;
    let crew: i64 = match called_off {
        Some(seat) => seat.crew,
        None => row.get(22)?,
    };
    let seats: i64 = row.get(21)?;
    let shift = ShiftFacts {
        id: row.get(4)?,
        job: row.get(5)?,
        span: span(row.get(6)?, row.get(7)?)?,
        worked_on: row.get(8)?,
        state: word(&row.get::<String>(9)?, ShiftState::from_code)?,
        number: row.get(10)?,
        title: row.get(11)?,
        customer: row.get(12)?,
        customer_name: row.get(13)?,
        customer_kind: row.get(14)?,
        account: Account::default(),
        site: row.get(15)?,
        site_name: String::new(),
        address: String::new(),
        site_instructions: String::new(),
        point: None,
        radius_m: 0,
        type_code: row.get(16)?,
        details,
        posting: None,
        seats,
        booked: crew,
        mine: false,
        version: 0,
    };
    let position = OpenPosition {
        position: row.get(18)?,
        role: word(&row.get::<String>(19)?, PostRole::from_code)?,
        requirements,
        seats,
        booked: crew,
        free: None,
        least_level: None,
    };
    Ok(HeldSeat {
        assignment: row.get(0)?,
        officer: row.get(1)?,
        booked_at: row.get(2)?,
        assigned: row.get::<String>(3)? == "assigned",
        shift,
        position,
        crew,
        kept: row.get::<String>(27)? == "booked",
        worked: worked.0.zip(worked.1).and_then(|(from, to)| Span::new(from, to)),
        settled_at: match called_off {
            Some(seat) => Some(seat.entered_at),
            None => row.get(37)?,
        },
        called_off,
        charged: charged.0.zip(charged.1),
    })
}

fn called_off(row: &Row<'_>) -> Result<Option<CalledOff>, Error> {
    let Some(by) = row.get::<Option<String>>(28)? else { return Ok(None) };
    Ok(Some(CalledOff {
        by: word(&by, CancelledBy::from_code)?,
        channel: word(&row.get::<String>(29)?, Channel::from_code)?,
        received_at: row.get(30)?,
        entered_at: row.get(31)?,
        scheduled: span(row.get(32)?, row.get(33)?)?,
        worked_on: row.get(34)?,
        crew: row.get(35)?,
        time_entry: row.get(36)?,
    }))
}
