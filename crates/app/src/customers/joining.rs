//! How a customer comes to an agency: it registers on the public page, or the agency adds it.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    audit::Entry,
    customers::{ContactKind, Customer, CustomerState},
    id::{AgencyId, CustomerId},
    notices::Message,
    refusal::{FieldErrors, Refusal},
};
use muster_store::{self as store, Tx};
use serde_json::json;

use super::{ContactFacts, CustomerFilter, check_kind, optional};
use crate::{
    Failure, audit,
    notices::{self, To},
};

/// Registrations that may wait for an agency at one time; more would bury the honest ones.
const MOST_WAITING: i64 = 500;

/// What a new customer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Name, unique in the agency.
    pub name: String,
    /// What rules call its class: business, school, city ...
    pub kind: String,
    /// Whom to reach.
    pub contact: ContactFacts,
    /// Where bills go; may be empty.
    pub billing_address: String,
}

impl Registration {
    fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        errors.require_text(&self.name, "company", 120);
        check_kind(&mut errors, &self.kind);
        self.contact.check(&mut errors);
        optional(&mut errors, &self.billing_address, "billing_address", 400);
        errors
    }

    fn customer(&self, agency: AgencyId, id: CustomerId, state: CustomerState) -> Customer {
        Customer {
            id,
            agency,
            name: self.name.trim().to_owned(),
            kind: self.kind.clone(),
            state,
            state_reason: String::new(),
            terms_days: None,
            tax_exempt: false,
            tax_certificate: String::new(),
            billing_address: self.billing_address.clone(),
            version: 1,
        }
    }
}

/// Somebody registers on the agency's public page. The customer waits for approval; its people are invited then.
///
/// # Errors
/// Missing; invalid; refused when the name is registered already or too many wait.
pub fn register_customer(
    tx: &mut Tx<'_>,
    slug: &str,
    new: &Registration,
    now: Timestamp,
) -> Result<CustomerId, Failure> {
    let agency = store::agencies::find_slug(tx, slug)?.ok_or(Failure::Missing("agency"))?;
    let name = format!("{} (not signed in)", new.contact.name.trim());
    let who = Actor { name, ..Actor::system(agency.id) };
    let permit = authorise(&who, Action::Register, &Target::agency(agency.id))?;
    let mut errors = new.check();
    errors.require(!new.contact.email.is_empty(), "email", "Enter an e-mail address: the answer goes there.");
    errors.or(())?;
    let pending = CustomerFilter { state: Some(CustomerState::Pending), ..CustomerFilter::default() };
    if store::customers::list_customers(tx, agency.id, &pending, 1)?.total >= MOST_WAITING {
        let remedy = format!("Call {} at {}.", agency.name, agency.phone);
        return Err(
            Refusal::new("too_many_waiting", "Too many registrations wait for an answer just now.", remedy).into()
        );
    }
    let customer = new.customer(agency.id, tx.id(now), CustomerState::Pending);
    store::customers::add_customer(tx, &customer, now)?;
    let contact = ContactFacts { kind: ContactKind::Primary, ..new.contact.clone() }.contact(tx.id(now));
    store::customers::add_contact(tx, agency.id, customer.id, &contact)?;
    let message = Message {
        kind: "customer_registered",
        title: format!("{} registered", customer.name),
        body: format!(
            "{} asks to be a customer. Contact: {}, {} {}.",
            customer.name, contact.name, contact.email, contact.phone
        ),
        link: format!("/customers/{}", customer.id),
    };
    for role in [Role::Coordinator, Role::AgencyAdmin] {
        notices::tell(tx, agency.id, To::Role(role), &message, now)?;
    }
    let subject = format!("{} has your registration", agency.name);
    let body = format!(
        "{} has received the registration of {}. You will be invited to sign in once it is approved.",
        agency.name, customer.name
    );
    store::notices::add_mail(tx, Some(agency.id), &contact.email, &subject, &body, now)?;
    let entry = Entry::new("registered_customer", format!("registered {}", customer.name))
        .about(customer.id)
        .with(json!({ "kind": customer.kind, "contact": contact.name }));
    audit::record(tx, &permit, entry, now)?;
    Ok(customer.id)
}

/// The agency adds a customer, approved at once.
///
/// # Errors
/// Denied; invalid; refused when the name is taken.
pub fn add_customer(tx: &mut Tx<'_>, who: &Actor, new: &Registration, now: Timestamp) -> Result<CustomerId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::DecideCustomer, &Target::agency(agency))?;
    new.check().or(())?;
    let customer = new.customer(agency, tx.id(now), CustomerState::Approved);
    store::customers::add_customer(tx, &customer, now)?;
    let contact = ContactFacts { kind: ContactKind::Primary, ..new.contact.clone() }.contact(tx.id(now));
    store::customers::add_contact(tx, agency, customer.id, &contact)?;
    let entry = Entry::new("added_customer", format!("added the customer {}", customer.name))
        .about(customer.id)
        .with(json!({ "kind": customer.kind, "contact": contact.name }));
    audit::record(tx, &permit, entry, now)?;
    Ok(customer.id)
}
