//! What comes on top of labour: resources, administrative fees, taxes.

use serde::{Deserialize, Serialize};

use super::{
    amounts::{Amounts, LookedUpBy},
    ratio::Ratio,
    rules::rule,
};
use crate::{
    predicate::{Field, length},
    time::Minutes,
};

rule! {
    /// R5: a car, a dog, a boat, miles, planning hours.
    ResourceFee {
        /// The word of the resource, as the job lists it.
        resource: String,
        /// Dollars an hour, for each one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_hour: Option<Ratio>,
        /// Dollars for the first hour, where it differs from `per_hour`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_hour: Option<Ratio>,
        /// Dollars for each job and resource.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_shift: Option<Ratio>,
        /// Dollars for each local day touched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_day: Option<Ratio>,
        /// Dollars a mile ...
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_mile: Option<Ratio>,
        /// ... above this many miles.
        #[serde(default)]
        miles_free: i64,
        /// Dollars by the length of use.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bands: Vec<LengthBand>,
        /// Per cent of labour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<Ratio>,
        /// At least this long is charged.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        minimum: Option<Minutes>,
        /// Whole steps of this length are charged (an hour or part: 1 h).
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        step: Option<Minutes>,
        /// Which hours: paid, worked, or those the job gives for the resource.
        #[serde(default)]
        hours: ResourceHours,
        /// Charged under the rule's condition even when the job does not list it.
        #[serde(default)]
        forced: bool,
        /// When forced: one for each begun so many officers of the job; one alone when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        one_per: Option<i64>,
        /// Who receives it: the agency, or the officer (his own car).
        #[serde(default)]
        payee: Payee,
        /// Whether administrative fees with `resources` in their base count on it.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        fee_on_it: bool,
    }
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_yes(flag: &bool) -> bool {
    *flag
}

/// An amount for a use of up to a length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LengthBand {
    /// Up to and with this length; without it: any longer.
    #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Minutes>,
    /// Dollars.
    pub amount: Ratio,
}

/// The hours of a resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceHours {
    /// The hours of its use if the job gives them, else the worked hours.
    #[default]
    Deployed,
    /// The officer's worked hours.
    Worked,
    /// The officer's paid hours.
    Paid,
}

/// Who receives an amount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payee {
    /// The agency.
    #[default]
    Agency,
    /// The officer.
    Officer,
    /// The city or county.
    City,
    /// The platform's operator.
    Operator,
    /// The coordinator.
    Coordinator,
    /// A retirement fund.
    Retirement,
}

impl Payee {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Officer => "officer",
            Self::City => "city",
            Self::Operator => "operator",
            Self::Coordinator => "coordinator",
            Self::Retirement => "retirement",
        }
    }
    /// The receiver with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Agency, Self::Officer, Self::City, Self::Operator, Self::Coordinator, Self::Retirement];
        all.into_iter().find(|one| one.code() == code)
    }
    /// The receiver in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Officer => "officer",
            Self::City => "city or county",
            Self::Operator => "operator",
            Self::Coordinator => "coordinator",
            Self::Retirement => "retirement fund",
        }
    }
}

rule! {
    /// R6: the fee for arranging it.
    AdminFee {
        /// Per cent of the base: a number, or a table read by `by`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<Amounts>,
        /// The facts by which `percent` is read.
        #[serde(default, skip_serializing_if = "LookedUpBy::is_empty")]
        by: LookedUpBy,
        /// Dollars a paid hour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_hour: Option<Ratio>,
        /// Dollars for each officer's shift.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_officer: Option<Ratio>,
        /// Dollars for the job, once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_job: Option<Ratio>,
        /// Dollars for the job, once, by a number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bands: Option<NumberBands>,
        /// What a percentage is taken of.
        #[serde(default = "labour", skip_serializing_if = "is_labour")]
        on: Vec<FeeBase>,
        /// At most so many dollars a paid hour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most_per_hour: Option<Ratio>,
        /// At least so many dollars a paid hour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least_per_hour: Option<Ratio>,
        /// Only the first hours of the assignment count.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        first: Option<Minutes>,
        /// Only worked time counts, not what a minimum or rounding adds.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        worked_only: bool,
        /// Who receives it.
        #[serde(default)]
        payee: Payee,
        /// On a cancellation charge; instead of the switch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_cancelled: Option<bool>,
    }
}

fn labour() -> Vec<FeeBase> {
    vec![FeeBase::Labour]
}

fn is_labour(base: &[FeeBase]) -> bool {
    base == [FeeBase::Labour]
}

/// A part of the price on which a fee or tax is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeBase {
    /// Hours at their rates, with premiums that do not say otherwise.
    Labour,
    /// Flat premiums.
    Flat,
    /// Resources.
    Resources,
    /// Administrative fees.
    Fees,
}

/// Amounts by a number of the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberBands {
    /// The fact: `job.attendance` or `job.officers`.
    pub by: NumberFact,
    /// The steps, in ascending order.
    pub steps: Vec<NumberBand>,
}

/// An amount for a number up to a bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberBand {
    /// Up to and with this number; without it: any larger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<i64>,
    /// Dollars.
    pub amount: Ratio,
}

/// A number that bands go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NumberFact {
    /// Guests.
    #[serde(rename = "job.attendance")]
    Attendance,
    /// Officers on the job.
    #[serde(rename = "job.officers")]
    Officers,
}

impl NumberFact {
    pub(super) fn field(self) -> Field {
        match self {
            Self::Attendance => Field::JobAttendance,
            Self::Officers => Field::JobOfficers,
        }
    }
}

rule! {
    /// R7: a tax.
    Tax {
        /// Per cent.
        percent: Ratio,
        /// What it is taken of.
        on: Vec<FeeBase>,
    }
}
