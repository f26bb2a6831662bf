//! Amounts of a card: one number, or a table by the words of one or more facts.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::ratio::Ratio;
use crate::predicate::{Facts, Field, FieldKind, mistake};

/// One amount, or amounts by word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Amounts {
    /// The amount.
    One(Ratio),
    /// Amounts by the word of a fact; a table in a table goes by the next fact.
    Table(BTreeMap<String, Amounts>),
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Amounts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount such as 46, or a table such as { officer: 46, sergeant: 53 }")
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Amounts, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Amounts, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Amounts, E> {
        Ratio::from_plain(number).map(Amounts::One).map_err(|wrong| mistake(&wrong))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Amounts, E> {
        text.parse().map(Amounts::One).map_err(|wrong: String| mistake(&wrong))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Amounts, A::Error> {
        BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(Amounts::Table)
    }
}

impl<'de> Deserialize<'de> for Amounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// The facts by which a table is read, outermost first; written as one name or a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookedUpBy(pub Vec<Field>);

impl LookedUpBy {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for LookedUpBy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(&one.path()),
            all => serializer.collect_seq(all.iter().map(|field| field.path().into_owned())),
        }
    }
}

impl<'de> Deserialize<'de> for LookedUpBy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Vec<String>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a fact such as officer.rank, or a list such as [officer.rank, job.class]")
            }
            fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
                Ok(vec![text.to_owned()])
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    all.push(one);
                }
                Ok(all)
            }
        }
        let names = deserializer.deserialize_any(Names)?;
        let read = |name: &String| {
            Field::named(name).filter(|field| matches!(field.kind(), FieldKind::Text | FieldKind::Free)).ok_or_else(|| {
                mistake(&format!("the fact `{name}`, expected one with a single word, such as officer.rank, position.role, job.kind, job.class or customer.class"))
            })
        };
        names.iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl Amounts {
    /// The amount for these facts, with the words by which it was found; `None` when a table has no entry.
    pub(super) fn find(&self, by: &[Field], facts: &Facts<'_>) -> Option<(Ratio, String)> {
        match (self, by) {
            (Self::One(amount), _) => Some((*amount, String::new())),
            (Self::Table(table), [field, rest @ ..]) => {
                let (word, inner) = table.iter().find(|(word, _)| field.has_word(facts, word))?;
                let (amount, words) = inner.find(rest, facts)?;
                let word = word.replace('_', " ");
                Some((amount, if words.is_empty() { word } else { format!("{word}, {words}") }))
            }
            (Self::Table(_), []) => None,
        }
    }

    /// The amount in the column of that word, whatever the facts say (a tier).
    pub(crate) fn entry(&self, word: &str) -> Option<Ratio> {
        match self {
            Self::Table(table) => match table.get(word)? {
                Self::One(amount) => Some(*amount),
                Self::Table(_) => None,
            },
            Self::One(_) => None,
        }
    }

    /// How deep the table is: the number of facts needed to read it.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Table(table) => 1 + table.values().map(Self::depth).max().unwrap_or(0),
        }
    }
    /// The least of the amounts.
    pub(crate) fn least(&self) -> Ratio {
        match self {
            Self::One(amount) => *amount,
            Self::Table(table) => table.values().map(Self::least).min().unwrap_or(Ratio::ZERO),
        }
    }
}
