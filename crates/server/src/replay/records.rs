//! Reading a city's released detail records by a mapping of columns.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use flate2::read::GzDecoder;
use jiff::civil::{Date, Time};
use muster_domain::time::Minutes;
use serde::Deserialize;

/// Which column holds what, and what its words mean here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Who worked: any stable word.
    pub officer: String,
    /// Rank at that time.
    pub rank: String,
    /// Who asked.
    pub customer: String,
    /// Place; several columns are joined.
    pub place: Vec<String>,
    /// Local date of the start.
    pub date: String,
    /// How the date is written, for example `%Y-%m-%d`.
    pub date_format: String,
    /// Local start time.
    pub start: String,
    /// Local end time; an end not after the start is on the next day.
    pub end: String,
    /// How times are written, for example `%H%M`.
    pub time_format: String,
    /// Kind of job.
    pub job_kind: String,
    /// Hours that were paid, as a decimal number.
    pub hours_paid: String,
    /// Rank codes of the records to rank words of the rules.
    pub ranks: BTreeMap<String, String>,
    /// Job codes of the records to job words of the rules.
    pub job_kinds: BTreeMap<String, String>,
}

/// The layout of the records that the product was first tried on.
pub const DEFAULT_MAPPING: &str = include_str!("default-mapping.yaml");

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// A sentence that names line and key.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_saphyr::from_str(text).map_err(|error| format!("the mapping file cannot be used: {error}"))
    }
}

/// One detail as released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Line in the file, the header being 1.
    pub line: usize,
    /// Who worked.
    pub officer: String,
    /// Rank word of the rules.
    pub rank: String,
    /// Who asked.
    pub customer: String,
    /// Where.
    pub place: String,
    /// Local date of the start.
    pub worked_on: Date,
    /// Local start.
    pub from: Time,
    /// Local end.
    pub to: Time,
    /// Job word of the rules.
    pub job_kind: String,
    /// What was paid then.
    pub paid: Minutes,
}

/// Reads all records; `.gz` files are unpacked on the way.
///
/// # Errors
/// Every line that cannot be read, with its number; nothing is left out silently.
pub fn read(path: &Path, mapping: &Mapping) -> Result<Vec<Record>, Vec<String>> {
    let file = File::open(path).map_err(|error| vec![format!("{} cannot be opened: {error}", path.display())])?;
    let packed = path.extension().is_some_and(|end| end == "gz");
    let source: Box<dyn Read> = if packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    parse(source, mapping)
}

fn parse(source: impl Read, mapping: &Mapping) -> Result<Vec<Record>, Vec<String>> {
    let mut csv = csv::Reader::from_reader(source);
    let head = csv.headers().map_err(|error| vec![format!("the first line cannot be read: {error}")])?.clone();
    let columns = Columns::find(&head, mapping)?;
    let (mut records, mut mistakes) = (Vec::new(), Vec::new());
    for (index, row) in csv.records().enumerate() {
        let line = index + 2;
        let read = row.map_err(|error| error.to_string()).and_then(|row| columns.record(&row, mapping, line));
        match read {
            Ok(record) => records.push(record),
            Err(problem) => mistakes.push(format!("line {line}: {problem}")),
        }
    }
    if mistakes.is_empty() { Ok(records) } else { Err(mistakes) }
}

/// Where each column stands.
struct Columns {
    officer: usize,
    rank: usize,
    customer: usize,
    place: Vec<usize>,
    date: usize,
    start: usize,
    end: usize,
    job_kind: usize,
    hours_paid: usize,
}

impl Columns {
    fn find(head: &csv::StringRecord, mapping: &Mapping) -> Result<Self, Vec<String>> {
        let mut missing = Vec::new();
        let mut at = |name: &str| {
            head.iter().position(|column| column == name).unwrap_or_else(|| {
                missing.push(format!(
                    "there is no column {name}; the file has {}",
                    head.iter().collect::<Vec<_>>().join(", ")
                ));
                0
            })
        };
        let columns = Self {
            officer: at(&mapping.officer),
            rank: at(&mapping.rank),
            customer: at(&mapping.customer),
            place: mapping.place.iter().map(|name| at(name)).collect(),
            date: at(&mapping.date),
            start: at(&mapping.start),
            end: at(&mapping.end),
            job_kind: at(&mapping.job_kind),
            hours_paid: at(&mapping.hours_paid),
        };
        if missing.is_empty() { Ok(columns) } else { Err(missing) }
    }

    fn record(&self, row: &csv::StringRecord, mapping: &Mapping, line: usize) -> Result<Record, String> {
        let cell = |at: usize| row.get(at).unwrap_or_default().trim();
        let known = |words: &BTreeMap<String, String>, what: &str, at: usize| {
            words
                .get(cell(at))
                .cloned()
                .ok_or_else(|| format!("{what} \u{201c}{}\u{201d} is not in the mapping", cell(at)))
        };
        let time = |at: usize| {
            Time::strptime(&mapping.time_format, cell(at))
                .map_err(|_| format!("\u{201c}{}\u{201d} is not a time like {}", cell(at), mapping.time_format))
        };
        let place: Vec<&str> = self.place.iter().map(|at| cell(*at)).filter(|part| !part.is_empty()).collect();
        Ok(Record {
            line,
            officer: cell(self.officer).to_owned(),
            rank: known(&mapping.ranks, "rank", self.rank)?,
            customer: cell(self.customer).to_owned(),
            place: if place.is_empty() { "no place given".to_owned() } else { place.join(" and ") },
            worked_on: Date::strptime(&mapping.date_format, cell(self.date)).map_err(|_| {
                format!("\u{201c}{}\u{201d} is not a date like {}", cell(self.date), mapping.date_format)
            })?,
            from: time(self.start)?,
            to: time(self.end)?,
            job_kind: known(&mapping.job_kinds, "kind of job", self.job_kind)?,
            paid: hours(cell(self.hours_paid))?,
        })
    }
}

/// `8`, `7.5` or `0.25` hours as minutes.
fn hours(text: &str) -> Result<Minutes, String> {
    let wrong = || format!("\u{201c}{text}\u{201d} is not a number of hours like 7.5");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 4 || text.is_empty() {
        return Err(wrong());
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| wrong())? };
    let part: i64 = format!("{part:0<4}").parse().map_err(|_| wrong())?;
    Ok(Minutes(whole * 60 + part * 60 / 10_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "emp_id,rank,street,xstreet,detail_date,start_time,end_time,hours_worked_hhmm,hours_paid,type,customer_id\n";

    #[test]
    fn a_record_reads_by_the_default_mapping() {
        let mapping = Mapping::read(DEFAULT_MAPPING).expect("the default is good");
        let text = format!("{HEAD}7,07,MAIN ST,ELM ST,2022-01-03,2300,0700,0800,8,C,4\n");
        let records = parse(text.as_bytes(), &mapping).expect("one record");
        assert_eq!(records[0].place, "MAIN ST and ELM ST");
        assert_eq!((records[0].rank.as_str(), records[0].job_kind.as_str()), ("sergeant", "construction"));
        assert_eq!((records[0].from.to_string(), records[0].paid), ("23:00:00".to_owned(), Minutes::hours(8)));
    }

    #[test]
    fn every_bad_line_is_named() {
        let mapping = Mapping::read(DEFAULT_MAPPING).expect("the default is good");
        let text = format!(
            "{HEAD}7,99,A,,2022-01-03,2300,0700,0800,8,C,4\n7,07,A,,2022-13-03,2300,0700,0800,8,C,4\n7,07,A,,2022-01-03,2500,0700,0800,8,C,4\n7,07,A,,2022-01-03,2300,0700,0800,eight,C,4\n"
        );
        let mistakes = parse(text.as_bytes(), &mapping).expect_err("four mistakes");
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
        assert!(mistakes[0].starts_with("line 2: rank"), "{mistakes:?}");
    }

    #[test]
    fn hours_read_to_the_minute() {
        assert_eq!(
            ["8", "7.5", "0.25", ".75"].map(hours),
            [Ok(Minutes(480)), Ok(Minutes(450)), Ok(Minutes(15)), Ok(Minutes(45))]
        );
        assert!(hours("").is_err());
        assert!(hours("1e3").is_err());
    }
}
