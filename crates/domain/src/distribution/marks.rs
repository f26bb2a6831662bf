//! Marks: what is written of an officer that rules ask for, namely a list that he stands on or a relation to a customer.

use serde::{Deserialize, Serialize};

use crate::policy::{
    Kind, PolicyBook,
    kinds::{ListType, RelationKind, capital, plain},
};

/// The list that every agency has: officers who are not sent, to one customer or to any.
pub const DO_NOT_SEND: &str = "do_not_send";
/// Relations that an officer can always declare; a rule book may name more.
pub const RELATIONS: [&str; 3] = ["owns", "works_for", "family"];

/// The sort of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkSort {
    /// He stands on a list.
    List,
    /// He stands in a relation to a customer.
    Relation,
}

impl MarkSort {
    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Relation => "relation",
        }
    }

    /// The sort with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::List, Self::Relation].into_iter().find(|sort| sort.code() == code)
    }
}

/// The words that marks can have by a rule book, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkWords {
    /// Lists of officers with what standing on them means; none for a list that no rule names.
    pub lists: Vec<(String, Option<ListType>)>,
    /// Relations to customers.
    pub relations: Vec<String>,
    /// The relations that a rule bars.
    pub barred: Vec<String>,
}

impl MarkWords {
    /// What the rules ask for, beside what every agency has.
    #[must_use]
    pub fn of(book: &PolicyBook) -> Self {
        let mut words = Self { relations: RELATIONS.map(str::to_owned).to_vec(), ..Self::default() };
        for rule in &book.rules {
            match &rule.kind {
                Kind::List(list) if list.list_type != ListType::CustomerHold => {
                    words.list(&list.list, Some(list.list_type));
                }
                Kind::RelationBar(bar) => bar.bar.iter().for_each(|relation| words.bar(relation)),
                _ => {}
            }
        }
        words.list(DO_NOT_SEND, None);
        words
    }

    fn list(&mut self, name: &str, list_type: Option<ListType>) {
        if !self.lists.iter().any(|(known, _)| known == name) {
            self.lists.push((name.to_owned(), list_type));
        }
    }

    fn bar(&mut self, relation: &RelationKind) {
        let RelationKind::Customer(word) = relation else { return };
        for words in [&mut self.relations, &mut self.barred] {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
    }

    /// True when there is such a list or relation.
    #[must_use]
    pub fn knows(&self, sort: MarkSort, word: &str) -> bool {
        match sort {
            MarkSort::List => self.lists.iter().any(|(known, _)| known == word),
            MarkSort::Relation => self.relations.iter().any(|known| known == word),
        }
    }

    /// True when the officer himself may write it down: every relation, and a list of those who ask for such work.
    #[must_use]
    pub fn may_declare(&self, sort: MarkSort, word: &str) -> bool {
        match sort {
            MarkSort::List => self.lists.iter().any(|(known, kind)| known == word && *kind == Some(ListType::OptIn)),
            MarkSort::Relation => self.knows(sort, word),
        }
    }

    /// What the rules make of it: `officers on it may not work`.
    #[must_use]
    pub fn meaning(&self, sort: MarkSort, word: &str) -> &'static str {
        match sort {
            MarkSort::Relation if self.barred.iter().any(|barred| barred == word) => {
                "a rule bars work for this customer"
            }
            MarkSort::Relation => "no rule bars it; kept on record",
            MarkSort::List => match self.lists.iter().find(|(known, _)| known == word).and_then(|(_, kind)| *kind) {
                Some(ListType::Deny) => "officers on it may not work",
                Some(ListType::Allow) => "only officers on it may work",
                Some(ListType::OptIn) => "only officers who put themselves on it may work",
                Some(ListType::Preferred) => "officers on it come first",
                Some(ListType::Watch) => "kept for supervisors; nobody is refused",
                Some(ListType::CustomerHold) | None => "no rule in force names it; nobody is refused",
            },
        }
    }
}

/// `Do not send`, `Works for`.
#[must_use]
pub fn mark_label(word: &str) -> String {
    capital(&plain(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{
        Rule,
        kinds::{ListOwner, ListRule, RelationBar},
    };

    fn list(name: &str, list_type: ListType) -> Rule {
        let rule = ListRule { list: name.to_owned(), list_type, owner: ListOwner::Agency, notice: None };
        Rule::new(name, Kind::List(rule))
    }

    #[test]
    fn the_words_are_those_of_the_rules_and_what_every_agency_has() {
        let relations = ["owns", "solicits"].map(|word| RelationKind::Customer(word.to_owned()));
        let bar = RelationBar { bar: [relations.to_vec(), vec![RelationKind::SelfAssigned]].concat(), note: None };
        let rules = vec![
            list("volunteers", ListType::OptIn),
            list("arrears", ListType::CustomerHold),
            Rule::new("relations", Kind::RelationBar(bar)),
        ];
        let words = MarkWords::of(&PolicyBook { rules });
        let names: Vec<&str> = words.lists.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["volunteers", DO_NOT_SEND], "customers' lists are not for officers");
        assert_eq!(words.relations, ["owns", "works_for", "family", "solicits"]);
        for (sort, word, knows, declares) in [
            (MarkSort::List, "volunteers", true, true),
            (MarkSort::List, "do_not_send", true, false),
            (MarkSort::List, "arrears", false, false),
            (MarkSort::Relation, "solicits", true, true),
            (MarkSort::Relation, "do_not_send", false, false),
        ] {
            assert_eq!((words.knows(sort, word), words.may_declare(sort, word)), (knows, declares), "{word}");
        }
        assert!(words.meaning(MarkSort::List, "do_not_send").contains("no rule"));
        assert!(words.meaning(MarkSort::Relation, "owns").contains("bars"));
        assert!(words.meaning(MarkSort::Relation, "family").contains("no rule"));
        assert_eq!(mark_label("do_not_send"), "Do not send");
    }
}
