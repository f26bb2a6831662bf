//! The rules at a change of work that was approved: notice of changes, and the crew that is left.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    id::{JobId, PositionId, RuleSetId},
    jobs::{Job, Position, Shift, ShiftState},
    policy::{Kind, Rule, SetAside, kinds::LeadObject},
    refusal::Refusal,
    requests::{Asked, AskedShift, Dates, Details, PositionWanted, RequestRuling, judge_changed},
};
use muster_store::{self as store, Tx};

use super::{
    ruling::must_not_stop,
    standing::{About, load_standing},
};
use crate::{
    Failure, agencies,
    rates::{self, Rules},
};

/// Seats that a shift would have.
pub(crate) struct SeatChange<'a> {
    pub job: &'a Job,
    pub shift: &'a Shift,
    pub positions: &'a [Position],
    /// The position that changes, and its seats after.
    pub after: (PositionId, i64),
}

/// Asks the rules whether the seats of a shift may change so. Fewer people are held against the rules of the crew, and what
/// was set aside for the request stays so. Answers what the rules object to without forbidding it, in words; what they said
/// is kept with the request.
///
/// # Errors
/// Refused when a rule forbids it.
pub(crate) fn judge_seats(tx: &mut Tx<'_>, change: &SeatChange<'_>, now: Timestamp) -> Result<Vec<String>, Failure> {
    let (mut ruling, rule_set) = match ask(tx, change, now) {
        // Without rules in force nothing objects.
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => return Ok(Vec::new()),
        asked => asked?,
    };
    let (position, seats) = change.after;
    let before = change.positions.iter().find(|one| one.id == position).map_or(0, |one| one.seats);
    if seats > before {
        ruling.leave_out("crew");
    }
    must_not_stop(&ruling)?;
    if let Some(request) = change.job.request.filter(|_| !ruling.decisions.is_empty()) {
        store::requests::add_ruling(tx, change.job.agency, (request, "change"), (rule_set, &ruling), now)?;
    }
    Ok(ruling.objections().into_iter().map(|one| ruling.words(one)).collect())
}

/// What the rules about notice of changes say when a customer moves or cancels a whole shift.
#[derive(Debug, Clone, Default)]
pub(crate) struct NoticeOfChange {
    /// What they object to without forbidding it, in words.
    pub objections: Vec<String>,
    /// What they forbid.
    pub refusal: Option<Refusal>,
    judged: Option<(RuleSetId, RequestRuling)>,
}

impl NoticeOfChange {
    /// Keeps what was said with the request of the job.
    pub(crate) fn keep(&self, tx: &mut Tx<'_>, job: &Job, now: Timestamp) -> Result<(), Failure> {
        if let (Some(request), Some((rule_set, ruling))) = (job.request, &self.judged) {
            store::requests::add_ruling(tx, job.agency, (request, "change"), (*rule_set, ruling), now)?;
        }
        Ok(())
    }
}

/// Asks the rules whether there is notice enough to change or cancel a whole shift. Reads nothing where no rule asks it.
pub(crate) fn judge_notice(
    tx: &mut Tx<'_>,
    (job, shift): (&Job, &Shift),
    rules: &Rules,
    now: Timestamp,
) -> Result<NoticeOfChange, Failure> {
    let asks = |rule: &Rule| match &rule.kind {
        Kind::LeadTime(lead) => lead.object == LeadObject::Change,
        _ => false,
    };
    if !rules.book.policy.rules.iter().any(asks) {
        return Ok(NoticeOfChange::default());
    }
    let positions = store::jobs::list_positions(tx, job.agency, shift.id)?;
    let Some(first) = positions.first() else { return Ok(NoticeOfChange::default()) };
    let after = (first.id, first.seats);
    let (mut ruling, rule_set) = ask(tx, &SeatChange { job, shift, positions: &positions, after }, now)?;
    ruling.leave_out("crew");
    Ok(NoticeOfChange {
        objections: ruling.objections().into_iter().map(|one| ruling.words(one)).collect(),
        refusal: must_not_stop(&ruling).err(),
        judged: (!ruling.decisions.is_empty()).then_some((rule_set, ruling)),
    })
}

/// The crew rules that the coming shifts of a job do not keep, in words with the date; the first eight shifts are looked at.
/// What was set aside is not told again.
///
/// # Errors
/// Denied; missing.
pub fn list_crew_gaps(tx: &mut Tx<'_>, who: &Actor, id: JobId, now: Timestamp) -> Result<Vec<String>, Failure> {
    let scope = who.scope()?;
    let job = store::jobs::find_job(tx, &scope, id)?.ok_or(Failure::Missing("job"))?;
    authorise(who, Action::ViewJob, &Target::customer(scope.agency(), job.customer))?;
    let mut gaps = Vec::new();
    let shifts = store::jobs::list_shifts_of_job(tx, scope.agency(), id)?;
    let coming = shifts.iter().filter(|one| one.state != ShiftState::Cancelled && one.span.starts_at() > now);
    for listed in coming.take(8) {
        let rules = rates::load_rules(tx, job.agency, listed.span.starts_at())?;
        if !rules.book.policy.rules.iter().any(|rule| matches!(rule.kind, Kind::Crew(_))) {
            continue;
        }
        let positions = store::jobs::list_positions(tx, scope.agency(), listed.id)?;
        let Some(first) = positions.first() else { continue };
        let shift = Shift {
            id: listed.id,
            agency: job.agency,
            job: job.id,
            span: listed.span,
            worked_on: listed.worked_on,
            state: listed.state,
            version: 0,
        };
        let after = (first.id, first.seats);
        let (ruling, _) = ask(tx, &SeatChange { job: &job, shift: &shift, positions: &positions, after }, now)?;
        let day = shift.worked_on.strftime("%a, %b %-d");
        let short = ruling.objections().into_iter().filter(|one| one.kind == "crew");
        gaps.extend(short.map(|one| format!("{day}: {}", ruling.words(one))));
    }
    Ok(gaps)
}

/// What the rules say of a shift with these seats.
fn ask(tx: &mut Tx<'_>, change: &SeatChange<'_>, now: Timestamp) -> Result<(RequestRuling, RuleSetId), Failure> {
    let SeatChange { job, shift, positions, after: (position, seats) } = change;
    let agency = agencies::load_agency(tx, job.agency)?;
    let job_types = store::agencies::list_job_types(tx, agency.id)?;
    let job_type = job_types.iter().find(|one| one.id == job.job_type).ok_or(Failure::Missing("job type"))?;
    let ranks = store::agencies::list_ranks(tx, agency.id)?;
    let customer = store::customers::find_customer(tx, agency.id, job.customer, None)?;
    let rules = rates::load_rules(tx, agency.id, shift.span.starts_at())?;
    let about = About { agency: &agency, customer: customer.as_ref(), site: Some(job.site), request: job.request };
    let kept = load_standing(tx, &about, &rules.book.policy, now)?;
    let left = |one: &Position| PositionWanted {
        role: one.role,
        seats: if one.id == *position { *seats } else { one.seats },
        requirements: one.requirements.clone(),
    };
    let local = |at: Timestamp| agency.zone.to_datetime(at).time();
    let details = Details {
        dates: Dates::Given { on: vec![shift.worked_on] },
        from: local(shift.span.starts_at()),
        to: local(shift.span.ends_at()),
        positions: positions.iter().map(left).collect(),
        attendance: job.details.attendance,
        alcohol: job.details.alcohol,
        traffic: job.details.traffic,
        contact_name: String::new(),
        contact_phone: String::new(),
        instructions: String::new(),
        resources: job.details.resources.clone(),
    };
    let asked = Asked {
        details: &details,
        shifts: &[AskedShift { worked_on: shift.worked_on, span: shift.span }],
        customer: customer.as_ref(),
        site: Some(job.site),
        job_type,
        ranks: &ranks,
        zone: &agency.zone,
        at: job.details.requested_at.unwrap_or(now),
        standing: &kept.standing,
    };
    let mut ruling = judge_changed(&rules.book, &asked, now);
    settle(tx, &mut ruling, job, &kept.agreed)?;
    Ok((ruling, rules.id))
}

/// What somebody agreed to, or set aside, for the request holds for its changes too.
fn settle(tx: &mut Tx<'_>, ruling: &mut RequestRuling, job: &Job, agreed: &[SetAside]) -> Result<(), Failure> {
    agreed.iter().for_each(|one| ruling.agree(one));
    let Some(request) = job.request else { return Ok(()) };
    for said in store::requests::list_rulings(tx, job.agency, request)? {
        said.ruling.decisions.iter().filter_map(|one| one.overridden.as_ref()).for_each(|one| ruling.keep_aside(one));
    }
    Ok(())
}
