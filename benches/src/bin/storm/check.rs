//! The database's own word on whether a rule was broken, by SQL that the product does not use.

use muster_app::{Db, audit};

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

/// Answers whether all is well, and says what is not. The chain is checked where `db` is given: the bare sides do not seal.
pub fn ask(url: &str, db: Option<&Db>, waits: &Waits) -> Result<bool, Box<dyn std::error::Error>> {
    let mut counts = Vec::new();
    for sql in [OVERFILLED, TWICE, OVER_CAP, BOOKED] {
        counts.push(if let Some(path) = url.strip_prefix("sqlite:") {
            rusqlite::Connection::open(path)?.query_row(sql, [], |row| row.get::<_, i64>(0))?
        } else {
            postgres::Client::connect(url, postgres::NoTls)?.query_one(sql, &[])?.get(0)
        });
    }
    let (accepted, wrong) = (i64::try_from(waits.count(Answer::Accepted))?, waits.count(Answer::Wrong));
    let broken =
        db.map(|db| db.read_blocking(audit::verify)).transpose()?.is_some_and(|verdict| !verdict.problems.is_empty());
    let fine = counts[..3] == [0, 0, 0] && counts[3] == accepted && wrong == 0 && !broken;
    if !fine {
        println!(
            "  BROKEN: {} overfilled, {} double-booked, {} over 16 h in 24 h; {} seats booked for {accepted} accepted answers; {wrong} wrong answers{}",
            counts[0],
            counts[1],
            counts[2],
            counts[3],
            if broken { "; chain broken" } else { "" }
        );
    }
    Ok(fine)
}
