//! Officers: the roster, the record, imports, availability, as pages and as JSON.

pub mod api;
mod forms;
mod imports;
mod pages;
mod record;
pub mod record_api;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let list = Guard::On(Action::ListOfficers);
    let view = Guard::On(Action::ViewOfficer);
    let edit = Guard::On(Action::EditOfficer);
    let schedule = Guard::On(Action::ImportSchedule);
    let own = Guard::On(Action::EditUnavailability);
    Routes::new()
        .get("/officers", list, pages::list_officers)
        .get("/officers.csv", list, pages::export_roster)
        .get("/officers/new", edit, forms::new_officer)
        .post("/officers", edit, forms::create_officer)
        .get("/officers/import", edit, imports::show_roster_import)
        .post("/officers/import", edit, imports::import_roster)
        .get("/officers/schedule", schedule, imports::show_schedule_import)
        .post("/officers/schedule", schedule, imports::import_schedule)
        .post("/officer-groups", edit, forms::create_group)
        .get("/availability", own, record::show_own)
        .get("/officers/{id}", view, record::show_officer)
        .get("/officers/{id}/edit", edit, forms::edit_officer)
        .post("/officers/{id}", edit, forms::save_officer)
        .post("/officers/{id}/rank", edit, forms::create_rank)
        .post("/officers/{id}/superior", edit, forms::set_superior)
        .post("/officers/{id}/status", edit, forms::create_status)
        .post("/officers/{id}/status/removal", edit, forms::remove_status)
        .post("/officers/{id}/groups", edit, forms::save_groups)
        .post("/officers/{id}/certifications", edit, forms::create_certification)
        .post("/officers/{id}/certifications/{certification}/removal", edit, forms::remove_certification)
        .post("/officers/{id}/unavailability", own, forms::create_unavailability)
        .post("/officers/{id}/unavailability/{work}/removal", own, forms::remove_unavailability)
        .get("/api/v1/officers", list, api::list_officers)
        .post("/api/v1/officers", edit, api::create_officer)
        .get("/api/v1/officers/{id}", view, api::get_officer)
        .post("/api/v1/officers/{id}/status", edit, api::set_status)
        .put("/api/v1/officers/{id}", edit, record_api::change_officer)
        .post("/api/v1/officers/{id}/rank", edit, record_api::set_rank)
        .post("/api/v1/officers/{id}/superior", edit, record_api::set_superior)
        .post("/api/v1/officers/{id}/status/removal", edit, record_api::remove_status)
        .put("/api/v1/officers/{id}/groups", edit, record_api::set_groups)
        .post("/api/v1/officers/{id}/certifications", edit, record_api::add_certification)
        .delete("/api/v1/officers/{id}/certifications/{certification}", edit, record_api::remove_certification)
        .get("/api/v1/officers/{id}/work", view, record_api::list_work)
        .post("/api/v1/officers/{id}/unavailability", own, record_api::add_unavailability)
        .delete("/api/v1/officers/{id}/unavailability/{work}", own, record_api::remove_unavailability)
        .get("/api/v1/officer-groups", list, record_api::list_groups)
        .post("/api/v1/officer-groups", edit, record_api::add_group)
        .post("/api/v1/officers/import", edit, api::import_roster)
        .post("/api/v1/officers/schedule", schedule, api::import_schedule)
}
