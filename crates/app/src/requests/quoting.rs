//! The price of a form before anything is written.

use std::sync::Arc;

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    agencies::{Agency, JobType, Rank},
    customers::Customer,
    id::{AgencyId, CustomerId, JobTypeId, SiteId},
    refusal::FieldErrors,
    requests::{Asked, AskedShift, Details, Quote, quote},
    rules::RuleBook,
};
use muster_store::{self as store, Tx};

use super::{
    NewRequest, SiteChoice, check_texts, earliest,
    standing::{About, load_standing},
};
use crate::{Failure, agencies, rates};

/// A quote and the shifts it is for.
#[derive(Debug, Clone)]
pub(super) struct Quoted {
    /// The price.
    pub quote: Quote,
    /// What was asked for, in order.
    pub shifts: Vec<AskedShift>,
    /// The rules that made it.
    pub book: Arc<RuleBook>,
    /// The agency lets requests that break no rule pass without a person.
    pub approves_automatically: bool,
}

/// What a quote needs of the form; the rest may still be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteFor {
    /// Who asks, when known.
    pub customer: Option<CustomerId>,
    /// Where, when it is a known place.
    pub site: Option<SiteId>,
    /// What kind of job.
    pub job_type: JobTypeId,
    /// When and who.
    pub details: Details,
}

/// The quote of a form that is being filled in. Writes nothing.
///
/// # Errors
/// Denied; missing; invalid; refused when the rates cannot price it.
pub fn quote_request(tx: &mut Tx<'_>, who: &Actor, asked: &QuoteFor, now: Timestamp) -> Result<Quote, Failure> {
    let scope = who.scope()?;
    let id = asked.customer.or(scope.customer());
    let customer = match id {
        Some(id) => Some(
            store::customers::find_customer(tx, scope.agency(), id, scope.customer())?
                .ok_or(Failure::Missing("customer"))?,
        ),
        None => None,
    };
    let target = match id {
        Some(id) => Target::customer(scope.agency(), id),
        None => Target::agency(scope.agency()),
    };
    authorise(who, Action::SubmitRequest, &target)?;
    let agency = agencies::load_agency(tx, scope.agency())?;
    let shifts = asked.details.shifts(&agency.zone, earliest(who, now))?;
    // Another customer's place is no place of this one, and its facts are not shown.
    let site = match asked.site.filter(|_| id.is_some()) {
        Some(site) => store::customers::find_site(tx, scope.agency(), site, id)?.map(|site| site.id),
        None => None,
    };
    let form = Form { job_type: asked.job_type, details: &asked.details, shifts: &shifts, site };
    let choices = Choices::load(tx, agency.id)?;
    Ok(price(tx, (&agency, &choices), &form, customer.as_ref(), now)?.0)
}

/// The quote of a form on the agency's public page, for nobody in particular. Writes nothing.
///
/// # Errors
/// Invalid; refused when the rates cannot price it.
pub fn quote_public(tx: &mut Tx<'_>, agency: AgencyId, asked: &QuoteFor, now: Timestamp) -> Result<Quote, Failure> {
    let agency = agencies::load_agency(tx, agency)?;
    let shifts = asked.details.shifts(&agency.zone, now)?;
    let form = Form { job_type: asked.job_type, details: &asked.details, shifts: &shifts, site: None };
    let choices = Choices::load(tx, agency.id)?;
    Ok(price(tx, (&agency, &choices), &form, None, now)?.0)
}

/// Checks a whole form and prices it.
pub(super) fn prepare(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &NewRequest,
    customer: Option<&Customer>,
    now: Timestamp,
) -> Result<Quoted, Failure> {
    let agency = agencies::load_agency(tx, who.scope()?.agency())?;
    let mut errors = check_texts(new);
    if let SiteChoice::Known(site) = new.site {
        let found = store::customers::find_site(tx, agency.id, site, Some(new.customer))?;
        errors.require(
            found.is_some_and(|site| !site.retired),
            "site",
            "Choose a site of this customer, or add a new one.",
        );
    }
    let choices = Choices::load(tx, agency.id)?;
    check_requirements(&choices.ranks, &new.details, &mut errors);
    let shifts = match new.details.shifts(&agency.zone, earliest(who, now)) {
        Ok(shifts) => shifts,
        Err(more) => {
            errors.0.extend(more.0);
            return Err(errors.into());
        }
    };
    errors.require(choices.job_type(new.job_type).is_some(), "job_type", NO_JOB_TYPE);
    errors.or(())?;
    let site = match new.site {
        SiteChoice::Known(site) => Some(site),
        SiteChoice::New(_) => None,
    };
    let form = Form { job_type: new.job_type, details: &new.details, shifts: &shifts, site };
    let (quote, book) = price(tx, (&agency, &choices), &form, customer, now)?;
    Ok(Quoted { quote, shifts, book, approves_automatically: agency.settings.approve_automatically })
}

/// What the agency lets a form choose from.
struct Choices {
    job_types: Vec<JobType>,
    ranks: Vec<Rank>,
}

const NO_JOB_TYPE: &str = "Choose a job type from the list.";

impl Choices {
    fn load(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Self, Failure> {
        Ok(Self {
            job_types: store::agencies::list_job_types(tx, agency)?,
            ranks: store::agencies::list_ranks(tx, agency)?,
        })
    }

    fn job_type(&self, id: JobTypeId) -> Option<&JobType> {
        self.job_types.iter().find(|one| one.id == id && !one.retired)
    }
}

fn check_requirements(ranks: &[Rank], details: &Details, errors: &mut FieldErrors) {
    for (at, wanted) in details.positions.iter().enumerate() {
        let known = wanted.requirements.least_rank.is_none_or(|least| ranks.iter().any(|rank| rank.id == least));
        errors.require(known, &format!("positions.{at}.least_rank"), "Choose a rank of this agency.");
        let certifications = &wanted.requirements.certifications;
        let plain = |word: &String| {
            !word.is_empty()
                && word.len() <= 60
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        errors.require(
            certifications.len() <= 10 && certifications.iter().all(plain),
            &format!("positions.{at}.certifications"),
            "Write certifications as words such as traffic control, parted by commas; at most ten.",
        );
    }
}

/// The words of vehicles, dogs and other things that the rates charge for, in order, each once.
pub(super) fn resource_words(book: &RuleBook) -> Vec<String> {
    let mut words: Vec<String> = book.rates.resource_fee.iter().map(|fee| fee.resource.clone()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn check_words(details: &Details, book: &RuleBook) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if details.resources.is_empty() {
        return Ok(());
    }
    let known = resource_words(book);
    for (at, one) in details.resources.iter().enumerate() {
        let words = match known.as_slice() {
            [] => "This agency's rates charge for no vehicles or equipment. Leave it out, and write it in the instructions.".to_owned(),
            known => format!("The agency's rates know {}. Choose one of them.", known.join(", ")),
        };
        errors.require(known.contains(&one.resource), &format!("resources.{at}.resource"), &words);
    }
    errors.or(())
}

/// What of a form decides its price.
struct Form<'a> {
    job_type: JobTypeId,
    details: &'a Details,
    shifts: &'a [AskedShift],
    site: Option<SiteId>,
}

fn price(
    tx: &mut Tx<'_>,
    (agency, choices): (&Agency, &Choices),
    form: &Form<'_>,
    customer: Option<&Customer>,
    now: Timestamp,
) -> Result<(Quote, Arc<RuleBook>), Failure> {
    let Some(job_type) = choices.job_type(form.job_type) else {
        let mut errors = FieldErrors::default();
        errors.add("job_type", NO_JOB_TYPE);
        return Err(errors.into());
    };
    let first = form.shifts.first().map_or(now, |shift| shift.span.starts_at());
    let rules = rates::load_rules(tx, agency.id, first)?;
    check_words(form.details, &rules.book)?;
    let about = About { agency, customer, site: form.site, request: None };
    let kept = load_standing(tx, &about, &rules.book.policy, now)?;
    let asked = Asked {
        details: form.details,
        shifts: form.shifts,
        customer,
        site: form.site,
        job_type,
        ranks: &choices.ranks,
        zone: &agency.zone,
        at: now,
        standing: &kept.standing,
    };
    let mut quoted = quote(&rules.book, rules.id, &asked)?;
    kept.agreed.iter().for_each(|agreed| quoted.ruling.agree(agreed));
    quoted.remarks = quoted.ruling.remarks();
    Ok((quoted, rules.book))
}
