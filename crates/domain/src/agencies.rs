//! The agency: the tenant. Its zone, ranks, units, job types, holidays, terms and pay mode.
//!
//! Invariants: every time of an agency's work is shown and entered in its own zone; a rank's level orders command.

use jiff::{
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgencyId, JobTypeId, RankId, UnitId},
    refusal::FieldErrors,
};

/// How officers are paid for details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayMode {
    /// The operator pays weekly, whether or not the customer has paid.
    WeeklyByOperator,
    /// The municipality pays through its own payroll.
    PayrollExport,
}

impl PayMode {
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::WeeklyByOperator => "weekly_by_operator",
            Self::PayrollExport => "payroll_export",
        }
    }
    /// The mode with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::WeeklyByOperator, Self::PayrollExport].into_iter().find(|mode| mode.code() == code)
    }
}

/// A law-enforcement agency.
#[derive(Debug, Clone, PartialEq)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// As on its badge.
    pub name: String,
    /// Its word in public addresses: lower-case letters, digits and hyphens.
    pub slug: String,
    /// The zone of its wall clocks.
    pub zone: TimeZone,
    /// Where customers call.
    pub phone: String,
    /// Where customers write.
    pub email: String,
    /// A few sentences for the public page.
    pub about: String,
    /// How officers are paid.
    pub pay_mode: PayMode,
    /// Days that a customer has to pay an invoice, unless agreed otherwise.
    pub terms_days: i64,
    /// The smaller switches.
    pub settings: Settings,
    /// Counts changes.
    pub version: i64,
}

/// The smaller switches of an agency, each with a default that a new agency starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How early an officer may clock in before the start, in minutes.
    pub early_clock_in_minutes: i64,
    /// A clock-out that never came is closed this long after the scheduled end, in minutes.
    pub forgotten_clock_out_minutes: i64,
    /// An officer may withdraw by himself until this long before the start, in minutes.
    pub withdraw_cut_off_minutes: i64,
    /// An officer who has not clocked in is late after this long, in minutes.
    pub late_after_minutes: i64,
    /// Requests that break no rule are approved without a person.
    pub approve_automatically: bool,
    /// The weekday on which the pay week begins (1 is Monday).
    pub pay_week_starts: i8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            early_clock_in_minutes: 30,
            forgotten_clock_out_minutes: 120,
            withdraw_cut_off_minutes: 24 * 60,
            late_after_minutes: 10,
            approve_automatically: false,
            pay_week_starts: 1,
        }
    }
}

/// A rank; a higher level outranks a lower.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rank {
    /// Its id.
    pub id: RankId,
    /// The word that rules use, for example `sergeant`.
    pub code: String,
    /// As shown, for example Sergeant.
    pub name: String,
    /// As shown before a name, for example Sgt.
    pub short: String,
    /// Its place in the order of command.
    pub level: i64,
}

/// A district, bureau or division.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// As shown.
    pub name: String,
}

/// A kind of job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobType {
    /// Its id.
    pub id: JobTypeId,
    /// The word that rules use: traffic, event, security, escort, school, construction ...
    pub code: String,
    /// As shown.
    pub name: String,
    /// No longer offered for new requests.
    pub retired: bool,
}

/// A day that rates may treat as a holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holiday {
    /// The day.
    pub held_on: Date,
    /// Its name.
    pub name: String,
}

/// What a new agency is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgency {
    /// As on its badge.
    pub name: String,
    /// Its word in public addresses.
    pub slug: String,
    /// The IANA name of its zone.
    pub zone: String,
}

/// The zone with this IANA name.
#[must_use]
pub fn find_zone(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}

/// True for a word that can stand in public addresses: lower-case letters, digits and single hyphens, 2 to 40 characters.
#[must_use]
pub fn is_slug(word: &str) -> bool {
    let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && (2..=40).contains(&word.len()) && word.split('-').all(|part| !part.is_empty())
}

/// True for a word that rules use: lower-case letters, digits and underscores, beginning with a letter.
#[must_use]
pub fn is_code(word: &str) -> bool {
    let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    plain && (1..=40).contains(&word.len()) && word.starts_with(|c: char| c.is_ascii_lowercase())
}

impl Settings {
    /// Notes every switch that is out of bounds, under its own name.
    pub fn check(&self, errors: &mut FieldErrors) {
        let limits = [
            ("early_clock_in_minutes", self.early_clock_in_minutes, 240),
            ("forgotten_clock_out_minutes", self.forgotten_clock_out_minutes, 24 * 60),
            ("withdraw_cut_off_minutes", self.withdraw_cut_off_minutes, 14 * 24 * 60),
            ("late_after_minutes", self.late_after_minutes, 240),
        ];
        for (name, value, most) in limits {
            if !(0..=most).contains(&value) {
                errors.add(name, format!("Enter a number of minutes from 0 to {most}."));
            }
        }
        errors.require((1..=7).contains(&self.pay_week_starts), "pay_week_starts", "Choose a weekday.");
    }

    /// The pay week that holds `day`: its first and its last day.
    ///
    /// # Panics
    /// Never for dates that a calendar shows.
    #[must_use]
    pub fn pay_week(&self, day: Date) -> (Date, Date) {
        let first = Weekday::from_monday_one_offset(self.pay_week_starts).unwrap_or(Weekday::Monday);
        let back = i64::from(day.weekday().since(first));
        let from_on = day.checked_sub(jiff::Span::new().days(back)).expect("a calendar day");
        let to_on = from_on.checked_add(jiff::Span::new().days(6)).expect("a calendar day");
        (from_on, to_on)
    }
}

/// Ranks that a new agency begins with, as (code, name, short, level); it renames and adds.
pub const STARTER_RANKS: &[(&str, &str, &str, i64)] = &[
    ("officer", "Officer", "Ofc.", 10),
    ("sergeant", "Sergeant", "Sgt.", 20),
    ("lieutenant", "Lieutenant", "Lt.", 30),
    ("captain", "Captain", "Capt.", 40),
];

/// Kinds of job that a new agency begins with, as (code, name).
pub const STARTER_JOB_TYPES: &[(&str, &str)] = &[
    ("traffic", "Traffic"),
    ("event", "Event"),
    ("security", "Security"),
    ("escort", "Escort"),
    ("school", "School"),
    ("construction", "Construction"),
];

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn words_for_addresses_and_rules() {
        for (word, slug, code) in [
            ("austin-pd", true, false),
            ("a", false, true),
            ("traffic_detail", false, true),
            ("Austin", false, false),
            ("-a", false, false),
            ("a--b", false, false),
            ("7th", true, false),
            ("", false, false),
        ] {
            assert_eq!((is_slug(word), is_code(word)), (slug, code), "{word}");
        }
    }

    #[test]
    fn zones_are_known_by_their_own_name() {
        assert!(find_zone("America/Chicago").is_some());
        assert!(find_zone("america/chicago").is_none() && find_zone("Mars/Base").is_none() && find_zone("").is_none());
    }

    #[test]
    fn the_pay_week_holds_the_day() {
        let check = |day: Date, pay_week_starts: i8, from_on: Date, to_on: Date| {
            assert_eq!(Settings { pay_week_starts, ..Settings::default() }.pay_week(day), (from_on, to_on), "{day}");
        };
        check(date(2026, 11, 21), 1, date(2026, 11, 16), date(2026, 11, 22));
        check(date(2026, 11, 21), 6, date(2026, 11, 21), date(2026, 11, 27));
        check(date(2026, 11, 21), 7, date(2026, 11, 15), date(2026, 11, 21));
        check(date(2026, 11, 16), 1, date(2026, 11, 16), date(2026, 11, 22));
    }

    #[test]
    fn switches_have_bounds() {
        let check = |settings: Settings| {
            let mut errors = FieldErrors::default();
            settings.check(&mut errors);
            errors.0.len()
        };
        assert_eq!(check(Settings::default()), 0);
        assert_eq!(check(Settings { late_after_minutes: -1, pay_week_starts: 8, ..Settings::default() }), 2);
    }
}
