//! Stands before every route: loads who is asking, and turns away whose role never reaches the route's action.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
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
    let who = match load(&guards.ctx, &request).await {
        Ok(who) => who,
        Err(failure) => return refuse(api, failure),
    };
    if let Err(answer) = allow(guard, who.as_ref(), api, &request) {
        return answer;
    }
    if let Some(who) = who {
        request.extensions_mut().insert(who);
    }
    next.run(request).await
}

fn allow(guard: Guard, who: Option<&SignedIn>, api: bool, request: &Request) -> Result<(), Response> {
    match (guard, who) {
        (Guard::Public, _) | (Guard::SignedIn, Some(_)) => Ok(()),
        (Guard::On(action), Some(who)) if reach(who.actor.role, action) == Reach::Nobody => {
            Err(refuse(api, Denied::NotAllowed(action).into()))
        }
        (Guard::On(_), Some(_)) => Ok(()),
        (_, None) if api => Err(sign_in_needed()),
        (_, None) => {
            let next: String = form_urlencoded::byte_serialize(request.uri().path().as_bytes()).collect();
            Err(Redirect::to(&format!("/sign-in?next={next}")).into_response())
        }
    }
}

async fn load(ctx: &Ctx, request: &Request) -> Result<Option<SignedIn>, Failure> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let writes = !request.method().is_safe();
    if let Some(token) = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
        let token = token.to_owned();
        return ctx.read(move |tx, now| access::find_token(tx, &token, writes, now)).await.map(|found| found.map(SignedIn::from));
    }
    let Some(token) = text(header::COOKIE).and_then(session_token) else { return Ok(None) };
    let token = token.to_owned();
    let Some(found) = ctx.read({ let token = token.clone(); move |tx, now| access::find_session(tx, &token, now) }).await? else { return Ok(None) };
    if found.touch_due {
        ctx.housekeep(move |tx, now| access::touch_session(tx, &token, now)).await?;
    }
    Ok(Some(found.into()))
}

/// The session token among the cookies.
fn session_token(cookies: &str) -> Option<&str> {
    cookies.split(';').find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn refuse(api: bool, failure: Failure) -> Response {
    if api { ApiFailure::from(failure).into_response() } else { PageFailure::from(failure).into_response() }
}

fn sign_in_needed() -> Response {
    let problem = serde_json::json!({ "type": "about:blank", "status": 401, "title": "Sign in", "detail": "This needs a signed-in session or an API token.",
        "remedy": "Sign in again, or send a valid token in the Authorization header." });
    (StatusCode::UNAUTHORIZED, [(header::CONTENT_TYPE, "application/problem+json"), (header::WWW_AUTHENTICATE, "Bearer")], problem.to_string()).into_response()
}

/// Answers for addresses that are no route.
pub async fn nothing_here(request: Request) -> Response {
    refuse(request.uri().path().starts_with("/api/"), Denied::NotVisible.into())
}
