//! The kinds of rule, one file per subject: parameters as written in a book, and the judgement of one case.

mod approval;
mod cap;
mod crew;
mod lead_time;
mod lists;
mod overlap;
mod penalty;
mod relation;
mod release;
mod report;
mod require;
mod rest;
mod status;

pub use approval::{ApprovalObject, ApprovalPath, LevelOrder, Renewal, Silence};
pub use cap::{Cap, CapException, Quota, Scope};
pub use crew::{Crew, CrewBase, CrewStep, Heads, Ladder};
pub use lead_time::{LateEffect, LeadObject, LeadTime, Notice};
pub use lists::{ListOwner, ListRule, ListType};
pub use overlap::{NoOverlap, PaidBlock};
pub use penalty::{Bar, LadderClock, Penalty, PenaltyScope};
pub use relation::{RelationBar, RelationKind, VenueBar};
pub use release::{GiveUp, GiveUpZone, ReleaseStages, ReleaseTo, Replacement, Stage, ZoneEffect};
pub use report::{DutyReport, ReportDue};
pub use require::{CredentialNeeded, Require, ValidOn};
pub use rest::{RestGap, RunCap, ShortRest};
pub use status::{BookedWork, StatusAt, StatusBlock, Tail};

use jiff::Timestamp;

use super::{
    decision::{Distance, Finding},
    facts::{Candidate, Proposal},
    rule::{Effect, Kind, Rule},
    work::{Work, WorkSource, WorkState},
};
use crate::predicate::Facts;

/// One officer, one piece of work, one point in time.
pub(crate) struct Case<'a> {
    pub(crate) candidate: &'a Candidate<'a>,
    pub(crate) proposal: &'a Proposal<'a>,
    pub(crate) facts: Facts<'a>,
    /// The rule that is asked.
    pub(crate) rule: &'a Rule,
    pub(crate) now: Timestamp,
}

impl<'a> Case<'a> {
    /// True for the ledger's entry of the very seat that is judged.
    pub(crate) fn is_own(&self, work: &Work) -> bool {
        self.proposal.assignment.is_some_and(|own| work.source == WorkSource::Assignment(own))
    }

    /// What binds the officer, without the seat that is judged.
    pub(crate) fn held(&self) -> impl Iterator<Item = &'a Work> {
        self.candidate.work.iter().filter(|work| work.is_held() && !self.is_own(work))
    }
}

/// What one rule says of one case.
pub(crate) struct Answer {
    pub(crate) passed: bool,
    pub(crate) distance: Option<Distance>,
    pub(crate) remedy: String,
    pub(crate) finding: Finding,
    /// Used instead of the rule's effect.
    pub(crate) soften: Option<Effect>,
}

impl Case<'_> {
    /// The rule's condition in words, for a rule that bars whatever its condition describes.
    fn rule_when(&self) -> String {
        self.rule.when.to_string()
    }
}

impl Answer {
    fn pass(finding: Finding) -> Self {
        Self { passed: true, distance: None, remedy: String::new(), finding, soften: None }
    }

    fn fail(finding: Finding, remedy: impl Into<String>) -> Self {
        Self { passed: false, distance: None, remedy: remedy.into(), finding, soften: None }
    }
}

/// An agency's word as people read it: `work_zone` as `work zone`.
pub(crate) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// With a capital first letter.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Kind {
    /// The rule's answer; none when it does not concern the case.
    pub(crate) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        match self {
            Self::Cap(cap) => cap.judge(case),
            Self::RunCap(cap) => cap.judge(case),
            Self::RestGap(gap) => gap.judge(case),
            Self::NoOverlap(rule) => rule.judge(case),
            Self::StatusBlock(rule) => rule.judge(case),
            Self::Require(rule) => rule.judge(case),
            Self::Credential(rule) => rule.judge(case),
            Self::RelationBar(rule) => rule.judge(case),
            Self::List(rule) => rule.judge(case),
            Self::Penalty(rule) => rule.judge(case),
            Self::Crew(rule) => rule.judge(case),
            Self::VenueBar(rule) => rule.judge(case),
            Self::Approval(rule) => rule.judge(case),
            Self::LeadTime(rule) => rule.judge(case),
            Self::DutyReport(rule) => rule.judge(case),
            Self::ReleaseStage(_) | Self::GiveUp(_) => None,
        }
    }

    /// Parameters that cannot be meant, in sentences.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        match self {
            Self::Cap(cap) => cap.mistakes(),
            Self::RestGap(gap) if gap.after.is_empty() || gap.before.is_empty() => {
                vec!["after and before must each name a kind of work, for example after: [detail].".to_owned()]
            }
            Self::RunCap(cap) if cap.count.is_empty() => {
                vec!["count is empty. Name the kinds of work, for example count: [on_duty, detail].".to_owned()]
            }
            Self::NoOverlap(rule) if rule.with.is_empty() => {
                vec!["with is empty. Name the kinds of work, for example with: [on_duty, detail].".to_owned()]
            }
            Self::StatusBlock(rule) if rule.statuses.is_empty() => {
                vec!["statuses is empty. Name at least one, for example statuses: [sick_leave].".to_owned()]
            }
            Self::Credential(rule) if rule.need.is_empty() => {
                vec!["need is empty. Name at least one certification, for example need: [work_zone].".to_owned()]
            }
            _ => Vec::new(),
        }
    }
}
