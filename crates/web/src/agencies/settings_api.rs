//! An agency's settings and its small lists, changed by programs.

use axum::{Json, http::StatusCode};
use jiff::civil::Date;
use muster_app::agencies::{self, AgencyChange};
use muster_domain::{
    agencies::{Holiday, PayMode, Settings},
    id::{JobTypeId, UnitId},
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api;
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{Made, body, mistake, read_date},
};

/// The smaller switches of an agency.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// How early an officer may clock in before the start, in minutes.
    pub early_clock_in_minutes: i64,
    /// A clock-out that never came is closed this long after the scheduled end, in minutes.
    pub forgotten_clock_out_minutes: i64,
    /// An officer may withdraw by himself until this long before the start, in minutes.
    pub withdraw_cut_off_minutes: i64,
    /// An officer who has not clocked in is late after this long, in minutes.
    pub late_after_minutes: i64,
    /// Requests that break no rule are approved without a person.
    pub approve_automatically: bool,
    /// The weekday on which the pay week begins; 1 is Monday, 7 is Sunday.
    pub pay_week_starts: i8,
}

impl From<&Settings> for Switches {
    fn from(settings: &Settings) -> Self {
        Self {
            early_clock_in_minutes: settings.early_clock_in_minutes,
            forgotten_clock_out_minutes: settings.forgotten_clock_out_minutes,
            withdraw_cut_off_minutes: settings.withdraw_cut_off_minutes,
            late_after_minutes: settings.late_after_minutes,
            approve_automatically: settings.approve_automatically,
            pay_week_starts: settings.pay_week_starts,
        }
    }
}

impl Switches {
    fn apply(&self, settings: &mut Settings) {
        settings.early_clock_in_minutes = self.early_clock_in_minutes;
        settings.forgotten_clock_out_minutes = self.forgotten_clock_out_minutes;
        settings.withdraw_cut_off_minutes = self.withdraw_cut_off_minutes;
        settings.late_after_minutes = self.late_after_minutes;
        settings.approve_automatically = self.approve_automatically;
        settings.pay_week_starts = self.pay_week_starts;
    }
}

/// An agency's settings, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencySettings {
    /// Its name.
    pub name: String,
    /// Its word in public addresses.
    pub slug: String,
    /// The IANA name of its zone.
    pub zone: String,
    /// `weekly_by_operator` or `payroll_export`.
    pub pay_mode: String,
    /// Days that a customer has to pay.
    pub terms_days: i64,
    /// Where customers call.
    #[serde(default)]
    pub phone: String,
    /// Where customers write.
    #[serde(default)]
    pub email: String,
    /// A few sentences for the public page.
    #[serde(default)]
    pub about: String,
    /// The smaller switches.
    pub settings: Switches,
    /// The version that was read; another one by now is a conflict (409).
    pub version: i64,
}

/// Changes the agency acted in.
#[utoipa::path(put, path = "/api/v1/agency", tag = "agencies", request_body = AgencySettings, responses((status = 204)))]
pub async fn change_agency(given: Given, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: AgencySettings = body(&sent)?;
    let pay_mode = [PayMode::WeeklyByOperator, PayMode::PayrollExport]
        .into_iter()
        .find(|mode| mode.code() == new.pay_mode)
        .ok_or_else(|| mistake("pay_mode", "Use weekly_by_operator or payroll_export."))?;
    let actor = given.who.actor.clone();
    given
        .ctx
        .act(&given.who.actor, &sent, move |tx, now| {
            let stored = agencies::load_agency(tx, actor.scope()?.agency())?;
            let mut settings = stored.settings;
            new.settings.apply(&mut settings);
            let change = AgencyChange {
                version: new.version,
                name: new.name.clone(),
                slug: new.slug.clone(),
                zone: new.zone.clone(),
                phone: new.phone.clone(),
                email: new.email.clone(),
                about: new.about.clone(),
                pay_mode,
                terms_days: new.terms_days,
                settings,
            };
            agencies::change_agency(tx, &actor, &change, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A unit's name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitRequest {
    /// As shown.
    pub name: String,
}

/// Adds a unit.
#[utoipa::path(post, path = "/api/v1/units", tag = "agencies", request_body = UnitRequest, responses((status = 201, body = Made)))]
pub async fn add_unit(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let UnitRequest { name } = body(&sent)?;
    let made = given.act(&sent, move |tx, who, now| agencies::add_unit(tx, who, &name, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// Renames a unit.
#[utoipa::path(put, path = "/api/v1/units/{id}", tag = "agencies", params(("id" = String, Path)), request_body = UnitRequest, responses((status = 204)))]
pub async fn rename_unit(given: Given, Id(id): Id<UnitId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let UnitRequest { name } = body(&sent)?;
    given.act(&sent, move |tx, who, now| agencies::rename_unit(tx, who, id, &name, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A kind of job as it shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobTypeChange {
    /// As shown.
    pub name: String,
    /// No longer offered for new requests.
    #[serde(default)]
    pub retired: bool,
}

/// Renames, retires or brings back a kind of job.
#[utoipa::path(put, path = "/api/v1/job-types/{id}", tag = "agencies", params(("id" = String, Path)), request_body = JobTypeChange, responses((status = 204)))]
pub async fn change_job_type(given: Given, Id(id): Id<JobTypeId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let JobTypeChange { name, retired } = body(&sent)?;
    given.act(&sent, move |tx, who, now| agencies::change_job_type(tx, who, id, (&name, retired), now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a holiday, or renames the one of that day.
#[utoipa::path(post, path = "/api/v1/holidays", tag = "agencies", request_body = api::Holiday, responses((status = 204)))]
pub async fn add_holiday(given: Given, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let new: api::Holiday = body(&sent)?;
    let mut errors = FieldErrors::default();
    let held_on = read_date("held_on", &new.held_on, &mut errors);
    errors.or(()).map_err(muster_app::Failure::Invalid)?;
    let holiday = Holiday { held_on, name: new.name };
    given.act(&sent, move |tx, who, now| agencies::add_holiday(tx, who, &holiday, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the holiday of a day.
#[utoipa::path(delete, path = "/api/v1/holidays/{date}", tag = "agencies", params(("date" = String, Path)), responses((status = 204)))]
pub async fn remove_holiday(given: Given, Id(held_on): Id<Date>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| agencies::remove_holiday(tx, who, held_on, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
