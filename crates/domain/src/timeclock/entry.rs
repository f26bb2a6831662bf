//! The time of one assignment, from its punches to its approval.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::punch::{Kind, Punch, Source};
use crate::{
    id::{AssignmentId, OfficerId, ShiftId, TimeEntryId},
    refusal::Refusal,
    time::Span,
};

/// Where a time entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// The officer works now.
    OnSite,
    /// Waits for a reviewer.
    ToReview,
    /// Settled; it has been priced.
    Approved,
    /// Set aside; another entry may take its place.
    Void,
}

impl EntryState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::OnSite, Self::ToReview, Self::Approved, Self::Void];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OnSite => "on_site",
            Self::ToReview => "to_review",
            Self::Approved => "approved",
            Self::Void => "void",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::OnSite => "On site",
            Self::ToReview => "To review",
            Self::Approved => "Approved",
            Self::Void => "Void",
        }
    }
    /// The state with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A time entry, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: TimeEntryId,
    /// Whose seat.
    pub assignment: AssignmentId,
    /// Which shift.
    pub shift: ShiftId,
    /// Who.
    pub officer: OfficerId,
    /// The first press in.
    pub clocked_in_at: Option<Timestamp>,
    /// The last press out.
    pub clocked_out_at: Option<Timestamp>,
    /// False when a timer or a reviewer, not the officer, gave an end.
    pub verified: bool,
    /// What counts: the punches, unless adjusted.
    pub settled: Option<Span>,
    /// Why it was adjusted; empty while it was not.
    pub adjust_reason: String,
    /// Where it stands.
    pub state: EntryState,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// Counts changes.
    pub version: i64,
}

/// The entry that these punches make, whatever order they came in: the first press in, the last press out after it. A
/// press of the officer always wins over one that a timer made. An adjusted or approved entry keeps what was settled.
#[must_use]
pub fn settle(entry: Entry, punches: &[Punch]) -> Entry {
    let first_in = punches.iter().filter(|punch| punch.kind == Kind::In).map(|punch| punch.pressed_at).min();
    let outs = |timer: bool| {
        punches
            .iter()
            .filter(move |punch| punch.kind == Kind::Out && (punch.source == Source::Timer) == timer)
            .map(|punch| punch.pressed_at)
            .filter(|out| first_in.is_none_or(|came| *out > came))
            .max()
    };
    // Coming back after going out is still one stay; whoever presses in again after the last out is still there.
    let last_in = punches.iter().filter(|punch| punch.kind == Kind::In).map(|punch| punch.pressed_at).max();
    let own_out = outs(false).filter(|out| last_in.is_none_or(|came| *out > came));
    let out = own_out.or_else(|| outs(true));
    let settled = first_in.zip(out).and_then(|(came, left)| Span::new(came, left));
    let keeps = !entry.adjust_reason.is_empty() || matches!(entry.state, EntryState::Approved | EntryState::Void);
    Entry {
        clocked_in_at: first_in,
        clocked_out_at: out,
        verified: if keeps { entry.verified } else { own_out.is_some() && first_in.is_some() },
        settled: if keeps { entry.settled } else { settled },
        state: match entry.state {
            EntryState::OnSite | EntryState::ToReview if !keeps => {
                if out.is_some() {
                    EntryState::ToReview
                } else {
                    EntryState::OnSite
                }
            }
            state => state,
        },
        ..entry
    }
}

/// The punch that closes an entry whose officer forgot to: at the scheduled end, or a minute after a later clock-in.
#[must_use]
pub fn close_forgotten(entry: &Entry, scheduled: Span) -> Option<Timestamp> {
    let came = entry.clocked_in_at.filter(|_| entry.state == EntryState::OnSite)?;
    Some(scheduled.ends_at().max(came + jiff::SignedDuration::from_mins(1)))
}

/// A reviewer settles other times than were clocked.
///
/// # Errors
/// A refusal without a reason, and after approval.
pub fn adjust(entry: Entry, settled: Span, reason: &str) -> Result<Entry, Refusal> {
    not_done(&entry)?;
    if reason.trim().is_empty() {
        return Err(Refusal::new(
            "reason_missing",
            "Other times than were clocked need a reason.",
            "Write why; the officer and the auditor will read it.",
        ));
    }
    if settled.minutes().0 > 36 * 60 {
        return Err(Refusal::new("too_long", "One shift cannot last more than 36 hours.", "Check the dates."));
    }
    Ok(Entry {
        settled: Some(settled),
        adjust_reason: reason.trim().to_owned(),
        verified: false,
        state: EntryState::ToReview,
        ..entry
    })
}

/// A reviewer approves the settled time.
///
/// # Errors
/// A refusal while the officer is on site, without times, and when it was approved before.
pub fn approve(entry: Entry, approver: &str, now: Timestamp) -> Result<Entry, Refusal> {
    not_done(&entry)?;
    if entry.state == EntryState::OnSite {
        return Err(Refusal::new(
            "still_on_site",
            "The officer has not clocked out yet.",
            "Wait for the clock-out, or adjust the time with a reason.",
        ));
    }
    if entry.settled.is_none() {
        return Err(Refusal::new("no_times", "There is no time to approve.", "Enter start and end with a reason."));
    }
    Ok(Entry { state: EntryState::Approved, approved_by: approver.to_owned(), approved_at: Some(now), ..entry })
}

fn not_done(entry: &Entry) -> Result<(), Refusal> {
    let (code, message) = match entry.state {
        EntryState::Approved => ("already_approved", "This time was already approved."),
        EntryState::Void => ("void", "This time was set aside."),
        EntryState::OnSite | EntryState::ToReview => return Ok(()),
    };
    Err(Refusal::new(code, message, "Look at the time again."))
}
