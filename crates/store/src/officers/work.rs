//! The one work ledger: everything that fills an officer's time.

use muster_domain::{
    id::{AgencyId, OfficerId, PersonId, WorkId},
    officers::WorkRow,
    time::Span,
};

use crate::{Error, Row, Tx};

const BOOKED_AHEAD: &str = "SELECT officer_id FROM work WHERE agency_id = $1 AND ends_at > $2 AND starts_at > $2 \
     AND class = 'detail' AND state = 'booked' ORDER BY ends_at LIMIT 100000";
const LIST: &str = "SELECT id, officer_id, person_id, class, state, starts_at, ends_at, source, source_id, label FROM work \
     WHERE agency_id = $1 AND officer_id = $2 AND ends_at > $3 AND starts_at < $4 AND state NOT IN ('cancelled', 'given_up') \
     ORDER BY starts_at, id LIMIT 2000";
const OF_PERSON: &str = "SELECT id, officer_id, person_id, class, state, starts_at, ends_at, source, source_id, label FROM work \
     WHERE person_id = $1 AND ends_at > $2 AND starts_at < $3 AND state NOT IN ('cancelled', 'given_up') ORDER BY starts_at, id LIMIT 2000";
const FIND: &str = "SELECT id, officer_id, person_id, class, state, starts_at, ends_at, source, source_id, label FROM work \
     WHERE agency_id = $1 AND officer_id = $2 AND id = $3";
const ADD: &str = "INSERT INTO work (agency_id, id, officer_id, person_id, class, state, starts_at, ends_at, source, source_id, label) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const REMOVE: &str = "DELETE FROM work WHERE agency_id = $1 AND officer_id = $2 AND id = $3 AND source <> 'assignment'";
const REMOVE_SCHEDULE: &str = "DELETE FROM work WHERE agency_id = $1 AND officer_id = $2 AND source = 'schedule' AND starts_at >= $3 AND starts_at < $4";
const CONFLICTS: &str = "SELECT d.officer_id, o.first_name || ' ' || o.last_name, d.label, d.starts_at, d.ends_at FROM work d \
     JOIN officers o ON o.agency_id = d.agency_id AND o.id = d.officer_id \
     WHERE d.agency_id = $1 AND d.class = 'detail' AND d.state = 'booked' AND d.ends_at > $2 AND d.starts_at < $3 \
     AND EXISTS (SELECT 1 FROM work s WHERE s.agency_id = d.agency_id AND s.officer_id = d.officer_id AND s.source = 'schedule' \
         AND s.starts_at < d.ends_at AND s.ends_at > d.starts_at) ORDER BY d.starts_at LIMIT 200";

/// The live rows of an officer that share time with `span`, in order of time.
///
/// # Errors
/// When the database fails.
pub fn list_work(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, span: Span) -> Result<Vec<WorkRow>, Error> {
    tx.query(LIST, &[&agency, &officer, &span.starts_at(), &span.ends_at()], work)
}

/// The live rows of a human being at every agency that share time with `span`. For deciding only, never for showing:
/// another agency's rows carry that agency's labels.
///
/// # Errors
/// When the database fails.
pub fn list_work_of_person(tx: &mut Tx<'_>, person: PersonId, span: Span) -> Result<Vec<WorkRow>, Error> {
    tx.query(OF_PERSON, &[&person, &span.starts_at(), &span.ends_at()], work)
}

/// One row.
///
/// # Errors
/// When the database fails.
pub fn find_work(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, id: WorkId) -> Result<Option<WorkRow>, Error> {
    tx.find(FIND, &[&agency, &officer, &id], work)
}

/// Writes a row.
///
/// # Errors
/// `work_no_overlap` when it is a booked detail and the person has another at that time.
pub fn add_work(tx: &mut Tx<'_>, agency: AgencyId, row: &WorkRow) -> Result<(), Error> {
    let (starts_at, ends_at) = (row.span.starts_at(), row.span.ends_at());
    tx.execute(
        ADD,
        &[
            &agency,
            &row.id,
            &row.officer,
            &row.person,
            &row.class,
            &row.state,
            &starts_at,
            &ends_at,
            &row.source,
            &row.source_id,
            &row.label,
        ],
    )?;
    Ok(())
}

/// Removes a row that is not of an assignment.
///
/// # Errors
/// When the database fails.
pub fn remove_work(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, id: WorkId) -> Result<u64, Error> {
    tx.execute(REMOVE, &[&agency, &officer, &id])
}

/// Removes what the schedule says of an officer for shifts that start inside `span`.
///
/// # Errors
/// When the database fails.
pub fn remove_schedule(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, span: Span) -> Result<u64, Error> {
    tx.execute(REMOVE_SCHEDULE, &[&agency, &officer, &span.starts_at(), &span.ends_at()])
}

/// The officers who have a booked detail that starts after `now`.
///
/// # Errors
/// When the database fails.
pub fn list_booked_ahead(tx: &mut Tx<'_>, agency: AgencyId, now: jiff::Timestamp) -> Result<Vec<OfficerId>, Error> {
    let mut officers: Vec<OfficerId> = tx.query(BOOKED_AHEAD, &[&agency, &now], |row| row.get(0))?;
    officers.sort_unstable();
    officers.dedup();
    Ok(officers)
}

/// A stretch of work with the officer's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOfOfficer {
    /// Whose.
    pub officer: OfficerId,
    /// His name.
    pub name: String,
    /// What.
    pub label: String,
    /// When.
    pub span: Span,
}

/// Booked details inside `span` that the schedule now overlaps.
///
/// # Errors
/// When the database fails.
pub fn schedule_conflicts(tx: &mut Tx<'_>, agency: AgencyId, span: Span) -> Result<Vec<WorkOfOfficer>, Error> {
    tx.query(CONFLICTS, &[&agency, &span.starts_at(), &span.ends_at()], |row| {
        Ok(WorkOfOfficer {
            officer: row.get(0)?,
            name: row.get(1)?,
            label: row.get(2)?,
            span: stored_span(row.get(3)?, row.get(4)?)?,
        })
    })
}

fn work(row: &Row<'_>) -> Result<WorkRow, Error> {
    Ok(WorkRow {
        id: row.get(0)?,
        officer: row.get(1)?,
        person: row.get(2)?,
        class: row.get(3)?,
        state: row.get(4)?,
        span: stored_span(row.get(5)?, row.get(6)?)?,
        source: row.get(7)?,
        source_id: row.get(8)?,
        label: row.get(9)?,
    })
}

fn stored_span(starts_at: jiff::Timestamp, ends_at: jiff::Timestamp) -> Result<Span, Error> {
    Span::new(starts_at, ends_at).ok_or_else(|| Error::unknown_word("span", &format!("{starts_at} to {ends_at}")))
}
