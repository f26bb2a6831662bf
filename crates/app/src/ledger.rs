//! Approving time: it is priced once, by the rules in force at the shift's start, and posted to the ledger.

mod call_off;
pub mod cancelling;
mod day;
pub mod moved_seats;
pub mod moving;
mod prices;
pub mod trial;

use std::collections::HashMap;

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    agencies::Agency,
    audit::Entry,
    id::{OfficerId, TimeEntryId},
    ledger::{Charge, LedgerAccount, Transfer, TransferKind},
    money::Cents,
    notices::Message,
    predicate::{CrewFacts, CustomerFacts, Facts, JobFacts, OfficerFacts, PositionFacts},
    rates::{Cancelled, Earlier, Payee, Priced, PricedWork, ResourceUse, price},
    refusal::Refusal,
    requests::ResourceWanted,
    time::Span,
    timeclock,
};
pub use muster_store::ledger::{Days, Origin, PriceFacts};
use muster_store::{self as store, Tx};
pub use prices::{TimePrice, load_time_price};
use serde::{Deserialize, Serialize};

use crate::{
    Failure,
    access::not_about_himself,
    agencies, audit,
    notices::{self, To},
    rates,
};

/// The week before the one that holds today, at the agency.
///
/// # Errors
/// Denied; when the database fails.
pub fn last_week(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<Days, Failure> {
    let agency = agencies::load_agency(tx, who.scope()?.agency())?;
    let today = now.to_zoned(agency.zone.clone()).date();
    let day = today.saturating_sub(jiff::Span::new().days(7));
    let (from_on, to_on) = agency.settings.pay_week(day);
    Ok(Days { from_on, to_on })
}

/// Approves a time entry: prices what was settled, makes the charge, posts pay and fee, and tells the officer.
///
/// # Errors
/// Missing; refused while the officer is on site, when it is approved already, when an officer approves his own time, or when
/// the rules cannot price it; denied.
pub fn approve_time(tx: &mut Tx<'_>, who: &Actor, id: TimeEntryId, now: Timestamp) -> Result<Charge, Failure> {
    let agency_id = who.scope()?.agency();
    let entry = store::timeclock::lock_entry(tx, agency_id, id)?.ok_or(Failure::Missing("time entry"))?;
    let permit = authorise(who, Action::ApproveTime, &Target::officer(agency_id, entry.officer))?;
    not_about_himself(tx, who, entry.officer, "Nobody approves his own time.", "Ask another approver.")?;
    let entry = timeclock::approve(entry, &who.name, now)?;
    let worked =
        entry.settled.ok_or_else(|| Refusal::new("no_time", "This entry has no start and end.", "Adjust it first."))?;
    let agency = agencies::load_agency(tx, agency_id)?;
    let facts = store::ledger::load_price_facts(tx, agency_id, entry.assignment)?;
    let rules = rates::load_rules(tx, agency_id, facts.scheduled.starts_at())?;
    day::lock(tx, &agency, &rules, entry.officer)?;
    let done = Done { worked: Some(worked), ..Done::default() };
    let done = day::look_back(tx, &agency, &rules, (entry.officer, &facts), done)?;
    let priced = with_work(&agency, &facts, done, |work| price(&rules.book.rates, work))?;
    let charge = Charge {
        id: tx.id(now),
        agency: agency_id,
        time_entry: id,
        shift: entry.shift,
        officer: entry.officer,
        customer: facts.customer,
        worked_on: facts.worked_on,
        paid_minutes: priced.paid_minutes,
        officer_cents: priced.officer_cents,
        customer_cents: priced.customer_cents,
        priced: serde_json::to_value(&priced).map_err(|error| Failure::Broken(store::Error::Broken(error.into())))?,
        rule_set: rules.id,
    };
    if !store::timeclock::save_entry(tx, agency_id, &entry)? {
        return Err(Failure::Conflict("This time"));
    }
    store::ledger::add_charge(tx, &charge, day::basis(&rules, &facts, &done)?.as_ref(), now)?;
    post(tx, &charge, parts(charge.officer, &priced), now)?;
    store::ledger::mark_worked(tx, agency_id, entry.assignment)?;
    let message = Message {
        kind: "time_approved",
        title: format!("{} approved for job {}", charge.officer_cents, facts.job_number),
        body: format!("{} are paid for your work of {}.", charge.paid_minutes, charge.worked_on),
        link: "/my-time".to_owned(),
    };
    notices::tell(tx, agency_id, To::Officer(charge.officer), &message, now)?;
    let words = format!("approved {} on job {}: {}", charge.paid_minutes, facts.job_number, charge.customer_cents);
    let details = serde_json::json!({ "worked": [worked.starts_at(), worked.ends_at()], "paid_minutes": charge.paid_minutes,
        "officer_cents": charge.officer_cents, "customer_cents": charge.customer_cents, "rule_set": rules.id });
    let subjects =
        Entry::new("approved_time", words).about(id).about(entry.officer).about(facts.job).about(charge.customer);
    audit::record(tx, &permit, subjects.with(details), now)?;
    day::reprice_later(tx, &permit, &agency, &rules, &charge, now)?;
    Ok(charge)
}

/// What happened to a seat that is priced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    /// The time worked.
    pub worked: Option<Span>,
    /// It was cancelled or cut.
    pub cancelled: Option<Cancelled>,
    /// Amounts owed once for a job are not charged with this seat.
    pub not_first: bool,
    /// The shift's vehicles and other things are charged with another seat.
    pub without_resources: bool,
    /// The time that counts as scheduled, when it is not the shift's.
    pub scheduled: Option<Span>,
    /// The officer's earlier work of the day.
    pub earlier: Earlier,
}

/// Hands a seat, as rate cards see it, to a question.
pub(crate) fn with_work<T>(
    agency: &Agency,
    facts: &PriceFacts,
    done: Done,
    question: impl FnOnce(&PricedWork<'_>) -> T,
) -> T {
    let customer = facts.customer.to_string();
    let known = Facts {
        officer: OfficerFacts {
            rank: Some(&facts.rank),
            rank_order: Some(facts.rank_level),
            ..OfficerFacts::default()
        },
        position: PositionFacts { role: Some(&facts.role), ..PositionFacts::default() },
        job: JobFacts {
            kind: Some(&facts.job_kind),
            attendance: facts.details.attendance,
            officers: Some(facts.crew),
            alcohol: Some(facts.details.alcohol),
            traffic: Some(facts.details.traffic),
            ..JobFacts::default()
        },
        customer: CustomerFacts { id: Some(&customer), class: Some(&facts.customer_kind), ..CustomerFacts::default() },
        crew: CrewFacts { officers: Some(facts.crew), ..CrewFacts::default() },
        ..Facts::default()
    };
    let scheduled = done.scheduled.unwrap_or(facts.scheduled);
    let carries: &[ResourceWanted] = if done.without_resources { &[] } else { &facts.details.resources };
    let resources: Vec<ResourceUse<'_>> = carries.iter().map(ResourceWanted::used).collect();
    question(&PricedWork {
        resources: &resources,
        worked: done.worked,
        cancelled: done.cancelled,
        first_of_job: !done.not_first,
        earlier: done.earlier,
        requested_at: facts.details.requested_at,
        ..PricedWork::scheduled(&agency.zone, scheduled, known)
    })
}

/// A part of a price: the account that gets it, how much, and as what.
pub(crate) type Part = (LedgerAccount, Cents, TransferKind);

/// What a price moves: the officer's pay and everybody else's part, all owed by the customer.
pub(crate) fn parts(officer: OfficerId, priced: &Priced) -> Vec<Part> {
    let mut parts = vec![(LedgerAccount::Pay(officer), priced.officer_cents, TransferKind::Earned)];
    let mut rest = priced.customer_cents - priced.officer_cents;
    for share in &priced.shares {
        if !matches!(share.to, Payee::Agency | Payee::Officer) && share.cents > Cents::ZERO {
            let cents = share.cents.min(rest);
            rest = rest - cents;
            parts.push((LedgerAccount::Owed(share.to), cents, TransferKind::Fee));
        }
    }
    parts.push((LedgerAccount::Fees, rest, TransferKind::Fee));
    parts
}

/// Posts the parts of a charge; in a correction a part may be taken back.
pub(crate) fn post(tx: &mut Tx<'_>, charge: &Charge, parts: Vec<Part>, now: Timestamp) -> Result<(), Failure> {
    for (credit, cents, kind) in parts {
        if cents != Cents::ZERO {
            let transfer = Transfer {
                id: tx.id(now),
                agency: charge.agency,
                debit: LedgerAccount::Unbilled(charge.customer),
                credit,
                cents,
                kind,
                charge: Some(charge.id),
                invoice: None,
                payment: None,
                pay_run: None,
                made_at: now,
            };
            store::ledger::add_transfer(tx, &transfer.of_a_positive_amount())?;
        }
    }
    Ok(())
}

/// The accounts of the ledger with what each holds; all together hold nothing.
///
/// # Errors
/// Denied.
pub fn list_balances(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<(LedgerAccount, Cents)>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewLedger, &Target::agency(agency))?;
    Ok(store::ledger::list_balances(tx, agency)?)
}

/// A page of an account's transfers, newest first, and how many there are; 50 a page from page 1.
///
/// # Errors
/// Denied.
pub fn list_transfers(
    tx: &mut Tx<'_>,
    who: &Actor,
    account: LedgerAccount,
    page: i64,
) -> Result<(Vec<Transfer>, i64), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewLedger, &Target::agency(agency))?;
    Ok(store::ledger::list_transfers(tx, agency, account, 50, (page.max(1) - 1) * 50)?)
}

/// The charge of approved time.
///
/// # Errors
/// Missing or denied.
pub fn load_charge(tx: &mut Tx<'_>, who: &Actor, entry: TimeEntryId) -> Result<Charge, Failure> {
    let agency = who.scope()?.agency();
    let charge = store::ledger::find_charge(tx, agency, entry)?.ok_or(Failure::Missing("charge"))?;
    authorise(who, Action::ViewTime, &Target::officer(agency, charge.officer))?;
    Ok(charge)
}

/// Names of the customers and officers behind accounts, by id.
///
/// # Errors
/// Denied.
pub fn list_names(tx: &mut Tx<'_>, who: &Actor) -> Result<HashMap<String, String>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewLedger, &Target::agency(agency))?;
    Ok(store::ledger::list_names(tx, agency)?.into_iter().collect())
}

/// What an account holds now, and where the transfers of a page of [`list_transfers`] come from, in the same order.
///
/// # Errors
/// Denied; missing when the account belongs to nobody of this agency.
pub fn list_origins(
    tx: &mut Tx<'_>,
    who: &Actor,
    account: LedgerAccount,
    page: i64,
) -> Result<(Cents, Vec<Origin>), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewLedger, &Target::agency(agency))?;
    let text = account.to_string();
    if let Some((_, owner)) = text.split_once(':').filter(|_| !matches!(account, LedgerAccount::Owed(_))) {
        let known = store::ledger::list_names(tx, agency)?.iter().any(|(id, _)| id == owner);
        if !known {
            return Err(Failure::Missing("account"));
        }
    }
    let origins = store::ledger::list_origins(tx, agency, account, 50, (page.max(1) - 1) * 50)?;
    let balance = store::ledger::load_balance(tx, agency, account)?;
    Ok((balance, origins.into_iter().map(|(_, origin)| origin).collect()))
}
