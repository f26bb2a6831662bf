//! What officers answer when they are asked whether they keep a seat on a shift that was moved.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Permit, Role, Target, authorise},
    agencies::Agency,
    audit::Entry as Log,
    distribution::AssignmentState,
    id::{AssignmentId, OfficerId},
    jobs::Shift,
    money::Cents,
    notices::Message,
    rates::{Cancelled, CancelledBy, price},
};
use muster_store::{
    self as store, Tx,
    distribution::{Assignment, MovedSeat},
    timers::{self, Due},
};
use serde_json::json;

use super::{
    Done,
    call_off::{SeatPrice, ShiftPrice},
    cancelling::{Ended, free_seats},
    day, with_work,
};
use crate::{
    Failure, agencies, audit,
    notices::{self, To},
    rates,
};

/// The kind of the timer of an officer's answer; its subject is the assignment.
pub const MOVED_TIMER: &str = "moved_seat";

/// An officer says whether he keeps his seat at the new time. Without it he is paid as for a cancellation.
///
/// # Errors
/// Denied; missing when he is not asked (any more).
pub fn answer_moved(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: AssignmentId,
    keeps: bool,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let found = store::distribution::find_moved(tx, agency, id)?.ok_or(Failure::Missing("question"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, found.officer))?;
    let state = if keeps { "kept" } else { "declined" };
    settle(tx, who, &permit, &found, state, now)?;
    Ok(timers::drop_timer(tx, agency, MOVED_TIMER, &id.to_string())?)
}

/// An officer did not answer in time. False when another worker was first.
///
/// # Errors
/// When the database fails.
pub fn answer_due(tx: &mut Tx<'_>, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    let id: AssignmentId = due.subject.parse().map_err(|_| Failure::Missing("assignment"))?;
    let muster = Actor::system(due.agency);
    let permit = authorise(&muster, Action::FillJob, &Target::agency(due.agency))?;
    if !timers::finish(tx, due.id)? {
        return Ok(false);
    }
    match store::distribution::find_moved(tx, due.agency, id)? {
        Some(found) => settle(tx, &muster, &permit, &found, "lapsed", now)?,
        None => {
            let words = "looked for an answer about a moved shift; none was waited for";
            audit::record(tx, &permit, Log::new("moved_seat_due", words), now)?;
        }
    }
    Ok(true)
}

fn settle(
    tx: &mut Tx<'_>,
    who: &Actor,
    permit: &Permit,
    asked: &MovedSeat,
    state: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = agencies::load_agency(tx, who.scope()?.agency())?;
    let shift = store::jobs::lock_shift(tx, agency.id, asked.shift)?.ok_or(Failure::Missing("shift"))?;
    let held = store::distribution::lock_assignment(tx, agency.id, asked.assignment)?;
    let held = held.filter(|one| one.state == AssignmentState::Booked).ok_or(Failure::Missing("assignment"))?;
    if !store::distribution::settle_moved(tx, agency.id, held.id, state, now)? {
        return Err(Failure::Conflict("The question"));
    }
    let job = store::jobs::find_job(tx, &who.scope()?, shift.job)?.ok_or(Failure::Missing("job"))?;
    let (words, paid) = if state == "kept" {
        (format!("keeps a seat of job {} at its new time", job.number), Cents::ZERO)
    } else {
        let reason = if state == "declined" { "You said no to the new time." } else { "You did not answer in time." };
        let paid = free_asked(
            tx,
            &agency,
            &Ended { who, permit, job: &job, reason, told: None },
            (asked, &shift, &held),
            now,
        )?;
        let what = if state == "declined" { "said no to" } else { "had no answer about" };
        (format!("{what} the new time of a shift of job {}; the seat is open again, {paid} paid", job.number), paid)
    };
    let name = officer_name(tx, &shift, held.officer)?;
    let message = Message {
        kind: "moved_seat_answered",
        title: format!("{name}: {}", if state == "kept" { "yes to the new time" } else { "not at the new time" }),
        body: format!(
            "Job {} \u{201c}{}\u{201d}. {}",
            job.number,
            job.title,
            if state == "kept" { "The seat stays held." } else { "The seat is open again." }
        ),
        link: format!("/jobs/{}", job.id),
    };
    notices::tell(tx, agency.id, To::Role(Role::Coordinator), &message, now)?;
    let entry = Log::new("answered_moved_shift", words).about(shift.id).about(job.id).about(held.officer);
    audit::record(tx, permit, entry.with(json!({ "answer": state, "officer_cents": paid })), now)
}

fn officer_name(tx: &mut Tx<'_>, shift: &Shift, officer: OfficerId) -> Result<String, Failure> {
    let seated = store::jobs::list_seated_on_shift(tx, shift.agency, shift.id)?;
    Ok(seated
        .into_iter()
        .find(|seat| seat.officer == officer)
        .map_or_else(|| "An officer".to_owned(), |seat| seat.name))
}

/// Frees the seat of an officer who does not come at the new time, at the price of the old one; what he is paid.
fn free_asked(
    tx: &mut Tx<'_>,
    agency: &Agency,
    ended: &Ended<'_>,
    (asked, shift, held): (&MovedSeat, &Shift, &Assignment),
    now: Timestamp,
) -> Result<Cents, Failure> {
    let rules = rates::load_rules(tx, agency.id, asked.from.starts_at())?;
    let facts = store::ledger::load_price_facts(tx, agency.id, held.id)?;
    let by = CancelledBy::from_code(&asked.moved_by).unwrap_or_default();
    let cancelled = Some(Cancelled { at: asked.counted_at, by, change: false, at_most: None });
    let done = Done { cancelled, not_first: true, scheduled: Some(asked.from), ..Done::default() };
    let done = day::look_back(tx, agency, &rules, (held.officer, &facts), done)?;
    let card = &rules.book.rates;
    let (priced, term) =
        with_work(agency, &facts, done, |work| price(card, work).map(|priced| (priced, card.cancel_term(work))))?;
    let paid = priced.officer_cents;
    let name = officer_name(tx, shift, held.officer)?;
    let seat = SeatPrice {
        assignment: held.id,
        officer: held.officer,
        name,
        badge: String::new(),
        priced,
        worked: None,
        crew: facts.crew,
        entry: None,
        basis: day::basis(&rules, &facts, &done)?,
    };
    let freed = ShiftPrice {
        shift: shift.clone(),
        seats: vec![seat],
        empty: 0,
        counted_at: asked.counted_at,
        term,
        next: None,
        rule_set: rules.id,
    };
    free_seats(tx, agency, ended, &freed, now)?;
    Ok(paid)
}
