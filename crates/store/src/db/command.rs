//! A closure on its way through a database thread, and its answer on the way back.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::SyncSender,
};

use tokio::sync::oneshot;

use super::{
    Error,
    error::Fault,
    tx::{Purpose, Tx},
};

/// How a run ended, for the thread that holds the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Commit, then answer.
    Keep,
    /// Roll this command back, then answer.
    Undo,
    /// Roll back and run it again.
    Again,
    /// The connection is gone: run it again on another.
    Lost,
}

/// A command that a thread can run, perhaps more than once, and must answer once.
pub(crate) trait Command: Send {
    fn purpose(&self) -> Purpose;
    /// True when nobody waits for the answer any more.
    fn abandoned(&self) -> bool;
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict;
    /// Sends the result of the last run, or the error that spoiled it.
    fn answer(self: Box<Self>, end: Result<(), Error>);
}

/// Where the answer goes.
pub(crate) enum Reply<A> {
    Task(oneshot::Sender<A>),
    Thread(SyncSender<A>),
}

pub(crate) struct Order<T, E, F> {
    pub purpose: Purpose,
    pub work: F,
    pub result: Option<Result<T, E>>,
    pub reply: Reply<Result<T, E>>,
}

impl<T, E, F> Command for Order<T, E, F>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn purpose(&self) -> Purpose {
        self.purpose
    }

    fn abandoned(&self) -> bool {
        matches!(&self.reply, Reply::Task(sender) if sender.is_closed())
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        let (verdict, result) = match catch_unwind(AssertUnwindSafe(|| (self.work)(tx))) {
            Err(panic) => (Verdict::Undo, Err(Error::broken(format!("a command panicked: {}", words(&*panic))).into())),
            Ok(result) => match (tx.fault(), result) {
                (Some(Fault::Again), result) => (Verdict::Again, result),
                (Some(Fault::Lost), result) => (Verdict::Lost, result),
                (_, Err(error)) => (Verdict::Undo, Err(error)),
                (Some(Fault::Failed), Ok(_)) => {
                    (Verdict::Undo, Err(Error::broken("a command went on after a database error").into()))
                }
                (None, Ok(_)) if tx.lacks_audit() => (Verdict::Undo, Err(Error::NotAudited.into())),
                (None, Ok(value)) => (Verdict::Keep, Ok(value)),
            },
        };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, end: Result<(), Error>) {
        let result = match (end, self.result) {
            (Err(error), _) => Err(error.into()),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::broken("a command was answered before it ran").into()),
        };
        // The asker may have gone; then nobody needs the answer.
        match self.reply {
            Reply::Task(sender) => drop(sender.send(result)),
            Reply::Thread(sender) => drop(sender.send(result)),
        }
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
