//! The demonstration: invented people in an invented agency, made through the real use cases.

use muster_app::{Clock, Db, Failure, access, agencies};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
};

/// Whom a visitor can be: role and name, in the order to show.
#[derive(Debug, Clone, Default)]
pub struct Personas(pub Vec<(&'static str, String)>);

/// Fills an empty database; a database that has people already is left as it is.
pub fn ready(db: &Db, clock: &dyn Clock) -> Result<Personas, Failure> {
    let known = list(db)?;
    if known.0.is_empty() { fill(db, clock) } else { Ok(known) }
}

/// Makes the agency and its people.
///
/// # Errors
/// Whatever a use case refuses.
pub fn fill(db: &Db, clock: &dyn Clock) -> Result<Personas, Failure> {
    let now = clock.now();
    let link = db.housekeep_blocking(move |tx| access::offer_first_operator(tx, now))?;
    let token = link.ok_or(Failure::Missing("empty database"))?;
    let operator: Actor = db.write_blocking(move |tx| {
        access::create_first_operator(tx, &token, ("Dana Whitfield", "dana.whitfield@muster.example"), "", now)
    })?;
    let maker = operator.clone();
    let agency = db.write_blocking(move |tx| {
        let new =
            NewAgency { name: "Brookhaven Police".into(), slug: "brookhaven".into(), zone: "America/Chicago".into() };
        agencies::create_agency(tx, &maker, &new, now)
    })?;
    let maker = Actor { agency: Some(agency), ..operator };
    for (role, name) in [
        (Role::Dispatcher, "Marcus Bell"),
        (Role::OperatorFinance, "Helen Osei"),
        (Role::AgencyAdmin, "Ruth Calloway"),
        (Role::Coordinator, "Theo Lindqvist"),
        (Role::Approver, "Nadia Frost"),
        (Role::AgencyFinance, "Paul Imamura"),
        (Role::Auditor, "Grace Abara"),
    ] {
        let maker = maker.clone();
        let invitation = access::Invitation {
            email: format!("{}@muster.example", name.to_lowercase().replace(' ', ".")),
            name: name.to_owned(),
            role,
            unit: None,
            officer: None,
            customer: None,
        };
        db.write_blocking(move |tx| access::invite_person(tx, &maker, &invitation, "http://localhost", now))?;
    }
    list(db)
}

fn list(db: &Db) -> Result<Personas, Failure> {
    let personas = db.read_blocking(access::list_demo_personas)?;
    Ok(Personas(personas.into_iter().map(|persona| (persona.role.label(), persona.name)).collect()))
}
