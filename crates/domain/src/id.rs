//! Typed identifiers: one type per thing, a prefix that people can read, a UUIDv7 inside.
//!
//! The text form (`job_` and 32 hex digits) is the same in URLs, JSON, logs and the database, and sorts by age.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// What every typed id offers, so that the store can read and write any of them.
pub trait Id: Copy + fmt::Display + FromStr<Err = BadId> {
    /// The letters before the underscore.
    const PREFIX: &'static str;
    /// Wraps a UUID made by the caller.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_...")]
pub struct BadId {
    /// The prefix that was wanted.
    pub prefix: &'static str,
}

fn parse(prefix: &'static str, text: &str) -> Result<Uuid, BadId> {
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
    match digits {
        Some(digits) if digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) => {
            Uuid::try_parse(digits).map_err(|_| BadId { prefix })
        }
        _ => Err(BadId { prefix }),
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!($prefix, "_{}"), self.0.as_simple()) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> { parse($prefix, text).map(Self) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*
    /// Every prefix in use; a test holds them unique.
    pub const PREFIXES: &[&str] = &[$($prefix),*];

    /// Calls a macro with the name of every id type, so that other crates can implement a trait for each.
    #[macro_export]
    macro_rules! each_id {
        ($then:ident) => { $then! { $($name),* } };
    }
    };
}

ids! {
    /// A law-enforcement agency: the tenant.
    AgencyId = "agy",
    /// A rank of an agency.
    RankId = "rnk",
    /// A kind of off-duty job (traffic, event, security ...).
    JobTypeId = "jbt",
    /// A unit (district, bureau) of an agency.
    UnitId = "unt",
    /// A sign-in account of a person.
    AccountId = "acc",
    /// One role of an account at one organisation.
    MembershipId = "mem",
    /// A signed-in session.
    SessionId = "ses",
    /// An invitation or a reset link.
    LinkId = "lnk",
    /// An API token.
    TokenId = "tok",
    /// A human being who may be an officer of several agencies.
    PersonId = "per",
    /// An officer of one agency.
    OfficerId = "ofc",
    /// A certification held by an officer.
    CertificationId = "crt",
    /// A group of officers.
    GroupId = "grp",
    /// One interval of an officer's work, leave or unavailability.
    WorkId = "wrk",
    /// A customer: who asks for officers and is billed.
    CustomerId = "cus",
    /// A person to reach at a customer.
    ContactId = "con",
    /// A place where officers work for a customer.
    SiteId = "sit",
    /// A customer's request for officers.
    RequestId = "req",
    /// A message between customer and agency about a request.
    NoteId = "nte",
    /// A stored version of a policy book or rate card.
    RuleSetId = "rul",
    /// A trial of a rule set on a past period.
    RuleTrialId = "trl",
    /// An approved job.
    JobId = "job",
    /// One period of a job.
    ShiftId = "shf",
    /// A role on a shift, with a number of seats.
    PositionId = "pos",
    /// A posting of a shift under a distribution plan.
    PostingId = "pst",
    /// An officer in a seat.
    AssignmentId = "asg",
    /// An officer's wish for a seat that needs somebody's approval.
    ApprovalId = "apv",
    /// A document that somebody of the agency has seen.
    DocumentId = "doc",
    /// A stored decision of the policy engine.
    DecisionId = "dec",
    /// Booked work that no longer fits the rules.
    FindingId = "fnd",
    /// Something that may carry a penalty: a no-show, a late cancellation.
    OffenceId = "off",
    /// A seat that an officer offers to a colleague.
    HandoverId = "hnd",
    /// A report that an officer owes or has filed.
    DutyReportId = "rep",
    /// What is written of an officer that rules ask for: a list that he stands on, a relation to a customer.
    MarkId = "mrk",
    /// One press of the clock.
    PunchId = "pun",
    /// The time of one assignment, from punches to approval.
    TimeEntryId = "tim",
    /// The priced time of one assignment.
    ChargeId = "chg",
    /// A double entry of the ledger.
    TransferId = "trf",
    /// An invoice to a customer.
    InvoiceId = "inv",
    /// A payment received.
    PaymentId = "pay",
    /// A weekly pay run.
    PayRunId = "run",
    /// A message in somebody's inbox.
    NoticeId = "ntc",
    /// A message waiting to leave (e-mail).
    OutboxId = "out",
    /// Work that is due at an instant.
    TimerId = "tmr",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_unique() {
        let mut seen = PREFIXES.to_vec();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), PREFIXES.len());
    }

    #[test]
    fn an_id_reads_back_and_another_kind_is_refused() {
        let job = JobId::from_uuid(Uuid::from_u128(7));
        assert_eq!(job.to_string().parse::<JobId>(), Ok(job));
        assert!(job.to_string().parse::<ShiftId>().is_err());
        for bad in
            ["", "job_", "job_00", "job_0000000000000000000000000000000G", "job_00000000-0000-0000-0000-000000000007"]
        {
            assert!(bad.parse::<JobId>().is_err(), "{bad}");
        }
    }
}
