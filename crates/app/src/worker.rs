//! Work that falls due by itself. A worker claims timers, does each in its own transaction together with marking it done, and
//! leaves to others what others claimed; so any number of workers may run, and no timer is done twice.

use jiff::{SignedDuration, Timestamp, civil::time};
use muster_domain::{
    access::Actor,
    id::{AgencyId, Id},
    refusal::Refusal,
};
use muster_store::{self as store, timers::Due};

use crate::{Db, Failure, Tx, distribution, ledger, officers::touched, payroll, requests, timeclock};

/// A claimed timer is left alone by other workers for this long.
const CLAIM: SignedDuration = SignedDuration::from_mins(2);
/// Every Monday morning (or whenever the agency's pay week begins) a pay run is drafted.
const PAY_RUN: &str = "pay_run";
/// Missed and late starts are looked for so often.
const WATCH: SignedDuration = SignedDuration::from_mins(10);
/// Every night what is kept only for a while is removed.
const NIGHTLY: &str = "nightly";

/// Does what is due now; how many timers were done.
///
/// # Errors
/// When the database cannot be reached. A single timer that fails is noted with it and tried again later.
pub fn run_due(db: &Db, now: Timestamp) -> Result<usize, Failure> {
    let claimed = db.housekeep_blocking(move |tx| store::timers::claim_due(tx, now, now + CLAIM))?;
    let mut done = 0;
    for due in claimed {
        done += usize::from(run_timer(db, due, now)?);
    }
    Ok(done)
}

/// Sets the timers of work that comes again and again, where none is waiting. Cheap; asked once a minute.
///
/// # Errors
/// When the database fails.
pub fn set_regular(db: &Db, now: Timestamp) -> Result<(), Failure> {
    db.housekeep_blocking(move |tx| {
        for agency in store::timers::list_agencies_without(tx, PAY_RUN)? {
            if let Some(due_at) = next_pay_run(tx, agency, now)? {
                store::timers::set_if_none(tx, agency, PAY_RUN, &agency.to_string(), due_at, now)?;
            }
        }
        // What time alone changes: a bar that begins, hours worked longer than planned.
        for agency in store::timers::list_agencies_without(tx, touched::RECHECK_ALL_TIMER)? {
            touched::touched_all(tx, agency, now + SignedDuration::from_hours(24), now)?;
        }
        for agency in store::timers::list_agencies_without(tx, distribution::WATCH_TIMER)? {
            let due_at = now + WATCH;
            store::timers::set_if_none(tx, agency, distribution::WATCH_TIMER, &agency.to_string(), due_at, now)?;
        }
        for agency in store::timers::list_agencies_without(tx, distribution::PERIODS_TIMER)? {
            let due_at = now + SignedDuration::from_hours(24);
            store::timers::set_if_none(tx, agency, distribution::PERIODS_TIMER, &agency.to_string(), due_at, now)?;
        }
        let night = now + SignedDuration::from_hours(24);
        Ok(store::timers::set_if_none(tx, nobody(), NIGHTLY, "", night, now)?)
    })
}

/// The agency of timers that serve the whole installation.
fn nobody() -> AgencyId {
    AgencyId::from_uuid(uuid::Uuid::nil())
}

/// Six in the morning of the next first day of the agency's pay week.
fn next_pay_run(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let Some(agency) = store::agencies::find_agency(tx, agency)? else { return Ok(None) };
    let today = now.to_zoned(agency.zone.clone()).date();
    let (_, to_on) = agency.settings.pay_week(today);
    let morning = to_on.saturating_add(jiff::Span::new().days(1)).to_datetime(time(6, 0, 0, 0));
    Ok(morning.to_zoned(agency.zone).ok().map(|at| at.timestamp()))
}

/// True when this worker did the timer's work.
fn run_timer(db: &Db, due: Due, now: Timestamp) -> Result<bool, Failure> {
    let timer = due.clone();
    let ran: Result<bool, Failure> = if due.kind == NIGHTLY {
        db.housekeep_blocking(move |tx| {
            let mine = store::timers::finish(tx, timer.id)?;
            if mine {
                store::tidying::tidy(tx, now)?;
            }
            Ok(mine)
        })
    } else if due.kind == distribution::OPENED_TIMER {
        // Hundreds of notices: read once, written a few at a time, so it looks after its transactions itself.
        distribution::tell_of_openings(db, &timer, now)
    } else if [touched::RECHECK_TIMER, touched::RECHECK_ALL_TIMER, distribution::TELL_FINDINGS_TIMER]
        .contains(&due.kind.as_str())
    {
        distribution::recheck_due(db, &timer, now)
    } else if due.kind == distribution::WATCH_TIMER {
        distribution::watch_due(db, &timer, now)
    } else if due.kind == distribution::PERIODS_TIMER {
        distribution::periods_due(db, &timer, now)
    } else {
        db.write_blocking(move |tx| act(tx, &timer, now))
    };
    match ran {
        Ok(mine) => Ok(mine),
        Err(Failure::Refused(refusal)) => {
            db.housekeep_blocking(move |tx| store::timers::settle(tx, due.id, &words(&refusal)))?;
            Ok(true)
        }
        Err(failure) => {
            tracing::warn!(
                kind = due.kind,
                subject = due.subject,
                ?failure,
                "a timer could not be done and is tried again"
            );
            let again_at = now + SignedDuration::from_secs(10_i64 << due.attempts.clamp(0, 8));
            let problem = failure.to_string();
            db.housekeep_blocking(move |tx| store::timers::postpone(tx, &due, &problem, again_at))?;
            Ok(false)
        }
    }
}

fn words(refusal: &Refusal) -> String {
    format!("{}: {}", refusal.code, refusal.message)
}

/// The timer's work, in one audited transaction that also finishes it. False when another worker was first.
fn act(tx: &mut Tx<'_>, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    match due.kind.as_str() {
        distribution::STAGE_TIMER => distribution::stage_due(tx, due, now),
        distribution::REPORT_TIMER => distribution::report_due(tx, due, now),
        requests::SILENCE_TIMER => requests::silence_due(tx, due, now),
        timeclock::FORGOTTEN_TIMER => timeclock::forgotten_due(tx, due, now),
        ledger::moved_seats::MOVED_TIMER => ledger::moved_seats::answer_due(tx, due, now),
        PAY_RUN => draft_pay_run(tx, due, now),
        unknown => {
            Err(Refusal::new("unknown_timer", format!("No work is known as {unknown}."), "Update Muster.").into())
        }
    }
}

/// Drafts the pay run of the week that ended; a person looks at it and approves it.
fn draft_pay_run(tx: &mut Tx<'_>, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    if !store::timers::finish(tx, due.id)? {
        return Ok(false);
    }
    let muster = Actor::system(due.agency);
    let days = ledger::last_week(tx, &muster, now)?;
    payroll::preview_pay_run(tx, &muster, days, now)?;
    Ok(true)
}
