//! Small marks: icons, tags, avatars, money, bars, codes.

use maud::{Markup, html};
use muster_domain::money::Cents;

use crate::assets::ICONS_SVG;

/// What a colour means. Never the only carrier of the meaning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// No meaning.
    #[default]
    Neutral,
    /// Done, allowed, paid.
    Ok,
    /// Needs a look.
    Warn,
    /// Wrong, refused, late.
    Bad,
    /// Worth knowing.
    Info,
    /// The brass of the badge.
    Accent,
}

impl Tone {
    /// The word that the styles know.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Accent => "accent",
        }
    }
}

/// An icon of the set in `ui/icons.txt` (Lucide). Decoration: words beside it carry the meaning.
#[must_use]
pub fn icon(name: &str) -> Markup {
    html! { svg.icon aria-hidden="true" width="20" height="20" { use href={ (ICONS_SVG) "#" (name) } {} } }
}

/// A status: icon and word. `icon_name` may be empty.
#[must_use]
pub fn tag(tone: Tone, icon_name: &str, word: &str) -> Markup {
    html! { span.tag.(tone.word()) { @if !icon_name.is_empty() { (icon(icon_name)) } (word) } }
}

/// The kind of a job as a tag in its own colour, for example `kind_tag("traffic", "Traffic")`.
#[must_use]
pub fn kind_tag(kind: &str, word: &str) -> Markup {
    html! { span.tag.kind data-kind=(kind) { (icon(super::kind_icon(kind))) (word) } }
}

/// A moment for people, with the exact one for programs: `time_tag("2026-11-21T22:00:00Z", "Sat Nov 21, 16:00")`.
#[must_use]
pub fn time_tag(instant: &str, words: &str) -> Markup {
    html! { time datetime=(instant) { (words) } }
}

/// A number in a small pill, nothing when zero.
#[must_use]
pub fn count(number: u32) -> Markup {
    html! { @if number > 0 { span.count { @if number > 99 { "99+" } @else { (number) } } } }
}

/// Initials in a circle, decoration beside a name.
#[must_use]
pub fn avatar(name: &str) -> Markup {
    let words: Vec<&str> = name.split_whitespace().filter(|word| !word.ends_with('.') || word.len() < 3).collect();
    let initials: String = match words.as_slice() {
        [] => "?".to_owned(),
        [only] => only.chars().take(2).collect(),
        [first, .., last] => first.chars().take(1).chain(last.chars().take(1)).collect(),
    };
    html! { span.avatar aria-hidden="true" { (initials.to_uppercase()) } }
}

/// An amount in tabular figures; negative amounts are marked by their sign and tone.
#[must_use]
pub fn money(amount: Cents) -> Markup {
    html! { span.money.negative[amount.0 < 0] { (amount) } }
}

/// A code or link with a button that copies it.
#[must_use]
pub fn copyable(text: &str) -> Markup {
    html! {
        span.copyable {
            code { (text) }
            button.icon-button.sm type="button" data-copy=(text) aria-label={ "Copy " (text) } { (icon("copy")) }
        }
    }
}

/// A labelled share, `part` of `whole`, as a bar with its numbers in words: `share_bar("Hours this week", 18, 20, "18 of 20 h")`.
#[must_use]
pub fn share_bar(label: &str, part: i64, whole: i64, words: &str) -> Markup {
    let percent = if whole > 0 { (part * 100 / whole).clamp(0, 100) } else { 0 };
    let tone = if percent >= 100 {
        Tone::Bad
    } else if percent >= 80 {
        Tone::Warn
    } else {
        Tone::Ok
    };
    html! {
        div.share {
            div.share-words { span { (label) } strong { (words) } }
            div.share-bar { div.(tone.word()) data-pct=(percent) {} }
        }
    }
}

/// A bar of parts with a legend: `stat_bar("Posts", &[(Tone::Ok, "Filled", 12), (Tone::Bad, "Open", 3)])`.
#[must_use]
pub fn stat_bar(label: &str, parts: &[(Tone, &str, i64)]) -> Markup {
    let whole: i64 = parts.iter().map(|part| part.2).sum();
    html! {
        figure.stat {
            figcaption.vh { (label) }
            div.stat-bar aria-hidden="true" {
                @for (tone, _, amount) in parts.iter().filter(|part| part.2 > 0) {
                    div.(tone.word()) data-pct=((amount * 100 / whole.max(1)).clamp(1, 100)) {}
                }
            }
            ul.legend { @for (tone, word, amount) in parts { li.(tone.word()) { (word) " " strong { (amount) } } } }
        }
    }
}

/// A word of the data as the beginning of a line: `special_event` as `Special event`.
#[must_use]
pub fn capital(word: &str) -> String {
    let words = word.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_leave_titles_out() {
        for (name, initials) in [("Ofc. R. Tran", "RT"), ("Lt. Rosa Tran", "RT"), ("Okafor", "OK"), ("", "?")] {
            assert!(avatar(name).into_string().contains(&format!(">{initials}<")), "{name}");
        }
    }

    #[test]
    fn every_icon_named_in_the_sources_is_in_the_set() {
        let set: Vec<&str> = include_str!("../../../../ui/icons.txt").split_whitespace().collect();
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut asked = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("sources") {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(&path).expect("source");
                for (at, found) in source.match_indices("icon(\"").chain(source.match_indices("icon: \"")) {
                    let name = source[at + found.len()..].split('"').next().unwrap_or_default();
                    asked += 1;
                    assert!(
                        name.is_empty() || set.contains(&name),
                        "{}: no icon {name}; add it to ui/icons.txt",
                        path.display()
                    );
                }
            }
        }
        assert!(asked > 10, "the search found the icons");
    }
}
