//! Cards, heads, facts, rows, figures: the surfaces of a page.

use std::borrow::Cow;

use maud::{Markup, Render, html};

use super::{Tone, avatar, icon};

/// The head of a page: title, a line below it, actions beside it; draws itself.
#[derive(Debug, Clone)]
pub struct PageHead<'a> {
    title: &'a str,
    above: Option<Markup>,
    sub: Option<Markup>,
    actions: Option<Markup>,
}

/// The one `h1` of a page.
#[must_use]
pub fn page_head(title: &str) -> PageHead<'_> {
    PageHead { title, above: None, sub: None, actions: None }
}

impl PageHead<'_> {
    /// A line below the title.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "a builder's word for the line below a title, not a difference")]
    pub fn sub(self, words: impl Render) -> Self {
        Self { sub: Some(words.render()), ..self }
    }
    /// Tags or a trail above the title.
    #[must_use]
    pub fn above(self, marks: Markup) -> Self {
        Self { above: Some(marks), ..self }
    }
    /// Buttons at the right (below, on a phone).
    #[must_use]
    pub fn actions(self, buttons: Markup) -> Self {
        Self { actions: Some(buttons), ..self }
    }
}

impl Render for PageHead<'_> {
    fn render(&self) -> Markup {
        html! {
            div.page-head {
                div.page-head-words {
                    @if let Some(above) = &self.above { div.above { (above) } }
                    h1 { (self.title) }
                    @if let Some(sub) = &self.sub { p.sub { (sub) } }
                }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
            }
        }
    }
}

/// A white card with padding.
#[must_use]
pub fn card(body: Markup) -> Markup {
    html! { section.card { (body) } }
}

/// A card whose content (a list, a table, a map) reaches its edges.
#[must_use]
pub fn flush_card(body: Markup) -> Markup {
    html! { section.card.flush { (body) } }
}

/// The head of a card; draws itself.
#[derive(Debug, Clone)]
pub struct CardHead<'a> {
    title: Cow<'a, str>,
    icon: &'a str,
    aside: Option<Markup>,
}

/// An `h2` at the top of a card.
#[must_use]
pub fn card_head<'a>(title: impl Into<Cow<'a, str>>) -> CardHead<'a> {
    CardHead { title: title.into(), icon: "", aside: None }
}

impl<'a> CardHead<'a> {
    /// An icon before the title.
    #[must_use]
    pub fn icon(self, name: &'a str) -> Self {
        Self { icon: name, ..self }
    }
    /// A number, a link or a button at the right.
    #[must_use]
    pub fn aside(self, aside: impl Render) -> Self {
        Self { aside: Some(aside.render()), ..self }
    }
}

impl Render for CardHead<'_> {
    fn render(&self) -> Markup {
        html! {
            header.card-head {
                h2 { @if !self.icon.is_empty() { (icon(self.icon)) } (self.title) }
                @if let Some(aside) = &self.aside { div.aside { (aside) } }
            }
        }
    }
}

/// The head of a group in a long page, for example a day of jobs.
#[must_use]
pub fn section_head(title: &str, aside: &str) -> Markup {
    html! { div.section-head { h2 { (title) } @if !aside.is_empty() { span { (aside) } } } }
}

/// One fact of a grid.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Icon of the set.
    pub icon: &'a str,
    /// What it is about: read aloud, and shown below the fact where there is no note.
    pub label: &'a str,
    /// The fact.
    pub value: &'a str,
    /// More about it; may be empty.
    pub note: &'a str,
}

/// Facts in two columns (four on a wide screen) with lines between.
#[must_use]
pub fn facts(all: &[Fact<'_>]) -> Markup {
    html! {
        dl.facts {
            @for fact in all {
                div.fact {
                    dt.vh { (fact.label) }
                    dd {
                        (icon(fact.icon))
                        span {
                            strong { (fact.value) }
                            // An icon alone does not tell a date of issue from a date of payment.
                            @if fact.note.is_empty() { span.note aria-hidden="true" { (fact.label) } } @else { span.note { (fact.note) } }
                        }
                    }
                }
            }
        }
    }
}

/// Rows of [`list_row`] as a list.
#[must_use]
pub fn list(rows: Markup) -> Markup {
    html! { ul.list { (rows) } }
}

/// One row of a list; draws itself.
#[derive(Debug, Clone)]
pub struct ListRow<'a> {
    title: Cow<'a, str>,
    sub: Option<Markup>,
    lead: Option<Markup>,
    end: Option<Markup>,
    href: Option<Cow<'a, str>>,
    unread: bool,
}

/// A row with a title; give it a lead, a line below, an end and a link.
#[must_use]
pub fn list_row<'a>(title: impl Into<Cow<'a, str>>) -> ListRow<'a> {
    ListRow { title: title.into(), sub: None, lead: None, end: None, href: None, unread: false }
}

impl<'a> ListRow<'a> {
    /// A line below the title.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "a builder's word for the line below a title, not a difference")]
    pub fn sub(self, words: impl Render) -> Self {
        Self { sub: Some(words.render()), ..self }
    }
    /// Any mark at the left.
    #[must_use]
    pub fn lead(self, mark: Markup) -> Self {
        Self { lead: Some(mark), ..self }
    }
    /// Initials at the left.
    #[must_use]
    pub fn person(self, name: &str) -> Self {
        Self { lead: Some(avatar(name)), ..self }
    }
    /// Tags, numbers or buttons at the right.
    #[must_use]
    pub fn end(self, marks: Markup) -> Self {
        Self { end: Some(marks), ..self }
    }
    /// The whole row leads there.
    #[must_use]
    pub fn href(self, href: impl Into<Cow<'a, str>>) -> Self {
        Self { href: Some(href.into()), ..self }
    }
    /// Not seen yet.
    #[must_use]
    pub fn unread(self, unread: bool) -> Self {
        Self { unread, ..self }
    }
}

impl Render for ListRow<'_> {
    fn render(&self) -> Markup {
        html! {
            li.list-row .unread[self.unread] .linked[self.href.is_some()] {
                @if let Some(lead) = &self.lead { div.lead { (lead) } }
                div.list-words {
                    @if let Some(href) = &self.href { a.cover href=(href) { (self.title) } } @else { strong { (self.title) } }
                    @if self.unread { span.vh { " (new)" } }
                    @if let Some(sub) = &self.sub { div.sub { (sub) } }
                }
                @if let Some(end) = &self.end { div.end { (end) } }
                @if self.href.is_some() { (icon("chevron-right")) }
            }
        }
    }
}

/// A figure of the overview; draws itself.
#[derive(Debug, Clone)]
pub struct Kpi<'a> {
    label: &'a str,
    value: Cow<'a, str>,
    note: Cow<'a, str>,
    tone: Tone,
    href: Option<&'a str>,
}

/// A figure with its name.
#[must_use]
pub fn kpi<'a>(label: &'a str, value: impl Into<Cow<'a, str>>) -> Kpi<'a> {
    Kpi { label, value: value.into(), note: Cow::Borrowed(""), tone: Tone::Neutral, href: None }
}

impl<'a> Kpi<'a> {
    /// What the figure counts.
    #[must_use]
    pub fn note(self, note: impl Into<Cow<'a, str>>) -> Self {
        Self { note: note.into(), ..self }
    }
    /// Colour of the figure.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
    /// Where the list behind it is.
    #[must_use]
    pub fn href(self, href: &'a str) -> Self {
        Self { href: Some(href), ..self }
    }
}

impl Render for Kpi<'_> {
    fn render(&self) -> Markup {
        html! {
            div.kpi.(self.tone.word()) .linked[self.href.is_some()] {
                dt { @if let Some(href) = self.href { a.cover href=(href) { (self.label) } } @else { (self.label) } }
                dd.figure { (self.value) }
                @if !self.note.is_empty() { dd.note { (self.note) } }
            }
        }
    }
}

/// Figures side by side.
#[must_use]
pub fn kpis(all: &[Kpi<'_>]) -> Markup {
    html! { dl.kpis { @for figure in all { (figure) } } }
}

/// A document made for paper: plain letterhead, no frame when printed, a print button on the screen.
#[must_use]
pub fn print_sheet(body: Markup) -> Markup {
    html! {
        div.print-bar { button.button type="button" data-print { (icon("printer")) span { "Print" } } }
        article.sheet { (body) }
    }
}
