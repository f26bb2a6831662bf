//! The officer's earlier work: what minimums and overtime that count by the day, the stretch, the week or days in a row look
//! back on.

use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{
    card::RateCard,
    rules::{Premium, Quantize},
    switches::{AfterPer, MinimumPer},
    work::Earlier,
};
use crate::{
    calendar::WeekStart,
    id::CustomerId,
    predicate::{Field, Predicate},
    time::{Minutes, Span},
};

/// What of an officer's other work a card counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LooksBack {
    /// The shifts of the same local day.
    pub day: bool,
    /// Work without a break up to the start, on any day.
    pub unbroken: bool,
    /// The shifts since the agency's week began.
    pub week: bool,
    /// Days of work in a row.
    pub row: bool,
}

/// Days in a row are counted up to so many.
pub const MOST_DAYS_IN_A_ROW: i64 = 31;

impl LooksBack {
    /// Nothing but the shift itself counts.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// How many days before and after a shift others may lie that it depends on, or that depend on it.
    #[must_use]
    pub fn days(self) -> i64 {
        /// A stretch without a break is no longer.
        const OF_A_STRETCH: i64 = 3;
        let days = [(self.day, 1), (self.unbroken, OF_A_STRETCH), (self.week, 6), (self.row, MOST_DAYS_IN_A_ROW)];
        days.into_iter().filter(|(asked, _)| *asked).map(|(_, days)| days).max().unwrap_or(0)
    }
}

impl RateCard {
    /// What of the officer's other work a price of this card depends on.
    #[must_use]
    pub fn looks_back(&self) -> LooksBack {
        let minimum = |rule: &Quantize| {
            rule.per.or(self.switches.minimum_per).unwrap_or(MinimumPer::Assignment) != MinimumPer::Assignment
        };
        let after = |premium: &Premium, per: AfterPer| {
            premium.after.is_some() && premium.after_per.or(self.switches.after_per) == Some(per)
        };
        LooksBack {
            day: self.quantize.iter().any(minimum)
                || self.premium.iter().any(|one| after(one, AfterPer::Day))
                || self.asks(&[Field::EarlierWorked, Field::EarlierWorkedForCustomer]),
            unbroken: self.premium.iter().any(|one| after(one, AfterPer::Consecutive))
                || self.asks(&[Field::EarlierUnbroken]),
            week: self.premium.iter().any(|one| after(one, AfterPer::Week)) || self.asks(&[Field::EarlierWorkedInWeek]),
            row: self.asks(&[Field::EarlierDaysInARow]),
        }
    }

    /// True when a condition of the card asks for one of these facts.
    fn asks(&self, facts: &[Field]) -> bool {
        let mut asked = false;
        let mut look = |when: &Predicate| {
            when.for_each_test(&mut |field, _| asked |= facts.contains(field));
            when.for_each_expression(&mut |one| asked |= one.fields().iter().any(|field| facts.contains(field)));
        };
        self.base_rate.iter().for_each(|rule| look(&rule.when));
        self.payable_time.iter().for_each(|rule| look(&rule.when));
        self.quantize.iter().for_each(|rule| look(&rule.when));
        self.premium.iter().for_each(|rule| look(&rule.when));
        self.resource_fee.iter().for_each(|rule| look(&rule.when));
        self.admin_fee.iter().for_each(|rule| look(&rule.when));
        self.tax.iter().for_each(|rule| look(&rule.when));
        self.cancellation.iter().for_each(|rule| look(&rule.when));
        self.split.iter().for_each(|rule| look(&rule.when));
        asked
    }

    /// Something is owed once for a job, not with each of its shifts.
    #[must_use]
    pub fn charges_once(&self) -> bool {
        self.premium.iter().any(|one| one.effect.add_flat.is_some())
            || self.admin_fee.iter().any(|one| one.per_job.is_some() || one.bands.is_some())
            || self.resource_fee.iter().any(|one| one.forced)
            || self.payment_terms.iter().any(|one| one.deposit.is_some())
            || self.cancellation.iter().flat_map(|one| &one.windows).any(|one| one.flat_per_job.is_some())
    }
}

/// A shift of the officer that was charged before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidWork {
    /// Who pays for it.
    pub customer: CustomerId,
    /// The local day on which its schedule begins.
    pub on: Date,
    /// When he was there; `None` when it is paid and was not worked.
    pub worked: Option<Span>,
    /// Minutes that counted, before minimum and rounding. Paid time of a cancelled shift counts as worked.
    pub counted: Minutes,
    /// Minutes paid.
    pub paid: Minutes,
}

/// The start of a shift that is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftStart {
    /// Who pays for it.
    pub customer: CustomerId,
    /// The local day on which its schedule begins.
    pub on: Date,
    /// When he came, or is to come.
    pub at: Timestamp,
}

/// What the officer's work before this start counts for it, as far as it is looked back on. `before` holds the shifts that
/// begin no later, in any order.
#[must_use]
pub fn earlier_of(start: ShiftStart, before: &[PaidWork], back: LooksBack, week_starts: WeekStart) -> Earlier {
    let mut sum = Earlier::default();
    if back.week {
        let days_in = i64::from(start.on.weekday().since(week_starts.0));
        let from = start.on.saturating_sub(days_in.days());
        let of_week = || before.iter().filter(|work| from <= work.on && work.on <= start.on);
        sum.worked_in_week = Some(of_week().map(|work| work.counted).sum());
        sum.paid_in_week = Some(of_week().map(|work| work.paid).sum());
    }
    if back.row {
        sum.days_in_a_row = Some(days_in_a_row(start.on, before));
    }
    for work in before.iter().filter(|work| work.on == start.on) {
        sum.worked += work.counted;
        sum.paid += work.paid;
        if work.customer == start.customer {
            sum.worked_for_customer += work.counted;
            sum.paid_by_customer += work.paid;
        }
    }
    sum.unbroken = unbroken(start.at, before);
    sum
}

/// Which day of work in a row a day is, at most [`MOST_DAYS_IN_A_ROW`]. A day that was paid and not worked ends the row.
fn days_in_a_row(on: Date, before: &[PaidWork]) -> i64 {
    let worked = |day: Date| before.iter().any(|work| work.on == day && work.worked.is_some());
    let days = (1..MOST_DAYS_IN_A_ROW).take_while(|back| worked(on.saturating_sub(back.days())));
    1 + i64::try_from(days.count()).unwrap_or(0)
}

/// Minutes worked without a break up to an instant; seconds count for nothing.
fn unbroken(at: Timestamp, before: &[PaidWork]) -> Minutes {
    let minute = |at: Timestamp| at.as_second().div_euclid(60);
    let begins = minute(at);
    let mut reached = begins;
    // Each step goes back by a minute at least and uses up one of the shifts.
    for _ in before {
        let joined = before
            .iter()
            .filter_map(|work| work.worked)
            .map(|span| (minute(span.starts_at()), minute(span.ends_at())))
            .filter(|(from, to)| *from < reached && *to >= reached)
            .map(|(from, _)| from)
            .min();
        match joined {
            Some(from) => reached = from,
            None => break,
        }
    }
    Minutes(begins - reached)
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;

    use super::*;
    use crate::id::Id;

    fn customer(number: u128) -> CustomerId {
        CustomerId::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect(text)
    }

    fn seen(start: ShiftStart, before: &[PaidWork]) -> Earlier {
        earlier_of(start, before, LooksBack::default(), WeekStart::default())
    }

    fn work(payer: u128, on: i8, worked: Option<(&str, &str)>, counted: i64, paid: i64) -> PaidWork {
        PaidWork {
            customer: customer(payer),
            on: Date::constant(2026, 3, on),
            worked: worked.map(|(from, to)| Span::new(at(from), at(to)).expect("a span")),
            counted: Minutes(counted),
            paid: Minutes(paid),
        }
    }

    #[test]
    fn a_day_is_the_day_on_which_the_schedule_begins_and_a_customer_counts_his_own() {
        let before = [
            work(1, 7, Some(("2026-03-07T20:00:00Z", "2026-03-07T23:00:00Z")), 180, 240),
            work(1, 8, Some(("2026-03-08T13:00:00Z", "2026-03-08T15:00:30Z")), 120, 240),
            work(2, 8, Some(("2026-03-08T15:00:10Z", "2026-03-08T16:00:00Z")), 60, 60),
            work(2, 8, None, 120, 120),
        ];
        let on = Date::constant(2026, 3, 8);
        let start = |payer, text: &str| ShiftStart { customer: customer(payer), on, at: at(text) };
        let of_first = seen(start(1, "2026-03-08T16:00:40Z"), &before);
        assert_eq!((of_first.worked, of_first.paid), (Minutes(300), Minutes(420)));
        assert_eq!((of_first.worked_for_customer, of_first.paid_by_customer), (Minutes(120), Minutes(240)));
        assert_eq!(of_first.unbroken, Minutes(180), "two shifts in a row, the seconds dropped");
        assert_eq!(seen(start(3, "2026-03-08T16:01:00Z"), &before).unbroken, Minutes(0), "a minute is a break");
    }

    #[test]
    fn unbroken_work_passes_midnight() {
        let before = [
            work(1, 7, Some(("2026-03-07T22:00:00Z", "2026-03-08T03:00:00Z")), 300, 300),
            work(1, 8, Some(("2026-03-08T03:00:00Z", "2026-03-08T07:30:00Z")), 270, 270),
        ];
        let start =
            ShiftStart { customer: customer(1), on: Date::constant(2026, 3, 8), at: at("2026-03-08T07:30:00Z") };
        let found = seen(start, &before);
        assert_eq!((found.unbroken, found.worked), (Minutes(570), Minutes(270)));
    }

    #[test]
    fn a_week_begins_on_the_day_of_the_agency_and_a_row_ends_with_a_day_off() {
        // 2026-03-01 is a Sunday; on the 6th he was paid and did not work.
        let shift = |on: i8, worked: bool| {
            let span = (format!("2026-03-{on:02}T15:00:00Z"), format!("2026-03-{on:02}T17:00:00Z"));
            work(1, on, worked.then_some((span.0.as_str(), span.1.as_str())), 120, 240)
        };
        let before: Vec<PaidWork> =
            [(1, true), (2, true), (5, true), (6, false), (7, true), (8, true)].map(|(on, yes)| shift(on, yes)).into();
        let back = LooksBack { week: true, row: true, ..LooksBack::default() };
        let seen = |on: i8, first: Weekday| {
            let start = ShiftStart {
                customer: customer(1),
                on: Date::constant(2026, 3, on),
                at: at(&format!("2026-03-{on:02}T20:00:00Z")),
            };
            let earlier: Vec<PaidWork> = before.iter().filter(|work| work.on <= start.on).copied().collect();
            let sum = earlier_of(start, &earlier, back, WeekStart(first));
            (
                sum.worked_in_week.expect("counted").0,
                sum.paid_in_week.expect("counted").0,
                sum.days_in_a_row.expect("counted"),
            )
        };
        assert_eq!(seen(8, Weekday::Monday), (600, 1200, 2), "Monday the 2nd to Sunday the 8th; a row since the 7th");
        assert_eq!(seen(8, Weekday::Sunday), (120, 240, 2), "the week began that morning");
        assert_eq!(seen(6, Weekday::Sunday), (480, 960, 2), "a second shift on a day counts the day once");
        assert_eq!(seen(2, Weekday::Monday), (120, 240, 2), "the row passes the beginning of a week");
        assert_eq!(seen(10, Weekday::Monday), (0, 0, 1));
    }

    #[test]
    fn a_card_says_whether_it_looks_back() {
        let card = |rates: &str| -> RateCard { serde_saphyr::from_str(rates).expect(rates) };
        let none = LooksBack::default();
        let (day, run) = (LooksBack { day: true, ..none }, LooksBack { unbroken: true, ..none });
        let (week, row) = (LooksBack { week: true, ..none }, LooksBack { row: true, ..none });
        for (rates, expected) in [
            ("quantize: [{ minimum: 4 h }]", LooksBack::default()),
            ("quantize: [{ minimum: 4 h, per: officer_day }]", day),
            ("switches: { minimum_per: customer_day }\nquantize: [{ minimum: 4 h }]", day),
            (
                "switches: { minimum_per: customer_day }\nquantize: [{ minimum: 4 h, per: assignment }]",
                LooksBack::default(),
            ),
            ("switches: { after_per: day }", LooksBack::default()),
            ("switches: { after_per: day }\npremium: [{ after: 8 h, effect: { multiply: 1.5 } }]", day),
            ("premium: [{ after: 8 h, after_per: consecutive, effect: { multiply: 1.5 } }]", run),
            ("premium: [{ after: 8 h, effect: { multiply: 1.5 } }]", LooksBack::default()),
            ("quantize: [{ minimum: 3 h, when: { earlier.worked: { over: 0 min } } }]", day),
            ("premium: [{ when: { earlier.unbroken: { over: 8 h } }, effect: { add: 1 } }]", run),
            ("premium: [{ when: { cel: 'earlier.worked > 60' }, effect: { add: 1 } }]", day),
            ("premium: [{ after: 40 h, after_per: week, effect: { multiply: 1.5 } }]", week),
            ("premium: [{ when: { earlier.worked_in_week: { over: 40 h } }, effect: { add: 1 } }]", week),
            ("premium: [{ when: { earlier.days_in_a_row: { at_least: 7 } }, effect: { add: 1 } }]", row),
        ] {
            assert_eq!(card(rates).looks_back(), expected, "{rates}");
        }
    }
}
