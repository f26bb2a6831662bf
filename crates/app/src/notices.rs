//! Telling people: a notice in the inbox and an e-mail through the outbox, in the same transaction as the change.

use jiff::Timestamp;
use muster_domain::{id::AgencyId, notices::Message};
pub use muster_store::notices::To;
use muster_store::{self as store, Tx};

use crate::Failure;

/// Tells everybody whom `to` names. Nobody there is no failure: not every officer has an account.
///
/// # Errors
/// When the database fails.
pub fn tell(tx: &mut Tx<'_>, agency: AgencyId, to: To, message: &Message, now: Timestamp) -> Result<(), Failure> {
    for (account, address) in store::notices::list_recipients(tx, agency, to)? {
        store::notices::add_notice(tx, agency, account, message, now)?;
        if !address.is_empty() {
            store::notices::add_mail(tx, Some(agency), &address, &message.title, &message.body, now)?;
        }
    }
    Ok(())
}
