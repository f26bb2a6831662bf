//! Standing permits of officers, one row per level that was asked.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    distribution::PermitLevel,
    id::{AgencyId, ApprovalId, OfficerId},
};

use crate::{
    Error, Json, Row, Tx,
    requests::{ApprovalTerms, Settled},
};

const ADD: &str = "INSERT INTO permits (agency_id, id, officer_id, rule, level, step, terms, words, state, asked_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'asked', $9)";
const SETTLE: &str = "UPDATE permits SET state = $1, decided_at = $2, decided_by = $3, reason = $4, spoken = $5, valid_until = $6 \
     WHERE agency_id = $7 AND id = $8 AND state = 'asked'";
const CLOSE: &str = "UPDATE permits SET state = 'withdrawn', decided_at = $1, reason = $2 \
     WHERE agency_id = $3 AND officer_id = $4 AND rule = $5 AND state = 'asked'";
const REVOKE: &str = "UPDATE permits SET state = 'withdrawn', decided_at = $1, decided_by = $2, reason = $3 \
     WHERE agency_id = $4 AND officer_id = $5 AND rule = $6 AND state IN ('asked', 'approved')";
const FIND: &str = "SELECT p.id, p.officer_id, k.short, o.first_name, o.last_name, o.badge, p.rule, p.level, p.step, p.terms, p.words, p.state, p.asked_at, \
     p.decided_at, p.decided_by, p.reason, p.spoken, p.valid_until \
     FROM permits p JOIN officers o ON o.agency_id = p.agency_id AND o.id = p.officer_id \
     JOIN ranks k ON k.agency_id = o.agency_id AND k.id = o.rank_id WHERE p.agency_id = $1 AND p.id = $2";
const OF_OFFICER: &str = "SELECT p.id, p.officer_id, k.short, o.first_name, o.last_name, o.badge, p.rule, p.level, p.step, p.terms, p.words, p.state, p.asked_at, \
     p.decided_at, p.decided_by, p.reason, p.spoken, p.valid_until \
     FROM permits p JOIN officers o ON o.agency_id = p.agency_id AND o.id = p.officer_id \
     JOIN ranks k ON k.agency_id = o.agency_id AND k.id = o.rank_id \
     WHERE p.agency_id = $1 AND p.officer_id = $2 ORDER BY p.asked_at DESC, p.step, p.id LIMIT 200";
const WAITING: &str = "SELECT p.id, p.officer_id, k.short, o.first_name, o.last_name, o.badge, p.rule, p.level, p.step, p.terms, p.words, p.state, p.asked_at, \
     p.decided_at, p.decided_by, p.reason, p.spoken, p.valid_until \
     FROM permits p JOIN officers o ON o.agency_id = p.agency_id AND o.id = p.officer_id \
     JOIN ranks k ON k.agency_id = o.agency_id AND k.id = o.rank_id \
     WHERE p.agency_id = $1 AND p.state = 'asked' ORDER BY p.asked_at, p.step, p.id LIMIT 200";
const BORN: &str = "SELECT born_on FROM officers WHERE agency_id = $1 AND id = $2";
const SET_BORN: &str = "UPDATE officers SET born_on = $1 WHERE agency_id = $2 AND id = $3";

/// A level to be asked for a permit.
#[derive(Debug, Clone, Copy)]
pub struct NewPermit<'a> {
    /// Its id.
    pub id: ApprovalId,
    /// For whom.
    pub officer: OfficerId,
    /// The rule.
    pub rule: &'a str,
    /// Who must agree.
    pub level: &'a str,
    /// Place in the path, from 0.
    pub step: i64,
    /// How it is asked for.
    pub terms: &'a ApprovalTerms,
    /// What the officer says.
    pub words: &'a str,
}

/// A level of a permit as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitRow {
    /// Its id.
    pub id: ApprovalId,
    /// For whom.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// The rule.
    pub rule: String,
    /// How the level stands.
    pub level: PermitLevel,
    /// How it was asked for.
    pub terms: ApprovalTerms,
    /// What the officer says.
    pub words: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// Given by word of mouth; the form follows.
    pub spoken: bool,
}

/// Asks a level.
///
/// # Errors
/// `permits_open` when it is being asked.
pub fn add_permit(tx: &mut Tx<'_>, agency: AgencyId, new: &NewPermit<'_>, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[&agency, &new.id, &new.officer, &new.rule, &new.level, &new.step, &Json(new.terms), &new.words, &now],
    )?;
    Ok(())
}

/// Keeps what a level said; false when it was decided.
///
/// # Errors
/// When the database fails.
pub fn settle_permit(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: ApprovalId,
    how: &Settled<'_>,
    now: Timestamp,
) -> Result<bool, Error> {
    let done =
        tx.execute(SETTLE, &[&how.state, &now, &how.by, &how.reason, &how.spoken, &how.valid_until, &agency, &id])?;
    Ok(done == 1)
}

/// Ends the levels of a permit that are still asked.
///
/// # Errors
/// When the database fails.
pub fn close_permit(tx: &mut Tx<'_>, agency: AgencyId, of: &PermitRow, why: &str, now: Timestamp) -> Result<(), Error> {
    tx.execute(CLOSE, &[&now, &why, &agency, &of.officer, &of.rule])?;
    Ok(())
}

/// Ends a permit that was given or asked for; false when there is none.
///
/// # Errors
/// When the database fails.
pub fn revoke_permit(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    of: &PermitRow,
    (by, why): (&str, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(REVOKE, &[&now, &by, &why, &agency, &of.officer, &of.rule])? > 0)
}

/// One level.
///
/// # Errors
/// When the database fails.
pub fn find_permit(tx: &mut Tx<'_>, agency: AgencyId, id: ApprovalId) -> Result<Option<PermitRow>, Error> {
    tx.find(FIND, &[&agency, &id], permit)
}

/// An officer's permits, the latest first, at most 200 levels.
///
/// # Errors
/// When the database fails.
pub fn list_permits_of(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<PermitRow>, Error> {
    tx.query(OF_OFFICER, &[&agency, &officer], permit)
}

/// The levels of the agency that have still to answer, the longest waiting first, at most 200.
///
/// # Errors
/// When the database fails.
pub fn list_permits_waiting(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<PermitRow>, Error> {
    tx.query(WAITING, &[&agency], permit)
}

/// The day on which an officer was born, where it is known.
///
/// # Errors
/// When the database fails.
pub fn find_birth(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Option<Date>, Error> {
    Ok(tx.find(BORN, &[&agency, &officer], |row| row.get(0))?.flatten())
}

/// Keeps the day on which an officer was born.
///
/// # Errors
/// When the database fails.
pub fn set_birth(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, on: Date) -> Result<(), Error> {
    tx.execute(SET_BORN, &[&on, &agency, &officer])?;
    Ok(())
}

fn permit(row: &Row<'_>) -> Result<PermitRow, Error> {
    let (short, first, last): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
    Ok(PermitRow {
        id: row.get(0)?,
        officer: row.get(1)?,
        name: format!("{short} {first} {last}"),
        badge: row.get(5)?,
        rule: row.get(6)?,
        level: PermitLevel { level: row.get(7)?, step: row.get(8)?, state: row.get(11)?, until: row.get(17)? },
        terms: row.get::<Json<ApprovalTerms>>(9)?.0,
        words: row.get(10)?,
        asked_at: row.get(12)?,
        decided_at: row.get(13)?,
        decided_by: row.get(14)?,
        reason: row.get(15)?,
        spoken: row.get(16)?,
    })
}
