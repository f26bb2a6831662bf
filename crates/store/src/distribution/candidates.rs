//! The officers who could be given a shift, by how little they worked lately.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, OfficerId},
    time::Minutes,
};

use crate::{Error, Tx, jobs::pattern};

const LIST: &str = "SELECT o.id, o.first_name, o.last_name, o.badge, r.short, o.status, \
     (SELECT CAST(COALESCE(SUM(w.ends_at - w.starts_at), 0) AS BIGINT) FROM work w WHERE w.agency_id = o.agency_id AND w.officer_id = o.id \
        AND w.class = 'detail' AND w.ends_at > $1 AND w.starts_at < $2 AND (w.state IN ('booked', 'worked') OR ($3 AND w.state = 'given_up'))) AS lately \
     FROM officers o JOIN ranks r ON r.agency_id = o.agency_id AND r.id = o.rank_id \
     WHERE o.agency_id = $4 AND o.status <> 'separated' \
     AND (CAST($5 AS TEXT) = '' OR LOWER(o.first_name || ' ' || o.last_name || ' ' || o.badge) LIKE $5 ESCAPE '!') \
     ORDER BY lately, o.last_name, o.first_name, o.id LIMIT 500";

/// An officer who could be given a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateListed {
    /// Who.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// Details booked or worked (or given back, where that counts) in the window.
    pub lately: Minutes,
}

/// The officers with their details between `from` and `until`, the fewest hours first, at most 500; with `given_up` those
/// that they gave back count, too.
///
/// # Errors
/// When the database fails.
pub fn list_candidates(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (from, until): (Timestamp, Timestamp),
    given_up: bool,
    search: &str,
) -> Result<Vec<CandidateListed>, Error> {
    tx.query(LIST, &[&from, &until, &given_up, &agency, &pattern(search)], |row| {
        let (first, last, short): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(4)?);
        Ok(CandidateListed {
            officer: row.get(0)?,
            name: format!("{short} {first} {last}").trim().to_owned(),
            badge: row.get(3)?,
            lately: Minutes(row.get::<i64>(6)? / 60_000_000),
        })
    })
}
