//! Pay runs and pay statements.

pub mod api;
mod pages;
mod statements;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let ledger = Guard::On(Action::ViewLedger);
    let edit = Guard::On(Action::EditPayRun);
    let pay = Guard::On(Action::ViewPay);
    Routes::new()
        .get("/pay-runs", ledger, pages::list_pay_runs)
        .post("/pay-runs", edit, pages::preview_pay_run)
        .get("/pay-runs/{id}", ledger, pages::show_pay_run)
        .get("/pay-runs/{id}/list.csv", ledger, pages::download_pay_list)
        .post("/pay-runs/{id}/review", edit, pages::review_pay_run)
        .post("/pay-runs/{id}/approval", Guard::On(Action::ApprovePayRun), pages::approve_pay_run)
        .post("/pay-runs/{id}/discard", edit, pages::discard_pay_run)
        .get("/pay-runs/{id}/statements/{officer}", pay, statements::show_statement)
        .get("/pay", pay, statements::show_own_pay)
        .get("/api/v1/pay-runs", ledger, api::list_pay_runs)
        .post("/api/v1/pay-runs", edit, api::preview_pay_run)
        .get("/api/v1/pay-runs/{id}", ledger, api::get_pay_run)
        .get("/api/v1/pay-runs/{id}/list.csv", ledger, api::download_pay_list)
        .post("/api/v1/pay-runs/{id}/review", edit, api::review_pay_run)
        .post("/api/v1/pay-runs/{id}/approval", Guard::On(Action::ApprovePayRun), api::approve_pay_run)
        .post("/api/v1/pay-runs/{id}/removal", edit, api::discard_pay_run)
        .get("/api/v1/pay-runs/{id}/statements/{officer}", pay, api::get_statement)
        .get("/api/v1/pay", pay, api::show_own_pay)
}
