//! Changes to a customer's record by programs: name, terms, contacts, sites.

use axum::http::StatusCode;
use muster_app::customers::{self, CompanyFacts, Terms};
use muster_domain::id::{ContactId, CustomerId, SiteId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::api::{Contact, Site};
use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id, Ids},
    json::body,
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
pub async fn change_customer(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let CustomerChange { name, billing_address, version } = body(&sent)?;
    let facts = CompanyFacts { name, billing_address };
    given.act(&sent, move |tx, who, now| customers::edit_company(tx, who, id, version, &facts, now)).await?;
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
pub async fn set_terms(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let CustomerTerms { kind, terms_days, tax_exempt, tax_certificate } = body(&sent)?;
    let tax_certificate = tax_certificate.unwrap_or_default();
    let terms = Terms { kind, terms_days, tax_exempt, tax_certificate };
    given.act(&sent, move |tx, who, now| customers::set_terms(tx, who, id, &terms, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a contact.
#[utoipa::path(put, path = "/api/v1/customers/{id}/contacts/{contact}", params(("id" = String, Path), ("contact" = String, Path)),
    request_body = Contact, tag = "customers", responses((status = 204)))]
pub async fn change_contact(
    given: Given,
    Ids(id, contact): Ids<CustomerId, ContactId>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let facts = body::<Contact>(&sent)?.facts()?;
    given.act(&sent, move |tx, who, now| customers::edit_contact(tx, who, id, contact, &facts, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a contact.
#[utoipa::path(delete, path = "/api/v1/customers/{id}/contacts/{contact}", params(("id" = String, Path), ("contact" = String, Path)),
    tag = "customers", responses((status = 204)))]
pub async fn remove_contact(
    given: Given,
    Ids(id, contact): Ids<CustomerId, ContactId>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| customers::remove_contact(tx, who, id, contact, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a site.
#[utoipa::path(put, path = "/api/v1/customers/{id}/sites/{site}", params(("id" = String, Path), ("site" = String, Path)),
    request_body = Site, tag = "customers", responses((status = 204)))]
pub async fn change_site(
    given: Given,
    Ids(_customer, site): Ids<CustomerId, SiteId>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    let change: Site = body(&sent)?;
    let (version, facts) = (change.version, change.facts());
    given.act(&sent, move |tx, who, now| customers::edit_site(tx, who, site, version, &facts, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
