//! The rules of requests as JSON: crew advice, decisions, the path of approvals, documents.

use axum::{Json, http::StatusCode};
use muster_app::requests::{self, ApprovalRow, DocumentSeen, DocumentShown, LevelDecision, Subject};
use muster_domain::{
    id::{ApprovalId, RequestId},
    policy::Outcome,
    refusal::FieldErrors,
    requests as domain,
    requests::{Quote, RequestRuling},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::Position;
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id, Ids},
    json::{Made, body, read_date},
};

/// Who and what the crew rules add.
#[derive(Debug, Serialize, ToSchema)]
pub struct Crew {
    /// What is missing, each with its rule.
    pub findings: Vec<CrewFinding>,
    /// The positions that keep every crew rule; empty when those asked for do.
    pub positions: Vec<Position>,
    /// Resources that the job needs, in words that say who pays.
    pub resources: Vec<String>,
    /// The price with those positions, in cents.
    pub total_cents: Option<i64>,
}

/// People missing by one rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrewFinding {
    /// The rule.
    pub rule: String,
    /// Where it comes from.
    pub cite: String,
    /// `officer`, or the role or rank of the rule's ladder.
    pub role: String,
    /// Asked for.
    pub asked: i64,
    /// Needed.
    pub needed: i64,
    /// Why, in words.
    pub words: String,
    /// `allowed`, `warned`, `needs_approval` or `blocked`.
    pub result: String,
}

impl From<&domain::CrewAdvice> for Crew {
    fn from(advice: &domain::CrewAdvice) -> Self {
        let finding = |one: &domain::CrewReason| CrewFinding {
            rule: one.rule.clone(),
            cite: one.cite.clone(),
            role: one.role.clone(),
            asked: one.asked,
            needed: one.needed,
            words: one.words.clone(),
            result: word(one.result).to_owned(),
        };
        let position = |one: &domain::PositionWanted| Position {
            role: one.role.code().to_owned(),
            seats: one.seats,
            least_rank: one.requirements.least_rank.map(|rank| rank.to_string()),
            certifications: one.requirements.certifications.clone(),
        };
        Self {
            findings: advice.reasons.iter().map(finding).collect(),
            positions: advice.positions.iter().map(position).collect(),
            resources: advice.resources.iter().map(|one| one.words.clone()).collect(),
            total_cents: advice.total.map(|total| total.0),
        }
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "allowed",
        Outcome::Warned => "warned",
        Outcome::NeedsApproval => "needs_approval",
        Outcome::Blocked => "blocked",
        Outcome::Hidden => "hidden",
    }
}

/// One rule's answer about a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleDecision {
    /// The rule.
    pub rule: String,
    /// Its kind.
    pub kind: String,
    /// Where it comes from.
    pub cite: Option<String>,
    /// It is kept.
    pub passed: bool,
    /// `allowed`, `warned`, `needs_approval` or `blocked`.
    pub result: String,
    /// In words with the numbers that decided.
    pub words: String,
    /// What would make it pass.
    pub remedy: String,
    /// How far from the limit.
    #[schema(value_type = Object)]
    pub distance: serde_json::Value,
    /// What decided.
    #[schema(value_type = Object)]
    pub inputs: serde_json::Value,
    /// Who set it aside or agreed.
    pub set_aside_by: Option<String>,
}

/// The decisions of a ruling.
pub(super) fn decisions(ruling: &RequestRuling) -> Vec<RuleDecision> {
    let one = |one: &muster_domain::policy::Decision| RuleDecision {
        rule: one.rule.clone(),
        kind: one.kind.clone(),
        cite: one.cite.as_ref().map(ToString::to_string),
        passed: one.passed,
        result: word(one.result).to_owned(),
        words: ruling.words(one),
        remedy: one.remedy.clone(),
        distance: serde_json::to_value(one.distance).unwrap_or_default(),
        inputs: serde_json::to_value(&one.inputs).unwrap_or_default(),
        set_aside_by: one.overridden.as_ref().map(|aside| aside.who.clone()),
    };
    ruling.decisions.iter().map(one).collect()
}

/// One level of an approval path.
#[derive(Debug, Serialize, ToSchema)]
pub struct Level {
    /// Its id, `apv_...`.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// Who must agree, by the agency's word.
    pub level: String,
    /// Place in the path, from 0.
    pub step: i64,
    /// `asked`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// Spoken, the form is still to come.
    pub spoken: bool,
    /// When it was decided.
    pub decided_at: Option<String>,
    /// First instant at which it no longer holds.
    pub valid_until: Option<String>,
}

impl From<&ApprovalRow> for Level {
    fn from(row: &ApprovalRow) -> Self {
        Self {
            id: row.id.to_string(),
            rule: row.rule.clone(),
            level: row.level.clone(),
            step: row.step,
            state: row.state.clone(),
            spoken: row.spoken,
            decided_at: row.decided_at.map(|at| at.to_string()),
            valid_until: row.valid_until.map(|at| at.to_string()),
        }
    }
}

/// A document that the agency has seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    /// By the rule book's word.
    pub document: String,
    /// Its own name or number.
    pub name: String,
    /// The id of the request, customer or site that it belongs to.
    pub about: String,
    /// Last day on which it holds.
    pub valid_until: Option<String>,
}

impl From<&DocumentSeen> for Document {
    fn from(seen: &DocumentSeen) -> Self {
        Self {
            document: seen.document.clone(),
            name: seen.name.clone(),
            about: seen.subject.clone(),
            valid_until: seen.valid_until.map(|day| day.to_string()),
        }
    }
}

/// A submitted request with what the rules said.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestMade {
    /// Its id.
    pub id: String,
    /// `submitted`, or `approved` where the agency approves such requests without a person.
    pub state: String,
    /// What the crew rules add to what was asked for.
    pub crew: Option<Crew>,
    /// Every rule that was asked.
    pub decisions: Vec<RuleDecision>,
    /// Who must agree.
    pub approvals: Vec<Level>,
}

impl From<&requests::RequestRecord> for RequestMade {
    fn from(record: &requests::RequestRecord) -> Self {
        let said = record.rules.rulings.first();
        Self {
            id: record.request.id.to_string(),
            state: record.request.state.code().to_owned(),
            crew: record.quote.as_ref().map(|quote: &Quote| Crew::from(&quote.crew)),
            decisions: said.map(|row| decisions(&row.ruling)).unwrap_or_default(),
            approvals: record.rules.path.iter().map(Level::from).collect(),
        }
    }
}

/// What a level said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelAnswer {
    /// It agrees; false declines.
    pub agrees: bool,
    /// Who said it, when not the caller.
    #[serde(default)]
    pub said_by: String,
    /// By word of mouth; the form follows.
    #[serde(default)]
    pub spoken: bool,
    /// Why, or a note; needed for a no.
    #[serde(default)]
    pub reason: String,
}

/// Records what a level of the path said.
#[utoipa::path(post, path = "/api/v1/requests/{id}/approvals/{approval}", params(("id" = String, Path), ("approval" = String, Path)), request_body = LevelAnswer, tag = "requests", responses((status = 204)))]
pub async fn decide_level(
    given: Given,
    Ids(id, approval): Ids<RequestId, ApprovalId>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let LevelAnswer { agrees, said_by, spoken, reason } = body(&sent)?;
    let said = LevelDecision { agrees, said_by, spoken, reason };
    given.act(&sent, move |tx, who, now| requests::decide_level(tx, who, (id, approval), &said, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A document to record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDocument {
    /// By the rule book's word.
    pub document: String,
    /// Its own name or number.
    pub name: String,
    /// `request`, or `customer` or `site` for later requests too.
    pub about: String,
    /// Its date.
    #[serde(default)]
    pub dated_on: Option<String>,
    /// Last day on which it holds.
    #[serde(default)]
    pub valid_until: Option<String>,
}

/// Records that a document was seen.
#[utoipa::path(post, path = "/api/v1/requests/{id}/documents", params(("id" = String, Path)), request_body = NewDocument, tag = "requests", responses((status = 201, body = Made)))]
pub async fn record_document(
    given: Given,
    Id(id): Id<RequestId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewDocument = body(&sent)?;
    let mut errors = FieldErrors::default();
    let shown = DocumentShown {
        about: Subject::from_code(&new.about),
        document: new.document,
        name: new.name,
        dated_on: new.dated_on.map(|day| read_date("dated_on", &day, &mut errors)),
        valid_until: new.valid_until.map(|day| read_date("valid_until", &day, &mut errors)),
    };
    let made = given
        .act(&sent, move |tx, who, now| {
            // Whether there is such a request comes before what is wrong with the dates.
            requests::load_request(tx, who, id, now)?;
            errors.clone().or(())?;
            requests::record_document(tx, who, id, &shown, now)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}
