//! Running the demo while working on it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode},
    thread,
    time::{Duration, SystemTime},
};

use crate::tools;

/// What a change in must start the demo again.
const WATCHED: &[&str] =
    &["crates", "ui/ts", "ui/css", "ui/public", "ui/icons.txt", "migrations", "rules", "Cargo.toml", "Cargo.lock"];

/// Runs the demo; builds and starts it again whenever a source file is newer than the last build.
pub fn watch(root: &Path, listen: &str, data: &Path) -> ExitCode {
    loop {
        let seen = newest(root);
        let mut demo = start(root, listen, data);
        while newest(root) == seen {
            thread::sleep(Duration::from_millis(400));
        }
        println!("== a source file changed");
        if let Some(demo) = &mut demo {
            let stopped = demo.kill().and_then(|()| demo.wait());
            if let Err(error) = stopped {
                println!("the running demo could not be stopped: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
}

/// Builds, then starts the binary itself, so that stopping it stops the server and not only Cargo.
fn start(root: &Path, listen: &str, data: &Path) -> Option<Child> {
    let built = tools::cargo(root).args(["build", "-p", "muster"]).status();
    if !built.is_ok_and(|status| status.success()) {
        println!("== waiting for a change");
        return None;
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut demo = Command::new(target.join("debug/muster"));
    demo.args(["demo", "--listen", listen, "--data"]).arg(data).current_dir(root);
    match demo.spawn() {
        Ok(child) => Some(child),
        Err(error) => {
            println!("the demo did not start: {error}");
            None
        }
    }
}

/// The newest change below the watched folders; a file that vanishes while we look is simply not counted.
fn newest(root: &Path) -> Option<SystemTime> {
    fn walk(path: &Path) -> Option<SystemTime> {
        let own = fs::metadata(path).and_then(|file| file.modified()).ok();
        let below = fs::read_dir(path).into_iter().flatten().flatten().filter_map(|entry| walk(&entry.path())).max();
        own.max(below)
    }
    WATCHED.iter().filter_map(|name| walk(&root.join(name))).max()
}

/// Removes the demo's folder and runs the demo once to fill it anew.
pub fn seed(root: &Path, data: &Path) -> ExitCode {
    let folder = root.join(data);
    if let Err(error) = fs::remove_dir_all(&folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        println!("{} could not be removed: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    let mut demo = tools::cargo(root);
    demo.args(["run", "-p", "muster", "--", "demo", "--seed-only", "--data"]).arg(data);
    match demo.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::WATCHED;

    #[test]
    fn what_is_watched_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let missing: Vec<&&str> = WATCHED.iter().filter(|name| !root.join(name).exists()).collect();
        assert!(missing.is_empty(), "a change in {missing:?} would never be seen");
    }
}
