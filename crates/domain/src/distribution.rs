//! Who is offered a shift, when, and how: plans, postings, and the decisions to take, give, leave and take away a seat.
//!
//! Words: a *plan* is an ordered list of *stages*; a stage has an *audience* (a condition on the officer and the job), a
//! *method* and the moment at which it *passes on* to the next. A *posting* is a plan that runs for one shift.
//!
//! Invariants: [`step`] is deterministic: the log of events alone reproduces a posting. A posting moves forward only and is
//! over by the start of its shift. A seat holds one officer; an officer holds one seat of a shift; every refusal says why.
//!
//! Never reads a clock or a table, and never decides what the agency's rules say: that is the policy room's judgement,
//! which is handed in.

mod decide;
mod marks;
mod permits;
mod plan;
mod rechecking;
mod release;
mod reports;

pub use decide::{
    AcceptFacts, AssignFacts, AssignmentState, LeaveFacts, OpenPosition, Seat, accept, all_taken, ask, assign, remove,
    still_allowed, take_over, withdraw,
};
pub use marks::{DO_NOT_SEND, MarkSort, MarkWords, RELATIONS, mark_label};
pub use permits::{
    PermitLevel, PermitStanding, must_not_be_outranked, permit_levels, permit_standing, permit_turn, permit_until,
};
pub use plan::{Effect, Event, Method, PassesOn, Plan, Posting, Preset, Stage, step};
pub use rechecking::{Consequence, asks_coordinator, consequence, remembering, says_the_same};
pub use release::plan_of;
pub use reports::{Due, Filing, Part, Period, ReportState, due_of_work, last_period};

#[cfg(test)]
mod tests;
