//! The form of a book as JSON Schema (draft 2020-12), for editors of other makers. Forms only: what the sense of a book
//! asks (a table needs `by`, blocks must rise) is said by [`RuleBook::read`](super::RuleBook::read) alone.

mod conditions;
mod policy;
mod rates;

use serde_json::{Map, Value, json};

/// The schema, the same on every run.
#[must_use]
pub fn schema() -> Value {
    let mut whole = object(
        &["agency", "version", "effective_from", "zone"],
        vec![
            ("agency", text("The agency's short name.")),
            ("name", text("Its full name.")),
            ("version", text("Named by every price and every decision.")),
            ("effective_from", described(link("date"), "The local day of a shift's start picks the book.")),
            ("zone", text("The zone of the agency's wall clocks, such as America/New_York.")),
            ("source", text("Where the text comes from.")),
            ("open_questions", described(list(link("text")), "What the text leaves open and this book assumes.")),
            ("calendar", calendar()),
            ("policy", described(list(link("rule")), "Who may work: every rule that applies is asked.")),
            ("rates", rates::card()),
        ],
    );
    let fields = whole.as_object_mut().expect("just made as an object");
    fields.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    fields.insert("title".to_owned(), json!("A rule book of Muster"));
    fields.insert("description".to_owned(), json!("An agency's rules and rates as one document; see docs/rules.md."));
    fields.insert("$defs".to_owned(), Value::Object(definitions()));
    whole
}

fn definitions() -> Map<String, Value> {
    let mut all = Map::new();
    let mut add = |name: &str, value: Value| all.insert(name.to_owned(), value);
    add("text", json!({ "type": ["string", "number", "boolean"] }));
    add("texts", list(link("text")));
    add("date", json!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$" }));
    add("clock", json!({ "type": "string", "pattern": r"^\d{1,2}:\d{2}(:\d{2})?$" }));
    add(
        "length",
        json!({
            "type": "string",
            "pattern": r"^\s*(-\s*)?(\d+\s*(min|minutes?|h|hours?|d|days?|weeks?)\s*)+$",
            "description": "A length with its unit: 90 min, 24 h, 1 h 30 min, 3 d, 2 weeks.",
        }),
    );
    add(
        "number",
        json!({
            "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^-?\d+(\.\d+)?(/\d+)?$" }],
            "description": "A plain number with at most 15 digits.",
        }),
    );
    add(
        "amounts",
        json!({
            "anyOf": [link("number"), { "type": "object", "additionalProperties": link("amounts") }],
            "description": "A number, or a table by the words of the facts in `by`.",
        }),
    );
    add("by", one_or_list(json!({ "type": "string", "pattern": conditions::word_fields() })));
    add("condition", conditions::condition());
    add(
        "limit",
        json!({
            "type": "string",
            "pattern": r"^\s*(\d+\s+(min|h|d)(\s+\d+\s+(min|h|d))*|\d+\s+(jobs?|days?|applications?))\s*$",
            "description": "A length or a count: 16 h, 16 h 35 min, 3 jobs, 6 days, 2 applications.",
        }),
    );
    add("span", json!({ "type": "string", "pattern": r"^\s*\d+\s+(min|h|d)(\s+\d+\s+(min|h|d))*\s*$" }));
    policy::define(&mut add);
    all
}

fn calendar() -> Value {
    let day = json!({ "type": "string" });
    let holidays = object(
        &["days"],
        vec![
            ("observed", words(&["no", "instead", "as_well"])),
            ("days", json!({ "type": "object", "additionalProperties": one_or_list(day) })),
        ],
    );
    let office = object(
        &["days", "hours"],
        vec![
            ("days", json!({ "type": "string" })),
            ("hours", json!({ "type": "string", "pattern": r"^\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}\s*$" })),
            ("closed_on", link("text")),
        ],
    );
    object(
        &[],
        vec![
            ("week_starts", json!({ "type": "string" })),
            ("holidays", json!({ "type": "object", "additionalProperties": holidays })),
            ("office", office),
        ],
    )
}

/// A map with these keys and no other.
fn object(required: &[&str], fields: Vec<(&str, Value)>) -> Value {
    let properties: Map<String, Value> = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut all = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        all["required"] = json!(required);
    }
    all
}

fn link(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn text(description: &str) -> Value {
    described(link("text"), description)
}

fn described(mut value: Value, description: &str) -> Value {
    value["description"] = json!(description);
    value
}

fn list(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn one_or_list(item: Value) -> Value {
    json!({ "anyOf": [item.clone(), { "type": "array", "items": item, "minItems": 1 }] })
}

fn words(all: &[&str]) -> Value {
    json!({ "enum": all })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn whole(least: i64) -> Value {
    json!({ "type": "integer", "minimum": least })
}
