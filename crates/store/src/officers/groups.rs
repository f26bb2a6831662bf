//! Groups of officers.

use muster_domain::id::{AgencyId, GroupId, OfficerId};

use crate::{Error, Tx};

const LIST: &str = "SELECT g.id, g.name, (SELECT COUNT(*) FROM officer_group_members m WHERE m.agency_id = g.agency_id AND m.group_id = g.id) \
     FROM officer_groups g WHERE g.agency_id = $1 ORDER BY g.name LIMIT 500";
const OF_OFFICER: &str = "SELECT g.id, g.name, 0 FROM officer_group_members m JOIN officer_groups g ON g.agency_id = m.agency_id AND g.id = m.group_id \
     WHERE m.agency_id = $1 AND m.officer_id = $2 ORDER BY g.name LIMIT 500";
const FIND: &str = "SELECT id, name, 0 FROM officer_groups WHERE agency_id = $1 AND id = $2";
const ADD: &str = "INSERT INTO officer_groups (agency_id, id, name) VALUES ($1, $2, $3)";
const CLEAR: &str = "DELETE FROM officer_group_members WHERE agency_id = $1 AND officer_id = $2";
const ADD_MEMBER: &str = "INSERT INTO officer_group_members (agency_id, group_id, officer_id) VALUES ($1, $2, $3) \
     ON CONFLICT (agency_id, group_id, officer_id) DO NOTHING";

/// A group of officers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name, unique in the agency.
    pub name: String,
    /// How many belong to it; counted only by [`list_groups`].
    pub members: i64,
}

/// Every group, by name.
///
/// # Errors
/// When the database fails.
pub fn list_groups(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<Group>, Error> {
    tx.query(LIST, &[&agency], group)
}

/// The groups of an officer, by name.
///
/// # Errors
/// When the database fails.
pub fn list_groups_of(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Vec<Group>, Error> {
    tx.query(OF_OFFICER, &[&agency, &officer], group)
}

/// A group of the agency.
///
/// # Errors
/// When the database fails.
pub fn find_group(tx: &mut Tx<'_>, agency: AgencyId, id: GroupId) -> Result<Option<Group>, Error> {
    tx.find(FIND, &[&agency, &id], group)
}

fn group(row: &crate::Row<'_>) -> Result<Group, Error> {
    Ok(Group { id: row.get(0)?, name: row.get(1)?, members: row.get(2)? })
}

/// Adds a group.
///
/// # Errors
/// `officer_groups_name` when there is one with this name.
pub fn add_group(tx: &mut Tx<'_>, agency: AgencyId, id: GroupId, name: &str) -> Result<(), Error> {
    tx.execute(ADD, &[&agency, &id, &name])?;
    Ok(())
}

/// Takes an officer out of every group.
///
/// # Errors
/// When the database fails.
pub fn clear_groups(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<(), Error> {
    tx.execute(CLEAR, &[&agency, &officer])?;
    Ok(())
}

/// Puts an officer into a group.
///
/// # Errors
/// When the database fails.
pub fn add_member(tx: &mut Tx<'_>, agency: AgencyId, group: GroupId, officer: OfficerId) -> Result<(), Error> {
    tx.execute(ADD_MEMBER, &[&agency, &group, &officer])?;
    Ok(())
}
