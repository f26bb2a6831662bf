//! What is going on now, for programs.

use axum::Json;
use muster_app::overview::{self, Standing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{failure::ApiFailure, given::Given};

/// An officer on a shift now.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnPost {
    /// The assignment's id.
    pub assignment: String,
    /// The shift's id.
    pub shift: String,
    /// The job's id.
    pub job: String,
    /// The officer's id.
    pub officer: String,
    /// Rank and name.
    pub officer_name: String,
    /// `late`, `outside`, `on_site`, `due` or `left`.
    pub standing: String,
    /// Scheduled start, RFC 3339.
    pub starts_at: String,
    /// Scheduled end, RFC 3339.
    pub ends_at: String,
}

/// A shift with empty seats.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmptySeats {
    /// The shift's id.
    pub shift: String,
    /// The job's id.
    pub job: String,
    /// What.
    pub title: String,
    /// Start, RFC 3339.
    pub starts_at: String,
    /// Seats.
    pub seats: i64,
    /// Seats held.
    pub booked: i64,
}

/// What is going on now and what needs a hand.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewNow {
    /// Officers on shifts now, those who need a look first.
    pub posted: Vec<OnPost>,
    /// Shifts with empty seats within 72 hours, the soonest first.
    pub unfilled: Vec<EmptySeats>,
    /// How many requests wait for a decision.
    pub requests_waiting: i64,
    /// How many officers wait for an approval of a seat, at most 200.
    pub seats_asked: usize,
    /// How many time entries wait for a reviewer.
    pub times_to_review: i64,
}

fn code(standing: Standing) -> &'static str {
    match standing {
        Standing::Late => "late",
        Standing::Outside => "outside",
        Standing::OnSite => "on_site",
        Standing::Due => "due",
        Standing::Left => "left",
    }
}

/// The overview as of now.
#[utoipa::path(get, path = "/api/v1/overview", tag = "overview", responses((status = 200, body = OverviewNow)))]
pub async fn show_overview(given: Given) -> Result<Json<OverviewNow>, ApiFailure> {
    let seen = given.read(overview::load_overview).await?;
    let posted = seen.posted.iter().map(|(standing, one)| OnPost {
        assignment: one.assignment.to_string(),
        shift: one.shift.to_string(),
        job: one.job.to_string(),
        officer: one.officer.to_string(),
        officer_name: one.name.clone(),
        standing: code(*standing).to_owned(),
        starts_at: one.scheduled.starts_at().to_string(),
        ends_at: one.scheduled.ends_at().to_string(),
    });
    let unfilled = seen.unfilled.iter().map(|one| EmptySeats {
        shift: one.shift.to_string(),
        job: one.job.to_string(),
        title: one.title.clone(),
        starts_at: one.span.starts_at().to_string(),
        seats: one.seats,
        booked: one.booked,
    });
    Ok(Json(OverviewNow {
        posted: posted.collect(),
        unfilled: unfilled.collect(),
        requests_waiting: seen.requests_waiting,
        seats_asked: seen.asked.len(),
        times_to_review: seen.to_review,
    }))
}
