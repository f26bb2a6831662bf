//! Killed while it writes, a program finds every acknowledged row again.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use muster_testkit::postgres::{Durability, Server};

use super::*;

const URL: &str = "MUSTER_CRASH_URL";

/// Not a test: the program that is killed. It prints the number of each row once it is acknowledged.
#[test]
#[ignore = "the other half of the crash test"]
fn write_until_killed() {
    let Ok(url) = env::var(URL) else { return };
    let db = Db::open(&url, options()).unwrap();
    let clients: Vec<_> = (0..8_i64)
        .map(|client| {
            let db = db.clone();
            thread::spawn(move || {
                for id in (client..).step_by(8) {
                    add(&db, id, "a").unwrap();
                    println!("kept {id}");
                }
            })
        })
        .collect();
    clients.into_iter().for_each(|client| client.join().unwrap());
}

#[test]
fn acknowledged_rows_survive_a_kill() {
    for scratch in Scratch::both_empty() {
        Db::open(scratch.url(), options()).unwrap().migrate_with(SCHEMA).unwrap();
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "db::tests::crash::write_until_killed"])
            .env(URL, scratch.url())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let number = |line: String| line.rsplit_once("kept ").and_then(|(_, id)| id.parse::<i64>().ok());
        let mut kept: Vec<i64> = lines.by_ref().filter_map(number).take(300).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        kept.extend(lines.filter_map(number));
        assert!(kept.len() >= 300, "only {} rows before the kill", kept.len());
        let found = ids(&Db::open(scratch.url(), options()).unwrap());
        let lost: Vec<_> = kept.iter().filter(|id| found.binary_search(id).is_err()).collect();
        assert!(lost.is_empty(), "{:?} lost {lost:?}", scratch.engine());
    }
}

#[test]
fn acknowledged_rows_survive_a_crash_of_the_server() {
    if muster_testkit::postgres::binaries().is_none() {
        eprintln!("PostgreSQL is not tested: no binaries");
        return;
    }
    let mut server = Server::start(Durability::Full).unwrap();
    let db = Db::open(&server.url("postgres"), options()).unwrap();
    db.migrate_with(SCHEMA).unwrap();
    let mut kept = Vec::new();
    for crash in 0..3_i64 {
        let stop = Arc::new(AtomicU64::new(0));
        let clients: Vec<_> = (0..8_i64)
            .map(|client| {
                let (db, stop) = (db.clone(), Arc::clone(&stop));
                thread::spawn(move || {
                    let ids = (crash * 1_000_000 + client..).step_by(8);
                    let ids = ids.take_while(|_| stop.load(Ordering::SeqCst) == 0);
                    ids.filter(|id| add(&db, *id, "a").is_ok()).collect::<Vec<i64>>()
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(400));
        server.crash().unwrap();
        stop.store(1, Ordering::SeqCst);
        let before = kept.len();
        clients.into_iter().for_each(|client| kept.extend(client.join().unwrap()));
        assert!(kept.len() > before + 50, "too few rows to show anything: {}", kept.len() - before);
    }
    let mut client = ::postgres::Client::connect(&server.url("postgres"), ::postgres::NoTls).unwrap();
    let found: Vec<i64> =
        client.query("SELECT id FROM seats ORDER BY id", &[]).unwrap().iter().map(|row| row.get(0)).collect();
    let lost: Vec<_> = kept.iter().filter(|id| found.binary_search(id).is_err()).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), kept.len());
    // The pool has found its way back.
    add(&db, -1, "a").unwrap();
}
