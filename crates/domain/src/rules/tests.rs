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
fn a_mistake_names_line_key_expectation_and_example() {
    let rows: [(&str, u64, &[&str]); 12] = [
        ("rates:\n  quantize:\n    - minimun: 4 h\n", 7, &["minimun", "minimum"]),
        ("rates:\n  quantize:\n    - minimum: 4\n", 7, &["4", "90 min, 24 h"]),
        ("rates:\n  base_rate:\n    - amount: many\n", 7, &["many", "63.8937"]),
        (
            "rates:\n  base_rate:\n    - by: officer.rang\n      amount: { a: 1 }\n",
            7,
            &["officer.rang", "officer.rank"],
        ),
        ("rates:\n  premium:\n    - effect: {}\n", 7, &["does nothing", "multiply: 1.5"]),
        (
            "rates:\n  premium:\n    - when: { moment.holiday: legal }\n      effect: { add: 1 }\n",
            7,
            &["legal", "christmas"],
        ),
        ("rates:\n  premium:\n    - when: { job.kidn: a }\n      effect: { add: 1 }\n", 7, &["job.kidn", "job.kind"]),
        ("rates:\n  switches: { stacking: highest }\n", 6, &["highest", "max"]),
        ("rates:\n  base_rate:\n    - amount: { officer: 1 }\n", 0, &["by: officer.rank"]),
        ("rates:\n  quantize:\n    - blocks: [8 h, 4 h]\n", 7, &["rise", "[4 h, 8 h]"]),
        ("policy:\n  - id: a\n    kind: cup\n", 7, &["cup", "cap"]),
        ("color: red\n", 5, &["color"]),
    ];
    for (body, line, parts) in rows {
        let mistakes = RuleBook::read(&format!("{HEAD}{body}")).expect_err(body);
        let message = mistakes[0].to_string();
        assert_eq!(mistakes[0].line, line, "{body}: {message}");
        for part in parts {
            assert!(message.contains(part), "{body}: {message}");
        }
    }
    let no_zone = RuleBook::read(&HEAD.replace("America/New_York", "Mars")).expect_err("no zone");
    assert!(no_zone[0].message.contains("America/New_York") && no_zone[0].line == 4);
    let missing = RuleBook::read("agency: x\n").expect_err("incomplete");
    assert!(missing[0].message.contains("For example"), "{missing:?}");
}

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
            "book" => body.to_owned(),
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
        "City administrative fee: 10 % of labour.",
        "Time on the wall clock is paid on the night the clocks change.",
    ] {
        assert!(all.iter().any(|one| one == sentence), "{sentence}\n{all:#?}");
    }
}
