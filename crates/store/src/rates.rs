//! Stored versions of an agency's rule document.

use jiff::Timestamp;
use muster_domain::id::{AgencyId, RuleSetId};

use crate::{Error, Row, Tx};

// Of two versions from the same instant the one approved later counts.
const IN_FORCE: &str = "SELECT r.id, r.digest, r.number, r.title, r.state, r.in_force_from, r.approved_by, r.created_at, r.version, r.based_on, r.written_by, r.written_at, \
     EXISTS (SELECT 1 FROM rule_trials t WHERE t.agency_id = r.agency_id AND t.rule_set_id = r.id AND t.digest = r.digest) FROM rule_sets r \
     WHERE r.agency_id = $1 AND r.state = 'in_force' AND r.in_force_from <= $2 ORDER BY r.in_force_from DESC, r.approved_at DESC, r.number DESC LIMIT 1";
/// The same, as little of it as pricing and judging need.
const RULES_IN_FORCE: &str = "SELECT id, number, digest FROM rule_sets WHERE agency_id = $1 AND state = 'in_force' AND in_force_from <= $2 \
     ORDER BY in_force_from DESC, approved_at DESC, number DESC LIMIT 1";
const LIST: &str = "SELECT r.id, r.digest, r.number, r.title, r.state, r.in_force_from, r.approved_by, r.created_at, r.version, r.based_on, r.written_by, r.written_at, \
     EXISTS (SELECT 1 FROM rule_trials t WHERE t.agency_id = r.agency_id AND t.rule_set_id = r.id AND t.digest = r.digest) FROM rule_sets r \
     WHERE r.agency_id = $1 AND (r.state = 'in_force' OR (CAST($2 AS BOOLEAN) AND r.state = 'draft')) ORDER BY r.number DESC LIMIT 500";
const FIND: &str = "SELECT r.id, r.digest, r.number, r.title, r.state, r.in_force_from, r.approved_by, r.created_at, r.version, r.based_on, r.written_by, r.written_at, \
     EXISTS (SELECT 1 FROM rule_trials t WHERE t.agency_id = r.agency_id AND t.rule_set_id = r.id AND t.digest = r.digest) FROM rule_sets r \
     WHERE r.agency_id = $1 AND r.id = $2";
const DOCUMENT: &str = "SELECT document FROM rule_sets WHERE agency_id = $1 AND id = $2";
const PREVIOUS_DOCUMENT: &str = "SELECT previous_document FROM rule_sets WHERE agency_id = $1 AND id = $2";
const NEXT_NUMBER: &str = "SELECT COALESCE(MAX(number), 0) + 1 FROM rule_sets WHERE agency_id = $1";
const LOCK_AGENCY: &str = "SELECT id FROM agencies WHERE id = $1 FOR UPDATE";
const ADD: &str = "INSERT INTO rule_sets (agency_id, id, number, title, document, digest, state, in_force_from, approved_by, approved_at, \
     created_at, based_on, written_by, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const REVISE: &str = "UPDATE rule_sets SET previous_document = document, title = $1, document = $2, digest = $3, written_by = $4, written_at = $5, version = version + 1 \
     WHERE agency_id = $6 AND id = $7 AND state = 'draft' AND version = $8";
const DISCARD: &str = "UPDATE rule_sets SET state = 'retired', version = version + 1 \
     WHERE agency_id = $1 AND id = $2 AND state = 'draft' AND version = $3";
const ADOPT: &str = "UPDATE rule_sets SET state = 'in_force', in_force_from = $1, approved_by = $2, approved_at = $3, version = version + 1 \
     WHERE agency_id = $4 AND id = $5 AND state = 'draft' AND version = $6";

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
    /// `draft`, `in_force`, or `retired` (a draft that was given up).
    pub state: String,
    /// The first shift start it applies to; `None` while a draft.
    pub in_force_from: Option<Timestamp>,
    /// Who put it in force.
    pub approved_by: String,
    /// When it was stored.
    pub created_at: Timestamp,
    /// How often it was changed; a change names the one it saw.
    pub version: i64,
    /// The version whose text it began with.
    pub based_on: Option<RuleSetId>,
    /// Who wrote the text as it stands.
    pub written_by: String,
    /// When.
    pub written_at: Timestamp,
    /// True when exactly this text was tried on a past period.
    pub tried: bool,
}

/// A version as somebody saw it: a change is refused when it was changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenRules {
    /// Which.
    pub id: RuleSetId,
    /// Its version then.
    pub version: i64,
}

/// The version that applies to a shift that starts at `at`.
///
/// # Errors
/// When the database fails.
pub fn find_in_force(tx: &mut Tx<'_>, agency: AgencyId, at: Timestamp) -> Result<Option<RuleSet>, Error> {
    tx.find(IN_FORCE, &[&agency, &at], rule_set)
}

/// Id, number and digest of the version that applies to a shift that starts at `at`.
///
/// # Errors
/// When the database fails.
pub fn name_in_force(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    at: Timestamp,
) -> Result<Option<(RuleSetId, i64, String)>, Error> {
    tx.find(RULES_IN_FORCE, &[&agency, &at], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The newest 500 versions, the newest first: those that are or will be in force, and the drafts when asked for.
///
/// # Errors
/// When the database fails.
pub fn list_rule_sets(tx: &mut Tx<'_>, agency: AgencyId, drafts: bool) -> Result<Vec<RuleSet>, Error> {
    tx.query(LIST, &[&agency, &drafts], rule_set)
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

/// Lets nobody else number or adopt rules of the agency until the end of the transaction.
///
/// # Errors
/// When the database fails or there is no such agency.
pub fn lock_rules(tx: &mut Tx<'_>, agency: AgencyId) -> Result<(), Error> {
    tx.one(LOCK_AGENCY, &[&agency], |row| row.get::<AgencyId>(0)).map(|_| ())
}

/// The text of a draft before its last change; empty when there was none.
///
/// # Errors
/// When the database fails or there is no such version.
pub fn load_previous_document(tx: &mut Tx<'_>, agency: AgencyId, id: RuleSetId) -> Result<String, Error> {
    tx.one(PREVIOUS_DOCUMENT, &[&agency, &id], |row| row.get(0))
}

/// The next free number; the agency is locked until the end of the transaction.
///
/// # Errors
/// When the database fails or there is no such agency.
pub fn draw_number(tx: &mut Tx<'_>, agency: AgencyId) -> Result<i64, Error> {
    lock_rules(tx, agency)?;
    tx.one(NEXT_NUMBER, &[&agency], |row| row.get(0))
}

/// Stores a version.
///
/// # Errors
/// `rule_sets_number` when the number is taken.
pub fn add_rule_set(tx: &mut Tx<'_>, agency: AgencyId, set: &RuleSet, document: &str) -> Result<(), Error> {
    let based_on = set.based_on.map_or_else(String::new, |id| id.to_string());
    // Put in force at once: decided when it was stored.
    let approved_at = if set.in_force_from.is_some() { set.created_at.as_microsecond() } else { 0 };
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
            &approved_at,
            &set.created_at,
            &based_on,
            &set.written_by,
            &set.written_at,
        ],
    )?;
    Ok(())
}

/// Replaces the text of a draft; `set` brings title, digest and who wrote it when. False when it is no draft any more or
/// was changed since it was seen.
///
/// # Errors
/// When the database fails.
pub fn revise_draft(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    seen: SeenRules,
    set: &RuleSet,
    document: &str,
) -> Result<bool, Error> {
    let changed = tx.execute(
        REVISE,
        &[&set.title, &document, &set.digest, &set.written_by, &set.written_at, &agency, &seen.id, &seen.version],
    )?;
    Ok(changed == 1)
}

/// Retires a draft. False when it is no draft any more or was changed since it was seen.
///
/// # Errors
/// When the database fails.
pub fn discard_draft(tx: &mut Tx<'_>, agency: AgencyId, seen: SeenRules) -> Result<bool, Error> {
    Ok(tx.execute(DISCARD, &[&agency, &seen.id, &seen.version])? == 1)
}

/// Puts a draft in force from a shift start on. False when it is no draft any more or was changed since it was seen.
///
/// # Errors
/// When the database fails.
pub fn adopt_draft(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    seen: SeenRules,
    from: Timestamp,
    approved: (&str, Timestamp),
) -> Result<bool, Error> {
    Ok(tx.execute(ADOPT, &[&from, &approved.0, &approved.1, &agency, &seen.id, &seen.version])? == 1)
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
        version: row.get(8)?,
        based_on: row.get::<String>(9)?.parse().ok(),
        written_by: row.get(10)?,
        written_at: row.get(11)?,
        tried: row.get(12)?,
    })
}
