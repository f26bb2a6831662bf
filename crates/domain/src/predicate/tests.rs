use jiff::civil::date;

use super::*;
use crate::{calendar::Calendar, time::Minutes};

fn read(yaml: &str) -> Result<Predicate, String> {
    serde_saphyr::from_str(yaml).map_err(|error| error.to_string())
}

fn calendar() -> Calendar {
    serde_saphyr::from_str("holidays: { legal: { days: { christmas: 12-25 } } }").expect("a calendar")
}

#[test]
fn a_condition_reads_in_words_and_comes_back() {
    let rows = [
        (
            "job.kind: construction\njob.attendance: { over: 400 }",
            "job kind is construction and attendance is over 400",
        ),
        (
            "any:\n- moment.time: 22:00-06:00\n- moment.holiday: legal\njob.alcohol: true",
            "(between 22:00 and 06:00 or on a legal holiday) and alcohol is served",
        ),
        ("officer.rank: [lieutenant, captain]", "the officer's rank is lieutenant or captain"),
        ("officer.rank: { not: police_officer }", "the officer's rank is not police officer"),
        ("not: { job.alcohol: true }", "no alcohol is served"),
        ("moment.notice: { under: 24 h }", "notice is under 24 h"),
        ("job.length: { over: 1 h 30 min }", "the length of the job is over 1 h 30 min"),
        ("moment.weekday: [sat, sun]", "on Sat or Sun"),
        ("moment.week: fri 17:00 - mon 07:00", "in fri 17:00 to mon 07:00"),
        ("moment.date: 06-15 to 08-31", "on 06-15 to 08-31"),
        (
            "position.rank_order: { at_most: officer.rank_order }",
            "the place of the post's rank is at most the place of the officer's rank",
        ),
        ("job.attributes.noise: high", "job noise is high"),
        ("officer.certifications: { all_of: [k9, traffic] }", "the officer's certifications include k9 and traffic"),
        ("job.attendance: { at_least: 100, under: 500 }", "attendance is at least 100 and attendance is under 500"),
        ("{}", "always"),
    ];
    for (yaml, words) in rows {
        let predicate = read(yaml).expect(yaml);
        assert_eq!(predicate.to_string(), words);
        let json = serde_json::to_string(&predicate).expect("writes");
        assert_eq!(serde_json::from_str::<Predicate>(&json).expect(&json), predicate, "{json}");
        let written = serde_saphyr::to_string(&predicate).expect("writes");
        assert_eq!(read(&written).expect(&written), predicate, "{written}");
    }
}

#[test]
fn a_condition_is_asked_over_facts() {
    let calendar = calendar();
    let night = date(2026, 12, 25).at(23, 30, 0, 0);
    let facts = Facts {
        officer: OfficerFacts {
            rank: Some("sergeant"),
            rank_order: Some(3),
            certifications: Some(&["k9", "traffic"]),
            ..OfficerFacts::default()
        },
        position: PositionFacts { rank_order: Some(2), ..PositionFacts::default() },
        job: JobFacts { kind: Some("construction"), attendance: Some(400), ..JobFacts::default() },
        moment: MomentFacts {
            local: Some(night),
            notice: Some(Minutes(1440)),
            calendar: Some(&calendar),
            ..MomentFacts::default()
        },
        ..Facts::default()
    };
    let rows = [
        ("job.kind: construction", true),
        ("job.attendance: { over: 400 }", false),
        ("job.attendance: { at_least: 400 }", true),
        ("moment.notice: { under: 24 h }", false),
        ("moment.notice: { at_most: 24 h }", true),
        ("moment.time: 22:00-06:00", true),
        ("moment.time: 06:00-22:00", false),
        ("moment.holiday: legal", true),
        ("moment.holiday: any", true),
        ("moment.holiday: other", false),
        ("moment.weekday: fri", true),
        ("moment.weekday: mon-thu", false),
        ("moment.week: fri 17:00 - mon 07:00", true),
        ("moment.date: 12-20 to 01-05", true),
        ("moment.date: 2026-12-26", false),
        ("position.rank_order: { at_most: officer.rank_order }", true),
        ("officer.certifications: [dive, k9]", true),
        ("officer.certifications: { all_of: [dive, k9] }", false),
        ("job.alcohol: false", false),
        ("not: { job.alcohol: true }", true),
        ("job.alcohol: { known: false }", true),
        ("job.attributes.noise: high", false),
    ];
    for (yaml, holds) in rows {
        assert_eq!(read(yaml).expect(yaml).holds(&facts), holds, "{yaml}");
    }
}

#[test]
fn a_mistake_is_named_with_its_line_key_and_an_example() {
    let rows: [(&str, &[&str]); 8] = [
        ("job.kind: a\njob.kidn: b", &["job.kidn", "perhaps `job.kind`"]),
        ("weather: rain", &["weather", "begins with officer"]),
        ("job.colour_of_the_sky: blue", &["job.attributes.NAME", "job.kind"]),
        ("job.attendance: { more: 4 }", &["more", "over: 400"]),
        ("job.attendance: many", &["attendance", "over: 400"]),
        ("moment.time: 22-06", &["moment.time", "22:00-06:00"]),
        ("moment.notice: { under: 24 }", &["moment.notice", "24 h"]),
        ("any: { job.kind: a }", &["any", "a list of conditions"]),
    ];
    for (yaml, parts) in rows {
        let message = read(yaml).expect_err(yaml);
        for part in parts {
            assert!(message.contains(part), "{yaml}: {message}");
        }
        assert!(message.contains("line "), "{yaml}: {message}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "{not: ".repeat(40) + "{job.alcohol: true}" + &"}".repeat(40);
    assert!(read(&deep).expect_err("too deep").contains("nested"));
}
