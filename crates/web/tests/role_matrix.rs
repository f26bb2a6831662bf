//! Every route for every role, for rows of one's own, of others of the same agency, of another agency, of nobody, and for nonsense.

mod world;

use std::collections::HashMap;

use axum::http::{StatusCode, header};
use muster_domain::access::{Action, Reach, Role, reach};
use muster_testkit::forms::{body, filled as filled_form};
use muster_web::routes::{Guard, Listed};
use serde_json::Value;
use world::{
    World,
    bodies::whole,
    crawl::{pattern_of_route, prefix, walk},
    lives::Lived,
    program, request,
};

/// The path with each parameter replaced; `None` when `fill` has no value for one.
fn filled(path: &str, fill: impl Fn(Option<&'static str>) -> Option<String>) -> Option<String> {
    let mut before = "";
    let mut parts = Vec::new();
    for segment in path.split('/') {
        parts.push(if segment.starts_with('{') { fill(prefix(before))? } else { segment.to_owned() });
        before = segment;
    }
    Some(parts.join("/"))
}

async fn status(world: &World, route: &Listed, path: &str, token: Option<&str>) -> (StatusCode, String) {
    let form = format!("_key=key-{}", path.len() + 10_000_000);
    let form = if route.method == "GET" { String::new() } else { form };
    let answer = world.raw(request(route.method, path, token, &form)).await;
    let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(!answer.status().is_server_error(), "{} {path}: {}", route.method, answer.status());
    (answer.status(), location.to_owned())
}

fn nobody(kind: Option<&'static str>) -> Option<String> {
    Some(kind.map_or_else(|| "nothing".to_owned(), |kind| format!("{kind}_0198f000000070008000000000000000")))
}

#[tokio::test]
async fn signed_out_people_reach_only_public_routes() {
    let world = World::new();
    for route in muster_web::routes().listed() {
        let path = filled(route.path, nobody).expect("every parameter has a stranger");
        let (status, location) = status(&world, route, &path, None).await;
        let where_to = format!("{} {path}: {status} {location}", route.method);
        match route.guard {
            Guard::Public => assert_ne!(status, StatusCode::UNAUTHORIZED, "{where_to}"),
            _ if route.path.starts_with("/api/") => assert_eq!(status, StatusCode::UNAUTHORIZED, "{where_to}"),
            _ => assert!(status == StatusCode::SEE_OTHER && location.starts_with("/sign-in?next="), "{where_to}"),
        }
    }
}

#[tokio::test]
async fn a_role_without_the_right_is_turned_away_from_every_route() {
    let world = World::new();
    let mut turned_away = 0;
    for route in muster_web::routes().listed() {
        let Guard::On(action) = route.guard else { continue };
        let path = filled(route.path, nobody).expect("every parameter has a stranger");
        for role in Role::PEOPLE.into_iter().filter(|role| reach(*role, action) == Reach::Nobody) {
            let token = world.sign_in(role);
            let (status, _) = status(&world, route, &path, Some(&token)).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{} {path} as {}", route.method, role.code());
            turned_away += 1;
        }
    }
    assert!(turned_away > 100, "{turned_away}");
}

/// Whose row an address names, as seen by our people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of their own officer or customer.
    Own,
    /// Of another officer or customer of the same agency.
    Beside,
    /// Of another agency.
    Foreign,
    /// Of nobody: an id that does not exist.
    Nobody,
    /// No id at all.
    Nonsense,
}

/// Kinds of rows that belong to one customer, and kinds that belong to one officer.
const OF_A_CUSTOMER: &[&str] = &["cus", "req", "job", "inv", "sit", "con"];
const OF_AN_OFFICER: &[&str] = &["ofc", "asg", "crt", "wrk"];

/// Whether a row of this kind belongs to the officer or customer of a person with this role.
fn is_personal(role: Role, path: &str) -> bool {
    let kinds: Vec<&str> = path.split('/').filter_map(prefix).collect();
    let of = if role.is_customer() { OF_A_CUSTOMER } else { OF_AN_OFFICER };
    kinds.iter().any(|kind| of.contains(kind))
}

/// What is wrong with an answer, if anything.
fn wrong(route: &Listed, role: Role, whose: Whose, status: StatusCode) -> Option<&'static str> {
    let (hidden, denied) = (status == StatusCode::NOT_FOUND, status == StatusCode::FORBIDDEN);
    let reached = match route.guard {
        Guard::On(action) => reach(role, action),
        // One's own sessions, tokens and roles; working in any agency is the operator's job.
        Guard::SignedIn if route.path.starts_with("/agencies/") && role.is_operator() => Reach::Everywhere,
        Guard::SignedIn => Reach::Own,
        Guard::Public => return None,
    };
    match (reached, whose) {
        (Reach::Nobody, _) => (!denied).then_some("the role has no right to it"),
        (Reach::Everywhere, Whose::Foreign) if route.path.starts_with("/agencies/") => None,
        (_, Whose::Foreign | Whose::Nobody | Whose::Nonsense) => {
            (!hidden && !denied).then_some("this row does not exist for them")
        }
        (Reach::Own, Whose::Beside) if is_personal(role, route.path) || matches!(route.guard, Guard::SignedIn) => {
            (!hidden && !denied).then_some("this row is another person's")
        }
        (Reach::Own, Whose::Own) if !is_personal(role, route.path) => None,
        // Nobody but an officer has a token in these lives, and each person has another role.
        (_, Whose::Own | Whose::Beside) if matches!(route.guard, Guard::SignedIn) => None,
        (Reach::Agency | Reach::Everywhere, _) | (Reach::Own, Whose::Own) => {
            let still = hidden && HIDDEN_STILL.contains(&(route.method, route.path));
            ((hidden || denied) && !still).then_some("this row is theirs to work with")
        }
        (Reach::Own, Whose::Beside) => None,
    }
}

/// Where a row may be hidden nevertheless: a statement before its run is approved; a form that names a post of the person's
/// own shift in the address of another.
const HIDDEN_STILL: &[(&str, &str)] = &[
    ("GET", "/pay-runs/{id}/statements/{officer}"),
    ("GET", "/api/v1/pay-runs/{id}/statements/{officer}"),
    ("POST", "/shifts/{id}/seats"),
    // A question that was not asked.
    ("POST", "/assignments/{id}/new-time"),
];

/// Every route that names a row, asked by every role about five kinds of rows. What changes something is sent as a person
/// would send it, so that it does not stumble over an empty form first.
#[tokio::test]
async fn each_role_reaches_its_own_rows_and_nobody_elses() {
    let lived = Lived::new();
    let people: Vec<(Role, String)> = Role::PEOPLE.into_iter().map(|role| (role, lived.world.sign_in(role))).collect();
    let walked = walk(&lived.world, &people, &["/", "/account", "/requests", "/jobs", "/settings"]).await;
    let description: Value = serde_json::from_str(&muster_web::openapi::document()).expect("the description is JSON");
    let (world, mut complaints, mut asked) = (lived.world.copy(), Vec::new(), 0_usize);
    for route in muster_web::routes().listed().iter().filter(|route| route.path.contains('{')) {
        let form = walked.forms.get(&pattern_of_route(route.path)).map(|found| filled_form(&found[0].form));
        let of = |ids: &HashMap<&'static str, String>| filled(route.path, |kind| ids.get(kind?).cloned());
        let addresses = [
            (Whose::Own, of(&lived.own.ids)),
            (Whose::Beside, of(&lived.beside.ids)),
            (Whose::Foreign, of(&lived.foreign.ids)),
            (Whose::Nobody, filled(route.path, nobody)),
            (Whose::Nonsense, filled(route.path, |_| Some("%27x".into()))),
        ];
        for (whose, address) in addresses.into_iter().filter_map(|(whose, address)| Some((whose, address?))) {
            for (role, token) in &people {
                asked += 1;
                let sent = match (route.method, &form) {
                    ("GET", _) => request("GET", &address, Some(token), ""),
                    (method, _) if route.path.starts_with("/api/") => {
                        let body = whole(&description, route, &lived.own.ids).to_string();
                        program(method, &address, Some(token), (asked, &body))
                    }
                    (method, Some(form)) => request(method, &address, Some(token), &body(form, asked, None)),
                    (method, None) => request(method, &address, Some(token), &format!("_key=matrix-{asked:08}")),
                };
                let status = world.raw(sent).await.status();
                if let Some(words) = wrong(route, *role, whose, status) {
                    complaints.push(format!(
                        "{} {address} ({whose:?}) as {}: {status}, {words}",
                        route.method,
                        role.code()
                    ));
                }
                assert!(!status.is_server_error(), "{} {address}: {status}", route.method);
                if route.method != "GET" && !status.is_client_error() {
                    world.begin_again();
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{} of {asked}:\n{}", complaints.len(), complaints.join("\n"));
    assert!(asked > 3000, "{asked}");
}

/// A coordinator of one unit works with the officers of that unit, and only reads nothing of the others.
#[tokio::test]
async fn a_coordinator_of_one_unit_has_no_officers_of_another() {
    let lived = Lived::new();
    let token = lived.coordinator_of_a_unit();
    let mut asked = 0;
    for route in muster_web::routes().listed().iter().filter(|route| route.path.contains("/officers/{id}")) {
        let Guard::On(action) = route.guard else { continue };
        for (life, allowed) in [(&lived.own, true), (&lived.beside, false)] {
            let Some(address) = filled(route.path, |kind| life.ids.get(kind?).cloned()) else { continue };
            let body = if route.method == "GET" { String::new() } else { format!("_key=unit-{asked:08}") };
            let status = lived.world.raw(request(route.method, &address, Some(&token), &body)).await.status();
            let turned_away = status == StatusCode::FORBIDDEN;
            let stumbled = status == StatusCode::UNPROCESSABLE_ENTITY && route.method != "GET";
            assert!(
                turned_away != allowed || stumbled && !allowed,
                "{} {address} ({}): {status}",
                route.method,
                action.code()
            );
            asked += 1;
        }
    }
    assert!(asked > 12, "{asked}");
}

#[tokio::test]
async fn every_page_opens_for_whom_the_table_lets_in() {
    let world = World::new();
    for route in muster_web::routes().listed().iter().filter(|route| route.method == "GET") {
        let ours = |kind: Option<&'static str>| world.ours.ids.get(kind?).cloned();
        let Some(path) = filled(route.path, ours) else { continue };
        for role in Role::PEOPLE {
            let token = world.sign_in(role);
            let (status, _) = status(&world, route, &path, Some(&token)).await;
            let where_to = format!("{path} as {}: {status}", role.code());
            match route.guard {
                Guard::On(action) if reach(role, action) == Reach::Agency && !path.contains('_') => {
                    // Some pages are an officer's or a customer's own and mean nothing to others; none is forbidden.
                    assert_ne!(status, StatusCode::FORBIDDEN, "{where_to}");
                }
                _ => assert!(!status.is_server_error(), "{where_to}"),
            }
        }
    }
}

/// The table of roles and actions, as a document for people.
fn document() -> String {
    let mut text = String::from(
        "# Who may do what\n\nMade from the table in `crates/domain/src/access/table.rs` by the test `role_matrix`; do not edit it here. \
         `own`: only rows of the person's own officer or customer. `agency`: every row of the agency acted in. `all`: every agency and the \
         platform. An empty cell: not at all. Another agency's rows do not exist for anybody.\n\n\
         A coordinator or approver may serve one unit only: then the records of officers of other units are refused. Requests, jobs, time \
         and money belong to the agency and not to a unit, so a unit does not limit them.\n\n\
         The test asks every route that names a row, as every role, for a row of the person's own officer or customer, of another officer \
         or customer of the same agency, of another agency, of nobody, and for nonsense; changes are sent with a filled form. Rows that a \
         person may not know of answer 404, rights that a role lacks 403.\n\n| Action |",
    );
    for role in Role::PEOPLE {
        text.push_str(&format!(" {} |", role.label()));
    }
    text.push_str(&format!("\n|---|{}\n", "---|".repeat(Role::PEOPLE.len())));
    for action in Action::ALL {
        text.push_str(&format!("| `{}` |", action.code()));
        for role in Role::PEOPLE {
            let word = match reach(role, *action) {
                Reach::Nobody => "",
                Reach::Own => "own",
                Reach::Agency => "agency",
                Reach::Everywhere => "all",
            };
            text.push_str(&format!(" {word} |"));
        }
        text.push('\n');
    }
    text.push_str("\n## Routes\n\n| Method | Path | Needs |\n|---|---|---|\n");
    for route in muster_web::routes().listed() {
        let needs = match route.guard {
            Guard::Public => "nothing".to_owned(),
            Guard::SignedIn => "a signed-in person".to_owned(),
            Guard::On(action) => format!("`{}`", action.code()),
        };
        text.push_str(&format!("| {} | `{}` | {needs} |\n", route.method, route.path));
    }
    text
}

#[test]
fn the_document_of_rights_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, document()).expect("docs/access.md can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == document(), "docs/access.md is stale; run this test with UPDATE=1");
}
