//! What may be done: the use cases. Each is a sync function over `&mut Tx`: load, authorise with the loaded row, decide in
//! `domain`, save, notify, audit. A use case never sends, never waits, never reads a clock.

pub mod answer;
pub mod failure;

pub mod access;
pub mod agencies;
pub mod audit;
pub mod billing;
pub mod customers;
pub mod distribution;
pub mod health;
pub mod jobs;
pub mod ledger;
pub mod notices;
pub mod officers;
pub mod overview;
pub mod payroll;
pub mod rates;
pub mod requests;
pub mod search;
pub mod timeclock;
pub mod worker;

pub use failure::Failure;
pub(crate) use failure::check_reason;
pub use muster_store::{Db, Tx};

/// Where the current instant comes from; the binary brings the real one, tests a frozen one.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> jiff::Timestamp;
}

/// Where unguessable bytes come from.
pub trait Randomness: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}
