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
    access::{Link, NewAccount},
};

use super::{INVITATION_HOURS, RESET_HOURS, fresh_token, is_address, own, token_hash};
use crate::{Failure, audit};
pub use muster_store::access::Purpose;

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

/// What the page behind a link shows.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// What it is for.
    pub purpose: Purpose,
    /// The person's name; empty for the first operator.
    pub name: String,
    /// The person's address; empty for the first operator.
    pub email: String,
    /// What the person's password must not be made of: name, address, agencies, customers.
    pub context: Vec<String>,
    /// Whether a second factor is set up, so that a shorter password does.
    pub second_factor: bool,
}

/// What is behind a link; looking does not use it up.
///
/// # Errors
/// Missing when it does not work (any more).
pub fn view_link(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<LinkView, Failure> {
    let link = store::access::find_link(tx, &token_hash(token), now)?.ok_or(Failure::Missing("link"))?;
    let mut view = LinkView {
        purpose: link.purpose,
        name: String::new(),
        email: String::new(),
        context: Vec::new(),
        second_factor: false,
    };
    if let Some(id) = link.account {
        let account = store::access::find_account(tx, id)?.ok_or(Failure::Missing("link"))?;
        view.second_factor = !account.totp_secret.is_empty();
        view.context = vec![account.name.clone(), account.email.clone()];
        for (_, agency, customer) in store::access::list_memberships(tx, id)? {
            view.context.extend([agency, customer]);
        }
        (view.name, view.email) = (account.name, account.email);
    }
    Ok(view)
}

/// Sends a link to choose a new password, if there is such an account; at most three an hour. Says nothing about it.
///
/// # Errors
/// When the database fails.
pub fn request_reset(tx: &mut Tx<'_>, email: &str, base_url: &str, now: Timestamp) -> Result<(), Failure> {
    let email = email.trim().to_lowercase();
    let counted = token_hash(&format!("reset\n{email}"));
    if store::access::count_failures(tx, &counted, now - SignedDuration::from_hours(1))? >= 3 {
        return Ok(());
    }
    store::access::add_attempt(tx, &counted, now)?;
    let account = store::access::find_account_by_email(tx, &email)?;
    let Some(account) = account.filter(|account| !account.disabled) else { return Ok(()) };
    store::access::drop_links(tx, Purpose::Reset, Some(account.id), now)?;
    let token = fresh_token(tx);
    let link = Link { id: tx.id(now), purpose: Purpose::Reset, account: Some(account.id) };
    store::access::add_link(tx, &token_hash(&token), &link, now + SignedDuration::from_hours(RESET_HOURS))?;
    let words = format!(
        "Somebody, probably you, asked to choose a new password for Muster. Do it here within the hour:\n\n{base_url}/links/{token}\n\nThe link works once. If it was not you, ignore this message; your password stays as it is."
    );
    store::notices::add_mail(tx, None, &account.email, "Choose a new password for Muster", &words, now)?;
    Ok(())
}

/// Sets the password of the person behind an invitation or reset link, uses the link up and ends all sessions. A second
/// factor stays as it is.
///
/// # Errors
/// Missing when the link does not work (any more) or the person has no role left.
pub fn set_password_by_link(tx: &mut Tx<'_>, token: &str, password_hash: &str, now: Timestamp) -> Result<(), Failure> {
    let link = store::access::find_link(tx, &token_hash(token), now)?.ok_or(Failure::Missing("link"))?;
    let id = link.account.ok_or(Failure::Missing("link"))?;
    if !store::access::use_link(tx, link.id, now)? {
        return Err(Failure::Missing("link"));
    }
    let account = store::access::find_account(tx, id)?.ok_or(Failure::Missing("link"))?;
    let memberships = store::access::list_memberships(tx, id)?;
    let (membership, ..) = memberships.first().ok_or(Failure::Missing("link"))?;
    let actor = super::actor(membership, account.name.clone());
    let permit = authorise(&actor, Action::EditOwnAccount, &Target::PLATFORM)?;
    store::access::save_password(tx, id, password_hash)?;
    store::access::drop_links(tx, Purpose::Invitation, Some(id), now)?;
    store::access::drop_links(tx, Purpose::Reset, Some(id), now)?;
    store::access::end_other_sessions(tx, id, None, now)?;
    let (action, words) = match link.purpose {
        Purpose::Reset => ("reset_password", "chose a new password by a link"),
        Purpose::Invitation | Purpose::FirstOperator => ("accepted_invitation", "accepted the invitation"),
    };
    if link.purpose == Purpose::Reset {
        own::tell(
            tx,
            &account,
            "Your password was changed",
            "A new password was chosen for your Muster account by a link.",
            now,
        )?;
    }
    audit::record(tx, &permit, Entry::new(action, words).about(id), now)
}
