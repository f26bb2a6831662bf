//! The roster: a page of officers by filter and sort, and the whole of it for exports and imports.

use jiff::civil::Date;
use muster_domain::{
    id::{AgencyId, GroupId, OfficerId, RankId, UnitId},
    officers::Status,
};

use super::status;
use crate::{
    Error, Row, Tx,
    page::{PAGE_ROWS, Page, pattern, rows_before},
};

// The status is that of the day asked for, out of the history; the rank likewise.
const BY_NAME: &str = "SELECT o.id, o.badge, o.first_name, o.last_name, o.senior_since, COALESCE(u.name, ''), r.name, r.short, \
     COALESCE((SELECT s.status FROM officer_statuses s WHERE s.agency_id = o.agency_id AND s.officer_id = o.id AND s.from_on <= $1 \
         AND (s.to_on IS NULL OR s.to_on >= $1) ORDER BY s.from_on DESC LIMIT 1), 'active') AS standing, \
     (SELECT MIN(c.expires_on) FROM certifications c WHERE c.agency_id = o.agency_id AND c.officer_id = o.id AND c.expires_on >= $1), \
     o.email, o.phone, o.hired_on, r.code \
     FROM officers o \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = COALESCE((SELECT h.rank_id FROM officer_ranks h WHERE h.agency_id = o.agency_id \
         AND h.officer_id = o.id AND h.held_from <= $1 ORDER BY h.held_from DESC LIMIT 1), o.rank_id) \
     LEFT JOIN units u ON u.agency_id = o.agency_id AND u.id = o.unit_id \
     WHERE o.agency_id = $2 \
     AND (CAST($3 AS TEXT) IS NULL OR LOWER(o.first_name || ' ' || o.last_name || ', ' || o.first_name) LIKE $3 ESCAPE '!' OR LOWER(o.badge) LIKE $3 ESCAPE '!') \
     AND (CAST($4 AS TEXT) IS NULL OR r.id = $4) AND (CAST($5 AS TEXT) IS NULL OR o.unit_id = $5) \
     AND (CAST($6 AS TEXT) IS NULL OR $6 = COALESCE((SELECT s.status FROM officer_statuses s WHERE s.agency_id = o.agency_id AND s.officer_id = o.id \
         AND s.from_on <= $1 AND (s.to_on IS NULL OR s.to_on >= $1) ORDER BY s.from_on DESC LIMIT 1), 'active')) \
     AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM officer_group_members m WHERE m.agency_id = o.agency_id AND m.group_id = $7 AND m.officer_id = o.id)) \
     ORDER BY o.last_name, o.first_name, o.id LIMIT $8 OFFSET $9";
const BY_OTHER: &str = "SELECT o.id, o.badge, o.first_name, o.last_name, o.senior_since, COALESCE(u.name, ''), r.name, r.short, \
     COALESCE((SELECT s.status FROM officer_statuses s WHERE s.agency_id = o.agency_id AND s.officer_id = o.id AND s.from_on <= $1 \
         AND (s.to_on IS NULL OR s.to_on >= $1) ORDER BY s.from_on DESC LIMIT 1), 'active') AS standing, \
     (SELECT MIN(c.expires_on) FROM certifications c WHERE c.agency_id = o.agency_id AND c.officer_id = o.id AND c.expires_on >= $1), \
     o.email, o.phone, o.hired_on, r.code \
     FROM officers o \
     JOIN ranks r ON r.agency_id = o.agency_id AND r.id = COALESCE((SELECT h.rank_id FROM officer_ranks h WHERE h.agency_id = o.agency_id \
         AND h.officer_id = o.id AND h.held_from <= $1 ORDER BY h.held_from DESC LIMIT 1), o.rank_id) \
     LEFT JOIN units u ON u.agency_id = o.agency_id AND u.id = o.unit_id \
     WHERE o.agency_id = $2 \
     AND (CAST($3 AS TEXT) IS NULL OR LOWER(o.first_name || ' ' || o.last_name || ', ' || o.first_name) LIKE $3 ESCAPE '!' OR LOWER(o.badge) LIKE $3 ESCAPE '!') \
     AND (CAST($4 AS TEXT) IS NULL OR r.id = $4) AND (CAST($5 AS TEXT) IS NULL OR o.unit_id = $5) \
     AND (CAST($6 AS TEXT) IS NULL OR $6 = COALESCE((SELECT s.status FROM officer_statuses s WHERE s.agency_id = o.agency_id AND s.officer_id = o.id \
         AND s.from_on <= $1 AND (s.to_on IS NULL OR s.to_on >= $1) ORDER BY s.from_on DESC LIMIT 1), 'active')) \
     AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM officer_group_members m WHERE m.agency_id = o.agency_id AND m.group_id = $7 AND m.officer_id = o.id)) \
     ORDER BY CASE WHEN $8 = 'rank' THEN -r.level ELSE 0 END, CASE WHEN $8 = 'badge' THEN LENGTH(o.badge) ELSE 0 END, \
     CASE WHEN $8 = 'badge' THEN o.badge WHEN $8 = 'unit' THEN COALESCE(u.name, '~') WHEN $8 = 'status' THEN o.status ELSE o.senior_since END, \
     o.last_name, o.first_name, o.id LIMIT $9 OFFSET $10";
const COUNT: &str = "SELECT COUNT(*) FROM officers o WHERE o.agency_id = $1 \
     AND (CAST($2 AS TEXT) IS NULL OR LOWER(o.first_name || ' ' || o.last_name || ', ' || o.first_name) LIKE $2 ESCAPE '!' OR LOWER(o.badge) LIKE $2 ESCAPE '!') \
     AND (CAST($3 AS TEXT) IS NULL OR $3 = COALESCE((SELECT h.rank_id FROM officer_ranks h WHERE h.agency_id = o.agency_id \
         AND h.officer_id = o.id AND h.held_from <= $4 ORDER BY h.held_from DESC LIMIT 1), o.rank_id)) \
     AND (CAST($5 AS TEXT) IS NULL OR o.unit_id = $5) \
     AND (CAST($6 AS TEXT) IS NULL OR $6 = COALESCE((SELECT s.status FROM officer_statuses s WHERE s.agency_id = o.agency_id AND s.officer_id = o.id \
         AND s.from_on <= $4 AND (s.to_on IS NULL OR s.to_on >= $4) ORDER BY s.from_on DESC LIMIT 1), 'active')) \
     AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM officer_group_members m WHERE m.agency_id = o.agency_id AND m.group_id = $7 AND m.officer_id = o.id))";
const BADGES: &str =
    "SELECT badge, id, person_id, first_name, last_name FROM officers WHERE agency_id = $1 ORDER BY badge LIMIT 100000";

/// Which officers to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterFilter {
    /// Part of a name or badge number.
    pub search: String,
    /// Of this rank.
    pub rank: Option<RankId>,
    /// Of this unit.
    pub unit: Option<UnitId>,
    /// With this status.
    pub status: Option<Status>,
    /// In this group.
    pub group: Option<GroupId>,
}

/// The order of the roster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By family name.
    #[default]
    Name,
    /// By badge number.
    Badge,
    /// The highest rank first.
    Rank,
    /// The longest-serving first.
    Seniority,
    /// By unit.
    Unit,
    /// By status.
    Status,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 6] = [Self::Name, Self::Badge, Self::Rank, Self::Seniority, Self::Unit, Self::Status];
    /// The word in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Badge => "badge",
            Self::Rank => "rank",
            Self::Seniority => "seniority",
            Self::Unit => "unit",
            Self::Status => "status",
        }
    }
}

/// An officer as the roster shows him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRoster {
    /// Who.
    pub id: OfficerId,
    /// Badge number.
    pub badge: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Seniority counts from here.
    pub senior_since: Date,
    /// Unit; may be empty.
    pub unit: String,
    /// The rank of the day asked for.
    pub rank: String,
    /// The same, short.
    pub rank_short: String,
    /// The status of the day asked for.
    pub status: Status,
    /// When the next certification that is still valid expires.
    pub next_expiry: Option<Date>,
    /// May be empty.
    pub email: String,
    /// May be empty.
    pub phone: String,
    /// Date of hire.
    pub hired_on: Date,
    /// The word that rules use for the rank.
    pub rank_code: String,
}

/// One page of the roster as of a day.
///
/// # Errors
/// When the database fails.
pub fn list_roster(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    filter: &RosterFilter,
    sort: Sort,
    page: i64,
    today: Date,
) -> Result<Page<OnRoster>, Error> {
    let search = pattern(&filter.search);
    let status = filter.status.map(Status::code);
    let total: i64 =
        tx.one(COUNT, &[&agency, &search, &filter.rank, &today, &filter.unit, &status, &filter.group], |row| {
            row.get(0)
        })?;
    let number = page.clamp(1, ((total + PAGE_ROWS - 1) / PAGE_ROWS).max(1));
    let rows = rows(tx, agency, filter, sort, today, PAGE_ROWS, rows_before(number))?;
    Ok(Page { rows, total, number })
}

/// The whole roster by filter, for an export; at most 50,000 officers.
///
/// # Errors
/// When the database fails.
pub fn export_roster(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    filter: &RosterFilter,
    sort: Sort,
    today: Date,
) -> Result<Vec<OnRoster>, Error> {
    rows(tx, agency, filter, sort, today, 50_000, 0)
}

fn rows(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    filter: &RosterFilter,
    sort: Sort,
    today: Date,
    limit: i64,
    offset: i64,
) -> Result<Vec<OnRoster>, Error> {
    let search = pattern(&filter.search);
    let status = filter.status.map(Status::code);
    if sort == Sort::Name {
        return tx.query(
            BY_NAME,
            &[&today, &agency, &search, &filter.rank, &filter.unit, &status, &filter.group, &limit, &offset],
            on_roster,
        );
    }
    tx.query(
        BY_OTHER,
        &[&today, &agency, &search, &filter.rank, &filter.unit, &status, &filter.group, &sort.code(), &limit, &offset],
        on_roster,
    )
}

fn on_roster(row: &Row<'_>) -> Result<OnRoster, Error> {
    Ok(OnRoster {
        id: row.get(0)?,
        badge: row.get(1)?,
        first_name: row.get(2)?,
        last_name: row.get(3)?,
        senior_since: row.get(4)?,
        unit: row.get(5)?,
        rank: row.get(6)?,
        rank_short: row.get(7)?,
        status: status(&row.get::<String>(8)?)?,
        next_expiry: row.get(9)?,
        email: row.get(10)?,
        phone: row.get(11)?,
        hired_on: row.get(12)?,
        rank_code: row.get(13)?,
    })
}

/// A badge number and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The number.
    pub badge: String,
    /// Whose.
    pub officer: OfficerId,
    /// The human being.
    pub person: muster_domain::id::PersonId,
    /// `Dana Alvarez`.
    pub name: String,
}

/// Every badge number of the agency, for imports; at most 100,000.
///
/// # Errors
/// When the database fails.
pub fn list_badges(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<Badge>, Error> {
    tx.query(BADGES, &[&agency], |row| {
        let (first, last): (String, String) = (row.get(3)?, row.get(4)?);
        Ok(Badge { badge: row.get(0)?, officer: row.get(1)?, person: row.get(2)?, name: format!("{first} {last}") })
    })
}
