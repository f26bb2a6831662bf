//! The agency's own words, which sentences offer to choose from.

use std::collections::BTreeSet;

use super::slot::Choice;
use crate::{
    policy::{Effect, Kind},
    predicate::{Field, Predicate, Test},
    rules::RuleBook,
};

/// The agency's words: of its settings, and those that its book already uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Ranks, the lowest first.
    pub ranks: Vec<Choice>,
    /// Certifications.
    pub certifications: Vec<Choice>,
    /// Kinds of job.
    pub job_kinds: Vec<Choice>,
    /// Statuses of officers.
    pub statuses: Vec<Choice>,
    /// Who approves or sets aside.
    pub levels: Vec<Choice>,
    /// Holiday lists of the book.
    pub holidays: Vec<Choice>,
}

impl Vocabulary {
    /// The same with the words that the book uses and the settings lack.
    #[must_use]
    pub fn with_book(mut self, book: &RuleBook) -> Self {
        let mut found = Found::default();
        for rule in &book.policy.rules {
            found.condition(&rule.when);
            found.kind(&rule.kind);
            if let Effect::Approve(level) = &rule.effect {
                found.levels.insert(level.clone());
            }
            found.levels.extend(rule.override_by.iter().flat_map(|may| may.by.iter().cloned()));
        }
        found.rates(book);
        extend(&mut self.certifications, found.certifications);
        extend(&mut self.job_kinds, found.job_kinds);
        extend(&mut self.statuses, found.statuses);
        extend(&mut self.levels, found.levels);
        self.holidays = book.calendar.holidays.keys().map(|list| Choice::plain(list)).collect();
        self
    }

    /// The words that fit a fact of a condition, for suggestions.
    #[must_use]
    pub fn of_field(&self, field: &str) -> &[Choice] {
        match field {
            "officer.rank" | "position.rank" => &self.ranks,
            "officer.certifications" | "position.certifications" => &self.certifications,
            "job.kind" => &self.job_kinds,
            "officer.status" => &self.statuses,
            "moment.holiday" => &self.holidays,
            _ => &[],
        }
    }
}

fn extend(known: &mut Vec<Choice>, found: BTreeSet<String>) {
    for word in found {
        if !known.iter().any(|choice| choice.value == word) {
            known.push(Choice::plain(&word));
        }
    }
}

#[derive(Default)]
struct Found {
    certifications: BTreeSet<String>,
    job_kinds: BTreeSet<String>,
    statuses: BTreeSet<String>,
    levels: BTreeSet<String>,
}

impl Found {
    fn condition(&mut self, when: &Predicate) {
        when.for_each_test(&mut |field, test| {
            let (Test::OneOf(words) | Test::AllOf(words)) = test else { return };
            let into = match field {
                Field::OfficerCertifications | Field::PositionCertifications => &mut self.certifications,
                Field::JobKind => &mut self.job_kinds,
                Field::OfficerStatus => &mut self.statuses,
                _ => return,
            };
            into.extend(words.iter().map(|word| word.to_string()));
        });
    }

    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Require(rule) => self.condition(&rule.that),
            Kind::Credential(rule) => self.certifications.extend(rule.need.iter().cloned()),
            Kind::StatusBlock(rule) => self.statuses.extend(rule.statuses.iter().cloned()),
            Kind::Approval(rule) => self.levels.extend(rule.levels.iter().cloned()),
            Kind::Cap(rule) => self.job_kinds.extend(rule.only.job_kinds.iter().cloned()),
            _ => {}
        }
    }

    fn rates(&mut self, book: &RuleBook) {
        let card = &book.rates;
        card.base_rate.iter().for_each(|rule| self.condition(&rule.when));
        card.quantize.iter().for_each(|rule| self.condition(&rule.when));
        card.premium.iter().for_each(|rule| self.condition(&rule.when));
        card.cancellation.iter().for_each(|rule| self.condition(&rule.when));
    }
}
