//! Overlap and weekly hours in one city's released records, where they are at hand.

use std::{collections::BTreeMap, fs::File, io::Read as _, path::PathBuf};

use jiff::{
    SignedDuration,
    civil::{Date, Time},
    tz::TimeZone,
};
use muster_domain::{
    id::{Id, OfficerId},
    policy::{
        Candidate, Outcome, Point, PolicyBook, Proposal, Work, WorkClass, WorkSource, WorkState, judge, judge_verdict,
    },
    predicate::OfficerFacts,
    time::{Span, instant},
};

fn clock(text: &str) -> Time {
    let (hour, minute) = text.split_at(2);
    Time::new(hour.parse().expect("an hour"), minute.parse().expect("a minute"), 0, 0).expect("a time")
}

/// The span on the wall clock; an end not after the start is the next day, a skipped time is the one that follows.
fn span(zone: &TimeZone, date: Date, from: Time, to: Time) -> Span {
    let at = |date: Date, time: Time| {
        instant(zone, date, time)
            .unwrap_or_else(|_| zone.to_ambiguous_timestamp(date.to_datetime(time)).later().expect("after the gap"))
    };
    let last = if to <= from { date.tomorrow().expect("a day") } else { date };
    Span::new(at(date, from), at(last, to)).expect("in order")
}

/// The details of every officer, sorted by start; none where the records are not at hand.
fn details(zone: &TimeZone) -> Option<BTreeMap<u128, Vec<Work>>> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/boston_details_2022_jan_apr.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(path).ok()?).read_to_string(&mut text).expect("a gzip file");
    let mut officers: BTreeMap<u128, Vec<Work>> = BTreeMap::new();
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.expect("a record");
        let field = |at: usize| record.get(at).expect("a field");
        let span = span(zone, field(4).parse().expect("a date"), clock(field(5)), clock(field(6)));
        let work = Work::new(span, WorkClass::Detail, WorkState::Worked, WorkSource::Import("details".to_owned()));
        officers.entry(field(0).parse().expect("a number")).or_default().push(work);
    }
    officers.values_mut().for_each(|work| work.sort_by_key(|one| one.span));
    Some(officers)
}

fn rules(yaml: &str) -> PolicyBook {
    serde_saphyr::from_str(yaml).expect("rules")
}

#[test]
fn no_released_detail_overlaps_and_every_injected_overlap_is_found() {
    let zone = TimeZone::get("America/New_York").expect("zone data is installed");
    let Some(officers) = details(&zone) else {
        eprintln!("skipped: the released records are not at hand");
        return;
    };
    let no_overlap = rules("[{ id: overlap, kind: no_overlap, with: [detail, court, overtime] }]");
    let week = rules("[{ id: week, kind: cap, max: 90 h, count: [detail], window: { week: { from: sun } } }]");
    let rolling = rules("[{ id: week, kind: cap, max: 90 h, count: [detail], window: { rolling: 7 d } }]");
    let (mut rows, mut overlaps, mut injected, mut found, mut over_week, mut over_rolling) = (0, 0, 0, 0, 0, 0);
    for (number, work) in &officers {
        let officer = OfficerId::from_uuid(uuid::Uuid::from_u128(*number));
        for (at, one) in work.iter().enumerate() {
            let others: Vec<Work> = work[..at].iter().chain(&work[at + 1..]).cloned().collect();
            let candidate = Candidate::new(officer, OfficerFacts::default(), &others);
            let proposal = Proposal::new(one.span, &zone);
            let blocked = |book: &PolicyBook, proposal: &Proposal<'_>| {
                judge_verdict(book, &candidate, proposal, Point::Award, one.span.starts_at()) == Outcome::Blocked
            };
            rows += 1;
            overlaps += u32::from(blocked(&no_overlap, &proposal));
            over_week += u32::from(blocked(&week, &proposal));
            over_rolling += u32::from(blocked(&rolling, &proposal));
            // The last minute of every detail that is followed by another one of the officer, moved into that one.
            if let Some(next) = work.get(at + 1) {
                let into = next.span.starts_at().checked_add(SignedDuration::from_mins(1)).expect("in range");
                let longer = Span::new(one.span.starts_at(), into).expect("in order");
                injected += 1;
                found += u32::from(blocked(&no_overlap, &Proposal::new(longer, &zone)));
            }
        }
    }
    println!(
        "{rows} details: {overlaps} overlap; {found} of {injected} injected overlaps found; {over_week} in a week from Sunday over 90 h, {over_rolling} in any 7 days over 90 h"
    );
    assert!(rows > 0);
    assert_eq!((overlaps, found), (0, injected));
}

#[test]
fn an_injected_overlap_is_told_in_minutes() {
    let zone = TimeZone::get("America/New_York").expect("zone data is installed");
    let Some(officers) = details(&zone) else {
        eprintln!("skipped: the released records are not at hand");
        return;
    };
    let work = officers.values().find(|work| !work.is_empty()).expect("an officer with a detail");
    let late = Span::new(
        work[0].span.ends_at().checked_sub(SignedDuration::from_mins(7)).expect("in range"),
        work[0].span.ends_at().checked_add(SignedDuration::from_mins(1)).expect("in range"),
    );
    let proposal = Proposal::new(late.expect("in order"), &zone);
    let candidate = Candidate::new(OfficerId::from_uuid(uuid::Uuid::from_u128(1)), OfficerFacts::default(), &work[..1]);
    let rule = rules("[{ id: overlap, kind: no_overlap, with: [detail] }]");
    let judgement = judge(&rule, &candidate, &proposal, Point::Award, proposal.span.starts_at());
    assert!(judgement.decisions[0].words().starts_with("7 min at the same time as paid detail"));
}
