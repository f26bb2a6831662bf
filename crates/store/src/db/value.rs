//! Values on their way into a statement and out of a row.

use std::{borrow::Cow, fmt::Display, str::FromStr};

use jiff::{Timestamp, civil::Date};
use muster_domain::{money::Cents, time::Minutes};
use serde::{Serialize, de::DeserializeOwned};

/// One value as both engines know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// A whole number: counts, cents, minutes, instants in microseconds.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// Text: names, ids, dates, JSON.
    Text(Cow<'a, str>),
    /// Raw bytes: digests, keys.
    Bytes(Cow<'a, [u8]>),
}

/// A value that does not fit where it was put or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongType(pub String);

impl WrongType {
    fn found(wanted: &str, value: &Value<'_>) -> Self {
        let found = match value {
            Value::Null => "NULL",
            Value::Int(_) => "a whole number",
            Value::Bool(_) => "a boolean",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
        };
        Self(format!("expected {wanted}, found {found}"))
    }
}

/// What can be a parameter of a statement.
pub trait ToValue {
    /// The value to bind.
    fn to_value(&self) -> Value<'_>;
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// When the value is of another type or out of range.
    fn from_value(value: Value<'_>) -> Result<Self, WrongType>;
}

/// A value stored as JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// A value stored as the text that it shows and parses, for example a state without data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<T>(pub T);

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}
impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl ToValue for i64 {
    fn to_value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}
impl FromValue for i64 {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        match value {
            Value::Int(number) => Ok(number),
            other => Err(WrongType::found("a whole number", &other)),
        }
    }
}

macro_rules! small_numbers {
    ($($name:ty),*) => {$(
        impl ToValue for $name {
            fn to_value(&self) -> Value<'_> {
                Value::Int(i64::from(*self))
            }
        }
        impl FromValue for $name {
            fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
                let number = i64::from_value(value)?;
                number.try_into().map_err(|_| WrongType(format!("{number} does not fit {}", stringify!($name))))
            }
        }
    )*};
}
small_numbers!(i32, u32, i16, u16, i8, u8);

impl ToValue for bool {
    fn to_value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}
impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        match value {
            Value::Bool(yes) => Ok(yes),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(WrongType::found("a boolean", &other)),
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}
impl ToValue for String {
    fn to_value(&self) -> Value<'_> {
        self.as_str().to_value()
    }
}
impl FromValue for String {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        text(&value, "text").map(str::to_owned)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(Cow::Borrowed(self))
    }
}
impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value<'_> {
        self.as_slice().to_value()
    }
}
impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        self.as_slice().to_value()
    }
}
impl FromValue for Vec<u8> {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.into_owned()),
            other => Err(WrongType::found("bytes", &other)),
        }
    }
}
impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        Vec::from_value(value)?
            .try_into()
            .map_err(|found: Vec<u8>| WrongType(format!("expected {N} bytes, found {}", found.len())))
    }
}

/// Microseconds since 1970 in UTC.
impl ToValue for Timestamp {
    fn to_value(&self) -> Value<'_> {
        Value::Int(self.as_microsecond())
    }
}
impl FromValue for Timestamp {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        let number = i64::from_value(value)?;
        Self::from_microsecond(number).map_err(|_| WrongType(format!("{number} is no instant in microseconds")))
    }
}

/// `2026-03-08`.
impl ToValue for Date {
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Owned(self.to_string()))
    }
}
impl FromValue for Date {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        parse(&value, "a date")
    }
}

impl ToValue for Cents {
    fn to_value(&self) -> Value<'_> {
        Value::Int(self.0)
    }
}
impl FromValue for Cents {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        i64::from_value(value).map(Self)
    }
}
impl ToValue for Minutes {
    fn to_value(&self) -> Value<'_> {
        Value::Int(self.0)
    }
}
impl FromValue for Minutes {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        i64::from_value(value).map(Self)
    }
}

impl<T: Serialize> ToValue for Json<T> {
    fn to_value(&self) -> Value<'_> {
        // Only maps with keys that are not text fail here, and no stored type has one.
        Value::Text(Cow::Owned(serde_json::to_string(&self.0).expect("stored types have text keys")))
    }
}
impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        let text = text(&value, "JSON text")?;
        serde_json::from_str(text).map(Self).map_err(|error| WrongType(format!("stored JSON does not fit: {error}")))
    }
}

impl<T: Display> ToValue for Text<T> {
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Owned(self.0.to_string()))
    }
}
impl<T: FromStr> FromValue for Text<T> {
    fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
        parse(&value, std::any::type_name::<T>()).map(Self)
    }
}

macro_rules! ids {
    ($($name:ident),*) => {$(
        impl ToValue for muster_domain::id::$name {
            fn to_value(&self) -> Value<'_> {
                Value::Text(Cow::Owned(self.to_string()))
            }
        }
        impl FromValue for muster_domain::id::$name {
            fn from_value(value: Value<'_>) -> Result<Self, WrongType> {
                parse(&value, stringify!($name))
            }
        }
    )*};
}
muster_domain::each_id!(ids);

fn text<'v>(value: &'v Value<'_>, wanted: &str) -> Result<&'v str, WrongType> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(WrongType::found(wanted, other)),
    }
}

fn parse<T: FromStr>(value: &Value<'_>, wanted: &str) -> Result<T, WrongType> {
    let text = text(value, wanted)?;
    text.parse().map_err(|_| WrongType(format!("\u{201c}{text}\u{201d} is not {wanted}")))
}
