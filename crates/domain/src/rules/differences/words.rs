//! The words of one difference: which part, from what, to what.

use serde_json::Value;

use crate::{
    policy::plain,
    predicate::{Predicate, minutes_from_text},
    rates::Ratio,
};

/// What a rule of a list or of a kind is called.
pub(super) fn noun(kind: &str) -> &'static str {
    NOUNS.iter().find(|(word, _)| *word == kind).map_or("Rule", |(_, noun)| noun)
}

const NOUNS: &[(&str, &str)] = &[
    ("cap", "Cap"),
    ("run_cap", "Cap on unbroken work"),
    ("rest_gap", "Rest"),
    ("no_overlap", "Overlap"),
    ("status_block", "Status"),
    ("require", "Requirement"),
    ("credential", "Certification"),
    ("relation_bar", "Bar"),
    ("list", "List"),
    ("penalty", "Penalty"),
    ("crew", "Crew"),
    ("venue_bar", "Barred place"),
    ("approval", "Approval"),
    ("lead_time", "Lead time"),
    ("release_stage", "Stages"),
    ("give_up", "Giving up"),
    ("duty_report", "Report"),
];

/// What a key is called in a sentence, and the unit of its numbers.
const LABELS: &[(&str, &str, Unit)] = &[
    ("max", "the limit", Unit::None),
    ("min", "the minimum", Unit::None),
    ("broken_by", "the time off that breaks a run", Unit::None),
    ("count", "the work that counts", Unit::None),
    ("max_h", "the limit", Unit::None),
    ("after_run_of", "the run after which it holds", Unit::None),
    ("buffer_before", "the time free before", Unit::None),
    ("buffer_after", "the time free after", Unit::None),
    ("travel", "the time between places", Unit::None),
    ("need", "what is needed", Unit::None),
    ("override", "who may set it aside", Unit::None),
    ("acts_at", "when it is asked", Unit::None),
    ("cite", "its source", Unit::None),
    ("levels", "who approves", Unit::None),
    ("at_least", "the least", Unit::None),
    ("ladder", "the ladder", Unit::None),
    ("look_back", "the time looked back on", Unit::None),
    ("amount", "the rate", Unit::Dollars),
    ("pay", "the officer's rate", Unit::Dollars),
    ("own_rate_times", "the factor on the officer's own rate", Unit::None),
    ("set", "the rate", Unit::Dollars),
    ("multiply", "the factor", Unit::None),
    ("add", "the amount an hour", Unit::Dollars),
    ("add_flat", "the amount", Unit::Dollars),
    ("minimum", "the minimum", Unit::None),
    ("minimum_amount", "the least amount", Unit::Dollars),
    ("step", "the step", Unit::None),
    ("blocks", "the blocks", Unit::None),
    ("grace", "the grace", Unit::None),
    ("after", "the hours before it begins", Unit::None),
    ("first", "the first hours it is for", Unit::None),
    ("per_hour", "the amount an hour", Unit::Dollars),
    ("per_shift", "the amount a shift", Unit::Dollars),
    ("per_day", "the amount a day", Unit::Dollars),
    ("per_mile", "the amount a mile", Unit::Dollars),
    ("per_job", "the amount for the job", Unit::Dollars),
    ("per_officer", "the amount for each officer", Unit::Dollars),
    ("first_hour", "the amount for the first hour", Unit::Dollars),
    ("at_most_per_hour", "the most an hour", Unit::Dollars),
    ("at_least_per_hour", "the least an hour", Unit::Dollars),
    ("percent", "the rate", Unit::Percent),
    ("deposit", "the deposit", Unit::Dollars),
    ("deposit_percent", "the deposit", Unit::Percent),
    ("card_percent", "the charge for cards", Unit::Percent),
    ("late_percent_month", "the interest a month", Unit::Percent),
    ("late_percent_year", "the interest a year", Unit::Percent),
    ("late_flat", "the charge when late", Unit::Dollars),
    ("late_percent", "the charge when late", Unit::Percent),
    ("late_at_least", "the least charge when late", Unit::Dollars),
    ("late_at_most", "the most charged when late", Unit::Dollars),
    ("late_grace_days", "the days without a charge", Unit::None),
    ("credit_limit", "the credit", Unit::Dollars),
    ("flat", "the flat amount", Unit::Dollars),
    ("charge", "the time charged", Unit::None),
    ("under", "the notice it is for", Unit::None),
    ("net_days", "the days until payment is due", Unit::None),
    ("on", "what it is taken of", Unit::None),
    ("from", "the first day", Unit::None),
    ("until", "the last day", Unit::None),
    ("effective_from", "the first day of the book", Unit::None),
    ("name", "the name", Unit::None),
    ("source", "the source", Unit::None),
    ("agency", "the agency's short name", Unit::None),
    ("version", "the version", Unit::None),
    ("zone", "the time zone", Unit::None),
    ("open_questions", "the open questions", Unit::None),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    None,
    Dollars,
    Percent,
}

/// Where in a rule.
#[derive(Clone)]
pub(super) struct Path(Vec<String>);

impl Path {
    pub(super) fn at(key: &str) -> Self {
        Self(vec![key.to_owned()])
    }

    fn then(&self, key: &str) -> Self {
        let mut parts = self.0.clone();
        parts.push(key.to_owned());
        Self(parts)
    }

    fn key(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// The last part with a label of its own, its unit, and the parts after it: `amount` `officer` is "the rate for officer".
    fn label(&self) -> (String, Unit) {
        let parts: Vec<&str> = self.0.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["switches", question] => {
                return (format!("the answer to \u{201c}{}\u{201d}", plain(question)), Unit::None);
            }
            ["calendar", "holidays", list, "days", day] => {
                return (format!("the holiday \u{201c}{day}\u{201d} of \u{201c}{list}\u{201d}"), Unit::None);
            }
            _ => {}
        }
        let known = |part: &String| LABELS.iter().find(|(key, ..)| key == part);
        let place = self.0.iter().rposition(|part| known(part).is_some());
        let (mut words, unit, rest) = match place {
            Some(at) => {
                let (_, words, unit) = known(&self.0[at]).expect("just found");
                ((*words).to_owned(), *unit, &self.0[at + 1..])
            }
            None => (format!("\u{201c}{}\u{201d}", plain(&self.0[0])), Unit::None, &self.0[1..]),
        };
        let before = place.map_or(&[][..], |at| &self.0[..at]);
        if !rest.is_empty() {
            let parts: Vec<String> = rest.iter().map(|part| plain(part)).collect();
            words += &format!(" for {}", parts.join(", "));
        }
        let before: Vec<String> = before.iter().filter(|part| *part != "effect").map(|part| plain(part)).collect();
        if !before.is_empty() {
            words += &format!(" ({})", before.join(", "));
        }
        (words, unit)
    }
}

/// The keys of both, in their order.
pub(super) fn keys(old: &Value, new: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
    let mut all: Vec<String> = of(new);
    let gone: Vec<String> = of(old).into_iter().filter(|key| !all.contains(key)).collect();
    all.extend(gone);
    all
}

/// Adds what differs at this place.
pub(super) fn compare(path: &Path, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<String>) {
    let (old, new) = (old.filter(|value| !value.is_null()), new.filter(|value| !value.is_null()));
    if old == new {
        return;
    }
    if matches!(path.key(), "when" | "that")
        && let Some(words) = conditions(path.key(), old, new)
    {
        found.push(words);
        return;
    }
    match (old, new) {
        (Some(Value::Object(_)), Some(Value::Object(_))) => {
            let (old, new) = (old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null));
            for key in keys(old, new) {
                compare(&path.then(&key), old.get(&key), new.get(&key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => lists(path, old, new, found),
        _ => found.push(single(path, old, new)),
    }
}

fn conditions(key: &str, old: Option<&Value>, new: Option<&Value>) -> Option<String> {
    let read = |value: Option<&Value>| match value {
        Some(value) => serde_json::from_value::<Predicate>(value.clone()).ok().map(Some),
        None => Some(None),
    };
    let shown = |predicate: Option<Predicate>| predicate.filter(|one| !one.is_always()).map(|one| one.to_string());
    let (old, new) = (shown(read(old)?), shown(read(new)?));
    let verb = if key == "that" { "asks for" } else { "holds when" };
    match (old, new) {
        // Two conditions of the same words are told apart by their written form.
        (Some(old), Some(new)) if old == new => None,
        (Some(old), Some(new)) => Some(format!("it now {verb} {new} (before: {old})")),
        (None, Some(new)) => Some(format!("it now {verb} {new} (before: always)")),
        (Some(old), None) => Some(format!("it now always holds (before: only when {old})")),
        (None, None) => None,
    }
}

fn lists(path: &Path, old: &[Value], new: &[Value], found: &mut Vec<String>) {
    let (label, unit) = path.label();
    let nested = |all: &[Value]| all.iter().any(|one| one.is_object() || one.is_array());
    if old.len() == new.len() && (nested(old) || nested(new)) {
        for (at, (old, new)) in old.iter().zip(new).enumerate() {
            compare(&path.then(&(at + 1).to_string()), Some(old), Some(new), found);
        }
        return;
    }
    let only = |left: &[Value], right: &[Value]| -> Vec<String> {
        left.iter().filter(|one| !right.contains(one)).map(|one| shown(one, unit)).collect()
    };
    let (more, less) = (only(new, old), only(old, new));
    let mut parts = Vec::new();
    if !more.is_empty() {
        parts.push(format!("now also {}", crate::policy::and_list(&more)));
    }
    if !less.is_empty() {
        parts.push(format!("no longer {}", crate::policy::and_list(&less)));
    }
    if parts.is_empty() {
        let all: Vec<String> = new.iter().map(|one| shown(one, unit)).collect();
        parts.push(format!("now in the order {}", all.join(", ")));
    }
    found.push(format!("{label}: {}", parts.join(", ")));
}

fn single(path: &Path, old: Option<&Value>, new: Option<&Value>) -> String {
    let (label, unit) = path.label();
    let is_date = matches!(path.key(), "from" | "until" | "effective_from");
    let words = |value: &Value| if is_date || is_text(path.key()) { bare(value) } else { shown(value, unit) };
    if path.key() == "effect" {
        let effect = |value: Option<&Value>| value.map_or_else(|| "refuse".to_owned(), breach);
        return format!("a breach now means: {} (before: {})", effect(new), effect(old));
    }
    match (old, new) {
        (_, Some(Value::Bool(true))) => format!("now: {label}"),
        (Some(Value::Bool(true)), _) => format!("no longer: {label}"),
        (_, Some(Value::Bool(false))) => format!("{label}: now no"),
        (Some(Value::Bool(false)), None) => format!("{label}: not stated any more (before: no)"),
        (Some(old), Some(new)) => {
            let rises = if is_text(path.key()) { None } else { order(old, new) };
            match rises {
                Some(std::cmp::Ordering::Less) => format!("{label} rises from {} to {}", words(old), words(new)),
                Some(std::cmp::Ordering::Greater) => format!("{label} falls from {} to {}", words(old), words(new)),
                _ => format!("{label} is now {} (before: {})", words(new), words(old)),
            }
        }
        (None, Some(new)) => format!("{label} is now {} (before: not stated)", words(new)),
        (Some(old), None) => format!("{label} is not stated any more (before: {})", words(old)),
        (None, None) => format!("{label} changes"),
    }
}

fn is_text(key: &str) -> bool {
    matches!(key, "name" | "source" | "agency" | "version" | "zone" | "book" | "article" | "link" | "channel")
}

fn breach(effect: &Value) -> String {
    match effect {
        Value::Object(fields) => match fields.iter().next() {
            Some((word, level)) => format!("{word} by {}", shown(level, Unit::None)),
            None => "nothing".to_owned(),
        },
        word => shown(word, Unit::None),
    }
}

/// Which of two figures of the same unit is larger; nothing for words.
fn order(old: &Value, new: &Value) -> Option<std::cmp::Ordering> {
    let (old, new) = (figure(old)?, figure(new)?);
    (old.1 == new.1).then(|| old.0.cmp(&new.0))
}

fn figure(value: &Value) -> Option<(Ratio, String)> {
    let text = bare(value);
    if let Ok(number) = text.parse::<Ratio>() {
        return Some((number, String::new()));
    }
    if let Some(minutes) = minutes_from_text(&text) {
        return Some((minutes.to_string().parse().ok()?, "min".to_owned()));
    }
    let (number, unit) = text.split_once(' ')?;
    Some((number.parse().ok()?, unit.trim_end_matches('s').to_owned()))
}

fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value in words.
fn shown(value: &Value, unit: Unit) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(all) => {
            let parts: Vec<String> = all.iter().map(|one| shown(one, unit)).collect();
            crate::policy::and_list(&parts)
        }
        Value::Object(fields) => {
            let part = |(key, value): (&String, &Value)| format!("{} {}", plain(key), shown(value, unit));
            fields.iter().map(part).collect::<Vec<_>>().join(", ")
        }
        Value::String(_) | Value::Number(_) => {
            let text = bare(value);
            match (unit, text.parse::<Ratio>()) {
                (Unit::Dollars, Ok(amount)) => amount.price(),
                (Unit::Percent, Ok(amount)) => format!("{amount} %"),
                _ => plain(&text),
            }
        }
    }
}
