//! Floors: which crate may lean on which.

use std::fs;

use super::{Finding, House};

/// Each crate and the crates of this workspace that its product code may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("app", &["domain", "store"]),
    ("edge", &["domain"]),
    ("web", &["domain", "app"]),
    ("server", &["domain", "store", "app", "edge", "web"]),
    ("testkit", &["domain", "store", "app"]),
];

/// Every crate's dependencies are in the table; `testkit` is for tests only.
pub fn direction(house: &House) -> Vec<Finding> {
    let manifests = house.paths.iter().filter(|path| path.starts_with("crates/") && path.ends_with("/Cargo.toml"));
    let mut findings = Vec::new();
    for path in manifests {
        match fs::read_to_string(house.root.join(path)) {
            Ok(manifest) => findings.extend(breaches(path, &manifest)),
            Err(error) => findings.push(format!("{path} cannot be read: {error}")),
        }
    }
    findings
}

/// Every file of Rust is part of a module: one that nothing names is compiled by nobody.
pub fn orphans(house: &House) -> Vec<Finding> {
    let files = house.sources.iter().map(|source| source.path.as_str()).filter(|path| is_module(path));
    let named = |path: &&str| {
        let module = path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let (folder, name) = module.rsplit_once('/').expect("a module lies in a folder");
        let parents = ["/mod.rs", ".rs", "/lib.rs", "/main.rs"].map(|end| format!("{folder}{end}"));
        let declaration = format!("mod {name};");
        house.sources.iter().any(|source| parents.contains(&source.path) && source.text.contains(&declaration))
    };
    files.filter(|path| !named(path)).map(|path| format!("{path}: no module names it")).collect()
}

fn is_module(path: &str) -> bool {
    let in_src = path.contains("/src/") && !path.contains("/src/bin/");
    in_src && path.ends_with(".rs") && !path.ends_with("/lib.rs") && !path.ends_with("/main.rs")
}

fn breaches(path: &str, manifest: &str) -> Vec<Finding> {
    let name = path.trim_start_matches("crates/").trim_end_matches("/Cargo.toml");
    let Some((_, allowed)) = ALLOWED.iter().find(|(crate_name, _)| *crate_name == name) else {
        return vec![format!("{path}: a new floor; draw it in ARCHITECTURE.md and give it a line in xtask's table")];
    };
    let mut section = "";
    let mut findings = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if matches!(section, "dependencies" | "build-dependencies")
            && let Some(rest) = line.strip_prefix("muster-")
        {
            let used = rest.split(['.', ' ', '=']).next().unwrap_or_default();
            if !allowed.contains(&used) {
                findings.push(format!("{path}: `{name}` may not use `{used}`"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_no_module_names_is_seen() {
        let house = House::of(&[
            ("crates/app/src/lib.rs", "pub mod jobs;"),
            ("crates/app/src/jobs.rs", "mod posting;"),
            ("crates/app/src/jobs/posting.rs", ""),
            ("crates/app/src/ledger.rs", ""),
        ]);
        assert_eq!(orphans(&house), ["crates/app/src/ledger.rs: no module names it"]);
    }

    #[test]
    fn only_the_drawn_direction_passes() {
        let uses = |name: &str, other: &str| {
            breaches(&format!("crates/{name}/Cargo.toml"), &format!("[dependencies]\n{other}.workspace = true\n"))
        };
        assert!(uses("store", "muster-domain").is_empty());
        assert_eq!(uses("web", "muster-store").len(), 1);
        assert_eq!(uses("domain", "muster-app").len(), 1);
        assert_eq!(uses("cellar", "serde").len(), 1);
        let dev = "[dev-dependencies]\nmuster-testkit.workspace = true\n";
        assert!(breaches("crates/app/Cargo.toml", dev).is_empty());
    }
}
