//! An officer takes a seat, and gives it back.

use jiff::{Timestamp, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Denied, Role, Target, authorise},
    audit::Entry,
    distribution::{self, AcceptFacts, AssignmentState, LeaveFacts, OpenPosition, Seat},
    id::{AgencyId, AssignmentId, OfficerId, PersonId, PositionId, RuleSetId, ShiftId},
    jobs::ShiftState,
    notices::Message,
    policy::{Judgement, Point},
    refusal::Refusal,
};
use muster_store::{
    self as store, Tx,
    distribution::{Glance, Missed, NewAssignment, NewDecision, ShiftFacts},
};
use serde_json::json;

use super::{
    among::Company,
    approvals::withdraw_waiting,
    eligibility::{Offer, Subject, count_applications, reach},
    leaving, offences,
    rechecking::{judge_seen, seat_of},
    refusing::{Answer, Refused, keep},
};
use crate::{
    Failure, agencies, audit,
    notices::{self, To},
    officers::touched::touched,
    rates,
};

/// An officer takes a seat: the given position, or the first that he may take. Keeps nothing when it refuses.
///
/// # Errors
/// Denied; missing; refused with what stands in the way.
pub fn accept_shift(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ShiftId,
    position: Option<PositionId>,
    now: Timestamp,
) -> Result<AssignmentId, Failure> {
    sign_up(tx, who, id, position, now)?.settled()
}

/// The same; what the rules refuse is kept on record. A refusal that needs no lock costs one read.
///
/// # Errors
/// Denied; missing; refused with what stands in the way, unless the rules refuse it for the first time today.
pub fn sign_up(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ShiftId,
    position: Option<PositionId>,
    now: Timestamp,
) -> Result<Answer<AssignmentId>, Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(Denied::NotAllowed(Action::TakeShift))?;
    let glance =
        store::distribution::find_open_shift(tx, agency, id, Some(officer))?.ok_or(Failure::Missing("shift"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, officer))?;
    refuse_at_a_glance(&glance.shift, now)?;
    let (glance, person) = lock(tx, agency, glance, officer)?;
    let chosen = choose(tx, agency, &glance, position)?;
    let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
    let zone = zone(&glance.zone)?;
    let mut record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    count_applications(tx, (agency, officer), &rules.book.policy, &mut record, now)?;
    let within = reach(&rules.book.policy, glance.shift.span);
    let work = store::distribution::list_work_of_person(tx, person, within)?;
    let company = Company::load(tx, agency, &rules.book.policy, &glance.shift, None)?;
    let subject = Subject::new(officer, &record, &work, &zone).among(company.seen());
    let level = subject.level_on(glance.shift.worked_on);
    let (seat, judgement) = decide(&subject, &rules.book, &glance.shift, &pick(&chosen, level), level, now)?;
    let refused =
        Refused { agency, officer, name: &record.name, glance: &glance, rule_set: rules.id, judgement: &judgement };
    let seat = match seat {
        Ok(seat) => seat,
        Err(refusal) => return keep(tx, &permit, refusal, &refused, now),
    };
    let assignment = tx.id(now);
    let taken = Taken { assignment, seat, officer, person, how: "accepted", reason: "" };
    book_seat(tx, agency, &glance.shift, &taken, &judgement, rules.id, now)?;
    if chosen.iter().any(|one| one.position == seat.position && one.booked + 1 >= one.seats) {
        withdraw_waiting(tx, (agency, id), Some(seat.position), "Every seat is taken.", now)?;
    }
    let message = Message {
        kind: "shift_taken",
        title: format!("You have the shift: {}", glance.shift.title),
        body: format!("{}. {}, {}.", when(&glance), glance.shift.site_name, glance.shift.address),
        link: format!("/shifts/{id}"),
    };
    notices::tell(tx, agency, To::Officer(officer), &message, now)?;
    let entry = Entry::new(
        "accepted_shift",
        format!("took a seat on job {} \u{201c}{}\u{201d}, {}", glance.shift.number, glance.shift.title, when(&glance)),
    )
    .about(id)
    .about(glance.shift.job)
    .about(officer)
    .with(
        json!({ "assignment": assignment, "position": seat.position, "seat": seat.seat, "outcome": judgement.outcome }),
    );
    audit::record(tx, &permit, entry, now)?;
    Ok(Answer::Done(assignment))
}

/// What needs no lock to refuse: it can only get worse for the officer who asks.
fn refuse_at_a_glance(shift: &ShiftFacts, now: Timestamp) -> Result<(), Refusal> {
    let (code, message) = if shift.state == ShiftState::Cancelled {
        ("shift_cancelled", "This shift was cancelled.".to_owned())
    } else if shift.mine {
        ("already_on_shift", "You already have a seat on this shift.".to_owned())
    } else if shift.span.starts_at() <= now {
        ("shift_began", "This shift has already begun.".to_owned())
    } else if shift.booked >= shift.seats {
        ("shift_full", distribution::all_taken(shift.seats))
    } else {
        return Ok(());
    };
    Err(Refusal::new(code, message, "Look at the list for other open shifts."))
}

/// Locks shift, then officer. When the shift changed since the glance, looks again.
fn lock(tx: &mut Tx<'_>, agency: AgencyId, glance: Glance, officer: OfficerId) -> Result<(Glance, PersonId), Failure> {
    let id = glance.shift.id;
    let shift = store::jobs::lock_shift(tx, agency, id)?.ok_or(Failure::Missing("shift"))?;
    let person = store::distribution::lock_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    if shift.version == glance.shift.version {
        return Ok((glance, person));
    }
    let again = store::distribution::find_open_shift(tx, agency, id, Some(officer))?;
    Ok((again.ok_or(Failure::Missing("shift"))?, person))
}

/// The positions that are asked for, with the free seats that only the lock makes sure.
fn choose(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    glance: &Glance,
    position: Option<PositionId>,
) -> Result<Vec<OpenPosition>, Failure> {
    let mut positions = store::distribution::list_positions_with_seats(tx, agency, glance.shift.id)?;
    positions.retain(|one| position.is_none_or(|wanted| one.position == wanted));
    fill_levels(tx, agency, &mut positions)?;
    Ok(positions)
}

/// Looks up the place of each least rank, when there is any.
pub(super) fn fill_levels(tx: &mut Tx<'_>, agency: AgencyId, positions: &mut [OpenPosition]) -> Result<(), Failure> {
    if positions.iter().all(|one| one.requirements.least_rank.is_none()) {
        return Ok(());
    }
    let ranks = store::agencies::list_ranks(tx, agency)?;
    for one in positions {
        let least = one.requirements.least_rank;
        one.least_level = least.and_then(|id| ranks.iter().find(|rank| rank.id == id)).map(|rank| rank.level);
    }
    Ok(())
}

/// The position for an officer of this rank: one with a free seat that he may take, the plainest role first.
pub(super) fn pick(positions: &[OpenPosition], level: i64) -> Option<OpenPosition> {
    let fits = |one: &&OpenPosition| one.free.is_some() && one.least_level.is_none_or(|least| level >= least);
    let plain = |one: &&OpenPosition| muster_domain::requests::PostRole::ALL.iter().position(|role| *role == one.role);
    let found = positions.iter().filter(fits).min_by_key(plain);
    found.or_else(|| positions.iter().find(|one| one.free.is_some())).or(positions.first()).cloned()
}

fn decide(
    subject: &Subject<'_>,
    book: &muster_domain::rules::RuleBook,
    shift: &ShiftFacts,
    position: &Option<OpenPosition>,
    rank_level: i64,
    now: Timestamp,
) -> Result<(Result<Seat, Refusal>, Judgement), Failure> {
    let open = position.as_ref().ok_or(Failure::Missing("position"))?;
    let offer = Offer { shift, position: open, assignment: None, calendar: &book.calendar };
    let judgement = subject.judge(&book.policy, offer, Point::SignUp, now);
    let facts = AcceptFacts {
        span: shift.span,
        state: shift.state,
        stage: shift.stage(),
        in_audience: shift.stage().is_some_and(|stage| subject.is_audience(stage, offer)),
        already_on: shift.mine,
        position: Some(open),
        rank_level,
        judgement: &judgement,
    };
    Ok((distribution::accept(&facts, now), judgement))
}

/// Who sits where, and how he came to.
pub(super) struct Taken<'a> {
    pub assignment: AssignmentId,
    pub seat: Seat,
    pub officer: OfficerId,
    pub person: PersonId,
    pub how: &'a str,
    pub reason: &'a str,
}

/// Writes the assignment, its line in the ledger and the decision.
pub(super) fn book_seat(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    shift: &ShiftFacts,
    taken: &Taken<'_>,
    judgement: &Judgement,
    rule_set: RuleSetId,
    now: Timestamp,
) -> Result<(), Failure> {
    let new = NewAssignment {
        id: taken.assignment,
        shift: shift.id,
        span: shift.span,
        position: taken.seat.position,
        seat: taken.seat.seat,
        officer: taken.officer,
        person: taken.person,
        how: taken.how,
        reason: taken.reason,
        label: &shift.title,
    };
    store::distribution::add_assignment(tx, agency, &new, now)?;
    let decision =
        NewDecision { officer: taken.officer, shift: shift.id, rule_set: Some(rule_set), judgement, refused: false };
    store::distribution::add_decision(tx, agency, &decision, now)?;
    Ok(())
}

/// An officer gives his seat back before the cut-off; the seat is open again at once.
///
/// # Errors
/// Denied; missing; refused after the cut-off or after clocking in.
pub fn withdraw_from_shift(tx: &mut Tx<'_>, who: &Actor, id: AssignmentId, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let found = store::distribution::find_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, found.officer))?;
    store::jobs::lock_shift(tx, agency, found.shift)?;
    let held = store::distribution::lock_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"))?;
    let settings = agencies::load_agency(tx, agency)?.settings;
    let glance =
        store::distribution::find_open_shift(tx, agency, held.shift, None)?.ok_or(Failure::Missing("shift"))?;
    let leaving = leaving::look(tx, agency, &held, &glance, now)?;
    let facts = LeaveFacts {
        span: held.span,
        state: held.state,
        clocked_in: held.clocked_in,
        // Where the rules have zones of notice, they take the place of the agency's cut-off.
        cut_off_minutes: if leaving.zone.is_some() { 1 } else { settings.withdraw_cut_off_minutes },
    };
    distribution::withdraw(&facts, now)?;
    leaving.check()?;
    store::distribution::end_assignment(tx, agency, id, AssignmentState::Withdrawn, "", now)?;
    touched(tx, agency, held.officer, now)?;
    if leaving.late_cancel.is_some() {
        let seen = Missed {
            assignment: id,
            shift: held.shift,
            officer: held.officer,
            span: held.span,
            job_kind: glance.shift.type_code.clone(),
            number: glance.shift.number,
            title: glance.shift.title.clone(),
            clocked_in_at: None,
        };
        let reason = format!("Gave back {}, at short notice.", super::named(&glance));
        offences::note(tx, &permit, (agency, &seen), ("late_cancel", "counted", &reason), now)?;
    }
    let message = Message {
        kind: "shift_given_back",
        title: format!("{} gave back a shift of job {}", who.name, glance.shift.number),
        body: format!("{}, {}. The seat is open again.", glance.shift.title, when(&glance)),
        link: format!("/shifts/{}/assign", held.shift),
    };
    notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)?;
    let entry = Entry::new(
        "withdrew_from_shift",
        format!(
            "gave back a seat on job {} \u{201c}{}\u{201d}, {}",
            glance.shift.number,
            glance.shift.title,
            when(&glance)
        ),
    )
    .about(held.shift)
    .about(held.job)
    .about(held.officer)
    .with(json!({ "assignment": id }));
    audit::record(tx, &permit, entry, now)
}

/// The agency's zone.
pub(super) fn zone(name: &str) -> Result<TimeZone, Failure> {
    TimeZone::get(name).map_err(|error| Failure::Broken(store::Error::Broken(error.into())))
}

/// `Sat Nov 21 18:00 to 23:00`, on the agency's clocks.
pub(super) fn when(glance: &Glance) -> String {
    let zone = TimeZone::get(&glance.zone).unwrap_or(TimeZone::UTC);
    let span = glance.shift.span;
    let (from, to) = (span.starts_at().to_zoned(zone.clone()), span.ends_at().to_zoned(zone));
    format!("{} to {}", from.strftime("%a, %b %-d %H:%M"), to.strftime("%H:%M"))
}

/// Asks the rules about an officer who clocks in on a seat that he holds.
///
/// # Errors
/// Refused when the rules forbid it now, for example since a suspension.
pub(crate) fn judge_punch(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    held: &store::distribution::Assignment,
    glance: Glance,
    now: Timestamp,
) -> Result<(), Failure> {
    let record = store::distribution::find_record(tx, agency, held.officer)?.ok_or(Failure::Missing("officer"))?;
    let seen = (seat_of(held), glance);
    let judged = judge_seen(tx, agency, (held.officer, &record), seen, Point::PunchIn, now)?;
    distribution::still_allowed(&judged.judgement)?;
    Ok(())
}

/// Asks the rules about an officer whose shift is moved to the times that the glance has.
///
/// # Errors
/// Refused when the rules forbid the new time.
pub(crate) fn judge_moved(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    held: &store::distribution::Assignment,
    glance: &Glance,
    now: Timestamp,
) -> Result<(), Failure> {
    let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
    let record = store::distribution::find_record(tx, agency, held.officer)?.ok_or(Failure::Missing("officer"))?;
    let person = record.person.ok_or(Failure::Missing("officer"))?;
    let within = reach(&rules.book.policy, glance.shift.span);
    let work = store::distribution::list_work_of_person(tx, person, within)?;
    let positions = store::distribution::list_positions_with_seats(tx, agency, held.shift)?;
    let position = positions.iter().find(|one| one.position == held.position).ok_or(Failure::Missing("position"))?;
    let zone = zone(&glance.zone)?;
    let offer = Offer { shift: &glance.shift, position, assignment: Some(held.id), calendar: &rules.book.calendar };
    let company = Company::load(tx, agency, &rules.book.policy, &glance.shift, None)?;
    let subject = Subject::new(held.officer, &record, &work, &zone).among(company.seen());
    distribution::still_allowed(&subject.judge(&rules.book.policy, offer, Point::Award, now))?;
    Ok(())
}
