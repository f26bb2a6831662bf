//! Every key of the rates that moves money has words in the explanation: with it the book reads otherwise.
#![allow(clippy::unwrap_used, reason = "a test stops where a book cannot be read")]

use muster_domain::rules::{RuleBook, schema};
use serde_json::{Value, json};

/// Keys that every rule has and that are no money by themselves.
const HEAD: &[&str] = &["id", "source"];

/// The least rule of a list.
fn least(list: &str) -> Value {
    match list {
        "base_rate" => json!({ "amount": 60 }),
        "premium" => json!({ "effect": { "multiply": 1.5 } }),
        "resource_fee" => json!({ "resource": "cruiser", "per_hour": 15 }),
        "admin_fee" => json!({ "percent": 10 }),
        "tax" => json!({ "percent": 7, "on": ["labour"] }),
        "cancellation" => json!({ "windows": [{ "under": "24 h", "charge": "4 h" }] }),
        "split" => json!({ "to": "city", "percent": 20 }),
        _ => json!({}),
    }
}

/// What has to stand beside a key, with the key itself.
fn with(list: &str, key: &str) -> Option<Value> {
    let words = |all: &[&str]| json!(all);
    Some(match (list, key) {
        (_, "name") => json!({ "name": "Other" }),
        (_, "when") => json!({ "when": { "job.kind": "film" } }),
        (_, "from") => json!({ "from": "2026-02-01" }),
        (_, "until") => json!({ "until": "2026-12-01" }),
        ("base_rate", "amount") => json!({ "amount": 61 }),
        ("base_rate", "by") => json!({ "by": "officer.rank", "amount": { "officer": 60 } }),
        ("base_rate", "pay") => json!({ "pay": 50 }),
        ("base_rate", "own_rate_times") => json!({ "amount": null, "own_rate_times": 1.5 }),
        ("base_rate", "agreed") => json!({ "amount": null, "agreed": true }),
        ("base_rate", "at_least") => json!({ "at_least": 50 }),
        ("payable_time", "basis") => json!({ "basis": "longer" }),
        ("payable_time", "released_early") => json!({ "released_early": "full" }),
        ("payable_time", "early_start") => json!({ "early_start": "unpaid" }),
        ("payable_time", "overrun") => json!({ "overrun": "agency" }),
        ("payable_time", "paid_meal_over") => json!({ "paid_meal": "30 min", "paid_meal_over": "7 h" }),
        ("quantize", "blocks") => json!({ "blocks": ["4 h", "8 h"] }),
        ("quantize", "direction") => json!({ "step": "1 h", "direction": "down" }),
        ("quantize", "per") => json!({ "minimum": "4 h", "per": "officer_day" }),
        ("premium", "after_counts") => json!({ "after": "8 h", "after_counts": "worked" }),
        ("premium", "after_per") => json!({ "after": "8 h", "after_per": "day" }),
        ("premium", "ordered_after") => json!({ "ordered_after": "22:00" }),
        ("premium", "applies") => json!({ "applies": "touch" }),
        ("premium", "effect") => json!({ "effect": { "multiply": 2 } }),
        ("premium", "concerns") => json!({ "concerns": "customer" }),
        ("premium", "fee_on_it") => json!({ "fee_on_it": false }),
        ("resource_fee", "resource") => json!({ "resource": "boat" }),
        ("resource_fee", "miles_free") => json!({ "per_mile": 1, "miles_free": 20 }),
        ("resource_fee", "one_per") => json!({ "forced": true, "one_per": 3 }),
        ("resource_fee", "bands") => json!({ "bands": [{ "amount": 25 }] }),
        ("resource_fee", "hours") => json!({ "hours": "paid" }),
        ("resource_fee", "fee_on_it") => json!({ "fee_on_it": false }),
        ("resource_fee" | "admin_fee", "payee") => json!({ "payee": "officer" }),
        ("admin_fee", "percent") => json!({ "percent": 11 }),
        ("admin_fee", "by") => json!({ "by": "customer.class", "percent": { "school": 6 } }),
        ("admin_fee", "bands") => json!({ "bands": { "by": "job.officers", "steps": [{ "amount": 25 }] } }),
        ("admin_fee", "on") => json!({ "on": ["labour", "flat"] }),
        ("admin_fee", "on_cancelled") => json!({ "on_cancelled": false }),
        ("tax", "percent") => json!({ "percent": 8 }),
        ("tax", "on") => json!({ "on": ["fees"] }),
        ("cancellation", "by") => json!({ "by": ["agency"] }),
        ("cancellation", "counts") => json!({ "counts": "office_hours" }),
        ("cancellation", "windows") => json!({ "windows": [{ "under": "24 h", "charge": "2 h" }] }),
        ("cancellation", "channel") => json!({ "channel": "By telephone only." }),
        ("payment_terms", "late_months") => json!({ "late_percent_month": 1, "late_months": "begun" }),
        ("payment_terms", "instruments") => json!({ "instruments": words(&["check"]) }),
        ("split", "to") => json!({ "to": "operator" }),
        _ => return None,
    })
}

/// A value by the form of a key.
fn by_form(key: &str, form: &Value) -> Value {
    let plain = match (form["$ref"].as_str(), form["type"].as_str()) {
        (Some("#/$defs/number"), _) => json!(3),
        (Some("#/$defs/length"), _) => json!("3 h"),
        (Some("#/$defs/clock"), _) => json!("13:00"),
        (_, Some("boolean")) => json!(true),
        (_, Some("integer")) => json!(3),
        _ => panic!("write a value for {key} in this test: {form}"),
    };
    json!({ key: plain })
}

fn merged(mut rule: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        if value.is_null() {
            rule.as_object_mut().unwrap().remove(key);
        } else {
            rule[key] = value.clone();
        }
    }
    rule
}

fn explained(list: &str, rule: &Value) -> String {
    let mut rates = json!({ "base_rate": [{ "id": "usual", "amount": 46 }] });
    rates[list] = json!([rule]);
    let book = json!({
        "agency": "x", "version": "v", "effective_from": "2026-01-01", "zone": "America/New_York", "rates": rates
    });
    let book = RuleBook::read(&book.to_string()).unwrap_or_else(|wrong| panic!("{list} {rule}: {wrong:?}"));
    book.chapters().into_iter().flat_map(|chapter| chapter.sentences).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_key_of_a_rule_of_the_rates_changes_its_sentence() {
    let schema = schema();
    let rates = &schema["properties"]["rates"]["properties"];
    let mut silent = Vec::new();
    for (list, form) in rates.as_object().unwrap().iter().filter(|(_, form)| form["items"].is_object()) {
        let plain = explained(list, &least(list));
        for (key, form) in form["items"]["properties"].as_object().unwrap() {
            if HEAD.contains(&key.as_str()) {
                continue;
            }
            let more = with(list, key).unwrap_or_else(|| by_form(key, form));
            // What stands beside the key alone must not be what changes the words.
            let mut beside = more.clone();
            beside.as_object_mut().unwrap().remove(key);
            let needed =
                !["by", "own_rate_times", "agreed"].contains(&key.as_str()) && !beside.as_object().unwrap().is_empty();
            let before = if needed { explained(list, &merged(least(list), &beside)) } else { plain.clone() };
            if explained(list, &merged(least(list), &more)) == before {
                silent.push(format!("{list}.{key}"));
            }
        }
    }
    assert!(silent.is_empty(), "the explanation is silent on {silent:?}");
}

#[test]
fn every_key_of_an_effect_and_of_a_window_changes_its_sentence() {
    let schema = schema();
    let rates = &schema["properties"]["rates"]["properties"];
    let mut silent = Vec::new();
    let effect = &rates["premium"]["items"]["properties"]["effect"]["properties"];
    let plain = explained("premium", &json!({ "effect": { "multiply": 1.5 } }));
    for (key, form) in effect.as_object().unwrap() {
        let more = match key.as_str() {
            "set" => json!({ "set": 70 }),
            "by" => json!({ "by": "officer.rank", "set": { "officer": 70 } }),
            "set_agreed" => json!({ "set_agreed": "holiday" }),
            // Needs a table of tiers in the base rate, and has its words there.
            "at_least_tier" => continue,
            _ => by_form(key, form),
        };
        if explained("premium", &json!({ "effect": merged(json!({ "multiply": 1.5 }), &more) })) == plain {
            silent.push(format!("effect.{key}"));
        }
    }
    let window = &rates["cancellation"]["items"]["properties"]["windows"]["items"]["properties"];
    for (key, form) in window.as_object().unwrap() {
        let least = match key.as_str() {
            "full" | "charge" => json!({ "under": "24 h", "flat": 10 }),
            "deadline_business" | "deadline_days" => json!({ "under": "24 h", "charge": "2 h", "deadline": "13:00" }),
            _ => json!({ "under": "20 h", "charge": "2 h" }),
        };
        let of = |window: &Value| explained("cancellation", &json!({ "windows": [window] }));
        if of(&least) == of(&merged(least.clone(), &by_form(key, form))) {
            silent.push(format!("window.{key}"));
        }
    }
    assert!(silent.is_empty(), "the explanation is silent on {silent:?}");
}

#[test]
fn every_switch_and_the_currency_are_said() {
    let schema = schema();
    let switches = &schema["properties"]["rates"]["properties"]["switches"]["properties"];
    let book = |rates: &str| {
        let head = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\n";
        let book = RuleBook::read(&format!("{head}rates:\n  base_rate: [{{ amount: 46 }}]\n{rates}\n")).unwrap();
        book.chapters().into_iter().flat_map(|chapter| chapter.sentences).collect::<Vec<_>>().join("\n")
    };
    for (switch, form) in switches.as_object().unwrap() {
        let answers: Vec<String> = match form["enum"].as_array() {
            Some(words) => words.iter().map(|word| word.as_str().unwrap().to_owned()).collect(),
            None if form["type"] == "boolean" => vec!["true".to_owned(), "false".to_owned()],
            None => vec!["2".to_owned(), "3".to_owned()],
        };
        let mut said: Vec<String> =
            answers.iter().map(|answer| book(&format!("  switches: {{ {switch}: {answer} }}"))).collect();
        said.push(book(""));
        let all = said.len();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), all, "{switch} has answers without words of their own");
    }
    assert!(book("  currency: CAD").contains("CAD 46.00"), "{}", book("  currency: CAD"));
}
