//! Counted sign-in attempts.

use jiff::Timestamp;

use crate::{Error, Tx};

const ADD: &str = "INSERT INTO sign_in_attempts (counted, at, succeeded) VALUES ($1, $2, FALSE)";
const COUNT: &str = "SELECT COUNT(*) FROM sign_in_attempts WHERE counted = $1 AND at > $2 AND NOT succeeded";
const FORGET: &str = "UPDATE sign_in_attempts SET succeeded = TRUE WHERE counted = $1 AND NOT succeeded";

/// Notes an attempt, as failed until it succeeds.
///
/// # Errors
/// When the database fails.
pub fn add_attempt(tx: &mut Tx<'_>, counted: &str, now: Timestamp) -> Result<(), Error> {
    tx.execute(ADD, &[&counted, &now])?;
    Ok(())
}

/// How many attempts failed since an instant.
///
/// # Errors
/// When the database fails.
pub fn count_failures(tx: &mut Tx<'_>, counted: &str, since: Timestamp) -> Result<i64, Error> {
    tx.one(COUNT, &[&counted, &since], |row| row.get(0))
}

/// A success forgives the failures before it.
///
/// # Errors
/// When the database fails.
pub fn forget_failures(tx: &mut Tx<'_>, counted: &str) -> Result<(), Error> {
    tx.execute(FORGET, &[&counted])?;
    Ok(())
}
