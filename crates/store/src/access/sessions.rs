//! Signed-in sessions. The token itself is never stored, only its digest.

use jiff::Timestamp;
use muster_domain::{
    access::{Membership, Role},
    id::{AccountId, AgencyId, MembershipId, SessionId},
};

use crate::{Error, Row, Tx};

const FIND: &str = "SELECT s.id, s.account_id, a.name, a.email, m.id, m.role, COALESCE(m.agency_id, s.agency_id), m.officer_id, \
     m.customer_id, m.unit_id, COALESCE(g.name, ''), COALESCE(g.zone, ''), COALESCE(c.name, ''), \
     (SELECT COUNT(*) FROM notices n WHERE n.account_id = a.id AND n.read_at IS NULL), s.seen_at, s.second_factor \
     FROM sessions s JOIN accounts a ON a.id = s.account_id JOIN memberships m ON m.id = s.membership_id \
     LEFT JOIN agencies g ON g.id = COALESCE(m.agency_id, s.agency_id) \
     LEFT JOIN customers c ON c.agency_id = m.agency_id AND c.id = m.customer_id \
     WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.seen_at > $2 AND s.created_at > $3 AND NOT a.disabled \
     AND m.ended_at IS NULL AND (s.second_factor OR a.totp_secret = '')";
const FIND_PENDING: &str = "SELECT s.id, s.account_id, s.membership_id, s.agency_id, a.email, a.name, a.totp_secret, a.totp_step \
     FROM sessions s JOIN accounts a ON a.id = s.account_id \
     WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.created_at > $2 AND NOT a.disabled AND NOT s.second_factor AND a.totp_secret <> ''";
const KNOWN_DEVICE: &str = "SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id \
     WHERE s.token_hash = $1 AND a.email = $2 AND s.created_at > $3 AND (s.second_factor OR a.totp_secret = '')";
const ADD: &str = "INSERT INTO sessions (id, token_hash, account_id, membership_id, agency_id, device, second_factor, created_at, seen_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const TOUCH: &str = "UPDATE sessions SET seen_at = $1 WHERE token_hash = $2 AND ended_at IS NULL AND seen_at < $1";
const RENEW: &str = "UPDATE sessions SET token_hash = $1, second_factor = TRUE, seen_at = $2 WHERE account_id = $3 AND id = $4 AND ended_at IS NULL";
const END: &str = "UPDATE sessions SET ended_at = $1 WHERE account_id = $2 AND id = $3 AND ended_at IS NULL";
const END_OTHERS: &str = "UPDATE sessions SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL AND (CAST($3 AS TEXT) IS NULL OR id <> $3)";
const END_OF_MEMBERSHIP: &str = "UPDATE sessions SET ended_at = $1 WHERE membership_id = $2 AND ended_at IS NULL";
const LIST: &str = "SELECT s.id, s.device, s.created_at, s.seen_at, m.role, s.second_factor FROM sessions s \
     JOIN memberships m ON m.id = s.membership_id \
     WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.seen_at > $2 AND s.created_at > $3 ORDER BY s.seen_at DESC, s.id LIMIT 100";
const CHOOSE_AGENCY: &str = "UPDATE sessions SET agency_id = $1 WHERE id = $2 AND ended_at IS NULL";
const CHOOSE_MEMBERSHIP: &str =
    "UPDATE sessions SET membership_id = $1, agency_id = NULL WHERE id = $2 AND account_id = $3 AND ended_at IS NULL";

/// What stands behind a live session or API token.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The session; `None` for an API token.
    pub session: Option<SessionId>,
    /// The role acted in. Its agency is the chosen one for the operator's staff.
    pub membership: Membership,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// The agency's name; empty when none is chosen.
    pub agency_name: String,
    /// The agency's zone; empty when none is chosen.
    pub zone: String,
    /// The customer's name; empty for others.
    pub customer_name: String,
    /// Notices not yet read.
    pub unread: i64,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// Whether a second factor was shown.
    pub second_factor: bool,
}

/// A session that waits for its second factor.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// The membership that the full session will have.
    pub membership: MembershipId,
    /// The agency that the full session will have, for operators.
    pub agency: Option<AgencyId>,
    /// The person's address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The secret of the code generator, sealed.
    pub totp_secret: String,
    /// The last accepted step.
    pub totp_step: i64,
}

/// A session to be opened.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// The role acted in.
    pub membership: MembershipId,
    /// The agency chosen, for operators.
    pub agency: Option<AgencyId>,
    /// Browser and system, in words.
    pub device: String,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
}

pub(super) fn role(row: &Row<'_>, index: usize) -> Result<Role, Error> {
    let code: String = row.get(index)?;
    Role::from_code(&code).ok_or_else(|| Error::broken(format!("there is no role {code}")))
}

/// The live session with this token digest. `idle_since` and `opened_since` are the oldest instants that still count.
///
/// # Errors
/// When the database fails.
pub fn find_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    idle_since: Timestamp,
    opened_since: Timestamp,
) -> Result<Option<Opened>, Error> {
    tx.find(FIND, &[&token_hash, &idle_since, &opened_since], |row| {
        let session: SessionId = row.get(0)?;
        Ok(Opened { session: Some(session), ..opened(row)? })
    })
}

/// Reads the columns that sessions and tokens share, from the second on.
pub(super) fn opened(row: &Row<'_>) -> Result<Opened, Error> {
    Ok(Opened {
        session: None,
        membership: Membership {
            id: row.get(4)?,
            account: row.get(1)?,
            role: role(row, 5)?,
            agency: row.get(6)?,
            officer: row.get(7)?,
            customer: row.get(8)?,
            unit: row.get(9)?,
        },
        name: row.get(2)?,
        email: row.get(3)?,
        agency_name: row.get(10)?,
        zone: row.get(11)?,
        customer_name: row.get(12)?,
        unread: row.get(13)?,
        seen_at: row.get(14)?,
        second_factor: row.get(15)?,
    })
}

/// The session with this token digest that still waits for its second factor.
///
/// # Errors
/// When the database fails.
pub fn find_pending(tx: &mut Tx<'_>, token_hash: &str, opened_since: Timestamp) -> Result<Option<Pending>, Error> {
    tx.find(FIND_PENDING, &[&token_hash, &opened_since], |row| {
        Ok(Pending {
            session: row.get(0)?,
            account: row.get(1)?,
            membership: row.get(2)?,
            agency: row.get(3)?,
            email: row.get(4)?,
            name: row.get(5)?,
            totp_secret: row.get(6)?,
            totp_step: row.get(7)?,
        })
    })
}

/// True when the browser that sends this (perhaps long dead) token was fully signed in as this address before.
///
/// # Errors
/// When the database fails.
pub fn is_known_device(tx: &mut Tx<'_>, token_hash: &str, email: &str, since: Timestamp) -> Result<bool, Error> {
    let found: Option<SessionId> = tx.find(KNOWN_DEVICE, &[&token_hash, &email, &since], |row| row.get(0))?;
    Ok(found.is_some())
}

/// Opens a session.
///
/// # Errors
/// When the database fails.
pub fn add_session(tx: &mut Tx<'_>, token_hash: &str, session: &Session) -> Result<(), Error> {
    let Session { id, account, membership, agency, device, second_factor, created_at, seen_at } = session;
    tx.execute(ADD, &[id, &token_hash, account, membership, agency, device, second_factor, created_at, seen_at])?;
    Ok(())
}

/// Marks a session as used.
///
/// # Errors
/// When the database fails.
pub fn touch_session(tx: &mut Tx<'_>, token_hash: &str, now: Timestamp) -> Result<(), Error> {
    tx.execute(TOUCH, &[&now, &token_hash])?;
    Ok(())
}

/// Gives a session another token and marks it as fully proven; false when it has ended.
///
/// # Errors
/// When the database fails.
pub fn renew_session(
    tx: &mut Tx<'_>,
    account: AccountId,
    session: SessionId,
    token_hash: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(RENEW, &[&token_hash, &now, &account, &session])? == 1)
}

/// Ends one session of an account; false when there was none.
///
/// # Errors
/// When the database fails.
pub fn end_session(tx: &mut Tx<'_>, account: AccountId, session: SessionId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.execute(END, &[&now, &account, &session])? == 1)
}

/// Ends all sessions of an account but `keep`; how many.
///
/// # Errors
/// When the database fails.
pub fn end_other_sessions(
    tx: &mut Tx<'_>,
    account: AccountId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<u64, Error> {
    tx.execute(END_OTHERS, &[&now, &account, &keep])
}

/// Ends all sessions that act in a membership.
///
/// # Errors
/// When the database fails.
pub fn end_sessions_of_membership(tx: &mut Tx<'_>, membership: MembershipId, now: Timestamp) -> Result<u64, Error> {
    tx.execute(END_OF_MEMBERSHIP, &[&now, &membership])
}

/// A live session as its owner sees it: id, device, opened, last used, role.
pub type OwnSession = (SessionId, String, Timestamp, Timestamp, Role);

/// The live sessions of an account with the role of each, the most recently used first.
///
/// # Errors
/// When the database fails.
pub fn list_sessions(
    tx: &mut Tx<'_>,
    account: AccountId,
    idle_since: Timestamp,
    opened_since: Timestamp,
) -> Result<Vec<OwnSession>, Error> {
    tx.query(LIST, &[&account, &idle_since, &opened_since], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, role(row, 4)?))
    })
}

/// Sets the agency that an operator's session works in.
///
/// # Errors
/// When the database fails.
pub fn choose_agency(tx: &mut Tx<'_>, session: SessionId, agency: AgencyId) -> Result<(), Error> {
    tx.execute(CHOOSE_AGENCY, &[&agency, &session])?;
    Ok(())
}

/// Sets the role that a session acts in.
///
/// # Errors
/// When the database fails.
pub fn choose_membership(
    tx: &mut Tx<'_>,
    session: SessionId,
    account: AccountId,
    membership: MembershipId,
) -> Result<(), Error> {
    tx.execute(CHOOSE_MEMBERSHIP, &[&membership, &session, &account])?;
    Ok(())
}
