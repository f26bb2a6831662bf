//! A list of steps that are timed, told and added up; nothing is left out without a line that says so.

use std::{
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

/// How a step ended.
enum Outcome {
    Passed,
    Skipped(String),
    Failed(String),
}

/// The steps so far.
pub struct Steps {
    done: Vec<(&'static str, Duration, Outcome)>,
    strict: bool,
}

impl Steps {
    /// Starts a list. Where `CI=true` a step that lacks a needed tool fails instead of being left out.
    pub fn new() -> Self {
        Self { done: Vec::new(), strict: std::env::var("CI").is_ok_and(|ci| ci == "true" || ci == "1") }
    }

    /// Runs one step; its error is a sentence.
    pub fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<(), String>) {
        println!("== {name}");
        let begun = Instant::now();
        let outcome = match step() {
            Ok(()) => Outcome::Passed,
            Err(why) => {
                println!("FAILED {name}: {why}");
                Outcome::Failed(why)
            }
        };
        self.done.push((name, begun.elapsed(), outcome));
    }

    /// Leaves a step out because a tool that it needs is absent: told in one line, a failure where `CI=true`.
    pub fn lacks(&mut self, name: &'static str, why: &str) {
        if self.strict {
            self.run(name, || Err(why.to_owned()));
        } else {
            self.leave_out(name, why);
        }
    }

    /// Leaves out a step that is only an extra, and says so.
    pub fn leave_out(&mut self, name: &'static str, why: &str) {
        println!("SKIPPED {name}: {why}");
        self.done.push((name, Duration::ZERO, Outcome::Skipped(why.to_owned())));
    }

    /// Prints the table and gives the exit code: success only if no step failed.
    pub fn finish(self) -> ExitCode {
        println!();
        for (name, took, outcome) in &self.done {
            let seconds = took.as_secs();
            let (word, why) = match outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Skipped(why) => ("skipped", why.as_str()),
                Outcome::Failed(why) => ("FAILED", why.as_str()),
            };
            println!("{name:<28} {:>3} min {:>2} s  {word:<8} {why}", seconds / 60, seconds % 60);
        }
        let total: Duration = self.done.iter().map(|(_, took, _)| *took).sum();
        let failed = self.done.iter().filter(|(.., outcome)| matches!(outcome, Outcome::Failed(_))).count();
        println!("{} steps, {failed} failed, {} min {} s", self.done.len(), total.as_secs() / 60, total.as_secs() % 60);
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Runs a command to its end, its output on ours.
///
/// # Errors
/// When it cannot start or does not succeed.
pub fn succeed(command: &mut Command) -> Result<(), String> {
    let said = format!("{} {}", command.get_program().display(), arguments(command));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` ended with {status}", said.trim())),
        Err(error) => Err(format!("`{}` did not start: {error}", said.trim())),
    }
}

fn arguments(command: &Command) -> String {
    command.get_args().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
