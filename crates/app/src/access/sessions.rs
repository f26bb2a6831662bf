//! Finding, listing and ending sessions; choosing the agency or role that a session works in.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Actor, Denied, Membership},
    id::{AccountId, AgencyId, SessionId},
};
use muster_store::{self as store, Tx, access::Session};

use super::{Found, IDLE_MINUTES, SESSION_HOURS, fresh_token, token_hash};
use crate::Failure;

/// The oldest last use that still counts.
pub(super) fn idle_since(now: Timestamp) -> Timestamp {
    now - SignedDuration::from_mins(IDLE_MINUTES)
}

/// The oldest sign-in that still counts.
pub(super) fn opened_since(now: Timestamp) -> Timestamp {
    now - SignedDuration::from_hours(SESSION_HOURS)
}

/// Opens a session and gives its token, which nobody can read back.
pub(super) fn open(tx: &mut Tx<'_>, session: NewSession<'_>, now: Timestamp) -> Result<String, Failure> {
    let token = fresh_token(tx);
    let id: SessionId = tx.id(now);
    let NewSession { membership, agency, device, second_factor } = session;
    let session = Session {
        id,
        account: membership.account,
        membership: membership.id,
        agency,
        device: device.chars().take(120).collect(),
        second_factor,
        created_at: now,
        seen_at: now,
    };
    store::access::add_session(tx, &token_hash(&token), &session)?;
    Ok(token)
}

pub(super) struct NewSession<'a> {
    pub membership: &'a Membership,
    pub agency: Option<AgencyId>,
    pub device: &'a str,
    pub second_factor: bool,
}

/// Ends the live session that a browser still had as this account when it signs in anew.
pub(super) fn end_old(tx: &mut Tx<'_>, account: AccountId, token: Option<&str>, now: Timestamp) -> Result<(), Failure> {
    if let Some(token) = token
        && let Some(found) = find_session(tx, token, now)?
        && found.actor.account == account
        && let Some(session) = found.session
    {
        store::access::end_session(tx, account, session, now)?;
    }
    Ok(())
}

/// Gives a session a new token after its holder proved more (a step-up); the old token is worthless at once.
pub(super) fn renew(
    tx: &mut Tx<'_>,
    who: &Actor,
    session: Option<SessionId>,
    now: Timestamp,
) -> Result<String, Failure> {
    let session = session.ok_or(Denied::NotVisible)?;
    let token = fresh_token(tx);
    if store::access::renew_session(tx, who.account, session, &token_hash(&token), now)? {
        Ok(token)
    } else {
        Err(Failure::Missing("session"))
    }
}

/// The live session with this token, if any.
///
/// # Errors
/// When the database fails.
pub fn find_session(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<Option<Found>, Failure> {
    let opened = store::access::find_session(tx, &token_hash(token), idle_since(now), opened_since(now))?;
    Ok(opened.map(|opened| {
        let touch_due = now.duration_since(opened.seen_at) >= SignedDuration::from_mins(1);
        Found::of(opened, touch_due)
    }))
}

/// Marks a session as used just now.
///
/// # Errors
/// When the database fails.
pub fn touch_session(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<(), Failure> {
    store::access::touch_session(tx, &token_hash(token), now)?;
    Ok(())
}

/// The live API token with this secret, if any.
///
/// # Errors
/// Denied when the token may only read and the request would change something.
pub fn find_token(tx: &mut Tx<'_>, token: &str, writes: bool, now: Timestamp) -> Result<Option<Found>, Failure> {
    match store::access::find_token(tx, &token_hash(token), now)? {
        Some((_, false)) if writes => Err(Denied::ReadOnlyToken.into()),
        found => Ok(found.map(|(opened, _)| Found::of(opened, false))),
    }
}
