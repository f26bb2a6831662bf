//! From asking to the bill: vehicles and dogs are quoted, carried by the job and charged; what the rules refuse is kept.

use jiff::{
    Timestamp,
    civil::{date, time},
};
use muster_app::{
    Failure,
    answer::Answer,
    billing, jobs, ledger,
    ledger::{
        Days,
        cancelling::{CallOff, price_call_off},
        moving::{MoveOrder, price_move},
    },
    requests::{self, NewRequest, SiteChoice},
    timeclock::{self, TimeChange},
};
use muster_domain::{
    access::{Actor, Role},
    distribution::Preset,
    id::{JobId, RequestId},
    money::Cents,
    requests::{Dates, Details, PositionWanted, PostRole, Quote, Requirements, ResourceWanted},
    time::Span,
};
use muster_testkit::on_both;

use crate::{
    cancelling::told,
    world::{World, june, minutes, refused, start},
};

/// A cruiser at night by the rules, a dog when somebody asks for it.
const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: night, kind: crew, when: { moment.time: 18:00-06:00 }, resources: [cruiser] }
  - { id: notice, kind: lead_time, at_least: { elapsed: 72 h } }
  - { id: changes, kind: lead_time, object: change, at_least: { elapsed: 24 h } }
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
  resource_fee:
    - { id: car, resource: cruiser, per_shift: 30 }
    - { id: dog, resource: dog, per_hour: 10 }
  admin_fee: [{ id: once, per_job: 5 }]
";

fn asked(world: &World, day: i8, resources: &[(&str, i64)]) -> NewRequest {
    NewRequest {
        customer: world.customer,
        site: SiteChoice::Known(world.site),
        job_type: world.job_type,
        title: "Night works".to_owned(),
        details: Details {
            dates: Dates::Given { on: vec![date(2026, 6, day)] },
            from: time(18, 0, 0, 0),
            to: time(22, 0, 0, 0),
            positions: vec![PositionWanted {
                role: PostRole::Officer,
                seats: 2,
                requirements: Requirements::default(),
            }],
            attendance: None,
            alcohol: false,
            traffic: false,
            contact_name: String::new(),
            contact_phone: String::new(),
            instructions: String::new(),
            resources: resources
                .iter()
                .map(|(word, count)| ResourceWanted { resource: (*word).to_owned(), count: *count })
                .collect(),
        },
        set_aside: String::new(),
    }
}

fn customer(world: &World) -> Actor {
    Actor { customer: Some(world.customer), ..world.person(Role::CustomerAdmin) }
}

fn send(world: &World, new: &NewRequest, now: Timestamp) -> Result<Answer<RequestId>, Failure> {
    let (who, new) = (customer(world), new.clone());
    world.act(move |tx| requests::send_request(tx, &who, &new, now))
}

/// The request, approved; the job and what was quoted.
fn approved(world: &World, new: &NewRequest) -> (JobId, Quote) {
    let request = send(world, new, start()).and_then(requests::settled).expect("taken");
    let who = world.person(Role::Approver);
    let job = world.act(move |tx| requests::approve_request(tx, &who, request, "", start())).expect("approved");
    let who = world.coordinator();
    let record = world.read(move |tx| requests::load_request(tx, &who, request, start()));
    (job, record.quote.expect("a quote"))
}

#[test]
fn vehicles_and_dogs_are_quoted_carried_and_charged_once_a_shift() {
    for last_first in [false, true] {
        on_both(|db| {
            let world = World::with_rules(db, "things", RULES);
            let (job, quote) = approved(&world, &asked(&world, 10, &[("dog", 1)]));
            // Two officers for four hours, the car that the night needs, the dog for four hours, the job's own fee.
            assert_eq!(quote.total, Cents(40_000 + 3_000 + 4_000 + 500));
            let who = world.coordinator();
            let page = world.read(move |tx| jobs::load_job(tx, &who, job));
            let carried: Vec<String> = page.job.details.resources.iter().map(ResourceWanted::words).collect();
            assert_eq!(carried, ["1 \u{d7} dog", "1 \u{d7} cruiser"]);
            let shift = page.shifts[0].listed.id;
            world.post(job, Preset::Open, start()).expect("posted");
            let mut seats: Vec<_> =
                ["A1", "B2"].map(|badge| world.accept(&world.officer(badge), shift, start()).expect("a seat")).into();
            if last_first {
                seats.reverse();
            }
            let now = june(10, 18).ends_at() + minutes(60);
            for seat in seats {
                let change = TimeChange { settled: june(10, 18), reason: "phone was dead".to_owned() };
                let who = world.coordinator();
                let entry = world.act(move |tx| timeclock::enter_time(tx, &who, seat, &change, now)).expect("a time");
                let who = world.coordinator();
                world.act(move |tx| ledger::approve_time(tx, &who, entry, now)).expect("approved");
            }
            assert_eq!(world.number("SELECT CAST(SUM(customer_cents) AS BIGINT) FROM charges"), quote.total.0);
            let (who, payer) = (world.person(Role::AgencyFinance), world.customer);
            let days = Days { from_on: date(2026, 6, 1), to_on: date(2026, 6, 30) };
            let invoice = world.act(move |tx| billing::issue_invoice(tx, &who, payer, days, now)).expect("an invoice");
            let who = world.person(Role::AgencyFinance);
            let shown = world.read(move |tx| billing::load_invoice(tx, &who, invoice, now));
            assert_eq!(shown.addressed.invoice.total, quote.total);
            let words: Vec<String> = shown.lines.iter().flat_map(|line| billing::explain(&line.charge)).collect();
            let named = |name: &str| words.iter().filter(|one| one.starts_with(name)).count();
            assert_eq!((named("car"), named("dog"), named("once")), (1, 1, 1), "{words:?}");
        });
    }
}

#[test]
fn what_the_rates_do_not_know_is_refused_by_its_field() {
    on_both(|db| {
        let world = World::with_rules(db, "unknown", RULES);
        let answer = send(&world, &asked(&world, 10, &[("boat", 1)]), start());
        let Err(Failure::Invalid(errors)) = answer else { panic!("expected mistakes, found {answer:?}") };
        let message = errors.of("resources.0.resource").expect("a mistake");
        assert!(message.contains("cruiser, dog"), "{message}");
    });
}

#[test]
fn a_request_that_the_rules_refuse_is_kept_once_a_day() {
    on_both(|db| {
        let world = World::with_rules(db, "refused", RULES);
        let late = asked(&world, 3, &[]);
        let answer = send(&world, &late, start()).expect("an answer");
        let Answer::Refused { message, .. } = answer else { panic!("expected a refusal") };
        assert!(message.contains("72 h"), "{message}");
        assert_eq!(refused(send(&world, &late, start() + minutes(60))), "rule_blocks_request", "the same day");
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_entries WHERE action = 'refused_request'"), 1);
        let (who, payer) = (customer(&world), world.customer);
        let kept = world.read(move |tx| requests::list_refused_requests(tx, &who, payer));
        assert_eq!((kept.len(), kept[0].title.as_str(), &kept[0].details), (1, "Night works", &late.details));
        let rules: Vec<&str> = kept[0].ruling.stops().map(|one| one.rule.as_str()).collect();
        assert_eq!(rules, ["notice"]);
        let next_day = send(&world, &late, start() + minutes(25 * 60)).expect("kept again");
        assert!(matches!(next_day, Answer::Refused { .. }));
        assert_eq!(world.number("SELECT COUNT(*) FROM refused_requests"), 2);
        assert_eq!(world.number("SELECT COUNT(*) FROM requests"), 0);
    });
}

#[test]
fn notice_of_change_is_asked_when_a_customer_cancels_or_moves_a_shift() {
    on_both(|db| {
        let world = World::with_rules(db, "notice", RULES);
        let (_, shift) = world.job(june(10, 18), 1);
        let early = june(10, 18).starts_at() - minutes(30 * 60);
        let late = june(10, 18).starts_at() - minutes(20 * 60);
        let cancel = |who: Actor, now: Timestamp| {
            world.look(move |tx| price_call_off(tx, &who, CallOff::Shift(shift), told(), now))
        };
        assert!(cancel(customer(&world), early).expect("in time").objections.is_empty());
        assert_eq!(refused(cancel(customer(&world), late)), "rule_blocks_request");
        let by_office = cancel(world.coordinator(), late).expect("the office writes down what it was told");
        assert!(by_office.objections[0].contains("24 h"), "{:?}", by_office.objections);

        let moved = |now: Timestamp| {
            let who = world.coordinator();
            let order = MoveOrder {
                shift,
                span: Span::new(june(11, 18).starts_at(), june(11, 18).ends_at()).expect("a span"),
                worked_on: date(2026, 6, 11),
                told: told(),
                reason: "rain".to_owned(),
                shown: String::new(),
            };
            world.look(move |tx| price_move(tx, &who, &order, now))
        };
        assert!(moved(early).expect("in time").objections.is_empty());
        let too_late = moved(late).expect("the office writes it down").objections;
        assert!(too_late[0].contains("24 h"), "{too_late:?}");
    });
}
