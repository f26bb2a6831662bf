//! Booked work judged again: what is new, what somebody has answered already, and what the rules do with it.

use crate::policy::{Decision, Distance, Finding, Judgement, Kind, Outcome, PolicyBook, kinds::BookedWork};

/// What becomes of booked work that is judged again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consequence {
    /// Nothing stands in the way, or somebody has answered all of it.
    Fits,
    /// The rules let it stay; it is only kept on record.
    Stays,
    /// The coordinator decides.
    Ask,
    /// The rules take it away.
    Remove,
}

/// The same judgement with every objection set aside that was set aside or approved before, unless it has grown since.
#[must_use]
pub fn remembering(mut judgement: Judgement, earlier: &[Judgement]) -> Judgement {
    let answered: Vec<&Decision> =
        earlier.iter().flat_map(|one| &one.decisions).filter(|one| one.overridden.is_some()).collect();
    for decision in judgement.decisions.iter_mut().filter(|one| !one.passed && one.overridden.is_none()) {
        decision.overridden = answered.iter().find(|old| covers(old, decision)).and_then(|old| old.overridden.clone());
    }
    let left = judgement.decisions.iter().filter(|one| one.overridden.is_none());
    judgement.outcome = left.map(|one| one.result).max().unwrap_or_default();
    judgement
}

/// True when whoever answered `old` has answered `new` too: the same finding, or no more hours than were allowed then.
fn covers(old: &Decision, new: &Decision) -> bool {
    let measured = matches!(new.inputs, Finding::Hours { .. } | Finding::Number { .. } | Finding::Run { .. });
    let within = || match (old.distance, new.distance) {
        (Some(Distance::Time(old)), Some(Distance::Time(new))) => new <= old,
        (Some(Distance::Count(old)), Some(Distance::Count(new))) => new <= old,
        _ => false,
    };
    old.rule == new.rule && (old.inputs == new.inputs || (measured && within()))
}

/// True when a judgement says nothing that was not told with the earlier one.
#[must_use]
pub fn says_the_same(earlier: &Judgement, now: &Judgement) -> bool {
    let forbids = |one: &&Decision| one.result > Outcome::Warned;
    let old: Vec<&Decision> = earlier.objections().into_iter().filter(forbids).collect();
    let new: Vec<&Decision> = now.objections().into_iter().filter(forbids).collect();
    new.iter().all(|one| old.iter().any(|other| covers(other, one)))
}

/// What the rules do with booked work after this judgement; earlier answers are already in it.
#[must_use]
pub fn consequence(book: &PolicyBook, judgement: &Judgement) -> Consequence {
    let forbidding = judgement.objections().into_iter().filter(|one| one.result > Outcome::Warned);
    let each = forbidding.map(|one| match book.rule(&one.rule).map(|rule| &rule.kind) {
        Some(Kind::StatusBlock(rule)) => match rule.booked {
            BookedWork::Keep => Consequence::Stays,
            BookedWork::Ask => Consequence::Ask,
            BookedWork::Remove => Consequence::Remove,
        },
        _ => Consequence::Ask,
    });
    each.max().unwrap_or(Consequence::Fits)
}

/// The rules by which a coordinator is asked, so that he may also say that the work stays.
#[must_use]
pub fn asks_coordinator(book: &PolicyBook, rule: &str) -> bool {
    matches!(book.rule(rule).map(|rule| &rule.kind), Some(Kind::StatusBlock(rule)) if rule.booked == BookedWork::Ask)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        policy::{Effect, Moment, Point, Rule, SetAside, amount::Length, kinds::StatusBlock},
        time::Minutes,
    };

    fn broken(rule: &str, over: i64, aside: bool) -> Judgement {
        let moment = Moment::new(Timestamp::UNIX_EPOCH, &jiff::tz::TimeZone::UTC);
        let decision = Decision {
            rule: rule.to_owned(),
            kind: "cap".to_owned(),
            cite: None,
            passed: false,
            effect: Effect::Block,
            result: Outcome::Blocked,
            distance: Some(Distance::Count(over)),
            inputs: Finding::Run {
                length: Minutes(over),
                limit: Minutes(0),
                from: moment,
                until: moment,
                broken_by: Length::ZERO,
            },
            remedy: String::new(),
            override_by: None,
            overridden: aside.then(|| SetAside {
                rule: rule.to_owned(),
                by: "coordinator".to_owned(),
                who: "R. Tran".to_owned(),
                reason: "needed".to_owned(),
                at: Timestamp::UNIX_EPOCH,
            }),
        };
        Judgement {
            outcome: if aside { Outcome::Allowed } else { Outcome::Blocked },
            point: Point::RosterChange,
            judged_at: Timestamp::UNIX_EPOCH,
            officer: None,
            decisions: vec![decision],
        }
    }

    #[test]
    fn what_was_set_aside_stays_so_until_it_grows() {
        let allowed = [broken("cap", 2, true)];
        assert_eq!(remembering(broken("cap", 2, false), &allowed).outcome, Outcome::Allowed);
        assert_eq!(remembering(broken("cap", 1, false), &allowed).outcome, Outcome::Allowed);
        assert_eq!(remembering(broken("cap", 3, false), &allowed).outcome, Outcome::Blocked);
        assert_eq!(remembering(broken("other", 1, false), &allowed).outcome, Outcome::Blocked);
        assert_eq!(remembering(broken("cap", 1, false), &[broken("cap", 2, false)]).outcome, Outcome::Blocked);
    }

    #[test]
    fn the_same_is_not_said_twice_and_more_is() {
        assert!(says_the_same(&broken("cap", 2, false), &broken("cap", 2, false)));
        assert!(says_the_same(&broken("cap", 2, false), &broken("cap", 1, false)));
        assert!(!says_the_same(&broken("cap", 2, false), &broken("cap", 3, false)));
        assert!(!says_the_same(&broken("cap", 2, false), &broken("rest", 1, false)));
    }

    #[test]
    fn a_status_says_what_becomes_of_booked_work() {
        for (booked, wanted) in [
            (BookedWork::Keep, Consequence::Stays),
            (BookedWork::Ask, Consequence::Ask),
            (BookedWork::Remove, Consequence::Remove),
        ] {
            let block = StatusBlock { booked, ..StatusBlock::of(&["suspended"]) };
            let book = PolicyBook { rules: vec![Rule::new("status", Kind::StatusBlock(block))] };
            assert_eq!(consequence(&book, &broken("status", 1, false)), wanted);
            assert_eq!(consequence(&book, &broken("status", 1, true)), Consequence::Fits);
        }
        assert_eq!(consequence(&PolicyBook::default(), &broken("cap", 1, false)), Consequence::Ask);
    }
}
