//! P10 `penalty`: a bar after an offence, longer each time.

use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::{
    amount::Length,
    decision::{Finding, Moment},
    facts::Offence,
};

/// A ladder of bars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penalty {
    /// Offences that count, by the agency's words: `no_show`, `late`, `late_cancel`, `refuse` ...
    pub events: Vec<String>,
    /// How long the first, second ... bar lasts; the last step repeats.
    pub ladder: Vec<Length>,
    /// Earlier offences within this time lift the step; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_back: Option<Length>,
    /// How the look-back runs.
    #[serde(default)]
    pub clock: LadderClock,
    /// A bar counts whole local days, from the midnight after the offence.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole_days: bool,
    /// What is barred.
    #[serde(default)]
    pub bars: PenaltyScope,
    /// Only offences and work of these kinds of job; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub job_kinds: Vec<String>,
    /// The hours are charged so many times in the order of the list; data for distribution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge_times: Option<u32>,
    /// Days in which the officer may appeal; an upheld appeal excuses the offence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal_days: Option<u16>,
    /// Discipline beside the bar, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discipline: Option<String>,
}

/// How a look-back runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LadderClock {
    /// Back from each offence.
    #[default]
    Rolling,
    /// Within the calendar year.
    CalendarYear,
}

/// What a bar bars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyScope {
    /// Taking new work while it lasts, whenever that is worked; booked work stays.
    #[default]
    SignUps,
    /// Work that begins while it lasts, booked work too.
    Work,
    /// Both.
    Both,
}

impl Penalty {
    fn counts(&self, offence: &Offence) -> bool {
        !offence.excused
            && self.events.contains(&offence.event)
            && (self.job_kinds.is_empty()
                || offence.job_kind.as_ref().is_some_and(|kind| self.job_kinds.contains(kind)))
    }

    /// The step of the `at`-th counted offence, from 1.
    fn step(&self, offences: &[&Offence], at: usize, case: &Case<'_>) -> usize {
        let this = offences[at].at;
        let year = |at: Timestamp| case.proposal.zone.to_datetime(at).year();
        let earlier = offences[..at].iter().filter(|one| match (self.clock, self.look_back) {
            (LadderClock::CalendarYear, _) => year(one.at) == year(this),
            (LadderClock::Rolling, None) => true,
            (LadderClock::Rolling, Some(back)) => this.as_second() - one.at.as_second() <= back.seconds(),
        });
        earlier.count() + 1
    }

    fn ends(&self, from: Timestamp, lasts: Length, case: &Case<'_>) -> (Timestamp, Timestamp) {
        let zone = case.proposal.zone;
        let plain = (from, from.checked_add(SignedDuration::from_secs(lasts.seconds())).unwrap_or(Timestamp::MAX));
        if !self.whole_days {
            return plain;
        }
        let open = zone.to_datetime(from).date().tomorrow();
        let midnight = |date: jiff::civil::Date| zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0)).compatible().ok();
        let days = lasts.minutes().0.div_euclid(24 * 60);
        let whole = open.ok().and_then(|open| {
            let close = open.checked_add(days.days()).ok()?;
            midnight(open).zip(midnight(close))
        });
        whole.unwrap_or(plain)
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let kind_is_ours = case.proposal.job.kind.is_some_and(|kind| self.job_kinds.iter().any(|one| one == kind));
        if !self.job_kinds.is_empty() && !kind_is_ours {
            return None;
        }
        let counted: Vec<&Offence> = case.candidate.offences.iter().filter(|one| self.counts(one)).collect();
        let bars = (0..counted.len()).filter_map(|at| {
            let step = self.step(&counted, at, case);
            let lasts = *self.ladder.get(step - 1).or(self.ladder.last())?;
            let (from, until) = self.ends(counted[at].at, lasts, case);
            let during = |at: Timestamp| from <= at && at < until;
            let barred = match self.bars {
                PenaltyScope::SignUps => during(case.now),
                PenaltyScope::Work => during(case.proposal.span.starts_at()),
                PenaltyScope::Both => during(case.now) || during(case.proposal.span.starts_at()),
            };
            barred.then_some((until, counted[at], step, lasts))
        });
        let moment = |at| Moment::new(at, case.proposal.zone);
        let Some((until, offence, step, lasts)) = bars.max_by_key(|(until, ..)| *until) else {
            return Some(Answer::pass(Finding::Penalty {
                event: None,
                at: None,
                step: 0,
                lasts: Length::ZERO,
                until: None,
            }));
        };
        let finding = Finding::Penalty {
            event: Some(offence.event.clone()),
            at: Some(moment(offence.at)),
            step: u32::try_from(step).unwrap_or(u32::MAX),
            lasts,
            until: Some(moment(until)),
        };
        let appeal = self.appeal_days.map_or_else(String::new, |days| format!(", or appeal within {days} days"));
        Some(Answer::fail(finding, format!("Wait until {}{appeal}.", moment(until))))
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let events: Vec<String> = self.events.iter().map(|one| super::plain(one)).collect();
        let ladder: Vec<String> = self.ladder.iter().map(ToString::to_string).collect();
        let back = match (self.clock, self.look_back) {
            (LadderClock::CalendarYear, _) => " within the calendar year".to_owned(),
            (_, Some(back)) => format!(" within {back}"),
            (_, None) => String::new(),
        };
        let bars = match self.bars {
            PenaltyScope::SignUps => "taking new work",
            PenaltyScope::Work => "work that begins in that time",
            PenaltyScope::Both => "taking work and working",
        };
        let mut words =
            format!("After {} the officer is barred from {bars} for {}", events.join(" or "), ladder.join(", then "));
        if self.ladder.len() > 1 {
            words += &format!(", counting offences{back}");
        }
        if let Some(times) = self.charge_times {
            words += &format!("; the hours are charged {times} times");
        }
        if let Some(discipline) = &self.discipline {
            words += &format!("; {discipline}");
        }
        words
    }
}
