//! P14 `lead_time`: ask in time.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Time};
use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::{
    calendar::Calendar,
    policy::{
        amount::{Length, figure},
        decision::{Distance, Finding, Moment},
        rule::{Effect, Point},
    },
    time::Minutes,
};

/// A least notice. Several limits (by attendance, by kind of job) are several rules with their own `when`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeadTime {
    /// What must come in time.
    #[serde(default)]
    pub object: LeadObject,
    /// How long before the start.
    pub at_least: Notice,
    /// What being late does.
    #[serde(default)]
    pub late: LateEffect,
}

/// What must come in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadObject {
    /// The customer's request.
    #[default]
    Request,
    /// The customer's change.
    Change,
    /// The officer's sign-up.
    SignUp,
}

/// A notice in elapsed time, in business time, or as a deadline on the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Elapsed.
    Elapsed(Length),
    /// Office hours of the calendar; Monday to Friday 09:00-17:00 where it has none.
    BusinessHours(u32),
    /// Business days of the calendar; Monday to Friday where it has none.
    BusinessDays(u32),
    /// A wall-clock time so many days before the day of the job.
    Deadline {
        /// Days before.
        days_before: u16,
        /// Local time.
        at: Time,
    },
}

/// What being late does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateEffect {
    /// The rule's effect.
    #[default]
    Refuse,
    /// Taken, but may stay unfilled.
    MayStayUnfilled,
    /// Taken at a higher rate; the rate card says which.
    Premium,
    /// Taken another way, for example by phone.
    OtherChannel(String),
    /// A spoken approval of this level is enough; the form follows.
    VerbalApproval(String),
}

/// How far back a deadline is looked for.
const DAYS_LOOKED_AT: i64 = 400;

/// The last minute before the start at which asking is in time; notice never grows with time, so halving finds it.
fn latest(start: Timestamp, in_time: impl Fn(Timestamp) -> bool) -> Option<Timestamp> {
    let back = |minutes: i64| start.checked_sub(SignedDuration::from_mins(minutes)).ok();
    let (mut late, mut early) = (0, DAYS_LOOKED_AT * 24 * 60);
    if !in_time(back(early)?) {
        return None;
    }
    while early - late > 1 {
        let middle = i64::midpoint(late, early);
        if in_time(back(middle)?) {
            early = middle;
        } else {
            late = middle;
        }
    }
    back(early)
}

/// The first start for which asking now would be in time.
fn first_start(asked: Timestamp, needed: Distance) -> Option<Timestamp> {
    match needed {
        Distance::Time(minutes) => asked.checked_add(SignedDuration::from_mins(minutes.0)).ok(),
        Distance::Count(_) => None,
    }
}

impl Notice {
    /// As people say it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Elapsed(length) => length.to_string(),
            Self::BusinessHours(hours) => format!("{hours} office hours"),
            Self::BusinessDays(days) => format!("{days} business days"),
            Self::Deadline { days_before, at } => format!("by {} {days_before} days before", at.strftime("%H:%M")),
        }
    }
}

impl LateEffect {
    fn words(&self) -> String {
        match self {
            Self::Refuse => "it is refused".to_owned(),
            Self::MayStayUnfilled => "it may stay unfilled".to_owned(),
            Self::Premium => "a higher rate applies".to_owned(),
            Self::OtherChannel(how) => format!("it must come by {}", super::plain(how)),
            Self::VerbalApproval(level) => format!("{} must approve it by word first", super::plain(level)),
        }
    }
}

impl LeadTime {
    /// Where it acts.
    #[must_use]
    pub const fn points(&self) -> &'static [Point] {
        match self.object {
            LeadObject::Request | LeadObject::Change => &[Point::Request],
            LeadObject::SignUp => &[Point::List, Point::SignUp],
        }
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let start = case.proposal.span.starts_at();
        let asked = match self.object {
            LeadObject::Request => case.proposal.requested_at.unwrap_or(case.now),
            LeadObject::Change | LeadObject::SignUp => case.now,
        };
        let elapsed = |from: Timestamp, to: Timestamp| Minutes((to.as_second() - from.as_second()).div_euclid(60));
        let (default, zone) = (Calendar::default(), case.proposal.zone);
        let calendar = case.proposal.calendar.unwrap_or(&default);
        let business = matches!(self.at_least, Notice::BusinessHours(_) | Notice::BusinessDays(_));
        let given_at = |asked: Timestamp| match self.at_least {
            Notice::BusinessHours(_) => Distance::Time(calendar.business_minutes(zone, asked, start)),
            Notice::BusinessDays(_) => Distance::Count(calendar.business_days(zone, asked, start)),
            Notice::Elapsed(_) | Notice::Deadline { .. } => Distance::Time(elapsed(asked, start)),
        };
        let needed = match self.at_least {
            Notice::Elapsed(length) => Distance::Time(length.minutes()),
            Notice::BusinessHours(hours) => Distance::Time(Minutes::hours(i64::from(hours))),
            Notice::BusinessDays(days) => Distance::Count(i64::from(days)),
            Notice::Deadline { days_before, at } => {
                let day = case.proposal.day().checked_sub(i64::from(days_before).days()).ok()?;
                let deadline = case.proposal.zone.to_ambiguous_timestamp(day.to_datetime(at)).compatible().ok()?;
                Distance::Time(elapsed(deadline, start))
            }
        };
        let given = given_at(asked);
        let missing = needed.minus(given);
        let passed = !missing.is_over();
        let in_time = |asked: Timestamp| !needed.minus(given_at(asked)).is_over();
        let deadline = if passed { None } else { latest(start, in_time) }.map(|at| Moment::new(at, zone));
        let finding = Finding::Notice { given, needed, business, consequence: self.late.words(), deadline };
        let first = if matches!(self.at_least, Notice::Elapsed(_)) { first_start(asked, needed) } else { None };
        Some(Answer {
            passed,
            distance: Some(missing),
            remedy: self.remedy(missing, first.map(|at| Moment::new(at, zone))),
            finding,
            soften: match &self.late {
                LateEffect::Refuse => None,
                LateEffect::VerbalApproval(level) => Some(Effect::Approve(level.clone())),
                LateEffect::MayStayUnfilled | LateEffect::Premium | LateEffect::OtherChannel(_) => Some(Effect::Warn),
            },
        })
    }

    /// How to pass: earlier, later, or the way that the rule leaves open.
    fn remedy(&self, missing: Distance, first: Option<Moment>) -> String {
        let earlier = match missing {
            Distance::Time(minutes) => format!("Ask {} earlier", figure(minutes)),
            Distance::Count(1) => "Ask 1 business day earlier".to_owned(),
            Distance::Count(days) => format!("Ask {days} business days earlier"),
        };
        let later = first.map_or_else(|| "for a later start".to_owned(), |at| format!("for a start from {at} on"));
        let way = match &self.late {
            LateEffect::OtherChannel(how) => format!("; or send it by {}", super::plain(how)),
            LateEffect::VerbalApproval(level) => format!("; or call for the word of {}", super::plain(level)),
            LateEffect::Refuse | LateEffect::MayStayUnfilled | LateEffect::Premium => String::new(),
        };
        format!("{earlier}, or {later}{way}.")
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let object = match self.object {
            LeadObject::Request => "A request",
            LeadObject::Change => "A change",
            LeadObject::SignUp => "A sign-up",
        };
        let notice = match self.at_least {
            Notice::Deadline { .. } => self.at_least.words(),
            _ => format!("at least {} before the start", self.at_least.words()),
        };
        format!("{object} must come {notice}; later, {}", self.late.words())
    }
}
