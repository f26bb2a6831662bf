//! A draft tried on the replayed details: what it would have refused, and what the same time would have cost.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};
use muster_app::{
    Db, Failure,
    ledger::trial::{self, FinishedTrial},
    rates,
};
use muster_domain::{
    money::Cents,
    rules::{OfficerTally, PartyTally, RuleTally, Trial},
};
use serde::Serialize;

use super::{records::Record, stage::Stage};

/// So many people are printed; the written report has all that the trials list.
const PRINTED: usize = 20;

/// What the draft would have done, period by period and together.
#[derive(Debug, Serialize)]
pub struct DraftTrial {
    /// The version that the draft calls itself.
    pub version: String,
    /// New refusals and approvals by rule, most first.
    pub rules: Vec<RuleTally>,
    /// New refusals and approvals by officer, most first.
    pub officers: Vec<OfficerTally>,
    /// Officers by the change of their pay, the largest first.
    pub pay: Vec<PartyTally>,
    /// Customers by the change of their bills, the largest first.
    pub bills: Vec<PartyTally>,
    /// The trials, one for each period of at most a month.
    pub periods: Vec<Trial>,
}

/// Drafts the document and tries it on the days of the records.
pub fn run(db: &Db, stage: &Stage, records: &[Record], draft: &str) -> Result<DraftTrial, Box<dyn std::error::Error>> {
    let days = records.iter().map(|record| record.worked_on);
    let (first, last) = (days.clone().min().ok_or("no records")?, days.max().ok_or("no records")?);
    let now = last.saturating_add(8.days()).to_zoned(stage.zone.clone())?.timestamp();
    let (who, document) = (stage.admin.clone(), draft.to_owned());
    let id = db
        .write_blocking(move |tx| rates::draft_rules(tx, &who, &document, None, now))
        .map_err(|failure| mistakes(&failure))?;
    let mut periods = Vec::new();
    let mut from = first;
    while from <= last {
        let until = from.saturating_add(1.month()).saturating_sub(1.days()).min(last);
        periods.push(one(db, stage, id, (from, until), now)?.trial);
        from = until.saturating_add(1.days());
    }
    Ok(together(periods))
}

fn one(
    db: &Db,
    stage: &Stage,
    id: muster_domain::id::RuleSetId,
    days: (Date, Date),
    now: Timestamp,
) -> Result<FinishedTrial, Failure> {
    let who = stage.admin.clone();
    db.read_blocking(move |tx| trial::try_rules(tx, &who, id, days, now))
}

/// The draft's mistakes by line, or what else went wrong.
fn mistakes(failure: &Failure) -> String {
    match failure {
        Failure::Invalid(errors) => {
            let all: Vec<&str> = errors.0.iter().map(|error| error.message.as_str()).collect();
            format!("the draft has mistakes:\n{}", all.join("\n"))
        }
        other => format!("the draft cannot be tried: {other:?}"),
    }
}

fn together(periods: Vec<Trial>) -> DraftTrial {
    let rules = tallies(periods.iter().flat_map(|trial| &trial.rules));
    let officers = officers(periods.iter().flat_map(|trial| &trial.refused_officers));
    let pay = parties(periods.iter().flat_map(|trial| &trial.pay));
    let bills = parties(periods.iter().flat_map(|trial| &trial.bills));
    let version = periods.first().map(|trial| trial.version.clone()).unwrap_or_default();
    DraftTrial { version, rules, officers, pay, bills, periods }
}

fn tallies<'a>(all: impl Iterator<Item = &'a RuleTally>) -> Vec<RuleTally> {
    let mut sums: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for tally in all {
        let sum = sums.entry(&tally.rule).or_default();
        *sum = (sum.0 + tally.refused, sum.1 + tally.approvals);
    }
    let tally = |(rule, (refused, approvals)): (&str, _)| RuleTally { rule: rule.to_owned(), refused, approvals };
    let mut all: Vec<RuleTally> = sums.into_iter().map(tally).collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.refused, one.approvals)));
    all
}

fn officers<'a>(all: impl Iterator<Item = &'a OfficerTally>) -> Vec<OfficerTally> {
    let mut sums: BTreeMap<String, OfficerTally> = BTreeMap::new();
    for tally in all {
        match sums.get_mut(&tally.officer.to_string()) {
            Some(sum) => {
                sum.refused += tally.refused;
                sum.approvals += tally.approvals;
            }
            None => {
                sums.insert(tally.officer.to_string(), tally.clone());
            }
        }
    }
    let mut all: Vec<OfficerTally> = sums.into_values().collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.refused, one.approvals)));
    all
}

fn parties<'a>(all: impl Iterator<Item = &'a PartyTally>) -> Vec<PartyTally> {
    let mut sums: BTreeMap<&str, PartyTally> = BTreeMap::new();
    for party in all {
        match sums.get_mut(party.id.as_str()) {
            Some(sum) => {
                sum.before += party.before;
                sum.after += party.after;
            }
            None => {
                sums.insert(&party.id, party.clone());
            }
        }
    }
    let mut all: Vec<PartyTally> = sums.into_values().collect();
    all.sort_by_key(|party| std::cmp::Reverse(party.change().0.abs()));
    all
}

impl DraftTrial {
    /// Prints what the draft would have done, for people.
    pub fn print(&self) {
        let count = |each: fn(&Trial) -> usize| self.periods.iter().map(each).sum::<usize>();
        let cents = |each: fn(&Trial) -> Cents| self.periods.iter().map(each).sum::<Cents>();
        println!("draft {} on {} assignments", self.version, count(|trial| trial.assignments));
        println!("would refuse      {}", count(|trial| trial.refused));
        println!("would ask first   {}", count(|trial| trial.approvals));
        println!("would let pass    {} refused then", count(|trial| trial.freed));
        for one in &self.rules {
            println!("  {:>6} refused, {} asked first by {}", one.refused, one.approvals, one.rule);
        }
        for one in self.officers.iter().take(PRINTED) {
            println!("    {}: {} refused, {} asked first", one.name, one.refused, one.approvals);
        }
        let (before, after) = (cents(|trial| trial.before.officer), cents(|trial| trial.after.officer));
        println!("officers' pay     {after} for {before}, {} more", after - before);
        print_parties(&self.pay);
        let (before, after) = (cents(|trial| trial.before.customer), cents(|trial| trial.after.customer));
        println!("customers' bills  {after} for {before}, {} more", after - before);
        print_parties(&self.bills);
        for (why, times) in self.periods.iter().flat_map(|trial| &trial.unpriced) {
            println!("  {times:>6} without a price: {why}");
        }
    }
}

fn print_parties(all: &[PartyTally]) {
    for party in all.iter().take(PRINTED) {
        println!("    {}: {} for {}", party.name, party.after, party.before);
    }
}
