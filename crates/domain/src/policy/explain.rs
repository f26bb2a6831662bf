//! The book in plain sentences.

use super::{
    amount::Amount,
    kinds::{Cap, NoOverlap, PaidBlock, RestGap, RunCap, ShortRest, StatusBlock, ValidOn, capital, plain},
    rule::{Effect, Kind, Point, PolicyBook, Rule},
    words::and_list,
};

/// One sentence per rule, in the order of the book.
#[must_use]
pub fn explain(book: &PolicyBook) -> Vec<String> {
    book.rules.iter().map(Rule::sentence).collect()
}

impl Rule {
    /// The rule in a sentence: what it asks, when, what a breach does, who may set it aside, where it comes from.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut words = self.kind.words();
        if !self.when.is_always() {
            words += &format!(", when {}", self.when);
        }
        if let Some(breach) = self.breach() {
            words += &format!("; {breach}");
        }
        if !self.acts_at.is_empty() {
            let points: Vec<String> = self.acts_at.iter().map(|point| point_words(*point).to_owned()).collect();
            words += &format!("; asked {}", and_list(&points));
        }
        if let Some(may) = &self.override_by {
            let reason = if may.reason { " with a reason" } else { "" };
            let by: Vec<String> = may.by.iter().map(|one| plain(one)).collect();
            words += &format!("; {} may set it aside{reason}", by.join(" or "));
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) => words += &format!("; for jobs from {from} to {until}"),
            (Some(from), None) => words += &format!("; for jobs from {from}"),
            (None, Some(until)) => words += &format!("; for jobs until {until}"),
            (None, None) => {}
        }
        words.push('.');
        if let Some(cite) = &self.cite {
            words += &format!(" ({cite})");
        }
        if !self.assumes.is_empty() {
            words += &format!(" Left open by the text and assumed here: {}.", self.assumes.join("; "));
        }
        words
    }

    fn breach(&self) -> Option<String> {
        let decides = !matches!(self.kind, Kind::ReleaseStage(_) | Kind::GiveUp(_));
        let shorter = matches!(&self.kind, Kind::Approval(_) | Kind::LeadTime(_));
        decides.then_some(())?;
        match &self.effect {
            Effect::Block if shorter => None,
            Effect::Block => Some("otherwise refused".to_owned()),
            Effect::Hide => Some("otherwise not shown".to_owned()),
            Effect::Approve(level) => Some(format!("otherwise {} must approve", plain(level))),
            Effect::Warn => Some("otherwise a warning".to_owned()),
            Effect::Review => Some("otherwise a supervisor looks at it".to_owned()),
            Effect::Record => Some("otherwise it is only kept on record".to_owned()),
        }
    }
}

const fn point_words(point: Point) -> &'static str {
    match point {
        Point::Request => "with the request",
        Point::List => "in the list",
        Point::SignUp => "at sign-up",
        Point::Award => "at the award",
        Point::RosterChange => "when a schedule or status changes",
        Point::PunchIn => "at clock-in",
        Point::PunchOut => "at clock-out",
        Point::Pay => "when time is priced",
    }
}

impl Kind {
    /// What the kind asks, in a sentence without a full stop.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Cap(cap) => cap_words(cap),
            Self::RunCap(RunCap { max, broken_by, count, breaks_count }) => {
                let breaks = if *breaks_count { ", short breaks counted" } else { "" };
                format!("At most {max} of {} without {broken_by} off{breaks}", count.words())
            }
            Self::RestGap(gap) => rest_words(gap),
            Self::NoOverlap(rule) => overlap_words(rule),
            Self::StatusBlock(rule) => status_words(rule),
            Self::Require(rule) => format!("Asked for: {}", rule.that),
            Self::Credential(rule) => {
                let need: Vec<String> = rule.need.iter().map(|one| plain(one)).collect();
                let on = match rule.valid {
                    ValidOn::Start => "on the first day",
                    ValidOn::End => "on the last day",
                    ValidOn::EveryDay => "on every day",
                };
                let grace =
                    if rule.grace_days == 0 { String::new() } else { format!(", {} days of grace", rule.grace_days) };
                format!("Valid {on} of the work: {}{grace}", and_list(&need))
            }
            Self::RelationBar(rule) => rule.words(),
            Self::List(rule) => rule.words(),
            Self::Penalty(rule) => rule.words(),
            Self::Crew(rule) => rule.words(),
            Self::VenueBar(rule) => rule.words(),
            Self::Approval(rule) => rule.words(),
            Self::LeadTime(rule) => rule.words(),
            Self::ReleaseStage(rule) => rule.words(),
            Self::GiveUp(rule) => rule.words(),
            Self::DutyReport(rule) => rule.words(),
        }
    }
}

fn amount(amount: Amount) -> String {
    amount.to_string()
}

fn cap_words(cap: &Cap) -> String {
    let limits = match (cap.min, cap.max) {
        (Some(min), Some(max)) => format!("at least {} and at most {}", amount(min), amount(max)),
        (Some(min), None) => format!("at least {}", amount(min)),
        (None, Some(max)) => format!("at most {}", amount(max)),
        (None, None) => "any amount".to_owned(),
    };
    let mut words = capital(&format!("{limits} of {} {}", cap.count.words(), cap.window.words()));
    if !cap.only.job_kinds.is_empty() {
        let kinds: Vec<String> = cap.only.job_kinds.iter().map(|one| plain(one)).collect();
        words += &format!(", counting only {}", and_list(&kinds));
    }
    if cap.only.same_customer {
        words += ", for one customer";
    }
    match cap.only.unit_run {
        Some(true) => words += ", counting only jobs run by the agency's unit",
        Some(false) => words += ", counting only jobs not run by the agency's unit",
        None => {}
    }
    for exception in &cap.exceptions {
        let days = exception.at_least_days.map_or("every day".to_owned(), |days| format!("{days} days or more"));
        let limit = exception.max.map_or("no limit".to_owned(), |max| format!("at most {}", amount(max)));
        let sorts: Vec<String> = exception.sorts.iter().map(|one| plain(one)).collect();
        let not: Vec<String> = exception.not_sorts.iter().map(|one| plain(one)).collect();
        let of = if sorts.is_empty() { String::new() } else { format!(" ({})", and_list(&sorts)) };
        let but = if not.is_empty() { String::new() } else { format!(" (not {})", and_list(&not)) };
        words += &format!("; {limit} with {days} of {}{of}{but}", exception.away.words());
    }
    if let Some(quota) = &cap.quota {
        words += &format!("; up to {} once in {}", amount(quota.max), quota.once_in);
    }
    words
}

fn rest_words(gap: &RestGap) -> String {
    let run = gap.after_run_of.map_or_else(String::new, |run| format!(" after {run} or more of unbroken work"));
    let short = if gap.otherwise == ShortRest::OvertimePay { "; shorter rest is paid at overtime" } else { "" };
    format!("At least {} of rest between {} and {}{run}{short}", gap.min, gap.after.words(), gap.before.words())
}

fn overlap_words(rule: &NoOverlap) -> String {
    let mut words = format!("Not at the same time as {}", rule.with.words());
    if rule.buffer_before.minutes().0 > 0 {
        words += &format!(", {} free before", rule.buffer_before);
    }
    if rule.buffer_after.minutes().0 > 0 {
        words += &format!(", {} free after", rule.buffer_after);
    }
    if rule.travel.minutes().0 > 0 {
        words += &format!(", {} more between different places", rule.travel);
    }
    match rule.paid_block {
        PaidBlock::Free => {}
        PaidBlock::Warn => words += "; paid but unworked time warns",
        PaidBlock::Busy => words += "; paid but unworked time counts as busy",
    }
    words
}

fn status_words(rule: &StatusBlock) -> String {
    let statuses: Vec<String> = rule.statuses.iter().map(|one| plain(one)).collect();
    let mut words = format!("No work while: {}", and_list(&statuses));
    if !rule.except_reasons.is_empty() {
        let reasons: Vec<String> = rule.except_reasons.iter().map(|one| plain(one)).collect();
        words += &format!(" (except for {})", and_list(&reasons));
    }
    if let Some(tail) = &rule.tail {
        words += &format!(", and then until {}", tail.words());
    }
    words
}
