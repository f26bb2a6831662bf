//! Changing an agency's settings.

use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use muster_app::{
    Failure, Tx,
    agencies::{self, AgencyChange, RankChange},
};
use muster_domain::{
    access::Actor,
    agencies::{Holiday, PayMode},
    id::{JobTypeId, RankId, UnitId},
    refusal::FieldErrors,
};

use super::settings_page::{Mistaken, draw};
use crate::{
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
};

/// Runs a change and goes back to the page; a form with mistakes is drawn again in its section.
async fn save(
    given: &Given,
    (section, done): (&str, &'static str),
    sent: &Sent,
    read: Result<(), FieldErrors>,
    change: impl Fn(&mut Tx<'_>, &Actor, jiff::Timestamp) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, PageFailure> {
    let outcome = match read {
        Ok(()) => given.act(sent, change).await,
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    let errors = match outcome {
        Ok(()) => return Ok(Redirect::to(done).into_response()),
        Err(Failure::Invalid(errors)) => errors,
        Err(Failure::Refused(refusal)) if matches!(refusal.code, "code_taken" | "name_taken") => {
            let mut errors = FieldErrors::default();
            let field = match (refusal.code, section) {
                ("name_taken", _) => "name",
                (_, "identity") => "slug",
                _ => "code",
            };
            errors.add(field, format!("{} {}", refusal.message, refusal.remedy));
            errors
        }
        Err(failure) => return Err(failure.into()),
    };
    let mistaken = Mistaken { section, fields: &sent.fields, errors: &errors };
    Ok(draw(given, "", Some(mistaken)).await?)
}

const SAVED: &str = "/settings?done=saved";
const ADDED: &str = "/settings?done=added";

/// Changes part of the agency: loads what is stored, lets `edit` change it, and saves it under the version that the
/// person saw.
async fn save_agency(
    given: Given,
    section: &str,
    sent: Sent,
    edit: impl Fn(&mut AgencyChange) + Send + 'static,
    read: Result<(), FieldErrors>,
) -> Result<Response, PageFailure> {
    let version = sent.fields.get("version").parse().unwrap_or(0);
    save(&given, (section, SAVED), &sent, read, move |tx, who, now| {
        let stored = agencies::load_agency(tx, who.scope()?.agency())?;
        let mut change = AgencyChange { version, ..AgencyChange::of(&stored) };
        edit(&mut change);
        agencies::change_agency(tx, who, &change, now)
    })
    .await
}

/// Changes name, public word, zone and contact.
pub async fn save_identity(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let (name, slug, zone) = (reader.text("name", 100), reader.text("slug", 40), reader.text("zone", 60));
    let (phone, email) = (reader.optional_text("phone", 40), reader.optional_text("email", 254));
    let about = reader.optional_text("about", 2000);
    let read = reader.finish();
    let edit = move |change: &mut AgencyChange| {
        change.name.clone_from(&name);
        change.slug.clone_from(&slug);
        change.zone.clone_from(&zone);
        change.phone.clone_from(&phone);
        change.email.clone_from(&email);
        change.about.clone_from(&about);
    };
    save_agency(given, "identity", sent, edit, read).await
}

/// Changes the clock's windows and automatic approval.
pub async fn save_work(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let early = reader.number("early_clock_in_minutes", 0, 240);
    let late = reader.number("late_after_minutes", 0, 240);
    let forgotten = reader.number("forgotten_clock_out_minutes", 0, 24 * 60);
    let cut_off = reader.number("withdraw_cut_off_minutes", 0, 14 * 24 * 60);
    let read = reader.finish();
    let automatic = sent.fields.ticked("approve_automatically");
    let edit = move |change: &mut AgencyChange| {
        change.settings.early_clock_in_minutes = early;
        change.settings.late_after_minutes = late;
        change.settings.forgotten_clock_out_minutes = forgotten;
        change.settings.withdraw_cut_off_minutes = cut_off;
        change.settings.approve_automatically = automatic;
    };
    save_agency(given, "work", sent, edit, read).await
}

/// Changes pay mode, pay week and terms.
pub async fn save_money(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let modes = [PayMode::WeeklyByOperator, PayMode::PayrollExport].map(|mode| (mode.code(), mode));
    let mut reader = Reader::new(&sent.fields);
    let mode = reader.choice("pay_mode", &modes);
    let week = i8::try_from(reader.number("pay_week_starts", 1, 7)).unwrap_or(1);
    let terms = reader.number("terms_days", 0, 120);
    let read = reader.finish();
    let edit = move |change: &mut AgencyChange| {
        change.pay_mode = mode.unwrap_or(change.pay_mode);
        change.settings.pay_week_starts = week;
        change.terms_days = terms;
    };
    save_agency(given, "money", sent, edit, read).await
}

fn rank(fields: &Fields, new: bool) -> (RankChange, Result<(), FieldErrors>) {
    let mut reader = Reader::new(fields);
    let change = RankChange {
        name: reader.text("name", 60),
        short: reader.text("short", 12),
        level: reader.number("level", 1, 1000),
        code: if new { reader.text("code", 40) } else { String::new() },
    };
    (change, reader.finish())
}

/// Adds a rank.
pub async fn add_rank(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let (new, read) = rank(&sent.fields, true);
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::add_rank(tx, who, &new, now).map(drop);
    save(&given, ("rank-new", ADDED), &sent, read, change).await
}

/// Changes a rank.
pub async fn save_rank(given: Given, Id(id): Id<RankId>, sent: Sent) -> Result<Response, PageFailure> {
    let (new, read) = rank(&sent.fields, false);
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::change_rank(tx, who, id, &new, now);
    save(&given, (&format!("rank-{id}"), SAVED), &sent, read, change).await
}

fn name(fields: &Fields) -> (String, Result<(), FieldErrors>) {
    let mut reader = Reader::new(fields);
    let name = reader.text("name", 60);
    (name, reader.finish())
}

/// Adds a unit.
pub async fn add_unit(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let (name, read) = name(&sent.fields);
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::add_unit(tx, who, &name, now).map(drop);
    save(&given, ("unit-new", ADDED), &sent, read, change).await
}

/// Renames a unit.
pub async fn save_unit(given: Given, Id(id): Id<UnitId>, sent: Sent) -> Result<Response, PageFailure> {
    let (name, read) = name(&sent.fields);
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::rename_unit(tx, who, id, &name, now);
    save(&given, (&format!("unit-{id}"), SAVED), &sent, read, change).await
}

/// Adds a kind of job.
pub async fn add_job_type(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let (name, code) = (reader.text("name", 60), reader.text("code", 40));
    let read = reader.finish();
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::add_job_type(tx, who, &code, &name, now).map(drop);
    save(&given, ("job-type-new", ADDED), &sent, read, change).await
}

/// Renames, retires or brings back a kind of job.
pub async fn save_job_type(given: Given, Id(id): Id<JobTypeId>, sent: Sent) -> Result<Response, PageFailure> {
    let (name, read) = name(&sent.fields);
    let retired = sent.fields.ticked("retired");
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::change_job_type(tx, who, id, (&name, retired), now);
    save(&given, (&format!("job-type-{id}"), SAVED), &sent, read, change).await
}

/// Adds a holiday.
pub async fn add_holiday(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let holiday = Holiday { held_on: reader.date("held_on"), name: reader.text("name", 60) };
    let read = reader.finish();
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::add_holiday(tx, who, &holiday, now);
    save(&given, ("holiday-new", ADDED), &sent, read, change).await
}

/// Removes a holiday.
pub async fn remove_holiday(given: Given, Id(held_on): Id<Date>, sent: Sent) -> Result<Response, PageFailure> {
    let change = move |tx: &mut Tx<'_>, who: &Actor, now| agencies::remove_holiday(tx, who, held_on, now);
    save(&given, ("holiday", "/settings?done=removed"), &sent, Ok(()), change).await
}
