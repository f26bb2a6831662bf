//! The rules at a request: crews, notice, barred places, held accounts, and the path of approvals.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use jiff::{
    Timestamp,
    civil::{date, time},
};
use muster_app::{
    Db, Failure,
    customers::{self, ContactFacts, Registration, SiteFacts},
    jobs, rates,
    requests::{
        self, DocumentShown, LevelDecision, NewRequest, QuoteFor, RequestRecord, SiteChoice, Subject, decide_level,
    },
    worker,
};
use muster_domain::{
    access::{Actor, Role},
    customers::{ContactKind, Point},
    id::{CustomerId, RequestId, SiteId},
    policy::Outcome,
    requests::{Dates, Details, Kept, PositionWanted, PostRole, RequestState, Requirements},
};
use muster_testkit::{
    builders::{AgencyRows, actor, agency},
    on_both,
};

const RULES: &str = r#"
agency: harbor
version: "1"
effective_from: 2019-01-01
zone: America/New_York
policy:
  - { id: guests, kind: crew, cite: { book: Order 7, article: "2" }, when: { job.alcohol: true, job.attendance: { at_least: 300 } }, min: 4, override: { by: [coordinator] } }
  - { id: command, kind: crew, ladder: [{ role: sergeant, at: 4 }], effect: { approve: coordinator } }
  - { id: notice, kind: lead_time, at_least: { elapsed: 72 h } }
  - { id: places, kind: venue_bar, bar: [night_club] }
  - { id: bars, kind: venue_bar, when: { venue.alcohol_percent: { over: 50 } }, proof: tax_records }
  - { id: arrears, kind: list, list: overdue_60_days, type: customer_hold }
  - { id: big, kind: approval, object: job, levels: [captain, chief], documents: [event_permit], verbal_first: true, silence: deny, when: { job.attendance: { over: 1000 } } }
  - { id: contractors, kind: approval, object: customer, levels: [chief, city_manager], order: one, renew: yearly, when: { job.kind: construction } }
rates:
  base_rate: [{ id: any, amount: 50 }]
"#;

fn now() -> Timestamp {
    "2026-11-20T15:00:00Z".parse().unwrap()
}

fn later(hours: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_hours(hours)
}

struct Stage {
    rows: AgencyRows,
    customer: CustomerId,
    site: SiteId,
    asker: Actor,
    office: Actor,
    approver: Actor,
}

fn stage(db: &Db) -> Stage {
    let rows = agency(db, "harbor", now());
    let admin = actor(rows.id, Role::AgencyAdmin);
    db.write_blocking(move |tx| rates::put_in_force(tx, &admin, RULES, date(2019, 1, 1), now())).unwrap();
    let office = actor(rows.id, Role::Coordinator);
    let (who, contact) = (office.clone(), "kim@example.com".to_owned());
    let registration = Registration {
        name: "Hall Inc".to_owned(),
        kind: "business".to_owned(),
        contact: ContactFacts {
            kind: ContactKind::Primary,
            name: "Kim Lee".to_owned(),
            email: contact,
            phone: "555-0199".to_owned(),
        },
        billing_address: String::new(),
    };
    let customer = db.write_blocking(move |tx| customers::add_customer(tx, &who, &registration, now())).unwrap();
    let who = office.clone();
    let facts = SiteFacts {
        name: "Hall".to_owned(),
        address: "1 Main St".to_owned(),
        point: Some(Point { lat_e6: 42_360_100, lon_e6: -71_058_900 }),
        radius_m: 150,
        instructions: String::new(),
        retired: false,
    };
    let site = db.write_blocking(move |tx| customers::add_site(tx, &who, customer, &facts, now())).unwrap();
    let asker = Actor { customer: Some(customer), ..actor(rows.id, Role::CustomerAdmin) };
    let approver = actor(rows.id, Role::Approver);
    Stage { rows, customer, site, asker, office, approver }
}

impl Stage {
    /// Officers for an event on a Saturday evening two weeks ahead.
    fn event(&self, officers: i64, guests: i64, alcohol: bool) -> NewRequest {
        NewRequest {
            customer: self.customer,
            site: SiteChoice::Known(self.site),
            job_type: self.rows.job_types[1],
            title: "Winter ball".to_owned(),
            details: Details {
                dates: Dates::Given { on: vec![date(2026, 12, 5)] },
                from: time(20, 0, 0, 0),
                to: time(23, 0, 0, 0),
                positions: vec![PositionWanted {
                    role: PostRole::Officer,
                    seats: officers,
                    requirements: Requirements::default(),
                }],
                attendance: Some(guests),
                alcohol,
                traffic: false,
                contact_name: String::new(),
                contact_phone: String::new(),
                instructions: String::new(),
                resources: Vec::new(),
            },
            set_aside: String::new(),
        }
    }

    fn send(&self, db: &Db, who: &Actor, new: &NewRequest) -> Result<RequestId, Failure> {
        self.send_at(db, who, new, now())
    }

    fn send_at(&self, db: &Db, who: &Actor, new: &NewRequest, at: Timestamp) -> Result<RequestId, Failure> {
        let (who, new) = (who.clone(), new.clone());
        db.write_blocking(move |tx| requests::submit_request(tx, &who, &new, at))
    }

    fn record(&self, db: &Db, id: RequestId) -> RequestRecord {
        let who = self.office.clone();
        db.read_blocking(move |tx| requests::load_request(tx, &who, id, now())).unwrap()
    }

    fn approve(&self, db: &Db, id: RequestId) -> Result<(), Failure> {
        let who = self.approver.clone();
        db.write_blocking(move |tx| requests::approve_request(tx, &who, id, "", now()).map(drop))
    }

    /// Records the answer of a level of the path.
    fn level(&self, db: &Db, who: &Actor, id: RequestId, level: &str, said: &LevelDecision) -> Result<(), Failure> {
        let row = self.record(db, id).rules.path.into_iter().find(|row| row.level == level).unwrap();
        let (who, said) = (who.clone(), said.clone());
        db.write_blocking(move |tx| decide_level(tx, &who, (id, row.id), &said, now()))
    }
}

fn yes() -> LevelDecision {
    LevelDecision { agrees: true, said_by: "Capt. Ruiz".to_owned(), spoken: false, reason: String::new() }
}

fn refusal(failure: Result<impl std::fmt::Debug, Failure>) -> (String, String) {
    match failure {
        Err(Failure::Refused(refusal)) => (refusal.code.to_owned(), refusal.message),
        other => panic!("a refusal was expected: {other:?}"),
    }
}

#[test]
fn too_few_officers_are_refused_and_the_advice_passes() {
    on_both(|db| {
        let stage = stage(db);
        let few = stage.event(2, 400, true);
        let (code, words) = refusal(stage.send(db, &stage.asker, &few));
        assert_eq!(code, "rule_blocks_request");
        assert!(words.contains("2 of 4 needed") && words.contains("Order 7, 2"), "{words}");
        let (who, asked) = (
            stage.asker.clone(),
            QuoteFor { customer: None, site: Some(stage.site), job_type: few.job_type, details: few.details.clone() },
        );
        let quote = db.read_blocking(move |tx| requests::quote_request(tx, &who, &asked, now())).unwrap();
        let words: Vec<&str> = quote.crew.reasons.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(
            words,
            ["Alcohol and 400 guests: 2 officers more (2 asked for, 4 needed)", "4 officers: a sergeant"]
        );
        assert_eq!(quote.total.0, 2 * 3 * 5_000);
        assert_eq!(quote.crew.total.unwrap().0, 5 * 3 * 5_000);
        let mut whole = few;
        whole.details.positions = quote.crew.positions;
        let id = stage.send(db, &stage.asker, &whole).unwrap();
        let record = stage.record(db, id);
        assert!(record.rules.path.is_empty() && record.rules.waits.is_empty());
        let sent = &record.rules.rulings[0];
        assert_eq!((sent.point.as_str(), sent.ruling.outcome), ("sent", Outcome::Allowed));
        assert!(sent.ruling.decisions.iter().any(|one| one.rule == "guests" && one.passed));
        stage.approve(db, id).unwrap();
        assert_eq!(stage.record(db, id).rules.rulings[0].point, "approval");
    });
}

#[test]
fn the_office_sets_a_rule_aside_only_with_a_reason() {
    on_both(|db| {
        let stage = stage(db);
        let mut few = stage.event(2, 400, true);
        few.set_aside = "A private party of the town council".to_owned();
        assert_eq!(refusal(stage.send(db, &stage.asker, &few)).0, "rule_blocks_request", "a customer may not");
        let id = stage.send(db, &stage.office, &few).unwrap();
        let ruling = &stage.record(db, id).rules.rulings[0].ruling;
        let aside = ruling.decisions.iter().find_map(|one| one.overridden.as_ref()).unwrap();
        assert_eq!((aside.rule.as_str(), aside.by.as_str()), ("guests", "coordinator"));
        stage.approve(db, id).unwrap();
    });
}

#[test]
fn a_missing_sergeant_waits_for_the_level_that_the_rule_names() {
    on_both(|db| {
        let stage = stage(db);
        let id = stage.send(db, &stage.asker, &stage.event(4, 100, false)).unwrap();
        let (code, words) = refusal(stage.approve(db, id));
        assert!(code == "approval_missing" && words.contains("coordinator"), "{words}");
        stage.level(db, &stage.office, id, "coordinator", &yes()).unwrap();
        stage.approve(db, id).unwrap();
    });
}

#[test]
fn a_path_is_walked_in_order_with_its_document() {
    on_both(|db| {
        let stage = stage(db);
        let id = stage.send(db, &stage.asker, &stage.event(2, 2_000, false)).unwrap();
        let path = stage.record(db, id).rules.path;
        assert_eq!(path.iter().map(|row| row.level.as_str()).collect::<Vec<_>>(), ["captain", "chief"]);
        assert_eq!(refusal(stage.level(db, &stage.office, id, "captain", &yes())).0, "approval_of_another_level");
        assert_eq!(refusal(stage.level(db, &stage.approver, id, "chief", &yes())).0, "not_its_turn");
        let spoken = LevelDecision { spoken: true, ..yes() };
        stage.level(db, &stage.approver, id, "captain", &spoken).unwrap();
        assert_eq!(refusal(stage.level(db, &stage.approver, id, "captain", &yes())).0, "approval_ended");
        stage.level(db, &stage.approver, id, "chief", &yes()).unwrap();
        let (code, words) = refusal(stage.approve(db, id));
        assert!(code == "approval_missing" && words.contains("event permit"), "{words}");
        let permit = DocumentShown {
            about: Some(Subject::Request),
            document: "event_permit".to_owned(),
            name: "No. 4711".to_owned(),
            dated_on: Some(date(2026, 11, 1)),
            valid_until: Some(date(2026, 12, 4)),
        };
        for (until, enough) in [(date(2026, 12, 4), false), (date(2026, 12, 31), true)] {
            let shown = DocumentShown { valid_until: Some(until), ..permit.clone() };
            let who = stage.office.clone();
            db.write_blocking(move |tx| requests::record_document(tx, &who, id, &shown, now())).unwrap();
            assert_eq!(stage.record(db, id).rules.waits.is_empty(), enough, "a permit that ends the day before");
        }
        let captain = stage.record(db, id).rules.path.into_iter().find(|row| row.level == "captain").unwrap();
        assert!(captain.spoken && captain.decided_by == "Capt. Ruiz (recorded by A Approver)", "{captain:?}");
        let who = stage.approver.clone();
        let form =
            move |tx: &mut muster_app::Tx<'_>| requests::confirm_form(tx, &who, (id, captain.id), "Form 12", now());
        db.write_blocking(form.clone()).unwrap();
        assert_eq!(refusal(db.write_blocking(form)).0, "form_not_missing");
        stage.approve(db, id).unwrap();
    });
}

#[test]
fn a_no_declines_and_one_level_may_be_enough() {
    on_both(|db| {
        let stage = stage(db);
        let id = stage.send(db, &stage.asker, &stage.event(2, 2_000, false)).unwrap();
        let no = LevelDecision { agrees: false, reason: "The street is closed that week.".to_owned(), ..yes() };
        stage.level(db, &stage.approver, id, "captain", &no).unwrap();
        let record = stage.record(db, id);
        assert_eq!(record.request.state, RequestState::Declined);
        assert!(record.request.state_reason.contains("Captain did not agree"), "{}", record.request.state_reason);
        assert!(record.rules.path.iter().all(|row| row.state != "asked"));

        let site_work = NewRequest { job_type: stage.rows.job_types[3], ..stage.event(1, 0, false) };
        let first = stage.send(db, &stage.asker, &site_work).unwrap();
        stage.level(db, &stage.approver, first, "city_manager", &yes()).unwrap();
        let path = stage.record(db, first).rules.path;
        assert_eq!(path.iter().find(|row| row.level == "chief").unwrap().state, "withdrawn");
        stage.approve(db, first).unwrap();
        // The customer's approval holds for its next request of the year, and not for the year after.
        let second = stage.send(db, &stage.asker, &site_work).unwrap();
        assert!(stage.record(db, second).rules.path.is_empty());
        let mut next_year = site_work;
        next_year.details.dates = Dates::Given { on: vec![date(2027, 1, 9)] };
        let third = stage.send(db, &stage.asker, &next_year).unwrap();
        assert_eq!(stage.record(db, third).rules.path.len(), 2);
    });
}

#[test]
fn silence_until_the_work_begins_is_a_no() {
    on_both(|db| {
        let stage = stage(db);
        let id = stage.send(db, &stage.asker, &stage.event(2, 2_000, false)).unwrap();
        // Rules put in force ask about booked work once; that is done first.
        worker::run_due(db, later(23)).unwrap();
        assert_eq!(worker::run_due(db, later(24)).unwrap(), 0);
        let begun = "2026-12-06T01:00:00Z".parse().unwrap();
        assert!(worker::run_due(db, begun).unwrap() >= 1);
        let record = stage.record(db, id);
        assert_eq!(record.request.state, RequestState::Declined);
        assert!(record.request.state_reason.contains("no answer is a no"), "{}", record.request.state_reason);
    });
}

#[test]
fn too_late_says_until_when_and_how() {
    on_both(|db| {
        let stage = stage(db);
        let at = "2026-12-04T15:00:00Z".parse().unwrap();
        let failure = stage.send_at(db, &stage.asker, &stage.event(2, 10, false), at);
        let Err(Failure::Refused(refusal)) = failure else { panic!("{failure:?}") };
        assert!(refusal.message.contains("34 h of 72 h notice; due by Wed, Dec 2 20:00"), "{}", refusal.message);
        assert!(refusal.remedy.contains("for a start from Mon, Dec 7 10:00 on"), "{}", refusal.remedy);
    });
}

#[test]
fn barred_places_and_held_accounts_get_nothing() {
    on_both(|db| {
        let stage = stage(db);
        let plain = stage.event(1, 10, false);
        let first = stage.send(db, &stage.asker, &plain).unwrap();
        let facts = |about, facts: Kept| {
            let who = stage.office.clone();
            db.write_blocking(move |tx| requests::write_facts(tx, &who, first, (about, &facts), now())).unwrap();
        };
        facts(Subject::Site, Kept { class: "night_club".to_owned(), ..Kept::default() });
        let (_, words) = refusal(stage.send(db, &stage.asker, &plain));
        assert!(words.contains("barred: night club"), "{words}");
        // Approval looks again: the place was not known to be barred when the request came.
        assert_eq!(refusal(stage.approve(db, first)).0, "rule_blocks_request");

        facts(Subject::Site, Kept { alcohol_percent: Some(60), ..Kept::default() });
        let Err(Failure::Refused(share)) = stage.send(db, &stage.asker, &plain) else { panic!("refused") };
        assert!(share.remedy.contains("tax records"), "{share:?}");
        let (who, shown) = (
            stage.office.clone(),
            DocumentShown {
                about: Some(Subject::Site),
                document: "tax_records".to_owned(),
                name: "Return of 2025".to_owned(),
                dated_on: None,
                valid_until: None,
            },
        );
        db.write_blocking(move |tx| requests::record_document(tx, &who, first, &shown, now())).unwrap();
        stage.send(db, &stage.asker, &plain).unwrap();

        facts(Subject::Customer, Kept { labels: vec!["overdue_60_days".to_owned()], ..Kept::default() });
        let (_, words) = refusal(stage.send(db, &stage.asker, &plain));
        assert!(words.contains("on the list \u{201c}overdue 60 days\u{201d}"), "{words}");
    });
}

#[test]
fn a_seat_less_than_the_crew_rule_is_refused_or_said() {
    on_both(|db| {
        let stage = stage(db);
        let mut whole = stage.event(4, 400, true);
        whole.details.positions.push(PositionWanted {
            role: PostRole::Supervisor,
            seats: 2,
            requirements: Requirements::default(),
        });
        let id = stage.send(db, &stage.asker, &whole).unwrap();
        stage.approve(db, id).unwrap();
        let (job, who) = (stage.record(db, id).job.unwrap().0, stage.office.clone());
        let change = |role, more| {
            let who = who.clone();
            db.write_blocking(move |tx| {
                let shift = jobs::list_shifts(tx, &who, job)?[0].id;
                let positions = jobs::list_positions(tx, &who, shift)?;
                let position = positions.iter().find(|one| one.role == role).unwrap().id;
                jobs::add_shift_seats(tx, &who, shift, position, more, now())
            })
        };
        let gaps = || {
            let who = who.clone();
            db.read_blocking(move |tx| requests::list_crew_gaps(tx, &who, job, now())).unwrap()
        };
        assert!(refusal(change(PostRole::Officer, -1)).1.contains("3 of 4 needed"));
        // One supervisor is enough; without any the rule asks the coordinator, and says so.
        assert!(change(PostRole::Supervisor, -1).unwrap().is_empty() && gaps().is_empty());
        assert!(change(PostRole::Officer, 1).unwrap().is_empty());
        assert_eq!(stage.record(db, id).rules.rulings[0].point, "change");
    });
}
