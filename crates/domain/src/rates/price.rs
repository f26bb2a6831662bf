//! The pipeline: payable time, quantize, cut, base rate, premium, resources, fees, tax, shares. Always in this order.

use jiff::{ToSpan as _, civil::DateTime};

use super::{
    bill::{Bill, Hours},
    cancelling,
    card::{RateCard, RoundPoint},
    charging, labour, payable,
    priced::Priced,
    quantize::quantize,
    ratio::Ratio,
    rules::{Quantize, Rule as _},
    sharing,
    switches::{Clock, MinimumPer, NoticeFrom, Question, Switches},
    work::{Earlier, PricedWork},
};
use crate::{
    predicate::{EarlierFacts, Facts},
    refusal::Refusal,
    time::{Minutes, Span},
};

/// Prices one shift: scheduled (a quote), worked, or cancelled. A question that the card leaves open is named by the
/// price when another answer would have made another price.
///
/// # Errors
/// A [`Refusal`] when the shift has no time, is longer than a month, no base rate fits, or an amount is out of range.
pub fn price(card: &RateCard, work: &PricedWork<'_>) -> Result<Priced, Refusal> {
    let (mut priced, open) = price_with(card, &card.switches, work)?;
    for question in open {
        let differs = |switches: &Switches| match price_with(card, switches, work) {
            Ok((other, _)) => !other.comes_to_the_same(&priced),
            Err(_) => true,
        };
        if question.other_answers(&card.switches).iter().any(differs) {
            priced.assumptions.push(question.default_in_words().to_owned());
        }
    }
    Ok(priced)
}

/// A price with these answers, and the questions without one on which it may depend.
fn price_with(card: &RateCard, switches: &Switches, work: &PricedWork<'_>) -> Result<(Priced, Vec<Question>), Refusal> {
    let Some((mut bill, span)) = begin(card, switches, work) else {
        return Err(Refusal::new("no_time", "The shift has no start and end.", "Give its scheduled or worked times."));
    };
    let (start, facts) = (bill.start, bill.facts);
    let worked = payable::runs(bill.clock(), work.zone, &[span])?.minutes;
    if let Some(cancelled) = work.cancelled {
        cancelling::price(&mut bill, work, cancelled, span)?;
    } else {
        let mut payable = payable::payable((card, bill.clock()), work, &facts, span)?;
        let counted = payable.minutes;
        let rule = card.quantize.iter().find(|rule| rule.fits(start.date(), &facts));
        if !work.labour {
            payable.fit(0, start);
        } else if let Some(rule) = rule {
            let paid = quantized(switches, rule, work, counted);
            bill.remark_on_minimum(rule, work, (counted, paid));
            if rule.per.is_none() && work.earlier != Earlier::default() {
                bill.may_depend_on(Question::MinimumPer);
            }
            payable.fit(paid, start);
        }
        bill.hours = Hours { worked: counted, paid: payable.minutes };
        if payable.clocks_changed {
            bill.may_depend_on(Question::Clock);
        }
        if work.labour {
            labour::charge(&mut bill, work, &payable)?;
            let least = rule.and_then(|rule| Some((rule, rule.minimum_amount?)));
            if let Some((rule, least)) = least {
                labour::top_up(&mut bill, rule, least)?;
            }
        }
        charging::resources(&mut bill, work, span)?;
    }
    charging::admin_fees(&mut bill)?;
    charging::taxes(&mut bill)?;
    let open = std::mem::take(&mut bill.open);
    Ok((sharing::finish(bill, Minutes(worked))?, open))
}

/// A price without lines yet, and the span that it begins with; `None` without a time.
pub(super) fn begin<'a>(card: &'a RateCard, switches: &'a Switches, work: &PricedWork<'a>) -> Option<(Bill<'a>, Span)> {
    let span = work.span()?;
    let start = work.zone.to_datetime(work.scheduled.unwrap_or(span).starts_at());
    let facts = facts((card, switches), work, span, start);
    let mut bill = Bill::new(card, switches, facts, start, work.first_of_job);
    bill.earlier = work.earlier;
    if work.approved_at.is_some() && work.approved_at != work.requested_at {
        bill.may_depend_on(Question::NoticeFrom);
    }
    Some((bill, span))
}

/// The facts with the moment of the start, notice and length filled in.
fn facts<'a>(
    (card, switches): (&'a RateCard, &Switches),
    work: &PricedWork<'a>,
    span: Span,
    start: DateTime,
) -> Facts<'a> {
    let mut facts = work.facts;
    let starts_at = work.scheduled.unwrap_or(span).starts_at();
    facts.moment.local = Some(start);
    facts.moment.calendar = Some(&card.calendar);
    facts.earlier = EarlierFacts {
        worked: Some(work.earlier.worked),
        worked_for_customer: Some(work.earlier.worked_for_customer),
        unbroken: Some(work.earlier.unbroken),
        worked_in_week: work.earlier.worked_in_week,
        days_in_a_row: work.earlier.days_in_a_row,
    };
    facts.moment.requested = work.requested_at.map(|at| work.zone.to_datetime(at));
    facts.job.length = facts.job.length.or(work.scheduled.map(Span::minutes));
    // A notice without the time of the request still says when the order came.
    let said = facts.moment.notice.and_then(|notice| starts_at.checked_sub(notice.0.minutes()).ok());
    let ordered = match switches.notice_from.unwrap_or(NoticeFrom::Receipt) {
        NoticeFrom::Receipt => work.requested_at,
        NoticeFrom::Approval => work.approved_at.or(work.requested_at),
    };
    if let (None, Some(ordered)) = (ordered, said) {
        let calendar = &card.calendar;
        let (notice, days) = (facts.moment.business_notice, facts.moment.business_days);
        facts.moment.business_notice =
            notice.or_else(|| Some(calendar.business_minutes(work.zone, ordered, starts_at)));
        facts.moment.business_days = days.or_else(|| Some(calendar.business_days(work.zone, ordered, starts_at)));
        facts.moment.ordered = Some(work.zone.to_datetime(ordered));
    }
    if let Some(ordered) = ordered {
        facts.moment.notice = Some(Minutes((starts_at.as_second() - ordered.as_second()).div_euclid(60)));
        facts.moment.business_notice = Some(card.calendar.business_minutes(work.zone, ordered, starts_at));
        facts.moment.business_days = Some(card.calendar.business_days(work.zone, ordered, starts_at));
        facts.moment.ordered = Some(work.zone.to_datetime(ordered));
    }
    facts
}

fn quantized(switches: &Switches, rule: &Quantize, work: &PricedWork<'_>, counted: i64) -> i64 {
    let (worked, paid) = before(switches, rule, work);
    (quantize(rule, counted + worked) - paid).max(0)
}

/// Minutes of the day worked and paid before, as the minimum counts them.
fn before(switches: &Switches, rule: &Quantize, work: &PricedWork<'_>) -> (i64, i64) {
    let (worked, paid) = match rule.per.or(switches.minimum_per).unwrap_or(MinimumPer::Assignment) {
        MinimumPer::Assignment => (0, 0),
        MinimumPer::OfficerDay => (work.earlier.worked.0, work.earlier.paid.0),
        MinimumPer::CustomerDay => (work.earlier.worked_for_customer.0, work.earlier.paid_by_customer.0),
    };
    let day = 1440 * 31;
    (worked.clamp(0, day), paid.clamp(0, day))
}

impl Bill<'_> {
    /// Says what the day's earlier shifts made of the minimum.
    fn remark_on_minimum(&mut self, rule: &Quantize, work: &PricedWork<'_>, (counted, paid): (i64, i64)) {
        let (worked, paid_before) = before(self.switches, rule, work);
        if (worked, paid_before) == (0, 0) {
            return;
        }
        let per = rule.per.or(self.switches.minimum_per);
        let whose = if per == Some(MinimumPer::CustomerDay) { " for this customer" } else { "" };
        let [worked, paid_before, counted, paid] = [worked, paid_before, counted, paid].map(Minutes);
        self.remark(format!(
            "Minimum and steps count the day as a whole{whose}: {worked} worked and {paid_before} paid before, so {counted} more \
             add {paid} of paid time"
        ));
    }

    /// How the night of a clock change counts.
    pub(super) fn clock(&self) -> Clock {
        self.switches.clock.unwrap_or(Clock::Elapsed)
    }

    /// A rate as the card rounds rates.
    pub(super) fn rate(&self, rate: Ratio) -> Option<Ratio> {
        match self.card.money_round.point {
            RoundPoint::Line | RoundPoint::Invoice => Some(rate),
            RoundPoint::Rate => rate.rounded(self.card.money_round.rate_decimals.min(9), self.card.money_round.mode),
        }
    }
}
