//! SQLite: one writer thread with group commit, and a few threads that only read.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, ToSql,
    config::DbConfig,
    ffi,
    types::{ToSqlOutput, ValueRef},
};

use super::{
    Error,
    command::{Command, Verdict},
    error::Fault,
    mint::Minter,
    queue::Queue,
    row::{Cells, Row},
    text::Statement,
    tx::{Done, Link, Ran, Rows, Tx},
    value::Value,
    work::{Raw, Work},
};

/// At most so many commands share one commit; more wait for the next.
const BATCH: usize = 512;
/// Prepared statements kept per connection.
const STATEMENTS: usize = 512;
/// Opened when a command of a careful batch first changes something: one that refuses has nothing to undo.
const SAVEPOINT: &str = "SAVEPOINT command";
/// Virtual machine steps between two looks at the clock.
const STEPS: i32 = 10_000;

/// One connection with its statements and its deadline.
pub(crate) struct Session {
    pub connection: Connection,
    /// Texts by address and length: they are constants, so the address names them.
    texts: RefCell<HashMap<(usize, usize), Arc<Statement>>>,
    deadline: Arc<Deadline>,
    /// The command that runs has begun to change something.
    changed: Cell<bool>,
    /// The command that runs gets a savepoint before its first change.
    careful: Cell<bool>,
}

/// The instant after which the running statement is interrupted, in milliseconds since `start`.
struct Deadline {
    start: Instant,
    at: AtomicU64,
    timeout: u64,
}

impl Deadline {
    fn elapsed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Session {
    pub(crate) fn open(path: &Path, writes: bool, timeout: u64) -> Result<Self, Error> {
        let access = if writes {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        } else {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        };
        let broken = |error: rusqlite::Error| Error::broken(format!("{}: {error}", path.display()));
        let mut connection =
            Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(broken)?;
        connection.busy_timeout(Duration::from_millis(timeout)).map_err(broken)?;
        if writes {
            let mode: String =
                connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(broken)?;
            if mode != "wal" {
                return Err(Error::broken(format!("{}: the file system offers no WAL mode", path.display())));
            }
        }
        connection
            .execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
                 PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;",
            )
            .map_err(broken)?;
        // Otherwise the engine plans a statement anew whenever a value is bound that might change the plan: half of all work.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(broken)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let deadline = Arc::new(Deadline { start: Instant::now(), at: AtomicU64::new(u64::MAX), timeout });
        let watched = Arc::clone(&deadline);
        connection
            .progress_handler(STEPS, Some(move || watched.elapsed() > watched.at.load(Ordering::Relaxed)))
            .map_err(broken)?;
        Ok(Self {
            connection,
            texts: RefCell::default(),
            deadline,
            changed: Cell::new(false),
            careful: Cell::new(false),
        })
    }

    /// Runs a statement of a command.
    pub(crate) fn run(&self, sql: &'static str, values: &[Value<'_>], rows: Rows<'_>, may_change: bool) -> Ran {
        let failed = |error| (error, Fault::Failed);
        let statement = self.text(sql).map_err(failed)?;
        if (statement.changes || statement.locks) && !may_change {
            return Err(failed(Error::broken(format!("a read may not change or lock rows: {sql}"))));
        }
        if statement.parameters != values.len() {
            let (wanted, given) = (statement.parameters, values.len());
            return Err(failed(Error::broken(format!("{wanted} parameters wanted, {given} given, by: {sql}"))));
        }
        if statement.changes && !self.changed.replace(true) && self.careful.get() {
            self.control(SAVEPOINT).map_err(failed)?;
        }
        self.deadline.at.store(self.deadline.elapsed() + self.deadline.timeout, Ordering::Relaxed);
        let ran = self.step(&statement.sqlite, values, rows);
        self.deadline.at.store(u64::MAX, Ordering::Relaxed);
        match ran {
            Ok(rows) => Ok(Done { rows, changes: statement.changes }),
            Err(Stop::Engine(error)) => Err(failed(self.sort(error, sql))),
            Err(Stop::Reader(error)) => Err(failed(error)),
        }
    }

    fn step(&self, sql: &str, values: &[Value<'_>], rows: Rows<'_>) -> Result<u64, Stop> {
        let mut statement = self.connection.prepare_cached(sql).map_err(Stop::Engine)?;
        for (at, value) in values.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, value).map_err(Stop::Engine)?;
        }
        let Some(read) = rows else {
            return statement.raw_execute().map(|changed| changed as u64).map_err(Stop::Engine);
        };
        let (mut found, mut answer) = (0, statement.raw_query());
        while let Some(row) = answer.next().map_err(Stop::Engine)? {
            read(&Row(Cells::Sqlite(row))).map_err(Stop::Reader)?;
            found += 1;
        }
        Ok(found)
    }

    /// Begins, commits and the like.
    fn control(&self, sql: &'static str) -> Result<(), Error> {
        let ran = self.connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        ran.map(drop).map_err(|error| self.sort(error, sql))
    }

    fn text(&self, sql: &'static str) -> Result<Arc<Statement>, Error> {
        let key = (sql.as_ptr() as usize, sql.len());
        if let Some(known) = self.texts.borrow().get(&key) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(Statement::read(sql).map_err(Error::broken)?);
        self.texts.borrow_mut().insert(key, Arc::clone(&read));
        Ok(read)
    }

    /// Sorts an engine error by what the caller can do about it.
    pub(crate) fn sort(&self, error: rusqlite::Error, sql: &str) -> Error {
        let rusqlite::Error::SqliteFailure(code, message) = &error else {
            return Error::broken(format!("{error}, in: {sql}"));
        };
        match code.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
            ErrorCode::OperationInterrupted => Error::Timeout,
            ErrorCode::ConstraintViolation if code.extended_code != ffi::SQLITE_CONSTRAINT_DATATYPE => {
                let name = self.constraint(code.extended_code, message.as_deref().unwrap_or_default());
                Error::Constraint { name, source: error.into() }
            }
            _ => Error::broken(format!("{error}, in: {sql}")),
        }
    }

    /// The name that PostgreSQL would give. SQLite says `UNIQUE constraint failed: t.a, t.b` and the like.
    fn constraint(&self, code: i32, message: &str) -> String {
        let detail = message.split_once("constraint failed: ").map_or(message, |(_, detail)| detail);
        let columns: Vec<&str> = detail.split(", ").filter_map(|part| part.split_once('.')).map(|(_, c)| c).collect();
        let table = detail.split_once('.').map_or(detail, |(table, _)| table);
        match code {
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => "foreign_key".to_owned(),
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => format!("{table}_pkey"),
            ffi::SQLITE_CONSTRAINT_NOTNULL => format!("{table}_{}_not_null", columns.join("_")),
            ffi::SQLITE_CONSTRAINT_UNIQUE => match detail.strip_prefix("index '") {
                Some(name) => name.trim_end_matches('\'').to_owned(),
                None => {
                    self.unique_index(table, &columns).unwrap_or_else(|| format!("{table}_{}_key", columns.join("_")))
                }
            },
            _ => detail.to_owned(),
        }
    }

    /// The name of the index made by `CREATE UNIQUE INDEX` on these columns.
    fn unique_index(&self, table: &str, columns: &[&str]) -> Option<String> {
        let sql = "SELECT i.name FROM pragma_index_list(?1) i WHERE i.\"unique\" = 1 AND i.origin = 'c' AND ?2 = \
                   (SELECT group_concat(c.name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c)";
        self.connection.query_row(sql, [table, &columns.join(",")], |row| row.get(0)).ok()
    }
}

enum Stop {
    Engine(rusqlite::Error),
    Reader(Error),
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Bool(yes) => ValueRef::Integer(i64::from(*yes)),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The writer thread: drains the queue, runs each command in a savepoint, commits once, then answers all.
pub(crate) fn write(mut session: Session, queue: &Queue<Work>, minter: &Minter) {
    while let Some(first) = queue.take() {
        let mut batch = Vec::new();
        let mut next = Some(first);
        while let Some(work) = next.take() {
            match work {
                Work::Command(command) => batch.push(command),
                Work::Errand(errand) => {
                    commit_together(&session, minter, std::mem::take(&mut batch));
                    errand(Ok(Raw::Sqlite(&mut session)));
                }
            }
            if batch.len() < BATCH {
                next = queue.take_now();
            }
        }
        commit_together(&session, minter, batch);
    }
}

/// A reader thread: one command at a time, each on its own snapshot.
pub(crate) fn read(mut session: Session, queue: &Queue<Work>, minter: &Minter) {
    while let Some(work) = queue.take() {
        match work {
            Work::Errand(errand) => errand(Ok(Raw::Sqlite(&mut session))),
            Work::Command(command) if command.abandoned() => {}
            Work::Command(mut command) => {
                let end = session.control("BEGIN").map(|()| {
                    command.run(&mut Tx::new(Link::Sqlite(&session), minter, command.purpose()));
                    roll_back(&session);
                });
                command.answer(end);
            }
        }
    }
}

fn commit_together(session: &Session, minter: &Minter, mut batch: Vec<Box<dyn Command>>) {
    batch.retain(|command| !command.abandoned());
    // Savepoints cost a tenth of all time, and a command seldom fails after it has changed something: they are used only when
    // one did. Each turn answers every command, or takes out the one that failed, or begins again with care.
    let mut careful = false;
    while !batch.is_empty() {
        let mut ran = Vec::with_capacity(batch.len());
        let mut rest = batch.into_iter();
        let end =
            session.control("BEGIN IMMEDIATE").and_then(|()| run_all(session, minter, careful, &mut rest, &mut ran));
        match end {
            Ok(Batch::Ran) => match session.control("COMMIT") {
                Ok(()) => return ran.into_iter().for_each(|command| command.answer(Ok(()))),
                Err(Error::Constraint { .. }) if ran.len() > 1 => {
                    // A constraint checked at commit names no command: let each commit alone.
                    roll_back(session);
                    return ran.into_iter().for_each(|command| commit_together(session, minter, vec![command]));
                }
                Err(error) => {
                    roll_back(session);
                    return fail_all(ran, &error);
                }
            },
            Ok(Batch::Spoilt) if ran.len() > 1 => {
                roll_back(session);
                careful = true;
                batch = ran.into_iter().chain(rest).collect();
            }
            Ok(Batch::Spoilt | Batch::GivenUp) => {
                roll_back(session);
                let guilty = ran.pop();
                batch = ran.into_iter().chain(rest).collect();
                if let Some(guilty) = guilty {
                    guilty.answer(Ok(()));
                }
            }
            Err(error) => {
                roll_back(session);
                ran.extend(rest);
                return fail_all(ran, &error);
            }
        }
    }
}

enum Batch {
    Ran,
    /// The last command run failed, and what it had changed cannot be told from what the others changed.
    Spoilt,
    /// The engine rolled everything back (interrupt, disk full): the last command run was the cause.
    GivenUp,
}

fn run_all(
    session: &Session,
    minter: &Minter,
    careful: bool,
    commands: &mut dyn Iterator<Item = Box<dyn Command>>,
    ran: &mut Vec<Box<dyn Command>>,
) -> Result<Batch, Error> {
    for mut command in commands {
        session.changed.set(false);
        session.careful.set(careful);
        let verdict = command.run(&mut Tx::new(Link::Sqlite(session), minter, command.purpose()));
        session.careful.set(false);
        ran.push(command);
        if session.connection.is_autocommit() {
            return Ok(Batch::GivenUp);
        }
        if session.changed.get() {
            if verdict != Verdict::Keep && !careful {
                return Ok(Batch::Spoilt);
            }
            if verdict != Verdict::Keep {
                session.control("ROLLBACK TO command")?;
            }
            if careful {
                session.control("RELEASE command")?;
            }
        }
    }
    Ok(Batch::Ran)
}

fn roll_back(session: &Session) {
    if !session.connection.is_autocommit()
        && let Err(error) = session.control("ROLLBACK")
    {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

fn fail_all(commands: Vec<Box<dyn Command>>, error: &Error) {
    tracing::error!(%error, commands = commands.len(), "a batch was not committed");
    for command in commands {
        command.answer(Err(match error {
            Error::Busy => Error::Busy,
            Error::Timeout => Error::Timeout,
            other => Error::broken(format!("not committed: {other}")),
        }));
    }
}
