//! What the engine is told: the officer as he is on the day of the job, and the work proposed to him.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::work::{Work, WorkClass};
use crate::{
    calendar::Calendar,
    id::{AssignmentId, CustomerId, OfficerId, SiteId},
    predicate::{CrewFacts, CustomerFacts, Facts, JobFacts, MomentFacts, OfficerFacts, PositionFacts, VenueFacts},
    time::{Minutes, Span},
};

/// A status with dates: sick, suspended, light duty, in training ...
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// By the agency's word, for example `sick_leave`.
    pub status: String,
    /// First instant.
    pub from: Timestamp,
    /// First instant after; open while unknown.
    pub until: Option<Timestamp>,
    /// Why, by the agency's word, for example `medical_appointment`.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A certification with its validity; both days inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// By the agency's word, for example `work_zone`.
    pub kind: String,
    /// First valid day.
    pub from: Option<Date>,
    /// Last valid day; none when it does not expire.
    pub until: Option<Date>,
}

/// An entry on a list that concerns an officer (do-not-send, opt-in) or a customer (account hold).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The name of the list.
    pub list: String,
    /// Only for this customer; none for all.
    pub customer: Option<CustomerId>,
    /// Only for this kind of job; none for all.
    pub job_kind: Option<String>,
    /// First instant.
    pub from: Timestamp,
    /// First instant after; open while unknown.
    pub until: Option<Timestamp>,
    /// Why, in the words of who put it there.
    pub reason: Option<String>,
}

/// A relation that the officer has declared or the agency has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// By the rule book's word: `owns`, `family`, `paid_directly`, `solicits` ...
    pub relation: String,
    /// To this customer; none for any.
    pub customer: Option<CustomerId>,
}

/// Something that may carry a penalty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offence {
    /// By the rule book's word: `no_show`, `late`, `late_cancel`, `refuse` ...
    pub event: String,
    /// When.
    pub at: Timestamp,
    /// Excused, or its appeal was upheld.
    pub excused: bool,
    /// The kind of job.
    pub job_kind: Option<String>,
}

/// A report that an officer owes and has not given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportOwed {
    /// The report, by the rule book's word.
    pub what: String,
    /// Of which work or period, in words: `Fri, Nov 13, Riverside Market`.
    pub about: String,
    /// The last instant at which it is in time.
    pub due_at: Timestamp,
}

/// An approval that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The rule that it answers.
    pub rule: String,
    /// The level that gave it, for example `chief`.
    pub level: String,
    /// Given at.
    pub from: Timestamp,
    /// First instant at which it no longer holds; none when it does not expire.
    pub until: Option<Timestamp>,
}

/// An officer as he is on the day of the job, with his ledger. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Who.
    pub officer: OfficerId,
    /// Rank, service, unit, groups ... at the job's date; what conditions may ask.
    pub facts: OfficerFacts<'a>,
    /// Statuses with dates, in any order.
    pub statuses: &'a [Status],
    /// Certifications with validity, in any order.
    pub credentials: &'a [Credential],
    /// Lists that name him.
    pub lists: &'a [Listed],
    /// Relations to customers.
    pub relations: &'a [Relation],
    /// Offences, sorted by time.
    pub offences: &'a [Offence],
    /// Approvals that he holds.
    pub approvals: &'a [Approval],
    /// Reports that he owes and has not given, sorted by the time at which they are due.
    pub reports_owed: &'a [ReportOwed],
    /// When he applied for jobs, sorted.
    pub applications: &'a [Timestamp],
    /// The ledger, sorted by start.
    pub work: &'a [Work],
}

impl<'a> Candidate<'a> {
    /// An officer of whom only the facts and the ledger are known.
    #[must_use]
    pub fn new(officer: OfficerId, facts: OfficerFacts<'a>, work: &'a [Work]) -> Self {
        Self {
            officer,
            facts,
            statuses: &[],
            credentials: &[],
            lists: &[],
            relations: &[],
            offences: &[],
            approvals: &[],
            reports_owed: &[],
            applications: &[],
            work,
        }
    }
}

/// Another officer on the same shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrewMember {
    /// Who.
    pub officer: OfficerId,
    /// Place of his rank; higher commands lower.
    pub rank_order: i64,
    /// In a supervisory post.
    pub supervisory: bool,
}

/// Who fills the post.
#[derive(Debug, Clone, Copy)]
pub struct Coordinator<'a> {
    /// The coordinator's own officer record, when sworn.
    pub officer: Option<OfficerId>,
    /// Place of his rank, when sworn.
    pub rank_order: Option<i64>,
    /// His chain of command on the job's date.
    pub superiors: &'a [OfficerId],
}

/// The work proposed: one seat on one shift. Cheap to copy; facts that are not known stay at their default.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// When.
    pub span: Span,
    /// The job's zone: decides days, weeks and months.
    pub zone: &'a TimeZone,
    /// What it will be in the ledger.
    pub class: WorkClass,
    /// The seat that the officer already holds; its own entry in the ledger is then left out.
    pub assignment: Option<AssignmentId>,
    /// Where.
    pub site: Option<SiteId>,
    /// Who pays.
    pub customer_id: Option<CustomerId>,
    /// The agency's own overtime unit runs the job.
    pub unit_run: bool,
    /// The minutes that will be paid, when more than scheduled.
    pub paid: Option<Minutes>,
    /// Certifications that the post asks for beside the rules, by the agency's word.
    pub needs: &'a [&'a str],
    /// The post.
    pub position: PositionFacts<'a>,
    /// The job.
    pub job: JobFacts<'a>,
    /// The customer.
    pub customer: CustomerFacts<'a>,
    /// The place.
    pub venue: VenueFacts<'a>,
    /// The numbers on the job.
    pub crew: CrewFacts<'a>,
    /// The others on the shift.
    pub members: &'a [CrewMember],
    /// Who fills the post, when a person does.
    pub coordinator: Option<Coordinator<'a>>,
    /// When the customer asked; decides notice.
    pub requested_at: Option<Timestamp>,
    /// Approvals that job, venue, customer or contract hold.
    pub approvals: &'a [Approval],
    /// Lists that name the customer.
    pub holds: &'a [Listed],
    /// Documents at hand, by the rule book's word.
    pub documents: &'a [&'a str],
    /// The agency's calendar: holidays, office hours.
    pub calendar: Option<&'a Calendar>,
}

impl<'a> Proposal<'a> {
    /// A detail of which only the time is known.
    #[must_use]
    pub fn new(span: Span, zone: &'a TimeZone) -> Self {
        Self {
            span,
            zone,
            class: WorkClass::Detail,
            assignment: None,
            site: None,
            customer_id: None,
            unit_run: false,
            paid: None,
            needs: &[],
            position: PositionFacts::default(),
            job: JobFacts::default(),
            customer: CustomerFacts::default(),
            venue: VenueFacts::default(),
            crew: CrewFacts::default(),
            members: &[],
            coordinator: None,
            requested_at: None,
            approvals: &[],
            holds: &[],
            documents: &[],
            calendar: None,
        }
    }

    /// The local day on which the job begins; picks the version of a rule.
    #[must_use]
    pub fn day(&self) -> Date {
        self.zone.to_datetime(self.span.starts_at()).date()
    }

    /// What a condition may ask about this work and, where given, this officer.
    #[must_use]
    pub fn facts(&self, officer: OfficerFacts<'a>) -> Facts<'a> {
        let notice =
            self.requested_at.map(|at| Minutes((self.span.starts_at().as_second() - at.as_second()).div_euclid(60)));
        let mut job = self.job;
        job.length = job.length.or(Some(self.span.minutes()));
        Facts {
            officer,
            position: self.position,
            job,
            customer: self.customer,
            venue: self.venue,
            crew: self.crew,
            moment: MomentFacts {
                local: Some(self.zone.to_datetime(self.span.starts_at())),
                notice,
                ordered: self.requested_at.map(|at| self.zone.to_datetime(at)),
                calendar: self.calendar,
                ..MomentFacts::default()
            },
            ..Facts::default()
        }
    }
}
