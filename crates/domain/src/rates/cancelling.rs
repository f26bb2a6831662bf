//! R8 in the pipeline: instead of steps 1 and 2, a cancellation yields charged minutes, a flat sum, or nothing.

use jiff::{Timestamp, ToSpan as _};

use super::{
    bill::{Bill, Hours, Item, label, named},
    cancellation::{CancelWindow, Cancellation, CancelledBy, NoticeCounts},
    charging,
    fees::{FeeBase, Payee},
    labour, payable,
    priced::LineKind,
    ratio::Ratio,
    rules::Rule as _,
    switches::Question,
    work::{Cancelled, PricedWork},
};
use crate::{
    predicate::clock_minute,
    refusal::Refusal,
    time::{Minutes, Span},
};

/// Charges a cancelled shift.
pub(super) fn price(
    bill: &mut Bill<'_>,
    work: &PricedWork<'_>,
    cancelled: Cancelled,
    span: Span,
) -> Result<(), Refusal> {
    let card = bill.card;
    bill.cancelled = true;
    let scheduled = work.scheduled.unwrap_or(span);
    let worked = work.worked.map_or(Minutes::ZERO, Span::minutes);
    let found = found_window(bill, work, cancelled, scheduled);
    let minutes = match found {
        None => worked,
        Some((_, _, window)) => {
            let charge = charged(window, scheduled.minutes());
            if window.or_worked { charge.max(worked) } else { charge }
        }
    };
    let minutes = minutes.0.clamp(0, cancelled.at_most.map_or(31 * 1440, |most| most.0.clamp(0, 31 * 1440)));
    let pieces: Vec<Span> = scheduled
        .starts_at()
        .checked_add(minutes.minutes())
        .ok()
        .and_then(|ends| Span::new(scheduled.starts_at(), ends))
        .into_iter()
        .collect();
    let mut payable = payable::runs(bill.clock(), work.zone, &pieces)?;
    // The charge is a number of hours, whatever the clocks do that night.
    payable.fit(minutes, bill.start);
    bill.hours = Hours { worked: worked.0, paid: minutes };
    labour::charge(bill, work, &payable)?;
    if found.is_some_and(|(_, _, window)| window.fee_only) {
        // The fees are taken of what the schedule would have cost; the hours themselves are not owed.
        bill.cancelled_fee = Some(true);
        charging::admin_fees(bill)?;
        bill.lines.retain(|draft| draft.base == FeeBase::Fees);
        bill.hours.paid = 0;
    }
    if found.is_some_and(|(_, _, window)| window.agency_keeps) {
        for draft in &mut bill.lines {
            draft.line.officer_cents = crate::money::Cents::ZERO;
        }
    }
    if !card.resource_fee.is_empty() {
        bill.may_depend_on(Question::ResourceOnCancelled);
    }
    if bill.switches.resource_on_cancelled == Some(true) {
        charging::resources(bill, work, span)?;
    }
    if let Some((at, rule, window)) = found {
        bill.cancelled_fee = if window.fee_only { Some(false) } else { window.fee };
        flat(bill, at, rule, window)?;
    }
    bill.nothing = bill.lines.is_empty();
    Ok(())
}

/// The window that decides: the first that fits of the rules that fit. With the place of its rule in the card.
pub(super) fn found_window<'c>(
    bill: &Bill<'c>,
    work: &PricedWork<'_>,
    cancelled: Cancelled,
    scheduled: Span,
) -> Option<(usize, &'c Cancellation, &'c CancelWindow)> {
    let applies = |rule: &&'c Cancellation| {
        let by =
            if rule.by.is_empty() { cancelled.by == CancelledBy::Customer } else { rule.by.contains(&cancelled.by) };
        by && (!cancelled.change || rule.covers_changes) && rule.fits(bill.start.date(), &bill.facts)
    };
    let rules = bill.card.cancellation.iter().enumerate().filter(|(_, rule)| applies(rule));
    rules
        .flat_map(|(at, rule)| rule.windows.iter().map(move |window| (at, rule, window)))
        .find(|(_, rule, window)| fits(bill, work, rule, window, cancelled.at, scheduled))
}

/// The time that a window charges, before what was worked.
fn charged(window: &CancelWindow, scheduled: Minutes) -> Minutes {
    let part = |percent: Ratio| percent.percent()?.times(Ratio::whole(scheduled.0))?.whole_up();
    match window.charge_percent {
        _ if window.full || window.fee_only => scheduled,
        Some(percent) => part(percent).map_or(scheduled, Minutes).max(window.charge.unwrap_or(Minutes::ZERO)),
        None => window.charge.unwrap_or(Minutes::ZERO),
    }
}

fn flat(bill: &mut Bill<'_>, at: usize, rule: &Cancellation, window: &CancelWindow) -> Result<(), Refusal> {
    let card = bill.card;
    let terms = card.payment_terms.iter().find(|terms| terms.fits(bill.start.date(), &bill.facts));
    let deposit = terms.and_then(|terms| terms.deposit).filter(|_| window.deposit_forfeited && bill.first_of_job);
    let name = named(rule.name(), rule.id(), "cancellation");
    let sums = [
        (LineKind::CancellationFee, window.flat, format!("{name}, fee")),
        (
            LineKind::CancellationFee,
            window.flat_per_job.filter(|_| bill.first_of_job),
            format!("{name}, fee of the job"),
        ),
        (LineKind::Deposit, deposit, format!("{name}, deposit kept")),
    ];
    for (kind, amount, words) in sums {
        let Some(amount) = amount else { continue };
        bill.add(Item {
            kind,
            rule_id: label(rule.id(), "cancellation", at),
            words,
            minutes: 0,
            quantity: Ratio::ONE,
            rate: amount,
            officer_rate: None,
            fee_rate: Ratio::ZERO,
            base: FeeBase::Flat,
            payee: Payee::Agency,
        })?;
    }
    Ok(())
}

fn fits(
    bill: &Bill<'_>,
    work: &PricedWork<'_>,
    rule: &Cancellation,
    window: &CancelWindow,
    at: Timestamp,
    scheduled: Span,
) -> bool {
    let elapsed = (scheduled.starts_at().as_second() - at.as_second()).div_euclid(60);
    let notice = match rule.counts {
        NoticeCounts::Clock => elapsed,
        NoticeCounts::OfficeHours => bill.card.calendar.business_minutes(work.zone, at, scheduled.starts_at()).0,
    };
    let length = scheduled.minutes();
    window.under.is_none_or(|under| notice < under.0)
        && window.at_most.is_none_or(|most| notice <= most.0)
        && window.over.is_none_or(|over| notice > over.0)
        && window.at_least.is_none_or(|least| notice >= least.0)
        && window
            .under_business_days
            .is_none_or(|days| bill.card.calendar.business_days(work.zone, at, scheduled.starts_at()) < days)
        && (!window.after_start || elapsed < 0)
        && window.deadline.as_deref().is_none_or(|time| past_deadline(bill, work, window, time, at))
        && window.scheduled_under.is_none_or(|under| length < under)
        && window.scheduled_at_least.is_none_or(|least| length >= least)
}

fn past_deadline(bill: &Bill<'_>, work: &PricedWork<'_>, window: &CancelWindow, time: &str, at: Timestamp) -> bool {
    let Some(minute) = clock_minute(time) else { return false };
    let mut day = bill.start.date();
    let mut left = window.deadline_days.unwrap_or(1);
    // A year without an open day ends the search.
    for _ in 0..366 {
        if left == 0 {
            break;
        }
        day = day.yesterday().unwrap_or(day);
        if !window.deadline_business || bill.card.calendar.is_business_day(day) {
            left -= 1;
        }
    }
    let deadline = payable::later(day.at(0, 0, 0, 0), i64::from(minute));
    work.zone.to_datetime(at) >= deadline
}
