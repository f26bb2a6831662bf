//! Replaying a city's released records through the same use cases as the pages: each detail is asked for, approved, posted,
//! taken by the recorded officer, clocked, approved, invoiced and paid, under a simulated clock on a scratch database.

mod records;
mod report;
mod stage;
mod steps;
mod trial;

use std::{path::PathBuf, time::Instant};

use clap::Args;
use muster_app::{Db, audit};
use muster_store::Options;

use self::{records::Mapping, report::Report};
use crate::clock::RealRandomness;

/// What to replay.
#[derive(Args)]
pub struct Replay {
    /// The records, CSV or CSV.gz.
    records: PathBuf,
    /// The rule document of the agency.
    #[arg(long)]
    rules: PathBuf,
    /// Which column holds what; by default the layout of the records that the product was first tried on.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// The scratch database; by default an SQLite file that is removed afterwards.
    #[arg(long)]
    db: Option<String>,
    /// A draft to be tried on the same details: what it would have refused, and what it would have cost.
    #[arg(long)]
    trial: Option<PathBuf>,
    /// Writes the whole report there.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Replays, prints what happened, and answers whether everything agreed.
pub fn run(order: &Replay) -> Result<bool, Box<dyn std::error::Error>> {
    let mapping = match &order.mapping {
        Some(path) => std::fs::read_to_string(path)?,
        None => records::DEFAULT_MAPPING.to_owned(),
    };
    let mapping = Mapping::read(&mapping)?;
    let records = records::read(&order.records, &mapping).map_err(|mistakes| mistakes.join("\n"))?;
    let rules = std::fs::read_to_string(&order.rules)?;
    let draft = order.trial.as_ref().map(std::fs::read_to_string).transpose()?;
    let scratch = std::env::temp_dir().join(format!("muster-replay-{}", std::process::id()));
    let url = match &order.db {
        Some(url) => url.clone(),
        None => {
            std::fs::create_dir_all(&scratch)?;
            format!("sqlite:{}", scratch.join("replay.db").display())
        }
    };
    let began = wall_clock();
    let outcome = replay(&url, &records, (&rules, draft.as_deref()), began);
    if order.db.is_none() {
        std::fs::remove_dir_all(&scratch)?;
    }
    let report = outcome?;
    report.print();
    if let Some(path) = &order.json {
        std::fs::write(path, serde_json::to_string_pretty(&report)?)?;
    }
    println!("{}", report.summary());
    Ok(report.agrees())
}

fn replay(
    url: &str,
    records: &[records::Record],
    (rules, draft): (&str, Option<&str>),
    began: Instant,
) -> Result<Report, Box<dyn std::error::Error>> {
    let db = Db::open(url, Options::new(std::sync::Arc::new(RealRandomness)))?;
    db.migrate()?;
    let stage = stage::set(&db, records, rules)?;
    let mut report = steps::run(&db, &stage, records)?;
    let verdict = db.read_blocking(audit::verify)?;
    report.problems = verdict.problems;
    report.audit_entries = verdict.entries;
    report.trial = draft.map(|draft| trial::run(&db, &stage, records, draft)).transpose()?;
    report.milliseconds = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    Ok(report)
}

fn wall_clock() -> Instant {
    Instant::now()
}
