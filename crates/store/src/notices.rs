//! The inbox and the outbox.

use jiff::Timestamp;
use muster_domain::{
    access::Role,
    id::{AccountId, AgencyId, CustomerId, NoticeId, OfficerId, OutboxId},
    notices::Message,
};

use crate::{Error, Tx};

const ADD_NOTICE: &str = "INSERT INTO notices (agency_id, id, account_id, kind, title, body, link, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ADD_MAIL: &str =
    "INSERT INTO outbox (id, agency_id, recipient, subject, body, due_at, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const OF_OFFICER: &str = "SELECT a.id, a.email FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $1 AND m.officer_id = $2 AND m.ended_at IS NULL AND NOT a.disabled ORDER BY a.id LIMIT 10";
const OF_CUSTOMER: &str = "SELECT a.id, a.email FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $1 AND m.customer_id = $2 AND m.ended_at IS NULL AND NOT a.disabled ORDER BY a.id LIMIT 50";
const OF_ROLE: &str = "SELECT a.id, a.email FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.agency_id = $1 AND m.role = $2 AND m.ended_at IS NULL AND NOT a.disabled ORDER BY a.id LIMIT 50";
const OF_ACCOUNT: &str = "SELECT id, email FROM accounts WHERE id = $1 AND NOT disabled";

/// Whom a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// One account.
    Account(AccountId),
    /// The account of an officer, if any.
    Officer(OfficerId),
    /// Everybody of a customer.
    Customer(CustomerId),
    /// Everybody who holds this role at the agency.
    Role(Role),
}

/// The accounts and addresses of a recipient.
///
/// # Errors
/// When the database fails.
pub fn list_recipients(tx: &mut Tx<'_>, agency: AgencyId, to: To) -> Result<Vec<(AccountId, String)>, Error> {
    let pair = |row: &crate::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    match to {
        To::Account(account) => tx.query(OF_ACCOUNT, &[&account], pair),
        To::Officer(officer) => tx.query(OF_OFFICER, &[&agency, &officer], pair),
        To::Customer(customer) => tx.query(OF_CUSTOMER, &[&agency, &customer], pair),
        To::Role(role) => tx.query(OF_ROLE, &[&agency, &role.code()], pair),
    }
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
