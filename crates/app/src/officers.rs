//! Officers: the record, the histories of rank and status, certifications, groups, the roster and its imports.

mod availability;
mod certifications;
pub(crate) mod command;
mod roster_import;
mod schedule_import;
mod sheet;
mod standing;
pub(crate) mod touched;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    agencies::{Rank, Unit},
    audit::Entry,
    id::{AgencyId, GroupId, OfficerId, RankId, UnitId},
    officers::{Certification, Officer, RankHeld, Status, StatusHeld, WorkRow},
    refusal::FieldErrors,
    time::Span,
};
use muster_store::{self as store, Tx};
pub use muster_store::{
    officers::{Group, OnRoster, RosterFilter, Sort},
    page::{PAGE_ROWS, Page},
};
use serde_json::json;

pub use availability::{NewUnavailability, add_unavailability, remove_unavailability};
pub use certifications::{NewCertification, add_certification, remove_certification};
pub use command::{ReportsTo, set_superior};
pub use roster_import::{PlannedOfficer, RosterPlan, import_roster, plan_roster};
pub use schedule_import::{Conflict, ScheduleImported, SchedulePlan, import_schedule, plan_schedule};
pub use sheet::BadRow;
pub use standing::{remove_status, set_rank, set_status};

use crate::{Failure, agencies, audit};

/// What a form says about an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerFacts {
    /// Badge number, unique in the agency.
    pub badge: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// May be empty.
    pub email: String,
    /// May be empty.
    pub phone: String,
    /// Date of hire.
    pub hired_on: Date,
    /// The date that seniority counts from.
    pub senior_since: Date,
    /// Unit, if any.
    pub unit: Option<UnitId>,
}

/// The roster, with what its filters offer.
#[derive(Debug, Clone)]
pub struct Roster {
    /// The page asked for.
    pub page: Page<OnRoster>,
    /// Every rank, the highest first.
    pub ranks: Vec<Rank>,
    /// Every unit.
    pub units: Vec<Unit>,
    /// Every group.
    pub groups: Vec<Group>,
    /// The date at the agency.
    pub today: Date,
}

/// Everything that the officer's page shows.
#[derive(Debug, Clone)]
pub struct OfficerRecord {
    /// The record.
    pub officer: Officer,
    /// Rank and status of today.
    pub rank: RankId,
    /// The status of today.
    pub status: Status,
    /// Ranks held, the newest first.
    pub ranks_held: Vec<RankHeld>,
    /// Whom he reports to, the newest first.
    pub reports_to: Vec<ReportsTo>,
    /// Statuses, the newest first.
    pub statuses: Vec<StatusHeld>,
    /// Certifications by kind.
    pub certifications: Vec<Certification>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Work from yesterday to four weeks ahead, in order of time.
    pub work: Vec<WorkRow>,
    /// Every rank of the agency, the highest first.
    pub ranks: Vec<Rank>,
    /// Every unit of the agency.
    pub units: Vec<Unit>,
    /// Every group of the agency.
    pub all_groups: Vec<Group>,
    /// The date at the agency.
    pub today: Date,
}

/// One page of the roster.
///
/// # Errors
/// Denied.
pub fn list_roster(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &RosterFilter,
    sort: Sort,
    page: i64,
    now: Timestamp,
) -> Result<Roster, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ListOfficers, &Target::agency(agency))?;
    let today = agencies::today(tx, agency, now)?;
    Ok(Roster {
        page: store::officers::list_roster(tx, agency, filter, sort, page, today)?,
        ranks: store::agencies::list_ranks(tx, agency)?,
        units: store::agencies::list_units(tx, agency)?,
        groups: store::officers::list_groups(tx, agency)?,
        today,
    })
}

/// The whole roster by filter, for an export.
///
/// # Errors
/// Denied.
pub fn export_roster(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &RosterFilter,
    sort: Sort,
    now: Timestamp,
) -> Result<Vec<OnRoster>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ListOfficers, &Target::agency(agency))?;
    let today = agencies::today(tx, agency, now)?;
    Ok(store::officers::export_roster(tx, agency, filter, sort, today)?)
}

/// The officer's page.
///
/// # Errors
/// Denied; missing.
pub fn load_record(tx: &mut Tx<'_>, who: &Actor, id: OfficerId, now: Timestamp) -> Result<OfficerRecord, Failure> {
    let agency = who.scope()?.agency();
    let officer = store::officers::find_officer(tx, agency, id)?.ok_or(Failure::Missing("officer"))?;
    authorise(who, Action::ViewOfficer, &Target::officer(agency, id).in_unit(officer.unit))?;
    let today = agencies::today(tx, agency, now)?;
    let (rank, status) = store::officers::standing_on(tx, agency, id, today)?.unwrap_or((officer.rank, officer.status));
    Ok(OfficerRecord {
        rank,
        status,
        ranks_held: store::officers::list_ranks(tx, agency, id)?,
        reports_to: command::list_reports_to(tx, agency, id)?,
        statuses: store::officers::list_statuses(tx, agency, id)?,
        certifications: store::officers::list_certifications(tx, agency, id)?,
        groups: store::officers::list_groups_of(tx, agency, id)?,
        work: store::officers::list_work(tx, agency, id, coming_weeks(now))?,
        ranks: store::agencies::list_ranks(tx, agency)?,
        units: store::agencies::list_units(tx, agency)?,
        all_groups: store::officers::list_groups(tx, agency)?,
        today,
        officer,
    })
}

/// From a day ago to four weeks ahead.
fn coming_weeks(now: Timestamp) -> Span {
    let hours = |count: i64| jiff::SignedDuration::from_hours(count);
    Span::new(now - hours(24), now + hours(28 * 24)).expect("a day before is earlier than four weeks after")
}

/// Adds an officer with his rank from the date of hire.
///
/// # Errors
/// Denied; invalid when a text is missing, a date is out of order, or rank or unit is not of this agency; refused when the
/// badge number is taken.
pub fn add_officer(
    tx: &mut Tx<'_>,
    who: &Actor,
    facts: &OfficerFacts,
    rank: RankId,
    now: Timestamp,
) -> Result<OfficerId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::EditOfficer, &Target::agency(agency).in_unit(facts.unit))?;
    let mut errors = check(tx, agency, None, facts)?;
    let ranks = store::agencies::list_ranks(tx, agency)?;
    errors.require(ranks.iter().any(|known| known.id == rank), "rank", "Choose a rank of this agency.");
    errors.or(())?;
    let id = insert(tx, agency, facts, rank, now)?;
    let entry = Entry::new("added_officer", format!("added officer {} {}, badge {}", facts.first_name, facts.last_name, facts.badge))
        .about(id)
        .with(json!({ "badge": facts.badge, "rank": rank, "hired_on": facts.hired_on, "senior_since": facts.senior_since, "unit": facts.unit }));
    audit::record(tx, &permit, entry, now)?;
    Ok(id)
}

/// Writes a new officer and the first line of his rank history.
fn insert(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    facts: &OfficerFacts,
    rank: RankId,
    now: Timestamp,
) -> Result<OfficerId, Failure> {
    let officer = Officer {
        id: tx.id(now),
        agency,
        person: tx.id(now),
        badge: facts.badge.clone(),
        first_name: facts.first_name.clone(),
        last_name: facts.last_name.clone(),
        email: facts.email.clone(),
        phone: facts.phone.clone(),
        hired_on: facts.hired_on,
        senior_since: facts.senior_since,
        unit: facts.unit,
        rank,
        status: Status::Active,
        version: 1,
    };
    store::officers::add_officer(tx, &officer, now)?;
    let held_from = facts.hired_on.min(facts.senior_since);
    store::officers::put_rank(tx, agency, officer.id, &RankHeld { held_from, rank })?;
    Ok(officer.id)
}

/// Changes the facts of an officer; `version` is the one that the form was filled from.
///
/// # Errors
/// Denied; missing; invalid; conflict when somebody else changed the record first; refused when the badge number is taken.
pub fn edit_officer(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    version: i64,
    facts: &OfficerFacts,
    now: Timestamp,
) -> Result<(), Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    if officer.version != version {
        return Err(Failure::Conflict("The officer's record"));
    }
    check(tx, officer.agency, Some(id), facts)?.or(())?;
    let changed = with_facts(officer.clone(), facts);
    save(tx, &changed)?;
    touched::touched(tx, officer.agency, id, now)?;
    let entry = Entry::new("edited_officer", format!("changed the record of {}", changed.full_name()))
        .about(id)
        .with(json!({ "before": as_json(&officer), "after": as_json(&changed) }));
    audit::record(tx, &permit, entry, now)
}

fn with_facts(officer: Officer, facts: &OfficerFacts) -> Officer {
    Officer {
        badge: facts.badge.clone(),
        first_name: facts.first_name.clone(),
        last_name: facts.last_name.clone(),
        email: facts.email.clone(),
        phone: facts.phone.clone(),
        hired_on: facts.hired_on,
        senior_since: facts.senior_since,
        unit: facts.unit,
        ..officer
    }
}

fn as_json(o: &Officer) -> serde_json::Value {
    json!({ "badge": o.badge, "first_name": o.first_name, "last_name": o.last_name, "email": o.email, "phone": o.phone,
        "hired_on": o.hired_on, "senior_since": o.senior_since, "unit": o.unit })
}

fn save(tx: &mut Tx<'_>, officer: &Officer) -> Result<(), Failure> {
    if store::officers::save_officer(tx, officer)? { Ok(()) } else { Err(Failure::Conflict("The officer's record")) }
}

/// Loads and locks an officer whom `who` may edit.
fn to_edit(tx: &mut Tx<'_>, who: &Actor, id: OfficerId) -> Result<(Officer, Permit), Failure> {
    let agency = who.scope()?.agency();
    let officer = store::officers::lock_officer(tx, agency, id)?.ok_or(Failure::Missing("officer"))?;
    let permit = authorise(who, Action::EditOfficer, &Target::officer(agency, id).in_unit(officer.unit))?;
    Ok((officer, permit))
}

/// What is wrong with the facts; `own` is the officer who may keep his badge number.
fn check(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    own: Option<OfficerId>,
    facts: &OfficerFacts,
) -> Result<FieldErrors, Failure> {
    let mut errors = FieldErrors::default();
    check_texts(&mut errors, facts);
    let taken = store::officers::find_badge(tx, agency, &facts.badge)?.filter(|found| Some(found.id) != own);
    if let Some(other) = taken {
        errors.add("badge", format!("{} has this badge number already. Check the number.", other.full_name()));
    }
    if let Some(unit) = facts.unit {
        let known = store::agencies::list_units(tx, agency)?.iter().any(|u| u.id == unit);
        errors.require(known, "unit", "Choose a unit of this agency.");
    }
    Ok(errors)
}

fn check_texts(errors: &mut FieldErrors, facts: &OfficerFacts) {
    errors.require_text(&facts.badge, "badge", 20);
    errors.require_text(&facts.first_name, "first_name", 80);
    errors.require_text(&facts.last_name, "last_name", 80);
    if !facts.email.is_empty() {
        errors.require_text(&facts.email, "email", 200);
        errors.require(
            looks_like_email(&facts.email),
            "email",
            "Write an e-mail address, for example d.alvarez@example.gov.",
        );
    }
    if !facts.phone.is_empty() {
        errors.require_text(&facts.phone, "phone", 40);
    }
    let known_years = |date: Date| (1920..=2100).contains(&date.year());
    errors.require(known_years(facts.hired_on), "hired_on", "Enter a year between 1920 and 2100.");
    errors.require(known_years(facts.senior_since), "senior_since", "Enter a year between 1920 and 2100.");
}

/// Something before and after one `@`, without blanks.
pub(crate) fn looks_like_email(text: &str) -> bool {
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>'));
    matches!(text.split_once('@'), Some((name, host)) if plain && !name.is_empty() && host.len() >= 3 && !host.contains('@'))
}

/// Puts an officer into exactly these groups.
///
/// # Errors
/// Denied; missing.
pub fn set_groups(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    groups: &[GroupId],
    now: Timestamp,
) -> Result<(), Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    let mut names = Vec::new();
    store::officers::clear_groups(tx, officer.agency, id)?;
    for group in groups {
        let found = store::officers::find_group(tx, officer.agency, *group)?.ok_or(Failure::Missing("group"))?;
        store::officers::add_member(tx, officer.agency, *group, id)?;
        names.push(found.name);
    }
    let list = if names.is_empty() { "no group".to_owned() } else { names.join(", ") };
    touched::touched(tx, officer.agency, id, now)?;
    let entry = Entry::new("set_groups", format!("put {} into {list}", officer.full_name())).about(id).with(&names);
    audit::record(tx, &permit, entry, now)
}

/// Adds a group of officers.
///
/// # Errors
/// Denied; invalid without a name; refused when there is one with this name.
pub fn add_group(tx: &mut Tx<'_>, who: &Actor, name: &str, now: Timestamp) -> Result<GroupId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::EditOfficer, &Target::agency(agency))?;
    let mut errors = FieldErrors::default();
    errors.require_text(name, "name", 80);
    errors.or(())?;
    let id: GroupId = tx.id(now);
    store::officers::add_group(tx, agency, id, name.trim())?;
    audit::record(tx, &permit, Entry::new("added_group", format!("added the group {}", name.trim())).about(id), now)?;
    Ok(id)
}
