//! Dialogs: a sheet from below on a phone, a centred window on a desk.

use maud::{Markup, Render, html};

use super::{Button, icon};

/// A dialog; draws itself. Opened by `button(..).opens(id)`.
#[derive(Debug, Clone)]
pub struct Dialog<'a> {
    id: &'a str,
    title: &'a str,
    body: Markup,
    send: Option<(&'a str, &'a str, Button<'a>)>,
    cancel: &'a str,
    open: bool,
}

/// A dialog with a title and any content.
#[must_use]
pub fn dialog<'a>(id: &'a str, title: &'a str, body: Markup) -> Dialog<'a> {
    Dialog { id, title, body, send: None, cancel: "Cancel", open: false }
}

impl<'a> Dialog<'a> {
    /// The content is a form to `action` with the key `key`, sent by `button`; a cancel button stands beside it.
    #[must_use]
    pub fn sends(self, action: &'a str, key: &'a str, button: Button<'a>) -> Self {
        Self { send: Some((action, key, button)), ..self }
    }
    /// Another word for cancel.
    #[must_use]
    pub fn cancel(self, words: &'a str) -> Self {
        Self { cancel: words, ..self }
    }
    /// Opened when the page opens: the form came back with mistakes.
    #[must_use]
    pub fn open(self, open: bool) -> Self {
        Self { open, ..self }
    }
}

/// Names of fields repeat from dialog to dialog of a page; what binds a label and a hint to its field must not.
fn within(id: &str, body: &Markup) -> Markup {
    let own = body.0.replace("=\"f-", &format!("=\"{id}-f-")).replace("-error f-", &format!("-error {id}-f-"));
    maud::PreEscaped(own)
}

impl Render for Dialog<'_> {
    fn render(&self) -> Markup {
        let body = within(self.id, &self.body);
        html! {
            dialog.dialog id=(self.id) aria-labelledby={ (self.id) "-title" } data-open[self.open] closedby="any" {
                div.dialog-inner {
                    header.dialog-head {
                        h2 id={ (self.id) "-title" } { (self.title) }
                        button.button.icon-button.quiet type="button" command="close" commandfor=(self.id) aria-label="Close" { (icon("x")) }
                    }
                    @match &self.send {
                        Some((action, key, send)) => form method="post" action=(action) novalidate data-once {
                            input type="hidden" name="_key" value=(key);
                            div.dialog-body { (body) }
                            footer.dialog-actions {
                                button.button type="button" command="close" commandfor=(self.id) { span { (self.cancel) } }
                                (send)
                            }
                        },
                        None => div.dialog-body { (body) },
                    }
                }
            }
        }
    }
}

/// A link-like button that opens the dialog `id`.
#[must_use]
pub fn opens(id: &str, words: &str, icon_name: &str) -> Markup {
    html! {
        button.link type="button" commandfor=(id) command="show-modal" aria-haspopup="dialog" {
            @if !icon_name.is_empty() { (icon(icon_name)) }
            span { (words) }
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_domain::refusal::FieldErrors;

    use super::*;
    use crate::parts::field;

    #[test]
    fn fields_of_two_dialogs_keep_apart() {
        let mut errors = FieldErrors::default();
        errors.add("reason", "Say why.");
        let drawn = |id: &'static str| {
            let reason = field("reason", "Why").hint("The officer reads \u{201c}=\"f-\u{201d}").errors(&errors);
            dialog(id, "End it?", html! { (reason) }).render().0
        };
        let one = drawn("end-1");
        assert!(one.contains(" for=\"end-1-f-reason\""), "{one}");
        assert!(one.contains("id=\"end-1-f-reason\" name=\"reason\""), "{one}");
        assert!(one.contains("aria-describedby=\"end-1-f-reason-error end-1-f-reason-hint\""), "{one}");
        assert!(one.contains("=&quot;f-"), "words stay as they are: {one}");
        assert!(!drawn("end-2").contains("end-1"));
    }
}
