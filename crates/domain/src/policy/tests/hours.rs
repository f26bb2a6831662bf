//! `cap`, `run_cap`, `rest_gap`, `no_overlap`.

use super::*;
use WorkClass::{Court, Detail, Leave, OnDuty};

#[test]
fn cap_rolling_finds_the_worst_position() {
    let rule = book("{ id: a, kind: cap, max: 16 h, count: [on_duty, overtime, detail], window: { rolling: 24 h } }");
    let tour = [work(OnDuty, "2025-03-01 07:00 > 2025-03-01 15:30")];
    check(
        &rule,
        &tour,
        "2025-03-01 16:00 > 2025-03-02 00:00",
        false,
        "16.5 h of 16 h in the 24 h ending Sun, Mar 2 07:00; 30 min too many",
    );
    check(
        &rule,
        &tour,
        "2025-03-01 16:00 > 2025-03-01 23:30",
        true,
        "16 h of 16 h in the 24 h ending Sun, Mar 2 07:00; exactly at the limit",
    );
    // The worst window ends in a tour already booked for the next day, not at the detail's own end.
    let both = [tour[0].clone(), work(OnDuty, "2025-03-02 06:00 > 2025-03-02 14:00")];
    let decision = decide(&rule, &both, "2025-03-01 22:00 > 2025-03-02 06:00").expect("asked");
    assert!(!decision.passed);
    assert_eq!(decision.words(), "17.5 h of 16 h in the 24 h ending Sun, Mar 2 14:00; 1.5 h too many");
}

#[test]
fn cap_counts_the_minutes_inside_each_week_on_the_wall_clock() {
    let rule = book("{ id: a, kind: cap, max: 24 h, count: [detail], window: { week: { from: sun } } }");
    let ledger = [work(Detail, "2025-02-24 08:00 > 2025-02-25 04:00")];
    check(
        &rule,
        &ledger,
        "2025-03-01 20:00 > 2025-03-02 04:00",
        true,
        "24 h of 24 h in the week from Sun, Feb 23 00:00 to Sun, Mar 2 00:00; exactly at the limit",
    );
    check(
        &rule,
        &ledger,
        "2025-03-01 19:59 > 2025-03-02 04:00",
        false,
        "24 h 1 min of 24 h in the week from Sun, Feb 23 00:00 to Sun, Mar 2 00:00; 1 min too many",
    );
}

#[test]
fn cap_per_day_knows_that_a_day_has_23_hours() {
    let rule = book("{ id: a, kind: cap, max: 995 min, count: [on_duty, detail], window: calendar_day }");
    // 9 March 2025: the clocks go forward at 02:00, so 00:00 to 18:00 is 17 h.
    check(
        &rule,
        &[],
        "2025-03-09 00:00 > 2025-03-09 18:00",
        false,
        "17 h of 16 h 35 min on Sun, Mar 9; 25 min too many",
    );
}

#[test]
fn cap_of_jobs_days_month_year_and_job() {
    let jobs = book("{ id: a, kind: cap, max: 2 jobs, count: [detail], window: month }");
    let two =
        [work(Detail, "2025-03-01 08:00 > 2025-03-01 12:00"), work(Detail, "2025-03-03 08:00 > 2025-03-03 12:00")];
    check(&jobs, &two, "2025-03-20 08:00 > 2025-03-20 12:00", false, "3 of 2 jobs in March 2025; 1 too many");
    check(&jobs, &two, "2025-04-20 08:00 > 2025-04-20 12:00", true, "1 of 2 jobs in April 2025; 1 left");
    let days = book("{ id: a, kind: cap, max: 2 days, count: [detail], window: { week: { from: mon } } }");
    check(
        &days,
        &[work(Detail, "2025-03-03 20:00 > 2025-03-04 02:00")],
        "2025-03-05 08:00 > 2025-03-05 12:00",
        false,
        "3 of 2 days with work in the week from Mon, Mar 3 00:00 to Mon, Mar 10 00:00; 1 too many",
    );
    let year = book("{ id: a, kind: cap, max: 10 h, count: [detail], window: year }");
    check(&year, &two, "2025-12-31 20:00 > 2026-01-01 04:00", false, "12 h of 10 h in 2025; 2 h too many");
    let shift = book("{ id: a, kind: cap, min: 4 h, max: 12 h, count: [detail], window: job }");
    check(&shift, &[], "2025-03-20 08:00 > 2025-03-20 11:00", false, "3 h of at least 4 h in one job; 1 h too short");
    check(&shift, &[], "2025-03-20 08:00 > 2025-03-20 21:00", false, "13 h of 12 h in this job; 1 h too many");
    check(&shift, &[], "2025-03-20 08:00 > 2025-03-20 20:00", true, "12 h of 12 h in this job; exactly at the limit");
}

#[test]
fn cap_over_the_present_and_the_last_period_asks_every_pair() {
    let rule = book(
        "{ id: a, kind: cap, max: 168 h, count: [on_duty, detail], window: { cycle: { days: 14, anchor: 2025-03-02, together: 2 } } }",
    );
    let week = |from: &str, to: &str| work(OnDuty, &format!("{from} 00:00 > {to} 00:00"));
    // 96 h in the last period, 48 h in this one, 96 h already booked in the next.
    let ledger = [week("2025-03-03", "2025-03-07"), week("2025-03-17", "2025-03-19"), week("2025-03-31", "2025-04-04")];
    check(
        &rule,
        &ledger,
        "2025-03-20 00:00 > 2025-03-21 01:00",
        false,
        "169 h of 168 h in the period from Sun, Mar 16 00:00 to Sun, Apr 13 00:00; 1 h too many",
    );
    check(&rule, &ledger, "2025-03-20 00:00 > 2025-03-21 00:00", true, &{
        let decision = decide(&rule, &ledger, "2025-03-20 00:00 > 2025-03-21 00:00").expect("asked");
        decision.words()
    });
}

#[test]
fn cap_is_lifted_or_raised_by_leave_and_by_a_quota() {
    let lifted = book(
        "{ id: a, kind: cap, max: 24 h, count: [detail], window: { week: { from: sun } }, exceptions: [{ away: [leave], sorts: [annual] }] }",
    );
    let mut leave = work(Leave, "2025-03-02 00:00 > 2025-03-09 00:00");
    leave.sort = Some("annual".to_owned());
    assert_eq!(decide(&lifted, &[leave.clone()], "2025-03-03 00:00 > 2025-03-04 06:00"), None);
    leave.sort = Some("medical".to_owned());
    assert!(!decide(&lifted, &[leave], "2025-03-03 00:00 > 2025-03-04 06:00").expect("asked").passed);
    let raised = book(
        "{ id: a, kind: cap, max: 32 h, count: [detail], window: { week: { from: sun } }, exceptions: [{ away: [leave], not_sorts: [medical], at_least_days: 5, max: 40 h }] }",
    );
    let five = [work(Leave, "2025-03-03 08:00 > 2025-03-07 16:00")];
    check(
        &raised,
        &five,
        "2025-03-02 00:00 > 2025-03-03 17:00",
        false,
        "41 h of 40 h in the week from Sun, Mar 2 00:00 to Sun, Mar 9 00:00; 1 h too many",
    );
    let quota = book(
        "{ id: a, kind: cap, max: 40 h, count: [detail], window: { week: { from: sun } }, quota: { max: 72 h, once_in: 28 d } }",
    );
    assert!(decide(&quota, &[], "2025-03-03 00:00 > 2025-03-05 12:00").expect("asked").passed);
    let used = [work(Detail, "2025-02-24 00:00 > 2025-02-26 00:00")];
    assert!(!decide(&quota, &used, "2025-03-03 00:00 > 2025-03-05 12:00").expect("asked").passed);
}

#[test]
fn cap_counts_an_hour_once_and_leaves_out_what_it_does_not_name() {
    let rule = book("{ id: a, kind: cap, max: 8 h, count: [on_duty, detail], window: { rolling: 24 h } }");
    let ledger = [
        work(OnDuty, "2025-03-03 08:00 > 2025-03-03 12:00"),
        work(Detail, "2025-03-03 10:00 > 2025-03-03 12:00"),
        work(Court, "2025-03-03 12:00 > 2025-03-03 20:00"),
    ];
    check(
        &rule,
        &ledger,
        "2025-03-03 20:00 > 2025-03-04 00:00",
        true,
        "8 h of 8 h in the 24 h ending Tue, Mar 4 08:00; exactly at the limit",
    );
    let mut own = work(Detail, "2025-03-03 20:00 > 2025-03-04 00:00");
    own.source = WorkSource::Assignment(seat(9));
    let zone = new_york();
    let all = [ledger.to_vec(), vec![own]].concat();
    let candidate = Candidate::new(officer(), OfficerFacts::default(), &all);
    let mut proposal = Proposal::new(span("2025-03-03 20:00 > 2025-03-04 00:00"), &zone);
    proposal.assignment = Some(seat(9));
    let again = judge(&rule, &candidate, &proposal, Point::RosterChange, at("2025-01-01 00:00"));
    assert_eq!(again.decisions[0].distance, Some(Distance::Time(crate::time::Minutes(0))));
}

#[test]
fn run_cap_is_broken_only_by_time_off_that_is_long_enough() {
    let rule = book("{ id: a, kind: run_cap, max: 16 h, broken_by: 4 h, count: [on_duty, detail] }");
    let tour = [work(OnDuty, "2025-03-03 08:00 > 2025-03-03 16:30")];
    check(
        &rule,
        &tour,
        "2025-03-03 20:00 > 2025-03-04 04:00",
        false,
        "16.5 h of 16 h without 4 h off, from Mon, Mar 3 08:00 to Tue, Mar 4 04:00; 30 min too many",
    );
    check(
        &rule,
        &tour,
        "2025-03-03 20:30 > 2025-03-04 04:30",
        true,
        "8 h of 16 h without 4 h off, from Mon, Mar 3 20:30 to Tue, Mar 4 04:30; 8 h left",
    );
}

#[test]
fn rest_gap_looks_at_both_neighbours_and_at_its_direction() {
    let before_duty = book("{ id: a, kind: rest_gap, min: 6 h, after: [detail], before: [on_duty] }");
    let tour = [work(OnDuty, "2025-03-04 07:00 > 2025-03-04 15:00")];
    check(
        &before_duty,
        &tour,
        "2025-03-03 18:00 > 2025-03-04 02:00",
        false,
        "5 h of 6 h rest before on duty that begins Tue, Mar 4 07:00; 1 h short",
    );
    check(
        &before_duty,
        &tour,
        "2025-03-03 18:00 > 2025-03-04 01:00",
        true,
        "6 h of 6 h rest before on duty that begins Tue, Mar 4 07:00",
    );
    // After duty nothing is asked.
    check(
        &before_duty,
        &tour,
        "2025-03-04 15:00 > 2025-03-04 20:00",
        true,
        "nothing within reach that needs 6 h of rest",
    );
    let after_run = book(
        "{ id: a, kind: rest_gap, min: 8 h, after: [on_duty, detail], before: [on_duty, detail], after_run_of: 16 h, run_broken_by: 1 h }",
    );
    let long =
        [work(OnDuty, "2025-03-03 06:00 > 2025-03-03 14:00"), work(Detail, "2025-03-03 14:30 > 2025-03-03 22:30")];
    check(
        &after_run,
        &long,
        "2025-03-04 06:00 > 2025-03-04 10:00",
        false,
        "7.5 h of 8 h rest after paid detail that ends Mon, Mar 3 22:30 (a run of 16 h); 30 min short",
    );
    check(
        &after_run,
        &long[..1],
        "2025-03-03 20:00 > 2025-03-04 00:00",
        true,
        "nothing within reach that needs 8 h of rest",
    );
}

#[test]
fn rest_gap_may_only_cost_overtime() {
    let rule = book("{ id: a, kind: rest_gap, min: 8 h, after: [detail], before: [on_duty], otherwise: overtime_pay }");
    let tour = [work(OnDuty, "2025-03-04 07:00 > 2025-03-04 15:00")];
    let decision = decide(&rule, &tour, "2025-03-03 18:00 > 2025-03-04 02:00").expect("asked");
    assert_eq!((decision.passed, decision.result), (false, Outcome::Allowed));
}

#[test]
fn no_overlap_lets_ends_touch_and_keeps_buffers() {
    let rule = book("{ id: a, kind: no_overlap, with: [on_duty, detail, court] }");
    let court = [work(Court, "2025-03-03 09:00 > 2025-03-03 12:00")];
    check(&rule, &court, "2025-03-03 12:00 > 2025-03-03 16:00", true, "nothing at the same time");
    check(
        &rule,
        &court,
        "2025-03-03 11:30 > 2025-03-03 16:00",
        false,
        "30 min at the same time as court Mon, Mar 3 09:00\u{2013}12:00",
    );
    let travel = book("{ id: a, kind: no_overlap, with: [court], buffer_before: 15 min, travel: 30 min }");
    check(
        &travel,
        &court,
        "2025-03-03 12:30 > 2025-03-03 16:00",
        false,
        "less than 45 min between this and court Mon, Mar 3 09:00\u{2013}12:00",
    );
    check(&travel, &court, "2025-03-03 12:45 > 2025-03-03 16:00", true, "nothing at the same time");
    let mut cancelled = court[0].clone();
    cancelled.state = WorkState::Cancelled;
    check(&rule, &[cancelled], "2025-03-03 09:00 > 2025-03-03 10:00", true, "nothing at the same time");
}

#[test]
fn no_overlap_tells_paid_time_from_worked_time() {
    let mut block = work(Detail, "2025-03-03 09:00 > 2025-03-03 11:00");
    block.paid = Some(crate::time::Minutes::hours(4));
    let words = "1 h at the same time as the paid time of paid detail Mon, Mar 3 09:00\u{2013}13:00";
    for (paid, result) in [("free", Outcome::Allowed), ("warn", Outcome::Warned), ("busy", Outcome::Blocked)] {
        let rule = book(&format!("{{ id: a, kind: no_overlap, with: [detail], paid_block: {paid} }}"));
        let decision =
            decide(&rule, std::slice::from_ref(&block), "2025-03-03 12:00 > 2025-03-03 16:00").expect("asked");
        assert_eq!(decision.result, result);
        assert_eq!(decision.words() == words, paid != "free");
    }
}
