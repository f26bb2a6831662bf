//! The database's own word on whether a rule was broken, by SQL that the product does not use.

use muster_app::{Db, audit};
use muster_store::Engine;

use super::{Answer, Waits};

const OVERFILLED: &str = "SELECT COUNT(*) FROM (SELECT p.id FROM positions p JOIN assignments a ON a.agency_id = p.agency_id \
     AND a.position_id = p.id AND a.state = 'booked' GROUP BY p.id, p.seat_count HAVING COUNT(*) > p.seat_count) over_full";
const TWICE: &str = "SELECT COUNT(*) FROM work a JOIN work b ON a.person_id = b.person_id AND a.id < b.id \
     AND a.class = 'detail' AND b.class = 'detail' AND a.state = 'booked' AND b.state = 'booked' \
     AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at";
// 16 hours in any 24: the worst window begins with a detail.
const OVER_CAP: &str = "SELECT COUNT(*) FROM work a WHERE a.class = 'detail' AND a.state = 'booked' AND (SELECT \
     CAST(SUM(CASE WHEN b.ends_at < a.starts_at + 86400000000 THEN b.ends_at ELSE a.starts_at + 86400000000 END - b.starts_at) AS BIGINT) \
     FROM work b WHERE b.person_id = a.person_id AND b.class = 'detail' AND b.state = 'booked' AND b.starts_at >= a.starts_at \
     AND b.starts_at < a.starts_at + 86400000000) > 57600000000";
const BOOKED: &str = "SELECT COUNT(*) FROM assignments WHERE state = 'booked'";

/// Prints and answers whether all is well.
pub fn ask(url: &str, db: &Db, waits: &Waits) -> Result<bool, Box<dyn std::error::Error>> {
    let mut counts = Vec::new();
    for sql in [OVERFILLED, TWICE, OVER_CAP, BOOKED] {
        counts.push(if db.engine() == Engine::Sqlite {
            let connection = rusqlite::Connection::open(url.trim_start_matches("sqlite:"))?;
            connection.query_row(sql, [], |row| row.get::<_, i64>(0))?
        } else {
            postgres::Client::connect(url, postgres::NoTls)?.query_one(sql, &[])?.get(0)
        });
    }
    let accepted = i64::try_from(waits.count(Answer::Accepted))?;
    let verdict = db.read_blocking(audit::verify)?;
    println!(
        "    checked by SQL: {} overfilled, {} double-booked, {} over 16 h in 24 h; {} seats booked for {accepted} accepted answers; {}",
        counts[0],
        counts[1],
        counts[2],
        counts[3],
        if verdict.problems.is_empty() { "chain whole" } else { "CHAIN BROKEN" }
    );
    let wrong = waits.count(Answer::Wrong);
    Ok(counts[..3] == [0, 0, 0] && counts[3] == accepted && wrong == 0 && verdict.problems.is_empty())
}
