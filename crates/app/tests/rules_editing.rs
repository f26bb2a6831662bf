//! A coordinator edits a draft by its sentences; each change is kept, refused or taken back.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use jiff::{Timestamp, civil::date};
use muster_app::{
    Db, Failure,
    rates::{
        self, SeenRules,
        editing::{self, Desk, Edit},
    },
};
use muster_domain::{
    access::{Actor, Denied, Role},
    id::RuleSetId,
    rules::editing::{ConditionRow, ConditionRows},
};
use muster_testkit::{
    builders::{actor, agency},
    on_both,
};

const RULES: &str = "
# The directive of 2020
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }   # agreed in March
";

fn now() -> Timestamp {
    "2026-11-20T15:00:00Z".parse().unwrap()
}

fn desk(db: &Db, who: &Actor, id: RuleSetId) -> Result<Desk, Failure> {
    let who = who.clone();
    db.read_blocking(move |tx| editing::open_draft(tx, &who, id, now()))
}

/// Changes the draft as it is now.
fn change(db: &Db, who: &Actor, id: RuleSetId, edit: Edit) -> Result<Option<String>, Failure> {
    let version = desk(db, who, id)?.draft.version;
    let who = who.clone();
    db.write_blocking(move |tx| editing::change_draft(tx, &who, SeenRules { id, version }, &edit, now()))
}

fn begin(db: &Db, who: &Actor) -> Result<RuleSetId, Failure> {
    let who = who.clone();
    db.write_blocking(move |tx| editing::begin_draft(tx, &who, now()))
}

#[test]
fn a_coordinator_writes_rules_and_the_administrator_puts_them_in_force() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let (chief, desk_officer) = (actor(rows.id, Role::AgencyAdmin), actor(rows.id, Role::Coordinator));
        let who = chief.clone();
        db.write_blocking(move |tx| rates::put_in_force(tx, &who, RULES, date(2026, 11, 20), now())).unwrap();

        let id = begin(db, &desk_officer).unwrap();
        let begun = desk(db, &desk_officer, id).unwrap();
        assert_eq!(begun.document, RULES.replace("'1'", "\"2026-2\""), "a version of its own, nothing else");
        assert!(!begun.can_undo && begun.in_force.is_some());

        let place = change(db, &desk_officer, id, Edit::Add { template: "rank".into() }).unwrap().unwrap();
        let asked = vec![ConditionRow { field: "job.attendance".into(), compare: "over".into(), value: "300".into() }];
        let condition = Edit::Condition {
            place: place.clone(),
            path: "when".into(),
            rows: ConditionRows { any: false, rows: asked },
        };
        change(db, &desk_officer, id, condition).unwrap();
        let text = desk(db, &desk_officer, id).unwrap().document;
        assert!(
            text.contains("when: { job.attendance: { over: 300 } }") && text.contains("# agreed in March"),
            "{text}"
        );

        // What does not fit is refused with its place; what is the same is kept as it is.
        let fill = |value: &str| Edit::Fill {
            place: "rates/base_rate/0".into(),
            values: vec![("amount".into(), value.into())],
        };
        let wrong = change(db, &desk_officer, id, fill("much")).unwrap_err();
        assert!(matches!(&wrong, Failure::Invalid(errors) if errors.of("amount").is_some()), "{wrong}");
        change(db, &desk_officer, id, fill("50")).unwrap();
        assert_eq!(desk(db, &desk_officer, id).unwrap().document, text);

        // The last change is taken back, and again.
        change(db, &desk_officer, id, fill("55.50")).unwrap();
        let changed = desk(db, &desk_officer, id).unwrap();
        assert!(changed.can_undo && changed.document.contains("amount: 55.50"));
        change(db, &desk_officer, id, Edit::Undo).unwrap();
        assert_eq!(desk(db, &desk_officer, id).unwrap().document, text);
        change(db, &desk_officer, id, Edit::Undo).unwrap();
        let seen = desk(db, &desk_officer, id).unwrap();
        assert_eq!(seen.document, changed.document);

        // Two people at one draft: the later one looks again.
        let (who, old) = (desk_officer.clone(), SeenRules { id, version: seen.draft.version - 1 });
        let late = db.write_blocking(move |tx| {
            editing::change_draft(tx, &who, old, &Edit::Remove { place: "policy/0".into() }, now())
        });
        assert!(matches!(late, Err(Failure::Conflict(_))));

        let adopt = |who: &Actor| {
            let (who, seen) = (who.clone(), SeenRules { id, version: seen.draft.version });
            db.write_blocking(move |tx| rates::adopt_draft(tx, &who, seen, date(2026, 12, 1), now()))
        };
        assert!(matches!(adopt(&desk_officer), Err(Failure::Denied(Denied::NotAllowed(_)))));
        adopt(&chief).unwrap();
        assert!(matches!(desk(db, &desk_officer, id), Err(Failure::Refused(_))), "what is in force is not edited");
    });
}

#[test]
fn an_agency_without_rules_begins_with_an_empty_book() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let officer = actor(rows.id, Role::Officer);
        assert!(matches!(begin(db, &officer), Err(Failure::Denied(_))));
        let coordinator = actor(rows.id, Role::Coordinator);
        let id = begin(db, &coordinator).unwrap();
        let begun = desk(db, &coordinator, id).unwrap();
        assert!(begun.in_force.is_none() && begun.book.policy.rules.is_empty());
        change(db, &coordinator, id, Edit::Add { template: "week-cap".into() }).unwrap();
        change(db, &coordinator, id, Edit::Add { template: "rate-by-rank".into() }).unwrap();
        assert_eq!(desk(db, &coordinator, id).unwrap().book.policy.rules.len(), 1);
        let bad = Edit::Source { document: "agency: [".into() };
        assert!(
            matches!(change(db, &coordinator, id, bad), Err(Failure::Invalid(errors)) if errors.of("document").is_some())
        );
    });
}
