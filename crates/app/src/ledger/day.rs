//! Prices that depend on the officer's other work of the day, the week or days in a row: what came before is counted, and what comes after is priced
//! again when earlier time is charged later. The difference is a charge of its own; nothing that was charged is changed.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use muster_domain::{
    access::Permit,
    agencies::Agency,
    audit::Entry,
    id::{ChargeId, OfficerId},
    ledger::Charge,
    money::Cents,
    notices::Message,
    rates::{LooksBack, PaidWork, Priced, ShiftStart, earlier_of, price},
    time::{Minutes, Span},
};
use muster_store::{
    self as store, Tx,
    ledger::{PriceFacts, corrections::Charged},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Done, parts, post, with_work};
use crate::{
    Failure, audit,
    notices::{self, To},
    rates::{self, Rules},
};

/// What a charge was priced from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Basis {
    facts: PriceFacts,
    done: Done,
}

/// What must be kept with a charge so that it can be priced again; nothing under rules that never do so.
pub(crate) fn basis(rules: &Rules, facts: &PriceFacts, done: &Done) -> Result<Option<Value>, Failure> {
    if rules.book.rates.looks_back().is_nothing() {
        return Ok(None);
    }
    Ok(Some(value(&Basis { facts: facts.clone(), done: *done })?))
}

/// Completes what happened to a seat with what was charged before: the officer's earlier work, and whether the job's own
/// amounts are charged already. Reads nothing that the rules do not ask for.
pub(crate) fn look_back(
    tx: &mut Tx<'_>,
    agency: &Agency,
    rules: &Rules,
    (officer, facts): (OfficerId, &PriceFacts),
    done: Done,
) -> Result<Done, Failure> {
    let card = &rules.book.rates;
    let not_first = done.not_first
        || (card.charges_once() && store::ledger::corrections::is_job_charged(tx, agency.id, facts.job)?);
    let without_resources = done.without_resources || resources_are_charged(tx, agency, rules, facts)?;
    let done = Done { not_first, without_resources, ..done };
    let back = card.looks_back();
    if back.is_nothing() {
        return Ok(done);
    }
    let start = start_of(agency, facts, &done);
    let begins = done.scheduled.unwrap_or(facts.scheduled).starts_at();
    let charged = list_shifts(tx, agency, officer, reach(back, start.on))?;
    let before: Vec<PaidWork> =
        charged.iter().filter(|one| one.begins <= begins).map(|one| one.paid_work(agency)).collect();
    Ok(Done { earlier: earlier_of(start, &before, back, rules.book.calendar.week_starts), ..done })
}

/// A job's vehicles and other things are charged once for each shift: with the first seat that is charged.
fn resources_are_charged(tx: &mut Tx<'_>, agency: &Agency, rules: &Rules, facts: &PriceFacts) -> Result<bool, Failure> {
    if facts.details.resources.is_empty() || rules.book.rates.resource_fee.is_empty() {
        return Ok(false);
    }
    let cancelled = rules.book.rates.switches.resource_on_cancelled == Some(true);
    Ok(store::ledger::corrections::is_shift_charged(tx, agency.id, facts.shift, cancelled)?)
}

/// The price of a charge as it stands with all corrections, and how many there were; nothing when it was written in the
/// words of an older version of the program.
pub(crate) fn price_now(tx: &mut Tx<'_>, charge: &Charge) -> Result<Option<(Priced, usize)>, Failure> {
    let days = (charge.worked_on, charge.worked_on);
    let all = store::ledger::corrections::list_charged(tx, charge.agency, charge.officer, days)?;
    let corrections: Vec<Value> = all
        .into_iter()
        .filter_map(|one| one.correction)
        .filter(|(id, _)| *id == charge.id)
        .map(|(_, whole)| whole)
        .collect();
    let count = corrections.len();
    let whole = corrections.into_iter().last().unwrap_or_else(|| charge.priced.clone());
    Ok(serde_json::from_value(whole).ok().map(|priced| (priced, count)))
}

/// Waits for whoever charges work of the same officer, where one charge depends on the other.
pub(crate) fn lock(tx: &mut Tx<'_>, agency: &Agency, rules: &Rules, officer: OfficerId) -> Result<(), Failure> {
    if !rules.book.rates.looks_back().is_nothing() {
        store::distribution::lock_officer(tx, agency.id, officer)?;
    }
    Ok(())
}

/// Prices the officer's work again that begins with or after this charge, and charges the differences.
pub(crate) fn reprice_later(
    tx: &mut Tx<'_>,
    permit: &Permit,
    agency: &Agency,
    rules: &Rules,
    charge: &Charge,
    now: Timestamp,
) -> Result<(), Failure> {
    let back = rules.book.rates.looks_back();
    if back.is_nothing() {
        return Ok(());
    }
    let mut shifts = list_shifts(tx, agency, charge.officer, reach(back, charge.worked_on))?;
    let Some(from) = shifts.iter().position(|one| one.charged.charge.id == charge.id) else { return Ok(()) };
    for at in from..shifts.len() {
        let before: Vec<PaidWork> = shifts[..at].iter().map(|one| one.paid_work(agency)).collect();
        let shift = &mut shifts[at];
        let Some(Basis { facts, done }) = &shift.basis else { continue };
        // What a shift counts is said by the rules that it was priced by.
        let rules = rates::load_version(tx, agency.id, shift.charged.charge.rule_set)?;
        let (back, week_starts) = (rules.book.rates.looks_back(), rules.book.calendar.week_starts);
        let earlier = earlier_of(start_of(agency, facts, done), &before, back, week_starts);
        if earlier == shift.whole.earlier {
            continue;
        }
        let (facts, done) = (facts.clone(), Done { earlier, ..*done });
        let whole = with_work(agency, &facts, done, |work| price(&rules.book.rates, work))?;
        correct(tx, permit, &facts, shift, (&whole, charge.id), now)?;
        shift.whole = whole;
    }
    Ok(())
}

/// Charges the difference to the price that holds now, and says so.
fn correct(
    tx: &mut Tx<'_>,
    permit: &Permit,
    facts: &PriceFacts,
    shift: &Shift,
    (whole, because): (&Priced, ChargeId),
    now: Timestamp,
) -> Result<(), Failure> {
    let mut difference = whole.instead_of(&shift.whole);
    if difference.is_nothing() {
        return Ok(());
    }
    let first = &shift.charged.charge;
    difference
        .remarks
        .insert(0, format!("Correction of {}: earlier time of the officer was charged later", first.worked_on));
    let charge = Charge {
        id: tx.id(now),
        paid_minutes: difference.paid_minutes,
        officer_cents: difference.officer_cents,
        customer_cents: difference.customer_cents,
        priced: value(&difference)?,
        ..first.clone()
    };
    // Corrections are read in the order of their time: a clock that was set back must not turn it round.
    let made_at = now.max(shift.made_at + SignedDuration::from_micros(1));
    store::ledger::corrections::add_correction(tx, &charge, (first.id, &value(whole)?), made_at)?;
    let mut moved = parts(charge.officer, whole);
    for (account, cents, kind) in parts(charge.officer, &shift.whole) {
        match moved.iter_mut().find(|part| (part.0, part.2) == (account, kind)) {
            Some(part) => part.1 = part.1 - cents,
            None => moved.push((account, Cents(-cents.0), kind)),
        }
    }
    post(tx, &charge, moved, now)?;
    let message = Message {
        kind: "time_repriced",
        title: format!("Your pay for job {} was corrected by {}", facts.job_number, charge.officer_cents),
        body: format!(
            "Earlier work was charged after your work of {}, and the rules count it together. Its pay is now {} for {}. {}",
            first.worked_on,
            whole.officer_cents,
            whole.paid_minutes,
            whole.remarks.join(". ")
        ),
        link: "/my-time".to_owned(),
    };
    notices::tell(tx, charge.agency, To::Officer(charge.officer), &message, now)?;
    let words = format!(
        "priced a time on job {} again, because earlier work was charged later: {} instead of {}",
        facts.job_number, whole.customer_cents, shift.whole.customer_cents
    );
    let details = json!({ "charge": charge.id, "corrects": first.id, "because": because, "earlier": whole.earlier,
        "paid_minutes": [shift.whole.paid_minutes, whole.paid_minutes], "rule_set": first.rule_set,
        "officer_cents": [shift.whole.officer_cents, whole.officer_cents],
        "customer_cents": [shift.whole.customer_cents, whole.customer_cents] });
    let entry = Entry::new("repriced_time", words).about(first.time_entry).about(first.officer).about(facts.job);
    audit::record(tx, permit, entry.about(first.customer).with(details), now)
}

/// A shift that was charged, with all corrections.
struct Shift {
    charged: Charged,
    basis: Option<Basis>,
    /// The price that holds now.
    whole: Priced,
    /// When its schedule begins.
    begins: Timestamp,
    /// When it was charged or corrected last.
    made_at: Timestamp,
}

impl Shift {
    fn paid_work(&self, agency: &Agency) -> PaidWork {
        let cancelled = self.basis.as_ref().is_some_and(|basis| basis.done.cancelled.is_some());
        let counted = match self.charged.worked {
            Some(_) if !cancelled => counted(&self.whole),
            _ => self.whole.paid_minutes,
        };
        PaidWork {
            customer: self.charged.charge.customer,
            on: agency.zone.to_datetime(self.begins).date(),
            worked: self.charged.worked,
            counted,
            paid: self.whole.paid_minutes,
        }
    }
}

/// What a worked shift counts for later ones.
pub(super) fn counted(whole: &Priced) -> Minutes {
    if whole.counted_minutes.0 > 0 { whole.counted_minutes } else { whole.worked_minutes }
}

/// The officer's charged work before a day, as far as it is looked back on.
pub(super) fn charged_before(
    tx: &mut Tx<'_>,
    agency: &Agency,
    officer: OfficerId,
    back: LooksBack,
    on: Date,
) -> Result<Vec<PaidWork>, Failure> {
    let (from, _) = reach(back, on);
    let shifts = list_shifts(tx, agency, officer, (from, on))?;
    Ok(shifts.iter().map(|one| one.paid_work(agency)).filter(|work| work.on < on).collect())
}

/// The officer's charged shifts of these days, in the order of their starts.
fn list_shifts(
    tx: &mut Tx<'_>,
    agency: &Agency,
    officer: OfficerId,
    days: (Date, Date),
) -> Result<Vec<Shift>, Failure> {
    let mut shifts = Vec::new();
    let mut now: HashMap<ChargeId, (Value, Timestamp)> = HashMap::new();
    let all = store::ledger::corrections::list_charged(tx, agency.id, officer, days)?;
    for charged in &all {
        if let Some((corrected, whole)) = &charged.correction {
            now.insert(*corrected, (whole.clone(), charged.made_at));
        }
    }
    for charged in all.into_iter().filter(|one| one.correction.is_none()) {
        let (whole, made_at) =
            now.remove(&charged.charge.id).unwrap_or_else(|| (charged.charge.priced.clone(), charged.made_at));
        // A price in the words of an older version of the program is left as it is.
        let Ok(whole) = serde_json::from_value::<Priced>(whole) else { continue };
        let basis: Option<Basis> = charged.basis.clone().and_then(|basis| serde_json::from_value(basis).ok());
        let scheduled = basis.as_ref().map(|basis| basis.done.scheduled.unwrap_or(basis.facts.scheduled));
        let begins = scheduled.map_or(charged.starts_at, Span::starts_at);
        shifts.push(Shift { charged, basis, whole, begins, made_at });
    }
    // Charges of one shift stay in the order in which they were made.
    shifts.sort_by_key(|one| one.begins);
    Ok(shifts)
}

pub(super) fn start_of(agency: &Agency, facts: &PriceFacts, done: &Done) -> ShiftStart {
    let scheduled = done.scheduled.unwrap_or(facts.scheduled);
    ShiftStart {
        customer: facts.customer,
        on: agency.zone.to_datetime(scheduled.starts_at()).date(),
        at: done.worked.unwrap_or(scheduled).starts_at(),
    }
}

/// The days whose charges may count; a moved shift is kept under its new day.
fn reach(back: LooksBack, on: Date) -> (Date, Date) {
    let days = back.days();
    (on.saturating_sub(days.days()), on.saturating_add(days.days()))
}

fn value(of: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(of).map_err(|error| Failure::Broken(store::Error::Broken(error.into())))
}
