//! One transaction, as a use case sees it.

use jiff::Timestamp;
use muster_domain::id::Id;

use super::{
    Error,
    error::Fault,
    mint::{Minter, SecretKey},
    postgres,
    row::Row,
    sqlite,
    value::{ToValue, Value},
};

/// What a command may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Look only.
    Read,
    /// Change rows and record it in the audit.
    Write,
    /// Change rows that have no audit: sessions, claims of timers and outbox rows, sign-in attempts.
    Housekeep,
}

pub(crate) enum Link<'c> {
    Sqlite(&'c sqlite::Session),
    Postgres(&'c mut postgres::Session),
}

/// What a statement did, or why it failed and what that means for the transaction.
pub(crate) type Ran = Result<Done, (Error, Fault)>;

pub(crate) struct Done {
    /// Rows changed, or rows returned.
    pub rows: u64,
    /// True when the text is one that changes rows.
    pub changes: bool,
}

/// Receives the rows of an answer; `None` when none are wanted.
pub(crate) type Rows<'f> = Option<&'f mut dyn FnMut(&Row<'_>) -> Result<(), Error>>;

/// A running transaction: statements, new ids, and the mark that an audit entry was written.
pub struct Tx<'c> {
    link: Link<'c>,
    minter: &'c Minter,
    purpose: Purpose,
    wrote: bool,
    audited: bool,
    fault: Option<Fault>,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(link: Link<'c>, minter: &'c Minter, purpose: Purpose) -> Self {
        Self { link, minter, purpose, wrote: false, audited: false, fault: None }
    }

    /// All rows of an answer, each read by `row`. The statement itself carries the limit.
    ///
    /// # Errors
    /// Whatever the database or `row` says; the command must then end.
    pub fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[&dyn ToValue],
        mut row: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        self.run(
            sql,
            params,
            Some(&mut |cells| {
                found.push(row(cells)?);
                Ok(())
            }),
        )?;
        Ok(found)
    }

    /// The only row of an answer, or `None`.
    ///
    /// # Errors
    /// As [`Tx::query`], and when there is more than one row.
    pub fn find<T>(
        &mut self,
        sql: &'static str,
        params: &[&dyn ToValue],
        row: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut found = self.query(sql, params, row)?;
        match found.len() {
            0 | 1 => Ok(found.pop()),
            more => Err(self.defect(format!("expected at most one row, found {more}, by: {sql}"))),
        }
    }

    /// The only row of an answer.
    ///
    /// # Errors
    /// As [`Tx::find`], and when there is none.
    pub fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[&dyn ToValue],
        row: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self.find(sql, params, row)? {
            Some(found) => Ok(found),
            None => Err(self.defect(format!("expected one row, found none, by: {sql}"))),
        }
    }

    /// Runs a statement without an answer; the number of rows it changed.
    ///
    /// # Errors
    /// Whatever the database says; the command must then end.
    pub fn execute(&mut self, sql: &'static str, params: &[&dyn ToValue]) -> Result<u64, Error> {
        self.run(sql, params, None)
    }

    /// A new id, later than all ids made before it in this process at the same or an earlier `now`.
    pub fn id<I: Id>(&mut self, now: Timestamp) -> I {
        self.minter.id(now)
    }

    /// Bytes that nobody can guess: for tokens and keys.
    pub fn secret<const N: usize>(&mut self) -> [u8; N] {
        self.minter.secret()
    }

    /// The installation's secret key, if it has one.
    #[must_use]
    pub fn key(&self) -> Option<SecretKey> {
        self.minter.key().cloned()
    }

    /// Notes that this transaction holds its audit entry. Called by the audit room alone.
    pub(crate) fn mark_audited(&mut self) {
        self.audited = true;
    }

    /// Why the transaction must not be committed, if so.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// True when rows were changed that must be in the audit and are not.
    pub(crate) fn lacks_audit(&self) -> bool {
        self.purpose == Purpose::Write && self.wrote && !self.audited
    }

    fn run(&mut self, sql: &'static str, params: &[&dyn ToValue], rows: Rows<'_>) -> Result<u64, Error> {
        if self.fault.is_some() {
            return Err(Error::broken(format!("the transaction has failed already; not run: {sql}")));
        }
        let values: Vec<Value<'_>> = params.iter().map(|param| param.to_value()).collect();
        if values.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
            self.fault = Some(Fault::Failed);
            return Err(Error::Unstorable);
        }
        let may_change = self.purpose != Purpose::Read;
        let ran = match &mut self.link {
            Link::Sqlite(session) => session.run(sql, &values, rows, may_change),
            Link::Postgres(session) => session.run(sql, &values, rows, may_change),
        };
        match ran {
            Ok(done) => {
                self.wrote |= done.changes && done.rows > 0;
                Ok(done.rows)
            }
            Err((error, fault)) => {
                self.fault = Some(fault);
                Err(error)
            }
        }
    }

    fn defect(&mut self, message: String) -> Error {
        self.fault = Some(Fault::Failed);
        Error::broken(message)
    }
}
