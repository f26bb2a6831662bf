//! Customers as JSON.

use axum::{Json, extract::Query, http::StatusCode};
use muster_app::customers::{self, ContactFacts, CustomerDecision, CustomerFilter, Registration, SiteFacts};
use muster_domain::{
    customers::{ContactKind, CustomerState, Point},
    id::CustomerId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{Made, body, mistake},
};

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Customer {
    /// Its id, `cus_...`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What rules call its class.
    pub kind: String,
    /// `pending`, `approved`, `declined` or `on_hold`.
    pub state: String,
    /// Exempt from sales tax.
    pub tax_exempt: bool,
    /// Counts changes, and is sent back with one; only when one customer is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Contacts; only when one customer is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Sites; only when one customer is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
}

/// A person to reach.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Its id; not sent when it is new.
    #[serde(default)]
    pub id: String,
    /// `primary`, `on_site`, `billing` or `emergency`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// E-mail address.
    #[serde(default)]
    pub email: String,
    /// Phone.
    #[serde(default)]
    pub phone: String,
}

impl Contact {
    pub(super) fn facts(&self) -> Result<ContactFacts, ApiFailure> {
        let kind = ContactKind::from_code(&self.kind)
            .ok_or_else(|| mistake("kind", "Use primary, on_site, billing or emergency."))?;
        Ok(ContactFacts { kind, name: self.name.clone(), email: self.email.clone(), phone: self.phone.clone() })
    }
}

/// A place where officers work.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its id; not sent when it is new.
    #[serde(default)]
    pub id: String,
    /// Short name.
    pub name: String,
    /// Street address.
    pub address: String,
    /// Latitude in millionths of a degree.
    #[serde(default)]
    pub lat_e6: Option<i64>,
    /// Longitude in millionths of a degree.
    #[serde(default)]
    pub lon_e6: Option<i64>,
    /// The geofence's radius in metres.
    pub radius_m: i64,
    /// Standing instructions.
    #[serde(default)]
    pub instructions: String,
    /// No longer used for new requests.
    #[serde(default)]
    pub retired: bool,
    /// Counts changes; needed to change a site, not to add one.
    #[serde(default)]
    pub version: i64,
}

impl Site {
    pub(super) fn facts(self) -> SiteFacts {
        let point = self.lat_e6.zip(self.lon_e6).map(|(lat_e6, lon_e6)| Point { lat_e6, lon_e6 });
        SiteFacts {
            name: self.name,
            address: self.address,
            point,
            radius_m: self.radius_m,
            instructions: self.instructions,
            retired: self.retired,
        }
    }
}

/// A page of customers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerPage {
    /// This page by name, 50 a page.
    pub customers: Vec<Customer>,
    /// How many match.
    pub count: i64,
}

/// Which customers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
pub struct CustomerQuery {
    /// Part of the name.
    pub q: Option<String>,
    /// A state.
    pub state: Option<String>,
    /// From 1.
    pub page: Option<i64>,
}

/// The customers by name.
#[utoipa::path(get, path = "/api/v1/customers", params(CustomerQuery), tag = "customers", responses((status = 200, body = CustomerPage)))]
pub async fn list_customers(
    given: Given,
    Query(query): Query<CustomerQuery>,
) -> Result<Json<CustomerPage>, ApiFailure> {
    let filter = CustomerFilter {
        search: query.q.unwrap_or_default(),
        state: query.state.and_then(|code| CustomerState::from_code(&code)),
        ..CustomerFilter::default()
    };
    let page = query.page.unwrap_or(1);
    let (listed, _) = given.read(move |tx, who, _| customers::list_customers(tx, who, &filter, page)).await?;
    let customers = listed.rows.into_iter().map(|one| Customer {
        id: one.id.to_string(),
        name: one.name,
        kind: one.kind,
        state: one.state.code().to_owned(),
        tax_exempt: one.tax_exempt,
        version: None,
        contacts: Vec::new(),
        sites: Vec::new(),
    });
    Ok(Json(CustomerPage { customers: customers.collect(), count: listed.total }))
}

/// One customer with contacts and sites.
#[utoipa::path(get, path = "/api/v1/customers/{id}", params(("id" = String, Path)), tag = "customers", responses((status = 200, body = Customer)))]
pub async fn get_customer(given: Given, Id(id): Id<CustomerId>) -> Result<Json<Customer>, ApiFailure> {
    let record = given.read(move |tx, who, _| customers::load_record(tx, who, id)).await?;
    let contacts = record.contacts.into_iter().map(|one| Contact {
        id: one.id.to_string(),
        kind: one.kind.code().to_owned(),
        name: one.name,
        email: one.email,
        phone: one.phone,
    });
    let sites = record.sites.into_iter().map(|one| Site {
        id: one.id.to_string(),
        name: one.name,
        address: one.address,
        lat_e6: one.point.map(|p| p.lat_e6),
        lon_e6: one.point.map(|p| p.lon_e6),
        radius_m: one.radius_m,
        instructions: one.instructions,
        retired: one.retired,
        version: one.version,
    });
    let customer = record.customer;
    Ok(Json(Customer {
        id: customer.id.to_string(),
        name: customer.name,
        kind: customer.kind,
        state: customer.state.code().to_owned(),
        tax_exempt: customer.tax_exempt,
        version: Some(customer.version),
        contacts: contacts.collect(),
        sites: sites.collect(),
    }))
}

/// A new customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    /// Name, unique in the agency.
    pub name: String,
    /// What rules call its class.
    pub kind: String,
    /// The primary contact.
    pub contact: Contact,
    /// Where bills go.
    #[serde(default)]
    pub billing_address: String,
}

/// Adds a customer, approved at once.
#[utoipa::path(post, path = "/api/v1/customers", request_body = NewCustomer, tag = "customers", responses((status = 201, body = Made)))]
pub async fn create_customer(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let new: NewCustomer = body(&sent)?;
    let new = Registration {
        contact: new.contact.facts()?,
        name: new.name,
        kind: new.kind,
        billing_address: new.billing_address,
    };
    let base_url = given.ctx.settings().base_url.clone();
    let id = given
        .act(&sent, move |tx, who, now| {
            let id = customers::add_customer(tx, who, &new, now)?;
            customers::invite_primary(tx, who, id, &base_url, now)?;
            Ok(id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Made { id: id.to_string() })))
}

/// What the agency decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// `approve`, `decline` or `hold`.
    pub decision: String,
    /// Needed for `decline` and `hold`.
    #[serde(default)]
    pub reason: String,
}

/// Approves, declines or holds.
#[utoipa::path(post, path = "/api/v1/customers/{id}/decision", params(("id" = String, Path)), request_body = Decision, tag = "customers", responses((status = 204)))]
pub async fn decide_customer(given: Given, Id(id): Id<CustomerId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    let asked: Decision = body(&sent)?;
    let decision = CustomerDecision::from_code(&asked.decision)
        .ok_or_else(|| mistake("decision", "Use approve, decline or hold."))?;
    let base_url = given.ctx.settings().base_url.clone();
    given
        .act(&sent, move |tx, who, now| {
            customers::decide_customer(tx, who, id, decision, &asked.reason, now)?;
            if decision == CustomerDecision::Approve {
                customers::invite_primary(tx, who, id, &base_url, now)?;
            }
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a contact.
#[utoipa::path(post, path = "/api/v1/customers/{id}/contacts", params(("id" = String, Path)), request_body = Contact, tag = "customers", responses((status = 201, body = Made)))]
pub async fn create_contact(
    given: Given,
    Id(id): Id<CustomerId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let facts = body::<Contact>(&sent)?.facts()?;
    let made = given.act(&sent, move |tx, who, now| customers::add_contact(tx, who, id, &facts, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// Adds a site.
#[utoipa::path(post, path = "/api/v1/customers/{id}/sites", params(("id" = String, Path)), request_body = Site, tag = "customers", responses((status = 201, body = Made)))]
pub async fn create_site(
    given: Given,
    Id(id): Id<CustomerId>,
    sent: Sent,
) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let facts = SiteFacts { retired: false, ..body::<Site>(&sent)?.facts() };
    let made = given.act(&sent, move |tx, who, now| customers::add_site(tx, who, id, &facts, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}
