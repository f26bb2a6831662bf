//! The scratch agency that the records are replayed in: its ranks, officers, customers and sites, made by the use cases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use muster_app::{
    Db, Failure, Tx, access, agencies,
    customers::{self, ContactFacts, Registration, SiteFacts},
    officers::{self, OfficerFacts},
    rates,
};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
    customers::ContactKind,
    id::{AccountId, CustomerId, Id, JobTypeId, OfficerId, RankId, SiteId},
    officers::RankHeld,
    rules::RuleBook,
};

use super::records::Record;

/// Everybody and everything that the steps need.
pub struct Stage {
    pub zone: TimeZone,
    /// Enters requests, approves, posts, reviews.
    pub coordinator: Actor,
    /// Invoices and prepares pay runs.
    pub finance: Actor,
    /// Approves pay runs.
    pub admin: Actor,
    pub officers: HashMap<String, Actor>,
    pub customers: HashMap<String, CustomerId>,
    pub sites: HashMap<(String, String), SiteId>,
    pub job_types: HashMap<String, JobTypeId>,
    /// Where the weeks of invoices begin.
    pub first_on: Date,
}

/// Makes the scratch agency as it stood before the first record.
pub fn set(db: &Db, records: &[Record], rules: &str) -> Result<Stage, Box<dyn std::error::Error>> {
    let book = RuleBook::read(rules)
        .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let first_on = records.iter().map(|record| record.worked_on).min().ok_or("the file holds no records")?;
    let zone = book.time_zone();
    let now = first_on.to_zoned(zone.clone())?.timestamp() - SignedDuration::from_hours(24 * 60);
    let link = db.housekeep_blocking(move |tx| access::offer_first_operator(tx, now))?;
    let token = link.ok_or("the scratch database is not empty")?;
    let operator = db.write_blocking(move |tx| {
        access::create_first_operator(tx, &token, ("Replay", "replay@muster.example"), "", now)
    })?;
    let (name, zone_name) =
        (if book.name.is_empty() { book.agency.clone() } else { book.name.clone() }, book.zone.clone());
    let maker = operator.clone();
    let agency = db.write_blocking(move |tx| {
        let new = NewAgency { name: name.clone(), slug: "replay".into(), zone: zone_name.clone() };
        agencies::create_agency(tx, &maker, &new, now)
    })?;
    let person = |n: u128, role: Role| Actor {
        account: AccountId::from_uuid(uuid::Uuid::from_u128(n)),
        name: format!("Replay, {}", role.label()),
        role,
        agency: Some(agency),
        officer: None,
        customer: None,
        unit: None,
    };
    let (admin, coordinator, finance) =
        (person(1, Role::AgencyAdmin), person(2, Role::Coordinator), person(3, Role::AgencyFinance));
    let who = admin.clone();
    let document = rules.to_owned();
    let in_force = book.effective_from.max(now.to_zoned(zone.clone()).date());
    db.write_blocking(move |tx| rates::put_in_force(tx, &who, &document, in_force, now))?;
    let ranks = make_ranks(db, &admin, records, now)?;
    let job_types = make_job_types(db, &admin, records, now)?;
    let officers = hire(db, &admin, records, &ranks, now)?;
    let (customers, sites) = welcome(db, &coordinator, records, now)?;
    Ok(Stage { zone, coordinator, finance, admin, officers, customers, sites, job_types, first_on })
}

fn make_ranks(db: &Db, admin: &Actor, records: &[Record], now: Timestamp) -> Result<HashMap<String, RankId>, Failure> {
    let who = admin.clone();
    let known = db.read_blocking(move |tx| agencies::view_settings(tx, &who, now))?;
    let mut ranks: HashMap<String, RankId> = known.ranks.into_iter().map(|rank| (rank.code, rank.id)).collect();
    let words: BTreeSet<&str> = records.iter().map(|record| record.rank.as_str()).collect();
    for (n, word) in words.into_iter().enumerate() {
        if !ranks.contains_key(word) {
            let level = 11 + i64::try_from(n).unwrap_or(0);
            let short = word.chars().take(12).collect();
            let new = agencies::RankChange { code: word.to_owned(), name: word.replace('_', " "), short, level };
            let who = admin.clone();
            ranks.insert(word.to_owned(), db.write_blocking(move |tx| agencies::add_rank(tx, &who, &new, now))?);
        }
    }
    Ok(ranks)
}

fn make_job_types(
    db: &Db,
    admin: &Actor,
    records: &[Record],
    now: Timestamp,
) -> Result<HashMap<String, JobTypeId>, Failure> {
    let who = admin.clone();
    let known = db.read_blocking(move |tx| agencies::view_settings(tx, &who, now))?;
    let mut types: HashMap<String, JobTypeId> = known.job_types.into_iter().map(|kind| (kind.code, kind.id)).collect();
    let words: BTreeSet<&str> = records.iter().map(|record| record.job_kind.as_str()).collect();
    for word in words {
        if !types.contains_key(word) {
            let (who, code) = (admin.clone(), word.to_owned());
            let made =
                db.write_blocking(move |tx| agencies::add_job_type(tx, &who, &code, &code.replace('_', " "), now))?;
            types.insert(word.to_owned(), made);
        }
    }
    Ok(types)
}

/// Each officer with the ranks of the records: a rank holds from the first day on which it is recorded.
fn hire(
    db: &Db,
    admin: &Actor,
    records: &[Record],
    ranks: &HashMap<String, RankId>,
    now: Timestamp,
) -> Result<HashMap<String, Actor>, Failure> {
    let mut histories: BTreeMap<&str, BTreeMap<Date, RankId>> = BTreeMap::new();
    for record in records {
        histories.entry(&record.officer).or_default().insert(record.worked_on, ranks[&record.rank]);
    }
    let hired_on = Date::constant(2000, 1, 1);
    let new: Vec<NewOfficer> = histories
        .into_iter()
        .map(|(badge, history)| {
            let mut held: Vec<(Date, RankId)> = history.into_iter().collect();
            held.dedup_by_key(|(_, rank)| *rank);
            let facts = OfficerFacts {
                badge: badge.to_owned(),
                first_name: "Officer".to_owned(),
                last_name: badge.to_owned(),
                email: String::new(),
                phone: String::new(),
                hired_on,
                senior_since: hired_on,
                unit: None,
            };
            NewOfficer { facts, held }
        })
        .collect();
    let mut hired = HashMap::new();
    for together in new.chunks(TOGETHER) {
        let (who, many) = (admin.clone(), together.to_vec());
        let made =
            db.write_blocking(move |tx| many.iter().map(|one| one.hire(tx, &who, now)).collect::<Result<Vec<_>, _>>())?;
        for (one, officer) in together.iter().zip(made) {
            let badge = one.facts.badge.clone();
            let actor = Actor {
                account: AccountId::from_uuid(officer.uuid()),
                name: format!("Officer {badge}"),
                role: Role::Officer,
                officer: Some(officer),
                ..admin.clone()
            };
            hired.insert(badge, actor);
        }
    }
    Ok(hired)
}

/// So many officers or customers share a command while the stage is set.
const TOGETHER: usize = 200;

/// An officer of the records with the ranks that he held, each from its first day.
#[derive(Clone)]
struct NewOfficer {
    facts: OfficerFacts,
    held: Vec<(Date, RankId)>,
}

impl NewOfficer {
    fn hire(&self, tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<OfficerId, Failure> {
        let officer = officers::add_officer(tx, who, &self.facts, self.held[0].1, now)?;
        for (held_from, rank) in self.held.iter().skip(1) {
            officers::set_rank(tx, who, officer, &RankHeld { held_from: *held_from, rank: *rank }, now)?;
        }
        Ok(officer)
    }
}

type Customers = (HashMap<String, CustomerId>, HashMap<(String, String), SiteId>);

fn welcome(db: &Db, coordinator: &Actor, records: &[Record], now: Timestamp) -> Result<Customers, Failure> {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for record in records {
        places.entry(&record.customer).or_default().insert(&record.place);
    }
    let new: Vec<(String, Vec<String>)> = places
        .into_iter()
        .map(|(customer, places)| (customer.to_owned(), places.into_iter().map(str::to_owned).collect()))
        .collect();
    let (mut customers, mut sites) = (HashMap::new(), HashMap::new());
    for together in new.chunks(TOGETHER) {
        let (who, many) = (coordinator.clone(), together.to_vec());
        let made = db.write_blocking(move |tx| {
            many.iter()
                .map(|(customer, places)| welcome_one(tx, &who, customer, places, now))
                .collect::<Result<Vec<_>, _>>()
        })?;
        for ((customer, places), (id, made)) in together.iter().zip(made) {
            customers.insert(customer.clone(), id);
            sites.extend(places.iter().zip(made).map(|(place, site)| ((customer.clone(), place.clone()), site)));
        }
    }
    Ok((customers, sites))
}

fn welcome_one(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: &str,
    places: &[String],
    now: Timestamp,
) -> Result<(CustomerId, Vec<SiteId>), Failure> {
    let contact = ContactFacts {
        kind: ContactKind::Primary,
        name: format!("Contact of {customer}"),
        email: String::new(),
        phone: "555 0100".to_owned(),
    };
    let new = Registration {
        name: format!("Customer {customer}"),
        kind: "business".to_owned(),
        contact,
        billing_address: String::new(),
    };
    let id = customers::add_customer(tx, who, &new, now)?;
    let sites = places.iter().map(|place| customers::add_site(tx, who, id, &site(place), now));
    Ok((id, sites.collect::<Result<_, _>>()?))
}

/// The records give no coordinates, so the place of a punch cannot be judged.
fn site(name: &str) -> SiteFacts {
    SiteFacts {
        name: name.chars().take(80).collect(),
        address: name.to_owned(),
        point: None,
        radius_m: 150,
        instructions: String::new(),
        retired: false,
    }
}
