//! The people to reach at a customer.

use muster_domain::{
    customers::{Contact, ContactKind},
    id::{AgencyId, ContactId, CustomerId},
};

use crate::{Error, Tx};

const LIST: &str = "SELECT id, kind, name, email, phone FROM contacts WHERE agency_id = $1 AND customer_id = $2 ORDER BY \
     CASE kind WHEN 'primary' THEN 1 WHEN 'on_site' THEN 2 WHEN 'billing' THEN 3 ELSE 4 END, name, id LIMIT 200";
const ADD: &str =
    "INSERT INTO contacts (agency_id, id, customer_id, kind, name, email, phone) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SAVE: &str = "UPDATE contacts SET kind = $1, name = $2, email = $3, phone = $4 WHERE agency_id = $5 AND customer_id = $6 AND id = $7";
const REMOVE: &str = "DELETE FROM contacts WHERE agency_id = $1 AND customer_id = $2 AND id = $3";

/// Every contact of a customer, the primary first.
///
/// # Errors
/// When the database fails.
pub fn list_contacts(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId) -> Result<Vec<Contact>, Error> {
    tx.query(LIST, &[&agency, &customer], |row| {
        let kind: String = row.get(1)?;
        Ok(Contact {
            id: row.get(0)?,
            kind: ContactKind::from_code(&kind).ok_or_else(|| Error::unknown_word("kind of contact", &kind))?,
            name: row.get(2)?,
            email: row.get(3)?,
            phone: row.get(4)?,
        })
    })
}

/// Adds a contact.
///
/// # Errors
/// When the database fails.
pub fn add_contact(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId, c: &Contact) -> Result<(), Error> {
    tx.execute(ADD, &[&agency, &c.id, &customer, &c.kind.code(), &c.name, &c.email, &c.phone])?;
    Ok(())
}

/// Saves a changed contact; the number of rows that were there.
///
/// # Errors
/// When the database fails.
pub fn save_contact(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId, c: &Contact) -> Result<u64, Error> {
    tx.execute(SAVE, &[&c.kind.code(), &c.name, &c.email, &c.phone, &agency, &customer, &c.id])
}

/// Removes a contact; the number of rows that were there.
///
/// # Errors
/// When the database fails.
pub fn remove_contact(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    customer: CustomerId,
    contact: ContactId,
) -> Result<u64, Error> {
    tx.execute(REMOVE, &[&agency, &customer, &contact])
}
