//! The long tail: a condition that the typed tree cannot say, as an expression of the Common Expression Language.
//!
//! It is read and checked with the document: the names are those of the facts, functions are a short list, and length,
//! nesting and loops are bounded, so that evaluation is short whatever is written. It is asked over the same facts as the
//! tree; a fact that is not known makes it fail, as everywhere (ask `has(job.attendance)` where that matters).

use std::{
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock},
};

use cel::{
    Context, Env, IdedExpr, Value as Cel,
    common::ast::{ComprehensionExpr, Expr, LiteralValue},
    parser::PrattParser,
};
use jiff::civil::DateTime;

use super::{Facts, Field, FieldKind, Section, document, facts::Value};

/// Bytes of an expression, at most.
pub(crate) const BYTES_AT_MOST: usize = 500;
/// Brackets in brackets, and signs in a row, at most.
const DEPTH: usize = 16;
/// Names, values and signs of an expression, at most.
const PARTS: usize = 300;
/// Words of a fact that an expression sees, at most.
const WORDS: usize = 200;

const COMPARISONS: &[&str] = &["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"];
const SIGNS: &[&str] =
    &["_&&_", "_||_", "!_", "_+_", "_-_", "_*_", "_/_", "_%_", "-_", "_?_:_", "@in", "@not_strictly_false"];
const FUNCTIONS: &[&str] = &["size", "contains", "startsWith", "endsWith"];

/// An expression that was read and checked.
#[derive(Clone)]
pub struct Expression {
    source: Box<str>,
    parsed: Arc<Parsed>,
}

struct Parsed {
    tree: IdedExpr,
    fields: Vec<Field>,
    /// Minutes of the day at which the answer may change.
    edges: Vec<u16>,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Expression {}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

/// As it was written, with the name of its language.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the expression \u{201c}{}\u{201d} holds", self.source)
    }
}

/// The functions of the language, made once.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

impl Expression {
    /// Reads and checks an expression.
    ///
    /// # Errors
    /// What was found and what fits.
    pub fn read(source: &str) -> Result<Self, String> {
        let source = source.trim();
        if source.is_empty() || source.len() > BYTES_AT_MOST {
            return Err(format!(
                "`cel` with {} bytes, expected an expression of 1 to {BYTES_AT_MOST} bytes such as \"job.attendance > 50 * job.officers\"",
                source.len()
            ));
        }
        flat_enough(source)?;
        let parse = || {
            let parser =
                PrattParser::new().max_recursion_depth(48).error_recovery_limit(1).max_expression_node_count(PARTS);
            parser.parse(source)
        };
        let wrong = |why: &str| {
            let why: String = why.lines().next().unwrap_or_default().chars().take(160).collect();
            format!(
                "`cel` that cannot be read ({why}), expected an expression such as \"job.attendance > 50 * job.officers\""
            )
        };
        let tree = match catch_unwind(AssertUnwindSafe(parse)) {
            Ok(Ok(tree)) => tree,
            Ok(Err(errors)) => return Err(wrong(&errors.to_string())),
            Err(_) => return Err(wrong("the reader gave up")),
        };
        let mut check = Check { fields: Vec::new(), edges: Vec::new(), locals: Vec::new(), left: PARTS };
        check.part(&tree, false)?;
        if !is_condition(&tree) {
            return Err(
                "`cel` that is no condition, expected a comparison such as \"job.attendance > 50 * job.officers\""
                    .to_owned(),
            );
        }
        let Check { fields, edges, .. } = check;
        Ok(Self { source: source.into(), parsed: Arc::new(Parsed { tree, fields, edges }) })
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The facts that it reads.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.parsed.fields
    }

    /// Minutes of the day at which the answer may change, beside midnight.
    pub(crate) fn edges(&self) -> &[u16] {
        &self.parsed.edges
    }

    /// Whether it holds for these facts; an expression that cannot be worked out does not.
    #[must_use]
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        let answer = || {
            let mut context = Context::with_env(Arc::clone(&LANGUAGE));
            for (section, known) in self.known(facts) {
                context.add_variable_from_value(section, known);
            }
            matches!(Cel::resolve(&self.parsed.tree, &context), Ok(Cel::Bool(true)))
        };
        catch_unwind(AssertUnwindSafe(answer)).unwrap_or(false)
    }

    /// The facts that it reads, by section. What is not known is not there.
    fn known(&self, facts: &Facts<'_>) -> HashMap<String, HashMap<String, Cel>> {
        let mut all: HashMap<String, HashMap<String, Cel>> = HashMap::new();
        let mut own: HashMap<String, HashMap<String, Cel>> = HashMap::new();
        for field in &self.parsed.fields {
            let path = field.path();
            let Some((section, name)) = path.split_once('.') else { continue };
            let known = all.entry(section.to_owned()).or_default();
            let value = field.read(facts).and_then(|value| shown(field, &value, facts));
            if let Field::Attribute(_, name) = field {
                let own = own.entry(section.to_owned()).or_default();
                if let Some(value) = value {
                    own.insert(name.to_string(), value);
                }
            } else if let Some(value) = value {
                known.insert(name.to_owned(), value);
            }
        }
        for (section, own) in own {
            all.entry(section).or_default().insert("attributes".to_owned(), own.into());
        }
        all
    }
}

/// A fact as the language sees it: words, lists of words, numbers (lengths in whole minutes), true and false; the moment
/// as `2026-06-01`, `mon`, `22:00`, and the names of the holiday lists of the day.
fn shown(field: &Field, value: &Value<'_>, facts: &Facts<'_>) -> Option<Cel> {
    Some(match value {
        Value::Text(text) => Cel::from(*text),
        Value::Words(all) => words(all.iter().copied()),
        Value::Strings(all) => words(all.iter().map(String::as_str)),
        Value::Flag(flag) => Cel::Bool(*flag),
        Value::Number(number) => Cel::Int(*number),
        Value::Moment(at) => match field.kind() {
            FieldKind::Date => Cel::from(at.date().to_string()),
            FieldKind::Weekday => Cel::from(document::weekday_word(at.weekday())),
            FieldKind::Time => Cel::from(clock(*at)),
            FieldKind::Holiday => {
                let calendar = facts.moment.calendar?;
                words(
                    calendar
                        .holidays
                        .keys()
                        .map(String::as_str)
                        .filter(|list| calendar.holiday_at(list, *at).is_some()),
                )
            }
            _ => return None,
        },
    })
}

fn words<'a>(all: impl Iterator<Item = &'a str>) -> Cel {
    all.take(WORDS).map(Cel::from).collect::<Vec<_>>().into()
}

fn clock(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Refuses what would make the reader go deep, before it reads.
fn flat_enough(source: &str) -> Result<(), String> {
    let (mut depth, mut signs, mut questions) = (0_usize, 0_usize, 0_usize);
    for letter in source.chars() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '?' => questions += 1,
            _ => {}
        }
        signs = if matches!(letter, '!' | '-') {
            signs + 1
        } else if letter.is_whitespace() {
            signs
        } else {
            0
        };
        if depth > DEPTH || signs > DEPTH || questions > DEPTH {
            return Err(format!("`cel` nested deeper than {DEPTH}, expected it flatter, or in parts under all: [...]"));
        }
    }
    Ok(())
}

/// True for what can come to true or false.
fn is_condition(tree: &IdedExpr) -> bool {
    match &tree.expr {
        Expr::Call(call) => {
            let name = call.func_name.as_str();
            COMPARISONS.contains(&name)
                || ["_&&_", "_||_", "!_", "@in", "_?_:_", "contains", "startsWith", "endsWith"].contains(&name)
        }
        Expr::Select(_) | Expr::Comprehension(_) => true,
        Expr::Literal(literal) => matches!(literal, LiteralValue::Boolean(_)),
        _ => false,
    }
}

struct Check {
    fields: Vec<Field>,
    edges: Vec<u16>,
    /// Names that a loop gives to the words that it goes through.
    locals: Vec<String>,
    left: usize,
}

impl Check {
    fn part(&mut self, part: &IdedExpr, looped: bool) -> Result<(), String> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            format!("`cel` with more than {PARTS} parts, expected it shorter, or in parts under all: [...]")
        })?;
        match &part.expr {
            Expr::Literal(LiteralValue::Double(_) | LiteralValue::Bytes(_) | LiteralValue::UInt(_)) => {
                Err("`cel` with a number that is not whole, expected whole numbers such as 400".to_owned())
            }
            Expr::Literal(_) => Ok(()),
            Expr::List(list) => list.elements.iter().try_for_each(|one| self.part(one, looped)),
            Expr::Ident(name) if self.locals.contains(name) => Ok(()),
            Expr::Ident(name) => Err(unknown(name)),
            Expr::Select(select) => match self.path(part) {
                Some(path) => self.fact(&path, false),
                None => self.part(&select.operand, looped),
            },
            Expr::Call(call) => {
                let name = call.func_name.as_str();
                if !COMPARISONS.contains(&name) && !SIGNS.contains(&name) && !FUNCTIONS.contains(&name) {
                    let shown: String = name.chars().take(40).collect();
                    return Err(format!(
                        "`cel` with {shown}, expected the signs && || ! == != < <= > >= + - * / % in, has(), exists(), all(), {}()",
                        FUNCTIONS.join("(), ")
                    ));
                }
                if COMPARISONS.contains(&name) && self.times(&call.args)? {
                    return Ok(());
                }
                call.target.iter().try_for_each(|target| self.part(target, looped))?;
                call.args.iter().try_for_each(|one| self.part(one, looped))
            }
            Expr::Comprehension(_) if looped => {
                Err("`cel` with a loop in a loop, expected one exists() or all() at a time".to_owned())
            }
            Expr::Comprehension(one) => self.comprehension(one),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err("`cel` with a map, expected facts, words, whole numbers and lists".to_owned())
            }
        }
    }

    fn comprehension(&mut self, one: &ComprehensionExpr) -> Result<(), String> {
        self.part(&one.iter_range, true)?;
        let before = self.locals.len();
        self.locals.extend([one.iter_var.clone(), one.accu_var.clone()]);
        self.locals.extend(one.iter_var2.clone());
        for part in [&one.accu_init, &one.loop_cond, &one.loop_step, &one.result] {
            self.part(part, true)?;
        }
        self.locals.truncate(before);
        Ok(())
    }

    /// A comparison of the time of day with a written one; no other use of a time is possible, because prices are cut where
    /// a condition may change.
    fn times(&mut self, args: &[IdedExpr]) -> Result<bool, String> {
        let path = |arg: &IdedExpr| self.path(arg);
        let (time, other) = match args {
            [left, right] if path(left).is_some_and(|path| is_time(&path)) => (path(left), right),
            [left, right] if path(right).is_some_and(|path| is_time(&path)) => (path(right), left),
            _ => return Ok(false),
        };
        let written = match &other.expr {
            Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
            _ => None,
        };
        let minute = written.filter(|text| text.len() == 5).and_then(document::clock_minute);
        let Some(minute) = minute else {
            return Err(
                "`cel` with a time beside something else, expected a time in quotes such as moment.time >= \"22:00\""
                    .to_owned(),
            );
        };
        // Up to and with a minute ends behind it.
        self.edges.extend([minute, minute + 1]);
        self.fact(&time.unwrap_or_default(), true)?;
        Ok(true)
    }

    /// `job.attributes.noise` of a selection that begins with a section.
    fn path(&self, part: &IdedExpr) -> Option<String> {
        match &part.expr {
            Expr::Ident(name) if !self.locals.contains(name) => Some(name.clone()),
            Expr::Select(select) => Some(format!("{}.{}", self.path(&select.operand)?, select.field)),
            _ => None,
        }
    }

    fn fact(&mut self, path: &str, as_time: bool) -> Result<(), String> {
        let field = Field::named(path).ok_or_else(|| document::unknown(path))?;
        if field.kind() == FieldKind::Week || (is_time(path) && !as_time) {
            return Err(format!(
                "`cel` with {path}, expected a comparison such as moment.time >= \"22:00\" || moment.weekday == \"sun\""
            ));
        }
        if !self.fields.contains(&field) {
            self.fields.push(field);
        }
        Ok(())
    }
}

fn is_time(path: &str) -> bool {
    matches!(path, "moment.time" | "moment.ordered_time")
}

fn unknown(name: &str) -> String {
    let sections = ["officer", "position", "job", "customer", "venue", "crew", "moment", "earlier"];
    let shown: String = name.chars().take(40).collect();
    if sections.contains(&name) {
        format!("`cel` with {shown} alone, expected a fact of it such as job.attendance")
    } else {
        format!("`cel` with the name {shown}, expected a fact such as job.attendance, or a word in quotes")
    }
}

/// Whether a fact is one of the officer's.
pub(super) fn is_officers(field: &Field) -> bool {
    matches!(field, Field::Attribute(Section::Officer, _)) || field.path().starts_with("officer.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predicate::{Attribute, Attributes, CustomerFacts, JobFacts, MomentFacts, OfficerFacts};

    #[test]
    fn expressions_are_asked_over_the_facts() {
        let own = Attributes::from([("noise".to_owned(), Attribute::Text("high".to_owned()))]);
        let facts = Facts {
            officer: OfficerFacts { rank: Some("sergeant"), service_months: Some(30), ..OfficerFacts::default() },
            job: JobFacts {
                attendance: Some(1000),
                officers: Some(4),
                tags: Some(&["parade", "night"]),
                attributes: Some(&own),
                ..JobFacts::default()
            },
            customer: CustomerFacts { class: Some("private"), ..CustomerFacts::default() },
            moment: MomentFacts {
                local: Some(jiff::civil::date(2026, 7, 5).at(22, 30, 0, 0)),
                ..MomentFacts::default()
            },
            ..Facts::default()
        };
        for (source, holds) in [
            ("job.attendance > 200 * job.officers", true),
            ("job.attendance / job.officers <= 250 && officer.rank in [\"sergeant\", \"lieutenant\"]", true),
            ("job.tags.exists(tag, tag.startsWith(\"par\"))", true),
            ("job.tags.all(tag, tag == \"parade\")", false),
            ("size(job.tags) == 2 && \"night\" in job.tags", true),
            ("job.attributes.noise == \"high\"", true),
            ("has(job.attributes.smell)", false),
            ("has(job.attributes.noise) && !has(customer.id)", true),
            ("job.attributes.smell == \"foul\"", false),
            ("moment.weekday == \"sun\" && moment.time >= \"22:00\"", true),
            ("moment.date < \"2026-07-05\"", false),
            ("job.attendance / 0 > 1", false),
            ("job.attendance > 9223372036854775807 * 2", false),
            ("officer.rank > 3", false),
            ("job.attendance > 500 ? customer.class == \"private\" : false", true),
        ] {
            let expression = Expression::read(source).unwrap_or_else(|why| panic!("{source}: {why}"));
            assert_eq!(expression.holds(&facts), holds, "{source}");
        }
    }

    #[test]
    fn what_cannot_be_meant_or_would_run_long_is_refused_when_it_is_read() {
        let deep = format!("{}true{}", "(".repeat(60), ")".repeat(60));
        let not = format!("{}true", "!".repeat(200));
        let long = format!("job.attendance > 1{}", " + 1".repeat(200));
        let (chain, list) = (format!("true{}", " ? true : true".repeat(30)), "[".repeat(400));
        for (source, says) in [
            ("job.attendence > 3", "job.attendance"),
            ("attendance > 3", "the name attendance"),
            ("job > 3", "job alone"),
            ("job.attendance", ""),
            ("1 + 1", "no condition"),
            ("job.attendance >", "cannot be read"),
            ("", "1 to 500 bytes"),
            ("(", "cannot be read"),
            (")", "cannot be read"),
            ("\"", "cannot be read"),
            ("job.attendance > 1.5", "whole numbers"),
            ("customer.id.matches(\"(a+)+$\")", "matches"),
            ("moment.time.startsWith(\"2\")", "moment.time"),
            ("moment.time > customer.id", "in quotes"),
            ("job.tags.exists(a, job.tags.exists(b, a == b))", "a loop in a loop"),
            ("[1, 2].map(x, x).size() > 0 && {1: 2} == {1: 2}", "map"),
            (deep.as_str(), "nested deeper"),
            (not.as_str(), "nested deeper"),
            (long.as_str(), "bytes"),
            (chain.as_str(), "nested deeper"),
            (list.as_str(), "nested deeper"),
        ] {
            match Expression::read(source) {
                Err(why) => assert!(why.contains(says), "{source}: {why}"),
                Ok(_) => assert!(says.is_empty(), "{source} was read"),
            }
        }
    }
}
