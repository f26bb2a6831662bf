//! Agencies and their settings.

mod lists;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    agencies::{
        Agency, JobType, NewAgency, PayMode, Rank, STARTER_JOB_TYPES, STARTER_RANKS, Settings, find_zone, is_slug,
    },
    audit::Entry,
    id::AgencyId,
    refusal::FieldErrors,
};
use muster_store::{self as store, Tx, agencies::ListedAgency};

pub use lists::{
    Lists, RankChange, add_holiday, add_job_type, add_rank, add_unit, change_job_type, change_rank, remove_holiday,
    rename_unit, view_settings,
};

use crate::{Failure, audit};

/// The agency, which must exist.
///
/// # Errors
/// Missing.
pub fn load_agency(tx: &mut Tx<'_>, id: AgencyId) -> Result<Agency, Failure> {
    store::agencies::find_agency(tx, id)?.ok_or(Failure::Missing("agency"))
}

/// The date on the agency's calendars now.
///
/// # Errors
/// Missing.
pub fn today(tx: &mut Tx<'_>, id: AgencyId, now: Timestamp) -> Result<Date, Failure> {
    Ok(now.to_zoned(load_agency(tx, id)?.zone).date())
}

/// A page of 50 of all agencies, for the operator's staff, and how many there are.
///
/// # Errors
/// Denied for everybody but the operator's staff.
pub fn list_agencies(
    tx: &mut Tx<'_>,
    who: &Actor,
    words: &str,
    page: i64,
) -> Result<(Vec<ListedAgency>, i64), Failure> {
    if !who.role.is_operator() {
        authorise(who, Action::ManagePlatform, &Target::PLATFORM)?;
    }
    let words = words.trim().to_lowercase().replace(['%', '_'], " ");
    let pattern = (!words.trim().is_empty()).then(|| format!("%{}%", words.trim()));
    let offset = (page.max(1) - 1).min(1_000_000) * 50;
    Ok(store::agencies::list_agencies(tx, pattern.as_deref(), 50, offset)?)
}

/// Makes an agency with the usual ranks and job types; it changes them as it likes.
///
/// # Errors
/// Denied, invalid, or refused when the word for public addresses is taken.
pub fn create_agency(tx: &mut Tx<'_>, who: &Actor, new: &NewAgency, now: Timestamp) -> Result<AgencyId, Failure> {
    let permit = authorise(who, Action::ManagePlatform, &Target::PLATFORM)?;
    let mut errors = FieldErrors::default();
    errors.require_text(&new.name, "name", 100);
    check_slug(&mut errors, &new.slug);
    let zone = find_zone(&new.zone);
    errors.require(zone.is_some(), "zone", "Choose a time zone from the list, for example America/Chicago.");
    let Some(zone) = zone else { return Err(errors.into()) };
    errors.or(())?;
    let agency = Agency {
        id: tx.id(now),
        name: new.name.trim().to_owned(),
        slug: new.slug.clone(),
        zone,
        phone: String::new(),
        email: String::new(),
        about: String::new(),
        pay_mode: PayMode::WeeklyByOperator,
        terms_days: 30,
        settings: Settings::default(),
        version: 1,
    };
    store::agencies::add_agency(tx, &agency, now)?;
    for &(code, name, short, level) in STARTER_RANKS {
        let rank = Rank { id: tx.id(now), code: code.into(), name: name.into(), short: short.into(), level };
        store::agencies::add_rank(tx, agency.id, &rank)?;
    }
    for &(code, name) in STARTER_JOB_TYPES {
        let kind = JobType { id: tx.id(now), code: code.into(), name: name.into(), retired: false };
        store::agencies::add_job_type(tx, agency.id, &kind)?;
    }
    let entry = Entry::new("created_agency", format!("created the agency {}", agency.name))
        .about(agency.id)
        .with(serde_json::json!({ "name": agency.name, "slug": agency.slug, "zone": new.zone }));
    audit::record(tx, &permit, entry, now)?;
    Ok(agency.id)
}

fn check_slug(errors: &mut FieldErrors, slug: &str) {
    let words = "Use 2 to 40 lower-case letters, digits and single hyphens, for example austin-pd.";
    errors.require(is_slug(slug), "slug", words);
}

/// What the settings page sends: everything of an agency but its lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyChange {
    /// The version that the person saw.
    pub version: i64,
    /// As on its badge.
    pub name: String,
    /// Its word in public addresses.
    pub slug: String,
    /// The IANA name of its zone.
    pub zone: String,
    /// Where customers call.
    pub phone: String,
    /// Where customers write.
    pub email: String,
    /// A few sentences for the public page.
    pub about: String,
    /// How officers are paid.
    pub pay_mode: PayMode,
    /// Days that a customer has to pay.
    pub terms_days: i64,
    /// The smaller switches.
    pub settings: Settings,
}

impl AgencyChange {
    /// The agency as it is now, to change some of it.
    #[must_use]
    pub fn of(agency: &Agency) -> Self {
        Self {
            version: agency.version,
            name: agency.name.clone(),
            slug: agency.slug.clone(),
            zone: agency.zone.iana_name().unwrap_or_default().to_owned(),
            phone: agency.phone.clone(),
            email: agency.email.clone(),
            about: agency.about.clone(),
            pay_mode: agency.pay_mode,
            terms_days: agency.terms_days,
            settings: agency.settings.clone(),
        }
    }
}

/// Changes the actor's agency.
///
/// # Errors
/// Denied, invalid, refused when the word for addresses is taken, or a conflict when somebody changed it first.
pub fn change_agency(tx: &mut Tx<'_>, who: &Actor, change: &AgencyChange, now: Timestamp) -> Result<(), Failure> {
    let before = load_agency(tx, who.scope()?.agency())?;
    let permit = authorise(who, Action::EditAgency, &Target::agency(before.id))?;
    let zone = check(change)?;
    let after = Agency {
        id: before.id,
        name: change.name.trim().to_owned(),
        slug: change.slug.clone(),
        zone,
        phone: change.phone.trim().to_owned(),
        email: change.email.trim().to_owned(),
        about: change.about.trim().to_owned(),
        pay_mode: change.pay_mode,
        terms_days: change.terms_days,
        settings: change.settings.clone(),
        version: change.version,
    };
    if !store::agencies::save_agency(tx, &after)? {
        return Err(Failure::Conflict("The agency"));
    }
    let facts = serde_json::json!({ "before": facts(&before), "after": facts(&after) });
    let entry = Entry::new("changed_agency", "changed the agency's settings").about(before.id).with(facts);
    audit::record(tx, &permit, entry, now)
}

fn check(change: &AgencyChange) -> Result<jiff::tz::TimeZone, FieldErrors> {
    let mut errors = FieldErrors::default();
    errors.require_text(&change.name, "name", 100);
    check_slug(&mut errors, &change.slug);
    for (text, field, most) in
        [(&change.phone, "phone", 40), (&change.email, "email", 254), (&change.about, "about", 2000)]
    {
        if !text.trim().is_empty() {
            errors.require_text(text, field, most);
        }
    }
    errors.require((0..=120).contains(&change.terms_days), "terms_days", "Enter a number of days from 0 to 120.");
    change.settings.check(&mut errors);
    let zone = find_zone(&change.zone);
    errors.require(zone.is_some(), "zone", "Choose a time zone from the list, for example America/Chicago.");
    match zone {
        Some(zone) => errors.or(zone),
        None => Err(errors),
    }
}

fn facts(agency: &Agency) -> serde_json::Value {
    serde_json::json!({
        "name": agency.name, "slug": agency.slug, "zone": agency.zone.iana_name(), "phone": agency.phone, "email": agency.email,
        "about": agency.about, "pay_mode": agency.pay_mode, "terms_days": agency.terms_days, "settings": agency.settings,
    })
}
