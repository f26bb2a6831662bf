//! Which moment counts as the cancellation, which window of notice it falls into, and when the next one begins.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{
    bill::label, cancellation::NoticeCounts, cancelling::found_window, card::RateCard, explain::cancel_window,
    price::begin, rules::Rule as _, switches::CancelledWhen, work::PricedWork,
};
use crate::{calendar::Calendar, time::Minutes};

/// The way by which a cancellation reached the agency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On a page of the product, or by its interface.
    #[default]
    Page,
    /// Spoken on the telephone.
    Phone,
    /// Spoken face to face.
    InPerson,
    /// Left as a recording.
    Voicemail,
    /// Written: e-mail, letter, text message.
    Written,
}

impl Channel {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::Page, Self::Phone, Self::InPerson, Self::Voicemail, Self::Written];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Phone => "phone",
            Self::InPerson => "in_person",
            Self::Voicemail => "voicemail",
            Self::Written => "written",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Page => "Here, on the page",
            Self::Phone => "By telephone, spoken",
            Self::InPerson => "In person",
            Self::Voicemail => "Voicemail",
            Self::Written => "In writing",
        }
    }
    /// The way with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
    /// A person heard it.
    #[must_use]
    pub fn is_spoken(self) -> bool {
        matches!(self, Self::Phone | Self::InPerson)
    }
}

/// When and how a cancellation came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// When it was sent or said.
    pub at: Timestamp,
    /// How.
    pub channel: Channel,
}

/// The moment that counts for the agency. `now` is when the officers are told.
#[must_use]
pub fn counted_at(
    when: CancelledWhen,
    received: Received,
    calendar: &Calendar,
    zone: &TimeZone,
    now: Timestamp,
) -> Timestamp {
    match when {
        CancelledWhen::Sent => received.at,
        CancelledWhen::ReceivedInOffice => calendar.next_open(zone, received.at),
        CancelledWhen::ReceivedByOfficer => now,
        CancelledWhen::Spoken if received.channel.is_spoken() => received.at,
        CancelledWhen::Spoken => now,
    }
}

/// The window of notice into which a cancellation falls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelTerm {
    /// The rule, as the lines of its price name it.
    pub rule_id: String,
    /// The window in words: what is owed, and when.
    pub words: String,
    /// The way in which the agency wants to be told; empty when the rule does not say.
    pub channel: String,
    /// Notice given, negative after the start.
    pub notice: Minutes,
    /// Where the rule cites from; empty when it does not say.
    pub source: String,
}

impl RateCard {
    /// The window of notice that decides what this cancelled work costs; `None` when nothing is owed for it.
    #[must_use]
    pub fn cancel_term(&self, work: &PricedWork<'_>) -> Option<CancelTerm> {
        let cancelled = work.cancelled?;
        let (bill, span) = begin(self, &self.switches, work)?;
        let (at, rule, window) = found_window(&bill, work, cancelled, span)?;
        let starts_at = work.scheduled.unwrap_or(span).starts_at();
        let (unit, notice) = match rule.counts {
            NoticeCounts::Clock => ("", Minutes((starts_at.as_second() - cancelled.at.as_second()).div_euclid(60))),
            NoticeCounts::OfficeHours => {
                (" of office hours", self.calendar.business_minutes(work.zone, cancelled.at, starts_at))
            }
        };
        Some(CancelTerm {
            rule_id: label(rule.id(), "cancellation", at),
            words: cancel_window(window, unit),
            channel: rule.channel.clone(),
            notice,
            source: rule.source.clone(),
        })
    }

    /// The first instant after this cancellation at which another window would decide; `None` when none does before
    /// the start has passed.
    #[must_use]
    pub fn next_cancel_term(&self, work: &PricedWork<'_>) -> Option<Timestamp> {
        let cancelled = work.cancelled?;
        let span = work.scheduled?;
        let (bill, _) = begin(self, &self.switches, work)?;
        let window_at = |at: Timestamp| {
            let at = super::Cancelled { at, ..cancelled };
            found_window(&bill, work, at, span).map(|(rule, _, window)| (rule, std::ptr::from_ref(window)))
        };
        let here = window_at(cancelled.at);
        let last = span.starts_at().checked_add(SignedDuration::from_secs(61)).ok()?;
        let seconds = last.as_second() - cancelled.at.as_second();
        let later = |seconds: i64| cancelled.at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(last);
        // The first step may be long; once a step has passed the change, halves find it.
        let mut from = 0;
        while from < seconds {
            let to = if from == 0 { (seconds - LOOKED_AT).max(STEP) } else { from + STEP }.min(seconds);
            if window_at(later(to)) != here {
                let (mut same, mut other) = (from, to);
                while other - same > 1 {
                    let middle = i64::midpoint(same, other);
                    if window_at(later(middle)) == here { same = middle } else { other = middle }
                }
                return Some(later(other));
            }
            from = to;
        }
        None
    }
}

/// Seconds; windows shorter than this may be overlooked by the search for the next one.
const STEP: i64 = 30 * 60;
/// Seconds before the start in which every window is looked for; the longest of any known agency is five days.
const LOOKED_AT: i64 = 45 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        predicate::Facts,
        rates::{Cancelled, CancelledBy, price},
        time::Span,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn card() -> RateCard {
        let text = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
calendar: { office: { days: mon-fri, hours: 08:00-16:00 } }
rates:
  base_rate: [{ id: rate, amount: 50 }]
  admin_fee: [{ id: admin, percent: 10 }, { id: desk, per_officer: 2 }]
  cancellation:
    - { id: late, windows: [{ after_start: true, full: true }, { at_most: 2 h, charge: 4 h }, { under: 24 h, charge: 2 h }] }
";
        crate::rules::RuleBook::read(text).expect("a book").rates.clone()
    }

    #[test]
    fn the_next_window_begins_where_another_price_begins() {
        let (card, zone) = (card(), TimeZone::get("America/New_York").expect("zone data"));
        let span = Span::new(at("2026-06-10T12:00:00Z"), at("2026-06-10T20:00:00Z")).expect("a span");
        let asked = |when: &str| PricedWork {
            cancelled: Some(Cancelled { at: at(when), by: CancelledBy::Customer, change: false, at_most: None }),
            ..PricedWork::scheduled(&zone, span, Facts::default())
        };
        for (when, words, next, cents) in [
            ("2026-04-01T12:00:00Z", None, Some("2026-06-09T12:00:01Z"), 0),
            ("2026-06-09T12:00:00Z", None, Some("2026-06-09T12:00:01Z"), 0),
            ("2026-06-09T12:00:01Z", Some("less than 24 h before: 2 h is owed"), Some("2026-06-10T09:59:01Z"), 11_200),
            ("2026-06-10T10:00:00Z", Some("2 h or less before: 4 h is owed"), Some("2026-06-10T12:00:01Z"), 22_200),
            ("2026-06-10T12:00:01Z", Some("after the start: the whole schedule is owed"), None, 44_200),
        ] {
            let work = asked(when);
            let term = card.cancel_term(&work);
            assert_eq!(term.as_ref().map(|term| term.words.as_str()), words, "{when}");
            assert_eq!(card.next_cancel_term(&work), next.map(at), "{when}");
            assert_eq!(price(&card, &work).expect("a price").customer_cents.0, cents, "{when}");
        }
    }

    #[test]
    fn the_moment_that_counts_is_the_one_of_the_switch() {
        let (card, zone) = (card(), TimeZone::get("America/New_York").expect("zone data"));
        // Saturday evening, told on Sunday morning.
        let (sent, now) = (at("2026-06-06T22:00:00Z"), at("2026-06-07T14:00:00Z"));
        for (when, channel, counts) in [
            (CancelledWhen::Sent, Channel::Voicemail, sent),
            (CancelledWhen::ReceivedInOffice, Channel::Written, at("2026-06-08T12:00:00Z")),
            (CancelledWhen::ReceivedByOfficer, Channel::Phone, now),
            (CancelledWhen::Spoken, Channel::Phone, sent),
            (CancelledWhen::Spoken, Channel::Voicemail, now),
        ] {
            let received = Received { at: sent, channel };
            assert_eq!(counted_at(when, received, &card.calendar, &zone, now), counts, "{when:?} {channel:?}");
        }
        let open = at("2026-06-08T13:30:00Z");
        assert_eq!(card.calendar.next_open(&zone, open), open, "in office hours");
    }
}
