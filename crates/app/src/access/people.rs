//! Inviting people into roles, listing them, ending their roles.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Membership, Permit, Role, Target, authorise, may_give},
    audit::Entry,
    id::{AccountId, AgencyId, CustomerId, MembershipId, OfficerId, UnitId},
    refusal::{FieldErrors, Refusal},
};
use muster_store::{
    self as store, Tx,
    access::{Link, NewAccount, Person, Purpose},
};

use super::{INVITATION_HOURS, fresh_token, token_hash};
use crate::{Failure, audit};

/// A person and the role that he or she is to have.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Where the link goes.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The only unit that a coordinator or approver serves.
    pub unit: Option<UnitId>,
    /// The officer that this person is; needed for officers.
    pub officer: Option<OfficerId>,
    /// The customer that this person acts for; needed for the people of a customer.
    pub customer: Option<CustomerId>,
}

/// Invites a person into a role. Somebody who has an account already gets the role at once; everybody else a link.
///
/// # Errors
/// Denied, invalid (address, name, role), or refused when the person holds the role already.
pub fn invite_person(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &Invitation,
    base_url: &str,
    now: Timestamp,
) -> Result<MembershipId, Failure> {
    let (permit, place) = permit_to_invite(tx, who, new)?;
    let email = check(new)?;
    let known = store::access::find_account_by_email(tx, &email)?;
    let account = match &known {
        Some(account) => account.id,
        None => {
            let id: AccountId = tx.id(now);
            store::access::add_account(
                tx,
                &NewAccount { id, email: &email, name: new.name.trim(), password_hash: "" },
                now,
            )?;
            id
        }
    };
    let Place { agency, officer, customer, unit } = place;
    let membership = Membership { id: tx.id(now), account, role: new.role, agency, officer, customer, unit };
    let holds = store::access::list_memberships(tx, account)?;
    if holds.iter().any(|(held, ..)| Membership { id: membership.id, ..held.clone() } == membership) {
        return Err(Refusal::new(
            "already_member",
            format!("{email} holds this role already."),
            "Nothing needs to be done.",
        )
        .into());
    }
    store::access::add_membership(tx, &membership, now)?;
    if known.is_some_and(|account| !account.password_hash.is_empty()) {
        let words =
            format!("You now also have the role {} in Muster. Sign in to use it: {base_url}/sign-in", new.role.label());
        store::notices::add_mail(tx, membership.agency, &email, "A new role in Muster", &words, now)?;
    } else {
        send_invitation(tx, account, &email, base_url, now)?;
    }
    let entry = Entry::new("invited_person", format!("invited {} as {}", new.name.trim(), new.role.label()))
        .about(account)
        .about(membership.id)
        .with(serde_json::json!({ "email": email, "role": new.role.code(), "unit": new.unit, "officer": new.officer, "customer": new.customer }));
    audit::record(tx, &permit, entry, now)?;
    Ok(membership.id)
}

/// Where a role is held.
#[derive(Default)]
struct Place {
    agency: Option<AgencyId>,
    officer: Option<OfficerId>,
    customer: Option<CustomerId>,
    unit: Option<UnitId>,
}

fn permit_to_invite(tx: &mut Tx<'_>, who: &Actor, new: &Invitation) -> Result<(Permit, Place), Failure> {
    let mut errors = FieldErrors::default();
    let mut place = Place::default();
    if new.role.is_operator() {
        return Ok((authorise(who, Action::ManagePlatform, &Target::PLATFORM)?, place));
    }
    let agency = who.scope()?.agency();
    place.agency = Some(agency);
    let mut target = Target::agency(agency);
    if new.role.is_customer() {
        let customer = new.customer.or(who.customer);
        match customer {
            Some(customer) => {
                target = Target::customer(agency, customer);
                if !store::access::customer_exists(tx, agency, customer)? {
                    return Err(Failure::Missing("customer"));
                }
            }
            None => errors.add("customer", "Choose the customer that this person acts for."),
        }
        place.customer = customer;
    }
    let permit = authorise(who, Action::ManagePeople, &target)?;
    if !may_give(who.role, new.role) {
        return Err(muster_domain::access::Denied::NotAllowed(Action::ManagePeople).into());
    }
    if new.role == Role::Officer {
        match new.officer {
            Some(officer) if store::access::officer_exists(tx, agency, officer)? => place.officer = Some(officer),
            Some(_) => return Err(Failure::Missing("officer")),
            None => errors.add("officer", "Choose the officer of the roster that this person is."),
        }
    }
    if matches!(new.role, Role::Coordinator | Role::Approver) {
        place.unit = new.unit;
    }
    errors.or((permit, place)).map_err(Failure::from)
}

/// Invites the contact of an approved customer as its administrator; the caller was permitted to decide the customer. Nothing
/// happens when the address is none or its account acts for the customer already.
///
/// # Errors
/// When the database fails.
pub(crate) fn invite_contact(
    tx: &mut Tx<'_>,
    (agency, customer): (AgencyId, CustomerId),
    (name, email): (&str, &str),
    base_url: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let email = email.trim().to_lowercase();
    if !is_address(&email) {
        return Ok(());
    }
    let known = store::access::find_account_by_email(tx, &email)?;
    let account = match &known {
        Some(account) => account.id,
        None => {
            let id: AccountId = tx.id(now);
            store::access::add_account(tx, &NewAccount { id, email: &email, name, password_hash: "" }, now)?;
            id
        }
    };
    let holds = store::access::list_memberships(tx, account)?;
    if holds.iter().any(|(held, ..)| held.customer == Some(customer)) {
        return Ok(());
    }
    let role = Role::CustomerAdmin;
    let (agency, customer) = (Some(agency), Some(customer));
    let membership = Membership { id: tx.id(now), account, role, agency, officer: None, customer, unit: None };
    store::access::add_membership(tx, &membership, now)?;
    if known.is_some_and(|account| !account.password_hash.is_empty()) {
        let words =
            format!("You now also have the role {} in Muster. Sign in to use it: {base_url}/sign-in", role.label());
        store::notices::add_mail(tx, agency, &email, "A new role in Muster", &words, now)?;
        return Ok(());
    }
    send_invitation(tx, account, &email, base_url, now)
}

fn check(new: &Invitation) -> Result<String, FieldErrors> {
    let mut errors = FieldErrors::default();
    let email = new.email.trim().to_lowercase();
    errors.require_text(&new.name, "name", 100);
    errors.require(is_address(&email), "email", "Enter an e-mail address, for example r.tran@example.gov.");
    errors.or(email)
}

/// True for what can be an e-mail address; whether it is one only the mail server knows.
#[must_use]
pub fn is_address(email: &str) -> bool {
    let plain = email.len() <= 254 && email.bytes().all(|b| b.is_ascii_graphic() && !b"<>(),;:\"[]\\".contains(&b));
    plain
        && email.split_once('@').is_some_and(|(name, host)| {
            let dotted = host.contains('.') && host.split('.').all(|label| !label.is_empty());
            !name.is_empty() && name.len() <= 64 && dotted && !host.contains('@')
        })
}

fn send_invitation(
    tx: &mut Tx<'_>,
    account: AccountId,
    email: &str,
    base_url: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    store::access::drop_links(tx, Purpose::Invitation, Some(account), now)?;
    let token = fresh_token(tx);
    let link = Link { id: tx.id(now), purpose: Purpose::Invitation, account: Some(account) };
    store::access::add_link(tx, &token_hash(&token), &link, now + SignedDuration::from_hours(INVITATION_HOURS))?;
    let words = format!(
        "You are invited to Muster. Choose a password here within three days:\n\n{base_url}/links/{token}\n\nThe link works once. If you did not expect it, ignore it."
    );
    store::notices::add_mail(tx, None, email, "Your invitation to Muster", &words, now)?;
    Ok(())
}

/// Which people to list.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Only this role.
    pub role: Option<Role>,
    /// Only names and addresses that hold this.
    pub words: String,
    /// The page, from 1.
    pub page: i64,
}

/// The people of the actor's agency or customer, a page of 50, and how many there are.
///
/// # Errors
/// Denied.
pub fn list_people(tx: &mut Tx<'_>, who: &Actor, filter: &PeopleFilter) -> Result<(Vec<Person>, i64), Failure> {
    let scope = who.scope()?;
    let target =
        scope.customer().map_or_else(|| Target::agency(scope.agency()), |c| Target::customer(scope.agency(), c));
    authorise(who, Action::ManagePeople, &target)?;
    let pattern = like(&filter.words);
    let role = filter.role.map(Role::code);
    let page = (50, (filter.page.max(1) - 1).min(1_000_000) * 50);
    Ok(store::access::list_people(tx, scope.agency(), scope.customer(), (role, pattern.as_deref()), page)?)
}

/// The pattern that finds `words` anywhere; `None` for no words.
fn like(words: &str) -> Option<String> {
    let words = words.trim().to_lowercase().replace(['%', '_'], " ");
    (!words.trim().is_empty()).then(|| format!("%{}%", words.trim()))
}

/// Who signs in as an officer, each with the last sign-in.
///
/// # Errors
/// Denied.
pub fn list_people_of_officer(
    tx: &mut Tx<'_>,
    who: &Actor,
    officer: OfficerId,
) -> Result<Vec<(Person, Option<Timestamp>)>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewOfficer, &Target::officer(agency, officer))?;
    Ok(store::access::list_people_of(tx, agency, Some(officer), None)?)
}

/// Who signs in for a customer, each with the last sign-in.
///
/// # Errors
/// Denied.
pub fn list_people_of_customer(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: CustomerId,
) -> Result<Vec<(Person, Option<Timestamp>)>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewCustomer, &Target::customer(agency, customer))?;
    Ok(store::access::list_people_of(tx, agency, None, Some(customer))?)
}

/// The operator's staff.
///
/// # Errors
/// Denied.
pub fn list_operator_staff(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Person>, Failure> {
    authorise(who, Action::ManagePlatform, &Target::PLATFORM)?;
    Ok(store::access::list_operator_staff(tx)?)
}

/// Ends a person's role; the sessions that act in it die with it.
///
/// # Errors
/// Missing for another tenant's role, denied, or refused for one's own role.
pub fn end_membership(tx: &mut Tx<'_>, who: &Actor, id: MembershipId, now: Timestamp) -> Result<(), Failure> {
    let (membership, name, _) = store::access::find_membership(tx, id)?.ok_or(Failure::Missing("person"))?;
    let permit = permit_for(who, &membership)?;
    if membership.account == who.account {
        return Err(
            Refusal::new("own_role", "You cannot end your own role.", "Ask another administrator to do it.").into()
        );
    }
    store::access::end_membership(tx, id, now)?;
    store::access::end_sessions_of_membership(tx, id, now)?;
    let entry = Entry::new("ended_role", format!("ended the role {} of {name}", membership.role.label()))
        .about(membership.account)
        .about(id);
    audit::record(tx, &permit, entry, now)
}

/// Sends the invitation again; the link sent before stops working.
///
/// # Errors
/// Missing, denied, or refused when the person has a password already.
pub fn resend_invitation(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: MembershipId,
    base_url: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (membership, name, email) = store::access::find_membership(tx, id)?.ok_or(Failure::Missing("person"))?;
    let permit = permit_for(who, &membership)?;
    let account = store::access::find_account(tx, membership.account)?.ok_or(Failure::Missing("person"))?;
    if !account.password_hash.is_empty() {
        return Err(Refusal::new(
            "joined",
            format!("{name} has a password already."),
            "Send a reset link from the sign-in page instead.",
        )
        .into());
    }
    send_invitation(tx, account.id, &email, base_url, now)?;
    let entry = Entry::new("resent_invitation", format!("sent {name}'s invitation again")).about(account.id).about(id);
    audit::record(tx, &permit, entry, now)
}

fn permit_for(who: &Actor, membership: &Membership) -> Result<Permit, Failure> {
    let Some(agency) = membership.agency else {
        // To everybody else the operator's staff does not exist.
        let permit = authorise(who, Action::ManagePlatform, &Target::PLATFORM);
        return permit.map_err(|_| Failure::Missing("person"));
    };
    let target = membership.customer.map_or_else(|| Target::agency(agency), |c| Target::customer(agency, c));
    if who.customer.is_some() && membership.customer != who.customer {
        return Err(Failure::Missing("person"));
    }
    Ok(authorise(who, Action::ManagePeople, &target)?)
}
