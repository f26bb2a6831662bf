//! Charges and transfers. Both are written once and never changed.

pub mod called_off;
pub mod corrections;
pub mod trial;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    id::{AgencyId, AssignmentId, ChargeId, CustomerId, JobId, ShiftId, TimeEntryId, TransferId},
    jobs::JobDetails,
    ledger::{Charge, LedgerAccount, Transfer, TransferKind},
    money::Cents,
    time::Span,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, Json, Row, Text, Tx};

const ADD_CHARGE: &str = "INSERT INTO charges (agency_id, id, time_entry_id, shift_id, officer_id, customer_id, worked_on, \
     paid_minutes, officer_cents, customer_cents, priced, rule_set_id, created_at, basis) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const FIND_CHARGE: &str = "SELECT id, agency_id, time_entry_id, shift_id, officer_id, customer_id, worked_on, paid_minutes, \
     officer_cents, customer_cents, priced, rule_set_id FROM charges WHERE agency_id = $1 AND time_entry_id = $2 AND corrects IS NULL";
const ADD_TRANSFER: &str = "INSERT INTO transfers (agency_id, id, debit, credit, cents, kind, charge_id, invoice_id, payment_id, \
     pay_run_id, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const BALANCES: &str = "SELECT account, CAST(SUM(cents) AS BIGINT) FROM (\
     SELECT debit AS account, cents FROM transfers WHERE agency_id = $1 \
     UNION ALL SELECT credit, -cents FROM transfers WHERE agency_id = $1) moved \
     GROUP BY account ORDER BY account LIMIT 20000";
const BALANCE: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN debit = $1 THEN cents ELSE -cents END), 0) AS BIGINT) \
     FROM transfers WHERE agency_id = $2 AND (debit = $1 OR credit = $1)";
const OF_ACCOUNT: &str = "SELECT id, agency_id, debit, credit, cents, kind, charge_id, invoice_id, payment_id, pay_run_id, made_at \
     FROM transfers WHERE agency_id = $1 AND (debit = $2 OR credit = $2) ORDER BY made_at DESC, id DESC LIMIT $3 OFFSET $4";
const COUNT_OF_ACCOUNT: &str = "SELECT COUNT(*) FROM transfers WHERE agency_id = $1 AND (debit = $2 OR credit = $2)";
const NAMES: &str = "SELECT id, name FROM customers WHERE agency_id = $1 \
     UNION ALL SELECT id, first_name || ' ' || last_name FROM officers WHERE agency_id = $1 LIMIT 100000";
const ORIGINS: &str = "SELECT t.id, c.shift_id, h.job_id, j.number, i.number, r.number FROM transfers t \
     LEFT JOIN charges c ON c.agency_id = t.agency_id AND c.id = t.charge_id \
     LEFT JOIN shifts h ON h.agency_id = c.agency_id AND h.id = c.shift_id \
     LEFT JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     LEFT JOIN invoices i ON i.agency_id = t.agency_id AND i.id = t.invoice_id \
     LEFT JOIN pay_runs r ON r.agency_id = t.agency_id AND r.id = t.pay_run_id \
     WHERE t.agency_id = $1 AND (t.debit = $2 OR t.credit = $2) ORDER BY t.made_at DESC, t.id DESC LIMIT $3 OFFSET $4";
const WRONG_CHARGE: &str = "SELECT c.id FROM charges c WHERE c.agency_id = $1 AND (\
     c.officer_cents <> (SELECT CAST(COALESCE(SUM(CASE WHEN t.credit LIKE 'unbilled:%' THEN -t.cents ELSE t.cents END), 0) AS BIGINT) FROM transfers t WHERE t.agency_id = c.agency_id AND t.charge_id = c.id AND t.kind = 'earned') \
     OR c.customer_cents - c.officer_cents <> (SELECT CAST(COALESCE(SUM(CASE WHEN t.credit LIKE 'unbilled:%' THEN -t.cents ELSE t.cents END), 0) AS BIGINT) FROM transfers t WHERE t.agency_id = c.agency_id AND t.charge_id = c.id AND t.kind = 'fee')) \
     ORDER BY c.id LIMIT 1";
const WRONG_INVOICE: &str = "SELECT i.id FROM invoices i WHERE i.agency_id = $1 AND (\
     i.total_cents <> (SELECT CAST(COALESCE(SUM(l.cents), 0) AS BIGINT) FROM invoice_lines l WHERE l.agency_id = i.agency_id AND l.invoice_id = i.id) \
     + (SELECT CAST(COALESCE(SUM(x.cents), 0) AS BIGINT) FROM invoice_extras x WHERE x.agency_id = i.agency_id AND x.invoice_id = i.id) \
     OR i.paid_cents <> (SELECT CAST(COALESCE(SUM(p.cents), 0) AS BIGINT) FROM payments p WHERE p.agency_id = i.agency_id AND p.invoice_id = i.id)) \
     ORDER BY i.id LIMIT 1";
const WRONG_RUN: &str = "SELECT r.id FROM pay_runs r WHERE r.agency_id = $1 AND r.total_cents <> \
     (SELECT CAST(COALESCE(SUM(p.cents), 0) AS BIGINT) FROM pay_items p WHERE p.agency_id = r.agency_id AND p.pay_run_id = r.id) \
     ORDER BY r.id LIMIT 1";

const PRICE_FACTS: &str = "SELECT s.starts_at, s.ends_at, s.worked_on, j.id, j.customer_id, t.code, j.details, c.kind, p.role, \
     r.code, r.level, j.number, (SELECT COUNT(*) FROM assignments b WHERE b.agency_id = a.agency_id AND b.shift_id = a.shift_id AND b.state = 'booked'), s.id \
     FROM assignments a JOIN shifts s ON s.agency_id = a.agency_id AND s.id = a.shift_id \
     JOIN jobs j ON j.agency_id = s.agency_id AND j.id = s.job_id \
     JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     JOIN customers c ON c.agency_id = j.agency_id AND c.id = j.customer_id \
     JOIN positions p ON p.agency_id = a.agency_id AND p.id = a.position_id \
     JOIN officer_ranks h ON h.agency_id = a.agency_id AND h.officer_id = a.officer_id AND h.held_from = COALESCE(\
     (SELECT MAX(x.held_from) FROM officer_ranks x WHERE x.agency_id = a.agency_id AND x.officer_id = a.officer_id AND x.held_from <= s.worked_on), \
     (SELECT MIN(x.held_from) FROM officer_ranks x WHERE x.agency_id = a.agency_id AND x.officer_id = a.officer_id)) \
     JOIN ranks r ON r.agency_id = h.agency_id AND r.id = h.rank_id \
     WHERE a.agency_id = $1 AND a.id = $2";
const MARK_WORKED: &str = "UPDATE work SET state = 'worked' WHERE agency_id = $1 AND source = 'assignment' AND source_id = $2 AND state = 'booked'";

/// What the price of an assignment depends on, beside the rules: all as of the day of the job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceFacts {
    /// As ordered.
    pub scheduled: Span,
    /// The local date on which the shift begins.
    pub worked_on: Date,
    /// The shift.
    pub shift: ShiftId,
    /// The job.
    pub job: JobId,
    /// The number people say.
    pub job_number: i64,
    /// Who pays.
    pub customer: CustomerId,
    /// The customer's class.
    pub customer_kind: String,
    /// The word of the job type.
    pub job_kind: String,
    /// Attendance, alcohol, traffic, when it was requested.
    pub details: JobDetails,
    /// The word of the position's role.
    pub role: String,
    /// The word of the rank held on that day.
    pub rank: String,
    /// Its place in the order of command.
    pub rank_level: i64,
    /// Officers booked on the shift.
    pub crew: i64,
}

/// What the price of an assignment depends on.
///
/// # Errors
/// When the database fails.
pub fn load_price_facts(tx: &mut Tx<'_>, agency: AgencyId, assignment: AssignmentId) -> Result<PriceFacts, Error> {
    tx.one(PRICE_FACTS, &[&agency, &assignment], |row| {
        let Json(details) = row.get(6)?;
        Ok(PriceFacts {
            scheduled: Span::new(row.get(0)?, row.get(1)?)
                .ok_or_else(|| Error::broken("a shift ends before it starts"))?,
            worked_on: row.get(2)?,
            job: row.get(3)?,
            customer: row.get(4)?,
            job_kind: row.get(5)?,
            details,
            customer_kind: row.get(7)?,
            role: row.get(8)?,
            rank: row.get(9)?,
            rank_level: row.get(10)?,
            job_number: row.get(11)?,
            crew: row.get(12)?,
            shift: row.get(13)?,
        })
    })
}

/// Marks the booked hours of an assignment as worked in the work ledger.
///
/// # Errors
/// When the database fails.
pub fn mark_worked(tx: &mut Tx<'_>, agency: AgencyId, assignment: AssignmentId) -> Result<(), Error> {
    tx.execute(MARK_WORKED, &[&agency, &assignment.to_string()])?;
    Ok(())
}

/// Saves a charge, with what it was priced from where later charges may price it again.
///
/// # Errors
/// `charges_time_entry` when this time is priced already; when the database fails.
pub fn add_charge(tx: &mut Tx<'_>, charge: &Charge, basis: Option<&Value>, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD_CHARGE,
        &[
            &charge.agency,
            &charge.id,
            &charge.time_entry,
            &charge.shift,
            &charge.officer,
            &charge.customer,
            &charge.worked_on,
            &charge.paid_minutes,
            &charge.officer_cents,
            &charge.customer_cents,
            &Json(&charge.priced),
            &charge.rule_set,
            &now,
            &basis.map(Json),
        ],
    )?;
    Ok(())
}

/// The charge of approved time.
///
/// # Errors
/// When the database fails.
pub fn find_charge(tx: &mut Tx<'_>, agency: AgencyId, entry: TimeEntryId) -> Result<Option<Charge>, Error> {
    tx.find(FIND_CHARGE, &[&agency, &entry], read_charge)
}

/// Reads a charge from the columns in the order of `FIND_CHARGE`.
pub(crate) fn read_charge(row: &Row<'_>) -> Result<Charge, Error> {
    let Json(priced) = row.get(10)?;
    Ok(Charge {
        id: row.get(0)?,
        agency: row.get(1)?,
        time_entry: row.get(2)?,
        shift: row.get(3)?,
        officer: row.get(4)?,
        customer: row.get(5)?,
        worked_on: row.get(6)?,
        paid_minutes: row.get(7)?,
        officer_cents: row.get(8)?,
        customer_cents: row.get(9)?,
        priced,
        rule_set: row.get(11)?,
    })
}

/// Writes a transfer.
///
/// # Errors
/// `transfers_cents` unless the amount is positive; when the database fails.
pub fn add_transfer(tx: &mut Tx<'_>, transfer: &Transfer) -> Result<(), Error> {
    tx.execute(
        ADD_TRANSFER,
        &[
            &transfer.agency,
            &transfer.id,
            &transfer.debit.to_string(),
            &transfer.credit.to_string(),
            &transfer.cents,
            &transfer.kind.code(),
            &transfer.charge,
            &transfer.invoice,
            &transfer.payment,
            &transfer.pay_run,
            &transfer.made_at,
        ],
    )?;
    Ok(())
}

/// Every account with what it holds; credits are negative, so the whole list sums to zero.
///
/// # Errors
/// When the database fails.
pub fn list_balances(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<(LedgerAccount, Cents)>, Error> {
    tx.query(BALANCES, &[&agency], |row| {
        let Text(account) = row.get(0)?;
        Ok((account, row.get(1)?))
    })
}

/// What one account holds; negative when more was given than got.
///
/// # Errors
/// When the database fails.
pub fn load_balance(tx: &mut Tx<'_>, agency: AgencyId, account: LedgerAccount) -> Result<Cents, Error> {
    tx.one(BALANCE, &[&account.to_string(), &agency], |row| row.get(0))
}

/// The transfers of one account, newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub fn list_transfers(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    account: LedgerAccount,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Transfer>, i64), Error> {
    let name = account.to_string();
    let total = tx.one(COUNT_OF_ACCOUNT, &[&agency, &name], |row| row.get(0))?;
    let transfers = tx.query(OF_ACCOUNT, &[&agency, &name, &limit, &offset], |row| {
        let (Text(debit), Text(credit)) = (row.get(2)?, row.get(3)?);
        let kind: String = row.get(5)?;
        Ok(Transfer {
            id: row.get::<TransferId>(0)?,
            agency: row.get(1)?,
            debit,
            credit,
            cents: row.get(4)?,
            kind: TransferKind::from_code(&kind)
                .ok_or_else(|| Error::broken(format!("unknown transfer kind {kind}")))?,
            charge: row.get::<Option<ChargeId>>(6)?,
            invoice: row.get(7)?,
            payment: row.get(8)?,
            pay_run: row.get(9)?,
            made_at: row.get(10)?,
        })
    })?;
    Ok((transfers, total))
}

/// Names of the customers and officers behind accounts, by id.
///
/// # Errors
/// When the database fails.
pub fn list_names(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Vec<(String, String)>, Error> {
    tx.query(NAMES, &[&agency], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Where a transfer comes from, in numbers that people say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The shift that was worked.
    pub shift: Option<ShiftId>,
    /// Its job.
    pub job: Option<JobId>,
    /// The job's number.
    pub job_number: Option<i64>,
    /// The invoice's number.
    pub invoice_number: Option<i64>,
    /// The pay run's number.
    pub run_number: Option<i64>,
}

/// Where the transfers of a page of [`list_transfers`] come from, in the same order.
///
/// # Errors
/// When the database fails.
pub fn list_origins(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    account: LedgerAccount,
    limit: i64,
    offset: i64,
) -> Result<Vec<(TransferId, Origin)>, Error> {
    tx.query(ORIGINS, &[&agency, &account.to_string(), &limit, &offset], |row| {
        let origin = Origin {
            shift: row.get(1)?,
            job: row.get(2)?,
            job_number: row.get(3)?,
            invoice_number: row.get(4)?,
            run_number: row.get(5)?,
        };
        Ok((row.get(0)?, origin))
    })
}

/// The first charge whose transfers do not add up to it, the first invoice that differs from its lines or payments, and the
/// first pay run that differs from its items.
///
/// # Errors
/// When the database fails.
pub fn find_wrong_sums(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Option<String>, Error> {
    for (what, sql) in [("charge", WRONG_CHARGE), ("invoice", WRONG_INVOICE), ("pay run", WRONG_RUN)] {
        let wrong: Option<String> = tx.find(sql, &[&agency], |row| row.get(0))?;
        if let Some(id) = wrong {
            return Ok(Some(format!("{what} {id} does not equal the sum of its parts")));
        }
    }
    Ok(None)
}

/// A charge as a line that people read: on invoices, pay lists and statements.
#[derive(Debug, Clone, PartialEq)]
pub struct ChargeLine {
    /// The charge.
    pub charge: Charge,
    /// Number and title of the job.
    pub job_number: i64,
    /// Title of the job.
    pub job_title: String,
    /// Number on the badge.
    pub badge: String,
    /// The officer's name.
    pub officer_name: String,
    /// Scheduled start.
    pub starts_at: Timestamp,
    /// Scheduled end.
    pub ends_at: Timestamp,
}

/// Reads a line: a charge, then job number, title, badge, first and last name, start and end of the shift.
pub(crate) fn read_line(row: &Row<'_>) -> Result<ChargeLine, Error> {
    let (first, last): (String, String) = (row.get(15)?, row.get(16)?);
    Ok(ChargeLine {
        charge: read_charge(row)?,
        job_number: row.get(12)?,
        job_title: row.get(13)?,
        badge: row.get(14)?,
        officer_name: format!("{first} {last}"),
        starts_at: row.get(17)?,
        ends_at: row.get(18)?,
    })
}

/// The range of days whose work an invoice or pay run takes, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub to_on: Date,
}
