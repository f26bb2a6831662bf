//! The usual headers on every answer, one cookie with its exact attributes, and no change caused by another site.

mod world;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use muster_domain::access::Role;
use world::{World, request};

const EXPECTED: &[(&str, &str)] = &[
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[tokio::test]
async fn every_answer_carries_the_usual_headers() {
    let world = World::new();
    let token = world.sign_in(Role::AgencyAdmin);
    for route in muster_web::routes().listed().iter().filter(|route| route.method == "GET") {
        for token in [None, Some(token.as_str())] {
            let answer = world.raw(request("GET", &route.path.replace(['{', '}'], ""), token, "")).await;
            for (name, value) in EXPECTED {
                assert_eq!(
                    answer.headers().get(*name).and_then(|v| v.to_str().ok()),
                    Some(*value),
                    "{} {name}",
                    route.path
                );
            }
            let policy = answer.headers()["content-security-policy"].to_str().expect("text");
            for part in [
                "default-src 'none'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
                "script-src 'nonce-",
            ] {
                assert!(policy.contains(part), "{}: {policy}", route.path);
            }
            assert!(!policy.contains("unsafe"), "{policy}");
            if let Some(kind) = answer.headers().get(header::CONTENT_TYPE) {
                let kind = kind.to_str().expect("text");
                // An event stream is UTF-8 by its definition.
                let named = kind == "text/event-stream" || kind.contains("charset=utf-8");
                assert!(!kind.starts_with("text/") || named, "{}: {kind}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn no_unsafe_request_of_another_site_passes() {
    let world = World::new();
    let token = world.sign_in(Role::AgencyAdmin);
    let cookie = format!("__Host-muster={token}");
    let foreign: &[&[(&str, &str)]] = &[
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.test"), ("host", "muster.test")],
        &[("origin", "null"), ("host", "muster.test")],
        &[],
    ];
    let mut refused = 0;
    for route in muster_web::routes().listed().iter().filter(|route| route.method != "GET") {
        for headers in foreign {
            let mut request = Request::builder()
                .method(route.method)
                .uri(route.path.replace(['{', '}'], ""))
                .header(header::COOKIE, &cookie)
                .header(header::CONTENT_TYPE, "text/plain");
            for (name, value) in *headers {
                request = request.header(*name, *value);
            }
            let answer = world.raw(request.body(Body::from("_key=12345678")).expect("a request")).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{} {} {headers:?}", route.method, route.path);
            refused += 1;
        }
    }
    assert!(refused > 50, "{refused}");
    assert_eq!(world.get(Some(&token), "/account").await.status, StatusCode::OK, "the session is still there");
}

#[tokio::test]
async fn whoever_watches_is_told_without_a_session() {
    let world = World::new();
    for (path, said) in [("/health/live", "alive\n"), ("/health/ready", "ready\n")] {
        let answer = world.get(None, path).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, said), "{path}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE) && answer.headers["cache-control"] == "no-store");
    }
}
