//! What a condition may know. Every fact is optional and borrowed.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

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
    /// Wall clock when the job was ordered.
    pub ordered: Option<DateTime>,
    /// The agency's calendar, for holidays.
    pub calendar: Option<&'a Calendar>,
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
