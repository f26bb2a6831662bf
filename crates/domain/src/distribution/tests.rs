//! The plan's state machine keeps its promises for every plan and every order of events.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::{
    id::{Id, PositionId},
    jobs::ShiftState,
    policy::{Judgement, Outcome, Point},
    predicate::Predicate,
    requests::{PostRole, Requirements},
    time::Span,
};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minute * 60).expect("in range")
}

fn passes_on() -> impl Strategy<Value = PassesOn> {
    prop_oneof![
        (0..5000i64).prop_map(|minutes| PassesOn::After { minutes }),
        (0..5000i64).prop_map(|minutes| PassesOn::BeforeStart { minutes }),
    ]
}

fn plans() -> impl Strategy<Value = Plan> {
    proptest::collection::vec(passes_on(), 1..5).prop_map(|ends| {
        let stages = ends.into_iter().enumerate().map(|(at, passes_on)| Stage {
            name: format!("stage {at}"),
            audience: Predicate::always(),
            method: if at % 2 == 0 { Method::Open } else { Method::Direct },
            passes_on,
        });
        Plan { name: "any".to_owned(), stages: stages.collect() }
    })
}

fn events() -> impl Strategy<Value = Vec<(i64, Event)>> {
    let event = prop_oneof![4 => Just(Event::Due), 1 => Just(Event::PassedOn), 1 => Just(Event::Moved)];
    proptest::collection::vec((0..2000i64, event), 0..12)
}

proptest! {
    #[test]
    fn a_posting_moves_forward_only_and_is_over_by_the_start(plan in plans(), starts in 1..20_000i64, events in events()) {
        let begun = Posting { stage: 0, since: at(0), closed: false };
        let (mut posting, mut effects) = step(&plan, begun, Event::Posted, at(starts), at(0));
        let mut now = 0;
        for (later, event) in events {
            now += later;
            let before = posting;
            (posting, effects) = step(&plan, posting, event, at(starts), at(now));
            prop_assert!(posting.stage >= before.stage && posting.stage < plan.stages.len());
            prop_assert!(!before.closed || posting == before);
            let timers = effects.iter().filter(|effect| matches!(effect, Effect::SetTimer(_))).count();
            prop_assert_eq!(timers, usize::from(!posting.closed));
            let opened = effects.iter().any(|effect| matches!(effect, Effect::Opened(_)));
            prop_assert_eq!(opened && !posting.closed, posting.stage > before.stage && !posting.closed);
        }
        // Following the timers alone ends it, in no more steps than there are stages and a start.
        let mut steps = 0;
        while !posting.closed {
            let due = effects.iter().find_map(|effect| match effect { Effect::SetTimer(due) => Some(*due), _ => None });
            let due = due.expect("a running posting has a timer").max(at(now));
            prop_assert!(due <= at(starts).max(at(now)));
            (posting, effects) = step(&plan, posting, Event::Due, at(starts), due);
            steps += 1;
            prop_assert!(steps <= plan.stages.len() + 1);
        }
        prop_assert!(effects.contains(&Effect::Ended) || steps == 0);
    }

    #[test]
    fn a_timer_that_comes_twice_changes_nothing(plan in plans(), starts in 1..20_000i64, due in 0..20_000i64) {
        let begun = Posting { stage: 0, since: at(0), closed: false };
        let (posting, _) = step(&plan, begun, Event::Posted, at(starts), at(0));
        let (once, _) = step(&plan, posting, Event::Due, at(starts), at(due));
        let (twice, again) = step(&plan, once, Event::Due, at(starts), at(due));
        prop_assert_eq!(once, twice);
        let opens = again.iter().any(|effect| matches!(effect, Effect::Opened(_)));
        prop_assert!(!opens);
    }

    /// Officers come in any order, some twice, some leave: seats are never held twice, nobody sits twice, none is lost.
    #[test]
    fn no_seat_is_given_twice(seats in 1..5i64, tries in proptest::collection::vec((0..8usize, any::<bool>()), 0..40)) {
        let mut held: Vec<(usize, i64)> = Vec::new();
        for (officer, leaves) in tries {
            if leaves {
                held.retain(|(who, _)| *who != officer);
                continue;
            }
            let free = (1..=seats).find(|seat| held.iter().all(|(_, taken)| taken != seat));
            let open = position(seats, free);
            let answer = accept(&facts(&open, held.iter().any(|(who, _)| *who == officer), &fine()), at(0));
            match answer {
                Ok(seat) => held.push((officer, seat.seat)),
                Err(refusal) => prop_assert!(["shift_full", "already_on_shift"].contains(&refusal.code)),
            }
            let mut taken: Vec<i64> = held.iter().map(|(_, seat)| *seat).collect();
            taken.sort_unstable();
            taken.dedup();
            prop_assert_eq!(taken.len(), held.len());
            prop_assert!(i64::try_from(held.len()).expect("few") <= seats);
        }
    }
}

fn position(seats: i64, free: Option<i64>) -> OpenPosition {
    OpenPosition {
        position: PositionId::from_uuid(uuid::Uuid::from_u128(1)),
        role: PostRole::Officer,
        requirements: Requirements::default(),
        seats,
        booked: 0,
        free,
        least_level: Some(2),
    }
}

fn judged(outcome: Outcome) -> Judgement {
    Judgement { outcome, point: Point::SignUp, judged_at: at(0), officer: None, decisions: Vec::new() }
}

fn fine() -> Judgement {
    judged(Outcome::Allowed)
}

fn facts<'a>(position: &'a OpenPosition, already_on: bool, judgement: &'a Judgement) -> AcceptFacts<'a> {
    static STAGE: std::sync::LazyLock<Stage> = std::sync::LazyLock::new(|| Preset::Open.plan().stages.remove(0));
    AcceptFacts {
        span: Span::new(at(600), at(900)).expect("a span"),
        state: ShiftState::Posted,
        stage: Some(&STAGE),
        in_audience: true,
        already_on,
        position: Some(position),
        rank_level: 2,
        judgement,
    }
}

#[test]
fn a_seat_is_refused_with_the_fact_that_decided() {
    let (open, full, fine, blocked) = (position(2, Some(1)), position(2, None), fine(), judged(Outcome::Blocked));
    let direct = Preset::Direct.plan().stages.remove(0);
    let good = facts(&open, false, &fine);
    let check = |facts: AcceptFacts<'_>, now: i64, code: Option<&str>| {
        assert_eq!(accept(&facts, at(now)).err().map(|refusal| refusal.code), code);
    };
    check(good, 0, None);
    check(good, 599, None);
    check(good, 600, Some("shift_began"));
    check(AcceptFacts { state: ShiftState::Cancelled, ..good }, 0, Some("shift_cancelled"));
    check(AcceptFacts { state: ShiftState::Draft, ..good }, 0, Some("not_posted"));
    check(AcceptFacts { stage: None, ..good }, 0, Some("not_posted"));
    check(AcceptFacts { stage: Some(&direct), ..good }, 0, Some("assigned_only"));
    check(AcceptFacts { in_audience: false, ..good }, 0, Some("not_your_stage"));
    check(AcceptFacts { already_on: true, ..good }, 0, Some("already_on_shift"));
    check(AcceptFacts { position: None, ..good }, 0, Some("no_position"));
    check(AcceptFacts { position: Some(&full), ..good }, 0, Some("shift_full"));
    check(AcceptFacts { rank_level: 1, ..good }, 0, Some("rank_too_low"));
    check(AcceptFacts { judgement: &blocked, ..good }, 0, Some("rules_forbid"));
}

#[test]
fn a_seat_is_left_before_the_cut_off_only() {
    let facts = LeaveFacts {
        span: Span::new(at(1440), at(1900)).expect("a span"),
        state: AssignmentState::Booked,
        clocked_in: false,
        cut_off_minutes: 60,
    };
    assert_eq!(withdraw(&facts, at(1380)), Ok(()));
    let late = withdraw(&facts, at(1381)).expect_err("a minute late");
    assert!(late.message.contains("until 1 h before") && late.message.contains("59 min"), "{late}");
    assert_eq!(withdraw(&LeaveFacts { clocked_in: true, ..facts }, at(0)).expect_err("in").code, "clocked_in");
    assert_eq!(remove(&facts, " ").expect_err("no reason").code, "reason_missing");
    let gone = LeaveFacts { state: AssignmentState::Cancelled, ..facts };
    assert_eq!(remove(&gone, "why").expect_err("gone").code, "not_booked");
}

#[test]
fn every_preset_is_a_plan_that_reads_back() {
    for preset in Preset::ALL {
        let plan = preset.plan().checked().expect("a good plan");
        let text = serde_json::to_string(&plan).expect("plain data");
        assert_eq!(serde_json::from_str::<Plan>(&text).expect("reads back"), plan, "{text}");
        assert_eq!(Preset::from_code(preset.code()), Some(preset));
    }
    let stuck =
        Plan { stages: [Preset::Open.plan().stages, Preset::Open.plan().stages].concat(), ..Preset::Open.plan() };
    assert_eq!(stuck.checked().expect_err("never passes on").code, "plan_wrong");
}

#[test]
fn a_stage_passes_on_when_its_time_comes() {
    let plan = Preset::SeniorFirst.plan();
    let begun = Posting { stage: 0, since: at(0), closed: false };
    let starts = at(10_000);
    let (first, effects) = step(&plan, begun, Event::Posted, starts, at(0));
    assert_eq!(effects, [Effect::Opened(0), Effect::SetTimer(at(1440))]);
    assert_eq!(step(&plan, first, Event::Due, starts, at(1439)), (first, vec![Effect::SetTimer(at(1440))]));
    let (second, effects) = step(&plan, first, Event::Due, starts, at(1441));
    assert_eq!((second.stage, effects), (1, vec![Effect::Opened(1), Effect::SetTimer(starts)]));
    let (over, effects) = step(&plan, second, Event::Due, starts, starts + SignedDuration::from_secs(1));
    assert_eq!((over.closed, effects), (true, vec![Effect::DropTimer, Effect::Ended]));
}
