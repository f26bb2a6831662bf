//! The rule book as one document: who may work (`policy`) and what it costs (`rates`), with the calendar both share.
//!
//! A book is YAML of the form in `docs/rules.md`. It belongs to an agency, has a version and a first day, and is never
//! edited once in force: the day on which a shift starts picks the book.
//!
//! Invariants: reading is bounded in size and time and never panics; a mistake names its line, what was found and what
//! fits. What it never does: keep versions (the caller stores the text) or decide anything.

mod check;
pub(crate) mod differences;
pub mod editing;
mod form;
mod quote;
mod schema;
mod trial;
mod warnings;

use std::fmt;

use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::Calendar,
    policy::PolicyBook,
    rates::{Chapter, RateCard},
};

pub use differences::{Change, Difference, differences};
pub use quote::{Quoted, QuotedLine, quote, quote_line, quote_line_of_file};
pub use schema::schema;
pub use trial::{
    ASSIGNMENTS_AT_MOST, DAYS_AT_MOST, Objection, OfficerTally, PartyTally, Price, RuleTally, Trial, TrialCase,
    TrialCharge, tally,
};

/// A book may be this long.
pub const BYTES_AT_MOST: usize = 512 * 1024;

/// An agency's rules of one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    /// The agency's short name.
    pub agency: String,
    /// Its full name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The version, for example `2019-1`; named by every price and every decision.
    pub version: String,
    /// The first local day in force.
    pub effective_from: Date,
    /// The zone of the agency's wall clocks, for example `America/New_York`.
    pub zone: String,
    /// Where the text comes from, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// What the text leaves open or contradicts, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_questions: Vec<String>,
    /// Holidays, office hours, the start of the week.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calendar: Calendar,
    /// Who may work.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: PolicyBook,
    /// What it costs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rates: RateCard,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A mistake in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleMistake {
    /// The line, from 1; 0 when it concerns the document as a whole.
    pub line: u64,
    /// What was found, what was expected, and an example.
    pub message: String,
}

/// `line 12: ...`
impl fmt::Display for RuleMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 { f.write_str(&self.message) } else { write!(f, "line {}: {}", self.line, self.message) }
    }
}

impl RuleBook {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// Every mistake that could be found: all of form, or all of sense.
    pub fn read(text: &str) -> Result<Self, Vec<RuleMistake>> {
        if text.len() > BYTES_AT_MOST {
            let message = format!("The document has {} bytes; at most {BYTES_AT_MOST} fit.", text.len());
            return Err(vec![RuleMistake { line: 0, message }]);
        }
        // A text whose values cannot be placed cannot be a book either: the reader says why.
        let root = editing::tree::Node::read(text);
        let places = form::Places::new(text, root.as_ref());
        let wrong = root.as_ref().map_or_else(Vec::new, |root| form::mistakes(root, &places));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let options = serde_saphyr::options! { with_snippet: false };
        let mut book: Self = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let line = error.location().map_or(0, |location| location.line());
            vec![RuleMistake { line, message: plain(&error.to_string()) }]
        })?;
        book.rates.version.clone_from(&book.version);
        book.rates.calendar.clone_from(&book.calendar);
        let mistakes = check::mistakes(&book);
        if mistakes.is_empty() {
            return Ok(book);
        }
        Err(mistakes.into_iter().map(|(path, message)| RuleMistake { line: places.line(&path), message }).collect())
    }

    /// The document again.
    ///
    /// # Errors
    /// A sentence when the book cannot be written, which no book that was read should cause.
    pub fn write(&self) -> Result<String, String> {
        serde_saphyr::to_string(self).map_err(|error| format!("the book cannot be written: {error}"))
    }

    /// The book in plain sentences, chapter by chapter: who may work, what it costs, what is open.
    #[must_use]
    pub fn chapters(&self) -> Vec<Chapter> {
        let policy = self.policy.rules.iter().map(crate::policy::Rule::sentence).collect();
        let mut all = vec![Chapter { title: "Who may work", sentences: policy }];
        all.extend(self.rates.chapters());
        all.push(Chapter { title: "Open questions", sentences: self.open_questions.clone() });
        all.retain(|chapter| !chapter.sentences.is_empty());
        all
    }

    /// The zone.
    ///
    /// # Panics
    /// Never for a book that was read: its zone was checked.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).expect("checked when the book was read")
    }
}

/// The reader's message without its own mention of the place.
fn plain(message: &str) -> String {
    let cut = message.find(" at line ").unwrap_or(message.len());
    let plain = message[..cut].trim();
    if plain.contains("tabs disallowed") {
        return "A tab stands where the line is indented. Indent with spaces".to_owned();
    }
    plain.strip_prefix("error: ").unwrap_or(plain).to_owned()
}

#[cfg(test)]
mod tests;
