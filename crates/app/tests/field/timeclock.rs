//! Clocking in and out, late and twice; forgotten clock-outs; the review.

use jiff::Timestamp;
use muster_app::{
    Failure,
    timeclock::{self, FORGOTTEN_TIMER, Press, Pressed, TimeChange},
};
use muster_domain::{
    access::Actor,
    customers::Point,
    id::{AssignmentId, Id, PunchId},
    time::Span,
    timeclock::{EntryState, Fix, Kind, Sort, Source, Verdict},
};
use muster_store::timers;
use muster_testkit::on_both;

use crate::world::{World, june, minutes, refused, start};

const SITE: Point = Point { lat_e6: 42_360_000, lon_e6: -71_058_000 };
const AWAY: Point = Point { lat_e6: 42_370_000, lon_e6: -71_058_000 };

fn press(number: u128, seat: AssignmentId, kind: Kind, pressed_at: Timestamp) -> Press {
    Press {
        id: PunchId::from_uuid(uuid::Uuid::from_u128(number)),
        assignment: seat,
        kind,
        pressed_at,
        fix: Some(Fix { point: SITE, accuracy_m: 10 }),
        reason: String::new(),
        source: Source::Phone,
    }
}

fn send(world: &World, who: &Actor, press: &Press, now: Timestamp) -> Result<Pressed, Failure> {
    let (who, press) = (who.clone(), press.clone());
    world.act(move |tx| timeclock::punch(tx, &who, &press, now))
}

fn seated(world: &World) -> (Actor, AssignmentId, Span) {
    let (ada, span) = (world.officer("A1"), june(10, 18));
    let seat = world.accept(&ada, world.posted(span, 1), start()).expect("a seat");
    (ada, seat, span)
}

fn review(world: &World, state: EntryState, now: Timestamp) -> timeclock::TimeReview {
    let boss = world.coordinator();
    world.read(move |tx| timeclock::load_review(tx, &boss, state, now))
}

#[test]
fn an_officer_clocks_in_and_out_at_the_site() {
    on_both(|db| {
        let world = World::new(db, "one");
        let (ada, seat, span) = seated(&world);
        let early = press(1, seat, Kind::In, span.starts_at() - minutes(31));
        let Err(Failure::Refused(refusal)) = send(&world, &ada, &early, early.pressed_at) else { panic!("too early") };
        assert!(refusal.code == "too_early" && refusal.remedy.contains("17:30"), "{refusal:?}");
        let came = press(2, seat, Kind::In, span.starts_at() - minutes(5));
        let taken = send(&world, &ada, &came, came.pressed_at).expect("in");
        assert_eq!((taken.verdict, taken.again), (Verdict::Inside, false));
        let who = ada.clone();
        let clock = world.read(move |tx| timeclock::load_clock(tx, &who, span.starts_at()));
        assert!(clock.on_site);
        let left = press(3, seat, Kind::Out, span.ends_at());
        send(&world, &ada, &left, left.pressed_at).expect("out");
        let found = review(&world, EntryState::ToReview, span.ends_at());
        assert_eq!((found.entries.len(), found.missing.len()), (1, 0));
        assert!(found.entries[0].found.is_empty() && found.entries[0].listed.entry.verified);
        assert_eq!(
            world.number("SELECT COUNT(*) FROM timers WHERE kind = 'forgotten_clock_out' AND state = 'waiting'"),
            0
        );
    });
}

#[test]
fn presses_kept_on_the_phone_count_once_and_in_any_order() {
    on_both(|db| {
        let world = World::new(db, "two");
        let (ada, seat, span) = seated(&world);
        let (came, left) = (press(1, seat, Kind::In, span.starts_at()), press(2, seat, Kind::Out, span.ends_at()));
        let later = span.ends_at() + minutes(2 * 24 * 60);
        send(&world, &ada, &left, later).expect("the way out came first");
        send(&world, &ada, &came, later).expect("then the way in");
        assert!(send(&world, &ada, &came, later).expect("again").again);
        assert_eq!(world.number("SELECT COUNT(*) FROM punches"), 2);
        let found = review(&world, EntryState::ToReview, later);
        let entry = &found.entries[0].listed.entry;
        assert_eq!((entry.settled, entry.verified), (Some(span), true));
        let sorts: Vec<Sort> = found.entries[0].found.iter().map(|one| one.sort).collect();
        assert_eq!(sorts, [Sort::SentLate, Sort::SentLate]);
    });
}

#[test]
fn away_from_the_site_needs_a_reason() {
    on_both(|db| {
        let world = World::new(db, "three");
        let (ada, seat, span) = seated(&world);
        let away =
            Press { fix: Some(Fix { point: AWAY, accuracy_m: 20 }), ..press(1, seat, Kind::In, span.starts_at()) };
        assert_eq!(refused(send(&world, &ada, &away, span.starts_at())), "outside_needs_reason");
        let said = Press { reason: "the gate is on the other side".to_owned(), ..away };
        let taken = send(&world, &ada, &said, span.starts_at()).expect("with a reason");
        assert_eq!(taken.verdict, Verdict::Outside);
        let found = review(&world, EntryState::OnSite, span.starts_at());
        assert_eq!(found.entries[0].found[0].sort, Sort::Outside);
        let ben = world.officer("B2");
        let other = press(9, seat, Kind::Out, span.ends_at());
        assert!(matches!(send(&world, &ben, &other, span.ends_at()), Err(Failure::Denied(_))));
    });
}

#[test]
fn a_forgotten_clock_out_is_closed_unverified_and_a_late_press_mends_it() {
    on_both(|db| {
        let world = World::new(db, "four");
        let (ada, seat, span) = seated(&world);
        send(&world, &ada, &press(1, seat, Kind::In, span.starts_at()), span.starts_at()).expect("in");
        let due_at = span.ends_at() + minutes(120);
        let claimed = due_at + minutes(5);
        let due = world
            .db
            .housekeep_blocking::<_, muster_store::Error, _>(move |tx| timers::claim_due(tx, due_at, claimed))
            .expect("timers");
        let timer = due.into_iter().find(|timer| timer.kind == FORGOTTEN_TIMER).expect("it is due");
        world.act(move |tx| timeclock::forgotten_due(tx, &timer, due_at)).expect("closed");
        let found = review(&world, EntryState::ToReview, due_at);
        let entry = &found.entries[0].listed.entry;
        assert_eq!((entry.settled, entry.verified), (Some(span), false));
        assert_eq!(found.entries[0].found[0].sort, Sort::ForgottenOut);
        let left = press(2, seat, Kind::Out, span.ends_at() - minutes(30));
        send(&world, &ada, &left, due_at + minutes(60)).expect("kept on the phone until now");
        let found = review(&world, EntryState::ToReview, due_at);
        let entry = &found.entries[0].listed.entry;
        assert_eq!((entry.clocked_out_at, entry.verified), (Some(left.pressed_at), true));
    });
}

#[test]
fn a_reviewer_adjusts_with_a_reason_and_enters_what_was_never_clocked() {
    on_both(|db| {
        let world = World::new(db, "five");
        let (ada, seat, span) = seated(&world);
        let now = span.ends_at() + minutes(60);
        let missing = review(&world, EntryState::ToReview, now).missing;
        assert_eq!(missing.iter().map(|one| one.assignment).collect::<Vec<_>>(), [seat]);
        let enter = |reason: &str| {
            let (boss, change) = (world.coordinator(), TimeChange { settled: span, reason: reason.to_owned() });
            world.act(move |tx| timeclock::enter_time(tx, &boss, seat, &change, now))
        };
        assert_eq!(refused(enter("")), "reason_missing");
        let id = enter("his phone was dead; the customer confirms").expect("entered");
        assert_eq!(refused(enter("twice")), "time_exists");
        let shorter = Span::new(span.starts_at(), span.ends_at() - minutes(60)).expect("a span");
        let adjust = |who: Actor| {
            let change = TimeChange { settled: shorter, reason: "left an hour early".to_owned() };
            world.act(move |tx| timeclock::adjust_time(tx, &who, id, &change, now))
        };
        assert!(matches!(adjust(ada.clone()), Err(Failure::Denied(_))));
        adjust(world.coordinator()).expect("adjusted");
        let found = review(&world, EntryState::ToReview, now);
        assert_eq!(found.entries[0].listed.entry.settled, Some(shorter));
        assert!(found.missing.is_empty());
        let mine = world.read(move |tx| timeclock::list_my_time(tx, &ada, 1));
        assert_eq!((mine.count, mine.entries[0].entry.verified), (1, false));
    });
}
