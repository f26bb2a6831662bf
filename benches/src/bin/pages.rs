//! What a page costs: an officer's list of 300 open shifts with eligibility and reasons, and the page of one shift; goal 5 of
//! the performance goals. In process, one request after the other, with a session, on SQLite.
//!
//! `cargo run --release -p muster-benches --bin pages [-- --quick]`
#![allow(clippy::float_arithmetic, reason = "figures for people, not money or time of work")]
#![allow(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use clap::Parser;
use jiff::Timestamp;
use muster_app::{Clock, Db};
use muster_benches::{
    cpu_time,
    stage::{self, Chance},
};
use muster_store::Options;
use muster_web::{Ctx, Settings};
use tower::Service;

/// Measures pages.
#[derive(Parser)]
struct Arguments {
    /// A tenth of the requests.
    #[arg(long)]
    quick: bool,
}

struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let requests = if Arguments::parse().quick { 100 } else { 1000 };
    let folder = std::env::temp_dir().join(format!("muster-pages-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let db = Db::open(&format!("sqlite:{}", folder.join("pages.db").display()), Options::new(Arc::new(Chance)))?;
    db.migrate()?;
    let stage = stage::set(&db, 200, 300)?;
    let settings = Settings { base_url: "http://127.0.0.1".to_owned(), ..Settings::default() };
    let application = muster_web::application(Ctx::new(db, Arc::new(Still(stage.now)), Arc::new(Chance), settings));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shift = stage.shifts[150];
    for (name, path) in [
        ("300 open shifts, those he may take", "/open-shifts".to_owned()),
        ("300 open shifts, all with reasons", "/open-shifts?all=1".to_owned()),
        ("300 open shifts as JSON", "/api/v1/open-shifts".to_owned()),
        ("one shift", format!("/shifts/{shift}")),
    ] {
        let mut rounds = Vec::new();
        for _ in 0..3 {
            rounds.push(runtime.block_on(measure(&application, &stage, &path, requests))?);
        }
        rounds.sort_by_key(|round| round.cpu);
        let Round { cpu, p50, p99, bytes } = rounds[1];
        println!(
            "{name}: {:.2} ms CPU, p50 {:.2} ms, p99 {:.2} ms, {} kB",
            cpu.as_secs_f64() * 1000.0,
            p50.as_secs_f64() * 1000.0,
            p99.as_secs_f64() * 1000.0,
            bytes / 1000
        );
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

#[derive(Clone, Copy)]
struct Round {
    cpu: Duration,
    p50: Duration,
    p99: Duration,
    bytes: usize,
}

async fn measure(
    application: &Router,
    stage: &stage::Stage,
    path: &str,
    requests: usize,
) -> Result<Round, Box<dyn std::error::Error>> {
    let (cpu, mut waits, mut bytes) = (cpu_time(None), Vec::with_capacity(requests), 0);
    for at in 0..requests {
        let token = &stage.officers[at % stage.officers.len()].1;
        let mut request = Request::get(path).header("cookie", format!("__Host-muster={token}")).body(Body::empty())?;
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1))));
        let asked = Instant::now();
        let answer = application.clone().call(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{path} answered {}", answer.status()).into());
        }
        bytes = to_bytes(answer.into_body(), usize::MAX).await?.len();
        waits.push(asked.elapsed());
    }
    let cpu = cpu_time(None).saturating_sub(cpu) / u32::try_from(requests)?;
    waits.sort_unstable();
    let at = |share: usize| waits[waits.len() * share / 100];
    Ok(Round { cpu, p50: at(50), p99: at(99), bytes })
}
