//! Invoices from approved time, and payments.
//!
//! Invariants: a charge stands on one invoice at most; an invoice's total is the sum of its lines and of what was added to it; never more is received on
//! an invoice than it asks; an issued invoice is never edited.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgencyId, CustomerId, InvoiceId},
    money::Cents,
    refusal::Refusal,
};

/// How a payment came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// Paper check.
    Check,
    /// Bank transfer by ACH.
    Ach,
    /// Wire.
    Wire,
    /// Card, at the processor.
    Card,
    /// Cash at the counter.
    Cash,
}

impl PaymentMethod {
    /// Every method.
    pub const ALL: [Self; 5] = [Self::Check, Self::Ach, Self::Wire, Self::Card, Self::Cash];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Ach => "ach",
            Self::Wire => "wire",
            Self::Card => "card",
            Self::Cash => "cash",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Check => "Check",
            Self::Ach => "ACH",
            Self::Wire => "Wire",
            Self::Card => "Card",
            Self::Cash => "Cash",
        }
    }
    /// The method with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }
}

/// What stands on an invoice beside its charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtraKind {
    /// The invoice is rounded once, its lines each for itself.
    Rounding,
    /// For paying late.
    Late,
    /// For paying by card.
    Card,
}

impl ExtraKind {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Rounding => "rounding",
            Self::Late => "late",
            Self::Card => "card",
        }
    }
    /// The kind with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Rounding, Self::Late, Self::Card].into_iter().find(|one| one.code() == code)
    }
}

/// A line of an invoice that is no charge: never edited, only added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// What it is.
    pub kind: ExtraKind,
    /// Why, in words.
    pub words: String,
    /// How much; rounding may be negative.
    pub cents: Cents,
    /// The day on which it was added.
    pub added_on: Date,
}

/// An invoice as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// The tenant.
    pub agency: AgencyId,
    /// The number people say.
    pub number: i64,
    /// Who pays.
    pub customer: CustomerId,
    /// First day of the work on it.
    pub from_on: Date,
    /// Last day of the work on it.
    pub to_on: Date,
    /// Date of issue.
    pub issued_on: Date,
    /// To be paid by this day.
    pub due_on: Date,
    /// Sum of its lines.
    pub total: Cents,
    /// Received so far.
    pub paid: Cents,
    /// Counts changes.
    pub version: i64,
}

/// How an invoice stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing is owed any more.
    Paid,
    /// Something is owed and the day has not passed.
    Open,
    /// Something is owed and the day has passed.
    Overdue,
}

impl Invoice {
    /// What is still owed.
    #[must_use]
    pub fn owed(&self) -> Cents {
        self.total - self.paid
    }

    /// How it stands on `today`.
    #[must_use]
    pub fn standing(&self, today: Date) -> Standing {
        match (self.owed() > Cents::ZERO, today > self.due_on) {
            (false, _) => Standing::Paid,
            (true, false) => Standing::Open,
            (true, true) => Standing::Overdue,
        }
    }

    /// The invoice after a payment.
    ///
    /// # Errors
    /// A refusal when the amount is not positive or more than is owed.
    pub fn receive(mut self, cents: Cents) -> Result<Self, Refusal> {
        if cents <= Cents::ZERO {
            return Err(Refusal::new(
                "payment_not_positive",
                "A payment must be more than $0.00.",
                "Enter the amount received.",
            ));
        }
        if cents > self.owed() {
            return Err(Refusal::new(
                "payment_too_large",
                format!("{cents} is more than the {} still owed on invoice {}.", self.owed(), self.number),
                "Record what belongs to this invoice here, and the rest on the customer's other invoices.",
            ));
        }
        self.paid += cents;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::id::Id;

    fn invoice(total: i64, paid: i64) -> Invoice {
        let id = uuid::Uuid::from_u128(1);
        Invoice {
            id: InvoiceId::from_uuid(id),
            agency: AgencyId::from_uuid(id),
            number: 1,
            customer: CustomerId::from_uuid(id),
            from_on: date(2026, 1, 1),
            to_on: date(2026, 1, 7),
            issued_on: date(2026, 1, 8),
            due_on: date(2026, 2, 7),
            total: Cents(total),
            paid: Cents(paid),
            version: 1,
        }
    }

    #[test]
    fn a_payment_never_exceeds_what_is_owed() {
        for (owed, cents, accepted) in
            [(100, 100, true), (100, 1, true), (100, 101, false), (100, 0, false), (100, -5, false), (0, 1, false)]
        {
            assert_eq!(invoice(owed, 0).receive(Cents(cents)).is_ok(), accepted, "{cents} of {owed}");
        }
    }

    #[test]
    fn the_due_day_itself_is_not_overdue() {
        assert_eq!(invoice(100, 0).standing(date(2026, 2, 7)), Standing::Open);
        assert_eq!(invoice(100, 0).standing(date(2026, 2, 8)), Standing::Overdue);
        assert_eq!(invoice(100, 100).standing(date(2026, 2, 8)), Standing::Paid);
    }
}
