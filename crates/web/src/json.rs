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
/// Invalid, with what the reader expected and where.
pub(crate) fn body<T: DeserializeOwned>(sent: &Sent) -> Result<T, ApiFailure> {
    serde_json::from_slice(&sent.body)
        .map_err(|error| mistake("", &format!("The body is not the expected JSON: {error}.")))
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
