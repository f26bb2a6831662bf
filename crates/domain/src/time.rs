//! Time: instants in UTC, half-open spans, whole minutes, and wall clocks that name their zone.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub},
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// A length of work in whole minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub i64);

impl Minutes {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whole hours.
    #[must_use]
    pub const fn hours(hours: i64) -> Self {
        Self(hours * 60)
    }
}

/// `8 h`, `7 h 30 min`, `45 min`.
impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, all) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match (all / 60, all % 60) {
            (0, minutes) => write!(f, "{sign}{minutes} min"),
            (hours, 0) => write!(f, "{sign}{hours} h"),
            (hours, minutes) => write!(f, "{sign}{hours} h {minutes} min"),
        }
    }
}
impl Add for Minutes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Minutes {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl AddAssign for Minutes {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sum for Minutes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// A half-open interval `[starts_at, ends_at)`; never empty, never backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Ends")]
pub struct Span {
    starts_at: Timestamp,
    ends_at: Timestamp,
}

/// The two ends as written, not yet known to be in order.
#[derive(Deserialize)]
struct Ends {
    starts_at: Timestamp,
    ends_at: Timestamp,
}

impl TryFrom<Ends> for Span {
    type Error = &'static str;
    fn try_from(ends: Ends) -> Result<Self, Self::Error> {
        Self::new(ends.starts_at, ends.ends_at).ok_or("a span ends after it starts: put ends_at after starts_at")
    }
}

impl Span {
    /// A span, or `None` when the end is not after the start.
    #[must_use]
    pub fn new(starts_at: Timestamp, ends_at: Timestamp) -> Option<Self> {
        (starts_at < ends_at).then_some(Self { starts_at, ends_at })
    }

    /// The first instant inside.
    #[must_use]
    pub fn starts_at(self) -> Timestamp {
        self.starts_at
    }

    /// The first instant after.
    #[must_use]
    pub fn ends_at(self) -> Timestamp {
        self.ends_at
    }

    /// Elapsed minutes, rounded down.
    #[must_use]
    pub fn minutes(self) -> Minutes {
        Minutes((self.ends_at.as_second() - self.starts_at.as_second()).div_euclid(60))
    }

    /// True when the two share at least one instant; touching ends do not.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// What the two share.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.starts_at.max(other.starts_at), self.ends_at.min(other.ends_at))
    }

    /// True when the instant lies inside.
    #[must_use]
    pub fn contains(self, instant: Timestamp) -> bool {
        self.starts_at <= instant && instant < self.ends_at
    }
}

/// Why a wall-clock time on a date is not one instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The clocks jump over this time.
    #[error("{0} does not exist: the clocks go forward over it. Choose a time at least one hour later.")]
    Skipped(DateTime),
    /// The date is outside what calendars carry.
    #[error("{0} is outside the calendar.")]
    OutOfRange(DateTime),
    /// The job would last no time.
    #[error("The start and the end are the same instant.")]
    Empty,
}

/// The instant at which `zone`'s wall clocks show `date` `time`. A time that happens twice (autumn) is its first occurrence.
///
/// # Errors
/// [`ClockError::Skipped`] when the time falls in the spring gap.
pub fn instant(zone: &TimeZone, date: Date, time: Time) -> Result<Timestamp, ClockError> {
    let wall = date.to_datetime(time);
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    if matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
        return Err(ClockError::Skipped(wall));
    }
    ambiguous.earlier().map_err(|_| ClockError::OutOfRange(wall))
}

/// The span from `from` on `date` to `to` on the same date, or on the next when `to` is not after `from`.
///
/// # Errors
/// [`ClockError`] when an end falls in the spring gap or the span is empty.
pub fn shift_span(zone: &TimeZone, date: Date, from: Time, to: Time) -> Result<Span, ClockError> {
    let last_day =
        if to <= from { date.tomorrow().map_err(|_| ClockError::OutOfRange(date.to_datetime(to)))? } else { date };
    Span::new(instant(zone, date, from)?, instant(zone, last_day, to)?).ok_or(ClockError::Empty)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn new_york() -> TimeZone {
        TimeZone::get("America/New_York").expect("zone data is bundled or installed")
    }

    #[test]
    fn a_night_is_seven_eight_or_nine_hours() {
        for (day, hours) in [(date(2026, 3, 7), 7), (date(2026, 3, 10), 8), (date(2026, 10, 31), 9)] {
            let night = shift_span(&new_york(), day, time(22, 0, 0, 0), time(6, 0, 0, 0)).expect("a night");
            assert_eq!(night.minutes(), Minutes::hours(hours), "{day}");
        }
    }

    #[test]
    fn a_time_that_never_was_is_refused() {
        let gap = instant(&new_york(), date(2026, 3, 8), time(2, 30, 0, 0));
        assert!(matches!(gap, Err(ClockError::Skipped(_))));
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).expect("in range");
        let first = Span::new(at(0), at(60)).expect("a span");
        let second = Span::new(at(60), at(120)).expect("a span");
        assert!(!first.overlaps(second));
        assert_eq!(first.intersection(second), None);
        assert!(first.overlaps(Span::new(at(59), at(61)).expect("a span")));
        assert_eq!(Span::new(at(5), at(5)), None);
    }

    #[test]
    fn lengths_read_as_people_say_them() {
        assert_eq!([Minutes(45), Minutes(480), Minutes(450)].map(|m| m.to_string()), ["45 min", "8 h", "7 h 30 min"]);
    }
}
