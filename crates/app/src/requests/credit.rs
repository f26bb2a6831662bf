//! Whether the payment terms let a customer have more work now.

use jiff::Timestamp;
use muster_domain::{
    customers::Customer,
    predicate::{CustomerFacts, Facts, JobFacts},
    rates::{CustomerDebt, RateCard},
    refusal::Refusal,
    requests::Request,
};
use muster_store::{self as store, Tx};

use crate::{Failure, agencies};

/// Why the payment terms stand against a request; `None` when they do not.
pub(super) fn stop(
    tx: &mut Tx<'_>,
    (request, customer): (&Request, &Customer),
    card: &RateCard,
    now: Timestamp,
) -> Result<Option<Refusal>, Failure> {
    if card.payment_terms.is_empty() {
        return Ok(None);
    }
    let agency = agencies::load_agency(tx, request.agency)?;
    let job_types = store::agencies::list_job_types(tx, request.agency)?;
    let kind = job_types.iter().find(|one| one.id == request.job_type).map(|one| one.code.as_str());
    let id = request.customer.to_string();
    let details = &request.details;
    let facts = Facts {
        customer: CustomerFacts { id: Some(&id), class: Some(&customer.kind), ..CustomerFacts::default() },
        job: JobFacts {
            kind,
            attendance: details.attendance,
            alcohol: Some(details.alcohol),
            traffic: Some(details.traffic),
            ..JobFacts::default()
        },
        ..Facts::default()
    };
    let day = agency.zone.to_datetime(request.first_starts_at).date();
    let Some(terms) = card.terms(day, &facts) else { return Ok(None) };
    let (invoiced, oldest, unbilled) = store::billing::load_debt(tx, request.agency, request.customer)?;
    let today = agency.zone.to_datetime(now).date();
    let overdue_days = oldest.map_or(0, |due_on| i64::from((today - due_on).get_days()).max(0));
    Ok(card.credit_stop(terms, CustomerDebt { invoiced, unbilled, overdue_days }, request.quoted))
}
