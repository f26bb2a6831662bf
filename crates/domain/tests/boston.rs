//! The pay rule of one city against its released records, where they are at hand.

use std::{fs::File, io::Read as _, path::PathBuf};

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use muster_domain::{
    predicate::{Facts, JobFacts, OfficerFacts},
    rates::{PricedWork, price},
    rules::RuleBook,
    time::{Minutes, Span, instant},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rank(code: &str) -> &'static str {
    match code {
        "03" => "captain",
        "04" => "lieutenant_detective",
        "05" => "lieutenant",
        "06" => "sergeant_detective",
        "07" => "sergeant",
        "08" => "detective",
        _ => "officer",
    }
}

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

#[test]
fn every_released_record_is_paid_as_recorded() {
    let path = root().join("../shared/data/boston_details_2022_jan_apr.csv.gz");
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: the released records are not at hand");
        return;
    };
    let book =
        RuleBook::read(&std::fs::read_to_string(root().join("rules/examples/boston-ma-pd.yaml")).expect("a book"))
            .expect("it reads");
    let zone = book.time_zone();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("a gzip file");
    let (mut rows, mut differ) = (0, Vec::new());
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.expect("a record");
        let field = |at: usize| record.get(at).expect("a field");
        let kind = if field(9) == "C" { "construction" } else { "security" };
        let facts = Facts {
            officer: OfficerFacts { rank: Some(rank(field(1))), ..OfficerFacts::default() },
            job: JobFacts { kind: Some(kind), ..JobFacts::default() },
            ..Facts::default()
        };
        let worked = span(&zone, field(4).parse().expect("a date"), clock(field(5)), clock(field(6)));
        let priced = price(&book.rates, &PricedWork::scheduled(&zone, worked, facts)).expect("a price");
        rows += 1;
        let paid: i64 = field(8).trim_end_matches(".0").parse().expect("whole hours");
        if priced.paid_minutes != Minutes::hours(paid) {
            differ.push(format!("{}-{} on {}: {} for {paid} h", field(5), field(6), field(4), priced.paid_minutes));
        }
    }
    println!("{rows} records, {} differ", differ.len());
    assert!(rows > 0);
    assert!(differ.is_empty(), "{} of {rows} differ: {:#?}", differ.len(), &differ[..differ.len().min(10)]);
}
