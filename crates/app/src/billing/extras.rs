//! What stands on an invoice beside its charges: rounding once, interest and charges for paying late, the card fee.

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    audit::Entry,
    billing::{Extra, ExtraKind, Invoice, Standing},
    id::InvoiceId,
    ledger::{LedgerAccount, Transfer, TransferKind},
    money::Cents,
    predicate::{CustomerFacts, Facts},
    rates::{LineKind, Priced, RoundPoint, Settlement, rounding_of_invoice, settle},
    refusal::Refusal,
};
use muster_store::{self as store, Tx, ledger::ChargeLine};

use crate::{Failure, agencies, audit, rates};

/// Puts a line on an invoice and moves its amount between the customer and the agency's fees.
pub(super) fn add(tx: &mut Tx<'_>, invoice: &Invoice, extra: &Extra, now: Timestamp) -> Result<(), Failure> {
    if extra.cents == Cents::ZERO {
        return Ok(());
    }
    store::billing::add_extra(tx, invoice.agency, invoice.id, extra)?;
    let (customer, fees) = (LedgerAccount::Receivable(invoice.customer), LedgerAccount::Fees);
    let (debit, credit) = if extra.cents > Cents::ZERO { (customer, fees) } else { (fees, customer) };
    let transfer = Transfer {
        id: tx.id(now),
        agency: invoice.agency,
        debit,
        credit,
        cents: Cents(extra.cents.0.abs()),
        kind: TransferKind::Added,
        charge: None,
        invoice: Some(invoice.id),
        payment: None,
        pay_run: None,
        made_at: now,
    };
    Ok(store::ledger::add_transfer(tx, &transfer)?)
}

/// What rounding the invoice once adds, when the rules in force round there.
pub(super) fn rounding(
    tx: &mut Tx<'_>,
    invoice: &Invoice,
    lines: &[ChargeLine],
    now: Timestamp,
) -> Result<Option<Extra>, Failure> {
    let rules = match rates::load_rules(tx, invoice.agency, now) {
        Ok(rules) => rules,
        Err(Failure::Refused(_)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let round = rules.book.rates.money_round;
    if round.point != RoundPoint::Invoice {
        return Ok(None);
    }
    let priced: Vec<Priced> =
        lines.iter().filter_map(|line| serde_json::from_value(line.charge.priced.clone()).ok()).collect();
    if priced.len() < lines.len() {
        return Ok(None);
    }
    let cents = rounding_of_invoice(priced.iter(), round.mode);
    let words = format!("Rounding of the whole: {}", round.mode.words());
    let extra = Extra { kind: ExtraKind::Rounding, words, cents, added_on: invoice.issued_on };
    Ok((cents != Cents::ZERO).then_some(extra))
}

/// What the payment terms add when an amount of this invoice is paid on that day: late charges not yet on it, and the
/// fee for paying that amount by card.
pub(super) fn due_on(
    tx: &mut Tx<'_>,
    invoice: &Invoice,
    (paid, by_card): (Cents, bool),
    day: Date,
    now: Timestamp,
) -> Result<Vec<Extra>, Failure> {
    let rules = match rates::load_rules(tx, invoice.agency, now) {
        Ok(rules) => rules,
        Err(Failure::Refused(_)) => return Ok(Vec::new()),
        Err(failure) => return Err(failure),
    };
    let card = &rules.book.rates;
    let customer = store::customers::find_customer(tx, invoice.agency, invoice.customer, None)?
        .ok_or(Failure::Missing("customer"))?;
    let id = invoice.customer.to_string();
    let known = CustomerFacts { id: Some(&id), class: Some(&customer.kind), ..CustomerFacts::default() };
    let facts = Facts { customer: known, ..Facts::default() };
    let added = store::billing::list_extras(tx, invoice.agency, invoice.id)?;
    let late_before: Cents = added.iter().filter(|one| one.kind == ExtraKind::Late).map(|one| one.cents).sum();
    // A correction is no position of its own.
    let lines = store::billing::list_lines(tx, invoice.agency, invoice.id)?;
    let positions = lines.iter().map(|line| line.charge.time_entry).collect::<HashSet<_>>().len();
    let late_days = (day - invoice.due_on).get_days().max(0);
    // Interest runs on what was asked, not on interest.
    let base = Cents((invoice.owed() - late_before).0.max(0));
    let how = Settlement {
        invoice_cents: base,
        by_card: false,
        late_days: if base > Cents::ZERO { late_days.into() } else { 0 },
        positions: i64::try_from(positions).unwrap_or(0),
        day: invoice.issued_on,
        facts,
    };
    let mut extras = Vec::new();
    let late: Vec<_> = settle(card, &how)?.lines.into_iter().filter(|line| line.kind == LineKind::LateFee).collect();
    let sum: Cents = late.iter().map(|line| line.customer_cents).sum();
    if sum > late_before {
        let words = late.iter().map(|line| line.words.as_str()).collect::<Vec<_>>().join("; ");
        extras.push(Extra { kind: ExtraKind::Late, words, cents: sum - late_before, added_on: day });
    }
    if by_card {
        let how = Settlement { invoice_cents: paid, by_card: true, late_days: 0, ..how };
        for line in settle(card, &how)?.lines.into_iter().filter(|line| line.kind == LineKind::CardFee) {
            extras.push(Extra { kind: ExtraKind::Card, words: line.words, cents: line.customer_cents, added_on: day });
        }
    }
    Ok(extras)
}

/// Puts the late charges that have come together until today on an overdue invoice; how much that is.
///
/// # Errors
/// Missing; refused when it is not overdue, or when nothing has come together since the last time; denied.
pub fn charge_late(tx: &mut Tx<'_>, who: &Actor, id: InvoiceId, now: Timestamp) -> Result<Cents, Failure> {
    let agency = who.scope()?.agency();
    let invoice = store::billing::lock_invoice(tx, agency, id)?.ok_or(Failure::Missing("invoice"))?;
    let permit = authorise(who, Action::EditInvoice, &Target::customer(agency, invoice.customer))?;
    let today = agencies::today(tx, agency, now)?;
    let extras = if invoice.standing(today) == Standing::Overdue {
        due_on(tx, &invoice, (Cents::ZERO, false), today, now)?
    } else {
        Vec::new()
    };
    if extras.is_empty() {
        return Err(Refusal::new(
            "no_late_charge",
            format!("The payment terms add nothing to invoice {} today.", invoice.number),
            "Nothing needs to be done.",
        )
        .into());
    }
    let cents: Cents = extras.iter().map(|extra| extra.cents).sum();
    for extra in &extras {
        add(tx, &invoice, extra, now)?;
    }
    let words = format!("added {cents} for paying late to invoice {}", invoice.number);
    let entry = Entry::new("charged_late", words).about(id).about(invoice.customer);
    audit::record(tx, &permit, entry.with(serde_json::json!({ "cents": cents })), now)?;
    Ok(cents)
}

/// What paying today would add to an invoice for being late.
pub(super) fn late_today(tx: &mut Tx<'_>, invoice: &Invoice, today: Date, now: Timestamp) -> Result<Cents, Failure> {
    if invoice.standing(today) != Standing::Overdue {
        return Ok(Cents::ZERO);
    }
    Ok(due_on(tx, invoice, (Cents::ZERO, false), today, now)?.iter().map(|extra| extra.cents).sum())
}
