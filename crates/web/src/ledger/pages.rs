//! The pages of the ledger.

use std::collections::HashMap;

use axum::response::Response;
use maud::{Markup, html};
use muster_app::ledger::{self, Origin};
use muster_domain::{
    ledger::{LedgerAccount, Transfer, TransferKind},
    money::Cents,
};

use crate::{
    failure::PageFailure,
    fields::Fields,
    given::{Given, Id},
    parts::{
        Align, Column, Row, Tone, banner, card, card_head, data_table, empty, flush_card, kpi, kpis, money, page_head,
        pager, time_tag,
    },
    times,
};

/// Kinds of accounts in the order shown: heading, icon, what the balance means.
const GROUPS: [(&str, &str, &str); 6] = [
    ("Cash", "landmark", "Received less paid out"),
    ("Fees", "percent", "Earned by the agency"),
    ("Unbilled", "clipboard-check", "Approved, not yet on an invoice"),
    ("Receivable", "receipt", "On an invoice, not yet paid"),
    ("Pay", "wallet", "Earned by officers, not yet paid out"),
    ("Shares", "landmark", "Parts of the price that others receive"),
];

fn group(account: LedgerAccount) -> usize {
    match account {
        LedgerAccount::Cash => 0,
        LedgerAccount::Fees => 1,
        LedgerAccount::Unbilled(_) => 2,
        LedgerAccount::Receivable(_) => 3,
        LedgerAccount::Pay(_) => 4,
        LedgerAccount::Owed(_) => 5,
    }
}

/// An account's name as people say it: `Pay of R. Tran`.
fn name(account: LedgerAccount, names: &HashMap<String, String>) -> String {
    let of = |id: String| names.get(&id).cloned().unwrap_or(id);
    match account {
        LedgerAccount::Cash => "Cash".to_owned(),
        LedgerAccount::Fees => "Fees".to_owned(),
        LedgerAccount::Unbilled(customer) => format!("Unbilled, {}", of(customer.to_string())),
        LedgerAccount::Receivable(customer) => format!("Receivable, {}", of(customer.to_string())),
        LedgerAccount::Pay(officer) => format!("Pay of {}", of(officer.to_string())),
        LedgerAccount::Owed(payee) => format!("Share of the {}", payee.words()),
    }
}

/// What people call the balance: debts to officers and fees are kept as negative numbers and read as positive ones.
fn natural(account: LedgerAccount, balance: Cents) -> Cents {
    match account {
        LedgerAccount::Fees | LedgerAccount::Pay(_) | LedgerAccount::Owed(_) => -balance,
        _ => balance,
    }
}

/// Every account by kind.
pub async fn list_accounts(given: Given) -> Result<Response, PageFailure> {
    let (balances, names) =
        given.read(move |tx, who, _| Ok((ledger::list_balances(tx, who)?, ledger::list_names(tx, who)?))).await?;
    let total: Cents = balances.iter().map(|(_, cents)| *cents).sum();
    let body = html! {
        (page_head("Ledger").sub("Every cent moves from one account to another; all accounts together hold nothing"))
        @if balances.is_empty() {
            (card(empty("book-open", "Nothing was posted yet", "The first approved time makes the first entries.", html! {})))
        } @else {
            (sums(&balances))
            @if total == Cents::ZERO {
                (banner(Tone::Ok, "circle-check", html! { "All " (balances.len()) " accounts together hold exactly " (money(total)) "." }))
            } @else {
                (banner(Tone::Bad, "triangle-alert", html! { "All accounts together hold " (money(total)) " instead of nothing. Run muster verify." }))
            }
            @for (at, group_words) in GROUPS.iter().enumerate() { (group_card(at, group_words, &balances, &names)) }
        }
    };
    Ok(given.page("Ledger", "ledger").draw(body))
}

/// Accounts of a kind in sight at once.
const FIRST: usize = 10;

fn sums(balances: &[(LedgerAccount, Cents)]) -> Markup {
    let figures: Vec<_> = GROUPS
        .iter()
        .enumerate()
        .map(|(at, (heading, _, note))| {
            let of = balances.iter().filter(|(account, _)| group(*account) == at);
            let sum: Cents = of.map(|(account, cents)| natural(*account, *cents)).sum();
            kpi(heading, sum.to_string()).note(*note)
        })
        .collect();
    kpis(&figures)
}

fn group_card(
    at: usize,
    (heading, icon, note): &(&str, &str, &str),
    balances: &[(LedgerAccount, Cents)],
    names: &HashMap<String, String>,
) -> Markup {
    let mut of: Vec<(String, LedgerAccount, Cents)> = balances
        .iter()
        .filter(|(account, _)| group(*account) == at)
        .map(|(account, cents)| (name(*account, names), *account, *cents))
        .collect();
    // What moves most stands first; the long tail is a click away.
    of.sort_by_key(|(name, _, cents)| (std::cmp::Reverse(cents.0.abs()), name.clone()));
    let columns = [
        Column { label: "Account", ..Column::default() },
        Column { label: note, align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = of
        .iter()
        .map(|(name, account, cents)| Row {
            cells: vec![html! { a href={ "/ledger/" (account) } { (name) } }, money(natural(*account, *cents))],
            ..Row::default()
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (flush_card(html! { (card_head(*heading).icon(icon).aside(rows.len()))
                (data_table(heading, &columns, &rows[..rows.len().min(FIRST)]))
                @if rows.len() > FIRST {
                    details.more-rows { summary { "Show " (rows.len() - FIRST) " more" } (data_table(&format!("More: {heading}"), &columns, &rows[FIRST..])) }
                }
            }))
        }
    }
}

/// One account with its transfers, newest first.
pub async fn show_account(
    given: Given,
    Id(account): Id<LedgerAccount>,
    query: Fields,
) -> Result<Response, PageFailure> {
    let page: i64 = query.get("page").parse().unwrap_or(1).clamp(1, 100_000);
    let ((transfers, count), (balance, origins), names) = given
        .read(move |tx, who, _| {
            let transfers = ledger::list_transfers(tx, who, account, page)?;
            Ok((transfers, ledger::list_origins(tx, who, account, page)?, ledger::list_names(tx, who)?))
        })
        .await?;
    let title = name(account, &names);
    let (_, _, note) = GROUPS[group(account)];
    let zone = times::zone(&given.who.shown.zone);
    let body = html! {
        (page_head(&title).sub(html! { (note) ": " strong { (money(natural(account, balance))) } }))
        @if transfers.is_empty() {
            (card(empty("book-open", "No transfers", "Nothing was posted to this account.", html! {})))
        } @else {
            (flush_card(table(account, &transfers, &origins, &names, &zone)))
            (pager(&format!("/ledger/{account}"), page, count))
        }
    };
    Ok(given.page(&title, "ledger").back("/ledger").draw(body))
}

fn table(
    account: LedgerAccount,
    transfers: &[Transfer],
    origins: &[Origin],
    names: &HashMap<String, String>,
    zone: &jiff::tz::TimeZone,
) -> Markup {
    let columns = [
        Column { label: "What", ..Column::default() },
        Column { label: "When", ..Column::default() },
        Column { label: "Other account", ..Column::default() },
        Column { label: "Comes from", ..Column::default() },
        Column { label: "Amount", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = transfers
        .iter()
        .zip(origins)
        .map(|(transfer, origin)| {
            let into = transfer.debit == account;
            let other = if into { transfer.credit } else { transfer.debit };
            let amount = if into { transfer.cents } else { -transfer.cents };
            Row {
                cells: vec![
                    html! { (words(transfer.kind)) },
                    html! { (time_tag(&transfer.made_at.to_string(), &times::moment(transfer.made_at, zone))) },
                    html! { a href={ "/ledger/" (other) } { (name(other, names)) } },
                    comes_from(transfer, origin),
                    money(natural(account, amount)),
                ],
                ..Row::default()
            }
        })
        .collect();
    html! { (data_table("Transfers", &columns, &rows)) }
}

fn words(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Earned => "Pay for approved time",
        TransferKind::Fee => "Fee on approved time",
        TransferKind::Invoiced => "Invoiced",
        TransferKind::Received => "Payment received",
        TransferKind::Paid => "Paid to the officer",
        TransferKind::Added => "Added to the invoice",
    }
}

fn comes_from(transfer: &Transfer, origin: &Origin) -> Markup {
    html! {
        span.cluster {
            @if let (Some(job), Some(number)) = (origin.job, origin.job_number) {
                a href={ "/jobs/" (job) @if let Some(shift) = origin.shift { "#" (shift) } } { "Shift of job " (number) }
            }
            @if let (Some(invoice), Some(number)) = (transfer.invoice, origin.invoice_number) {
                a href={ "/invoices/" (invoice) } { "Invoice " (number) }
            }
            @if let (Some(run), Some(number)) = (transfer.pay_run, origin.run_number) {
                a href={ "/pay-runs/" (run) } { "Pay run " (number) }
            }
        }
    }
}
