//! A job in a list, and the marks of its kind.

use maud::{Markup, Render, html};
use muster_domain::money::Cents;

use super::{Tone, icon};

/// The icon of a kind of job; an unknown kind has a briefcase.
#[must_use]
pub fn kind_icon(kind: &str) -> &'static str {
    match kind {
        "traffic" | "construction" | "road" => "traffic-cone",
        "event" | "special_event" => "ticket",
        "security" => "shield",
        "escort" => "route",
        "school" => "school",
        _ => "briefcase",
    }
}

/// The kind of a job as a coloured square; decoration beside its name.
#[must_use]
pub fn kind_mark(kind: &str) -> Markup {
    html! { span.kind-mark data-kind=(kind) { (icon(kind_icon(kind))) } }
}

/// A job in a list; draws itself.
#[derive(Debug, Clone)]
pub struct JobCard<'a> {
    /// Where its page is.
    pub href: &'a str,
    /// What it is.
    pub title: &'a str,
    /// `traffic`, `event`, `security`, `escort`, `school` or another word.
    pub kind: &'a str,
    /// Place and customer.
    pub place: &'a str,
    /// `08:00–16:00`.
    pub hours: &'a str,
    /// ` · 8 h · 9.1 mi`: whatever follows the hours.
    pub more: &'a str,
    /// Pay or price.
    pub rate: Option<Cents>,
    /// `per hour`.
    pub per: &'a str,
    /// For the whole job.
    pub total: Option<Cents>,
    /// Tags.
    pub tags: Markup,
    /// Cannot be taken; the tags say why.
    pub dimmed: bool,
}

impl Default for JobCard<'_> {
    fn default() -> Self {
        Self {
            href: "#",
            title: "",
            kind: "",
            place: "",
            hours: "",
            more: "",
            rate: None,
            per: "per hour",
            total: None,
            tags: html! {},
            dimmed: false,
        }
    }
}

/// A job card. Put several into `ul.cards`, or call [`JobCard::render`] yourself.
#[must_use]
pub fn job_card(job: &JobCard<'_>) -> Markup {
    job.render()
}

/// `$65` when there are no cents, `$52.50` otherwise.
fn short(amount: Cents) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

impl Render for JobCard<'_> {
    fn render(&self) -> Markup {
        html! {
            article.job-card .dimmed[self.dimmed] {
                (kind_mark(self.kind))
                div.job-words {
                    h3 { a.cover href=(self.href) { (self.title) } }
                    p.place { (self.place) }
                    p.hours { strong { (self.hours) } (self.more) }
                    @if !self.tags.0.is_empty() { div.tags { (self.tags) } }
                }
                @if let Some(rate) = self.rate {
                    div.job-pay {
                        strong { (short(rate)) }
                        span { (self.per) }
                        @if let Some(total) = self.total { span.total { (short(total)) } }
                    }
                }
            }
        }
    }
}

/// One requirement of a job and whether the person meets it.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// Met, not met, or not known before the day (shown as something to look at).
    pub met: Option<bool>,
    /// The requirement in words.
    pub words: &'a str,
    /// The numbers that decided, the citation; may be empty.
    pub note: &'a str,
}

/// Requirements with their verdicts: why one may, or may not, take a job.
#[must_use]
pub fn checks(all: &[Check<'_>]) -> Markup {
    html! {
        ul.checks {
            @for check in all {
                @let (tone, mark, verdict) = match check.met {
                    Some(true) => (Tone::Ok, "circle-check", "Met: "),
                    Some(false) => (Tone::Bad, "circle-x", "Not met: "),
                    None => (Tone::Warn, "circle-alert", "To be checked: "),
                };
                li.(tone.word()) {
                    (icon(mark))
                    div { p { span.vh { (verdict) } (check.words) } @if !check.note.is_empty() { p.note { (check.note) } } }
                }
            }
        }
    }
}

/// A column of a board: its name, tone, how many in all, and the cards shown.
#[derive(Debug, Clone)]
pub struct BoardColumn<'a> {
    /// The status.
    pub title: &'a str,
    /// Its colour.
    pub tone: Tone,
    /// How many there are in all.
    pub total: u32,
    /// The cards, each as its own element.
    pub cards: Vec<Markup>,
    /// Where the rest is; may be empty.
    pub href: &'a str,
}

/// Statuses side by side; a phone scrolls sideways from one to the next.
#[must_use]
pub fn board(label: &str, columns: &[BoardColumn<'_>]) -> Markup {
    html! {
        div.board role="region" aria-label=(label) tabindex="0" {
            @for column in columns {
                section.board-column.(column.tone.word()) {
                    h2 { span { (column.title) } span.board-count { (column.total) } }
                    ul { @for card in &column.cards { li { (card) } } }
                    @if column.cards.is_empty() { p.board-none { "None" } }
                    @if !column.href.is_empty() && usize::try_from(column.total).is_ok_and(|total| total > column.cards.len()) {
                        a.board-rest href=(column.href) { "Show all " (column.total) }
                    }
                }
            }
        }
    }
}

/// A small card for a board: title, what belongs to it, tags.
#[must_use]
pub fn board_card(href: &str, title: &str, line: impl Render, tags: Markup) -> Markup {
    html! {
        article.board-card {
            h3 { a.cover href=(href) { (title) } }
            p { (line) }
            @if !tags.0.is_empty() { div.tags { (tags) } }
        }
    }
}
