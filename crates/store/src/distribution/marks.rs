//! Lists that officers stand on and relations to customers: written down, ended, never deleted.

use jiff::Timestamp;
use muster_domain::{
    distribution::MarkSort,
    id::{AgencyId, CustomerId, MarkId, OfficerId},
};

use crate::{Error, Row, Tx, jobs::word};

const ADD: &str = "INSERT INTO officer_marks (agency_id, id, officer_id, sort, word, customer_id, job_kind, starts_at, ends_at, reason, \
     declared, added_by, adder_id, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const END: &str = "UPDATE officer_marks SET ended_at = $1, ended_by = $2, end_reason = $3, \
     ends_at = CASE WHEN ends_at IS NOT NULL AND ends_at < $1 THEN ends_at ELSE $1 END \
     WHERE agency_id = $4 AND id = $5 AND ended_at IS NULL";
const FIND: &str = "SELECT k.id, k.officer_id, r.short, o.first_name, o.last_name, o.badge, k.sort, k.word, k.customer_id, COALESCE(c.name, ''), \
     k.job_kind, k.starts_at, k.ends_at, k.reason, k.declared, k.added_by, k.added_at, k.ended_at, k.ended_by, k.end_reason \
     FROM officer_marks k JOIN officers o ON o.agency_id = k.agency_id AND o.id = k.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     LEFT JOIN customers c ON c.agency_id = k.agency_id AND c.id = k.customer_id WHERE k.agency_id = $1 AND k.id = $2";
const OF_OFFICER: &str = "SELECT k.id, k.officer_id, r.short, o.first_name, o.last_name, o.badge, k.sort, k.word, k.customer_id, COALESCE(c.name, ''), \
     k.job_kind, k.starts_at, k.ends_at, k.reason, k.declared, k.added_by, k.added_at, k.ended_at, k.ended_by, k.end_reason \
     FROM officer_marks k JOIN officers o ON o.agency_id = k.agency_id AND o.id = k.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     LEFT JOIN customers c ON c.agency_id = k.agency_id AND c.id = k.customer_id WHERE k.agency_id = $1 AND k.officer_id = $2 \
     ORDER BY k.starts_at DESC, k.id DESC LIMIT 200";
const TO_CUSTOMER: &str = "SELECT k.id, k.officer_id, r.short, o.first_name, o.last_name, o.badge, k.sort, k.word, k.customer_id, COALESCE(c.name, ''), \
     k.job_kind, k.starts_at, k.ends_at, k.reason, k.declared, k.added_by, k.added_at, k.ended_at, k.ended_by, k.end_reason \
     FROM officer_marks k JOIN officers o ON o.agency_id = k.agency_id AND o.id = k.officer_id \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     LEFT JOIN customers c ON c.agency_id = k.agency_id AND c.id = k.customer_id \
     WHERE k.agency_id = $1 AND k.customer_id = $2 AND k.customer_id <> '' \
     ORDER BY k.starts_at DESC, k.id DESC LIMIT 200";

/// A list that an officer stands on, or his relation to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkRow {
    /// Its id.
    pub id: MarkId,
    /// Whose.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// Which of the two.
    pub sort: MarkSort,
    /// The list or the relation, by the rule book's word.
    pub word: String,
    /// Only for this customer, with its name; none for all.
    pub customer: Option<(CustomerId, String)>,
    /// The code of the only kind of job that it is for; none for all.
    pub job_kind: Option<String>,
    /// First instant.
    pub starts_at: Timestamp,
    /// First instant after; open while unknown.
    pub ends_at: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// The officer declared it himself.
    pub declared: bool,
    /// Who wrote it down.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
    /// When somebody ended it.
    pub ended_at: Option<Timestamp>,
    /// Who.
    pub ended_by: String,
    /// Why.
    pub end_reason: String,
}

impl MarkRow {
    /// True when nobody has ended it and its time is not over.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && self.ends_at.is_none_or(|until| now < until)
    }
}

/// A mark to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewMarkRow<'a> {
    /// Its id.
    pub id: MarkId,
    /// Whose.
    pub officer: OfficerId,
    /// Which of the two.
    pub sort: MarkSort,
    /// The list or the relation.
    pub word: &'a str,
    /// Only for this customer.
    pub customer: Option<CustomerId>,
    /// Only for this kind of job; may be empty.
    pub job_kind: &'a str,
    /// First instant.
    pub starts_at: Timestamp,
    /// First instant after.
    pub ends_at: Option<Timestamp>,
    /// Why; may be empty.
    pub reason: &'a str,
    /// The officer declares it himself.
    pub declared: bool,
    /// Who writes it down.
    pub added_by: &'a str,
    /// His account's id.
    pub adder: &'a str,
}

/// Writes a mark down.
///
/// # Errors
/// When the database fails.
pub fn add_mark(tx: &mut Tx<'_>, agency: AgencyId, new: &NewMarkRow<'_>, now: Timestamp) -> Result<(), Error> {
    let customer = new.customer.map_or_else(String::new, |id| id.to_string());
    tx.execute(
        ADD,
        &[
            &agency,
            &new.id,
            &new.officer,
            &new.sort.code(),
            &new.word,
            &customer,
            &new.job_kind,
            &new.starts_at,
            &new.ends_at,
            &new.reason,
            &new.declared,
            &new.added_by,
            &new.adder,
            &now,
        ],
    )?;
    Ok(())
}

/// Ends a mark; false when somebody did before.
///
/// # Errors
/// When the database fails.
pub fn end_mark(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: MarkId,
    (by, reason): (&str, &str),
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(tx.execute(END, &[&now, &by, &reason, &agency, &id])? == 1)
}

/// One mark.
///
/// # Errors
/// When the database fails.
pub fn find_mark(tx: &mut Tx<'_>, agency: AgencyId, id: MarkId) -> Result<Option<MarkRow>, Error> {
    tx.find(FIND, &[&agency, &id], mark)
}

/// The marks of an officer, the latest first, at most 200.
///
/// # Errors
/// When the database fails.
pub fn list_marks_of(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<MarkRow>, Error> {
    tx.query(OF_OFFICER, &[&agency, &officer], mark)
}

/// The marks that concern a customer, the latest first, at most 200.
///
/// # Errors
/// When the database fails.
pub fn list_marks_to(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId) -> Result<Vec<MarkRow>, Error> {
    tx.query(TO_CUSTOMER, &[&agency, &customer], mark)
}

fn mark(row: &Row<'_>) -> Result<MarkRow, Error> {
    let (short, first, last): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let (customer, customer_name, kind): (String, String, String) = (row.get(8)?, row.get(9)?, row.get(10)?);
    Ok(MarkRow {
        id: row.get(0)?,
        officer: row.get(1)?,
        name: format!("{short} {first} {last}"),
        badge: row.get(5)?,
        sort: word(&row.get::<String>(6)?, MarkSort::from_code)?,
        word: row.get(7)?,
        customer: customer.parse().ok().map(|id| (id, customer_name)),
        job_kind: (!kind.is_empty()).then_some(kind),
        starts_at: row.get(11)?,
        ends_at: row.get(12)?,
        reason: row.get(13)?,
        declared: row.get(14)?,
        added_by: row.get(15)?,
        added_at: row.get(16)?,
        ended_at: row.get(17)?,
        ended_by: row.get(18)?,
        end_reason: row.get(19)?,
    })
}
