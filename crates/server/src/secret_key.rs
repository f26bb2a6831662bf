//! The installation's secret key: from the environment, or from a file beside the SQLite database that the first start makes.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use muster_store::{Mint, SecretKey};

/// The name of the setting.
pub const SETTING: &str = "MUSTER_SECRET_KEY";

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The key of the installation with this database; `set` is the setting, if it is there. `None` on PostgreSQL without the
/// setting: then nothing that needs sealing can be stored.
pub fn find(url: &str, set: Option<&str>, mint: &dyn Mint) -> Outcome<Option<SecretKey>> {
    if let Some(text) = set {
        return Ok(Some(read(text).ok_or_else(|| format!("{SETTING} is not 32 bytes in base64. {HOW}"))?));
    }
    match url.strip_prefix("sqlite:") {
        Some(path) => Ok(Some(in_file(Path::new(path.strip_prefix("//").unwrap_or(path)), mint)?)),
        None => {
            tracing::warn!("{SETTING} is not set: nobody can set up a second factor. {HOW}");
            Ok(None)
        }
    }
}

const HOW: &str = "Make one with: openssl rand -base64 32. Keep it apart from the backups of the database.";

fn read(text: &str) -> Option<SecretKey> {
    let bytes = STANDARD.decode(text.trim()).ok()?;
    Some(SecretKey::new(bytes.try_into().ok()?))
}

/// `muster.db` has its key in `muster.db.key`.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

fn in_file(database: &Path, mint: &dyn Mint) -> Outcome<SecretKey> {
    let path = beside(database);
    let shown = path.display();
    match fs::read_to_string(&path) {
        Ok(text) => return Ok(read(&text).ok_or_else(|| format!("{shown} does not hold 32 bytes in base64. {HOW}"))?),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(format!("the secret key {shown} cannot be read: {error}").into()),
    }
    let mut bytes = [0; 32];
    mint.fill(&mut bytes);
    make(&path, &STANDARD.encode(bytes)).map_err(|error| format!("the secret key {shown} cannot be made: {error}"))?;
    tracing::info!("made the secret key {shown}; keep a copy apart from the backups of the database");
    Ok(SecretKey::new(bytes))
}

/// Only the owner may read it, from its first byte on; one that is there is never overwritten.
fn make(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    struct Counting;
    impl Mint for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.iter_mut().zip(0..).for_each(|(byte, n)| *byte = n);
        }
    }

    #[test]
    fn the_first_start_makes_a_key_that_only_the_owner_reads_and_later_ones_find_it() {
        let folder = std::env::temp_dir().join(format!("muster-key-{}", std::process::id()));
        let url = format!("sqlite:{}", folder.join("deeper/muster.db").display());
        let made = find(&url, None, &Counting).unwrap().unwrap();
        let path = folder.join("deeper/muster.db.key");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let text = fs::read_to_string(&path).unwrap();
        let found = find(&url, None, &Counting).unwrap().unwrap();
        assert_eq!((made.bytes(), text), (found.bytes(), fs::read_to_string(&path).unwrap()));
        fs::write(&path, "nonsense").unwrap();
        let words = find(&url, None, &Counting).unwrap_err().to_string();
        assert!(words.contains("muster.db.key") && words.contains("openssl rand"), "{words}");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_setting_comes_first_and_postgres_has_no_file() {
        let set = STANDARD.encode([5; 32]);
        assert_eq!(find("postgres://u@h/d", Some(&set), &Counting).unwrap().unwrap().bytes(), &[5; 32]);
        assert!(find("postgres://u@h/d", None, &Counting).unwrap().is_none());
        assert!(find("sqlite:nowhere/x.db", Some("short"), &Counting).unwrap_err().to_string().contains(SETTING));
    }
}
