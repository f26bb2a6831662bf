//! The one language of conditions: `when:` in every policy rule and every pay rule.
//!
//! A [`Predicate`] is a typed tree (all, any, not, tests of one field) asked over [`Facts`], which borrow from the
//! rows the caller already holds. Evaluation allocates nothing and cannot fail.
//!
//! As a document it reads like this; a map means *all of*, `any:` takes a list, `not:` a condition:
//!
//! ```yaml
//! job.kind: construction
//! job.attendance: { over: 400 }
//! any:
//!   - moment.time: 22:00-06:00
//!   - moment.holiday: legal
//! ```
//!
//! and in words: "job kind is construction and attendance is over 400 and (between 22:00 and 06:00 or on a legal holiday)".
//!
//! Words: a *field* is `section.name` (see [`Field`]); a *test* compares it. The long tail of an agency's own facts lives
//! under `section.attributes.name` and takes its type from the test.
//!
//! Invariants: a fact that is not known fails its test, whatever the test (so `not:` around it holds; ask
//! `{ known: true }` where that matters). Reading a document never panics and is bounded in depth and size.
//! A length of time in a document carries its unit: [`length`]. What this room never does: read a clock, a zone or a
//! table. Source: catalogue section 0.

mod cel;
mod document;
mod facts;
mod field;
pub mod length;
mod node;
mod partial;
mod words;

pub(crate) use cel::BYTES_AT_MOST as EXPRESSION_BYTES;
pub use cel::Expression;
pub(crate) use document::{clock_minute, distance, minutes_from_text, weekday_from_text};
pub use facts::{
    Attribute, Attributes, CrewFacts, CustomerFacts, EarlierFacts, Facts, JobFacts, MomentFacts, OfficerFacts,
    PositionFacts, VenueFacts,
};
pub use field::{Field, FieldKind, Section};
pub(crate) use node::mistake;

use jiff::civil::{Date, DateTime, Weekday};

use facts::Value;

/// A condition over [`Facts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// Every one holds; true when empty.
    All(Vec<Predicate>),
    /// At least one holds; false when empty.
    Any(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
    /// A comparison of one field.
    Test(Field, Test),
    /// An expression for what the others cannot say.
    Cel(Expression),
}

/// What is asked of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The word is one of these; of a field with several words: at least one is.
    OneOf(Vec<Box<str>>),
    /// The words include every one of these.
    AllOf(Vec<Box<str>>),
    /// The flag has this value.
    Flag(bool),
    /// The number (or minutes) stands so to the other side.
    Number(Compare, Operand),
    /// The word equals the word of another field.
    SameAs(Field),
    /// The local day is one of these weekdays.
    Weekdays(Vec<Weekday>),
    /// The wall clock is inside one of these windows.
    Windows(Vec<Window>),
    /// The wall clock is inside one of these stretches of the week.
    WeekWindows(Vec<WeekWindow>),
    /// The local date is inside one of these.
    Dates(Vec<Dates>),
    /// The moment is a holiday of one of these lists; `any` means any list.
    Holiday(Vec<Box<str>>),
    /// The fact is known, or is not.
    Known(bool),
}

/// How two numbers stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// Less than.
    Under,
    /// Less or equal.
    AtMost,
    /// Equal.
    Exactly,
    /// More or equal.
    AtLeast,
    /// More than.
    Over,
}

/// The other side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A number of the document.
    Value(i64),
    /// The number in another field.
    Field(Field),
}

/// A stretch of the wall clock, `from` inclusive, `to` exclusive, in minutes after midnight; wraps when `to <= from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// 0 to 1439.
    pub from: u16,
    /// 0 to 1440.
    pub to: u16,
}

/// A stretch of the week in minutes after Monday 00:00, `from` inclusive, `to` exclusive; wraps when `to <= from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekWindow {
    /// 0 to 10079.
    pub from: u16,
    /// 0 to 10080.
    pub to: u16,
}

/// Dates, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// From a date to a date; the first and the last date of the calendar stand for an open end.
    Given(Date, Date),
    /// Every year from a month and day to a month and day; may run over New Year.
    Yearly((i8, i8), (i8, i8)),
}

impl Predicate {
    /// The condition that always holds.
    #[must_use]
    pub fn always() -> Self {
        Self::All(Vec::new())
    }

    /// True when this is [`Predicate::always`].
    #[must_use]
    pub fn is_always(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    /// Whether the condition holds for these facts.
    #[must_use]
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Self::Not(inner) => !inner.holds(facts),
            Self::Test(field, test) => test.holds(field, facts),
            Self::Cel(expression) => expression.holds(facts),
        }
    }

    /// Calls `visit` with every expression of the tree, in order.
    pub fn for_each_expression(&self, visit: &mut impl FnMut(&Expression)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.for_each_expression(visit)),
            Self::Not(inner) => inner.for_each_expression(visit),
            Self::Test(..) => {}
            Self::Cel(expression) => visit(expression),
        }
    }

    /// Calls `visit` with every test of the tree, in order.
    pub fn for_each_test(&self, visit: &mut impl FnMut(&Field, &Test)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.for_each_test(visit)),
            Self::Not(inner) => inner.for_each_test(visit),
            Self::Test(field, test) => visit(field, test),
            Self::Cel(_) => {}
        }
    }
}

impl Default for Predicate {
    fn default() -> Self {
        Self::always()
    }
}

impl Test {
    fn holds(&self, field: &Field, facts: &Facts<'_>) -> bool {
        let value = field.read(facts);
        match (self, value) {
            (Self::Known(known), value) => value.is_some() == *known,
            (_, None) => false,
            (Self::OneOf(words), Some(value)) => words.iter().any(|word| value.has_word(word)),
            (Self::AllOf(words), Some(value)) => words.iter().all(|word| value.has_word(word)),
            (Self::Flag(flag), Some(Value::Flag(value))) => value == *flag,
            (Self::Number(compare, other), Some(Value::Number(left))) => match other {
                Operand::Value(right) => compare.holds(left, *right),
                Operand::Field(field) => {
                    matches!(field.read(facts), Some(Value::Number(right)) if compare.holds(left, right))
                }
            },
            (Self::SameAs(other), Some(Value::Text(left))) => {
                other.read(facts).is_some_and(|value| value.has_word(left))
            }
            (Self::Weekdays(days), Some(Value::Moment(at))) => days.contains(&at.weekday()),
            (Self::Windows(windows), Some(Value::Moment(at))) => windows.iter().any(|window| window.contains(at)),
            (Self::WeekWindows(windows), Some(Value::Moment(at))) => windows.iter().any(|window| window.contains(at)),
            (Self::Dates(dates), Some(Value::Moment(at))) => dates.iter().any(|dates| dates.contain(at.date())),
            (Self::Holiday(lists), Some(Value::Moment(at))) => facts.moment.calendar.is_some_and(|calendar| {
                lists.iter().any(|list| match &**list {
                    "any" => calendar.holidays.keys().any(|list| calendar.holiday_at(list, at).is_some()),
                    list => calendar.holiday_at(list, at).is_some(),
                })
            }),
            _ => false,
        }
    }
}

impl Compare {
    /// Whether `left` stands so to `right`.
    #[must_use]
    pub fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Under => left < right,
            Self::AtMost => left <= right,
            Self::Exactly => left == right,
            Self::AtLeast => left >= right,
            Self::Over => left > right,
        }
    }
}

fn minute_of_day(at: DateTime) -> u16 {
    u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).expect("a day has 1440 minutes")
}

impl Window {
    /// Whether the wall clock shows a time inside.
    #[must_use]
    pub fn contains(self, at: DateTime) -> bool {
        wraps(self.from, self.to, minute_of_day(at))
    }
}

impl WeekWindow {
    /// Whether the wall clock shows a time inside.
    #[must_use]
    pub fn contains(self, at: DateTime) -> bool {
        let day = u16::try_from(at.weekday().to_monday_zero_offset()).expect("0 to 6");
        wraps(self.from, self.to, day * 1440 + minute_of_day(at))
    }
}

fn wraps(from: u16, to: u16, at: u16) -> bool {
    if from < to { from <= at && at < to } else { at >= from || at < to }
}

impl Dates {
    /// Whether the date is inside.
    #[must_use]
    pub fn contain(self, date: Date) -> bool {
        match self {
            Self::Given(from, to) => from <= date && date <= to,
            Self::Yearly(from, to) => {
                let day = (date.month(), date.day());
                if from <= to { from <= day && day <= to } else { day >= from || day <= to }
            }
        }
    }
}

#[cfg(test)]
mod tests;
