//! P2 `run_cap` and P3 `rest_gap`: unbroken work and the rest around it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, Case, overlap::is_zero};
use crate::{
    policy::{
        amount::{Length, figure},
        decision::{Distance, Finding, Moment, Side},
        rule::Effect,
        work::{Classes, Measure, WorkClass, seconds},
    },
    time::Minutes,
};

/// No more than so much work without a real break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunCap {
    /// At most so long.
    pub max: Length,
    /// Time off of at least this length ends a run; anything shorter does not.
    pub broken_by: Length,
    /// The kinds of work that count.
    pub count: Classes,
    /// Count the short breaks inside the run too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub breaks_count: bool,
}

/// So much rest between work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestGap {
    /// At least so long.
    pub min: Length,
    /// After work of these kinds.
    pub after: Classes,
    /// Before work of these kinds.
    pub before: Classes,
    /// Only after a run of at least this length; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_run_of: Option<Length>,
    /// What still counts as one run: breaks shorter than this. Touching work always does.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub run_broken_by: Length,
    /// What short rest does.
    #[serde(default)]
    pub otherwise: ShortRest,
}

/// What short rest does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortRest {
    /// The rule's effect.
    #[default]
    Block,
    /// Legal; the tour is paid at overtime. Kept as a finding.
    OvertimePay,
}

/// One stretch of work in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    from: i64,
    to: i64,
    class: WorkClass,
    proposed: bool,
}

/// Pieces joined over short breaks.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: i64,
    to: i64,
    worked: i64,
    last: WorkClass,
    first: WorkClass,
    proposed: bool,
}

/// The counted pieces and the proposed work, sorted.
fn pieces(case: &Case<'_>, count: Classes) -> Vec<Piece> {
    let piece = |(from, to): (i64, i64), class, proposed| Piece { from, to, class, proposed };
    let mut pieces: Vec<Piece> = case
        .held()
        .filter(|work| count.has(work.class))
        .map(|work| piece(seconds(work.span_by(Measure::Worked)), work.class, false))
        .collect();
    pieces.push(piece(seconds(case.proposal.span), case.proposal.class, true));
    pieces.sort_unstable();
    pieces
}

/// Joins pieces whose break is shorter than `broken_by`; touching and overlapping ones always join.
fn runs(pieces: &[Piece], broken_by: i64) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for piece in pieces {
        match runs.last_mut() {
            Some(run) if piece.from <= run.to || piece.from - run.to < broken_by => {
                run.worked += (piece.to - piece.from.max(run.to)).max(0);
                if piece.to >= run.to {
                    (run.to, run.last) = (piece.to, piece.class);
                }
                run.proposed |= piece.proposed;
            }
            _ => runs.push(Run {
                from: piece.from,
                to: piece.to,
                worked: piece.to - piece.from,
                last: piece.class,
                first: piece.class,
                proposed: piece.proposed,
            }),
        }
    }
    runs
}

fn minutes(seconds: i64) -> Minutes {
    Minutes(seconds.div_euclid(60))
}

fn moment(second: i64, case: &Case<'_>) -> Option<Moment> {
    Timestamp::from_second(second).ok().map(|at| Moment::new(at, case.proposal.zone))
}

impl RunCap {
    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        if !self.count.has(case.proposal.class) {
            return None;
        }
        let run = runs(&pieces(case, self.count), self.broken_by.seconds()).into_iter().find(|run| run.proposed)?;
        let length = Minutes((if self.breaks_count { run.to - run.from } else { run.worked } + 59).div_euclid(60));
        let over = length - self.max.minutes();
        Some(Answer {
            passed: over.0 <= 0,
            distance: Some(Distance::Time(over)),
            remedy: format!("Take {} off before it, or shorter work.", self.broken_by),
            finding: Finding::Run {
                length,
                limit: self.max.minutes(),
                from: moment(run.from, case)?,
                until: moment(run.to, case)?,
                broken_by: self.broken_by,
            },
            soften: None,
        })
    }
}

/// A rest beside the proposed work.
struct Rest {
    gap: i64,
    side: Side,
    beside: WorkClass,
    at: i64,
    run: Option<i64>,
}

impl RestGap {
    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let class = case.proposal.class;
        if !self.after.has(class) && !self.before.has(class) {
            return None;
        }
        let rests = match self.after_run_of {
            None => self.beside(case),
            Some(least_run) => self.after_runs(case, least_run.seconds()),
        };
        let worst = rests.into_iter().min_by_key(|rest| rest.gap);
        let least = self.min.minutes();
        let gap = worst.as_ref().map(|rest| minutes(rest.gap));
        let missing = gap.map(|gap| least - gap);
        Some(Answer {
            passed: missing.is_none_or(|missing| missing.0 <= 0),
            distance: missing.map(Distance::Time),
            remedy: missing.map_or_else(String::new, |missing| format!("Leave {} more rest there.", figure(missing))),
            finding: Finding::Rest {
                gap,
                least,
                side: worst.as_ref().map_or(Side::Before, |rest| rest.side),
                beside: worst.as_ref().map(|rest| rest.beside),
                at: worst.as_ref().and_then(|rest| moment(rest.at, case)),
                run: worst.as_ref().and_then(|rest| rest.run).map(minutes),
            },
            soften: (self.otherwise == ShortRest::OvertimePay).then_some(Effect::Record),
        })
    }

    /// The rests to the nearest work on either side, where the pair of kinds is one the rule names.
    /// Overlapping work has no rest at all.
    fn beside(&self, case: &Case<'_>) -> Vec<Rest> {
        let (starts, ends) = seconds(case.proposal.span);
        let class = case.proposal.class;
        let mut rests = Vec::new();
        for work in case.held() {
            let (from, to) = seconds(work.span_by(Measure::Worked));
            if self.before.has(class) && self.after.has(work.class) && from < starts {
                rests.push(Rest {
                    gap: (starts - to).max(0),
                    side: Side::Before,
                    beside: work.class,
                    at: to,
                    run: None,
                });
            }
            if self.after.has(class) && self.before.has(work.class) && to > ends {
                rests.push(Rest {
                    gap: (from - ends).max(0),
                    side: Side::After,
                    beside: work.class,
                    at: from,
                    run: None,
                });
            }
        }
        rests
    }

    /// The rests after long runs, where the proposed work is in the run or in what follows it.
    fn after_runs(&self, case: &Case<'_>, least_run: i64) -> Vec<Rest> {
        let count = Classes::of(&self.after.iter().chain(self.before.iter()).collect::<Vec<_>>());
        let runs = runs(&pieces(case, count), self.run_broken_by.seconds());
        let pairs = runs.windows(2).filter(|pair| {
            (pair[0].proposed || pair[1].proposed)
                && pair[0].worked >= least_run
                && self.after.has(pair[0].last)
                && self.before.has(pair[1].first)
        });
        pairs
            .map(|pair| {
                let (gap, run) = (pair[1].from - pair[0].to, Some(pair[0].worked));
                if pair[0].proposed {
                    Rest { gap, side: Side::After, beside: pair[1].first, at: pair[1].from, run }
                } else {
                    Rest { gap, side: Side::Before, beside: pair[0].last, at: pair[0].to, run }
                }
            })
            .collect()
    }
}
