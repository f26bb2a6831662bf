//! P4 `no_overlap`: not two things at once, with free time around them.

use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::{
    policy::{
        amount::{Length, figure},
        decision::{Distance, Finding, Moment},
        rule::Effect,
        work::{Classes, Measure, Work, WorkClass, seconds},
    },
    time::{Minutes, Span},
};

/// No work of these kinds at the same time. Touching ends are allowed unless free time is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoOverlap {
    /// With these kinds of work.
    pub with: Classes,
    /// Free time that must lie before the proposed work.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub buffer_before: Length,
    /// Free time that must lie after it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub buffer_after: Length,
    /// More free time where the two are at different sites; an unknown site is a different one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub travel: Length,
    /// What time that is paid but not worked (block pay, minimums) does.
    #[serde(default)]
    pub paid_block: PaidBlock,
}

pub(super) fn is_zero(length: &Length) -> bool {
    *length == Length::ZERO
}

/// Whether paid but unworked time is busy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidBlock {
    /// It is free.
    #[default]
    Free,
    /// It warns.
    Warn,
    /// It is busy.
    Busy,
}

impl NoOverlap {
    /// Nothing of these kinds at the same time, touching ends allowed.
    #[must_use]
    pub fn with(classes: &[WorkClass]) -> Self {
        Self {
            with: Classes::of(classes),
            buffer_before: Length::ZERO,
            buffer_after: Length::ZERO,
            travel: Length::ZERO,
            paid_block: PaidBlock::Free,
        }
    }

    /// The free seconds wanted before and after the proposed work, beside this entry.
    pub(crate) fn buffers(&self, work: &Work, case: &Case<'_>) -> (i64, i64) {
        let apart = work.place.is_none() || work.place != case.proposal.site;
        let travel = if apart { self.travel.seconds() } else { 0 };
        (self.buffer_before.seconds() + travel, self.buffer_after.seconds() + travel)
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let others = || case.held().filter(|work| self.with.has(work.class));
        let worked = others().find_map(|work| self.clash(work, work.span_by(Measure::Worked), case, false));
        if worked.is_some() {
            return worked;
        }
        let paid = match self.paid_block {
            PaidBlock::Free => None,
            _ => others().find_map(|work| self.clash(work, work.span_by(Measure::Paid), case, true)),
        };
        let clear = Answer {
            passed: true,
            distance: None,
            remedy: String::new(),
            finding: Finding::Overlap {
                with: None,
                from: None,
                until: None,
                shared: Minutes::ZERO,
                buffer: self.buffer_before.max(self.buffer_after).minutes(),
                paid_only: false,
            },
            soften: None,
        };
        Some(paid.map_or(clear, |answer| Answer {
            soften: (self.paid_block == PaidBlock::Warn).then_some(Effect::Warn),
            ..answer
        }))
    }

    fn clash(&self, work: &Work, busy: Span, case: &Case<'_>, paid_only: bool) -> Option<Answer> {
        let ((from, until), (starts, ends)) = (seconds(busy), seconds(case.proposal.span));
        let (before, after) = self.buffers(work, case);
        if until + before <= starts || ends + after <= from {
            return None;
        }
        let shared = until.min(ends) - from.max(starts);
        let (buffer, short) = if shared > 0 {
            (0, shared)
        } else if until <= starts {
            (before, until + before - starts)
        } else {
            (after, ends + after - from)
        };
        let zone = case.proposal.zone;
        let short = Minutes((short + 59).div_euclid(60));
        Some(Answer {
            passed: false,
            distance: Some(Distance::Time(short)),
            remedy: if shared > 0 {
                "Choose work at another time, or give the other up.".to_owned()
            } else {
                format!("Leave {} more between the two.", figure(short))
            },
            finding: Finding::Overlap {
                with: Some(work.class),
                from: Some(Moment::new(busy.starts_at(), zone)),
                until: Some(Moment::new(busy.ends_at(), zone)),
                shared: Minutes((shared.max(0) + 59).div_euclid(60)),
                buffer: Minutes(buffer / 60),
                paid_only,
            },
            soften: None,
        })
    }
}
