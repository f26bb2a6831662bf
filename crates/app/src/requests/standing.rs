//! What the agency keeps about customer, place and request, gathered for the rules.

use jiff::Timestamp;
use muster_domain::{
    agencies::Agency,
    customers::{Customer, CustomerState},
    id::{RequestId, SiteId},
    policy::{
        Kind, Listed, PolicyBook, SetAside,
        kinds::{ListRule, ListType},
    },
    requests::{DocumentHeld, Standing},
};
use muster_store::{self as store, Tx};

use crate::Failure;

/// Whose standing.
pub(super) struct About<'a> {
    pub agency: &'a Agency,
    pub customer: Option<&'a Customer>,
    pub site: Option<SiteId>,
    pub request: Option<RequestId>,
}

impl About<'_> {
    /// The ids under which approvals and documents are kept.
    fn subjects(&self) -> [String; 3] {
        [
            self.request.map(|id| id.to_string()).unwrap_or_default(),
            self.customer.map(|customer| customer.id.to_string()).unwrap_or_default(),
            self.site.map(|id| id.to_string()).unwrap_or_default(),
        ]
    }
}

/// The standing, and who agreed to go past which rule.
pub(super) struct Loaded {
    pub standing: Standing,
    pub agreed: Vec<SetAside>,
}

/// Reads it. Asks only what the book's rules can use.
pub(super) fn load_standing(
    tx: &mut Tx<'_>,
    about: &About<'_>,
    book: &PolicyBook,
    now: Timestamp,
) -> Result<Loaded, Failure> {
    let (agency, subjects) = (about.agency.id, about.subjects());
    let mut standing = Standing::default();
    let Some(customer) = about.customer else { return Ok(Loaded { standing, agreed: Vec::new() }) };
    standing.customer = store::requests::find_facts(tx, agency, &subjects[1])?;
    if about.site.is_some() {
        standing.venue = store::requests::find_facts(tx, agency, &subjects[2])?;
    }
    let today = now.to_zoned(about.agency.zone.clone()).date();
    if let Some(due_on) = store::requests::oldest_unpaid(tx, agency, customer.id)? {
        let days = i64::from(due_on.until(today).map_or(0, |span| span.get_days()));
        standing.overdue_days = Some(days.max(0));
    } else {
        standing.overdue_days = Some(0);
    }
    standing.new_customer = Some(!store::requests::was_billed(tx, agency, customer.id)?);
    let seen = store::requests::list_documents(tx, agency, &subjects)?;
    standing.documents =
        seen.into_iter().map(|one| DocumentHeld { kind: one.document, valid_until: one.valid_until }).collect();
    let held = store::requests::list_held(tx, agency, &subjects)?;
    let holds = |until: Option<Timestamp>| until.is_none_or(|until| now < until);
    let agreed = held.iter().filter(|(given, _)| holds(given.until)).map(|(given, who)| SetAside {
        rule: given.rule.clone(),
        by: given.level.clone(),
        who: who.clone(),
        reason: String::new(),
        at: given.from,
    });
    let agreed = agreed.collect();
    standing.approvals = held.into_iter().map(|(given, _)| given).collect();
    standing.holds = holds_of(book, customer, &standing);
    Ok(Loaded { standing, agreed })
}

/// The lists of the book that hold this customer's account: every one while the agency holds it, those that the agency put
/// it on, and `overdue_60_days` once an invoice is 60 days late.
fn holds_of(book: &PolicyBook, customer: &Customer, standing: &Standing) -> Vec<Listed> {
    let lists = book.rules.iter().filter_map(|rule| match &rule.kind {
        Kind::List(ListRule { list, list_type: ListType::CustomerHold, .. }) => Some(list),
        _ => None,
    });
    lists
        .filter_map(|list| {
            let late = standing.overdue_days.filter(|days| *days > 0);
            let reason = if customer.state == CustomerState::OnHold {
                customer.state_reason.clone()
            } else if standing.customer.labels.contains(list) {
                "put there by the agency".to_owned()
            } else {
                let days = late.filter(|days| overdue_days(list).is_some_and(|most| most <= *days))?;
                format!("the oldest unpaid invoice is {days} days overdue")
            };
            let (list, from) = (list.clone(), Timestamp::UNIX_EPOCH);
            Some(Listed { list, customer: None, job_kind: None, from, until: None, reason: Some(reason) })
        })
        .collect()
}

/// The days in the name of a list such as `overdue_60_days`.
fn overdue_days(list: &str) -> Option<i64> {
    list.strip_prefix("overdue_")?.strip_suffix("_days")?.parse().ok()
}
