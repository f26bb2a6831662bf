//! Signing in through the pages.
#![allow(clippy::unwrap_used, reason = "a test")]

mod world;

use axum::http::StatusCode;
use muster_domain::access::Role;
use world::World;

/// "velvet anchor tuba rowing", hashed at a cost of long ago.
const OLD: &str = "$argon2id$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$VAxKCwWo8MltDFRQJkfb8fEQLefbvx5Mp/EraNwOkDE";

#[tokio::test]
async fn a_password_that_was_hashed_cheaply_is_hashed_anew_when_it_is_used() {
    let world = World::new();
    let account = world.ours.accounts[&Role::Coordinator];
    let stored = |world: &World| {
        let found = world.db.read_blocking(move |tx| muster_store::access::find_account(tx, account));
        found.unwrap().unwrap().password_hash
    };
    world.db.housekeep_blocking(move |tx| muster_store::access::save_password(tx, account, OLD)).unwrap();
    let email = "email=coordinator%40brookhaven.example";
    let wrong =
        world.post(None, "/sign-in", &format!("_key=sign-in-1&{email}&password=velvet+anchor+tuba+rowinh")).await;
    assert_eq!((wrong.status, stored(&world).as_str()), (StatusCode::UNPROCESSABLE_ENTITY, OLD));
    for _ in 0..2 {
        let right =
            world.post(None, "/sign-in", &format!("_key=sign-in-2&{email}&password=velvet+anchor+tuba+rowing")).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER);
        assert!(stored(&world).starts_with("$argon2id$v=19$m=65536,t=2,p=1$"), "{}", stored(&world));
    }
}
