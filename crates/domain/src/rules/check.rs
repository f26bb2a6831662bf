//! Sense: a book that can be read but cannot be meant.

mod names;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::RuleBook;
use crate::{
    distribution::plan_of,
    policy::Kind,
    predicate::{Predicate, Test, clock_minute},
    rates::{Amounts, Premium, Ratio},
    time::Minutes,
};

/// Everything wrong with the book: where, as a path in the document, and what.
pub(super) fn mistakes(book: &RuleBook) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |path: &str, message: String| all.push((path.to_owned(), message));
    if book.agency.trim().is_empty() {
        add("agency", "agency is empty. Give a short name, for example agency: boston-ma-pd".into());
    }
    if book.version.trim().is_empty() {
        add("version", "version is empty. Give one, for example version: 2026-1".into());
    }
    if TimeZone::get(&book.zone).is_err() {
        add("zone", format!("\u{201c}{}\u{201d} is no time zone. Write it like zone: America/New_York", book.zone));
    }
    if let Some(list) = book.calendar.office.as_ref().and_then(|office| office.closed_on.as_deref())
        && !book.calendar.holidays.contains_key(list)
    {
        add("calendar/office/closed_on", unknown_list(list));
    }
    for (at, message) in book.policy.mistakes() {
        add(&format!("policy/{at}"), message);
    }
    for (at, rule) in book.policy.rules.iter().enumerate() {
        holidays(book, &rule.when, &mut |list| add(&format!("policy/{at}/when"), unknown_list(list)));
        rule.when.for_each_test(&mut |field, _| {
            if field.path().starts_with("earlier.") {
                let fact = field.path();
                add(
                    &format!("policy/{at}/when"),
                    format!("The fact {fact} is known in rates only; limits on earlier work are a cap, for example kind: cap"),
                );
            }
        });
        if let Kind::ReleaseStage(release) = &rule.kind
            && let Err(wrong) = plan_of(release, Timestamp::UNIX_EPOCH, &TimeZone::UTC).checked()
        {
            let example = "For example stages: [{ name: own }, { name: all, opens: { after: 12 h } }]";
            add(&format!("policy/{at}/stages"), format!("{} {example}", wrong.message));
        }
        if let Kind::Require(require) = &rule.kind {
            holidays(book, &require.that, &mut |list| add(&format!("policy/{at}/that"), unknown_list(list)));
        }
    }
    names::capitals(book, &mut add);
    hours_and_rates(book, &mut add);
    surcharges(book, &mut add);
    afterwards(book, &mut add);
    dates(book, &mut add);
    all
}

fn unknown_list(list: &str) -> String {
    format!(
        "There is no holiday list \u{201c}{list}\u{201d}. Add it under calendar: holidays:, for example {list}: {{ days: {{ christmas: 12-25 }} }}"
    )
}

/// Calls `missing` for every holiday list that a condition names and the calendar lacks.
fn holidays(book: &RuleBook, when: &Predicate, missing: &mut impl FnMut(&str)) {
    when.for_each_test(&mut |_, test| {
        if let Test::Holiday(lists) = test {
            lists
                .iter()
                .filter(|list| &***list != "any" && !book.calendar.holidays.contains_key(&***list))
                .for_each(|list| missing(list));
        }
    });
}

/// `Base rate usual`, or `Base rate rule 2`.
fn named(what: &str, id: &str, at: usize) -> String {
    if id.is_empty() { format!("{what} rule {}", at + 1) } else { format!("{what} rule {id}") }
}

fn hours_and_rates(book: &RuleBook, add: &mut impl FnMut(&str, String)) {
    let card = &book.rates;
    for (at, rule) in card.base_rate.iter().enumerate() {
        let (what, path) = (named("base_rate", &rule.id, at), format!("rates/base_rate/{at}"));
        let ways =
            usize::from(rule.amount.is_some()) + usize::from(rule.own_rate_times.is_some()) + usize::from(rule.agreed);
        if ways != 1 {
            add(&path, format!("{what} needs exactly one of amount, own_rate_times or agreed, for example amount: 46"));
        }
        for amounts in rule.amount.iter().chain(&rule.pay) {
            table(&what, amounts, rule.by.0.len(), &mut |message| add(&format!("{path}/amount"), message));
        }
        if rule.own_rate_times == Some(Ratio::ZERO) {
            add(&path, format!("{what} pays nothing, for example own_rate_times: 1.5"));
        }
    }
    for (at, rule) in card.payable_time.iter().enumerate() {
        let (what, path) = (named("payable_time", &rule.id, at), format!("rates/payable_time/{at}"));
        for (key, length) in [
            ("overrun_limit", rule.overrun_limit),
            ("add", rule.add),
            ("paid_meal", rule.paid_meal),
            ("paid_meal_over", rule.paid_meal_over),
        ] {
            length_of(&what, key, length, &mut |message| add(&format!("{path}/{key}"), message));
        }
    }
    for (at, rule) in card.quantize.iter().enumerate() {
        let (what, path) = (named("quantize", &rule.id, at), format!("rates/quantize/{at}"));
        let mut before = 0;
        for block in &rule.blocks {
            let over = block.over.map_or(before, |over| over.0);
            if over < before || block.pays.0 <= over {
                add(&format!("{path}/blocks"), format!("{what}: blocks must rise, for example blocks: [4 h, 8 h]"));
            }
            before = block.pays.0;
        }
        for (key, length) in [("minimum", rule.minimum), ("step", rule.step), ("grace", rule.grace)] {
            if length.is_some_and(|length| length.0 == 0) {
                add(
                    &format!("{path}/{key}"),
                    format!(
                        "{what}: {key} must be more than nothing, for example {key}: {}",
                        if key == "minimum" { "4 h" } else { "15 min" }
                    ),
                );
            }
            length_of(&what, key, length, &mut |message| add(&format!("{path}/{key}"), message));
        }
    }
    for (at, rule) in card.premium.iter().enumerate() {
        premium(book, rule, &named("premium", &rule.id, at), &format!("rates/premium/{at}"), add);
    }
}

fn premium(book: &RuleBook, rule: &Premium, what: &str, path: &str, add: &mut impl FnMut(&str, String)) {
    let effect = &rule.effect;
    let amounts = [effect.multiply, effect.add, effect.add_flat, effect.at_least];
    if effect.set.is_none()
        && effect.set_agreed.is_none()
        && effect.at_least_tier.is_none()
        && amounts.iter().all(Option::is_none)
    {
        add(&format!("{path}/effect"), format!("{what} does nothing. Write for example effect: {{ multiply: 1.5 }}"));
    }
    if let Some(set) = &effect.set {
        table(what, set, effect.by.0.len(), &mut |message| add(&format!("{path}/effect/set"), message));
    }
    if let Some(tier) = effect.at_least_tier.as_deref()
        && !book
            .rates
            .base_rate
            .iter()
            .any(|base| base.amount.as_ref().is_some_and(|amount| amount.entry(tier).is_some()))
    {
        add(
            &format!("{path}/effect/at_least_tier"),
            format!(
                "{what}: no base rate table has the column \u{201c}{tier}\u{201d}, for example amount: {{ tier2: 37, {tier}: 46.33 }}"
            ),
        );
    }
    if rule.ordered_after.as_deref().is_some_and(|time| clock_minute(time).is_none()) {
        add(
            &format!("{path}/ordered_after"),
            format!("{what}: ordered_after must be a time of the day before, for example ordered_after: \"22:00\""),
        );
    }
    for (key, length) in [("after", rule.after), ("first", rule.first)] {
        length_of(what, key, length, &mut |message| add(&format!("{path}/{key}"), message));
    }
    holidays(book, &rule.when, &mut |list| add(&format!("{path}/when"), unknown_list(list)));
}

fn surcharges(book: &RuleBook, add: &mut impl FnMut(&str, String)) {
    let card = &book.rates;
    for (at, rule) in card.resource_fee.iter().enumerate() {
        let (what, path) = (named("resource_fee", &rule.id, at), format!("rates/resource_fee/{at}"));
        if rule.first_hour.is_some() && rule.per_hour.is_none() {
            add(
                &format!("{path}/first_hour"),
                format!("{what}: first_hour needs per_hour for the hours after it, for example per_hour: 44"),
            );
        }
        let ways = [rule.per_hour, rule.per_shift, rule.per_day, rule.per_mile, rule.percent];
        if ways.iter().all(Option::is_none) && rule.bands.is_empty() {
            add(
                &path,
                format!(
                    "{what} charges nothing. Write per_hour, per_shift, per_day, per_mile, bands or percent, for example per_hour: 15"
                ),
            );
        }
        for (key, length) in [("minimum", rule.minimum), ("step", rule.step)] {
            length_of(&what, key, length, &mut |message| add(&format!("{path}/{key}"), message));
        }
        let edges: Vec<Option<i64>> = rule.bands.iter().map(|band| band.up_to.map(|up_to| up_to.0)).collect();
        bands(&what, &edges, "{ up_to: 4 h, amount: 25 }, { amount: 50 }", &mut |message| {
            add(&format!("{path}/bands"), message)
        });
        holidays(book, &rule.when, &mut |list| add(&format!("{path}/when"), unknown_list(list)));
    }
    for (at, rule) in card.admin_fee.iter().enumerate() {
        let (what, path) = (named("admin_fee", &rule.id, at), format!("rates/admin_fee/{at}"));
        if let Some(percent) = &rule.percent {
            table(&what, percent, rule.by.0.len(), &mut |message| add(&format!("{path}/percent"), message));
        }
        let ways = [rule.per_hour, rule.per_officer, rule.per_job];
        if rule.percent.is_none() && ways.iter().all(Option::is_none) && rule.bands.is_none() {
            add(
                &path,
                format!(
                    "{what} charges nothing. Write percent, per_hour, per_officer, per_job or bands, for example percent: 10"
                ),
            );
        }
        if rule.percent.is_none() && (rule.at_least_per_hour.is_some() || rule.at_most_per_hour.is_some()) {
            add(
                &path,
                format!("{what}: at_least_per_hour and at_most_per_hour bound a percentage, for example percent: 8"),
            );
        }
        length_of(&what, "first", rule.first, &mut |message| add(&format!("{path}/first"), message));
        let edges: Vec<Option<i64>> = rule.bands.iter().flat_map(|bands| &bands.steps).map(|step| step.up_to).collect();
        bands(&what, &edges, "{ up_to: 1000, amount: 0 }, { amount: 250 }", &mut |message| {
            add(&format!("{path}/bands"), message)
        });
        holidays(book, &rule.when, &mut |list| add(&format!("{path}/when"), unknown_list(list)));
    }
}

fn afterwards(book: &RuleBook, add: &mut impl FnMut(&str, String)) {
    let card = &book.rates;
    for (at, rule) in card.cancellation.iter().enumerate() {
        let what = named("cancellation", &rule.id, at);
        for (place, window) in rule.windows.iter().enumerate() {
            let path = format!("rates/cancellation/{at}/windows/{place}");
            if window.deadline.as_deref().is_some_and(|time| clock_minute(time).is_none()) {
                add(
                    &format!("{path}/deadline"),
                    format!("{what}: deadline must be a time of the day before, for example deadline: \"22:00\""),
                );
            }
            if window.deadline.is_none() && window.deadline_business {
                add(&path, format!("{what}: deadline_business needs a deadline, for example deadline: \"13:00\""));
            }
            if window.full && window.charge.is_some() {
                add(
                    &format!("{path}/full"),
                    format!("{what}: a window has both full and charge; keep one, for example charge: 4 h"),
                );
            }
            if window.charge.is_some_and(|charge| charge.0 < 0) {
                add(&format!("{path}/charge"), format!("{what}: charge is below nothing, for example charge: 4 h"));
            }
        }
        holidays(book, &rule.when, &mut |list| add(&format!("rates/cancellation/{at}/when"), unknown_list(list)));
    }
    for (at, rule) in card.payment_terms.iter().enumerate() {
        if rule.late_at_least.zip(rule.late_at_most).is_some_and(|(least, most)| least > most) {
            let what = named("payment_terms", &rule.id, at);
            add(
                &format!("rates/payment_terms/{at}/late_at_most"),
                format!(
                    "{what}: late_at_most is below late_at_least, for example late_at_least: 25, late_at_most: 250"
                ),
            );
        }
    }
    for (at, rule) in card.split.iter().enumerate() {
        if rule.percent.is_none() && rule.per_hour.is_none() {
            let what = named("split", &rule.id, at);
            add(
                &format!("rates/split/{at}"),
                format!("{what} gives nothing. Write percent or per_hour, for example percent: 20"),
            );
        }
    }
}

/// Rules that end before they begin.
fn dates(book: &RuleBook, add: &mut impl FnMut(&str, String)) {
    let card = &book.rates;
    let mut check = |list: &str, rules: Vec<(Option<Date>, Option<Date>)>| {
        for (at, (from, until)) in rules.into_iter().enumerate() {
            if from.zip(until).is_some_and(|(from, until)| until < from) {
                add(
                    &format!("rates/{list}/{at}/until"),
                    format!(
                        "{list} rule {} ends before it begins. Put until on or after from, for example until: 2026-12-31",
                        at + 1
                    ),
                );
            }
        }
    };
    macro_rules! lists {
        ($($list:ident),*) => { $(check(stringify!($list), card.$list.iter().map(|rule| (rule.from, rule.until)).collect());)* };
    }
    lists!(
        base_rate,
        payable_time,
        quantize,
        premium,
        resource_fee,
        admin_fee,
        tax,
        cancellation,
        payment_terms,
        split
    );
}

/// A month: longer than any shift.
const LONGEST: i64 = 31 * 1440;

fn length_of(what: &str, key: &str, length: Option<Minutes>, add: &mut impl FnMut(String)) {
    match length {
        Some(length) if length.0 < 0 => add(format!("{what}: {key} is below nothing, for example {key}: 30 min")),
        Some(length) if length.0 > LONGEST => {
            add(format!("{what}: {key} is longer than a shift can be (31 d), for example {key}: 4 h"));
        }
        _ => {}
    }
}

/// Bands must rise, and only the last may be without an end.
fn bands(what: &str, edges: &[Option<i64>], example: &str, add: &mut impl FnMut(String)) {
    let rises = edges.windows(2).all(|pair| pair[0].is_some_and(|edge| pair[1].is_none_or(|next| next > edge)));
    if !rises {
        add(format!("{what}: bands must rise, and only the last may be without up_to, for example [{example}]"));
    }
}

fn table(what: &str, amounts: &Amounts, facts: usize, add: &mut impl FnMut(String)) {
    if amounts.depth() > facts {
        add(format!(
            "{what} has a table {} deep but names {facts} facts to read it by. Write for example by: officer.rank",
            amounts.depth()
        ));
    }
    if amounts.least() < Ratio::ZERO {
        add(format!("{what} has an amount below nothing, for example amount: 46"));
    }
}
