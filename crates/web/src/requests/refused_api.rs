//! Requests that the rules refused, as JSON.

use axum::Json;
use muster_app::requests::{self, RefusedRequest};
use muster_domain::id::CustomerId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    given::{Given, Id},
};

/// A request that the rules refused when it was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestRefused {
    /// The decision's id, `dec_...`.
    pub decision: String,
    /// What it was to be.
    pub title: String,
    /// The rules that refused it.
    pub rule_set: String,
    /// What stood in the way.
    pub message: String,
    /// What each broken rule said.
    pub objections: Vec<String>,
    /// Who sent it.
    pub sent_by: String,
    /// When, RFC 3339.
    pub refused_at: String,
}

impl From<&RefusedRequest> for RequestRefused {
    fn from(one: &RefusedRequest) -> Self {
        Self {
            decision: one.id.to_string(),
            title: one.title.clone(),
            rule_set: one.rule_set.to_string(),
            message: one.message.clone(),
            objections: one.ruling.objections().into_iter().map(|decision| one.ruling.words(decision)).collect(),
            sent_by: one.sent_by.clone(),
            refused_at: one.refused_at.to_string(),
        }
    }
}

/// The last 20 requests of a customer that the rules refused, the newest first.
#[utoipa::path(get, path = "/api/v1/customers/{id}/refused-requests", tag = "requests", params(("id" = String, Path)),
    responses((status = 200, body = Vec<RequestRefused>)))]
pub async fn list_refused(given: Given, Id(id): Id<CustomerId>) -> Result<Json<Vec<RequestRefused>>, ApiFailure> {
    let refused = given.read(move |tx, who, _| requests::list_refused_requests(tx, who, id)).await?;
    Ok(Json(refused.iter().map(RequestRefused::from).collect()))
}
