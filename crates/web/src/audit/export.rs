//! The whole log as a download, written piece by piece so that its length does not matter.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use muster_app::{Failure, audit};
use muster_domain::{access::Actor, audit::Sealed};
use serde::Serialize;

use crate::{Ctx, failure::PageFailure, given::Given};

/// One line of the export: all that the seal covers, and the seal.
#[derive(Serialize)]
struct Line<'a> {
    seq: i64,
    made_at: String,
    made_at_us: i64,
    account_id: &'a str,
    actor: &'a str,
    role: &'a str,
    action: &'a str,
    words: &'a str,
    details: &'a str,
    subjects: &'a [String],
    prev_hash: &'a str,
    hash: &'a str,
}

fn write_jsonl(entries: &[Sealed]) -> String {
    let mut text = String::new();
    for entry in entries {
        let line = Line {
            seq: entry.seq,
            made_at: entry.made_at.to_string(),
            made_at_us: entry.made_at.as_microsecond(),
            account_id: &entry.account_id,
            actor: &entry.actor,
            role: &entry.role,
            action: &entry.action,
            words: &entry.words,
            details: &entry.details,
            subjects: &entry.subjects,
            prev_hash: &entry.prev_hash,
            hash: &entry.hash,
        };
        text.push_str(&serde_json::to_string(&line).expect("text and numbers can always be written"));
        text.push('\n');
    }
    text
}

/// The log as JSON lines with the seals, for checking without Muster.
pub async fn export_jsonl(given: Given) -> Result<Response, PageFailure> {
    Ok(jsonl(given.ctx, given.who.actor).await?)
}

/// The same for a page and for a program.
pub(super) async fn jsonl(ctx: Ctx, actor: Actor) -> Result<Response, Failure> {
    download(ctx, actor, ("application/jsonl; charset=utf-8", "audit.jsonl"), "", write_jsonl).await
}

/// The log for a spreadsheet.
pub async fn export_csv(given: Given) -> Result<Response, PageFailure> {
    Ok(download(
        given.ctx,
        given.who.actor,
        ("text/csv; charset=utf-8", "audit.csv"),
        audit::CSV_HEAD,
        audit::write_csv,
    )
    .await?)
}

/// Reads the first batch before answering, so that a refusal is a page; then one batch after the other.
async fn download(
    ctx: Ctx,
    actor: Actor,
    (kind, name): (&'static str, &'static str),
    head: &'static str,
    write: fn(&[Sealed]) -> String,
) -> Result<Response, Failure> {
    let first = read(&ctx, &actor, 0).await?;
    let mut text = head.to_owned();
    text.push_str(&write(&first));
    let after = first.last().map(|entry| entry.seq);
    let rest = stream::unfold((ctx, actor, after, Some(text)), move |(ctx, actor, after, ready)| async move {
        if let Some(text) = ready {
            return Some((Ok::<_, Infallible>(Bytes::from(text)), (ctx, actor, after, None)));
        }
        // A batch that cannot be read ends the download early: the missing tail shows when the chain is checked.
        let batch = read(&ctx, &actor, after?).await.ok()?;
        let last = batch.last()?.seq;
        Some((Ok(Bytes::from(write(&batch))), (ctx, actor, Some(last), None)))
    });
    let attachment = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, attachment)], Body::from_stream(rest))
        .into_response())
}

async fn read(ctx: &Ctx, actor: &Actor, after: i64) -> Result<Vec<Sealed>, Failure> {
    let actor = actor.clone();
    ctx.read(move |tx, _| audit::export_entries(tx, &actor, after)).await
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, process::Command};

    use muster_domain::audit::{GENESIS, seal};

    use super::*;

    fn chain() -> Vec<Sealed> {
        let mut prev_hash = GENESIS.to_owned();
        let words = ["made job 7", "changed the note to \u{201c}caf\u{e9}\u{201d}", "paid $1.00"];
        (1..)
            .zip(words)
            .map(|(seq, words)| {
                let mut entry = Sealed {
                    seq,
                    made_at: jiff::Timestamp::from_microsecond(1_795_000_000_123_450 + seq).expect("in range"),
                    account_id: "acc_1".to_owned(),
                    actor: "R. Tran".to_owned(),
                    role: "coordinator".to_owned(),
                    action: "did".to_owned(),
                    words: words.to_owned(),
                    details: r#"{"a":"\u00e9","b":[1]}"#.to_owned(),
                    subjects: vec!["cus_2".to_owned(), "job_1".to_owned()],
                    prev_hash: prev_hash.clone(),
                    hash: String::new(),
                };
                entry.hash = seal(&entry);
                prev_hash.clone_from(&entry.hash);
                entry
            })
            .collect()
    }

    /// The verdict of the stand-alone program on a file with this text: its exit code and what it printed.
    fn checked(text: &str) -> Option<(i32, String)> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/verify_audit.py");
        let file = std::env::temp_dir().join(format!("muster-audit-{}-{}.jsonl", std::process::id(), text.len()));
        fs::write(&file, text).expect("a file");
        let ran = Command::new("python3").arg(program).arg(&file).output();
        fs::remove_file(&file).expect("removed");
        let ran = ran.ok()?;
        let printed = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
        Some((ran.status.code().unwrap_or(-1), printed))
    }

    #[test]
    fn the_stand_alone_program_agrees_with_the_seals() {
        let entries = chain();
        let Some((code, printed)) = checked(&write_jsonl(&entries)) else {
            eprintln!("skipped: there is no python3 here to run docs/guide/verify_audit.py");
            return;
        };
        assert!(code == 0 && printed.contains("3 entries") && printed.contains(&entries[2].hash), "{printed}");

        let mut changed = entries.clone();
        changed[1].words = "changed nothing".to_owned();
        let mut missing = entries.clone();
        missing.remove(1);
        let mut resealed = entries;
        resealed[1].actor = "Nobody".to_owned();
        resealed[1].hash = seal(&resealed[1]);
        for (entries, words) in
            [(changed, "entry 2 was changed"), (missing, "entry 2 is missing"), (resealed, "entry 3")]
        {
            let (code, printed) = checked(&write_jsonl(&entries)).expect("python3 ran before");
            assert!(code == 1 && printed.contains(words), "{code} {printed}");
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut entries = chain();
        entries[0].actor = "=HYPERLINK(\"x\")".to_owned();
        let csv = audit::write_csv(&entries);
        assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{csv}");
        assert_eq!(csv.lines().count(), 3);
        assert_eq!(audit::CSV_HEAD.matches(',').count(), 8);
    }
}
