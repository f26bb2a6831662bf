//! One server for all test processes of a machine: the first starts it, it ends by itself when all are gone.

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::OnceLock,
};

use postgres::{Client, NoTls};

use super::{Durability, launch, url};

/// Seconds without any test process after which the server stops.
const IDLE_SECONDS: u32 = 15;

/// The URL of the shared server's maintenance database.
///
/// # Errors
/// A sentence that says why there is none.
pub fn shared() -> Result<String, String> {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    SERVER.get_or_init(join).clone()
}

fn join() -> Result<String, String> {
    let said = |error: std::io::Error| format!("temp folder: {error}");
    let user = Command::new("id").arg("-u").output().map_err(said)?;
    let base = env::temp_dir().join(format!("muster-tests-{}", String::from_utf8_lossy(&user.stdout).trim()));
    fs::create_dir_all(&base).map_err(said)?;
    let lock = File::create(base.join("lock")).map_err(said)?;
    lock.lock().map_err(said)?;
    let note = base.join("current");
    if let Ok(folder) = fs::read_to_string(&note)
        && let Some(found) = enter(Path::new(&folder))
    {
        return Ok(found);
    }
    let folder = free_name(&base);
    let server = launch(&folder, Durability::Off, IDLE_SECONDS)?;
    fs::write(folder.join("open"), "").map_err(said)?;
    fs::write(&note, folder.display().to_string()).map_err(said)?;
    // The server outlives this process; the watch ends it.
    drop(server);
    Ok(url(&folder, "postgres"))
}

/// Signs in as a user of a running server. The watch takes `open` away before it looks for users a last time, so a
/// server that is still open after we have signed in stays.
fn enter(folder: &Path) -> Option<String> {
    fs::write(folder.join("users").join(process::id().to_string()), "").ok()?;
    let url = url(folder, "postgres");
    (folder.join("open").exists() && Client::connect(&url, NoTls).is_ok()).then_some(url)
}

fn free_name(base: &Path) -> PathBuf {
    let mut names = (0..).map(|count| base.join(format!("pg-{}-{count}", process::id())));
    names.find(|folder| !folder.exists()).expect("an endless list")
}
