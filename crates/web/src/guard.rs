//! Stands before every route: loads who is asking, and turns away whose role never reaches the route's action.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use muster_app::{Failure, access};
use muster_domain::access::{Denied, Reach, reach};

use crate::{
    Ctx,
    failure::{ApiFailure, PageFailure},
    routes::Guard,
    signed_in::SignedIn,
    told,
};

/// The name of the one cookie.
pub const COOKIE: &str = "__Host-muster";

/// Every route's guard, by method and path.
#[derive(Clone)]
pub struct Guards {
    /// For loading sessions.
    pub ctx: Ctx,
    /// The table.
    pub guards: Arc<HashMap<(&'static str, &'static str), Guard>>,
}

/// The middleware.
pub async fn check(State(guards): State<Guards>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned());
    let method = if request.method() == "HEAD" { "GET" } else { request.method().as_str() };
    let Some(guard) = guards.guards.get(&(method, path.as_str())).copied() else {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    };
    let api = path.starts_with("/api/");
    let asked = if path.starts_with("/assets/") || path.starts_with("/health/") {
        Asked::nobody()
    } else {
        Asked::of(&request, api)
    };
    let who = match load(&guards.ctx, asked).await {
        Ok(who) => who,
        Err(failure) => return refuse(api, failure),
    };
    if let Err(answer) = allow(guard, who.as_ref(), api, &request) {
        return *answer;
    }
    if let Some(mut who) = who {
        if request.method() == Method::GET && !api {
            who.shown.told = told::said(request.headers());
        }
        request.extensions_mut().insert(who);
    }
    next.run(request).await
}

fn allow(guard: Guard, who: Option<&SignedIn>, api: bool, request: &Request) -> Result<(), Box<Response>> {
    match (guard, who) {
        (Guard::Public, _) | (Guard::SignedIn, Some(_)) => Ok(()),
        (Guard::On(action), Some(who)) if reach(who.actor.role, action) == Reach::Nobody => {
            Err(refuse(api, Denied::NotAllowed(action).into()).into())
        }
        (Guard::On(_), Some(_)) => Ok(()),
        (_, None) if api => Err(sign_in_needed().into()),
        (_, None) => {
            let next: String = form_urlencoded::byte_serialize(request.uri().path().as_bytes()).collect();
            Err(Redirect::to(&format!("/sign-in?next={next}")).into_response().into())
        }
    }
}

/// What a request says about who sends it. Taken out first, because a request's body cannot be shared across an await.
struct Asked {
    bearer: Option<String>,
    session: Option<String>,
    writes: bool,
}

impl Asked {
    fn nobody() -> Self {
        Self { bearer: None, session: None, writes: false }
    }

    /// Tokens open the JSON API only; pages want a session.
    fn of(request: &Request, api: bool) -> Self {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let bearer = text(header::AUTHORIZATION).filter(|_| api).and_then(|value| value.strip_prefix("Bearer "));
        Self {
            bearer: bearer.map(str::to_owned),
            session: session_token(request.headers()),
            writes: !request.method().is_safe(),
        }
    }
}

async fn load(ctx: &Ctx, asked: Asked) -> Result<Option<SignedIn>, Failure> {
    if let Some(token) = asked.bearer {
        let found = ctx.read(move |tx, now| access::find_token(tx, &token, asked.writes, now)).await?;
        return Ok(found.map(SignedIn::from));
    }
    let Some(token) = asked.session else { return Ok(None) };
    let session = token.clone();
    let Some(found) = ctx.read(move |tx, now| access::find_session(tx, &session, now)).await? else { return Ok(None) };
    if found.touch_due {
        ctx.housekeep(move |tx, now| access::touch_session(tx, &token, now)).await?;
    }
    Ok(Some(found.into()))
}

/// The session token among the cookies.
#[must_use]
pub fn session_token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|pair| Some(pair.trim().strip_prefix(COOKIE)?.strip_prefix('=')?.to_owned()))
}

fn refuse(api: bool, failure: Failure) -> Response {
    if api { ApiFailure::from(failure).into_response() } else { PageFailure::from(failure).into_response() }
}

fn sign_in_needed() -> Response {
    let problem = serde_json::json!({ "type": "about:blank", "status": 401, "title": "Sign in", "detail": "This needs a signed-in session or an API token.",
        "remedy": "Sign in again, or send a valid token in the Authorization header." });
    (
        StatusCode::UNAUTHORIZED,
        [(header::CONTENT_TYPE, "application/problem+json"), (header::WWW_AUTHENTICATE, "Bearer")],
        problem.to_string(),
    )
        .into_response()
}

/// Answers for addresses that are no route.
pub async fn nothing_here(request: Request) -> Response {
    refuse(request.uri().path().starts_with("/api/"), Denied::NotVisible.into())
}
