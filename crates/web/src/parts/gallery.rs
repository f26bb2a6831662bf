//! `/dev/parts`: every part in all its states. The living guide; accessibility checks and screenshots run on it.

mod data;
mod inputs;
mod scenes;

use axum::Extension;
use maud::{Markup, html};

use crate::{
    headers::Nonce,
    routes::{Guard, Routes},
};

use super::{Flash, Frame, FrameBanner, NavItem, Tone, Viewer, page, page_head};

const NAV: &[NavItem<'static>] = &[
    NavItem { key: "parts", href: "/dev/parts", label: "Overview", icon: "layout-dashboard", count: 0 },
    NavItem { key: "map", href: "#map", label: "Live map", icon: "radio", count: 0 },
    NavItem { key: "jobs", href: "#jobs", label: "Jobs", icon: "briefcase", count: 0 },
    NavItem { key: "calendar", href: "#calendar", label: "Calendar", icon: "calendar-days", count: 0 },
    NavItem { key: "approvals", href: "#table", label: "Approvals", icon: "clipboard-check", count: 5 },
    NavItem { key: "roster", href: "#people", label: "Roster", icon: "users", count: 0 },
    NavItem { key: "settings", href: "#fields", label: "Settings", icon: "settings", count: 0 },
];

/// The route of the guide. It holds nothing of anybody.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/dev/parts", Guard::Public, async |Extension(nonce): Extension<Nonce>| gallery(&nonce.0))
}

/// The page.
#[must_use]
pub fn gallery(nonce: &str) -> Markup {
    let viewer = Viewer {
        name: "R. Tran",
        subtitle: "Coordinator",
        organisation: "Parts",
        nav: NAV,
        unread: 2,
        signed_in: true,
        search: "/dev/parts",
        account: "#people",
        notices: "#story",
        ..Viewer::default()
    };
    let frame = Frame {
        title: "Parts",
        viewer,
        here: "parts",
        nonce,
        flash: Some(Flash::done("The job was posted to 42 officers.")),
        banner: Some(FrameBanner {
            tone: Tone::Accent,
            icon: "sparkles",
            words: "Demonstration data. You act as the coordinator.",
            link: Some(("#people", "Change person")),
        }),
        ..Frame::default()
    };
    let body = html! {
        (page_head("Parts").sub(html! { "Each part of the pages, in all its states \u{b7} " (super::live_mark()) }))
        div.gallery {
            (scenes::all())
            (inputs::all())
            (data::all())
        }
    };
    page(&frame, body)
}

/// One part of the guide.
fn scene(id: &str, title: &str, body: Markup) -> Markup {
    html! { section id=(id) aria-labelledby={ (id) "-title" } { h2 id={ (id) "-title" } { (title) } (body) } }
}
