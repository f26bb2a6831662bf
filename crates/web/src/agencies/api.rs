//! Agencies, ranks and kinds of job as JSON.

use axum::{Json, extract::Query, http::StatusCode};
use muster_app::agencies::{self, RankChange};
use muster_domain::{agencies::NewAgency, id::RankId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{Made, body},
};

/// An agency in the operator's list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedAgency {
    /// Its id, `agy_...`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its word in public addresses.
    pub slug: String,
    /// Its IANA zone.
    pub zone: String,
}

/// A page of agencies.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgencyPage {
    /// At most 50.
    pub agencies: Vec<ListedAgency>,
    /// How many there are on all pages.
    pub count: i64,
}

/// Which agencies.
#[derive(Debug, Deserialize, IntoParams)]
pub struct AgencyQuery {
    /// Only names that hold this.
    pub q: Option<String>,
    /// From 1.
    pub page: Option<i64>,
}

/// All agencies by name, for the operator's staff.
#[utoipa::path(get, path = "/api/v1/agencies", tag = "agencies", params(AgencyQuery), responses((status = 200, body = AgencyPage)))]
pub async fn list_agencies(given: Given, Query(query): Query<AgencyQuery>) -> Result<Json<AgencyPage>, ApiFailure> {
    let words: String = query.q.unwrap_or_default().chars().take(100).collect();
    let page = query.page.unwrap_or(1).clamp(1, 100_000);
    let (found, count) = given.read(move |tx, who, _| agencies::list_agencies(tx, who, &words, page)).await?;
    let agencies =
        found.into_iter().map(|a| ListedAgency { id: a.id.to_string(), name: a.name, slug: a.slug, zone: a.zone });
    Ok(Json(AgencyPage { agencies: agencies.collect(), count }))
}

/// An agency to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyRequest {
    /// As on its badge.
    pub name: String,
    /// Its word in public addresses.
    pub slug: String,
    /// The IANA name of its zone.
    pub zone: String,
}

/// Makes an agency with the usual ranks and kinds of job.
#[utoipa::path(post, path = "/api/v1/agencies", tag = "agencies", request_body = AgencyRequest, responses((status = 201, body = Made)))]
pub async fn create_agency(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let AgencyRequest { name, slug, zone } = body(&sent)?;
    let new = NewAgency { name, slug, zone };
    let made = given.act(&sent, move |tx, who, now| agencies::create_agency(tx, who, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// The agency acted in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agency {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its word in public addresses.
    pub slug: String,
    /// Its IANA zone.
    pub zone: String,
    /// `weekly_by_operator` or `payroll_export`.
    pub pay_mode: String,
    /// Days that a customer has to pay.
    pub terms_days: i64,
    /// Where customers call.
    pub phone: String,
    /// Where customers write.
    pub email: String,
    /// A few sentences for the public page.
    pub about: String,
    /// The smaller switches.
    pub settings: super::settings_api::Switches,
    /// Counts changes; sent back with a change.
    pub version: i64,
    /// Its units.
    pub units: Vec<Named>,
    /// Its holidays, from a year ago on.
    pub holidays: Vec<Holiday>,
}

/// Something with a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A holiday.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day, for example 2026-11-26.
    pub held_on: String,
    /// Its name.
    pub name: String,
}

async fn load(given: Given) -> Result<agencies::Lists, ApiFailure> {
    Ok(given.read(agencies::view_settings).await?)
}

/// The agency acted in.
#[utoipa::path(get, path = "/api/v1/agency", tag = "agencies", responses((status = 200, body = Agency)))]
pub async fn show_agency(given: Given) -> Result<Json<Agency>, ApiFailure> {
    let lists = load(given).await?;
    let agency = lists.agency;
    Ok(Json(Agency {
        id: agency.id.to_string(),
        zone: agency.zone.iana_name().unwrap_or_default().to_owned(),
        name: agency.name,
        slug: agency.slug,
        pay_mode: agency.pay_mode.code().to_owned(),
        terms_days: agency.terms_days,
        phone: agency.phone,
        email: agency.email,
        about: agency.about,
        settings: (&agency.settings).into(),
        version: agency.version,
        units: lists.units.into_iter().map(|unit| Named { id: unit.id.to_string(), name: unit.name }).collect(),
        holidays: lists
            .holidays
            .into_iter()
            .map(|h| Holiday { held_on: h.held_on.to_string(), name: h.name })
            .collect(),
    }))
}

/// A rank.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rank {
    /// Its id, `rnk_...`.
    pub id: String,
    /// The word that rules use.
    pub code: String,
    /// As shown.
    pub name: String,
    /// As shown before a name.
    pub short: String,
    /// A higher level outranks a lower.
    pub level: i64,
}

/// The ranks, the highest first.
#[utoipa::path(get, path = "/api/v1/ranks", tag = "agencies", responses((status = 200, body = Vec<Rank>)))]
pub async fn list_ranks(given: Given) -> Result<Json<Vec<Rank>>, ApiFailure> {
    let ranks = load(given).await?.ranks.into_iter();
    let rank = |r: muster_domain::agencies::Rank| Rank {
        id: r.id.to_string(),
        code: r.code,
        name: r.name,
        short: r.short,
        level: r.level,
    };
    Ok(Json(ranks.map(rank).collect()))
}

/// A rank to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RankRequest {
    /// The word that rules use; not changed once the rank exists.
    #[serde(default)]
    pub code: String,
    /// As shown.
    pub name: String,
    /// As shown before a name.
    pub short: String,
    /// 1 to 1000; a higher level outranks a lower.
    pub level: i64,
}

impl From<RankRequest> for RankChange {
    fn from(RankRequest { code, name, short, level }: RankRequest) -> Self {
        Self { code, name, short, level }
    }
}

/// Adds a rank.
#[utoipa::path(post, path = "/api/v1/ranks", tag = "agencies", request_body = RankRequest, responses((status = 201, body = Made)))]
pub async fn add_rank(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: RankChange = body::<RankRequest>(&sent)?.into();
    let made = given.act(&sent, move |tx, who, now| agencies::add_rank(tx, who, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// Changes a rank's names and level.
#[utoipa::path(put, path = "/api/v1/ranks/{id}", tag = "agencies", params(("id" = String, Path)), request_body = RankRequest, responses((status = 204)))]
pub async fn change_rank(given: Given, Id(rank): Id<RankId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let change: RankChange = body::<RankRequest>(&sent)?.into();
    given.act(&sent, move |tx, who, now| agencies::change_rank(tx, who, rank, &change, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A kind of job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobType {
    /// Its id, `jbt_...`.
    pub id: String,
    /// The word that rules use.
    pub code: String,
    /// As shown.
    pub name: String,
    /// No longer offered for new requests.
    pub retired: bool,
}

/// The kinds of job, by name.
#[utoipa::path(get, path = "/api/v1/job-types", tag = "agencies", responses((status = 200, body = Vec<JobType>)))]
pub async fn list_job_types(given: Given) -> Result<Json<Vec<JobType>>, ApiFailure> {
    let kinds = load(given).await?.job_types.into_iter();
    let kind = |kind: muster_domain::agencies::JobType| JobType {
        id: kind.id.to_string(),
        code: kind.code,
        name: kind.name,
        retired: kind.retired,
    };
    Ok(Json(kinds.map(kind).collect()))
}

/// A kind of job to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobTypeRequest {
    /// The word that rules use.
    pub code: String,
    /// As shown.
    pub name: String,
}

/// Adds a kind of job.
#[utoipa::path(post, path = "/api/v1/job-types", tag = "agencies", request_body = JobTypeRequest, responses((status = 201, body = Made)))]
pub async fn add_job_type(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let JobTypeRequest { code, name } = body(&sent)?;
    let made = given.act(&sent, move |tx, who, now| agencies::add_job_type(tx, who, &code, &name, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}
