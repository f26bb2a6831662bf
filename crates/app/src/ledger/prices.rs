//! The price of a time, for whoever reviews it: as charged, or as it would be charged now.

use muster_domain::{
    access::{Action, Actor, Target, authorise},
    id::TimeEntryId,
    rates::{Priced, price},
    timeclock::EntryState,
};
use muster_store::{self as store, Tx};

use super::{Done, day, with_work};
use crate::{Failure, agencies, rates};

/// The price of a time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimePrice {
    /// The lines, with what earlier work of the day did to them.
    pub priced: Priced,
    /// It is charged; otherwise it would be by approving it now.
    pub charged: bool,
    /// How often it was priced again because earlier work was charged later.
    pub corrections: usize,
}

/// What a time costs; nothing while it has no start and end, or when the rules cannot price it.
///
/// # Errors
/// Missing; denied to whoever may not approve it.
pub fn load_time_price(tx: &mut Tx<'_>, who: &Actor, id: TimeEntryId) -> Result<Option<TimePrice>, Failure> {
    let agency_id = who.scope()?.agency();
    let entry = store::timeclock::find_entry(tx, agency_id, id)?.ok_or(Failure::Missing("time entry"))?;
    authorise(who, Action::ApproveTime, &Target::officer(agency_id, entry.officer))?;
    if let Some(charge) = store::ledger::find_charge(tx, agency_id, id)? {
        let found = day::price_now(tx, &charge)?;
        return Ok(found.map(|(priced, corrections)| TimePrice { priced, charged: true, corrections }));
    }
    let Some(worked) = entry.settled.filter(|_| entry.state == EntryState::ToReview) else { return Ok(None) };
    let agency = agencies::load_agency(tx, agency_id)?;
    let facts = store::ledger::load_price_facts(tx, agency_id, entry.assignment)?;
    let rules = match rates::load_rules(tx, agency_id, facts.scheduled.starts_at()) {
        Ok(rules) => rules,
        Err(Failure::Refused(_)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let done = Done { worked: Some(worked), ..Done::default() };
    let done = day::look_back(tx, &agency, &rules, (entry.officer, &facts), done)?;
    let priced = with_work(&agency, &facts, done, |work| price(&rules.book.rates, work)).ok();
    Ok(priced.map(|priced| TimePrice { priced, charged: false, corrections: 0 }))
}
