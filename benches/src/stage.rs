//! An agency with many officers and a release of shifts, made by the use cases.

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp, ToSpan};
use muster_app::{
    Db, Failure, access, agencies,
    customers::{self, ContactFacts, Registration, SiteFacts},
    distribution, jobs, officers, rates,
    requests::{self, NewRequest, SiteChoice},
};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
    customers::ContactKind,
    distribution::Preset,
    id::{AccountId, ShiftId},
    requests::{Dates, Details, PositionWanted, PostRole, Requirements},
};

/// Real randomness for ids and sessions.
#[derive(Debug)]
pub struct Chance;

impl muster_store::Mint for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

impl muster_app::Randomness for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        muster_store::Mint::fill(self, bytes);
    }
}

/// What the storm needs.
#[derive(Debug, Clone)]
pub struct Stage {
    /// When the storm breaks.
    pub now: Timestamp,
    /// Each officer with the token of a session.
    pub officers: Vec<(Actor, String)>,
    /// What is released.
    pub shifts: Vec<ShiftId>,
}

const RULES: &str = include_str!("../../rules/examples/demo-city-pd.yaml");

/// Makes everything and releases the shifts, each with 1 to 4 seats.
///
/// # Errors
/// When a use case fails.
///
/// # Panics
/// Never for the numbers that fit a roster.
pub fn set(db: &Db, officers: usize, shifts: usize) -> Result<Stage, Failure> {
    let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond()).expect("in range");
    let began = now - SignedDuration::from_hours(24);
    let token = db.housekeep_blocking(move |tx| access::offer_first_operator(tx, began))?;
    let token = token.ok_or(Failure::Missing("empty database"))?;
    let operator = db.write_blocking(move |tx| {
        access::create_first_operator(tx, &token, ("Storm", "storm@muster.example"), "", began)
    })?;
    let maker = operator.clone();
    let agency = db.write_blocking(move |tx| {
        let new = NewAgency { name: "Storm".into(), slug: "storm".into(), zone: "America/Chicago".into() };
        agencies::create_agency(tx, &maker, &new, began)
    })?;
    let admin = Actor { agency: Some(agency), ..operator };
    let who = admin.clone();
    db.write_blocking(move |tx| {
        let from_on = agencies::today(tx, agency, began)?;
        rates::put_in_force(tx, &who, RULES, from_on, began)
    })?;
    Ok(Stage { now, officers: hire(db, &admin, officers, now)?, shifts: release(db, &admin, shifts, began)? })
}

fn hire(db: &Db, admin: &Actor, count: usize, now: Timestamp) -> Result<Vec<(Actor, String)>, Failure> {
    let mut file = String::from("badge,first_name,last_name,rank,hired_on\n");
    for n in 0..count {
        writeln!(file, "{},Storm,Officer {n},officer,2015-01-01", 10_000 + n).expect("memory takes every row");
    }
    let who = admin.clone();
    db.write_blocking(move |tx| officers::import_roster(tx, &who, &file, now))?;
    let who = admin.clone();
    let roster = db.read_blocking(move |tx| {
        officers::export_roster(tx, &who, &officers::RosterFilter::default(), officers::Sort::Badge, now)
    })?;
    let mut hired = Vec::new();
    for chunk in roster.chunks(200) {
        let (who, chunk) = (admin.clone(), chunk.to_vec());
        hired.extend(db.write_blocking(move |tx| {
            let mut made = Vec::new();
            for row in &chunk {
                let email = format!("officer{}@storm.example", row.badge);
                let name = format!("Officer {}", row.badge);
                let new = access::Invitation {
                    email,
                    name: name.clone(),
                    role: Role::Officer,
                    unit: None,
                    officer: Some(row.id),
                    customer: None,
                };
                access::invite_person(tx, &who, &new, "http://127.0.0.1", now)?;
                made.push((row.id, name));
            }
            Ok::<_, Failure>(made)
        })?);
    }
    let mut ready = Vec::new();
    for (n, (officer, name)) in hired.into_iter().enumerate() {
        let badge = roster[n].badge.clone();
        let (account, token) = db.housekeep_blocking(move |tx| {
            let known = muster_store::access::find_account_by_email(tx, &format!("officer{badge}@storm.example"))?;
            let account = known.ok_or(Failure::Missing("account"))?.id;
            Ok::<(AccountId, String), Failure>((account, access::open_demo_session(tx, account, "storm", now)?))
        })?;
        let actor = Actor { account, name, role: Role::Officer, officer: Some(officer), ..admin.clone() };
        ready.push((actor, token));
    }
    Ok(ready)
}

fn release(db: &Db, admin: &Actor, count: usize, now: Timestamp) -> Result<Vec<ShiftId>, Failure> {
    let who = admin.clone();
    let lists = db.read_blocking(move |tx| agencies::view_settings(tx, &who, now))?;
    let job_type = lists.job_types.iter().find(|kind| kind.code == "security").ok_or(Failure::Missing("job type"))?.id;
    let contact = ContactFacts {
        kind: ContactKind::Primary,
        name: "Desk".into(),
        email: String::new(),
        phone: "555 0100".into(),
    };
    let new = Registration { name: "Arena".into(), kind: "venue".into(), contact, billing_address: String::new() };
    let site = SiteFacts {
        name: "Gate".into(),
        address: "1 Arena Way".into(),
        point: None,
        radius_m: 150,
        instructions: String::new(),
        retired: false,
    };
    let who = admin.clone();
    let (customer, site) = db.write_blocking(move |tx| {
        let customer = customers::add_customer(tx, &who, &new, now)?;
        Ok::<_, Failure>((customer, customers::add_site(tx, &who, customer, &site, now)?))
    })?;
    let first = now.to_zoned(lists.agency.zone.clone()).date().saturating_add(5.days());
    let mut shifts = Vec::new();
    for n in 0..count {
        let who = admin.clone();
        shifts.push(db.write_blocking(move |tx| {
            let hour = i8::try_from(n % 4 * 5).expect("an hour");
            let seats = i64::try_from(n % 4).expect("few") + 1;
            let position = PositionWanted { role: PostRole::Officer, seats, requirements: Requirements::default() };
            let details = Details {
                dates: Dates::Given { on: vec![first.saturating_add(i64::try_from(n / 16).expect("a day").days())] },
                from: jiff::civil::time(hour, 0, 0, 0),
                to: jiff::civil::time(hour + 6, 0, 0, 0),
                positions: vec![position],
                attendance: None,
                alcohol: false,
                traffic: false,
                contact_name: "Desk".into(),
                contact_phone: "555 0100".into(),
                instructions: String::new(),
                resources: Vec::new(),
            };
            let site = SiteChoice::Known(site);
            let new =
                NewRequest { customer, site, job_type, title: format!("Gate {n}"), details, set_aside: String::new() };
            let request = requests::submit_request(tx, &who, &new, now)?;
            let job = requests::approve_request(tx, &who, request, "", now)?;
            distribution::post_shifts(tx, &who, job, None, &distribution::Offering::Plan(Preset::Open.plan()), now)?;
            let shifts = jobs::list_shifts(tx, &who, job)?;
            Ok::<_, Failure>(shifts.first().ok_or(Failure::Missing("shift"))?.id)
        })?);
    }
    Ok(shifts)
}
