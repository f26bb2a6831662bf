//! How people ask: routes, pages, JSON, sessions, live updates. Thin: a handler reads the input, calls one use case and
//! draws the answer. Never touches the database itself and never decides anything.

pub mod access;
mod again;
pub mod agencies;
pub mod assets;
pub mod audit;
pub mod billing;
pub mod ctx;
pub mod customers;
pub mod distribution;
pub mod failure;
pub mod fields;
pub mod frame;
pub mod given;
pub mod guard;
pub mod headers;
pub mod health;
pub mod jobs;
pub mod json;
pub mod ledger;
pub mod notices;
pub mod officers;
pub mod openapi;
pub mod overview;
pub mod parts;
pub mod payroll;
pub mod rates;
pub mod requests;
pub mod routes;
pub mod search;
pub mod signed_in;
pub mod tiles;
pub mod timeclock;
pub mod times;
pub mod told;

pub use ctx::{Ctx, Settings};
pub use tiles::Tiles;

use axum::Router;

/// Every route of the product, in the rooms' order.
#[must_use]
pub fn routes() -> routes::Routes {
    routes::Routes::new()
        .room(assets::routes())
        .room(health::routes())
        .room(parts::gallery::routes())
        .room(openapi::routes())
        .room(agencies::routes())
        .room(access::routes())
        .room(officers::routes())
        .room(customers::routes())
        .room(rates::routes())
        .room(requests::routes())
        .room(jobs::routes())
        .room(distribution::routes())
        .room(timeclock::routes())
        .room(billing::routes())
        .room(payroll::routes())
        .room(ledger::routes())
        .room(notices::routes())
        .room(audit::routes())
        .room(overview::routes())
        .room(search::routes())
}

/// The whole application, ready to serve.
pub fn application(ctx: Ctx) -> Router {
    routes().into_router(ctx)
}
