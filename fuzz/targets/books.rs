//! Any text as a rule book: it is read and used, or refused with reasons.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/domain/tests/any_text/mod.rs"]
mod any_text;

fuzz_target!(|text: &str| {
    any_text::stands(text, "the input");
});
