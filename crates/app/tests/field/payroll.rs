//! Who must stand behind a pay run before it is paid.

use muster_app::{Db, Failure, Tx, notices, payroll, worker};
use muster_domain::{
    access::Role,
    id::{Id, PayRunId},
    notices::Topic,
    payroll::Lacks,
};
use muster_store::{Error, timers};
use muster_testkit::on_both;

use crate::world::{World, at, refused};

/// Monday after the week of the work, 06:00 in New York.
const MONDAY: &str = "2026-06-08T10:00:00Z";

/// Approved time of the week from June 1.
fn unpaid_work(db: &Db) {
    db.housekeep_blocking::<_, Error, _>(move |tx: &mut Tx<'_>| {
        tx.execute(
            "INSERT INTO time_entries (agency_id, id, assignment_id, shift_id, officer_id, verified, state) \
             SELECT id, 'tim_00000000000000000000000000000001', 'asg_00000000000000000000000000000001', 'shf_00000000000000000000000000000001', 'ofc_00000000000000000000000000000001', TRUE, 'approved' FROM agencies",
            &[],
        )?;
        tx.execute(
            "INSERT INTO charges (agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, paid_minutes, officer_cents, customer_cents, priced, rule_set_id, created_at) \
             SELECT id, 'chg_00000000000000000000000000000001', 'tim_00000000000000000000000000000001', 'shf_00000000000000000000000000000001', 'ofc_00000000000000000000000000000001', \
             'cus_00000000000000000000000000000001', '2026-06-03', 60, 5000, 5500, '{}', 'rul_00000000000000000000000000000001', 0 FROM agencies",
            &[],
        )
    })
    .expect("unpaid work");
}

/// Everybody who has something to do with pay has an account.
fn accounts(world: &World) {
    for role in [Role::AgencyFinance, Role::AgencyAdmin] {
        let (who, agency) = (world.person(role), world.agency);
        world
            .db
            .housekeep_blocking::<_, Error, _>(move |tx| {
                let email = format!("{}@north.example", role.code());
                tx.execute(
                    "INSERT INTO accounts (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, '', 0)",
                    &[&who.account, &email, &who.name],
                )?;
                let id = muster_domain::id::MembershipId::from_uuid(who.account.uuid());
                tx.execute(
                    "INSERT INTO memberships (id, account_id, role, agency_id, created_at) VALUES ($1, $2, $3, $4, 0)",
                    &[&id, &who.account, &role.code(), &agency],
                )
            })
            .expect("an account");
    }
}

#[test]
fn what_the_timer_prepared_needs_two_people() {
    on_both(|db| {
        let world = World::new(db, "pay");
        accounts(&world);
        unpaid_work(db);
        let (agency, now) = (world.agency, at(MONDAY));
        let who = world.person(Role::AgencyFinance);
        let others: Vec<Topic> = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Pay).collect();
        let muted = db.housekeep_blocking(move |tx| {
            notices::choose_emails(tx, &who, &others)?;
            notices::list_email_choices(tx, &who)
        });
        let muted = muted.expect("a choice").into_iter().filter(|(_, wanted)| !wanted).map(|(topic, _)| topic);
        assert_eq!(muted.collect::<Vec<_>>(), [Topic::Pay]);
        db.housekeep_blocking(move |tx| timers::set(tx, agency, "pay_run", "", now, now)).expect("a timer");
        assert_eq!(worker::run_due(db, now).map_err(|failure| failure.to_string()), Ok(1));
        assert_eq!(
            world.number("SELECT COUNT(*) FROM notices WHERE kind = 'pay_run_prepared'"),
            2,
            "finance and admin"
        );

        let (finance, admin) = (world.person(Role::AgencyFinance), world.person(Role::AgencyAdmin));
        let who = finance.clone();
        let runs = world.read(move |tx| payroll::list_pay_runs(tx, &who, 1)).0;
        let id: PayRunId = runs[0].id;
        assert_eq!(runs[0].lacks(), Some(Lacks::Review));

        let (who, other) = (finance.clone(), admin.clone());
        let approve = move |who: &muster_domain::access::Actor| {
            let who = who.clone();
            move |tx: &mut Tx<'_>| payroll::approve_pay_run(tx, &who, id, now)
        };
        assert_eq!(refused(world.act(approve(&admin))), "not_reviewed");
        world.act(move |tx| payroll::review_pay_run(tx, &who, id, now)).expect("one looks through it");
        assert_eq!(refused(world.act(move |tx| payroll::review_pay_run(tx, &other, id, now))), "pay_run_reviewed");
        assert_eq!(refused(world.act(approve(&finance))), "same_person");
        assert_eq!(world.number("SELECT COUNT(*) FROM transfers"), 0, "nothing is paid by one person");
        world.act(approve(&admin)).expect("another approves it");

        let shown = world.read(move |tx| payroll::load_pay_run(tx, &admin, id));
        assert_eq!(
            (shown.made_by.as_str(), shown.reviewed_by, shown.approved_by),
            ("", finance.name.clone(), "The Agency administrator".to_owned())
        );
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_entries WHERE action = 'reviewed_pay_run'"), 1);
    });
}

#[test]
fn the_database_keeps_the_two_apart() {
    on_both(|db| {
        let world = World::new(db, "two");
        unpaid_work(db);
        let (finance, now) = (world.person(Role::AgencyFinance), at(MONDAY));
        let days = payroll::Days { from_on: jiff::civil::date(2026, 6, 1), to_on: jiff::civil::date(2026, 6, 7) };
        world.act(move |tx| payroll::preview_pay_run(tx, &finance, days, now)).expect("a preview");
        let same = db.housekeep_blocking::<_, Failure, _>(|tx| {
            Ok(tx.execute("UPDATE pay_runs SET state = 'approved', approved_by = made_by", &[])?)
        });
        assert!(same.is_err(), "one person twice is refused by the database");
    });
}
