//! The tools outside Cargo that tests need, where they are, and how a Debian machine gets them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::steps::{Steps, succeed};

/// A tool: what it is for, the names its program may have, the Debian packages that bring it.
pub struct Tool {
    /// Its name in messages.
    pub name: &'static str,
    programs: &'static [&'static str],
    packages: &'static [&'static str],
}

/// The browser; its shell without windows needs half the time for the same pages.
pub const CHROMIUM: Tool = Tool {
    name: "chromium",
    programs: &["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"],
    packages: &["chromium-headless-shell"],
};
/// The JavaScript runtime and its package installer.
pub const NPM: Tool = Tool { name: "npm", programs: &["npm"], packages: &["nodejs", "npm"] };
/// PostgreSQL's own binaries; the tests start a server of their own with them.
pub const POSTGRES: Tool = Tool { name: "postgresql", programs: &["initdb"], packages: &["postgresql"] };

impl Tool {
    /// Its program, from PATH or from where Debian keeps versions side by side.
    pub fn find(&self) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path = env::split_paths(&path).collect::<Vec<_>>();
        let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|v| v.path().join("bin"));
        let folders = on_path.into_iter().chain(debian);
        folders.flat_map(|folder| self.programs.iter().map(move |p| folder.join(p))).find(|program| program.is_file())
    }

    /// Finds it, or installs it where that is possible: on Debian, as root.
    pub fn prepare(&self, steps: &mut Steps) -> bool {
        if self.find().is_some() {
            return true;
        }
        if Path::new("/usr/bin/apt-get").exists() && is_root() {
            steps.run("install tools", || self.install());
        } else {
            steps.lacks(self.name, &format!("not found; install the package(s) {}", self.packages.join(" ")));
        }
        self.find().is_some()
    }

    fn install(&self) -> Result<(), String> {
        let apt = || {
            let mut apt = Command::new("apt-get");
            apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
            apt
        };
        succeed(apt().arg("update"))?;
        succeed(apt().args(["install", "--no-install-recommends", "-y"]).args(self.packages))
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Cargo in the repository's folder, as a person would start it there.
pub fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root);
    // What Cargo tells this program about its own package would make some build scripts run again, and all above them.
    let own = |key: &str| key.starts_with("CARGO_PKG_") || key.starts_with("CARGO_MANIFEST_");
    for (key, _) in env::vars_os().filter(|(key, _)| key.to_str().is_some_and(own)) {
        cargo.env_remove(key);
    }
    cargo
}

/// Whether `cargo NAME` is installed.
pub fn has_cargo_command(name: &str) -> bool {
    Command::new("cargo").args([name, "--version"]).output().is_ok_and(|answer| answer.status.success())
}

/// Cargo with its command `deny`, which is built below `target` where it is not installed.
pub fn cargo_deny(root: &Path) -> Option<Command> {
    if has_cargo_command("deny") {
        return Some(cargo(root));
    }
    let tools = root.join("target/tools");
    let (path, own) = (env::var_os("PATH").unwrap_or_default(), tools.join("bin"));
    if !own.join("cargo-deny").is_file() {
        succeed(cargo(root).args(["install", "--quiet", "--locked", "cargo-deny@0.20.2", "--root"]).arg(&tools))
            .ok()?;
    }
    let mut cargo = cargo(root);
    cargo.env("PATH", env::join_paths(std::iter::once(own).chain(env::split_paths(&path))).ok()?);
    Some(cargo)
}

/// Installs the locked npm packages of one folder, unless they lie there already.
///
/// # Errors
/// When npm fails.
pub fn install_packages(folder: &Path) -> Result<(), String> {
    let written = |path: &str| fs::metadata(folder.join(path)).and_then(|file| file.modified()).ok();
    match (written("package-lock.json"), written("node_modules/.package-lock.json")) {
        (Some(wanted), Some(installed)) if wanted <= installed => Ok(()),
        _ => succeed(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder)),
    }
}
