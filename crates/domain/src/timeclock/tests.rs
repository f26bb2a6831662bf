//! Fences, presses in any order, and what a reviewer is shown.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    customers::Point,
    id::{AssignmentId, Id, OfficerId, PunchId, ShiftId, TimeEntryId},
    time::Span,
};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minute * 60).expect("in range")
}

fn scheduled() -> Span {
    Span::new(at(0), at(240)).expect("a span")
}

fn entry() -> Entry {
    Entry {
        id: TimeEntryId::from_uuid(Uuid::nil()),
        assignment: AssignmentId::from_uuid(Uuid::nil()),
        shift: ShiftId::from_uuid(Uuid::nil()),
        officer: OfficerId::from_uuid(Uuid::nil()),
        clocked_in_at: None,
        clocked_out_at: None,
        verified: false,
        settled: None,
        adjust_reason: String::new(),
        state: EntryState::OnSite,
        approved_by: String::new(),
        approved_at: None,
        version: 1,
    }
}

fn punch(kind: Kind, minute: i64, source: Source) -> Punch {
    Punch {
        id: PunchId::from_uuid(Uuid::from_u128(minute.unsigned_abs().into())),
        assignment: AssignmentId::from_uuid(Uuid::nil()),
        officer: OfficerId::from_uuid(Uuid::nil()),
        kind,
        pressed_at: at(minute),
        received_at: at(minute),
        fix: None,
        measured: Measured { verdict: Verdict::Inside, distance_m: Some(3) },
        reason: String::new(),
        source,
    }
}

#[test]
fn a_fence_gives_the_phone_the_benefit_of_its_accuracy() {
    let site = Point { lat_e6: 42_360_000, lon_e6: -71_058_000 };
    // One thousandth of a degree of latitude is 111 m.
    let check = |north_e6: i64, accuracy_m: i64, verdict: Verdict, near_m: i64| {
        let fix = Fix { point: Point { lat_e6: site.lat_e6 + north_e6, ..site }, accuracy_m };
        let measured = measure(Some(Fence { point: site, radius_m: 150 }), Some(fix));
        assert_eq!(measured.verdict, verdict, "{north_e6} {accuracy_m}");
        assert!((measured.distance_m.expect("known") - near_m).abs() <= 1, "{measured:?}");
    };
    check(0, 5, Verdict::Inside, 0);
    check(1_300, 5, Verdict::Inside, 145);
    check(1_500, 5, Verdict::Outside, 167);
    check(1_500, 30, Verdict::Inside, 167);
    check(2_200, 100, Verdict::Inside, 245);
    check(2_300, 100, Verdict::Outside, 256);
    check(2_300, 500, Verdict::Outside, 256);
    check(2_300, 1_001, Verdict::Unknown, 256);
    check(20_000, 50, Verdict::Outside, 2_224);
    check(20_000, 5_000, Verdict::Unknown, 2_224);
    assert_eq!(measure(None, None).verdict, Verdict::Unknown);
    assert_eq!(measure(Some(Fence { point: site, radius_m: 150 }), None).verdict, Verdict::Unknown);
}

#[test]
fn the_other_side_of_the_earth_is_far_and_the_date_line_is_not() {
    let far = |one: (i64, i64), other: (i64, i64)| {
        let point = |(lat, lon): (i64, i64)| Point { lat_e6: lat * 1_000_000, lon_e6: lon * 1_000_000 };
        let fix = Fix { point: point(other), accuracy_m: 0 };
        measure(Some(Fence { point: point(one), radius_m: 20 }), Some(fix)).distance_m.expect("known")
    };
    assert!((far((0, 0), (0, 180)) - 20_015_115).abs() < 10);
    assert!((far((0, 179), (0, -179)) - 222_390).abs() < 10);
}

#[test]
fn a_press_is_judged_by_its_own_time_and_place() {
    let site = Point { lat_e6: 42_360_000, lon_e6: -71_058_000 };
    let away = Fix { point: Point { lat_e6: 42_400_000, lon_e6: -71_058_000 }, accuracy_m: 10 };
    let good = PressFacts {
        span: scheduled(),
        kind: Kind::In,
        pressed_at: at(-10),
        fix: None,
        fence: Some(Fence { point: site, radius_m: 100 }),
        reason: "",
        early_minutes: 30,
        late_minutes: 120,
    };
    let check = |facts: PressFacts<'_>, now: i64, code: Option<&str>| {
        let judged = press(&facts, at(now), |instant| instant.to_string());
        assert_eq!(judged.err().map(|refusal| refusal.code), code);
    };
    check(good, -10, None);
    check(PressFacts { pressed_at: at(-30), ..good }, -30, None);
    check(PressFacts { pressed_at: at(-31), ..good }, -31, Some("too_early"));
    // Pressed in time and sent two days later: still good.
    check(good, 3_000, None);
    check(PressFacts { pressed_at: at(240), ..good }, 240, Some("too_late"));
    check(PressFacts { kind: Kind::Out, pressed_at: at(360), ..good }, 360, None);
    check(PressFacts { kind: Kind::Out, pressed_at: at(361), ..good }, 361, Some("too_late"));
    check(PressFacts { pressed_at: at(5), ..good }, 2, Some("press_in_future"));
    check(PressFacts { pressed_at: at(4), ..good }, 2, None);
    check(PressFacts { fix: Some(away), ..good }, -10, Some("outside_needs_reason"));
    check(PressFacts { fix: Some(away), reason: "parking", ..good }, -10, None);
}

proptest! {
    #[test]
    fn the_order_of_arrival_changes_nothing(
        presses in proptest::collection::vec((any::<bool>(), 0..300i64), 1..7).prop_shuffle()
    ) {
        let punches: Vec<Punch> = presses
            .iter()
            .map(|(came, minute)| punch(if *came { Kind::In } else { Kind::Out }, *minute, Source::Phone))
            .collect();
        let mut sorted = punches.clone();
        sorted.sort_by_key(|punch| (punch.pressed_at, punch.kind == Kind::Out));
        let all = settle(entry(), &sorted);
        prop_assert_eq!(&settle(entry(), &punches), &all);
        // One by one, as they arrive, ends the same.
        let mut step = entry();
        for some in 1..=punches.len() {
            step = settle(step, &punches[..some]);
        }
        prop_assert_eq!(&step, &all);
        prop_assert_eq!(all.state == EntryState::ToReview, all.clocked_out_at.is_some());
    }
}

#[test]
fn a_press_of_the_officer_wins_over_the_timer() {
    let came = punch(Kind::In, 0, Source::Phone);
    let timer = punch(Kind::Out, 240, Source::Timer);
    let closed = settle(entry(), &[came.clone(), timer.clone()]);
    assert_eq!((closed.clocked_out_at, closed.verified, closed.state), (Some(at(240)), false, EntryState::ToReview));
    let late = settle(closed, &[came, timer, punch(Kind::Out, 230, Source::Phone)]);
    assert_eq!((late.clocked_out_at, late.verified), (Some(at(230)), true));
}

#[test]
fn a_forgotten_clock_out_closes_at_the_scheduled_end() {
    let on_site = settle(entry(), &[punch(Kind::In, 5, Source::Phone)]);
    assert_eq!(close_forgotten(&on_site, scheduled()), Some(at(240)));
    let late = settle(entry(), &[punch(Kind::In, 250, Source::Replay)]);
    assert_eq!(close_forgotten(&late, scheduled()), Some(at(251)));
    let done = settle(entry(), &[punch(Kind::In, 5, Source::Phone), punch(Kind::Out, 200, Source::Phone)]);
    assert_eq!(close_forgotten(&done, scheduled()), None);
}

#[test]
fn approved_time_stays_as_it_is() {
    let done = settle(entry(), &[punch(Kind::In, 0, Source::Phone), punch(Kind::Out, 200, Source::Phone)]);
    assert_eq!(approve(entry(), "A", at(300)).expect_err("on site").code, "still_on_site");
    let approved = approve(done.clone(), "A", at(300)).expect("approved");
    assert_eq!(approve(approved.clone(), "B", at(301)).expect_err("twice").code, "already_approved");
    let again = settle(approved.clone(), &[punch(Kind::In, 0, Source::Phone), punch(Kind::Out, 230, Source::Phone)]);
    assert_eq!(again.settled, approved.settled);
    let longer = Span::new(at(0), at(260)).expect("a span");
    assert_eq!(adjust(done.clone(), longer, " ").expect_err("no reason").code, "reason_missing");
    let adjusted = adjust(done, longer, "radio log").expect("adjusted");
    assert_eq!((adjusted.settled, adjusted.verified), (Some(longer), false));
}

#[test]
fn the_strongest_evidence_comes_first() {
    let mut away = punch(Kind::In, 20, Source::Phone);
    away.measured = Measured { verdict: Verdict::Outside, distance_m: Some(900) };
    away.reason = "gate closed".to_owned();
    let mut out = punch(Kind::Out, 200, Source::Phone);
    out.received_at = out.pressed_at + SignedDuration::from_mins(90);
    let punches = [away, out];
    let found = discrepancies(scheduled(), &settle(entry(), &punches), &punches);
    let sorts: Vec<Sort> = found.iter().map(|one| one.sort).collect();
    assert_eq!(sorts, [Sort::Outside, Sort::Shorter, Sort::Late, Sort::SentLate]);
    let fine = [punch(Kind::In, -5, Source::Phone), punch(Kind::Out, 240, Source::Phone)];
    let none = discrepancies(scheduled(), &settle(entry(), &fine), &fine);
    assert!(none.is_empty(), "{none:?}");
    assert!(weight(&found) > weight(&none));
}
