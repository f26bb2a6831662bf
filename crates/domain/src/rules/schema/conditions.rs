//! The form of conditions, made from the list of facts.

use serde_json::{Map, Value, json};

use super::{flag, link, one_or_list};
use crate::predicate::{Field, FieldKind};

const ATTRIBUTE: &str = r"^(officer|position|job|customer|venue|crew)\.attributes\.[A-Za-z0-9_]+$";

/// A condition: facts with their tests, `all`, `any` and `not`.
pub(super) fn condition() -> Value {
    let mut fields: Map<String, Value> =
        Field::ALL.iter().map(|(path, kind, label)| ((*path).to_owned(), test(*kind, label))).collect();
    for key in ["all", "any"] {
        fields.insert(key.to_owned(), json!({ "type": "array", "items": link("condition"), "maxItems": 500 }));
    }
    fields.insert("not".to_owned(), link("condition"));
    let expression = json!({
        "type": "string",
        "minLength": 1,
        "maxLength": crate::predicate::EXPRESSION_BYTES,
        "description": "What the facts beside cannot say, in the Common Expression Language: job.attendance > 50 * job.officers",
    });
    fields.insert("cel".to_owned(), expression);
    json!({
        "type": "object",
        "properties": fields,
        "patternProperties": { ATTRIBUTE: test(FieldKind::Free, "the agency's own fact") },
        "additionalProperties": false,
        "description": "A map means all of them. A fact that is not known fails its test.",
    })
}

/// The facts by which tables are read, as a pattern.
pub(super) fn word_fields() -> String {
    let known: Vec<String> = Field::ALL
        .iter()
        .filter(|(_, kind, _)| *kind == FieldKind::Text)
        .map(|(path, ..)| path.replace('.', r"\."))
        .collect();
    format!("^({})$|{ATTRIBUTE}", known.join("|"))
}

/// The value beside a fact.
fn test(kind: FieldKind, label: &str) -> Value {
    let text = || json!({ "type": ["string", "number"] });
    let number = || json!({ "type": ["integer", "string"] });
    let plain = match kind {
        FieldKind::Flag => flag(),
        FieldKind::Number => json!({ "type": "integer" }),
        FieldKind::Minutes => json!({ "anyOf": [link("length"), { "const": 0 }] }),
        FieldKind::Free => json!({ "anyOf": [flag(), one_or_list(text())] }),
        FieldKind::Text | FieldKind::Texts => one_or_list(text()),
        FieldKind::Weekday | FieldKind::Time | FieldKind::Week | FieldKind::Date | FieldKind::Holiday => {
            one_or_list(json!({ "type": "string" }))
        }
    };
    let mut operators = Map::from_iter([("known".to_owned(), flag()), ("not".to_owned(), Value::Bool(true))]);
    if matches!(kind, FieldKind::Number | FieldKind::Minutes | FieldKind::Free) {
        for operator in ["under", "at_most", "exactly", "at_least", "over"] {
            operators.insert(operator.to_owned(), number());
        }
    }
    if matches!(kind, FieldKind::Texts | FieldKind::Free) {
        operators.insert("all_of".to_owned(), one_or_list(text()));
    }
    if matches!(kind, FieldKind::Text | FieldKind::Free) {
        operators.insert("same_as".to_owned(), json!({ "type": "string" }));
    }
    let tested =
        json!({ "type": "object", "properties": operators, "additionalProperties": false, "minProperties": 1 });
    json!({ "anyOf": [plain, tested], "description": format!("{}, for example {}", label.replace('|', " / "), kind.example()) })
}
