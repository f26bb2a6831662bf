//! What goes in comes out, the same on both engines.

use jiff::{Timestamp, civil::Date};
use muster_domain::{id::JobId, money::Cents, time::Minutes};

use super::*;

const TABLE: &[Migration] = &[Migration {
    name: "0001_make_values",
    sql: "CREATE TABLE kept (number BIGINT, small INTEGER, yes BOOLEAN, words TEXT, raw BYTEA, at BIGINT, day TEXT,
              amount BIGINT, worked BIGINT, job TEXT, facts TEXT, shown TEXT)",
}];
const PUT: &str = "INSERT INTO kept (number, small, yes, words, raw, at, day, amount, worked, job, facts, shown) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const GET: &str = "SELECT number, small, yes, words, raw, at, day, amount, worked, job, facts, shown FROM kept \
                   WHERE ($1 = number OR CAST($2 AS TEXT) IS NULL) AND words IS NOT NULL LIMIT 9";

#[derive(Debug, Clone, PartialEq)]
struct Kept {
    number: i64,
    small: Option<u32>,
    yes: bool,
    words: String,
    raw: [u8; 3],
    at: Timestamp,
    day: Date,
    amount: Cents,
    worked: Minutes,
    job: JobId,
    facts: Json<Vec<u8>>,
    shown: Option<Text<u16>>,
}

fn read(row: &Row<'_>) -> Result<Kept, Error> {
    Ok(Kept {
        number: row.get(0)?,
        small: row.get(1)?,
        yes: row.get(2)?,
        words: row.get(3)?,
        raw: row.get(4)?,
        at: row.get(5)?,
        day: row.get(6)?,
        amount: row.get(7)?,
        worked: row.get(8)?,
        job: row.get(9)?,
        facts: row.get(10)?,
        shown: row.get(11)?,
    })
}

#[test]
fn values_come_back_as_they_went_in() {
    let at: Timestamp = "2026-03-08T06:59:59.123456Z".parse().unwrap();
    for scratch in Scratch::both_empty() {
        let db = Db::open(scratch.url(), options()).unwrap();
        db.migrate_with(TABLE).unwrap();
        for (number, small, yes) in [(i64::MIN, None, false), (i64::MAX, Some(7), true)] {
            let back = db
                .housekeep_blocking::<_, Error, _>(move |tx| {
                    let kept = Kept {
                        number,
                        small,
                        yes,
                        words: "O\u{2019}Neil \u{1f6a8} $1 'x'".to_owned(),
                        raw: [0, 255, 10],
                        at,
                        day: "2024-02-29".parse().unwrap(),
                        amount: Cents(-5),
                        worked: Minutes(61),
                        job: tx.id(at),
                        facts: Json(vec![1, 2]),
                        shown: small.map(|_| Text(80)),
                    };
                    tx.execute(
                        PUT,
                        &[
                            &kept.number,
                            &kept.small,
                            &kept.yes,
                            &kept.words,
                            &kept.raw,
                            &kept.at,
                            &kept.day,
                            &kept.amount,
                            &kept.worked,
                            &kept.job,
                            &kept.facts,
                            &kept.shown,
                        ],
                    )?;
                    let back = tx.one(GET, &[&kept.number, &Some("filter")], read)?;
                    Ok((kept, back))
                })
                .unwrap();
            assert_eq!(back.0, back.1, "{:?}", scratch.engine());
        }
        let all = db.read_blocking::<_, Error, _>(|tx| tx.query(GET, &[&0, &None::<String>], read)).unwrap();
        assert_eq!(all.len(), 2);
    }
}

#[test]
fn a_column_of_another_type_is_named() {
    on_seats(|db| {
        add(db, 1, "a").unwrap();
        for sql in
            ["SELECT holder AS wrong FROM seats LIMIT 1", "SELECT CAST(NULL AS BIGINT) AS wrong", "SELECT 0.5 AS wrong"]
        {
            let error = db.read_blocking::<i64, Error, _>(move |tx| tx.one(sql, &[], |row| row.get(0))).unwrap_err();
            assert!(error.to_string().contains("column 0 (wrong)"), "{error}");
        }
        let sum = db.read_blocking::<i64, Error, _>(|tx| {
            tx.one("SELECT CAST(COALESCE(SUM(id), 0) AS BIGINT) FROM seats", &[], |row| row.get(0))
        });
        assert_eq!(sum.unwrap(), 1);
    });
}
