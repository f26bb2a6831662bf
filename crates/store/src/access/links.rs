//! Links that work once: the first operator's, invitations, password resets.

use jiff::Timestamp;
use muster_domain::id::{AccountId, LinkId};

use crate::{Error, Tx};

const ADD: &str = "INSERT INTO links (id, token_hash, purpose, account_id, expires_at) VALUES ($1, $2, $3, $4, $5)";
const FIND: &str =
    "SELECT id, purpose, account_id FROM links WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
const USE: &str = "UPDATE links SET used_at = $1 WHERE id = $2 AND used_at IS NULL";
const DROP: &str = "UPDATE links SET used_at = $1 WHERE purpose = $2 AND used_at IS NULL AND (CAST($3 AS TEXT) IS NULL OR account_id = $3)";

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the first operator of a new installation.
    FirstOperator,
    /// Lets an invited person choose a password.
    Invitation,
    /// Lets a person choose a new password.
    Reset,
}

impl Purpose {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FirstOperator => "first_operator",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }
}

/// A link that can still be used.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its id.
    pub id: LinkId,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose password it sets; `None` for the first operator.
    pub account: Option<AccountId>,
}

/// Keeps a link.
///
/// # Errors
/// When the database fails.
pub fn add_link(tx: &mut Tx<'_>, token_hash: &str, link: &Link, expires_at: Timestamp) -> Result<(), Error> {
    tx.execute(ADD, &[&link.id, &token_hash, &link.purpose.code(), &link.account, &expires_at])?;
    Ok(())
}

/// The unused link with this token digest.
///
/// # Errors
/// When the database fails.
pub fn find_link(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<Option<Link>, Error> {
    tx.find(FIND, &[&token_hash, &now], |row| {
        let code: String = row.get(1)?;
        let purpose =
            [Purpose::FirstOperator, Purpose::Invitation, Purpose::Reset].into_iter().find(|p| p.code() == code);
        let purpose = purpose.ok_or_else(|| Error::broken(format!("no link is for {code}")))?;
        Ok(Link { id: row.get(0)?, purpose, account: row.get(2)? })
    })
}

/// Uses a link up; false when somebody else just did.
///
/// # Errors
/// When the database fails.
pub fn use_link(tx: &mut Tx<'_>, id: LinkId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.execute(USE, &[&now, &id])? == 1)
}

/// Makes all earlier links of this purpose (and account) worthless.
///
/// # Errors
/// When the database fails.
pub fn drop_links(tx: &mut Tx<'_>, purpose: Purpose, account: Option<AccountId>, now: Timestamp) -> Result<(), Error> {
    tx.execute(DROP, &[&now, &purpose.code(), &account])?;
    Ok(())
}
