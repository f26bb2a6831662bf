//! Work that is due at an instant: set with the change that causes it, claimed by a worker, done once.

use jiff::Timestamp;
use muster_domain::id::{AgencyId, TimerId};

use crate::{Error, Tx};

const SET: &str = "INSERT INTO timers (id, agency_id, kind, subject, due_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (agency_id, kind, subject) WHERE state = 'waiting' DO UPDATE SET due_at = excluded.due_at";
const SET_IF_NONE: &str = "INSERT INTO timers (id, agency_id, kind, subject, due_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (agency_id, kind, subject) WHERE state = 'waiting' DO NOTHING";
const WITHOUT: &str = "SELECT g.id FROM agencies g WHERE NOT EXISTS \
     (SELECT 1 FROM timers t WHERE t.agency_id = g.id AND t.kind = $1 AND t.state = 'waiting') ORDER BY g.id LIMIT 200";
const SETTLE: &str = "UPDATE timers SET state = 'done', problem = $1 WHERE id = $2 AND state = 'waiting'";
const DROP: &str = "DELETE FROM timers WHERE agency_id = $1 AND kind = $2 AND subject = $3 AND state = 'waiting'";
const DUE: &str = "SELECT id, agency_id, kind, subject, due_at, attempts FROM timers \
     WHERE state = 'waiting' AND due_at <= $1 AND claimed_until <= $1 ORDER BY due_at, id LIMIT 50 FOR UPDATE SKIP LOCKED";
const CLAIM: &str = "UPDATE timers SET claimed_until = $1, attempts = attempts + 1 WHERE id = $2";
const DONE: &str = "UPDATE timers SET state = 'done' WHERE id = $1 AND state = 'waiting'";
const POSTPONE: &str = "UPDATE timers SET problem = $1, claimed_until = $2, state = $3 WHERE id = $4";

/// A timer that fell due and is claimed by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its id.
    pub id: TimerId,
    /// The tenant.
    pub agency: AgencyId,
    /// What to do.
    pub kind: String,
    /// The id of the thing it is about.
    pub subject: String,
    /// When it fell due.
    pub due_at: Timestamp,
    /// How often it was tried before.
    pub attempts: i64,
}

/// Sets or moves the timer of this kind for a thing.
///
/// # Errors
/// When the database fails.
pub fn set(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    kind: &str,
    subject: &str,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let id: TimerId = tx.id(now);
    tx.execute(SET, &[&id, &agency, &kind, &subject, &due_at])?;
    Ok(())
}

/// Sets the timer of this kind for a thing unless one is waiting already; for work that comes again and again.
///
/// # Errors
/// When the database fails.
pub fn set_if_none(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    kind: &str,
    subject: &str,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let id: TimerId = tx.id(now);
    tx.execute(SET_IF_NONE, &[&id, &agency, &kind, &subject, &due_at])?;
    Ok(())
}

/// Agencies, at most 200, that have no timer of this kind waiting.
///
/// # Errors
/// When the database fails.
pub fn list_agencies_without(tx: &mut Tx<'_>, kind: &str) -> Result<Vec<AgencyId>, Error> {
    tx.query(WITHOUT, &[&kind], |row| row.get(0))
}

/// Marks a timer as done although a rule refused its work; the reason stays with it.
///
/// # Errors
/// When the database fails.
pub fn settle(tx: &mut Tx<'_>, id: TimerId, problem: &str) -> Result<(), Error> {
    tx.execute(SETTLE, &[&problem, &id])?;
    Ok(())
}

/// Removes the waiting timer of this kind for a thing, if there is one.
///
/// # Errors
/// When the database fails.
pub fn drop_timer(tx: &mut Tx<'_>, agency: AgencyId, kind: &str, subject: &str) -> Result<(), Error> {
    tx.execute(DROP, &[&agency, &kind, &subject])?;
    Ok(())
}

/// Claims what is due, for as long as `claimed_until`; another worker leaves it alone until then.
///
/// # Errors
/// When the database fails.
pub fn claim_due(tx: &mut Tx<'_>, now: Timestamp, claimed_until: Timestamp) -> Result<Vec<Due>, Error> {
    let due = tx.query(DUE, &[&now], |row| {
        Ok(Due {
            id: row.get(0)?,
            agency: row.get(1)?,
            kind: row.get(2)?,
            subject: row.get(3)?,
            due_at: row.get(4)?,
            attempts: row.get(5)?,
        })
    })?;
    for timer in &due {
        tx.execute(CLAIM, &[&claimed_until, &timer.id])?;
    }
    Ok(due)
}

/// Marks a timer as done, in the transaction of its effect. False when it was done already.
///
/// # Errors
/// When the database fails.
pub fn finish(tx: &mut Tx<'_>, id: TimerId) -> Result<bool, Error> {
    Ok(tx.execute(DONE, &[&id])? == 1)
}

/// Notes why a timer could not be done and when to try again; after ten tries it is given up and stays visible as failed.
///
/// # Errors
/// When the database fails.
pub fn postpone(tx: &mut Tx<'_>, timer: &Due, problem: &str, again_at: Timestamp) -> Result<(), Error> {
    let state = if timer.attempts >= 10 { "failed" } else { "waiting" };
    tx.execute(POSTPONE, &[&problem, &again_at, &state, &timer.id])?;
    Ok(())
}
