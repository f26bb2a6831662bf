//! The officers on a shift as rules about command see them.

use muster_domain::{
    id::{AgencyId, ShiftId},
    policy::CrewMember,
    requests::PostRole,
};

use crate::{Error, Tx, jobs::word};

const CREW: &str = "SELECT a.officer_id, p.role, r.level FROM assignments a \
     JOIN shifts s ON s.agency_id = a.agency_id AND s.id = a.shift_id \
     JOIN positions p ON p.agency_id = a.agency_id AND p.id = a.position_id \
     JOIN officer_ranks h ON h.agency_id = a.agency_id AND h.officer_id = a.officer_id AND h.held_from = COALESCE(\
     (SELECT MAX(x.held_from) FROM officer_ranks x WHERE x.agency_id = a.agency_id AND x.officer_id = a.officer_id AND x.held_from <= s.worked_on), \
     (SELECT MIN(x.held_from) FROM officer_ranks x WHERE x.agency_id = a.agency_id AND x.officer_id = a.officer_id)) \
     JOIN ranks r ON r.agency_id = h.agency_id AND r.id = h.rank_id \
     WHERE a.agency_id = $1 AND a.shift_id = $2 AND a.state = 'booked' ORDER BY a.officer_id LIMIT 1000";

/// Who holds a seat on a shift, each with the rank that he has on that day.
///
/// # Errors
/// When the database fails.
pub fn list_crew(tx: &mut Tx<'_>, agency: AgencyId, shift: ShiftId) -> Result<Vec<CrewMember>, Error> {
    tx.query(CREW, &[&agency, &shift], |row| {
        let role = word(&row.get::<String>(1)?, PostRole::from_code)?;
        Ok(CrewMember { officer: row.get(0)?, rank_order: row.get(2)?, supervisory: role != PostRole::Officer })
    })
}
