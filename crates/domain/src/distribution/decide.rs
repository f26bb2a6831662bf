//! The decisions about a seat: taken, given, left, taken away. Each refuses with the facts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::plan::{Method, Stage};
use crate::{
    id::PositionId,
    jobs::ShiftState,
    policy::{Judgement, Outcome},
    refusal::Refusal,
    requests::{PostRole, Requirements},
    time::{Minutes, Span},
};

/// Where an assignment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentState {
    /// The officer holds the seat.
    Booked,
    /// The officer gave it back.
    Withdrawn,
    /// A coordinator took it away.
    Removed,
    /// The shift was called off.
    Cancelled,
}

impl AssignmentState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Booked, Self::Withdrawn, Self::Removed, Self::Cancelled];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
            Self::Cancelled => "cancelled",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Booked => "Booked",
            Self::Withdrawn => "Withdrawn",
            Self::Removed => "Removed",
            Self::Cancelled => "Cancelled",
        }
    }
    /// The state with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A seat of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The position.
    pub position: PositionId,
    /// The seat's number, from 1.
    pub seat: i64,
}

/// A position with the lowest of its free seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPosition {
    /// The position.
    pub position: PositionId,
    /// What for.
    pub role: PostRole,
    /// What it asks for.
    pub requirements: Requirements,
    /// How many seats it has.
    pub seats: i64,
    /// How many are held.
    pub booked: i64,
    /// The lowest free seat; none when it is full.
    pub free: Option<i64>,
    /// The place of the least rank in the order of command.
    pub least_level: Option<i64>,
}

/// What decides whether an officer may take a seat himself.
#[derive(Debug, Clone, Copy)]
pub struct AcceptFacts<'a> {
    /// When the shift is.
    pub span: Span,
    /// Where it stands.
    pub state: ShiftState,
    /// The stage that runs; none when the shift is not posted.
    pub stage: Option<&'a Stage>,
    /// The officer belongs to that stage's audience.
    pub in_audience: bool,
    /// The officer already holds a seat of this shift.
    pub already_on: bool,
    /// The position asked for; none when it is gone.
    pub position: Option<&'a OpenPosition>,
    /// The place of the officer's rank on the day of the job.
    pub rank_level: i64,
    /// What the agency's rules say.
    pub judgement: &'a Judgement,
}

/// What decides whether a coordinator may give an officer a seat.
#[derive(Debug, Clone, Copy)]
pub struct AssignFacts<'a> {
    /// When the shift is.
    pub span: Span,
    /// Where it stands.
    pub state: ShiftState,
    /// The officer already holds a seat of this shift.
    pub already_on: bool,
    /// The position asked for.
    pub position: Option<&'a OpenPosition>,
    /// The place of the officer's rank on the day of the job.
    pub rank_level: i64,
    /// What the agency's rules say, after rules were set aside.
    pub judgement: &'a Judgement,
}

/// What decides whether a seat may be left.
#[derive(Debug, Clone, Copy)]
pub struct LeaveFacts {
    /// When the shift is.
    pub span: Span,
    /// Where the assignment stands.
    pub state: AssignmentState,
    /// The officer has clocked in.
    pub clocked_in: bool,
    /// An officer may withdraw until this long before the start, in minutes.
    pub cut_off_minutes: i64,
}

/// An officer takes a seat himself.
///
/// # Errors
/// A refusal that says what stands in the way: the shift, its stage, its seats, the post, or the agency's rules.
pub fn accept(facts: &AcceptFacts<'_>, now: Timestamp) -> Result<Seat, Refusal> {
    shift_stands(facts.state, facts.already_on)?;
    if facts.span.starts_at() <= now {
        return Err(Refusal::new(
            "shift_began",
            "This shift has already begun.",
            "Call the coordinator if they still need you.",
        ));
    }
    let stage = facts.stage.filter(|_| facts.state == ShiftState::Posted).ok_or_else(|| {
        Refusal::new("not_posted", "This shift is not open for officers.", "Look at the list of open shifts.")
    })?;
    if stage.method == Method::Direct {
        return Err(Refusal::new(
            "assigned_only",
            "A coordinator gives out this shift now.",
            "Ask the coordinator, or look again later: it may open to everybody.",
        ));
    }
    if !facts.in_audience {
        return Err(Refusal::new(
            "not_your_stage",
            format!("This shift is now open to \u{201c}{}\u{201d} only.", stage.name),
            "Look again later: it may open to everybody.",
        ));
    }
    let seat = free_seat(facts.position, facts.rank_level)?;
    judged(facts.judgement, true)?;
    Ok(seat)
}

/// An officer asks for a seat that the rules give him only with somebody's approval.
///
/// # Errors
/// A refusal as for [`accept`], when a rule forbids it whoever approves, and when no approval is needed.
pub fn ask(facts: &AcceptFacts<'_>, now: Timestamp) -> Result<Seat, Refusal> {
    match accept(facts, now) {
        Err(refusal) if refusal.code == "rules_forbid" && facts.judgement.outcome == Outcome::NeedsApproval => {
            free_seat(facts.position, facts.rank_level)
        }
        Err(refusal) => Err(refusal),
        Ok(_) => Err(Refusal::new(
            "no_approval_needed",
            "No rule wants an approval for this seat.",
            "Take the shift: it is yours at once.",
        )),
    }
}

/// A coordinator gives an officer a seat.
///
/// # Errors
/// A refusal that says what stands in the way; a rule that may be set aside must have been, with a reason.
pub fn assign(facts: &AssignFacts<'_>, now: Timestamp) -> Result<Seat, Refusal> {
    shift_stands(facts.state, facts.already_on)?;
    if facts.span.ends_at() <= now {
        return Err(Refusal::new("shift_over", "This shift is over.", "Nobody can be added to it any more."));
    }
    let seat = free_seat(facts.position, facts.rank_level)?;
    judged(facts.judgement, false)?;
    Ok(seat)
}

/// An officer gives his seat back.
///
/// # Errors
/// A refusal after the cut-off, after clocking in, and when he does not hold the seat.
pub fn withdraw(facts: &LeaveFacts, now: Timestamp) -> Result<(), Refusal> {
    still_held(facts)?;
    let left = (facts.span.starts_at().as_second() - now.as_second()).div_euclid(60);
    if left < facts.cut_off_minutes {
        let until = Minutes(facts.cut_off_minutes);
        let left = if left > 0 { format!("it starts in {}", Minutes(left)) } else { "it has begun".to_owned() };
        return Err(Refusal::new(
            "cut_off_passed",
            format!("A shift can be given back until {until} before it starts; {left}."),
            "Call the coordinator, who can take you off the shift.",
        ));
    }
    Ok(())
}

/// A coordinator takes an officer off a shift.
///
/// # Errors
/// A refusal without a reason, after the officer clocked in, and when the seat is not held.
pub fn remove(facts: &LeaveFacts, reason: &str) -> Result<(), Refusal> {
    still_held(facts)?;
    if reason.trim().is_empty() {
        return Err(Refusal::new(
            "reason_missing",
            "Taking an officer off a shift needs a reason.",
            "Write why; the officer and the auditor will read it.",
        ));
    }
    Ok(())
}

/// A colleague takes over a seat that its holder offers him; `taker` has the seat as a free one.
///
/// # Errors
/// A refusal when the seat is no longer held, the shift has begun, or the colleague may not work it.
pub fn take_over(giver: &LeaveFacts, taker: &AssignFacts<'_>, now: Timestamp) -> Result<Seat, Refusal> {
    still_held(giver)?;
    shift_stands(taker.state, taker.already_on)?;
    if taker.span.starts_at() <= now {
        return Err(Refusal::new("shift_began", "This shift has already begun.", "Call the coordinator."));
    }
    let seat = free_seat(taker.position, taker.rank_level)?;
    judged(taker.judgement, true)?;
    Ok(seat)
}

/// The rules still let an officer work a seat that he holds; asked when he clocks in.
///
/// # Errors
/// A refusal with the rules that forbid it now.
pub fn still_allowed(judgement: &Judgement) -> Result<(), Refusal> {
    if judgement.outcome < Outcome::Blocked { Ok(()) } else { judged(judgement, true) }
}

fn still_held(facts: &LeaveFacts) -> Result<(), Refusal> {
    if facts.state != AssignmentState::Booked {
        return Err(Refusal::new(
            "not_booked",
            format!("This seat is no longer held: {}.", facts.state.label().to_lowercase()),
            "Look at the shift again.",
        ));
    }
    if facts.clocked_in {
        return Err(Refusal::new(
            "clocked_in",
            "The officer has clocked in on this shift.",
            "Clock out, and settle the time in the time review.",
        ));
    }
    Ok(())
}

fn shift_stands(state: ShiftState, already_on: bool) -> Result<(), Refusal> {
    if state == ShiftState::Cancelled {
        return Err(Refusal::new("shift_cancelled", "This shift was cancelled.", "Look at the list of open shifts."));
    }
    if already_on {
        return Err(Refusal::new(
            "already_on_shift",
            "The officer already holds a seat on this shift.",
            "Nothing needs to be done.",
        ));
    }
    Ok(())
}

fn free_seat(position: Option<&OpenPosition>, rank_level: i64) -> Result<Seat, Refusal> {
    let position = position.ok_or_else(|| {
        Refusal::new("no_position", "There is no such post on this shift.", "Look at the shift again.")
    })?;
    let Some(seat) = position.free else {
        return Err(Refusal::new("shift_full", all_taken(position.seats), "Look at the list for other open shifts."));
    };
    if position.least_level.is_some_and(|least| rank_level < least) {
        return Err(Refusal::new(
            "rank_too_low",
            "This post needs a higher rank than the officer holds on that day.",
            "Choose another post or shift.",
        ));
    }
    Ok(Seat { position: position.position, seat })
}

/// `The seat is taken.`, `All 4 seats are taken.`
#[must_use]
pub fn all_taken(seats: i64) -> String {
    if seats == 1 { "The only seat is taken.".to_owned() } else { format!("All {seats} seats are taken.") }
}

/// The agency's rules. Warnings pass: the page shows them before the officer confirms.
fn judged(judgement: &Judgement, himself: bool) -> Result<(), Refusal> {
    if judgement.is_allowed() {
        return Ok(());
    }
    let words: Vec<String> = judgement
        .plain_objections()
        .into_iter()
        .filter(|one| one.result > Outcome::Warned)
        .map(|one| match &one.cite {
            Some(cite) => format!("{} ({cite})", one.words()),
            None => one.words(),
        })
        .collect();
    let remedy = match (judgement.outcome, himself) {
        (Outcome::NeedsApproval, _) => format!("Needs the approval of {}.", judgement.approvals_needed().join(" and ")),
        (_, true) => "Choose another shift, or ask the coordinator.".to_owned(),
        (_, false) => "Choose another officer, or set the rule aside with a reason where it allows that.".to_owned(),
    };
    Err(Refusal::new(
        "rules_forbid",
        format!("The agency\u{2019}s rules do not allow this: {}.", words.join("; ")),
        remedy,
    ))
}
