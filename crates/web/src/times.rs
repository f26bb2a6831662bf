//! Times as pages show them: the agency's wall clock, 24 hours, dates like `Sat, Nov 21`.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use muster_domain::time::Span;

/// A zone by its name; UTC for a name that is none, so that a page can still be drawn.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// `Sat, Nov 21`.
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%a, %b %-d").to_string()
}

/// `Nov 21, 2026`, for documents that are kept.
#[must_use]
pub fn full_day(date: Date) -> String {
    date.strftime("%b %-d, %Y").to_string()
}

/// `18:30`.
#[must_use]
pub fn clock(instant: Timestamp, zone: &TimeZone) -> String {
    instant.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// `Sat, Nov 21 18:30`.
#[must_use]
pub fn moment(instant: Timestamp, zone: &TimeZone) -> String {
    instant.to_zoned(zone.clone()).strftime("%a, %b %-d %H:%M").to_string()
}

/// `18:30–02:00`, with `+1` after the end when it is on the next day.
#[must_use]
pub fn hours(span: Span, zone: &TimeZone) -> String {
    let (from, to) = (span.starts_at().to_zoned(zone.clone()), span.ends_at().to_zoned(zone.clone()));
    let later = if to.date() > from.date() { " +1" } else { "" };
    format!("{}\u{2013}{}{later}", from.strftime("%H:%M"), to.strftime("%H:%M"))
}

/// `Sat, Nov 21 · 18:30–02:00 +1`.
#[must_use]
pub fn shift(span: Span, zone: &TimeZone) -> String {
    format!("{} \u{b7} {}", day(span.starts_at().to_zoned(zone.clone()).date()), hours(span, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_shows_both_clocks_and_the_next_day() {
        let zone = zone("America/New_York");
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let night = Span::new(at("2026-11-21T23:30:00Z"), at("2026-11-22T07:00:00Z")).expect("a span");
        assert_eq!(shift(night, &zone), "Sat, Nov 21 \u{b7} 18:30\u{2013}02:00 +1");
        assert_eq!(moment(night.starts_at(), &zone), "Sat, Nov 21 18:30");
        assert_eq!(full_day(night.starts_at().to_zoned(zone).date()), "Nov 21, 2026");
    }
}
