//! Seats that a rule gives only with somebody's approval.

use jiff::Timestamp;
use muster_app::{
    Failure, distribution,
    ledger::cancelling::{CallOff, call_off},
};
use muster_domain::{
    access::{Actor, Role},
    distribution::Preset,
    id::{ApprovalId, ShiftId},
    jobs::JobDetails,
};
use muster_testkit::on_both;

use crate::world::{World, june, minutes, refused, start};

const BOOKED: &str = "SELECT COUNT(*) FROM assignments WHERE state = 'booked'";
const WAITING: &str = "SELECT COUNT(*) FROM shift_approvals WHERE state = 'asked'";

/// A posted shift where alcohol is served, which the chief must approve for each officer.
fn with_alcohol(world: &World, seats: i64) -> ShiftId {
    posted(world, JobDetails { alcohol: true, ..JobDetails::default() }, seats)
}

fn posted(world: &World, details: JobDetails, seats: i64) -> ShiftId {
    let (job, shift) = world.job_with(details, june(10, 18), seats);
    world.post(job, Preset::Open, start()).expect("posted");
    shift
}

fn ask(world: &World, who: &Actor, shift: ShiftId) -> Result<ApprovalId, Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::ask_for_shift(tx, &who, shift, None, start()))
}

fn approve(world: &World, who: &Actor, id: ApprovalId, now: Timestamp) -> Result<(), Failure> {
    let who = who.clone();
    world.act(move |tx| distribution::approve_asked(tx, &who, id, "", now).map(drop))
}

fn state(world: &World, who: &Actor, shift: ShiftId) -> String {
    let who = who.clone();
    let page = world.read(move |tx| distribution::load_shift_page(tx, &who, shift, start()));
    page.asked.map_or_else(String::new, |asked| format!("{}: {}", asked.state, asked.reason))
}

#[test]
fn the_chief_agrees_and_the_officer_has_the_seat() {
    on_both(|db| {
        let world = World::new(db, "chief");
        let (ada, ben) = (world.officer("A1"), world.officer("B2"));
        let shift = with_alcohol(&world, 1);
        assert_eq!(refused(world.accept(&ada, shift, start())), "rules_forbid");
        let (who, filter) = (ada.clone(), distribution::OpenFilter::default());
        let open = world.read(move |tx| distribution::list_open_shifts(tx, &who, &filter, start()));
        assert_eq!(open.shifts.len(), 1, "she may ask for it");
        let (asked, other) = (ask(&world, &ada, shift).expect("asked"), ask(&world, &ben, shift).expect("asked too"));
        assert_eq!(refused(ask(&world, &ada, shift)), "already_asked");
        assert_eq!(world.number("SELECT COUNT(*) FROM decisions WHERE outcome = 'needs_approval'"), 2);
        assert_eq!(state(&world, &ada, shift), "asked: ");

        let coordinator = world.coordinator();
        assert_eq!(refused(approve(&world, &coordinator, asked, start())), "approval_of_another_level");
        let chief = world.person(Role::Approver);
        approve(&world, &chief, asked, start()).expect("approved");
        assert_eq!((world.number(BOOKED), world.number(WAITING)), (1, 0));
        assert_eq!(state(&world, &ben, shift), "withdrawn: Every seat is taken.");
        assert_eq!(refused(approve(&world, &chief, other, start())), "approval_ended");
        assert_eq!(world.number("SELECT COUNT(*) FROM decisions WHERE outcome = 'allowed' AND point = 'award'"), 1);
        let story = "SELECT COUNT(*) FROM audit_entries WHERE action IN ('asked_for_shift', 'approved_seat')";
        assert_eq!(world.number(story), 3);
    });
}

#[test]
fn the_coordinator_decides_what_is_hers_and_a_no_has_a_reason() {
    on_both(|db| {
        let world = World::new(db, "desk");
        let ada = world.officer("A1");
        let shift = posted(&world, JobDetails { traffic: true, ..JobDetails::default() }, 1);
        let asked = ask(&world, &ada, shift).expect("asked");
        let decline = |reason: &'static str, who: Actor| {
            world.act(move |tx| distribution::decline_asked(tx, &who, asked, reason, start()))
        };
        assert_eq!(refused(decline(" ", world.coordinator())), "reason_missing");
        assert!(matches!(decline("no", ada.clone()), Err(Failure::Denied(_))), "nobody decides for himself");
        decline("You worked there yesterday.", world.coordinator()).expect("declined");
        assert_eq!(state(&world, &ada, shift), "declined: You worked there yesterday.");
        let again = ask(&world, &ada, shift).expect("she may ask again");
        let who = ada.clone();
        world.act(move |tx| distribution::take_back_asked(tx, &who, again, start())).expect("taken back");
        assert_eq!((world.number(BOOKED), world.number(WAITING)), (0, 0));
        let plain = world.posted(june(20, 18), 1);
        assert_eq!(refused(ask(&world, &ada, plain)), "no_approval_needed");
    });
}

#[test]
fn an_approval_is_no_way_around_the_other_rules_nor_past_the_end_of_a_shift() {
    on_both(|db| {
        let world = World::new(db, "rules");
        let (ada, chief) = (world.officer("A1"), world.person(Role::Approver));
        let shift = with_alcohol(&world, 2);
        let asked = ask(&world, &ada, shift).expect("asked");
        world.on_duty(&ada, june(10, 18).starts_at() - minutes(60), june(10, 18).ends_at());
        assert_eq!(refused(approve(&world, &chief, asked, start())), "rules_forbid");
        assert_eq!((world.number(BOOKED), world.number(WAITING)), (0, 1), "it still waits");
        let who = world.coordinator();
        let order = crate::cancelling::order(CallOff::Shift(shift), "rain", "");
        world.act(move |tx| call_off(tx, &who, &order, start())).expect("cancelled");
        assert_eq!(state(&world, &ada, shift), "withdrawn: The shift was cancelled.");
        assert_eq!(refused(approve(&world, &chief, asked, start())), "approval_ended");
    });
}
