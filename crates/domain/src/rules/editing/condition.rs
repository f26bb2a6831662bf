//! The common conditions as rows of fact, comparison and value; what rows cannot say stays in words.

use super::slot::{list, written};
use crate::{
    predicate::{Compare, Field, FieldKind, Operand, Predicate, Test},
    time::Minutes,
};

/// A condition as rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConditionRows {
    /// One row is enough, instead of all of them.
    pub any: bool,
    /// The rows.
    pub rows: Vec<ConditionRow>,
}

/// One row: a fact, how it is compared, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionRow {
    /// The fact by its written name, for example `job.attendance`.
    pub field: String,
    /// One of [`COMPARISONS`].
    pub compare: String,
    /// The other side; empty where the comparison needs none. Words are divided by commas.
    pub value: String,
}

/// Every comparison with its words.
pub const COMPARISONS: &[(&str, &str)] = &[
    ("is", "is"),
    ("is_not", "is not"),
    ("over", "is over"),
    ("at_least", "is at least"),
    ("under", "is under"),
    ("at_most", "is at most"),
    ("exactly", "is exactly"),
    ("all_of", "include all of"),
    ("yes", "yes"),
    ("no", "no"),
    ("known", "is known"),
    ("not_known", "is not known"),
];

/// The comparisons that fit a fact of this kind.
#[must_use]
pub const fn comparisons(kind: FieldKind) -> &'static [&'static str] {
    match kind {
        FieldKind::Flag => &["yes", "no"],
        FieldKind::Text | FieldKind::Holiday => &["is", "is_not"],
        FieldKind::Texts => &["is", "is_not", "all_of"],
        FieldKind::Number | FieldKind::Minutes => &["over", "at_least", "under", "at_most", "exactly"],
        FieldKind::Weekday | FieldKind::Time | FieldKind::Week | FieldKind::Date => &["is", "is_not"],
        FieldKind::Free => &["is", "is_not", "over", "at_least", "under", "at_most", "yes", "no"],
    }
}

impl ConditionRows {
    /// A condition as rows; none when rows cannot say it.
    #[must_use]
    pub fn of(when: &Predicate) -> Option<Self> {
        let rows = |parts: &[Predicate]| parts.iter().map(row).collect::<Option<Vec<_>>>();
        match when {
            Predicate::All(parts) => Some(Self { any: false, rows: rows(parts)? }),
            Predicate::Any(parts) if parts.len() > 1 => Some(Self { any: true, rows: rows(parts)? }),
            Predicate::Any(_) => None,
            one => Some(Self { any: false, rows: vec![row(one)?] }),
        }
    }

    /// The condition as the document writes it; empty for no rows.
    ///
    /// # Errors
    /// For each row that does not fit: its number and a sentence.
    pub fn token(&self) -> Result<String, Vec<(usize, String)>> {
        let mut wrong = Vec::new();
        let mut tests: Vec<(String, String)> = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            match row.token() {
                Ok(token) => tests.push((row.field.clone(), token)),
                Err(message) => wrong.push((at, message)),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let each =
            || tests.iter().map(|(field, token)| format!("{{ {field}: {token} }}")).collect::<Vec<_>>().join(", ");
        let twice =
            tests.iter().enumerate().any(|(at, (field, _))| tests[..at].iter().any(|(other, _)| other == field));
        Ok(match tests.as_slice() {
            [] => String::new(),
            [_, _, ..] if self.any => format!("{{ any: [{}] }}", each()),
            _ if twice => format!("{{ all: [{}] }}", each()),
            all => {
                let all: Vec<String> = all.iter().map(|(field, token)| format!("{field}: {token}")).collect();
                format!("{{ {} }}", all.join(", "))
            }
        })
    }

    /// The condition that the rows say.
    #[must_use]
    pub fn predicate(&self) -> Option<Predicate> {
        let token = self.token().ok()?;
        if token.is_empty() { Some(Predicate::always()) } else { serde_saphyr::from_str(&token).ok() }
    }
}

fn row(part: &Predicate) -> Option<ConditionRow> {
    let (field, test, holds) = match part {
        Predicate::Test(field, test) => (field, test, true),
        Predicate::Not(inner) => match &**inner {
            Predicate::Test(field, test) => (field, test, false),
            _ => return None,
        },
        _ => return None,
    };
    let joined = |all: Vec<String>| (!all.iter().any(|word| word.contains(','))).then(|| all.join(", "));
    let words = |all: &[Box<str>]| joined(all.iter().map(|word| word.to_string()).collect());
    let is = if holds { "is" } else { "is_not" };
    let (compare, value) = match test {
        Test::OneOf(all) | Test::Holiday(all) => (is, words(all)?),
        Test::Weekdays(days) => {
            let day = |day: &jiff::civil::Weekday| usize::try_from(day.to_monday_zero_offset()).ok();
            let days = days.iter().map(|one| Some(super::slot::DAYS[day(one)?].to_owned())).collect::<Option<_>>()?;
            (is, joined(days)?)
        }
        Test::Windows(all) => (is, joined(all.iter().map(ToString::to_string).collect())?),
        Test::WeekWindows(all) => (is, joined(all.iter().map(ToString::to_string).collect())?),
        Test::Dates(all) => (is, joined(all.iter().map(ToString::to_string).collect())?),
        _ if !holds => return None,
        Test::AllOf(all) => ("all_of", words(all)?),
        Test::Flag(flag) => (if *flag { "yes" } else { "no" }, String::new()),
        Test::Known(known) => (if *known { "known" } else { "not_known" }, String::new()),
        Test::Number(compare, other) => (compare_word(*compare), number(field, other)),
        Test::SameAs(_) => return None,
    };
    Some(ConditionRow { field: field.path().into_owned(), compare: compare.to_owned(), value })
}

const fn compare_word(compare: Compare) -> &'static str {
    match compare {
        Compare::Under => "under",
        Compare::AtMost => "at_most",
        Compare::Exactly => "exactly",
        Compare::AtLeast => "at_least",
        Compare::Over => "over",
    }
}

fn number(field: &Field, other: &Operand) -> String {
    match other {
        Operand::Field(other) => other.path().into_owned(),
        Operand::Value(minutes) if field.kind() == FieldKind::Minutes && *minutes >= 0 => Minutes(*minutes).to_string(),
        Operand::Value(minutes) if field.kind() == FieldKind::Minutes => format!("{minutes} min"),
        Operand::Value(number) => number.to_string(),
    }
}

impl ConditionRow {
    /// The test as the document writes it.
    fn token(&self) -> Result<String, String> {
        let Some(field) = Field::named(&self.field) else {
            return Err("Choose a fact from the list.".to_owned());
        };
        let kind = field.kind();
        let value = self.value.trim();
        let needs_value = !matches!(self.compare.as_str(), "yes" | "no" | "known" | "not_known");
        if needs_value && value.is_empty() {
            return Err(format!("Say what {} is compared with, for example {}", plain_label(&field), example(kind)));
        }
        let words = || {
            let all: Vec<String> = list(value).iter().map(|word| written(word)).collect();
            if all.len() == 1 { all.concat() } else { format!("[{}]", all.join(", ")) }
        };
        let token = match self.compare.as_str() {
            "yes" => "true".to_owned(),
            "no" => "false".to_owned(),
            "known" => "{ known: true }".to_owned(),
            "not_known" => "{ known: false }".to_owned(),
            "is" => words(),
            "is_not" => format!("{{ not: {} }}", words()),
            "all_of" => format!("{{ all_of: {} }}", words()),
            "over" | "at_least" | "under" | "at_most" | "exactly" => {
                format!("{{ {}: {} }}", self.compare, bare(value)?)
            }
            _ => return Err("Choose a comparison from the list.".to_owned()),
        };
        let reads = serde_saphyr::from_str::<Predicate>(&format!("{{ {}: {token} }}", self.field));
        reads
            .map(|_| token)
            .map_err(|_| format!("That does not fit {}. Write for example {}", plain_label(&field), example(kind)))
    }
}

/// A number or length without quotes.
fn bare(value: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-');
    if value.chars().all(plain) { Ok(value.to_owned()) } else { Err("Enter a number, for example 300.".to_owned()) }
}

/// A fact in words; of a flag the phrase when it holds.
#[must_use]
pub fn plain_label(field: &Field) -> String {
    let label = field.label();
    label.split('|').next().unwrap_or_default().to_owned()
}

/// A value that fits, for hints.
#[must_use]
pub const fn example(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "sergeant, lieutenant",
        FieldKind::Texts => "k9, traffic",
        FieldKind::Flag => "yes",
        FieldKind::Number => "300",
        FieldKind::Minutes => "24 h",
        FieldKind::Weekday => "sat, sun",
        FieldKind::Time => "22:00-06:00",
        FieldKind::Week => "fri 17:00 - mon 07:00",
        FieldKind::Date => "12-24 or 2026-06-15 to 2026-08-31",
        FieldKind::Holiday => "any",
        FieldKind::Free => "high",
    }
}
