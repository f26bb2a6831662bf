//! A PostgreSQL server of our own, from the installed binaries, in a temp folder, reached by a Unix socket.
//!
//! A small shell loop watches over each server and stops it when its users are dead, however they died.

use std::{
    env, fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use postgres::{Client, NoTls};

mod shared;

pub use shared::shared;

/// Stops the server of `$1` after `$2` seconds in which no process of `users/` lived, and removes its folder.
const WATCH: &str = r#"
dir=$1 wanted=$2 idle=0
alive() {
    for user in "$dir"/users/*; do
        [ -e "$user" ] || continue
        kill -0 "${user##*/}" 2>/dev/null && return 0
        rm -f "$user"
    done
    return 1
}
while [ -d "$dir" ]; do
    sleep 1
    if alive; then idle=0; continue; fi
    idle=$((idle + 1))
    [ "$idle" -lt "$wanted" ] && continue
    mv "$dir/open" "$dir/shut" 2>/dev/null
    if alive; then mv "$dir/shut" "$dir/open" 2>/dev/null; idle=0; continue; fi
    server=$(head -n 1 "$dir/data/postmaster.pid" 2>/dev/null)
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null
        for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$server" 2>/dev/null || break; sleep 1; done
    fi
    rm -rf "$dir"
done
"#;

/// Whether a commit survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// `fsync=off`: quick, for tests.
    Off,
    /// `fsync=on`, as in production: for benchmarks and crash tests.
    Full,
}

/// A running server that stops, and leaves nothing behind, when dropped or when this process dies.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    durability: Durability,
    child: Child,
}

impl Server {
    /// Makes a new cluster and starts it.
    ///
    /// # Errors
    /// A sentence: no binaries, or what they said.
    pub fn start(durability: Durability) -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("muster-pg-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        let child = launch(&folder, durability, 1)?;
        Ok(Self { folder, durability, child })
    }

    /// The same, reached only over TCP on this machine's own address and with this certificate and key, in PEM; returns the port.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_with_tls(certificate: &str, key: &str) -> Result<(Self, u16), String> {
        let mut server = Self::start(Durability::Off)?;
        let said = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
        let data = server.folder.join("data");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            fs::write(&file, text).map_err(|error| said(name, &error))?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).map_err(|error| said(name, &error))?;
            if let Some((uid, gid)) = unprivileged()? {
                chown(&file, Some(uid), Some(gid)).map_err(|error| said(name, &error))?;
            }
        }
        // A port that was free a moment ago; nobody else of this machine's tests asks for one of PostgreSQL's.
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| said("a free port", &error))?.port();
        server.restart_with("ssl = on", port)?;
        Ok((server, port))
    }

    /// Lets it listen on a port of this machine's own address, with one more setting.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn restart_with(&mut self, setting: &str, port: u16) -> Result<(), String> {
        let said = |error: std::io::Error| format!("settings: {error}");
        let file = self.folder.join("data/postgresql.conf");
        let mut file = fs::OpenOptions::new().append(true).open(file).map_err(said)?;
        std::io::Write::write_all(&mut file, format!("\n{setting}\nport = {port}\n").as_bytes()).map_err(said)?;
        self.stop();
        self.child = serve_on(&self.folder, Durability::Off, ("127.0.0.1", port))?;
        Ok(())
    }

    fn stop(&mut self) {
        // SIGINT is the fast shutdown; the standard library can send only SIGKILL by itself.
        let asked = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }

    /// Kills the server as a crash would, with all that it had not written to its log, and starts it again.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn crash(&mut self) -> Result<(), String> {
        self.child.kill().and_then(|()| self.child.wait()).map_err(|error| format!("kill: {error}"))?;
        // Its children hold the shared memory a moment longer; until then the new one refuses.
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(50));
            drop(fs::remove_file(self.folder.join("data/postmaster.pid")));
            if let Ok(child) = serve(&self.folder, self.durability) {
                self.child = child;
                return Ok(());
            }
        }
        Err("the crashed server does not start again".to_owned())
    }

    /// The URL of a database on it; `postgres` exists from the start.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url(&self.folder, database)
    }

    /// The process id, for CPU figures and for crash tests.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// The folder of PostgreSQL's programs: from PATH, else the newest of the usual places.
#[must_use]
pub fn binaries() -> Option<PathBuf> {
    let whole = |folder: &Path| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    let path = env::var_os("PATH").unwrap_or_default();
    for folder in env::split_paths(&path) {
        // The programs look for their files beside where they really are.
        let real = fs::canonicalize(folder.join("initdb")).ok().and_then(|file| file.parent().map(Path::to_owned));
        if let Some(real) = real.filter(|real| whole(real)) {
            return Some(real);
        }
    }
    let versions =
        |root: &str| fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut found: Vec<PathBuf> = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt", "/usr/local"]
        .into_iter()
        .flat_map(versions)
        .filter(|folder| whole(folder))
        .collect();
    found.sort_by_key(|folder| (folder.as_os_str().len(), folder.clone()));
    found.pop()
}

fn url(folder: &Path, database: &str) -> String {
    format!("postgres://muster@{}/{database}", socket(folder))
}

fn url_on(folder: &Path, port: u16, database: &str) -> String {
    format!("postgres://muster@{}:{port}/{database}", socket(folder))
}

/// The folder of the socket as the host of a URL.
fn socket(folder: &Path) -> String {
    folder.join("socket").display().to_string().replace('%', "%25").replace('/', "%2F")
}

/// Makes the cluster, sets the watch and starts the server.
fn launch(folder: &Path, durability: Durability, idle_seconds: u32) -> Result<Child, String> {
    binaries().ok_or("no initdb and postgres in PATH or /usr/lib/postgresql/*/bin")?;
    let said = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
    let user = unprivileged()?;
    fs::create_dir_all(folder.join("users")).map_err(|error| said("temp folder", &error))?;
    fs::write(folder.join("users").join(process::id().to_string()), "").map_err(|error| said("temp folder", &error))?;
    let socket = folder.join("socket");
    for part in [&socket, &folder.join("data")] {
        fs::create_dir(part).map_err(|error| said("temp folder", &error))?;
        fs::set_permissions(part, fs::Permissions::from_mode(0o700)).map_err(|error| said("temp folder", &error))?;
        if let Some((uid, gid)) = user {
            chown(part, Some(uid), Some(gid)).map_err(|error| said("chown", &error))?;
        }
    }
    let mut watch = Command::new("sh");
    watch.args(["-c", WATCH, "watch"]).arg(folder).arg(idle_seconds.to_string());
    let mut watch = detached(&mut watch).spawn().map_err(|error| said("sh", &error))?;
    // Nobody waits for the watch; when this process lives on, a thread collects its end.
    thread::spawn(move || watch.wait());

    let made = command("initdb", folder)?
        .args(["-U", "muster", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"])
        .output()
        .map_err(|error| said("initdb", &error))?;
    if !made.status.success() {
        return Err(said("initdb", &String::from_utf8_lossy(&made.stderr)));
    }
    serve(folder, durability)
}

/// One of PostgreSQL's programs, run on the cluster of a folder as somebody who may.
fn command(program: &str, folder: &Path) -> Result<Command, String> {
    let programs = binaries().ok_or("no initdb and postgres in PATH or /usr/lib/postgresql/*/bin")?;
    let mut command = Command::new(programs.join(program));
    command.arg("-D").arg(folder.join("data")).current_dir(folder.join("socket"));
    if let Some((uid, gid)) = unprivileged()? {
        command.uid(uid).gid(gid);
    }
    Ok(command)
}

/// Starts the server of a cluster and waits until it answers.
fn serve(folder: &Path, durability: Durability) -> Result<Child, String> {
    serve_on(folder, durability, ("", 5432))
}

/// The same, listening also on an address; the port names the Unix socket too.
fn serve_on(folder: &Path, durability: Durability, (listen, port): (&str, u16)) -> Result<Child, String> {
    let said = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
    let log = fs::File::create(folder.join("log")).map_err(|error| said("log", &error))?;
    let mut server = command("postgres", folder)?;
    server.arg("-k").arg(folder.join("socket"));
    let listen = format!("listen_addresses={listen}");
    let settings = [listen.as_str(), "max_connections=300", "shared_buffers=128MB", "log_min_messages=fatal"];
    let quick = ["fsync=off", "full_page_writes=off", "autovacuum=off"];
    let more: &[&str] = if durability == Durability::Off { &quick } else { &[] };
    for setting in settings.iter().chain(more) {
        server.args(["-c", setting]);
    }
    let mut child = detached(&mut server).stderr(log).spawn().map_err(|error| said("postgres", &error))?;
    for _ in 0..600 {
        if Client::connect(&url_on(folder, port, "postgres"), NoTls).is_ok() {
            return Ok(child);
        }
        if child.try_wait().is_ok_and(|end| end.is_some()) {
            break;
        }
        thread::sleep(Duration::from_millis(25));
    }
    drop(child.kill());
    Err(said("postgres does not answer", &fs::read_to_string(folder.join("log")).unwrap_or_default()))
}

/// Out of our process group and with no streams of ours, so that neither an interrupt nor a waiting pipe ties us.
fn detached(command: &mut Command) -> &mut Command {
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

/// Whom to run as: PostgreSQL refuses to run as root.
fn unprivileged() -> Result<Option<(u32, u32)>, String> {
    let id = Command::new("id").arg("-u").output().map_err(|error| format!("id: {error}"))?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
    let find = |name: &str| {
        let fields: Vec<&str> = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|f| f[0] == name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    let user = find("postgres").or_else(|| find("nobody"));
    user.map(Some).ok_or_else(|| "running as root, and there is no user postgres or nobody to run it as".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_starts_and_leaves_nothing_behind() {
        if binaries().is_none() {
            eprintln!("PostgreSQL is not tested: no binaries");
            return;
        }
        let server = Server::start(Durability::Full).unwrap();
        let mut client = Client::connect(&server.url("postgres"), NoTls).unwrap();
        let fsync: String = client.query_one("SHOW fsync", &[]).unwrap().get(0);
        assert_eq!(fsync, "on");
        let folder = server.folder.clone();
        drop(client);
        drop(server);
        assert!(!folder.exists());
    }
}
