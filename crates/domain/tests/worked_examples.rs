//! The worked pay examples and the cancellation matrix of many agencies, through the quote by the line, to the cent.
//! The file of examples is read where it is at hand.

use std::{collections::BTreeMap, fs, path::PathBuf};

use muster_domain::rules::{RuleBook, quote_line};
use serde_json::{Map, Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The book of an example: its agency, unless the title speaks of another version.
fn book_of(id: &str, source: &str) -> String {
    match (id, source) {
        ("WE075", _) => "new-orleans-la-opse-2013".into(),
        (_, "secondary") => "hot-springs-ar-pd".into(),
        (_, source) => source.into(),
    }
}

/// What only the title of an example says.
fn from_title(id: &str) -> Value {
    match id {
        "WE030" => {
            json!({ "positions": [{ "role": "constable" }, { "role": "sergeant" }, { "role": "staff_sergeant" }] })
        }
        "WE037" => json!({ "special_event": true }),
        "WE096" => json!({ "positions": [] }),
        "WE116" => json!({ "officers": 2, "length": "5 h" }),
        "WE118" => json!({ "by_card": true }),
        _ => json!({}),
    }
}

/// An example's input as a line for the quote.
fn line(id: &str, input: &Map<String, Value>) -> Value {
    let mut line = Map::new();
    let mut cancelled = Map::new();
    let minutes = |value: &Value| json!(format!("{} min", text(value)));
    let hours = |value: &Value| json!(format!("{} h", text(value)));
    for (key, value) in input {
        let pair = match key.as_str() {
            "rank" | "job_kind" | "zone" | "attendance" | "alcohol" => (key.as_str(), value.clone()),
            "start" | "end" => (key.as_str(), json!(text(value).replace(" (second)", "-05:00"))),
            "hours" | "hours_worked" => ("length", hours(value)),
            "worked_min" => ("worked", minutes(value)),
            "scheduled_min" => ("length", minutes(value)),
            "requested_h" | "scheduled_h" => ("length", hours(value)),
            "notice_min" | "notice_h" if id >= "WE100" => {
                cancelled.insert("notice".into(), if key == "notice_h" { hours(value) } else { minutes(value) });
                continue;
            }
            "notice_h" => ("notice", hours(value)),
            "notice_d" => ("notice", json!(format!("{} d", text(value)))),
            "notice_business_d" => ("business_days", value.clone()),
            "ordered_at" | "requested_at" => ("requested_at", value.clone()),
            "cancelled_at" => {
                cancelled.insert("at".into(), value.clone());
                continue;
            }
            "cancelled_by" => {
                cancelled.insert("by".into(), value.clone());
                continue;
            }
            "booked" => {
                cancelled.insert("change".into(), json!(true));
                continue;
            }
            "cruiser" => ("resources", json!([{ "resource": "cruiser" }])),
            "resource" => ("resources", json!([{ "resource": value }])),
            "customer" => ("customer_class", value.clone()),
            "job_class" => ("job_class", json!(text(value).replace(' ', "_"))),
            "tier_chosen" => ("job_class", value.clone()),
            "holiday" if value.is_boolean() => ("holiday", value.clone()),
            "holiday" => ("start", json!(format!("2026-{}T08:00", text(value)))),
            "basis" => ("clock", json!(text(value).replace(' ', "_"))),
            "officers" if !input.contains_key("crew_result") => ("officers", value.clone()),
            "crew_result" => {
                let crew = value.as_object().expect("roles and numbers");
                // The chain of command reads upwards; the file's keys come sorted.
                let order = ["officer", "supervisor", "sergeant", "command"];
                let known = order.iter().filter_map(|role| Some((role, crew.get(*role)?)));
                let positions: Vec<Value> =
                    known.map(|(role, count)| json!({ "role": role, "count": count })).collect();
                ("positions", json!(positions))
            }
            "rate" => ("rate", json!(text(value).replace("illustrative ", ""))),
            "rates" => {
                let text = text(value).replace("illustrative ", "");
                let (rate, holiday) = text.split_once(" / holiday ").expect("two rates");
                line.insert("rates".into(), json!({ "holiday": holiday }));
                ("rate", json!(rate))
            }
            "invoice" => ("invoice", value.clone()),
            "late_days" => ("late_days", value.clone()),
            "instrument" | "used" | "officers" | "requested" | "requested_officers" | "elapsed_min"
            | "business_min" | "prepaid" | "currency" => continue,
            other => panic!("{id}: the input {other} is new"),
        };
        line.insert(pair.0.to_owned(), pair.1);
    }
    if !cancelled.is_empty() {
        line.insert("cancelled".into(), Value::Object(cancelled));
    }
    for (key, value) in from_title(id).as_object().expect("an object") {
        line.insert(key.clone(), value.clone());
    }
    Value::Object(line)
}

/// Lines as (quantity, rate, amount), in a stable order; a rate is compared as a number.
fn lines(all: Option<&Value>) -> Vec<(String, String, String)> {
    let number = |value: &Value| {
        let text = text(value);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    let all = all.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut all: Vec<_> =
        all.iter().map(|line| (number(&line["quantity"]), number(&line["rate"]), text(&line["amount"]))).collect();
    all.sort();
    all
}

fn differences(expected: &Value, answer: &Value) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(error) = answer.get("error") {
        return vec![format!("refused: {error}")];
    }
    for (key, ours) in
        [("paid_hours", "paid_hours"), ("officer_amount", "officer_amount"), ("customer_amount", "customer_amount")]
    {
        let want = &expected[key];
        if !want.is_null() && text(want) != text(&answer[ours]) {
            all.push(format!("{key}: {} for {}", text(&answer[ours]), text(want)));
        }
    }
    let (want, have) = (lines(expected.get("lines")), lines(answer.get("lines")));
    // Examples that know hours only carry no lines; a fee that the example leaves open is not compared.
    let open = expected["customer_amount"].is_null();
    let same = if open { want.iter().all(|line| have.contains(line)) } else { want == have };
    if !same {
        all.push(format!("lines: {have:?} for {want:?}"));
    }
    all
}

struct Books(BTreeMap<String, RuleBook>);

impl Books {
    fn quote(&mut self, name: &str, line: &Value) -> Value {
        let book = self.0.entry(name.to_owned()).or_insert_with(|| {
            let path = root().join(format!("rules/examples/{name}.yaml"));
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            RuleBook::read(&text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"))
        });
        serde_json::from_str(&quote_line(book, &line.to_string())).expect("one line of JSON")
    }
}

#[test]
fn worked_examples_and_the_cancellation_matrix_come_out_to_the_cent() {
    let Ok(file) = fs::read_to_string(root().join("../shared/policies/worked_examples.yaml")) else {
        eprintln!("skipped: the worked examples are not at hand");
        return;
    };
    let file: Value = serde_saphyr::from_str(&file).expect("the examples read");
    let mut books = Books(BTreeMap::new());
    let mut wrong = Vec::new();
    let examples = file["examples"].as_array().expect("a list");
    for example in examples {
        let id = text(&example["id"]);
        let line = line(&id, example["input"].as_object().expect("an input"));
        let answer = books.quote(&book_of(&id, &text(&example["source"])), &line);
        let differ = differences(&example["expected"], &answer);
        if !differ.is_empty() {
            wrong.push(format!("{id} {}: {}\n    {line}", text(&example["title"]), differ.join("; ")));
        }
    }
    let good = examples.len() - wrong.len();
    let (cells, right) = matrix(&file["cancellation_matrix"], &mut books, &mut wrong);
    println!("examples {good}/{}, cancellations {right}/{cells}", examples.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn matrix(matrix: &Value, books: &mut Books, wrong: &mut Vec<String>) -> (usize, usize) {
    let notices = matrix["notice_min"].as_array().expect("a list");
    let (mut cells, mut right) = (0, 0);
    for (agency, charges) in matrix["charged_h"].as_object().expect("agencies") {
        let (name, kind) = agency.split_once(' ').map_or((agency.as_str(), None), |(name, kind)| (name, Some(kind)));
        for (notice, charge) in notices.iter().zip(charges.as_array().expect("a list")) {
            let line = json!({
                "length": "8 h", "job_kind": kind, "rate": 60, "rank": "officer",
                "cancelled": { "notice": format!("{notice} min") },
            });
            let answer = books.quote(name, &line);
            let lines = answer["lines"].as_array().cloned().unwrap_or_default();
            let flat = |kind: &str| lines.iter().find(|line| line["kind"] == kind).map(|line| text(&line["amount"]));
            let mut charged = text(&answer["paid_hours"]);
            if let Some(fee) = flat("cancellation_fee") {
                charged = format!("{charged} + flat {}", fee.trim_end_matches(".00"));
            }
            if let Some(deposit) = flat("deposit") {
                charged = format!("deposit {}", deposit.trim_end_matches(".00"));
            }
            cells += 1;
            if charged == text(charge) {
                right += 1;
            } else {
                wrong.push(format!("{agency}, {notice} min: {charged} for {}", text(charge)));
            }
        }
    }
    (cells, right)
}
