//! Officers hear of work that opened: one notice for a job, however many shifts it has, and none twice.
//!
//! Posting only sets a timer; a worker finds out whom to tell with a read and writes the notices a few hundred at a time,
//! so that neither the coordinator nor the officers who rush for the seats wait for it.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    audit::Entry,
    counted,
    distribution::{Method, OpenPosition},
    id::{AccountId, AgencyId, JobId},
    notices::Message,
    policy::{Outcome, Point, Work},
    time::Span,
};
use muster_store::{
    self as store, Db, Tx,
    distribution::{Glance, OfficerRecord},
    timers::{self, Due},
};
use serde_json::json;

use super::{
    accept::{fill_levels, when, zone},
    eligibility::{Offer, Subject, reach},
};
use crate::{
    Failure, audit,
    rates::{self, Rules},
};

/// The kind of the timer that tells officers of open work; its subject is the job.
pub const OPENED_TIMER: &str = "tell_opened";
/// Openings within this time are told together: the shifts of a job pass on one after the other.
const GATHER: SignedDuration = SignedDuration::from_secs(20);
/// Notices written in one transaction.
const AT_ONCE: usize = 250;

/// Notes that shifts of a job opened to somebody; the first of several decides when it is told.
pub(super) fn will_tell(tx: &mut Tx<'_>, agency: AgencyId, job: JobId, now: Timestamp) -> Result<(), Failure> {
    Ok(timers::set_if_none(tx, agency, OPENED_TIMER, &job.to_string(), now + GATHER, now)?)
}

/// A shift that officers can take now.
struct Opening {
    glance: Glance,
    positions: Vec<OpenPosition>,
    rules: Rules,
    posted_at: Timestamp,
}

/// Whom to tell, and what.
struct News {
    accounts: Vec<AccountId>,
    message: Message,
    words: String,
}

/// Tells every officer who may take one of the job's open shifts and was not told since it was posted. Finishes the timer;
/// false when another worker did it before.
///
/// # Errors
/// Broken when the timer's subject is no job or the database fails. Whoever was told before a failure is not told again.
pub fn tell_of_openings(db: &Db, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    let job: JobId = due.subject.parse().map_err(|_| Failure::Missing("job"))?;
    let (agency, timer) = (due.agency, due.id);
    let news = db.read_blocking(move |tx| find_news(tx, agency, job, now))?;
    let Some(news) = news.filter(|news| !news.accounts.is_empty()) else {
        return db.housekeep_blocking(move |tx| Ok(timers::finish(tx, timer)?));
    };
    for some in news.accounts.chunks(AT_ONCE) {
        let (some, message) = (some.to_vec(), news.message.clone());
        db.housekeep_blocking::<_, Failure, _>(move |tx| {
            for account in &some {
                store::notices::add_notice(tx, agency, *account, &message, now)?;
            }
            Ok(())
        })?;
    }
    let (told, words) = (news.accounts.len(), news.words);
    db.write_blocking(move |tx| {
        if !timers::finish(tx, timer)? {
            return Ok(false);
        }
        let permit = authorise(&Actor::system(agency), Action::FillJob, &Target::agency(agency))?;
        let entry = Entry::new("told_of_openings", words.clone()).about(job).with(json!({ "told": told }));
        audit::record(tx, &permit, entry, now)?;
        Ok(true)
    })
}

fn find_news(tx: &mut Tx<'_>, agency: AgencyId, job: JobId, now: Timestamp) -> Result<Option<News>, Failure> {
    let openings = list_openings(tx, agency, job, now)?;
    let Some(first) = openings.first() else { return Ok(None) };
    let link = format!("/open-shifts?job={job}");
    let listeners = store::distribution::list_listeners(tx, agency, &link)?;
    let records = store::distribution::list_records(tx, agency)?;
    let spans = openings.iter().map(|one| one.glance.shift.span);
    let last = spans.map(|span| span.ends_at()).max().unwrap_or(first.glance.shift.span.ends_at());
    let all = Span::new(first.glance.shift.span.starts_at(), last).unwrap_or(first.glance.shift.span);
    let work = store::distribution::list_work_of_agency(tx, agency, reach(&first.rules.book.policy, all))?;
    let zone = zone(&first.glance.zone)?;
    let none: (OfficerRecord, Vec<Work>) = Default::default();
    let accounts: Vec<AccountId> = listeners
        .into_iter()
        .filter(|one| {
            let Some(record) = records.get(&one.officer) else { return false };
            let subject = Subject::new(one.officer, record, work.get(&one.officer).unwrap_or(&none.1), &zone);
            let news = |opening: &&Opening| one.told_at.is_none_or(|told| told < opening.posted_at);
            openings.iter().filter(news).any(|opening| opening.is_for(&subject, now))
        })
        .map(|one| one.account)
        .collect();
    let shift = &first.glance.shift;
    let dates = match openings.len() {
        1 => when(&first.glance),
        more => format!("{more} shifts, the first on {}", when(&first.glance)),
    };
    let message = Message {
        kind: "work_opened",
        title: format!("Open work: {}", shift.title),
        body: format!("{dates}. {}, {}.", shift.site_name, shift.address),
        link,
    };
    let people = counted(accounts.len(), "officer", "officers");
    let words = format!("told {people} that job {} \u{201c}{}\u{201d} is open to them", shift.number, shift.title);
    Ok(Some(News { accounts, message, words }))
}

/// The job's shifts that officers may take themselves now, with a free seat.
fn list_openings(tx: &mut Tx<'_>, agency: AgencyId, job: JobId, now: Timestamp) -> Result<Vec<Opening>, Failure> {
    let mut openings = Vec::new();
    for (id, posted_at) in store::distribution::list_open_of_job(tx, agency, job, now)? {
        let Some(glance) = store::distribution::find_open_shift(tx, agency, id, None)? else { continue };
        if glance.shift.stage().is_none_or(|stage| stage.method != Method::Open) {
            continue;
        }
        let mut positions = store::distribution::list_positions_with_seats(tx, agency, id)?;
        positions.retain(|one| one.free.is_some());
        fill_levels(tx, agency, &mut positions)?;
        let rules = rates::load_rules(tx, agency, glance.shift.span.starts_at())?;
        openings.push(Opening { glance, positions, rules, posted_at });
    }
    Ok(openings)
}

impl Opening {
    /// True when the officer belongs to the running stage and the rules let him take a seat, or ask for it.
    fn is_for(&self, subject: &Subject<'_>, now: Timestamp) -> bool {
        let shift = &self.glance.shift;
        let level = subject.level_on(shift.worked_on);
        let fits = |one: &&OpenPosition| one.least_level.is_none_or(|least| level >= least);
        self.positions.iter().filter(fits).any(|position| {
            let offer = Offer { shift, position, assignment: None, calendar: &self.rules.book.calendar };
            shift.stage().is_some_and(|stage| subject.is_audience(stage, offer))
                && subject.verdict(&self.rules.book.policy, offer, Point::SignUp, now) <= Outcome::NeedsApproval
        })
    }
}
