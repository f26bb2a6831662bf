//! The order in which the rules want a shift to be offered (P15).

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    distribution::{Plan, plan_of},
    id::{AgencyId, JobId},
    jobs::Shift,
    policy::Kind,
};
use muster_store::{self as store, Tx};

use super::{
    accept::zone,
    eligibility::{Offer, rules_about},
    is_to_post,
};
use crate::{Failure, rates};

/// The plan that the rules make for the first shift of a job that is not posted yet; none when they say nothing.
///
/// # Errors
/// Denied; missing.
pub fn find_plan_by_rules(tx: &mut Tx<'_>, who: &Actor, job: JobId, now: Timestamp) -> Result<Option<Plan>, Failure> {
    let scope = who.scope()?;
    store::jobs::find_job(tx, &scope, job)?.ok_or(Failure::Missing("job"))?;
    authorise(who, Action::FillJob, &Target::agency(scope.agency()))?;
    for listed in store::jobs::list_shifts_of_job(tx, scope.agency(), job)? {
        match store::jobs::find_shift(tx, &scope, listed.id)? {
            Some(shift) if is_to_post(&shift, now) => return plan_by_rules(tx, scope.agency(), &shift),
            _ => {}
        }
    }
    Ok(None)
}

/// The plan that the first fitting rule makes; none when no rule fits or no rules are in force.
pub(super) fn plan_by_rules(tx: &mut Tx<'_>, agency: AgencyId, shift: &Shift) -> Result<Option<Plan>, Failure> {
    let rules = match rates::load_rules(tx, agency, shift.span.starts_at()) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => return Ok(None),
        other => other?,
    };
    let policy = &rules.book.policy;
    if !policy.rules.iter().any(|rule| matches!(rule.kind, Kind::ReleaseStage(_))) {
        return Ok(None);
    }
    let glance = store::distribution::find_open_shift(tx, agency, shift.id, None)?.ok_or(Failure::Missing("shift"))?;
    let positions = store::distribution::list_positions_with_seats(tx, agency, shift.id)?;
    let Some(position) = positions.first() else { return Ok(None) };
    let zone = zone(&glance.zone)?;
    let offer = Offer { shift: &glance.shift, position, assignment: None, calendar: &rules.book.calendar };
    Ok(rules_about(policy, offer, &zone).find_map(|rule| match &rule.kind {
        Kind::ReleaseStage(release) => Some(plan_of(release, shift.span.starts_at(), &zone)),
        _ => None,
    }))
}
