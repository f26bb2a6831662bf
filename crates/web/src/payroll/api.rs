//! Pay runs and pay statements as JSON, and the pay list as CSV.

use axum::{
    Json,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use muster_app::{
    billing::ChargeLine,
    ledger,
    payroll::{self, Days, OfficerSum, Shown},
};
use muster_domain::{
    access::Denied,
    id::{OfficerId, PayRunId},
    payroll::{Lacks, PayRun as Run, PayRunState},
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::pages::pay_list;
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id, Ids},
    json::{Made, body, read_date},
};

/// A pay run.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayRun {
    /// Its id, `run_...`.
    pub id: String,
    /// The number people say.
    pub number: i64,
    /// First day of the week that it pays.
    pub from_on: String,
    /// Last day of the week.
    pub to_on: String,
    /// `preview` or `approved`; the approval posts the payments.
    pub state: String,
    /// What a preview lacks: `review` (the timer prepared it and nobody looked through it) or `approval` by a second person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
    /// Sum of all officers, in cents.
    pub total_cents: i64,
    /// When it was approved (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<String>,
}

impl From<&Run> for PayRun {
    fn from(run: &Run) -> Self {
        let state = match run.state {
            PayRunState::Preview => "preview",
            PayRunState::Approved => "approved",
        };
        let lacks = run.lacks().map(|lacks| match lacks {
            Lacks::Review => "review",
            Lacks::Approval => "approval",
        });
        Self {
            id: run.id.to_string(),
            number: run.number,
            from_on: run.from_on.to_string(),
            to_on: run.to_on.to_string(),
            state: state.to_owned(),
            lacks: lacks.map(str::to_owned),
            total_cents: run.total.0,
            approved_at: run.approved_at.map(|at| at.to_string()),
        }
    }
}

/// A page of pay runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayRunPage {
    /// This page, newest first, 50 a page.
    pub pay_runs: Vec<PayRun>,
    /// How many there are.
    pub count: i64,
    /// Shifts up to the last pay week that wait for a duty report.
    pub withheld_shifts: i64,
    /// What they come to; the first run after each report pays it.
    pub withheld_cents: i64,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct PayRunQuery {
    /// From 1.
    pub page: Option<i64>,
}

/// The pay runs, newest first.
#[utoipa::path(get, path = "/api/v1/pay-runs", params(PayRunQuery), tag = "payroll",
    responses((status = 200, body = PayRunPage)))]
pub async fn list_pay_runs(given: Given, Query(query): Query<PayRunQuery>) -> Result<Json<PayRunPage>, ApiFailure> {
    let page = query.page.unwrap_or(1).clamp(1, 100_000);
    let ((runs, count), withheld) = given
        .read(move |tx, who, now| {
            let days = ledger::last_week(tx, who, now)?;
            Ok((payroll::list_pay_runs(tx, who, page)?, payroll::sum_withheld(tx, who, days)?))
        })
        .await?;
    let (withheld_shifts, withheld) = withheld;
    let pay_runs = runs.iter().map(PayRun::from).collect();
    Ok(Json(PayRunPage { pay_runs, count, withheld_shifts, withheld_cents: withheld.0 }))
}

/// What one officer gets in a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerPay {
    /// The officer's id.
    pub officer: String,
    /// Badge.
    pub badge: String,
    /// Family name, given name.
    pub name: String,
    /// How many shifts.
    pub shifts: i64,
    /// Paid time, in minutes.
    pub paid_minutes: i64,
    /// In cents.
    pub cents: i64,
}

impl From<&OfficerSum> for OfficerPay {
    fn from(sum: &OfficerSum) -> Self {
        Self {
            officer: sum.officer.to_string(),
            badge: sum.badge.clone(),
            name: sum.name.clone(),
            shifts: sum.charges,
            paid_minutes: sum.minutes.0,
            cents: sum.cents.0,
        }
    }
}

/// A pay run with what each officer gets and who stands behind it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholePayRun {
    /// The run.
    pub pay_run: PayRun,
    /// By name; the lines of each are in his statement.
    pub officers: Vec<OfficerPay>,
    /// Who prepared it; empty for the weekly timer.
    pub made_by: String,
    /// Who reviewed what the timer prepared.
    pub reviewed_by: String,
    /// Who approved it.
    pub approved_by: String,
}

impl From<&Shown> for WholePayRun {
    fn from(shown: &Shown) -> Self {
        Self {
            pay_run: PayRun::from(&shown.run),
            officers: shown.officers.iter().map(OfficerPay::from).collect(),
            made_by: shown.made_by.clone(),
            reviewed_by: shown.reviewed_by.clone(),
            approved_by: shown.approved_by.clone(),
        }
    }
}

/// One pay run with what each officer gets.
#[utoipa::path(get, path = "/api/v1/pay-runs/{id}", params(("id" = String, Path)), tag = "payroll",
    responses((status = 200, body = WholePayRun)))]
pub async fn get_pay_run(given: Given, Id(id): Id<PayRunId>) -> Result<Json<WholePayRun>, ApiFailure> {
    let shown = given.read(move |tx, who, _| payroll::load_pay_run(tx, who, id)).await?;
    Ok(Json(WholePayRun::from(&shown)))
}

/// The pay list of a run for the bank or the municipality's payroll: badge, name, shifts, paid minutes, amount in dollars.
#[utoipa::path(get, path = "/api/v1/pay-runs/{id}/list.csv", params(("id" = String, Path)), tag = "payroll",
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn download_pay_list(given: Given, Id(id): Id<PayRunId>) -> Result<Response, ApiFailure> {
    let shown = given.read(move |tx, who, _| payroll::load_pay_run(tx, who, id)).await?;
    Ok(pay_list(&shown).into_response())
}

/// One shift that an officer is paid for.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementLine {
    /// The shift's id.
    pub shift: String,
    /// The job's number.
    pub job_number: i64,
    /// The job's title.
    pub job_title: String,
    /// Local date on which the shift began.
    pub worked_on: String,
    /// Minutes paid after minimums and rounding.
    pub paid_minutes: i64,
    /// In cents.
    pub cents: i64,
    /// How it was calculated, line by line.
    pub explained: Vec<String>,
}

impl From<&ChargeLine> for StatementLine {
    fn from(line: &ChargeLine) -> Self {
        Self {
            shift: line.charge.shift.to_string(),
            job_number: line.job_number,
            job_title: line.job_title.clone(),
            worked_on: line.charge.worked_on.to_string(),
            paid_minutes: line.charge.paid_minutes.0,
            cents: line.charge.officer_cents.0,
            explained: payroll::explain(&line.charge),
        }
    }
}

/// What a run pays one officer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayStatement {
    /// The run.
    pub pay_run: PayRun,
    /// Shift by shift.
    pub lines: Vec<StatementLine>,
    /// Their sum, in cents.
    pub cents: i64,
}

/// An officer's statement of a run; the officer's own once the run is approved.
#[utoipa::path(get, path = "/api/v1/pay-runs/{id}/statements/{officer}",
    params(("id" = String, Path), ("officer" = String, Path)), tag = "payroll",
    responses((status = 200, body = PayStatement)))]
pub async fn get_statement(
    given: Given,
    Ids(id, officer): Ids<PayRunId, OfficerId>,
) -> Result<Json<PayStatement>, ApiFailure> {
    let (run, lines) = given.read(move |tx, who, _| payroll::load_statement(tx, who, id, officer)).await?;
    let lines: Vec<StatementLine> = lines.iter().map(StatementLine::from).collect();
    let cents = lines.iter().map(|line| line.cents).sum();
    Ok(Json(PayStatement { pay_run: PayRun::from(&run), lines, cents }))
}

/// What to pay. Both days may be left out: the agency's last whole pay week then.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPayRun {
    /// First day of the week.
    #[serde(default)]
    pub from_on: Option<String>,
    /// Last day of the week; approved work of earlier days that no run has taken is paid with it.
    #[serde(default)]
    pub to_on: Option<String>,
}

/// Gathers approved work into a preview. Refused when all of it is in a run already.
#[utoipa::path(post, path = "/api/v1/pay-runs", request_body = NewPayRun, tag = "payroll",
    responses((status = 201, body = Made)))]
pub async fn preview_pay_run(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewPayRun = body(&sent)?;
    let days = named_days(&new)?;
    let id = given
        .act(&sent, move |tx, who, now| {
            let days = days.map_or_else(|| ledger::last_week(tx, who, now), Ok)?;
            payroll::preview_pay_run(tx, who, days, now)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })))
}

fn named_days(new: &NewPayRun) -> Result<Option<Days>, ApiFailure> {
    let mut errors = FieldErrors::default();
    let days = match (&new.from_on, &new.to_on) {
        (None, None) => return Ok(None),
        (from_on, to_on) => Days {
            from_on: read_date("from_on", from_on.as_deref().unwrap_or_default(), &mut errors),
            to_on: read_date("to_on", to_on.as_deref().unwrap_or_default(), &mut errors),
        },
    };
    if errors.0.is_empty() && days.to_on < days.from_on {
        errors.add("to_on", "to_on is before from_on. The last day comes after the first.");
    }
    if errors.0.is_empty() { Ok(Some(days)) } else { Err(muster_app::Failure::Invalid(errors).into()) }
}

/// Says that you have looked through a run that the weekly timer prepared; a second person approves it then.
#[utoipa::path(post, path = "/api/v1/pay-runs/{id}/review", params(("id" = String, Path)), tag = "payroll",
    responses((status = 204)))]
pub async fn review_pay_run(given: Given, Id(id): Id<PayRunId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| payroll::review_pay_run(tx, who, id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves a run that somebody else prepared or reviewed: the payments are posted and the officers told.
#[utoipa::path(post, path = "/api/v1/pay-runs/{id}/approval", params(("id" = String, Path)), tag = "payroll",
    responses((status = 204)))]
pub async fn approve_pay_run(given: Given, Id(id): Id<PayRunId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| payroll::approve_pay_run(tx, who, id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Discards a preview; its work waits for the next run.
#[utoipa::path(post, path = "/api/v1/pay-runs/{id}/removal", params(("id" = String, Path)), tag = "payroll",
    responses((status = 204)))]
pub async fn discard_pay_run(given: Given, Id(id): Id<PayRunId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| payroll::discard_pay_run(tx, who, id, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One run that paid an officer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaidRun {
    /// The run.
    pub pay_run: PayRun,
    /// What it paid the officer, in cents.
    pub cents: i64,
    /// Paid time, in minutes.
    pub paid_minutes: i64,
}

/// An officer's own pay.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnPay {
    /// The runs that paid him, newest first, at most 60.
    pub paid: Vec<PaidRun>,
    /// Approved time that no approved run has paid yet, in cents.
    pub waiting_cents: i64,
}

/// Your own pay as an officer.
#[utoipa::path(get, path = "/api/v1/pay", tag = "payroll", responses((status = 200, body = OwnPay)))]
pub async fn show_own_pay(given: Given) -> Result<Json<OwnPay>, ApiFailure> {
    let officer = given.who.actor.officer.ok_or(ApiFailure::from(Denied::NotVisible))?;
    let (paid, waiting) = given
        .read(move |tx, who, _| {
            let paid = payroll::list_paid(tx, who, officer)?;
            Ok((paid, payroll::load_waiting_pay(tx, who, officer)?))
        })
        .await?;
    let paid = paid.iter().map(|(run, cents, minutes)| PaidRun {
        pay_run: PayRun::from(run),
        cents: cents.0,
        paid_minutes: minutes.0,
    });
    Ok(Json(OwnPay { paid: paid.collect(), waiting_cents: waiting.0 }))
}
