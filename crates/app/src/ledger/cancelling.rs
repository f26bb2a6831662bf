//! Calling work off at the price that was shown: officers are freed, told and paid, the customer is told and charged.

use jiff::Timestamp;
use muster_domain::{
    access::{Actor, Permit, Role},
    agencies::Agency,
    audit::Entry as Log,
    counted,
    distribution::{AssignmentState, Event},
    id::{ChargeId, JobId},
    jobs::{Job, JobState, Shift, ShiftState},
    ledger::Charge,
    money::Cents,
    notices::Message,
    refusal::Refusal,
    timeclock::{Entry, EntryState},
};
use muster_store::{self as store, Tx, ledger::called_off::CalledOff};
use serde_json::{Value, json};

pub use super::call_off::{
    CallOff, CallOffPrice, NextPrice, PRICE_CHANGED, SeatPrice, ShiftPrice, Told, notice_words, price_call_off,
};
use super::{
    call_off::{prepare, shown},
    day, parts, post,
};
use crate::{
    Failure,
    access::not_about_himself,
    agencies, audit, distribution,
    notices::{self, To},
    rates,
};

/// What is called off, by whom, why, and the price that was shown for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallOffOrder {
    /// What.
    pub what: CallOff,
    /// By whom, when, how.
    pub told: Told,
    /// Officers and the customer read it.
    pub reason: String,
    /// The mark of the price that was shown; empty when none was.
    pub shown: String,
}

/// Calls work off: officers are freed and told what they are paid, the customer is told what it costs, and the charges
/// stand ready for invoice and pay run.
///
/// # Errors
/// Denied; missing; refused without a reason, when it is cancelled or over, and when the price is not the one shown.
pub fn call_off(tx: &mut Tx<'_>, who: &Actor, order: &CallOffOrder, now: Timestamp) -> Result<JobId, Failure> {
    let agency_id = who.scope()?.agency();
    // Shifts come before the job in every use case that locks both.
    let job = match order.what {
        CallOff::Job(job) => {
            store::jobs::lock_shifts(tx, agency_id, job)?;
            job
        }
        CallOff::Shift(shift) | CallOff::Seats { shift, .. } => {
            store::jobs::lock_shift(tx, agency_id, shift)?.ok_or(Failure::Missing("shift"))?.job
        }
    };
    let job = store::jobs::lock_job(tx, agency_id, job)?.ok_or(Failure::Missing("job"))?;
    let (price, permit) = prepare(tx, who, order.what, order.told, now)?;
    with_reason(&order.reason)?;
    shown(&price.mark, &order.shown, price.customer, price.officers)?;
    let agency = agencies::load_agency(tx, agency_id)?;
    let reason = order.reason.trim();
    let mut charges = Vec::new();
    for shift in &price.shifts {
        let ended = Ended { who, permit: &permit, job: &job, reason, told: Some(order.told) };
        charges.extend(free_seats(tx, &agency, &ended, shift, now)?);
        match order.what {
            CallOff::Seats { position, seats, .. } => close_seats(tx, shift, position, seats)?,
            CallOff::Job(_) | CallOff::Shift(_) => {
                let cancelled = Shift { state: ShiftState::Cancelled, ..shift.shift.clone() };
                distribution::tell_posting(tx, cancelled, Event::Closed, now)?;
            }
        }
    }
    if matches!(order.what, CallOff::Job(_)) {
        let cancelled = Job { state: JobState::Cancelled, state_reason: reason.to_owned(), ..job.clone() };
        if !store::jobs::save_job(tx, &cancelled)? {
            return Err(Failure::Conflict("The job"));
        }
    }
    price.notice.keep(tx, &job, now)?;
    tell_sides(tx, who, order, &price, now)?;
    let mut entry = Log::new(action(order.what), words(order, &price)).about(job.id).about(job.customer);
    for shift in price.shifts.iter().take(MOST_NAMED) {
        entry = entry.about(shift.shift.id);
    }
    audit::record(tx, &permit, entry.with(facts(order, &price, &charges)), now)?;
    Ok(job.id)
}

/// Subjects that one entry names.
const MOST_NAMED: usize = 50;

fn action(what: CallOff) -> &'static str {
    match what {
        CallOff::Job(_) => "cancelled_job",
        CallOff::Shift(_) => "cancelled_shift",
        CallOff::Seats { .. } => "cancelled_seats",
    }
}

fn words(order: &CallOffOrder, price: &CallOffPrice) -> String {
    let what = match order.what {
        CallOff::Job(_) => format!("cancelled job {}", price.job.number),
        CallOff::Shift(_) => format!("cancelled a shift of job {}", price.job.number),
        CallOff::Seats { seats, .. } => {
            format!("cancelled {} of job {}", counted(seats, "seat", "seats"), price.job.number)
        }
    };
    let freed = counted(price.freed(), "officer", "officers");
    let money = if price.customer == Cents::ZERO {
        "nothing owed".to_owned()
    } else {
        format!("{} owed, {} to officers", price.customer, price.officers)
    };
    format!("{what}, {freed} freed, {money}: {}", order.reason.trim())
}

/// Everything that decided, for the log.
fn facts(order: &CallOffOrder, price: &CallOffPrice, charges: &[ChargeId]) -> Value {
    let shifts: Vec<Value> = price
        .shifts
        .iter()
        .take(MOST_NAMED)
        .map(|one| {
            json!({ "shift": one.shift.id, "counted_at": one.counted_at, "window": one.term, "rule_set": one.rule_set,
            "seats": one.seats.iter().map(|seat| json!({ "officer": seat.officer,
                "customer_cents": seat.priced.customer_cents, "officer_cents": seat.priced.officer_cents })).collect::<Vec<_>>() })
        })
        .collect();
    json!({ "reason": order.reason.trim(), "freed": price.freed(), "by": order.told.by, "channel": order.told.channel,
        "received_at": order.told.received_at, "customer_cents": price.customer, "officer_cents": price.officers,
        "shown": price.mark, "objections": price.objections, "charges": charges, "shifts": shifts })
}

/// How seats end.
pub(crate) struct Ended<'a> {
    pub who: &'a Actor,
    pub permit: &'a Permit,
    pub job: &'a Job,
    pub reason: &'a str,
    /// How the work was called off; otherwise only this officer's part in it ends.
    pub told: Option<Told>,
}

/// Frees the seats, charges what is owed for them and tells the officers what they are paid.
pub(crate) fn free_seats(
    tx: &mut Tx<'_>,
    agency: &Agency,
    ended: &Ended<'_>,
    shift: &ShiftPrice,
    now: Timestamp,
) -> Result<Vec<ChargeId>, Failure> {
    let mut charges = Vec::new();
    for seat in &shift.seats {
        if seat.worked.is_some() {
            not_about_himself(tx, ended.who, seat.officer, "Nobody approves his own time.", "Ask another approver.")?;
        }
        let charge = charge_seat(tx, agency, ended, shift, seat, now)?;
        if let Some(told) = ended.told {
            let called_off = CalledOff {
                by: told.by,
                channel: told.channel,
                received_at: told.received_at.unwrap_or(now),
                entered_at: now,
                scheduled: shift.shift.span,
                worked_on: shift.shift.worked_on,
                crew: seat.crew,
                time_entry: charge.as_ref().map(|charge| charge.time_entry),
            };
            store::ledger::called_off::add_called_off(tx, agency.id, seat.assignment, &called_off)?;
        }
        charges.extend(charge.map(|charge| charge.id));
        store::distribution::settle_moved(tx, agency.id, seat.assignment, "over", now)?;
        if seat.worked.is_none() {
            let state = AssignmentState::Cancelled;
            store::distribution::end_assignment(tx, agency.id, seat.assignment, state, ended.reason, now)?;
        }
        tell_officer(tx, agency, ended, shift, seat, now)?;
    }
    Ok(charges)
}

/// Writes what a seat costs: an entry of time that is not worked (or the time worked), its charge and transfers.
pub(crate) fn charge_seat(
    tx: &mut Tx<'_>,
    agency: &Agency,
    ended: &Ended<'_>,
    shift: &ShiftPrice,
    seat: &SeatPrice,
    now: Timestamp,
) -> Result<Option<Charge>, Failure> {
    if seat.basis.is_some() {
        store::distribution::lock_officer(tx, agency.id, seat.officer)?;
    }
    let entry = match &seat.entry {
        Some(entry) => {
            let settled = seat.worked.or(entry.settled);
            let clocked_out_at = entry.clocked_out_at.or(Some(now));
            let done = Entry {
                clocked_out_at,
                settled,
                state: EntryState::Approved,
                approved_by: ended.who.name.clone(),
                approved_at: Some(now),
                ..entry.clone()
            };
            if !store::timeclock::save_entry(tx, agency.id, &done)? {
                return Err(Failure::Conflict("This time"));
            }
            store::ledger::mark_worked(tx, agency.id, seat.assignment)?;
            done.id
        }
        None if !seat.is_owed() => {
            return Ok(None);
        }
        None => {
            let entry = Entry {
                id: tx.id(now),
                assignment: seat.assignment,
                shift: shift.shift.id,
                officer: seat.officer,
                clocked_in_at: None,
                clocked_out_at: None,
                verified: false,
                settled: None,
                adjust_reason: ended.reason.to_owned(),
                state: EntryState::Void,
                approved_by: ended.who.name.clone(),
                approved_at: Some(now),
                version: 1,
            };
            store::timeclock::add_entry(tx, agency.id, &entry)?;
            entry.id
        }
    };
    let charge = Charge {
        id: tx.id(now),
        agency: agency.id,
        time_entry: entry,
        shift: shift.shift.id,
        officer: seat.officer,
        customer: ended.job.customer,
        worked_on: shift.shift.worked_on,
        paid_minutes: seat.priced.paid_minutes,
        officer_cents: seat.priced.officer_cents,
        customer_cents: seat.priced.customer_cents,
        priced: serde_json::to_value(&seat.priced)
            .map_err(|error| Failure::Broken(store::Error::Broken(error.into())))?,
        rule_set: shift.rule_set,
    };
    store::ledger::add_charge(tx, &charge, seat.basis.as_ref(), now)?;
    post(tx, &charge, parts(charge.officer, &seat.priced), now)?;
    if seat.basis.is_some() {
        let rules = rates::load_version(tx, agency.id, shift.rule_set)?;
        day::reprice_later(tx, ended.permit, agency, &rules, &charge, now)?;
    }
    Ok(Some(charge))
}

fn tell_officer(
    tx: &mut Tx<'_>,
    agency: &Agency,
    ended: &Ended<'_>,
    shift: &ShiftPrice,
    seat: &SeatPrice,
    now: Timestamp,
) -> Result<(), Failure> {
    let paid = if seat.priced.officer_cents == Cents::ZERO {
        "By the agency\u{2019}s rules nothing is paid for it.".to_owned()
    } else {
        let window = shift.term.as_ref().map_or_else(String::new, |term| format!(" ({})", term.words));
        format!("You are paid {}{window}.", seat.priced.officer_cents)
    };
    let when = shift.shift.span.starts_at().to_zoned(agency.zone.clone());
    let message = Message {
        kind: "shift_cancelled",
        title: if ended.told.is_some() {
            format!("Cancelled: {}", ended.job.title)
        } else {
            format!("Your seat has ended: {}", ended.job.title)
        },
        body: format!(
            "The shift of {} {}. {paid} Reason: {}",
            when.strftime("%a, %b %-d %H:%M"),
            if ended.told.is_some() { "was cancelled" } else { "was moved, and your seat on it has ended" },
            ended.reason
        ),
        link: "/my-shifts".to_owned(),
    };
    notices::tell(tx, agency.id, To::Officer(seat.officer), &message, now)
}

/// The customer hears what was cancelled and what it costs; the office hears of what a customer cancels.
fn tell_sides(
    tx: &mut Tx<'_>,
    who: &Actor,
    order: &CallOffOrder,
    price: &CallOffPrice,
    now: Timestamp,
) -> Result<(), Failure> {
    let what = match order.what {
        CallOff::Job(_) => "The job was cancelled".to_owned(),
        CallOff::Shift(_) => "One shift was cancelled".to_owned(),
        CallOff::Seats { seats, .. } => format!("Cancelled: {}", counted(seats, "seat", "seats")),
    };
    let money = if price.customer == Cents::ZERO {
        "Nothing is owed for it.".to_owned()
    } else {
        format!("{} is owed for it and comes on the next invoice.", price.customer)
    };
    let message = Message {
        kind: "job_cancelled",
        title: format!("{what}: {}", price.job.title),
        body: format!("Job {}. {money} Reason: {}", price.job.number, order.reason.trim()),
        link: format!("/jobs/{}", price.job.id),
    };
    notices::tell(tx, price.job.agency, To::Customer(price.job.customer), &message, now)?;
    if who.role.is_customer() {
        notices::tell(tx, price.job.agency, To::Role(Role::Coordinator), &message, now)?;
    }
    Ok(())
}

fn close_seats(
    tx: &mut Tx<'_>,
    shift: &ShiftPrice,
    position: muster_domain::id::PositionId,
    seats: i64,
) -> Result<(), Failure> {
    let agency = shift.shift.agency;
    let positions = store::jobs::list_positions(tx, agency, shift.shift.id)?;
    let found = positions.iter().find(|one| one.id == position).ok_or(Failure::Missing("position"))?;
    if store::jobs::close_free_seats(tx, agency, position, found.seats, seats)? < seats {
        return Err(Failure::Conflict("The shift"));
    }
    if store::jobs::save_shift(tx, &shift.shift)? { Ok(()) } else { Err(Failure::Conflict("The shift")) }
}

pub(crate) fn stands(shift: &Shift) -> Result<(), Refusal> {
    if shift.state == ShiftState::Cancelled {
        return Err(Refusal::new("shift_cancelled", "This shift was cancelled.", "Look at the job's other shifts."));
    }
    Ok(())
}

fn with_reason(reason: &str) -> Result<(), Failure> {
    if reason.trim().is_empty() {
        return Err(Refusal::new(
            "reason_missing",
            "Cancelling needs a reason.",
            "Write why; officers and the customer will read it.",
        )
        .into());
    }
    Ok(crate::check_reason(reason)?)
}
