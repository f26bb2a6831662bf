//! Pay runs and their items.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, ChargeId, OfficerId, PayRunId},
    money::Cents,
    payroll::{PayRun, PayRunState},
    time::Minutes,
};

use crate::{
    Error, Row, Tx,
    ledger::{ChargeLine, Days, read_line},
};

const UNPAID: &str = "SELECT c.id, c.officer_id, c.officer_cents FROM charges c WHERE c.agency_id = $1 AND c.worked_on <= $2 \
     AND c.officer_cents <> 0 AND NOT EXISTS (SELECT 1 FROM pay_items p WHERE p.agency_id = c.agency_id AND p.charge_id = c.id) \
     AND NOT EXISTS (SELECT 1 FROM duty_reports d WHERE d.agency_id = c.agency_id AND d.shift_id = c.shift_id AND d.officer_id = c.officer_id AND d.shift_id <> '' AND d.withholds AND d.state = 'owed') \
     ORDER BY c.officer_id, c.id LIMIT 100000";
const WITHHELD: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(c.officer_cents), 0) AS BIGINT) FROM charges c \
     WHERE c.agency_id = $1 AND c.worked_on <= $2 AND c.officer_cents > 0 \
     AND EXISTS (SELECT 1 FROM duty_reports d WHERE d.agency_id = c.agency_id AND d.shift_id = c.shift_id AND d.officer_id = c.officer_id AND d.shift_id <> '' AND d.withholds AND d.state = 'owed') \
     AND NOT EXISTS (SELECT 1 FROM pay_items p WHERE p.agency_id = c.agency_id AND p.charge_id = c.id)";
const ADD: &str = "INSERT INTO pay_runs (agency_id, id, number, from_on, to_on, state, total_cents, made_by, created_at) \
     VALUES ($1, $2, $3, $4, $5, 'preview', $6, $7, $8)";
const ADD_ITEM: &str =
    "INSERT INTO pay_items (agency_id, pay_run_id, charge_id, officer_id, cents) VALUES ($1, $2, $3, $4, $5)";
const LOCK: &str = "SELECT id, agency_id, number, from_on, to_on, state, total_cents, made_by, approved_by, approved_at, version, reviewed_by, reviewed_at \
     FROM pay_runs WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const FIND: &str = "SELECT id, agency_id, number, from_on, to_on, state, total_cents, made_by, approved_by, approved_at, version, reviewed_by, reviewed_at \
     FROM pay_runs WHERE agency_id = $1 AND id = $2";
const LIST: &str = "SELECT id, agency_id, number, from_on, to_on, state, total_cents, made_by, approved_by, approved_at, version, reviewed_by, reviewed_at \
     FROM pay_runs WHERE agency_id = $1 ORDER BY number DESC LIMIT $2 OFFSET $3";
const COUNT: &str = "SELECT COUNT(*) FROM pay_runs WHERE agency_id = $1";
const APPROVE: &str = "UPDATE pay_runs SET state = 'approved', approved_by = $1, approved_at = $2, version = version + 1 \
     WHERE agency_id = $3 AND id = $4 AND state = 'preview'";
const REVIEW: &str = "UPDATE pay_runs SET reviewed_by = $1, reviewed_at = $2, version = version + 1 \
     WHERE agency_id = $3 AND id = $4 AND state = 'preview' AND reviewed_by = ''";
const DROP_ITEMS: &str = "DELETE FROM pay_items WHERE agency_id = $1 AND pay_run_id = $2";
const DROP_RUN: &str = "DELETE FROM pay_runs WHERE agency_id = $1 AND id = $2 AND state = 'preview'";
const ITEMS: &str = "SELECT charge_id, officer_id, cents FROM pay_items WHERE agency_id = $1 AND pay_run_id = $2 \
     ORDER BY officer_id, charge_id LIMIT 100000";
const BY_OFFICER: &str = "SELECT p.officer_id, o.badge, o.first_name, o.last_name, COUNT(*), CAST(SUM(c.paid_minutes) AS BIGINT), CAST(SUM(p.cents) AS BIGINT) \
     FROM pay_items p JOIN charges c ON c.agency_id = p.agency_id AND c.id = p.charge_id \
     JOIN officers o ON o.agency_id = p.agency_id AND o.id = p.officer_id WHERE p.agency_id = $1 AND p.pay_run_id = $2 \
     GROUP BY p.officer_id, o.badge, o.first_name, o.last_name ORDER BY o.last_name, o.first_name, o.badge LIMIT 10000";
const STATEMENT: &str = "SELECT c.id, c.agency_id, c.time_entry_id, c.shift_id, c.officer_id, c.customer_id, c.worked_on, c.paid_minutes, \
     c.officer_cents, c.customer_cents, c.priced, c.rule_set_id, j.number, j.title, o.badge, o.first_name, o.last_name, s.starts_at, s.ends_at \
     FROM pay_items p JOIN charges c ON c.agency_id = p.agency_id AND c.id = p.charge_id \
     JOIN shifts s ON s.agency_id = c.agency_id AND s.id = c.shift_id JOIN jobs j ON j.agency_id = s.agency_id AND j.id = s.job_id \
     JOIN officers o ON o.agency_id = c.agency_id AND o.id = c.officer_id \
     WHERE p.agency_id = $1 AND p.pay_run_id = $2 AND p.officer_id = $3 ORDER BY s.starts_at, c.id LIMIT 1000";
const OF_OFFICER: &str = "SELECT r.id, r.agency_id, r.number, r.from_on, r.to_on, r.state, r.total_cents, r.made_by, r.approved_by, r.approved_at, r.version, r.reviewed_by, r.reviewed_at, \
     CAST(SUM(p.cents) AS BIGINT), CAST(SUM(c.paid_minutes) AS BIGINT) FROM pay_items p \
     JOIN pay_runs r ON r.agency_id = p.agency_id AND r.id = p.pay_run_id \
     JOIN charges c ON c.agency_id = p.agency_id AND c.id = p.charge_id \
     WHERE p.agency_id = $1 AND p.officer_id = $2 AND r.state = 'approved' \
     GROUP BY r.id, r.agency_id, r.number, r.from_on, r.to_on, r.state, r.total_cents, r.made_by, r.approved_by, r.approved_at, r.version, r.reviewed_by, r.reviewed_at \
     ORDER BY r.number DESC LIMIT 60";

/// A charge in a pay run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The charge.
    pub charge: ChargeId,
    /// Who is paid.
    pub officer: OfficerId,
    /// How much.
    pub cents: Cents,
}

/// What one officer gets in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerSum {
    /// Who.
    pub officer: OfficerId,
    /// Badge.
    pub badge: String,
    /// Family name, given name.
    pub name: String,
    /// How many charges.
    pub charges: i64,
    /// Paid time.
    pub minutes: Minutes,
    /// How much.
    pub cents: Cents,
}

/// Work up to and including the last day that is in no pay run because its report is missing: how much of it, and what
/// it comes to. The next run after the report takes it.
///
/// # Errors
/// When the database fails.
pub fn sum_withheld(tx: &mut Tx<'_>, agency: AgencyId, days: Days) -> Result<(i64, Cents), Error> {
    tx.one(WITHHELD, &[&agency, &days.to_on], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Work up to and including the last day that is in no pay run and waits for no report.
///
/// # Errors
/// When the database fails.
pub fn list_unpaid(tx: &mut Tx<'_>, agency: AgencyId, days: Days) -> Result<Vec<Item>, Error> {
    tx.query(UNPAID, &[&agency, &days.to_on], read_item)
}

/// Saves a new run with its items.
///
/// # Errors
/// `pay_items_pkey` when a charge is in another run; when the database fails.
pub fn add_run(tx: &mut Tx<'_>, run: &PayRun, items: &[Item], now: Timestamp) -> Result<(), Error> {
    tx.execute(ADD, &[&run.agency, &run.id, &run.number, &run.from_on, &run.to_on, &run.total, &run.made_by, &now])?;
    for item in items {
        tx.execute(ADD_ITEM, &[&run.agency, &run.id, &item.charge, &item.officer, &item.cents])?;
    }
    Ok(())
}

/// Locks a run.
///
/// # Errors
/// When the database fails.
pub fn lock_run(tx: &mut Tx<'_>, agency: AgencyId, id: PayRunId) -> Result<Option<PayRun>, Error> {
    tx.find(LOCK, &[&agency, &id], read_run)
}

/// A run.
///
/// # Errors
/// When the database fails.
pub fn find_run(tx: &mut Tx<'_>, agency: AgencyId, id: PayRunId) -> Result<Option<PayRun>, Error> {
    tx.find(FIND, &[&agency, &id], read_run)
}

/// A page of runs, newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub fn list_runs(tx: &mut Tx<'_>, agency: AgencyId, (limit, offset): (i64, i64)) -> Result<(Vec<PayRun>, i64), Error> {
    let count = tx.one(COUNT, &[&agency], |row| row.get(0))?;
    Ok((tx.query(LIST, &[&agency, &limit, &offset], read_run)?, count))
}

/// Saves the approval of a run.
///
/// # Errors
/// When the database fails.
pub fn save_approval(tx: &mut Tx<'_>, run: &PayRun) -> Result<(), Error> {
    tx.execute(APPROVE, &[&run.approved_by, &run.approved_at, &run.agency, &run.id])?;
    Ok(())
}

/// Saves that a person has looked through a run.
///
/// # Errors
/// When the database fails.
pub fn save_review(tx: &mut Tx<'_>, run: &PayRun) -> Result<(), Error> {
    tx.execute(REVIEW, &[&run.reviewed_by, &run.reviewed_at, &run.agency, &run.id])?;
    Ok(())
}

/// Removes a run that nobody has approved; its charges can be paid by another.
///
/// # Errors
/// When the database fails.
pub fn drop_run(tx: &mut Tx<'_>, run: &PayRun) -> Result<(), Error> {
    tx.execute(DROP_ITEMS, &[&run.agency, &run.id])?;
    tx.execute(DROP_RUN, &[&run.agency, &run.id])?;
    Ok(())
}

/// The items of a run.
///
/// # Errors
/// When the database fails.
pub fn list_items(tx: &mut Tx<'_>, agency: AgencyId, run: PayRunId) -> Result<Vec<Item>, Error> {
    tx.query(ITEMS, &[&agency, &run], read_item)
}

/// What each officer gets in a run, by name.
///
/// # Errors
/// When the database fails.
pub fn list_officer_sums(tx: &mut Tx<'_>, agency: AgencyId, run: PayRunId) -> Result<Vec<OfficerSum>, Error> {
    tx.query(BY_OFFICER, &[&agency, &run], |row| {
        let (first, last): (String, String) = (row.get(2)?, row.get(3)?);
        Ok(OfficerSum {
            officer: row.get(0)?,
            badge: row.get(1)?,
            name: format!("{last}, {first}"),
            charges: row.get(4)?,
            minutes: row.get(5)?,
            cents: row.get(6)?,
        })
    })
}

/// One officer's lines in a run.
///
/// # Errors
/// When the database fails.
pub fn list_statement(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    run: PayRunId,
    officer: OfficerId,
) -> Result<Vec<ChargeLine>, Error> {
    tx.query(STATEMENT, &[&agency, &run, &officer], read_line)
}

/// The approved runs that paid an officer, newest first, each with his sum and time.
///
/// # Errors
/// When the database fails.
pub fn list_paid(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
) -> Result<Vec<(PayRun, Cents, Minutes)>, Error> {
    tx.query(OF_OFFICER, &[&agency, &officer], |row| Ok((read_run(row)?, row.get(13)?, row.get(14)?)))
}

fn read_item(row: &Row<'_>) -> Result<Item, Error> {
    Ok(Item { charge: row.get(0)?, officer: row.get(1)?, cents: row.get(2)? })
}

fn read_run(row: &Row<'_>) -> Result<PayRun, Error> {
    let state: String = row.get(5)?;
    let (approved_by, reviewed_by): (String, String) = (row.get(8)?, row.get(11)?);
    Ok(PayRun {
        id: row.get(0)?,
        agency: row.get(1)?,
        number: row.get(2)?,
        from_on: row.get(3)?,
        to_on: row.get(4)?,
        state: if state == "approved" { PayRunState::Approved } else { PayRunState::Preview },
        total: row.get(6)?,
        made_by: row.get(7)?,
        approved_by: approved_by.parse().ok(),
        approved_at: row.get(9)?,
        version: row.get(10)?,
        reviewed_by: reviewed_by.parse().ok(),
        reviewed_at: row.get(12)?,
    })
}
