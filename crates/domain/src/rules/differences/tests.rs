use std::{fs, path::Path};

use proptest::prelude::*;

use super::*;

const HEAD: &str = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\n";

fn book(body: &str) -> RuleBook {
    RuleBook::read(&format!("{HEAD}{body}")).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{body}"))
}

fn words(before: &str, after: &str) -> Vec<String> {
    differences(&book(before), &book(after)).into_iter().map(|one| one.words).collect()
}

#[test]
fn differences_read_as_sentences() {
    let cap = "policy:\n  - { id: week, kind: cap, max: 24 h, count: [detail], window: { rolling: 168 h } }\n";
    let night =
        "rates:\n  premium:\n    - { id: night, when: { moment.time: 22:00-06:00 }, effect: { multiply: 1.5 } }\n";
    let rates = "rates:\n  base_rate:\n    - { id: rank, by: officer.rank, amount: { officer: 46, sergeant: 53 } }\n    - { id: all, amount: 40 }\n";
    let tax = "rates:\n  tax:\n    - { id: sales, percent: 7, on: [labour] }\n";
    for (before, after, wanted) in [
        (cap, cap.replace("24 h", "32 h"), "Cap \u{201c}week\u{201d}: the limit rises from 24 h to 32 h."),
        (cap, cap.replace("24 h", "20 h"), "Cap \u{201c}week\u{201d}: the limit falls from 24 h to 20 h."),
        (
            cap,
            cap.replace("max: 24 h", "max: 3 jobs"),
            "Cap \u{201c}week\u{201d}: the limit is now 3 jobs (before: 24 h).",
        ),
        (
            cap,
            cap.replace("[detail]", "[detail, court]"),
            "Cap \u{201c}week\u{201d}: the work that counts: now also court.",
        ),
        (
            cap,
            cap.replace("kind: cap", "kind: cap, effect: warn"),
            "Cap \u{201c}week\u{201d}: a breach now means: warn (before: refuse).",
        ),
        (
            cap,
            cap.replace("kind: cap", "kind: cap, effect: { approve: chief }"),
            "Cap \u{201c}week\u{201d}: a breach now means: approve by chief (before: refuse).",
        ),
        (cap, cap.replace("id: week", "id: hours"), "Cap \u{201c}week\u{201d}: is now called \u{201c}hours\u{201d}."),
        (cap, "policy: []\n".to_owned(), "Cap \u{201c}week\u{201d} is removed."),
        ("policy: []\n", cap.to_owned(), "New: At most 24 h of"),
        (night, night.replace("1.5", "2"), "Premium \u{201c}night\u{201d}: the factor rises from 1.5 to 2."),
        (
            night,
            night.replace("22:00-06:00", "23:00-06:00"),
            "Premium \u{201c}night\u{201d}: it now holds when between 23:00 and 06:00 (before: between 22:00 and 06:00).",
        ),
        (
            rates,
            rates.replace("officer: 46", "officer: 48.5"),
            "Rate \u{201c}rank\u{201d}: the rate for officer rises from $46.00 to $48.50.",
        ),
        (
            rates,
            rates.replace("sergeant: 53", "sergeant: 53, lieutenant: 60"),
            "Rate \u{201c}rank\u{201d}: the rate for lieutenant is now $60.00 (before: not stated).",
        ),
        (tax, tax.replace("7", "6.5"), "Tax \u{201c}sales\u{201d}: the rate falls from 7 % to 6.5 %."),
        (
            "rates: { switches: { stacking: sum } }\n",
            "rates: { switches: { stacking: product } }\n".to_owned(),
            "The answer to \u{201c}stacking\u{201d} is now product (before: sum).",
        ),
        (
            "calendar: { holidays: { legal: { days: { christmas: 12-25 } } } }\n",
            "calendar: { holidays: { legal: { days: { christmas: 12-26 } } } }\n".to_owned(),
            "The holiday \u{201c}christmas\u{201d} of \u{201c}legal\u{201d} is now 12-26 (before: 12-25).",
        ),
    ] {
        let found = words(before, &after);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(wanted), "{found:#?}\nwanted {wanted}");
    }
}

#[test]
fn several_changes_of_a_rule_are_one_sentence_with_both_rules_beside_it() {
    let before = book("policy:\n  - { id: week, kind: cap, max: 24 h, count: [detail], window: { rolling: 168 h } }\n");
    let after =
        book("policy:\n  - { id: week, kind: cap, max: 32 h, count: [detail], window: { week: { from: sun } } }\n");
    let all = differences(&before, &after);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!((all[0].chapter, all[0].change, all[0].rule.as_str()), ("Who may work", Change::Changed, "week"));
    assert!(all[0].words.contains("from 24 h to 32 h; "), "{all:#?}");
    assert!(all[0].before.contains("24 h") && all[0].after.contains("32 h"), "{all:#?}");
}

#[test]
fn a_new_order_matters_where_the_first_that_fits_decides() {
    let general = "- { id: all, amount: 40 }";
    let special = "- { id: school, when: { customer.class: school }, amount: 30 }";
    let rates = |first: &str, second: &str| format!("rates:\n  base_rate:\n    {first}\n    {second}\n");
    let all = differences(&book(&rates(special, general)), &book(&rates(general, special)));
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0].change, Change::Moved);
    assert!(all[0].words.contains("Rate \u{201c}all\u{201d}, Rate \u{201c}school\u{201d}"), "{}", all[0].words);
    let taxes = |first: &str, second: &str| {
        format!(
            "rates:\n  tax:\n    - {{ id: {first}, percent: 7, on: [labour] }}\n    - {{ id: {second}, percent: 7, on: [labour] }}\n"
        )
    };
    assert_eq!(differences(&book(&taxes("a", "b")), &book(&taxes("b", "a"))), [], "every tax counts");
}

#[test]
fn rules_without_an_id_are_matched_as_they_stand() {
    let one = "rates:\n  quantize:\n    - { minimum: 4 h, when: { job.kind: court } }\n    - { minimum: 2 h }\n";
    let two = "rates:\n  quantize:\n    - { minimum: 3 h }\n";
    let all: Vec<Change> = differences(&book(one), &book(two)).iter().map(|one| one.change).collect();
    assert_eq!(all, [Change::Changed, Change::Removed]);
}

fn examples() -> Vec<RuleBook> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/examples");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("examples").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let texts = paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    texts.map(|path| RuleBook::read(&fs::read_to_string(path).expect("a text")).expect("it reads")).collect()
}

fn leaves(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| leaves(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(key, value)| leaves(value, format!("{at}/{key}"), all))
        }
        _ => all.push(at),
    }
}

/// The leaf with something else of its kind in its place.
fn other(value: &Value, turn: usize) -> Value {
    match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Number(number) => Value::from(number.as_i64().unwrap_or_default() + 1),
        Value::String(text) => {
            let digit = text.find(|c: char| c.is_ascii_digit());
            let raised = digit.map_or_else(
                || format!("{text}_else"),
                |at| {
                    let next = (text.as_bytes()[at] - b'0' + 1) % 10;
                    format!("{}{next}{}", &text[..at], &text[at + 1..])
                },
            );
            let words =
                ["detail", "court", "warn", "worked", "sum", "city", "mon", "2 h", "12-24", "job.class", "sergeant"];
            match turn {
                0 => raised.into(),
                1 => format!("{text}_else").into(),
                turn => words[turn % words.len()].into(),
            }
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_of_any_leaf_is_a_difference(which in any::<prop::sample::Index>(), leaf in any::<prop::sample::Index>(), turn in 0_usize..13) {
        static BOOKS: std::sync::OnceLock<Vec<RuleBook>> = std::sync::OnceLock::new();
        let before = which.get(BOOKS.get_or_init(examples));
        prop_assert_eq!(differences(before, before), []);
        let mut document = written(before);
        // The written form sorts the keys of a condition, whose parts hold in any order: the same rules, not the same list.
        let again = RuleBook::read(&document.to_string()).expect("what was written reads");
        prop_assert_eq!(differences(before, &again), []);
        let mut all = Vec::new();
        leaves(&document, String::new(), &mut all);
        let place = leaf.get(&all);
        let found = document.pointer_mut(place).expect("a leaf of this document");
        *found = other(found, turn);
        // Many changes are mistakes; those that read are differences unless they mean the same.
        if let Ok(after) = RuleBook::read(&document.to_string()) {
            let same = after == again;
            let told = differences(before, &after);
            prop_assert_eq!(told.is_empty(), same, "{} {:#?}", place, told);
        }
    }
}
