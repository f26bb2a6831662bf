//! The code generator (TOTP) and its recovery codes.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    audit::Entry,
    id::SessionId,
    refusal::{FieldErrors, Refusal},
};
use muster_store::{self as store, Tx, access::Account};
use totp_rs::{Builder, Secret};

use super::{own, seal, sessions, token_hash};
use crate::{Failure, audit};

/// How many recovery codes are made at once.
const RECOVERY_CODES: usize = 10;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A fresh secret for a code generator: 160 bits as base32.
#[must_use]
pub fn totp_secret(bytes: &[u8; 20]) -> String {
    bytes.chunks(5).flat_map(spread).collect()
}

/// Five bytes as eight letters of base32.
fn spread(five: &[u8]) -> [char; 8] {
    let number = five.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    std::array::from_fn(|at| char::from(BASE32[usize::try_from(number >> (35 - 5 * at) & 31).unwrap_or(0)]))
}

/// The address that a code generator reads from the picture.
#[must_use]
pub fn totp_address(secret: &str, email: &str) -> String {
    let email: String = email.bytes().map(escaped).collect();
    format!("otpauth://totp/Muster:{email}?secret={secret}&issuer=Muster&algorithm=SHA1&digits=6&period=30")
}

fn escaped(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    }
}

/// The step of 30 seconds for which this code is right, one step early or late allowed.
fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).ok()?).with_skew(1).build().ok()?;
    let step = totp.check(code, u64::try_from(now.as_second()).ok()?)?;
    i64::try_from(step).ok()
}

/// Uses up a code of the generator or a recovery code; false when it is wrong or was used before.
pub(super) fn accepts(tx: &mut Tx<'_>, account: &Account, code: &str, now: Timestamp) -> Result<bool, Failure> {
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
    if code.len() == 6 {
        let Some(secret) = seal::open(tx, &account.totp_secret, account.id) else { return Ok(false) };
        let Some(step) = step_of(&secret, &code, now) else { return Ok(false) };
        let used = store::access::use_totp_step(tx, account.id, step)?;
        // A secret from before there was a key is sealed when it is used next.
        if used && !seal::is_sealed(&account.totp_secret) && tx.key().is_some() {
            let sealed = seal::seal(tx, &secret, account.id)?;
            store::access::save_totp(tx, account.id, &sealed, step)?;
        }
        return Ok(used);
    }
    let used = store::access::use_recovery_code(tx, account.id, &recovery_hash(account, &code), now)?;
    if used {
        let words = "One of your recovery codes was just used to sign in to Muster. If that was not you, change your password at once and end all other sessions.";
        store::notices::add_mail(tx, None, &account.email, "A recovery code was used", words, now)?;
    }
    Ok(used)
}

/// Recovery codes have 80 random bits, so a fast digest bound to the account is enough.
fn recovery_hash(account: &Account, code: &str) -> String {
    token_hash(&format!("{}\n{code}", account.id))
}

/// The codes of one set from random bytes, as shown: four groups of four.
fn recovery_codes(tx: &mut Tx<'_>) -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let bytes = tx.secret::<10>();
            let letters: Vec<char> = bytes.chunks(5).flat_map(spread).map(|c| c.to_ascii_lowercase()).collect();
            letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
        })
        .collect()
}

fn renew_codes(tx: &mut Tx<'_>, account: &Account) -> Result<Vec<String>, Failure> {
    let codes = recovery_codes(tx);
    let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(account, &code.replace('-', ""))).collect();
    store::access::replace_recovery_codes(tx, account.id, &hashes)?;
    Ok(codes)
}

/// What setting up a code generator gives: shown once, never again.
#[derive(Debug, Clone)]
pub struct NewFactor {
    /// The recovery codes.
    pub codes: Vec<String>,
    /// The new token of this session.
    pub token: String,
}

/// Sets up the code generator after its first code was typed in; other sessions must show it too from now on.
///
/// # Errors
/// Invalid when the code is wrong; refused when one is set up already.
pub fn set_up_totp(
    tx: &mut Tx<'_>,
    (who, session): (&Actor, Option<SessionId>),
    secret: &str,
    code: &str,
    now: Timestamp,
) -> Result<NewFactor, Failure> {
    let permit = authorise(who, Action::EditOwnAccount, &Target::PLATFORM)?;
    let account = own::load(tx, who)?;
    if !account.totp_secret.is_empty() {
        return Err(Refusal::new("factor_exists", "A second factor is set up already.", "Remove it first.").into());
    }
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let whole = secret.len() == 32 && secret.bytes().all(|byte| BASE32.contains(&byte));
    let Some(step) = whole.then(|| step_of(secret, &code, now)).flatten() else {
        let mut errors = FieldErrors::default();
        errors.add(
            "code",
            "This is not the code that the generator shows now. Wait for the next one; check the clock of the phone.",
        );
        return Err(errors.into());
    };
    let sealed = seal::seal(tx, secret, account.id)?;
    store::access::save_totp(tx, account.id, &sealed, step)?;
    let codes = renew_codes(tx, &account)?;
    let token = sessions::renew(tx, who, session, now)?;
    own::tell(tx, &account, "A second factor was set up", "From now on Muster asks for a code when you sign in.", now)?;
    audit::record(tx, &permit, Entry::new("set_up_second_factor", "set up a second factor").about(account.id), now)?;
    Ok(NewFactor { codes, token })
}

/// Makes new recovery codes; the old ones stop working.
///
/// # Errors
/// Refused without a second factor.
pub fn renew_recovery_codes(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<Vec<String>, Failure> {
    let permit = authorise(who, Action::EditOwnAccount, &Target::PLATFORM)?;
    let account = own::load(tx, who)?;
    if account.totp_secret.is_empty() {
        return Err(Refusal::new("no_factor", "There is no second factor.", "Set one up first.").into());
    }
    let codes = renew_codes(tx, &account)?;
    own::tell(tx, &account, "New recovery codes", "New recovery codes were made; the old ones no longer work.", now)?;
    audit::record(tx, &permit, Entry::new("renewed_recovery_codes", "made new recovery codes").about(account.id), now)?;
    Ok(codes)
}

/// Removes the code generator.
///
/// # Errors
/// Refused without one, or while the password is too short to stand alone.
pub fn remove_totp(tx: &mut Tx<'_>, who: &Actor, password_length: usize, now: Timestamp) -> Result<(), Failure> {
    let permit = authorise(who, Action::EditOwnAccount, &Target::PLATFORM)?;
    let account = own::load(tx, who)?;
    if account.totp_secret.is_empty() {
        return Err(Refusal::new("no_factor", "There is no second factor.", "Nothing needs to be done.").into());
    }
    if password_length < muster_domain::access::password::LEAST {
        return Err(Refusal::new(
            "password_short",
            "Your password is too short to stand alone.",
            "Choose one of at least 15 characters first, then remove the second factor.",
        )
        .into());
    }
    store::access::save_totp(tx, account.id, "", account.totp_step)?;
    store::access::replace_recovery_codes(tx, account.id, &[])?;
    own::tell(
        tx,
        &account,
        "Your second factor was removed",
        "Muster no longer asks for a code when you sign in.",
        now,
    )?;
    audit::record(tx, &permit, Entry::new("removed_second_factor", "removed the second factor").about(account.id), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_codes_follow_the_standard() {
        // RFC 6238, appendix B: the secret "12345678901234567890" at 59 s gives 94287082 (eight digits), so 287082 with six.
        let secret = totp_secret(b"12345678901234567890");
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let at = |second| Timestamp::from_second(second).expect("in range");
        assert_eq!(step_of(&secret, "287082", at(59)), Some(1));
        assert_eq!(step_of(&secret, "287082", at(89)), Some(1), "one step late");
        assert_eq!(step_of(&secret, "287082", at(120)), None, "too late");
        assert_eq!(step_of(&secret, "287083", at(59)), None);
        assert_eq!(step_of("not base32!", "287082", at(59)), None);
    }

    #[test]
    fn an_address_is_escaped() {
        assert!(
            totp_address("AAAA", "a+b@x.example").starts_with("otpauth://totp/Muster:a%2Bb%40x.example?secret=AAAA&")
        );
    }
}
