//! Seats that were called off, with what their price depended on. Written once and never changed.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    id::{AgencyId, AssignmentId, TimeEntryId},
    rates::{CancelledBy, Channel},
    time::Span,
};

use crate::{Error, Tx};

const ADD: &str = "INSERT INTO called_off_seats (agency_id, assignment_id, called_off_by, channel, received_at, entered_at, \
     starts_at, ends_at, worked_on, crew, time_entry_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// An officer's seat that was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalledOff {
    /// By whom.
    pub by: CancelledBy,
    /// How it reached the agency.
    pub channel: Channel,
    /// When it did.
    pub received_at: Timestamp,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// The schedule then.
    pub scheduled: Span,
    /// Its local day.
    pub worked_on: Date,
    /// Officers booked on the shift then.
    pub crew: i64,
    /// The time with which it was charged; none when nothing was owed.
    pub time_entry: Option<TimeEntryId>,
}

/// Keeps it.
///
/// # Errors
/// When the seat was called off before; when the database fails.
pub fn add_called_off(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    assignment: AssignmentId,
    seat: &CalledOff,
) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &agency,
            &assignment,
            &seat.by.code(),
            &seat.channel.code(),
            &seat.received_at,
            &seat.entered_at,
            &seat.scheduled.starts_at(),
            &seat.scheduled.ends_at(),
            &seat.worked_on,
            &seat.crew,
            &seat.time_entry,
        ],
    )?;
    Ok(())
}
