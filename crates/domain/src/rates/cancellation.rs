//! R8: what a cancelled, cut or changed job costs.

use serde::{Deserialize, Serialize};

use super::{ratio::Ratio, rules::rule};
use crate::{predicate::length, time::Minutes};

rule! {
    /// R8: windows of notice, the first that fits decides; outside all of them nothing is owed.
    Cancellation {
        /// Whose cancellation; empty means the customer's.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        by: Vec<CancelledBy>,
        /// Whether notice counts all hours or office hours only.
        #[serde(default)]
        counts: NoticeCounts,
        /// The windows.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        windows: Vec<CancelWindow>,
        /// The way it must be said (words only).
        #[serde(default, skip_serializing_if = "String::is_empty")]
        channel: String,
        /// A reduction of officers or hours is treated in the same way.
        #[serde(default)]
        covers_changes: bool,
    }
}

/// Who cancelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The customer.
    #[default]
    Customer,
    /// The agency.
    Agency,
    /// The officer.
    Officer,
    /// Weather.
    Weather,
}

impl CancelledBy {
    /// Everybody.
    pub const ALL: [Self; 4] = [Self::Customer, Self::Agency, Self::Officer, Self::Weather];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agency => "agency",
            Self::Officer => "officer",
            Self::Weather => "weather",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Customer => "The customer",
            Self::Agency => "The agency",
            Self::Officer => "The officer",
            Self::Weather => "The weather",
        }
    }
    /// The one with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What notice counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeCounts {
    /// Every hour.
    #[default]
    Clock,
    /// Hours in which the office is open.
    OfficeHours,
}

/// A window of notice and what it costs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CancelWindow {
    /// Notice of less than this.
    #[serde(with = "length::option", skip_serializing_if = "Option::is_none")]
    pub under: Option<Minutes>,
    /// Notice of at most this.
    #[serde(with = "length::option", skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Minutes>,
    /// Notice of more than this.
    #[serde(with = "length::option", skip_serializing_if = "Option::is_none")]
    pub over: Option<Minutes>,
    /// Notice of at least this.
    #[serde(with = "length::option", skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Minutes>,
    /// Fewer business days of notice than this: the day of the cancellation is not counted, that of the start is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under_business_days: Option<i64>,
    /// After the scheduled start.
    pub after_start: bool,
    /// At or after this time (`13:00`) of the day before the start; `deadline_business` skips closed days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// The deadline is on the last business day before the start.
    pub deadline_business: bool,
    /// The deadline is so many days (with `deadline_business`: business days) before the start; 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_days: Option<u16>,
    /// The job is scheduled for less than this.
    #[serde(with = "length::option", skip_serializing_if = "Option::is_none")]
    pub scheduled_under: Option<Minutes>,
    /// The job is scheduled for at least this.
    #[serde(with = "length::option", skip_serializing_if = "Option::is_none")]
    pub scheduled_at_least: Option<Minutes>,
    /// This much is charged.
    #[serde(with = "length::option", skip_serializing_if = "Option::is_none")]
    pub charge: Option<Minutes>,
    /// The time already worked is charged where it is longer than `charge`.
    pub or_worked: bool,
    /// The whole scheduled time is charged.
    pub full: bool,
    /// This share of the scheduled time is charged, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_percent: Option<Ratio>,
    /// No time is charged, but the administrative fees of the whole schedule are.
    pub fee_only: bool,
    /// Dollars for the job, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat_per_job: Option<Ratio>,
    /// Dollars for each officer's shift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat: Option<Ratio>,
    /// The deposit is kept.
    pub deposit_forfeited: bool,
    /// Whether administrative fees count on the charge; instead of the switch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<bool>,
    /// Not paid out to the officer.
    pub agency_keeps: bool,
}
