//! What may be asked for: every mistake of the form at once.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Dates, Details};
use crate::{
    refusal::FieldErrors,
    time::{Span, shift_span},
};

/// One period asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedShift {
    /// The local date on which it starts.
    pub worked_on: Date,
    /// When.
    pub span: Span,
}

/// The most kinds of seats in one request.
pub const MOST_POSITIONS: usize = 12;
/// The most seats of one kind.
pub const MOST_SEATS: i64 = 500;
/// The most dates given one by one.
pub const MOST_GIVEN: usize = 60;

impl Details {
    /// Every shift asked for, in order; `earliest` is the first instant that a shift may start.
    ///
    /// # Errors
    /// All mistakes, under the names of the form's fields.
    pub fn shifts(&self, zone: &TimeZone, earliest: Timestamp) -> Result<Vec<AskedShift>, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.check_dates(&mut errors);
        self.check_positions(&mut errors);
        self.check_texts(&mut errors);
        self.check_resources(&mut errors);
        let mut shifts = Vec::new();
        for date in self.dates.list() {
            match shift_span(zone, date, self.from, self.to) {
                Ok(span) => shifts.push(AskedShift { worked_on: date, span }),
                Err(error) => errors.add("from", format!("On {}: {error}", date.strftime("%a, %b %-d"))),
            }
        }
        if let Some(early) = shifts.iter().find(|shift| shift.span.starts_at() < earliest) {
            let message = format!(
                "{} has passed already. Choose a later date or time.",
                early.worked_on.strftime("%a, %b %-d, %Y")
            );
            errors.add("dates", message);
        }
        overlap(&shifts, &mut errors);
        errors.or(shifts)
    }

    fn check_dates(&self, errors: &mut FieldErrors) {
        match &self.dates {
            Dates::Given { on } => {
                errors.require(
                    on.len() <= MOST_GIVEN,
                    "dates",
                    "At most 60 dates fit in one request. Use a weekly repeat, or send a second request.",
                );
            }
            Dates::Weekly { from_on, to_on, weekdays } => {
                errors.require(to_on >= from_on, "to_on", "The last date lies before the first.");
                let days = from_on.until(*to_on).map_or(0, |span| span.get_days());
                errors.require(
                    days <= 366,
                    "to_on",
                    "At most one year fits in one request. Choose an earlier last date.",
                );
                let known = weekdays.iter().all(|day| (1..=7).contains(day));
                errors.require(!weekdays.is_empty() && known, "weekdays", "Tick at least one weekday.");
            }
        }
        if errors.0.is_empty() && self.dates.list().is_empty() {
            errors.add("dates", "No date is chosen. Choose at least one.");
        }
    }

    fn check_positions(&self, errors: &mut FieldErrors) {
        errors.require(!self.positions.is_empty(), "positions.0.seats", "Ask for at least one officer.");
        errors.require(
            self.positions.len() <= MOST_POSITIONS,
            "positions.0.seats",
            "At most 12 kinds of seats fit in one request.",
        );
        for (at, wanted) in self.positions.iter().enumerate() {
            if !(1..=MOST_SEATS).contains(&wanted.seats) {
                errors.add(format!("positions.{at}.seats"), "Enter a number from 1 to 500.");
            }
        }
        if self.attendance.is_some_and(|people| !(0..=1_000_000).contains(&people)) {
            errors.add("attendance", "Enter a number from 0 to 1,000,000, or leave it empty.");
        }
    }

    fn check_resources(&self, errors: &mut FieldErrors) {
        let plain = |word: &str| {
            !word.is_empty()
                && word.len() <= 60
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        errors.require(self.resources.len() <= 20, "resources", "At most 20 kinds of vehicles and equipment fit.");
        for (at, one) in self.resources.iter().enumerate() {
            errors.require(
                plain(&one.resource) && !self.resources[..at].iter().any(|known| known.resource == one.resource),
                &format!("resources.{at}.resource"),
                "Name each by the word of the agency's rates, once, for example cruiser.",
            );
            errors.require((1..=100).contains(&one.count), &format!("resources.{at}.count"), "Ask for 1 to 100.");
        }
    }

    fn check_texts(&self, errors: &mut FieldErrors) {
        for (text, field, most) in [
            (&self.contact_name, "contact_name", 120),
            (&self.contact_phone, "contact_phone", 40),
            (&self.instructions, "instructions", 4000),
        ] {
            if !text.is_empty() {
                errors.require_text(text, field, most);
            }
        }
    }
}

fn overlap(shifts: &[AskedShift], errors: &mut FieldErrors) {
    if shifts.windows(2).any(|pair| pair[0].span.overlaps(pair[1].span)) {
        errors.add("to", "A shift would begin before the one of the day before ends. Choose an earlier end.");
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::requests::{PositionWanted, PostRole, Requirements};

    fn details(dates: Dates) -> Details {
        Details {
            dates,
            from: time(22, 0, 0, 0),
            to: time(6, 0, 0, 0),
            positions: vec![PositionWanted {
                role: PostRole::Officer,
                seats: 2,
                requirements: Requirements::default(),
            }],
            attendance: None,
            alcohol: false,
            traffic: false,
            contact_name: String::new(),
            contact_phone: String::new(),
            instructions: String::new(),
            resources: Vec::new(),
        }
    }

    fn fields(details: &Details) -> Vec<String> {
        let zone = TimeZone::get("America/New_York").expect("zone data");
        let now = "2026-01-01T00:00:00Z".parse().expect("an instant");
        details.shifts(&zone, now).err().map(|e| e.0.into_iter().map(|e| e.field).collect()).unwrap_or_default()
    }

    #[test]
    fn every_mistake_is_named_under_its_field() {
        let good = details(Dates::Given { on: vec![date(2026, 3, 7), date(2026, 3, 10)] });
        assert_eq!(fields(&good), [""; 0]);
        let none = details(Dates::Given { on: vec![] });
        assert_eq!(fields(&none), ["dates"]);
        let gap = Details { from: time(2, 30, 0, 0), ..details(Dates::Given { on: vec![date(2026, 3, 8)] }) };
        assert_eq!(fields(&gap), ["from"]);
        let past = details(Dates::Given { on: vec![date(2025, 12, 1)] });
        assert_eq!(fields(&past), ["dates"]);
        let backwards = Dates::Weekly { from_on: date(2026, 5, 2), to_on: date(2026, 5, 1), weekdays: vec![] };
        assert_eq!(fields(&details(backwards)), ["to_on", "weekdays"]);
        let long = Dates::Weekly { from_on: date(2026, 5, 2), to_on: date(2028, 5, 1), weekdays: vec![1] };
        assert_eq!(fields(&details(long)), ["to_on"]);
        let empty = Details { positions: vec![], ..good.clone() };
        assert_eq!(fields(&empty), ["positions.0.seats"]);
        let mut many = good;
        many.positions[0].seats = 501;
        many.attendance = Some(-1);
        assert_eq!(fields(&many), ["positions.0.seats", "attendance"]);
    }

    #[test]
    fn a_whole_day_may_follow_a_whole_day() {
        let same = Details {
            from: time(6, 0, 0, 0),
            ..details(Dates::Given { on: vec![date(2026, 5, 4), date(2026, 5, 5)] })
        };
        assert_eq!(fields(&same), [""; 0]);
    }
}
