//! What a book would have done to a past period: what it would have refused, and what the same time would have cost.
//!
//! The caller judges and prices; here the answers are counted. Refusals and prices are told apart: the prices are those of
//! the time that was worked, whoever would have worked it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    id::{CustomerId, JobId, OfficerId, ShiftId},
    money::Cents,
    policy::Outcome,
};

/// A trial looks at no more assignments than this.
pub const ASSIGNMENTS_AT_MOST: usize = 20_000;
/// A trial looks at no more days than this.
pub const DAYS_AT_MOST: i32 = 400;
/// So many cases and parties are listed one by one.
const LISTED: usize = 200;

/// One assignment, judged by the rules that were in force and by those on trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialCase {
    /// The officer.
    pub officer: OfficerId,
    /// His name.
    pub officer_name: String,
    /// The shift.
    pub shift: ShiftId,
    /// Its job.
    pub job: JobId,
    /// The job's number.
    pub job_number: i64,
    /// The job's title.
    pub title: String,
    /// The local day on which it began.
    pub on: Date,
    /// By the rules that were in force.
    pub before: Outcome,
    /// By the rules on trial.
    pub after: Outcome,
    /// The rules on trial that object, worst first.
    pub objections: Vec<Objection>,
}

/// A rule that objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Its id.
    pub rule: String,
    /// What it comes to.
    pub result: Outcome,
    /// Why, in words.
    pub words: String,
}

/// Approved time or a seat that was called off, as it was charged and as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialCharge {
    /// Who worked.
    pub officer: (OfficerId, String),
    /// Who pays.
    pub customer: (CustomerId, String),
    /// The work was called off.
    pub called_off: bool,
    /// Earned and charged then.
    pub before: Price,
    /// Earned and charged by the book on trial, or why it has no price.
    pub after: Result<Price, String>,
}

/// What an officer earns and a customer pays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Earned by the officer.
    pub officer: Cents,
    /// Owed by the customer.
    pub customer: Cents,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// First local day of shift starts.
    pub from_on: Date,
    /// Last local day.
    pub until_on: Date,
    /// The version that the book on trial calls itself.
    pub version: String,
    /// Assignments judged.
    pub assignments: usize,
    /// Officers who held them.
    pub officers: usize,
    /// Refused by the book on trial and not by the rules that were in force.
    pub refused: usize,
    /// Refused by both: worked all the same, set aside or against the rules.
    pub refused_by_both: usize,
    /// Refused by the rules that were in force alone.
    pub freed: usize,
    /// Would wait for an approval that they did not need.
    pub approvals: usize,
    /// Officers with at least one new refusal.
    pub officers_refused: usize,
    /// New refusals and approvals by rule, most first.
    pub rules: Vec<RuleTally>,
    /// The same by officer, most first; the first of them when there are many.
    #[serde(default)]
    pub refused_officers: Vec<OfficerTally>,
    /// The new refusals and approvals one by one, by day; the first of them when there are many.
    pub cases: Vec<TrialCase>,
    /// Approved times and seats called off that were priced again.
    pub charges: usize,
    /// Those of them that were called off.
    #[serde(default)]
    pub called_off: usize,
    /// All of it, as it was.
    pub before: Price,
    /// All of it by the book on trial.
    pub after: Price,
    /// Time that the book on trial cannot price, by reason; left out of both sums.
    pub unpriced: BTreeMap<String, usize>,
    /// Officers by the change of their pay, the largest first.
    pub pay: Vec<PartyTally>,
    /// Customers by the change of their bills, the largest first.
    pub bills: Vec<PartyTally>,
}

/// What one rule on trial would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTally {
    /// Its id.
    pub rule: String,
    /// Refused by it.
    pub refused: usize,
    /// Sent to an approver by it.
    pub approvals: usize,
}

/// What the book on trial would do to one officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerTally {
    /// Who.
    pub officer: OfficerId,
    /// His name.
    pub name: String,
    /// Bookings refused.
    pub refused: usize,
    /// Bookings sent to an approver.
    pub approvals: usize,
}

/// What changes for one officer or customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyTally {
    /// Whose id.
    pub id: String,
    /// Who.
    pub name: String,
    /// As it was.
    pub before: Cents,
    /// By the book on trial.
    pub after: Cents,
}

impl PartyTally {
    /// More (or less) than it was.
    #[must_use]
    pub fn change(&self) -> Cents {
        self.after - self.before
    }
}

/// Counts what was judged and priced.
#[must_use]
pub fn tally((from_on, until_on): (Date, Date), version: &str, all: &[TrialCase], charges: &[TrialCharge]) -> Trial {
    let stopped = |outcome: Outcome| outcome >= Outcome::Blocked;
    let is_new = |case: &&TrialCase| stopped(case.after) && !stopped(case.before);
    let waits = |case: &&TrialCase| case.after == Outcome::NeedsApproval && case.before < Outcome::NeedsApproval;
    let distinct = |cases: &mut dyn Iterator<Item = &TrialCase>| {
        let mut officers: Vec<String> = cases.map(|case| case.officer.to_string()).collect();
        officers.sort_unstable();
        officers.dedup();
        officers.len()
    };
    let mut cases: Vec<TrialCase> = all.iter().filter(|case| is_new(case) || waits(case)).cloned().collect();
    cases.sort_by(|one, other| (one.on, &one.officer_name).cmp(&(other.on, &other.officer_name)));
    let rules = by_rule(&cases);
    let refused_officers = by_officer(&cases);
    cases.truncate(LISTED);
    let priced: Vec<(&TrialCharge, Price)> =
        charges.iter().filter_map(|charge| Some((charge, *charge.after.as_ref().ok()?))).collect();
    let mut unpriced: BTreeMap<String, usize> = BTreeMap::new();
    for why in charges.iter().filter_map(|charge| charge.after.as_ref().err()) {
        *unpriced.entry(why.clone()).or_default() += 1;
    }
    let sum = |price: &dyn Fn(&(&TrialCharge, Price)) -> Price| {
        priced.iter().map(price).fold(Price::default(), |all, one| Price {
            officer: all.officer + one.officer,
            customer: all.customer + one.customer,
        })
    };
    Trial {
        from_on,
        until_on,
        version: version.to_owned(),
        assignments: all.len(),
        officers: distinct(&mut all.iter()),
        refused: all.iter().filter(is_new).count(),
        refused_by_both: all.iter().filter(|case| stopped(case.after) && stopped(case.before)).count(),
        freed: all.iter().filter(|case| !stopped(case.after) && stopped(case.before)).count(),
        approvals: all.iter().filter(waits).count(),
        officers_refused: distinct(&mut all.iter().filter(is_new)),
        rules,
        refused_officers,
        cases,
        charges: priced.len(),
        called_off: priced.iter().filter(|(charge, _)| charge.called_off).count(),
        before: sum(&|(charge, _)| charge.before),
        after: sum(&|(_, after)| *after),
        unpriced,
        pay: parties(priced.iter().map(|(charge, after)| {
            (charge.officer.0.to_string(), &charge.officer.1, charge.before.officer, after.officer)
        })),
        bills: parties(priced.iter().map(|(charge, after)| {
            (charge.customer.0.to_string(), &charge.customer.1, charge.before.customer, after.customer)
        })),
    }
}

/// A case counts for every rule that alone would have stopped it.
fn by_rule(cases: &[TrialCase]) -> Vec<RuleTally> {
    let mut found: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for objection in cases.iter().flat_map(|case| &case.objections) {
        match objection.result {
            Outcome::Blocked | Outcome::Hidden => found.entry(&objection.rule).or_default().0 += 1,
            Outcome::NeedsApproval => found.entry(&objection.rule).or_default().1 += 1,
            Outcome::Allowed | Outcome::Warned => {}
        }
    }
    let tally =
        |(rule, (refused, approvals)): (&str, (usize, usize))| RuleTally { rule: rule.to_owned(), refused, approvals };
    let mut all: Vec<RuleTally> = found.into_iter().map(tally).collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.refused, one.approvals)));
    all
}

/// Each case once for its officer.
fn by_officer(cases: &[TrialCase]) -> Vec<OfficerTally> {
    let mut found: BTreeMap<String, OfficerTally> = BTreeMap::new();
    for case in cases {
        let tally = found.entry(case.officer.to_string()).or_insert_with(|| OfficerTally {
            officer: case.officer,
            name: case.officer_name.clone(),
            refused: 0,
            approvals: 0,
        });
        if case.after >= Outcome::Blocked { tally.refused += 1 } else { tally.approvals += 1 }
    }
    let mut all: Vec<OfficerTally> = found.into_values().collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.refused, one.approvals)));
    all.truncate(LISTED);
    all
}

fn parties<'a>(all: impl Iterator<Item = (String, &'a String, Cents, Cents)>) -> Vec<PartyTally> {
    let mut found: BTreeMap<String, PartyTally> = BTreeMap::new();
    for (id, name, before, after) in all {
        let party = found.entry(id.clone()).or_insert_with(|| PartyTally {
            id,
            name: name.clone(),
            before: Cents::ZERO,
            after: Cents::ZERO,
        });
        party.before += before;
        party.after += after;
    }
    let mut all: Vec<PartyTally> = found.into_values().filter(|party| party.change() != Cents::ZERO).collect();
    all.sort_by(|one, other| (other.change().0.abs(), &one.name).cmp(&(one.change().0.abs(), &other.name)));
    all.truncate(LISTED);
    all
}
