//! A customer's request for officers: what, where, when, how many; its quote; the agency's answer.
//!
//! Invariants: a request is approved or declined once; the quote that the customer saw is kept with the rule set that made it.

mod account;
mod asked;
mod check;
mod crew;
mod quote;
mod ruling;

pub use account::Account;
pub use asked::{Asked, DocumentHeld, Kept, Standing};
pub use check::{AskedShift, MOST_GIVEN, MOST_POSITIONS, MOST_SEATS};
pub use crew::{CrewAdvice, CrewReason, ResourceNeeded, advise_crew};
pub use quote::{Quote, QuoteLine, QuotedShift, Remark, quote};
pub use ruling::{RequestRuling, Waits, judge_asked, judge_changed};

use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgencyId, CustomerId, JobTypeId, RankId, RequestId, RuleSetId, SiteId},
    money::Cents,
};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Waits for the agency.
    Submitted,
    /// Waits for the customer's answer.
    Questioned,
    /// Has become a job.
    Approved,
    /// Was declined.
    Declined,
    /// Was taken back by the customer.
    Withdrawn,
}

impl RequestState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Submitted, Self::Questioned, Self::Approved, Self::Declined, Self::Withdrawn];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Questioned => "questioned",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Submitted => "Waiting for approval",
            Self::Questioned => "Question asked",
            Self::Approved => "Approved",
            Self::Declined => "Declined",
            Self::Withdrawn => "Withdrawn",
        }
    }
    /// The state with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
    /// True while the agency may still decide.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Submitted | Self::Questioned)
    }
}

/// What a seat is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostRole {
    /// Does the work.
    Officer,
    /// Supervises.
    Supervisor,
    /// Commands supervisors.
    Commander,
}

impl PostRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Officer, Self::Supervisor, Self::Commander];
    /// The stored word, also used by rules.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Supervisor => "supervisor",
            Self::Commander => "commander",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Officer => "Officer",
            Self::Supervisor => "Supervisor",
            Self::Commander => "Commander",
        }
    }
    /// The role with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Seats of one role with the same requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionWanted {
    /// What for.
    pub role: PostRole,
    /// How many, 1 to 500.
    pub seats: i64,
    /// Further requirements.
    #[serde(default)]
    pub requirements: Requirements,
}

/// What an officer needs for a seat beyond the agency's rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requirements {
    /// This rank or above.
    pub least_rank: Option<RankId>,
    /// Certifications by the word that rules use.
    pub certifications: Vec<String>,
}

/// When officers are wanted, in the agency's wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Dates {
    /// On these dates, at most 60.
    Given {
        /// The dates.
        on: Vec<Date>,
    },
    /// On these weekdays from a first to a last date, both included, at most a year.
    Weekly {
        /// First date.
        from_on: Date,
        /// Last date.
        to_on: Date,
        /// Weekdays as numbers, Monday 1 to Sunday 7.
        weekdays: Vec<i8>,
    },
}

impl Dates {
    /// The most dates that one request may have.
    pub const MOST: usize = 370;

    /// Every date, in order, each once.
    #[must_use]
    pub fn list(&self) -> Vec<Date> {
        let mut dates = match self {
            Self::Given { on } => on.clone(),
            Self::Weekly { from_on, to_on, weekdays } => from_on
                .series(jiff::Span::new().days(1))
                .take_while(|day| day <= to_on)
                .take(Self::MOST)
                .filter(|day| weekdays.contains(&Weekday::to_monday_one_offset(day.weekday())))
                .collect(),
        };
        dates.sort_unstable();
        dates.dedup();
        dates
    }
}

/// Everything that the form asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// When.
    pub dates: Dates,
    /// Start of each shift.
    pub from: Time,
    /// End of each shift; on the next day when not after the start.
    pub to: Time,
    /// Who.
    pub positions: Vec<PositionWanted>,
    /// People expected, if known.
    pub attendance: Option<i64>,
    /// Alcohol is served.
    pub alcohol: bool,
    /// Officers will direct traffic.
    pub traffic: bool,
    /// Who meets the officers.
    pub contact_name: String,
    /// Their phone.
    pub contact_phone: String,
    /// For the officers.
    pub instructions: String,
    /// Vehicles, dogs and other things that the customer asks for, by the words of the rates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceWanted>,
}

/// A vehicle, a dog or another thing that a job needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceWanted {
    /// The word of the agency's rates: `cruiser`.
    pub resource: String,
    /// How many on each shift, from 1.
    pub count: i64,
}

impl ResourceWanted {
    /// `2 x cruiser`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} \u{d7} {}", self.count, self.resource.replace('_', " "))
    }

    /// As the rates price it.
    #[must_use]
    pub fn used(&self) -> crate::rates::ResourceUse<'_> {
        crate::rates::ResourceUse { resource: &self.resource, count: self.count, minutes: None, miles: None }
    }
}

/// What the customer asks for together with what the crew rules need: one of each that was not asked for.
#[must_use]
pub fn carried(asked: &[ResourceWanted], advice: &CrewAdvice) -> Vec<ResourceWanted> {
    let mut all = asked.to_vec();
    for needed in &advice.resources {
        if !all.iter().any(|one| one.resource == needed.resource) {
            all.push(ResourceWanted { resource: needed.resource.clone(), count: 1 });
        }
    }
    all
}

/// A request as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// The tenant.
    pub agency: AgencyId,
    /// The number people say.
    pub number: i64,
    /// Who asks.
    pub customer: CustomerId,
    /// Where.
    pub site: SiteId,
    /// What kind of job.
    pub job_type: JobTypeId,
    /// What, in a few words.
    pub title: String,
    /// Where it stands.
    pub state: RequestState,
    /// Why it was declined, or the open question.
    pub state_reason: String,
    /// The form.
    pub details: Details,
    /// The quote as shown, as JSON.
    pub quote: serde_json::Value,
    /// Its total.
    pub quoted: Cents,
    /// The rule set that made it.
    pub rule_set: RuleSetId,
    /// The first shift's start.
    pub first_starts_at: Timestamp,
    /// When it came.
    pub submitted_at: Timestamp,
    /// Counts changes.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn weekly_dates_include_both_ends() {
        let dates = Dates::Weekly { from_on: date(2026, 11, 2), to_on: date(2026, 11, 16), weekdays: vec![1, 6] };
        let days: Vec<String> = dates.list().iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2026-11-02", "2026-11-07", "2026-11-09", "2026-11-14", "2026-11-16"]);
    }

    #[test]
    fn given_dates_are_sorted_and_unique() {
        let dates = Dates::Given { on: vec![date(2026, 2, 2), date(2026, 1, 1), date(2026, 2, 2)] };
        assert_eq!(dates.list(), [date(2026, 1, 1), date(2026, 2, 2)]);
    }
}
