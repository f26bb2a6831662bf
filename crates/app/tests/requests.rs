//! A customer registers, asks for officers and gets a job; what others may not see or do.

use jiff::{
    Timestamp,
    civil::{date, time},
};
use muster_app::{
    Db, Failure,
    access::{self, Invitation},
    agencies::{self, AgencyChange},
    audit,
    customers::{self, CompanyFacts, ContactFacts, CustomerDecision, Registration, SiteFacts},
    officers::{self, OfficerFacts},
    overview, rates,
    requests::{self, NewRequest, RequestFilter, SiteChoice},
};
use muster_domain::{
    access::{Actor, Denied, Role},
    customers::{ContactKind, CustomerState, Point},
    id::{CustomerId, JobId, RequestId},
    requests::{Dates, Details, PositionWanted, PostRole, RequestState, Requirements},
};
use muster_testkit::{
    builders::{AgencyRows, actor, agency},
    on_both,
};

const RULES: &str = include_str!("../../../rules/examples/boston-ma-pd.yaml");

fn now() -> Timestamp {
    "2026-11-20T15:00:00Z".parse().expect("an instant")
}

fn write<T: Send + 'static>(
    db: &Db,
    case: impl Fn(&mut muster_app::Tx<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    db.write_blocking(case)
}

fn registration(name: &str) -> Registration {
    Registration {
        name: name.to_owned(),
        kind: "business".to_owned(),
        contact: ContactFacts {
            kind: ContactKind::Primary,
            name: "Kim Lee".to_owned(),
            email: "kim@example.com".to_owned(),
            phone: "555-0199".to_owned(),
        },
        billing_address: String::new(),
    }
}

fn details(dates: Dates) -> Details {
    Details {
        dates,
        from: time(22, 0, 0, 0),
        to: time(6, 0, 0, 0),
        positions: vec![
            PositionWanted { role: PostRole::Officer, seats: 2, requirements: Requirements::default() },
            PositionWanted { role: PostRole::Supervisor, seats: 1, requirements: Requirements::default() },
        ],
        attendance: Some(300),
        alcohol: true,
        traffic: false,
        contact_name: "Kim Lee".to_owned(),
        contact_phone: String::new(),
        instructions: String::new(),
        resources: Vec::new(),
    }
}

fn new_request(agency: &AgencyRows, customer: CustomerId) -> NewRequest {
    NewRequest {
        customer,
        site: SiteChoice::New(SiteFacts {
            name: "Hall".to_owned(),
            address: "1 Main St".to_owned(),
            point: Some(Point { lat_e6: 42_360_100, lon_e6: -71_058_900 }),
            radius_m: 150,
            instructions: String::new(),
            retired: false,
        }),
        job_type: agency.job_types[1],
        title: "Winter ball".to_owned(),
        details: details(Dates::Given { on: vec![date(2026, 12, 5), date(2026, 12, 12)] }),
        set_aside: String::new(),
    }
}

fn with_rules(db: &Db, rows: &AgencyRows) {
    let admin = actor(rows.id, Role::AgencyAdmin);
    write(db, move |tx| rates::put_in_force(tx, &admin, RULES, date(2019, 1, 1), now())).expect("the example is whole");
}

fn approved_customer(db: &Db, rows: &AgencyRows) -> (CustomerId, Actor) {
    let office = actor(rows.id, Role::Coordinator);
    let id =
        write(db, move |tx| customers::add_customer(tx, &office, &registration("Hall Inc"), now())).expect("added");
    (id, Actor { customer: Some(id), ..actor(rows.id, Role::CustomerAdmin) })
}

fn submitted(db: &Db) -> (AgencyRows, CustomerId, Actor, RequestId) {
    let rows = agency(db, "harbor", now());
    with_rules(db, &rows);
    let (customer, asker) = approved_customer(db, &rows);
    let (new, who) = (new_request(&rows, customer), asker.clone());
    let request = write(db, move |tx| requests::submit_request(tx, &who, &new, now())).expect("submitted");
    (rows, customer, asker, request)
}

#[test]
fn somebody_registers_and_asks_only_after_the_agency_approved() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        with_rules(db, &rows);
        let customer = write(db, |tx| customers::register_customer(tx, "harbor", &registration("Hall Inc"), now()))
            .expect("registered");
        let asker = Actor { customer: Some(customer), ..actor(rows.id, Role::CustomerAdmin) };
        let (new, who) = (new_request(&rows, customer), asker.clone());
        let early = write(db, move |tx| requests::submit_request(tx, &who, &new, now()));
        assert!(matches!(early, Err(Failure::Refused(refusal)) if refusal.code == "customer_not_approved"));

        let office = actor(rows.id, Role::Coordinator);
        let who = office.clone();
        let silent =
            write(db, move |tx| customers::decide_customer(tx, &who, customer, CustomerDecision::Decline, " ", now()));
        assert!(matches!(silent, Err(Failure::Invalid(_))), "a decline needs a reason");
        let who = office.clone();
        write(db, move |tx| customers::decide_customer(tx, &who, customer, CustomerDecision::Approve, "", now()))
            .expect("approved");
        let (new, who) = (new_request(&rows, customer), asker);
        write(db, move |tx| requests::submit_request(tx, &who, &new, now())).expect("now it may ask");
        let twice = write(db, |tx| customers::register_customer(tx, "harbor", &registration("Hall Inc"), now()));
        assert!(matches!(twice, Err(Failure::Refused(refusal)) if refusal.code == "customer_exists"));
    });
}

#[test]
fn a_new_agency_sees_what_is_left_until_somebody_asked_for_officers() {
    on_both(|db| {
        let (rows, neighbour) = (agency(db, "harbor", now()), agency(db, "beside", now()));
        let admin = actor(rows.id, Role::AgencyAdmin);
        // Rules, officers, customers, people, requests.
        let done = |agency: &AgencyRows| {
            let who = actor(agency.id, Role::AgencyAdmin);
            let begun =
                db.read_blocking(move |tx| overview::load_overview(tx, &who, now())).expect("an overview").begun;
            [begun.rules, begun.officers, begun.customers, begun.people, begun.requests]
        };
        assert_eq!(done(&rows), [false; 5]);

        let who = admin.clone();
        write(db, move |tx| rates::draft_rules(tx, &who, RULES, None, now())).expect("a draft");
        let invite = |role: Role, email: &'static str| {
            let (who, new) = (
                admin.clone(),
                Invitation {
                    email: email.to_owned(),
                    name: "Ada Okafor".to_owned(),
                    role,
                    unit: None,
                    officer: None,
                    customer: None,
                },
            );
            write(db, move |tx| access::invite_person(tx, &who, &new, "http://muster.test", now())).expect("invited");
        };
        invite(Role::AgencyAdmin, "ada@harbor.example");
        assert_eq!(done(&rows), [false; 5], "a draft is not in force, and administrators alone run no office");

        with_rules(db, &rows);
        assert_eq!(done(&rows), [true, false, false, false, false]);
        invite(Role::Coordinator, "theo@harbor.example");
        assert_eq!(done(&rows), [true, false, false, true, false]);
        let (who, rank) = (admin.clone(), rows.ranks[0]);
        let facts = OfficerFacts {
            badge: "1".to_owned(),
            first_name: "Rosa".to_owned(),
            last_name: "Tran".to_owned(),
            email: String::new(),
            phone: String::new(),
            hired_on: date(2015, 6, 1),
            senior_since: date(2015, 6, 1),
            unit: None,
        };
        write(db, move |tx| officers::add_officer(tx, &who, &facts, rank, now())).expect("an officer");
        assert_eq!(done(&rows), [true, true, false, true, false]);
        let (customer, asker) = approved_customer(db, &rows);
        assert_eq!(done(&rows), [true, true, true, true, false]);
        let new = new_request(&rows, customer);
        write(db, move |tx| requests::submit_request(tx, &asker, &new, now())).expect("submitted");
        assert_eq!(done(&rows), [true; 5]);
        assert_eq!(done(&neighbour), [false; 5], "another agency's rows do not count");
    });
}

#[test]
fn a_request_keeps_its_quote_and_becomes_a_job_once() {
    on_both(|db| {
        let (rows, _, asker, request) = submitted(db);
        let who = asker.clone();
        let record = db.read_blocking(move |tx| requests::load_request(tx, &who, request, now())).expect("its own");
        let quote = record.quote.expect("a quote is kept");
        assert_eq!(quote.shifts.len(), 2);
        // Two officers at 46 and a sergeant at 53, eight hours, two nights.
        assert!(quote.officers_earn.0 >= 2 * 8 * (2 * 4_600 + 5_300), "{quote:?}");
        assert_eq!(quote.lines.iter().map(|line| line.cents.0).sum::<i64>(), quote.total.0);
        assert_eq!(quote.shifts.iter().map(|shift| shift.cents.0).sum::<i64>(), quote.total.0);
        assert_eq!(quote.total, record.request.quoted);

        let office = actor(rows.id, Role::Coordinator);
        let who = office.clone();
        let job: JobId =
            write(db, move |tx| requests::approve_request(tx, &who, request, "", now())).expect("approved");
        let who = office.clone();
        let record = db.read_blocking(move |tx| requests::load_request(tx, &who, request, now())).expect("there");
        assert_eq!(record.request.state, RequestState::Approved);
        assert_eq!(record.job.map(|(id, _)| id), Some(job));
        let who = office;
        let again = write(db, move |tx| requests::approve_request(tx, &who, request, "", now()));
        assert!(matches!(again, Err(Failure::Refused(refusal)) if refusal.code == "request_not_open"));
        let who = asker;
        let late = write(db, move |tx| requests::withdraw_request(tx, &who, request, "", now()));
        assert!(matches!(late, Err(Failure::Refused(_))), "a job is cancelled as a job");
    });
}

#[test]
fn questions_and_answers_go_back_and_forth() {
    on_both(|db| {
        let (rows, _, asker, request) = submitted(db);
        let office = actor(rows.id, Role::Approver);
        let who = office.clone();
        write(db, move |tx| requests::ask_question(tx, &who, request, "Where do they park?", now())).expect("asked");
        let who = asker.clone();
        write(db, move |tx| requests::answer_question(tx, &who, request, "Behind the hall.", now())).expect("answered");
        let who = asker;
        let record = db.read_blocking(move |tx| requests::load_request(tx, &who, request, now())).expect("its own");
        assert_eq!(record.request.state, RequestState::Submitted);
        let said: Vec<(&str, &str)> = record.notes.iter().map(|n| (n.side.as_str(), n.body.as_str())).collect();
        assert_eq!(said, [("agency", "Where do they park?"), ("customer", "Behind the hall.")]);
        let who = office;
        write(db, move |tx| requests::decline_request(tx, &who, request, "No officers that night.", now()))
            .expect("declined");
    });
}

#[test]
fn others_see_and_do_nothing() {
    on_both(|db| {
        let (rows, customer, asker, request) = submitted(db);
        let other = agency(db, "upland", now());
        for role in [Role::Coordinator, Role::AgencyAdmin, Role::Auditor] {
            let who = actor(other.id, role);
            let seen = db.read_blocking(move |tx| requests::load_request(tx, &who, request, now()));
            assert!(matches!(seen, Err(Failure::Missing(_) | Failure::Denied(Denied::NotVisible))), "{role:?}");
        }
        let office = actor(rows.id, Role::Coordinator);
        let second =
            write(db, move |tx| customers::add_customer(tx, &office, &registration("Mall"), now())).expect("added");
        let rival = Actor { customer: Some(second), ..actor(rows.id, Role::CustomerAdmin) };
        let who = rival.clone();
        let seen = db.read_blocking(move |tx| requests::load_request(tx, &who, request, now()));
        assert!(matches!(seen, Err(Failure::Missing(_))));
        let who = rival.clone();
        let listed = db.read_blocking(move |tx| requests::list_requests(tx, &who, &RequestFilter::default(), 1));
        assert_eq!(listed.expect("its own list").total, 0);
        let who = rival.clone();
        let facts = CompanyFacts { name: "Taken over".to_owned(), billing_address: String::new() };
        let changed = write(db, move |tx| customers::edit_company(tx, &who, customer, 1, &facts, now()));
        assert!(matches!(changed, Err(Failure::Missing(_))));
        let (who, new) = (rival, new_request(&rows, customer));
        assert!(matches!(
            write(db, move |tx| requests::submit_request(tx, &who, &new, now())),
            Err(Failure::Missing(_))
        ));
        let who = asker;
        let own = write(db, move |tx| requests::approve_request(tx, &who, request, "", now()));
        assert!(matches!(own, Err(Failure::Denied(Denied::NotAllowed(_)))), "nobody approves his own request");
        let auditor = actor(rows.id, Role::Auditor);
        let decided = write(db, move |tx| requests::decline_request(tx, &auditor, request, "no", now()));
        assert!(matches!(decided, Err(Failure::Denied(Denied::NotAllowed(_)))));
    });
}

#[test]
fn a_form_sent_twice_is_one_request() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        with_rules(db, &rows);
        let (customer, asker) = approved_customer(db, &rows);
        let new = new_request(&rows, customer);
        let send = |digest: &'static str| {
            let (who, new) = (asker.clone(), new.clone());
            write(db, move |tx| {
                access::once(tx, who.account, "key-12345678", digest, now(), |tx| {
                    requests::submit_request(tx, &who, &new, now())
                })
            })
        };
        let first = send("same").expect("submitted");
        assert_eq!(send("same").expect("the same answer"), first);
        assert!(matches!(send("other"), Err(Failure::Refused(refusal)) if refusal.code == "idempotency_key_reused"));
        let who = asker.clone();
        let listed = db.read_blocking(move |tx| requests::list_requests(tx, &who, &RequestFilter::default(), 1));
        assert_eq!(listed.expect("its own list").total, 1);
    });
}

#[test]
fn mistakes_of_a_form_come_back_all_at_once() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        with_rules(db, &rows);
        let (customer, asker) = approved_customer(db, &rows);
        let mut new = new_request(&rows, customer);
        new.title = String::new();
        new.details.from = time(2, 30, 0, 0);
        new.details.dates = Dates::Given { on: vec![date(2027, 3, 14), date(2026, 1, 1)] };
        new.details.positions[1].seats = 0;
        let failed = write(db, move |tx| requests::submit_request(tx, &asker, &new, now()));
        let Err(Failure::Invalid(errors)) = failed else { panic!("{failed:?}") };
        let fields: Vec<&str> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["title", "positions.1.seats", "from", "dates"]);
        assert!(errors.of("from").is_some_and(|words| words.contains("clocks go forward")), "{errors:?}");
    });
}

#[test]
fn rules_in_force_follow_the_start_of_the_shift() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        with_rules(db, &rows);
        let admin = actor(rows.id, Role::AgencyAdmin);
        let newer = RULES.replace("example-2019", "example-2027");
        let who = admin.clone();
        write(db, move |tx| rates::put_in_force(tx, &who, &newer, date(2027, 1, 1), now())).expect("stored");
        for (at, version) in [("2026-12-31T23:00:00Z", "example-2019"), ("2027-01-01T05:00:00Z", "example-2027")] {
            let at: Timestamp = at.parse().expect("an instant");
            let rules = db.read_blocking(move |tx| rates::load_rules(tx, rows.id, at)).expect("in force");
            assert_eq!(rules.book.version, version);
        }
        let who = admin.clone();
        let past = write(db, move |tx| rates::put_in_force(tx, &who, RULES, date(2026, 1, 1), now()));
        assert!(matches!(past, Err(Failure::Invalid(errors)) if errors.of("from_on").is_some()));
        let broken =
            write(db, move |tx| rates::put_in_force(tx, &admin, "agency: x\nversoin: 1\n", date(2027, 1, 1), now()));
        assert!(
            matches!(broken, Err(Failure::Invalid(errors)) if errors.0.iter().any(|error| error.field == "document" && error.message.contains("line 2")))
        );
        let office = actor(rows.id, Role::Coordinator);
        let denied = write(db, move |tx| rates::put_in_force(tx, &office, RULES, date(2027, 1, 1), now()));
        assert!(matches!(denied, Err(Failure::Denied(Denied::NotAllowed(_)))));
    });
}

#[test]
fn a_held_customer_keeps_its_reason() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let (customer, asker) = approved_customer(db, &rows);
        let office = actor(rows.id, Role::Coordinator);
        write(db, move |tx| {
            customers::decide_customer(tx, &office, customer, CustomerDecision::Hold, "Two bills open", now())
        })
        .expect("held");
        let record = db.read_blocking(move |tx| customers::load_record(tx, &asker, customer)).expect("its own");
        assert_eq!(
            (record.customer.state, record.customer.state_reason.as_str()),
            (CustomerState::OnHold, "Two bills open")
        );
    });
}

/// The example with a rule that wants the chief's word on jobs where alcohol is served.
#[test]
fn a_credit_limit_stops_approval_until_somebody_sets_it_aside_with_a_reason() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let rules = RULES.replace("\nrates:\n", "\nrates:\n  payment_terms: [{ id: terms, credit_limit: 100 }]\n");
        write(db, move |tx| rates::put_in_force(tx, &admin, &rules, date(2019, 1, 1), now())).expect("a book");
        let (customer, asker) = approved_customer(db, &rows);
        let new = new_request(&rows, customer);
        let request = write(db, move |tx| requests::submit_request(tx, &asker, &new, now())).expect("it may ask");
        let office = actor(rows.id, Role::Coordinator);
        let who = office.clone();
        match write(db, move |tx| requests::approve_request(tx, &who, request, "", now())) {
            Err(Failure::Refused(refusal)) => {
                assert_eq!(refusal.code, "credit_stop");
                assert!(refusal.message.contains("passes the credit limit of $100.00"), "{}", refusal.message);
                assert!(refusal.remedy.contains("approve with a reason"), "{}", refusal.remedy);
            }
            other => panic!("expected a stop, found {other:?}"),
        }
        write(db, move |tx| requests::approve_request(tx, &office, request, "Paid this morning by wire", now()))
            .expect("set aside");
    });
}

fn with_a_chief(rules: &str) -> String {
    rules.replace(
        "policy:\n",
        "policy:\n  - { id: alcohol, kind: approval, object: job, levels: [chief], when: { job.alcohol: true }, effect: { approve: chief } }\n",
    )
}

fn approves_automatically(db: &Db, rows: &AgencyRows) {
    let admin = actor(rows.id, Role::AgencyAdmin);
    write(db, move |tx| {
        let agency = agencies::load_agency(tx, admin.scope()?.agency())?;
        let mut change = AgencyChange::of(&agency);
        change.settings.approve_automatically = true;
        agencies::change_agency(tx, &admin, &change, now())
    })
    .expect("the setting is on");
}

#[test]
fn a_request_that_breaks_no_rule_is_approved_by_the_setting_alone() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let rules = with_a_chief(RULES);
        write(db, move |tx| rates::put_in_force(tx, &admin, &rules, date(2019, 1, 1), now())).expect("in force");
        let (customer, asker) = approved_customer(db, &rows);
        let submit = |alcohol: bool, who: &Actor, at: Timestamp| {
            let (who, mut new) = (who.clone(), new_request(&rows, customer));
            new.details.alcohol = alcohol;
            let id = write(db, move |tx| requests::submit_request(tx, &who, &new, at)).expect("submitted");
            let office = actor(rows.id, Role::Coordinator);
            db.read_blocking(move |tx| requests::load_request(tx, &office, id, now())).expect("there")
        };
        let off = submit(false, &asker, now());
        assert_eq!((off.request.state, off.job), (RequestState::Submitted, None), "the setting is off at first");

        approves_automatically(db, &rows);
        let plain = submit(false, &asker, now());
        assert_eq!(plain.request.state, RequestState::Approved);
        let (job, _) = plain.job.expect("it is a job at once");
        let auditor = actor(rows.id, Role::Auditor);
        let story = db.read_blocking(move |tx| audit::load_story(tx, &auditor, &job.to_string())).expect("a story");
        let entry =
            story.iter().find(|entry| entry.action == "approved_request").expect("the approval is written down");
        assert_eq!(entry.actor, "Muster", "no person approved it");
        assert!(entry.words.contains("breaks no rule") && entry.words.contains("setting"), "{}", entry.words);
        assert!(entry.details.contains("approve_automatically"), "{}", entry.details);

        let alcohol = submit(true, &asker, now());
        assert_eq!((alcohol.request.state, alcohol.job), (RequestState::Submitted, None), "the chief must be asked");
        let begun: Timestamp = "2026-12-06T12:00:00Z".parse().expect("an instant");
        let late = submit(false, &actor(rows.id, Role::Coordinator), begun);
        assert_eq!(late.request.state, RequestState::Submitted, "work that began is approved by a person");
    });
}
