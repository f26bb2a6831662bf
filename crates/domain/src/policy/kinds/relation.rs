//! P8 `relation_bar` and P12 `venue_bar`: not between these parties, not there, not that.

use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::words::and_list;
use crate::policy::{decision::Finding, facts::CrewMember};

/// Relations that bar. Those between officers are found from the crew and the chain of command; the others are declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationBar {
    /// Any of these.
    pub bar: Vec<RelationKind>,
    /// What the text says in words, where a word is not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A relation between two parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// The coordinator assigns himself.
    SelfAssigned,
    /// The officer is in the coordinator's chain of command.
    CoordinatorsSuperior,
    /// The officer outranks the coordinator.
    OutranksCoordinator,
    /// Two officers of the same supervising rank on one shift.
    SameRankInCharge,
    /// The officer would work under one of lower rank.
    UnderLowerRank,
    /// A relation to the customer that the officer declared or the agency found, by its word.
    Customer(String),
}

impl RelationKind {
    /// True when it is found from the others on the shift.
    #[must_use]
    pub const fn is_about_crew(&self) -> bool {
        matches!(self, Self::SameRankInCharge | Self::UnderLowerRank)
    }

    /// True when it is found from who fills the post.
    #[must_use]
    pub const fn is_about_coordinator(&self) -> bool {
        matches!(self, Self::SelfAssigned | Self::CoordinatorsSuperior | Self::OutranksCoordinator)
    }

    fn words(&self) -> String {
        match self {
            Self::SelfAssigned => "assigns himself".to_owned(),
            Self::CoordinatorsSuperior => "is a superior of the coordinator".to_owned(),
            Self::OutranksCoordinator => "outranks the coordinator".to_owned(),
            Self::SameRankInCharge => "would share command with one of the same rank".to_owned(),
            Self::UnderLowerRank => "would work under one of lower rank".to_owned(),
            Self::Customer(word) => format!("stands to the customer as: {}", super::plain(word)),
        }
    }

    fn found(&self, case: &Case<'_>) -> bool {
        let (officer, coordinator) = (case.candidate.officer, case.proposal.coordinator);
        let order = case.candidate.facts.rank_order;
        let in_charge = case.proposal.position.supervisory == Some(true);
        let others = || case.proposal.members.iter().filter(|one| one.officer != officer);
        let outranked = |one: &CrewMember| order.is_some_and(|order| order > one.rank_order);
        match self {
            Self::SelfAssigned => coordinator.is_some_and(|one| one.officer == Some(officer)),
            Self::CoordinatorsSuperior => coordinator.is_some_and(|one| one.superiors.contains(&officer)),
            Self::OutranksCoordinator => {
                coordinator.and_then(|one| one.rank_order).zip(order).is_some_and(|(theirs, order)| order > theirs)
            }
            Self::SameRankInCharge => in_charge && others().any(|one| one.supervisory && order == Some(one.rank_order)),
            Self::UnderLowerRank => !in_charge && others().any(|one| one.supervisory && outranked(one)),
            Self::Customer(word) => case.candidate.relations.iter().any(|one| {
                one.relation == *word && one.customer.is_none_or(|customer| case.proposal.customer_id == Some(customer))
            }),
        }
    }
}

impl RelationBar {
    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let found = self.bar.iter().find(|relation| relation.found(case));
        let finding = Finding::Relation { relation: found.map(RelationKind::words) };
        Some(match found {
            None => Answer::pass(finding),
            Some(_) => Answer::fail(finding, "Have somebody outside this relation assigned, or assign."),
        })
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let relations: Vec<String> = self.bar.iter().map(RelationKind::words).collect();
        let note = self.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"));
        format!("An officer may not work who {}{note}", relations.join(", or "))
    }
}

/// Customers, places and tasks that are barred. What cannot be a label is the rule's `when`, for example
/// `venue.alcohol_percent: { over: 50 }` or `venue.inside_city: false`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VenueBar {
    /// Labels of customer, venue or job (or a class of customer or venue) that are barred. When empty, whatever the
    /// rule's `when` describes is barred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bar: Vec<String>,
    /// Tasks that are barred inside an allowed job: shown on the job sheet, never a reason to refuse the job.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<String>,
    /// What the book's words mean, by word.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub define: std::collections::BTreeMap<String, String>,
    /// What proves that the bar does not apply, for example tax records; with it the job passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

impl VenueBar {
    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let proposal = case.proposal;
        if self.bar.is_empty() && !self.tasks.is_empty() {
            return None;
        }
        let tags = [proposal.venue.tags, proposal.customer.tags, proposal.job.tags];
        let has = |word: &str| {
            tags.iter().flatten().any(|tags| tags.contains(&word))
                || [proposal.venue.class, proposal.customer.class, proposal.job.class].contains(&Some(word))
        };
        let mut barred: Vec<String> = self.bar.iter().filter(|word| has(word)).map(|word| super::plain(word)).collect();
        if self.bar.is_empty() {
            barred.push(case.rule_when());
        }
        if self.proof.as_ref().is_some_and(|proof| proposal.documents.contains(&proof.as_str())) {
            barred.clear();
        }
        let finding = Finding::Venue { barred: barred.clone() };
        if barred.is_empty() {
            return Some(Answer::pass(finding));
        }
        let remedy = self.proof.as_ref().map_or("Officers cannot work there; ask the agency.".to_owned(), |proof| {
            format!("Hand in {} to show that this does not apply.", super::plain(proof))
        });
        Some(Answer::fail(finding, remedy))
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let plain = |words: &[String]| words.iter().map(|one| super::plain(one)).collect::<Vec<_>>();
        let mut parts = Vec::new();
        if !self.bar.is_empty() {
            parts.push(format!("Officers do not work for or at: {}", and_list(&plain(&self.bar))));
        } else if self.tasks.is_empty() {
            parts.push("Officers do not work there".to_owned());
        }
        if !self.tasks.is_empty() {
            parts.push(format!("Officers on a job do not do: {}", and_list(&plain(&self.tasks))));
        }
        parts.extend(self.define.iter().map(|(word, meaning)| format!("{} means {meaning}", super::plain(word))));
        parts.extend(self.proof.iter().map(|proof| format!("{} shows that it does not apply", super::plain(proof))));
        parts.join("; ")
    }
}
