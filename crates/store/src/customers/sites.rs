//! The places where officers work for a customer.

use muster_domain::{
    customers::{Point, Site},
    id::{AgencyId, CustomerId, SiteId},
};

use crate::{Error, Row, Tx};

const LIST: &str = "SELECT id, customer_id, name, address, lat_e6, lon_e6, radius_m, instructions, retired, version FROM sites \
     WHERE agency_id = $1 AND customer_id = $2 ORDER BY retired, name, id LIMIT 500";
const FIND: &str = "SELECT id, customer_id, name, address, lat_e6, lon_e6, radius_m, instructions, retired, version FROM sites \
     WHERE agency_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR customer_id = $3)";
const ADD: &str = "INSERT INTO sites (agency_id, id, customer_id, name, address, lat_e6, lon_e6, radius_m, instructions, retired) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const SAVE: &str = "UPDATE sites SET name = $1, address = $2, lat_e6 = $3, lon_e6 = $4, radius_m = $5, instructions = $6, retired = $7, \
     version = version + 1 WHERE agency_id = $8 AND id = $9 AND version = $10";

/// Every site of a customer, those in use first.
///
/// # Errors
/// When the database fails.
pub fn list_sites(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId) -> Result<Vec<Site>, Error> {
    tx.query(LIST, &[&agency, &customer], site)
}

/// A site; only of one customer when `only` says so.
///
/// # Errors
/// When the database fails.
pub fn find_site(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: SiteId,
    only: Option<CustomerId>,
) -> Result<Option<Site>, Error> {
    tx.find(FIND, &[&agency, &id, &only], site)
}

fn site(row: &Row<'_>) -> Result<Site, Error> {
    let (lat, lon): (Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?);
    Ok(Site {
        id: row.get(0)?,
        customer: row.get(1)?,
        name: row.get(2)?,
        address: row.get(3)?,
        point: lat.zip(lon).map(|(lat_e6, lon_e6)| Point { lat_e6, lon_e6 }),
        radius_m: row.get(6)?,
        instructions: row.get(7)?,
        retired: row.get(8)?,
        version: row.get(9)?,
    })
}

/// Adds a site.
///
/// # Errors
/// `sites_lat`, `sites_lon` or `sites_radius` when a number is out of bounds.
pub fn add_site(tx: &mut Tx<'_>, agency: AgencyId, s: &Site) -> Result<(), Error> {
    let (lat, lon) = (s.point.map(|p| p.lat_e6), s.point.map(|p| p.lon_e6));
    tx.execute(
        ADD,
        &[&agency, &s.id, &s.customer, &s.name, &s.address, &lat, &lon, &s.radius_m, &s.instructions, &s.retired],
    )?;
    Ok(())
}

/// Saves a changed site; false when somebody else changed it first.
///
/// # Errors
/// As [`add_site`].
pub fn save_site(tx: &mut Tx<'_>, agency: AgencyId, s: &Site) -> Result<bool, Error> {
    let (lat, lon) = (s.point.map(|p| p.lat_e6), s.point.map(|p| p.lon_e6));
    let changed = tx.execute(
        SAVE,
        &[&s.name, &s.address, &lat, &lon, &s.radius_m, &s.instructions, &s.retired, &agency, &s.id, &s.version],
    )?;
    Ok(changed == 1)
}
