//! How many pairs of officer and shift a second the policy engine judges: goal 6 of the performance goals.
//!
//! `cargo run --release -p muster-benches --bin eligibility [-- --quick]`. One thread. Each round measures the verdict, the
//! reasons, the rules asked one by one and the words in turn; a row whose rounds differ by more than a quarter says so.

use std::{hint::black_box, time::Instant};

use clap::Parser;
use jiff::{Timestamp, civil::date, tz::TimeZone};
use muster_domain::{
    id::{Id, OfficerId},
    policy::{
        Candidate, Credential, Outcome, Point, PolicyBook, Proposal, Status, Work, WorkClass, WorkSource, WorkState,
        judge, judge_verdict,
        screen::{Column, Reason, Row, Screen},
    },
    predicate::{JobFacts, OfficerFacts, PositionFacts},
    rules::RuleBook,
    time::Span,
};

/// Options of the measurement.
#[derive(Parser)]
struct Options {
    /// A tenth of the officers and shifts.
    #[arg(long)]
    quick: bool,
}

const BOOK: &str = "
agency: bench
version: '1'
effective_from: 2025-01-01
zone: America/New_York
policy:
  - { id: fatigue, kind: cap, max: 16 h, count: [on_duty, overtime, court, detail], window: { rolling: 24 h } }
  - { id: week-all, kind: cap, max: 64 h, count: [on_duty, overtime, court, detail], window: { week: { from: sun } } }
  - { id: week-details, kind: cap, max: 24 h, count: [detail], window: { week: { from: sun } }, effect: { approve: captain } }
  - { id: day, kind: cap, max: 995 min, count: [on_duty, detail], window: calendar_day }
  - { id: periods, kind: cap, max: 240 h, count: [on_duty, overtime, court, detail], window: { cycle: { days: 14, anchor: 2025-03-02, together: 2 } } }
  - { id: run, kind: run_cap, max: 16 h, broken_by: 4 h, count: [on_duty, overtime, court, detail] }
  - { id: rest, kind: rest_gap, min: 6 h, after: [detail], before: [on_duty] }
  - { id: long-rest, kind: rest_gap, min: 8 h, after: [on_duty, detail], before: [on_duty, detail], after_run_of: 15 h, run_broken_by: 1 h }
  - { id: overlap, kind: no_overlap, with: [on_duty, overtime, court, detail], buffer_before: 15 min }
  - { id: status, kind: status_block, statuses: [sick_leave, suspended, light_duty], tail: { after_end: 24 h } }
  - { id: rank, kind: require, that: { officer.rank_order: { at_least: position.rank_order } } }
  - { id: alcohol, kind: require, that: { officer.rank: [sergeant, lieutenant] }, when: { job.alcohol: true, job.attendance: { over: 300 } } }
  - { id: probation, kind: require, that: { officer.service_months: { at_least: 12 } }, effect: hide }
  - { id: traffic, kind: credential, need: [work_zone], when: { job.traffic: true } }
  - { id: do-not-send, kind: list, list: do_not_send, type: deny }
  - { id: no-show, kind: penalty, events: [no_show], ladder: [30 d, 60 d], look_back: 365 d }
";

/// A small generator with a fixed start, so that every run measures the same town.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// An officer's owned facts.
struct Person {
    id: OfficerId,
    rank_order: i64,
    service_months: i64,
    work: Vec<Work>,
    statuses: Vec<Status>,
    credentials: Vec<Credential>,
}

fn hours(start: i64, hour: i64, length_minutes: i64) -> Span {
    let at = |minute: i64| Timestamp::from_second(start + minute * 60).expect("in range");
    Span::new(at(hour * 60), at(hour * 60 + length_minutes)).expect("in order")
}

/// Eight weeks of five tours of 8 h, some court, and a detail or two a week.
fn person(number: u64, start: i64, dice: &mut Dice) -> Person {
    let first_hour = [6, 14, 22][usize::try_from(dice.below(3)).expect("small")];
    let off = dice.below(7);
    let mut work = Vec::new();
    for day in 0..56 {
        let works = !(off..off + 2).contains(&(u64::try_from(day).expect("small") % 7));
        if works {
            work.push(Work::new(
                hours(start, day * 24 + first_hour, 480),
                WorkClass::OnDuty,
                WorkState::Booked,
                WorkSource::Schedule,
            ));
        }
        if dice.below(5) == 0 {
            let hour = (first_hour + 8 + i64::try_from(dice.below(8)).expect("small")) + day * 24;
            let length = 240 + 60 * i64::try_from(dice.below(5)).expect("small");
            work.push(Work::new(hours(start, hour, length), WorkClass::Detail, WorkState::Booked, WorkSource::Agency));
        } else if dice.below(20) == 0 {
            work.push(Work::new(
                hours(start, day * 24 + 9, 180),
                WorkClass::Court,
                WorkState::Booked,
                WorkSource::Agency,
            ));
        }
    }
    work.sort_by_key(|one| one.span);
    let sick = (dice.below(20) == 0).then(|| {
        let span = hours(start, i64::try_from(dice.below(1_200)).expect("small"), 4_320);
        Status { status: "sick_leave".into(), from: span.starts_at(), until: Some(span.ends_at()), reason: None }
    });
    let held = Credential { kind: "work_zone".into(), from: None, until: Some(date(2025, 4, 20)) };
    Person {
        id: OfficerId::from_uuid(uuid(number)),
        rank_order: [1, 1, 1, 1, 2, 2, 3][usize::try_from(dice.below(7)).expect("small")],
        service_months: i64::try_from(dice.below(300)).expect("small"),
        work,
        statuses: sick.into_iter().collect(),
        credentials: (dice.below(2) == 0).then_some(held).into_iter().collect(),
    }
}

fn uuid(number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::from(number) + 1)
}

fn candidate(person: &Person) -> Candidate<'_> {
    let rank = ["officer", "sergeant", "lieutenant"][usize::try_from(person.rank_order - 1).expect("small")];
    let facts = OfficerFacts {
        rank: Some(rank),
        rank_order: Some(person.rank_order),
        service_months: Some(person.service_months),
        ..OfficerFacts::default()
    };
    Candidate {
        statuses: &person.statuses,
        credentials: &person.credentials,
        ..Candidate::new(person.id, facts, &person.work)
    }
}

fn shift<'a>(start: i64, zone: &'a TimeZone, dice: &mut Dice) -> Proposal<'a> {
    let minute = i64::try_from(dice.below(28 * 96)).expect("small") * 15 + 14 * 24 * 60;
    let length = 240 + 30 * i64::try_from(dice.below(13)).expect("small");
    let at = |minute: i64| Timestamp::from_second(start + minute * 60).expect("in range");
    let job = JobFacts {
        traffic: Some(dice.below(3) == 0),
        alcohol: Some(dice.below(4) == 0),
        attendance: Some(i64::try_from(dice.below(600)).expect("small")),
        ..JobFacts::default()
    };
    let order = [1, 1, 1, 2][usize::try_from(dice.below(4)).expect("small")];
    let position = PositionFacts { rank_order: Some(order), ..PositionFacts::default() };
    Proposal { job, position, ..Proposal::new(Span::new(at(minute), at(minute + length)).expect("in order"), zone) }
}

/// Pairs per second of processor time of one pass, and how many officers may work.
struct Pass {
    pairs_per_second: u64,
    allowed: u64,
}

/// Nanoseconds that this thread has had a processor, where the system tells: a busy machine then does not count.
fn processor_nanos() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

fn timed(pairs: usize, mut pass: impl FnMut() -> u64) -> Pass {
    let (began, processor) = (Instant::now(), processor_nanos());
    let allowed = black_box(pass());
    let wall = u64::try_from(began.elapsed().as_nanos().max(1)).expect("short");
    let nanos = processor.zip(processor_nanos()).map_or(wall, |(before, after)| after - before).max(1);
    Pass { pairs_per_second: u64::try_from(pairs).expect("small") * 1_000_000_000 / nanos, allowed }
}

fn verdicts<'a>(screen: &Screen<'a>, rows: &[Row<'a>], columns: &[Column<'a>]) -> u64 {
    rows.iter()
        .map(|row| columns.iter().map(|column| u64::from(screen.verdict(row, column) <= Outcome::Warned)).sum::<u64>())
        .sum()
}

fn reasons<'a>(screen: &Screen<'a>, rows: &[Row<'a>], columns: &[Column<'a>]) -> u64 {
    let mut found: Vec<Reason> = Vec::new();
    let mut allowed = 0;
    for row in rows {
        for column in columns {
            allowed += u64::from(screen.reasons(row, column, &mut found) <= Outcome::Warned);
            black_box(&found);
        }
    }
    allowed
}

fn show(name: &str, goal: Option<u64>, rounds: &[Pass]) {
    let mut speeds: Vec<u64> = rounds.iter().map(|one| one.pairs_per_second).collect();
    speeds.sort_unstable();
    let (least, middle, most) = (speeds[0], speeds[speeds.len() / 2], speeds[speeds.len() - 1]);
    let unsteady = if most * 4 > least * 5 { "  (rounds differ by more than a quarter)" } else { "" };
    let goal = goal
        .map_or_else(String::new, |goal| format!("  goal {goal}: {}", if middle >= goal { "met" } else { "not met" }));
    println!("{name:<34} {middle:>12} pairs/s  ({least} to {most}){goal}{unsteady}");
}

fn main() {
    let options = Options::parse();
    let (officers, shifts) = if options.quick { (500, 50) } else { (5_000, 500) };
    let book: PolicyBook = RuleBook::read(BOOK).expect("the book is right").policy;
    let zone = TimeZone::get("America/New_York").expect("zone data is installed");
    let start = date(2025, 2, 16).at(0, 0, 0, 0).to_zoned(zone.clone()).expect("a day").timestamp().as_second();
    let now = Timestamp::from_second(start).expect("in range");
    let mut dice = Dice(7);
    let people: Vec<Person> = (0..officers).map(|number| person(number, start, &mut dice)).collect();
    let proposals: Vec<Proposal<'_>> = (0..shifts).map(|_| shift(start, &zone, &mut dice)).collect();
    let began = Instant::now();
    let mut screen = Screen::new(&book, Point::List, now);
    let rows: Vec<Row<'_>> = people.iter().map(|person| screen.row(candidate(person))).collect();
    let columns: Vec<Column<'_>> = proposals.iter().map(|proposal| screen.column(*proposal)).collect();
    println!(
        "{} rules, {officers} officers with {} entries each, {shifts} shifts; prepared in {} ms",
        book.rules.len(),
        people.iter().map(|person| person.work.len()).sum::<usize>() / people.len(),
        began.elapsed().as_millis()
    );
    let few = (people.len() / 50).max(1);
    let all = rows.len() * columns.len();
    let (mut quick, mut why, mut one_by_one, mut words) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        quick.push(timed(all, || verdicts(&screen, &rows, &columns)));
        why.push(timed(all, || reasons(&screen, &rows, &columns)));
        let few_pairs =
            || people[..few].iter().flat_map(|person| proposals.iter().map(move |one| (candidate(person), one)));
        one_by_one.push(timed(few * columns.len(), || {
            few_pairs()
                .filter(|(who, work)| judge_verdict(&book, who, work, Point::List, now) <= Outcome::Warned)
                .count() as u64
        }));
        words.push(timed(few * columns.len(), || {
            few_pairs()
                .filter(|(who, work)| {
                    let judgement = judge(&book, who, work, Point::List, now);
                    black_box(judgement.objections().iter().map(|one| one.words().len()).sum::<usize>());
                    judgement.is_allowed()
                })
                .count() as u64
        }));
    }
    show("verdict, prepared", Some(10_000_000), &quick);
    show("reasons, prepared", Some(1_000_000), &why);
    show("verdict, rule by rule", None, &one_by_one);
    show("every decision, objections in words", None, &words);
    assert_eq!(quick[0].allowed, why[0].allowed, "both ways must agree");
    assert_eq!(verdicts(&screen, &rows[..few], &columns), one_by_one[0].allowed, "the rules must agree");
    println!("{} of {all} pairs may be worked", quick[0].allowed);
    let began = Instant::now();
    let row = screen.row(candidate(&people[0]));
    black_box(verdicts(&screen, std::slice::from_ref(&row), &columns));
    println!("one officer changed: {} us for his row", began.elapsed().as_micros());
    let began = Instant::now();
    let column = screen.column(proposals[0]);
    black_box(verdicts(&screen, &rows, std::slice::from_ref(&column)));
    println!("one shift changed: {} us for its column", began.elapsed().as_micros());
}
