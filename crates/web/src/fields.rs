//! What a form sent: raw fields that can be shown back, and a reader that notes every mistake.

use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, Request},
    http::{Method, StatusCode, header},
};
use jiff::civil::{Date, Time};
use muster_app::Failure;
use muster_domain::{
    id::Id,
    money::Cents,
    refusal::{FieldErrors, Refusal},
};
use sha2::{Digest, Sha256};

use crate::{
    failure::PageFailure,
    told::{PRESS, Pressed},
};

/// The most that a form may send, files included, in bytes.
pub const FORM_LIMIT: usize = 8 * 1024 * 1024;

/// The fields of a form or query in the order sent; a name may come several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// Reads `a=b&c=d`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The first value of a field, trimmed; empty when it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }

    /// The first value of a field exactly as sent, for passwords.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field, trimmed.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.trim())
    }

    /// True when a checkbox of this name was ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.get(name), "on" | "true" | "1" | "yes")
    }

    /// How many numbered rows there are, for fields like `positions.0.seats`.
    #[must_use]
    pub fn rows(&self, prefix: &str) -> usize {
        let numbers = self.0.iter().filter_map(|(name, _)| {
            name.strip_prefix(prefix)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok()
        });
        numbers.max().map_or(0, |last| (last + 1).min(500))
    }

    /// Sets a field, replacing what was there; for filling a form from a stored row.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_owned(), value.to_string()));
        self
    }
}

/// Reads typed values out of [`Fields`]; every mistake is noted under its field's name, and a harmless value goes on.
pub struct Reader<'a> {
    fields: &'a Fields,
    /// The mistakes so far; use cases add theirs.
    pub errors: FieldErrors,
}

impl<'a> Reader<'a> {
    /// A reader over what was sent.
    #[must_use]
    pub fn new(fields: &'a Fields) -> Self {
        Self { fields, errors: FieldErrors::default() }
    }

    /// A text that must be there, of at most `most` characters.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        let text = self.fields.get(name);
        self.errors.require_text(text, name, most);
        text.to_owned()
    }

    /// A text that may be empty, of at most `most` characters.
    pub fn optional_text(&mut self, name: &str, most: usize) -> String {
        let text = self.fields.get(name);
        if !text.is_empty() {
            self.errors.require_text(text, name, most);
        }
        text.to_owned()
    }

    /// A date as browsers send it (2026-11-21).
    pub fn date(&mut self, name: &str) -> Date {
        match self.fields.get(name).parse() {
            Ok(date) if in_calendar(date) => date,
            _ => {
                self.errors.add(name, "Choose a date, for example 2026-11-21.");
                Date::constant(2000, 1, 1)
            }
        }
    }

    /// A date that may be left empty.
    pub fn optional_date(&mut self, name: &str) -> Option<Date> {
        if self.fields.get(name).is_empty() { None } else { Some(self.date(name)) }
    }

    /// A wall-clock time as browsers send it (18:30).
    pub fn time(&mut self, name: &str) -> Time {
        let text = self.fields.get(name);
        let parsed = Time::strptime("%H:%M", text).or_else(|_| Time::strptime("%H:%M:%S", text));
        parsed.unwrap_or_else(|_| {
            self.errors.add(name, "Choose a time of day in 24 hours, for example 18:30.");
            Time::midnight()
        })
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> i64 {
        match self.fields.get(name).parse() {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.errors.add(name, format!("Enter a whole number from {least} to {most}."));
                least
            }
        }
    }

    /// A whole number within bounds, or nothing.
    pub fn optional_number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        if self.fields.get(name).is_empty() { None } else { Some(self.number(name, least, most)) }
    }

    /// An amount of money.
    pub fn cents(&mut self, name: &str) -> Cents {
        Cents::parse(self.fields.get(name)).unwrap_or_else(|message| {
            self.errors.add(name, message);
            Cents::ZERO
        })
    }

    /// The id of something chosen from a list; `None` notes a mistake.
    pub fn id<I: Id>(&mut self, name: &str) -> Option<I> {
        let parsed = self.fields.get(name).parse().ok();
        if parsed.is_none() {
            self.errors.add(name, "Choose one from the list.");
        }
        parsed
    }

    /// The id of something chosen from a list, or nothing chosen.
    pub fn optional_id<I: Id>(&mut self, name: &str) -> Option<I> {
        if self.fields.get(name).is_empty() { None } else { self.id(name) }
    }

    /// One word of a closed list, by its stored form.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let sent = self.fields.get(name);
        let found = choices.iter().find(|(word, _)| *word == sent).map(|(_, value)| *value);
        if found.is_none() {
            self.errors.add(name, "Choose one from the list.");
        }
        found
    }

    /// `Ok` when nothing was noted.
    ///
    /// # Errors
    /// All mistakes.
    pub fn finish(self) -> Result<(), FieldErrors> {
        self.errors.or(())
    }
}

/// Dates of hire, birth and jobs lie in these years; anything else is a slip of the finger.
fn in_calendar(date: Date) -> bool {
    (1920..=2100).contains(&date.year())
}

/// A form or JSON body that asks for a change, with its idempotency key.
#[derive(Debug, Clone)]
pub struct Sent {
    key: String,
    digest: String,
    /// The fields of a form; empty for JSON.
    pub fields: Fields,
    /// The raw body, for JSON.
    pub body: Bytes,
}

impl Sent {
    /// The idempotency key.
    ///
    /// # Errors
    /// A refusal when the request carries none, or one that is not a short plain word.
    pub fn key(&self) -> Result<&str, Failure> {
        let plain = self.key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if (8..=100).contains(&self.key.len()) && plain {
            return Ok(&self.key);
        }
        Err(Refusal::new(
            "idempotency_key_missing",
            "This request has no usable idempotency key, so a repeat could not be told from a second order.",
            "Reload the page and send the form again. Programs send the header Idempotency-Key with 8 to 100 letters, digits, - or _.",
        )
        .into())
    }

    /// SHA-256 of method, path and body without the key.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = PageFailure;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageFailure> {
        let mut hash = Sha256::new();
        let path = request.uri().path().to_owned();
        hash.update(request.method().as_str());
        hash.update(&path);
        debug_assert!(request.method() != Method::GET, "a GET sends no body");
        let key = header_text(&request, "idempotency-key");
        let pressed = request.extensions().get::<Pressed>().cloned();
        let kind = header_text(&request, header::CONTENT_TYPE.as_str());
        let (fields, body) = if kind.starts_with("multipart/form-data") {
            (read_multipart(request, state).await?, Bytes::new())
        } else {
            let body = Bytes::from_request(request, state)
                .await
                .map_err(|e| PageFailure::unreadable(e.status(), e.body_text()))?;
            let form = kind.starts_with("application/x-www-form-urlencoded");
            (if form { Fields::parse(&body) } else { Fields::default() }, body)
        };
        for (name, value) in fields.0.iter().filter(|(name, _)| name != "_key" && !is_secret(&path, name)) {
            hash.update(format!("{}:{name}{}:{value}", name.len(), value.len()));
        }
        if fields.0.is_empty() {
            hash.update(&body);
        }
        if let Some(pressed) = pressed.filter(|_| !fields.get(PRESS).is_empty()) {
            pressed.set();
        }
        let key = if key.is_empty() { fields.get("_key").to_owned() } else { key };
        let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { key, digest, fields, body })
    }
}

/// Secrets stay out of the digest: it is kept, and a fast digest of a password could be guessed at.
fn is_secret(path: &str, name: &str) -> bool {
    // The word that rules use for a rank or a job type is called code as well, on the settings page.
    name.contains("password") || name == "secret" || (name == "code" && !path.starts_with("/settings"))
}

fn header_text(request: &Request, name: &str) -> String {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

async fn read_multipart<S: Send + Sync>(request: Request, state: &S) -> Result<Fields, PageFailure> {
    let mut parts = Multipart::from_request(request, state)
        .await
        .map_err(|e| PageFailure::unreadable(e.status(), e.body_text()))?;
    let mut fields = Fields::default();
    while let Some(part) = parts.next_field().await.map_err(|e| PageFailure::unreadable(e.status(), e.body_text()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|e| PageFailure::unreadable(e.status(), e.body_text()))?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| {
            PageFailure::unreadable(StatusCode::BAD_REQUEST, format!("The file in \u{201c}{name}\u{201d} is not plain UTF-8 text. Save it as CSV (UTF-8) and choose it again."))
        })?;
        fields.0.push((name, text));
    }
    Ok(fields)
}

/// An address with those parameters that are not empty.
pub(crate) fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests;
