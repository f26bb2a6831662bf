//! Prices by the line: one JSON object in, one out, for programs and for trying a book.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

mod form;
mod known;
mod notes;
mod times;

use super::RuleBook;
use crate::{
    money::Cents,
    predicate::{
        Attributes, CrewFacts, CustomerFacts, Facts, JobFacts, MomentFacts, OfficerFacts, PositionFacts, length,
    },
    rates::{
        Cancelled, CancelledBy, Clock, Line, LineKind, Priced, PricedWork, RateCard, Ratio, ResourceUse, Settlement,
        Share, price, settle,
    },
    refusal::Refusal,
    time::{Minutes, Span},
};
use known::{AskedEarlier, Breaks, Named};
use times::{lasting, moment, of_key, until, usual_start};

/// Bytes of one line, at most.
const LINE_BYTES_AT_MOST: usize = 64 * 1024;
/// Officers on one line, at most.
const OFFICERS_AT_MOST: i64 = 500;

/// What is to be priced.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    id: Option<serde_json::Value>,
    zone: Option<String>,
    start: Option<String>,
    end: Option<String>,
    #[serde(with = "length::option")]
    length: Option<Minutes>,
    worked_start: Option<String>,
    worked_end: Option<String>,
    #[serde(with = "length::option")]
    worked: Option<Minutes>,
    holiday: bool,
    clock: Option<Clock>,
    rank: Option<String>,
    role: Option<String>,
    job_kind: Option<String>,
    job_class: Option<String>,
    customer_class: Option<String>,
    attendance: Option<i64>,
    alcohol: Option<bool>,
    traffic: Option<bool>,
    special_event: Option<bool>,
    hazardous: Option<bool>,
    emergency: Option<bool>,
    new_customer: Option<bool>,
    attributes: Attributes,
    requested_at: Option<String>,
    approved_at: Option<String>,
    #[serde(with = "length::option")]
    notice: Option<Minutes>,
    #[serde(with = "length::option")]
    business_notice: Option<Minutes>,
    business_days: Option<i64>,
    officers: Option<i64>,
    positions: Option<Vec<Position>>,
    resources: Vec<Resource>,
    rate: Option<Ratio>,
    own_rate: Option<Ratio>,
    rates: BTreeMap<String, Ratio>,
    highest_rate_on_site: Option<Ratio>,
    overrun_related: bool,
    breaks: Option<Breaks>,
    earlier: AskedEarlier,
    facts: Named,
    cancelled: Option<AskedCancelled>,
    invoice: Option<Ratio>,
    by_card: bool,
    late_days: i64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Position {
    count: Option<i64>,
    rank: Option<String>,
    role: Option<String>,
    supervisory: Option<bool>,
    highest_ranking: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Resource {
    resource: String,
    count: Option<i64>,
    #[serde(with = "length::option")]
    used: Option<Minutes>,
    miles: Option<i64>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AskedCancelled {
    at: Option<String>,
    #[serde(with = "length::option")]
    notice: Option<Minutes>,
    by: CancelledBy,
    change: bool,
}

/// The answer to one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quoted {
    /// As asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
    /// The version of the book.
    pub version: String,
    /// Minutes paid, over all officers.
    pub paid_minutes: i64,
    /// The same in hours, exact.
    pub paid_hours: String,
    /// The lines, officer by officer.
    pub lines: Vec<QuotedLine>,
    /// Dollars earned by the officers.
    pub officer_amount: String,
    /// Dollars owed by the customer.
    pub customer_amount: String,
    /// Who receives the customer's money.
    pub shares: Vec<Share>,
    /// Dollars due before the job.
    pub due_before: String,
    /// What the book leaves open and this price assumed.
    pub assumptions: Vec<String>,
}

/// One line of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuotedLine {
    /// What it is.
    pub kind: LineKind,
    /// The rule that made it.
    pub rule: String,
    /// Why, in words.
    pub what: String,
    /// Hours, pieces or dollars.
    pub quantity: String,
    /// Dollars each, or a factor.
    pub rate: String,
    /// Dollars earned by the officer.
    pub officer_amount: String,
    /// Dollars owed by the customer.
    pub amount: String,
}

#[derive(Serialize)]
struct Refused<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    error: &'a Refusal,
}

/// Prices one line of JSON and answers with one line of JSON: a price, or an object with `error`.
#[must_use]
pub fn quote_line(book: &RuleBook, line: &str) -> String {
    answered(book, line, None)
}

/// The same for a line of a file, from 1: an error names it.
#[must_use]
pub fn quote_line_of_file(book: &RuleBook, number: usize, line: &str) -> String {
    answered(book, line, Some(number))
}

fn answered(book: &RuleBook, line: &str, number: Option<usize>) -> String {
    let id = || (line.len() <= LINE_BYTES_AT_MOST).then(|| form::id(line)).flatten();
    let answer = match quote(book, line) {
        Ok(quoted) => serde_json::to_string(&quoted),
        Err(error) => serde_json::to_string(&Refused { id: id(), line: number, error: &error }),
    };
    answer.expect("texts and numbers are JSON")
}

/// Prices one line of JSON.
///
/// # Errors
/// A [`Refusal`] when the line is not such an object, a time does not exist, or the card has no price.
pub fn quote(book: &RuleBook, line: &str) -> Result<Quoted, Refusal> {
    if line.len() > LINE_BYTES_AT_MOST {
        let long = format!("The line has {} bytes; at most {LINE_BYTES_AT_MOST} fit.", line.len());
        return Err(Refusal::new("bad_line", long, "Ask in several lines."));
    }
    form::check(line)?;
    let asked: Asked = serde_json::from_str(line).map_err(|error| form::of_reader(&error))?;
    let zone = zone(book, &asked)?;
    if let Some(invoice) = asked.invoice {
        return settled(book, &asked, &zone, invoice);
    }
    let times = times(book, &asked, &zone)?;
    let mut card = std::borrow::Cow::Borrowed(&book.rates);
    if let Some(clock) = asked.clock {
        card.to_mut().switches.clock = Some(clock);
    }
    let mut quoted = priced(book, &card, &asked, &zone, &times)?;
    let day = times.scheduled.or(times.worked).map(|span| zone.to_datetime(span.starts_at()).date());
    quoted.assumptions.extend(notes::about(book, &asked, day, &quoted.lines));
    Ok(quoted)
}

struct Times {
    scheduled: Option<Span>,
    worked: Option<Span>,
    requested_at: Option<Timestamp>,
    approved_at: Option<Timestamp>,
    cancelled: Option<Cancelled>,
}

fn priced(book: &RuleBook, card: &RateCard, asked: &Asked, zone: &TimeZone, times: &Times) -> Result<Quoted, Refusal> {
    let one =
        Position { count: asked.officers, rank: asked.rank.clone(), role: asked.role.clone(), ..Position::default() };
    let positions = asked.positions.clone().unwrap_or_else(|| vec![one]);
    let heads: i64 = positions.iter().map(|position| position.count.unwrap_or(1).clamp(0, OFFICERS_AT_MOST + 1)).sum();
    if heads > OFFICERS_AT_MOST {
        return Err(Refusal::new(
            "too_many",
            format!("At most {OFFICERS_AT_MOST} officers fit one line."),
            "Ask in several lines.",
        ));
    }
    agree(
        asked.positions.is_none() || asked.officers.is_none_or(|officers| officers == heads),
        "positions",
        "officers",
    )?;
    let resources: Vec<ResourceUse<'_>> = asked
        .resources
        .iter()
        .map(|used| ResourceUse {
            resource: &used.resource,
            count: used.count.unwrap_or(1).clamp(0, 10_000),
            minutes: used.used,
            miles: used.miles,
        })
        .collect();
    let agreed_rates: Vec<(&str, Ratio)> = asked.rates.iter().map(|(name, rate)| (name.as_str(), *rate)).collect();
    let supervisors = |position: &&Position| position.supervisory == Some(true);
    let supervisors: i64 = positions.iter().filter(supervisors).map(|one| one.count.unwrap_or(1).max(0)).sum();
    let span = times.worked.or(times.scheduled).ok_or_else(no_time)?;
    let breaks = asked.breaks.as_ref().map_or_else(|| Ok(Vec::new()), |breaks| breaks.spans(zone, span))?;
    let words = asked.facts.words();
    let mut known = facts(asked, heads);
    known.crew.supervisors = Some(supervisors);
    known.crew.officers = Some(heads - supervisors);
    asked.facts.add(&mut known, &words);
    let mut work = PricedWork {
        breaks: &breaks,
        scheduled: times.scheduled,
        worked: times.worked,
        requested_at: times.requested_at,
        approved_at: times.approved_at,
        own_rate: asked.own_rate,
        agreed_rate: asked.rate,
        agreed_rates: &agreed_rates,
        highest_rate_on_site: asked.highest_rate_on_site,
        overrun_related: asked.overrun_related,
        earlier: asked.earlier.meant(),
        cancelled: times.cancelled,
        resources: &resources,
        ..PricedWork::scheduled(zone, times.scheduled.or(times.worked).ok_or_else(no_time)?, known)
    };
    work.scheduled = times.scheduled;
    let mut all = Vec::new();
    let mut seen = 0;
    for position in &positions {
        for _ in 0..position.count.unwrap_or(1).max(0) {
            seen += 1;
            work.facts.officer.rank = position.rank.as_deref().or(known.officer.rank);
            work.facts.position.role = position.role.as_deref().or(known.position.role);
            work.facts.position.supervisory = position.supervisory.or(known.position.supervisory);
            // The last one named leads, unless the line says who does.
            work.facts.crew.highest_ranking = Some(position.highest_ranking.unwrap_or(heads > 1 && seen == heads));
            all.push(price(card, &work)?);
            work.first_of_job = false;
            work.resources = &[];
        }
    }
    if heads == 0 {
        work.labour = false;
        all.push(price(card, &work)?);
    }
    let day = zone.to_datetime(times.scheduled.or(times.worked).ok_or_else(no_time)?.starts_at()).date();
    answer(book, card, asked, day, &work.facts, all)
}

fn answer(
    book: &RuleBook,
    card: &RateCard,
    asked: &Asked,
    day: Date,
    facts: &Facts<'_>,
    all: Vec<Priced>,
) -> Result<Quoted, Refusal> {
    let customer: Cents = all.iter().map(|one| one.customer_cents).sum();
    let officer: Cents = all.iter().map(|one| one.officer_cents).sum();
    let paid: Minutes = all.iter().map(|one| one.paid_minutes).sum();
    let mut shares: Vec<Share> = Vec::new();
    let mut assumptions: Vec<String> = Vec::new();
    for one in &all {
        for share in &one.shares {
            match shares.iter_mut().find(|known| known.to == share.to) {
                Some(known) => known.cents += share.cents,
                None => shares.push(share.clone()),
            }
        }
        let new: Vec<String> = one.assumptions.iter().filter(|words| !assumptions.contains(words)).cloned().collect();
        assumptions.extend(new);
    }
    Ok(Quoted {
        id: asked.id.clone(),
        version: book.version.clone(),
        paid_minutes: paid.0,
        paid_hours: Ratio::hours(paid.0).to_string(),
        lines: all.into_iter().flat_map(|one| one.lines).map(QuotedLine::from).collect(),
        officer_amount: officer.plain(),
        customer_amount: customer.plain(),
        shares,
        due_before: card.due_before(customer, day, facts)?.plain(),
        assumptions,
    })
}

impl From<Line> for QuotedLine {
    fn from(line: Line) -> Self {
        Self {
            kind: line.kind,
            rule: line.rule_id,
            what: line.words,
            quantity: line.quantity.to_string(),
            rate: line.rate.to_string(),
            officer_amount: line.officer_cents.plain(),
            amount: line.customer_cents.plain(),
        }
    }
}

fn settled(book: &RuleBook, asked: &Asked, zone: &TimeZone, invoice: Ratio) -> Result<Quoted, Refusal> {
    let day = match &asked.start {
        Some(text) => zone.to_datetime(of_key("start", moment(zone, text))?).date(),
        None => book.effective_from,
    };
    let cents = invoice.to_cents(book.rates.money_round.mode).ok_or_else(no_time)?;
    let words = asked.facts.words();
    let mut facts = facts(asked, asked.officers.unwrap_or(1));
    // Who pays late is late, for conditions of the terms; a fact of the line says otherwise.
    facts.customer.overdue_days = (asked.late_days > 0).then_some(asked.late_days);
    asked.facts.add(&mut facts, &words);
    let how = Settlement {
        invoice_cents: cents,
        by_card: asked.by_card,
        late_days: asked.late_days,
        positions: asked.officers.unwrap_or(1),
        day,
        facts,
    };
    let settled = settle(&book.rates, &how)?;
    let mut quoted = answer(book, &book.rates, asked, day, &facts, vec![settled])?;
    quoted.due_before = Cents::ZERO.plain();
    Ok(quoted)
}

fn no_time() -> Refusal {
    Refusal::new("no_time", "The line has no time that can be priced.", "Give start and end, or length, or worked.")
}

fn zone(book: &RuleBook, asked: &Asked) -> Result<TimeZone, Refusal> {
    match &asked.zone {
        None => Ok(book.time_zone()),
        Some(name) => TimeZone::get(name).map_err(|_| {
            Refusal::new(
                "bad_zone",
                format!("\u{201c}{name}\u{201d} is no time zone."),
                "Write it like America/New_York.",
            )
        }),
    }
}

/// Refuses a line of which two keys say different things.
fn agree(holds: bool, one: &str, other: &str) -> Result<(), Refusal> {
    if holds {
        return Ok(());
    }
    Err(Refusal::new(
        "bad_line",
        format!("`{one}` and `{other}` contradict each other."),
        format!("Keep one of `{one}` and `{other}`."),
    ))
}

fn times(book: &RuleBook, asked: &Asked, zone: &TimeZone) -> Result<Times, Refusal> {
    let start = match &asked.start {
        Some(text) => of_key("start", moment(zone, text))?,
        None => usual_start(book, zone, asked.holiday)?,
    };
    let on_a_holiday =
        || book.calendar.holidays.keys().any(|list| book.calendar.holiday_at(list, zone.to_datetime(start)).is_some());
    agree(!asked.holiday || on_a_holiday(), "start", "holiday")?;
    let scheduled = match (&asked.end, asked.length) {
        (Some(end), length) => {
            let span = of_key("end", until(zone, start, end))?;
            agree(length.is_none_or(|length| length == span.minutes()), "end", "length")?;
            Some(span)
        }
        (None, Some(length)) => Some(lasting(start, length)?),
        (None, None) if asked.cancelled.is_some() => Some(lasting(start, Minutes::hours(8))?),
        (None, None) => None,
    };
    let worked_start =
        asked.worked_start.as_ref().map_or(Ok(start), |text| of_key("worked_start", moment(zone, text)))?;
    let worked = match (&asked.worked_end, asked.worked) {
        (Some(end), length) => {
            let span = of_key("worked_end", until(zone, worked_start, end))?;
            agree(length.is_none_or(|length| length == span.minutes()), "worked_end", "worked")?;
            Some(span)
        }
        (None, Some(Minutes(0))) | (None, None) => None,
        (None, Some(length)) => Some(lasting(worked_start, length)?),
    };
    let cancelled = match &asked.cancelled {
        None => None,
        Some(cancelled) => {
            let at = match (&cancelled.at, cancelled.notice) {
                (Some(at), notice) => {
                    let at = of_key("cancelled.at", moment(zone, at))?;
                    let told = Minutes(start.duration_since(at).as_secs().div_euclid(60));
                    agree(notice.is_none_or(|notice| notice == told), "cancelled.at", "cancelled.notice")?;
                    at
                }
                (None, Some(notice)) => start.checked_sub(notice.0.minutes()).map_err(|_| no_time())?,
                (None, None) => start,
            };
            Some(Cancelled { at, by: cancelled.by, change: cancelled.change, at_most: None })
        }
    };
    let at = |key: &str, text: &Option<String>| text.as_ref().map(|text| of_key(key, moment(zone, text))).transpose();
    Ok(Times {
        scheduled,
        worked,
        requested_at: at("requested_at", &asked.requested_at)?,
        approved_at: at("approved_at", &asked.approved_at)?,
        cancelled,
    })
}

fn facts(asked: &Asked, heads: i64) -> Facts<'_> {
    Facts {
        officer: OfficerFacts { rank: asked.rank.as_deref(), ..OfficerFacts::default() },
        position: PositionFacts { role: asked.role.as_deref(), ..PositionFacts::default() },
        job: JobFacts {
            kind: asked.job_kind.as_deref(),
            class: asked.job_class.as_deref(),
            attendance: asked.attendance,
            officers: Some(heads),
            alcohol: asked.alcohol,
            traffic: asked.traffic,
            special_event: asked.special_event,
            hazardous: asked.hazardous,
            emergency: asked.emergency,
            attributes: Some(&asked.attributes),
            ..JobFacts::default()
        },
        customer: CustomerFacts {
            class: asked.customer_class.as_deref(),
            new: asked.new_customer,
            ..CustomerFacts::default()
        },
        crew: CrewFacts { heads: Some(heads), ..CrewFacts::default() },
        moment: MomentFacts {
            notice: asked.notice,
            business_notice: asked.business_notice,
            business_days: asked.business_days,
            ..MomentFacts::default()
        },
        ..Facts::default()
    }
}
