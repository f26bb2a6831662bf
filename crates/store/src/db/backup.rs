//! A whole copy of a SQLite database while it is in use.

use std::{
    fs::{self, File, OpenOptions},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::Error;

/// How long the copy waits for a lock; it needs one for a moment only.
const PATIENCE: Duration = Duration::from_secs(30);

/// Copies the database at `from` into the new file `to`: all that was committed when it began, and nothing that came later.
/// Writers and readers go on meanwhile. The file has its name only when it is whole and on the disk, and only its owner may
/// read it.
///
/// # Errors
/// When there is no database, `to` exists, or the disk fails.
pub fn copy_sqlite(from: &Path, to: &Path) -> Result<(), Error> {
    let broken = |path: &Path, what: &str, error: &dyn std::fmt::Display| {
        Error::broken(format!("{} {what}: {error}", path.display()))
    };
    if !from.is_file() {
        return Err(Error::broken(format!("there is no database at {}", from.display())));
    }
    if to.exists() {
        return Err(Error::broken(format!(
            "{} is there already; and a backup never overwrites one; choose another name",
            to.display()
        )));
    }
    let part = beside(to);
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(broken(&part, "cannot be removed", &error)),
        _ => {}
    }
    private(&part).map_err(|error| broken(&part, "cannot be made; its folder must exist and be yours", &error))?;
    let copied = vacuum(from, &part).and_then(|()| {
        File::open(&part).and_then(|file| file.sync_all()).map_err(|error| broken(&part, "cannot be kept", &error))?;
        fs::rename(&part, to).map_err(|error| broken(to, "cannot be made", &error))
    });
    if copied.is_err() {
        drop(fs::remove_file(&part));
    }
    copied
}

/// The name of the copy while it is being written.
fn beside(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// An empty file for its owner's eyes.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn vacuum(from: &Path, into: &Path) -> Result<(), Error> {
    let failed = |error: rusqlite::Error| Error::broken(format!("the copy of {} failed: {error}", from.display()));
    let Some(into) = into.to_str() else {
        return Err(Error::broken("the name of the backup is not plain text; choose another"));
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(from, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection.execute("VACUUM INTO ?1", [into]).map_err(failed)?;
    Ok(())
}
