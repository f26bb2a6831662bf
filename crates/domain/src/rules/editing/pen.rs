//! Writing a rule as a sentence with places to fill in.

use super::{
    slot::{Choice, Input, Slot, read},
    tree::Node,
    vocabulary::Vocabulary,
};

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words as they stand.
    Words(String),
    /// A place to fill in.
    Slot(Slot),
}

/// A list inside a rule, each item a sentence of its own: windows of a cancellation, steps of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Where the list stands inside its rule.
    pub path: String,
    /// What it lists.
    pub title: &'static str,
    /// The items in order.
    pub rows: Vec<Vec<Part>>,
    /// What a button that adds one says; empty when none can be added here.
    pub add: &'static str,
}

/// Writes one sentence over one rule of the document.
pub(super) struct Pen<'a> {
    text: &'a str,
    node: &'a Node,
    pub(super) words: &'a Vocabulary,
    prefix: String,
    pub(super) parts: Vec<Part>,
}

impl<'a> Pen<'a> {
    pub(super) fn new(text: &'a str, node: &'a Node, words: &'a Vocabulary) -> Self {
        Self { text, node, words, prefix: String::new(), parts: Vec::new() }
    }

    /// A pen for the item at this path.
    fn inside(&self, path: &str) -> Self {
        Self { text: self.text, node: self.node, words: self.words, prefix: self.full(path), parts: Vec::new() }
    }

    fn full(&self, path: &str) -> String {
        if self.prefix.is_empty() {
            path.to_owned()
        } else if path.is_empty() {
            self.prefix.clone()
        } else {
            format!("{}/{path}", self.prefix)
        }
    }

    fn at(&self, path: &str) -> Option<&'a Node> {
        self.node.at(&self.full(path))
    }

    /// True when the rule has this key.
    pub(super) fn has(&self, path: &str) -> bool {
        self.at(path).is_some()
    }

    /// The single value there.
    pub(super) fn word(&self, path: &str) -> Option<&'a str> {
        self.at(path).and_then(Node::word)
    }

    /// The keys of the map there.
    pub(super) fn keys(&self, path: &str) -> Vec<&'a str> {
        self.at(path).map(|node| node.keys().collect()).unwrap_or_default()
    }

    pub(super) fn say(&mut self, words: impl Into<String>) -> &mut Self {
        let words = words.into();
        match self.parts.last_mut() {
            Some(Part::Words(before)) => before.push_str(&words),
            _ => self.parts.push(Part::Words(words)),
        }
        self
    }

    /// A place whose value stands in the text, or is `default` there. What the slot cannot hold is shown as it is written.
    pub(super) fn slot(&mut self, path: &str, label: &str, input: Input, default: &str) -> &mut Self {
        self.place(path, label, input, default, false)
    }

    /// A place that may be left empty.
    pub(super) fn maybe(&mut self, path: &str, label: &str, input: Input) -> &mut Self {
        self.place(path, label, input, "", true)
    }

    fn place(&mut self, path: &str, label: &str, input: Input, default: &str, optional: bool) -> &mut Self {
        let full = self.full(path);
        let value = match self.node.at(&full) {
            None => Some(default.to_owned()),
            Some(node) => read(&input, node),
        };
        match value {
            Some(value) => {
                self.parts.push(Part::Slot(Slot { path: full, label: label.to_owned(), input, value, optional }))
            }
            None => {
                let written = self.node.at(&full).and_then(|node| self.text.get(node.span.clone())).unwrap_or_default();
                let short: String =
                    written.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
                self.say(format!("\u{201c}{short}\u{201d}"));
            }
        }
        self
    }

    /// `before`, the slot and `after`, only where the rule has the key.
    pub(super) fn given(&mut self, path: &str, before: &str, label: &str, input: Input, after: &str) -> &mut Self {
        if self.has(path) {
            self.say(before);
            self.place(path, label, input, "", true);
            self.say(after);
        }
        self
    }

    /// A list whose items are sentences.
    pub(super) fn rows(
        &self,
        path: &str,
        title: &'static str,
        add: &'static str,
        write: impl Fn(&mut Self, usize),
    ) -> Rows {
        let count = self.at(path).map_or(0, |node| match &node.value {
            super::tree::Value::List { items, .. } => items.len(),
            _ => 0,
        });
        let rows = (0..count).map(|at| {
            let mut pen = self.inside(&format!("{path}/{at}"));
            write(&mut pen, at);
            pen.parts
        });
        Rows { path: self.full(path), title, rows: rows.collect(), add }
    }
}

/// Choices in their order.
pub(super) fn choices(all: &[(&str, &str)]) -> Input {
    Input::Choice(pairs(all))
}

pub(super) fn pairs(all: &[(&str, &str)]) -> Vec<Choice> {
    all.iter().map(|(value, words)| Choice::new(*value, *words)).collect()
}

/// Words of a closed list.
pub(super) fn closed(all: &[(&str, &str)]) -> Input {
    Input::Words { known: pairs(all), open: false }
}

/// Words of the agency's own, with suggestions.
pub(super) fn open(known: Vec<Choice>) -> Input {
    Input::Words { known, open: true }
}

impl Pen<'_> {
    /// A table of amounts as a list, one line for each entry; tables inside are read out along their way.
    pub(super) fn table(&self, path: &str, input: &Input) -> Rows {
        let mut rows = Vec::new();
        if let Some(node) = self.at(path) {
            entries(node, path, "", &mut |path, words| {
                let mut pen = Pen { prefix: self.prefix.clone(), ..Self::new(self.text, self.node, self.words) };
                pen.say(format!("{words}: ")).slot(path, words, input.clone(), "");
                rows.push(pen.parts);
            });
        }
        Rows { path: self.full(path), title: "Table", rows, add: "" }
    }

    /// True when a slot of this sort can hold what stands there.
    pub(super) fn reads(&self, path: &str, input: &Input) -> bool {
        self.at(path).is_some_and(|node| read(input, node).is_some())
    }

    /// The facts named there, in words.
    pub(super) fn facts(&self, path: &str) -> String {
        let named = self.at(path).map(Node::items).unwrap_or_default().iter().filter_map(Node::word);
        let words = named.filter_map(crate::predicate::Field::named).map(|field| field.label().into_owned());
        let words: Vec<String> = words.collect();
        if words.is_empty() { "the table".to_owned() } else { words.join(" and ") }
    }

    /// How many items a list has.
    pub(super) fn count(&self, path: &str) -> usize {
        self.at(path).map_or(0, |node| node.items().len())
    }
}

/// Calls `write` for each amount of a table with its path and its words.
fn entries(node: &Node, path: &str, words: &str, write: &mut impl FnMut(&str, &str)) {
    for key in node.keys().filter(|key| !key.contains('/')) {
        let Some(inner) = node.child(key) else { continue };
        let path = format!("{path}/{key}");
        let words = format!("{words}{}{}", if words.is_empty() { "" } else { ", " }, key.replace('_', " "));
        if inner.word().is_some() { write(&path, &words) } else { entries(inner, &path, &words, write) }
    }
}
