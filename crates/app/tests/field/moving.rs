//! Moving a shift with officers on it: the four answers that rules give to a start changed inside the window.

use jiff::Timestamp;
use muster_app::{
    Failure, distribution,
    ledger::{
        moved_seats::{answer_due, answer_moved},
        moving::{MoveOrder, MovePrice, move_shift, price_move},
    },
};
use muster_domain::{
    access::Actor,
    id::{AssignmentId, JobId, ShiftId},
    money::Cents,
    time::Span,
};
use muster_store::timers;
use muster_testkit::on_both;

use crate::{
    cancelling::{RULES, told},
    world::{World, at, june, refused, start, zone},
};

pub fn order(shift: ShiftId, span: Span, shown: &str) -> MoveOrder {
    let worked_on = zone().to_datetime(span.starts_at()).date();
    MoveOrder {
        shift,
        span,
        worked_on,
        told: told(),
        reason: "the doors open later".to_owned(),
        shown: shown.to_owned(),
    }
}

fn see(world: &World, order: &MoveOrder, now: Timestamp) -> MovePrice {
    let (who, order) = (world.coordinator(), order.clone());
    world.read(move |tx| price_move(tx, &who, &order, now))
}

fn confirm(world: &World, order: &MoveOrder, now: Timestamp) -> Result<JobId, Failure> {
    let (who, order) = (world.coordinator(), order.clone());
    world.act(move |tx| move_shift(tx, &who, &order, now))
}

fn with_answer(answer: &str) -> String {
    RULES.replace("rates:\n", &format!("rates:\n  switches: {{ start_change: {answer} }}\n"))
}

/// A shift of one seat with an officer, and what a move three hours later gives with that answer, twelve hours before.
fn moved(db: &muster_app::Db, answer: &str) -> (World, Actor, ShiftId, AssignmentId, MovePrice) {
    let world = World::with_rules(db, &format!("moved-{}", answer.replace('_', "-")), &with_answer(answer));
    let ada = world.officer("A1");
    let shift = world.posted(june(10, 14), 1);
    let seat = world.accept(&ada, shift, start()).expect("a seat");
    let seen = see(&world, &order(shift, june(10, 17), ""), late());
    assert_eq!(seen.term.as_ref().map(|term| term.rule_id.as_str()), Some("late"));
    assert_eq!(refused(confirm(&world, &order(shift, june(10, 17), ""), late())), "price_not_shown");
    confirm(&world, &order(shift, june(10, 17), &seen.mark), late()).expect("as shown");
    (world, ada, shift, seat, seen)
}

fn late() -> Timestamp {
    at("2026-06-10T06:00:00Z")
}

const CHARGED: &str = "SELECT CAST(COALESCE(SUM(customer_cents), 0) AS BIGINT) FROM charges";
const BOOKED: &str = "SELECT COUNT(*) FROM assignments WHERE state = 'booked'";
const AT_NEW_TIME: &str = "SELECT COUNT(*) FROM work w JOIN shifts h ON w.starts_at = h.starts_at AND w.ends_at = h.ends_at WHERE w.state = 'booked'";

#[test]
fn reprice_keeps_the_officer_at_the_new_time() {
    on_both(|db| {
        let (world, _, _, _, seen) = moved(db, "reprice");
        assert_eq!((seen.officers[0].fate.code(), seen.customer), ("keeps", Cents(0)));
        assert_eq!((world.number(BOOKED), world.number(AT_NEW_TIME), world.number(CHARGED)), (1, 1, 0));
    });
}

#[test]
fn repost_opens_the_seat_again_without_pay() {
    on_both(|db| {
        let (world, ada, shift, _, seen) = moved(db, "repost");
        assert_eq!(seen.officers[0].fate.code(), "reopened");
        assert_eq!((world.number(BOOKED), world.number(CHARGED)), (0, 0));
        world.accept(&ada, shift, late()).expect("the seat is offered again, to everybody");
    });
}

#[test]
fn pay_first_pays_the_officer_as_cancelled_and_opens_the_seat() {
    on_both(|db| {
        let (world, _, shift, _, seen) = moved(db, "pay_first");
        assert_eq!(
            (seen.officers[0].fate.code(), seen.customer, seen.officers_cents),
            ("paid_and_reopened", Cents(11_000), Cents(8_000))
        );
        assert_eq!((world.number(BOOKED), world.number(CHARGED)), (0, 11_000));
        world.accept(&world.officer("B2"), shift, late()).expect("the seat is offered again");
    });
}

#[test]
fn ask_officer_waits_for_his_yes() {
    on_both(|db| {
        let (world, ada, _, seat, seen) = moved(db, "ask_officer");
        assert_eq!(seen.officers[0].fate.code(), "asked");
        let who = ada.clone();
        let asked = world.read(move |tx| distribution::list_my_shifts(tx, &who, false, 1, late())).asked;
        assert_eq!((asked.len(), asked[0].answer_by), (1, at("2026-06-10T12:00:00Z")));
        let who = ada.clone();
        world.act(move |tx| answer_moved(tx, &who, seat, true, late())).expect("yes");
        assert_eq!((world.number(BOOKED), world.number(AT_NEW_TIME), world.number(CHARGED)), (1, 1, 0));
        assert_eq!(world.number("SELECT COUNT(*) FROM timers WHERE kind = 'moved_seat' AND state = 'waiting'"), 0);
        let again = world.act(move |tx| answer_moved(tx, &ada, seat, false, late()));
        assert!(matches!(again, Err(Failure::Missing(_))), "{again:?}");
    });
}

#[test]
fn who_says_no_or_nothing_is_paid_and_the_seat_is_open() {
    on_both(|db| {
        let (world, ada, _, seat, _) = moved(db, "ask_officer");
        let who = ada.clone();
        world.act(move |tx| answer_moved(tx, &who, seat, false, late())).expect("no");
        assert_eq!((world.number(BOOKED), world.number(CHARGED)), (0, 11_000));
    });
    on_both(|db| {
        let (world, _, shift, _, _) = moved(db, "ask_officer");
        let due_at = at("2026-06-10T12:00:00Z");
        let due = world
            .db
            .housekeep_blocking(move |tx| timers::claim_due(tx, due_at, due_at + crate::world::minutes(2)))
            .expect("timers");
        let due = due.into_iter().find(|one| one.kind == "moved_seat").expect("the answer is due");
        assert!(world.act(move |tx| answer_due(tx, &due, due_at)).expect("done"));
        assert_eq!((world.number(BOOKED), world.number(CHARGED)), (0, 11_000));
        world.accept(&world.officer("B2"), shift, due_at).expect("the seat is offered again");
    });
}

#[test]
fn whoever_works_elsewhere_at_the_new_time_cannot_keep_the_seat() {
    on_both(|db| {
        let world = World::with_rules(db, "elsewhere", RULES);
        let ada = world.officer("A1");
        let (shift, other) = (world.posted(june(10, 14), 1), world.posted(june(10, 19), 1));
        world.accept(&ada, shift, start()).expect("a seat");
        world.accept(&ada, other, start()).expect("a seat");
        let seen = see(&world, &order(shift, june(10, 17), ""), late());
        assert_eq!((seen.officers[0].fate.code(), seen.customer), ("cannot_keep", Cents(11_000)));
        confirm(&world, &order(shift, june(10, 17), &seen.mark), late()).expect("as shown");
        assert_eq!((world.number(BOOKED), world.number(CHARGED)), (1, 11_000));
    });
}

#[test]
fn hours_cut_inside_the_window_are_charged_and_never_more_than_was_cut() {
    on_both(|db| {
        let world = World::with_rules(db, "cut", RULES);
        let ada = world.officer("A1");
        let shift = world.posted(june(10, 14), 1);
        world.accept(&ada, shift, start()).expect("a seat");
        let whole = june(10, 14);
        for (hours, cents) in [(3, 5_500), (2, 11_000), (1, 11_000)] {
            let ends_at = whole.starts_at() + crate::world::minutes(hours * 60);
            let shorter = Span::new(whole.starts_at(), ends_at).expect("a span");
            assert_eq!(see(&world, &order(shift, shorter, ""), late()).customer, Cents(cents), "{hours} h stay");
        }
        assert_eq!(see(&world, &order(shift, june(10, 14), ""), late()).customer, Cents(0));
    });
}
