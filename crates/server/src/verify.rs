//! `muster verify`: reads every audit chain and every ledger and says whether all is whole.

use muster_app::{Db, audit};

use crate::Outcome;

/// Prints what was read and what is wrong; fails when anything is.
pub fn run(db: &Db) -> Outcome {
    let verdict = db.read_blocking(audit::verify)?;
    println!("{} entries in {} audit chains, {} ledger accounts.", verdict.entries, verdict.chains, verdict.accounts);
    if verdict.problems.is_empty() {
        println!("Whole: every entry is as it was sealed, and every cent has its counterpart.");
        return Ok(());
    }
    for problem in &verdict.problems {
        println!("BAD  {problem}");
    }
    Err(format!("{} problems were found", verdict.problems.len()).into())
}
