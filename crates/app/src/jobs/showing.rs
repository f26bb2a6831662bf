//! Jobs as pages show them.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Scope, Target, authorise},
    audit::Sealed,
    customers::{Customer, Site},
    id::{CustomerId, JobId, JobTypeId, ShiftId},
    jobs::{Job, Position},
};
use muster_store::{
    self as store, Tx,
    distribution::{Asked, DecisionRow, PostingRow},
    jobs::{BoardFilter, BoardLane, JobFilter, JobListed, Lane, Seated, ShiftListed, ShiftWindow},
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
    /// Officers who wait for an approval; empty for readers outside the agency.
    pub asked: Vec<Asked>,
    /// What the rules said of whoever took, asked for or was given a seat, the latest first; empty outside the agency.
    pub decisions: Vec<DecisionRow>,
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

/// The posts of a shift with their seats, for whoever may change them.
///
/// # Errors
/// Denied.
pub fn list_positions(tx: &mut Tx<'_>, who: &Actor, shift: ShiftId) -> Result<Vec<Position>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::EditJob, &Target::agency(agency))?;
    Ok(store::jobs::list_positions(tx, agency, shift)?)
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
    let office = who.officer.is_none() && scope.customer().is_none();
    let asked = if office { store::distribution::list_waiting(tx, agency, Some(id))? } else { Vec::new() };
    let decisions = if office { store::distribution::list_decisions_of_job(tx, agency, id)? } else { Vec::new() };
    let story =
        if office { store::audit::list_story(tx, &agency.to_string(), &id.to_string(), 50)? } else { Vec::new() };
    Ok(JobPage { job, customer, site, shifts, asked, decisions, story })
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

/// Which week, and of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WeekAsked {
    /// A day of the week; today when absent.
    pub day: Option<Date>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this kind.
    pub job_type: Option<JobTypeId>,
}

/// The week that holds a day (today when absent).
///
/// # Errors
/// Denied.
pub fn load_week(tx: &mut Tx<'_>, who: &Actor, asked: WeekAsked, now: Timestamp) -> Result<Week, Failure> {
    let scope = who.scope()?;
    authorise(who, Action::ViewJob, &target(&scope))?;
    let zone = agencies::load_agency(tx, scope.agency())?.zone;
    let today = zone.to_datetime(now).date();
    let day = asked.day.unwrap_or(today);
    let back = i64::from(day.weekday().to_monday_zero_offset());
    let from_on = day.checked_sub(back.days()).unwrap_or(day);
    let until_on = from_on.checked_add(7.days()).unwrap_or(from_on);
    let window = between(&zone, from_on, until_on, now);
    let shifts = store::jobs::list_shifts_between(tx, &scope, window, asked.customer, asked.job_type)?;
    Ok(Week { from_on, today, shifts })
}

/// From the first midnight to the second, of the agency's clocks.
fn between(zone: &TimeZone, from_on: Date, until_on: Date, now: Timestamp) -> ShiftWindow {
    let midnight = |on: Date| on.to_zoned(zone.clone()).map_or(now, |zoned| zoned.timestamp());
    ShiftWindow { from: midnight(from_on), until: midnight(until_on) }
}

/// Which part of the board, and of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoardAsked {
    /// The first day; two weeks ago when absent.
    pub from_on: Option<Date>,
    /// The last day; four weeks ahead when absent.
    pub to_on: Option<Date>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// Of this kind.
    pub job_type: Option<JobTypeId>,
    /// Words of title, customer, site or number.
    pub search: String,
    /// One column alone; every column when absent.
    pub lane: Option<Lane>,
    /// The page of a single column, from 1.
    pub page: i64,
}

/// Shifts by what they wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The first day looked at.
    pub from_on: Date,
    /// The last day looked at.
    pub to_on: Date,
    /// The columns, in the order of the work.
    pub lanes: Vec<BoardLane>,
}

/// The board. It looks at two weeks back and four ahead unless other days are asked for, so that years of jobs cost nothing.
///
/// # Errors
/// Denied.
pub fn load_board(tx: &mut Tx<'_>, who: &Actor, asked: &BoardAsked, now: Timestamp) -> Result<Board, Failure> {
    let scope = who.scope()?;
    authorise(who, Action::ViewJob, &target(&scope))?;
    let zone = agencies::load_agency(tx, scope.agency())?.zone;
    let today = zone.to_datetime(now).date();
    let from_on = asked.from_on.unwrap_or_else(|| today.saturating_sub(14.days()));
    let to_on = asked.to_on.unwrap_or_else(|| today.max(from_on).saturating_add(28.days()));
    let filter = BoardFilter {
        window: between(&zone, from_on, to_on.saturating_add(1.day()), now),
        customer: asked.customer,
        job_type: asked.job_type,
        search: asked.search.clone(),
        lane: asked.lane,
        page: asked.page,
    };
    Ok(Board { from_on, to_on, lanes: store::jobs::load_board(tx, &scope, &filter, now)? })
}

/// What lists of jobs can be narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobChoices {
    /// Approved customers by name; empty for a customer's own people, who see no other's.
    pub customers: Vec<(CustomerId, String)>,
    /// Kinds of jobs by name.
    pub job_types: Vec<(JobTypeId, String)>,
}

/// What lists of jobs can be narrowed to.
///
/// # Errors
/// Denied.
pub fn load_choices(tx: &mut Tx<'_>, who: &Actor) -> Result<JobChoices, Failure> {
    let scope = who.scope()?;
    authorise(who, Action::ViewJob, &target(&scope))?;
    let own = scope.customer().is_some();
    Ok(JobChoices {
        customers: if own { Vec::new() } else { store::customers::list_approved(tx, scope.agency())? },
        job_types: store::agencies::list_job_types(tx, scope.agency())?
            .into_iter()
            .map(|one| (one.id, one.name))
            .collect(),
    })
}
