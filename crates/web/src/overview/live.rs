//! Live updates of the overview. One feed per agency and role looks once a second whether anything happened there, draws the pieces
//! once, and gives the same text to everybody who watches; so the number of watchers costs no database work.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use jiff::tz::TimeZone;
use muster_app::{Failure, access, overview};
use muster_domain::{
    access::{Action, Actor, Denied, Reach, Role, reach},
    id::AgencyId,
};
use tokio::sync::watch;

use super::pages::pieces;
use crate::{Ctx, failure::PageFailure, given::Given, guard::session_token, times};

/// At most one update in this time.
const PACE: Duration = Duration::from_secs(1);
/// Without any change the pieces are drawn anew after so many looks: lateness comes by time alone.
const LOOKS: u32 = 15;
/// How often a watcher's session is looked at again.
const RECHECK: Duration = Duration::from_secs(60);

type Drawn = Arc<str>;
/// An agency and the role of those who watch: two roles may do different things on the same page.
type Key = (AgencyId, Role);

/// The feeds that run, by agency and role.
#[derive(Default)]
pub struct Live {
    feeds: Mutex<HashMap<Key, watch::Sender<Drawn>>>,
    closed: AtomicBool,
}

impl Live {
    /// Ends every feed and with it every open stream, so that the server can stop.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// True once the server is about to stop.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// What the agency's feed draws; starts the feed when nobody watches yet.
    fn watch(&self, ctx: &Ctx, key: Key, actor: &Actor, zone: TimeZone) -> watch::Receiver<Drawn> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = feeds.get(&key) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(Drawn::from(""));
        feeds.insert(key, sender.clone());
        tokio::spawn(feed(ctx.clone(), actor.clone(), zone, key, sender));
        receiver
    }

    /// True when the feed should end: the server stops, or nobody watches any more.
    fn leave(&self, key: Key, sender: &watch::Sender<Drawn>) -> bool {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if self.closed.load(Ordering::Relaxed) {
            return true;
        }
        let unwatched = sender.receiver_count() == 0;
        if unwatched {
            feeds.remove(&key);
        }
        unwatched
    }
}

async fn feed(ctx: Ctx, actor: Actor, zone: TimeZone, key: Key, sender: watch::Sender<Drawn>) {
    let (mut seen, mut looks) = (None, 0);
    while !ctx.live().leave(key, &sender) {
        match look(&ctx, &actor, seen, looks == 0).await {
            Ok(Some((number, overview))) => {
                seen = Some(number);
                let drawn = Drawn::from(pieces(&overview, &zone, key.1));
                sender.send_if_modified(|now| {
                    let differs = **now != *drawn;
                    *now = drawn;
                    differs
                });
            }
            Ok(None) => {}
            Err(failure) => tracing::warn!(?failure, "the overview could not be read and is tried again"),
        }
        looks = (looks + 1) % LOOKS;
        tokio::time::sleep(PACE).await;
    }
}

/// The overview and its change number, unless nothing happened since `seen`.
async fn look(
    ctx: &Ctx,
    actor: &Actor,
    seen: Option<i64>,
    anyway: bool,
) -> Result<Option<(i64, overview::Overview)>, Failure> {
    let actor = actor.clone();
    ctx.read(move |tx, now| {
        let number = overview::change_number(tx, &actor)?;
        if seen == Some(number) && !anyway {
            return Ok(None);
        }
        Ok(Some((number, overview::load_overview(tx, &actor, now)?)))
    })
    .await
}

struct Watcher {
    ctx: Ctx,
    token: String,
    key: Key,
    receiver: watch::Receiver<Drawn>,
    recheck: tokio::time::Interval,
}

/// The stream: the full state on connecting, then every change, at most once a second, until the session ends.
pub async fn stream_overview(
    given: Given,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, PageFailure> {
    let agency = given.who.actor.agency.ok_or(Denied::NoAgency)?;
    let token = session_token(&headers).ok_or_else(PageFailure::missing)?;
    let key = (agency, given.who.actor.role);
    let mut receiver = given.ctx.live().watch(&given.ctx, key, &given.who.actor, times::zone(&given.who.shown.zone));
    if !receiver.borrow().is_empty() {
        receiver.mark_changed();
    }
    let mut recheck = tokio::time::interval(RECHECK);
    recheck.reset();
    let watcher = Watcher { ctx: given.ctx, token, key, receiver, recheck };
    Ok(Sse::new(stream::unfold(watcher, next)).keep_alive(KeepAlive::default()))
}

async fn next(mut watcher: Watcher) -> Option<(Result<Event, Infallible>, Watcher)> {
    loop {
        tokio::select! {
            changed = watcher.receiver.changed() => {
                changed.ok()?;
                let drawn = watcher.receiver.borrow_and_update().clone();
                return Some((Ok(Event::default().event("patch").data(&*drawn)), watcher));
            }
            _ = watcher.recheck.tick() => {
                if !still_welcome(&watcher).await {
                    return None;
                }
            }
        }
    }
}

/// True while the session stands, at the same agency and in the same role, which sees the overview.
async fn still_welcome(watcher: &Watcher) -> bool {
    let token = watcher.token.clone();
    let found = watcher.ctx.read(move |tx, now| access::find_session(tx, &token, now)).await;
    // A database that is busy for a moment ends nobody's session.
    let Ok(found) = found else { return true };
    found.is_some_and(|found| {
        (found.actor.agency, found.actor.role) == (Some(watcher.key.0), watcher.key.1)
            && reach(found.actor.role, Action::ViewOverview) != Reach::Nobody
    })
}
