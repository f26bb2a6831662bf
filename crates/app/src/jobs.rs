//! Making, showing and changing jobs.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Denied, Permit, Target, authorise},
    audit::Entry,
    id::{JobId, PositionId, ShiftId},
    jobs::{Job, JobState, NewJob, Position, Shift, ShiftState},
};
use muster_store::{self as store, Tx};
use serde_json::json;

use crate::{Failure, audit};

mod changing;
mod showing;

pub use changing::{JobChange, add_shift_seats, change_job};
pub use muster_store::jobs::{BoardLane, JobFilter, JobListed, JobWhen, Lane, Seated, ShiftListed};
pub use showing::{
    Board, BoardAsked, JobChoices, JobPage, JobsListed, ShiftShown, Week, WeekAsked, list_jobs, list_positions,
    load_board, load_choices, load_job, load_week,
};

/// Makes a job with its shifts, positions and seats; nothing is posted yet. The caller was permitted to decide the request.
///
/// # Errors
/// Denied without an agency; broken when the database fails.
pub fn create_job(tx: &mut Tx<'_>, permit: &Permit, new: &NewJob, now: Timestamp) -> Result<JobId, Failure> {
    let agency = permit.agency().ok_or(Denied::NoAgency)?;
    let job = Job {
        id: tx.id(now),
        agency,
        number: store::jobs::next_number(tx, agency)?,
        request: new.request,
        customer: new.customer,
        site: new.site,
        job_type: new.job_type,
        title: new.title.clone(),
        state: JobState::Active,
        state_reason: String::new(),
        details: new.details.clone(),
        version: 1,
    };
    store::jobs::add_job(tx, &job, now)?;
    for shift in &new.shifts {
        let id: ShiftId = tx.id(now);
        let (span, worked_on) = (shift.span, shift.worked_on);
        let state = ShiftState::Draft;
        store::jobs::add_shift(tx, &Shift { id, agency, job: job.id, span, worked_on, state, version: 1 })?;
        for wanted in &new.positions {
            let position = Position {
                id: tx.id::<PositionId>(now),
                shift: id,
                role: wanted.role,
                seats: wanted.seats,
                requirements: wanted.requirements.clone(),
            };
            store::jobs::add_position(tx, agency, &position)?;
        }
    }
    let seats: i64 = new.positions.iter().map(|wanted| wanted.seats).sum();
    let entry = Entry::new(
        "created_job",
        format!(
            "made job {} \u{201c}{}\u{201d}: {} of {}",
            job.number,
            job.title,
            muster_domain::counted(new.shifts.len(), "shift", "shifts"),
            muster_domain::counted(seats, "seat", "seats")
        ),
    )
    .about(job.id)
    .about(job.customer)
    .with(json!({ "number": job.number, "shifts": new.shifts.len(), "seats_each": seats, "request": new.request }));
    audit::record(tx, permit, entry, now)?;
    Ok(job.id)
}

/// The shifts of a job in the order of time.
///
/// # Errors
/// Missing or denied.
pub fn list_shifts(tx: &mut Tx<'_>, who: &Actor, id: JobId) -> Result<Vec<ShiftListed>, Failure> {
    let scope = who.scope()?;
    let job = store::jobs::find_job(tx, &scope, id)?.ok_or(Failure::Missing("job"))?;
    authorise(who, Action::ViewJob, &Target::customer(scope.agency(), job.customer))?;
    Ok(store::jobs::list_shifts_of_job(tx, scope.agency(), id)?)
}
