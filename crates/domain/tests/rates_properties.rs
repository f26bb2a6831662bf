//! Properties of the pay engine on random cards and shifts.

use jiff::{Timestamp, tz::TimeZone};
use muster_domain::{
    money::Cents,
    predicate::{Facts, JobFacts, MomentFacts, OfficerFacts},
    rates::{Cancelled, CancelledBy, LineKind, Payee, Priced, PricedWork, ResourceUse, price},
    rules::{RuleBook, quote_line},
    time::{Minutes, Span},
};
use proptest::prelude::*;

const HEAD: &str = "agency: x\nversion: v\neffective_from: 2000-01-01\nzone: America/New_York\n\
    calendar: { holidays: { legal: { observed: as_well, days: { fourth: 07-04, eve: 12-24 from 18:00, new_year: 01-01 } } } }\n";

fn amount() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u32..200, 0_u32..10_000).prop_map(|(whole, part)| format!("{whole}.{part:04}")),
        Just("\"99999999.999999999\"".to_owned()),
        Just("0".to_owned()),
    ]
}

fn length() -> impl Strategy<Value = String> {
    (1_u32..900).prop_map(|minutes| format!("{minutes} min"))
}

fn quantize() -> impl Strategy<Value = String> {
    let blocks = prop::collection::btree_set(1_u32..1200, 0..4).prop_map(|edges| {
        let edges: Vec<String> = edges.into_iter().map(|edge| format!("{edge} min")).collect();
        format!("blocks: [{}]", edges.join(", "))
    });
    let direction = prop_oneof![Just("up"), Just("nearest"), Just("down")];
    (length(), length(), length(), blocks, direction, any::<[bool; 4]>(), amount()).prop_map(
        |(minimum, step, grace, blocks, direction, has, least)| {
            let mut rule = vec![format!("direction: {direction}"), blocks];
            for (has, part) in has.iter().zip([
                format!("minimum: {minimum}"),
                format!("step: {step}"),
                format!("grace: {grace}"),
                format!("minimum_amount: {least}"),
            ]) {
                if *has {
                    rule.push(part);
                }
            }
            format!("{{ {} }}", rule.join(", "))
        },
    )
}

fn premium() -> impl Strategy<Value = String> {
    let when = prop_oneof![
        Just("moment.time: 22:00-06:00".to_owned()),
        Just("moment.time: [05:17-05:18, 23:59-00:00]".to_owned()),
        Just("moment.week: fri 17:00 - mon 07:00".to_owned()),
        Just("moment.holiday: legal".to_owned()),
        Just("moment.weekday: [sat, sun]".to_owned()),
        Just("job.kind: construction".to_owned()),
        Just("moment.notice: { under: 24 h }".to_owned()),
        Just("not: { moment.time: 08:00-17:00 }".to_owned()),
    ];
    let effect = prop_oneof![
        (0_u32..100, 0_u32..10_000).prop_map(|(whole, part)| format!("multiply: {whole}.{part:04}")),
        amount().prop_map(|amount| format!("add: {amount}")),
        amount().prop_map(|amount| format!("set: {amount}")),
        amount().prop_map(|amount| format!("at_least: {amount}")),
        amount().prop_map(|amount| format!("add_flat: {amount}")),
        amount().prop_map(|amount| format!("set: {{ officer: {amount} }}, by: officer.rank, multiply: 1.5")),
    ];
    let more = prop_oneof![
        Just(String::new()),
        length().prop_map(|after| format!(", after: {after}")),
        length().prop_map(|first| format!(", first: {first}")),
        Just(", applies: touch".to_owned()),
        Just(", applies: begins".to_owned()),
        Just(", applies: majority".to_owned()),
        Just(", applies: from_then_on".to_owned()),
        Just(", beyond_schedule: true".to_owned()),
        Just(", on_top: true".to_owned()),
        Just(", fee_on_it: false".to_owned()),
        Just(", concerns: officer".to_owned()),
        Just(", concerns: customer".to_owned()),
    ];
    (when, effect, more)
        .prop_map(|(when, effect, more)| format!("{{ when: {{ {when} }}, effect: {{ {effect} }}{more} }}"))
}

fn card() -> impl Strategy<Value = RuleBook> {
    let list = |rules: Vec<String>| rules.iter().map(|rule| format!("\n    - {rule}")).collect::<String>();
    let switches = (
        prop_oneof![Just("elapsed"), Just("wall_clock")],
        prop_oneof![Just("base"), Just("last_minute"), Just("scheduled_minute")],
        prop_oneof![Just("max"), Just("sum"), Just("product"), Just("sequence")],
        prop_oneof![Just("worked"), Just("paid")],
        prop_oneof![Just("job"), Just("day"), Just("week")],
    );
    let fees = (amount(), amount(), 0_u32..40, any::<bool>());
    (prop::option::of(quantize()), prop::collection::vec(premium(), 0..5), switches, fees, amount()).prop_map(
        move |(quantize, premiums, (clock, padded, stacking, counts, per), (hourly, resource, percent, split), base)| {
            let quantize = quantize.map_or_else(String::new, |rule| format!("\n  quantize:{}", list(vec![rule])));
            let premiums =
                if premiums.is_empty() { String::new() } else { format!("\n  premium:{}", list(premiums)) };
            let split = if split { "\n  split:\n    - { to: city, percent: 20, per_hour: 4.9 }" } else { "" };
            let text = format!(
                "{HEAD}rates:\n  switches: {{ clock: {clock}, padded_minutes: {padded}, stacking: {stacking}, after_counts: {counts}, after_per: {per} }}\n  base_rate:\n    - {{ amount: {base} }}{quantize}{premiums}\n  resource_fee:\n    - {{ resource: car, per_hour: {resource}, minimum: 3 h, payee: officer }}\n  admin_fee:\n    - {{ percent: {percent}, on: [labour, resources] }}\n    - {{ per_hour: {hourly}, payee: operator }}\n  tax:\n    - {{ percent: 7.25, on: [labour, fees] }}\n  cancellation:\n    - {{ windows: [{{ under: 24 h, charge: 3 h, or_worked: true, flat: 20 }}] }}{split}\n"
            );
            RuleBook::read(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"))
        },
    )
}

/// Shifts of up to three days around the changes of the clocks and the holidays of 2026, to the second.
fn shift() -> impl Strategy<Value = Span> {
    let day = prop_oneof![Just(1_772_928_000_i64), Just(1_793_491_200), Just(1_783_123_200), Just(1_798_070_400)];
    (day, 0_i64..200_000, 1_i64..260_000).prop_map(|(day, from, length)| {
        let at = |second| Timestamp::from_second(second).expect("in range");
        Span::new(at(day + from), at(day + from + length)).expect("in order")
    })
}

fn priced(
    book: &RuleBook,
    span: Span,
    cancelled: Option<Cancelled>,
) -> Result<Priced, muster_domain::refusal::Refusal> {
    let zone = book.time_zone();
    let facts = Facts {
        officer: OfficerFacts { rank: Some("officer"), ..OfficerFacts::default() },
        job: JobFacts { kind: Some("construction"), ..JobFacts::default() },
        moment: MomentFacts { notice: Some(Minutes(600)), ..MomentFacts::default() },
        ..Facts::default()
    };
    let cars = [ResourceUse { resource: "car", count: 2, minutes: None, miles: None }];
    price(&book.rates, &PricedWork { resources: &cars, cancelled, ..PricedWork::scheduled(&zone, span, facts) })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// The lines make the price, the shares make the price, and every paid minute is on exactly one labour line.
    #[test]
    fn minutes_and_cents_are_conserved(book in card(), span in shift(), notice in prop::option::of(-600_i64..3000)) {
        let cancelled = notice.map(|notice| Cancelled {
            at: Timestamp::from_second(span.starts_at().as_second() - notice * 60).expect("in range"),
            by: CancelledBy::Customer,
            change: false,
            at_most: None,
        });
        if let Ok(priced) = priced(&book, span, cancelled) {
            let labour: Minutes =
                priced.lines.iter().filter(|line| line.kind == LineKind::Labour).map(|line| line.minutes).sum();
            prop_assert_eq!(labour, priced.paid_minutes);
            let lines: Cents = priced.lines.iter().map(|line| line.customer_cents).sum();
            prop_assert_eq!(lines, priced.customer_cents);
            let shares: Cents = priced.shares.iter().map(|share| share.cents).sum();
            prop_assert_eq!(shares, priced.customer_cents);
            prop_assert!(priced.lines.iter().all(|line| line.customer_cents >= Cents::ZERO && line.officer_cents >= Cents::ZERO));
            let json = serde_json::to_string(&priced).expect("it writes");
            prop_assert_eq!(serde_json::from_str::<Priced>(&json).expect("it reads"), priced);
        }
    }

    /// What a cancellation costs the customer is what officer, agency and the others get: nothing is lost, made, or owed by them.
    #[test]
    fn cents_of_a_cancellation_are_conserved(
        book in card(),
        window in (0_i64..2000, 0_i64..600, 0_u32..100, any::<[bool; 6]>()),
        split in (0_u32..100, 0_u32..40),
        span in shift(),
        (notice, worked, at_most) in (-600_i64..3000, prop::option::of(1_i64..900), prop::option::of(0_i64..600)),
    ) {
        let (under, charge, percent, [full, keeps, fee_only, resources, change, first]) = window;
        let hours = if full { "full: true".to_owned() } else { format!("charge: {charge} min, charge_percent: {percent}") };
        let rule = format!(
            "    - {{ covers_changes: true, windows: [{{ after_start: true, full: true }}, {{ under: {under} min, {hours}, agency_keeps: {keeps}, fee_only: {fee_only}, or_worked: {first}, flat: 12.34, flat_per_job: 5 }}] }}"
        );
        let mut book = book;
        let text = format!(
            "{HEAD}rates:\n  base_rate: [{{ amount: 50 }}]\n  cancellation:\n{rule}\n  split:\n    - {{ to: city, percent: {}, per_hour: {} }}\n    - {{ to: coordinator, percent: 10 }}\n",
            split.0, split.1
        );
        let other = RuleBook::read(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"));
        book.rates.cancellation = other.rates.cancellation;
        book.rates.split = other.rates.split;
        book.rates.switches.resource_on_cancelled = Some(resources);
        let at = Timestamp::from_second(span.starts_at().as_second() - notice * 60).expect("in range");
        let cancelled = Cancelled { at, by: CancelledBy::Customer, change, at_most: at_most.map(Minutes) };
        let zone = book.time_zone();
        let cars = [ResourceUse { resource: "car", count: 2, minutes: None, miles: None }];
        let facts = Facts { job: JobFacts { kind: Some("construction"), ..JobFacts::default() }, ..Facts::default() };
        let worked = worked.and_then(|minutes| {
            Span::new(span.starts_at(), Timestamp::from_second(span.starts_at().as_second() + minutes * 60).ok()?)
        });
        let work = PricedWork {
            resources: &cars,
            worked,
            cancelled: Some(cancelled),
            first_of_job: first,
            ..PricedWork::scheduled(&zone, span, facts)
        };
        if let Ok(priced) = price(&book.rates, &work) {
            let lines: Cents = priced.lines.iter().map(|line| line.customer_cents).sum();
            prop_assert_eq!(lines, priced.customer_cents);
            let of = |officer: bool| -> Cents {
                priced.shares.iter().filter(|share| (share.to == Payee::Officer) == officer).map(|share| share.cents).sum()
            };
            prop_assert_eq!(of(true), priced.officer_cents);
            prop_assert_eq!(of(true) + of(false), priced.customer_cents);
            if keeps && notice >= 0 && notice < under {
                prop_assert_eq!(priced.lines.iter().filter(|line| line.kind == LineKind::Labour).map(|line| line.officer_cents).sum::<Cents>(), Cents::ZERO);
            }
        }
    }

    /// More time never earns fewer paid minutes.
    #[test]
    fn paid_minutes_never_fall(book in card(), span in shift(), more in 0_i64..100_000) {
        let later = Timestamp::from_second(span.ends_at().as_second() + more).expect("in range");
        let longer = Span::new(span.starts_at(), later).expect("in order");
        // On the wall clock the hour that is shown twice counts once: later can be less. Elapsed time never is.
        let mut book = book;
        book.rates.switches.clock = None;
        if let (Ok(less), Ok(more)) = (priced(&book, span, None), priced(&book, longer, None)) {
            prop_assert!(less.paid_minutes <= more.paid_minutes, "{} then {}", less.paid_minutes, more.paid_minutes);
        }
    }

    /// Worked minutes are what passed, to the minute, whatever the clocks do.
    #[test]
    fn elapsed_minutes_are_those_that_passed(span in shift()) {
        let book = RuleBook::read(&format!("{HEAD}rates:\n  base_rate:\n    - {{ amount: 60 }}\n")).expect("a book");
        let priced = priced(&book, span, None).expect("a price");
        let minute = |at: Timestamp| at.as_second().div_euclid(60);
        prop_assert_eq!(priced.paid_minutes.0, minute(span.ends_at()) - minute(span.starts_at()));
        prop_assert_eq!(priced.customer_cents.0, priced.paid_minutes.0 * 100);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// Any text is a book or a list of mistakes; any line is a price or an error.
    #[test]
    fn nothing_that_is_read_panics(text in ".{0,200}", at in 0_usize..4000, with in "[\\x20-\\x7e\\n]{0,6}", line in ".{0,120}") {
        let _ = RuleBook::read(&text);
        let example = include_str!("../../../rules/examples/demo-county-so.yaml");
        let mut cut = at.min(example.len());
        while !example.is_char_boundary(cut) {
            cut -= 1;
        }
        if let Ok(book) = RuleBook::read(&format!("{}{with}{}", &example[..cut], &example[cut..])) {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&quote_line(&book, &line)).is_ok());
        }
    }

    /// Any object of known keys and odd values is answered.
    #[test]
    fn odd_lines_are_answered(
        start in prop_oneof![Just("2026-03-08T02:30"), Just("9999-12-31T23:59"), Just("-009999-01-01T00:00"), Just("2026-11-01T01:30"), Just("soon")],
        length in prop_oneof![Just("8 h"), Just("-3 h"), Just("3600 d"), Just("0 min"), Just("31 d")],
        officers in prop_oneof![Just(1_i64), Just(i64::MIN), Just(i64::MAX), Just(500)],
        rate in prop_oneof![Just("999999999999"), Just("-5"), Just("0.000000001")],
        notice in any::<i64>(),
    ) {
        let book = RuleBook::read(include_str!("../../../rules/examples/demo-county-so.yaml")).expect("a book");
        for line in [
            serde_json::json!({ "start": start, "length": length, "officers": officers, "rate": rate, "attendance": notice }),
            serde_json::json!({ "start": start, "end": start, "business_days": notice, "resources": [{ "resource": "car", "count": notice, "miles": notice }] }),
            serde_json::json!({ "invoice": rate, "late_days": notice, "by_card": true, "officers": officers }),
            serde_json::json!({ "start": start, "length": length, "cancelled": { "at": start, "by": "weather" } }),
        ] {
            let answer: serde_json::Value = serde_json::from_str(&quote_line(&book, &line.to_string())).expect("JSON");
            prop_assert!(answer.get("error").is_some() || answer.get("lines").is_some());
        }
    }
}

#[test]
fn zones_of_the_country_and_lord_howe_pay_what_passed() {
    let book = RuleBook::read(&format!("{HEAD}rates:\n  base_rate:\n    - {{ amount: 60 }}\n")).expect("a book");
    for name in [
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "America/Adak",
        "Pacific/Honolulu",
        "America/Puerto_Rico",
        "Pacific/Guam",
        "Australia/Lord_Howe",
    ] {
        let zone = TimeZone::get(name).expect("zone data");
        let from = Timestamp::from_second(1_167_609_600).expect("2007");
        let until = Timestamp::from_second(2_145_916_800).expect("2038");
        let mut last = from;
        for change in zone.following(from).map(|change| change.timestamp()).take_while(|at| *at < until) {
            for hours in [1_i64, 3, 8] {
                let at = |second: i64| Timestamp::from_second(change.as_second() + second).expect("in range");
                let span = Span::new(at(-hours * 1800), at(hours * 1800)).expect("in order");
                let priced =
                    price(&book.rates, &PricedWork::scheduled(&zone, span, Facts::default())).expect("a price");
                assert_eq!(priced.paid_minutes, Minutes::hours(hours), "{name} {change}");
            }
            last = change;
        }
        assert!(last >= from);
    }
}
