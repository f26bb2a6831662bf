//! The ledger as JSON. Amounts are as kept: what an account gets is positive, what it gives negative; the sum of all is zero.

use axum::{
    Json,
    extract::{Path, Query},
};
use muster_app::ledger;
use muster_domain::{access::Denied, ledger::LedgerAccount};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{failure::ApiFailure, given::Given};

/// An account with what it holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct Balance {
    /// `cash`, `fees`, `unbilled:cus_...`, `receivable:cus_...`, `pay:ofc_...` or `owed:city`.
    pub account: String,
    /// In cents.
    pub cents: i64,
}

/// The accounts of the ledger.
#[utoipa::path(get, path = "/api/v1/ledger", tag = "ledger", responses((status = 200, body = Vec<Balance>)))]
pub async fn list_accounts(given: Given) -> Result<Json<Vec<Balance>>, ApiFailure> {
    let balances = given.read(move |tx, who, _| ledger::list_balances(tx, who)).await?;
    Ok(Json(
        balances.into_iter().map(|(account, cents)| Balance { account: account.to_string(), cents: cents.0 }).collect(),
    ))
}

/// One movement of money.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transfer {
    /// Its id, `trf_...`.
    pub id: String,
    /// The account that gets.
    pub debit: String,
    /// The account that gives.
    pub credit: String,
    /// In cents, more than zero.
    pub cents: i64,
    /// `earned`, `fee`, `invoiced`, `received`, `paid` or `added`.
    pub kind: String,
    /// The shift that was worked.
    pub shift: Option<String>,
    /// The invoice.
    pub invoice: Option<String>,
    /// The pay run.
    pub pay_run: Option<String>,
    /// When (RFC 3339).
    pub made_at: String,
}

/// A page of transfers.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferPage {
    /// This page, newest first, 50 a page.
    pub transfers: Vec<Transfer>,
    /// How many there are.
    pub count: i64,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct TransferQuery {
    /// From 1.
    pub page: Option<i64>,
}

/// The transfers of one account, newest first.
#[utoipa::path(get, path = "/api/v1/ledger/{account}", params(("account" = String, Path), TransferQuery), tag = "ledger",
    responses((status = 200, body = TransferPage)))]
pub async fn list_transfers(
    given: Given,
    Path(account): Path<String>,
    Query(query): Query<TransferQuery>,
) -> Result<Json<TransferPage>, ApiFailure> {
    let account: LedgerAccount = account.parse().map_err(|_| ApiFailure::from(Denied::NotVisible))?;
    let page = query.page.unwrap_or(1).clamp(1, 100_000);
    let ((found, count), (_, origins)) = given
        .read(move |tx, who, _| {
            Ok((ledger::list_transfers(tx, who, account, page)?, ledger::list_origins(tx, who, account, page)?))
        })
        .await?;
    let transfers = found
        .iter()
        .zip(origins)
        .map(|(transfer, origin)| Transfer {
            id: transfer.id.to_string(),
            debit: transfer.debit.to_string(),
            credit: transfer.credit.to_string(),
            cents: transfer.cents.0,
            kind: transfer.kind.code().to_owned(),
            shift: origin.shift.map(|id| id.to_string()),
            invoice: transfer.invoice.map(|id| id.to_string()),
            pay_run: transfer.pay_run.map(|id| id.to_string()),
            made_at: transfer.made_at.to_string(),
        })
        .collect();
    Ok(Json(TransferPage { transfers, count }))
}
