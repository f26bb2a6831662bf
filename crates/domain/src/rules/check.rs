//! Sense: a book that can be read but cannot be meant; and an example for each key that was missed.

use jiff::tz::TimeZone;

use super::{RuleBook, RuleMistake};
use crate::{
    predicate::{Predicate, Test},
    rates::{Amounts, Ratio},
};

/// Everything wrong with the book.
pub(super) fn mistakes(book: &RuleBook, text: &str) -> Vec<RuleMistake> {
    let mut all = Vec::new();
    let mut add = |key: &str, message: String| all.push(RuleMistake { line: line_of(text, key), message });
    if book.agency.trim().is_empty() {
        add("agency", "agency is empty. Give a short name, for example agency: boston-ma-pd".into());
    }
    if book.version.trim().is_empty() {
        add("version", "version is empty. Give one, for example version: 2026-1".into());
    }
    if TimeZone::get(&book.zone).is_err() {
        add("zone", format!("\u{201c}{}\u{201d} is no time zone. Write it like zone: America/New_York", book.zone));
    }
    for mistake in book.policy.mistakes() {
        add("policy", mistake);
    }
    for rule in &book.policy.rules {
        holidays(book, &rule.when, &mut |list| add(list, unknown_list(list)));
    }
    rates(book, &mut add);
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

fn rates(book: &RuleBook, add: &mut impl FnMut(&str, String)) {
    let card = &book.rates;
    for (at, rule) in card.base_rate.iter().enumerate() {
        let what = format!("base_rate rule {}", at + 1);
        let ways =
            usize::from(rule.amount.is_some()) + usize::from(rule.own_rate_times.is_some()) + usize::from(rule.agreed);
        if ways != 1 {
            add(
                "base_rate",
                format!("{what} needs exactly one of amount, own_rate_times or agreed, for example amount: 46"),
            );
        }
        for amounts in rule.amount.iter().chain(&rule.pay) {
            table(&what, amounts, rule.by.0.len(), add);
        }
    }
    for (at, rule) in card.quantize.iter().enumerate() {
        let what = format!("quantize rule {}", at + 1);
        let mut before = 0;
        for block in &rule.blocks {
            let over = block.over.map_or(before, |over| over.0);
            if over < before || block.pays.0 <= over {
                add("blocks", format!("{what}: blocks must rise, for example blocks: [4 h, 8 h]"));
            }
            before = block.pays.0;
        }
        let lengths = [rule.minimum, rule.step, rule.grace];
        if lengths.into_iter().flatten().chain(rule.blocks.iter().map(|block| block.pays)).any(|length| length.0 <= 0) {
            add("quantize", format!("{what}: lengths must be more than nothing, for example minimum: 4 h"));
        }
    }
    for (at, rule) in card.premium.iter().enumerate() {
        let what = format!("premium rule {}", at + 1);
        let effect = &rule.effect;
        let amounts = [effect.multiply, effect.add, effect.add_flat, effect.at_least];
        if effect.set.is_none()
            && effect.set_agreed.is_none()
            && effect.at_least_tier.is_none()
            && amounts.iter().all(Option::is_none)
        {
            add("effect", format!("{what} does nothing. Write for example effect: {{ multiply: 1.5 }}"));
        }
        if let Some(set) = &effect.set {
            table(&what, set, effect.by.0.len(), add);
        }
        if let Some(tier) = effect.at_least_tier.as_deref()
            && !card
                .base_rate
                .iter()
                .any(|base| base.amount.as_ref().is_some_and(|amount| amount.entry(tier).is_some()))
        {
            add("at_least_tier", format!("{what}: no base rate table has the column \u{201c}{tier}\u{201d}"));
        }
        if rule.ordered_after.as_deref().is_some_and(|time| crate::predicate::clock_minute(time).is_none()) {
            add(
                "ordered_after",
                format!("{what}: ordered_after must be a time of the day before, for example ordered_after: \"22:00\""),
            );
        }
        holidays(book, &rule.when, &mut |list| add(list, unknown_list(list)));
    }
    for (at, rule) in card.admin_fee.iter().enumerate() {
        if let Some(percent) = &rule.percent {
            table(&format!("admin_fee rule {}", at + 1), percent, rule.by.0.len(), add);
        }
    }
    for rule in &card.resource_fee {
        if rule.first_hour.is_some() && rule.per_hour.is_none() {
            add("first_hour", format!("resource {}: first_hour needs per_hour for the hours after it", rule.resource));
        }
    }
    for window in card.cancellation.iter().flat_map(|rule| &rule.windows) {
        if window.deadline.as_deref().is_some_and(|time| crate::predicate::clock_minute(time).is_none()) {
            add("deadline", "deadline must be a time of the day before, for example deadline: \"22:00\"".into());
        }
        if window.full && window.charge.is_some() {
            add("full", "a cancellation window has both full and charge; keep one".into());
        }
    }
}

fn table(what: &str, amounts: &Amounts, facts: usize, add: &mut impl FnMut(&str, String)) {
    if amounts.depth() > facts {
        add(
            "by",
            format!(
                "{what} has a table {} deep but names {facts} facts to read it by. Write for example by: officer.rank",
                amounts.depth()
            ),
        );
    }
    if amounts.least() < Ratio::ZERO {
        add("amount", format!("{what} has an amount below nothing"));
    }
}

/// The first line that begins with the key; 0 when there is none.
fn line_of(text: &str, key: &str) -> u64 {
    let at = text.lines().position(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')) || line.contains(&format!(": {key}"))
    });
    at.map_or(0, |at| at as u64 + 1)
}

/// A key that the reader may name, and how it is written.
const EXAMPLES: &[(&str, &str)] = &[
    ("effective_from", "effective_from: 2026-01-01"),
    ("agency", "agency: boston-ma-pd"),
    ("version", "version: 2026-1"),
    ("zone", "zone: America/New_York"),
    ("effect", "effect: { multiply: 1.5 }"),
    ("minimum", "minimum: 4 h"),
    ("blocks", "blocks: [4 h, 8 h]"),
    ("resource", "resource: cruiser"),
    ("percent", "percent: 10"),
    ("stacking", "stacking: max"),
    ("holidays", "holidays: { legal: { days: { christmas: 12-25, thanksgiving: 4th thu nov } } }"),
    ("window", "window: { rolling: 24 h }"),
    ("count", "count: [on_duty, detail]"),
];

/// The message with an example of the key that it names.
pub(super) fn with_example(message: &str) -> String {
    let example = EXAMPLES.iter().find(|(key, _)| message.contains(&format!("`{key}`")));
    match example {
        Some((_, example)) if !message.contains("example") => format!("{message}. For example {example}"),
        _ => message.to_owned(),
    }
}
