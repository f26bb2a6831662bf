//! Punches, forgotten clock-outs, and the review of worked time.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Denied, Target, authorise},
    audit::Entry as AuditEntry,
    customers::Point as MapPoint,
    distribution::AssignmentState,
    id::{AgencyId, AssignmentId, OfficerId, PunchId, TimeEntryId},
    notices::Message,
    refusal::Refusal,
    timeclock::{
        Entry, EntryState, Fence, Fix, Kind, Measured, PressFacts, Punch, Source, Verdict, close_forgotten, press,
        settle,
    },
};
use muster_store::{
    self as store, Tx,
    distribution::{Assignment, Glance},
    timers::{self, Due},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Failure, audit, distribution,
    notices::{self, To},
};

mod review;

pub use muster_store::{distribution::Booked, timeclock::EntryListed};
pub use review::{
    Missing, MyTime, Reviewed, TimeChange, TimeReview, adjust_time, enter_time, list_my_time, load_entry, load_review,
};

/// The kind of the timer that closes a forgotten clock-out; its subject is the assignment.
pub const FORGOTTEN_TIMER: &str = "forgotten_clock_out";

/// A press later than this was kept on the phone; the agency's rules no longer stop it, they are for the reviewer.
const KEPT: SignedDuration = SignedDuration::from_mins(5);

/// A press as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// Made on the phone.
    pub id: PunchId,
    /// Whose seat.
    pub assignment: AssignmentId,
    /// Which way.
    pub kind: Kind,
    /// When, by the server's clock as well as the phone knows it.
    pub pressed_at: Timestamp,
    /// Where, if known.
    pub fix: Option<Fix>,
    /// Why, when away from the site.
    pub reason: String,
    /// From where it came.
    pub source: Source,
}

/// What became of a press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressed {
    /// The time entry.
    pub entry: TimeEntryId,
    /// Which way.
    pub kind: Kind,
    /// Inside the fence or not.
    pub verdict: Verdict,
    /// Metres to the site's point, when known.
    pub distance_m: Option<i64>,
    /// When it was pressed.
    pub pressed_at: Timestamp,
    /// It had been recorded before.
    pub again: bool,
}

/// Clocks an officer in or out. The same press counts once; a press kept on the phone is judged by its own time and place.
///
/// # Errors
/// Denied; missing; refused when too early, far too late, outside without a reason, or when the rules forbid it now.
pub fn punch(tx: &mut Tx<'_>, who: &Actor, sent: &Press, now: Timestamp) -> Result<Pressed, Failure> {
    let agency = who.scope()?.agency();
    let held =
        store::distribution::lock_assignment(tx, agency, sent.assignment)?.ok_or(Failure::Missing("assignment"))?;
    let permit = authorise(who, Action::Clock, &Target::officer(agency, held.officer))?;
    if let Some(kept) = store::timeclock::find_punch(tx, agency, sent.id)? {
        return already(tx, agency, &held, &kept);
    }
    if held.state != AssignmentState::Booked {
        return Err(Refusal::new(
            "not_booked",
            "You no longer hold a seat on this shift.",
            "If you worked it, tell the coordinator your times.",
        )
        .into());
    }
    let glance = store::distribution::find_open_shift(tx, agency, held.shift, Some(held.officer))?
        .ok_or(Failure::Missing("shift"))?;
    let zone = TimeZone::get(&glance.zone).unwrap_or(TimeZone::UTC);
    let facts = press_facts(&glance, sent);
    let measured = press(&facts, now, |at| at.to_zoned(zone.clone()).strftime("%H:%M").to_string())?;
    if sent.kind == Kind::In && now.duration_since(sent.pressed_at) < KEPT {
        distribution::judge_punch(tx, agency, &held, glance.clone(), now)?;
    }
    let kept = Punch {
        id: sent.id,
        assignment: held.id,
        officer: held.officer,
        kind: sent.kind,
        pressed_at: sent.pressed_at,
        received_at: now,
        fix: sent.fix,
        measured,
        reason: sent.reason.trim().to_owned(),
        source: sent.source,
    };
    let entry = take(tx, agency, &held, &kept, now)?;
    set_timer(tx, agency, &glance, &entry, now)?;
    if entry.version == 1 {
        distribution::reports::owe_for_work(tx, (agency, &permit), &held, &glance, now)?;
    }
    let words = format!(
        "{} on job {} \u{201c}{}\u{201d}, {}",
        kept.kind.label().to_lowercase(),
        glance.shift.number,
        glance.shift.title,
        kept.measured.verdict.label().to_lowercase()
    );
    let audited =
        AuditEntry::new("punched", words).about(held.shift).about(held.job).about(held.officer).about(entry.id).with(
            json!({ "kind": kept.kind, "pressed_at": kept.pressed_at, "measured": measured, "reason": kept.reason }),
        );
    audit::record(tx, &permit, audited, now)?;
    Ok(answer(&kept, entry.id, false))
}

/// A press that was recorded before changes nothing; the answer is the same.
fn already(tx: &mut Tx<'_>, agency: AgencyId, held: &Assignment, kept: &Punch) -> Result<Pressed, Failure> {
    if kept.assignment != held.id {
        return Err(Refusal::new(
            "punch_id_taken",
            "Another press has this id.",
            "Press again; the phone makes a new id.",
        )
        .into());
    }
    let entry = store::timeclock::lock_entry_of(tx, agency, held.id)?.ok_or(Failure::Missing("time entry"))?;
    Ok(answer(kept, entry.id, true))
}

fn answer(kept: &Punch, entry: TimeEntryId, again: bool) -> Pressed {
    let Measured { verdict, distance_m } = kept.measured;
    Pressed { entry, kind: kept.kind, verdict, distance_m, pressed_at: kept.pressed_at, again }
}

fn press_facts<'a>(glance: &'a Glance, sent: &'a Press) -> PressFacts<'a> {
    let shift = &glance.shift;
    PressFacts {
        span: shift.span,
        kind: sent.kind,
        pressed_at: sent.pressed_at,
        fix: sent.fix,
        fence: shift
            .point
            .map(|(lat_e6, lon_e6)| Fence { point: MapPoint { lat_e6, lon_e6 }, radius_m: shift.radius_m }),
        reason: &sent.reason,
        early_minutes: glance.settings.early_clock_in_minutes,
        // A job may run over; whoever stays longer than a shift's length is asked to enter the time.
        late_minutes: shift.span.minutes().0.max(glance.settings.forgotten_clock_out_minutes),
    }
}

/// Keeps a press and settles the entry from all presses so far.
fn take(tx: &mut Tx<'_>, agency: AgencyId, held: &Assignment, kept: &Punch, now: Timestamp) -> Result<Entry, Failure> {
    let found = store::timeclock::lock_entry_of(tx, agency, held.id)?;
    store::timeclock::add_punch(tx, agency, kept)?;
    let punches = store::timeclock::list_punches(tx, agency, held.id)?;
    match found {
        Some(entry) => {
            let settled = settle(entry, &punches);
            if !store::timeclock::save_entry(tx, agency, &settled)? {
                return Err(Failure::Conflict("The time"));
            }
            Ok(settled)
        }
        None => {
            let settled = settle(fresh(held, tx.id(now)), &punches);
            store::timeclock::add_entry(tx, agency, &settled)?;
            Ok(settled)
        }
    }
}

/// An entry without any time yet.
fn fresh(held: &Assignment, id: TimeEntryId) -> Entry {
    Entry {
        id,
        assignment: held.id,
        shift: held.shift,
        officer: held.officer,
        clocked_in_at: None,
        clocked_out_at: None,
        verified: false,
        settled: None,
        adjust_reason: String::new(),
        state: EntryState::OnSite,
        approved_by: String::new(),
        approved_at: None,
        version: 1,
    }
}

/// While an officer is on site a timer waits for a clock-out that does not come.
fn set_timer(tx: &mut Tx<'_>, agency: AgencyId, glance: &Glance, entry: &Entry, now: Timestamp) -> Result<(), Failure> {
    let subject = entry.assignment.to_string();
    if entry.state == EntryState::OnSite {
        let grace = SignedDuration::from_mins(glance.settings.forgotten_clock_out_minutes.max(1));
        let due_at = (glance.shift.span.ends_at() + grace).max(now + SignedDuration::from_mins(1));
        timers::set(tx, agency, FORGOTTEN_TIMER, &subject, due_at, now)?;
    } else {
        timers::drop_timer(tx, agency, FORGOTTEN_TIMER, &subject)?;
    }
    Ok(())
}

/// The timer of a forgotten clock-out fell due: the entry is closed at the scheduled end, unverified. Finishes the timer
/// in the same transaction; false when another worker did it before.
///
/// # Errors
/// Broken when the timer's subject is no assignment or the database fails.
pub fn forgotten_due(tx: &mut Tx<'_>, timer: &Due, now: Timestamp) -> Result<bool, Failure> {
    let agency = timer.agency;
    let id: AssignmentId = timer.subject.parse().map_err(|_| Failure::Missing("assignment"))?;
    let held = store::distribution::lock_assignment(tx, agency, id)?.ok_or(Failure::Missing("assignment"))?;
    let permit = authorise(&Actor::system(agency), Action::Clock, &Target::officer(agency, held.officer))?;
    if !timers::finish(tx, timer.id)? {
        return Ok(false);
    }
    let entry = store::timeclock::lock_entry_of(tx, agency, id)?;
    let Some(pressed_at) = entry.as_ref().and_then(|entry| close_forgotten(entry, held.span)) else {
        let words = "looked for a forgotten clock-out; there was none";
        audit::record(tx, &permit, AuditEntry::new("clock_out_due", words).about(held.shift), now)?;
        return Ok(true);
    };
    let kept = Punch {
        id: tx.id(now),
        assignment: id,
        officer: held.officer,
        kind: Kind::Out,
        pressed_at,
        received_at: now,
        fix: None,
        measured: Measured { verdict: Verdict::Unknown, distance_m: None },
        reason: String::new(),
        source: Source::Timer,
    };
    let entry = take(tx, agency, &held, &kept, now)?;
    let message = Message {
        kind: "clock_out_forgotten",
        title: "You did not clock out".to_owned(),
        body: "Your time was closed at the scheduled end. If you worked longer or left earlier, tell the coordinator."
            .to_owned(),
        link: "/my-time".to_owned(),
    };
    notices::tell(tx, agency, To::Officer(held.officer), &message, now)?;
    let words = "closed a forgotten clock-out at the scheduled end, not verified";
    let audited = AuditEntry::new("closed_forgotten", words)
        .about(held.shift)
        .about(held.job)
        .about(held.officer)
        .about(entry.id);
    audit::record(tx, &permit, audited.with(json!({ "clocked_out_at": pressed_at })), now)?;
    Ok(true)
}

/// What the clock of an officer's phone shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockPage {
    /// The shift that he is on, or the next one without a clock-in; `None` when there is none.
    pub booked: Option<(Booked, Glance)>,
    /// Clocked in now.
    pub on_site: bool,
    /// From when a press in is taken.
    pub opens_at: Option<Timestamp>,
}

/// The clock of the officer who asks.
///
/// # Errors
/// Denied.
pub fn load_clock(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<ClockPage, Failure> {
    let agency = who.scope()?.agency();
    let officer: OfficerId = who.officer.ok_or(Denied::NotAllowed(Action::Clock))?;
    authorise(who, Action::Clock, &Target::officer(agency, officer))?;
    let Some(booked) = store::distribution::find_next_booked(tx, agency, officer, now)? else {
        return Ok(ClockPage { booked: None, on_site: false, opens_at: None });
    };
    let glance = store::distribution::find_open_shift(tx, agency, booked.shift, Some(officer))?
        .ok_or(Failure::Missing("shift"))?;
    let early = SignedDuration::from_mins(glance.settings.early_clock_in_minutes.max(0));
    let opens_at = Some(booked.span.starts_at() - early);
    let on_site = booked.time_state.as_deref() == Some(EntryState::OnSite.code());
    Ok(ClockPage { booked: Some((booked, glance)), on_site, opens_at })
}
