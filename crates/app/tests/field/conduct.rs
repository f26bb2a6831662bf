//! No-shows, late cancellations and what follows: recorded, confirmed, excused, appealed, and giving work back by zones.

use jiff::{SignedDuration, Timestamp, civil::Date};
use muster_app::{
    Failure,
    distribution::{self, Conduct, NewOffence, OffenceFilter},
    worker,
};
use muster_domain::{
    access::{Actor, Role},
    id::OffenceId,
    jobs::JobDetails,
};
use muster_testkit::on_both;

use crate::{
    telling::with_inbox,
    world::{World, at, june, minutes, refused, start},
};

const OFFENCES: &str = "SELECT COUNT(*) FROM offences";

fn conduct(world: &World, who: &Actor, now: Timestamp) -> Conduct {
    let (who, id) = (who.clone(), who.officer.expect("an officer"));
    world.read(move |tx| distribution::load_conduct(tx, &who, id, now))
}

fn record(world: &World, boss: &Actor, of: &Actor, event: &'static str, now: Timestamp) -> Result<OffenceId, Failure> {
    let (boss, officer) = (boss.clone(), of.officer.expect("an officer"));
    let on = now.to_zoned(crate::world::zone()).date();
    let reason = "He did not come, and did not call.".to_owned();
    let new = NewOffence { officer, event: event.to_owned(), on, shift: None, reason };
    world.act(move |tx| distribution::record_offence(tx, &boss, &new, now))
}

fn decide(world: &World, boss: &Actor, id: OffenceId, counts: bool, now: Timestamp) -> Result<(), Failure> {
    let boss = boss.clone();
    world.act(move |tx| distribution::decide_offence(tx, &boss, id, counts, "His child was ill", now))
}

#[test]
fn an_offence_bars_sign_ups_by_the_ladder_until_it_is_excused() {
    on_both(|db| {
        let world = World::new(db, "ladder");
        let (ada, boss) = (with_inbox(&world, "A1", "2015-01-01"), world.coordinator());
        let shift = world.posted(june(20, 18), 2);
        let future = NewOffence {
            officer: ada.officer.expect("an officer"),
            event: "juggling".to_owned(),
            on: Date::constant(2027, 1, 1),
            shift: None,
            reason: String::new(),
        };
        let who = boss.clone();
        let wrong = world.act(move |tx| distribution::record_offence(tx, &who, &future, start()));
        assert!(matches!(wrong, Err(Failure::Invalid(ref errors)) if errors.0.len() == 3), "{wrong:?}");
        let first = record(&world, &boss, &ada, "no_show", start()).expect("recorded");
        let Err(Failure::Refused(refusal)) = world.accept(&ada, shift, start()) else { panic!("she is barred") };
        assert!(refusal.message.contains("barred until Mon, Jun 15"), "{}", refusal.message);
        let standing = conduct(&world, &ada, start());
        assert!(standing.bars[0].words.contains("taking new work until Mon, Jun 15"), "{standing:?}");
        assert_eq!(standing.bars[0].step, 1);
        let second = record(&world, &boss, &ada, "no_show", start() + minutes(60)).expect("recorded");
        let last = conduct(&world, &ada, start() + minutes(61)).bars.into_iter().max_by_key(|bar| bar.until);
        assert!(last.is_some_and(|bar| bar.step == 2 && bar.words.contains("Wed, Jul 1")), "the second step");
        decide(&world, &boss, second, false, start() + minutes(61)).expect("excused");
        decide(&world, &boss, first, false, start() + minutes(61)).expect("excused");
        assert_eq!(refused(decide(&world, &boss, first, false, start())), "offence_settled");
        assert!(conduct(&world, &ada, start() + minutes(62)).bars.is_empty());
        world.accept(&ada, shift, start() + minutes(62)).expect("nothing bars her any more");
        let own = ada.clone();
        let list = world.db.read_blocking(move |tx| distribution::list_offences(tx, &own, &OffenceFilter::default()));
        assert!(matches!(list, Err(Failure::Denied(_))), "the list is the office's");
    });
}

#[test]
fn an_appeal_is_decided_by_somebody_else_and_in_time() {
    on_both(|db| {
        let world = World::new(db, "appeal");
        let (ada, boss, admin) =
            (with_inbox(&world, "A1", "2015-01-01"), world.coordinator(), world.person(Role::AgencyAdmin));
        let offence = record(&world, &boss, &ada, "no_show", start()).expect("recorded");
        let appeal = |who: &Actor, words: &'static str, now: Timestamp| {
            let who = who.clone();
            world.act(move |tx| distribution::appeal_offence(tx, &who, offence, words, now))
        };
        assert_eq!(refused(appeal(&ada, " ", start())), "reason_missing");
        let late = start() + SignedDuration::from_hours(24 * 8);
        assert_eq!(refused(appeal(&ada, "I was there", late)), "no_appeal");
        let stranger = appeal(&world.officer("B2"), "Me too", start());
        assert!(matches!(stranger, Err(Failure::Denied(_))), "{stranger:?}");
        appeal(&ada, "I was there; the clock failed", start()).expect("appealed");
        assert_eq!(refused(appeal(&ada, "Once more", start())), "no_appeal");
        let settle = |who: &Actor, upheld: bool, reason: &'static str| {
            let who = who.clone();
            world.act(move |tx| distribution::decide_appeal(tx, &who, offence, upheld, reason, start()))
        };
        assert_eq!(refused(settle(&boss, false, "No")), "appeal_of_own_record");
        assert_eq!(refused(settle(&admin, true, "")), "reason_missing");
        settle(&admin, true, "The customer saw him").expect("upheld");
        assert_eq!(refused(settle(&admin, true, "Again")), "offence_settled");
        let standing = conduct(&world, &ada, start());
        assert!(standing.bars.is_empty() && standing.offences[0].state == "excused", "{standing:?}");
        let logged = "SELECT COUNT(*) FROM audit_entries WHERE action IN ('recorded_offence', 'appealed_offence', 'upheld_appeal')";
        assert_eq!(world.number(logged), 3);
    });
}

#[test]
fn who_never_clocked_in_is_put_before_the_office_and_counts_only_when_confirmed() {
    on_both(|db| {
        let world = World::new(db, "noshow");
        let (ada, boss) = (with_inbox(&world, "A1", "2015-01-01"), world.coordinator());
        let span = june(10, 18);
        world.accept(&ada, world.posted(span, 1), start()).expect("a seat");
        let watch = |now: Timestamp| {
            worker::set_regular(&world.db, now - minutes(20)).expect("regular timers");
            worker::run_due(&world.db, now).expect("the worker works");
        };
        watch(span.ends_at() - minutes(30));
        assert_eq!(world.number(OFFENCES), 0, "he may still come");
        let over = span.ends_at() + minutes(30);
        watch(over);
        watch(over + minutes(30));
        assert_eq!(world.number("SELECT COUNT(*) FROM offences WHERE state = 'candidate' AND event = 'no_show'"), 1);
        let later = world.posted(june(20, 18), 1);
        let seat = world.accept(&ada, later, over).expect("a candidate bars nobody");
        let who = ada.clone();
        world.act(move |tx| distribution::withdraw_from_shift(tx, &who, seat, over)).expect("given back in time");
        let id = conduct(&world, &ada, over).offences[0].id;
        decide(&world, &boss, id, true, over).expect("confirmed");
        assert_eq!(refused(world.accept(&ada, later, over)), "rules_forbid");
        assert_eq!(world.number(OFFENCES), 1);
    });
}

#[test]
fn giving_back_late_is_said_before_and_recorded_and_zones_bind() {
    on_both(|db| {
        let world = World::new(db, "zones");
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let span = june(10, 18);
        let shift = world.posted(span, 1);
        let seat = world.accept(&ada, shift, start()).expect("a seat");
        let near = span.starts_at() - minutes(30 * 60);
        let look = |shift, now| {
            let who = ada.clone();
            world.read(move |tx| distribution::load_shift_page(tx, &who, shift, now)).leaving
        };
        assert_eq!(look(shift, start()).late_cancel, None);
        let warned = look(shift, near).late_cancel.expect("said before he confirms");
        assert!(warned.contains("late cancellation") && warned.contains("Jun 23"), "{warned}");
        let who = ada.clone();
        world.act(move |tx| distribution::withdraw_from_shift(tx, &who, seat, near)).expect("before the cut-off");
        assert_eq!(world.number("SELECT COUNT(*) FROM offences WHERE event = 'late_cancel' AND state = 'counted'"), 1);
        // A large event has zones of its own, which take the place of the cut-off.
        let ben = with_inbox(&world, "B2", "2015-01-01");
        let details = JobDetails { attendance: Some(9000), ..JobDetails::default() };
        let (job, large) = world.job_with(details, june(20, 18), 1);
        world.post(job, muster_domain::distribution::Preset::Open, start()).expect("posted");
        let seat = world.accept(&ben, large, start()).expect("a seat");
        let give = |now: Timestamp| {
            let who = ben.clone();
            world.act(move |tx| distribution::withdraw_from_shift(tx, &who, seat, now))
        };
        assert_eq!(refused(give(at("2026-06-18T12:00:00Z"))), "replacement_needed");
        give(at("2026-06-12T12:00:00Z")).expect("free so early");
    });
}
