//! The price of a request before it is worked: each line explained, and what the agency's rules say of it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Asked, CrewAdvice, PostRole, RequestRuling, ResourceWanted};
use crate::{
    id::RuleSetId,
    money::Cents,
    predicate::{OfficerFacts, PositionFacts},
    rates::{PricedWork, Ratio, ResourceUse, price},
    refusal::Refusal,
    rules::RuleBook,
    time::Minutes,
};

/// A quote, stored as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The stored rule set that made it: the one in force on the first date.
    pub rule_set: RuleSetId,
    /// Its version, as people say it.
    pub version: String,
    /// What the customer will owe if everything is worked as asked.
    pub total: Cents,
    /// What the officers will earn of it.
    pub officers_earn: Cents,
    /// Paid minutes of all seats together.
    pub paid_minutes: Minutes,
    /// Lines of the same kind and rate together, in the order of the pipeline.
    pub lines: Vec<QuoteLine>,
    /// The total of each date.
    pub shifts: Vec<QuotedShift>,
    /// Answers that the rules leave open and this price depended on.
    pub assumptions: Vec<String>,
    /// What the agency's rules say of the request.
    pub remarks: Vec<Remark>,
    /// Who and what the crew rules add.
    #[serde(default)]
    pub crew: CrewAdvice,
    /// Every rule that was asked, with its decision; stored apart from the quote.
    #[serde(skip)]
    pub ruling: RequestRuling,
}

/// Like lines of all seats and dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// For which position: `2 x Officer`.
    pub position: String,
    /// What it is: `Labour`, `Fee` ...
    pub kind: String,
    /// The rule that made it.
    pub rule: String,
    /// Why, in words.
    pub words: String,
    /// Hours, pieces or dollars in all.
    pub quantity: Ratio,
    /// Dollars each, or a factor.
    pub rate: Ratio,
    /// Owed by the customer.
    pub cents: Cents,
}

/// The total of one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedShift {
    /// The local date on which it starts.
    pub worked_on: Date,
    /// First instant.
    pub starts_at: Timestamp,
    /// First instant after.
    pub ends_at: Timestamp,
    /// Owed by the customer.
    pub cents: Cents,
}

/// What a rule says of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The rule.
    pub rule: String,
    /// In words.
    pub words: String,
    /// What would make it pass.
    pub remedy: String,
    /// True when the request cannot be taken like this.
    pub blocks: bool,
    /// The rule's kind; empty in quotes of earlier versions.
    #[serde(default)]
    pub kind: String,
    /// Where the rule comes from; may be empty.
    #[serde(default)]
    pub cite: String,
    /// Who must agree, by the agency's words.
    #[serde(default)]
    pub levels: Vec<String>,
}

/// Prices every seat of every shift as scheduled, and says what the rules of crew, notice, place and approval say of it.
///
/// # Errors
/// A [`Refusal`] when the agency's rates cannot price it: no base rate fits, or a number is out of range.
pub fn quote(book: &RuleBook, rule_set: RuleSetId, asked: &Asked<'_>) -> Result<Quote, Refusal> {
    let crew = super::advise_crew(book, asked);
    let resources = super::carried(&asked.details.resources, &crew);
    let mut sum = priced(book, rule_set, asked, &resources)?;
    sum.ruling = super::judge_asked(book, asked, asked.at);
    sum.remarks = sum.ruling.remarks();
    sum.crew = crew;
    if !sum.crew.positions.is_empty() {
        let raised = super::Details { positions: sum.crew.positions.clone(), ..asked.details.clone() };
        let with_them = Asked { details: &raised, ..*asked };
        // Advice that the rates cannot price is still advice.
        sum.crew.total = priced(book, rule_set, &with_them, &resources).ok().map(|quote| quote.total);
    }
    sum.say_ranks(asked);
    Ok(sum)
}

/// The price alone. The first seat of each shift carries its resources.
fn priced(
    book: &RuleBook,
    rule_set: RuleSetId,
    asked: &Asked<'_>,
    resources: &[ResourceWanted],
) -> Result<Quote, Refusal> {
    let uses: Vec<ResourceUse<'_>> = resources.iter().map(ResourceWanted::used).collect();
    let mut sum = Quote {
        rule_set,
        version: book.version.clone(),
        total: Cents::ZERO,
        officers_earn: Cents::ZERO,
        paid_minutes: Minutes::ZERO,
        lines: Vec::new(),
        shifts: Vec::new(),
        assumptions: Vec::new(),
        remarks: Vec::new(),
        crew: CrewAdvice::default(),
        ruling: RequestRuling::default(),
    };
    let back = book.rates.looks_back();
    if !back.is_nothing() {
        sum.assume("Officers are priced as if they work nothing else".to_owned());
    }
    let lent = asked.lend();
    let mut first_of_job = true;
    for shift in asked.shifts {
        let before = sum.total;
        let proposal = asked.proposal(shift, book, &lent);
        let mut first_of_shift = true;
        for wanted in &asked.details.positions {
            let rank = asked.rank(wanted.role, wanted.requirements.least_rank);
            let mut seat = proposal;
            seat.position = PositionFacts {
                role: Some(wanted.role.code()),
                rank: rank.map(|rank| rank.code.as_str()),
                rank_order: rank.map(|rank| rank.level),
                supervisory: Some(wanted.role != PostRole::Officer),
                ..PositionFacts::default()
            };
            let officer = OfficerFacts {
                rank: rank.map(|rank| rank.code.as_str()),
                rank_order: rank.map(|rank| rank.level),
                ..OfficerFacts::default()
            };
            let name = format!("{} \u{d7} {}", wanted.seats, wanted.role.label());
            let mut work = PricedWork::scheduled(asked.zone, shift.span, seat.facts(officer));
            work.requested_at = Some(asked.at);
            work.approved_at = Some(asked.at);
            let mut seats = wanted.seats;
            if first_of_shift {
                work.first_of_job = first_of_job;
                work.resources = &uses;
                sum.add(&price(&book.rates, &work)?, &name, 1)?;
                (first_of_shift, first_of_job) = (false, false);
                seats -= 1;
            }
            work.first_of_job = false;
            work.resources = &[];
            if seats > 0 {
                sum.add(&price(&book.rates, &work)?, &name, seats)?;
            }
        }
        sum.shifts.push(QuotedShift {
            worked_on: shift.worked_on,
            starts_at: shift.span.starts_at(),
            ends_at: shift.span.ends_at(),
            cents: sum.total - before,
        });
    }
    Ok(sum)
}

impl Quote {
    fn add(&mut self, priced: &crate::rates::Priced, position: &str, seats: i64) -> Result<(), Refusal> {
        let times = |cents: Cents| cents.0.checked_mul(seats).map(Cents).ok_or_else(too_large);
        self.total += times(priced.customer_cents)?;
        self.officers_earn += times(priced.officer_cents)?;
        self.paid_minutes += Minutes(priced.paid_minutes.0 * seats);
        for line in &priced.lines {
            let quantity = line.quantity.times(Ratio::whole(seats)).ok_or_else(too_large)?;
            let cents = times(line.customer_cents)?;
            let same = self.lines.iter_mut().find(|one| {
                one.rule == line.rule_id && one.words == line.words && one.rate == line.rate && one.position == position
            });
            match same {
                Some(one) => {
                    one.quantity = one.quantity.plus(quantity).ok_or_else(too_large)?;
                    one.cents += cents;
                }
                None => self.lines.push(QuoteLine {
                    position: position.to_owned(),
                    kind: line.kind.words().to_owned(),
                    rule: line.rule_id.clone(),
                    words: line.words.clone(),
                    quantity,
                    rate: line.rate,
                    cents,
                }),
            }
        }
        for assumption in &priced.assumptions {
            self.assume(assumption.clone());
        }
        Ok(())
    }

    fn assume(&mut self, words: String) {
        if !self.assumptions.contains(&words) {
            self.assumptions.push(words);
        }
    }

    /// Says for which rank each role was priced, as the officer who comes may hold another.
    fn say_ranks(&mut self, asked: &Asked<'_>) {
        for wanted in &asked.details.positions {
            if let Some(rank) = asked.rank(wanted.role, wanted.requirements.least_rank) {
                self.assume(format!("{} priced for the rank {}", wanted.role.label(), rank.name));
            }
        }
    }

    /// The first rule that keeps the request from being taken.
    #[must_use]
    pub fn blocked_by(&self) -> Option<&Remark> {
        self.remarks.iter().find(|remark| remark.blocks)
    }
}

fn too_large() -> Refusal {
    Refusal::new("too_large", "The price is out of range.", "Ask for fewer officers or dates.")
}
