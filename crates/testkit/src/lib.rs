//! For tests only: both databases, a clock that moves when told, randomness that repeats.
//!
//! Tests of the store live in `crates/store/tests/`, stories in `crates/app/tests/`: a unit test inside `src/` would
//! meet a second copy of its own crate here. Unit tests of the storage layer itself use [`databases::Scratch::url`].

pub mod builders;
mod clock;
pub mod databases;
pub mod forms;
mod mint;
pub mod postgres;

pub use clock::Clock;
pub use databases::on_both;
pub use mint::Seeded;
