//! Tests of the storage layer with tables of their own, on both engines.

use std::{sync::atomic::AtomicU64, sync::atomic::Ordering, time::Duration};

use muster_testkit::databases::Scratch;

use super::*;

mod commands;
mod crash;
mod migrations;
mod postgres_only;
mod values;

struct Counting(AtomicU64);
impl Mint for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(count.iter().cycle()).for_each(|(byte, count)| *byte = *count);
    }
}

fn options() -> Options {
    Options { readers: 2, writers: 3, ..Options::new(Arc::new(Counting(AtomicU64::new(0)))) }
}

const SCHEMA: &[Migration] = &[Migration {
    name: "0001_make_seats",
    sql: "CREATE TABLE seats (
              id BIGINT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, taken BIGINT NOT NULL DEFAULT 0, row_number BIGINT,
              CONSTRAINT seats_taken_within CHECK (taken BETWEEN 0 AND 10));
          CREATE UNIQUE INDEX seats_one_per_row ON seats (holder, row_number) WHERE row_number IS NOT NULL;
          CREATE TABLE bookings (id BIGINT NOT NULL PRIMARY KEY, seat BIGINT NOT NULL REFERENCES seats (id),
              code TEXT NOT NULL UNIQUE);
          -- only: sqlite
          CREATE TRIGGER seats_no_ghost BEFORE INSERT ON seats WHEN NEW.holder = 'ghost'
          BEGIN SELECT RAISE(ABORT, 'seats_no_ghosts'); END;
          -- end
          -- only: postgres
          CREATE FUNCTION no_ghost() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              IF NEW.holder = 'ghost' THEN
                  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_no_ghosts', MESSAGE = 'seats_no_ghosts';
              END IF;
              RETURN NEW; END $$;
          CREATE TRIGGER seats_no_ghost BEFORE INSERT ON seats FOR EACH ROW EXECUTE FUNCTION no_ghost();
          -- end",
}];

const ADD: &str = "INSERT INTO seats (id, holder) VALUES ($1, $2)";
const ALL: &str = "SELECT id FROM seats ORDER BY id LIMIT 10000";
const TAKE: &str = "UPDATE seats SET taken = taken + 1 WHERE id = $1";

/// Runs a test on a fresh database with the seats on each engine.
fn on_seats(body: impl Fn(&Db)) {
    on_seats_with(&options(), body);
}

fn on_seats_with(options: &Options, body: impl Fn(&Db)) {
    for scratch in Scratch::both_empty() {
        eprintln!("on {:?}:", scratch.engine());
        let db = Db::open(scratch.url(), options.clone()).unwrap();
        db.migrate_with(SCHEMA).unwrap();
        body(&db);
    }
}

fn add(db: &Db, id: i64, holder: &'static str) -> Result<u64, Error> {
    db.housekeep_blocking(move |tx| tx.execute(ADD, &[&id, &holder]))
}

fn add_all(db: &Db, ids: std::ops::Range<i64>) {
    for id in ids {
        assert_eq!(add(db, id, "a").unwrap(), 1);
    }
}

fn ids(db: &Db) -> Vec<i64> {
    db.read_blocking::<_, Error, _>(|tx| tx.query(ALL, &[], |row| row.get(0))).unwrap()
}

/// Keeps every writer thread waiting until the returned sender is dropped.
fn hold_writers(db: &Db, writers: usize) -> Vec<(mpsc::Sender<()>, thread::JoinHandle<()>)> {
    let count = if db.engine() == Engine::Sqlite { 1 } else { writers };
    let (began, begins) = mpsc::channel();
    let held = (0..count).map(|_| {
        let (sender, receiver) = mpsc::channel::<()>();
        let (receiver, began, db) = (std::sync::Mutex::new(receiver), began.clone(), db.clone());
        let thread = thread::spawn(move || {
            db.housekeep_blocking::<(), Error, _>(move |_| {
                began.send(()).unwrap();
                assert!(receiver.lock().unwrap().recv().is_err(), "nobody sends");
                Ok(())
            })
            .unwrap();
        });
        (sender, thread)
    });
    let held = held.collect();
    for _ in 0..count {
        begins.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    held
}

fn release(held: Vec<(mpsc::Sender<()>, thread::JoinHandle<()>)>) {
    for (sender, thread) in held {
        drop(sender);
        thread.join().unwrap();
    }
}
