//! The agency's calendar as data: holiday lists, office hours, the start of the week.
//!
//! Words: a *day rule* names one day a year (`01-01`, `4th thu nov`, `last mon may`, `easter -2`) or given dates
//! (`2026-11-08`), may be moved by days (`4th thu nov +1`) and cut by the clock (`12-24 from 18:00`).
//! *Observed*: a rule of a fixed date that falls on Saturday counts on Friday, on Sunday on Monday.
//!
//! Invariants: a holiday is a stretch of wall-clock time inside one local day; asking never allocates.
//! What it never does: know a zone (the caller brings local time). Source: catalogue section 0, calendar objects.

mod day;
mod office;

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Weekday};
use serde::{Deserialize, Serialize};

pub use day::{Day, DayRule};
pub use office::OfficeHours;

/// An agency's calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// The first day of the agency's week.
    #[serde(skip_serializing_if = "WeekStart::is_monday")]
    pub week_starts: WeekStart,
    /// Holiday lists by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub holidays: BTreeMap<String, HolidayList>,
    /// When the office that takes requests is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeHours>,
}

/// The first day of the week, written `mon` ... `sun`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekStart(pub Weekday);

impl WeekStart {
    fn is_monday(&self) -> bool {
        self.0 == Weekday::Monday
    }
}

impl Default for WeekStart {
    fn default() -> Self {
        Self(Weekday::Monday)
    }
}

impl Serialize for WeekStart {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        serializer.serialize_str(words[usize::try_from(self.0.to_monday_zero_offset()).expect("0 to 6")])
    }
}

impl<'de> Deserialize<'de> for WeekStart {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::predicate::weekday_from_text(&text).map(Self).ok_or_else(|| {
            crate::predicate::mistake(&format!("\u{201c}{text}\u{201d}, expected a weekday such as mon or sun"))
        })
    }
}

/// A named list of holidays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayList {
    /// What happens when a fixed date falls on a weekend.
    #[serde(default)]
    pub observed: Observed,
    /// The days by name.
    pub days: BTreeMap<String, Day>,
}

/// What happens when a holiday of a fixed date falls on Saturday (Friday before) or Sunday (Monday after).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// Nothing: the date itself counts.
    #[default]
    No,
    /// The observed day counts instead of the date.
    Instead,
    /// Both count.
    AsWell,
}

impl Calendar {
    /// The name of the holiday of `list` at that wall-clock time.
    #[must_use]
    pub fn holiday_at(&self, list: &str, at: DateTime) -> Option<&str> {
        let list = self.holidays.get(list)?;
        list.days.iter().find(|(_, day)| list.is_on(day, at)).map(|(name, _)| name.as_str())
    }
}

impl HolidayList {
    fn is_on(&self, day: &Day, at: DateTime) -> bool {
        day.contains_time(at) && day.rules.iter().any(|rule| self.falls_on(rule, at.date()))
    }

    fn falls_on(&self, rule: &DayRule, date: Date) -> bool {
        let moved = rule.may_be_observed() && self.observed != Observed::No;
        // An observed day may lie in the neighbouring year: 1 January on a Saturday counts on 31 December.
        [-1, 0, 1].into_iter().filter_map(|years| rule.in_year(date.year() + years)).any(|day| {
            if !moved {
                return day == date;
            }
            let shown = observed(day);
            shown == date || (self.observed == Observed::AsWell && day == date)
        }) || matches!(rule, DayRule::Given(given) if *given == date)
    }
}

fn observed(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.yesterday().unwrap_or(day),
        Weekday::Sunday => day.tomorrow().unwrap_or(day),
        _ => day,
    }
}

#[cfg(test)]
mod tests;
