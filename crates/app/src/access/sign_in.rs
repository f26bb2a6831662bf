//! Signing in.

use jiff::Timestamp;
use muster_domain::{access::Role, id::AccountId};
use muster_store::{self as store, Tx};

use super::sessions::{self, NewSession};
use crate::Failure;

/// A person to try the demonstration as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPersona {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Its agency or customer; empty for the operator's staff.
    pub place: String,
}

/// The personas of the demonstration, by role.
///
/// # Errors
/// When the database fails.
pub fn list_demo_personas(tx: &mut Tx<'_>) -> Result<Vec<DemoPersona>, Failure> {
    let mut personas = Vec::new();
    for role in Role::PEOPLE {
        for (account, name, agency, customer) in store::access::list_demo_accounts(tx, role.code())? {
            let place = if customer.is_empty() { agency } else { customer };
            personas.push(DemoPersona { account, name, role, place });
        }
    }
    Ok(personas)
}

/// Signs in as a persona of the demonstration, without a password. The caller makes sure that this is a demonstration.
///
/// # Errors
/// Missing when there is no such persona.
pub fn open_demo_session(tx: &mut Tx<'_>, account: AccountId, device: &str, now: Timestamp) -> Result<String, Failure> {
    let memberships = store::access::list_memberships(tx, account)?;
    let (membership, ..) = memberships.first().ok_or(Failure::Missing("persona"))?;
    sessions::open(tx, NewSession { membership, agency: None, device, second_factor: true }, now)
}
