//! Documents name only what exists.

use std::fs;

use super::{Finding, House};

/// Every path in backquotes or in a link of a Markdown file exists in the repository.
pub fn paths(house: &House) -> Vec<Finding> {
    let documents = house.paths.iter().filter(|path| path.ends_with(".md"));
    let mut findings = Vec::new();
    for path in documents {
        let text = fs::read_to_string(house.root.join(path)).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            for name in mentioned(line) {
                if !exists(house, path, &name) {
                    findings.push(format!("{path}:{}: there is no `{name}`", number + 1));
                }
            }
        }
    }
    findings
}

/// Words in backquotes that look like paths, and link targets that are not addresses.
fn mentioned(line: &str) -> Vec<String> {
    let quoted = line.split('`').skip(1).step_by(2);
    let looks_like_path = |word: &&str| {
        let first = word.split('/').next().unwrap_or_default();
        word.contains('/')
            && (first.starts_with('.') && first.len() > 2 || TOP.contains(&first))
            && !word.contains(|c: char| c.is_whitespace() || "<>{}*…()$|".contains(c))
    };
    let links = line.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let is_file = |target: &&str| !target.contains("://") && !target.starts_with('#') && !target.starts_with("mailto:");
    let links = links.filter(is_file).map(|target| target.split('#').next().unwrap_or_default());
    quoted.filter(looks_like_path).chain(links).map(str::to_owned).collect()
}

/// Folders at the top of the repository.
const TOP: &[&str] = &["crates", "docs", "e2e", "migrations", "rules", "ui", "xtask", "benches"];

fn exists(house: &House, document: &str, name: &str) -> bool {
    let name = name.trim_end_matches('/');
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let known = |path: &str| house.paths.iter().any(|p| p == path || p.starts_with(&format!("{path}/")));
    let (mut folder, mut relative) = (folder, name.trim_start_matches("./"));
    while let Some(rest) = relative.strip_prefix("../") {
        relative = rest;
        folder = folder.rsplit_once('/').map_or("", |(up, _)| up);
    }
    known(name) || known(format!("{folder}/{relative}").trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_links_are_seen_and_prose_is_not() {
        let line = "See `crates/store/src/lib.rs`, [the ADR](adr/0001-x.md#why), `and/or`, `POST /jobs/{id}`, [web](https://x.y/z).";
        assert_eq!(mentioned(line), ["crates/store/src/lib.rs", "adr/0001-x.md"]);
    }

    #[test]
    fn a_name_is_looked_for_from_the_root_and_from_the_document() {
        let house = House::of(&[("docs/adr/0001-x.md", ""), ("crates/store/src/lib.rs", "")]);
        assert!(exists(&house, "README.md", "crates/store/"));
        assert!(exists(&house, "docs/glossary.md", "adr/0001-x.md"));
        assert!(exists(&house, "docs/adr/0001-x.md", "../../crates/store/src/lib.rs"));
        assert!(!exists(&house, "docs/glossary.md", "crates/cellar/src/lib.rs"));
    }
}
