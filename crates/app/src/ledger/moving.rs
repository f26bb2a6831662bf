//! Moving a shift: inside the window of notice the rules say what becomes of the officers who agreed to the old time.

use jiff::{SignedDuration, Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    agencies::Agency,
    audit::Entry as Log,
    counted,
    distribution::Event,
    id::{JobId, ShiftId},
    jobs::{Job, Shift},
    money::Cents,
    notices::Message,
    policy::{WorkClass, WorkSource},
    rates::{CancelTerm, Cancelled, CancelledBy, Priced, StartChange, price},
    refusal::Refusal,
    time::{Minutes, Span},
};
use muster_store::{
    self as store, Tx,
    distribution::{Assignment, MovedSeat},
    jobs::Seated,
    timers,
};
use serde_json::json;

use super::{
    Done,
    call_off::{SeatPrice, ShiftPrice, Told, counts_at, mark, shown},
    cancelling::{Ended, charge_seat, free_seats, stands},
    day,
    moved_seats::MOVED_TIMER,
    with_work,
};
use crate::{
    Failure, agencies, audit, distribution,
    notices::{self, To},
    rates::{self, Rules},
    requests::{self, NoticeOfChange},
};

/// Another time for a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveOrder {
    /// The shift.
    pub shift: ShiftId,
    /// When.
    pub span: Span,
    /// The local date on which it starts.
    pub worked_on: Date,
    /// Who wanted it.
    pub told: Told,
    /// Why; the officers read it. Needed once officers are booked.
    pub reason: String,
    /// The mark of what was shown; empty while nobody is booked.
    pub shown: String,
}

/// What becomes of an officer who agreed to the old time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// He keeps his seat and is told the new time.
    Keeps,
    /// He is asked, and keeps the seat only when he says yes.
    Asked,
    /// His seat is opened again.
    Reopened,
    /// He is paid as for a cancellation, and his seat is opened again.
    PaidAndReopened,
    /// The new time does not fit him, for this reason; his seat is opened again.
    CannotKeep(String),
}

impl Fate {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Keeps => "keeps the seat and is told the new time".to_owned(),
            Self::Asked => "is asked, and keeps the seat only after a yes".to_owned(),
            Self::Reopened => "loses the seat, which is offered again".to_owned(),
            Self::PaidAndReopened => "is paid as for a cancellation; the seat is offered again".to_owned(),
            Self::CannotKeep(why) => format!("cannot work at the new time ({why}); the seat is offered again"),
        }
    }
    /// A stable word.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Keeps => "keeps",
            Self::Asked => "asked",
            Self::Reopened => "reopened",
            Self::PaidAndReopened => "paid_and_reopened",
            Self::CannotKeep(_) => "cannot_keep",
        }
    }
    fn stays(&self) -> bool {
        matches!(self, Self::Keeps | Self::Asked)
    }
}

/// An officer on a shift that is moved, with what is owed for the change.
#[derive(Debug, Clone, PartialEq)]
pub struct MovedOfficer {
    /// His seat; its price holds only what the change itself costs.
    pub seat: SeatPrice,
    /// What becomes of him.
    pub fate: Fate,
}

/// What moving a shift costs now, and what becomes of its officers.
#[derive(Debug, Clone)]
pub struct MovePrice {
    /// The job.
    pub job: Job,
    /// The shift as it stands.
    pub shift: Shift,
    /// The new time.
    pub to: Span,
    /// Its officers.
    pub officers: Vec<MovedOfficer>,
    /// The window of notice; `None` outside all of them.
    pub term: Option<CancelTerm>,
    /// The moment that counts.
    pub counted_at: Timestamp,
    /// What the rules answer to a changed start; `None` when they do not and it is priced anew.
    pub answer: Option<StartChange>,
    /// What the customer owes for the change.
    pub customer: Cents,
    /// What the officers earn by it.
    pub officers_cents: Cents,
    /// Stands for exactly this; sent back with the confirmation.
    pub mark: String,
    /// What the rules about notice of changes object to without forbidding it.
    pub objections: Vec<String>,
    pub(crate) notice: NoticeOfChange,
    pub(crate) rules: muster_domain::id::RuleSetId,
}

/// That the shift is there and may be moved by the actor, whatever a half-filled form says.
///
/// # Errors
/// Denied; missing.
pub fn see_shift(tx: &mut Tx<'_>, who: &Actor, id: ShiftId) -> Result<(), Failure> {
    let scope = who.scope()?;
    store::jobs::find_shift(tx, &scope, id)?.ok_or(Failure::Missing("shift"))?;
    Ok(authorise(who, Action::EditJob, &Target::agency(scope.agency())).map(drop)?)
}

/// What moving a shift costs now, line by line.
///
/// # Errors
/// Denied; missing; refused when it began, was cancelled, is too long, or the rules cannot price it.
pub fn price_move(tx: &mut Tx<'_>, who: &Actor, order: &MoveOrder, now: Timestamp) -> Result<MovePrice, Failure> {
    Ok(prepare(tx, who, order, now)?.0)
}

fn prepare(tx: &mut Tx<'_>, who: &Actor, order: &MoveOrder, now: Timestamp) -> Result<(MovePrice, Permit), Failure> {
    let scope = who.scope()?;
    let shift = store::jobs::find_shift(tx, &scope, order.shift)?.ok_or(Failure::Missing("shift"))?;
    let permit = authorise(who, Action::EditJob, &Target::agency(scope.agency()))?;
    may_move(&shift, order.span, now)?;
    let job = store::jobs::find_job(tx, &scope, shift.job)?.ok_or(Failure::Missing("job"))?;
    let mut seated = store::jobs::list_seated_on_shift(tx, scope.agency(), shift.id)?;
    seated.retain(Seated::is_booked);
    let agency = agencies::load_agency(tx, scope.agency())?;
    let rules = rates::load_rules(tx, scope.agency(), shift.span.starts_at())?;
    let counted_at = counts_at(&rules.book, &agency, order.told, now);
    let mut made = MovePrice {
        job,
        to: order.span,
        officers: Vec::with_capacity(seated.len()),
        term: None,
        counted_at,
        answer: rules.book.rates.switches.start_change,
        customer: Cents::ZERO,
        officers_cents: Cents::ZERO,
        mark: String::new(),
        objections: Vec::new(),
        notice: NoticeOfChange::default(),
        rules: rules.id,
        shift,
    };
    if order.told.by == CancelledBy::Customer {
        let mut notice = requests::judge_notice(tx, (&made.job, &made.shift), &rules, counted_at)?;
        // Only the office moves shifts; what a customer wanted too late is written down.
        notice.objections.extend(notice.refusal.take().map(|refusal| refusal.message));
        made.objections.clone_from(&notice.objections);
        made.notice = notice;
    }
    let asked = Asked { agency: &agency, rules: &rules, order, counted_at };
    for seat in seated {
        let officer = look_at(tx, &asked, &mut made, seat, now)?;
        made.officers.push(officer);
    }
    made.customer = made.officers.iter().map(|one| one.seat.priced.customer_cents).sum();
    made.officers_cents = made.officers.iter().map(|one| one.seat.priced.officer_cents).sum();
    let fates: Vec<&str> = made.officers.iter().map(|one| one.fate.code()).collect();
    made.mark = format!("{}{}", mark(made.officers.iter().map(|one| &one.seat)), fates.join(""));
    Ok((made, permit))
}

fn may_move(shift: &Shift, to: Span, now: Timestamp) -> Result<(), Refusal> {
    stands(shift)?;
    if shift.span.starts_at() <= now || to.starts_at() <= now {
        return Err(Refusal::new(
            "shift_began",
            "Only a shift that is still to come can be moved, to a time that is still to come.",
            "For worked time use the time review.",
        ));
    }
    if to.minutes().0 > 24 * 60 {
        return Err(Refusal::new("too_long", "A shift lasts 24 hours at most.", "Make two shifts of it."));
    }
    Ok(())
}

struct Asked<'a> {
    agency: &'a Agency,
    rules: &'a Rules,
    order: &'a MoveOrder,
    counted_at: Timestamp,
}

/// What becomes of one officer, and what is owed for it.
fn look_at(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    made: &mut MovePrice,
    seat: Seated,
    now: Timestamp,
) -> Result<MovedOfficer, Failure> {
    let card = &asked.rules.book.rates;
    let (old, new) = (made.shift.span, made.to);
    let facts = store::ledger::load_price_facts(tx, asked.agency.id, seat.assignment)?;
    let another = !made.officers.is_empty();
    let done = Done { not_first: another, without_resources: another, ..Done::default() };
    let done = day::look_back(tx, asked.agency, asked.rules, (seat.officer, &facts), done)?;
    let as_done = |change: bool, at_most: Option<Minutes>| {
        let by = asked.order.told.by;
        Done { cancelled: Some(Cancelled { at: asked.counted_at, by, change, at_most }), ..done }
    };
    let priced = |change: bool, at_most: Option<Minutes>| {
        with_work(asked.agency, &facts, as_done(change, at_most), |work| {
            price(card, work).map(|priced| (priced, card.cancel_term(work)))
        })
    };
    let (whole, term) = priced(false, None)?;
    let cut = Minutes((old.minutes().0 - new.minutes().0).max(0));
    let (for_cut, cut_term) = priced(true, Some(cut))?;
    let held = store::distribution::find_assignment(tx, asked.agency.id, seat.assignment)?
        .ok_or(Failure::Missing("assignment"))?;
    let fate = match fits(tx, asked, &held, new, now)? {
        Some(why) => Fate::CannotKeep(why),
        None if old.starts_at() == new.starts_at() || term.is_none() => Fate::Keeps,
        None => match card.switches.start_change.unwrap_or(StartChange::Reprice) {
            StartChange::Reprice => Fate::Keeps,
            StartChange::AskOfficer => Fate::Asked,
            StartChange::Repost => Fate::Reopened,
            StartChange::PayFirst => Fate::PaidAndReopened,
        },
    };
    let priced = match &fate {
        Fate::Keeps | Fate::Asked if cut.0 > 0 && cut_term.is_some() => for_cut,
        Fate::PaidAndReopened => whole,
        Fate::CannotKeep(_) if term.is_some() => whole,
        Fate::Keeps | Fate::Asked | Fate::Reopened | Fate::CannotKeep(_) => nothing(&whole),
    };
    if made.term.is_none() {
        made.term = term;
    }
    let (assignment, officer) = (seat.assignment, seat.officer);
    let done = if fate.stays() { as_done(true, Some(cut)) } else { as_done(false, None) };
    let basis = day::basis(asked.rules, &facts, &done)?;
    let (name, badge) = (seat.name, seat.badge);
    let crew = facts.crew;
    let seat = SeatPrice { assignment, officer, name, badge, priced, worked: None, crew, entry: None, basis };
    Ok(MovedOfficer { seat, fate })
}

/// A price without lines.
fn nothing(like: &Priced) -> Priced {
    Priced {
        version: like.version.clone(),
        worked_minutes: Minutes::ZERO,
        counted_minutes: Minutes::ZERO,
        earlier: like.earlier,
        remarks: Vec::new(),
        paid_minutes: Minutes::ZERO,
        lines: Vec::new(),
        officer_cents: Cents::ZERO,
        customer_cents: Cents::ZERO,
        shares: Vec::new(),
        assumptions: Vec::new(),
    }
}

/// Why an officer could not work at the new time; `None` when he could.
fn fits(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    held: &Assignment,
    to: Span,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let agency = asked.agency.id;
    let record = store::distribution::find_record(tx, agency, held.officer)?.ok_or(Failure::Missing("officer"))?;
    let person = record.person.ok_or(Failure::Missing("officer"))?;
    let busy = store::distribution::list_work_of_person(tx, person, to)?.into_iter().any(|work| {
        work.class == WorkClass::Detail && work.source != WorkSource::Assignment(held.id) && work.span.overlaps(to)
    });
    if busy {
        return Ok(Some("he works another detail then".to_owned()));
    }
    let mut glance =
        store::distribution::find_open_shift(tx, agency, held.shift, None)?.ok_or(Failure::Missing("shift"))?;
    (glance.shift.span, glance.shift.worked_on) = (to, asked.order.worked_on);
    match distribution::judge_moved(tx, agency, held, &glance, now) {
        Ok(()) => Ok(None),
        Err(Failure::Refused(refusal)) => Ok(Some(refusal.message.trim_end_matches('.').to_owned())),
        Err(failure) => Err(failure),
    }
}

/// Moves a shift. Officers who stay are told the new time (or asked), the others are freed, and what is owed is charged.
///
/// # Errors
/// Denied; missing; refused when it began or was cancelled, and when officers are booked and what becomes of them was
/// not shown, or has changed since.
pub fn move_shift(tx: &mut Tx<'_>, who: &Actor, order: &MoveOrder, now: Timestamp) -> Result<JobId, Failure> {
    let agency_id = who.scope()?.agency();
    store::jobs::lock_shift(tx, agency_id, order.shift)?.ok_or(Failure::Missing("shift"))?;
    let (made, permit) = prepare(tx, who, order, now)?;
    let reason = order.reason.trim();
    crate::check_reason(reason)?;
    if !made.officers.is_empty() {
        if order.shown != made.mark {
            shown(&made.mark, &order.shown, made.customer, made.officers_cents.max(Cents(1)))?;
        }
        if reason.is_empty() {
            let remedy = "Write why; the officers will read it.";
            return Err(Refusal::new("reason_missing", "Moving booked officers needs a reason.", remedy).into());
        }
    }
    let agency = agencies::load_agency(tx, agency_id)?;
    let moved = Shift { span: order.span, worked_on: order.worked_on, ..made.shift.clone() };
    let ended = Ended { who, permit: &permit, job: &made.job, reason, told: None };
    let as_price = |shift: &Shift, seats: Vec<SeatPrice>| ShiftPrice {
        shift: shift.clone(),
        seats,
        empty: 0,
        counted_at: made.counted_at,
        term: made.term.clone(),
        next: None,
        rule_set: made.rules,
    };
    let leaving = made.officers.iter().filter(|one| !one.fate.stays()).map(|one| one.seat.clone()).collect();
    let mut charges = free_seats(tx, &agency, &ended, &as_price(&made.shift, leaving), now)?;
    distribution::tell_posting(tx, moved.clone(), Event::Moved, now)?;
    for one in made.officers.iter().filter(|one| one.fate.stays()) {
        store::distribution::move_work(tx, agency_id, one.seat.assignment, order.span)?;
        let charge = charge_seat(tx, &agency, &ended, &as_price(&moved, Vec::new()), &one.seat, now)?;
        charges.extend(charge.map(|charge| charge.id));
        tell_moved(tx, &agency, &made, one, reason, now)?;
        if one.fate == Fate::Asked {
            ask(tx, &made, order, one, now)?;
        }
    }
    made.notice.keep(tx, &made.job, now)?;
    let fates: Vec<_> = made
        .officers
        .iter()
        .map(|one| json!({ "officer": one.seat.officer, "fate": one.fate.code(), "customer_cents": one.seat.priced.customer_cents, "officer_cents": one.seat.priced.officer_cents }))
        .collect();
    let words = if made.officers.is_empty() {
        "moved a shift to another time".to_owned()
    } else {
        let stay = made.officers.iter().filter(|one| one.fate.stays()).count();
        format!(
            "moved a shift of job {} to another time, {} of {} stay, {} owed for it: {reason}",
            made.job.number,
            stay,
            counted(made.officers.len(), "officer", "officers"),
            made.customer
        )
    };
    let entry = Log::new("moved_shift", words).about(order.shift).about(made.job.id).about(made.job.customer).with(json!({
        "before": made.shift.span, "after": order.span, "window": made.term, "answer": made.answer, "officers": fates,
        "charges": charges, "counted_at": made.counted_at, "by": order.told.by, "reason": reason,
    }));
    audit::record(tx, &permit, entry, now)?;
    Ok(made.job.id)
}

/// An officer is asked; he has half of the time until the start, at most a day.
fn ask(
    tx: &mut Tx<'_>,
    made: &MovePrice,
    order: &MoveOrder,
    one: &MovedOfficer,
    now: Timestamp,
) -> Result<(), Failure> {
    let start = made.to.starts_at().min(made.shift.span.starts_at());
    let seconds = ((start.as_second() - now.as_second()) / 2).clamp(60, 86_400);
    let seat = MovedSeat {
        assignment: one.seat.assignment,
        shift: made.shift.id,
        officer: one.seat.officer,
        from: made.shift.span,
        counted_at: made.counted_at,
        moved_by: order.told.by.code().to_owned(),
        asked_at: now,
        answer_by: now + SignedDuration::from_secs(seconds),
    };
    store::distribution::ask_moved(tx, made.shift.agency, &seat)?;
    let subject = seat.assignment.to_string();
    Ok(timers::set(tx, made.shift.agency, MOVED_TIMER, &subject, seat.answer_by, now)?)
}

fn tell_moved(
    tx: &mut Tx<'_>,
    agency: &Agency,
    made: &MovePrice,
    one: &MovedOfficer,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let wall = |at: Timestamp| at.to_zoned(agency.zone.clone()).strftime("%a, %b %-d %H:%M").to_string();
    let paid = if one.seat.priced.officer_cents > Cents::ZERO {
        format!(" For the time cut off you are paid {}.", one.seat.priced.officer_cents)
    } else {
        String::new()
    };
    let asked = one.fate == Fate::Asked;
    let next = if asked {
        "You keep the seat only when you say yes; say it on the page My shifts."
    } else {
        "You keep your seat."
    };
    let message = Message {
        kind: "shift_moved",
        title: format!("{}: {}", if asked { "Can you work at another time?" } else { "Moved" }, made.job.title),
        body: format!(
            "The shift of {} is now {} to {}. {next}{paid} Reason: {reason}",
            wall(made.shift.span.starts_at()),
            wall(made.to.starts_at()),
            wall(made.to.ends_at())
        ),
        link: "/my-shifts".to_owned(),
    };
    notices::tell(tx, agency.id, To::Officer(one.seat.officer), &message, now)
}
