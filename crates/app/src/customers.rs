//! Customers: registering and inviting, deciding, contacts, sites, terms and tax exemption.

mod contacts;
mod joining;
mod sites;

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    audit::Entry,
    customers::{Contact, Customer, CustomerState, Site},
    id::CustomerId,
    notices::Message,
    refusal::{FieldErrors, Refusal},
};
pub use muster_store::customers::{CustomerFilter, Listed};
use muster_store::{self as store, Tx, page::Page};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use contacts::{ContactFacts, add_contact, edit_contact, remove_contact};
pub use joining::{Registration, add_customer, register_customer};
pub(crate) use sites::insert as insert_site;
pub use sites::{SiteFacts, add_site, edit_site};

use crate::{
    Failure, access, audit,
    notices::{self, To},
};

/// Everything that a customer's page shows.
#[derive(Debug, Clone)]
pub struct CustomerRecord {
    /// The customer.
    pub customer: Customer,
    /// Contacts, the primary first.
    pub contacts: Vec<Contact>,
    /// Sites, those in use first.
    pub sites: Vec<Site>,
}

/// One page of the customers, and the kinds in use.
///
/// # Errors
/// Denied.
pub fn list_customers(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &CustomerFilter,
    page: i64,
) -> Result<(Page<Listed>, Vec<String>), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ListCustomers, &Target::agency(agency))?;
    Ok((store::customers::list_customers(tx, agency, filter, page)?, store::customers::list_kinds(tx, agency)?))
}

/// A customer with contacts and sites.
///
/// # Errors
/// Denied; missing, also for another customer's people.
pub fn load_record(tx: &mut Tx<'_>, who: &Actor, id: CustomerId) -> Result<CustomerRecord, Failure> {
    let scope = who.scope()?;
    let found = store::customers::find_customer(tx, scope.agency(), id, scope.customer())?;
    let customer = found.ok_or(Failure::Missing("customer"))?;
    authorise(who, Action::ViewCustomer, &Target::customer(scope.agency(), id))?;
    Ok(CustomerRecord {
        contacts: store::customers::list_contacts(tx, scope.agency(), id)?,
        sites: store::customers::list_sites(tx, scope.agency(), id)?,
        customer,
    })
}

/// Loads and locks a customer for an action.
pub(crate) fn to_change(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    action: Action,
) -> Result<(Customer, Permit), Failure> {
    let scope = who.scope()?;
    let found = store::customers::lock_customer(tx, scope.agency(), id, scope.customer())?;
    let customer = found.ok_or(Failure::Missing("customer"))?;
    let permit = authorise(who, action, &Target::customer(scope.agency(), id))?;
    Ok((customer, permit))
}

fn save(tx: &mut Tx<'_>, customer: &Customer) -> Result<(), Failure> {
    if store::customers::save_customer(tx, customer)? { Ok(()) } else { Err(Failure::Conflict("The customer")) }
}

/// What a customer may change of its own record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyFacts {
    /// Name, unique in the agency.
    pub name: String,
    /// Where bills go; may be empty.
    pub billing_address: String,
}

/// Changes name and billing address; `version` is the one that the form was filled from.
///
/// # Errors
/// Denied; missing; invalid; conflict; refused when the name is taken.
pub fn edit_company(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    version: i64,
    facts: &CompanyFacts,
    now: Timestamp,
) -> Result<(), Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::EditCustomer)?;
    if customer.version != version {
        return Err(Failure::Conflict("The customer"));
    }
    let mut errors = FieldErrors::default();
    errors.require_text(&facts.name, "name", 120);
    optional(&mut errors, &facts.billing_address, "billing_address", 400);
    errors.or(())?;
    let changed = Customer {
        name: facts.name.trim().to_owned(),
        billing_address: facts.billing_address.clone(),
        ..customer.clone()
    };
    save(tx, &changed)?;
    let words = format!("changed the record of {}", changed.name);
    let before = json!({ "name": customer.name, "billing_address": customer.billing_address });
    let after = json!({ "name": changed.name, "billing_address": changed.billing_address });
    let entry = Entry::new("edited_customer", words).about(id).with(json!({ "before": before, "after": after }));
    audit::record(tx, &permit, entry, now)
}

/// What the agency agrees with a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What rules call its class.
    pub kind: String,
    /// Own payment terms in days; the agency's when `None`.
    pub terms_days: Option<i64>,
    /// Exempt from sales tax.
    pub tax_exempt: bool,
    /// Number of the exemption certificate.
    pub tax_certificate: String,
}

/// Sets class, payment terms and tax exemption.
///
/// # Errors
/// Denied; missing; invalid when an exemption has no certificate or a number is out of bounds.
pub fn set_terms(tx: &mut Tx<'_>, who: &Actor, id: CustomerId, terms: &Terms, now: Timestamp) -> Result<(), Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::DecideCustomer)?;
    let mut errors = FieldErrors::default();
    check_kind(&mut errors, &terms.kind);
    let days = terms.terms_days.is_none_or(|days| (0..=120).contains(&days));
    errors.require(
        days,
        "terms_days",
        "Enter a number of days from 0 to 120, or leave it empty for the agency's own terms.",
    );
    optional(&mut errors, &terms.tax_certificate, "tax_certificate", 80);
    let proved = !terms.tax_exempt || !terms.tax_certificate.is_empty();
    errors.require(proved, "tax_certificate", "An exemption needs the number of its certificate.");
    errors.or(())?;
    let changed = Customer {
        kind: terms.kind.clone(),
        terms_days: terms.terms_days,
        tax_exempt: terms.tax_exempt,
        tax_certificate: terms.tax_certificate.clone(),
        ..customer
    };
    save(tx, &changed)?;
    let words = format!("set the terms of {}", changed.name);
    let facts = json!({ "kind": changed.kind, "terms_days": changed.terms_days, "tax_exempt": changed.tax_exempt, "tax_certificate": changed.tax_certificate });
    audit::record(tx, &permit, Entry::new("set_customer_terms", words).about(id).with(facts), now)
}

fn check_kind(errors: &mut FieldErrors, kind: &str) {
    errors.require_text(kind, "kind", 40);
    let plain = kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    errors.require(plain, "kind", "Use lower-case letters, digits and underscores, for example business or school.");
}

fn optional(errors: &mut FieldErrors, text: &str, field: &str, most: usize) {
    if !text.is_empty() {
        errors.require_text(text, field, most);
    }
}

/// What an agency decides about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerDecision {
    /// It may ask for officers.
    Approve,
    /// It may not, from the beginning.
    Decline,
    /// It may not for now.
    Hold,
}

impl CustomerDecision {
    /// The decision with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "approve" => Some(Self::Approve),
            "decline" => Some(Self::Decline),
            "hold" => Some(Self::Hold),
            _ => None,
        }
    }

    fn outcome(self) -> (CustomerState, &'static str, &'static str) {
        match self {
            Self::Approve => (CustomerState::Approved, "approved_customer", "approved"),
            Self::Decline => (CustomerState::Declined, "declined_customer", "declined"),
            Self::Hold => (CustomerState::OnHold, "held_customer", "put on hold"),
        }
    }
}

/// Approves, declines or holds a customer and tells its people.
///
/// # Errors
/// Denied; missing; invalid when a decline or hold has no reason; refused when it stands like that already.
pub fn decide_customer(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    decision: CustomerDecision,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::DecideCustomer)?;
    let (state, action, word) = decision.outcome();
    if customer.state == state {
        let message = format!("{} is {word} already.", customer.name);
        return Err(Refusal::new("already_decided", message, "Nothing needs to be done.").into());
    }
    let mut errors = FieldErrors::default();
    if decision == CustomerDecision::Approve {
        optional(&mut errors, reason, "reason", 1000);
    } else {
        errors.require_text(reason, "reason", 1000);
    }
    errors.or(())?;
    let changed = Customer { state, state_reason: reason.trim().to_owned(), ..customer };
    save(tx, &changed)?;
    let body = match decision {
        CustomerDecision::Approve => "You can ask for officers now.".to_owned(),
        CustomerDecision::Decline | CustomerDecision::Hold => format!("Reason: {}", changed.state_reason),
    };
    let message = Message {
        kind: "customer_decided",
        title: format!("{} was {word}", changed.name),
        body,
        link: "/company".to_owned(),
    };
    notices::tell(tx, changed.agency, To::Customer(id), &message, now)?;
    let words = format!("{word} the customer {}", changed.name);
    audit::record(tx, &permit, Entry::new(action, words).about(id).with(json!({ "reason": changed.state_reason })), now)
}

/// Invites the primary contact of an approved customer to sign in for it. Nothing happens without an e-mail address, or
/// when that person acts for the customer already.
///
/// # Errors
/// Denied; missing; refused while the customer is not approved.
pub fn invite_primary(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    base_url: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::DecideCustomer)?;
    if customer.state != CustomerState::Approved {
        let message = format!("{} is not approved, so nobody can be invited for it.", customer.name);
        return Err(Refusal::new("customer_not_approved", message, "Approve the customer first.").into());
    }
    let contacts = store::customers::list_contacts(tx, customer.agency, id)?;
    let Some(contact) = contacts.iter().find(|contact| !contact.email.is_empty()) else { return Ok(()) };
    access::invite_contact(tx, (customer.agency, id), (&contact.name, &contact.email), base_url, now)?;
    let words = format!("invited {} to sign in for {}", contact.name, customer.name);
    audit::record(
        tx,
        &permit,
        Entry::new("invited_customer", words).about(id).with(json!({ "email": contact.email })),
        now,
    )
}
