//! PostgreSQL: a few threads with one connection each, one transaction per command, row locks, bounded retries.

use std::{collections::HashMap, error::Error as _};

use postgres::{
    Client, Statement as Prepared,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{
    Error,
    error::Fault,
    row::{Cells, Row},
    text::Statement,
    tls::Server,
    tx::{Done, Ran, Rows},
    value::Value,
};

mod flush;
mod worker;

pub(crate) use flush::Flusher;
pub(crate) use worker::Worker;

/// One connection with its prepared statements.
pub(crate) struct Session {
    pub client: Client,
    /// By address and length of the text: texts are constants, so the address names them.
    statements: HashMap<(usize, usize), (Prepared, Statement)>,
}

impl Session {
    pub(crate) fn connect(server: &Server, timeout: u64) -> Result<Self, Error> {
        let failed = |error: postgres::Error| Error::broken(format!("no connection to PostgreSQL: {}", whole(&error)));
        let mut client = server.connect().map_err(failed)?;
        // Our joins are written in the order in which they are to be read, and all rows of a tenant share a column: left
        // alone, the planner weighs every order of eight tables, which takes it 60 ms where four at a time take 3.
        client
            .batch_execute(&format!(
                "SET join_collapse_limit = 4; SET from_collapse_limit = 4; SET statement_timeout = {timeout}; SET lock_timeout = {timeout}; SET TIME ZONE 'UTC';
                 SET idle_in_transaction_session_timeout = {}; SET client_min_messages = warning;
                 SET default_transaction_isolation = 'read committed';",
                timeout.saturating_mul(4)
            ))
            .map_err(failed)?;
        Ok(Self { client, statements: HashMap::new() })
    }

    /// Runs a statement of a command.
    pub(crate) fn run(&mut self, sql: &'static str, values: &[Value<'_>], rows: Rows<'_>, may_change: bool) -> Ran {
        let failed = |message: String| Err((Error::broken(message), Fault::Failed));
        let key = (sql.as_ptr() as usize, sql.len());
        if !self.statements.contains_key(&key) {
            let text = match Statement::read(sql) {
                Ok(text) => text,
                Err(message) => return failed(message),
            };
            let prepared = self.client.prepare(sql).map_err(|error| self.sort(error, sql))?;
            if prepared.params().len() != text.parameters {
                return failed(format!("PostgreSQL counts {} parameters in: {sql}", prepared.params().len()));
            }
            self.statements.insert(key, (prepared, text));
        }
        let (prepared, text) = &self.statements[&key];
        if (text.changes || text.locks) && !may_change {
            return failed(format!("a read may not change or lock rows: {sql}"));
        }
        if text.parameters != values.len() {
            return failed(format!("{} parameters wanted, {} given, by: {sql}", text.parameters, values.len()));
        }
        let params: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        let changes = text.changes;
        let Some(read) = rows else {
            let changed = self.client.execute(prepared, &params).map_err(|error| self.sort(error, sql))?;
            return Ok(Done { rows: changed, changes });
        };
        let found = self.client.query(prepared, &params).map_err(|error| self.sort(error, sql))?;
        for row in &found {
            read(&Row(Cells::Postgres(row))).map_err(|error| (error, Fault::Failed))?;
        }
        Ok(Done { rows: found.len() as u64, changes })
    }

    fn control(&mut self, sql: &str) -> Result<(), (Error, Fault)> {
        self.client.batch_execute(sql).map_err(|error| self.sort(error, sql))
    }

    /// Sorts an engine error by what the caller can do about it.
    pub(crate) fn sort(&mut self, error: postgres::Error, sql: &str) -> (Error, Fault) {
        let Some(told) = error.as_db_error() else {
            let fault = if error.is_closed() || is_io(&error) { Fault::Lost } else { Fault::Failed };
            return (Error::broken(format!("{}, in: {sql}", whole(&error))), fault);
        };
        let code = told.code().clone();
        if code == SqlState::T_R_SERIALIZATION_FAILURE || code == SqlState::T_R_DEADLOCK_DETECTED {
            return (Error::Retry(error.into()), Fault::Again);
        }
        if code == SqlState::FEATURE_NOT_SUPPORTED && told.message().contains("cached plan") {
            // The tables changed under a prepared statement.
            self.statements.clear();
            return (Error::Retry(error.into()), Fault::Again);
        }
        if code == SqlState::QUERY_CANCELED || code == SqlState::LOCK_NOT_AVAILABLE {
            return (Error::Timeout, Fault::Failed);
        }
        if [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(&code)
            || code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        {
            return (Error::broken(whole(&error)), Fault::Lost);
        }
        if code.code().starts_with("23") {
            let column = || format!("{}_{}_not_null", told.table().unwrap_or("?"), told.column().unwrap_or("?"));
            let name = match code {
                SqlState::FOREIGN_KEY_VIOLATION => "foreign_key".to_owned(),
                SqlState::NOT_NULL_VIOLATION => column(),
                _ => told.constraint().unwrap_or_else(|| told.message()).to_owned(),
            };
            return (Error::Constraint { name, source: error.into() }, Fault::Failed);
        }
        (Error::broken(format!("{}, in: {sql}", whole(&error))), Fault::Failed)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(ty, out),
            (Value::Int(number), &Type::INT2) => i16::try_from(*number)?.to_sql(ty, out),
            (Value::Bool(yes), &Type::BOOL) => yes.to_sql(ty, out),
            (Value::Text(text), ty) if <&str as ToSql>::accepts(ty) => text.as_ref().to_sql(ty, out),
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.as_ref().to_sql(ty, out),
            (value, ty) => Err(format!("PostgreSQL wants {ty} here, given {value:?}; a CAST settles the type").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Value::Int),
            Type::INT4 => i32::from_sql(ty, raw).map(|number| Value::Int(number.into())),
            Type::INT2 => i16::from_sql(ty, raw).map(|number| Value::Int(number.into())),
            Type::BOOL => bool::from_sql(ty, raw).map(Value::Bool),
            Type::BYTEA => <&[u8]>::from_sql(ty, raw).map(|bytes| Value::Bytes(bytes.into())),
            _ if <&str as FromSql>::accepts(ty) => <&str>::from_sql(ty, raw).map(|text| Value::Text(text.into())),
            _ => {
                Err(format!("PostgreSQL answers {ty}, which the store does not keep; CAST it to BIGINT or TEXT").into())
            }
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The error with its causes; the driver's own text leaves them out.
pub(crate) fn whole(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

fn is_io(error: &postgres::Error) -> bool {
    error.source().is_some_and(|source| source.is::<std::io::Error>())
}
