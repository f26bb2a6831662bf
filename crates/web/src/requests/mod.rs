//! Requests: the form with its quote, the list, the page of one request, the agency's public page, as pages and as JSON.

pub mod api;
mod crew;
mod form;
mod pages;
mod public;
mod quote_api;
mod read;
pub mod refused_api;
mod rules;
pub mod rules_api;
mod show;

use muster_domain::access::Action;

use crate::routes::{Guard, Routes};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewRequest);
    let submit = Guard::On(Action::SubmitRequest);
    let decide = Guard::On(Action::DecideRequest);
    Routes::new()
        .get("/requests", view, pages::list_requests)
        .get("/requests/new", submit, pages::new_request)
        .post("/requests", submit, pages::create_request)
        .post("/requests/quote", submit, pages::show_quote)
        .get("/requests/{id}", view, show::show_request)
        .post("/requests/{id}/approval", decide, show::create_approval)
        .post("/requests/{id}/approvals/{approval}", decide, rules::create_level)
        .post("/requests/{id}/approvals/{approval}/form", decide, rules::create_form)
        .post("/requests/{id}/documents", decide, rules::create_document)
        .post("/requests/{id}/facts", decide, rules::create_facts)
        .post("/requests/{id}/decline", decide, show::create_decline)
        .post("/requests/{id}/question", decide, show::create_question)
        .post("/requests/{id}/answer", submit, show::create_answer)
        .post("/requests/{id}/withdrawal", submit, show::create_withdrawal)
        .get("/p/{slug}", Guard::Public, public::show_agency)
        .post("/p/{slug}/quote", Guard::Public, public::show_quote)
        .get("/p/{slug}/register", Guard::Public, public::new_registration)
        .post("/p/{slug}/register", Guard::Public, public::create_registration)
        .get("/api/v1/requests", view, api::list_requests)
        .post("/api/v1/requests", submit, api::create_request)
        .post("/api/v1/requests/quote", submit, api::quote_request)
        .get("/api/v1/requests/{id}", view, api::get_request)
        .post("/api/v1/requests/{id}/decision", decide, api::decide_request)
        .post("/api/v1/requests/{id}/approvals/{approval}", decide, rules_api::decide_level)
        .post("/api/v1/requests/{id}/documents", decide, rules_api::record_document)
        .post("/api/v1/requests/{id}/answer", submit, api::answer_request)
        .post("/api/v1/requests/{id}/withdrawal", submit, api::withdraw_request)
        .get("/api/v1/customers/{id}/refused-requests", view, refused_api::list_refused)
}
