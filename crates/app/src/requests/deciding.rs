//! What becomes of a request: approved into a job, asked about, declined, withdrawn.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Permit, Role, Target, authorise},
    audit::Entry,
    id::{JobId, RequestId},
    jobs::{JobDetails, NewJob, NewShift},
    notices::Message,
    refusal::{FieldErrors, Refusal},
    requests::{Quote, Request, RequestState, carried},
};
use muster_store::{self as store, Tx, requests::Note};
use serde_json::json;

use super::ruling;
use crate::{
    Failure, agencies, audit, jobs,
    notices::{self, To},
};

/// Loads and locks a request for an action.
pub(super) fn to_change(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    action: Action,
) -> Result<(Request, Permit), Failure> {
    let scope = who.scope()?;
    let found = store::requests::lock_request(tx, scope.agency(), id, scope.customer())?;
    let request = found.ok_or(Failure::Missing("request"))?;
    let permit = authorise(who, action, &Target::customer(scope.agency(), request.customer))?;
    Ok((request, permit))
}

pub(super) fn must_be_open(request: &Request) -> Result<(), Refusal> {
    if request.state.is_open() {
        return Ok(());
    }
    let message = format!("Request {} is no longer open: {}.", request.number, request.state.label().to_lowercase());
    Err(Refusal::new("request_not_open", message, "Look at the request again."))
}

fn save(tx: &mut Tx<'_>, request: &Request, decided_at: Option<Timestamp>) -> Result<(), Failure> {
    if let Some(at) = decided_at {
        // Nobody decides on a path of a request that ended.
        let why = format!("The request was {}.", request.state.label().to_lowercase());
        store::requests::close_approvals(tx, (request.agency, request.id), None, &why, at)?;
        store::timers::drop_timer(tx, request.agency, super::SILENCE_TIMER, &request.id.to_string())?;
    }
    if store::requests::save_state(tx, request, decided_at)? { Ok(()) } else { Err(Failure::Conflict("The request")) }
}

/// Approves a request: it becomes a job with a shift for each date, not posted yet.
///
/// # Errors
/// Denied; missing; refused when it is no longer open or the customer may not ask now.
pub fn approve_request(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    reason: &str,
    now: Timestamp,
) -> Result<JobId, Failure> {
    let (request, permit) = to_change(tx, who, id, Action::DecideRequest)?;
    must_be_open(&request)?;
    check_reason(reason, false)?;
    let customer = store::customers::lock_customer(tx, request.agency, request.customer, None)?;
    let customer = customer.ok_or(Failure::Missing("customer"))?;
    super::may_ask(&customer)?;
    let mut judged = ruling::judge_stored(tx, &request, &customer, now)?;
    let stop = super::credit::stop(tx, (&request, &customer), &judged.book.rates, now)?;
    if let Some(stop) = stop.as_ref().filter(|_| reason.trim().is_empty()) {
        let remedy = format!("{} Or approve with a reason, which is kept with your name.", stop.remedy);
        return Err(Refusal::new(stop.code, stop.message.clone(), remedy).into());
    }
    let aside = ruling::set_aside(&mut judged.ruling, who, reason, now)?;
    ruling::must_not_stop(&judged.ruling)?;
    ruling::must_be_agreed(&judged)?;
    let said = (judged.rule_set, &judged.ruling);
    let decision = store::requests::add_ruling(tx, request.agency, (id, "approval"), said, now)?;
    let late = request.first_starts_at <= now;
    let after = if late { " after it had begun" } else { "" };
    let words = format!("approved request {} \u{201c}{}\u{201d}{after}", request.number, request.title);
    let facts = json!({ "reason": reason.trim(), "after_start": late, "decision": decision, "set_aside": aside,
        "credit_set_aside": stop.map(|stop| stop.message) });
    make_job(tx, &permit, &request, Approval { reason, words, facts }, now)
}

/// Approves a request in the agency's name because its settings say so; the caller has looked at rules and customer.
pub(super) fn approve_by_setting(tx: &mut Tx<'_>, request: &Request, now: Timestamp) -> Result<JobId, Failure> {
    let actor = Actor::system(request.agency);
    let permit = authorise(&actor, Action::DecideRequest, &Target::customer(request.agency, request.customer))?;
    let words = format!(
        "approved request {} \u{201c}{}\u{201d} without a person: it breaks no rule, and the agency\u{2019}s setting \u{201c}{SETTING}\u{201d} is on",
        request.number, request.title
    );
    let facts =
        json!({ "setting": "approve_automatically", "rule_set": request.rule_set, "quoted_cents": request.quoted });
    let reason = "Approved automatically: no rule stands against it.";
    make_job(tx, &permit, request, Approval { reason, words, facts }, now)
}

/// The setting as the settings page calls it.
const SETTING: &str = "Approve requests that break no rule without a person";

/// What the log says of an approval.
struct Approval<'a> {
    reason: &'a str,
    words: String,
    facts: serde_json::Value,
}

fn make_job(
    tx: &mut Tx<'_>,
    permit: &Permit,
    request: &Request,
    mut approval: Approval<'_>,
    now: Timestamp,
) -> Result<JobId, Failure> {
    let state_reason = approval.reason.trim().to_owned();
    let approved = Request { state: RequestState::Approved, state_reason, ..request.clone() };
    save(tx, &approved, Some(now))?;
    let new = job_of(tx, request)?;
    let job = jobs::create_job(tx, permit, &new, now)?;
    tell_customer(tx, &approved, "was approved", "You will see who comes as soon as officers have signed up.", now)?;
    approval.facts["job"] = json!(job);
    let entry = Entry::new("approved_request", approval.words)
        .about(request.id)
        .about(request.customer)
        .about(job)
        .with(approval.facts);
    audit::record(tx, permit, entry, now)?;
    Ok(job)
}

fn job_of(tx: &mut Tx<'_>, request: &Request) -> Result<NewJob, Failure> {
    let zone = agencies::load_agency(tx, request.agency)?.zone;
    let details = &request.details;
    let quote = serde_json::from_value::<Quote>(request.quote.clone());
    let advice = quote.map(|quote| quote.crew).unwrap_or_default();
    // The dates were checked when the request came; what has passed since is still worth a record.
    let shifts = details.shifts(&zone, Timestamp::MIN)?;
    Ok(NewJob {
        request: Some(request.id),
        customer: request.customer,
        site: request.site,
        job_type: request.job_type,
        title: request.title.clone(),
        details: JobDetails {
            attendance: details.attendance,
            alcohol: details.alcohol,
            traffic: details.traffic,
            contact_name: details.contact_name.clone(),
            contact_phone: details.contact_phone.clone(),
            instructions: details.instructions.clone(),
            requested_at: Some(request.submitted_at),
            resources: carried(&details.resources, &advice),
        },
        shifts: shifts.iter().map(|shift| NewShift { span: shift.span, worked_on: shift.worked_on }).collect(),
        positions: details.positions.clone(),
    })
}

fn check_reason(reason: &str, needed: bool) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if needed || !reason.trim().is_empty() {
        errors.require_text(reason, "reason", 2000);
    }
    errors.or(())
}

fn tell_customer(tx: &mut Tx<'_>, request: &Request, what: &str, body: &str, now: Timestamp) -> Result<(), Failure> {
    let message = Message {
        kind: "request_decided",
        title: format!("Request {} \u{201c}{}\u{201d} {what}", request.number, request.title),
        body: body.to_owned(),
        link: format!("/requests/{}", request.id),
    };
    notices::tell(tx, request.agency, To::Customer(request.customer), &message, now)
}

pub(super) fn tell_office(
    tx: &mut Tx<'_>,
    request: &Request,
    what: &str,
    body: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let message = Message {
        kind: "request_changed",
        title: format!("Request {} \u{201c}{}\u{201d} {what}", request.number, request.title),
        body: body.to_owned(),
        link: format!("/requests/{}", request.id),
    };
    for role in [Role::Coordinator, Role::Approver] {
        notices::tell(tx, request.agency, To::Role(role), &message, now)?;
    }
    Ok(())
}

/// Declines a request, with a reason that the customer reads.
///
/// # Errors
/// Denied; missing; invalid without a reason; refused when it is no longer open.
pub fn decline_request(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (request, permit) = to_change(tx, who, id, Action::DecideRequest)?;
    must_be_open(&request)?;
    check_reason(reason, true)?;
    end_declined(tx, &permit, request, reason, now)
}

/// Declines a request that is open; the caller was permitted to.
pub(super) fn end_declined(
    tx: &mut Tx<'_>,
    permit: &Permit,
    request: Request,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let id = request.id;
    let declined = Request { state: RequestState::Declined, state_reason: reason.trim().to_owned(), ..request };
    save(tx, &declined, Some(now))?;
    tell_customer(tx, &declined, "was declined", &declined.state_reason, now)?;
    let words = format!("declined request {} \u{201c}{}\u{201d}", declined.number, declined.title);
    let facts = json!({ "reason": declined.state_reason });
    audit::record(tx, permit, Entry::new("declined_request", words).about(id).about(declined.customer).with(facts), now)
}

/// Takes a request back; a job that exists already is cancelled as a job instead.
///
/// # Errors
/// Denied; missing; refused when it is no longer open.
pub fn withdraw_request(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (request, permit) = to_change(tx, who, id, Action::SubmitRequest)?;
    must_be_open(&request)?;
    check_reason(reason, false)?;
    let withdrawn = Request { state: RequestState::Withdrawn, state_reason: reason.trim().to_owned(), ..request };
    save(tx, &withdrawn, Some(now))?;
    tell_office(tx, &withdrawn, "was withdrawn", &withdrawn.state_reason, now)?;
    let words = format!("withdrew request {} \u{201c}{}\u{201d}", withdrawn.number, withdrawn.title);
    let facts = json!({ "reason": withdrawn.state_reason });
    audit::record(
        tx,
        &permit,
        Entry::new("withdrew_request", words).about(id).about(withdrawn.customer).with(facts),
        now,
    )
}

/// The agency asks the customer a question; the request waits for the answer.
///
/// # Errors
/// Denied; missing; invalid without a text; refused when it is no longer open.
pub fn ask_question(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    question: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (request, permit) = to_change(tx, who, id, Action::DecideRequest)?;
    must_be_open(&request)?;
    check_body(question)?;
    let asked = Request { state: RequestState::Questioned, state_reason: question.trim().to_owned(), ..request };
    save(tx, &asked, None)?;
    add_note(tx, who, &asked, "agency", question, now)?;
    tell_customer(tx, &asked, "has a question for you", question.trim(), now)?;
    let words = format!("asked about request {} \u{201c}{}\u{201d}", asked.number, asked.title);
    let facts = json!({ "question": question.trim() });
    audit::record(
        tx,
        &permit,
        Entry::new("asked_about_request", words).about(id).about(asked.customer).with(facts),
        now,
    )
}

/// Answers a question, or adds a remark; an answer to an open question puts the request back to the agency.
///
/// # Errors
/// Denied; missing; invalid without a text; refused when it is no longer open.
pub fn answer_question(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RequestId,
    answer: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let (request, permit) = to_change(tx, who, id, Action::SubmitRequest)?;
    must_be_open(&request)?;
    check_body(answer)?;
    let answered = Request { state: RequestState::Submitted, state_reason: String::new(), ..request };
    save(tx, &answered, None)?;
    let side = if who.role.is_customer() { "customer" } else { "agency" };
    add_note(tx, who, &answered, side, answer, now)?;
    if side == "customer" {
        tell_office(tx, &answered, "was answered", answer.trim(), now)?;
    }
    let words = format!("wrote about request {} \u{201c}{}\u{201d}", answered.number, answered.title);
    let facts = json!({ "text": answer.trim() });
    audit::record(
        tx,
        &permit,
        Entry::new("answered_about_request", words).about(id).about(answered.customer).with(facts),
        now,
    )
}

fn check_body(body: &str) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    errors.require_text(body, "body", 2000);
    errors.or(())
}

fn add_note(
    tx: &mut Tx<'_>,
    who: &Actor,
    request: &Request,
    side: &str,
    body: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let note = Note {
        id: tx.id(now),
        author: who.name.clone(),
        side: side.to_owned(),
        body: body.trim().to_owned(),
        written_at: now,
    };
    Ok(store::requests::add_note(tx, request.agency, request.id, &note)?)
}
