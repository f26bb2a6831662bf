//! Steps 6 to 8: resources, administrative fees, taxes.

use jiff::ToSpan as _;

use super::{
    bill::{Bill, Item, label, named, too_large},
    fees::{AdminFee, FeeBase, Payee, ResourceFee, ResourceHours},
    priced::LineKind,
    ratio::Ratio,
    rules::Rule as _,
    switches::Question,
    work::{PricedWork, ResourceUse},
};
use crate::{money::Cents, predicate::Test, refusal::Refusal, time::Span};

/// Step 6.
pub(super) fn resources(bill: &mut Bill<'_>, work: &PricedWork<'_>, span: Span) -> Result<(), Refusal> {
    for (at, rule) in bill.card.resource_fee.iter().enumerate() {
        if !rule.fits(bill.start.date(), &bill.facts) {
            continue;
        }
        let officers = bill.facts.job.officers.unwrap_or(1).max(1);
        let count = rule.one_per.map_or(1, |per| (officers.saturating_add(per.max(1) - 1)) / per.max(1));
        let forced = [ResourceUse { resource: &rule.resource, count, minutes: None, miles: None }];
        let listed = work.resources.iter().any(|used| used.resource == rule.resource);
        // Once for the job: the shift that carries the job's own amounts carries these too.
        let uses: &[ResourceUse<'_>] =
            if rule.forced && !listed && bill.first_of_job { &forced } else { work.resources };
        for used in uses.iter().filter(|used| used.resource == rule.resource && used.count > 0) {
            resource(bill, rule, at, used, work, span)?;
        }
    }
    Ok(())
}

fn resource(
    bill: &mut Bill<'_>,
    rule: &ResourceFee,
    at: usize,
    used: &ResourceUse<'_>,
    work: &PricedWork<'_>,
    span: Span,
) -> Result<(), Refusal> {
    let mut minutes = match rule.hours {
        ResourceHours::Deployed => used.minutes.map_or(bill.hours.worked, |minutes| minutes.0),
        ResourceHours::Worked => bill.hours.worked,
        ResourceHours::Paid => bill.hours.paid,
    };
    minutes = minutes.clamp(0, 31 * 1440).max(rule.minimum.map_or(0, |minimum| minimum.0.clamp(0, 31 * 1440)));
    if let Some(step) = rule.step.map(|step| step.0).filter(|step| *step > 0) {
        minutes = minutes.saturating_add(step - 1) / step * step;
    }
    let count = Ratio::whole(used.count);
    let name = named(rule.name(), rule.id(), &rule.resource.replace('_', " "));
    let mut add = |words: String, minutes: i64, quantity: Option<Ratio>, rate: Ratio| {
        bill.add(Item {
            kind: LineKind::Resource,
            rule_id: label(rule.id(), "resource_fee", at),
            words,
            minutes,
            quantity: quantity.and_then(|quantity| quantity.times(count)).ok_or_else(too_large)?,
            rate,
            officer_rate: (rule.payee == Payee::Officer).then_some(rate),
            fee_rate: if rule.fee_on_it { rate } else { Ratio::ZERO },
            base: FeeBase::Resources,
            payee: rule.payee,
        })
    };
    if let Some(rate) = rule.per_hour {
        let first = rule.first_hour.map_or(0, |_| minutes.min(60));
        if let Some(first_rate) = rule.first_hour {
            add(format!("{name}, first hour"), first, Some(Ratio::ONE), first_rate)?;
        }
        if minutes > first {
            add(name.clone(), minutes - first, Some(Ratio::hours(minutes - first)), rate)?;
        }
    }
    if let Some(rate) = rule.per_shift {
        add(format!("{name}, per shift"), 0, Some(Ratio::ONE), rate)?;
    }
    if let Some(rate) = rule.per_day {
        let last = span.ends_at().checked_sub(1.nanosecond()).unwrap_or(span.ends_at());
        let (from, to) = (work.zone.to_datetime(span.starts_at()).date(), work.zone.to_datetime(last).date());
        let days = (to - from).get_days();
        add(format!("{name}, per day"), 0, Some(Ratio::whole(i64::from(days) + 1)), rate)?;
    }
    if let (Some(rate), Some(miles)) = (rule.per_mile, used.miles)
        && miles > rule.miles_free
    {
        add(format!("{name}, miles"), 0, Some(Ratio::whole(miles.saturating_sub(rule.miles_free))), rate)?;
    }
    if let Some(band) = rule.bands.iter().find(|band| band.up_to.is_none_or(|up_to| minutes <= up_to.0)) {
        let words = band.up_to.map_or_else(|| name.clone(), |up_to| format!("{name}, up to {up_to}"));
        add(words, 0, Some(Ratio::ONE), band.amount)?;
    }
    if let Some(percent) = rule.percent {
        let labour = Ratio::dollars(bill.base(&[FeeBase::Labour]));
        let rate = percent.percent().ok_or_else(too_large)?;
        bill.add(Item {
            kind: LineKind::Resource,
            rule_id: label(rule.id(), "resource_fee", at),
            words: format!("{name}, {percent} % of labor"),
            minutes: 0,
            quantity: labour,
            rate,
            officer_rate: None,
            fee_rate: if rule.fee_on_it { rate } else { Ratio::ZERO },
            base: FeeBase::Resources,
            payee: rule.payee,
        })?;
    }
    Ok(())
}

/// Step 7.
pub(super) fn admin_fees(bill: &mut Bill<'_>) -> Result<(), Refusal> {
    let card = bill.card;
    for (at, rule) in card.admin_fee.iter().enumerate() {
        // A fee on nothing is owed where the window or the fee itself says so: it is not given back.
        let usual = !bill.nothing && bill.switches.fee_on_cancelled.unwrap_or(true);
        let on_cancelled = bill.cancelled_fee.or(rule.on_cancelled).unwrap_or(usual);
        if !rule.fits(bill.start.date(), &bill.facts) {
            continue;
        }
        if bill.cancelled && bill.cancelled_fee.or(rule.on_cancelled).is_none() {
            bill.may_depend_on(Question::FeeOnCancelled);
        }
        if !bill.cancelled || on_cancelled {
            admin_fee(bill, rule, at)?;
        }
    }
    Ok(())
}

/// A fee line before it is added: words, minutes, quantity, rate.
type Fee = (String, i64, Ratio, Ratio);

fn admin_fee(bill: &mut Bill<'_>, rule: &AdminFee, at: usize) -> Result<(), Refusal> {
    let name = named(rule.name(), rule.id(), "administrative fee");
    let mut minutes = rule.first.map_or(bill.hours.paid, |first| bill.hours.paid.min(first.0.max(0)));
    if rule.worked_only && !bill.cancelled {
        minutes = minutes.min(bill.hours.worked);
    }
    let hours = Ratio::hours(minutes);
    let mut fees: Vec<Fee> = Vec::new();
    if let Some((percent, _)) = rule.percent.as_ref().and_then(|percent| percent.find(&rule.by.0, &bill.facts))
        && bill.base(&rule.on) != Cents::ZERO
    {
        fees.push(percentage(bill, rule, &name, percent, minutes).ok_or_else(too_large)?);
    }
    if let Some(rate) = rule.per_hour.filter(|_| minutes > 0) {
        fees.push((format!("{name}, per hour"), minutes, hours, rate));
    }
    if let Some(rate) = rule.per_officer {
        fees.push((format!("{name}, per officer"), 0, Ratio::ONE, rate));
    }
    if bill.first_of_job {
        if let Some(rate) = rule.per_job {
            fees.push((format!("{name}, per job"), 0, Ratio::ONE, rate));
        }
        let band = rule.bands.as_ref().and_then(|bands| {
            let in_band = |up_to: i64| {
                let test = Test::Number(crate::predicate::Compare::AtMost, crate::predicate::Operand::Value(up_to));
                crate::predicate::Predicate::Test(bands.by.field(), test).holds(&bill.facts)
            };
            let known = crate::predicate::Predicate::Test(bands.by.field(), Test::Known(true)).holds(&bill.facts);
            bands.steps.iter().find(|step| known && step.up_to.is_none_or(in_band))
        });
        if let Some(band) = band.filter(|band| band.amount != Ratio::ZERO) {
            fees.push((name.clone(), 0, Ratio::ONE, band.amount));
        }
    }
    for (words, minutes, quantity, rate) in fees {
        bill.add(Item {
            kind: LineKind::AdminFee,
            rule_id: label(rule.id(), "admin_fee", at),
            words,
            minutes,
            quantity,
            rate,
            officer_rate: None,
            fee_rate: rate,
            base: FeeBase::Fees,
            payee: rule.payee,
        })?;
    }
    Ok(())
}

/// A percentage of its base, between its bounds by the hour.
fn percentage(bill: &Bill<'_>, rule: &AdminFee, name: &str, percent: Ratio, minutes: i64) -> Option<Fee> {
    let mut base = Ratio::dollars(bill.base(&rule.on));
    if bill.hours.paid > 0 && minutes < bill.hours.paid {
        base = base.times(Ratio::new(minutes.into(), bill.hours.paid.into())?)?;
    }
    let rate = percent.percent()?;
    let (amount, hours) = (base.times(rate)?, Ratio::hours(minutes));
    if let Some(most) = rule.at_most_per_hour.filter(|most| hours.times(*most).is_some_and(|most| amount > most)) {
        return Some((format!("{name}, at most {} an hour", most.price()), minutes, hours, most));
    }
    if let Some(least) = rule.at_least_per_hour.filter(|least| hours.times(*least).is_some_and(|least| amount < least))
    {
        return Some((format!("{name}, at least {} an hour", least.price()), minutes, hours, least));
    }
    Some((format!("{name}, {percent} %"), 0, base, rate))
}

/// Step 8.
pub(super) fn taxes(bill: &mut Bill<'_>) -> Result<(), Refusal> {
    for (at, rule) in bill.card.tax.iter().enumerate() {
        if !rule.fits(bill.start.date(), &bill.facts) {
            continue;
        }
        let charged = bill.lines.iter().filter(|draft| rule.on.contains(&draft.base));
        let base = Ratio::dollars(charged.map(|draft| draft.line.customer_cents).sum());
        if base == Ratio::ZERO {
            continue;
        }
        let rate = rule.percent.percent().ok_or_else(too_large)?;
        bill.add(Item {
            kind: LineKind::Tax,
            rule_id: label(rule.id(), "tax", at),
            words: format!("{}, {} %", named(rule.name(), rule.id(), "tax"), rule.percent),
            minutes: 0,
            quantity: base,
            rate,
            officer_rate: None,
            fee_rate: rate,
            base: FeeBase::Fees,
            payee: Payee::City,
        })?;
    }
    Ok(())
}
