//! The roster: imports that are whole or nothing, the rank and status of a day, ten thousand officers.

use std::{fmt::Write as _, time::Instant};

use jiff::{
    Timestamp,
    civil::{Date, date, time},
};
use muster_app::{
    Db, Failure,
    officers::{self, NewUnavailability, OfficerFacts, RosterFilter, Sort},
};
use muster_domain::{
    access::{Actor, Denied, Role},
    id::{AgencyId, OfficerId},
    officers::{RankHeld, Status, StatusHeld},
};
use muster_testkit::{
    builders::{actor, agency, as_officer},
    databases::Scratch,
    on_both,
};
use proptest::{
    prelude::any,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};

fn now() -> Timestamp {
    "2026-11-20T15:00:00Z".parse().expect("an instant")
}

fn write<T: Send + 'static>(
    db: &Db,
    case: impl Fn(&mut muster_app::Tx<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    db.write_blocking(case)
}

fn total(db: &Db, who: &Actor) -> i64 {
    let who = who.clone();
    db.read_blocking(move |tx| officers::list_roster(tx, &who, &RosterFilter::default(), Sort::Name, 1, now()))
        .expect("a roster")
        .page
        .total
}

fn import(db: &Db, who: &Actor, text: &str) -> Result<officers::RosterPlan, Failure> {
    let (who, text) = (who.clone(), text.to_owned());
    write(db, move |tx| officers::import_roster(tx, &who, &text, now()))
}

fn find(db: &Db, who: &Actor, search: &str) -> OfficerId {
    let (who, filter) = (who.clone(), RosterFilter { search: search.to_owned(), ..RosterFilter::default() });
    let roster = db.read_blocking(move |tx| officers::list_roster(tx, &who, &filter, Sort::Badge, 1, now()));
    roster.expect("a roster").page.rows.first().expect("found").id
}

const ROSTER: &str = "Badge,First Name,Last Name,Rank,Hired On,Email\n\
    100,Dana,Alvarez,Officer,2014-06-30,dana@example.gov\n101,Ray,Tran,Sgt,6/30/2010,\n";

#[test]
fn a_roster_is_imported_whole_or_not_at_all_and_again_by_badge() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let office = actor(rows.id, Role::AgencyAdmin);
        let bad =
            "badge,first_name,last_name,rank,hired_on\n100,Dana,Alvarez,Officer,2014-06-30\n100,,Tran,General,soon\n";
        let (who, text) = (office.clone(), bad.to_owned());
        let plan = db.read_blocking(move |tx| officers::plan_roster(tx, &who, &text)).expect("a plan");
        let places: Vec<(u64, &str)> = plan.bad.iter().map(|row| (row.line, row.column.as_str())).collect();
        assert_eq!(places, [(3, "hired_on"), (3, "rank"), (3, "first_name"), (3, "badge")], "{:?}", plan.bad);
        assert!(
            plan.bad
                .iter()
                .any(|row| row.message.contains("Officer, Sergeant") || row.message.contains("Sergeant, Officer"))
        );
        assert!(matches!(import(db, &office, bad), Err(Failure::Invalid(_))));
        assert_eq!(total(db, &office), 0, "nothing of a bad file is kept");

        let plan = import(db, &office, ROSTER).expect("a good file");
        assert_eq!((plan.new, plan.updated), (2, 0));
        let again = import(db, &office, &ROSTER.replace("Ray", "Raymond")).expect("the same file again");
        assert_eq!((again.new, again.updated), (0, 2));
        assert_eq!(total(db, &office), 2);
        find(db, &office, "raymond");
        let auditor = actor(rows.id, Role::Auditor);
        assert!(matches!(import(db, &auditor, ROSTER), Err(Failure::Denied(Denied::NotAllowed(_)))));
    });
}

#[test]
fn the_rank_and_status_of_the_day_count() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let office = actor(rows.id, Role::AgencyAdmin);
        import(db, &office, ROSTER).expect("imported");
        let id = find(db, &office, "100");
        let (who, held) = (office.clone(), RankHeld { held_from: date(2027, 1, 1), rank: rows.ranks[1] });
        write(db, move |tx| officers::set_rank(tx, &who, id, &held, now())).expect("promoted");
        let leave = StatusHeld {
            from_on: date(2026, 11, 20),
            to_on: Some(date(2026, 11, 30)),
            status: Status::Leave,
            reason: "Parental leave".to_owned(),
        };
        let who = office.clone();
        write(db, move |tx| officers::set_status(tx, &who, id, &leave, now())).expect("on leave");
        for (at, rank, status) in [
            ("2026-11-20T15:00:00Z", rows.ranks[0], Status::Leave),
            ("2026-12-01T15:00:00Z", rows.ranks[0], Status::Active),
            ("2027-01-01T15:00:00Z", rows.ranks[1], Status::Active),
        ] {
            let (who, at): (Actor, Timestamp) = (office.clone(), at.parse().expect("an instant"));
            let record = db.read_blocking(move |tx| officers::load_record(tx, &who, id, at)).expect("there");
            assert_eq!((record.rank, record.status), (rank, status), "{at}");
        }
    });
}

#[test]
fn the_chain_of_command_has_dates_and_no_circle() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let office = actor(rows.id, Role::AgencyAdmin);
        let file = "badge,first_name,last_name,rank,hired_on,reports_to\n\
            1,Ann,Chief,lieutenant,2001-01-01,\n2,Bo,Middle,sergeant,2005-01-01,1\n3,Cy,Street,officer,2015-01-01,2\n";
        assert!(import(db, &office, file).expect("imported").bad.is_empty());
        let [chief, middle, street] = ["1", "2", "3"].map(|badge| find(db, &office, badge));
        let above = |id: OfficerId| {
            let who = office.clone();
            let record = db.read_blocking(move |tx| officers::load_record(tx, &who, id, now())).expect("there");
            record.reports_to.into_iter().map(|one| (one.superior.map(|(id, _)| id), one.from_on)).collect::<Vec<_>>()
        };
        assert_eq!(above(street), [(Some(middle), date(2015, 1, 1))]);
        assert_eq!(above(chief), [], "nobody is above her, so nothing is written");
        let set = |id: OfficerId, badge: &'static str, on: Date| {
            let who = office.clone();
            write(db, move |tx| officers::set_superior(tx, &who, id, badge, on, now()))
        };
        for (badge, wanted) in
            [("3", "reports to Ann Chief on that day"), ("1", "own badge number"), ("77", "Nobody has")]
        {
            let answer = set(chief, badge, date(2026, 5, 1));
            let Err(Failure::Invalid(errors)) = answer else { panic!("{badge}: {answer:?}") };
            assert!(errors.0[0].field == "superior" && errors.0[0].message.contains(wanted), "{errors:?}");
        }
        set(street, "1", date(2026, 5, 1)).expect("a new superior");
        set(street, "", date(2026, 5, 1)).expect("nobody; the line of the day is overwritten");
        assert_eq!(above(street), [(None, date(2026, 5, 1)), (Some(middle), date(2015, 1, 1))]);
        // Only before May did the street report to the middle.
        set(middle, "3", date(2026, 5, 1)).expect("no circle on that day");

        let circles = "badge,first_name,last_name,rank,hired_on,reports_to\n\
            8,Al,Eight,officer,2001-01-01,9\n9,Bea,Nine,officer,2005-01-01,8\n10,Di,Ten,officer,2005-01-01,10\n11,Ed,One,officer,2005-01-01,12\n";
        let Err(Failure::Invalid(errors)) = import(db, &office, circles) else { panic!("a circle was imported") };
        let lines: Vec<&str> = errors.0.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        for (line, wanted) in
            lines.iter().zip(["Badge 9 reports to badge 8", "Badge 8 reports to badge 9", "own badge", "Nobody has"])
        {
            assert!(line.contains(wanted), "{line}");
        }
    });
}

#[test]
fn a_schedule_replaces_the_days_it_covers() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let office = actor(rows.id, Role::Coordinator);
        import(db, &actor(rows.id, Role::AgencyAdmin), ROSTER).expect("imported");
        let send = |text: &str| {
            let (who, text) = (office.clone(), text.to_owned());
            write(db, move |tx| officers::import_schedule(tx, &who, &text, now()))
        };
        let head = "badge,date,start,end,label\n";
        let first = send(&format!("{head}100,2026-11-21,23:00,07:00,Nights\n100,2026-11-22,23:00,07:00,Nights\n"))
            .expect("whole");
        assert_eq!((first.plan.shifts, first.plan.officers), (2, 1));
        send(&format!("{head}100,2026-11-22,07:00,15:00,Days\n")).expect("replaces one day");
        let id = find(db, &office, "100");
        let who = office.clone();
        let record = db.read_blocking(move |tx| officers::load_record(tx, &who, id, now())).expect("there");
        let labels: Vec<&str> = record.work.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels, ["Nights", "Days"]);
        assert_eq!(record.work[0].span.minutes().0, 480, "over midnight");
        for (line, word) in [
            ("999,2026-11-21,07:00,15:00,x", "badge"),
            ("100,2027-03-14,02:30,09:00,x", "clocks go forward"),
            ("100,2026-11-21,07:00,15:00,x\n100,2026-11-21,14:00,20:00,y", "overlaps"),
        ] {
            let failed = send(&format!("{head}{line}\n"));
            let Err(Failure::Invalid(errors)) = failed else { panic!("{line}: {failed:?}") };
            assert!(errors.0[0].message.contains(word), "{line}: {errors:?}");
        }
    });
}

#[test]
fn an_officer_says_when_he_cannot_work_for_himself_alone() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let office = actor(rows.id, Role::AgencyAdmin);
        import(db, &office, ROSTER).expect("imported");
        let (dana, ray) = (find(db, &office, "100"), find(db, &office, "101"));
        let away = NewUnavailability {
            from_on: date(2026, 12, 24),
            from: time(0, 0, 0, 0),
            to_on: date(2026, 12, 27),
            to: time(0, 0, 0, 0),
            label: "Family".to_owned(),
        };
        let (who, new) = (as_officer(rows.id, dana), away.clone());
        let work = write(db, move |tx| officers::add_unavailability(tx, &who, dana, &new, now())).expect("his own");
        let (who, new) = (as_officer(rows.id, dana), away.clone());
        let others = write(db, move |tx| officers::add_unavailability(tx, &who, ray, &new, now()));
        assert!(matches!(others, Err(Failure::Denied(Denied::NotVisible))));
        let (who, past) = (
            as_officer(rows.id, dana),
            NewUnavailability { from_on: date(2026, 1, 1), to_on: date(2026, 1, 2), ..away },
        );
        let failed = write(db, move |tx| officers::add_unavailability(tx, &who, dana, &past, now()));
        assert!(matches!(failed, Err(Failure::Invalid(_))));
        let who = as_officer(rows.id, dana);
        write(db, move |tx| officers::remove_unavailability(tx, &who, dana, work, now())).expect("removed");
        let other = agency(db, "upland", now());
        let stranger = actor(other.id, Role::AgencyAdmin);
        let seen = db.read_blocking(move |tx| officers::load_record(tx, &stranger, dana, now()));
        assert!(matches!(seen, Err(Failure::Missing(_))));
    });
}

#[test]
fn two_changes_of_one_record_do_not_overwrite_each_other() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let office = actor(rows.id, Role::AgencyAdmin);
        import(db, &office, ROSTER).expect("imported");
        let id = find(db, &office, "100");
        let facts = |badge: &str| OfficerFacts {
            badge: badge.to_owned(),
            first_name: "Dana".to_owned(),
            last_name: "Alvarez".to_owned(),
            email: String::new(),
            phone: String::new(),
            hired_on: date(2014, 6, 30),
            senior_since: date(2014, 6, 30),
            unit: None,
        };
        let edit = |facts: OfficerFacts| {
            let who = office.clone();
            write(db, move |tx| officers::edit_officer(tx, &who, id, 1, &facts, now()))
        };
        assert!(matches!(edit(facts("101")), Err(Failure::Invalid(errors)) if errors.of("badge").is_some()));
        edit(facts("102")).expect("the first");
        assert!(matches!(edit(facts("103")), Err(Failure::Conflict(_))));
    });
}

fn many(count: usize) -> String {
    let mut text = String::from("badge,first_name,last_name,rank,hired_on\n");
    for at in 0..count {
        writeln!(text, "{at},First{at},Last{:05},Officer,2014-06-30", at * 7919 % count).expect("a string takes all");
    }
    text
}

#[test]
fn ten_thousand_officers_are_listed_in_no_time() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let office = actor(rows.id, Role::AgencyAdmin);
        assert_eq!(import(db, &office, &many(10_000)).expect("imported").new, 10_000);
        for (sort, page, first) in
            [(Sort::Name, 1, "Last00000"), (Sort::Name, 200, "Last09950"), (Sort::Badge, 200, "")]
        {
            let who = office.clone();
            let begun = Instant::now();
            let roster = db
                .read_blocking(move |tx| officers::list_roster(tx, &who, &RosterFilter::default(), sort, page, now()));
            let roster = roster.expect("a page").page;
            let took = begun.elapsed();
            assert_eq!((roster.total, roster.rows.len(), roster.pages()), (10_000, 50, 200));
            assert!(first.is_empty() || roster.rows[0].last_name == first, "{}", roster.rows[0].last_name);
            assert!(took.as_millis() < 2_000, "{sort:?} page {page} took {took:?}");
        }
    });
}

fn imported(db: &Db, agency: AgencyId, text: &str) -> (Result<officers::RosterPlan, Failure>, i64) {
    let office = actor(agency, Role::AgencyAdmin);
    (import(db, &office, text), total(db, &office))
}

/// Whatever is in a file, the answer is a plan or mistakes with lines; never a defect, never half a roster.
#[test]
fn garbage_is_explained_and_never_half_imported() {
    let scratch = Scratch::both().swap_remove(0);
    let db = scratch.open();
    let mut tried = 0;
    let lines = proptest::collection::vec("[ -~\u{e9}\"\n,;]{0,60}", 0..6);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let cases = (lines, any::<bool>());
    let mut next = || {
        tried += 1;
        agency(&db, &format!("harbor-{tried}"), now())
    };
    for _ in 0..64 {
        let (lines, good) = cases.new_tree(&mut runner).expect("a case").current();
        let mut text = String::from("badge,first_name,last_name,rank,hired_on,status\n");
        if good {
            text.push_str("1,Dana,Alvarez,Officer,2014-06-30,active\n");
        }
        text.push_str(&lines.join("\n"));
        let rows = next();
        let (done, count) = imported(&db, rows.id, &text);
        match done {
            Ok(plan) => assert_eq!(count, i64::try_from(plan.officers.len()).expect("few"), "{text:?}"),
            Err(Failure::Invalid(errors)) => {
                assert_eq!(count, 0, "{text:?}");
                assert!(errors.0.iter().all(|error| error.field.starts_with("line ") && !error.message.is_empty()));
            }
            Err(other) => panic!("{text:?}: {other:?}"),
        }
        let office = actor(rows.id, Role::Coordinator);
        let planned = db.read_blocking(move |tx| officers::plan_schedule(tx, &office, &text));
        assert!(planned.is_ok());
    }
}
