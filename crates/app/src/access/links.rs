//! Links that work once: the first operator's, invitations, resets.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Membership, Role, Target, authorise},
    audit::Entry,
    id::{AccountId, MembershipId},
    refusal::FieldErrors,
};
use muster_store::{
    self as store, Tx,
    access::{Link, NewAccount, Purpose},
};

use super::{INVITATION_HOURS, fresh_token, is_address, token_hash};
use crate::{Failure, audit};

/// A link that makes the first operator, when there is no account at all; earlier ones stop working.
///
/// # Errors
/// When the database fails.
pub fn offer_first_operator(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<String>, Failure> {
    if store::access::count_accounts(tx)? > 0 {
        return Ok(None);
    }
    store::access::drop_links(tx, Purpose::FirstOperator, None, now)?;
    let token = fresh_token(tx);
    let link = Link { id: tx.id(now), purpose: Purpose::FirstOperator, account: None };
    store::access::add_link(tx, &token_hash(&token), &link, now + SignedDuration::from_hours(INVITATION_HOURS))?;
    Ok(Some(token))
}

/// Makes the first operator from the link of a new installation.
///
/// # Errors
/// Missing when the link does not work (any more); invalid for the name or address.
pub fn create_first_operator(
    tx: &mut Tx<'_>,
    token: &str,
    (name, email): (&str, &str),
    password_hash: &str,
    now: Timestamp,
) -> Result<Actor, Failure> {
    let mut errors = FieldErrors::default();
    let email = email.trim().to_lowercase();
    errors.require_text(name, "name", 100);
    errors.require(is_address(&email), "email", "Enter an e-mail address, for example r.tran@example.gov.");
    errors.or(())?;
    let link = store::access::find_link(tx, &token_hash(token), now)?;
    let link = link.filter(|link| link.purpose == Purpose::FirstOperator).ok_or(Failure::Missing("link"))?;
    if !store::access::use_link(tx, link.id, now)? || store::access::count_accounts(tx)? > 0 {
        return Err(Failure::Missing("link"));
    }
    let account: AccountId = tx.id(now);
    store::access::add_account(tx, &NewAccount { id: account, email: &email, name: name.trim(), password_hash }, now)?;
    let id: MembershipId = tx.id(now);
    let membership =
        Membership { id, account, role: Role::OperatorAdmin, agency: None, officer: None, customer: None, unit: None };
    store::access::add_membership(tx, &membership, now)?;
    let actor = super::actor(&membership, name.trim().to_owned());
    let permit = authorise(&actor, Action::ManagePlatform, &Target::PLATFORM)?;
    let entry = Entry::new("became_first_operator", "became the first operator")
        .about(account)
        .with(serde_json::json!({ "email": email }));
    audit::record(tx, &permit, entry, now)?;
    Ok(actor)
}
