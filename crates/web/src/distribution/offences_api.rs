//! Offences and an officer's standing, as JSON.

use axum::{Json, http::StatusCode};
use muster_app::distribution::{self, NewOffence, OffenceRow};
use muster_domain::id::{OffenceId, OfficerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::optional_id;
use crate::{
    failure::ApiFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    json::{body, mistake},
};

/// An offence as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffenceSeen {
    /// Its id, `off_...`.
    pub id: String,
    /// The officer's id.
    pub officer: String,
    /// The officer's name with rank.
    pub officer_name: String,
    /// `no_show`, `late`, `late_cancel`, `refuse`, `sick`, `out_of_uniform`, `misreport`, or a rule book's own word.
    pub event: String,
    /// When, RFC 3339.
    pub happened_at: String,
    /// The shift's id, if on one.
    pub shift: Option<String>,
    /// What happened.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// `candidate` (seen by the program, to be confirmed), `counted` or `excused`.
    pub state: String,
    /// `none`, `asked`, `upheld` or `dismissed`.
    pub appeal_state: String,
    /// The officer's appeal.
    pub appeal: String,
    /// What was answered to it.
    pub appeal_answer: String,
}

impl From<&OffenceRow> for OffenceSeen {
    fn from(one: &OffenceRow) -> Self {
        Self {
            id: one.id.to_string(),
            officer: one.officer.to_string(),
            officer_name: one.name.clone(),
            event: one.event.clone(),
            happened_at: one.happened_at.to_string(),
            shift: one.shift.map(|shift| shift.to_string()),
            reason: one.reason.clone(),
            recorded_by: one.recorded_by.clone(),
            state: one.state.clone(),
            appeal_state: one.appeal_state.clone(),
            appeal: one.appeal.clone(),
            appeal_answer: one.appeal_answer.clone(),
        }
    }
}

/// A page of offences.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffenceList {
    /// At most 50, the latest first.
    pub offences: Vec<OffenceSeen>,
    /// How many there are.
    pub total: i64,
}

/// The agency's offences, the latest first, 50 a page.
#[utoipa::path(get, path = "/api/v1/offences", tag = "distribution",
    params(("state" = Option<String>, Query), ("event" = Option<String>, Query), ("appealed" = Option<String>, Query),
        ("q" = Option<String>, Query), ("page" = Option<i64>, Query)),
    responses((status = 200, body = OffenceList)))]
pub async fn list_offences(given: Given, query: Fields) -> Result<Json<OffenceList>, ApiFailure> {
    let filter = super::offences::read_filter(&query);
    let found = given.read(move |tx, who, _| distribution::list_offences(tx, who, &filter)).await?;
    Ok(Json(OffenceList { offences: found.rows.iter().map(OffenceSeen::from).collect(), total: found.total }))
}

/// A bar that holds now.
#[derive(Debug, Serialize, ToSchema)]
pub struct BarSeen {
    /// In words, with the moment at which it ends.
    pub words: String,
    /// First instant after, RFC 3339.
    pub until: String,
    /// The offence that it follows from.
    pub event: String,
    /// Its step on the ladder, from 1.
    pub step: usize,
    /// Where the rule comes from.
    pub source: Option<String>,
}

/// How an officer stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    /// Bars that hold now.
    pub bars: Vec<BarSeen>,
    /// Offences, the latest first.
    pub offences: Vec<OffenceSeen>,
}

/// An officer's bars and offences.
#[utoipa::path(get, path = "/api/v1/officers/{id}/standing", tag = "distribution", params(("id" = String, Path)),
    responses((status = 200, body = Standing)))]
pub async fn get_standing(given: Given, Id(id): Id<OfficerId>) -> Result<Json<Standing>, ApiFailure> {
    let conduct = given.read(move |tx, who, now| distribution::load_conduct(tx, who, id, now)).await?;
    let bars = conduct.bars.iter().map(|bar| BarSeen {
        words: bar.words.clone(),
        until: bar.until.to_string(),
        event: bar.event.clone(),
        step: bar.step,
        source: bar.cite.as_ref().map(ToString::to_string),
    });
    Ok(Json(Standing { bars: bars.collect(), offences: conduct.offences.iter().map(OffenceSeen::from).collect() }))
}

/// What an officer did.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OffenceNew {
    /// `no_show`, `late`, `late_cancel`, `refuse`, `sick`, `out_of_uniform`, `misreport`, or a rule book's own word.
    pub event: String,
    /// The local day, `2026-11-21`.
    pub on: String,
    /// The shift's id, if on one.
    #[serde(default)]
    pub shift: Option<String>,
    /// What happened; the officer reads it.
    pub reason: String,
}

/// An offence that was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffenceMade {
    /// Its id, `off_...`.
    pub offence: String,
}

/// Records an offence; it counts at once, and the officer may appeal.
#[utoipa::path(post, path = "/api/v1/officers/{id}/offences", tag = "distribution", params(("id" = String, Path)),
    request_body = OffenceNew, responses((status = 201, body = OffenceMade)))]
pub async fn create_offence(
    given: Given,
    Id(id): Id<OfficerId>,
    sent: Sent,
) -> Result<(StatusCode, Json<OffenceMade>), ApiFailure> {
    let new: OffenceNew = body(&sent)?;
    let on = new.on.parse().map_err(|_| mistake("on", "Write a day like 2026-11-21."))?;
    let shift = optional_id("shift", new.shift.as_deref())?;
    let new = NewOffence { officer: id, event: new.event, on, shift, reason: new.reason };
    let made = given.act(&sent, move |tx, who, now| distribution::record_offence(tx, who, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(OffenceMade { offence: made.to_string() })))
}

/// What the office says of an offence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OffenceDecision {
    /// `confirm` (a candidate counts) or `excuse`.
    pub decision: String,
    /// Why; needed to excuse.
    #[serde(default)]
    pub reason: String,
}

/// Confirms a candidate, or excuses an offence.
#[utoipa::path(post, path = "/api/v1/offences/{id}/decision", tag = "distribution", params(("id" = String, Path)),
    request_body = OffenceDecision, responses((status = 204)))]
pub async fn decide_offence(given: Given, Id(id): Id<OffenceId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let OffenceDecision { decision, reason } = body(&sent)?;
    let counts = match decision.as_str() {
        "confirm" => true,
        "excuse" => false,
        _ => return Err(mistake("decision", "Write confirm or excuse.")),
    };
    given.act(&sent, move |tx, who, now| distribution::decide_offence(tx, who, id, counts, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An officer's appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// Why it should not count.
    pub reason: String,
}

/// The officer appeals against an offence.
#[utoipa::path(post, path = "/api/v1/offences/{id}/appeal", tag = "distribution", params(("id" = String, Path)),
    request_body = Appeal, responses((status = 204)))]
pub async fn appeal_offence(given: Given, Id(id): Id<OffenceId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let Appeal { reason } = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::appeal_offence(tx, who, id, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is said to an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealDecision {
    /// The offence is excused; otherwise it counts.
    pub upheld: bool,
    /// Why; the officer reads it.
    pub reason: String,
}

/// Somebody who neither recorded nor confirmed the offence decides the appeal.
#[utoipa::path(post, path = "/api/v1/offences/{id}/appeal/decision", tag = "distribution", params(("id" = String, Path)),
    request_body = AppealDecision, responses((status = 204)))]
pub async fn decide_appeal(given: Given, Id(id): Id<OffenceId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let AppealDecision { upheld, reason } = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::decide_appeal(tx, who, id, upheld, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
