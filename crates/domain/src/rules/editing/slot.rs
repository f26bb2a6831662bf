//! The places of a sentence that can be filled in: what fits, how it is read from a text and written into it.

use super::tree::Node;
use crate::{policy::amount::Amount, predicate::weekday_from_text, rates::Ratio};

/// The weekdays as documents write them, Monday first.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A word of the document with the words that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// In the document.
    pub value: String,
    /// On the page.
    pub words: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, words: impl Into<String>) -> Self {
        Self { value: value.into(), words: words.into() }
    }

    /// A word that is read as it is written.
    pub fn plain(value: &str) -> Self {
        Self::new(value, value.replace(['_', '-'], " "))
    }
}

/// What can be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A length of time, `24 h`.
    Length,
    /// A length of time or a number of jobs, days or applications.
    Amount,
    /// A whole number, with its unit in words.
    Count(&'static str),
    /// Dollars, with the words behind it.
    Money(&'static str),
    /// Per cent.
    Percent,
    /// A factor.
    Factor,
    /// A time of day.
    Time,
    /// A day.
    Date,
    /// A line of words.
    Text,
    /// Yes or no.
    Flag,
    /// One of these.
    Choice(Vec<Choice>),
    /// Several of these, divided by commas; others too when `open`.
    Words {
        /// The words to choose from.
        known: Vec<Choice>,
        /// Whether other words fit.
        open: bool,
    },
    /// The lowest of these ranks, lowest first, from which on all fit.
    RanksFrom(Vec<Choice>),
    /// A window of time: `calendar_day`, `week:mon`, `rolling` ...
    Window(Vec<Choice>),
    /// What a breach does: `block`, `warn` ... or `approve:LEVEL`.
    Effect,
}

/// A place to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Where it stands inside its rule, for example `window/rolling`.
    pub path: String,
    /// What it is, for people who do not see the sentence.
    pub label: String,
    /// What fits.
    pub input: Input,
    /// What is in it now.
    pub value: String,
    /// May be left empty; the key then goes.
    pub optional: bool,
}

/// What becomes of the text for a new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    Put(String, String),
    Take(String),
}

/// The value at a place in the form of its slot; none when it is written in a way that the slot cannot hold.
pub(super) fn read(input: &Input, node: &Node) -> Option<String> {
    if node.is_shared() {
        return None;
    }
    let words = || -> Option<Vec<&str>> { node.items().iter().map(Node::word).collect() };
    match input {
        Input::Words { .. } => {
            let words = words()?;
            (!words.iter().any(|word| word.contains(',') || word.trim().is_empty())).then(|| words.join(", "))
        }
        Input::RanksFrom(ranks) => {
            let words = words()?;
            let from = ranks.iter().position(|rank| words.contains(&rank.value.as_str()))?;
            let upward = ranks[from..].iter().map(|rank| rank.value.as_str());
            (words.len() > 1 && upward.eq(words.iter().copied())).then(|| ranks[from].value.clone())
        }
        Input::Window(_) => read_window(node),
        Input::Effect => match (node.word(), node.child("approve").and_then(Node::word)) {
            (Some(word), _) => Some(word.to_owned()),
            (None, Some(level)) => Some(format!("approve:{level}")),
            (None, None) => None,
        },
        _ => node.word().map(str::to_owned),
    }
}

fn read_window(node: &Node) -> Option<String> {
    if let Some(word) = node.word() {
        return Some(word.to_owned());
    }
    let keys: Vec<&str> = node.keys().collect();
    match keys.as_slice() {
        ["rolling"] => Some("rolling".to_owned()),
        ["week"] => {
            let week = node.child("week")?;
            let from = week.child("from")?.word()?;
            let day = weekday_from_text(from)?;
            let day = DAYS[usize::try_from(day.to_monday_zero_offset()).ok()?];
            (week.keys().count() == 1).then(|| format!("week:{day}"))
        }
        _ => None,
    }
}

impl Slot {
    /// What a new value does to the text.
    ///
    /// # Errors
    /// A sentence when the value does not fit.
    pub(super) fn change(&self, value: &str) -> Result<Change, String> {
        let value = value.trim();
        if value == self.value || (!value.is_empty() && self.canonical(value) == self.canonical(&self.value)) {
            return Ok(Change::Nothing);
        }
        if value.is_empty() {
            return match self.path.as_str() {
                _ if !self.optional => Err(self.wanted().to_owned()),
                "override/by" => Ok(Change::Take("override".to_owned())),
                "cite/book" => Ok(Change::Take("cite".to_owned())),
                path => Ok(Change::Take(path.to_owned())),
            };
        }
        let token = self.token(value)?;
        let put = |path: &str, token: String| Ok(Change::Put(path.to_owned(), token));
        match (&self.input, value.split_once(':')) {
            (Input::Window(_), Some(("week", day))) if self.value.starts_with("week:") => {
                put(&format!("{}/week/from", self.path), day.to_owned())
            }
            _ if self.path == "override/by" && self.value.is_empty() => {
                put("override", format!("{{ by: {token}, reason: true }}"))
            }
            _ => put(&self.path, token),
        }
    }

    /// Two values with the same form mean the same.
    fn canonical(&self, value: &str) -> String {
        match &self.input {
            Input::Length | Input::Amount => {
                value.parse::<Amount>().map_or_else(|_| value.to_owned(), |amount| amount.to_string())
            }
            Input::Money(_) | Input::Percent | Input::Factor => {
                value.parse::<Ratio>().map_or_else(|_| value.to_owned(), |number| number.to_string())
            }
            Input::Words { .. } => list(value).join(","),
            Input::Time => crate::predicate::clock_minute(value).map_or_else(|| value.to_owned(), |at| at.to_string()),
            _ => value.to_owned(),
        }
    }

    /// What was expected, in a sentence.
    pub(super) fn wanted(&self) -> &'static str {
        match &self.input {
            Input::Length => "Enter a length of time with its unit, for example 24 h, 90 min or 3 d.",
            Input::Amount => "Enter a number with its unit, for example 24 h, 90 min, 3 jobs or 6 days.",
            Input::Count(_) => "Enter a whole number, for example 4.",
            Input::Money(_) => "Enter dollars, for example 52.50.",
            Input::Percent => "Enter a percentage, for example 10 or 7.5.",
            Input::Factor => "Enter a factor, for example 1.5.",
            Input::Time => "Enter a time of day, for example 22:00.",
            Input::Date => "Choose a date, for example 2026-11-21.",
            Input::Text => "Please fill this in.",
            Input::Flag => "Choose yes or no.",
            Input::Choice(_) | Input::RanksFrom(_) | Input::Window(_) => "Choose one from the list.",
            Input::Words { .. } => "Choose at least one.",
            Input::Effect => "Choose what a breach does; for an approval say whose, for example chief.",
        }
    }

    /// The value as it is written in the document.
    fn token(&self, value: &str) -> Result<String, String> {
        let wanted = || self.wanted().to_owned();
        let known = |all: &[Choice]| all.iter().any(|choice| choice.value == value);
        match &self.input {
            Input::Length => length(value).ok_or_else(wanted),
            Input::Amount => value.parse::<Amount>().map(|_| value.to_owned()).map_err(|_| wanted()),
            Input::Count(_) => value.parse::<u32>().map(|number| number.to_string()).map_err(|_| wanted()),
            Input::Money(_) | Input::Percent | Input::Factor => {
                let digits = value.strip_prefix('$').unwrap_or(value);
                let fits =
                    !digits.is_empty() && digits.len() <= 16 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                (fits && digits.parse::<Ratio>().is_ok()).then(|| digits.to_owned()).ok_or_else(wanted)
            }
            Input::Time => crate::predicate::clock_minute(value).map(|_| format!("\"{value}\"")).ok_or_else(wanted),
            Input::Date => value.parse::<jiff::civil::Date>().map(|date| date.to_string()).map_err(|_| wanted()),
            Input::Text => {
                line(value).ok_or_else(|| "This is too long or holds a character that cannot be shown.".to_owned())
            }
            Input::Flag if matches!(value, "true" | "false") => Ok(value.to_owned()),
            Input::Choice(all) if known(all) => Ok(written(value)),
            Input::RanksFrom(ranks) => {
                let from = ranks.iter().position(|rank| rank.value == value).ok_or_else(wanted)?;
                Ok(format!(
                    "[{}]",
                    ranks[from..].iter().map(|rank| written(&rank.value)).collect::<Vec<_>>().join(", ")
                ))
            }
            Input::Words { known, open } => {
                let all = list(value);
                let fits =
                    |word: &&str| word.len() <= 80 && (*open || known.iter().any(|choice| choice.value == **word));
                (!all.is_empty() && all.iter().all(fits))
                    .then(|| format!("[{}]", all.iter().map(|word| written(word)).collect::<Vec<_>>().join(", ")))
                    .ok_or_else(wanted)
            }
            Input::Window(all) if known(all) => Ok(match value.split_once(':') {
                Some((_, day)) => format!("{{ week: {{ from: {day} }} }}"),
                None if value == "rolling" => "{ rolling: 24 h }".to_owned(),
                None => value.to_owned(),
            }),
            Input::Effect => match value.split_once(':') {
                Some(("approve", level)) => {
                    let level = level.trim().to_lowercase().replace(' ', "_");
                    line(&level)
                        .filter(|_| !level.is_empty())
                        .map(|level| format!("{{ approve: {level} }}"))
                        .ok_or_else(wanted)
                }
                None if matches!(value, "block" | "hide" | "warn" | "review" | "record") => Ok(value.to_owned()),
                _ => Err(wanted()),
            },
            Input::Flag | Input::Choice(_) | Input::Window(_) => Err(wanted()),
        }
    }
}

/// A length as every chapter reads it.
fn length(value: &str) -> Option<String> {
    matches!(value.parse::<Amount>(), Ok(Amount::Time(_))).then(|| value.to_owned())
}

/// The words between commas.
pub(super) fn list(value: &str) -> Vec<&str> {
    value.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()
}

fn line(value: &str) -> Option<String> {
    (value.chars().count() <= 300 && !value.chars().any(char::is_control)).then(|| written(value))
}

/// A word or line as the document writes it: bare where that is read back as the same, else in quotes.
pub(super) fn written(value: &str) -> String {
    let begins = value.chars().next().is_some_and(char::is_alphabetic);
    let ends = !value.ends_with([' ', ':']);
    let plain =
        value.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '(' | ')' | ';' | '%'));
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word));
    if begins && ends && plain && !reserved {
        return value.to_owned();
    }
    serde_json::to_string(value).expect("a text is always JSON, and JSON texts are YAML")
}
