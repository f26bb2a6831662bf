//! The rules and rates of the agency: the version in force in sentences, its source, a new version.

pub mod api;
mod differences;
mod editor;
mod pages;
mod trial;
pub mod trial_api;

use muster_domain::access::Action;

pub(crate) use self::pages::chapters;
use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewRules);
    let edit = Guard::On(Action::EditRules);
    let draft = Guard::On(Action::DraftRules);
    editor::routes(Routes::new())
        .get("/rules", view, pages::show_rules)
        .get("/rules/new", edit, pages::new_version)
        .post("/rules", edit, pages::create_version)
        .get("/rules/{id}", view, pages::show_version)
        .get("/rules/{id}/differences", view, differences::show_differences)
        .get("/rules/{id}/trial", edit, trial::show_trial)
        .post("/rules/{id}/trial", edit, trial::create_trial)
        .get("/api/v1/rules/{id}/trials", edit, trial_api::list_trials)
        .post("/api/v1/rules/{id}/trials", edit, trial_api::create_trial)
        .get("/api/v1/rules.schema.json", Guard::Public, api::get_schema)
        .get("/api/v1/rules", view, api::list_rules)
        .get("/api/v1/rules/{id}", view, api::get_rules)
        .post("/api/v1/rules", edit, api::create_rules)
        .post("/api/v1/rules/drafts", draft, api::create_draft)
        .get("/api/v1/rules/{id}/differences", view, api::list_differences)
        .put("/api/v1/rules/{id}", draft, api::revise_draft)
        .post("/api/v1/rules/{id}/removal", draft, api::discard_draft)
        .post("/api/v1/rules/{id}/adoption", edit, api::adopt_draft)
}
