//! How an exact amount becomes a whole number of cents.

use serde::{Deserialize, Serialize};

/// The direction of rounding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest; a half away from zero.
    #[default]
    HalfUp,
    /// To the nearest; a half to the even neighbour.
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

impl Rounding {
    /// `over / under` as a whole number; `under` is positive.
    pub(super) fn divide(self, over: i128, under: i128) -> Option<i128> {
        let (whole, rest) = (over.checked_div(under)?, over.checked_rem(under)?);
        let away = if over < 0 { -1 } else { 1 };
        let twice = rest.abs().checked_mul(2)?;
        let further = match self {
            Self::HalfUp => twice >= under,
            Self::HalfEven => twice > under || (twice == under && whole % 2 != 0),
            Self::Up => rest != 0,
            Self::Down => false,
        };
        if further { whole.checked_add(away) } else { Some(whole) }
    }

    /// The way in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::HalfUp => "half a cent rounds up",
            Self::HalfEven => "half a cent rounds to the even cent",
            Self::Up => "any part of a cent rounds up",
            Self::Down => "parts of a cent are dropped",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_rounds_its_own_halves() {
        use Rounding::{Down, HalfEven, HalfUp, Up};
        for (how, over, under, whole) in [
            (HalfUp, 5, 2, 3),
            (HalfUp, -5, 2, -3),
            (HalfUp, 7, 3, 2),
            (HalfEven, 5, 2, 2),
            (HalfEven, 7, 2, 4),
            (Up, 7, 3, 3),
            (Up, 6, 3, 2),
            (Down, 8, 3, 2),
        ] {
            assert_eq!(how.divide(over, under), Some(whole), "{how:?} {over}/{under}");
        }
    }
}
