//! A rule set is drafted, revised, given up or put in force; what is in force stays as it is.

use jiff::{Timestamp, civil::date};
use muster_app::{
    Db, Failure,
    rates::{self, SeenRules},
};
use muster_domain::{
    access::{Actor, Denied, Role},
    id::RuleSetId,
};
use muster_store::Error;
use muster_testkit::{
    builders::{actor, agency},
    on_both,
};

const RULES: &str = "
agency: test
version: '1'
effective_from: 2020-01-01
zone: America/New_York
rates:
  base_rate:
    - { id: rate, name: Rate, amount: 50 }
";

fn now() -> Timestamp {
    "2026-11-20T15:00:00Z".parse().expect("an instant")
}

fn write<T: Send + 'static>(
    db: &Db,
    case: impl Fn(&mut muster_app::Tx<'_>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    db.write_blocking(case)
}

fn draft(db: &Db, who: &Actor, document: &str) -> RuleSetId {
    let (who, document) = (who.clone(), document.to_owned());
    write(db, move |tx| rates::draft_rules(tx, &who, &document, None, now())).expect("a draft")
}

fn revise(db: &Db, who: &Actor, seen: SeenRules, document: &str) -> Result<i64, Failure> {
    let (who, document) = (who.clone(), document.to_owned());
    write(db, move |tx| rates::revise_draft(tx, &who, seen, &document, now()))
}

fn adopt(db: &Db, who: &Actor, seen: SeenRules, from: jiff::civil::Date) -> Result<(), Failure> {
    let who = who.clone();
    write(db, move |tx| rates::adopt_draft(tx, &who, seen, from, now()))
}

fn listed(db: &Db, who: &Actor) -> Vec<rates::RuleSet> {
    let who = who.clone();
    db.read_blocking(move |tx| rates::load_page(tx, &who, None, now())).expect("the page").versions
}

fn numbered(version: &str) -> String {
    RULES.replace("version: '1'", &format!("version: '{version}'"))
}

#[test]
fn two_editors_do_not_overwrite_each_other() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let (ana, ben) = (actor(rows.id, Role::AgencyAdmin), actor(rows.id, Role::OperatorAdmin));
        let id = draft(db, &ana, RULES);
        let seen = SeenRules { id, version: 0 };
        assert_eq!(revise(db, &ana, seen, &numbered("ana")).expect("the first"), 1);
        let late = revise(db, &ben, seen, &numbered("ben"));
        let Err(Failure::Conflict(what)) = late else { panic!("{late:?}") };
        assert!(Failure::Conflict(what).to_string().contains("The draft was changed by somebody else"));
        assert!(matches!(adopt(db, &ben, seen, date(2026, 12, 1)), Err(Failure::Conflict(_))), "not the text he saw");
        let who = ben.clone();
        let gone = write(db, move |tx| rates::discard_draft(tx, &who, seen, now()));
        assert!(matches!(gone, Err(Failure::Conflict(_))));

        let who = ana.clone();
        let page = db.read_blocking(move |tx| rates::load_page(tx, &who, Some(id), now())).expect("the draft");
        let (set, document, _) = page.shown.expect("shown");
        assert_eq!((set.version, document.as_str(), set.state.as_str()), (1, numbered("ana").as_str(), "draft"));
        // The same text again changes nothing.
        let seen = SeenRules { id, version: 1 };
        assert_eq!(revise(db, &ben, seen, &numbered("ana")).expect("nothing to do"), 1);
        assert_eq!(revise(db, &ben, seen, &numbered("ben")).expect("he looked again"), 2);
    });
}

#[test]
fn both_at_the_same_moment_and_one_of_them_wins() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let ana = actor(rows.id, Role::AgencyAdmin);
        let seen = SeenRules { id: draft(db, &ana, RULES), version: 0 };
        let outcomes: Vec<Result<i64, Failure>> = std::thread::scope(|scope| {
            let editors: Vec<_> = (0..4)
                .map(|at| {
                    let who = ana.clone();
                    scope.spawn(move || revise(db, &who, seen, &numbered(&format!("editor-{at}"))))
                })
                .collect();
            editors.into_iter().map(|editor| editor.join().expect("an editor")).collect()
        });
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(1) | Err(Failure::Conflict(_)))), "{outcomes:?}");
    });
}

#[test]
fn a_draft_is_put_in_force_once_and_then_kept() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let id = draft(db, &admin, &numbered("first"));
        let seen = SeenRules { id, version: 0 };
        // Nothing is in force yet: the first rules may reach back.
        adopt(db, &admin, seen, date(2026, 1, 1)).expect("the first");
        let set = listed(db, &admin).remove(0);
        assert_eq!((set.state.as_str(), set.approved_by.as_str(), set.version), ("in_force", admin.name.as_str(), 1));
        // Midnight in New York.
        assert_eq!(set.in_force_from, Some("2026-01-01T05:00:00Z".parse().expect("an instant")));

        let seen = SeenRules { id, version: 1 };
        for refused in [revise(db, &admin, seen, RULES).map(|_| ()), adopt(db, &admin, seen, date(2027, 1, 1))] {
            assert!(
                matches!(&refused, Err(Failure::Refused(no)) if no.code == "rules_in_force_are_kept"),
                "{refused:?}"
            );
        }
        let second = SeenRules { id: draft(db, &admin, &numbered("second")), version: 0 };
        let past = adopt(db, &admin, second, date(2026, 11, 19));
        assert!(matches!(past, Err(Failure::Invalid(errors)) if errors.of("from_on").is_some()));
        adopt(db, &admin, second, date(2026, 11, 20)).expect("today is not over");
        let rules = db.read_blocking(move |tx| rates::load_rules(tx, rows.id, now())).expect("in force");
        assert_eq!(rules.book.version, "second");
    });
}

#[test]
fn of_two_versions_from_one_day_the_later_decision_counts() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let (older, newer) = (draft(db, &admin, &numbered("older")), draft(db, &admin, &numbered("newer")));
        for (id, at) in [(newer, 0), (older, 1)] {
            let (who, seen) = (admin.clone(), SeenRules { id, version: 0 });
            let at = now() + jiff::SignedDuration::from_mins(at);
            write(db, move |tx| rates::adopt_draft(tx, &who, seen, date(2026, 12, 1), at)).expect("adopted");
        }
        let at: Timestamp = "2026-12-05T15:00:00Z".parse().expect("an instant");
        let rules = db.read_blocking(move |tx| rates::load_rules(tx, rows.id, at)).expect("in force");
        assert_eq!(rules.book.version, "older", "it was put in force after the other");
    });
}

#[test]
fn the_database_itself_keeps_what_is_in_force() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let who = admin.clone();
        write(db, move |tx| rates::put_in_force(tx, &who, RULES, date(2026, 1, 1), now())).expect("in force");
        for sql in [
            "UPDATE rule_sets SET document = 'else'",
            "UPDATE rule_sets SET in_force_from = 0",
            "UPDATE rule_sets SET state = 'draft'",
            "DELETE FROM rule_sets",
        ] {
            let done = db.housekeep_blocking::<_, Error, _>(move |tx| tx.execute(sql, &[]));
            assert!(
                matches!(&done, Err(Error::Constraint { name, .. }) if name == "rules_in_force_are_kept"),
                "{sql}: {done:?}"
            );
        }
        let rules = db.read_blocking(move |tx| rates::load_rules(tx, rows.id, now())).expect("as before");
        assert_eq!(rules.book.version, "1");
    });
}

#[test]
fn drafts_are_seen_and_written_by_those_who_write_rules() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let id = draft(db, &admin, RULES);
        for role in [Role::Dispatcher, Role::AgencyFinance, Role::Auditor, Role::Officer] {
            let who = actor(rows.id, role);
            assert!(listed(db, &who).is_empty(), "{role:?}");
            let other = who.clone();
            let one = db.read_blocking(move |tx| rates::load_page(tx, &other, Some(id), now()));
            assert!(matches!(one, Err(Failure::Missing(_))), "{role:?}");
            let denied = revise(db, &who, SeenRules { id, version: 0 }, RULES);
            assert!(matches!(denied, Err(Failure::Denied(Denied::NotAllowed(_)))), "{role:?}: {denied:?}");
        }
        let elsewhere = agency(db, "elsewhere", now());
        let stranger = actor(elsewhere.id, Role::AgencyAdmin);
        let unseen = revise(db, &stranger, SeenRules { id, version: 0 }, RULES);
        assert!(matches!(unseen, Err(Failure::Missing(_))), "{unseen:?}");
        let other = write(db, move |tx| rates::draft_rules(tx, &stranger, RULES, Some(id), now()));
        assert!(matches!(other, Err(Failure::Missing(_))), "{other:?}");
    });
}

#[test]
fn a_draft_must_read_and_a_given_up_one_is_gone() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let who = admin.clone();
        let broken =
            write(db, move |tx| rates::draft_rules(tx, &who, &RULES.replace("amount: 50", "amuont: 50"), None, now()));
        let Err(Failure::Invalid(errors)) = broken else { panic!("{broken:?}") };
        let words = errors.of("document").expect("a mistake of the document");
        assert!(words.contains("line 8") && words.contains("amuont"), "{words}");

        let id = draft(db, &admin, RULES);
        let (who, seen) = (admin.clone(), SeenRules { id, version: 0 });
        write(db, move |tx| rates::discard_draft(tx, &who, seen, now())).expect("given up");
        assert!(listed(db, &admin).is_empty());
        let again = adopt(db, &admin, SeenRules { id, version: 1 }, date(2027, 1, 1));
        assert!(matches!(&again, Err(Failure::Refused(no)) if no.code == "draft_given_up"), "{again:?}");
        // Its number is not given to another.
        draft(db, &admin, RULES);
        assert_eq!(listed(db, &admin)[0].number, 2);
    });
}

#[test]
fn a_draft_is_compared_with_what_it_began_with_or_what_is_in_force() {
    on_both(|db| {
        let rows = agency(db, "harbor", now());
        let admin = actor(rows.id, Role::AgencyAdmin);
        let who = admin.clone();
        let first =
            write(db, move |tx| rates::put_in_force(tx, &who, RULES, date(2026, 1, 1), now())).expect("in force");
        let dearer = draft(db, &admin, &RULES.replace("amount: 50", "amount: 55"));
        let who = admin.clone();
        let seen = db.read_blocking(move |tx| rates::compare_rules(tx, &who, dearer, None, now())).expect("compared");
        assert_eq!(seen.before.map(|set| set.id), Some(first));
        let words: Vec<&str> = seen.differences.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(words, ["Rate \u{201c}Rate\u{201d}: the rate rises from $50.00 to $55.00."]);

        let who = admin.clone();
        let dearest = write(db, move |tx| {
            rates::draft_rules(tx, &who, &RULES.replace("amount: 50", "amount: 60"), Some(dearer), now())
        })
        .expect("a draft");
        let who = admin.clone();
        let seen = db.read_blocking(move |tx| rates::compare_rules(tx, &who, dearest, None, now())).expect("compared");
        assert_eq!(seen.before.map(|set| set.id), Some(dearer));
        assert!(seen.differences[0].words.contains("from $55.00 to $60.00"), "{:?}", seen.differences);
        let coordinator = actor(rows.id, Role::Dispatcher);
        let hidden = db.read_blocking(move |tx| rates::compare_rules(tx, &coordinator, first, Some(dearer), now()));
        assert!(matches!(hidden, Err(Failure::Missing(_))), "a draft is not theirs to see");
    });
}
