//! Reports that officers owe: asked for when they come to work and when a period ends, filed, missed, excused.

use jiff::Timestamp;
use muster_app::{
    Failure,
    distribution::{self, MyReports, ReportFilter, ReportRow},
    ledger, payroll, timeclock,
    timeclock::Press,
    worker,
};
use muster_domain::{
    access::{Actor, Role},
    customers::Point,
    distribution::{Filing, ReportState},
    id::{DutyReportId, Id, PunchId, ShiftId},
    money::Cents,
    time::Minutes,
    timeclock::{EntryState, Fix, Kind, Source},
};
use muster_testkit::on_both;

use crate::{
    telling::with_inbox,
    world::{World, at, june, minutes, refused, start},
};

const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
policy:
  - { id: log, kind: duty_report, what: activity_log, due: end, within: 72 h, withhold_pay: true, cite: { book: General Order 9, article: '3' } }
  - { id: alcohol-log, kind: duty_report, what: alcohol_log, due: start, when: { job.alcohol: true } }
  - { id: call-in, kind: duty_report, what: call_in, due: start, within: 1 h, effect: record }
  - { id: quarter, kind: duty_report, what: quarterly_report, due: quarter, within: 14 d, even_if_none: true }
  - { id: hours, kind: duty_report, what: list_of_hours, due: month, within: 7 d, effect: record }
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

fn mine(world: &World, who: &Actor) -> MyReports {
    let who = who.clone();
    world.read(move |tx| distribution::list_my_reports(tx, &who))
}

fn owed(world: &World, who: &Actor, what: &str) -> ReportRow {
    mine(world, who).owed.into_iter().find(|row| row.what == what).expect("it is owed")
}

fn quiet() -> Filing {
    Filing { happened: "A quiet evening.".to_owned(), worked: Some(Minutes(240)), ..Filing::default() }
}

fn file(world: &World, who: &Actor, id: DutyReportId, filing: Filing, now: Timestamp) -> Result<(), Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::file_report(tx, &who, id, &filing, now))
}

fn come(world: &World, who: &Actor, shift: ShiftId, number: u128, at: Timestamp) {
    let seat = world.accept(who, shift, start()).expect("a seat");
    for (n, kind, pressed_at) in [(0, Kind::In, at), (1, Kind::Out, at + minutes(240))] {
        let press = Press {
            id: PunchId::from_uuid(uuid::Uuid::from_u128(number + n)),
            assignment: seat,
            kind,
            pressed_at,
            fix: Some(Fix { point: Point { lat_e6: 42_360_000, lon_e6: -71_058_000 }, accuracy_m: 10 }),
            reason: String::new(),
            source: Source::Phone,
        };
        let who = who.clone();
        world.act(move |tx| timeclock::punch(tx, &who, &press, pressed_at)).expect("clocked");
    }
}

fn list(world: &World, state: ReportState, due_before: Option<Timestamp>) -> Vec<ReportRow> {
    let who = world.coordinator();
    let filter = ReportFilter { state, due_before, search: String::new(), page: 1 };
    world.read(move |tx| distribution::list_reports(tx, &who, &filter)).rows
}

#[test]
fn a_missing_report_blocks_the_next_sign_up_until_it_is_filed() {
    on_both(|db| {
        let world = World::with_rules(db, "reports", RULES);
        let (ada, span) = (with_inbox(&world, "A1", "2015-01-01"), june(10, 18));
        let (shift, next) = (world.posted(span, 1), world.posted(june(20, 18), 2));
        assert!(mine(&world, &ada).owed.is_empty(), "nothing is owed before she comes to work");
        come(&world, &ada, shift, 100, span.starts_at());
        let asked: Vec<String> = mine(&world, &ada).owed.into_iter().map(|row| row.what).collect();
        assert_eq!(asked, ["call_in", "activity_log"], "each once, the first due first; no alcohol was served");
        let log = owed(&world, &ada, "activity_log");
        assert_eq!(log.about, "Wed, Jun 10, Main Street");
        assert_eq!(log.due_at, span.ends_at() + minutes(72 * 60));
        // In time: nothing stands in the way. Three days late: the decision says so.
        let late = log.due_at + minutes(3 * 24 * 60 + 30);
        worker::run_due(&world.db, log.due_at + minutes(2)).expect("the worker works");
        assert_eq!(list(&world, ReportState::Owed, Some(late)).len(), 2);
        let Err(Failure::Refused(refusal)) = world.accept(&ada, next, late) else { panic!("she owes a report") };
        let said = "the activity log of Wed, Jun 10, Main Street is 3 days late";
        assert!(refusal.message.contains(said), "{}", refusal.message);
        assert!(!refusal.message.contains("call in"), "what is only recorded does not block: {}", refusal.message);
        let told = "SELECT COUNT(*) FROM notices WHERE kind = 'report_missing' AND body LIKE '%take no new shift%'";
        assert_eq!(world.number(told), 1, "she was told once, with what follows");
        // A form with mistakes names all of them; a stranger may not file it.
        let wrong = file(&world, &ada, log.id, Filing::default(), late);
        assert!(matches!(wrong, Err(Failure::Invalid(ref errors)) if errors.0.len() == 2), "{wrong:?}");
        let stranger = file(&world, &world.officer("B2"), log.id, quiet(), late);
        assert!(matches!(stranger, Err(Failure::Denied(_))), "{stranger:?}");
        file(&world, &ada, log.id, quiet(), late).expect("filed");
        assert_eq!(refused(file(&world, &ada, log.id, quiet(), late)), "report_settled");
        world.accept(&ada, next, late).expect("it counts at once");
        assert_eq!(list(&world, ReportState::Filed, None)[0].filing.happened, "A quiet evening.");
        let logged =
            "SELECT COUNT(*) FROM audit_entries WHERE action IN ('owed_report', 'missed_report', 'filed_report')";
        assert_eq!(world.number(logged), 5, "two asked for, two missed, one filed");
    });
}

#[test]
fn pay_waits_for_its_report_and_no_cent_is_lost() {
    on_both(|db| {
        let world = World::with_rules(db, "withhold", RULES);
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        let span = june(3, 18);
        let shift = world.posted(span, 2);
        for (who, number) in [(&ada, 100), (&ben, 200)] {
            come(&world, who, shift, number, span.starts_at());
        }
        file(&world, &ben, owed(&world, &ben, "activity_log").id, quiet(), span.ends_at()).expect("filed");
        let admin = world.person(Role::AgencyAdmin);
        let review = {
            let who = admin.clone();
            world.read(move |tx| timeclock::load_review(tx, &who, EntryState::ToReview, at("2026-06-04T12:00:00Z")))
        };
        for one in review.entries {
            let who = admin.clone();
            world
                .act(move |tx| ledger::approve_time(tx, &who, one.listed.entry.id, at("2026-06-04T12:00:00Z")))
                .expect("approved");
        }
        let days = |to: i8| ledger::Days {
            from_on: jiff::civil::date(2026, 6, to - 6),
            to_on: jiff::civil::date(2026, 6, to),
        };
        let run = |to: i8, now: &'static str| {
            let (who, days) = (world.person(Role::AgencyFinance), days(to));
            let id = world.act(move |tx| payroll::preview_pay_run(tx, &who, days, at(now)))?;
            let who = world.person(Role::AgencyFinance);
            Ok::<_, Failure>(world.read(move |tx| payroll::load_pay_run(tx, &who, id)).run.total)
        };
        let waits = |to: i8| {
            let (who, days) = (world.person(Role::AgencyFinance), days(to));
            world.read(move |tx| payroll::sum_withheld(tx, &who, days))
        };
        assert_eq!(waits(7), (1, Cents(20_000)));
        assert_eq!(run(7, "2026-06-08T10:00:00Z").expect("Ben's pay"), Cents(20_000));
        assert_eq!(refused(run(14, "2026-06-15T10:00:00Z")), "nothing_to_pay");
        file(&world, &ada, owed(&world, &ada, "activity_log").id, quiet(), at("2026-06-16T10:00:00Z")).expect("filed");
        assert_eq!((waits(14), run(21, "2026-06-22T10:00:00Z").expect("Ada's pay")), ((0, Cents(0)), Cents(20_000)));
    });
}

#[test]
fn reports_of_periods_are_asked_for_once_even_without_work_where_the_rule_says_so() {
    on_both(|db| {
        let world = World::with_rules(db, "periods", RULES);
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        let late_hire = with_inbox(&world, "C3", "2026-07-01");
        let span = june(10, 18);
        come(&world, &ada, world.posted(span, 1), 100, span.starts_at());
        for now in ["2026-07-01T08:00:00Z", "2026-07-02T09:00:00Z", "2026-07-03T09:30:00Z"].map(at) {
            worker::set_regular(&world.db, now - minutes(25 * 60)).expect("regular timers");
            worker::run_due(&world.db, now).expect("the worker works");
        }
        let quarter = owed(&world, &ben, "quarterly_report");
        assert_eq!(quarter.about, "April to June 2026");
        assert_eq!(quarter.due_at, at("2026-07-15T04:00:00Z"));
        assert_eq!(mine(&world, &ben).owed.len(), 1, "no hours to list without work");
        assert_eq!(owed(&world, &ada, "list_of_hours").about, "June 2026");
        assert!(mine(&world, &late_hire).owed.is_empty(), "hired after the quarter");
        let two = "SELECT COUNT(*) FROM duty_reports WHERE part = 'period' AND subject = '2026-04-01'";
        assert_eq!(world.number(two), 2, "each officer once, however often it is looked for");
        let nothing = Filing { nothing: true, ..Filing::default() };
        file(&world, &ben, quarter.id, nothing, at("2026-07-04T12:00:00Z")).expect("nothing to report");
        // The office excuses Ada with a reason that she reads.
        let id = owed(&world, &ada, "quarterly_report").id;
        let excused_by = |boss: &Actor, reason: &'static str| {
            let boss = boss.clone();
            world.act(move |tx| distribution::excuse_report(tx, &boss, id, reason, at("2026-07-04T12:00:00Z")))
        };
        let excuse = |reason| excused_by(&world.coordinator(), reason);
        let herself = Actor { role: Role::Coordinator, officer: None, ..ada.clone() };
        assert_eq!(refused(excused_by(&herself, "I was on leave")), "about_himself");
        assert_eq!(refused(excuse(" ")), "reason_missing");
        excuse("She was on leave").expect("excused");
        assert_eq!(refused(excuse("Twice")), "report_settled");
        assert_eq!(list(&world, ReportState::Excused, None)[0].reason, "She was on leave");
        let own = ben.clone();
        let filter = ReportFilter { state: ReportState::Owed, due_before: None, search: String::new(), page: 1 };
        let denied = world.db.read_blocking(move |tx| distribution::list_reports(tx, &own, &filter));
        assert!(matches!(denied, Err(Failure::Denied(_))), "the list is the office's");
    });
}
