//! The demonstration: invented people in two invented agencies, made through the real use cases, so that audit log and
//! ledger are whole.

mod calls;
mod conduct;
mod dice;
mod now;
mod place;
mod weeks;
mod words;

use jiff::{SignedDuration, Timestamp};
use muster_app::{Clock, Db, Failure, access, audit};
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    audit::Entry,
    customers::Point,
};

use self::place::Blueprint;

/// Whom a visitor can be: role and name, in the order to show.
#[derive(Debug, Clone, Default)]
pub struct Personas(pub Vec<(Role, String)>);

/// What the platform's audit log says when the filling began and when all of it was there.
const BEGAN: &str = "began_demonstration";
const FILLED: &str = "filled_demonstration";

/// How far a demonstration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was begun here; perhaps there is an installation that is no demonstration.
    NotBegun,
    /// The filling was interrupted.
    Half,
    /// All of it is there.
    Whole,
}

/// How far the demonstration in this database is.
///
/// # Errors
/// When the database fails.
pub fn standing(db: &Db) -> Result<Standing, Failure> {
    let entries =
        db.read_blocking(|tx| muster_store::audit::list_entries_after(tx, muster_store::audit::PLATFORM, 0, 1000))?;
    let has = |action: &str| entries.iter().any(|entry| entry.action == action);
    Ok(match (has(BEGAN), has(FILLED)) {
        (false, _) => Standing::NotBegun,
        (true, false) => Standing::Half,
        (true, true) => Standing::Whole,
    })
}

/// Removes the half-filled database of a demonstration.
///
/// # Errors
/// On PostgreSQL, where a program should not drop what an administrator made; when the files cannot be removed.
pub fn empty(db: Db, url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let Some(path) = url.strip_prefix("sqlite:") else {
        return Err(
            "The filling of this demonstration was interrupted. Drop its database, create it again, and start anew."
                .into(),
        );
    };
    drop(db);
    let path = path.strip_prefix("//").unwrap_or(path);
    for end in ["", "-wal", "-shm"] {
        match std::fs::remove_file(format!("{path}{end}")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{path}{end} cannot be removed: {error}").into());
            }
            _ => {}
        }
    }
    Ok(())
}

fn note(db: &Db, operator: &Actor, action: &'static str, words: &'static str, now: Timestamp) -> Result<(), Failure> {
    let who = operator.clone();
    db.write_blocking(move |tx| {
        let permit = authorise(&who, Action::ManagePlatform, &Target::PLATFORM)?;
        audit::record(tx, &permit, Entry::new(action, words), now)
    })
}

/// Fills an empty database; a database that has people already is left as it is.
///
/// # Errors
/// Whatever a use case refuses.
pub fn ready(db: &Db, clock: &dyn Clock) -> Result<Personas, Failure> {
    let known = list(db)?;
    if !known.0.is_empty() {
        return Ok(known);
    }
    tracing::info!("filling the demonstration with {WEEKS} weeks of work; this takes a few seconds, once");
    fill(db, clock)
}

/// The weeks of work that lie behind.
const WEEKS: i64 = 9;

static CITY: Blueprint = Blueprint {
    name: "Brookhaven Police",
    slug: "brookhaven",
    zone: "America/Chicago",
    phone: "(555) 010-4000",
    about: "Brookhaven officers may be hired for traffic control, events and security. Ask at least three days ahead; the \
            coordinator answers within one working day.",
    rules: include_str!("../../../../rules/examples/demo-city-pd.yaml"),
    officers: 150,
    units: &["Central", "North", "South", "Harbor", "Traffic Division"],
    patrons: words::CITY,
    any_hour: &["Harbor Gas & Light", "Brookhaven Water", "St. Anne Clinic"],
    centre: Point { lat_e6: 30_268_000, lon_e6: -97_743_000 },
    office: &[
        (Role::Dispatcher, "Marcus Bell"),
        (Role::OperatorFinance, "Helen Osei"),
        (Role::AgencyAdmin, "Ruth Calloway"),
        (Role::Coordinator, "Theo Lindqvist"),
        (Role::Approver, "Nadia Frost"),
        (Role::AgencyFinance, "Paul Imamura"),
        (Role::Auditor, "Grace Abara"),
    ],
    personas: 3,
};

static COUNTY: Blueprint = Blueprint {
    name: "Marlow County Sheriff",
    slug: "marlow-county",
    zone: "America/Chicago",
    phone: "(555) 010-7100",
    about: "Deputies of Marlow County work fairs, school games and road jobs. Call the office or send the form.",
    rules: include_str!("../../../../rules/examples/demo-county-so.yaml"),
    officers: 12,
    units: &["Patrol"],
    patrons: words::COUNTY,
    any_hour: &["Northern Grid Cooperative"],
    centre: Point { lat_e6: 44_312_000, lon_e6: -93_955_000 },
    office: &[
        (Role::AgencyAdmin, "Walt Emmerich"),
        (Role::Coordinator, "June Tollefson"),
        (Role::Approver, "Ray Stensrud"),
        (Role::AgencyFinance, "Carol Vang"),
    ],
    personas: 1,
};

/// Makes the agencies, their people and their work of the last weeks.
fn fill(db: &Db, clock: &dyn Clock) -> Result<Personas, Failure> {
    let now = clock.now();
    let began = now - SignedDuration::from_hours(24 * 7 * (WEEKS + 1));
    let operator = first_operator(db, began)?;
    note(db, &operator, BEGAN, "began to fill the demonstration", began)?;
    let city = place::make(db, &operator, &CITY, began, now)?;
    weeks::work(db, &city, &CITY, now)?;
    conduct::befall(db, &city, now)?;
    // A moment later, so that lists which go by age begin with the city.
    let began = began + SignedDuration::from_hours(1);
    let county = place::make(db, &operator, &COUNTY, began, now)?;
    conduct::permit(db, &county, began + SignedDuration::from_hours(1), now)?;
    weeks::work(db, &county, &COUNTY, now)?;
    note(db, &operator, FILLED, "filled the demonstration", now)?;
    list(db)
}

fn first_operator(db: &Db, now: Timestamp) -> Result<Actor, Failure> {
    let link = db.housekeep_blocking(move |tx| access::offer_first_operator(tx, now))?;
    let token = link.ok_or(Failure::Missing("empty database"))?;
    db.write_blocking(move |tx| {
        access::create_first_operator(tx, &token, ("Dana Whitfield", "dana.whitfield@muster.example"), "", now)
    })
}

fn list(db: &Db) -> Result<Personas, Failure> {
    let personas = db.read_blocking(access::list_demo_personas)?;
    Ok(Personas(personas.into_iter().map(|persona| (persona.role, persona.name)).collect()))
}
