//! Nobody decides about himself: a sworn coordinator has two roles and one account. And rules about who assigns and who
//! else is on the shift act on what is true.

use muster_app::{
    Failure,
    distribution::{self, AssignOrder},
    ledger, officers, timeclock,
};
use muster_domain::{
    access::{Actor, Role},
    id::{AssignmentId, ShiftId},
    timeclock::EntryState,
};
use muster_store::Error;
use muster_testkit::on_both;

use crate::{
    telling::with_inbox,
    trial::press_both,
    world::{RULES, World, june, minutes, refused, start},
};

/// A coordinator who is the same person as the officer.
fn sworn(officer: &Actor) -> Actor {
    Actor { role: Role::Coordinator, officer: None, ..officer.clone() }
}

fn assign(
    world: &World,
    boss: &Actor,
    who: &Actor,
    shift: ShiftId,
    reason: &'static str,
) -> Result<AssignmentId, Failure> {
    let (boss, officer) = (boss.clone(), who.officer.expect("an officer"));
    let order = AssignOrder { shift, officer, position: None, reason: reason.to_owned() };
    world.act(move |tx| distribution::assign_officer(tx, &boss, &order, start()))
}

#[test]
fn nobody_approves_his_own_time_in_another_role() {
    on_both(|db| {
        let world = World::new(db, "own-time");
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let span = june(3, 10);
        let shift = world.posted(span, 1);
        let seat = world.accept(&ada, shift, start()).expect("a seat");
        press_both(&world, &ada, seat, span, 1);
        let now = span.ends_at() + minutes(30);
        let (own, other) = (sworn(&ada), world.coordinator());
        let boss = other.clone();
        let review = world.read(move |tx| timeclock::load_review(tx, &boss, EntryState::ToReview, now));
        let id = review.entries[0].listed.entry.id;
        let approve = |boss: Actor| world.act(move |tx| ledger::approve_time(tx, &boss, id, now));
        assert_eq!(refused(approve(own)), "about_himself");
        approve(other).expect("somebody else approves it");
    });
}

#[test]
fn nobody_sets_a_rule_aside_for_himself() {
    on_both(|db| {
        let world = World::new(db, "own-rule");
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let span = june(10, 18);
        world.on_duty(&ada, span.starts_at() - minutes(10 * 60), span.starts_at() - minutes(120));
        let shift = world.posted(span, 2);
        assert_eq!(refused(assign(&world, &sworn(&ada), &ada, shift, "I need it")), "about_himself");
        assign(&world, &world.coordinator(), &ada, shift, "nobody else answers").expect("somebody else may");
    });
}

#[test]
fn nobody_decides_about_his_own_record() {
    on_both(|db| {
        let world = World::new(db, "own-record");
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let (boss, officer) = (world.coordinator(), ada.officer.expect("an officer"));
        let on = start().to_zoned(crate::world::zone()).date();
        let (event, reason) = ("no_show".to_owned(), "He did not come.".to_owned());
        let new = distribution::NewOffence { officer, event, on, shift: None, reason };
        let id = world.act(move |tx| distribution::record_offence(tx, &boss, &new, start())).expect("recorded");
        let excuse = |boss: Actor| {
            world.act(move |tx| distribution::decide_offence(tx, &boss, id, false, "My child was ill", start()))
        };
        assert_eq!(refused(excuse(sworn(&ada))), "about_himself");
        let who = ada.clone();
        world.act(move |tx| distribution::appeal_offence(tx, &who, id, "I was ill", start())).expect("appealed");
        let decide =
            |boss: Actor| world.act(move |tx| distribution::decide_appeal(tx, &boss, id, true, "He was ill", start()));
        assert_eq!(refused(decide(sworn(&ada))), "about_himself");
        decide(world.person(Role::AgencyAdmin)).expect("somebody else decides");
    });
}

/// The rank of a sergeant, held by an officer from the first day.
fn promote(world: &World, who: &Actor) {
    let (agency, officer) = (world.agency, who.officer.expect("an officer"));
    world
        .db
        .housekeep_blocking::<_, Error, _>(move |tx| {
            let rank: muster_domain::id::RankId = tx.id(start());
            tx.execute(
                "INSERT INTO ranks (agency_id, id, code, name, short, level) VALUES ($1, $2, 'sergeant', 'Sergeant', 'Sgt.', 2)",
                &[&agency, &rank],
            )?;
            let sql = "UPDATE officer_ranks SET rank_id = $1 WHERE agency_id = $2 AND officer_id = $3";
            tx.execute(sql, &[&rank, &agency, &officer])?;
            tx.execute("UPDATE officers SET rank_id = $1 WHERE agency_id = $2 AND id = $3", &[&rank, &agency, &officer])
        })
        .expect("a promotion");
}

#[test]
fn rules_about_who_assigns_and_who_is_there_act() {
    let bars = "  - { id: own, kind: relation_bar, bar: [self_assigned, outranks_coordinator] }\n  \
        - { id: command, kind: relation_bar, bar: [same_rank_in_charge] }\nrates:";
    let rules = RULES.replace("rates:", bars);
    on_both(|db| {
        let world = World::with_rules(db, "command", &rules);
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let (ben, cleo) = (world.officer("B2"), with_inbox(&world, "C3", "2015-01-01"));
        promote(&world, &cleo);
        let shift = world.posted(june(10, 18), 4);
        let own = sworn(&ada);
        for (who, wanted) in [(&ada, "assigns himself"), (&cleo, "outranks the coordinator")] {
            let answer = assign(&world, &own, who, shift, "");
            let Err(Failure::Refused(refusal)) = answer else { panic!("{answer:?}") };
            assert!(refusal.code == "rules_forbid" && refusal.message.contains(wanted), "{refusal:?}");
        }
        assign(&world, &own, &ben, shift, "").expect("his equal");
        assign(&world, &world.coordinator(), &cleo, shift, "").expect("a civilian coordinator outranks nobody");

        // Both seats are of the one in charge: two of the same rank may not share command.
        let led = world.posted(june(12, 18), 4);
        world.accept(&ben, led, start()).expect("a seat");
        let in_charge = "UPDATE positions SET role = 'supervisor' WHERE shift_id = $1";
        world.db.housekeep_blocking::<_, Error, _>(move |tx| tx.execute(in_charge, &[&led])).expect("in charge");
        assert_eq!(refused(world.accept(&world.officer("D4"), led, start())), "rules_forbid");
        world.accept(&cleo, led, start()).expect("one of another rank");
    });
}

#[test]
fn nobody_gives_work_to_those_who_command_him() {
    let bar = "  - { id: above, kind: relation_bar, bar: [coordinators_superior] }\nrates:";
    on_both(|db| {
        let world = World::with_rules(db, "above", &RULES.replace("rates:", bar));
        let ada = with_inbox(&world, "A1", "2015-01-01");
        let [ben, cleo, dora] = ["B2", "C3", "D4"].map(|badge| world.officer(badge));
        // Ada reports to Ben, Ben to Cleo; from the eleventh on Cleo commands nobody.
        let reports = |officer: &Actor, badge: &'static str, from: &str| {
            let (boss, id, from) =
                (world.person(Role::AgencyAdmin), officer.officer.expect("one"), from.parse().expect("a day"));
            world.act(move |tx| officers::set_superior(tx, &boss, id, badge, from, start())).expect("on file");
        };
        reports(&ada, "B2", "2026-01-01");
        reports(&ben, "C3", "2026-01-01");
        reports(&ben, "", "2026-06-11");
        let (tenth, twelfth) = (world.posted(june(10, 18), 4), world.posted(june(12, 18), 4));
        for (who, name) in [(&ben, "his superior"), (&cleo, "the superior of his superior")] {
            let answer = assign(&world, &sworn(&ada), who, tenth, "");
            let Err(Failure::Refused(refusal)) = answer else { panic!("{name}: {answer:?}") };
            assert!(refusal.message.contains("superior of the coordinator"), "{refusal:?}");
        }
        assign(&world, &sworn(&ada), &dora, tenth, "").expect("somebody aside");
        assign(&world, &world.coordinator(), &cleo, tenth, "").expect("a civilian has no superiors there");
        assign(&world, &sworn(&ada), &cleo, twelfth, "").expect("commands nobody by then");
        assert_eq!(refused(assign(&world, &sworn(&ada), &ben, twelfth, "")), "rules_forbid");
    });
}
