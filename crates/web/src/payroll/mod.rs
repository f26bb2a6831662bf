//! Pay runs and pay statements.

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
        .post("/pay-runs/{id}/approval", Guard::On(Action::ApprovePayRun), pages::approve_pay_run)
        .post("/pay-runs/{id}/discard", edit, pages::discard_pay_run)
        .get("/pay-runs/{id}/statements/{officer}", pay, statements::show_statement)
        .get("/pay", pay, statements::show_own_pay)
}
