//! Fuzzing that follows coverage, with the compiler that builds everything else.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use clap::ValueEnum;

use crate::{
    steps::{Steps, succeed},
    tools,
};

/// Counters in every branch and comparison: what a fuzzer reads to find its way.
const COUNTERS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// What is fed with any text.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// The reader of rule books, and what is done with a book.
    Books,
    /// The lines of `muster quote`.
    Quotes,
}

impl Target {
    const ALL: [Self; 2] = [Self::Books, Self::Quotes];

    fn name(self) -> &'static str {
        match self {
            Self::Books => "books",
            Self::Quotes => "quotes",
        }
    }

    /// Inputs to begin with.
    fn seeds(self) -> &'static str {
        match self {
            Self::Books => "rules/examples",
            Self::Quotes => "fuzz/seeds/quotes",
        }
    }
}

/// Fuzzes one target, or each, for so many seconds. What it found worth keeping lies under `target/fuzz` and is used again.
pub fn fuzz(root: &Path, only: Option<Target>, seconds: u32) -> ExitCode {
    let mut steps = Steps::new();
    for target in Target::ALL.into_iter().filter(|target| only.is_none_or(|only| only == *target)) {
        steps.run(target.name(), || run(root, target, seconds));
    }
    steps.finish()
}

fn run(root: &Path, target: Target, seconds: u32) -> Result<(), String> {
    let kept = root.join("target/fuzz/kept").join(target.name());
    fs::create_dir_all(&kept).map_err(|error| format!("{}: {error}", kept.display()))?;
    let mut fuzz = tools::cargo(root);
    fuzz.env("RUSTFLAGS", COUNTERS).args(["run", "--release", "--locked", "--manifest-path", "fuzz/Cargo.toml"]);
    // With a target named, build scripts and macros are built without counters: nothing reads them there.
    fuzz.args(["--target", &host()?, "--target-dir", "target/fuzz", "--bin", target.name(), "--"]);
    // An input that takes longer, or more memory, than any book needs is a finding.
    fuzz.args(["-timeout=10", "-rss_limit_mb=1500", "-max_len=65536", "-print_final_stats=1"]);
    fuzz.arg(format!("-max_total_time={seconds}")).arg(format!("-artifact_prefix={}/", kept.display()));
    succeed(fuzz.arg(&kept).arg(root.join(target.seeds())))
}

/// The machine that the compiler builds for unless told otherwise.
fn host() -> Result<String, String> {
    let answer = Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc did not start: {error}"))?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say its host".to_owned())
}
