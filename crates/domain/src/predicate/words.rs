//! A condition as an English phrase, for quotes, refusals and the rule book.

use std::fmt::{self, Display, Formatter};

use super::{Compare, Dates, Field, FieldKind, Operand, Predicate, Test, WeekWindow, Window, document::weekday_word};
use crate::time::Minutes;
use jiff::civil::Date;

/// "job kind is construction and attendance is over 400"; "always" when there is no condition.
impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) if parts.is_empty() => f.write_str("always"),
            Self::Any(parts) if parts.is_empty() => f.write_str("never"),
            Self::All(parts) => joined(f, parts, " and ", |part| matches!(part, Self::Any(any) if any.len() > 1)),
            Self::Any(parts) => joined(f, parts, " or ", |part| matches!(part, Self::All(all) if all.len() > 1)),
            Self::Not(inner) => match &**inner {
                Self::Test(field, test) => test.phrase(f, field, false),
                other => write!(f, "not ({other})"),
            },
            Self::Test(field, test) => test.phrase(f, field, true),
            Self::Cel(expression) => write!(f, "{expression}"),
        }
    }
}

fn joined(
    f: &mut Formatter<'_>,
    parts: &[Predicate],
    word: &str,
    in_brackets: impl Fn(&Predicate) -> bool,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        if in_brackets(part) && parts.len() > 1 {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

impl Test {
    fn phrase(&self, f: &mut Formatter<'_>, field: &Field, holds: bool) -> fmt::Result {
        let label = field.label();
        let label = label.split('|').next().unwrap_or_default();
        let not = if holds { "" } else { " not" };
        let no = if holds { "" } else { "not " };
        match self {
            Self::OneOf(words) if field.kind() == FieldKind::Texts => {
                write!(f, "{label} {}include {}", if holds { "" } else { "do not " }, either(words))
            }
            Self::OneOf(words) => write!(f, "{label} is{not} {}", either(words)),
            Self::AllOf(words) => {
                let words: Vec<String> = words.iter().map(|word| word.replace('_', " ")).collect();
                write!(f, "{label} {}include {}", if holds { "" } else { "do not " }, words.join(" and "))
            }
            Self::Flag(flag) => match field.label().split_once('|') {
                Some((yes, otherwise)) => f.write_str(if *flag == holds { yes } else { otherwise }),
                None => write!(f, "{label} is {}", if *flag == holds { "true" } else { "false" }),
            },
            Self::Number(compare, other) => {
                let compare = match compare {
                    Compare::Under => "under ",
                    Compare::AtMost => "at most ",
                    Compare::Exactly => "",
                    Compare::AtLeast => "at least ",
                    Compare::Over => "over ",
                };
                let verb = if label.starts_with("months")
                    || label.starts_with("miles")
                    || label.starts_with("days")
                    || label.starts_with("officers in")
                    || label.starts_with("supervisors")
                    || label.starts_with("people")
                {
                    "are"
                } else {
                    "is"
                };
                write!(f, "{label} {verb}{not} {compare}")?;
                match other {
                    Operand::Field(other) => f.write_str(&other.label()),
                    Operand::Value(number) if field.kind() == FieldKind::Minutes => write!(f, "{}", Minutes(*number)),
                    Operand::Value(number) => write!(f, "{number}"),
                }
            }
            Self::SameAs(other) => write!(f, "{label} is{not} the same as {}", other.label()),
            Self::Weekdays(days) => {
                let days: Vec<Box<str>> = days.iter().map(|day| capital(weekday_word(*day)).into()).collect();
                write!(f, "{no}on {}", either(&days))
            }
            Self::Windows(all) if *field == Field::MomentOrderedTime => {
                write!(f, "{no}ordered between {}", spans(all))
            }
            Self::Windows(all) => write!(f, "{no}between {}", spans(all)),
            Self::WeekWindows(all) => {
                let all: Vec<String> = all.iter().map(|one| one.to_string().replace(" - ", " to ")).collect();
                write!(f, "{no}in {}", all.join(" or "))
            }
            Self::Dates(all) => {
                let open = all
                    .iter()
                    .any(|one| matches!(one, Dates::Given(from, to) if *from == Date::MIN || *to == Date::MAX));
                let all: Vec<String> = all.iter().map(ToString::to_string).collect();
                let requested = if *field == Field::MomentRequestedOn { "requested " } else { "" };
                write!(f, "{no}{requested}{}{}", if open { "" } else { "on " }, all.join(" or "))
            }
            Self::Holiday(lists) => {
                let words = either(lists);
                let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                write!(f, "{no}on {article} {words} holiday")
            }
            Self::Known(known) => write!(f, "{label} is {}", if *known == holds { "known" } else { "not known" }),
        }
    }
}

fn either(words: &[Box<str>]) -> String {
    let words: Vec<String> = words.iter().map(|word| word.replace('_', " ")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn spans(all: &[Window]) -> String {
    let all: Vec<String> = all.iter().map(|one| one.to_string().replace('-', " and ")).collect();
    all.join(" or ")
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// `22:00-06:00`.
impl Display for Window {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, self.to / 60, self.to % 60)
    }
}

/// `fri 17:00 - mon 07:00`.
impl Display for WeekWindow {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let end = |f: &mut Formatter<'_>, at: u16| {
            // An end at the last midnight of the week is Sunday 24:00.
            let (day, minute) = if at == 10080 { (6, 1440) } else { (at / 1440, at % 1440) };
            let day = jiff::civil::Weekday::Monday.wrapping_add(i32::from(day));
            write!(f, "{} {:02}:{:02}", weekday_word(day), minute / 60, minute % 60)
        };
        end(f, self.from)?;
        f.write_str(" - ")?;
        end(f, self.to)
    }
}

/// `2026-06-01 to 2026-08-31`, `12-24`.
impl Display for Dates {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(from, to) if *from == Date::MIN => write!(f, "until {to}"),
            Self::Given(from, to) if *to == Date::MAX => write!(f, "from {from}"),
            Self::Given(from, to) if from == to => write!(f, "{from}"),
            Self::Given(from, to) => write!(f, "{from} to {to}"),
            Self::Yearly(from, to) if from == to => write!(f, "{:02}-{:02}", from.0, from.1),
            Self::Yearly(from, to) => write!(f, "{:02}-{:02} to {:02}-{:02}", from.0, from.1, to.0, to.1),
        }
    }
}
