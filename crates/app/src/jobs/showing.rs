//! Jobs as pages show them.

use jiff::{Timestamp, ToSpan, civil::Date};
use muster_domain::{
    access::{Action, Actor, Scope, Target, authorise},
    audit::Sealed,
    customers::{Customer, Site},
    id::JobId,
    jobs::{Job, Position},
};
use muster_store::{
    self as store, Tx,
    distribution::PostingRow,
    jobs::{JobFilter, JobListed, Seated, ShiftListed, ShiftWindow},
};

use crate::{Failure, agencies};

/// A page of jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobsListed {
    /// 50 of them.
    pub jobs: Vec<JobListed>,
    /// How many there are.
    pub count: i64,
}

/// A shift of a job with its positions, officers and posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftShown {
    /// The shift.
    pub listed: ShiftListed,
    /// Its positions.
    pub positions: Vec<Position>,
    /// Who holds or held its seats.
    pub seated: Vec<Seated>,
    /// Its last posting; only for jobs of few shifts.
    pub posting: Option<PostingRow>,
}

/// The page of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPage {
    /// The job.
    pub job: Job,
    /// For whom.
    pub customer: Customer,
    /// Where.
    pub site: Option<Site>,
    /// Its shifts, in order.
    pub shifts: Vec<ShiftShown>,
    /// What happened, the latest first; empty for readers outside the agency.
    pub story: Vec<Sealed>,
}

/// Where the reader may look: the whole agency, or one customer's own.
fn target(scope: &Scope) -> Target {
    scope.customer().map_or(Target::agency(scope.agency()), |customer| Target::customer(scope.agency(), customer))
}

/// The jobs that a filter holds; a customer's people see their own.
///
/// # Errors
/// Denied.
pub fn list_jobs(tx: &mut Tx<'_>, who: &Actor, filter: &JobFilter, now: Timestamp) -> Result<JobsListed, Failure> {
    let scope = who.scope()?;
    authorise(who, Action::ViewJob, &target(&scope))?;
    let jobs = store::jobs::list_jobs(tx, &scope, filter, now)?;
    Ok(JobsListed { jobs, count: store::jobs::count_jobs(tx, &scope, filter, now)? })
}

/// A job with everything about it.
///
/// # Errors
/// Denied; missing.
pub fn load_job(tx: &mut Tx<'_>, who: &Actor, id: JobId) -> Result<JobPage, Failure> {
    let scope = who.scope()?;
    let agency = scope.agency();
    let job = store::jobs::find_job(tx, &scope, id)?.ok_or(Failure::Missing("job"))?;
    let owner =
        if scope.customer().is_some() { Target::customer(agency, job.customer) } else { Target::agency(agency) };
    authorise(who, Action::ViewJob, &owner)?;
    let customer = store::customers::find_customer(tx, agency, job.customer, scope.customer())?
        .ok_or(Failure::Missing("customer"))?;
    let site = store::customers::list_sites(tx, agency, job.customer)?.into_iter().find(|site| site.id == job.site);
    let listed = store::jobs::list_shifts_of_job(tx, agency, id)?;
    let mut positions = store::jobs::list_positions_of_job(tx, agency, id)?;
    let mut seated = store::jobs::list_seated(tx, agency, id)?;
    let few = listed.len() <= 20;
    let mut shifts = Vec::with_capacity(listed.len());
    for listed in listed {
        let posting = if few { store::distribution::find_posting(tx, agency, listed.id)? } else { None };
        let own: Vec<Position> = positions.extract_if(.., |one| one.shift == listed.id).collect();
        let seats: Vec<Seated> = seated.extract_if(.., |one| one.shift == listed.id).collect();
        shifts.push(ShiftShown { positions: own, seated: seats, posting, listed });
    }
    let story = if who.officer.is_none() && scope.customer().is_none() {
        store::audit::list_story(tx, &agency.to_string(), &id.to_string(), 50)?
    } else {
        Vec::new()
    };
    Ok(JobPage { job, customer, site, shifts, story })
}

/// A week of shifts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its first day, a Monday.
    pub from_on: Date,
    /// Today at the agency.
    pub today: Date,
    /// The shifts that start in it.
    pub shifts: Vec<ShiftListed>,
}

/// The week that holds a day (today when absent).
///
/// # Errors
/// Denied.
pub fn load_week(tx: &mut Tx<'_>, who: &Actor, day: Option<Date>, now: Timestamp) -> Result<Week, Failure> {
    let scope = who.scope()?;
    authorise(who, Action::ViewJob, &target(&scope))?;
    let zone = agencies::load_agency(tx, scope.agency())?.zone;
    let today = zone.to_datetime(now).date();
    let day = day.unwrap_or(today);
    let back = i64::from(day.weekday().to_monday_zero_offset());
    let from_on = day.checked_sub(back.days()).unwrap_or(day);
    let until_on = from_on.checked_add(7.days()).unwrap_or(from_on);
    let midnight = |on: Date| on.to_zoned(zone.clone()).map_or(now, |zoned| zoned.timestamp());
    let window = ShiftWindow { from: midnight(from_on), until: midnight(until_on) };
    Ok(Week { from_on, today, shifts: store::jobs::list_shifts_between(tx, &scope, window)? })
}
