//! The places where officers work for a customer.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor},
    audit::Entry,
    customers::{Point, Site},
    id::{AgencyId, CustomerId, SiteId},
    refusal::FieldErrors,
};
use muster_store::{self as store, Tx};
use serde_json::json;

use super::{optional, to_change};
use crate::{Failure, audit};

/// What a form says about a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFacts {
    /// Short name.
    pub name: String,
    /// Street address.
    pub address: String,
    /// Where it is, if known.
    pub point: Option<Point>,
    /// The geofence's radius in metres, 20 to 5,000.
    pub radius_m: i64,
    /// Standing instructions for officers; may be empty.
    pub instructions: String,
    /// No longer used for new requests.
    pub retired: bool,
}

impl SiteFacts {
    /// What is wrong; `prefix` stands before the names of the fields, for a site inside another form.
    pub fn check(&self, errors: &mut FieldErrors, prefix: &str) {
        errors.require_text(&self.name, &format!("{prefix}name"), 120);
        errors.require_text(&self.address, &format!("{prefix}address"), 300);
        optional(errors, &self.instructions, &format!("{prefix}instructions"), 4000);
        let inside = self.point.is_none_or(|p| {
            (-90_000_000..=90_000_000).contains(&p.lat_e6) && (-180_000_000..=180_000_000).contains(&p.lon_e6)
        });
        errors.require(inside, &format!("{prefix}point"), "This point is not on the map. Choose it on the map again.");
        let radius = (20..=5000).contains(&self.radius_m);
        errors.require(radius, &format!("{prefix}radius_m"), "Enter a radius from 20 to 5,000 meters.");
    }

    fn site(&self, id: SiteId, customer: CustomerId, version: i64) -> Site {
        Site {
            id,
            customer,
            name: self.name.trim().to_owned(),
            address: self.address.trim().to_owned(),
            point: self.point,
            radius_m: self.radius_m,
            instructions: self.instructions.clone(),
            retired: self.retired,
            version,
        }
    }
}

/// Adds a site.
///
/// # Errors
/// Denied; missing; invalid.
pub fn add_site(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    facts: &SiteFacts,
    now: Timestamp,
) -> Result<SiteId, Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::EditCustomer)?;
    let mut errors = FieldErrors::default();
    facts.check(&mut errors, "");
    errors.or(())?;
    let site = insert(tx, customer.agency, id, facts, now)?;
    let words = format!("added the site {} of {}", facts.name.trim(), customer.name);
    audit::record(tx, &permit, Entry::new("added_site", words).about(id).about(site).with(as_json(facts)), now)?;
    Ok(site)
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    customer: CustomerId,
    facts: &SiteFacts,
    now: Timestamp,
) -> Result<SiteId, Failure> {
    let site = facts.site(tx.id(now), customer, 1);
    store::customers::add_site(tx, agency, &site)?;
    Ok(site.id)
}

fn as_json(facts: &SiteFacts) -> serde_json::Value {
    json!({ "name": facts.name, "address": facts.address, "point": facts.point, "radius_m": facts.radius_m, "retired": facts.retired })
}

/// Changes a site; `version` is the one that the form was filled from.
///
/// # Errors
/// Denied; missing; invalid; conflict.
pub fn edit_site(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: SiteId,
    version: i64,
    facts: &SiteFacts,
    now: Timestamp,
) -> Result<CustomerId, Failure> {
    let scope = who.scope()?;
    let stored =
        store::customers::find_site(tx, scope.agency(), id, scope.customer())?.ok_or(Failure::Missing("site"))?;
    let (customer, permit) = to_change(tx, who, stored.customer, Action::EditCustomer)?;
    let mut errors = FieldErrors::default();
    facts.check(&mut errors, "");
    errors.or(())?;
    if !store::customers::save_site(tx, customer.agency, &facts.site(id, stored.customer, version))? {
        return Err(Failure::Conflict("The site"));
    }
    let words = format!("changed the site {} of {}", facts.name.trim(), customer.name);
    audit::record(
        tx,
        &permit,
        Entry::new("edited_site", words).about(customer.id).about(id).with(as_json(facts)),
        now,
    )?;
    Ok(customer.id)
}
