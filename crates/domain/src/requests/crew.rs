//! Who and what the crew rules add to what is asked for, with the reason of each: "Alcohol and 400 guests: 2 officers more".
//!
//! Rules raise each other: more officers may need a sergeant. So the rules are asked again with the raised numbers until
//! nothing is missing. Nobody is ever taken away, except that a supervisor who is "one of them" replaces an officer.

use serde::{Deserialize, Serialize};

use super::{
    Asked, PositionWanted, PostRole, Requirements,
    asked::{seats, with_crew},
};
use crate::{
    counted,
    id::RankId,
    money::Cents,
    policy::{
        Citation, Effect, Kind, Outcome, Point, Rule, and_list, capital,
        kinds::{Crew, Ladder},
        plain,
    },
    predicate::{Facts, Field, OfficerFacts, Predicate, Test},
    rules::RuleBook,
};

/// What the crew rules say of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CrewAdvice {
    /// What is missing, each with its rule; also what is not owed ("if available").
    pub reasons: Vec<CrewReason>,
    /// The positions that keep every crew rule, whole; empty when those asked for do.
    pub positions: Vec<PositionWanted>,
    /// Resources that the job needs.
    pub resources: Vec<ResourceNeeded>,
    /// What the texts say beside numbers.
    pub notes: Vec<String>,
    /// The price with the positions above.
    pub total: Option<Cents>,
}

/// People missing by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrewReason {
    /// The rule.
    pub rule: String,
    /// Where it comes from; may be empty.
    pub cite: String,
    /// `officer`, or the role or rank of the rule's ladder.
    pub role: String,
    /// Asked for.
    pub asked: i64,
    /// Needed.
    pub needed: i64,
    /// In a sentence without a full stop, with the numbers that decided.
    pub words: String,
    /// What the rule comes to without them.
    pub result: Outcome,
    /// Who must agree to go without, by the agency's word; may be empty.
    pub level: String,
    /// Not owed.
    pub optional: bool,
}

/// A resource that the job needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceNeeded {
    /// The rule.
    pub rule: String,
    /// Where it comes from; may be empty.
    pub cite: String,
    /// By the agency's word.
    pub resource: String,
    /// In a sentence without a full stop; says who pays.
    pub words: String,
}

/// One step of raising the numbers; four are enough for officers, supervisors, commanders and one more look.
const ROUNDS: usize = 4;

/// What the crew rules of the book add to what is asked for.
#[must_use]
pub fn advise_crew(book: &RuleBook, asked: &Asked<'_>) -> CrewAdvice {
    let acting = book.policy.rules.iter().filter(|rule| rule.acts(Point::Request));
    let rules: Vec<(&Rule, &Crew)> = acting
        .filter_map(|rule| match &rule.kind {
            Kind::Crew(crew) => Some((rule, crew)),
            _ => None,
        })
        .collect();
    let mut advice = CrewAdvice::default();
    if rules.is_empty() {
        return advice;
    }
    let mut wanted = asked.details.positions.clone();
    for _ in 0..ROUNDS {
        let mut round = Round { asked, book, advice: &mut advice, begun: &wanted, raised: wanted.clone() };
        round.ask(&rules);
        let raised = std::mem::take(&mut round.raised);
        if raised == wanted {
            break;
        }
        wanted = raised;
    }
    advice.keep_what_decides();
    if wanted != asked.details.positions {
        advice.positions = wanted;
    }
    advice
}

/// All rules asked once with the numbers reached so far.
struct Round<'a, 'b> {
    asked: &'a Asked<'b>,
    book: &'a RuleBook,
    advice: &'a mut CrewAdvice,
    /// The numbers at the begin of the round: every rule is asked with the same ones, so their order does not matter.
    begun: &'a [PositionWanted],
    raised: Vec<PositionWanted>,
}

impl Round<'_, '_> {
    fn ask(&mut self, rules: &[(&Rule, &Crew)]) {
        let lent = self.asked.lend();
        let guests = self.asked.details.attendance.and_then(|guests| u32::try_from(guests).ok());
        for shift in self.asked.shifts {
            let mut proposal = self.asked.proposal(shift, self.book, &lent);
            with_crew(&mut proposal, self.begun);
            let facts = proposal.facts(OfficerFacts::default());
            let day = proposal.day();
            let apply = |rule: &Rule| rule.is_in_force(day) && rule.when.holds(&facts);
            let holding: Vec<&(&Rule, &Crew)> = rules.iter().filter(|(rule, _)| apply(rule)).collect();
            for (rule, crew) in &holding {
                self.officers(rule, crew, &facts, guests);
                self.things(rule, crew, &facts);
            }
            for (rule, crew) in &holding {
                self.leaders(rule, crew, &facts, guests);
            }
        }
    }

    fn begun(&self, wanted: PostRole) -> i64 {
        seats(self.begun, |role| role == wanted)
    }

    fn reached(&self, wanted: PostRole) -> i64 {
        seats(&self.raised, |role| role == wanted)
    }

    fn officers(&mut self, rule: &Rule, crew: &Crew, facts: &Facts<'_>, guests: Option<u32>) {
        let have = self.begun(PostRole::Officer);
        let needed =
            crew.needs(u32::try_from(have).unwrap_or(0), guests).first().map_or(0, |need| i64::from(need.count));
        if needed <= have {
            return;
        }
        let asked = seats(&self.asked.details.positions, |role| role == PostRole::Officer);
        let by_guests = crew.by_attendance.is_some() || !crew.table.is_empty();
        let why = because(rule, facts, by_guests);
        let more = counted(needed - asked, "officer more", "officers more");
        let words = format!("{why}: {more} ({asked} asked for, {needed} needed)");
        self.note(rule, ("officer", asked, needed), words, false);
        self.raise(PostRole::Officer, None, needed - self.reached(PostRole::Officer));
    }

    fn leaders(&mut self, rule: &Rule, crew: &Crew, facts: &Facts<'_>, guests: Option<u32>) {
        let have = u32::try_from(self.reached(PostRole::Officer)).unwrap_or(0);
        let least = crew.needs(have, guests).first().map_or(0, |need| i64::from(need.count));
        let leaders = crew.leaders(crew.officers(have, guests).0);
        for (at, (step, count, counted_people)) in leaders.into_iter().enumerate() {
            let (role, rank) = self.post(step, at);
            let (held, needed) = (self.begun(role), i64::from(count));
            let asked = seats(&self.asked.details.positions, |one| one == role);
            if needed <= held {
                continue;
            }
            let optional = step.may || step.if_available;
            let mut why = because(rule, facts, false);
            if rule.when.is_always() {
                why = capital(&counted_people);
            } else {
                why += &format!(" and {counted_people}");
            }
            self.note(rule, (&step.role, asked, needed), format!("{why}: {}", led(step, asked, needed)), optional);
            let more = needed - self.reached(role);
            if !optional && more > 0 {
                if step.one_of_them {
                    self.lower(more.min(i64::from(have) - least));
                }
                self.raise(role, rank, more);
            }
        }
    }

    fn things(&mut self, rule: &Rule, crew: &Crew, facts: &Facts<'_>) {
        for note in &crew.notes {
            if !self.advice.notes.contains(note) {
                self.advice.notes.push(note.clone());
            }
        }
        for resource in &crew.resources {
            if self.advice.resources.iter().any(|one| one.resource == *resource) {
                continue;
            }
            let fee = self.book.rates.resource_fee.iter().any(|fee| fee.resource == *resource);
            let pays = if fee { "the customer pays by the agency's rates" } else { "the rates have no fee for it" };
            self.advice.resources.push(ResourceNeeded {
                rule: rule.id.clone(),
                cite: cited(rule),
                resource: resource.clone(),
                words: format!("{}: {} is needed; {pays}", because(rule, facts, false), a(&plain(resource))),
            });
        }
    }

    /// The seat for a step of the ladder: by its word, by the rank of that name, or by its place.
    fn post(&self, step: &Ladder, at: usize) -> (PostRole, Option<RankId>) {
        let rank = self.asked.ranks.iter().find(|rank| rank.code == step.role).map(|rank| rank.id);
        let by_place = if at == 0 { PostRole::Supervisor } else { PostRole::Commander };
        match PostRole::from_code(&step.role) {
            Some(role) if role != PostRole::Officer => (role, None),
            _ => (by_place, rank),
        }
    }

    fn note(&mut self, rule: &Rule, (role, asked, needed): (&str, i64, i64), words: String, optional: bool) {
        let level = match &rule.effect {
            Effect::Approve(level) => level.clone(),
            _ => String::new(),
        };
        let reason = CrewReason {
            rule: rule.id.clone(),
            cite: cited(rule),
            role: role.to_owned(),
            asked,
            needed,
            words,
            result: if optional { Outcome::Allowed } else { rule.effect.outcome_at(Point::Request) },
            level,
            optional,
        };
        let same = |one: &&mut CrewReason| one.rule == reason.rule && one.role == reason.role;
        match self.advice.reasons.iter_mut().find(same) {
            Some(one) if one.needed >= needed => {}
            Some(one) => *one = reason,
            None => self.advice.reasons.push(reason),
        }
    }

    fn raise(&mut self, role: PostRole, rank: Option<RankId>, by: i64) {
        if by <= 0 {
            return;
        }
        let fits =
            |one: &&mut PositionWanted| one.role == role && (rank.is_none() || one.requirements.least_rank == rank);
        match self.raised.iter_mut().find(fits) {
            Some(one) => one.seats += by,
            None => {
                let requirements = Requirements { least_rank: rank, ..Requirements::default() };
                self.raised.push(PositionWanted { role, seats: by, requirements });
            }
        }
    }

    /// Takes officers away whose places supervisors take.
    fn lower(&mut self, by: i64) {
        for _ in 0..by {
            let officers = self.raised.iter_mut().filter(|one| one.role == PostRole::Officer);
            if let Some(most) = officers.max_by_key(|one| one.seats).filter(|one| one.seats > 1) {
                most.seats -= 1;
            }
        }
    }
}

impl CrewAdvice {
    /// Leaves out what another rule asks for more strictly.
    fn keep_what_decides(&mut self) {
        let all = self.reasons.clone();
        self.reasons.retain(|one| {
            !all.iter().any(|other| {
                other.rule != one.rule
                    && other.role == one.role
                    && other.optional <= one.optional
                    && other.needed >= one.needed
                    && other.result >= one.result
                    && (other.needed, other.result) != (one.needed, one.result)
            })
        });
    }

    /// The people who are missing and owed, in words: `2 officers and a sergeant`.
    #[must_use]
    pub fn is_short(&self) -> bool {
        !self.positions.is_empty()
    }

    /// The worst that comes of what is missing.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.reasons.iter().map(|one| one.result).max().unwrap_or_default()
    }
}

fn cited(rule: &Rule) -> String {
    rule.cite.as_ref().map(Citation::to_string).unwrap_or_default()
}

/// `a sergeant`, `an inspector`.
fn a(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

fn led(step: &Ladder, asked: i64, needed: i64) -> String {
    let role = plain(&step.role);
    let mut words = if needed == 1 { a(&role) } else { format!("{needed} {role}s") };
    if asked > 0 {
        words += &format!(" ({asked} asked for)");
    }
    if step.one_of_them {
        words += ", as one of them";
    }
    if step.if_available {
        words += " where one is available";
    }
    if step.may {
        words += ", if the agency asks for it";
    }
    words
}

/// `12,000`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    groups.join(",")
}

/// Why a rule applies, with the numbers at hand: `Alcohol and 400 guests`.
fn because(rule: &Rule, facts: &Facts<'_>, by_guests: bool) -> String {
    let guests = facts.job.attendance.map(|guests| counted(grouped(guests), "guest", "guests"));
    let mut parts: Vec<String> = match &rule.when {
        Predicate::All(parts) => parts.iter().map(|part| fact(part, facts)).collect(),
        one => vec![fact(one, facts)],
    };
    parts.dedup();
    if let Some(guests) = guests.filter(|guests| by_guests && !parts.contains(guests)) {
        parts.push(guests);
    }
    if parts.is_empty() { "Every job".to_owned() } else { capital(&and_list(&parts)) }
}

/// A part of a condition as the fact that met it; in its own words where there is no short one.
fn fact(part: &Predicate, facts: &Facts<'_>) -> String {
    let people = |count: Option<i64>, one: &str, many: &str| count.map(|count| counted(grouped(count), one, many));
    let short = match part {
        Predicate::Test(Field::JobAlcohol, Test::Flag(true)) => Some("alcohol".to_owned()),
        Predicate::Test(Field::JobTraffic, Test::Flag(true)) => Some("traffic".to_owned()),
        Predicate::Test(Field::JobAttendance, Test::Number(..)) => people(facts.job.attendance, "guest", "guests"),
        Predicate::Test(Field::JobLength, Test::Number(..)) => facts.job.length.map(|length| length.to_string()),
        Predicate::Test(Field::JobKind, Test::OneOf(_)) => facts.job.kind.map(plain),
        Predicate::Test(Field::CrewOfficers, Test::Number(..)) => people(facts.crew.officers, "officer", "officers"),
        Predicate::Test(Field::CrewHeads | Field::JobOfficers, Test::Number(..)) => {
            people(facts.crew.heads, "officer in all", "officers in all")
        }
        _ => None,
    };
    short.unwrap_or_else(|| part.to_string())
}

#[cfg(test)]
mod tests;
