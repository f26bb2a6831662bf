//! A rule that wants somebody's approval: the officer asks, somebody of that level agrees or says no.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Denied, Role, Target, authorise, may_speak_for},
    audit::Entry,
    distribution::{self, AcceptFacts, AssignFacts, OpenPosition},
    id::{AgencyId, ApprovalId, AssignmentId, OfficerId, PositionId, ShiftId},
    notices::Message,
    policy::{Judgement, Point},
    refusal::Refusal,
};
use muster_store::{
    self as store, Tx,
    distribution::{Asked, Glance, NewAsked, NewDecision},
};
use serde_json::json;

use super::{
    accept::{Taken, book_seat, fill_levels, pick, when, zone},
    among::Company,
    eligibility::{Offer, Subject, count_applications, reach, reasons},
    refusing::{Refused, keep},
};
use crate::{
    Failure,
    access::not_about_himself,
    answer::Answer,
    audit,
    notices::{self, To},
    rates::{self, Rules},
};

/// True when somebody of this role may speak for every one of these levels.
#[must_use]
pub fn may_decide(role: Role, levels: &[String]) -> bool {
    levels.iter().all(|level| may_speak_for(role, level))
}

/// An officer and a shift, both locked, with what the rules say.
struct Case {
    glance: Glance,
    rules: Rules,
    open: OpenPosition,
    judgement: Judgement,
    in_audience: bool,
    level: i64,
    person: muster_domain::id::PersonId,
    name: String,
}

fn load(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (shift, officer): (ShiftId, OfficerId),
    position: Option<PositionId>,
    point: Point,
    now: Timestamp,
) -> Result<Case, Failure> {
    store::jobs::lock_shift(tx, agency, shift)?.ok_or(Failure::Missing("shift"))?;
    let person = store::distribution::lock_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let glance =
        store::distribution::find_open_shift(tx, agency, shift, Some(officer))?.ok_or(Failure::Missing("shift"))?;
    let mut positions = store::distribution::list_positions_with_seats(tx, agency, shift)?;
    positions.retain(|one| position.is_none_or(|wanted| one.position == wanted));
    fill_levels(tx, agency, &mut positions)?;
    let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
    let zone = zone(&glance.zone)?;
    let mut record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    // When the wish is decided it counts itself no more.
    if point == Point::SignUp {
        count_applications(tx, (agency, officer), &rules.book.policy, &mut record, now)?;
    }
    let work = store::distribution::list_work_of_person(tx, person, reach(&rules.book.policy, glance.shift.span))?;
    let company = Company::load(tx, agency, &rules.book.policy, &glance.shift, None)?;
    let subject = Subject::new(officer, &record, &work, &zone).among(company.seen());
    let level = subject.level_on(glance.shift.worked_on);
    let open = pick(&positions, level).ok_or(Failure::Missing("position"))?;
    let offer = Offer { shift: &glance.shift, position: &open, assignment: None, calendar: &rules.book.calendar };
    let judgement = subject.judge(&rules.book.policy, offer, point, now);
    let in_audience = glance.shift.stage().is_some_and(|stage| subject.is_audience(stage, offer));
    Ok(Case { name: record.name.clone(), glance, rules, open, judgement, in_audience, level, person })
}

/// An officer asks for a seat that a rule gives him only with somebody's approval.
///
/// # Errors
/// Denied; missing; refused when a rule forbids it, when none wants an approval, and when he has asked already.
pub fn ask_for_shift(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ShiftId,
    position: Option<PositionId>,
    now: Timestamp,
) -> Result<ApprovalId, Failure> {
    wish_for_shift(tx, who, id, position, now)?.settled()
}

/// The same; what the rules refuse is kept on record.
///
/// # Errors
/// Denied; missing; refused with what stands in the way, unless the rules refuse it for the first time today.
pub fn wish_for_shift(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ShiftId,
    position: Option<PositionId>,
    now: Timestamp,
) -> Result<Answer<ApprovalId>, Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(Denied::NotAllowed(Action::TakeShift))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, officer))?;
    let case = load(tx, agency, (id, officer), position, Point::SignUp, now)?;
    let shift = &case.glance.shift;
    let facts = AcceptFacts {
        span: shift.span,
        state: shift.state,
        stage: shift.stage(),
        in_audience: case.in_audience,
        already_on: shift.mine,
        position: Some(&case.open),
        rank_level: case.level,
        judgement: &case.judgement,
    };
    let seat = match distribution::ask(&facts, now) {
        Ok(seat) => seat,
        Err(refusal) => {
            let (name, rule_set) = (case.name.as_str(), case.rules.id);
            let refused = Refused { agency, officer, name, glance: &case.glance, rule_set, judgement: &case.judgement };
            return keep(tx, &permit, refusal, &refused, now);
        }
    };
    let levels = case.judgement.approvals_needed();
    let decision =
        NewDecision { officer, shift: id, rule_set: Some(case.rules.id), judgement: &case.judgement, refused: false };
    let decision = store::distribution::add_decision(tx, agency, &decision, now)?;
    let asked = tx.id::<ApprovalId>(now);
    let new = NewAsked { id: asked, shift: id, position: seat.position, officer, levels: &levels, decision };
    store::distribution::add_asked(tx, agency, &new, now)?;
    let by = levels.join(" and ").replace('_', " ");
    let message = Message {
        kind: "approval_asked",
        title: format!("{} asks for a shift of job {}", case.name, shift.number),
        body: format!(
            "{}, {}. Needs the approval of {by}: {}.",
            shift.title,
            when(&case.glance),
            reasons(&case.judgement).join("; ")
        ),
        link: format!("/jobs/{}", shift.job),
    };
    for role in [Role::Coordinator, Role::Approver] {
        notices::tell(tx, agency, To::Role(role), &message, now)?;
    }
    let words = format!(
        "asked for a seat on job {} \u{201c}{}\u{201d}, {}, which {by} must approve",
        shift.number,
        shift.title,
        when(&case.glance)
    );
    let entry = Entry::new("asked_for_shift", words)
        .about(id)
        .about(shift.job)
        .about(officer)
        .with(json!({ "approval": asked, "position": seat.position, "levels": levels }));
    audit::record(tx, &permit, entry, now)?;
    Ok(Answer::Done(asked))
}

/// Everybody who waits for an approval at the agency, the soonest shift first, at most 200.
///
/// # Errors
/// Denied.
pub fn list_asked(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Asked>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ApproveSeat, &Target::agency(agency))?;
    Ok(store::distribution::list_waiting(tx, agency, None)?)
}

fn waiting(tx: &mut Tx<'_>, agency: AgencyId, id: ApprovalId) -> Result<Asked, Failure> {
    let asked = store::distribution::find_asked(tx, agency, id)?.ok_or(Failure::Missing("approval"))?;
    if asked.state == "asked" { Ok(asked) } else { Err(ended(&asked.state).into()) }
}

fn ended(state: &str) -> Refusal {
    let message = format!("Nobody waits for this approval any more: it was {state}.");
    Refusal::new("approval_ended", message, "Look at the shift again.")
}

fn may(who: &Actor, asked: &Asked) -> Result<(), Refusal> {
    if may_decide(who.role, &asked.levels) {
        return Ok(());
    }
    let by = asked.levels.join(" and ").replace('_', " ");
    let message = format!("This needs the approval of {by}.");
    Err(Refusal::new("approval_of_another_level", message, "An approver or an administrator can decide it."))
}

/// Somebody of the level agrees: the rules are asked again, and the officer has the seat.
///
/// # Errors
/// Denied; missing; refused when it ended, another level must decide, a rule forbids it by now, or the seat is gone.
pub fn approve_asked(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ApprovalId,
    reason: &str,
    now: Timestamp,
) -> Result<AssignmentId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::ApproveSeat, &Target::agency(agency))?;
    let seen = waiting(tx, agency, id)?;
    may(who, &seen)?;
    not_about_himself(tx, who, seen.officer, "Nobody approves his own wish.", "Ask another approver.")?;
    let mut case = load(tx, agency, (seen.shift, seen.officer), Some(seen.position), Point::Award, now)?;
    let named = case.judgement.approvals_needed();
    let changed = Asked { levels: named, ..seen.clone() };
    may(who, &changed)?;
    case.judgement = case.judgement.approved(&who.name, reason.trim(), now);
    let shift = &case.glance.shift;
    let facts = AssignFacts {
        span: shift.span,
        state: shift.state,
        already_on: shift.mine,
        position: Some(&case.open),
        rank_level: case.level,
        judgement: &case.judgement,
    };
    let seat = distribution::assign(&facts, now)?;
    if !store::distribution::settle_asked(tx, agency, id, ("approved", &who.name, reason.trim()), now)? {
        return Err(ended("decided a moment ago").into());
    }
    let assignment = tx.id(now);
    let taken = Taken { assignment, seat, officer: seen.officer, person: case.person, how: "accepted", reason: "" };
    book_seat(tx, agency, shift, &taken, &case.judgement, case.rules.id, now)?;
    after_booking(tx, (agency, seen.shift), &case.open, seen.officer, now)?;
    let message = Message {
        kind: "approval_given",
        title: format!("You have the shift: {}", shift.title),
        body: format!("{}. It was approved. {}, {}.", when(&case.glance), shift.site_name, shift.address),
        link: format!("/shifts/{}", seen.shift),
    };
    notices::tell(tx, agency, To::Officer(seen.officer), &message, now)?;
    let words = format!(
        "approved for {} that {} works job {} \u{201c}{}\u{201d}, {}",
        seen.levels.join(" and ").replace('_', " "),
        case.name,
        shift.number,
        shift.title,
        when(&case.glance)
    );
    let entry = Entry::new("approved_seat", words)
        .about(seen.shift)
        .about(seen.job)
        .about(seen.officer)
        .with(json!({ "approval": id, "assignment": assignment, "levels": seen.levels, "reason": reason.trim() }));
    audit::record(tx, &permit, entry, now)?;
    Ok(assignment)
}

/// Somebody of the level says no, with a reason that the officer reads.
///
/// # Errors
/// Denied; missing; refused without a reason, when it ended, and when another level must decide.
pub fn decline_asked(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ApprovalId,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::ApproveSeat, &Target::agency(agency))?;
    let seen = waiting(tx, agency, id)?;
    may(who, &seen)?;
    if reason.trim().is_empty() {
        let remedy = "Write why; the officer will read it.";
        return Err(Refusal::new("reason_missing", "Saying no needs a reason.", remedy).into());
    }
    if !store::distribution::settle_asked(tx, agency, id, ("declined", &who.name, reason.trim()), now)? {
        return Err(ended("decided a moment ago").into());
    }
    let message = Message {
        kind: "approval_declined",
        title: format!("Not approved: {}", seen.title),
        body: format!("You asked for a shift of job {}. Reason: {}", seen.number, reason.trim()),
        link: format!("/shifts/{}", seen.shift),
    };
    notices::tell(tx, agency, To::Officer(seen.officer), &message, now)?;
    let words = format!(
        "did not approve that {} works job {} \u{201c}{}\u{201d}: {}",
        seen.name,
        seen.number,
        seen.title,
        reason.trim()
    );
    let entry = Entry::new("declined_seat", words)
        .about(seen.shift)
        .about(seen.job)
        .about(seen.officer)
        .with(json!({ "approval": id, "levels": seen.levels, "reason": reason.trim() }));
    audit::record(tx, &permit, entry, now)
}

/// An officer no longer asks.
///
/// # Errors
/// Denied; missing; refused when it ended.
pub fn take_back_asked(tx: &mut Tx<'_>, who: &Actor, id: ApprovalId, now: Timestamp) -> Result<ShiftId, Failure> {
    let agency = who.scope()?.agency();
    let found = store::distribution::find_asked(tx, agency, id)?.ok_or(Failure::Missing("approval"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, found.officer))?;
    let why = "The officer took it back.";
    if !store::distribution::settle_asked(tx, agency, id, ("withdrawn", &who.name, why), now)? {
        return Err(ended(&found.state).into());
    }
    let words = format!("no longer asks for a seat on job {} \u{201c}{}\u{201d}", found.number, found.title);
    let entry = Entry::new("took_back_ask", words).about(found.shift).about(found.job).about(found.officer);
    audit::record(tx, &permit, entry.with(json!({ "approval": id })), now)?;
    Ok(found.shift)
}

/// After a seat was booked: the officer's own wish for the shift is met, and those for a full post have nothing to wait for.
pub(super) fn after_booking(
    tx: &mut Tx<'_>,
    (agency, shift): (AgencyId, ShiftId),
    booked: &OpenPosition,
    officer: OfficerId,
    now: Timestamp,
) -> Result<(), Failure> {
    store::distribution::close_asked(tx, (agency, shift), None, Some(officer), "The officer has a seat.", now)?;
    if booked.booked + 1 >= booked.seats {
        withdraw_waiting(tx, (agency, shift), Some(booked.position), "Every seat is taken.", now)?;
    }
    Ok(())
}

/// Withdraws the wishes for a shift or one of its posts, and tells whoever waited.
pub(super) fn withdraw_waiting(
    tx: &mut Tx<'_>,
    (agency, shift): (AgencyId, ShiftId),
    position: Option<PositionId>,
    why: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    for officer in store::distribution::close_asked(tx, (agency, shift), position, None, why, now)? {
        let message = Message {
            kind: "approval_withdrawn",
            title: "Nobody decides on your wish any more".to_owned(),
            body: format!("You asked for a shift that needs an approval. {why}"),
            link: format!("/shifts/{shift}"),
        };
        notices::tell(tx, agency, To::Officer(officer), &message, now)?;
    }
    Ok(())
}
