//! An officer's counted time, indexed so that a sum over any stretch is a few steps.

use crate::policy::work::Busy;

/// Width of an index bucket: about one tour, so that a look-up steps over at most one or two intervals.
const BUCKET_SECONDS: i64 = 4 * 3600;
/// Ledgers longer than this many buckets (five years) share the last one.
const BUCKETS_AT_MOST: i64 = 11_000;

/// Merged intervals with running sums and a coarse index.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    spans: Vec<(i64, i64)>,
    /// Seconds before each interval; one more at the end for all.
    before: Vec<i64>,
    origin: i64,
    /// For each bucket the first interval that ends after its start.
    index: Vec<u32>,
}

impl Lane {
    pub(super) fn new(busy: &Busy) -> Self {
        let spans = busy.spans().to_vec();
        let mut before = Vec::with_capacity(spans.len() + 1);
        let mut sum = 0;
        for (from, to) in &spans {
            before.push(sum);
            sum += to - from;
        }
        before.push(sum);
        let origin = spans.first().map_or(0, |first| first.0);
        let end = spans.last().map_or(0, |last| last.1);
        let buckets = ((end - origin) / BUCKET_SECONDS + 1).min(BUCKETS_AT_MOST);
        let mut at = 0;
        let index = (0..buckets).map(|bucket| {
            while at < spans.len() && spans[at].1 <= origin + bucket * BUCKET_SECONDS {
                at += 1;
            }
            u32::try_from(at).unwrap_or(u32::MAX)
        });
        Self { index: index.collect(), spans, before, origin }
    }

    /// The first interval that ends after the instant.
    #[inline]
    fn first_ending_after(&self, instant: i64) -> usize {
        let bucket = usize::try_from((instant - self.origin) / BUCKET_SECONDS).unwrap_or(0).min(self.index.len() - 1);
        let mut at = if instant < self.origin { 0 } else { self.index[bucket] as usize };
        while at < self.spans.len() && self.spans[at].1 <= instant {
            at += 1;
        }
        at
    }

    /// Seconds counted before the instant.
    fn until(&self, instant: i64) -> i64 {
        self.sum_at(self.first_ending_after(instant), instant)
    }

    /// The same where the first interval that ends after it is known.
    fn sum_at(&self, at: usize, instant: i64) -> i64 {
        self.before[at] + self.spans.get(at).map_or(0, |span| (instant - span.0).max(0))
    }

    pub(super) fn within(&self, from: i64, to: i64) -> i64 {
        self.until(to) - self.until(from)
    }

    /// True when an instant of `[from, to)` is counted.
    pub(super) fn meets(&self, from: i64, to: i64) -> bool {
        self.spans.get(self.first_ending_after(from)).is_some_and(|span| span.0 < to)
    }

    /// The end of the last interval that begins before the instant.
    pub(super) fn last_end_before(&self, instant: i64) -> Option<i64> {
        let mut at = self.first_ending_after(instant);
        if self.spans.get(at).is_none_or(|span| span.0 >= instant) {
            at = at.checked_sub(1)?;
        }
        Some(self.spans[at].1)
    }

    /// The start of the first interval that ends after the instant.
    pub(super) fn next_start_after(&self, instant: i64) -> Option<i64> {
        self.spans.get(self.first_ending_after(instant)).map(|span| span.0)
    }

    /// The most seconds in any window of `length` that holds `[s, e)` wholly, with those of `[s, e)`. Windows that hold it
    /// in part never hold more. For work that meets no counted time and is no longer than the window.
    pub(super) fn most_around(&self, s: i64, e: i64, length: i64) -> i64 {
        let first = self.first_ending_after(e - length);
        let mut at = first;
        while at < self.spans.len() && self.spans[at].1 <= s {
            at += 1;
        }
        // Nothing is counted inside [s, e), so the sums before both are one.
        let until_s = self.sum_at(at, s);
        let own = e - s;
        let mut most = until_s - self.sum_at(first, e - length);
        for (span, before) in self.spans[first..at].iter().zip(&self.before[first..at]) {
            if span.0 > e - length {
                most = most.max(self.until(span.0 + length) - before);
            }
        }
        let mut reached = self.before[at];
        for (span, before) in self.spans[at..].iter().zip(&self.before[at..]) {
            if span.0 >= s + length {
                break;
            }
            if span.1 < s + length {
                let sum = before + span.1 - span.0;
                most = most.max(sum - self.until(span.1 - length));
                reached = sum;
            } else {
                reached = before + s + length - span.0;
            }
        }
        own + most.max(reached - until_s)
    }

    /// Seconds of `[from, to)` that are not counted yet.
    pub(super) fn free_within(&self, from: i64, to: i64) -> i64 {
        if from < to { to - from - self.within(from, to) } else { 0 }
    }

    /// The most seconds in any window of `length` that shares a minute with `[s, e)`, with its own; any work at all.
    pub(super) fn most_near(&self, s: i64, e: i64, length: i64) -> i64 {
        let (first, last) = (s - length + 60, e - 60);
        let sum = |start: i64| {
            let until = start + length;
            self.within(start, until) + self.free_within(start.max(s), until.min(e))
        };
        if first > last {
            return sum(s);
        }
        let near = self.first_ending_after(first);
        let spans = self.spans[near..].iter().take_while(|span| span.0 <= last + length);
        let turns = spans.flat_map(|span| [span.0, span.1 - length]).chain([first, last, s, e - length]);
        turns.filter(|start| (first..=last).contains(start)).map(sum).max().unwrap_or(0)
    }

    /// The unbroken run that `[s, e)` makes, and its neighbours.
    pub(super) fn run_around(&self, s: i64, e: i64, broken_by: i64) -> Around {
        let joins = |gap: i64| gap <= 0 || gap < broken_by;
        let next = self.first_ending_after(s);
        let (mut first, mut last, mut from, mut to, mut worked) = (next, next, s, e, self.free_within(s, e));
        while last < self.spans.len() && joins(self.spans[last].0 - to) {
            from = from.min(self.spans[last].0);
            to = to.max(self.spans[last].1);
            worked += self.spans[last].1 - self.spans[last].0;
            last += 1;
        }
        while first > 0 && joins(from - self.spans[first - 1].1) {
            first -= 1;
            from = self.spans[first].0;
            worked += self.spans[first].1 - from;
        }
        let gap_before = first.checked_sub(1).map(|before| from - self.spans[before].1);
        let gap_after = self.spans.get(last).map(|after| after.0 - to);
        Around { worked, long: to - from, first, gap_before, gap_after }
    }

    /// The seconds worked in the run that ends with the interval before `first`.
    pub(super) fn worked_before(&self, first: usize, broken_by: i64) -> i64 {
        let mut worked = 0;
        for at in (0..first).rev() {
            worked += self.spans[at].1 - self.spans[at].0;
            if at == 0 || self.spans[at].0 - self.spans[at - 1].1 >= broken_by {
                break;
            }
        }
        worked
    }
}

/// A run and the gaps beside it.
pub(super) struct Around {
    /// Seconds worked.
    pub(super) worked: i64,
    /// Seconds from its start to its end.
    pub(super) long: i64,
    /// Its first counted interval, or the one after it.
    pub(super) first: usize,
    pub(super) gap_before: Option<i64>,
    pub(super) gap_after: Option<i64>,
}
