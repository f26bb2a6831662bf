//! Reading a CSV file: a header by names, rows with their line numbers, every mistake with its remedy.

use std::collections::HashMap;

use muster_domain::refusal::FieldErrors;

/// The most rows in one file.
pub(super) const MOST_ROWS: usize = 20_000;
/// The most columns in one file; the known ones are far fewer.
const MOST_COLUMNS: usize = 100;
/// The most mistakes that are listed; more are only counted.
pub(super) const MOST_LISTED: usize = 200;

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BadRow {
    /// The line of the file, from 1; 0 for the whole file.
    pub line: u64,
    /// The column, as the file calls it; empty for the whole row.
    pub column: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl BadRow {
    pub(super) fn new(line: u64, column: &str, message: impl Into<String>) -> Self {
        Self { line, column: column.to_owned(), message: message.into() }
    }
}

/// The mistakes of a file as those of a form: `line 7, rank`.
pub(super) fn as_errors(bad: &[BadRow]) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    for row in bad {
        errors.add(format!("line {}, {}", row.line, row.column), &row.message);
    }
    errors.or(())
}

/// A file with a known header.
pub(super) struct Sheet {
    columns: HashMap<&'static str, usize>,
    rows: Vec<(u64, csv::StringRecord)>,
}

impl Sheet {
    /// Reads a file; `known` are the columns, the first `required` of them must be there.
    pub fn read(text: &str, known: &[&'static str], required: usize) -> Result<Self, Vec<BadRow>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let delimiter = delimiter(text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| vec![unreadable(&error)])?.clone();
        let columns = columns(&header, known, required)?;
        let mut rows = Vec::new();
        for record in reader.into_records() {
            let record = record.map_err(|error| vec![unreadable(&error)])?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.iter().all(str::is_empty) {
                continue;
            }
            rows.push((line, record));
            if rows.len() > MOST_ROWS {
                let message = format!("The file has more than {MOST_ROWS} rows. Split it into several files.");
                return Err(vec![BadRow::new(line, "", message)]);
            }
        }
        if rows.is_empty() {
            return Err(vec![BadRow::new(
                0,
                "",
                "There is no row below the header. Add at least one and choose the file again.",
            )]);
        }
        Ok(Self { columns, rows })
    }

    /// Every row with its line.
    pub fn rows(&self) -> impl Iterator<Item = (u64, &csv::StringRecord)> {
        self.rows.iter().map(|(line, record)| (*line, record))
    }

    /// A cell; `None` when the file has no such column, empty when the cell is.
    pub fn cell<'r>(&self, record: &'r csv::StringRecord, column: &str) -> Option<&'r str> {
        self.columns.get(column).map(|at| record.get(*at).unwrap_or("").trim())
    }
}

fn unreadable(error: &csv::Error) -> BadRow {
    let line = error.position().map_or(0, csv::Position::line);
    BadRow::new(
        line,
        "",
        "This line cannot be read as CSV. Save the file as \u{201c}CSV UTF-8\u{201d} and choose it again.",
    )
}

/// The sign that stands most often in the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or("");
    let count = |sign: char| first.matches(sign).count();
    [(b';', count(';')), (b'\t', count('\t'))]
        .into_iter()
        .filter(|(_, n)| *n > count(','))
        .map(|(sign, _)| sign)
        .next()
        .unwrap_or(b',')
}

fn columns(
    header: &csv::StringRecord,
    known: &[&'static str],
    required: usize,
) -> Result<HashMap<&'static str, usize>, Vec<BadRow>> {
    if header.len() > MOST_COLUMNS {
        let message = format!(
            "The first line has {} columns; at most {MOST_COLUMNS} are read. It names the columns: {}.",
            header.len(),
            known.join(", ")
        );
        return Err(vec![BadRow::new(1, "", message)]);
    }
    let mut found = HashMap::new();
    let mut bad = Vec::new();
    for (at, name) in header.iter().enumerate() {
        let plain = name.trim().to_lowercase().replace([' ', '-'], "_");
        match known.iter().find(|known| **known == plain) {
            Some(column) if found.contains_key(column) => {
                bad.push(BadRow::new(1, name, "This column stands twice. Remove one of the two."));
            }
            Some(column) => {
                found.insert(*column, at);
            }
            None if plain.is_empty() => {}
            None => bad.push(BadRow::new(
                1,
                name,
                format!("This column is not known. Remove it or call it one of: {}.", known.join(", ")),
            )),
        }
    }
    for column in known.iter().take(required).filter(|column| !found.contains_key(*column)) {
        bad.push(BadRow::new(1, column, "This column is missing. The first line of the file names the columns."));
    }
    if bad.is_empty() { Ok(found) } else { Err(bad) }
}
