//! Jobs as JSON.

use axum::Json;
use muster_app::jobs::{self, JobListed, JobPage};
use muster_domain::id::JobId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::Fields,
    given::{Given, Id},
};

/// A job in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobInList {
    /// Its id, `job_...`.
    pub id: String,
    /// The number people say.
    pub number: i64,
    /// What.
    pub title: String,
    /// `active` or `cancelled`.
    pub state: String,
    /// The code of its kind.
    pub kind: String,
    /// For whom.
    pub customer_name: String,
    /// Where.
    pub site_name: String,
    /// The next start among shifts not over, RFC 3339.
    pub next_at: Option<String>,
    /// Seats in all.
    pub seats: i64,
    /// Seats held.
    pub booked: i64,
}

impl From<&JobListed> for JobInList {
    fn from(job: &JobListed) -> Self {
        Self {
            id: job.id.to_string(),
            number: job.number,
            title: job.title.clone(),
            state: job.state.code().to_owned(),
            kind: job.type_code.clone(),
            customer_name: job.customer_name.clone(),
            site_name: job.site_name.clone(),
            next_at: job.next_at.map(|at| at.to_string()),
            seats: job.seats,
            booked: job.booked,
        }
    }
}

/// A page of jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobList {
    /// 50 of them.
    pub jobs: Vec<JobInList>,
    /// How many there are.
    pub count: i64,
}

/// The jobs that the filters hold, 50 a page.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs",
    params(("when" = Option<String>, Query), ("q" = Option<String>, Query), ("from_on" = Option<String>, Query),
        ("to_on" = Option<String>, Query), ("customer" = Option<String>, Query), ("type" = Option<String>, Query), ("page" = Option<i64>, Query)),
    responses((status = 200, body = JobList)))]
pub async fn list_jobs(given: Given, query: Fields) -> Result<Json<JobList>, ApiFailure> {
    let filter = super::pages::read_filter(&query);
    let listed = given.read(move |tx, who, now| jobs::list_jobs(tx, who, &filter, now)).await?;
    Ok(Json(JobList { jobs: listed.jobs.iter().map(JobInList::from).collect(), count: listed.count }))
}

/// A seat that is or was held.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeatHeld {
    /// The assignment's id.
    pub assignment: String,
    /// The officer's id.
    pub officer: String,
    /// The officer's name with rank.
    pub officer_name: String,
    /// `officer`, `supervisor` or `commander`.
    pub role: String,
    /// `booked`, `withdrawn`, `removed` or `cancelled`.
    pub state: String,
    /// `accepted` or `assigned`.
    pub how: String,
    /// Came at, RFC 3339.
    pub clocked_in_at: Option<String>,
    /// Left at, RFC 3339.
    pub clocked_out_at: Option<String>,
}

/// A shift of a job.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftOfJob {
    /// Its id, `shf_...`.
    pub id: String,
    /// `draft`, `posted`, `closed` or `cancelled`.
    pub state: String,
    /// First instant, RFC 3339.
    pub starts_at: String,
    /// First instant after, RFC 3339.
    pub ends_at: String,
    /// Seats in all.
    pub seats: i64,
    /// Seats held.
    pub booked: i64,
    /// Its posts.
    pub positions: Vec<PostOfShift>,
    /// Who holds or held them.
    pub officers: Vec<SeatHeld>,
}

/// A post of a shift.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostOfShift {
    /// Its id, `pos_...`.
    pub id: String,
    /// `officer`, `supervisor` or `commander`.
    pub role: String,
    /// How many seats.
    pub seats: i64,
}

/// A job with its shifts.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobWithShifts {
    /// Its id.
    pub id: String,
    /// The number people say.
    pub number: i64,
    /// What.
    pub title: String,
    /// `active` or `cancelled`.
    pub state: String,
    /// The customer's id.
    pub customer: String,
    /// For the officers.
    pub instructions: String,
    /// Counts changes; sent back with a change.
    pub version: i64,
    /// Its shifts, in order.
    pub shifts: Vec<ShiftOfJob>,
}

impl From<&JobPage> for JobWithShifts {
    fn from(page: &JobPage) -> Self {
        let shifts = page.shifts.iter().map(|one| ShiftOfJob {
            id: one.listed.id.to_string(),
            state: one.listed.state.code().to_owned(),
            starts_at: one.listed.span.starts_at().to_string(),
            ends_at: one.listed.span.ends_at().to_string(),
            seats: one.listed.seats,
            booked: one.listed.booked,
            positions: one
                .positions
                .iter()
                .map(|post| PostOfShift {
                    id: post.id.to_string(),
                    role: post.role.code().to_owned(),
                    seats: post.seats,
                })
                .collect(),
            officers: one
                .seated
                .iter()
                .map(|seat| SeatHeld {
                    assignment: seat.assignment.to_string(),
                    officer: seat.officer.to_string(),
                    officer_name: seat.name.clone(),
                    role: seat.role.code().to_owned(),
                    state: seat.state.clone(),
                    how: seat.how.clone(),
                    clocked_in_at: seat.clocked_in_at.map(|at| at.to_string()),
                    clocked_out_at: seat.clocked_out_at.map(|at| at.to_string()),
                })
                .collect(),
        });
        Self {
            id: page.job.id.to_string(),
            number: page.job.number,
            title: page.job.title.clone(),
            state: page.job.state.code().to_owned(),
            customer: page.job.customer.to_string(),
            instructions: page.job.details.instructions.clone(),
            version: page.job.version,
            shifts: shifts.collect(),
        }
    }
}

/// One job with its shifts and who works them.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)), responses((status = 200, body = JobWithShifts)))]
pub async fn get_job(given: Given, Id(id): Id<JobId>) -> Result<Json<JobWithShifts>, ApiFailure> {
    let page = given.read(move |tx, who, _| jobs::load_job(tx, who, id)).await?;
    Ok(Json(JobWithShifts::from(&page)))
}
