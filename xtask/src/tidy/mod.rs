//! House rules that no compiler checks: one table of guards over the files that git knows.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

mod crates;
mod docs;
mod rooms;
mod source;
mod words;

use source::Source;

/// A breach: where, and what to do about it.
pub type Finding = String;

/// What a guard looks at: the repository's folder and its files.
pub struct House {
    root: PathBuf,
    /// Every file that git knows or would add, relative to the root, sorted.
    paths: Vec<String>,
    /// The hand-written source files.
    sources: Vec<Source>,
}

type Guard = fn(&House) -> Vec<Finding>;

const GUARDS: &[(&str, Guard)] = &[
    ("crates depend in one direction", crates::direction),
    ("every file is part of a module", crates::orphans),
    ("a room uses only rooms to its left", rooms::order),
    ("audit and notices are written by app alone", rooms::quiet_rooms),
    ("source keeps to the house's words", words::forbidden),
    ("files are short", words::length),
    ("file names say something", words::names),
    ("no path of one machine", words::machines),
    ("paths named in documents exist", docs::paths),
];

impl House {
    fn open(root: &Path) -> Result<Self, String> {
        let listing = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .map_err(|error| format!("git did not start: {error}"))?;
        let text = String::from_utf8_lossy(&listing.stdout);
        let mut paths: Vec<String> = text.lines().map(str::to_owned).filter(|path| root.join(path).is_file()).collect();
        paths.sort();
        if paths.is_empty() {
            return Err("git lists no files: run this inside the repository".to_owned());
        }
        let sources = paths.iter().filter_map(|path| Source::read(root, path)).collect();
        Ok(Self { root: root.to_owned(), paths, sources })
    }
}

/// Checks every guard; the error counts the findings, which are printed.
///
/// # Errors
/// When a guard finds a breach.
pub fn check(root: &Path) -> Result<(), String> {
    let house = House::open(root)?;
    let mut count = 0;
    for (rule, guard) in GUARDS {
        for finding in guard(&house) {
            println!("{rule}: {finding}");
            count += 1;
        }
    }
    if count == 0 { Ok(()) } else { Err(format!("{count} findings")) }
}

/// Checks every guard and says how many there are.
pub fn report(root: &Path) -> ExitCode {
    match check(root) {
        Ok(()) => {
            println!("tidy: {} rules hold", GUARDS.len());
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("tidy: {why}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
impl House {
    /// A house of made-up files, to show that each guard sees its breach.
    fn of(files: &[(&str, &str)]) -> Self {
        let sources = files.iter().filter_map(|(path, text)| Source::of(path, text)).collect();
        Self { root: PathBuf::new(), paths: files.iter().map(|(path, _)| (*path).to_owned()).collect(), sources }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_repository_is_tidy() {
        assert_eq!(super::check(&crate::root()), Ok(()));
    }
}
