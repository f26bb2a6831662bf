//! The card in plain sentences, one for each rule, for the rule book that people read.

use super::{
    amounts::Amounts,
    bill::named,
    cancellation::{CancelWindow, Cancellation, NoticeCounts},
    card::{RateCard, RoundPoint},
    fees::{AdminFee, FeeBase, ResourceFee, Tax},
    payment::{PaymentTerms, Split},
    ratio::Ratio,
    rules::{BaseRate, Basis, Direction, EarlyStart, Overrun, PayableTime, Premium, Quantize, ReleasedEarly, Rule},
    switches::{AfterCounts, AfterPer, Applies, Clock, PaddedMinutes, Stacking},
};
use crate::predicate::Predicate;
use crate::rules::differences::{Entry, Section, written};

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
            ("What holds where the text is silent", self.answers()),
        ];
        chapters
            .into_iter()
            .filter(|(_, sentences)| !sentences.is_empty())
            .map(|(title, sentences)| Chapter { title, sentences })
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

    /// The switches that matter for this card, each as stated or by default.
    fn answers(&self) -> Vec<String> {
        let switches = &self.switches;
        let said = |stated: Option<&'static str>, default: &'static str| match stated {
            Some(words) => sentence(words),
            None => sentence(&format!("{default} (not stated; the default)")),
        };
        let mut all = vec![said(switches.clock.map(Clock::words), Clock::Elapsed.words())];
        if !self.premium.is_empty() {
            let padded = PaddedMinutes::ScheduledMinute.words();
            all.push(said(switches.padded_minutes.map(PaddedMinutes::words), padded));
        }
        if self.premium.len() > 1 {
            all.push(said(switches.stacking.map(Stacking::words), Stacking::Max.words()));
        }
        if let Some(limit) = switches.stacking_limit {
            all.push(format!("The rate with premiums is at most {limit} times the base rate."));
        }
        if self.premium.iter().any(|rule| rule.after.is_some() && rule.after_counts.is_none()) {
            all.push(said(switches.after_counts.map(AfterCounts::words), AfterCounts::Paid.words()));
        }
        all.push(sentence(self.money_round.mode.words()));
        if self.money_round.point == RoundPoint::Invoice {
            all.push("Only the sum of a shift is rounded.".to_owned());
        }
        all
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

fn base_rate(rule: &BaseRate) -> String {
    let mut words = match (&rule.amount, rule.own_rate_times) {
        (Some(amount), _) => amounts(amount, " an hour"),
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
    if parts.is_empty() { "time is paid to the minute".to_owned() } else { parts.join("; ") }
}

fn premium(rule: &Premium) -> String {
    let effect = &rule.effect;
    let mut ways = Vec::new();
    if let Some(name) = &effect.set_agreed {
        ways.push(format!("the rate agreed as \u{201c}{name}\u{201d}"));
    }
    if let Some(set) = &effect.set {
        ways.push(amounts(set, " an hour"));
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
        if rule.after_per == Some(AfterPer::Week) {
            words += " in the week";
        }
    }
    if let Some(first) = rule.first {
        words += &format!(" for the first {first}");
    }
    if rule.beyond_schedule {
        words += " for time after the scheduled end";
    }
    if let Some(time) = &rule.ordered_after {
        words += &format!(" if ordered after {time} of the day before");
    }
    match rule.applies {
        Some(Applies::Touch) => words += " for the whole shift when any part of it is inside",
        Some(Applies::Begins) => words += " for the whole shift when it begins inside",
        Some(Applies::Majority) => words += " for the whole shift when most of it is inside",
        Some(Applies::FromThenOn) => words += " from the first minute inside to the end of the shift",
        Some(Applies::Portion) | None => {}
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
    ways.extend(rule.bands.iter().map(|band| match band.up_to {
        Some(up_to) => format!("{} up to {up_to}", band.amount.price()),
        None => format!("{} for longer", band.amount.price()),
    }));
    ways.extend(rule.percent.map(|percent| format!("{percent} % of labor")));
    ways.extend(rule.minimum.map(|minimum| format!("at least {minimum}")));
    ways.extend(rule.step.map(|step| format!("in steps of {step}")));
    ways.extend(rule.one_per.filter(|_| rule.forced).map(|per| format!("one for each {per} officers")));
    if rule.forced { format!("{}, asked for or not", ways.join(", ")) } else { ways.join(", ") }
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
    ways.extend(rule.percent.as_ref().map(|percent| format!("{} of {}", percents(percent), bases(&rule.on))));
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
    ways.join(", ")
}

fn tax(rule: &Tax) -> String {
    format!("{} % of {}", rule.percent, bases(&rule.on))
}

fn cancellation(rule: &Cancellation) -> String {
    let unit = if rule.counts == NoticeCounts::OfficeHours { " of office hours" } else { "" };
    let windows: Vec<String> = rule.windows.iter().map(|window| cancel_window(window, unit)).collect();
    let mut words = windows.join("; ");
    if rule.covers_changes {
        words += "; a change to fewer officers or hours counts alike";
    }
    words
}

/// A window of notice in words.
pub(super) fn cancel_window(window: &CancelWindow, unit: &str) -> String {
    let mut when = Vec::new();
    if window.after_start {
        when.push("after the start".to_owned());
    }
    when.extend(window.under.map(|under| format!("less than {under}{unit} before")));
    when.extend(window.at_most.map(|most| format!("{most}{unit} or less before")));
    when.extend(window.over.map(|over| format!("more than {over}{unit} before")));
    when.extend(window.at_least.map(|least| format!("{least}{unit} or more before")));
    when.extend(window.under_business_days.map(|days| format!("less than {days} business days before")));
    if let Some(time) = &window.deadline {
        let day = if window.deadline_business { "business day" } else { "day" };
        when.push(match window.deadline_days.unwrap_or(1) {
            1 => format!("after {time} of the {day} before"),
            days => format!("after {time} of the {day} {days} {day}s before"),
        });
    }
    when.extend(window.scheduled_under.map(|under| format!("on jobs under {under}")));
    when.extend(window.scheduled_at_least.map(|least| format!("on jobs of {least} or more")));
    let mut owed = Vec::new();
    if window.full {
        owed.push("the whole schedule".to_owned());
    }
    owed.extend(window.charge.filter(|charge| charge.0 > 0).map(|charge| charge.to_string()));
    if window.or_worked {
        owed.push("or the time worked if longer".to_owned());
    }
    owed.extend(window.charge_percent.map(|percent| format!("{percent} % of the schedule")));
    if window.fee_only {
        owed.push("the fees of the schedule without its hours".to_owned());
    }
    owed.extend(window.flat_per_job.map(|flat| format!("{} for the job", flat.price())));
    owed.extend(window.flat.map(|flat| format!("{} besides", flat.price())));
    if window.deposit_forfeited {
        owed.push("the deposit".to_owned());
    }
    let owed = if owed.is_empty() { "nothing".to_owned() } else { owed.join(" ") };
    if when.is_empty() { format!("{owed} is owed") } else { format!("{}: {owed} is owed", when.join(" and ")) }
}

fn terms(rule: &PaymentTerms) -> String {
    let mut parts = Vec::new();
    if rule.prepay {
        parts.push("the whole price is due before the job".to_owned());
    }
    parts.extend(rule.deposit.map(|deposit| format!("a deposit of {}", deposit.price())));
    parts.extend(rule.deposit_percent.map(|percent| format!("a deposit of {percent} %")));
    parts.extend(rule.escrow_above.map(|above| format!("paid into escrow above {}", above.price())));
    parts.extend(rule.net_days.map(|days| match days {
        0 => "due on receipt".to_owned(),
        days => format!("due after {days} days"),
    }));
    parts.extend(rule.late_percent_month.map(|percent| format!("{percent} % a month when late")));
    parts.extend(rule.late_percent_year.map(|percent| format!("{percent} % a year when late")));
    if rule.late_compound {
        parts.push("interest bears interest".to_owned());
    }
    parts.extend(rule.late_percent.map(|percent| format!("{percent} % once when late")));
    parts.extend(rule.late_flat.map(|flat| format!("{} when late", flat.price())));
    parts.extend(rule.late_per_position.map(|each| format!("{} for each position when late", each.price())));
    parts.extend(rule.late_at_least.map(|least| format!("at least {} when late", least.price())));
    parts.extend(rule.late_at_most.map(|most| format!("at most {} when late", most.price())));
    parts.extend(rule.late_grace_days.map(|days| format!("nothing more up to {days} days after the due day")));
    parts.extend(rule.card_percent.map(|percent| format!("{percent} % more by card")));
    parts.extend(rule.credit_limit.map(|limit| format!("credit up to {}", limit.price())));
    parts.extend(rule.stop_after_days.map(|days| format!("no service from {days} days after the due day")));
    parts.extend(rule.dispute_days.map(|days| format!("disputes within {days} days")));
    if parts.is_empty() { "no special terms".to_owned() } else { parts.join("; ") }
}

fn split(rule: &Split) -> String {
    let mut parts = Vec::new();
    parts.extend(rule.percent.map(|percent| format!("{percent} %")));
    parts.extend(rule.per_hour.map(|amount| format!("{} an hour", amount.price())));
    format!("{} of the officer's labor goes to the {}", parts.join(" and "), rule.to.words())
}
