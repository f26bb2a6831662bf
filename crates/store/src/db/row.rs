//! One row of an answer.

use super::{
    Error,
    value::{FromValue, Value, WrongType},
};

/// One row; columns are read by position, in the order of the SELECT list.
pub struct Row<'r>(pub(crate) Cells<'r>);

pub(crate) enum Cells<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    /// Reads a column, counted from 0.
    ///
    /// # Errors
    /// [`Error::Broken`] when the column is missing or holds something else; the message names it.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T, Error> {
        let value = self.value(index).and_then(T::from_value);
        value.map_err(|wrong| Error::broken(format!("column {index} ({}): {wrong}", self.name(index))))
    }

    fn value(&self, index: usize) -> Result<Value<'_>, WrongType> {
        match &self.0 {
            Cells::Sqlite(row) => match row.get_ref(index).map_err(|error| WrongType(error.to_string()))? {
                rusqlite::types::ValueRef::Null => Ok(Value::Null),
                rusqlite::types::ValueRef::Integer(number) => Ok(Value::Int(number)),
                rusqlite::types::ValueRef::Real(_) => Err(WrongType("a fraction; the store keeps integers".into())),
                rusqlite::types::ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Value::Text(text.into())),
                    Err(_) => Err(WrongType("text that is not UTF-8".into())),
                },
                rusqlite::types::ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.into())),
            },
            Cells::Postgres(row) => row.try_get(index).map_err(|error| {
                WrongType(std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string))
            }),
        }
    }

    fn name(&self, index: usize) -> &str {
        match &self.0 {
            Cells::Sqlite(row) => row.as_ref().column_name(index).unwrap_or("missing"),
            Cells::Postgres(row) => row.columns().get(index).map_or("missing", |column| column.name()),
        }
    }
}
