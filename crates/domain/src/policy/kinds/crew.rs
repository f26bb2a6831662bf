//! P11 `crew`: how many officers a job needs, and who leads them.

use serde::{Deserialize, Serialize};

use super::{Answer, Case};
use crate::policy::{
    decision::{Distance, Finding},
    words::and_list,
};

/// Officers by attendance, a minimum, and a ladder of supervisors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crew {
    /// At least so many officers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Officers by attendance: so many for each begun `per` guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_attendance: Option<Heads>,
    /// Officers by attendance from a table; the last step that is reached counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub table: Vec<CrewStep>,
    /// Supervisors, lowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Ladder>,
    /// Resources that the job needs, for example a vehicle at night.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// What else the text says about numbers and cannot be counted, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// So many officers for each begun so many guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    /// Officers.
    pub officers: u32,
    /// Guests.
    pub per: u32,
}

/// A step of an attendance table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrewStep {
    /// From so many guests.
    pub from: u32,
    /// So many officers.
    pub officers: u32,
}

/// One step of the chain of command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// The rank or role that is needed.
    pub role: String,
    /// One from this many counted people up ("at 4" is 4, "more than 4" is 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u32>,
    /// One for each full so many ("1 per 5").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<u32>,
    /// `per` counts begun groups: 6 officers with `per: 5` are two.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub begun: bool,
    /// What is counted.
    #[serde(default)]
    pub counts: CrewBase,
    /// He is one of the counted officers and not added to them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_of_them: bool,
    /// Only where one is available; otherwise the job runs without.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub if_available: bool,
    /// The agency may ask for one; it is not owed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may: bool,
}

/// What a step of the ladder counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrewBase {
    /// Officers without supervisors.
    #[default]
    Officers,
    /// Officers and the supervisors added so far.
    Everybody,
    /// The supervisors of the step below.
    StepBelow,
}

/// What a job needs, with the reason of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrewNeed {
    /// `officer`, or the role of the ladder.
    pub role: String,
    /// How many.
    pub count: u32,
    /// Why, in words with the numbers that decided.
    pub why: String,
    /// Not owed: "if available" or "may".
    pub optional: bool,
}

impl Crew {
    /// The officers that the job needs where so many were asked for, and why.
    pub(crate) fn officers(&self, asked: u32, attendance: Option<u32>) -> (u32, String) {
        let mut best = (asked, format!("{asked} asked for"));
        let mut raise = |count: u32, why: String| {
            if count > best.0 {
                best = (count, why);
            }
        };
        if let Some(min) = self.min {
            raise(min, format!("at least {min}"));
        }
        if let (Some(heads), Some(guests)) = (self.by_attendance, attendance) {
            let count = guests.div_ceil(heads.per.max(1)).saturating_mul(heads.officers);
            raise(count, format!("{guests} guests: {} for each {} guests", heads.officers, heads.per));
        }
        if let Some(guests) = attendance
            && let Some(step) = self.table.iter().filter(|step| step.from <= guests).max_by_key(|step| step.from)
        {
            raise(step.officers, format!("{guests} guests: {} from {} guests", step.officers, step.from));
        }
        best
    }

    /// What a job with so many officers asked for and so many guests needs: officers, then each step of the ladder.
    #[must_use]
    pub fn needs(&self, asked: u32, attendance: Option<u32>) -> Vec<CrewNeed> {
        let (officers, why) = self.officers(asked, attendance);
        let mut needs = vec![CrewNeed { role: "officer".to_owned(), count: officers, why, optional: false }];
        for (step, count, counted) in self.leaders(officers) {
            let optional = step.may || step.if_available;
            needs.push(CrewNeed { role: step.role.clone(), count, why: counted, optional });
            if step.one_of_them {
                needs[0].count = needs[0].count.saturating_sub(count);
            }
        }
        needs
    }

    /// The steps of the ladder that so many officers call for: the step, how many, and what was counted.
    pub(crate) fn leaders(&self, officers: u32) -> Vec<(&Ladder, u32, String)> {
        let (mut everybody, mut below) = (officers, officers);
        let mut leaders = Vec::new();
        for step in &self.ladder {
            let (counted, what) = match step.counts {
                CrewBase::Officers => (officers, "officers"),
                CrewBase::Everybody => (everybody, "officers and supervisors"),
                CrewBase::StepBelow => (below, "of the step below"),
            };
            let count = match (step.at, step.per) {
                (Some(at), _) if counted < at => 0,
                (_, Some(per)) if step.begun => counted.div_ceil(per.max(1)),
                (_, Some(per)) => counted / per.max(1),
                (Some(_), None) => 1,
                (None, None) => 0,
            };
            below = count;
            if count > 0 {
                everybody += if step.one_of_them { 0 } else { count };
                leaders.push((step, count, format!("{counted} {what}")));
            }
        }
        leaders
    }

    pub(super) fn judge(&self, case: &Case<'_>) -> Option<Answer> {
        let number = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
        let asked = number(case.proposal.crew.officers.or(case.proposal.job.officers))?;
        let supervisors = number(case.proposal.crew.supervisors).unwrap_or(0);
        let needs = self.needs(asked, number(case.proposal.job.attendance));
        let led: u32 = needs.iter().skip(1).filter(|need| !need.optional).map(|need| need.count).sum();
        let short = |need: &&CrewNeed| need.role == "officer" && need.count > asked;
        let missing = needs.iter().find(short).map(|need| (need.clone(), asked)).or_else(|| {
            let need = needs.iter().skip(1).find(|need| !need.optional)?;
            (led > supervisors).then(|| (CrewNeed { count: led, ..need.clone() }, supervisors))
        });
        let finding = |need: &CrewNeed, asked: u32| Finding::Crew {
            role: need.role.clone(),
            asked,
            needed: need.count,
            why: need.why.clone(),
        };
        match missing {
            None => Some(Answer::pass(finding(&needs[0], asked))),
            Some((need, asked)) => {
                let more = need.count - asked;
                let remedy = format!("Ask for {more} more ({}).", super::plain(&need.role));
                let mut answer = Answer::fail(finding(&need, asked), remedy);
                answer.distance = Some(Distance::Count(i64::from(more)));
                Some(answer)
            }
        }
    }

    /// The rule in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(min) = self.min {
            parts.push(format!("at least {min} officers"));
        }
        if let Some(heads) = self.by_attendance {
            parts.push(format!("{} officers for each {} guests", heads.officers, heads.per));
        }
        parts.extend(self.table.iter().map(|step| format!("from {} guests {} officers", step.from, step.officers)));
        for step in &self.ladder {
            let base = match step.counts {
                CrewBase::Officers => "officers",
                CrewBase::Everybody => "officers and supervisors",
                CrewBase::StepBelow => "of the step below",
            };
            let from = step.at.map(|at| format!(" from {at} {base} up"));
            let begun = if step.begun { "begun " } else { "" };
            let per = step.per.map(|per| format!(" for each {begun}{per} {base}"));
            let may = if step.may { " (the agency may ask)" } else { "" };
            let free = if step.if_available { " where one is available" } else { "" };
            let among = if step.one_of_them { ", one of them" } else { "" };
            parts.push(format!(
                "one {}{}{}{among}{free}{may}",
                super::plain(&step.role),
                per.unwrap_or_default(),
                from.unwrap_or_default()
            ));
        }
        parts.extend(self.resources.iter().map(|one| format!("with {}", super::plain(one))));
        parts.extend(self.notes.iter().cloned());
        format!("A job needs {}", and_list(&parts))
    }
}
