//! Proving the hours: presses of the clock, the fence around the site, and the time that comes of them.
//!
//! Words: a *punch* is one press of the clock, made at the site or kept on a phone and sent later; a *verdict* says whether
//! it was made inside the site's *fence*; a *time entry* is the time of one assignment from its punches to its approval.
//!
//! Invariants: a punch is judged by when and where it was pressed, never by when it arrived; the same punch counts once;
//! the order in which punches arrive does not change the entry. A clock-out that a timer made is not verified.
//!
//! Never decides pay: the rates room prices what a reviewer approved.

mod entry;
mod fence;
mod punch;
mod review;

pub use entry::{Entry, EntryState, adjust, approve, close_forgotten, settle};
pub use fence::{Fence, Fix, LEAST_ACCURATE_M, MOST_DOUBT_M, Measured, Verdict, measure};
pub use punch::{Kind, PressFacts, Punch, Source, press};
pub use review::{Discrepancy, Sort, discrepancies, weight};

#[cfg(test)]
mod tests;
