//! Asking the book about one officer and one piece of work.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    decision::{Decision, Judgement, Outcome, worst},
    facts::{Candidate, Proposal},
    kinds::{Answer, Case, CredentialNeeded, LeadObject},
    rule::{Effect, Kind, Point, PolicyBook, Rule},
};
use crate::{
    id::{Id, OfficerId},
    predicate::OfficerFacts,
};

/// The name of the rule that a post makes by asking for certifications of its own.
pub const POST_RULE: &str = "post";

/// Asks every rule that is in force, acts at this point and applies. All answers are kept, those of kept rules too, so
/// that a receipt shows what was looked at.
#[must_use]
pub fn judge(
    book: &PolicyBook,
    officer: &Candidate<'_>,
    proposal: &Proposal<'_>,
    point: Point,
    now: Timestamp,
) -> Judgement {
    let post = post_rule(proposal);
    let asked = Asked { officer, proposal, point, now };
    let decisions: Vec<Decision> = post.iter().chain(&book.rules).filter_map(|rule| asked.decide(rule)).collect();
    Judgement { outcome: worst(&decisions), point, judged_at: now, officer: Some(officer.officer), decisions }
}

/// Asks the rules about a customer's request: crew, venue, approvals, notice, account. No officer is known yet.
#[must_use]
pub fn judge_request(book: &PolicyBook, proposal: &Proposal<'_>, now: Timestamp) -> Judgement {
    judge_office(book, proposal, now, |kind| !is_of_change(kind))
}

/// Asks the rules about a change of work that was approved: notice of changes, and the crew that is left.
#[must_use]
pub fn judge_change(book: &PolicyBook, proposal: &Proposal<'_>, now: Timestamp) -> Judgement {
    judge_office(book, proposal, now, |kind| is_of_change(kind) || matches!(kind, Kind::Crew(_)))
}

const fn is_of_change(kind: &Kind) -> bool {
    matches!(kind, Kind::LeadTime(lead) if matches!(lead.object, LeadObject::Change))
}

fn judge_office(
    book: &PolicyBook,
    proposal: &Proposal<'_>,
    now: Timestamp,
    asked_of: impl Fn(&Kind) -> bool,
) -> Judgement {
    let nobody = Candidate::new(OfficerId::from_uuid(Uuid::nil()), OfficerFacts::default(), &[]);
    let asked = Asked { officer: &nobody, proposal, point: Point::Request, now };
    let rules = book.rules.iter().filter(|rule| asked_of(&rule.kind));
    let decisions: Vec<Decision> = rules.filter_map(|rule| asked.decide(rule)).collect();
    Judgement { outcome: worst(&decisions), point: Point::Request, judged_at: now, officer: None, decisions }
}

/// The outcome alone: the same as [`judge`]'s, without the decisions.
#[must_use]
pub fn judge_verdict(
    book: &PolicyBook,
    officer: &Candidate<'_>,
    proposal: &Proposal<'_>,
    point: Point,
    now: Timestamp,
) -> Outcome {
    let post = post_rule(proposal);
    let asked = Asked { officer, proposal, point, now };
    let results =
        post.iter().chain(&book.rules).filter_map(|rule| asked.answer(rule).map(|answer| asked.result(rule, &answer)));
    results.max().unwrap_or_default()
}

/// The certifications that the post itself asks for.
pub(super) fn post_rule(proposal: &Proposal<'_>) -> Option<Rule> {
    (!proposal.needs.is_empty()).then(|| Rule::new(POST_RULE, Kind::Credential(CredentialNeeded::of(proposal.needs))))
}

/// What is asked of every rule.
struct Asked<'a> {
    officer: &'a Candidate<'a>,
    proposal: &'a Proposal<'a>,
    point: Point,
    now: Timestamp,
}

impl Asked<'_> {
    fn answer(&self, rule: &Rule) -> Option<Answer> {
        if !rule.acts(self.point) || !rule.is_in_force(self.proposal.day()) {
            return None;
        }
        let facts = self.proposal.facts(self.officer.facts);
        let case = Case { candidate: self.officer, proposal: self.proposal, facts, rule, now: self.now };
        if rule.kind.bars_any_work() || rule.when.holds(&case.facts) { rule.kind.judge(&case) } else { None }
    }

    fn result(&self, rule: &Rule, answer: &Answer) -> Outcome {
        if answer.passed {
            Outcome::Allowed
        } else {
            outcome(answer.soften.as_ref().unwrap_or(&rule.effect), self.point)
        }
    }

    fn decide(&self, rule: &Rule) -> Option<Decision> {
        let answer = self.answer(rule)?;
        let result = self.result(rule, &answer);
        Some(Decision {
            rule: rule.id.clone(),
            kind: rule.kind.word().to_owned(),
            cite: rule.cite.clone(),
            passed: answer.passed,
            effect: answer.soften.unwrap_or_else(|| rule.effect.clone()),
            result,
            distance: answer.distance,
            inputs: answer.finding,
            remedy: if answer.passed { String::new() } else { answer.remedy },
            override_by: rule.override_by.clone(),
            overridden: None,
        })
    }
}

impl Effect {
    /// What a broken rule with this effect comes to at this point.
    #[must_use]
    pub const fn outcome_at(&self, point: Point) -> Outcome {
        outcome(self, point)
    }
}

/// What a broken rule comes to at this point.
pub(super) const fn outcome(effect: &Effect, point: Point) -> Outcome {
    match effect {
        Effect::Review | Effect::Record => Outcome::Allowed,
        _ if point.is_after_the_fact() => Outcome::Warned,
        Effect::Warn => Outcome::Warned,
        Effect::Approve(_) => Outcome::NeedsApproval,
        Effect::Hide if matches!(point, Point::List) => Outcome::Hidden,
        Effect::Hide | Effect::Block => Outcome::Blocked,
    }
}
