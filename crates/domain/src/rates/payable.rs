//! Step 1: from instants to payable minutes on the wall clock.

use jiff::{Timestamp, ToSpan as _, civil::DateTime, tz::TimeZone};

use super::{
    card::RateCard,
    rules::{Basis, EarlyStart, Overrun, PayableTime, ReleasedEarly, Rule as _},
    switches::Clock,
    work::PricedWork,
};
use crate::{
    predicate::Facts,
    refusal::Refusal,
    time::{Minutes, Span},
};

/// A shift may last this long.
const DAYS_AT_MOST: i64 = 31;

/// Payable minutes in a row on the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) starts: DateTime,
    pub(super) minutes: i64,
    pub(super) padded: bool,
}

/// What step 1 hands on.
#[derive(Debug, Clone)]
pub(super) struct Payable {
    pub(super) runs: Vec<Run>,
    pub(super) minutes: i64,
    /// Minutes paid up to the scheduled end, where work went on after it.
    pub(super) schedule_ends: Option<i64>,
    /// The clocks changed inside.
    pub(super) clocks_changed: bool,
}

pub(super) fn payable(
    (card, clock): (&RateCard, Clock),
    work: &PricedWork<'_>,
    facts: &Facts<'_>,
    span: Span,
) -> Result<Payable, Refusal> {
    let day = work.zone.to_datetime(span.starts_at()).date();
    let rule = card.payable_time.iter().find(|rule| rule.fits(day, facts));
    let paid = rule.map_or(Some(span), |rule| paid_span(rule, work, span));
    let mut pieces = paid.map_or_else(Vec::new, |paid| without_breaks(rule, work, paid));
    let schedule_ends = schedule_ends(clock, work, &pieces)?;
    if let Some(add) = rule.and_then(|rule| rule.add)
        && let Some(last) = pieces.pop()
    {
        let longer = last.ends_at().checked_add(add.0.clamp(0, 1440).minutes()).ok();
        pieces.push(longer.and_then(|ends| Span::new(last.starts_at(), ends)).unwrap_or(last));
    }
    Ok(Payable { schedule_ends, ..runs(clock, work.zone, &pieces)? })
}

/// Minutes paid up to the scheduled end, when some are paid after it.
fn schedule_ends(clock: Clock, work: &PricedWork<'_>, pieces: &[Span]) -> Result<Option<i64>, Refusal> {
    let (Some(scheduled), Some(_)) = (work.scheduled, work.worked) else { return Ok(None) };
    let ends = scheduled.ends_at();
    if pieces.iter().all(|piece| whole_minute(piece.ends_at()) <= whole_minute(ends)) {
        return Ok(None);
    }
    let before: Vec<Span> =
        pieces.iter().filter_map(|piece| Span::new(piece.starts_at(), piece.ends_at().min(ends))).collect();
    Ok(Some(runs(clock, work.zone, &before)?.minutes))
}

/// The wall-clock runs of spans in order.
pub(super) fn runs(clock: Clock, zone: &TimeZone, pieces: &[Span]) -> Result<Payable, Refusal> {
    let mut payable = Payable { runs: Vec::new(), minutes: 0, schedule_ends: None, clocks_changed: false };
    for piece in pieces {
        let (starts, ends) = (whole_minute(piece.starts_at()), whole_minute(piece.ends_at()));
        if (ends.as_second() - starts.as_second()) / 86400 > DAYS_AT_MOST {
            return Err(Refusal::new(
                "shift_too_long",
                format!("The shift lasts more than {DAYS_AT_MOST} days."),
                "Check the start and the end, or split the shift.",
            ));
        }
        let changes: Vec<Timestamp> = changes(zone, starts, ends);
        payable.clocks_changed |= !changes.is_empty();
        match clock {
            Clock::Elapsed => {
                let mut from = starts;
                for to in changes.into_iter().chain([ends]) {
                    payable.push(zone.to_datetime(from), (to.as_second() - from.as_second()) / 60);
                    from = to;
                }
            }
            Clock::WallClock => {
                let (from, to) = (zone.to_datetime(starts), zone.to_datetime(ends));
                payable.push(from, wall_minutes(from, to).max(0));
            }
        }
    }
    Ok(payable)
}

impl Payable {
    fn push(&mut self, starts: DateTime, minutes: i64) {
        if minutes > 0 {
            self.runs.push(Run { starts, minutes, padded: false });
            self.minutes += minutes;
        }
    }

    /// Brings the runs to `minutes`: pads after the end, or cuts from the end.
    pub(super) fn fit(&mut self, minutes: i64, start: DateTime) {
        let (mut extra, mut last) = (minutes - self.minutes, start);
        if let Some(run) = self.runs.last() {
            last = later(run.starts, run.minutes);
        }
        if extra > 0 {
            self.runs.push(Run { starts: last, minutes: extra, padded: true });
        }
        while extra < 0 {
            let Some(run) = self.runs.last_mut() else { break };
            let cut = run.minutes.min(-extra);
            run.minutes -= cut;
            extra += cut;
            if run.minutes == 0 {
                self.runs.pop();
            }
        }
        self.minutes = minutes;
    }
}

/// Wall time so many minutes later; the last day of the calendar stays where it is.
pub(super) fn later(at: DateTime, minutes: i64) -> DateTime {
    at.checked_add(minutes.minutes()).unwrap_or(at)
}

fn wall_minutes(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_secs() / 60
}

/// Seconds are dropped from both ends: 07:59:40 is 07:59.
fn whole_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

/// The instants inside at which the zone's clocks jump.
fn changes(zone: &TimeZone, starts: Timestamp, ends: Timestamp) -> Vec<Timestamp> {
    zone.following(starts)
        .map(|change| change.timestamp())
        .take_while(|at| *at < ends)
        .filter(|at| {
            let before = at.checked_sub(1.second()).unwrap_or(*at);
            zone.to_offset(before) != zone.to_offset(*at)
        })
        .take(64)
        .collect()
}

fn paid_span(rule: &PayableTime, work: &PricedWork<'_>, span: Span) -> Option<Span> {
    let (Some(scheduled), Some(worked)) = (work.scheduled, work.worked) else {
        return Some(span);
    };
    let mut paid = match rule.basis {
        Basis::Clock => worked,
        Basis::Scheduled => return Some(scheduled),
        Basis::Longer if worked.minutes() > scheduled.minutes() => worked,
        Basis::Longer => scheduled,
    };
    if rule.early_start == EarlyStart::Unpaid {
        paid = Span::new(paid.starts_at().max(scheduled.starts_at()), paid.ends_at())?;
    }
    let full = match rule.released_early {
        ReleasedEarly::Actual => false,
        ReleasedEarly::Full => true,
        ReleasedEarly::FullIfOverHalf => worked.minutes().0 * 2 > scheduled.minutes().0,
    };
    if full && paid.ends_at() < scheduled.ends_at() {
        paid = Span::new(paid.starts_at(), scheduled.ends_at())?;
    }
    let beyond = match rule.overrun {
        Overrun::Customer => true,
        Overrun::Agency => false,
        Overrun::CustomerIfRelated => work.overrun_related,
    };
    let limit = if beyond { rule.overrun_limit } else { Some(Minutes::ZERO) };
    if let Some(limit) = limit {
        let last = scheduled.ends_at().checked_add(limit.0.clamp(0, 44640).minutes()).ok()?;
        paid = Span::new(paid.starts_at(), paid.ends_at().min(last))?;
    }
    Some(paid)
}

fn without_breaks(rule: Option<&PayableTime>, work: &PricedWork<'_>, paid: Span) -> Vec<Span> {
    let long_enough = |rule: &PayableTime| rule.paid_meal_over.is_none_or(|over| paid.minutes() > over);
    let mut free = rule.filter(|rule| long_enough(rule)).and_then(|rule| rule.paid_meal).unwrap_or(Minutes::ZERO).0;
    let mut left = vec![paid];
    for pause in work.breaks {
        // The paid part is the first part of a break.
        let paid_part = free.min(pause.minutes().0).max(0);
        free -= paid_part;
        let Some(unpaid) =
            pause.starts_at().checked_add(paid_part.minutes()).ok().and_then(|from| Span::new(from, pause.ends_at()))
        else {
            continue;
        };
        left = left
            .into_iter()
            .flat_map(|span| {
                if !span.overlaps(unpaid) {
                    return [Some(span), None];
                }
                [Span::new(span.starts_at(), unpaid.starts_at()), Span::new(unpaid.ends_at(), span.ends_at())]
            })
            .flatten()
            .collect();
    }
    left
}
