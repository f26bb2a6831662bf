//! What the agency's rules say of a whole request: each rule once, with the dates on which it is broken.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Asked, Remark};
use crate::{
    policy::{
        Decision, Effect, Finding, Judgement, Kind, Outcome, PolicyBook, SetAside, and_list, judge_change,
        judge_request,
        kinds::{ApprovalObject, LateEffect, LevelOrder, Renewal, Silence},
        plain,
    },
    rules::RuleBook,
};

/// The decisions about a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRuling {
    /// The worst of the decisions that are not set aside.
    pub outcome: Outcome,
    /// Every rule that was asked, in the order of the book; of several dates the one on which it comes to most.
    pub decisions: Vec<Decision>,
    /// The dates on which a rule is broken, by rule; absent where it is broken on all or on none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub only_on: BTreeMap<String, Vec<Date>>,
}

/// An approval that the rules want before the request becomes a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// The rule.
    pub rule: String,
    /// What is approved.
    pub object: ApprovalObject,
    /// Who must still agree, by the agency's words.
    pub levels: Vec<String>,
    /// Whether all must, in this order or any, or one is enough.
    pub order: LevelOrder,
    /// Documents still to be seen.
    pub documents: Vec<String>,
    /// A spoken approval is enough at first.
    pub verbal_first: bool,
    /// No answer until the work begins is a no.
    pub silence_denies: bool,
    /// How long an approval holds.
    pub renew: Renewal,
}

/// Asks the rules about every shift of a request.
#[must_use]
pub fn judge_asked(book: &RuleBook, asked: &Asked<'_>, now: Timestamp) -> RequestRuling {
    let lent = asked.lend();
    let judged = asked.shifts.iter().map(|shift| {
        let proposal = asked.proposal(shift, book, &lent);
        (shift.worked_on, judge_request(&book.policy, &proposal, now))
    });
    RequestRuling::of(judged)
}

/// Asks the rules about a change of a job that exists: notice for changes, and the crew that is left.
#[must_use]
pub fn judge_changed(book: &RuleBook, asked: &Asked<'_>, now: Timestamp) -> RequestRuling {
    let lent = asked.lend();
    let judged = asked.shifts.iter().map(|shift| {
        let proposal = asked.proposal(shift, book, &lent);
        (shift.worked_on, judge_change(&book.policy, &proposal, now))
    });
    RequestRuling::of(judged)
}

impl RequestRuling {
    fn of(judged: impl Iterator<Item = (Date, Judgement)>) -> Self {
        let mut ruling = Self::default();
        let mut broken: BTreeMap<String, Vec<Date>> = BTreeMap::new();
        let mut dates = 0;
        for (date, judgement) in judged {
            dates += 1;
            for decision in judgement.decisions {
                if !decision.passed {
                    broken.entry(decision.rule.clone()).or_default().push(date);
                }
                match ruling.decisions.iter_mut().find(|one| one.rule == decision.rule) {
                    Some(one) if (decision.passed, one.result) < (one.passed, decision.result) => *one = decision,
                    Some(_) => {}
                    None => ruling.decisions.push(decision),
                }
            }
        }
        broken.retain(|_, on| on.len() < dates);
        ruling.only_on = broken;
        ruling.weigh();
        ruling
    }

    fn weigh(&mut self) {
        let standing = self.decisions.iter().filter(|one| one.overridden.is_none());
        self.outcome = standing.map(|one| one.result).max().unwrap_or_default();
    }

    /// The decisions that are broken and not set aside, worst first.
    #[must_use]
    pub fn objections(&self) -> Vec<&Decision> {
        let mut broken: Vec<&Decision> =
            self.decisions.iter().filter(|one| !one.passed && one.overridden.is_none()).collect();
        broken.sort_by_key(|one| std::cmp::Reverse(one.result));
        broken
    }

    /// The decisions that keep the request from being sent or approved by anybody's agreement. An approval that is
    /// still to come never keeps it from being sent: it is asked for by sending it.
    pub fn stops(&self) -> impl Iterator<Item = &Decision> {
        self.objections().into_iter().filter(|one| stops(one))
    }

    /// True when nobody needs to look: nothing is broken but what is only kept.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.objections().iter().all(|one| one.effect == Effect::Record)
    }

    /// The objections for people to read, worst first.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let told = self.objections().into_iter().filter(|one| one.result >= Outcome::Warned);
        told.map(|one| Remark {
            rule: one.rule.clone(),
            words: self.words(one),
            remedy: one.remedy.clone(),
            blocks: stops(one),
            kind: one.kind.clone(),
            cite: one.cite.as_ref().map(ToString::to_string).unwrap_or_default(),
            levels: levels(one).to_vec(),
        })
        .collect()
    }

    /// A decision in words, with the dates where it concerns only some.
    #[must_use]
    pub fn words(&self, decision: &Decision) -> String {
        let words = decision.words();
        let Some(on) = self.only_on.get(&decision.rule).filter(|_| !decision.passed) else { return words };
        let mut days: Vec<String> = on.iter().take(3).map(|day| day.strftime("%a, %b %-d").to_string()).collect();
        if on.len() > days.len() {
            days.push(format!("{} more", on.len() - days.len()));
        }
        format!("{words} (on {})", and_list(&days))
    }

    /// The approvals that must still be given before the request becomes a job.
    #[must_use]
    pub fn waits(&self, book: &PolicyBook) -> Vec<Waits> {
        self.objections().into_iter().filter(|one| waits(one)).filter_map(|one| waits_of(one, book)).collect()
    }

    /// Sets a rule aside because the level that it names has agreed.
    pub fn agree(&mut self, agreed: &SetAside) {
        let by_level = |one: &&mut Decision| {
            one.rule == agreed.rule && one.result == Outcome::NeedsApproval && levels(one).contains(&agreed.by)
        };
        if let Some(one) = self.decisions.iter_mut().find(by_level) {
            one.overridden = Some(agreed.clone());
        }
        self.weigh();
    }

    /// Leaves out the rules of a kind that does not concern the case.
    pub fn leave_out(&mut self, kind: &str) {
        self.decisions.retain(|one| one.kind != kind);
        self.weigh();
    }

    /// Sets a rule aside again that was set aside before; nothing where it is not broken now.
    pub fn keep_aside(&mut self, before: &SetAside) {
        let broken = |one: &&mut Decision| one.rule == before.rule && !one.passed && one.overridden.is_none();
        if let Some(one) = self.decisions.iter_mut().find(broken) {
            one.overridden = Some(before.clone());
        }
        self.weigh();
    }

    /// Sets aside every rule that stands in the way and that somebody of one of these capacities may set aside. Answers
    /// the rules that were.
    pub fn set_aside(&mut self, aside: &SetAside, may: impl Fn(&str) -> bool) -> Vec<String> {
        let mut done = Vec::new();
        for one in self.decisions.iter_mut().filter(|one| one.overridden.is_none()) {
            let by = one.override_by.as_ref().and_then(|who| who.by.iter().find(|word| may(word)));
            if let Some(by) = by.filter(|_| stops(one)) {
                let by = by.clone();
                one.overridden = Some(SetAside { rule: one.rule.clone(), by, ..aside.clone() });
                done.push(one.rule.clone());
            }
        }
        self.weigh();
        done
    }
}

fn is_approval(one: &Decision) -> bool {
    matches!(one.inputs, Finding::Approval { .. })
}

fn stops(one: &Decision) -> bool {
    !one.passed && one.result >= Outcome::Blocked && !is_approval(one)
}

fn waits(one: &Decision) -> bool {
    one.result == Outcome::NeedsApproval || (one.result > Outcome::NeedsApproval && is_approval(one))
}

/// Who must agree.
fn levels(one: &Decision) -> &[String] {
    match (&one.inputs, &one.effect) {
        (Finding::Approval { missing_levels, .. }, _) => missing_levels,
        (_, Effect::Approve(level)) => std::slice::from_ref(level),
        _ => &[],
    }
}

fn waits_of(one: &Decision, book: &PolicyBook) -> Option<Waits> {
    let rule = book.rule(&one.rule)?;
    let mut waits = Waits {
        rule: one.rule.clone(),
        object: ApprovalObject::Job,
        levels: levels(one).to_vec(),
        order: LevelOrder::InOrder,
        documents: Vec::new(),
        verbal_first: false,
        silence_denies: false,
        renew: Renewal::Never,
    };
    if let (Kind::Approval(path), Finding::Approval { missing_documents, .. }) = (&rule.kind, &one.inputs) {
        waits.object = path.object;
        waits.order = path.order;
        waits.documents.clone_from(missing_documents);
        waits.verbal_first = path.verbal_first;
        waits.silence_denies = path.silence == Silence::Deny;
        waits.renew = path.renew;
    }
    if let Kind::LeadTime(lead) = &rule.kind {
        waits.verbal_first = matches!(lead.late, LateEffect::VerbalApproval(_));
    }
    Some(waits)
}

impl Waits {
    /// `chief, then city manager; seen: valid permit`.
    #[must_use]
    pub fn words(&self) -> String {
        let levels: Vec<String> = self.levels.iter().map(|level| plain(level)).collect();
        let mut parts = Vec::new();
        if !levels.is_empty() {
            let between = match self.order {
                LevelOrder::InOrder => ", then ",
                LevelOrder::AnyOrder => " and ",
                LevelOrder::One => " or ",
            };
            parts.push(format!("the approval of {}", levels.join(between)));
        }
        parts.extend(self.documents.iter().map(|document| plain(document)));
        and_list(&parts)
    }
}
