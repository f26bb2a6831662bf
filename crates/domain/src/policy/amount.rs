//! Lengths and limits as a rule book writes them: `24 h`, `16 h 35 min`, `14 d`, `3 jobs`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::time::Minutes;

/// A text that is not a length or a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\u{201c}{text}\u{201d} is not {expected}")]
pub struct BadAmount {
    text: String,
    expected: &'static str,
}

/// An elapsed length: `45 min`, `24 h`, `16 h 35 min`, `28 d` (a day is 24 h). Never negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Length(Minutes);

impl Length {
    /// No time at all.
    pub const ZERO: Self = Self(Minutes::ZERO);

    /// Whole hours.
    #[must_use]
    pub const fn hours(hours: u16) -> Self {
        Self(Minutes::hours(hours as i64))
    }

    /// Whole minutes.
    #[must_use]
    pub const fn of_minutes(minutes: u32) -> Self {
        Self(Minutes(minutes as i64))
    }

    /// The length in minutes.
    #[must_use]
    pub const fn minutes(self) -> Minutes {
        self.0
    }

    /// The length in seconds.
    #[must_use]
    pub(crate) const fn seconds(self) -> i64 {
        self.0.0 * 60
    }
}

/// A hundred years: long enough for every rule, short enough that sums of seconds never overflow.
const LONGEST_MINUTES: i64 = 100 * 366 * 24 * 60;

impl FromStr for Length {
    type Err = BadAmount;
    fn from_str(text: &str) -> Result<Self, BadAmount> {
        let wrong =
            || BadAmount { text: text.to_owned(), expected: "a length such as 45 min, 24 h, 16 h 35 min or 28 d" };
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut all: i64 = 0;
        if words.is_empty() || !words.len().is_multiple_of(2) {
            return Err(wrong());
        }
        for pair in words.chunks_exact(2) {
            let number: u32 = pair[0].parse().map_err(|_| wrong())?;
            let unit = match pair[1] {
                "min" => 1,
                "h" => 60,
                "d" => 24 * 60,
                _ => return Err(wrong()),
            };
            all += i64::from(number) * unit;
        }
        if all > LONGEST_MINUTES { Err(wrong()) } else { Ok(Self(Minutes(all))) }
    }
}
impl TryFrom<String> for Length {
    type Error = BadAmount;
    fn try_from(text: String) -> Result<Self, BadAmount> {
        text.parse()
    }
}
impl From<Length> for String {
    fn from(length: Length) -> Self {
        length.to_string()
    }
}
/// As it is written in a rule book; whole days only from three days up, because `24 h` and `48 h` are the field's words.
impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.0 {
            all if all >= 3 * 1440 && all.rem_euclid(1440) == 0 => write!(f, "{} d", all / 1440),
            _ => write!(f, "{}", self.0),
        }
    }
}

/// How much a cap allows, and in which unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Amount {
    /// Elapsed time.
    Time(Length),
    /// Jobs that begin inside the window.
    Jobs(u32),
    /// Local days with counted work.
    Days(u32),
    /// Applications sent inside the window.
    Applications(u32),
}

impl FromStr for Amount {
    type Err = BadAmount;
    fn from_str(text: &str) -> Result<Self, BadAmount> {
        let counted = text.trim().split_once(' ').and_then(|(number, unit)| {
            let number: u32 = number.parse().ok()?;
            match unit.trim() {
                "job" | "jobs" => Some(Self::Jobs(number)),
                "day" | "days" => Some(Self::Days(number)),
                "application" | "applications" => Some(Self::Applications(number)),
                _ => None,
            }
        });
        match counted {
            Some(amount) => Ok(amount),
            None => text.parse().map(Self::Time).map_err(|_| BadAmount {
                text: text.to_owned(),
                expected: "an amount such as 16 h, 995 min, 3 jobs, 6 days or 2 applications",
            }),
        }
    }
}
impl TryFrom<String> for Amount {
    type Error = BadAmount;
    fn try_from(text: String) -> Result<Self, BadAmount> {
        text.parse()
    }
}
impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(length) => write!(f, "{}", hours(length.minutes())),
            Self::Jobs(1) => f.write_str("1 job"),
            Self::Jobs(count) => write!(f, "{count} jobs"),
            Self::Days(1) => f.write_str("1 day"),
            Self::Days(count) => write!(f, "{count} days"),
            Self::Applications(1) => f.write_str("1 application"),
            Self::Applications(count) => write!(f, "{count} applications"),
        }
    }
}

/// Minutes as officers say them beside a limit: from an hour up in hours, never in days.
fn hours(minutes: Minutes) -> String {
    minutes.to_string()
}

/// Minutes as a figure beside a limit: `16.5 h` for quarters of an hour, else `16 h 35 min` or `35 min`.
#[must_use]
pub fn figure(minutes: Minutes) -> String {
    match (minutes.0.div_euclid(60), minutes.0.rem_euclid(60)) {
        (whole, 0) if whole != 0 => format!("{whole} h"),
        (whole, 15) if whole > 0 => format!("{whole}.25 h"),
        (whole, 30) if whole > 0 => format!("{whole}.5 h"),
        (whole, 45) if whole > 0 => format!("{whole}.75 h"),
        _ => minutes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_back_as_written() {
        for text in ["16 h", "16 h 35 min", "45 min", "3 jobs", "1 job", "6 days", "2 applications", "90 h"] {
            assert_eq!(text.parse::<Amount>().map(|a| a.to_string()), Ok(text.to_owned()));
        }
        for (text, minutes) in [("995 min", 995), ("28 d", 40_320), ("1 d 2 h", 1_560)] {
            assert_eq!(text.parse::<Length>().map(|l| l.minutes().0), Ok(minutes), "{text}");
        }
        assert_eq!("28 d".parse::<Length>().map(|l| l.to_string()), Ok("28 d".to_owned()));
        for bad in ["", "16", "16h", "-1 h", "1 fortnight", "4294967295 d", "1.5 h", "h 16"] {
            assert!(bad.parse::<Amount>().is_err(), "{bad}");
        }
    }

    #[test]
    fn figures_read_as_officers_say_them() {
        for (minutes, words) in
            [(990, "16.5 h"), (995, "16 h 35 min"), (960, "16 h"), (30, "30 min"), (0, "0 min"), (75, "1.25 h")]
        {
            assert_eq!(figure(Minutes(minutes)), words);
        }
    }
}
