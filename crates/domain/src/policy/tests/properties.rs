//! Properties: rolling windows against a minute-by-minute count, deny wins, words carry the numbers.

use proptest::prelude::*;

use super::*;
use crate::{
    policy::{
        amount::{Amount, Length, figure},
        kinds::Cap,
        window::Window,
    },
    time::Minutes,
};

/// Minutes after a fixed instant as a span.
pub(super) fn minutes(from: u32, length: u32) -> Span {
    let at = |minute: u32| Timestamp::from_second(1_740_000_000 + i64::from(minute) * 60).expect("in range");
    Span::new(at(from), at(from + length)).expect("a length")
}

/// The most minutes marked in any window of `length` that shares a minute with the proposed work, by counting each.
fn oracle(ledger: &[(u32, u32)], proposed: (u32, u32), length: u32) -> i64 {
    const MARGIN: u32 = 5_000;
    let mut marked = vec![false; 20_000];
    for (from, long) in ledger.iter().chain([&proposed]) {
        (from + MARGIN..from + MARGIN + long).for_each(|minute| marked[minute as usize] = true);
    }
    let first = proposed.0 + MARGIN + 1 - length;
    let last = proposed.0 + MARGIN + proposed.1 - 1;
    // Counted one minute at a time while the window slides by one minute.
    let mut held = marked[first as usize..(first + length) as usize].iter().filter(|one| **one).count();
    let mut most = held;
    for start in first..last {
        held -= usize::from(marked[start as usize]);
        held += usize::from(marked[(start + length) as usize]);
        most = most.max(held);
    }
    i64::try_from(most).expect("small")
}

/// Whether a quota is open, by asking every pair of windows that begin on a minute: none of the two that are both over
/// the limit, share no time, lie within reach, and one of them around the proposed work.
fn quota_oracle(ledger: &[(u32, u32)], proposed: (u32, u32), [length, limit, reach]: [u32; 3]) -> bool {
    const MARGIN: i64 = 9_000;
    let mut sums = vec![0_i64; 30_001];
    let mut marked = vec![false; 30_000];
    for (from, long) in ledger.iter().chain([&proposed]) {
        (i64::from(*from)..i64::from(from + long)).for_each(|minute| marked[(minute + MARGIN) as usize] = true);
    }
    for minute in 0..marked.len() {
        sums[minute + 1] = sums[minute] + i64::from(marked[minute]);
    }
    let (length, reach) = (i64::from(length), i64::from(reach));
    let is_over = |start: i64| {
        let at = |minute: i64| sums[(minute + MARGIN).clamp(0, 30_000) as usize];
        at(start + length) - at(start) > i64::from(limit)
    };
    let (first, last) = (i64::from(proposed.0) - length + 1, i64::from(proposed.0 + proposed.1) - 1);
    let over: Vec<bool> = (-MARGIN..20_000).map(is_over).collect();
    let any_over =
        |from: i64, to: i64| (from.max(-MARGIN)..to.min(20_000)).any(|start| over[(start + MARGIN) as usize]);
    let used = (first..=last).filter(|start| is_over(*start)).any(|start| {
        any_over(start + length, start + length + reach) || any_over(start - length - reach + 1, start - length + 1)
    });
    !used
}

prop_compose! {
    pub(super) fn ledgers()(pieces in prop::collection::vec((0u32..6_000, 1u32..900), 0..14)) -> Vec<(u32, u32)> {
        pieces
    }
}

pub(super) fn ledger_of(pieces: &[(u32, u32)], class: WorkClass) -> Vec<Work> {
    let mut work: Vec<Work> = pieces
        .iter()
        .map(|(from, length)| Work::new(minutes(*from, *length), class, WorkState::Booked, WorkSource::Schedule))
        .collect();
    work.sort_by_key(|one| one.span);
    work
}

/// How many they are.
pub(super) const MANY: usize = 28;

/// Rules of every kind that looks at the ledger or the officer; any of them may be in a random book.
pub(super) fn many_rules() -> [Rule; MANY] {
    [
        "{ id: r0, kind: cap, max: 16 h, count: [on_duty, detail], window: { rolling: 24 h } }",
        "{ id: r1, kind: cap, max: 24 h, count: [detail], window: { week: { from: sun } } }",
        "{ id: r2, kind: cap, max: 12 h, count: [on_duty, detail], window: calendar_day, effect: warn }",
        "{ id: r3, kind: rest_gap, min: 8 h, after: [on_duty, detail], before: [on_duty, detail], effect: { approve: chief } }",
        "{ id: r4, kind: no_overlap, with: [on_duty, detail], buffer_before: 15 min }",
        "{ id: r5, kind: status_block, statuses: [sick], tail: { after_end: 24 h } }",
        "{ id: r6, kind: require, that: { officer.rank_order: { at_least: 2 } }, effect: hide }",
        "{ id: r7, kind: credential, need: [traffic] }",
        "{ id: r8, kind: cap, max: 3 jobs, count: [detail], window: month, effect: record }",
        "{ id: r9, kind: run_cap, max: 14 h, broken_by: 1 h, count: [on_duty, detail], acts_at: [award] }",
        "{ id: r10, kind: no_overlap, with: [on_duty, detail], paid_block: warn, travel: 30 min }",
        "{ id: r11, kind: cap, max: 6 h, count: [detail], window: day_off }",
        "{ id: r12, kind: cap, max: 60 h, count: [on_duty, detail], window: { cycle: { days: 7, anchor: 2025-02-02, together: 2 } } }",
        "{ id: r13, kind: cap, max: 20 h, count: [detail], window: { week: { from: mon, at: '07:00:00' } }, quota: { max: 30 h, once_in: 28 d } }",
        "{ id: r14, kind: rest_gap, min: 8 h, after: [on_duty, detail], before: [on_duty, detail], after_run_of: 15 h, run_broken_by: 1 h }",
        "{ id: r15, kind: credential, need: [traffic], valid: end, grace_days: 1, when: { job.kind: traffic } }",
        "{ id: r16, kind: require, that: { officer.rank: sergeant }, when: { job.attendance: { over: 300 } } }",
        "{ id: r17, kind: require, that: { officer.rank_order: { at_least: position.rank_order } } }",
        "{ id: r18, kind: require, that: { any: [{ officer.rank: officer }, { not: { position.rank_order: { over: officer.rank_order } } }, { job.kind: traffic }] }, effect: warn }",
        "{ id: r19, kind: cap, max: 16 h, count: [on_duty, detail], window: { rolling: 48 h }, measure: paid, effect: { approve: chief } }",
        "{ id: r20, kind: list, list: barred, type: deny }",
        "{ id: r22, kind: cap, max: 18 h, count: [on_duty, detail], window: { rolling: 48 h }, quota: { max: 24 h, once_in: 3 d } }",
        "{ id: r21, kind: run_cap, max: 10 h, broken_by: 2 h, count: [on_duty, detail], breaks_count: true, effect: review }",
        "{ id: r23, kind: list, list: volunteers, type: opt_in, effect: warn }",
        "{ id: r24, kind: penalty, events: [no_show], ladder: [2 d, 60 d], look_back: 365 d, bars: both }",
        "{ id: r25, kind: duty_report, what: activity log, due: end }",
        "{ id: r26, kind: relation_bar, bar: [{ customer: owns }], effect: { approve: chief } }",
        "{ id: r27, kind: require, that: { officer.rank_order: { at_least: 1 } }, when: { officer.rank: officer } }",
    ]
    .map(rule)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rolling_cap_equals_a_count_of_every_minute(
        pieces in ledgers(),
        proposed in (0u32..6_000, 1u32..900),
        length in 1u32..4_000,
        max in 0u32..2_000,
    ) {
        let mut cap = Cap::hours(0, &[WorkClass::OnDuty, WorkClass::Detail], Window::Rolling(Length::of_minutes(length)));
        cap.max = Some(Amount::Time(Length::of_minutes(max)));
        let book = PolicyBook { rules: vec![Rule::new("a", Kind::Cap(cap))] };
        let work = ledger_of(&pieces, WorkClass::OnDuty);
        let zone = new_york();
        let candidate = Candidate::new(officer(), OfficerFacts::default(), &work);
        let proposal = Proposal::new(minutes(proposed.0, proposed.1), &zone);
        let judgement = judge(&book, &candidate, &proposal, Point::Award, proposal.span.starts_at());
        let most = oracle(&pieces, proposed, length);
        let decision = &judgement.decisions[0];
        prop_assert_eq!(decision.passed, most <= i64::from(max));
        prop_assert_eq!(decision.distance, Some(Distance::Time(Minutes(most - i64::from(max)))));
        let words = decision.words();
        for number in [most, i64::from(max), (most - i64::from(max)).abs()].into_iter().filter(|number| *number != 0) {
            prop_assert!(words.contains(&figure(Minutes(number))), "{} in {}", number, words);
        }
    }

    #[test]
    fn a_quota_on_a_rolling_window_equals_asking_every_pair_of_windows(
        pieces in ledgers(),
        proposed in (0u32..6_000, 1u32..900),
        length in 30u32..2_000,
        max in 0u32..1_200,
        more in 1u32..600,
        reach in 1u32..4_000,
    ) {
        let mut cap = Cap::hours(0, &[WorkClass::OnDuty, WorkClass::Detail], Window::Rolling(Length::of_minutes(length)));
        cap.max = Some(Amount::Time(Length::of_minutes(max)));
        let higher = max + more;
        cap.quota = Some(crate::policy::kinds::Quota {
            max: Amount::Time(Length::of_minutes(higher)),
            once_in: Length::of_minutes(reach),
        });
        let book = PolicyBook { rules: vec![Rule::new("a", Kind::Cap(cap))] };
        let work = ledger_of(&pieces, WorkClass::OnDuty);
        let zone = new_york();
        let candidate = Candidate::new(officer(), OfficerFacts::default(), &work);
        let proposal = Proposal::new(minutes(proposed.0, proposed.1), &zone);
        let judgement = judge(&book, &candidate, &proposal, Point::Award, proposal.span.starts_at());
        let most = oracle(&pieces, proposed, length);
        let open = quota_oracle(&pieces, proposed, [length, max, reach]);
        let passes = most <= i64::from(max) || (open && most <= i64::from(higher));
        prop_assert_eq!(judgement.decisions[0].passed, passes, "most {} of {} or {}, open {}", most, max, higher, open);
    }

    #[test]
    fn adding_a_rule_never_makes_an_ineligible_officer_eligible(
        tours in ledgers(),
        details in ledgers(),
        proposed in (0u32..6_000, 1u32..900),
        chosen in prop::collection::vec(any::<bool>(), MANY),
        added in 0usize..MANY,
        sick in prop::option::of((0u32..6_000, 1u32..2_000)),
        rank in 1i64..4,
    ) {
        let all = many_rules();
        let with = |also: Option<usize>| PolicyBook {
            rules: all.iter().enumerate().filter(|(at, _)| chosen[*at] || also == Some(*at)).map(|(_, rule)| rule.clone()).collect(),
        };
        let mut work = ledger_of(&tours, WorkClass::OnDuty);
        work.extend(ledger_of(&details, WorkClass::Detail));
        work.sort_by_key(|one| one.span);
        let statuses: Vec<Status> = sick.iter().map(|(from, length)| {
            let span = minutes(*from, *length);
            Status { status: "sick".into(), from: span.starts_at(), until: Some(span.ends_at()), reason: None }
        }).collect();
        let zone = new_york();
        let facts = OfficerFacts { rank_order: Some(rank), ..OfficerFacts::default() };
        let candidate = Candidate { statuses: &statuses, ..Candidate::new(officer(), facts, &work) };
        let proposal = Proposal::new(minutes(proposed.0, proposed.1), &zone);
        let ask = |book: &PolicyBook| judge_verdict(book, &candidate, &proposal, Point::List, proposal.span.starts_at());
        prop_assert!(ask(&with(Some(added))) >= ask(&with(None)));
    }
}
