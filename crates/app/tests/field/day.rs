//! Several shifts of one day or week: minimums and overtime that count them come out the same in whatever order time is approved.

use jiff::{SignedDuration, Timestamp};
use muster_app::{
    Db, billing, ledger,
    ledger::{
        Days,
        cancelling::{CallOff, call_off, price_call_off},
    },
    payroll,
    timeclock::{self, TimeChange},
};
use muster_domain::{
    access::{Actor, Role},
    id::{AgencyId, AssignmentId, CustomerId, InvoiceId, ShiftId, SiteId, TimeEntryId},
    ledger::LedgerAccount,
    money::Cents,
    rates::{Earlier, Priced},
    rules::{self, RuleBook},
    time::{Minutes, Span},
};
use muster_store::Error;
use muster_testkit::on_both;
use proptest::prelude::*;

use crate::{
    cancelling::{order, told},
    world::{World, at, refused, start},
};

const BOOK: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
  quantize: [{ id: least, minimum: 4 h, step: 30 min, per: PER }]
  premium:
    - { id: overtime, name: Over 8 hours, after: 8 h, after_per: day, effect: { multiply: 1.5 } }
    - { id: long, name: Over 6 hours in a row, after: 6 h, after_per: consecutive, on_top: true, effect: { add: 7 } }
  admin_fee: [{ id: admin, percent: 10 }]
  split: [{ id: township, to: city, percent: 20 }]
  cancellation:
    - { id: late, by: [customer, agency], windows: [{ under: 24 h, charge: 3 h }] }
";

fn book(per: &str) -> String {
    BOOK.replace("PER", per)
}

/// A shift of the story: for the first or the second customer, when, and whether it is worked.
#[derive(Debug, Clone, Copy)]
struct Planned {
    second: bool,
    from: Timestamp,
    minutes: i64,
    cancelled: bool,
}

fn planned(from: &str, minutes: i64) -> Planned {
    Planned { second: false, from: at(from), minutes, cancelled: false }
}

impl Planned {
    fn span(&self) -> Span {
        Span::new(self.from, self.from + SignedDuration::from_mins(self.minutes)).expect("a span")
    }
}

fn other_customer(db: &Db, world: &World) -> World {
    let agency = world.agency;
    let (customer, site): (CustomerId, SiteId) = db
        .housekeep_blocking::<_, Error, _>(move |tx| {
            let ids: (CustomerId, SiteId) = (tx.id(start()), tx.id(start()));
            tx.execute(
                "INSERT INTO customers (agency_id, id, name, state, created_at) VALUES ($1, $2, 'Theatre', 'approved', 0)",
                &[&agency, &ids.0],
            )?;
            tx.execute(
                "INSERT INTO sites (agency_id, id, customer_id, name, address, lat_e6, lon_e6, radius_m) VALUES ($1, $2, $3, 'Stage', '2 Main Street', 42360000, -71058000, 150)",
                &[&agency, &ids.1, &ids.0],
            )?;
            Ok(ids)
        })
        .expect("a customer");
    World { db: db.clone(), customer, site, ..*world }
}

/// The officer's day, booked.
struct Day {
    world: World,
    ada: Actor,
    seats: Vec<(Planned, ShiftId, AssignmentId)>,
}

impl Day {
    fn book(db: &Db, slug: &str, rules: &str, plan: &[Planned]) -> Self {
        let world = World::with_rules(db, slug, rules);
        let second = other_customer(db, &world);
        let ada = world.officer("A1");
        let seats = plan
            .iter()
            .map(|one| {
                let shift = if one.second { &second } else { &world }.posted(one.span(), 1);
                (*one, shift, world.accept(&ada, shift, start()).expect("a seat"))
            })
            .collect();
        Self { world, ada, seats }
    }

    /// Settles one shift: its time is approved, or it is cancelled half an hour before its start.
    fn settle(&self, at: usize) {
        let (one, shift, seat) = self.seats[at];
        let boss = self.world.coordinator();
        if one.cancelled {
            let when = one.from - SignedDuration::from_mins(30);
            let price = self
                .world
                .act(move |tx| {
                    let price = price_call_off(tx, &boss, CallOff::Shift(shift), told(), when)?;
                    call_off(tx, &boss, &order(CallOff::Shift(shift), "rain", &price.mark), when)?;
                    Ok(price)
                })
                .expect("cancelled");
            assert_eq!(price.shifts[0].seats[0].priced.paid_minutes, Minutes(180));
            return;
        }
        let entry = self.enter(at);
        let boss = self.world.coordinator();
        let now = one.span().ends_at() + SignedDuration::from_hours(24 * 9);
        let _ = seat;
        self.world.act(move |tx| ledger::approve_time(tx, &boss, entry, now)).expect("approved");
    }

    fn enter(&self, at: usize) -> TimeEntryId {
        let (one, _, seat) = self.seats[at];
        let boss = self.world.coordinator();
        let change = TimeChange { settled: one.span(), reason: "phone was dead".to_owned() };
        let now = one.span().ends_at() + SignedDuration::from_hours(1);
        self.world.act(move |tx| timeclock::enter_time(tx, &boss, seat, &change, now)).expect("entered")
    }

    /// Paid minutes, officer's and customer's cents of each shift, with every correction.
    fn sums(&self) -> Vec<(i64, i64, i64)> {
        let agency = self.world.agency;
        let shifts: Vec<ShiftId> = self.seats.iter().map(|seat| seat.1).collect();
        let sums = self.world.read(move |tx| {
            let mut all = Vec::new();
            for shift in &shifts {
                all.push(tx.one(SUMS, &[&agency, shift], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?);
            }
            Ok(all)
        });
        assert_eq!(wrong_sums(&self.world), None);
        sums
    }
}

const SUMS: &str = "SELECT CAST(COALESCE(SUM(paid_minutes), 0) AS BIGINT), CAST(COALESCE(SUM(officer_cents), 0) AS BIGINT), \
     CAST(COALESCE(SUM(customer_cents), 0) AS BIGINT) FROM charges WHERE agency_id = $1 AND shift_id = $2";

fn wrong_sums(world: &World) -> Option<String> {
    let agency: AgencyId = world.agency;
    world.read(move |tx| Ok(muster_store::ledger::find_wrong_sums(tx, agency)?))
}

/// What `muster quote` says of the day, each shift told in words what came before it.
fn quoted(rules: &str, plan: &[Planned]) -> Vec<(i64, i64, i64)> {
    let book = RuleBook::read(rules).expect("a book");
    let zone = crate::world::zone();
    let mut before: Vec<(Planned, i64, i64)> = Vec::new();
    let mut answers = Vec::new();
    for one in plan {
        let day = |planned: &Planned| zone.to_datetime(planned.from).date();
        let today = before.iter().filter(|(planned, ..)| day(planned) == day(one));
        let mut earlier = Earlier::default();
        for (planned, worked, paid) in today {
            earlier.worked += Minutes(*worked);
            earlier.paid += Minutes(*paid);
            if planned.second == one.second {
                earlier.worked_for_customer += Minutes(*worked);
                earlier.paid_by_customer += Minutes(*paid);
            }
        }
        let mut reached = one.from;
        for (planned, ..) in before.iter().rev().filter(|(planned, ..)| !planned.cancelled) {
            if planned.span().ends_at() == reached {
                reached = planned.from;
            }
        }
        earlier.unbroken = Minutes((one.from.as_second() - reached.as_second()) / 60);
        let length = |minutes: Minutes| format!("{} min", minutes.0);
        let mut line = serde_json::json!({
            "start": one.from.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M%:z").to_string(),
            "length": length(Minutes(one.minutes)),
            "earlier": { "worked": length(earlier.worked), "paid": length(earlier.paid),
                "worked_for_customer": length(earlier.worked_for_customer),
                "paid_by_customer": length(earlier.paid_by_customer), "unbroken": length(earlier.unbroken) },
        });
        if one.cancelled {
            line["cancelled"] = serde_json::json!({ "notice": "30 min" });
        }
        let answer = rules::quote(&book, &line.to_string()).expect("a price");
        let cents = |text: &str| text.replace('.', "").parse::<i64>().expect("an amount");
        answers.push((answer.paid_minutes, cents(&answer.officer_amount), cents(&answer.customer_amount)));
        let worked = if one.cancelled { answer.paid_minutes } else { one.minutes };
        before.push((*one, worked, answer.paid_minutes));
    }
    answers
}

fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in orders(count - 1) {
        for at in 0..count {
            let mut one = shorter.clone();
            one.insert(at, count - 1);
            all.push(one);
        }
    }
    all
}

fn any_order_is_as_quoted(db: &Db, slug: &str, rules: &str, plan: &[Planned]) {
    let expected = quoted(rules, plan);
    for (number, order) in orders(plan.len()).into_iter().enumerate() {
        let day = Day::book(db, &format!("{slug}-{number}"), rules, plan);
        order.iter().for_each(|at| day.settle(*at));
        assert_eq!(day.sums(), expected, "{slug}: settled in the order {order:?}");
    }
}

#[test]
fn two_shifts_of_a_day_cost_the_same_whichever_is_approved_first() {
    on_both(|db| {
        let plan = [planned("2026-06-10T12:00:00Z", 120), planned("2026-06-10T16:00:00Z", 450)];
        for per in ["officer_day", "customer_day", "assignment"] {
            any_order_is_as_quoted(db, &format!("two-{}", per.replace('_', "-")), &book(per), &plan);
        }
    });
}

#[test]
fn a_day_for_two_customers_counts_each_as_the_rules_say() {
    on_both(|db| {
        let mut plan = [planned("2026-06-10T12:00:00Z", 120), planned("2026-06-10T16:00:00Z", 90)];
        plan[1].second = true;
        let (by_officer, by_customer) = (book("officer_day"), book("customer_day"));
        assert_eq!(quoted(&by_officer, &plan)[1].0, 0, "the day's four hours are paid by the first");
        assert_eq!(quoted(&by_customer, &plan)[1].0, 240, "each customer owes his own four");
        any_order_is_as_quoted(db, "by-officer", &by_officer, &plan);
        any_order_is_as_quoted(db, "by-customer", &by_customer, &plan);
    });
}

#[test]
fn a_shift_belongs_to_the_day_of_its_start_and_a_stretch_passes_midnight() {
    on_both(|db| {
        // 20:00 to 01:00, on at once until 04:00, then 08:00 to 10:00; New York.
        let june = [
            planned("2026-06-11T00:00:00Z", 300),
            planned("2026-06-11T05:00:00Z", 180),
            planned("2026-06-11T12:00:00Z", 120),
        ];
        any_order_is_as_quoted(db, "midnight", &book("officer_day"), &june);
        // The night on which the clocks go back: 22:00 to 01:30 EDT, then to 01:30 EST and on.
        let november = [planned("2026-11-01T02:00:00Z", 210), planned("2026-11-01T05:30:00Z", 240)];
        any_order_is_as_quoted(db, "clocks", &book("officer_day"), &november);
    });
}

#[test]
fn a_cancelled_morning_counts_for_the_afternoon() {
    on_both(|db| {
        let mut plan = [planned("2026-06-10T12:00:00Z", 240), planned("2026-06-10T18:00:00Z", 120)];
        plan[0].cancelled = true;
        let expected = quoted(&book("officer_day"), &plan);
        assert_eq!((expected[0].0, expected[1].0), (180, 120), "three hours for nothing, two worked: five in all");
        any_order_is_as_quoted(db, "cancelled", &book("officer_day"), &plan);
    });
}

#[test]
fn a_correction_reaches_invoice_pay_and_ledger_and_says_why() {
    on_both(|db| {
        let plan = [planned("2026-06-10T12:00:00Z", 120), planned("2026-06-10T16:00:00Z", 60)];
        let day = Day::book(db, "after", &book("officer_day"), &plan);
        let (world, finance) = (&day.world, day.world.person(Role::AgencyFinance));
        let june = Days { from_on: jiff::civil::date(2026, 6, 1), to_on: jiff::civil::date(2026, 6, 30) };
        let now = at("2026-06-20T12:00:00Z");
        let issue = |now: Timestamp| -> Result<InvoiceId, muster_app::Failure> {
            let (who, customer) = (finance.clone(), world.customer);
            world.act(move |tx| billing::issue_invoice(tx, &who, customer, june, now))
        };
        // The afternoon alone is four hours, invoiced and paid.
        day.settle(1);
        issue(now).expect("an invoice");
        let who = finance.clone();
        let run = world.act(move |tx| payroll::preview_pay_run(tx, &who, june, now)).expect("a run");
        let boss = world.person(Role::AgencyAdmin);
        world.act(move |tx| payroll::approve_pay_run(tx, &boss, run, now)).expect("approved");
        assert_eq!(day.sums()[1], (240, 16_000, 22_000));

        // The morning takes the minimum over: nothing is owed for the afternoon.
        day.settle(0);
        assert_eq!(day.sums(), [(240, 16_000, 22_000), (0, 0, 0)]);
        let officer = day.ada.officer.expect("an officer");
        let who = day.ada.clone();
        let owed = world.read(move |tx| payroll::load_waiting_pay(tx, &who, officer));
        assert_eq!(owed, Cents::ZERO, "what was paid for the afternoon is the morning's pay now");
        let invoice = issue(now).expect("a second invoice");
        let who = finance.clone();
        let shown = world.read(move |tx| billing::load_invoice(tx, &who, invoice, now));
        assert_eq!((shown.addressed.invoice.total, shown.lines.len()), (Cents::ZERO, 2));
        let words: Vec<String> = shown.lines.iter().flat_map(|line| billing::explain(&line.charge)).collect();
        assert!(words.iter().any(|one| one.starts_with("taken back: Rate")), "{words:?}");
        assert!(
            words.contains(
                &"Minimum and steps count the day as a whole: 2 h worked and 4 h paid before, so 1 h more add 0 min of paid time"
                    .to_owned()
            ),
            "{words:?}"
        );
        let who = finance.clone();
        let nothing = world.act(move |tx| payroll::preview_pay_run(tx, &who, june, now));
        assert_eq!(refused(nothing), "nothing_to_pay", "the morning's pay is out already");
        assert_eq!(wrong_sums(world), None);
        let who = finance.clone();
        let balances = world.read(move |tx| ledger::list_balances(tx, &who));
        assert_eq!(balances.iter().map(|(_, cents)| cents.0).sum::<i64>(), 0);
        let of = |account| balances.iter().find(|(known, _)| *known == account).map_or(0, |(_, cents)| cents.0);
        assert_eq!(of(LedgerAccount::Pay(officer)), 0);
        assert_eq!(of(LedgerAccount::Cash), -16_000);
        assert_eq!(of(LedgerAccount::Receivable(world.customer)), 22_000);
        assert_eq!(of(LedgerAccount::Unbilled(world.customer)), 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_entries WHERE action = 'repriced_time'"), 1);
    });
}

#[test]
fn rules_that_do_not_look_back_keep_nothing_more() {
    on_both(|db| {
        let rules = book("assignment")
            .replace("after_per: day", "after_per: job")
            .replace("after_per: consecutive", "after_per: job");
        let plan = [planned("2026-06-10T12:00:00Z", 120), planned("2026-06-10T16:00:00Z", 60)];
        let day = Day::book(db, "alone", &rules, &plan);
        [1, 0].iter().for_each(|at| day.settle(*at));
        assert_eq!(day.sums(), quoted(&rules, &plan));
        assert_eq!(day.world.number("SELECT COUNT(*) FROM charges WHERE basis IS NOT NULL OR corrects IS NOT NULL"), 0);
    });
}

fn a_day() -> impl Strategy<Value = Vec<Planned>> {
    prop::collection::vec((0_i64..3, 1_i64..11, any::<bool>(), prop::bool::weighted(0.2)), 2..4).prop_map(|parts| {
        let mut from = at("2026-06-10T10:00:00Z");
        parts
            .into_iter()
            .map(|(pause, halves, second, cancelled)| {
                let begins = from + SignedDuration::from_mins(pause * 45);
                from = begins + SignedDuration::from_mins(halves * 30);
                Planned { second, from: begins, minutes: halves * 30, cancelled }
            })
            .collect()
    })
}

#[test]
fn any_day_in_any_order_comes_out_as_quoted() {
    on_both(|db| {
        let cases = std::cell::Cell::new(0);
        let mut runner = proptest::test_runner::TestRunner::new_with_rng(
            ProptestConfig { cases: 3, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() },
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        let per = prop::sample::select(vec!["officer_day", "customer_day"]);
        runner
            .run(&(a_day(), per), |(plan, per)| {
                cases.set(cases.get() + 1);
                any_order_is_as_quoted(db, &format!("any-{}", cases.get()), &book(per), &plan);
                Ok(())
            })
            .expect("every order");
    });
}

#[test]
fn a_difference_added_to_the_old_price_is_the_new_one() {
    let rules = book("officer_day");
    let book = RuleBook::read(&rules).expect("a book");
    let zone = crate::world::zone();
    let priced = |minutes: i64, before: i64| -> Priced {
        let span = planned("2026-06-10T12:00:00Z", minutes).span();
        let mut work =
            muster_domain::rates::PricedWork::scheduled(&zone, span, muster_domain::predicate::Facts::default());
        work.earlier = Earlier { worked: Minutes(before), paid: Minutes(before), ..Earlier::default() };
        muster_domain::rates::price(&book.rates, &work).expect("a price")
    };
    for minutes in [30, 200, 480, 700] {
        for (one, other) in [(0, 120), (120, 0), (300, 420), (500, 500)] {
            let (old, new) = (priced(minutes, one), priced(minutes, other));
            let difference = new.instead_of(&old);
            let lines = |of: &dyn Fn(&muster_domain::rates::Line) -> i64| difference.lines.iter().map(of).sum::<i64>();
            assert_eq!(lines(&|line| line.customer_cents.0), new.customer_cents.0 - old.customer_cents.0);
            assert_eq!(lines(&|line| line.minutes.0), sum_minutes(&new) - sum_minutes(&old));
            let shares: i64 = difference.shares.iter().map(|share| share.cents.0).sum();
            assert_eq!(shares, difference.customer_cents.0);
            assert_eq!(difference.is_nothing(), new.paid_minutes == old.paid_minutes && new.lines == old.lines);
        }
    }
}

fn sum_minutes(priced: &Priced) -> i64 {
    priced.lines.iter().map(|line| line.minutes.0).sum()
}

const WEEK: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
rates:
  base_rate: [{ id: rate, name: Rate, amount: 50 }]
  premium:
    - { id: overtime, name: Over 10 hours a week, after: 10 h, after_per: week, effect: { multiply: 1.5 } }
    - { id: seventh, name: Seventh day in a row, when: { earlier.days_in_a_row: { at_least: 7 } }, on_top: true, effect: { add: 5 } }
";

#[test]
fn overtime_of_the_week_and_the_seventh_day_come_out_the_same_whichever_is_approved_first() {
    on_both(|db| {
        // Monday to the Monday after, three hours each; New York.
        let plan: Vec<Planned> = (8..=15).map(|day| planned(&format!("2026-06-{day:02}T16:00:00Z"), 180)).collect();
        // 9 h, then one hour of the fourth day, are paid at 50; the rest of the week at 75; the seventh and the eighth day have 5
        // on top; on the second Monday a new week begins.
        let pay = [15_000, 15_000, 15_000, 5_000 + 15_000, 22_500, 22_500, 22_500 + 1_500, 15_000 + 1_500];
        let forward: Vec<usize> = (0..8).collect();
        let backward: Vec<usize> = (0..8).rev().collect();
        for (number, order) in [forward, backward, vec![3, 7, 0, 6, 1, 5, 2, 4]].into_iter().enumerate() {
            let day = Day::book(db, &format!("week-{number}"), WEEK, &plan);
            order.iter().for_each(|at| day.settle(*at));
            let earned: Vec<i64> = day.sums().into_iter().map(|(_, officer, _)| officer).collect();
            assert_eq!(earned, pay, "settled in the order {order:?}");
        }
    });
}
