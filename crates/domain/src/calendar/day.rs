//! One day of the year by rule.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::predicate::{clock_minute, mistake, weekday_from_text};

/// Which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayRule {
    /// Month, day, moved by days: `12-25`, `12-25 +1`.
    Fixed(i8, i8, i16),
    /// The nth weekday of a month, -1 for the last, moved by days: `4th thu nov`, `last mon may`.
    Weekday(i8, Weekday, i8, i16),
    /// Days from Easter Sunday: `easter`, `easter -2`.
    Easter(i16),
    /// One date: `2026-11-08`.
    Given(Date),
}

/// A holiday: its day rules (several only for given dates) and the part of the day that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The days.
    pub rules: Vec<DayRule>,
    /// First minute of the day that counts.
    pub from_minute: u16,
    /// First minute that no longer counts.
    pub to_minute: u16,
}

impl DayRule {
    /// The day in that year. A given date answers only in its own year, 29 February only in a leap year.
    #[must_use]
    pub fn in_year(&self, year: i16) -> Option<Date> {
        let (day, moved) = match *self {
            Self::Fixed(month, day, moved) => (Date::new(year, month, day).ok()?, moved),
            Self::Weekday(nth, weekday, month, moved) => {
                (Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?, moved)
            }
            Self::Easter(moved) => (easter(year)?, moved),
            Self::Given(day) => return (day.year() == year).then_some(day),
        };
        day.checked_add(jiff::Span::new().days(moved)).ok()
    }

    /// True for a fixed date: only those are moved off a weekend.
    #[must_use]
    pub fn may_be_observed(&self) -> bool {
        matches!(self, Self::Fixed(..))
    }
}

impl Day {
    /// Whether the clock part holds the time of day.
    #[must_use]
    pub fn contains_time(&self, at: DateTime) -> bool {
        let minute = i32::from(at.hour()) * 60 + i32::from(at.minute());
        i32::from(self.from_minute) <= minute && minute < i32::from(self.to_minute)
    }

    fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace().peekable();
        let mut day = Self { rules: vec![], from_minute: 0, to_minute: 1440 };
        let first = words.next()?;
        let rule = if first == "easter" {
            DayRule::Easter(0)
        } else if let Ok(given) = first.parse::<Date>() {
            DayRule::Given(given)
        } else if let Some((month, of_month)) = first.split_once('-') {
            let (month, of_month) = (month.parse().ok()?, of_month.parse().ok()?);
            Date::new(2024, month, of_month).ok()?;
            DayRule::Fixed(month, of_month, 0)
        } else {
            let nth = match first {
                "1st" => 1,
                "2nd" => 2,
                "3rd" => 3,
                "4th" => 4,
                "5th" => 5,
                "last" => -1,
                _ => return None,
            };
            DayRule::Weekday(nth, weekday_from_text(words.next()?)?, month(words.next()?)?, 0)
        };
        let mut moved = 0;
        if let Some(by) = words.peek().and_then(|word| word.strip_prefix('+').or(word.starts_with('-').then_some(word)))
        {
            moved = by.parse::<i16>().ok().filter(|by| (-60..=60).contains(by))?;
            words.next();
        }
        day.rules.push(match rule {
            DayRule::Fixed(month, of_month, _) => DayRule::Fixed(month, of_month, moved),
            DayRule::Weekday(nth, weekday, month, _) => DayRule::Weekday(nth, weekday, month, moved),
            DayRule::Easter(_) => DayRule::Easter(moved),
            DayRule::Given(_) if moved != 0 => return None,
            given => given,
        });
        while let Some(word) = words.next() {
            let minute = clock_minute(words.next()?)?;
            match word {
                "from" => day.from_minute = minute,
                "to" => day.to_minute = minute,
                _ => return None,
            }
        }
        (day.from_minute < day.to_minute).then_some(day)
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month(text: &str) -> Option<i8> {
    let text = text.to_ascii_lowercase();
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let is = |(short, full): &(&str, &str)| text == *short || text == *full;
    MONTHS
        .iter()
        .zip(full)
        .map(|(short, full)| (*short, full))
        .zip(1..)
        .find(|(names, _)| is(names))
        .map(|(_, month)| month)
}

/// Easter Sunday of the Gregorian calendar (anonymous algorithm, as in Meeus).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    if !(1583..=9999).contains(&y) {
        return None;
    }
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Some(date(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?))
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            One(String),
            Many(Vec<String>),
        }
        let written =
            Written::deserialize(deserializer).map_err(|_| mistake::<D::Error>(&expected("something else")))?;
        let all = match written {
            Written::One(one) => vec![one],
            Written::Many(many) => many,
        };
        let mut days = all.iter().map(|text| Self::read(text).ok_or_else(|| mistake::<D::Error>(&expected(text))));
        let mut whole = days.next().ok_or_else(|| mistake::<D::Error>(&expected("an empty list")))??;
        for day in days {
            let day = day?;
            if (day.from_minute, day.to_minute) != (whole.from_minute, whole.to_minute) {
                return Err(mistake(
                    "days of one holiday with different clock times, expected them under names of their own",
                ));
            }
            whole.rules.extend(day.rules);
        }
        Ok(whole)
    }
}

fn expected(found: &str) -> String {
    format!(
        "\u{201c}{found}\u{201d}, expected a day such as 12-25, 4th thu nov, last mon may, easter -2, 2026-11-08, 4th thu nov +1 or 12-24 from 18:00"
    )
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut clock = String::new();
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        if self.from_minute != 0 {
            clock += &format!(" from {}", time(self.from_minute));
        }
        if self.to_minute != 1440 {
            clock += &format!(" to {}", time(self.to_minute));
        }
        let mut all: Vec<String> = self.rules.iter().map(|rule| format!("{rule}{clock}")).collect();
        if all.len() == 1 { serializer.serialize_str(&all.remove(0)) } else { all.serialize(serializer) }
    }
}

impl fmt::Display for DayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moved = match *self {
            Self::Fixed(month, day, moved) => {
                write!(f, "{month:02}-{day:02}")?;
                moved
            }
            Self::Weekday(nth, weekday, month, moved) => {
                let nth = match nth {
                    1 => "1st",
                    2 => "2nd",
                    3 => "3rd",
                    -1 => "last",
                    4 => "4th",
                    _ => "5th",
                };
                let weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                    [usize::try_from(weekday.to_monday_zero_offset()).expect("0 to 6")];
                write!(f, "{nth} {weekday} {}", MONTHS[usize::try_from(month - 1).expect("1 to 12")])?;
                moved
            }
            Self::Easter(moved) => {
                f.write_str("easter")?;
                moved
            }
            Self::Given(day) => return write!(f, "{day}"),
        };
        if moved == 0 { Ok(()) } else { write!(f, " {moved:+}") }
    }
}
