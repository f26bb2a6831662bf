//! The form of a line: which keys there are and what fits each, so that a mistake names its key, what was found, what
//! fits and an example.

use serde_json::{Map, Value};

use crate::{
    predicate::{Field, distance, minutes_from_text},
    rates::Ratio,
    refusal::Refusal,
};

/// What fits a key.
enum Sort {
    Any,
    Text,
    /// A name of the book: lower case with underscores.
    Name,
    Length,
    Flag,
    Count,
    Number,
    OneOf(&'static [&'static str]),
    Map(&'static [Key]),
    /// A list of maps.
    Each(&'static [Key]),
    /// Amounts by name.
    Amounts,
    /// A map that is read by itself.
    Free,
    /// A length, or a list of maps.
    LengthOrEach(&'static [Key]),
}

/// A key, what fits it, and a value that would.
struct Key(&'static str, Sort, &'static str);

const CANCELLED: &[Key] = &[
    Key("at", Sort::Text, "\"2026-04-06T20:00\""),
    Key("notice", Sort::Length, "\"90 min\""),
    Key("by", Sort::OneOf(&["customer", "agency", "officer", "weather"]), "\"customer\""),
    Key("change", Sort::Flag, "true"),
];
const POSITION: &[Key] = &[
    Key("count", Sort::Count, "2"),
    Key("rank", Sort::Name, "\"sergeant\""),
    Key("role", Sort::Name, "\"supervisor\""),
    Key("supervisory", Sort::Flag, "true"),
    Key("highest_ranking", Sort::Flag, "true"),
];
const RESOURCE: &[Key] = &[
    Key("resource", Sort::Name, "\"cruiser\""),
    Key("count", Sort::Count, "2"),
    Key("used", Sort::Length, "\"3 h\""),
    Key("miles", Sort::Count, "40"),
];
const PAUSE: &[Key] = &[Key("start", Sort::Text, "\"2026-04-07T12:00\""), Key("end", Sort::Text, "\"12:30\"")];
const EARLIER: &[Key] = &[
    Key("worked", Sort::Length, "\"6 h\""),
    Key("paid", Sort::Length, "\"6 h\""),
    Key("worked_for_customer", Sort::Length, "\"6 h\""),
    Key("paid_by_customer", Sort::Length, "\"6 h\""),
    Key("unbroken", Sort::Length, "\"6 h\""),
    Key("worked_in_week", Sort::Length, "\"30 h\""),
    Key("paid_in_week", Sort::Length, "\"30 h\""),
    Key("days_in_a_row", Sort::Count, "7"),
];
const LINE: &[Key] = &[
    Key("id", Sort::Any, "1"),
    Key("zone", Sort::Text, "\"America/New_York\""),
    Key("start", Sort::Text, "\"2026-04-07T07:00\""),
    Key("end", Sort::Text, "\"16:00\""),
    Key("length", Sort::Length, "\"8 h\""),
    Key("worked_start", Sort::Text, "\"2026-04-07T07:00\""),
    Key("worked_end", Sort::Text, "\"16:30\""),
    Key("worked", Sort::Length, "\"8 h 30 min\""),
    Key("holiday", Sort::Flag, "true"),
    Key("clock", Sort::OneOf(&["elapsed", "wall_clock"]), "\"elapsed\""),
    Key("rank", Sort::Name, "\"officer\""),
    Key("role", Sort::Name, "\"supervisor\""),
    Key("job_kind", Sort::Name, "\"construction\""),
    Key("job_class", Sort::Name, "\"major_event\""),
    Key("customer_class", Sort::Name, "\"school\""),
    Key("attendance", Sort::Count, "400"),
    Key("alcohol", Sort::Flag, "true"),
    Key("traffic", Sort::Flag, "true"),
    Key("special_event", Sort::Flag, "true"),
    Key("hazardous", Sort::Flag, "true"),
    Key("emergency", Sort::Flag, "true"),
    Key("new_customer", Sort::Flag, "true"),
    Key("attributes", Sort::Free, "{\"noise\": \"high\"}"),
    Key("requested_at", Sort::Text, "\"2026-04-05T20:00\""),
    Key("approved_at", Sort::Text, "\"2026-04-06T08:00\""),
    Key("notice", Sort::Length, "\"40 h\""),
    Key("business_notice", Sort::Length, "\"12 h\""),
    Key("business_days", Sort::Count, "2"),
    Key("officers", Sort::Count, "2"),
    Key("positions", Sort::Each(POSITION), "[{\"rank\": \"officer\", \"count\": 2}]"),
    Key("resources", Sort::Each(RESOURCE), "[{\"resource\": \"cruiser\"}]"),
    Key("rate", Sort::Number, "60"),
    Key("own_rate", Sort::Number, "42.5"),
    Key("rates", Sort::Amounts, "{\"holiday\": 90}"),
    Key("highest_rate_on_site", Sort::Number, "70"),
    Key("overrun_related", Sort::Flag, "true"),
    Key("breaks", Sort::LengthOrEach(PAUSE), "\"30 min\""),
    Key("earlier", Sort::Map(EARLIER), "{\"worked\": \"6 h\"}"),
    Key("facts", Sort::Free, "{\"officer.unit\": \"k9\"}"),
    Key("cancelled", Sort::Map(CANCELLED), "{\"notice\": \"90 min\"}"),
    Key("invoice", Sort::Number, "1000"),
    Key("by_card", Sort::Flag, "true"),
    Key("late_days", Sort::Count, "20"),
];

/// Words that people write for a key.
const MEANT: &[(&str, &str)] = &[
    ("hours", "length"),
    ("duration", "length"),
    ("hours_worked", "worked"),
    ("date", "start"),
    ("kind", "job_kind"),
    ("class", "job_class"),
    ("customer", "customer_class"),
    ("guests", "attendance"),
    ("count", "officers"),
    ("break", "breaks"),
    ("agreed_rate", "rate"),
];

fn wrong(message: String, remedy: String) -> Refusal {
    Refusal::new("bad_line", message, remedy)
}

/// Holds a line against the keys.
pub(super) fn check(line: &str) -> Result<(), Refusal> {
    const WHOLE: &str = "Write one object on each line, for example {\"id\": 1, \"length\": \"4 h\"}.";
    let value: Value = serde_json::from_str(line).map_err(|error| {
        let why = if error.is_eof() {
            "it ends too early: a bracket or a quotation mark is not closed".to_owned()
        } else {
            format!("it cannot be read at character {}", error.column())
        };
        wrong(format!("The line is not JSON: {why}."), WHOLE.to_owned())
    })?;
    let Value::Object(map) = &value else {
        return Err(wrong(format!("The line is {}, expected an object.", found(&value)), WHOLE.to_owned()));
    };
    keys(map, LINE, "")?;
    Ok(())
}

/// What is left to the reader: a key written twice, a fact that is none.
pub(super) fn of_reader(error: &serde_json::Error) -> Refusal {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    if let Some(key) = said.strip_prefix("duplicate field ") {
        return wrong(format!("The key {key} is written twice."), format!("Keep one {key}."));
    }
    wrong(format!("The line cannot be read: {said}."), "See the table of keys in docs/rules.md, section 5.".to_owned())
}

fn keys(map: &Map<String, Value>, known: &[Key], place: &str) -> Result<(), Refusal> {
    for (name, value) in map {
        let path = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        let Some(key) = known.iter().find(|key| key.0 == name.as_str()) else {
            return Err(unknown(name, known, place));
        };
        if !value.is_null() {
            fits(key, value, &path)?;
        }
    }
    Ok(())
}

fn fits(key: &Key, value: &Value, path: &str) -> Result<(), Refusal> {
    let good = match (&key.1, value) {
        (Sort::Any, _)
        | (Sort::Text, Value::String(_))
        | (Sort::Flag, Value::Bool(_))
        | (Sort::Free, Value::Object(_)) => true,
        (Sort::Name, Value::String(word)) => return lower(word, path),
        (Sort::Length | Sort::LengthOrEach(_), Value::String(text)) => minutes_from_text(text).is_some(),
        (Sort::Count, value) => value.as_i64().is_some(),
        (Sort::Number, value) => is_amount(value),
        (Sort::OneOf(words), Value::String(word)) => words.contains(&word.as_str()),
        (Sort::Map(known), Value::Object(map)) => return keys(map, known, path),
        (Sort::Each(known) | Sort::LengthOrEach(known), Value::Array(all)) => {
            for (at, one) in all.iter().enumerate() {
                let Value::Object(map) = one else { return Err(misfit(key, one, &format!("{path}.{at}"))) };
                keys(map, known, &format!("{path}.{at}"))?;
            }
            true
        }
        (Sort::Amounts, Value::Object(map)) => map.values().all(is_amount),
        _ => false,
    };
    if good { Ok(()) } else { Err(misfit(key, value, path)) }
}

fn is_amount(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.to_string().parse::<Ratio>().is_ok(),
        Value::String(text) => !text.contains('%') && text.parse::<Ratio>().is_ok(),
        _ => false,
    }
}

fn misfit(key: &Key, value: &Value, path: &str) -> Refusal {
    let expected = match &key.1 {
        Sort::Any | Sort::Text => "a text in quotation marks".to_owned(),
        Sort::Name => "a name in quotation marks".to_owned(),
        Sort::Length => {
            "a length with its unit in quotation marks, whole numbers only (1 h 30 min, not 1.5 h)".to_owned()
        }
        Sort::Flag => "true or false".to_owned(),
        Sort::Count => "a whole number".to_owned(),
        Sort::Number => "an amount of dollars".to_owned(),
        Sort::OneOf(words) => format!("one of {}", words.join(", ")),
        Sort::Map(known) => format!("an object with {}", names(known)),
        Sort::Each(known) => format!("a list of objects with {}", names(known)),
        Sort::Amounts => "an object of amounts by name".to_owned(),
        Sort::Free => "an object".to_owned(),
        Sort::LengthOrEach(known) => format!("a length with its unit, or a list of objects with {}", names(known)),
    };
    wrong(format!("`{path}`: {}, expected {expected}.", found(value)), format!("For example \"{}\": {}.", key.0, key.2))
}

fn names(known: &[Key]) -> String {
    known.iter().map(|key| key.0).collect::<Vec<_>>().join(", ")
}

/// Names of a book are lower case: one with a capital would fit nothing.
fn lower(word: &str, path: &str) -> Result<(), Refusal> {
    if word.chars().any(char::is_uppercase) {
        let shown: String = word.chars().take(60).collect();
        return Err(wrong(
            format!("`{path}`: \u{201c}{shown}\u{201d} has a capital letter; names are lower case with underscores."),
            format!("Write \"{}\".", shown.to_lowercase().replace(' ', "_")),
        ));
    }
    Ok(())
}

fn unknown(name: &str, known: &[Key], place: &str) -> Refusal {
    let shown: String = name.chars().take(60).collect();
    let where_to = if place.is_empty() { "a line".to_owned() } else { format!("`{place}`") };
    let message = format!("There is no key `{shown}` in {where_to}.");
    if place.is_empty() && Field::named(name).is_some() {
        return wrong(message, format!("A fact stands under facts: \"facts\": {{\"{shown}\": ...}}."));
    }
    let said = MEANT.iter().find(|(said, _)| *said == name).map(|(_, meant)| *meant);
    let near = || {
        let (edits, key) = known.iter().map(|key| (distance(name, key.0), key.0)).min()?;
        (edits <= 1 + key.len() / 4).then_some(key)
    };
    let meant = said.filter(|said| known.iter().any(|key| key.0 == *said)).or_else(near);
    let remedy = match meant.and_then(|meant| known.iter().find(|key| key.0 == meant)) {
        Some(key) => format!("Perhaps `{0}` is meant, for example \"{0}\": {1}.", key.0, key.2),
        None => format!("The keys are {}.", names(known)),
    };
    wrong(message, remedy)
}

fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("\u{201c}{}\u{201d}", text.chars().take(60).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The id of a line, also of one that is not JSON as a whole.
pub(super) fn id(line: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str::<Value>(line) {
        return value.get("id").cloned();
    }
    let rest = line.split_once("\"id\"")?.1.trim_start().strip_prefix(':')?;
    let value = serde_json::Deserializer::from_str(rest).into_iter::<Value>().next()?.ok()?;
    (value.is_number() || value.is_string()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_its_key_what_fits_and_an_example() {
        let rows: &[(&str, &[&str])] = &[
            ("not json", &["not JSON", "for example", "\"length\": \"4 h\""]),
            ("{\"id\": 1, \"length\": \"4 h\"", &["not closed"]),
            ("[1]", &["a list", "an object"]),
            ("{\"hours\": 4}", &["`hours`", "`length`", "\"8 h\""]),
            ("{\"ranks\": \"officer\"}", &["`ranks`", "`rank`"]),
            ("{\"length\": 4}", &["`length`", "the number 4", "unit", "\"8 h\""]),
            ("{\"length\": \"1.5 h\"}", &["`length`", "1.5 h", "1 h 30 min"]),
            ("{\"officers\": 1.5}", &["`officers`", "the number 1.5", "a whole number"]),
            ("{\"alcohol\": \"yes\"}", &["`alcohol`", "true or false"]),
            ("{\"cancelled\": {\"change\": \"hours\"}}", &["`cancelled.change`", "true or false"]),
            ("{\"cancelled\": {\"by\": \"customers\"}}", &["`cancelled.by`", "customer, agency, officer, weather"]),
            ("{\"job_kind\": \"Construction\"}", &["`job_kind`", "capital", "\"construction\""]),
            ("{\"positions\": [{\"rank\": \"Sergeant\"}]}", &["`positions.0.rank`", "\"sergeant\""]),
            ("{\"officer.unit\": \"k9\"}", &["`officer.unit`", "facts"]),
            ("{\"rate\": \"much\"}", &["`rate`", "an amount", "60"]),
        ];
        for (line, words) in rows {
            let refusal = check(line).expect_err(line);
            let said = format!("{} {}", refusal.message, refusal.remedy);
            for word in *words {
                assert!(said.contains(word), "{line}: {said} does not say {word}");
            }
            for jargon in ["i64", "ident", "variant", "expected value"] {
                assert!(!said.contains(jargon), "{line}: {said}");
            }
        }
        assert!(check("{\"id\": 7, \"length\": \"4 h\", \"officers\": null, \"holiday\": false}").is_ok());
        assert_eq!(id("{\"id\": 7, \"length\": "), Some(Value::from(7)));
    }
}
