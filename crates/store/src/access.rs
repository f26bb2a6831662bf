//! Accounts, sessions, links, tokens and kept answers.

use jiff::Timestamp;
use muster_domain::id::AccountId;

use crate::{Error, Tx};

const FIND_ANSWER: &str = "SELECT body_hash, answer FROM idempotency_keys WHERE account_id = $1 AND key = $2";
const KEEP_ANSWER: &str =
    "INSERT INTO idempotency_keys (account_id, key, body_hash, answer, answered_at) VALUES ($1, $2, $3, $4, $5)";

/// The digest and answer kept for this key.
///
/// # Errors
/// When the database fails.
pub fn find_answer(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<Option<(String, String)>, Error> {
    tx.find(FIND_ANSWER, &[&account, &key], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Keeps the answer to a key.
///
/// # Errors
/// When the database fails.
pub fn keep_answer(
    tx: &mut Tx<'_>,
    account: AccountId,
    key: &str,
    digest: &str,
    answer: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(KEEP_ANSWER, &[&account, &key, &digest, &answer, &now])?;
    Ok(())
}
