//! A price: explained lines and what each side owes or earns.

use serde::{Deserialize, Serialize};

use super::{fees::Payee, ratio::Ratio, rounding::Rounding};
use crate::{money::Cents, time::Minutes};

/// The price of one shift. Stored as it is with each quote and each pay line, so that it explains itself later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// The version of the book that made it.
    pub version: String,
    /// Minutes worked (or scheduled, in a quote), before minimum and rounding.
    pub worked_minutes: Minutes,
    /// Minutes paid.
    pub paid_minutes: Minutes,
    /// The lines, in the order of the pipeline.
    pub lines: Vec<Line>,
    /// What the officer earns.
    pub officer_cents: Cents,
    /// What the customer owes.
    pub customer_cents: Cents,
    /// Who receives the customer's money; sums to `customer_cents`.
    pub shares: Vec<Share>,
    /// Answers that the card does not give and this price depended on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
}

impl Priced {
    /// What the customer would owe without rounding: the exact amounts of the lines that he owes.
    #[must_use]
    pub fn exact(&self) -> Option<Ratio> {
        self.lines.iter().try_fold(Ratio::ZERO, |sum, line| {
            let exact =
                if line.customer_cents == Cents::ZERO { Ratio::ZERO } else { line.quantity.times(line.rate)? };
            sum.plus(exact)
        })
    }
}

/// What rounding an invoice once, from the exact amounts of its charges, adds to the sum of their rounded lines.
/// Nothing when an amount is out of range.
#[must_use]
pub fn rounding_of_invoice<'a>(charges: impl Iterator<Item = &'a Priced>, mode: Rounding) -> Cents {
    let mut sum = Cents::ZERO;
    let mut exact = Some(Ratio::ZERO);
    for priced in charges {
        sum += priced.customer_cents;
        exact = exact.and_then(|exact| exact.plus(priced.exact()?));
    }
    exact.and_then(|exact| exact.to_cents(mode)).map_or(Cents::ZERO, |rounded| rounded - sum)
}

/// One line: quantity times rate, rounded once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// The rule that made it.
    pub rule_id: String,
    /// Why, in words.
    pub words: String,
    /// Minutes, for lines by the hour.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub minutes: Minutes,
    /// Hours, pieces, or dollars for a percentage.
    pub quantity: Ratio,
    /// Dollars each, or a factor for a percentage.
    pub rate: Ratio,
    /// Earned by the officer.
    pub officer_cents: Cents,
    /// Owed by the customer.
    pub customer_cents: Cents,
    /// Who receives what the officer does not.
    #[serde(default, skip_serializing_if = "is_agency")]
    pub payee: Payee,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_zero(minutes: &Minutes) -> bool {
    *minutes == Minutes::ZERO
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_agency(payee: &Payee) -> bool {
    *payee == Payee::Agency
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Hours at a rate.
    Labour,
    /// Up to the minimum amount.
    TopUp,
    /// A premium owed once.
    Flat,
    /// A resource.
    Resource,
    /// An administrative fee.
    AdminFee,
    /// A tax.
    Tax,
    /// A flat sum for a cancellation.
    CancellationFee,
    /// A deposit kept.
    Deposit,
    /// What was invoiced.
    Invoice,
    /// For paying by card.
    CardFee,
    /// For paying late.
    LateFee,
}

impl LineKind {
    /// The kind as a word of a bill.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Labour => "Labour",
            Self::TopUp => "Minimum",
            Self::Flat => "Surcharge",
            Self::Resource => "Resource",
            Self::AdminFee => "Fee",
            Self::Tax => "Tax",
            Self::CancellationFee => "Cancellation",
            Self::Deposit => "Deposit",
            Self::Invoice => "Invoice",
            Self::CardFee => "Card fee",
            Self::LateFee => "Late fee",
        }
    }
}

/// A part of the customer's money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Who receives it.
    pub to: Payee,
    /// How much.
    pub cents: Cents,
}
