//! Reports that officers owe, as JSON.

use axum::{Json, http::StatusCode};
use muster_app::distribution::{self, ReportRow};
use muster_domain::{distribution::Filing, id::DutyReportId, time::Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    json::body,
};

/// A report that is owed, filed or excused.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyReportSeen {
    /// Its id, `rep_...`.
    pub id: String,
    /// The officer's id.
    pub officer: String,
    /// The officer's name with rank.
    pub officer_name: String,
    /// The report, by the rule book's word.
    pub what: String,
    /// `start` or `end` of a shift, or `period`.
    pub part: String,
    /// The shift's id, if of one.
    pub shift: Option<String>,
    /// Of what, in words.
    pub about: String,
    /// The last instant at which it is in time, RFC 3339.
    pub due_at: String,
    /// It is owed and was due before now.
    pub late: bool,
    /// The pay of the shift waits for it.
    pub withholds_pay: bool,
    /// `owed`, `filed` or `excused`.
    pub state: String,
    /// When it was filed or excused, RFC 3339.
    pub settled_at: Option<String>,
    /// Who filed or excused it.
    pub settled_by: String,
    /// Why it was excused.
    pub reason: String,
    /// What happened.
    pub happened: String,
    /// Minutes worked, as reported.
    pub worked_minutes: Option<i64>,
    /// Arrests, injuries, damage, complaints.
    pub incidents: String,
    /// There was nothing to report.
    pub nothing: bool,
}

impl DutyReportSeen {
    fn of(row: &ReportRow, now: jiff::Timestamp) -> Self {
        Self {
            id: row.id.to_string(),
            officer: row.officer.to_string(),
            officer_name: row.name.clone(),
            what: row.what.clone(),
            part: row.part.code().to_owned(),
            shift: row.shift.map(|shift| shift.to_string()),
            about: row.about.clone(),
            due_at: row.due_at.to_string(),
            late: row.state == muster_domain::distribution::ReportState::Owed && row.due_at < now,
            withholds_pay: row.withholds,
            state: row.state.code().to_owned(),
            settled_at: row.settled_at.map(|at| at.to_string()),
            settled_by: row.settled_by.clone(),
            reason: row.reason.clone(),
            happened: row.filing.happened.clone(),
            worked_minutes: row.filing.worked.map(|worked| worked.0),
            incidents: row.filing.incidents.clone(),
            nothing: row.filing.nothing,
        }
    }
}

/// A page of reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyReportList {
    /// At most 50; owed ones by when they are due, others the latest first.
    pub reports: Vec<DutyReportSeen>,
    /// How many there are.
    pub total: i64,
}

/// The agency's reports, 50 a page: late ones, or with `show` all that are `owed`, `filed` or `excused`.
#[utoipa::path(get, path = "/api/v1/duty-reports", tag = "distribution",
    params(("show" = Option<String>, Query), ("q" = Option<String>, Query), ("page" = Option<i64>, Query)),
    responses((status = 200, body = DutyReportList)))]
pub async fn list_reports(given: Given, query: Fields) -> Result<Json<DutyReportList>, ApiFailure> {
    let now = given.ctx.now();
    let filter = super::reports::read_filter(&query, now);
    let found = given.read(move |tx, who, _| distribution::list_reports(tx, who, &filter)).await?;
    let reports = found.rows.iter().map(|row| DutyReportSeen::of(row, now)).collect();
    Ok(Json(DutyReportList { reports, total: found.total }))
}

/// The reports of the officer who asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnDutyReports {
    /// Those owed, the first due first.
    pub owed: Vec<DutyReportSeen>,
    /// Those filed or excused, the latest first.
    pub settled: Vec<DutyReportSeen>,
}

/// The reports of the officer who asks.
#[utoipa::path(get, path = "/api/v1/my-reports", tag = "distribution", responses((status = 200, body = OwnDutyReports)))]
pub async fn list_my_reports(given: Given) -> Result<Json<OwnDutyReports>, ApiFailure> {
    let now = given.ctx.now();
    let mine = given.read(move |tx, who, _| distribution::list_my_reports(tx, who)).await?;
    let seen = |rows: &[ReportRow]| rows.iter().map(|row| DutyReportSeen::of(row, now)).collect();
    Ok(Json(OwnDutyReports { owed: seen(&mine.owed), settled: seen(&mine.settled) }))
}

/// One report.
#[utoipa::path(get, path = "/api/v1/duty-reports/{id}", tag = "distribution", params(("id" = String, Path)),
    responses((status = 200, body = DutyReportSeen)))]
pub async fn get_report(given: Given, Id(id): Id<DutyReportId>) -> Result<Json<DutyReportSeen>, ApiFailure> {
    let now = given.ctx.now();
    let row = given.read(move |tx, who, _| distribution::load_report(tx, who, id)).await?;
    Ok(Json(DutyReportSeen::of(&row, now)))
}

/// What an officer reports.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyReportFiling {
    /// What happened; may be left out when there was nothing to report of a period.
    #[serde(default)]
    pub happened: String,
    /// Minutes worked; not asked for at the start of a shift.
    #[serde(default)]
    pub worked_minutes: Option<i64>,
    /// Arrests, injuries, damage, complaints.
    #[serde(default)]
    pub incidents: String,
    /// There was nothing to report of the period.
    #[serde(default)]
    pub nothing: bool,
}

/// The officer files a report; it counts at once.
#[utoipa::path(post, path = "/api/v1/duty-reports/{id}/filing", tag = "distribution", params(("id" = String, Path)),
    request_body = DutyReportFiling, responses((status = 204)))]
pub async fn file_report(given: Given, Id(id): Id<DutyReportId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: DutyReportFiling = body(&sent)?;
    let filing = Filing {
        happened: new.happened,
        worked: new.worked_minutes.map(Minutes),
        incidents: new.incidents,
        nothing: new.nothing,
    };
    given.act(&sent, move |tx, who, now| distribution::file_report(tx, who, id, &filing, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a report need not be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyReportExcuse {
    /// Why; the officer reads it.
    pub reason: String,
}

/// The office excuses a report that is owed.
#[utoipa::path(post, path = "/api/v1/duty-reports/{id}/excuse", tag = "distribution", params(("id" = String, Path)),
    request_body = DutyReportExcuse, responses((status = 204)))]
pub async fn excuse_report(given: Given, Id(id): Id<DutyReportId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let DutyReportExcuse { reason } = body(&sent)?;
    given.act(&sent, move |tx, who, now| distribution::excuse_report(tx, who, id, &reason, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
