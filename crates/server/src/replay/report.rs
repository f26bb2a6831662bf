//! What a replay found.

use std::collections::BTreeMap;

use muster_domain::money::Cents;
use serde::Serialize;

/// A record that was not worked, because a rule refused it.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    /// Line of the file.
    pub line: usize,
    /// Where it was refused: request, acceptance, clock ...
    pub step: &'static str,
    /// The refusal's stable word.
    pub code: String,
    /// Why, in words.
    pub words: String,
}

/// A record whose paid time is not what was recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Differs {
    /// Line of the file.
    pub line: usize,
    /// What the rules pay, in minutes.
    pub paid_minutes: i64,
    /// What was recorded, in minutes.
    pub recorded_minutes: i64,
}

/// Everything that a replay found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Records read.
    pub rows: usize,
    /// Records that went the whole way.
    pub worked: usize,
    /// Records that a rule refused.
    pub refused: Vec<Refused>,
    /// Records paid otherwise than recorded.
    pub differs: Vec<Differs>,
    /// Invoices issued.
    pub invoices: usize,
    /// Owed on them.
    pub invoiced_cents: Cents,
    /// Pay runs approved.
    pub pay_runs: usize,
    /// Paid by them.
    pub paid_cents: Cents,
    /// Entries of the audit log.
    pub audit_entries: i64,
    /// What the verifier found wrong.
    pub problems: Vec<String>,
    /// What a draft would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial: Option<super::trial::DraftTrial>,
    /// How long it took.
    pub milliseconds: i64,
}

impl Report {
    /// True when no row differs and every check holds.
    pub fn agrees(&self) -> bool {
        self.differs.is_empty() && self.problems.is_empty() && self.worked + self.refused.len() == self.rows
    }

    fn rows_per_second(&self) -> i64 {
        i64::try_from(self.rows).unwrap_or(i64::MAX) * 1000 / self.milliseconds.max(1)
    }

    /// Prints what happened for people.
    pub fn print(&self) {
        println!("rows read         {}", self.rows);
        println!("worked and paid   {}", self.worked);
        println!("refused           {}", self.refused.len());
        let mut by_rule: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for refused in &self.refused {
            *by_rule.entry((refused.step, refused.code.as_str())).or_default() += 1;
        }
        for ((step, code), count) in by_rule {
            println!("  {count:>6} at {step}: {code}");
        }
        for refused in self.refused.iter().take(20) {
            println!("    line {}: {}", refused.line, refused.words);
        }
        println!("paid otherwise    {}", self.differs.len());
        for differs in self.differs.iter().take(20) {
            println!(
                "    line {}: {} min paid, {} min recorded",
                differs.line, differs.paid_minutes, differs.recorded_minutes
            );
        }
        println!("invoices          {} for {}", self.invoices, self.invoiced_cents);
        println!("pay runs          {} for {}", self.pay_runs, self.paid_cents);
        println!("audit entries     {}", self.audit_entries);
        println!("checks            {}", if self.problems.is_empty() { "ledger and chain whole" } else { "BROKEN" });
        for problem in &self.problems {
            println!("    {problem}");
        }
        if let Some(trial) = &self.trial {
            trial.print();
        }
        println!(
            "time              {}.{:03} s, {} rows/s",
            self.milliseconds / 1000,
            self.milliseconds % 1000,
            self.rows_per_second()
        );
    }

    /// One line.
    pub fn summary(&self) -> String {
        format!(
            "replay: {} rows, {} refused, {} differ, {}, {} rows/s",
            self.rows,
            self.refused.len(),
            self.differs.len(),
            if self.problems.is_empty() { "ledger and chain whole" } else { "CHECKS FAILED" },
            self.rows_per_second()
        )
    }
}
