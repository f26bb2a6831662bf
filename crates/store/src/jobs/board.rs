//! Shifts side by side by what they wait for.

use muster_domain::{
    access::Scope,
    id::{CustomerId, JobTypeId},
};

use jiff::Timestamp;

use super::lists::{ShiftListed, ShiftWindow, listed, pattern};
use crate::{Error, Tx};

/// Cards of a column on the board; the rest is a click away.
const FEW: i64 = 20;
/// Cards on one page of a single column.
const PAGE: i64 = 50;

// Done shifts are shown from the latest, all others from the earliest.
const BOARD: &str = "WITH stood AS MATERIALIZED (SELECT h.id, h.job_id, h.starts_at, h.ends_at, h.worked_on, h.state, j.number, j.title, t.code, \
        c.name AS customer, s.id AS site_id, s.name AS site, \
        (SELECT CAST(COALESCE(SUM(p.seat_count), 0) AS BIGINT) FROM positions p WHERE p.agency_id = h.agency_id AND p.shift_id = h.id) AS seats, \
        (SELECT COUNT(*) FROM assignments a WHERE a.agency_id = h.agency_id AND a.shift_id = h.id AND a.state = 'booked') AS booked, \
        (SELECT COUNT(*) FROM time_entries e WHERE e.agency_id = h.agency_id AND e.shift_id = h.id AND e.state = 'on_site') AS on_site, \
        (SELECT COUNT(*) FROM time_entries e WHERE e.agency_id = h.agency_id AND e.shift_id = h.id AND e.state = 'to_review') AS to_review \
     FROM shifts h JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN sites s ON s.agency_id = j.agency_id AND s.id = j.site_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     WHERE h.agency_id = $1 AND h.starts_at >= $2 AND h.starts_at < $3 AND h.state <> 'cancelled' \
     AND (CAST($4 AS TEXT) IS NULL OR j.customer_id = $4) AND (CAST($5 AS TEXT) IS NULL OR j.job_type_id = $5) \
     AND (CAST($6 AS TEXT) = '' OR LOWER(j.title || ' ' || c.name || ' ' || s.name || ' ' || CAST(j.number AS TEXT)) LIKE $6 ESCAPE '!')), \
     placed AS MATERIALIZED (SELECT stood.*, CASE WHEN on_site > 0 THEN 'under_way' \
        WHEN ends_at > $7 AND starts_at <= $7 AND booked > 0 THEN 'under_way' \
        WHEN ends_at > $7 AND booked >= seats THEN 'filled' \
        WHEN ends_at > $7 AND state = 'draft' THEN 'to_post' \
        WHEN ends_at > $7 THEN 'open' \
        WHEN to_review > 0 THEN 'to_approve' ELSE 'done' END AS lane FROM stood), \
     numbered AS (SELECT placed.*, COUNT(*) OVER (PARTITION BY lane) AS total, \
        ROW_NUMBER() OVER (PARTITION BY lane ORDER BY CASE WHEN lane = 'done' THEN -starts_at ELSE starts_at END, number, id) AS place FROM placed) \
     SELECT id, job_id, starts_at, ends_at, worked_on, state, number, title, code, customer, site_id, site, seats, booked, on_site, lane, total \
     FROM numbered WHERE place > $8 AND place <= $9 AND (CAST($10 AS TEXT) = '' OR lane = $10) ORDER BY lane, place";

/// What a shift waits for; each stands in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Not offered to anybody.
    ToPost,
    /// Offered or closed, with an empty seat.
    Open,
    /// Every seat held, not begun.
    Filled,
    /// Somebody is there, or should be.
    UnderWay,
    /// Over, with time that nobody approved.
    ToApprove,
    /// Over and settled.
    Done,
}

impl Lane {
    /// Every column, in the order of the work.
    pub const ALL: [Self; 6] = [Self::ToPost, Self::Open, Self::Filled, Self::UnderWay, Self::ToApprove, Self::Done];

    /// The word in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ToPost => "to_post",
            Self::Open => "open",
            Self::Filled => "filled",
            Self::UnderWay => "under_way",
            Self::ToApprove => "to_approve",
            Self::Done => "done",
        }
    }

    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ToPost => "Needs posting",
            Self::Open => "Open",
            Self::Filled => "Filled",
            Self::UnderWay => "On site",
            Self::ToApprove => "Time to approve",
            Self::Done => "Done",
        }
    }

    /// The column of this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.code() == code)
    }
}

/// What a board is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardFilter {
    /// Starts between.
    pub window: ShiftWindow,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this kind.
    pub job_type: Option<JobTypeId>,
    /// Words of title, customer, site or number.
    pub search: String,
    /// One column alone, page by page; every column when absent.
    pub lane: Option<Lane>,
    /// The page of a single column, from 1.
    pub page: i64,
}

/// A column with its first cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLane {
    /// What its shifts wait for.
    pub lane: Lane,
    /// How many there are.
    pub total: i64,
    /// The first 20, or 50 of the one column that was asked for.
    pub shifts: Vec<ShiftListed>,
}

/// The shifts of a window by what they wait for, in one statement.
///
/// # Errors
/// When the database fails.
pub fn load_board(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &BoardFilter,
    now: Timestamp,
) -> Result<Vec<BoardLane>, Error> {
    let customer = scope.customer().or(filter.customer);
    let skipped = if filter.lane.is_some() { (filter.page.clamp(1, 100_000) - 1) * PAGE } else { 0 };
    let last = skipped + if filter.lane.is_some() { PAGE } else { FEW };
    let mut lanes: Vec<BoardLane> = Lane::ALL
        .into_iter()
        .filter(|lane| filter.lane.is_none_or(|only| only == *lane))
        .map(|lane| BoardLane { lane, total: 0, shifts: Vec::new() })
        .collect();
    let params: [&dyn crate::ToValue; 10] = [
        &scope.agency(),
        &filter.window.from,
        &filter.window.until,
        &customer,
        &filter.job_type,
        &pattern(&filter.search),
        &now,
        &skipped,
        &last,
        &filter.lane.map_or("", Lane::code),
    ];
    tx.query(BOARD, &params, |row| {
        let (code, total): (String, i64) = (row.get(15)?, row.get(16)?);
        let shift = listed(row)?;
        if let Some(lane) = lanes.iter_mut().find(|one| one.lane.code() == code) {
            lane.total = total;
            lane.shifts.push(shift);
        }
        Ok(())
    })?;
    Ok(lanes)
}
