//! What the rules say of requests: stored decisions, approvals by level, documents seen, facts written down.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    id::{AgencyId, ApprovalId, CustomerId, DecisionId, DocumentId, RequestId, RuleSetId, SiteId},
    policy::{
        Approval,
        kinds::{ApprovalObject, LevelOrder, Renewal},
    },
    requests::{Kept, RequestRuling},
};
use serde::{Deserialize, Serialize};

use crate::{Error, Json, Row, Tx};

const ADD_RULING: &str = "INSERT INTO request_decisions (agency_id, id, request_id, rule_set_id, point, outcome, ruling, decided_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const RULINGS: &str = "SELECT id, point, rule_set_id, ruling, decided_at FROM request_decisions \
     WHERE agency_id = $1 AND request_id = $2 ORDER BY decided_at DESC, id DESC LIMIT 20";
const ADD_APPROVAL: &str = "INSERT INTO request_approvals (agency_id, id, request_id, rule, object, subject, level, step, terms, state, \
     decision_id, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', $10, $11)";
const SETTLE: &str = "UPDATE request_approvals SET state = $1, decided_at = $2, decided_by = $3, reason = $4, spoken = $5, valid_until = $6 \
     WHERE agency_id = $7 AND id = $8 AND state = 'asked'";
const CONFIRM: &str = "UPDATE request_approvals SET spoken = FALSE, reason = $1 \
     WHERE agency_id = $2 AND id = $3 AND state = 'approved' AND spoken = TRUE";
const CLOSE: &str = "UPDATE request_approvals SET state = 'withdrawn', decided_at = $1, reason = $2 \
     WHERE agency_id = $3 AND request_id = $4 AND state = 'asked' AND (CAST($5 AS TEXT) IS NULL OR rule = $5)";
const FIND: &str = "SELECT id, request_id, rule, object, subject, level, step, terms, state, asked_at, decided_at, decided_by, reason, spoken, valid_until \
     FROM request_approvals WHERE agency_id = $1 AND id = $2";
const OF_REQUEST: &str = "SELECT id, request_id, rule, object, subject, level, step, terms, state, asked_at, decided_at, decided_by, reason, spoken, valid_until \
     FROM request_approvals WHERE agency_id = $1 AND request_id = $2 ORDER BY asked_at, step, id LIMIT 200";
const HELD: &str = "SELECT rule, level, decided_at, valid_until, decided_by FROM request_approvals \
     WHERE agency_id = $1 AND subject IN ($2, $3, $4) AND state = 'approved' ORDER BY decided_at DESC LIMIT 500";
const ADD_DOCUMENT: &str = "INSERT INTO documents_seen (agency_id, id, subject, document, name, dated_on, valid_until, seen_by, seen_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const DOCUMENTS: &str = "SELECT id, subject, document, name, dated_on, valid_until, seen_by, seen_at FROM documents_seen \
     WHERE agency_id = $1 AND subject IN ($2, $3, $4) ORDER BY seen_at DESC, id DESC LIMIT 200";
const FIND_FACTS: &str = "SELECT facts FROM rule_facts WHERE agency_id = $1 AND subject = $2";
const SAVE_FACTS: &str = "INSERT INTO rule_facts (agency_id, subject, facts, written_by, written_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (agency_id, subject) DO UPDATE SET facts = excluded.facts, written_by = excluded.written_by, written_at = excluded.written_at";
const UNPAID: &str = "SELECT due_on FROM invoices WHERE agency_id = $1 AND customer_id = $2 AND paid_cents < total_cents ORDER BY due_on LIMIT 1";
const BILLED: &str = "SELECT due_on FROM invoices WHERE agency_id = $1 AND customer_id = $2 LIMIT 1";
const LATE: &str = "SELECT COUNT(*) FROM requests WHERE agency_id = $1 AND state = 'approved' AND first_starts_at >= $2 \
     AND decided_at > first_starts_at AND (CAST($3 AS TEXT) IS NULL OR customer_id = $3)";

/// A stored ruling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulingRow {
    /// Its id.
    pub id: DecisionId,
    /// `sent`, `approval` or `change`.
    pub point: String,
    /// By which rules.
    pub rule_set: RuleSetId,
    /// What they said.
    pub ruling: RequestRuling,
    /// When.
    pub decided_at: Timestamp,
}

/// Keeps what the rules said.
///
/// # Errors
/// When the database fails.
pub fn add_ruling(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (request, point): (RequestId, &str),
    (rule_set, ruling): (RuleSetId, &RequestRuling),
    now: Timestamp,
) -> Result<DecisionId, Error> {
    let id: DecisionId = tx.id(now);
    let outcome = serde_json::to_value(ruling.outcome).map_err(|error| Error::Broken(error.into()))?;
    let outcome = outcome.as_str().unwrap_or_default();
    tx.execute(ADD_RULING, &[&agency, &id, &request, &rule_set, &point, &outcome, &Json(ruling), &now])?;
    Ok(id)
}

/// What the rules said of a request, the newest first, at most 20.
///
/// # Errors
/// When the database fails.
pub fn list_rulings(tx: &mut Tx<'_>, agency: AgencyId, request: RequestId) -> Result<Vec<RulingRow>, Error> {
    tx.query(RULINGS, &[&agency, &request], |row| {
        Ok(RulingRow {
            id: row.get(0)?,
            point: row.get(1)?,
            rule_set: row.get(2)?,
            ruling: row.get::<Json<RequestRuling>>(3)?.0,
            decided_at: row.get(4)?,
        })
    })
}

/// How a level of a path is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalTerms {
    /// Whether all levels of the rule must agree, in order or not, or one is enough.
    pub order: LevelOrder,
    /// Spoken at first is enough.
    pub verbal_first: bool,
    /// No answer until the work begins is a no.
    pub silence_denies: bool,
    /// How long it holds.
    pub renew: Renewal,
}

/// One level of an approval path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRow {
    /// Its id.
    pub id: ApprovalId,
    /// The request that asks for it.
    pub request: RequestId,
    /// The rule.
    pub rule: String,
    /// What is approved.
    pub object: ApprovalObject,
    /// The id of the request, customer or site that is approved.
    pub subject: String,
    /// Who must agree, by the agency's word.
    pub level: String,
    /// Place in the path, from 0.
    pub step: i64,
    /// How it is asked for.
    pub terms: ApprovalTerms,
    /// `asked`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// Since when.
    pub asked_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// By whom; may be empty.
    pub decided_by: String,
    /// Why; may be empty.
    pub reason: String,
    /// Spoken, the form is still to come.
    pub spoken: bool,
    /// First instant at which it no longer holds.
    pub valid_until: Option<Timestamp>,
}

/// Asks for a level.
///
/// # Errors
/// `request_approvals_open` when this level is asked for already.
pub fn add_approval(tx: &mut Tx<'_>, agency: AgencyId, new: &ApprovalRow, decision: DecisionId) -> Result<(), Error> {
    tx.execute(
        ADD_APPROVAL,
        &[
            &agency,
            &new.id,
            &new.request,
            &new.rule,
            &object_code(new.object),
            &new.subject,
            &new.level,
            &new.step,
            &Json(&new.terms),
            &decision,
            &new.asked_at,
        ],
    )?;
    Ok(())
}

/// How a level was settled.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    /// `approved`, `declined` or `withdrawn`.
    pub state: &'a str,
    /// By whom.
    pub by: &'a str,
    /// Why; may be empty.
    pub reason: &'a str,
    /// Spoken, the form is still to come.
    pub spoken: bool,
    /// First instant at which it no longer holds.
    pub valid_until: Option<Timestamp>,
}

/// Settles a level that is asked for; false when it was settled before.
///
/// # Errors
/// When the database fails.
pub fn settle_approval(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    id: ApprovalId,
    how: &Settled<'_>,
    now: Timestamp,
) -> Result<bool, Error> {
    let Settled { state, by, reason, spoken, valid_until } = *how;
    Ok(tx.execute(SETTLE, &[&state, &now, &by, &reason, &spoken, &valid_until, &agency, &id])? == 1)
}

/// The written form of a spoken approval came; false when none was missing.
///
/// # Errors
/// When the database fails.
pub fn confirm_spoken(tx: &mut Tx<'_>, agency: AgencyId, id: ApprovalId, reason: &str) -> Result<bool, Error> {
    Ok(tx.execute(CONFIRM, &[&reason, &agency, &id])? == 1)
}

/// Withdraws what is asked for by a request, perhaps only for one rule.
///
/// # Errors
/// When the database fails.
pub fn close_approvals(
    tx: &mut Tx<'_>,
    (agency, request): (AgencyId, RequestId),
    rule: Option<&str>,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(CLOSE, &[&now, &reason, &agency, &request, &rule])?;
    Ok(())
}

/// One level. Lock its request before deciding it.
///
/// # Errors
/// When the database fails.
pub fn find_approval(tx: &mut Tx<'_>, agency: AgencyId, id: ApprovalId) -> Result<Option<ApprovalRow>, Error> {
    tx.find(FIND, &[&agency, &id], approval)
}

/// Every level that a request asks or asked for, in the order of the paths.
///
/// # Errors
/// When the database fails.
pub fn list_approvals(tx: &mut Tx<'_>, agency: AgencyId, request: RequestId) -> Result<Vec<ApprovalRow>, Error> {
    tx.query(OF_REQUEST, &[&agency, &request], approval)
}

fn approval(row: &Row<'_>) -> Result<ApprovalRow, Error> {
    let object: String = row.get(3)?;
    Ok(ApprovalRow {
        id: row.get(0)?,
        request: row.get(1)?,
        rule: row.get(2)?,
        object: object_of(&object).ok_or_else(|| Error::unknown_word("object of an approval", &object))?,
        subject: row.get(4)?,
        level: row.get(5)?,
        step: row.get(6)?,
        terms: row.get::<Json<ApprovalTerms>>(7)?.0,
        state: row.get(8)?,
        asked_at: row.get(9)?,
        decided_at: row.get(10)?,
        decided_by: row.get(11)?,
        reason: row.get(12)?,
        spoken: row.get(13)?,
        valid_until: row.get(14)?,
    })
}

const OBJECTS: [(ApprovalObject, &str); 6] = [
    (ApprovalObject::Officer, "officer"),
    (ApprovalObject::OfficerJob, "officer_job"),
    (ApprovalObject::Job, "job"),
    (ApprovalObject::Venue, "venue"),
    (ApprovalObject::Customer, "customer"),
    (ApprovalObject::Contract, "contract"),
];

fn object_code(object: ApprovalObject) -> &'static str {
    OBJECTS.iter().find(|(one, _)| *one == object).map_or("job", |(_, code)| code)
}

fn object_of(code: &str) -> Option<ApprovalObject> {
    OBJECTS.iter().find(|(_, one)| *one == code).map(|(object, _)| *object)
}

/// Approvals that a request, its customer and its site hold, with who gave each; the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_held(tx: &mut Tx<'_>, agency: AgencyId, subjects: &[String; 3]) -> Result<Vec<(Approval, String)>, Error> {
    let [one, two, three] = subjects;
    tx.query(HELD, &[&agency, one, two, three], |row| {
        let given = Approval { rule: row.get(0)?, level: row.get(1)?, from: row.get(2)?, until: row.get(3)? };
        Ok((given, row.get(4)?))
    })
}

/// A document that somebody has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSeen {
    /// Its id.
    pub id: DocumentId,
    /// The id of the request, customer or site that it belongs to.
    pub subject: String,
    /// By the rule book's word.
    pub document: String,
    /// Its own name or number.
    pub name: String,
    /// Its date.
    pub dated_on: Option<Date>,
    /// Last day on which it holds.
    pub valid_until: Option<Date>,
    /// Who saw it.
    pub seen_by: String,
    /// When.
    pub seen_at: Timestamp,
}

/// Keeps that a document was seen.
///
/// # Errors
/// When the database fails.
pub fn add_document(tx: &mut Tx<'_>, agency: AgencyId, new: &DocumentSeen) -> Result<(), Error> {
    let DocumentSeen { id, subject, document, name, dated_on, valid_until, seen_by, seen_at } = new;
    tx.execute(ADD_DOCUMENT, &[&agency, id, subject, document, name, dated_on, valid_until, seen_by, seen_at])?;
    Ok(())
}

/// Documents of a request, its customer and its site, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_documents(tx: &mut Tx<'_>, agency: AgencyId, subjects: &[String; 3]) -> Result<Vec<DocumentSeen>, Error> {
    let [one, two, three] = subjects;
    tx.query(DOCUMENTS, &[&agency, one, two, three], |row| {
        Ok(DocumentSeen {
            id: row.get(0)?,
            subject: row.get(1)?,
            document: row.get(2)?,
            name: row.get(3)?,
            dated_on: row.get(4)?,
            valid_until: row.get(5)?,
            seen_by: row.get(6)?,
            seen_at: row.get(7)?,
        })
    })
}

/// What was written down of a customer or site for the rules.
///
/// # Errors
/// When the database fails.
pub fn find_facts(tx: &mut Tx<'_>, agency: AgencyId, subject: &str) -> Result<Kept, Error> {
    let found = tx.find(FIND_FACTS, &[&agency, &subject], |row| row.get::<Json<Kept>>(0))?;
    Ok(found.map(|Json(kept)| kept).unwrap_or_default())
}

/// Writes it down.
///
/// # Errors
/// When the database fails.
pub fn save_facts(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    (subject, facts): (&str, &Kept),
    by: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(SAVE_FACTS, &[&agency, &subject, &Json(facts), &by, &now])?;
    Ok(())
}

/// The day on which the customer's oldest unpaid invoice is due.
///
/// # Errors
/// When the database fails.
pub fn oldest_unpaid(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId) -> Result<Option<Date>, Error> {
    tx.find(UNPAID, &[&agency, &customer], |row| row.get(0))
}

/// True when the customer ever got an invoice.
///
/// # Errors
/// When the database fails.
pub fn was_billed(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId) -> Result<bool, Error> {
    Ok(tx.find(BILLED, &[&agency, &customer], |row| row.get::<Date>(0))?.is_some())
}

/// How many requests whose work began since `since` were approved only after it had begun.
///
/// # Errors
/// When the database fails.
pub fn count_approved_late(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    since: Timestamp,
    customer: Option<CustomerId>,
) -> Result<i64, Error> {
    tx.one(LATE, &[&agency, &since, &customer], |row| row.get(0))
}

/// The ids under which approvals, documents and facts of a request are kept: itself, its customer, its site.
#[must_use]
pub fn subjects(request: RequestId, customer: CustomerId, site: SiteId) -> [String; 3] {
    [request.to_string(), customer.to_string(), site.to_string()]
}
