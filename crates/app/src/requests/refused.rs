//! A request that the rules refuse is kept like one that they let pass: the form, what each rule said, and an entry in the log.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    audit::Entry,
    customers::Customer,
    id::{CustomerId, RequestId},
    refusal::Refusal,
    requests::Quote,
};
use muster_store::{self as store, Tx, requests::refused::RefusedRequest};
use serde_json::json;

use super::{NewRequest, ruling::BLOCKS};
use crate::{Failure, answer::Answer, audit};

/// So long the same refusal is the same.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// Keeps a refusal, unless the same is on record already: it then goes on as a failure that keeps nothing.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    permit: &Permit,
    (who, new, customer): (&Actor, &NewRequest, &Customer),
    quote: &Quote,
    refusal: Refusal,
    now: Timestamp,
) -> Result<Answer<RequestId>, Failure> {
    let refused = RefusedRequest {
        id: tx.id(now),
        title: new.title.trim().to_owned(),
        details: new.details.clone(),
        rule_set: quote.rule_set,
        ruling: quote.ruling.clone(),
        message: refusal.message.clone(),
        sent_by: who.name.clone(),
        refused_at: now,
    };
    let whose = (customer.agency, customer.id);
    if store::requests::refused::is_refused_again(tx, whose, now - AGAIN, &refused)? {
        return Err(refusal.into());
    }
    store::requests::refused::add_refused(tx, whose, &refused)?;
    let words =
        format!("was refused a request \u{201c}{}\u{201d} for {}: {}", refused.title, customer.name, refusal.message);
    let entry = Entry::new("refused_request", words)
        .about(customer.id)
        .with(json!({ "decision": refused.id, "rule_set": refused.rule_set, "quoted_cents": quote.total }));
    audit::record(tx, permit, entry, now)?;
    Ok(Answer::Refused { message: refusal.message, remedy: refusal.remedy })
}

/// The id of a request that was taken.
///
/// # Errors
/// The refusal by the rules, which is on record.
pub fn settled(answer: Answer<RequestId>) -> Result<RequestId, Failure> {
    answer.settled_as(BLOCKS)
}

/// The last 20 requests of a customer that the rules refused, the newest first.
///
/// # Errors
/// Denied; missing.
pub fn list_refused_requests(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: CustomerId,
) -> Result<Vec<RefusedRequest>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewRequest, &Target::customer(agency, customer))?;
    store::customers::find_customer(tx, agency, customer, who.customer)?.ok_or(Failure::Missing("customer"))?;
    Ok(store::requests::refused::list_refused(tx, agency, customer)?)
}
