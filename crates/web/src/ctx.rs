//! What every handler is given: the database, the clock, randomness, settings.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use muster_app::{Clock, Db, Failure, Randomness, Tx, access};
use muster_domain::access::Actor;
use serde::{Serialize, de::DeserializeOwned};

use crate::{fields::Sent, overview::Live, tiles::Tiles};

/// How this installation runs.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The address people use, for links in e-mails, for example `https://details.example.gov`.
    pub base_url: String,
    /// Demonstration mode: one-click personas and a banner.
    pub demo: bool,
    /// Where maps get their ground from; without one it is drawn, and no other host is asked.
    pub tiles: Option<Tiles>,
    /// How many reverse proxies stand in front; that many entries at the end of X-Forwarded-For are believed.
    pub proxies: usize,
}

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    db: Db,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    settings: Arc<Settings>,
    live: Arc<Live>,
}

impl Ctx {
    /// Wires the application.
    pub fn new(db: Db, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>, settings: Settings) -> Self {
        Self { db, clock, randomness, settings: Arc::new(settings), live: Arc::default() }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How this installation runs.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The live updates that run.
    #[must_use]
    pub fn live(&self) -> &Arc<Live> {
        &self.live
    }

    /// A fresh unguessable word: an idempotency key for a form, a nonce for a page.
    #[must_use]
    pub fn word(&self) -> String {
        let mut bytes = [0; 16];
        self.randomness.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Fresh unguessable bytes: a salt, a secret.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes);
        bytes
    }

    /// Runs a use case that only reads.
    ///
    /// # Errors
    /// The use case's.
    pub async fn read<T: Send + 'static>(
        &self,
        case: impl Fn(&mut Tx<'_>, Timestamp) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let now = self.now();
        self.db.read(move |tx| case(tx, now)).await
    }

    /// Runs a use case that changes something, once: the same key and body get the same answer again without a second effect.
    ///
    /// # Errors
    /// The use case's; refused when the key was used with another body.
    pub async fn act<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        who: &Actor,
        sent: &Sent,
        case: impl Fn(&mut Tx<'_>, Timestamp) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (now, account) = (self.now(), who.account);
        let (key, digest) = (sent.key()?.to_owned(), sent.digest().to_owned());
        self.db.write(move |tx| access::once(tx, account, &key, &digest, now, |tx| case(tx, now))).await
    }

    /// Runs a use case that changes something and cannot act twice by its nature: it uses up a link or a code, or sets a
    /// password. Its answer may hold secrets, so it is not kept.
    ///
    /// # Errors
    /// The use case's.
    pub async fn change<T: Send + 'static>(
        &self,
        case: impl Fn(&mut Tx<'_>, Timestamp) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let now = self.now();
        self.db.write(move |tx| case(tx, now)).await
    }

    /// Runs a use case on sessions, attempts and other housekeeping that leaves no audit entry.
    ///
    /// # Errors
    /// The use case's.
    pub async fn housekeep<T: Send + 'static>(
        &self,
        case: impl Fn(&mut Tx<'_>, Timestamp) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let now = self.now();
        self.db.housekeep(move |tx| case(tx, now)).await
    }
}
