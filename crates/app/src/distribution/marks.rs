//! Lists that officers stand on and relations to customers, as the rules ask for them: written down by the office with a
//! reason, or declared by the officer; ended, never deleted. Booked work is judged again after each.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Permit, Role, Target, authorise},
    audit::Entry,
    distribution::{MarkSort, MarkWords, mark_label},
    id::{AgencyId, CustomerId, MarkId, OfficerId},
    notices::Message,
    policy::{Moment, PolicyBook},
    refusal::{FieldErrors, Refusal},
};
pub use muster_store::distribution::MarkRow;
use muster_store::{self as store, Tx, distribution::NewMarkRow};
use serde_json::json;

use crate::{
    Failure,
    access::not_about_himself,
    agencies, audit,
    notices::{self, To},
    officers::touched::touched,
    rates,
};

/// A list that an officer is put on, or a relation of his, as people write it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMark {
    /// Whose.
    pub officer: OfficerId,
    /// Which of the two.
    pub sort: MarkSort,
    /// The list or the relation, by the rule book's word.
    pub word: String,
    /// The customer's name or id; empty for all.
    pub customer: String,
    /// The code of the only kind of job that it is for; empty for all.
    pub job_kind: String,
    /// First day; today when absent. A relation has none.
    pub from: Option<Date>,
    /// Last day; open when absent. A relation has none.
    pub until: Option<Date>,
    /// Why; the officer reads it.
    pub reason: String,
}

/// The lists and relations of an officer or to a customer, with what a form about them offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// The latest first.
    pub rows: Vec<MarkRow>,
    /// The words of the rules in force.
    pub words: MarkWords,
    /// Kinds of job: code and name.
    pub kinds: Vec<(String, String)>,
    /// The approved customers by name, for who may see them all.
    pub customers: Vec<String>,
}

/// The lists and relations of an officer.
///
/// # Errors
/// Denied; missing.
pub fn load_marks(tx: &mut Tx<'_>, who: &Actor, officer: OfficerId, now: Timestamp) -> Result<Marks, Failure> {
    let agency = who.scope()?.agency();
    let known = store::officers::find_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    authorise(who, Action::ViewOfficer, &Target::officer(agency, officer).in_unit(known.unit))?;
    let rows = store::distribution::list_marks_of(tx, agency, officer)?;
    with_words(tx, who, rows, now)
}

/// Officers who are not sent to a customer or have a relation to it; nobody's for the customer's own people.
///
/// # Errors
/// Denied; missing.
pub fn load_marks_to(tx: &mut Tx<'_>, who: &Actor, customer: CustomerId, now: Timestamp) -> Result<Marks, Failure> {
    let agency = see_customer(tx, who, customer)?;
    let rows = store::distribution::list_marks_to(tx, agency, customer)?;
    with_words(tx, who, rows, now)
}

fn with_words(tx: &mut Tx<'_>, who: &Actor, rows: Vec<MarkRow>, now: Timestamp) -> Result<Marks, Failure> {
    let agency = who.scope()?.agency();
    let kinds = store::agencies::list_job_types(tx, agency)?.into_iter().map(|kind| (kind.code, kind.name)).collect();
    let sees_all = authorise(who, Action::ListCustomers, &Target::agency(agency)).is_ok();
    let customers = if sees_all { store::customers::list_approved(tx, agency)? } else { Vec::new() };
    let customers = customers.into_iter().map(|(_, name)| name).collect();
    Ok(Marks { rows, words: words_in_force(tx, agency, now)?, kinds, customers })
}

/// The words of the rules in force now; those of every agency while there are none.
fn words_in_force(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<MarkWords, Failure> {
    match rates::load_rules(tx, agency, now) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => {
            Ok(MarkWords::of(&PolicyBook::default()))
        }
        other => Ok(MarkWords::of(&other?.book.policy)),
    }
}

/// A customer, seen by somebody who may see the agency's officers.
fn see_customer(tx: &mut Tx<'_>, who: &Actor, customer: CustomerId) -> Result<AgencyId, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ListOfficers, &Target::agency(agency))?;
    store::customers::find_customer(tx, agency, customer, None)?.ok_or(Failure::Missing("customer"))?;
    Ok(agency)
}

/// Finds the officer with this badge number, for a form that begins at a customer.
///
/// # Errors
/// Denied; missing customer; invalid when nobody has this number.
pub fn find_badge(tx: &mut Tx<'_>, who: &Actor, customer: CustomerId, badge: &str) -> Result<OfficerId, Failure> {
    let agency = see_customer(tx, who, customer)?;
    let found = store::officers::find_badge(tx, agency, badge.trim())?;
    let mut errors = FieldErrors::default();
    errors.require(found.is_some(), "badge", "No officer has this badge number. Look it up on the roster.");
    errors.or(())?;
    found.map(|officer| officer.id).ok_or(Failure::Missing("officer"))
}

/// Whoever declares of himself may do so as far as the rules let him; everything else is the office's.
fn permit(tx: &mut Tx<'_>, who: &Actor, officer: OfficerId) -> Result<(Permit, bool), Failure> {
    let agency = who.scope()?.agency();
    let known = store::officers::lock_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let own = who.officer == Some(officer);
    let action = if own { Action::TakeShift } else { Action::EditOfficer };
    if !own {
        let remedy = "Declare it under My standing, or ask another coordinator.";
        not_about_himself(tx, who, officer, "Nobody decides about his own record.", remedy)?;
    }
    Ok((authorise(who, action, &Target::officer(agency, officer).in_unit(known.unit))?, own))
}

/// Puts an officer on a list, or writes down his relation to a customer. The officer does it of himself for relations and
/// for lists of those who ask for such work.
///
/// # Errors
/// Denied; missing; invalid with an unknown list, relation, customer, kind of job or period, or without a reason; refused
/// when it is on record already, and to an officer for a list that the agency keeps.
pub fn add_mark(tx: &mut Tx<'_>, who: &Actor, new: &NewMark, now: Timestamp) -> Result<MarkId, Failure> {
    let agency = who.scope()?.agency();
    let (permit, own) = permit(tx, who, new.officer)?;
    let zone = agencies::load_agency(tx, agency)?.zone;
    let words = words_in_force(tx, agency, now)?;
    if own && words.knows(new.sort, &new.word) && !words.may_declare(new.sort, &new.word) {
        return Err(kept_by_agency().into());
    }
    let customer = find_customer(tx, agency, &new.customer)?;
    let today = zone.to_datetime(now).date();
    check(tx, agency, new, (&words, own, customer, today))?.or(())?;
    let relation = new.sort == MarkSort::Relation;
    let from = new.from.filter(|day| !relation && *day != today);
    let starts_at = from.and_then(|day| midnight(&zone, day)).unwrap_or(now);
    let until = new.until.filter(|_| !relation);
    let ends_at = until.and_then(|day| midnight(&zone, day.tomorrow().ok()?));
    let same = store::distribution::list_marks_of(tx, agency, new.officer)?.into_iter().any(|one| {
        one.is_open(now)
            && (one.sort, &one.word) == (new.sort, &new.word)
            && one.customer.as_ref().map(|(id, _)| *id) == customer
            && one.job_kind.as_deref().unwrap_or_default() == new.job_kind
            && one.ends_at.is_none_or(|until| starts_at < until)
            && ends_at.is_none_or(|until| one.starts_at < until)
    });
    if same {
        let message = format!("This is on record already: {}.", mark_label(&new.word));
        return Err(
            Refusal::new("mark_on_record", message, "End the entry that stands before you write another.").into()
        );
    }
    let id = tx.id(now);
    let account = who.account.to_string();
    let row = NewMarkRow {
        id,
        officer: new.officer,
        sort: new.sort,
        word: &new.word,
        customer,
        job_kind: if relation { "" } else { &new.job_kind },
        starts_at,
        ends_at,
        reason: new.reason.trim(),
        declared: own,
        added_by: &who.name,
        adder: &account,
    };
    store::distribution::add_mark(tx, agency, &row, now)?;
    settle(tx, &permit, (agency, id), &zone, now)?;
    Ok(id)
}

fn kept_by_agency() -> Refusal {
    let message = "The agency keeps this entry; officers do not change it themselves.";
    Refusal::new("kept_by_agency", message, "Speak to the coordinator.")
}

/// The customer with this id or name; none when the text is empty or nobody is called so.
fn find_customer(tx: &mut Tx<'_>, agency: AgencyId, text: &str) -> Result<Option<CustomerId>, Failure> {
    let text = text.trim();
    Ok(match text.parse::<CustomerId>() {
        Ok(id) => store::customers::find_customer(tx, agency, id, None)?.map(|customer| customer.id),
        Err(_) if text.is_empty() => None,
        Err(_) => store::customers::find_named(tx, agency, text)?,
    })
}

fn check(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    new: &NewMark,
    (words, own, customer, today): (&MarkWords, bool, Option<CustomerId>, Date),
) -> Result<FieldErrors, Failure> {
    let mut errors = FieldErrors::default();
    errors.require(words.knows(new.sort, &new.word), "word", "Choose one from the list.");
    let named = !new.customer.trim().is_empty();
    let unknown = "No customer has exactly this name. Write it as it stands on the job.";
    errors.require(!named || customer.is_some(), "customer", unknown);
    if new.sort == MarkSort::Relation {
        errors.require(named, "customer", "Write the name of the customer.");
    } else {
        let kinds = store::agencies::list_job_types(tx, agency)?;
        let known = new.job_kind.is_empty() || kinds.iter().any(|kind| kind.code == new.job_kind);
        errors.require(known, "job_kind", "Choose a kind of job of this agency.");
        let from = new.from.unwrap_or(today);
        errors.require((2000..=2100).contains(&from.year()), "from", "Enter a year between 2000 and 2100.");
        if let Some(until) = new.until {
            errors.require((2000..=2100).contains(&until.year()), "until", "Enter a year between 2000 and 2100.");
            errors.require(until >= from, "until", "The last day comes before the first. Choose a later one.");
            errors.require(
                until >= today,
                "until",
                "This day is past. Choose today or a later day, or leave it empty.",
            );
        }
    }
    if own {
        errors.allow_text(&new.reason, "reason", 500);
    } else {
        errors.require_text(&new.reason, "reason", 500);
    }
    Ok(errors)
}

/// Takes an officer off a list, or ends a relation, from now on; what was stays on record.
///
/// # Errors
/// Denied; missing; invalid when the office gives no reason; refused when it is over already, and to an officer for what he
/// did not declare himself.
pub fn end_mark(tx: &mut Tx<'_>, who: &Actor, id: MarkId, reason: &str, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_mark(tx, agency, id)?.ok_or(Failure::Missing("entry"))?;
    let (permit, own) = permit(tx, who, row.officer)?;
    if own && !row.declared {
        return Err(kept_by_agency().into());
    }
    let mut errors = FieldErrors::default();
    if own {
        errors.allow_text(reason, "reason", 500);
    } else {
        errors.require_text(reason, "reason", 500);
    }
    errors.or(())?;
    if !row.is_open(now) || !store::distribution::end_mark(tx, agency, id, (&who.name, reason.trim()), now)? {
        return Err(Refusal::new("mark_over", "This entry is over already.", "Look at the list again.").into());
    }
    let zone = agencies::load_agency(tx, agency)?.zone;
    settle(tx, &permit, (agency, id), &zone, now)
}

/// Tells whoever did not write it, has booked work judged again, and writes the log.
fn settle(
    tx: &mut Tx<'_>,
    permit: &Permit,
    (agency, id): (AgencyId, MarkId),
    zone: &TimeZone,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = store::distribution::find_mark(tx, agency, id)?.ok_or(Failure::Missing("entry"))?;
    let (over, list) = (row.ended_at.is_some(), row.sort == MarkSort::List);
    let label = mark_label(&row.word);
    let scope = scope_words(&row, zone);
    let reason = if over { &row.end_reason } else { &row.reason };
    let said = if reason.is_empty() { String::new() } else { format!(" {reason}") };
    let (kind, title) = match (list, over) {
        (true, false) => ("mark_added", format!("You are on the list: {label}")),
        (true, true) => ("mark_ended", format!("You are no longer on the list: {label}")),
        (false, false) => ("mark_added", format!("Relation to a customer on record: {label}")),
        (false, true) => ("mark_ended", format!("Relation to a customer ended: {label}")),
    };
    let body = format!("On record {scope}.{said}");
    let message = Message { kind, title, body, link: "/standing".to_owned() };
    notices::tell(tx, agency, To::Officer(row.officer), &message, now)?;
    if row.declared {
        let verb = if over { "ended" } else { "declared" };
        let title = format!("{} {verb}: {label}", row.name);
        let body = format!("On record {scope}.{said}");
        let message = Message { kind: "mark_declared", title, body, link: format!("/officers/{}", row.officer) };
        notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)?;
    }
    touched(tx, agency, row.officer, now)?;
    let (action, words) = match (list, over) {
        (true, false) => ("listed_officer", format!("put {} on the list \u{201c}{label}\u{201d}, {scope}", row.name)),
        (true, true) => {
            ("unlisted_officer", format!("took {} off the list \u{201c}{label}\u{201d}, {scope}", row.name))
        }
        (false, false) => ("added_relation", format!("wrote down that {}: \u{201c}{label}\u{201d} {scope}", row.name)),
        (false, true) => {
            ("ended_relation", format!("ended the relation of {}: \u{201c}{label}\u{201d} {scope}", row.name))
        }
    };
    let words = if reason.is_empty() { words } else { format!("{words}: {reason}") };
    let mut entry = Entry::new(action, words).about(id).about(row.officer);
    if let Some((customer, _)) = &row.customer {
        entry = entry.about(*customer);
    }
    let facts = json!({ "word": row.word, "job_kind": row.job_kind, "starts_at": row.starts_at, "ends_at": row.ends_at, "declared": row.declared });
    audit::record(tx, permit, entry.with(facts), now)
}

/// `for Harbor Mall, only traffic, until Sat, Jul 4 00:00`.
fn scope_words(row: &MarkRow, zone: &TimeZone) -> String {
    let mut words = match &row.customer {
        Some((_, name)) => format!("for {name}"),
        None => "for every customer".to_owned(),
    };
    if let Some(kind) = &row.job_kind {
        words += &format!(", only {}", kind.replace('_', " "));
    }
    if row.starts_at > row.added_at {
        words += &format!(", from {}", Moment::new(row.starts_at, zone));
    }
    if let Some(until) = row.ends_at.filter(|_| row.ended_at.is_none()) {
        words += &format!(", until {}", Moment::new(until, zone));
    }
    words
}

/// The first instant of a local day.
fn midnight(zone: &TimeZone, day: Date) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}
