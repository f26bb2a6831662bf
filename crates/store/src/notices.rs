//! The inbox and the outbox.

use jiff::Timestamp;
use muster_domain::{
    access::Role,
    id::{AccountId, AgencyId, CustomerId, NoticeId, OfficerId, OutboxId},
    notices::{Message, Topic},
};

use crate::{Error, Tx};

const ADD_NOTICE: &str = "INSERT INTO notices (agency_id, id, account_id, kind, title, body, link, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ADD_MAIL: &str =
    "INSERT INTO outbox (id, agency_id, recipient, subject, body, due_at, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const OF_OFFICER: &str = "SELECT a.id, CASE WHEN EXISTS (SELECT 1 FROM muted_emails x WHERE x.account_id = a.id AND x.topic = $1) THEN '' ELSE a.email END \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $2 AND m.officer_id = $3 AND m.ended_at IS NULL AND NOT a.disabled ORDER BY a.id LIMIT 10";
const OF_CUSTOMER: &str = "SELECT a.id, CASE WHEN EXISTS (SELECT 1 FROM muted_emails x WHERE x.account_id = a.id AND x.topic = $1) THEN '' ELSE a.email END \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $2 AND m.customer_id = $3 AND m.ended_at IS NULL AND NOT a.disabled ORDER BY a.id LIMIT 50";
const OF_PAYERS: &str = "SELECT a.id, CASE WHEN EXISTS (SELECT 1 FROM muted_emails x WHERE x.account_id = a.id AND x.topic = $1) THEN '' ELSE a.email END \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $2 AND m.customer_id = $3 AND m.role IN ('customer_admin', 'customer_billing') AND m.ended_at IS NULL \
     AND NOT a.disabled ORDER BY a.id LIMIT 50";
const OF_ROLE: &str = "SELECT a.id, CASE WHEN EXISTS (SELECT 1 FROM muted_emails x WHERE x.account_id = a.id AND x.topic = $1) THEN '' ELSE a.email END \
     FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $2 AND m.role = $3 AND m.ended_at IS NULL AND NOT a.disabled ORDER BY a.id LIMIT 50";
const OF_ACCOUNT: &str = "SELECT a.id, CASE WHEN EXISTS (SELECT 1 FROM muted_emails x WHERE x.account_id = a.id AND x.topic = $1) THEN '' ELSE a.email END \
     FROM accounts a WHERE a.id = $2 AND NOT a.disabled";
const MUTED: &str = "SELECT topic FROM muted_emails WHERE account_id = $1 ORDER BY topic LIMIT 50";
const MUTE: &str =
    "INSERT INTO muted_emails (account_id, topic) VALUES ($1, $2) ON CONFLICT (account_id, topic) DO NOTHING";
const UNMUTE: &str = "DELETE FROM muted_emails WHERE account_id = $1 AND topic = $2";

/// Whom a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// One account.
    Account(AccountId),
    /// The account of an officer, if any.
    Officer(OfficerId),
    /// Everybody of a customer.
    Customer(CustomerId),
    /// The people of a customer who may see its invoices.
    Payers(CustomerId),
    /// Everybody who holds this role at the agency.
    Role(Role),
}

/// The accounts of a recipient, each with the address for this topic; empty where the person wants no e-mail about it.
///
/// # Errors
/// When the database fails.
pub fn list_recipients(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    to: To,
    topic: Topic,
) -> Result<Vec<(AccountId, String)>, Error> {
    let pair = |row: &crate::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let topic = topic.code();
    match to {
        To::Account(account) => tx.query(OF_ACCOUNT, &[&topic, &account], pair),
        To::Officer(officer) => tx.query(OF_OFFICER, &[&topic, &agency, &officer], pair),
        To::Customer(customer) => tx.query(OF_CUSTOMER, &[&topic, &agency, &customer], pair),
        To::Payers(customer) => tx.query(OF_PAYERS, &[&topic, &agency, &customer], pair),
        To::Role(role) => tx.query(OF_ROLE, &[&topic, &agency, &role.code()], pair),
    }
}

/// The topics that an account wants no e-mail about.
///
/// # Errors
/// When the database fails.
pub fn list_muted(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Topic>, Error> {
    let codes: Vec<String> = tx.query(MUTED, &[&account], |row| row.get(0))?;
    Ok(codes.iter().filter_map(|code| Topic::from_code(code)).collect())
}

/// Notes whether an account wants e-mail about a topic.
///
/// # Errors
/// When the database fails.
pub fn choose_email(tx: &mut Tx<'_>, account: AccountId, topic: Topic, wanted: bool) -> Result<(), Error> {
    tx.execute(if wanted { UNMUTE } else { MUTE }, &[&account, &topic.code()])?;
    Ok(())
}

/// Puts a message into an account's inbox.
///
/// # Errors
/// When the database fails.
pub fn add_notice(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    account: AccountId,
    message: &Message,
    now: Timestamp,
) -> Result<(), Error> {
    let id: NoticeId = tx.id(now);
    tx.execute(
        ADD_NOTICE,
        &[&agency, &id, &account, &message.kind, &message.title, &message.body, &message.link, &now],
    )?;
    Ok(())
}

/// Puts an e-mail into the outbox; `agency` is `None` for the platform's own (sign-in links).
///
/// # Errors
/// When the database fails.
pub fn add_mail(
    tx: &mut Tx<'_>,
    agency: Option<AgencyId>,
    recipient: &str,
    subject: &str,
    body: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let id: OutboxId = tx.id(now);
    let agency = agency.map_or_else(String::new, |agency| agency.to_string());
    tx.execute(ADD_MAIL, &[&id, &agency, &recipient, &subject, &body, &now, &now])?;
    Ok(())
}

const MAIL_DUE: &str = "SELECT id, recipient, subject, body, attempts FROM outbox \
     WHERE state = 'waiting' AND due_at <= $1 AND claimed_until <= $1 ORDER BY due_at, id LIMIT 20 FOR UPDATE SKIP LOCKED";
const CLAIM_MAIL: &str = "UPDATE outbox SET claimed_until = $1, attempts = attempts + 1 WHERE id = $2";
const MAIL_SENT: &str = "UPDATE outbox SET state = 'sent', problem = '', body = '' WHERE id = $1";
const MAIL_FAILED: &str = "UPDATE outbox SET state = $1, problem = $2, claimed_until = $3 WHERE id = $4";
const LIST: &str = "SELECT id, kind, title, body, link, made_at, read_at FROM notices WHERE account_id = $1 AND agency_id = $2 \
     ORDER BY made_at DESC, id DESC LIMIT $3 OFFSET $4";
const COUNT: &str = "SELECT COUNT(*), COUNT(read_at) FROM notices WHERE account_id = $1 AND agency_id = $2";
const MARK_READ: &str = "UPDATE notices SET read_at = $1 WHERE account_id = $2 AND agency_id = $3 AND read_at IS NULL";

/// An e-mail claimed for sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: OutboxId,
    /// One address.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// How often it was tried before.
    pub attempts: i64,
}

/// Claims e-mails that are due until `claimed_until`; another worker leaves them alone until then.
///
/// # Errors
/// When the database fails.
pub fn claim_mail(tx: &mut Tx<'_>, now: Timestamp, claimed_until: Timestamp) -> Result<Vec<Mail>, Error> {
    let mails = tx.query(MAIL_DUE, &[&now], |row| {
        Ok(Mail {
            id: row.get(0)?,
            recipient: row.get(1)?,
            subject: row.get(2)?,
            body: row.get(3)?,
            attempts: row.get(4)?,
        })
    })?;
    for mail in &mails {
        tx.execute(CLAIM_MAIL, &[&claimed_until, &mail.id])?;
    }
    Ok(mails)
}

/// Notes that an e-mail was handed over, and forgets its text: it may hold a link that signs somebody in.
///
/// # Errors
/// When the database fails.
pub fn mail_sent(tx: &mut Tx<'_>, id: OutboxId) -> Result<(), Error> {
    tx.execute(MAIL_SENT, &[&id])?;
    Ok(())
}

/// Notes that an e-mail could not be handed over, and when to try again; after eight tries it is given up.
///
/// # Errors
/// When the database fails.
pub fn mail_failed(tx: &mut Tx<'_>, mail: &Mail, problem: &str, again_at: Timestamp) -> Result<(), Error> {
    let state = if mail.attempts >= 8 { "failed" } else { "waiting" };
    tx.execute(MAIL_FAILED, &[&state, &problem, &again_at, &mail.id])?;
    Ok(())
}

/// A message in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// A stable word.
    pub kind: String,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub body: String,
    /// The page to open.
    pub link: String,
    /// When it came.
    pub made_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// A page of an account's inbox at an agency, newest first; how many there are and how many were read.
///
/// # Errors
/// When the database fails.
pub fn list_notices(
    tx: &mut Tx<'_>,
    account: AccountId,
    agency: AgencyId,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Notice>, i64, i64), Error> {
    let (count, read) = tx.one(COUNT, &[&account, &agency], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let notices = tx.query(LIST, &[&account, &agency, &limit, &offset], |row| {
        Ok(Notice {
            id: row.get(0)?,
            kind: row.get(1)?,
            title: row.get(2)?,
            body: row.get(3)?,
            link: row.get(4)?,
            made_at: row.get(5)?,
            read_at: row.get(6)?,
        })
    })?;
    Ok((notices, count, read))
}

/// Marks everything in an account's inbox at an agency as read.
///
/// # Errors
/// When the database fails.
pub fn mark_read(tx: &mut Tx<'_>, account: AccountId, agency: AgencyId, now: Timestamp) -> Result<(), Error> {
    tx.execute(MARK_READ, &[&now, &account, &agency])?;
    Ok(())
}
