//! Agencies and what belongs to them: ranks, units, job types, holidays.

use jiff::tz::TimeZone;
use muster_domain::{
    agencies::{Agency, PayMode},
    id::AgencyId,
};

use crate::{Error, Json, Row, Tx};

const FIND: &str = "SELECT id, name, slug, zone, phone, email, about, pay_mode, terms_days, settings, version FROM agencies WHERE id = $1";

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
