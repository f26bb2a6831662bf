//! Standing permits: missing, asked for, decided level by level, renewed, expired between award and work, ended.

use jiff::{Timestamp, civil::date};
use muster_app::{
    Failure,
    distribution::{self, PermitDecision, PermitRow, PermitSeen},
    requests::LevelDecision,
    worker,
};
use muster_domain::{
    access::{Actor, Role},
    distribution::PermitStanding,
};
use muster_store::Error;
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
  - { id: off-duty, kind: approval, object: officer, levels: [commander, chief], documents: [signed_form], renew: half_yearly, verbal_first: true, cite: { book: General Order 7, article: '1' } }
  - { id: health, kind: approval, object: officer, levels: [doctor], renew: birth_month, effect: record }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

fn ask(world: &World, who: &Actor, rule: &'static str, now: Timestamp) -> Result<(), Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::ask_for_permit(tx, &who, rule, "I would like to work details", now))
}

fn waiting(world: &World, level: &str) -> PermitRow {
    let who = world.coordinator();
    let all = world.read(move |tx| distribution::list_permits_waiting(tx, &who, start()));
    all.into_iter().map(|one| one.row).find(|row| row.level.level == level).expect("the level is asked")
}

fn yes() -> PermitDecision {
    let said = LevelDecision { agrees: true, said_by: String::new(), spoken: false, reason: String::new() };
    PermitDecision { said, born_on: None, documents: vec!["signed_form".to_owned()] }
}

fn decide(world: &World, who: &Actor, level: &str, decision: PermitDecision, now: Timestamp) -> Result<(), Failure> {
    let (who, id) = (who.clone(), waiting(world, level).id);
    world.act(move |tx| distribution::decide_permit(tx, &who, id, &decision, now))
}

fn permit(world: &World, who: &Actor, rule: &str, now: Timestamp) -> PermitSeen {
    let (who, id) = (who.clone(), who.officer.expect("an officer"));
    let all = world.read(move |tx| distribution::load_permits(tx, &who, id, now));
    all.into_iter().find(|one| one.rule == rule).expect("the rule wants it")
}

#[test]
fn work_waits_for_a_permit_that_every_level_has_given() {
    on_both(|db| {
        let world = World::with_rules(db, "permit", RULES);
        let (ada, approver) = (with_inbox(&world, "A1", "2015-01-01"), world.person(Role::Approver));
        let (soon, later) = (world.posted(june(20, 18), 2), world.posted(june(25, 18), 2));
        let Err(Failure::Refused(refusal)) = world.accept(&ada, soon, start()) else { panic!("no permit yet") };
        assert!(refusal.message.contains("still needs commander, chief and signed form"), "{}", refusal.message);
        assert_eq!(permit(&world, &ada, "off-duty", start()).standing, PermitStanding::Missing);
        ask(&world, &ada, "off-duty", start()).expect("asked");
        assert_eq!(refused(ask(&world, &ada, "off-duty", start())), "permit_stands");
        assert_eq!(refused(decide(&world, &approver, "chief", yes(), start())), "not_its_turn");
        assert_eq!(
            refused(decide(&world, &world.coordinator(), "commander", yes(), start())),
            "approval_of_another_level"
        );
        let no_form = PermitDecision { documents: Vec::new(), ..yes() };
        let wrong = decide(&world, &approver, "commander", no_form, start());
        assert!(matches!(wrong, Err(Failure::Invalid(ref errors)) if errors.of("documents").is_some()), "{wrong:?}");
        decide(&world, &approver, "commander", yes(), start()).expect("the commander agrees");
        let Err(Failure::Refused(refusal)) = world.accept(&ada, soon, start()) else { panic!("the chief is missing") };
        assert!(refusal.message.contains("still needs chief"), "{}", refusal.message);
        decide(&world, &approver, "chief", PermitDecision { documents: Vec::new(), ..yes() }, start()).expect("given");
        world.accept(&ada, soon, start()).expect("she may work now");
        let until = at("2026-07-01T04:00:00Z");
        assert_eq!(permit(&world, &ada, "off-duty", start()).standing, PermitStanding::Held(Some(until)));
        let july = world.posted(
            muster_domain::time::Span::new(at("2026-07-02T22:00:00Z"), at("2026-07-03T02:00:00Z")).expect("a span"),
            1,
        );
        let Err(Failure::Refused(refusal)) = world.accept(&ada, july, start()) else { panic!("it ends before") };
        assert!(refusal.message.contains("the last approval ended Wed, Jul 1 00:00"), "{}", refusal.message);
        // A renewal counts from the end of the permit before, and lets her take the work after it.
        ask(&world, &ada, "off-duty", start()).expect("within 60 days of its end");
        assert_eq!(refused(ask(&world, &ada, "off-duty", start())), "permit_stands", "it is being decided");
        for level in ["commander", "chief"] {
            decide(&world, &approver, level, yes(), start()).expect("renewed");
        }
        world.accept(&ada, july, start()).expect("with the renewed one");
        world.accept(&ada, later, start()).expect("and before it");
        let logged = "SELECT COUNT(*) FROM audit_entries WHERE action IN ('asked_for_permit', 'gave_permit')";
        assert_eq!(world.number(logged), 6);
    });
}

#[test]
fn a_permit_that_ends_between_award_and_work_is_found() {
    on_both(|db| {
        let world = World::with_rules(db, "ends", RULES);
        let (ada, approver) = (with_inbox(&world, "A1", "2015-01-01"), world.person(Role::Approver));
        ask(&world, &ada, "off-duty", start()).expect("asked");
        for level in ["commander", "chief"] {
            decide(&world, &approver, level, yes(), start()).expect("given");
        }
        world.accept(&ada, world.posted(june(20, 18), 1), start()).expect("a seat");
        let row = permit(&world, &ada, "off-duty", start()).levels[0].id;
        let end = |reason: &'static str| {
            let who = approver.clone();
            world.act(move |tx| distribution::revoke_permit(tx, &who, row, reason, start() + minutes(5)))
        };
        assert_eq!(refused(end("")), "reason_missing");
        end("He was disciplined").expect("ended");
        assert_eq!(refused(end("Twice")), "permit_ended");
        worker::run_due(&world.db, start() + minutes(6)).expect("the worker judges her booked work again");
        let boss = world.coordinator();
        let found = world.read(move |tx| distribution::list_misfits(tx, &boss, false, 1, start() + minutes(6)));
        assert_eq!(found.rows.len(), 1);
        assert!(found.rows[0].reasons[0].contains("still needs"), "{:?}", found.rows[0].reasons);
    });
}

#[test]
fn nobody_decides_about_himself_or_his_superior() {
    on_both(|db| {
        let world = World::with_rules(db, "chain", RULES);
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        ask(&world, &ada, "health", start()).expect("asked");
        // The approver is sworn: his account is Ada's, then Ben's, whose rank is lower than hers by now.
        let as_approver = |who: &Actor| Actor { account: who.account, ..world.person(Role::Approver) };
        let own = decide(&world, &as_approver(&ada), "doctor", yes(), start());
        assert_eq!(refused(own), "about_himself");
        let (agency, id) = (world.agency, ada.officer);
        world
            .db
            .housekeep_blocking::<_, Error, _>(move |tx| {
                let rank: muster_domain::id::RankId = tx.id(start());
                tx.execute(
                    "INSERT INTO ranks (agency_id, id, code, name, short, level) VALUES ($1, $2, 'captain', 'Captain', 'Capt.', 40)",
                    &[&agency, &rank],
                )?;
                tx.execute(
                    "INSERT INTO officer_ranks (agency_id, officer_id, held_from, rank_id) VALUES ($1, $2, '2026-05-01', $3)",
                    &[&agency, &id, &rank],
                )
            })
            .expect("a promotion");
        let below = decide(&world, &as_approver(&ben), "doctor", yes(), start());
        assert_eq!(refused(below), "approver_is_subordinate");
        // It ends in the officer's birth month, which must be known.
        let civilian = world.person(Role::Approver);
        let wrong = decide(&world, &civilian, "doctor", yes(), start());
        assert!(matches!(wrong, Err(Failure::Invalid(ref errors)) if errors.of("born_on").is_some()), "{wrong:?}");
        let born = PermitDecision { born_on: Some(date(1990, 3, 9)), ..yes() };
        decide(&world, &civilian, "doctor", born, start()).expect("given");
        let until = at("2027-04-01T04:00:00Z");
        assert_eq!(permit(&world, &ada, "health", start()).standing, PermitStanding::Held(Some(until)));
    });
}
