//! What the engine answers: a first-class decision, shown as words, stored as JSON, replayed from its inputs.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use super::{
    amount::{Amount, Length},
    rule::{Citation, Effect, Override, Point},
    window::Period,
    work::{Classes, WorkClass},
};
use crate::{id::OfficerId, refusal::Refusal, time::Minutes};

/// An instant with the wall clock of the job's zone, so that words need no zone data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// The local date and time.
    pub local: DateTime,
}

impl Moment {
    /// The instant as the zone's clocks show it.
    #[must_use]
    pub fn new(at: Timestamp, zone: &TimeZone) -> Self {
        Self { at, local: zone.to_datetime(at) }
    }

    /// `Sun, Mar 2`.
    #[must_use]
    pub fn day(&self) -> String {
        self.local.strftime("%a, %b %-d").to_string()
    }
}

/// `Sun, Mar 2 07:00`.
impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.local.strftime("%a, %b %-d %H:%M"))
    }
}

/// What a judgement, or one decision, comes to; the worst of its parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// May be worked.
    #[default]
    Allowed,
    /// May be worked when the warning is confirmed.
    Warned,
    /// May be worked when somebody approves.
    NeedsApproval,
    /// May not be worked.
    Blocked,
    /// May not be worked, and is not shown.
    Hidden,
}

/// How far from the limit: above zero too far, at or below zero within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Time.
    Time(Minutes),
    /// Jobs, days, applications, officers, levels.
    Count(i64),
}

/// Which side of the proposed work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Before it.
    Before,
    /// After it.
    After,
}

/// The inputs that decided, by kind of rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant says what its fields are; their names are the words of the rule kinds")]
pub enum Finding {
    /// `cap` in time: the fullest window, with and without the proposed work.
    Hours { counted: Minutes, limit: Minutes, before: Minutes, classes: Classes, period: Period },
    /// `cap` in jobs, days or applications. `unit` is the limit itself.
    Number { counted: u32, limit: u32, unit: Amount, period: Period },
    /// `cap` with a least length.
    TooShort { length: Minutes, least: Minutes },
    /// `run_cap`: the unbroken run that holds the proposed work.
    Run { length: Minutes, limit: Minutes, from: Moment, until: Moment, broken_by: Length },
    /// `rest_gap`: the shortest rest beside the proposed work. No `gap`: nothing is near.
    Rest {
        gap: Option<Minutes>,
        least: Minutes,
        side: Side,
        beside: Option<WorkClass>,
        at: Option<Moment>,
        run: Option<Minutes>,
    },
    /// `no_overlap`: what is in the way, with the free time kept around it. No `with`: nothing is.
    Overlap {
        with: Option<WorkClass>,
        from: Option<Moment>,
        until: Option<Moment>,
        shared: Minutes,
        buffer: Minutes,
        paid_only: bool,
    },
    /// `status_block`: the status in the way, and when its tail ends. No `status`: none is.
    Status {
        status: Option<String>,
        from: Option<Moment>,
        until: Option<Moment>,
        clears: Option<Moment>,
        tail: Option<String>,
    },
    /// `require`: the condition in words.
    Condition { wanted: String },
    /// `credential`: the certification, the day on which it must hold, and its last valid day.
    Credential { need: String, on: Date, valid_until: Option<Date>, held: bool },
    /// `relation_bar`: the relation found.
    Relation { relation: Option<String> },
    /// `list`: the list, and until when he or the customer stands on it.
    Listed { list: String, listed: bool, until: Option<Moment>, reason: Option<String> },
    /// `penalty`: the offence and its step on the ladder. No `event`: none bars.
    Penalty { event: Option<String>, at: Option<Moment>, step: u32, lasts: Length, until: Option<Moment> },
    /// `crew`: what is asked for and what is needed, per role.
    Crew { role: String, asked: u32, needed: u32, why: String },
    /// `venue_bar`: what is barred here.
    Venue { barred: Vec<String> },
    /// `approval`: levels and documents still missing.
    Approval {
        object: String,
        missing_levels: Vec<String>,
        missing_documents: Vec<String>,
        expired: Option<Moment>,
        late: bool,
    },
    /// `lead_time`: notice given and asked for; in business days where `business` is set.
    /// `deadline`: until when it had to come, where it came late.
    Notice {
        given: Distance,
        needed: Distance,
        business: bool,
        consequence: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Moment>,
    },
    /// `duty_report`: the report that is missing: of what, how late, and how many more.
    Report {
        what: String,
        owed: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late: Option<Minutes>,
        #[serde(default, skip_serializing_if = "is_zero")]
        more: usize,
    },
}

const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// One rule's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The rule.
    pub rule: String,
    /// Its kind.
    pub kind: String,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<Citation>,
    /// True when the rule is kept.
    pub passed: bool,
    /// What the rule does when broken.
    pub effect: Effect,
    /// What it comes to here.
    pub result: Outcome,
    /// How far from the limit, where the rule has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<Distance>,
    /// The inputs.
    pub inputs: Finding,
    /// What would make it pass; empty when it passes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
    /// Who may set it aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_by: Option<Override>,
    /// Who set it aside, when somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<SetAside>,
}

/// A rule set aside for one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// The rule.
    pub rule: String,
    /// In which capacity, one of the rule's `override.by`.
    pub by: String,
    /// Who, as the audit names him.
    pub who: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// The answer about one officer and one piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The worst of the decisions.
    pub outcome: Outcome,
    /// The point that was judged.
    pub point: Point,
    /// When.
    pub judged_at: Timestamp,
    /// Whom; none for a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerId>,
    /// Every rule that was asked, in the order of the book.
    pub decisions: Vec<Decision>,
}

impl Judgement {
    /// True when nothing stands in the way without anybody's approval.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.outcome <= Outcome::Warned
    }

    /// The decisions that are broken and not set aside, worst first.
    #[must_use]
    pub fn objections(&self) -> Vec<&Decision> {
        let mut broken: Vec<&Decision> =
            self.decisions.iter().filter(|one| !one.passed && one.overridden.is_none()).collect();
        broken.sort_by_key(|one| std::cmp::Reverse(one.result));
        broken
    }

    /// The objections for people to read: where work is in the way, the rest that it leaves too short beside it is the
    /// same conflict and is not told twice.
    #[must_use]
    pub fn plain_objections(&self) -> Vec<&Decision> {
        let mut broken = self.objections();
        let in_the_way: Vec<(WorkClass, Moment, Moment)> = broken
            .iter()
            .filter_map(|one| match one.inputs {
                Finding::Overlap { with: Some(class), from: Some(from), until: Some(until), .. } => {
                    Some((class, from, until))
                }
                _ => None,
            })
            .collect();
        let same = |class: WorkClass, at: Moment| {
            in_the_way.iter().any(|(with, from, until)| *with == class && from.at <= at.at && at.at <= until.at)
        };
        broken.retain(|one| match one.inputs {
            Finding::Rest { beside: Some(class), at: Some(at), .. } => !same(class, at),
            _ => true,
        });
        broken
    }

    /// The levels that must approve, each once, in the order of the book.
    #[must_use]
    pub fn approvals_needed(&self) -> Vec<String> {
        let mut levels: Vec<String> = Vec::new();
        for one in self.decisions.iter().filter(|one| one.result == Outcome::NeedsApproval && one.overridden.is_none())
        {
            let named: &[String] = match (&one.inputs, &one.effect) {
                (Finding::Approval { missing_levels, .. }, _) if !missing_levels.is_empty() => missing_levels,
                (_, Effect::Approve(level)) => std::slice::from_ref(level),
                _ => &[],
            };
            levels.extend(named.iter().filter(|level| !levels.contains(level)).cloned().collect::<Vec<_>>());
        }
        levels
    }

    /// The same judgement after somebody agreed to all that needs approval; what is forbidden stays so.
    #[must_use]
    pub fn approved(mut self, who: &str, reason: &str, at: Timestamp) -> Self {
        for decision in self.decisions.iter_mut().filter(|one| one.result == Outcome::NeedsApproval) {
            let by = match (&decision.inputs, &decision.effect) {
                (Finding::Approval { missing_levels, .. }, _) if !missing_levels.is_empty() => {
                    missing_levels.join(", ")
                }
                (_, Effect::Approve(level)) => level.clone(),
                _ => continue,
            };
            let (rule, who, reason) = (decision.rule.clone(), who.to_owned(), reason.to_owned());
            decision.overridden.get_or_insert(SetAside { rule, by, who, reason, at });
        }
        self.outcome = worst(&self.decisions);
        self
    }

    /// The same judgement with one rule set aside: both sides stay in it, the hours before and after among the inputs.
    ///
    /// # Errors
    /// A refusal when the rule is not broken here, may not be set aside by this person, or the reason is missing.
    pub fn set_aside(mut self, aside: SetAside) -> Result<Self, Refusal> {
        let Some(decision) = self.decisions.iter_mut().find(|one| one.rule == aside.rule && !one.passed) else {
            return Err(Refusal::new(
                "rule_not_broken",
                format!("The rule {} does not stand in the way here.", aside.rule),
                "Look at the decision again; the facts may have changed.",
            ));
        };
        let Some(may) = decision.override_by.as_ref().filter(|may| may.by.contains(&aside.by)) else {
            let who = decision.override_by.as_ref().map_or("nobody".to_owned(), |may| may.by.join(" or "));
            return Err(Refusal::new(
                "override_not_allowed",
                format!("The rule {} may be set aside by {who}, not by {}.", aside.rule, aside.by),
                "Ask somebody who may, or choose other work.",
            ));
        };
        if may.reason && aside.reason.trim().is_empty() {
            return Err(Refusal::new(
                "reason_missing",
                format!("The rule {} may be set aside only with a reason.", aside.rule),
                "Write why.",
            ));
        }
        decision.overridden = Some(aside);
        self.outcome = worst(&self.decisions);
        Ok(self)
    }
}

/// The worst result of the decisions that are not set aside.
pub(super) fn worst(decisions: &[Decision]) -> Outcome {
    decisions.iter().filter(|one| one.overridden.is_none()).map(|one| one.result).max().unwrap_or_default()
}

impl Distance {
    /// This less that; two of one kind, as every rule has them.
    pub(super) fn minus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Time(one), Self::Time(other)) => Self::Time(one - other),
            (Self::Count(one), Self::Count(other)) => Self::Count(one - other),
            (one, _) => one,
        }
    }

    /// True above zero: too far.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Time(minutes) => minutes.0 > 0,
            Self::Count(count) => count > 0,
        }
    }
}
