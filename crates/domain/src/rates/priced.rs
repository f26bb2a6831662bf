//! A price: explained lines and what each side owes or earns.

use serde::{Deserialize, Serialize};

use super::{fees::Payee, ratio::Ratio, rounding::Rounding, work::Earlier};
use crate::{money::Cents, time::Minutes};

/// The price of one shift. Stored as it is with each quote and each pay line, so that it explains itself later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// The version of the book that made it.
    pub version: String,
    /// Minutes worked (or scheduled, in a quote), before minimum and rounding.
    pub worked_minutes: Minutes,
    /// Minutes that count for later shifts of the day: payable, before minimum and rounding.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub counted_minutes: Minutes,
    /// Minutes paid.
    pub paid_minutes: Minutes,
    /// The officer's earlier work of the day that it was counted with.
    #[serde(default, skip_serializing_if = "Earlier::is_nothing")]
    pub earlier: Earlier,
    /// How earlier work of the day changed it, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
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
    /// The same money for everybody, and the same time paid.
    pub(super) fn comes_to_the_same(&self, other: &Self) -> bool {
        self.customer_cents == other.customer_cents
            && self.officer_cents == other.officer_cents
            && self.paid_minutes == other.paid_minutes
            && self.shares == other.shares
    }

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

impl Priced {
    /// What is owed and earned when this price takes the place of another one: lines that both have fall away, the other's
    /// are taken back. Adding it to the other price gives this one, to the cent and for every receiver.
    #[must_use]
    pub fn instead_of(&self, other: &Self) -> Self {
        let mut taken_back = other.lines.clone();
        let mut lines = Vec::new();
        for line in &self.lines {
            match taken_back.iter().position(|known| known == line) {
                Some(at) => drop(taken_back.remove(at)),
                None => lines.push(line.clone()),
            }
        }
        let back = taken_back.into_iter().map(Line::taken_back);
        let mut shares: Vec<Share> = Vec::new();
        let parts = self.shares.iter().map(|one| (one.to, one.cents.0));
        for (to, cents) in parts.chain(other.shares.iter().map(|one| (one.to, -one.cents.0))) {
            match shares.iter_mut().find(|share| share.to == to) {
                Some(share) => share.cents.0 += cents,
                None => shares.push(Share { to, cents: Cents(cents) }),
            }
        }
        shares.retain(|share| share.cents != Cents::ZERO);
        Self {
            version: self.version.clone(),
            worked_minutes: Minutes(self.worked_minutes.0 - other.worked_minutes.0),
            counted_minutes: Minutes(self.counted_minutes.0 - other.counted_minutes.0),
            paid_minutes: Minutes(self.paid_minutes.0 - other.paid_minutes.0),
            earlier: self.earlier,
            remarks: self.remarks.clone(),
            lines: back.chain(lines).collect(),
            officer_cents: self.officer_cents - other.officer_cents,
            customer_cents: self.customer_cents - other.customer_cents,
            shares,
            assumptions: self.assumptions.clone(),
        }
    }

    /// Nobody owes or earns anything by it, and no time is paid.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let nothing = (Cents::ZERO, Cents::ZERO, Minutes::ZERO);
        (self.officer_cents, self.customer_cents, self.paid_minutes) == nothing && self.shares.is_empty()
    }
}

impl Line {
    /// The same line with everything given back.
    fn taken_back(self) -> Self {
        let minus = |number: Ratio| Ratio::ZERO.minus(number).unwrap_or(number);
        Self {
            words: format!("taken back: {}", self.words),
            minutes: Minutes(-self.minutes.0),
            quantity: minus(self.quantity),
            officer_cents: Cents(-self.officer_cents.0),
            customer_cents: Cents(-self.customer_cents.0),
            ..self
        }
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
