//! Times of a line: instants, ends as a time of day, and the start when a line gives none.

use jiff::{
    Timestamp, ToSpan as _, Zoned,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};

use super::no_time;
use crate::{
    refusal::Refusal,
    rules::RuleBook,
    time::{Minutes, Span, instant},
};

/// A refusal that names the key of the line.
pub(super) fn of_key<T>(key: &str, read: Result<T, Refusal>) -> Result<T, Refusal> {
    read.map_err(|refusal| Refusal { message: format!("`{key}`: {}", refusal.message), ..refusal })
}

/// `2026-04-07T07:00` on the wall clock of the zone (of two, the first), or with an offset.
pub(super) fn moment(zone: &TimeZone, text: &str) -> Result<Timestamp, Refusal> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(at) = text.parse::<Zoned>() {
        return Ok(at.timestamp());
    }
    let wrong = |why: String| Refusal::new("bad_time", why, "Write a time like 2026-04-07T07:00, or with its offset.");
    let local: DateTime = text.parse().map_err(|_| wrong(format!("\u{201c}{text}\u{201d} is not a time.")))?;
    instant(zone, local.date(), local.time()).map_err(|error| wrong(error.to_string()))
}

/// A span to a time of day (`16:00`) or a full time.
pub(super) fn until(zone: &TimeZone, start: Timestamp, end: &str) -> Result<Span, Refusal> {
    let ends = match end.trim().parse::<Time>() {
        Ok(time) if !end.contains('T') => {
            let local = zone.to_datetime(start);
            let day = if time <= local.time() { local.date().tomorrow().map_err(|_| no_time())? } else { local.date() };
            moment(zone, &day.to_datetime(time).to_string())?
        }
        _ => moment(zone, end)?,
    };
    Span::new(start, ends).ok_or_else(|| {
        Refusal::new("ends_before_it_starts", "The end is not after the start.", "Give an end after the start.")
    })
}

pub(super) fn lasting(start: Timestamp, length: Minutes) -> Result<Span, Refusal> {
    start.checked_add(length.0.minutes()).ok().and_then(|ends| Span::new(start, ends)).ok_or_else(no_time)
}

/// When a line gives no start: 08:00 of the first Wednesday in force that is no holiday, or of the first holiday.
pub(super) fn usual_start(book: &RuleBook, zone: &TimeZone, holiday: bool) -> Result<Timestamp, Refusal> {
    let eight = Time::constant(8, 0, 0, 0);
    let is_holiday = |day: Date| {
        book.calendar.holidays.keys().any(|list| book.calendar.holiday_at(list, day.to_datetime(eight)).is_some())
    };
    let day = book
        .effective_from
        .series(1.day())
        .take(400)
        .find(|day| is_holiday(*day) == holiday && (holiday || day.weekday() == Weekday::Wednesday));
    let none = || Refusal::new("no_holiday", "The book has no holiday.", "Add a list under calendar: holidays.");
    moment(zone, &day.ok_or_else(none)?.to_datetime(eight).to_string())
}
