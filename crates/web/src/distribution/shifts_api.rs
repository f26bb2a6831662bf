//! One shift, who could work it, its posting, and an officer's wish taken back, for programs.

use axum::{Json, extract::Query, http::StatusCode};
use muster_app::distribution;
use muster_domain::{
    distribution::Event,
    id::{ApprovalId, ShiftId},
    policy::Outcome,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, mistake},
};

/// What the rules say, as one word.
fn word(outcome: Outcome) -> String {
    let text = serde_json::to_value(outcome).ok();
    text.as_ref().and_then(serde_json::Value::as_str).unwrap_or("blocked").to_owned()
}

/// A post of a shift.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostSeen {
    /// Its id, `pos_...`.
    pub id: String,
    /// `officer`, `supervisor` or `commander`.
    pub role: String,
    /// How many seats.
    pub seats: i64,
    /// How many are held.
    pub booked: i64,
    /// What the officer who asks would earn, in cents.
    pub pay_cents: Option<i64>,
    /// What the rules say to the officer who asks.
    pub outcome: String,
    /// Why not, or what to know.
    pub reasons: Vec<String>,
}

/// A shift as its reader sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftSeen {
    /// Its id, `shf_...`.
    pub id: String,
    /// The job's id.
    pub job: String,
    /// What.
    pub title: String,
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
    /// Its posts.
    pub positions: Vec<PostSeen>,
    /// The reader's own assignment, while he holds a seat.
    pub mine: Option<String>,
    /// The reader may take a seat now.
    pub may_take: bool,
    /// Until when the reader may give his seat back, RFC 3339.
    pub withdraw_until: String,
}

/// One shift, with what the rules say to the officer who asks.
#[utoipa::path(get, path = "/api/v1/shifts/{id}", tag = "distribution", params(("id" = String, Path)), responses((status = 200, body = ShiftSeen)))]
pub async fn get_shift(given: Given, Id(id): Id<ShiftId>) -> Result<Json<ShiftSeen>, ApiFailure> {
    let page = given.read(move |tx, who, now| distribution::load_shift_page(tx, who, id, now)).await?;
    let shift = &page.glance.shift;
    let positions = page.positions.iter().map(|one| PostSeen {
        id: one.open.position.to_string(),
        role: one.open.role.code().to_owned(),
        seats: one.open.seats,
        booked: one.open.booked,
        pay_cents: one.pay.map(|pay| pay.0),
        outcome: word(one.outcome),
        reasons: one.reasons.clone(),
    });
    Ok(Json(ShiftSeen {
        id: shift.id.to_string(),
        job: shift.job.to_string(),
        title: shift.title.clone(),
        customer_name: shift.customer_name.clone(),
        site_name: shift.site_name.clone(),
        address: shift.address.clone(),
        starts_at: shift.span.starts_at().to_string(),
        ends_at: shift.span.ends_at().to_string(),
        positions: positions.collect(),
        mine: page.mine.map(|id| id.to_string()),
        may_take: page.may_take,
        withdraw_until: page.withdraw_until.to_string(),
    }))
}

/// An officer who could be given a seat.
#[derive(Debug, Serialize, ToSchema)]
pub struct Candidate {
    /// The officer's id.
    pub officer: String,
    /// Rank and name.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// Details of the last 28 days and ahead, in minutes.
    pub lately_minutes: i64,
    /// What the rules say.
    pub outcome: String,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// Every rule in the way may be set aside by you, with a reason.
    pub may_set_aside: bool,
}

/// Which candidates.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct CandidateQuery {
    /// Part of a name or badge.
    pub q: String,
}

/// Who could work a shift: those whom the rules allow first, then by the fewest hours lately.
#[utoipa::path(get, path = "/api/v1/shifts/{id}/candidates", tag = "distribution", params(("id" = String, Path), CandidateQuery),
    responses((status = 200, body = Vec<Candidate>)))]
pub async fn list_candidates(
    given: Given,
    Id(id): Id<ShiftId>,
    Query(query): Query<CandidateQuery>,
) -> Result<Json<Vec<Candidate>>, ApiFailure> {
    let words: String = query.q.chars().take(100).collect();
    let page = given.read(move |tx, who, now| distribution::load_assign_page(tx, who, id, &words, now)).await?;
    let ranked = page.ranked.into_iter().map(|one| Candidate {
        officer: one.officer.to_string(),
        name: one.name,
        badge: one.badge,
        lately_minutes: one.lately.0,
        outcome: word(one.outcome),
        reasons: one.reasons,
        may_set_aside: one.may_set_aside,
    });
    Ok(Json(ranked.collect()))
}

/// What becomes of a posting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingChange {
    /// `pass_on` to the next stage, or `close`.
    pub event: String,
}

/// Closes a posting or passes it on to its next stage by hand.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/posting", tag = "distribution", params(("id" = String, Path)), request_body = PostingChange, responses((status = 204)))]
pub async fn change_posting(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let event = match body::<PostingChange>(&sent)?.event.as_str() {
        "pass_on" => Event::PassedOn,
        "close" => Event::Closed,
        _ => return Err(mistake("event", "event: use pass_on or close.")),
    };
    given.act(&sent, move |tx, who, now| distribution::change_posting(tx, who, id, event, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An officer no longer asks for a seat that needs an approval.
#[utoipa::path(post, path = "/api/v1/shift-approvals/{id}/withdrawal", tag = "distribution", params(("id" = String, Path)), responses((status = 204)))]
pub async fn take_back(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| distribution::take_back_asked(tx, who, id, now).map(drop)).await?;
    Ok(StatusCode::NO_CONTENT)
}
