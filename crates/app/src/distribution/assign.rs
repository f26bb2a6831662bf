//! A coordinator fills a shift by hand: who could work it, in which order, and why not.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    audit::Entry,
    distribution::{self, AssignFacts, AssignmentState, LeaveFacts, OpenPosition},
    id::{AssignmentId, OfficerId, PositionId, ShiftId},
    notices::Message,
    policy::{Judgement, Kind, Outcome, Point, SetAside},
    refusal::Refusal,
    time::Minutes,
};
use muster_store::{
    self as store, Tx,
    distribution::{Glance, OfficerRecord},
};
use serde_json::json;

use super::{
    accept::{Taken, book_seat, fill_levels, pick, when, zone},
    among::Company,
    approvals::after_booking,
    eligibility::{Offer, Subject, reach, reasons, rules_about},
    refusing::{Answer, Refused, keep},
};
use crate::{
    Failure,
    access::not_about_himself,
    audit,
    notices::{self, To},
    officers::touched::touched,
    rates,
};

/// An officer to be given a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignOrder {
    /// The shift.
    pub shift: ShiftId,
    /// Who.
    pub officer: OfficerId,
    /// The position; the first that fits when absent.
    pub position: Option<PositionId>,
    /// Why rules are set aside; empty when none is.
    pub reason: String,
}

/// An officer on the assign page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// Who.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// Details booked or worked in the last 28 days and ahead.
    pub lately: Minutes,
    /// What the rules say.
    pub outcome: Outcome,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// Every rule in the way may be set aside by the reader, with a reason.
    pub may_set_aside: bool,
}

/// What the assign page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignPage {
    /// The shift.
    pub glance: Glance,
    /// Its positions.
    pub positions: Vec<OpenPosition>,
    /// Who could be given a seat: the eligible first, then by the fewest hours lately.
    pub ranked: Vec<Ranked>,
}

/// The officers for a shift, ranked: those whom the rules allow first, then by the fewest hours in the last 28 days.
///
/// # Errors
/// Denied; missing; refused while no rules are in force.
pub fn load_assign_page(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ShiftId,
    search: &str,
    now: Timestamp,
) -> Result<AssignPage, Failure> {
    let agency = who.scope()?.agency();
    let glance = store::distribution::find_open_shift(tx, agency, id, None)?.ok_or(Failure::Missing("shift"))?;
    authorise(who, Action::FillJob, &Target::agency(agency))?;
    let mut positions = store::distribution::list_positions_with_seats(tx, agency, id)?;
    fill_levels(tx, agency, &mut positions)?;
    let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
    let from = now - SignedDuration::from_hours(28 * 24);
    let until = glance.shift.span.ends_at().max(now);
    let zone = zone(&glance.zone)?;
    let charges = |kind: &Kind| matches!(kind, Kind::GiveUp(give_up) if give_up.charge_hours);
    let charge_hours = positions.iter().any(|position| {
        let offer = Offer { shift: &glance.shift, position, assignment: None, calendar: &rules.book.calendar };
        rules_about(&rules.book.policy, offer, &zone).any(|rule| charges(&rule.kind))
    });
    let listed = store::distribution::list_candidates(tx, agency, (from, until), charge_hours, search)?;
    let records = store::distribution::list_records(tx, agency)?;
    let within = reach(&rules.book.policy, glance.shift.span);
    let work = store::distribution::list_work_of_agency(tx, agency, within)?;
    let seated = store::jobs::list_seated_on_shift(tx, agency, id)?;
    let company = Company::load(tx, agency, &rules.book.policy, &glance.shift, Some(who))?;
    let empty: (OfficerRecord, Vec<_>) = Default::default();
    let mut ranked: Vec<Ranked> = listed
        .into_iter()
        .filter(|one| !seated.iter().any(|seat| seat.is_booked() && seat.officer == one.officer))
        .map(|one| {
            let record = records.get(&one.officer).unwrap_or(&empty.0);
            let subject = Subject::new(one.officer, record, work.get(&one.officer).unwrap_or(&empty.1), &zone)
                .among(company.seen());
            let judgement = pick(&positions, subject.level_on(glance.shift.worked_on)).map(|open| {
                let offer =
                    Offer { shift: &glance.shift, position: &open, assignment: None, calendar: &rules.book.calendar };
                subject.judge(&rules.book.policy, offer, Point::Award, now)
            });
            let judgement = judgement.as_ref();
            Ranked {
                officer: one.officer,
                name: one.name,
                badge: one.badge,
                lately: one.lately,
                outcome: judgement.map_or(Outcome::Allowed, |judgement| judgement.outcome),
                reasons: judgement.map(reasons).unwrap_or_default(),
                may_set_aside: judgement.is_some_and(|judgement| may_set_aside(judgement, who.role)),
            }
        })
        .collect();
    ranked.sort_by_key(|one| (one.outcome, one.lately));
    Ok(AssignPage { glance, positions, ranked })
}

/// In which capacities a role may set rules aside, in the words that rule books use.
fn capacities(role: Role) -> &'static [&'static str] {
    match role {
        Role::AgencyAdmin | Role::OperatorAdmin => &["administrator", "admin", "chief", "coordinator"],
        Role::Coordinator | Role::Dispatcher => &["coordinator"],
        _ => &[],
    }
}

pub(super) fn capacity(by: &[String], role: Role) -> Option<&str> {
    by.iter().map(String::as_str).find(|word| capacities(role).contains(word))
}

fn may_set_aside(judgement: &Judgement, role: Role) -> bool {
    let mut blocks = judgement.objections().into_iter().filter(|one| one.result > Outcome::Warned).peekable();
    blocks.peek().is_some()
        && blocks.all(|one| one.override_by.as_ref().is_some_and(|may| capacity(&may.by, role).is_some()))
}

/// Sets aside every block that the actor may, when a reason was given.
fn set_aside(mut judgement: Judgement, who: &Actor, reason: &str, now: Timestamp) -> Result<Judgement, Refusal> {
    if reason.trim().is_empty() {
        return Ok(judgement);
    }
    let blocks: Vec<(String, String)> = judgement
        .objections()
        .into_iter()
        .filter(|one| one.result > Outcome::Warned)
        .filter_map(|one| {
            let by = capacity(&one.override_by.as_ref()?.by, who.role)?;
            Some((one.rule.clone(), by.to_owned()))
        })
        .collect();
    for (rule, by) in blocks {
        let aside = SetAside { rule, by, who: who.name.clone(), reason: reason.trim().to_owned(), at: now };
        judgement = judgement.set_aside(aside)?;
    }
    Ok(judgement)
}

/// A coordinator gives an officer a seat, perhaps setting a rule aside with a reason where the rule allows it. Keeps
/// nothing when it refuses.
///
/// # Errors
/// Denied; missing; refused with what stands in the way.
pub fn assign_officer(
    tx: &mut Tx<'_>,
    who: &Actor,
    order: &AssignOrder,
    now: Timestamp,
) -> Result<AssignmentId, Failure> {
    award_seat(tx, who, order, now)?.settled()
}

/// The same; what the rules refuse is kept on record.
///
/// # Errors
/// Denied; missing; refused with what stands in the way, unless the rules refuse it for the first time today.
pub fn award_seat(
    tx: &mut Tx<'_>,
    who: &Actor,
    order: &AssignOrder,
    now: Timestamp,
) -> Result<Answer<AssignmentId>, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::FillJob, &Target::agency(agency))?;
    store::jobs::lock_shift(tx, agency, order.shift)?.ok_or(Failure::Missing("shift"))?;
    let officer = order.officer;
    let person = store::distribution::lock_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let glance = store::distribution::find_open_shift(tx, agency, order.shift, Some(officer))?
        .ok_or(Failure::Missing("shift"))?;
    let mut positions = store::distribution::list_positions_with_seats(tx, agency, order.shift)?;
    positions.retain(|one| order.position.is_none_or(|wanted| one.position == wanted));
    fill_levels(tx, agency, &mut positions)?;
    let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
    let zone = zone(&glance.zone)?;
    let record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let within = reach(&rules.book.policy, glance.shift.span);
    let work = store::distribution::list_work_of_person(tx, person, within)?;
    let company = Company::load(tx, agency, &rules.book.policy, &glance.shift, Some(who))?;
    let subject = Subject::new(officer, &record, &work, &zone).among(company.seen());
    let rank_level = subject.level_on(glance.shift.worked_on);
    let open = pick(&positions, rank_level).ok_or(Failure::Missing("position"))?;
    let offer = Offer { shift: &glance.shift, position: &open, assignment: None, calendar: &rules.book.calendar };
    let judgement = subject.judge(&rules.book.policy, offer, Point::Award, now);
    let judgement = set_aside(judgement, who, &order.reason, now)?;
    if judgement.decisions.iter().any(|one| one.overridden.is_some()) {
        let message = "Nobody sets a rule aside for himself.";
        not_about_himself(tx, who, officer, message, "Ask another coordinator to give you the seat.")?;
    }
    let facts = AssignFacts {
        span: glance.shift.span,
        state: glance.shift.state,
        already_on: glance.shift.mine,
        position: Some(&open),
        rank_level,
        judgement: &judgement,
    };
    let refused =
        Refused { agency, officer, name: &record.name, glance: &glance, rule_set: rules.id, judgement: &judgement };
    let seat = match distribution::assign(&facts, now) {
        Ok(seat) => seat,
        Err(refusal) => return keep(tx, &permit, refusal, &refused, now),
    };
    let assignment = tx.id(now);
    let taken = Taken { assignment, seat, officer, person, how: "assigned", reason: order.reason.trim() };
    book_seat(tx, agency, &glance.shift, &taken, &judgement, rules.id, now)?;
    after_booking(tx, (agency, order.shift), &open, officer, now)?;
    let message = Message {
        kind: "shift_assigned",
        title: format!("You were given a shift: {}", glance.shift.title),
        body: format!("{}. {}, {}.", when(&glance), glance.shift.site_name, glance.shift.address),
        link: format!("/shifts/{}", order.shift),
    };
    notices::tell(tx, agency, To::Officer(officer), &message, now)?;
    let aside: HashMap<&str, &str> = judgement
        .decisions
        .iter()
        .filter_map(|one| one.overridden.as_ref().map(|aside| (one.rule.as_str(), aside.reason.as_str())))
        .collect();
    let entry = Entry::new(
        "assigned_officer",
        format!(
            "gave {} a seat on job {} \u{201c}{}\u{201d}, {}",
            record.name,
            glance.shift.number,
            glance.shift.title,
            when(&glance)
        ),
    )
    .about(order.shift)
    .about(glance.shift.job)
    .about(officer)
    .with(json!({ "assignment": assignment, "position": seat.position, "seat": seat.seat, "set_aside": aside }));
    audit::record(tx, &permit, entry, now)?;
    Ok(Answer::Done(assignment))
}

/// A coordinator takes an officer off a shift, with a reason that the officer reads.
///
/// # Errors
/// Denied; missing; refused without a reason or after clocking in.
pub fn remove_officer(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: AssignmentId,
    reason: &str,
    now: Timestamp,
) -> Result<ShiftId, Failure> {
    let agency = who.scope()?.agency();
    let found = store::distribution::find_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"))?;
    let permit = authorise(who, Action::FillJob, &Target::agency(agency))?;
    store::jobs::lock_shift(tx, agency, found.shift)?;
    let held = store::distribution::lock_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"))?;
    let facts = LeaveFacts { span: held.span, state: held.state, clocked_in: held.clocked_in, cut_off_minutes: 0 };
    distribution::remove(&facts, reason)?;
    crate::check_reason(reason)?;
    store::distribution::end_assignment(tx, agency, id, AssignmentState::Removed, reason.trim(), now)?;
    touched(tx, agency, held.officer, now)?;
    let glance =
        store::distribution::find_open_shift(tx, agency, held.shift, None)?.ok_or(Failure::Missing("shift"))?;
    let message = Message {
        kind: "shift_removed",
        title: format!("You were taken off a shift: {}", glance.shift.title),
        body: format!("{}. Reason: {}", when(&glance), reason.trim()),
        link: format!("/shifts/{}", held.shift),
    };
    notices::tell(tx, agency, To::Officer(held.officer), &message, now)?;
    let entry = Entry::new(
        "removed_officer",
        format!(
            "took an officer off job {} \u{201c}{}\u{201d}, {}: {}",
            glance.shift.number,
            glance.shift.title,
            when(&glance),
            reason.trim()
        ),
    )
    .about(held.shift)
    .about(held.job)
    .about(held.officer)
    .with(json!({ "assignment": id, "reason": reason.trim() }));
    audit::record(tx, &permit, entry, now)?;
    Ok(held.shift)
}
