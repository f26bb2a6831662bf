//! Officers: who they are on a given day, and the one work ledger that everything which fills their time is written in.
//!
//! Words: *person* is the human being, who may be an *officer* of several agencies. Invariants: the rank and status of the
//! day of the job count, not today's; no two details of a person overlap.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgencyId, CertificationId, OfficerId, PersonId, RankId, UnitId, WorkId},
    time::Span,
};

/// What an officer may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Full duty.
    Active,
    /// Held back from details by the agency.
    Hold,
    /// On restricted duty.
    LightDuty,
    /// Injured.
    Injured,
    /// On leave.
    Leave,
    /// Suspended.
    Suspended,
    /// Retired or reserve, still allowed to work details where the rules say so.
    Retired,
    /// No longer with the agency.
    Separated,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Active,
        Self::Hold,
        Self::LightDuty,
        Self::Injured,
        Self::Leave,
        Self::Suspended,
        Self::Retired,
        Self::Separated,
    ];
    /// The stored word, also used by rules.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Hold => "hold",
            Self::LightDuty => "light_duty",
            Self::Injured => "injured",
            Self::Leave => "leave",
            Self::Suspended => "suspended",
            Self::Retired => "retired",
            Self::Separated => "separated",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Hold => "On hold",
            Self::LightDuty => "Light duty",
            Self::Injured => "Injured",
            Self::Leave => "On leave",
            Self::Suspended => "Suspended",
            Self::Retired => "Retired",
            Self::Separated => "Separated",
        }
    }
    /// The status with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// An officer of one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Its id.
    pub id: OfficerId,
    /// The tenant.
    pub agency: AgencyId,
    /// The human being.
    pub person: PersonId,
    /// Badge number, unique in the agency.
    pub badge: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Where notices go; may be empty.
    pub email: String,
    /// May be empty.
    pub phone: String,
    /// Date of hire.
    pub hired_on: Date,
    /// The date that seniority counts from.
    pub senior_since: Date,
    /// Unit, if any.
    pub unit: Option<UnitId>,
    /// The rank of today.
    pub rank: RankId,
    /// The status of today.
    pub status: Status,
    /// Counts changes.
    pub version: i64,
}

impl Officer {
    /// `Dana Alvarez`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// A rank held from a day on, until the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankHeld {
    /// First day.
    pub held_from: Date,
    /// The rank.
    pub rank: RankId,
}

/// The rank on a day: the last one that began on or before it; the first one ever for days before.
#[must_use]
pub fn rank_on(history: &[RankHeld], day: Date) -> Option<RankId> {
    let mut sorted: Vec<&RankHeld> = history.iter().collect();
    sorted.sort_by_key(|held| held.held_from);
    let last = sorted.iter().rev().find(|held| held.held_from <= day).or(sorted.first());
    last.map(|held| held.rank)
}

/// Whom an officer reports to from a day on, until the next such line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuperiorHeld {
    /// First day.
    pub from_on: Date,
    /// The superior; nobody when `None`.
    pub superior: Option<OfficerId>,
}

/// A status from a day on, to a last day or open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusHeld {
    /// First day.
    pub from_on: Date,
    /// Last day, included; open when `None`.
    pub to_on: Option<Date>,
    /// The status.
    pub status: Status,
    /// Why, for the record.
    pub reason: String,
}

/// A certification of an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certification {
    /// Its id.
    pub id: CertificationId,
    /// The word that rules use.
    pub kind: String,
    /// Number on the card; may be empty.
    pub number: String,
    /// First valid day.
    pub issued_on: Date,
    /// Last valid day; never expires when `None`.
    pub expires_on: Option<Date>,
}

/// One row of the work ledger, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkRow {
    /// Its id.
    pub id: WorkId,
    /// Whose time.
    pub officer: OfficerId,
    /// The human being whose time.
    pub person: PersonId,
    /// What kind of work, as the policy engine names it: `on_duty`, `detail`, `leave` ...
    pub class: String,
    /// `offered`, `booked`, `worked`, `cancelled` or `given_up`.
    pub state: String,
    /// When.
    pub span: Span,
    /// `assignment`, `schedule` or `officer`.
    pub source: String,
    /// The assignment's id, or a line of an import.
    pub source_id: String,
    /// As shown in calendars.
    pub label: String,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::id::Id;

    #[test]
    fn the_rank_of_the_day_counts() {
        let rank = |n| RankId::from_uuid(uuid::Uuid::from_u128(n));
        let history = [
            RankHeld { held_from: date(2026, 5, 1), rank: rank(2) },
            RankHeld { held_from: date(2020, 1, 1), rank: rank(1) },
        ];
        for (day, expected) in
            [(date(2019, 1, 1), 1), (date(2026, 4, 30), 1), (date(2026, 5, 1), 2), (date(2027, 1, 1), 2)]
        {
            assert_eq!(rank_on(&history, day), Some(rank(expected)), "{day}");
        }
        assert_eq!(rank_on(&[], date(2026, 1, 1)), None);
    }
}
