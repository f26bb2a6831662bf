//! What the rules refuse is on record, once; that seats are gone is not.

use muster_app::{
    Failure,
    distribution::{self, Answer, AssignOrder},
};
use muster_domain::{access::Actor, id::ShiftId, policy::Finding, time::Minutes};
use muster_testkit::on_both;

use crate::world::{World, june, minutes, refused, start};

const KEPT: &str = "SELECT COUNT(*) FROM decisions WHERE refused";
const LOGGED: &str = "SELECT COUNT(*) FROM audit_entries WHERE action IN ('refused_sign_up', 'refused_award')";

fn sign_up(world: &World, who: &Actor, shift: ShiftId) -> Result<Answer<muster_domain::id::AssignmentId>, Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::sign_up(tx, &who, shift, None, start()))
}

#[test]
fn a_refusal_by_the_rules_is_kept_with_both_sides_and_only_once() {
    on_both(|db| {
        let world = World::new(db, "kept");
        let ada = world.officer("A1");
        for day in 10..15 {
            world.accept(&ada, world.posted(june(day, 18), 1), start()).expect("a seat");
        }
        let sixth = world.posted(june(15, 18), 1);
        for _ in 0..3 {
            assert_eq!(refused(sign_up(&world, &ada, sixth).and_then(Answer::settled)), "rules_forbid");
        }
        assert_eq!((world.number(KEPT), world.number(LOGGED)), (1, 1));
        let (boss, id) = (world.coordinator(), ada.officer.expect("an officer"));
        let said = world.read(move |tx| distribution::load_said_no(tx, &boss, id));
        let rule = said.refused[0].judgement.objections()[0].clone();
        let Finding::Hours { before, counted, limit, .. } = rule.inputs else { panic!("{rule:?}") };
        assert_eq!((before, counted, limit), (Minutes::hours(20), Minutes::hours(24), Minutes::hours(20)));
        let own = ada.clone();
        let seen = world.read(move |tx| distribution::load_said_no(tx, &own, id));
        assert_eq!(seen, said, "he sees the same in his own history");
        let other = world.officer("B2");
        let stranger = world.db.read_blocking(move |tx| distribution::load_said_no(tx, &other, id));
        assert!(matches!(stranger, Err(Failure::Denied(_) | Failure::Missing(_))), "{stranger:?}");
    });
}

#[test]
fn seats_that_are_gone_leave_no_decision() {
    on_both(|db| {
        let world = World::new(db, "gone");
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let shift = world.posted(june(10, 18), 1);
        world.accept(&ada, shift, start()).expect("the only seat");
        assert_eq!(refused(sign_up(&world, &ben, shift).and_then(Answer::settled)), "shift_full");
        assert_eq!((world.number(KEPT), world.number(LOGGED)), (0, 0));
    });
}

#[test]
fn a_coordinator_is_refused_on_record_too_and_his_override_as_well() {
    on_both(|db| {
        let world = World::new(db, "award");
        let ada = world.officer("A1");
        let span = june(10, 18);
        world.on_duty(&ada, span.starts_at() - minutes(10 * 60), span.starts_at() - minutes(120));
        let shift = world.posted(span, 1);
        let award = |reason: &'static str| {
            let order = AssignOrder {
                shift,
                officer: ada.officer.expect("an officer"),
                position: None,
                reason: reason.to_owned(),
            };
            let boss = world.coordinator();
            world.act(move |tx| distribution::award_seat(tx, &boss, &order, start())).and_then(Answer::settled)
        };
        assert_eq!(refused(award("")), "rules_forbid");
        assert_eq!(refused(award("")), "rules_forbid");
        assert_eq!((world.number(KEPT), world.number(LOGGED)), (1, 1));
        award("Nobody else can come").expect("set aside");
        assert_eq!(
            world
                .number("SELECT COUNT(*) FROM decisions WHERE NOT refused AND judgement LIKE '%Nobody else can come%'"),
            1
        );
    });
}
