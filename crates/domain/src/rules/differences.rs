//! What two versions of a book say differently, in sentences.
//!
//! Rules are matched by their id in their list; a rule that only changed its id is a rule with a new name. Where the order
//! of a list decides (the first that fits), a new order is a difference too.

mod words;

use std::collections::{HashMap, HashSet, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::RuleBook;
use words::Path;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The part of the book: "Who may work", "Premiums" ...
    pub chapter: &'static str,
    /// What happened.
    pub change: Change,
    /// The id of the rule; empty when it is about no single rule.
    pub rule: String,
    /// The difference in one sentence.
    pub words: String,
    /// The rule's sentence before; empty when there was none.
    pub before: String,
    /// The rule's sentence now; empty when there is none any more.
    pub after: String,
}

/// What happened to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// The rules of a list are asked in another order.
    Moved,
}

/// A rule as data and in words.
pub(crate) struct Entry {
    /// Its id; may be empty.
    pub(crate) id: String,
    /// "Cap", "Premium" ...
    pub(crate) noun: &'static str,
    /// Its written form.
    pub(crate) value: Value,
    /// Its sentence.
    pub(crate) sentence: String,
}

impl Entry {
    /// `Premium "night"`.
    fn title(&self) -> String {
        let name = match self.value.get("name").and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => self.id.replace('_', " "),
        };
        if name.is_empty() {
            format!("A {} without id", lower(self.noun))
        } else {
            format!("{} \u{201c}{name}\u{201d}", self.noun)
        }
    }
}

/// The rules of one list.
pub(crate) struct Section {
    pub(crate) chapter: &'static str,
    /// The first that fits decides.
    pub(crate) ordered: bool,
    pub(crate) entries: Vec<Entry>,
}

/// Everything that `after` says differently from `before`, in the order of the book. Nothing when they say the same,
/// however they are written.
#[must_use]
pub fn differences(before: &RuleBook, after: &RuleBook) -> Vec<Difference> {
    let mut all = head(before, after);
    for (old, new) in sections(before).iter().zip(&sections(after)) {
        section(old, new, &mut all);
    }
    all
}

fn sections(book: &RuleBook) -> Vec<Section> {
    let policy = book.policy.rules.iter().map(|rule| Entry {
        id: rule.id.clone(),
        noun: words::noun(rule.kind.word()),
        value: written(rule),
        sentence: rule.sentence(),
    });
    let mut all = vec![Section { chapter: "Who may work", ordered: false, entries: policy.collect() }];
    all.extend(book.rates.sections());
    all
}

/// The written form.
pub(crate) fn written<T: Serialize>(part: &T) -> Value {
    serde_json::to_value(part).expect("parts of a book are plain data with words for keys")
}

/// The book's own fields, its calendar and its switches.
fn head(before: &RuleBook, after: &RuleBook) -> Vec<Difference> {
    let whole = |book: &RuleBook| {
        let mut value = written(book);
        if let Value::Object(fields) = &mut value {
            fields.remove("policy");
            let rates = fields.remove("rates").unwrap_or_default();
            for kept in ["currency", "switches", "money_round"] {
                if let Some(found) = rates.get(kept) {
                    fields.insert(kept.to_owned(), found.clone());
                }
            }
        }
        value
    };
    let (old, new) = (whole(before), whole(after));
    let keys = [
        ("agency", "The book"),
        ("name", "The book"),
        ("version", "The book"),
        ("effective_from", "The book"),
        ("zone", "The book"),
        ("source", "The book"),
        ("open_questions", "Open questions"),
        ("calendar", "Calendar"),
        ("currency", "Money"),
        ("money_round", "Money"),
        ("switches", "What holds where the text is silent"),
    ];
    let mut all = Vec::new();
    for (key, chapter) in keys {
        let mut found = Vec::new();
        words::compare(&Path::at(key), old.get(key), new.get(key), &mut found);
        all.extend(found.into_iter().map(|words| Difference {
            chapter,
            change: Change::Changed,
            rule: String::new(),
            words: sentence(&words),
            before: String::new(),
            after: String::new(),
        }));
    }
    all
}

fn section(old: &Section, new: &Section, all: &mut Vec<Difference>) {
    let pairs = matched(&old.entries, &new.entries);
    for (at, entry) in new.entries.iter().enumerate() {
        let difference = match pairs[at] {
            None => Some((Change::Added, format!("New: {}", entry.sentence), None)),
            Some(from) => changed(&old.entries[from], entry).map(|words| (Change::Changed, words, Some(from))),
        };
        all.extend(difference.map(|(change, words, from)| Difference {
            chapter: new.chapter,
            change,
            rule: entry.id.clone(),
            words,
            before: from.map_or_else(String::new, |from| old.entries[from].sentence.clone()),
            after: entry.sentence.clone(),
        }));
    }
    let continued: HashSet<usize> = pairs.iter().flatten().copied().collect();
    for (_, entry) in old.entries.iter().enumerate().filter(|(at, _)| !continued.contains(at)) {
        all.push(Difference {
            chapter: old.chapter,
            change: Change::Removed,
            rule: entry.id.clone(),
            words: format!("{} is removed.", entry.title()),
            before: entry.sentence.clone(),
            after: String::new(),
        });
    }
    let kept: Vec<usize> = pairs.iter().flatten().copied().collect();
    if new.ordered && !kept.is_sorted() {
        let names: Vec<String> = new.entries.iter().map(Entry::title).collect();
        all.push(Difference {
            chapter: new.chapter,
            change: Change::Moved,
            rule: String::new(),
            words: format!("The order in which these are asked changes to: {}.", names.join(", ")),
            before: String::new(),
            after: String::new(),
        });
    }
}

/// For each new entry the old one that it continues: the same one, else that of the same id, else one that differs in
/// nothing but its id. In one pass over both lists each, for books may have thousands of rules.
fn matched(old: &[Entry], new: &[Entry]) -> Vec<Option<usize>> {
    let without_id = |entry: &Entry| {
        let mut value = entry.value.clone();
        if let Value::Object(fields) = &mut value {
            fields.remove("id");
        }
        value.to_string()
    };
    let (mut pairs, mut taken) = (vec![None; new.len()], vec![false; old.len()]);
    pair(old, new, &mut pairs, &mut taken, |entry| entry.value.to_string());
    pair(old, new, &mut pairs, &mut taken, |entry| entry.id.clone());
    pair(old, new, &mut pairs, &mut taken, without_id);
    pairs
}

/// Pairs what is still alone and has the same key, in the order of the lists.
fn pair(old: &[Entry], new: &[Entry], pairs: &mut [Option<usize>], taken: &mut [bool], key: impl Fn(&Entry) -> String) {
    let mut free: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (from, entry) in old.iter().enumerate().filter(|(from, _)| !taken[*from]) {
        free.entry(key(entry)).or_default().push_back(from);
    }
    for (at, entry) in new.iter().enumerate() {
        if pairs[at].is_none() {
            pairs[at] = free.get_mut(&key(entry)).and_then(VecDeque::pop_front);
            pairs[at].into_iter().for_each(|from: usize| taken[from] = true);
        }
    }
}

/// What a rule says differently, in a sentence.
fn changed(old: &Entry, new: &Entry) -> Option<String> {
    let mut found = Vec::new();
    if old.id != new.id {
        found.push(format!("is now called \u{201c}{}\u{201d}", new.id.replace('_', " ")));
    }
    let keys = words::keys(&old.value, &new.value);
    for key in keys.iter().filter(|key| *key != "id") {
        words::compare(&Path::at(key), old.value.get(key), new.value.get(key), &mut found);
    }
    (!found.is_empty()).then(|| sentence(&format!("{}: {}", old.title(), found.join("; "))))
}

fn sentence(words: &str) -> String {
    format!("{}.", crate::policy::capital(words))
}

fn lower(words: &str) -> String {
    words.to_lowercase()
}

#[cfg(test)]
mod tests;
