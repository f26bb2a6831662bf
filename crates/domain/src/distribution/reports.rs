//! Reports that officers owe (P17): of which work or period, until when, and what makes a filing whole.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    policy::kinds::{DutyReport, ReportDue},
    refusal::FieldErrors,
    time::{Minutes, Span},
};

/// Of what a report is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The start of a shift.
    Start,
    /// The end of a shift.
    End,
    /// A pay period, month, quarter or year.
    Period,
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    /// Not given yet.
    Owed,
    /// Given.
    Filed,
    /// Not needed, says somebody of the office.
    Excused,
}

/// A report of a shift with the last instant at which it is in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Of its start or its end.
    pub part: Part,
    /// The last instant at which it is in time.
    pub at: Timestamp,
}

/// A stretch of whole local days that a report covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A report as it is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filing {
    /// What happened; not asked for when there was nothing to report.
    pub happened: String,
    /// Hours worked, when they are asked for.
    pub worked: Option<Minutes>,
    /// Arrests, injuries, damage, complaints; empty for none.
    pub incidents: String,
    /// There was nothing to report.
    pub nothing: bool,
}

impl Part {
    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::Period => "period",
        }
    }

    /// The part of that stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Start, Self::End, Self::Period].into_iter().find(|one| one.code() == code)
    }
}

impl ReportState {
    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owed => "owed",
            Self::Filed => "filed",
            Self::Excused => "excused",
        }
    }

    /// The state of that stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Owed, Self::Filed, Self::Excused].into_iter().find(|one| one.code() == code)
    }
}

/// The reports that a rule asks for of one shift; none for rules about periods, and for what is only carried or asked for.
#[must_use]
pub fn due_of_work(rule: &DutyReport, shift: Span) -> Vec<Due> {
    let within = rule.within.map_or(0, |within| within.minutes().0);
    let due = |part, from: Timestamp| Due { part, at: from + SignedDuration::from_mins(within) };
    let (start, end) = (due(Part::Start, shift.starts_at()), due(Part::End, shift.ends_at()));
    match rule.due {
        ReportDue::Start => vec![start],
        ReportDue::End => vec![end],
        ReportDue::StartAndEnd => vec![start, end],
        _ => Vec::new(),
    }
}

/// The last period of a rule that was over before `today`; none for rules about shifts. `pay_week` is the pay week that
/// holds a day.
#[must_use]
pub fn last_period(due: ReportDue, today: Date, pay_week: impl Fn(Date) -> (Date, Date)) -> Option<Period> {
    let first_now = match due {
        ReportDue::PayPeriod => pay_week(today).0,
        ReportDue::Month => today.first_of_month(),
        ReportDue::Quarter => Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).ok()?,
        ReportDue::Year => today.first_of_year(),
        _ => return None,
    };
    let to = first_now.yesterday().ok()?;
    let from = match due {
        ReportDue::PayPeriod => pay_week(to).0,
        ReportDue::Month => to.first_of_month(),
        ReportDue::Quarter => to.first_of_month().checked_sub(2.months()).ok()?,
        _ => to.first_of_year(),
    };
    Some(Period { from, to })
}

impl Period {
    /// Its first instant and the first instant after it.
    #[must_use]
    pub fn span(&self, zone: &TimeZone) -> Option<Span> {
        let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        Span::new(midnight(self.from)?, midnight(self.to.tomorrow().ok()?)?)
    }

    /// `July to September 2026`, `November 2026`, `2026`, `Nov 16 to Nov 22, 2026`.
    #[must_use]
    pub fn words(&self) -> String {
        let (from, to) = (self.from, self.to);
        let whole_months = from.day() == 1 && to == to.last_of_month();
        let months = to.month() - from.month();
        if whole_months && from.year() == to.year() {
            return match months {
                0 => to.strftime("%B %Y").to_string(),
                11 => to.strftime("%Y").to_string(),
                _ => format!("{} to {}", from.strftime("%B"), to.strftime("%B %Y")),
            };
        }
        format!("{} to {}", from.strftime("%b %-d"), to.strftime("%b %-d, %Y"))
    }
}

impl Filing {
    /// The filing, trimmed.
    ///
    /// # Errors
    /// Every field that is missing, too long or cannot be meant. `part` says what it reports.
    pub fn checked(self, part: Part) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        if part == Part::Period && self.nothing {
            let empty = self.happened.trim().is_empty() && self.incidents.trim().is_empty();
            let empty = empty && self.worked.is_none_or(|worked| worked.0 == 0);
            errors.require(
                empty,
                "nothing",
                "You ticked that there was nothing, and wrote something. Leave one of them out.",
            );
        } else {
            errors.require_text(&self.happened, "happened", 4000);
            let most = if part == Part::Period { 24 * 366 } else { 48 };
            let fits = self.worked.is_some_and(|worked| (0..=most * 60).contains(&worked.0));
            let asked = part != Part::Start;
            errors.require(!asked || fits, "hours", "Write the hours that you worked, for example 4 or 4.5.");
        }
        errors.allow_text(&self.incidents, "incidents", 4000);
        let trimmed = |text: &str| text.trim().to_owned();
        let (happened, incidents) = (trimmed(&self.happened), trimmed(&self.incidents));
        errors.or(Self { happened, incidents, ..self })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rule(due: &str) -> DutyReport {
        serde_json::from_value(serde_json::json!({ "what": "activity_log", "due": due, "within": "72 h" }))
            .expect("a rule")
    }

    #[test]
    fn reports_of_work_are_due_after_its_start_and_its_end() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let shift = Span::new(at("2026-11-13T23:00:00Z"), at("2026-11-14T04:00:00Z")).expect("a span");
        let start = Due { part: Part::Start, at: at("2026-11-16T23:00:00Z") };
        let end = Due { part: Part::End, at: at("2026-11-17T04:00:00Z") };
        for (due, wanted) in [
            ("start", vec![start]),
            ("end", vec![end]),
            ("start_and_end", vec![start, end]),
            ("during", vec![]),
            ("quarter", vec![]),
            ("on_request", vec![]),
        ] {
            assert_eq!(due_of_work(&rule(due), shift), wanted, "{due}");
        }
    }

    #[test]
    fn the_last_period_is_the_one_that_is_over() {
        let week = |day: Date| {
            let from = day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).expect("near");
            (from, from.checked_add(6.days()).expect("near"))
        };
        for (due, today, from, to, words) in [
            (ReportDue::PayPeriod, date(2026, 11, 22), date(2026, 11, 9), date(2026, 11, 15), "Nov 9 to Nov 15, 2026"),
            (
                ReportDue::PayPeriod,
                date(2026, 11, 23),
                date(2026, 11, 16),
                date(2026, 11, 22),
                "Nov 16 to Nov 22, 2026",
            ),
            (ReportDue::Month, date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28), "February 2026"),
            (ReportDue::Month, date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31), "December 2025"),
            (ReportDue::Quarter, date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 31), "October to December 2025"),
            (ReportDue::Quarter, date(2026, 6, 30), date(2026, 1, 1), date(2026, 3, 31), "January to March 2026"),
            (ReportDue::Year, date(2026, 6, 30), date(2025, 1, 1), date(2025, 12, 31), "2025"),
        ] {
            let period = last_period(due, today, week).expect("a period");
            assert_eq!((period.from, period.to, period.words().as_str()), (from, to, words), "{due:?} {today}");
        }
        assert_eq!(last_period(ReportDue::End, date(2026, 6, 30), week), None);
    }

    #[test]
    fn a_filing_says_everything_that_is_wrong_with_it() {
        let empty = Filing::default();
        let fields = |filing: Filing, part| {
            filing
                .checked(part)
                .err()
                .map_or_else(String::new, |errors| errors.0.into_iter().map(|one| one.field + " ").collect())
        };
        let told = || Filing { happened: " Quiet. ".to_owned(), worked: Some(Minutes(240)), ..Filing::default() };
        assert_eq!(fields(empty.clone(), Part::End), "happened hours ");
        assert_eq!(fields(empty.clone(), Part::Start), "happened ", "nobody has worked at the start");
        assert_eq!(fields(Filing { nothing: true, ..empty }, Part::Period), "");
        assert_eq!(fields(Filing { nothing: true, ..told() }, Part::Period), "nothing ");
        assert_eq!(fields(Filing { nothing: true, ..Filing::default() }, Part::End), "happened hours ");
        assert_eq!(fields(Filing { worked: Some(Minutes(49 * 60)), ..told() }, Part::End), "hours ");
        assert_eq!(told().checked(Part::End).expect("whole").happened, "Quiet.");
    }
}
