//! P9 `list`: lists that allow, deny, prefer or hold.

use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::{
    decision::{Finding, Moment},
    facts::Listed,
    rule::Point,
};

/// A list that decides. Deny wins over allow, as every broken rule does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRule {
    /// The name of the list.
    pub list: String,
    /// What standing on it means.
    #[serde(rename = "type")]
    pub list_type: ListType,
    /// Who keeps it.
    #[serde(default)]
    pub owner: ListOwner,
    /// How to get on or off it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// What standing on a list means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListType {
    /// Officers on it may work.
    Allow,
    /// Officers on it may not.
    Deny,
    /// Officers who asked for such work may work.
    OptIn,
    /// Officers on it come first; nobody is refused.
    Preferred,
    /// Customers on it get no service.
    CustomerHold,
    /// Kept for supervisors; nobody is refused.
    Watch,
}

/// Who keeps a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListOwner {
    /// The agency.
    #[default]
    Agency,
    /// A coordinator.
    Coordinator,
    /// The customer.
    Customer,
}

impl ListRule {
    /// Where it acts.
    #[must_use]
    pub const fn points(&self) -> &'static [Point] {
        match self.list_type {
            ListType::CustomerHold => &[Point::Request, Point::SignUp, Point::Award],
            _ => Point::BEFORE,
        }
    }

    fn entry<'a>(&self, entries: &'a [Listed], case: &Case<'_>) -> Option<&'a Listed> {
        let span = case.proposal.span;
        entries.iter().filter(|one| one.list == self.list).find(|one| {
            one.customer.is_none_or(|customer| case.proposal.customer_id == Some(customer))
                && one.job_kind.as_deref().is_none_or(|kind| case.proposal.job.kind == Some(kind))
                && one.from < span.ends_at()
                && one.until.is_none_or(|until| span.starts_at() < until)
        })
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let hold = self.list_type == ListType::CustomerHold;
        let entry = self.entry(if hold { case.proposal.holds } else { case.candidate.lists }, case);
        let finding = Finding::Listed {
            list: self.list.clone(),
            listed: entry.is_some(),
            until: entry.and_then(|one| one.until).map(|at| Moment::new(at, case.proposal.zone)),
            reason: entry.and_then(|one| one.reason.clone()),
        };
        match self.list_type {
            ListType::Preferred | ListType::Watch => None,
            ListType::Allow | ListType::OptIn if entry.is_none() => {
                Some(Answer::fail(finding, format!("Ask to be put on the list {}.", super::plain(&self.list))))
            }
            ListType::Deny if entry.is_some() => {
                Some(Answer::fail(finding, "Ask the agency about the entry, or choose other work."))
            }
            ListType::CustomerHold if entry.is_some() => {
                Some(Answer::fail(finding, "The customer must settle the account first."))
            }
            _ => Some(Answer::pass(finding)),
        }
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let list = super::plain(&self.list);
        let mut words = match self.list_type {
            ListType::Allow => format!("Only officers on the list \u{201c}{list}\u{201d} may work"),
            ListType::OptIn => format!("Only officers who put themselves on the list \u{201c}{list}\u{201d} may work"),
            ListType::Deny => format!("Officers on the list \u{201c}{list}\u{201d} may not work"),
            ListType::Preferred => format!("Officers on the list \u{201c}{list}\u{201d} come first"),
            ListType::CustomerHold => format!("Customers on the list \u{201c}{list}\u{201d} get no service"),
            ListType::Watch => format!("Supervisors keep the list \u{201c}{list}\u{201d}"),
        };
        if let Some(notice) = &self.notice {
            words += &format!("; {notice}");
        }
        words
    }
}
