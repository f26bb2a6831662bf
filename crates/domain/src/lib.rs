//! What is true: types, states, rules, money and the access table of off-duty work.
//!
//! Sync and pure. This crate never reads a clock, a file, a socket or a source of randomness:
//! the instant, the ids and the facts are arguments.
//!
//! Rooms, in order; a room uses only rooms above it.

pub mod calendar;
mod counted;
pub mod id;
pub mod money;
pub mod predicate;
pub mod refusal;
pub mod time;

pub use counted::counted;

pub mod access;
pub mod agencies;
pub mod audit;
pub mod billing;
pub mod customers;
pub mod distribution;
pub mod jobs;
pub mod ledger;
pub mod notices;
pub mod officers;
pub mod payroll;
pub mod policy;
pub mod rates;
pub mod requests;
pub mod rules;
pub mod timeclock;
