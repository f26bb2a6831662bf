//! A job in a list, and the marks of its kind.

use maud::{Markup, Render, html};
use muster_domain::money::Cents;

use super::icon;

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
