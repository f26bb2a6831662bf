//! A writer or reader thread: one transaction per command, run again when another got in the way.

use std::{
    sync::{Arc, atomic::Ordering},
    thread,
    time::Duration,
};

use super::{Flusher, Session};
use crate::db::{
    Error,
    command::{Command, Verdict},
    error::Fault,
    mint::Minter,
    queue::Queue,
    tls::Server,
    tx::{Link, Purpose, Tx},
    work::{Raw, Work},
};

/// A command that loses to others this often is answered "busy".
const TRIES: u32 = 12;

pub(crate) struct Worker {
    server: Server,
    timeout: u64,
    session: Option<Session>,
    /// Writers share flushes.
    flusher: Option<Arc<Flusher>>,
    /// True when the session stands in a new transaction already: it was begun in the same trip as the last commit.
    begun: bool,
    /// Taken from the queue while the last command was committed.
    next: Option<Work>,
}

/// How a command ended.
enum End {
    /// Answer it now.
    Settled(Result<(), Error>),
    /// Answer it when this flushing connection has flushed.
    Committed(u64),
}

impl Worker {
    pub(crate) fn new(server: Server, timeout: u64, flusher: Option<Arc<Flusher>>) -> Self {
        Self { server, timeout, session: None, flusher, begun: false, next: None }
    }

    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(mut self, queue: &Queue<Work>, minter: &Minter) {
        while let Some(work) = self.next.take().or_else(|| queue.take()) {
            match work {
                Work::Errand(errand) => errand(self.session().map(Raw::Postgres)),
                Work::Command(mut command) => {
                    if command.abandoned() {
                        self.leave_open_transaction();
                        continue;
                    }
                    self.count(1);
                    let end = self.carry_out(&mut *command, queue, minter);
                    self.count(-1);
                    match (end, &self.flusher) {
                        (End::Committed(connection), Some(flusher)) => flusher.push(command, connection),
                        (End::Committed(_), None) => command.answer(Ok(())),
                        (End::Settled(end), _) => command.answer(end),
                    }
                }
            }
        }
    }

    fn count(&self, by: isize) {
        if let Some(flusher) = &self.flusher {
            // Wraps round for -1.
            flusher.running.fetch_add(by.cast_unsigned(), Ordering::Relaxed);
        }
    }

    /// Runs a command until it is committed, refused or out of tries.
    fn carry_out(&mut self, command: &mut dyn Command, queue: &Queue<Work>, minter: &Minter) -> End {
        for attempt in 1..=TRIES {
            let (error, fault) = match self.try_once(command, queue, minter) {
                Ok(end) => return end,
                Err(failed) => failed,
            };
            match fault {
                Fault::Failed => {
                    // Nothing was committed; a transaction that is still open must not meet the next command.
                    self.roll_back();
                    return End::Settled(Err(error));
                }
                Fault::Lost => self.forget_session(),
                Fault::Again => thread::sleep(Duration::from_millis(u64::from(attempt * attempt))),
            }
            tracing::debug!(attempt, %error, "a command runs again");
        }
        End::Settled(Err(Error::Busy))
    }

    fn try_once(
        &mut self,
        command: &mut dyn Command,
        queue: &Queue<Work>,
        minter: &Minter,
    ) -> Result<End, (Error, Fault)> {
        let purpose = command.purpose();
        if let Err(error) = self.session() {
            return Ok(End::Settled(Err(error)));
        }
        // A session made just now has begun nothing.
        let begun = std::mem::take(&mut self.begun);
        let session = self.session.as_mut().expect("connected above");
        if !begun {
            session.control(match purpose {
                Purpose::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                Purpose::Write | Purpose::Housekeep => "BEGIN",
            })?;
        }
        let verdict = command.run(&mut Tx::new(Link::Postgres(session), minter, purpose));
        match verdict {
            Verdict::Keep => self.commit(purpose, queue),
            Verdict::Undo => {
                self.roll_back();
                Ok(End::Settled(Ok(())))
            }
            Verdict::Again => {
                self.roll_back();
                Err((Error::Busy, Fault::Again))
            }
            Verdict::Lost => Err((Error::broken("the connection to PostgreSQL was lost"), Fault::Lost)),
        }
    }

    fn commit(&mut self, purpose: Purpose, queue: &Queue<Work>) -> Result<End, (Error, Fault)> {
        let connection = match &self.flusher {
            Some(flusher) if purpose != Purpose::Read => flusher.connection(),
            _ => None,
        };
        if connection.is_some() && self.next.is_none() {
            self.next = queue.take_now();
        }
        // While more commands wait, one trip ends this transaction and begins the next.
        let chained = matches!(self.next, Some(Work::Command(_)));
        let sql = match (connection.is_some(), chained) {
            (false, _) => "COMMIT",
            (true, false) => "SET LOCAL synchronous_commit = off; COMMIT",
            (true, true) => "SET LOCAL synchronous_commit = off; COMMIT; BEGIN",
        };
        // Never a new session here: it would commit nothing, and say that it did.
        let lost = || Err((Error::broken("the connection is closed"), Fault::Lost));
        match self.session.as_mut().map_or_else(lost, |session| session.control(sql)) {
            Ok(()) => {
                self.begun = chained;
                Ok(connection.map_or(End::Settled(Ok(())), End::Committed))
            }
            Err((error, Fault::Lost)) => {
                self.forget_session();
                let why =
                    format!("the connection was lost at commit; whether the change survived is not known: {error}");
                Ok(End::Settled(Err(Error::broken(why))))
            }
            Err((error, Fault::Again)) => {
                self.roll_back();
                Err((error, Fault::Again))
            }
            Err(failed) => Err(failed),
        }
    }

    /// The next command turned out to be abandoned: nothing may stay open while we wait for another.
    fn leave_open_transaction(&mut self) {
        if std::mem::take(&mut self.begun) {
            self.roll_back();
        }
    }

    fn roll_back(&mut self) {
        if self.session.as_mut().is_some_and(|session| session.control("ROLLBACK").is_err()) {
            self.forget_session();
        }
    }

    fn forget_session(&mut self) {
        self.session = None;
        self.begun = false;
    }

    fn session(&mut self) -> Result<&mut Session, Error> {
        if self.session.as_ref().is_none_or(|session| session.client.is_closed()) {
            self.forget_session();
            self.session = Some(Session::connect(&self.server, self.timeout)?);
        }
        Ok(self.session.as_mut().expect("just connected"))
    }
}
