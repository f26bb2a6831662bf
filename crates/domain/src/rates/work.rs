//! What is priced: one officer's shift, as scheduled, as worked, or as cancelled.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{cancellation::CancelledBy, ratio::Ratio};
use crate::{
    predicate::Facts,
    time::{Minutes, Span},
};

/// One officer's shift and everything its price may depend on. Begin with [`PricedWork::scheduled`] and set the rest.
#[derive(Debug, Clone, Copy)]
pub struct PricedWork<'a> {
    /// The zone of the job.
    pub zone: &'a TimeZone,
    /// As ordered.
    pub scheduled: Option<Span>,
    /// As worked; without it the schedule is priced (a quote).
    pub worked: Option<Span>,
    /// Breaks inside the worked span.
    pub breaks: &'a [Span],
    /// Officer, post, job, customer, venue, crew. The moment is filled in here, except notice when `requested_at` is not given.
    pub facts: Facts<'a>,
    /// When the request arrived.
    pub requested_at: Option<Timestamp>,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// Resources charged with this shift (each resource of a job with one of its shifts only).
    pub resources: &'a [ResourceUse<'a>],
    /// The officer's own hourly rate on duty.
    pub own_rate: Option<Ratio>,
    /// The hourly rate agreed for this job.
    pub agreed_rate: Option<Ratio>,
    /// Other hourly rates agreed for this job, by name, for premiums that set an agreed rate.
    pub agreed_rates: &'a [(&'a str, Ratio)],
    /// The highest hourly rate paid to anybody at the place.
    pub highest_rate_on_site: Option<Ratio>,
    /// The officer's earlier shifts of the same local day, for overtime and minimums that count per day.
    pub earlier: Earlier,
    /// Amounts owed once for a job are charged with the shift that has this.
    pub first_of_job: bool,
    /// False prices resources alone.
    pub labour: bool,
    /// Time beyond the schedule belongs to the job (an arrest made for the customer).
    pub overrun_related: bool,
    /// The shift was cancelled, cut or changed.
    pub cancelled: Option<Cancelled>,
}

/// A resource used.
#[derive(Debug, Clone, Copy)]
pub struct ResourceUse<'a> {
    /// The word that the card knows.
    pub resource: &'a str,
    /// How many.
    pub count: i64,
    /// How long each, if not as long as the officer worked.
    pub minutes: Option<Minutes>,
    /// Miles driven.
    pub miles: Option<i64>,
}

/// Time of earlier shifts of the day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Earlier {
    /// Worked on all jobs.
    pub worked: Minutes,
    /// Paid on all jobs.
    pub paid: Minutes,
    /// Worked for the same customer.
    pub worked_for_customer: Minutes,
    /// Paid by the same customer.
    pub paid_by_customer: Minutes,
    /// Worked without a break up to the start of this shift, on any day.
    pub unbroken: Minutes,
    /// Worked on all jobs since the week began, with that of the day; `None` when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worked_in_week: Option<Minutes>,
    /// Paid on all jobs since the week began, with that of the day; `None` when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_in_week: Option<Minutes>,
    /// Which day of work in a row this one is; the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_in_a_row: Option<i64>,
}

impl Earlier {
    /// Nothing was worked or paid before.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A cancellation, cut or change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// When, at the moment that counts for the agency.
    pub at: Timestamp,
    /// By whom.
    pub by: CancelledBy,
    /// Fewer officers or hours, not the whole.
    pub change: bool,
    /// No more time than this is charged: what was cut off the shift.
    pub at_most: Option<Minutes>,
}

impl<'a> PricedWork<'a> {
    /// A shift as ordered, with nothing else known.
    #[must_use]
    pub fn scheduled(zone: &'a TimeZone, span: Span, facts: Facts<'a>) -> Self {
        Self {
            zone,
            scheduled: Some(span),
            worked: None,
            breaks: &[],
            facts,
            requested_at: None,
            approved_at: None,
            resources: &[],
            own_rate: None,
            agreed_rate: None,
            agreed_rates: &[],
            highest_rate_on_site: None,
            earlier: Earlier::default(),
            first_of_job: true,
            labour: true,
            overrun_related: false,
            cancelled: None,
        }
    }

    /// The span that the price begins with: worked, else scheduled.
    pub(super) fn span(&self) -> Option<Span> {
        self.worked.or(self.scheduled)
    }
}
