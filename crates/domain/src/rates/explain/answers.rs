//! The answers to open questions, rounding and the calendar in sentences.

use super::sentence;
use crate::{
    calendar::Observed,
    predicate::Predicate,
    rates::{
        card::{RateCard, RoundPoint},
        switches::{
            AfterCounts, AfterPer, Applies, CancelledWhen, Clock, MinimumPer, NoticeFrom, PaddedMinutes, Question,
            RankTie, RateOf, Stacking, StartChange,
        },
    },
};

/// A question with its answer in words, where there is one, and whether the card asks it.
type Asked = (Option<&'static str>, Question, bool);

fn yes_or_no(answer: Option<bool>, yes: &'static str, no: &'static str) -> Option<&'static str> {
    answer.map(|answer| if answer { yes } else { no })
}

/// What is stated, and the defaults that matter for this card.
pub(super) fn answers(card: &RateCard) -> Vec<String> {
    let switches = &card.switches;
    let premiums = !card.premium.is_empty();
    let cancelling = !card.cancellation.is_empty();
    let overtime = || card.premium.iter().filter(|rule| rule.after.is_some());
    let about = |word: &str| {
        let says = |when: &Predicate| when.to_string().contains(word);
        card.premium.iter().any(|rule| says(&rule.when)) || card.cancellation.iter().any(|rule| says(&rule.when))
    };
    let asked: Vec<Asked> = vec![
        (switches.clock.map(Clock::words), Question::Clock, true),
        (switches.padded_minutes.map(PaddedMinutes::words), Question::PaddedMinutes, premiums),
        (switches.stacking.map(Stacking::words), Question::Stacking, card.premium.len() > 1),
        (
            switches.after_counts.map(AfterCounts::words),
            Question::AfterCounts,
            overtime().any(|rule| rule.after_counts.is_none()),
        ),
        (switches.after_per.map(AfterPer::words), Question::AfterPer, overtime().any(|rule| rule.after_per.is_none())),
        (switches.holiday.map(of_holidays), Question::Holiday, about("holiday")),
        (switches.notice_from.map(NoticeFrom::words), Question::NoticeFrom, about("notice")),
        (
            switches.minimum_per.map(MinimumPer::words),
            Question::MinimumPer,
            card.quantize.iter().any(|rule| rule.per.is_none()),
        ),
        (
            yes_or_no(
                switches.premium_on_cancelled,
                Question::PremiumOnCancelled.default_in_words(),
                "premiums do not count on the hours charged for a cancellation",
            ),
            Question::PremiumOnCancelled,
            cancelling && premiums,
        ),
        (
            yes_or_no(
                switches.fee_on_cancelled,
                Question::FeeOnCancelled.default_in_words(),
                "administrative fees do not count on what a cancellation charges",
            ),
            Question::FeeOnCancelled,
            cancelling && !card.admin_fee.is_empty(),
        ),
        (
            yes_or_no(
                switches.resource_on_cancelled,
                "resources are charged on a cancelled job",
                Question::ResourceOnCancelled.default_in_words(),
            ),
            Question::ResourceOnCancelled,
            cancelling && !card.resource_fee.is_empty(),
        ),
    ];
    let mut all: Vec<String> = asked
        .into_iter()
        .filter_map(|(stated, question, matters)| match stated {
            Some(words) => Some(sentence(words)),
            None => matters.then(|| sentence(&format!("{} (not stated; the default)", question.default_in_words()))),
        })
        .collect();
    if let Some(limit) = switches.stacking_limit {
        all.push(format!("The rate with premiums is at most {limit} times the base rate."));
    }
    let recorded = [
        switches.start_change.map(StartChange::words),
        switches.cancelled_when.map(CancelledWhen::words),
        switches.rate_of.map(RateOf::words),
        switches.rank_tie.map(RankTie::words),
    ];
    all.extend(recorded.into_iter().flatten().map(sentence));
    all.push(sentence(card.money_round.mode.words()));
    match card.money_round.point {
        RoundPoint::Line => {}
        RoundPoint::Rate => {
            all.push(format!("Each rate is rounded to {} decimals before its line.", card.money_round.rate_decimals));
        }
        RoundPoint::Invoice => all.push("Only the sum of a shift is rounded.".to_owned()),
    }
    all
}

fn of_holidays(applies: Applies) -> &'static str {
    match applies {
        Applies::Portion => Question::Holiday.default_in_words(),
        Applies::Touch => "a holiday premium pays for the whole shift when any part is on the holiday",
        Applies::Begins => "a holiday premium pays for the whole shift when it begins on the holiday",
        Applies::Majority => "a holiday premium pays for the whole shift when most of it is on the holiday",
        Applies::FromThenOn => "a holiday premium pays from the first minute on the holiday to the end of the shift",
    }
}

/// Holidays and office hours.
pub(super) fn calendar(card: &RateCard) -> Vec<String> {
    let mut all = Vec::new();
    for (name, list) in &card.calendar.holidays {
        let days: Vec<String> = list.days.iter().map(|(name, day)| format!("{name} {}", written(day))).collect();
        let observed = match list.observed {
            Observed::No => "",
            Observed::Instead => "; on Saturday it counts on Friday instead, on Sunday on Monday",
            Observed::AsWell => "; on Saturday Friday counts as well, on Sunday Monday",
        };
        all.push(sentence(&format!("{} holidays: {}{observed}", name.replace('_', " "), days.join(", "))));
    }
    if let Some(office) = &card.calendar.office {
        all.push(format!("Office hours: {}.", written(office)));
    }
    all
}

/// As the document writes it, on one line.
fn written(value: &impl serde::Serialize) -> String {
    plain(&serde_json::to_value(value).unwrap_or_default())
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(" and "),
        serde_json::Value::Object(map) => {
            let parts = map.iter().map(|(key, value)| format!("{} {}", key.replace('_', " "), plain(value)));
            parts.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
