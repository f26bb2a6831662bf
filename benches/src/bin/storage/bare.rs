//! The other side: the same statements with nothing around them.

use std::{
    fs,
    path::PathBuf,
    sync::{Mutex, mpsc},
    thread,
};

use postgres::{Client, NoTls};
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::{
    Side,
    workload::{ADVANCE, ASSIGN, BODY, ENTER, LOCK_HEAD, LOCK_POSITION, OVERLAPS, POST, SCHEMA, TAKE, Try},
};

type Ask = (Try, oneshot::Sender<bool>);

/// SQLite: one thread that drains its channel, runs the statements and commits once. No savepoints, no checks.
pub struct Loop {
    asks: mpsc::SyncSender<Ask>,
    folder: PathBuf,
}

impl Loop {
    pub fn open(clients: usize) -> Result<Self, String> {
        let said = |error: &dyn std::fmt::Display| error.to_string();
        let folder = std::env::temp_dir().join(format!("muster-bare-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| said(&error))?;
        let connection = Connection::open(folder.join("bare.db")).map_err(|error| said(&error))?;
        connection
            .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;")
            .and_then(|()| connection.execute_batch(SCHEMA))
            .map_err(|error| said(&error))?;
        connection.set_prepared_statement_cache_capacity(64);
        let (asks, waiting) = mpsc::sync_channel::<Ask>(clients.max(1));
        thread::spawn(move || {
            while let Ok(first) = waiting.recv() {
                let mut answers = Vec::new();
                connection.execute_batch("BEGIN IMMEDIATE").expect("begins");
                let mut next = Some(first);
                while let Some((wanted, answer)) = next.take() {
                    answers.push((answer, on_sqlite(&connection, &wanted).expect("accepts")));
                    next = waiting.try_recv().ok();
                }
                connection.execute_batch("COMMIT").expect("commits");
                for (answer, accepted) in answers {
                    // A client that is gone needs no answer.
                    let _ = answer.send(accepted);
                }
            }
        });
        Ok(Self { asks, folder })
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Side for Loop {
    async fn accept(&self, number: i64) -> bool {
        let (answer, answered) = oneshot::channel();
        self.asks.send((Try::numbered(number), answer)).expect("the loop runs");
        answered.await.expect("the loop answers")
    }
}

fn on_sqlite(connection: &Connection, wanted: &Try) -> rusqlite::Result<bool> {
    let Try { id, position, officer, starts_at, ends_at, agency } = wanted;
    let plain = |sql: &'static str| connection.prepare_cached(sql.trim_end_matches(" FOR UPDATE"));
    let (seats, taken): (i64, i64) =
        plain(LOCK_POSITION)?.query_row([position], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let busy: i64 = plain(OVERLAPS)?.query_row([officer, ends_at, starts_at], |row| row.get(0))?;
    if taken >= seats || busy > 0 {
        return Ok(false);
    }
    plain(ASSIGN)?.execute(params![id, position, officer, starts_at, ends_at])?;
    plain(TAKE)?.execute([position])?;
    plain(POST)?.execute([id, BODY])?;
    let (head, digest): (i64, String) = plain(LOCK_HEAD)?.query_row([agency], |row| Ok((row.get(0)?, row.get(1)?)))?;
    plain(ENTER)?.execute(params![agency, head + 1, digest, BODY])?;
    plain(ADVANCE)?.execute(params![head + 1, id, agency])?;
    Ok(true)
}

/// PostgreSQL: threads with a connection each, BEGIN, the statements, COMMIT.
pub struct Connections {
    asks: Mutex<mpsc::Sender<Ask>>,
}

impl Connections {
    pub fn open(url: &str, count: usize) -> Result<Self, String> {
        let (asks, waiting) = mpsc::channel::<Ask>();
        let waiting = std::sync::Arc::new(Mutex::new(waiting));
        for _ in 0..count {
            let mut client = Client::connect(url, NoTls).map_err(|error| error.to_string())?;
            let waiting = std::sync::Arc::clone(&waiting);
            thread::spawn(move || {
                let texts = [LOCK_POSITION, OVERLAPS, ASSIGN, TAKE, POST, LOCK_HEAD, ENTER, ADVANCE];
                let prepared = texts.map(|sql| client.prepare(sql).expect("prepares"));
                loop {
                    let next = waiting.lock().expect("no holder panics").recv();
                    let Ok((wanted, answer)) = next else { return };
                    // A client that is gone needs no answer.
                    let _ = answer.send(on_postgres(&mut client, &prepared, &wanted).expect("accepts"));
                }
            });
        }
        Ok(Self { asks: Mutex::new(asks) })
    }
}

impl Side for Connections {
    async fn accept(&self, number: i64) -> bool {
        let (answer, answered) = oneshot::channel();
        self.asks.lock().expect("no holder panics").send((Try::numbered(number), answer)).expect("threads run");
        answered.await.expect("threads answer")
    }
}

fn on_postgres(
    client: &mut Client,
    [lock_position, overlaps, assign, take, post, lock_head, enter, advance]: &[postgres::Statement; 8],
    wanted: &Try,
) -> Result<bool, postgres::Error> {
    let Try { id, position, officer, starts_at, ends_at, agency } = wanted;
    client.batch_execute("BEGIN")?;
    let row = client.query_one(lock_position, &[position])?;
    let (seats, taken): (i64, i64) = (row.get(0), row.get(1));
    let busy: i64 = client.query_one(overlaps, &[officer, ends_at, starts_at])?.get(0);
    if taken >= seats || busy > 0 {
        client.batch_execute("ROLLBACK")?;
        return Ok(false);
    }
    client.execute(assign, &[id, position, officer, starts_at, ends_at])?;
    client.execute(take, &[position])?;
    client.execute(post, &[id, &BODY])?;
    let row = client.query_one(lock_head, &[agency])?;
    let (head, digest): (i64, String) = (row.get(0), row.get(1));
    client.execute(enter, &[agency, &(head + 1), &digest, &BODY])?;
    client.execute(advance, &[&(head + 1), id, agency])?;
    client.batch_execute("COMMIT")?;
    Ok(true)
}
