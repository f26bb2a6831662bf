//! Exact numbers: a fraction of whole numbers. Every step is checked; nothing is rounded until a line is.

use std::{cmp::Ordering, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

use super::rounding::Rounding;
use crate::{money::Cents, predicate::mistake};

/// An exact fraction in lowest terms; the denominator is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    over: i128,
    under: i128,
}

/// Digits before and after the point, at most.
const WHOLE_DIGITS: usize = 18;
const PART_DIGITS: usize = 9;
/// Digits over and under a line, at most.
const FRACTION_DIGITS: usize = 38;
/// Digits of a number that a document writes without quotes: its reader hands them on as a binary number, which keeps
/// fifteen of them exactly.
const PLAIN_DIGITS: usize = 15;

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self { over: 0, under: 1 };
    /// One.
    pub const ONE: Self = Self { over: 1, under: 1 };

    /// `over / under`, or `None` when `under` is zero or the numbers are too large.
    #[must_use]
    pub fn new(over: i128, under: i128) -> Option<Self> {
        if under == 0 || over == i128::MIN || under == i128::MIN {
            return None;
        }
        let (over, under) = if under < 0 { (-over, -under) } else { (over, under) };
        let shared = gcd(over.abs(), under);
        Some(Self { over: over / shared, under: under / shared })
    }

    /// A whole number.
    #[must_use]
    pub fn whole(number: i64) -> Self {
        Self { over: number.into(), under: 1 }
    }

    /// Minutes as hours.
    #[must_use]
    pub fn hours(minutes: i64) -> Self {
        Self::new(minutes.into(), 60).expect("sixty is not zero")
    }

    /// Cents as dollars.
    #[must_use]
    pub fn dollars(cents: Cents) -> Self {
        Self::new(cents.0.into(), 100).expect("a hundred is not zero")
    }

    /// The next whole number, or the number itself when it is whole.
    #[must_use]
    pub fn whole_up(self) -> Option<i64> {
        i64::try_from(self.over.checked_add(self.under - 1)?.div_euclid(self.under)).ok()
    }

    /// A number of per cent as a factor.
    #[must_use]
    pub fn percent(self) -> Option<Self> {
        self.times(Self { over: 1, under: 100 })
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let left = self.over.checked_mul(other.under)?;
        let right = other.over.checked_mul(self.under)?;
        Self::new(left.checked_add(right)?, self.under.checked_mul(other.under)?)
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { over: -other.over, under: other.under })
    }

    /// The product.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        // Shared factors go first, so that only results out of range overflow.
        let (a, b) = (Self::new(self.over, other.under)?, Self::new(other.over, self.under)?);
        Self::new(a.over.checked_mul(b.over)?, a.under.checked_mul(b.under)?)
    }

    /// Whether it is below nothing.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.over < 0
    }

    /// Rounded to that many decimals.
    #[must_use]
    pub fn rounded(self, decimals: u32, how: Rounding) -> Option<Self> {
        let scale = 10_i128.checked_pow(decimals)?;
        Self::new(how.divide(self.over.checked_mul(scale)?, self.under)?, scale)
    }

    /// Dollars as whole cents.
    #[must_use]
    pub fn to_cents(self, how: Rounding) -> Option<Cents> {
        let cents = how.divide(self.over.checked_mul(100)?, self.under)?;
        // A bound far below the type's own keeps every later sum (a thousand lines, 500 officers) inside it.
        i64::try_from(cents).ok().filter(|cents| cents.abs() <= 10_000_000_000_000).map(Cents)
    }

    /// Whether `digits` decimals show it whole.
    fn decimals(self) -> Option<u32> {
        (0..=9).find(|digits| 10_i128.pow(*digits) % self.under == 0)
    }
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    /// By whole parts and then by the turned-over rests (Euclid), which cannot overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let ((mut a, mut b), (mut c, mut d)) = ((self.over, self.under), (other.over, other.under));
        loop {
            let order = a.div_euclid(b).cmp(&c.div_euclid(d));
            if order != Ordering::Equal {
                return order;
            }
            let (left, right) = (a.rem_euclid(b), c.rem_euclid(d));
            match (left == 0, right == 0) {
                (true, true) => return Ordering::Equal,
                (true, false) => return Ordering::Less,
                (false, true) => return Ordering::Greater,
                // left/b against right/d is d/right against b/left.
                (false, false) => ((a, b), (c, d)) = ((d, right), (b, left)),
            }
        }
    }
}

/// `63.8937`, `0.1`, `27/1825` when no nine decimals show it whole.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(digits) = self.decimals() else {
            return write!(f, "{}/{}", self.over, self.under);
        };
        let scaled = self.over.unsigned_abs() * (10_u128.pow(digits) / self.under.unsigned_abs());
        let sign = if self.over < 0 { "-" } else { "" };
        let (whole, part) = (scaled / 10_u128.pow(digits), scaled % 10_u128.pow(digits));
        if digits == 0 {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{part:0width$}", width = digits as usize)
        }
    }
}

impl Ratio {
    /// As a price: at least two decimals, `$60.00`, `$63.8937`.
    #[must_use]
    pub fn price(self) -> String {
        let text = self.to_string();
        let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
        match text.split_once('.') {
            _ if text.contains('/') => format!("{sign}${text}"),
            Some((whole, part)) if part.len() < 2 => format!("{sign}${whole}.{part:0<2}"),
            Some(_) => format!("{sign}${text}"),
            None => format!("{sign}${text}.00"),
        }
    }
}

impl FromStr for Ratio {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\u{201c}{}\u{201d}, expected a number such as 63.8937", text.trim());
        let digits = |s: &str, most| !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_digit());
        // A percentage may carry its sign; the form of a book refuses it where dollars are meant.
        let plain = text.trim();
        let plain = plain.strip_suffix('%').map_or_else(|| plain.trim_start_matches('$'), str::trim_end);
        let (sign, plain) = plain.strip_prefix('-').map_or((1, plain), |rest| (-1, rest));
        if let Some((over, under)) = plain.split_once('/') {
            if !digits(over, FRACTION_DIGITS) || !digits(under, FRACTION_DIGITS) {
                return Err(wrong());
            }
            let over: i128 = over.parse().map_err(|_| wrong())?;
            return Self::new(sign * over, under.parse().map_err(|_| wrong())?).ok_or_else(wrong);
        }
        let (whole, part) = plain.split_once('.').unwrap_or((plain, "0"));
        if !digits(whole, WHOLE_DIGITS) || !digits(part, PART_DIGITS) {
            return Err(wrong());
        }
        let scale = 10_i128.pow(u32::try_from(part.len()).map_err(|_| wrong())?);
        let whole: i128 = whole.parse().map_err(|_| wrong())?;
        let part: i128 = part.parse().map_err(|_| wrong())?;
        Self::new(sign * (whole * scale + part), scale).ok_or_else(wrong)
    }
}

impl Ratio {
    /// A number written without quotes. The shortest text of a decimal of at most fifteen digits is that decimal.
    pub(super) fn from_plain(number: f64) -> Result<Self, String> {
        let text = number.to_string();
        if text.bytes().filter(u8::is_ascii_digit).count() > PLAIN_DIGITS {
            return Err(format!("{text}, expected at most {PLAIN_DIGITS} digits, or the number in quotes"));
        }
        text.parse()
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Ratio;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number such as 46 or 63.8937")
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Ratio, E> {
        number.to_string().parse().map_err(|wrong: String| mistake(&wrong))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Ratio, E> {
        number.to_string().parse().map_err(|wrong: String| mistake(&wrong))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Ratio, E> {
        Ratio::from_plain(number).map_err(|wrong| mistake(&wrong))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Ratio, E> {
        text.parse().map_err(|wrong: String| mistake(&wrong))
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().expect(text)
    }

    #[test]
    fn numbers_read_and_show_as_written() {
        for (text, shown) in
            [("46", "46"), ("63.8937", "63.8937"), ("57.50", "57.5"), ("-0.05", "-0.05"), ("27/1825", "27/1825")]
        {
            assert_eq!(ratio(text).to_string(), shown);
            assert_eq!(ratio(&ratio(text).to_string()), ratio(text));
        }
        for bad in ["", ".", "1e5", "NaN", "1.2.3", "1/0", "9999999999999999999", "0.1234567891"] {
            assert!(bad.parse::<Ratio>().is_err(), "{bad}");
        }
        assert_eq!(
            [ratio("60").price(), ratio("4.5").price(), ratio("63.8937").price()],
            ["$60.00", "$4.50", "$63.8937"]
        );
    }

    #[test]
    fn arithmetic_is_exact() {
        assert_eq!(ratio("0.1").plus(ratio("0.2")), Some(ratio("0.3")));
        assert_eq!(ratio("63.8937").times(ratio("1.5")), Some(ratio("95.84055")));
        assert_eq!(ratio("96.165").to_cents(Rounding::HalfUp), Some(Cents(9617)));
        assert_eq!(ratio("20.392").to_cents(Rounding::HalfUp), Some(Cents(2039)));
        assert!(ratio("1/3") < ratio("0.34") && ratio("-1/3") > ratio("-0.34") && ratio("2") > ratio("1.99"));
    }

    #[test]
    fn too_large_is_none_and_not_a_panic() {
        let large = Ratio::new(i128::MAX, 1).expect("in range");
        assert_eq!(large.times(large), None);
        assert_eq!(large.plus(large), None);
        assert_eq!(large.to_cents(Rounding::HalfUp), None);
        assert!(large > Ratio::ONE);
    }
}
