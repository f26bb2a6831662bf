//! Clauses of real texts, each as a small book, a line, and the price that a clerk works out by hand.
#![allow(clippy::unwrap_used, reason = "a test stops where an answer is not JSON")]

use muster_domain::rules::{RuleBook, quote_line};
use serde_json::Value;

const HEAD: &str = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\n";

fn book(rates: &str) -> RuleBook {
    let text = format!("{HEAD}rates:\n{rates}");
    let book = RuleBook::read(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"));
    let again = RuleBook::read(&book.write().unwrap()).unwrap();
    assert_eq!(again, book, "it reads again as it was written");
    book
}

/// Each line with the hours paid and what the customer owes.
fn prices(rates: &str, table: &[(&str, &str, &str)]) {
    let book = book(rates);
    for (line, hours, owed) in table {
        let answer: Value = serde_json::from_str(&quote_line(&book, line)).unwrap();
        let found = (answer["paid_hours"].as_str(), answer["customer_amount"].as_str());
        assert_eq!(found, (Some(*hours), Some(*owed)), "{line}\n{answer:#}");
    }
}

/// The sentence of the only rule that has these words.
fn says(rates: &str, words: &str) {
    let all: Vec<String> = book(rates).chapters().into_iter().flat_map(|chapter| chapter.sentences).collect();
    assert!(all.iter().any(|sentence| sentence.contains(words)), "{words}\n{all:#?}");
}

/// "$11 an hour more from 00:00 to completion."
#[test]
fn a_premium_from_midnight_to_completion() {
    let rates = "  base_rate: [{ amount: 52 }]
  quantize: [{ blocks: [4 h, 7 h], step: 1 h }]
  premium: [{ id: midnight, when: { moment.time: 00:00-06:00 }, applies: from_then_on, effect: { add: 11 } }]
";
    says(rates, "$11.00 an hour more from the first minute inside to the end of the shift");
    prices(
        rates,
        &[
            // A day shift never meets midnight.
            (r#"{"start": "2026-04-08T07:00", "end": "14:00"}"#, "7", "364.00"),
            // 2 x 52 + 6 x 63, also after 06:00.
            (r#"{"start": "2026-04-08T22:00", "end": "06:00"}"#, "8", "482.00"),
            // 2 x 52 + 10 x 63.
            (r#"{"start": "2026-04-08T22:00", "end": "10:00"}"#, "12", "734.00"),
            // It begins inside: 8 x 63.
            (r#"{"start": "2026-04-08T05:00", "end": "13:00"}"#, "8", "504.00"),
            // Done at 23:30: the half hour that the block adds after midnight does not begin it.
            (r#"{"start": "2026-04-08T20:30", "end": "23:30"}"#, "4", "208.00"),
            // Done at 00:30: what the block adds after it belongs to it. 4 x 52 + 3 x 63.
            (r#"{"start": "2026-04-08T20:00", "end": "00:30"}"#, "7", "397.00"),
        ],
    );
}

/// "Details of which the majority falls after 16:00 are paid $2 more for the whole detail."
#[test]
fn a_premium_when_most_of_the_shift_is_inside() {
    let rates = "  base_rate: [{ amount: 50 }]
  quantize: [{ minimum: 4 h }]
  premium: [{ id: evening, when: { moment.time: 16:00-24:00 }, applies: majority, effect: { add: 2 } }]
";
    says(rates, "$2.00 an hour more for the whole shift when most of it is inside");
    prices(
        rates,
        &[
            (r#"{"start": "2026-04-08T12:00", "end": "20:00"}"#, "8", "400.00"),
            (r#"{"start": "2026-04-08T12:00", "end": "20:03"}"#, "8.05", "418.60"),
            (r#"{"start": "2026-04-08T14:00", "end": "19:00"}"#, "5", "260.00"),
            // Of the three hours worked two are before 16:00; the hour that the minimum adds does not count.
            (r#"{"start": "2026-04-08T14:00", "end": "17:00"}"#, "4", "200.00"),
        ],
    );
}

/// "An officer held over beyond the schedule is paid time and one half for it."
#[test]
fn a_premium_for_time_beyond_the_schedule() {
    let rates = "  base_rate: [{ amount: 50 }]
  quantize: [{ minimum: 4 h, step: 30 min }]
  premium: [{ id: held_over, beyond_schedule: true, effect: { multiply: 1.5 } }]
";
    says(rates, "1.5 times the rate for time after the scheduled end");
    prices(
        rates,
        &[
            // A quote, and a shift that ended in time.
            (r#"{"start": "2026-04-08T08:00", "end": "16:00"}"#, "8", "400.00"),
            (r#"{"start": "2026-04-08T08:00", "end": "16:00", "worked_end": "16:00"}"#, "8", "400.00"),
            // 8 x 50 + 1 x 75.
            (r#"{"start": "2026-04-08T08:00", "end": "16:00", "worked_end": "17:00"}"#, "9", "475.00"),
            // Ten minutes over pay a half hour: 8 x 50 + 0.5 x 75.
            (r#"{"start": "2026-04-08T08:00", "end": "16:00", "worked_end": "16:10"}"#, "8.5", "437.50"),
            // An early start and a break move the hours, not the scheduled end: 8 x 50 + 1 x 75.
            (
                r#"{"start": "2026-04-08T08:00", "end": "16:00", "worked_start": "2026-04-08T07:00", "worked_end": "17:00", "breaks": "1 h"}"#,
                "9",
                "475.00",
            ),
            // Released early: what the minimum adds after the schedule is not held over.
            (r#"{"start": "2026-04-08T08:00", "end": "10:00", "worked_end": "10:00"}"#, "4", "200.00"),
            // The second 01:30 of the night on which the clocks go back is an hour after the first.
            (
                r#"{"start": "2026-10-31T21:00", "end": "2026-11-01T01:30-04:00", "worked_end": "2026-11-01T01:30-05:00"}"#,
                "5.5",
                "300.00",
            ),
        ],
    );
}

/// "After ten days the greater of $25 or 1.5 % a month is added, at most $100."
#[test]
fn a_late_fee_between_bounds_after_days_of_grace() {
    let rates = "  payment_terms: [{ id: usual, late_percent_month: 1.5, late_months: begun, late_at_least: 25, late_at_most: 100, late_grace_days: 10 }]
";
    says(rates, "at least $25.00 when late; at most $100.00 when late; nothing more up to 10 days after the due day");
    prices(
        rates,
        &[
            (r#"{"invoice": 1000, "late_days": 10}"#, "0", "1000.00"),
            (r#"{"invoice": 1000, "late_days": 11}"#, "0", "1025.00"),
            // Two begun months: 3 % of 1000.
            (r#"{"invoice": 1000, "late_days": 31}"#, "0", "1030.00"),
            (r#"{"invoice": 5000, "late_days": 31}"#, "0", "5100.00"),
            (r#"{"invoice": 0, "late_days": 31}"#, "0", "0.00"),
        ],
    );
    prices(
        "  payment_terms: [{ id: once, late_percent: 5, late_flat: 10 }]
",
        &[(r#"{"invoice": 200, "late_days": 400}"#, "0", "220.00")],
    );
    let wrong = format!("{HEAD}rates:\n  payment_terms: [{{ late_at_least: 25, late_at_most: 20 }}]\n");
    assert!(RuleBook::read(&wrong).is_err());
}

/// "Hours over 40 in the week are paid time and one half; the seventh day in a row double."
#[test]
fn overtime_of_the_week_and_the_seventh_day() {
    let rates = "  base_rate: [{ amount: 50 }]
  premium:
    - { id: week, after: 40 h, after_per: week, effect: { multiply: 1.5 } }
    - { id: seventh, when: { earlier.days_in_a_row: { at_least: 7 } }, effect: { multiply: 2 } }
";
    says(rates, "1.5 times the rate after 40 h in the week");
    says(rates, "2 times the rate, when days of work in a row are at least 7");
    prices(
        rates,
        &[
            // 2 x 50 + 2 x 75.
            (r#"{"length": "4 h", "earlier": {"worked_in_week": "38 h"}}"#, "4", "250.00"),
            (r#"{"length": "4 h", "earlier": {"worked_in_week": "50 h", "worked": "10 h"}}"#, "4", "300.00"),
            (r#"{"length": "4 h", "earlier": {"worked": "39 h"}}"#, "4", "200.00"),
            (r#"{"length": "4 h", "earlier": {"days_in_a_row": 6}}"#, "4", "200.00"),
            // The highest counts.
            (r#"{"length": "4 h", "earlier": {"days_in_a_row": 7, "paid_in_week": "48 h"}}"#, "4", "400.00"),
        ],
    );
    let unknown: Value = serde_json::from_str(&quote_line(&book(rates), r#"{"length": "4 h"}"#)).unwrap();
    assert!(unknown["assumptions"].to_string().contains("other work of the week is not known"), "{unknown:#}");
}

/// "Jobs ordered before July 1 keep the old rate."
#[test]
fn the_day_of_the_request_picks_the_rate() {
    let rates = "  base_rate:
    - { id: old, when: { moment.requested_on: until 2026-06-30 }, amount: 50 }
    - { id: new, amount: 55 }
  premium: [{ id: summer, when: { moment.date: from 2026-08-01 }, effect: { add: 1 } }]
";
    says(rates, "$50.00 an hour, when requested until 2026-06-30");
    says(rates, "$1.00 an hour more, when from 2026-08-01");
    prices(
        rates,
        &[
            (r#"{"start": "2026-07-08T08:00", "length": "4 h", "requested_at": "2026-06-30T23:59"}"#, "4", "200.00"),
            (r#"{"start": "2026-07-08T08:00", "length": "4 h", "requested_at": "2026-07-01T00:00"}"#, "4", "220.00"),
            (r#"{"start": "2026-07-08T08:00", "length": "4 h", "notice": "10 d"}"#, "4", "200.00"),
            (r#"{"start": "2026-08-03T08:00", "length": "4 h"}"#, "4", "224.00"),
        ],
    );
}

/// "A second detail of the day pays at least three hours."
#[test]
fn a_minimum_for_the_second_detail_of_a_day() {
    let rates = "  base_rate: [{ amount: 50 }]
  quantize:
    - { id: second, when: { earlier.worked: { over: 0 min } }, minimum: 3 h }
    - { id: first, minimum: 4 h }
";
    says(rates, "at least 3 h are paid, when the time worked earlier that day is over 0 min");
    prices(
        rates,
        &[
            (r#"{"length": "1 h"}"#, "4", "200.00"),
            (r#"{"length": "1 h", "earlier": {"worked": "4 h"}}"#, "3", "150.00"),
        ],
    );
    let told = quote_line(&book(rates), r#"{"length": "1 h", "facts": {"earlier.worked": "4 h"}}"#);
    assert!(told.contains("given by the key earlier"), "{told}");
    let policy = format!(
        "{HEAD}policy: [{{ id: a, kind: require, that: {{ officer.active: true }}, when: {{ earlier.worked: {{ over: 8 h }} }} }}]\n"
    );
    assert!(RuleBook::read(&policy).is_err(), "limits on earlier work are caps");
}
