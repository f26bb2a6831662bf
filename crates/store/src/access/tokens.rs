//! API tokens. The secret itself is never stored, only its digest.

use jiff::Timestamp;
use muster_domain::{
    access::Role,
    id::{AccountId, AgencyId, MembershipId, TokenId},
};

use super::sessions::{Opened, opened, role};
use crate::{Error, Tx};

const FIND: &str = "SELECT t.id, t.account_id, a.name, a.email, m.id, m.role, COALESCE(m.agency_id, t.agency_id), m.officer_id, \
     m.customer_id, m.unit_id, COALESCE(g.name, ''), COALESCE(g.zone, ''), COALESCE(c.name, ''), \
     (SELECT COUNT(*) FROM notices n WHERE n.account_id = a.id AND n.read_at IS NULL), COALESCE(t.used_at, t.created_at), TRUE, t.scope \
     FROM api_tokens t JOIN accounts a ON a.id = t.account_id JOIN memberships m ON m.id = t.membership_id \
     LEFT JOIN agencies g ON g.id = COALESCE(m.agency_id, t.agency_id) \
     LEFT JOIN customers c ON c.agency_id = m.agency_id AND c.id = m.customer_id \
     WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND NOT a.disabled AND m.ended_at IS NULL";
const ADD: &str = "INSERT INTO api_tokens (id, token_hash, account_id, membership_id, agency_id, name, scope, created_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const LIST: &str = "SELECT t.id, t.account_id, t.membership_id, t.agency_id, t.name, t.scope, t.created_at, t.expires_at, t.used_at, m.role \
     FROM api_tokens t JOIN memberships m ON m.id = t.membership_id \
     WHERE t.account_id = $1 AND t.revoked_at IS NULL ORDER BY t.created_at DESC, t.id LIMIT 100";
const REVOKE: &str = "UPDATE api_tokens SET revoked_at = $1 WHERE account_id = $2 AND id = $3 AND revoked_at IS NULL";
const TOUCH: &str = "UPDATE api_tokens SET used_at = $1 WHERE token_hash = $2 AND revoked_at IS NULL";

/// An API token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub account: AccountId,
    /// The role that it acts in.
    pub membership: MembershipId,
    /// The agency that it acts in, for operators.
    pub agency: Option<AgencyId>,
    /// What it is for.
    pub name: String,
    /// Whether it may change things.
    pub writes: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// The role that it acts in.
    pub role: Role,
}

/// What stands behind a token digest, and whether it may change things.
///
/// # Errors
/// When the database fails.
pub fn find_token(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<Option<(Opened, bool)>, Error> {
    tx.find(FIND, &[&token_hash, &now], |row| {
        let scope: String = row.get(16)?;
        Ok((opened(row)?, scope == "write"))
    })
}

/// Keeps a token.
///
/// # Errors
/// When the database fails.
pub fn add_token(tx: &mut Tx<'_>, token_hash: &str, token: &Token) -> Result<(), Error> {
    let scope = if token.writes { "write" } else { "read" };
    let Token { id, account, membership, agency, name, created_at, expires_at, .. } = token;
    tx.execute(ADD, &[id, &token_hash, account, membership, agency, name, &scope, created_at, expires_at])?;
    Ok(())
}

/// The tokens of an account that are not revoked, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_tokens(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Token>, Error> {
    tx.query(LIST, &[&account], |row| {
        let scope: String = row.get(5)?;
        Ok(Token {
            id: row.get(0)?,
            account: row.get(1)?,
            membership: row.get(2)?,
            agency: row.get(3)?,
            name: row.get(4)?,
            writes: scope == "write",
            created_at: row.get(6)?,
            expires_at: row.get(7)?,
            used_at: row.get(8)?,
            role: role(row, 9)?,
        })
    })
}

/// Revokes a token of an account; false when there was none.
///
/// # Errors
/// When the database fails.
pub fn revoke_token(tx: &mut Tx<'_>, account: AccountId, id: TokenId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.execute(REVOKE, &[&now, &account, &id])? == 1)
}

/// Notes that a token was used.
///
/// # Errors
/// When the database fails.
pub fn touch_token(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<(), Error> {
    tx.execute(TOUCH, &[&now, &token_hash])?;
    Ok(())
}
