//! An agency's lists: ranks, units, job types, holidays.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    agencies::{Agency, Holiday, JobType, Rank, Unit, is_code},
    audit::Entry,
    id::{AgencyId, JobTypeId, RankId, UnitId},
    refusal::FieldErrors,
};
use muster_store::{self as store, Tx};

use super::load_agency;
use crate::{Failure, audit};

/// An agency with all its lists, as the settings page shows them.
#[derive(Debug, Clone)]
pub struct Lists {
    /// The agency.
    pub agency: Agency,
    /// The highest first.
    pub ranks: Vec<Rank>,
    /// By name.
    pub units: Vec<Unit>,
    /// By name, retired ones included.
    pub job_types: Vec<JobType>,
    /// From a year ago on.
    pub holidays: Vec<Holiday>,
}

/// The actor's agency with all its lists.
///
/// # Errors
/// Denied.
pub fn view_settings(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<Lists, Failure> {
    let id = who.scope()?.agency();
    authorise(who, Action::ViewAgency, &Target::agency(id))?;
    let agency = load_agency(tx, id)?;
    let from = now.to_zoned(agency.zone.clone()).date().saturating_sub(jiff::Span::new().years(1));
    Ok(Lists {
        ranks: store::agencies::list_ranks(tx, id)?,
        units: store::agencies::list_units(tx, id)?,
        job_types: store::agencies::list_job_types(tx, id)?,
        holidays: store::agencies::list_holidays(tx, id, from)?,
        agency,
    })
}

/// The agency and the permit to change its lists.
fn permit(who: &Actor) -> Result<(AgencyId, Permit), Failure> {
    let id = who.scope()?.agency();
    Ok((id, authorise(who, Action::EditAgency, &Target::agency(id))?))
}

/// A rank as the form sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankChange {
    /// The word that rules use; fixed once the rank exists.
    pub code: String,
    /// As shown.
    pub name: String,
    /// As shown before a name.
    pub short: String,
    /// Its place in the order of command, 1 to 1000.
    pub level: i64,
}

fn check_rank(rank: &RankChange, new: bool) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if new {
        check_code(&mut errors, &rank.code);
    }
    errors.require_text(&rank.name, "name", 60);
    errors.require_text(&rank.short, "short", 12);
    errors.require(
        (1..=1000).contains(&rank.level),
        "level",
        "Enter a whole number from 1 to 1000; a higher level outranks a lower.",
    );
    errors.or(())
}

fn check_code(errors: &mut FieldErrors, code: &str) {
    errors.require(
        is_code(code),
        "code",
        "Use up to 40 lower-case letters, digits and underscores, beginning with a letter, for example sergeant.",
    );
}

/// Adds a rank.
///
/// # Errors
/// Denied, invalid, or refused when the code is taken.
pub fn add_rank(tx: &mut Tx<'_>, who: &Actor, new: &RankChange, now: Timestamp) -> Result<RankId, Failure> {
    let (agency, permit) = permit(who)?;
    check_rank(new, true)?;
    let RankChange { code, name, short, level } = new.clone();
    let rank = Rank { id: tx.id(now), code, name, short, level };
    store::agencies::add_rank(tx, agency, &rank)?;
    let entry = Entry::new("added_rank", format!("added the rank {}", rank.name)).about(rank.id).with(&rank);
    audit::record(tx, &permit, entry, now)?;
    Ok(rank.id)
}

/// Changes a rank's names and its place in the order of command.
///
/// # Errors
/// Denied, invalid, or missing.
pub fn change_rank(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RankId,
    change: &RankChange,
    now: Timestamp,
) -> Result<(), Failure> {
    let (agency, permit) = permit(who)?;
    let ranks = store::agencies::list_ranks(tx, agency)?;
    let before = ranks.into_iter().find(|rank| rank.id == id).ok_or(Failure::Missing("rank"))?;
    check_rank(change, false)?;
    let RankChange { name, short, level, .. } = change.clone();
    let after = Rank { name, short, level, ..before.clone() };
    store::agencies::save_rank(tx, agency, &after)?;
    let facts = serde_json::json!({ "before": before, "after": after });
    let entry = Entry::new("changed_rank", format!("changed the rank {}", after.name)).about(id).with(facts);
    audit::record(tx, &permit, entry, now)
}

/// Adds a unit.
///
/// # Errors
/// Denied, invalid, or refused when the name is taken.
pub fn add_unit(tx: &mut Tx<'_>, who: &Actor, name: &str, now: Timestamp) -> Result<UnitId, Failure> {
    let (agency, permit) = permit(who)?;
    check_name(name)?;
    let unit = Unit { id: tx.id(now), name: name.trim().to_owned() };
    store::agencies::add_unit(tx, agency, &unit)?;
    let entry = Entry::new("added_unit", format!("added the unit {}", unit.name)).about(unit.id);
    audit::record(tx, &permit, entry, now)?;
    Ok(unit.id)
}

/// Renames a unit.
///
/// # Errors
/// Denied, invalid, missing, or refused when the name is taken.
pub fn rename_unit(tx: &mut Tx<'_>, who: &Actor, id: UnitId, name: &str, now: Timestamp) -> Result<(), Failure> {
    let (agency, permit) = permit(who)?;
    let units = store::agencies::list_units(tx, agency)?;
    let before = units.into_iter().find(|unit| unit.id == id).ok_or(Failure::Missing("unit"))?;
    check_name(name)?;
    store::agencies::save_unit(tx, agency, id, name.trim())?;
    let words = format!("renamed the unit {} to {}", before.name, name.trim());
    audit::record(tx, &permit, Entry::new("renamed_unit", words).about(id), now)
}

fn check_name(name: &str) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    errors.require_text(name, "name", 60);
    errors.or(())
}

/// Adds a job type.
///
/// # Errors
/// Denied, invalid, or refused when the code is taken.
pub fn add_job_type(
    tx: &mut Tx<'_>,
    who: &Actor,
    code: &str,
    name: &str,
    now: Timestamp,
) -> Result<JobTypeId, Failure> {
    let (agency, permit) = permit(who)?;
    let mut errors = FieldErrors::default();
    check_code(&mut errors, code);
    errors.require_text(name, "name", 60);
    errors.or(())?;
    let kind = JobType { id: tx.id(now), code: code.to_owned(), name: name.trim().to_owned(), retired: false };
    store::agencies::add_job_type(tx, agency, &kind)?;
    let entry = Entry::new("added_job_type", format!("added the job type {}", kind.name)).about(kind.id).with(&kind);
    audit::record(tx, &permit, entry, now)?;
    Ok(kind.id)
}

/// Renames, retires or brings back a job type.
///
/// # Errors
/// Denied, invalid, or missing.
pub fn change_job_type(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: JobTypeId,
    (name, retired): (&str, bool),
    now: Timestamp,
) -> Result<(), Failure> {
    let (agency, permit) = permit(who)?;
    let kinds = store::agencies::list_job_types(tx, agency)?;
    let before = kinds.into_iter().find(|kind| kind.id == id).ok_or(Failure::Missing("job type"))?;
    check_name(name)?;
    let after = JobType { name: name.trim().to_owned(), retired, ..before.clone() };
    store::agencies::save_job_type(tx, agency, id, &after.name, retired)?;
    let facts = serde_json::json!({ "before": before, "after": after });
    let entry = Entry::new("changed_job_type", format!("changed the job type {}", after.name)).about(id).with(facts);
    audit::record(tx, &permit, entry, now)
}

/// Adds a holiday, or renames the one of that day.
///
/// # Errors
/// Denied or invalid.
pub fn add_holiday(tx: &mut Tx<'_>, who: &Actor, holiday: &Holiday, now: Timestamp) -> Result<(), Failure> {
    let (agency, permit) = permit(who)?;
    check_name(&holiday.name)?;
    store::agencies::add_holiday(tx, agency, holiday)?;
    let words = format!("made {} a holiday: {}", holiday.held_on, holiday.name);
    audit::record(tx, &permit, Entry::new("added_holiday", words).about(agency).with(holiday), now)
}

/// Removes the holiday of a day.
///
/// # Errors
/// Denied, or missing when the day is none.
pub fn remove_holiday(tx: &mut Tx<'_>, who: &Actor, held_on: Date, now: Timestamp) -> Result<(), Failure> {
    let (agency, permit) = permit(who)?;
    if !store::agencies::remove_holiday(tx, agency, held_on)? {
        return Err(Failure::Missing("holiday"));
    }
    let words = format!("made {held_on} an ordinary day again");
    audit::record(tx, &permit, Entry::new("removed_holiday", words).about(agency), now)
}
