//! Giving out shifts: posting them under a plan, officers taking and leaving seats, coordinators filling them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    audit::Entry,
    counted,
    distribution::{Effect, Event, Plan, Posting, Preset, step},
    id::{AgencyId, JobId, PostingId, ShiftId},
    jobs::{JobState, Shift, ShiftState},
    refusal::Refusal,
    time::Span,
};
use muster_store::{
    self as store, Tx,
    distribution::{Glance, PostingRow},
    timers::{self, Due},
};
use serde_json::{Value, json};

use crate::{Failure, audit};

mod accept;
mod among;
mod approvals;
mod assign;
pub(crate) mod eligibility;
mod expecting;
mod handing;
mod leaving;
mod limits;
mod marks;
mod misfits;
mod offences;
mod officer;
mod open;
mod permits;
mod rechecking;
mod refusing;
mod release;
pub(crate) mod reports;
mod telling;

pub use accept::{accept_shift, sign_up, withdraw_from_shift};
pub(crate) use accept::{judge_moved, judge_punch};
pub use approvals::{
    approve_asked, ask_for_shift, decline_asked, list_asked, may_decide, take_back_asked, wish_for_shift,
};
pub use assign::{AssignOrder, AssignPage, Ranked, assign_officer, award_seat, load_assign_page, remove_officer};
pub use handing::{
    HandChoice, HandOver, HandoverRow, accept_seat, decline_seat, list_my_handovers, load_hand_choice, load_handover,
    offer_seat, take_back_offer,
};
pub use leaving::Leaving;
pub use limits::{LimitUsed, load_limits};
pub use marks::{MarkRow, Marks, NewMark, add_mark, end_mark, find_badge, load_marks, load_marks_to};
pub use misfits::{
    Misfit, MisfitAnswer, SaidNo, answer_misfit, ask_about_misfit, find_own_misfit, keep_misfit, list_misfits,
    load_said_no, remove_misfit,
};
pub use muster_store::distribution::{Asked, Booked, DecisionRow, FindingRow, MovedSeat, RefusedRow};
pub use offences::{
    BarNow, Conduct, EVENTS, NewOffence, OffenceFilter, OffenceRow, WATCH_TIMER, appeal_offence, decide_appeal,
    decide_offence, event_label, list_offences, load_conduct, may_decide_appeal, record_offence, watch_due,
};
pub use officer::{MyShifts, Schedule, ScheduleEntry, list_my_shifts, load_schedule};
pub use open::{OpenFilter, OpenShift, OpenShifts, PositionSeen, ShiftPage, list_open_shifts, load_shift_page};
pub use permits::{
    PermitDecision, PermitRow, PermitSeen, PermitWaiting, ask_for_permit, decide_permit, list_permits_waiting,
    load_permits, revoke_permit,
};
pub use rechecking::{TELL_FINDINGS_TIMER, recheck_due};
pub use refusing::Answer;
pub use release::find_order_by_rules;
pub use reports::{
    MyReports, PERIODS_TIMER, REPORT_TIMER, ReportFilter, ReportRow, excuse_report, file_report, list_my_reports,
    list_reports, load_report, periods_due, report_due,
};
pub use telling::{OPENED_TIMER, tell_of_openings};

/// The kind of the timer of a running posting; its subject is the shift.
pub const STAGE_TIMER: &str = "stage";

/// How shifts are offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offering {
    /// Under this plan.
    Plan(Plan),
    /// As the rules in force for each shift say; to everybody where they say nothing.
    Rules,
}

/// Posts the shifts of a job that are not posted, or one of them. Answers which.
///
/// # Errors
/// Denied; missing; refused when the plan is wrong, or when there is nothing to post.
pub fn post_shifts(
    tx: &mut Tx<'_>,
    who: &Actor,
    job: JobId,
    only: Option<ShiftId>,
    offering: &Offering,
    now: Timestamp,
) -> Result<Vec<ShiftId>, Failure> {
    let scope = who.scope()?;
    let agency = scope.agency();
    let shifts = store::jobs::lock_shifts(tx, agency, job)?;
    let job = store::jobs::find_job(tx, &scope, job)?.ok_or(Failure::Missing("job"))?;
    let permit = authorise(who, Action::FillJob, &Target::agency(agency))?;
    let open = |shift: &Shift| only.is_none_or(|only| only == shift.id) && is_to_post(shift.state, shift.span, now);
    let chosen: Vec<Shift> = shifts.into_iter().filter(open).collect();
    if chosen.is_empty() || job.state == JobState::Cancelled {
        return Err(Refusal::new(
            "nothing_to_post",
            "There is no shift to post: every one is posted, cancelled, or has begun.",
            "Look at the job's shifts.",
        )
        .into());
    }
    let mut plans = Vec::with_capacity(chosen.len());
    for shift in &chosen {
        let plan = match offering {
            Offering::Plan(plan) => plan.clone(),
            Offering::Rules => {
                release::plan_by_rules(tx, agency, shift.id, shift.span)?.unwrap_or_else(|| Preset::Open.plan())
            }
        };
        plans.push(plan.checked()?);
    }
    let posted: Vec<ShiftId> = chosen.iter().map(|shift| shift.id).collect();
    let names: BTreeSet<String> = plans.iter().map(|plan| plan.name.to_lowercase()).collect();
    let names: Vec<String> = names.into_iter().collect();
    let under: Vec<Value> =
        chosen.iter().zip(&plans).map(|(shift, plan)| json!({ "shift": shift.id, "plan": plan })).collect();
    let words =
        format!("posted {} of job {}: {}", counted(posted.len(), "shift", "shifts"), job.number, names.join("; "));
    let mut entry = Entry::new("posted_shifts", words).about(job.id).with(json!({ "posted": under }));
    for (shift, plan) in chosen.into_iter().zip(plans) {
        entry = entry.about(shift.id);
        post(tx, agency, shift, &plan, now)?;
    }
    audit::record(tx, &permit, entry, now)?;
    Ok(posted)
}

/// Neither posted nor cancelled, and still to come.
fn is_to_post(state: ShiftState, span: Span, now: Timestamp) -> bool {
    matches!(state, ShiftState::Draft | ShiftState::Closed) && span.starts_at() > now
}

fn post(tx: &mut Tx<'_>, agency: AgencyId, shift: Shift, plan: &Plan, now: Timestamp) -> Result<(), Failure> {
    let begun = Posting { stage: 0, since: now, closed: false };
    let (posting, effects) = step(plan, begun, Event::Posted, shift.span.starts_at(), now);
    let row = PostingRow { id: tx.id::<PostingId>(now), shift: shift.id, plan: plan.clone(), posting, posted_at: now };
    store::distribution::add_posting(tx, agency, &row)?;
    apply(tx, Shift { state: ShiftState::Posted, ..shift }, &effects, now)
}

/// Carries out what a step asks for and saves the shift, whose version counts the changes of its posting too.
fn apply(tx: &mut Tx<'_>, mut shift: Shift, effects: &[Effect], now: Timestamp) -> Result<(), Failure> {
    let subject = shift.id.to_string();
    if effects.contains(&Effect::Ended) {
        let why =
            if shift.state == ShiftState::Cancelled { "The shift was cancelled." } else { "The shift is closed." };
        approvals::withdraw_waiting(tx, (shift.agency, shift.id), None, why, now)?;
    }
    for effect in effects {
        match effect {
            Effect::SetTimer(due_at) => timers::set(tx, shift.agency, STAGE_TIMER, &subject, *due_at, now)?,
            Effect::DropTimer => timers::drop_timer(tx, shift.agency, STAGE_TIMER, &subject)?,
            Effect::Ended if shift.state == ShiftState::Posted => shift.state = ShiftState::Closed,
            Effect::Opened(_) => telling::will_tell(tx, shift.agency, shift.job, now)?,
            Effect::Ended => {}
        }
    }
    if store::jobs::save_shift(tx, &shift)? { Ok(()) } else { Err(Failure::Conflict("The shift")) }
}

/// Tells the running posting of a locked shift what happened; the shift is saved in any case.
pub(crate) fn tell_posting(tx: &mut Tx<'_>, shift: Shift, event: Event, now: Timestamp) -> Result<bool, Failure> {
    let Some(mut row) = store::distribution::lock_running(tx, shift.agency, shift.id)? else {
        apply(tx, shift, &[], now)?;
        return Ok(false);
    };
    let before = row.posting;
    let (posting, effects) = step(&row.plan, row.posting, event, shift.span.starts_at(), now);
    row.posting = posting;
    store::distribution::save_posting(tx, shift.agency, &row)?;
    apply(tx, shift, &effects, now)?;
    Ok(posting != before)
}

/// A coordinator closes a posting, or passes it on to its next stage by hand.
///
/// # Errors
/// Denied; missing; refused when the shift is not posted.
pub fn change_posting(tx: &mut Tx<'_>, who: &Actor, id: ShiftId, event: Event, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let shift = store::jobs::lock_shift(tx, agency, id)?.ok_or(Failure::Missing("shift"))?;
    let permit = authorise(who, Action::FillJob, &Target::agency(agency))?;
    if shift.state != ShiftState::Posted {
        return Err(Refusal::new("not_posted", "This shift is not posted.", "Look at the shift again.").into());
    }
    let job = shift.job;
    if !tell_posting(tx, shift, event, now)? {
        return Err(Refusal::new(
            "last_stage",
            "The posting is at its last stage already.",
            "Close it, or assign officers by hand.",
        )
        .into());
    }
    let glance = store::distribution::find_open_shift(tx, agency, id, None)?.ok_or(Failure::Missing("shift"))?;
    let named = named(&glance);
    let (action, words) = match event {
        Event::Closed => ("closed_posting", format!("closed the posting of {named}")),
        _ => ("passed_on_posting", format!("passed the posting of {named} on to its next stage")),
    };
    audit::record(tx, &permit, Entry::new(action, words).about(id).about(job), now)
}

/// The timer of a posting fell due: a stage passes on, or the shift starts. Finishes the timer in the same transaction;
/// false when another worker did it before.
///
/// # Errors
/// Broken when the timer's subject is no shift or the database fails.
pub fn stage_due(tx: &mut Tx<'_>, timer: &Due, now: Timestamp) -> Result<bool, Failure> {
    let id: ShiftId = timer.subject.parse().map_err(|_| Failure::Missing("shift"))?;
    let actor = Actor::system(timer.agency);
    let permit = authorise(&actor, Action::FillJob, &Target::agency(timer.agency))?;
    // The lock comes first: a stage that a coordinator passes on at the same moment must not be passed on twice.
    let shift = store::jobs::lock_shift(tx, timer.agency, id)?.ok_or(Failure::Missing("shift"))?;
    if !timers::finish(tx, timer.id)? {
        return Ok(false);
    }
    let job = shift.job;
    let moved = tell_posting(tx, shift, Event::Due, now)?;
    let posting = store::distribution::find_posting(tx, timer.agency, id)?;
    let glance = store::distribution::find_open_shift(tx, timer.agency, id, None)?.ok_or(Failure::Missing("shift"))?;
    record_stage(tx, &permit, (&glance, job), posting.filter(|_| moved), now)?;
    Ok(true)
}

fn record_stage(
    tx: &mut Tx<'_>,
    permit: &Permit,
    (glance, job): (&Glance, JobId),
    moved: Option<PostingRow>,
    now: Timestamp,
) -> Result<(), Failure> {
    let (shift, named) = (&glance.shift, named(glance));
    let words = match &moved {
        Some(row) if row.posting.closed => format!("closed the posting of {named}: the shift starts"),
        Some(row) => {
            let stage = row.plan.stages.get(row.posting.stage).map_or("", |stage| stage.name.as_str());
            format!("passed the posting of {named} on to its stage \u{201c}{stage}\u{201d}")
        }
        None => format!("looked at the posting of {named}: it stays as it is"),
    };
    audit::record(tx, permit, Entry::new("stage_due", words).about(shift.id).about(job), now)
}

/// `job 1042 “Road works”, Wed, Jun 10 18:00 to 22:00`.
fn named(glance: &Glance) -> String {
    format!("job {} \u{201c}{}\u{201d}, {}", glance.shift.number, glance.shift.title, accept::when(glance))
}
