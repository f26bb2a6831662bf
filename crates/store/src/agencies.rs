//! Agencies and what belongs to them: ranks, units, job types, holidays.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use muster_domain::{
    agencies::{Agency, Holiday, JobType, PayMode, Rank, Unit},
    id::{AgencyId, JobTypeId, UnitId},
};

use crate::{Error, Json, Row, Tx};

const FIND: &str = "SELECT id, name, slug, zone, phone, email, about, pay_mode, terms_days, settings, version FROM agencies WHERE id = $1";

const FIND_SLUG: &str = "SELECT id, name, slug, zone, phone, email, about, pay_mode, terms_days, settings, version FROM agencies WHERE slug = $1";
const RANKS: &str =
    "SELECT id, code, name, short, level FROM ranks WHERE agency_id = $1 ORDER BY level DESC, name, id LIMIT 200";
const UNITS: &str = "SELECT id, name FROM units WHERE agency_id = $1 ORDER BY name, id LIMIT 500";
const JOB_TYPES: &str =
    "SELECT id, code, name, retired FROM job_types WHERE agency_id = $1 ORDER BY name, id LIMIT 200";

const LIST: &str = "SELECT g.id, g.name, g.slug, g.zone, \
     (SELECT COUNT(*) FROM memberships m WHERE m.agency_id = g.id AND m.ended_at IS NULL), COUNT(*) OVER () \
     FROM agencies g WHERE (CAST($1 AS TEXT) IS NULL OR LOWER(g.name) LIKE $1) ORDER BY LOWER(g.name), g.id LIMIT $2 OFFSET $3";
const ADD: &str = "INSERT INTO agencies (id, name, slug, zone, phone, email, about, pay_mode, terms_days, settings, version, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)";
const SAVE: &str = "UPDATE agencies SET name = $1, slug = $2, zone = $3, phone = $4, email = $5, about = $6, pay_mode = $7, \
     terms_days = $8, settings = $9, version = version + 1 WHERE id = $10 AND version = $11";
const ADD_RANK: &str = "INSERT INTO ranks (agency_id, id, code, name, short, level) VALUES ($1, $2, $3, $4, $5, $6)";
const SAVE_RANK: &str = "UPDATE ranks SET name = $1, short = $2, level = $3 WHERE agency_id = $4 AND id = $5";
const ADD_UNIT: &str = "INSERT INTO units (agency_id, id, name) VALUES ($1, $2, $3)";
const SAVE_UNIT: &str = "UPDATE units SET name = $1 WHERE agency_id = $2 AND id = $3";
const ADD_JOB_TYPE: &str = "INSERT INTO job_types (agency_id, id, code, name) VALUES ($1, $2, $3, $4)";
const SAVE_JOB_TYPE: &str = "UPDATE job_types SET name = $1, retired = $2 WHERE agency_id = $3 AND id = $4";
const HOLIDAYS: &str =
    "SELECT held_on, name FROM holidays WHERE agency_id = $1 AND held_on >= $2 ORDER BY held_on LIMIT 500";
const ADD_HOLIDAY: &str = "INSERT INTO holidays (agency_id, held_on, name) VALUES ($1, $2, $3) \
     ON CONFLICT (agency_id, held_on) DO UPDATE SET name = excluded.name";
const REMOVE_HOLIDAY: &str = "DELETE FROM holidays WHERE agency_id = $1 AND held_on = $2";

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

/// An agency in the operator's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAgency {
    /// Its id.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// Its word in public addresses.
    pub slug: String,
    /// Its IANA zone.
    pub zone: String,
    /// How many people hold a role there.
    pub people: i64,
}

/// A page of all agencies by name, and how many there are. `words` is a lower-case pattern for LIKE.
///
/// # Errors
/// When the database fails.
pub fn list_agencies(
    tx: &mut Tx<'_>,
    words: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<ListedAgency>, i64), Error> {
    let mut total = 0;
    let agencies = tx.query(LIST, &[&words, &limit, &offset], |row| {
        total = row.get(5)?;
        Ok(ListedAgency {
            id: row.get(0)?,
            name: row.get(1)?,
            slug: row.get(2)?,
            zone: row.get(3)?,
            people: row.get(4)?,
        })
    })?;
    Ok((agencies, total))
}

/// The stored name of a zone.
fn zone_name(agency: &Agency) -> Result<String, Error> {
    let name = agency.zone.iana_name().map(str::to_owned);
    name.ok_or_else(|| Error::broken("an agency's zone has no IANA name"))
}

/// Makes an agency.
///
/// # Errors
/// When the database fails; the constraint `agencies_slug` when the word is taken.
pub fn add_agency(tx: &mut Tx<'_>, new: &Agency, now: Timestamp) -> Result<(), Error> {
    let (zone, settings) = (zone_name(new)?, Json(&new.settings));
    let Agency { id, name, slug, phone, email, about, pay_mode, terms_days, .. } = new;
    let pay_mode = pay_mode.code();
    tx.execute(ADD, &[id, name, slug, &zone, phone, email, about, &pay_mode, terms_days, &settings, &now])?;
    Ok(())
}

/// Saves an agency; false when its version is no longer the stored one.
///
/// # Errors
/// When the database fails; the constraint `agencies_slug` when the word is taken.
pub fn save_agency(tx: &mut Tx<'_>, agency: &Agency) -> Result<bool, Error> {
    let (zone, settings) = (zone_name(agency)?, Json(&agency.settings));
    let Agency { id, name, slug, phone, email, about, pay_mode, terms_days, version, .. } = agency;
    let pay_mode = pay_mode.code();
    let changed =
        tx.execute(SAVE, &[name, slug, &zone, phone, email, about, &pay_mode, terms_days, &settings, id, version])?;
    Ok(changed == 1)
}

/// Adds a rank.
///
/// # Errors
/// When the database fails; the constraint `ranks_code` when the code is taken.
pub fn add_rank(tx: &mut Tx<'_>, agency: AgencyId, rank: &Rank) -> Result<(), Error> {
    tx.execute(ADD_RANK, &[&agency, &rank.id, &rank.code, &rank.name, &rank.short, &rank.level])?;
    Ok(())
}

/// Saves a rank's names and level; false when there is no such rank.
///
/// # Errors
/// When the database fails.
pub fn save_rank(tx: &mut Tx<'_>, agency: AgencyId, rank: &Rank) -> Result<bool, Error> {
    Ok(tx.execute(SAVE_RANK, &[&rank.name, &rank.short, &rank.level, &agency, &rank.id])? == 1)
}

/// Adds a unit.
///
/// # Errors
/// When the database fails; the constraint `units_name` when the name is taken.
pub fn add_unit(tx: &mut Tx<'_>, agency: AgencyId, unit: &Unit) -> Result<(), Error> {
    tx.execute(ADD_UNIT, &[&agency, &unit.id, &unit.name])?;
    Ok(())
}

/// Renames a unit; false when there is no such unit.
///
/// # Errors
/// When the database fails.
pub fn save_unit(tx: &mut Tx<'_>, agency: AgencyId, id: UnitId, name: &str) -> Result<bool, Error> {
    Ok(tx.execute(SAVE_UNIT, &[&name, &agency, &id])? == 1)
}

/// Adds a job type.
///
/// # Errors
/// When the database fails; the constraint `job_types_code` when the code is taken.
pub fn add_job_type(tx: &mut Tx<'_>, agency: AgencyId, new: &JobType) -> Result<(), Error> {
    tx.execute(ADD_JOB_TYPE, &[&agency, &new.id, &new.code, &new.name])?;
    Ok(())
}

/// Renames, retires or brings back a job type; false when there is no such type.
///
/// # Errors
/// When the database fails.
pub fn save_job_type(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: JobTypeId,
    name: &str,
    retired: bool,
) -> Result<bool, Error> {
    Ok(tx.execute(SAVE_JOB_TYPE, &[&name, &retired, &agency, &id])? == 1)
}

/// The holidays from a day on.
///
/// # Errors
/// When the database fails.
pub fn list_holidays(tx: &mut Tx<'_>, agency: AgencyId, from: Date) -> Result<Vec<Holiday>, Error> {
    tx.query(HOLIDAYS, &[&agency, &from], |row| Ok(Holiday { held_on: row.get(0)?, name: row.get(1)? }))
}

/// Adds a holiday or renames the one of that day.
///
/// # Errors
/// When the database fails.
pub fn add_holiday(tx: &mut Tx<'_>, agency: AgencyId, holiday: &Holiday) -> Result<(), Error> {
    tx.execute(ADD_HOLIDAY, &[&agency, &holiday.held_on, &holiday.name])?;
    Ok(())
}

/// Removes the holiday of a day; false when there was none.
///
/// # Errors
/// When the database fails.
pub fn remove_holiday(tx: &mut Tx<'_>, agency: AgencyId, held_on: Date) -> Result<bool, Error> {
    Ok(tx.execute(REMOVE_HOLIDAY, &[&agency, &held_on])? == 1)
}
