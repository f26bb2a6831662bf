//! Timers are done once, however many workers there are; what fails is tried again, and not for ever.

use std::thread;

use jiff::{SignedDuration, Timestamp};
use muster_app::{Db, Failure, Tx, worker};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
    id::AgencyId,
};
use muster_store::timers;
use muster_testkit::on_both;

const TIMERS: usize = 60;

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().expect("an instant")
}

fn agency(db: &Db) -> AgencyId {
    use muster_domain::id::Id;
    let muster = Actor::system(AgencyId::from_uuid(uuid::Uuid::nil()));
    let operator = Actor { role: Role::OperatorAdmin, agency: None, ..muster };
    db.write_blocking(move |tx| {
        let new = NewAgency { name: "North".to_owned(), slug: "north".to_owned(), zone: "America/Chicago".to_owned() };
        muster_app::agencies::create_agency(tx, &operator, &new, now())
    })
    .expect("a new agency")
}

fn run(db: &Db, sql: &'static str) {
    db.housekeep_blocking(move |tx: &mut Tx<'_>| Ok::<_, Failure>(tx.execute(sql, &[])?)).expect(sql);
}

fn count(db: &Db, sql: &'static str) -> i64 {
    db.read_blocking(move |tx: &mut Tx<'_>| Ok::<_, Failure>(tx.one(sql, &[], |row| row.get(0))?)).expect(sql)
}

/// Time of last week that is approved and not paid.
fn unpaid_work(db: &Db) {
    run(
        db,
        "INSERT INTO time_entries (agency_id, id, assignment_id, shift_id, officer_id, verified, state) \
         SELECT id, 'tim_00000000000000000000000000000001', 'asg_00000000000000000000000000000001', 'shf_00000000000000000000000000000001', 'ofc_00000000000000000000000000000001', TRUE, 'approved' FROM agencies",
    );
    run(
        db,
        "INSERT INTO charges (agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, paid_minutes, officer_cents, customer_cents, priced, rule_set_id, created_at) \
         SELECT id, 'chg_00000000000000000000000000000001', 'tim_00000000000000000000000000000001', 'shf_00000000000000000000000000000001', 'ofc_00000000000000000000000000000001', \
         'cus_00000000000000000000000000000001', '2026-11-18', 60, 5000, 5500, '{}', 'rul_00000000000000000000000000000001', 0 FROM agencies",
    );
}

#[test]
fn two_workers_never_do_a_timer_twice() {
    on_both(|db| {
        let agency = agency(db);
        unpaid_work(db);
        db.housekeep_blocking(move |tx| {
            for number in 0..TIMERS {
                timers::set_if_none(tx, agency, "pay_run", &number.to_string(), now(), now())?;
            }
            Ok::<_, Failure>(())
        })
        .expect("timers");
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let db = db.clone();
                thread::spawn(move || (0..6).map(|_| worker::run_due(&db, now()).expect("a round")).sum::<usize>())
            })
            .collect();
        let done: usize = workers.into_iter().map(|worker| worker.join().expect("no panic")).sum();
        assert_eq!(done, TIMERS, "each timer once, by one of the four");
        assert_eq!(count(db, "SELECT COUNT(*) FROM timers WHERE state = 'done' AND attempts = 1"), 60);
        assert_eq!(
            count(db, "SELECT COUNT(*) FROM pay_runs"),
            1,
            "the first found the work, the others found none left"
        );
        assert_eq!(count(db, "SELECT COUNT(*) FROM timers WHERE problem LIKE 'nothing_to_pay%'"), 59);
        assert_eq!(worker::run_due(db, now() + SignedDuration::from_hours(1)).expect("a round"), 0);
    });
}

#[test]
fn what_fails_is_tried_again_and_given_up_after_a_while() {
    on_both(|db| {
        let agency = agency(db);
        db.housekeep_blocking(move |tx| timers::set(tx, agency, "stage", "no shift", now(), now()))
            .map_err(Failure::from)
            .expect("set");
        let mut at = now();
        assert_eq!(worker::run_due(db, at).expect("a round"), 0);
        assert_eq!(worker::run_due(db, at).expect("a round"), 0);
        assert_eq!(count(db, "SELECT attempts FROM timers"), 1, "not again before its time");
        for _ in 0..12 {
            at += SignedDuration::from_hours(2);
            worker::run_due(db, at).expect("a round");
        }
        assert_eq!(
            count(db, "SELECT COUNT(*) FROM timers WHERE state = 'failed' AND problem <> '' AND attempts = 11"),
            1
        );
    });
}

#[test]
fn regular_timers_are_set_once_and_the_night_tidies() {
    on_both(|db| {
        agency(db);
        worker::set_regular(db, now()).expect("set");
        worker::set_regular(db, now() + SignedDuration::from_mins(1)).expect("nothing to set");
        assert_eq!(count(db, "SELECT COUNT(*) FROM timers"), 5);
        // Monday Nov 23 in Chicago: the next pay week begins on Nov 30, six in the morning is noon UTC.
        assert_eq!(count(db, "SELECT due_at FROM timers WHERE kind = 'pay_run'"), 1_796_040_000_000_000);

        run(
            db,
            "INSERT INTO idempotency_keys (account_id, key, body_hash, answer, answered_at) VALUES ('acc_1', 'old', '', '', 0)",
        );
        assert_eq!(worker::run_due(db, now() + SignedDuration::from_hours(25)).expect("a round"), 4);
        assert_eq!(count(db, "SELECT COUNT(*) FROM idempotency_keys"), 0);
    });
}
