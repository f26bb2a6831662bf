//! Group commit for PostgreSQL: commands commit without waiting for the disk, one flush serves them all, and only then
//! are they answered.
//!
//! A commit that does not wait gives its row locks back at once: commands that queue for one hot row (a shift, the head
//! of an agency's audit) no longer wait for each other's flush. The log is flushed in order, so a later transaction that
//! waits for the disk makes all earlier ones durable. Others may see a change some milliseconds before it is durable;
//! nobody is told that his own command succeeded before it is.
//!
//! Should the server crash between commit and flush, the change is lost, and so must be its answer. A crash ends all
//! connections; hence a command is acknowledged only over the very flushing connection that stood before it committed.

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use super::{Session, whole};
use crate::db::{Error, command::Command, queue::Queue, tls::Server};

/// Writes one record to the log and waits until the disk has it.
const FLUSH: &str = "SELECT pg_logical_emit_message(true, 'muster', '')";
/// Between two attempts to reach a lost server.
const PAUSE: Duration = Duration::from_millis(300);

/// Collects commands that are committed but not yet durable.
pub(crate) struct Flusher {
    waiting: Queue<Committed>,
    /// Which connection flushes; 0 while there is none.
    connection: AtomicU64,
    /// Commands being carried out now: alone, a command waits for its own flush.
    pub running: AtomicUsize,
}

struct Committed {
    command: Box<dyn Command>,
    connection: u64,
}

impl Default for Flusher {
    fn default() -> Self {
        Self { waiting: Queue::new(usize::MAX), connection: AtomicU64::new(0), running: AtomicUsize::new(0) }
    }
}

impl Flusher {
    /// The flushing connection, to be asked before the commit; `None` when each command must flush for itself.
    pub(crate) fn connection(&self) -> Option<u64> {
        let connection = self.connection.load(Ordering::SeqCst);
        (connection != 0 && self.running.load(Ordering::Relaxed) > 1).then_some(connection)
    }

    /// Takes a command that has committed without waiting for the disk.
    pub(crate) fn push(&self, command: Box<dyn Command>, connection: u64) {
        if let Err(late) = self.waiting.push(Committed { command, connection }) {
            late.command.answer(Err(unknown()));
        }
    }

    pub(crate) fn close(&self) {
        self.waiting.close();
    }

    /// Flushes and answers until closed.
    pub(crate) fn serve(&self, server: &Server, timeout: u64) {
        for number in 1.. {
            // Whoever waits still was committed before this connection stood.
            while let Some(early) = self.waiting.take_now() {
                early.command.answer(Err(unknown()));
            }
            if self.waiting.is_closed() {
                return;
            }
            match Session::connect(server, timeout) {
                Ok(session) => {
                    self.connection.store(number, Ordering::SeqCst);
                    if self.serve_on(session, number) {
                        return;
                    }
                    self.connection.store(0, Ordering::SeqCst);
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection to flush by; each command flushes for itself");
                    thread::sleep(PAUSE);
                }
            }
        }
    }

    /// True when closed, false when the connection is lost.
    fn serve_on(&self, mut session: Session, number: u64) -> bool {
        while let Some(first) = self.waiting.take() {
            let mut batch = vec![first];
            while let Some(next) = self.waiting.take_now() {
                batch.push(next);
            }
            let flushed = session.client.batch_execute(FLUSH);
            if let Err(error) = &flushed {
                tracing::error!(error = whole(error), commands = batch.len(), "a flush failed");
            }
            for Committed { command, connection } in batch {
                command.answer(if flushed.is_ok() && connection == number { Ok(()) } else { Err(unknown()) });
            }
            if flushed.is_err() {
                return false;
            }
        }
        true
    }
}

fn unknown() -> Error {
    Error::broken("the server was lost after the commit; whether the change survived is not known")
}
