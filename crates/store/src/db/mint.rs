//! New ids and secrets. Randomness is handed in by the binary; instants come from the use case.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use muster_domain::id::Id;
use uuid::Uuid;

/// A source of random bytes.
pub trait Mint: Send + Sync {
    /// Fills the slice with bytes that nobody can guess (in production).
    fn fill(&self, bytes: &mut [u8]);
}

/// The installation's secret key: seals what a copy of the database alone must not give away. Never shown, never stored.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// A key from random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for a cipher.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// Makes UUIDv7 that rise within one process, also inside one millisecond.
pub(crate) struct Minter {
    source: Arc<dyn Mint>,
    last: Mutex<(u64, u128)>,
    key: Option<SecretKey>,
}

/// The random part of a UUIDv7: 12 bits beside the version, 62 beside the variant.
const TAIL_BITS: u32 = 74;

impl Minter {
    pub(crate) fn new(source: Arc<dyn Mint>) -> Self {
        Self { source, last: Mutex::new((0, 0)), key: None }
    }

    pub(crate) fn with_key(self, key: Option<SecretKey>) -> Self {
        Self { key, ..self }
    }

    pub(crate) fn key(&self) -> Option<&SecretKey> {
        self.key.as_ref()
    }

    pub(crate) fn id<I: Id>(&self, now: Timestamp) -> I {
        let now = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let mut bytes = [0; 16];
        self.source.fill(&mut bytes);
        let random = u128::from_le_bytes(bytes);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // A fresh tail leaves its highest bit free, so that 2^41 steps of up to 2^32 fit above it.
        let mut tail = random & ((1 << (TAIL_BITS - 1)) - 1);
        if last.0 == now {
            let next = last.1 + 1 + (random & 0xffff_ffff);
            tail = if next >> TAIL_BITS == 0 { next } else { tail };
        }
        if now >= last.0 {
            *last = (now, tail);
        }
        drop(last);
        let (high, low) = (tail >> 62, tail & ((1 << 62) - 1));
        I::from_uuid(Uuid::from_u128(u128::from(now) << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
    }

    pub(crate) fn secret<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.source.fill(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use muster_domain::id::JobId;

    use super::*;

    struct Same(u8);
    impl Mint for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn ids_rise_and_are_version_seven() {
        let minter = Minter::new(Arc::new(Same(0xff)));
        let now = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        let ids: Vec<JobId> = (0..1000).map(|_| minter.id(now)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1] && pair[0].to_string() < pair[1].to_string()));
        assert!(ids.iter().all(|id| id.uuid().get_version_num() == 7));
        assert!(ids.iter().all(|id| id.uuid().get_variant() == uuid::Variant::RFC4122));
        let later: JobId = minter.id(Timestamp::from_millisecond(1_800_000_000_001).unwrap());
        assert!(ids[999] < later);
        let earlier: JobId = minter.id(Timestamp::from_millisecond(1_799_999_999_999).unwrap());
        assert!(earlier < ids[0]);
    }
}
