//! The worked pay examples through the quote, counted.

use std::{path::Path, process::ExitCode};

use crate::tools;

/// Runs the test of the worked examples and prints its count as the last line.
pub(crate) fn count(root: &Path) -> ExitCode {
    let test = ["test", "--quiet", "--package", "muster-domain", "--test", "worked_examples", "--", "--nocapture"];
    let output = match tools::cargo(root).args(test).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("cargo could not be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let said = String::from_utf8_lossy(&output.stdout);
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    match said.lines().find(|line| line.starts_with("examples ")) {
        Some(line) => println!("{line}"),
        None => println!("the worked examples are not at hand"),
    }
    if output.status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
