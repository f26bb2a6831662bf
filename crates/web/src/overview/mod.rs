//! The coordinator's overview: a page that keeps itself up to date.

pub mod api;
mod live;
mod pages;
mod steps;

use muster_domain::access::Action;

pub use self::live::Live;
use crate::routes::{Guard, Routes};

/// The routes.
#[must_use]
pub fn routes() -> Routes {
    let view = Guard::On(Action::ViewOverview);
    Routes::new().get("/overview", view, pages::show_overview).get("/overview/stream", view, live::stream_overview).get(
        "/api/v1/overview",
        view,
        api::show_overview,
    )
}
