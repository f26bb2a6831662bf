//! The rule book as sentences with places to fill in, over the text itself.
//!
//! A page shows each rule as a sentence ([`Sheet::entries`]); filling in a place, adding or removing a rule changes that
//! place of the text and nothing else: comments, order and everything that a sentence cannot say stay byte for byte.
//! After every change the document is read again, and it must differ in that rule alone; otherwise the change is refused
//! with a sentence and belongs into the source.
//!
//! Words: a *place* is where a rule stands (`policy/3`, `rates/premium/0`), a *slot* is what can be filled in, a *row* is
//! an item of a list inside a rule, a *template* is a rule to begin with.
//!
//! What it never does: keep anything; judge or price (see [`super::RuleBook`]).

mod change;
mod condition;
mod group;
mod pen;
mod policy;
mod rates;
mod rewrite;
mod sample;
mod settings;
mod slot;
mod template;
pub(super) mod tree;
mod vocabulary;

pub use change::{add_row, add_rule, fill, remove_row, remove_rule, set_condition};
pub use condition::{COMPARISONS, ConditionRow, ConditionRows, comparisons, example, plain_label};
pub use group::Group;
pub use pen::{Part, Rows};
pub use sample::{Sample, TriedOut, try_out};
pub use slot::{Choice, Input, Slot};
pub use template::{TEMPLATES, Template};
pub use vocabulary::Vocabulary;

use super::{RuleBook, RuleMistake};
use crate::{policy::Kind, predicate::Predicate};
use pen::Pen;
use tree::Node;

/// The lists of a book that hold rules.
const LISTS: &[&str] = &[
    "policy",
    "rates/base_rate",
    "rates/payable_time",
    "rates/quantize",
    "rates/premium",
    "rates/resource_fee",
    "rates/admin_fee",
    "rates/tax",
    "rates/cancellation",
    "rates/payment_terms",
    "rates/split",
];

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Where it stands inside the rule: `when`, `that` for what a rule asks for, `who` or `stages/0/who` for whom it offers
    /// work.
    pub path: String,
    /// What it decides, as the beginning of a sentence.
    pub lead: String,
    /// In words; "always" when there is none.
    pub words: String,
    /// As rows; none when rows cannot say it.
    pub rows: Option<ConditionRows>,
}

/// A rule as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands, for example `policy/3`.
    pub place: String,
    /// Its short name; may be empty.
    pub id: String,
    /// Where it belongs on the page.
    pub group: Group,
    /// The sentence.
    pub sentence: Vec<Part>,
    /// Lists inside it.
    pub lists: Vec<Rows>,
    /// Its conditions.
    pub conditions: Vec<Condition>,
    /// Everything else that can be set: effect, who may set it aside, where it comes from, dates.
    pub settings: Vec<Slot>,
    /// The whole rule in words, as the book is read out.
    pub words: String,
    /// Whether it can be removed.
    pub removable: bool,
}

impl Entry {
    /// Every place to fill in.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        let rows = self.lists.iter().flat_map(|list| list.rows.iter().flatten());
        let parts = self.sentence.iter().chain(rows).filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Words(_) => None,
        });
        parts.chain(&self.settings)
    }
}

/// A document that reads, with the places of its values.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    text: &'a str,
    root: Node,
    book: RuleBook,
}

impl<'a> Sheet<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// Its mistakes, by line.
    pub fn read(text: &'a str) -> Result<Self, Vec<RuleMistake>> {
        let book = RuleBook::read(text)?;
        let root = Node::read(text).ok_or_else(|| {
            vec![RuleMistake {
                line: 0,
                message: "The document is written in a way that only the source shows.".to_owned(),
            }]
        })?;
        Ok(Self { text, root, book })
    }

    /// The book.
    #[must_use]
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// Every rule as a sentence, in the order of the book, with the open questions and the book itself at the end.
    #[must_use]
    pub fn entries(&self, words: &Vocabulary) -> Vec<Entry> {
        let mut all: Vec<Entry> =
            LISTS.iter().flat_map(|list| (0..self.count(list)).filter_map(|at| self.entry(list, at, words))).collect();
        all.push(self.questions());
        all.push(self.head(words));
        all
    }

    fn count(&self, list: &str) -> usize {
        self.root.at(list).map_or(0, |node| match &node.value {
            tree::Value::List { items, .. } => items.len(),
            _ => 0,
        })
    }

    fn entry(&self, list: &str, at: usize, words: &Vocabulary) -> Option<Entry> {
        let place = format!("{list}/{at}");
        let node = self.root.at(&place)?;
        let kind = node.child("kind").and_then(Node::word).unwrap_or_default();
        let mut pen = Pen::new(self.text, node, words);
        let short = list.rsplit('/').next().unwrap_or(list);
        let lists = if list == "policy" { policy::sentence(&mut pen, kind) } else { rates::sentence(&mut pen, short) };
        let (full, mut conditions) = self.spoken(list, at)?;
        // What the sentence itself asks for is not asked again below it.
        let in_sentence = |part: &Part| matches!(part, Part::Slot(slot) if slot.path.starts_with("that/"));
        conditions.retain(|condition| condition.path != "that" || !pen.parts.iter().any(in_sentence));
        Some(Entry {
            id: node.child("id").and_then(Node::word).unwrap_or_default().to_owned(),
            group: Group::of(list, kind),
            sentence: pen.parts,
            lists,
            conditions,
            settings: settings::of(self.text, node, words, list == "policy", kind),
            words: full,
            removable: true,
            place,
        })
    }

    /// The rule read out, and its conditions.
    fn spoken(&self, list: &str, at: usize) -> Option<(String, Vec<Condition>)> {
        let condition = |path: &str, lead: String, when: &Predicate| Condition {
            path: path.to_owned(),
            lead,
            words: when.to_string(),
            rows: ConditionRows::of(when),
        };
        if list == "policy" {
            let rule = self.book.policy.rules.get(at)?;
            let mut conditions = Vec::new();
            match &rule.kind {
                Kind::Require(require) => conditions.push(condition("that", "It must hold".to_owned(), &require.that)),
                Kind::GiveUp(give_up) => {
                    conditions.push(condition("who", "Taken over by".to_owned(), &give_up.who));
                }
                Kind::ReleaseStage(release) => {
                    conditions.extend(release.stages.iter().enumerate().map(|(at, stage)| {
                        let lead = format!("Stage {} is offered to", at + 1);
                        condition(&format!("stages/{at}/who"), lead, &stage.who)
                    }));
                }
                _ => {}
            }
            conditions.push(condition("when", "When".to_owned(), &rule.when));
            return Some((rule.sentence(), conditions));
        }
        let (words, when) = self.book.rates.rule_in_words(list.strip_prefix("rates/")?, at)?;
        Some((words, vec![condition("when", "When".to_owned(), when)]))
    }

    fn questions(&self) -> Entry {
        let value = |key: &str| self.root.at(&format!("rates/switches/{key}")).and_then(Node::word).unwrap_or_default();
        let mut settings: Vec<Slot> = rates::QUESTIONS
            .iter()
            .map(|(key, question, answers)| Slot {
                path: format!("rates/switches/{key}"),
                label: (*question).to_owned(),
                input: pen::choices(answers),
                value: value(key).to_owned(),
                optional: true,
            })
            .collect();
        let limit = value("stacking_limit").to_owned();
        settings.insert(
            1,
            Slot {
                path: "rates/switches/stacking_limit".to_owned(),
                label: "The rate is at most so many times the base rate".to_owned(),
                input: Input::Factor,
                value: limit,
                optional: true,
            },
        );
        settings.retain(|slot| self.root.at(&slot.path).is_none_or(|node| node.word().is_some() && !node.is_shared()));
        self.whole("questions", Group::Questions, settings)
    }

    fn head(&self, words: &Vocabulary) -> Entry {
        let mut pen = Pen::new(self.text, &self.root, words);
        pen.slot("version", "Version", Input::Text, "");
        pen.maybe("name", "Full name of the agency", Input::Text);
        pen.maybe("source", "Where the rules are written", Input::Text);
        pen.slot("effective_from", "First day of the book", Input::Date, "");
        let days =
            slot::DAYS.iter().zip(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]);
        let days = days.map(|(day, words)| Choice::new(*day, words)).collect();
        pen.slot("calendar/week_starts", "The week begins on", Input::Choice(days), "mon");
        let slots =
            pen.parts.into_iter().filter_map(|part| if let Part::Slot(slot) = part { Some(slot) } else { None });
        self.whole("book", Group::Book, slots.collect())
    }

    fn whole(&self, place: &str, group: Group, settings: Vec<Slot>) -> Entry {
        Entry {
            place: place.to_owned(),
            id: String::new(),
            group,
            sentence: Vec::new(),
            lists: Vec::new(),
            conditions: Vec::new(),
            settings,
            words: String::new(),
            removable: false,
        }
    }
}

#[cfg(test)]
mod tests;
