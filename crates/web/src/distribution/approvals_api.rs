//! Approvals of seats as JSON.

use axum::{Json, http::StatusCode};
use muster_app::distribution::{self, Asked};
use muster_domain::id::{ApprovalId, ShiftId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::{Acceptance, Seated, optional_id};
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::body,
};

/// A wish that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedSeat {
    /// The approval's id, `apv_...`.
    pub approval: String,
}

/// An officer asks for a seat that a rule gives only with somebody's approval.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/approvals", tag = "distribution", params(("id" = String, Path)),
    request_body = Acceptance, responses((status = 201, body = AskedSeat)))]
pub async fn ask(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<(StatusCode, Json<AskedSeat>), ApiFailure> {
    let wish: Acceptance = body(&sent)?;
    let position = optional_id("position", wish.position.as_deref())?;
    let made = given.act(&sent, move |tx, who, now| distribution::wish_for_shift(tx, who, id, position, now)).await?;
    let made = made.settled()?;
    Ok((StatusCode::CREATED, Json(AskedSeat { approval: made.to_string() })))
}

/// An officer who waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingSeat {
    /// The approval's id, `apv_...`.
    pub approval: String,
    /// The shift's id.
    pub shift: String,
    /// The job's number.
    pub job_number: i64,
    /// The officer's id.
    pub officer: String,
    /// The officer's name with rank.
    pub officer_name: String,
    /// The levels that must agree.
    pub levels: Vec<String>,
    /// First instant of the shift, RFC 3339.
    pub starts_at: String,
    /// When the officer asked, RFC 3339.
    pub asked_at: String,
}

impl From<&Asked> for WaitingSeat {
    fn from(one: &Asked) -> Self {
        Self {
            approval: one.id.to_string(),
            shift: one.shift.to_string(),
            job_number: one.number,
            officer: one.officer.to_string(),
            officer_name: one.name.clone(),
            levels: one.levels.clone(),
            starts_at: one.span.starts_at().to_string(),
            asked_at: one.asked_at.to_string(),
        }
    }
}

/// The officers who wait for an approval, the soonest shift first, at most 200.
#[utoipa::path(get, path = "/api/v1/shift-approvals", tag = "distribution", responses((status = 200, body = Vec<WaitingSeat>)))]
pub async fn list(given: Given) -> Result<Json<Vec<WaitingSeat>>, ApiFailure> {
    let all = given.read(move |tx, who, _| distribution::list_asked(tx, who)).await?;
    Ok(Json(all.iter().map(WaitingSeat::from).collect()))
}

/// What is said to a wish.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SeatAnswer {
    /// Why; a no needs it, and the officer reads it.
    pub reason: String,
}

/// Somebody of the level agrees; the officer has the seat.
#[utoipa::path(post, path = "/api/v1/shift-approvals/{id}/approval", tag = "distribution", params(("id" = String, Path)),
    request_body = SeatAnswer, responses((status = 201, body = Seated)))]
pub async fn approve(
    given: Given,
    Id(id): Id<ApprovalId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Seated>), ApiFailure> {
    let answer: SeatAnswer = body(&sent)?;
    let made =
        given.act(&sent, move |tx, who, now| distribution::approve_asked(tx, who, id, &answer.reason, now)).await?;
    Ok((StatusCode::CREATED, Json(Seated { assignment: made.to_string() })))
}

/// Somebody of the level says no.
#[utoipa::path(post, path = "/api/v1/shift-approvals/{id}/decline", tag = "distribution", params(("id" = String, Path)),
    request_body = SeatAnswer, responses((status = 204)))]
pub async fn decline(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let answer: SeatAnswer = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::decline_asked(tx, who, id, &answer.reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
