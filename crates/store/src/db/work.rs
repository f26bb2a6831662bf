//! What waits in a queue.

use super::{Error, command::Command, postgres, sqlite};

/// One piece of work for a database thread.
pub(crate) enum Work {
    /// A use case in a transaction.
    Command(Box<dyn Command>),
    /// Something that needs the connection itself: migrations, checks of statement texts.
    Errand(Errand),
}

/// Gets the connection, or the reason why there is none.
pub(crate) type Errand = Box<dyn FnOnce(Result<Raw<'_>, Error>) + Send>;

/// A connection outside of any transaction.
pub(crate) enum Raw<'c> {
    Sqlite(&'c mut sqlite::Session),
    Postgres(&'c mut postgres::Session),
}
