//! What a signed-in person's request gives to its handler: the application, who asks, and what the address names.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use jiff::Timestamp;
use muster_app::{Failure, Tx};
use muster_domain::access::Actor;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Sent},
    frame::Page,
    headers::Nonce,
    signed_in::SignedIn,
};

/// The application, who asks, and the nonce of the page that answers.
#[derive(Clone)]
pub struct Given {
    /// The application.
    pub ctx: Ctx,
    /// Who asks.
    pub who: SignedIn,
    /// For the page that answers.
    pub nonce: Nonce,
}

impl Given {
    /// Runs a use case that only reads, for who asks.
    ///
    /// # Errors
    /// The use case's.
    pub async fn read<T: Send + 'static>(
        &self,
        case: impl Fn(&mut Tx<'_>, &Actor, Timestamp) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let actor = self.who.actor.clone();
        self.ctx.read(move |tx, now| case(tx, &actor, now)).await
    }

    /// Runs a use case that changes something, for who asks, once; see [`Ctx::act`].
    ///
    /// # Errors
    /// The use case's; refused when the key was used with another body.
    pub async fn act<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        sent: &Sent,
        case: impl Fn(&mut Tx<'_>, &Actor, Timestamp) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let actor = self.who.actor.clone();
        self.ctx.act(&self.who.actor, sent, move |tx, now| case(tx, &actor, now)).await
    }

    /// A page with a title, under the navigation entry `here`.
    #[must_use]
    pub fn page<'a>(&'a self, title: &'a str, here: &'a str) -> Page<'a> {
        Page::new(&self.ctx, &self.who, &self.nonce, title, here)
    }
}

impl FromRequestParts<Ctx> for Given {
    type Rejection = PageFailure;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, PageFailure> {
        let who = SignedIn::from_request_parts(parts, ctx).await?;
        let nonce = Nonce::from_request_parts(parts, ctx).await.unwrap_or_else(|never| match never {});
        Ok(Self { ctx: ctx.clone(), who, nonce })
    }
}

/// The id in the address; one that cannot be read is a thing that is not there.
pub struct Id<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = PageFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageFailure> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| PageFailure::missing())?;
        id.parse().map(Self).map_err(|_| PageFailure::missing())
    }
}

/// The two ids in the address, of a thing and of a part of it.
pub struct Ids<A, B>(pub A, pub B);

impl<A: FromStr, B: FromStr, S: Send + Sync> FromRequestParts<S> for Ids<A, B> {
    type Rejection = PageFailure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageFailure> {
        let Path((whole, part)) =
            Path::<(String, String)>::from_request_parts(parts, state).await.map_err(|_| PageFailure::missing())?;
        match (whole.parse(), part.parse()) {
            (Ok(whole), Ok(part)) => Ok(Self(whole, part)),
            _ => Err(PageFailure::missing()),
        }
    }
}

/// What stands behind the question mark of the address.
impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default().as_bytes()))
    }
}
