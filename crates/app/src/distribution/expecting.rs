//! What an officer's other details do to the pay that he may expect.

use jiff::tz::TimeZone;
use muster_domain::{
    id::AssignmentId,
    policy::{Work, WorkClass, WorkSource},
    predicate::{CustomerFacts, Facts, JobFacts, OfficerFacts},
    rates::{Earlier, PaidWork, PricedWork, ShiftStart, earlier_of, price},
    rules::RuleBook,
    time::Minutes,
};
use muster_store::distribution::ShiftFacts;

/// The details that an officer has before a shift, worked or as booked. Nothing where the rates do not count them.
pub(super) fn expected_earlier(
    book: &RuleBook,
    zone: &TimeZone,
    work: &[Work],
    shift: &ShiftFacts,
    rank: &str,
) -> Earlier {
    let (card, week_starts) = (&book.rates, book.calendar.week_starts);
    let back = card.looks_back();
    if back.is_nothing() {
        return Earlier::default();
    }
    let here = |one: &&Work| one.class == WorkClass::Detail && assignment(one).is_some() && one.is_held();
    let mut before: Vec<&Work> =
        work.iter().filter(here).filter(|one| one.span.starts_at() < shift.span.starts_at()).collect();
    before.sort_by_key(|one| one.span.starts_at());
    let mut paid: Vec<PaidWork> = Vec::with_capacity(before.len());
    for one in before {
        let Some(customer) = one.customer else { continue };
        let on = zone.to_datetime(one.span.starts_at()).date();
        let worked = one.worked.unwrap_or(one.span);
        let id = customer.to_string();
        let known = Facts {
            officer: OfficerFacts { rank: Some(rank), ..OfficerFacts::default() },
            job: JobFacts { kind: one.sort.as_deref(), ..JobFacts::default() },
            customer: CustomerFacts { id: Some(&id), ..CustomerFacts::default() },
            ..Facts::default()
        };
        let start = ShiftStart { customer, on, at: worked.starts_at() };
        let asked = PricedWork {
            worked: one.worked,
            earlier: earlier_of(start, &paid, back, week_starts),
            ..PricedWork::scheduled(zone, one.span, known)
        };
        // What the rates cannot price by these few facts counts as long as it lasts.
        let (counted, minutes) = price(card, &asked)
            .map_or((worked.minutes(), worked.minutes()), |priced| (priced.counted_minutes, priced.paid_minutes));
        let minutes: Minutes = one.paid.unwrap_or(minutes);
        paid.push(PaidWork { customer, on, worked: Some(worked), counted, paid: minutes });
    }
    let start = ShiftStart { customer: shift.customer, on: shift.worked_on, at: shift.span.starts_at() };
    earlier_of(start, &paid, back, week_starts)
}

fn assignment(work: &Work) -> Option<AssignmentId> {
    match work.source {
        WorkSource::Assignment(id) => Some(id),
        _ => None,
    }
}
