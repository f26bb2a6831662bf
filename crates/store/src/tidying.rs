//! What is kept only for a while: answers to repeated requests, counted sign-ins, ended sessions, finished timers, sent mail.
//! None of it is a record of the business; the audit log, the ledger and everything they lead to is never touched here.

use jiff::{SignedDuration, Timestamp};

use crate::{Error, Tx};

const ANSWERS: &str = "DELETE FROM idempotency_keys WHERE answered_at < $1";
const ATTEMPTS: &str = "DELETE FROM sign_in_attempts WHERE at < $1";
const SESSIONS: &str = "DELETE FROM sessions WHERE created_at < $1";
const LINKS: &str = "DELETE FROM links WHERE expires_at < $1";
const TIMERS: &str = "DELETE FROM timers WHERE state = 'done' AND due_at < $1";
const MAIL: &str = "DELETE FROM outbox WHERE state = 'sent' AND made_at < $1";

/// Removes what is past its time: answers after 7 days, attempts after 2, the rest after 30. A session lives 12 hours at most.
///
/// # Errors
/// When the database fails.
pub fn tidy(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    let days = |days: i64| now - SignedDuration::from_hours(24 * days);
    let mut removed = 0;
    for (sql, before) in [
        (ANSWERS, days(7)),
        (ATTEMPTS, days(2)),
        (SESSIONS, days(30)),
        (LINKS, days(30)),
        (TIMERS, days(30)),
        (MAIL, days(30)),
    ] {
        removed += tx.execute(sql, &[&before])?;
    }
    Ok(removed)
}
