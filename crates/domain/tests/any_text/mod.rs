//! Whether the reader of rule books stands a text; shared by the tests and by the fuzzing that follows coverage.
#![allow(clippy::disallowed_methods, reason = "a bound on time needs a clock")]

use std::time::{Duration, Instant};

use muster_domain::rules::{RuleBook, differences, quote_line};

/// Far above what any input needs in an unoptimised build, far below what a loop would take.
pub const LONGEST: Duration = Duration::from_secs(10);

/// Lines of many kinds, priced by every book that can be read.
pub const LINES: [&str; 5] = [
    r#"{"id": 1, "length": "9 h", "rank": "officer", "job_kind": "construction", "notice": "3 h", "alcohol": true}"#,
    r#"{"id": 2, "start": "2026-11-01T00:30", "length": "26 h", "rank": "sergeant", "officers": 9, "attendance": 90000}"#,
    r#"{"id": 3, "length": "4 h", "cancelled": {"notice": "90 min"}, "resources": [{"resource": "cruiser", "count": 3, "miles": 9}]}"#,
    r#"{"id": 4, "invoice": 4000, "by_card": true, "late_days": 95}"#,
    r#"{"id": 5, "start": "2026-07-04T22:00", "worked_start": "2026-07-04T21:50", "worked_end": "2026-07-05T07:10", "rate": 61.5}"#,
];

/// Reads it and, when it is a book, does with it all that can be done; within the time.
///
/// # Panics
/// When an answer is no JSON, a refusal has no reason or a message too long, or it all took too long.
pub fn stands(text: &str, what: &str) -> bool {
    let began = Instant::now();
    let read = RuleBook::read(text);
    let reads = read.is_ok();
    match read {
        Ok(book) => {
            for line in LINES {
                let answer = quote_line(&book, line);
                assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok(), "{what}: {answer}");
            }
            assert!(!book.chapters().is_empty() || book.policy.rules.is_empty(), "{what}");
            book.write().unwrap_or_else(|why| panic!("{what}: {why}"));
            assert!(differences(&book, &book).is_empty(), "{what}");
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "{what}: a refusal without a reason");
            assert!(mistakes.iter().all(|one| one.message.len() < 4_000), "{what}: a message longer than a page");
        }
    }
    assert!(began.elapsed() < LONGEST, "{what} took {:?}", began.elapsed());
    reads
}
