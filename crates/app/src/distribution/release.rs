//! The order in which the rules want a shift to be offered (P15).

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    distribution::{Plan, plan_of},
    id::{AgencyId, JobId, ShiftId},
    policy::Kind,
    time::Span,
};
use muster_store::{self as store, Tx};

use super::{
    accept::zone,
    eligibility::{Offer, rules_about},
    is_to_post,
};
use crate::{Failure, rates};

/// How the rules want the shifts of a job (or one of them) that are still to be posted to be offered, in words; none when
/// they say nothing about any of them.
///
/// # Errors
/// Denied; missing.
pub fn find_order_by_rules(
    tx: &mut Tx<'_>,
    who: &Actor,
    job: JobId,
    only: Option<ShiftId>,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let scope = who.scope()?;
    store::jobs::find_job(tx, &scope, job)?.ok_or(Failure::Missing("job"))?;
    authorise(who, Action::FillJob, &Target::agency(scope.agency()))?;
    let mut names: Vec<Option<String>> = Vec::new();
    for shift in store::jobs::list_shifts_of_job(tx, scope.agency(), job)? {
        if only.is_none_or(|only| only == shift.id) && is_to_post(shift.state, shift.span, now) {
            let plan = plan_by_rules(tx, scope.agency(), shift.id, shift.span)?;
            let name = plan.map(|plan| plan.name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(match names.as_slice() {
        [] | [None] => None,
        [Some(name)] => Some(name.clone()),
        _ => Some("By the rules, which differ between these shifts".to_owned()),
    })
}

/// The plan that the first fitting rule makes; none when no rule fits or no rules are in force.
pub(super) fn plan_by_rules(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    shift: ShiftId,
    span: Span,
) -> Result<Option<Plan>, Failure> {
    let rules = match rates::load_rules(tx, agency, span.starts_at()) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => return Ok(None),
        other => other?,
    };
    let policy = &rules.book.policy;
    if !policy.rules.iter().any(|rule| matches!(rule.kind, Kind::ReleaseStage(_))) {
        return Ok(None);
    }
    let glance = store::distribution::find_open_shift(tx, agency, shift, None)?.ok_or(Failure::Missing("shift"))?;
    let positions = store::distribution::list_positions_with_seats(tx, agency, shift)?;
    let zone = zone(&glance.zone)?;
    let found = positions.iter().find_map(|position| {
        let offer = Offer { shift: &glance.shift, position, assignment: None, calendar: &rules.book.calendar };
        rules_about(policy, offer, &zone).find_map(|rule| match &rule.kind {
            Kind::ReleaseStage(release) => Some(release),
            _ => None,
        })
    });
    Ok(found.map(|release| plan_of(release, span.starts_at(), &zone)))
}
