//! The rule book as JSON.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use muster_app::rates::{self, RuleSet};
use muster_domain::{id::RuleSetId, policy::explain, refusal::FieldErrors};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Ctx,
    failure::ApiFailure,
    fields::Sent,
    json::{Made, body, parse_id, read_date},
    signed_in::SignedIn,
};

/// A stored version of the rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rules {
    /// Its id, `rul_...`.
    pub id: String,
    /// Its number in the agency.
    pub number: i64,
    /// What it calls itself.
    pub title: String,
    /// SHA-256 of the document.
    pub digest: String,
    /// The first shift start it applies to.
    pub in_force_from: Option<String>,
    /// True for the one in force now.
    pub in_force: bool,
    /// The policy in sentences; only when one version is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policy: Vec<String>,
    /// The document; only when one version is asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
}

fn rules(set: &RuleSet, now: Option<RuleSetId>) -> Rules {
    Rules {
        id: set.id.to_string(),
        number: set.number,
        title: set.title.clone(),
        digest: set.digest.clone(),
        in_force_from: set.in_force_from.map(|at| at.to_string()),
        in_force: now == Some(set.id),
        policy: Vec::new(),
        document: String::new(),
    }
}

/// Every version, the newest first.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", responses((status = 200, body = Vec<Rules>)))]
pub async fn list_rules(State(ctx): State<Ctx>, who: SignedIn) -> Result<Json<Vec<Rules>>, ApiFailure> {
    let page = ctx.read(move |tx, now| rates::load_page(tx, &who.actor, None, now)).await?;
    Ok(Json(page.versions.iter().map(|set| rules(set, page.in_force)).collect()))
}

/// One version with its document.
#[utoipa::path(get, path = "/api/v1/rules/{id}", params(("id" = String, Path)), tag = "rules", responses((status = 200, body = Rules)))]
pub async fn get_rules(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Rules>, ApiFailure> {
    let id: RuleSetId = parse_id(&id)?;
    let page = ctx.read(move |tx, now| rates::load_page(tx, &who.actor, Some(id), now)).await?;
    let (set, document, book) = page.shown.ok_or(muster_app::Failure::Missing("rule set"))?;
    Ok(Json(Rules { policy: explain(&book.policy), document, ..rules(&set, page.in_force) }))
}

/// A new version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRules {
    /// The YAML document.
    pub document: String,
    /// In force for shifts that start on this day or later.
    pub from_on: String,
}

/// Stores a version and puts it in force from a day on.
#[utoipa::path(post, path = "/api/v1/rules", request_body = NewRules, tag = "rules", responses((status = 201, body = Made)))]
pub async fn create_rules(
    State(ctx): State<Ctx>,
    who: SignedIn,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewRules = body(&sent)?;
    let mut errors = FieldErrors::default();
    let from_on = read_date("from_on", &new.from_on, &mut errors);
    errors.or(()).map_err(muster_app::Failure::Invalid)?;
    let actor = who.actor.clone();
    let id =
        ctx.act(&who.actor, &sent, move |tx, now| rates::put_in_force(tx, &actor, &new.document, from_on, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })))
}
