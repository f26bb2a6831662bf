//! Writing and checking the audit log.

use jiff::Timestamp;
use muster_domain::{access::Permit, audit::Entry};
use muster_store::{self as store, Tx};

use crate::Failure;

/// Seals an entry at the end of the permit's chain. Call it last: it locks the chain's head.
///
/// # Errors
/// Only when the database fails.
pub fn record(tx: &mut Tx<'_>, permit: &Permit, entry: Entry, now: Timestamp) -> Result<(), Failure> {
    store::audit::append(tx, permit, entry, now)?;
    Ok(())
}
