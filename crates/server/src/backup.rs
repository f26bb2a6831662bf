//! `muster backup`: a whole copy of a SQLite database in use.

use std::path::Path;

use crate::Outcome;

/// Copies the database of the URL into a new file.
pub fn run(url: &str, to: &Path) -> Outcome {
    let Some(path) = url.strip_prefix("sqlite:") else {
        return Err(
            "only SQLite databases are copied by Muster itself. PostgreSQL: pg_dump --format=custom --file TO DATABASE"
                .into(),
        );
    };
    let from = Path::new(path.strip_prefix("//").unwrap_or(path));
    muster_store::copy_sqlite(from, to).map_err(|error| match error {
        // Most often a name that does not fit, not a database that failed.
        muster_store::Error::Broken(why) => why.to_string(),
        error => error.to_string(),
    })?;
    let shown = to.display();
    println!("{shown} is a whole copy. Check it with: muster verify --db sqlite:{shown}");
    println!("The secret key ({path}.key or MUSTER_SECRET_KEY) is not in it; keep a copy apart.");
    Ok(())
}
