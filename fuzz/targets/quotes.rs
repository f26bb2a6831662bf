//! Any text as a line for `muster quote`, priced by books of several kinds: always an answer in JSON.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use muster_domain::rules::{RuleBook, quote_line};

const BOOKS: [&str; 4] = [
    include_str!("../../rules/examples/boston-ma-pd.yaml"),
    include_str!("../../rules/examples/demo-county-so.yaml"),
    include_str!("../../rules/examples/demo-city-pd.yaml"),
    include_str!("../../rules/examples/houston-tx-pd.yaml"),
];

fn books() -> &'static [RuleBook] {
    static READ: OnceLock<Vec<RuleBook>> = OnceLock::new();
    READ.get_or_init(|| BOOKS.map(|text| RuleBook::read(text).expect("an example is a book")).into())
}

fuzz_target!(|line: &str| {
    for book in books() {
        let answer = quote_line(book, line);
        assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok(), "{answer}");
    }
});
