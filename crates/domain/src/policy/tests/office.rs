//! `crew`, `venue_bar`, `approval`, `lead_time`, `release_stage`, `give_up`; the explained book and its mistakes.

use jiff::civil::date;

use super::*;
use crate::{
    calendar::Calendar,
    policy::kinds::{Crew, GiveUp, Renewal, ZoneEffect},
    predicate::{CustomerFacts, JobFacts, VenueFacts},
};

fn crew(yaml: &str) -> Crew {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

#[test]
fn crew_thresholds_say_what_the_four_wordings_mean() {
    let needs = |rule: &str, officers| -> Vec<(String, u32)> {
        let needs = crew(rule).needs(officers, None);
        needs.into_iter().map(|need| (need.role, need.count)).collect()
    };
    let row = |officers: u32, sergeants: u32| {
        let mut row = vec![("officer".to_owned(), officers)];
        if sergeants > 0 {
            row.push(("sergeant".to_owned(), sergeants));
        }
        row
    };
    // "at 4"; "more than 4"; "one of every five"; "one for every five".
    let rows = [
        ("{ ladder: [{ role: sergeant, at: 4 }] }", [row(3, 0), row(4, 1), row(5, 1), row(10, 1)]),
        ("{ ladder: [{ role: sergeant, at: 5 }] }", [row(3, 0), row(4, 0), row(5, 1), row(10, 1)]),
        ("{ ladder: [{ role: sergeant, per: 5, one_of_them: true }] }", [row(3, 0), row(4, 0), row(4, 1), row(8, 2)]),
        ("{ ladder: [{ role: sergeant, per: 5 }] }", [row(3, 0), row(4, 0), row(5, 1), row(10, 2)]),
    ];
    for (rule, expected) in rows {
        for (officers, expected) in [3, 4, 5, 10].into_iter().zip(expected) {
            assert_eq!(needs(rule, officers), expected, "{rule} {officers}");
        }
    }
    // Adding the supervisor triggers the commander where everybody counts.
    let both = "{ ladder: [{ role: sergeant, at: 4 }, { role: commander, at: 10, counts: everybody }] }";
    assert_eq!(needs(both, 9), [("officer".into(), 9), ("sergeant".into(), 1), ("commander".into(), 1)]);
    assert_eq!(needs(both, 8), [("officer".into(), 8), ("sergeant".into(), 1)]);
}

#[test]
fn crew_raises_the_head_count_and_says_why() {
    let zone = new_york();
    let rule = book(
        "{ id: a, kind: crew, when: { job.alcohol: true }, min: 2, by_attendance: { officers: 2, per: 250 }, ladder: [{ role: sergeant, at: 5 }] }",
    );
    let ask = |officers, attendance, alcohol| {
        let job = JobFacts {
            officers: Some(officers),
            attendance: Some(attendance),
            alcohol: Some(alcohol),
            ..JobFacts::default()
        };
        let proposal = Proposal { job, ..Proposal::new(span("2025-03-03 08:00 > 2025-03-03 16:00"), &zone) };
        judge_request(&rule, &proposal, at("2025-03-01 00:00"))
    };
    let judged = ask(2, 400, true);
    assert_eq!(judged.decisions[0].words(), "2 of 4 needed (officer); 400 guests: 2 for each 250 guests");
    assert_eq!(judged.decisions[0].remedy, "Ask for 2 more (officer).");
    assert_eq!(ask(5, 400, true).decisions[0].words(), "0 of 1 needed (sergeant); 5 officers");
    assert_eq!(ask(4, 400, true).outcome, Outcome::Allowed);
    assert!(ask(1, 400, false).decisions.is_empty());
}

#[test]
fn venue_bar_names_what_is_barred_and_takes_proof() {
    let zone = new_york();
    let base = Proposal::new(span("2025-03-03 08:00 > 2025-03-03 16:00"), &zone);
    let bar = book("{ id: a, kind: venue_bar, bar: [bail_bonds, night_club], tasks: [towing] }");
    let bonds = CustomerFacts { tags: Some(&["bail_bonds"]), ..CustomerFacts::default() };
    let judged = judge_request(&bar, &Proposal { customer: bonds, ..base }, at("2025-03-01 00:00"));
    assert_eq!((judged.outcome, judged.decisions[0].words().as_str()), (Outcome::Blocked, "barred: bail bonds"));
    assert_eq!(judge_request(&bar, &base, at("2025-03-01 00:00")).outcome, Outcome::Allowed);
    let share = book("{ id: a, kind: venue_bar, when: { venue.alcohol_percent: { over: 20 } }, proof: tax_records }");
    let venue = VenueFacts { alcohol_percent: Some(30), ..VenueFacts::default() };
    let bar = Proposal { venue, ..base };
    assert_eq!(judge_request(&share, &bar, at("2025-03-01 00:00")).outcome, Outcome::Blocked);
    let proved = Proposal { documents: &["tax_records"], ..bar };
    assert_eq!(judge_request(&share, &proved, at("2025-03-01 00:00")).outcome, Outcome::Allowed);
}

#[test]
fn approval_counts_levels_documents_expiry_and_lateness() {
    let zone = new_york();
    let base = Proposal::new(span("2025-03-03 08:00 > 2025-03-03 16:00"), &zone);
    let rule = book("{ id: a, kind: approval, object: job, levels: [captain, chief], documents: [permit] }");
    let given = |level: &str, from: &str, until: Option<&str>| Approval {
        rule: "a".into(),
        level: level.into(),
        from: at(from),
        until: until.map(at),
    };
    let ask = |approvals: &[Approval], documents: &[&str], now: &str| {
        let judged = judge_request(&rule, &Proposal { approvals, documents, ..base }, at(now));
        (judged.outcome, judged.decisions[0].words(), judged.approvals_needed())
    };
    let captain = given("captain", "2025-02-01 00:00", None);
    let (outcome, words, needed) = ask(std::slice::from_ref(&captain), &[], "2025-03-01 00:00");
    assert_eq!((outcome, words.as_str()), (Outcome::Blocked, "the job still needs chief and permit"));
    assert!(needed.is_empty(), "a blocked job waits for nobody: {needed:?}");
    let both = [captain.clone(), given("chief", "2025-02-01 00:00", None)];
    assert_eq!(ask(&both, &["permit"], "2025-03-01 00:00").0, Outcome::Allowed);
    // An approval that ends between award and the end of the work does not count.
    let ended = [captain.clone(), given("chief", "2025-02-01 00:00", Some("2025-03-03 12:00"))];
    assert_eq!(
        ask(&ended, &["permit"], "2025-03-01 00:00").1,
        "the job still needs chief; the last approval ended Mon, Mar 3 12:00"
    );
    // Given after the work began: it counts, and it is said.
    let late = [captain, given("chief", "2025-03-03 09:00", None)];
    assert_eq!(ask(&late, &["permit"], "2025-03-04 00:00").1, "the job approved after the work began");
    // A text that names no level: any approval counts, and none is not enough.
    let unnamed = book("{ id: a, kind: approval, object: job, renew: monthly }");
    let judged = |approvals| judge_request(&unnamed, &Proposal { approvals, ..base }, at("2025-03-01 00:00"));
    assert_eq!(judged(&[]).decisions[0].words(), "the job still needs agency");
    assert_eq!(judged(&both).outcome, Outcome::Allowed);
    let waits = book("{ id: a, kind: approval, object: officer_job, levels: [chief], effect: { approve: chief } }");
    let nobody = Candidate::new(officer(), OfficerFacts::default(), &[]);
    let judged = judge(&waits, &nobody, &base, Point::SignUp, at("2025-03-01 00:00"));
    assert_eq!((judged.outcome, judged.approvals_needed()), (Outcome::NeedsApproval, vec!["chief".to_owned()]));
}

#[test]
fn approvals_end_when_their_renewal_says() {
    let born = Some(date(1992, 2, 29));
    let given = date(2025, 3, 10);
    let rows = [
        (Renewal::Never, None),
        (Renewal::Monthly, Some(date(2025, 3, 31))),
        (Renewal::HalfYearly, Some(date(2025, 6, 30))),
        (Renewal::Yearly, Some(date(2025, 12, 31))),
        (Renewal::BirthMonth, Some(date(2026, 2, 28))),
        (Renewal::Birthday, Some(date(2026, 2, 28))),
        (Renewal::Every("30 d".parse().expect("a length")), Some(date(2025, 4, 9))),
    ];
    for (renewal, last) in rows {
        assert_eq!(renewal.last_day(given, born), last, "{renewal:?}");
    }
    assert_eq!(Renewal::Birthday.last_day(given, None), None);
}

#[test]
fn lead_time_counts_elapsed_business_and_deadline() {
    let zone = new_york();
    let office: Calendar = serde_saphyr::from_str("{ week_starts: mon }").expect("a calendar");
    // Monday, 3 March 2025, 08:00.
    let base =
        Proposal { calendar: Some(&office), ..Proposal::new(span("2025-03-03 08:00 > 2025-03-03 16:00"), &zone) };
    let rows = [
        ("at_least: { elapsed: 72 h }", "2025-02-28 08:00", Outcome::Allowed, "72 h of 72 h notice"),
        (
            "at_least: { elapsed: 72 h }",
            "2025-02-28 08:01",
            Outcome::Blocked,
            "71 h 59 min of 72 h notice; due by Fri, Feb 28 08:00; it is refused",
        ),
        (
            "at_least: { business_hours: 12 }, late: may_stay_unfilled",
            "2025-02-28 08:00",
            Outcome::Warned,
            "8 h of 12 h notice in office time; due by Thu, Feb 27 13:00; it may stay unfilled",
        ),
        (
            "at_least: { business_days: 2 }, late: { verbal_approval: captain }",
            "2025-02-28 08:00",
            Outcome::NeedsApproval,
            "1 days of 2 days notice in office time; due by Thu, Feb 27 23:59; captain must approve it by word first",
        ),
        (
            "at_least: { deadline: { days_before: 3, at: '15:30:00' } }, late: premium",
            "2025-02-28 15:31",
            Outcome::Warned,
            "64 h 29 min of 64.5 h notice; due by Fri, Feb 28 15:30; a higher rate applies",
        ),
        (
            "at_least: { deadline: { days_before: 3, at: '15:30:00' } }",
            "2025-02-28 15:30",
            Outcome::Allowed,
            "64.5 h of 64.5 h notice",
        ),
    ];
    for (rule, asked, outcome, words) in rows {
        let rule = book(&format!("{{ id: a, kind: lead_time, {rule} }}"));
        let judged = judge_request(&rule, &Proposal { requested_at: Some(at(asked)), ..base }, at("2025-03-01 00:00"));
        assert_eq!((judged.outcome, judged.decisions[0].words().as_str()), (outcome, words));
    }
}

#[test]
fn give_up_has_zones() {
    let rule: GiveUp = serde_saphyr::from_str(
        "{ zones: [{ notice: 5 d, then: free }, { notice: 24 h, then: replacement_needed }, { notice: 4 h, then: by_phone }] }",
    )
    .expect("a rule");
    let starts = at("2025-03-20 08:00");
    for (now, zone) in [
        ("2025-03-15 08:00", ZoneEffect::Free),
        ("2025-03-15 08:01", ZoneEffect::ReplacementNeeded),
        ("2025-03-19 08:00", ZoneEffect::ReplacementNeeded),
        ("2025-03-20 03:00", ZoneEffect::ByPhone),
        ("2025-03-20 04:01", ZoneEffect::Forbidden),
    ] {
        assert_eq!(rule.zone(starts, at(now)), zone, "{now}");
    }
}

#[test]
fn the_book_explains_itself_and_reads_back() {
    let rules = [
        (
            "{ id: a, kind: cap, max: 24 h, count: [detail, other_employment], window: { week: { from: sun } }, override: { by: [chief] }, cite: { book: Order 5, article: section 2, page: 3 } }",
            "At most 24 h of paid detail and other employment in a week from Sunday 00:00; otherwise refused; chief may set it aside with a reason. (Order 5, section 2, page 3)",
        ),
        (
            "{ id: b, kind: rest_gap, min: 8 h, after: [detail], before: [on_duty], effect: warn, acts_at: [sign_up, award] }",
            "At least 8 h of rest between paid detail and on duty; otherwise a warning; asked at sign-up and at the award.",
        ),
        (
            "{ id: c, kind: release_stage, stages: [{ name: own_officers, method: rotation }, { name: special_officers, opens: { unfilled_before: 24 h } }], reset: month }",
            "Work is offered to own officers by rotation, then to special officers when unfilled 24 h before the start; counted anew each month.",
        ),
        (
            "{ id: d, kind: lead_time, at_least: { business_days: 5 }, late: premium, assumes: ['business days are Monday to Friday'] }",
            "A request must come at least 5 business days before the start; later, a higher rate applies. Left open by the text and assumed here: business days are Monday to Friday.",
        ),
    ];
    for (yaml, sentence) in rules {
        let one = book(yaml);
        assert_eq!(explain(&one), [sentence]);
        let written = serde_saphyr::to_string(&one).expect("a book is YAML");
        assert_eq!(serde_saphyr::from_str::<PolicyBook>(&written).expect("and reads back"), one, "{written}");
        let json = serde_json::to_string(&one).expect("and JSON");
        assert_eq!(serde_json::from_str::<PolicyBook>(&json).expect("and back"), one);
    }
    for rule in properties::many_rules() {
        let json = serde_json::to_string(&rule).expect("JSON");
        assert_eq!(serde_json::from_str::<Rule>(&json).expect("back"), rule);
        assert!(rule.sentence().ends_with('.'), "{}", rule.sentence());
    }
}

#[test]
fn a_book_with_mistakes_says_which() {
    for (yaml, part) in [
        ("{ id: a, kind: cap, max: 24 h, count: [detail], window: job, colour: red }", "colour"),
        ("{ id: a, kind: cap, max: 24 hours, count: [detail], window: job }", "24 hours"),
        ("{ id: a, kind: cap, max: 24 h, count: [details], window: job }", "details"),
        ("{ id: a, kind: captain }", "captain"),
        ("{ id: a, kind: require, that: { officer.rang: sergeant } }", "officer.rang"),
        ("{ kind: cap, max: 24 h, count: [detail], window: job }", "id"),
    ] {
        let error = serde_saphyr::from_str::<Rule>(yaml).expect_err("a mistake").to_string();
        assert!(error.contains(part), "{error}");
    }
    let two = PolicyBook {
        rules: vec![
            rule("{ id: a, kind: cap, count: [detail], window: job }"),
            rule("{ id: a, kind: no_overlap, with: [], from: 2025-02-01, until: 2025-01-01 }"),
        ],
    };
    let mistakes: Vec<String> = two.mistakes().into_iter().map(|(_, words)| words).collect();
    let mistakes = mistakes.join("\n");
    for part in ["a cap needs max", "Two rules have the id a", "with is empty", "ends before it begins"] {
        assert!(mistakes.contains(part), "{mistakes}");
    }
}
