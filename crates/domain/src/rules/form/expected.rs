//! What fits, in words, with an example; made from the schema, so that neither can grow apart from it.

use serde_json::Value as Schema;

use super::scalars;
use crate::{
    predicate::{Field, distance, weekday_from_text},
    rules::editing::tree::{Node, Value},
};

/// Sorts of values: name, words, example.
const SORTS: &[(&str, &str, &str)] = &[
    ("text", "a word or a text", "usual"),
    ("texts", "a list of words", "[first, second]"),
    ("date", "a date such as 2026-12-24", "2026-12-24"),
    ("clock", "a time of day such as \"22:00\"", "\"22:00\""),
    ("length", "a length with its unit, such as 90 min, 24 h or 3 d", "4 h"),
    ("number", "a number such as 46 or 63.8937", "46"),
    ("amounts", "an amount such as 46 or 63.8937, or a table such as { officer: 46, sergeant: 53 }", "46"),
    (
        "by",
        "a fact with one word such as officer.rank or job.kind, or a list such as [officer.rank, job.class]",
        "officer.rank",
    ),
    (
        "condition",
        "a condition such as { job.kind: construction }, { job.attendance: { over: 400 } } or { any: [{ job.traffic: true }, { moment.weekday: sun }] }",
        "{ job.kind: construction }",
    ),
    ("limit", "a limit such as 16 h, 16 h 35 min, 3 jobs or 6 days", "16 h"),
    ("span", "a length such as 45 min, 24 h, 16 h 35 min or 28 d", "8 h"),
    ("tail", "a tail such as { full_tour: 8 h } or { after_end: 24 h }", "{ full_tour: 8 h }"),
    ("classes", "a list of kinds of work such as [on_duty, detail]", "[on_duty, detail]"),
];

/// Keys whose example says more than one made from the schema.
const EXAMPLES: &[(&str, &str)] = &[
    ("agency", "boston-ma-pd"),
    ("name", "Boston Police Department"),
    ("version", "2026-1"),
    ("effective_from", "2026-01-01"),
    ("zone", "America/New_York"),
    ("id", "week_cap"),
    ("policy", "[{ id: day, kind: cap, max: 16 h, count: [on_duty, detail], window: calendar_day }]"),
    ("rates", "{ base_rate: [{ amount: 46 }] }"),
    ("base_rate", "[{ id: usual, amount: 46 }]"),
    ("premium", "[{ id: night, when: { moment.time: 22:00-06:00 }, effect: { add: 5 } }]"),
    ("quantize", "[{ id: usual, minimum: 4 h, step: 1 h }]"),
    ("multiply", "1.5"),
    ("percent", "10"),
    ("minimum", "4 h"),
    ("blocks", "[4 h, 8 h]"),
    ("resource", "cruiser"),
    ("resources", "[vehicle]"),
    ("stacking", "max"),
    ("hours", "07:00-15:00"),
    ("days", "mon-fri"),
    ("holidays", "{ legal: { days: { christmas: 12-25, thanksgiving: 4th thu nov } } }"),
    ("window", "{ rolling: 24 h }"),
    ("windows", "[{ under: 24 h, charge: 4 h }]"),
    ("count", "[on_duty, detail]"),
    ("statuses", "[sick_leave]"),
    ("need", "[work_zone]"),
    ("at_least", "{ elapsed: 72 h }"),
    ("object", "officer"),
    ("that", "{ officer.rank: sergeant }"),
    ("ladder", "[30 d, 60 d]"),
    ("events", "[no_show]"),
    ("override", "{ by: [chief] }"),
    ("cite", "{ book: General Order 5, article: 12 }"),
    ("on", "[labour]"),
];

/// The value as a person would read it in an error.
pub(super) fn found(node: &Node) -> String {
    let short = |word: &str| word.chars().take(60).collect::<String>();
    match &node.value {
        Value::Word(word) => match scalars::meant(node) {
            Schema::Null => "nothing".to_owned(),
            Schema::String(_) => format!("\u{201c}{}\u{201d}", short(word)),
            Schema::Number(_) => format!("the number {}", short(word)),
            _ => short(word),
        },
        Value::List { items, .. } => format!("a list of {}", items.len()),
        Value::Map { entries, .. } => {
            let keys: Vec<String> = entries.iter().take(4).filter_map(|(key, _)| key.word()).map(short).collect();
            if keys.is_empty() { "a map with no keys".to_owned() } else { format!("a map with {}", keys.join(", ")) }
        }
        Value::Alias(_) => "a repetition".to_owned(),
    }
}

fn sort(schema: &Schema) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let name = schema["$ref"].as_str()?.strip_prefix("#/$defs/")?;
    SORTS.iter().find(|(known, ..)| *known == name)
}

fn words(schema: &Schema) -> Vec<&str> {
    schema["enum"].as_array().into_iter().flatten().filter_map(Schema::as_str).collect()
}

/// What fits, in words.
pub(super) fn expected(schema: &Schema, whole: &Schema) -> String {
    if let Some((_, words, _)) = sort(schema) {
        return (*words).to_owned();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|link| link.strip_prefix("#/$defs/")) {
        return expected(&whole["$defs"][name], whole);
    }
    if let Some(branches) = schema["anyOf"].as_array() {
        let all: Vec<String> = branches.iter().map(|branch| expected(branch, whole)).collect();
        return all.join(", or ");
    }
    match words(schema).as_slice() {
        [] => {}
        [one] => return format!("the word {one}"),
        all => return format!("one of {}", all.join(", ")),
    }
    if schema["items"].is_object() {
        return match words(&schema["items"]).as_slice() {
            [] => format!("a list such as {}", value(schema, whole, 3)),
            all => format!("a list in brackets of {}", all.join(", ")),
        };
    }
    if schema["properties"].is_object() || schema["additionalProperties"].is_object() {
        return format!("a map such as {}", value(schema, whole, 3));
    }
    match schema["type"].as_str() {
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => "a whole number".to_owned() + if schema["minimum"] == 0 { ", not below 0" } else { "" },
        _ => "a word or a text".to_owned(),
    }
}

/// `KEY: VALUE` that would be right.
pub(super) fn example(key: &str, schema: &Schema, whole: &Schema) -> String {
    let known = EXAMPLES.iter().find(|(known, _)| *known == key && suits(key, schema));
    let value = known.map_or_else(|| value(schema, whole, 3), |(_, value)| (*value).to_owned());
    format!("{key}: {value}")
}

/// Keys that mean different things in different places have an example of their own in one of them only.
fn suits(key: &str, schema: &Schema) -> bool {
    match key {
        "at_least" => schema["anyOf"].is_array(),
        "ladder" => schema["items"]["$ref"] == "#/$defs/span",
        "days" => schema["type"] == "string",
        "hours" => schema["type"] == "string",
        "object" => words(schema).contains(&"officer"),
        "minimum" => schema["$ref"] == "#/$defs/length",
        _ => true,
    }
}

/// A value that would be right.
fn value(schema: &Schema, whole: &Schema, depth: usize) -> String {
    if let Some((_, _, example)) = sort(schema) {
        return (*example).to_owned();
    }
    let Some(depth) = depth.checked_sub(1) else { return "{}".to_owned() };
    if let Some(name) = schema["$ref"].as_str().and_then(|link| link.strip_prefix("#/$defs/")) {
        return value(&whole["$defs"][name], whole, depth + 1);
    }
    if let Some(first) = schema["anyOf"].as_array().and_then(|all| all.first()) {
        return value(first, whole, depth + 1);
    }
    if let Some(first) = words(schema).first() {
        return (*first).to_owned();
    }
    if schema["items"].is_object() {
        return format!("[{}]", value(&schema["items"], whole, depth));
    }
    if let Some(own) = schema["properties"].as_object() {
        let mut keys: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Schema::as_str).collect();
        if keys.is_empty() {
            keys.extend(
                own.keys()
                    .filter(|key| !["id", "name", "source", "when"].contains(&key.as_str()))
                    .take(1)
                    .map(String::as_str),
            );
        }
        let all: Vec<String> = keys.into_iter().map(|key| inner(key, &own[key], whole, depth)).collect();
        return format!("{{ {} }}", all.join(", "));
    }
    if schema["additionalProperties"].is_object() {
        return format!("{{ word: {} }}", value(&schema["additionalProperties"], whole, depth));
    }
    match schema["type"].as_str() {
        Some("boolean") => "true",
        Some("integer") => "2",
        _ => "usual",
    }
    .to_owned()
}

fn inner(key: &str, schema: &Schema, whole: &Schema, depth: usize) -> String {
    match EXAMPLES.iter().find(|(known, _)| *known == key && suits(key, schema)) {
        Some((_, value)) => format!("{key}: {value}"),
        None => format!("{key}: {}", value(schema, whole, depth)),
    }
}

/// What a slip that people make is written as instead.
pub(super) fn hint(key: &str, node: &Node, schema: &Schema) -> String {
    let Some(word) = node.word().map(str::trim) else { return String::new() };
    let is_length = sort(schema).is_some_and(|(name, ..)| ["length", "limit", "span"].contains(name));
    let hint = match (key, word) {
        ("charge", "full") => "Write full: true for the whole schedule",
        ("charge", word) if word.ends_with('%') => "Write charge_percent: 50 for a part of the schedule",
        ("window", "day") => "Write calendar_day",
        ("window", word) if weekday_from_text(word).is_some() || word == "week" => "Write { week: { from: sun } }",
        (_, word) if is_length && word.contains('.') => "Lengths are whole numbers: 1 h 30 min for 1.5 h",
        (_, "yes" | "Yes" | "on") if schema["type"] == "boolean" => "Write true",
        (_, "no" | "No" | "off") if schema["type"] == "boolean" => "Write false",
        _ => return String::new(),
    };
    format!(". {hint}")
}

/// The key that an unknown one was probably meant to be.
pub(super) fn meant<'s>(word: &str, schema: &'s Schema) -> Option<&'s str> {
    let keys = schema["properties"].as_object().into_iter().flat_map(|own| own.keys());
    let (edits, _, key) = keys.map(|key| (distance(word, key), **key == *word, key)).min()?;
    (edits <= 1 + key.len() / 4).then_some(key.as_str())
}

/// An unknown key: the one that was meant, or all that there are.
pub(super) fn nearest(word: &str, schema: &Schema, whole: &Schema, place: &str) -> String {
    let shown: String = word.chars().take(60).collect();
    let own = schema["properties"].as_object();
    let keys: Vec<&String> = own.into_iter().flat_map(|own| own.keys()).collect();
    match meant(word, schema) {
        Some(key) => {
            format!(
                "There is no key `{shown}` in {place}, perhaps `{key}`. For example {}",
                example(key, &schema["properties"][key], whole)
            )
        }
        _ => {
            let all: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
            let first =
                all.iter().find(|key| !["id", "name", "source", "when", "acts_at", "assumes"].contains(key)).copied();
            let shown_example =
                first.map(|key| format!(". For example {}", example(key, &schema["properties"][key], whole)));
            format!(
                "There is no key `{shown}` in {place}, expected one of {}{}",
                all.join(", "),
                shown_example.unwrap_or_default()
            )
        }
    }
}

/// The message of the reader of conditions, as a sentence with an example.
pub(super) fn of_condition(fact: &str, why: &str) -> String {
    let shown: String = fact.chars().take(80).collect();
    let why = why.trim_end_matches('.');
    let why = if why.contains(&format!("`{shown}`")) { why.to_owned() } else { format!("`{shown}`: {why}") };
    if why.contains("example") || why.contains("expected") && why.contains("such as") {
        return why;
    }
    let fits = match Field::named(fact) {
        Some(field) => {
            let example = field.kind().example();
            format!("{shown}: {}", example.split("   ").next().unwrap_or_default())
        }
        None if fact == "cel" => "cel: \"job.attendance > 400\"".to_owned(),
        None => "when: { job.kind: construction }".to_owned(),
    };
    format!("{why}. For example {fits}")
}
