//! Rules on trial: the agency's own past, judged and priced again by another book.
//!
//! Each officer's bookings are walked in the order in which they were made. A booking that the book on trial refuses does
//! not enter the ledger that the next one is judged by, so one long week is not counted seven times. The same walk is made
//! with the rules that were in force, so that only what the new book changes is shown as new.
//!
//! What a moved shift was charged for the move is not priced again: who would have kept his seat cannot be known.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    agencies::Agency,
    audit,
    id::{AgencyId, AssignmentId, JobId, OfficerId, RuleSetId, RuleTrialId},
    policy::{Judgement, Outcome, Point, Work, WorkSource},
    rates::{Cancelled, PaidWork, earlier_of},
    refusal::{FieldErrors, Refusal},
    rules::{ASSIGNMENTS_AT_MOST, DAYS_AT_MOST, Objection, Price, RuleBook, Trial, TrialCase, TrialCharge, tally},
    time::Span,
};
pub use muster_store::ledger::trial::KeptTrial;
use muster_store::{
    self as store, Tx,
    distribution::OfficerRecord,
    ledger::{PriceFacts, called_off::CalledOff, trial::HeldSeat},
};
use serde_json::json;

use super::{
    Done,
    call_off::{Told, counts_at, is_owed, price_seat},
    day::{charged_before, counted, start_of},
};
use crate::{
    Failure, agencies,
    distribution::eligibility::{Offer, Subject, reach, reasons},
    rates::{self, RuleSet, Rules},
};

/// A finished trial, not kept yet, and the text that was tried.
#[derive(Debug, Clone)]
pub struct FinishedTrial {
    /// The version.
    pub rules: RuleSetId,
    /// The digest of the text.
    pub digest: String,
    /// The report.
    pub trial: Trial,
}

/// A version with its trials.
#[derive(Debug, Clone)]
pub struct TrialPage {
    /// The version.
    pub rules: RuleSet,
    /// Its book.
    pub book: Arc<RuleBook>,
    /// Its trials, the newest first.
    pub trials: Vec<KeptTrial>,
    /// Today at the agency.
    pub today: Date,
}

/// Tries a version on the shifts that began on the days of a past period. Only reads; keep the answer with
/// [`keep_trial`].
///
/// # Errors
/// Denied; missing; invalid when the period is not past or too long; refused when it holds too many assignments.
pub fn try_rules(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RuleSetId,
    (from_on, until_on): (Date, Date),
    now: Timestamp,
) -> Result<FinishedTrial, Failure> {
    let agency_id = who.scope()?.agency();
    authorise(who, Action::EditRules, &Target::agency(agency_id))?;
    let agency = agencies::load_agency(tx, agency_id)?;
    check_period(from_on, until_on, now.to_zoned(agency.zone.clone()).date())?;
    let set = store::rates::find_rule_set(tx, agency_id, id)?.ok_or(Failure::Missing("rule set"))?;
    let tried = rates::load_version(tx, agency_id, id)?;
    let most = i64::try_from(ASSIGNMENTS_AT_MOST).unwrap_or(i64::MAX - 1) + 1;
    let seats = store::ledger::trial::list_held_seats(tx, agency_id, (from_on, until_on), most)?;
    if seats.len() > ASSIGNMENTS_AT_MOST {
        return Err(Refusal::new(
            "trial_too_large",
            format!("More than {ASSIGNMENTS_AT_MOST} assignments began between {from_on} and {until_on}."),
            "Choose a shorter period.",
        )
        .into());
    }
    let then = rules_then(tx, agency_id, &seats)?;
    let records = store::distribution::list_records(tx, agency_id)?;
    let mut held: HashMap<OfficerId, Vec<&HeldSeat>> = HashMap::new();
    for seat in seats.iter().filter(|seat| seat.kept) {
        held.entry(seat.officer).or_default().push(seat);
    }
    let mut cases = Vec::new();
    for (officer, seats) in &held {
        let Some(record) = records.get(officer) else { continue };
        let Some(person) = record.person else { continue };
        let span = seats.iter().fold(seats[0].shift.span, |all, seat| cover(all, seat.shift.span));
        let books = then.values().map(|rules| &rules.book).chain([&tried.book]);
        let within = books.fold(span, |all, book| cover(all, reach(&book.policy, span)));
        let work = store::distribution::list_work_of_person(tx, person, within)?;
        let walk = Walk { officer: *officer, record, zone: &agency.zone, work: &work, seats };
        let before = walk.judge(|seat| then.get(&seat.shift.worked_on).map(|rules| &rules.book));
        let after = walk.judge(|_| Some(&tried.book));
        cases.extend(
            seats.iter().zip(before).zip(after).map(|((seat, before), after)| case(record, seat, &before, &after)),
        );
    }
    let charges = charge_again(tx, &agency, &seats, (&records, &tried.book), from_on)?;
    let trial = tally((from_on, until_on), &tried.book.version, &cases, &charges);
    Ok(FinishedTrial { rules: id, digest: set.digest, trial })
}

/// The worked shifts and those called off, priced by another book in the order in which they began, so that each counts what
/// came before it as that book would have paid it; work before the period counts as it was charged.
fn charge_again(
    tx: &mut Tx<'_>,
    agency: &Agency,
    seats: &[HeldSeat],
    (records, book): (&HashMap<OfficerId, OfficerRecord>, &RuleBook),
    from_on: Date,
) -> Result<Vec<TrialCharge>, Failure> {
    let (back, week_starts) = (book.rates.looks_back(), book.calendar.week_starts);
    let settled: Vec<(&HeldSeat, Price)> = seats.iter().filter_map(|seat| Some((seat, settled(seat)?))).collect();
    let mut all: Vec<Again<'_>> = settled.into_iter().filter_map(|one| again(agency, book, records, one)).collect();
    let mut begun = HashSet::new();
    if book.rates.charges_once() {
        for job in all.iter().map(|one| one.seat.shift.job).collect::<HashSet<JobId>>() {
            if store::ledger::corrections::is_job_charged_before(tx, agency.id, job, from_on)? {
                begun.insert(job);
            }
        }
    }
    charge_once(agency, book, begun, &mut all);
    all.sort_by_key(|one| one.done.scheduled.unwrap_or(one.facts.scheduled).starts_at());
    let mut before: HashMap<OfficerId, Vec<PaidWork>> = HashMap::new();
    let mut charges = Vec::with_capacity(all.len());
    for Again { seat, record, facts, mut done, charged } in all {
        let start = start_of(agency, &facts, &done);
        if !back.is_nothing() {
            let known = match before.entry(seat.officer) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(charged_before(tx, agency, seat.officer, back, from_on)?),
            };
            done.earlier = earlier_of(start, known, back, week_starts);
        }
        let priced = price_seat(&book.rates, agency, &facts, &mut done);
        if let (Ok(priced), Some(known)) = (&priced, before.get_mut(&seat.officer)) {
            let counted = if done.cancelled.is_none() { counted(priced) } else { priced.paid_minutes };
            let paid = priced.paid_minutes;
            known.push(PaidWork { customer: start.customer, on: start.on, worked: seat.worked, counted, paid });
        }
        charges.push(TrialCharge {
            officer: (seat.officer, record.name.clone()),
            customer: (seat.shift.customer, seat.shift.customer_name.clone()),
            called_off: seat.called_off.is_some(),
            before: charged,
            after: priced
                .map(|priced| Price { officer: priced.officer_cents, customer: priced.customer_cents })
                .map_err(|refusal| refusal.message),
        });
    }
    Ok(charges)
}

/// A seat that is priced again.
struct Again<'a> {
    seat: &'a HeldSeat,
    record: &'a OfficerRecord,
    facts: PriceFacts,
    done: Done,
    charged: Price,
}

fn again<'a>(
    agency: &Agency,
    book: &RuleBook,
    records: &'a HashMap<OfficerId, OfficerRecord>,
    (seat, charged): (&'a HeldSeat, Price),
) -> Option<Again<'a>> {
    let record = records.get(&seat.officer)?;
    let done = Done {
        worked: seat.worked,
        cancelled: seat.called_off.map(|called_off| cancelled(book, agency, called_off)),
        scheduled: seat.called_off.map(|called_off| called_off.scheduled),
        ..Done::default()
    };
    Some(Again { seat, record, facts: price_facts(seat, record), done, charged })
}

/// What is owed once for a job, or once for a shift, is owed with the seat that is charged first; of jobs that began
/// before the period it was charged then.
fn charge_once(agency: &Agency, book: &RuleBook, begun: HashSet<JobId>, all: &mut [Again<'_>]) {
    let with_cancelled = book.rates.switches.resource_on_cancelled == Some(true);
    let (mut jobs, mut shifts) = (begun, HashSet::new());
    // What was settled at once was charged shift by shift, and of a shift post by post.
    all.sort_by_key(|one| {
        let scheduled = one.done.scheduled.unwrap_or(one.facts.scheduled);
        (one.seat.settled_at, scheduled.starts_at(), one.seat.shift.id, one.seat.position.position)
    });
    for Again { seat, facts, done, .. } in all {
        (done.not_first, done.without_resources) = (jobs.contains(&seat.shift.job), shifts.contains(&seat.shift.id));
        let mut as_priced = *done;
        let owed = price_seat(&book.rates, agency, facts, &mut as_priced).is_ok_and(|priced| is_owed(&priced));
        // Of what was called off only what is owed is charged.
        if owed || as_priced.cancelled.is_none() {
            jobs.insert(seat.shift.job);
        }
        if as_priced.cancelled.is_none() || (with_cancelled && owed) {
            shifts.insert(seat.shift.id);
        }
    }
}

/// What was earned and charged for a seat whose time is approved or that was called off; for the latter it may be nothing.
fn settled(seat: &HeldSeat) -> Option<Price> {
    let charged = seat.charged.map(|(officer, customer)| Price { officer, customer });
    match seat.called_off {
        Some(_) => Some(charged.unwrap_or_default()),
        None => charged.filter(|_| seat.worked.is_some()),
    }
}

fn cancelled(book: &RuleBook, agency: &Agency, called_off: CalledOff) -> Cancelled {
    let CalledOff { by, channel, received_at, entered_at, .. } = called_off;
    let told = Told { by, received_at: Some(received_at), channel };
    Cancelled { at: counts_at(book, agency, told, entered_at), by, change: false, at_most: None }
}

fn check_period(from_on: Date, until_on: Date, today: Date) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    errors.require(until_on >= from_on, "until_on", "The last day comes before the first. Choose a later one.");
    errors.require(until_on <= today, "until_on", "A trial looks at the past. Choose today or an earlier day.");
    let days = from_on.until(until_on).map_or(0, |span| span.get_days());
    if days >= DAYS_AT_MOST {
        errors.add("from_on", format!("A trial looks at no more than {DAYS_AT_MOST} days. Choose a later first day."));
    }
    errors.or(())
}

/// The rules that were in force for the shifts of each day.
fn rules_then(tx: &mut Tx<'_>, agency: AgencyId, seats: &[HeldSeat]) -> Result<HashMap<Date, Rules>, Failure> {
    let mut found = HashMap::new();
    for seat in seats {
        if let Entry::Vacant(day) = found.entry(seat.shift.worked_on) {
            match rates::load_rules(tx, agency, seat.shift.span.starts_at()) {
                Ok(rules) => {
                    day.insert(rules);
                }
                // Before the first rules nothing was refused.
                Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(found)
}

fn cover(one: Span, other: Span) -> Span {
    let (from, to) = (one.starts_at().min(other.starts_at()), one.ends_at().max(other.ends_at()));
    Span::new(from, to).unwrap_or(one)
}

/// One officer's bookings of the period, walked in the order in which they were made.
struct Walk<'a> {
    officer: OfficerId,
    record: &'a OfficerRecord,
    zone: &'a TimeZone,
    work: &'a [Work],
    seats: &'a [&'a HeldSeat],
}

impl Walk<'_> {
    fn judge<'b>(&self, book: impl Fn(&HeldSeat) -> Option<&'b Arc<RuleBook>>) -> Vec<Option<Judgement>> {
        let of_period = |work: &Work| self.seats.iter().any(|seat| is_seat(work, seat.assignment));
        let mut ledger: Vec<Work> = self.work.iter().filter(|work| !of_period(work)).cloned().collect();
        let mut answers = Vec::with_capacity(self.seats.len());
        for seat in self.seats {
            let judgement = book(seat).map(|book| {
                let offer = Offer {
                    shift: &seat.shift,
                    position: &seat.position,
                    assignment: Some(seat.assignment),
                    calendar: &book.calendar,
                };
                let point = if seat.assigned { Point::Award } else { Point::SignUp };
                Subject::new(self.officer, self.record, &ledger, self.zone).judge(
                    &book.policy,
                    offer,
                    point,
                    seat.booked_at,
                )
            });
            if judgement.as_ref().is_none_or(|judgement| judgement.outcome < Outcome::Blocked) {
                ledger.extend(self.work.iter().filter(|work| is_seat(work, seat.assignment)).cloned());
                ledger.sort_by_key(|work| work.span.starts_at());
            }
            answers.push(judgement);
        }
        answers
    }
}

fn is_seat(work: &Work, assignment: AssignmentId) -> bool {
    work.source == WorkSource::Assignment(assignment)
}

fn case(record: &OfficerRecord, seat: &HeldSeat, before: &Option<Judgement>, after: &Option<Judgement>) -> TrialCase {
    let outcome = |one: &Option<Judgement>| one.as_ref().map_or(Outcome::Allowed, |one| one.outcome);
    let objections = after.iter().flat_map(|judgement| {
        let standing = judgement.objections().into_iter().filter(|one| one.result >= Outcome::Warned);
        let words = reasons(judgement);
        standing
            .zip(words)
            .map(|(one, words)| Objection { rule: one.rule.clone(), result: one.result, words })
            .collect::<Vec<_>>()
    });
    TrialCase {
        officer: seat.officer,
        officer_name: record.name.clone(),
        shift: seat.shift.id,
        job: seat.shift.job,
        job_number: seat.shift.number,
        title: seat.shift.title.clone(),
        on: seat.shift.worked_on,
        before: outcome(before),
        after: outcome(after),
        objections: objections.collect(),
    }
}

fn price_facts(seat: &HeldSeat, record: &OfficerRecord) -> PriceFacts {
    let worked_on = seat.called_off.map_or(seat.shift.worked_on, |called_off| called_off.worked_on);
    let rank = record.rank_on(worked_on);
    PriceFacts {
        scheduled: seat.shift.span,
        worked_on,
        shift: seat.shift.id,
        job: seat.shift.job,
        job_number: seat.shift.number,
        customer: seat.shift.customer,
        customer_kind: seat.shift.customer_kind.clone(),
        job_kind: seat.shift.type_code.clone(),
        details: seat.shift.details.clone(),
        role: seat.position.role.code().to_owned(),
        rank: rank.map_or_else(String::new, |(code, ..)| code.to_owned()),
        rank_level: rank.map_or(0, |(_, level, ..)| level),
        crew: seat.crew,
    }
}

/// Keeps a finished trial with the version that was tried.
///
/// # Errors
/// Denied; missing.
pub fn keep_trial(
    tx: &mut Tx<'_>,
    who: &Actor,
    finished: &FinishedTrial,
    now: Timestamp,
) -> Result<RuleTrialId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::EditRules, &Target::agency(agency))?;
    let set = store::rates::find_rule_set(tx, agency, finished.rules)?.ok_or(Failure::Missing("rule set"))?;
    let kept = KeptTrial {
        id: tx.id(now),
        digest: finished.digest.clone(),
        trial: finished.trial.clone(),
        made_by: who.name.clone(),
        created_at: now,
    };
    store::ledger::trial::add_trial(tx, agency, set.id, &kept)?;
    let trial = &finished.trial;
    let words = format!(
        "tried the rules \u{201c}{}\u{201d} (number {}) on {} to {}: {} assignments, {} refused that were not before",
        set.title, set.number, trial.from_on, trial.until_on, trial.assignments, trial.refused
    );
    let facts = json!({ "trial": kept.id, "digest": kept.digest, "refused": trial.refused,
        "officer_cents": [trial.before.officer, trial.after.officer], "customer_cents": [trial.before.customer, trial.after.customer] });
    crate::audit::record(
        tx,
        &permit,
        audit::Entry::new("try_rules", words).about(set.id).about(agency).with(facts),
        now,
    )?;
    Ok(kept.id)
}

/// A version with its trials.
///
/// # Errors
/// Denied; missing.
pub fn load_trials(tx: &mut Tx<'_>, who: &Actor, id: RuleSetId, now: Timestamp) -> Result<TrialPage, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::EditRules, &Target::agency(agency))?;
    let rules = store::rates::find_rule_set(tx, agency, id)?.ok_or(Failure::Missing("rule set"))?;
    Ok(TrialPage {
        book: rates::load_version(tx, agency, id)?.book,
        trials: store::ledger::trial::list_trials(tx, agency, id)?,
        today: agencies::today(tx, agency, now)?,
        rules,
    })
}
