//! One search over jobs, officers and customers; each person finds only what his lists show him.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Reach, Target, authorise, reach},
    id::{CustomerId, OfficerId},
};
pub use muster_store::jobs::JobListed;
use muster_store::{
    self as store, Tx,
    customers::CustomerFilter,
    jobs::{JobFilter, JobWhen},
    officers::{RosterFilter, Sort},
};

use crate::{Failure, agencies};

/// Rows of each kind.
const MOST: usize = 20;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Jobs by number, title, customer or site.
    pub jobs: Vec<JobListed>,
    /// Officers by name or badge: id, rank and name, badge.
    pub officers: Vec<(OfficerId, String, String)>,
    /// Customers by name.
    pub customers: Vec<(CustomerId, String)>,
}

impl Found {
    /// True when there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.officers.is_empty() && self.customers.is_empty()
    }
}

/// Looks for `text`, at most 20 rows of each kind; an empty text finds nothing.
///
/// # Errors
/// Denied without an agency.
pub fn find_anything(tx: &mut Tx<'_>, who: &Actor, text: &str, now: Timestamp) -> Result<Found, Failure> {
    let scope = who.scope()?;
    let agency = scope.agency();
    let mut found = Found::default();
    if text.trim().is_empty() {
        return Ok(found);
    }
    if reach(who.role, Action::ViewJob) != Reach::Nobody {
        let target = scope.customer().map_or(Target::agency(agency), |own| Target::customer(agency, own));
        authorise(who, Action::ViewJob, &target)?;
        let filter = JobFilter {
            when: JobWhen::Any,
            search: text.trim_start_matches('#').to_owned(),
            page: 1,
            ..JobFilter::default()
        };
        found.jobs = store::jobs::list_jobs(tx, &scope, &filter, now)?;
        found.jobs.truncate(MOST);
    }
    if reach(who.role, Action::ListOfficers) == Reach::Agency {
        let filter = RosterFilter { search: text.to_owned(), ..RosterFilter::default() };
        let today = agencies::today(tx, agency, now)?;
        let page = store::officers::list_roster(tx, agency, &filter, Sort::Name, 1, today)?;
        found.officers = page
            .rows
            .into_iter()
            .take(MOST)
            .map(|row| (row.id, format!("{} {} {}", row.rank_short, row.first_name, row.last_name), row.badge))
            .collect();
    }
    if reach(who.role, Action::ListCustomers) == Reach::Agency {
        let filter = CustomerFilter { search: text.to_owned(), ..CustomerFilter::default() };
        let page = store::customers::list_customers(tx, agency, &filter, 1)?;
        found.customers = page.rows.into_iter().take(MOST).map(|row| (row.id, row.name)).collect();
    }
    Ok(found)
}
