//! The prepared sides of a pair, and the checks between them.

use jiff::{Timestamp, civil::Date};

use super::{
    check::{Check, Planned},
    lane::Lane,
};
use crate::{
    id::{Id as _, OfficerId},
    policy::{
        decision::Outcome,
        facts::{Candidate, Proposal},
        judge::outcome,
        kinds::Case,
        rule::{Effect, Kind, Point},
        window::Period,
        work::{Busy, Classes, Measure, States, seconds},
    },
    predicate::{Facts, Predicate},
};

/// Which entries of a ledger a lane counts, and how.
type Slot = (Classes, States, Measure);

/// What all rules share: lanes and conditions, each once.
pub(super) struct Shared<'a> {
    pub(super) point: Point,
    pub(super) now: Timestamp,
    slots: Vec<Slot>,
    conditions: Vec<Condition<'a>>,
}

/// A condition and what remains of it for the officers seen so far.
struct Condition<'a> {
    predicate: &'a Predicate,
    remains: Vec<Predicate>,
}

/// Marks an officer for whom a condition must be asked in full.
const IN_FULL: u16 = u16::MAX;

impl<'a> Shared<'a> {
    pub(super) fn new(point: Point, now: Timestamp) -> Self {
        Self { point, now, slots: Vec::new(), conditions: Vec::new() }
    }

    pub(super) fn slot(&mut self, slot: Slot) -> usize {
        self.slots.iter().position(|one| *one == slot).unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        })
    }

    pub(super) fn condition(&mut self, predicate: &'a Predicate) -> usize {
        self.conditions.iter().position(|one| one.predicate == predicate).unwrap_or_else(|| {
            self.conditions.push(Condition { predicate, remains: Vec::new() });
            self.conditions.len() - 1
        })
    }

    /// Whether a condition holds for the pair.
    pub(super) fn holds(&self, condition: usize, row: &Row<'_>, column: &Column<'_>) -> bool {
        let known = column.holds[condition].get(usize::from(row.remains[condition]));
        known.copied().unwrap_or_else(|| {
            let mut facts = column.facts;
            facts.officer = row.candidate.facts;
            self.conditions[condition].predicate.holds(&facts)
        })
    }
}

/// An officer made ready.
pub struct Row<'a> {
    /// The officer.
    pub candidate: Candidate<'a>,
    pub(super) lanes: Vec<Lane>,
    remains: Vec<u16>,
    /// The prepared rules that some shift may break with him.
    pub(super) asked: RuleSet,
    /// Certifications by kind with the days on which they hold, merged.
    held: Vec<(&'a str, Vec<(Date, Date)>)>,
}

/// A shift made ready.
pub struct Column<'a> {
    /// The work.
    pub proposal: Proposal<'a>,
    pub(super) facts: Facts<'a>,
    pub(super) starts: i64,
    pub(super) ends: i64,
    pub(super) first_day: Date,
    pub(super) last_day: Date,
    pub(super) shapes: Vec<Shape>,
    /// The prepared rules that are in force and count such work.
    pub(super) asked: RuleSet,
    holds: Vec<Vec<bool>>,
}

/// Some of the prepared rules, in their order.
pub(super) struct RuleSet(Vec<u64>);

impl RuleSet {
    fn of(chosen: impl ExactSizeIterator<Item = bool>) -> Self {
        let mut words = vec![0; chosen.len().div_ceil(64)];
        for (at, _) in chosen.enumerate().filter(|(_, chosen)| *chosen) {
            words[at / 64] |= 1 << (at % 64);
        }
        Self(words)
    }

    /// The places of those that are in both.
    pub(super) fn with<'b>(&'b self, other: &'b Self) -> InBoth<'b> {
        InBoth { words: self.0.iter().zip(&other.0), first: 0, left: 0, ahead: 0 }
    }
}

/// Walks the rules that two sets share.
pub(super) struct InBoth<'b> {
    words: std::iter::Zip<std::slice::Iter<'b, u64>, std::slice::Iter<'b, u64>>,
    /// The place of the first rule of the word at hand, and of the word after it.
    first: usize,
    ahead: usize,
    /// The rules of the word at hand that are still to come.
    left: u64,
}

impl Iterator for InBoth<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            let (one, other) = self.words.next()?;
            (self.left, self.first, self.ahead) = (one & other, self.ahead, self.ahead + 64);
        }
        let bit = self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(self.first + bit)
    }
}

/// A shift as one rule sees it.
pub(super) struct Shape {
    /// The rule counts such work.
    applies: bool,
    /// The work's interval under the rule's measure.
    pub(super) own: (i64, i64),
    /// Windows on the calendar.
    pub(super) windows: Vec<(i64, i64)>,
}

impl<'a> super::Screen<'a> {
    /// Prepares an officer. Conditions are parted from him, so rows are best prepared before columns.
    pub fn row(&mut self, candidate: Candidate<'a>) -> Row<'a> {
        let lanes = self.shared.slots.iter().map(|(classes, states, measure)| {
            let counted = candidate.work.iter().filter(|work| classes.has(work.class) && states.has(work.state));
            Lane::new(&Busy::merged(counted.map(|work| seconds(work.span_by(*measure))).collect()))
        });
        let lanes = lanes.collect();
        let remains = self.shared.conditions.iter_mut().map(|condition| {
            let Some(rest) = condition.predicate.knowing_officer(candidate.facts) else { return IN_FULL };
            let at = condition.remains.iter().position(|one| *one == rest).unwrap_or_else(|| {
                condition.remains.push(rest);
                condition.remains.len() - 1
            });
            u16::try_from(at).unwrap_or(IN_FULL)
        });
        let remains: Vec<u16> = remains.collect();
        let remains_of =
            |condition: usize| self.shared.conditions[condition].remains.get(usize::from(remains[condition]));
        let asked = self.planned.iter().map(|planned| {
            let never_applies = planned.when.and_then(remains_of).is_some_and(Predicate::is_never);
            let always_passes = match &planned.check {
                Check::Require { condition } => remains_of(*condition).is_some_and(Predicate::is_always),
                check => check.passes_with_every_shift(&candidate),
            };
            !never_applies && !always_passes
        });
        Row { asked: RuleSet::of(asked), lanes, held: held_days(&candidate), remains, candidate }
    }

    /// Prepares a shift.
    #[must_use]
    pub fn column(&self, proposal: Proposal<'a>) -> Column<'a> {
        let facts = proposal.facts(crate::predicate::OfficerFacts::default());
        let (starts, ends) = seconds(proposal.span);
        let local = |at| proposal.zone.to_datetime(at).date();
        let last = proposal.span.ends_at().checked_sub(jiff::SignedDuration::from_nanos(1));
        let day = proposal.day();
        let shape = |planned: &Planned<'a>| shape_of(planned, &proposal, facts, self.shared.now);
        let shapes: Vec<Shape> = self.planned.iter().map(shape).collect();
        let asked =
            self.planned.iter().zip(&shapes).map(|(planned, shape)| shape.applies && planned.rule.is_in_force(day));
        let holds =
            self.shared.conditions.iter().map(|one| one.remains.iter().map(|rest| rest.holds(&facts)).collect());
        Column {
            holds: holds.collect(),
            asked: RuleSet::of(asked),
            shapes,
            first_day: local(proposal.span.starts_at()),
            last_day: local(last.unwrap_or(proposal.span.ends_at())),
            starts,
            ends,
            facts,
            proposal,
        }
    }
}

/// Whether the rule concerns such work at all, and its windows on the calendar.
fn shape_of(planned: &Planned<'_>, proposal: &Proposal<'_>, facts: Facts<'_>, now: Timestamp) -> Shape {
    let nobody = Candidate::new(OfficerId::from_uuid(uuid::Uuid::nil()), facts.officer, &[]);
    let case = Case { candidate: &nobody, proposal, facts, rule: planned.rule, now };
    let plain = |applies| Shape { applies, own: seconds(proposal.span), windows: Vec::new() };
    match &planned.rule.kind {
        Kind::Cap(cap) if !matches!(planned.check, Check::Exact) => {
            let proposed = cap.proposed(&case);
            let own = seconds(proposed);
            let windows = cap.window.periods(proposal.zone, proposed).iter().map(Period::seconds).collect();
            Shape { applies: cap.counts_proposal(&case), own, windows }
        }
        Kind::RunCap(rule) => plain(rule.count.has(proposal.class)),
        Kind::RestGap(rule) => plain(rule.after.has(proposal.class) || rule.before.has(proposal.class)),
        _ => plain(true),
    }
}

/// The days on which each kind of certification holds, merged over its renewals.
fn held_days<'a>(candidate: &Candidate<'a>) -> Vec<(&'a str, Vec<(Date, Date)>)> {
    let mut held: Vec<(&str, Vec<(Date, Date)>)> = Vec::new();
    for one in candidate.credentials {
        let days = (one.from.unwrap_or(Date::MIN), one.until.unwrap_or(Date::MAX));
        match held.iter_mut().find(|(kind, _)| *kind == one.kind) {
            Some((_, all)) => all.push(days),
            None => held.push((&one.kind, vec![days])),
        }
    }
    for (_, days) in &mut held {
        days.sort_unstable();
        let mut merged: Vec<(Date, Date)> = Vec::with_capacity(days.len());
        for (from, until) in days.drain(..).filter(|(from, until)| from <= until) {
            match merged.last_mut() {
                Some(last) if from <= last.1.tomorrow().unwrap_or(last.1) => last.1 = last.1.max(until),
                _ => merged.push((from, until)),
            }
        }
        *days = merged;
    }
    held
}

impl Column<'_> {
    /// What the post's own certifications come to for this officer.
    pub(super) fn post_outcome(&self, row: &Row<'_>, point: Point) -> Outcome {
        let missing = self.proposal.needs.iter().any(|need| !row.holds_on(need, self.first_day, self.last_day));
        if missing && Point::BEFORE.contains(&point) { outcome(&Effect::Block, point) } else { Outcome::Allowed }
    }
}

impl Row<'_> {
    pub(super) fn holds_on(&self, kind: &str, first: Date, last: Date) -> bool {
        let days = self.held.iter().find(|(one, _)| *one == kind);
        days.is_some_and(|(_, days)| days.iter().any(|(from, until)| *from <= first && last <= *until))
    }
}
