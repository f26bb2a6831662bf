//! Booked work is judged again when something about an officer changes; what no longer fits is told once and decided.

use jiff::{Timestamp, civil::Date};
use muster_app::{
    Failure,
    distribution::{self, Misfit, MisfitAnswer},
    officers, timeclock, worker,
};
use muster_domain::{
    access::{Actor, Role},
    id::{AssignmentId, FindingId, Id, PunchId},
    officers::{Status, StatusHeld},
    timeclock::{Kind, Source},
};
use muster_testkit::on_both;

use crate::{
    telling::with_inbox,
    world::{World, june, minutes, refused, start},
};

const FINDINGS: &str = "SELECT COUNT(*) FROM booked_findings";
const TOLD: &str = "SELECT COUNT(*) FROM notices WHERE kind = 'booked_misfit'";
const BOOKED: &str = "SELECT COUNT(*) FROM assignments WHERE state = 'booked'";
const FOUND: &str = "SELECT COUNT(*) FROM audit_entries WHERE action = 'found_misfit'";
const UNTOLD: &str = "SELECT COUNT(*) FROM booked_findings WHERE told_at IS NULL";

fn june_day(day: i8) -> Date {
    Date::constant(2026, 6, day)
}

/// Lets the worker do all that is due soon.
fn work(world: &World) {
    for seconds in 0..3 {
        let now = start() + jiff::SignedDuration::from_secs(seconds * 20);
        worker::run_due(&world.db, now).expect("the worker works");
    }
}

fn set_status(world: &World, who: &Actor, status: Status, days: (i8, i8)) {
    let (boss, officer) = (world.coordinator(), who.officer.expect("an officer"));
    let held =
        StatusHeld { from_on: june_day(days.0), to_on: Some(june_day(days.1)), status, reason: "Ordered".to_owned() };
    world.act(move |tx| officers::set_status(tx, &boss, officer, &held, start())).expect("a status");
}

fn remove_status(world: &World, who: &Actor, from: i8) {
    let (boss, officer) = (world.coordinator(), who.officer.expect("an officer"));
    world.act(move |tx| officers::remove_status(tx, &boss, officer, june_day(from), start())).expect("removed");
}

fn open(world: &World) -> Vec<Misfit> {
    let boss = world.coordinator();
    world.read(move |tx| distribution::list_misfits(tx, &boss, false, 1, start())).rows
}

fn keep(world: &World, boss: &Actor, id: FindingId, reason: &'static str) -> Result<(), Failure> {
    let boss = boss.clone();
    world.act(move |tx| distribution::keep_misfit(tx, &boss, id, reason, start()))
}

fn clock_in(world: &World, who: &Actor, seat: AssignmentId, at: Timestamp) -> Result<timeclock::Pressed, Failure> {
    let press = timeclock::Press {
        id: PunchId::from_uuid(uuid::Uuid::from_u128(7)),
        assignment: seat,
        kind: Kind::In,
        pressed_at: at,
        fix: None,
        reason: "No signal".to_owned(),
        source: Source::Phone,
    };
    let who = who.clone();
    world.act(move |tx| timeclock::punch(tx, &who, &press, at))
}

#[test]
fn a_suspension_is_found_once_and_kept_only_with_a_reason() {
    on_both(|db| {
        let world = World::new(db, "suspended");
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let (near, far) = (world.posted(june(10, 18), 1), world.posted(june(20, 18), 1));
        let seat = world.accept(&ada, near, start()).expect("a seat");
        world.accept(&ada, far, start()).expect("another");
        set_status(&world, &ada, Status::Suspended, (9, 12));
        work(&world);
        let found = open(&world);
        assert_eq!(found.len(), 1, "the shift after the suspension still fits");
        assert!(found[0].row.shift == near && found[0].may_keep, "{found:?}");
        assert!(found[0].reasons[0].contains("suspended"), "{:?}", found[0].reasons);
        assert!(!found[0].remedy.is_empty(), "what would make it pass is said");
        assert_eq!((world.number(TOLD), world.number(FOUND), world.number(UNTOLD)), (1, 1, 0));
        // Something else about her changes: the same is not told twice.
        let (boss, officer) = (world.coordinator(), ada.officer.expect("an officer"));
        world.act(move |tx| officers::set_groups(tx, &boss, officer, &[], start())).expect("no groups");
        work(&world);
        assert_eq!((world.number(TOLD), world.number(FOUND), world.number(FINDINGS)), (1, 1, 1));
        let came = june(10, 18).starts_at() - minutes(5);
        assert_eq!(refused(clock_in(&world, &ada, seat, came)), "rules_forbid");
        let (boss, id) = (world.coordinator(), found[0].row.id);
        assert_eq!(refused(keep(&world, &boss, id, "  ")), "reason_missing");
        let stranger = keep(&world, &world.person(Role::Auditor), id, "Why not");
        assert!(matches!(stranger, Err(Failure::Denied(_))), "{stranger:?}");
        keep(&world, &boss, id, "The suspension is lifted that day").expect("kept");
        assert_eq!(refused(keep(&world, &boss, id, "Again")), "finding_ended");
        set_status(&world, &ada, Status::Suspended, (9, 12));
        work(&world);
        assert!(open(&world).is_empty(), "what was kept is not found again");
        clock_in(&world, &ada, seat, came).expect("what was kept may be worked");
    });
}

#[test]
fn a_duty_schedule_is_compared_with_booked_work_and_a_corrected_one_ends_the_finding() {
    on_both(|db| {
        let world = World::new(db, "duty");
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let seat = world.accept(&ada, world.posted(june(10, 18), 1), start()).expect("a seat");
        let import = |rows: &'static str| {
            let boss = world.coordinator();
            world.act(move |tx| officers::import_schedule(tx, &boss, &format!("badge,date,start,end\n{rows}"), start()))
        };
        import("A1,2026-06-10,07:00,19:00").expect("imported");
        work(&world);
        let found = open(&world);
        assert_eq!(found.len(), 1);
        assert!(!found[0].may_keep, "the overlap may be set aside by nobody: {found:?}");
        assert_eq!(refused(keep(&world, &world.coordinator(), found[0].row.id, "Please")), "override_not_allowed");
        import("A1,2026-06-10,01:00,09:00").expect("imported");
        work(&world);
        assert!(open(&world).is_empty() && world.number(FINDINGS) == 1, "it fits again");
        import("A1,2026-06-10,07:00,19:00").expect("imported");
        work(&world);
        let id = open(&world)[0].row.id;
        // She is asked, answers, and gives it back although the cut-off is near.
        let boss = world.coordinator();
        world.act(move |tx| distribution::ask_about_misfit(tx, &boss, id, "Can you swap?", start())).expect("asked");
        let say = |gives_back: bool, words: &'static str| {
            let (who, answer) = (ada.clone(), MisfitAnswer { gives_back, words: words.to_owned() });
            world.act(move |tx| distribution::answer_misfit(tx, &who, id, &answer, start()))
        };
        assert_eq!(refused(say(false, "")), "reason_missing");
        say(false, "My tour moves").expect("answered");
        assert_eq!(open(&world)[0].row.answer, "My tour moves");
        say(true, "").expect("given back");
        assert_eq!(world.number(BOOKED), 0);
        let page = world.coordinator();
        let settled = world.read(move |tx| distribution::list_misfits(tx, &page, true, 1, start())).rows;
        assert!(settled.iter().any(|one| one.row.assignment == seat && one.row.state == "removed"), "{settled:?}");
    });
}

#[test]
fn a_rule_may_take_booked_work_away_or_let_it_stay() {
    on_both(|db| {
        let world = World::new(db, "away");
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        let shift = world.posted(june(10, 18), 2);
        world.accept(&ada, shift, start()).expect("a seat");
        world.accept(&ben, shift, start()).expect("a seat");
        set_status(&world, &ada, Status::Injured, (9, 12));
        set_status(&world, &ben, Status::Hold, (9, 12));
        work(&world);
        assert_eq!(world.number(BOOKED), 1, "only the work of the injured officer is taken away");
        assert!(open(&world).is_empty(), "nobody is asked");
        assert_eq!(world.number("SELECT COUNT(*) FROM booked_findings WHERE state = 'removed'"), 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM booked_findings WHERE state = 'kept'"), 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM notices WHERE kind = 'shift_removed'"), 1);
        let before = world.number(FINDINGS);
        remove_status(&world, &ben, 9);
        set_status(&world, &ben, Status::Hold, (9, 12));
        work(&world);
        assert_eq!(world.number(FINDINGS), before, "what stays is put on record once");
    });
}

#[test]
fn new_rules_and_the_day_ask_everybody_who_has_booked_work() {
    on_both(|db| {
        let world = World::new(db, "everybody");
        let (ada, _idle) = (world.officer("A1"), world.officer("B2"));
        world.accept(&ada, world.posted(june(10, 18), 1), start()).expect("a seat");
        let (admin, document) = (
            world.person(Role::AgencyAdmin),
            "agency: test\nversion: '2'\neffective_from: 2026-06-05\nzone: America/New_York\npolicy:\n  - { id: short, kind: cap, max: 2 h, count: [detail], window: job }\nrates:\n  base_rate:\n    - { id: rate, name: Rate, amount: 50 }\n",
        );
        world
            .act(move |tx| muster_app::rates::put_in_force(tx, &admin, document, june_day(5), start()))
            .expect("in force");
        work(&world);
        let found = open(&world);
        assert_eq!(found.len(), 1);
        assert!(found[0].reasons[0].contains("2 h"), "{:?}", found[0].reasons);
        assert_eq!(world.number("SELECT COUNT(*) FROM timers WHERE kind = 'recheck'"), 1, "the idle cost nothing");
        worker::set_regular(&world.db, start()).expect("regular timers");
        assert_eq!(world.number("SELECT COUNT(*) FROM timers WHERE kind = 'recheck_all' AND state = 'waiting'"), 1);
    });
}
