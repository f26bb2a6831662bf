//! The inbox, as a page and as JSON.

pub mod api;
pub mod emails;
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
        .get("/notices/emails", read, emails::show_emails)
        .post("/notices/emails", read, emails::choose_emails)
        .get("/api/v1/notices/emails", read, emails::get_choice)
        .put("/api/v1/notices/emails", read, emails::put_choice)
        .get("/api/v1/notices", read, api::list_notices)
        .post("/api/v1/notices/reading", read, api::mark_read)
}
