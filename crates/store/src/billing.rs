//! Invoices, their lines and payments.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::Scope,
    billing::{Extra, ExtraKind, Invoice, PaymentMethod},
    id::{AgencyId, CustomerId, InvoiceId, PaymentId},
    money::Cents,
};

use crate::{
    Error, Row, Tx,
    ledger::{ChargeLine, Days, read_line},
};

const LOCK_CUSTOMER: &str = "SELECT name, terms_days FROM customers WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const DUE_CUSTOMERS: &str = "SELECT c.customer_id, CAST(SUM(c.customer_cents) AS BIGINT), COUNT(*) FROM charges c \
     WHERE c.agency_id = $1 AND c.worked_on >= $2 AND c.worked_on <= $3 AND NOT EXISTS (SELECT 1 FROM invoice_lines l \
     WHERE l.agency_id = c.agency_id AND l.charge_id = c.id) GROUP BY c.customer_id HAVING SUM(c.customer_cents) >= 0 ORDER BY c.customer_id LIMIT 5000";
const DUE_NAMES: &str = "SELECT c.customer_id, u.name, CAST(SUM(c.customer_cents) AS BIGINT), COUNT(*) FROM charges c \
     JOIN customers u ON u.agency_id = c.agency_id AND u.id = c.customer_id \
     WHERE c.agency_id = $1 AND c.worked_on >= $2 AND c.worked_on <= $3 AND NOT EXISTS (SELECT 1 FROM invoice_lines l \
     WHERE l.agency_id = c.agency_id AND l.charge_id = c.id) GROUP BY c.customer_id, u.name HAVING SUM(c.customer_cents) >= 0 ORDER BY u.name, c.customer_id LIMIT 5000";
const UNBILLED: &str = "SELECT c.id, c.agency_id, c.time_entry_id, c.shift_id, c.officer_id, c.customer_id, c.worked_on, c.paid_minutes, \
     c.officer_cents, c.customer_cents, c.priced, c.rule_set_id, j.number, j.title, o.badge, o.first_name, o.last_name, s.starts_at, s.ends_at \
     FROM charges c JOIN shifts s ON s.agency_id = c.agency_id AND s.id = c.shift_id \
     JOIN jobs j ON j.agency_id = s.agency_id AND j.id = s.job_id \
     JOIN officers o ON o.agency_id = c.agency_id AND o.id = c.officer_id \
     WHERE c.agency_id = $1 AND c.customer_id = $2 AND c.worked_on >= $3 AND c.worked_on <= $4 AND NOT EXISTS (\
     SELECT 1 FROM invoice_lines l WHERE l.agency_id = c.agency_id AND l.charge_id = c.id) ORDER BY s.starts_at, c.id LIMIT 10000";
const LINES: &str = "SELECT c.id, c.agency_id, c.time_entry_id, c.shift_id, c.officer_id, c.customer_id, c.worked_on, c.paid_minutes, \
     c.officer_cents, c.customer_cents, c.priced, c.rule_set_id, j.number, j.title, o.badge, o.first_name, o.last_name, s.starts_at, s.ends_at \
     FROM invoice_lines l JOIN charges c ON c.agency_id = l.agency_id AND c.id = l.charge_id \
     JOIN shifts s ON s.agency_id = c.agency_id AND s.id = c.shift_id \
     JOIN jobs j ON j.agency_id = s.agency_id AND j.id = s.job_id \
     JOIN officers o ON o.agency_id = c.agency_id AND o.id = c.officer_id \
     WHERE l.agency_id = $1 AND l.invoice_id = $2 ORDER BY s.starts_at, c.id LIMIT 10000";
const ADD: &str = "INSERT INTO invoices (agency_id, id, number, customer_id, from_on, to_on, issued_on, due_on, total_cents, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const ADD_LINE: &str = "INSERT INTO invoice_lines (agency_id, invoice_id, charge_id, cents) VALUES ($1, $2, $3, $4)";
const LOCK: &str = "SELECT id, agency_id, number, customer_id, from_on, to_on, issued_on, due_on, total_cents, paid_cents, version \
     FROM invoices WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const FIND: &str = "SELECT i.id, i.agency_id, i.number, i.customer_id, i.from_on, i.to_on, i.issued_on, i.due_on, i.total_cents, i.paid_cents, \
     i.version, c.name, c.billing_address FROM invoices i JOIN customers c ON c.agency_id = i.agency_id AND c.id = i.customer_id \
     WHERE i.agency_id = $1 AND i.id = $2";
const SAVE_PAID: &str = "UPDATE invoices SET paid_cents = $1, version = version + 1 WHERE agency_id = $2 AND id = $3";
const ADD_PAYMENT: &str = "INSERT INTO payments (agency_id, id, invoice_id, cents, method, reference, received_on, recorded_by, recorded_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PAYMENTS: &str = "SELECT id, cents, method, reference, received_on, recorded_by FROM payments \
     WHERE agency_id = $1 AND invoice_id = $2 ORDER BY recorded_at, id LIMIT 500";
const LIST: &str = "SELECT i.id, i.agency_id, i.number, i.customer_id, i.from_on, i.to_on, i.issued_on, i.due_on, i.total_cents, i.paid_cents, \
     i.version, c.name, c.billing_address FROM invoices i JOIN customers c ON c.agency_id = i.agency_id AND c.id = i.customer_id \
     WHERE i.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR i.customer_id = $2) \
     AND (CAST($3 AS TEXT) IS NULL OR ($3 = 'paid' AND i.paid_cents = i.total_cents) OR ($3 = 'open' AND i.paid_cents < i.total_cents) \
     OR ($3 = 'overdue' AND i.paid_cents < i.total_cents AND i.due_on < $4)) \
     ORDER BY i.number DESC LIMIT $5 OFFSET $6";
const COUNT: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(i.total_cents - i.paid_cents), 0) AS BIGINT) FROM invoices i \
     WHERE i.agency_id = $1 AND (CAST($2 AS TEXT) IS NULL OR i.customer_id = $2) \
     AND (CAST($3 AS TEXT) IS NULL OR ($3 = 'paid' AND i.paid_cents = i.total_cents) OR ($3 = 'open' AND i.paid_cents < i.total_cents) \
     OR ($3 = 'overdue' AND i.paid_cents < i.total_cents AND i.due_on < $4))";
const ADD_EXTRA: &str = "INSERT INTO invoice_extras (agency_id, invoice_id, place, kind, words, cents, added_on) \
     VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM invoice_extras x WHERE x.agency_id = $1 AND x.invoice_id = $2), $3, $4, $5, $6)";
const RAISE_TOTAL: &str =
    "UPDATE invoices SET total_cents = total_cents + $1, version = version + 1 WHERE agency_id = $2 AND id = $3";
const EXTRAS: &str = "SELECT kind, words, cents, added_on FROM invoice_extras WHERE agency_id = $1 AND invoice_id = $2 ORDER BY place LIMIT 500";
const DEBT: &str = "SELECT CAST(COALESCE(SUM(total_cents - paid_cents), 0) AS BIGINT), MIN(due_on) FROM invoices \
     WHERE agency_id = $1 AND customer_id = $2 AND paid_cents < total_cents";
const UNBILLED_SUM: &str = "SELECT CAST(COALESCE(SUM(c.customer_cents), 0) AS BIGINT) FROM charges c WHERE c.agency_id = $1 AND c.customer_id = $2 \
     AND NOT EXISTS (SELECT 1 FROM invoice_lines l WHERE l.agency_id = c.agency_id AND l.charge_id = c.id)";
const DRAW_NUMBER: &str = "INSERT INTO counters (agency_id, name, last_value) VALUES ($1, $2, 1) \
     ON CONFLICT (agency_id, name) DO UPDATE SET last_value = counters.last_value + 1 RETURNING last_value";

/// The next running number of this name at the agency, from 1, without gaps.
///
/// # Errors
/// When the database fails.
pub fn draw_number(tx: &mut Tx<'_>, agency: AgencyId, name: &str) -> Result<i64, Error> {
    tx.one(DRAW_NUMBER, &[&agency, &name], |row| row.get(0))
}

/// Locks a customer for billing: name and own terms in days.
///
/// # Errors
/// When the database fails.
pub fn lock_customer(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    customer: CustomerId,
) -> Result<Option<(String, Option<i64>)>, Error> {
    tx.find(LOCK_CUSTOMER, &[&agency, &customer], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Customers with approved time of these days that is on no invoice: who, how much, how many charges.
///
/// # Errors
/// When the database fails.
pub fn list_due_customers(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    days: Days,
) -> Result<Vec<(CustomerId, Cents, i64)>, Error> {
    tx.query(DUE_CUSTOMERS, &[&agency, &days.from_on, &days.to_on], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The same with the customers' names, in their order.
///
/// # Errors
/// When the database fails.
pub fn list_due_names(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    days: Days,
) -> Result<Vec<(CustomerId, String, Cents, i64)>, Error> {
    tx.query(DUE_NAMES, &[&agency, &days.from_on, &days.to_on], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })
}

/// A customer's approved time of these days that is on no invoice.
///
/// # Errors
/// When the database fails.
pub fn list_unbilled(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    customer: CustomerId,
    days: Days,
) -> Result<Vec<ChargeLine>, Error> {
    tx.query(UNBILLED, &[&agency, &customer, &days.from_on, &days.to_on], read_line)
}

/// Saves a new invoice with its lines.
///
/// # Errors
/// `invoice_lines_pkey` when a charge is on another invoice; when the database fails.
pub fn add_invoice(tx: &mut Tx<'_>, invoice: &Invoice, lines: &[ChargeLine], now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &invoice.agency,
            &invoice.id,
            &invoice.number,
            &invoice.customer,
            &invoice.from_on,
            &invoice.to_on,
            &invoice.issued_on,
            &invoice.due_on,
            &invoice.total,
            &now,
        ],
    )?;
    for line in lines {
        tx.execute(ADD_LINE, &[&invoice.agency, &invoice.id, &line.charge.id, &line.charge.customer_cents])?;
    }
    Ok(())
}

/// Locks an invoice.
///
/// # Errors
/// When the database fails.
pub fn lock_invoice(tx: &mut Tx<'_>, agency: AgencyId, id: InvoiceId) -> Result<Option<Invoice>, Error> {
    tx.find(LOCK, &[&agency, &id], read_invoice)
}

/// An invoice with whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The invoice.
    pub invoice: Invoice,
    /// The customer's name.
    pub customer_name: String,
    /// Where it goes.
    pub billing_address: String,
}

/// An invoice with whom it is for.
///
/// # Errors
/// When the database fails.
pub fn find_invoice(tx: &mut Tx<'_>, agency: AgencyId, id: InvoiceId) -> Result<Option<Addressed>, Error> {
    tx.find(FIND, &[&agency, &id], read_addressed)
}

/// The lines of an invoice in the order of the work.
///
/// # Errors
/// When the database fails.
pub fn list_lines(tx: &mut Tx<'_>, agency: AgencyId, id: InvoiceId) -> Result<Vec<ChargeLine>, Error> {
    tx.query(LINES, &[&agency, &id], read_line)
}

/// Which invoices a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this customer's.
    pub customer: Option<CustomerId>,
    /// `paid`, `open` or `overdue`.
    pub standing: Option<String>,
}

/// A page of invoices, newest first; how many there are; and what is owed on all of them.
///
/// # Errors
/// When the database fails.
pub fn list_invoices(
    tx: &mut Tx<'_>,
    scope: &Scope,
    filter: &Filter,
    today: Date,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Addressed>, i64, Cents), Error> {
    let (agency, customer) = (scope.agency(), scope.customer().or(filter.customer));
    let (count, owed) =
        tx.one(COUNT, &[&agency, &customer, &filter.standing, &today], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let invoices = tx.query(LIST, &[&agency, &customer, &filter.standing, &today, &limit, &offset], read_addressed)?;
    Ok((invoices, count, owed))
}

/// A payment as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// How much.
    pub cents: Cents,
    /// How it came.
    pub method: PaymentMethod,
    /// Number of the check or transfer.
    pub reference: String,
    /// When it came.
    pub received_on: Date,
    /// Who wrote it down.
    pub recorded_by: String,
}

/// Saves a payment and what is now received on the invoice.
///
/// # Errors
/// When the database fails.
pub fn add_payment(tx: &mut Tx<'_>, invoice: &Invoice, payment: &Payment, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        ADD_PAYMENT,
        &[
            &invoice.agency,
            &payment.id,
            &invoice.id,
            &payment.cents,
            &payment.method.code(),
            &payment.reference,
            &payment.received_on,
            &payment.recorded_by,
            &now,
        ],
    )?;
    tx.execute(SAVE_PAID, &[&invoice.paid, &invoice.agency, &invoice.id])?;
    Ok(())
}

/// Adds a line that is no charge, and its amount to the invoice's total.
///
/// # Errors
/// When the database fails.
pub fn add_extra(tx: &mut Tx<'_>, agency: AgencyId, invoice: InvoiceId, extra: &Extra) -> Result<(), Error> {
    tx.execute(ADD_EXTRA, &[&agency, &invoice, &extra.kind.code(), &extra.words, &extra.cents, &extra.added_on])?;
    tx.execute(RAISE_TOTAL, &[&extra.cents, &agency, &invoice])?;
    Ok(())
}

/// The lines of an invoice that are no charges, in the order in which they were added.
///
/// # Errors
/// When the database fails.
pub fn list_extras(tx: &mut Tx<'_>, agency: AgencyId, invoice: InvoiceId) -> Result<Vec<Extra>, Error> {
    tx.query(EXTRAS, &[&agency, &invoice], |row| {
        let kind: String = row.get(0)?;
        Ok(Extra {
            kind: ExtraKind::from_code(&kind)
                .ok_or_else(|| Error::broken(format!("unknown line of an invoice: {kind}")))?,
            words: row.get(1)?,
            cents: row.get(2)?,
            added_on: row.get(3)?,
        })
    })
}

/// What a customer owes: on invoices, the day on which the oldest unpaid one was due, and not yet on an invoice.
///
/// # Errors
/// When the database fails.
pub fn load_debt(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    customer: CustomerId,
) -> Result<(Cents, Option<Date>, Cents), Error> {
    let (invoiced, oldest) = tx.one(DEBT, &[&agency, &customer], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let unbilled = tx.one(UNBILLED_SUM, &[&agency, &customer], |row| row.get(0))?;
    Ok((invoiced, oldest, unbilled))
}

/// The payments on an invoice, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_payments(tx: &mut Tx<'_>, agency: AgencyId, invoice: InvoiceId) -> Result<Vec<Payment>, Error> {
    tx.query(PAYMENTS, &[&agency, &invoice], |row| {
        let method: String = row.get(2)?;
        Ok(Payment {
            id: row.get(0)?,
            cents: row.get(1)?,
            method: PaymentMethod::from_code(&method)
                .ok_or_else(|| Error::broken(format!("unknown payment method {method}")))?,
            reference: row.get(3)?,
            received_on: row.get(4)?,
            recorded_by: row.get(5)?,
        })
    })
}

fn read_invoice(row: &Row<'_>) -> Result<Invoice, Error> {
    Ok(Invoice {
        id: row.get(0)?,
        agency: row.get(1)?,
        number: row.get(2)?,
        customer: row.get(3)?,
        from_on: row.get(4)?,
        to_on: row.get(5)?,
        issued_on: row.get(6)?,
        due_on: row.get(7)?,
        total: row.get(8)?,
        paid: row.get(9)?,
        version: row.get(10)?,
    })
}

fn read_addressed(row: &Row<'_>) -> Result<Addressed, Error> {
    Ok(Addressed { invoice: read_invoice(row)?, customer_name: row.get(11)?, billing_address: row.get(12)? })
}
