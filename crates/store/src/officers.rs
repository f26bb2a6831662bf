//! Officers: the record, the histories of rank, superiors and status, certifications, groups, the roster, the work ledger.

mod groups;
mod histories;
mod roster;
mod work;

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, OfficerId},
    officers::{Officer, Status},
};

pub use groups::{Group, add_group, add_member, clear_groups, find_group, list_groups, list_groups_of};
pub use histories::{
    add_certification, find_certification, list_certification_kinds, list_certifications, list_ranks, list_statuses,
    list_superiors, put_rank, put_status, put_superior, remove_certification, remove_status, standing_on, superior_on,
};
pub use roster::{Badge, OnRoster, RosterFilter, Sort, export_roster, list_badges, list_roster};
pub use work::{
    WorkOfOfficer, add_work, find_work, list_booked_ahead, list_work, list_work_of_person, remove_schedule,
    remove_work, schedule_conflicts,
};

use crate::{Error, Row, Tx};

const FIND: &str = "SELECT id, agency_id, person_id, badge, first_name, last_name, email, phone, hired_on, senior_since, unit_id, \
     rank_id, status, version FROM officers WHERE agency_id = $1 AND id = $2";
const LOCK: &str = "SELECT id, agency_id, person_id, badge, first_name, last_name, email, phone, hired_on, senior_since, unit_id, \
     rank_id, status, version FROM officers WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const FIND_BADGE: &str = "SELECT id, agency_id, person_id, badge, first_name, last_name, email, phone, hired_on, senior_since, unit_id, \
     rank_id, status, version FROM officers WHERE agency_id = $1 AND badge = $2";
const ADD: &str = "INSERT INTO officers (agency_id, id, person_id, badge, first_name, last_name, email, phone, hired_on, senior_since, \
     unit_id, rank_id, status, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const SAVE: &str = "UPDATE officers SET badge = $1, first_name = $2, last_name = $3, email = $4, phone = $5, hired_on = $6, \
     senior_since = $7, unit_id = $8, rank_id = $9, status = $10, version = version + 1 \
     WHERE agency_id = $11 AND id = $12 AND version = $13";

/// An officer's record.
///
/// # Errors
/// When the database fails.
pub fn find_officer(tx: &mut Tx<'_>, agency: AgencyId, id: OfficerId) -> Result<Option<Officer>, Error> {
    tx.find(FIND, &[&agency, &id], officer)
}

/// An officer's record, locked until the end of the transaction.
///
/// # Errors
/// When the database fails.
pub fn lock_officer(tx: &mut Tx<'_>, agency: AgencyId, id: OfficerId) -> Result<Option<Officer>, Error> {
    tx.find(LOCK, &[&agency, &id], officer)
}

/// The officer with this badge number.
///
/// # Errors
/// When the database fails.
pub fn find_badge(tx: &mut Tx<'_>, agency: AgencyId, badge: &str) -> Result<Option<Officer>, Error> {
    tx.find(FIND_BADGE, &[&agency, &badge], officer)
}

/// Adds a record; the histories are added separately.
///
/// # Errors
/// `officers_badge` when the badge number is taken.
pub fn add_officer(tx: &mut Tx<'_>, o: &Officer, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &o.agency,
            &o.id,
            &o.person,
            &o.badge,
            &o.first_name,
            &o.last_name,
            &o.email,
            &o.phone,
            &o.hired_on,
            &o.senior_since,
            &o.unit,
            &o.rank,
            &o.status.code(),
            &now,
        ],
    )?;
    Ok(())
}

/// Saves a changed record; false when somebody else changed it first.
///
/// # Errors
/// `officers_badge` when the badge number is taken.
pub fn save_officer(tx: &mut Tx<'_>, o: &Officer) -> Result<bool, Error> {
    let changed = tx.execute(
        SAVE,
        &[
            &o.badge,
            &o.first_name,
            &o.last_name,
            &o.email,
            &o.phone,
            &o.hired_on,
            &o.senior_since,
            &o.unit,
            &o.rank,
            &o.status.code(),
            &o.agency,
            &o.id,
            &o.version,
        ],
    )?;
    Ok(changed == 1)
}

fn officer(row: &Row<'_>) -> Result<Officer, Error> {
    Ok(Officer {
        id: row.get(0)?,
        agency: row.get(1)?,
        person: row.get(2)?,
        badge: row.get(3)?,
        first_name: row.get(4)?,
        last_name: row.get(5)?,
        email: row.get(6)?,
        phone: row.get(7)?,
        hired_on: row.get(8)?,
        senior_since: row.get(9)?,
        unit: row.get(10)?,
        rank: row.get(11)?,
        status: status(&row.get::<String>(12)?)?,
        version: row.get(13)?,
    })
}

/// A stored status word.
fn status(code: &str) -> Result<Status, Error> {
    Status::from_code(code).ok_or_else(|| Error::unknown_word("status of an officer", code))
}
