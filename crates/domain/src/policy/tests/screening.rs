//! The screen answers as the rules do, pair by pair.

use proptest::prelude::*;

use super::{
    properties::{MANY, ledger_of, ledgers, many_rules, minutes},
    *,
};
use crate::{
    policy::screen::{Reason, Screen},
    predicate::{JobFacts, PositionFacts},
};

/// A random officer: tours, details with paid minutes, a sickness, rank, certification until so many days after the start, lists,
/// an offence, a report that he owes, a relation to a customer.
#[derive(Debug, Clone)]
struct Somebody {
    work: Vec<Work>,
    statuses: Vec<Status>,
    credentials: Vec<Credential>,
    lists: Vec<Listed>,
    offences: Vec<Offence>,
    reports_owed: Vec<ReportOwed>,
    relations: Vec<Relation>,
    rank: Option<i64>,
}

prop_compose! {
    fn somebody()(
        tours in ledgers(),
        details in ledgers(),
        paid in 0i64..900,
        sick in prop::option::of((0u32..6_000, 1u32..2_000)),
        rank in prop::option::of(1i64..4),
        certified in prop::option::of(-1i64..6),
        listed in prop::option::of((any::<bool>(), 0u32..6_000, prop::option::of(1u32..2_000))),
        offended in prop::option::of((0u32..6_000, any::<bool>())),
        (owes, owns) in any::<(Option<bool>, bool)>(),
    ) -> Somebody {
        let mut work = ledger_of(&tours, WorkClass::OnDuty);
        work.extend(ledger_of(&details, WorkClass::Detail).into_iter().map(|one| {
            Work { paid: Some(crate::time::Minutes(paid.max(1))), ..one }
        }));
        work.sort_by_key(|one| one.span);
        let statuses = sick.iter().map(|(from, length)| {
            let span = minutes(*from, *length);
            Status { status: "sick".into(), from: span.starts_at(), until: Some(span.ends_at()), reason: None }
        });
        let start = jiff::civil::date(2025, 2, 19);
        let until = |days: i64| start.checked_add(jiff::Span::new().days(days)).expect("near");
        let credentials = certified.map(|days| Credential { kind: "traffic".into(), from: None, until: Some(until(days)) });
        let at = |minute: u32| minutes(minute, 1).starts_at();
        let lists = listed.iter().map(|(barred, from, length)| Listed {
            list: if *barred { "barred" } else { "volunteers" }.into(),
            customer: None,
            job_kind: None,
            from: at(*from),
            until: length.map(|length| at(from + length)),
            reason: None,
        });
        let offences = offended.iter().map(|(minute, excused)| Offence {
            event: "no_show".into(),
            at: at(*minute).checked_sub(jiff::SignedDuration::from_hours(48)).expect("near"),
            excused: *excused,
            job_kind: None,
        });
        Somebody {
            work,
            statuses: statuses.collect(),
            credentials: credentials.into_iter().collect(),
            lists: lists.collect(),
            offences: offences.collect(),
            reports_owed: owes.iter().map(|late| owed(*late)).collect(),
            relations: owns.then(|| Relation { relation: "owns".into(), customer: None }).into_iter().collect(),
            rank,
        }
    }
}

/// A report that is owed, late or still in time at the moment of judging.
fn owed(late: bool) -> ReportOwed {
    let now = minutes(0, 1).starts_at();
    let due_at =
        if late { now - jiff::SignedDuration::from_hours(1) } else { now + jiff::SignedDuration::from_hours(1) };
    ReportOwed { what: "activity log".to_owned(), about: "a job".to_owned(), due_at }
}

fn candidate(one: &Somebody) -> Candidate<'_> {
    let rank = one.rank.map(|order| if order == 1 { "officer" } else { "sergeant" });
    let facts = OfficerFacts { rank_order: one.rank, rank, ..OfficerFacts::default() };
    Candidate {
        statuses: &one.statuses,
        credentials: &one.credentials,
        lists: &one.lists,
        offences: &one.offences,
        reports_owed: &one.reports_owed,
        relations: &one.relations,
        ..Candidate::new(officer(), facts, &one.work)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_screen_answers_as_the_rules_do(
        people in prop::collection::vec(somebody(), 1..4),
        shifts in prop::collection::vec((0u32..6_000, 1u32..900, 1i64..4, any::<bool>(), any::<bool>(), any::<bool>()), 1..4),
        chosen in prop::collection::vec(any::<bool>(), MANY),
        point in prop::sample::select(vec![Point::List, Point::SignUp, Point::Award, Point::PunchOut]),
    ) {
        let rules = many_rules().into_iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(rule, _)| rule).collect();
        let book = PolicyBook { rules };
        let zone = new_york();
        let now = minutes(0, 1).starts_at();
        let mut screen = Screen::new(&book, point, now);
        let rows: Vec<_> = people.iter().map(|one| screen.row(candidate(one))).collect();
        let mut reasons: Vec<Reason> = Vec::new();
        for (from, length, order, traffic, needs, own) in &shifts {
            let mut proposal = Proposal::new(minutes(*from, *length), &zone);
            proposal.position = PositionFacts { rank_order: Some(*order), ..PositionFacts::default() };
            let attendance = Some(*order * 150);
            proposal.job = JobFacts { kind: traffic.then_some("traffic"), attendance, ..JobFacts::default() };
            proposal.needs = if *needs { &["traffic"] } else { &[] };
            proposal.assignment = own.then(|| seat(4));
            let column = screen.column(proposal);
            for row in &rows {
                let judgement = judge(&book, &row.candidate, &proposal, point, now);
                prop_assert_eq!(screen.verdict(row, &column), judgement.outcome);
                prop_assert_eq!(screen.reasons(row, &column, &mut reasons), judgement.outcome);
                let broken: Vec<&Decision> = judgement.decisions.iter().filter(|one| !one.passed).collect();
                prop_assert_eq!(reasons.len(), broken.len());
                for decision in broken {
                    let at = book.rules.iter().position(|rule| rule.id == decision.rule);
                    let reason = reasons.iter().find(|one| one.rule == at).expect("the same rules are broken");
                    prop_assert_eq!(reason.result, decision.result);
                    if reason.distance.is_some() {
                        prop_assert_eq!(reason.distance, decision.distance, "{}", &decision.rule);
                    }
                }
            }
        }
    }
}
