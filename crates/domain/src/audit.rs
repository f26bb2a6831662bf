//! The audit log: every action by every kind of user, in one hash chain per agency.
//!
//! Words: an *entry* says who did what to which *subjects*, in a sentence; a *chain* is an agency's entries in order, each
//! sealed with the one before. Invariant: a changed, missing, inserted or reordered entry breaks the seal of the first bad row.
//! Never decides anything and is read by no rule.

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The previous hash of a chain's first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What happened, before it is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// A stable word, for example `accepted_shift`.
    pub action: &'static str,
    /// A past-tense sentence without the actor: "accepted a seat on job 1042, Sat Nov 21 18:00".
    pub words: String,
    /// The ids of the things it is about.
    pub subjects: Vec<String>,
    /// Facts before and after, as JSON.
    pub details: serde_json::Value,
}

impl Entry {
    /// An entry with a sentence and nothing else yet.
    pub fn new(action: &'static str, words: impl Into<String>) -> Self {
        Self { action, words: words.into(), subjects: Vec::new(), details: serde_json::Value::Null }
    }

    /// Adds a thing that the entry is about (its id).
    #[must_use]
    pub fn about(mut self, subject: impl ToString) -> Self {
        self.subjects.push(subject.to_string());
        self
    }

    /// Sets the facts.
    ///
    /// # Panics
    /// Never for types whose maps have text keys; such a type would be a mistake of the caller.
    #[must_use]
    pub fn with(mut self, details: impl Serialize) -> Self {
        self.details = serde_json::to_value(details).expect("audit details are plain data");
        self
    }
}

/// A sealed entry, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// Its number in the chain, from 1.
    pub seq: i64,
    /// When.
    pub made_at: Timestamp,
    /// The account that acted.
    pub account_id: String,
    /// The name at that time.
    pub actor: String,
    /// The role at that time.
    pub role: String,
    /// The stable word.
    pub action: String,
    /// The sentence.
    pub words: String,
    /// The facts, as the exact JSON text that was sealed.
    pub details: String,
    /// The subjects, sorted.
    pub subjects: Vec<String>,
    /// The hash of the entry before.
    pub prev_hash: String,
    /// The seal: SHA-256 over all of the above.
    pub hash: String,
}

/// The seal of an entry: SHA-256, as hex, over its fields, each preceded by its length in bytes as decimal and a colon,
/// in the order seq, made_at in microseconds, account, actor, role, action, words, details, subjects joined by a space, prev_hash.
#[must_use]
pub fn seal(entry: &Sealed) -> String {
    let mut hash = Sha256::new();
    for field in [
        &entry.seq.to_string(),
        &entry.made_at.as_microsecond().to_string(),
        &entry.account_id,
        &entry.actor,
        &entry.role,
        &entry.action,
        &entry.words,
        &entry.details,
        &entry.subjects.join(" "),
        &entry.prev_hash,
    ] {
        hash.update(field.len().to_string());
        hash.update(":");
        hash.update(field);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with a chain at its first bad entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A number is missing or out of order.
    #[error("entry {expected} is missing: the next entry is {found}")]
    Missing {
        /// The number that should follow.
        expected: i64,
        /// The number that was found.
        found: i64,
    },
    /// The entry does not name the hash of the one before.
    #[error("entry {0} does not follow the entry before it")]
    Unlinked(i64),
    /// The entry's own content was changed.
    #[error("entry {0} was changed after it was sealed")]
    Changed(i64),
    /// The last entries were cut off.
    #[error("the chain ends at entry {found}, but its head says {expected}")]
    CutOff {
        /// The head's number.
        expected: i64,
        /// The last entry's number.
        found: i64,
    },
}

/// Checks a chain entry by entry.
#[derive(Debug, Clone)]
pub struct Verifier {
    seq: i64,
    hash: String,
}

impl Default for Verifier {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

impl Verifier {
    /// Takes the next entry.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn next(&mut self, entry: &Sealed) -> Result<(), Broken> {
        if entry.seq != self.seq + 1 {
            return Err(Broken::Missing { expected: self.seq + 1, found: entry.seq });
        }
        if entry.prev_hash != self.hash {
            return Err(Broken::Unlinked(entry.seq));
        }
        if entry.hash != seal(entry) {
            return Err(Broken::Changed(entry.seq));
        }
        self.seq = entry.seq;
        self.hash.clone_from(&entry.hash);
        Ok(())
    }

    /// Compares the end of the chain with its head.
    ///
    /// # Errors
    /// [`Broken::CutOff`] when they differ.
    pub fn end(&self, head_seq: i64, head_hash: &str) -> Result<(), Broken> {
        if self.seq == head_seq && self.hash == head_hash {
            Ok(())
        } else {
            Err(Broken::CutOff { expected: head_seq, found: self.seq })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<Sealed> {
        let mut prev_hash = GENESIS.to_owned();
        (1..=length)
            .map(|seq| {
                let mut entry = Sealed {
                    seq,
                    made_at: Timestamp::from_second(seq).expect("in range"),
                    account_id: "acc".to_owned(),
                    actor: "A".to_owned(),
                    role: "coordinator".to_owned(),
                    action: "did".to_owned(),
                    words: format!("did {seq}"),
                    details: "null".to_owned(),
                    subjects: vec!["job_1".to_owned()],
                    prev_hash: prev_hash.clone(),
                    hash: String::new(),
                };
                entry.hash = seal(&entry);
                prev_hash.clone_from(&entry.hash);
                entry
            })
            .collect()
    }

    fn verdict(entries: &[Sealed]) -> Result<(), Broken> {
        let mut verifier = Verifier::default();
        entries.iter().try_for_each(|entry| verifier.next(entry))
    }

    #[test]
    fn a_whole_chain_passes_and_each_tamper_names_the_first_bad_row() {
        assert_eq!(verdict(&chain(5)), Ok(()));
        let mut changed = chain(5);
        changed[2].words = "did nothing".to_owned();
        assert_eq!(verdict(&changed), Err(Broken::Changed(3)));
        let mut missing = chain(5);
        missing.remove(1);
        assert_eq!(verdict(&missing), Err(Broken::Missing { expected: 2, found: 3 }));
        let mut resealed = chain(5);
        resealed[1].actor = "B".to_owned();
        resealed[1].hash = seal(&resealed[1]);
        assert_eq!(verdict(&resealed), Err(Broken::Unlinked(3)));
    }

    #[test]
    fn a_cut_chain_is_noticed_by_its_head() {
        let entries = chain(3);
        let mut verifier = Verifier::default();
        verifier.next(&entries[0]).expect("whole");
        assert_eq!(verifier.end(3, &entries[2].hash), Err(Broken::CutOff { expected: 3, found: 1 }));
    }
}
