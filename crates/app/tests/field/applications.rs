//! A rule that counts how often an officer takes or asks for seats himself.

use muster_app::Failure;
use muster_testkit::on_both;

use crate::{
    telling::with_inbox,
    world::{World, june, minutes, start},
};

const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: three-a-day, kind: cap, max: 2 applications, count: [detail], window: { rolling: 24 h } }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

#[test]
fn the_third_application_within_a_day_is_refused_and_the_first_of_the_next_is_not() {
    on_both(|db| {
        let world = World::with_rules(db, "applications", RULES);
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        let shifts: Vec<_> = (20..=23).map(|day| world.posted(june(day, 18), 3)).collect();
        world.accept(&ada, shifts[0], start()).expect("the first");
        world.accept(&ada, shifts[1], start() + minutes(60)).expect("the second");
        let third = world.accept(&ada, shifts[2], start() + minutes(120));
        let Err(Failure::Refused(refusal)) = third else { panic!("the third of a day: {third:?}") };
        assert!(refusal.message.contains("3 of 2 applications"), "{}", refusal.message);
        world.accept(&ben, shifts[2], start() + minutes(120)).expect("those of others do not count");
        world.accept(&ada, shifts[2], start() + minutes(24 * 60)).expect("a day after the first");
        world.accept(&ada, shifts[3], start() + minutes(24 * 60 + 30)).expect_err("two within 24 hours");
    });
}
