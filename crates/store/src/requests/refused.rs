//! Requests that the rules refused.

use jiff::Timestamp;
use muster_domain::{
    id::{AgencyId, CustomerId, DecisionId, RuleSetId},
    requests::{Details, RequestRuling},
};

use crate::{Error, Json, Tx};

const ADD: &str = "INSERT INTO refused_requests (agency_id, id, customer_id, title, details, rule_set_id, rules, ruling, message, sent_by, refused_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const SAME: &str = "SELECT id FROM refused_requests WHERE agency_id = $1 AND customer_id = $2 AND refused_at > $3 AND title = $4 \
     AND rules = $5 AND rule_set_id = $6 LIMIT 1";
const OF_CUSTOMER: &str = "SELECT id, title, details, rule_set_id, ruling, message, sent_by, refused_at FROM refused_requests \
     WHERE agency_id = $1 AND customer_id = $2 ORDER BY refused_at DESC, id DESC LIMIT 20";

/// A request that the rules refused.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedRequest {
    /// Of the decision.
    pub id: DecisionId,
    /// What it was to be.
    pub title: String,
    /// The form.
    pub details: Details,
    /// The rules that refused it.
    pub rule_set: RuleSetId,
    /// What they said, rule by rule.
    pub ruling: RequestRuling,
    /// The refusal as it was read.
    pub message: String,
    /// Who sent it.
    pub sent_by: String,
    /// When.
    pub refused_at: Timestamp,
}

/// True when a request of this customer with this title was refused by the same rules since then.
///
/// # Errors
/// When the database fails.
pub fn is_refused_again(
    tx: &mut Tx<'_>,
    (agency, customer): (AgencyId, CustomerId),
    since: Timestamp,
    refused: &RefusedRequest,
) -> Result<bool, Error> {
    let rules = rules(refused);
    let params: [&dyn crate::ToValue; 6] = [&agency, &customer, &since, &refused.title, &rules, &refused.rule_set];
    Ok(tx.find(SAME, &params, |row| row.get::<DecisionId>(0))?.is_some())
}

/// Keeps a refused request.
///
/// # Errors
/// When the database fails.
pub fn add_refused(
    tx: &mut Tx<'_>,
    (agency, customer): (AgencyId, CustomerId),
    refused: &RefusedRequest,
) -> Result<(), Error> {
    tx.execute(
        ADD,
        &[
            &agency,
            &refused.id,
            &customer,
            &refused.title,
            &Json(&refused.details),
            &refused.rule_set,
            &rules(refused),
            &Json(&refused.ruling),
            &refused.message,
            &refused.sent_by,
            &refused.refused_at,
        ],
    )?;
    Ok(())
}

/// The last 20 refused requests of a customer, the newest first.
///
/// # Errors
/// When the database fails.
pub fn list_refused(tx: &mut Tx<'_>, agency: AgencyId, customer: CustomerId) -> Result<Vec<RefusedRequest>, Error> {
    tx.query(OF_CUSTOMER, &[&agency, &customer], |row| {
        Ok(RefusedRequest {
            id: row.get(0)?,
            title: row.get(1)?,
            details: row.get::<Json<Details>>(2)?.0,
            rule_set: row.get(3)?,
            ruling: row.get::<Json<RequestRuling>>(4)?.0,
            message: row.get(5)?,
            sent_by: row.get(6)?,
            refused_at: row.get(7)?,
        })
    })
}

/// The rules that stood in the way.
fn rules(refused: &RefusedRequest) -> String {
    let stops: Vec<&str> = refused.ruling.stops().map(|one| one.rule.as_str()).collect();
    stops.join(" ")
}
