//! The fence around a site: inside, outside, or not to be told.

use serde::{Deserialize, Serialize};

use crate::customers::Point;

/// Where a phone said it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The point.
    pub point: Point,
    /// The radius in metres in which the phone is by its own account.
    pub accuracy_m: i64,
}

/// A circle around a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// Its middle.
    pub point: Point,
    /// Its radius in metres.
    pub radius_m: i64,
}

/// Where a punch was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The phone may have been inside.
    Inside,
    /// The phone was outside, even if its accuracy is given all credit.
    Outside,
    /// No position, no site point, or too inaccurate to tell.
    Unknown,
}

impl Verdict {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
            Self::Unknown => "unknown",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Inside => "At the site",
            Self::Outside => "Away from the site",
            Self::Unknown => "Place not known",
        }
    }
    /// The verdict with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Inside, Self::Outside, Self::Unknown].into_iter().find(|verdict| verdict.code() == code)
    }
}

/// A verdict and the distance to the middle of the fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Inside, outside or unknown.
    pub verdict: Verdict,
    /// Metres to the site's point, when both are known.
    pub distance_m: Option<i64>,
}

/// A phone less accurate than this, in metres, cannot say that it is near a fence.
pub const LEAST_ACCURATE_M: i64 = 1000;

/// At most so much of a phone's own doubt, in metres, counts in its favour. A phone under open sky knows its place to 10 or
/// 30 m, between high houses to 100 m; with more credit a press from home would count as at the site.
pub const MOST_DOUBT_M: i64 = 100;

/// Compares a phone's place with the fence. Within the fence is inside. Farther away than the phone's doubt can explain is
/// outside. Between these a phone gets the benefit of its doubt, but of no more than [`MOST_DOUBT_M`]; one that is less
/// accurate than [`LEAST_ACCURATE_M`] says nothing. The clock on the phone follows the same rule with the same numbers.
#[must_use]
pub fn measure(fence: Option<Fence>, fix: Option<Fix>) -> Measured {
    let (Some(fence), Some(fix)) = (fence, fix) else {
        return Measured { verdict: Verdict::Unknown, distance_m: None };
    };
    let distance_m = distance_m(fence.point, fix.point);
    let accuracy_m = fix.accuracy_m.max(0);
    let verdict = if distance_m <= fence.radius_m {
        Verdict::Inside
    } else if distance_m - accuracy_m > fence.radius_m {
        Verdict::Outside
    } else if accuracy_m > LEAST_ACCURATE_M {
        Verdict::Unknown
    } else if distance_m - accuracy_m.min(MOST_DOUBT_M) > fence.radius_m {
        Verdict::Outside
    } else {
        Verdict::Inside
    };
    Measured { verdict, distance_m: Some(distance_m) }
}

/// Whole metres over the ground between two points, by the haversine formula on a sphere: off by 0.5 % at most.
#[must_use]
#[expect(clippy::float_arithmetic, reason = "a distance over ground, rounded to metres; no money or time is computed")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "at most 20,037,508 m and 180 million"
)]
fn distance_m(one: Point, other: Point) -> i64 {
    let radians = |millionths: i64| (millionths as f64 / 1e6).to_radians();
    let (lat_one, lat_other) = (radians(one.lat_e6), radians(other.lat_e6));
    let half_lat = (lat_other - lat_one) / 2.0;
    let half_lon = (radians(other.lon_e6) - radians(one.lon_e6)) / 2.0;
    let chord = half_lat.sin().powi(2) + lat_one.cos() * lat_other.cos() * half_lon.sin().powi(2);
    (2.0 * 6_371_008.8 * chord.clamp(0.0, 1.0).sqrt().asin()).round() as i64
}
