//! Posting, taking, giving, leaving, cancelling.

use muster_app::{
    Failure,
    distribution::{self, AssignOrder, Offering, OpenFilter, STAGE_TIMER},
    jobs,
    ledger::{
        cancelling::{CallOff, call_off},
        moving::move_shift,
    },
    worker,
};
use muster_domain::{
    access::Actor,
    distribution::Preset,
    id::ShiftId,
    jobs::{JobDetails, ShiftState},
};
use muster_store::timers;
use muster_testkit::on_both;

use crate::world::{World, at, june, minutes, no_position, refused, start};

const BOOKED: &str = "SELECT COUNT(*) FROM assignments WHERE state = 'booked'";
const HELD_WORK: &str = "SELECT COUNT(*) FROM work WHERE class = 'detail' AND state = 'booked'";

#[test]
fn an_officer_takes_a_seat_and_the_next_finds_it_taken() {
    on_both(|db| {
        let world = World::new(db, "one");
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let shift = world.posted(june(10, 18), 1);
        world.accept(&ada, shift, start()).expect("a seat");
        assert_eq!(refused(world.accept(&ada, shift, start())), "already_on_shift");
        assert_eq!(refused(world.accept(&ben, shift, start())), "shift_full");
        assert_eq!((world.number(BOOKED), world.number(HELD_WORK)), (1, 1));
        assert_eq!(world.number("SELECT COUNT(*) FROM decisions WHERE outcome = 'allowed' AND point = 'sign_up'"), 1);
    });
}

#[test]
fn a_refusal_says_which_rule_and_by_how_much() {
    on_both(|db| {
        let world = World::new(db, "two");
        let ada = world.officer("A1");
        for day in 10..15 {
            world.accept(&ada, world.posted(june(day, 18), 1), start()).expect("20 hours are allowed");
        }
        let sixth = world.posted(june(15, 18), 1);
        let Err(Failure::Refused(refusal)) = world.accept(&ada, sixth, start()) else { panic!("24 h in seven days") };
        assert_eq!(refusal.code, "rules_forbid");
        assert!(refusal.message.contains("24 h of 20 h") && refusal.message.contains("General Order 4"), "{refusal}");
        let all = OpenFilter { all: true, ..OpenFilter::default() };
        let (who, asked) = (ada.clone(), all.clone());
        let list = world.read(move |tx| distribution::list_open_shifts(tx, &who, &asked, start()));
        assert_eq!((list.shifts.len(), list.others), (1, 1));
        assert!(list.shifts[0].reasons[0].contains("24 h of 20 h"), "{:?}", list.shifts[0].reasons);
        assert_eq!(list.shifts[0].pay.map(|pay| pay.0), Some(20_000));
        let list = world.read(move |tx| distribution::list_open_shifts(tx, &ada, &OpenFilter::default(), start()));
        assert_eq!((list.shifts.len(), list.others), (0, 1));
        assert_eq!(world.number(BOOKED), 5);
    });
}

#[test]
fn nobody_is_in_two_places_at_once() {
    on_both(|db| {
        let world = World::new(db, "three");
        let ada = world.officer("A1");
        let (first, second) = (world.posted(june(10, 18), 1), world.posted(june(10, 20), 1));
        let after = world.posted(june(10, 22), 1);
        world.accept(&ada, first, start()).expect("a seat");
        assert_eq!(refused(world.accept(&ada, second, start())), "rules_forbid");
        world.accept(&ada, after, start()).expect("touching shifts do not overlap");
    });
}

#[test]
fn a_seat_that_is_given_back_in_time_opens_again() {
    on_both(|db| {
        let world = World::new(db, "four");
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let shift = world.posted(june(10, 18), 1);
        let seat = world.accept(&ada, shift, start()).expect("a seat");
        let other = ben.clone();
        let stranger = world.act(move |tx| distribution::withdraw_from_shift(tx, &other, seat, start()));
        assert!(matches!(stranger, Err(Failure::Denied(_))), "{stranger:?}");
        let (who, late) = (ada.clone(), june(10, 18).starts_at() - minutes(60));
        let too_late = world.act(move |tx| distribution::withdraw_from_shift(tx, &who, seat, late));
        assert_eq!(refused(too_late), "cut_off_passed");
        let who = ada.clone();
        world.act(move |tx| distribution::withdraw_from_shift(tx, &who, seat, start())).expect("in time");
        world.accept(&ben, shift, start()).expect("the seat is open again");
        assert_eq!((world.number(BOOKED), world.number(HELD_WORK)), (1, 1));
        world.accept(&ada, world.posted(june(10, 20), 1), start()).expect("her time is free again");
    });
}

#[test]
fn a_stage_passes_on_by_its_timer_and_a_direct_stage_is_not_for_taking() {
    on_both(|db| {
        let world = World::new(db, "five");
        let ada = world.officer("A1");
        let span = june(20, 18);
        let (job, shift) = world.job(span, 1);
        world.post(job, Preset::DirectThenOpen, start()).expect("posted");
        assert_eq!(refused(world.post(job, Preset::Open, start())), "nothing_to_post");
        assert_eq!(refused(world.accept(&ada, shift, start())), "assigned_only");
        let due_at = span.starts_at() - minutes(48 * 60);
        assert_eq!(run_timers(&world, due_at - minutes(1)), 0);
        assert_eq!(run_timers(&world, due_at), 1);
        world.accept(&ada, shift, due_at).expect("open to everybody now");
        assert_eq!(run_timers(&world, span.starts_at()), 1);
        assert_eq!(state_of(&world, shift), ShiftState::Closed);
        assert_eq!(run_timers(&world, span.ends_at()), 0, "no timer is left");
    });
}

/// Runs what is due, as the worker does; how many timers.
fn run_timers(world: &World, now: jiff::Timestamp) -> usize {
    let later = now + minutes(5);
    let due = world
        .db
        .housekeep_blocking::<_, muster_store::Error, _>(move |tx| timers::claim_due(tx, now, later))
        .expect("timers");
    let due: Vec<_> = due.into_iter().filter(|timer| timer.kind == STAGE_TIMER).collect();
    for timer in due.clone() {
        world.act(move |tx| distribution::stage_due(tx, &timer, now)).expect("the stage passes on");
    }
    due.len()
}

fn state_of(world: &World, shift: ShiftId) -> ShiftState {
    let who = world.coordinator();
    world.read(move |tx| distribution::load_shift_page(tx, &who, shift, start())).glance.shift.state
}

#[test]
fn a_coordinator_assigns_and_sets_a_rule_aside_only_with_a_reason() {
    on_both(|db| {
        let world = World::new(db, "six");
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let span = june(10, 18);
        world.on_duty(&ada, span.starts_at() - minutes(10 * 60), span.starts_at() - minutes(120));
        let shift = world.posted(span, 2);
        assert_eq!(refused(world.accept(&ada, shift, start())), "rules_forbid");
        let assign = |reason: &str, who: &Actor| {
            let order = AssignOrder {
                shift,
                officer: who.officer.expect("an officer"),
                position: None,
                reason: reason.to_owned(),
            };
            let boss = world.coordinator();
            world.act(move |tx| distribution::assign_officer(tx, &boss, &order, start()))
        };
        assert_eq!(refused(assign(" ", &ada)), "rules_forbid");
        let boss = world.coordinator();
        let page = world.read(move |tx| distribution::load_assign_page(tx, &boss, shift, "", start()));
        let ranked: Vec<(&str, bool)> = page.ranked.iter().map(|one| (one.badge.as_str(), one.may_set_aside)).collect();
        assert_eq!(ranked, [("B2", false), ("A1", true)], "whom the rules allow comes first");
        let seat = assign("nobody else answers", &ada).expect("set aside with a reason");
        assert_eq!(world.number("SELECT COUNT(*) FROM decisions WHERE judgement LIKE '%nobody else answers%'"), 1);
        assign("", &ben).expect("allowed");
        let remove = |reason: &'static str| {
            let boss = world.coordinator();
            world.act(move |tx| distribution::remove_officer(tx, &boss, seat, reason, start()))
        };
        assert_eq!(refused(remove("")), "reason_missing");
        remove("sick").expect("removed");
        assert_eq!(refused(remove("again")), "not_booked");
        assert_eq!((world.number(BOOKED), world.number(HELD_WORK)), (1, 1));
    });
}

#[test]
fn a_cancelled_shift_frees_its_officers() {
    on_both(|db| {
        let world = World::new(db, "seven");
        let ada = world.officer("A1");
        let shift = world.posted(june(10, 18), 2);
        world.accept(&ada, shift, start()).expect("a seat");
        let cancel = |reason: &'static str| {
            let boss = world.coordinator();
            let order = crate::cancelling::order(CallOff::Shift(shift), reason, "");
            world.act(move |tx| call_off(tx, &boss, &order, start()))
        };
        assert_eq!(refused(cancel(" ")), "reason_missing");
        cancel("rain").expect("cancelled");
        assert_eq!(refused(cancel("twice")), "shift_cancelled");
        assert_eq!((world.number(BOOKED), world.number(HELD_WORK)), (0, 0));
        assert_eq!(world.number("SELECT COUNT(*) FROM timers WHERE state = 'waiting' AND kind = 'stage'"), 0);
        assert_eq!(refused(world.accept(&ada, shift, start())), "shift_cancelled");
        world.accept(&ada, world.posted(june(10, 18), 1), start()).expect("her time is free again");
    });
}

#[test]
fn a_shift_with_officers_is_not_moved_under_their_feet() {
    on_both(|db| {
        let world = World::new(db, "eight");
        let ada = world.officer("A1");
        let shift = world.posted(june(10, 18), 1);
        let seat = world.accept(&ada, shift, start()).expect("a seat");
        let move_it = || {
            let (boss, order) = (world.coordinator(), crate::moving::order(shift, june(11, 18), ""));
            world.act(move |tx| move_shift(tx, &boss, &order, start()))
        };
        assert_eq!(refused(move_it()), "price_not_shown");
        let boss = world.coordinator();
        world.act(move |tx| distribution::remove_officer(tx, &boss, seat, "moved", start())).expect("off");
        move_it().expect("nobody is booked");
        let boss = world.coordinator();
        let page = world.read(move |tx| distribution::load_shift_page(tx, &boss, shift, start()));
        assert_eq!(page.glance.shift.span, june(11, 18));
        let position = page.positions[0].open.position;
        let seats = |position, more| {
            let boss = world.coordinator();
            world.act(move |tx| jobs::add_shift_seats(tx, &boss, shift, position, more, start()))
        };
        seats(position, 3).expect("four seats now");
        assert_eq!(world.number("SELECT COUNT(*) FROM seats"), 4);
        // Seat 1 was held once and stays for the record; three others can go.
        seats(position, -3).expect("one seat again");
        assert_eq!(refused(seats(position, -1)), "seats_out_of_range");
        assert!(matches!(seats(no_position(), 1), Err(Failure::Missing("position"))));
    });
}

#[test]
fn another_agency_sees_nothing() {
    on_both(|db| {
        let (world, other) = (World::new(db, "nine"), World::new(db, "ten"));
        let (job, shift) = world.job(june(10, 18), 1);
        world.post(job, Preset::Open, start()).expect("posted");
        let stranger = other.officer("A1");
        assert!(matches!(other.accept(&stranger, shift, start()), Err(Failure::Missing("shift"))));
        let boss = other.coordinator();
        let seen = db.read_blocking(move |tx| jobs::load_job(tx, &boss, job));
        assert!(matches!(seen, Err(Failure::Missing("job"))), "{seen:?}");
        let boss = other.coordinator();
        let cancelled = other
            .act(move |tx| call_off(tx, &boss, &crate::cancelling::order(CallOff::Job(job), "mine now", ""), start()));
        assert!(matches!(cancelled, Err(Failure::Missing("job"))), "{cancelled:?}");
        let list = other.read(move |tx| distribution::list_open_shifts(tx, &stranger, &OpenFilter::default(), start()));
        assert!(list.shifts.is_empty());
    });
}

#[test]
fn the_night_on_which_the_clocks_go_back_is_an_hour_longer() {
    on_both(|db| {
        let world = World::new(db, "eleven");
        let ada = world.officer("A1");
        let night = muster_domain::time::shift_span(
            &crate::world::zone(),
            jiff::civil::date(2026, 10, 31),
            jiff::civil::time(22, 0, 0, 0),
            jiff::civil::time(6, 0, 0, 0),
        )
        .expect("a night");
        assert_eq!(night.ends_at(), at("2026-11-01T11:00:00Z"));
        let shift = world.posted(night, 1);
        let list = world.read({
            let ada = ada.clone();
            move |tx| distribution::list_open_shifts(tx, &ada, &OpenFilter::default(), start())
        });
        assert_eq!(list.shifts[0].shift.span.minutes().0, 9 * 60);
        assert_eq!(list.shifts[0].pay.map(|pay| pay.0), Some(45_000), "nine hours are paid");
        world.accept(&ada, shift, start()).expect("a seat");
        // 9 h and 11 h are 20 h; one hour more is too many.
        let more = |hours: i64| {
            let from = night.ends_at() + minutes(24 * 60);
            muster_domain::time::Span::new(from, from + minutes(hours * 60)).expect("a span")
        };
        assert_eq!(refused(world.accept(&ada, world.posted(more(12), 1), start())), "rules_forbid");
        world.accept(&ada, world.posted(more(11), 1), start()).expect("exactly at the limit");
    });
}

/// Five years of service first, everybody twelve hours later; what was given back counts in the order.
const STAGED: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: back, kind: give_up, zones: [{ notice: 1 h, then: free }], charge_hours: true }
  - { id: parades, kind: release_stage, when: { job.kind: parade }, stages: [{ name: parade officers }] }
  - id: order
    kind: release_stage
    stages:
      - { name: five years, who: { officer.service_months: { at_least: 60 } } }
      - { name: everybody, opens: { after: 12 h } }
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
";

#[test]
fn the_rules_say_to_whom_a_shift_is_offered_first() {
    on_both(|db| {
        let world = World::with_rules(db, "staged", STAGED);
        let (ada, young) = (world.officer("A1"), world.officer("Y1"));
        let (agency, id) = (world.agency, young.officer.expect("an officer"));
        db.housekeep_blocking::<_, muster_store::Error, _>(move |tx| {
            let late = jiff::civil::date(2026, 1, 1);
            tx.execute("UPDATE officers SET hired_on = $1 WHERE agency_id = $2 AND id = $3", &[&late, &agency, &id])
        })
        .expect("hired this year");
        let (job, shift) = world.job(june(10, 18), 2);
        let boss = world.coordinator();
        let who = boss.clone();
        let order = world.read(move |tx| distribution::find_order_by_rules(tx, &who, job, None, start()));
        assert_eq!(order.as_deref(), Some("By the rules: five years, then everybody"));
        let who = boss.clone();
        world
            .act(move |tx| distribution::post_shifts(tx, &who, job, None, &Offering::Rules, start()))
            .expect("posted by the rules");

        assert_eq!(refused(world.accept(&young, shift, start())), "not_your_stage");
        let held = world.accept(&ada, shift, start()).expect("five years of service");
        worker::run_due(&world.db, start() + minutes(11 * 60)).expect("the worker works");
        assert_eq!(refused(world.accept(&young, shift, start() + minutes(11 * 60))), "not_your_stage");
        let noon = start() + minutes(12 * 60);
        worker::run_due(&world.db, noon).expect("the worker works");
        world.accept(&young, shift, noon).expect("everybody, twelve hours later");

        // What she gives back counts where candidates are ranked.
        let who = ada.clone();
        world.act(move |tx| distribution::withdraw_from_shift(tx, &who, held, noon)).expect("in good time");
        let other = world.posted(june(12, 18), 1);
        let who = boss.clone();
        let page = world.read(move |tx| distribution::load_assign_page(tx, &who, other, "", noon));
        let lately: Vec<i64> = page.ranked.iter().map(|one| one.lately.0).collect();
        assert_eq!(lately, [240, 240], "four hours given back, four hours held");
        let who = boss.clone();
        let none = world.read(move |tx| distribution::find_order_by_rules(tx, &who, job, None, noon));
        assert_eq!(none, None, "nothing is left to post");
    });
}

/// On Saturdays five years of service first; nothing is said about other days.
const SATURDAYS: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - id: order
    kind: release_stage
    when: { moment.weekday: [sat] }
    stages:
      - { name: five years, who: { officer.service_months: { at_least: 60 } } }
      - { name: everybody, opens: { after: 12 h } }
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
";

#[test]
fn each_shift_of_a_job_is_offered_as_the_rules_say_for_it() {
    on_both(|db| {
        let world = World::with_rules(db, "weekend", SATURDAYS);
        let (job, shifts) = world.job_of_days(JobDetails::default(), &[june(12, 18), june(13, 18)], 1);
        let order = |only| {
            let who = world.coordinator();
            world.read(move |tx| distribution::find_order_by_rules(tx, &who, job, only, start()))
        };
        assert_eq!(order(Some(shifts[0])), None, "nothing is said about a Friday");
        assert_eq!(order(Some(shifts[1])).as_deref(), Some("By the rules: five years, then everybody"));
        assert_eq!(order(None).as_deref(), Some("By the rules, which differ between these shifts"));

        let who = world.coordinator();
        world
            .act(move |tx| distribution::post_shifts(tx, &who, job, None, &Offering::Rules, start()))
            .expect("posted by the rules");
        let who = world.coordinator();
        let page = world.read(move |tx| jobs::load_job(tx, &who, job));
        let stages: Vec<usize> =
            page.shifts.iter().map(|shift| shift.posting.as_ref().map_or(0, |row| row.plan.stages.len())).collect();
        assert_eq!(stages, [1, 2], "Friday is open to everybody, Saturday has two stages");
    });
}
