//! The whole document: frame with navigation for people who are signed in, plain frame for everyone else.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Tone, avatar, count, forms::named, icon};
use crate::assets::{APP_CSS, APP_JS, FAVICON_SVG, ICON_180_PNG, PUBLIC_SANS_WOFF2};
use crate::tiles::Tiles;

/// One entry of the navigation.
#[derive(Debug, Clone, Copy)]
pub struct NavItem<'a> {
    /// Compared with [`Frame::here`].
    pub key: &'a str,
    /// Where it leads.
    pub href: &'a str,
    /// One or two words.
    pub label: &'a str,
    /// Icon of the set.
    pub icon: &'a str,
    /// Things that wait there.
    pub count: u32,
}

/// Who looks at the page.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// Their name.
    pub name: &'a str,
    /// Rank and badge, or role.
    pub subtitle: &'a str,
    /// Agency, customer or operator they act for.
    pub organisation: &'a str,
    /// The first five are tabs on a phone, the rest stands behind "More".
    pub nav: &'a [NavItem<'a>],
    /// Notices not yet read.
    pub unread: u32,
    /// Whether there is a session.
    pub signed_in: bool,
    /// A stable id that names the copies kept on the phone; another person's copies are removed.
    pub id: &'a str,
    /// Address of their own page.
    pub account: &'a str,
    /// Address of the notices.
    pub notices: &'a str,
    /// Address of the search; empty for none.
    pub search: &'a str,
    /// What can be found, inside the search.
    pub search_words: &'a str,
}

impl Default for Viewer<'_> {
    fn default() -> Self {
        Self {
            name: "",
            subtitle: "",
            organisation: "",
            nav: &[],
            unread: 0,
            signed_in: false,
            id: "",
            account: "/account",
            notices: "/notices",
            search: "/search",
            search_words: "Find a job, officer or customer",
        }
    }
}

/// A message after an action, shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// What it means.
    pub tone: Tone,
    /// One sentence.
    pub words: String,
}

impl Flash {
    /// It worked.
    pub fn done(words: impl Into<String>) -> Self {
        Self { tone: Tone::Ok, words: words.into() }
    }
    /// It did not work.
    pub fn refused(words: impl Into<String>) -> Self {
        Self { tone: Tone::Bad, words: words.into() }
    }
}

/// A line above every page: demo persona, somebody else's eyes.
#[derive(Debug, Clone, Copy)]
pub struct FrameBanner<'a> {
    /// Accent for the demo, bad for impersonation.
    pub tone: Tone,
    /// Icon of the set.
    pub icon: &'a str,
    /// One sentence.
    pub words: &'a str,
    /// Address and words of what can be done.
    pub link: Option<(&'a str, &'a str)>,
}

/// What maps lie on.
#[derive(Debug, Clone, Copy)]
pub enum Ground<'a> {
    /// A grid true to scale, without streets.
    Grid,
    /// The invented town of the demonstration.
    Town,
    /// Pictures of a map server.
    Tiles(&'a Tiles),
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// Title of the window; on a phone also in the top bar.
    pub title: &'a str,
    /// Who looks.
    pub viewer: Viewer<'a>,
    /// Key of the navigation entry.
    pub here: &'a str,
    /// A message after an action.
    pub flash: Option<Flash>,
    /// Nonce of the content policy of this answer.
    pub nonce: &'a str,
    /// A line above the page.
    pub banner: Option<FrameBanner<'a>>,
    /// Address of the list that this page was opened from: the phone shows a back arrow and keeps the page's own title.
    pub back: Option<&'a str>,
    /// Addresses that an officer's phone keeps for when there is no signal, for example `/jobs`, `/calendar`, `/clock`;
    /// none for people at desks, whose computers keep nothing.
    pub keep: &'a [&'a str],
    /// What maps lie on.
    pub ground: Ground<'a>,
}

impl Default for Frame<'_> {
    fn default() -> Self {
        Self {
            title: "Muster",
            viewer: Viewer::default(),
            here: "",
            flash: None,
            nonce: "",
            banner: None,
            back: None,
            keep: &[],
            ground: Ground::Grid,
        }
    }
}

const TABS: usize = 5;

/// The mark and the name.
#[must_use]
pub fn brand(href: &str) -> Markup {
    html! {
        a.brand href=(href) {
            span.brand-mark aria-hidden="true" {
                (PreEscaped(r#"<svg viewBox="0 0 32 32" width="32" height="32" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"><path d="M16 5.8l8 2.8v6.6c0 5.2-3.4 8.9-8 11-4.6-2.1-8-5.8-8-11V8.6z"/><path d="M12.2 15.9l2.7 2.7 5-5.3"/></svg>"#))
            }
            span { "Muster" }
        }
    }
}

/// The document of a page inside the frame.
#[must_use]
pub fn page(frame: &Frame<'_>, body: Markup) -> Markup {
    let viewer = &frame.viewer;
    let (tabs, rest) = if viewer.nav.len() > TABS { viewer.nav.split_at(TABS - 1) } else { (viewer.nav, &[][..]) };
    document(
        frame,
        // A phone shows the title in the bar; a heading with the same words stays for screen readers only.
        if body.0.contains(&html! { h1 { (frame.title) } }.0) { "app titled" } else { "app" },
        html! {
            a.skip href="#main" { "Skip to the content" }
            (bar(frame))
            (side(frame))
            main #main tabindex="-1" {
                @if let Some(line) = &frame.banner { (frame_banner(line)) }
                div.content { (named(body)) }
            }
            nav.tabs aria-label="Sections" {
                @for item in tabs { (entry(item, frame.here)) }
                @if !rest.is_empty() {
                    button.more type="button" command="show-modal" commandfor="more" aria-haspopup="dialog"
                        data-here[rest.iter().any(|item| item.key == frame.here)] {
                        span.nav-mark { (icon("ellipsis")) (count(rest.iter().map(|item| item.count).sum())) }
                        span { "More" }
                    }
                }
            }
            @if !rest.is_empty() { (more(frame, rest)) }
        },
    )
}

/// The document of a page without navigation: sign-in, public pages, errors. A centred card below the brand.
#[must_use]
pub fn plain_page(frame: &Frame<'_>, body: Markup) -> Markup {
    document(
        frame,
        "plain",
        html! {
            a.skip href="#main" { "Skip to the content" }
            header.plain-bar { (brand("/")) @if !frame.viewer.organisation.is_empty() { span { (frame.viewer.organisation) } } }
            main #main tabindex="-1" {
                @if let Some(line) = &frame.banner { (frame_banner(line)) }
                div.plain-card { (named(body)) }
            }
            footer.plain-foot { "Muster \u{b7} off-duty work, in order" }
        },
    )
}

fn document(frame: &Frame<'_>, class: &str, inside: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                title { (frame.title) @if frame.title != "Muster" { " \u{b7} Muster" } }
                meta name="color-scheme" content="light dark";
                meta name="theme-color" content="#17233b";
                meta name="description" content="Off-duty work of law-enforcement agencies: find it, take it, prove it, get paid.";
                @match frame.ground {
                    Ground::Grid => {}
                    Ground::Town => { meta name="town" content="drawn"; }
                    Ground::Tiles(tiles) => { meta name="tiles" content=(tiles.url) data-credit=(tiles.credit); }
                }
                link rel="preload" href=(PUBLIC_SANS_WOFF2) as="font" type="font/woff2" crossorigin;
                link rel="stylesheet" href=(APP_CSS);
                link rel="icon" href=(FAVICON_SVG) type="image/svg+xml";
                link rel="apple-touch-icon" href=(ICON_180_PNG);
                link rel="manifest" href="/manifest.webmanifest";
                script type="module" src=(APP_JS) nonce=(frame.nonce) {}
            }
            body class=(class) data-user=(frame.viewer.id) data-keep=(frame.keep.join(" ")) {
                (inside)
                div.toasts #toasts role="status" aria-live="polite" {
                    @if let Some(flash) = &frame.flash { (toast(flash)) }
                }
            }
        }
    }
}

fn toast(flash: &Flash) -> Markup {
    let mark = match flash.tone {
        Tone::Ok => "circle-check",
        Tone::Warn | Tone::Bad => "circle-alert",
        Tone::Neutral | Tone::Info | Tone::Accent => "info",
    };
    html! { div.toast.(flash.tone.word()) { (icon(mark)) p { (flash.words) } } }
}

fn bar(frame: &Frame<'_>) -> Markup {
    let viewer = &frame.viewer;
    html! {
        header.bar {
            @if let Some(back) = frame.back {
                a.bar-back href=(back) aria-label="Back" { (icon("chevron-left")) }
            }
            p.bar-title aria-hidden="true" { (frame.title) }
            @if !viewer.search.is_empty() {
                form.bar-search action=(viewer.search) method="get" role="search" aria-label="Everything" {
                    label.search {
                        (icon("search"))
                        span.vh { (viewer.search_words) }
                        input type="search" name="q" placeholder=(viewer.search_words) autocomplete="off" data-search-key;
                        kbd aria-hidden="true" { "/" }
                    }
                }
            }
            span.offline-mark role="status" { span hidden data-offline { (icon("wifi-off")) "Offline" } }
            @if viewer.signed_in {
                a.bell href=(viewer.notices) aria-label={ "Notices" @if viewer.unread > 0 { ", " (viewer.unread) " new" } } {
                    (icon("bell"))
                    @if viewer.unread > 0 { span.bell-dot {} }
                }
                // On a desk the account is at the foot of the navigation; five tabs leave no "More" to find it in.
                a.bell.phone-only href=(viewer.account) aria-label={ "Your account, " (viewer.name) } { (icon("circle-user")) }
            }
        }
    }
}

fn side(frame: &Frame<'_>) -> Markup {
    let viewer = &frame.viewer;
    html! {
        nav.side aria-label="Main" {
            div.side-head { (brand("/")) span { (viewer.organisation) } }
            ul { @for item in viewer.nav { li { (entry(item, frame.here)) } } }
            @if viewer.signed_in {
                a.who href=(viewer.account) { (avatar(viewer.name)) span { strong { (viewer.name) } span { (viewer.subtitle) } } }
            }
        }
    }
}

fn entry(item: &NavItem<'_>, here: &str) -> Markup {
    html! {
        a.nav-item href=(item.href) aria-current=[(item.key == here).then_some("page")] {
            span.nav-mark { (icon(item.icon)) (count(item.count)) }
            span.nav-label { (item.label) }
        }
    }
}

fn more(frame: &Frame<'_>, rest: &[NavItem<'_>]) -> Markup {
    html! {
        dialog.dialog.sheet-nav #more aria-label="More sections" closedby="any" {
            div.dialog-inner {
                a.who href=(frame.viewer.account) {
                    (avatar(frame.viewer.name)) span { strong { (frame.viewer.name) } span { (frame.viewer.subtitle) } }
                }
                ul { @for item in rest { li { (entry(item, frame.here)) } } }
                button.button.wide type="button" command="close" commandfor="more" { span { "Close" } }
            }
        }
    }
}

fn frame_banner(line: &FrameBanner<'_>) -> Markup {
    html! {
        aside.frame-banner.(line.tone.word()) aria-label="Notice" {
            (icon(line.icon))
            p { (line.words) }
            @if let Some((href, words)) = line.link { a href=(href) { (words) } }
        }
    }
}
