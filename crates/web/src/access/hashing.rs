//! Passwords are hashed and checked on threads that may block, a few at a time: each takes 64 MiB.

use muster_app::{Failure, access};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::Ctx;

/// More at once would let a crowd of strangers use up the memory.
static ROOM: Semaphore = Semaphore::const_new(4);

/// The hash of a new password.
pub async fn hash(ctx: &Ctx, password: String) -> Result<String, Failure> {
    let salt = ctx.bytes::<16>();
    let _room = ROOM.acquire().await.map_err(|_| Failure::Busy)?;
    spawn_blocking(move || access::hash_password(&password, &salt)).await.map_err(|_| Failure::Busy)
}

/// Whether the password belongs to the hash; takes as long for an empty hash.
pub async fn verify(password: String, hash: String) -> Result<bool, Failure> {
    let _room = ROOM.acquire().await.map_err(|_| Failure::Busy)?;
    spawn_blocking(move || access::verify_password(&password, &hash)).await.map_err(|_| Failure::Busy)
}
