//! The clock of an officer's phone, and the review of worked time, as pages and as JSON.

pub mod api;
mod pages;
mod price;
mod review;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let clock = Guard::On(Action::Clock);
    let view = Guard::On(Action::ViewTime);
    let approve = Guard::On(Action::ApproveTime);
    Routes::new()
        .get("/clock", clock, pages::show_clock)
        .get("/my-time", clock, pages::list_my_time)
        .get("/time", view, review::show_review)
        .get("/time/{id}", view, review::show_entry)
        .post("/time/{id}/adjustment", approve, review::adjust)
        .post("/time/{id}/approval", approve, review::approve)
        .post("/time/approvals", approve, review::approve_many)
        .post("/assignments/{id}/time", approve, review::enter)
        .post("/api/v1/punches", clock, api::punch)
        .get("/api/v1/my-time", clock, api::list_my_time)
        .get("/api/v1/time-entries", view, api::list_entries)
        .get("/api/v1/time-entries/{id}", view, api::get_entry)
        .post("/api/v1/assignments/{id}/time", approve, api::enter)
        .post("/api/v1/time-entries/{id}/adjustment", approve, api::adjust)
        .post("/api/v1/time-entries/{id}/approval", approve, api::approve)
}
