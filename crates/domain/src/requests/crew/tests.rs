use jiff::{
    civil::{date, time},
    tz::TimeZone,
};

use super::*;
use crate::{
    agencies::{JobType, Rank},
    id::{Id, JobTypeId},
    requests::{Dates, Details, Standing, judge_asked},
};

fn book(policy: &str) -> RuleBook {
    let text = format!(
        "agency: a\nversion: v1\neffective_from: 2020-01-01\nzone: America/New_York\npolicy:\n{policy}\nrates:\n  base_rate:\n    - {{ id: any, amount: 50 }}\n  resource_fee:\n    - {{ id: car, resource: vehicle, per_hour: 12 }}\n"
    );
    RuleBook::read(&text).expect("a whole book")
}

fn ranks() -> Vec<Rank> {
    [("lieutenant", 3_u128), ("sergeant", 2), ("officer", 1)]
        .map(|(code, level)| Rank {
            id: RankId::from_uuid(uuid::Uuid::from_u128(level)),
            code: code.to_owned(),
            name: capital(code),
            short: code.to_owned(),
            level: i64::try_from(level).expect("small"),
        })
        .to_vec()
}

/// Advice for so many officers and supervisors, guests, with or without alcohol; the words and the positions.
fn advised(
    policy: &str,
    (officers, supervisors): (i64, i64),
    guests: Option<i64>,
    alcohol: bool,
) -> (Vec<String>, String) {
    let (book, ranks) = (book(policy), ranks());
    let mut positions =
        vec![PositionWanted { role: PostRole::Officer, seats: officers, requirements: Requirements::default() }];
    if supervisors > 0 {
        let requirements = Requirements::default();
        positions.push(PositionWanted { role: PostRole::Supervisor, seats: supervisors, requirements });
    }
    let details = Details {
        dates: Dates::Given { on: vec![date(2026, 6, 6), date(2026, 6, 8)] },
        from: time(20, 0, 0, 0),
        to: time(1, 0, 0, 0),
        positions,
        attendance: guests,
        alcohol,
        traffic: false,
        contact_name: String::new(),
        contact_phone: String::new(),
        instructions: String::new(),
        resources: Vec::new(),
    };
    let zone = TimeZone::get("America/New_York").expect("zone data");
    let at = "2026-05-01T12:00:00Z".parse().expect("an instant");
    let shifts = details.shifts(&zone, at).expect("whole");
    let id = JobTypeId::from_uuid(uuid::Uuid::nil());
    let job_type = JobType { id, code: "event".to_owned(), name: "Event".to_owned(), retired: false };
    let standing = Standing::default();
    let asked = Asked {
        details: &details,
        shifts: &shifts,
        customer: None,
        site: None,
        job_type: &job_type,
        ranks: &ranks,
        zone: &zone,
        at,
        standing: &standing,
    };
    let advice = advise_crew(&book, &asked);
    // Taking the advice must satisfy the engine, and the advice itself.
    if advice.is_short() {
        let taken = Details { positions: advice.positions.clone(), ..details.clone() };
        let asked = Asked { details: &taken, ..asked };
        assert!(advise_crew(&book, &asked).positions.is_empty(), "{advice:?}");
        assert!(judge_asked(&book, &asked, at).is_clear(), "{advice:?}");
    }
    let positions: Vec<String> =
        advice.positions.iter().map(|one| format!("{} {}", one.seats, one.role.code())).collect();
    let words = advice.reasons.iter().map(|one| one.words.clone());
    (words.chain(advice.resources.iter().map(|one| one.words.clone())).collect(), positions.join(", "))
}

const PARTY: &str = "
  - { id: alcohol, kind: crew, when: { job.alcohol: true, job.attendance: { at_least: 300 } }, min: 4 }
  - { id: guests, kind: crew, by_attendance: { officers: 1, per: 100 } }
  - { id: command, kind: crew, ladder: [{ role: sergeant, at: 5 }, { role: lieutenant, at: 10 }] }";

#[test]
fn numbers_rise_with_guests_and_alcohol_and_say_why() {
    for (asked, guests, alcohol, words, positions) in [
        ((2, 0), None, false, vec![], ""),
        ((4, 0), Some(400), true, vec![], ""),
        (
            (2, 0),
            Some(400),
            true,
            vec![
                "Alcohol and 400 guests: 2 officers more (2 asked for, 4 needed)",
                "400 guests: 2 officers more (2 asked for, 4 needed)",
            ],
            "4 officer",
        ),
        ((3, 0), Some(300), true, vec!["Alcohol and 300 guests: 1 officer more (3 asked for, 4 needed)"], "4 officer"),
        // The officers that guests add need a sergeant of their own.
        (
            (2, 0),
            Some(500),
            false,
            vec!["500 guests: 3 officers more (2 asked for, 5 needed)", "5 officers: a sergeant"],
            "5 officer, 1 supervisor",
        ),
        ((5, 1), Some(500), false, vec![], ""),
        ((10, 1), None, false, vec!["10 officers: a lieutenant"], "10 officer, 1 supervisor, 1 commander"),
    ] {
        let said = advised(PARTY, asked, guests, alcohol);
        assert_eq!(
            (said.0, said.1.as_str()),
            (words.iter().map(ToString::to_string).collect(), positions),
            "{asked:?}"
        );
    }
}

#[test]
fn large_numbers_are_grouped() {
    for (number, words) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(number), words);
    }
}

#[test]
fn a_supervisor_may_be_one_of_them_or_not_owed() {
    let one = "
  - { id: command, kind: crew, min: 5, ladder: [{ role: sergeant, at: 5, one_of_them: true }] }";
    assert_eq!(advised(one, (5, 0), None, false).1, "4 officer, 1 supervisor");
    assert_eq!(advised(one, (2, 0), None, false).1, "4 officer, 1 supervisor");
    assert_eq!(advised(one, (4, 1), None, false).1, "");
    let free = "
  - { id: command, kind: crew, ladder: [{ role: sergeant, at: 3, if_available: true }] }";
    let said = advised(free, (3, 0), None, false);
    assert_eq!((said.0, said.1.as_str()), (vec!["3 officers: a sergeant where one is available".to_owned()], ""));
}

#[test]
fn a_vehicle_at_night_is_named_with_who_pays() {
    let night = "
  - { id: car, kind: crew, when: { moment.time: 18:00-06:00 }, resources: [vehicle, dog] }";
    let said = advised(night, (1, 0), None, false).0;
    assert!(said[0].ends_with("a vehicle is needed; the customer pays by the agency's rates"), "{said:?}");
    assert!(said[1].ends_with("a dog is needed; the rates have no fee for it"), "{said:?}");
}

#[test]
fn a_rule_for_some_dates_only_says_which() {
    let saturdays =
        book("\n  - { id: sat, kind: crew, when: { moment.weekday: [sat] }, min: 3, effect: { approve: chief } }");
    let details = Details {
        dates: Dates::Given { on: vec![date(2026, 6, 6), date(2026, 6, 8)] },
        from: time(20, 0, 0, 0),
        to: time(23, 0, 0, 0),
        positions: vec![PositionWanted { role: PostRole::Officer, seats: 2, requirements: Requirements::default() }],
        attendance: None,
        alcohol: false,
        traffic: false,
        contact_name: String::new(),
        contact_phone: String::new(),
        instructions: String::new(),
        resources: Vec::new(),
    };
    let zone = TimeZone::get("America/New_York").expect("zone data");
    let at = "2026-05-01T12:00:00Z".parse().expect("an instant");
    let shifts = details.shifts(&zone, at).expect("whole");
    let id = JobTypeId::from_uuid(uuid::Uuid::nil());
    let job_type = JobType { id, code: "event".to_owned(), name: "Event".to_owned(), retired: false };
    let (standing, ranks) = (Standing::default(), ranks());
    let asked = Asked {
        details: &details,
        shifts: &shifts,
        customer: None,
        site: None,
        job_type: &job_type,
        ranks: &ranks,
        zone: &zone,
        at,
        standing: &standing,
    };
    let mut ruling = judge_asked(&saturdays, &asked, at);
    assert_eq!(ruling.outcome, Outcome::NeedsApproval);
    assert!(ruling.remarks()[0].words.ends_with("(on Sat, Jun 6)"), "{:?}", ruling.remarks());
    assert_eq!(ruling.waits(&saturdays.policy)[0].levels, ["chief"]);
    let (by, who, reason) = ("chief".to_owned(), "A. Chief".to_owned(), String::new());
    ruling.agree(&crate::policy::SetAside { rule: "sat".to_owned(), by, who, reason, at });
    assert!(ruling.outcome == Outcome::Allowed && ruling.waits(&saturdays.policy).is_empty());
}
