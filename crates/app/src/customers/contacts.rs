//! The people to reach at a customer.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor},
    audit::Entry,
    customers::{Contact, ContactKind},
    id::{ContactId, CustomerId},
    refusal::FieldErrors,
};
use muster_store::{self as store, Tx};

use super::{optional, to_change};
use crate::{Failure, audit, officers::looks_like_email};

/// What a form says about a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFacts {
    /// What for.
    pub kind: ContactKind,
    /// Name.
    pub name: String,
    /// May be empty when there is a phone.
    pub email: String,
    /// May be empty when there is an e-mail address.
    pub phone: String,
}

impl ContactFacts {
    pub(super) fn check(&self, errors: &mut FieldErrors) {
        errors.require_text(&self.name, "name", 120);
        optional(errors, &self.phone, "phone", 40);
        if !self.email.is_empty() {
            errors.require(
                self.email.len() <= 200 && looks_like_email(&self.email),
                "email",
                "Write an e-mail address, for example kim@example.com.",
            );
        }
        let reachable = !self.email.is_empty() || !self.phone.is_empty();
        errors.require(reachable, "phone", "Enter a phone number or an e-mail address.");
    }

    pub(super) fn contact(&self, id: ContactId) -> Contact {
        Contact {
            id,
            kind: self.kind,
            name: self.name.trim().to_owned(),
            email: self.email.clone(),
            phone: self.phone.clone(),
        }
    }
}

/// Adds a contact.
///
/// # Errors
/// Denied; missing; invalid.
pub fn add_contact(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    facts: &ContactFacts,
    now: Timestamp,
) -> Result<ContactId, Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::EditCustomer)?;
    let mut errors = FieldErrors::default();
    facts.check(&mut errors);
    errors.or(())?;
    let contact = facts.contact(tx.id(now));
    store::customers::add_contact(tx, customer.agency, id, &contact)?;
    let words = format!("added the contact {} ({}) of {}", contact.name, contact.kind.label(), customer.name);
    audit::record(tx, &permit, Entry::new("added_contact", words).about(id).about(contact.id), now)?;
    Ok(contact.id)
}

/// Changes a contact.
///
/// # Errors
/// Denied; missing; invalid.
pub fn edit_contact(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    contact: ContactId,
    facts: &ContactFacts,
    now: Timestamp,
) -> Result<(), Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::EditCustomer)?;
    let mut errors = FieldErrors::default();
    facts.check(&mut errors);
    errors.or(())?;
    if store::customers::save_contact(tx, customer.agency, id, &facts.contact(contact))? == 0 {
        return Err(Failure::Missing("contact"));
    }
    let words = format!("changed the contact {} of {}", facts.name, customer.name);
    audit::record(tx, &permit, Entry::new("edited_contact", words).about(id).about(contact), now)
}

/// Removes a contact.
///
/// # Errors
/// Denied; missing.
pub fn remove_contact(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: CustomerId,
    contact: ContactId,
    now: Timestamp,
) -> Result<(), Failure> {
    let (customer, permit) = to_change(tx, who, id, Action::EditCustomer)?;
    if store::customers::remove_contact(tx, customer.agency, id, contact)? == 0 {
        return Err(Failure::Missing("contact"));
    }
    let words = format!("removed a contact of {}", customer.name);
    audit::record(tx, &permit, Entry::new("removed_contact", words).about(id).about(contact), now)
}
