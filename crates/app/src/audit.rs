//! Writing, reading and checking the audit log.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Permit, Target, authorise},
    audit::{Entry, Sealed, Verifier},
    id::AgencyId,
};
pub use muster_store::audit::Filter;
use muster_store::{self as store, Tx};

use crate::Failure;

/// Seals an entry at the end of the permit's chain. Call it last: it locks the chain's head.
///
/// # Errors
/// Only when the database fails.
pub fn record(tx: &mut Tx<'_>, permit: &Permit, entry: Entry, now: Timestamp) -> Result<(), Failure> {
    store::audit::append(tx, permit, entry, now)?;
    Ok(())
}

/// Entries that match, 50 a page from page 1, newest first, and how many there are.
///
/// # Errors
/// Denied.
pub fn list_entries(tx: &mut Tx<'_>, who: &Actor, filter: &Filter, page: i64) -> Result<(Vec<Sealed>, i64), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewAudit, &Target::agency(agency))?;
    Ok(store::audit::list_entries(tx, &agency.to_string(), filter, (50, (page.max(1) - 1) * 50))?)
}

/// The number and the seal of the last entry of the agency's chain; whoever wrote it down can prove later that nothing
/// before it was changed.
///
/// # Errors
/// Denied.
pub fn find_head(tx: &mut Tx<'_>, who: &Actor) -> Result<(i64, String), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewAudit, &Target::agency(agency))?;
    Ok(store::audit::find_head(tx, &agency.to_string())?.unwrap_or_default())
}

/// What happened to one thing (a job, an officer, a customer, an invoice), newest first, at most 200 entries.
///
/// # Errors
/// Denied.
pub fn load_story(tx: &mut Tx<'_>, who: &Actor, subject: &str) -> Result<Vec<Sealed>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewAudit, &Target::agency(agency))?;
    Ok(store::audit::list_story(tx, &agency.to_string(), subject, 200)?)
}

/// The next entries of the agency's chain for an export, with subjects and hashes; ask again with the last number.
///
/// # Errors
/// Denied.
pub fn export_entries(tx: &mut Tx<'_>, who: &Actor, after: i64) -> Result<Vec<Sealed>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewAudit, &Target::agency(agency))?;
    Ok(store::audit::list_entries_after(tx, &agency.to_string(), after, BATCH)?)
}

/// The head of the export as CSV.
pub const CSV_HEAD: &str = "number,made_at,actor,role,action,what,subjects,details,hash\n";

/// Entries as CSV lines; no cell is one that a spreadsheet takes for a formula.
#[must_use]
pub fn write_csv(entries: &[Sealed]) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for entry in entries {
        let cells = [
            &entry.seq.to_string(),
            &entry.made_at.to_string(),
            &entry.actor,
            &entry.role,
            &entry.action,
            &entry.words,
            &entry.subjects.join(" "),
            &entry.details,
            &entry.hash,
        ];
        csv.write_record(cells.map(|cell| crate::payroll::safe(cell))).expect("memory takes every row");
    }
    String::from_utf8(csv.into_inner().expect("memory takes every row")).expect("all cells are text")
}

const BATCH: i64 = 1000;

/// What a check of everything found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Entries read.
    pub entries: i64,
    /// Chains read.
    pub chains: usize,
    /// Ledger accounts read.
    pub accounts: usize,
    /// What is wrong, the first bad row of each chain and ledger named; empty when all is whole.
    pub problems: Vec<String>,
}

/// Reads every audit chain and every ledger of the installation and checks them.
///
/// # Errors
/// Only when the database fails.
pub fn verify(tx: &mut Tx<'_>) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::default();
    for chain in store::audit::list_chains(tx)? {
        verdict.chains += 1;
        if let Err(problem) = verify_chain(tx, &chain, &mut verdict.entries)? {
            verdict.problems.push(format!("audit chain {chain}: {problem}"));
        }
        if let Ok(agency) = chain.parse::<AgencyId>() {
            verify_ledger(tx, agency, &mut verdict)?;
        }
    }
    Ok(verdict)
}

fn verify_chain(
    tx: &mut Tx<'_>,
    chain: &str,
    entries: &mut i64,
) -> Result<Result<(), muster_domain::audit::Broken>, Failure> {
    let mut verifier = Verifier::default();
    let mut after = 0;
    loop {
        let batch = store::audit::list_entries_after(tx, chain, after, BATCH)?;
        let Some(last) = batch.last().map(|entry| entry.seq) else { break };
        for entry in &batch {
            if let Err(problem) = verifier.next(entry) {
                return Ok(Err(problem));
            }
            *entries += 1;
        }
        after = last;
    }
    let (seq, hash) = store::audit::find_head(tx, chain)?.unwrap_or_default();
    Ok(verifier.end(seq, &hash))
}

fn verify_ledger(tx: &mut Tx<'_>, agency: AgencyId, verdict: &mut Verdict) -> Result<(), Failure> {
    let balances = store::ledger::list_balances(tx, agency)?;
    verdict.accounts += balances.len();
    let problems = &mut verdict.problems;
    let sum: muster_domain::money::Cents = balances.iter().map(|(_, cents)| *cents).sum();
    if sum != muster_domain::money::Cents::ZERO {
        problems.push(format!("ledger of {agency}: all accounts together hold {sum}, not $0.00"));
    }
    if let Some(problem) = store::ledger::find_wrong_sums(tx, agency)? {
        problems.push(format!("ledger of {agency}: {problem}"));
    }
    Ok(())
}
