//! How much of each limit on hours an officer has used by now.

use jiff::{SignedDuration, Timestamp};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    id::OfficerId,
    policy::{Citation, Finding},
    time::{Minutes, Span},
};
use muster_store::{self as store, Tx};

use super::eligibility::{Subject, reach};
use crate::{Failure, agencies, rates};

/// A limit on hours and how much of it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitUsed {
    /// The period in words: `in the week that began Sun, Nov 15`.
    pub period: String,
    /// Hours in it already, worked and booked.
    pub used: Minutes,
    /// The most.
    pub limit: Minutes,
    /// Where it comes from.
    pub cite: Option<Citation>,
}

/// The agency's limits on hours as they stand for an officer now; none while no rules are in force.
///
/// # Errors
/// Denied; missing.
pub fn load_limits(
    tx: &mut Tx<'_>,
    who: &Actor,
    officer: OfficerId,
    now: Timestamp,
) -> Result<Vec<LimitUsed>, Failure> {
    let agency = who.scope()?.agency();
    let known = store::officers::find_officer(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    authorise(who, Action::ViewOfficer, &Target::officer(agency, officer).in_unit(known.unit))?;
    let rules = match rates::load_rules(tx, agency, now) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => return Ok(Vec::new()),
        other => other?,
    };
    let zone = agencies::load_agency(tx, agency)?.zone;
    // The shortest work there is, now: the engine finds the fullest window around it, and says what was in it before.
    let Some(moment) = Span::new(now, now + SignedDuration::from_mins(1)) else { return Ok(Vec::new()) };
    let record = store::distribution::find_record(tx, agency, officer)?.ok_or(Failure::Missing("officer"))?;
    let person = record.person.ok_or(Failure::Missing("officer"))?;
    let work = store::distribution::list_work_of_person(tx, person, reach(&rules.book.policy, moment))?;
    let subject = Subject::new(officer, &record, &work, &zone);
    let judgement = subject.judge_time(&rules.book.policy, &rules.book.calendar, moment, now);
    let limits = judgement.decisions.into_iter().filter_map(|one| match one.inputs {
        Finding::Hours { limit, before, period, .. } => {
            Some(LimitUsed { period: period.to_string(), used: before, limit, cite: one.cite })
        }
        _ => None,
    });
    Ok(limits.collect())
}
