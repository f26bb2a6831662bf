//! A seat goes from one officer to another (P16): offered to a named colleague, perhaps in trade; judged when he accepts.

mod accepting;

pub use accepting::accept_seat;
use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Denied, Target, authorise},
    audit::Entry,
    distribution::{self, AssignFacts, LeaveFacts, OpenPosition, Seat},
    id::{AgencyId, AssignmentId, HandoverId, OfficerId, PersonId},
    notices::Message,
    policy::{Judgement, Point, WorkSource},
    predicate::Predicate,
    refusal::Refusal,
};
pub use muster_store::distribution::HandoverRow;
use muster_store::{
    self as store, Tx,
    distribution::{Assignment, Booked, BookedFilter, Glance, NewDecision, NewHandover},
};
use serde_json::json;

use super::{
    accept::{fill_levels, when, zone},
    among::Company,
    eligibility::{Offer, Subject, reach},
    leaving::{self, Leaving},
    named,
};
use crate::{
    Failure, audit, check_reason,
    notices::{self, To},
    rates::{self, Rules},
};

/// A seat to be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The seat.
    pub assignment: AssignmentId,
    /// To whom.
    pub to: OfficerId,
    /// One of his seats in exchange.
    pub back: Option<AssignmentId>,
    /// What to tell him; may be empty.
    pub words: String,
}

/// What the form of an offer shows.
#[derive(Debug, Clone, PartialEq)]
pub struct HandChoice {
    /// The shift.
    pub glance: Glance,
    /// What the rules say about leaving it now.
    pub leaving: Leaving,
    /// The colleague that was looked up: id, name, his shifts to come when the rules know trades.
    pub colleague: Option<(OfficerId, String, Vec<Booked>)>,
}

/// An officer and the seat that he would take over.
struct Taking {
    glance: Glance,
    rules: Rules,
    open: OpenPosition,
    judgement: Judgement,
    level: i64,
    officer: OfficerId,
    person: PersonId,
    name: String,
    in_circle: bool,
}

/// Judges an officer for a seat that another holds, as if it were free and he had left `without`.
fn judge_taking(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (officer, seat): (OfficerId, &Assignment),
    without: Option<AssignmentId>,
    circle: &Predicate,
    now: Timestamp,
) -> Result<Taking, Failure> {
    let glance = store::distribution::find_open_shift(tx, agency, seat.shift, Some(officer))?
        .ok_or(Failure::Missing("shift"))?;
    let mut positions = store::distribution::list_positions_with_seats(tx, agency, seat.shift)?;
    positions.retain(|one| one.position == seat.position);
    fill_levels(tx, agency, &mut positions)?;
    let mut open = positions.pop().ok_or(Failure::Missing("position"))?;
    open.free = Some(seat.seat);
    open.booked -= 1;
    let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
    let zone = zone(&glance.zone)?;
    let record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let person = record.person.ok_or(Failure::Missing("officer"))?;
    let mut work = store::distribution::list_work_of_person(tx, person, reach(&rules.book.policy, glance.shift.span))?;
    work.retain(|one| without.is_none_or(|left| one.source != WorkSource::Assignment(left)));
    let company = Company::load(tx, agency, &rules.book.policy, &glance.shift, None)?.without(seat.officer);
    let subject = Subject::new(officer, &record, &work, &zone).among(company.seen());
    let level = subject.level_on(glance.shift.worked_on);
    let offer = Offer { shift: &glance.shift, position: &open, assignment: None, calendar: &rules.book.calendar };
    let judgement = subject.judge(&rules.book.policy, offer, Point::SignUp, now);
    let in_circle = subject.asked(offer, |candidate, proposal| circle.holds(&proposal.facts(candidate.facts)));
    Ok(Taking { name: record.name.clone(), glance, rules, open, judgement, level, officer, person, in_circle })
}

impl Taking {
    /// The seat, when the rules let him have it.
    fn seat(&self, held: &Assignment, now: Timestamp) -> Result<Seat, Refusal> {
        let (shift, giver) = (&self.glance.shift, leave_facts(held));
        let taker = AssignFacts {
            span: shift.span,
            state: shift.state,
            already_on: shift.mine,
            position: Some(&self.open),
            rank_level: self.level,
            judgement: &self.judgement,
        };
        if !self.in_circle {
            let message = "The agency\u{2019}s rules do not let this officer take over a seat that another gives up.";
            return Err(Refusal::new("not_a_replacement", message, "Ask somebody else, or the coordinator."));
        }
        distribution::take_over(&giver, &taker, now)
    }

    fn decision(&self, refused: bool) -> NewDecision<'_> {
        NewDecision {
            officer: self.officer,
            shift: self.glance.shift.id,
            rule_set: Some(self.rules.id),
            judgement: &self.judgement,
            refused,
        }
    }
}

fn leave_facts(held: &Assignment) -> LeaveFacts {
    LeaveFacts { span: held.span, state: held.state, clocked_in: held.clocked_in, cut_off_minutes: 0 }
}

/// Looks at a seat that would be left: the rules about it, refused when they do not let it go to a colleague now.
fn look(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    held: &Assignment,
    trade: bool,
    now: Timestamp,
) -> Result<(Glance, Predicate), Failure> {
    let glance =
        store::distribution::find_open_shift(tx, agency, held.shift, None)?.ok_or(Failure::Missing("shift"))?;
    let leaving = leaving::look(tx, agency, held, &glance, now)?;
    let Some(rule) = leaving.hand_over.filter(|rule| !trade || rule.trade) else {
        let what = if trade { "traded" } else { "handed to a colleague" };
        let why = if leaving.rule.is_empty() { String::new() } else { format!(" {}.", leaving.rule) };
        let message = format!("The agency\u{2019}s rules do not let this seat be {what} now.{why}");
        return Err(Refusal::new("no_handing_over", message, "Ask the coordinator.").into());
    };
    Ok((glance, rule.who))
}

/// What an officer sees before he offers his seat; `badge` looks up the colleague.
///
/// # Errors
/// Denied; missing.
pub fn load_hand_choice(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: AssignmentId,
    badge: &str,
    now: Timestamp,
) -> Result<HandChoice, Failure> {
    let agency = who.scope()?.agency();
    let held = store::distribution::find_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"))?;
    authorise(who, Action::TakeShift, &Target::officer(agency, held.officer))?;
    let glance =
        store::distribution::find_open_shift(tx, agency, held.shift, None)?.ok_or(Failure::Missing("shift"))?;
    let leaving = leaving::look(tx, agency, &held, &glance, now)?;
    let found = if badge.trim().is_empty() { None } else { store::officers::find_badge(tx, agency, badge.trim())? };
    let colleague = match found.filter(|one| one.id != held.officer) {
        Some(one) => {
            let trades = leaving.hand_over.as_ref().is_some_and(|rule| rule.trade);
            let filter = BookedFilter { past: false, page: 1 };
            let seats =
                if trades { store::distribution::list_booked(tx, agency, one.id, filter, now)? } else { Vec::new() };
            let seats = seats.into_iter().filter(|seat| seat.shift != held.shift && seat.clocked_in_at.is_none());
            Some((one.id, format!("{} {}", one.first_name, one.last_name), seats.collect()))
        }
        None => None,
    };
    Ok(HandChoice { glance, leaving, colleague })
}

/// An officer offers his seat to a colleague. He stays bound until the colleague has accepted.
///
/// # Errors
/// Denied; missing; refused when the rules do not let the seat go now, or would not let the colleague have it.
pub fn offer_seat(tx: &mut Tx<'_>, who: &Actor, new: &HandOver, now: Timestamp) -> Result<HandoverId, Failure> {
    let agency = who.scope()?.agency();
    let found =
        store::distribution::find_assignment(tx, agency, new.assignment)?.ok_or(Failure::Missing("assignment"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, found.officer))?;
    check_reason(&new.words)?;
    if new.to == found.officer {
        return Err(Refusal::new("own_colleague", "You hold this seat yourself.", "Name a colleague.").into());
    }
    store::jobs::lock_shift(tx, agency, found.shift)?;
    let held =
        store::distribution::lock_assignment(tx, agency, new.assignment)?.ok_or(Failure::Missing("assignment"))?;
    let (glance, circle) = look(tx, agency, &held, new.back.is_some(), now)?;
    let taking = judge_taking(tx, agency, (new.to, &held), new.back, &circle, now)?;
    taking.seat(&held, now).map_err(|refusal| of_person(&refusal, &taking.name))?;
    let back = match new.back {
        Some(back) => Some(back_seat(tx, agency, (&held, new.to), back, now)?),
        None => None,
    };
    let id = tx.id(now);
    let row = NewHandover {
        id,
        assignment: held.id,
        shift: held.shift,
        giver: held.officer,
        taker: new.to,
        back: back.as_ref().map(|(seat, _)| (seat.id, seat.shift)),
        words: new.words.trim(),
    };
    store::distribution::add_handover(tx, agency, &row, now)?;
    let trade = back.as_ref().map_or_else(String::new, |(_, glance)| format!(" in exchange for {}", named(glance)));
    let said = if new.words.trim().is_empty() { String::new() } else { format!(" {} says: {}", who.name, row.words) };
    let message = Message {
        kind: "shift_offered",
        title: format!("{} asks you to take over a shift", who.name),
        body: format!("{}, {}, {}{trade}.{said}", glance.shift.title, when(&glance), glance.shift.site_name),
        link: format!("/handovers/{id}"),
    };
    notices::tell(tx, agency, To::Officer(new.to), &message, now)?;
    let words = format!("offered {} the seat on {}{trade}", taking.name, named(&glance));
    let entry = Entry::new("offered_seat", words).about(id).about(held.shift).about(held.job).about(held.officer);
    audit::record(tx, &permit, entry.about(new.to).with(json!({ "assignment": held.id, "back": new.back })), now)?;
    Ok(id)
}

/// The colleague's seat in exchange: his, ahead, free to go, and one that the giver may work.
fn back_seat(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (given, taker): (&Assignment, OfficerId),
    back: AssignmentId,
    now: Timestamp,
) -> Result<(Assignment, Glance), Failure> {
    let seat = store::distribution::find_assignment(tx, agency, back)?;
    let seat = seat.filter(|seat| seat.officer == taker).ok_or(Failure::Missing("assignment"))?;
    let (_, circle) = look(tx, agency, &seat, true, now)?;
    let taking = judge_taking(tx, agency, (given.officer, &seat), Some(given.id), &circle, now)?;
    taking.seat(&seat, now).map_err(|refusal| of_person(&refusal, &taking.name))?;
    Ok((seat, taking.glance))
}

/// A refusal that says of whom it speaks.
fn of_person(refusal: &Refusal, name: &str) -> Refusal {
    Refusal::new(refusal.code, format!("{name}: {}", refusal.message), "Ask another colleague, or the coordinator.")
}

fn settled() -> Refusal {
    Refusal::new("offer_settled", "This offer no longer stands.", "Look at your shifts again.")
}

/// The colleague says no, perhaps with a word why.
///
/// # Errors
/// Denied; missing; refused when the offer was settled.
pub fn decline_seat(tx: &mut Tx<'_>, who: &Actor, id: HandoverId, reason: &str, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_handover(tx, agency, id)?.ok_or(Failure::Missing("offer"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, row.taker))?;
    check_reason(reason)?;
    if !store::distribution::settle_handover(tx, agency, id, ("declined", reason.trim()), now)? {
        return Err(settled().into());
    }
    let why = if reason.trim().is_empty() { String::new() } else { format!(" He says: {}", reason.trim()) };
    let message = Message {
        kind: "shift_offer_declined",
        title: format!("{} does not take over your shift: {}", row.taker_name, row.title),
        body: format!("You stay bound to it. Ask another colleague, or the coordinator.{why}"),
        link: format!("/shifts/{}", row.shift),
    };
    notices::tell(tx, agency, To::Officer(row.giver), &message, now)?;
    let words = format!("declined to take over the seat of {} on \u{201c}{}\u{201d}", row.giver_name, row.title);
    let entry = Entry::new("declined_take_over", words).about(id).about(row.shift).about(row.giver).about(row.taker);
    audit::record(tx, &permit, entry, now)
}

/// The officer takes his offer back.
///
/// # Errors
/// Denied; missing; refused when the offer was settled.
pub fn take_back_offer(tx: &mut Tx<'_>, who: &Actor, id: HandoverId, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_handover(tx, agency, id)?.ok_or(Failure::Missing("offer"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, row.giver))?;
    if !store::distribution::settle_handover(tx, agency, id, ("withdrawn", ""), now)? {
        return Err(settled().into());
    }
    let message = Message {
        kind: "shift_offer_ended",
        title: format!("{} no longer offers you a shift: {}", row.giver_name, row.title),
        body: "You need not answer.".to_owned(),
        link: "/my-shifts".to_owned(),
    };
    notices::tell(tx, agency, To::Officer(row.taker), &message, now)?;
    let words = format!("took back the offer of a seat on \u{201c}{}\u{201d} to {}", row.title, row.taker_name);
    let entry = Entry::new("took_back_offer", words).about(id).about(row.shift).about(row.giver).about(row.taker);
    audit::record(tx, &permit, entry, now)
}

/// What the officer who asks offers and is offered.
///
/// # Errors
/// Denied.
pub fn list_my_handovers(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<Vec<HandoverRow>, Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(Denied::NotAllowed(Action::TakeShift))?;
    authorise(who, Action::TakeShift, &Target::officer(agency, officer))?;
    Ok(store::distribution::list_handovers(tx, agency, officer, now)?)
}

/// One offer with what would be given back for it, for the two officers.
///
/// # Errors
/// Denied; missing.
pub fn load_handover(tx: &mut Tx<'_>, who: &Actor, id: HandoverId) -> Result<(HandoverRow, Option<Glance>), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_handover(tx, agency, id)?.ok_or(Failure::Missing("offer"))?;
    let own = if who.officer == Some(row.giver) { row.giver } else { row.taker };
    authorise(who, Action::TakeShift, &Target::officer(agency, own))?;
    let back = match row.back {
        Some((_, shift)) => store::distribution::find_open_shift(tx, agency, shift, None)?,
        None => None,
    };
    Ok((row, back))
}
