//! Whether the installation can do its work; asked by machines, without a person.

use muster_store::{self as store, Tx};

use crate::Failure;

/// True when the database answers.
///
/// # Errors
/// When it does not.
pub fn is_ready(tx: &mut Tx<'_>) -> Result<bool, Failure> {
    Ok(store::health::answers(tx)?)
}
