//! The worker beside the requests: once a second it does the timers that fell due and hands over waiting e-mails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use jiff::Timestamp;
use muster_app::{Clock, Db, Failure, notices, worker};
use muster_edge::mail::Mailer;

use crate::clock::RealClock;

/// Between two looks at what is due.
const PAUSE: Duration = Duration::from_secs(1);
/// Regular timers are looked after once in so many rounds.
const ROUNDS_PER_MINUTE: u32 = 60;

/// Starts the worker's thread; it ends soon after `stop` is set, with the work in hand done.
pub fn spawn(db: Db, mailer: Option<Mailer>, stop: Arc<AtomicBool>) -> Result<JoinHandle<()>, std::io::Error> {
    thread::Builder::new().name("worker".to_owned()).spawn(move || {
        let mut round = 0;
        while !stop.load(Ordering::Relaxed) {
            if let Err(failure) = work(&db, mailer.as_ref(), round, RealClock.now()) {
                tracing::error!(?failure, "the worker could not do its round and tries again");
            }
            round = (round + 1) % ROUNDS_PER_MINUTE;
            thread::park_timeout(PAUSE);
        }
    })
}

fn work(db: &Db, mailer: Option<&Mailer>, round: u32, now: Timestamp) -> Result<(), Failure> {
    if round == 0 {
        worker::set_regular(db, now)?;
    }
    worker::run_due(db, now)?;
    if let Some(mailer) = mailer {
        send_mail(db, mailer, now)?;
    }
    Ok(())
}

/// Hands over the e-mails that wait; one that fails is tried again later.
pub fn send_mail(db: &Db, mailer: &Mailer, now: Timestamp) -> Result<usize, Failure> {
    let claimed = db.housekeep_blocking(move |tx| notices::claim_mail(tx, now))?;
    let count = claimed.len();
    for mail in claimed {
        let sent = mailer.send(&mail.id.to_string(), &mail.recipient, &mail.subject, &mail.body);
        let sent = sent.map_err(|problem| problem.to_string());
        if let Err(problem) = &sent {
            tracing::warn!(id = %mail.id, problem, "an e-mail could not be handed over");
        }
        db.housekeep_blocking(move |tx| notices::settle_mail(tx, &mail, sent.clone(), now))?;
    }
    Ok(count)
}
