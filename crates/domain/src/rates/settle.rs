//! Step 10: what paying by card or late adds to an invoice, and what is due before the job.

use jiff::civil::Date;

use super::{
    bill::too_large,
    card::RateCard,
    fees::Payee,
    payment::{LateMonths, PaymentTerms},
    priced::{Line, LineKind, Priced, Share},
    ratio::Ratio,
    rounding::Rounding,
    rules::Rule as _,
    work::Earlier,
};
use crate::{money::Cents, predicate::Facts, refusal::Refusal, time::Minutes};

/// How an invoice is paid.
#[derive(Debug, Clone, Copy)]
pub struct Settlement<'a> {
    /// The invoice.
    pub invoice_cents: Cents,
    /// Paid by card.
    pub by_card: bool,
    /// Days after the due day.
    pub late_days: i64,
    /// Officers' shifts on the invoice.
    pub positions: i64,
    /// The day whose terms count.
    pub day: Date,
    /// Customer and job.
    pub facts: Facts<'a>,
}

impl RateCard {
    /// The payment terms of that day for that customer and job.
    #[must_use]
    pub fn terms(&self, day: Date, facts: &Facts<'_>) -> Option<&PaymentTerms> {
        self.payment_terms.iter().find(|terms| terms.fits(day, facts))
    }

    /// What must be paid before a job of that price: everything, a deposit, or nothing.
    ///
    /// # Errors
    /// A [`Refusal`] when an amount is out of range.
    pub fn due_before(&self, price: Cents, day: Date, facts: &Facts<'_>) -> Result<Cents, Refusal> {
        let Some(terms) = self.terms(day, facts) else { return Ok(Cents::ZERO) };
        self.due_before_under(terms, price)
    }
}

/// The invoice with what the way of paying adds.
///
/// # Errors
/// A [`Refusal`] when an amount is out of range.
pub fn settle(card: &RateCard, how: &Settlement<'_>) -> Result<Priced, Refusal> {
    let mut lines =
        vec![line(card, LineKind::Invoice, "invoice", "Invoice", Ratio::ONE, Ratio::dollars(how.invoice_cents))?];
    if let Some(terms) = card.terms(how.day, &how.facts) {
        let invoice = Ratio::dollars(how.invoice_cents);
        let id = if terms.id.is_empty() { "payment_terms" } else { &terms.id };
        if how.late_days > terms.late_grace_days.unwrap_or(0).max(0) {
            for (words, quantity, rate) in late(terms, how, invoice)? {
                lines.push(line(card, LineKind::LateFee, id, &words, quantity, rate)?);
            }
        }
        if let Some(percent) = terms.card_percent.filter(|_| how.by_card) {
            let paid = lines.iter().map(|line| line.customer_cents).sum();
            let rate = percent.percent().ok_or_else(too_large)?;
            lines.push(line(card, LineKind::CardFee, id, &format!("Card, {percent} %"), Ratio::dollars(paid), rate)?);
        }
    }
    let customer_cents = lines.iter().map(|line| line.customer_cents).sum();
    Ok(Priced {
        version: card.version.clone(),
        worked_minutes: Minutes::ZERO,
        counted_minutes: Minutes::ZERO,
        earlier: Earlier::default(),
        remarks: Vec::new(),
        paid_minutes: Minutes::ZERO,
        lines,
        officer_cents: Cents::ZERO,
        customer_cents,
        shares: vec![Share { to: Payee::Agency, cents: customer_cents }],
        assumptions: Vec::new(),
    })
}

/// What being late adds: words, quantity, rate.
fn late(terms: &PaymentTerms, how: &Settlement<'_>, invoice: Ratio) -> Result<Vec<(String, Ratio, Ratio)>, Refusal> {
    let mut all = Vec::new();
    let days = how.late_days.min(36_500);
    if let Some(percent) = terms.late_percent_year {
        let rate =
            Ratio::new(days.into(), 365).and_then(|years| percent.percent()?.times(years)).ok_or_else(too_large)?;
        all.push((format!("Late {days} days, {percent} % a year"), invoice, rate));
    }
    if let Some(percent) = terms.late_percent_month {
        let months = match terms.late_months {
            LateMonths::Whole => Ratio::whole(days / 30),
            LateMonths::Begun => Ratio::whole((days + 29) / 30),
            LateMonths::Daily => Ratio::new(days.into(), 30).ok_or_else(too_large)?,
        };
        let rate = percent.percent().ok_or_else(too_large)?;
        let rate =
            if terms.late_compound { compound(rate, months) } else { rate.times(months) }.ok_or_else(too_large)?;
        if rate > Ratio::ZERO {
            all.push((format!("Late {days} days, {percent} % a month"), invoice, rate));
        }
    }
    if let Some(percent) = terms.late_percent {
        all.push((format!("Late, {percent} %"), invoice, percent.percent().ok_or_else(too_large)?));
    }
    if let Some(flat) = terms.late_flat {
        all.push(("Late".to_owned(), Ratio::ONE, flat));
    }
    if let Some(each) = terms.late_per_position {
        all.push(("Late, per position".to_owned(), Ratio::whole(how.positions), each));
    }
    bounded(terms, all, (days, invoice)).ok_or_else(too_large)
}

/// The late charges between their bounds: a bound that decides stands in the place of all of them.
fn bounded(
    terms: &PaymentTerms,
    all: Vec<(String, Ratio, Ratio)>,
    (days, invoice): (i64, Ratio),
) -> Option<Vec<(String, Ratio, Ratio)>> {
    let sum = all.iter().try_fold(Ratio::ZERO, |sum, (_, quantity, rate)| sum.plus(quantity.times(*rate)?))?;
    let least = terms.late_at_least.filter(|least| sum < *least && invoice > Ratio::ZERO);
    let (words, bound) = match (terms.late_at_most.filter(|most| sum > *most), least) {
        (Some(most), _) => ("at most", most),
        (None, Some(least)) => ("at least", least),
        (None, None) => return Some(all),
    };
    Some(vec![(format!("Late {days} days, {words} {}", bound.price()), Ratio::ONE, bound)])
}

/// What a rate a month comes to when each month's interest bears interest: whole months compound, each rounded to nine
/// decimals, and the begun one counts by its part.
fn compound(rate: Ratio, months: Ratio) -> Option<Ratio> {
    let mut factor = Ratio::ONE;
    let mut left = months;
    while left > Ratio::ZERO {
        let part = left.min(Ratio::ONE);
        factor = factor.plus(factor.times(rate.times(part)?)?)?.rounded(9, Rounding::HalfUp)?;
        left = left.minus(part)?;
    }
    factor.minus(Ratio::ONE)
}

fn line(card: &RateCard, kind: LineKind, id: &str, words: &str, quantity: Ratio, rate: Ratio) -> Result<Line, Refusal> {
    let amount =
        quantity.times(rate).and_then(|amount| amount.to_cents(card.money_round.mode)).ok_or_else(too_large)?;
    Ok(Line {
        kind,
        rule_id: id.to_owned(),
        words: words.to_owned(),
        minutes: Minutes::ZERO,
        quantity,
        rate,
        officer_cents: Cents::ZERO,
        customer_cents: amount,
        payee: Payee::Agency,
    })
}
