//! The written form: reading with errors that name key, expectation and example, and writing it back.

use std::fmt;

use jiff::civil::{Date, Weekday};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::{SerializeMap as _, SerializeSeq as _},
};

use super::{
    Compare, Dates, Expression, Field, FieldKind, Operand, Predicate, Test, WeekWindow, Window,
    node::{Node, mistake},
};

/// Conditions inside conditions, at most.
const DEPTH: usize = 12;
/// Entries in one list, at most.
const ENTRIES: usize = 500;

impl<'de> Deserialize<'de> for Predicate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// Reads entry by entry, so that the reader of the document still knows the line when an entry is wrong.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Predicate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a condition such as { job.kind: construction }, { job.attendance: { over: 400 } } or { any: [{ job.traffic: true }, { moment.weekday: sun }] }",
        )
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Predicate, A::Error> {
        let mut parts = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(mistake(&format!("`{key}` written twice, expected both under all: [...]")));
            }
            let value: Node = map.next_value()?;
            parts.push(Predicate::read_entry(&key, &value, DEPTH).map_err(|wrong| mistake::<A::Error>(&wrong))?);
            keys.push(key);
        }
        Ok(one_or_all(parts))
    }
}

fn one_or_all(mut parts: Vec<Predicate>) -> Predicate {
    if parts.len() == 1 { parts.remove(0) } else { Predicate::All(parts) }
}

impl Predicate {
    fn read(value: &Node, depth: usize) -> Result<Self, String> {
        if depth == 0 {
            return Err(format!("conditions nested deeper than {DEPTH}, expected them flatter"));
        }
        let Node::Map(entries) = value else {
            return Err(format!(
                "{value}, expected a condition such as {{ job.kind: construction }} or {{ job.attendance: {{ over: 400 }} }}"
            ));
        };
        let parts = entries.iter().map(|(key, value)| Self::read_entry(key, value, depth)).collect::<Result<_, _>>()?;
        Ok(one_or_all(parts))
    }

    /// Whether one entry of a condition can be read.
    ///
    /// # Errors
    /// What was found, what was expected.
    pub(crate) fn read_fact(key: &str, value: &serde_json::Value) -> Result<(), String> {
        let value = Node::deserialize(value).map_err(|error| error.to_string())?;
        Self::read_entry(key, &value, DEPTH).map(|_| ())
    }

    fn read_entry(key: &str, value: &Node, depth: usize) -> Result<Self, String> {
        match key {
            "all" => Ok(Self::All(Self::read_list(key, value, depth)?)),
            "any" => Ok(Self::Any(Self::read_list(key, value, depth)?)),
            "cel" => match value {
                Node::Text(source) => Expression::read(source).map(Self::Cel),
                other => Err(format!(
                    "`cel` with {other}, expected an expression in quotes such as \"job.attendance > 50 * job.officers\""
                )),
            },
            "not" => Ok(Self::Not(Box::new(Self::read(value, depth - 1)?))),
            path => {
                let field = Field::named(path).ok_or_else(|| unknown(path))?;
                let at = |wrong: String| format!("`{path}`: {wrong}");
                read_test(&field, value).map_err(at)
            }
        }
    }

    fn read_list(key: &str, value: &Node, depth: usize) -> Result<Vec<Self>, String> {
        let Node::List(parts) = value else {
            return Err(format!(
                "`{key}` with {value}, expected a list of conditions, for example {key}: [{{ job.alcohol: true }}, {{ job.attendance: {{ over: 400 }} }}]"
            ));
        };
        if parts.len() > ENTRIES {
            return Err(format!("`{key}` with {} conditions, expected at most {ENTRIES}", parts.len()));
        }
        parts.iter().map(|part| Self::read(part, depth - 1)).collect()
    }
}

pub(super) fn unknown(path: &str) -> String {
    let section = path.split('.').next().unwrap_or_default();
    let near = Field::ALL.iter().map(|(known, ..)| (distance(path, known), *known)).min();
    let of_section = || -> Vec<&str> {
        Field::ALL.iter().map(|(known, ..)| *known).filter(|known| known.split('.').next() == Some(section)).collect()
    };
    let own = format!("(an agency's own facts are written {section}.attributes.NAME)");
    match near {
        Some((0..=3, near)) => format!("the fact `{path}`, expected perhaps `{near}` {own}"),
        _ if of_section().is_empty() => format!(
            "the fact `{path}`, expected one that begins with officer, position, job, customer, venue, crew, moment or earlier, for example job.kind; or all, any, not"
        ),
        _ => format!("the fact `{path}`, expected one of {} {own}", of_section().join(", ")),
    }
}

/// Edits that turn one word into the other.
pub(crate) fn distance(left: &str, right: &str) -> usize {
    if left.len() > 80 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.bytes().enumerate() {
            let next = (diagonal + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[right.len()]
}

fn read_test(field: &Field, value: &Node) -> Result<Predicate, String> {
    let kind = field.kind();
    let wrong = || format!("{value}, expected {}", kind.example());
    let one = |test| Ok(Predicate::Test(field.clone(), test));
    if let Node::Map(entries) = value {
        if entries.is_empty() {
            return Err(wrong());
        }
        let mut parts = Vec::new();
        for (operator, value) in entries {
            parts.push(read_operator(field, operator, value)?);
        }
        return Ok(if parts.len() == 1 { parts.remove(0) } else { Predicate::All(parts) });
    }
    match kind {
        FieldKind::Flag => one(Test::Flag(value.as_flag().ok_or_else(wrong)?)),
        FieldKind::Number | FieldKind::Minutes => {
            one(Test::Number(Compare::Exactly, Operand::Value(read_number(kind, value).ok_or_else(wrong)?)))
        }
        FieldKind::Text | FieldKind::Texts => one(Test::OneOf(read_words(value).ok_or_else(wrong)?)),
        FieldKind::Holiday => one(Test::Holiday(read_words(value).ok_or_else(wrong)?)),
        FieldKind::Weekday => one(Test::Weekdays(read_each(value, weekdays).ok_or_else(wrong)?.concat())),
        FieldKind::Time => one(Test::Windows(read_each(value, window).ok_or_else(wrong)?)),
        FieldKind::Week => one(Test::WeekWindows(read_each(value, week_window).ok_or_else(wrong)?)),
        FieldKind::Date => one(Test::Dates(read_each(value, dates).ok_or_else(wrong)?)),
        FieldKind::Free => match value {
            Node::Flag(flag) => one(Test::Flag(*flag)),
            Node::Number(number) => one(Test::Number(Compare::Exactly, Operand::Value(*number))),
            _ => one(Test::OneOf(read_words(value).ok_or_else(wrong)?)),
        },
    }
}

fn read_operator(field: &Field, operator: &str, value: &Node) -> Result<Predicate, String> {
    let kind = field.kind();
    let wrong = || format!("`{operator}` {value}, expected {}", kind.example());
    let one = |test| Ok(Predicate::Test(field.clone(), test));
    let compare = match operator {
        "under" => Compare::Under,
        "at_most" => Compare::AtMost,
        "exactly" => Compare::Exactly,
        "at_least" => Compare::AtLeast,
        "over" => Compare::Over,
        "known" => {
            return one(Test::Known(
                value.as_flag().ok_or_else(|| format!("`known` {value}, expected true or false"))?,
            ));
        }
        "not" => return Ok(Predicate::Not(Box::new(read_test(field, value)?))),
        "all_of" if matches!(kind, FieldKind::Texts | FieldKind::Free) => {
            return one(Test::AllOf(read_words(value).ok_or_else(wrong)?));
        }
        "same_as" if matches!(kind, FieldKind::Text | FieldKind::Free) => {
            let other = value.as_text().and_then(Field::named);
            return one(Test::SameAs(
                other.ok_or_else(|| format!("`same_as` {value}, expected another fact such as officer.unit"))?,
            ));
        }
        _ => return Err(format!("the comparison `{operator}`, expected {}", kind.example())),
    };
    if !matches!(kind, FieldKind::Number | FieldKind::Minutes | FieldKind::Free) {
        return Err(format!("the comparison `{operator}`, expected {}", kind.example()));
    }
    let other = match value {
        Node::Text(path) if Field::named(path).is_some() => Operand::Field(Field::named(path).ok_or_else(wrong)?),
        value => Operand::Value(read_number(kind, value).ok_or_else(wrong)?),
    };
    one(Test::Number(compare, other))
}

fn read_number(kind: FieldKind, value: &Node) -> Option<i64> {
    match (kind, value) {
        (FieldKind::Number | FieldKind::Free, Node::Number(number)) => Some(*number),
        (FieldKind::Minutes, Node::Number(0)) => Some(0),
        (FieldKind::Minutes | FieldKind::Free, Node::Text(text)) => minutes_from_text(text),
        _ => None,
    }
}

fn read_words(value: &Node) -> Option<Vec<Box<str>>> {
    read_each(value, |text| (!text.trim().is_empty() && text.len() <= 200).then(|| text.trim().into()))
}

fn read_each<T>(value: &Node, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    match value {
        Node::Text(text) => Some(vec![read(text)?]),
        Node::List(all) if !all.is_empty() && all.len() <= ENTRIES => {
            all.iter().map(|one| read(one.as_text()?)).collect()
        }
        _ => None,
    }
}

/// `90 min`, `24 h`, `1 h 30 min`, `3 d`, `2 weeks`; up to ten years.
pub(crate) fn minutes_from_text(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let negative = rest.starts_with('-');
    rest = rest.trim_start_matches('-').trim_start();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "min" | "minute" | "minutes" => 1,
            "h" | "hour" | "hours" => 60,
            "d" | "day" | "days" => 1440,
            "week" | "weeks" => 10080,
            _ => return None,
        };
        rest = rest[letters..].trim_start();
        total = total.checked_add(count.checked_mul(unit)?)?;
    }
    (total <= 10 * 366 * 1440).then_some(if negative { -total } else { total })
}

/// Minutes after midnight of `HH:MM`, up to 24:00.
pub(crate) fn clock_minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |s: &str| (1..=2).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// A weekday by its first three letters or its full English name, any case.
pub(crate) fn weekday_from_text(text: &str) -> Option<Weekday> {
    let text = text.trim().to_ascii_lowercase();
    let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    WEEKDAYS.iter().zip(full).find(|((short, _), full)| text == *short || text == *full).map(|((_, day), _)| *day)
}

pub(super) fn weekday_word(day: Weekday) -> &'static str {
    WEEKDAYS[usize::try_from(day.to_monday_zero_offset()).expect("0 to 6")].0
}

fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    let Some((from, to)) = text.split_once('-') else {
        return Some(vec![weekday_from_text(text)?]);
    };
    let (from, to) = (weekday_from_text(from)?, weekday_from_text(to)?);
    let mut days = vec![from];
    while days.last() != Some(&to) {
        days.push(days[days.len() - 1].next());
    }
    Some(days)
}

fn window(text: &str) -> Option<Window> {
    let (from, to) = text.split_once('-')?;
    let window = Window { from: clock_minute(from)?, to: clock_minute(to)? };
    (window.from < 1440 && window.from != window.to).then_some(window)
}

fn week_window(text: &str) -> Option<WeekWindow> {
    let minute = |text: &str| {
        let (day, time) = text.trim().split_once(' ')?;
        let day = u16::try_from(weekday_from_text(day)?.to_monday_zero_offset()).ok()?;
        Some(day * 1440 + clock_minute(time)?)
    };
    let (from, to) = text.split_once('-')?;
    let window = WeekWindow { from: minute(from)?, to: minute(to)? };
    (window.from < 10080 && window.from != window.to).then_some(window)
}

fn dates(text: &str) -> Option<Dates> {
    if let Some(last) = text.strip_prefix("until ") {
        return Some(Dates::Given(Date::MIN, last.trim().parse().ok()?));
    }
    if let Some(first) = text.strip_prefix("from ") {
        return Some(Dates::Given(first.trim().parse().ok()?, Date::MAX));
    }
    let (from, to) = text.split_once(" to ").unwrap_or((text, text));
    let (from, to) = (from.trim(), to.trim());
    if let (Ok(first), Ok(last)) = (from.parse(), to.parse()) {
        return (first <= last).then_some(Dates::Given(first, last));
    }
    Some(Dates::Yearly(month_day(from)?, month_day(to)?))
}

fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    let (month, day): (i8, i8) = (month.parse().ok()?, day.parse().ok()?);
    jiff::civil::Date::new(2024, month, day).ok().map(|_| (month, day))
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(all) => {
                let mut list = serializer.serialize_seq(Some(all.len()))?;
                for one in all {
                    list.serialize_element(one)?;
                }
                list.end()
            }
            Self::Map(all) => {
                let mut map = serializer.serialize_map(Some(all.len()))?;
                for (key, value) in all {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl Serialize for Predicate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Node::Map(self.entries()).serialize(serializer)
    }
}

impl Predicate {
    /// The written form as the entries of one map.
    fn entries(&self) -> Vec<(String, Node)> {
        let list = |parts: &[Self]| Node::List(parts.iter().map(|part| Node::Map(part.entries())).collect());
        match self {
            Self::All(parts) => {
                let flat: Vec<(String, Node)> = parts.iter().flat_map(Self::entries).collect();
                let mut keys: Vec<&str> = flat.iter().map(|(key, _)| key.as_str()).collect();
                keys.sort_unstable();
                keys.dedup();
                let loose = parts.iter().all(|part| !matches!(part, Self::All(_)));
                if loose && keys.len() == parts.len() && parts.len() != 1 {
                    return flat;
                }
                vec![("all".into(), list(parts))]
            }
            Self::Any(parts) => vec![("any".into(), list(parts))],
            Self::Not(inner) => vec![("not".into(), Node::Map(inner.entries()))],
            Self::Test(field, test) => vec![(field.path().into_owned(), test.written(field.kind()))],
            Self::Cel(expression) => vec![("cel".into(), Node::Text(expression.source().to_owned()))],
        }
    }
}

impl Test {
    fn written(&self, kind: FieldKind) -> Node {
        let operator = |key: &str, value: Node| Node::Map(vec![(key.to_owned(), value)]);
        let words = |all: &[Box<str>]| one_or_list(all.iter().map(|word| word.to_string()));
        match self {
            Self::OneOf(all) | Self::Holiday(all) => words(all),
            Self::AllOf(all) => operator("all_of", words(all)),
            Self::Flag(flag) => Node::Flag(*flag),
            Self::Number(compare, other) => {
                let value = match other {
                    Operand::Field(field) => Node::Text(field.path().into_owned()),
                    Operand::Value(number) if kind == FieldKind::Minutes => Node::Text(format!("{number} min")),
                    Operand::Value(number) => Node::Number(*number),
                };
                operator(compare.word(), value)
            }
            Self::SameAs(field) => operator("same_as", Node::Text(field.path().into_owned())),
            Self::Weekdays(days) => one_or_list(days.iter().map(|day| weekday_word(*day).to_owned())),
            Self::Windows(all) => one_or_list(all.iter().map(ToString::to_string)),
            Self::WeekWindows(all) => one_or_list(all.iter().map(ToString::to_string)),
            Self::Dates(all) => one_or_list(all.iter().map(ToString::to_string)),
            Self::Known(known) => operator("known", Node::Flag(*known)),
        }
    }
}

fn one_or_list(words: impl Iterator<Item = String>) -> Node {
    let mut all: Vec<Node> = words.map(Node::Text).collect();
    if all.len() == 1 { all.remove(0) } else { Node::List(all) }
}

impl Compare {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Under => "under",
            Self::AtMost => "at_most",
            Self::Exactly => "exactly",
            Self::AtLeast => "at_least",
            Self::Over => "over",
        }
    }
}
