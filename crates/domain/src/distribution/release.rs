//! The plan that a rule about the order of release makes for a shift (P15).

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

use super::plan::{Method, PassesOn, Plan, Stage};
use crate::{
    policy::kinds::{ReleaseStages, ReleaseTo},
    predicate::Predicate,
};

/// Ways of giving work out in which officers take seats themselves; in every other a coordinator gives them out.
const OPEN: &[&str] = &["open", "first_come", "first come first served"];

/// The plan for a shift that starts at `starts_at`. Until the first stage opens a coordinator gives seats out. A stage whose successor does not say when it opens waits to be passed
/// on by hand.
#[must_use]
pub fn plan_of(release: &ReleaseStages, starts_at: Timestamp, zone: &TimeZone) -> Plan {
    let before_all = release.stages.first().filter(|first| first.opens.is_some()).map(|first| Stage {
        name: "the coordinator".to_owned(),
        audience: Predicate::always(),
        method: Method::Direct,
        passes_on: until(first.opens, starts_at, zone),
    });
    let stages: Vec<Stage> = before_all
        .into_iter()
        .chain(release.stages.iter().enumerate().map(|(at, stage)| Stage {
            name: crate::policy::kinds::plain(&stage.name),
            audience: stage.who.clone(),
            method: match stage.method.as_deref() {
                Some(method) if !OPEN.contains(&method) => Method::Direct,
                _ => Method::Open,
            },
            passes_on: match release.stages.get(at + 1) {
                None => PassesOn::Never,
                Some(next) => until(next.opens, starts_at, zone),
            },
        }))
        .collect();
    let names: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
    Plan { name: format!("By the rules: {}", names.join(", then ")), stages }
}

/// When a stage passes on to one that opens so.
fn until(opens: Option<ReleaseTo>, starts_at: Timestamp, zone: &TimeZone) -> PassesOn {
    match opens {
        None => PassesOn::BeforeStart { minutes: 0 },
        Some(ReleaseTo::After(length)) => PassesOn::After { minutes: length.minutes().0 },
        Some(ReleaseTo::UnfilledBefore(length)) => PassesOn::BeforeStart { minutes: length.minutes().0 },
        Some(ReleaseTo::DayBefore(time)) => {
            let day = zone.to_datetime(starts_at).date().saturating_sub(1.days());
            let opens_at = day.to_datetime(time).to_zoned(zone.clone()).map_or(starts_at, |at| at.timestamp());
            PassesOn::BeforeStart { minutes: (starts_at.as_second() - opens_at.as_second()).max(0) / 60 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleBook;

    fn release(stages: &str) -> ReleaseStages {
        let text = format!(
            "agency: x\nversion: '1'\neffective_from: 2026-01-01\nzone: America/Chicago\npolicy:\n  - {{ id: order, kind: release_stage, stages: [{stages}] }}\n"
        );
        let book = RuleBook::read(&text).expect("it reads");
        let crate::policy::Kind::ReleaseStage(release) = &book.policy.rules[0].kind else { panic!("{text}") };
        release.clone()
    }

    fn passes_on(stages: &str, starts_at: &str) -> Vec<PassesOn> {
        let zone = TimeZone::get("America/Chicago").expect("a zone");
        let plan = plan_of(&release(stages), starts_at.parse().expect("an instant"), &zone).checked().expect("a plan");
        plan.stages.into_iter().map(|stage| stage.passes_on).collect()
    }

    #[test]
    fn each_stage_lasts_until_the_next_one_opens() {
        let stages = "{ name: own }, { name: special, opens: { after: 2 h } }, { name: retired, opens: { unfilled_before: 24 h } }, { name: all }";
        assert_eq!(
            passes_on(stages, "2026-06-10T18:00:00Z"),
            [
                PassesOn::After { minutes: 120 },
                PassesOn::BeforeStart { minutes: 24 * 60 },
                PassesOn::BeforeStart { minutes: 0 },
                PassesOn::Never
            ]
        );
    }

    #[test]
    fn a_time_of_the_day_before_is_on_the_clock_also_when_the_clocks_change() {
        let stages = "{ name: own }, { name: all, opens: { day_before: '16:00' } }";
        let minutes = |starts_at| match passes_on(stages, starts_at)[0] {
            PassesOn::BeforeStart { minutes } => minutes,
            other => panic!("{other:?}"),
        };
        // Ten in the morning; in the night before 8 March an hour is left out, before 1 November one comes twice.
        assert_eq!(minutes("2026-06-10T15:00:00Z"), 18 * 60);
        assert_eq!(minutes("2026-03-08T15:00:00Z"), 17 * 60);
        assert_eq!(minutes("2026-11-01T16:00:00Z"), 19 * 60);
    }

    #[test]
    fn until_the_first_stage_opens_the_coordinator_gives_seats_out() {
        let plan =
            plan_of(&release("{ name: all, opens: { unfilled_before: 14 d } }"), Timestamp::UNIX_EPOCH, &TimeZone::UTC);
        let stages: Vec<(Method, PassesOn)> = plan.stages.iter().map(|stage| (stage.method, stage.passes_on)).collect();
        let fortnight = PassesOn::BeforeStart { minutes: 14 * 24 * 60 };
        assert_eq!(stages, [(Method::Direct, fortnight), (Method::Open, PassesOn::Never)]);
    }

    #[test]
    fn officers_take_seats_themselves_unless_the_rule_has_another_way() {
        let zone = TimeZone::UTC;
        let stages = "{ name: a }, { name: b, method: first_come }, { name: c, method: rotation }";
        let plan = plan_of(&release(stages), Timestamp::UNIX_EPOCH, &zone);
        let methods: Vec<Method> = plan.stages.iter().map(|stage| stage.method).collect();
        assert_eq!(methods, [Method::Open, Method::Open, Method::Direct]);
        assert_eq!(plan.name, "By the rules: a, then b, then c");
    }
}
