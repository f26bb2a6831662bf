//! Many officers against many shifts: the same answers as asking rule by rule, prepared so that a pair costs tens of
//! nanoseconds.
//!
//! A [`Row`] holds an officer's ledger as running sums and what remains of every condition once he is known; a
//! [`Column`] holds a shift's windows and the answer of every remaining condition. A pair then compares numbers. Where
//! the numbers do not decide, the rule itself is asked: the screen never guesses. One changed fact rebuilds one row or one
//! column.

mod check;
mod lane;
mod row;

use jiff::Timestamp;

use check::{Planned, Quick};
use row::Shared;
pub use row::{Column, Row};

use super::{
    decision::{Distance, Outcome},
    judge::outcome,
    kinds::Case,
    rule::{Effect, Point, PolicyBook},
};

/// A broken rule of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Its place in the book; none for the post's own certifications.
    pub rule: Option<usize>,
    /// What it comes to.
    pub result: Outcome,
    /// How far from the limit, where the numbers at hand give it; the decision's words always do.
    pub distance: Option<Distance>,
}

/// A book made ready for one point and one moment.
pub struct Screen<'a> {
    shared: Shared<'a>,
    planned: Vec<Planned<'a>>,
}

impl<'a> Screen<'a> {
    /// Prepares the rules that act at this point, those that can decide most first.
    #[must_use]
    pub fn new(book: &'a PolicyBook, point: Point, now: Timestamp) -> Self {
        let mut shared = Shared::new(point, now);
        let acting = book.rules.iter().enumerate().filter(|(_, rule)| rule.acts(point));
        let mut planned: Vec<Planned<'a>> = acting.map(|(at, rule)| Planned::new(at, rule, &mut shared)).collect();
        planned.sort_by_key(|one| (std::cmp::Reverse(one.worst), one.check.cost()));
        Self { shared, planned }
    }

    /// The outcome for one officer and one shift; equals [`super::judge_verdict`].
    #[must_use]
    pub fn verdict(&self, row: &Row<'a>, column: &Column<'a>) -> Outcome {
        let mut worst = column.post_outcome(row, self.shared.point);
        for at in column.asked.with(&row.asked) {
            let planned = &self.planned[at];
            if worst >= planned.worst {
                break;
            }
            if let Some((result, _)) = self.broken(at, planned, row, column) {
                worst = worst.max(result);
            }
        }
        worst
    }

    /// The outcome, and every broken rule in `reasons`, which is emptied first.
    pub fn reasons(&self, row: &Row<'a>, column: &Column<'a>, reasons: &mut Vec<Reason>) -> Outcome {
        reasons.clear();
        let mut worst = column.post_outcome(row, self.shared.point);
        if worst > Outcome::Allowed {
            reasons.push(Reason { rule: None, result: worst, distance: None });
        }
        for at in column.asked.with(&row.asked) {
            let planned = &self.planned[at];
            if let Some((result, distance)) = self.broken(at, planned, row, column) {
                worst = worst.max(result);
                reasons.push(Reason { rule: Some(planned.at), result, distance });
            }
        }
        worst
    }

    /// What the rule comes to when it applies and is broken.
    fn broken(
        &self,
        at: usize,
        planned: &Planned<'a>,
        row: &Row<'a>,
        column: &Column<'a>,
    ) -> Option<(Outcome, Option<Distance>)> {
        if !planned.when.is_none_or(|when| self.shared.holds(when, row, column)) {
            return None;
        }
        let quick = if column.proposal.assignment.is_some() && planned.check.reads_ledger() {
            Quick::Ask
        } else {
            planned.check.quick(at, row, column, &self.shared)
        };
        match quick {
            Quick::Pass => None,
            Quick::Fail(distance) => Some((planned.result, distance)),
            Quick::Ask => self.ask(planned, row, column),
        }
    }

    #[cold]
    fn ask(&self, planned: &Planned<'a>, row: &Row<'a>, column: &Column<'a>) -> Option<(Outcome, Option<Distance>)> {
        let mut facts = column.facts;
        facts.officer = row.candidate.facts;
        let case = Case {
            candidate: &row.candidate,
            proposal: &column.proposal,
            facts,
            rule: planned.rule,
            now: self.shared.now,
        };
        let answer = planned.rule.kind.judge(&case).filter(|answer| !answer.passed)?;
        let effect: &Effect = answer.soften.as_ref().unwrap_or(&planned.rule.effect);
        Some((outcome(effect, self.shared.point), answer.distance))
    }
}
