//! Requests as JSON.

use axum::{Json, extract::Query, http::StatusCode};
use jiff::civil::Time;
use muster_app::{
    Failure,
    requests::{self, Listed, NewRequest, QuoteFor, RequestFilter, SiteChoice},
};
use muster_domain::{
    id::RequestId,
    refusal::FieldErrors,
    requests as domain,
    requests::{PositionWanted, PostRole, RequestState, Requirements},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    quote_api::Quote,
    rules_api::{Document, Level, RequestMade, RuleDecision, decisions},
};
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, mistake, read_date},
};

/// A request as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestRow {
    /// Its id, `req_...`.
    pub id: String,
    /// The number people say.
    pub number: i64,
    /// What.
    pub title: String,
    /// `submitted`, `questioned`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// The customer's id.
    pub customer: String,
    /// The customer's name.
    pub customer_name: String,
    /// The site's name.
    pub site_name: String,
    /// The quote's total, in cents.
    pub quoted_cents: i64,
    /// The first shift's start.
    pub first_starts_at: String,
    /// When it came.
    pub submitted_at: String,
}

impl From<&Listed> for RequestRow {
    fn from(one: &Listed) -> Self {
        Self {
            id: one.id.to_string(),
            number: one.number,
            title: one.title.clone(),
            state: one.state.code().to_owned(),
            customer: one.customer_id.to_string(),
            customer_name: one.customer.clone(),
            site_name: one.site.clone(),
            quoted_cents: one.quoted.0,
            first_starts_at: one.first_starts_at.to_string(),
            submitted_at: one.submitted_at.to_string(),
        }
    }
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestPage {
    /// This page, newest first, 50 a page.
    pub requests: Vec<RequestRow>,
    /// How many match.
    pub count: i64,
}

/// Which requests.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct RequestQuery {
    /// A customer's id.
    pub customer: Option<String>,
    /// A state.
    pub state: Option<String>,
    /// Part of title, customer, site or number.
    pub q: Option<String>,
    /// From 1.
    pub page: Option<i64>,
}

/// The requests, newest first.
#[utoipa::path(get, path = "/api/v1/requests", params(RequestQuery), tag = "requests", responses((status = 200, body = RequestPage)))]
pub async fn list_requests(given: Given, Query(query): Query<RequestQuery>) -> Result<Json<RequestPage>, ApiFailure> {
    let filter = RequestFilter {
        customer: query.customer.and_then(|id| id.parse().ok()),
        state: query.state.and_then(|code| RequestState::from_code(&code)),
        search: query.q.unwrap_or_default(),
        by_start: false,
    };
    let page = query.page.unwrap_or(1);
    let listed = given.read(move |tx, who, _| requests::list_requests(tx, who, &filter, page)).await?;
    Ok(Json(RequestPage { requests: listed.rows.iter().map(RequestRow::from).collect(), count: listed.total }))
}

/// Seats of one role.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// `officer`, `supervisor` or `commander`.
    pub role: String,
    /// 1 to 500.
    pub seats: i64,
    /// A rank's id: this rank or above.
    #[serde(default)]
    pub least_rank: Option<String>,
    /// Words such as `traffic_control`.
    #[serde(default)]
    pub certifications: Vec<String>,
}

/// A vehicle, a dog or another thing.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The word of the agency's rates, for example `cruiser`.
    pub resource: String,
    /// 1 to 100.
    pub count: i64,
}

/// A weekly repeat.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    /// First date.
    pub from_on: String,
    /// Last date, at most a year later.
    pub to_on: String,
    /// Monday 1 to Sunday 7.
    pub weekdays: Vec<i8>,
}

/// What is asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The customer's id; not needed by the customer's own people.
    #[serde(default)]
    pub customer: Option<String>,
    /// The site's id; not needed for a quote.
    #[serde(default)]
    pub site: Option<String>,
    /// The job type's id.
    pub job_type: String,
    /// What, in a few words; not needed for a quote.
    #[serde(default)]
    pub title: String,
    /// Dates like 2026-11-21; or `weekly`.
    #[serde(default)]
    pub dates: Vec<String>,
    /// Instead of `dates`.
    #[serde(default)]
    pub weekly: Option<Weekly>,
    /// Start on the agency's wall clock, 18:30.
    pub from: String,
    /// End; on the next day when not after the start.
    pub to: String,
    /// Who.
    pub positions: Vec<Position>,
    /// People expected.
    #[serde(default)]
    pub attendance: Option<i64>,
    /// Alcohol is served.
    #[serde(default)]
    pub alcohol: bool,
    /// Officers direct traffic.
    #[serde(default)]
    pub traffic: bool,
    /// Who meets the officers.
    #[serde(default)]
    pub contact_name: String,
    /// Their phone.
    #[serde(default)]
    pub contact_phone: String,
    /// For the officers.
    #[serde(default)]
    pub instructions: String,
    /// Vehicles, dogs and other things on each shift.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// Why the office sets aside a rule that stands in the way.
    #[serde(default)]
    pub set_aside: String,
}

impl Request {
    fn details(&self, errors: &mut FieldErrors) -> domain::Details {
        let clock = |field: &str, text: &str, errors: &mut FieldErrors| {
            Time::strptime("%H:%M", text).unwrap_or_else(|_| {
                errors.add(field, "Write a time of day in 24 hours, for example 18:30.");
                Time::midnight()
            })
        };
        let dates = match &self.weekly {
            Some(weekly) => domain::Dates::Weekly {
                from_on: read_date("weekly.from_on", &weekly.from_on, errors),
                to_on: read_date("weekly.to_on", &weekly.to_on, errors),
                weekdays: weekly.weekdays.clone(),
            },
            None => {
                domain::Dates::Given { on: self.dates.iter().map(|date| read_date("dates", date, errors)).collect() }
            }
        };
        domain::Details {
            dates,
            from: clock("from", &self.from, errors),
            to: clock("to", &self.to, errors),
            positions: self.positions.iter().enumerate().map(|(at, one)| position(at, one, errors)).collect(),
            attendance: self.attendance,
            alcohol: self.alcohol,
            traffic: self.traffic,
            contact_name: self.contact_name.clone(),
            contact_phone: self.contact_phone.clone(),
            instructions: self.instructions.clone(),
            resources: self
                .resources
                .iter()
                .map(|one| domain::ResourceWanted { resource: one.resource.clone(), count: one.count })
                .collect(),
        }
    }
}

fn position(at: usize, one: &Position, errors: &mut FieldErrors) -> PositionWanted {
    let role = PostRole::from_code(&one.role).unwrap_or_else(|| {
        errors.add(format!("positions.{at}.role"), "Use officer, supervisor or commander.");
        PostRole::Officer
    });
    let least_rank = one.least_rank.as_ref().and_then(|id| {
        id.parse()
            .map_err(|_| errors.add(format!("positions.{at}.least_rank"), "Write a rank's id like rnk_0198..."))
            .ok()
    });
    PositionWanted {
        role,
        seats: one.seats,
        requirements: Requirements { least_rank, certifications: one.certifications.clone() },
    }
}

/// Submits a request.
#[utoipa::path(post, path = "/api/v1/requests", request_body = Request, tag = "requests", responses((status = 201, body = RequestMade)))]
pub async fn create_request(given: Given, sent: Sent) -> Result<(StatusCode, Json<RequestMade>), ApiFailure> {
    let asked: Request = body(&sent)?;
    let mut errors = FieldErrors::default();
    let details = asked.details(&mut errors);
    let customer = asked.customer.as_ref().and_then(|id| id.parse().ok()).or(given.who.actor.customer);
    let site = asked.site.as_ref().and_then(|id| id.parse().ok());
    let job_type = asked.job_type.parse().ok();
    errors.require(customer.is_some(), "customer", "Write a customer's id like cus_0198...");
    errors.require(site.is_some(), "site", "Write a site's id like sit_0198...");
    errors.require(job_type.is_some(), "job_type", "Write a job type's id like jbt_0198...");
    let (Some(customer), Some(site), Some(job_type), true) = (customer, site, job_type, errors.0.is_empty()) else {
        return Err(Failure::Invalid(errors).into());
    };
    let (site, set_aside) = (SiteChoice::Known(site), asked.set_aside);
    let new = NewRequest { customer, site, job_type, title: asked.title, details, set_aside };
    let answer = given.act(&sent, move |tx, who, now| requests::send_request(tx, who, &new, now)).await?;
    let id = requests::settled(answer)?;
    let record = given.read(move |tx, who, now| requests::load_request(tx, who, id, now)).await?;
    Ok((StatusCode::CREATED, Json(RequestMade::from(&record))))
}

/// The price of a request; writes nothing.
#[utoipa::path(post, path = "/api/v1/requests/quote", request_body = Request, tag = "requests", responses((status = 200, body = Quote)))]
pub async fn quote_request(given: Given, sent: Sent) -> Result<Json<Quote>, ApiFailure> {
    let asked: Request = body(&sent)?;
    let mut errors = FieldErrors::default();
    let details = asked.details(&mut errors);
    let job_type = asked.job_type.parse().map_err(|_| mistake("job_type", "Write a job type's id like jbt_0198..."))?;
    errors.or(()).map_err(Failure::Invalid)?;
    let customer = asked.customer.as_ref().and_then(|id| id.parse().ok());
    let site = asked.site.as_ref().and_then(|id| id.parse().ok());
    let asked = QuoteFor { customer, site, job_type, details };
    let quote = given.read(move |tx, who, now| requests::quote_request(tx, who, &asked, now)).await?;
    Ok(Json(Quote::from(&quote)))
}

/// One request in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestFull {
    /// Its id.
    pub id: String,
    /// The number people say.
    pub number: i64,
    /// What.
    pub title: String,
    /// Where it stands.
    pub state: String,
    /// Why it was declined, or the open question.
    pub reason: String,
    /// The customer's id.
    pub customer: String,
    /// The site's id.
    pub site: String,
    /// The job type's id.
    pub job_type: String,
    /// The quote as it was shown.
    pub quote: Option<Quote>,
    /// Dates.
    pub dates: Vec<String>,
    /// Start on the agency's wall clock.
    pub from: String,
    /// End.
    pub to: String,
    /// The job it became.
    pub job: Option<String>,
    /// Questions and answers, the oldest first.
    pub notes: Vec<Note>,
    /// What the rules say: now while it is open, else when it was decided.
    pub decisions: Vec<RuleDecision>,
    /// The path of approvals.
    pub approvals: Vec<Level>,
    /// What is still missing before it can be approved, in words.
    pub missing: Vec<String>,
    /// Documents that the agency has seen; empty for the customer's people.
    pub documents: Vec<Document>,
}

/// A question or an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Note {
    /// Who wrote it.
    pub author: String,
    /// `agency` or `customer`.
    pub side: String,
    /// What it says.
    pub body: String,
    /// When.
    pub written_at: String,
}

/// One request.
#[utoipa::path(get, path = "/api/v1/requests/{id}", params(("id" = String, Path)), tag = "requests", responses((status = 200, body = RequestFull)))]
pub async fn get_request(given: Given, Id(id): Id<RequestId>) -> Result<Json<RequestFull>, ApiFailure> {
    let office = !given.who.actor.role.is_customer();
    let record = given.read(move |tx, who, now| requests::load_request(tx, who, id, now)).await?;
    let request = &record.request;
    let rules = &record.rules;
    let said = rules.now.as_ref().or_else(|| rules.rulings.first().map(|row| &row.ruling));
    Ok(Json(RequestFull {
        id: request.id.to_string(),
        number: request.number,
        title: request.title.clone(),
        state: request.state.code().to_owned(),
        reason: request.state_reason.clone(),
        customer: request.customer.to_string(),
        site: request.site.to_string(),
        job_type: request.job_type.to_string(),
        quote: record.quote.as_ref().map(Quote::from),
        dates: request.details.dates.list().iter().map(ToString::to_string).collect(),
        from: request.details.from.strftime("%H:%M").to_string(),
        to: request.details.to.strftime("%H:%M").to_string(),
        job: record.job.map(|(job, _)| job.to_string()),
        notes: record
            .notes
            .iter()
            .map(|note| Note {
                author: note.author.clone(),
                side: note.side.clone(),
                body: note.body.clone(),
                written_at: note.written_at.to_string(),
            })
            .collect(),
        decisions: said.map(decisions).unwrap_or_default(),
        approvals: rules.path.iter().map(Level::from).collect(),
        missing: rules.waits.iter().map(domain::Waits::words).collect(),
        documents: if office { rules.documents.iter().map(Document::from).collect() } else { Vec::new() },
    }))
}

/// What the agency decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// `approve`, `decline` or `ask`.
    pub decision: String,
    /// The reason, or the question.
    #[serde(default)]
    pub reason: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decided {
    /// The job, when it was approved.
    pub job: Option<String>,
}

/// Approves, declines or asks.
#[utoipa::path(post, path = "/api/v1/requests/{id}/decision", params(("id" = String, Path)), request_body = Decision, tag = "requests", responses((status = 200, body = Decided)))]
pub async fn decide_request(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<Json<Decided>, ApiFailure> {
    let Decision { decision, reason } = body(&sent)?;
    if !["approve", "decline", "ask"].contains(&decision.as_str()) {
        return Err(mistake("decision", "Use approve, decline or ask."));
    }
    let job = given
        .act(&sent, move |tx, who, now| match decision.as_str() {
            "approve" => requests::approve_request(tx, who, id, &reason, now).map(Some),
            "decline" => requests::decline_request(tx, who, id, &reason, now).map(|()| None),
            _ => requests::ask_question(tx, who, id, &reason, now).map(|()| None),
        })
        .await?;
    Ok(Json(Decided { job: job.map(|job| job.to_string()) }))
}

/// Words about a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What to say.
    #[serde(default)]
    pub text: String,
}

/// Answers a question.
#[utoipa::path(post, path = "/api/v1/requests/{id}/answer", params(("id" = String, Path)), request_body = Words, tag = "requests", responses((status = 204)))]
pub async fn answer_request(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let words: Words = body(&sent)?;
    given.act(&sent, move |tx, who, now| requests::answer_question(tx, who, id, &words.text, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws a request.
#[utoipa::path(post, path = "/api/v1/requests/{id}/withdrawal", params(("id" = String, Path)), request_body = Words, tag = "requests", responses((status = 204)))]
pub async fn withdraw_request(given: Given, Id(id): Id<RequestId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let words: Words = body(&sent)?;
    given.act(&sent, move |tx, who, now| requests::withdraw_request(tx, who, id, &words.text, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
