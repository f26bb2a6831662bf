//! Booked work that no longer fits, and refusals by the rules, as JSON.

use axum::{Json, http::StatusCode};
use muster_app::distribution::{self, Misfit, MisfitAnswer, RefusedRow};
use muster_domain::{
    id::{FindingId, OfficerId},
    policy::Judgement,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    json::{body, mistake},
};

/// A rule that stands in the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleBroken {
    /// The rule's id.
    pub rule: String,
    /// Its kind.
    pub kind: String,
    /// Where it comes from.
    pub source: Option<String>,
    /// What it found, with the numbers that decided.
    pub words: String,
    /// What would make it pass.
    pub remedy: String,
    /// Who set it aside, when somebody did.
    pub set_aside_by: Option<String>,
}

fn broken(judgement: &Judgement) -> Vec<RuleBroken> {
    let all = judgement.decisions.iter().filter(|one| !one.passed);
    all.map(|one| RuleBroken {
        rule: one.rule.clone(),
        kind: one.kind.clone(),
        source: one.cite.as_ref().map(ToString::to_string),
        words: one.words(),
        remedy: one.remedy.clone(),
        set_aside_by: one.overridden.as_ref().map(|aside| aside.who.clone()),
    })
    .collect()
}

/// Booked work that no longer fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedMisfit {
    /// Its id, `fnd_...`.
    pub id: String,
    /// `open`, `asked`, `kept`, `removed`, `passed` (it fits again) or `ended` (no longer booked).
    pub state: String,
    /// The assignment's id.
    pub assignment: String,
    /// The shift's id.
    pub shift: String,
    /// The job's number.
    pub job_number: i64,
    /// First instant of the shift, RFC 3339.
    pub starts_at: String,
    /// The officer's id.
    pub officer: String,
    /// The officer's name with rank.
    pub officer_name: String,
    /// The rules in the way.
    pub rules: Vec<RuleBroken>,
    /// The reader may keep it with a reason.
    pub may_keep: bool,
    /// What the officer answered.
    pub answer: String,
    /// Why it was settled, or what the officer was asked.
    pub reason: String,
    /// When it was found, RFC 3339.
    pub found_at: String,
}

impl From<&Misfit> for BookedMisfit {
    fn from(one: &Misfit) -> Self {
        let row = &one.row;
        Self {
            id: row.id.to_string(),
            state: row.state.clone(),
            assignment: row.assignment.to_string(),
            shift: row.shift.to_string(),
            job_number: row.number,
            starts_at: row.span.starts_at().to_string(),
            officer: row.officer.to_string(),
            officer_name: row.name.clone(),
            rules: broken(&row.judgement),
            may_keep: one.may_keep,
            answer: row.answer.clone(),
            reason: row.reason.clone(),
            found_at: row.found_at.to_string(),
        }
    }
}

/// Booked work that no longer fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookedMisfits {
    /// At most 50.
    pub findings: Vec<BookedMisfit>,
    /// How many there are.
    pub total: i64,
}

/// What waits for a decision, the soonest shift first; with `show=settled` what became of the others. 50 a page.
#[utoipa::path(get, path = "/api/v1/booked-work", tag = "distribution",
    params(("show" = Option<String>, Query), ("page" = Option<i64>, Query)), responses((status = 200, body = BookedMisfits)))]
pub async fn list_booked_work(given: Given, query: Fields) -> Result<Json<BookedMisfits>, ApiFailure> {
    let (settled, page) = (query.get("show") == "settled", query.get("page").parse().unwrap_or(1));
    let found = given.read(move |tx, who, now| distribution::list_misfits(tx, who, settled, page, now)).await?;
    Ok(Json(BookedMisfits { findings: found.rows.iter().map(BookedMisfit::from).collect(), total: found.total }))
}

/// What a coordinator does about one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MisfitDecision {
    /// `keep`, `remove` or `ask`.
    pub decision: String,
    /// Why, or the question; the officer reads it.
    pub reason: String,
}

/// Keeps the seat, takes the officer off, or asks him.
#[utoipa::path(post, path = "/api/v1/booked-work/{id}/decision", tag = "distribution", params(("id" = String, Path)),
    request_body = MisfitDecision, responses((status = 204)))]
pub async fn decide_booked_work(given: Given, Id(id): Id<FindingId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let MisfitDecision { decision, reason } = body(&sent)?;
    let case = match decision.as_str() {
        "keep" => distribution::keep_misfit,
        "remove" => distribution::remove_misfit,
        "ask" => distribution::ask_about_misfit,
        _ => return Err(mistake("decision", "Write keep, remove or ask.")),
    };
    given.act(&sent, move |tx, who, now| case(tx, who, id, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an officer answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MisfitReply {
    /// He gives the seat back; otherwise he wants to keep it.
    pub gives_back: bool,
    /// Why; needed to keep it.
    #[serde(default)]
    pub reason: String,
}

/// The officer gives the seat back, or says why it should stay.
#[utoipa::path(post, path = "/api/v1/booked-work/{id}/answer", tag = "distribution", params(("id" = String, Path)),
    request_body = MisfitReply, responses((status = 204)))]
pub async fn answer_booked_work(given: Given, Id(id): Id<FindingId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let reply: MisfitReply = body(&sent)?;
    let reply = MisfitAnswer { gives_back: reply.gives_back, words: reply.reason };
    given.act(&sent, move |tx, who, now| distribution::answer_misfit(tx, who, id, &reply, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A refusal by the rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalKept {
    /// The decision's id.
    pub decision: String,
    /// The shift's id.
    pub shift: String,
    /// The job's number.
    pub job_number: i64,
    /// When, RFC 3339.
    pub decided_at: String,
    /// The rules in the way.
    pub rules: Vec<RuleBroken>,
}

impl From<&RefusedRow> for RefusalKept {
    fn from(one: &RefusedRow) -> Self {
        Self {
            decision: one.id.to_string(),
            shift: one.shift.to_string(),
            job_number: one.number,
            decided_at: one.decided_at.to_string(),
            rules: broken(&one.judgement),
        }
    }
}

/// What the rules refused an officer, the latest first, at most 30.
#[utoipa::path(get, path = "/api/v1/officers/{id}/refusals", tag = "distribution", params(("id" = String, Path)),
    responses((status = 200, body = Vec<RefusalKept>)))]
pub async fn list_refusals(given: Given, Id(id): Id<OfficerId>) -> Result<Json<Vec<RefusalKept>>, ApiFailure> {
    let said = given.read(move |tx, who, _| distribution::load_said_no(tx, who, id)).await?;
    Ok(Json(said.refused.iter().map(RefusalKept::from).collect()))
}
