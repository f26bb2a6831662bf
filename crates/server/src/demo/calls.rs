//! Jobs that customers call off: the price is told, then the job is cancelled at it.

use jiff::Timestamp;
use muster_app::{
    Failure,
    ledger::cancelling::{CallOff, CallOffOrder, Told, call_off, price_call_off},
};
use muster_domain::{
    access::Role,
    rates::{CancelledBy, Channel},
};

use super::weeks::Story;

/// How long before its start a job is called off: now and then one is, late, the day before, or in good time.
pub(super) fn hours_before(job: usize) -> Option<i32> {
    (job % 23 == 11).then(|| [4, 20, 50][job / 23 % 3])
}

impl Story<'_> {
    /// The customer calls, and the coordinator cancels the job at the price that he tells him.
    pub(super) fn call_off(&mut self, job: usize, at: Timestamp) -> Result<(), Failure> {
        let going = &mut self.going[job];
        going.booked.clear();
        going.shift = None;
        let Some(id) = going.job else { return Ok(()) };
        let (what, who) = (CallOff::Job(id), self.place.who(Role::Coordinator));
        let told = Told { by: CancelledBy::Customer, received_at: None, channel: Channel::Phone };
        self.db.write_blocking(move |tx| {
            let shown = price_call_off(tx, &who, what, told, at)?.mark;
            let reason = "The event was called off; the customer telephoned.".to_owned();
            call_off(tx, &who, &CallOffOrder { what, told, reason, shown }, at).map(drop)
        })
    }
}
