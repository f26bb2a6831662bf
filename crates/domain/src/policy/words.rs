//! Decisions in an officer's plain language, always with the numbers that decided.

use super::{
    amount::{Amount, figure},
    decision::{Decision, Distance, Finding, Moment, Side},
    kinds::plain,
};
use crate::time::Minutes;

/// `a`, `a and b`, `a, b and c`; `nothing` for none.
pub(crate) fn and_list(items: &[String]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `3 days`, `5 h`, `20 min`: as exact as a person needs it.
#[must_use]
pub fn lateness(late: Minutes) -> String {
    let (days, hours) = (late.0 / 1440, late.0 / 60);
    match (days, hours) {
        (0, 0) => format!("{} min", late.0.max(1)),
        (0, hours) => format!("{hours} h"),
        (1, _) => "1 day".to_owned(),
        (days, _) => format!("{days} days"),
    }
}

fn room(over: Minutes) -> String {
    match over.0 {
        0 => "exactly at the limit".to_owned(),
        over if over > 0 => format!("{} too many", figure(Minutes(over))),
        left => format!("{} left", figure(Minutes(-left))),
    }
}

fn from_until(from: Option<Moment>, until: Option<Moment>) -> String {
    match (from, until) {
        (Some(from), Some(until)) if from.local.date() == until.local.date() => {
            format!(" {from}\u{2013}{}", until.local.strftime("%H:%M"))
        }
        (Some(from), Some(until)) => format!(" from {from} to {until}"),
        (Some(from), None) => format!(" since {from}"),
        _ => String::new(),
    }
}

impl Decision {
    /// The decision in a sentence without a full stop: `16.5 h of 16 h in the 24 h ending Sun, Mar 2 07:00; 30 min too many`.
    #[must_use]
    pub fn words(&self) -> String {
        self.inputs.words(self.passed, self.distance)
    }
}

impl Finding {
    fn words(&self, passed: bool, distance: Option<Distance>) -> String {
        match self {
            Self::Hours { .. } | Self::Number { .. } | Self::TooShort { .. } | Self::Run { .. } => self.hours_words(),
            Self::Rest { .. } | Self::Overlap { .. } => self.gap_words(passed),
            Self::Status { .. } | Self::Condition { .. } | Self::Credential { .. } => self.officer_words(passed),
            Self::Relation { .. } | Self::Listed { .. } | Self::Penalty { .. } => self.bar_words(),
            Self::Crew { .. }
            | Self::Venue { .. }
            | Self::Approval { .. }
            | Self::Notice { .. }
            | Self::Report { .. } => self.job_words(distance),
        }
    }

    fn hours_words(&self) -> String {
        match self {
            Self::Hours { counted, limit, period, .. } => {
                format!("{} of {} {period}; {}", figure(*counted), figure(*limit), room(*counted - *limit))
            }
            Self::Number { counted, limit, unit, period } => {
                let over = i64::from(*counted) - i64::from(*limit);
                let what = match unit {
                    Amount::Jobs(_) => "jobs",
                    Amount::Days(_) => "days with work",
                    _ => "applications",
                };
                let room = match over {
                    0 => "exactly at the limit".to_owned(),
                    over if over > 0 => format!("{over} too many"),
                    left => format!("{} left", -left),
                };
                format!("{counted} of {limit} {what} {period}; {room}")
            }
            Self::TooShort { length, least } => {
                format!(
                    "{} of at least {} in one job; {} too short",
                    figure(*length),
                    figure(*least),
                    figure(*least - *length)
                )
            }
            Self::Run { length, limit, from, until, broken_by } => format!(
                "{} of {} without {broken_by} off, from {from} to {until}; {}",
                figure(*length),
                figure(*limit),
                room(*length - *limit)
            ),
            _ => String::new(),
        }
    }

    fn gap_words(&self, passed: bool) -> String {
        match self {
            Self::Rest { gap: None, least, .. } => {
                format!("nothing within reach that needs {} of rest", figure(*least))
            }
            Self::Rest { gap: Some(gap), least, side, beside, at, run } => {
                let beside = beside.map_or("work", |class| class.word());
                let at = at.map_or_else(String::new, |at| at.to_string());
                let place = match side {
                    Side::Before => format!("after {beside} that ends {at}"),
                    Side::After => format!("before {beside} that begins {at}"),
                };
                let run = run.map_or_else(String::new, |run| format!(" (a run of {})", figure(run)));
                let short = if passed { String::new() } else { format!("; {} short", figure(*least - *gap)) };
                format!("{} of {} rest {place}{run}{short}", figure(*gap), figure(*least))
            }
            Self::Overlap { with: None, .. } => "nothing at the same time".to_owned(),
            Self::Overlap { with: Some(with), from, until, shared, buffer, paid_only } => {
                let paid = if *paid_only { "the paid time of " } else { "" };
                let what = format!("{paid}{}{}", with.word(), from_until(*from, *until));
                if shared.0 > 0 {
                    format!("{} at the same time as {what}", figure(*shared))
                } else {
                    format!("less than {} between this and {what}", figure(*buffer))
                }
            }
            _ => String::new(),
        }
    }

    fn officer_words(&self, passed: bool) -> String {
        match self {
            Self::Status { status: None, .. } => "no status in the way".to_owned(),
            Self::Status { status: Some(status), from, until, clears, tail } => {
                let tail = match (tail, clears) {
                    (Some(tail), Some(clears)) => format!(", and then until {tail}: {clears}"),
                    (Some(tail), None) => format!(", and then until {tail}"),
                    (None, _) => String::new(),
                };
                format!("{}{}{tail}", plain(status), from_until(*from, *until))
            }
            Self::Condition { wanted } if passed => format!("{wanted}: met"),
            Self::Condition { wanted } => format!("asked for: {wanted}"),
            Self::Credential { need, on, valid_until, held } => {
                let (need, day) = (plain(need), on.strftime("%a, %b %-d"));
                match (passed, held, valid_until) {
                    (true, _, Some(until)) => format!("{need} valid on {day} (until {until})"),
                    (true, _, None) => format!("{need} valid on {day}"),
                    (false, true, Some(until)) if until < on => {
                        format!("{need} not valid on {day}: it ended on {until}")
                    }
                    (false, true, _) => format!("{need} not valid on {day}"),
                    (false, false, _) => format!("{need} not held; needed on {day}"),
                }
            }
            _ => String::new(),
        }
    }

    fn bar_words(&self) -> String {
        match self {
            Self::Relation { relation: None } => "no barred relation".to_owned(),
            Self::Relation { relation: Some(relation) } => format!("the officer {relation}"),
            Self::Listed { list, listed, until, reason } => {
                let reason = reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
                let until = until.map_or_else(String::new, |until| format!(" until {until}"));
                format!(
                    "{} the list \u{201c}{}\u{201d}{until}{reason}",
                    if *listed { "on" } else { "not on" },
                    plain(list)
                )
            }
            Self::Penalty { event: Some(event), at: Some(at), step, lasts, until: Some(until) } => {
                format!("barred until {until}: {} on {}, step {step}, {lasts}", plain(event), at.day())
            }
            Self::Penalty { .. } => "no bar in force".to_owned(),
            _ => String::new(),
        }
    }

    fn job_words(&self, distance: Option<Distance>) -> String {
        match self {
            Self::Crew { role, asked, needed, why } => {
                format!("{asked} of {needed} needed ({}); {why}", plain(role))
            }
            Self::Venue { barred } if barred.is_empty() => "nothing barred".to_owned(),
            Self::Venue { barred } => format!("barred: {}", and_list(barred)),
            Self::Approval { object, missing_levels, missing_documents, expired, late } => {
                let missing: Vec<String> =
                    missing_levels.iter().chain(missing_documents).map(|one| plain(one)).collect();
                let late = if *late { " after the work began" } else { "" };
                if missing.is_empty() {
                    return format!("{object} approved{late}");
                }
                let expired = expired.map_or_else(String::new, |at| format!("; the last approval ended {at}"));
                format!("{object} still needs {}{expired}", and_list(&missing))
            }
            Self::Notice { given, needed, business, consequence, deadline } => {
                let unit = if *business { " in office time" } else { "" };
                let due = deadline.map_or_else(String::new, |at| format!("; due by {at}"));
                let late =
                    if distance.is_some_and(Distance::is_over) { format!("; {consequence}") } else { String::new() };
                format!("{} of {} notice{unit}{due}{late}", given.words(), needed.words())
            }
            Self::Report { what, owed: false, .. } => format!("no {} is missing", plain(what)),
            Self::Report { what, about, late, more, .. } => {
                let about = about.as_ref().map_or_else(String::new, |about| format!(" of {about}"));
                let late = late.map_or_else(|| "is owed".to_owned(), |late| format!("is {} late", lateness(late)));
                let more = if *more > 0 { format!("; {more} more missing") } else { String::new() };
                format!("the {}{about} {late}{more}", plain(what))
            }
            _ => String::new(),
        }
    }
}

impl Distance {
    /// `30 min`, `2`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Time(minutes) => figure(minutes),
            Self::Count(days) => format!("{days} days"),
        }
    }
}
