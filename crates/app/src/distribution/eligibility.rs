//! Gathers what the policy engine asks about an officer and a seat, and asks it.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use muster_domain::{
    calendar::Calendar,
    distribution::{OpenPosition, Stage},
    id::{AgencyId, AssignmentId, OfficerId},
    policy::{
        self, Coordinator, CrewMember, Judgement, Kind, Outcome, Point, PolicyBook, Proposal, Rule, Status, Work,
        amount::Amount, window::Window,
    },
    predicate::{CustomerFacts, Facts, JobFacts, OfficerFacts, PositionFacts, Predicate},
    requests::PostRole,
    time::Span,
};
use muster_store::{
    Tx,
    distribution::{self as store, OfficerRecord, ShiftFacts},
};

use crate::Failure;

/// An officer, ready to be asked about any number of shifts.
pub(crate) struct Subject<'a> {
    officer: OfficerId,
    record: &'a OfficerRecord,
    work: &'a [Work],
    zone: &'a TimeZone,
    statuses: Vec<Status>,
    groups: Vec<&'a str>,
    among: Among<'a>,
}

/// Who else is on the shift, and who fills the post; neither is known in lists.
#[derive(Clone, Copy, Default)]
pub(crate) struct Among<'a> {
    pub members: &'a [CrewMember],
    pub coordinator: Option<Coordinator<'a>>,
}

/// A seat on a shift, as the rules see it.
#[derive(Clone, Copy)]
pub(crate) struct Offer<'a> {
    pub shift: &'a ShiftFacts,
    pub position: &'a OpenPosition,
    pub assignment: Option<AssignmentId>,
    pub calendar: &'a Calendar,
}

impl<'a> Subject<'a> {
    /// The officer's ledger of work around the shifts.
    pub(crate) fn work(&self) -> &'a [Work] {
        self.work
    }

    pub(crate) fn new(officer: OfficerId, record: &'a OfficerRecord, work: &'a [Work], zone: &'a TimeZone) -> Self {
        let statuses = record
            .statuses
            .iter()
            .filter(|(status, ..)| status != "active")
            .filter_map(|(status, from_on, to_on, reason)| {
                Some(Status {
                    status: status.clone(),
                    from: midnight(zone, *from_on)?,
                    until: to_on.and_then(|day| midnight(zone, day.tomorrow().ok()?)),
                    reason: (!reason.is_empty()).then(|| reason.clone()),
                })
            })
            .collect();
        let groups = record.groups.iter().map(String::as_str).collect();
        Self { officer, record, work, zone, statuses, groups, among: Among::default() }
    }

    /// The same officer, among these people.
    pub(crate) fn among(self, among: Among<'a>) -> Self {
        Self { among, ..self }
    }

    /// The place of the officer's rank on a day.
    pub(crate) fn level_on(&self, day: Date) -> i64 {
        self.record.rank_on(day).map_or(0, |(_, level, ..)| level)
    }

    /// What the rules say about this seat.
    pub(crate) fn judge(&self, book: &PolicyBook, offer: Offer<'_>, point: Point, now: Timestamp) -> Judgement {
        let holds = offer.shift.account.holds(book, self.zone.to_datetime(now).date());
        self.asked(offer, |candidate, proposal| {
            policy::judge(book, candidate, &Proposal { holds: &holds, ..*proposal }, point, now)
        })
    }

    /// What the rules say about a detail of which only the time is known: shows how much of each limit is used.
    pub(crate) fn judge_time(&self, book: &PolicyBook, calendar: &Calendar, span: Span, now: Timestamp) -> Judgement {
        let facts = self.facts_on(self.zone.to_datetime(span.starts_at()).date(), &[]);
        let candidate = policy::Candidate::new(self.officer, facts, self.work);
        let proposal = Proposal { calendar: Some(calendar), ..Proposal::new(span, self.zone) };
        policy::judge(book, &candidate, &proposal, Point::SignUp, now)
    }

    /// The same without reasons, for long lists.
    pub(crate) fn verdict(&self, book: &PolicyBook, offer: Offer<'_>, point: Point, now: Timestamp) -> Outcome {
        let holds = offer.shift.account.holds(book, self.zone.to_datetime(now).date());
        self.asked(offer, |candidate, proposal| {
            policy::judge_verdict(book, candidate, &Proposal { holds: &holds, ..*proposal }, point, now)
        })
    }

    /// True when the officer belongs to the audience of a stage.
    pub(crate) fn is_audience(&self, stage: &Stage, offer: Offer<'_>) -> bool {
        stage.audience.is_always()
            || self.asked(offer, |candidate, proposal| stage.audience.holds(&proposal.facts(candidate.facts)))
    }

    /// True when a condition that asks about the officer alone holds on a day.
    pub(crate) fn meets(&self, condition: &Predicate, period: Span, day: Date) -> bool {
        let facts = Proposal::new(period, self.zone).facts(self.facts_on(day, &[]));
        condition.holds(&facts)
    }

    /// Hands the facts of officer and seat to a question.
    pub(crate) fn asked<T>(
        &self,
        offer: Offer<'_>,
        question: impl FnOnce(&policy::Candidate<'_>, &Proposal<'_>) -> T,
    ) -> T {
        let day = offer.shift.worked_on;
        let valid: Vec<&str> = self
            .record
            .credentials
            .iter()
            .filter(|one| one.from.is_none_or(|from| from <= day) && one.until.is_none_or(|until| day <= until))
            .map(|one| one.kind.as_str())
            .collect();
        let candidate = policy::Candidate {
            statuses: &self.statuses,
            credentials: &self.record.credentials,
            offences: &self.record.offences,
            reports_owed: &self.record.reports_owed,
            approvals: &self.record.permits,
            applications: &self.record.applications,
            lists: &self.record.lists,
            relations: &self.record.relations,
            ..policy::Candidate::new(self.officer, self.facts_on(day, &valid), self.work)
        };
        let needs: Vec<&str> = offer.position.requirements.certifications.iter().map(String::as_str).collect();
        let customer = offer.shift.customer.to_string();
        let held = self.record.documents.iter().filter(|(_, until)| until.is_none_or(|until| day <= until));
        let documents: Vec<&str> = held.map(|(document, _)| document.as_str()).collect();
        let Among { members, coordinator } = self.among;
        let proposal =
            Proposal { members, coordinator, documents: &documents, ..proposal(offer, self.zone, &needs, &customer) };
        question(&candidate, &proposal)
    }

    fn facts_on<'f>(&'f self, day: Date, valid: &'f [&'f str]) -> OfficerFacts<'f> {
        let rank = self.record.rank_on(day);
        let status = self
            .record
            .statuses
            .iter()
            .rfind(|(_, from, to, _)| *from <= day && to.is_none_or(|to| day <= to))
            .map_or("active", |(status, ..)| status.as_str());
        OfficerFacts {
            rank: rank.map(|(code, ..)| code),
            rank_order: rank.map(|(_, level, ..)| level),
            service_months: self.record.hired_on.map(|from| months(from, day)),
            rank_months: rank.map(|(.., from)| months(from, day)),
            active: Some(status == "active"),
            status: Some(status),
            unit: (!self.record.unit.is_empty()).then_some(self.record.unit.as_str()),
            employment: Some(if status == "retired" { "retired" } else { "sworn" }),
            groups: Some(&self.groups),
            certifications: Some(valid),
            ..OfficerFacts::default()
        }
    }
}

fn proposal<'p>(offer: Offer<'p>, zone: &'p TimeZone, needs: &'p [&'p str], customer: &'p str) -> Proposal<'p> {
    let (shift, position) = (offer.shift, offer.position);
    Proposal {
        assignment: offer.assignment,
        site: Some(shift.site),
        customer_id: Some(shift.customer),
        needs,
        position: PositionFacts {
            role: Some(position.role.code()),
            supervisory: Some(position.role != PostRole::Officer),
            certifications: Some(needs),
            ..PositionFacts::default()
        },
        job: JobFacts {
            kind: Some(&shift.type_code),
            attendance: shift.details.attendance,
            alcohol: Some(shift.details.alcohol),
            traffic: Some(shift.details.traffic),
            ..JobFacts::default()
        },
        customer: CustomerFacts { id: Some(customer), class: Some(&shift.customer_kind), ..CustomerFacts::default() },
        requested_at: shift.details.requested_at,
        calendar: Some(offer.calendar),
        ..Proposal::new(shift.span, zone)
    }
}

/// The rules in force that are about a shift, whoever works it.
pub(crate) fn rules_about<'b>(
    book: &'b PolicyBook,
    offer: Offer<'_>,
    zone: &TimeZone,
) -> impl Iterator<Item = &'b Rule> + use<'b> {
    let customer = offer.shift.customer.to_string();
    let needs: Vec<&str> = offer.position.requirements.certifications.iter().map(String::as_str).collect();
    let proposal = proposal(offer, zone, &needs, &customer);
    let facts = proposal.facts(OfficerFacts::default());
    let fits = |rule: &&Rule| rule.is_in_force(proposal.day()) && rule.when.holds(&facts);
    book.rules.iter().filter(fits).collect::<Vec<_>>().into_iter()
}

/// What a rate card may ask about a seat.
pub(crate) fn priced_facts<'p>(proposal: &Proposal<'p>, officer: OfficerFacts<'p>) -> Facts<'p> {
    proposal.facts(officer)
}

/// Notes when an officer took or asked for a seat himself, where a rule counts it.
pub(crate) fn count_applications(
    tx: &mut Tx<'_>,
    (agency, officer): (AgencyId, OfficerId),
    book: &PolicyBook,
    record: &mut OfficerRecord,
    now: Timestamp,
) -> Result<(), Failure> {
    let counts =
        |rule: &policy::Rule| matches!(&rule.kind, Kind::Cap(cap) if matches!(cap.max, Some(Amount::Applications(_))));
    if book.rules.iter().any(counts) {
        let since = now - SignedDuration::from_hours(366 * 24);
        record.applications = store::list_applications(tx, agency, officer, since)?;
    }
    Ok(())
}

/// The part of a ledger that the rules can reach from a shift: as far back and ahead as their longest window.
pub(crate) fn reach(book: &PolicyBook, shifts: Span) -> Span {
    let days = book.rules.iter().map(|rule| match &rule.kind {
        Kind::Cap(cap) => {
            let window = match cap.window {
                Window::Year => 366,
                Window::Month => 31,
                Window::Rolling(length) => length.minutes().0 / (24 * 60) + 1,
                Window::Cycle { days, together, .. } => i64::from(days) * i64::from(together.max(1)),
                Window::CalendarDay | Window::DayOff | Window::Job | Window::Week { .. } => 8,
            };
            window.max(cap.quota.as_ref().map_or(0, |quota| quota.once_in.minutes().0 / (24 * 60) + window))
        }
        _ => 8,
    });
    let days = days.max().unwrap_or(8).clamp(8, 800);
    let around = SignedDuration::from_hours(24 * (days + 1));
    let from = shifts.starts_at().checked_sub(around).unwrap_or(shifts.starts_at());
    let to = shifts.ends_at().checked_add(around).unwrap_or(shifts.ends_at());
    Span::new(from, to).unwrap_or(shifts)
}

/// The first instant of a local day.
fn midnight(zone: &TimeZone, day: Date) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// Whole months from one day to another; 0 when it is not after.
fn months(from: Date, to: Date) -> i64 {
    let all = i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
    (if to.day() < from.day() { all - 1 } else { all }).max(0)
}

/// The objections that stand in the way, in words with their source.
pub(crate) fn reasons(judgement: &Judgement) -> Vec<String> {
    judgement
        .plain_objections()
        .into_iter()
        .filter(|one| one.result >= Outcome::Warned)
        .map(|one| match &one.cite {
            Some(cite) => format!("{} ({cite})", one.words()),
            None => one.words(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_of_service_are_whole() {
        for (from, to, wanted) in [
            (date(2020, 5, 10), date(2020, 6, 9), 0),
            (date(2020, 5, 10), date(2020, 6, 10), 1),
            (date(2020, 5, 10), date(2025, 5, 10), 60),
            (date(2020, 5, 10), date(2019, 5, 10), 0),
        ] {
            assert_eq!(months(from, to), wanted, "{from} {to}");
        }
    }
}
