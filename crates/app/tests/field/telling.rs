//! Officers hear of work that opened, once, and only of what they may take.

use jiff::Timestamp;
use muster_app::{distribution, worker};
use muster_domain::{
    access::Actor,
    distribution::{Event, Preset},
    id::{AccountId, JobId},
    jobs::{JobDetails, NewJob, NewShift},
    requests::{PositionWanted, PostRole, Requirements},
};
use muster_store::Error;
use muster_testkit::on_both;

use crate::world::{World, june, minutes, start, zone};

const TOLD: &str = "SELECT COUNT(*) FROM notices WHERE kind = 'work_opened'";

/// Somebody who can sign in, so that there is an inbox.
pub fn with_inbox(world: &World, badge: &str, hired_on: &'static str) -> Actor {
    let officer = world.officer(badge);
    let (agency, id, mail) = (world.agency, officer.officer, format!("{badge}@example.org"));
    let account = world
        .db
        .housekeep_blocking::<_, Error, _>(move |tx| {
            let account: AccountId = tx.id(start());
            tx.execute("INSERT INTO accounts (id, email, name, created_at) VALUES ($1, $2, $2, 0)", &[&account, &mail])?;
            let membership: AccountId = tx.id(start());
            tx.execute(
                "INSERT INTO memberships (id, account_id, role, agency_id, officer_id, created_at) VALUES ($1, $2, 'officer', $3, $4, 0)",
                &[&membership, &account, &agency, &id],
            )?;
            tx.execute("UPDATE officers SET hired_on = $1 WHERE agency_id = $2 AND id = $3", &[&hired_on, &agency, &id])?;
            Ok(account)
        })
        .expect("an account");
    Actor { account, ..officer }
}

fn job_of_days(world: &World, days: std::ops::Range<i8>) -> JobId {
    let (who, agency) = (world.coordinator(), world.agency);
    let shifts = days
        .map(|day| june(day, 18))
        .map(|span| NewShift { span, worked_on: zone().to_datetime(span.starts_at()).date() });
    let new = NewJob {
        request: None,
        customer: world.customer,
        site: world.site,
        job_type: world.job_type,
        title: "Road works".to_owned(),
        details: JobDetails::default(),
        shifts: shifts.collect(),
        positions: vec![PositionWanted { role: PostRole::Officer, seats: 1, requirements: Requirements::default() }],
    };
    world
        .act(move |tx| {
            use muster_domain::access::{Action, Target, authorise};
            let permit = authorise(&who, Action::DecideRequest, &Target::agency(agency))?;
            muster_app::jobs::create_job(tx, &permit, &new, start())
        })
        .expect("a job")
}

fn later(seconds: i64) -> Timestamp {
    start() + jiff::SignedDuration::from_secs(seconds)
}

#[test]
fn one_notice_for_a_job_of_many_shifts_and_none_for_who_may_not_take_it() {
    on_both(|db| {
        let world = World::new(db, "told");
        let (ada, ben) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2015-01-01"));
        // Ben is on duty at the hours of every shift.
        for day in 10..13 {
            world.on_duty(&ben, june(day, 18).starts_at(), june(day, 18).ends_at());
        }
        let job = job_of_days(&world, 10..13);
        world.post(job, Preset::Open, start()).expect("posted");
        worker::run_due(db, start()).expect("a round");
        assert_eq!(world.number(TOLD), 0, "posting only notes that there is news");
        worker::run_due(db, later(60)).expect("a round");
        assert_eq!(world.number(TOLD), 1, "three shifts are one notice, and Ben has none");
        let inbox = world.read(move |tx| muster_app::notices::list_notices(tx, &ada, 1)).0;
        assert!(inbox[0].body.starts_with("3 shifts, the first on Wed, Jun 10 18:00"), "{}", inbox[0].body);
        assert_eq!(inbox[0].link, format!("/open-shifts?job={job}"));
        assert_eq!(world.number("SELECT COUNT(*) FROM audit_entries WHERE action = 'told_of_openings'"), 1);
        worker::run_due(db, later(120)).expect("a round");
        assert_eq!(world.number(TOLD), 1, "nobody is told twice");
        let second = job_of_days(&world, 20..21);
        world.post(second, Preset::Open, later(200)).expect("posted");
        worker::run_due(db, later(300)).expect("a round");
        assert_eq!(world.number(TOLD), 3, "another job is other news, for Ben too");
    });
}

#[test]
fn a_wider_stage_tells_only_those_who_are_new_to_it() {
    on_both(|db| {
        let world = World::new(db, "stages");
        let (old, young) = (with_inbox(&world, "A1", "2015-01-01"), with_inbox(&world, "B2", "2025-01-01"));
        let (job, shift) = world.job(june(20, 18), 1);
        world.post(job, Preset::SeniorFirst, start()).expect("posted");
        worker::run_due(db, later(60)).expect("a round");
        let count = |who: &Actor| {
            let who = who.clone();
            world.read(move |tx| muster_app::notices::list_notices(tx, &who, 1)).1
        };
        assert_eq!((count(&old), count(&young)), (1, 0));
        let (who, at) = (world.coordinator(), later(3600));
        world.act(move |tx| distribution::change_posting(tx, &who, shift, Event::PassedOn, at)).expect("passed on");
        worker::run_due(db, at + minutes(1)).expect("a round");
        assert_eq!((count(&old), count(&young)), (1, 1), "the first audience knew already");
        let by_hand = job_of_days(&world, 25..26);
        world.post(by_hand, Preset::Direct, at).expect("posted");
        worker::run_due(db, at + minutes(2)).expect("a round");
        assert_eq!((count(&old), count(&young)), (1, 1), "what a coordinator gives out is no news");
    });
}
