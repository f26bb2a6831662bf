//! The release storm: thousands of officers try for seats at once, in process and through HTTP with sessions, on both
//! engines, beside what the engine itself allows: a bare group-commit loop of the same statements on SQLite, pgbench's one
//! call of them on PostgreSQL. Afterwards the database itself is asked whether a rule was broken.
//!
//! `cargo run --release -p muster-benches --bin storm -- [--quick] [--officers N] [--tries N] [--shifts N] [--clients N] [--rounds N]`
//!
//! Two releases: a scarce one, in which nearly all are refused, and an ample one, in which most are accepted. The sides take
//! turns (A B C A B C), each round on a fresh copy of the same staged database; medians are printed.
#![allow(clippy::float_arithmetic, reason = "figures for people, not money or time of work")]
#![allow(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Parser;
use muster_app::{Db, Failure, distribution};
use muster_benches::{
    cpu_time,
    stage::{self, Stage},
};
use muster_store::{Engine, Options};
use muster_testkit::postgres::{Durability, Server};

mod bare;
mod check;
mod http;
mod pgbench;
mod texts;

/// Officers storm a release of shifts.
#[derive(Parser, Clone, Copy)]
struct Arguments {
    /// How many officers.
    #[arg(long, default_value_t = 5000)]
    officers: usize,
    /// How often each tries.
    #[arg(long, default_value_t = 3)]
    tries: usize,
    /// How many shifts the scarce release has, with 1 to 4 seats each; the ample one has twenty times as many.
    #[arg(long, default_value_t = 200)]
    shifts: usize,
    /// How many try at the same moment.
    #[arg(long, default_value_t = 256)]
    clients: usize,
    /// Rounds; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// A tenth of the officers and shifts, one round: a minute's run.
    #[arg(long)]
    quick: bool,
}

impl Arguments {
    fn total(&self) -> usize {
        self.officers * self.tries
    }
}

/// How a try ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accepted,
    Refused,
    Busy,
    Wrong,
}

/// Who storms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The engine with the same statements and nothing around them.
    Bare,
    Inside,
    Http,
}

impl Side {
    fn name(self, engine: Engine) -> &'static str {
        match (self, engine) {
            (Self::Bare, Engine::Sqlite) => "bare group-commit loop",
            (Self::Bare, Engine::Postgres) => "pgbench, one call, 16 connections",
            (Self::Inside, _) => "Muster in process",
            (Self::Http, _) => "Muster through HTTP with sessions",
        }
    }
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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = Arguments::parse();
    if arguments.quick {
        (arguments.officers, arguments.shifts, arguments.rounds) = (arguments.officers / 10, arguments.shifts / 10, 1);
    }
    let mut whole = true;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for (release, shifts) in [("scarce", arguments.shifts), ("ample", arguments.shifts * 20)] {
            let arguments = Arguments { shifts, ..arguments };
            let (name, tries) = (if engine == Engine::Sqlite { "SQLite" } else { "PostgreSQL" }, arguments.total());
            println!(
                "{name}, {release}: {tries} tries for {shifts} shifts of 1 to 4 seats, {} clients",
                arguments.clients
            );
            whole &= Arena::open(engine, arguments)?.storm()?;
        }
    }
    println!(
        "{}",
        if whole { "storm: no seat overfilled, nobody twice at once, no cap broken" } else { "storm: RULES BROKEN" }
    );
    if whole { Ok(()) } else { Err("a rule was broken".into()) }
}

/// A staged database and fresh copies of it.
struct Arena {
    engine: Engine,
    arguments: Arguments,
    folder: PathBuf,
    server: Option<Server>,
    stage: Arc<Stage>,
}

impl Drop for Arena {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl Arena {
    fn open(engine: Engine, arguments: Arguments) -> Result<Self, Box<dyn std::error::Error>> {
        let folder = std::env::temp_dir().join(format!("muster-storm-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let server = if engine == Engine::Postgres { Some(Server::start(Durability::Full)?) } else { None };
        let url = match &server {
            None => format!("sqlite:{}", folder.join("staged.db").display()),
            Some(server) => {
                administer(server, "CREATE DATABASE staged")?;
                server.url("staged")
            }
        };
        let db = open(&url)?;
        db.migrate()?;
        let stage = Arc::new(stage::set(&db, arguments.officers, arguments.shifts)?);
        if let Some(server) = &server {
            drop(db);
            // The template of the copies must have no visitor; the pool's connections close a moment later.
            std::thread::sleep(Duration::from_millis(500));
            let mut client = postgres::Client::connect(&server.url("staged"), postgres::NoTls)?;
            client.batch_execute("VACUUM ANALYZE")?;
        }
        Ok(Self { engine, arguments, folder, server, stage })
    }

    fn copy(&self, name: &str) -> Result<String, Box<dyn std::error::Error>> {
        if let Some(server) = &self.server {
            administer(server, &format!("CREATE DATABASE {name} TEMPLATE staged"))?;
            return Ok(server.url(name));
        }
        let (from, to) = (self.folder.join("staged.db"), self.folder.join(format!("{name}.db")));
        rusqlite::Connection::open(from)?.execute("VACUUM INTO ?1", [to.to_str().ok_or("a path of text")?])?;
        Ok(format!("sqlite:{}", to.display()))
    }

    fn storm(&self) -> Result<bool, Box<dyn std::error::Error>> {
        let sides = [Side::Bare, Side::Inside, Side::Http];
        let mut rounds: [Vec<Figures>; 3] = Default::default();
        let mut whole = true;
        for round in 0..self.arguments.rounds {
            for (at, side) in sides.into_iter().enumerate() {
                let url = self.copy(&format!("round{round}_{at}"))?;
                let (figures, fine) = self.run(side, &url)?;
                rounds[at].push(figures);
                whole &= fine;
                if let Some(path) = url.strip_prefix("sqlite:") {
                    std::fs::remove_file(path)?;
                }
            }
        }
        let [bare, inside, http] = rounds.map(median);
        for (side, figures) in sides.iter().zip([&bare, &inside, &http]) {
            figures.show(side.name(self.engine));
        }
        println!(
            "  through HTTP beside bare: {:.2} of its tries/s, {:.2} of its accepts/s; p50 {:.1} times, p99 {:.1} times",
            http.tries / bare.tries,
            http.accepts / bare.accepts,
            http.p50.as_secs_f64() / bare.p50.as_secs_f64(),
            http.p99.as_secs_f64() / bare.p99.as_secs_f64()
        );
        println!(
            "  in process beside bare: {:.2} of its tries/s, {:.2} of its accepts/s",
            inside.tries / bare.tries,
            inside.accepts / bare.accepts
        );
        Ok(whole)
    }

    fn run(&self, side: Side, url: &str) -> Result<(Figures, bool), Box<dyn std::error::Error>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let server = self.server.as_ref().map(Server::pid);
        let cpu = cpu_time(server);
        if side == Side::Bare {
            let waits = match &self.server {
                Some(_) => pgbench::storm(url, &self.stage, self.arguments.total())?,
                None => {
                    let path = Path::new(url.trim_start_matches("sqlite:"));
                    let bare = bare::Loop::open(path, Arc::clone(&self.stage), self.arguments.clients)?;
                    runtime.block_on(storm(self.arguments, move |number| {
                        let bare = bare.clone();
                        async move { bare.accept(number).await }
                    }))
                }
            };
            let figures = Figures::of(&waits, cpu_time(server).saturating_sub(cpu));
            return Ok((figures, check::ask(url, None, &waits)?));
        }
        let db = open(url)?;
        let waits = if side == Side::Http {
            runtime.block_on(http::storm(db.clone(), &self.stage, self.arguments))?
        } else {
            let (db, stage) = (db.clone(), Arc::clone(&self.stage));
            runtime.block_on(storm(self.arguments, move |number| inside(db.clone(), Arc::clone(&stage), number)))
        };
        let figures = Figures::of(&waits, cpu_time(server).saturating_sub(cpu));
        Ok((figures, check::ask(url, Some(&db), &waits)?))
    }
}

fn open(url: &str) -> Result<Db, Box<dyn std::error::Error>> {
    Ok(Db::open(url, Options::new(Arc::new(stage::Chance)))?)
}

fn administer(server: &Server, sql: &str) -> Result<(), postgres::Error> {
    postgres::Client::connect(&server.url("postgres"), postgres::NoTls)?.batch_execute(sql)
}

/// Which shift an officer tries for; scattered, the same on every run.
fn wanted(officer: usize, attempt: usize, shifts: usize) -> usize {
    (officer.wrapping_mul(2_654_435_761) ^ attempt.wrapping_mul(40_503)).wrapping_add(officer / 7) % shifts
}

async fn inside(db: Db, stage: Arc<Stage>, number: usize) -> Answer {
    let (officer, attempt) = (number % stage.officers.len(), number / stage.officers.len());
    let shift = stage.shifts[wanted(officer, attempt, stage.shifts.len())];
    let (who, now) = (stage.officers[officer].0.clone(), stage.now);
    match db.write(move |tx| distribution::accept_shift(tx, &who, shift, None, now)).await {
        Ok(_) => Answer::Accepted,
        Err(Failure::Refused(_)) => Answer::Refused,
        Err(Failure::Busy) => Answer::Busy,
        Err(_) => Answer::Wrong,
    }
}

/// As many clients as asked for try in turn until all tries are made.
async fn storm<F>(arguments: Arguments, attempt: impl Fn(usize) -> F + Clone + Send + 'static) -> Waits
where
    F: Future<Output = Answer> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let clients: Vec<_> = (0..arguments.clients)
        .map(|_| {
            let (next, attempt) = (Arc::clone(&next), attempt.clone());
            tokio::spawn(async move {
                let mut waits = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= arguments.total() {
                        return waits;
                    }
                    let asked = Instant::now();
                    let answer = attempt(number).await;
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

/// What a round came to.
#[derive(Clone)]
struct Figures {
    tries: f64,
    accepts: f64,
    accepted: usize,
    busy: usize,
    p50: Duration,
    p99: Duration,
    /// Of all processes, clients included, for each try.
    cpu: Duration,
    /// Of the rounds, in per cent; set with the median.
    spread: f64,
}

impl Figures {
    fn of(waits: &Waits, cpu: Duration) -> Self {
        let mut times: Vec<Duration> = waits.each.iter().map(|(wait, _)| *wait).collect();
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        let (seconds, accepted) = (waits.elapsed.as_secs_f64(), waits.count(Answer::Accepted));
        Self {
            tries: times.len() as f64 / seconds,
            accepts: accepted as f64 / seconds,
            accepted,
            busy: waits.count(Answer::Busy),
            p50: at(50),
            p99: at(99),
            cpu: cpu / u32::try_from(times.len().max(1)).unwrap_or(u32::MAX),
            spread: 0.0,
        }
    }

    fn show(&self, name: &str) {
        println!(
            "  {name}: {:.0} tries/s, {:.0} accepts/s ({} accepted, {} busy), p50 {:.1} ms, p99 {:.1} ms, {} us CPU a try, spread {:.0} %{}",
            self.tries,
            self.accepts,
            self.accepted,
            self.busy,
            self.p50.as_secs_f64() * 1000.0,
            self.p99.as_secs_f64() * 1000.0,
            self.cpu.as_micros(),
            self.spread,
            if self.spread > 25.0 { " (rounds differ too much: run again)" } else { "" }
        );
    }
}

fn median(mut rounds: Vec<Figures>) -> Figures {
    rounds.sort_by(|one, other| one.tries.total_cmp(&other.tries));
    let (least, most) = (rounds[0].tries, rounds[rounds.len() - 1].tries);
    let mut middle = rounds[rounds.len() / 2].clone();
    middle.spread = (most - least) / middle.tries * 100.0;
    middle
}
