//! Whoever tampers with the log or the ledger is found out; whoever belongs elsewhere sees nothing.

use jiff::Timestamp;
use muster_app::{
    Db, Failure, Tx,
    audit::{self, Filter, Verdict},
};
use muster_domain::{
    access::{Action, Actor, Denied, Role, Target, authorise},
    agencies::NewAgency,
    audit::Entry,
    id::{AccountId, AgencyId, Id},
};
use muster_store::Engine;
use muster_testkit::on_both;

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().expect("an instant")
}

fn somebody(role: Role, agency: Option<AgencyId>) -> Actor {
    let nobody = Actor::system(AgencyId::from_uuid(uuid::Uuid::from_u128(1)));
    Actor {
        account: AccountId::from_uuid(uuid::Uuid::from_u128(7)),
        name: "R. Tran".to_owned(),
        role,
        agency,
        ..nobody
    }
}

/// An agency in whose log three things happened to a job.
fn agency(db: &Db, slug: &'static str) -> AgencyId {
    let operator = somebody(Role::OperatorAdmin, None);
    let agency = db
        .write_blocking(move |tx| {
            let new = NewAgency { name: slug.to_owned(), slug: slug.to_owned(), zone: "America/Chicago".to_owned() };
            muster_app::agencies::create_agency(tx, &operator, &new, now())
        })
        .expect("a new agency");
    for words in ["made job 7", "changed job 7", "cancelled job 7"] {
        db.write_blocking(move |tx| {
            let who = somebody(Role::AgencyAdmin, Some(agency));
            let permit = authorise(&who, Action::EditJob, &Target::agency(agency))?;
            audit::record(tx, &permit, Entry::new("did", words).about("job_7").about("cus_1"), now())
        })
        .expect("an entry");
    }
    agency
}

fn verdict(db: &Db) -> Verdict {
    db.read_blocking(audit::verify).expect("a verdict")
}

fn run(db: &Db, sql: &'static str) -> Result<u64, Failure> {
    db.housekeep_blocking(move |tx: &mut Tx<'_>| Ok(tx.execute(sql, &[])?))
}

fn drop_guards(db: &Db) {
    let drops: &[&'static str] = match db.engine() {
        Engine::Sqlite => &["DROP TRIGGER audit_entries_no_update", "DROP TRIGGER audit_entries_no_delete"],
        Engine::Postgres => &["DROP TRIGGER audit_entries_append_only ON audit_entries"],
    };
    for sql in drops {
        run(db, sql).expect("dropped");
    }
}

#[test]
fn each_tamper_is_found_and_named() {
    on_both(|db| {
        agency(db, "north");
        let whole = verdict(db);
        assert!(whole.problems.is_empty() && whole.chains >= 1 && whole.entries >= 3, "{whole:?}");

        let edit = "UPDATE audit_entries SET words = words || '!' WHERE seq = 2 AND chain <> 'platform'";
        assert!(run(db, edit).is_err(), "the past is not edited while the guard stands");
        drop_guards(db);
        let cases: [(&'static str, &str, &'static str); 4] = [
            (
                edit,
                "entry 2 was changed",
                "UPDATE audit_entries SET words = substr(words, 1, length(words) - 1) WHERE seq = 2 AND chain <> 'platform'",
            ),
            (
                "INSERT INTO audit_subjects (chain, subject, seq) SELECT chain, 'job_9', seq FROM audit_entries WHERE seq = 1 AND chain <> 'platform'",
                "entry 1 was changed",
                "DELETE FROM audit_subjects WHERE subject = 'job_9'",
            ),
            (
                "UPDATE audit_heads SET seq = seq + 1 WHERE chain <> 'platform'",
                "the chain ends at entry",
                "UPDATE audit_heads SET seq = seq - 1 WHERE chain <> 'platform'",
            ),
            (
                "INSERT INTO pay_runs (agency_id, id, number, from_on, to_on, state, total_cents, made_by, created_at) \
                 SELECT id, 'run_x', 1, '2026-11-01', '2026-11-07', 'preview', 100, 'x', 0 FROM agencies",
                "pay run run_x does not equal",
                "DELETE FROM pay_runs",
            ),
        ];
        for (tamper, words, undo) in cases {
            assert!(run(db, tamper).expect("tampered") > 0, "{tamper}");
            let found = verdict(db).problems;
            assert!(found.len() == 1 && found[0].contains(words), "{tamper}: {found:?}");
            assert!(run(db, undo).expect("undone") > 0, "{undo}");
            assert_eq!(verdict(db).problems, Vec::<String>::new(), "after {undo}");
        }
        run(db, "DELETE FROM audit_subjects WHERE seq = 2").expect("tampered");
        run(db, "DELETE FROM audit_entries WHERE seq = 2").expect("tampered");
        let found = verdict(db).problems;
        assert!(found.iter().any(|problem| problem.contains("entry 2 is missing")), "{found:?}");
    });
}

#[test]
fn the_log_belongs_to_its_agency() {
    on_both(|db| {
        let (north, south) = (agency(db, "north"), agency(db, "south"));
        let auditor = somebody(Role::Auditor, Some(north));
        let (own, count, subjects) = db
            .read_blocking(move |tx| {
                let wanted = Filter { text: Some("CHANGED job".to_owned()), ..Filter::default() };
                let (own, count) = audit::list_entries(tx, &auditor, &wanted, 1)?;
                let story = audit::load_story(tx, &auditor, "job_7")?;
                let exported = audit::export_entries(tx, &auditor, 0)?;
                assert_eq!((story.len(), exported.iter().filter(|entry| entry.action == "did").count()), (3, 3));
                let subjects = own[0].subjects.clone();
                Ok::<_, Failure>((own, count, subjects))
            })
            .expect("his own agency's log");
        assert_eq!((own.len(), count), (1, 1), "only the one entry of his agency that matches");
        assert_eq!(subjects, ["cus_1", "job_7"]);

        for (role, agency) in [(Role::Officer, north), (Role::CustomerAdmin, north), (Role::Approver, south)] {
            let who = somebody(role, Some(agency));
            let refused = db.read_blocking(move |tx| audit::list_entries(tx, &who, &Filter::default(), 1));
            assert!(matches!(refused, Err(Failure::Denied(Denied::NotAllowed(_)))), "{role:?} {refused:?}");
        }
    });
}
