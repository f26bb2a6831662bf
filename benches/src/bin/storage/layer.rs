//! Our side: the same accept through the storage layer.

use std::sync::Arc;

use muster_store::{Db, Error, Options};
use muster_testkit::{Seeded, databases::Scratch};

use super::{
    Side,
    workload::{ADVANCE, ASSIGN, BODY, ENTER, LOCK_HEAD, LOCK_POSITION, OVERLAPS, POST, SCHEMA, TAKE, Try},
};

/// The storage layer on one engine. The database goes with it.
pub struct Layer {
    db: Db,
    _scratch: Option<Scratch>,
}

impl Layer {
    pub fn sqlite() -> Result<Self, String> {
        const TABLES: &[muster_store::Migration] = &[muster_store::Migration { name: "0001_accepts", sql: SCHEMA }];
        let scratch = Scratch::sqlite();
        let db = open(scratch.url(), 1)?;
        db.migrate_with(TABLES).map_err(|error| error.to_string())?;
        Ok(Self { db, _scratch: Some(scratch) })
    }

    pub fn postgres(url: &str) -> Result<Self, String> {
        Ok(Self { db: open(url, 16)?, _scratch: None })
    }
}

fn open(url: &str, writers: usize) -> Result<Db, String> {
    let options = Options { writers, ..Options::new(Arc::new(Seeded::new(1))) };
    Db::open(url, options).map_err(|error| error.to_string())
}

impl Side for Layer {
    async fn accept(&self, number: i64) -> bool {
        let wanted = Try::numbered(number);
        let accepted: Result<bool, Error> = self
            .db
            .housekeep(move |tx| {
                let (seats, taken): (i64, i64) =
                    tx.one(LOCK_POSITION, &[&wanted.position], |row| Ok((row.get(0)?, row.get(1)?)))?;
                let busy: i64 =
                    tx.one(OVERLAPS, &[&wanted.officer, &wanted.ends_at, &wanted.starts_at], |row| row.get(0))?;
                if taken >= seats || busy > 0 {
                    return Ok(false);
                }
                let Try { id, position, officer, starts_at, ends_at, agency } = &wanted;
                tx.execute(ASSIGN, &[id, position, officer, starts_at, ends_at])?;
                tx.execute(TAKE, &[position])?;
                tx.execute(POST, &[id, &BODY])?;
                let (head, digest): (i64, String) =
                    tx.one(LOCK_HEAD, &[agency], |row| Ok((row.get(0)?, row.get(1)?)))?;
                tx.execute(ENTER, &[agency, &(head + 1), &digest, &BODY])?;
                tx.execute(ADVANCE, &[&(head + 1), id, agency])?;
                Ok(true)
            })
            .await;
        accepted.expect("the storage layer accepts")
    }
}
