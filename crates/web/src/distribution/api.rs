//! Open shifts, taking, giving and leaving them, as JSON.

use axum::{Json, http::StatusCode};
use muster_app::distribution::{self, Answer, AssignOrder, Booked, Offering, OpenShift};
use muster_domain::{
    distribution::Preset,
    id::{AssignmentId, JobId, ShiftId},
    policy::Outcome,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    json::{body, mistake},
};

/// An open shift as one officer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenShiftSeen {
    /// Its id, `shf_...`.
    pub id: String,
    /// The job's id.
    pub job: String,
    /// The job's number.
    pub job_number: i64,
    /// What.
    pub title: String,
    /// The code of the kind of job.
    pub kind: String,
    /// For whom.
    pub customer_name: String,
    /// Where.
    pub site_name: String,
    /// Street address.
    pub address: String,
    /// First instant, RFC 3339.
    pub starts_at: String,
    /// First instant after, RFC 3339.
    pub ends_at: String,
    /// Local date on which it starts.
    pub worked_on: String,
    /// Seats free.
    pub seats_free: i64,
    /// What the officer would earn by the schedule, in cents.
    pub pay_cents: Option<i64>,
    /// The officer may take it.
    pub may_take: bool,
    /// Why not, or what to know; filled with `all=true`.
    pub reasons: Vec<String>,
}

impl From<&OpenShift> for OpenShiftSeen {
    fn from(one: &OpenShift) -> Self {
        let shift = &one.shift;
        Self {
            id: shift.id.to_string(),
            job: shift.job.to_string(),
            job_number: shift.number,
            title: shift.title.clone(),
            kind: shift.type_code.clone(),
            customer_name: shift.customer_name.clone(),
            site_name: shift.site_name.clone(),
            address: shift.address.clone(),
            starts_at: shift.span.starts_at().to_string(),
            ends_at: shift.span.ends_at().to_string(),
            worked_on: shift.worked_on.to_string(),
            seats_free: one.free,
            pay_cents: one.pay.map(|pay| pay.0),
            may_take: one.outcome <= Outcome::Warned,
            reasons: one.reasons.clone(),
        }
    }
}

/// The list of open shifts.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenShiftList {
    /// The shifts, in order of time.
    pub shifts: Vec<OpenShiftSeen>,
    /// How many the officer may not take.
    pub others: usize,
}

/// The shifts that the officer may take; with `all=true` also the others, with the reasons.
#[utoipa::path(get, path = "/api/v1/open-shifts", tag = "distribution",
    params(("kind" = Option<String>, Query), ("on" = Option<String>, Query), ("all" = Option<bool>, Query)),
    responses((status = 200, body = OpenShiftList)))]
pub async fn list_open_shifts(given: Given, query: Fields) -> Result<Json<OpenShiftList>, ApiFailure> {
    let filter = super::pages::read_filter(&query);
    let open = given.read(move |tx, who, now| distribution::list_open_shifts(tx, who, &filter, now)).await?;
    Ok(Json(OpenShiftList { shifts: open.shifts.iter().map(OpenShiftSeen::from).collect(), others: open.others }))
}

/// A seat that was taken or given.
#[derive(Debug, Serialize, ToSchema)]
pub struct Seated {
    /// The assignment's id, `asg_...`.
    pub assignment: String,
}

/// Which post to take.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Acceptance {
    /// The position's id; the first that fits when absent.
    pub position: Option<String>,
}

pub(super) fn optional_id<I: muster_domain::id::Id>(field: &str, text: Option<&str>) -> Result<Option<I>, ApiFailure> {
    text.map(|text| text.parse().map_err(|_| mistake(field, "This is not an id of that kind."))).transpose()
}

/// An officer takes a seat.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/acceptance", tag = "distribution", params(("id" = String, Path)),
    request_body = Acceptance, responses((status = 201, body = Seated)))]
pub async fn accept_shift(
    given: Given,
    Id(id): Id<ShiftId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Seated>), ApiFailure> {
    let wanted: Acceptance = if sent.body.is_empty() { Acceptance::default() } else { body(&sent)? };
    let position = optional_id("position", wanted.position.as_deref())?;
    let made = given
        .act(&sent, move |tx, who, now| distribution::sign_up(tx, who, id, position, now))
        .await
        .and_then(Answer::settled)?;
    Ok((StatusCode::CREATED, Json(Seated { assignment: made.to_string() })))
}

/// A shift of the officer's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyShift {
    /// The assignment's id.
    pub assignment: String,
    /// The shift's id.
    pub shift: String,
    /// `booked`, `withdrawn`, `removed` or `cancelled`.
    pub state: String,
    /// Why it ended.
    pub reason: String,
    /// The job's number.
    pub job_number: i64,
    /// What.
    pub title: String,
    /// Where.
    pub site_name: String,
    /// Street address.
    pub address: String,
    /// First instant, RFC 3339.
    pub starts_at: String,
    /// First instant after, RFC 3339.
    pub ends_at: String,
    /// `on_site`, `to_review` or `approved`, once clocked in.
    pub time_state: Option<String>,
}

impl From<&Booked> for MyShift {
    fn from(one: &Booked) -> Self {
        Self {
            assignment: one.assignment.to_string(),
            shift: one.shift.to_string(),
            state: one.state.code().to_owned(),
            reason: one.reason.clone(),
            job_number: one.number,
            title: one.title.clone(),
            site_name: one.site_name.clone(),
            address: one.address.clone(),
            starts_at: one.span.starts_at().to_string(),
            ends_at: one.span.ends_at().to_string(),
            time_state: one.time_state.clone(),
        }
    }
}

/// The officer's own shifts: to come, or with `show=past` the others; 50 a page.
#[utoipa::path(get, path = "/api/v1/my-shifts", tag = "distribution",
    params(("show" = Option<String>, Query), ("page" = Option<i64>, Query)), responses((status = 200, body = [MyShift])))]
pub async fn list_my_shifts(given: Given, query: Fields) -> Result<Json<Vec<MyShift>>, ApiFailure> {
    let (past, page) = (query.get("show") == "past", query.get("page").parse().unwrap_or(1));
    let mine = given.read(move |tx, who, now| distribution::list_my_shifts(tx, who, past, page, now)).await?;
    Ok(Json(mine.shifts.iter().map(MyShift::from).collect()))
}

/// An officer gives a seat back.
#[utoipa::path(post, path = "/api/v1/assignments/{id}/withdrawal", tag = "distribution", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn withdraw(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| distribution::withdraw_from_shift(tx, who, id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How to post a job's shifts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPosting {
    /// A named plan: `open`, `direct`, `direct_then_open`, `senior_first`, or `rules` (when absent): the order that the
    /// rules in force say, and open to everybody where they say nothing.
    #[serde(default)]
    pub preset: Option<String>,
    /// A plan of one's own: `{ "name", "stages": [{ "name", "audience", "method", "passes_on" }] }`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub plan: Option<serde_json::Value>,
    /// Only this shift.
    #[serde(default)]
    pub shift: Option<String>,
}

/// How many shifts were posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Posted {
    /// The number.
    pub shifts: usize,
}

/// Posts the shifts of a job that are not posted.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/posting", tag = "distribution", params(("id" = String, Path)),
    request_body = NewPosting, responses((status = 201, body = Posted)))]
pub async fn post_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<(StatusCode, Json<Posted>), ApiFailure> {
    let new: NewPosting = body(&sent)?;
    let offering = match (new.preset.as_deref(), new.plan) {
        (_, Some(plan)) => Offering::Plan(
            serde_json::from_value(plan).map_err(|error| mistake("plan", &format!("This is not a plan: {error}.")))?,
        ),
        (None | Some("rules"), None) => Offering::Rules,
        (Some(preset), None) => Preset::from_code(preset)
            .map(|preset| Offering::Plan(preset.plan()))
            .ok_or_else(|| mistake("preset", "Write rules, open, direct, direct_then_open or senior_first."))?,
    };
    let only = optional_id("shift", new.shift.as_deref())?;
    let shifts =
        given.act(&sent, move |tx, who, now| distribution::post_shifts(tx, who, id, only, &offering, now)).await?;
    Ok((StatusCode::CREATED, Json(Posted { shifts: shifts.len() })))
}

/// Whom to give a seat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssignment {
    /// The officer's id.
    pub officer: String,
    /// The position's id; the first that fits when absent.
    #[serde(default)]
    pub position: Option<String>,
    /// Why rules are set aside, where they allow it.
    #[serde(default)]
    pub reason: String,
}

/// A coordinator gives an officer a seat.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/assignments", tag = "distribution", params(("id" = String, Path)),
    request_body = NewAssignment, responses((status = 201, body = Seated)))]
pub async fn assign(
    given: Given,
    Id(shift): Id<ShiftId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Seated>), ApiFailure> {
    let new: NewAssignment = body(&sent)?;
    let officer = new.officer.parse().map_err(|_| mistake("officer", "Write an officer's id like ofc_0198..."))?;
    let position = optional_id("position", new.position.as_deref())?;
    let order = AssignOrder { shift, officer, position, reason: new.reason };
    let made = given
        .act(&sent, move |tx, who, now| distribution::award_seat(tx, who, &order, now))
        .await
        .and_then(Answer::settled)?;
    Ok((StatusCode::CREATED, Json(Seated { assignment: made.to_string() })))
}

/// Why somebody is taken off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    /// The officer and the auditor read it.
    pub reason: String,
}

/// A coordinator takes an officer off a shift.
#[utoipa::path(post, path = "/api/v1/assignments/{id}/removal", tag = "distribution", params(("id" = String, Path)),
    request_body = Removal, responses((status = 204)))]
pub async fn remove(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let removal: Removal = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::remove_officer(tx, who, id, &removal.reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
