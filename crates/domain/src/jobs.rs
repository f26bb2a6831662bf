//! Jobs: an approved request as shifts with positions and seats.
//!
//! Words: a *job* is one piece of work for a customer at a site; a *shift* is one period of it; a *position* is a role on a
//! shift with a number of *seats*. Invariant: a seat holds one officer at most; the database has one row per seat.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgencyId, CustomerId, JobId, JobTypeId, PositionId, RequestId, ShiftId, SiteId},
    requests::{PositionWanted, PostRole, Requirements, ResourceWanted},
    time::Span,
};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// To be worked, being worked, or worked.
    Active,
    /// Called off.
    Cancelled,
}

/// What officers and rules need to know about a job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobDetails {
    /// People expected.
    pub attendance: Option<i64>,
    /// Alcohol is served.
    pub alcohol: bool,
    /// Officers direct traffic.
    pub traffic: bool,
    /// Who meets the officers.
    pub contact_name: String,
    /// Their phone.
    pub contact_phone: String,
    /// For the officers.
    pub instructions: String,
    /// When the request came; short-notice premiums count from it.
    pub requested_at: Option<Timestamp>,
    /// Vehicles, dogs and other things on each shift: asked for, or needed by the rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceWanted>,
}

/// A job as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// The tenant.
    pub agency: AgencyId,
    /// The number people say.
    pub number: i64,
    /// The request it came from.
    pub request: Option<RequestId>,
    /// For whom.
    pub customer: CustomerId,
    /// Where.
    pub site: SiteId,
    /// What kind.
    pub job_type: JobTypeId,
    /// What, in a few words.
    pub title: String,
    /// Where it stands.
    pub state: JobState,
    /// Why it was cancelled.
    pub state_reason: String,
    /// More.
    pub details: JobDetails,
    /// Counts changes.
    pub version: i64,
}

/// Where a shift stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftState {
    /// Not yet shown to officers.
    Draft,
    /// Officers may take it under its plan.
    Posted,
    /// No longer open: full by hand, or over.
    Closed,
    /// Called off.
    Cancelled,
}

impl ShiftState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Posted, Self::Closed, Self::Cancelled];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Posted => "posted",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Not posted",
            Self::Posted => "Posted",
            Self::Closed => "Closed",
            Self::Cancelled => "Cancelled",
        }
    }
    /// The state with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// One period of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// The tenant.
    pub agency: AgencyId,
    /// The job.
    pub job: JobId,
    /// When.
    pub span: Span,
    /// The local date on which it starts.
    pub worked_on: Date,
    /// Where it stands.
    pub state: ShiftState,
    /// Counts changes.
    pub version: i64,
}

/// A role on a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Its id.
    pub id: PositionId,
    /// The shift.
    pub shift: ShiftId,
    /// What for.
    pub role: PostRole,
    /// How many seats.
    pub seats: i64,
    /// What an officer needs for a seat.
    pub requirements: Requirements,
}

impl JobState {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Cancelled => "cancelled",
        }
    }
    /// The state with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Active, Self::Cancelled].into_iter().find(|state| state.code() == code)
    }
}

/// A job to be made, with every shift it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// The request it comes from.
    pub request: Option<RequestId>,
    /// For whom.
    pub customer: CustomerId,
    /// Where.
    pub site: SiteId,
    /// What kind.
    pub job_type: JobTypeId,
    /// What, in a few words.
    pub title: String,
    /// More.
    pub details: JobDetails,
    /// When, at least once.
    pub shifts: Vec<NewShift>,
    /// Who, on every shift.
    pub positions: Vec<PositionWanted>,
}

/// A shift to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewShift {
    /// When.
    pub span: Span,
    /// The local date on which it starts.
    pub worked_on: Date,
}
