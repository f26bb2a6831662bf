//! The description of the JSON API says what is there, and the kept copy is fresh.

use std::collections::BTreeSet;

#[test]
fn every_api_route_is_described_and_every_description_is_a_route() {
    let document: serde_json::Value = serde_json::from_str(&muster_web::openapi::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").keys();
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let listed = muster_web::routes();
    let listed: BTreeSet<(String, String)> = listed
        .listed()
        .iter()
        .filter(|route| route.path.starts_with("/api/v1/") && !route.path.ends_with("/openapi.json"))
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    let missing: Vec<_> = listed.difference(&described).collect();
    let invented: Vec<_> = described.difference(&listed).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "not in crates/web/src/openapi.rs: {missing:?}; described but no route: {invented:?}"
    );
}

#[test]
fn the_kept_description_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json");
    let document = muster_web::openapi::document();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &document).expect("docs/api/openapi.json can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == document, "docs/api/openapi.json is stale; run this test with UPDATE=1");
}
