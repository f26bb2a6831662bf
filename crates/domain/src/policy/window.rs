//! Windows: the stretches of time over which a cap counts.
//!
//! Rolling windows are elapsed time. Days, weeks, cycles, months and years follow the wall clock of the job's zone, so a
//! day is 23, 24 or 25 h long.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use super::{amount::Length, decision::Moment};
use crate::{calendar::WeekStart, time::Span};

/// Over what a cap counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Window {
    /// A local calendar day.
    CalendarDay,
    /// A local calendar day on which no tour begins.
    DayOff,
    /// The job alone.
    Job,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
    /// Any stretch of this elapsed length: the worst one counts.
    Rolling(Length),
    /// A week from a weekday and a local time.
    Week {
        /// The first day.
        from: WeekStart,
        /// The local time at which it begins; midnight when absent.
        #[serde(default = "midnight")]
        at: Time,
    },
    /// Periods of so many days (work cycle, pay period), one or several consecutive ones together.
    Cycle {
        /// Length of a period, 1 to 366 days.
        days: u16,
        /// A day on which a period begins.
        anchor: Date,
        /// The local time at which it begins; midnight when absent.
        #[serde(default = "midnight")]
        at: Time,
        /// How many consecutive periods are counted as one: 2 is "this and the last". Every such pair that holds the
        /// work is asked.
        #[serde(default = "one")]
        together: u8,
    },
}

const fn midnight() -> Time {
    Time::midnight()
}
const fn one() -> u8 {
    1
}

/// One window with its ends, in instants and on the wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// What it is.
    pub window: WindowName,
    /// First instant.
    pub from: Moment,
    /// First instant after.
    pub until: Moment,
}

/// What a window is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of Window")]
pub enum WindowName {
    CalendarDay,
    DayOff,
    Job,
    Month,
    Year,
    Rolling(Length),
    Week,
    Cycle,
}

impl Period {
    pub(crate) fn seconds(&self) -> (i64, i64) {
        (self.from.at.as_second(), self.until.at.as_second())
    }
}

/// `in the 24 h ending Sun, Mar 2 07:00`.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, until) = (&self.from, &self.until);
        match self.window {
            WindowName::CalendarDay => write!(f, "on {}", from.day()),
            WindowName::DayOff => write!(f, "on the day off {}", from.day()),
            WindowName::Job => write!(f, "in this job"),
            WindowName::Month => write!(f, "in {}", from.local.strftime("%B %Y")),
            WindowName::Year => write!(f, "in {}", from.local.year()),
            WindowName::Rolling(length) => write!(f, "in the {length} ending {until}"),
            WindowName::Week => write!(f, "in the week from {from} to {until}"),
            WindowName::Cycle => write!(f, "in the period from {from} to {until}"),
        }
    }
}

/// The instant at which `zone` shows `date` `time`; a time that the clocks skip is the instant of the jump's end.
fn opening(zone: &TimeZone, date: Date, time: Time) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()
}

impl Window {
    /// Every window of a fixed kind that shares an instant with `span`, in order. Empty for rolling windows, whose
    /// position depends on the work.
    #[must_use]
    pub fn periods(&self, zone: &TimeZone, span: Span) -> Vec<Period> {
        let (name, at) = match self {
            Self::Rolling(_) => return Vec::new(),
            Self::Job => {
                return vec![Period {
                    window: WindowName::Job,
                    from: Moment::new(span.starts_at(), zone),
                    until: Moment::new(span.ends_at(), zone),
                }];
            }
            Self::CalendarDay => (WindowName::CalendarDay, midnight()),
            Self::DayOff => (WindowName::DayOff, midnight()),
            Self::Month => (WindowName::Month, midnight()),
            Self::Year => (WindowName::Year, midnight()),
            Self::Week { at, .. } => (WindowName::Week, *at),
            Self::Cycle { at, .. } => (WindowName::Cycle, *at),
        };
        let together = if let Self::Cycle { together, .. } = self { i64::from(*together).max(1) } else { 1 };
        self.openings(zone, span, at)
            .into_iter()
            .flat_map(|first| (0..together).rev().map(move |back| (first, back)))
            .filter_map(|(first, back)| {
                let from = self.step(first, -back)?;
                let until = self.step(from, together)?;
                Some(Period {
                    window: name,
                    from: Moment::new(opening(zone, from, at)?, zone),
                    until: Moment::new(opening(zone, until, at)?, zone),
                })
            })
            .fold(Vec::new(), |mut all, period| {
                if all.last() != Some(&period) && !all.contains(&period) {
                    all.push(period);
                }
                all
            })
    }

    /// The local dates on which the windows begin that share an instant with `span`.
    fn openings(&self, zone: &TimeZone, span: Span, at: Time) -> Vec<Date> {
        let mut dates = Vec::new();
        let day = zone.to_datetime(span.starts_at()).date();
        let mut date = self.opening_date(day);
        if date.and_then(|date| opening(zone, date, at)).is_some_and(|open| open > span.starts_at()) {
            date = date.and_then(|date| self.step(date, -1));
        }
        while let Some(from) = date {
            if opening(zone, from, at).is_none_or(|open| open >= span.ends_at()) {
                break;
            }
            dates.push(from);
            date = self.step(from, 1);
        }
        dates
    }

    /// The date on or before `day` on which a window begins.
    fn opening_date(&self, day: Date) -> Option<Date> {
        match self {
            Self::Week { from, .. } => {
                let back = (day.weekday().to_monday_zero_offset() - from.0.to_monday_zero_offset()).rem_euclid(7);
                day.checked_sub(i64::from(back).days()).ok()
            }
            Self::Cycle { days, anchor, .. } => {
                let since = i64::from(day.since(*anchor).ok()?.get_days());
                day.checked_sub(since.rem_euclid(i64::from((*days).max(1))).days()).ok()
            }
            Self::Month => Some(day.first_of_month()),
            Self::Year => Some(day.first_of_year()),
            Self::CalendarDay | Self::DayOff | Self::Job | Self::Rolling(_) => Some(day),
        }
    }

    /// `count` windows on from an opening date.
    fn step(&self, date: Date, count: i64) -> Option<Date> {
        let step = match self {
            Self::Week { .. } => (7 * count).days(),
            Self::Cycle { days, .. } => (i64::from((*days).max(1)) * count).days(),
            Self::Month => count.months(),
            Self::Year => count.years(),
            Self::CalendarDay | Self::DayOff | Self::Job | Self::Rolling(_) => count.days(),
        };
        date.checked_add(step).ok()
    }

    /// `in any 24 h`, `in a week from Sunday 00:00`: for the explained book.
    #[must_use]
    pub fn words(&self) -> String {
        let clock = |at: &Time| at.strftime("%H:%M").to_string();
        match self {
            Self::CalendarDay => "in a calendar day".to_owned(),
            Self::DayOff => "on a day off".to_owned(),
            Self::Job => "in one job".to_owned(),
            Self::Month => "in a calendar month".to_owned(),
            Self::Year => "in a calendar year".to_owned(),
            Self::Rolling(length) => format!("in any {length}"),
            Self::Week { from, at } => format!("in a week from {:?} {}", from.0, clock(at)),
            Self::Cycle { days, anchor, at, together } => {
                let several =
                    if *together > 1 { format!("{together} consecutive periods") } else { "a period".to_owned() };
                format!("in {several} of {days} days counted from {anchor} {}", clock(at))
            }
        }
    }
}
