//! What happened, step by step: the timeline of an audit story and the bar of steps.

use maud::{Markup, html};

use super::{Tone, icon};

/// One entry of a story.
#[derive(Debug, Clone)]
pub struct StoryEntry<'a> {
    /// Icon of the set.
    pub icon: &'a str,
    /// What colour it has.
    pub tone: Tone,
    /// One sentence: who did what.
    pub words: Markup,
    /// When, for people.
    pub when: &'a str,
    /// When, for programs (RFC 3339); may be empty.
    pub instant: &'a str,
    /// A reason or the facts; may be empty.
    pub note: Markup,
}

/// A story, newest or oldest first as given.
#[must_use]
pub fn timeline(entries: &[StoryEntry<'_>]) -> Markup {
    html! {
        ol.timeline {
            @for entry in entries {
                li.(entry.tone.word()) {
                    span.dot { (icon(entry.icon)) }
                    div {
                        p { (entry.words) }
                        @if !entry.note.0.is_empty() { div.note { (entry.note) } }
                        time datetime=[(!entry.instant.is_empty()).then_some(entry.instant)] { (entry.when) }
                    }
                }
            }
        }
    }
}

/// The steps of a long form or a process; `now` counts from 0.
#[must_use]
pub fn step_bar(label: &str, steps: &[&str], now: usize) -> Markup {
    html! {
        ol.step-bar aria-label=(label) {
            @for (at, step) in steps.iter().enumerate() {
                li.done[at < now] aria-current=[(at == now).then_some("step")] {
                    span.step-mark { @if at < now { (icon("check")) } @else { ((at + 1)) } }
                    span { (step) @if at < now { span.vh { " (done)" } } }
                }
            }
        }
    }
}
