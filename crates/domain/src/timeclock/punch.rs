//! One press of the clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::fence::{Fence, Fix, Measured, Verdict, measure};
use crate::{
    id::{AssignmentId, OfficerId, PunchId},
    refusal::Refusal,
    time::{Minutes, Span},
};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Work begins.
    In,
    /// Work ends.
    Out,
}

impl Kind {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::In => "Clocked in",
            Self::Out => "Clocked out",
        }
    }
    /// The kind with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::In, Self::Out].into_iter().find(|kind| kind.code() == code)
    }
}

/// Who sent a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The officer's phone.
    Phone,
    /// Another program.
    Api,
    /// Records of the past.
    Replay,
    /// The timer for a forgotten clock-out.
    Timer,
}

impl Source {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Api => "api",
            Self::Replay => "replay",
            Self::Timer => "timer",
        }
    }
    /// The source with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Phone, Self::Api, Self::Replay, Self::Timer].into_iter().find(|source| source.code() == code)
    }
}

/// A press, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Punch {
    /// Made on the phone.
    pub id: PunchId,
    /// Whose seat.
    pub assignment: AssignmentId,
    /// Who.
    pub officer: OfficerId,
    /// Which way.
    pub kind: Kind,
    /// When it was pressed, by the server's clock.
    pub pressed_at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Where the phone was, if it knew.
    pub fix: Option<Fix>,
    /// Inside the fence or not.
    pub measured: Measured,
    /// Why, when outside.
    pub reason: String,
    /// From where it came.
    pub source: Source,
}

/// What decides whether a press counts.
#[derive(Debug, Clone, Copy)]
pub struct PressFacts<'a> {
    /// When the shift is.
    pub span: Span,
    /// Which way.
    pub kind: Kind,
    /// When it was pressed.
    pub pressed_at: Timestamp,
    /// Where.
    pub fix: Option<Fix>,
    /// The site's fence, if its point is known.
    pub fence: Option<Fence>,
    /// Why, if the officer said.
    pub reason: &'a str,
    /// How early an officer may clock in, in minutes.
    pub early_minutes: i64,
    /// A punch is taken until this long after the end, in minutes; later the coordinator settles the time.
    pub late_minutes: i64,
}

/// A phone's clock may run ahead of ours by so much before a press counts as made in the future.
const AHEAD: SignedDuration = SignedDuration::from_mins(2);

/// Judges a press by its own time and place.
///
/// # Errors
/// A refusal when it is too early (with the time from which it works), far too late, in the future, or outside without a reason.
pub fn press(facts: &PressFacts<'_>, now: Timestamp, clock: impl Fn(Timestamp) -> String) -> Result<Measured, Refusal> {
    if facts.pressed_at > now + AHEAD {
        return Err(Refusal::new(
            "press_in_future",
            format!(
                "The phone says that the clock was pressed at {}, which is still to come.",
                clock(facts.pressed_at)
            ),
            "Check the phone's date and time, then press again.",
        ));
    }
    let opens_at = facts.span.starts_at() - SignedDuration::from_mins(facts.early_minutes.max(0));
    if facts.kind == Kind::In && facts.pressed_at < opens_at {
        return Err(Refusal::new(
            "too_early",
            format!(
                "It is too early: clocking in works from {}, {} before the start.",
                clock(opens_at),
                Minutes(facts.early_minutes)
            ),
            format!("Press again at {}.", clock(opens_at)),
        ));
    }
    let closes_at = facts.span.ends_at() + SignedDuration::from_mins(facts.late_minutes.max(0));
    if facts.pressed_at > closes_at || (facts.kind == Kind::In && facts.pressed_at >= facts.span.ends_at()) {
        return Err(Refusal::new(
            "too_late",
            format!("This shift ended at {}.", clock(facts.span.ends_at())),
            "Tell the coordinator your times; they are entered in the time review.",
        ));
    }
    let measured = measure(facts.fence, facts.fix);
    if measured.verdict == Verdict::Outside && facts.reason.trim().is_empty() {
        return Err(Refusal::new(
            "outside_needs_reason",
            format!("You are {} m away from the site.", measured.distance_m.unwrap_or(0)),
            "Write why, then press again.",
        ));
    }
    Ok(measured)
}
