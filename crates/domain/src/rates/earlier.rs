//! The officer's earlier work of a day: what minimums and overtime that count by the day look back on.

use jiff::{Timestamp, civil::Date};

use super::{
    card::RateCard,
    rules::{Premium, Quantize},
    switches::{AfterPer, MinimumPer},
    work::Earlier,
};
use crate::{
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
}

impl LooksBack {
    /// Nothing but the shift itself counts.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        !self.day && !self.unbroken
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

/// What the officer's work before this start counts for it. `before` holds the shifts that begin no later, in any order.
#[must_use]
pub fn earlier_of(start: ShiftStart, before: &[PaidWork]) -> Earlier {
    let mut sum = Earlier::default();
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
    use super::*;
    use crate::id::Id;

    fn customer(number: u128) -> CustomerId {
        CustomerId::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect(text)
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
        let of_first = earlier_of(start(1, "2026-03-08T16:00:40Z"), &before);
        assert_eq!((of_first.worked, of_first.paid), (Minutes(300), Minutes(420)));
        assert_eq!((of_first.worked_for_customer, of_first.paid_by_customer), (Minutes(120), Minutes(240)));
        assert_eq!(of_first.unbroken, Minutes(180), "two shifts in a row, the seconds dropped");
        assert_eq!(earlier_of(start(3, "2026-03-08T16:01:00Z"), &before).unbroken, Minutes(0), "a minute is a break");
    }

    #[test]
    fn unbroken_work_passes_midnight() {
        let before = [
            work(1, 7, Some(("2026-03-07T22:00:00Z", "2026-03-08T03:00:00Z")), 300, 300),
            work(1, 8, Some(("2026-03-08T03:00:00Z", "2026-03-08T07:30:00Z")), 270, 270),
        ];
        let start =
            ShiftStart { customer: customer(1), on: Date::constant(2026, 3, 8), at: at("2026-03-08T07:30:00Z") };
        let found = earlier_of(start, &before);
        assert_eq!((found.unbroken, found.worked), (Minutes(570), Minutes(270)));
    }

    #[test]
    fn a_card_says_whether_it_looks_back() {
        let card = |rates: &str| -> RateCard { serde_saphyr::from_str(rates).expect(rates) };
        let (day, run) = (LooksBack { day: true, unbroken: false }, LooksBack { day: false, unbroken: true });
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
        ] {
            assert_eq!(card(rates).looks_back(), expected, "{rates}");
        }
    }
}
