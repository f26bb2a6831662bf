//! Buttons, links that look like buttons, and one-button forms.

use maud::{Markup, Render, html};

use super::icon;
use crate::told::PRESS;

/// How a button looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// White with a border.
    #[default]
    Plain,
    /// The one action of the page.
    Primary,
    /// Takes something away.
    Danger,
    /// Without a border.
    Quiet,
}

/// A button or a link that looks like one; draws itself.
#[derive(Debug, Clone, Default)]
pub struct Button<'a> {
    words: &'a str,
    href: Option<&'a str>,
    icon: &'a str,
    kind: Kind,
    small: bool,
    wide: bool,
    icon_only: bool,
    disabled: bool,
    not_submit: bool,
    name_value: Option<(&'a str, &'a str)>,
    opens: Option<&'a str>,
    form: Option<&'a str>,
    formaction: Option<&'a str>,
    download: bool,
    name: &'a str,
}

/// A button that sends its form.
#[must_use]
pub fn button(words: &str) -> Button<'_> {
    Button { words, ..Button::default() }
}

/// A link that looks like a button.
#[must_use]
pub fn link_button<'a>(words: &'a str, href: &'a str) -> Button<'a> {
    Button { words, href: Some(href), ..Button::default() }
}

/// A square button with an icon; `words` are for screen readers and the tooltip.
#[must_use]
pub fn icon_button<'a>(icon_name: &'a str, words: &'a str) -> Button<'a> {
    Button { words, icon: icon_name, icon_only: true, ..Button::default() }
}

impl<'a> Button<'a> {
    /// The one action of the page.
    #[must_use]
    pub fn primary(self) -> Self {
        Self { kind: Kind::Primary, ..self }
    }
    /// Takes something away.
    #[must_use]
    pub fn danger(self) -> Self {
        Self { kind: Kind::Danger, ..self }
    }
    /// Without a border.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { kind: Kind::Quiet, ..self }
    }
    /// 32 px high, for tables.
    #[must_use]
    pub fn small(self) -> Self {
        Self { small: true, ..self }
    }
    /// As wide as its place.
    #[must_use]
    pub fn wide(self) -> Self {
        Self { wide: true, ..self }
    }
    /// An icon before the words.
    #[must_use]
    pub fn icon(self, name: &'a str) -> Self {
        Self { icon: name, ..self }
    }
    /// Makes an icon button a link.
    #[must_use]
    pub fn href(self, href: &'a str) -> Self {
        Self { href: Some(href), ..self }
    }
    /// Cannot be pressed. Say beside it why.
    #[must_use]
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }
    /// What screen readers say instead of the words, where several buttons have the same: begins with the words.
    #[must_use]
    pub fn named(self, name: &'a str) -> Self {
        Self { name, ..self }
    }
    /// Sent with the form, for forms with several buttons.
    #[must_use]
    pub fn sends(self, name: &'a str, value: &'a str) -> Self {
        Self { name_value: Some((name, value)), ..self }
    }
    /// Opens the dialog with this id instead of sending a form.
    #[must_use]
    pub fn opens(self, dialog_id: &'a str) -> Self {
        Self { opens: Some(dialog_id), not_submit: true, ..self }
    }
    /// Belongs to the form with this id, wherever it stands.
    #[must_use]
    pub fn form(self, id: &'a str) -> Self {
        Self { form: Some(id), ..self }
    }
    /// Sends the form to another address.
    #[must_use]
    pub fn sends_to(self, address: &'a str) -> Self {
        Self { formaction: Some(address), ..self }
    }
    /// Does nothing by itself; a script listens.
    #[must_use]
    pub fn idle(self) -> Self {
        Self { not_submit: true, ..self }
    }
    /// The link is a file to keep.
    #[must_use]
    pub fn download(self) -> Self {
        Self { download: true, ..self }
    }

    fn class(&self) -> String {
        let mut class = String::from(if self.icon_only { "button icon-button" } else { "button" });
        class.push_str(match self.kind {
            Kind::Plain => "",
            Kind::Primary => " primary",
            Kind::Danger => " danger",
            Kind::Quiet => " quiet",
        });
        for (on, word) in [(self.small, " sm"), (self.wide, " wide")] {
            class.push_str(if on { word } else { "" });
        }
        class
    }
}

impl Render for Button<'_> {
    fn render(&self) -> Markup {
        let label = if self.name.is_empty() { self.icon_only.then_some(self.words) } else { Some(self.name) };
        let title = self.icon_only.then_some(self.words);
        let inside = html! {
            @if !self.icon.is_empty() { (icon(self.icon)) }
            @if !self.icon_only { span { (self.words) } }
        };
        html! {
            @if let Some(href) = self.href {
                a class=(self.class()) href=(href) aria-label=[label] title=[title] download[self.download] { (inside) }
            } @else {
                button class=(self.class()) type=(if self.not_submit { "button" } else { "submit" })
                    name=[self.name_value.map(|pair| pair.0)] value=[self.name_value.map(|pair| pair.1)]
                    form=[self.form] formaction=[self.formaction] aria-label=[label] title=[title]
                    commandfor=[self.opens] command=[self.opens.map(|_| "show-modal")] aria-haspopup=[self.opens.map(|_| "dialog")]
                    disabled[self.disabled] { (inside) }
            }
        }
    }
}

/// Buttons that stand together as one control.
#[must_use]
pub fn button_group(label: &str, buttons: Markup) -> Markup {
    html! { div.button-group role="group" aria-label=(label) { (buttons) } }
}

/// The hidden part of a form of mere buttons: its idempotency key, and that a refusal brings back to the page.
#[must_use]
pub fn pressed(key: &str) -> Markup {
    html! { input type="hidden" name="_key" value=(key); input type="hidden" name=(PRESS) value="1"; }
}

/// A form that is one button: `press("/jobs/job_1/posting", key, button("Post").primary())`.
#[must_use]
pub fn press(action: &str, key: &str, button: Button<'_>) -> Markup {
    html! { form.press method="post" action=(action) data-once { (pressed(key)) (button) } }
}
