//! Every route for every role, for ids of our agency, of another one, of nobody, and for nonsense.

mod world;

use axum::http::{StatusCode, header};
use muster_domain::{
    access::{Action, Reach, Role, reach},
    id::PREFIXES,
};
use muster_web::routes::{Guard, Listed};
use world::{World, request};

/// The kind of id that stands after a word of a path.
fn prefix(segment: &str) -> Option<&'static str> {
    let kind = match segment {
        "officers" => "ofc",
        "customers" => "cus",
        "requests" => "req",
        "jobs" => "job",
        "shifts" | "open-shifts" => "shf",
        "invoices" => "inv",
        "pay-runs" | "pay" => "run",
        "people" | "roles" => "mem",
        "ranks" => "rnk",
        "units" => "unt",
        "job-types" => "jbt",
        "agencies" => "agy",
        "sessions" => "ses",
        "tokens" => "tok",
        "sites" => "sit",
        "contacts" => "con",
        "notices" => "ntc",
        "time" | "time-entries" => "tim",
        "rules" => "rul",
        "postings" => "pst",
        "positions" => "pos",
        "assignments" => "asg",
        "certifications" => "crt",
        "groups" => "grp",
        "demo" => "acc",
        _ => return None,
    };
    assert!(PREFIXES.contains(&kind), "{kind}");
    Some(kind)
}

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

#[tokio::test]
async fn another_agencys_rows_do_not_exist() {
    let world = World::new();
    let mut asked = 0;
    for route in muster_web::routes().listed().iter().filter(|route| route.path.contains('{')) {
        let theirs = |kind: Option<&'static str>| world.theirs.ids.get(kind?).cloned();
        let paths =
            [filled(route.path, theirs), filled(route.path, nobody), filled(route.path, |_| Some("%27x".into()))];
        // Working in any agency is the operator's job; the own agency's list of them is not secret to its staff.
        let operators_choice = route.path == "/agencies/{id}/choice";
        for path in paths.into_iter().flatten() {
            for role in Role::PEOPLE {
                let token = world.sign_in(role);
                let (status, _) = status(&world, route, &path, Some(&token)).await;
                let where_to = format!("{} {path} as {}: {status}", route.method, role.code());
                let hidden = match route.guard {
                    Guard::On(action) if reach(role, action) == Reach::Nobody => status == StatusCode::FORBIDDEN,
                    _ if operators_choice && role.is_operator() && path.contains("agy_") => true,
                    _ if route.method == "GET" => status == StatusCode::NOT_FOUND || status == StatusCode::FORBIDDEN,
                    // An unsafe request may stumble over its empty form first; it must not get further.
                    _ => status.is_client_error(),
                };
                assert!(hidden || route.guard == Guard::Public && !status.is_server_error(), "{where_to}");
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
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
         platform. An empty cell: not at all. Another agency's rows do not exist for anybody.\n\n| Action |",
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
