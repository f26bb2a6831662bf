//! Agencies: the operator's list, and an agency's settings.

pub mod api;
mod list;
mod settings;
pub mod settings_api;
mod settings_page;
mod zones;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The routes of this room.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewAgency);
    let edit = Guard::On(Action::EditAgency);
    Routes::new()
        .get("/agencies", Guard::SignedIn, list::list_agencies)
        .get("/agencies/new", Guard::On(Action::ManagePlatform), list::new_agency)
        .post("/agencies", Guard::On(Action::ManagePlatform), list::create_agency)
        .post("/agencies/{id}/choice", Guard::SignedIn, list::choose_agency)
        .get("/settings", view, settings_page::show_settings)
        .post("/settings/identity", edit, settings::save_identity)
        .post("/settings/money", edit, settings::save_money)
        .post("/settings/work", edit, settings::save_work)
        .post("/settings/ranks", edit, settings::add_rank)
        .post("/settings/ranks/{id}", edit, settings::save_rank)
        .post("/settings/units", edit, settings::add_unit)
        .post("/settings/units/{id}", edit, settings::save_unit)
        .post("/settings/job-types", edit, settings::add_job_type)
        .post("/settings/job-types/{id}", edit, settings::save_job_type)
        .post("/settings/holidays", edit, settings::add_holiday)
        .post("/settings/holidays/{date}/removal", edit, settings::remove_holiday)
        .get("/api/v1/agencies", Guard::SignedIn, api::list_agencies)
        .post("/api/v1/agencies", Guard::On(Action::ManagePlatform), api::create_agency)
        .get("/api/v1/agency", view, api::show_agency)
        .put("/api/v1/agency", edit, settings_api::change_agency)
        .post("/api/v1/units", edit, settings_api::add_unit)
        .put("/api/v1/units/{id}", edit, settings_api::rename_unit)
        .put("/api/v1/job-types/{id}", edit, settings_api::change_job_type)
        .post("/api/v1/holidays", edit, settings_api::add_holiday)
        .delete("/api/v1/holidays/{date}", edit, settings_api::remove_holiday)
        .get("/api/v1/ranks", view, api::list_ranks)
        .post("/api/v1/ranks", edit, api::add_rank)
        .put("/api/v1/ranks/{id}", edit, api::change_rank)
        .get("/api/v1/job-types", view, api::list_job_types)
        .post("/api/v1/job-types", edit, api::add_job_type)
}
