//! How each kind of rule is asked of prepared numbers.

use super::{
    lane::Lane,
    row::{Column, Row, Shape, Shared},
};
use crate::{
    policy::{
        amount::Amount,
        decision::{Distance, Outcome},
        facts::Candidate,
        judge::outcome,
        kinds::{Cap, CredentialNeeded, ListType, NoOverlap, PaidBlock, RestGap, RunCap, ShortRest, StatusBlock},
        rule::{Effect, Kind, Rule},
        window::Window,
        work::{Measure, States},
    },
    time::Minutes,
};

/// A rule made ready.
pub(super) struct Planned<'a> {
    /// Its place in the book.
    pub(super) at: usize,
    pub(super) rule: &'a Rule,
    pub(super) when: Option<usize>,
    pub(super) check: Check<'a>,
    /// What a quick failure comes to.
    pub(super) result: Outcome,
    /// The worst it can come to.
    pub(super) worst: Outcome,
}

/// How a rule is asked quickly.
pub(super) enum Check<'a> {
    Rolling {
        lane: usize,
        limit: i64,
        length: i64,
    },
    Calendar {
        lane: usize,
        limit: i64,
        exact: bool,
    },
    Overlap {
        lane: usize,
        paid: Option<usize>,
        before: i64,
        after: i64,
        exact: bool,
    },
    Rest {
        after: usize,
        before: usize,
        rule: &'a RestGap,
    },
    Run {
        lane: usize,
        rule: &'a RunCap,
    },
    Status {
        rule: &'a StatusBlock,
    },
    Require {
        condition: usize,
    },
    Credential {
        rule: &'a CredentialNeeded,
    },
    /// Rules about what few officers have; most have nothing to look at.
    Seldom {
        kind: &'a Kind,
    },
    Exact,
}

/// What the numbers say.
pub(super) enum Quick {
    Pass,
    Fail(Option<Distance>),
    Ask,
}

impl<'a> Planned<'a> {
    pub(super) fn new(at: usize, rule: &'a Rule, shared: &mut Shared<'a>) -> Self {
        let held = |classes, measure| (classes, States::HELD, measure);
        let mut soften = None;
        let check = match &rule.kind {
            Kind::Cap(cap) => cap_check(cap, shared),
            Kind::NoOverlap(rule) => overlap_check(rule, shared),
            Kind::RunCap(rule) => Check::Run { lane: shared.slot(held(rule.count, Measure::Worked)), rule },
            Kind::RestGap(rule) => {
                soften = (rule.otherwise == ShortRest::OvertimePay).then_some(Effect::Record);
                let after = shared.slot(held(rule.after, Measure::Worked));
                Check::Rest { after, before: shared.slot(held(rule.before, Measure::Worked)), rule }
            }
            Kind::StatusBlock(rule) => Check::Status { rule },
            Kind::Require(rule) => Check::Require { condition: shared.condition(&rule.that) },
            Kind::Credential(rule) => Check::Credential { rule },
            kind @ (Kind::List(_) | Kind::Penalty(_) | Kind::RelationBar(_) | Kind::DutyReport(_)) => {
                Check::Seldom { kind }
            }
            _ => Check::Exact,
        };
        let result = outcome(soften.as_ref().unwrap_or(&rule.effect), shared.point);
        let worst = match (&check, &rule.kind) {
            // Being late may come to more than the rule's own effect.
            (_, Kind::LeadTime(_)) => Outcome::Hidden,
            (Check::Overlap { paid: Some(_), .. }, _) => result.max(outcome(&Effect::Warn, shared.point)),
            _ => result,
        };
        let when = (!rule.when.is_always() && !rule.kind.bars_any_work()).then(|| shared.condition(&rule.when));
        Self { at, rule, when, check, result, worst }
    }
}

fn cap_check<'a>(cap: &'a Cap, shared: &mut Shared<'a>) -> Check<'a> {
    let (Some(Amount::Time(limit)), true) = (cap.max, cap.only.is_all()) else { return Check::Exact };
    let plain = cap.exceptions.is_empty() && cap.quota.is_none();
    match &cap.window {
        Window::Job => Check::Exact,
        Window::Rolling(length) if plain => Check::Rolling {
            lane: shared.slot((cap.count, cap.states, cap.measure)),
            limit: limit.seconds(),
            length: length.seconds(),
        },
        Window::Rolling(_) => Check::Exact,
        // A quota or an exception may only be met by a count over the limit, or lower it: then the rule itself is asked.
        _ if !cap.exceptions.is_empty() => Check::Exact,
        window => Check::Calendar {
            lane: shared.slot((cap.count, cap.states, cap.measure)),
            limit: limit.seconds(),
            exact: plain && *window != Window::DayOff,
        },
    }
}

fn overlap_check<'a>(rule: &'a NoOverlap, shared: &mut Shared<'a>) -> Check<'a> {
    let travel = rule.travel.seconds();
    let paid = (rule.paid_block != PaidBlock::Free).then(|| shared.slot((rule.with, States::HELD, Measure::Paid)));
    Check::Overlap {
        lane: shared.slot((rule.with, States::HELD, Measure::Worked)),
        paid,
        before: rule.buffer_before.seconds() + travel,
        after: rule.buffer_after.seconds() + travel,
        exact: travel == 0,
    }
}

impl Check<'_> {
    /// Cheaper ones are asked first among rules that come to the same.
    pub(super) const fn cost(&self) -> u8 {
        match self {
            Self::Require { .. } | Self::Status { .. } => 0,
            Self::Credential { .. } => 1,
            Self::Overlap { .. } => 2,
            Self::Rest { .. } => 3,
            Self::Calendar { .. } => 4,
            Self::Rolling { .. } | Self::Run { .. } => 5,
            Self::Seldom { .. } => 1,
            Self::Exact => 6,
        }
    }

    /// True when the officer's own seat must be left out of the sums.
    pub(super) const fn reads_ledger(&self) -> bool {
        matches!(
            self,
            Self::Rolling { .. } | Self::Calendar { .. } | Self::Overlap { .. } | Self::Rest { .. } | Self::Run { .. }
        )
    }

    /// True when the officer has nothing that a rule about statuses, lists, offences, relations or reports looks at.
    pub(super) fn passes_with_every_shift(&self, candidate: &Candidate<'_>) -> bool {
        match self {
            Self::Status { rule } => !candidate.statuses.iter().any(|status| rule.names(status)),
            Self::Seldom { kind: Kind::List(list) } => match list.list_type {
                ListType::Deny => candidate.lists.is_empty(),
                ListType::Preferred | ListType::Watch => true,
                ListType::Allow | ListType::OptIn | ListType::CustomerHold => false,
            },
            Self::Seldom { kind: Kind::Penalty(_) } => candidate.offences.is_empty(),
            Self::Seldom { kind: Kind::DutyReport(_) } => candidate.reports_owed.is_empty(),
            _ => false,
        }
    }

    /// What the prepared numbers say. `at` is the rule's place among those prepared.
    pub(super) fn quick(&self, at: usize, row: &Row<'_>, column: &Column<'_>, shared: &Shared<'_>) -> Quick {
        let (s, e) = (column.starts, column.ends);
        let shape = &column.shapes[at];
        match self {
            Self::Rolling { lane, limit, length } => rolling(&row.lanes[*lane], shape, *limit, *length),
            Self::Calendar { lane, limit, exact } => calendar(&row.lanes[*lane], shape, *limit, *exact),
            Self::Overlap { lane, paid, before, after, exact } => {
                let near = |lane: &usize| row.lanes[*lane].meets(s - before, e + after);
                match (near(lane), paid.as_ref().is_some_and(near)) {
                    (false, false) => Quick::Pass,
                    (true, _) if *exact => Quick::Fail(None),
                    _ => Quick::Ask,
                }
            }
            Self::Rest { after, before, rule } => rest(&row.lanes[*after], &row.lanes[*before], column, rule),
            Self::Run { lane, rule } => {
                let run = row.lanes[*lane].run_around(s, e, rule.broken_by.seconds());
                over(if rule.breaks_count { run.long } else { run.worked } - rule.max.seconds())
            }
            Self::Require { condition } if shared.holds(*condition, row, column) => Quick::Pass,
            Self::Require { .. } => Quick::Fail(None),
            Self::Credential { rule } => {
                let (first, last) = rule.days_of(column.first_day, column.last_day);
                match rule.need.iter().all(|need| row.holds_on(need, first, last)) {
                    true => Quick::Pass,
                    false if rule.grace_days == 0 => Quick::Fail(None),
                    false => Quick::Ask,
                }
            }
            Self::Seldom { kind: Kind::List(list) }
                if list.list_type == ListType::CustomerHold && column.proposal.holds.is_empty() =>
            {
                Quick::Pass
            }
            Self::Seldom { kind: Kind::RelationBar(_) }
                if row.candidate.relations.is_empty()
                    && column.proposal.coordinator.is_none()
                    && column.proposal.members.is_empty() =>
            {
                Quick::Pass
            }
            Self::Status { .. } | Self::Seldom { .. } | Self::Exact => Quick::Ask,
        }
    }
}

/// So many seconds over a limit; a begun minute counts.
fn over(seconds: i64) -> Quick {
    if seconds > 0 { Quick::Fail(Some(Distance::Time(Minutes((seconds + 59).div_euclid(60))))) } else { Quick::Pass }
}

fn rolling(lane: &Lane, shape: &Shape, limit: i64, length: i64) -> Quick {
    let (s, e) = shape.own;
    if lane.within(s - length, e + length) + e - s <= limit {
        return Quick::Pass;
    }
    let most = if e - s < 60 || e - s > length || lane.meets(s, e) {
        lane.most_near(s, e, length)
    } else {
        lane.most_around(s, e, length)
    };
    over(most - limit)
}

fn calendar(lane: &Lane, shape: &Shape, limit: i64, exact: bool) -> Quick {
    let (s, e) = shape.own;
    let sum = |window: &(i64, i64)| {
        let (from, to) = *window;
        let counted = lane.within(from, to) - limit;
        let own = (from.max(s), to.min(e));
        // What of the work is counted already matters only where all of it would not fit.
        if counted + (own.1 - own.0).max(0) <= 0 { 0 } else { counted + lane.free_within(own.0, own.1) }
    };
    match shape.windows.iter().map(sum).max() {
        Some(most) if most > 0 && exact => over(most),
        Some(most) if most > 0 => Quick::Ask,
        _ => Quick::Pass,
    }
}

fn rest(after: &Lane, before: &Lane, column: &Column<'_>, rule: &RestGap) -> Quick {
    let (s, e, class) = (column.starts, column.ends, column.proposal.class);
    let short = |gap: i64| {
        let missing = rule.min.minutes().0 - gap.div_euclid(60);
        if missing > 0 { Quick::Fail(Some(Distance::Time(Minutes(missing)))) } else { Quick::Pass }
    };
    let Some(long) = rule.after_run_of else {
        let behind = after.last_end_before(s).filter(|_| rule.before.has(class)).map(|end| (s - end).max(0));
        let ahead = before.next_start_after(e).filter(|_| rule.after.has(class)).map(|start| (start - e).max(0));
        return behind.into_iter().chain(ahead).min().map_or(Quick::Pass, short);
    };
    if rule.after != rule.before {
        return Quick::Ask;
    }
    let broken_by = rule.run_broken_by.seconds();
    let run = after.run_around(s, e, broken_by);
    let behind = run.gap_before.filter(|_| after.worked_before(run.first, broken_by) >= long.seconds());
    let ahead = run.gap_after.filter(|_| run.worked >= long.seconds());
    behind.into_iter().chain(ahead).min().map_or(Quick::Pass, short)
}
