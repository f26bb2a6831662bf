//! Days and weeks on the wall clock of every zone of the United States and of Lord Howe, against the rules of the clocks
//! written down by hand.

use jiff::civil::date;

use super::*;
use crate::{
    calendar::WeekStart,
    policy::{kinds::Cap, window::Window},
    time::Minutes,
};

/// A zone's rule: standard offset in minutes, minutes that summer adds, and whether summer is in the north.
struct Clocks {
    zone: &'static str,
    standard: i64,
    summer: i64,
    northern: bool,
}

const fn us(zone: &'static str, standard: i64, summer: i64) -> Clocks {
    Clocks { zone, standard: standard * 60, summer, northern: true }
}

const CLOCKS: &[Clocks] = &[
    us("America/New_York", -5, 60),
    us("America/Detroit", -5, 60),
    us("America/Kentucky/Louisville", -5, 60),
    us("America/Indiana/Indianapolis", -5, 60),
    us("America/Chicago", -6, 60),
    us("America/Menominee", -6, 60),
    us("America/Denver", -7, 60),
    us("America/Boise", -7, 60),
    us("America/Phoenix", -7, 0),
    us("America/Los_Angeles", -8, 60),
    us("America/Anchorage", -9, 60),
    us("America/Juneau", -9, 60),
    us("America/Adak", -10, 60),
    us("Pacific/Honolulu", -10, 0),
    us("America/Puerto_Rico", -4, 0),
    us("America/St_Thomas", -4, 0),
    us("Pacific/Guam", 10, 0),
    us("Pacific/Pago_Pago", -11, 0),
    Clocks { zone: "Australia/Lord_Howe", standard: 630, summer: 30, northern: false },
];

/// Days since 1970 of a date.
fn day_number(day: Date) -> i64 {
    i64::from(day.since(date(1970, 1, 1)).expect("near").get_days())
}

/// The `nth` Sunday of a month.
fn sunday(year: i16, month: i8, nth: i64) -> i64 {
    let first = day_number(date(year, month, 1));
    // 1 January 1970 was a Thursday: day numbers that are 3 modulo 7 are Sundays.
    first + (3 - first).rem_euclid(7) + 7 * (nth - 1)
}

impl Clocks {
    /// Minutes east of UTC at a minute since 1970, in a year.
    fn offset(&self, utc: i64, year: i16) -> i64 {
        let (opens, closes) = if self.northern {
            (sunday(year, 3, 2) * 1440 + 120 - self.standard, sunday(year, 11, 1) * 1440 + 60 - self.standard)
        } else {
            (
                sunday(year, 10, 1) * 1440 + 120 - self.standard,
                sunday(year, 4, 1) * 1440 + 120 - self.standard - self.summer,
            )
        };
        let summer = if self.northern { opens <= utc && utc < closes } else { utc < closes || opens <= utc };
        self.standard + if summer { self.summer } else { 0 }
    }

    /// The UTC minute at which the clocks show that minute of the day; the days of change never meet the times asked.
    fn utc(&self, day: Date, minute: i64) -> i64 {
        let local = day_number(day) * 1440 + minute;
        let guess = local - self.standard;
        let exact = local - self.offset(guess, day.year());
        local - self.offset(exact, day.year())
    }
}

fn minute(utc: i64) -> Timestamp {
    Timestamp::from_second(utc * 60).expect("in range")
}

fn changes(year: i16, clocks: &Clocks) -> Vec<Date> {
    let months = if clocks.northern { [(3, 2), (11, 1)] } else { [(4, 1), (10, 1)] };
    months
        .iter()
        .map(|(month, nth)| {
            let first = date(year, *month, 1);
            let days = sunday(year, *month, *nth) - day_number(first);
            first.checked_add(jiff::Span::new().days(days)).expect("near")
        })
        .collect()
}

#[test]
fn days_and_weeks_follow_the_clocks_of_every_zone() {
    let mut asked = 0;
    for clocks in CLOCKS {
        let zone = TimeZone::get(clocks.zone).expect("zone data is installed");
        let years = if clocks.northern { 2007..=2037 } else { 2009..=2037 };
        for change in years.flat_map(|year| changes(year, clocks)) {
            for day in [change.yesterday(), Ok(change), change.tomorrow()] {
                let day = day.expect("near");
                let next = day.tomorrow().expect("near");
                let (opens, closes) = (clocks.utc(day, 0), clocks.utc(next, 0));
                check_day(&zone, clocks.zone, day, opens, closes);
                let week =
                    Window::Week { from: WeekStart(jiff::civil::Weekday::Wednesday), at: Time::constant(7, 0, 0, 0) };
                let back = (i64::from(day.weekday().to_monday_zero_offset()) - 2).rem_euclid(7);
                let wednesday = day.checked_sub(jiff::Span::new().days(back)).expect("near");
                let wednesday =
                    if back == 0 { day.checked_sub(jiff::Span::new().days(7)).expect("near") } else { wednesday };
                let after = wednesday.checked_add(jiff::Span::new().days(7)).expect("near");
                let noon = Span::new(minute(clocks.utc(day, 300)), minute(clocks.utc(day, 301))).expect("a minute");
                let periods = week.periods(&zone, noon);
                let expected = (minute(clocks.utc(wednesday, 420)), minute(clocks.utc(after, 420)));
                assert_eq!(periods.len(), 1, "{} {day}", clocks.zone);
                assert_eq!((periods[0].from.at, periods[0].until.at), expected, "{} {day}", clocks.zone);
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 3 * 2 * (18 * 31 + 29));
}

/// A detail over the whole day, an hour into its neighbours: the day's cap counts exactly the day.
fn check_day(zone: &TimeZone, name: &str, day: Date, opens: i64, closes: i64) {
    let work = Span::new(minute(opens - 60), minute(closes + 60)).expect("long");
    let periods = Window::CalendarDay.periods(zone, work);
    let ends: Vec<(Timestamp, Timestamp)> = periods.iter().map(|one| (one.from.at, one.until.at)).collect();
    assert_eq!(ends.len(), 3, "{name} {day}");
    assert_eq!(ends[1], (minute(opens), minute(closes)), "{name} {day}");
    let cap = Cap::hours(1, &[WorkClass::Detail], Window::CalendarDay);
    let book = PolicyBook { rules: vec![Rule::new("day", Kind::Cap(cap))] };
    let candidate = Candidate::new(officer(), OfficerFacts::default(), &[]);
    let judgement = judge(&book, &candidate, &Proposal::new(work, zone), Point::Award, work.starts_at());
    assert_eq!(judgement.decisions[0].distance, Some(Distance::Time(Minutes(closes - opens - 60))), "{name} {day}");
}
