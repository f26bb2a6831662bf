//! What the storage layer costs: its accepts per second beside a bare loop of the same statements, on both engines.
//!
//! `cargo run --release -p muster-benches --bin storage -- [--quick] [--clients N] [--seconds N] [--rounds N]`
//!
//! Durable on every side (`synchronous=FULL`, `fsync=on`), the sides take turns (A B A B A B), medians are printed.
#![allow(clippy::float_arithmetic, reason = "figures for people, not money or time of work")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Parser;
use muster_benches::cpu_time;

mod bare;
mod layer;
mod pgbench;
mod workload;

/// Measures the storage layer against bare loops of the same statements.
#[derive(Parser, Clone, Copy)]
struct Arguments {
    /// How many clients wait for answers at once.
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// Seconds per round and side.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Rounds; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// One second per round.
    #[arg(long)]
    quick: bool,
}

/// What one side did in one round.
#[derive(Clone, Copy)]
struct Figures {
    accepts_per_second: f64,
    p50: Duration,
    p99: Duration,
    /// Processor time of this process and of the server, per accept.
    cpu: Duration,
}

/// Something that accepts, and can be called by many tasks at once.
trait Side: Send + Sync + 'static {
    fn accept(&self, try_number: i64) -> impl Future<Output = bool> + Send;
}

fn main() -> Result<(), String> {
    let mut arguments = Arguments::parse();
    if arguments.quick {
        arguments.seconds = 1;
    }
    let Arguments { clients, seconds, rounds, .. } = arguments;
    println!("{clients} clients, {seconds} s a round, medians of {rounds} rounds; accepts of 8 statements, durable");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;

    let (mut loops, mut layers) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        loops.push(runtime.block_on(measure(bare::Loop::open(clients)?, arguments, None)));
        layers.push(runtime.block_on(measure(layer::Layer::sqlite()?, arguments, None)));
    }
    let bare = show("sqlite, bare group-commit loop", &mut loops);
    let ours = show("sqlite, storage layer", &mut layers);
    println!("sqlite ratio: {:.2}", ours.accepts_per_second / bare.accepts_per_second);

    let server = muster_testkit::postgres::Server::start(muster_testkit::postgres::Durability::Full)?;
    let (mut calls, mut threads, mut layers) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let fresh = |side: &str| pgbench::fresh_database(&server, &format!("{side}{round}"));
        calls.push(pgbench::measure(&server, &fresh("call")?, arguments.seconds)?);
        let bare = bare::Connections::open(&fresh("bare")?, 16)?;
        threads.push(runtime.block_on(measure(bare, arguments, Some(server.pid()))));
        let layer = layer::Layer::postgres(&fresh("layer")?)?;
        layers.push(runtime.block_on(measure(layer, arguments, Some(server.pid()))));
    }
    let call = show("postgres, pgbench, one call, 16 connections", &mut calls);
    let bare = show("postgres, bare, one statement a trip, 16 connections", &mut threads);
    let ours = show("postgres, storage layer", &mut layers);
    println!(
        "postgres ratio: {:.2} of pgbench's one call, {:.2} of the bare statements",
        ours.accepts_per_second / call.accepts_per_second,
        ours.accepts_per_second / bare.accepts_per_second
    );
    Ok(())
}

/// Lets all clients accept for the given time and counts.
async fn measure(side: impl Side, arguments: Arguments, server: Option<u32>) -> Figures {
    let side = Arc::new(side);
    let (stop, tries) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let (began, cpu) = (Instant::now(), cpu_time(server));
    let clients: Vec<_> = (0..arguments.clients)
        .map(|_| {
            let (side, stop, tries) = (Arc::clone(&side), Arc::clone(&stop), Arc::clone(&tries));
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    if side.accept(tries.fetch_add(1, Ordering::Relaxed)).await {
                        waits.push(asked.elapsed());
                    }
                }
                waits
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(arguments.seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut waits = Vec::new();
    for client in clients {
        waits.extend(client.await.expect("a client does not panic"));
    }
    let elapsed = began.elapsed();
    let spent = cpu_time(server).saturating_sub(cpu);
    figures(&mut waits, elapsed, spent)
}

fn figures(waits: &mut [Duration], elapsed: Duration, cpu: Duration) -> Figures {
    waits.sort_unstable();
    let at = |share: usize| waits.get(waits.len() * share / 100).copied().unwrap_or_default();
    let count = u32::try_from(waits.len().max(1)).expect("fewer than four billion accepts");
    Figures { accepts_per_second: f64::from(count) / elapsed.as_secs_f64(), p50: at(50), p99: at(99), cpu: cpu / count }
}

/// Prints the median round, and says when the rounds differ too much to be believed.
fn show(name: &str, rounds: &mut [Figures]) -> Figures {
    rounds.sort_by(|one, other| one.accepts_per_second.total_cmp(&other.accepts_per_second));
    let (least, most) = (rounds[0].accepts_per_second, rounds[rounds.len() - 1].accepts_per_second);
    let median = rounds[rounds.len() / 2];
    let spread = (most - least) / median.accepts_per_second * 100.0;
    let doubt = if spread > 25.0 { "  (rounds differ too much: run again)" } else { "" };
    println!(
        "{name}: {:.0} accepts/s, p50 {:.1} ms, p99 {:.1} ms, {} us CPU each, spread {spread:.0} %{doubt}",
        median.accepts_per_second,
        median.p50.as_secs_f64() * 1000.0,
        median.p99.as_secs_f64() * 1000.0,
        median.cpu.as_micros()
    );
    median
}
