//! Roles of accounts at organisations.

use jiff::Timestamp;
use muster_domain::{
    access::Membership,
    id::{AccountId, AgencyId, CustomerId, MembershipId, OfficerId},
};

use super::sessions::role;
use crate::{Error, Row, Tx};

const ADD: &str = "INSERT INTO memberships (id, account_id, role, agency_id, officer_id, customer_id, unit_id, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const OF_ACCOUNT: &str = "SELECT m.id, m.account_id, m.role, m.agency_id, m.officer_id, m.customer_id, m.unit_id, \
     COALESCE(g.name, ''), COALESCE(c.name, '') FROM memberships m LEFT JOIN agencies g ON g.id = m.agency_id \
     LEFT JOIN customers c ON c.agency_id = m.agency_id AND c.id = m.customer_id \
     WHERE m.account_id = $1 AND m.ended_at IS NULL ORDER BY m.created_at, m.id LIMIT 50";
const FIND: &str = "SELECT m.id, m.account_id, m.role, m.agency_id, m.officer_id, m.customer_id, m.unit_id, a.name, a.email \
     FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.id = $1 AND m.ended_at IS NULL FOR UPDATE OF m";
const END: &str = "UPDATE memberships SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
const LIST: &str = "SELECT m.id, m.account_id, m.role, m.agency_id, m.officer_id, m.customer_id, m.unit_id, a.name, a.email, \
     a.password_hash <> '', a.totp_secret <> '', COALESCE(c.name, ''), m.created_at, COUNT(*) OVER () \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     LEFT JOIN customers c ON c.agency_id = m.agency_id AND c.id = m.customer_id \
     WHERE m.agency_id = $1 AND m.ended_at IS NULL AND (CAST($2 AS TEXT) IS NULL OR m.customer_id = $2) \
     AND (CAST($3 AS TEXT) IS NULL OR m.role = $3) \
     AND (CAST($4 AS TEXT) IS NULL OR LOWER(a.name) LIKE $4 OR a.email LIKE $4) \
     ORDER BY LOWER(a.name), m.id LIMIT $5 OFFSET $6";
const OF_RECORD: &str = "SELECT m.id, m.account_id, m.role, m.agency_id, m.officer_id, m.customer_id, m.unit_id, a.name, a.email, \
     a.password_hash <> '', a.totp_secret <> '', '', m.created_at, (SELECT MAX(s.created_at) FROM sessions s WHERE s.account_id = a.id) \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $1 AND m.ended_at IS NULL AND (m.officer_id = $2 OR m.customer_id = $3) ORDER BY LOWER(a.name), m.id LIMIT 100";
const LIST_STAFF: &str = "SELECT m.id, m.account_id, m.role, m.agency_id, m.officer_id, m.customer_id, m.unit_id, a.name, a.email, \
     a.password_hash <> '', a.totp_secret <> '', '', m.created_at, COUNT(*) OVER () \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id IS NULL AND m.ended_at IS NULL ORDER BY LOWER(a.name), m.id LIMIT 500";
const CUSTOMER_EXISTS: &str = "SELECT COUNT(*) FROM customers WHERE agency_id = $1 AND id = $2";
// Also roles that have ended: whoever once signed in as an officer is that officer.
const OFFICERS_OF: &str = "SELECT m.officer_id FROM memberships m WHERE m.account_id = $1 AND m.agency_id = $2 \
     AND m.officer_id IS NOT NULL ORDER BY m.created_at DESC, m.id LIMIT 20";
const OFFICER_EXISTS: &str = "SELECT COUNT(*) FROM officers WHERE agency_id = $1 AND id = $2";

/// A person with one role, as the list of people shows them.
#[derive(Debug, Clone)]
pub struct Person {
    /// The role.
    pub membership: Membership,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Has chosen a password; otherwise still invited.
    pub joined: bool,
    /// Has a second factor.
    pub second_factor: bool,
    /// The customer's name, if any.
    pub customer_name: String,
    /// Since when.
    pub created_at: Timestamp,
}

fn membership(row: &Row<'_>) -> Result<Membership, Error> {
    Ok(Membership {
        id: row.get(0)?,
        account: row.get(1)?,
        role: role(row, 2)?,
        agency: row.get(3)?,
        officer: row.get(4)?,
        customer: row.get(5)?,
        unit: row.get(6)?,
    })
}

fn person(row: &Row<'_>) -> Result<Person, Error> {
    Ok(Person {
        membership: membership(row)?,
        name: row.get(7)?,
        email: row.get(8)?,
        joined: row.get(9)?,
        second_factor: row.get(10)?,
        customer_name: row.get(11)?,
        created_at: row.get(12)?,
    })
}

/// Gives an account a role.
///
/// # Errors
/// When the database fails.
pub fn add_membership(tx: &mut Tx<'_>, new: &Membership, now: Timestamp) -> Result<(), Error> {
    let Membership { id, account, role, agency, officer, customer, unit } = new;
    tx.execute(ADD, &[id, account, &role.code(), agency, officer, customer, unit, &now])?;
    Ok(())
}

/// The live roles of an account, each with the agency's and customer's name.
///
/// # Errors
/// When the database fails.
pub fn list_memberships(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<(Membership, String, String)>, Error> {
    tx.query(OF_ACCOUNT, &[&account], |row| Ok((membership(row)?, row.get(7)?, row.get(8)?)))
}

/// A live membership with the person's name and address, locked. Of any agency: the caller authorises it.
///
/// # Errors
/// When the database fails.
pub fn find_membership(tx: &mut Tx<'_>, id: MembershipId) -> Result<Option<(Membership, String, String)>, Error> {
    tx.find(FIND, &[&id], |row| Ok((membership(row)?, row.get(7)?, row.get(8)?)))
}

/// Ends a membership; false when it had ended.
///
/// # Errors
/// When the database fails.
pub fn end_membership(tx: &mut Tx<'_>, id: MembershipId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.execute(END, &[&now, &id])? == 1)
}

/// A page of an agency's (or one customer's) people by name, and how many there are in all. `words` is a lower-case pattern for LIKE.
///
/// # Errors
/// When the database fails.
pub fn list_people(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    customer: Option<CustomerId>,
    (role, words): (Option<&str>, Option<&str>),
    (limit, offset): (i64, i64),
) -> Result<(Vec<Person>, i64), Error> {
    let mut total = 0;
    let people = tx.query(LIST, &[&agency, &customer, &role, &words, &limit, &offset], |row| {
        total = row.get(13)?;
        person(row)
    })?;
    Ok((people, total))
}

/// The people who sign in as an officer or for a customer, each with the last sign-in, at most 100.
///
/// # Errors
/// When the database fails.
pub fn list_people_of(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: Option<OfficerId>,
    customer: Option<CustomerId>,
) -> Result<Vec<(Person, Option<Timestamp>)>, Error> {
    tx.query(OF_RECORD, &[&agency, &officer, &customer], |row| Ok((person(row)?, row.get(13)?)))
}

/// The operator's staff by name.
///
/// # Errors
/// When the database fails.
pub fn list_operator_staff(tx: &mut Tx<'_>) -> Result<Vec<Person>, Error> {
    tx.query(LIST_STAFF, &[], person)
}

/// True when the agency has this customer.
///
/// # Errors
/// When the database fails.
pub fn customer_exists(tx: &mut Tx<'_>, agency: AgencyId, id: CustomerId) -> Result<bool, Error> {
    let found: i64 = tx.one(CUSTOMER_EXISTS, &[&agency, &id], |row| row.get(0))?;
    Ok(found == 1)
}

/// The officers of the agency whom this account is or was, the latest first.
///
/// # Errors
/// When the database fails.
pub fn list_officers_of(tx: &mut Tx<'_>, account: AccountId, agency: AgencyId) -> Result<Vec<OfficerId>, Error> {
    tx.query(OFFICERS_OF, &[&account, &agency], |row| row.get(0))
}

/// True when the agency has this officer.
///
/// # Errors
/// When the database fails.
pub fn officer_exists(tx: &mut Tx<'_>, agency: AgencyId, id: OfficerId) -> Result<bool, Error> {
    let found: i64 = tx.one(OFFICER_EXISTS, &[&agency, &id], |row| row.get(0))?;
    Ok(found == 1)
}
