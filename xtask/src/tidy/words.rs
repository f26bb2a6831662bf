//! Words that must not stand in some places, long files, names that say nothing.

use std::fs;

use super::{
    Finding, House,
    source::{Source, is_word},
};

/// Which text of a file a ban looks at.
enum Look {
    /// Code that ships: no comments, no strings, no tests.
    Code,
    /// The beginnings of string literals that ship.
    Texts,
    /// Everything.
    All,
}

/// Words that may not stand in files whose path begins with `within` (and not with one of `except`).
struct Ban {
    words: &'static [&'static str],
    look: Look,
    within: &'static str,
    except: &'static [&'static str],
    /// What may follow the word after all.
    unless: &'static str,
    instead: &'static str,
}

/// The beginnings of SQL statements. (`concat!` keeps this table from finding itself.)
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "ALTER TABLE ",
    "WITH ",
    "DROP ",
];

const BANS: &[Ban] = &[
    Ban {
        words: &[
            "Timestamp::now",
            "Zoned::now",
            "SystemTime::now",
            "Uuid::new_v4",
            "Uuid::now_v7",
            "getrandom::",
            "rand::",
        ],
        look: Look::Code,
        within: "crates/",
        except: &["crates/server/", "crates/testkit/"],
        unless: "",
        instead: "the clock and randomness are arguments; only the binary reads them",
    },
    Ban {
        words: &["muster_store", "rusqlite::", "postgres::"],
        look: Look::Code,
        within: "crates/web/",
        except: &[],
        unless: "",
        instead: "pages ask use cases in `app`",
    },
    Ban {
        words: &["tokio::", "async fn", "std::fs::", "std::net::", "std::env::"],
        look: Look::Code,
        within: "crates/domain/",
        except: &[],
        unless: "",
        instead: "the domain is sync and does no I/O",
    },
    Ban {
        words: SQL,
        look: Look::Texts,
        within: "crates/",
        except: &["crates/store/", "crates/testkit/"],
        unless: "",
        instead: "SQL lives in `store`",
    },
    Ban {
        words: &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")],
        look: Look::All,
        within: "",
        except: &[],
        unless: "",
        instead: "open an issue",
    },
    Ban {
        words: &[concat!("#[ig", "nore")],
        look: Look::All,
        within: "",
        except: &[],
        unless: " = \"the other half of",
        instead: "a test that does not run is removed; one that another test starts says `the other half of ...`",
    },
    Ban {
        words: &[".skip(", ".only(", ".todo(", "networkidle"],
        look: Look::Code,
        within: "e2e/",
        except: &[],
        unless: "",
        instead: "every browser test runs, and waits for what it needs to see",
    },
];

/// Every ban of the table, and no SQL put together at run time.
pub fn forbidden(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &house.sources {
        for ban in BANS {
            let applies = source.path.starts_with(ban.within) && !ban.except.iter().any(|e| source.path.starts_with(e));
            if applies {
                findings.extend(breaches(source, ban));
            }
        }
        // The test harness makes and drops whole databases, whose names cannot be parameters.
        let ships = source.path.starts_with("crates/") && !source.is_test();
        if ships && !source.path.starts_with("crates/testkit/") {
            findings.extend(built_sql(source));
        }
    }
    findings
}

fn breaches(source: &Source, ban: &Ban) -> Vec<Finding> {
    let text = match ban.look {
        // A test may read files, and look behind the store's back by SQL of its own.
        Look::Code | Look::Texts if source.is_test() => return Vec::new(),
        Look::Code => &source.code,
        Look::Texts => &source.shipped,
        Look::All => &source.text,
    };
    let mut findings = Vec::new();
    for word in ban.words {
        for (at, _) in text.match_indices(word) {
            let before = text[..at].bytes().next_back();
            let stands_alone = match ban.look {
                Look::Texts => before == Some(b'"'),
                Look::Code | Look::All => !before.is_some_and(is_word) || !is_word(word.as_bytes()[0]),
            };
            let allowed = !ban.unless.is_empty() && text[at + word.len()..].starts_with(ban.unless);
            if stands_alone && !allowed {
                findings.push(format!("{}: `{}`: {}", source.at(at), word.trim(), ban.instead));
            }
        }
    }
    findings
}

/// `format!` whose text holds SQL.
fn built_sql(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, _) in source.code.match_indices("format!(") {
        let rest = &source.shipped[at..];
        let literal = rest.split('"').nth(1).unwrap_or_default();
        if SQL.iter().chain(&[" WHERE ", " FROM ", " VALUES "]).any(|word| literal.contains(word)) {
            findings.push(format!("{}: SQL is a constant, never put together", source.at(at)));
        }
    }
    findings
}

/// Past this a file has two subjects.
const LONGEST_LINES: usize = 500;

/// No hand-written source file is longer than the limit.
pub fn length(house: &House) -> Vec<Finding> {
    let too_long = |source: &&Source| source.text.lines().count() > LONGEST_LINES;
    let say = |source: &Source| format!("{}: {} lines; split it by noun", source.path, source.text.lines().count());
    house.sources.iter().filter(too_long).map(say).collect()
}

const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "misc", "service", "services", "manager"];

/// No file or folder has a name that could hold anything.
pub fn names(house: &House) -> Vec<Finding> {
    let stem = |part: &str| part.split('.').next().unwrap_or_default().to_lowercase();
    let empty = |path: &&String| path.split('/').any(|part| EMPTY_NAMES.contains(&stem(part).as_str()));
    house.paths.iter().filter(empty).map(|path| format!("{path}: name it by what it holds")).collect()
}

/// No text names a folder of one developer's machine, or the place of this very clone.
pub fn machines(house: &House) -> Vec<Finding> {
    let here = house.root.display().to_string();
    let homes = [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/")];
    let mut findings = Vec::new();
    for path in &house.paths {
        // Pictures and other binaries are no text.
        let Ok(text) = fs::read_to_string(house.root.join(path)) else { continue };
        for folder in homes.iter().copied().chain([here.as_str()]) {
            if text.contains(folder) {
                findings.push(format!("{path}: names {folder}"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ban_sees_its_breach_and_leaves_the_rest() {
        let check = |wanted: usize, path: &str, text: &str| {
            assert_eq!(forbidden(&House::of(&[(path, text)])).len(), wanted, "{path}: {text}");
        };
        check(1, "crates/app/src/jobs.rs", "let now = Timestamp::now();");
        check(0, "crates/server/src/main.rs", "let now = Timestamp::now();");
        check(0, "crates/app/src/jobs.rs", "// Timestamp::now\n#[cfg(test)] mod t { fn f() { Timestamp::now() } }");
        check(0, "crates/app/tests/audit.rs", "tx.run(\"DELETE FROM audit_entries\")");
        check(0, "crates/domain/tests/records.rs", "let text = std::fs::read(path);");
        check(1, "crates/web/src/jobs/pages.rs", "use muster_store::Db;");
        check(1, "crates/app/src/jobs.rs", "tx.run(\"SELECT 1\")");
        check(0, "crates/store/src/jobs.rs", "const LIST: &str = \"SELECT 1\";");
        check(1, "crates/store/src/jobs.rs", "format!(\"SELECT {column}\")");
        check(0, "crates/store/src/jobs.rs", "format!(\"no shift {id}\")");
        check(1, "ui/src/clock.ts", concat!("// TO", "DO later"));
        check(1, "crates/domain/src/jobs.rs", concat!("#[cfg(test)] mod t { #[ig", "nore] fn f() {} }"));
        let half = concat!("#[test] #[ig", "nore = \"the other half of the crash test\"] fn f() {}");
        check(0, "crates/store/src/db/tests.rs", half);
        check(1, "e2e/tests/walk.mjs", "test.skip('x')");
        check(0, "crates/web/src/jobs/pages.rs", "rows.iter().skip(1)");
    }

    #[test]
    fn long_files_and_empty_names_are_seen() {
        let long = "x\n".repeat(LONGEST_LINES + 1);
        let house = House::of(&[("crates/app/src/jobs.rs", long.as_str()), ("crates/app/src/utils/jobs.rs", "")]);
        assert_eq!((length(&house).len(), names(&house).len()), (1, 1));
    }
}
