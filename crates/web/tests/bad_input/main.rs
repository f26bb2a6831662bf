//! Bad input over HTTP: whatever is sent, the answer is never a failure of ours, says what was wrong and what to do, and a
//! form comes back with everything that was typed.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "../world/mod.rs"]
mod world;

mod addresses;
mod garbage;
mod imports;
mod json;
mod pages;

use axum::http::header;
use muster_domain::access::Role;
use muster_testkit::forms;
use serde_json::Value;
use world::{Answer, World};

/// The seed of a run; `MUSTER_SEED` sets another.
fn seed() -> u64 {
    let seed = std::env::var("MUSTER_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121);
    eprintln!("MUSTER_SEED={seed}");
    seed
}

/// What is wrong with an answer, whatever was asked; `None` when nothing is.
fn complaint(path: &str, answer: &Answer) -> Option<String> {
    let status = answer.status;
    if status.is_server_error() {
        return Some(format!("{status}: {}", short(&answer.body)));
    }
    if !status.is_client_error() {
        return None;
    }
    let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if path.starts_with("/api/") {
        let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let said = problem["detail"].as_str().unwrap_or_default();
        let good = kind == "application/problem+json" && said.len() > 9 && problem["status"] == status.as_u16();
        return (!good).then(|| format!("{status} is no problem+json with a detail: {kind} {}", short(&answer.body)));
    }
    let words = forms::read(&answer.body).words;
    let good = kind.starts_with("text/html") && words.len() > 60;
    (!good).then(|| format!("{status} says too little: {kind} {}", short(&answer.body)))
}

fn short(text: &str) -> String {
    let words = if text.starts_with('<') { forms::read(text).words } else { text.to_owned() };
    words.chars().take(300).collect()
}

/// Collects what is wrong, so that one run shows all of it.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn add(&mut self, what: impl Into<String>) {
        self.0.push(what.into());
    }

    fn none(self) {
        let count = self.0.len();
        assert!(count == 0, "{count} complaints:\n{}", self.0[..count.min(150)].join("\n"));
    }
}

const PEOPLE: [Role; 7] = [
    Role::OperatorAdmin,
    Role::AgencyAdmin,
    Role::Approver,
    Role::Officer,
    Role::CustomerAdmin,
    Role::CustomerRequester,
    Role::AgencyFinance,
];

fn sign_in_all(world: &World) -> Vec<(Role, String)> {
    PEOPLE.into_iter().map(|role| (role, world.sign_in(role))).collect()
}
