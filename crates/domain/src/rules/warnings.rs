//! What a book says that can never count: legal, and hardly meant.

use super::{RuleBook, RuleMistake, editing, form};
use crate::{
    predicate::Predicate,
    rates::{Amounts, CancelWindow, Cancellation, NoticeCounts},
};

impl RuleBook {
    /// What of the document, which was read as this book, never counts or does nothing, with its line.
    #[must_use]
    pub fn warnings(&self, text: &str) -> Vec<RuleMistake> {
        let root = editing::tree::Node::read(text);
        let places = form::Places::new(text, root.as_ref());
        let mut all: Vec<RuleMistake> = warnings(self)
            .into_iter()
            .map(|(path, message)| RuleMistake { line: places.line(&path), message })
            .collect();
        all.sort_by_key(|one| one.line);
        all
    }
}

fn warnings(book: &RuleBook) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let card = &book.rates;
    macro_rules! behind {
        ($list:ident, $decides:expr) => {{
            let place = card.$list.iter().position(|rule| {
                rule.when == Predicate::always() && rule.from.is_none() && rule.until.is_none() && $decides(rule)
            });
            if let Some(first) = place {
                for at in first + 1..card.$list.len() {
                    all.push((
                        format!("rates/{}/{at}", stringify!($list)),
                        format!(
                            "{} never counts: {} before it always fits, and the first rule that fits decides. Write it before that rule",
                            called(stringify!($list), &card.$list[at].id, at),
                            called(stringify!($list), &card.$list[first].id, first),
                        ),
                    ));
                }
            }
        }};
    }
    let one = |amounts: &Option<Amounts>| matches!(amounts, Some(Amounts::One(_)));
    behind!(base_rate, |rule: &crate::rates::BaseRate| one(&rule.amount) && (rule.pay.is_none() || one(&rule.pay)));
    behind!(payable_time, |_: &crate::rates::PayableTime| true);
    behind!(quantize, |_: &crate::rates::Quantize| true);
    behind!(payment_terms, |_: &crate::rates::PaymentTerms| true);
    for (at, rule) in card.cancellation.iter().enumerate() {
        for (place, window) in rule.windows.iter().enumerate() {
            let path = format!("rates/cancellation/{at}/windows/{place}");
            let what = format!("{}, window {}", called("cancellation", &rule.id, at), place + 1);
            let (least, most) = notice(rule, window);
            if least > most {
                all.push((path, format!("{what} never fits: no notice is within all its bounds, for example {{ over: 2 h, under: 4 h, charge: 2 h }}")));
            } else if let Some(wider) = rule.windows[..place].iter().position(|wider| covers(rule, wider, window)) {
                all.push((path, format!("{what} never counts: window {} before it fits whenever it does, and the first that fits decides. Write the narrower first", wider + 1)));
            } else if owes_nothing(window) {
                all.push((path, format!("{what} owes nothing, for it says no charge, charge_percent, full, fee_only, flat, flat_per_job or deposit_forfeited. Write charge: 0 min if that is meant")));
            }
        }
    }
    all
}

fn called(list: &str, id: &str, at: usize) -> String {
    if id.is_empty() { format!("{list} rule {}", at + 1) } else { format!("{list} rule {id}") }
}

/// The least and the most minutes of notice that fit.
fn notice(rule: &Cancellation, window: &CancelWindow) -> (i64, i64) {
    let least = [window.over.map(|over| over.0 + 1), window.at_least.map(|least| least.0)];
    // Office hours are never below nothing, so they say nothing of the start.
    let started = (window.after_start && rule.counts == NoticeCounts::Clock).then_some(-1);
    let most = [window.under.map(|under| under.0 - 1), window.at_most.map(|most| most.0), started];
    (least.into_iter().flatten().max().unwrap_or(i64::MIN), most.into_iter().flatten().min().unwrap_or(i64::MAX))
}

/// True when the wider window fits whenever the other one does.
fn covers(rule: &Cancellation, wider: &CancelWindow, window: &CancelWindow) -> bool {
    let by_notice_alone = wider.under_business_days.is_none()
        && wider.deadline.is_none()
        && wider.scheduled_under.is_none()
        && wider.scheduled_at_least.is_none()
        && (!wider.after_start || rule.counts == NoticeCounts::Clock);
    let (outer, inner) = (notice(rule, wider), notice(rule, window));
    by_notice_alone && outer.0 <= inner.0 && inner.1 <= outer.1
}

fn owes_nothing(window: &CancelWindow) -> bool {
    let amounts = [window.charge_percent, window.flat, window.flat_per_job];
    window.charge.is_none()
        && amounts.iter().all(Option::is_none)
        && !(window.full || window.fee_only || window.deposit_forfeited || window.or_worked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\nrates:\n";

    #[test]
    fn what_never_counts_is_named_with_its_line() {
        let rows: &[(&str, &[(u64, &str)])] = &[
            ("  cancellation: [{ id: c, windows: [{ under: 2 h, over: 4 h, charge: 4 h }] }]", &[(6, "never fits")]),
            (
                "  cancellation:\n    - windows:\n        - { under: 12 h, charge: 4 h }\n        - { under: 2 h, full: true }",
                &[(9, "never counts: window 1")],
            ),
            (
                "  cancellation:\n    - windows:\n        - { under: 2 h, full: true }\n        - { under: 12 h, charge: 4 h }",
                &[],
            ),
            ("  cancellation: [{ windows: [{ under: 2 h }] }]", &[(6, "owes nothing")]),
            ("  cancellation: [{ windows: [{ under: 2 h, charge: 0 min }] }]", &[]),
            (
                "  base_rate:\n    - { id: usual, amount: 60 }\n    - { id: school, when: { customer.class: school }, amount: 40 }",
                &[(8, "base_rate rule school never counts")],
            ),
            (
                "  base_rate:\n    - { id: own, own_rate_times: 1.5 }\n    - { id: by, by: officer.rank, amount: { officer: 6 } }\n    - { amount: 6 }",
                &[],
            ),
            ("  quantize:\n    - { minimum: 4 h, until: 2026-06-30 }\n    - { minimum: 3 h }", &[]),
            (
                "  quantize:\n    - { minimum: 4 h }\n    - { minimum: 3 h, when: { job.kind: film } }",
                &[(8, "quantize rule 2")],
            ),
        ];
        for (rates, expected) in rows {
            let text = format!("{HEAD}{rates}\n");
            let book = RuleBook::read(&text).unwrap_or_else(|wrong| panic!("{rates}: {wrong:?}"));
            let found = book.warnings(&text);
            assert_eq!(found.len(), expected.len(), "{rates}: {found:?}");
            for (found, (line, words)) in found.iter().zip(*expected) {
                assert!(found.line == *line && found.message.contains(words), "{rates}: {found:?}");
            }
        }
    }
}
