//! P1 `cap`: no more (or no less) than so much work in a window.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::{
    policy::{
        amount::{Amount, Length, figure},
        decision::{Distance, Finding, Moment},
        window::{Period, Window, WindowName},
        work::{Busy, Classes, Measure, States, Work, WorkClass, seconds},
    },
    time::{Minutes, Span},
};

/// So much work in a window. The proposed work counts with the rest; work it does not count is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// At most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Amount>,
    /// At least; for the length of a job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Amount>,
    /// The kinds of work that count.
    pub count: Classes,
    /// Over what.
    pub window: Window,
    /// With which length an entry counts.
    #[serde(default)]
    pub measure: Measure,
    /// In which states an entry counts; booked and worked when absent.
    #[serde(default = "held", skip_serializing_if = "is_held")]
    pub states: States,
    /// Which details count; all when absent.
    #[serde(default, skip_serializing_if = "Scope::is_all")]
    pub only: Scope,
    /// Other limits in windows with leave; the first that holds is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<CapException>,
    /// A higher limit that may be used once in a while: a window over the ordinary limit that shares no time with another
    /// such window, and is not nearer to it than the quota says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<Quota>,
}

const fn held() -> States {
    States::HELD
}
fn is_held(states: &States) -> bool {
    *states == States::HELD
}

/// Which details a cap counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// These kinds of job; any when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub job_kinds: Vec<String>,
    /// Only work for the same customer as the proposed job.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub same_customer: bool,
    /// Only jobs run (or not run) by the agency's own unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_run: Option<bool>,
}

impl Scope {
    /// True when it leaves nothing out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    fn has_kind(&self, kind: Option<&str>) -> bool {
        self.job_kinds.is_empty() || kind.is_some_and(|kind| self.job_kinds.iter().any(|one| one == kind))
    }
}

/// Another limit, or none, in a window with so much leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapException {
    /// Away for these reasons.
    pub away: Classes,
    /// Of these sorts (`annual`); any when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sorts: Vec<String>,
    /// Not of these sorts (`medical`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_sorts: Vec<String>,
    /// On at least so many local days of the window; on every day when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least_days: Option<u16>,
    /// The limit then; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Amount>,
}

/// A higher limit, once in a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// The higher limit.
    pub max: Amount,
    /// Not again within this time before or after.
    pub once_in: Length,
}

impl Cap {
    /// A cap on hours with everything else at its default.
    #[must_use]
    pub fn hours(hours: u16, count: &[WorkClass], window: Window) -> Self {
        Self {
            max: Some(Amount::Time(Length::hours(hours))),
            min: None,
            count: Classes::of(count),
            window,
            measure: Measure::default(),
            states: States::HELD,
            only: Scope::default(),
            exceptions: Vec::new(),
            quota: None,
        }
    }

    /// True when this entry of the ledger counts for such a proposal.
    pub(crate) fn counts(&self, work: &Work, case: &Case<'_>) -> bool {
        let wanted = |work: &Work| {
            self.only.has_kind(work.sort.as_deref())
                && (!self.only.same_customer || work.customer == case.proposal.customer_id)
                && self.only.unit_run.is_none_or(|unit_run| work.unit_run == unit_run)
        };
        self.count.has(work.class)
            && self.states.has(work.state)
            && (work.class != WorkClass::Detail || wanted(work))
            && !case.is_own(work)
    }

    /// True when the proposed work counts.
    pub(crate) fn counts_proposal(&self, case: &Case<'_>) -> bool {
        self.count.has(case.proposal.class)
            && self.only.has_kind(case.proposal.job.kind)
            && self.only.unit_run.is_none_or(|unit_run| case.proposal.unit_run == unit_run)
    }

    /// Parameters that cannot be meant.
    pub(super) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.max.is_none() && self.min.is_none() {
            mistakes.push("a cap needs max (or min for the length of a job), for example max: 16 h.".to_owned());
        }
        if self.min.is_some() && self.window != Window::Job {
            mistakes.push("min is only for window: job.".to_owned());
        }
        if self.count.is_empty() {
            mistakes.push("count is empty. Name the kinds of work, for example count: [on_duty, detail].".to_owned());
        }
        if let Some(quota) = &self.quota {
            if self.window == Window::Job {
                mistakes.push("quota is not for window: job; use for example window: { rolling: 7 d }.".to_owned());
            }
            match (self.max, quota.max) {
                (Some(Amount::Time(limit)), Amount::Time(higher)) if higher > limit => {}
                _ => mistakes.push(
                    "quota raises max, both as time, for example max: 64 h, quota: { max: 72 h, once_in: 28 d }."
                        .to_owned(),
                ),
            }
        }
        if matches!(self.window, Window::Cycle { days, together, .. } if days == 0 || days > 366 || together == 0) {
            mistakes.push("a cycle has 1 to 366 days, and at least one period together.".to_owned());
        }
        mistakes
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        if let Some(Amount::Applications(limit)) = self.max {
            return Some(self.judge_applications(limit, case));
        }
        if !self.counts_proposal(case) {
            return None;
        }
        if let (Some(Amount::Time(least)), Window::Job) = (self.min, &self.window)
            && case.proposal.span.minutes() < least.minutes()
        {
            return Some(too_short(case.proposal.span.minutes(), least.minutes()));
        }
        let max = self.max?;
        if let Amount::Time(limit) = max { self.judge_time(limit, case) } else { self.judge_number(max, case) }
    }

    /// The proposed interval under the cap's measure.
    pub(crate) fn proposed(&self, case: &Case<'_>) -> Span {
        let mut own =
            Work::new(case.proposal.span, case.proposal.class, super::WorkState::Booked, super::WorkSource::Agency);
        own.paid = case.proposal.paid;
        own.span_by(self.measure)
    }

    fn busy(&self, case: &Case<'_>, with: Option<Span>) -> Busy {
        let counted = case.candidate.work.iter().filter(|work| self.counts(work, case));
        Busy::merged(counted.map(|work| seconds(work.span_by(self.measure))).chain(with.map(seconds)).collect())
    }

    fn judge_time(&self, limit: Length, case: &Case<'_>) -> Option<Answer> {
        let proposed = self.proposed(case);
        if self.window == Window::Job {
            let period = self.window.periods(case.proposal.zone, proposed).pop()?;
            return Some(self.hours_in(period, limit, Minutes::ZERO, proposed.minutes()));
        }
        let (without, with) = (self.busy(case, None), self.busy(case, Some(proposed)));
        let worst = self.periods(case, &with, proposed).into_iter().filter_map(|period| {
            let limit = self.limit_in(&period, limit, case, &with)?;
            let (from, until) = period.seconds();
            let (before, counted) = (without.within(from, until), with.within(from, until));
            Some((counted - limit.seconds(), period, limit, before, counted))
        });
        let (_, period, limit, before, counted) = worst.max_by_key(|(over, ..)| *over)?;
        Some(self.hours_in(period, limit, minutes_up(before), minutes_up(counted)))
    }

    fn periods(&self, case: &Case<'_>, with: &Busy, proposed: Span) -> Vec<Period> {
        let zone = case.proposal.zone;
        match &self.window {
            Window::Rolling(length) => {
                let (from, _) = with.fullest_window(length.seconds(), seconds(proposed));
                let moment = |second| Timestamp::from_second(second).ok().map(|at| Moment::new(at, zone));
                let ends = moment(from).zip(moment(from + length.seconds()));
                ends.map(|(from, until)| Period { window: WindowName::Rolling(*length), from, until })
                    .into_iter()
                    .collect()
            }
            Window::DayOff => {
                let mut days = self.window.periods(zone, proposed);
                days.retain(|day| {
                    !case.held().any(|work| work.class == WorkClass::OnDuty && day.holds(work.span.starts_at()))
                });
                days
            }
            fixed => fixed.periods(zone, proposed),
        }
    }

    /// The limit in one window: the first exception that holds, the quota where it is free, else the cap's own.
    /// None when it is lifted.
    fn limit_in(&self, period: &Period, limit: Length, case: &Case<'_>, with: &Busy) -> Option<Length> {
        if let Some(exception) = self.exceptions.iter().find(|exception| exception.holds(period, case)) {
            return match exception.max {
                Some(Amount::Time(other)) => Some(other),
                _ => None,
            };
        }
        match &self.quota {
            Some(Quota { max: Amount::Time(higher), once_in })
                if !self.used_elsewhere(period, limit, *once_in, case, with) =>
            {
                Some(*higher)
            }
            _ => Some(limit),
        }
    }

    /// True when another window within reach of the quota is already over the ordinary limit.
    fn used_elsewhere(&self, period: &Period, limit: Length, once_in: Length, case: &Case<'_>, with: &Busy) -> bool {
        if let Window::Rolling(length) = self.window {
            return used_twice(
                with,
                length.seconds(),
                limit.seconds(),
                once_in.seconds(),
                seconds(self.proposed(case)),
            );
        }
        let reach = jiff::SignedDuration::from_secs(once_in.seconds());
        let near = period.from.at.checked_sub(reach).ok().zip(period.until.at.checked_add(reach).ok());
        let near = near.and_then(|(from, until)| Span::new(from, until));
        near.is_some_and(|near| {
            self.window.periods(case.proposal.zone, near).iter().any(|other| {
                let (from, until) = other.seconds();
                other != period && with.within(from, until) > limit.seconds()
            })
        })
    }

    fn hours_in(&self, period: Period, limit: Length, before: Minutes, counted: Minutes) -> Answer {
        let over = counted - limit.minutes();
        Answer {
            passed: over.0 <= 0,
            distance: Some(Distance::Time(over)),
            remedy: format!("Take work that is {} shorter there, or give other work up.", figure(over)),
            finding: Finding::Hours { counted, limit: limit.minutes(), before, classes: self.count, period },
            soften: None,
        }
    }

    fn judge_number(&self, max: Amount, case: &Case<'_>) -> Option<Answer> {
        let proposed = self.proposed(case);
        let with = self.busy(case, Some(proposed));
        let worst = self.periods(case, &with, proposed).into_iter().filter_map(|period| {
            let max = match self.exceptions.iter().find(|exception| exception.holds(&period, case)) {
                Some(exception) => exception.max?,
                None => max,
            };
            let (limit, counted) = match max {
                Amount::Jobs(limit) => (limit, self.jobs_in(&period, case, proposed)),
                Amount::Days(limit) => (limit, days_in(&period, &with, case)),
                Amount::Time(_) | Amount::Applications(_) => return None,
            };
            Some((i64::from(counted) - i64::from(limit), limit, counted, period))
        });
        let (over, limit, counted, period) = worst.max_by_key(|(over, ..)| *over)?;
        Some(number(over, counted, limit, max, period))
    }

    /// Jobs that begin inside the window, the proposed one among them.
    fn jobs_in(&self, period: &Period, case: &Case<'_>, proposed: Span) -> u32 {
        let begun = case.candidate.work.iter().filter(|work| self.counts(work, case));
        let begun = begun.filter(|work| period.holds(work.span_by(self.measure).starts_at())).count();
        u32::try_from(begun).unwrap_or(u32::MAX - 1) + u32::from(period.holds(proposed.starts_at()))
    }

    fn judge_applications(&self, limit: u32, case: &Case<'_>) -> Answer {
        let zone = case.proposal.zone;
        let minute = case.now.checked_add(jiff::SignedDuration::from_mins(1)).unwrap_or(case.now);
        let now = Span::new(case.now, minute).unwrap_or(case.proposal.span);
        let period = match &self.window {
            Window::Rolling(length) => Period {
                window: WindowName::Rolling(*length),
                from: Moment::new(
                    minute.checked_sub(jiff::SignedDuration::from_secs(length.seconds())).unwrap_or(Timestamp::MIN),
                    zone,
                ),
                until: Moment::new(minute, zone),
            },
            fixed => fixed.periods(zone, now).pop().unwrap_or(Period {
                window: WindowName::Job,
                from: Moment::new(now.starts_at(), zone),
                until: Moment::new(now.ends_at(), zone),
            }),
        };
        let sent = case.candidate.applications.iter().filter(|at| period.holds(**at)).count();
        let counted = u32::try_from(sent).unwrap_or(u32::MAX - 1) + 1;
        let over = i64::from(counted) - i64::from(limit);
        number(over, counted, limit, Amount::Applications(limit), period)
    }
}

impl Period {
    fn holds(&self, at: Timestamp) -> bool {
        self.from.at <= at && at < self.until.at
    }
}

impl CapException {
    fn holds(&self, period: &Period, case: &Case<'_>) -> bool {
        let Some(span) = Span::new(period.from.at, period.until.at) else { return false };
        let away: Vec<Span> = case
            .held()
            .filter(|work| self.away.has(work.class))
            .filter(|work| {
                let sort = work.sort.as_deref().unwrap_or_default();
                (self.sorts.is_empty() || self.sorts.iter().any(|one| one == sort))
                    && !self.not_sorts.iter().any(|one| one == sort)
            })
            .map(|work| work.span)
            .collect();
        let days = Window::CalendarDay.periods(case.proposal.zone, span);
        let is_away =
            |day: &&Period| away.iter().any(|one| one.starts_at() < day.until.at && day.from.at < one.ends_at());
        let away = days.iter().filter(is_away).count();
        away >= self.at_least_days.map_or(days.len(), usize::from).max(1)
    }
}

/// Local days of the window with counted work.
fn days_in(period: &Period, with: &Busy, case: &Case<'_>) -> u32 {
    let days =
        Span::new(period.from.at, period.until.at).map(|span| Window::CalendarDay.periods(case.proposal.zone, span));
    let (from, until) = period.seconds();
    let worked = days.unwrap_or_default().into_iter().filter(|day| {
        let (open, close) = day.seconds();
        with.within(open.max(from), close.min(until)) > 0
    });
    u32::try_from(worked.count()).unwrap_or(u32::MAX)
}

fn number(over: i64, counted: u32, limit: u32, unit: Amount, period: Period) -> Answer {
    Answer {
        passed: over <= 0,
        distance: Some(Distance::Count(over)),
        remedy: "Wait for the next period, or give one up.".to_owned(),
        finding: Finding::Number { counted, limit, unit, period },
        soften: None,
    }
}

fn too_short(length: Minutes, least: Minutes) -> Answer {
    Answer {
        passed: false,
        distance: Some(Distance::Time(least - length)),
        remedy: format!("Make the job at least {} long.", figure(least)),
        finding: Finding::TooShort { length, least },
        soften: None,
    }
}

/// True when a rolling window around the proposed work and another one, which shares no time with it and lies within reach,
/// both hold more than the limit.
fn used_twice(with: &Busy, length: i64, limit: i64, reach: i64, proposed: (i64, i64)) -> bool {
    let (first, last) = (proposed.0 - length + 60, proposed.1 - 60);
    let (first, last) = if first <= last { (first, last) } else { (proposed.0, proposed.0) };
    let around = with.starts_over(length, limit, (first, last));
    let all = with.starts_over(length, limit, (first - length - reach, last + length + reach));
    // Starts of windows without shared time are at least a length apart, and less than a length and the reach.
    let apart = |least: i64, most: i64| least < length + reach && most >= length;
    around.iter().any(|one| {
        all.iter().any(|other| apart(other.0 - one.1, other.1 - one.0) || apart(one.0 - other.1, one.1 - other.0))
    })
}

/// Whole minutes; a begun one counts, so that a breach by seconds is never shown as none.
fn minutes_up(seconds: i64) -> Minutes {
    Minutes((seconds + 59).div_euclid(60))
}
