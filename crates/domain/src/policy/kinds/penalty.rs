//! P10 `penalty`: a bar after an offence, longer each time.

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::{
    amount::Length,
    decision::{Finding, Moment},
    facts::Offence,
    rule::Point,
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
    /// Giving work back with less notice than this is a late cancellation, which the program records itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_cancel_notice: Option<Length>,
    /// Clocking in so long after the start is late, which the program records itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_after: Option<Length>,
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

/// A bar that follows from an offence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// Which of the offences that were handed in.
    pub offence: usize,
    /// Its step on the ladder, from 1.
    pub step: usize,
    /// How long it lasts.
    pub lasts: Length,
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
}

impl Penalty {
    /// Where it acts: with new work, and where it bars work that begins in its time also with booked work.
    #[must_use]
    pub const fn points(&self) -> &'static [Point] {
        match self.bars {
            PenaltyScope::SignUps => &[Point::List, Point::SignUp, Point::Award],
            PenaltyScope::Work | PenaltyScope::Both => Point::BEFORE,
        }
    }

    /// Every bar that follows from an officer's offences, sorted by time; past ones too.
    #[must_use]
    pub fn bars_of(&self, offences: &[Offence], zone: &TimeZone) -> Vec<Bar> {
        let counted: Vec<(usize, &Offence)> = offences.iter().enumerate().filter(|(_, one)| self.counts(one)).collect();
        let plain: Vec<&Offence> = counted.iter().map(|(_, one)| *one).collect();
        let bar = |at: usize| {
            let step = self.step(&plain, at, zone);
            let lasts = *self.ladder.get(step - 1).or(self.ladder.last())?;
            let (from, until) = self.ends(plain[at].at, lasts, zone);
            Some(Bar { offence: counted[at].0, step, lasts, from, until })
        };
        (0..plain.len()).filter_map(bar).collect()
    }

    /// When the bar after one more offence would end, should it happen now; none when this event carries none.
    #[must_use]
    pub fn next_bar(&self, offences: &[Offence], event: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let mut all = offences.to_vec();
        let job_kind = self.job_kinds.first().cloned();
        all.push(Offence { event: event.to_owned(), at: now, excused: false, job_kind });
        self.bars_of(&all, zone).into_iter().find(|bar| bar.offence + 1 == all.len()).map(|bar| bar.until)
    }

    /// What a bar bars: `taking new work`.
    #[must_use]
    pub const fn barred_words(&self) -> &'static str {
        match self.bars {
            PenaltyScope::SignUps => "taking new work",
            PenaltyScope::Work => "work that begins in that time",
            PenaltyScope::Both => "taking work and working",
        }
    }

    fn counts(&self, offence: &Offence) -> bool {
        !offence.excused
            && self.events.contains(&offence.event)
            && (self.job_kinds.is_empty()
                || offence.job_kind.as_ref().is_some_and(|kind| self.job_kinds.contains(kind)))
    }

    /// The step of the `at`-th counted offence, from 1.
    fn step(&self, offences: &[&Offence], at: usize, zone: &TimeZone) -> usize {
        let this = offences[at].at;
        let year = |at: Timestamp| zone.to_datetime(at).year();
        let earlier = offences[..at].iter().filter(|one| match (self.clock, self.look_back) {
            (LadderClock::CalendarYear, _) => year(one.at) == year(this),
            (LadderClock::Rolling, None) => true,
            (LadderClock::Rolling, Some(back)) => this.as_second() - one.at.as_second() <= back.seconds(),
        });
        earlier.count() + 1
    }

    fn ends(&self, from: Timestamp, lasts: Length, zone: &TimeZone) -> (Timestamp, Timestamp) {
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
        let booked = case.proposal.assignment.is_some();
        let bars = self.bars_of(case.candidate.offences, case.proposal.zone).into_iter().filter_map(|bar| {
            let during = |at: Timestamp| bar.from <= at && at < bar.until;
            let barred = match self.bars {
                PenaltyScope::SignUps => during(case.now) && !booked,
                PenaltyScope::Work => during(case.proposal.span.starts_at()),
                PenaltyScope::Both => (during(case.now) && !booked) || during(case.proposal.span.starts_at()),
            };
            barred.then_some((bar.until, &case.candidate.offences[bar.offence], bar.step, bar.lasts))
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
        let bars = self.barred_words();
        let mut words =
            format!("After {} the officer is barred from {bars} for {}", events.join(" or "), ladder.join(", then "));
        if self.ladder.len() > 1 {
            words += &format!(", counting offenses{back}");
        }
        if let Some(notice) = self.late_cancel_notice {
            words += &format!("; giving work back with less than {notice} notice is a late cancellation");
        }
        if let Some(after) = self.late_after {
            words += &format!("; clocking in more than {after} after the start is late");
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
