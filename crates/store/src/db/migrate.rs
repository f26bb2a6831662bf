//! Migrations: the files of `migrations/`, embedded, in order, checked by digest, run under a lock, all or none.
//!
//! One text serves both engines. Lines between `-- only: postgres` (or `-- only: sqlite`) and `-- end` are for one.
//! For SQLite every CREATE TABLE becomes STRICT, and BIGINT, BOOLEAN and BYTEA become INTEGER, INTEGER and BLOB.

use sha2::{Digest, Sha256};

use super::{Engine, Error, postgres, sqlite, statistics, text::tokens, work::Raw};

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// One migration: its file name without the ending, and its text.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// `0001_create_agencies`: the order of names is the order of migrations.
    pub name: &'static str,
    /// The SQL text with its sections.
    pub sql: &'static str,
}

/// What a run of the migrations did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migrated {
    /// The names of those that ran now.
    pub applied: Vec<&'static str>,
    /// How many were there before.
    pub known: usize,
}

/// The key of PostgreSQL's advisory lock: "muster" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(120282571403634)";
const REGISTER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    name TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL, applied_at TEXT NOT NULL DEFAULT (CAST(CURRENT_TIMESTAMP AS TEXT)))";
const LIST: &str = "SELECT name, digest FROM schema_migrations ORDER BY name";
const NOTE: &str = "INSERT INTO schema_migrations (name, digest) VALUES ($1, $2)";

pub(crate) fn embedded() -> &'static [Migration] {
    MIGRATIONS
}

/// Brings the database up to date.
pub(crate) fn run(raw: Raw<'_>, migrations: &[Migration]) -> Result<Migrated, Error> {
    match raw {
        Raw::Sqlite(session) => run_sqlite(session, migrations),
        Raw::Postgres(session) => run_postgres(session, migrations),
    }
}

fn run_sqlite(session: &mut sqlite::Session, migrations: &[Migration]) -> Result<Migrated, Error> {
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy) => Error::Busy,
        _ => Error::broken(error.to_string()),
    };
    let behavior = rusqlite::TransactionBehavior::Immediate;
    let transaction = session.connection.transaction_with_behavior(behavior).map_err(failed)?;
    transaction.execute_batch(REGISTER).map_err(failed)?;
    let known = transaction
        .prepare(LIST)
        .and_then(|mut list| list.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>())
        .map_err(failed)?;
    let pending = pending(migrations, &known)?;
    for migration in pending {
        let sql = for_engine(migration.sql, Engine::Sqlite);
        transaction.execute_batch(&sql).map_err(|error| broken(migration, &error.to_string()))?;
        transaction.execute(NOTE, [migration.name, &digest(migration.sql)]).map_err(failed)?;
    }
    if !pending.is_empty() {
        statistics::fix(&transaction).map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    Ok(Migrated { applied: pending.iter().map(|migration| migration.name).collect(), known: known.len() })
}

fn run_postgres(session: &mut postgres::Session, migrations: &[Migration]) -> Result<Migrated, Error> {
    let failed = |error: ::postgres::Error| Error::broken(postgres::whole(&error));
    let mut transaction = session.client.transaction().map_err(failed)?;
    // Another node may migrate for long, and so may we.
    transaction.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").map_err(failed)?;
    transaction.batch_execute("SET LOCAL idle_in_transaction_session_timeout = 0").map_err(failed)?;
    transaction.batch_execute(LOCK).map_err(failed)?;
    transaction.batch_execute(REGISTER).map_err(failed)?;
    let rows = transaction.query(LIST, &[]).map_err(failed)?;
    let known: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let pending = pending(migrations, &known)?;
    for migration in pending {
        let sql = for_engine(migration.sql, Engine::Postgres);
        transaction.batch_execute(&sql).map_err(|error| broken(migration, &postgres::whole(&error)))?;
        transaction.execute(NOTE, &[&migration.name, &digest(migration.sql)]).map_err(failed)?;
    }
    transaction.commit().map_err(failed)?;
    Ok(Migrated { applied: pending.iter().map(|migration| migration.name).collect(), known: known.len() })
}

fn broken(migration: &Migration, error: &str) -> Error {
    Error::broken(format!("migration {} failed, nothing was changed: {error}", migration.name))
}

/// Those that have not run yet. Refuses a history that differs from this program's.
fn pending<'m>(migrations: &'m [Migration], known: &[(String, String)]) -> Result<&'m [Migration], Error> {
    for (at, (name, old)) in known.iter().enumerate() {
        match migrations.get(at) {
            Some(migration) if migration.name == name && digest(migration.sql) == *old => {}
            Some(migration) if migration.name == name => {
                return Err(Error::broken(format!(
                    "migration {name} was edited after it had run here; restore its text and add a new migration"
                )));
            }
            Some(migration) => {
                return Err(Error::broken(format!(
                    "the database has run {name} where this program has {}; it belongs to another version",
                    migration.name
                )));
            }
            None => {
                return Err(Error::broken(format!(
                    "the database has run {name}, which this program does not know; start a newer program"
                )));
            }
        }
    }
    Ok(&migrations[known.len()..])
}

fn digest(sql: &str) -> String {
    let plain = sql.replace("\r\n", "\n");
    Sha256::digest(plain.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text as one engine reads it.
pub(crate) fn for_engine(sql: &str, engine: Engine) -> String {
    let mut mine = true;
    let mut text = String::with_capacity(sql.len());
    for line in sql.lines() {
        match line.trim() {
            "-- only: postgres" => mine = engine == Engine::Postgres,
            "-- only: sqlite" => mine = engine == Engine::Sqlite,
            "-- end" => mine = true,
            _ if mine => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    if engine == Engine::Sqlite { strict(&text) } else { text }
}

/// Maps type names and makes every table STRICT, outside of comments and strings.
fn strict(sql: &str) -> String {
    let tokens = tokens(sql);
    let mut out = String::with_capacity(sql.len() + 256);
    let (mut kept, mut depth, mut begins, mut table, mut closed) = (0, 0usize, true, false, 0);
    for (at, token) in tokens.iter().enumerate() {
        let is = |word: &str| token.text.eq_ignore_ascii_case(word);
        let ended = token.text == ";" && depth == 0;
        if begins {
            table = is("CREATE") && tokens.get(at + 1).is_some_and(|next| next.text.eq_ignore_ascii_case("TABLE"));
        }
        begins = ended;
        match token.text {
            "(" => depth += 1,
            ")" => {
                depth = depth.saturating_sub(1);
                closed = at;
            }
            _ => {}
        }
        let put = if is("BIGINT") || is("BOOLEAN") {
            Some("INTEGER")
        } else if is("BYTEA") {
            Some("BLOB")
        } else if ended && table {
            // `WITHOUT ROWID` may stand between the closing bracket and the semicolon.
            Some(if closed + 1 == at { " STRICT;" } else { ", STRICT;" })
        } else {
            None
        };
        if let Some(put) = put {
            out.push_str(&sql[kept..token.start]);
            out.push_str(put);
            kept = token.end();
        }
    }
    out.push_str(&sql[kept..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_reads_its_own_sections() {
        let sql = "A;\n-- only: postgres\nP;\n-- end\n-- only: sqlite\nS;\n-- end\nB;\n";
        assert_eq!(for_engine(sql, Engine::Postgres), "A;\nP;\nB;\n");
        assert_eq!(for_engine(sql, Engine::Sqlite), "A;\nS;\nB;\n");
    }

    #[test]
    fn sqlite_tables_are_strict() {
        for (sql, wanted) in [
            ("CREATE TABLE t (a BIGINT, b BOOLEAN, c BYTEA);", "CREATE TABLE t (a INTEGER, b INTEGER, c BLOB) STRICT;"),
            (
                "CREATE TABLE t (a TEXT CHECK (a <> ';BIGINT'));",
                "CREATE TABLE t (a TEXT CHECK (a <> ';BIGINT')) STRICT;",
            ),
            (
                "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID;",
                "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;",
            ),
            ("-- CREATE TABLE BIGINT;\nCREATE INDEX i ON t (a);", "-- CREATE TABLE BIGINT;\nCREATE INDEX i ON t (a);"),
            ("ALTER TABLE t ADD COLUMN d BOOLEAN;", "ALTER TABLE t ADD COLUMN d INTEGER;"),
        ] {
            assert_eq!(strict(sql), wanted);
        }
    }

    #[test]
    fn an_edited_or_unknown_history_is_refused() {
        let ours = [Migration { name: "0001_a", sql: "A" }, Migration { name: "0002_b", sql: "B" }];
        let ran = |name: &str, sql: &str| (name.to_owned(), digest(sql));
        assert_eq!(pending(&ours, &[ran("0001_a", "A")]).unwrap().len(), 1);
        for (known, words) in [
            (vec![ran("0001_a", "A2")], "edited"),
            (vec![ran("0001_x", "A")], "another version"),
            (vec![ran("0001_a", "A"), ran("0002_b", "B"), ran("0003_c", "C")], "does not know"),
        ] {
            let refusal = pending(&ours, &known).unwrap_err().to_string();
            assert!(refusal.contains(words), "{refusal}");
        }
    }
}
