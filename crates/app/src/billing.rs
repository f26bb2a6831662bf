//! Issuing invoices from approved time and recording payments.

mod extras;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    audit::Entry,
    billing::{Extra, ExtraKind, Invoice, PaymentMethod},
    id::{CustomerId, InvoiceId, PaymentId},
    ledger::{Charge, LedgerAccount, Transfer, TransferKind},
    money::Cents,
    notices::Message,
    rates::Priced,
    refusal::{FieldErrors, Refusal},
};
use muster_store::{self as store, Tx};
pub use muster_store::{
    billing::{Addressed, Filter, Payment},
    ledger::{ChargeLine, Days},
};

pub use extras::charge_late;

use crate::{
    Failure, agencies, audit,
    notices::{self, To},
};

/// The customers who could be invoiced for work of these days: who, how much, how many charges.
///
/// # Errors
/// Denied; when the database fails.
pub fn list_due_customers(tx: &mut Tx<'_>, who: &Actor, days: Days) -> Result<Vec<(CustomerId, Cents, i64)>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::EditInvoice, &Target::agency(agency))?;
    Ok(store::billing::list_due_customers(tx, agency, days)?)
}

/// A customer who could be invoiced.
#[derive(Debug, Clone)]
pub struct DueCustomer {
    /// Who.
    pub customer: CustomerId,
    /// Its name.
    pub name: String,
    /// How much.
    pub cents: Cents,
    /// For how many shifts.
    pub charges: i64,
}

/// The same with names, in the order of the names.
///
/// # Errors
/// Denied; when the database fails.
pub fn list_due_names(tx: &mut Tx<'_>, who: &Actor, days: Days) -> Result<Vec<DueCustomer>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::EditInvoice, &Target::agency(agency))?;
    let rows = store::billing::list_due_names(tx, agency, days)?;
    Ok(rows
        .into_iter()
        .map(|(customer, name, cents, charges)| DueCustomer { customer, name, cents, charges })
        .collect())
}

/// The lines of a price in words, as stored with the charge.
#[must_use]
pub fn explain(charge: &Charge) -> Vec<String> {
    serde_json::from_value::<Priced>(charge.priced.clone()).map_or_else(
        |_| Vec::new(),
        |priced| {
            let lines = priced.lines.iter().map(|line| format!("{}: {}", line.words, line.customer_cents));
            lines.chain(priced.remarks.clone()).collect()
        },
    )
}

/// Makes an invoice of a customer's approved time of these days that is on no other invoice, and tells the customer.
///
/// # Errors
/// Missing customer; refused when there is nothing to invoice; denied.
pub fn issue_invoice(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: CustomerId,
    days: Days,
    now: Timestamp,
) -> Result<InvoiceId, Failure> {
    let agency_id = who.scope()?.agency();
    let agency = agencies::load_agency(tx, agency_id)?;
    let (customer_name, own_terms) =
        store::billing::lock_customer(tx, agency_id, customer)?.ok_or(Failure::Missing("customer"))?;
    let permit = authorise(who, Action::EditInvoice, &Target::customer(agency_id, customer))?;
    let lines = store::billing::list_unbilled(tx, agency_id, customer, days)?;
    if lines.is_empty() {
        return Err(Refusal::new(
            "nothing_to_invoice",
            format!(
                "{customer_name} has no approved time from {} to {} that is not on an invoice yet.",
                days.from_on, days.to_on
            ),
            "Approve the time first, or choose other days.",
        )
        .into());
    }
    let sum: Cents = lines.iter().map(|line| line.charge.customer_cents).sum();
    if sum < Cents::ZERO {
        let credit = Cents(-sum.0);
        return Err(Refusal::new(
            "only_credit",
            format!("From {} to {} corrections give {customer_name} {credit} back, and no invoice asks for less than nothing.", days.from_on, days.to_on),
            "Choose more days, or wait for the next work: what is given back is set off against it.",
        )
        .into());
    }
    let issued_on = now.to_zoned(agency.zone.clone()).date();
    let terms = own_terms.unwrap_or(agency.terms_days);
    let invoice = Invoice {
        id: tx.id(now),
        agency: agency_id,
        number: store::billing::draw_number(tx, agency_id, "invoice")?,
        customer,
        from_on: days.from_on,
        to_on: days.to_on,
        issued_on,
        due_on: issued_on.saturating_add(jiff::Span::new().days(terms)),
        total: sum,
        paid: Cents::ZERO,
        version: 1,
    };
    store::billing::add_invoice(tx, &invoice, &lines, now)?;
    for line in lines.iter().filter(|line| line.charge.customer_cents != Cents::ZERO) {
        let transfer = Transfer {
            id: tx.id(now),
            agency: agency_id,
            debit: LedgerAccount::Receivable(customer),
            credit: LedgerAccount::Unbilled(customer),
            cents: line.charge.customer_cents,
            kind: TransferKind::Invoiced,
            charge: Some(line.charge.id),
            invoice: Some(invoice.id),
            payment: None,
            pay_run: None,
            made_at: now,
        };
        store::ledger::add_transfer(tx, &transfer.of_a_positive_amount())?;
    }
    let mut invoice = invoice;
    if let Some(extra) = extras::rounding(tx, &invoice, &lines, now)? {
        extras::add(tx, &invoice, &extra, now)?;
        invoice.total += extra.cents;
    }
    let message = Message {
        kind: "invoice_issued",
        title: format!("Invoice {} from {}: {}", invoice.number, agency.name, invoice.total),
        body: format!(
            "Invoice {} for work from {} to {} is ready. {} is due by {}.",
            invoice.number, invoice.from_on, invoice.to_on, invoice.total, invoice.due_on
        ),
        link: format!("/invoices/{}", invoice.id),
    };
    notices::tell(tx, agency_id, To::Payers(customer), &message, now)?;
    let words = format!("issued invoice {} to {customer_name}: {}", invoice.number, invoice.total);
    let details = serde_json::json!({ "lines": lines.len(), "total_cents": invoice.total, "from_on": days.from_on, "to_on": days.to_on });
    let entry = Entry::new("issued_invoice", words).about(invoice.id).about(customer).with(details);
    audit::record(tx, &permit, entry, now)?;
    Ok(invoice.id)
}

/// An invoice as a page or program shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The invoice and whom it is for.
    pub addressed: Addressed,
    /// Its lines in the order of the work.
    pub lines: Vec<ChargeLine>,
    /// What stands on it beside them: rounding, late charges, card fees.
    pub extras: Vec<Extra>,
    /// What the payment terms add for being late until today and is not on it yet.
    pub late_today: Cents,
    /// Payments, oldest first.
    pub payments: Vec<Payment>,
    /// Today at the agency.
    pub today: Date,
}

/// One invoice with its lines and payments.
///
/// # Errors
/// Missing or denied.
pub fn load_invoice(tx: &mut Tx<'_>, who: &Actor, id: InvoiceId, now: Timestamp) -> Result<Shown, Failure> {
    let agency = who.scope()?.agency();
    let addressed = store::billing::find_invoice(tx, agency, id)?.ok_or(Failure::Missing("invoice"))?;
    authorise(who, Action::ViewInvoice, &Target::customer(agency, addressed.invoice.customer))?;
    let today = agencies::today(tx, agency, now)?;
    Ok(Shown {
        extras: store::billing::list_extras(tx, agency, id)?,
        late_today: extras::late_today(tx, &addressed.invoice, today, now)?,
        lines: store::billing::list_lines(tx, agency, id)?,
        payments: store::billing::list_payments(tx, agency, id)?,
        today,
        addressed,
    })
}

/// A page of invoices with their number and what is owed on all of them.
#[derive(Debug, Clone)]
pub struct Listed {
    /// This page, newest first.
    pub invoices: Vec<Addressed>,
    /// How many match.
    pub count: i64,
    /// Owed on all that match.
    pub owed: Cents,
    /// Today at the agency.
    pub today: Date,
}

/// Invoices that match, 50 a page from page 1.
///
/// # Errors
/// Denied.
pub fn list_invoices(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &Filter,
    page: i64,
    now: Timestamp,
) -> Result<Listed, Failure> {
    let scope = who.scope()?;
    let target = match who.customer {
        Some(customer) => Target::customer(scope.agency(), customer),
        None => Target::agency(scope.agency()),
    };
    authorise(who, Action::ViewInvoice, &target)?;
    let today = agencies::today(tx, scope.agency(), now)?;
    let window = (PAGE, (page.max(1) - 1) * PAGE);
    let (invoices, count, owed) = store::billing::list_invoices(tx, &scope, filter, today, window)?;
    Ok(Listed { invoices, count, owed, today })
}

/// Rows on a page of a list.
pub const PAGE: i64 = 50;

/// A payment as it is written down.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// How much.
    pub cents: Cents,
    /// How it came.
    pub method: PaymentMethod,
    /// Number of the check or transfer; at most 80 characters.
    pub reference: String,
    /// When it came.
    pub received_on: Date,
}

/// Writes down a payment on an invoice.
///
/// # Errors
/// Missing invoice; invalid date; refused when it is more than is owed; denied.
pub fn record_payment(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: InvoiceId,
    new: &NewPayment,
    now: Timestamp,
) -> Result<PaymentId, Failure> {
    let agency = who.scope()?.agency();
    let invoice = store::billing::lock_invoice(tx, agency, id)?.ok_or(Failure::Missing("invoice"))?;
    let permit = authorise(who, Action::EditInvoice, &Target::customer(agency, invoice.customer))?;
    check_payment(new, &invoice, agencies::today(tx, agency, now)?)?;
    let by_card = new.method == PaymentMethod::Card;
    let mut invoice = invoice;
    let mut received = new.cents;
    for extra in extras::due_on(tx, &invoice, (new.cents, by_card), new.received_on, now)? {
        extras::add(tx, &invoice, &extra, now)?;
        invoice.total += extra.cents;
        // The fee for the card is paid with the card.
        if extra.kind == ExtraKind::Card {
            received += extra.cents;
        }
    }
    let invoice = invoice.receive(received)?;
    let payment = Payment {
        id: tx.id(now),
        cents: received,
        method: new.method,
        reference: new.reference.trim().to_owned(),
        received_on: new.received_on,
        recorded_by: who.name.clone(),
    };
    store::billing::add_payment(tx, &invoice, &payment, now)?;
    let transfer = Transfer {
        id: tx.id(now),
        agency,
        debit: LedgerAccount::Cash,
        credit: LedgerAccount::Receivable(invoice.customer),
        cents: received,
        kind: TransferKind::Received,
        charge: None,
        invoice: Some(id),
        payment: Some(payment.id),
        pay_run: None,
        made_at: now,
    };
    store::ledger::add_transfer(tx, &transfer)?;
    let words = format!("recorded {received} by {} on invoice {}", new.method.label(), invoice.number);
    let entry = Entry::new("recorded_payment", words).about(id).about(invoice.customer).about(payment.id);
    audit::record(
        tx,
        &permit,
        entry.with(serde_json::json!({ "cents": received, "reference": payment.reference })),
        now,
    )?;
    Ok(payment.id)
}

fn check_payment(new: &NewPayment, invoice: &Invoice, today: Date) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if !new.reference.trim().is_empty() {
        errors.require_text(&new.reference, "reference", 80);
    }
    errors.require(
        new.received_on <= today,
        "received_on",
        "This day has not come yet. Enter the day the payment arrived.",
    );
    let too_early = new.received_on < invoice.issued_on.saturating_sub(jiff::Span::new().days(365));
    errors.require(!too_early, "received_on", "This is more than a year before the invoice. Check the year.");
    errors.or(())
}

/// Issues one invoice to every customer with approved time of these days that is on none; returns how many.
/// The work is done by [`issue_invoice`] for one customer after another in the same transaction.
///
/// # Errors
/// Denied; refused when there is nothing to invoice at all.
pub fn issue_all(tx: &mut Tx<'_>, who: &Actor, days: Days, now: Timestamp) -> Result<usize, Failure> {
    let due = list_due_customers(tx, who, days)?;
    if due.is_empty() {
        return Err(Refusal::new(
            "nothing_to_invoice",
            format!(
                "No customer has approved time from {} to {} that is not on an invoice yet.",
                days.from_on, days.to_on
            ),
            "Approve the time first, or choose other days.",
        )
        .into());
    }
    for (customer, _, _) in &due {
        issue_invoice(tx, who, *customer, days, now)?;
    }
    Ok(due.len())
}
