//! Accounts, memberships, sessions, tokens, and the once-only answer to each unsafe request.
//!
//! Passwords are hashed and checked outside of transactions (it takes a tenth of a second on purpose); the use cases here
//! are given the finished hash or the verdict. Sessions and sign-in attempts are housekeeping; everything else is audited
//! in the platform's chain or the agency's.

mod factors;
mod links;
mod own;
mod passwords;
mod people;
mod seal;
mod sessions;
mod sign_in;

use jiff::Timestamp;
use muster_domain::{
    access::{Actor, Membership},
    id::{AccountId, MembershipId, OfficerId, SessionId},
    refusal::Refusal,
};
pub use muster_store::access::{Person, Token};
use muster_store::{self as store, Tx, access::Opened};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

pub use factors::{NewFactor, remove_totp, renew_recovery_codes, set_up_totp, totp_address, totp_secret};
pub use links::{
    LinkView, Purpose, create_first_operator, offer_first_operator, request_reset, set_password_by_link, view_link,
};
pub use own::{
    NewToken, OwnAccount, OwnSession, change_password, choose_agency, choose_membership, create_token,
    end_other_sessions, end_own_session, list_own_sessions, list_own_tokens, revoke_token, view_own_account,
};
pub use passwords::{LANES, MEMORY_KIB, PASSES, hash_password, is_outdated, verify_password};
pub(crate) use people::invite_contact;
pub use people::{
    Invitation, PeopleFilter, end_membership, invite_person, is_address, list_operator_staff, list_people,
    list_people_of_customer, list_people_of_officer, resend_invitation,
};
pub use sessions::{find_session, find_token, touch_session};
pub use sign_in::{
    Attempt, Candidate, DemoPersona, SignInStep, TRIES, TRIES_OF_NETWORK, TRIES_PER_DAY, answer_second_factor,
    begin_sign_in, count_own_check, find_pending, finish_sign_in, forgive_own_checks, list_demo_personas,
    not_recognised, open_demo_session, renew_hash,
};

use crate::Failure;

/// Refuses a decision about the officer whom the actor himself is, in whatever role he acts: a sworn coordinator has two
/// roles and one account.
///
/// # Errors
/// The refusal; when the database fails.
pub(crate) fn not_about_himself(
    tx: &mut Tx<'_>,
    who: &Actor,
    officer: OfficerId,
    message: &str,
    remedy: &str,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let own =
        who.officer == Some(officer) || store::access::list_officers_of(tx, who.account, agency)?.contains(&officer);
    if own { Err(Refusal::new("about_himself", message, remedy).into()) } else { Ok(()) }
}

/// A session ends after this long without a request, in minutes.
pub const IDLE_MINUTES: i64 = 30;
/// A session ends this long after sign-in whatever happens, in hours.
pub const SESSION_HOURS: i64 = 12;
/// An invitation can be taken up for this long, in hours.
pub const INVITATION_HOURS: i64 = 72;
/// A reset link works for this long, in hours.
pub const RESET_HOURS: i64 = 1;

/// Who stands behind a session or token, with what a page frame shows.
#[derive(Debug, Clone)]
pub struct Found {
    /// The person, role and agency.
    pub actor: Actor,
    /// The session; `None` for an API token.
    pub session: Option<SessionId>,
    /// The membership acted in.
    pub membership: MembershipId,
    /// The person's address.
    pub email: String,
    /// The agency's name; empty while an operator has chosen none.
    pub agency: String,
    /// The agency's IANA zone.
    pub zone: String,
    /// The customer's name, for the people of a customer.
    pub customer: String,
    /// Notices not yet read.
    pub unread: i64,
    /// True when the session should be marked as just used.
    pub touch_due: bool,
}

impl Found {
    fn of(opened: Opened, touch_due: bool) -> Self {
        let Opened { session, membership, name, email, agency_name, zone, customer_name, unread, .. } = opened;
        Self {
            session,
            membership: membership.id,
            actor: actor(&membership, name),
            email,
            agency: agency_name,
            zone,
            customer: customer_name,
            unread,
            touch_due,
        }
    }
}

/// The actor that a membership lets a person be.
fn actor(membership: &Membership, name: String) -> Actor {
    Actor {
        account: membership.account,
        name,
        role: membership.role,
        agency: membership.agency,
        officer: membership.officer,
        customer: membership.customer,
        unit: membership.unit,
    }
}

/// A fresh unguessable token of 256 bits, as text for a cookie, a link or a header.
fn fresh_token(tx: &mut Tx<'_>) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(tx.secret::<32>())
}

/// The stored form of a token: its SHA-256 as hex. Tokens are random, so a fast digest is enough.
fn token_hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs `case` unless this key was answered before; then the same answer is given again and nothing happens twice.
///
/// # Errors
/// The case's own; refused when the key was used with another body.
pub fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    account: AccountId,
    key: &str,
    digest: &str,
    now: Timestamp,
    case: impl Fn(&mut Tx<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if let Some((kept_digest, answer)) = store::access::find_answer(tx, account, key)? {
        if kept_digest != digest {
            return Err(Refusal::new(
                "idempotency_key_reused",
                "This form was already sent with other content.",
                "Reload the page and send it again.",
            )
            .into());
        }
        return serde_json::from_str(&answer).map_err(|error| Failure::Broken(store::Error::Broken(error.into())));
    }
    let value = case(tx)?;
    let answer = serde_json::to_string(&value).map_err(|error| Failure::Broken(store::Error::Broken(error.into())))?;
    store::access::keep_answer(tx, account, key, digest, &answer, now)?;
    Ok(value)
}
