//! What is remembered: the only crate that knows SQL. Rows become domain values here and back; nothing is decided.
//!
//! # Writing a room
//! - One SQL text serves SQLite and PostgreSQL. Each is a constant, `const FIND_JOB: &str = "SELECT ...";`, never
//!   built at run time. `tests/statements.rs` reads every such constant in `src/` (a string that begins with
//!   SELECT, INSERT, UPDATE, DELETE or WITH) and prepares it on both engines.
//! - Parameters are `$1`, `$2` ..., and each first appears in that order: SQLite takes `$1` for a name, so the layer
//!   checks the order and binds by position.
//! - `FOR UPDATE` with `OF t`, `SKIP LOCKED` or `NOWAIT` may stand in any SELECT; the layer strips it for SQLite,
//!   whose single writer needs no row locks.
//! - `CAST(COALESCE(SUM(x), 0) AS BIGINT)`: a bare SUM of bigint is numeric in PostgreSQL and refused by [`Row::get`].
//!   `CAST($2 AS TEXT) IS NULL OR ...` for optional filters. Say NULLS FIRST or LAST when ordering by a nullable column.
//! - Never catch a database error inside a command: PostgreSQL has given up the transaction by then, and the layer
//!   refuses to commit it.
//!
//! # Names of constraints
//! [`Error::Constraint`] carries the same name on both engines when these rules are kept: name each CHECK
//! (`CONSTRAINT shifts_end_after_start CHECK (...)`), guard uniqueness with `CREATE UNIQUE INDEX name`, and let triggers
//! say `RAISE(ABORT, 'name')` (SQLite) or `RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'name',
//! MESSAGE = 'name'` (PostgreSQL). A primary key is `table_pkey`, an unnamed UNIQUE is `table_column_column_key`,
//! NOT NULL is `table_column_not_null`, and any foreign key is `foreign_key` (SQLite does not say which).

mod db;

pub mod access;
pub mod agencies;
pub mod audit;
pub mod billing;
pub mod customers;
pub mod distribution;
pub mod health;
pub mod jobs;
pub mod ledger;
pub mod notices;
pub mod officers;
pub mod overview;
pub mod page;
pub mod payroll;
pub mod rates;
pub mod requests;
pub mod tidying;
pub mod timeclock;
pub mod timers;

pub use db::{
    Db, Engine, Error, FromValue, Json, Migrated, Migration, Mint, Options, Row, SecretKey, Text, ToValue, Tx, Value,
    WrongType, copy_sqlite, migrations,
};
