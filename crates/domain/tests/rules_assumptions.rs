//! A price names an open question when another answer would have made another price, and only then; for every switch.
#![allow(clippy::unwrap_used, reason = "a test stops where an answer is no JSON")]

use muster_domain::rules::{RuleBook, quote_line, schema};
use serde_json::Value;

const HEAD: &str = "agency: x
version: v1
effective_from: 2026-01-01
zone: America/New_York
calendar: { holidays: { legal: { days: { july 4th: 07-04 } } } }
rates:
  base_rate: [{ id: usual, amount: 60 }]
";
const PREMIUMS: &str = "  premium:
    - { id: hol, when: { moment.holiday: legal }, effect: { multiply: 2 } }
    - { id: ot, after: 8 h, effect: { multiply: 1.5 } }
";
const CANCELLING: &str = "  admin_fee: [{ id: a, percent: 10 }]
  resource_fee: [{ id: c, resource: car, per_shift: 10 }]
  cancellation: [{ id: c, windows: [{ under: 2 h, charge: 4 h }] }]
";
/// Switches that answer no question of a price that has a default: recorded, or a limit.
const OTHERS: &[&str] = &["stacking_limit", "start_change", "cancelled_when", "rate_of", "rank_tie"];

/// A switch, one of its answers, what the book says beside the base rate, words of its default, a line on which it
/// matters, and one on which it does not.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

fn rows() -> Vec<Row> {
    let night = "  premium: [{ id: night, when: { moment.time: 22:00-06:00 }, effect: { add: 5 } }]
  quantize: [{ id: m, minimum: 4 h }]
";
    let notice = "  premium: [{ id: n, when: { moment.notice: { under: 24 h } }, effect: { add: 5 } }]
";
    let minimum = "  quantize: [{ id: m, minimum: 4 h }]
";
    vec![
        (
            "clock",
            "elapsed",
            "",
            "elapsed time",
            r#"{"start":"2026-10-31T23:00","end":"2026-11-01T07:00"}"#,
            r#"{"start":"2026-10-30T23:00","end":"2026-10-31T07:00"}"#,
        ),
        (
            "padded_minutes",
            "scheduled_minute",
            night,
            "minutes added by a minimum",
            r#"{"start":"2026-06-03T21:00","length":"1 h"}"#,
            r#"{"start":"2026-06-03T08:00","length":"1 h"}"#,
        ),
        (
            "after_counts",
            "paid",
            PREMIUMS,
            "hours for overtime are paid hours",
            r#"{"length":"8 h","worked":"10 h"}"#,
            r#"{"length":"10 h"}"#,
        ),
        (
            "after_per",
            "job",
            PREMIUMS,
            "hours for overtime count per job",
            r#"{"length":"6 h","earlier":{"worked":"6 h"}}"#,
            r#"{"length":"1 h","earlier":{"worked":"6 h"}}"#,
        ),
        (
            "holiday",
            "portion",
            PREMIUMS,
            "the part of the shift on the holiday",
            r#"{"start":"2026-07-03T20:00","length":"8 h"}"#,
            r#"{"start":"2026-07-04T08:00","length":"8 h"}"#,
        ),
        (
            "notice_from",
            "receipt",
            notice,
            "receipt of the request",
            r#"{"start":"2026-06-03T08:00","length":"4 h","requested_at":"2026-06-01T08:00","approved_at":"2026-06-02T20:00"}"#,
            r#"{"start":"2026-06-03T08:00","length":"4 h","requested_at":"2026-06-01T08:00","approved_at":"2026-06-01T20:00"}"#,
        ),
        (
            "stacking",
            "max",
            PREMIUMS,
            "the highest counts",
            r#"{"start":"2026-07-04T08:00","length":"10 h"}"#,
            r#"{"start":"2026-07-04T08:00","length":"8 h"}"#,
        ),
        (
            "minimum_per",
            "assignment",
            minimum,
            "its own minimum",
            r#"{"length":"1 h","earlier":{"worked":"6 h"}}"#,
            r#"{"length":"5 h","earlier":{"worked":"6 h"}}"#,
        ),
        (
            "premium_on_cancelled",
            "true",
            "both",
            "premiums count",
            r#"{"start":"2026-07-04T08:00","length":"8 h","cancelled":{"notice":"1 h"}}"#,
            r#"{"length":"8 h","cancelled":{"notice":"1 h"}}"#,
        ),
        (
            "fee_on_cancelled",
            "true",
            CANCELLING,
            "administrative fees count",
            r#"{"length":"8 h","cancelled":{"notice":"1 h"}}"#,
            r#"{"length":"8 h","cancelled":{"notice":"3 h"}}"#,
        ),
        (
            "resource_on_cancelled",
            "false",
            CANCELLING,
            "resources are not charged",
            r#"{"length":"8 h","resources":[{"resource":"car"}],"cancelled":{"notice":"1 h"}}"#,
            r#"{"length":"8 h","cancelled":{"notice":"1 h"}}"#,
        ),
    ]
}

fn assumed(book: &str, line: &str) -> Vec<String> {
    let book = RuleBook::read(book).unwrap_or_else(|wrong| panic!("{book}\n{wrong:?}"));
    let answer: Value = serde_json::from_str(&quote_line(&book, line)).unwrap();
    let all = answer["assumptions"].as_array().unwrap_or_else(|| panic!("{line}: {answer}"));
    all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn a_price_names_the_open_questions_on_which_it_depended_and_no_other() {
    let said = |all: &[String], words: &str| all.iter().any(|one| one.contains(words));
    for (switch, answer, rules, words, matters, not) in rows() {
        let rules = if rules == "both" { format!("{PREMIUMS}{CANCELLING}") } else { rules.to_owned() };
        let open = format!("{HEAD}{rules}");
        assert!(said(&assumed(&open, matters), words), "{switch} is not named: {:?}", assumed(&open, matters));
        assert!(!said(&assumed(&open, not), words), "{switch} is named: {:?}", assumed(&open, not));
        let answered = format!("{open}  switches: {{ {switch}: {answer} }}\n");
        assert!(!said(&assumed(&answered, matters), words), "{switch} is answered: {:?}", assumed(&answered, matters));
    }
}

#[test]
fn every_switch_has_such_a_test() {
    let schema = schema();
    let all = schema["properties"]["rates"]["properties"]["switches"]["properties"].as_object().unwrap().clone();
    let tested: Vec<&str> = rows().iter().map(|row| row.0).collect();
    for switch in all.keys().filter(|switch| !OTHERS.contains(&switch.as_str())) {
        assert!(tested.contains(&switch.as_str()), "add {switch} to the rows");
    }
}

#[test]
fn two_keys_of_a_line_may_say_the_same_but_not_contradict_each_other() {
    let book = RuleBook::read(&format!("{HEAD}{CANCELLING}")).unwrap();
    let asked = |line: &str| -> Value { serde_json::from_str(&quote_line(&book, line)).unwrap() };
    for (same, other, words) in [
        (r#""end": "16:00", "length": "8 h""#, r#""end": "16:00", "length": "7 h""#, "`end` and `length`"),
        (
            r#""end": "16:00", "worked_end": "15:00", "worked": "7 h""#,
            r#""end": "16:00", "worked_end": "15:00", "worked": "6 h""#,
            "`worked_end` and `worked`",
        ),
        (
            r#""length": "8 h", "officers": 2, "positions": [{ "count": 2 }]"#,
            r#""length": "8 h", "officers": 3, "positions": [{ "count": 2 }]"#,
            "`positions` and `officers`",
        ),
        (
            r#""end": "16:00", "cancelled": { "at": "2026-07-03T07:00", "notice": "1 h" }"#,
            r#""end": "16:00", "cancelled": { "at": "2026-07-03T07:00", "notice": "2 h" }"#,
            "`cancelled.at` and `cancelled.notice`",
        ),
    ] {
        let line = |keys: &str| format!(r#"{{ "start": "2026-07-03T08:00", {keys} }}"#);
        assert_eq!(asked(&line(same)).get("error"), None, "{same}");
        let said = asked(&line(other)).to_string();
        assert!(said.contains(words) && said.contains("Keep one"), "{other}: {said}");
    }
    let holiday =
        |day: &str| asked(&format!(r#"{{ "start": "2026-07-{day}T08:00", "length": "4 h", "holiday": true }}"#));
    assert_eq!(holiday("04").get("error"), None);
    assert!(holiday("06").to_string().contains("`start` and `holiday`"));
}
