//! Stories of signing in, links, sessions, tokens and roles, on both databases.
#![allow(clippy::unwrap_used, reason = "a story stops where a step fails")]

use jiff::{SignedDuration, Timestamp};
use muster_app::{
    Db, Failure,
    access::{self, Attempt, Candidate, Invitation, NewToken, SignInStep},
    agencies,
};
use muster_domain::{
    access::{Actor, Denied, Role},
    agencies::NewAgency,
    id::MembershipId,
};
use muster_testkit::{Clock, on_both};

const PASSWORD: &str = "velvet anchor tuba";

/// A house with one operator who has a password, and one agency that he works in.
fn house(db: &Db, now: Timestamp) -> Actor {
    let link = db.housekeep_blocking(move |tx| access::offer_first_operator(tx, now)).unwrap().expect("no account yet");
    let hash = access::hash_password(PASSWORD, &[7; 16]);
    let again = link.clone();
    let operator = db
        .write_blocking(move |tx| access::create_first_operator(tx, &link, ("Dana", "Dana@muster.example"), &hash, now))
        .unwrap();
    let second =
        db.write_blocking(move |tx| access::create_first_operator(tx, &again, ("Eve", "eve@x.example"), "", now));
    assert!(matches!(second, Err(Failure::Missing(_))), "the link works once");
    let maker = operator.clone();
    let new = NewAgency { name: "Brookhaven Police".into(), slug: "brookhaven".into(), zone: "America/Chicago".into() };
    let agency = db.write_blocking(move |tx| agencies::create_agency(tx, &maker, &new, now)).unwrap();
    Actor { agency: Some(agency), ..operator }
}

fn attempt(email: &str, network: &str, old_token: Option<&str>) -> Attempt {
    let (email, network) = (email.to_owned(), network.to_owned());
    Attempt { email, network, old_token: old_token.map(str::to_owned), device: "a test".into() }
}

fn begin(db: &Db, attempt: &Attempt, now: Timestamp) -> Result<Candidate, Failure> {
    let attempt = attempt.clone();
    db.housekeep_blocking(move |tx| access::begin_sign_in(tx, &attempt, now))
}

fn sign_in(db: &Db, attempt: &Attempt, now: Timestamp) -> Result<String, Failure> {
    let (candidate, attempt) = (begin(db, attempt, now)?, attempt.clone());
    assert!(access::verify_password(PASSWORD, &candidate.password_hash));
    match db.housekeep_blocking(move |tx| access::finish_sign_in(tx, &candidate, &attempt, now))? {
        SignInStep::Done { token, .. } | SignInStep::SecondFactor(token) => Ok(token),
    }
}

fn is_live(db: &Db, token: &str, now: Timestamp) -> bool {
    let token = token.to_owned();
    db.read_blocking(move |tx| access::find_session(tx, &token, now)).unwrap().is_some()
}

fn invite(db: &Db, who: &Actor, email: &str, role: Role, now: Timestamp) -> Result<MembershipId, Failure> {
    let who = who.clone();
    let new =
        Invitation { email: email.into(), name: "Somebody".into(), role, unit: None, officer: None, customer: None };
    db.write_blocking(move |tx| access::invite_person(tx, &who, &new, "http://muster.test", now))
}

#[test]
fn a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours() {
    on_both(|db| {
        let clock = Clock::at("2026-11-21T18:00:00Z");
        house(db, clock.now());
        let token = sign_in(db, &attempt("dana@MUSTER.example ", "10.0.0.1", None), clock.now()).unwrap();
        assert!(is_live(db, &token, clock.now() + SignedDuration::from_secs(29 * 60 + 59)));
        assert!(!is_live(db, &token, clock.now() + SignedDuration::from_secs(30 * 60 + 1)));
        for _ in 0..24 {
            let now = clock.advance(SignedDuration::from_mins(29));
            let used = token.clone();
            assert!(is_live(db, &token, now));
            db.housekeep_blocking(move |tx| access::touch_session(tx, &used, now)).unwrap();
        }
        assert!(!is_live(db, &token, clock.advance(SignedDuration::from_mins(25))), "twelve hours are over");
    });
}

#[test]
fn guesses_are_throttled_without_locking_out_a_browser_that_is_known() {
    on_both(|db| {
        let now = Clock::at("2026-11-21T18:00:00Z").now();
        house(db, now);
        let known = sign_in(db, &attempt("dana@muster.example", "10.0.0.1", None), now).unwrap();
        for email in ["dana@muster.example", "nobody@muster.example"] {
            let stranger = attempt(email, "10.9.9.9", None);
            for _ in 0..access::TRIES {
                begin(db, &stranger, now).unwrap();
            }
            let refused = begin(db, &stranger, now);
            assert!(matches!(refused, Err(Failure::Refused(r)) if r.code == "too_many_attempts"), "{email}");
        }
        for host in 0..access::TRIES_PER_DAY {
            drop(begin(db, &attempt("dana@muster.example", &format!("10.8.0.{host}"), None), now));
        }
        let elsewhere = attempt("dana@muster.example", "10.7.7.7", None);
        assert!(matches!(begin(db, &elsewhere, now), Err(Failure::Refused(_))), "twenty a day");
        assert!(begin(db, &elsewhere, now + SignedDuration::from_hours(25)).is_ok(), "the next day");
        assert!(sign_in(db, &attempt("dana@muster.example", "10.7.7.7", Some(&known)), now).is_ok(), "her own browser");
    });
}

#[test]
fn ending_a_role_ends_its_sessions_at_once() {
    on_both(|db| {
        let now = Clock::at("2026-11-21T18:00:00Z").now();
        let operator = house(db, now);
        let membership = invite(db, &operator, "ruth@x.example", Role::AgencyAdmin, now).unwrap();
        let personas = db.read_blocking(access::list_demo_personas).unwrap();
        let ruth = personas.iter().find(|persona| persona.role == Role::AgencyAdmin).unwrap().account;
        let token = db.housekeep_blocking(move |tx| access::open_demo_session(tx, ruth, "a test", now)).unwrap();
        assert!(is_live(db, &token, now));
        let again = invite(db, &operator, "ruth@x.example", Role::AgencyAdmin, now);
        assert!(matches!(again, Err(Failure::Refused(r)) if r.code == "already_member"));
        let who = operator.clone();
        db.write_blocking(move |tx| access::end_membership(tx, &who, membership, now)).unwrap();
        assert!(!is_live(db, &token, now));
    });
}

#[test]
fn nobody_gives_a_role_above_his_own() {
    on_both(|db| {
        let now = Clock::at("2026-11-21T18:00:00Z").now();
        let operator = house(db, now);
        let as_role = |role| Actor { role, ..operator.clone() };
        for (giver, role) in [
            (Role::AgencyAdmin, Role::Dispatcher),
            (Role::Coordinator, Role::Auditor),
            (Role::CustomerAdmin, Role::AgencyAdmin),
        ] {
            let denied = invite(db, &as_role(giver), "a@x.example", role, now);
            assert!(matches!(denied, Err(Failure::Denied(_))), "{} gives {}", giver.code(), role.code());
        }
        let admin = as_role(Role::AgencyAdmin);
        assert!(matches!(invite(db, &admin, "no address", Role::Auditor, now), Err(Failure::Invalid(_))));
        assert!(invite(db, &admin, "d@x.example", Role::Auditor, now).is_ok());
    });
}

#[test]
fn a_token_works_within_its_scope_until_it_is_revoked() {
    on_both(|db| {
        let now = Clock::at("2026-11-21T18:00:00Z").now();
        house(db, now);
        let session = sign_in(db, &attempt("dana@muster.example", "10.0.0.1", None), now).unwrap();
        let found = db.read_blocking(move |tx| access::find_session(tx, &session, now)).unwrap().unwrap();
        let (actor, from) = (found.actor.clone(), (found.session, found.membership));
        let new = NewToken { name: "Export".into(), writes: false, days: 30 };
        let (id, secret) = db.write_blocking(move |tx| access::create_token(tx, &actor, from, &new, now)).unwrap();
        let find = |writes: bool, at: Timestamp| {
            let secret = secret.clone();
            db.read_blocking(move |tx| access::find_token(tx, &secret, writes, at))
        };
        assert!(find(false, now).unwrap().is_some());
        assert!(matches!(find(true, now), Err(Failure::Denied(Denied::ReadOnlyToken))));
        assert!(find(false, now + SignedDuration::from_hours(31 * 24)).unwrap().is_none(), "it has run out");
        let actor = found.actor;
        db.write_blocking(move |tx| access::revoke_token(tx, &actor, id, now)).unwrap();
        assert!(find(false, now).unwrap().is_none(), "it is revoked");
    });
}

/// The secret of RFC 6238 and its codes at two instants.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const CODES: [(i64, &str); 3] = [(1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")];

fn stored_secret(db: &Db) -> String {
    let sql = "SELECT totp_secret FROM accounts WHERE email = 'dana@muster.example'";
    db.read_blocking::<_, muster_store::Error, _>(move |tx| tx.one(sql, &[], |row| row.get(0))).unwrap()
}

/// Signs in with the code of an instant.
fn sign_in_with_code(db: &Db, (second, code): (i64, &'static str)) -> Option<SignInStep> {
    let now = Timestamp::from_second(second).unwrap();
    let token = sign_in(db, &attempt("dana@muster.example", "10.0.0.1", None), now).unwrap();
    db.housekeep_blocking(move |tx| access::answer_second_factor(tx, &token, code, "a test", now)).unwrap()
}

#[test]
fn the_secret_of_a_code_generator_is_sealed_in_the_database() {
    on_both(|db| {
        let (second, code) = CODES[0];
        let now = Timestamp::from_second(second).unwrap();
        let who = house(db, now);
        let (actor, token) =
            (who.clone(), sign_in(db, &attempt("dana@muster.example", "10.0.0.1", None), now).unwrap());
        let session = db.read_blocking(move |tx| access::find_session(tx, &token, now)).unwrap().unwrap().session;
        db.write_blocking(move |tx| access::set_up_totp(tx, (&actor, session), SECRET, code, now)).unwrap();
        let sealed = stored_secret(db);
        assert!(sealed.starts_with("sealed:1:") && !sealed.contains("GEZDGNBV"), "{sealed}");
        assert!(sign_in_with_code(db, CODES[1]).is_some());
        assert!(sign_in_with_code(db, (CODES[1].0, "005925")).is_none(), "another code");
        // A row from before secrets were sealed works, and is sealed by its next use.
        let account = who.account;
        db.housekeep_blocking(move |tx| muster_store::access::save_totp(tx, account, SECRET, 0)).unwrap();
        assert!(sign_in_with_code(db, CODES[2]).is_some());
        assert!(stored_secret(db).starts_with("sealed:1:") && stored_secret(db) != sealed, "{}", stored_secret(db));
        // A row that was given another account's secret opens nothing.
        let other = "sealed:1:".to_owned() + &"A".repeat(96);
        db.housekeep_blocking(move |tx| muster_store::access::save_totp(tx, account, &other, 0)).unwrap();
        assert!(sign_in_with_code(db, (CODES[2].0 + 31, "279037")).is_none());
    });
}

#[test]
fn an_outdated_hash_is_renewed_only_while_it_is_the_stored_one() {
    on_both(|db| {
        let now = Clock::at("2026-11-21T18:00:00Z").now();
        let who = house(db, now);
        let account = who.account;
        db.housekeep_blocking(move |tx| muster_store::access::save_password(tx, account, "an old hash")).unwrap();
        let candidate = begin(db, &attempt("dana@muster.example", "10.0.0.1", None), now).unwrap();
        assert!(access::is_outdated(&candidate.password_hash));
        let again = candidate.clone();
        assert!(db.housekeep_blocking(move |tx| access::renew_hash(tx, &candidate, "a new hash")).unwrap());
        assert!(!db.housekeep_blocking(move |tx| access::renew_hash(tx, &again, "a third hash")).unwrap());
        let kept = begin(db, &attempt("dana@muster.example", "10.0.0.1", None), now).unwrap();
        assert_eq!(kept.password_hash, "a new hash");
    });
}
