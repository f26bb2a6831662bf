//! Calling work off: the price is shown, then charged as it was shown, and leads to invoice, pay run and ledger.

use jiff::Timestamp;
use muster_app::{
    Failure, billing, jobs,
    ledger::{
        Days,
        cancelling::{CallOff, CallOffOrder, CallOffPrice, Told, call_off, price_call_off},
    },
    payroll,
};
use muster_domain::{
    access::{Actor, Role},
    distribution::Preset,
    id::JobId,
    jobs::JobDetails,
    ledger::LedgerAccount,
    money::Cents,
    rates::{CancelledBy, Channel, Payee},
    requests::ResourceWanted,
    timeclock::Kind,
};
use muster_testkit::on_both;

use crate::{
    trial::press,
    world::{World, at, june, minutes, refused, start},
};

/// Two hours are charged inside a day, four inside two hours, everything after the start; a tenth on top; of the
/// officer's pay a fifth goes to the city.
pub const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
  admin_fee: [{ id: admin, percent: 10 }]
  split: [{ id: township, to: city, percent: 20 }]
  cancellation:
    - { id: weather, by: [agency, weather], windows: [{ charge: 0 min }] }
    - { id: late, covers_changes: true, windows: [{ after_start: true, full: true }, { at_most: 2 h, charge: 4 h }, { under: 24 h, charge: 2 h }] }
";

pub fn told() -> Told {
    Told { by: CancelledBy::Customer, received_at: None, channel: Channel::Page }
}

pub fn order(what: CallOff, reason: &str, shown: &str) -> CallOffOrder {
    CallOffOrder { what, told: told(), reason: reason.to_owned(), shown: shown.to_owned() }
}

fn see(world: &World, who: &Actor, what: CallOff, told: Told, now: Timestamp) -> CallOffPrice {
    let who = who.clone();
    world.read(move |tx| price_call_off(tx, &who, what, told, now))
}

fn confirm(world: &World, who: &Actor, order: &CallOffOrder, now: Timestamp) -> Result<JobId, Failure> {
    let (who, order) = (who.clone(), order.clone());
    world.act(move |tx| call_off(tx, &who, &order, now))
}

fn balance(world: &World, account: LedgerAccount) -> i64 {
    let who = world.person(Role::AgencyFinance);
    let all = world.read(move |tx| muster_app::ledger::list_balances(tx, &who));
    assert_eq!(all.iter().map(|(_, cents)| cents.0).sum::<i64>(), 0, "the ledger sums to zero");
    all.iter().find(|(known, _)| *known == account).map_or(0, |(_, cents)| cents.0)
}

fn wrong_sums(world: &World) -> Option<String> {
    let agency = world.agency;
    world.read(move |tx| Ok(muster_store::ledger::find_wrong_sums(tx, agency)?))
}

#[test]
fn a_late_cancellation_is_charged_as_shown_and_reaches_invoice_pay_and_ledger() {
    on_both(|db| {
        let world = World::with_rules(db, "late", RULES);
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let shift = world.posted(june(10, 18), 3);
        world.accept(&ada, shift, start()).expect("a seat");
        world.accept(&ben, shift, start()).expect("a seat");
        let boss = world.coordinator();
        let late = at("2026-06-10T10:00:00Z");
        let price = see(&world, &boss, CallOff::Shift(shift), told(), late);
        let one = &price.shifts[0];
        assert_eq!((price.customer, price.officers, price.freed(), one.empty), (Cents(22_000), Cents(16_000), 2, 1));
        let term = one.term.as_ref().expect("a window");
        assert_eq!((term.words.as_str(), term.rule_id.as_str()), ("less than 24 h before: 2 h is owed", "late"));
        let next = one.next.as_ref().expect("a dearer window");
        assert_eq!((next.at, next.customer), (at("2026-06-10T19:59:01Z"), Cents(44_000)));

        let blind = order(CallOff::Shift(shift), "rain", "");
        assert_eq!(refused(confirm(&world, &boss, &blind, late)), "price_not_shown");
        let seen = order(CallOff::Shift(shift), "rain", &price.mark);
        let too_late = at("2026-06-10T20:30:00Z");
        assert_eq!(refused(confirm(&world, &boss, &seen, too_late)), "price_not_shown", "a window later");
        let job = confirm(&world, &boss, &seen, late).expect("as shown");
        assert_eq!(refused(confirm(&world, &boss, &seen, late)), "shift_cancelled");

        assert_eq!(wrong_sums(&world), None);
        assert_eq!(balance(&world, LedgerAccount::Unbilled(world.customer)), 22_000);
        assert_eq!(balance(&world, LedgerAccount::Pay(ada.officer.expect("an officer"))), -8_000);
        assert_eq!(balance(&world, LedgerAccount::Owed(Payee::City)), -4_000, "the split reaches the ledger");
        assert_eq!(balance(&world, LedgerAccount::Fees), -2_000);

        let finance = world.person(Role::AgencyFinance);
        let june = Days { from_on: jiff::civil::date(2026, 6, 1), to_on: jiff::civil::date(2026, 6, 30) };
        let (customer, who) = (world.customer, finance.clone());
        let invoice = world.act(move |tx| billing::issue_invoice(tx, &who, customer, june, late)).expect("an invoice");
        let who = finance.clone();
        let shown = world.read(move |tx| billing::load_invoice(tx, &who, invoice, late));
        assert_eq!(shown.addressed.invoice.total, Cents(22_000));
        assert!(shown.lines.iter().all(|line| line.charge.shift == shift && line.charge.paid_minutes.0 == 120));
        let who = finance.clone();
        let run = world.act(move |tx| payroll::preview_pay_run(tx, &who, june, late)).expect("a pay run");
        let who = finance.clone();
        let run = world.read(move |tx| payroll::load_pay_run(tx, &who, run));
        assert_eq!((run.run.total, run.officers.len()), (Cents(16_000), 2));
        assert_eq!(balance(&world, LedgerAccount::Unbilled(world.customer)), 0);
        let page = world.read(move |tx| jobs::load_job(tx, &boss, job));
        assert!(page.story[0].words.contains("$220.00 owed, $160.00 to officers: rain"), "{}", page.story[0].words);
    });
}

#[test]
fn nothing_is_owed_outside_the_windows_and_for_weather() {
    on_both(|db| {
        let world = World::with_rules(db, "early", RULES);
        let (ada, boss) = (world.officer("A1"), world.coordinator());
        let shift = world.posted(june(10, 18), 1);
        world.accept(&ada, shift, start()).expect("a seat");
        let price = see(&world, &boss, CallOff::Shift(shift), told(), start());
        assert_eq!((price.customer, price.shifts[0].term.clone()), (Cents(0), None));
        let next = price.shifts[0].next.clone().expect("the first window");
        assert_eq!((next.at, next.customer), (at("2026-06-09T22:00:01Z"), Cents(11_000)));
        let late = at("2026-06-10T21:00:00Z");
        let storm = Told { by: CancelledBy::Weather, ..told() };
        assert_eq!(see(&world, &boss, CallOff::Shift(shift), storm, late).customer, Cents(0));
        // Told two days ago on the telephone, entered only now.
        let before = Told { received_at: Some(at("2026-06-08T12:00:00Z")), channel: Channel::Phone, ..told() };
        assert_eq!(see(&world, &boss, CallOff::Shift(shift), before, late).customer, Cents(0));
        confirm(&world, &boss, &order(CallOff::Shift(shift), "no need", ""), start()).expect("nothing to show");
        assert_eq!(world.number("SELECT COUNT(*) FROM charges"), 0);
    });
}

#[test]
fn a_customer_cancels_his_own_job_at_the_price_he_saw_and_no_other() {
    on_both(|db| {
        let world = World::with_rules(db, "own", RULES);
        let ada = world.officer("A1");
        let (job, _) = world.job(june(10, 18), 2);
        world.post(job, muster_domain::distribution::Preset::Open, start()).expect("posted");
        let boss = world.coordinator();
        let page = world.read(move |tx| jobs::load_job(tx, &boss, job));
        world.accept(&ada, page.shifts[0].listed.id, start()).expect("a seat");
        let own = Actor { customer: Some(world.customer), ..world.person(Role::CustomerRequester) };
        let late = at("2026-06-10T12:00:00Z");
        let price = see(&world, &own, CallOff::Job(job), told(), late);
        assert_eq!(price.customer, Cents(11_000));
        let backdated = Told { received_at: Some(start()), ..told() };
        let sly = CallOffOrder { told: backdated, ..order(CallOff::Job(job), "sly", &price.mark) };
        assert!(matches!(confirm(&world, &own, &sly, late), Err(Failure::Denied(_))));
        let billing = Actor { customer: Some(world.customer), ..world.person(Role::CustomerBilling) };
        let seen = order(CallOff::Job(job), "postponed", &price.mark);
        assert!(matches!(confirm(&world, &billing, &seen, late), Err(Failure::Denied(_))));
        assert_eq!(refused(confirm(&world, &own, &seen, at("2026-06-10T22:30:00Z"))), "shift_began");
        confirm(&world, &own, &seen, late).expect("cancelled");
        assert_eq!(world.number("SELECT CAST(SUM(customer_cents) AS BIGINT) FROM charges"), 11_000);
        assert_eq!(wrong_sums(&world), None);
    });
}

#[test]
fn fewer_seats_free_the_last_officer_and_nobody_takes_the_seat_again() {
    on_both(|db| {
        let world = World::with_rules(db, "fewer", RULES);
        let (ada, ben, cleo) = (world.officer("A1"), world.officer("B2"), world.officer("C3"));
        let shift = world.posted(june(10, 18), 2);
        world.accept(&ada, shift, start()).expect("a seat");
        world.accept(&ben, shift, at("2026-06-01T13:00:00Z")).expect("a seat");
        let boss = world.coordinator();
        let who = boss.clone();
        let position = world.read(move |tx| jobs::list_positions(tx, &who, shift))[0].id;
        let what = |seats| CallOff::Seats { shift, position, seats };
        let late = at("2026-06-10T12:00:00Z");
        let both = order(what(2), "fewer guests", "");
        assert_eq!(refused(confirm(&world, &boss, &both, late)), "seats_out_of_range");
        let price = see(&world, &boss, what(1), told(), late);
        assert_eq!((price.freed(), price.customer), (1, Cents(11_000)));
        assert_eq!(price.shifts[0].seats[0].officer, ben.officer.expect("an officer"), "who came last");
        confirm(&world, &boss, &order(what(1), "fewer guests", &price.mark), late).expect("cancelled");
        assert_eq!(refused(world.accept(&cleo, shift, late)), "shift_full");
        assert_eq!(world.number("SELECT CAST(SUM(seat_count) AS BIGINT) FROM positions"), 1);
        assert_eq!(world.number("SELECT COUNT(*) FROM assignments WHERE state = 'booked'"), 1);
    });
}

/// Nothing is owed for what is called off; a job costs thirty dollars once, a cruiser fifty for a shift.
const FREE: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
  admin_fee: [{ id: file, per_job: 30 }]
  resource_fee: [{ id: car, resource: cruiser, per_shift: 50 }]
";

#[test]
fn the_fee_and_the_car_of_a_job_are_not_lost_with_the_first_seat() {
    on_both(|db| {
        let world = World::with_rules(db, "fee", FREE);
        assert_eq!(
            called_off_after_an_hour(&world),
            [Cents(0), Cents(5_000 + 3_000)],
            "what is free takes no fee along"
        );
    });
    on_both(|db| {
        // Who did not come is owed half an hour; the car goes with the seat that was worked on.
        let half = "rates:\n  cancellation: [{ id: late, windows: [{ after_start: true, charge: 30 min }] }]";
        let world = World::with_rules(db, "car", &FREE.replace("rates:", half));
        assert_eq!(called_off_after_an_hour(&world), [Cents(2_500 + 3_000), Cents(5_000 + 5_000)]);
    });
}

/// What the customer owes for two seats when only the second officer has come and it is called off after an hour.
fn called_off_after_an_hour(world: &World) -> Vec<Cents> {
    let (ada, ben) = (world.officer("A1"), world.officer("B2"));
    let car = ResourceWanted { resource: "cruiser".to_owned(), count: 1 };
    let details = JobDetails { resources: vec![car], ..JobDetails::default() };
    let (job, shift) = world.job_with(details, june(10, 18), 2);
    world.post(job, Preset::Open, start()).expect("posted");
    world.accept(&ada, shift, start()).expect("a seat");
    let held = world.accept(&ben, shift, at("2026-06-01T13:00:00Z")).expect("a seat");
    let begins = june(10, 18).starts_at();
    press(world, &ben, held, (begins, Kind::In), 90);
    let boss = world.coordinator();
    let price = see(world, &boss, CallOff::Shift(shift), told(), begins + minutes(60));
    price.shifts[0].seats.iter().map(|seat| seat.priced.customer_cents).collect()
}
