//! What one version says differently from another.

use jiff::Timestamp;
use muster_domain::{
    access::{Action, Actor, Target, authorise},
    id::RuleSetId,
    rules::{Difference, differences},
};
use muster_store::{self as store, Tx};

use super::RuleSet;
use crate::Failure;

/// Two versions side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The version compared with.
    pub before: Option<RuleSet>,
    /// The version asked about.
    pub after: RuleSet,
    /// What it says differently, in the order of the book.
    pub differences: Vec<Difference>,
    /// What it can be compared with, the newest first.
    pub others: Vec<RuleSet>,
}

/// A version beside another one: `from`, else the one that it began with, else the one in force now, else the one before
/// it.
///
/// # Errors
/// Denied; missing.
pub fn compare_rules(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: RuleSetId,
    from: Option<RuleSetId>,
    now: Timestamp,
) -> Result<Comparison, Failure> {
    let agency = who.scope()?.agency();
    authorise(who, Action::ViewRules, &Target::agency(agency))?;
    let drafts = super::sees_drafts(who);
    let after = super::find_visible(tx, agency, id, drafts)?;
    let others: Vec<RuleSet> =
        store::rates::list_rule_sets(tx, agency, drafts)?.into_iter().filter(|set| set.id != id).collect();
    let in_force = store::rates::find_in_force(tx, agency, now)?.map(|set| set.id);
    let before = match from {
        Some(from) => Some(super::find_visible(tx, agency, from, drafts)?),
        None => {
            let known = |wanted: Option<RuleSetId>| others.iter().find(|set| Some(set.id) == wanted).cloned();
            let earlier = || others.iter().find(|set| set.number < after.number).cloned();
            known(after.based_on).or_else(|| known(in_force)).or_else(earlier)
        }
    };
    let differences = match &before {
        Some(before) => differences(&*super::load_book(tx, agency, before)?, &*super::load_book(tx, agency, &after)?),
        None => Vec::new(),
    };
    Ok(Comparison { before, after, differences, others })
}
