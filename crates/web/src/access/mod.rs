//! Signing in and out, the own account, people and their roles.

mod cookie;
mod demo;

use crate::routes::{Guard, Routes};

/// The routes of this room.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/", Guard::Public, demo::start).get("/demo", Guard::Public, demo::list_personas).post(
        "/demo/{account}/session",
        Guard::Public,
        demo::create_session,
    )
}
