//! Changes to an officer's record by programs: facts, ranks, groups, certifications, times when he cannot work.

use axum::{Json, http::StatusCode};
use muster_app::{
    Failure,
    officers::{self, NewCertification, NewUnavailability, OfficerFacts},
};
use muster_domain::{
    id::{CertificationId, GroupId, OfficerId, RankId, UnitId, WorkId},
    officers::RankHeld,
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id, Ids},
    json::{Made, body, mistake, read_date},
};

/// The facts of an officer, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerChange {
    /// Badge number, unique in the agency.
    pub badge: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Date of hire.
    pub hired_on: String,
    /// Seniority counts from here.
    pub senior_since: String,
    /// E-mail address.
    #[serde(default)]
    pub email: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
    /// A unit's id.
    #[serde(default)]
    pub unit: Option<String>,
    /// The version that was read; another one by now is a conflict (409).
    pub version: i64,
}

/// Changes the facts of an officer.
#[utoipa::path(put, path = "/api/v1/officers/{id}", params(("id" = String, Path)), request_body = OfficerChange, tag = "officers", responses((status = 204)))]
pub async fn change_officer(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: OfficerChange = body(&sent)?;
    let mut errors = FieldErrors::default();
    let unit = match new.unit.as_deref().map(str::parse::<UnitId>) {
        None => None,
        Some(Ok(unit)) => Some(unit),
        Some(Err(_)) => return Err(mistake("unit", "unit: write a unit's id like unt_0198..., or leave it out.")),
    };
    let facts = OfficerFacts {
        hired_on: read_date("hired_on", &new.hired_on, &mut errors),
        senior_since: read_date("senior_since", &new.senior_since, &mut errors),
        badge: new.badge,
        first_name: new.first_name,
        last_name: new.last_name,
        email: new.email,
        phone: new.phone,
        unit,
    };
    errors.or(()).map_err(Failure::Invalid)?;
    let version = new.version;
    given.act(&sent, move |tx, who, now| officers::edit_officer(tx, who, id, version, &facts, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A rank held from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RankFrom {
    /// A rank's id.
    pub rank: String,
    /// First day.
    pub from_on: String,
}

/// Writes a rank held from a day on.
#[utoipa::path(post, path = "/api/v1/officers/{id}/rank", params(("id" = String, Path)), request_body = RankFrom, tag = "officers", responses((status = 204)))]
pub async fn set_rank(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: RankFrom = body(&sent)?;
    let rank: RankId = new.rank.parse().map_err(|_| mistake("rank", "Write a rank's id like rnk_0198..."))?;
    let mut errors = FieldErrors::default();
    let held = RankHeld { held_from: read_date("from_on", &new.from_on, &mut errors), rank };
    errors.or(()).map_err(Failure::Invalid)?;
    given.act(&sent, move |tx, who, now| officers::set_rank(tx, who, id, &held, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom an officer reports to from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportsToFrom {
    /// The superior's badge number; nobody when not sent.
    #[serde(default)]
    pub superior: String,
    /// First day.
    pub from_on: String,
}

/// Writes whom an officer reports to from a day on; a line of the same day is overwritten.
#[utoipa::path(post, path = "/api/v1/officers/{id}/superior", params(("id" = String, Path)), request_body = ReportsToFrom, tag = "officers", responses((status = 204)))]
pub async fn set_superior(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: ReportsToFrom = body(&sent)?;
    let mut errors = FieldErrors::default();
    let from_on = read_date("from_on", &new.from_on, &mut errors);
    errors.or(()).map_err(Failure::Invalid)?;
    given.act(&sent, move |tx, who, now| officers::set_superior(tx, who, id, &new.superior, from_on, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A line of the status history.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusLine {
    /// The day on which it began.
    pub from_on: String,
}

/// Takes a line out of the status history.
#[utoipa::path(post, path = "/api/v1/officers/{id}/status/removal", params(("id" = String, Path)), request_body = StatusLine, tag = "officers", responses((status = 204)))]
pub async fn remove_status(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let line: StatusLine = body(&sent)?;
    let mut errors = FieldErrors::default();
    let from_on = read_date("from_on", &line.from_on, &mut errors);
    errors.or(()).map_err(Failure::Invalid)?;
    given
        .act(&sent, move |tx, who, now| {
            let record = officers::load_record(tx, who, id, now)?;
            if !record.statuses.iter().any(|held| held.from_on == from_on) {
                let mut errors = FieldErrors::default();
                errors.add("from_on", "from_on: no status of this officer began on that day.");
                return Err(errors.into());
            }
            officers::remove_status(tx, who, id, from_on, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A group of officers.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerGroup {
    /// Its id, `grp_...`.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The groups of officers, by name.
#[utoipa::path(get, path = "/api/v1/officer-groups", tag = "officers", responses((status = 200, body = Vec<OfficerGroup>)))]
pub async fn list_groups(given: Given) -> Result<Json<Vec<OfficerGroup>>, ApiFailure> {
    let (filter, sort) = (officers::RosterFilter::default(), officers::Sort::default());
    let roster = given.read(move |tx, who, now| officers::list_roster(tx, who, &filter, sort, 1, now)).await?;
    let groups = roster.groups.into_iter().map(|one| OfficerGroup { id: one.id.to_string(), name: one.name });
    Ok(Json(groups.collect()))
}

/// A new group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// Its name.
    pub name: String,
}

/// Adds a group of officers.
#[utoipa::path(post, path = "/api/v1/officer-groups", request_body = NewGroup, tag = "officers", responses((status = 201, body = Made)))]
pub async fn add_group(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let NewGroup { name } = body(&sent)?;
    let made = given.act(&sent, move |tx, who, now| officers::add_group(tx, who, &name, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// The groups of an officer, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InGroups {
    /// Ids of groups.
    #[serde(default)]
    pub group_ids: Vec<String>,
}

/// Puts an officer into exactly these groups.
#[utoipa::path(put, path = "/api/v1/officers/{id}/groups", params(("id" = String, Path)), request_body = InGroups, tag = "officers", responses((status = 204)))]
pub async fn set_groups(given: Given, Id(id): Id<OfficerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let asked: InGroups = body(&sent)?;
    let groups: Option<Vec<GroupId>> = asked.group_ids.iter().map(|one| one.parse().ok()).collect();
    given
        .act(&sent, move |tx, who, now| {
            let record = officers::load_record(tx, who, id, now)?;
            let known = |group: &GroupId| record.all_groups.iter().any(|one| one.id == *group);
            let Some(groups) = groups.as_ref().filter(|groups| groups.iter().all(known)) else {
                let mut errors = FieldErrors::default();
                errors.add("group_ids", "group_ids: write the ids of this agency's groups, like grp_0198...");
                return Err(errors.into());
            };
            officers::set_groups(tx, who, id, groups, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A certification to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertificationRequest {
    /// The word that rules use, for example `motorcycle`.
    pub kind: String,
    /// Number on the card.
    #[serde(default)]
    pub number: String,
    /// First valid day.
    pub issued_on: String,
    /// Last valid day; never expires when not sent.
    #[serde(default)]
    pub expires_on: Option<String>,
}

/// Adds a certification.
#[utoipa::path(post, path = "/api/v1/officers/{id}/certifications", params(("id" = String, Path)), request_body = CertificationRequest, tag = "officers", responses((status = 201, body = Made)))]
pub async fn add_certification(
    given: Given,
    Id(id): Id<OfficerId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: CertificationRequest = body(&sent)?;
    let mut errors = FieldErrors::default();
    let new = NewCertification {
        issued_on: read_date("issued_on", &new.issued_on, &mut errors),
        expires_on: new.expires_on.as_ref().map(|text| read_date("expires_on", text, &mut errors)),
        kind: new.kind,
        number: new.number,
    };
    errors.or(()).map_err(Failure::Invalid)?;
    let made = given.act(&sent, move |tx, who, now| officers::add_certification(tx, who, id, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// Removes a certification.
#[utoipa::path(delete, path = "/api/v1/officers/{id}/certifications/{certification}",
    params(("id" = String, Path), ("certification" = String, Path)), tag = "officers", responses((status = 204)))]
pub async fn remove_certification(
    given: Given,
    Ids(id, gone): Ids<OfficerId, CertificationId>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| officers::remove_certification(tx, who, id, gone, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A stretch of an officer's time.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerWork {
    /// Its id.
    pub id: String,
    /// `on_duty`, `detail`, `court`, `leave`, `unavailable` and other words of the rules.
    pub class: String,
    /// `offered`, `booked`, `worked`, `cancelled` or `given_up`.
    pub state: String,
    /// From, RFC 3339.
    pub starts_at: String,
    /// Until, RFC 3339.
    pub ends_at: String,
    /// As shown in calendars.
    pub label: String,
    /// `assignment`, `schedule` or `officer`; only the last can be removed.
    pub source: String,
}

/// What fills an officer's time, from yesterday to four weeks ahead.
#[utoipa::path(get, path = "/api/v1/officers/{id}/work", params(("id" = String, Path)), tag = "officers", responses((status = 200, body = Vec<OfficerWork>)))]
pub async fn list_work(given: Given, Id(id): Id<OfficerId>) -> Result<Json<Vec<OfficerWork>>, ApiFailure> {
    let record = given.read(move |tx, who, now| officers::load_record(tx, who, id, now)).await?;
    let work = record.work.into_iter().map(|row| OfficerWork {
        id: row.id.to_string(),
        starts_at: row.span.starts_at().to_string(),
        ends_at: row.span.ends_at().to_string(),
        class: row.class,
        state: row.state,
        label: row.label,
        source: row.source,
    });
    Ok(Json(work.collect()))
}

/// A time when an officer cannot work, at the agency's wall clock.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unavailability {
    /// First day.
    pub from_on: String,
    /// Time on the first day, for example `08:00`.
    pub from: String,
    /// Last day.
    pub to_on: String,
    /// Time on the last day.
    pub to: String,
    /// Why, as shown in calendars.
    #[serde(default)]
    pub label: String,
}

/// Notes that an officer cannot work; officers do so for themselves.
#[utoipa::path(post, path = "/api/v1/officers/{id}/unavailability", params(("id" = String, Path)), request_body = Unavailability, tag = "officers", responses((status = 201, body = Made)))]
pub async fn add_unavailability(
    given: Given,
    Id(id): Id<OfficerId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: Unavailability = body(&sent)?;
    let mut errors = FieldErrors::default();
    let time = |field: &str, text: &str| {
        text.parse::<jiff::civil::Time>().map_err(|_| mistake(field, &format!("{field}: write a time like 08:00.")))
    };
    let new = NewUnavailability {
        from_on: read_date("from_on", &new.from_on, &mut errors),
        from: time("from", &new.from)?,
        to_on: read_date("to_on", &new.to_on, &mut errors),
        to: time("to", &new.to)?,
        label: new.label,
    };
    errors.or(()).map_err(Failure::Invalid)?;
    let made = given.act(&sent, move |tx, who, now| officers::add_unavailability(tx, who, id, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// Removes a time that was written by hand.
#[utoipa::path(delete, path = "/api/v1/officers/{id}/unavailability/{work}",
    params(("id" = String, Path), ("work" = String, Path)), tag = "officers", responses((status = 204)))]
pub async fn remove_unavailability(
    given: Given,
    Ids(id, work): Ids<OfficerId, WorkId>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| officers::remove_unavailability(tx, who, id, work, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
