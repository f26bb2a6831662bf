//! A document value in the order in which it was written.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};

/// A value of a document; maps keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Nothing,
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn as_flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// As a person would read it in an error.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "\u{201c}{}\u{201d}", text.chars().take(60).collect::<String>()),
            Self::List(list) => write!(f, "a list of {}", list.len()),
            Self::Map(map) => {
                let keys: Vec<&str> = map.iter().take(5).map(|(key, _)| key.as_str()).collect();
                write!(f, "a map with {}", if keys.is_empty() { "no keys".to_owned() } else { keys.join(", ") })
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Node, E> {
        i64::try_from(number).map(Node::Number).map_err(|_| E::custom(format!("the number {number} is too large")))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Text(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(Node::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut all: Vec<(String, Node)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Node>()? {
            if all.iter().any(|(known, _)| *known == key) {
                return Err(A::Error::custom(format!("`{key}` is written twice")));
            }
            all.push((key, value));
        }
        Ok(Node::Map(all))
    }
}

/// An error of a document reader for a message of the form "what was found, expected what fits".
/// Made this way, and not as a custom text, because the reader then adds the line.
pub(crate) fn mistake<E: serde::de::Error>(message: &str) -> E {
    let (found, expected) = message.split_once(", expected ").unwrap_or((message, "the form of docs/rules.md"));
    E::invalid_value(serde::de::Unexpected::Other(found), &expected)
}
