//! The card in plain sentences, one for each rule, for the rule book that people read.

mod after;
mod answers;

use super::{
    amounts::{Amounts, LookedUpBy},
    bill::named,
    card::RateCard,
    fees::{AdminFee, FeeBase, Payee, ResourceFee, ResourceHours, Tax},
    ratio::Ratio,
    rules::{
        BaseRate, Basis, Concerns, Direction, EarlyStart, Overrun, PayableTime, Premium, Quantize, ReleasedEarly, Rule,
    },
    switches::{AfterPer, Applies, MinimumPer},
};
use crate::predicate::Predicate;
use crate::rules::differences::{Entry, Section, written};
pub(super) use after::cancel_window;
use after::{cancellation, split, terms};

/// A part of the book: a heading and its sentences.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Chapter {
    /// The heading.
    pub title: &'static str,
    /// One sentence for each rule, in the order of the card.
    pub sentences: Vec<String>,
}

impl RateCard {
    /// The card in sentences, chapter by chapter; chapters without rules are left out.
    #[must_use]
    pub fn chapters(&self) -> Vec<Chapter> {
        let chapters = [
            ("Rates", self.base_rate.iter().map(|rule| framed(rule, base_rate(rule))).collect()),
            (
                "Time that is paid",
                self.payable_time
                    .iter()
                    .map(|rule| framed(rule, payable_time(rule)))
                    .chain(self.quantize.iter().map(|rule| framed(rule, quantize(rule))))
                    .collect(),
            ),
            ("Premiums", self.premium.iter().map(|rule| framed(rule, premium(rule))).collect::<Vec<_>>()),
            ("Resources", self.resource_fee.iter().map(|rule| framed(rule, resource(rule))).collect()),
            (
                "Fees and taxes",
                self.admin_fee
                    .iter()
                    .map(|rule| framed(rule, admin_fee(rule)))
                    .chain(self.tax.iter().map(|rule| framed(rule, tax(rule))))
                    .collect(),
            ),
            ("Cancellation", self.cancellation.iter().map(|rule| framed(rule, cancellation(rule))).collect()),
            (
                "Payment",
                self.payment_terms
                    .iter()
                    .map(|rule| framed(rule, terms(rule)))
                    .chain(self.split.iter().map(|rule| framed(rule, split(rule))))
                    .collect(),
            ),
            ("Calendar", answers::calendar(self)),
            ("What holds where the text is silent", answers::answers(self)),
        ];
        let in_currency = |words: String| match self.currency.as_str() {
            "" | "USD" => words,
            other => words.replace('$', &format!("{other} ")),
        };
        chapters
            .into_iter()
            .filter(|(_, sentences)| !sentences.is_empty())
            .map(|(title, sentences)| Chapter { title, sentences: sentences.into_iter().map(in_currency).collect() })
            .collect()
    }

    /// One rule in a sentence with its condition, by the name of its list (`base_rate`) and its place in it.
    #[must_use]
    pub fn rule_in_words(&self, list: &str, at: usize) -> Option<(String, &Predicate)> {
        fn spoken<R: Rule>(rules: &[R], at: usize, words: impl Fn(&R) -> String) -> Option<(String, &Predicate)> {
            rules.get(at).map(|rule| (framed(rule, words(rule)), rule.when()))
        }
        match list {
            "base_rate" => spoken(&self.base_rate, at, base_rate),
            "payable_time" => spoken(&self.payable_time, at, payable_time),
            "quantize" => spoken(&self.quantize, at, quantize),
            "premium" => spoken(&self.premium, at, premium),
            "resource_fee" => spoken(&self.resource_fee, at, resource),
            "admin_fee" => spoken(&self.admin_fee, at, admin_fee),
            "tax" => spoken(&self.tax, at, tax),
            "cancellation" => spoken(&self.cancellation, at, cancellation),
            "payment_terms" => spoken(&self.payment_terms, at, terms),
            "split" => spoken(&self.split, at, split),
            _ => None,
        }
    }

    /// Its rules list by list, each as data and in a sentence.
    pub(crate) fn sections(&self) -> Vec<Section> {
        fn list<R: Rule + serde::Serialize>(
            (chapter, noun, ordered): (&'static str, &'static str, bool),
            rules: &[R],
            words: impl Fn(&R) -> String,
        ) -> Section {
            let entry = |rule: &R| Entry {
                id: rule.id().to_owned(),
                noun,
                value: written(rule),
                sentence: framed(rule, words(rule)),
            };
            Section { chapter, ordered, entries: rules.iter().map(entry).collect() }
        }
        vec![
            list(("Rates", "Rate", true), &self.base_rate, base_rate),
            list(("Time that is paid", "Paid time", true), &self.payable_time, payable_time),
            list(("Time that is paid", "Minimum", true), &self.quantize, quantize),
            list(("Premiums", "Premium", true), &self.premium, premium),
            list(("Resources", "Resource", false), &self.resource_fee, resource),
            list(("Fees and taxes", "Fee", false), &self.admin_fee, admin_fee),
            list(("Fees and taxes", "Tax", false), &self.tax, tax),
            list(("Cancellation", "Cancellation", true), &self.cancellation, cancellation),
            list(("Payment", "Payment terms", true), &self.payment_terms, terms),
            list(("Payment", "Share", false), &self.split, split),
        ]
    }
}

/// "Name: body, when ..., from ... until ... ." with a capital and a full stop.
fn framed(rule: &impl Rule, body: String) -> String {
    let mut words = named(rule.name(), rule.id(), "");
    if !words.is_empty() {
        words.push_str(": ");
    }
    words.push_str(&body);
    if !rule.when().is_always() {
        words.push_str(&format!(", when {}", rule.when()));
    }
    match rule.dates() {
        (Some(from), Some(until)) => words.push_str(&format!(" (from {from} until {until})")),
        (Some(from), None) => words.push_str(&format!(" (from {from})")),
        (None, Some(until)) => words.push_str(&format!(" (until {until})")),
        (None, None) => {}
    }
    sentence(&words)
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn amounts(all: &Amounts, unit: &str) -> String {
    match all {
        Amounts::One(amount) => format!("{}{unit}", amount.price()),
        Amounts::Table(table) => {
            let parts: Vec<String> = table
                .iter()
                .map(|(word, inner)| match inner {
                    Amounts::One(amount) => format!("{} {}", word.replace('_', " "), amount.price()),
                    table => format!("{} ({})", word.replace('_', " "), amounts(table, "")),
                })
                .collect();
            format!("{}{unit}", parts.join(", "))
        }
    }
}

/// By which facts a table is read; nothing for one amount.
fn by(all: &Amounts, by: &LookedUpBy) -> String {
    let labels: Vec<String> = by.0.iter().map(|field| field.label().into_owned()).collect();
    if matches!(all, Amounts::One(_)) || labels.is_empty() {
        String::new()
    } else {
        format!(" by {}", labels.join(" and "))
    }
}

/// "once per ..." of a minimum.
fn once(per: MinimumPer) -> &'static str {
    match per {
        MinimumPer::Assignment => "counted for each assignment",
        MinimumPer::OfficerDay => "counted once per officer and day",
        MinimumPer::CustomerDay => "counted once per officer, customer and day",
    }
}

fn base_rate(rule: &BaseRate) -> String {
    let mut words = match (&rule.amount, rule.own_rate_times) {
        (Some(amount), _) => amounts(amount, " an hour") + &by(amount, &rule.by),
        (None, Some(times)) => format!("{times} times the officer's own hourly rate"),
        (None, None) => "the rate agreed for the job".to_owned(),
    };
    if let Some(pay) = &rule.pay {
        words += &format!(", of which the officer is paid {}", amounts(pay, ""));
    }
    if let Some(least) = rule.at_least {
        words += &format!(", at least {}", least.price());
    }
    if rule.match_highest_on_site {
        words += ", raised to the highest rate paid to anybody at the place";
    }
    words
}

fn payable_time(rule: &PayableTime) -> String {
    let mut parts = vec![
        match rule.basis {
            Basis::Clock => "the time worked is paid",
            Basis::Scheduled => "the scheduled time is paid",
            Basis::Longer => "the longer of scheduled and worked time is paid",
        }
        .to_owned(),
    ];
    if rule.early_start == EarlyStart::Unpaid {
        parts.push("time before the scheduled start is not paid".into());
    }
    match rule.released_early {
        ReleasedEarly::Actual => {}
        ReleasedEarly::Full => parts.push("an early release pays the whole schedule".into()),
        ReleasedEarly::FullIfOverHalf => {
            parts.push("an early release after more than half pays the whole schedule".into())
        }
    }
    match rule.overrun {
        Overrun::Customer => {}
        Overrun::Agency => parts.push("time beyond the schedule is not the customer's".into()),
        Overrun::CustomerIfRelated => {
            parts.push("time beyond the schedule is the customer's only if it belongs to the job".into())
        }
    }
    if let Some(limit) = rule.overrun_limit {
        parts.push(format!("at most {limit} beyond the schedule"));
    }
    if let Some(add) = rule.add {
        parts.push(format!("{add} are added"));
    }
    if let Some(meal) = rule.paid_meal {
        let over = rule.paid_meal_over.map_or_else(String::new, |over| format!(" on shifts over {over}"));
        parts.push(format!("{meal} of breaks are paid{over}"));
    }
    parts.join("; ")
}

fn quantize(rule: &Quantize) -> String {
    let mut parts = Vec::new();
    if let Some(minimum) = rule.minimum {
        parts.push(format!("at least {minimum} are paid"));
    }
    let mut before = crate::time::Minutes::ZERO;
    for block in &rule.blocks {
        let over = block.over.unwrap_or(before);
        parts.push(match over.0 {
            0 => format!("up to {0} pays {0}", block.pays),
            _ => format!("over {over} and up to {0} pays {0}", block.pays),
        });
        before = block.pays;
    }
    if let Some(step) = rule.step {
        let way = match rule.direction {
            Direction::Up => "rounded up to",
            Direction::Nearest => "rounded to the nearest",
            Direction::Down => "rounded down to",
        };
        let other = if rule.blocks.is_empty() { "time" } else { "other time" };
        parts.push(format!("{other} is {way} {step}"));
    }
    if let Some(grace) = rule.grace {
        parts.push(format!("{grace} over an edge do not count"));
    }
    if let Some(least) = rule.minimum_amount {
        parts.push(format!("labor comes to at least {}", least.price()));
    }
    parts.extend(rule.per.map(|per| once(per).to_owned()));
    if parts.is_empty() { "time is paid to the minute".to_owned() } else { parts.join("; ") }
}

fn premium(rule: &Premium) -> String {
    let effect = &rule.effect;
    let mut ways = Vec::new();
    if let Some(name) = &effect.set_agreed {
        ways.push(format!("the rate agreed as \u{201c}{name}\u{201d}"));
    }
    if let Some(set) = &effect.set {
        ways.push(amounts(set, " an hour") + &by(set, &effect.by));
    }
    if let Some(by) = effect.multiply {
        ways.push(format!("{by} times the rate"));
    }
    if let Some(more) = effect.add {
        ways.push(format!("{} an hour more", more.price()));
    }
    if let Some(tier) = &effect.at_least_tier {
        ways.push(format!("at least the rate of {}", tier.replace('_', " ")));
    }
    if let Some(least) = effect.at_least {
        ways.push(format!("at least {} an hour", least.price()));
    }
    if let Some(flat) = effect.add_flat {
        ways.push(format!("{} once", flat.price()));
    }
    let mut words = ways.join(", else ");
    if let Some(after) = rule.after {
        words += &format!(" after {after}");
    }
    match rule.after_per {
        Some(AfterPer::Week) => words += " in the week",
        Some(per) => words += &format!(", {}", per.words()),
        None => {}
    }
    if let Some(counts) = rule.after_counts {
        words += &format!(", {}", counts.words());
    }
    if let Some(first) = rule.first {
        words += &format!(" for the first {first}");
    }
    if rule.beyond_schedule {
        words += " for time after the scheduled end";
    }
    if let Some(time) = &rule.ordered_after {
        words += &format!(" if ordered at or after {time} of the day before");
    }
    match rule.applies {
        Some(Applies::Touch) => words += " for the whole shift when any part of it is inside",
        Some(Applies::Begins) => words += " for the whole shift when it begins inside",
        Some(Applies::Majority) => words += " for the whole shift when most of it is inside",
        Some(Applies::FromThenOn) => words += " from the first minute inside to the end of the shift",
        Some(Applies::Portion) => words += " for the part of the shift inside",
        None => {}
    }
    match rule.concerns {
        Concerns::Both => {}
        Concerns::Customer => words += ", charged and not paid out",
        Concerns::Officer => words += ", paid out and not charged",
    }
    match rule.fee_on_it {
        Some(true) => words += ", percentage fees count on it",
        Some(false) => words += ", percentage fees do not count on it",
        None => {}
    }
    if rule.on_top { words + ", on top of other premiums" } else { words }
}

fn resource(rule: &ResourceFee) -> String {
    let mut ways: Vec<String> = [
        (rule.first_hour, "for the first hour"),
        (rule.per_hour, "an hour"),
        (rule.per_shift, "a shift"),
        (rule.per_day, "a day"),
        (rule.per_mile, "a mile"),
    ]
    .into_iter()
    .filter_map(|(amount, unit)| amount.map(|amount| format!("{} {unit}", amount.price())))
    .collect();
    if rule.miles_free != 0 {
        ways.push(format!("{} miles free", rule.miles_free));
    }
    ways.extend(rule.bands.iter().map(|band| match band.up_to {
        Some(up_to) => format!("{} up to {up_to}", band.amount.price()),
        None => format!("{} for longer", band.amount.price()),
    }));
    ways.extend(rule.percent.map(|percent| format!("{percent} % of labor")));
    ways.extend(rule.minimum.map(|minimum| format!("at least {minimum}")));
    ways.extend(rule.step.map(|step| format!("in steps of {step}")));
    ways.extend(rule.one_per.filter(|_| rule.forced).map(|per| format!("one for each begun {per} officers")));
    match rule.hours {
        ResourceHours::Deployed => {}
        ResourceHours::Worked => ways.push("by the hours worked".to_owned()),
        ResourceHours::Paid => ways.push("by the hours paid".to_owned()),
    }
    ways.extend(goes_to(rule.payee));
    ways.extend((!rule.fee_on_it).then(|| "fees do not count on it".to_owned()));
    ways.extend(rule.forced.then(|| "asked for or not".to_owned()));
    format!("{}: {}", rule.resource.replace('_', " "), ways.join(", "))
}

/// Who receives an amount, unless it is the agency.
fn goes_to(payee: Payee) -> Option<String> {
    (payee != Payee::Agency).then(|| format!("goes to the {}", payee.words()))
}

fn bases(on: &[FeeBase]) -> String {
    let words: Vec<&str> = on
        .iter()
        .map(|base| match base {
            FeeBase::Labour => "labor",
            FeeBase::Flat => "surcharges",
            FeeBase::Resources => "resources",
            FeeBase::Fees => "fees",
        })
        .collect();
    words.join(" and ")
}

fn percents(percent: &Amounts) -> String {
    match percent {
        Amounts::One(percent) => format!("{percent} %"),
        Amounts::Table(table) => {
            let parts: Vec<String> =
                table.iter().map(|(word, inner)| format!("{} {}", word.replace('_', " "), percents(inner))).collect();
            parts.join(", ")
        }
    }
}

fn admin_fee(rule: &AdminFee) -> String {
    let mut ways = Vec::new();
    ways.extend(
        rule.percent
            .as_ref()
            .map(|percent| format!("{} of {}{}", percents(percent), bases(&rule.on), by(percent, &rule.by))),
    );
    let price = |amount: Option<Ratio>, unit: &str| amount.map(|amount| format!("{} {unit}", amount.price()));
    ways.extend(rule.at_least_per_hour.map(|least| format!("at least {} an hour", least.price())));
    ways.extend(rule.at_most_per_hour.map(|most| format!("at most {} an hour", most.price())));
    ways.extend(price(rule.per_hour, "an hour"));
    ways.extend(price(rule.per_officer, "for each officer"));
    ways.extend(price(rule.per_job, "for the job"));
    if let Some(bands) = &rule.bands {
        let steps = bands.steps.iter().map(|step| match step.up_to {
            Some(up_to) => format!("{} up to {up_to}", step.amount.price()),
            None => format!("{} above", step.amount.price()),
        });
        ways.push(format!("by {}: {}", bands.by.field().label(), steps.collect::<Vec<_>>().join(", ")));
    }
    ways.extend(rule.first.map(|first| format!("on the first {first}")));
    ways.extend(rule.worked_only.then(|| "on worked time only".to_owned()));
    ways.extend(goes_to(rule.payee));
    ways.extend(
        rule.on_cancelled
            .map(|counts| if counts { "also on cancelled jobs" } else { "not on cancelled jobs" }.to_owned()),
    );
    ways.join(", ")
}

fn tax(rule: &Tax) -> String {
    format!("{} % of {}", rule.percent, bases(&rule.on))
}
