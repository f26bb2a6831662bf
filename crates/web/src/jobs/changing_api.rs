//! Changes to jobs and shifts by programs.

use axum::http::StatusCode;
use muster_app::{
    Failure,
    jobs::{self, JobChange},
};
use muster_domain::{
    id::{JobId, PositionId, ShiftId},
    refusal::FieldErrors,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, mistake},
};

/// A job's words, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobWords {
    /// What, in a few words.
    pub title: String,
    /// For the officers.
    #[serde(default)]
    pub instructions: String,
    /// Who meets the officers.
    #[serde(default)]
    pub contact_name: String,
    /// Their phone.
    #[serde(default)]
    pub contact_phone: String,
    /// The version that was read; another one by now is a conflict (409).
    pub version: i64,
}

/// Changes a job's words.
#[utoipa::path(put, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)), request_body = JobWords, responses((status = 204)))]
pub async fn change_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let JobWords { title, instructions, contact_name, contact_phone, version } = body(&sent)?;
    let change = JobChange { title, instructions, contact_name, contact_phone, version };
    given.act(&sent, move |tx, who, now| jobs::change_job(tx, who, id, &change, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// More seats for a post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoreSeats {
    /// The post's id, `pos_...`; may be left out when the shift has only one.
    #[serde(default)]
    pub position: Option<String>,
    /// How many more; a negative number takes empty seats away.
    pub more: i64,
}

/// Adds seats to a post of a shift or takes empty ones away.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/seats", tag = "jobs", params(("id" = String, Path)), request_body = MoreSeats, responses((status = 204)))]
pub async fn change_seats(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: MoreSeats = body(&sent)?;
    if !(-500..=500).contains(&new.more) {
        return Err(mistake("more", "more: write a number from -500 to 500."));
    }
    given
        .act(&sent, move |tx, who, now| {
            let posts = jobs::list_positions(tx, who, id)?;
            if posts.is_empty() {
                return Err(Failure::Missing("shift"));
            }
            let position = match (&new.position, posts.as_slice()) {
                (None, [only]) => Some(only.id),
                (named, _) => named.as_ref().and_then(|named| named.parse::<PositionId>().ok()),
            };
            let Some(position) = position else {
                let mut errors = FieldErrors::default();
                errors.add("position", "position: write the id of one of the shift's posts, like pos_0198...");
                return Err(errors.into());
            };
            jobs::add_shift_seats(tx, who, id, position, new.more, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
