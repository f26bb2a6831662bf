//! The published JSON Schema and the reader of books agree.
#![allow(clippy::unwrap_used, reason = "a test stops where a file cannot be read")]

use std::{fs, path::PathBuf, sync::OnceLock};

use jsonschema::Validator;
use muster_domain::rules::{RuleBook, schema};
use proptest::prelude::*;
use serde_json::{Value, json};

fn at(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

fn validator() -> &'static Validator {
    static READ: OnceLock<Validator> = OnceLock::new();
    READ.get_or_init(|| jsonschema::validator_for(&schema()).unwrap())
}

fn as_json(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

fn mistakes(document: &Value) -> Vec<String> {
    validator().iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn examples() -> &'static Vec<(String, Value)> {
    static READ: OnceLock<Vec<(String, Value)>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(at("rules/examples")).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
        paths.sort();
        paths.iter().map(|path| (path.display().to_string(), as_json(&fs::read_to_string(path).unwrap()))).collect()
    })
}

#[test]
fn the_published_schema_is_fresh() {
    let path = at("docs/api/rules.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "docs/api/rules.schema.json is stale; run this test with UPDATE=1");
}

#[test]
fn every_example_fits() {
    assert!(examples().len() >= 58);
    for (name, document) in examples() {
        assert!(mistakes(document).is_empty(), "{name}: {:#?}", mistakes(document));
    }
}

const HEAD: &str = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\n";

#[test]
fn every_block_of_the_documentation_fits() {
    let page = fs::read_to_string(at("docs/rules.md")).unwrap();
    let mut blocks = 0;
    for block in page.split("```yaml ").skip(1) {
        let (place, rest) = block.split_once('\n').unwrap();
        let (body, _) = rest.split_once("```").unwrap();
        let indent = |by: &str| body.lines().map(|line| format!("{by}{line}\n")).collect::<String>();
        let book = match place {
            "book" | "example" => body.to_owned(),
            "when" => {
                format!("{HEAD}rates:\n  premium:\n    - effect: {{ add: 1 }}\n      when:\n{}", indent("        "))
            }
            place => format!("{HEAD}{place}:\n{}", indent("  ")),
        };
        assert!(mistakes(&as_json(&book)).is_empty(), "{:#?}\n{book}", mistakes(&as_json(&book)));
        blocks += 1;
    }
    assert!(blocks >= 12, "{blocks} blocks");
}

#[test]
fn schema_and_reader_agree_on_what_is_wrong() {
    let policy = |rule: &str| format!("{HEAD}policy:\n  - {rule}\n");
    let rates = |rule: &str| format!("{HEAD}rates:\n  {rule}\n");
    let cap = "id: a, kind: cap, count: [detail]";
    let wrong = [
        HEAD.replace("zone:", "zoen:"),
        HEAD.replace("agency: x\n", ""),
        HEAD.replace("2026-01-01", "soon"),
        HEAD.replace("2026-01-01", "2026"),
        format!("{HEAD}color: red\n"),
        format!("{HEAD}open_questions: all\n"),
        format!("{HEAD}calendar: {{ week: mon }}\n"),
        format!("{HEAD}calendar: {{ office: {{ days: mon-fri }} }}\n"),
        format!("{HEAD}calendar: {{ office: {{ days: mon-fri, hours: all }} }}\n"),
        format!("{HEAD}calendar: {{ holidays: {{ legal: {{ observed: maybe, days: {{ a: 12-25 }} }} }} }}\n"),
        policy("{ id: a }"),
        policy("{ kind: cap, max: 8 h, count: [detail], window: job }"),
        policy("{ id: a, kind: cup }"),
        policy(&format!("{{ {cap}, window: job, max: 8 }}")),
        policy(&format!("{{ {cap}, window: job, max: 8 hours }}")),
        policy(&format!("{{ {cap}, window: fortnight, max: 8 h }}")),
        policy(&format!("{{ {cap}, window: {{ rolling: 24 }}, max: 8 h }}")),
        policy(&format!("{{ {cap}, window: {{ week: {{ at: 07:00 }} }}, max: 8 h }}")),
        policy("{ id: a, kind: cap, max: 8 h, count: detail, window: job }"),
        policy("{ id: a, kind: cap, max: 8 h, count: [details], window: job }"),
        policy("{ id: a, kind: cap, max: 8 h, window: job }"),
        policy(&format!("{{ {cap}, window: job, max: 8 h, effect: refuse }}")),
        policy(&format!("{{ {cap}, window: job, max: 8 h, effect: {{ approve: [] }} }}")),
        policy(&format!("{{ {cap}, window: job, max: 8 h, acts_at: [later] }}")),
        policy(&format!("{{ {cap}, window: job, max: 8 h, override: {{ reason: true }} }}")),
        policy(&format!("{{ {cap}, window: job, max: 8 h, note: x }}")),
        policy("{ id: a, kind: require, that: { officer.rang: sergeant } }"),
        policy("{ id: a, kind: require, that: sergeant }"),
        policy("{ id: a, kind: crew, min: two }"),
        policy("{ id: a, kind: crew, min: -1 }"),
        policy("{ id: a, kind: approval, object: officer, renew: weekly }"),
        policy("{ id: a, kind: lead_time, at_least: 72 h }"),
        policy("{ id: a, kind: status_block, statuses: [sick], tail: { until: 8 h } }"),
        rates("surprise: []"),
        rates("switches: { stacking: highest }"),
        rates("switches: { fee_on_cancelled: sometimes }"),
        rates("base_rate: { amount: 4 }"),
        rates("base_rate: [{ amount: many }]"),
        rates("base_rate: [{ amount: { a: { b: many } }, by: [officer.rank, job.kind] }]"),
        rates("base_rate: [{ by: officer.rang, amount: { a: 1 } }]"),
        rates("base_rate: [{ agreed: maybe }]"),
        rates("quantize: [{ minimum: 4 }]"),
        rates("quantize: [{ minimum: 4 h, direction: sideways }]"),
        rates("quantize: [{ blocks: [{ over: 6 h }] }]"),
        rates("premium: [{ id: a }]"),
        rates("premium: [{ effect: { times: 2 } }]"),
        rates("premium: [{ effect: { add: 1 }, when: { job.attendance: { above: 3 } } }]"),
        rates("premium: [{ effect: { add: 1 }, when: { job.alcohol: often } }]"),
        rates("premium: [{ effect: { add: 1 }, when: { any: { job.alcohol: true } } }]"),
        rates("premium: [{ effect: { add: 1 }, when: { moment.notice: { under: [1] } } }]"),
        rates("resource_fee: [{ per_hour: 1 }]"),
        rates("admin_fee: [{ percent: 1, on: labour }]"),
        rates("tax: [{ percent: 7 }]"),
        rates("cancellation: [{ windows: [{ charge: all }] }]"),
        rates("cancellation: [{ by: [boss] }]"),
        rates("payment_terms: [{ net_days: soon }]"),
        rates("split: [{ to: nobody, percent: 1 }]"),
        rates("money_round: { mode: nearest }"),
    ];
    for document in wrong {
        assert!(RuleBook::read(&document).is_err(), "the reader takes\n{document}");
        assert!(!mistakes(&as_json(&document)).is_empty(), "the schema takes\n{document}");
    }
}

/// Every object of a document that is not a table by words.
fn objects(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            all.push(at.clone());
            for (key, value) in fields {
                objects(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(place, value)| objects(value, format!("{at}/{place}"), all));
        }
        _ => {}
    }
}

fn leaves(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| leaves(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), all)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(place, value)| leaves(value, format!("{at}/{place}"), all));
        }
        _ => all.push(at),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_unknown_key_anywhere_is_wrong_for_both_or_for_neither(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>()) {
        let (name, document) = which.get(examples());
        let mut document = document.clone();
        let mut all = Vec::new();
        objects(&document, String::new(), &mut all);
        let place = place.get(&all);
        document.pointer_mut(place).unwrap()["no_such_key"] = json!({ "no_such_word": [[]] });
        let (reader, schema) = (RuleBook::read(&document.to_string()), mistakes(&document));
        prop_assert!(reader.is_err() && !schema.is_empty(), "{} {}: {:?} {:?}", name, place, reader.is_ok(), schema);
    }

    /// But for whole numbers in quotes.
    #[test]
    fn what_the_reader_takes_the_schema_takes(which in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), other in 0_usize..12) {
        let (name, document) = which.get(examples());
        let mut document = document.clone();
        let mut all = Vec::new();
        leaves(&document, String::new(), &mut all);
        let place = place.get(&all);
        let others = [
            json!(7), json!(7.25), json!(0), json!("4 h"), json!("3 d"), json!("2 jobs"), json!("warn"), json!("detail"),
            json!(true), json!("12-24"), json!("22:00"), json!("2026-02-01"),
        ];
        *document.pointer_mut(place).unwrap() = others[other].clone();
        if RuleBook::read(&document.to_string()).is_ok() {
            let schema = mistakes(&document);
            prop_assert!(schema.is_empty(), "{} {} as {}: {:?}", name, place, others[other], schema);
        }
    }
}
