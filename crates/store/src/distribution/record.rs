//! What the rules need to know of an officer: ranks, statuses, certifications, groups, and the work ledger.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    id::{AgencyId, OfficerId, PersonId},
    policy::{Approval, Credential, Listed, Offence, Relation, ReportOwed, Work, WorkClass, WorkSource, WorkState},
    time::Span,
};

use crate::{
    Error, Row, Tx,
    jobs::{span, word},
};

const LOCK: &str = "SELECT person_id FROM officers WHERE agency_id = $1 AND id = $2 FOR UPDATE";
const RECORD: &str = "SELECT o.id, 'core', o.person_id, o.hired_on, COALESCE(u.name, ''), o.first_name || ' ' || o.last_name \
        FROM officers o LEFT JOIN units u ON u.agency_id = o.agency_id AND u.id = o.unit_id WHERE o.agency_id = $1 AND o.id = $2 \
     UNION ALL SELECT s.officer_id, 'status', s.status, s.from_on, COALESCE(s.to_on, ''), s.reason \
        FROM officer_statuses s WHERE s.agency_id = $1 AND s.officer_id = $2 \
     UNION ALL SELECT c.officer_id, 'certification', c.kind, c.issued_on, COALESCE(c.expires_on, ''), '' \
        FROM certifications c WHERE c.agency_id = $1 AND c.officer_id = $2 \
     UNION ALL SELECT h.officer_id, 'rank', r.code, h.held_from, CAST(r.level AS TEXT), r.short \
        FROM officer_ranks h JOIN ranks r ON r.agency_id = h.agency_id AND r.id = h.rank_id WHERE h.agency_id = $1 AND h.officer_id = $2 \
     UNION ALL SELECT m.officer_id, 'group', g.name, '', '', '' \
        FROM officer_group_members m JOIN officer_groups g ON g.agency_id = m.agency_id AND g.id = m.group_id \
        WHERE m.agency_id = $1 AND m.officer_id = $2 \
     UNION ALL SELECT k.officer_id, k.sort, k.word, CAST(k.starts_at AS TEXT), COALESCE(CAST(k.ends_at AS TEXT), ''), \
        k.customer_id || '|' || k.job_kind || '|' || k.reason FROM officer_marks k WHERE k.agency_id = $1 AND k.officer_id = $2 \
     UNION ALL SELECT f.officer_id, 'offence', f.event, CAST(f.happened_at AS TEXT), f.job_kind, '' \
        FROM offences f WHERE f.agency_id = $1 AND f.officer_id = $2 AND f.state = 'counted' \
     UNION ALL SELECT d.officer_id, 'report', d.what, CAST(d.due_at AS TEXT), d.about, '' \
        FROM duty_reports d WHERE d.agency_id = $1 AND d.officer_id = $2 AND d.state = 'owed' \
     UNION ALL SELECT p.officer_id, 'permit', p.rule, CAST(p.decided_at AS TEXT), COALESCE(CAST(p.valid_until AS TEXT), ''), p.level \
        FROM permits p WHERE p.agency_id = $1 AND p.officer_id = $2 AND p.state = 'approved' \
     UNION ALL SELECT s.subject, 'document', s.document, '', COALESCE(s.valid_until, ''), '' \
        FROM documents_seen s WHERE s.agency_id = $1 AND s.subject = $2 LIMIT 1000";
const RECORDS: &str = "SELECT o.id, 'core', o.person_id, o.hired_on, COALESCE(u.name, ''), o.first_name || ' ' || o.last_name \
        FROM officers o LEFT JOIN units u ON u.agency_id = o.agency_id AND u.id = o.unit_id WHERE o.agency_id = $1 \
     UNION ALL SELECT s.officer_id, 'status', s.status, s.from_on, COALESCE(s.to_on, ''), s.reason \
        FROM officer_statuses s WHERE s.agency_id = $1 \
     UNION ALL SELECT c.officer_id, 'certification', c.kind, c.issued_on, COALESCE(c.expires_on, ''), '' \
        FROM certifications c WHERE c.agency_id = $1 \
     UNION ALL SELECT h.officer_id, 'rank', r.code, h.held_from, CAST(r.level AS TEXT), r.short \
        FROM officer_ranks h JOIN ranks r ON r.agency_id = h.agency_id AND r.id = h.rank_id WHERE h.agency_id = $1 \
     UNION ALL SELECT m.officer_id, 'group', g.name, '', '', '' \
        FROM officer_group_members m JOIN officer_groups g ON g.agency_id = m.agency_id AND g.id = m.group_id \
        WHERE m.agency_id = $1 \
     UNION ALL SELECT k.officer_id, k.sort, k.word, CAST(k.starts_at AS TEXT), COALESCE(CAST(k.ends_at AS TEXT), ''), \
        k.customer_id || '|' || k.job_kind || '|' || k.reason FROM officer_marks k WHERE k.agency_id = $1 \
     UNION ALL SELECT f.officer_id, 'offence', f.event, CAST(f.happened_at AS TEXT), f.job_kind, '' \
        FROM offences f WHERE f.agency_id = $1 AND f.state = 'counted' \
     UNION ALL SELECT d.officer_id, 'report', d.what, CAST(d.due_at AS TEXT), d.about, '' \
        FROM duty_reports d WHERE d.agency_id = $1 AND d.state = 'owed' \
     UNION ALL SELECT p.officer_id, 'permit', p.rule, CAST(p.decided_at AS TEXT), COALESCE(CAST(p.valid_until AS TEXT), ''), p.level \
        FROM permits p WHERE p.agency_id = $1 AND p.state = 'approved' \
     UNION ALL SELECT o.id, 'document', s.document, '', COALESCE(s.valid_until, ''), '' \
        FROM officers o JOIN documents_seen s ON s.agency_id = o.agency_id AND s.subject = o.id WHERE o.agency_id = $1 LIMIT 100000";
const APPLICATIONS: &str = "SELECT booked_at AS sent_at FROM assignments WHERE agency_id = $1 AND officer_id = $2 AND how = 'accepted' AND booked_at >= $3 \
     UNION ALL SELECT asked_at FROM shift_approvals WHERE agency_id = $1 AND officer_id = $2 AND state <> 'approved' AND asked_at >= $3 \
     ORDER BY sent_at LIMIT 1000";
const WORK_OF_PERSON: &str = "SELECT w.officer_id, w.class, w.state, w.starts_at, w.ends_at, w.source, w.source_id, w.label, \
     j.site_id, j.customer_id, t.code, e.starts_at, e.ends_at \
     FROM work w LEFT JOIN assignments a ON w.source = 'assignment' AND a.agency_id = w.agency_id AND a.id = w.source_id \
     LEFT JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id \
     LEFT JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     LEFT JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     WHERE w.person_id = $1 AND w.ends_at > $2 AND w.starts_at < $3 AND w.state IN ('offered', 'booked', 'worked', 'given_up') \
     ORDER BY w.starts_at, w.id LIMIT 5000";
const WORK_OF_AGENCY: &str = "SELECT w.officer_id, w.class, w.state, w.starts_at, w.ends_at, w.source, w.source_id, w.label, \
     j.site_id, j.customer_id, t.code, e.starts_at, e.ends_at \
     FROM work w LEFT JOIN assignments a ON w.source = 'assignment' AND a.agency_id = w.agency_id AND a.id = w.source_id \
     LEFT JOIN shifts h ON h.agency_id = a.agency_id AND h.id = a.shift_id \
     LEFT JOIN jobs j ON j.agency_id = h.agency_id AND j.id = h.job_id \
     LEFT JOIN job_types t ON t.agency_id = j.agency_id AND t.id = j.job_type_id \
     LEFT JOIN time_entries e ON e.agency_id = a.agency_id AND e.assignment_id = a.id AND e.state <> 'void' \
     WHERE w.agency_id = $1 AND w.ends_at > $2 AND w.starts_at < $3 AND w.state IN ('offered', 'booked', 'worked', 'given_up') \
     ORDER BY w.starts_at, w.id LIMIT 100000";

/// An officer as the rules see him.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficerRecord {
    /// The human being.
    pub person: Option<PersonId>,
    /// `Dana Alvarez`.
    pub name: String,
    /// Date of hire.
    pub hired_on: Option<Date>,
    /// Unit, by name.
    pub unit: String,
    /// Ranks: code, first day, level, short name.
    pub ranks: Vec<(String, Date, i64, String)>,
    /// Statuses: word, first day, last day, reason.
    pub statuses: Vec<(String, Date, Option<Date>, String)>,
    /// Certifications with validity.
    pub credentials: Vec<Credential>,
    /// Groups, by name.
    pub groups: Vec<String>,
    /// Offences that count, sorted by time.
    pub offences: Vec<Offence>,
    /// Reports that he owes, sorted by when they are due.
    pub reports_owed: Vec<ReportOwed>,
    /// Lists that he stands on or stood on.
    pub lists: Vec<Listed>,
    /// Relations to customers that were not ended.
    pub relations: Vec<Relation>,
    /// Levels of standing permits that were given.
    pub permits: Vec<Approval>,
    /// Documents that somebody has seen, each with its last day.
    pub documents: Vec<(String, Option<Date>)>,
    /// When he took or asked for a seat himself, sorted; only where a rule counts it.
    pub applications: Vec<Timestamp>,
}

impl OfficerRecord {
    /// The rank on a day: code, level and short name.
    #[must_use]
    pub fn rank_on(&self, day: Date) -> Option<(&str, i64, &str, Date)> {
        let held = self.ranks.iter().filter(|rank| rank.1 <= day).max_by_key(|rank| rank.1);
        let held = held.or_else(|| self.ranks.iter().min_by_key(|rank| rank.1));
        held.map(|(code, from, level, short)| (code.as_str(), *level, short.as_str(), *from))
    }
}

/// Locks an officer until the end of the transaction; the shift comes first. Answers with the human being.
///
/// # Errors
/// When the database fails.
pub fn lock_officer(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Option<PersonId>, Error> {
    tx.find(LOCK, &[&agency, &officer], |row| row.get(0))
}

/// When an officer took or asked for a seat himself, since an instant, sorted; an approval that was given counts as the seat.
///
/// # Errors
/// When the database fails.
pub fn list_applications(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    since: Timestamp,
) -> Result<Vec<Timestamp>, Error> {
    tx.query(APPLICATIONS, &[&agency, &officer, &since], |row| row.get(0))
}

/// What the rules need to know of one officer, in one statement.
///
/// # Errors
/// When the database fails.
pub fn find_record(tx: &mut Tx<'_>, agency: AgencyId, officer: OfficerId) -> Result<Option<OfficerRecord>, Error> {
    let mut records = HashMap::new();
    tx.query(RECORD, &[&agency, &officer], |row| add_line(&mut records, row))?;
    let found = records.remove(&officer).filter(|record: &OfficerRecord| record.person.is_some());
    Ok(found.map(in_order))
}

/// The same of every officer of an agency.
///
/// # Errors
/// When the database fails.
pub fn list_records(tx: &mut Tx<'_>, agency: AgencyId) -> Result<HashMap<OfficerId, OfficerRecord>, Error> {
    let mut records = HashMap::new();
    tx.query(RECORDS, &[&agency], |row| add_line(&mut records, row))?;
    Ok(records.into_iter().map(|(id, record)| (id, in_order(record))).collect())
}

fn in_order(mut record: OfficerRecord) -> OfficerRecord {
    record.offences.sort_by_key(|one| one.at);
    record.reports_owed.sort_by_key(|one| one.due_at);
    record
}

fn add_line(records: &mut HashMap<OfficerId, OfficerRecord>, row: &Row<'_>) -> Result<(), Error> {
    let record = records.entry(row.get(0)?).or_default();
    let kind: String = row.get(1)?;
    let until = |text: String| text.parse::<Date>().ok();
    let instant = |text: String| text.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
    match kind.as_str() {
        "core" => {
            record.person = Some(row.get(2)?);
            record.hired_on = Some(row.get(3)?);
            record.unit = row.get(4)?;
            record.name = row.get(5)?;
        }
        "status" => record.statuses.push((row.get(2)?, row.get(3)?, until(row.get(4)?), row.get(5)?)),
        "certification" => record.credentials.push(Credential {
            kind: row.get(2)?,
            from: Some(row.get(3)?),
            until: until(row.get(4)?),
        }),
        "rank" => {
            let level: String = row.get(4)?;
            record.ranks.push((row.get(2)?, row.get(3)?, level.parse().unwrap_or(0), row.get(5)?));
        }
        "offence" => {
            let (at, kind): (Option<Timestamp>, String) = (instant(row.get(3)?), row.get(4)?);
            let job_kind = (!kind.is_empty()).then_some(kind);
            let event: String = row.get(2)?;
            record.offences.extend(at.map(|at| Offence { event, at, excused: false, job_kind }));
        }
        "report" => {
            let (what, about): (String, String) = (row.get(2)?, row.get(4)?);
            record.reports_owed.extend(instant(row.get(3)?).map(|due_at| ReportOwed { what, about, due_at }));
        }
        "list" | "relation" => add_mark(record, row)?,
        "permit" => {
            let (rule, level): (String, String) = (row.get(2)?, row.get(5)?);
            let until = instant(row.get(4)?);
            record.permits.extend(instant(row.get(3)?).map(|from| Approval { rule, level, from, until }));
        }
        "document" => record.documents.push((row.get(2)?, until(row.get(4)?))),
        _ => record.groups.push(row.get(2)?),
    }
    Ok(())
}

fn add_mark(record: &mut OfficerRecord, row: &Row<'_>) -> Result<(), Error> {
    let instant = |text: String| text.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
    let (from, until) = (instant(row.get(3)?), instant(row.get(4)?));
    let about: String = row.get(5)?;
    let mut about = about.splitn(3, '|');
    let mut next = || about.next().filter(|text| !text.is_empty());
    let customer = next().and_then(|id| id.parse().ok());
    let (job_kind, reason) = (next().map(str::to_owned), next().map(str::to_owned));
    let (sort, word): (String, String) = (row.get(1)?, row.get(2)?);
    if sort == "list" {
        record.lists.extend(from.map(|from| Listed { list: word, customer, job_kind, from, until, reason }));
    } else if until.is_none() {
        record.relations.push(Relation { relation: word, customer });
    }
    Ok(())
}

/// The live ledger of a human being at every agency: what starts within the span, sorted by start.
///
/// # Errors
/// When the database fails.
pub fn list_work_of_person(tx: &mut Tx<'_>, person: PersonId, within: Span) -> Result<Vec<Work>, Error> {
    tx.query(WORK_OF_PERSON, &[&person, &within.starts_at(), &within.ends_at()], |row| Ok(work(row)?.1))
}

/// The live ledgers of an agency's officers: what starts within the span, sorted by start.
///
/// # Errors
/// When the database fails.
pub fn list_work_of_agency(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    within: Span,
) -> Result<HashMap<OfficerId, Vec<Work>>, Error> {
    let mut ledgers: HashMap<OfficerId, Vec<Work>> = HashMap::new();
    tx.query(WORK_OF_AGENCY, &[&agency, &within.starts_at(), &within.ends_at()], |row| {
        let (officer, work) = work(row)?;
        ledgers.entry(officer).or_default().push(work);
        Ok(())
    })?;
    Ok(ledgers)
}

fn work(row: &Row<'_>) -> Result<(OfficerId, Work), Error> {
    let (class, state): (String, String) = (row.get(1)?, row.get(2)?);
    let (source, source_id, label): (String, String, String) = (row.get(5)?, row.get(6)?, row.get(7)?);
    let source = match source.as_str() {
        "assignment" => source_id.parse().map_or(WorkSource::Agency, WorkSource::Assignment),
        "schedule" => WorkSource::Schedule,
        "officer" => WorkSource::Officer,
        _ => WorkSource::Agency,
    };
    let class = word(&class, class_of)?;
    let mut work = Work::new(span(row.get(3)?, row.get(4)?)?, class, word(&state, state_of)?, source);
    work.place = row.get(8)?;
    work.customer = row.get(9)?;
    let sort: Option<String> = row.get(10)?;
    work.sort = sort.or_else(|| (class == WorkClass::Leave && !label.is_empty()).then_some(label));
    let worked: (Option<Timestamp>, Option<Timestamp>) = (row.get(11)?, row.get(12)?);
    work.worked = worked.0.zip(worked.1).and_then(|(from, to)| Span::new(from, to));
    Ok((row.get(0)?, work))
}

fn class_of(code: &str) -> Option<WorkClass> {
    Some(match code {
        "on_duty" => WorkClass::OnDuty,
        "overtime" => WorkClass::Overtime,
        "court" => WorkClass::Court,
        "training" => WorkClass::Training,
        "detail" => WorkClass::Detail,
        "other_employment" => WorkClass::OtherEmployment,
        "other_agency" => WorkClass::OtherAgency,
        "leave" => WorkClass::Leave,
        "sick" => WorkClass::Sick,
        "unavailable" => WorkClass::Unavailable,
        _ => return None,
    })
}

fn state_of(code: &str) -> Option<WorkState> {
    Some(match code {
        "offered" => WorkState::Offered,
        "booked" => WorkState::Booked,
        "worked" => WorkState::Worked,
        "cancelled" => WorkState::Cancelled,
        "given_up" => WorkState::GivenUp,
        _ => return None,
    })
}
