//! What a line may say beside its plain keys: any fact by its name, breaks, earlier shifts.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, tz::TimeZone};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{
    no_time,
    times::{moment, of_key, until},
};
use crate::{
    predicate::{Attribute, Attributes, Facts, Field, FieldKind, Section, length},
    rates::Earlier,
    refusal::Refusal,
    time::{Minutes, Span},
};

/// Facts by their names: `{"officer.unit": "k9", "customer.attributes.tier": "gold"}`.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    plain: Vec<(Field, Attribute)>,
    own: BTreeMap<Section, Attributes>,
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = Self::default();
        for (name, value) in BTreeMap::<String, Attribute>::deserialize(deserializer)? {
            let unknown = || format!("there is no fact {name}; write one of docs/rules.md, for example officer.unit");
            match Field::named(&name).ok_or_else(|| D::Error::custom(unknown()))? {
                field if field.path().starts_with("earlier.") => {
                    let key = name.trim_start_matches("earlier.");
                    return Err(D::Error::custom(format!(
                        "the fact {name} is given by the key earlier, for example \"earlier\": {{\"{key}\": ...}}"
                    )));
                }
                Field::Attribute(section, own) => {
                    all.own.entry(section).or_default().insert(own.into(), value);
                }
                field => {
                    let value = meant(field.kind(), value).ok_or_else(|| {
                        D::Error::custom(format!(
                            "the fact {name} has another sort of value, for example {}",
                            example(field.kind())
                        ))
                    })?;
                    all.plain.push((field, value));
                }
            }
        }
        Ok(all)
    }
}

/// A plain value, not a test.
fn example(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "\"sergeant\"",
        FieldKind::Texts => "[\"k9\", \"traffic\"]",
        FieldKind::Flag => "true",
        FieldKind::Number => "400",
        FieldKind::Minutes => "\"24 h\"",
        _ => "a start, which the key start gives",
    }
}

fn meant(kind: FieldKind, value: Attribute) -> Option<Attribute> {
    match (kind, value) {
        (FieldKind::Text, value @ Attribute::Text(_))
        | (FieldKind::Texts, value @ Attribute::Texts(_))
        | (FieldKind::Flag, value @ Attribute::Flag(_))
        | (FieldKind::Number, value @ Attribute::Number(_)) => Some(value),
        (FieldKind::Texts, Attribute::Text(one)) => Some(Attribute::Texts(vec![one])),
        (FieldKind::Minutes, Attribute::Text(text)) => {
            crate::predicate::minutes_from_text(&text).map(Attribute::Number)
        }
        _ => None,
    }
}

impl Named {
    /// The lists of words, for facts to borrow.
    pub(super) fn words(&self) -> Vec<Vec<&str>> {
        fn list((_, value): &(Field, Attribute)) -> Vec<&str> {
            match value {
                Attribute::Texts(all) => all.iter().map(String::as_str).collect(),
                _ => Vec::new(),
            }
        }
        self.plain.iter().map(list).collect()
    }

    /// Puts them among the facts.
    pub(super) fn add<'a>(&'a self, facts: &mut Facts<'a>, words: &'a [Vec<&'a str>]) {
        for ((field, value), words) in self.plain.iter().zip(words) {
            facts.put(field, value, words);
        }
        for (section, own) in &self.own {
            facts.put_own(*section, own);
        }
    }
}

/// The officer's shifts before this one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AskedEarlier {
    #[serde(with = "length::option")]
    worked: Option<Minutes>,
    #[serde(with = "length::option")]
    paid: Option<Minutes>,
    #[serde(with = "length::option")]
    worked_for_customer: Option<Minutes>,
    #[serde(with = "length::option")]
    paid_by_customer: Option<Minutes>,
    #[serde(with = "length::option")]
    unbroken: Option<Minutes>,
    #[serde(with = "length::option")]
    worked_in_week: Option<Minutes>,
    #[serde(with = "length::option")]
    paid_in_week: Option<Minutes>,
    days_in_a_row: Option<i64>,
}

impl AskedEarlier {
    /// What is not said of paid time is that of worked time, and the other way round.
    pub(super) fn meant(&self) -> Earlier {
        let or = |this: Option<Minutes>, that: Option<Minutes>| this.or(that).unwrap_or(Minutes::ZERO);
        Earlier {
            worked: or(self.worked, self.paid),
            paid: or(self.paid, self.worked),
            worked_for_customer: or(self.worked_for_customer, self.paid_by_customer),
            paid_by_customer: or(self.paid_by_customer, self.worked_for_customer),
            unbroken: or(self.unbroken, None),
            worked_in_week: self.worked_in_week.or(self.paid_in_week),
            paid_in_week: self.paid_in_week.or(self.worked_in_week),
            days_in_a_row: self.days_in_a_row,
        }
    }
}

/// Breaks: their length in the middle of the shift, or their times.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Breaks {
    Length(#[serde(with = "length")] Minutes),
    Times(Vec<Pause>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pause {
    start: String,
    end: String,
}

impl Breaks {
    pub(super) fn spans(&self, zone: &TimeZone, shift: Span) -> Result<Vec<Span>, Refusal> {
        match self {
            Self::Length(Minutes(0)) => Ok(Vec::new()),
            Self::Length(length) => {
                let before = (shift.minutes().0 - length.0).max(0) / 2;
                let starts = shift.starts_at().checked_add(before.minutes()).map_err(|_| no_time())?;
                let ends = starts.checked_add(length.0.minutes()).map_err(|_| no_time())?;
                Ok(vec![Span::new(starts, ends).ok_or_else(no_time)?])
            }
            Self::Times(all) => all
                .iter()
                .map(|pause| until(zone, of_key("breaks.start", moment(zone, &pause.start))?, &pause.end))
                .collect(),
        }
    }
}
