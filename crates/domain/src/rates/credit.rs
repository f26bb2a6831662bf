//! R9: whether a customer may have more work on credit.

use super::{card::RateCard, payment::PaymentTerms, ratio::Ratio};
use crate::{money::Cents, refusal::Refusal};

/// How a customer stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CustomerDebt {
    /// On invoices and not paid.
    pub invoiced: Cents,
    /// Approved and not yet on an invoice.
    pub unbilled: Cents,
    /// Days since the oldest unpaid invoice was due; 0 while none is late.
    pub overdue_days: i64,
}

impl RateCard {
    /// Why no more work is given at that price under these terms; `None` when nothing stands against it.
    #[must_use]
    pub fn credit_stop(&self, terms: &PaymentTerms, debt: CustomerDebt, price: Cents) -> Option<Refusal> {
        let owed = debt.invoiced + debt.unbilled;
        let split = format!("{} on invoices, {} not yet on one", debt.invoiced, debt.unbilled);
        if let Some(days) = terms.stop_after_days.filter(|days| debt.overdue_days > *days) {
            return Some(Refusal::new(
                CREDIT_STOP,
                format!(
                    "Service stops {days} days after an invoice was due; the oldest unpaid one is {} days late. {owed} is owed ({split}).",
                    debt.overdue_days
                ),
                "Collect the overdue invoice first.",
            ));
        }
        if let Some(limit) = terms.credit_limit.and_then(|limit| limit.to_cents(self.money_round.mode))
            && owed + price > limit
        {
            return Some(Refusal::new(
                CREDIT_STOP,
                format!("{owed} is owed ({split}); with {price} for this work it passes the credit limit of {limit}."),
                "Collect a payment first.",
            ));
        }
        let before = self.due_before_under(terms, price).ok()?;
        (before > Cents::ZERO).then(|| {
            Refusal::new(
                CREDIT_STOP,
                if before == price {
                    format!("{price} is due before the work: the whole price is paid in advance.")
                } else {
                    format!("{before} of {price} is due before the work, as a deposit.")
                },
                "Collect it first.",
            )
        })
    }

    /// What these terms want before the work.
    pub(super) fn due_before_under(&self, terms: &PaymentTerms, price: Cents) -> Result<Cents, Refusal> {
        let too_large = super::bill::too_large;
        if terms.prepay || terms.escrow_above.is_some_and(|above| Ratio::dollars(price) > above) {
            return Ok(price);
        }
        let percent = match terms.deposit_percent {
            Some(percent) => {
                percent.percent().and_then(|part| Ratio::dollars(price).times(part)).ok_or_else(too_large)?
            }
            None => Ratio::ZERO,
        };
        percent.max(terms.deposit.unwrap_or(Ratio::ZERO)).to_cents(self.money_round.mode).ok_or_else(too_large)
    }
}

/// The code of the refusal.
pub const CREDIT_STOP: &str = "credit_stop";

#[cfg(test)]
mod tests {
    use super::*;

    fn card(terms: &str) -> RateCard {
        let text = format!(
            "agency: test\nversion: '1'\neffective_from: 2020-01-01\nzone: America/New_York\nrates:\n  base_rate: [{{ id: rate, amount: 50 }}]\n  payment_terms: [{terms}]\n"
        );
        crate::rules::RuleBook::read(&text).expect("a book").rates.clone()
    }

    #[test]
    fn limits_lateness_and_advance_stop_work_with_their_numbers() {
        let debt = |invoiced, unbilled, overdue_days| CustomerDebt {
            invoiced: Cents(invoiced),
            unbilled: Cents(unbilled),
            overdue_days,
        };
        for (terms, debt, words) in [
            ("{ credit_limit: 500 }", debt(20_000, 10_000, 0), None),
            (
                "{ credit_limit: 499.99 }",
                debt(20_000, 10_000, 0),
                Some("with $200.00 for this work it passes the credit limit of $499.99"),
            ),
            ("{ stop_after_days: 60 }", debt(1, 0, 60), None),
            ("{ stop_after_days: 60 }", debt(1, 0, 61), Some("61 days late")),
            ("{ prepay: true }", debt(0, 0, 0), Some("$200.00 is due before the work: the whole price")),
            ("{ deposit_percent: 25 }", debt(0, 0, 0), Some("$50.00 of $200.00")),
            ("{ net_days: 30 }", debt(900_000, 0, 400), None),
        ] {
            let card = card(terms);
            let stop = card.credit_stop(&card.payment_terms[0], debt, Cents(20_000));
            match words {
                None => assert_eq!(stop, None, "{terms}"),
                Some(words) => assert!(stop.is_some_and(|stop| stop.message.contains(words)), "{terms}"),
            }
        }
    }
}
