//! The rules of a card that make hours and rates: `payable_time`, `quantize`, `base_rate`, `premium`.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor};

use super::{
    amounts::{Amounts, LookedUpBy},
    ratio::Ratio,
    switches::{AfterCounts, AfterPer, Applies, MinimumPer},
};
use crate::{
    predicate::{Facts, Predicate, length},
    time::Minutes,
};

/// What every rule of a card can say.
pub(super) trait Rule {
    fn id(&self) -> &str;
    fn name(&self) -> &str;
    fn when(&self) -> &Predicate;
    fn dates(&self) -> (Option<Date>, Option<Date>);

    /// In force on that day.
    fn in_force(&self, day: Date) -> bool {
        let (from, until) = self.dates();
        from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
    }

    /// In force and its condition holds.
    fn fits(&self, day: Date, facts: &Facts<'_>) -> bool {
        self.in_force(day) && self.when().holds(facts)
    }
}

/// Declares a rule: the fields every rule has, and its own.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// A short name for programs; every line of a price names it.
            #[serde(default, skip_serializing_if = "String::is_empty")]
            pub id: String,
            /// The words on the line.
            #[serde(default, skip_serializing_if = "String::is_empty")]
            pub name: String,
            /// Where the agency wrote it: book, article, page.
            #[serde(default, skip_serializing_if = "String::is_empty")]
            pub source: String,
            /// The condition; without one the rule always counts.
            #[serde(default, skip_serializing_if = "crate::predicate::Predicate::is_always")]
            pub when: crate::predicate::Predicate,
            /// First day in force, by the local date on which the shift starts.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub from: Option<jiff::civil::Date>,
            /// Last day in force.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub until: Option<jiff::civil::Date>,
            $($(#[$meta])* pub $field: $type,)*
        }

        impl $crate::rates::rules::Rule for $name {
            fn id(&self) -> &str {
                &self.id
            }
            fn name(&self) -> &str {
                &self.name
            }
            fn when(&self) -> &crate::predicate::Predicate {
                &self.when
            }
            fn dates(&self) -> (Option<jiff::civil::Date>, Option<jiff::civil::Date>) {
                (self.from, self.until)
            }
        }
    };
}
pub(super) use rule;

rule! {
    /// R1: dollars an hour.
    BaseRate {
        /// The fact or facts by which `amount` is read when it is a table.
        #[serde(default, skip_serializing_if = "LookedUpBy::is_empty")]
        by: LookedUpBy,
        /// Charged an hour: a number or a table.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Amounts>,
        /// The officer's own hourly rate times this (instead of `amount`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        own_rate_times: Option<Ratio>,
        /// The rate agreed for the job (instead of `amount`).
        #[serde(default)]
        agreed: bool,
        /// At least this much an hour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least: Option<Ratio>,
        /// Raised to the highest rate paid to anybody at the place.
        #[serde(default)]
        match_highest_on_site: bool,
        /// Paid to the officer an hour, where it differs from what is charged: a number or a table by the same facts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pay: Option<Amounts>,
    }
}

rule! {
    /// R2: which minutes count.
    PayableTime {
        /// Worked, scheduled, or the longer.
        #[serde(default)]
        basis: Basis,
        /// Released early: pay the actual time, the full scheduled time, or the full time when over half was worked.
        #[serde(default)]
        released_early: ReleasedEarly,
        /// Clocked in before the scheduled start: paid, or not.
        #[serde(default)]
        early_start: EarlyStart,
        /// Time beyond the schedule: paid by the customer, by the agency, or by nobody.
        #[serde(default)]
        overrun: Overrun,
        /// The customer pays at most this much overrun.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        overrun_limit: Option<Minutes>,
        /// Minutes added to every shift (travel, picking up the vehicle).
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        add: Option<Minutes>,
        /// A meal break of at most this long is paid ...
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        paid_meal: Option<Minutes>,
        /// ... on shifts longer than this.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        paid_meal_over: Option<Minutes>,
    }
}

/// Which time is paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Clock in to clock out.
    #[default]
    Clock,
    /// As scheduled.
    Scheduled,
    /// The longer of the two.
    Longer,
}

/// What an officer earns who is released before the scheduled end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleasedEarly {
    /// The time worked.
    #[default]
    Actual,
    /// The scheduled time.
    Full,
    /// The scheduled time when more than half of it was worked, else the time worked.
    FullIfOverHalf,
}

/// What time before the scheduled start is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlyStart {
    /// Paid like the rest.
    #[default]
    Paid,
    /// Not paid.
    Unpaid,
}

/// Who pays for time beyond the schedule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overrun {
    /// The customer.
    #[default]
    Customer,
    /// The agency, outside this card.
    Agency,
    /// The customer when it belongs to the job (the shift says so), else the agency.
    CustomerIfRelated,
}

rule! {
    /// R3: minimum, blocks and steps.
    Quantize {
        /// At least this long.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        minimum: Option<Minutes>,
        /// Blocks: time over one edge and up to the next pays the whole block.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        blocks: Vec<Block>,
        /// Outside the blocks: whole steps of this length.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        step: Option<Minutes>,
        /// Which way steps round.
        #[serde(default)]
        direction: Direction,
        /// This much over an edge does not count.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        grace: Option<Minutes>,
        /// Labour comes to at least this many dollars.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minimum_amount: Option<Ratio>,
        /// For what the minimum is owed once; instead of the switch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per: Option<MinimumPer>,
    }
}

/// Time over `over` and up to `pays` counts as `pays`. Written `4 h` (over the block before) or `{ over: 6 h, pays: 8 h }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// More than this; `None`: more than the block before.
    pub over: Option<Minutes>,
    /// Counts as this, and up to this.
    pub pays: Minutes,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBlock {
    #[serde(with = "length")]
    over: Minutes,
    #[serde(with = "length")]
    pays: Minutes,
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.over {
            None => length::serialize(&self.pays, serializer),
            Some(over) => WrittenBlock { over, pays: self.pays }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Block;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a block such as 4 h, or { over: 6 h, pays: 8 h }")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Block, E> {
                let pays = length::deserialize(serde::de::value::StrDeserializer::new(text))?;
                Ok(Block { over: None, pays })
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Block, A::Error> {
                let written = WrittenBlock::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Block { over: Some(written.over), pays: written.pays })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Which way a step rounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the next whole step.
    #[default]
    Up,
    /// To the nearest; a half goes up.
    Nearest,
    /// To the last whole step.
    Down,
}

rule! {
    /// R4: more (or another rate) under a condition.
    Premium {
        /// Only hours after this many.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        after: Option<Minutes>,
        /// What `after` counts; instead of the switch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_counts: Option<AfterCounts>,
        /// Over what `after` counts; instead of the switch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_per: Option<AfterPer>,
        /// Only the first hours of the job.
        #[serde(default, with = "length::option", skip_serializing_if = "Option::is_none")]
        first: Option<Minutes>,
        /// Only the time worked after the scheduled end, with what rounding adds to it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        beyond_schedule: bool,
        /// Only when ordered at or after this time (`22:00`) of the day before the shift.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ordered_after: Option<String>,
        /// What of the shift it reaches.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        applies: Option<Applies>,
        /// What it does.
        effect: Effect,
        /// On the result of all others, instead of among them.
        #[serde(default)]
        on_top: bool,
        /// Whether administrative fees count on it. Default yes (a flat premium: no).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fee_on_it: Option<bool>,
        /// Who is concerned: the customer pays and the officer earns it, or one of them only.
        #[serde(default)]
        concerns: Concerns,
    }
}

/// What a premium does to the hourly rate. Several at once: a set table first, and a factor where it has no entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Effect {
    /// Another rate: a number or a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<Amounts>,
    /// The rate that the job's agreement has under this name (`holiday`, `emergency`), where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_agreed: Option<String>,
    /// The facts by which `set` is read.
    #[serde(skip_serializing_if = "LookedUpBy::is_empty")]
    pub by: LookedUpBy,
    /// The rate times this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiply: Option<Ratio>,
    /// So many dollars an hour more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add: Option<Ratio>,
    /// So many dollars once, on a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_flat: Option<Ratio>,
    /// At least the amount of this column of the base rate's table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least_tier: Option<String>,
    /// At least so many dollars an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Ratio>,
}

/// Whom a premium concerns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concerns {
    /// The customer pays it and the officer earns it.
    #[default]
    Both,
    /// Charged, not paid out.
    Customer,
    /// Paid out, not charged.
    Officer,
}
