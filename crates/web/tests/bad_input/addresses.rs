//! Every address with query parameters and ids that mean nothing.

use std::collections::HashMap;

use axum::{
    body::Body,
    http::{Request, header},
};
use muster_domain::access::{Reach, Role, reach};
use muster_testkit::databases::Scratch;
use muster_web::routes::Guard;

use crate::{
    Complaints, complaint,
    garbage::{BROKEN, Dice, texts},
    seed, sign_in_all,
    world::{crawl::prefix, lives::Lived},
};

/// The path with every parameter filled from the ids of a life.
pub fn filled(path: &str, ids: &HashMap<&'static str, String>) -> String {
    let mut before = "";
    let mut parts = Vec::new();
    for segment in path.split('/') {
        let own = match (segment, before) {
            ("{slug}", _) => "brookhaven".to_owned(),
            ("{date}", _) => "2026-12-25".to_owned(),
            ("{account}", "ledger") => "fees".to_owned(),
            ("{subject}", _) => ids["job"].clone(),
            (part, before) if part.starts_with('{') => {
                prefix(before).and_then(|kind| ids.get(kind)).cloned().unwrap_or_else(|| "nothing".to_owned())
            }
            (part, _) => part.to_owned(),
        };
        parts.push(own);
        before = segment;
    }
    parts.join("/")
}

/// Somebody whom the guard lets in.
pub fn token_for(people: &[(Role, String)], guard: Guard) -> String {
    let order = [Role::AgencyAdmin, Role::Officer, Role::OperatorAdmin, Role::CustomerAdmin];
    let may = |role: Role| match guard {
        Guard::On(action) => reach(role, action) != Reach::Nobody,
        _ => true,
    };
    let role = order.into_iter().find(|role| may(*role)).expect("somebody may");
    people.iter().find(|(known, _)| *known == role).unwrap().1.clone()
}

fn get(address: &str, token: &str) -> Option<Request<Body>> {
    let request = Request::builder().uri(address).header(header::COOKIE, format!("__Host-muster={token}"));
    request.body(Body::empty()).ok()
}

const NAMES: &[&str] = &[
    "page", "q", "sort", "state", "status", "rank", "unit", "group", "kind", "role", "from", "to", "on", "from_on",
    "to_on", "when", "show", "all", "standing", "customer", "officer", "next", "done", "unread",
];

#[test]
fn every_query_parameter_may_be_nonsense_on_both_databases() {
    let seed = seed();
    let mut complaints = Complaints::default();
    for scratch in Scratch::both() {
        let lived = Lived::on(scratch);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(ask_everything(&lived, &mut Dice(seed), &mut complaints));
    }
    complaints.none();
}

async fn ask_everything(lived: &Lived, dice: &mut Dice, complaints: &mut Complaints) {
    let people = sign_in_all(&lived.world);
    let mut asked = 0;
    let texts: Vec<String> =
        texts().iter().map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect()).collect();
    let asks = |path: &str| !path.ends_with("/stream") && !path.starts_with("/assets/");
    for route in muster_web::routes().listed().iter().filter(|route| route.method == "GET" && asks(route.path)) {
        let path = filled(route.path, &lived.own.ids);
        let token = token_for(&people, route.guard);
        let mut queries: Vec<String> =
            ["", "9999-12-31", "-9999-01-01", "-9223372036854775808", "99999999999999999999", "a%00b", "%ff", "%"]
                .iter()
                .map(|value| NAMES.iter().map(|name| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
                .collect();
        for _ in 0..6 {
            let pair =
                |dice: &mut Dice| format!("{}={}", NAMES[dice.below(NAMES.len())], texts[dice.below(texts.len())]);
            queries.push((0..8).map(|_| pair(dice)).collect::<Vec<_>>().join("&"));
        }
        queries.push("page=1&page=2&q=a&q=b&sort=x&sort=y".to_owned());
        queries.push(BROKEN.iter().map(|text| format!("{text}={text}")).collect::<Vec<_>>().join("&"));
        for query in queries {
            let address = format!("{path}?{query}");
            let Some(request) = get(&address, &token) else { continue };
            let answer = lived.world.send(request).await;
            asked += 1;
            let shown: String = address.chars().take(200).collect();
            complaints.0.extend(complaint(&path, &answer).map(|words| format!("{shown}: {words}")));
        }
    }
    eprintln!("{asked} addresses");
}

#[tokio::test]
async fn every_id_in_an_address_may_be_nonsense() {
    seed();
    let lived = Lived::new();
    let people = sign_in_all(&lived.world);
    let mut complaints = Complaints::default();
    let long = "9".repeat(5_000);
    let ids = [
        "%ff%fe",
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "job_",
        "job_0198F000000070008000000000000000",
        "cus_0198f000000070008000000000000000",
        "wrk_0198f000000070008000000000000000",
        "%F0%9F%A6%8A",
        "-1",
        "null",
        "9999-12-31",
        "-9999-01-01",
        "receivable:",
        "pay:ofc_",
        long.as_str(),
    ];
    for route in muster_web::routes().listed().iter().filter(|route| route.path.contains('{')) {
        if route.path.starts_with("/assets/") {
            continue;
        }
        let token = token_for(&people, route.guard);
        for id in ids {
            let path: String = route
                .path
                .split('/')
                .map(|part| if part.starts_with('{') { id } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let request = Request::builder().method(route.method).uri(&path).header("sec-fetch-site", "same-origin");
            let request = request.header(header::COOKIE, format!("__Host-muster={token}"));
            let kind = if path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
            let request = request.header("idempotency-key", "bad-input-1").header(header::CONTENT_TYPE, kind);
            let answer = lived.world.send(request.body(Body::empty()).unwrap()).await;
            let shown: String = path.chars().take(120).collect();
            complaints.0.extend(complaint(&path, &answer).map(|words| format!("{} {shown}: {words}", route.method)));
            let found = answer.status.is_success() && route.guard != Guard::Public;
            if found && !route.path.starts_with("/ledger") && !route.path.starts_with("/api/v1/ledger") {
                complaints.add(format!("{} {shown}: found something", route.method));
            }
        }
    }
    complaints.none();
}

#[tokio::test]
async fn other_methods_and_addresses_are_explained() {
    let lived = Lived::new();
    let people = sign_in_all(&lived.world);
    let mut complaints = Complaints::default();
    let routes = muster_web::routes();
    for route in routes.listed().iter().filter(|route| !route.path.starts_with("/assets/")) {
        let path = filled(route.path, &lived.own.ids);
        for method in ["PATCH", "TRACE", "DELETE"] {
            if routes.listed().iter().any(|other| other.path == route.path && other.method == method) {
                continue;
            }
            let request = Request::builder().method(method).uri(&path).header("sec-fetch-site", "same-origin");
            let request = request.header(header::COOKIE, format!("__Host-muster={}", people[1].1));
            let answer = lived.world.send(request.body(Body::empty()).unwrap()).await;
            complaints.0.extend(complaint(&path, &answer).map(|words| format!("{method} {path}: {words}")));
            if !answer.status.is_client_error() {
                complaints.add(format!("{method} {path}: {}", answer.status));
            }
        }
    }
    for path in ["/nothing", "/api/v1/nothing", "//", "/%2e%2e/", "/api/"] {
        let answer = lived.world.get(Some(&people[1].1), path).await;
        complaints.0.extend(complaint(path, &answer).map(|words| format!("{path}: {words}")));
    }
    complaints.none();
}
