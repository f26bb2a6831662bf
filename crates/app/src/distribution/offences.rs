//! Offences and what follows from them: recorded by the program where it knows, by the office with a reason; confirmed,
//! excused, appealed by the officer, and decided by somebody else than who recorded them.

use jiff::{SignedDuration, Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Permit, Role, Target, authorise},
    audit::Entry,
    id::{AgencyId, OffenceId, OfficerId, ShiftId},
    notices::Message,
    policy::{Citation, Kind, Moment, Offence, Rule, kinds::Penalty},
    refusal::{FieldErrors, Refusal},
};
use muster_store::{
    self as store, Db, Tx,
    distribution::{Missed, NewOffenceRow},
    timers::{self, Due},
};
pub use muster_store::{
    distribution::{OffenceFilter, OffenceRow},
    page::Page,
};
use serde_json::json;

use crate::{
    Failure,
    access::not_about_himself,
    agencies, audit, check_reason,
    notices::{self, To},
    officers::touched::touched,
    rates,
};

/// The kind of the timer that looks for missed and late starts; its subject is the agency.
pub const WATCH_TIMER: &str = "watch_conduct";
/// How far back a look reaches: a weekend without a worker is caught up.
const BACK: SignedDuration = SignedDuration::from_hours(72);

/// What an officer can have done, with its label. A rule book may name more.
pub const EVENTS: [(&str, &str); 7] = [
    ("no_show", "No-show"),
    ("late", "Late"),
    ("late_cancel", "Late cancellation"),
    ("refuse", "Refused an assignment"),
    ("sick", "Sick on the day"),
    ("out_of_uniform", "Out of uniform"),
    ("misreport", "Misreported time"),
];

/// The label of an event; a rule book's own word as it stands.
#[must_use]
pub fn event_label(event: &str) -> String {
    let known = EVENTS.iter().find(|(code, _)| *code == event);
    known.map_or_else(|| event.replace('_', " "), |(_, label)| (*label).to_owned())
}

/// An offence that a person records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffence {
    /// Whose.
    pub officer: OfficerId,
    /// By the rule book's word.
    pub event: String,
    /// The day on which it happened; ignored with a shift, whose start counts.
    pub on: Date,
    /// On which shift, if on one.
    pub shift: Option<ShiftId>,
    /// What happened, in words.
    pub reason: String,
}

/// A bar that holds or begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarNow {
    /// What follows from the offence, in words: `barred from taking new work until Sat, Jul 4 00:00`.
    pub words: String,
    /// Where the rule comes from.
    pub cite: Option<Citation>,
    /// First instant after.
    pub until: Timestamp,
    /// The offence that it follows from.
    pub event: String,
    /// Its step on the ladder.
    pub step: usize,
}

/// How an officer stands with the rules about conduct.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conduct {
    /// Bars that hold now.
    pub bars: Vec<BarNow>,
    /// Offences, the latest first.
    pub offences: Vec<OffenceRow>,
    /// Until when he may appeal, by offence, where the rules say so.
    pub appeals: Vec<(OffenceId, Timestamp)>,
    /// The penalties of the rules in force, in sentences.
    pub rules: Vec<String>,
}

impl Conduct {
    /// Until when the officer may appeal against this offence now; none when he may not.
    #[must_use]
    pub fn appeal_until(&self, one: &OffenceRow, now: Timestamp) -> Option<Timestamp> {
        let open = one.state == "counted" && one.appeal_state == "none";
        self.appeals.iter().find(|(id, until)| open && *id == one.id && now < *until).map(|(_, until)| *until)
    }
}

/// The penalties of the rules in force now.
fn penalties(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<Vec<(Rule, Penalty)>, Failure> {
    let rules = match rates::load_rules(tx, agency, now) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => return Ok(Vec::new()),
        other => other?,
    };
    let found = rules.book.policy.rules.iter().filter_map(|rule| match &rule.kind {
        Kind::Penalty(penalty) => Some((rule.clone(), penalty.clone())),
        _ => None,
    });
    Ok(found.collect())
}

/// How an officer stands: bars, offences, what he may appeal.
///
/// # Errors
/// Denied; missing.
pub fn load_conduct(tx: &mut Tx<'_>, who: &Actor, officer: OfficerId, now: Timestamp) -> Result<Conduct, Failure> {
    let agency = who.scope()?.agency();
    let known = store::officers::find_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    authorise(who, Action::ViewOfficer, &Target::officer(agency, officer).in_unit(known.unit))?;
    stand(tx, agency, officer, now)
}

fn stand(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId, now: Timestamp) -> Result<Conduct, Failure> {
    let zone = agencies::load_agency(tx, agency)?.zone;
    let offences = store::distribution::list_offences_of(tx, agency, officer)?;
    let mut facts: Vec<Offence> = offences
        .iter()
        .filter(|one| one.state == "counted")
        .map(|one| Offence {
            event: one.event.clone(),
            at: one.happened_at,
            excused: false,
            job_kind: one.job_kind.clone(),
        })
        .collect();
    facts.sort_by_key(|one| one.at);
    let mut conduct = Conduct::default();
    for (rule, penalty) in penalties(tx, agency, now)? {
        for bar in penalty.bars_of(&facts, &zone).into_iter().filter(|bar| now < bar.until) {
            let event = facts[bar.offence].event.clone();
            let until = Moment::new(bar.until, &zone);
            let words = format!("barred from {} until {until}", penalty.barred_words());
            conduct.bars.push(BarNow { words, cite: rule.cite.clone(), until: bar.until, event, step: bar.step });
        }
        for one in offences.iter().filter(|one| penalty.events.contains(&one.event)) {
            if let Some(days) = penalty.appeal_days {
                let from = one.decided_at.unwrap_or(one.recorded_at);
                conduct.appeals.push((one.id, from + SignedDuration::from_hours(24 * i64::from(days))));
            }
        }
        conduct.rules.push(penalty.words());
    }
    conduct.offences = offences;
    Ok(conduct)
}

/// The agency's offences by filter, the latest first, 50 a page.
///
/// # Errors
/// Denied.
pub fn list_offences(tx: &mut Tx<'_>, who: &Actor, filter: &OffenceFilter) -> Result<Page<OffenceRow>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ListOfficers, &Target::agency(agency))?;
    Ok(store::distribution::list_offences(tx, agency, filter)?)
}

/// Somebody of the office records an offence. It counts at once; the officer is told, and may appeal.
///
/// # Errors
/// Denied; missing; invalid without a reason, with an unknown event or a day to come.
pub fn record_offence(tx: &mut Tx<'_>, who: &Actor, new: &NewOffence, now: Timestamp) -> Result<OffenceId, Failure> {
    let agency = who.scope()?.agency();
    let known = store::officers::find_officer(tx, agency, new.officer)?.ok_or(Failure::Missing("officer"))?;
    let permit = authorise(who, Action::EditOfficer, &Target::officer(agency, new.officer).in_unit(known.unit))?;
    let zone = agencies::load_agency(tx, agency)?.zone;
    let named_by_rules = penalties(tx, agency, now)?.iter().any(|(_, one)| one.events.contains(&new.event));
    let mut errors = FieldErrors::default();
    let plain = EVENTS.iter().any(|(code, _)| *code == new.event);
    errors.require(plain || named_by_rules, "event", "Choose what happened.");
    errors.require(new.on <= zone.to_datetime(now).date(), "on", "This day lies ahead. Choose the day it happened.");
    errors.require(new.on.year() >= 2000, "on", "Enter a year after 2000.");
    errors.require_text(&new.reason, "reason", 500);
    let on_job = match new.shift {
        Some(shift) => {
            Some(store::distribution::find_open_shift(tx, agency, shift, None)?.ok_or(Failure::Missing("shift"))?)
        }
        None => None,
    };
    let noon = new.on.at(12, 0, 0, 0);
    let day = zone.to_ambiguous_timestamp(noon).compatible().unwrap_or(now).min(now);
    let happened_at = on_job.as_ref().map_or(day, |glance| glance.shift.span.starts_at());
    errors.require(happened_at <= now, "on", "The shift has not begun yet.");
    errors.or(())?;
    let id = tx.id(now);
    let account = who.account.to_string();
    let row = NewOffenceRow {
        id,
        officer: new.officer,
        event: &new.event,
        happened_at,
        shift: new.shift,
        assignment: None,
        job_kind: on_job.as_ref().map_or("", |glance| glance.shift.type_code.as_str()),
        reason: new.reason.trim(),
        recorded_by: &who.name,
        recorder: &account,
        state: "counted",
    };
    store::distribution::add_offence(tx, agency, &row, now)?;
    settle(tx, &permit, (agency, id), "recorded_offence", "recorded", now)?;
    Ok(id)
}

/// What the program saw itself; the same event of a seat counts once. A candidate waits for a person.
pub(super) fn note(
    tx: &mut Tx<'_>,
    permit: &Permit,
    (agency, seen): (AgencyId, &Missed),
    (event, state, reason): (&str, &str, &str),
    now: Timestamp,
) -> Result<(), Failure> {
    let id = tx.id(now);
    let nobody = Actor::system(agency);
    let account = nobody.account.to_string();
    let row = NewOffenceRow {
        id,
        officer: seen.officer,
        event,
        happened_at: if event == "late_cancel" { now } else { seen.span.starts_at() },
        shift: Some(seen.shift),
        assignment: Some(seen.assignment),
        job_kind: &seen.job_kind,
        reason,
        recorded_by: &nobody.name,
        recorder: &account,
        state,
    };
    if store::distribution::add_offence(tx, agency, &row, now)? {
        settle(tx, permit, (agency, id), "noted_offence", "noted", now)?;
    }
    Ok(())
}

/// Tells the officer how it stands, has his booked work judged again, and writes the log.
fn settle(
    tx: &mut Tx<'_>,
    permit: &Permit,
    (agency, id): (AgencyId, OffenceId),
    action: &'static str,
    verb: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = store::distribution::find_offence(tx, agency, id)?.ok_or(Failure::Missing("offence"))?;
    let label = event_label(&row.event);
    if row.state == "candidate" {
        let message = Message {
            kind: "offence_candidate",
            title: format!("{} did not clock in", row.name),
            body: format!("{}. Confirm that it was a no-show, or excuse it.", row.reason),
            link: "/offences?state=candidate".to_owned(),
        };
        notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)?;
    } else {
        let conduct = stand(tx, agency, row.officer, now)?;
        let bars: Vec<String> = conduct.bars.iter().map(|bar| format!("You are {}.", bar.words)).collect();
        let until = conduct.appeal_until(&row, now);
        let appeal = if until.is_some() { " You may appeal under My standing." } else { "" };
        let body = match row.state.as_str() {
            "excused" => format!("{label} was excused. {}", bars.join(" ")),
            _ => format!("{} {}{appeal}", row.reason, bars.join(" ")),
        };
        let title =
            if row.state == "excused" { format!("Excused: {label}") } else { format!("On your record: {label}") };
        let message = Message { kind: "offence", title, body, link: "/standing".to_owned() };
        notices::tell(tx, agency, To::Officer(row.officer), &message, now)?;
    }
    touched(tx, agency, row.officer, now)?;
    let said = [&row.appeal_answer, &row.decision, &row.reason].into_iter().find(|words| !words.is_empty());
    let words = format!("{verb} \u{201c}{label}\u{201d} of {}: {}", row.name, said.map_or("", |words| words.as_str()));
    let mut entry = Entry::new(action, words).about(id).about(row.officer);
    if let Some(shift) = row.shift {
        entry = entry.about(shift);
    }
    let facts = json!({ "event": row.event, "happened_at": row.happened_at, "state": row.state });
    audit::record(tx, permit, entry.with(facts), now)
}

/// Somebody of the office confirms a candidate, or excuses an offence by notice, with a reason.
///
/// # Errors
/// Denied; missing; refused without a reason to excuse, and when it stands otherwise by now.
pub fn decide_offence(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OffenceId,
    counts: bool,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_offence(tx, agency, id)?.ok_or(Failure::Missing("offence"))?;
    let permit = authorise(who, Action::EditOfficer, &Target::agency(agency))?;
    not_about_himself(tx, who, row.officer, "Nobody decides about his own record.", "Ask another coordinator.")?;
    if (counts && row.state != "candidate") || row.state == "excused" {
        return Err(stands_otherwise().into());
    }
    let reason = if counts { reason.trim().to_owned() } else { needed(reason)? };
    check_reason(&reason)?;
    let (to, account) = (if counts { "counted" } else { "excused" }, who.account.to_string());
    let from_to = (row.state.as_str(), to);
    if !store::distribution::decide_offence(tx, (agency, id), from_to, (&who.name, &account), &reason, now)? {
        return Err(stands_otherwise().into());
    }
    let (action, verb) = if counts { ("confirmed_offence", "confirmed") } else { ("excused_offence", "excused") };
    settle(tx, &permit, (agency, id), action, verb, now)
}

fn stands_otherwise() -> Refusal {
    Refusal::new("offence_settled", "This was decided already.", "Look at the list again.")
}

fn needed(words: &str) -> Result<String, Failure> {
    if words.trim().is_empty() {
        let remedy = "Write why; the officer and the auditor will read it.";
        return Err(Refusal::new("reason_missing", "This needs a few words.", remedy).into());
    }
    check_reason(words)?;
    Ok(words.trim().to_owned())
}

/// An officer appeals against an offence, in his own words, within the days that the rules give.
///
/// # Errors
/// Denied; missing; refused without words, too late, and when he appealed already.
pub fn appeal_offence(tx: &mut Tx<'_>, who: &Actor, id: OffenceId, words: &str, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_offence(tx, agency, id)?.ok_or(Failure::Missing("offence"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, row.officer))?;
    let words = needed(words)?;
    let conduct = stand(tx, agency, row.officer, now)?;
    if conduct.appeal_until(&row, now).is_none() || !store::distribution::appeal_offence(tx, agency, id, &words, now)? {
        let message = "There is no appeal against this now: the days to appeal are over, or it was decided.";
        return Err(Refusal::new("no_appeal", message, "Speak to the coordinator.").into());
    }
    let label = event_label(&row.event);
    let message = Message {
        kind: "offence_appealed",
        title: format!("{} appeals: {label}", row.name),
        body: words.clone(),
        link: "/offences?appealed=yes".to_owned(),
    };
    for role in [Role::Coordinator, Role::AgencyAdmin] {
        notices::tell(tx, agency, To::Role(role), &message, now)?;
    }
    let entry = Entry::new("appealed_offence", format!("appealed against \u{201c}{label}\u{201d}: {words}"));
    audit::record(tx, &permit, entry.about(id).about(row.officer), now)
}

/// True when this person may decide an appeal: he neither recorded nor confirmed the offence.
#[must_use]
pub fn may_decide_appeal(who: &Actor, row: &OffenceRow) -> bool {
    let account = who.account.to_string();
    row.appeal_state == "asked" && account != row.recorder && account != row.decider
}

/// Somebody who did not record the offence decides the appeal, with a reason that the officer reads.
///
/// # Errors
/// Denied; missing; refused without a reason, to whoever recorded or confirmed it, and when no appeal waits.
pub fn decide_appeal(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OffenceId,
    upheld: bool,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_offence(tx, agency, id)?.ok_or(Failure::Missing("offence"))?;
    let permit = authorise(who, Action::ApproveSeat, &Target::agency(agency))?;
    if row.appeal_state != "asked" {
        return Err(stands_otherwise().into());
    }
    not_about_himself(tx, who, row.officer, "Nobody decides his own appeal.", "Ask another coordinator.")?;
    if !may_decide_appeal(who, &row) {
        let message = "Whoever recorded or confirmed an offense does not decide the appeal against it.";
        return Err(
            Refusal::new("appeal_of_own_record", message, "Ask another coordinator or an administrator.").into()
        );
    }
    let reason = needed(reason)?;
    if !store::distribution::settle_appeal(tx, (agency, id), upheld, (&who.name, &reason), now)? {
        return Err(stands_otherwise().into());
    }
    let (action, verb) = if upheld {
        ("upheld_appeal", "upheld the appeal against")
    } else {
        ("dismissed_appeal", "dismissed the appeal against")
    };
    settle(tx, &permit, (agency, id), action, verb, now)
}

/// The timer of an agency's watch fell due: shifts that are over without a clock-in are put before the office, late
/// starts are recorded, where the rules know such penalties. False when another worker did it before.
///
/// # Errors
/// When the database fails.
pub fn watch_due(db: &Db, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    let due = due.clone();
    // A look that finds nothing changes nothing that an auditor asks for; each offence is entered.
    db.housekeep_blocking(move |tx| {
        if !timers::finish(tx, due.id)? {
            return Ok(false);
        }
        let agency = due.agency;
        let rules = penalties(tx, agency, now)?;
        let names = |event: &str| rules.iter().any(|(_, one)| one.events.iter().any(|known| known == event));
        let late_after = rules
            .iter()
            .filter(|(_, one)| one.events.iter().any(|known| known == "late"))
            .filter_map(|(_, one)| one.late_after)
            .map(|length| length.minutes().0)
            .min();
        if !names("no_show") && late_after.is_none() {
            return Ok(true);
        }
        let permit = authorise(&Actor::system(agency), Action::FillJob, &Target::agency(agency))?;
        let zone = agencies::load_agency(tx, agency)?.zone;
        for seen in store::distribution::list_missed(tx, agency, now - BACK, now)? {
            let on = Moment::new(seen.span.starts_at(), &zone);
            let job = format!("job {} \u{201c}{}\u{201d}, {on}", seen.number, seen.title);
            match (seen.clocked_in_at, late_after) {
                (None, _) if names("no_show") => {
                    let reason = format!("No clock-in on {job}, until its end");
                    note(tx, &permit, (agency, &seen), ("no_show", "candidate", &reason), now)?;
                }
                (Some(at), Some(after)) => {
                    let late = (at.as_second() - seen.span.starts_at().as_second()).div_euclid(60);
                    if late > after {
                        let reason = format!("Clocked in {late} minutes after the start of {job}.");
                        note(tx, &permit, (agency, &seen), ("late", "counted", &reason), now)?;
                    }
                }
                _ => {}
            }
        }
        Ok(true)
    })
}
