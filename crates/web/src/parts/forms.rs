//! Forms: the key that makes a double click harmless, the summary of mistakes, filters and searches.

use maud::{Markup, PreEscaped, Render, html};
use muster_domain::refusal::FieldErrors;

use super::{button, icon};

/// A form that changes something; draws itself.
#[derive(Debug, Clone)]
pub struct Form<'a> {
    action: &'a str,
    key: &'a str,
    body: Markup,
    id: Option<&'a str>,
    multipart: bool,
    quote: Option<(&'a str, &'a str)>,
    confirm: bool,
}

/// A POST to `action` with the idempotency key `key` of this very page; sent at most once per click.
#[must_use]
pub fn form<'a>(action: &'a str, key: &'a str, body: Markup) -> Form<'a> {
    Form { action, key, body, id: None, multipart: false, quote: None, confirm: false }
}

impl<'a> Form<'a> {
    /// An id, for buttons that stand elsewhere.
    #[must_use]
    pub fn id(self, id: &'a str) -> Self {
        Self { id: Some(id), ..self }
    }
    /// Carries files.
    #[must_use]
    pub fn multipart(self) -> Self {
        Self { multipart: true, ..self }
    }
    /// While typing, posts the form to `address` and replaces the elements that `panel` (a CSS selector) finds.
    #[must_use]
    pub fn live(self, address: &'a str, panel: &'a str) -> Self {
        Self { quote: Some((address, panel)), ..self }
    }
    /// Asks before the page is left with unsent changes.
    #[must_use]
    pub fn guarded(self) -> Self {
        Self { confirm: true, ..self }
    }
}

impl Render for Form<'_> {
    fn render(&self) -> Markup {
        html! {
            form.form method="post" action=(self.action) id=[self.id] novalidate data-once
                enctype=[self.multipart.then_some("multipart/form-data")] data-guard[self.confirm]
                data-live=[self.quote.map(|live| live.0)] data-panel=[self.quote.map(|live| live.1)] {
                input type="hidden" name="_key" value=(self.key);
                (self.body)
            }
        }
    }
}

/// The buttons at the end of a form.
#[must_use]
pub fn form_actions(buttons: Markup) -> Markup {
    html! { div.form-actions { (buttons) } }
}

/// Fields that belong together under one legend.
#[must_use]
pub fn fieldset(legend: &str, fields: Markup) -> Markup {
    html! { fieldset.fieldset { legend { (legend) } (fields) } }
}

/// Where the links of a summary lead: the ids of fields begin like this.
const NAMED: &str = "#f-";

/// Puts the name of its field before each mistake of the summary: "Title: Please fill this in." The names are the labels
/// that stand on the page, so they cannot differ from them.
#[must_use]
pub(crate) fn named(page: Markup) -> Markup {
    let page = page.into_string();
    if !page.contains("error-summary") {
        return PreEscaped(page);
    }
    let link = format!("<a href=\"{NAMED}");
    let mut parts = page.split(link.as_str());
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let id = part.split('"').next().unwrap_or_default();
        let there = page.contains(&format!(" id=\"f-{id}\""));
        match (part.split_once("\">"), label(&page, &format!("f-{id}"))) {
            (Some((id, rest)), Some(label)) => {
                named.push_str(&format!("{link}{id}\"><strong>{label}</strong>: {rest}"));
            }
            // A value that the page sends along, which nobody types: there is nothing to lead to.
            (Some((_, rest)), None) if !there => named.push_str(&rest.replacen("</a>", "", 1)),
            _ => {
                named.push_str(&link);
                named.push_str(part);
            }
        }
    }
    PreEscaped(named)
}

/// The words of the label (or legend) of the field with this id, still escaped.
fn label<'p>(page: &'p str, id: &str) -> Option<&'p str> {
    let text = |from: &'p str| from.split_once('>').and_then(|(_, inside)| inside.split('<').next()).map(str::trim);
    if let Some((_, from)) = page.split_once(&format!(" for=\"{id}\"")) {
        return text(from);
    }
    // A group of choices has a legend; a box that is ticked has its words after it. Both stand right behind the tag.
    let (_, from) = page.split_once(&format!(" id=\"{id}\""))?;
    let behind = |tag| from.split_once(tag).filter(|(before, _)| !before.contains('<')).map(|(_, words)| words);
    text(behind("<legend").or_else(|| behind("<span"))?).filter(|label| !label.is_empty())
}

/// All mistakes at once, each linked to its field; nothing when there are none. Stands above the form.
#[must_use]
pub fn error_summary(errors: &FieldErrors) -> Markup {
    html! {
        @if !errors.0.is_empty() {
            div.error-summary role="alert" tabindex="-1" data-focus {
                h2 {
                    (icon("circle-alert"))
                    @if errors.0.len() == 1 { "One thing needs your attention" } @else { (errors.0.len()) " things need your attention" }
                }
                ul {
                    @for error in &errors.0 {
                        li {
                            @if error.field.is_empty() { (error.message) } @else {
                                a href={ (NAMED) (error.field.replace(|c: char| !c.is_ascii_alphanumeric(), "-")) } { (error.message) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A GET form whose changes replace the elements found by the CSS selector `swap`, without a reload where scripts run.
#[must_use]
pub fn filters(action: &str, swap: &str, body: Markup) -> Markup {
    html! {
        form.filters method="get" action=(action) data-swap=(swap) role="search" aria-label="This list" {
            (body)
            noscript { (button("Show")) }
        }
    }
}

/// A search input inside [`filters`].
#[must_use]
pub fn search_box(name: &str, label: &str, value: &str) -> Markup {
    html! {
        label.search {
            (icon("search"))
            span.vh { (label) }
            input type="search" name=(name) value=(value) placeholder=(label) autocomplete="off" enterkeyhint="search";
        }
    }
}

/// Chips in one line that scrolls sideways on a phone.
#[must_use]
pub fn chips(label: &str, body: Markup) -> Markup {
    html! { div.chips role="group" aria-label=(label) tabindex="0" { (body) } }
}

/// A chip that is one choice of several of the same `name`, inside [`filters`].
#[must_use]
pub fn chip(name: &str, value: &str, words: &str, icon_name: &str, on: bool) -> Markup {
    html! {
        label.chip {
            input type="radio" name=(name) value=(value) checked[on];
            @if !icon_name.is_empty() { (icon(icon_name)) }
            span { (words) }
        }
    }
}

/// A chip that is a link, for the tabs of a list: works without scripts.
#[must_use]
pub fn chip_link(href: &str, words: &str, icon_name: &str, number: Option<u32>, on: bool) -> Markup {
    html! {
        a.chip href=(href) aria-current=[on.then_some("page")] {
            @if !icon_name.is_empty() { (icon(icon_name)) }
            span { (words) }
            @if let Some(number) = number { span.chip-count { (number) } }
        }
    }
}

/// Fields that matter only while the field `name` of the same form has `value`. Without scripts they are always shown.
#[must_use]
pub fn shown_if(name: &str, value: &str, body: Markup) -> Markup {
    html! { div.stack data-if=(name) data-is=(value) { (body) } }
}

/// Rows that can be added and removed, for example positions of a request.
///
/// `rows` are the rows now; `blank` draws an empty row in which every `__i__` in names and ids becomes the row's number.
/// Without scripts the button sends `add=NAME`, and the page answers with one more row.
#[must_use]
pub fn rows_of(name: &str, add_words: &str, rows: &[Markup], blank: &Markup) -> Markup {
    html! {
        div.rows data-rows=(name) data-next=(rows.len()) {
            div.rows-list {
                @for row in rows { (form_row(row)) }
            }
            template { (form_row(blank)) }
            (button(add_words).icon("plus").sends("add", name))
        }
    }
}

fn form_row(row: &Markup) -> Markup {
    html! {
        div.form-row {
            div.form-row-fields { (row) }
            button.button.icon-button.quiet type="button" data-remove aria-label="Remove this row" title="Remove this row" { (icon("trash-2")) }
        }
    }
}

/// A place to drop a file or choose one.
#[must_use]
pub fn file_drop(name: &str, label: &str, hint: &str, accept: &str) -> Markup {
    html! {
        label.file-drop data-drop {
            (icon("upload"))
            strong { (label) }
            span.hint { (hint) }
            input type="file" name=(name) accept=(accept);
            output.file-name {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::field;

    #[test]
    fn each_mistake_of_the_summary_has_the_name_of_its_field() {
        let mut errors = FieldErrors::default();
        errors.add("name", "Please fill this in.");
        errors.add("positions.0.role", "Choose one from the list.");
        errors.add("alcohol", "Say so.");
        errors.add("gone", "Nobody knows where.");
        errors.add("", "The whole form.");
        let page = html! {
            (error_summary(&errors))
            (field("name", "Name & place").errors(&errors).required())
            (field("positions.0.role", "Post").radio(&[("a", "A")]).errors(&errors))
            (field("alcohol", "Alcohol is served").checkbox().errors(&errors))
        };
        let named = named(page).into_string();
        for words in [
            "<a href=\"#f-name\"><strong>Name &amp; place</strong>: Please fill this in.</a>",
            "<a href=\"#f-positions-0-role\"><strong>Post</strong>: Choose one from the list.</a>",
            "<a href=\"#f-alcohol\"><strong>Alcohol is served</strong>: Say so.</a>",
            "<li>Nobody knows where.</li>",
            "<li>The whole form.</li>",
        ] {
            assert!(named.contains(words), "{words} in {named}");
        }
        let plain = html! { a href="#f-name" { "x" } };
        assert_eq!(super::named(plain.clone()).into_string(), plain.into_string(), "only summaries are touched");
    }
}
