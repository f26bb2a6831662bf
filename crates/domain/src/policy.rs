//! Who may work what: an agency's rule book as data, and decisions that explain themselves.
//!
//! A [`PolicyBook`] is a list of [`Rule`]s. [`judge`] asks each of them about one officer (a [`Candidate`] with his
//! ledger of [`Work`]) and one piece of work (a [`Proposal`]) at one [`Point`], and answers with a [`Judgement`]: every
//! rule that was asked, its citation, its inputs, its result, how far from the limit, and what would make it pass. The
//! same object is shown in words to the officer, as a table to the coordinator, as JSON to programs, and is stored with
//! each sign-up, award, refusal and override.
//!
//! Words: a *kind* is the shape of a rule (`cap`, `rest_gap` ...); its *effect* is what a breach does; a *window* is the
//! time over which a cap counts; a *run* is unbroken work.
//!
//! Invariants: intervals are half-open. Caps and rest are elapsed time; days, weeks and months follow the wall clock of
//! the job's zone. An hour of the day counts once, however many entries cover it. Deny wins: the outcome is the worst of
//! the decisions, so adding a rule never makes an ineligible officer eligible. The job's start picks the rule's version.
//!
//! What it never does: read a clock, a zone or a table; store anything; send anything.
//! Source: kinds P1 to P17 of the catalogue of agencies' published rules.

pub mod amount;
pub mod decision;
mod explain;
pub mod facts;
mod judge;
pub mod kinds;
pub mod rule;
pub mod screen;
pub mod window;
mod words;
pub mod work;

pub use decision::{Decision, Distance, Finding, Judgement, Moment, Outcome, SetAside, Side};
pub use explain::explain;
pub use facts::{
    Approval, Candidate, Coordinator, Credential, CrewMember, Listed, Offence, Proposal, Relation, ReportOwed, Status,
};
pub use judge::{POST_RULE, judge, judge_change, judge_request, judge_verdict};
pub(crate) use kinds::{capital, plain};
pub use rule::{Citation, Effect, Kind, Override, Point, PolicyBook, Rule};
pub(crate) use words::and_list;
pub use words::lateness;
pub use work::{Classes, Measure, States, Work, WorkClass, WorkSource, WorkState};

#[cfg(test)]
mod tests;
