//! What the programs that measure share.
#![allow(clippy::disallowed_methods, reason = "a bench measures real time")]

pub mod stage;

use std::time::Duration;

/// Processor time of this process, and of a PostgreSQL server with its children, so far. Zero where there is no /proc.
#[must_use]
pub fn cpu_time(server: Option<u32>) -> Duration {
    let own = std::process::id().to_string();
    let mut ticks = 0;
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some((_, rest)) = stat.rsplit_once(')') else { continue };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        let name = entry.file_name();
        if name == own.as_str() {
            ticks += number(11) + number(12);
        } else if let Some(server) = server.map(u64::from) {
            // Ended backends are counted by the postmaster that waited for them.
            if name == server.to_string().as_str() {
                ticks += number(11) + number(12) + number(13) + number(14);
            } else if number(1) == server {
                ticks += number(11) + number(12);
            }
        }
    }
    Duration::from_millis(ticks * 10)
}
