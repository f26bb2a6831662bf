//! Standing permits of officers, as JSON.

use axum::{Json, http::StatusCode};
use muster_app::{
    distribution::{self, PermitDecision, PermitRow, PermitSeen, PermitWaiting},
    requests::LevelDecision,
};
use muster_domain::{
    distribution::PermitStanding,
    id::{ApprovalId, OfficerId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, mistake},
};

/// A level that was asked for a permit.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermitLevelSeen {
    /// Its id, `apv_...`.
    pub id: String,
    /// The officer's id.
    pub officer: String,
    /// The officer's name with rank.
    pub officer_name: String,
    /// The rule.
    pub rule: String,
    /// Who must agree.
    pub level: String,
    /// `asked`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// What the officer says.
    pub words: String,
    /// When it was asked, RFC 3339.
    pub asked_at: String,
    /// When it was decided, RFC 3339.
    pub decided_at: Option<String>,
    /// By whom.
    pub decided_by: String,
    /// Why.
    pub reason: String,
    /// By word of mouth; the form follows.
    pub spoken: bool,
    /// First instant at which it no longer holds, RFC 3339.
    pub valid_until: Option<String>,
}

impl From<&PermitRow> for PermitLevelSeen {
    fn from(row: &PermitRow) -> Self {
        Self {
            id: row.id.to_string(),
            officer: row.officer.to_string(),
            officer_name: row.name.clone(),
            rule: row.rule.clone(),
            level: row.level.level.clone(),
            state: row.level.state.clone(),
            words: row.words.clone(),
            asked_at: row.asked_at.to_string(),
            decided_at: row.decided_at.map(|at| at.to_string()),
            decided_by: row.decided_by.clone(),
            reason: row.reason.clone(),
            spoken: row.spoken,
            valid_until: row.level.until.map(|at| at.to_string()),
        }
    }
}

/// A permit that the rules want of an officer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerPermit {
    /// The rule.
    pub rule: String,
    /// The rule in a sentence.
    pub words: String,
    /// `missing`, `asked`, `held` or `expired`.
    pub standing: String,
    /// Until when it holds, or when it ended, RFC 3339.
    pub until: Option<String>,
    /// The officer may ask for it, or for its renewal, now.
    pub may_ask: bool,
    /// Every level that was ever asked, the latest first.
    pub levels: Vec<PermitLevelSeen>,
}

impl From<&PermitSeen> for OfficerPermit {
    fn from(one: &PermitSeen) -> Self {
        let (standing, until) = match &one.standing {
            PermitStanding::Missing => ("missing", None),
            PermitStanding::Asked(_) => ("asked", None),
            PermitStanding::Held(until) => ("held", *until),
            PermitStanding::Expired(at) => ("expired", Some(*at)),
        };
        Self {
            rule: one.rule.clone(),
            words: one.words.clone(),
            standing: standing.to_owned(),
            until: until.map(|at| at.to_string()),
            may_ask: one.may_ask,
            levels: one.levels.iter().map(PermitLevelSeen::from).collect(),
        }
    }
}

/// The permits that the rules want of an officer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerPermits {
    /// In the order of the book.
    pub permits: Vec<OfficerPermit>,
}

/// The permits that the rules want of an officer, and where each stands.
#[utoipa::path(get, path = "/api/v1/officers/{id}/permits", tag = "distribution", params(("id" = String, Path)),
    responses((status = 200, body = OfficerPermits)))]
pub async fn list_permits(given: Given, Id(id): Id<OfficerId>) -> Result<Json<OfficerPermits>, ApiFailure> {
    let permits = given.read(move |tx, who, now| distribution::load_permits(tx, who, id, now)).await?;
    Ok(Json(OfficerPermits { permits: permits.iter().map(OfficerPermit::from).collect() }))
}

/// What an officer asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermitAsk {
    /// The rule.
    pub rule: String,
    /// A word to whoever decides.
    #[serde(default)]
    pub words: String,
}

/// The officer asks for a permit, or for the renewal of one that ends within 60 days.
#[utoipa::path(post, path = "/api/v1/my-permits", tag = "distribution", request_body = PermitAsk,
    responses((status = 204)))]
pub async fn ask(given: Given, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let PermitAsk { rule, words } = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::ask_for_permit(tx, who, &rule, &words, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A level that has still to answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermitLevelWaiting {
    /// The level as it was asked.
    #[serde(flatten)]
    pub level: PermitLevelSeen,
    /// Documents that must be named with an agreement: the rule asks for them and nobody has seen them.
    pub missing_documents: Vec<String>,
}

impl From<PermitWaiting> for PermitLevelWaiting {
    fn from(one: PermitWaiting) -> Self {
        Self { level: PermitLevelSeen::from(&one.row), missing_documents: one.missing }
    }
}

/// Levels that have still to answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermitsWaiting {
    /// The longest waiting first, at most 200.
    pub levels: Vec<PermitLevelWaiting>,
}

/// The permits that somebody has still to answer.
#[utoipa::path(get, path = "/api/v1/permits", tag = "distribution", responses((status = 200, body = PermitsWaiting)))]
pub async fn list_waiting(given: Given) -> Result<Json<PermitsWaiting>, ApiFailure> {
    let waiting = given.read(distribution::list_permits_waiting).await?;
    Ok(Json(PermitsWaiting { levels: waiting.into_iter().map(PermitLevelWaiting::from).collect() }))
}

/// What a level says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermitAnswer {
    /// It agrees.
    pub agrees: bool,
    /// Who said it, when not who records it.
    #[serde(default)]
    pub said_by: String,
    /// By word of mouth; the form follows.
    #[serde(default)]
    pub spoken: bool,
    /// A note; needed for a no.
    #[serde(default)]
    pub reason: String,
    /// The officer's day of birth, `1990-03-09`, where the permit ends by it and it is not known yet.
    #[serde(default)]
    pub born_on: Option<String>,
    /// Documents seen now, by the rule book's words.
    #[serde(default)]
    pub documents: Vec<String>,
}

/// Records what a level said.
#[utoipa::path(post, path = "/api/v1/permits/{id}/decision", tag = "distribution", params(("id" = String, Path)),
    request_body = PermitAnswer, responses((status = 204)))]
pub async fn decide(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let answer: PermitAnswer = body(&sent)?;
    let born_on = answer.born_on.as_deref().map(str::parse).transpose();
    let born_on = born_on.map_err(|_| mistake("born_on", "Write a day like 1990-03-09."))?;
    let said =
        LevelDecision { agrees: answer.agrees, said_by: answer.said_by, spoken: answer.spoken, reason: answer.reason };
    let decision = PermitDecision { said, born_on, documents: answer.documents.into_iter().take(20).collect() };
    given.act(&sent, move |tx, who, now| distribution::decide_permit(tx, who, id, &decision, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a permit ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermitEnd {
    /// The officer reads it.
    pub reason: String,
}

/// Ends a permit that was given or asked for; the officer's booked work is judged again.
#[utoipa::path(post, path = "/api/v1/permits/{id}/end", tag = "distribution", params(("id" = String, Path)),
    request_body = PermitEnd, responses((status = 204)))]
pub async fn end(given: Given, Id(id): Id<ApprovalId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let PermitEnd { reason } = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::revoke_permit(tx, who, id, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
