//! What moving a shift means for its officers, and moving it at that price, as JSON.

use axum::{Json, http::StatusCode};
use jiff::Timestamp;
use muster_app::ledger::moving::{MoveOrder, MovePrice, MovedOfficer, move_shift, price_move};
use muster_domain::{id::ShiftId, time::Span};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cancelling_api::{LineCancelled, lines_of, told};
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, mistake},
    signed_in::SignedIn,
    times,
};

/// Another time for a shift.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftMove {
    /// From, RFC 3339.
    pub starts_at: String,
    /// Until, RFC 3339.
    pub ends_at: String,
    /// The officers read it; needed once officers are booked, not for a price.
    #[serde(default)]
    pub reason: String,
    /// Who wanted it: `customer` (the usual), `agency`, `officer` or `weather`.
    #[serde(default)]
    pub by: Option<String>,
    /// `page` (the usual), `phone`, `in_person`, `voicemail` or `written`.
    #[serde(default)]
    pub channel: Option<String>,
    /// When it was sent or said, RFC 3339; now when absent.
    #[serde(default)]
    pub received_at: Option<String>,
    /// `shown` of the price; needed once officers are booked. Another price by now is refused as `price_not_shown`.
    #[serde(default)]
    pub shown: String,
}

/// What moving a shift means now.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedShift {
    /// The new start, RFC 3339.
    pub starts_at: String,
    /// The new end, RFC 3339.
    pub ends_at: String,
    /// What the customer owes for the change, in cents.
    pub customer_cents: i64,
    /// What the officers get for it, in cents.
    pub officer_cents: i64,
    /// The moment that counts, RFC 3339.
    pub counted_at: String,
    /// The window of notice in words; none outside all of them.
    pub window: Option<String>,
    /// What the rules object to without forbidding it.
    pub objections: Vec<String>,
    /// Stands for exactly this: sent back with the move.
    pub shown: String,
    /// The officers on it.
    pub officers: Vec<OfficerMoved>,
}

/// An officer on a shift that is moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerMoved {
    /// His hold on the seat, `asg_...`.
    pub assignment: String,
    /// His name.
    pub officer_name: String,
    /// `keeps`, `asked`, `reopened`, `paid_and_reopened` or `cannot_keep`.
    pub fate: String,
    /// The same in words.
    pub words: String,
    /// Owed for it, in cents.
    pub customer_cents: i64,
    /// Earned by it, in cents.
    pub officer_cents: i64,
    /// Line by line.
    pub lines: Vec<LineCancelled>,
}

impl From<&MovedOfficer> for OfficerMoved {
    fn from(one: &MovedOfficer) -> Self {
        Self {
            assignment: one.seat.assignment.to_string(),
            officer_name: one.seat.name.clone(),
            fate: one.fate.code().to_owned(),
            words: one.fate.words(),
            customer_cents: one.seat.priced.customer_cents.0,
            officer_cents: one.seat.priced.officer_cents.0,
            lines: lines_of(&one.seat),
        }
    }
}

impl From<&MovePrice> for MovedShift {
    fn from(price: &MovePrice) -> Self {
        Self {
            starts_at: price.to.starts_at().to_string(),
            ends_at: price.to.ends_at().to_string(),
            customer_cents: price.customer.0,
            officer_cents: price.officers_cents.0,
            counted_at: price.counted_at.to_string(),
            window: price.term.as_ref().map(|term| term.words.clone()),
            objections: price.objections.clone(),
            shown: price.mark.clone(),
            officers: price.officers.iter().map(OfficerMoved::from).collect(),
        }
    }
}

fn order(shift: ShiftId, who: &SignedIn, sent: &Sent) -> Result<MoveOrder, ApiFailure> {
    let asked: ShiftMove = body(sent)?;
    let instant = |field: &str, text: &str| {
        text.parse::<Timestamp>()
            .map_err(|_| mistake(field, &format!("{field}: write an instant like 2026-11-21T18:30:00Z.")))
    };
    let span = Span::new(instant("starts_at", &asked.starts_at)?, instant("ends_at", &asked.ends_at)?)
        .ok_or_else(|| mistake("ends_at", "ends_at is not after starts_at."))?;
    let on = times::zone(&who.shown.zone).to_datetime(span.starts_at()).date();
    let told = told(asked.by.as_deref(), asked.channel.as_deref(), asked.received_at.as_deref())?;
    Ok(MoveOrder { shift, span, worked_on: on, told, reason: asked.reason, shown: asked.shown })
}

/// What moving a shift means now: what becomes of each officer, and what is owed for it.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/times/price", tag = "jobs", params(("id" = String, Path)),
    request_body = ShiftMove, responses((status = 200, body = MovedShift)))]
pub async fn price_times(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Json<MovedShift>, ApiFailure> {
    let order = order(id, &given.who, &sent)?;
    let price = given.read(move |tx, who, now| price_move(tx, who, &order, now)).await?;
    Ok(Json(MovedShift::from(&price)))
}

/// Moves a shift, as it was shown.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/times", tag = "jobs", params(("id" = String, Path)),
    request_body = ShiftMove, responses((status = 204)))]
pub async fn change_times(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let order = order(id, &given.who, &sent)?;
    given.act(&sent, move |tx, who, now| move_shift(tx, who, &order, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
