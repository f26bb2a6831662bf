//! Where tests keep what lives as long as they do: in memory where there is room. On a disk they would spend most of their
//! time waiting until it has kept what nobody reads again. A killed server loses no more there than on a disk: what a
//! process has written stays with the system.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{self, Command},
};

/// Memory that must be free for the databases, demos and browser profiles of one run, in kilobytes.
const ROOM: u64 = 4 * 1024 * 1024;

/// A folder of one run; gone when dropped.
pub struct Scratch(Option<PathBuf>);

impl Scratch {
    /// A folder in memory, or the system's own folder for temporary files where memory has no room.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = memory.join(format!("muster-tests-{}", process::id()));
        let made = free(memory) >= Some(ROOM) && fs::create_dir(&folder).is_ok();
        if !made {
            println!("no room in memory for the tests' databases: they lie on the disk, which takes longer");
        }
        Self(made.then_some(folder))
    }

    /// Makes a command, and all that it starts, keep temporary files there.
    pub fn lend<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match &self.0 {
            Some(folder) => command.env("TMPDIR", folder),
            None => command,
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A server that ends a moment later may still write there; the system forgets the rest when it restarts.
        if let Some(folder) = &self.0 {
            drop(fs::remove_dir_all(folder));
        }
    }
}

/// Kilobytes that are free in a file system.
fn free(folder: &Path) -> Option<u64> {
    let answer = Command::new("df").args(["--output=avail", "-k"]).arg(folder).output().ok()?;
    String::from_utf8_lossy(&answer.stdout).lines().nth(1)?.trim().parse().ok()
}
