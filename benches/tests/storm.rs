//! The storm in the small: it repeats the product's own statements beside the product, so a statement that changed must
//! not leave it behind. Its checks of seats, overlaps and caps run as in the large.

use std::process::Command;

#[test]
fn a_small_storm_runs_on_both_databases_and_breaks_nothing() {
    let sizes = ["--officers", "60", "--tries", "2", "--shifts", "4", "--clients", "8", "--rounds", "1"];
    let ran = Command::new(env!("CARGO_BIN_EXE_storm")).args(sizes).output().expect("the storm starts");
    let (said, failed) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{failed}");
    for database in ["SQLite, scarce", "SQLite, ample", "PostgreSQL, scarce", "PostgreSQL, ample"] {
        assert!(said.contains(database), "the storm left out {database}:\n{said}");
    }
}
