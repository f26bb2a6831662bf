//! Stored versions of an agency's rule document.

use jiff::Timestamp;
use muster_domain::id::{AgencyId, RuleSetId};

use crate::{Error, Row, Tx};

// A later version from the same instant replaces the earlier one.
const IN_FORCE: &str = "SELECT id, digest, number, title, state, in_force_from, approved_by, created_at FROM rule_sets \
     WHERE agency_id = $1 AND state = 'in_force' AND in_force_from <= $2 ORDER BY in_force_from DESC, number DESC LIMIT 1";
const LIST: &str = "SELECT id, digest, number, title, state, in_force_from, approved_by, created_at FROM rule_sets \
     WHERE agency_id = $1 ORDER BY number DESC LIMIT 500";
const FIND: &str = "SELECT id, digest, number, title, state, in_force_from, approved_by, created_at FROM rule_sets WHERE agency_id = $1 AND id = $2";
const DOCUMENT: &str = "SELECT document FROM rule_sets WHERE agency_id = $1 AND id = $2";
const NEXT_NUMBER: &str = "SELECT COALESCE(MAX(number), 0) + 1 FROM rule_sets WHERE agency_id = $1";
const LOCK_AGENCY: &str = "SELECT id FROM agencies WHERE id = $1 FOR UPDATE";
const ADD: &str = "INSERT INTO rule_sets (agency_id, id, number, title, document, digest, state, in_force_from, approved_by, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// A stored version without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// Its id.
    pub id: RuleSetId,
    /// SHA-256 of the document, as hex.
    pub digest: String,
    /// Its number in the agency, from 1.
    pub number: i64,
    /// What the document calls itself.
    pub title: String,
    /// `draft`, `in_force` or `retired`.
    pub state: String,
    /// The first shift start it applies to; `None` while a draft.
    pub in_force_from: Option<Timestamp>,
    /// Who put it in force.
    pub approved_by: String,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// The version that applies to a shift that starts at `at`.
///
/// # Errors
/// When the database fails.
pub fn find_in_force(tx: &mut Tx<'_>, agency: AgencyId, at: Timestamp) -> Result<Option<RuleSet>, Error> {
    tx.find(IN_FORCE, &[&agency, &at], rule_set)
}

/// Every version, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_rule_sets(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<RuleSet>, Error> {
    tx.query(LIST, &[&agency], rule_set)
}

/// One version.
///
/// # Errors
/// When the database fails.
pub fn find_rule_set(tx: &mut Tx<'_>, agency: AgencyId, id: RuleSetId) -> Result<Option<RuleSet>, Error> {
    tx.find(FIND, &[&agency, &id], rule_set)
}

/// The text of a version.
///
/// # Errors
/// When the database fails or there is no such version.
pub fn load_document(tx: &mut Tx<'_>, agency: AgencyId, id: RuleSetId) -> Result<String, Error> {
    tx.one(DOCUMENT, &[&agency, &id], |row| row.get(0))
}

/// The next free number; the agency is locked until the end of the transaction.
///
/// # Errors
/// When the database fails or there is no such agency.
pub fn draw_number(tx: &mut Tx<'_>, agency: AgencyId) -> Result<i64, Error> {
    tx.one(LOCK_AGENCY, &[&agency], |row| row.get::<AgencyId>(0))?;
    tx.one(NEXT_NUMBER, &[&agency], |row| row.get(0))
}

/// Stores a version.
///
/// # Errors
/// `rule_sets_number` when the number is taken.
pub fn add_rule_set(tx: &mut Tx<'_>, agency: AgencyId, set: &RuleSet, document: &str) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &agency,
            &set.id,
            &set.number,
            &set.title,
            &document,
            &set.digest,
            &set.state,
            &set.in_force_from,
            &set.approved_by,
            &set.created_at,
        ],
    )?;
    Ok(())
}

fn rule_set(row: &Row<'_>) -> Result<RuleSet, Error> {
    Ok(RuleSet {
        id: row.get(0)?,
        digest: row.get(1)?,
        number: row.get(2)?,
        title: row.get(3)?,
        state: row.get(4)?,
        in_force_from: row.get(5)?,
        approved_by: row.get(6)?,
        created_at: row.get(7)?,
    })
}
