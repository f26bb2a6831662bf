//! What only a server with many connections can show.

use super::*;

const LOCK: &str = "SELECT taken FROM seats WHERE id = $1 FOR UPDATE";

fn on_postgres(body: impl Fn(&Db, &str)) {
    let Some(scratch) = Scratch::postgres(false) else { return };
    let db = Db::open(scratch.url(), options()).unwrap();
    db.migrate_with(SCHEMA).unwrap();
    body(&db, scratch.url());
}

#[test]
fn a_deadlock_is_run_again() {
    on_postgres(|db, _| {
        add_all(db, 1..3);
        let runs = Arc::new(AtomicU64::new(0));
        let clients: Vec<_> = [(1, 2), (2, 1)]
            .into_iter()
            .map(|(first, second)| {
                let (db, runs) = (db.clone(), Arc::clone(&runs));
                thread::spawn(move || {
                    db.housekeep_blocking::<_, Error, _>(move |tx| {
                        runs.fetch_add(1, Ordering::SeqCst);
                        tx.one(LOCK, &[&first], |row| row.get::<i64>(0))?;
                        thread::sleep(Duration::from_millis(200));
                        tx.one(LOCK, &[&second], |row| row.get::<i64>(0))?;
                        tx.execute(TAKE, &[&first])
                    })
                })
            })
            .collect();
        clients.into_iter().for_each(|client| assert_eq!(client.join().unwrap().unwrap(), 1));
        assert!(runs.load(Ordering::SeqCst) > 2, "the two never met: the test shows nothing");
    });
}

#[test]
fn row_locks_serialise_the_deciders() {
    const READ: &str = "SELECT taken FROM seats WHERE id = 1";
    on_postgres(|db, _| {
        add(db, 1, "a").unwrap();
        let clients: Vec<_> = (0..30)
            .map(|_| {
                let db = db.clone();
                thread::spawn(move || {
                    db.housekeep_blocking::<_, Error, _>(|tx| {
                        let taken: i64 = tx.one(LOCK, &[&1], |row| row.get(0))?;
                        if taken < 10 { tx.execute(TAKE, &[&1]) } else { Ok(0) }
                    })
                    .unwrap()
                })
            })
            .collect();
        let won: u64 = clients.into_iter().map(|client| client.join().unwrap()).sum();
        assert_eq!(won, 10);
        assert_eq!(db.read_blocking::<i64, Error, _>(|tx| tx.one(READ, &[], |row| row.get(0))).unwrap(), 10);
    });
}

#[test]
fn a_lost_connection_is_made_again() {
    on_postgres(|db, url| {
        add(db, 1, "a").unwrap();
        let mut other = ::postgres::Client::connect(url, ::postgres::NoTls).unwrap();
        let ended = other
            .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()", &[])
            .unwrap();
        assert!(!ended.is_empty());
        add_all(db, 2..8);
        assert_eq!(ids(db), (1..8).collect::<Vec<_>>());
    });
}

#[test]
fn a_server_that_is_not_there_is_said_so() {
    let Err(error) = Db::open("postgres://nobody@%2Fnowhere/none", options()) else { panic!("opened") };
    assert!(error.to_string().contains("no connection to PostgreSQL"), "{error}");
    assert!(Db::open("mysql://x", options()).is_err());
}
