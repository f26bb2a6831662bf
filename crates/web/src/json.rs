//! What the JSON of every room has in common: bodies in, ids and dates in, the id of a made thing out.

use jiff::civil::Date;
use muster_app::Failure;
use muster_domain::{access::Denied, refusal::FieldErrors};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{failure::ApiFailure, fields::Sent};

/// A made thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    pub id: String,
}

/// One mistake of a field; an empty name means the whole body.
pub(crate) fn mistake(field: &str, message: &str) -> ApiFailure {
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    Failure::Invalid(errors).into()
}

/// The body as its type.
///
/// # Errors
/// Invalid, with the value that is not as it should be and what was expected of it.
pub(crate) fn body<T: DeserializeOwned>(sent: &Sent) -> Result<T, ApiFailure> {
    let mut reader = serde_json::Deserializer::from_slice(&sent.body);
    let read: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let said = error.into_inner().to_string();
        mistake(&whole_field(&field, &said), &format!("The body is not the expected JSON: {said}."))
    })?;
    reader.end().map_err(|error| mistake("", &format!("The body is not one JSON value: {error}.")))?;
    Ok(read)
}

/// A field that is missing or too much is named in the message only; its path ends at what it should stand in.
fn whole_field(path: &str, said: &str) -> String {
    let within = path.trim_matches('.').replace('[', ".").replace(']', "").replace("?", "");
    let named = said.starts_with("missing field `") || said.starts_with("unknown field `");
    match said.split('`').nth(1).filter(|_| named) {
        Some(name) if within.is_empty() || within == name => name.to_owned(),
        Some(name) if within.ends_with(&format!(".{name}")) => within,
        Some(name) => format!("{within}.{name}"),
        None => within,
    }
}

/// An id of the address; one that cannot be read is a thing that is not there.
///
/// # Errors
/// Not visible.
pub(crate) fn parse_id<T: std::str::FromStr>(id: &str) -> Result<T, ApiFailure> {
    id.parse().map_err(|_| ApiFailure::from(Denied::NotVisible))
}

/// A date like `2026-11-21`; anything else is noted, and a date far away stands in for it.
pub(crate) fn read_date(field: &str, text: &str, errors: &mut FieldErrors) -> Date {
    match text.parse::<Date>() {
        Ok(date) if (1920..=2100).contains(&date.year()) => date,
        _ => {
            errors.add(field, "Write a date like 2026-11-21.");
            Date::constant(2000, 1, 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_named_by_its_whole_path() {
        for (path, said, field) in [
            ("slug", "invalid type: integer `1`, expected a string", "slug"),
            ("positions[0].seats", "invalid type: null, expected i64", "positions.0.seats"),
            (".", "missing field `name` at line 1 column 2", "name"),
            ("contact", "missing field `email`", "contact.email"),
            ("surplus", "unknown field `surplus`, expected `name`", "surplus"),
            (".", "expected value at line 1 column 1", ""),
        ] {
            assert_eq!(whole_field(path, said), field, "{path}: {said}");
        }
    }
}
