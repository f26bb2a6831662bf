//! One invented agency with its people, rules, roster, schedule and customers, made through the real use cases.

use std::{collections::HashMap, fmt::Write};

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use muster_app::{
    Db, Failure, access, agencies,
    customers::{self, ContactFacts, CustomerDecision, Registration, SiteFacts},
    officers, rates,
};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
    customers::{ContactKind, Point},
    id::{AccountId, CustomerId, Id, JobTypeId, OfficerId, SiteId},
};

use super::{
    dice::Dice,
    words::{FIRST, LAST, Patron, STREETS},
};

/// What an agency of the demonstration is made from.
pub struct Blueprint {
    pub name: &'static str,
    pub slug: &'static str,
    pub zone: &'static str,
    pub phone: &'static str,
    pub about: &'static str,
    pub rules: &'static str,
    pub officers: usize,
    pub units: &'static [&'static str],
    pub patrons: &'static [Patron],
    /// Customers whose work goes on at every hour: those of the jobs that run when somebody looks.
    pub any_hour: &'static [&'static str],
    /// The middle of town.
    pub centre: Point,
    /// Names of the people in the office, by role.
    pub office: &'static [(Role, &'static str)],
    /// How many officers can be signed in as.
    pub personas: usize,
}

/// A customer with its one site and who asks for it.
pub struct MadeCustomer {
    pub id: CustomerId,
    pub site: SiteId,
    pub point: Point,
    /// Who meets the officers, and the phone.
    pub contact: String,
    pub phone: String,
    pub requester: Actor,
}

/// An agency that is ready to work.
pub struct Place {
    pub zone: TimeZone,
    pub office: HashMap<Role, Actor>,
    pub officers: Vec<Actor>,
    /// Those of them who can be signed in as.
    pub personas: Vec<Actor>,
    pub customers: Vec<MadeCustomer>,
    pub job_types: HashMap<String, JobTypeId>,
}

impl Place {
    /// The person who holds this role.
    pub fn who(&self, role: Role) -> Actor {
        self.office[&role].clone()
    }
}

/// Makes an agency as it stood at `began`; the schedule covers four weeks around `now`.
pub fn make(
    db: &Db,
    operator: &Actor,
    plan: &'static Blueprint,
    began: Timestamp,
    now: Timestamp,
) -> Result<Place, Failure> {
    let maker = operator.clone();
    let agency = db.write_blocking(move |tx| {
        let new = NewAgency { name: plan.name.into(), slug: plan.slug.into(), zone: plan.zone.into() };
        agencies::create_agency(tx, &maker, &new, began)
    })?;
    let operator = Actor { agency: Some(agency), ..operator.clone() };
    let office = invite_office(db, &operator, plan, began)?;
    let admin = office[&Role::AgencyAdmin].clone();
    describe(db, &admin, plan, began)?;
    let zone = TimeZone::get(plan.zone).expect("the demonstration names real zones");
    let from_on = began.to_zoned(zone.clone()).date();
    let who = admin.clone();
    db.write_blocking(move |tx| rates::put_in_force(tx, &who, plan.rules, from_on, began))?;
    let mut dice = Dice::new(plan.officers as u64 + 7);
    let officers = hire(db, &admin, plan, &mut dice, began)?;
    schedule(db, &admin, &officers, plan.officers / 4, &zone, &mut dice, now)?;
    let customers = welcome(db, &office, plan, &mut dice, began)?;
    let who = admin.clone();
    let lists = db.read_blocking(move |tx| agencies::view_settings(tx, &who, now))?;
    let job_types = lists.job_types.into_iter().map(|kind| (kind.code, kind.id)).collect();
    let officers: Vec<Actor> = officers.into_iter().map(|(_, actor)| actor).collect();
    let personas = officers[plan.officers / 4..plan.officers / 4 + plan.personas].to_vec();
    Ok(Place { personas, zone, office, officers, customers, job_types })
}

fn invite(db: &Db, by: &Actor, invitation: access::Invitation, now: Timestamp) -> Result<Actor, Failure> {
    let by = by.clone();
    db.write_blocking(move |tx| {
        access::invite_person(tx, &by, &invitation, "http://127.0.0.1:8080", now)?;
        let access::Invitation { name, role, unit, officer, customer, .. } = invitation.clone();
        let personas = access::list_demo_personas(tx)?;
        let made = personas.into_iter().rfind(|persona| persona.name == name && persona.role == role);
        let account = made.ok_or(Failure::Missing("account"))?.account;
        Ok(Actor { account, name, role, agency: by.agency, officer, customer, unit })
    })
}

/// The host of the operator's own addresses.
const OPERATOR: &str = "muster";

/// A person's address at an organisation.
fn address(name: &str, organisation: &str) -> String {
    format!("{}@{}.example", joined(name, '.'), joined(organisation, '-'))
}

/// Letters and digits in lower case, with one sign between the words.
fn joined(words: &str, sign: char) -> String {
    let plain: String = words.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(&sign.to_string())
}

fn invite_office(db: &Db, operator: &Actor, plan: &Blueprint, now: Timestamp) -> Result<HashMap<Role, Actor>, Failure> {
    let mut office = HashMap::from([(Role::OperatorAdmin, operator.clone())]);
    for (role, name) in plan.office {
        let at = if role.is_operator() { OPERATOR } else { plan.slug };
        let (email, name) = (address(name, at), (*name).to_owned());
        let invitation = access::Invitation { email, name, role: *role, unit: None, officer: None, customer: None };
        office.insert(*role, invite(db, operator, invitation, now)?);
    }
    Ok(office)
}

fn describe(db: &Db, admin: &Actor, plan: &'static Blueprint, now: Timestamp) -> Result<(), Failure> {
    let admin = admin.clone();
    db.write_blocking(move |tx| {
        let agency = agencies::load_agency(tx, admin.agency.ok_or(Failure::Missing("agency"))?)?;
        let change = agencies::AgencyChange {
            version: agency.version,
            name: agency.name,
            slug: agency.slug,
            zone: plan.zone.to_owned(),
            phone: plan.phone.to_owned(),
            email: format!("details@{}.example", plan.slug),
            about: plan.about.to_owned(),
            pay_mode: agency.pay_mode,
            terms_days: 30,
            settings: agency.settings,
        };
        agencies::change_agency(tx, &admin, &change, now)?;
        for unit in plan.units {
            agencies::add_unit(tx, &admin, unit, now)?;
        }
        Ok(())
    })
}

/// Hires everybody by importing a roster file; returns badge and actor in the order of seniority.
fn hire(
    db: &Db,
    admin: &Actor,
    plan: &Blueprint,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<Vec<(String, Actor)>, Failure> {
    let mut roster =
        String::from("badge,first_name,last_name,rank,hired_on,senior_since,unit,email,phone,status,reports_to\n");
    let mut people = Vec::new();
    // Badges of the rank being hired and of the one above it, whose holders command in turn.
    let (mut level, mut above, mut last_rank) = (Vec::<String>::new(), Vec::new(), "captain");
    for n in 0..plan.officers {
        let (first, last) = (FIRST[n % FIRST.len()], LAST[(n * 7 + n / FIRST.len()) % LAST.len()]);
        let badge = (1001 + n * 3).to_string();
        let rank = match n * 100 / plan.officers {
            0..3 => "captain",
            3..9 => "lieutenant",
            9..26 => "sergeant",
            _ => "officer",
        };
        if rank != last_rank {
            (above, last_rank) = (std::mem::take(&mut level), rank);
        }
        let superior = if above.is_empty() { "" } else { above[n % above.len()].as_str() };
        level.push(badge.clone());
        let year = 1998 + i64::try_from(n * 26 / plan.officers).expect("a year");
        let (month, day) = (dice.between(1, 12), dice.between(1, 28));
        let status = if n > 10 && dice.percent(4) { "light_duty" } else { "active" };
        let name = format!("{first} {last}");
        writeln!(
            roster,
            "{badge},{first},{last},{rank},{year}-{month:02}-{day:02},{year}-{month:02}-{day:02},{},{},(555) 01{:02}-{:04},{status},{superior}",
            plan.units[n % plan.units.len()],
            address(&name, plan.slug),
            n % 100,
            1000 + n,
        )
        .expect("writing into memory");
        people.push((badge, name));
    }
    let who = admin.clone();
    db.write_blocking(move |tx| officers::import_roster(tx, &who, &roster, now))?;
    let who = admin.clone();
    let roster = db.read_blocking(move |tx| {
        officers::export_roster(tx, &who, &officers::RosterFilter::default(), officers::Sort::Name, now)
    })?;
    let by_badge: HashMap<String, OfficerId> = roster.into_iter().map(|row| (row.badge, row.id)).collect();
    let mut hired = Vec::new();
    for (n, (badge, name)) in people.into_iter().enumerate() {
        let officer = *by_badge.get(&badge).ok_or(Failure::Missing("officer"))?;
        let actor = if n >= plan.officers / 4 && n < plan.officers / 4 + plan.personas {
            let email = address(&name, plan.slug);
            let invitation = access::Invitation {
                email,
                name,
                role: Role::Officer,
                unit: None,
                officer: Some(officer),
                customer: None,
            };
            invite(db, admin, invitation, now)?
        } else {
            // Most officers of the demonstration have no account; what they do is recorded under their own name.
            let account = AccountId::from_uuid(officer.uuid());
            Actor {
                account,
                name,
                role: Role::Officer,
                agency: admin.agency,
                officer: Some(officer),
                customer: None,
                unit: None,
            }
        };
        certify(db, admin, officer, dice, now)?;
        hired.push((badge, actor));
    }
    Ok(hired)
}

fn certify(db: &Db, admin: &Actor, officer: OfficerId, dice: &mut Dice, now: Timestamp) -> Result<(), Failure> {
    for (kind, share) in [("traffic_control", 80), ("first_aid", 60), ("bicycle", 15)] {
        if dice.percent(share) {
            let day = now.to_zoned(TimeZone::UTC).date();
            let issued_on = day.saturating_sub(dice.between(30, 500).days());
            let expires_on = Some(issued_on.saturating_add(dice.between(700, 1100).days()));
            let new =
                officers::NewCertification { kind: kind.to_owned(), number: String::new(), issued_on, expires_on };
            let who = admin.clone();
            db.write_blocking(move |tx| officers::add_certification(tx, &who, officer, &new, now))?;
        }
    }
    Ok(())
}

/// How many days of the schedule lie behind.
const TODAY: i64 = 14;

/// Four weeks of duty: four days on, three off, in three watches.
fn schedule(
    db: &Db,
    admin: &Actor,
    officers: &[(String, Actor)],
    free: usize,
    zone: &TimeZone,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<(), Failure> {
    let first = now.to_zoned(zone.clone()).date().saturating_sub(TODAY.days());
    let mut file = String::from("badge,date,start,end,label,class\n");
    for (n, (badge, _)) in officers.iter().enumerate() {
        let (start, end, watch) = *dice.one(&[
            ("06:00", "16:00", "Patrol, day watch"),
            ("14:00", "00:00", "Patrol, evening watch"),
            ("21:00", "07:00", "Patrol, night watch"),
        ]);
        let shift = dice.between(0, 6);
        for day in 0..28_i64 {
            // Whoever looks around as the first officer has a detail at that hour, so he is off duty around it.
            let off = n == free && (TODAY - 1..=TODAY + 1).contains(&day);
            if (day + shift) % 7 < 4 && !off {
                let date = first.saturating_add(day.days());
                writeln!(file, "{badge},{date},{start},{end},\"{watch}\",on_duty").expect("writing into memory");
            }
        }
    }
    let who = admin.clone();
    db.write_blocking(move |tx| officers::import_schedule(tx, &who, &file, now))?;
    Ok(())
}

fn welcome(
    db: &Db,
    office: &HashMap<Role, Actor>,
    plan: &Blueprint,
    dice: &mut Dice,
    now: Timestamp,
) -> Result<Vec<MadeCustomer>, Failure> {
    let mut made = Vec::new();
    for (n, (name, kind, place, _)) in plan.patrons.iter().enumerate() {
        let now = now + SignedDuration::from_mins(10 * i64::try_from(n).expect("few customers"));
        let person = format!("{} {}", dice.one(FIRST), dice.one(LAST));
        let point = Point {
            lat_e6: plan.centre.lat_e6 + dice.between(-28_000, 28_000),
            lon_e6: plan.centre.lon_e6 + dice.between(-34_000, 34_000),
        };
        let street = format!("{} {}", dice.between(10, 990), dice.one(STREETS));
        let contact = ContactFacts {
            kind: ContactKind::Primary,
            name: person.clone(),
            email: address(&person, name),
            phone: format!("(555) 014-{:04}", 2000 + n),
        };
        let phone = contact.phone.clone();
        let registration =
            Registration { name: (*name).into(), kind: (*kind).into(), contact, billing_address: street.clone() };
        let site = SiteFacts {
            name: (*place).into(),
            address: street,
            point: Some(point),
            radius_m: dice.between(6, 15) * 20,
            instructions: "Report to the contact on arrival. Class A uniform, reflective vest for traffic posts."
                .into(),
            retired: false,
        };
        let who = office[&Role::Coordinator].clone();
        let (id, site) = db.write_blocking(move |tx| {
            let id = customers::add_customer(tx, &who, &registration, now)?;
            Ok::<_, Failure>((id, customers::add_site(tx, &who, id, &site, now)?))
        })?;
        let requester = requester(db, office, id, (&person, name), n, now)?;
        made.push(MadeCustomer { id, site, point, contact: person, phone, requester });
    }
    Ok(made)
}

/// The first three customers can be signed in as; for the others the office enters requests.
fn requester(
    db: &Db,
    office: &HashMap<Role, Actor>,
    customer: CustomerId,
    (person, organisation): (&str, &str),
    n: usize,
    now: Timestamp,
) -> Result<Actor, Failure> {
    let coordinator = office[&Role::Coordinator].clone();
    let who = coordinator.clone();
    db.write_blocking(move |tx| {
        match customers::decide_customer(tx, &who, customer, CustomerDecision::Approve, "", now) {
            Err(Failure::Refused(refusal)) if refusal.code == "already_decided" => Ok(()),
            other => other,
        }
    })?;
    let roles = [Role::CustomerAdmin, Role::CustomerRequester, Role::CustomerBilling];
    match roles.get(n) {
        Some(role) => {
            let email = address(person, organisation);
            let invitation = access::Invitation {
                email,
                name: person.to_owned(),
                role: *role,
                unit: None,
                officer: None,
                customer: Some(customer),
            };
            let invited = invite(db, &office[&Role::AgencyAdmin], invitation, now)?;
            Ok(if *role == Role::CustomerBilling { coordinator } else { invited })
        }
        None => Ok(coordinator),
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_names_the_person_and_the_organisation() {
        for (name, organisation, wanted) in [
            ("Marcus Bell", "muster", "marcus.bell@muster.example"),
            ("Uma Reyes", "Harbor Gas & Light", "uma.reyes@harbor-gas-light.example"),
            ("Zoe Chen", "St. Anne Clinic", "zoe.chen@st-anne-clinic.example"),
        ] {
            assert_eq!(address(name, organisation), wanted);
        }
    }
}
