//! The agency and its settings.

use jiff::{Timestamp, civil::Date};
use muster_domain::{agencies::Agency, id::AgencyId};
use muster_store::{self as store, Tx};

use crate::Failure;

/// The agency, which must exist.
///
/// # Errors
/// Missing.
pub fn load_agency(tx: &mut Tx<'_>, id: AgencyId) -> Result<Agency, Failure> {
    store::agencies::find_agency(tx, id)?.ok_or(Failure::Missing("agency"))
}

/// The date on the agency's calendars now.
///
/// # Errors
/// Missing.
pub fn today(tx: &mut Tx<'_>, id: AgencyId, now: Timestamp) -> Result<Date, Failure> {
    Ok(now.to_zoned(load_agency(tx, id)?.zone).date())
}
