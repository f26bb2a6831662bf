//! Invoices as JSON.

use axum::{Json, extract::Query, http::StatusCode};
use jiff::civil::Date;
use muster_app::billing::{self, Addressed, ChargeLine, Days, Filter, NewPayment};
use muster_domain::{
    billing::{Extra, PaymentMethod},
    id::{CustomerId, InvoiceId},
    money::Cents,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{Made, body, mistake},
};

/// An invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invoice {
    /// Its id, `inv_...`.
    pub id: String,
    /// The number people say.
    pub number: i64,
    /// The customer's id.
    pub customer: String,
    /// The customer's name.
    pub customer_name: String,
    /// First day of the work on it.
    pub from_on: String,
    /// Last day of the work on it.
    pub to_on: String,
    /// Date of issue.
    pub issued_on: String,
    /// To be paid by this day.
    pub due_on: String,
    /// Sum of its lines and extras, in cents.
    pub total_cents: i64,
    /// Received so far, in cents.
    pub paid_cents: i64,
    /// Its lines; only when one invoice is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<InvoiceLine>,
    /// What stands on it beside them: rounding, late charges, card fees; only when one invoice is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<InvoiceExtra>,
    /// What the payment terms add for being late until today and is not on it yet, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_today_cents: Option<i64>,
}

/// A line of an invoice that is no shift.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceExtra {
    /// `rounding`, `late` or `card`.
    pub kind: String,
    /// Why, in words.
    pub words: String,
    /// In cents; rounding may be negative.
    pub cents: i64,
    /// Local date on which it was added.
    pub added_on: String,
}

/// One shift of one officer on an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceLine {
    /// The shift's id.
    pub shift: String,
    /// The job's number.
    pub job_number: i64,
    /// The job's title.
    pub job_title: String,
    /// The officer's badge.
    pub badge: String,
    /// The officer's name.
    pub officer_name: String,
    /// Local date on which the shift began.
    pub worked_on: String,
    /// Minutes paid after minimums and rounding.
    pub paid_minutes: i64,
    /// In cents.
    pub cents: i64,
    /// How it was calculated, line by line.
    pub explained: Vec<String>,
}

impl From<&Addressed> for Invoice {
    fn from(addressed: &Addressed) -> Self {
        let invoice = &addressed.invoice;
        Self {
            id: invoice.id.to_string(),
            number: invoice.number,
            customer: invoice.customer.to_string(),
            customer_name: addressed.customer_name.clone(),
            from_on: invoice.from_on.to_string(),
            to_on: invoice.to_on.to_string(),
            issued_on: invoice.issued_on.to_string(),
            due_on: invoice.due_on.to_string(),
            total_cents: invoice.total.0,
            paid_cents: invoice.paid.0,
            lines: Vec::new(),
            extras: Vec::new(),
            late_today_cents: None,
        }
    }
}

impl From<&ChargeLine> for InvoiceLine {
    fn from(line: &ChargeLine) -> Self {
        Self {
            shift: line.charge.shift.to_string(),
            job_number: line.job_number,
            job_title: line.job_title.clone(),
            badge: line.badge.clone(),
            officer_name: line.officer_name.clone(),
            worked_on: line.charge.worked_on.to_string(),
            paid_minutes: line.charge.paid_minutes.0,
            cents: line.charge.customer_cents.0,
            explained: billing::explain(&line.charge),
        }
    }
}

/// A page of invoices.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoicePage {
    /// This page, newest first, 50 a page.
    pub invoices: Vec<Invoice>,
    /// How many match.
    pub count: i64,
    /// Owed on all that match, in cents.
    pub owed_cents: i64,
}

/// Which invoices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct InvoiceQuery {
    /// A customer's id.
    pub customer: Option<String>,
    /// `open`, `overdue` or `paid`.
    pub standing: Option<String>,
    /// From 1.
    pub page: Option<i64>,
}

/// The invoices, newest first.
#[utoipa::path(get, path = "/api/v1/invoices", params(InvoiceQuery), tag = "billing",
    responses((status = 200, body = InvoicePage)))]
pub async fn list_invoices(given: Given, Query(query): Query<InvoiceQuery>) -> Result<Json<InvoicePage>, ApiFailure> {
    let filter = Filter { customer: query.customer.and_then(|id| id.parse().ok()), standing: query.standing };
    let page = query.page.unwrap_or(1).clamp(1, 100_000);
    let listed = given.read(move |tx, who, now| billing::list_invoices(tx, who, &filter, page, now)).await?;
    Ok(Json(InvoicePage {
        invoices: listed.invoices.iter().map(Invoice::from).collect(),
        count: listed.count,
        owed_cents: listed.owed.0,
    }))
}

/// One invoice with its lines.
#[utoipa::path(get, path = "/api/v1/invoices/{id}", params(("id" = String, Path)), tag = "billing",
    responses((status = 200, body = Invoice)))]
pub async fn get_invoice(given: Given, Id(id): Id<InvoiceId>) -> Result<Json<Invoice>, ApiFailure> {
    let shown = given.read(move |tx, who, now| billing::load_invoice(tx, who, id, now)).await?;
    let lines = shown.lines.iter().map(InvoiceLine::from).collect();
    let extra = |one: &Extra| InvoiceExtra {
        kind: one.kind.code().to_owned(),
        words: one.words.clone(),
        cents: one.cents.0,
        added_on: one.added_on.to_string(),
    };
    let extras = shown.extras.iter().map(extra).collect();
    let late_today_cents = Some(shown.late_today.0);
    Ok(Json(Invoice { lines, extras, late_today_cents, ..Invoice::from(&shown.addressed) }))
}

/// What to invoice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvoice {
    /// The customer's id.
    pub customer: String,
    /// First day of work.
    pub from_on: String,
    /// Last day of work.
    pub to_on: String,
}

fn date(field: &str, text: &str) -> Result<Date, ApiFailure> {
    text.parse().map_err(|_| mistake(field, "Write a date like 2026-11-21."))
}

/// Makes an invoice of a customer's approved time.
#[utoipa::path(post, path = "/api/v1/invoices", request_body = NewInvoice, tag = "billing",
    responses((status = 201, body = Made)))]
pub async fn issue_invoice(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewInvoice = body(&sent)?;
    let customer: CustomerId =
        new.customer.parse().map_err(|_| mistake("customer", "Write a customer's id like cus_0198..."))?;
    let days = Days { from_on: date("from_on", &new.from_on)?, to_on: date("to_on", &new.to_on)? };
    let id = given.act(&sent, move |tx, who, now| billing::issue_invoice(tx, who, customer, days, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })))
}

/// A payment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// In cents, more than zero.
    pub cents: i64,
    /// `check`, `ach`, `wire`, `card` or `cash`.
    pub method: String,
    /// Number of the check or transfer.
    #[serde(default)]
    pub reference: String,
    /// When it came.
    pub received_on: String,
}

/// Writes down a payment on an invoice.
#[utoipa::path(post, path = "/api/v1/invoices/{id}/payments", params(("id" = String, Path)), request_body = Payment,
    tag = "billing", responses((status = 201, body = Made)))]
pub async fn record_payment(
    given: Given,
    Id(id): Id<InvoiceId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: Payment = body(&sent)?;
    let method = PaymentMethod::from_code(&new.method)
        .ok_or_else(|| mistake("method", "Write check, ach, wire, card or cash."))?;
    let received_on = date("received_on", &new.received_on)?;
    let new = NewPayment { cents: Cents(new.cents), method, reference: new.reference, received_on };
    let made = given.act(&sent, move |tx, who, now| billing::record_payment(tx, who, id, &new, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// A customer who could be invoiced.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueCustomer {
    /// The customer's id.
    pub customer: String,
    /// The customer's name.
    pub name: String,
    /// For how many shifts.
    pub shifts: i64,
    /// In cents.
    pub cents: i64,
}

/// Which days of work.
#[derive(Debug, Deserialize, IntoParams)]
pub struct DueQuery {
    /// First day of work.
    pub from_on: String,
    /// Last day of work.
    pub to_on: String,
}

/// The customers with approved time of these days that is on no invoice, by name.
#[utoipa::path(get, path = "/api/v1/invoices/due", params(DueQuery), tag = "billing",
    responses((status = 200, body = Vec<DueCustomer>)))]
pub async fn list_due(given: Given, Query(query): Query<DueQuery>) -> Result<Json<Vec<DueCustomer>>, ApiFailure> {
    let days = Days { from_on: date("from_on", &query.from_on)?, to_on: date("to_on", &query.to_on)? };
    let due = given.read(move |tx, who, _| billing::list_due_names(tx, who, days)).await?;
    let due = due.into_iter().map(|one| DueCustomer {
        customer: one.customer.to_string(),
        name: one.name,
        shifts: one.charges,
        cents: one.cents.0,
    });
    Ok(Json(due.collect()))
}
