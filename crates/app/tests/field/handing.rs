//! A seat goes from one officer to another: offered, judged when it is accepted, traded; two at once, and twice the same.

use std::{sync::Arc, thread};

use jiff::Timestamp;
use muster_app::{
    Failure,
    distribution::{self, Answer, HandOver, HandoverRow},
};
use muster_domain::{
    access::Actor,
    id::{AssignmentId, HandoverId},
};
use muster_testkit::on_both;

use crate::{
    telling::with_inbox,
    world::{World, at, june, minutes, refused, start},
};

const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: week-cap, kind: cap, max: 8 h, count: [detail], window: { rolling: 168 h } }
  - { id: no-overlap, kind: no_overlap, with: [on_duty, detail] }
  - { id: back, kind: give_up, replacement: officer, trade: true, notify: [coordinator, customer], zones: [{ notice: 5 d, then: free }, { notice: 24 h, then: replacement_needed }, { notice: 0 min, then: forbidden }] }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

const BOOKED: &str = "SELECT COUNT(*) FROM assignments WHERE state = 'booked'";
const OVERLAPPING: &str = "SELECT COUNT(*) FROM work a JOIN work b ON a.person_id = b.person_id AND a.id < b.id \
     AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.state = 'booked' AND b.state = 'booked'";

fn offer(
    world: &World,
    who: &Actor,
    seat: AssignmentId,
    to: &Actor,
    back: Option<AssignmentId>,
    now: Timestamp,
) -> Result<HandoverId, Failure> {
    let who = who.clone();
    let new =
        HandOver { assignment: seat, to: to.officer.expect("an officer"), back, words: "My son is ill".to_owned() };
    world.act(move |tx| distribution::offer_seat(tx, &who, &new, now))
}

fn accept(world: &World, who: &Actor, id: HandoverId, now: Timestamp) -> Result<AssignmentId, Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::accept_seat(tx, &who, id, now)).and_then(Answer::settled)
}

fn seen(world: &World, who: &Actor, id: HandoverId) -> HandoverRow {
    let who = who.clone();
    world.read(move |tx| distribution::load_handover(tx, &who, id)).0
}

#[test]
fn a_bound_officer_is_free_when_his_colleague_has_accepted() {
    on_both(|db| {
        let world = World::with_rules(db, "hand", RULES);
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        let seat = world.accept(&ada, world.posted(june(4, 18), 1), start()).expect("a seat");
        let own = ada.clone();
        let alone = world.act(move |tx| distribution::withdraw_from_shift(tx, &own, seat, start()));
        assert_eq!(refused(alone), "replacement_needed");
        assert_eq!(refused(offer(&world, &ada, seat, &ada, None, start())), "own_colleague");
        let thief = offer(&world, &ben, seat, &ben, None, start());
        assert!(matches!(thief, Err(Failure::Denied(_))), "{thief:?}");
        let id = offer(&world, &ada, seat, &ben, None, start()).expect("offered");
        assert_eq!(refused(offer(&world, &ada, seat, &ben, None, start())), "already_offered");
        assert_eq!(world.number(BOOKED), 1, "she is bound until he accepts");
        let stranger = accept(&world, &ada, id, start());
        assert!(matches!(stranger, Err(Failure::Denied(_))), "{stranger:?}");
        let new = accept(&world, &ben, id, start() + minutes(5)).expect("his");
        assert_eq!(refused(accept(&world, &ben, id, start() + minutes(6))), "offer_settled");
        let agency = world.agency;
        let of_ben = world.read(move |tx| Ok(muster_store::distribution::find_assignment(tx, agency, new)?));
        assert_eq!(of_ben.map(|one| one.officer), ben.officer);
        assert_eq!(world.number(BOOKED), 1);
        let given = "SELECT COUNT(*) FROM work WHERE state = 'given_up'";
        assert_eq!(world.number(given), 1, "her hours stand as given up");
        assert_eq!(seen(&world, &ada, id).state, "accepted");
        let told = "SELECT COUNT(*) FROM notices WHERE kind IN ('shift_offered', 'shift_handed_over', 'shift_taken')";
        assert_eq!(world.number(told), 4, "asked; hers first, his at last; and she that he took it over");
        let logged = "SELECT COUNT(*) FROM audit_entries WHERE action IN ('offered_seat', 'took_over_seat')";
        assert_eq!(world.number(logged), 2);
        // Within a day of the start nothing may be handed over any more.
        let late = june(4, 18).starts_at() - minutes(60);
        assert_eq!(refused(offer(&world, &ben, new, &ada, None, late)), "no_handing_over");
    });
}

#[test]
fn a_refused_replacement_leaves_the_first_officer_bound_and_both_see_why() {
    on_both(|db| {
        let world = World::with_rules(db, "bound", RULES);
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        let seat = world.accept(&ada, world.posted(june(4, 18), 1), start()).expect("a seat");
        let id = offer(&world, &ada, seat, &ben, None, start()).expect("he could work it");
        // Meanwhile he takes other work up to the cap.
        for day in [3, 5] {
            world.accept(&ben, world.posted(june(day, 18), 1), start()).expect("room for it");
        }
        let Err(Failure::Refused(refusal)) = accept(&world, &ben, id, start()) else { panic!("over the cap") };
        assert!(refusal.message.contains("12 h of 8 h"), "{}", refusal.message);
        let row = seen(&world, &ada, id);
        assert_eq!(row.state, "refused");
        assert!(row.answer.contains("12 h of 8 h"), "she sees why too: {}", row.answer);
        assert_eq!(world.number("SELECT COUNT(*) FROM assignments WHERE state = 'booked' AND how = 'accepted'"), 3);
        assert_eq!(world.number("SELECT COUNT(*) FROM decisions WHERE refused"), 1);
        let told = "SELECT COUNT(*) FROM notices WHERE kind = 'shift_not_handed_over' AND body LIKE '%12 h of 8 h%'";
        assert_eq!(world.number(told), 1);
        // Now the refusal comes before he is asked at all.
        assert_eq!(refused(offer(&world, &ada, seat, &ben, None, start())), "rules_forbid");
        // Another colleague says no; she may ask the next one, or take the offer back.
        let cay = with_inbox(&world, "C3", "2015-01-01");
        let id = offer(&world, &ada, seat, &cay, None, start()).expect("offered");
        let who = cay.clone();
        world.act(move |tx| distribution::decline_seat(tx, &who, id, "I am away", start())).expect("declined");
        assert_eq!(seen(&world, &ada, id).answer, "I am away");
        let id = offer(&world, &ada, seat, &cay, None, start()).expect("once more");
        let who = ada.clone();
        world.act(move |tx| distribution::take_back_offer(tx, &who, id, start())).expect("taken back");
        assert_eq!(refused(accept(&world, &cay, id, start())), "offer_settled");
    });
}

#[test]
fn a_trade_is_judged_as_if_it_had_happened() {
    on_both(|db| {
        let world = World::with_rules(db, "trade", RULES);
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        // Both work up to the cap of 8 h; their seats to trade overlap each other.
        let take = |who: &Actor, day: i8, hour: i8| {
            world.accept(who, world.posted(june(day, hour), 1), start()).expect("a seat")
        };
        let (hers, his) = (take(&ada, 4, 18), take(&ben, 4, 16));
        take(&ada, 5, 18);
        take(&ben, 5, 18);
        assert_eq!(refused(offer(&world, &ada, hers, &ben, None, start())), "rules_forbid");
        let id = offer(&world, &ada, hers, &ben, Some(his), start()).expect("both keep 8 h");
        accept(&world, &ben, id, start()).expect("traded");
        assert_eq!((world.number(BOOKED), world.number(OVERLAPPING)), (4, 0));
        let of = |who: &Actor, hour: i8| {
            let (agency, officer) = (world.agency, who.officer.expect("an officer"));
            let starts_at = june(4, hour).starts_at();
            world.read(move |tx| {
                let filter = muster_store::distribution::BookedFilter { past: false, page: 1 };
                let all = muster_store::distribution::list_booked(tx, agency, officer, filter, start())?;
                Ok(all.iter().any(|one| one.span.starts_at() == starts_at))
            })
        };
        assert!(of(&ada, 16) && of(&ben, 18), "each has the other's shift");
        let foreign = offer(&world, &ada, hers, &ben, Some(hers), start());
        assert!(foreign.is_err(), "a seat that is not the colleague's is none to trade: {foreign:?}");
    });
}

#[test]
fn given_up_hours_count_in_a_cap_that_says_so() {
    on_both(|db| {
        let rules = RULES
            .replace("max: 8 h, count: [detail],", "max: 8 h, count: [detail], states: [booked, worked, given_up],");
        let world = World::with_rules(db, "given", &rules);
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let seat = world.accept(&ada, world.posted(june(10, 18), 1), start()).expect("a seat");
        let own = ada.clone();
        world.act(move |tx| distribution::withdraw_from_shift(tx, &own, seat, start())).expect("freely");
        world.accept(&ada, world.posted(june(11, 18), 1), start()).expect("8 h with the given-up ones");
        let Err(Failure::Refused(refusal)) = world.accept(&ada, world.posted(june(12, 18), 1), start()) else {
            panic!("12 h with the given-up ones")
        };
        assert!(refusal.message.contains("12 h of 8 h"), "{}", refusal.message);
    });
}

#[test]
fn two_at_once_and_twice_the_same_never_double_a_seat() {
    on_both(|db| {
        let world = Arc::new(World::with_rules(db, "cross", RULES));
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let hers = world.accept(&ada, world.posted(june(4, 18), 1), start()).expect("a seat");
        let his = world.accept(&ben, world.posted(june(4, 16), 1), start()).expect("a seat");
        // Two trades that cross, each accepted four times at the same moment.
        let one = offer(&world, &ada, hers, &ben, Some(his), start()).expect("offered");
        let other = offer(&world, &ben, his, &ada, Some(hers), start()).expect("offered");
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let (world, ada, ben) = (Arc::clone(&world), ada.clone(), ben.clone());
                thread::spawn(move || {
                    let (who, id) = if number % 2 == 0 { (&ben, one) } else { (&ada, other) };
                    match accept(&world, who, id, at("2026-06-01T13:00:00Z")) {
                        Ok(_) => 1,
                        Err(Failure::Refused(_)) => 0,
                        Err(other) => panic!("neither a seat nor a refusal: {other:?}"),
                    }
                })
            })
            .collect();
        let traded: i32 = threads.into_iter().map(|thread| thread.join().expect("a thread")).sum();
        assert_eq!(traded, 1, "one of them, once");
        assert_eq!((world.number(BOOKED), world.number(OVERLAPPING)), (2, 0));
        assert_eq!(world.number("SELECT COUNT(*) FROM handovers WHERE state = 'accepted'"), 1);
    });
}
