//! A colleague accepts the seat that he was offered: both are judged as if the exchange had happened, in one transaction.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Permit, Role, Target, authorise},
    audit::Entry,
    distribution::{AssignmentState, Seat},
    id::{AgencyId, AssignmentId, HandoverId, OfficerId},
    notices::Message,
    policy::Kind,
    refusal::Refusal,
};
use muster_store::{
    self as store, Tx,
    distribution::{Assignment, HandoverRow},
};
use serde_json::json;

use super::{Taking, judge_taking, look, settled};
use crate::{
    Failure, audit,
    distribution::{
        accept::{Taken, book_seat, when},
        approvals::after_booking,
        named,
        refusing::Answer,
    },
    notices::{self, To},
    officers::touched::touched,
};

/// Both ends of an accepted offer, locked.
struct Locked {
    given: Assignment,
    back: Option<Assignment>,
}

/// Locks shifts, then officers, then seats, each in the order of their ids: two trades that cross wait for each other.
fn lock(tx: &mut Tx<'_>, agency: AgencyId, row: &HandoverRow) -> Result<Locked, Failure> {
    let mut shifts = vec![row.shift];
    shifts.extend(row.back.map(|(_, shift)| shift));
    shifts.sort_unstable();
    for shift in shifts {
        store::jobs::lock_shift(tx, agency, shift)?.ok_or(Failure::Missing("shift"))?;
    }
    let mut officers = [row.giver, row.taker];
    officers.sort_unstable();
    for officer in officers {
        store::distribution::lock_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    }
    let mut seat = |id| store::distribution::lock_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"));
    let given = seat(row.assignment)?;
    let back = row.back.map(|(id, _)| seat(id)).transpose()?;
    Ok(Locked { given, back })
}

/// The colleague accepts: both are judged as they stand now, and the seat is his in the same transaction. When the rules
/// refuse it, the first officer stays bound, and both are told why.
///
/// # Errors
/// Denied; missing; refused when the offer was settled, the seat is no longer held, or the shift has begun.
pub fn accept_seat(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: HandoverId,
    now: Timestamp,
) -> Result<Answer<AssignmentId>, Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_handover(tx, agency, id)?.ok_or(Failure::Missing("offer"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, row.taker))?;
    let locked = lock(tx, agency, &row)?;
    if locked.given.state != AssignmentState::Booked || locked.given.officer != row.giver {
        return Err(settled().into());
    }
    if locked.back.as_ref().is_some_and(|seat| seat.state != AssignmentState::Booked || seat.officer != row.taker) {
        return Err(settled().into());
    }
    let (_, circle) = look(tx, agency, &locked.given, row.back.is_some(), now)?;
    let without = row.back.map(|(back, _)| back);
    let taking = judge_taking(tx, agency, (row.taker, &locked.given), without, &circle, now)?;
    let mut seats = match taking.seat(&locked.given, now) {
        Ok(seat) => vec![(taking, seat, &locked.given)],
        Err(refusal) => return refuse(tx, &permit, (agency, &row), (&taking, &refusal), now),
    };
    if let Some(seat) = &locked.back {
        let (_, circle) = look(tx, agency, seat, true, now)?;
        let taking = judge_taking(tx, agency, (row.giver, seat), Some(row.assignment), &circle, now)?;
        match taking.seat(seat, now) {
            Ok(free) => seats.push((taking, free, seat)),
            Err(refusal) => return refuse(tx, &permit, (agency, &row), (&taking, &refusal), now),
        }
    }
    if !store::distribution::settle_handover(tx, agency, id, ("accepted", ""), now)? {
        return Err(settled().into());
    }
    exchange(tx, &permit, (agency, &row), &seats, now).map(Answer::Done)
}

/// Frees every seat before any is taken, so that a trade of two shifts at the same time is no double booking.
fn exchange(
    tx: &mut Tx<'_>,
    permit: &Permit,
    (agency, row): (AgencyId, &HandoverRow),
    seats: &[(Taking, Seat, &Assignment)],
    now: Timestamp,
) -> Result<AssignmentId, Failure> {
    for (taking, _, held) in seats {
        let reason = format!("Handed over to {}", taking.name);
        if !store::distribution::end_assignment(tx, agency, held.id, AssignmentState::Withdrawn, &reason, now)? {
            return Err(settled().into());
        }
    }
    let mut made = Vec::new();
    for (taking, seat, held) in seats {
        let assignment = tx.id(now);
        let giver = if held.officer == row.giver { &row.giver_name } else { &row.taker_name };
        let reason = format!("Taken over from {giver}");
        let taken = Taken {
            assignment,
            seat: *seat,
            officer: taking.officer,
            person: taking.person,
            how: "accepted",
            reason: &reason,
        };
        book_seat(tx, agency, &taking.glance.shift, &taken, &taking.judgement, taking.rules.id, now)?;
        after_booking(tx, (agency, held.shift), &taking.open, taking.officer, now)?;
        touched(tx, agency, taking.officer, now)?;
        tell_exchanged(tx, agency, (taking, held.officer), giver, now)?;
        made.push(assignment);
    }
    let mut entry = Entry::new("took_over_seat", taken_words(row, seats)).about(row.id);
    for (taking, _, held) in seats {
        entry = entry.about(held.shift).about(held.job).about(taking.officer);
    }
    audit::record(tx, permit, entry.with(json!({ "handover": row.id, "assignments": made })), now)?;
    made.first().copied().ok_or(Failure::Missing("seat"))
}

fn taken_words(row: &HandoverRow, seats: &[(Taking, Seat, &Assignment)]) -> String {
    let named: Vec<String> = seats.iter().map(|(taking, ..)| named(&taking.glance)).collect();
    match named.as_slice() {
        [one] => format!("took over from {} the seat on {one}", row.giver_name),
        _ => format!("traded seats with {}: {}", row.giver_name, named.join(" for ")),
    }
}

/// Tells both officers, the coordinators, and whom the rule names.
fn tell_exchanged(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (taking, before): (&Taking, OfficerId),
    giver: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (glance, shift) = (&taking.glance, &taking.glance.shift);
    let body = format!("{}. {}, {}.", when(glance), shift.site_name, shift.address);
    let to_taker = Message {
        kind: "shift_taken",
        title: format!("You have the shift: {}", shift.title),
        body: format!("{body} You took it over from {giver}."),
        link: format!("/shifts/{}", shift.id),
    };
    notices::tell(tx, agency, To::Officer(taking.officer), &to_taker, now)?;
    let to_giver = Message {
        kind: "shift_handed_over",
        title: format!("{} took over your shift: {}", taking.name, shift.title),
        body: format!("{} You are no longer bound to it.", when(glance)),
        link: "/my-shifts".to_owned(),
    };
    notices::tell(tx, agency, To::Officer(before), &to_giver, now)?;
    let to_others = Message {
        kind: "shift_handed_over",
        title: format!("{} took over a shift of job {} from {giver}", taking.name, shift.number),
        body: format!("{}, {body}", shift.title),
        link: format!("/jobs/{}", shift.job),
    };
    let words = taking.rules.book.policy.rules.iter().filter_map(|rule| match &rule.kind {
        Kind::GiveUp(rule) => Some(&rule.notify),
        _ => None,
    });
    let named: Vec<&str> = words.flatten().map(String::as_str).collect();
    notices::tell(tx, agency, To::Role(Role::Coordinator), &to_others, now)?;
    if named.contains(&"approver") {
        notices::tell(tx, agency, To::Role(Role::Approver), &to_others, now)?;
    }
    if named.contains(&"administrator") || named.contains(&"chief") {
        notices::tell(tx, agency, To::Role(Role::AgencyAdmin), &to_others, now)?;
    }
    if named.contains(&"customer") {
        notices::tell(tx, agency, To::Customer(shift.customer), &to_others, now)?;
    }
    Ok(())
}

/// The rules refuse one of the two: the offer ends, the seats stay where they are, and both see why.
fn refuse(
    tx: &mut Tx<'_>,
    permit: &Permit,
    (agency, row): (AgencyId, &HandoverRow),
    (taking, refusal): (&Taking, &Refusal),
    now: Timestamp,
) -> Result<Answer<AssignmentId>, Failure> {
    if !matches!(refusal.code, "rules_forbid" | "not_a_replacement" | "rank_too_low") {
        return Err(refusal.clone().into());
    }
    let why: String = format!("{}: {}", taking.name, refusal.message).chars().take(500).collect();
    if !store::distribution::settle_handover(tx, agency, row.id, ("refused", &why), now)? {
        return Err(settled().into());
    }
    store::distribution::add_decision(tx, agency, &taking.decision(true), now)?;
    let message = Message {
        kind: "shift_not_handed_over",
        title: format!("{} could not take over your shift: {}", row.taker_name, row.title),
        body: format!("{why} You stay bound to it. Ask another colleague, or the coordinator."),
        link: format!("/shifts/{}", row.shift),
    };
    notices::tell(tx, agency, To::Officer(row.giver), &message, now)?;
    let words = format!("was refused the seat of {} on {}: {why}", row.giver_name, named(&taking.glance));
    let entry = Entry::new("refused_take_over", words).about(row.id).about(row.shift).about(row.giver).about(row.taker);
    audit::record(tx, permit, entry, now)?;
    Ok(Answer::Refused { message: why, remedy: "The other officer keeps the seat and has been told.".to_owned() })
}
