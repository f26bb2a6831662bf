//! What makes a password good enough: length and not being guessable. No rules of composition, no forced changes.

use crate::refusal::FieldErrors;

/// The least characters of a password that stands alone.
pub const LEAST: usize = 15;
/// The least characters of a password beside a second factor.
pub const LEAST_WITH_FACTOR: usize = 8;
/// The most characters; nothing is cut off.
pub const MOST: usize = 128;

/// Words that guessing begins with: the most used passwords, keyboard walks, the field's own words.
const BLOCKED: &[&str] = &[
    "1234567890",
    "0987654321",
    "0123456789",
    "987654321",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "54321",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertz",
    "qwerty",
    "azerty",
    "asdfgh",
    "asdf",
    "zxcvbn",
    "qazwsx",
    "lqazzwsx",
    "abcdefgh",
    "abcdef",
    "abcd",
    "abc",
    "password",
    "passwort",
    "passphrase",
    "passw",
    "letmein",
    "welcome",
    "changeme",
    "default",
    "secret",
    "trustno",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "basketball",
    "superman",
    "batman",
    "starwars",
    "pokemon",
    "dragon",
    "monkey",
    "shadow",
    "master",
    "michael",
    "jennifer",
    "jordan",
    "hunter",
    "freedom",
    "whatever",
    "computer",
    "internet",
    "killer",
    "cheese",
    "coffee",
    "flower",
    "access",
    "admin",
    "administrator",
    "root",
    "login",
    "user",
    "guest",
    "test",
    "temp",
    "hello",
    "spring",
    "summer",
    "autumn",
    "winter",
    "january",
    "february",
    "monday",
    "friday",
    "america",
    "muster",
    "police",
    "sheriff",
    "officer",
    "deputy",
    "sergeant",
    "lieutenant",
    "captain",
    "chief",
    "trooper",
    "badge",
    "offduty",
    "duty",
    "detail",
    "details",
    "shift",
    "patrol",
    "precinct",
    "district",
    "department",
    "agency",
    "county",
    "city",
];

/// Notes under `field` what is wrong with a password. `context` holds what others know of the person: name, address, agency.
pub fn check(errors: &mut FieldErrors, field: &str, password: &str, context: &[&str], second_factor: bool) {
    let length = password.chars().count();
    let least = if second_factor { LEAST_WITH_FACTOR } else { LEAST };
    if length < least {
        let why = if second_factor { "" } else { " (8 are enough once a second factor is set up)" };
        errors.add(field, format!("This password has {length} characters; at least {least} are needed{why}. Four or five unrelated words do well."));
    } else if length > MOST {
        errors.add(field, format!("This password has {length} characters; at most {MOST} fit."));
    } else if is_guessable(password, context) {
        errors.add(
            field,
            "This password is made of common words, keyboard rows or words about you or your agency. Choose unrelated words that nobody would expect.",
        );
    }
}

/// True when little is left after taking out everything that guessing begins with.
fn is_guessable(password: &str, context: &[&str]) -> bool {
    let mut rest = plain(password);
    let known = context.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(plain);
    let mut words: Vec<String> = known.filter(|word| word.chars().count() >= 3).collect();
    words.extend(BLOCKED.iter().flat_map(|word| [(*word).to_owned(), plain(word)]));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in &words {
        rest = rest.replace(word.as_str(), "");
    }
    let mut different: Vec<char> = rest.chars().collect();
    let left = different.len();
    different.sort_unstable();
    different.dedup();
    left < 6 || different.len() < 5
}

/// Lower case, letters and digits only, with the usual disguises undone.
fn plain(text: &str) -> String {
    let letters = text.to_lowercase();
    let digits_only = letters.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric());
    letters
        .chars()
        .map(|c| match c {
            '@' => 'a',
            '$' => 's',
            '!' => 'i',
            '0' if !digits_only => 'o',
            '1' if !digits_only => 'l',
            '3' if !digits_only => 'e',
            '4' if !digits_only => 'a',
            '5' if !digits_only => 's',
            '7' if !digits_only => 't',
            other => other,
        })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrong(password: &str, second_factor: bool) -> bool {
        let mut errors = FieldErrors::default();
        check(
            &mut errors,
            "password",
            password,
            &["Rosa Tran", "rosa.tran@brookhaven.example", "Brookhaven Police"],
            second_factor,
        );
        !errors.0.is_empty()
    }

    #[test]
    fn length_and_guessing_decide() {
        for (password, alone, with_factor) in [
            ("velvet anchor tuba", false, false),
            ("velvet tuba", true, false),
            ("v tuba1", true, true),
            ("passwordpassword", true, true),
            ("P@ssw0rd P@ssw0rd!", true, true),
            ("123456789012345", true, true),
            ("qwertyuiopasdfghjkl", true, true),
            ("aaaaaaaaaaaaaaaaaaa", true, true),
            ("BrookhavenPolice2026", true, true),
            ("rosatranrosatranrosa", true, true),
            ("MusterOfficerBadge1", true, true),
            ("correct horse battery staple", false, false),
            ("пять зелёных ежей поют", false, false),
        ] {
            assert_eq!((wrong(password, false), wrong(password, true)), (alone, with_factor), "{password}");
        }
    }

    #[test]
    fn nothing_is_cut_off() {
        assert!(!wrong(&"unlikely zebra ".repeat(8), false));
        assert!(wrong(&"unlikely zebra ".repeat(9), false));
    }

    proptest! {
        #[test]
        fn every_text_is_judged_without_a_panic(password in ".{0,140}") {
            let judged = wrong(&password, true);
            prop_assert!(judged || password.chars().count() >= LEAST_WITH_FACTOR);
        }
    }
}
