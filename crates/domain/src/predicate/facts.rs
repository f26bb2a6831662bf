//! What a condition may know. Every fact is optional and borrowed.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::{Field, Section};
use crate::{calendar::Calendar, time::Minutes};

/// A fact of an agency's own, beside the named ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    /// Yes or no.
    Flag(bool),
    /// A count, or whole minutes.
    Number(i64),
    /// A word.
    Text(String),
    /// Several words.
    Texts(Vec<String>),
}

/// An agency's own facts by name, for `section.attributes.name`.
pub type Attributes = BTreeMap<String, Attribute>;

/// Everything a condition may ask. Build it with `..Facts::default()` and what is at hand; it is cheap to copy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The officer who would work.
    pub officer: OfficerFacts<'a>,
    /// The post to be filled.
    pub position: PositionFacts<'a>,
    /// The job.
    pub job: JobFacts<'a>,
    /// Who pays.
    pub customer: CustomerFacts<'a>,
    /// Where.
    pub venue: VenueFacts<'a>,
    /// Who else is on the job.
    pub crew: CrewFacts<'a>,
    /// When: the job's start for a policy, the piece being paid for a rate.
    pub moment: MomentFacts<'a>,
    /// What the officer worked before; known to rates only.
    pub earlier: EarlierFacts,
}

/// The officer's work before the shift.
#[derive(Debug, Clone, Copy, Default)]
pub struct EarlierFacts {
    /// Worked on the same day.
    pub worked: Option<Minutes>,
    /// Worked for the same customer on the same day.
    pub worked_for_customer: Option<Minutes>,
    /// Worked without a break up to the start.
    pub unbroken: Option<Minutes>,
    /// Worked since the week began.
    pub worked_in_week: Option<Minutes>,
    /// Which day of work in a row this one is; the first is 1.
    pub days_in_a_row: Option<i64>,
}

/// The officer, as he is on the day of the job.
#[derive(Debug, Clone, Copy, Default)]
pub struct OfficerFacts<'a> {
    /// Rank by the agency's word, for example `sergeant`.
    pub rank: Option<&'a str>,
    /// Place of the rank in the agency's order; higher commands lower.
    pub rank_order: Option<i64>,
    /// Whole months since hire.
    pub service_months: Option<i64>,
    /// Whole months in the present rank.
    pub rank_months: Option<i64>,
    /// Still on probation.
    pub probation: Option<bool>,
    /// Still in field training.
    pub field_training: Option<bool>,
    /// Holds police powers now.
    pub police_powers: Option<bool>,
    /// Employed and active.
    pub active: Option<bool>,
    /// Status by the agency's word, for example `sick_leave`.
    pub status: Option<&'a str>,
    /// Unit.
    pub unit: Option<&'a str>,
    /// Employment: `sworn`, `reserve`, `retired`, `civilian` ...
    pub employment: Option<&'a str>,
    /// The officer's own agency, by its short name.
    pub agency: Option<&'a str>,
    /// Union or bargaining unit.
    pub union: Option<&'a str>,
    /// Last performance grade, as a number; higher is better.
    pub performance: Option<i64>,
    /// Miles from home to the agency.
    pub residence_miles: Option<i64>,
    /// Groups.
    pub groups: Option<&'a [&'a str]>,
    /// Certifications valid at the moment.
    pub certifications: Option<&'a [&'a str]>,
    /// The agency's own facts.
    pub attributes: Option<&'a Attributes>,
}

/// The post.
#[derive(Debug, Clone, Copy, Default)]
pub struct PositionFacts<'a> {
    /// Role on the job, for example `supervisor`.
    pub role: Option<&'a str>,
    /// Rank asked for.
    pub rank: Option<&'a str>,
    /// Place of that rank in the agency's order.
    pub rank_order: Option<i64>,
    /// A supervisory post.
    pub supervisory: Option<bool>,
    /// Certifications asked for.
    pub certifications: Option<&'a [&'a str]>,
    /// The agency's own facts.
    pub attributes: Option<&'a Attributes>,
}

/// The job.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobFacts<'a> {
    /// Kind by the agency's word, for example `construction`.
    pub kind: Option<&'a str>,
    /// Class within the kind, for example `major_event`, or a tier that the customer chose.
    pub class: Option<&'a str>,
    /// Guests expected.
    pub attendance: Option<i64>,
    /// Officers on the job.
    pub officers: Option<i64>,
    /// Length as scheduled.
    pub length: Option<Minutes>,
    /// Alcohol is served.
    pub alcohol: Option<bool>,
    /// Traffic is directed.
    pub traffic: Option<bool>,
    /// A special event.
    pub special_event: Option<bool>,
    /// Hazardous.
    pub hazardous: Option<bool>,
    /// An emergency or immediate coverage.
    pub emergency: Option<bool>,
    /// Police work, as against other employment.
    pub police_related: Option<bool>,
    /// In uniform.
    pub uniform: Option<bool>,
    /// A vehicle is needed.
    pub vehicle: Option<bool>,
    /// The customer's purchase or case number class; free words such as `escort`, `parade`.
    pub tags: Option<&'a [&'a str]>,
    /// The agency's own facts.
    pub attributes: Option<&'a Attributes>,
}

/// The customer.
#[derive(Debug, Clone, Copy, Default)]
pub struct CustomerFacts<'a> {
    /// Id, as written in lists.
    pub id: Option<&'a str>,
    /// Class by the agency's word: `town`, `school`, `charity`, `utility`, `private` ...
    pub class: Option<&'a str>,
    /// Has never been billed before.
    pub new: Option<bool>,
    /// Days the oldest unpaid invoice is overdue.
    pub overdue_days: Option<i64>,
    /// Trades and labels, for example `bail_bonds`.
    pub tags: Option<&'a [&'a str]>,
    /// The agency's own facts.
    pub attributes: Option<&'a Attributes>,
}

/// The place.
#[derive(Debug, Clone, Copy, Default)]
pub struct VenueFacts<'a> {
    /// Class, for example `night_club`.
    pub class: Option<&'a str>,
    /// Inside the agency's own territory.
    pub inside_city: Option<bool>,
    /// Share of revenue from alcohol, per cent.
    pub alcohol_percent: Option<i64>,
    /// Labels.
    pub tags: Option<&'a [&'a str]>,
    /// The agency's own facts.
    pub attributes: Option<&'a Attributes>,
}

/// The people on the job.
#[derive(Debug, Clone, Copy, Default)]
pub struct CrewFacts<'a> {
    /// Officers without supervisors.
    pub officers: Option<i64>,
    /// Supervisors.
    pub supervisors: Option<i64>,
    /// Everybody.
    pub heads: Option<i64>,
    /// This person is the highest in rank on the job.
    pub highest_ranking: Option<bool>,
    /// The agency's own facts.
    pub attributes: Option<&'a Attributes>,
}

/// The moment, on the wall clock of the job's zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct MomentFacts<'a> {
    /// Local date and time.
    pub local: Option<DateTime>,
    /// Elapsed time from the request (or approval, as the agency counts) to the start; negative after the start.
    pub notice: Option<Minutes>,
    /// The same, counting office hours only.
    pub business_notice: Option<Minutes>,
    /// The same, in whole business days.
    pub business_days: Option<i64>,
    /// Wall clock when the request arrived, where that is not the time of the order.
    pub requested: Option<DateTime>,
    /// Wall clock when the job was ordered.
    pub ordered: Option<DateTime>,
    /// The agency's calendar, for holidays.
    pub calendar: Option<&'a Calendar>,
}

impl<'a> Facts<'a> {
    /// Sets the fact of that name; a value of another sort, and the moment, which follows from a start, change nothing.
    pub(crate) fn put(&mut self, field: &Field, value: &'a Attribute, words: &'a [&'a str]) {
        match (field, value) {
            (Field::OfficerRank, Attribute::Text(text)) => self.officer.rank = Some(text),
            (Field::OfficerStatus, Attribute::Text(text)) => self.officer.status = Some(text),
            (Field::OfficerUnit, Attribute::Text(text)) => self.officer.unit = Some(text),
            (Field::OfficerEmployment, Attribute::Text(text)) => self.officer.employment = Some(text),
            (Field::OfficerAgency, Attribute::Text(text)) => self.officer.agency = Some(text),
            (Field::OfficerUnion, Attribute::Text(text)) => self.officer.union = Some(text),
            (Field::PositionRole, Attribute::Text(text)) => self.position.role = Some(text),
            (Field::PositionRank, Attribute::Text(text)) => self.position.rank = Some(text),
            (Field::JobKind, Attribute::Text(text)) => self.job.kind = Some(text),
            (Field::JobClass, Attribute::Text(text)) => self.job.class = Some(text),
            (Field::CustomerId, Attribute::Text(text)) => self.customer.id = Some(text),
            (Field::CustomerClass, Attribute::Text(text)) => self.customer.class = Some(text),
            (Field::VenueClass, Attribute::Text(text)) => self.venue.class = Some(text),
            (Field::OfficerRankOrder, Attribute::Number(number)) => self.officer.rank_order = Some(*number),
            (Field::OfficerServiceMonths, Attribute::Number(number)) => self.officer.service_months = Some(*number),
            (Field::OfficerRankMonths, Attribute::Number(number)) => self.officer.rank_months = Some(*number),
            (Field::OfficerPerformance, Attribute::Number(number)) => self.officer.performance = Some(*number),
            (Field::OfficerResidenceMiles, Attribute::Number(number)) => self.officer.residence_miles = Some(*number),
            (Field::PositionRankOrder, Attribute::Number(number)) => self.position.rank_order = Some(*number),
            (Field::JobAttendance, Attribute::Number(number)) => self.job.attendance = Some(*number),
            (Field::JobOfficers, Attribute::Number(number)) => self.job.officers = Some(*number),
            (Field::CustomerOverdueDays, Attribute::Number(number)) => self.customer.overdue_days = Some(*number),
            (Field::VenueAlcoholPercent, Attribute::Number(number)) => self.venue.alcohol_percent = Some(*number),
            (Field::CrewOfficers, Attribute::Number(number)) => self.crew.officers = Some(*number),
            (Field::CrewSupervisors, Attribute::Number(number)) => self.crew.supervisors = Some(*number),
            (Field::CrewHeads, Attribute::Number(number)) => self.crew.heads = Some(*number),
            (Field::MomentBusinessDays, Attribute::Number(number)) => self.moment.business_days = Some(*number),
            (Field::JobLength, Attribute::Number(number)) => self.job.length = Some(Minutes(*number)),
            (Field::MomentNotice, Attribute::Number(number)) => self.moment.notice = Some(Minutes(*number)),
            (Field::MomentBusinessNotice, Attribute::Number(number)) => {
                self.moment.business_notice = Some(Minutes(*number))
            }
            (Field::OfficerProbation, Attribute::Flag(flag)) => self.officer.probation = Some(*flag),
            (Field::OfficerFieldTraining, Attribute::Flag(flag)) => self.officer.field_training = Some(*flag),
            (Field::OfficerPolicePowers, Attribute::Flag(flag)) => self.officer.police_powers = Some(*flag),
            (Field::OfficerActive, Attribute::Flag(flag)) => self.officer.active = Some(*flag),
            (Field::PositionSupervisory, Attribute::Flag(flag)) => self.position.supervisory = Some(*flag),
            (Field::JobAlcohol, Attribute::Flag(flag)) => self.job.alcohol = Some(*flag),
            (Field::JobTraffic, Attribute::Flag(flag)) => self.job.traffic = Some(*flag),
            (Field::JobSpecialEvent, Attribute::Flag(flag)) => self.job.special_event = Some(*flag),
            (Field::JobHazardous, Attribute::Flag(flag)) => self.job.hazardous = Some(*flag),
            (Field::JobEmergency, Attribute::Flag(flag)) => self.job.emergency = Some(*flag),
            (Field::JobPoliceRelated, Attribute::Flag(flag)) => self.job.police_related = Some(*flag),
            (Field::JobUniform, Attribute::Flag(flag)) => self.job.uniform = Some(*flag),
            (Field::JobVehicle, Attribute::Flag(flag)) => self.job.vehicle = Some(*flag),
            (Field::CustomerNew, Attribute::Flag(flag)) => self.customer.new = Some(*flag),
            (Field::VenueInsideCity, Attribute::Flag(flag)) => self.venue.inside_city = Some(*flag),
            (Field::CrewHighestRanking, Attribute::Flag(flag)) => self.crew.highest_ranking = Some(*flag),
            (Field::OfficerGroups, Attribute::Texts(_)) => self.officer.groups = Some(words),
            (Field::OfficerCertifications, Attribute::Texts(_)) => self.officer.certifications = Some(words),
            (Field::PositionCertifications, Attribute::Texts(_)) => self.position.certifications = Some(words),
            (Field::JobTags, Attribute::Texts(_)) => self.job.tags = Some(words),
            (Field::CustomerTags, Attribute::Texts(_)) => self.customer.tags = Some(words),
            (Field::VenueTags, Attribute::Texts(_)) => self.venue.tags = Some(words),
            _ => {}
        }
    }

    /// Sets the agency's own facts of a section.
    pub(crate) fn put_own(&mut self, section: Section, own: &'a Attributes) {
        match section {
            Section::Officer => self.officer.attributes = Some(own),
            Section::Position => self.position.attributes = Some(own),
            Section::Job => self.job.attributes = Some(own),
            Section::Customer => self.customer.attributes = Some(own),
            Section::Venue => self.venue.attributes = Some(own),
            Section::Crew => self.crew.attributes = Some(own),
        }
    }
}

/// A fact as a test sees it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Words(&'a [&'a str]),
    Strings(&'a [String]),
    Flag(bool),
    Number(i64),
    Moment(DateTime),
}

impl Value<'_> {
    /// Whether the fact is this word or has it among its words.
    pub(super) fn has_word(&self, word: &str) -> bool {
        match self {
            Self::Text(text) => *text == word,
            Self::Words(words) => words.contains(&word),
            Self::Strings(words) => words.iter().any(|one| one == word),
            Self::Flag(_) | Self::Number(_) | Self::Moment(_) => false,
        }
    }
}

impl<'a> From<&'a Attribute> for Value<'a> {
    fn from(attribute: &'a Attribute) -> Self {
        match attribute {
            Attribute::Flag(flag) => Self::Flag(*flag),
            Attribute::Number(number) => Self::Number(*number),
            Attribute::Text(text) => Self::Text(text),
            Attribute::Texts(texts) => Self::Strings(texts),
        }
    }
}
