//! What SQLite's planner is told about the size of tables.
//!
//! Every key begins with the agency, and one file often holds a single one, so an index that is entered by the agency alone
//! reads everything. Without figures the planner believes that any first column singles out ten rows, and prefers such an
//! index where it saves a sort; that made posting and clocking slower with every job ever worked. Measured figures would
//! change from day to day and plans with them. So each index gets the same fixed figures on every installation: many rows of
//! an agency, some of a state, few of a parent.

use rusqlite::{Connection, Result, params};

/// Rows of every table, as far as the planner knows.
const ROWS: i64 = 1_000_000;
/// Columns that hold one of a few words.
const FEW_WORDS: &[&str] = &["state", "kind", "class", "source", "role", "action"];

/// Writes the figures of every index there is now; part of the migration's transaction, which makes other connections
/// read the schema again.
pub(crate) fn fix(connection: &Connection) -> Result<()> {
    // Makes the table where it is missing, and reads no rows.
    connection.execute_batch("ANALYZE sqlite_schema; DELETE FROM sqlite_stat1;")?;
    let mut indexes = connection.prepare(
        "SELECT t.name, i.name, i.\"unique\" FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'",
    )?;
    let mut columns = connection.prepare("SELECT name FROM pragma_index_info(?1) ORDER BY seqno")?;
    let found = indexes.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for (table, index, unique) in found.collect::<Result<Vec<(String, String, bool)>>>()? {
        // A column that is an expression has no name.
        let names = columns.query_map([&index], |row| row.get::<_, Option<String>>(0))?.collect::<Result<Vec<_>>>()?;
        let figures = figures(&names, unique).iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
        connection
            .execute("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)", params![table, index, figures])?;
    }
    connection.execute_batch("ANALYZE sqlite_schema;")
}

/// The rows of the table, then how many share the first column, the first two, and so on.
fn figures(columns: &[Option<String>], unique: bool) -> Vec<i64> {
    let mut rows = ROWS;
    let mut figures = vec![rows];
    for (at, column) in columns.iter().enumerate() {
        let name = column.as_deref().unwrap_or_default();
        rows = if unique && at + 1 == columns.len() {
            1
        } else if name == "agency_id" || name == "chain" {
            rows / 10
        } else if FEW_WORDS.contains(&name) {
            (rows / 4).max(2)
        } else {
            (rows / 50).clamp(2, 20)
        };
        figures.push(rows);
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn an_agency_is_many_rows_and_a_parent_few() {
        let of = |names: &[&str], unique| {
            figures(&names.iter().map(|name| Some((*name).to_owned())).collect::<Vec<_>>(), unique)
        };
        assert_eq!(of(&["agency_id", "id"], true), [1_000_000, 100_000, 1]);
        assert_eq!(of(&["agency_id", "shift_id"], false), [1_000_000, 100_000, 20]);
        assert_eq!(of(&["agency_id", "state", "starts_at"], false), [1_000_000, 100_000, 25_000, 20]);
    }
}
