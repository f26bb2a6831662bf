//! What a reviewer should look at: punches beside the schedule, the strongest evidence first.

use serde::Serialize;

use super::{
    entry::{Entry, EntryState},
    fence::Verdict,
    punch::{Punch, Source},
};
use crate::time::{Minutes, Span};

/// What kind of discrepancy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// No clock-in at all.
    NoShow,
    /// The end was made by a timer.
    ForgottenOut,
    /// Pressed away from the site.
    Outside,
    /// More time than scheduled.
    Longer,
    /// Less time than scheduled.
    Shorter,
    /// Came late.
    Late,
    /// A reviewer settled other times.
    Adjusted,
    /// The place was not known.
    PlaceUnknown,
    /// Arrived long after it was pressed.
    SentLate,
}

impl Sort {
    /// How much it weighs against the others; higher comes first.
    #[must_use]
    pub fn weight(self) -> i64 {
        match self {
            Self::NoShow => 100,
            Self::Outside => 80,
            Self::ForgottenOut => 70,
            Self::Longer => 60,
            Self::Shorter => 40,
            Self::Late => 30,
            Self::Adjusted => 20,
            Self::PlaceUnknown => 10,
            Self::SentLate => 5,
        }
    }
}

/// One discrepancy, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Discrepancy {
    /// Its kind.
    pub sort: Sort,
    /// One short sentence without a full stop.
    pub words: String,
}

/// Differences of up to so many minutes are nobody's business.
const TOLERANCE: i64 = 7;

/// The discrepancies of an entry, the heaviest first.
#[must_use]
pub fn discrepancies(scheduled: Span, entry: &Entry, punches: &[Punch]) -> Vec<Discrepancy> {
    let mut found = Vec::new();
    let mut note = |sort: Sort, words: String| found.push(Discrepancy { sort, words });
    if entry.clocked_in_at.is_none() && entry.adjust_reason.is_empty() {
        note(Sort::NoShow, "never clocked in".to_owned());
    }
    if entry.state != EntryState::OnSite
        && !entry.verified
        && entry.clocked_in_at.is_some()
        && entry.adjust_reason.is_empty()
    {
        note(Sort::ForgottenOut, "no clock-out; closed at the scheduled end".to_owned());
    }
    for punch in punches {
        let way = punch.kind.label().to_lowercase();
        match (punch.measured.verdict, punch.source) {
            (Verdict::Outside, _) => {
                let distance = punch.measured.distance_m.unwrap_or(0);
                note(
                    Sort::Outside,
                    format!("{way} {distance} m from the site: \u{201c}{}\u{201d}", punch.reason.trim()),
                );
            }
            (Verdict::Unknown, Source::Phone | Source::Api) => {
                note(Sort::PlaceUnknown, format!("{way} without a usable position"));
            }
            _ => {}
        }
        let waited = (punch.received_at.as_second() - punch.pressed_at.as_second()) / 60;
        if waited > 15 && punch.source == Source::Phone {
            note(Sort::SentLate, format!("{way}: sent {} after it was pressed", Minutes(waited)));
        }
    }
    if let Some(settled) = entry.settled {
        let more = settled.minutes().0 - scheduled.minutes().0;
        if more > TOLERANCE {
            note(Sort::Longer, format!("{} longer than scheduled", Minutes(more)));
        } else if more < -TOLERANCE {
            note(Sort::Shorter, format!("{} shorter than scheduled", Minutes(-more)));
        }
    }
    if let Some(came) = entry.clocked_in_at {
        let late = (came.as_second() - scheduled.starts_at().as_second()) / 60;
        if late > TOLERANCE {
            note(Sort::Late, format!("came {} late", Minutes(late)));
        }
    }
    if !entry.adjust_reason.is_empty() {
        note(Sort::Adjusted, format!("adjusted: \u{201c}{}\u{201d}", entry.adjust_reason));
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.sort.weight()));
    found
}

/// How urgently an entry wants to be looked at: its heaviest discrepancy, and a little for each further one.
#[must_use]
pub fn weight(found: &[Discrepancy]) -> i64 {
    let heaviest = found.iter().map(|one| one.sort.weight()).max().unwrap_or(0);
    heaviest * 100 + i64::try_from(found.len()).unwrap_or(0)
}
