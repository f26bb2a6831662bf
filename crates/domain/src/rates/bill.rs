//! The price while it is being made.

use jiff::civil::DateTime;

use super::{
    card::{RateCard, RoundPoint},
    fees::{FeeBase, Payee},
    priced::{Line, LineKind},
    ratio::Ratio,
    switches::{Question, Switches},
    work::Earlier,
};
use crate::{money::Cents, predicate::Facts, refusal::Refusal, time::Minutes};

/// Minutes of the shift.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hours {
    pub(super) worked: i64,
    pub(super) paid: i64,
}

/// Lines so far, with what fees may be taken of.
pub(super) struct Bill<'a> {
    pub(super) card: &'a RateCard,
    /// The card's answers, or others to see what they would cost.
    pub(super) switches: &'a Switches,
    pub(super) facts: Facts<'a>,
    pub(super) start: DateTime,
    pub(super) first_of_job: bool,
    pub(super) hours: Hours,
    pub(super) lines: Vec<Draft>,
    /// Counted with it, and how that changed it.
    pub(super) earlier: Earlier,
    pub(super) remarks: Vec<String>,
    /// Questions without an answer on which this price may depend.
    pub(super) open: Vec<Question>,
    /// Rules that fit and could not count for want of a rate.
    pub(super) notes: Vec<String>,
    /// A cancellation says whether fees count on it.
    pub(super) cancelled_fee: Option<bool>,
    pub(super) cancelled: bool,
    /// A cancellation owes neither time nor a sum: only a fee that says so counts.
    pub(super) nothing: bool,
    /// The exact sums of both sides so far, where only the sum is rounded.
    exact: [Ratio; 2],
}

/// A line and the part of it that counts for fees.
pub(super) struct Draft {
    pub(super) line: Line,
    pub(super) base: FeeBase,
    pub(super) fee_on: Cents,
}

/// What a line is made of before its amount is rounded.
pub(super) struct Item {
    pub(super) kind: LineKind,
    pub(super) rule_id: String,
    pub(super) words: String,
    pub(super) minutes: i64,
    pub(super) quantity: Ratio,
    pub(super) rate: Ratio,
    /// The officer's rate; `None`: nothing is the officer's.
    pub(super) officer_rate: Option<Ratio>,
    /// The rate on which fees count.
    pub(super) fee_rate: Ratio,
    pub(super) base: FeeBase,
    pub(super) payee: Payee,
}

impl<'a> Bill<'a> {
    pub(super) fn new(
        card: &'a RateCard,
        switches: &'a Switches,
        facts: Facts<'a>,
        start: DateTime,
        first_of_job: bool,
    ) -> Self {
        Self {
            card,
            switches,
            facts,
            start,
            first_of_job,
            hours: Hours::default(),
            lines: Vec::new(),
            earlier: Earlier::default(),
            remarks: Vec::new(),
            open: Vec::new(),
            notes: Vec::new(),
            cancelled_fee: None,
            cancelled: false,
            nothing: false,
            exact: [Ratio::ZERO; 2],
        }
    }

    /// Adds a line, rounding each side once.
    pub(super) fn add(&mut self, item: Item) -> Result<(), Refusal> {
        let cents = |rate: Ratio| {
            item.quantity
                .times(rate)
                .and_then(|amount| amount.to_cents(self.card.money_round.mode))
                .ok_or_else(too_large)
        };
        let mut customer_cents = cents(item.rate)?;
        let mut officer_cents = item.officer_rate.map_or(Ok(Cents::ZERO), cents)?;
        let fee_on = if item.fee_rate == item.rate { customer_cents } else { cents(item.fee_rate)? };
        if self.card.money_round.point == RoundPoint::Invoice {
            customer_cents = self.next(0, item.quantity, item.rate).ok_or_else(too_large)?;
            officer_cents =
                self.next(1, item.quantity, item.officer_rate.unwrap_or(Ratio::ZERO)).ok_or_else(too_large)?;
        }
        let line = Line {
            kind: item.kind,
            rule_id: item.rule_id,
            words: item.words,
            minutes: Minutes(item.minutes),
            quantity: item.quantity,
            rate: item.rate,
            officer_cents,
            customer_cents,
            payee: item.payee,
        };
        self.lines.push(Draft { line, base: item.base, fee_on });
        if self.lines.len() > 1000 {
            return Err(too_large());
        }
        Ok(())
    }

    /// The cents that bring the sum of a side to its rounded value.
    fn next(&mut self, side: usize, quantity: Ratio, rate: Ratio) -> Option<Cents> {
        let mode = self.card.money_round.mode;
        let before = self.exact[side];
        let after = before.plus(quantity.times(rate)?)?;
        self.exact[side] = after;
        Some(Cents(after.to_cents(mode)?.0 - before.to_cents(mode)?.0))
    }

    /// Dollars of the lines of these parts on which fees count.
    pub(super) fn base(&self, parts: &[FeeBase]) -> Cents {
        self.lines.iter().filter(|draft| parts.contains(&draft.base)).map(|draft| draft.fee_on).sum()
    }

    pub(super) fn remark(&mut self, words: String) {
        if !self.remarks.contains(&words) {
            self.remarks.push(words);
        }
    }

    /// Notes a question on which the price may depend, unless the card answers it.
    pub(super) fn may_depend_on(&mut self, question: Question) {
        if !question.is_answered(self.switches) && !self.open.contains(&question) {
            self.open.push(question);
        }
    }
}

/// An amount beyond any bill.
pub(super) fn too_large() -> Refusal {
    Refusal::new(
        "amount_out_of_range",
        "An amount is too large to be true.",
        "Check the rates of the card and the times.",
    )
}

/// The rule's id, or its kind and place in the card.
pub(super) fn label(id: &str, kind: &str, at: usize) -> String {
    if id.is_empty() { format!("{kind}.{}", at + 1) } else { id.to_owned() }
}

/// The rule's name, or its id in words.
pub(super) fn named(name: &str, id: &str, otherwise: &str) -> String {
    match (name, id) {
        ("", "") => otherwise.to_owned(),
        ("", id) => id.replace('_', " "),
        (name, _) => name.to_owned(),
    }
}
