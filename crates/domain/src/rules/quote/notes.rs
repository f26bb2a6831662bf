//! What a line says that the book makes nothing of: said with the price, so that nothing is ignored in silence.

use jiff::civil::Date;

use super::{Asked, QuotedLine};
use crate::{
    rates::{LineKind, RateCard},
    rules::RuleBook,
};

/// The notes on a priced line, in words.
pub(super) fn about(book: &RuleBook, asked: &Asked, day: Option<Date>, lines: &[QuotedLine]) -> Vec<String> {
    let card = &book.rates;
    let mut all = rates(card, asked);
    if let Some(day) = day.filter(|day| *day < book.effective_from) {
        all.push(format!(
            "the shift starts on {day}, before the book is in force (effective_from {})",
            book.effective_from
        ));
    }
    for used in &asked.resources {
        let word = &used.resource;
        let rules = || card.resource_fee.iter().enumerate().filter(|(_, rule)| rule.resource == *word);
        if rules().next().is_none() {
            all.push(format!("the book has no resource_fee for \u{201c}{word}\u{201d}: nothing is charged for it"));
            continue;
        }
        let charged = |at: usize, id: &str| {
            let label = if id.is_empty() { format!("resource_fee.{}", at + 1) } else { id.to_owned() };
            lines.iter().any(|line| line.kind == LineKind::Resource && line.rule == label)
        };
        if asked.cancelled.is_none() && !rules().any(|(at, rule)| charged(at, &rule.id)) {
            all.push(format!("no resource_fee for \u{201c}{word}\u{201d} charges anything here"));
        }
    }
    all
}

/// Rates that the line gives and no rule reads.
fn rates(card: &RateCard, asked: &Asked) -> Vec<String> {
    let mut all = Vec::new();
    if asked.rate.is_some() && !card.base_rate.iter().any(|rule| rule.agreed) {
        all.push("`rate` changes nothing: no base_rate of the book has `agreed: true`".to_owned());
    }
    if asked.own_rate.is_some() && !card.base_rate.iter().any(|rule| rule.own_rate_times.is_some()) {
        all.push("`own_rate` changes nothing: no base_rate of the book has `own_rate_times`".to_owned());
    }
    if asked.highest_rate_on_site.is_some() && !card.base_rate.iter().any(|rule| rule.match_highest_on_site) {
        all.push(
            "`highest_rate_on_site` changes nothing: no base_rate of the book has `match_highest_on_site: true`"
                .to_owned(),
        );
    }
    for name in asked.rates.keys() {
        if !card.premium.iter().any(|premium| premium.effect.set_agreed.as_ref() == Some(name)) {
            all.push(format!(
                "the rate \u{201c}{name}\u{201d} changes nothing: no premium of the book has `set_agreed: {name}`"
            ));
        }
    }
    all
}
