//! P5 `status_block`: not while a status holds, nor for a time after.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::{
    amount::Length,
    decision::{Finding, Moment},
    facts::Status,
    work::{WorkClass, WorkState},
};

/// No work while the officer has one of these statuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusBlock {
    /// By the agency's words.
    pub statuses: Vec<String>,
    /// Reasons that are let pass, for example `medical_appointment`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except_reasons: Vec<String>,
    /// How long after its end the status still blocks; not at all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<Tail>,
    /// Whether the status must hold at the work, now, or either.
    #[serde(default)]
    pub at: StatusAt,
    /// What becomes of work already booked when the status begins.
    #[serde(default)]
    pub booked: BookedWork,
}

/// When a status is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusAt {
    /// While the work lasts.
    #[default]
    Work,
    /// When the officer asks.
    Now,
    /// Either.
    Either,
}

/// What becomes of booked work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookedWork {
    /// The coordinator is asked.
    #[default]
    Ask,
    /// It is taken away.
    Remove,
    /// It stays.
    Keep,
}

/// When a status that has ended stops blocking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tail {
    /// So long after its end.
    AfterEnd(Length),
    /// So long after the start of the first tour that it made him miss; after its own start when none is known.
    AfterMissedStart(Length),
    /// When one tour of at least this length has been worked.
    FullTour(Length),
    /// At the first of these.
    FirstOf(Vec<Tail>),
    /// When all of these have come.
    AllOf(Vec<Tail>),
}

/// Nested tails deeper than this are cut: a rule book never needs two.
const DEEPEST: u8 = 8;

impl Tail {
    /// When it ends; none while that is not known.
    fn ends(&self, status: &Status, until: Timestamp, case: &Case<'_>, depth: u8) -> Option<Timestamp> {
        let later =
            |from: Timestamp, length: &Length| from.checked_add(SignedDuration::from_secs(length.seconds())).ok();
        match self {
            Self::AfterEnd(length) => later(until, length),
            Self::AfterMissedStart(length) => {
                let missed =
                    case.candidate.work.iter().filter(|work| matches!(work.class, WorkClass::OnDuty | WorkClass::Sick));
                let missed = missed.map(|work| work.span.starts_at()).find(|at| status.from <= *at && *at < until);
                later(missed.unwrap_or(status.from), length)
            }
            Self::FullTour(length) => case
                .candidate
                .work
                .iter()
                .filter(|work| {
                    work.class == WorkClass::OnDuty && matches!(work.state, WorkState::Booked | WorkState::Worked)
                })
                .filter(|work| work.span.starts_at() >= until && work.span.minutes() >= length.minutes())
                .map(|work| work.span.ends_at())
                .min(),
            Self::FirstOf(tails) | Self::AllOf(tails) if depth >= DEEPEST || tails.is_empty() => Some(until),
            Self::FirstOf(tails) => tails.iter().filter_map(|tail| tail.ends(status, until, case, depth + 1)).min(),
            Self::AllOf(tails) => {
                let ends: Option<Vec<_>> = tails.iter().map(|tail| tail.ends(status, until, case, depth + 1)).collect();
                ends.and_then(|ends| ends.into_iter().max())
            }
        }
    }

    /// `24 h after its end`.
    #[must_use]
    pub fn words(&self) -> String {
        let all = |tails: &[Self], joint: &str| tails.iter().map(Self::words).collect::<Vec<_>>().join(joint);
        match self {
            Self::AfterEnd(length) => format!("{length} after its end"),
            Self::AfterMissedStart(length) => format!("{length} after the start of the missed tour"),
            Self::FullTour(length) => format!("one tour of {length} is worked"),
            Self::FirstOf(tails) => all(tails, " or "),
            Self::AllOf(tails) => all(tails, " and "),
        }
    }
}

impl StatusBlock {
    /// No work while one of these statuses holds.
    #[must_use]
    pub fn of(statuses: &[&str]) -> Self {
        Self {
            statuses: statuses.iter().map(|one| (*one).to_owned()).collect(),
            except_reasons: Vec::new(),
            tail: None,
            at: StatusAt::Work,
            booked: BookedWork::Ask,
        }
    }

    /// True when the rule looks at this status at all.
    pub(crate) fn names(&self, status: &Status) -> bool {
        self.statuses.contains(&status.status)
            && !status.reason.as_ref().is_some_and(|reason| self.except_reasons.contains(reason))
    }

    /// When the status, with its tail, stops blocking; none while that is not known.
    pub(crate) fn clears(&self, status: &Status, case: &Case<'_>) -> Option<Timestamp> {
        let until = status.until?;
        self.tail.as_ref().map_or(Some(until), |tail| tail.ends(status, until, case, 0).map(|ends| ends.max(until)))
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let found = case.candidate.statuses.iter().filter(|status| self.names(status)).find_map(|status| {
            let clears = self.clears(status, case);
            let span = case.proposal.span;
            let at_work = status.from < span.ends_at() && clears.is_none_or(|clears| span.starts_at() < clears);
            let at_now = status.from <= case.now && clears.is_none_or(|clears| case.now < clears);
            let blocks = match self.at {
                StatusAt::Work => at_work,
                StatusAt::Now => at_now,
                StatusAt::Either => at_work || at_now,
            };
            blocks.then_some((status, clears))
        });
        let moment = |at: Timestamp| Moment::new(at, case.proposal.zone);
        let Some((status, clears)) = found else {
            let finding = Finding::Status { status: None, from: None, until: None, clears: None, tail: None };
            return Some(Answer { passed: true, distance: None, remedy: String::new(), finding, soften: None });
        };
        let tail =
            self.tail.as_ref().filter(|_| status.until.is_some_and(|until| until <= case.proposal.span.starts_at()));
        Some(Answer {
            passed: false,
            distance: None,
            remedy: match clears {
                Some(clears) => format!("Choose work that begins at or after {}.", moment(clears)),
                None => "Ask the agency to end the status when it no longer holds.".to_owned(),
            },
            finding: Finding::Status {
                status: Some(status.status.clone()),
                from: Some(moment(status.from)),
                until: status.until.map(moment),
                clears: clears.map(moment),
                tail: tail.map(Tail::words),
            },
            soften: None,
        })
    }
}
