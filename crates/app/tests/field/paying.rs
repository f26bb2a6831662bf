//! Payment terms at work: credit stops approval, the invoice is rounded once, paying late or by card costs what it says.

use muster_app::{
    Failure, billing,
    billing::NewPayment,
    ledger::{
        Days,
        cancelling::{CallOff, call_off, price_call_off},
    },
};
use muster_domain::{
    access::Role,
    billing::{ExtraKind, PaymentMethod},
    id::InvoiceId,
    ledger::LedgerAccount,
    money::Cents,
};
use muster_testkit::on_both;

use crate::{
    cancelling::{order, told},
    world::{World, at, june, refused, start},
};

const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
rates:
  money_round: { point: invoice }
  base_rate: [{ id: rate, name: Rate, amount: 33.333 }]
  cancellation: [{ id: late, windows: [{ under: 24 h, charge: 1 h }] }]
  payment_terms: [{ id: usual, net_days: 30, late_percent_month: 1.5, late_months: begun, card_percent: 3 }]
";

/// Three officers at 33.333 are charged one hour each: 99.99 by the line, 100.00 for the whole.
fn invoiced(world: &World) -> InvoiceId {
    let shift = world.posted(june(10, 18), 3);
    for badge in ["A1", "B2", "C3"] {
        world.accept(&world.officer(badge), shift, start()).expect("a seat");
    }
    let late = at("2026-06-10T20:00:00Z");
    let boss = world.coordinator();
    let who = boss.clone();
    let price = world.read(move |tx| price_call_off(tx, &who, CallOff::Shift(shift), told(), late));
    let order = order(CallOff::Shift(shift), "rain", &price.mark);
    world.act(move |tx| call_off(tx, &boss, &order, late)).expect("cancelled");
    let (finance, customer) = (world.person(Role::AgencyFinance), world.customer);
    let days = Days { from_on: jiff::civil::date(2026, 6, 1), to_on: jiff::civil::date(2026, 6, 30) };
    world.act(move |tx| billing::issue_invoice(tx, &finance, customer, days, late)).expect("an invoice")
}

fn see(world: &World, id: InvoiceId, now: jiff::Timestamp) -> billing::Shown {
    let who = world.person(Role::AgencyFinance);
    world.read(move |tx| billing::load_invoice(tx, &who, id, now))
}

fn pay(world: &World, id: InvoiceId, cents: i64, method: PaymentMethod, now: jiff::Timestamp) -> Result<(), Failure> {
    let who = world.person(Role::AgencyFinance);
    let received_on = crate::world::zone().to_datetime(now).date();
    let new = NewPayment { cents: Cents(cents), method, reference: String::new(), received_on };
    world.act(move |tx| billing::record_payment(tx, &who, id, &new, now).map(drop))
}

fn whole(world: &World) {
    let (agency, who) = (world.agency, world.person(Role::AgencyFinance));
    let wrong = world.read(move |tx| Ok(muster_store::ledger::find_wrong_sums(tx, agency)?));
    assert_eq!(wrong, None);
    let all = world.read(move |tx| muster_app::ledger::list_balances(tx, &who));
    assert_eq!(all.iter().map(|(_, cents)| cents.0).sum::<i64>(), 0, "the ledger sums to zero");
}

#[test]
fn an_invoice_is_rounded_once_and_the_difference_is_a_line() {
    on_both(|db| {
        let world = World::with_rules(db, "round", RULES);
        let id = invoiced(&world);
        let shown = see(&world, id, at("2026-06-11T12:00:00Z"));
        assert_eq!(shown.lines.iter().map(|line| line.charge.customer_cents.0).sum::<i64>(), 9_999);
        assert_eq!(shown.addressed.invoice.total, Cents(10_000));
        assert_eq!(
            (shown.extras.len(), shown.extras[0].kind, shown.extras[0].cents),
            (1, ExtraKind::Rounding, Cents(1))
        );
        whole(&world);
    });
}

#[test]
fn a_card_costs_its_fee_and_the_fee_is_paid_with_it() {
    on_both(|db| {
        let world = World::with_rules(db, "card", RULES);
        let id = invoiced(&world);
        let soon = at("2026-06-12T12:00:00Z");
        pay(&world, id, 4_000, PaymentMethod::Card, soon).expect("a part by card");
        pay(&world, id, 6_000, PaymentMethod::Check, soon).expect("the rest by check");
        let shown = see(&world, id, soon);
        let invoice = &shown.addressed.invoice;
        assert_eq!(
            (invoice.total, invoice.paid, shown.payments[0].cents),
            (Cents(10_120), Cents(10_120), Cents(4_120))
        );
        whole(&world);
    });
}

#[test]
fn paying_late_costs_each_begun_month_once() {
    on_both(|db| {
        let world = World::with_rules(db, "late-pay", RULES);
        let id = invoiced(&world);
        // Due on July 10; 41 days later two months have begun.
        let late = at("2026-08-20T12:00:00Z");
        assert_eq!(see(&world, id, at("2026-07-10T12:00:00Z")).late_today, Cents(0));
        assert_eq!(see(&world, id, late).late_today, Cents(300));
        let who = world.person(Role::AgencyFinance);
        let added = world.act(move |tx| billing::charge_late(tx, &who, id, late)).expect("late");
        assert_eq!(added, Cents(300));
        let who = world.person(Role::AgencyFinance);
        assert_eq!(refused(world.act(move |tx| billing::charge_late(tx, &who, id, late))), "no_late_charge");
        pay(&world, id, 10_300, PaymentMethod::Ach, late).expect("paid with what was added");
        assert_eq!(see(&world, id, late).addressed.invoice.owed(), Cents(0));
        let who = world.person(Role::AgencyFinance);
        let fees = world.read(move |tx| muster_app::ledger::list_balances(tx, &who));
        let fees = fees.iter().find(|(account, _)| *account == LedgerAccount::Fees).map(|(_, cents)| cents.0);
        assert_eq!(fees, Some(-301), "interest and the cent of rounding");
        whole(&world);
    });
    on_both(|db| {
        let world = World::with_rules(db, "late-pay-two", RULES);
        let id = invoiced(&world);
        let late = at("2026-08-20T12:00:00Z");
        pay(&world, id, 10_000, PaymentMethod::Ach, late).expect("what was asked");
        assert_eq!(see(&world, id, late).addressed.invoice.owed(), Cents(300), "the interest stays owed");
        whole(&world);
    });
}
