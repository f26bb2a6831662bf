//! The inbox, as a page and as JSON.

pub mod api;
mod pages;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let read = Guard::On(Action::ReadNotices);
    Routes::new()
        .get("/notices", read, pages::list_notices)
        .post("/notices/reading", read, pages::mark_read)
        .get("/api/v1/notices", read, api::list_notices)
        .post("/api/v1/notices/reading", read, api::mark_read)
}
