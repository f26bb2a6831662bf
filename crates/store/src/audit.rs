//! The sealed audit entries.

use jiff::Timestamp;
use muster_domain::{
    access::Permit,
    audit::{Entry, GENESIS, Sealed, seal},
};

use crate::{Error, Row, ToValue, Tx};

const HEAD: &str = "SELECT seq, hash FROM audit_heads WHERE chain = $1 FOR UPDATE";
const START_HEAD: &str = "INSERT INTO audit_heads (chain, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (chain) DO NOTHING";
const MOVE_HEAD: &str = "UPDATE audit_heads SET seq = $1, hash = $2 WHERE chain = $3";
const ADD_ENTRY: &str = "INSERT INTO audit_entries (chain, seq, made_at, account_id, actor, role, action, words, details, prev_hash, hash) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const ADD_SUBJECT: &str = "INSERT INTO audit_subjects (chain, seq, subject) VALUES ($1, $2, $3)";
const ADD_TWO_SUBJECTS: &str = "INSERT INTO audit_subjects (chain, seq, subject) VALUES ($1, $2, $3), ($1, $2, $4)";
const ADD_THREE_SUBJECTS: &str =
    "INSERT INTO audit_subjects (chain, seq, subject) VALUES ($1, $2, $3), ($1, $2, $4), ($1, $2, $5)";
const ADD_FOUR_SUBJECTS: &str =
    "INSERT INTO audit_subjects (chain, seq, subject) VALUES ($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6)";
/// By how many subjects they add; most entries have two to four.
const ADD_SUBJECTS: [&str; 4] = [ADD_SUBJECT, ADD_TWO_SUBJECTS, ADD_THREE_SUBJECTS, ADD_FOUR_SUBJECTS];

/// The chain of what belongs to no agency.
pub const PLATFORM: &str = "platform";

/// Seals `entry` at the end of the chain of the permit's agency and lets the transaction commit.
///
/// # Errors
/// When the database fails.
pub fn append(tx: &mut Tx<'_>, permit: &Permit, entry: Entry, now: Timestamp) -> Result<(), Error> {
    let chain = permit.agency().map_or_else(|| PLATFORM.to_owned(), |agency| agency.to_string());
    let (seq, prev_hash) = lock_head(tx, &chain)?;
    let mut subjects = entry.subjects;
    subjects.sort_unstable();
    subjects.dedup();
    let mut sealed = Sealed {
        seq: seq + 1,
        made_at: now,
        account_id: permit.account().to_string(),
        actor: permit.actor().to_owned(),
        role: permit.role().code().to_owned(),
        action: entry.action.to_owned(),
        words: entry.words,
        details: entry.details.to_string(),
        subjects,
        prev_hash,
        hash: String::new(),
    };
    sealed.hash = seal(&sealed);
    save(tx, &chain, &sealed)?;
    tx.mark_audited();
    Ok(())
}

fn lock_head(tx: &mut Tx<'_>, chain: &str) -> Result<(i64, String), Error> {
    let head = |tx: &mut Tx<'_>| tx.find(HEAD, &[&chain], |row| Ok((row.get(0)?, row.get(1)?)));
    if let Some(found) = head(tx)? {
        return Ok(found);
    }
    tx.execute(START_HEAD, &[&chain, &GENESIS])?;
    Ok(head(tx)?.expect("the head was just inserted or another transaction inserted it"))
}

fn save(tx: &mut Tx<'_>, chain: &str, sealed: &Sealed) -> Result<(), Error> {
    tx.execute(
        ADD_ENTRY,
        &[
            &chain,
            &sealed.seq,
            &sealed.made_at,
            &sealed.account_id,
            &sealed.actor,
            &sealed.role,
            &sealed.action,
            &sealed.words,
            &sealed.details,
            &sealed.prev_hash,
            &sealed.hash,
        ],
    )?;
    for some in sealed.subjects.chunks(ADD_SUBJECTS.len()) {
        let mut values: Vec<&dyn ToValue> = vec![&chain, &sealed.seq];
        values.extend(some.iter().map(|subject| subject as &dyn ToValue));
        tx.execute(ADD_SUBJECTS[some.len() - 1], &values)?;
    }
    tx.execute(MOVE_HEAD, &[&sealed.seq, &sealed.hash, &chain])?;
    Ok(())
}

const ENTRIES_AFTER: &str = "SELECT seq, made_at, account_id, actor, role, action, words, details, prev_hash, hash \
     FROM audit_entries WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3";
const SUBJECTS_BETWEEN: &str =
    "SELECT seq, subject FROM audit_subjects WHERE chain = $1 AND seq > $2 AND seq <= $3 ORDER BY seq, subject";
const FIND_HEAD: &str = "SELECT seq, hash FROM audit_heads WHERE chain = $1";
const CHAINS: &str = "SELECT chain FROM audit_heads ORDER BY chain LIMIT 20000";
const SEARCH: &str = "SELECT e.seq, e.made_at, e.account_id, e.actor, e.role, e.action, e.words, e.details, e.prev_hash, e.hash \
     FROM audit_entries e WHERE e.chain = $1 \
     AND (CAST($2 AS TEXT) IS NULL OR LOWER(e.words) LIKE $2 ESCAPE '!' OR LOWER(e.actor) LIKE $2 ESCAPE '!' OR e.action LIKE $2 ESCAPE '!') \
     AND (CAST($3 AS BIGINT) IS NULL OR e.made_at >= $3) AND (CAST($4 AS BIGINT) IS NULL OR e.made_at < $4) \
     ORDER BY e.seq DESC LIMIT $5 OFFSET $6";
const COUNT: &str = "SELECT COUNT(*) FROM audit_entries e WHERE e.chain = $1 \
     AND (CAST($2 AS TEXT) IS NULL OR LOWER(e.words) LIKE $2 ESCAPE '!' OR LOWER(e.actor) LIKE $2 ESCAPE '!' OR e.action LIKE $2 ESCAPE '!') \
     AND (CAST($3 AS BIGINT) IS NULL OR e.made_at >= $3) AND (CAST($4 AS BIGINT) IS NULL OR e.made_at < $4)";
const SEARCH_SUBJECTS: &str = "SELECT s.seq, s.subject FROM audit_subjects s WHERE s.chain = $1 AND s.seq IN (SELECT e.seq FROM audit_entries e \
     WHERE e.chain = $1 \
     AND (CAST($2 AS TEXT) IS NULL OR LOWER(e.words) LIKE $2 ESCAPE '!' OR LOWER(e.actor) LIKE $2 ESCAPE '!' OR e.action LIKE $2 ESCAPE '!') \
     AND (CAST($3 AS BIGINT) IS NULL OR e.made_at >= $3) AND (CAST($4 AS BIGINT) IS NULL OR e.made_at < $4) \
     ORDER BY e.seq DESC LIMIT $5 OFFSET $6) ORDER BY s.seq, s.subject";
const STORY: &str = "SELECT e.seq, e.made_at, e.account_id, e.actor, e.role, e.action, e.words, e.details, e.prev_hash, e.hash \
     FROM audit_subjects s JOIN audit_entries e ON e.chain = s.chain AND e.seq = s.seq \
     WHERE s.chain = $1 AND s.subject = $2 ORDER BY e.seq DESC LIMIT $3";

/// The next entries of a chain after `after`, with their subjects, for checking or export.
///
/// # Errors
/// When the database fails.
pub fn list_entries_after(tx: &mut Tx<'_>, chain: &str, after: i64, limit: i64) -> Result<Vec<Sealed>, Error> {
    let mut entries = tx.query(ENTRIES_AFTER, &[&chain, &after, &limit], read_entry)?;
    if let Some(last) = entries.last().map(|entry| entry.seq) {
        for (seq, subject) in
            tx.query(SUBJECTS_BETWEEN, &[&chain, &after, &last], |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)))?
        {
            if let Ok(at) = entries.binary_search_by_key(&seq, |entry| entry.seq) {
                entries[at].subjects.push(subject);
            }
        }
    }
    // The seal covers the subjects in byte order; databases sort text in their own.
    for entry in &mut entries {
        entry.subjects.sort_unstable();
    }
    Ok(entries)
}

/// Number and hash of a chain's last entry.
///
/// # Errors
/// When the database fails.
pub fn find_head(tx: &mut Tx<'_>, chain: &str) -> Result<Option<(i64, String)>, Error> {
    tx.find(FIND_HEAD, &[&chain], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Every chain.
///
/// # Errors
/// When the database fails.
pub fn list_chains(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    tx.query(CHAINS, &[], |row| row.get(0))
}

/// Which entries a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the sentence, the actor's name or the action's word.
    pub text: Option<String>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
}

/// A page of entries, newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub fn list_entries(
    tx: &mut Tx<'_>,
    chain: &str,
    filter: &Filter,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Sealed>, i64), Error> {
    let like = filter.text.as_deref().map(contains);
    let count = tx.one(COUNT, &[&chain, &like, &filter.from, &filter.to], |row| row.get(0))?;
    let params: [&dyn ToValue; 6] = [&chain, &like, &filter.from, &filter.to, &limit, &offset];
    let mut entries = tx.query(SEARCH, &params, read_entry)?;
    let subjects = tx.query(SEARCH_SUBJECTS, &params, |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)))?;
    for (seq, subject) in subjects {
        if let Ok(at) = entries.binary_search_by(|entry| seq.cmp(&entry.seq)) {
            entries[at].subjects.push(subject);
        }
    }
    Ok((entries, count))
}

/// What happened to one thing, newest first.
///
/// # Errors
/// When the database fails.
pub fn list_story(tx: &mut Tx<'_>, chain: &str, subject: &str, limit: i64) -> Result<Vec<Sealed>, Error> {
    tx.query(STORY, &[&chain, &subject, &limit], read_entry)
}

/// A LIKE pattern for texts that contain `part`, in lower case, with `!` as the escape.
fn contains(part: &str) -> String {
    let mut pattern = String::from("%");
    for letter in part.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn read_entry(row: &Row<'_>) -> Result<Sealed, Error> {
    Ok(Sealed {
        seq: row.get(0)?,
        made_at: row.get(1)?,
        account_id: row.get(2)?,
        actor: row.get(3)?,
        role: row.get(4)?,
        action: row.get(5)?,
        words: row.get(6)?,
        details: row.get(7)?,
        subjects: Vec::new(),
        prev_hash: row.get(8)?,
        hash: row.get(9)?,
    })
}
