//! Trials of rules as JSON.

use axum::{Json, http::StatusCode};
use muster_app::ledger::trial::{self, KeptTrial};
use muster_domain::{
    id::RuleSetId,
    refusal::FieldErrors,
    rules::{PartyTally, Price, Trial},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{Made, body, read_date},
};

/// What a version would have done to a past period.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleTrial {
    /// Its id, `trl_...`.
    pub id: String,
    /// SHA-256 of the text that was tried.
    pub digest: String,
    /// Who asked for it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// First local day of shift starts.
    pub from_on: String,
    /// Last local day.
    pub until_on: String,
    /// Bookings judged.
    pub assignments: usize,
    /// Refused, and not by the rules that were in force.
    pub refused: usize,
    /// Refused by both.
    pub refused_by_both: usize,
    /// Refused by the rules that were in force alone.
    pub freed: usize,
    /// Newly waiting for an approval.
    pub approvals: usize,
    /// By rule, most first.
    pub rules: Vec<StoppedByRule>,
    /// The new refusals and approvals one by one, at most 200.
    pub cases: Vec<StoppedBooking>,
    /// Approved times and seats called off that were priced again.
    pub charges: usize,
    /// Those of them that were called off.
    pub called_off: usize,
    /// As charged.
    pub before: TrialSums,
    /// By the rules on trial.
    pub after: TrialSums,
    /// Officers by the change of their pay, the largest first, at most 200.
    pub pay: Vec<TrialParty>,
    /// Customers by the change of their bills, the largest first, at most 200.
    pub bills: Vec<TrialParty>,
}

/// What one rule would stop.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoppedByRule {
    /// Its id.
    pub rule: String,
    /// Refused by it.
    pub refused: usize,
    /// Sent to an approver by it.
    pub approvals: usize,
}

/// A booking that would have been stopped.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoppedBooking {
    /// Whose.
    pub officer: String,
    /// By name.
    pub officer_name: String,
    /// The shift.
    pub shift: String,
    /// The local day on which it began.
    pub on: String,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// Sums in cents.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialSums {
    /// Earned by officers.
    pub officer_cents: i64,
    /// Owed by customers.
    pub customer_cents: i64,
}

/// What changes for one.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialParty {
    /// Whose id.
    pub id: String,
    /// By name.
    pub name: String,
    /// As charged.
    pub before_cents: i64,
    /// By the rules on trial.
    pub after_cents: i64,
}

impl From<Price> for TrialSums {
    fn from(price: Price) -> Self {
        Self { officer_cents: price.officer.0, customer_cents: price.customer.0 }
    }
}

impl From<PartyTally> for TrialParty {
    fn from(party: PartyTally) -> Self {
        Self { id: party.id, name: party.name, before_cents: party.before.0, after_cents: party.after.0 }
    }
}

impl From<KeptTrial> for RuleTrial {
    fn from(kept: KeptTrial) -> Self {
        let Trial { rules, cases, pay, bills, .. } = kept.trial;
        let stopped = rules.into_iter().map(|one| StoppedByRule {
            rule: one.rule,
            refused: one.refused,
            approvals: one.approvals,
        });
        let bookings = cases.into_iter().map(|case| StoppedBooking {
            officer: case.officer.to_string(),
            officer_name: case.officer_name,
            shift: case.shift.to_string(),
            on: case.on.to_string(),
            reasons: case.objections.into_iter().map(|one| one.words).collect(),
        });
        Self {
            id: kept.id.to_string(),
            digest: kept.digest,
            made_by: kept.made_by,
            made_at: kept.created_at.to_string(),
            from_on: kept.trial.from_on.to_string(),
            until_on: kept.trial.until_on.to_string(),
            assignments: kept.trial.assignments,
            refused: kept.trial.refused,
            refused_by_both: kept.trial.refused_by_both,
            freed: kept.trial.freed,
            approvals: kept.trial.approvals,
            rules: stopped.collect(),
            cases: bookings.collect(),
            charges: kept.trial.charges,
            called_off: kept.trial.called_off,
            before: kept.trial.before.into(),
            after: kept.trial.after.into(),
            pay: pay.into_iter().map(TrialParty::from).collect(),
            bills: bills.into_iter().map(TrialParty::from).collect(),
        }
    }
}

/// The last 20 trials of a version, the newest first; those of earlier texts of a draft carry another digest.
#[utoipa::path(get, path = "/api/v1/rules/{id}/trials", params(("id" = String, Path)), tag = "rules", responses((status = 200, body = Vec<RuleTrial>)))]
pub async fn list_trials(given: Given, Id(id): Id<RuleSetId>) -> Result<Json<Vec<RuleTrial>>, ApiFailure> {
    let page = given.read(move |tx, who, now| trial::load_trials(tx, who, id, now)).await?;
    Ok(Json(page.trials.into_iter().map(RuleTrial::from).collect()))
}

/// A period to try rules on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialPeriod {
    /// First local day of shift starts.
    pub from_on: String,
    /// Last local day; today or earlier, at most 400 days after the first.
    pub until_on: String,
}

/// Tries a version on a past period and keeps the report with it. Nothing else is changed.
#[utoipa::path(post, path = "/api/v1/rules/{id}/trials", params(("id" = String, Path)), request_body = TrialPeriod, tag = "rules", responses((status = 201, body = Made)))]
pub async fn create_trial(
    given: Given,
    Id(id): Id<RuleSetId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let asked: TrialPeriod = body(&sent)?;
    let mut errors = FieldErrors::default();
    let days = (read_date("from_on", &asked.from_on, &mut errors), read_date("until_on", &asked.until_on, &mut errors));
    errors.or(()).map_err(muster_app::Failure::Invalid)?;
    let finished = given.read(move |tx, who, now| trial::try_rules(tx, who, id, days, now)).await?;
    let made = given.act(&sent, move |tx, who, now| trial::keep_trial(tx, who, &finished, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}
