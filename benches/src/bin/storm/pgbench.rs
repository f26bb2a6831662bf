//! The other side of the storm on PostgreSQL: its own tool, with each try as one call of a function that runs the
//! product's statements inside the server.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use muster_benches::stage::Stage;
use muster_testkit::postgres::binaries;
use postgres::{Client, NoTls};

use super::{
    Answer, Waits,
    bare::{BODY, DETAILS, JUDGEMENT},
    texts::Texts,
    wanted,
};

/// So many connections run the tries; as many writers has the product.
pub const CONNECTIONS: usize = 16;

/// Storms a staged database; every try of the storm once.
pub fn storm(url: &str, stage: &Stage, total: usize) -> Result<Waits, Box<dyn std::error::Error>> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute(&function(&Texts::read()))?;
    fill(&mut client, stage, total)?;
    client.batch_execute("ANALYZE")?;
    let program = binaries().ok_or("no PostgreSQL")?.join("pgbench");
    let folder = std::env::temp_dir().join(format!("muster-pgbench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let script = folder.join("storm.sql");
    fs::write(&script, "SELECT try();\n")?;
    let each = (total / CONNECTIONS).to_string();
    let began = Instant::now();
    let output = Command::new(program)
        .args(["-n", "-M", "prepared", "-c", &CONNECTIONS.to_string(), "-j", "2", "-t", &each, "-l", "--log-prefix"])
        .arg(folder.join("log"))
        .arg("-f")
        .arg(&script)
        .arg(url)
        .output()?;
    let elapsed = began.elapsed();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    // Each line of the log: client, number, microseconds, ...
    let mut waits = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path != script {
            let text = fs::read_to_string(&path)?;
            waits.extend(
                text.lines().filter_map(|line| line.split(' ').nth(2)?.parse().ok()).map(Duration::from_micros),
            );
        }
    }
    fs::remove_dir_all(&folder)?;
    let accepted: i64 = client.query_one("SELECT COUNT(*) FROM assignments", &[])?.get(0);
    let accepted = usize::try_from(accepted)?;
    let answer = |at: usize| if at < accepted { Answer::Accepted } else { Answer::Refused };
    Ok(Waits { each: waits.into_iter().enumerate().map(|(at, wait)| (wait, answer(at))).collect(), elapsed })
}

/// Who tries for what, by the number of the try.
fn fill(client: &mut Client, stage: &Stage, total: usize) -> Result<(), Box<dyn std::error::Error>> {
    client.batch_execute(
        "CREATE TABLE tries (number BIGINT PRIMARY KEY, agency TEXT, officer TEXT, account TEXT, shift TEXT);
         CREATE SEQUENCE next_try MINVALUE 0 START 0 CACHE 1;",
    )?;
    let mut copy = client.copy_in("COPY tries FROM STDIN")?;
    for number in 0..total {
        let who = &stage.officers[number % stage.officers.len()].0;
        let shift =
            stage.shifts[wanted(number % stage.officers.len(), number / stage.officers.len(), stage.shifts.len())];
        let (agency, officer) = (who.agency.expect("of an agency"), who.officer.expect("an officer"));
        std::io::Write::write_all(
            &mut copy,
            format!("{number}\t{agency}\t{officer}\t{}\t{shift}\n", who.account).as_bytes(),
        )?;
    }
    copy.finish()?;
    Ok(())
}

/// A statement with its parameters replaced by the names of variables.
fn with(text: &str, names: &[&str]) -> String {
    let numbered = names.iter().enumerate().rev();
    numbered.fold(text.to_owned(), |text, (at, name)| text.replace(&format!("${}", at + 1), name))
}

/// Columns `c1` to `cN`, because the product reads columns by number.
fn columns(count: usize) -> String {
    (1..=count).map(|n| format!("c{n}")).collect::<Vec<_>>().join(", ")
}

fn function(texts: &Texts) -> String {
    let week = "604800000000";
    let glance = with(&texts.glance, &["w_officer", "w_agency", "w_shift"]);
    let work = with(&texts.work, &["w_person", &format!("(v_g.c3 - {week})"), &format!("(v_g.c4 + {week})")]);
    let statement = |text: &str, names: &[&str]| format!("{};\n", with(text, names));
    let read = |text: &str, names: &[&str]| format!("FOR v_r IN {} LOOP END LOOP;\n", with(text, names));
    // The first FROM of a plain SELECT ends its list of columns.
    let one = |text: &str, names: &[&str], target: &str| {
        format!("{};\n", with(&text.replacen(" FROM ", &format!(" INTO {target} FROM "), 1), names))
    };
    let mut body = String::new();
    body += &one(&texts.find_answer, &["w_account", "w_key"], "v_r");
    body += &format!("SELECT * INTO v_g FROM ({glance}) q ({});\n", columns(30));
    body += "IF v_g.c21 >= v_g.c20 OR v_g.c22 > 0 THEN RETURN FALSE; END IF;\n";
    body += &one(&texts.lock_shift, &["w_agency", "w_shift"], "v_r");
    body += &one(&texts.lock_officer, &["w_agency", "w_officer"], "w_person");
    body += &format!(
        "SELECT * INTO v_p FROM ({}) q ({}) LIMIT 1;\n",
        with(&texts.positions, &["w_agency", "w_shift"]),
        columns(7)
    );
    body += &format!("SELECT id INTO w_rules FROM ({}) q;\n", with(&texts.in_force, &["w_agency", "v_g.c3"]));
    body += &read(&texts.record, &["w_agency", "w_officer"]);
    body += &format!(
        "WITH w AS (SELECT c4 AS s, c5 AS e FROM ({work}) q ({})), busy AS (SELECT s, e FROM w UNION ALL SELECT v_g.c3, v_g.c4)
         SELECT (SELECT COUNT(*) FROM w WHERE s < v_g.c4 AND v_g.c3 < e), (SELECT MAX(total) FROM (SELECT SUM(LEAST(b.e, a.s + 86400000000) - b.s) AS total
             FROM busy a JOIN busy b ON b.s >= a.s AND b.s < a.s + 86400000000 GROUP BY a.s, a.e) sums) INTO w_clash, w_most;\n",
        columns(13)
    );
    body += "IF v_p.c7 IS NULL OR w_clash > 0 OR w_most > 57600000000 THEN RETURN FALSE; END IF;\n";
    body += &statement(
        &texts.add_assignment,
        &["w_agency", "w_id", "w_shift", "v_p.c2", "v_p.c7", "w_officer", "'accepted'", "w_now", "''"],
    );
    body += &statement(
        &texts.add_work,
        &["w_agency", "w_id", "w_officer", "w_person", "v_g.c3", "v_g.c4", "w_id", "w_body"],
    );
    body += &statement(
        &texts.add_decision,
        &[
            "w_agency",
            "w_id",
            "w_officer",
            "w_shift",
            "w_rules",
            "'sign_up'",
            "'pass'",
            "w_judgement",
            "w_now",
            "FALSE",
        ],
    );
    body += &format!(
        "SELECT id, email INTO v_m FROM ({}) q;\n",
        with(&texts.recipients, &["'shifts'", "w_agency", "w_officer"])
    );
    body += &statement(
        &texts.add_notice,
        &["w_agency", "w_id", "v_m.id", "'shift_taken'", "w_body", "w_body", "w_body", "w_now"],
    );
    body += &statement(&texts.add_mail, &["w_id", "w_agency", "v_m.email", "w_body", "w_body", "w_now", "w_now"]);
    body += &one(&texts.lock_head, &["w_agency"], "v_h");
    body += &statement(
        &texts.add_entry,
        &[
            "w_agency",
            "(v_h.seq + 1)",
            "w_now",
            "w_account",
            "w_officer",
            "'officer'",
            "'accepted_shift'",
            "w_body",
            "w_details",
            "v_h.hash",
            "v_h.hash",
        ],
    );
    body += &statement(&texts.add_subjects, &["w_agency", "(v_h.seq + 1)", "w_shift", "v_g.c2", "w_officer"]);
    body += &statement(&texts.move_head, &["(v_h.seq + 1)", "v_h.hash", "w_agency"]);
    body += &statement(&texts.keep_answer, &["w_account", "w_key", "v_h.hash", "w_body", "w_now"]);
    format!(
        "CREATE FUNCTION try() RETURNS BOOLEAN LANGUAGE plpgsql AS $$
         #variable_conflict use_column
         DECLARE w_number BIGINT := nextval('next_try'); w_agency TEXT; w_officer TEXT; w_account TEXT; w_shift TEXT; w_person TEXT;
             w_key TEXT := 'storm-' || w_number; w_id TEXT := md5(w_number::text); w_rules TEXT; w_most BIGINT; w_clash BIGINT;
             w_now BIGINT := (extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT;
             w_body TEXT := repeat('x', {BODY}); w_details TEXT := repeat('x', {DETAILS}); w_judgement TEXT := repeat('x', {JUDGEMENT});
             v_g RECORD; v_p RECORD; v_r RECORD; v_m RECORD; v_h RECORD;
         BEGIN
         SELECT agency, officer, account, shift INTO w_agency, w_officer, w_account, w_shift FROM tries WHERE number = w_number;
         {body}
         RETURN TRUE;
         END $$;"
    )
}
