//! Single values: what a word, a number or a length looks like, and which sizes can be meant.

use jiff::civil::{Date, Time};
use serde_json::{Value as Schema, json};

use crate::{
    policy::amount::{Amount, Length},
    predicate::{Field, FieldKind, clock_minute, minutes_from_text},
    rates::Ratio,
    rules::editing::tree::{Node, Value},
};

/// The single value as it is meant: nothing, true, a number or a text.
pub(super) fn meant(node: &Node) -> Schema {
    let Some(word) = node.word() else { return Schema::Null };
    if !node.plain {
        return json!(word);
    }
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Schema::Null,
        "true" | "True" | "TRUE" => json!(true),
        "false" | "False" | "FALSE" => json!(false),
        _ => {
            let digits = word.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
            let number =
                || word.parse::<i64>().ok().map(|n| json!(n)).or_else(|| word.parse::<f64>().ok().map(|n| json!(n)));
            digits.then(number).flatten().unwrap_or_else(|| json!(word))
        }
    }
}

/// The text of a value that is a text and nothing else.
pub(super) fn text(node: &Node) -> Option<&str> {
    meant(node).is_string().then(|| node.word()).flatten()
}

/// The number of a value that is one.
pub(super) fn number(node: &Node) -> Option<Ratio> {
    let word = node.word()?;
    let meant = || meant(node).as_f64().and_then(|number| number.to_string().parse().ok());
    word.parse().ok().or_else(meant)
}

/// True when the value is of the schema's plain type.
pub(super) fn is_of_type(node: &Node, schema: &Schema) -> bool {
    let is = |wanted: &str| match wanted {
        "string" => text(node).is_some(),
        "boolean" => meant(node).is_boolean(),
        "integer" => node.word().is_some_and(|word| {
            word.parse::<i64>().is_ok_and(|number| schema["minimum"].as_i64().is_none_or(|least| number >= least))
        }),
        "number" => meant(node).is_number(),
        "object" => matches!(node.value, Value::Map { .. }),
        "array" => matches!(node.value, Value::List { .. }),
        _ => true,
    };
    match &schema["type"] {
        Schema::String(wanted) => is(wanted),
        Schema::Array(all) => all.iter().filter_map(Schema::as_str).any(is),
        _ => true,
    }
}

/// True when a branch of several takes values of this shape at all: then its own mistakes are the ones to name.
pub(super) fn has_shape(node: &Node, branch: &Schema, whole: &Schema) -> bool {
    if let Some(name) = branch["$ref"].as_str().and_then(|link| link.strip_prefix("#/$defs/")) {
        return match name {
            "condition" | "amounts" => matches!(node.value, Value::Map { .. }),
            "classes" | "texts" => matches!(node.value, Value::List { .. }),
            _ => has_shape(node, &whole["$defs"][name], whole),
        };
    }
    match &node.value {
        Value::Map { entries, .. } => {
            let own = &branch["properties"];
            own.is_object() && entries.iter().any(|(key, _)| key.word().is_some_and(|word| own[word].is_object()))
        }
        Value::List { .. } => branch["items"].is_object(),
        Value::Word(_) | Value::Alias(_) => false,
    }
}

/// Whether a value is of the named sort; none for sorts that are looked at piece by piece.
pub(super) fn fits(name: &str, node: &Node) -> Option<bool> {
    let word = node.word();
    Some(match name {
        "text" => word.is_some() && !meant(node).is_null(),
        "date" => text(node).is_some_and(|word| word.len() == 10 && word.parse::<Date>().is_ok()),
        "clock" => text(node).is_some_and(|word| clock_minute(word).is_some() || word.parse::<Time>().is_ok()),
        "length" => text(node).is_some_and(|word| minutes_from_text(word).is_some()),
        "limit" => text(node).is_some_and(|word| word.parse::<Amount>().is_ok()),
        "span" => text(node).is_some_and(|word| word.parse::<Length>().is_ok()),
        "by" => {
            let names = |node: &Node| {
                node.word().is_some_and(|word| {
                    Field::named(word).is_some_and(|field| matches!(field.kind(), FieldKind::Text | FieldKind::Free))
                })
            };
            match &node.value {
                Value::List { items, .. } => !items.is_empty() && items.iter().all(names),
                _ => names(node),
            }
        }
        _ => return None,
    })
}

/// Why a number of that key cannot be meant: a percentage above all money, a factor of a million.
pub(super) fn out_of_reach(key: &str, number: &Ratio) -> Option<String> {
    let (least, most, what) = match key {
        "percent" | "late_percent" | "late_percent_month" | "late_percent_year" => (0, 500, "per cent"),
        "card_percent" | "deposit_percent" | "charge_percent" => (0, 100, "per cent"),
        "multiply" | "own_rate_times" => (0, 100, "a factor such as 1.5"),
        "stacking_limit" => (1, 100, "a number of times the base rate, such as 2"),
        "add" | "add_flat" => (-100_000_000, 100_000_000, "dollars"),
        "net_days" | "late_grace_days" | "stop_after_days" | "dispute_days" => (0, 3_650, "days"),
        "miles_free" => (0, 100_000, "miles"),
        "up_to" => (0, 1_000_000_000, "a count"),
        "rate_decimals" => (0, 9, "decimals"),
        _ => (0, 100_000_000, "dollars"),
    };
    let inside = *number >= Ratio::whole(least) && *number <= Ratio::whole(most);
    (!inside).then(|| format!("{what}, from {least} to {most}. For example {key}: {}", likely(key)))
}

fn likely(key: &str) -> &'static str {
    match key {
        "multiply" | "own_rate_times" => "1.5",
        "net_days" | "late_grace_days" | "stop_after_days" | "dispute_days" => "30",
        "stacking_limit" | "rate_decimals" => "2",
        "add" | "add_flat" => "5",
        "up_to" => "1000",
        _ => "10",
    }
}
