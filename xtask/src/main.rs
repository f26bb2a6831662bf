//! The repository's chores: run it, test it, check it.
//!
//! `cargo xtask --help` lists them; `.ci/run` is `cargo xtask ci`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

mod dev;
mod examples;
mod fuzz;
mod gates;
mod scratch;
mod steps;
mod tidy;
mod tools;

/// The chores of the Muster repository.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "The chores of the Muster repository")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run the demo and start it again whenever a source file changes
    Dev {
        /// Where the server listens
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        /// Folder of the demo's database
        #[arg(long, default_value = "muster-demo")]
        data: PathBuf,
    },
    /// Run every test: Rust on both databases, then the browser's
    Test {
        /// Run one part only
        #[arg(value_enum)]
        only: Option<gates::Part>,
    },
    /// Check everything that must hold before a change lands (what `.ci/run` runs)
    Ci,
    /// Feed the reader of rule books and the quote with any text, following coverage; needs a C++ compiler
    Fuzz {
        /// One target only
        #[arg(value_enum)]
        only: Option<fuzz::Target>,
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Price the worked examples and count those that come out to the cent
    Examples,
    /// Check the house rules that no compiler checks
    Tidy,
    /// Throw the demo's data away and make it anew
    Seed {
        /// Folder of the demo's database
        #[arg(long, default_value = "muster-demo")]
        data: PathBuf,
    },
}

fn main() -> ExitCode {
    let root = root();
    match Cli::parse().chore {
        Chore::Dev { listen, data } => dev::watch(&root, &listen, &data),
        Chore::Test { only } => gates::test(&root, only),
        Chore::Ci => gates::ci(&root),
        Chore::Fuzz { only, seconds } => fuzz::fuzz(&root, only, seconds),
        Chore::Examples => examples::count(&root),
        Chore::Tidy => tidy::report(&root),
        Chore::Seed { data } => dev::seed(&root, &data),
    }
}

/// The folder that holds the workspace's Cargo.toml.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace's folder").to_owned()
}
