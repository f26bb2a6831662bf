//! Customers: who asks for officers and is billed; their contacts and sites.
//!
//! Invariant: only an approved customer's requests become jobs.

use serde::{Deserialize, Serialize};

use crate::id::{AgencyId, ContactId, CustomerId, SiteId};

/// Where a customer stands with the agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerState {
    /// Registered, not yet looked at.
    Pending,
    /// May ask for officers.
    Approved,
    /// Was declined.
    Declined,
    /// May not ask now, for example while bills are overdue.
    OnHold,
}

impl CustomerState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Declined, Self::OnHold];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::OnHold => "on_hold",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Waiting for approval",
            Self::Approved => "Approved",
            Self::Declined => "Declined",
            Self::OnHold => "On hold",
        }
    }
    /// The state with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A customer of one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// The tenant.
    pub agency: AgencyId,
    /// Its name, unique in the agency.
    pub name: String,
    /// What rules call its class: business, contractor, school, city ...
    pub kind: String,
    /// Where it stands.
    pub state: CustomerState,
    /// Why it was declined or held.
    pub state_reason: String,
    /// Own payment terms in days.
    pub terms_days: Option<i64>,
    /// Exempt from sales tax.
    pub tax_exempt: bool,
    /// Number of the exemption certificate.
    pub tax_certificate: String,
    /// Where bills go.
    pub billing_address: String,
    /// Counts changes.
    pub version: i64,
}

/// What a contact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// For everything.
    Primary,
    /// Meets the officers.
    OnSite,
    /// Gets the bills.
    Billing,
    /// In an emergency.
    Emergency,
}

impl ContactKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Primary, Self::OnSite, Self::Billing, Self::Emergency];
    /// The stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::OnSite => "on_site",
            Self::Billing => "billing",
            Self::Emergency => "emergency",
        }
    }
    /// As shown.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::OnSite => "On site",
            Self::Billing => "Billing",
            Self::Emergency => "Emergency",
        }
    }
    /// The kind with this stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A person to reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// What for.
    pub kind: ContactKind,
    /// Name.
    pub name: String,
    /// May be empty.
    pub email: String,
    /// May be empty.
    pub phone: String,
}

/// A point on the map in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Latitude.
    pub lat_e6: i64,
    /// Longitude.
    pub lon_e6: i64,
}

/// A place where officers work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Whose it is.
    pub customer: CustomerId,
    /// Short name.
    pub name: String,
    /// Street address.
    pub address: String,
    /// Where it is, if known.
    pub point: Option<Point>,
    /// The geofence's radius in metres.
    pub radius_m: i64,
    /// Standing instructions for officers.
    pub instructions: String,
    /// No longer used for new requests.
    pub retired: bool,
    /// Counts changes.
    pub version: i64,
}
