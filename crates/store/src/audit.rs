//! The sealed audit entries.

use jiff::Timestamp;
use muster_domain::{
    access::Permit,
    audit::{Entry, GENESIS, Sealed, seal},
};

use crate::{Error, Tx};

const HEAD: &str = "SELECT seq, hash FROM audit_heads WHERE chain = $1 FOR UPDATE";
const START_HEAD: &str = "INSERT INTO audit_heads (chain, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (chain) DO NOTHING";
const MOVE_HEAD: &str = "UPDATE audit_heads SET seq = $1, hash = $2 WHERE chain = $3";
const ADD_ENTRY: &str = "INSERT INTO audit_entries (chain, seq, made_at, account_id, actor, role, action, words, details, prev_hash, hash) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const ADD_SUBJECT: &str = "INSERT INTO audit_subjects (chain, subject, seq) VALUES ($1, $2, $3)";

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
    for subject in &sealed.subjects {
        tx.execute(ADD_SUBJECT, &[&chain, subject, &sealed.seq])?;
    }
    tx.execute(MOVE_HEAD, &[&sealed.seq, &sealed.hash, &chain])?;
    Ok(())
}
