//! Fresh databases, one per test, on both engines.
//!
//! PostgreSQL is the server of `MUSTER_TEST_POSTGRES` (a URL whose database is used for maintenance only), or one that
//! all test processes of this machine share and that ends by itself a few seconds after the last of them.

use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use muster_store::{Db, Engine, Options, SecretKey};
use postgres::{Client, NoTls};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use crate::{Seeded, postgres::shared};

/// Runs a test on a fresh, migrated SQLite file and on a fresh, migrated PostgreSQL database.
///
/// # Panics
/// When the test does, or when there is no PostgreSQL and `CI=true`.
pub fn on_both(body: impl Fn(&Db)) {
    for scratch in Scratch::both() {
        eprintln!("on {:?}:", scratch.engine());
        body(&scratch.open());
    }
}

/// A database of one test; gone when dropped.
#[derive(Debug)]
pub struct Scratch {
    url: String,
    place: Place,
    rewind: Option<Mutex<Rewind>>,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Server { maintenance: String, name: String },
}

/// What puts a copy back: the rows it began with, a connection to it, and the number of its schema.
#[derive(Debug)]
struct Rewind {
    original: Connection,
    own: Connection,
    schema: i64,
}

impl Scratch {
    /// A migrated database on each engine.
    #[must_use]
    pub fn both() -> Vec<Self> {
        let sqlite = Self::sqlite();
        sqlite.open().migrate().expect("the embedded migrations run on SQLite");
        [Some(sqlite), Self::postgres(true)].into_iter().flatten().collect()
    }

    /// A database without any table on each engine.
    #[must_use]
    pub fn both_empty() -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgres(false)].into_iter().flatten().collect()
    }

    /// A SQLite file that does not exist yet.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = env::temp_dir().join(format!("muster-test-{}", unique()));
        Self {
            url: format!("sqlite:{}", folder.join("muster.db").display()),
            place: Place::Folder(folder),
            rewind: None,
        }
    }

    /// A PostgreSQL database, migrated or empty; `None` when there is no PostgreSQL here.
    ///
    /// # Panics
    /// When there is none and `CI=true`, or when the server fails.
    #[must_use]
    pub fn postgres(migrated: bool) -> Option<Self> {
        let maintenance = server()?;
        let name = format!("t{}", unique());
        let mut client = Client::connect(&maintenance, NoTls).expect("the test server answers");
        let template = if migrated { template(&mut client, &maintenance) } else { "template0".to_owned() };
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).expect("a test database");
        Some(Self { url: database_url(&maintenance, &name), place: Place::Server { maintenance, name }, rewind: None })
    }

    /// `sqlite:...` or `postgres://...`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Another database with the same rows, and the file `original.db` beside it to put them back from; SQLite only.
    ///
    /// # Panics
    /// When it is on a server, or a file cannot be written.
    #[must_use]
    pub fn copy(&self) -> Self {
        let mut copy = Self::sqlite();
        fs::create_dir_all(copy.file().parent().expect("a folder")).expect("the folder is made");
        muster_store::copy_sqlite(&self.file(), &copy.original()).expect("the database is copied");
        fs::copy(copy.original(), copy.file()).expect("the copy is copied");
        let original = Connection::open(copy.original()).expect("the original opens");
        let own = Connection::open(copy.file()).expect("the copy opens");
        own.pragma_update(None, "synchronous", "OFF").expect("a setting of this connection");
        let schema = own.pragma_query_value(None, "schema_version", |row| row.get(0)).expect("a number");
        copy.rewind = Some(Mutex::new(Rewind { original, own, schema }));
        copy
    }

    /// Puts back the rows that a [copy](Self::copy) began with. It may be open, and must be at rest.
    ///
    /// # Panics
    /// When it is no copy, or somebody writes.
    pub fn put_back(&self) {
        let rewind = self.rewind.as_ref().expect("only a copy is put back");
        let Rewind { original, own, schema } = &mut *rewind.lock().unwrap_or_else(PoisonError::into_inner);
        let copied = Backup::new(original, own).and_then(|copying| copying.step(-1));
        assert_eq!(copied.expect("the rows are put back"), StepResult::Done, "somebody writes");
        // It is the schema that everybody knows; under another number each connection would read and prepare all anew.
        own.pragma_update(None, "schema_version", *schema).expect("the number of the schema");
    }

    fn file(&self) -> PathBuf {
        assert_eq!(self.engine(), Engine::Sqlite, "a server's database is not copied");
        self.url.trim_start_matches("sqlite:").into()
    }

    fn original(&self) -> PathBuf {
        self.file().with_file_name("original.db")
    }

    /// Which engine it is on.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.place {
            Place::Folder(_) => Engine::Sqlite,
            Place::Server { .. } => Engine::Postgres,
        }
    }

    /// Opens it with few threads and seeded randomness.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn open(&self) -> Db {
        Db::open(&self.url, small()).expect("the test database opens")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A failure here must not hide the test's own; what is left behind goes with the server or the temp folder.
        match &self.place {
            Place::Folder(folder) => drop(fs::remove_dir_all(folder)),
            Place::Server { maintenance, name } => {
                if let Ok(mut client) = Client::connect(maintenance, NoTls) {
                    drop(client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
                }
            }
        }
    }
}

/// Options for tests: two readers, four writers, ten seconds, seed 1, a key that everybody knows.
#[must_use]
pub fn small() -> Options {
    let key = Some(SecretKey::new([7; 32]));
    Options { readers: 2, writers: 4, key, ..Options::new(Arc::new(Seeded::new(1))) }
}

fn server() -> Option<String> {
    if let Ok(url) = env::var("MUSTER_TEST_POSTGRES") {
        return Some(url);
    }
    match shared() {
        Ok(url) => Some(url),
        Err(reason) => {
            let line = format!("PostgreSQL is not tested: {reason}");
            assert!(env::var("CI").is_err(), "{line}");
            eprintln!("{line}");
            None
        }
    }
}

/// The name of a database that holds the embedded migrations, made once per server and version of them.
fn template(client: &mut Client, maintenance: &str) -> String {
    let name = format!("muster_template_{:016x}", migrations_mark());
    let exists = |client: &mut Client| {
        let found = client.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]);
        !found.expect("the list of databases").is_empty()
    };
    if !exists(client) {
        client.batch_execute("SELECT pg_advisory_lock(7305)").expect("the lock for the template");
        if !exists(client) {
            let draft = format!("draft{}", unique());
            client.batch_execute(&format!("CREATE DATABASE {draft} TEMPLATE template0")).expect("a draft database");
            let db = Db::open(&database_url(maintenance, &draft), small()).expect("the draft database opens");
            db.migrate().expect("the embedded migrations run on PostgreSQL");
            drop(db);
            client.batch_execute(&format!("ALTER DATABASE {draft} RENAME TO {name}")).expect("the draft is renamed");
        }
        client.batch_execute("SELECT pg_advisory_unlock(7305)").expect("the lock for the template");
    }
    name
}

/// A short digest (FNV-1a) of the embedded migrations.
fn migrations_mark() -> u64 {
    let texts = muster_store::migrations().iter().flat_map(|migration| [migration.name, migration.sql]);
    texts
        .flat_map(str::bytes)
        .fold(0xcbf2_9ce4_8422_2325, |mark, byte| (mark ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The URL of another database on the same server.
fn database_url(maintenance: &str, name: &str) -> String {
    let (base, query) = maintenance.split_once('?').map_or((maintenance, ""), |(base, query)| (base, query));
    let server = base.rsplit_once('/').filter(|(server, _)| !server.ends_with('/')).map_or(base, |(server, _)| server);
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    format!("{server}/{name}{query}")
}

/// Differs for each call on this machine.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (url, wanted) in [
            ("postgres://u@%2Ftmp%2Fx/postgres", "postgres://u@%2Ftmp%2Fx/a"),
            ("postgres://u@h:5/postgres?sslmode=disable", "postgres://u@h:5/a?sslmode=disable"),
            ("postgres://u@h:5", "postgres://u@h:5/a"),
        ] {
            assert_eq!(database_url(url, "a"), wanted);
        }
    }
}
