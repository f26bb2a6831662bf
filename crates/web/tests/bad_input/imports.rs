//! Files: all or nothing, and every bad row explained.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use muster_domain::access::Role;
use muster_testkit::forms::read;
use serde_json::{Value, json};

use crate::{
    Complaints, complaint,
    garbage::{Dice, texts},
    seed, short,
    world::{Answer, World, lives::Lived},
};

const ROSTER: &str = "badge,first_name,last_name,rank,hired_on,senior_since,unit,email,phone,status,groups\n\
     7001,Ada,Stone,officer,2019-05-01,2019-05-01,District 4,ada@x.example,(555) 010-1,active,Bicycle team\n\
     7002,Ben,Marsh,officer,2020-05-01,,,,,,\n";
const SCHEDULE: &str = "badge,date,start,end,label,class\n1042,2026-12-01,06:00,14:00,Day watch,on_duty\n2077,2026-12-01,22:00,06:00,Night watch,on_duty\n";

fn multipart(file: &[u8]) -> Vec<u8> {
    let mut body = b"--cut\r\nContent-Disposition: form-data; name=\"_key\"\r\n\r\nimport-12345678\r\n--cut\r\nContent-Disposition: form-data; \
        name=\"step\"\r\n\r\nimport\r\n--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n"
        .to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    body
}

async fn send(world: &World, token: &str, path: &str, kind: &str, body: Vec<u8>) -> Answer {
    let request = Request::builder().method("POST").uri(path).header("sec-fetch-site", "same-origin");
    let request = request.header(header::COOKIE, format!("__Host-muster={token}")).header(header::CONTENT_TYPE, kind);
    let request = request.header("idempotency-key", format!("import-{}", body.len() + 10_000_000));
    world.send(request.body(Body::from(body)).unwrap()).await
}

/// Officers and lines of schedules that are stored.
fn stored(world: &World) -> (i64, i64) {
    let count = |sql: &'static str| {
        world.db.read_blocking::<_, muster_store::Error, _>(move |tx| tx.one(sql, &[], |row| row.get(0))).unwrap()
    };
    (count("SELECT COUNT(*) FROM officers"), count("SELECT COUNT(*) FROM work"))
}

/// Files made from a good one by breaking a cell, a line or all of it.
fn broken(good: &str, dice: &mut Dice) -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = Vec::new();
    let lines: Vec<&str> = good.lines().collect();
    let texts = texts();
    for _ in 0..150 {
        let (line, text) = (1 + dice.below(lines.len() - 1), &texts[dice.below(texts.len())]);
        let mut cells: Vec<String> = lines[line].split(',').map(str::to_owned).collect();
        let at = dice.below(cells.len());
        cells[at] = if dice.below(2) == 0 { text.clone() } else { format!("\"{}\"", text.replace('"', "\"\"")) };
        let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        all[line] = cells.join(",");
        files.push(all.join("\n").into_bytes());
    }
    let header = lines[0];
    files.extend([
        Vec::new(),
        b"\n\n\n".to_vec(),
        header.as_bytes().to_vec(),
        format!("\u{feff}{good}").into_bytes(),
        good.replace('\n', "\r\n").into_bytes(),
        good.replace('\n', "\r").into_bytes(),
        good.replace(',', ";").into_bytes(),
        good.replace(',', "\t").into_bytes(),
        format!("{good}\"never closed,1,2").into_bytes(),
        format!("{header}\n{}", lines[1].repeat(3)).into_bytes(),
        format!("{header},{header}\n{}", lines[1]).into_bytes(),
        format!("{header}{}\n{}", ",x".repeat(100_000), lines[1]).into_bytes(),
        format!("{header}\n{}", ",".repeat(100_000)).into_bytes(),
        format!("{good}\u{0}\u{0}\u{0}").into_bytes(),
        [good.as_bytes(), b"\xff\xfe,\xc0\x80,x,officer,2020-01-01\n"].concat(),
        good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        b"PK\x03\x04\x14\x00\x06\x00".to_vec(),
        format!("{header}\n{}\n{}", lines[1], lines[1]).into_bytes(),
        format!("{header}\n{}", format!("{}\n", lines[1]).repeat(20_001)).into_bytes(),
        vec![b'a'; 2_000_000],
    ]);
    files
}

#[tokio::test]
async fn files_are_taken_whole_or_not_at_all_and_bad_rows_are_explained() {
    let mut dice = Dice(seed());
    let lived = Lived::new();
    let token = lived.world.sign_in(Role::AgencyAdmin);
    let (world, mut complaints) = (lived.world.copy(), Complaints::default());
    for (path, good) in [("/officers/import", ROSTER), ("/officers/schedule", SCHEDULE)] {
        let (mut taken, mut refused) = (0, 0);
        for file in broken(good, &mut dice) {
            world.begin_again();
            let before = stored(&world);
            let shown: String =
                String::from_utf8_lossy(&file).chars().skip(good.find('\n').unwrap_or(0)).take(160).collect();
            let answer = send(&world, &token, path, "multipart/form-data; boundary=cut", multipart(&file)).await;
            let what = format!("{path} {shown:?}");
            complaints.0.extend(complaint(path, &answer).map(|words| format!("{what}: {words}")));
            let words = read(&answer.body).words;
            if answer.status == StatusCode::OK && words.contains("is imported") {
                taken += 1;
                continue;
            }
            refused += 1;
            if stored(&world) != before {
                complaints.add(format!("{what}: something was stored"));
            }
            let explained = words.contains("Nothing was imported") || answer.status == StatusCode::BAD_REQUEST;
            if !explained || !answer.status.is_client_error() {
                complaints.add(format!("{what}: not explained: {} {}", answer.status, short(&answer.body)));
            }
            let Ok(csv) = String::from_utf8(file) else { continue };
            let body = json!({ "csv": csv }).to_string().into_bytes();
            let api = format!("/api/v1{path}");
            let answer = send(&world, &token, &api, "application/json", body).await;
            complaints.0.extend(complaint(&api, &answer).map(|words| format!("{what} as JSON: {words}")));
            let problem: Value = serde_json::from_str(&answer.body).unwrap_or_default();
            let listed = problem["errors"].as_array().is_some_and(|all| !all.is_empty());
            if answer.status != StatusCode::UNPROCESSABLE_ENTITY || !listed || stored(&world) != before {
                complaints.add(format!("{what} as JSON: {} {}", answer.status, short(&answer.body)));
            }
        }
        eprintln!("{path}: {taken} taken, {refused} refused");
        assert!(taken > 5 && refused > 60, "{path}: {taken} taken, {refused} refused");
    }
    complaints.none();
}
