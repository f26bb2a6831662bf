//! Lists that officers stand on and relations to customers: what the rules make of them, who writes them down, and what
//! becomes of booked work.

use jiff::{Timestamp, civil::Date};
use muster_app::{
    Failure,
    customers::{self, CustomerDecision},
    distribution::{self, Answer, AssignOrder, Marks, NewMark, OpenFilter},
    worker,
};
use muster_domain::{
    access::Actor,
    distribution::MarkSort,
    id::{MarkId, OfficerId},
    jobs::JobDetails,
};
use muster_testkit::on_both;

use crate::{
    telling::with_inbox,
    world::{World, june, minutes, refused, start},
};

const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: barred, kind: list, list: do_not_send, type: deny, owner: customer, cite: { book: General Order 9, article: '4' } }
  - { id: asked, kind: list, list: volunteers, type: opt_in, when: { job.alcohol: true } }
  - { id: arrears, kind: list, list: overdue_60_days, type: customer_hold }
  - { id: ties, kind: relation_bar, bar: [{ customer: owns }, { customer: family }] }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

fn of(who: &Actor) -> OfficerId {
    who.officer.expect("an officer")
}

fn mark(officer: &Actor, sort: MarkSort, word: &str, customer: &str) -> NewMark {
    NewMark {
        officer: of(officer),
        sort,
        word: word.to_owned(),
        customer: customer.to_owned(),
        job_kind: String::new(),
        from: None,
        until: None,
        reason: "The customer asked for somebody else.".to_owned(),
    }
}

fn add(world: &World, who: &Actor, new: NewMark, now: Timestamp) -> Result<MarkId, Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::add_mark(tx, &who, &new, now))
}

fn end(world: &World, who: &Actor, id: MarkId, reason: &'static str, now: Timestamp) -> Result<(), Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::end_mark(tx, &who, id, reason, now))
}

fn marks(world: &World, who: &Actor, officer: &Actor) -> Marks {
    let (who, officer) = (who.clone(), of(officer));
    world.read(move |tx| distribution::load_marks(tx, &who, officer, start()))
}

#[test]
fn who_is_not_sent_to_a_customer_is_refused_in_words_until_he_is_taken_off() {
    on_both(|db| {
        let world = World::with_rules(db, "unsent", RULES);
        let (ada, ben, boss) = (with_inbox(&world, "A1", "2015-01-01"), world.officer("B2"), world.coordinator());
        let booked = world.posted(june(8, 18), 1);
        world.accept(&ada, booked, start()).expect("nothing stands against her yet");
        let id = add(&world, &boss, mark(&ada, MarkSort::List, "do_not_send", "Builders"), start()).expect("listed");
        assert_eq!(
            refused(add(&world, &boss, mark(&ada, MarkSort::List, "do_not_send", "Builders"), start())),
            "mark_on_record"
        );
        worker::run_due(&world.db, start() + minutes(1)).expect("the worker works");
        assert_eq!(
            world.number("SELECT COUNT(*) FROM booked_findings WHERE state = 'open'"),
            1,
            "booked work is looked at"
        );
        assert_eq!(
            world.number("SELECT COUNT(*) FROM notices WHERE kind = 'mark_added' AND body LIKE '%somebody else%'"),
            1
        );
        let shift = world.posted(june(20, 18), 2);
        let Err(Failure::Refused(refusal)) = world.accept(&ada, shift, start()) else { panic!("she is listed") };
        assert!(
            refusal.message.contains("do not send") && refusal.message.contains("somebody else"),
            "{}",
            refusal.message
        );
        world.accept(&ben, shift, start()).expect("he is not listed");
        let who = ada.clone();
        let filter = OpenFilter { all: true, ..OpenFilter::default() };
        let open = world.read(move |tx| distribution::list_open_shifts(tx, &who, &filter, start()));
        assert_eq!((open.others, open.shifts[0].reasons.len()), (1, 1), "{open:?}");
        let (who, customer) = (boss.clone(), world.customer);
        let seen = world.read(move |tx| distribution::load_marks_to(tx, &who, customer, start()));
        assert_eq!(seen.rows[0].officer, of(&ada));
        assert_eq!(refused(end(&world, &ada, id, "", start())), "kept_by_agency");
        assert!(matches!(end(&world, &boss, id, " ", start()), Err(Failure::Invalid(_))), "the office says why");
        let later = start() + minutes(60);
        end(&world, &boss, id, "They have spoken", later).expect("off");
        assert_eq!(refused(end(&world, &boss, id, "Once more", later)), "mark_over");
        world.accept(&ada, shift, later).expect("nothing stands against her any more");
        worker::run_due(&world.db, later + minutes(1)).expect("the worker works");
        assert_eq!(world.number("SELECT COUNT(*) FROM booked_findings WHERE state = 'passed'"), 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM officer_marks WHERE ended_by = 'The Coordinator'"), 1, "kept");
        let logged = "SELECT COUNT(*) FROM audit_entries WHERE action IN ('listed_officer', 'unlisted_officer')";
        assert_eq!(world.number(logged), 2);
    });
}

#[test]
fn an_entry_reaches_only_its_customer_its_kind_and_its_days() {
    on_both(|db| {
        let world = World::with_rules(db, "reach", RULES);
        let (ada, boss) = (world.officer("A1"), world.coordinator());
        let day = |day| Some(Date::constant(2026, 6, day));
        let dated = NewMark { from: day(10), until: day(12), ..mark(&ada, MarkSort::List, "do_not_send", "") };
        add(&world, &boss, dated, start()).expect("three days");
        for (on, fits) in [(9, true), (10, false), (12, false), (13, true)] {
            assert_eq!(world.accept(&ada, world.posted(june(on, 18), 1), start()).is_ok(), fits, "June {on}");
        }
        let ben = world.officer("B2");
        let kind = |kind: &str| NewMark { job_kind: kind.to_owned(), ..mark(&ben, MarkSort::List, "do_not_send", "") };
        let other = add(&world, &boss, kind("juggling"), start());
        assert!(matches!(other, Err(Failure::Invalid(ref errors)) if errors.of("job_kind").is_some()), "{other:?}");
        add(&world, &boss, kind("construction"), start()).expect("one kind");
        assert_eq!(refused(world.accept(&ben, world.posted(june(20, 18), 1), start())), "rules_forbid");
        let wrong = NewMark {
            word: "juggling".to_owned(),
            customer: "Nobody".to_owned(),
            from: day(9),
            until: day(8),
            reason: String::new(),
            ..mark(&ben, MarkSort::List, "", "")
        };
        let wrong = add(&world, &boss, wrong, start());
        assert!(matches!(wrong, Err(Failure::Invalid(ref errors)) if errors.0.len() == 4), "{wrong:?}");
        let stranger = add(&world, &ada, mark(&ben, MarkSort::List, "volunteers", ""), start());
        assert!(matches!(stranger, Err(Failure::Denied(_))), "{stranger:?}");
    });
}

#[test]
fn a_relation_that_an_officer_declares_bars_him_from_that_customer() {
    on_both(|db| {
        let world = World::with_rules(db, "ties", RULES);
        let (ada, boss) = (world.officer("A1"), world.coordinator());
        let own = NewMark { reason: String::new(), ..mark(&ada, MarkSort::Relation, "owns", "Builders") };
        let nowhere = add(&world, &ada, NewMark { customer: String::new(), ..own.clone() }, start());
        assert!(matches!(nowhere, Err(Failure::Invalid(_))), "to whom?");
        let id = add(&world, &ada, own, start()).expect("declared");
        let shift = world.posted(june(20, 18), 1);
        let Err(Failure::Refused(refusal)) = world.accept(&ada, shift, start()) else { panic!("she owns it") };
        assert!(refusal.message.contains("owns"), "{}", refusal.message);
        let works =
            add(&world, &boss, mark(&ada, MarkSort::Relation, "works_for", "Builders"), start()).expect("found");
        assert_eq!(marks(&world, &ada, &ada).rows.len(), 2);
        assert_eq!(refused(end(&world, &ada, works, "", start())), "kept_by_agency");
        end(&world, &ada, id, "Sold", start() + minutes(5)).expect("ended");
        world.accept(&ada, shift, start() + minutes(6)).expect("no rule bars who works there");
        assert_eq!(
            world.number("SELECT COUNT(*) FROM officer_marks WHERE sort = 'relation'"),
            2,
            "both stay on record"
        );
    });
}

#[test]
fn officers_put_themselves_on_the_list_of_those_who_ask_for_such_work_and_on_no_other() {
    on_both(|db| {
        let world = World::with_rules(db, "optin", RULES);
        let ada = world.officer("A1");
        let details = JobDetails { alcohol: true, ..JobDetails::default() };
        let (job, shift) = world.job_with(details, june(20, 18), 1);
        world.post(job, muster_domain::distribution::Preset::Open, start()).expect("posted");
        assert_eq!(refused(world.accept(&ada, shift, start())), "rules_forbid");
        assert_eq!(
            refused(add(&world, &ada, mark(&ada, MarkSort::List, "do_not_send", ""), start())),
            "kept_by_agency"
        );
        add(&world, &ada, mark(&ada, MarkSort::List, "volunteers", ""), start()).expect("she asks for it");
        world.accept(&ada, shift, start() + minutes(1)).expect("she may");
    });
}

#[test]
fn nobody_works_for_a_customer_whose_account_is_held() {
    on_both(|db| {
        let world = World::with_rules(db, "held", RULES);
        let (ada, boss, customer) = (world.officer("A1"), world.coordinator(), world.customer);
        let shift = world.posted(june(20, 18), 1);
        let decide = |decision: CustomerDecision, reason: &'static str| {
            let boss = boss.clone();
            world.act(move |tx| customers::decide_customer(tx, &boss, customer, decision, reason, start()))
        };
        decide(CustomerDecision::Hold, "Does not answer the phone").expect("held");
        let Err(Failure::Refused(refusal)) = world.accept(&ada, shift, start()) else { panic!("the account is held") };
        assert!(refusal.message.contains("Does not answer the phone"), "{}", refusal.message);
        let order = AssignOrder { shift, officer: of(&ada), position: None, reason: String::new() };
        let who = boss.clone();
        let award = world.act(move |tx| distribution::award_seat(tx, &who, &order, start())).and_then(Answer::settled);
        assert_eq!(refused(award), "rules_forbid");
        decide(CustomerDecision::Approve, "").expect("free again");
        world.accept(&ada, shift, start()).expect("nothing holds it any more");
    });
}
