//! The work ledger: everything an officer does, did, or is away for, as half-open intervals.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AssignmentId, CustomerId, SiteId},
    time::{Minutes, Span},
};

macro_rules! set_of {
    ($set:ident, $list:literal, $item:ident { $($(#[$doc:meta])* $name:ident = $word:literal),* $(,)? }) => {
        #[doc = concat!("See [`", stringify!($set), "`] for a set of them.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $item { $($(#[$doc])* $name),* }

        impl $item {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As people say it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }

        #[doc = concat!("A set of [`", stringify!($item), "`]; written as a list.")]
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = $list, into = $list)]
        pub struct $set(u16);

        impl $set {
            /// The set of these.
            #[must_use]
            pub const fn of(items: &[$item]) -> Self {
                let (mut bits, mut at) = (0, 0);
                while at < items.len() {
                    bits |= 1 << items[at] as u16;
                    at += 1;
                }
                Self(bits)
            }

            /// True when the item is in the set.
            #[must_use]
            pub const fn has(self, item: $item) -> bool {
                self.0 & (1 << item as u16) != 0
            }

            /// True when nothing is in the set.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The items, in order.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.iter().copied().filter(move |item| self.has(*item))
            }

            /// `on duty, overtime and detail`.
            #[must_use]
            pub fn words(self) -> String {
                super::words::and_list(&self.iter().map(|item| item.word().to_owned()).collect::<Vec<_>>())
            }
        }
        impl From<Vec<$item>> for $set {
            fn from(items: Vec<$item>) -> Self { Self::of(&items) }
        }
        impl From<$set> for Vec<$item> {
            fn from(set: $set) -> Self { set.iter().collect() }
        }
    };
}

set_of!(Classes, "Vec<WorkClass>", WorkClass {
    /// A scheduled tour.
    OnDuty = "on duty",
    /// Overtime for the agency.
    Overtime = "overtime",
    /// Court.
    Court = "court",
    /// Training.
    Training = "training",
    /// Off-duty work given out here.
    Detail = "paid detail",
    /// Other employment, not as police.
    OtherEmployment = "other employment",
    /// A detail of another agency.
    OtherAgency = "other agency",
    /// Leave that is not sickness.
    Leave = "leave",
    /// Sickness or injury.
    Sick = "sick",
    /// Time the officer has taken out himself.
    Unavailable = "unavailable",
});

set_of!(States, "Vec<WorkState>", WorkState {
    /// Offered and not yet answered.
    Offered = "offered",
    /// Taken; not yet worked.
    Booked = "booked",
    /// Worked.
    Worked = "worked",
    /// Cancelled by the customer or the agency.
    Cancelled = "cancelled",
    /// Given up by the officer.
    GivenUp = "given up",
});

impl States {
    /// What counts unless a rule says otherwise: booked and worked.
    pub const HELD: Self = Self::of(&[WorkState::Booked, WorkState::Worked]);
}

/// Where an entry of the ledger comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkSource {
    /// A seat on a shift given out here.
    Assignment(AssignmentId),
    /// The imported on-duty schedule.
    Schedule,
    /// Another imported list (court, overtime, leave), by its name.
    Import(String),
    /// Entered by the officer.
    Officer,
    /// Entered by the agency.
    Agency,
    /// Another agency on this installation.
    Partner,
}

/// Which of its lengths an entry counts with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// As scheduled.
    Scheduled,
    /// As clocked; as scheduled while not clocked.
    #[default]
    Worked,
    /// As paid (block pay, minimums), from the start; as clocked while not priced.
    Paid,
}

/// One entry of the ledger. Times are instants; the interval is half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The scheduled interval. For court or overtime without an end the importer puts an assumed one.
    pub span: Span,
    /// What kind of work or absence.
    pub class: WorkClass,
    /// How far it has come.
    pub state: WorkState,
    /// Where the entry comes from.
    pub source: WorkSource,
    /// The site, where known: decides travel time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<SiteId>,
    /// The clocked interval, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worked: Option<Span>,
    /// The paid minutes, once known; may be more than worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Minutes>,
    /// The customer of a detail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The code of the job type of a detail, or the kind of leave (`annual`, `medical`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// True when the agency's own overtime unit runs the job.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unit_run: bool,
}

impl Work {
    /// An entry with the scheduled interval and nothing else known.
    #[must_use]
    pub fn new(span: Span, class: WorkClass, state: WorkState, source: WorkSource) -> Self {
        Self {
            span,
            class,
            state,
            source,
            place: None,
            worked: None,
            paid: None,
            customer: None,
            sort: None,
            unit_run: false,
        }
    }

    /// The interval under a measure.
    #[must_use]
    pub fn span_by(&self, measure: Measure) -> Span {
        let worked = self.worked.unwrap_or(self.span);
        match measure {
            Measure::Scheduled => self.span,
            Measure::Worked => worked,
            Measure::Paid => self.paid.map_or(worked, |paid| lengthened(worked, paid)),
        }
    }

    /// True while the officer is bound by it.
    #[must_use]
    pub fn is_held(&self) -> bool {
        States::HELD.has(self.state)
    }
}

/// From the start of `span` for `paid` minutes; `span` itself when that is no time or beyond the calendar.
fn lengthened(span: Span, paid: Minutes) -> Span {
    let end = span.starts_at().checked_add(jiff::SignedDuration::from_mins(paid.0)).ok();
    end.and_then(|end| Span::new(span.starts_at(), end)).unwrap_or(span)
}

/// Counted time as merged, sorted seconds, so that an hour of the day counts once and a sum is two look-ups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Busy {
    spans: Vec<(i64, i64)>,
    before: Vec<i64>,
}

/// The whole seconds of a span.
pub(crate) fn seconds(span: Span) -> (i64, i64) {
    (span.starts_at().as_second(), span.ends_at().as_second())
}

impl Busy {
    /// Merges intervals given in any order.
    pub(crate) fn merged(mut spans: Vec<(i64, i64)>) -> Self {
        if !spans.is_sorted() {
            spans.sort_unstable();
        }
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
        for (from, to) in spans {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        let mut sum = 0;
        let before = merged
            .iter()
            .map(|(from, to)| {
                let before = sum;
                sum += to - from;
                before
            })
            .collect();
        Self { spans: merged, before }
    }

    /// Seconds counted before the instant.
    pub(crate) fn until(&self, instant: i64) -> i64 {
        let after = self.spans.partition_point(|(from, _)| *from < instant);
        match after.checked_sub(1) {
            None => 0,
            Some(at) => self.before[at] + (self.spans[at].1.min(instant) - self.spans[at].0),
        }
    }

    /// Seconds counted in `[from, to)`.
    pub(crate) fn within(&self, from: i64, to: i64) -> i64 {
        self.until(to) - self.until(from)
    }

    /// The merged intervals.
    pub(crate) fn spans(&self) -> &[(i64, i64)] {
        &self.spans
    }

    /// The starts, as closed stretches of seconds inside `among`, of the windows of `length` seconds that hold a minute
    /// more than `limit` or over. Between the places where a window's start or end meets an edge the sum changes by a second a second or
    /// not at all, so each stretch is found from its ends.
    pub(crate) fn starts_over(&self, length: i64, limit: i64, among: (i64, i64)) -> Vec<(i64, i64)> {
        let (first, last) = among;
        let mut turns: Vec<i64> =
            self.spans.iter().flat_map(|(from, to)| [*from, *to, from - length, to - length]).collect();
        turns.retain(|turn| (first..=last).contains(turn));
        turns.extend([first, last]);
        turns.sort_unstable();
        turns.dedup();
        let over = |start: i64| self.within(start, start + length) - limit - 59;
        let mut found: Vec<(i64, i64)> = Vec::new();
        for pair in turns.windows(2) {
            let (from, to) = (over(pair[0]), over(pair[1]));
            let stretch = match (from > 0, to > 0) {
                (true, true) => (pair[0], pair[1]),
                (true, false) => (pair[0], pair[0] + from - 1),
                (false, true) => (pair[1] - (to - 1), pair[1]),
                (false, false) => continue,
            };
            match found.last_mut() {
                Some(before) if stretch.0 <= before.1 + 1 => before.1 = before.1.max(stretch.1),
                _ => found.push(stretch),
            }
        }
        found
    }

    /// The start of the window of `length` seconds, sharing at least a minute with `with`, that holds most;
    /// of several the latest, since its end is the one an officer recognises. Also the seconds it holds.
    ///
    /// The sum over a sliding window grows and shrinks linearly and turns only where the window's start meets
    /// the start of an interval or its end the end of one, so those places and the two limits are enough.
    pub(crate) fn fullest_window(&self, length: i64, with: (i64, i64)) -> (i64, i64) {
        let (first, last) = (with.0 - length + 60, with.1 - 60);
        let (first, last) = if first <= last { (first, last) } else { (with.0, with.0) };
        let mut best = (first, self.within(first, first + length));
        let mut try_at = |start: i64| {
            if (first..=last).contains(&start) {
                let sum = self.within(start, start + length);
                if sum > best.1 || (sum == best.1 && start > best.0) {
                    best = (start, sum);
                }
            }
        };
        try_at(last);
        let near = self.spans.partition_point(|(_, to)| *to < first);
        for (from, to) in self.spans[near..].iter().take_while(|(from, _)| *from <= last + length) {
            try_at(*from);
            try_at(*to - length);
        }
        best
    }
}
