//! P17 `duty_report`: what must be reported, and what a missing report does.

use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::{amount::Length, decision::Finding};

/// A report that is owed. A missing one blocks the next sign-up (or as the rule's effect says), never the last pay.
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

impl DutyReport {
    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        if self.by != "officer" {
            return None;
        }
        let owed = case.candidate.reports_owed.contains(&self.what);
        let finding = Finding::Report { what: self.what.clone(), owed };
        Some(if owed {
            Answer::fail(finding, format!("Hand in {}.", super::plain(&self.what)))
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
        format!("The {} gives {} {due}{within}{none}", super::plain(&self.by), super::plain(&self.what))
    }
}
