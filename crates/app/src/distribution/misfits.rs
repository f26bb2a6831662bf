//! The list of booked work that no longer fits, and what coordinator and officer do about it.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    audit::Entry,
    distribution::{AssignmentState, LeaveFacts, asks_coordinator, remembering, remove as may_remove},
    id::{AgencyId, FindingId, OfficerId, ShiftId},
    notices::Message,
    policy::{Finding, Judgement, Outcome, PolicyBook, SetAside},
    refusal::Refusal,
};
use muster_store::{
    self as store, Tx,
    distribution::{FindingRow, NewDecision, RefusedRow, Settled},
    page::Page,
};
use serde_json::json;

use super::{
    approvals::may_decide,
    assign::{capacity, remove_officer},
    rechecking::{forbidding, remedies},
};
use crate::{
    Failure,
    access::not_about_himself,
    audit, check_reason,
    notices::{self, To},
    rates,
};

/// Booked work that no longer fits, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What is stored.
    pub row: FindingRow,
    /// What stands in the way, in words with the source.
    pub reasons: Vec<String>,
    /// What would make it pass.
    pub remedy: String,
    /// The reader may keep it with a reason.
    pub may_keep: bool,
}

impl Misfit {
    fn of(row: FindingRow, may_keep: bool) -> Self {
        Self { reasons: forbidding(&row.judgement), remedy: remedies(&row.judgement), may_keep, row }
    }
}

/// The booked work that no longer fits, the soonest shift first; or what was settled, the latest first. 50 a page.
///
/// # Errors
/// Denied.
pub fn list_misfits(
    tx: &mut Tx<'_>,
    who: &Actor,
    settled: bool,
    page: i64,
    now: Timestamp,
) -> Result<Page<Misfit>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewOverview, &Target::agency(agency))?;
    let found = store::distribution::list_findings(tx, agency, settled, page, now)?;
    let mut rows = Vec::new();
    for row in found.rows {
        let rules = rates::load_rules(tx, agency, row.span.starts_at())?;
        let may_keep = row.is_open() && keeps(&row.judgement, &rules.book.policy, who).is_ok();
        rows.push(Misfit::of(row, may_keep));
    }
    Ok(Page { rows, total: found.total, number: found.number })
}

/// What the rules said against an officer: refusals, and booked work that no longer fitted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaidNo {
    /// Refused sign-ups and awards, the latest first.
    pub refused: Vec<RefusedRow>,
    /// Booked work that no longer fits or did not, the latest first.
    pub misfits: Vec<Misfit>,
}

/// The rules' noes of one officer.
///
/// # Errors
/// Denied; missing.
pub fn load_said_no(tx: &mut Tx<'_>, who: &Actor, officer: OfficerId) -> Result<SaidNo, Failure> {
    let agency = who.scope()?.agency();
    let known = store::officers::find_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    authorise(who, Action::ViewOfficer, &Target::officer(agency, officer).in_unit(known.unit))?;
    let misfits = store::distribution::list_own_findings(tx, agency, officer, None)?;
    Ok(SaidNo {
        refused: store::distribution::list_refused(tx, agency, officer)?,
        misfits: misfits.into_iter().map(|row| Misfit::of(row, false)).collect(),
    })
}

/// What no longer fits of the seat that the reader holds on a shift; none for who is no officer.
///
/// # Errors
/// When the database fails.
pub fn find_own_misfit(tx: &mut Tx<'_>, who: &Actor, shift: ShiftId) -> Result<Option<Misfit>, Failure> {
    let agency = who.scope()?.agency();
    let Some(officer) = who.officer else { return Ok(None) };
    let own = store::distribution::list_own_findings(tx, agency, officer, Some(shift))?;
    Ok(own.into_iter().find(FindingRow::is_open).map(|row| Misfit::of(row, false)))
}

/// The judgement with all that forbids it set aside by somebody who may.
fn keeps(judgement: &Judgement, book: &PolicyBook, who: &Actor) -> Result<Judgement, Refusal> {
    let at = judgement.judged_at;
    let mut kept = judgement.clone();
    for one in
        kept.decisions.iter_mut().filter(|one| !one.passed && one.overridden.is_none() && one.result > Outcome::Warned)
    {
        let levels: Vec<String> = match (&one.inputs, &one.effect) {
            (Finding::Approval { missing_levels, .. }, _) => missing_levels.clone(),
            (_, muster_domain::policy::Effect::Approve(level)) => vec![level.clone()],
            _ => Vec::new(),
        };
        let by = match &one.override_by {
            Some(may) => capacity(&may.by, who.role).map(str::to_owned),
            None if one.result == Outcome::NeedsApproval && may_decide(who.role, &levels) => Some(levels.join(", ")),
            None if asks_coordinator(book, &one.rule) && may_settle(who.role) => Some("coordinator".to_owned()),
            None => None,
        };
        let Some(by) = by else {
            let may = one.override_by.as_ref().map_or_else(|| "nobody".to_owned(), |may| may.by.join(" or "));
            return Err(Refusal::new(
                "override_not_allowed",
                format!("This cannot be kept: {}. The rule may be set aside by {may}.", one.words()),
                "Take the officer off, ask him, or change what stands in the way.",
            ));
        };
        let (rule, who) = (one.rule.clone(), who.name.clone());
        one.overridden = Some(SetAside { rule, by, who, reason: String::new(), at });
    }
    Ok(remembering(kept, &[]))
}

fn may_settle(role: Role) -> bool {
    muster_domain::access::reach(role, Action::FillJob) != muster_domain::access::Reach::Nobody
}

fn open(tx: &mut Tx<'_>, agency: AgencyId, id: FindingId) -> Result<FindingRow, Failure> {
    let row = store::distribution::find_finding(tx, agency, id)?.ok_or(Failure::Missing("finding"))?;
    if row.is_open() {
        return Ok(row);
    }
    Err(ended().into())
}

fn ended() -> Refusal {
    Refusal::new("finding_ended", "This was settled already.", "Look at the list again.")
}

fn entry(action: &'static str, words: String, row: &FindingRow) -> Entry {
    let words = format!("{words} {} on job {} \u{201c}{}\u{201d}", row.name, row.number, row.title);
    Entry::new(action, words).about(row.shift).about(row.job).about(row.officer)
}

/// A coordinator keeps booked work although the rules forbid it, with a reason; the rules must let him.
///
/// # Errors
/// Denied; missing; refused without a reason, when it was settled, and when a rule may not be set aside by him.
pub fn keep_misfit(tx: &mut Tx<'_>, who: &Actor, id: FindingId, reason: &str, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::FillJob, &Target::agency(agency))?;
    let row = open(tx, agency, id)?;
    let message = "Nobody keeps his own seat against the rules.";
    not_about_himself(tx, who, row.officer, message, "Ask another coordinator to decide.")?;
    let reason = needed(reason)?;
    let rules = rates::load_rules(tx, agency, row.span.starts_at())?;
    let mut kept = keeps(&row.judgement, &rules.book.policy, who)?;
    for aside in kept.decisions.iter_mut().filter_map(|one| one.overridden.as_mut()).filter(|one| one.reason.is_empty())
    {
        aside.reason.clone_from(&reason);
        aside.at = now;
    }
    let decision = NewDecision {
        officer: row.officer,
        shift: row.shift,
        rule_set: Some(rules.id),
        judgement: &kept,
        refused: false,
    };
    let decision = store::distribution::add_decision(tx, agency, &decision, now)?;
    let how = Settled { state: "kept", by: &who.name, reason: &reason, decision: Some(decision) };
    if !store::distribution::settle_finding(tx, agency, id, how, now)? {
        return Err(ended().into());
    }
    let body = format!("You keep the seat. Reason: {reason}");
    tell_officer(tx, (agency, &row), "booked_kept", "You still have the shift", body, now)?;
    let entry = entry("kept_misfit", "kept, against the rules, the seat of".to_owned(), &row)
        .with(json!({ "finding": id, "decision": decision, "reason": reason }));
    audit::record(tx, &permit, entry, now)
}

/// A coordinator takes the officer off.
///
/// # Errors
/// Denied; missing; refused without a reason, when it was settled, and after clocking in.
pub fn remove_misfit(tx: &mut Tx<'_>, who: &Actor, id: FindingId, reason: &str, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::FillJob, &Target::agency(agency))?;
    let row = open(tx, agency, id)?;
    remove_officer(tx, who, row.assignment, reason, now)?;
    let how = Settled { state: "removed", by: &who.name, reason: reason.trim(), decision: None };
    store::distribution::settle_finding(tx, agency, id, how, now)?;
    Ok(())
}

/// A coordinator asks the officer what he wants to do.
///
/// # Errors
/// Denied; missing; refused without a question, and when it was settled.
pub fn ask_about_misfit(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: FindingId,
    question: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::FillJob, &Target::agency(agency))?;
    let row = open(tx, agency, id)?;
    let question = needed(question)?;
    if !store::distribution::ask_about_finding(tx, agency, id, &question)? {
        return Err(ended().into());
    }
    let body = format!("{question} Open the shift to answer: give it back, or say why it should stay.");
    tell_officer(tx, (agency, &row), "booked_asked", "The coordinator asks about a shift", body, now)?;
    let entry = entry("asked_about_misfit", "asked about the seat of".to_owned(), &row)
        .with(json!({ "finding": id, "question": question }));
    audit::record(tx, &permit, entry, now)
}

/// What an officer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MisfitAnswer {
    /// He gives the seat back, whatever the cut-off: the rules no longer allow the work.
    pub gives_back: bool,
    /// In his words; needed to keep it.
    pub words: String,
}

/// An officer answers: he gives the seat back, or says why it should stay.
///
/// # Errors
/// Denied; missing; refused without words, when it was settled, and after clocking in.
pub fn answer_misfit(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: FindingId,
    answer: &MisfitAnswer,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let found = store::distribution::find_finding(tx, agency, id)?.ok_or(Failure::Missing("finding"))?;
    let permit = authorise(who, Action::TakeShift, &Target::officer(agency, found.officer))?;
    if answer.gives_back {
        store::jobs::lock_shift(tx, agency, found.shift)?;
    }
    let row = open(tx, agency, id)?;
    check_reason(&answer.words)?;
    let words = answer.words.trim();
    let (action, said) = if answer.gives_back {
        let held =
            store::distribution::lock_assignment(tx, agency, row.assignment)?.ok_or(Failure::Missing("assignment"))?;
        let facts = LeaveFacts { span: held.span, state: held.state, clocked_in: held.clocked_in, cut_off_minutes: 0 };
        may_remove(&facts, "no longer fits the rules")?;
        store::distribution::end_assignment(tx, agency, row.assignment, AssignmentState::Withdrawn, words, now)?;
        let how = Settled { state: "removed", by: &who.name, reason: words, decision: None };
        store::distribution::settle_finding(tx, agency, id, how, now)?;
        ("gave_back_misfit", "gave back")
    } else {
        let words = needed(words)?;
        store::distribution::answer_finding(tx, agency, id, &words)?;
        ("answered_misfit", "wants to keep")
    };
    let message = Message {
        kind: "booked_answered",
        title: format!("{} {said} a shift of job {}", row.name, row.number),
        body: if words.is_empty() { "The seat is open again.".to_owned() } else { words.to_owned() },
        link: "/booked-work".to_owned(),
    };
    notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)?;
    let entry = entry(action, format!("{said}, since it no longer fits the rules, the seat of"), &row)
        .with(json!({ "finding": id, "answer": words }));
    audit::record(tx, &permit, entry, now)
}

fn needed(reason: &str) -> Result<String, Failure> {
    if reason.trim().is_empty() {
        let remedy = "Write why; the officer and the auditor will read it.";
        return Err(Refusal::new("reason_missing", "This needs a few words.", remedy).into());
    }
    check_reason(reason)?;
    Ok(reason.trim().to_owned())
}

fn tell_officer(
    tx: &mut Tx<'_>,
    (agency, row): (AgencyId, &FindingRow),
    kind: &'static str,
    title: &str,
    body: String,
    now: Timestamp,
) -> Result<(), Failure> {
    let title = format!("{title}: {}", row.title);
    let message = Message { kind, title, body, link: format!("/shifts/{}", row.shift) };
    notices::tell(tx, agency, To::Officer(row.officer), &message, now)
}
