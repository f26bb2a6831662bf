//! Jobs as a list, a board, a week and a page; changing them.

pub mod api;
mod board;
pub(crate) mod changing;
pub mod changing_api;
mod pages;
mod show;
mod views;
mod week;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewJob);
    let edit = Guard::On(Action::EditJob);
    Routes::new()
        .get("/jobs", view, pages::list_jobs)
        .get("/jobs/{id}", view, show::show_job)
        .get("/calendar", view, week::show_calendar)
        .get("/jobs/{id}/edit", edit, changing::edit_job)
        .post("/jobs/{id}", edit, changing::change_job)
        .post("/shifts/{id}/seats", edit, changing::change_seats)
        .get("/api/v1/jobs", view, api::list_jobs)
        .get("/api/v1/jobs/{id}", view, api::get_job)
        .put("/api/v1/jobs/{id}", edit, changing_api::change_job)
        .post("/api/v1/shifts/{id}/seats", edit, changing_api::change_seats)
}
