//! Whether the database answers.

use crate::{Error, Tx};

const ANSWERS: &str = "SELECT 1";

/// Asks the database for an answer and nothing else.
///
/// # Errors
/// When it gives none.
pub fn answers(tx: &mut Tx<'_>) -> Result<bool, Error> {
    tx.one(ANSWERS, &[], |row| row.get::<i64>(0)).map(|one| one == 1)
}
