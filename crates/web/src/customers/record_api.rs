//! Changes to a customer's record by programs: name, terms, contacts, sites.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use muster_app::customers::{self, CompanyFacts, Terms};
use muster_domain::id::{ContactId, CustomerId, SiteId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::api::{Contact, Site};
use crate::{
    Ctx,
    failure::ApiFailure,
    fields::Sent,
    json::{body, parse_id},
    signed_in::SignedIn,
};

/// Name and billing address of a customer, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerChange {
    /// Name, unique in the agency.
    pub name: String,
    /// Where bills go.
    #[serde(default)]
    pub billing_address: String,
    /// The version that was read; another one by now is a conflict (409).
    pub version: i64,
}

/// Changes name and billing address.
#[utoipa::path(put, path = "/api/v1/customers/{id}", params(("id" = String, Path)), request_body = CustomerChange, tag = "customers", responses((status = 204)))]
pub async fn change_customer(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let id: CustomerId = parse_id(&id)?;
    let CustomerChange { name, billing_address, version } = body(&sent)?;
    let (actor, facts) = (who.actor.clone(), CompanyFacts { name, billing_address });
    ctx.act(&who.actor, &sent, move |tx, now| customers::edit_company(tx, &actor, id, version, &facts, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the agency agrees with a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerTerms {
    /// What rules call its class.
    pub kind: String,
    /// Own payment terms in days; the agency's when not sent.
    #[serde(default)]
    pub terms_days: Option<i64>,
    /// Exempt from sales tax.
    #[serde(default)]
    pub tax_exempt: bool,
    /// Number of the exemption certificate; needed with an exemption.
    #[serde(default)]
    pub tax_certificate: Option<String>,
}

/// Sets class, payment terms and tax exemption.
#[utoipa::path(put, path = "/api/v1/customers/{id}/terms", params(("id" = String, Path)), request_body = CustomerTerms, tag = "customers", responses((status = 204)))]
pub async fn set_terms(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let id: CustomerId = parse_id(&id)?;
    let CustomerTerms { kind, terms_days, tax_exempt, tax_certificate } = body(&sent)?;
    let tax_certificate = tax_certificate.unwrap_or_default();
    let (actor, terms) = (who.actor.clone(), Terms { kind, terms_days, tax_exempt, tax_certificate });
    ctx.act(&who.actor, &sent, move |tx, now| customers::set_terms(tx, &actor, id, &terms, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a contact.
#[utoipa::path(put, path = "/api/v1/customers/{id}/contacts/{contact}", params(("id" = String, Path), ("contact" = String, Path)),
    request_body = Contact, tag = "customers", responses((status = 204)))]
pub async fn change_contact(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path((id, contact)): Path<(String, String)>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let (id, contact): (CustomerId, ContactId) = (parse_id(&id)?, parse_id(&contact)?);
    let facts = body::<Contact>(&sent)?.facts()?;
    let actor = who.actor.clone();
    ctx.act(&who.actor, &sent, move |tx, now| customers::edit_contact(tx, &actor, id, contact, &facts, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a contact.
#[utoipa::path(delete, path = "/api/v1/customers/{id}/contacts/{contact}", params(("id" = String, Path), ("contact" = String, Path)),
    tag = "customers", responses((status = 204)))]
pub async fn remove_contact(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path((id, contact)): Path<(String, String)>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let (id, contact): (CustomerId, ContactId) = (parse_id(&id)?, parse_id(&contact)?);
    let actor = who.actor.clone();
    ctx.act(&who.actor, &sent, move |tx, now| customers::remove_contact(tx, &actor, id, contact, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a site.
#[utoipa::path(put, path = "/api/v1/customers/{id}/sites/{site}", params(("id" = String, Path), ("site" = String, Path)),
    request_body = Site, tag = "customers", responses((status = 204)))]
pub async fn change_site(
    State(ctx): State<Ctx>,
    who: SignedIn,
    Path((id, site)): Path<(String, String)>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let (_, site): (CustomerId, SiteId) = (parse_id(&id)?, parse_id(&site)?);
    let change: Site = body(&sent)?;
    let (actor, version, facts) = (who.actor.clone(), change.version, change.facts());
    ctx.act(&who.actor, &sent, move |tx, now| customers::edit_site(tx, &actor, site, version, &facts, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
