//! What cancelling costs, and cancelling at that price, as JSON.

use axum::{Json, extract::Path, http::StatusCode};
use jiff::Timestamp;
use muster_app::ledger::cancelling::{
    CallOff, CallOffOrder, CallOffPrice, SeatPrice, ShiftPrice, Told, call_off, price_call_off,
};
use muster_domain::{
    id::JobId,
    rates::{CancelledBy, CancelledWhen, Channel, Line},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{body, mistake, parse_id},
    signed_in::SignedIn,
};

/// By whom a job is cancelled and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// Officers and the customer read it; not needed for a price.
    #[serde(default)]
    pub reason: String,
    /// `customer` (the usual), `agency`, `officer` or `weather`.
    #[serde(default)]
    pub by: Option<String>,
    /// `page` (the usual), `phone`, `in_person`, `voicemail` or `written`.
    #[serde(default)]
    pub channel: Option<String>,
    /// When it was sent or said, RFC 3339; now when absent. Only for the agency's people.
    #[serde(default)]
    pub received_at: Option<String>,
    /// `shown` of the price; needed where something is owed. Another price by now is refused as `price_not_shown`.
    #[serde(default)]
    pub shown: String,
}

/// The same for a shift, or some of its seats.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftCancellation {
    /// Officers and the customer read it; not needed for a price.
    #[serde(default)]
    pub reason: String,
    /// `customer` (the usual), `agency`, `officer` or `weather`.
    #[serde(default)]
    pub by: Option<String>,
    /// `page` (the usual), `phone`, `in_person`, `voicemail` or `written`.
    #[serde(default)]
    pub channel: Option<String>,
    /// When it was sent or said, RFC 3339; now when absent. Only for the agency's people.
    #[serde(default)]
    pub received_at: Option<String>,
    /// `shown` of the price; needed where something is owed. Another price by now is refused as `price_not_shown`.
    #[serde(default)]
    pub shown: String,
    /// Only seats of this post of the shift (its id, `pos_...`).
    #[serde(default)]
    pub position: Option<String>,
    /// How many of its seats; 1 when absent.
    #[serde(default)]
    pub seats: Option<i64>,
}

impl ShiftCancellation {
    fn apart(self) -> (Cancellation, Option<String>, i64) {
        let Self { reason, by, channel, received_at, shown, position, seats } = self;
        (Cancellation { reason, by, channel, received_at, shown }, position, seats.unwrap_or(1))
    }
}

impl Cancellation {
    fn told(&self) -> Result<Told, ApiFailure> {
        told(self.by.as_deref(), self.channel.as_deref(), self.received_at.as_deref())
    }
}

/// By whom, how and when; the usual where nothing is said.
pub(super) fn told(by: Option<&str>, channel: Option<&str>, received_at: Option<&str>) -> Result<Told, ApiFailure> {
    let by = match by {
        None => CancelledBy::Customer,
        Some(word) => {
            CancelledBy::from_code(word).ok_or_else(|| mistake("by", "Write customer, agency, officer or weather."))?
        }
    };
    let channel = match channel {
        None => Channel::Page,
        Some(word) => Channel::from_code(word)
            .ok_or_else(|| mistake("channel", "Write page, phone, in_person, voicemail or written."))?,
    };
    let received_at = match received_at {
        None => None,
        Some(text) => Some(text.parse::<Timestamp>().map_err(|_| {
            mistake("received_at", "Write an instant with its offset, for example 2026-11-21T18:30:00Z.")
        })?),
    };
    Ok(Told { by, received_at, channel })
}

/// What of a shift is cancelled: some seats of a post when it is named.
fn part_of(id: &str, position: Option<&str>, seats: i64) -> Result<CallOff, ApiFailure> {
    let shift = parse_id(id)?;
    Ok(match position {
        None => CallOff::Shift(shift),
        Some(position) => {
            let position = position.parse().map_err(|_| mistake("position", "This is not the id of a post."))?;
            CallOff::Seats { shift, position, seats }
        }
    })
}

/// What cancelling costs now.
#[derive(Debug, Serialize, ToSchema)]
pub struct CancellationPrice {
    /// What the customer owes, in cents.
    pub customer_cents: i64,
    /// What the officers get, in cents; nothing for readers of the customer.
    pub officer_cents: Option<i64>,
    /// Stands for exactly this price: sent back with the cancellation.
    pub shown: String,
    /// Which moment counts: `sent`, `received_in_office`, `received_by_officer` or `spoken`.
    pub counts: String,
    /// What the rules about notice object to without forbidding it.
    pub objections: Vec<String>,
    /// The shifts, in order.
    pub shifts: Vec<ShiftCancelled>,
}

/// One shift of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftCancelled {
    /// Its id.
    pub shift: String,
    /// The moment that counts, RFC 3339.
    pub counted_at: String,
    /// The rule that decides; none when nothing is owed.
    pub rule: Option<String>,
    /// Its window in words.
    pub window: Option<String>,
    /// Minutes of notice, negative after the start.
    pub notice_minutes: Option<i64>,
    /// When the next window begins, RFC 3339.
    pub next_at: Option<String>,
    /// What the customer then owes for this shift, in cents.
    pub next_customer_cents: Option<i64>,
    /// Seats without an officer; nothing is owed for them.
    pub empty_seats: i64,
    /// The officers who lose their seats.
    pub seats: Vec<SeatCancelled>,
}

/// One officer's seat.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeatCancelled {
    /// The assignment's id.
    pub assignment: String,
    /// Who.
    pub officer_name: String,
    /// Owed by the customer, in cents.
    pub customer_cents: i64,
    /// Earned by the officer, in cents; nothing for readers of the customer.
    pub officer_cents: Option<i64>,
    /// Minutes that are charged.
    pub paid_minutes: i64,
    /// Why, line by line.
    pub lines: Vec<LineCancelled>,
}

/// A line of a seat's price.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineCancelled {
    /// The rule.
    pub rule: String,
    /// In words.
    pub what: String,
    /// Owed by the customer, in cents.
    pub customer_cents: i64,
}

impl CancellationPrice {
    fn of(price: &CallOffPrice, who: &SignedIn) -> Self {
        let office = !who.actor.role.is_customer();
        let word = serde_json::to_value(price.counts.unwrap_or(CancelledWhen::Sent)).unwrap_or_default();
        Self {
            customer_cents: price.customer.0,
            officer_cents: office.then_some(price.officers.0),
            shown: price.mark.clone(),
            counts: word.as_str().unwrap_or_default().to_owned(),
            objections: price.objections.clone(),
            shifts: price.shifts.iter().map(|shift| ShiftCancelled::of(shift, office)).collect(),
        }
    }
}

impl ShiftCancelled {
    fn of(shift: &ShiftPrice, office: bool) -> Self {
        let term = shift.term.as_ref();
        Self {
            shift: shift.shift.id.to_string(),
            counted_at: shift.counted_at.to_string(),
            rule: term.map(|term| term.rule_id.clone()),
            window: term.map(|term| term.words.clone()),
            notice_minutes: term.map(|term| term.notice.0),
            next_at: shift.next.as_ref().map(|next| next.at.to_string()),
            next_customer_cents: shift.next.as_ref().map(|next| next.customer.0),
            empty_seats: shift.empty,
            seats: shift.seats.iter().map(|seat| SeatCancelled::of(seat, office)).collect(),
        }
    }
}

impl SeatCancelled {
    fn of(seat: &SeatPrice, office: bool) -> Self {
        Self {
            assignment: seat.assignment.to_string(),
            officer_name: seat.name.clone(),
            customer_cents: seat.priced.customer_cents.0,
            officer_cents: office.then_some(seat.priced.officer_cents.0),
            paid_minutes: seat.priced.paid_minutes.0,
            lines: lines_of(seat),
        }
    }
}

/// The lines of a seat's price.
pub(super) fn lines_of(seat: &SeatPrice) -> Vec<LineCancelled> {
    let line = |line: &Line| LineCancelled {
        rule: line.rule_id.clone(),
        what: line.words.clone(),
        customer_cents: line.customer_cents.0,
    };
    seat.priced.lines.iter().map(line).collect()
}

/// What cancelling a job costs now.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancellation/price", tag = "jobs", params(("id" = String, Path)),
    request_body = Cancellation, responses((status = 200, body = CancellationPrice)))]
pub async fn price_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<Json<CancellationPrice>, ApiFailure> {
    let asked: Cancellation = body(&sent)?;
    price(&given, CallOff::Job(id), asked.told()?).await
}

/// What cancelling a shift, or some seats of a post, costs now.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/cancellation/price", tag = "jobs", params(("id" = String, Path)),
    request_body = ShiftCancellation, responses((status = 200, body = CancellationPrice)))]
pub async fn price_shift(
    given: Given,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Json<CancellationPrice>, ApiFailure> {
    let (asked, position, seats) = body::<ShiftCancellation>(&sent)?.apart();
    price(&given, part_of(&id, position.as_deref(), seats)?, asked.told()?).await
}

async fn price(given: &Given, what: CallOff, told: Told) -> Result<Json<CancellationPrice>, ApiFailure> {
    let price = given.read(move |tx, who, now| price_call_off(tx, who, what, told, now)).await?;
    Ok(Json(CancellationPrice::of(&price, &given.who)))
}

/// Cancels a job with every shift that is not over, at the price that was shown.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancellation", tag = "jobs", params(("id" = String, Path)),
    request_body = Cancellation, responses((status = 204)))]
pub async fn cancel_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let asked: Cancellation = body(&sent)?;
    cancel(&given, CallOff::Job(id), asked, sent).await
}

/// Cancels one shift, or some seats of a post, at the price that was shown.
#[utoipa::path(post, path = "/api/v1/shifts/{id}/cancellation", tag = "jobs", params(("id" = String, Path)),
    request_body = ShiftCancellation, responses((status = 204)))]
pub async fn cancel_shift(given: Given, Path(id): Path<String>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let (asked, position, seats) = body::<ShiftCancellation>(&sent)?.apart();
    let what = part_of(&id, position.as_deref(), seats)?;
    cancel(&given, what, asked, sent).await
}

async fn cancel(given: &Given, what: CallOff, asked: Cancellation, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let order = CallOffOrder { what, told: asked.told()?, reason: asked.reason, shown: asked.shown };
    given.act(&sent, move |tx, who, now| call_off(tx, who, &order, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
