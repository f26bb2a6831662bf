//! The other side of the storm on SQLite: one thread that drains its channel, runs the product's own statements for each
//! try and commits once. No rules engine, no sessions, no savepoints, no checks: what the disk and the engine allow.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
};

use rusqlite::{CachedStatement, Connection, config::DbConfig, params};
use tokio::sync::oneshot;

use muster_benches::stage::Stage;

use super::{Answer, texts::Texts, wanted};

/// Texts about as long as the product writes them: the decision, the mail, the entry's words and details, the answer.
pub const JUDGEMENT: usize = 1500;
pub const BODY: usize = 80;
pub const DETAILS: usize = 150;

type Ask = (usize, oneshot::Sender<bool>);

/// Hands tries to the thread. The thread ends when the last handle is dropped.
#[derive(Clone)]
pub struct Loop {
    asks: mpsc::SyncSender<Ask>,
}

impl Loop {
    pub fn open(path: &Path, stage: Arc<Stage>, clients: usize) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;",
        )?;
        // The product's statements are planned once there, so they are here.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(64);
        let (asks, waiting) = mpsc::sync_channel::<Ask>(clients.max(1));
        let texts = Texts::read();
        thread::spawn(move || {
            let bare = Bare { connection, texts, stage };
            while let Ok(first) = waiting.recv() {
                let mut answers = Vec::new();
                bare.connection.execute_batch("BEGIN IMMEDIATE").expect("begins");
                let mut next = Some(first);
                while let Some((number, answer)) = next.take() {
                    answers.push((answer, bare.accept(number).expect("accepts")));
                    next = waiting.try_recv().ok();
                }
                bare.connection.execute_batch("COMMIT").expect("commits");
                for (answer, accepted) in answers {
                    // A client that is gone needs no answer.
                    let _ = answer.send(accepted);
                }
            }
        });
        Ok(Self { asks })
    }

    pub async fn accept(&self, number: usize) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.asks.send((number, answer)).expect("the loop runs");
        if answered.await.expect("the loop answers") { Answer::Accepted } else { Answer::Refused }
    }
}

struct Bare {
    connection: Connection,
    texts: Texts,
    stage: Arc<Stage>,
}

impl Bare {
    fn sql(&self, text: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(text.trim_end_matches(" FOR UPDATE"))
    }

    /// Reads every row and column, as the product must.
    fn drain(&self, text: &str, values: impl rusqlite::Params) -> rusqlite::Result<usize> {
        let mut statement = self.sql(text)?;
        let columns = statement.column_count();
        let (mut rows, mut read) = (statement.query(values)?, 0);
        while let Some(row) = rows.next()? {
            for at in 0..columns {
                std::hint::black_box(row.get_ref(at)?);
            }
            read += 1;
        }
        Ok(read)
    }

    fn accept(&self, number: usize) -> rusqlite::Result<bool> {
        let (stage, texts) = (&self.stage, &self.texts);
        let (who, _) = &stage.officers[number % stage.officers.len()];
        let attempt = number / stage.officers.len();
        let shift = stage.shifts[wanted(number % stage.officers.len(), attempt, stage.shifts.len())].to_string();
        let agency = who.agency.expect("of an agency").to_string();
        let (officer, account) = (who.officer.expect("an officer").to_string(), who.account.to_string());
        let (key, now, id) = (format!("storm-{number:08}"), stage.now.as_microsecond(), format!("{number:032x}"));
        self.drain(&texts.find_answer, [&account, &key])?;
        let glance = self.sql(&texts.glance)?.query_row([&officer, &agency, &shift], |row| {
            Ok((row.get(2)?, row.get(3)?, row.get(19)?, row.get(20)?, row.get(21)?, row.get(1)?))
        })?;
        let (starts_at, ends_at, seats, booked, mine, job): (i64, i64, i64, i64, i64, String) = glance;
        if booked >= seats || mine > 0 {
            return Ok(false);
        }
        self.drain(&texts.lock_shift, [&agency, &shift])?;
        let person: String = self.sql(&texts.lock_officer)?.query_row([&agency, &officer], |row| row.get(0))?;
        let (position, seat): (String, Option<i64>) =
            self.sql(&texts.positions)?.query_row([&agency, &shift], |row| Ok((row.get(1)?, row.get(6)?)))?;
        let rules: String = self.sql(&texts.in_force)?.query_row(params![agency, starts_at], |row| row.get(0))?;
        self.drain(&texts.record, [&agency, &officer])?;
        let mut work: Vec<(i64, i64)> = self
            .sql(&texts.work)?
            .query_map(params![person, starts_at - WEEK, ends_at + WEEK], |row| Ok((row.get(3)?, row.get(4)?)))?
            .collect::<Result<_, _>>()?;
        if seat.is_none() || work.iter().any(|(from, to)| *from < ends_at && starts_at < *to) {
            return Ok(false);
        }
        work.push((starts_at, ends_at));
        if work.iter().any(|(from, _)| booked_in_a_day(&work, *from) > CAP) {
            return Ok(false);
        }
        let (body, details) = ("x".repeat(BODY), "x".repeat(DETAILS));
        self.sql(&texts.add_assignment)?
            .execute(params![agency, id, shift, position, seat, officer, "accepted", now, ""])?;
        self.sql(&texts.add_work)?.execute(params![agency, id, officer, person, starts_at, ends_at, id, body])?;
        let judgement = "x".repeat(JUDGEMENT);
        self.sql(&texts.add_decision)?
            .execute(params![agency, id, officer, shift, rules, "sign_up", "pass", judgement, now, false])?;
        let (to, mail): (String, String) = self
            .sql(&texts.recipients)?
            .query_row(["shifts", &agency, &officer], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.sql(&texts.add_notice)?.execute(params![agency, id, to, "shift_taken", body, body, body, now])?;
        self.sql(&texts.add_mail)?.execute(params![id, agency, mail, body, body, now, now])?;
        let (seq, head): (i64, String) =
            self.sql(&texts.lock_head)?.query_row([&agency], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let entry =
            params![agency, seq + 1, now, account, who.name, "officer", "accepted_shift", body, details, head, head];
        self.sql(&texts.add_entry)?.execute(entry)?;
        self.sql(&texts.add_subjects)?.execute(params![agency, seq + 1, shift, job, officer])?;
        self.sql(&texts.move_head)?.execute(params![seq + 1, head, agency])?;
        self.sql(&texts.keep_answer)?.execute(params![account, key, head, body, now])?;
        Ok(true)
    }
}

const WEEK: i64 = 7 * 86_400_000_000;
const DAY: i64 = 86_400_000_000;
const CAP: i64 = 16 * 3_600_000_000;

fn booked_in_a_day(work: &[(i64, i64)], from: i64) -> i64 {
    let inside = work.iter().filter(|(start, _)| (from..from + DAY).contains(start));
    inside.map(|(start, end)| (*end).min(from + DAY) - start).sum()
}
