//! Builds the front end (`ui/`, esbuild from npm) and writes the table of embedded files.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn main() {
    let crate_dir = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let ui = crate_dir.join("../../ui").canonicalize().expect("the folder `ui` stands beside `crates`");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    watch(&ui);
    install(&ui);
    let dist = out.join("ui");
    run(Command::new("node").arg("build.mjs").arg(&dist).current_dir(&ui), "esbuild could not bundle the front end");
    fs::write(out.join("assets.rs"), table(&dist)).expect("the output folder can be written");
}

/// Rebuilds only when a source of the front end changes, not when npm touches its own folder.
fn watch(ui: &Path) {
    for name in ["css", "ts", "public", "build.mjs", "marks.mjs", "sprite.mjs", "icons.txt", "package.json"] {
        println!("cargo::rerun-if-changed={}", ui.join(name).display());
    }
    println!("cargo::rerun-if-changed={}", ui.join("package-lock.json").display());
    println!("cargo::rerun-if-changed=build.rs");
}

/// `npm ci`, unless the packages of this very lock file are there.
fn install(ui: &Path) {
    let lock = fs::read(ui.join("package-lock.json")).expect("ui/package-lock.json is in the repository");
    let stamp = ui.join("node_modules/.muster-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return;
    }
    run(
        Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(ui),
        "npm could not install the packages of ui/package-lock.json",
    );
    fs::write(stamp, lock).expect("ui/node_modules can be written");
}

/// Runs a tool; stops the build with what to do when it is missing or fails.
fn run(command: &mut Command, failure: &str) {
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            panic!("{failure}.\n{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        }
        Err(error) => panic!(
            "{failure}: `{}` did not start ({error}). Building Muster needs Node.js 20 or later with npm on the PATH.",
            command.get_program().to_string_lossy()
        ),
    }
}

/// One constant with the address of each named file, and the table of all files for the routes.
fn table(dist: &Path) -> String {
    let rows = fs::read_to_string(dist.join("table.tsv")).expect("build.mjs writes table.tsv");
    let (mut names, mut files, mut seen) = (String::new(), String::new(), Vec::new());
    for row in rows.lines() {
        let mut columns = row.split('\t');
        let mut next = || columns.next().expect("three columns: name, file, type");
        let (name, file, media_type) = (next(), next(), next());
        if name != file {
            let constant: String =
                name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
            let _ = writeln!(names, "/// Address of `{name}`.\npub const {constant}: &str = \"/assets/{file}\";");
        }
        if seen.contains(&file) {
            continue;
        }
        seen.push(file);
        let path = dist.join(file);
        let brotli = dist.join(format!("{file}.br"));
        let brotli = if brotli.exists() { format!("Some(include_bytes!({brotli:?}))") } else { "None".to_owned() };
        let _ = writeln!(
            files,
            "Asset {{ file: {file:?}, media_type: {media_type:?}, plain: include_bytes!({path:?}), brotli: {brotli} }},"
        );
    }
    format!("{names}/// Every embedded file.\npub static ASSETS: &[Asset] = &[\n{files}];\n")
}
