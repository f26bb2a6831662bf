//! The real clock and real randomness; nothing else in the product may ask for them.

use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use muster_app::{Clock, Randomness};
use muster_store::Mint;

/// The machine's clock, to the microsecond that the database keeps.
pub struct RealClock;

/// How far the clock is moved; only a demonstration that begins at a given instant moves it.
static MOVED: OnceLock<SignedDuration> = OnceLock::new();

/// Lets every clock of this program show `instant` now, and run on from there. Only the first call counts.
pub fn begin_at(instant: Timestamp) {
    MOVED.get_or_init(|| instant.duration_since(RealClock.now()));
}

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the real clock enters")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now() + MOVED.get().copied().unwrap_or_default();
        Timestamp::from_microsecond(now.as_microsecond()).expect("an instant rounded to microseconds stays in range")
    }
}

/// The operating system's randomness.
pub struct RealRandomness;

impl Randomness for RealRandomness {
    #[expect(clippy::disallowed_methods, reason = "the one place where randomness enters")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness; without it nothing here is safe");
    }
}

impl Mint for RealRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        Randomness::fill(self, bytes);
    }
}
