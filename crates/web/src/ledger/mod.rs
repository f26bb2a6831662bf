//! The ledger, as pages and as JSON.

pub mod api;
mod pages;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewLedger);
    Routes::new()
        .get("/ledger", view, pages::list_accounts)
        .get("/ledger/{account}", view, pages::show_account)
        .get("/api/v1/ledger", view, api::list_accounts)
        .get("/api/v1/ledger/{account}", view, api::list_transfers)
}
