//! Headers on every answer, and the refusal of unsafe requests that another site caused.

use std::convert::Infallible;

use axum::{
    Router,
    body::to_bytes,
    extract::{DefaultBodyLimit, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
};

use crate::{Ctx, failure::PageFailure, fields::FORM_LIMIT, tiles::Tiles, told};

/// The nonce of this answer's scripts; pages put it on their script elements.
#[derive(Debug, Clone)]
pub struct Nonce(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Nonce {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self(String::new())))
    }
}

/// Puts the common layers around a router.
pub fn wrap(router: Router<Ctx>, ctx: Ctx) -> Router<Ctx> {
    router
        .layer(from_fn(refuse_foreign))
        .layer(from_fn(told::bring_back))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a handler panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
        .layer(from_fn(explain))
        .layer(from_fn_with_state(ctx, add_headers))
        .layer(
            CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::const_new("font/"))),
        )
}

const FIXED: [(HeaderName, &str); 8] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "geolocation=(self), camera=(), microphone=(), payment=()"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
];

/// What a page may load: our own, and pictures of the map server that the operator named, if any.
fn policy(nonce: &str, tiles: Option<&Tiles>) -> String {
    let tiles = tiles.map_or_else(String::new, |tiles| format!(" {}", tiles.source));
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:{tiles}; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
}

async fn add_headers(State(ctx): State<Ctx>, mut request: Request, next: Next) -> Response {
    let nonce = ctx.word();
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = policy(&nonce, ctx.settings().tiles.as_ref());
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).expect("a nonce is plain text"));
    // Personal data is not kept by caches on the way; assets set their own.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The most of a framework's refusal that is read, in bytes.
const SAID: usize = 4096;

/// Sees to it that every refusal is in the product's own words, as a page for people and as a problem for programs, also
/// where the framework refused by itself.
async fn explain(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (api, asset) = (path.starts_with("/api/"), path.starts_with("/assets/"));
    let health = path.starts_with("/health/");
    let head = request.method() == Method::HEAD;
    let response = next.run(request).await;
    let status = response.status();
    let plain = health && status == StatusCode::SERVICE_UNAVAILABLE;
    if !status.is_client_error() && !status.is_server_error() || asset || head || plain {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let failure = match response.extensions().get::<PageFailure>() {
        Some(failure) if api => failure.clone(),
        Some(_) => return response,
        None if kind.starts_with("text/html") || kind == "application/problem+json" => return response,
        None => {
            let (mut parts, body) = response.into_parts();
            let said = to_bytes(body, SAID).await.unwrap_or_default();
            let failure = PageFailure::of_framework(status, &String::from_utf8_lossy(&said));
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            let mut answer = if api { failure.as_problem() } else { failure.into_response() };
            for (name, value) in &parts.headers {
                answer.headers_mut().insert(name, value.clone());
            }
            return answer;
        }
    };
    failure.as_problem()
}

/// Refuses an unsafe request unless this site's own page, or no page at all (a program), sent it.
async fn refuse_foreign(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || sent_by_own_page(request.headers()) {
        return next.run(request).await;
    }
    (
        StatusCode::FORBIDDEN,
        "This request came from another site and was refused. Open Muster in this window and send it again.",
    )
        .into_response()
}

fn sent_by_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match text("origin") {
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text("host")
        }
        // A browser that sends neither header sends no cookie across sites either (SameSite); programs send tokens.
        None => !headers.contains_key(header::COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&'static str, &'static str)], allowed: bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        assert_eq!(sent_by_own_page(&headers), allowed, "{pairs:?}");
    }

    #[test]
    fn pictures_come_from_here_and_from_the_named_map_server_only() {
        let tiles = Tiles::parse("https://tiles.example.gov/{z}/{x}/{y}.png", "Us").expect("a server");
        assert!(policy("n", None).contains("img-src 'self' data:;"));
        assert!(policy("n", Some(&tiles)).contains("img-src 'self' data: https://tiles.example.gov;"));
        assert_eq!(policy("n", Some(&tiles)).matches("tiles.example.gov").count(), 1, "for pictures alone");
    }

    #[test]
    fn only_own_pages_and_programs_may_change_things() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "http://muster.test"), ("host", "muster.test")], true);
        check(&[("origin", "http://evil.test"), ("host", "muster.test")], false);
        check(&[("origin", "null"), ("host", "muster.test")], false);
        check(&[("cookie", "a=b")], false);
        check(&[("authorization", "Bearer x")], true);
    }
}
