//! The account of a customer, as the lists that hold accounts ask for it.

use jiff::{Timestamp, civil::Date};

use crate::policy::{
    Kind, Listed, PolicyBook,
    kinds::{ListRule, ListType},
};

/// What decides whether a list of the book holds a customer's account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Why the agency holds the account; none while it does not.
    pub on_hold: Option<String>,
    /// The labels that the agency gave the customer; one of a list's name puts it on that list.
    pub labels: Vec<String>,
    /// When the oldest unpaid invoice was or is due.
    pub unpaid_due_on: Option<Date>,
}

impl Account {
    /// The lists of the book that hold this account: every one while the agency holds it, those that the agency put it on,
    /// and `overdue_60_days` (or any number) once an invoice is so late.
    #[must_use]
    pub fn holds(&self, book: &PolicyBook, today: Date) -> Vec<Listed> {
        let lists = book.rules.iter().filter_map(|rule| match &rule.kind {
            Kind::List(ListRule { list, list_type: ListType::CustomerHold, .. }) => Some(list),
            _ => None,
        });
        let late = self.unpaid_due_on.map(|due_on| i64::from(due_on.until(today).map_or(0, |span| span.get_days())));
        lists
            .filter_map(|list| {
                let reason = if let Some(reason) = &self.on_hold {
                    reason.clone()
                } else if self.labels.contains(list) {
                    "put there by the agency".to_owned()
                } else {
                    let days = late.filter(|days| *days > 0 && overdue_days(list).is_some_and(|most| most <= *days))?;
                    format!("the oldest unpaid invoice is {days} days overdue")
                };
                let (list, from) = (list.clone(), Timestamp::UNIX_EPOCH);
                Some(Listed { list, customer: None, job_kind: None, from, until: None, reason: Some(reason) })
            })
            .collect()
    }
}

/// The days in the name of a list such as `overdue_60_days`.
fn overdue_days(list: &str) -> Option<i64> {
    list.strip_prefix("overdue_")?.strip_suffix("_days")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::policy::{Rule, kinds::ListOwner};

    #[test]
    fn an_account_is_held_by_the_agency_by_a_label_or_by_arrears() {
        let rule = |name: &str, list_type| {
            let list = ListRule { list: name.to_owned(), list_type, owner: ListOwner::Agency, notice: None };
            Rule::new(name, Kind::List(list))
        };
        let hold = ListType::CustomerHold;
        let rules = vec![rule("overdue_60_days", hold), rule("fraud", hold), rule("do_not_send", ListType::Deny)];
        let book = PolicyBook { rules };
        let due = |day| Account { unpaid_due_on: Some(day), ..Account::default() };
        for (account, wanted) in [
            (Account::default(), vec![]),
            (due(date(2026, 4, 3)), vec![]),
            (due(date(2026, 4, 2)), vec!["overdue_60_days"]),
            (Account { labels: vec!["fraud".to_owned()], ..Account::default() }, vec!["fraud"]),
            (Account { labels: vec!["do_not_send".to_owned()], ..Account::default() }, vec![]),
            (Account { on_hold: Some("no answer".to_owned()), ..Account::default() }, vec!["overdue_60_days", "fraud"]),
        ] {
            let held = account.holds(&book, date(2026, 6, 1));
            let names: Vec<&str> = held.iter().map(|one| one.list.as_str()).collect();
            assert_eq!(names, wanted, "{account:?}");
        }
    }
}
