//! Commands: alone in failure, bounded in number, audited, and never able to stop a thread.

use super::*;

#[derive(Debug)]
enum Failure {
    Refused,
    Store(Error),
}
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

#[test]
fn a_command_that_refuses_does_not_lose_the_others_of_its_batch() {
    on_seats(|db| {
        let held = hold_writers(db, 3);
        let clients: Vec<_> = (0..40_i64)
            .map(|id| {
                let db = db.clone();
                thread::spawn(move || {
                    db.housekeep_blocking(move |tx| {
                        tx.execute(ADD, &[&id, &"a"])?;
                        match id % 4 {
                            0 => Err(Failure::Refused),
                            1 => Err(tx.execute(ADD, &[&id, &"twice"]).unwrap_err().into()),
                            2 => panic!("a defect"),
                            _ => Ok(id),
                        }
                    })
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(50));
        release(held);
        for (id, client) in clients.into_iter().enumerate() {
            let result = client.join().unwrap();
            let as_expected = match id % 4 {
                0 => matches!(result, Err(Failure::Refused)),
                1 => matches!(&result, Err(Failure::Store(Error::Constraint { name, .. })) if name == "seats_pkey"),
                2 => matches!(&result, Err(Failure::Store(Error::Broken(why))) if why.to_string().contains("a defect")),
                _ => matches!(result, Ok(kept) if kept == id as i64),
            };
            assert!(as_expected, "{id}: {result:?}");
        }
        assert_eq!(ids(db), (0..40).filter(|id| id % 4 == 3).collect::<Vec<_>>());
    });
}

#[test]
fn a_full_queue_answers_busy_at_once() {
    on_seats_with(&Options { queue: 3, writers: 1, ..options() }, |db| {
        let held = hold_writers(db, 1);
        let waiting: Vec<_> = (0..3)
            .map(|id| {
                let db = db.clone();
                thread::spawn(move || add(&db, id, "a"))
            })
            .collect();
        while waiting.iter().any(|client| client.is_finished()) || db.inner.writes.len() < 3 {
            thread::sleep(Duration::from_millis(1));
        }
        assert!(matches!(add(db, 9, "a"), Err(Error::Busy)));
        release(held);
        waiting.into_iter().for_each(|client| assert_eq!(client.join().unwrap().unwrap(), 1));
        assert_eq!(ids(db), [0, 1, 2]);
    });
}

#[test]
fn a_change_without_audit_is_not_committed() {
    on_seats(|db| {
        let refused = db.write_blocking::<_, Error, _>(|tx| tx.execute(ADD, &[&1, &"a"]));
        assert!(matches!(refused, Err(Error::NotAudited)), "{refused:?}");
        assert!(ids(db).is_empty());
        // Nothing changed, nothing to record.
        assert_eq!(db.write_blocking::<_, Error, _>(|tx| tx.execute(TAKE, &[&1])).unwrap(), 0);
        db.write_blocking::<_, Error, _>(|tx| {
            tx.mark_audited();
            tx.execute(ADD, &[&2, &"a"])
        })
        .unwrap();
        assert_eq!(ids(db), [2]);
    });
}

#[test]
fn an_error_that_is_caught_still_spoils_the_command() {
    on_seats(|db| {
        add(db, 1, "a").unwrap();
        let result = db.housekeep_blocking::<_, Error, _>(|tx| {
            drop(tx.execute(ADD, &[&1, &"twice"]));
            drop(tx.execute(ADD, &[&2, &"after"]));
            Ok(())
        });
        assert!(matches!(result, Err(Error::Broken(_))), "{result:?}");
        assert_eq!(ids(db), [1]);
    });
}

#[test]
fn a_read_cannot_change_rows() {
    on_seats(|db| {
        for sql in ["DELETE FROM seats WHERE id = 1", "SELECT id FROM seats WHERE id = 1 FOR UPDATE"] {
            let result = db.read_blocking::<_, Error, _>(move |tx| tx.query(sql, &[], |_| Ok(())));
            assert!(matches!(&result, Err(Error::Broken(why)) if why.to_string().contains("may not")), "{result:?}");
        }
        assert!(ids(db).is_empty());
    });
}

#[test]
fn a_read_sees_one_snapshot() {
    on_seats(|db| {
        let (other, seen) = (db.clone(), std::sync::Mutex::new(Vec::new()));
        let both = db
            .read_blocking::<_, Error, _>(move |tx| {
                let before: Vec<i64> = tx.query(ALL, &[], |row| row.get(0))?;
                let id = seen.lock().unwrap().len() as i64;
                seen.lock().unwrap().push(id);
                add(&other, id, "a")?;
                let after: Vec<i64> = tx.query(ALL, &[], |row| row.get(0))?;
                Ok((before, after))
            })
            .unwrap();
        assert_eq!(both, (vec![], vec![]));
        assert_eq!(ids(db), [0]);
    });
}

#[test]
fn constraints_have_the_same_names_on_both_engines() {
    const PLACE: &str = "INSERT INTO seats (id, holder, row_number) VALUES ($1, $2, 1)";
    const NOBODY: &str = "INSERT INTO seats (id, holder) VALUES (7, CAST(NULL AS TEXT))";
    const FILL: &str = "UPDATE seats SET taken = 11";
    const BOOK: &str = "INSERT INTO bookings (id, seat, code) VALUES ($1, $2, 'x')";
    on_seats(|db| {
        let name = |sql: &'static str, params: &'static [i64]| {
            let result = db.housekeep_blocking::<_, Error, _>(move |tx| {
                let holder = "a".to_owned();
                match (sql, params) {
                    (PLACE | ADD, [id]) => tx.execute(sql, &[id, &holder]),
                    (_, [id, seat]) => tx.execute(sql, &[id, seat]),
                    _ => tx.execute(sql, &[]),
                }
            });
            match result {
                Err(Error::Constraint { name, .. }) => name,
                other => panic!("{other:?}"),
            }
        };
        db.housekeep_blocking::<_, Error, _>(|tx| {
            tx.execute(PLACE, &[&1, &"a"])?;
            tx.execute(BOOK, &[&1, &1])
        })
        .unwrap();
        assert_eq!(name(ADD, &[1]), "seats_pkey");
        assert_eq!(name(PLACE, &[2]), "seats_one_per_row");
        assert_eq!(name(NOBODY, &[]), "seats_holder_not_null");
        assert_eq!(name(FILL, &[]), "seats_taken_within");
        assert_eq!(name(BOOK, &[2, 1]), "bookings_code_key");
        let ghost = add(db, 5, "ghost").unwrap_err();
        assert!(matches!(&ghost, Error::Constraint { name, .. } if name == "seats_no_ghosts"), "{ghost:?}");
        const STRAY: &str = "INSERT INTO bookings (id, seat, code) VALUES (9, 99, 'y')";
        assert_eq!(name(STRAY, &[]), "foreign_key");
        // The engine's own words stay with the error, for the log.
        assert!(std::error::Error::source(&ghost).is_some());
    });
}

#[test]
fn a_statement_that_runs_too_long_loses_only_its_own_command() {
    const ENDLESS: &str = "INSERT INTO seats (id, holder) \
                           WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n) \
                           SELECT MAX(i), 'endless' FROM n";
    on_seats_with(&Options { statement_timeout_ms: 400, ..options() }, |db| {
        let held = hold_writers(db, 3);
        let clients: Vec<_> = (0..9)
            .map(|id| {
                let db = db.clone();
                thread::spawn(move || match id {
                    4 => db.housekeep_blocking(|tx| tx.execute(ENDLESS, &[])),
                    _ => add(&db, id, "a"),
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(50));
        release(held);
        for (id, client) in clients.into_iter().enumerate() {
            let result = client.join().unwrap();
            assert!(if id == 4 { matches!(result, Err(Error::Timeout)) } else { result.is_ok() }, "{id}: {result:?}");
        }
        assert_eq!(ids(db), [0, 1, 2, 3, 5, 6, 7, 8]);
    });
}

#[test]
fn mistakes_of_an_author_are_named() {
    on_seats(|db| {
        for (sql, params, words) in [
            ("SELECT $2, $1", 2, "$2 appears before $1"),
            ("SELECT id FROM seats WHERE id = $1", 2, "1 parameters wanted, 2 given"),
            ("SELECT id FROM nowhere", 0, "nowhere"),
        ] {
            let result = db.read_blocking::<_, Error, _>(move |tx| {
                let all: [&dyn ToValue; 2] = [&1, &2];
                tx.query(sql, &all[..params], |_| Ok(()))
            });
            assert!(matches!(&result, Err(Error::Broken(why)) if why.to_string().contains(words)), "{result:?}");
        }
        add_all(db, 1..3);
        let two = db.read_blocking::<Option<i64>, Error, _>(|tx| tx.find(ALL, &[], |row| row.get(0)));
        assert!(two.unwrap_err().to_string().contains("found 2"));
        let none =
            db.read_blocking::<i64, Error, _>(|tx| tx.one("SELECT id FROM seats WHERE id = 9", &[], |row| row.get(0)));
        assert!(none.unwrap_err().to_string().contains("found none"));
    });
}

#[test]
fn dropping_the_last_handle_finishes_what_was_queued() {
    for scratch in Scratch::both_empty() {
        let db = Db::open(scratch.url(), options()).unwrap();
        db.migrate_with(SCHEMA).unwrap();
        let held = hold_writers(&db, 3);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let clients: Vec<_> = (0..20_i64)
            .map(|id| {
                let db = db.clone();
                runtime.spawn(async move { db.housekeep::<_, Error, _>(move |tx| tx.execute(ADD, &[&id, &"a"])).await })
            })
            .collect();
        while db.inner.writes.len() < 20 {
            thread::sleep(Duration::from_millis(1));
        }
        drop(db);
        release(held);
        clients.into_iter().for_each(|client| assert_eq!(runtime.block_on(client).unwrap().unwrap(), 1));
        drop(runtime);
        assert_eq!(ids(&Db::open(scratch.url(), options()).unwrap()).len(), 20);
    }
}
