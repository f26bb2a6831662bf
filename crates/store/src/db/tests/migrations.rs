//! Migrations: once, in order, all or none, and never over a history that differs.

use super::*;

const SECOND: Migration = Migration { name: "0002_make_rows", sql: "CREATE TABLE rows_of_seats (id BIGINT NOT NULL);" };
const BAD: Migration =
    Migration { name: "0003_break", sql: "CREATE TABLE half (id BIGINT); CREATE TABLE half (id BIGINT);" };

#[test]
fn migrations_run_once_and_all_or_none() {
    const TWO: &[Migration] = &[SCHEMA[0], SECOND];
    const THREE: &[Migration] = &[SCHEMA[0], SECOND, BAD];
    on_seats(|db| {
        assert!(db.migrate_with(THREE).unwrap_err().to_string().contains("0003_break"));
        assert!(db.prepare("SELECT id FROM rows_of_seats").is_err());
        assert_eq!(db.migrate_with(TWO).unwrap(), Migrated { applied: vec!["0002_make_rows"], known: 1 });
        assert_eq!(db.migrate_with(TWO).unwrap(), Migrated { applied: vec![], known: 2 });
        assert!(db.prepare("SELECT id FROM rows_of_seats").is_ok());
        assert!(db.migrate_with(SCHEMA).unwrap_err().to_string().contains("newer program"));
    });
}

#[test]
fn an_edited_migration_is_refused() {
    const EDITED: &[Migration] = &[Migration { name: SCHEMA[0].name, sql: "CREATE TABLE seats (id BIGINT);" }];
    on_seats(|db| assert!(db.migrate_with(EDITED).unwrap_err().to_string().contains("edited")));
}

#[test]
fn two_programs_may_migrate_at_once() {
    for scratch in Scratch::both_empty() {
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let db = Db::open(scratch.url(), options()).unwrap();
                thread::spawn(move || db.migrate_with(SCHEMA).unwrap().applied.len())
            })
            .collect();
        let applied: usize = starts.into_iter().map(|start| start.join().unwrap()).sum();
        assert_eq!(applied, 1, "{:?}", scratch.engine());
    }
}

#[test]
fn sqlite_tables_refuse_values_of_another_type() {
    let scratch = Scratch::sqlite();
    let db = Db::open(scratch.url(), options()).unwrap();
    db.migrate_with(SCHEMA).unwrap();
    let result = db.housekeep_blocking::<_, Error, _>(|tx| tx.execute(ADD, &[&"text", &"a"]));
    assert!(matches!(result, Err(Error::Broken(_))), "{result:?}");
}
