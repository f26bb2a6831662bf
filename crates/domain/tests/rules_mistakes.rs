//! Typical mistakes in a rule file: each is one error at its line, that names the key, what fits, and an example.
#![allow(clippy::unwrap_used, reason = "a test stops where a file cannot be read")]

use muster_domain::rules::RuleBook;

const HEAD: &str = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\n";

/// A cap with one more line.
fn cap(line: &str) -> String {
    format!("policy:\n  - id: day\n    kind: cap\n    count: [detail]\n    max: 8 h\n    window: job\n    {line}\n")
}

/// A book, the line of its mistake, and what the error must say.
type Row = (&'static str, String, u64, &'static [&'static str]);

fn in_policy() -> Vec<Row> {
    vec![
        (
            "a number for an effect",
            cap("effect: 3"),
            11,
            &["In rule day", "`effect`", "number 3", "block, hide, warn", "For example effect: block"],
        ),
        (
            "a number for a window",
            cap("").replace("window: job", "window: 24"),
            10,
            &["`window`", "number 24", "calendar_day", "rolling", "For example window: { rolling: 24 h }"],
        ),
        (
            "true for a window",
            cap("").replace("window: job", "window: true"),
            10,
            &["`window`", "true", "calendar_day"],
        ),
        (
            "a word in place of a list",
            cap("").replace("[detail]", "detail"),
            8,
            &["`count`", "detail", "a list", "For example count: [on_duty, detail]"],
        ),
        (
            "a number in a list of words",
            cap("").replace("[detail]", "[4]"),
            8,
            &["`count`", "number 4", "on_duty, overtime"],
        ),
        ("a word that is none", cap("").replace("[detail]", "[details]"), 8, &["`count`", "details", "detail"]),
        (
            "a limit without a unit",
            cap("").replace("8 h", "8"),
            9,
            &["`max`", "number 8", "16 h", "For example max: 16 h"],
        ),
        ("a unit that is none", cap("").replace("8 h", "8 hours"), 9, &["`max`", "8 hours", "16 h"]),
        ("a negative limit", cap("").replace("8 h", "-8 h"), 9, &["`max`", "-8 h", "16 h"]),
        ("a measure by its place", cap("measure: 1"), 11, &["`measure`", "number 1", "scheduled, worked, paid"]),
        ("a point by its place", cap("acts_at: [2]"), 11, &["`acts_at`", "number 2", "sign_up", "[request]"]),
        (
            "a window of a wrong shape",
            cap("").replace("window: job", "window: { rolling: 24 }"),
            10,
            &["`rolling`", "number 24", "24 h"],
        ),
        (
            "a kind that is none",
            cap("").replace("kind: cap", "kind: cup"),
            7,
            &["`kind`", "cup", "cap, run_cap", "For example kind: cap"],
        ),
        ("a number for a kind", cap("").replace("kind: cap", "kind: 0"), 7, &["`kind`", "number 0", "cap, run_cap"]),
        ("no kind", "policy:\n  - id: day\n    max: 8 h\n".into(), 6, &["`kind` is missing", "kind: cap"]),
        ("a key of another kind", cap("travel: 30 min"), 11, &["`travel`", "count", "window"]),
        ("a key with a slip", cap("mesure: paid"), 11, &["`mesure`", "perhaps `measure`", "For example measure:"]),
        ("a key twice", cap("max: 9 h"), 11, &["`max` is written twice", "line 9"]),
        (
            "an id twice",
            format!("{}  - {{ id: day, kind: require, that: {{ officer.rank: sergeant }} }}\n", cap("")),
            12,
            &["the id day", "line 6", "id: day_2"],
        ),
        ("an unknown fact", cap("when: { job.kidn: court }"), 11, &["`job.kidn`", "job.kind"]),
        (
            "a fact with a wrong sort",
            cap("when: { job.attendance: many }"),
            11,
            &["`job.attendance`", "many", "over: 400"],
        ),
        (
            "a comparison without a unit",
            cap("when: { moment.notice: { under: 24 } }"),
            11,
            &["`moment.notice`", "24", "24 h"],
        ),
        ("an unknown holiday list", cap("when: { moment.holiday: legal }"), 11, &["legal", "christmas: 12-25"]),
        (
            "dates that run backwards",
            cap("from: 2026-05-01\n    until: 2026-04-01"),
            6,
            &["ends before it begins", "until: 2026-12-31"],
        ),
        (
            "a document by its place",
            "policy:\n  - { id: a, kind: approval, object: 2 }\n".into(),
            6,
            &["`object`", "number 2", "officer, officer_job", "For example object: officer"],
        ),
    ]
}

fn in_rates() -> Vec<Row> {
    let rates = |rule: &str| format!("rates:\n  {rule}\n");
    vec![
        (
            "a length without a unit",
            rates("quantize: [{ minimum: 4 }]"),
            6,
            &["`minimum`", "number 4", "For example minimum: 4 h"],
        ),
        (
            "a negative length",
            rates("quantize: [{ minimum: -4 h }]"),
            6,
            &["minimum", "below nothing", "minimum: 30 min"],
        ),
        ("an absurd length", rates("quantize: [{ minimum: 400 d }]"), 6, &["minimum", "longer than a shift", "4 h"]),
        (
            "an absurd percentage",
            rates("admin_fee: [{ percent: 1500 }]"),
            6,
            &["`percent`", "1500", "per cent", "percent: 10"],
        ),
        ("a negative amount", rates("base_rate: [{ amount: -46 }]"), 6, &["`amount`", "-46", "dollars"]),
        (
            "a word for an amount",
            rates("base_rate: [{ amount: many }]"),
            6,
            &["`amount`", "many", "63.8937", "amount: 46"],
        ),
        ("a table that nothing reads", rates("base_rate: [{ amount: { officer: 46 } }]"), 6, &["by: officer.rank"]),
        (
            "a fact that is none",
            rates("base_rate: [{ by: officer.rang, amount: { a: 1 } }]"),
            6,
            &["`by`", "officer.rang", "officer.rank"],
        ),
        (
            "an absurd factor",
            rates("premium: [{ effect: { multiply: 1500 } }]"),
            6,
            &["`multiply`", "1500", "multiply: 1.5"],
        ),
        ("a premium that does nothing", rates("premium: [{ effect: {} }]"), 6, &["does nothing", "multiply: 1.5"]),
        (
            "yes for true",
            rates("switches: { fee_on_cancelled: yes }"),
            6,
            &["`fee_on_cancelled`", "yes", "true or false"],
        ),
        (
            "a switch by its place",
            rates("switches: { stacking: 1 }"),
            6,
            &["`stacking`", "number 1", "max, sum, product"],
        ),
        ("a fee that charges nothing", rates("admin_fee: [{ id: a }]"), 6, &["charges nothing", "percent: 10"]),
        (
            "bands that fall",
            rates("admin_fee: [{ bands: { by: job.attendance, steps: [{ amount: 1 }, { up_to: 9, amount: 2 }] } }]"),
            6,
            &["bands must rise", "up_to: 1000"],
        ),
        (
            "a window by its place",
            rates("cancellation: [{ by: [0], windows: [{ charge: 4 h }] }]"),
            6,
            &["`by`", "number 0", "customer, agency"],
        ),
        (
            "a list that is a map",
            rates("base_rate: { amount: 46 }"),
            6,
            &["`base_rate`", "a map with amount", "a list", "[{ id: usual, amount: 46 }]"],
        ),
        (
            "an id twice",
            rates("tax: [{ id: a, percent: 1, on: [labour] }, { id: a, percent: 2, on: [labour] }]"),
            6,
            &["Two rules of tax have the id a", "id: a_2"],
        ),
        ("a key of the old page", rates("premiums: []"), 6, &["`premiums`", "perhaps `premium`"]),
        ("an empty value", rates("base_rate:"), 6, &["`base_rate`", "nothing", "a list"]),
    ]
}

#[test]
fn each_typical_mistake_is_one_error_with_line_key_expectation_and_example() {
    let mut wrong = Vec::new();
    let rows: Vec<Row> = in_policy().into_iter().chain(in_rates()).collect();
    assert!(rows.len() >= 40);
    for (what, body, line, parts) in rows {
        match RuleBook::read(&format!("{HEAD}{body}")) {
            Ok(_) => wrong.push(format!("{what}: taken in silence")),
            Err(mistakes) => {
                let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                let one = &mistakes[0];
                let missing: Vec<&&str> = parts.iter().filter(|part| !one.message.contains(**part)).collect();
                if mistakes.len() != 1 || one.line != line || !missing.is_empty() || one.message.len() > 700 {
                    wrong.push(format!("{what} (line {line}, without {missing:?}):\n    {}", all.join("\n    ")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn several_mistakes_are_all_named_each_at_its_line() {
    let text = format!(
        "{HEAD}policy:\n  - {{ id: a, kind: cap, max: 8, count: [detail], window: job }}\n  - {{ id: b, kind: rest_gap, min: 8 h, after: detail, before: [on_duty] }}\nrates:\n  quantize:\n    - minimun: 4 h\n"
    );
    let lines: Vec<u64> = RuleBook::read(&text).unwrap_err().iter().map(|mistake| mistake.line).collect();
    assert_eq!(lines, [6, 7, 10]);
}

#[test]
fn what_a_repetition_brings_is_looked_at_too() {
    let text = format!(
        "{HEAD}source: &three 3\npolicy:\n  - {{ id: a, kind: cap, max: 8 h, count: [detail], window: job, effect: *three }}\n"
    );
    let mistakes = RuleBook::read(&text).unwrap_err();
    assert!(mistakes[0].line == 7 || mistakes[0].line == 5, "{mistakes:?}");
    assert!(mistakes[0].message.contains("`effect`"), "{mistakes:?}");
}
