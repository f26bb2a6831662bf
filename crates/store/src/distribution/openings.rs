//! Who could be told that work opened.

use jiff::Timestamp;
use muster_domain::id::{AccountId, AgencyId, JobId, OfficerId, ShiftId};

use crate::{Error, Tx};

const OPEN_OF_JOB: &str = "SELECT h.id, g.posted_at FROM shifts h \
     JOIN postings g ON g.agency_id = h.agency_id AND g.shift_id = h.id AND g.state = 'running' \
     WHERE h.agency_id = $1 AND h.job_id = $2 AND h.state = 'posted' AND h.starts_at > $3 ORDER BY h.starts_at, h.id LIMIT 20";
// The last notice of this kind and link says whether an account knows of the postings already.
const LISTENERS: &str = "SELECT m.officer_id, a.id, (SELECT MAX(n.made_at) FROM notices n \
        WHERE n.agency_id = m.agency_id AND n.link = $1 AND n.kind = 'work_opened' AND n.account_id = a.id) \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $2 AND m.role = 'officer' AND m.officer_id IS NOT NULL AND m.ended_at IS NULL AND NOT a.disabled \
     ORDER BY m.officer_id, a.id LIMIT 20000";

/// An officer's account, and when it was last told of a job's open shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Who.
    pub officer: OfficerId,
    /// Whose inbox.
    pub account: AccountId,
    /// The last notice; none when there was none.
    pub told_at: Option<Timestamp>,
}

/// The posted shifts of a job that have not begun, each with when it was posted; at most 20, the earliest first.
///
/// # Errors
/// When the database fails.
pub fn list_open_of_job(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    job: JobId,
    now: Timestamp,
) -> Result<Vec<(ShiftId, Timestamp)>, Error> {
    tx.query(OPEN_OF_JOB, &[&agency, &job, &now], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Every officer's account; `link` is that of the notice about the job.
///
/// # Errors
/// When the database fails.
pub fn list_listeners(tx: &mut Tx<'_>, agency: AgencyId, link: &str) -> Result<Vec<Listener>, Error> {
    tx.query(LISTENERS, &[&link, &agency], |row| {
        Ok(Listener { officer: row.get(0)?, account: row.get(1)?, told_at: row.get(2)? })
    })
}
