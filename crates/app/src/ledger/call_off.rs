//! What calling work off costs now: each officer's seat priced by the rules, the window of notice, and the next window.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Denied, Permit, Scope, Target, authorise},
    agencies::Agency,
    id::{AssignmentId, JobId, OfficerId, PositionId, RuleSetId, ShiftId},
    jobs::{Job, JobState, Shift, ShiftState},
    money::Cents,
    rates::{
        CancelTerm, Cancelled, CancelledBy, CancelledWhen, Channel, Priced, RateCard, Received, counted_at, price,
    },
    refusal::Refusal,
    rules::RuleBook,
    time::{Minutes, Span},
    timeclock::{Entry, EntryState},
};
use muster_store::{self as store, Tx, jobs::Seated, ledger::PriceFacts};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Done, day, with_work};
use crate::{
    Failure, agencies,
    rates::{self, Rules},
    requests::{self, NoticeOfChange},
};

/// What is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallOff {
    /// A job with every shift that is not over.
    Job(JobId),
    /// One shift.
    Shift(ShiftId),
    /// Some seats of a position: free ones first, then those taken last.
    Seats {
        /// The shift.
        shift: ShiftId,
        /// The position.
        position: PositionId,
        /// How many; at least one, and one stays.
        seats: i64,
    },
}

/// Who called off, when and how it reached the agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub by: CancelledBy,
    /// When it was sent or said; now when absent.
    pub received_at: Option<Timestamp>,
    /// How.
    pub channel: Channel,
}

/// One officer's seat with what it costs to call it off.
#[derive(Debug, Clone, PartialEq)]
pub struct SeatPrice {
    /// His hold on it.
    pub assignment: AssignmentId,
    /// Who.
    pub officer: OfficerId,
    /// `Sgt. Dana Alvarez`.
    pub name: String,
    /// Badge number.
    pub badge: String,
    /// The lines.
    pub priced: Priced,
    /// The time worked until now.
    pub worked: Option<Span>,
    /// Officers booked on the shift.
    pub crew: i64,
    /// The entry of that time.
    pub(crate) entry: Option<Entry>,
    /// What it was priced from, where it may be priced again.
    pub(crate) basis: Option<Value>,
}

impl SeatPrice {
    /// Somebody owes or earns something for it, so that it is charged.
    pub(crate) fn is_owed(&self) -> bool {
        is_owed(&self.priced)
    }
}

pub(crate) fn is_owed(priced: &Priced) -> bool {
    (priced.customer_cents, priced.officer_cents) != (Cents::ZERO, Cents::ZERO)
}

/// What the same costs when another window of notice has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPrice {
    /// The first instant of it.
    pub at: Timestamp,
    /// The window in words; empty when nothing is owed in it.
    pub words: String,
    /// What the customer then owes for this shift.
    pub customer: Cents,
}

/// One shift with what it costs to call it off.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftPrice {
    /// The shift.
    pub shift: Shift,
    /// The officers who lose their seats.
    pub seats: Vec<SeatPrice>,
    /// Seats without an officer; nothing is owed for them.
    pub empty: i64,
    /// The moment that counts.
    pub counted_at: Timestamp,
    /// The window of notice; `None` when nothing is owed.
    pub term: Option<CancelTerm>,
    /// What comes after it.
    pub next: Option<NextPrice>,
    /// The stored rules that priced it.
    pub rule_set: RuleSetId,
}

/// What calling work off costs now.
#[derive(Debug, Clone)]
pub struct CallOffPrice {
    /// The job.
    pub job: Job,
    /// Its shifts that are called off, in order.
    pub shifts: Vec<ShiftPrice>,
    /// Which moment counts; `None` when the rules do not say it and the usual is taken.
    pub counts: Option<CancelledWhen>,
    /// What the customer owes.
    pub customer: Cents,
    /// What the officers earn.
    pub officers: Cents,
    /// What the rules about notice of changes object to without forbidding it.
    pub objections: Vec<String>,
    /// Stands for exactly this price; sent back with the confirmation.
    pub mark: String,
    pub(crate) notice: NoticeOfChange,
}

impl CallOffPrice {
    /// Officers who lose their seats.
    #[must_use]
    pub fn freed(&self) -> usize {
        self.shifts.iter().map(|one| one.seats.len()).sum()
    }

    pub(crate) fn of(job: Job, shifts: Vec<ShiftPrice>, counts: Option<CancelledWhen>, notice: NoticeOfChange) -> Self {
        let seats = || shifts.iter().flat_map(|one| &one.seats);
        let customer = seats().map(|seat| seat.priced.customer_cents).sum();
        let officers = seats().map(|seat| seat.priced.officer_cents).sum();
        let mark = mark(seats());
        let objections = notice.objections.clone();
        Self { job, shifts, counts, customer, officers, objections, mark, notice }
    }
}

/// Stands for officers and amounts: another officer or another cent is another mark.
pub(crate) fn mark<'a>(seats: impl Iterator<Item = &'a SeatPrice>) -> String {
    let mut digest = Sha256::new();
    for seat in seats {
        digest.update(seat.assignment.to_string());
        digest.update(seat.priced.customer_cents.0.to_le_bytes());
        digest.update(seat.priced.officer_cents.0.to_le_bytes());
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses unless the price is the one that was shown; nobody is charged what he did not see. A price of nothing need
/// not have been shown.
pub(crate) fn shown(mark: &str, sent: &str, customer: Cents, officers: Cents) -> Result<(), Refusal> {
    let nothing = customer == Cents::ZERO && officers == Cents::ZERO;
    if sent == mark || (sent.is_empty() && nothing) {
        return Ok(());
    }
    Err(Refusal::new(
        PRICE_CHANGED,
        if sent.is_empty() {
            format!("This costs the customer {customer} now, and the price has not been shown.")
        } else {
            format!("The price is another one now: the customer owes {customer}, the officers get {officers}.")
        },
        "Look at the price, then confirm it.",
    ))
}

/// The code of the refusal when a price must be shown (again) before it is charged.
pub const PRICE_CHANGED: &str = "price_not_shown";

/// What calling it off costs now, line by line.
///
/// # Errors
/// Denied; missing; refused when there is nothing to call off, or when the rules cannot price it.
pub fn price_call_off(
    tx: &mut Tx<'_>,
    who: &Actor,
    what: CallOff,
    told: Told,
    now: Timestamp,
) -> Result<CallOffPrice, Failure> {
    Ok(prepare(tx, who, what, told, now)?.0)
}

/// The same with the permit for it.
pub(crate) fn prepare(
    tx: &mut Tx<'_>,
    who: &Actor,
    what: CallOff,
    told: Told,
    now: Timestamp,
) -> Result<(CallOffPrice, Permit), Failure> {
    let scope = who.scope()?;
    let (job, shifts) = find(tx, &scope, what, now)?;
    let permit = authorise(who, Action::CancelWork, &Target::customer(scope.agency(), job.customer))?;
    may_tell(who, &told, now)?;
    let agency = agencies::load_agency(tx, scope.agency())?;
    let mut priced = Vec::with_capacity(shifts.len());
    let mut counts = None;
    let mut notice = NoticeOfChange::default();
    for shift in shifts {
        let rules = rates::load_rules(tx, scope.agency(), shift.span.starts_at())?;
        may_call_off(who, &rules, &shift, now)?;
        counts = rules.book.rates.switches.cancelled_when;
        if priced.is_empty() && told.by == CancelledBy::Customer && !matches!(what, CallOff::Seats { .. }) {
            notice = requests::judge_notice(tx, (&job, &shift), &rules, counts_at(&rules.book, &agency, told, now))?;
            // The office writes down what the customer told it; a customer is told no.
            if who.role.is_customer()
                && let Some(refusal) = notice.refusal.take()
            {
                return Err(refusal.into());
            }
            notice.objections.extend(notice.refusal.take().map(|refusal| refusal.message));
        }
        let seats = chosen(tx, &agency, &shift, what)?;
        let first = !priced.iter().flat_map(|one: &ShiftPrice| &one.seats).any(SeatPrice::is_owed);
        priced.push(price_shift(tx, &agency, &rules, Asked { shift, seats, told, first }, now)?);
    }
    Ok((CallOffPrice::of(job, priced, counts, notice), permit))
}

/// The job and the shifts that are called off.
fn find(tx: &mut Tx<'_>, scope: &Scope, what: CallOff, now: Timestamp) -> Result<(Job, Vec<Shift>), Failure> {
    let (job, only) = match what {
        CallOff::Job(job) => (job, None),
        CallOff::Shift(shift) | CallOff::Seats { shift, .. } => {
            let found = store::jobs::find_shift(tx, scope, shift)?.ok_or(Failure::Missing("shift"))?;
            (found.job, Some(found))
        }
    };
    let job = store::jobs::find_job(tx, scope, job)?.ok_or(Failure::Missing("job"))?;
    if job.state == JobState::Cancelled {
        let refusal = Refusal::new("job_cancelled", "This job was cancelled already.", "Nothing needs to be done.");
        return Err(refusal.into());
    }
    if let Some(shift) = only {
        super::cancelling::stands(&shift)?;
        if shift.span.ends_at() <= now {
            let refusal =
                Refusal::new("shift_over", "This shift is over.", "Worked time is settled in the time review.");
            return Err(refusal.into());
        }
        return Ok((job, vec![shift]));
    }
    let mut shifts = Vec::new();
    for listed in store::jobs::list_shifts_of_job(tx, scope.agency(), job.id)? {
        if listed.state != ShiftState::Cancelled && listed.span.ends_at() > now {
            shifts.extend(store::jobs::find_shift(tx, scope, listed.id)?);
        }
    }
    Ok((job, shifts))
}

/// Customers tell the agency here and now; only its people enter what reached them before in another way.
fn may_tell(who: &Actor, told: &Told, now: Timestamp) -> Result<(), Failure> {
    let here = told.received_at.is_none() && told.by == CancelledBy::Customer && told.channel == Channel::Page;
    if who.role.is_customer() && !here {
        return Err(Denied::NotAllowed(Action::CancelWork).into());
    }
    if told.received_at.is_some_and(|at| at > now) {
        return Err(Refusal::new(
            "not_received_yet",
            "The moment at which it was received has not come yet.",
            "Enter when the cancellation reached you.",
        )
        .into());
    }
    Ok(())
}

/// What a customer cannot do alone.
fn may_call_off(who: &Actor, rules: &Rules, shift: &Shift, now: Timestamp) -> Result<(), Refusal> {
    if !who.role.is_customer() {
        return Ok(());
    }
    if shift.span.starts_at() <= now {
        return Err(Refusal::new(
            "shift_began",
            "This shift has begun, and its officers are at work.",
            "Call the agency: its coordinator ends the shift and settles the time worked.",
        ));
    }
    if rules.book.rates.switches.cancelled_when == Some(CancelledWhen::Spoken) {
        return Err(Refusal::new(
            "must_be_spoken",
            "By this agency\u{2019}s rules a cancellation counts when it is spoken to a person.",
            "Call the agency; its coordinator tells you the price before it is confirmed.",
        ));
    }
    Ok(())
}

/// The officers who lose their seats, and how many seats without an officer go.
fn chosen(tx: &mut Tx<'_>, agency: &Agency, shift: &Shift, what: CallOff) -> Result<(Vec<Seated>, i64), Failure> {
    let positions = store::jobs::list_positions(tx, agency.id, shift.id)?;
    let mut seated = store::jobs::list_seated_on_shift(tx, agency.id, shift.id)?;
    seated.retain(Seated::is_booked);
    let CallOff::Seats { position, seats, .. } = what else {
        let all: i64 = positions.iter().map(|one| one.seats).sum();
        let empty = (all - i64::try_from(seated.len()).unwrap_or(0)).max(0);
        return Ok((seated, empty));
    };
    let found = positions.iter().find(|one| one.id == position).ok_or(Failure::Missing("position"))?;
    if !(1..found.seats).contains(&seats) {
        return Err(Refusal::new(
            "seats_out_of_range",
            format!("This post has {} seats; at least one must stay.", found.seats),
            "Choose another number, or cancel the shift.",
        )
        .into());
    }
    seated.retain(|seat| seat.position == position);
    let free = (found.seats - i64::try_from(seated.len()).unwrap_or(0)).clamp(0, seats);
    seated.sort_by_key(|seat| std::cmp::Reverse((seat.booked_at, seat.assignment)));
    seated.truncate(usize::try_from(seats - free).unwrap_or(0));
    if seated.iter().any(|seat| seat.clocked_in_at.is_some()) {
        let refusal = Refusal::new(
            "officer_at_work",
            "The officers who took these seats last are at work.",
            "Take off an officer by name, or cancel the shift.",
        );
        return Err(refusal.into());
    }
    Ok((seated, free))
}

/// A shift to be priced.
struct Asked {
    shift: Shift,
    seats: (Vec<Seated>, i64),
    told: Told,
    first: bool,
}

fn price_shift(
    tx: &mut Tx<'_>,
    agency: &Agency,
    rules: &Rules,
    asked: Asked,
    now: Timestamp,
) -> Result<ShiftPrice, Failure> {
    let Asked { shift, seats: (seated, empty), told, first } = asked;
    let card = &rules.book.rates;
    let counted = counts_at(&rules.book, agency, told, now);
    let change = false;
    let cancelled = Cancelled { at: counted, by: told.by, change, at_most: None };
    let entries = store::timeclock::list_entries_of_shift(tx, agency.id, shift.id)?;
    let mut made = ShiftPrice {
        seats: Vec::with_capacity(seated.len()),
        empty,
        counted_at: counted,
        term: None,
        next: None,
        rule_set: rules.id,
        shift,
    };
    let mut next_at = None;
    let mut carried = false;
    for seat in seated {
        let entry = entries.iter().find(|one| one.assignment == seat.assignment);
        if entry.is_some_and(|one| one.state == EntryState::Approved) {
            continue;
        }
        let worked = entry.and_then(|one| worked_until(one, now));
        let facts = store::ledger::load_price_facts(tx, agency.id, seat.assignment)?;
        let not_first = !first || made.seats.iter().any(SeatPrice::is_owed);
        let done =
            Done { worked, cancelled: Some(cancelled), not_first, without_resources: carried, ..Done::default() };
        let mut done = day::look_back(tx, agency, rules, (seat.officer, &facts), done)?;
        if made.seats.is_empty() {
            (made.term, next_at) =
                with_work(agency, &facts, done, |work| (card.cancel_term(work), card.next_cancel_term(work)));
        }
        let priced = price_seat(card, agency, &facts, &mut done)?;
        // A seat that is priced as cancelled carries the shift's vehicles only where the rules say so.
        let with_cancelled = card.switches.resource_on_cancelled == Some(true) && is_owed(&priced);
        carried |= done.cancelled.is_none() || with_cancelled;
        let entry = entry.cloned().filter(|_| worked.is_some());
        let (assignment, officer) = (seat.assignment, seat.officer);
        let basis = day::basis(rules, &facts, &done)?;
        let (name, badge) = (seat.name, seat.badge);
        let crew = facts.crew;
        made.seats.push(SeatPrice { assignment, officer, name, badge, priced, worked, crew, entry, basis });
    }
    if let Some(at) = next_at {
        made.next = Some(next_price(tx, agency, rules, &made, (Cancelled { at, ..cancelled }, first))?);
    }
    Ok(made)
}

/// Prices a seat that is called off. Whoever has worked longer than the window owes is paid for his work: then nothing
/// was cancelled.
pub(crate) fn price_seat(
    card: &RateCard,
    agency: &Agency,
    facts: &PriceFacts,
    done: &mut Done,
) -> Result<Priced, Refusal> {
    let priced = with_work(agency, facts, *done, |work| price(card, work))?;
    let outworked = done.worked.is_some_and(|worked| worked.minutes() > priced.paid_minutes);
    if done.cancelled.is_none() || !outworked {
        return Ok(priced);
    }
    done.cancelled = None;
    with_work(agency, facts, *done, |work| price(card, work))
}

/// The moment that counts, by the agency's rules.
pub(crate) fn counts_at(book: &RuleBook, agency: &Agency, told: Told, now: Timestamp) -> Timestamp {
    let when = book.rates.switches.cancelled_when.unwrap_or(CancelledWhen::Sent);
    let received = Received { at: told.received_at.unwrap_or(now), channel: told.channel };
    counted_at(when, received, &book.calendar, &agency.zone, now)
}

/// The time from clocking in until clocking out, or until now.
fn worked_until(entry: &Entry, now: Timestamp) -> Option<Span> {
    entry.settled.or_else(|| Span::new(entry.clocked_in_at?, entry.clocked_out_at.unwrap_or(now)))
}

fn next_price(
    tx: &mut Tx<'_>,
    agency: &Agency,
    rules: &Rules,
    shift: &ShiftPrice,
    (cancelled, first): (Cancelled, bool),
) -> Result<NextPrice, Failure> {
    let card = &rules.book.rates;
    let mut next = NextPrice { at: cancelled.at, words: String::new(), customer: Cents::ZERO };
    let with_cancelled = card.switches.resource_on_cancelled == Some(true);
    let (mut not_first, mut carried) = (!first, false);
    for (at, seat) in shift.seats.iter().enumerate() {
        let facts = store::ledger::load_price_facts(tx, agency.id, seat.assignment)?;
        let done = Done { cancelled: Some(cancelled), not_first, without_resources: carried, ..Done::default() };
        let done = day::look_back(tx, agency, rules, (seat.officer, &facts), done)?;
        let (priced, term) =
            with_work(agency, &facts, done, |work| price(card, work).map(|priced| (priced, card.cancel_term(work))))?;
        not_first |= is_owed(&priced);
        carried |= with_cancelled && is_owed(&priced);
        next.customer += priced.customer_cents;
        if at == 0 {
            next.words = term.map_or_else(String::new, |term| term.words);
        }
    }
    Ok(next)
}

/// Minutes of notice in words: `26 h 30 min before the start`.
#[must_use]
pub fn notice_words(notice: Minutes) -> String {
    if notice.0 < 0 { format!("{} after the start", Minutes(-notice.0)) } else { format!("{notice} before the start") }
}
