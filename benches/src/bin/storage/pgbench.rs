//! PostgreSQL's own tool: the whole accept as one function call.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use muster_testkit::postgres::{Server, binaries};
use postgres::{Client, NoTls};

use muster_benches::cpu_time;

use super::{Figures, workload::SCHEMA};

/// The same eight statements inside the server.
const ACCEPT: &str = "
CREATE FUNCTION accept(wanted BIGINT, who BIGINT, starts BIGINT, of_agency BIGINT, body TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql AS $$
DECLARE room BIGINT; used BIGINT; head BIGINT; old TEXT; name TEXT := 'asg_' || md5(random()::text || clock_timestamp()::text);
BEGIN
    SELECT seats, taken INTO room, used FROM positions WHERE id = wanted FOR UPDATE;
    IF used >= room OR (SELECT COUNT(*) FROM assignments
        WHERE officer = who AND starts_at < starts + 3600000000 AND ends_at > starts) > 0 THEN RETURN FALSE; END IF;
    INSERT INTO assignments (id, position_id, officer, starts_at, ends_at)
        VALUES (name, wanted, who, starts, starts + 3600000000);
    UPDATE positions SET taken = taken + 1 WHERE id = wanted;
    INSERT INTO outbox (id, body) VALUES (name, body);
    SELECT number, digest INTO head, old FROM heads WHERE agency = of_agency FOR UPDATE;
    INSERT INTO entries (agency, number, digest, body) VALUES (of_agency, head + 1, old, body);
    UPDATE heads SET number = head + 1, digest = name WHERE agency = of_agency;
    RETURN TRUE;
END $$;";

const SCRIPT: &str = "\\set position random(1, 2000)
\\set officer random(0, 4999)
\\set slot random(0, 10000000)
\\set agency random(1, 8)
SELECT accept(:position, :officer, :slot * 3600000000, :agency, 'a body of about a hundred bytes of JSON, as long as the one of the other sides is');
";

/// A database with the tables and the function; its URL.
pub fn fresh_database(server: &Server, name: &str) -> Result<String, String> {
    let said = |error: postgres::Error| error.to_string();
    let mut client = Client::connect(&server.url("postgres"), NoTls).map_err(said)?;
    client.batch_execute(&format!("CREATE DATABASE {name}")).map_err(said)?;
    let url = server.url(name);
    let mut client = Client::connect(&url, NoTls).map_err(said)?;
    client.batch_execute(SCHEMA).and_then(|()| client.batch_execute(ACCEPT)).map_err(said)?;
    client.batch_execute("ANALYZE").map_err(said)?;
    Ok(url)
}

/// Runs pgbench for some seconds with 16 connections.
pub fn measure(server: &Server, url: &str, seconds: u64) -> Result<Figures, String> {
    let program = binaries().ok_or("no PostgreSQL")?.join("pgbench");
    let script = std::env::temp_dir().join(format!("muster-accept-{}.sql", std::process::id()));
    let log = std::env::temp_dir().join(format!("muster-accept-{}", std::process::id()));
    fs::write(&script, SCRIPT).map_err(|error| error.to_string())?;
    let (began, cpu) = (Instant::now(), cpu_time(Some(server.pid())));
    let output = Command::new(program)
        .args(["-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", &seconds.to_string(), "-l", "--log-prefix"])
        .arg(&log)
        .arg("-f")
        .arg(&script)
        .arg(url)
        .output()
        .map_err(|error| error.to_string())?;
    let (elapsed, spent) = (began.elapsed(), cpu_time(Some(server.pid())).saturating_sub(cpu));
    fs::remove_file(&script).map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    // Each line of the log: client, number, microseconds, ...
    let mut waits = Vec::new();
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = log.file_name().unwrap_or_default().to_string_lossy().into_owned() + ".";
        if entry.file_name().to_string_lossy().starts_with(&name) {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            waits.extend(
                text.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok()).map(Duration::from_micros),
            );
            drop(fs::remove_file(entry.path()));
        }
    }
    Ok(super::figures(&mut waits, elapsed, spent))
}
