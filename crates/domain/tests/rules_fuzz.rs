//! The reader of books and the pricing of lines stand any input: no panic, bounded time. Seeded, so a failure comes again.
#![allow(clippy::unwrap_used, reason = "a test stops where a file cannot be read")]
#![allow(clippy::disallowed_methods, reason = "a bound on time needs a clock")]

use std::{fs, path::PathBuf, sync::OnceLock, time::Instant};

use muster_domain::rules::{RuleBook, quote_line};

mod any_text;
use any_text::{LINES, LONGEST, stands};

/// A small generator: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap_or(0)
    }
}

fn examples() -> &'static Vec<String> {
    static READ: OnceLock<Vec<String>> = OnceLock::new();
    READ.get_or_init(|| {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/examples"));
        let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
        paths.sort();
        paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
    })
}

#[test]
fn flipped_cut_and_spliced_books_are_read_or_refused() {
    let mut dice = Dice(0x5eed_0001);
    let (all, mut read) = (examples(), 0);
    let odd: [&str; 14] =
        ["{", "}", "[", "]", ":", "- ", "\t", "\"", "'", "&a ", "*a", "!!str ", "|\n", "\u{202e}\u{0}"];
    for turn in 0..700 {
        let mut text: Vec<u8> = all[dice.below(all.len())].clone().into_bytes();
        for _ in 0..=dice.below(4) {
            let at = dice.below(text.len());
            match dice.below(6) {
                0 => text[at] ^= 1 << dice.below(8),
                1 => text.truncate(at),
                2 => {
                    let other = all[dice.below(all.len())].as_bytes();
                    let from = dice.below(other.len());
                    let part = &other[from..(from + dice.below(400)).min(other.len())];
                    text.splice(at..at, part.iter().copied());
                }
                3 => {
                    text.splice(at..at, odd[dice.below(odd.len())].bytes());
                }
                4 => {
                    let until = (at + dice.below(60)).min(text.len());
                    text.drain(at..until);
                }
                _ => {
                    // A number somewhere becomes another, often a huge one.
                    let digit = text.iter().skip(at).position(u8::is_ascii_digit).map(|found| at + found);
                    let numbers =
                        ["0", "-1", "99999999999999999999", "1e308", "0.000000000000001", "9223372036854775807", "NaN"];
                    if let Some(place) = digit {
                        text.splice(place..=place, numbers[dice.below(numbers.len())].bytes());
                    }
                }
            }
            if text.is_empty() {
                break;
            }
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        read += usize::from(stands(&text, &format!("turn {turn}")));
    }
    assert!(
        read > 20,
        "only {read} were books at all: the mutations are too wild to reach what lies behind the reader"
    );
}

/// The most memory that this process has used, in kilobytes; none where the system does not say.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

/// Lines of the book swapped, repeated, moved in or out, and given to another: what hands and merges do to a file.
fn shuffled(text: &str, other: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let others: Vec<&str> = other.lines().collect();
    for _ in 0..=dice.below(3) {
        let (one, two) = (dice.below(lines.len()), dice.below(lines.len()));
        let block = lines[one..(one + 1 + dice.below(12)).min(lines.len())].to_vec();
        match dice.below(7) {
            0 => lines.swap(one, two),
            1 => {
                let times = if dice.below(8) == 0 { 60 } else { 1 };
                (0..times).for_each(|_| drop(lines.splice(two..two, block.clone())));
            }
            2 => lines[one].insert_str(0, "  "),
            3 => lines[one] = lines[one].trim_start().to_owned(),
            4 => drop(lines.remove(one)),
            5 => lines.insert(one, others[dice.below(others.len())].to_owned()),
            _ => {
                // A value gets a name, and other places repeat it.
                if let Some((key, value)) = lines[one].clone().split_once(": ") {
                    lines[one] = format!("{key}: &n {value}");
                    for _ in 0..=dice.below(3) {
                        let at = dice.below(lines.len());
                        if let Some((key, _)) = lines[at].clone().split_once(": ").filter(|_| at > one) {
                            lines[at] = format!("{key}: *n");
                        }
                    }
                }
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

#[test]
fn books_with_lines_swapped_repeated_and_shared_are_read_or_refused() {
    let mut dice = Dice(0x5eed_0003);
    let (all, mut read) = (examples(), 0);
    for turn in 0..6 * all.len() {
        let text = shuffled(&all[turn % all.len()], &all[dice.below(all.len())], &mut dice);
        read += usize::from(stands(&text, &format!("turn {turn}")));
    }
    assert!(read > 10, "only {read} were books at all");
    if let Some(kilobytes) = peak_memory() {
        assert!(kilobytes < 700_000, "{kilobytes} kB at most were used");
    }
}

#[test]
fn expressions_of_any_kind_are_read_or_refused() {
    let words = [
        "job.attendance",
        "officer.rank",
        "job.tags",
        "moment.time",
        "has(",
        "exists(t, ",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "!",
        "-",
        "&&",
        "||",
        "==",
        "<",
        ">=",
        "+",
        "*",
        "/",
        "%",
        "?",
        ":",
        ",",
        ".",
        "in",
        "\"22:00\"",
        "'x'",
        "9223372036854775807",
        "0",
        "1.5",
        "1u",
        "b'x'",
        "null",
        "true",
        "\\",
        "\"",
        "r'",
        "t",
        "@",
        "\u{202e}",
        "size(",
        "matches(",
        "all(t, ",
    ];
    let mut dice = Dice(0x5eed_0004);
    let mut read = 0;
    for turn in 0..1_500 {
        let mut text = String::new();
        for _ in 0..=dice.below(12) {
            text.push_str(words[dice.below(words.len())]);
            text.push(' ');
        }
        if dice.below(3) == 0 {
            text = format!("job.attendance > 3 && ({text} == 1 || true)");
        }
        let began = Instant::now();
        let book = format!(
            "{HEAD}policy:\n  - {{ id: a, kind: require, that: {{ cel: {} }} }}\n",
            serde_json::to_string(&text).unwrap()
        );
        let answer = RuleBook::read(&book);
        read += usize::from(answer.is_ok());
        assert!(began.elapsed() < LONGEST, "turn {turn} took {:?}: {text}", began.elapsed());
    }
    assert!(read > 5, "only {read} were expressions at all");
}

const HEAD: &str = "agency: x\nversion: v\neffective_from: 2026-01-01\nzone: America/New_York\n";

#[test]
fn documents_made_to_hurt_are_refused_in_time() {
    let deep = |open: &str, close: &str, count: usize| format!("{}{}", open.repeat(count), close.repeat(count));
    let aliases = {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let before = vec![format!("*a{}", level - 1); 9].join(",");
            text.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        text
    };
    let bomb_in_place = format!(
        "{HEAD}open_questions: &q [x,x,x,x,x,x,x,x,x,x]\npolicy:\n{}",
        (0..5_000).map(|at| format!("  - {{ id: r{at}, kind: crew, notes: *q }}\n")).collect::<String>()
    );
    let conditions = |count: usize| {
        format!(
            "{HEAD}rates:\n  premium:\n    - effect: {{ add: 1 }}\n      when: {}job.alcohol: true{}\n",
            "{ not: ".repeat(count) + "{ ",
            " }".repeat(count + 1)
        )
    };
    let tail = |count: usize| {
        format!(
            "{HEAD}policy:\n  - {{ id: a, kind: status_block, statuses: [s], tail: {}{{ after_end: 1 h }}{} }}\n",
            "{ first_of: [".repeat(count),
            "] }".repeat(count)
        )
    };
    let table = |count: usize| {
        format!(
            "{HEAD}rates:\n  base_rate:\n    - by: officer.rank\n      amount: {}1{}\n",
            "{ a: ".repeat(count),
            " }".repeat(count)
        )
    };
    let expression = |text: &str| {
        format!(
            "{HEAD}policy:\n  - {{ id: a, kind: require, that: {{ cel: {} }} }}\n",
            serde_json::to_string(text).unwrap()
        )
    };
    let rules = |count: usize| {
        format!(
            "{HEAD}policy:\n{}",
            (0..count)
                .map(|at| format!("  - {{ id: r{at}, kind: cap, max: 9 h, count: [detail], window: job }}\n"))
                .collect::<String>()
        )
    };
    let hurtful = [
        ("nothing", String::new()),
        ("blanks", " \n".repeat(10_000)),
        ("a line of a megabyte", format!("{HEAD}source: {}\n", "x".repeat(1 << 20))),
        ("a line of half a megabyte", format!("{HEAD}source: {}\n", "x".repeat(500_000))),
        ("a key of half a megabyte", format!("{HEAD}{}: 1\n", "k".repeat(500_000))),
        ("deep lists", format!("{HEAD}policy: {}", deep("[", "]", 100_000))),
        ("deep maps", format!("{HEAD}rates: {}", deep("{a: ", "}", 50_000))),
        ("deep blocks", (0..600).map(|at| format!("{}a:\n", " ".repeat(at))).collect()),
        ("never closed", format!("{HEAD}policy: {}", "[".repeat(200_000))),
        ("aliases of aliases", format!("{HEAD}{aliases}open_questions: *a11\n")),
        ("an alias of itself", format!("{HEAD}open_questions: &a [*a]\n")),
        ("many uses of one alias", bomb_in_place),
        ("merge keys", format!("{HEAD}a: &a {{ <<: *a }}\n")),
        ("conditions too deep", conditions(200)),
        ("conditions far too deep", conditions(20_000)),
        ("tails too deep", tail(200)),
        ("tails far too deep", tail(5_000)),
        ("tables too deep", table(300)),
        ("tables far too deep", table(20_000)),
        ("many rules", rules(5_000)),
        ("an expression of brackets", expression(&format!("{}1{} > 0", "(".repeat(200), ")".repeat(200)))),
        ("an expression of signs", expression(&format!("{}true", "!".repeat(400)))),
        ("an expression of questions", expression(&format!("true{}", " ? true : true".repeat(30)))),
        ("an expression of sums", expression(&format!("0 < 1{}", "+1".repeat(200)))),
        ("an expression of ands", expression(&format!("true{}", "&&true".repeat(70)))),
        ("an expression of lists", expression(&format!("{}{} == 1", "[".repeat(200), "]".repeat(200)))),
        ("an expression far too long", expression(&"job.attendance > 1 && ".repeat(20_000))),
        ("many documents", "---\n".repeat(50_000)),
        ("a huge length", format!("{HEAD}rates:\n  quantize:\n    - minimum: 99999999999999999999 h\n")),
        ("a huge number", format!("{HEAD}rates:\n  base_rate:\n    - amount: {}\n", "9".repeat(400))),
        ("many decimals", format!("{HEAD}rates:\n  base_rate:\n    - amount: 0.{}1\n", "0".repeat(400))),
        ("a huge exponent", format!("{HEAD}rates:\n  base_rate:\n    - amount: 1e999999999\n")),
        (
            "every rate as large as it may be",
            format!(
                "{HEAD}rates:\n  base_rate:\n    - amount: 100000000\n  premium:\n    - {{ id: a, effect: {{ multiply: 100 }} }}\n    - {{ id: b, effect: {{ multiply: 100 }} }}\n  switches: {{ stacking: product }}\n"
            ),
        ),
        (
            "the smallest step",
            format!(
                "{HEAD}rates:\n  base_rate:\n    - amount: 1\n  quantize:\n    - {{ minimum: 3650 d, step: 1 min }}\n"
            ),
        ),
        (
            "a week of cycles",
            format!(
                "{HEAD}policy:\n  - {{ id: a, kind: cap, max: 1 h, count: [detail], window: {{ cycle: {{ days: 1, anchor: 0001-01-01, together: 255 }} }} }}\n"
            ),
        ),
        ("no UTF-8 left", "\u{feff}\u{fffd}\u{0}".repeat(1_000)),
    ];
    for (what, text) in hurtful {
        stands(&text, what);
    }
    if let Some(kilobytes) = peak_memory() {
        assert!(kilobytes < 700_000, "{kilobytes} kB at most were used");
    }
}

#[test]
fn lines_of_any_kind_get_an_answer() {
    let books: Vec<RuleBook> = examples().iter().step_by(7).map(|text| RuleBook::read(text).unwrap()).collect();
    let mut dice = Dice(0x5eed_0002);
    let values = [
        "null",
        "true",
        "-1",
        "1e400",
        "99999999999999999999",
        "\"\"",
        "\"9999999 h\"",
        "\"-5 h\"",
        "[]",
        "{}",
        "\"2026-03-08T02:30\"",
        "\"9999-12-31T23:59\"",
        "\"-000001-01-01T00:00\"",
        "\"Mars/Base\"",
        "[[[[[[]]]]]]",
        "\"22:00\"",
        "1000000",
    ];
    let keys = [
        "start",
        "end",
        "length",
        "worked",
        "worked_start",
        "worked_end",
        "zone",
        "rank",
        "officers",
        "positions",
        "resources",
        "attendance",
        "notice",
        "cancelled",
        "invoice",
        "late_days",
        "rate",
        "rates",
        "requested_at",
        "attributes",
        "clock",
        "holiday",
    ];
    for turn in 0..1_500 {
        let mut line: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(LINES[dice.below(LINES.len())]).unwrap();
        for _ in 0..=dice.below(3) {
            let value = values[dice.below(values.len())];
            let value = serde_json::from_str(value).unwrap_or(serde_json::Value::Null);
            line.insert(keys[dice.below(keys.len())].to_owned(), value);
        }
        let mut text = serde_json::Value::Object(line).to_string();
        if dice.below(10) == 0 {
            text.truncate(dice.below(text.len()));
        }
        let began = Instant::now();
        let answer = quote_line(&books[dice.below(books.len())], &text);
        assert!(began.elapsed() < LONGEST, "turn {turn} took {:?}: {text}", began.elapsed());
        assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok(), "{text}: {answer}");
    }
}
