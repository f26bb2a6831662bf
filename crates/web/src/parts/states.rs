//! What a list shows when there is nothing, when it failed, and while it loads; banners.

use maud::{Markup, Render, html};

use super::{Tone, icon};

/// Nothing here: say why and what to do. `action` is a button or empty.
#[must_use]
pub fn empty(icon_name: &str, title: &str, words: &str, action: Markup) -> Markup {
    html! {
        div.empty { span.empty-mark { (icon(icon_name)) } h2 { (title) } p { (words) } (action) }
    }
}

/// It did not work: what happened and what to do.
#[must_use]
pub fn failed(title: &str, words: &str, action: Markup) -> Markup {
    html! {
        div.empty.bad role="alert" { span.empty-mark { (icon("circle-alert")) } h2 { (title) } p { (words) } (action) }
    }
}

/// Grey rows in the place of a list that is on its way.
#[must_use]
pub fn skeleton(rows: u8) -> Markup {
    html! {
        div.skeleton role="status" {
            span.vh { "Loading" }
            @for _ in 0..rows { div.skeleton-row { span {} div { span {} span {} } } }
        }
    }
}

/// A line across the page or a card; draws itself.
#[derive(Debug, Clone)]
pub struct Banner<'a> {
    tone: Tone,
    icon: &'a str,
    words: Markup,
    action: Option<Markup>,
}

/// A banner: icon, sentence, and an action if there is one.
#[must_use]
pub fn banner<'a>(tone: Tone, icon_name: &'a str, words: impl Render) -> Banner<'a> {
    Banner { tone, icon: icon_name, words: words.render(), action: None }
}

impl Banner<'_> {
    /// A link or button at its end.
    #[must_use]
    pub fn action(self, action: Markup) -> Self {
        Self { action: Some(action), ..self }
    }
}

impl Render for Banner<'_> {
    fn render(&self) -> Markup {
        html! {
            div.banner.(self.tone.word()) {
                (icon(self.icon))
                div.banner-words { (self.words) }
                @if let Some(action) = &self.action { div.banner-action { (action) } }
            }
        }
    }
}

/// Content that updates itself: `stream` is the address of server-sent events, whose `event: patch` carries elements
/// (drawn by the same parts) that replace those with their ids. One per page.
#[must_use]
pub fn live(stream: &str, body: Markup) -> Markup {
    html! { div.stack data-stream=(stream) { (body) } }
}

/// Says whether the page is being updated right now.
#[must_use]
pub fn live_mark() -> Markup {
    html! { span.live-mark data-live-mark="off" { span.live-on { "Live" } span.live-off { "Not live" } } }
}
