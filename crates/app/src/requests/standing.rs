//! What the agency keeps about customer, place and request, gathered for the rules.

use jiff::Timestamp;
use muster_domain::{
    agencies::Agency,
    customers::{Customer, CustomerState},
    id::{RequestId, SiteId},
    policy::{Point, PolicyBook, SetAside},
    requests::{Account, DocumentHeld, Standing},
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
    let unpaid_due_on = store::requests::oldest_unpaid(tx, agency, customer.id)?;
    let late = unpaid_due_on.map_or(0, |due_on| i64::from(due_on.until(today).map_or(0, |span| span.get_days())));
    standing.overdue_days = Some(late.max(0));
    standing.new_customer = Some(!store::requests::was_billed(tx, agency, customer.id)?);
    let account = Account {
        on_hold: (customer.state == CustomerState::OnHold).then(|| customer.state_reason.clone()),
        labels: standing.customer.labels.clone(),
        unpaid_due_on,
    };
    standing.holds = account.holds(book, today);
    if !book.rules.iter().any(|rule| rule.acts(Point::Request)) {
        return Ok(Loaded { standing, agreed: Vec::new() });
    }
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
    Ok(Loaded { standing, agreed })
}
