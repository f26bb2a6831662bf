//! Every SQL text of the store is a constant; each is prepared on both engines against the migrated schema.
#![allow(clippy::unwrap_used, reason = "a test stops where a file cannot be read")]

use std::{fs, path::Path};

use muster_testkit::on_both;

#[test]
fn every_statement_prepares_on_both_engines() {
    let mut found = Vec::new();
    collect(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    on_both(|db| {
        let refused: Vec<String> = found
            .iter()
            .filter_map(|(place, sql)| db.prepare(sql).err().map(|error| format!("{place}: {error}\n    {sql}")))
            .collect();
        assert!(refused.is_empty(), "{} of {} refused:\n{}", refused.len(), found.len(), refused.join("\n"));
    });
}

#[test]
fn constants_are_found_as_authors_write_them() {
    let source = r####"
        const ONE: &str = "SELECT 'a\"b' \
                           FROM t";
        pub(crate) const TWO: &'static str =
            r#"WITH x AS (SELECT 1) SELECT "a" FROM x"#;
        const NOT_SQL: &str = "Selected by hand";
        // const OLD: &str = "SELECT 1";
    "####;
    let texts: Vec<String> = statements(source).into_iter().map(|(_, sql)| sql).collect();
    assert_eq!(texts, ["SELECT 'a\"b' FROM t", "WITH x AS (SELECT 1) SELECT \"a\" FROM x"]);
}

/// Texts of all files under a folder, each with its file and constant. The storage layer's own folder is left out: it
/// speaks to one engine at a time.
fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "db") {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let texts = statements(&fs::read_to_string(&path).unwrap());
            found.extend(texts.into_iter().map(|(name, sql)| (format!("{}: {name}", path.display()), sql)));
        }
    }
}

/// `const NAME: &str = "..."` with a SQL text: the name and the text as the compiler reads it.
fn statements(source: &str) -> Vec<(String, String)> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).map(|l| format!("{l}\n")).collect();
    let mut found = Vec::new();
    for part in code.split("const ").skip(1) {
        let Some((head, value)) = part.split_once('=') else { continue };
        let Some((name, kind)) = head.split_once(':') else { continue };
        if kind.trim() != "&str" && kind.trim() != "&'static str" {
            continue;
        }
        let text = literal(value.trim_start());
        let first = text.split_whitespace().next().unwrap_or_default();
        if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first) {
            found.push((name.trim().to_owned(), text));
        }
    }
    found
}

fn literal(code: &str) -> String {
    if let Some(raw) = code.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let body = &raw[hashes + 1..];
        return body[..body.find(&end).unwrap_or(body.len())].to_owned();
    }
    let mut text = String::new();
    let mut signs = code.chars().skip(1).peekable();
    while let Some(sign) = signs.next() {
        match (sign, (sign == '\\').then(|| signs.next()).flatten()) {
            ('"', _) => break,
            (_, Some('n')) => text.push('\n'),
            (_, Some('\n')) => while signs.next_if(|next| next.is_whitespace()).is_some() {},
            (_, Some(other)) => text.push(other),
            (plain, None) => text.push(plain),
        }
    }
    text
}
