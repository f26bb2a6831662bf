//! A draft of rules is tried on the agency's own past: what it would have refused and what it would have cost.

use jiff::{Timestamp, civil::date};
use muster_app::{
    Failure, jobs,
    ledger::{
        self,
        cancelling::{CallOff, CallOffOrder, Told, call_off, price_call_off},
        moving::{MoveOrder, move_shift, price_move},
        trial::{self, FinishedTrial},
    },
    rates::{self, SeenRules},
    timeclock::{self, Press},
};
use muster_domain::{
    access::{Actor, Role},
    customers::Point,
    distribution::Preset,
    id::{AssignmentId, Id, PunchId, RuleSetId, ShiftId},
    jobs::JobDetails,
    money::Cents,
    rates::{CancelledBy, Channel},
    rules::Price,
    time::Span,
    timeclock::{EntryState, Fix, Kind, Source},
};
use muster_testkit::on_both;

use crate::world::{World, at, june, minutes, start};

const DRAFT: &str = "
agency: test
version: 'tighter'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: week-cap, kind: cap, max: 12 h, count: [detail], window: { rolling: 168 h } }
  - { id: no-overlap, kind: no_overlap, with: [on_duty, overtime, court, training, detail] }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

fn drafted(world: &World, document: &str) -> RuleSetId {
    let (who, document) = (world.person(Role::AgencyAdmin), document.to_owned());
    world.act(move |tx| rates::draft_rules(tx, &who, &document, None, start())).expect("a draft")
}

fn tried(world: &World, id: RuleSetId, now: Timestamp) -> Result<FinishedTrial, Failure> {
    tried_from(world, id, 1, now)
}

/// The trial of June from a day on.
fn tried_from(world: &World, id: RuleSetId, day: i8, now: Timestamp) -> Result<FinishedTrial, Failure> {
    let who = world.person(Role::AgencyAdmin);
    let days = (date(2026, 6, day), date(2026, 6, 30));
    world.db.read_blocking(move |tx| trial::try_rules(tx, &who, id, days, now))
}

fn take(world: &World, who: &Actor, span: Span) -> (ShiftId, AssignmentId) {
    let shift = world.posted(span, 1);
    (shift, world.accept(who, shift, start()).expect("allowed by the rules in force"))
}

/// Minutes of the kept spans in the fullest 168 hours that touch the new one; by trying every edge.
fn fullest_week(kept: &[Span], new: Span) -> i64 {
    let all: Vec<Span> = kept.iter().copied().chain([new]).collect();
    let week = jiff::SignedDuration::from_hours(168);
    let edges = all.iter().flat_map(|span| [span.starts_at(), span.ends_at() - week]);
    edges
        .filter_map(|from| Span::new(from, from + week))
        .filter(|window| window.overlaps(new))
        .map(|window| all.iter().map(|span| span.intersection(window).map_or(0, |part| part.minutes().0)).sum())
        .max()
        .unwrap_or(0)
}

#[test]
fn a_tighter_cap_refuses_exactly_the_shifts_that_break_it() {
    on_both(|db| {
        let world = World::new(db, "tight");
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        // Booked out of order, as people do; Ben never works more than 12 hours in seven days.
        let days = [(3, 10), (1, 18), (12, 10), (5, 18), (4, 18), (2, 18), (13, 18), (11, 10), (20, 10)];
        let (mut kept, mut wanted): (Vec<Span>, Vec<ShiftId>) = (Vec::new(), Vec::new());
        for (day, hour) in days {
            let span = june(day, hour);
            let (shift, _) = take(&world, &ada, span);
            if fullest_week(&kept, span) > 12 * 60 {
                wanted.push(shift);
            } else {
                kept.push(span);
            }
        }
        for day in [8, 9, 22] {
            take(&world, &ben, june(day, 10));
        }
        assert!(wanted.len() >= 2 && kept.len() >= 6, "{wanted:?}");

        let id = drafted(&world, DRAFT);
        let trial = tried(&world, id, at("2026-07-01T12:00:00Z")).expect("tried").trial;
        let mut found: Vec<ShiftId> = trial.cases.iter().map(|case| case.shift).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted);
        assert_eq!((trial.refused, trial.refused_by_both, trial.freed, trial.approvals), (wanted.len(), 0, 0, 0));
        assert_eq!((trial.assignments, trial.officers, trial.officers_refused), (12, 2, 1));
        assert_eq!(
            (trial.rules.len(), trial.rules[0].rule.as_str(), trial.rules[0].refused),
            (1, "week-cap", wanted.len())
        );
        assert!(trial.cases[0].objections[0].words.contains("16 h of 12 h"), "{:?}", trial.cases[0].objections);

        // The rules in force would have done what they did.
        let same = drafted(&world, &DRAFT.replace("12 h", "20 h"));
        let trial = tried(&world, same, at("2026-07-01T12:00:00Z")).expect("tried").trial;
        assert_eq!((trial.refused, trial.refused_by_both, trial.freed), (0, 0, 0));
    });
}

fn worked(world: &World, who: &Actor, span: Span, number: u128) {
    let (_, seat) = take(world, who, span);
    press_both(world, who, seat, span, number);
    approve_all(world, span.ends_at() + minutes(30));
}

fn approve_all(world: &World, now: Timestamp) {
    let boss = world.coordinator();
    let review = world.read(move |tx| timeclock::load_review(tx, &boss, EntryState::ToReview, now));
    for entry in review.entries {
        let (boss, id) = (world.coordinator(), entry.listed.entry.id);
        world.act(move |tx| ledger::approve_time(tx, &boss, id, now)).expect("approved");
    }
}

/// Clocks in and out on the minute, at the site.
pub fn press_both(world: &World, who: &Actor, seat: AssignmentId, span: Span, number: u128) {
    for when in [(span.starts_at(), Kind::In), (span.ends_at(), Kind::Out)] {
        press(world, who, seat, when, number);
    }
}

/// One press on the clock at the site.
pub fn press(world: &World, who: &Actor, seat: AssignmentId, (at, kind): (Timestamp, Kind), number: u128) {
    let fix = Fix { point: Point { lat_e6: 42_360_000, lon_e6: -71_058_000 }, accuracy_m: 10 };
    let press = Press {
        id: PunchId::from_uuid(uuid::Uuid::from_u128(number * 2 + u128::from(kind == Kind::Out))),
        assignment: seat,
        kind,
        pressed_at: at,
        fix: Some(fix),
        reason: String::new(),
        source: Source::Phone,
    };
    let who = who.clone();
    world.act(move |tx| timeclock::punch(tx, &who, &press, at)).expect("pressed");
}

#[test]
fn a_rate_ten_per_cent_higher_costs_ten_per_cent_more() {
    on_both(|db| {
        let world = World::new(db, "dear");
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        for (number, (who, day)) in [(&ada, 3), (&ada, 5), (&ben, 9)].into_iter().enumerate() {
            worked(&world, who, june(day, 10), number as u128 + 1);
        }
        take(&world, &ben, june(12, 10));
        let id = drafted(&world, &DRAFT.replace("12 h", "20 h").replace("amount: 50", "amount: 55"));
        let now = at("2026-07-01T12:00:00Z");
        let finished = tried(&world, id, now).expect("tried");
        let trial = &finished.trial;
        // Three times four hours at 50; the shift not worked has no charge.
        assert_eq!((trial.assignments, trial.charges), (4, 3));
        assert_eq!((trial.before.officer, trial.after.officer), (Cents(60_000), Cents(66_000)));
        assert_eq!((trial.before.customer, trial.after.customer), (Cents(60_000), Cents(66_000)));
        let pay: Vec<(&str, Cents)> = trial.pay.iter().map(|one| (one.name.as_str(), one.change())).collect();
        assert_eq!(pay, [("Sam A1", Cents(4_000)), ("Sam B2", Cents(2_000))]);
        assert_eq!((trial.bills.len(), trial.bills[0].change()), (1, Cents(6_000)));
        assert!(trial.unpriced.is_empty());

        // Kept with exactly this text: the draft shows as tried until its text changes.
        let (who, keep) = (world.person(Role::AgencyAdmin), finished.clone());
        world.act(move |tx| trial::keep_trial(tx, &who, &keep, now)).expect("kept");
        let shown = |world: &World| {
            let who = world.person(Role::AgencyAdmin);
            world.read(move |tx| trial::load_trials(tx, &who, id, now))
        };
        let page = shown(&world);
        assert!(
            page.rules.tried && page.trials[0].trial == finished.trial && page.trials[0].digest == page.rules.digest
        );
        let who = world.person(Role::AgencyAdmin);
        let seen = SeenRules { id, version: 0 };
        world.act(move |tx| rates::revise_draft(tx, &who, seen, DRAFT, now)).expect("revised");
        let page = shown(&world);
        assert!(!page.rules.tried && page.trials.len() == 1 && page.trials[0].digest != page.rules.digest);
    });
}

#[test]
fn a_trial_is_for_those_who_write_rules_and_for_the_past() {
    on_both(|db| {
        let world = World::new(db, "past");
        let id = drafted(&world, DRAFT);
        let early = tried(&world, id, at("2026-06-15T12:00:00Z"));
        assert!(matches!(early, Err(Failure::Invalid(errors)) if errors.of("until_on").is_some()));
        let who = world.coordinator();
        let days = (date(2026, 6, 1), date(2026, 6, 2));
        let denied = world.db.read_blocking(move |tx| trial::try_rules(tx, &who, id, days, at("2026-07-01T12:00:00Z")));
        assert!(matches!(denied, Err(Failure::Denied(_))));
        let who = world.person(Role::AgencyAdmin);
        let days = (date(2024, 6, 1), date(2026, 6, 2));
        let long = world.db.read_blocking(move |tx| trial::try_rules(tx, &who, id, days, at("2026-07-01T12:00:00Z")));
        assert!(matches!(long, Err(Failure::Invalid(errors)) if errors.of("from_on").is_some()));
        let nothing = tried(&world, id, at("2026-07-01T12:00:00Z")).expect("an empty past").trial;
        assert_eq!((nothing.assignments, nothing.charges), (0, 0));
    });
}

const BY_THE_WEEK: &str = "
agency: test
version: 'overtime'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: no-overlap, kind: no_overlap, with: [on_duty, overtime, court, training, detail] }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
  premium:
    - { id: overtime, name: Over 10 hours a week, after: 10 h, after_per: week, effect: { multiply: 1.5 } }
";

#[test]
fn overtime_of_the_week_costs_on_trial_what_it_costs_in_force() {
    on_both(|db| {
        let flat = World::new(db, "flat");
        let real = World::with_rules(db, "real", BY_THE_WEEK);
        // Four hours a day from Monday: the first week runs over, the second does not.
        for (world, presses) in [(&flat, 100), (&real, 200)] {
            let ada = world.officer("A1");
            for day in [1, 2, 3, 4, 5, 9, 10] {
                worked(world, &ada, june(day, 10), presses + u128::from(day.unsigned_abs()));
            }
        }
        let id = drafted(&flat, BY_THE_WEEK);
        let now = at("2026-07-01T12:00:00Z");
        let trial = tried(&flat, id, now).expect("tried").trial;
        assert_eq!((trial.before.officer, trial.after.officer), (Cents(140_000), Cents(140_000 + 10 * 2_500)));
        let charged = "SELECT CAST(SUM(officer_cents) AS BIGINT) FROM charges";
        assert_eq!(real.number(charged), trial.after.officer.0 + trial.before.officer.0);

        // A period that begins on Thursday counts the twelve hours before it.
        let who = flat.person(Role::AgencyAdmin);
        let days = (date(2026, 6, 4), date(2026, 6, 5));
        let late = flat.db.read_blocking(move |tx| trial::try_rules(tx, &who, id, days, now)).expect("tried").trial;
        assert_eq!((late.before.officer, late.after.officer), (Cents(40_000), Cents(60_000)));
    });
}

/// Calls a shift off at the price that is shown for it.
fn called_off(world: &World, shift: ShiftId, told: Told, now: Timestamp) {
    called_off_in_part(world, CallOff::Shift(shift), told, now);
}

fn called_off_in_part(world: &World, what: CallOff, told: Told, now: Timestamp) {
    let boss = world.coordinator();
    let who = boss.clone();
    let shown = world.read(move |tx| price_call_off(tx, &who, what, told, now)).mark;
    let order = CallOffOrder { what, told, reason: "called off".to_owned(), shown };
    world.act(move |tx| call_off(tx, &boss, &order, now)).expect("called off");
}

#[test]
fn what_was_called_off_is_priced_again_also_where_nothing_was_owed() {
    on_both(|db| {
        // Two hours are owed inside a day, everything after the start, nothing for the weather.
        let world = World::with_rules(db, "calls", super::cancelling::RULES);
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let told = super::cancelling::told();
        let hours = |many: i64| minutes(many * 60);

        let (late, _) = take(&world, &ada, june(10, 18));
        called_off(&world, late, told, june(10, 18).starts_at() - hours(12));
        let (early, _) = take(&world, &ben, june(15, 18));
        called_off(&world, early, told, june(15, 18).starts_at() - hours(30));
        let (rain, _) = take(&world, &ada, june(17, 18));
        called_off(&world, rain, Told { by: CancelledBy::Weather, ..told }, june(17, 18).starts_at() - hours(1));
        // A telephone call was entered two days after it came.
        let (phoned, _) = take(&world, &ben, june(22, 18));
        let begins = june(22, 18).starts_at();
        let phone = Told { received_at: Some(begins - hours(60)), channel: Channel::Phone, ..told };
        called_off(&world, phoned, phone, begins - hours(10));
        // Ben is on site for an hour when it is called off.
        let (begun, seat) = take(&world, &ben, june(24, 18));
        let begins = june(24, 18).starts_at();
        press(&world, &ben, seat, (begins, Kind::In), 50);
        called_off(&world, begun, told, begins + hours(1));

        let draft = DRAFT.replace(
            "rates:",
            "rates:\n  cancellation: [{ id: late, windows: [{ after_start: true, charge: 30 min }, { at_most: 48 h, charge: 3 h }] }]",
        );
        let id = drafted(&world, &draft);
        let trial = tried(&world, id, at("2026-07-01T12:00:00Z")).expect("tried").trial;
        assert_eq!(trial.unpriced.len(), 0, "{:?}", trial.unpriced);
        assert_eq!((trial.charges, trial.called_off), (5, 5));
        assert_eq!(trial.assignments, 1, "only the seat that somebody worked on was held");
        // Two hours for the late one, four for the one that had begun; of the pay a fifth goes to the city, a tenth is on top.
        assert_eq!(trial.before, Price { officer: Cents(8_000 + 16_000), customer: Cents(11_000 + 22_000) });
        // Three hours for the late and the early one; the call came 60 hours before; an hour was worked.
        assert_eq!(trial.after, Price { officer: Cents(35_000), customer: Cents(35_000) });
        let bills: Vec<(Cents, Cents)> = trial.bills.iter().map(|one| (one.before, one.after)).collect();
        assert_eq!(bills, [(Cents(33_000), Cents(35_000))]);

        // By a book like the one in force the sums are those that were charged.
        let same = drafted(&world, super::cancelling::RULES);
        let trial = tried(&world, same, at("2026-07-01T12:00:00Z")).expect("tried").trial;
        assert_eq!((trial.charges, trial.before), (5, trial.after));
    });
}

/// A hundred dollars once for a job that is called off inside a day, and thirty once for every job.
const ONCE: &str = "
agency: test
version: 'once'
effective_from: 2020-01-01
zone: America/New_York
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
  admin_fee: [{ id: file, per_job: 30 }]
  cancellation: [{ id: late, windows: [{ under: 24 h, flat_per_job: 100 }] }]
";

#[test]
fn what_is_owed_once_stays_with_what_was_charged_first_also_when_the_shift_moved() {
    on_both(|db| {
        let world = World::with_rules(db, "once", ONCE);
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let told = super::cancelling::told();
        let shift = world.posted(june(10, 18), 2);
        let held = world.accept(&ada, shift, start()).expect("a seat");
        world.accept(&ben, shift, start()).expect("a seat");
        let late = june(10, 18).starts_at() - minutes(20 * 60);
        let boss = world.coordinator();
        let who = boss.clone();
        let position = world.read(move |tx| jobs::list_positions(tx, &who, shift))[0].id;
        called_off_in_part(&world, CallOff::Seats { shift, position, seats: 1 }, told, late);
        // Two days later, and only then somebody works.
        let to = june(12, 18);
        let order = |shown: &str| MoveOrder {
            shift,
            span: to,
            worked_on: date(2026, 6, 12),
            told,
            reason: "another day".to_owned(),
            shown: shown.to_owned(),
        };
        let (who, asked) = (boss.clone(), order(""));
        let shown = world.read(move |tx| price_move(tx, &who, &asked, late)).mark;
        let moved = order(&shown);
        world.act(move |tx| move_shift(tx, &boss, &moved, late)).expect("moved");
        press_both(&world, &ada, held, to, 70);
        approve_all(&world, to.ends_at() + minutes(30));

        let same = drafted(&world, ONCE);
        let trial = tried(&world, same, at("2026-07-01T12:00:00Z")).expect("tried").trial;
        assert_eq!((trial.charges, trial.called_off, trial.unpriced.len()), (2, 1, 0));
        // The call-off: 100 and the fee of the job; then four hours.
        assert_eq!(trial.before, Price { officer: Cents(20_000), customer: Cents(33_000) });
        assert_eq!(trial.after, trial.before);
    });
}

#[test]
fn what_a_job_owed_before_the_period_is_not_owed_again() {
    on_both(|db| {
        let world = World::with_rules(db, "begun", ONCE);
        let ada = world.officer("A1");
        let spans = [june(5, 18), june(12, 18)];
        let (job, shifts) = world.job_of_days(JobDetails::default(), &spans, 1);
        world.post(job, Preset::Open, start()).expect("posted");
        for (number, (shift, span)) in (80..).zip(shifts.into_iter().zip(spans)) {
            let seat = world.accept(&ada, shift, start()).expect("a seat");
            press_both(&world, &ada, seat, span, number);
            approve_all(&world, span.ends_at() + minutes(30));
        }
        let same = drafted(&world, ONCE);
        let now = at("2026-07-01T12:00:00Z");
        let second = tried_from(&world, same, 10, now).expect("tried").trial;
        assert_eq!(second.before, Price { officer: Cents(20_000), customer: Cents(20_000) });
        assert_eq!(second.after, second.before);
        let both = tried(&world, same, now).expect("tried").trial;
        assert_eq!(both.before, Price { officer: Cents(40_000), customer: Cents(43_000) });
        assert_eq!(both.after, both.before);
    });
}
