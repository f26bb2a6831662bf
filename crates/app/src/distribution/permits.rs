//! Standing permits of officers (P13): asked for and renewed by the officer, decided level by level, revoked; what the rules
//! want and where each stands.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Denied, Role, Target, authorise, may_speak_for},
    audit::Entry,
    distribution::{
        PermitLevel, PermitStanding, must_not_be_outranked, permit_levels, permit_standing, permit_turn, permit_until,
    },
    id::{AgencyId, ApprovalId, OfficerId},
    notices::Message,
    policy::{
        Citation, Kind, Moment, Rule,
        kinds::{ApprovalObject, ApprovalPath, LevelOrder, Renewal, Silence},
    },
    refusal::{FieldErrors, Refusal},
    time::Span,
};
pub use muster_store::distribution::PermitRow;
use muster_store::{
    self as store, Tx,
    distribution::NewPermit,
    requests::{ApprovalTerms, DocumentSeen, Settled},
};
use serde_json::json;

use super::eligibility::Subject;
use crate::{
    Failure,
    access::not_about_himself,
    agencies, audit, check_reason,
    notices::{self, To},
    officers::touched::touched,
    rates,
    requests::LevelDecision,
};

/// A permit that the rules want of an officer, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitSeen {
    /// The rule.
    pub rule: String,
    /// The rule in a sentence.
    pub words: String,
    /// Where it comes from.
    pub cite: Option<Citation>,
    /// Documents that must be shown with it.
    pub documents: Vec<String>,
    /// Where it stands.
    pub standing: PermitStanding,
    /// The officer may ask for it, or for its renewal, now.
    pub may_ask: bool,
    /// Every level that was ever asked, the latest first.
    pub levels: Vec<PermitRow>,
}

/// A level of a permit that has still to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitWaiting {
    /// The level as it was asked.
    pub row: PermitRow,
    /// Documents that the rule asks for and nobody has seen, by the rule book's words.
    pub missing: Vec<String>,
}

/// What somebody says of a level of a permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitDecision {
    /// As for a request.
    pub said: LevelDecision,
    /// The officer's day of birth, where the permit ends by it and it is not known yet.
    pub born_on: Option<Date>,
    /// Documents of the rule that he who decides has seen now.
    pub documents: Vec<String>,
}

fn path(rule: &Rule) -> Option<&ApprovalPath> {
    match &rule.kind {
        Kind::Approval(path) if path.object == ApprovalObject::Officer => Some(path),
        _ => None,
    }
}

/// True for a condition that only the work can answer: the permit is needed for such work.
fn asks_of_work(rule: &Rule) -> bool {
    let form = serde_json::to_string(&rule.when).unwrap_or_default();
    ["job.", "customer.", "venue.", "crew.", "moment.", "position."].iter().any(|word| form.contains(word))
}

fn level_rows(rows: &[PermitRow], rule: &str) -> Vec<PermitLevel> {
    rows.iter().filter(|row| row.rule == rule).map(|row| row.level.clone()).collect()
}

/// The permits that the rules in force want of an officer.
///
/// # Errors
/// Denied; missing.
pub fn load_permits(
    tx: &mut Tx<'_>,
    who: &Actor,
    officer: OfficerId,
    now: Timestamp,
) -> Result<Vec<PermitSeen>, Failure> {
    let agency = who.scope()?.agency();
    let known = store::officers::find_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    authorise(who, Action::ViewOfficer, &Target::officer(agency, officer).in_unit(known.unit))?;
    seen(tx, agency, officer, now)
}

fn seen(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, now: Timestamp) -> Result<Vec<PermitSeen>, Failure> {
    let rules = match rates::load_rules(tx, agency, now) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => return Ok(Vec::new()),
        other => other?,
    };
    let rows = store::distribution::list_permits_of(tx, agency, officer)?;
    let record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let zone = agencies::load_agency(tx, agency)?.zone;
    let subject = Subject::new(officer, &record, &[], &zone);
    let today = zone.to_datetime(now).date();
    let moment = Span::new(now, now + SignedDuration::from_hours(1)).ok_or(Failure::Missing("day"))?;
    let concerns =
        |rule: &&Rule| rule.is_in_force(today) && (asks_of_work(rule) || subject.meets(&rule.when, moment, today));
    let wanted = rules.book.policy.rules.iter().filter(concerns).filter_map(|rule| Some((rule, path(rule)?)));
    let permits = wanted.map(|(rule, path)| {
        let levels = level_rows(&rows, &rule.id);
        let standing = permit_standing(path, &levels, now);
        PermitSeen {
            rule: rule.id.clone(),
            words: path.words(),
            cite: rule.cite.clone(),
            documents: path.documents.clone(),
            may_ask: standing.may_ask(&levels, now),
            standing,
            levels: rows.iter().filter(|row| row.rule == rule.id).cloned().collect(),
        }
    });
    Ok(permits.collect())
}

/// An officer asks for a permit, or for the renewal of one that ends soon: every level of the rule's path is asked.
///
/// # Errors
/// Denied; missing when no rule in force wants it; refused while it is being asked for, and while it holds for long.
pub fn ask_for_permit(tx: &mut Tx<'_>, who: &Actor, rule: &str, words: &str, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(Denied::NotAllowed(Action::TakeShift))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, officer))?;
    check_reason(words)?;
    store::distribution::lock_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let all = seen(tx, agency, officer, now)?;
    let wanted = all.iter().find(|one| one.rule == rule).ok_or(Failure::Missing("permit"))?;
    if !wanted.may_ask {
        let message = "This permit is being decided already, or holds for more than two months.";
        return Err(Refusal::new("permit_stands", message, "Look at it under My permits.").into());
    }
    let rules = rates::load_rules(tx, agency, now)?;
    let path = rules.book.policy.rule(rule).and_then(path).ok_or(Failure::Missing("permit"))?;
    let terms = ApprovalTerms {
        order: path.order,
        verbal_first: path.verbal_first,
        silence_denies: path.silence == Silence::Deny,
        renew: path.renew,
    };
    let levels = permit_levels(path);
    for (step, level) in (0..).zip(&levels) {
        let id = tx.id(now);
        let new = NewPermit { id, officer, rule, level, step, terms: &terms, words: words.trim() };
        store::distribution::add_permit(tx, agency, &new, now)?;
    }
    let by = levels.join(", ").replace('_', " ");
    let message = Message {
        kind: "approval_permit_asked",
        title: format!("{} asks for a permit", who.name),
        body: format!("{}. To answer: {by}. {}", wanted.words, words.trim()),
        link: "/permits".to_owned(),
    };
    for role in [Role::Coordinator, Role::Approver] {
        notices::tell(tx, agency, To::Role(role), &message, now)?;
    }
    let entry =
        Entry::new("asked_for_permit", format!("asked for the permit \u{201c}{rule}\u{201d}, which {by} decide"));
    audit::record(tx, &permit, entry.about(officer).with(json!({ "rule": rule, "levels": levels })), now)
}

/// The levels that have still to answer at the agency, the longest waiting first, at most 200.
///
/// # Errors
/// Denied.
pub fn list_permits_waiting(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<Vec<PermitWaiting>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ListOfficers, &Target::agency(agency))?;
    let rows = store::distribution::list_permits_waiting(tx, agency)?;
    let waiting = |row: PermitRow| {
        let missing = missing_documents(tx, agency, &row, &[], now)?;
        Ok(PermitWaiting { row, missing })
    };
    rows.into_iter().map(waiting).collect()
}

/// The rank of an officer today, as its place in the order of command.
fn rank(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, today: Date) -> Result<Option<i64>, Failure> {
    let record = store::distribution::find_record(tx, agency, officer)?;
    Ok(record.and_then(|record| record.rank_on(today).map(|(_, level, ..)| level)))
}

/// Records what a level said. A no ends the path, unless another level is enough. The officer's booked work is judged again.
///
/// # Errors
/// Denied; missing; invalid; refused when it was decided, another level comes first, the actor may not speak for the level,
/// or is the officer himself or his subordinate.
pub fn decide_permit(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ApprovalId,
    decision: &PermitDecision,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::ApproveSeat, &Target::agency(agency))?;
    let row = store::distribution::find_permit(tx, agency, id)?.ok_or(Failure::Missing("permit"))?;
    store::distribution::lock_officer(tx, agency, row.officer)?.ok_or(Failure::Missing("officer"))?;
    if row.level.state != "asked" {
        return Err(ended(&row.level.state).into());
    }
    if !may_speak_for(who.role, &row.level.level) {
        let message = format!("This needs the approval of {}.", row.level.level.replace('_', " "));
        let remedy = "An approver or an administrator can record it.";
        return Err(Refusal::new("approval_of_another_level", message, remedy).into());
    }
    let zone = agencies::load_agency(tx, agency)?.zone;
    let today = zone.to_datetime(now).date();
    not_about_himself(tx, who, row.officer, "Nobody decides about his own permit.", "Ask another approver.")?;
    let mut own_rank = None;
    for officer in store::access::list_officers_of(tx, who.account, agency)? {
        own_rank = own_rank.max(rank(tx, agency, officer, today)?);
    }
    must_not_be_outranked(own_rank, rank(tx, agency, row.officer, today)?.unwrap_or(0))?;
    let rows = store::distribution::list_permits_of(tx, agency, row.officer)?;
    permit_turn(row.terms.order, &level_rows(&rows, &row.rule), row.level.step)?;
    let missing = missing_documents(tx, agency, &row, &decision.documents, now)?;
    let valid_until = check(tx, agency, (&row, &rows, &missing), decision, (&zone, now))?;
    keep_documents(tx, agency, (who, &row), decision, now)?;
    let said = &decision.said;
    let by = match said.said_by.trim() {
        "" => who.name.clone(),
        other => format!("{other} (recorded by {})", who.name),
    };
    let state = if said.agrees { "approved" } else { "declined" };
    let settled = Settled { state, by: &by, reason: said.reason.trim(), spoken: said.spoken, valid_until };
    if !store::distribution::settle_permit(tx, agency, id, &settled, now)? {
        return Err(Failure::Conflict("The permit"));
    }
    let level = row.level.level.replace('_', " ");
    let left = rows.iter().filter(|one| one.rule == row.rule && one.level.state == "asked" && one.id != id).count();
    let one_is_enough = row.terms.order == LevelOrder::One;
    if said.agrees == one_is_enough {
        let why = if said.agrees { "One level is enough." } else { "Another level said no." };
        store::distribution::close_permit(tx, agency, &row, why, now)?;
    }
    let over = if said.agrees { one_is_enough || left == 0 } else { !one_is_enough || left == 0 };
    if over {
        tell_decided(tx, agency, (&row, &level), (said, valid_until, &zone), now)?;
        touched(tx, agency, row.officer, now)?;
    }
    let verb = if said.agrees { "agreed" } else { "said no" };
    let words =
        format!("recorded that {level} {verb} on the permit \u{201c}{}\u{201d} of {}: {by}", row.rule, row.name);
    let facts = json!({ "approval": id, "rule": row.rule, "level": row.level.level, "by": by, "spoken": said.spoken,
        "reason": said.reason.trim(), "valid_until": valid_until });
    let entry = Entry::new(if said.agrees { "gave_permit" } else { "refused_permit" }, words);
    audit::record(tx, &permit, entry.about(row.officer).with(facts), now)
}

/// Checks what was said; answers until when the approval holds.
fn check(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (row, rows, missing): (&PermitRow, &[PermitRow], &[String]),
    decision: &PermitDecision,
    (zone, now): (&TimeZone, Timestamp),
) -> Result<Option<Timestamp>, Failure> {
    let said = &decision.said;
    let mut errors = FieldErrors::default();
    errors.allow_text(&said.said_by, "said_by", 120);
    if said.agrees {
        errors.allow_text(&said.reason, "reason", 500);
    } else {
        errors.require_text(&said.reason, "reason", 500);
    }
    let spoken = !said.spoken || row.terms.verbal_first;
    errors.require(spoken, "spoken", "The rule wants this approval in writing; a spoken one is not enough.");
    let wanted = missing.join(", ").replace('_', " ");
    errors.require(
        !said.agrees || missing.is_empty(),
        "documents",
        &format!("The rule asks for: {wanted}. Say which of them you have seen."),
    );
    let by_birth = matches!(row.terms.renew, Renewal::BirthMonth | Renewal::Birthday) && said.agrees;
    let known = if by_birth { store::distribution::find_birth(tx, agency, row.officer)? } else { None };
    let born_on = known.or(decision.born_on);
    let born = !by_birth || born_on.is_some_and(|day| (1900..=2015).contains(&day.year()));
    errors.require(born, "born_on", "The permit ends by the officer\u{2019}s birthday. Enter his day of birth.");
    errors.or(())?;
    if let (true, None, Some(day)) = (by_birth, known, born_on) {
        store::distribution::set_birth(tx, agency, row.officer, day)?;
    }
    if !said.agrees {
        return Ok(None);
    }
    let same = |one: &&PermitRow| one.rule == row.rule && one.level.level == row.level.level;
    let before = rows.iter().filter(same).filter(|one| one.level.state == "approved").filter_map(|one| one.level.until);
    let before = before.max().filter(|until| now < *until);
    Ok(permit_until(row.terms.renew, now, before, born_on, zone))
}

/// Documents that the rule asks for and nobody has seen, but for those that are shown now.
fn missing_documents(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    row: &PermitRow,
    shown: &[String],
    now: Timestamp,
) -> Result<Vec<String>, Failure> {
    let rules = rates::load_rules(tx, agency, now)?;
    let path = rules.book.policy.rule(&row.rule).and_then(path);
    let Some(path) = path.filter(|path| !path.documents.is_empty()) else { return Ok(Vec::new()) };
    let record = store::distribution::find_record(tx, agency, row.officer)?.ok_or(Failure::Missing("officer"))?;
    let seen =
        |document: &String| shown.contains(document) || record.documents.iter().any(|(known, _)| known == document);
    Ok(path.documents.iter().filter(|document| !seen(document)).cloned().collect())
}

/// Keeps the documents that were ticked, as those of requests are kept.
fn keep_documents(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (who, row): (&Actor, &PermitRow),
    decision: &PermitDecision,
    now: Timestamp,
) -> Result<(), Failure> {
    for document in decision.documents.iter().filter(|_| decision.said.agrees) {
        let seen = DocumentSeen {
            id: tx.id(now),
            subject: row.officer.to_string(),
            document: document.chars().take(120).collect(),
            name: String::new(),
            dated_on: None,
            valid_until: None,
            seen_by: who.name.clone(),
            seen_at: now,
        };
        store::requests::add_document(tx, agency, &seen)?;
    }
    Ok(())
}

fn tell_decided(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (row, level): (&PermitRow, &str),
    (said, until, zone): (&LevelDecision, Option<Timestamp>, &TimeZone),
    now: Timestamp,
) -> Result<(), Failure> {
    let ends = until.map_or_else(String::new, |at| format!(" It holds until {}.", Moment::new(at, zone)));
    let (title, body) = if said.agrees {
        ("Your permit was given".to_owned(), format!("Every level has agreed that must.{ends}"))
    } else {
        (format!("Your permit was refused by {level}"), format!("Reason: {}", said.reason.trim()))
    };
    let message = Message { kind: "approval_permit_decided", title, body, link: "/my-permits".to_owned() };
    notices::tell(tx, agency, To::Officer(row.officer), &message, now)
}

fn ended(state: &str) -> Refusal {
    Refusal::new("permit_ended", format!("This was {state} already."), "Look at the list again.")
}

/// Somebody of the office ends a permit, with a reason that the officer reads. His booked work is judged again.
///
/// # Errors
/// Denied; missing; refused without a reason, and when there is none to end.
pub fn revoke_permit(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: ApprovalId,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::ApproveSeat, &Target::agency(agency))?;
    let row = store::distribution::find_permit(tx, agency, id)?.ok_or(Failure::Missing("permit"))?;
    store::distribution::lock_officer(tx, agency, row.officer)?.ok_or(Failure::Missing("officer"))?;
    not_about_himself(tx, who, row.officer, "Nobody decides about his own permit.", "Ask another approver.")?;
    let reason = reason.trim();
    if reason.is_empty() {
        let remedy = "Write why; the officer will read it.";
        return Err(Refusal::new("reason_missing", "Ending a permit needs a reason.", remedy).into());
    }
    check_reason(reason)?;
    if !store::distribution::revoke_permit(tx, agency, &row, (&who.name, reason), now)? {
        return Err(ended("ended").into());
    }
    touched(tx, agency, row.officer, now)?;
    let message = Message {
        kind: "approval_permit_ended",
        title: "Your permit was ended".to_owned(),
        body: format!("Reason: {reason}"),
        link: "/my-permits".to_owned(),
    };
    notices::tell(tx, agency, To::Officer(row.officer), &message, now)?;
    let words = format!("ended the permit \u{201c}{}\u{201d} of {}: {reason}", row.rule, row.name);
    audit::record(tx, &permit, Entry::new("revoked_permit", words).about(row.officer), now)
}
