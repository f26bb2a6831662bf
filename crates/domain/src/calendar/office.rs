//! Office hours, for notice that counts business time.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Calendar;
use crate::{
    predicate::{clock_minute, mistake, weekday_from_text},
    time::Minutes,
};

/// When the office is open: every listed weekday from the same to the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// Open weekdays.
    pub days: Vec<Weekday>,
    /// Minutes after midnight at which it opens.
    pub opens: u16,
    /// Minutes after midnight at which it closes.
    pub closes: u16,
    /// The holiday list on which it stays closed.
    pub closed_on: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    days: String,
    hours: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed_on: Option<String>,
}

impl<'de> Deserialize<'de> for OfficeHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let wrong = || {
            mistake::<D::Error>(
                "these office hours, expected them such as { days: mon-fri, hours: 07:00-15:00, closed_on: legal }",
            )
        };
        let mut days = Vec::new();
        for part in written.days.split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (mut day, last) =
                (weekday_from_text(from).ok_or_else(wrong)?, weekday_from_text(to).ok_or_else(wrong)?);
            days.push(day);
            while day != last {
                day = day.next();
                days.push(day);
            }
        }
        let (opens, closes) = written.hours.split_once('-').ok_or_else(wrong)?;
        let (opens, closes) = (clock_minute(opens).ok_or_else(wrong)?, clock_minute(closes).ok_or_else(wrong)?);
        if opens >= closes || days.len() > 7 {
            return Err(wrong());
        }
        Ok(Self { days, opens, closes, closed_on: written.closed_on })
    }
}

impl Serialize for OfficeHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let days: Vec<&str> =
            self.days.iter().map(|day| words[usize::try_from(day.to_monday_zero_offset()).expect("0 to 6")]).collect();
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        Written {
            days: days.join(","),
            hours: format!("{}-{}", time(self.opens), time(self.closes)),
            closed_on: self.closed_on.clone(),
        }
        .serialize(serializer)
    }
}

/// A notice longer than this counts as this long.
const DAYS_LOOKED_AT: usize = 400;

impl Calendar {
    /// Whether the office opens on that day; without office hours Monday to Friday.
    #[must_use]
    pub fn is_business_day(&self, day: Date) -> bool {
        let Some(office) = &self.office else {
            return !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        };
        let noon = day.at(12, 0, 0, 0);
        office.days.contains(&day.weekday())
            && office.closed_on.as_deref().is_none_or(|list| self.holiday_at(list, noon).is_none())
    }

    /// Office minutes between two instants; without office hours 09:00-17:00, Monday to Friday. Negative when `to` is earlier.
    #[must_use]
    pub fn business_minutes(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> Minutes {
        if to < from {
            return Minutes(-self.business_minutes(zone, to, from).0);
        }
        let (opens, closes) = self.office.as_ref().map_or((540, 1020), |office| (office.opens, office.closes));
        let (from, to) = (zone.to_datetime(from), zone.to_datetime(to));
        let minute = |at: jiff::civil::DateTime| i64::from(at.hour()) * 60 + i64::from(at.minute());
        let total = from
            .date()
            .series(jiff::Span::new().days(1))
            .take(DAYS_LOOKED_AT)
            .take_while(|day| *day <= to.date())
            .filter(|day| self.is_business_day(*day))
            .map(|day| {
                let starts = if day == from.date() { minute(from).max(opens.into()) } else { opens.into() };
                let ends = if day == to.date() { minute(to).min(closes.into()) } else { closes.into() };
                (ends - starts).max(0)
            })
            .sum();
        Minutes(total)
    }

    /// The first instant from `at` on at which the office is open: `at` itself in office hours; without office hours
    /// 09:00-17:00, Monday to Friday. `at` when the office never opens.
    #[must_use]
    pub fn next_open(&self, zone: &TimeZone, at: Timestamp) -> Timestamp {
        let (opens, closes) = self.office.as_ref().map_or((540, 1020), |office| (office.opens, office.closes));
        let local = zone.to_datetime(at);
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        for day in local.date().series(jiff::Span::new().days(1)).take(DAYS_LOOKED_AT) {
            let today = day == local.date();
            if !self.is_business_day(day) || (today && minute >= closes) {
                continue;
            }
            if today && minute >= opens {
                return at;
            }
            let hour = i8::try_from(opens / 60).expect("an hour of a day");
            let rest = i8::try_from(opens % 60).expect("a minute of an hour");
            return zone.to_ambiguous_timestamp(day.at(hour, rest, 0, 0)).compatible().unwrap_or(at);
        }
        at
    }

    /// Business days from the local date of `from` (not counted) to that of `to` (counted when it is one).
    #[must_use]
    pub fn business_days(&self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> i64 {
        if to < from {
            return -self.business_days(zone, to, from);
        }
        let (from, to) = (zone.to_datetime(from).date(), zone.to_datetime(to).date());
        let days = from.series(jiff::Span::new().days(1)).skip(1).take(DAYS_LOOKED_AT);
        let counted = days.take_while(|day| *day <= to).filter(|day| self.is_business_day(*day)).count();
        i64::try_from(counted).expect("bounded")
    }
}
