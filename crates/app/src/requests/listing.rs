//! Showing requests, and what the form offers to choose from.

use jiff::{SignedDuration, Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    agencies::{Agency, JobType, Rank},
    customers::{Contact, Customer, Site},
    id::{CustomerId, JobId, RequestId},
    policy::explain,
    rates::Chapter,
    requests::{Quote, Request},
};
use muster_store::{
    self as store, Tx,
    page::Page,
    requests::{Listed, Note, RequestFilter},
};

use super::{
    quoting::resource_words,
    ruling::{RequestRules, load_rules_of},
};
use crate::{Failure, agencies, rates};

/// Everything that the page of a request shows.
#[derive(Debug, Clone)]
pub struct RequestRecord {
    /// The request.
    pub request: Request,
    /// The quote as shown when it was submitted; `None` when a later version of the program cannot read it.
    pub quote: Option<Quote>,
    /// Who asks.
    pub customer: Customer,
    /// Where.
    pub site: Site,
    /// What kind of job.
    pub job_type: JobType,
    /// Questions and answers, the oldest first.
    pub notes: Vec<Note>,
    /// The job it became, and its number.
    pub job: Option<(JobId, i64)>,
    /// Every rank of the agency, for the words of requirements.
    pub ranks: Vec<Rank>,
    /// What the agency's rules say of it, who has agreed and what is missing.
    pub rules: RequestRules,
}

/// What the form offers.
#[derive(Debug, Clone)]
pub struct FormChoices {
    /// The agency.
    pub agency: Agency,
    /// Customers to choose from; only its own for the people of a customer.
    pub customers: Vec<(CustomerId, String)>,
    /// The customer chosen, with its sites in use and contacts.
    pub customer: Option<(Customer, Vec<Site>, Vec<Contact>)>,
    /// Job types in use.
    pub job_types: Vec<JobType>,
    /// Ranks, the highest first.
    pub ranks: Vec<Rank>,
    /// The words of vehicles, dogs and other things that may be asked for.
    pub resources: Vec<String>,
    /// The date at the agency.
    pub today: Date,
}

/// One page of requests; the people of a customer see their own.
///
/// # Errors
/// Denied.
pub fn list_requests(tx: &mut Tx<'_>, who: &Actor, filter: &RequestFilter, page: i64) -> Result<Page<Listed>, Failure> {
    let scope = who.scope()?;
    let target = match scope.customer() {
        Some(customer) => Target::customer(scope.agency(), customer),
        None => Target::agency(scope.agency()),
    };
    authorise(who, Action::ViewRequest, &target)?;
    let own = RequestFilter { customer: scope.customer().or(filter.customer), ..filter.clone() };
    Ok(store::requests::list_requests(tx, scope.agency(), &own, page)?)
}

/// How many requests of the last year were approved only after their work had begun; the people of a customer see their own.
///
/// # Errors
/// Denied.
pub fn count_approved_late(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<i64, Failure> {
    let scope = who.scope()?;
    let target = match scope.customer() {
        Some(customer) => Target::customer(scope.agency(), customer),
        None => Target::agency(scope.agency()),
    };
    authorise(who, Action::ViewRequest, &target)?;
    let since = now - SignedDuration::from_hours(24 * 365);
    Ok(store::requests::count_approved_late(tx, scope.agency(), since, scope.customer())?)
}

/// The page of a request.
///
/// # Errors
/// Denied; missing.
pub fn load_request(tx: &mut Tx<'_>, who: &Actor, id: RequestId, now: Timestamp) -> Result<RequestRecord, Failure> {
    let scope = who.scope()?;
    let agency = scope.agency();
    let request =
        store::requests::find_request(tx, agency, id, scope.customer())?.ok_or(Failure::Missing("request"))?;
    authorise(who, Action::ViewRequest, &Target::customer(agency, request.customer))?;
    let customer = store::customers::find_customer(tx, agency, request.customer, None)?;
    let customer = customer.ok_or(Failure::Missing("customer"))?;
    let rules = load_rules_of(tx, &request, &customer, now)?;
    let site = store::customers::find_site(tx, agency, request.site, None)?;
    let job_types = store::agencies::list_job_types(tx, agency)?;
    Ok(RequestRecord {
        quote: serde_json::from_value(request.quote.clone()).ok(),
        customer,
        rules,
        site: site.ok_or(Failure::Missing("site"))?,
        job_type: job_types.into_iter().find(|one| one.id == request.job_type).ok_or(Failure::Missing("job type"))?,
        notes: store::requests::list_notes(tx, agency, id)?,
        job: store::requests::find_job_of(tx, agency, id)?,
        ranks: store::agencies::list_ranks(tx, agency)?,
        request,
    })
}

/// What the form offers; `customer` is the one chosen so far.
///
/// # Errors
/// Denied; missing.
pub fn load_form(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: Option<CustomerId>,
    now: Timestamp,
) -> Result<FormChoices, Failure> {
    let scope = who.scope()?;
    let agency = agencies::load_agency(tx, scope.agency())?;
    let chosen = scope.customer().or(customer);
    let target = match chosen {
        Some(id) => Target::customer(agency.id, id),
        None => Target::agency(agency.id),
    };
    authorise(who, Action::SubmitRequest, &target)?;
    let customers = match scope.customer() {
        Some(_) => Vec::new(),
        None => store::customers::list_approved(tx, agency.id)?,
    };
    let customer = match chosen {
        Some(id) => {
            let found = store::customers::find_customer(tx, agency.id, id, scope.customer())?;
            let found = found.ok_or(Failure::Missing("customer"))?;
            let sites = store::customers::list_sites(tx, agency.id, id)?;
            let in_use = sites.into_iter().filter(|site| !site.retired).collect();
            Some((found, in_use, store::customers::list_contacts(tx, agency.id, id)?))
        }
        None => None,
    };
    let resources = match rates::load_rules(tx, agency.id, now) {
        Ok(rules) => resource_words(&rules.book),
        Err(Failure::Refused(_)) => Vec::new(),
        Err(failure) => return Err(failure),
    };
    Ok(FormChoices {
        resources,
        customers,
        customer,
        job_types: store::agencies::list_job_types(tx, agency.id)?.into_iter().filter(|one| !one.retired).collect(),
        ranks: store::agencies::list_ranks(tx, agency.id)?,
        today: now.to_zoned(agency.zone.clone()).date(),
        agency,
    })
}

/// What anybody may read about an agency.
#[derive(Debug, Clone)]
pub struct PublicAgency {
    /// The agency.
    pub agency: Agency,
    /// Job types in use.
    pub job_types: Vec<JobType>,
    /// The version of the rules in force; `None` while there are none.
    pub version: Option<String>,
    /// The policy in sentences.
    pub policy: Vec<String>,
    /// The rates in sentences, chapter by chapter.
    pub rates: Vec<Chapter>,
}

/// The agency's public page.
///
/// # Errors
/// Missing.
pub fn load_public(tx: &mut Tx<'_>, slug: &str, now: Timestamp) -> Result<PublicAgency, Failure> {
    let agency = store::agencies::find_slug(tx, slug)?.ok_or(Failure::Missing("agency"))?;
    let job_types = store::agencies::list_job_types(tx, agency.id)?;
    let page = rates::load_open_page(tx, agency.id, now)?;
    let book = page.shown.map(|(_, _, book)| book);
    Ok(PublicAgency {
        job_types: job_types.into_iter().filter(|one| !one.retired).collect(),
        version: book.as_ref().map(|book| book.version.clone()),
        policy: book.as_ref().map(|book| explain(&book.policy)).unwrap_or_default(),
        rates: book.as_ref().map(|book| book.rates.chapters()).unwrap_or_default(),
        agency,
    })
}
