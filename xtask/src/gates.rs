//! What must be green: the tests, and before a change lands everything else too.

use std::{
    path::Path,
    process::{Command, ExitCode},
    thread,
};

use clap::ValueEnum;

use crate::{
    scratch::Scratch,
    steps::{Steps, succeed},
    tidy,
    tools::{self, CHROMIUM, NPM, POSTGRES},
};

/// Half of the tests, for those who wait.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Unit, store, story and guard tests.
    Rust,
    /// The browser's.
    Browser,
}

/// Every test, or one part of them.
pub fn test(root: &Path, only: Option<Part>) -> ExitCode {
    let (mut steps, scratch) = (Steps::new(), Scratch::new());
    prepare(root, &mut steps);
    if only != Some(Part::Browser) {
        rust_tests(root, &mut steps, &scratch);
    }
    if only != Some(Part::Rust) {
        browser_tests(root, &mut steps, &scratch);
    }
    steps.finish()
}

/// Everything that must hold before a change lands.
pub fn ci(root: &Path) -> ExitCode {
    let (mut steps, scratch) = (Steps::new(), Scratch::new());
    prepare(root, &mut steps);
    steps.run("format", || succeed(tools::cargo(root).args(["fmt", "--all", "--check"])));
    steps.run("tidy", || tidy::check(root));
    steps.run("clippy", || {
        succeed(tools::cargo(root).args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    rust_tests(root, &mut steps, &scratch);
    browser_tests(root, &mut steps, &scratch);
    match tools::cargo_deny(root) {
        Some(mut deny) => {
            steps.run("licences and sources", || succeed(deny.args(["deny", "check", "licenses", "bans", "sources"])))
        }
        None => steps.leave_out("licences and sources", "cargo-deny is not installed, and could not be"),
    }
    steps.finish()
}

/// The tools and packages that building and testing need.
fn prepare(root: &Path, steps: &mut Steps) {
    POSTGRES.prepare(steps);
    // The front end's own packages are installed by the build script that needs them.
    if NPM.prepare(steps) {
        steps.run("npm packages", || tools::install_packages(&root.join("e2e")));
    }
}

fn rust_tests(root: &Path, steps: &mut Steps, scratch: &Scratch) {
    steps.run("build", || {
        let mut build = tools::cargo(root);
        succeed(build.args(["build", "--locked", "--workspace", "--all-targets"]))
    });
    steps.run("rust tests", || {
        let mut run = tools::cargo(root);
        scratch.lend(&mut run);
        if tools::has_cargo_command("nextest") {
            // More than there are cores: some tests wait for a database's server.
            let at_once = thread::available_parallelism().map_or(2, |cores| 2 * cores.get()).to_string();
            run.args(["nextest", "run", "--locked", "--workspace", "--all-targets", "--no-tests", "warn"]);
            succeed(run.args(["--test-threads", &at_once]))
        } else {
            println!("cargo-nextest is not installed: `cargo test` runs the same tests, more slowly");
            succeed(run.args(["test", "--locked", "--workspace", "--all-targets"]))
        }
    });
    steps.run("types of the scripts", || {
        succeed(Command::new("npm").args(["run", "check"]).current_dir(root.join("ui")))
    });
    steps.run("examples in documentation", || {
        succeed(tools::cargo(root).args(["test", "--locked", "--workspace", "--doc"]))
    });
}

fn browser_tests(root: &Path, steps: &mut Steps, scratch: &Scratch) {
    let Some(node) = NPM.find().and(Some("node")) else {
        return steps.lacks("browser tests", "npm is not installed");
    };
    if !CHROMIUM.prepare(steps) {
        return steps.lacks("browser tests", "no Chromium was found");
    }
    steps.run("browser tests", || {
        succeed(tools::cargo(root).args(["build", "--locked", "--workspace", "--bins", "--examples"]))?;
        succeed(scratch.lend(Command::new(node).arg("run.mjs").current_dir(root.join("e2e"))))
    });
}
