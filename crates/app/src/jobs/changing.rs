//! Changing a job's words, and seats. Other times, and what costs something, are priced in `ledger`.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    audit::Entry,
    id::{JobId, PositionId, ShiftId},
    jobs::{Job, Shift, ShiftState},
    refusal::{FieldErrors, Refusal},
};
use muster_store::{self as store, Tx};
use serde_json::json;

use crate::{
    Failure, audit,
    requests::{SeatChange, judge_seats},
};

/// What may change of a job at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobChange {
    /// What, in a few words.
    pub title: String,
    /// For the officers.
    pub instructions: String,
    /// Who meets the officers.
    pub contact_name: String,
    /// Their phone.
    pub contact_phone: String,
    /// The version that was shown.
    pub version: i64,
}

/// Changes a job's words.
///
/// # Errors
/// Denied; missing; invalid; a conflict when somebody else changed it first.
pub fn change_job(tx: &mut Tx<'_>, who: &Actor, id: JobId, change: &JobChange, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let job = store::jobs::lock_job(tx, agency, id)?.ok_or(Failure::Missing("job"))?;
    let permit = authorise(who, Action::EditJob, &Target::agency(agency))?;
    let mut errors = FieldErrors::default();
    errors.require_text(&change.title, "title", 120);
    for (text, field, most) in [
        (&change.instructions, "instructions", 4000),
        (&change.contact_name, "contact_name", 120),
        (&change.contact_phone, "contact_phone", 40),
    ] {
        if !text.trim().is_empty() {
            errors.require_text(text, field, most);
        }
    }
    errors.or(())?;
    let before = json!({ "title": job.title, "details": job.details });
    let mut changed = Job { title: change.title.trim().to_owned(), version: change.version, ..job };
    changed.details.instructions = change.instructions.trim().to_owned();
    changed.details.contact_name = change.contact_name.trim().to_owned();
    changed.details.contact_phone = change.contact_phone.trim().to_owned();
    if !store::jobs::save_job(tx, &changed)? {
        return Err(Failure::Conflict("The job"));
    }
    let entry = Entry::new("changed_job", format!("changed the words of job {}", changed.number))
        .about(id)
        .with(json!({ "before": before, "after": { "title": changed.title, "details": changed.details } }));
    audit::record(tx, &permit, entry, now)
}

/// Adds seats to a position of a shift (or, with a negative number, takes away seats that nobody ever held). Answers what the
/// agency's rules object to, in words.
///
/// # Errors
/// Denied; missing; refused when a rule forbids it, beyond 500 seats, below the officers booked, and on a cancelled shift.
pub fn add_shift_seats(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ShiftId,
    position: PositionId,
    more: i64,
    now: Timestamp,
) -> Result<Vec<String>, Failure> {
    let agency = who.scope()?.agency();
    let shift = store::jobs::lock_shift(tx, agency, id)?.ok_or(Failure::Missing("shift"))?;
    let permit = authorise(who, Action::EditJob, &Target::agency(agency))?;
    stands(&shift)?;
    let positions = store::jobs::list_positions(tx, agency, id)?;
    let found = positions.iter().find(|one| one.id == position).ok_or(Failure::Missing("position"))?;
    let after = found.seats + more;
    if more == 0 || !(1..=500).contains(&after) {
        return Err(Refusal::new(
            "seats_out_of_range",
            format!("A position has 1 to 500 seats; this would make {after}."),
            "Choose another number.",
        )
        .into());
    }
    let of_job = store::jobs::lock_job(tx, agency, shift.job)?.ok_or(Failure::Missing("job"))?;
    let change = SeatChange { job: &of_job, shift: &shift, positions: &positions, after: (position, after) };
    let objections = judge_seats(tx, &change, now)?;
    if more > 0 {
        store::jobs::add_seats(tx, agency, position, found.seats, more)?;
    } else if store::jobs::remove_empty_seats(tx, agency, position, found.seats, -more)? < -more {
        return Err(Refusal::new(
            "seats_held",
            "Some of these seats are or were held by officers.",
            "Take the officers off first, or remove fewer seats.",
        )
        .into());
    }
    let job = shift.job;
    if !store::jobs::save_shift(tx, &shift)? {
        return Err(Failure::Conflict("The shift"));
    }
    let entry = Entry::new("changed_seats", format!("changed the seats of a shift from {} to {after}", found.seats))
        .about(id)
        .about(job)
        .with(json!({ "position": position, "before": found.seats, "after": after, "rules": objections }));
    audit::record(tx, &permit, entry, now)?;
    Ok(objections)
}

fn stands(shift: &Shift) -> Result<(), Refusal> {
    if shift.state == ShiftState::Cancelled {
        return Err(Refusal::new("shift_cancelled", "This shift was cancelled.", "Look at the job's other shifts."));
    }
    Ok(())
}
