//! P13 `approval`: somebody must agree, with documents, for so long.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::{
    amount::Length,
    decision::{Distance, Finding, Moment},
    facts::Approval,
    rule::Point,
};

/// An approval that must be held. When it is needed is the rule's `when`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalPath {
    /// What is approved.
    pub object: ApprovalObject,
    /// Who approves; where the text names neither level nor document, any approval counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Whether all must, in this order or any, or one is enough.
    #[serde(default)]
    pub order: LevelOrder,
    /// What must be handed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// When it must be renewed.
    #[serde(default)]
    pub renew: Renewal,
    /// What silence means.
    #[serde(default)]
    pub silence: Silence,
    /// A spoken approval is enough at first; the form follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub verbal_first: bool,
    /// What ends it early, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked_by: Vec<String>,
    /// What the approver looks at, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks_at: Vec<String>,
}

/// What is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalObject {
    /// The officer, for off-duty work as such.
    Officer,
    /// This officer on this job.
    OfficerJob,
    /// The job.
    Job,
    /// The place.
    Venue,
    /// The customer.
    Customer,
    /// The contract with the customer.
    Contract,
}

/// How many levels must agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelOrder {
    /// All, one after the other.
    #[default]
    InOrder,
    /// All, in any order.
    AnyOrder,
    /// One is enough.
    One,
}

/// When an approval must be renewed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// Never.
    #[default]
    Never,
    /// So long after it was given.
    Every(Length),
    /// At the end of each calendar month.
    Monthly,
    /// On 30 June and 31 December.
    HalfYearly,
    /// On 31 December.
    Yearly,
    /// At the end of the officer's birth month.
    BirthMonth,
    /// On the officer's birthday.
    Birthday,
}

/// What silence means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Nothing: it stays open.
    #[default]
    Wait,
    /// No.
    Deny,
}

impl Renewal {
    /// The last local day on which an approval given on `given` holds; none when it does not end, or when it hangs on a
    /// birthday that is not known.
    #[must_use]
    pub fn last_day(self, given: Date, birthday: Option<Date>) -> Option<Date> {
        let month_end = |date: Date| date.last_of_month();
        match self {
            Self::Never => None,
            Self::Every(length) => given.checked_add((length.minutes().0 / 1440).days()).ok(),
            Self::Monthly => Some(month_end(given)),
            Self::HalfYearly => Date::new(given.year(), if given.month() <= 6 { 6 } else { 12 }, 1).ok().map(month_end),
            Self::Yearly => Some(given.last_of_year()),
            Self::BirthMonth => {
                let in_year = |year| birthday.and_then(|born| Date::new(year, born.month(), 1).ok()).map(month_end);
                in_year(given.year()).filter(|end| *end > given).or_else(|| in_year(given.year() + 1))
            }
            Self::Birthday => {
                let in_year = |year| {
                    let first = birthday.and_then(|born| Date::new(year, born.month(), 1).ok());
                    first
                        .zip(birthday)
                        .map(|(first, born)| Date::new(year, born.month(), born.day()).unwrap_or(first.last_of_month()))
                };
                in_year(given.year()).filter(|day| *day > given).or_else(|| in_year(given.year() + 1))
            }
        }
    }

    fn words(self) -> Option<String> {
        Some(match self {
            Self::Never => return None,
            Self::Every(length) => format!("every {length}"),
            Self::Monthly => "every month".to_owned(),
            Self::HalfYearly => "twice a year".to_owned(),
            Self::Yearly => "every year on 31 December".to_owned(),
            Self::BirthMonth => "every year in the officer's birth month".to_owned(),
            Self::Birthday => "every year on the officer's birthday".to_owned(),
        })
    }
}

impl ApprovalObject {
    /// As people say it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Officer => "the officer's off-duty work",
            Self::OfficerJob => "this officer on this job",
            Self::Job => "the job",
            Self::Venue => "the venue",
            Self::Customer => "the customer",
            Self::Contract => "the contract",
        }
    }

    const fn concerns_officer(self) -> bool {
        matches!(self, Self::Officer | Self::OfficerJob)
    }
}

impl ApprovalPath {
    /// Where it acts: an officer's approval with the officer, every other with the request.
    #[must_use]
    pub fn points(&self) -> &'static [Point] {
        if self.object.concerns_officer() { Point::BEFORE } else { &[Point::Request] }
    }

    /// The levels without an approval that holds until the end of the work, and whether one came after its start.
    fn judge_levels(&self, rule_approvals: &[&Approval], case: &Case<'_>) -> (Vec<String>, bool) {
        let span = case.proposal.span;
        let valid = |approval: &&&Approval| {
            approval.from <= case.now && approval.until.is_none_or(|until| span.ends_at() <= until)
        };
        let given: Vec<&&Approval> = rule_approvals.iter().filter(valid).collect();
        let missing = self.levels.iter().filter(|level| !given.iter().any(|one| one.level == **level));
        let missing: Vec<String> = match (self.levels.is_empty() && self.documents.is_empty(), given.is_empty()) {
            (true, true) => vec!["agency".to_owned()],
            (false, false) if self.order == LevelOrder::One => Vec::new(),
            _ => missing.cloned().collect(),
        };
        (missing, given.iter().any(|one| one.from > span.starts_at()))
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let held = if self.object.concerns_officer() { case.candidate.approvals } else { case.proposal.approvals };
        let of_rule: Vec<&Approval> = held.iter().filter(|one| one.rule == case.rule.id).collect();
        let (missing_levels, late) = self.judge_levels(&of_rule, case);
        let missing_documents: Vec<String> =
            self.documents.iter().filter(|one| !case.proposal.documents.contains(&one.as_str())).cloned().collect();
        let expired =
            of_rule.iter().filter_map(|one| one.until).filter(|until| *until < case.proposal.span.ends_at()).max();
        let missing = missing_levels.len() + missing_documents.len();
        let wanted = missing_levels.iter().map(|one| format!("the approval of {}", super::plain(one)));
        let wanted: Vec<String> = wanted.chain(missing_documents.iter().map(|one| super::plain(one))).collect();
        Some(Answer {
            passed: missing == 0,
            distance: Some(Distance::Count(i64::try_from(missing).unwrap_or(i64::MAX))),
            remedy: match self.object {
                ApprovalObject::Officer => {
                    format!("Obtain {}; ask for it under My permits.", crate::policy::words::and_list(&wanted))
                }
                _ => format!("Obtain {}.", crate::policy::words::and_list(&wanted)),
            },
            finding: Finding::Approval {
                object: self.object.words().to_owned(),
                missing_levels,
                missing_documents,
                expired: expired.map(|at| Moment::new(at, case.proposal.zone)),
                late,
            },
            soften: None,
        })
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let joint = match self.order {
            LevelOrder::InOrder => ", then ",
            LevelOrder::AnyOrder => " and ",
            LevelOrder::One => " or ",
        };
        let levels: Vec<String> = self.levels.iter().map(|one| format!("the {}", super::plain(one))).collect();
        let mut words = format!("{} must be approved", super::capital(self.object.words()));
        if !levels.is_empty() {
            words += &format!(" by {}", levels.join(joint));
        }
        if !self.documents.is_empty() {
            let documents: Vec<String> = self.documents.iter().map(|one| super::plain(one)).collect();
            words += &format!(", with {}", crate::policy::words::and_list(&documents));
        }
        if let Some(renewed) = self.renew.words() {
            words += &format!("; renewed {renewed}");
        }
        if self.verbal_first {
            words += "; a spoken approval is enough at first, the form follows";
        }
        if self.silence == Silence::Deny {
            words += "; no answer is a no";
        }
        if !self.revoked_by.is_empty() {
            words += &format!("; ends with {}", crate::policy::words::and_list(&self.revoked_by));
        }
        if !self.looks_at.is_empty() {
            words += &format!("; looked at: {}", self.looks_at.join(", "));
        }
        words
    }
}
