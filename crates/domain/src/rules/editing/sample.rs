//! A sample officer and a sample job, to see at once what the rules say and what the job costs.

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    id::{Id as _, OfficerId},
    policy::{
        Candidate, Credential, Judgement, Kind, Point, Proposal, Work, WorkClass, WorkSource, WorkState, judge,
        judge_request, window::Window,
    },
    predicate::{CrewFacts, JobFacts, OfficerFacts},
    refusal::Refusal,
    rules::{Quoted, RuleBook, quote},
    time::{Minutes, Span, instant},
};

/// A made-up officer and job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The officer's rank by the agency's word; none when not known.
    pub rank: Option<String>,
    /// Place of the rank.
    pub rank_order: Option<i64>,
    /// Certifications that hold.
    pub certifications: Vec<String>,
    /// Off-duty hours in the week of the job, beside the job.
    pub detail_hours: i64,
    /// On-duty hours in that week.
    pub on_duty_hours: i64,
    /// Hours between the last tour and the job.
    pub since_tour_hours: i64,
    /// Hours between the job and the next tour; none when the next is far.
    pub until_tour_hours: Option<i64>,
    /// Local day of the job.
    pub date: Date,
    /// Local start.
    pub start: Time,
    /// How long it is.
    pub length: Minutes,
    /// Kind by the agency's word.
    pub job_kind: Option<String>,
    /// Alcohol is served.
    pub alcohol: bool,
    /// Traffic is directed.
    pub traffic: bool,
    /// Guests.
    pub attendance: Option<i64>,
    /// Officers on the job.
    pub officers: i64,
    /// Time from the request to the start.
    pub notice: Minutes,
}

/// What the rules say about the sample.
#[derive(Debug, Clone)]
pub struct TriedOut {
    /// About the officer, when he signs up.
    pub officer: Judgement,
    /// About the job, when it is asked for.
    pub request: Judgement,
    /// The price, or why there is none.
    pub price: Result<Quoted, Refusal>,
}

/// Asks the book about the sample.
///
/// # Errors
/// When the time does not exist on that day.
pub fn try_out(book: &RuleBook, sample: &Sample) -> Result<TriedOut, Refusal> {
    let zone = book.time_zone();
    let no_time = |error: String| Refusal::new("no_such_time", error, "Choose another start of the sample job.");
    let from = instant(&zone, sample.date, sample.start).map_err(|error| no_time(error.to_string()))?;
    let length = sample.length.0.clamp(15, 48 * 60);
    let until = from.checked_add(SignedDuration::from_mins(length)).ok();
    let span = until
        .and_then(|until| Span::new(from, until))
        .ok_or_else(|| no_time("The sample job has no length.".to_owned()))?;
    let asked = from.checked_sub(SignedDuration::from_mins(sample.notice.0.clamp(0, 400 * 1440))).unwrap_or(from);

    let certifications: Vec<&str> = sample.certifications.iter().map(String::as_str).collect();
    let credentials: Vec<Credential> =
        sample.certifications.iter().map(|kind| Credential { kind: kind.clone(), from: None, until: None }).collect();
    let facts = OfficerFacts {
        rank: sample.rank.as_deref(),
        rank_order: sample.rank_order,
        probation: Some(false),
        field_training: Some(false),
        police_powers: Some(true),
        active: Some(true),
        status: Some("active"),
        certifications: Some(&certifications),
        ..OfficerFacts::default()
    };
    let work = ledger(book, sample, span, &zone);
    let mut officer = Candidate::new(OfficerId::from_uuid(Uuid::nil()), facts, &work);
    officer.credentials = &credentials;
    let mut proposal = Proposal::new(span, &zone);
    proposal.job = JobFacts {
        kind: sample.job_kind.as_deref(),
        attendance: sample.attendance,
        officers: Some(sample.officers),
        length: Some(Minutes(length)),
        alcohol: Some(sample.alcohol),
        traffic: Some(sample.traffic),
        ..JobFacts::default()
    };
    proposal.crew = CrewFacts { officers: Some(sample.officers), heads: Some(sample.officers), ..CrewFacts::default() };
    proposal.requested_at = Some(asked);
    proposal.calendar = Some(&book.calendar);
    Ok(TriedOut {
        officer: judge(&book.policy, &officer, &proposal, Point::SignUp, asked),
        request: judge_request(&book.policy, &proposal, asked),
        price: quote(book, &line(sample, length)),
    })
}

/// The sample as a line of `muster quote`.
fn line(sample: &Sample, length: i64) -> String {
    let mut line = json!({
        "start": sample.date.to_datetime(sample.start).strftime("%Y-%m-%dT%H:%M").to_string(),
        "length": format!("{length} min"),
        "notice": format!("{} min", sample.notice.0.max(0)),
        "officers": sample.officers.clamp(1, 50),
        "alcohol": sample.alcohol,
        "traffic": sample.traffic,
        "role": "officer",
    });
    let optional = [
        ("rank", sample.rank.clone().map(serde_json::Value::from)),
        ("job_kind", sample.job_kind.clone().map(serde_json::Value::from)),
        ("attendance", sample.attendance.map(serde_json::Value::from)),
    ];
    for (key, value) in optional {
        if let (Some(value), Some(all)) = (value, line.as_object_mut()) {
            all.insert(key.to_owned(), value);
        }
    }
    line.to_string()
}

const DAY: i64 = 24 * 60;

/// Minutes on one line: what the officer works in the week of the job.
struct Week {
    from: i64,
    until: i64,
    taken: Vec<(i64, i64)>,
}

impl Week {
    /// Puts work there, as far as it lies in the week; answers how much.
    fn put(&mut self, class: WorkClass, from: i64, until: i64, all: &mut Vec<(WorkClass, i64, i64)>) -> i64 {
        let (from, until) = (from.max(self.from), until.min(self.until));
        if from >= until || self.taken.iter().any(|(begin, end)| from < *end && *begin < until) {
            return 0;
        }
        self.taken.push((from, until));
        all.push((class, from, until));
        until - from
    }
}

/// The officer's week as the sample tells it: a tour so long before the job, one so long after it, the others a day
/// apart, and details of at most six hours where there is room.
fn ledger(book: &RuleBook, sample: &Sample, job: Span, zone: &TimeZone) -> Vec<Work> {
    let (from, until) = (job.starts_at().as_second() / 60, job.ends_at().as_second() / 60);
    let Some((first, last)) = week(book, sample.date, zone) else { return Vec::new() };
    let mut week = Week { from: first, until: last, taken: vec![(from, until)] };
    let mut all = Vec::new();
    let mut left = sample.on_duty_hours.clamp(0, 120) * 60;
    let tour = if left > 40 * 60 { 12 * 60 } else { 8 * 60 };
    let next = until + sample.until_tour_hours.unwrap_or(24).clamp(0, 200) * 60;
    if sample.until_tour_hours.is_some() {
        // The next tour is there although the week's hours may be few: that it comes is what the sample says.
        let end = next + tour;
        week.until = week.until.max(end);
        week.put(WorkClass::OnDuty, next, end, &mut all);
        week.until = last;
        left -= (end.min(last) - next).max(0);
    }
    let before = from - sample.since_tour_hours.clamp(0, 200) * 60;
    for back in 0..7 {
        let end = before - back * DAY;
        let length = tour.min(left);
        left -= week.put(WorkClass::OnDuty, end - length, end, &mut all);
    }
    for on in 1..8 {
        let start = next + on * DAY;
        let length = tour.min(left);
        left -= week.put(WorkClass::OnDuty, start, start + length, &mut all);
    }
    details(sample.detail_hours.clamp(0, 120) * 60, (from, until), &mut week, &mut all);
    all.sort_by_key(|(_, from, _)| *from);
    all.into_iter().filter_map(|(class, from, until)| entry(class, from, until)).collect()
}

fn details(mut left: i64, job: (i64, i64), week: &mut Week, all: &mut Vec<(WorkClass, i64, i64)>) {
    for (piece, pause, near) in [(6 * 60, 12 * 60, 16 * 60), (6 * 60, 60, 60), (30, 0, 0)] {
        let mut at = week.from;
        while at < week.until && left > 0 {
            let length = piece.min(left);
            let is_near = at < job.1 + near && job.0 - near < at + length;
            let put = if is_near { 0 } else { week.put(WorkClass::Detail, at, at + length, all) };
            left -= put;
            at += if put > 0 { put + pause } else { 30 };
        }
    }
}

fn entry(class: WorkClass, from: i64, until: i64) -> Option<Work> {
    let at = |minute: i64| Timestamp::from_second(minute * 60).ok();
    let span = Span::new(at(from)?, at(until)?)?;
    Some(Work::new(span, class, WorkState::Booked, WorkSource::Agency))
}

/// The week of the job in minutes: as the book's first weekly cap counts it, else from the calendar's first day.
fn week(book: &RuleBook, day: Date, zone: &TimeZone) -> Option<(i64, i64)> {
    let of_cap = book.policy.rules.iter().find_map(|rule| match &rule.kind {
        Kind::Cap(cap) => match cap.window {
            Window::Week { from, .. } => Some(from),
            _ => None,
        },
        _ => None,
    });
    let starts = of_cap.unwrap_or(book.calendar.week_starts).0;
    let back = (day.weekday().to_monday_zero_offset() - starts.to_monday_zero_offset()).rem_euclid(7);
    let first = day.checked_sub(i64::from(back).days()).ok()?;
    let at = |day: Date| {
        Some(zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible().ok()?.as_second() / 60)
    };
    Some((at(first)?, at(first.checked_add(7.days()).ok()?)?))
}
