//! Step 11: who receives which part. The parts sum to what the customer owes.

use super::{
    bill::{Bill, too_large},
    fees::{FeeBase, Payee},
    priced::{Priced, Share},
    ratio::Ratio,
    rules::Rule as _,
};
use crate::{money::Cents, refusal::Refusal, time::Minutes};

pub(super) fn finish(bill: Bill<'_>, worked: Minutes) -> Result<Priced, Refusal> {
    let sum = |each: &dyn Fn(&super::bill::Draft) -> i64| {
        bill.lines.iter().try_fold(0_i64, |sum, draft| sum.checked_add(each(draft))).ok_or_else(too_large)
    };
    let customer_cents = Cents(sum(&|draft| draft.line.customer_cents.0)?);
    let mut officer = sum(&|draft| draft.line.officer_cents.0)?;
    let labour = Cents(sum(&|draft| if draft.base == FeeBase::Labour { draft.line.officer_cents.0 } else { 0 })?);
    let mut shares: Vec<Share> = Vec::new();
    let mut give = |to: Payee, cents: i64| {
        if cents != 0 {
            match shares.iter_mut().find(|share| share.to == to) {
                Some(share) => share.cents.0 += cents,
                None => shares.push(Share { to, cents: Cents(cents) }),
            }
        }
    };
    for rule in &bill.card.split {
        if !rule.fits(bill.start.date(), &bill.facts) {
            continue;
        }
        let part = |amount: Option<Ratio>| {
            amount.and_then(|amount| amount.to_cents(bill.card.money_round.mode)).ok_or_else(too_large)
        };
        let mut cents = 0;
        if let Some(percent) = rule.percent {
            cents += part(percent.percent().and_then(|rate| Ratio::dollars(labour).times(rate)))?.0;
        }
        if let Some(rate) = rule.per_hour {
            cents += part(Ratio::hours(bill.hours.paid).times(rate))?.0;
        }
        // Nobody pays to work: a part is at most what is left.
        let cents = cents.clamp(0, officer.max(0));
        officer -= cents;
        give(rule.to, cents);
    }
    give(Payee::Officer, officer);
    for draft in &bill.lines {
        if draft.line.payee != Payee::Officer {
            give(draft.line.payee, draft.line.customer_cents.0 - draft.line.officer_cents.0);
        }
    }
    Ok(Priced {
        version: bill.card.version.clone(),
        worked_minutes: worked,
        counted_minutes: Minutes(bill.hours.worked),
        paid_minutes: Minutes(bill.hours.paid),
        earlier: bill.earlier,
        remarks: bill.remarks,
        lines: bill.lines.into_iter().map(|draft| draft.line).collect(),
        officer_cents: Cents(officer),
        customer_cents,
        shares,
        assumptions: bill.notes,
    })
}
