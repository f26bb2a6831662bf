//! What can go wrong in the database, sorted by what the caller can do about it.

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A failure of the storage layer. The source keeps the engine's own words, for logs only.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The queue is full or the database is locked by somebody else: nothing was done, try again in a moment.
    #[error("the database is busy; nothing was changed, try again in a moment")]
    Busy,
    /// A statement ran, or waited for a lock, longer than the statement timeout: nothing was changed.
    #[error("a statement took longer than the statement timeout; nothing was changed")]
    Timeout,
    /// The database refused the change. The name is the same on both engines; see the crate's documentation.
    #[error("the constraint {name} refused the change")]
    Constraint {
        /// The constraint, index or trigger that refused.
        name: String,
        /// The engine's error.
        #[source]
        source: Source,
    },
    /// A text holds the character NUL, which PostgreSQL cannot store: nothing was changed.
    #[error("a text holds the character NUL; nothing was changed")]
    Unstorable,
    /// A change was about to be committed without an audit entry: a defect of the use case.
    #[error("a change without an audit entry was not committed; record one in the same transaction")]
    NotAudited,
    /// Another transaction got in the way. The layer runs the command again by itself; callers never see this one.
    #[error("another transaction got in the way")]
    Retry(#[source] Source),
    /// Anything else: a defect, a damaged file, a lost server.
    #[error("the database failed: {0}")]
    Broken(#[source] Source),
}

impl Error {
    /// A stored word that this program does not know: the row was written by another version, or by hand.
    pub(crate) fn unknown_word(what: &str, word: &str) -> Self {
        Self::broken(format!("\u{201c}{word}\u{201d} is no {what}"))
    }

    /// A failure in our own words.
    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self::Broken(message.into().into())
    }
}

/// What a failed statement means for the transaction it ran in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The command failed; others are not concerned.
    Failed,
    /// Run the command again.
    Again,
    /// The connection is gone, and with it the transaction.
    Lost,
}
