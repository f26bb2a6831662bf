//! Form: every value of a document held against the published schema, so that a value of the wrong sort is an error at
//! its own line, whatever the reader beneath would make of it (a number for a word, a word for a list).

mod expected;
mod scalars;

use std::{collections::HashMap, sync::OnceLock};

use serde_json::Value as Schema;

use super::{
    RuleMistake,
    editing::tree::{Node, Value},
    schema,
};
use crate::predicate::Predicate;
use expected::{example, expected, found, meant, nearest};

/// Values looked at, at most; more than a document of the largest size has, fewer than repetitions of repetitions make.
const VALUES_AT_MOST: usize = 400_000;
/// Mistakes named, at most.
const MISTAKES_AT_MOST: usize = 50;
/// Values inside values, at most.
const DEPTH: usize = 60;

/// Where the values of a document stand.
pub(super) struct Places<'a> {
    root: Option<&'a Node>,
    /// The byte at which each line begins.
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &str, root: Option<&'a Node>) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { root, lines }
    }

    fn line_of(&self, byte: usize) -> u64 {
        self.lines.partition_point(|start| *start <= byte) as u64
    }

    /// The line of the value at the end of a path such as `rates/premium/0/effect`, or of the last step that is there;
    /// 0 when not even the first is.
    pub(super) fn line(&self, path: &str) -> u64 {
        let (mut node, mut line) = (self.root, 0);
        for step in path.split('/') {
            let Some(here) = node else { break };
            let next = match &here.value {
                Value::Map { entries, .. } => {
                    entries.iter().find(|(key, _)| key.word() == Some(step)).map(|(key, value)| (key.span.start, value))
                }
                _ => here.child(step).map(|item| (item.span.start, item)),
            };
            if let Some((start, _)) = next {
                line = self.line_of(start);
            }
            node = next.map(|(_, value)| value);
        }
        line
    }
}

/// Everything in the document that has the wrong form, in the order written.
pub(super) fn mistakes(root: &Node, places: &Places<'_>) -> Vec<RuleMistake> {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    let whole = SCHEMA.get_or_init(schema::schema);
    let mut anchors = HashMap::new();
    name_anchors(root, &mut anchors);
    let mut form = Form { places, whole, anchors, found: Vec::new(), left: VALUES_AT_MOST, rule: String::new() };
    form.check(root, whole, &Key { words: "the document", line: 1, listed: false }, DEPTH);
    form.found.sort_by_key(|mistake| mistake.line);
    form.found.dedup();
    form.found.truncate(MISTAKES_AT_MOST);
    form.found
}

fn name_anchors<'a>(node: &'a Node, all: &mut HashMap<usize, &'a Node>) {
    if node.anchor != 0 {
        all.insert(node.anchor, node);
    }
    match &node.value {
        Value::List { items, .. } => items.iter().for_each(|item| name_anchors(item, all)),
        Value::Map { entries, .. } => entries.iter().for_each(|(_, value)| name_anchors(value, all)),
        Value::Word(_) | Value::Alias(_) => {}
    }
}

/// The key beside which a value stands.
#[derive(Clone, Copy)]
struct Key<'k> {
    words: &'k str,
    line: u64,
    /// The value is one of a list.
    listed: bool,
}

struct Form<'a> {
    places: &'a Places<'a>,
    whole: &'static Schema,
    anchors: HashMap<usize, &'a Node>,
    found: Vec<RuleMistake>,
    left: usize,
    /// The rule that is looked at, as a beginning of a sentence.
    rule: String,
}

impl<'a> Form<'a> {
    fn wrong(&mut self, line: u64, message: String) {
        if self.found.len() < 4 * MISTAKES_AT_MOST {
            self.found.push(RuleMistake { line, message: format!("{}{message}", self.rule) });
        }
    }

    /// `window`: 24, expected ... For example window: ...
    fn misfit(&mut self, node: &Node, schema: &Schema, key: &Key<'_>) {
        let line = if matches!(node.value, Value::Word(_)) && node.span.end > node.span.start {
            self.places.line_of(node.span.start)
        } else {
            key.line
        };
        let mut shown = example(key.words, schema, self.whole);
        if let Some((word, value)) = shown.split_once(": ").filter(|(_, value)| key.listed && !value.starts_with('[')) {
            shown = format!("{word}: [{value}]");
        }
        let message = format!(
            "`{}`: {}, expected {}. For example {shown}{}",
            key.words,
            found(node),
            expected(schema, self.whole),
            expected::hint(key.words, node, schema),
        );
        self.wrong(line, message);
    }

    fn resolved(&self, mut node: &'a Node) -> Option<&'a Node> {
        for _ in 0..DEPTH {
            match node.value {
                Value::Alias(name) => node = self.anchors.get(&name)?,
                _ => return Some(node),
            }
        }
        None
    }

    fn check(&mut self, node: &'a Node, schema: &'static Schema, key: &Key<'_>, depth: usize) {
        let (Some(left), Some(depth)) = (self.left.checked_sub(1), depth.checked_sub(1)) else { return };
        self.left = left;
        let Some(node) = self.resolved(node) else { return };
        if let Some(name) = schema["$ref"].as_str().and_then(|link| link.strip_prefix("#/$defs/")) {
            return match (name, scalars::fits(name, node)) {
                ("condition", _) => self.condition(node, schema, key, depth),
                ("number", _) => self.number(node, schema, key),
                ("amounts", _) if node.word().is_some() => self.number(node, schema, key),
                (_, Some(true)) => {}
                (_, Some(false)) => self.misfit(node, schema, key),
                (_, None) => self.check(node, &self.whole["$defs"][name], key, depth),
            };
        }
        if let Some(branches) = schema["anyOf"].as_array() {
            self.any_of(node, schema, branches, key, depth);
        } else if let Some(words) = schema["enum"].as_array() {
            let fits = scalars::text(node).is_some_and(|text| words.iter().any(|word| word == text));
            if !fits {
                self.misfit(node, schema, key);
            }
        } else if schema["properties"].is_object() || schema["additionalProperties"].is_object() {
            self.map(node, schema, key, depth);
        } else if schema["items"].is_object() {
            self.list(node, schema, key, depth);
        } else if !scalars::is_of_type(node, schema) {
            self.misfit(node, schema, key);
        } else if schema["type"] == "integer" {
            self.number(node, schema, key);
        }
    }

    fn number(&mut self, node: &'a Node, schema: &'static Schema, key: &Key<'_>) {
        let percent = node.word().is_some_and(|word| word.trim_end().ends_with('%'));
        match scalars::number(node) {
            _ if percent && !key.words.contains("percent") => self.misfit(node, schema, key),
            None => self.misfit(node, schema, key),
            Some(number) => {
                if let Some(why) = scalars::out_of_reach(key.words, &number) {
                    let line = self.places.line_of(node.span.start);
                    self.wrong(line, format!("`{}`: {}, expected {why}", key.words, found(node)));
                }
            }
        }
    }

    /// The mistakes of one way to read a value, kept apart.
    fn tried(&mut self, node: &'a Node, schema: &'static Schema, key: &Key<'_>, depth: usize) -> Vec<RuleMistake> {
        let before = std::mem::take(&mut self.found);
        self.check(node, schema, key, depth);
        std::mem::replace(&mut self.found, before)
    }

    fn any_of(
        &mut self,
        node: &'a Node,
        schema: &'static Schema,
        branches: &'static [Schema],
        key: &Key<'_>,
        depth: usize,
    ) {
        let mut best: Option<Vec<RuleMistake>> = None;
        for branch in branches {
            let mistakes = self.tried(node, branch, key, depth);
            if mistakes.is_empty() {
                return;
            }
            let better = best.as_ref().is_none_or(|best| mistakes.len() < best.len());
            if scalars::has_shape(node, branch, self.whole) && better {
                best = Some(mistakes);
            }
        }
        match best {
            Some(mistakes) => self.found.extend(mistakes),
            None => self.misfit(node, schema, key),
        }
    }

    fn list(&mut self, node: &'a Node, schema: &'static Schema, key: &Key<'_>, depth: usize) {
        let Value::List { items, .. } = &node.value else { return self.misfit(node, schema, key) };
        let rules = ["policy", "rates"].contains(&key.words) || is_rule_list(schema, self.whole);
        for (at, item) in items.iter().enumerate() {
            let line = self.places.line_of(item.span.start);
            if rules && self.rule.is_empty() {
                let id = item.child("id").and_then(Node::word).filter(|id| !id.is_empty() && id.len() < 80);
                self.rule = match id {
                    Some(id) => format!("In rule {id}: "),
                    None => format!("In rule {} of {}: ", at + 1, key.words),
                };
                self.check(item, &schema["items"], &Key { words: key.words, line, listed: true }, depth);
                self.rule.clear();
            } else {
                self.check(item, &schema["items"], &Key { words: key.words, line, listed: true }, depth);
            }
        }
        if rules {
            self.same_ids(items, key);
        }
    }

    fn same_ids(&mut self, items: &'a [Node], key: &Key<'_>) {
        let mut seen: HashMap<&str, u64> = HashMap::new();
        for item in items {
            let Some(id) = item.child("id").filter(|id| id.word().is_some_and(|word| !word.is_empty())) else {
                continue;
            };
            let line = self.places.line_of(id.span.start);
            let word = id.word().unwrap_or_default();
            if let Some(first) = seen.insert(word, line) {
                let message = format!(
                    "Two rules of {} have the id {word} (the other at line {first}). Give each its own, for example id: {word}_2",
                    key.words
                );
                self.wrong(line, message);
            }
        }
    }

    /// The entries of a map, those that it merges from elsewhere behind its own.
    fn entries(&self, node: &'a Node) -> Vec<(&'a Node, &'a Node)> {
        let Value::Map { entries, .. } = &node.value else { return Vec::new() };
        let own = |word: Option<&str>| entries.iter().any(|(key, _)| key.word() == word);
        let mut all: Vec<(&Node, &Node)> = Vec::new();
        for (key, value) in entries {
            if key.word() != Some("<<") {
                all.push((key, value));
            } else if let Some(Node { value: Value::Map { entries, .. }, .. }) = self.resolved(value) {
                all.extend(entries.iter().filter(|(key, _)| !own(key.word())).map(|(key, value)| (key, value)));
            }
        }
        all
    }

    fn map(&mut self, node: &'a Node, schema: &'static Schema, key: &Key<'_>, depth: usize) {
        if !matches!(node.value, Value::Map { .. }) {
            return self.misfit(node, schema, key);
        }
        let entries = self.entries(node);
        self.twice(node);
        // A rule of a kind: the kind says which other keys there are.
        let kind = entries.iter().find(|(key, _)| key.word() == Some("kind"));
        if kind.is_none() && schema["allOf"].is_array() {
            let line = self.places.line_of(node.span.start);
            return self.wrong(
                line,
                format!(
                    "The key `kind` is missing. For example {}",
                    example("kind", &schema["properties"]["kind"], self.whole)
                ),
            );
        }
        if let Some(kind) = kind
            && schema["allOf"].is_array()
        {
            let line = self.places.line_of(kind.0.span.start);
            let before = self.found.len();
            self.check(kind.1, &schema["properties"]["kind"], &Key { words: "kind", line, listed: false }, depth);
            if self.found.len() > before {
                return;
            }
            let word = self.resolved(kind.1).and_then(Node::word).unwrap_or_default();
            let branches = schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default();
            let fits = |branch: &&Schema| branch["if"]["properties"]["kind"]["const"] == word;
            if let Some(branch) = branches.iter().find(fits) {
                return self.map(node, &branch["then"], key, depth);
            }
        }
        for required in schema["required"].as_array().into_iter().flatten().filter_map(Schema::as_str) {
            // A key that is there with a slip in it is one mistake, not two.
            let slip = |word: &str| schema["properties"][word].is_null() && meant(word, schema) == Some(required);
            if !entries.iter().filter_map(|(key, _)| key.word()).any(|word| word == required || slip(word)) {
                let shown = example(required, &schema["properties"][required], self.whole);
                let line = if key.words == "the document" { 0 } else { self.places.line_of(node.span.start) };
                self.wrong(line, format!("The key `{required}` is missing. For example {shown}"));
            }
        }
        for (name, value) in entries {
            let line = self.places.line_of(name.span.start);
            let Some(word) = name.word() else {
                self.wrong(line, format!("A key is {}, expected a word", found(name)));
                continue;
            };
            let inner = &schema["properties"][word];
            if !inner.is_null() {
                self.check(value, inner, &Key { words: word, line, listed: false }, depth);
            } else if schema["additionalProperties"].is_object() {
                self.check(value, &schema["additionalProperties"], &Key { words: word, line, listed: false }, depth);
            } else {
                let message = nearest(word, schema, self.whole, key.words);
                self.wrong(line, message);
            }
        }
    }

    /// Keys that the map has more than once.
    fn twice(&mut self, node: &'a Node) {
        let Value::Map { entries, .. } = &node.value else { return };
        let mut seen: HashMap<&str, u64> = HashMap::new();
        for (key, _) in entries {
            let line = self.places.line_of(key.span.start);
            if let Some(word) = key.word().filter(|word| *word != "<<")
                && let Some(first) = seen.insert(word, line)
            {
                let word: String = word.chars().take(60).collect();
                self.wrong(line, format!("`{word}` is written twice here (first at line {first}). Keep one; in a condition, write both under all: [...]"));
            }
        }
    }

    fn condition(&mut self, node: &'a Node, schema: &'static Schema, key: &Key<'_>, depth: usize) {
        let (Some(left), Some(depth)) = (self.left.checked_sub(1), depth.checked_sub(1)) else { return };
        self.left = left;
        let Some(node) = self.resolved(node) else { return };
        if !matches!(node.value, Value::Map { .. }) {
            return self.misfit(node, schema, key);
        }
        self.twice(node);
        for (name, value) in self.entries(node) {
            let line = self.places.line_of(name.span.start);
            let word = name.word().unwrap_or_default();
            let here = Key { words: word, line, listed: false };
            match (word, self.resolved(value).map(|value| &value.value)) {
                ("all" | "any", Some(Value::List { items, .. })) => {
                    for item in items {
                        let line = self.places.line_of(item.span.start);
                        self.condition(item, schema, &Key { words: word, line, listed: true }, depth);
                    }
                }
                ("not", Some(Value::Map { .. })) => self.condition(value, schema, &here, depth),
                _ => {
                    let meant = self.meant(value, depth);
                    if let Err(why) = Predicate::read_fact(word, &meant) {
                        self.wrong(line, expected::of_condition(word, &why));
                    }
                }
            }
        }
    }

    /// A value as the reader of conditions takes it.
    fn meant(&self, node: &'a Node, depth: usize) -> Schema {
        let (Some(depth), Some(node)) = (depth.checked_sub(1), self.resolved(node)) else { return Schema::Null };
        match &node.value {
            Value::Word(_) => scalars::meant(node),
            Value::List { items, .. } => items.iter().take(600).map(|item| self.meant(item, depth)).collect(),
            Value::Map { entries, .. } => entries
                .iter()
                .take(600)
                .filter_map(|(key, value)| Some((key.word()?.to_owned(), self.meant(value, depth))))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Value::Alias(_) => Schema::Null,
        }
    }
}

/// True for the schema of a list of rules.
fn is_rule_list(schema: &Schema, whole: &Schema) -> bool {
    let item = &schema["items"];
    let item =
        item["$ref"].as_str().and_then(|link| link.strip_prefix("#/$defs/")).map_or(item, |name| &whole["$defs"][name]);
    item["properties"]["id"].is_object()
}
