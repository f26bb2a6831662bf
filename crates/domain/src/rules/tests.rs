use std::{fs, path::Path};

use super::*;

fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/examples");
    let mut all: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the folder of examples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("a text"))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_example_reads_and_comes_back() {
    let all = examples();
    assert!(all.len() >= 2, "examples are missing");
    for (name, text) in all {
        let book = RuleBook::read(&text).unwrap_or_else(|mistakes| {
            panic!("{name}: {}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        assert_eq!(book.agency, name, "the file is named after the agency");
        assert!(text.starts_with("# Example"), "{name}: the first line marks it as an example");
        assert!(text.lines().next().is_some_and(|line| line.contains("not in force")), "{name}");
        let written = book.write().expect("it writes");
        let again = RuleBook::read(&written).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}\n{written}"));
        assert_eq!(again, book, "{name}");
    }
}

const HEAD: &str = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\n";

#[test]
fn a_document_too_large_is_refused() {
    let long = format!("{HEAD}source: {}\n", "x".repeat(BYTES_AT_MOST));
    assert!(RuleBook::read(&long).expect_err("too long")[0].message.contains("at most"));
}

/// Each block of the documentation is read where its words say it belongs.
#[test]
fn the_documentation_is_true() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md")).expect("the page");
    let mut blocks = 0;
    for block in text.split("```yaml ").skip(1) {
        let (place, rest) = block.split_once('\n').expect("a line");
        let (body, _) = rest.split_once("```").expect("an end");
        let under = |key: &str| {
            let indented: String = body.lines().map(|line| format!("  {line}\n")).collect();
            format!("{HEAD}{key}:\n{indented}")
        };
        let book = match place {
            "book" | "example" => body.to_owned(),
            "calendar" | "policy" | "rates" => under(place),
            "when" => {
                let when: String = body.lines().map(|line| format!("        {line}\n")).collect();
                let calendar = "calendar: { holidays: { legal: { days: { it: 12-25 } } } }\n";
                format!("{HEAD}{calendar}rates:\n  premium:\n    - effect: {{ add: 1 }}\n      when:\n{when}")
            }
            other => panic!("a block of {other} has no place"),
        };
        RuleBook::read(&book).unwrap_or_else(|mistakes| {
            panic!("{}\n{book}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        blocks += 1;
    }
    assert!(blocks >= 12, "{blocks} blocks");
}

/// Every fact and every switch is in the documentation.
#[test]
fn the_documentation_names_every_fact() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md")).expect("the page");
    for (path, ..) in crate::predicate::Field::ALL {
        let (_, name) = path.split_once('.').expect("a section and a name");
        assert!(text.contains(&format!("`{name}`")), "{path}");
    }
}

/// Every rule has its sentence, whole and with its numbers.
#[test]
fn every_book_reads_in_sentences() {
    for (name, text) in examples() {
        let book = RuleBook::read(&text).expect("it reads");
        for chapter in book.chapters() {
            for sentence in &chapter.sentences {
                assert!(
                    sentence.len() > 8 && !sentence.contains(": ,") && !sentence.contains("  "),
                    "{name}: {sentence}"
                );
            }
        }
    }
    let boston = examples().into_iter().find(|(name, _)| name == "boston-ma-pd").expect("it is there").1;
    let all: Vec<String> = RuleBook::read(&boston)
        .expect("it reads")
        .chapters()
        .into_iter()
        .flat_map(|chapter| chapter.sentences)
        .collect();
    for sentence in [
        "Construction: up to 4 h pays 4 h; over 4 h and up to 8 h pays 8 h; other time is rounded up to 1 h, when job kind is construction.",
        "City administrative fee: 10 % of labor.",
        "Time on the wall clock is paid on the night the clocks change.",
    ] {
        assert!(all.iter().any(|one| one == sentence), "{sentence}\n{all:#?}");
    }
}

/// The lines of the page come to what it says.
#[test]
fn the_lines_of_the_documentation_come_to_what_it_says() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md")).expect("the page");
    let block = |start: &str| {
        let (_, rest) = text.split_once(start).expect(start);
        rest.split_once("```").expect("an end").0
    };
    let book = RuleBook::read(block("```yaml example\n")).expect("it reads");
    let mut kinds: Vec<&str> = Vec::new();
    let mut wrong = Vec::new();
    for row in block("```text lines\n").lines() {
        let (kind, rest) = row.split_once(' ').expect("a kind");
        let (line, said) = rest.split_once(" -> ").expect("an answer");
        let answer: serde_json::Value = serde_json::from_str(&quote_line(&book, line.trim())).expect("JSON");
        let word = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        let mut comes = format!("{} h, {}", word("paid_hours"), word("customer_amount"));
        if said.contains("officer") {
            comes += &format!(", officer {}", word("officer_amount"));
        }
        if comes != said {
            wrong.push(format!("{row}\n    comes to {comes} {}", answer["error"]));
        }
        kinds.push(kind);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    kinds.dedup();
    for kind in [
        "base_rate",
        "payable_time",
        "quantize",
        "premium",
        "resource_fee",
        "admin_fee",
        "tax",
        "cancellation",
        "payment_terms",
    ] {
        assert!(kinds.contains(&kind), "{kind} has no line");
    }
}

/// Every key and every word of the schema is on the page, so that nobody has to guess.
#[test]
fn the_documentation_names_every_key_and_word() {
    fn names(schema: &serde_json::Value, all: &mut std::collections::BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(fields) => {
                if let Some(own) = fields.get("properties").and_then(serde_json::Value::as_object) {
                    all.extend(own.keys().filter(|key| !key.contains('.')).cloned());
                }
                if let Some(words) = fields.get("enum").and_then(serde_json::Value::as_array) {
                    all.extend(words.iter().filter_map(serde_json::Value::as_str).map(str::to_owned));
                }
                fields.values().for_each(|value| names(value, all));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| names(value, all)),
            _ => {}
        }
    }
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md")).expect("the page");
    let words: std::collections::HashSet<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').collect();
    let mut all = std::collections::BTreeSet::new();
    names(&schema(), &mut all);
    let missing: Vec<&String> = all.iter().filter(|name| !words.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}
