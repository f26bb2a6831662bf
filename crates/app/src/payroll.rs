//! The weekly pay run: preview, review of what the timer prepared, approval by a second person, pay list and statements.

use std::collections::HashMap;

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Role, Target, authorise},
    audit::Entry,
    id::{AccountId, AgencyId, OfficerId, PayRunId},
    ledger::{Charge, LedgerAccount, Transfer, TransferKind},
    money::Cents,
    notices::Message,
    payroll::{PayRun, PayRunState},
    rates::Priced,
    refusal::Refusal,
    time::Minutes,
};
use muster_store::{self as store, Tx, ledger::ChargeLine, payroll::Item};
pub use muster_store::{ledger::Days, payroll::OfficerSum};

use crate::{
    Failure, audit,
    notices::{self, To},
};

/// Gathers all approved work up to the last day that no run has taken into a preview.
///
/// # Errors
/// Refused when there is nothing to pay; denied.
pub fn preview_pay_run(tx: &mut Tx<'_>, who: &Actor, days: Days, now: Timestamp) -> Result<PayRunId, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::EditPayRun, &Target::agency(agency))?;
    let number = store::billing::draw_number(tx, agency, "pay_run")?;
    let items = with_something_due(store::payroll::list_unpaid(tx, agency, days)?);
    if items.is_empty() {
        return Err(Refusal::new(
            "nothing_to_pay",
            format!("All approved work up to {} is in a pay run already.", days.to_on),
            "Approve more time first, or choose a later week.",
        )
        .into());
    }
    let run = PayRun {
        id: tx.id(now),
        agency,
        number,
        from_on: days.from_on,
        to_on: days.to_on,
        state: PayRunState::Preview,
        total: items.iter().map(|item| item.cents).sum(),
        made_by: who.account,
        reviewed_by: None,
        reviewed_at: None,
        approved_by: None,
        approved_at: None,
        version: 1,
    };
    store::payroll::add_run(tx, &run, &items, now)?;
    if run.is_by_timer() {
        ask_for_review(tx, agency, &run, now)?;
    }
    let words = format!("prepared pay run {number}: {} for {} to {}", run.total, days.from_on, days.to_on);
    let details = serde_json::json!({ "items": items.len(), "total_cents": run.total });
    audit::record(tx, &permit, Entry::new("prepared_pay_run", words).about(run.id).with(details), now)?;
    Ok(run.id)
}

/// Leaves out officers of whom corrections take back all that they have earned since: that waits for their next work.
fn with_something_due(mut items: Vec<Item>) -> Vec<Item> {
    let mut sums: HashMap<OfficerId, Cents> = HashMap::new();
    for item in &items {
        *sums.entry(item.officer).or_default() += item.cents;
    }
    items.retain(|item| sums.get(&item.officer).is_some_and(|sum| *sum > Cents::ZERO));
    items
}

/// Work up to the last day that waits for its report: how much of it, and what it comes to.
///
/// # Errors
/// Denied.
pub fn sum_withheld(tx: &mut Tx<'_>, who: &Actor, days: Days) -> Result<(i64, Cents), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewLedger, &Target::agency(agency))?;
    Ok(store::payroll::sum_withheld(tx, agency, days)?)
}

/// The timer's run waits for two people: those who look after pay are told.
fn ask_for_review(tx: &mut Tx<'_>, agency: AgencyId, run: &PayRun, now: Timestamp) -> Result<(), Failure> {
    let message = Message {
        kind: "pay_run_prepared",
        title: format!("Pay run {} waits for a review", run.number),
        body: format!(
            "The pay run for {} to {} comes to {}. One person reviews it, and a second person approves it.",
            run.from_on, run.to_on, run.total
        ),
        link: format!("/pay-runs/{}", run.id),
    };
    for role in [Role::AgencyFinance, Role::AgencyAdmin] {
        notices::tell(tx, agency, To::Role(role), &message, now)?;
    }
    Ok(())
}

/// Writes down that a person has looked through a run that the timer prepared; another one may approve it then.
///
/// # Errors
/// Missing; refused when a person stands behind it already; denied.
pub fn review_pay_run(tx: &mut Tx<'_>, who: &Actor, id: PayRunId, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let run = store::payroll::lock_run(tx, agency, id)?.ok_or(Failure::Missing("pay run"))?;
    let permit = authorise(who, Action::EditPayRun, &Target::agency(agency))?;
    let run = run.review(who.account, now)?;
    store::payroll::save_review(tx, &run)?;
    let words = format!("reviewed pay run {}: {}", run.number, run.total);
    audit::record(tx, &permit, Entry::new("reviewed_pay_run", words).about(id), now)
}

/// Approves a run that somebody else made, posts the payments and tells the officers.
///
/// # Errors
/// Missing; refused when it is approved already, made or reviewed by the same person, or not reviewed; denied.
pub fn approve_pay_run(tx: &mut Tx<'_>, who: &Actor, id: PayRunId, now: Timestamp) -> Result<PayRunId, Failure> {
    let agency = who.scope()?.agency();
    let run = store::payroll::lock_run(tx, agency, id)?.ok_or(Failure::Missing("pay run"))?;
    let permit = authorise(who, Action::ApprovePayRun, &Target::agency(agency))?;
    let run = run.approve(who.account, now)?;
    store::payroll::save_approval(tx, &run)?;
    for item in store::payroll::list_items(tx, agency, id)? {
        let (debit, credit) = (LedgerAccount::Pay(item.officer), LedgerAccount::Cash);
        let transfer = Transfer {
            id: tx.id(now),
            agency,
            debit,
            credit,
            cents: item.cents,
            kind: TransferKind::Paid,
            charge: Some(item.charge),
            invoice: None,
            payment: None,
            pay_run: Some(id),
            made_at: now,
        };
        store::ledger::add_transfer(tx, &transfer.of_a_positive_amount())?;
    }
    let sums = store::payroll::list_officer_sums(tx, agency, id)?;
    for sum in sums.into_iter().filter(|sum| sum.cents > Cents::ZERO) {
        let message = Message {
            kind: "paid",
            title: format!("{} is on its way to you", sum.cents),
            body: format!(
                "Pay run {} for {} to {} pays you {} for {}.",
                run.number, run.from_on, run.to_on, sum.cents, sum.minutes
            ),
            link: format!("/pay-runs/{id}/statements/{}", sum.officer),
        };
        notices::tell(tx, agency, To::Officer(sum.officer), &message, now)?;
    }
    let words = format!("approved pay run {}: {}", run.number, run.total);
    audit::record(tx, &permit, Entry::new("approved_pay_run", words).about(id), now)?;
    Ok(id)
}

/// Discards a preview; its work can be paid by another run.
///
/// # Errors
/// Missing; refused once it is approved; denied.
pub fn discard_pay_run(tx: &mut Tx<'_>, who: &Actor, id: PayRunId, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let run = store::payroll::lock_run(tx, agency, id)?.ok_or(Failure::Missing("pay run"))?;
    let permit = authorise(who, Action::EditPayRun, &Target::agency(agency))?;
    if run.state == PayRunState::Approved {
        return Err(Refusal::new(
            "pay_run_approved",
            format!("Pay run {} is approved, and what is paid stays on record.", run.number),
            "Correct it with the next run.",
        )
        .into());
    }
    store::payroll::drop_run(tx, &run)?;
    audit::record(
        tx,
        &permit,
        Entry::new("discarded_pay_run", format!("discarded pay run {}", run.number)).about(id),
        now,
    )
}

/// A run with what each officer gets, and the names of those behind it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The run.
    pub run: PayRun,
    /// By name.
    pub officers: Vec<OfficerSum>,
    /// Who prepared it; empty for the weekly timer.
    pub made_by: String,
    /// Who reviewed it; empty when nobody did or needed to.
    pub reviewed_by: String,
    /// Who approved it; empty before.
    pub approved_by: String,
}

/// One run with what each officer gets.
///
/// # Errors
/// Missing or denied.
pub fn load_pay_run(tx: &mut Tx<'_>, who: &Actor, id: PayRunId) -> Result<Shown, Failure> {
    let agency = who.scope()?.agency();
    let run = store::payroll::find_run(tx, agency, id)?.ok_or(Failure::Missing("pay run"))?;
    authorise(who, Action::EditPayRun, &Target::agency(agency))
        .or_else(|_| authorise(who, Action::ViewLedger, &Target::agency(agency)))?;
    Ok(Shown {
        officers: store::payroll::list_officer_sums(tx, agency, id)?,
        made_by: name_of(tx, Some(run.made_by))?,
        reviewed_by: name_of(tx, run.reviewed_by)?,
        approved_by: name_of(tx, run.approved_by)?,
        run,
    })
}

fn name_of(tx: &mut Tx<'_>, account: Option<AccountId>) -> Result<String, Failure> {
    let Some(account) = account else { return Ok(String::new()) };
    Ok(store::access::find_account(tx, account)?.map(|account| account.name).unwrap_or_default())
}

/// A page of runs, newest first, and how many there are; 50 a page from page 1.
///
/// # Errors
/// Denied.
pub fn list_pay_runs(tx: &mut Tx<'_>, who: &Actor, page: i64) -> Result<(Vec<PayRun>, i64), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewLedger, &Target::agency(agency))?;
    Ok(store::payroll::list_runs(tx, agency, (50, (page.max(1) - 1) * 50))?)
}

/// An officer's own statement of a run: the run and its lines.
///
/// # Errors
/// Missing (also while the run is not approved, for the officer) or denied.
pub fn load_statement(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: PayRunId,
    officer: OfficerId,
) -> Result<(PayRun, Vec<ChargeLine>), Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewPay, &Target::officer(agency, officer))?;
    let run = store::payroll::find_run(tx, agency, id)?.ok_or(Failure::Missing("pay run"))?;
    let lines = store::payroll::list_statement(tx, agency, id, officer)?;
    if lines.is_empty() || (who.officer.is_some() && run.state != PayRunState::Approved) {
        return Err(Failure::Missing("pay statement"));
    }
    Ok((run, lines))
}

/// The runs that paid an officer, newest first, each with his sum and paid time.
///
/// # Errors
/// Denied.
pub fn list_paid(tx: &mut Tx<'_>, who: &Actor, officer: OfficerId) -> Result<Vec<(PayRun, Cents, Minutes)>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewPay, &Target::officer(agency, officer))?;
    Ok(store::payroll::list_paid(tx, agency, officer)?)
}

/// What an officer has earned in approved time that no approved run has paid.
///
/// # Errors
/// Denied.
pub fn load_waiting_pay(tx: &mut Tx<'_>, who: &Actor, officer: OfficerId) -> Result<Cents, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewPay, &Target::officer(agency, officer))?;
    Ok(-store::ledger::load_balance(tx, agency, LedgerAccount::Pay(officer))?)
}

/// The lines of a price in words, as the officer earns them.
#[must_use]
pub fn explain(charge: &Charge) -> Vec<String> {
    let Ok(priced) = serde_json::from_value::<Priced>(charge.priced.clone()) else { return Vec::new() };
    let earned = priced.lines.iter().filter(|line| line.officer_cents != Cents::ZERO);
    earned.map(|line| format!("{}: {}", line.words, line.officer_cents)).chain(priced.remarks.clone()).collect()
}

/// The pay list of a run as CSV: one row per officer, amounts in dollars.
///
/// # Panics
/// Never: writing into memory does not fail.
#[must_use]
pub fn pay_list_csv(shown: &Shown) -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let head = ["badge", "name", "shifts", "paid_minutes", "amount"];
    csv.write_record(head).expect("memory takes every row");
    for sum in &shown.officers {
        let row =
            [safe(&sum.badge), safe(&sum.name), sum.charges.to_string(), sum.minutes.0.to_string(), sum.cents.plain()];
        csv.write_record(row).expect("memory takes every row");
    }
    String::from_utf8(csv.into_inner().expect("memory takes every row")).expect("all cells are text")
}

/// A cell that no spreadsheet takes for a formula.
pub(crate) fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) { format!("'{cell}") } else { cell.to_owned() }
}
