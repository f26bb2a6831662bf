//! Standing permits of officers (P13): where one stands, whose turn it is, who may decide, until when it holds.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    policy::kinds::{ApprovalPath, LevelOrder, Renewal},
    refusal::Refusal,
};

/// One level that was asked for a permit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitLevel {
    /// Who must agree, by the rule book's word.
    pub level: String,
    /// Place in the path, from 0.
    pub step: i64,
    /// `asked`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// First instant at which an approval no longer holds; none when it does not end.
    pub until: Option<Timestamp>,
}

/// Where a permit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermitStanding {
    /// Never asked for, or declined.
    Missing,
    /// These levels have still to answer.
    Asked(Vec<String>),
    /// It holds, until then where it ends.
    Held(Option<Timestamp>),
    /// It ended then.
    Expired(Timestamp),
}

/// A permit may be renewed so long before its end.
const RENEWAL: SignedDuration = SignedDuration::from_hours(24 * 60);

/// The levels of a path; the agency where the rule names none.
#[must_use]
pub fn permit_levels(path: &ApprovalPath) -> Vec<String> {
    if path.levels.is_empty() { vec!["agency".to_owned()] } else { path.levels.clone() }
}

/// Where the permit stands that these rows are about.
#[must_use]
pub fn permit_standing(path: &ApprovalPath, rows: &[PermitLevel], now: Timestamp) -> PermitStanding {
    let approved = |level: &String| -> Vec<&PermitLevel> {
        rows.iter().filter(|row| row.level == *level && row.state == "approved").collect()
    };
    let later = |one: Option<Timestamp>, other: Option<Timestamp>| one.zip(other).map(|(one, other)| one.max(other));
    let held = |level: &String| {
        let holding =
            approved(level).into_iter().filter(|row| row.until.is_none_or(|until| now < until)).map(|row| row.until);
        holding.reduce(later)
    };
    let levels = permit_levels(path);
    let all: Vec<Option<Timestamp>> = levels.iter().filter_map(held).collect();
    let whole = if path.order == LevelOrder::One { !all.is_empty() } else { all.len() == levels.len() };
    let asked: Vec<String> = rows.iter().filter(|row| row.state == "asked").map(|row| row.level.clone()).collect();
    if whole {
        let ends = all.iter().copied().flatten();
        let until =
            if path.order == LevelOrder::One { all.iter().copied().reduce(later).flatten() } else { ends.min() };
        return PermitStanding::Held(until);
    }
    if !asked.is_empty() {
        return PermitStanding::Asked(asked);
    }
    let ended = levels.iter().flat_map(approved).filter_map(|row| row.until).filter(|until| *until <= now).max();
    ended.map_or(PermitStanding::Missing, PermitStanding::Expired)
}

impl PermitStanding {
    /// True when the officer may ask for it, or for its renewal: not while a level is being asked.
    #[must_use]
    pub fn may_ask(&self, rows: &[PermitLevel], now: Timestamp) -> bool {
        let free = match self {
            Self::Missing | Self::Expired(_) => true,
            Self::Asked(_) => false,
            Self::Held(until) => until.is_some_and(|until| until - RENEWAL <= now),
        };
        free && rows.iter().all(|row| row.state != "asked")
    }
}

/// The turn of a level has come when every one before it has agreed, where the rule wants them in order.
///
/// # Errors
/// A refusal that names who comes first.
pub fn permit_turn(order: LevelOrder, rows: &[PermitLevel], step: i64) -> Result<(), Refusal> {
    let before = rows.iter().find(|row| row.state == "asked" && row.step < step);
    match before.filter(|_| order == LevelOrder::InOrder) {
        None => Ok(()),
        Some(before) => {
            let first = before.level.replace('_', " ");
            let message = format!("The {first} is asked first.");
            Err(Refusal::new("not_its_turn", message, "Record the first approval before this one."))
        }
    }
}

/// Nobody decides about the permit of an officer who outranks him; `approver` is the rank of an approver who is sworn.
///
/// # Errors
/// A refusal to a subordinate.
pub fn must_not_be_outranked(approver: Option<i64>, officer: i64) -> Result<(), Refusal> {
    if approver.is_some_and(|level| level < officer) {
        let message = "The officer outranks you: a subordinate does not decide about his permit.";
        return Err(Refusal::new("approver_is_subordinate", message, "Ask an approver of his rank or above."));
    }
    Ok(())
}

/// The first instant at which a permit that is given now no longer holds. A renewal counts from the end of the one before.
#[must_use]
pub fn permit_until(
    renew: Renewal,
    now: Timestamp,
    before: Option<Timestamp>,
    born_on: Option<Date>,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let given = before.map_or(now, |before| before.max(now));
    let last = renew.last_day(zone.to_datetime(given).date(), born_on)?;
    last.saturating_add(1.day()).to_zoned(zone.clone()).ok().map(|midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn path(order: &str) -> ApprovalPath {
        let form = serde_json::json!({ "object": "officer", "levels": ["commander", "chief"], "order": order });
        serde_json::from_value(form).expect("a path")
    }

    fn row(level: &str, state: &str, until: Option<&str>) -> PermitLevel {
        let step = i64::from(level == "chief");
        PermitLevel { level: level.to_owned(), step, state: state.to_owned(), until: until.map(at) }
    }

    #[test]
    fn a_permit_holds_while_every_level_that_must_has_agreed() {
        let now = at("2026-06-01T12:00:00Z");
        let (soon, later) = ("2026-07-01T00:00:00Z", "2026-12-31T00:00:00Z");
        let both = [row("commander", "approved", Some(later)), row("chief", "approved", Some(soon))];
        for (order, rows, wanted) in [
            ("in_order", vec![], PermitStanding::Missing),
            ("in_order", vec![row("chief", "declined", None)], PermitStanding::Missing),
            (
                "in_order",
                vec![both[0].clone(), row("chief", "asked", None)],
                PermitStanding::Asked(vec!["chief".into()]),
            ),
            ("any_order", both.to_vec(), PermitStanding::Held(Some(at(soon)))),
            ("one", both.to_vec(), PermitStanding::Held(Some(at(later)))),
            ("one", vec![row("chief", "approved", None)], PermitStanding::Held(None)),
            ("in_order", vec![row("chief", "approved", None)], PermitStanding::Missing),
        ] {
            assert_eq!(permit_standing(&path(order), &rows, now), wanted, "{order} {rows:?}");
        }
        let over = at("2026-08-01T00:00:00Z");
        assert_eq!(
            permit_standing(&path("one"), &both, at("2027-01-01T00:00:00Z")),
            PermitStanding::Expired(at(later))
        );
        // One level of two has ended: that is when the permit did.
        assert_eq!(permit_standing(&path("any_order"), &both, over), PermitStanding::Expired(at(soon)));
        assert!(PermitStanding::Held(Some(at(soon))).may_ask(&both, now), "a month before its end it may be renewed");
        assert!(!PermitStanding::Held(Some(at(later))).may_ask(&both, now));
        let asked = [row("chief", "asked", None)];
        assert!(!PermitStanding::Held(Some(at(soon))).may_ask(&asked, now), "the renewal is being decided");
        assert!(PermitStanding::Expired(at(soon)).may_ask(&both, over));
    }

    #[test]
    fn levels_wait_their_turn_and_no_subordinate_decides() {
        let rows = [row("commander", "asked", None), row("chief", "asked", None)];
        assert_eq!(permit_turn(LevelOrder::InOrder, &rows, 1).map_err(|no| no.code), Err("not_its_turn"));
        assert!(permit_turn(LevelOrder::AnyOrder, &rows, 1).is_ok());
        assert!(permit_turn(LevelOrder::InOrder, &rows, 0).is_ok());
        assert_eq!(must_not_be_outranked(Some(10), 20).map_err(|no| no.code), Err("approver_is_subordinate"));
        assert!(must_not_be_outranked(Some(20), 20).is_ok());
        assert!(must_not_be_outranked(None, 20).is_ok(), "a civilian approver has no rank");
    }

    #[test]
    fn a_renewal_counts_from_the_end_of_the_permit_before() {
        let zone = TimeZone::get("America/Chicago").expect("zone data");
        let now = at("2026-11-22T12:00:00Z");
        let until =
            |renew, before: Option<&str>, born: Option<Date>| permit_until(renew, now, before.map(at), born, &zone);
        let born = Some(jiff::civil::date(1990, 3, 9));
        assert_eq!(until(Renewal::Yearly, None, None), Some(at("2027-01-01T06:00:00Z")));
        assert_eq!(until(Renewal::Yearly, Some("2027-01-01T06:00:00Z"), None), Some(at("2028-01-01T06:00:00Z")));
        assert_eq!(until(Renewal::HalfYearly, None, None), Some(at("2027-01-01T06:00:00Z")));
        assert_eq!(until(Renewal::Monthly, None, None), Some(at("2026-12-01T06:00:00Z")));
        assert_eq!(until(Renewal::BirthMonth, None, born), Some(at("2027-04-01T05:00:00Z")));
        assert_eq!(until(Renewal::Never, None, born), None);
    }
}
