//! Requests for officers: the quote, submitting, questions and answers, approving into a job, declining, withdrawing.

mod changes;
mod credit;
mod deciding;
mod listing;
mod paths;
mod quoting;
mod refused;
mod ruling;
mod standing;

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    audit::Entry,
    customers::{Customer, CustomerState},
    id::{CustomerId, JobTypeId, RequestId, SiteId},
    notices::Message,
    refusal::{FieldErrors, Refusal},
    requests::{Details, Request, RequestState},
};
use muster_store::{self as store, Tx};
use serde_json::json;

pub use changes::list_crew_gaps;
pub(crate) use changes::{NoticeOfChange, SeatChange, judge_notice, judge_seats};
pub use deciding::{answer_question, approve_request, ask_question, decline_request, withdraw_request};
pub use listing::{
    FormChoices, PublicAgency, RequestRecord, count_approved_late, list_requests, load_form, load_public, load_request,
};
pub use muster_store::requests::refused::RefusedRequest;
pub use muster_store::requests::{ApprovalRow, DocumentSeen, Listed, Note, RequestFilter, RulingRow};
pub use paths::{LevelDecision, SILENCE_TIMER, confirm_form, decide_level, silence_due};
pub use quoting::{QuoteFor, quote_public, quote_request};
pub use refused::{list_refused_requests, settled};
pub use ruling::{DocumentShown, RequestRules, Subject, record_document, write_facts};

use crate::{
    Failure,
    answer::Answer,
    audit,
    customers::{SiteFacts, insert_site},
    notices::{self, To},
};

/// Where officers are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteChoice {
    /// A site that is known.
    Known(SiteId),
    /// A new one, kept for the next request.
    New(SiteFacts),
}

/// The form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Who asks.
    pub customer: CustomerId,
    /// Where.
    pub site: SiteChoice,
    /// What kind of job.
    pub job_type: JobTypeId,
    /// What, in a few words.
    pub title: String,
    /// When, who, and the rest.
    pub details: Details,
    /// Why the office sets aside a rule that stands in the way; empty when none is to be set aside.
    pub set_aside: String,
}

/// A shift that somebody asked for by telephone may have begun already; the office may enter it this late.
const OFFICE_MAY_BE_LATE: SignedDuration = SignedDuration::from_hours(24 * 31);

/// The first instant that a shift may start, for whoever asks.
fn earliest(who: &Actor, now: Timestamp) -> Timestamp {
    if who.role.is_customer() { now } else { now - OFFICE_MAY_BE_LATE }
}

/// Submits a request with its quote. The customer's people ask for themselves; the office enters the same form for a caller.
///
/// # Errors
/// Denied; missing; invalid with every mistake; refused when the customer is not approved, the rates cannot price it or a
/// rule of the agency does not allow it.
pub fn submit_request(tx: &mut Tx<'_>, who: &Actor, new: &NewRequest, now: Timestamp) -> Result<RequestId, Failure> {
    send_request(tx, who, new, now)?.settled_as(ruling::BLOCKS)
}

/// The same; what the rules refuse is kept on record with what they said.
///
/// # Errors
/// As [`submit_request`]; a refusal by the rules only when the same was kept within a day.
pub fn send_request(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &NewRequest,
    now: Timestamp,
) -> Result<Answer<RequestId>, Failure> {
    let scope = who.scope()?;
    let agency = scope.agency();
    let found = store::customers::lock_customer(tx, agency, new.customer, scope.customer())?;
    let customer = found.ok_or(Failure::Missing("customer"))?;
    let permit = authorise(who, Action::SubmitRequest, &Target::customer(agency, customer.id))?;
    may_ask(&customer)?;
    let mut quoted = quoting::prepare(tx, who, new, Some(&customer), now)?;
    let aside = ruling::set_aside(&mut quoted.quote.ruling, who, &new.set_aside, now)?;
    quoted.quote.remarks = quoted.quote.ruling.remarks();
    if let Err(refusal) = ruling::must_not_stop(&quoted.quote.ruling) {
        return refused::keep(tx, &permit, (who, new, &customer), &quoted.quote, refusal, now);
    }
    let site = match &new.site {
        SiteChoice::Known(site) => *site,
        SiteChoice::New(facts) => insert_site(tx, agency, customer.id, facts, now)?,
    };
    let request = Request {
        id: tx.id(now),
        agency,
        number: store::requests::draw_number(tx, agency)?,
        customer: customer.id,
        site,
        job_type: new.job_type,
        title: new.title.trim().to_owned(),
        state: RequestState::Submitted,
        state_reason: String::new(),
        details: new.details.clone(),
        quote: serde_json::to_value(&quoted.quote)
            .map_err(|error| Failure::Broken(store::Error::Broken(error.into())))?,
        quoted: quoted.quote.total,
        rule_set: quoted.quote.rule_set,
        first_starts_at: quoted.shifts.first().map_or(now, |shift| shift.span.starts_at()),
        submitted_at: now,
        version: 1,
    };
    store::requests::add_request(tx, &request, who.account)?;
    let judged = (request.rule_set, &quoted.quote.ruling);
    let decision = store::requests::add_ruling(tx, agency, (request.id, "sent"), judged, now)?;
    let path = paths::open(tx, &request, &quoted.quote.ruling.waits(&quoted.book.policy), decision, now)?;
    let stop = credit::stop(tx, (&request, &customer), &quoted.book.rates, now)?
        .map(|stop| format!("It waits because: {}", stop.message));
    let waits_for = waits_for(&quoted, &request, &path, now).or(stop);
    tell_office(tx, &request, &customer, waits_for.as_deref(), now)?;
    let words = format!(
        "asked for officers: request {} \u{201c}{}\u{201d} for {}, quoted {}",
        request.number, request.title, customer.name, request.quoted
    );
    let facts = json!({ "number": request.number, "dates": quoted.shifts.len(), "quoted_cents": request.quoted, "rule_set": request.rule_set, "decision": decision, "set_aside": aside });
    let entry = Entry::new("submitted_request", words).about(request.id).about(customer.id).about(site).with(facts);
    audit::record(tx, &permit, entry, now)?;
    if waits_for.is_none() {
        deciding::approve_by_setting(tx, &request, now)?;
    }
    Ok(Answer::Done(request.id))
}

/// Why a person must decide, in words; `None` when the agency lets requests like this pass. An approved customer and a
/// price that the rates can make were asked for before.
fn waits_for(quoted: &quoting::Quoted, request: &Request, path: &str, now: Timestamp) -> Option<String> {
    if !path.is_empty() {
        return Some(format!("It needs {path}."));
    }
    if !quoted.approves_automatically {
        return Some(String::new());
    }
    if request.first_starts_at <= now {
        return Some("It is entered after the work began.".to_owned());
    }
    let ruling = &quoted.quote.ruling;
    let first = ruling.objections().first().map(|one| ruling.words(one));
    first.filter(|_| !ruling.is_clear()).map(|words| format!("It waits because: {words}"))
}

fn may_ask(customer: &Customer) -> Result<(), Refusal> {
    let why = match customer.state {
        CustomerState::Approved => return Ok(()),
        CustomerState::Pending => "waits for the agency's approval".to_owned(),
        CustomerState::Declined => format!("was declined: {}", customer.state_reason),
        CustomerState::OnHold => format!("is on hold: {}", customer.state_reason),
    };
    let message = format!("{} cannot ask for officers now: it {why}.", customer.name);
    Err(Refusal::new("customer_not_approved", message, "Ask the agency about it."))
}

fn tell_office(
    tx: &mut Tx<'_>,
    request: &Request,
    customer: &Customer,
    waits_for: Option<&str>,
    now: Timestamp,
) -> Result<(), Failure> {
    let asks = format!("{} asks for officers, quoted {}.", customer.name, request.quoted);
    let next = waits_for.unwrap_or("It breaks no rule and was approved automatically; its shifts can be posted.");
    let message = Message {
        kind: "request_submitted",
        title: format!("Request {}: {}", request.number, request.title),
        body: format!("{asks} {next}").trim_end().to_owned(),
        link: format!("/requests/{}", request.id),
    };
    for role in [Role::Coordinator, Role::Approver] {
        notices::tell(tx, request.agency, To::Role(role), &message, now)?;
    }
    Ok(())
}

/// Checks what the form says beside dates and positions.
fn check_texts(new: &NewRequest) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.require_text(&new.title, "title", 120);
    if let SiteChoice::New(facts) = &new.site {
        facts.check(&mut errors, "site_");
    }
    errors
}
