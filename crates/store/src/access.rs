//! Accounts, memberships, sessions, links, tokens and kept answers.

mod accounts;
mod attempts;
mod links;
mod memberships;
mod sessions;
mod tokens;

use jiff::Timestamp;
use muster_domain::id::AccountId;

use crate::{Error, Tx};

pub use accounts::{
    Account, NewAccount, add_account, count_accounts, find_account, find_account_by_email, list_demo_accounts,
    renew_hash, replace_recovery_codes, save_password, save_totp, use_recovery_code, use_totp_step,
};
pub use attempts::{add_attempt, count_failures, forget_failures};
pub use links::{Link, Purpose, add_link, drop_links, find_link, use_link};
pub use memberships::{
    Person, add_membership, customer_exists, end_membership, find_membership, list_memberships, list_officers_of,
    list_operator_staff, list_people, list_people_of, officer_exists,
};
pub use sessions::{
    Opened, OwnSession, Pending, Session, add_session, choose_agency, choose_membership, end_other_sessions,
    end_session, end_sessions_of_membership, find_pending, find_session, is_known_device, list_sessions, renew_session,
    touch_session,
};
pub use tokens::{Token, add_token, find_token, list_tokens, revoke_token, touch_token};

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
