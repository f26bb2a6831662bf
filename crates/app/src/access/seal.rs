//! Secrets that must be read again, unlike passwords: sealed under the installation's key and bound to their account, so that
//! a copy of the database alone is not enough to read them, and one account's cannot be given to another.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use muster_domain::{id::AccountId, refusal::Refusal};
use muster_store::{SecretKey, Tx};

use crate::Failure;

/// What a sealed text begins with; the number is that of the way it is sealed.
const MARK: &str = "sealed:1:";
/// Bytes of the nonce: long enough that a random one is never used twice.
const NONCE: usize = 24;

/// The text as it is stored.
///
/// # Errors
/// Refused when the installation has no key.
pub(super) fn seal(tx: &mut Tx<'_>, plain: &str, of: AccountId) -> Result<String, Failure> {
    let key = tx.key().ok_or_else(no_key)?;
    let nonce: [u8; NONCE] = tx.secret();
    Ok(sealed(&key, nonce, plain, of))
}

/// The text that was sealed; `None` when it cannot be opened: the key is another one, or the row was changed. A text from
/// before there was a key is given as it stands.
pub(super) fn open(tx: &Tx<'_>, stored: &str, of: AccountId) -> Option<String> {
    if !is_sealed(stored) {
        return Some(stored.to_owned());
    }
    let plain = tx.key().and_then(|key| opened(&key, stored, of));
    if plain.is_none() {
        tracing::error!(account = %of, "a sealed secret cannot be opened; is the secret key the one it was sealed with?");
    }
    plain
}

/// Whether a stored text is sealed.
pub(super) fn is_sealed(stored: &str) -> bool {
    stored.starts_with(MARK)
}

fn no_key() -> Refusal {
    Refusal::new(
        "no_secret_key",
        "This installation has no secret key, so the secret of a code generator could not be kept safely.",
        "Ask whoever runs it to set MUSTER_SECRET_KEY and start Muster again.",
    )
}

fn sealed(key: &SecretKey, nonce: [u8; NONCE], plain: &str, of: AccountId) -> String {
    let bound = of.to_string();
    let payload = Payload { msg: plain.as_bytes(), aad: bound.as_bytes() };
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.expect("only texts of many gigabytes cannot be sealed");
    format!("{MARK}{}", URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

fn opened(key: &SecretKey, stored: &str, of: AccountId) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(stored.strip_prefix(MARK)?).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let bound = of.to_string();
    let plain = cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound.as_bytes() }).ok()?;
    String::from_utf8(plain).ok()
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.bytes().into())
}

#[cfg(test)]
mod tests {
    use muster_domain::id::Id;

    use super::*;

    fn account(number: u128) -> AccountId {
        AccountId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn only_the_key_and_the_account_open_what_was_sealed() {
        let (key, other) = (SecretKey::new([1; 32]), SecretKey::new([2; 32]));
        let stored = sealed(&key, [9; NONCE], "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", account(1));
        assert!(is_sealed(&stored) && !stored.contains("GEZDGNBV"), "{stored}");
        assert_eq!(opened(&key, &stored, account(1)).as_deref(), Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
        assert_eq!(opened(&other, &stored, account(1)), None, "another key");
        assert_eq!(opened(&key, &stored, account(2)), None, "another account");
        for at in 0..stored.len() - MARK.len() {
            let mut changed = stored.clone().into_bytes();
            let at = MARK.len() + at;
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(opened(&key, std::str::from_utf8(&changed).expect("ASCII"), account(1)), None, "byte {at}");
        }
        for broken in ["", MARK, "sealed:1:AAAA", "sealed:1:\u{e9}", "sealed:2:AAAA"] {
            assert_eq!(opened(&key, broken, account(1)), None, "{broken}");
        }
    }
}
