//! Agencies and what belongs to them: ranks, units, job types, holidays.

use jiff::tz::TimeZone;
use muster_domain::{
    agencies::{Agency, JobType, PayMode, Rank, Unit},
    id::AgencyId,
};

use crate::{Error, Json, Row, Tx};

const FIND: &str = "SELECT id, name, slug, zone, phone, email, about, pay_mode, terms_days, settings, version FROM agencies WHERE id = $1";

const FIND_SLUG: &str = "SELECT id, name, slug, zone, phone, email, about, pay_mode, terms_days, settings, version FROM agencies WHERE slug = $1";
const RANKS: &str =
    "SELECT id, code, name, short, level FROM ranks WHERE agency_id = $1 ORDER BY level DESC, name, id LIMIT 200";
const UNITS: &str = "SELECT id, name FROM units WHERE agency_id = $1 ORDER BY name, id LIMIT 500";
const JOB_TYPES: &str =
    "SELECT id, code, name, retired FROM job_types WHERE agency_id = $1 ORDER BY name, id LIMIT 200";

/// An agency.
///
/// # Errors
/// When the database fails.
pub fn find_agency(tx: &mut Tx<'_>, id: AgencyId) -> Result<Option<Agency>, Error> {
    tx.find(FIND, &[&id], read_agency)
}

fn read_agency(row: &Row<'_>) -> Result<Agency, Error> {
    let (zone, pay_mode): (String, String) = (row.get(3)?, row.get(7)?);
    let Json(settings) = row.get(9)?;
    Ok(Agency {
        id: row.get(0)?,
        name: row.get(1)?,
        slug: row.get(2)?,
        zone: TimeZone::get(&zone).map_err(|error| Error::Broken(error.into()))?,
        phone: row.get(4)?,
        email: row.get(5)?,
        about: row.get(6)?,
        pay_mode: PayMode::from_code(&pay_mode)
            .ok_or_else(|| Error::Broken(format!("unknown pay mode {pay_mode}").into()))?,
        terms_days: row.get(8)?,
        settings,
        version: row.get(10)?,
    })
}

/// The agency with this word in its public address.
///
/// # Errors
/// When the database fails.
pub fn find_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<Agency>, Error> {
    tx.find(FIND_SLUG, &[&slug], read_agency)
}

/// Every rank, the highest first.
///
/// # Errors
/// When the database fails.
pub fn list_ranks(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<Rank>, Error> {
    tx.query(RANKS, &[&agency], |row| {
        Ok(Rank { id: row.get(0)?, code: row.get(1)?, name: row.get(2)?, short: row.get(3)?, level: row.get(4)? })
    })
}

/// Every unit, by name.
///
/// # Errors
/// When the database fails.
pub fn list_units(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<Unit>, Error> {
    tx.query(UNITS, &[&agency], |row| Ok(Unit { id: row.get(0)?, name: row.get(1)? }))
}

/// Every job type, by name, retired ones included.
///
/// # Errors
/// When the database fails.
pub fn list_job_types(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<JobType>, Error> {
    tx.query(JOB_TYPES, &[&agency], |row| {
        Ok(JobType { id: row.get(0)?, code: row.get(1)?, name: row.get(2)?, retired: row.get(3)? })
    })
}
