//! Lists and relations of officers, as JSON.

use axum::{Json, http::StatusCode};
use muster_app::{
    Failure,
    distribution::{self, MarkRow, NewMark},
};
use muster_domain::{
    distribution::MarkSort,
    id::{CustomerId, MarkId, OfficerId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, mistake},
};

/// A list that an officer stands on, or his relation to a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkSeen {
    /// Its id, `mrk_...`.
    pub id: String,
    /// The officer's id.
    pub officer: String,
    /// The officer's name with rank.
    pub officer_name: String,
    /// `list` or `relation`.
    pub sort: String,
    /// The list or the relation, by the rule book's word: `do_not_send`, `owns` ...
    pub word: String,
    /// The only customer that it is for; absent for all.
    pub customer: Option<String>,
    /// The customer's name.
    pub customer_name: Option<String>,
    /// The code of the only kind of job that it is for; absent for all.
    pub job_kind: Option<String>,
    /// First instant, RFC 3339.
    pub starts_at: String,
    /// First instant after; absent while open.
    pub ends_at: Option<String>,
    /// Why.
    pub reason: String,
    /// The officer declared it himself.
    pub declared: bool,
    /// Who wrote it down.
    pub added_by: String,
    /// Who ended it; absent while nobody did.
    pub ended_by: Option<String>,
    /// Why it was ended.
    pub end_reason: String,
}

impl From<&MarkRow> for MarkSeen {
    fn from(one: &MarkRow) -> Self {
        Self {
            id: one.id.to_string(),
            officer: one.officer.to_string(),
            officer_name: one.name.clone(),
            sort: one.sort.code().to_owned(),
            word: one.word.clone(),
            customer: one.customer.as_ref().map(|(id, _)| id.to_string()),
            customer_name: one.customer.as_ref().map(|(_, name)| name.clone()),
            job_kind: one.job_kind.clone(),
            starts_at: one.starts_at.to_string(),
            ends_at: one.ends_at.map(|at| at.to_string()),
            reason: one.reason.clone(),
            declared: one.declared,
            added_by: one.added_by.clone(),
            ended_by: one.ended_at.map(|_| one.ended_by.clone()),
            end_reason: one.end_reason.clone(),
        }
    }
}

/// Lists and relations, the latest first, at most 200.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkList {
    /// What stands and what is over.
    pub marks: Vec<MarkSeen>,
}

/// The lists that an officer stands on and his relations to customers.
#[utoipa::path(get, path = "/api/v1/officers/{id}/marks", tag = "distribution", params(("id" = String, Path)),
    responses((status = 200, body = MarkList)))]
pub async fn list_of_officer(given: Given, Id(id): Id<OfficerId>) -> Result<Json<MarkList>, ApiFailure> {
    let found = given.read(move |tx, who, now| distribution::load_marks(tx, who, id, now)).await?;
    Ok(Json(MarkList { marks: found.rows.iter().map(MarkSeen::from).collect() }))
}

/// The officers who are not sent to a customer, or have a relation to it.
#[utoipa::path(get, path = "/api/v1/customers/{id}/marks", tag = "distribution", params(("id" = String, Path)),
    responses((status = 200, body = MarkList)))]
pub async fn list_to_customer(given: Given, Id(id): Id<CustomerId>) -> Result<Json<MarkList>, ApiFailure> {
    let found = given.read(move |tx, who, now| distribution::load_marks_to(tx, who, id, now)).await?;
    Ok(Json(MarkList { marks: found.rows.iter().map(MarkSeen::from).collect() }))
}

/// A list that an officer is put on, or a relation of his.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkNew {
    /// `list` or `relation`.
    pub sort: String,
    /// The list or the relation, by the rule book's word.
    pub word: String,
    /// The customer's id or exact name; absent for all. A relation needs one.
    #[serde(default)]
    pub customer: String,
    /// The code of the only kind of job that it is for; absent for all.
    #[serde(default)]
    pub job_kind: String,
    /// First local day, `2026-11-21`; absent: from now on.
    #[serde(default)]
    pub from_on: Option<String>,
    /// Last local day; absent: open.
    #[serde(default)]
    pub until_on: Option<String>,
    /// Why; the officer reads it. An officer may leave it empty.
    #[serde(default)]
    pub reason: String,
}

impl MarkNew {
    fn of(self, officer: OfficerId) -> Result<NewMark, ApiFailure> {
        let day = |field: &str, text: Option<String>| {
            text.map(|text| text.parse().map_err(|_| mistake(field, "Write a day like 2026-11-21."))).transpose()
        };
        Ok(NewMark {
            officer,
            sort: MarkSort::from_code(&self.sort).ok_or_else(|| mistake("sort", "Write list or relation."))?,
            word: self.word,
            customer: self.customer,
            job_kind: self.job_kind,
            from: day("from_on", self.from_on)?,
            until: day("until_on", self.until_on)?,
            reason: self.reason,
        })
    }
}

/// What was written down.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarkMade {
    /// Its id, `mrk_...`.
    pub mark: String,
}

async fn create(given: &Given, sent: &Sent, officer: OfficerId) -> Result<(StatusCode, Json<MarkMade>), ApiFailure> {
    let new = body::<MarkNew>(sent)?.of(officer)?;
    let made = given.act(sent, move |tx, who, now| distribution::add_mark(tx, who, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(MarkMade { mark: made.to_string() })))
}

/// Puts an officer on a list, or writes down his relation to a customer.
#[utoipa::path(post, path = "/api/v1/officers/{id}/marks", tag = "distribution", params(("id" = String, Path)),
    request_body = MarkNew, responses((status = 201, body = MarkMade)))]
pub async fn create_mark(
    given: Given,
    Id(id): Id<OfficerId>,
    sent: Sent,
) -> Result<(StatusCode, Json<MarkMade>), ApiFailure> {
    create(&given, &sent, id).await
}

/// The officer joins a list of those who ask for such work, or declares a relation.
#[utoipa::path(post, path = "/api/v1/standing/marks", tag = "distribution",
    request_body = MarkNew, responses((status = 201, body = MarkMade)))]
pub async fn declare_mark(given: Given, sent: Sent) -> Result<(StatusCode, Json<MarkMade>), ApiFailure> {
    let officer = given.who.actor.officer.ok_or(Failure::Missing("officer"))?;
    create(&given, &sent, officer).await
}

/// Why an entry is ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkEnd {
    /// The officer reads it; an officer himself may leave it empty.
    #[serde(default)]
    pub reason: String,
}

async fn end(given: &Given, id: MarkId, sent: &Sent) -> Result<StatusCode, ApiFailure> {
    let MarkEnd { reason } = body(sent)?;
    given.act(sent, move |tx, who, now| distribution::end_mark(tx, who, id, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an officer off a list, or ends a relation; it stays on record.
#[utoipa::path(post, path = "/api/v1/marks/{id}/end", tag = "distribution", params(("id" = String, Path)),
    request_body = MarkEnd, responses((status = 204)))]
pub async fn end_mark(given: Given, Id(id): Id<MarkId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    end(&given, id, &sent).await
}

/// The officer ends what he declared himself.
#[utoipa::path(post, path = "/api/v1/standing/marks/{id}/end", tag = "distribution", params(("id" = String, Path)),
    request_body = MarkEnd, responses((status = 204)))]
pub async fn end_declared(given: Given, Id(id): Id<MarkId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    end(&given, id, &sent).await
}
