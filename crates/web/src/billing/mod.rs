//! Invoices and payments, as pages and as JSON.

pub mod api;
mod pages;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewInvoice);
    let edit = Guard::On(Action::EditInvoice);
    Routes::new()
        .get("/invoices", view, pages::list_invoices)
        .get("/invoices/new", edit, pages::choose_invoices)
        .post("/invoices", edit, pages::issue_invoices)
        .get("/invoices/{id}", view, pages::show_invoice)
        .post("/invoices/{id}/payments", edit, pages::record_payment)
        .post("/invoices/{id}/late-charges", edit, pages::charge_late)
        .get("/api/v1/invoices", view, api::list_invoices)
        .get("/api/v1/invoices/due", edit, api::list_due)
        .get("/api/v1/invoices/{id}", view, api::get_invoice)
        .post("/api/v1/invoices", edit, api::issue_invoice)
        .post("/api/v1/invoices/{id}/payments", edit, api::record_payment)
}
