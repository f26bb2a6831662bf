//! Accounts with their password, code generator and recovery codes.

use jiff::Timestamp;
use muster_domain::id::AccountId;

use crate::{Error, Row, Tx};

const COUNT: &str = "SELECT COUNT(*) FROM accounts";
const FIND: &str =
    "SELECT id, email, name, password_hash, totp_secret, totp_step, disabled, version FROM accounts WHERE id = $1";
const FIND_BY_EMAIL: &str =
    "SELECT id, email, name, password_hash, totp_secret, totp_step, disabled, version FROM accounts WHERE email = $1";
const ADD: &str = "INSERT INTO accounts (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)";
const SAVE_PASSWORD: &str = "UPDATE accounts SET password_hash = $1, version = version + 1 WHERE id = $2";
const RENEW_HASH: &str = "UPDATE accounts SET password_hash = $1 WHERE id = $2 AND password_hash = $3";
const SAVE_TOTP: &str = "UPDATE accounts SET totp_secret = $1, totp_step = $2, version = version + 1 WHERE id = $3";
const USE_STEP: &str = "UPDATE accounts SET totp_step = $1 WHERE id = $2 AND totp_step < $1";
const DROP_CODES: &str = "DELETE FROM recovery_codes WHERE account_id = $1";
const ADD_CODE: &str = "INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)";
const USE_CODE: &str =
    "UPDATE recovery_codes SET used_at = $1 WHERE account_id = $2 AND code_hash = $3 AND used_at IS NULL";
const LIST_DEMO: &str = "SELECT a.id, a.name, m.role, COALESCE(g.name, ''), COALESCE(c.name, '') FROM accounts a \
     JOIN memberships m ON m.account_id = a.id LEFT JOIN agencies g ON g.id = m.agency_id \
     LEFT JOIN customers c ON c.agency_id = m.agency_id AND c.id = m.customer_id \
     WHERE m.ended_at IS NULL AND NOT a.disabled AND CAST($1 AS TEXT) = m.role ORDER BY m.created_at, m.id LIMIT 12";

/// A sign-in account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Lower case.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// PHC string; empty until a password was chosen.
    pub password_hash: String,
    /// The secret of the code generator, sealed; empty without a second factor.
    pub totp_secret: String,
    /// The last accepted step.
    pub totp_step: i64,
    /// May not sign in.
    pub disabled: bool,
    /// Counts changes.
    pub version: i64,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: AccountId,
    /// Lower case.
    pub email: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// PHC string, or empty.
    pub password_hash: &'a str,
}

fn account(row: &Row<'_>) -> Result<Account, Error> {
    Ok(Account {
        id: row.get(0)?,
        email: row.get(1)?,
        name: row.get(2)?,
        password_hash: row.get(3)?,
        totp_secret: row.get(4)?,
        totp_step: row.get(5)?,
        disabled: row.get(6)?,
        version: row.get(7)?,
    })
}

/// How many accounts there are.
///
/// # Errors
/// When the database fails.
pub fn count_accounts(tx: &mut Tx<'_>) -> Result<i64, Error> {
    tx.one(COUNT, &[], |row| row.get(0))
}

/// The account with this id.
///
/// # Errors
/// When the database fails.
pub fn find_account(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Account>, Error> {
    tx.find(FIND, &[&id], account)
}

/// The account with this address (lower case).
///
/// # Errors
/// When the database fails.
pub fn find_account_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Account>, Error> {
    tx.find(FIND_BY_EMAIL, &[&email], account)
}

/// Makes an account.
///
/// # Errors
/// When the database fails; the constraint `accounts_email` when the address has one.
pub fn add_account(tx: &mut Tx<'_>, new: &NewAccount<'_>, now: Timestamp) -> Result<(), Error> {
    tx.execute(ADD, &[&new.id, &new.email, &new.name, &new.password_hash, &now])?;
    Ok(())
}

/// Sets the password's hash.
///
/// # Errors
/// When the database fails.
pub fn save_password(tx: &mut Tx<'_>, id: AccountId, hash: &str) -> Result<(), Error> {
    tx.execute(SAVE_PASSWORD, &[&hash, &id])?;
    Ok(())
}

/// Replaces a password's hash by another of the same password; false when the stored one is no longer `old`.
///
/// # Errors
/// When the database fails.
pub fn renew_hash(tx: &mut Tx<'_>, id: AccountId, old: &str, hash: &str) -> Result<bool, Error> {
    Ok(tx.execute(RENEW_HASH, &[&hash, &id, &old])? == 1)
}

/// Sets or (with an empty secret) removes the code generator.
///
/// # Errors
/// When the database fails.
pub fn save_totp(tx: &mut Tx<'_>, id: AccountId, secret: &str, step: i64) -> Result<(), Error> {
    tx.execute(SAVE_TOTP, &[&secret, &step, &id])?;
    Ok(())
}

/// Notes that the code of a step was used; false when that step or a later one was used before.
///
/// # Errors
/// When the database fails.
pub fn use_totp_step(tx: &mut Tx<'_>, id: AccountId, step: i64) -> Result<bool, Error> {
    Ok(tx.execute(USE_STEP, &[&step, &id])? == 1)
}

/// Replaces all recovery codes by these digests.
///
/// # Errors
/// When the database fails.
pub fn replace_recovery_codes(tx: &mut Tx<'_>, id: AccountId, hashes: &[String]) -> Result<(), Error> {
    tx.execute(DROP_CODES, &[&id])?;
    for hash in hashes {
        tx.execute(ADD_CODE, &[&id, hash])?;
    }
    Ok(())
}

/// Uses a recovery code up; false when there is no such unused code.
///
/// # Errors
/// When the database fails.
pub fn use_recovery_code(tx: &mut Tx<'_>, id: AccountId, hash: &str, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.execute(USE_CODE, &[&now, &id, &hash])? == 1)
}

/// Up to three accounts that hold a role, for the personas of the demonstration: id, name, agency, customer.
///
/// # Errors
/// When the database fails.
pub fn list_demo_accounts(tx: &mut Tx<'_>, role: &str) -> Result<Vec<(AccountId, String, String, String)>, Error> {
    tx.query(LIST_DEMO, &[&role], |row| Ok((row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?)))
}
