//! The ledger, and what cancelling or moving work costs, as pages and as JSON.

pub mod api;
mod cancelling;
pub mod cancelling_api;
mod moving;
pub mod moving_api;
mod pages;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewLedger);
    let (edit, cancel, take) =
        (Guard::On(Action::EditJob), Guard::On(Action::CancelWork), Guard::On(Action::TakeShift));
    Routes::new()
        .get("/jobs/{id}/cancellation", cancel, cancelling::show_job)
        .post("/jobs/{id}/cancellation", cancel, cancelling::cancel_job)
        .post("/jobs/{id}/cancellation/price", cancel, cancelling::price_job)
        .get("/shifts/{id}/cancellation", cancel, cancelling::show_shift)
        .post("/shifts/{id}/cancellation", cancel, cancelling::cancel_shift)
        .post("/shifts/{id}/cancellation/price", cancel, cancelling::price_shift)
        .post("/shifts/{id}/times", edit, moving::change_times)
        .post("/shifts/{id}/times/price", edit, moving::price_times)
        .post("/assignments/{id}/new-time", take, moving::answer)
        .post("/api/v1/jobs/{id}/cancellation", cancel, cancelling_api::cancel_job)
        .post("/api/v1/jobs/{id}/cancellation/price", cancel, cancelling_api::price_job)
        .post("/api/v1/shifts/{id}/cancellation", cancel, cancelling_api::cancel_shift)
        .post("/api/v1/shifts/{id}/cancellation/price", cancel, cancelling_api::price_shift)
        .post("/api/v1/shifts/{id}/times", edit, moving_api::change_times)
        .post("/api/v1/shifts/{id}/times/price", edit, moving_api::price_times)
        .get("/ledger", view, pages::list_accounts)
        .get("/ledger/{account}", view, pages::show_account)
        .get("/api/v1/ledger", view, api::list_accounts)
        .get("/api/v1/ledger/{account}", view, api::list_transfers)
}
