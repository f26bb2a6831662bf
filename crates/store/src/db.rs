//! The database: `read` and `write` take a sync closure and run it on a database thread.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use tokio::sync::oneshot;

mod backup;
mod command;
mod error;
mod migrate;
mod mint;
mod postgres;
mod queue;
mod row;
mod sqlite;
mod statistics;
mod text;
mod tls;
mod tx;
mod value;
mod work;

#[cfg(test)]
mod tests;

pub use backup::copy_sqlite;
pub use error::Error;
pub use migrate::{Migrated, Migration};
pub use mint::{Mint, SecretKey};
pub use row::Row;
pub use tx::Tx;
pub use value::{FromValue, Json, Text, ToValue, Value, WrongType};

use command::{Order, Reply};
use mint::Minter;
use queue::Queue;
use tx::Purpose;
use work::{Raw, Work};

/// How the database is opened.
#[derive(Clone)]
pub struct Options {
    /// Commands that may wait for a writer, and again for a reader; more are answered [`Error::Busy`].
    pub queue: usize,
    /// Threads that only read, each with a connection.
    pub readers: usize,
    /// PostgreSQL connections for writes. SQLite always has one writer.
    pub writers: usize,
    /// How long a statement may run, in milliseconds.
    pub statement_timeout_ms: u64,
    /// The source of randomness for ids and secrets.
    pub mint: Arc<dyn Mint>,
    /// Seals secrets that must be read again; without it none can be stored.
    pub key: Option<SecretKey>,
}

impl Options {
    /// The usual sizes: 1024 waiting, 4 readers, 8 writers, 10 seconds.
    #[must_use]
    pub fn new(mint: Arc<dyn Mint>) -> Self {
        Self { queue: 1024, readers: 4, writers: 8, statement_timeout_ms: 10_000, mint, key: None }
    }
}

/// Which engine holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file beside the program.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// The database. Clones share it; the last one to go waits until what was queued is done.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    writes: Arc<Queue<Work>>,
    reads: Arc<Queue<Work>>,
    readers: Vec<JoinHandle<()>>,
    writers: Vec<JoinHandle<()>>,
    /// PostgreSQL only: makes commits durable for many commands at once.
    flusher: Option<(Arc<postgres::Flusher>, JoinHandle<()>)>,
}

impl Db {
    /// Opens `sqlite:PATH` (created when it does not exist) or `postgres://...`. Does not migrate.
    ///
    /// # Errors
    /// When the URL has another form, the file cannot be opened or the server cannot be reached.
    pub fn open(url: &str, options: Options) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Self::open_sqlite(Path::new(path.strip_prefix("//").unwrap_or(path)), options)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::open_postgres(url, options)
        } else {
            Err(Error::broken("the database URL must be sqlite:PATH or postgres://USER@HOST/NAME"))
        }
    }

    fn open_sqlite(path: &Path, options: Options) -> Result<Self, Error> {
        let folder = path.parent().map(Path::to_owned).filter(|folder| *folder != PathBuf::new());
        if let Some(folder) = folder {
            std::fs::create_dir_all(&folder)
                .map_err(|error| Error::broken(format!("{} cannot be created: {error}", folder.display())))?;
        }
        let timeout = options.statement_timeout_ms;
        let writer = sqlite::Session::open(path, true, timeout)?;
        let readers = (0..options.readers.max(1)).map(|_| sqlite::Session::open(path, false, timeout));
        let readers = readers.collect::<Result<Vec<_>, _>>()?;
        let mut inner = Inner::new(Engine::Sqlite, &options);
        let minter = Arc::new(Minter::new(options.mint).with_key(options.key));
        let mint = Arc::clone(&minter);
        inner.spawn("sqlite-writer".into(), true, move |queue| sqlite::write(writer, queue, &mint))?;
        for (at, reader) in readers.into_iter().enumerate() {
            let mint = Arc::clone(&minter);
            inner.spawn(format!("sqlite-reader-{at}"), false, move |queue| sqlite::read(reader, queue, &mint))?;
        }
        Ok(Self { inner: Arc::new(inner) })
    }

    fn open_postgres(url: &str, options: Options) -> Result<Self, Error> {
        let server = tls::Server::read(url)?;
        let timeout = options.statement_timeout_ms;
        let mut inner = Inner::new(Engine::Postgres, &options);
        let minter = Arc::new(Minter::new(options.mint).with_key(options.key));
        let flusher = Arc::new(postgres::Flusher::default());
        let jobs = [(true, "writer", options.writers), (false, "reader", options.readers)];
        for (writes, word, count) in jobs {
            for at in 0..count.max(1) {
                let worker = postgres::Worker::new(server.clone(), timeout, writes.then(|| Arc::clone(&flusher)));
                let mint = Arc::clone(&minter);
                inner.spawn(format!("postgres-{word}-{at}"), writes, move |queue| worker.serve(queue, &mint))?;
            }
        }
        let served = Arc::clone(&flusher);
        let thread =
            thread::Builder::new().name("postgres-flusher".into()).spawn(move || served.serve(&server, timeout));
        inner.flusher = Some((flusher, thread.map_err(no_thread)?));
        let db = Self { inner: Arc::new(inner) };
        // Connections are made when first needed; this one says whether the server can be reached at all.
        db.errand(|_| Ok(()))?;
        Ok(db)
    }

    /// Runs the embedded migrations that are still missing, all or none, under a lock.
    ///
    /// # Errors
    /// When one fails, was edited after it had run, or the database knows one that this program does not.
    pub fn migrate(&self) -> Result<Migrated, Error> {
        self.migrate_with(migrate::embedded())
    }

    /// Runs other migrations than the embedded ones; for tests of the storage layer.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub fn migrate_with(&self, migrations: &'static [Migration]) -> Result<Migrated, Error> {
        self.errand(move |raw| migrate::run(raw, migrations))
    }

    /// Prepares a text without running it; for the test that checks every text on both engines.
    ///
    /// # Errors
    /// When its parameters are out of order or the engine refuses it.
    pub fn prepare(&self, sql: &str) -> Result<(), Error> {
        let statement = text::Statement::read(sql).map_err(Error::broken)?;
        let sql = sql.to_owned();
        self.errand(move |raw| match raw {
            Raw::Sqlite(session) => session.connection.prepare(&statement.sqlite).map(drop).map_err(broken),
            Raw::Postgres(session) => {
                session.client.prepare(&sql).map(drop).map_err(|error| Error::broken(postgres::whole(&error)))
            }
        })
    }

    /// How SQLite would find the rows of a text, step by step; nothing on PostgreSQL. For the test that looks for slow ones.
    ///
    /// # Errors
    /// When its parameters are out of order or the engine refuses it.
    pub fn plan(&self, sql: &str) -> Result<Vec<String>, Error> {
        let statement = text::Statement::read(sql).map_err(Error::broken)?;
        self.errand(move |raw| match raw {
            Raw::Sqlite(session) => {
                let mut plan =
                    session.connection.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sqlite)).map_err(broken)?;
                let mut rows = plan.raw_query();
                let mut steps = Vec::new();
                while let Some(row) = rows.next().map_err(broken)? {
                    steps.push(row.get(3).map_err(broken)?);
                }
                Ok(steps)
            }
            Raw::Postgres(_) => Ok(Vec::new()),
        })
    }

    /// Which engine holds the data.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// Runs a closure that only looks, on one snapshot.
    ///
    /// # Errors
    /// The closure's, or [`Error::Busy`] and the like.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.ask(Purpose::Read, work).await
    }

    /// Runs a closure that changes rows and records it in the audit; commits when it returns `Ok`, durably.
    ///
    /// # Errors
    /// The closure's; [`Error::NotAudited`] when rows changed without an audit entry; [`Error::Busy`] and the like.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.ask(Purpose::Write, work).await
    }

    /// Runs a closure that changes rows which have no audit: sessions, claims of timers and outbox rows, sign-in
    /// attempts. The named exception to [`Db::write`].
    ///
    /// # Errors
    /// The closure's, or [`Error::Busy`] and the like.
    pub async fn housekeep<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.ask(Purpose::Housekeep, work).await
    }

    /// As [`Db::read`], for a thread that may wait.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.ask_blocking(Purpose::Read, work)
    }

    /// As [`Db::write`], for a thread that may wait.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.ask_blocking(Purpose::Write, work)
    }

    /// As [`Db::housekeep`], for a thread that may wait.
    ///
    /// # Errors
    /// As [`Db::housekeep`].
    pub fn housekeep_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.ask_blocking(Purpose::Housekeep, work)
    }

    async fn ask<T, E, F>(&self, purpose: Purpose, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        self.queue(Order { purpose, work, result: None, reply: Reply::Task(sender) })?;
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    fn ask_blocking<T, E, F>(&self, purpose: Purpose, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, answer) = mpsc::sync_channel(1);
        self.queue(Order { purpose, work, result: None, reply: Reply::Thread(sender) })?;
        answer.recv().unwrap_or_else(|_| Err(stopped().into()))
    }

    fn queue<T, E, F>(&self, order: Order<T, E, F>) -> Result<(), Error>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let queue = if order.purpose == Purpose::Read { &self.inner.reads } else { &self.inner.writes };
        queue.push(Work::Command(Box::new(order))).map_err(|_| Error::Busy)
    }

    fn errand<T: Send + 'static>(
        &self,
        work: impl FnOnce(Raw<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, answer) = mpsc::sync_channel(1);
        let errand = Box::new(move |raw: Result<Raw<'_>, Error>| drop(sender.send(raw.and_then(work))));
        self.inner.writes.push(Work::Errand(errand)).map_err(|_| Error::Busy)?;
        answer.recv().unwrap_or_else(|_| Err(stopped()))
    }
}

impl Inner {
    fn new(engine: Engine, options: &Options) -> Self {
        let queue = || Arc::new(Queue::new(options.queue.max(1)));
        Self { engine, writes: queue(), reads: queue(), readers: Vec::new(), writers: Vec::new(), flusher: None }
    }

    fn spawn(
        &mut self,
        name: String,
        writes: bool,
        serve: impl FnOnce(&Queue<Work>) + Send + 'static,
    ) -> Result<(), Error> {
        let queue = Arc::clone(if writes { &self.writes } else { &self.reads });
        let thread = thread::Builder::new().name(name).spawn(move || serve(&queue));
        let thread = thread.map_err(no_thread)?;
        if writes {
            self.writers.push(thread)
        } else {
            self.readers.push(thread)
        }
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Readers first: SQLite tidies its log away when the last connection to close is one that may write.
        let me = thread::current().id();
        for (queue, threads) in [(&self.reads, &mut self.readers), (&self.writes, &mut self.writers)] {
            queue.close();
            for thread in threads.drain(..) {
                // A command may hold the last clone; a thread cannot wait for itself.
                if thread.thread().id() != me && thread.join().is_err() {
                    tracing::error!("a database thread ended by a panic");
                }
            }
        }
        if let Some((flusher, thread)) = self.flusher.take() {
            flusher.close();
            if thread.thread().id() != me && thread.join().is_err() {
                tracing::error!("the flushing thread ended by a panic");
            }
        }
    }
}

/// The embedded migrations, in order.
#[must_use]
pub fn migrations() -> &'static [Migration] {
    migrate::embedded()
}

fn no_thread(error: std::io::Error) -> Error {
    Error::broken(format!("no thread for the database: {error}"))
}

fn stopped() -> Error {
    Error::broken("the database thread ended before it answered")
}

fn broken(error: rusqlite::Error) -> Error {
    Error::broken(error.to_string())
}
