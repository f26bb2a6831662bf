//! Signing in and out, the own account, people and their roles.

mod account;
pub mod api;
mod cookie;
mod demo;
mod hashing;
mod links;
mod people;
mod sign_in;
pub(crate) mod signs_in;

use jiff::{Timestamp, tz::TimeZone};
use muster_domain::access::Action;
use serde::Deserialize;

use crate::routes::{Guard, Routes};

/// The routes of this room.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/", Guard::Public, demo::start)
        .get("/demo", Guard::Public, demo::list_personas)
        .post("/demo/{account}/session", Guard::Public, demo::create_session)
        .get("/sign-in", Guard::Public, sign_in::show_sign_in)
        .post("/sign-in", Guard::Public, sign_in::create_session)
        .get("/second-factor", Guard::Public, sign_in::show_second_factor)
        .post("/second-factor", Guard::Public, sign_in::create_second_factor)
        .post("/sign-out", Guard::SignedIn, sign_in::sign_out)
        .get("/forgot", Guard::Public, sign_in::show_forgot)
        .post("/forgot", Guard::Public, sign_in::create_reset)
        .get("/links/{token}", Guard::Public, links::show_link)
        .post("/links/{token}", Guard::Public, links::use_link)
        .room(own_routes())
        .get("/people", Guard::On(Action::ManagePeople), people::list_people)
        .get("/people/new", Guard::On(Action::ManagePeople), people::new_person)
        .post("/people", Guard::On(Action::ManagePeople), people::invite)
        .post("/people/{id}/end", Guard::On(Action::ManagePeople), people::end)
        .post("/people/{id}/invitation", Guard::On(Action::ManagePeople), people::resend)
        .room(api_routes())
}

fn api_routes() -> Routes {
    let people = Guard::On(Action::ManagePeople);
    Routes::new()
        .get("/api/v1/me", Guard::SignedIn, api::show_me)
        .get("/api/v1/sessions", Guard::SignedIn, api::list_sessions)
        .delete("/api/v1/sessions/{id}", Guard::SignedIn, api::end_session)
        .get("/api/v1/tokens", Guard::SignedIn, api::list_tokens)
        .post("/api/v1/tokens", Guard::SignedIn, api::create_token)
        .delete("/api/v1/tokens/{id}", Guard::SignedIn, api::revoke_token)
        .get("/api/v1/people", people, api::list_people)
        .post("/api/v1/people", people, api::invite_person)
        .delete("/api/v1/people/{id}", people, api::end_membership)
}

fn own_routes() -> Routes {
    Routes::new()
        .get("/account", Guard::SignedIn, account::show_account)
        .get("/account/password", Guard::SignedIn, account::show_password)
        .post("/account/password", Guard::SignedIn, account::change_password)
        .get("/account/second-factor", Guard::SignedIn, account::show_second_factor)
        .post("/account/second-factor", Guard::SignedIn, account::set_up_second_factor)
        .post("/account/second-factor/removal", Guard::SignedIn, account::remove_second_factor)
        .post("/account/recovery-codes", Guard::SignedIn, account::renew_codes)
        .post("/account/sessions/end", Guard::SignedIn, account::end_other_sessions)
        .post("/account/sessions/{id}/end", Guard::SignedIn, account::end_session)
        .get("/account/tokens/new", Guard::SignedIn, account::new_token)
        .post("/account/tokens", Guard::SignedIn, account::create_token)
        .post("/account/tokens/{id}/revocation", Guard::SignedIn, account::revoke_token)
        .get("/roles", Guard::SignedIn, account::list_roles)
        .post("/roles/{id}/choice", Guard::SignedIn, account::choose_role)
}

/// The word that an action left in the address of the page that follows it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    pub done: String,
}

/// An instant in the agency's zone: `Sat, Nov 21 18:00`. In UTC, and saying so, while no agency is chosen.
pub(crate) fn when(instant: Timestamp, zone: &str) -> String {
    match TimeZone::get(zone) {
        Ok(zone) => instant.to_zoned(zone).strftime("%a, %b %-d %H:%M").to_string(),
        Err(_) => instant.strftime("%a, %b %-d %H:%M UTC").to_string(),
    }
}
