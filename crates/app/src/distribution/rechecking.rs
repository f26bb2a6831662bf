//! Booked work is judged again when an officer's schedule, status, rank, groups or certifications change, when the rules
//! do, and once a day. What no longer fits is told once: to the officer at once, to the coordinators in one list.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    audit::Entry,
    counted,
    distribution::{AssignmentState, Consequence, consequence, remembering, says_the_same},
    id::{AgencyId, AssignmentId, DecisionId, FindingId, JobId, OfficerId, ShiftId},
    notices::Message,
    policy::{Judgement, Outcome, Point},
};
use muster_store::{
    self as store, Db, Tx,
    distribution::{Glance, NewDecision, NewFinding, OfficerRecord, SeatAhead, Settled},
    timers::{self, Due},
};
use serde_json::json;

use super::{
    accept::{when, zone},
    among::Company,
    eligibility::{Offer, Subject, reach, reasons},
    named,
};
use crate::{
    Failure, audit,
    notices::{self, To},
    officers::touched,
    rates::{self, Rules},
};

/// The kind of the timer that tells the coordinators of findings; its subject is the agency.
pub const TELL_FINDINGS_TIMER: &str = "tell_findings";
/// Findings within this time are told together.
const GATHER: SignedDuration = SignedDuration::from_secs(15);

/// A held seat with what the rules say of it now; earlier answers are in the judgement, and read only where it objects.
pub(super) struct Judged {
    pub glance: Glance,
    pub rules: Rules,
    pub judgement: Judgement,
    pub earlier: Vec<Judgement>,
}

/// Asks the rules about a seat that an officer holds.
pub(super) fn judge_seat(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (officer, record): (OfficerId, &OfficerRecord),
    seat: SeatAhead,
    point: Point,
    now: Timestamp,
) -> Result<Judged, Failure> {
    let glance = store::distribution::find_open_shift(tx, agency, seat.shift, Some(officer))?
        .ok_or(Failure::Missing("shift"))?;
    judge_seen(tx, agency, (officer, record), (seat, glance), point, now)
}

/// The same where the shift has been read.
pub(super) fn judge_seen(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (officer, record): (OfficerId, &OfficerRecord),
    (seat, glance): (SeatAhead, Glance),
    point: Point,
    now: Timestamp,
) -> Result<Judged, Failure> {
    let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
    let person = record.person.ok_or(Failure::Missing("officer"))?;
    let work = store::distribution::list_work_of_person(tx, person, reach(&rules.book.policy, glance.shift.span))?;
    let positions = store::distribution::list_positions_with_seats(tx, agency, seat.shift)?;
    let position = positions.iter().find(|one| one.position == seat.position).ok_or(Failure::Missing("position"))?;
    let zone = zone(&glance.zone)?;
    let offer =
        Offer { shift: &glance.shift, position, assignment: Some(seat.assignment), calendar: &rules.book.calendar };
    let company = Company::load(tx, agency, &rules.book.policy, &glance.shift, None)?;
    let subject = Subject::new(officer, record, &work, &zone).among(company.seen());
    let judgement = subject.judge(&rules.book.policy, offer, point, now);
    let earlier = if judgement.objections().is_empty() {
        Vec::new()
    } else {
        store::distribution::list_earlier(tx, agency, seat.shift, officer)?
    };
    Ok(Judged { judgement: remembering(judgement, &earlier), glance, rules, earlier })
}

/// The timer of an officer, of everybody, or of what is to be told. Each is finished in the transaction of its effect;
/// false when another worker did it before.
///
/// # Errors
/// Broken when the timer's subject is no officer or the database fails.
pub fn recheck_due(db: &Db, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    let due = due.clone();
    // A look that finds nothing new changes nothing that an auditor asks for; what is found is entered.
    db.housekeep_blocking(move |tx| {
        if !timers::finish(tx, due.id)? {
            return Ok(false);
        }
        match due.kind.as_str() {
            TELL_FINDINGS_TIMER => tell_coordinators(tx, due.agency, now)?,
            touched::RECHECK_ALL_TIMER => {
                for officer in store::officers::list_booked_ahead(tx, due.agency, now)? {
                    touched::touched(tx, due.agency, officer, now)?;
                }
            }
            _ => {
                let officer = due.subject.parse().map_err(|_| Failure::Missing("officer"))?;
                recheck(tx, due.agency, officer, now)?;
            }
        }
        Ok(true)
    })
}

fn tell_coordinators(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<(), Failure> {
    let found = store::distribution::tell_findings(tx, agency, now)?;
    if found == 0 {
        return Ok(());
    }
    let message = Message {
        kind: "booked_misfits",
        title: format!("{} no longer fit the rules", counted(found, "booked seat", "booked seats")),
        body:
            "Their officers have been told. Decide for each: keep it with a reason, take the officer off, or ask him."
                .to_owned(),
        link: "/booked-work".to_owned(),
    };
    notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)
}

/// What a look at one seat changed.
struct Change {
    action: &'static str,
    words: String,
    shift: ShiftId,
    job: JobId,
    decision: DecisionId,
}

fn recheck(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, now: Timestamp) -> Result<(), Failure> {
    let seats = store::distribution::list_seats_ahead(tx, agency, officer, now)?;
    let open = store::distribution::list_open_findings(tx, agency, officer)?;
    for (id, assignment, _) in &open {
        if !seats.iter().any(|seat| seat.assignment == *assignment) {
            let how = Settled { state: "ended", by: "", reason: "", decision: None };
            store::distribution::settle_finding(tx, agency, *id, how, now)?;
        }
    }
    if seats.is_empty() {
        return Ok(());
    }
    let Some(record) = store::distribution::find_record(tx, agency, officer)? else { return Ok(()) };
    let mut changes = Vec::new();
    for seat in seats {
        let judged = match judge_seat(tx, agency, (officer, &record), seat, Point::RosterChange, now) {
            Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => continue,
            other => other?,
        };
        let before = open.iter().find(|(_, assignment, _)| *assignment == seat.assignment);
        let look = Look { agency, officer, record: &record, seat, judged: &judged };
        changes.extend(look.settle(tx, before.map(|(id, _, said)| (*id, said)), now)?);
    }
    let Some(first) = changes.first() else { return Ok(()) };
    let permit = authorise(&Actor::system(agency), Action::FillJob, &Target::agency(agency))?;
    let words: Vec<&str> = changes.iter().map(|change| change.words.as_str()).collect();
    let mut entry = Entry::new(first.action, words.join("; ")).about(officer);
    for change in &changes {
        entry = entry.about(change.shift).about(change.job);
    }
    let decisions: Vec<DecisionId> = changes.iter().map(|change| change.decision).collect();
    audit::record(tx, &permit, entry.with(json!({ "decisions": decisions })), now)
}

/// One seat, judged again.
struct Look<'a> {
    agency: AgencyId,
    officer: OfficerId,
    record: &'a OfficerRecord,
    seat: SeatAhead,
    judged: &'a Judged,
}

impl Look<'_> {
    fn settle(
        &self,
        tx: &mut Tx<'_>,
        before: Option<(FindingId, &Judgement)>,
        now: Timestamp,
    ) -> Result<Option<Change>, Failure> {
        let judgement = &self.judged.judgement;
        match (consequence(&self.judged.rules.book.policy, judgement), before) {
            (Consequence::Fits, None) => Ok(None),
            (Consequence::Fits, Some((id, _))) => self.fits_again(tx, id, now).map(Some),
            (Consequence::Ask, Some((_, said))) if says_the_same(said, judgement) => Ok(None),
            (Consequence::Ask, before) => self.ask(tx, before.map(|(id, _)| id), now).map(Some),
            (Consequence::Stays, before) => self.stays(tx, before.map(|(id, _)| id), now),
            (Consequence::Remove, before) => self.remove(tx, before.map(|(id, _)| id), now),
        }
    }

    fn decide(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<DecisionId, Failure> {
        let decision = NewDecision {
            officer: self.officer,
            shift: self.seat.shift,
            rule_set: Some(self.judged.rules.id),
            judgement: &self.judged.judgement,
            refused: false,
        };
        Ok(store::distribution::add_decision(tx, self.agency, &decision, now)?)
    }

    fn change(&self, action: &'static str, words: &str, decision: DecisionId) -> Change {
        let shift = &self.judged.glance.shift;
        let words = format!("{words} {} on {}", self.record.name, named(&self.judged.glance));
        Change { action, words, shift: shift.id, job: shift.job, decision }
    }

    fn words(&self) -> String {
        forbidding(&self.judged.judgement).join("; ")
    }

    fn tell(
        &self,
        tx: &mut Tx<'_>,
        kind: &'static str,
        title: &str,
        body: String,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let shift = &self.judged.glance.shift;
        let title = format!("{title}: {}", shift.title);
        let body = format!("{}, {}. {body}", when(&self.judged.glance), shift.site_name);
        let message = Message { kind, title, body, link: format!("/shifts/{}", shift.id) };
        notices::tell(tx, self.agency, To::Officer(self.officer), &message, now)
    }

    fn ask(&self, tx: &mut Tx<'_>, open: Option<FindingId>, now: Timestamp) -> Result<Change, Failure> {
        let decision = self.decide(tx, now)?;
        match open {
            Some(id) => store::distribution::renew_finding(tx, self.agency, id, decision)?,
            None => {
                let new = NewFinding { seat: self.seat, officer: self.officer, decision, state: "open", reason: "" };
                store::distribution::add_finding(tx, self.agency, &new, now)?;
            }
        }
        let body = format!(
            "The agency\u{2019}s rules no longer allow it: {}. {} You keep the seat until the coordinator decides.",
            self.words(),
            remedies(&self.judged.judgement)
        );
        self.tell(tx, "booked_misfit", "A shift of yours no longer fits the rules", body, now)?;
        let (agency, subject) = (self.agency, self.agency.to_string());
        timers::set_if_none(tx, agency, TELL_FINDINGS_TIMER, &subject, now + GATHER, now)?;
        let words = format!("found that the rules no longer allow ({}) the seat of", self.words());
        Ok(self.change("found_misfit", &words, decision))
    }

    fn fits_again(&self, tx: &mut Tx<'_>, id: FindingId, now: Timestamp) -> Result<Change, Failure> {
        let decision = self.decide(tx, now)?;
        let how = Settled { state: "passed", by: "", reason: "It fits the rules again.", decision: Some(decision) };
        store::distribution::settle_finding(tx, self.agency, id, how, now)?;
        let body = "Nothing stands in the way any more.".to_owned();
        self.tell(tx, "booked_fits", "A shift of yours fits the rules again", body, now)?;
        Ok(self.change("found_fit", "found that the rules allow again the seat of", decision))
    }

    /// The rules let booked work stay: kept on record once, and nobody is asked.
    fn stays(&self, tx: &mut Tx<'_>, open: Option<FindingId>, now: Timestamp) -> Result<Option<Change>, Failure> {
        let known = |one: &Judgement| {
            one.point == Point::RosterChange && !one.is_allowed() && says_the_same(one, &self.judged.judgement)
        };
        if open.is_none() && self.judged.earlier.iter().any(known) {
            return Ok(None);
        }
        let decision = self.decide(tx, now)?;
        let reason = "The rule lets work stay that was booked before.";
        self.close(tx, open, "kept", reason, decision, now)?;
        Ok(Some(self.change("kept_by_rule", "kept, because the rule lets booked work stay, the seat of", decision)))
    }

    /// The rules take booked work away.
    fn remove(&self, tx: &mut Tx<'_>, open: Option<FindingId>, now: Timestamp) -> Result<Option<Change>, Failure> {
        let (agency, seat) = (self.agency, self.seat);
        store::jobs::lock_shift(tx, agency, seat.shift)?;
        let held = store::distribution::lock_assignment(tx, agency, seat.assignment)?;
        if !held.is_some_and(|held| held.state == AssignmentState::Booked && !held.clocked_in) {
            return Ok(None);
        }
        let decision = self.decide(tx, now)?;
        let reason = format!("The rules: {}", self.words());
        let reason: String = reason.chars().take(500).collect();
        store::distribution::end_assignment(tx, agency, seat.assignment, AssignmentState::Removed, &reason, now)?;
        self.close(tx, open, "removed", &reason, decision, now)?;
        self.tell(tx, "shift_removed", "You were taken off a shift", format!("{reason}."), now)?;
        let shift = &self.judged.glance.shift;
        let message = Message {
            kind: "booked_removed",
            title: format!("{} was taken off a shift of job {}", self.record.name, shift.number),
            body: format!("{}, {}. {reason}. The seat is open again.", shift.title, when(&self.judged.glance)),
            link: format!("/shifts/{}/assign", shift.id),
        };
        notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)?;
        let words = format!("took away by rule ({}) the seat of", self.words());
        Ok(Some(self.change("removed_by_rule", &words, decision)))
    }

    fn close(
        &self,
        tx: &mut Tx<'_>,
        open: Option<FindingId>,
        state: &'static str,
        reason: &str,
        decision: DecisionId,
        now: Timestamp,
    ) -> Result<(), Failure> {
        match open {
            Some(id) => {
                let how = Settled { state, by: "The rules", reason, decision: Some(decision) };
                store::distribution::settle_finding(tx, self.agency, id, how, now)?;
            }
            None => {
                let new = NewFinding { seat: self.seat, officer: self.officer, decision, state, reason };
                store::distribution::add_finding(tx, self.agency, &new, now)?;
            }
        }
        Ok(())
    }
}

/// What forbids it, in words with the source.
pub(super) fn forbidding(judgement: &Judgement) -> Vec<String> {
    let mut only = judgement.clone();
    only.decisions.retain(|one| one.result > Outcome::Warned);
    reasons(&only)
}

/// What would make it pass.
pub(super) fn remedies(judgement: &Judgement) -> String {
    let forbids = judgement.plain_objections().into_iter().filter(|one| one.result > Outcome::Warned);
    forbids.map(|one| one.remedy.as_str()).collect::<Vec<_>>().join(" ")
}

/// The seat of an assignment.
pub(super) fn seat_of(held: &store::distribution::Assignment) -> SeatAhead {
    let assignment: AssignmentId = held.id;
    SeatAhead { assignment, shift: held.shift, position: held.position }
}
