//! The release storm: thousands of officers try for scarce seats at once, in process and through HTTP with sessions, on both
//! engines. Afterwards the database itself is asked whether a rule was broken.
//!
//! `cargo run --release -p muster-benches --bin storm -- [--quick] [--officers N] [--tries N] [--shifts N] [--clients N]`
#![allow(clippy::float_arithmetic, reason = "figures for people, not money or time of work")]
#![allow(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Parser;
use muster_app::{Db, Failure, distribution};
use muster_store::Options;

mod check;
mod http;
mod stage;

use stage::Stage;

/// Officers storm a release of shifts.
#[derive(Parser, Clone, Copy)]
struct Arguments {
    /// How many officers.
    #[arg(long, default_value_t = 5000)]
    officers: usize,
    /// How often each tries.
    #[arg(long, default_value_t = 3)]
    tries: usize,
    /// How many shifts are released, with 1 to 4 seats each.
    #[arg(long, default_value_t = 200)]
    shifts: usize,
    /// How many try at the same moment.
    #[arg(long, default_value_t = 256)]
    clients: usize,
    /// A tenth of the officers, for a minute's run.
    #[arg(long)]
    quick: bool,
}

/// How a try ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accepted,
    Refused,
    Busy,
    Wrong,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = Arguments::parse();
    if arguments.quick {
        arguments.officers = arguments.officers.min(500);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = std::env::temp_dir().join(format!("muster-storm-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let server = muster_testkit::postgres::Server::start(muster_testkit::postgres::Durability::Full)?;
    let mut whole = true;
    for (engine, http) in [("sqlite", false), ("sqlite", true), ("postgres", false), ("postgres", true)] {
        let name = format!("storm_{}", if http { "http" } else { "inside" });
        let url = if engine == "sqlite" {
            format!("sqlite:{}", folder.join(format!("{name}.db")).display())
        } else {
            fresh_database(&server, &name)?
        };
        let db = Db::open(&url, Options::new(Arc::new(stage::Chance)))?;
        db.migrate()?;
        let stage = stage::set(&db, arguments.officers, arguments.shifts)?;
        let waits = if http {
            runtime.block_on(http::storm(db.clone(), &stage, arguments))?
        } else {
            runtime.block_on(inside(&db, Arc::new(stage.clone()), arguments))
        };
        show(&format!("{engine}, {}", if http { "through HTTP with sessions" } else { "in process" }), &waits);
        whole &= check::ask(&url, &db, &waits)?;
    }
    std::fs::remove_dir_all(&folder)?;
    println!(
        "{}",
        if whole { "storm: no seat overfilled, nobody twice at once, no cap broken" } else { "storm: RULES BROKEN" }
    );
    if whole { Ok(()) } else { Err("a rule was broken".into()) }
}

fn fresh_database(server: &muster_testkit::postgres::Server, name: &str) -> Result<String, postgres::Error> {
    let mut client = postgres::Client::connect(&server.url("postgres"), postgres::NoTls)?;
    client.batch_execute(&format!("CREATE DATABASE {name}"))?;
    Ok(server.url(name))
}

/// All tries of one round.
struct Waits {
    each: Vec<(Duration, Answer)>,
    elapsed: Duration,
}

impl Waits {
    fn count(&self, wanted: Answer) -> usize {
        self.each.iter().filter(|(_, answer)| *answer == wanted).count()
    }
}

/// Which shift an officer tries for; scattered, the same on every run.
fn wanted(officer: usize, attempt: usize, shifts: usize) -> usize {
    (officer.wrapping_mul(2_654_435_761) ^ attempt.wrapping_mul(40_503)).wrapping_add(officer / 7) % shifts
}

async fn inside(db: &Db, stage: Arc<Stage>, arguments: Arguments) -> Waits {
    let next = Arc::new(AtomicUsize::new(0));
    let total = arguments.officers * arguments.tries;
    let began = Instant::now();
    let clients: Vec<_> = (0..arguments.clients)
        .map(|_| {
            let (db, stage, next) = (db.clone(), Arc::clone(&stage), Arc::clone(&next));
            tokio::spawn(async move {
                let mut waits = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= total {
                        return waits;
                    }
                    let (officer, attempt) = (number % stage.officers.len(), number / stage.officers.len());
                    let shift = stage.shifts[wanted(officer, attempt, stage.shifts.len())];
                    let (who, now) = (stage.officers[officer].0.clone(), stage.now);
                    let asked = Instant::now();
                    let done = db.write(move |tx| distribution::accept_shift(tx, &who, shift, None, now)).await;
                    let answer = match done {
                        Ok(_) => Answer::Accepted,
                        Err(Failure::Refused(_)) => Answer::Refused,
                        Err(Failure::Busy) => Answer::Busy,
                        Err(_) => Answer::Wrong,
                    };
                    waits.push((asked.elapsed(), answer));
                }
            })
        })
        .collect();
    let mut each = Vec::new();
    for client in clients {
        each.extend(client.await.expect("a client does not panic"));
    }
    Waits { each, elapsed: began.elapsed() }
}

fn show(name: &str, waits: &Waits) {
    let mut times: Vec<Duration> = waits.each.iter().map(|(wait, _)| *wait).collect();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default().as_secs_f64() * 1000.0;
    println!(
        "{name}: {} tries in {:.2} s, {:.0}/s, {} accepted, {} refused, {} busy, {} wrong, p50 {:.1} ms, p99 {:.1} ms",
        times.len(),
        waits.elapsed.as_secs_f64(),
        waits.each.len() as f64 / waits.elapsed.as_secs_f64(),
        waits.count(Answer::Accepted),
        waits.count(Answer::Refused),
        waits.count(Answer::Busy),
        waits.count(Answer::Wrong),
        at(50),
        at(99),
    );
}
