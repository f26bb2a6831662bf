//! A length of time as documents write it, with its unit: `#[serde(with = "crate::predicate::length")]` on [`Minutes`].

use serde::{Deserialize, Deserializer, Serializer};

use super::{document::minutes_from_text, node::mistake};
use crate::time::Minutes;

/// Writes `24 h`, `90 min` as `1 h 30 min`.
///
/// # Errors
/// Those of the writer.
pub fn serialize<S: Serializer>(minutes: &Minutes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&minutes.to_string())
}

/// Reads `90 min`, `24 h`, `1 h 30 min`, `3 d`, `2 weeks`.
///
/// # Errors
/// When the text has no unit or is not such a length.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Minutes, D::Error> {
    let text = String::deserialize(deserializer)?;
    let minutes = minutes_from_text(&text).map(Minutes);
    minutes.ok_or_else(|| mistake(&format!("\u{201c}{text}\u{201d}, expected a length such as 90 min, 24 h or 3 d")))
}

/// The same for an optional length: `#[serde(default, with = "crate::predicate::length::option")]`.
pub mod option {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::time::Minutes;

    #[derive(Deserialize)]
    struct Written(#[serde(with = "super")] Minutes);

    /// Writes the length.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn serialize<S: Serializer>(minutes: &Option<Minutes>, serializer: S) -> Result<S::Ok, S::Error> {
        match minutes {
            Some(minutes) => super::serialize(minutes, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads the length, or nothing.
    ///
    /// # Errors
    /// When the text is not a length with its unit.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Minutes>, D::Error> {
        Ok(Option::<Written>::deserialize(deserializer)?.map(|written| written.0))
    }
}
