//! Approval paths of requests: each level is asked for, agrees or says no, in the order that the rule names; silence and
//! spoken approvals as the rule says. The twin of the wishes for seats that need an approval.

use jiff::{Timestamp, ToSpan};
use muster_domain::{
    access::{Action, Actor, Target, authorise, may_speak_for},
    audit::Entry,
    id::{AgencyId, ApprovalId, DecisionId, RequestId},
    policy::kinds::{ApprovalObject, LevelOrder, Renewal},
    refusal::{FieldErrors, Refusal},
    requests::{Request, Waits},
};
use muster_store::{
    self as store, Tx,
    requests::{ApprovalRow, ApprovalTerms, Settled},
    timers::Due,
};
use serde_json::json;

use super::{
    deciding::{end_declined, must_be_open, tell_office, to_change},
    ruling::{judge_stored, must_be_agreed},
};
use crate::{Failure, agencies, audit};

/// Silence until the work begins is a no.
pub const SILENCE_TIMER: &str = "request_silence";

/// Asks for every level that the rules want; answers them in words, empty when nobody must agree.
pub(super) fn open(
    tx: &mut Tx<'_>,
    request: &Request,
    waits: &[Waits],
    decision: DecisionId,
    now: Timestamp,
) -> Result<String, Failure> {
    for wanted in waits {
        for (step, level) in (0..).zip(&wanted.levels) {
            let row = ApprovalRow {
                id: tx.id(now),
                request: request.id,
                rule: wanted.rule.clone(),
                object: wanted.object,
                subject: subject(request, wanted.object),
                level: level.clone(),
                step,
                terms: ApprovalTerms {
                    order: wanted.order,
                    verbal_first: wanted.verbal_first,
                    silence_denies: wanted.silence_denies,
                    renew: wanted.renew,
                },
                state: "asked".to_owned(),
                asked_at: now,
                decided_at: None,
                decided_by: String::new(),
                reason: String::new(),
                spoken: false,
                valid_until: None,
            };
            store::requests::add_approval(tx, request.agency, &row, decision)?;
        }
    }
    if waits.iter().any(|one| one.silence_denies) && request.first_starts_at > now {
        let subject = request.id.to_string();
        store::timers::set(tx, request.agency, SILENCE_TIMER, &subject, request.first_starts_at, now)?;
    }
    Ok(waits.iter().map(Waits::words).collect::<Vec<_>>().join("; "))
}

/// Whose approval it is: a job's ends with the request, those of customer, contract and place hold for later requests.
fn subject(request: &Request, object: ApprovalObject) -> String {
    let [of_request, customer, site] = store::requests::subjects(request.id, request.customer, request.site);
    match object {
        ApprovalObject::Customer | ApprovalObject::Contract => customer,
        ApprovalObject::Venue => site,
        ApprovalObject::Job | ApprovalObject::Officer | ApprovalObject::OfficerJob => of_request,
    }
}

/// What a level said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelDecision {
    /// It agrees.
    pub agrees: bool,
    /// Who said it, when not the person who writes it down; may be empty.
    pub said_by: String,
    /// By word of mouth; the form follows.
    pub spoken: bool,
    /// Why, or a note; needed for a no.
    pub reason: String,
}

fn waiting(tx: &mut Tx<'_>, request: &Request, id: ApprovalId) -> Result<ApprovalRow, Failure> {
    let found = store::requests::find_approval(tx, request.agency, id)?;
    let row = found.filter(|row| row.request == request.id).ok_or(Failure::Missing("approval"))?;
    if row.state != "asked" {
        let message = format!("This approval was {} already.", row.state);
        return Err(Refusal::new("approval_ended", message, "Look at the request again.").into());
    }
    Ok(row)
}

/// One's turn has come when every level before it has agreed, where the rule wants them in order.
fn its_turn(path: &[ApprovalRow], row: &ApprovalRow) -> Result<(), Refusal> {
    let before = path.iter().find(|one| {
        one.rule == row.rule && one.state == "asked" && one.step < row.step && one.terms.order == LevelOrder::InOrder
    });
    match before {
        None => Ok(()),
        Some(before) => {
            let first = before.level.replace('_', " ");
            let message = format!("{} is asked first, then {}.", capital(&first), row.level.replace('_', " "));
            Err(Refusal::new("not_its_turn", message, "Record the first approval before this one."))
        }
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Records what a level said. A no declines the request, unless another level is enough.
///
/// # Errors
/// Denied; missing; invalid; refused when it ended, another level comes first, or the actor may not speak for the level.
pub fn decide_level(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, approval): (RequestId, ApprovalId),
    said: &LevelDecision,
    now: Timestamp,
) -> Result<(), Failure> {
    let (request, permit) = to_change(tx, who, id, Action::DecideRequest)?;
    must_be_open(&request)?;
    let row = waiting(tx, &request, approval)?;
    if !may_speak_for(who.role, &row.level) {
        let message = format!("This needs the approval of {}.", row.level.replace('_', " "));
        let remedy = "An approver or an administrator can record it.";
        return Err(Refusal::new("approval_of_another_level", message, remedy).into());
    }
    check(said, &row)?;
    let path = store::requests::list_approvals(tx, request.agency, id)?;
    its_turn(&path, &row)?;
    let by = match said.said_by.trim() {
        "" => who.name.clone(),
        other => format!("{other} (recorded by {})", who.name),
    };
    let state = if said.agrees { "approved" } else { "declined" };
    let valid_until = if said.agrees { valid_until(tx, request.agency, row.terms.renew, now)? } else { None };
    let settled = Settled { state, by: &by, reason: said.reason.trim(), spoken: said.spoken, valid_until };
    if !store::requests::settle_approval(tx, request.agency, approval, &settled, now)? {
        return Err(Failure::Conflict("The approval"));
    }
    let level = row.level.replace('_', " ");
    let late = request.first_starts_at <= now;
    let verb = if said.agrees { "agreed" } else { "said no" };
    let how = if said.spoken { " by word of mouth" } else { "" };
    let after = if late { " after the work had begun" } else { "" };
    let words = format!("recorded that {level} {verb}{how}{after} on request {}: {by}", request.number);
    let facts = json!({ "approval": approval, "rule": row.rule, "level": row.level, "by": by, "spoken": said.spoken,
        "reason": said.reason.trim(), "valid_until": valid_until, "after_start": late });
    let entry = Entry::new(if said.agrees { "gave_approval" } else { "refused_approval" }, words);
    audit::record(tx, &permit, entry.about(id).about(request.customer).about(request.site).with(facts), now)?;
    if said.agrees {
        if row.terms.order == LevelOrder::One {
            let why = format!("{} agreed; one is enough.", capital(&level));
            store::requests::close_approvals(tx, (request.agency, id), Some(&row.rule), &why, now)?;
        }
        return tell_when_whole(tx, &request, now);
    }
    let another = path.iter().any(|one| one.rule == row.rule && one.state == "asked" && one.id != row.id);
    if row.terms.order == LevelOrder::One && another {
        return Ok(());
    }
    end_declined(tx, &permit, request, &format!("{} did not agree: {}", capital(&level), said.reason.trim()), now)
}

fn check(said: &LevelDecision, row: &ApprovalRow) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    errors.allow_text(&said.said_by, "said_by", 120);
    if said.agrees {
        errors.allow_text(&said.reason, "reason", 500);
    } else {
        errors.require_text(&said.reason, "reason", 500);
    }
    let spoken = !said.spoken || row.terms.verbal_first;
    errors.require(spoken, "spoken", "The rule wants this approval in writing; a spoken one is not enough.");
    errors.or(())
}

/// The first instant at which an approval given now no longer holds.
fn valid_until(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    renew: Renewal,
    now: Timestamp,
) -> Result<Option<Timestamp>, Failure> {
    let zone = agencies::load_agency(tx, agency)?.zone;
    let last = renew.last_day(now.to_zoned(zone.clone()).date(), None);
    let end = last.and_then(|day| day.saturating_add(1.day()).to_zoned(zone).ok());
    Ok(end.map(|midnight| midnight.timestamp()))
}

/// Tells the office when nothing is missing any more.
fn tell_when_whole(tx: &mut Tx<'_>, request: &Request, now: Timestamp) -> Result<(), Failure> {
    let customer = store::customers::find_customer(tx, request.agency, request.customer, None)?;
    let judged = judge_stored(tx, request, &customer.ok_or(Failure::Missing("customer"))?, now)?;
    if must_be_agreed(&judged).is_ok() {
        tell_office(tx, request, "has every approval", "It can be approved now.", now)?;
    }
    Ok(())
}

/// The written form of a spoken approval came.
///
/// # Errors
/// Denied; missing; invalid without words; refused when none is missing.
pub fn confirm_form(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, approval): (RequestId, ApprovalId),
    note: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (request, permit) = to_change(tx, who, id, Action::DecideRequest)?;
    let found = store::requests::find_approval(tx, request.agency, approval)?;
    let row = found.filter(|row| row.request == id).ok_or(Failure::Missing("approval"))?;
    let mut errors = FieldErrors::default();
    errors.require_text(note, "reason", 500);
    errors.or(())?;
    if !may_speak_for(who.role, &row.level)
        || !store::requests::confirm_spoken(tx, request.agency, approval, note.trim())?
    {
        let message = "No written form of this approval is missing, or another level must record it.";
        return Err(Refusal::new("form_not_missing", message, "Look at the request again.").into());
    }
    let words =
        format!("saw the form of the approval of {} on request {}", row.level.replace('_', " "), request.number);
    let entry = Entry::new("saw_approval_form", words).about(id).about(request.customer);
    audit::record(tx, &permit, entry.with(json!({ "approval": approval, "note": note.trim() })), now)
}

/// The work begins and somebody whose silence is a no has not answered: the request is declined. Finishes the timer; false
/// when another worker did it before.
///
/// # Errors
/// Broken when the timer's subject is no request or the database fails.
pub fn silence_due(tx: &mut Tx<'_>, timer: &Due, now: Timestamp) -> Result<bool, Failure> {
    let id: RequestId = timer.subject.parse().map_err(|_| Failure::Missing("request"))?;
    let request = store::requests::lock_request(tx, timer.agency, id, None)?.ok_or(Failure::Missing("request"))?;
    let actor = Actor::system(timer.agency);
    let permit = authorise(&actor, Action::DecideRequest, &Target::customer(timer.agency, request.customer))?;
    if !store::timers::finish(tx, timer.id)? {
        return Ok(false);
    }
    let path = store::requests::list_approvals(tx, timer.agency, id)?;
    let silent = path.iter().find(|row| row.state == "asked" && row.terms.silence_denies);
    match silent.filter(|_| request.state.is_open()) {
        Some(row) => {
            let level = capital(&row.level.replace('_', " "));
            let reason = format!("{level} had not answered when the work was to begin; by the rule no answer is a no.");
            end_declined(tx, &permit, request, &reason, now)?;
        }
        None => {
            let words = format!("looked at the approvals of request {}: none was missing", request.number);
            audit::record(tx, &permit, Entry::new("request_silence", words).about(id), now)?;
        }
    }
    Ok(true)
}
