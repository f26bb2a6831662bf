//! Customers, their contacts and sites.

mod contacts;
mod sites;

use jiff::Timestamp;
use muster_domain::{
    customers::{Customer, CustomerState},
    id::{AgencyId, CustomerId},
};

pub use contacts::{add_contact, list_contacts, remove_contact, save_contact};
pub use sites::{add_site, find_site, list_sites, save_site};

use crate::{
    Error, Row, Tx,
    page::{PAGE_ROWS, Page, pattern, rows_before},
};

const FIND: &str = "SELECT id, agency_id, name, kind, state, state_reason, terms_days, tax_exempt, tax_certificate, billing_address, version \
     FROM customers WHERE agency_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR id = $3)";
const LOCK: &str = "SELECT id, agency_id, name, kind, state, state_reason, terms_days, tax_exempt, tax_certificate, billing_address, version \
     FROM customers WHERE agency_id = $1 AND id = $2 AND (CAST($3 AS TEXT) IS NULL OR id = $3) FOR UPDATE";
const ADD: &str = "INSERT INTO customers (agency_id, id, name, kind, state, state_reason, terms_days, tax_exempt, tax_certificate, \
     billing_address, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const SAVE: &str = "UPDATE customers SET name = $1, kind = $2, state = $3, state_reason = $4, terms_days = $5, tax_exempt = $6, \
     tax_certificate = $7, billing_address = $8, version = version + 1 WHERE agency_id = $9 AND id = $10 AND version = $11";
const LIST: &str = "SELECT c.id, c.name, c.kind, c.state, c.tax_exempt, c.created_at, \
     COALESCE((SELECT k.name FROM contacts k WHERE k.agency_id = c.agency_id AND k.customer_id = c.id AND k.kind = 'primary' ORDER BY k.id LIMIT 1), ''), \
     COALESCE((SELECT k.email FROM contacts k WHERE k.agency_id = c.agency_id AND k.customer_id = c.id AND k.kind = 'primary' ORDER BY k.id LIMIT 1), ''), \
     COALESCE((SELECT k.phone FROM contacts k WHERE k.agency_id = c.agency_id AND k.customer_id = c.id AND k.kind = 'primary' ORDER BY k.id LIMIT 1), ''), \
     (SELECT COUNT(*) FROM sites s WHERE s.agency_id = c.agency_id AND s.customer_id = c.id AND NOT s.retired) \
     FROM customers c WHERE c.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR LOWER(c.name) LIKE $2 ESCAPE '!') \
     AND (CAST($3 AS TEXT) IS NULL OR c.state = $3) AND (CAST($4 AS TEXT) IS NULL OR c.kind = $4) \
     ORDER BY CASE WHEN $5 = 'newest' THEN -c.created_at ELSE 0 END, c.name, c.id LIMIT $6 OFFSET $7";
const COUNT: &str = "SELECT COUNT(*) FROM customers c WHERE c.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR LOWER(c.name) LIKE $2 ESCAPE '!') \
     AND (CAST($3 AS TEXT) IS NULL OR c.state = $3) AND (CAST($4 AS TEXT) IS NULL OR c.kind = $4)";
const KINDS: &str = "SELECT DISTINCT kind FROM customers WHERE agency_id = $1 ORDER BY kind LIMIT 100";
const NAMED: &str = "SELECT id FROM customers WHERE agency_id = $1 AND name = $2";
const NAMES: &str =
    "SELECT id, name FROM customers WHERE agency_id = $1 AND state = 'approved' ORDER BY name LIMIT 5000";

/// A customer; the people of a customer find only their own (`only`).
///
/// # Errors
/// When the database fails.
pub fn find_customer(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: CustomerId,
    only: Option<CustomerId>,
) -> Result<Option<Customer>, Error> {
    tx.find(FIND, &[&agency, &id, &only], customer)
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// When the database fails.
pub fn lock_customer(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: CustomerId,
    only: Option<CustomerId>,
) -> Result<Option<Customer>, Error> {
    tx.find(LOCK, &[&agency, &id, &only], customer)
}

/// Adds a customer.
///
/// # Errors
/// `customers_name` when there is one with this name.
pub fn add_customer(tx: &mut Tx<'_>, c: &Customer, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &c.agency,
            &c.id,
            &c.name,
            &c.kind,
            &c.state.code(),
            &c.state_reason,
            &c.terms_days,
            &c.tax_exempt,
            &c.tax_certificate,
            &c.billing_address,
            &now,
        ],
    )?;
    Ok(())
}

/// Saves a changed customer; false when somebody else changed it first.
///
/// # Errors
/// `customers_name` when there is one with this name.
pub fn save_customer(tx: &mut Tx<'_>, c: &Customer) -> Result<bool, Error> {
    let changed = tx.execute(
        SAVE,
        &[
            &c.name,
            &c.kind,
            &c.state.code(),
            &c.state_reason,
            &c.terms_days,
            &c.tax_exempt,
            &c.tax_certificate,
            &c.billing_address,
            &c.agency,
            &c.id,
            &c.version,
        ],
    )?;
    Ok(changed == 1)
}

fn customer(row: &Row<'_>) -> Result<Customer, Error> {
    Ok(Customer {
        id: row.get(0)?,
        agency: row.get(1)?,
        name: row.get(2)?,
        kind: row.get(3)?,
        state: state(&row.get::<String>(4)?)?,
        state_reason: row.get(5)?,
        terms_days: row.get(6)?,
        tax_exempt: row.get(7)?,
        tax_certificate: row.get(8)?,
        billing_address: row.get(9)?,
        version: row.get(10)?,
    })
}

fn state(code: &str) -> Result<CustomerState, Error> {
    CustomerState::from_code(code).ok_or_else(|| Error::unknown_word("state of a customer", code))
}

/// Which customers to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Part of the name.
    pub search: String,
    /// In this state.
    pub state: Option<CustomerState>,
    /// Of this kind.
    pub kind: Option<String>,
    /// The newest first instead of by name.
    pub newest_first: bool,
}

/// A customer as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// Its class.
    pub kind: String,
    /// Where it stands.
    pub state: CustomerState,
    /// Exempt from sales tax.
    pub tax_exempt: bool,
    /// Since when it is here.
    pub created_at: Timestamp,
    /// The primary contact's name, e-mail and phone; each may be empty.
    pub contact: (String, String, String),
    /// Sites in use.
    pub sites: i64,
}

/// One page of customers.
///
/// # Errors
/// When the database fails.
pub fn list_customers(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    filter: &CustomerFilter,
    page: i64,
) -> Result<Page<Listed>, Error> {
    let search = pattern(&filter.search);
    let state = filter.state.map(CustomerState::code);
    let total: i64 = tx.one(COUNT, &[&agency, &search, &state, &filter.kind], |row| row.get(0))?;
    let number = page.clamp(1, ((total + PAGE_ROWS - 1) / PAGE_ROWS).max(1));
    let order = if filter.newest_first { "newest" } else { "name" };
    let rows =
        tx.query(LIST, &[&agency, &search, &state, &filter.kind, &order, &PAGE_ROWS, &rows_before(number)], listed)?;
    Ok(Page { rows, total, number })
}

fn listed(row: &Row<'_>) -> Result<Listed, Error> {
    Ok(Listed {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: row.get(2)?,
        state: state(&row.get::<String>(3)?)?,
        tax_exempt: row.get(4)?,
        created_at: row.get(5)?,
        contact: (row.get(6)?, row.get(7)?, row.get(8)?),
        sites: row.get(9)?,
    })
}

/// The kinds in use, for a filter.
///
/// # Errors
/// When the database fails.
pub fn list_kinds(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<String>, Error> {
    tx.query(KINDS, &[&agency], |row| row.get(0))
}

/// Every approved customer by name, for choosing one.
///
/// # Errors
/// When the database fails.
pub fn list_approved(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<(CustomerId, String)>, Error> {
    tx.query(NAMES, &[&agency], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The customer with exactly this name.
///
/// # Errors
/// When the database fails.
pub fn find_named(tx: &mut Tx<'_>, agency: AgencyId, name: &str) -> Result<Option<CustomerId>, Error> {
    tx.find(NAMED, &[&agency, &name], |row| row.get(0))
}
