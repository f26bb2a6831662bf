//! The rule book as JSON.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use muster_app::rates::{self, RuleSet, SeenRules};
use muster_domain::{
    id::RuleSetId,
    policy::explain,
    refusal::FieldErrors,
    rules::{self, Difference},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    json::{Made, body, parse_id, read_date},
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
    /// `draft`, `tried` (a draft of which exactly this text was tried on a past period) or `in_force` (now, before or
    /// later); who may not write rules sees no drafts.
    pub state: String,
    /// A change of a draft names the version it saw.
    pub version: i64,
    /// The version whose text it began with.
    pub based_on: Option<String>,
    /// Who put it in force.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub approved_by: String,
    /// The policy in sentences; only when one version is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policy: Vec<String>,
    /// The document; only when one version is asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub document: String,
}

fn listed(set: &RuleSet, now: Option<RuleSetId>) -> Rules {
    Rules {
        id: set.id.to_string(),
        number: set.number,
        title: set.title.clone(),
        digest: set.digest.clone(),
        in_force_from: set.in_force_from.map(|at| at.to_string()),
        in_force: now == Some(set.id),
        state: if set.state == "draft" && set.tried { "tried".to_owned() } else { set.state.clone() },
        version: set.version,
        based_on: set.based_on.map(|id| id.to_string()),
        approved_by: set.approved_by.clone(),
        policy: Vec::new(),
        document: String::new(),
    }
}

/// Every version, the newest first.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", responses((status = 200, body = Vec<Rules>)))]
pub async fn list_rules(given: Given) -> Result<Json<Vec<Rules>>, ApiFailure> {
    let page = given.read(move |tx, who, now| rates::load_page(tx, who, None, now)).await?;
    Ok(Json(page.versions.iter().map(|set| listed(set, page.in_force)).collect()))
}

/// One version with its document.
#[utoipa::path(get, path = "/api/v1/rules/{id}", params(("id" = String, Path)), tag = "rules", responses((status = 200, body = Rules)))]
pub async fn get_rules(given: Given, Id(id): Id<RuleSetId>) -> Result<Json<Rules>, ApiFailure> {
    let page = given.read(move |tx, who, now| rates::load_page(tx, who, Some(id), now)).await?;
    let (set, document, book) = page.shown.ok_or(muster_app::Failure::Missing("rule set"))?;
    Ok(Json(Rules { policy: explain(&book.policy), document, ..listed(&set, page.in_force) }))
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
pub async fn create_rules(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewRules = body(&sent)?;
    let mut errors = FieldErrors::default();
    let from_on = read_date("from_on", &new.from_on, &mut errors);
    errors.or(()).map_err(muster_app::Failure::Invalid)?;
    let id = given.act(&sent, move |tx, who, now| rates::put_in_force(tx, who, &new.document, from_on, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })))
}

/// A new draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// The YAML document.
    pub document: String,
    /// The version whose text it began with.
    pub based_on: Option<String>,
}

/// Stores a draft; mistakes come back by line, as mistakes of the field `document`.
#[utoipa::path(post, path = "/api/v1/rules/drafts", request_body = NewDraft, tag = "rules", responses((status = 201, body = Made)))]
pub async fn create_draft(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewDraft = body(&sent)?;
    let based_on: Option<RuleSetId> = new.based_on.as_deref().map(parse_id).transpose()?;
    let id = given.act(&sent, move |tx, who, now| rates::draft_rules(tx, who, &new.document, based_on, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })))
}

/// A draft's new text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevisedDraft {
    /// The YAML document.
    pub document: String,
    /// The version that the change began with; another one by now is a conflict (409).
    pub version: i64,
}

/// A draft's version after a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftVersion {
    /// For the next change.
    pub version: i64,
}

/// Replaces the text of a draft.
#[utoipa::path(put, path = "/api/v1/rules/{id}", params(("id" = String, Path)), request_body = RevisedDraft, tag = "rules", responses((status = 200, body = DraftVersion)))]
pub async fn revise_draft(given: Given, Id(id): Id<RuleSetId>, sent: Sent) -> Result<Json<DraftVersion>, ApiFailure> {
    let new: RevisedDraft = body(&sent)?;
    let seen = SeenRules { id, version: new.version };
    let version = given.act(&sent, move |tx, who, now| rates::revise_draft(tx, who, seen, &new.document, now)).await?;
    Ok(Json(DraftVersion { version }))
}

/// Which text of a draft is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenDraft {
    /// Its version; another one by now is a conflict (409).
    pub version: i64,
}

/// Gives a draft up.
#[utoipa::path(post, path = "/api/v1/rules/{id}/removal", params(("id" = String, Path)), request_body = SeenDraft, tag = "rules", responses((status = 204)))]
pub async fn discard_draft(given: Given, Id(id): Id<RuleSetId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let asked: SeenDraft = body(&sent)?;
    let seen = SeenRules { id, version: asked.version };
    given.act(&sent, move |tx, who, now| rates::discard_draft(tx, who, seen, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A draft put in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Adoption {
    /// The version of the draft that is meant; another one by now is a conflict (409).
    pub version: i64,
    /// In force for shifts that start on this day or later.
    pub from_on: String,
}

/// Puts a draft in force; the person who does so approves it.
#[utoipa::path(post, path = "/api/v1/rules/{id}/adoption", params(("id" = String, Path)), request_body = Adoption, tag = "rules", responses((status = 204)))]
pub async fn adopt_draft(given: Given, Id(id): Id<RuleSetId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let asked: Adoption = body(&sent)?;
    let mut errors = FieldErrors::default();
    let from_on = read_date("from_on", &asked.from_on, &mut errors);
    errors.or(()).map_err(muster_app::Failure::Invalid)?;
    let seen = SeenRules { id, version: asked.version };
    given.act(&sent, move |tx, who, now| rates::adopt_draft(tx, who, seen, from_on, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a version says differently from another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Differences {
    /// The version compared with; none when the agency has no other.
    pub from: Option<String>,
    /// In the order of the book.
    pub differences: Vec<OneDifference>,
}

/// One difference.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneDifference {
    /// The part of the book.
    pub chapter: String,
    /// `added`, `removed`, `changed` or `moved` (a new order where the order decides).
    pub change: RuleChange,
    /// The id of the rule; empty when it is about no single rule.
    pub rule: String,
    /// The difference in a sentence.
    pub words: String,
    /// The rule's sentence before.
    pub before: String,
    /// The rule's sentence now.
    pub after: String,
}

/// What happened to a rule.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleChange {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// The rules of a list are asked in another order.
    Moved,
}

impl From<Difference> for OneDifference {
    fn from(one: Difference) -> Self {
        let change = match one.change {
            rules::Change::Added => RuleChange::Added,
            rules::Change::Removed => RuleChange::Removed,
            rules::Change::Changed => RuleChange::Changed,
            rules::Change::Moved => RuleChange::Moved,
        };
        Self {
            chapter: one.chapter.to_owned(),
            change,
            rule: one.rule,
            words: one.words,
            before: one.before,
            after: one.after,
        }
    }
}

/// What a version says differently from another one: the one asked for with `from`, else the one it began with, else the
/// one in force.
#[utoipa::path(get, path = "/api/v1/rules/{id}/differences", params(("id" = String, Path), ("from" = Option<String>, Query)), tag = "rules", responses((status = 200, body = Differences)))]
pub async fn list_differences(
    given: Given,
    Id(id): Id<RuleSetId>,
    query: Fields,
) -> Result<Json<Differences>, ApiFailure> {
    let from: Option<RuleSetId> = Some(query.get("from")).filter(|from| !from.is_empty()).map(parse_id).transpose()?;
    let found = given.read(move |tx, who, now| rates::compare_rules(tx, who, id, from, now)).await?;
    Ok(Json(Differences {
        from: found.before.map(|set| set.id.to_string()),
        differences: found.differences.into_iter().map(OneDifference::from).collect(),
    }))
}

/// The JSON Schema of the document.
#[utoipa::path(get, path = "/api/v1/rules.schema.json", tag = "rules", responses((status = 200, body = Object, content_type = "application/schema+json")))]
pub async fn get_schema() -> Response {
    ([(header::CONTENT_TYPE, "application/schema+json")], format!("{:#}\n", rules::schema())).into_response()
}
