//! Two addresses for whoever watches over the installation: is the program alive, and can it work. They need no session, say
//! nothing about the installation, and are not kept by caches.

use axum::{extract::State, http::StatusCode};
use muster_app::health;

use crate::{
    Ctx,
    routes::{Guard, Routes},
};

/// The routes.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/health/live", Guard::Public, show_life).get("/health/ready", Guard::Public, show_readiness)
}

/// The program runs; asks nothing else, so that a slow database does not get it restarted.
async fn show_life() -> &'static str {
    "alive\n"
}

/// The program can work: it is not about to stop, and the database answers.
async fn show_readiness(State(ctx): State<Ctx>) -> (StatusCode, &'static str) {
    if ctx.live().is_closed() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match ctx.read(|tx, _| health::is_ready(tx)).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
