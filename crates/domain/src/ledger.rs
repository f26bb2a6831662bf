//! The double-entry ledger under everything that costs or pays.
//!
//! Words: a *transfer* moves a positive amount from one account to another: the first is debited, the second credited. One row is both halves,
//! so the sum of all accounts is zero by construction. Transfers are never changed; a mistake is moved back.
//!
//! The way of a cent: time approved (`unbilled` of the customer to the officer's `pay` and the agency's `fees`) → invoice issued
//! (`receivable` from `unbilled`) → payment (`cash` from `receivable`) → pay run (`pay` to `cash`).

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::{
    id::{
        AgencyId, ChargeId, CustomerId, InvoiceId, OfficerId, PayRunId, PaymentId, RuleSetId, ShiftId, TimeEntryId,
        TransferId,
    },
    money::Cents,
    rates::Payee,
    time::Minutes,
};

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerAccount {
    /// Money at the bank.
    Cash,
    /// Fees earned.
    Fees,
    /// Worked and approved, not yet on an invoice.
    Unbilled(CustomerId),
    /// On an invoice, not yet paid.
    Receivable(CustomerId),
    /// Earned by an officer, not yet paid out.
    Pay(OfficerId),
    /// A part of the price that is owed to somebody else: the city, the operator, the coordinator, a retirement fund.
    Owed(Payee),
}

impl fmt::Display for LedgerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cash => f.write_str("cash"),
            Self::Fees => f.write_str("fees"),
            Self::Unbilled(customer) => write!(f, "unbilled:{customer}"),
            Self::Receivable(customer) => write!(f, "receivable:{customer}"),
            Self::Pay(officer) => write!(f, "pay:{officer}"),
            Self::Owed(payee) => write!(f, "owed:{}", payee.code()),
        }
    }
}

impl FromStr for LedgerAccount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("{text} is not a ledger account");
        match text.split_once(':') {
            None if text == "cash" => Ok(Self::Cash),
            None if text == "fees" => Ok(Self::Fees),
            Some(("unbilled", id)) => id.parse().map(Self::Unbilled).map_err(|_| unknown()),
            Some(("receivable", id)) => id.parse().map(Self::Receivable).map_err(|_| unknown()),
            Some(("pay", id)) => id.parse().map(Self::Pay).map_err(|_| unknown()),
            Some(("owed", word)) => Payee::from_code(word).map(Self::Owed).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }
}

/// Approved time with its price: what the officer earns and what the customer owes, line by line. A *correction* is a charge
/// of the same time that holds the difference when another price takes the place of the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Its id.
    pub id: ChargeId,
    /// The tenant.
    pub agency: AgencyId,
    /// The approved time.
    pub time_entry: TimeEntryId,
    /// The shift.
    pub shift: ShiftId,
    /// Who worked.
    pub officer: OfficerId,
    /// Who pays.
    pub customer: CustomerId,
    /// The local date on which the shift began.
    pub worked_on: Date,
    /// Minutes that are paid, after minimums and rounding; may be negative in a correction.
    pub paid_minutes: Minutes,
    /// What the officer earns; may be negative in a correction.
    pub officer_cents: Cents,
    /// What the customer owes; never less than the officer earns, but in a correction.
    pub customer_cents: Cents,
    /// The explained lines, as JSON of [`crate::rates`].
    pub priced: serde_json::Value,
    /// The rule set that priced it.
    pub rule_set: RuleSetId,
}

impl Charge {
    /// What remains for the agency.
    #[must_use]
    pub fn fee(&self) -> Cents {
        self.customer_cents - self.officer_cents
    }
}

/// What a transfer stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// An officer's pay for approved time.
    Earned,
    /// The fee on approved time.
    Fee,
    /// An invoice was issued.
    Invoiced,
    /// A payment came in.
    Received,
    /// An officer was paid.
    Paid,
    /// A late charge, a card fee or rounding was added to an invoice.
    Added,
}

impl TransferKind {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Fee => "fee",
            Self::Invoiced => "invoiced",
            Self::Received => "received",
            Self::Paid => "paid",
            Self::Added => "added",
        }
    }
    /// The kind with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Earned, Self::Fee, Self::Invoiced, Self::Received, Self::Paid, Self::Added]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// One movement of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// The tenant.
    pub agency: AgencyId,
    /// Gets the amount.
    pub debit: LedgerAccount,
    /// Gives the amount.
    pub credit: LedgerAccount,
    /// More than zero.
    pub cents: Cents,
    /// What it stands for.
    pub kind: TransferKind,
    /// The priced time it is for.
    pub charge: Option<ChargeId>,
    /// The invoice it belongs to.
    pub invoice: Option<InvoiceId>,
    /// The payment it belongs to.
    pub payment: Option<PaymentId>,
    /// The pay run it belongs to.
    pub pay_run: Option<PayRunId>,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Transfer {
    /// The same movement with an amount above zero: less than nothing is moved the other way.
    #[must_use]
    pub fn of_a_positive_amount(self) -> Self {
        if self.cents >= Cents::ZERO {
            return self;
        }
        Self { debit: self.credit, credit: self.debit, cents: Cents(-self.cents.0), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;

    #[test]
    fn accounts_read_back() {
        let customer = CustomerId::from_uuid(uuid::Uuid::from_u128(3));
        let officer = OfficerId::from_uuid(uuid::Uuid::from_u128(4));
        for account in [
            LedgerAccount::Cash,
            LedgerAccount::Fees,
            LedgerAccount::Unbilled(customer),
            LedgerAccount::Receivable(customer),
            LedgerAccount::Pay(officer),
            LedgerAccount::Owed(Payee::City),
        ] {
            assert_eq!(account.to_string().parse(), Ok(account));
        }
        for bad in ["", "bank", "pay:", "pay:cus_1", "unbilled", "owed:bank"] {
            assert!(bad.parse::<LedgerAccount>().is_err(), "{bad}");
        }
    }
}
