//! The rate card as data: one list of rules for each pay kind, and the answers to the open questions.

use serde::{Deserialize, Serialize};

use super::{
    cancellation::Cancellation,
    fees::{AdminFee, ResourceFee, Tax},
    payment::{PaymentTerms, Split},
    rounding::Rounding,
    rules::{BaseRate, PayableTime, Premium, Quantize},
    switches::Switches,
};
use crate::calendar::Calendar;

/// An agency's rate card. In `base_rate`, `payable_time`, `quantize`, `cancellation` and `payment_terms` the first
/// rule that fits decides; in the other lists every rule that fits counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateCard {
    /// The version of the book that the card is part of; named by every price.
    #[serde(skip)]
    pub version: String,
    /// The calendar of the book that the card is part of.
    #[serde(skip)]
    pub calendar: Calendar,
    /// Currency; empty means US dollars.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub currency: String,
    /// Answers to the questions that rule books leave open.
    #[serde(skip_serializing_if = "Switches::is_silent")]
    pub switches: Switches,
    /// R1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub base_rate: Vec<BaseRate>,
    /// R2.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payable_time: Vec<PayableTime>,
    /// R3.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantize: Vec<Quantize>,
    /// R4.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub premium: Vec<Premium>,
    /// R5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_fee: Vec<ResourceFee>,
    /// R6.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub admin_fee: Vec<AdminFee>,
    /// R7.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tax: Vec<Tax>,
    /// R8.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cancellation: Vec<Cancellation>,
    /// R9.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payment_terms: Vec<PaymentTerms>,
    /// R10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<Split>,
    /// R11.
    #[serde(skip_serializing_if = "MoneyRound::is_default")]
    pub money_round: MoneyRound,
}

/// R11: where and how amounts become cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MoneyRound {
    /// Direction.
    pub mode: Rounding,
    /// Where: each line (the usual), each rate as well, or only the sum.
    pub point: RoundPoint,
    /// Decimals of a rate when the rate is rounded.
    pub rate_decimals: u32,
}

impl MoneyRound {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for MoneyRound {
    fn default() -> Self {
        Self { mode: Rounding::HalfUp, point: RoundPoint::Line, rate_decimals: 2 }
    }
}

/// Where amounts are rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundPoint {
    /// Once per line.
    #[default]
    Line,
    /// The rate of each line first, then the line.
    Rate,
    /// Only the sum of a shift's lines: each line takes the cents that bring the sum so far to its rounded value.
    /// What the shifts of an invoice then differ from its exact sum is a line of its own.
    Invoice,
}
