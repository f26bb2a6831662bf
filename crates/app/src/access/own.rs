//! One's own account: password, sessions, tokens, the role acted in.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Denied, Membership, Role, Target, authorise},
    audit::Entry,
    id::{AgencyId, MembershipId, SessionId, TokenId},
    refusal::{FieldErrors, Refusal},
};
use muster_store::{
    self as store, Tx,
    access::{Account, Token},
};

use super::{sessions, token_hash};
use crate::Failure;
use crate::audit;

pub(super) fn load(tx: &mut Tx<'_>, who: &Actor) -> Result<Account, Failure> {
    store::access::find_account(tx, who.account)?.ok_or(Failure::Missing("account"))
}

/// Tells a person by e-mail that a credential changed.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    account: &Account,
    subject: &str,
    words: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let body = format!(
        "{words}\n\nIf that was not you, ask for a link to choose a new password at once, and tell your administrator."
    );
    store::notices::add_mail(tx, None, &account.email, subject, &body, now)?;
    Ok(())
}

/// What the page of one's own account shows.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Whether a second factor is set up.
    pub second_factor: bool,
    /// Whether a password was chosen.
    pub has_password: bool,
    /// The hash that the current password is checked against. Never leaves the server.
    pub password_hash: String,
    /// The live sessions.
    pub sessions: Vec<OwnSession>,
    /// The API tokens.
    pub tokens: Vec<Token>,
    /// The roles, each with the agency's and customer's name.
    pub roles: Vec<(Membership, String, String)>,
}

/// A live session.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// Its id.
    pub id: SessionId,
    /// Browser and system in words.
    pub device: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Last used.
    pub seen_at: Timestamp,
    /// The role acted in.
    pub role: Role,
}

/// One's own account.
///
/// # Errors
/// When the database fails.
pub fn view_own_account(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<OwnAccount, Failure> {
    let account = load(tx, who)?;
    Ok(OwnAccount {
        sessions: list_own_sessions(tx, who, now)?,
        tokens: store::access::list_tokens(tx, who.account)?,
        roles: store::access::list_memberships(tx, who.account)?,
        second_factor: !account.totp_secret.is_empty(),
        has_password: !account.password_hash.is_empty(),
        name: account.name,
        email: account.email,
        password_hash: account.password_hash,
    })
}

/// One's own live sessions.
///
/// # Errors
/// When the database fails.
pub fn list_own_sessions(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<Vec<OwnSession>, Failure> {
    let found = store::access::list_sessions(tx, who.account, sessions::idle_since(now), sessions::opened_since(now))?;
    let own = |(id, device, created_at, seen_at, role)| OwnSession { id, device, created_at, seen_at, role };
    Ok(found.into_iter().map(own).collect())
}

/// Ends one of one's own sessions. Takes effect with the next request.
///
/// # Errors
/// Missing.
pub fn end_own_session(tx: &mut Tx<'_>, who: &Actor, id: SessionId, now: Timestamp) -> Result<(), Failure> {
    let ended = store::access::end_session(tx, who.account, id, now)?;
    if ended { Ok(()) } else { Err(Failure::Missing("session")) }
}

/// Ends all of one's own sessions but the one in use.
///
/// # Errors
/// When the database fails.
pub fn end_other_sessions(
    tx: &mut Tx<'_>,
    who: &Actor,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<u64, Failure> {
    Ok(store::access::end_other_sessions(tx, who.account, keep, now)?)
}

/// Sets a new password: all other sessions end, this one goes on under a new token.
///
/// # Errors
/// When the database fails.
pub fn change_password(
    tx: &mut Tx<'_>,
    (who, session): (&Actor, Option<SessionId>),
    password_hash: &str,
    now: Timestamp,
) -> Result<String, Failure> {
    let permit = authorise(who, Action::EditOwnAccount, &Target::PLATFORM)?;
    let account = load(tx, who)?;
    store::access::save_password(tx, account.id, password_hash)?;
    store::access::end_other_sessions(tx, account.id, session, now)?;
    let token = sessions::renew(tx, who, session, now)?;
    tell(tx, &account, "Your password was changed", "The password of your Muster account was just changed.", now)?;
    audit::record(tx, &permit, Entry::new("changed_password", "changed the password").about(account.id), now)?;
    Ok(token)
}

/// An API token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Whether it may change things.
    pub writes: bool,
    /// How long it works, in days.
    pub days: i64,
}

/// Makes an API token for the role acted in; its secret is given here and never again.
///
/// # Errors
/// Invalid; refused without a session, so that a token cannot breed tokens.
pub fn create_token(
    tx: &mut Tx<'_>,
    who: &Actor,
    (session, membership): (Option<SessionId>, MembershipId),
    new: &NewToken,
    now: Timestamp,
) -> Result<(TokenId, String), Failure> {
    let permit = authorise(who, Action::EditOwnAccount, &Target::PLATFORM)?;
    if session.is_none() {
        return Err(Refusal::new(
            "session_needed",
            "An API token cannot make another one.",
            "Sign in and make it on the page of your account.",
        )
        .into());
    }
    let mut errors = FieldErrors::default();
    errors.require_text(&new.name, "name", 60);
    errors.require((1..=366).contains(&new.days), "days", "Choose how long it works: from 1 to 366 days.");
    errors.or(())?;
    let secret = format!("muster_{}", super::fresh_token(tx));
    let token = Token {
        id: tx.id(now),
        account: who.account,
        membership,
        agency: if who.role.is_operator() { who.agency } else { None },
        name: new.name.trim().to_owned(),
        writes: new.writes,
        created_at: now,
        expires_at: now + SignedDuration::from_hours(24 * new.days),
        used_at: None,
        role: who.role,
    };
    store::access::add_token(tx, &token_hash(&secret), &token)?;
    let facts = serde_json::json!({ "name": token.name, "writes": token.writes, "expires_at": token.expires_at });
    let words = format!("made the API token \u{201c}{}\u{201d}", token.name);
    audit::record(tx, &permit, Entry::new("created_token", words).about(token.id).about(who.account).with(facts), now)?;
    Ok((token.id, secret))
}

/// One's own API tokens.
///
/// # Errors
/// When the database fails.
pub fn list_own_tokens(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Token>, Failure> {
    Ok(store::access::list_tokens(tx, who.account)?)
}

/// Revokes one of one's own API tokens.
///
/// # Errors
/// Missing.
pub fn revoke_token(tx: &mut Tx<'_>, who: &Actor, id: TokenId, now: Timestamp) -> Result<(), Failure> {
    let permit = authorise(who, Action::EditOwnAccount, &Target::PLATFORM)?;
    if !store::access::revoke_token(tx, who.account, id, now)? {
        return Err(Failure::Missing("token"));
    }
    audit::record(tx, &permit, Entry::new("revoked_token", "revoked an API token").about(id).about(who.account), now)
}

/// Lets an operator's session work in an agency.
///
/// # Errors
/// Denied for everybody else; missing when there is no such agency.
pub fn choose_agency(
    tx: &mut Tx<'_>,
    (who, session): (&Actor, Option<SessionId>),
    agency: AgencyId,
) -> Result<(), Failure> {
    if !who.role.is_operator() {
        return Err(Denied::NotVisible.into());
    }
    store::agencies::find_agency(tx, agency)?.ok_or(Failure::Missing("agency"))?;
    let session = session.ok_or(Denied::NotVisible)?;
    Ok(store::access::choose_agency(tx, session, agency)?)
}

/// Lets a session act in another role of the same account.
///
/// # Errors
/// Missing for a role of somebody else.
pub fn choose_membership(
    tx: &mut Tx<'_>,
    (who, session): (&Actor, Option<SessionId>),
    id: MembershipId,
) -> Result<(), Failure> {
    let own = store::access::list_memberships(tx, who.account)?;
    if !own.iter().any(|(membership, ..)| membership.id == id) {
        return Err(Failure::Missing("role"));
    }
    let session = session.ok_or(Denied::NotVisible)?;
    Ok(store::access::choose_membership(tx, session, who.account, id)?)
}
