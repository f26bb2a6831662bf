//! An officer's charges around a day, and charges that correct others.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    id::{AgencyId, ChargeId, JobId, OfficerId, ShiftId},
    ledger::Charge,
    time::Span,
};
use serde_json::Value;

use super::read_charge;
use crate::{Error, Json, Row, Tx};

const AROUND: &str = "SELECT c.id, c.agency_id, c.time_entry_id, c.shift_id, c.officer_id, c.customer_id, c.worked_on, c.paid_minutes, \
     c.officer_cents, c.customer_cents, c.priced, c.rule_set_id, c.basis, c.corrects, c.whole, s.starts_at, e.starts_at, e.ends_at, s.job_id, c.created_at \
     FROM charges c JOIN shifts s ON s.agency_id = c.agency_id AND s.id = c.shift_id \
     JOIN time_entries e ON e.agency_id = c.agency_id AND e.id = c.time_entry_id \
     WHERE c.agency_id = $1 AND c.officer_id = $2 AND c.worked_on >= $3 AND c.worked_on <= $4 ORDER BY c.created_at, c.id LIMIT 500";
const ADD: &str = "INSERT INTO charges (agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, \
     paid_minutes, officer_cents, customer_cents, priced, rule_set_id, created_at, corrects, whole) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const OF_JOB: &str = "SELECT c.id FROM shifts s JOIN time_entries e ON e.agency_id = s.agency_id AND e.shift_id = s.id \
     JOIN charges c ON c.agency_id = e.agency_id AND c.time_entry_id = e.id AND c.corrects IS NULL \
     WHERE s.agency_id = $1 AND s.job_id = $2 LIMIT 1";
const OF_JOB_BEFORE: &str = "SELECT c.id FROM shifts s JOIN time_entries e ON e.agency_id = s.agency_id AND e.shift_id = s.id \
     JOIN charges c ON c.agency_id = e.agency_id AND c.time_entry_id = e.id AND c.corrects IS NULL \
     WHERE s.agency_id = $1 AND s.job_id = $2 AND s.worked_on < $3 LIMIT 1";

const OF_SHIFT: &str = "SELECT c.id FROM time_entries e JOIN charges c ON c.agency_id = e.agency_id AND c.time_entry_id = e.id AND c.corrects IS NULL \
     WHERE e.agency_id = $1 AND e.shift_id = $2 AND (e.state = 'approved' OR $3) LIMIT 1";

/// A charge, or a correction of one, with what later prices depend on.
#[derive(Debug, Clone, PartialEq)]
pub struct Charged {
    /// The charge.
    pub charge: Charge,
    /// The job.
    pub job: JobId,
    /// What it was priced from; only under rules that count earlier shifts.
    pub basis: Option<Value>,
    /// The charge that this one corrects, and the whole price as it stood then.
    pub correction: Option<(ChargeId, Value)>,
    /// When it was charged.
    pub made_at: Timestamp,
    /// When the shift begins.
    pub starts_at: Timestamp,
    /// The time worked; `None` for a cancelled shift.
    pub worked: Option<Span>,
}

/// An officer's charges and their corrections for shifts that began on these days, in the order in which they were made.
///
/// # Errors
/// When the database fails.
pub fn list_charged(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    (from_on, until_on): (Date, Date),
) -> Result<Vec<Charged>, Error> {
    tx.query(AROUND, &[&agency, &officer, &from_on, &until_on], read_charged)
}

fn read_charged(row: &Row<'_>) -> Result<Charged, Error> {
    let json = |at: usize| row.get::<Option<Json<Value>>>(at).map(|found| found.map(|Json(value)| value));
    let worked = match (row.get::<Option<Timestamp>>(16)?, row.get::<Option<Timestamp>>(17)?) {
        (Some(from), Some(to)) => Span::new(from, to),
        _ => None,
    };
    Ok(Charged {
        charge: read_charge(row)?,
        job: row.get(18)?,
        basis: json(12)?,
        correction: row.get::<Option<ChargeId>>(13)?.zip(json(14)?),
        made_at: row.get(19)?,
        starts_at: row.get(15)?,
        worked,
    })
}

/// Saves what a charge differs from the price that holds now; `whole` is that price.
///
/// # Errors
/// When the database fails.
pub fn add_correction(
    tx: &mut Tx<'_>,
    charge: &Charge,
    (corrects, whole): (ChargeId, &Value),
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &charge.agency,
            &charge.id,
            &charge.time_entry,
            &charge.shift,
            &charge.officer,
            &charge.customer,
            &charge.worked_on,
            &charge.paid_minutes,
            &charge.officer_cents,
            &charge.customer_cents,
            &Json(&charge.priced),
            &charge.rule_set,
            &now,
            &corrects,
            &Json(whole),
        ],
    )?;
    Ok(())
}

/// Something of the job was charged before.
///
/// # Errors
/// When the database fails.
pub fn is_job_charged(tx: &mut Tx<'_>, agency: AgencyId, job: JobId) -> Result<bool, Error> {
    Ok(tx.find(OF_JOB, &[&agency, &job], |row| row.get::<ChargeId>(0))?.is_some())
}

/// Something of the job's shifts before a day was charged.
///
/// # Errors
/// When the database fails.
pub fn is_job_charged_before(tx: &mut Tx<'_>, agency: AgencyId, job: JobId, day: Date) -> Result<bool, Error> {
    Ok(tx.find(OF_JOB_BEFORE, &[&agency, &job, &day], |row| row.get::<ChargeId>(0))?.is_some())
}

/// Worked time of the shift was charged before; with `cancelled` also a seat that was called off.
///
/// # Errors
/// When the database fails.
pub fn is_shift_charged(tx: &mut Tx<'_>, agency: AgencyId, shift: ShiftId, cancelled: bool) -> Result<bool, Error> {
    Ok(tx.find(OF_SHIFT, &[&agency, &shift, &cancelled], |row| row.get::<ChargeId>(0))?.is_some())
}
