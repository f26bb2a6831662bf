//! Hashing and checking passwords. Slow on purpose: never call these inside a transaction or on an async thread.

use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// Memory of one hash, in KiB.
pub const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over that memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;

/// The hash that is checked for people who do not exist, so that they take as long as those who do.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password("nobody has this password", &[0; 16]));

fn argon() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the constants are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string of a password, with a fresh random salt.
///
/// # Panics
/// When memory runs out.
#[must_use]
pub fn hash_password(password: &str, salt: &[u8; 16]) -> String {
    let hash = argon().hash_password_with_salt(password.as_bytes(), salt);
    hash.expect("argon2 refuses only sizes that the constants and the form rule out").to_string()
}

/// True when the password belongs to the hash. An empty hash belongs to nobody, and takes as long.
#[must_use]
pub fn verify_password(password: &str, hash: &str) -> bool {
    let known = !hash.is_empty();
    let hash = if known { hash } else { NOBODY.as_str() };
    let verifies: Result<(), _> = PasswordVerifier::<str>::verify_password(&argon(), password.as_bytes(), hash);
    verifies.is_ok() && known
}

/// True when a hash was made with other cost parameters than today's.
#[must_use]
pub fn is_outdated(hash: &str) -> bool {
    !hash.contains(&format!("$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_names_todays_cost_and_knows_its_password() {
        let hash = hash_password("velvet anchor tuba", &[7; 16]);
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=2,p=1$"), "{hash}");
        assert!(!is_outdated(&hash) && is_outdated("$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA"));
        assert!(verify_password("velvet anchor tuba", &hash));
        assert!(!verify_password("velvet anchor tubb", &hash));
        assert!(!verify_password("nobody has this password", ""), "the stand-in's password opens nothing");
    }
}
