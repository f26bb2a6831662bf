//! P6 `require` and P7 `credential`: who the officer must be and what he must hold on the day of the job.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::{
    policy::{
        decision::{Distance, Finding},
        facts::Credential,
    },
    predicate::Predicate,
};

/// A condition that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Require {
    /// The condition, on the facts of the job's date.
    pub that: Predicate,
}

impl Require {
    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        Some(Answer {
            passed: self.that.holds(&case.facts),
            distance: None,
            remedy: "Choose other work, or ask the agency whether the officer's record is right.".to_owned(),
            finding: Finding::Condition { wanted: self.that.to_string() },
            soften: None,
        })
    }
}

/// Certifications that must be valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialNeeded {
    /// Every one of these, by the agency's words.
    pub need: Vec<String>,
    /// On which days of the work.
    #[serde(default)]
    pub valid: ValidOn,
    /// Days after the last valid day on which it still counts.
    #[serde(default, skip_serializing_if = "is_none")]
    pub grace_days: u16,
}

const fn is_none(days: &u16) -> bool {
    *days == 0
}

/// On which local days a certification must be valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValidOn {
    /// The first.
    Start,
    /// The last.
    End,
    /// Every one.
    #[default]
    EveryDay,
}

impl CredentialNeeded {
    /// Every one of these on every day.
    #[must_use]
    pub fn of(need: &[&str]) -> Self {
        Self { need: need.iter().map(|one| (*one).to_owned()).collect(), valid: ValidOn::EveryDay, grace_days: 0 }
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let days = self.days(case);
        let answers = self.need.iter().map(|need| judge_one(need, &days, self.grace_days, case.candidate.credentials));
        answers.fold(None, |worst: Option<Answer>, answer| match worst {
            Some(worst) if !worst.passed => Some(worst),
            _ => Some(answer),
        })
    }

    /// The local days on which it must be valid, first to last; the end instant is not part of the work.
    fn days(&self, case: &Case<'_>) -> (Date, Date) {
        let local = |at| case.proposal.zone.to_datetime(at).date();
        let last = case.proposal.span.ends_at().checked_sub(1.nanosecond()).unwrap_or(case.proposal.span.ends_at());
        self.days_of(local(case.proposal.span.starts_at()), local(last))
    }

    /// The days that the rule looks at, of work from a first to a last day.
    pub(crate) const fn days_of(&self, first: Date, last: Date) -> (Date, Date) {
        match self.valid {
            ValidOn::Start => (first, first),
            ValidOn::End => (last, last),
            ValidOn::EveryDay => (first, last),
        }
    }
}

fn judge_one(need: &str, (first, last): &(Date, Date), grace_days: u16, held: &[Credential]) -> Answer {
    let of_kind = || held.iter().filter(|one| one.kind == need);
    let ends =
        |one: &Credential| one.until.map(|until| until.checked_add(i64::from(grace_days).days()).unwrap_or(Date::MAX));
    let valid_on = |day: Date| {
        of_kind().any(|one| one.from.is_none_or(|from| from <= day) && ends(one).is_none_or(|until| day <= until))
    };
    let mut day = *first;
    let missing_on = loop {
        match (valid_on(day), day >= *last) {
            (false, _) => break Some(day),
            (true, true) => break None,
            (true, false) => day = day.tomorrow().unwrap_or(*last),
        }
    };
    let best = of_kind().max_by_key(|one| one.until.unwrap_or(Date::MAX));
    let valid_until = best.and_then(|one| one.until);
    let short = missing_on.zip(valid_until).and_then(|(on, until)| on.since(until).ok());
    Answer {
        passed: missing_on.is_none(),
        distance: short.map(|short| Distance::Count(i64::from(short.get_days()))),
        remedy: match best {
            Some(_) => format!("Renew {} and have the agency enter it.", super::plain(need)),
            None => format!("Have {} entered by the agency once you hold it.", super::plain(need)),
        },
        finding: Finding::Credential {
            need: need.to_owned(),
            on: missing_on.unwrap_or(*last),
            valid_until,
            held: best.is_some(),
        },
        soften: None,
    }
}
