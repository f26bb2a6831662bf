//! The own account, sessions, tokens and people as JSON.

use axum::{Json, extract::Query, http::StatusCode};
use muster_app::access::{self, Invitation, NewToken, PeopleFilter};
use muster_domain::{
    access::Role,
    id::{MembershipId, SessionId, TokenId},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    failure::ApiFailure,
    fields::Sent,
    given::{Given, Id},
    json::{Made, body, mistake, parse_id as id},
    signed_in::SignedIn,
};

/// Who is asking.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The account's id.
    pub account: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// The role acted in, for example `coordinator`.
    pub role: String,
    /// The agency's id; null while an operator has chosen none.
    pub agency: Option<String>,
    /// The agency's name.
    pub agency_name: String,
    /// The agency's IANA zone.
    pub zone: String,
    /// The officer's id, for officers.
    pub officer: Option<String>,
    /// The customer's id, for the people of a customer.
    pub customer: Option<String>,
    /// Notices not yet read.
    pub unread_notices: i64,
}

/// Who is asking, in which role and agency.
#[utoipa::path(get, path = "/api/v1/me", tag = "access", responses((status = 200, body = Me)))]
pub async fn show_me(who: SignedIn) -> Json<Me> {
    let SignedIn { actor, shown, email, .. } = who;
    Json(Me {
        account: actor.account.to_string(),
        name: actor.name,
        email,
        role: actor.role.code().to_owned(),
        agency: actor.agency.map(|id| id.to_string()),
        agency_name: shown.agency,
        zone: shown.zone,
        officer: actor.officer.map(|id| id.to_string()),
        customer: actor.customer.map(|id| id.to_string()),
        unread_notices: shown.unread,
    })
}

/// A live session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id, `ses_...`.
    pub id: String,
    /// Browser and system in words.
    pub device: String,
    /// The role acted in.
    pub role: String,
    /// Since when.
    pub created_at: String,
    /// Last used.
    pub seen_at: String,
    /// True for the session that asks.
    pub current: bool,
}

/// One's own live sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "access", responses((status = 200, body = Vec<Session>)))]
pub async fn list_sessions(given: Given) -> Result<Json<Vec<Session>>, ApiFailure> {
    let current = given.who.session;
    let found = given.read(access::list_own_sessions).await?;
    let session = |own: access::OwnSession| Session {
        id: own.id.to_string(),
        device: own.device,
        role: own.role.code().to_owned(),
        created_at: own.created_at.to_string(),
        seen_at: own.seen_at.to_string(),
        current: Some(own.id) == current,
    };
    Ok(Json(found.into_iter().map(session).collect()))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "access", params(("id" = String, Path)), responses((status = 204)))]
pub async fn end_session(given: Given, Id(session): Id<SessionId>) -> Result<StatusCode, ApiFailure> {
    given.ctx.housekeep(move |tx, now| access::end_own_session(tx, &given.who.actor, session, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An API token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Token {
    /// Its id, `tok_...`.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// `read` or `write`.
    pub scope: String,
    /// Until when it works.
    pub expires_at: String,
    /// When it was last used.
    pub used_at: Option<String>,
}

/// One's own API tokens.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "access", responses((status = 200, body = Vec<Token>)))]
pub async fn list_tokens(given: Given) -> Result<Json<Vec<Token>>, ApiFailure> {
    let found = given.read(move |tx, who, _| access::list_own_tokens(tx, who)).await?;
    let token = |own: access::Token| Token {
        id: own.id.to_string(),
        name: own.name,
        scope: if own.writes { "write" } else { "read" }.to_owned(),
        expires_at: own.expires_at.to_string(),
        used_at: own.used_at.map(|at| at.to_string()),
    };
    Ok(Json(found.into_iter().map(token).collect()))
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// What it is for.
    pub name: String,
    /// `read` or `write`.
    pub scope: String,
    /// How many days it works, 1 to 366.
    pub days: i64,
}

/// A new token. The secret is given only here.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSecret {
    /// The token's id.
    pub id: String,
    /// For the header `Authorization: Bearer ...`.
    pub secret: String,
}

/// Makes an API token; needs a session, because a token cannot make another one.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "access", request_body = TokenRequest, responses((status = 201, body = NewSecret)))]
pub async fn create_token(given: Given, sent: Sent) -> Result<(StatusCode, Json<NewSecret>), ApiFailure> {
    let asked: TokenRequest = body(&sent)?;
    let writes = match asked.scope.as_str() {
        "read" => false,
        "write" => true,
        _ => return Err(mistake("scope", "Write read or write.")),
    };
    let new = NewToken { name: asked.name, writes, days: asked.days };
    let (id, secret) = given
        .ctx
        .change(move |tx, now| {
            access::create_token(tx, &given.who.actor, (given.who.session, given.who.membership), &new, now)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(NewSecret { id: id.to_string(), secret })))
}

/// Revokes one of one's own API tokens.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "access", params(("id" = String, Path)), responses((status = 204)))]
pub async fn revoke_token(given: Given, Id(token): Id<TokenId>, sent: Sent) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| access::revoke_token(tx, who, token, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A person with a role.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// The id of the role, `mem_...`.
    pub id: String,
    /// The account's id.
    pub account: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// The role.
    pub role: String,
    /// The customer's id, for the people of a customer.
    pub customer: Option<String>,
    /// Whether a password was chosen; otherwise still invited.
    pub joined: bool,
    /// Whether a second factor is set up.
    pub second_factor: bool,
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeoplePage {
    /// At most 50.
    pub people: Vec<Person>,
    /// How many there are on all pages.
    pub count: i64,
}

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PeopleQuery {
    /// Only this role.
    pub role: Option<String>,
    /// Only names and addresses that hold this.
    pub q: Option<String>,
    /// From 1.
    pub page: Option<i64>,
}

/// The people of the agency or customer, by name.
#[utoipa::path(get, path = "/api/v1/people", tag = "access", params(PeopleQuery), responses((status = 200, body = PeoplePage)))]
pub async fn list_people(given: Given, Query(query): Query<PeopleQuery>) -> Result<Json<PeoplePage>, ApiFailure> {
    let filter = PeopleFilter {
        role: query.role.as_deref().and_then(Role::from_code),
        words: query.q.unwrap_or_default().chars().take(100).collect(),
        page: query.page.unwrap_or(1).clamp(1, 100_000),
    };
    let (found, count) = given.read(move |tx, who, _| access::list_people(tx, who, &filter)).await?;
    let person = |person: access::Person| Person {
        id: person.membership.id.to_string(),
        account: person.membership.account.to_string(),
        name: person.name,
        email: person.email,
        role: person.membership.role.code().to_owned(),
        customer: person.membership.customer.map(|id| id.to_string()),
        joined: person.joined,
        second_factor: person.second_factor,
    };
    Ok(Json(PeoplePage { people: found.into_iter().map(person).collect(), count }))
}

/// A person to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationRequest {
    /// Name.
    pub name: String,
    /// Address; the link goes there.
    pub email: String,
    /// The role.
    pub role: String,
    /// The only unit of a coordinator or approver.
    pub unit: Option<String>,
    /// The officer of the roster, for officers.
    pub officer: Option<String>,
    /// The customer, for the people of a customer.
    pub customer: Option<String>,
}

/// Invites a person into a role.
#[utoipa::path(post, path = "/api/v1/people", tag = "access", request_body = InvitationRequest, responses((status = 201, body = Made)))]
pub async fn invite_person(given: Given, sent: Sent) -> Result<(StatusCode, Json<Made>), ApiFailure> {
    let asked: InvitationRequest = body(&sent)?;
    let role = Role::from_code(&asked.role).filter(|role| *role != Role::System);
    let new = Invitation {
        email: asked.email,
        name: asked.name,
        role: role.ok_or_else(|| mistake("role", "Write a role, for example coordinator."))?,
        unit: asked.unit.as_deref().map(id).transpose()?,
        officer: asked.officer.as_deref().map(id).transpose()?,
        customer: asked.customer.as_deref().map(id).transpose()?,
    };
    let base_url = given.ctx.settings().base_url.clone();
    let made = given.act(&sent, move |tx, who, now| access::invite_person(tx, who, &new, &base_url, now)).await?;
    Ok((StatusCode::CREATED, Json(Made { id: made.to_string() })))
}

/// Ends a person's role, and every session that acts in it.
#[utoipa::path(delete, path = "/api/v1/people/{id}", tag = "access", params(("id" = String, Path)), responses((status = 204)))]
pub async fn end_membership(
    given: Given,
    Id(membership): Id<MembershipId>,
    sent: Sent,
) -> Result<StatusCode, ApiFailure> {
    given.act(&sent, move |tx, who, now| access::end_membership(tx, who, membership, now)).await?;
    Ok(StatusCode::NO_CONTENT)
}
