//! The signed-in person behind a request.

use axum::{extract::FromRequestParts, http::request::Parts};
use muster_domain::{
    access::Actor,
    id::{MembershipId, SessionId},
};

use crate::failure::PageFailure;

/// Who is asking, loaded from the session or the API token by the guard.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person, role and agency.
    pub actor: Actor,
    /// What the frame of a page shows around the content.
    pub shown: Shown,
    /// The session; `None` for an API token.
    pub session: Option<SessionId>,
    /// The membership acted in.
    pub membership: MembershipId,
    /// The person's address.
    pub email: String,
}

/// What the page frame says about the person and the agency.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The agency's name; empty while an operator has chosen none.
    pub agency: String,
    /// The agency's IANA zone; pages show times in it.
    pub zone: String,
    /// The customer's name, for the people of a customer.
    pub customer: String,
    /// Notices not yet read.
    pub unread: i64,
    /// Why the button that was pressed before this page did nothing; empty when nothing was refused.
    pub told: String,
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = PageFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageFailure> {
        parts.extensions.get::<Self>().cloned().ok_or_else(PageFailure::missing)
    }
}

impl From<muster_app::access::Found> for SignedIn {
    fn from(found: muster_app::access::Found) -> Self {
        let muster_app::access::Found { actor, session, membership, email, agency, zone, customer, unread, .. } = found;
        Self { actor, shown: Shown { agency, zone, customer, unread, told: String::new() }, session, membership, email }
    }
}
