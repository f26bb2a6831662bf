//! Tests of the storage layer with tables of their own.

use super::*;

struct Zero;
impl Mint for Zero {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

#[test]
fn smoke() {
    let path = std::env::temp_dir().join(format!("muster-smoke-{}.db", std::process::id()));
    let db = Db::open(&format!("sqlite:{}", path.display()), Options::new(Arc::new(Zero))).unwrap();
    db.migrate_with(&[Migration {
        name: "1",
        sql: "CREATE TABLE t (a BIGINT NOT NULL, b TEXT); CREATE UNIQUE INDEX t_a ON t (a);",
    }])
    .unwrap();
    let put = |db: &Db, a: i64| {
        db.housekeep_blocking::<u64, Error, _>(move |tx| {
            tx.execute("INSERT INTO t (a, b) VALUES ($1, $2)", &[&a, &"x"])
        })
    };
    assert_eq!(put(&db, 1).unwrap(), 1);
    let twice = put(&db, 1).unwrap_err();
    assert!(matches!(&twice, Error::Constraint { name, .. } if name == "t_a"), "{twice:?}");
    let all: Vec<i64> =
        db.read_blocking::<_, Error, _>(|tx| tx.query("SELECT a FROM t LIMIT 5", &[], |row| row.get(0))).unwrap();
    assert_eq!(all, [1]);
    drop(db);
    std::fs::remove_file(path).unwrap();
}
