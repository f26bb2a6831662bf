//! Deciding early: what remains of a condition once the officer is known.
//!
//! Many officers meet many shifts; what a condition asks of the officer alone is asked once per officer, and officers of
//! whom the same remains share every answer about a shift.

use super::{Compare, Facts, Field, FieldKind, OfficerFacts, Operand, Predicate, Test, cel::is_officers, facts::Value};

impl Compare {
    /// The comparison seen from the other side.
    const fn swapped(self) -> Self {
        match self {
            Self::Under => Self::Over,
            Self::AtMost => Self::AtLeast,
            Self::Exactly => Self::Exactly,
            Self::AtLeast => Self::AtMost,
            Self::Over => Self::Under,
        }
    }
}

fn never() -> Predicate {
    Predicate::Any(Vec::new())
}

fn constant(holds: bool) -> Predicate {
    if holds { Predicate::always() } else { never() }
}

impl Predicate {
    /// True when the condition holds for no facts at all.
    #[must_use]
    pub fn is_never(&self) -> bool {
        matches!(self, Self::Any(parts) if parts.is_empty())
    }

    /// What remains of the condition for this officer: the same answer for every other fact, without reading the officer.
    /// None when a test binds the two in a way that cannot be parted.
    #[must_use]
    pub fn knowing_officer(&self, officer: OfficerFacts<'_>) -> Option<Self> {
        let facts = Facts { officer, ..Facts::default() };
        self.settle(&facts)
    }

    fn settle(&self, facts: &Facts<'_>) -> Option<Self> {
        match self {
            Self::All(parts) => {
                let mut left = Vec::new();
                for part in parts {
                    match part.settle(facts)? {
                        part if part.is_never() => return Some(never()),
                        part if part.is_always() => {}
                        part => left.push(part),
                    }
                }
                Some(if left.len() == 1 { left.remove(0) } else { Self::All(left) })
            }
            Self::Any(parts) => {
                let mut left = Vec::new();
                for part in parts {
                    match part.settle(facts)? {
                        part if part.is_always() => return Some(part),
                        part if part.is_never() => {}
                        part => left.push(part),
                    }
                }
                Some(if left.len() == 1 { left.remove(0) } else { Self::Any(left) })
            }
            Self::Not(inner) => Some(match inner.settle(facts)? {
                inner if inner.is_always() => never(),
                inner if inner.is_never() => Self::always(),
                inner => Self::Not(Box::new(inner)),
            }),
            Self::Test(field, test) => test.settle(field, facts),
            Self::Cel(expression) => {
                let officers = expression.fields().iter().filter(|field| super::cel::is_officers(field)).count();
                match officers {
                    0 => Some(self.clone()),
                    all if all == expression.fields().len() => Some(constant(expression.holds(facts))),
                    _ => None,
                }
            }
        }
    }
}

impl Test {
    fn settle(&self, field: &Field, facts: &Facts<'_>) -> Option<Predicate> {
        let other = match self {
            Self::Number(_, Operand::Field(other)) | Self::SameAs(other) => Some(other),
            _ => None,
        };
        match (is_officers(field), other.map(is_officers)) {
            (true, None | Some(true)) => Some(constant(self.holds(field, facts))),
            (false, None | Some(false)) => Some(Predicate::Test(field.clone(), self.clone())),
            (true, Some(false)) => self.settle_left(field, facts),
            (false, Some(true)) => self.settle_right(field, facts),
        }
    }

    /// The officer's field is on the left: the test becomes one of the other field.
    fn settle_left(&self, field: &Field, facts: &Facts<'_>) -> Option<Predicate> {
        Some(match (self, field.read(facts)) {
            (Self::Number(compare, Operand::Field(other)), Some(Value::Number(left))) => {
                Predicate::Test(other.clone(), Self::Number(compare.swapped(), Operand::Value(left)))
            }
            (Self::SameAs(other), Some(Value::Text(left))) => {
                Predicate::Test(other.clone(), Self::OneOf(vec![left.into()]))
            }
            _ => never(),
        })
    }

    /// The officer's field is on the right: its value takes its place.
    fn settle_right(&self, field: &Field, facts: &Facts<'_>) -> Option<Predicate> {
        match self {
            Self::Number(compare, Operand::Field(other)) => Some(match other.read(facts) {
                Some(Value::Number(right)) => {
                    Predicate::Test(field.clone(), Self::Number(*compare, Operand::Value(right)))
                }
                _ => never(),
            }),
            Self::SameAs(other) if field.kind() == FieldKind::Text => {
                let words: Vec<Box<str>> = match other.read(facts) {
                    Some(Value::Text(word)) => vec![word.into()],
                    Some(Value::Words(words)) => words.iter().map(|word| (*word).into()).collect(),
                    Some(Value::Strings(words)) => words.iter().map(|word| word.as_str().into()).collect(),
                    _ => Vec::new(),
                };
                Some(Predicate::Test(field.clone(), Self::OneOf(words)))
            }
            _ => None,
        }
    }
}
