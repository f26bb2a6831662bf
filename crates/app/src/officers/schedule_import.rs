//! The on-duty schedule as a CSV file. It replaces what was known of its officers from its first to its last date.

use std::collections::HashMap;

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    audit::Entry,
    id::{AgencyId, OfficerId, PersonId},
    officers::WorkRow,
    time::{Span, instant, shift_span},
};
use muster_store::{self as store, Tx, officers::Badge};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    roster_import::read_date,
    sheet::{BadRow, MOST_LISTED, Sheet, as_errors},
    touched::touched_many,
};
use crate::{Failure, agencies, audit};

const COLUMNS: [&str; 6] = ["badge", "date", "start", "end", "label", "class"];
const REQUIRED: usize = 4;
/// What a schedule may say: all of it keeps an officer from details at that time.
const CLASSES: [&str; 6] = ["on_duty", "overtime", "court", "training", "leave", "sick"];

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulePlan {
    /// Shifts that would be written.
    pub shifts: usize,
    /// Officers concerned.
    pub officers: usize,
    /// The first date of the file.
    pub from_on: Option<Date>,
    /// The last date of the file.
    pub to_on: Option<Date>,
    /// Rows that cannot be taken; while there is one, nothing is imported.
    pub bad: Vec<BadRow>,
    /// How many mistakes there are in all; only the first are listed.
    pub mistakes: usize,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleImported {
    /// What was read.
    pub plan: SchedulePlan,
    /// Booked details that the schedule now overlaps; what the rules no longer allow comes to the coordinators in one list.
    pub conflicts: Vec<Conflict>,
}

/// A booked detail that the schedule overlaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Whose.
    pub officer: OfficerId,
    /// His name.
    pub name: String,
    /// The detail.
    pub label: String,
    /// When it starts.
    pub starts_at: Timestamp,
}

struct Duty {
    line: u64,
    officer: OfficerId,
    person: PersonId,
    span: Span,
    class: String,
    label: String,
}

/// Reads a file and says what importing it would do. Writes nothing.
///
/// # Errors
/// Denied.
pub fn plan_schedule(tx: &mut Tx<'_>, who: &Actor, text: &str) -> Result<SchedulePlan, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ImportSchedule, &Target::agency(agency))?;
    let zone = agencies::load_agency(tx, agency)?.zone;
    let badges = store::officers::list_badges(tx, agency)?;
    Ok(read(text, &zone, &badges).0)
}

fn read(text: &str, zone: &TimeZone, badges: &[Badge]) -> (SchedulePlan, Vec<Duty>) {
    let sheet = match Sheet::read(text, &COLUMNS, REQUIRED) {
        Ok(sheet) => sheet,
        Err(bad) => return (SchedulePlan { mistakes: bad.len(), bad, ..SchedulePlan::default() }, Vec::new()),
    };
    let by_badge: HashMap<&str, &Badge> = badges.iter().map(|badge| (badge.badge.as_str(), badge)).collect();
    let mut plan = SchedulePlan::default();
    let mut duties = Vec::new();
    for (line, record) in sheet.rows() {
        let before = plan.bad.len();
        let cell = |column| sheet.cell(record, column).unwrap_or("");
        let badge = by_badge.get(cell("badge"));
        if badge.is_none() {
            let message = format!(
                "No officer has badge \u{201c}{}\u{201d}. Correct it, or import the roster first.",
                cell("badge")
            );
            plan.bad.push(BadRow::new(line, "badge", message));
        }
        let date = read_date(cell("date"));
        if date.is_none() {
            let message = format!("\u{201c}{}\u{201d} is no date. Write it as 2026-11-21 or 11/21/2026.", cell("date"));
            plan.bad.push(BadRow::new(line, "date", message));
        }
        let (from, to) =
            (clock(&mut plan.bad, line, "start", cell("start")), clock(&mut plan.bad, line, "end", cell("end")));
        let class = class(&mut plan.bad, line, cell("class"));
        let label = label(&mut plan.bad, line, cell("label"));
        if let (Some(badge), Some(date), Some(from), Some(to), true) = (badge, date, from, to, plan.bad.len() == before)
        {
            plan.from_on = Some(plan.from_on.map_or(date, |first| first.min(date)));
            plan.to_on = Some(plan.to_on.map_or(date, |last| last.max(date)));
            match shift_span(zone, date, from, to) {
                Ok(span) => {
                    duties.push(Duty { line, officer: badge.officer, person: badge.person, span, class, label })
                }
                Err(error) => plan.bad.push(BadRow::new(line, "start", error.to_string())),
            }
        }
    }
    overlaps(&mut plan.bad, &mut duties);
    too_long(&mut plan);
    let mut officers: Vec<OfficerId> = duties.iter().map(|duty| duty.officer).collect();
    officers.sort_unstable();
    officers.dedup();
    plan.officers = officers.len();
    plan.shifts = duties.len();
    plan.mistakes = plan.bad.len();
    plan.bad.sort_by_key(|bad| bad.line);
    plan.bad.truncate(MOST_LISTED);
    (plan, duties)
}

fn too_long(plan: &mut SchedulePlan) {
    if let (Some(first), Some(last)) = (plan.from_on, plan.to_on)
        && first.until(last).is_ok_and(|span| span.get_days() > 400)
    {
        let message = format!(
            "The file reaches from {first} to {last}. At most 400 days fit; check the dates or split the file."
        );
        plan.bad.push(BadRow::new(0, "date", message));
    }
}

fn clock(bad: &mut Vec<BadRow>, line: u64, column: &str, cell: &str) -> Option<Time> {
    let time =
        ["%H:%M", "%H:%M:%S", "%H%M", "%I:%M %p", "%I:%M%p"].iter().find_map(|form| Time::strptime(form, cell).ok());
    if time.is_none() {
        let message = format!("\u{201c}{cell}\u{201d} is no time of day. Write it in 24 hours, for example 23:00.");
        bad.push(BadRow::new(line, column, message));
    }
    time
}

fn class(bad: &mut Vec<BadRow>, line: u64, cell: &str) -> String {
    let plain = cell.to_lowercase().replace([' ', '-'], "_");
    if plain.is_empty() {
        return "on_duty".to_owned();
    }
    if !CLASSES.contains(&plain.as_str()) {
        let message = format!(
            "\u{201c}{cell}\u{201d} is not known. Use one of: {}; or leave it empty for on duty.",
            CLASSES.join(", ")
        );
        bad.push(BadRow::new(line, "class", message));
    }
    plain
}

fn label(bad: &mut Vec<BadRow>, line: u64, cell: &str) -> String {
    if cell.chars().count() > 120 || cell.chars().any(char::is_control) {
        bad.push(BadRow::new(line, "label", "The label has a line break or more than 120 characters. Shorten it."));
    }
    if cell.is_empty() { "On duty".to_owned() } else { cell.to_owned() }
}

/// Notes every row that shares time with another of the same officer.
fn overlaps(bad: &mut Vec<BadRow>, duties: &mut [Duty]) {
    duties.sort_by_key(|duty| (duty.officer, duty.span));
    for pair in duties.windows(2) {
        let [first, second] = pair else { continue };
        if first.officer == second.officer && first.span.overlaps(second.span) {
            let message =
                format!("This overlaps line {} of the same officer. Correct or remove one of the two.", first.line);
            bad.push(BadRow::new(second.line, "start", message));
        }
    }
}

/// Imports a file: all of it, or nothing while there is one mistake.
///
/// # Errors
/// Denied; invalid with the mistakes by line and column when the file has any.
pub fn import_schedule(tx: &mut Tx<'_>, who: &Actor, text: &str, now: Timestamp) -> Result<ScheduleImported, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::ImportSchedule, &Target::agency(agency))?;
    let zone = agencies::load_agency(tx, agency)?.zone;
    let badges = store::officers::list_badges(tx, agency)?;
    let (plan, duties) = read(text, &zone, &badges);
    as_errors(&plan.bad)?;
    let dates = plan.from_on.zip(plan.to_on);
    let Some((from_on, to_on, covered)) =
        dates.and_then(|(first, last)| Some((first, last, days(&zone, first, last)?)))
    else {
        return Err(Failure::Missing("date in the file"));
    };
    write(tx, agency, covered, &duties, now)?;
    let conflicts: Vec<Conflict> = store::officers::schedule_conflicts(tx, agency, covered)?
        .into_iter()
        .map(|found| Conflict {
            officer: found.officer,
            name: found.name,
            label: found.label,
            starts_at: found.span.starts_at(),
        })
        .collect();
    // Whether the rules still allow their booked work is judged by a worker; what no longer fits is told in one list.
    touched_many(tx, agency, &duties.iter().map(|duty| duty.officer).collect(), now)?;
    let words = format!(
        "imported the on-duty schedule of {} officers from {from_on} to {to_on}: {} shifts",
        plan.officers, plan.shifts
    );
    let facts = json!({ "from_on": from_on, "to_on": to_on, "shifts": plan.shifts, "officers": plan.officers, "conflicts": conflicts });
    audit::record(tx, &permit, Entry::new("imported_schedule", words).about(agency).with(facts), now)?;
    Ok(ScheduleImported { plan, conflicts })
}

fn write(tx: &mut Tx<'_>, agency: AgencyId, covered: Span, duties: &[Duty], now: Timestamp) -> Result<(), Failure> {
    let mut last = None;
    for duty in duties {
        if last != Some(duty.officer) {
            store::officers::remove_schedule(tx, agency, duty.officer, covered)?;
            last = Some(duty.officer);
        }
        let row = WorkRow {
            id: tx.id(now),
            officer: duty.officer,
            person: duty.person,
            class: duty.class.clone(),
            state: "booked".to_owned(),
            span: duty.span,
            source: "schedule".to_owned(),
            source_id: duty.line.to_string(),
            label: duty.label.clone(),
        };
        store::officers::add_work(tx, agency, &row)?;
    }
    Ok(())
}

/// From the first instant of `from_on` to the first instant after `to_on`.
fn days(zone: &TimeZone, from_on: Date, to_on: Date) -> Option<Span> {
    let midnight =
        |date: Date| instant(zone, date, Time::midnight()).or_else(|_| instant(zone, date, Time::constant(1, 0, 0, 0)));
    Span::new(midnight(from_on).ok()?, midnight(to_on.tomorrow().ok()?).ok()?)
}
