//! Step 5: the rate of a piece from its base rate and the premiums that reach it.

use super::{
    amounts::Amounts,
    ratio::Ratio,
    rules::{Concerns, Premium},
    switches::{Stacking, Switches},
};
use crate::predicate::Facts;

/// The side of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Customer,
    Officer,
}

/// What premiums are applied to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stack<'a> {
    pub(super) switches: &'a Switches,
    pub(super) facts: &'a Facts<'a>,
    /// Rates agreed by name.
    pub(super) agreed: &'a [(&'a str, Ratio)],
    /// The base rate's table, for tiers.
    pub(super) table: Option<&'a Amounts>,
}

/// What one premium does, once its tables have been read.
#[derive(Debug, Clone, Copy)]
enum Step {
    Set(Ratio),
    Multiply(Ratio),
    Add(Ratio),
    AtLeast(Ratio),
}

impl Stack<'_> {
    /// The rate for one side; `None` when a number is out of range.
    pub(super) fn rate(&self, base: Ratio, premiums: &[&Premium], side: Side) -> Option<Ratio> {
        let concerned = |premium: &&&Premium| match premium.concerns {
            Concerns::Both => true,
            Concerns::Customer => side == Side::Customer,
            Concerns::Officer => side == Side::Officer,
        };
        let steps = |on_top: bool| -> Vec<Step> {
            let these = premiums.iter().filter(concerned).filter(|premium| premium.on_top == on_top);
            these.filter_map(|premium| self.step(premium)).collect()
        };
        let mut rate = match self.switches.stacking.unwrap_or(Stacking::Max) {
            Stacking::Max => {
                let mut best: Option<Ratio> = None;
                for step in steps(false) {
                    let one = step.on(base)?;
                    best = Some(best.map_or(one, |best| best.max(one)));
                }
                best.unwrap_or(base)
            }
            Stacking::Sum => {
                let mut sum = base;
                for step in steps(false) {
                    sum = sum.plus(step.on(base)?.minus(base)?)?;
                }
                sum
            }
            Stacking::Product => {
                let mut all = steps(false);
                all.sort_by_key(Step::turn);
                let mut rate = base;
                let mut set: Option<Ratio> = None;
                for step in all {
                    if let Step::Set(to) = step {
                        // Of several set rates the highest counts.
                        set = Some(set.map_or(to, |before| before.max(to)));
                        rate = set.unwrap_or(to);
                    } else {
                        rate = step.on(rate)?;
                    }
                }
                rate
            }
            Stacking::Sequence => {
                let mut rate = base;
                for step in steps(false) {
                    rate = step.on(rate)?;
                }
                rate
            }
        };
        if let Some(limit) = self.switches.stacking_limit {
            rate = rate.min(base.times(limit)?);
        }
        for step in steps(true) {
            rate = step.on(rate)?;
        }
        Some(rate)
    }

    fn step(&self, premium: &Premium) -> Option<Step> {
        let effect = &premium.effect;
        let agreed = effect.set_agreed.as_ref().and_then(|name| self.agreed.iter().find(|(known, _)| known == name));
        let set = effect.set.as_ref().and_then(|set| set.find(&effect.by.0, self.facts)).map(|(amount, _)| amount);
        let tier = effect.at_least_tier.as_ref().and_then(|tier| self.table?.entry(tier));
        agreed
            .map(|(_, rate)| Step::Set(*rate))
            .or(set.map(Step::Set))
            .or(effect.multiply.map(Step::Multiply))
            .or(effect.add.map(Step::Add))
            .or(tier.map(Step::AtLeast))
            .or(effect.at_least.map(Step::AtLeast))
    }
}

impl Step {
    fn on(self, rate: Ratio) -> Option<Ratio> {
        match self {
            Self::Set(to) => Some(to),
            Self::Multiply(by) => rate.times(by),
            Self::Add(more) => rate.plus(more),
            Self::AtLeast(least) => Some(rate.max(least)),
        }
    }

    fn turn(&self) -> u8 {
        match self {
            Self::Set(_) => 0,
            Self::AtLeast(_) => 1,
            Self::Multiply(_) => 2,
            Self::Add(_) => 3,
        }
    }
}

/// The premium in words: `× 1.5 Night`.
pub(super) fn words(premium: &Premium, name: &str) -> String {
    let effect = &premium.effect;
    if effect.set.is_some() {
        name.to_owned()
    } else if let Some(by) = effect.multiply {
        format!("{name} \u{d7} {by}")
    } else if let Some(more) = effect.add {
        format!("{name} + {}", more.price())
    } else {
        name.to_owned()
    }
}
