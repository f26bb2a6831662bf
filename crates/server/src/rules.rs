//! Rule books at the console: check them, read them in sentences, price lines with them.

use std::{
    io::{BufRead, Write},
    path::{Path, PathBuf},
};

use clap::Subcommand;
use muster_domain::rules::{RuleBook, RuleMistake, differences, quote_line_of_file};

use crate::Outcome;

/// What can be done with rule books.
#[derive(Subcommand)]
pub enum RulesCommand {
    /// Check books; every mistake is named with its line.
    Check {
        /// The books.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print a book in plain sentences.
    Explain {
        /// The book.
        file: PathBuf,
    },
    /// Print the JSON Schema of books, for editors that check while one types.
    Schema,
    /// Print what a book says differently from an older one, in sentences.
    Diff {
        /// The older book.
        old: PathBuf,
        /// The newer book.
        new: PathBuf,
    },
}

pub fn run(command: RulesCommand) -> Outcome {
    match command {
        RulesCommand::Check { files } => check(&files),
        RulesCommand::Explain { file } => explain(&file),
        RulesCommand::Schema => {
            println!("{:#}", muster_domain::rules::schema());
            Ok(())
        }
        RulesCommand::Diff { old, new } => diff(&old, &new),
    }
}

fn read(file: &Path) -> Result<RuleBook, String> {
    read_with_warnings(file).map(|(book, _)| book)
}

/// The book, and what in it never counts, with the name of the file.
fn read_with_warnings(file: &Path) -> Result<(RuleBook, Vec<String>), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let placed = |mistakes: &[RuleMistake], word: &str| -> Vec<String> {
        mistakes.iter().map(|one| format!("{}: {word}{one}", file.display())).collect()
    };
    match RuleBook::read(&text) {
        Ok(book) => {
            let warnings = placed(&book.warnings(&text), "warning: ");
            Ok((book, warnings))
        }
        Err(mistakes) => Err(placed(&mistakes, "").join("\n")),
    }
}

fn check(files: &[PathBuf]) -> Outcome {
    let mut wrong = 0;
    for file in files {
        match read_with_warnings(file) {
            Ok((book, warnings)) => {
                warnings.iter().for_each(|warning| println!("{warning}"));
                println!("{}: {} {} is right", file.display(), book.agency, book.version);
            }
            Err(mistakes) => {
                wrong += 1;
                println!("{mistakes}");
            }
        }
    }
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} of {} books have mistakes", files.len()).into()) }
}

fn explain(file: &Path) -> Outcome {
    let book = read(file)?;
    let agency = if book.name.is_empty() { book.agency.clone() } else { format!("{} ({})", book.name, book.agency) };
    println!("{agency}, version {}, from {}", book.version, book.effective_from);
    for chapter in book.chapters() {
        println!("\n{}", chapter.title);
        for sentence in chapter.sentences {
            println!("- {sentence}");
        }
    }
    Ok(())
}

fn diff(old: &Path, new: &Path) -> Outcome {
    let (old, new) = (read(old)?, read(new)?);
    let all = differences(&old, &new);
    let mut chapter = "";
    for one in &all {
        if one.chapter != chapter {
            println!("{}{}", if chapter.is_empty() { "" } else { "\n" }, one.chapter);
            chapter = one.chapter;
        }
        println!("- {}", one.words);
    }
    if all.is_empty() {
        println!("The two books say the same.");
    }
    Ok(())
}

/// Prices each line of standard input; a line that cannot be priced answers with an error and the rest go on.
pub fn quote(file: &Path) -> Outcome {
    let book = read(file)?;
    let (input, mut output) = (std::io::stdin().lock(), std::io::BufWriter::new(std::io::stdout().lock()));
    for (at, line) in input.split(b'\n').enumerate() {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if !line.trim().is_empty() {
            writeln!(output, "{}", quote_line_of_file(&book, at + 1, &line))?;
        }
    }
    output.flush()?;
    Ok(())
}
