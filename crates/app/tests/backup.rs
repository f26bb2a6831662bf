//! A copy of a database in use is whole, can be restored, and is nobody else's to read.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use jiff::Timestamp;
use muster_app::{Db, Failure, agencies, audit};
use muster_domain::{
    access::{Actor, Role},
    agencies::NewAgency,
    id::{AgencyId, Id},
};
use muster_store::{Options, copy_sqlite};
use muster_testkit::{Seeded, databases::Scratch};

fn add_agency(db: &Db, number: usize) {
    let muster = Actor::system(AgencyId::from_uuid(uuid::Uuid::nil()));
    let operator = Actor { role: Role::OperatorAdmin, agency: None, ..muster };
    let new = NewAgency {
        name: format!("North {number}"),
        slug: format!("north-{number}"),
        zone: "America/Chicago".to_owned(),
    };
    db.write_blocking(move |tx| agencies::create_agency(tx, &operator, &new, Timestamp::UNIX_EPOCH)).unwrap();
}

fn count(db: &Db) -> i64 {
    db.read_blocking::<_, Failure, _>(|tx| Ok(tx.one("SELECT COUNT(*) FROM agencies", &[], |row| row.get(0))?)).unwrap()
}

#[test]
fn a_copy_of_a_database_in_use_is_whole() {
    let scratch = Scratch::sqlite();
    let db = scratch.open();
    db.migrate().unwrap();
    add_agency(&db, 0);
    let stop = Arc::new(AtomicBool::new(false));
    let (busy, told) = (db.clone(), Arc::clone(&stop));
    let writer = thread::spawn(move || {
        let mut made = 1;
        while !told.load(Ordering::Relaxed) {
            add_agency(&busy, made);
            made += 1;
        }
        made
    });
    let from = std::path::PathBuf::from(scratch.url().strip_prefix("sqlite:").unwrap());
    let to = from.with_file_name("copy.db");
    let before = count(&db);
    copy_sqlite(&from, &to).unwrap();
    let after = count(&db);
    stop.store(true, Ordering::Relaxed);
    assert!(writer.join().unwrap() > 1, "somebody wrote meanwhile");

    let again = copy_sqlite(&from, &to).unwrap_err().to_string();
    assert!(again.contains("never overwrites"), "{again}");
    assert!(!to.with_extension("db.part").exists());
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&to.metadata().unwrap().permissions()) & 0o777, 0o600);

    // Restored: it opens, every chain is whole, and work goes on in it.
    let copy = Db::open(&format!("sqlite:{}", to.display()), Options::new(Arc::new(Seeded::new(5)))).unwrap();
    copy.migrate().unwrap();
    let verdict = copy.read_blocking(audit::verify).unwrap();
    assert!(verdict.problems.is_empty() && verdict.entries > 0, "{:?}", verdict.problems);
    let kept = count(&copy);
    assert!(before <= kept && kept <= after, "{before} <= {kept} <= {after}: what was there when it began");
    add_agency(&copy, 100_000);
}

#[test]
fn there_is_no_copy_of_nothing() {
    let scratch = Scratch::sqlite();
    let from = std::path::PathBuf::from(scratch.url().strip_prefix("sqlite:").unwrap());
    let said = copy_sqlite(&from, &from.with_file_name("copy.db")).unwrap_err().to_string();
    assert!(said.contains("there is no database"), "{said}");
}
