//! Reports that officers owe (P17): owed with the work or the period, filed from the phone, excused by the office, missed.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use muster_domain::{
    access::{Action, Actor, Denied, Permit, Role, Target, authorise},
    audit::Entry,
    counted,
    distribution::{Filing, Part, Period, ReportState, due_of_work, last_period},
    id::{AgencyId, DutyReportId, OfficerId},
    notices::Message,
    policy::{Kind, Moment, Rule, kinds::DutyReport, lateness},
    refusal::Refusal,
    time::Minutes,
};
use muster_store::{
    self as store, Db, Tx,
    distribution::{Assignment, Glance, NewReport, OwingPeriod},
    timers::{self, Due},
};
pub use muster_store::{
    distribution::{ReportFilter, ReportRow},
    page::Page,
};
use serde_json::json;

use super::{
    accept::zone,
    eligibility::{Offer, Subject},
};
use crate::{
    Failure,
    access::not_about_himself,
    agencies, audit, check_reason,
    notices::{self, To},
    rates::{self, Rules},
};

/// The kind of the timer of a report that is not filed in time; its subject is the report.
pub const REPORT_TIMER: &str = "report_due";
/// The kind of the daily timer that asks for reports of periods; its subject is the agency.
pub const PERIODS_TIMER: &str = "report_periods";

/// An officer's reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyReports {
    /// Those he owes, the first due first.
    pub owed: Vec<ReportRow>,
    /// Those filed or excused, the latest first.
    pub settled: Vec<ReportRow>,
}

fn duty_reports(rules: &Rules) -> impl Iterator<Item = (&Rule, &DutyReport)> {
    rules.book.policy.rules.iter().filter_map(|rule| match &rule.kind {
        Kind::DutyReport(report) if report.is_officers() => Some((rule, report)),
        _ => None,
    })
}

fn in_force(tx: &mut Tx<'_>, agency: AgencyId, at: Timestamp) -> Result<Option<Rules>, Failure> {
    match rates::load_rules(tx, agency, at) {
        Err(Failure::Refused(refusal)) if refusal.code == "no_rules_in_force" => Ok(None),
        other => other.map(Some),
    }
}

/// An officer came to work: what the rules of that day want reported about it is owed from now on.
pub(crate) fn owe_for_work(
    tx: &mut Tx<'_>,
    (agency, permit): (AgencyId, &Permit),
    held: &Assignment,
    glance: &Glance,
    now: Timestamp,
) -> Result<(), Failure> {
    let zone = zone(&glance.zone)?;
    let Some(rules) = in_force(tx, agency, held.span.starts_at())? else { return Ok(()) };
    let asked: Vec<(&Rule, &DutyReport)> = duty_reports(&rules)
        .filter(|(rule, report)| rule.is_in_force(glance.shift.worked_on) && !due_of_work(report, held.span).is_empty())
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let record = store::distribution::find_record(tx, agency, held.officer)?.ok_or(Failure::Missing("officer"))?;
    let positions = store::distribution::list_positions_with_seats(tx, agency, held.shift)?;
    let position = positions.iter().find(|one| one.position == held.position).ok_or(Failure::Missing("position"))?;
    let subject = Subject::new(held.officer, &record, &[], &zone);
    let offer = Offer { shift: &glance.shift, position, assignment: Some(held.id), calendar: &rules.book.calendar };
    let day = zone.to_datetime(held.span.starts_at()).strftime("%a, %b %-d").to_string();
    let about = format!("{day}, {}", glance.shift.site_name);
    for (rule, report) in asked {
        let concerned = subject.asked(offer, |candidate, proposal| rule.when.holds(&proposal.facts(candidate.facts)));
        for due in due_of_work(report, held.span).into_iter().filter(|_| concerned) {
            let new = NewReport {
                id: tx.id(now),
                officer: held.officer,
                rule: &rule.id,
                what: &report.what,
                part: due.part,
                subject: &held.id.to_string(),
                shift: Some(held.shift),
                about: &about,
                withholds: report.withhold_pay,
                due_at: due.at,
            };
            owe(tx, (agency, permit), &new, &zone, now)?;
        }
    }
    Ok(())
}

/// Keeps what is owed, once, with the timer of the moment at which it is missing.
fn owe(
    tx: &mut Tx<'_>,
    (agency, permit): (AgencyId, &Permit),
    new: &NewReport<'_>,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<bool, Failure> {
    if !store::distribution::add_report(tx, agency, new, now)? {
        return Ok(false);
    }
    let missing_at = new.due_at + SignedDuration::from_mins(1);
    timers::set(tx, agency, REPORT_TIMER, &new.id.to_string(), missing_at, now)?;
    let until = Moment::new(new.due_at, zone);
    let words = format!("asked for the {} of {}, due {until}", plain(new.what), new.about);
    let mut entry = Entry::new("owed_report", words).about(new.id).about(new.officer);
    if let Some(shift) = new.shift {
        entry = entry.about(shift);
    }
    audit::record(tx, permit, entry.with(json!({ "rule": new.rule, "due_at": new.due_at })), now)?;
    Ok(true)
}

/// A rule book's word as people read it.
fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// The reports of the officer who asks.
///
/// # Errors
/// Denied.
pub fn list_my_reports(tx: &mut Tx<'_>, who: &Actor) -> Result<MyReports, Failure> {
    let agency = who.scope()?.agency();
    let officer = who.officer.ok_or(Denied::NotAllowed(Action::Clock))?;
    authorise(who, Action::Clock, &Target::officer(agency, officer))?;
    let all = store::distribution::list_reports_of(tx, agency, officer, None)?;
    let (owed, settled) = all.into_iter().partition(|one| one.state == ReportState::Owed);
    Ok(MyReports { owed, settled })
}

/// One report, for its officer and for the office.
///
/// # Errors
/// Denied; missing.
pub fn load_report(tx: &mut Tx<'_>, who: &Actor, id: DutyReportId) -> Result<ReportRow, Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_report(tx, agency, id)?.ok_or(Failure::Missing("report"))?;
    let known = store::officers::find_officer(tx, agency, row.officer)?.ok_or(Failure::Missing("officer"))?;
    authorise(who, Action::ViewOfficer, &Target::officer(agency, row.officer).in_unit(known.unit))?;
    Ok(row)
}

/// The agency's reports by filter, 50 a page.
///
/// # Errors
/// Denied.
pub fn list_reports(tx: &mut Tx<'_>, who: &Actor, filter: &ReportFilter) -> Result<Page<ReportRow>, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ListOfficers, &Target::agency(agency))?;
    Ok(store::distribution::list_reports(tx, agency, filter)?)
}

/// An officer files a report that he owes. It counts at once: the next sign-up and the pay of the work wait no longer.
///
/// # Errors
/// Denied; missing; invalid with every mistake; refused when it was filed or excused already.
pub fn file_report(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: DutyReportId,
    filing: &Filing,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_report(tx, agency, id)?.ok_or(Failure::Missing("report"))?;
    let permit = authorise(who, Action::Clock, &Target::officer(agency, row.officer))?;
    let filing = filing.clone().checked(row.part)?;
    if !store::distribution::file_report(tx, agency, id, &filing, &who.name, now)? {
        return Err(settled_already().into());
    }
    timers::drop_timer(tx, agency, REPORT_TIMER, &id.to_string())?;
    if !filing.incidents.is_empty() {
        let message = Message {
            kind: "report_incident",
            title: format!("{} reports an incident", row.name),
            body: format!("{}, {}: {}", plain(&row.what), row.about, filing.incidents),
            link: format!("/duty-reports/{id}"),
        };
        notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)?;
    }
    let words = format!("filed the {} of {}{}", plain(&row.what), row.about, late_words(&row, now));
    let facts = json!({
        "happened": filing.happened,
        "worked_minutes": filing.worked,
        "incidents": filing.incidents,
        "nothing": filing.nothing,
    });
    audit::record(tx, &permit, entry("filed_report", words, &row).with(facts), now)
}

/// Somebody of the office excuses a report that is owed, with a reason that the officer reads.
///
/// # Errors
/// Denied; missing; refused without a reason, when it is not owed any more, and to whoever owes it.
pub fn excuse_report(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: DutyReportId,
    reason: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    let row = store::distribution::find_report(tx, agency, id)?.ok_or(Failure::Missing("report"))?;
    let permit = authorise(who, Action::EditOfficer, &Target::agency(agency))?;
    not_about_himself(tx, who, row.officer, "Nobody excuses his own report.", "File it, or ask another coordinator.")?;
    let reason = reason.trim();
    if reason.is_empty() {
        let remedy = "Write why; the officer and the auditor will read it.";
        return Err(Refusal::new("reason_missing", "A report is excused only with a reason.", remedy).into());
    }
    check_reason(reason)?;
    if !store::distribution::excuse_report(tx, agency, id, (&who.name, reason), now)? {
        return Err(settled_already().into());
    }
    timers::drop_timer(tx, agency, REPORT_TIMER, &id.to_string())?;
    let message = Message {
        kind: "report_excused",
        title: format!("Excused: {} of {}", plain(&row.what), row.about),
        body: format!("You need not file it. Reason: {reason}"),
        link: "/my-reports".to_owned(),
    };
    notices::tell(tx, agency, To::Officer(row.officer), &message, now)?;
    let words = format!("excused the {} of {} for {}: {reason}", plain(&row.what), row.about, row.name);
    audit::record(tx, &permit, entry("excused_report", words, &row), now)
}

fn settled_already() -> Refusal {
    Refusal::new("report_settled", "This report was filed or excused already.", "Look at the list again.")
}

fn entry(action: &'static str, words: String, row: &ReportRow) -> Entry {
    let entry = Entry::new(action, words).about(row.id).about(row.officer);
    match row.shift {
        Some(shift) => entry.about(shift),
        None => entry,
    }
}

fn late_words(row: &ReportRow, now: Timestamp) -> String {
    let late = Minutes((now.as_second() - row.due_at.as_second()).div_euclid(60));
    if late.0 > 0 { format!(", {} late", lateness(late)) } else { String::new() }
}

/// The timer of a report fell due: it is missing, and its officer is told what follows. False when another worker did it.
///
/// # Errors
/// Broken when the timer's subject is no report or the database fails.
pub fn report_due(tx: &mut Tx<'_>, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    let agency = due.agency;
    let id: DutyReportId = due.subject.parse().map_err(|_| Failure::Missing("report"))?;
    if !timers::finish(tx, due.id)? {
        return Ok(false);
    }
    let row = store::distribution::find_report(tx, agency, id)?.ok_or(Failure::Missing("report"))?;
    let permit = authorise(&Actor::system(agency), Action::FillJob, &Target::agency(agency))?;
    let what = format!("the {} of {}", plain(&row.what), row.about);
    if row.state != ReportState::Owed {
        let words = format!("looked for {what}; it is there");
        audit::record(tx, &permit, entry("report_due", words, &row), now)?;
        return Ok(true);
    }
    let follows = match in_force(tx, agency, now)? {
        Some(rules) => consequences(&rules, &row),
        None => String::new(),
    };
    let message = Message {
        kind: "report_missing",
        title: format!("Missing: {} of {}", plain(&row.what), row.about),
        body: format!("It was due {}. {follows}", Moment::new(row.due_at, &agencies::load_agency(tx, agency)?.zone)),
        link: format!("/duty-reports/{id}"),
    };
    notices::tell(tx, agency, To::Officer(row.officer), &message, now)?;
    let words = format!("found {what} missing: {} has not filed it", row.name);
    audit::record(tx, &permit, entry("missed_report", words, &row), now)?;
    Ok(true)
}

/// What follows from a missing report, in words.
fn consequences(rules: &Rules, row: &ReportRow) -> String {
    use muster_domain::policy::{Outcome, Point};
    let bars = duty_reports(rules)
        .any(|(rule, report)| report.what == row.what && rule.effect.outcome_at(Point::SignUp) > Outcome::Warned);
    match (bars, row.withholds) {
        (true, true) => "Until you file it you can take no new shift, and the pay of this one waits.",
        (true, false) => "Until you file it you can take no new shift.",
        (false, true) => "Until you file it the pay of this shift waits.",
        (false, false) => "File it as soon as you can; it is on record.",
    }
    .to_owned()
}

/// The daily timer of an agency: reports of periods that are over are asked for, and the office is told of late ones. False
/// when another worker did it before.
///
/// # Errors
/// When the database fails.
pub fn periods_due(db: &Db, due: &Due, now: Timestamp) -> Result<bool, Failure> {
    let due = due.clone();
    // A look that finds nothing to ask for changes nothing that an auditor asks for; each report is entered.
    db.housekeep_blocking(move |tx| {
        if !timers::finish(tx, due.id)? {
            return Ok(false);
        }
        let agency = due.agency;
        let known = agencies::load_agency(tx, agency)?;
        let today = known.zone.to_datetime(now).date();
        // A period is judged by the book in force at its end: a new rule asks for nothing that was over before it.
        for kind in muster_domain::policy::kinds::ReportDue::PERIODS {
            let Some(period) = last_period(kind, today, |day| known.settings.pay_week(day)) else { continue };
            let Some(span) = period.span(&known.zone) else { continue };
            let Some(rules) = in_force(tx, agency, span.ends_at() - SignedDuration::from_secs(1))? else { continue };
            let asked = duty_reports(&rules).filter(|(rule, report)| report.due == kind && rule.is_in_force(period.to));
            for (rule, report) in asked {
                ask_for_period(tx, (agency, &known.zone), (rule, report), period, now)?;
            }
        }
        tell_late(tx, agency, now)?;
        Ok(true)
    })
}

fn ask_for_period(
    tx: &mut Tx<'_>,
    (agency, zone): (AgencyId, &TimeZone),
    (rule, report): (&Rule, &DutyReport),
    period: Period,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(span) = period.span(zone) else { return Ok(()) };
    let (subject, last_day) = (period.from.to_string(), period.to.to_string());
    let owing =
        OwingPeriod { rule: &rule.id, subject: &subject, last_day: &last_day, span, even_if_none: report.even_if_none };
    let permit = authorise(&Actor::system(agency), Action::FillJob, &Target::agency(agency))?;
    let within = SignedDuration::from_mins(report.within.map_or(0, |within| within.minutes().0));
    let about = period.words();
    for officer in store::distribution::list_owing(tx, agency, &owing)? {
        if !rule.when.is_always() && !meets(tx, agency, officer, (rule, zone), period)? {
            continue;
        }
        let new = NewReport {
            id: tx.id(now),
            officer,
            rule: &rule.id,
            what: &report.what,
            part: Part::Period,
            subject: &subject,
            shift: None,
            about: &about,
            withholds: false,
            due_at: span.ends_at() + within,
        };
        if owe(tx, (agency, &permit), &new, zone, now)? {
            let message = Message {
                kind: "report_asked",
                title: format!("Due: {} of {about}", plain(&report.what)),
                body: format!("File it until {}.", Moment::new(new.due_at, zone)),
                link: format!("/duty-reports/{}", new.id),
            };
            notices::tell(tx, agency, To::Officer(officer), &message, now)?;
        }
    }
    Ok(())
}

/// Whether a rule with a condition about the officer concerns him on the last day of the period.
fn meets(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    (rule, zone): (&Rule, &TimeZone),
    period: Period,
) -> Result<bool, Failure> {
    let (Some(record), Some(span)) = (store::distribution::find_record(tx, agency, officer)?, period.span(zone)) else {
        return Ok(false);
    };
    Ok(Subject::new(officer, &record, &[], zone).meets(&rule.when, span, period.to))
}

/// One message a day says how many reports are late.
fn tell_late(tx: &mut Tx<'_>, agency: AgencyId, now: Timestamp) -> Result<(), Failure> {
    let filter = ReportFilter { state: ReportState::Owed, due_before: Some(now), search: String::new(), page: 1 };
    let late = store::distribution::list_reports(tx, agency, &filter)?.total;
    if late == 0 {
        return Ok(());
    }
    let message = Message {
        kind: "reports_late",
        title: format!("{} late", counted(late, "duty report is", "duty reports are")),
        body: "Their officers have been told. You may excuse a report with a reason.".to_owned(),
        link: "/duty-reports".to_owned(),
    };
    notices::tell(tx, agency, To::Role(Role::Coordinator), &message, now)
}
