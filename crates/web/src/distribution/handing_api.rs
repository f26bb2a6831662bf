//! Handing a seat to a colleague, as JSON.

use axum::{Json, http::StatusCode};
use muster_app::distribution::{self, Answer, HandOver, HandoverRow};
use muster_domain::id::{AssignmentId, HandoverId, OfficerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::optional_id;
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, parse_id},
};

/// A seat that is offered to a colleague.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoverSeen {
    /// Its id, `hnd_...`.
    pub id: String,
    /// The seat's assignment.
    pub assignment: String,
    /// Its shift.
    pub shift: String,
    /// The job's title.
    pub title: String,
    /// Start of the shift, RFC 3339.
    pub starts_at: String,
    /// End of the shift, RFC 3339.
    pub ends_at: String,
    /// Who holds the seat.
    pub giver: String,
    /// His name.
    pub giver_name: String,
    /// Who is asked.
    pub taker: String,
    /// His name.
    pub taker_name: String,
    /// The taker's assignment in exchange.
    pub back: Option<String>,
    /// What the giver says.
    pub words: String,
    /// `asked`, `accepted`, `declined`, `refused` (by the rules), `withdrawn`, or `ended` (the seat is no longer held).
    pub state: String,
    /// What was answered, or why the rules refused it.
    pub answer: String,
}

impl From<&HandoverRow> for HandoverSeen {
    fn from(row: &HandoverRow) -> Self {
        let state = if row.state == "asked" && !row.held { "ended" } else { row.state.as_str() };
        Self {
            id: row.id.to_string(),
            assignment: row.assignment.to_string(),
            shift: row.shift.to_string(),
            title: row.title.clone(),
            starts_at: row.span.starts_at().to_string(),
            ends_at: row.span.ends_at().to_string(),
            giver: row.giver.to_string(),
            giver_name: row.giver_name.clone(),
            taker: row.taker.to_string(),
            taker_name: row.taker_name.clone(),
            back: row.back.map(|(id, _)| id.to_string()),
            words: row.words.clone(),
            state: state.to_owned(),
            answer: row.answer.clone(),
        }
    }
}

/// What the officer who asks offers and is offered.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoverList {
    /// Of shifts that have not begun, the latest first, at most 50.
    pub handovers: Vec<HandoverSeen>,
}

/// What the officer who asks offers and is offered.
#[utoipa::path(get, path = "/api/v1/my-handovers", tag = "distribution", responses((status = 200, body = HandoverList)))]
pub async fn list_mine(given: Given) -> Result<Json<HandoverList>, ApiFailure> {
    let rows = given.read(distribution::list_my_handovers).await?;
    Ok(Json(HandoverList { handovers: rows.iter().map(HandoverSeen::from).collect() }))
}

/// A seat to be offered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverNew {
    /// The colleague's officer id.
    pub officer: String,
    /// One of his assignments in exchange.
    #[serde(default)]
    pub back: Option<String>,
    /// What to tell him.
    #[serde(default)]
    pub words: String,
}

/// An offer that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoverMade {
    /// Its id, `hnd_...`.
    pub handover: String,
}

/// Offers a seat to a colleague; the officer stays bound until he has accepted.
#[utoipa::path(post, path = "/api/v1/assignments/{id}/handover", tag = "distribution", params(("id" = String, Path)),
    request_body = HandoverNew, responses((status = 201, body = HandoverMade)))]
pub async fn offer(
    given: Given,
    Id(assignment): Id<AssignmentId>,
    sent: Sent,
) -> Result<(StatusCode, Json<HandoverMade>), ApiFailure> {
    let new: HandoverNew = body(&sent)?;
    let to: OfficerId = parse_id(&new.officer)?;
    let back: Option<AssignmentId> = optional_id("back", new.back.as_deref())?;
    let new = HandOver { assignment, to, back, words: new.words };
    let made = given.act(&sent, move |tx, who, now| distribution::offer_seat(tx, who, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(HandoverMade { handover: made.to_string() })))
}

/// A seat that was taken over.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeatTakenOver {
    /// The new assignment, `asg_...`.
    pub assignment: String,
}

/// The colleague accepts; the rules are asked as if the exchange had happened.
#[utoipa::path(post, path = "/api/v1/handovers/{id}/acceptance", tag = "distribution", params(("id" = String, Path)),
    responses((status = 200, body = SeatTakenOver)))]
pub async fn accept(given: Given, Id(id): Id<HandoverId>, sent: Sent) -> Result<Json<SeatTakenOver>, ApiFailure> {
    let made = given.act(&sent, move |tx, who, now| distribution::accept_seat(tx, who, id, now)).await;
    let made = made.and_then(Answer::settled)?;
    Ok(Json(SeatTakenOver { assignment: made.to_string() }))
}

/// Why the colleague says no.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverDecline {
    /// May be left out.
    #[serde(default)]
    pub reason: String,
}

/// The colleague says no.
#[utoipa::path(post, path = "/api/v1/handovers/{id}/decline", tag = "distribution", params(("id" = String, Path)),
    request_body = HandoverDecline, responses((status = 204)))]
pub async fn decline(given: Given, Id(id): Id<HandoverId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let HandoverDecline { reason } = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::decline_seat(tx, who, id, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The officer takes his offer back.
#[utoipa::path(post, path = "/api/v1/handovers/{id}/withdrawal", tag = "distribution", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn take_back(given: Given, Id(id): Id<HandoverId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| distribution::take_back_offer(tx, who, id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
