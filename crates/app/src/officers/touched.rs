//! What changes about officers makes their booked work worth another look. Whoever changes it only sets a timer: a worker
//! judges the work, so an import of thousands of rows waits for nothing.

use std::collections::HashSet;

use jiff::Timestamp;
use muster_domain::id::{AgencyId, OfficerId};
use muster_store::{self as store, Tx, timers};

use crate::Failure;

/// The kind of the timer that judges an officer's booked work again; its subject is the officer.
pub const RECHECK_TIMER: &str = "recheck";
/// The kind of the timer that does so for everybody who has booked work; its subject is the agency.
pub const RECHECK_ALL_TIMER: &str = "recheck_all";

/// An officer's rank, status, groups, certifications, schedule or offences changed.
pub(crate) fn touched(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, now: Timestamp) -> Result<(), Failure> {
    // `set` waits for a worker that has the timer in hand, so that no change is missed.
    Ok(timers::set(tx, agency, RECHECK_TIMER, &officer.to_string(), now, now)?)
}

/// The same for many; those without booked work cost nothing.
pub(crate) fn touched_many(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officers: &HashSet<OfficerId>,
    now: Timestamp,
) -> Result<(), Failure> {
    for officer in store::officers::list_booked_ahead(tx, agency, now)? {
        if officers.contains(&officer) {
            touched(tx, agency, officer, now)?;
        }
    }
    Ok(())
}

/// The agency's rules changed, or a day passed: everybody who has booked work.
pub(crate) fn touched_all(tx: &mut Tx<'_>, agency: AgencyId, at: Timestamp, now: Timestamp) -> Result<(), Failure> {
    Ok(timers::set(tx, agency, RECHECK_ALL_TIMER, &agency.to_string(), at, now)?)
}
