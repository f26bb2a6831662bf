//! Signing in: password, throttling, second factor.
//!
//! Two steps in the database with the slow check of the password between them: `begin_sign_in` counts the attempt before
//! its outcome is known, so that many at once cannot slip through; `finish_sign_in` opens the session. Attempts are
//! counted per address and network; a browser that was signed in as this address before is counted by itself, so that a
//! stranger's guesses never lock its owner out.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{access::Role, id::AccountId, refusal::Refusal};
use muster_store::{self as store, Tx};

use super::{
    factors,
    sessions::{self, NewSession},
    token_hash,
};
use crate::Failure;

/// Failures that one address and network (or one known browser) may have in a quarter of an hour.
pub const TRIES: i64 = 5;
/// Failures that one address may have in a day.
pub const TRIES_PER_DAY: i64 = 20;
/// Failures that one network may have in a quarter of an hour, over all addresses.
pub const TRIES_OF_NETWORK: i64 = 100;
/// How long a browser counts as known after it was signed in, in days.
const KNOWN_DAYS: i64 = 180;

/// A person to try the demonstration as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPersona {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Its agency or customer; empty for the operator's staff.
    pub place: String,
}

/// The personas of the demonstration, by role.
///
/// # Errors
/// When the database fails.
pub fn list_demo_personas(tx: &mut Tx<'_>) -> Result<Vec<DemoPersona>, Failure> {
    let mut personas = Vec::new();
    for role in Role::PEOPLE {
        for (account, name, agency, customer) in store::access::list_demo_accounts(tx, role.code())? {
            let place = if customer.is_empty() { agency } else { customer };
            personas.push(DemoPersona { account, name, role, place });
        }
    }
    Ok(personas)
}

/// Signs in as a persona of the demonstration, without a password. The caller makes sure that this is a demonstration.
///
/// # Errors
/// Missing when there is no such persona.
pub fn open_demo_session(tx: &mut Tx<'_>, account: AccountId, device: &str, now: Timestamp) -> Result<String, Failure> {
    let memberships = store::access::list_memberships(tx, account)?;
    let (membership, ..) = memberships.first().ok_or(Failure::Missing("persona"))?;
    sessions::open(tx, NewSession { membership, agency: None, device, second_factor: true }, now)
}

/// What a browser sends to sign in.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The address as typed.
    pub email: String,
    /// The network it comes from.
    pub network: String,
    /// The cookie it still has, perhaps of a session long ended.
    pub old_token: Option<String>,
    /// Browser and system in words.
    pub device: String,
}

/// An attempt that was counted and may be checked.
#[derive(Debug, Clone)]
pub struct Candidate {
    account: Option<AccountId>,
    counted: Vec<String>,
    /// The hash to check the password against; empty when there is no such account.
    pub password_hash: String,
}

/// How a sign-in went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInStep {
    /// Signed in: the session's token, and whether there are several roles to choose from.
    Done {
        /// For the cookie.
        token: String,
        /// More than one role.
        several: bool,
    },
    /// The token of a session that waits for the second factor.
    SecondFactor(String),
}

struct Limit {
    counted: String,
    minutes: i64,
    most: i64,
}

fn limits(attempt: &Attempt, email: &str, known_device: Option<&str>) -> Vec<Limit> {
    let limit = |words: &[&str], minutes, most| Limit { counted: token_hash(&words.join("\n")), minutes, most };
    match known_device {
        Some(device) => vec![
            limit(&["device", email, device], 15, TRIES),
            limit(&["device-day", email, device], 24 * 60, TRIES_PER_DAY),
        ],
        None => vec![
            limit(&["address", email, &attempt.network], 15, TRIES),
            limit(&["address-day", email], 24 * 60, TRIES_PER_DAY),
            limit(&["network", &attempt.network], 15, TRIES_OF_NETWORK),
        ],
    }
}

fn too_many() -> Failure {
    Refusal::new(
        "too_many_attempts",
        "There were too many attempts. Nothing more is checked for a while.",
        "Wait a quarter of an hour and try again, use a browser in which you signed in before, or ask for a link to choose a new password.",
    )
    .into()
}

/// Counts an attempt and finds what the password is to be checked against. Says nothing about whether the address exists.
///
/// # Errors
/// Refused after too many failures.
pub fn begin_sign_in(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<Candidate, Failure> {
    let email = attempt.email.trim().to_lowercase();
    let known_since = now - SignedDuration::from_hours(24 * KNOWN_DAYS);
    let device = match &attempt.old_token {
        Some(token) => {
            let hash = token_hash(token);
            store::access::is_known_device(tx, &hash, &email, known_since)?.then_some(hash)
        }
        None => None,
    };
    let limits = limits(attempt, &email, device.as_deref());
    count(tx, &limits, now)?;
    let account = store::access::find_account_by_email(tx, &email)?.filter(|account| !account.disabled);
    let password_hash = account.as_ref().map_or_else(String::new, |account| account.password_hash.clone());
    let counted = limits.into_iter().map(|limit| limit.counted).collect();
    Ok(Candidate { account: account.map(|account| account.id), counted, password_hash })
}

/// Refuses when a limit is reached; otherwise notes one more attempt under each.
fn count(tx: &mut Tx<'_>, limits: &[Limit], now: Timestamp) -> Result<(), Failure> {
    for limit in limits {
        let since = now - SignedDuration::from_mins(limit.minutes);
        if store::access::count_failures(tx, &limit.counted, since)? >= limit.most {
            return Err(too_many());
        }
    }
    for limit in limits {
        store::access::add_attempt(tx, &limit.counted, now)?;
    }
    Ok(())
}

/// Counts a check of one's own password or code inside a session.
///
/// # Errors
/// Refused after too many failures.
pub fn count_own_check(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<(), Failure> {
    count(tx, &[own_limit(account)], now)
}

/// Forgives the failures before a check that succeeded.
///
/// # Errors
/// When the database fails.
pub fn forgive_own_checks(tx: &mut Tx<'_>, account: AccountId) -> Result<(), Failure> {
    Ok(store::access::forget_failures(tx, &own_limit(account).counted)?)
}

fn own_limit(account: AccountId) -> Limit {
    Limit { counted: token_hash(&format!("own\n{account}")), minutes: 15, most: TRIES }
}

/// The one answer to a sign-in that did not succeed, whatever was wrong.
#[must_use]
pub fn not_recognised() -> Refusal {
    Refusal::new(
        "sign_in_failed",
        "The e-mail address and password do not belong together.",
        "Check both, or ask for a link to choose a new password.",
    )
}

/// Opens a session after the password was found right: a full one, or one that waits for the second factor.
///
/// # Errors
/// Refused when the account has gone, changed its password meanwhile, or has no role left.
pub fn finish_sign_in(
    tx: &mut Tx<'_>,
    candidate: &Candidate,
    attempt: &Attempt,
    now: Timestamp,
) -> Result<SignInStep, Failure> {
    let account = candidate.account.ok_or_else(not_recognised)?;
    let account = store::access::find_account(tx, account)?.ok_or_else(not_recognised)?;
    if account.disabled || account.password_hash != candidate.password_hash {
        return Err(not_recognised().into());
    }
    for counted in &candidate.counted {
        store::access::forget_failures(tx, counted)?;
    }
    let memberships = store::access::list_memberships(tx, account.id)?;
    let Some((membership, ..)) = memberships.first() else {
        return Err(Refusal::new(
            "no_role",
            "This account has no role at any agency or customer any more.",
            "Ask an administrator of your organization to invite you again.",
        )
        .into());
    };
    sessions::end_old(tx, account.id, attempt.old_token.as_deref(), now)?;
    let second_factor = account.totp_secret.is_empty();
    let new = NewSession { membership, agency: None, device: &attempt.device, second_factor: false };
    let token = sessions::open(tx, new, now)?;
    Ok(if second_factor {
        SignInStep::Done { token, several: memberships.len() > 1 }
    } else {
        SignInStep::SecondFactor(token)
    })
}

/// Keeps the same password under a hash of today's cost, after it was found right. Not when it was changed meanwhile.
///
/// # Errors
/// When the database fails.
pub fn renew_hash(tx: &mut Tx<'_>, candidate: &Candidate, hash: &str) -> Result<bool, Failure> {
    let Some(account) = candidate.account else { return Ok(false) };
    Ok(store::access::renew_hash(tx, account, &candidate.password_hash, hash)?)
}

/// Whose second factor is awaited behind this token; `None` when the sign-in is over or took longer than ten minutes.
///
/// # Errors
/// When the database fails.
pub fn find_pending(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<Option<String>, Failure> {
    let pending = store::access::find_pending(tx, &token_hash(token), now - SignedDuration::from_mins(10))?;
    Ok(pending.map(|pending| pending.name))
}

/// Takes the code of the generator, or a recovery code, and opens the full session under a new token. `None`: the code is
/// wrong or was used before.
///
/// # Errors
/// Missing when no second factor is awaited (any more); refused after too many failures.
pub fn answer_second_factor(
    tx: &mut Tx<'_>,
    token: &str,
    code: &str,
    device: &str,
    now: Timestamp,
) -> Result<Option<SignInStep>, Failure> {
    let pending = store::access::find_pending(tx, &token_hash(token), now - SignedDuration::from_mins(10))?;
    let pending = pending.ok_or(Failure::Missing("sign-in"))?;
    count_own_check(tx, pending.account, now)?;
    let account = store::access::find_account(tx, pending.account)?.ok_or(Failure::Missing("sign-in"))?;
    if !factors::accepts(tx, &account, code, now)? {
        return Ok(None);
    }
    forgive_own_checks(tx, account.id)?;
    let memberships = store::access::list_memberships(tx, account.id)?;
    let found = memberships.iter().find(|(membership, ..)| membership.id == pending.membership);
    let (membership, ..) = found.ok_or(Failure::Missing("sign-in"))?;
    store::access::end_session(tx, account.id, pending.session, now)?;
    let new = NewSession { membership, agency: pending.agency, device, second_factor: true };
    let token = sessions::open(tx, new, now)?;
    Ok(Some(SignInStep::Done { token, several: memberships.len() > 1 }))
}
