//! The chain of command: whom an officer reports to, with its dates.

use jiff::{Timestamp, civil::Date};
use muster_domain::{
    access::Actor,
    audit::Entry,
    id::{AgencyId, OfficerId},
    officers::SuperiorHeld,
    refusal::FieldErrors,
};
use muster_store::{self as store, Tx};
use serde_json::json;

use super::to_edit;
use crate::{Failure, audit};

/// So many steps up are followed: no agency has more levels, and a circle ends here.
pub(super) const LEVELS: usize = 30;

/// A line of the history with the superior's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportsTo {
    /// First day.
    pub from_on: Date,
    /// The superior and his full name; nobody when `None`.
    pub superior: Option<(OfficerId, String)>,
}

/// Writes whom an officer reports to from a day on; a line of the same day is overwritten. The superior is said by his
/// badge number; an empty one stands for nobody.
///
/// # Errors
/// Denied; missing; invalid when nobody has the badge number, when it is the officer's own, or when the superior reports
/// to the officer on that day.
pub fn set_superior(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: OfficerId,
    badge: &str,
    from_on: Date,
    now: Timestamp,
) -> Result<(), Failure> {
    let (officer, permit) = to_edit(tx, who, id)?;
    let wrong = |words: String| {
        let mut errors = FieldErrors::default();
        errors.add("superior", words);
        Failure::Invalid(errors)
    };
    let superior = match badge.trim() {
        "" => None,
        badge => Some(store::officers::find_badge(tx, officer.agency, badge)?.ok_or_else(|| {
            wrong(format!("Nobody has the badge number {badge}. Check the number, or leave it empty for nobody."))
        })?),
    };
    if let Some(superior) = &superior {
        if superior.id == id {
            return Err(wrong(format!(
                "This is {}'s own badge number. Enter that of the superior.",
                officer.full_name()
            )));
        }
        if chain_on(tx, officer.agency, superior.id, from_on)?.contains(&id) {
            return Err(wrong(format!(
                "{} reports to {} on that day. Change that first.",
                superior.full_name(),
                officer.full_name()
            )));
        }
    }
    let held = SuperiorHeld { from_on, superior: superior.as_ref().map(|one| one.id) };
    store::officers::put_superior(tx, officer.agency, id, &held)?;
    let to = superior.as_ref().map_or_else(|| "nobody".to_owned(), |one| one.full_name());
    let entry = Entry::new("set_superior", format!("{} reports to {to} from {from_on}", officer.full_name()))
        .about(id)
        .with(json!({ "superior": held.superior, "from_on": from_on }));
    audit::record(tx, &permit, entry, now)
}

/// Everybody whom the officer reports to on a day, the nearest first.
pub(crate) fn chain_on(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
    day: Date,
) -> Result<Vec<OfficerId>, Failure> {
    let mut chain = Vec::new();
    let mut at = officer;
    while let Some(superior) = store::officers::superior_on(tx, agency, at, day)? {
        if superior == officer || chain.contains(&superior) || chain.len() == LEVELS {
            break;
        }
        chain.push(superior);
        at = superior;
    }
    Ok(chain)
}

/// The history with names, the newest line first.
pub(super) fn list_reports_to(
    tx: &mut Tx<'_>,
    agency: AgencyId,
    officer: OfficerId,
) -> Result<Vec<ReportsTo>, Failure> {
    let mut lines = Vec::new();
    for SuperiorHeld { from_on, superior } in store::officers::list_superiors(tx, agency, officer)? {
        let superior = match superior {
            Some(id) => store::officers::find_officer(tx, agency, id)?.map(|one| (id, one.full_name())),
            None => None,
        };
        lines.push(ReportsTo { from_on, superior });
    }
    Ok(lines)
}
