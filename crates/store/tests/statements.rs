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

/// Lists of a whole agency, each bounded by its own size or by a page: the only ones that may enter an index by the agency
/// alone. Anything else would grow slower with every year of work.
const WHOLE_AGENCY: &[&str] = &[
    "access/memberships.rs: LIST",
    "access/memberships.rs: LIST_STAFF",
    "agencies.rs: RANKS",
    "agencies.rs: UNITS",
    "agencies.rs: JOB_TYPES",
    "agencies.rs: LIST",
    "audit.rs: SEARCH",
    "audit.rs: COUNT",
    "audit.rs: SEARCH_SUBJECTS",
    "billing.rs: LIST",
    "billing.rs: COUNT",
    "customers.rs: LIST",
    "customers.rs: COUNT",
    "customers.rs: KINDS",
    "customers.rs: NAMES",
    "distribution/approvals.rs: WAITING",
    "distribution/candidates.rs: LIST",
    "distribution/findings.rs: COUNT",
    "distribution/findings.rs: LIST",
    "distribution/offences.rs: COUNT",
    "distribution/offences.rs: LIST",
    "distribution/permits.rs: WAITING",
    "distribution/reports.rs: OWING",
    "distribution/record.rs: RECORDS",
    "jobs/lists.rs: LIST_JOBS",
    "jobs/lists.rs: COUNT_JOBS",
    "ledger.rs: BALANCES",
    "ledger.rs: NAMES",
    "ledger.rs: WRONG_CHARGE",
    "ledger.rs: WRONG_INVOICE",
    "ledger.rs: WRONG_RUN",
    "ledger/trial.rs: SEATS",
    "officers/groups.rs: LIST",
    "officers/histories.rs: CERTIFICATION_KINDS",
    "officers/roster.rs: BY_NAME",
    "officers/roster.rs: BY_OTHER",
    "officers/roster.rs: COUNT",
    "officers/roster.rs: BADGES",
    // Ends at the first row of each table.
    "overview.rs: BEGUN",
    "payroll.rs: LIST",
    "payroll.rs: COUNT",
    "rates.rs: LIST",
    "rates.rs: NEXT_NUMBER",
    "requests.rs: LIST",
    "requests.rs: COUNT",
    "timeclock.rs: LIST",
    "timeclock.rs: COUNT",
];

#[test]
fn no_statement_reads_a_whole_agency_to_find_a_few_rows() {
    let scratch = muster_testkit::databases::Scratch::sqlite();
    let db = scratch.open();
    db.migrate().unwrap();
    let mut found = Vec::new();
    collect(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    let mut wide = Vec::new();
    for (place, sql) in &found {
        let name = place.rsplit("/src/").next().unwrap();
        let steps = db.plan(sql).unwrap();
        // The head of a chain is one row.
        let wide_step = |step: &String| {
            step.ends_with("(agency_id=?)") || (step.ends_with("(chain=?)") && !step.contains(" audit_heads "))
        };
        if steps.iter().any(wide_step) {
            wide.push(name.to_owned());
        }
    }
    let new: Vec<_> = wide.iter().filter(|name| !WHOLE_AGENCY.contains(&name.as_str())).collect();
    let gone: Vec<_> = WHOLE_AGENCY.iter().filter(|name| !wide.iter().any(|wide| wide == *name)).collect();
    assert!(new.is_empty() && gone.is_empty(), "an index for them, or a line above: {new:#?}; no longer so: {gone:#?}");
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
