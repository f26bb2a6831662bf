//! The business "no", with the facts a person needs, and the mistakes of a form.

use std::fmt;

use serde::Serialize;

/// A refusal by a rule of the business: what was wrong and what to do. Shown to people as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// A stable word for programs, for example `seat_taken`.
    pub code: &'static str,
    /// One sentence with the facts that decided.
    pub message: String,
    /// What the person can do about it; may be empty.
    pub remedy: String,
}

impl Refusal {
    /// A refusal; `remedy` says what to do next.
    pub fn new(code: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, message: message.into(), remedy: remedy.into() }
    }
}

/// One mistake in an input: which field, what was wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The name of the field as the form or JSON has it, for example `positions.0.seats`; empty for the whole form.
    pub field: String,
    /// One sentence: what is wrong and what is expected.
    pub message: String,
}

/// All mistakes of one input, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<FieldError>);

/// `name: Please fill this in. on: ...`, for consoles.
impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            let between = if error.field.is_empty() { "" } else { ": " };
            write!(f, "{}{}{between}{}", if at == 0 { "" } else { " " }, error.field, error.message)?;
        }
        Ok(())
    }
}

impl FieldErrors {
    /// Notes a mistake.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// Notes a mistake unless `holds`.
    pub fn require(&mut self, holds: bool, field: &str, message: &str) {
        if !holds {
            self.add(field, message);
        }
    }

    /// Notes a mistake unless the trimmed text has between 1 and `most` characters and no control characters.
    pub fn require_text(&mut self, text: &str, field: &str, most: usize) {
        let length = text.trim().chars().count();
        if length == 0 {
            self.add(field, "Please fill this in.");
        } else if length > most {
            self.add(field, format!("This is {length} characters long; at most {most} fit."));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            self.add(field, "This holds a character that cannot be shown. Type it again without pasting.");
        }
    }

    /// The same for a text that may be empty.
    pub fn allow_text(&mut self, text: &str, field: &str, most: usize) {
        if !text.trim().is_empty() {
            self.require_text(text, field, most);
        }
    }

    /// The first message about a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    /// `Ok(value)` when nothing was noted.
    ///
    /// # Errors
    /// Itself, when a mistake was noted.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}
