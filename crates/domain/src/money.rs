//! Money: whole cents, never a float. Sums are checked; overflow is a bug and stops.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub},
};

use serde::{Deserialize, Serialize};

/// An amount in US cents. May be negative (a credit).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads `1234.5`, `$1,234.50` or `12` as typed by a person.
    ///
    /// # Errors
    /// A sentence for the form when the text is not an amount with at most two decimals below ten million dollars.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("\u{201c}{}\u{201d} is not an amount. Write dollars and cents, for example 1250.00.", text.trim())
        };
        let plain: String = text.trim().trim_start_matches('$').chars().filter(|c| *c != ',').collect();
        let (negative, plain) = plain.strip_prefix('-').map_or((false, plain.as_str()), |rest| (true, rest));
        let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 7 || part.len() > 2 || !digits(whole) || !digits(part) {
            return Err(wrong());
        }
        let dollars: i64 = whole.parse().map_err(|_| wrong())?;
        let cents: i64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
        let sum = dollars * 100 + cents;
        Ok(Self(if negative { -sum } else { sum }))
    }

    /// `1234.50`: for inputs and CSV.
    #[must_use]
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

/// `$1,234.50`, negative as `-$3.00`.
impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::with_capacity(whole.len() + 4);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "{}${grouped}.{:02}", if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs() % 100)
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        for (text, cents) in [("12", 1200), ("12.5", 1250), ("$1,234.50", 123_450), (" 0.07 ", 7), ("-3.00", -300)] {
            assert_eq!(Cents::parse(text), Ok(Cents(cents)), "{text}");
        }
        for bad in ["", "$", "1.234", "1e5", "twelve", "99999999", "."] {
            assert!(Cents::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_show_groups_and_sign() {
        assert_eq!(Cents(123_456_789).to_string(), "$1,234,567.89");
        assert_eq!(Cents(-300).to_string(), "-$3.00");
        assert_eq!(Cents(7).plain(), "0.07");
    }
}
