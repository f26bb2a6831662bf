//! Every JSON body that the description of the API knows, with one value broken after the other.

use std::collections::HashMap;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use muster_domain::access::Role;
use muster_web::routes::Listed;
use serde_json::{Map, Value, json};

use crate::{
    Complaints,
    addresses::{filled, token_for},
    complaint,
    garbage::{Dice, values},
    seed, short, sign_in_all,
    world::{Answer, World, bodies::whole, lives::Lived},
};

const TRIES: usize = 10;

struct Sender {
    world: World,
    keys: usize,
}

impl Sender {
    async fn send(&mut self, method: &str, path: &str, token: &str, body: Vec<u8>) -> Answer {
        self.keys += 1;
        let request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        let request = request
            .header(header::COOKIE, format!("__Host-muster={token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", format!("bad-input-{:08}", self.keys));
        let answer = self.world.send(request.body(Body::from(body)).unwrap()).await;
        if !answer.status.is_client_error() {
            self.world.begin_again();
        }
        answer
    }
}

/// A refusal of one value must say which.
fn unnamed(answer: &Answer) -> Option<String> {
    let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    if answer.status != StatusCode::UNPROCESSABLE_ENTITY || problem["code"].is_string() {
        return None;
    }
    let said = problem["detail"].as_str().unwrap_or_default();
    let fields: Vec<&str> =
        problem["errors"].as_array().into_iter().flatten().filter_map(|one| one["field"].as_str()).collect();
    // A pair may be told about the other one of it, and a character that cannot be stored is in no field known by name.
    let named =
        fields.iter().any(|named| !named.is_empty() && said.contains(named)) || said.contains("cannot be stored");
    (!named).then(|| format!("does not name the field: {}", short(&answer.body)))
}

fn person(lived: &Lived, people: &[(Role, String)], route: &Listed) -> (String, HashMap<&'static str, String>) {
    (token_for(people, route.guard), lived.own.ids.clone())
}

#[tokio::test]
async fn every_json_body_is_checked_value_by_value() {
    let mut dice = Dice(seed());
    let lived = Lived::new();
    let people = sign_in_all(&lived.world);
    let mut sender = Sender { world: lived.world.copy(), keys: 0 };
    let mut complaints = Complaints::default();
    let description: Value = serde_json::from_str(&muster_web::openapi::document()).unwrap();
    let values = values();
    let mut accepted = 0;
    for route in
        muster_web::routes().listed().iter().filter(|route| route.path.starts_with("/api/") && route.method != "GET")
    {
        let (token, ids) = person(&lived, &people, route);
        let path = filled(route.path, &ids);
        let whole = whole(&description, route, &ids);
        let mut tries: Vec<(String, Value)> = Vec::new();
        for (name, value) in whole.as_object().cloned().unwrap_or_default() {
            let with = |value: Value| {
                let mut other = whole.clone();
                other[&name] = value;
                other
            };
            let mut less: Map<String, Value> = whole.as_object().unwrap().clone();
            less.remove(&name);
            tries.push((name.clone(), Value::Object(less)));
            tries.extend((0..TRIES).map(|_| (name.clone(), with(values[dice.below(values.len())].clone()))));
            for inner in value[0]
                .as_object()
                .into_iter()
                .flat_map(Map::keys)
                .chain(value.as_object().into_iter().flat_map(Map::keys))
            {
                let mut other = whole.clone();
                let at = if value.is_array() { &mut other[&name][0] } else { &mut other[&name] };
                at[inner] = values[dice.below(values.len())].clone();
                tries.push((name.clone(), other));
            }
            if value.is_array() {
                tries.push((name.clone(), with(Value::Array(vec![value[0].clone(); 2_000]))));
            }
        }
        let mut more = whole.clone();
        if more.is_object() {
            more["surplus"] = json!(1);
        }
        tries.push(("surplus".to_owned(), more));
        for (name, body) in tries {
            let shown = short(&body[&name].to_string());
            let answer = sender.send(route.method, &path, &token, body.to_string().into_bytes()).await;
            let what = || format!("{} {path}, {name}={}", route.method, shown.chars().take(60).collect::<String>());
            complaints.0.extend(complaint(&path, &answer).map(|words| format!("{}: {words}", what())));
            complaints.0.extend(unnamed(&answer).map(|words| format!("{}: {words}", what())));
        }
        let answer = sender.send(route.method, &path, &token, whole.to_string().into_bytes()).await;
        complaints.0.extend(complaint(&path, &answer).map(|words| format!("{path}, whole: {words}")));
        if answer.status.is_client_error() {
            eprintln!("not accepted: {} {path} {whole}: {}", route.method, short(&answer.body));
        } else {
            accepted += 1;
        }
    }
    eprintln!("{} requests, {accepted} routes accept", sender.keys);
    complaints.none();
    assert!(accepted > 12, "{accepted}");
}

#[tokio::test]
async fn every_json_route_survives_bodies_that_are_no_json() {
    let lived = Lived::new();
    let people = sign_in_all(&lived.world);
    let mut complaints = Complaints::default();
    let mut sender = Sender { world: lived.world.copy(), keys: 0 };
    for route in
        muster_web::routes().listed().iter().filter(|route| route.path.starts_with("/api/") && route.method != "GET")
    {
        let (token, ids) = person(&lived, &people, route);
        let path = filled(route.path, &ids);
        for (kind, body) in crate::garbage::bodies() {
            let what = format!(
                "{} {path}, {kind}, {}",
                route.method,
                short(&String::from_utf8_lossy(&body[..body.len().min(60)]))
            );
            let answer = sender.send(route.method, &path, &token, body).await;
            complaints.0.extend(complaint(&path, &answer).map(|words| format!("{what}: {words}")));
        }
        let large = sender.send(route.method, &path, &token, vec![b' '; 9 * 1024 * 1024]).await;
        complaints.0.extend(complaint(&path, &large).map(|words| format!("{path}, 9 MiB: {words}")));
        let request = Request::builder().method(route.method).uri(&path).header("sec-fetch-site", "same-origin");
        let request =
            request.header(header::COOKIE, format!("__Host-muster={token}")).header("idempotency-key", "k\u{e9}y");
        let keyless = sender.world.send(request.body(Body::from("{}")).unwrap()).await;
        complaints.0.extend(complaint(&path, &keyless).map(|words| format!("{path}, bad key: {words}")));
    }
    complaints.none();
}
