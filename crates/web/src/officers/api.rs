//! Officers as JSON.

use axum::{Json, extract::Query, http::StatusCode};
use muster_app::officers::{self, OfficerFacts, OnRoster, RosterFilter, Sort};
use muster_domain::{
    id::{OfficerId, RankId},
    officers::{Status, StatusHeld},
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{Made, body, mistake, read_date},
};

/// An officer as the roster shows him.
#[derive(Debug, Serialize, ToSchema)]
pub struct Officer {
    /// Its id, `ofc_...`.
    pub id: String,
    /// Badge number.
    pub badge: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The rank of today, as rules call it.
    pub rank: String,
    /// The status of today.
    pub status: String,
    /// Seniority counts from here.
    pub senior_since: String,
    /// Counts changes, and is sent back with one; only when one officer is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Certifications; only when one officer is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certifications: Vec<Certification>,
    /// Whom he reports to, the newest first; only when one officer is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reports_to: Vec<ReportsTo>,
}

/// Whom an officer reports to from a day on, until the next line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportsTo {
    /// The superior's id, `ofc_...`; nobody when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superior: Option<String>,
    /// First day.
    pub from_on: String,
}

/// A certification.
#[derive(Debug, Serialize, ToSchema)]
pub struct Certification {
    /// Its id, `crt_...`.
    pub id: String,
    /// The word that rules use.
    pub kind: String,
    /// First valid day.
    pub issued_on: String,
    /// Last valid day.
    pub expires_on: Option<String>,
}

impl From<&OnRoster> for Officer {
    fn from(one: &OnRoster) -> Self {
        Self {
            id: one.id.to_string(),
            badge: one.badge.clone(),
            first_name: one.first_name.clone(),
            last_name: one.last_name.clone(),
            rank: one.rank_code.clone(),
            status: one.status.code().to_owned(),
            senior_since: one.senior_since.to_string(),
            version: None,
            certifications: Vec::new(),
            reports_to: Vec::new(),
        }
    }
}

/// A page of the roster.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerPage {
    /// This page, 50 a page.
    pub officers: Vec<Officer>,
    /// How many match.
    pub count: i64,
}

/// Which officers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct OfficerQuery {
    /// Part of a name or badge.
    pub q: Option<String>,
    /// A status.
    pub status: Option<String>,
    /// `name`, `badge`, `rank`, `seniority`, `unit` or `status`.
    pub sort: Option<String>,
    /// From 1.
    pub page: Option<i64>,
}

/// The roster.
#[utoipa::path(get, path = "/api/v1/officers", params(OfficerQuery), tag = "officers", responses((status = 200, body = OfficerPage)))]
pub async fn list_officers(given: Given, Query(query): Query<OfficerQuery>) -> Result<Json<OfficerPage>, ApiFailure> {
    let filter = RosterFilter {
        search: query.q.unwrap_or_default(),
        status: query.status.and_then(|code| Status::from_code(&code)),
        ..RosterFilter::default()
    };
    let sort = Sort::ALL.into_iter().find(|sort| Some(sort.code()) == query.sort.as_deref()).unwrap_or_default();
    let page = query.page.unwrap_or(1);
    let roster = given.read(move |tx, who, now| officers::list_roster(tx, who, &filter, sort, page, now)).await?;
    Ok(Json(OfficerPage { officers: roster.page.rows.iter().map(Officer::from).collect(), count: roster.page.total }))
}

/// One officer with his certifications.
#[utoipa::path(get, path = "/api/v1/officers/{id}", params(("id" = String, Path)), tag = "officers", responses((status = 200, body = Officer)))]
pub async fn get_officer(given: Given, Id(id): Id<OfficerId>) -> Result<Json<Officer>, ApiFailure> {
    let record = given.read(move |tx, who, now| officers::load_record(tx, who, id, now)).await?;
    let certifications = record.certifications.iter().map(|one| Certification {
        id: one.id.to_string(),
        kind: one.kind.clone(),
        issued_on: one.issued_on.to_string(),
        expires_on: one.expires_on.map(|last| last.to_string()),
    });
    let reports_to = record.reports_to.iter().map(|one| ReportsTo {
        superior: one.superior.as_ref().map(|(id, _)| id.to_string()),
        from_on: one.from_on.to_string(),
    });
    let rank = record.ranks.iter().find(|rank| rank.id == record.rank);
    Ok(Json(Officer {
        id: record.officer.id.to_string(),
        badge: record.officer.badge.clone(),
        first_name: record.officer.first_name.clone(),
        last_name: record.officer.last_name.clone(),
        rank: rank.map_or_else(String::new, |rank| rank.code.clone()),
        status: record.status.code().to_owned(),
        senior_since: record.officer.senior_since.to_string(),
        version: Some(record.officer.version),
        certifications: certifications.collect(),
        reports_to: reports_to.collect(),
    }))
}

/// A new officer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOfficer {
    /// Badge number, unique in the agency.
    pub badge: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// A rank's id.
    pub rank: String,
    /// Date of hire.
    pub hired_on: String,
    /// Seniority counts from here; the date of hire when not sent.
    #[serde(default)]
    pub senior_since: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
}

/// Adds an officer.
#[utoipa::path(post, path = "/api/v1/officers", request_body = NewOfficer, tag = "officers", responses((status = 201, body = Made)))]
pub async fn create_officer(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewOfficer = body(&sent)?;
    let mut errors = FieldErrors::default();
    let hired_on = read_date("hired_on", &new.hired_on, &mut errors);
    let senior_since = new.senior_since.as_ref().map_or(hired_on, |text| read_date("senior_since", text, &mut errors));
    let rank: RankId = new.rank.parse().map_err(|_| mistake("rank", "Write a rank's id like rnk_0198..."))?;
    errors.or(()).map_err(muster_app::Failure::Invalid)?;
    let facts = OfficerFacts {
        badge: new.badge,
        first_name: new.first_name,
        last_name: new.last_name,
        email: new.email,
        phone: new.phone,
        hired_on,
        senior_since,
        unit: None,
    };
    let id = given.act(&sent, move |tx, who, now| officers::add_officer(tx, who, &facts, rank, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })))
}

/// A status with its dates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatus {
    /// `active`, `hold`, `light_duty`, `injured`, `leave`, `suspended`, `retired` or `separated`.
    pub status: String,
    /// First day.
    pub from_on: String,
    /// Last day; open when not sent.
    #[serde(default)]
    pub to_on: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Sets a status.
#[utoipa::path(post, path = "/api/v1/officers/{id}/status", params(("id" = String, Path)), request_body = NewStatus, tag = "officers", responses((status = 204)))]
pub async fn set_status(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: NewStatus = body(&sent)?;
    let mut errors = FieldErrors::default();
    let status = Status::from_code(&new.status).ok_or_else(|| {
        mistake("status", "Use active, hold, light_duty, injured, leave, suspended, retired or separated.")
    })?;
    let from_on = read_date("from_on", &new.from_on, &mut errors);
    let to_on = new.to_on.as_ref().map(|text| read_date("to_on", text, &mut errors));
    errors.or(()).map_err(muster_app::Failure::Invalid)?;
    let held = StatusHeld { from_on, to_on, status, reason: new.reason };
    given.act(&sent, move |tx, who, now| officers::set_status(tx, who, id, &held, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A CSV file as text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The file.
    pub csv: String,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    /// Rows added.
    pub new: usize,
    /// Rows updated.
    pub updated: usize,
}

/// Imports a roster: all rows or none.
#[utoipa::path(post, path = "/api/v1/officers/import", request_body = File, tag = "officers", responses((status = 200, body = Imported)))]
pub async fn import_roster(given: Given, sent: Sent) -> Result<Json<Imported>, ApiFailure> {
    let file: File = body(&sent)?;
    let plan = given
        .act(&sent, move |tx, who, now| {
            let plan = officers::import_roster(tx, who, &file.csv, now)?;
            Ok(officers::RosterPlan { officers: Vec::new(), ..plan })
        })
        .await?;
    Ok(Json(Imported { new: plan.new, updated: plan.updated }))
}

/// Imports an on-duty schedule: all rows or none.
#[utoipa::path(post, path = "/api/v1/officers/schedule", request_body = File, tag = "officers", responses((status = 200, body = Imported)))]
pub async fn import_schedule(given: Given, sent: Sent) -> Result<Json<Imported>, ApiFailure> {
    let file: File = body(&sent)?;
    let done = given.act(&sent, move |tx, who, now| officers::import_schedule(tx, who, &file.csv, now)).await?;
    Ok(Json(Imported { new: done.plan.shifts, updated: 0 }))
}
