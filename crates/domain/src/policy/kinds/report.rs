//! P17 `duty_report`: what must be reported, and what a missing report does.

use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::{
    policy::{amount::Length, decision::Finding},
    time::Minutes,
};

/// A report that is owed. One that is late blocks the next sign-up (or as the rule's effect says); the pay of the work
/// waits for it only where the rule says so. The rule's condition says which work is reported, not which work is barred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyReport {
    /// The report, by the book's word.
    pub what: String,
    /// When.
    pub due: ReportDue,
    /// Who owes it: `officer`, `employer`, `agency`, or another word of the book.
    #[serde(default = "officer")]
    pub by: String,
    /// Time to hand it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Length>,
    /// Owed although there was no work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub even_if_none: bool,
    /// The pay of the work waits until it is filed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withhold_pay: bool,
}

fn officer() -> String {
    "officer".to_owned()
}

/// When a report is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportDue {
    /// At the start of each job.
    Start,
    /// At the end of each job.
    End,
    /// At start and end.
    StartAndEnd,
    /// During the whole job (a permit carried).
    During,
    /// Each pay period.
    PayPeriod,
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each year.
    Year,
    /// When asked for.
    OnRequest,
}

impl ReportDue {
    /// Those that cover a stretch of days.
    pub const PERIODS: [Self; 4] = [Self::PayPeriod, Self::Month, Self::Quarter, Self::Year];
}

impl DutyReport {
    /// True when officers file it here.
    #[must_use]
    pub fn is_officers(&self) -> bool {
        self.by == "officer"
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        if !self.is_officers() {
            return None;
        }
        let missing = case.candidate.reports_owed.iter().filter(|one| one.what == self.what && one.due_at < case.now);
        let mut missing = missing.peekable();
        let first = missing.peek().copied();
        let late = first.map(|one| Minutes((case.now.as_second() - one.due_at.as_second()).div_euclid(60)));
        let finding = Finding::Report {
            what: self.what.clone(),
            owed: first.is_some(),
            about: first.map(|one| one.about.clone()),
            late,
            more: missing.count().saturating_sub(1),
        };
        Some(if first.is_some() {
            Answer::fail(finding, "File it under Reports due; it counts at once.")
        } else {
            Answer::pass(finding)
        })
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let due = match self.due {
            ReportDue::Start => "at the start of each job",
            ReportDue::End => "at the end of each job",
            ReportDue::StartAndEnd => "at the start and the end of each job",
            ReportDue::During => "during each job",
            ReportDue::PayPeriod => "each pay period",
            ReportDue::Month => "each month",
            ReportDue::Quarter => "each quarter",
            ReportDue::Year => "each year",
            ReportDue::OnRequest => "when asked",
        };
        let within = self.within.map_or_else(String::new, |within| format!(" within {within}"));
        let none = if self.even_if_none { ", even without work" } else { "" };
        let pay = if self.withhold_pay { "; the pay of the work waits for it" } else { "" };
        format!("The {} gives {} {due}{within}{none}{pay}", super::plain(&self.by), super::plain(&self.what))
    }
}
