//! Table tests keyed by the kind of rule, and the properties of the whole book.

mod hours;
mod office;
mod officer;
mod properties;
mod screening;
mod zones;

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use super::*;
use crate::{
    id::{AssignmentId, Id, OfficerId},
    predicate::OfficerFacts,
    time::{Span, instant},
};

pub(super) fn new_york() -> TimeZone {
    TimeZone::get("America/New_York").expect("zone data is installed")
}

pub(super) fn officer() -> OfficerId {
    OfficerId::from_uuid(uuid::Uuid::from_u128(1))
}

pub(super) fn seat(number: u128) -> AssignmentId {
    AssignmentId::from_uuid(uuid::Uuid::from_u128(number))
}

/// `2025-03-02 07:00` in New York.
pub(super) fn at(text: &str) -> Timestamp {
    let (date, time) = text.split_once(' ').expect("a date and a time");
    let (date, time): (Date, Time) = (date.parse().expect("a date"), time.parse().expect("a time"));
    instant(&new_york(), date, time).expect("it exists")
}

/// `2025-03-01 15:00 > 2025-03-02 07:00`.
pub(super) fn span(text: &str) -> Span {
    let (from, to) = text.split_once(" > ").expect("two times");
    Span::new(at(from), at(to)).expect("in order")
}

pub(super) fn work(class: WorkClass, text: &str) -> Work {
    Work::new(span(text), class, WorkState::Booked, WorkSource::Agency)
}

pub(super) fn rule(yaml: &str) -> Rule {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

pub(super) fn book(yaml: &str) -> PolicyBook {
    PolicyBook { rules: vec![rule(yaml)] }
}

/// The only decision about an officer with this ledger and a detail at this time; none when the rule is not asked.
pub(super) fn decide(rule: &PolicyBook, ledger: &[Work], detail: &str) -> Option<Decision> {
    let zone = new_york();
    let candidate = Candidate::new(officer(), OfficerFacts::default(), ledger);
    let proposal = Proposal::new(span(detail), &zone);
    let judgement = judge(rule, &candidate, &proposal, Point::SignUp, at("2025-01-01 00:00"));
    assert_eq!(judge_verdict(rule, &candidate, &proposal, Point::SignUp, judgement.judged_at), judgement.outcome);
    let json = serde_json::to_string(&judgement).expect("a judgement is JSON");
    assert_eq!(serde_json::from_str::<Judgement>(&json).expect("and reads back"), judgement);
    judgement.decisions.into_iter().next()
}

/// Passed or not, and the words.
pub(super) fn check(rule: &PolicyBook, ledger: &[Work], detail: &str, passed: bool, words: &str) {
    let decision = decide(rule, ledger, detail).expect("the rule is asked");
    assert_eq!((decision.passed, decision.words().as_str()), (passed, words), "{detail}");
    assert_eq!(decision.remedy.is_empty(), passed);
}
