//! The roster as a CSV file: a plan that explains each bad row, and its carrying out, all or nothing.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    agencies::{Rank, Unit},
    audit::Entry,
    id::{AgencyId, GroupId, OfficerId, RankId, UnitId},
    officers::{RankHeld, Status, StatusHeld, SuperiorHeld},
};
use muster_store::{self as store, Tx, officers::Group};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    OfficerFacts,
    command::LEVELS,
    insert, looks_like_email,
    sheet::{BadRow, MOST_LISTED, Sheet, as_errors},
    standing::keep_today,
    touched::touched_many,
    with_facts,
};
use crate::{Failure, agencies, audit};

const COLUMNS: [&str; 12] = [
    "badge",
    "first_name",
    "last_name",
    "rank",
    "hired_on",
    "senior_since",
    "unit",
    "email",
    "phone",
    "status",
    "groups",
    "reports_to",
];
const REQUIRED: usize = 5;

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPlan {
    /// The officers, in the order of the file.
    pub officers: Vec<PlannedOfficer>,
    /// Rows that cannot be taken; while there is one, nothing is imported.
    pub bad: Vec<BadRow>,
    /// How many mistakes there are in all; only the first are listed.
    pub mistakes: usize,
    /// Badge numbers not seen before.
    pub new: usize,
    /// Badge numbers that exist and will be overwritten.
    pub updated: usize,
}

/// One row that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedOfficer {
    /// Line of the file.
    pub line: u64,
    /// Whose record is overwritten; a new officer when `None`.
    pub existing: Option<OfficerId>,
    /// Badge number.
    pub badge: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The rank from today (from the date of hire for a new officer).
    pub rank: RankId,
    /// The rank's name.
    pub rank_name: String,
    /// Date of hire.
    pub hired_on: Date,
    /// The date that seniority counts from.
    pub senior_since: Date,
    /// The unit: outer `None` keeps what is stored.
    pub unit: Option<Option<UnitId>>,
    /// The e-mail address; `None` keeps what is stored.
    pub email: Option<String>,
    /// The phone; `None` keeps what is stored.
    pub phone: Option<String>,
    /// The status from today; `None` keeps what is stored.
    pub status: Option<Status>,
    /// The groups; `None` keeps what is stored.
    pub groups: Option<Vec<GroupId>>,
    /// The superior's badge number, empty for nobody; `None` keeps what is stored.
    pub reports_to: Option<String>,
}

struct Known {
    badges: HashMap<String, OfficerId>,
    ranks: Vec<Rank>,
    units: Vec<Unit>,
    groups: Vec<Group>,
}

/// Reads a file and says what importing it would do. Writes nothing.
///
/// # Errors
/// Denied.
pub fn plan_roster(tx: &mut Tx<'_>, who: &Actor, text: &str) -> Result<RosterPlan, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::EditOfficer, &Target::agency(agency))?;
    let known = known(tx, agency)?;
    Ok(plan(text, &known))
}

fn known(tx: &mut Tx<'_>, agency: AgencyId) -> Result<Known, Failure> {
    let badges = store::officers::list_badges(tx, agency)?;
    Ok(Known {
        badges: badges.into_iter().map(|badge| (badge.badge, badge.officer)).collect(),
        ranks: store::agencies::list_ranks(tx, agency)?,
        units: store::agencies::list_units(tx, agency)?,
        groups: store::officers::list_groups(tx, agency)?,
    })
}

fn plan(text: &str, known: &Known) -> RosterPlan {
    let sheet = match Sheet::read(text, &COLUMNS, REQUIRED) {
        Ok(sheet) => sheet,
        Err(bad) => return RosterPlan { mistakes: bad.len(), bad, ..RosterPlan::default() },
    };
    let mut plan = RosterPlan::default();
    let mut bad = Vec::new();
    let mut lines: HashMap<String, u64> = HashMap::new();
    for (line, record) in sheet.rows() {
        let mut row = RowReader { sheet: &sheet, record, line, known, bad: &mut bad };
        let planned = row.officer();
        if let Some(first) = lines.insert(planned.badge.clone(), line).filter(|_| !planned.badge.is_empty()) {
            let message =
                format!("Badge {} stands on line {first} already. Remove one of the two lines.", planned.badge);
            bad.push(BadRow::new(line, "badge", message));
        }
        if planned.existing.is_some() {
            plan.updated += 1
        } else {
            plan.new += 1
        }
        plan.officers.push(planned);
    }
    let in_file =
        plan.officers.iter().map(|row| (row.badge.as_str(), row.reports_to.as_deref().unwrap_or(""))).collect();
    bad.extend(plan.officers.iter().filter_map(|row| bad_superior(row, &in_file, known)));
    bad.sort_by_key(|row| row.line);
    plan.mistakes = bad.len();
    bad.truncate(MOST_LISTED);
    plan.bad = bad;
    plan
}

/// What is wrong with the superior of a row: nobody has the number, it is the officer's own, or the superior reports to him
/// in the same file. `in_file` has the superior of each badge number of the file.
fn bad_superior(row: &PlannedOfficer, in_file: &HashMap<&str, &str>, known: &Known) -> Option<BadRow> {
    let superior = row.reports_to.as_deref().filter(|badge| !badge.is_empty())?;
    let message = if superior == row.badge {
        "This is the officer's own badge number. Write that of the superior, or leave it empty.".to_owned()
    } else if !in_file.contains_key(superior) && !known.badges.contains_key(superior) {
        format!(
            "Nobody has the badge number \u{201c}{superior}\u{201d}. Write that of an officer on the roster or in this file."
        )
    } else {
        let above = std::iter::successors(Some(superior), |badge| in_file.get(badge).copied());
        if !above.take(LEVELS).any(|badge| badge == row.badge) {
            return None;
        }
        format!("Badge {superior} reports to badge {} in this file. Change one of the two lines.", row.badge)
    };
    Some(BadRow::new(row.line, "reports_to", message))
}

struct RowReader<'a> {
    sheet: &'a Sheet,
    record: &'a csv::StringRecord,
    line: u64,
    known: &'a Known,
    bad: &'a mut Vec<BadRow>,
}

impl RowReader<'_> {
    fn officer(&mut self) -> PlannedOfficer {
        let badge = self.text("badge", 20);
        let existing = self.known.badges.get(&badge).copied();
        let hired_on = self.date("hired_on").unwrap_or(Date::constant(2000, 1, 1));
        let senior_since = match self.sheet.cell(self.record, "senior_since") {
            None | Some("") => hired_on,
            Some(_) => self.date("senior_since").unwrap_or(hired_on),
        };
        let rank = self.rank();
        PlannedOfficer {
            line: self.line,
            existing,
            first_name: self.text("first_name", 80),
            last_name: self.text("last_name", 80),
            rank: rank.as_ref().map_or_else(nil_rank, |rank| rank.id),
            rank_name: rank.map_or_else(String::new, |rank| rank.name),
            hired_on,
            senior_since,
            unit: self.unit(),
            email: self.optional("email", 200),
            phone: self.optional("phone", 40),
            status: self.status(),
            groups: self.groups(),
            reports_to: self.optional("reports_to", 20),
            badge,
        }
    }

    fn say(&mut self, column: &str, message: impl Into<String>) {
        self.bad.push(BadRow::new(self.line, column, message));
    }

    fn text(&mut self, column: &'static str, most: usize) -> String {
        let cell = self.sheet.cell(self.record, column).unwrap_or("").to_owned();
        let length = cell.chars().count();
        if length == 0 {
            self.say(column, "This is empty. Fill it in.");
        } else if length > most {
            self.say(column, format!("This is {length} characters long; at most {most} fit. Shorten it."));
        } else if cell.chars().any(char::is_control) {
            self.say(column, "This holds a line break or another sign that cannot be shown. Type it again.");
        }
        cell
    }

    fn optional(&mut self, column: &'static str, most: usize) -> Option<String> {
        let cell = self.sheet.cell(self.record, column)?;
        if cell.is_empty() {
            return Some(String::new());
        }
        let text = self.text(column, most);
        if column == "email" && !looks_like_email(&text) {
            self.say(
                column,
                format!(
                    "\u{201c}{text}\u{201d} is no e-mail address. Write it as name@example.gov, or leave it empty."
                ),
            );
        }
        Some(text)
    }

    fn date(&mut self, column: &'static str) -> Option<Date> {
        let cell = self.sheet.cell(self.record, column).unwrap_or("");
        let date = read_date(cell);
        if date.is_none() {
            let message = if cell.is_empty() {
                "The date is missing. Write it as 2014-06-30 or 6/30/2014.".to_owned()
            } else {
                format!("\u{201c}{cell}\u{201d} is no date. Write it as 2014-06-30 or 6/30/2014.")
            };
            self.say(column, message);
        }
        date
    }

    fn rank(&mut self) -> Option<Rank> {
        let cell = self.sheet.cell(self.record, "rank").unwrap_or("").to_lowercase();
        let names = |rank: &Rank| {
            [
                rank.code.to_lowercase(),
                rank.name.to_lowercase(),
                rank.short.to_lowercase().trim_end_matches('.').to_owned(),
            ]
        };
        let found =
            self.known.ranks.iter().find(|rank| names(rank).iter().any(|name| *name == cell.trim_end_matches('.')));
        if found.is_none() {
            let all: Vec<&str> = self.known.ranks.iter().map(|rank| rank.name.as_str()).collect();
            let message = format!("\u{201c}{cell}\u{201d} is no rank of this agency. Use one of: {}.", all.join(", "));
            self.say("rank", message);
        }
        found.cloned()
    }

    fn unit(&mut self) -> Option<Option<UnitId>> {
        let cell = self.sheet.cell(self.record, "unit")?;
        if cell.is_empty() {
            return Some(None);
        }
        let found = self.known.units.iter().find(|unit| unit.name.eq_ignore_ascii_case(cell));
        if found.is_none() {
            let all: Vec<&str> = self.known.units.iter().map(|unit| unit.name.as_str()).collect();
            let message = format!(
                "There is no unit \u{201c}{cell}\u{201d}. Use one of: {}; or add it in the settings first.",
                all.join(", ")
            );
            self.say("unit", message);
        }
        Some(found.map(|unit| unit.id))
    }

    fn status(&mut self) -> Option<Status> {
        let cell = self.sheet.cell(self.record, "status").filter(|cell| !cell.is_empty())?;
        let plain = cell.to_lowercase().replace([' ', '-'], "_");
        let found =
            Status::ALL.into_iter().find(|status| status.code() == plain || status.label().eq_ignore_ascii_case(cell));
        if found.is_none() {
            let all = Status::ALL.map(Status::code).join(", ");
            self.say("status", format!("\u{201c}{cell}\u{201d} is no status. Use one of: {all}; or leave it empty."));
        }
        found
    }

    fn groups(&mut self) -> Option<Vec<GroupId>> {
        let cell = self.sheet.cell(self.record, "groups")?;
        let mut groups = Vec::new();
        for name in cell.split(['|', '/']).map(str::trim).filter(|name| !name.is_empty()) {
            match self.known.groups.iter().find(|group| group.name.eq_ignore_ascii_case(name)) {
                Some(group) => groups.push(group.id),
                None => {
                    let message = format!(
                        "There is no group \u{201c}{name}\u{201d}. Add it on the roster page first; several groups are parted by |."
                    );
                    self.say("groups", message);
                }
            }
        }
        Some(groups)
    }
}

/// Stands for a rank in a row that has a mistake and is never written.
fn nil_rank() -> RankId {
    use muster_domain::id::Id;
    RankId::from_uuid(uuid::Uuid::nil())
}

/// `2014-06-30` or `6/30/2014`.
pub(super) fn read_date(cell: &str) -> Option<Date> {
    let date = cell.parse().ok().or_else(|| Date::strptime("%m/%d/%Y", cell).ok())?;
    (1920..=2100).contains(&date.year()).then_some(date)
}

/// Imports a file: all of it, or nothing while there is one mistake.
///
/// # Errors
/// Denied; invalid with the mistakes by line and column when the file has any.
pub fn import_roster(tx: &mut Tx<'_>, who: &Actor, text: &str, now: Timestamp) -> Result<RosterPlan, Failure> {
    let agency = who.scope()?.agency();
    let permit = authorise(who, Action::EditOfficer, &Target::agency(agency))?;
    let known = known(tx, agency)?;
    let plan = plan(text, &known);
    as_errors(&plan.bad)?;
    let today = agencies::today(tx, agency, now)?;
    let mut ids = Vec::new();
    for row in &plan.officers {
        ids.push(carry_out(tx, agency, row, today, now)?);
    }
    // Only now is everybody of the file there.
    for (row, id) in plan.officers.iter().zip(&ids) {
        set_superior(tx, agency, row, *id, today)?;
    }
    touched_many(tx, agency, &ids.iter().copied().collect(), now)?;
    let words = format!(
        "imported a roster: {} added, {} updated",
        muster_domain::counted(plan.new, "officer", "officers"),
        plan.updated
    );
    let badges: Vec<&str> = plan.officers.iter().map(|row| row.badge.as_str()).collect();
    let entry = Entry::new("imported_roster", words).with(json!({ "badges": badges }));
    let entry = ids.into_iter().fold(entry.about(agency), Entry::about);
    audit::record(tx, &permit, entry, now)?;
    Ok(plan)
}

fn carry_out(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    row: &PlannedOfficer,
    today: Date,
    now: Timestamp,
) -> Result<OfficerId, Failure> {
    let id = match row.existing {
        None => insert(tx, agency, &facts(row, None), row.rank, now)?,
        Some(id) => {
            let officer = store::officers::lock_officer(tx, agency, id)?.ok_or(Failure::Missing("officer"))?;
            let standing = store::officers::standing_on(tx, agency, id, today)?;
            if standing.is_none_or(|(rank, _)| rank != row.rank) {
                store::officers::put_rank(tx, agency, id, &RankHeld { held_from: today, rank: row.rank })?;
            }
            let changed = with_facts(officer.clone(), &facts(row, Some(&officer)));
            super::save(tx, &changed)?;
            id
        }
    };
    if let Some(status) = row.status {
        let standing = store::officers::standing_on(tx, agency, id, today)?;
        if standing.is_none_or(|(_, now)| now != status) {
            let held = StatusHeld { from_on: today, to_on: None, status, reason: "Roster import".to_owned() };
            store::officers::put_status(tx, agency, id, &held)?;
        }
    }
    if let Some(groups) = &row.groups {
        store::officers::clear_groups(tx, agency, id)?;
        for group in groups {
            store::officers::add_member(tx, agency, *group, id)?;
        }
    }
    if row.existing.is_some() || row.status.is_some() {
        let officer = store::officers::find_officer(tx, agency, id)?.ok_or(Failure::Missing("officer"))?;
        keep_today(tx, officer, now)?;
    }
    Ok(id)
}

fn set_superior(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    row: &PlannedOfficer,
    id: OfficerId,
    today: Date,
) -> Result<(), Failure> {
    let superior = match row.reports_to.as_deref() {
        None => return Ok(()),
        Some("") => None,
        Some(badge) => store::officers::find_badge(tx, agency, badge)?.map(|one| one.id),
    };
    if store::officers::superior_on(tx, agency, id, today)? != superior {
        let from_on = if row.existing.is_some() { today } else { row.hired_on };
        store::officers::put_superior(tx, agency, id, &SuperiorHeld { from_on, superior })?;
    }
    Ok(())
}

fn facts(row: &PlannedOfficer, stored: Option<&muster_domain::officers::Officer>) -> OfficerFacts {
    let kept = |new: &Option<String>, old: Option<&String>| new.clone().or(old.cloned()).unwrap_or_default();
    OfficerFacts {
        badge: row.badge.clone(),
        first_name: row.first_name.clone(),
        last_name: row.last_name.clone(),
        email: kept(&row.email, stored.map(|o| &o.email)),
        phone: kept(&row.phone, stored.map(|o| &o.phone)),
        hired_on: row.hired_on,
        senior_since: row.senior_since,
        unit: row.unit.unwrap_or_else(|| stored.and_then(|o| o.unit)),
    }
}
