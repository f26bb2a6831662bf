//! What is asked for, as the rules of price and policy see it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{AskedShift, Details, PositionWanted, PostRole};
use crate::{
    agencies::{JobType, Rank},
    customers::Customer,
    id::{RankId, SiteId},
    policy::{Approval, Listed, Proposal},
    predicate::{CrewFacts, CustomerFacts, JobFacts, VenueFacts},
    rules::RuleBook,
};

/// What is quoted and judged.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The form.
    pub details: &'a Details,
    /// Its shifts, as checked.
    pub shifts: &'a [AskedShift],
    /// Who asks; nobody yet on the public page.
    pub customer: Option<&'a Customer>,
    /// Where, when it is a known place.
    pub site: Option<SiteId>,
    /// What kind of job.
    pub job_type: &'a JobType,
    /// The agency's ranks, the highest first.
    pub ranks: &'a [Rank],
    /// The agency's zone.
    pub zone: &'a TimeZone,
    /// When it is asked.
    pub at: Timestamp,
    /// What the agency keeps about customer, place and request.
    pub standing: &'a Standing,
}

/// What the agency keeps about a customer, a place and a request, and the rules may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Of the customer.
    pub customer: Kept,
    /// Of the place.
    pub venue: Kept,
    /// Days the customer's oldest unpaid invoice is overdue.
    pub overdue_days: Option<i64>,
    /// The customer was never billed before.
    pub new_customer: Option<bool>,
    /// Approvals that request, customer, place or contract hold.
    pub approvals: Vec<Approval>,
    /// Documents that somebody of the agency has seen.
    pub documents: Vec<DocumentHeld>,
    /// Lists that hold the customer's account.
    pub holds: Vec<Listed>,
}

/// Facts of a customer or a place that the agency writes down for its rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kept {
    /// Class of the place by the agency's word, for example `night_club`; may be empty.
    pub class: String,
    /// Labels, for example `bail_bonds`.
    pub labels: Vec<String>,
    /// The place lies inside the agency's own territory; nothing when not known.
    pub inside_city: Option<bool>,
    /// Share of revenue from alcohol, per cent; nothing when not known.
    pub alcohol_percent: Option<i64>,
}

/// A document at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentHeld {
    /// By the rule book's word.
    pub kind: String,
    /// Last day on which it holds; nothing when it does not end.
    pub valid_until: Option<Date>,
}

/// Words that proposals borrow.
#[derive(Debug, Default)]
pub(super) struct Lent<'a> {
    customer_id: String,
    customer_labels: Vec<&'a str>,
    venue_labels: Vec<&'a str>,
    documents: Vec<&'a str>,
}

/// Seats of the roles that `wanted` picks.
pub(super) fn seats(positions: &[PositionWanted], wanted: impl Fn(PostRole) -> bool) -> i64 {
    positions.iter().filter(|one| wanted(one.role)).map(|one| one.seats).sum()
}

impl Asked<'_> {
    /// The rank that a seat is priced for: the least rank asked for, else the lowest for officers, the next for
    /// supervisors, the one above for commanders.
    pub(super) fn rank(&self, role: PostRole, least: Option<RankId>) -> Option<&Rank> {
        if let Some(least) = least {
            return self.ranks.iter().find(|rank| rank.id == least);
        }
        let mut levels: Vec<&Rank> = self.ranks.iter().collect();
        levels.sort_by_key(|rank| rank.level);
        levels.dedup_by_key(|rank| rank.level);
        let at = match role {
            PostRole::Officer => 0,
            PostRole::Supervisor => levels.iter().position(|rank| rank.code == "sergeant").unwrap_or(1),
            PostRole::Commander => levels.iter().position(|rank| rank.code == "lieutenant").unwrap_or(2),
        };
        levels.get(at).or(levels.last()).copied()
    }

    /// The words that proposals borrow; a document counts when it holds on the last day of the work.
    pub(super) fn lend(&self) -> Lent<'_> {
        let last = self.shifts.last().map(|shift| self.zone.to_datetime(shift.span.ends_at()).date());
        let holds = |until: Option<Date>| until.is_none_or(|until| last.is_none_or(|last| last <= until));
        Lent {
            customer_id: self.customer.map(|customer| customer.id.to_string()).unwrap_or_default(),
            customer_labels: self.standing.customer.labels.iter().map(String::as_str).collect(),
            venue_labels: self.standing.venue.labels.iter().map(String::as_str).collect(),
            documents: self
                .standing
                .documents
                .iter()
                .filter(|one| holds(one.valid_until))
                .map(|one| one.kind.as_str())
                .collect(),
        }
    }

    /// What rules may ask about one shift, for any seat.
    pub(super) fn proposal<'b>(&'b self, shift: &AskedShift, book: &'b RuleBook, lent: &'b Lent<'b>) -> Proposal<'b> {
        let mut proposal = Proposal::new(shift.span, self.zone);
        proposal.customer_id = self.customer.map(|customer| customer.id);
        proposal.site = self.site;
        proposal.requested_at = Some(self.at);
        proposal.calendar = Some(&book.calendar);
        proposal.approvals = &self.standing.approvals;
        proposal.holds = &self.standing.holds;
        proposal.documents = &lent.documents;
        proposal.job = JobFacts {
            kind: Some(&self.job_type.code),
            attendance: self.details.attendance,
            length: Some(shift.span.minutes()),
            alcohol: Some(self.details.alcohol),
            traffic: Some(self.details.traffic),
            ..JobFacts::default()
        };
        proposal.customer = CustomerFacts {
            id: self.customer.map(|_| lent.customer_id.as_str()),
            class: self.customer.map(|customer| customer.kind.as_str()),
            new: self.standing.new_customer,
            overdue_days: self.standing.overdue_days,
            tags: Some(&lent.customer_labels),
            ..CustomerFacts::default()
        };
        let venue = &self.standing.venue;
        proposal.venue = VenueFacts {
            class: (!venue.class.is_empty()).then_some(venue.class.as_str()),
            inside_city: venue.inside_city,
            alcohol_percent: venue.alcohol_percent,
            tags: Some(&lent.venue_labels),
            ..VenueFacts::default()
        };
        with_crew(&mut proposal, &self.details.positions);
        proposal
    }
}

/// Puts the numbers of these positions on the job.
pub(super) fn with_crew(proposal: &mut Proposal<'_>, positions: &[PositionWanted]) {
    let heads = seats(positions, |_| true);
    proposal.job.officers = Some(heads);
    proposal.crew = CrewFacts {
        officers: Some(seats(positions, |role| role == PostRole::Officer)),
        supervisors: Some(seats(positions, |role| role != PostRole::Officer)),
        heads: Some(heads),
        ..CrewFacts::default()
    };
}
