//! `status_block`, `require`, `credential`, `relation_bar`, `list`, `penalty`, `duty_report`, effects and overrides.

use super::*;
use crate::{
    id::CustomerId,
    predicate::{JobFacts, PositionFacts},
};

fn customer(number: u128) -> CustomerId {
    CustomerId::from_uuid(uuid::Uuid::from_u128(number))
}

/// The detail of every row: Monday, 3 March 2025, 08:00 to 16:00.
const DETAIL: &str = "2025-03-03 08:00 > 2025-03-03 16:00";

/// The words of the only decision, and what it comes to.
fn said(rule: &PolicyBook, candidate: &Candidate<'_>, proposal: &Proposal<'_>, now: &str) -> (Outcome, String) {
    let judgement = judge(rule, candidate, proposal, Point::SignUp, at(now));
    assert_eq!(judgement.decisions.len(), 1);
    (judgement.outcome, judgement.decisions[0].words())
}

fn nobody() -> Candidate<'static> {
    Candidate::new(officer(), OfficerFacts::default(), &[])
}

fn status(word: &str, from: &str, until: Option<&str>, reason: Option<&str>) -> Status {
    Status { status: word.into(), from: at(from), until: until.map(at), reason: reason.map(Into::into) }
}

fn status_row(rule: &PolicyBook, statuses: &[Status], ledger: &[Work]) -> (Outcome, String) {
    let zone = new_york();
    let candidate = Candidate { statuses, work: ledger, ..nobody() };
    said(rule, &candidate, &Proposal::new(span(DETAIL), &zone), "2025-03-01 00:00")
}

#[test]
fn status_block_knows_dates_reasons_and_tails() {
    let rule =
        book("{ id: a, kind: status_block, statuses: [sick_leave, suspended], except_reasons: [medical_appointment] }");
    let row = |one: Status| status_row(&rule, &[one], &[]);
    assert_eq!(
        row(status("sick_leave", "2025-03-01 00:00", None, None)),
        (Outcome::Blocked, "sick leave since Sat, Mar 1 00:00".into())
    );
    assert_eq!(
        row(status("suspended", "2025-03-03 15:59", Some("2025-03-05 00:00"), None)),
        (Outcome::Blocked, "suspended from Mon, Mar 3 15:59 to Wed, Mar 5 00:00".into())
    );
    // Half-open at both ends, other statuses and excused reasons do not count.
    for pass in [
        status("sick_leave", "2025-03-01 00:00", Some("2025-03-03 08:00"), None),
        status("sick_leave", "2025-03-03 16:00", None, None),
        status("light_duty", "2025-03-01 00:00", None, None),
        status("sick_leave", "2025-03-01 00:00", None, Some("medical_appointment")),
    ] {
        assert_eq!(row(pass), (Outcome::Allowed, "no status in the way".into()));
    }
    let tail = book(
        "{ id: a, kind: status_block, statuses: [sick_leave], tail: { first_of: [{ full_tour: 8 h }, { after_missed_start: 24 h }] } }",
    );
    let sick = status("sick_leave", "2025-03-02 18:00", Some("2025-03-03 06:00"), None);
    let missed = work(WorkClass::OnDuty, "2025-03-02 22:00 > 2025-03-03 06:00");
    assert_eq!(
        status_row(&tail, std::slice::from_ref(&sick), std::slice::from_ref(&missed)),
        (
            Outcome::Blocked,
            "sick leave from Sun, Mar 2 18:00 to Mon, Mar 3 06:00, and then until one tour of 8 h is worked or 24 h after the start of the missed tour: Mon, Mar 3 22:00"
                .into()
        )
    );
    let early = status("sick_leave", "2025-03-01 18:00", Some("2025-03-02 06:00"), None);
    let worked = work(WorkClass::OnDuty, "2025-03-02 22:00 > 2025-03-03 06:00");
    assert_eq!(status_row(&tail, &[early], &[worked]).0, Outcome::Allowed);
}

#[test]
fn require_asks_about_the_officer_and_the_post() {
    let rule = book("{ id: a, kind: require, that: { officer.rank_order: { at_least: position.rank_order } } }");
    let zone = new_york();
    let proposal = |order| Proposal {
        position: PositionFacts { rank_order: Some(order), ..PositionFacts::default() },
        ..Proposal::new(span(DETAIL), &zone)
    };
    let sergeant = Candidate { facts: OfficerFacts { rank_order: Some(2), ..OfficerFacts::default() }, ..nobody() };
    assert_eq!(said(&rule, &sergeant, &proposal(2), "2025-03-01 00:00").0, Outcome::Allowed);
    let (outcome, words) = said(&rule, &sergeant, &proposal(3), "2025-03-01 00:00");
    assert_eq!(outcome, Outcome::Blocked);
    assert!(words.starts_with("asked for: "), "{words}");
    // An unknown fact never passes.
    assert_eq!(said(&rule, &nobody(), &proposal(3), "2025-03-01 00:00").0, Outcome::Blocked);
}

#[test]
fn credential_must_hold_on_the_days_that_the_rule_names() {
    let zone = new_york();
    let held = |until: Option<&str>| {
        vec![Credential { kind: "work_zone".into(), from: None, until: until.map(|day| day.parse().expect("a day")) }]
    };
    let ask = |rule: &str, held: &[Credential], detail: &str| {
        said(
            &book(&format!("{{ id: a, kind: credential, need: [work_zone]{rule} }}")),
            &Candidate { credentials: held, ..nobody() },
            &Proposal::new(span(detail), &zone),
            "2025-03-01 00:00",
        )
    };
    let night = "2025-03-03 20:00 > 2025-03-04 04:00";
    assert_eq!(
        ask("", &held(Some("2025-03-03")), night),
        (Outcome::Blocked, "work zone not valid on Tue, Mar 4: it ended on 2025-03-03".into())
    );
    assert_eq!(ask(", valid: start", &held(Some("2025-03-03")), night).0, Outcome::Allowed);
    assert_eq!(ask(", valid: end", &held(Some("2025-03-03")), night).0, Outcome::Blocked);
    assert_eq!(ask(", grace_days: 1", &held(Some("2025-03-03")), night).0, Outcome::Allowed);
    // Midnight itself is the day after and not part of the work.
    assert_eq!(ask("", &held(Some("2025-03-03")), "2025-03-03 20:00 > 2025-03-04 00:00").0, Outcome::Allowed);
    assert_eq!(ask("", &[], night), (Outcome::Blocked, "work zone not held; needed on Mon, Mar 3".into()));
    assert_eq!(ask("", &held(None), night), (Outcome::Allowed, "work zone valid on Tue, Mar 4".into()));
}

#[test]
fn a_post_asks_for_its_own_certifications() {
    let zone = new_york();
    let proposal = Proposal { needs: &["k9"], ..Proposal::new(span(DETAIL), &zone) };
    let judgement = judge(&PolicyBook::default(), &nobody(), &proposal, Point::SignUp, at("2025-03-01 00:00"));
    assert_eq!((judgement.outcome, judgement.decisions[0].rule.as_str()), (Outcome::Blocked, POST_RULE));
}

#[test]
fn relation_bar_sees_self_dealing_and_rank() {
    let zone = new_york();
    let base = Proposal { customer_id: Some(customer(5)), ..Proposal::new(span(DETAIL), &zone) };
    let captain = Candidate { facts: OfficerFacts { rank_order: Some(4), ..OfficerFacts::default() }, ..nobody() };
    let by = |officer, rank_order, superiors| Proposal {
        coordinator: Some(Coordinator { officer, rank_order: Some(rank_order), superiors }),
        ..base
    };
    let me = [officer()];
    let member = |rank_order| {
        [CrewMember { officer: OfficerId::from_uuid(uuid::Uuid::from_u128(2)), rank_order, supervisory: true }]
    };
    let (lower, same) = (member(3), member(4));
    let owns = [Relation { relation: "owns".into(), customer: Some(customer(5)) }];
    let other = [Relation { relation: "owns".into(), customer: Some(customer(6)) }];
    let in_charge = PositionFacts { supervisory: Some(true), ..PositionFacts::default() };
    let rows: [(&str, Proposal<'_>, &[Relation], Outcome); 8] = [
        ("self_assigned", by(Some(officer()), 4, &[]), &[], Outcome::Blocked),
        ("self_assigned", by(None, 4, &[]), &[], Outcome::Allowed),
        ("coordinators_superior", by(None, 2, &me), &[], Outcome::Blocked),
        ("outranks_coordinator", by(None, 3, &[]), &[], Outcome::Blocked),
        ("outranks_coordinator", by(None, 4, &[]), &[], Outcome::Allowed),
        ("under_lower_rank", Proposal { members: &lower, ..base }, &[], Outcome::Blocked),
        ("same_rank_in_charge", Proposal { members: &same, position: in_charge, ..base }, &[], Outcome::Blocked),
        ("{ customer: owns }", base, &owns, Outcome::Blocked),
    ];
    for (bar, proposal, relations, outcome) in rows {
        let rule = book(&format!("{{ id: a, kind: relation_bar, bar: [{bar}] }}"));
        let candidate = Candidate { relations, ..captain };
        assert_eq!(said(&rule, &candidate, &proposal, "2025-03-01 00:00").0, outcome, "{bar}");
    }
    let rule = book("{ id: a, kind: relation_bar, bar: [{ customer: owns }] }");
    assert_eq!(said(&rule, &Candidate { relations: &other, ..captain }, &base, "2025-03-01 00:00").0, Outcome::Allowed);
}

#[test]
fn list_allows_denies_and_holds() {
    let zone = new_york();
    let proposal = Proposal { customer_id: Some(customer(5)), ..Proposal::new(span(DETAIL), &zone) };
    let entry = |of: u128, until: Option<&str>| {
        vec![Listed {
            list: "l".into(),
            customer: Some(customer(of)),
            job_kind: None,
            from: at("2025-01-01 00:00"),
            until: until.map(at),
            reason: Some("complaint".into()),
        }]
    };
    let rows = [
        ("deny", entry(5, None), Outcome::Blocked),
        ("deny", entry(6, None), Outcome::Allowed),
        ("deny", entry(5, Some("2025-03-03 08:00")), Outcome::Allowed),
        ("allow", entry(5, None), Outcome::Allowed),
        ("allow", Vec::new(), Outcome::Blocked),
        ("opt_in", entry(6, None), Outcome::Blocked),
    ];
    for (list_type, lists, outcome) in rows {
        let rule = book(&format!("{{ id: a, kind: list, list: l, type: {list_type} }}"));
        let candidate = Candidate { lists: &lists, ..nobody() };
        assert_eq!(said(&rule, &candidate, &proposal, "2025-03-01 00:00").0, outcome, "{list_type}");
    }
    let hold = book("{ id: a, kind: list, list: l, type: customer_hold }");
    let holds = entry(5, None);
    let (outcome, words) = said(&hold, &nobody(), &Proposal { holds: &holds, ..proposal }, "2025-03-01 00:00");
    assert_eq!((outcome, words.as_str()), (Outcome::Blocked, "on the list \u{201c}l\u{201d}: complaint"));
    let preferred = book("{ id: a, kind: list, list: l, type: preferred }");
    assert!(judge(&preferred, &nobody(), &proposal, Point::SignUp, at("2025-03-01 00:00")).decisions.is_empty());
}

#[test]
fn penalty_climbs_its_ladder() {
    let zone = new_york();
    let proposal = Proposal::new(span(DETAIL), &zone);
    let offence = |when: &str, excused| Offence { event: "no_show".into(), at: at(when), excused, job_kind: None };
    let rule =
        book("{ id: a, kind: penalty, events: [no_show], ladder: [30 d, 60 d, 120 d, 365 d], look_back: 365 d }");
    let ask = |rule: &PolicyBook, offences: &[Offence], now: &str| {
        said(rule, &Candidate { offences, ..nobody() }, &proposal, now)
    };
    let first = [offence("2025-01-01 08:00", false)];
    assert_eq!(
        ask(&rule, &first, "2025-01-30 08:00"),
        (Outcome::Blocked, "barred until Fri, Jan 31 08:00: no show on Wed, Jan 1, step 1, 30 d".into())
    );
    assert_eq!(ask(&rule, &first, "2025-01-31 08:00").0, Outcome::Allowed);
    let second = [first[0].clone(), offence("2025-02-01 08:00", false)];
    assert!(ask(&rule, &second, "2025-03-01 08:00").1.contains("step 2, 60 d"));
    let excused = [offence("2025-01-01 08:00", true), offence("2025-02-01 08:00", false)];
    assert!(ask(&rule, &excused, "2025-02-20 08:00").1.contains("step 1, 30 d"));
    let old = [offence("2023-12-01 08:00", false), offence("2025-02-20 08:00", false)];
    assert!(ask(&rule, &old, "2025-03-01 08:00").1.contains("step 1, 30 d"));
    let whole = book("{ id: a, kind: penalty, events: [no_show], ladder: [1 d], whole_days: true, bars: work }");
    let day_before = [offence("2025-03-02 14:00", false)];
    assert!(ask(&whole, &day_before, "2025-03-02 15:00").1.contains("until Tue, Mar 4 00:00"));
}

#[test]
fn duty_report_owed_blocks_the_next_sign_up() {
    let zone = new_york();
    let proposal = Proposal::new(span(DETAIL), &zone);
    let rule =
        book("{ id: a, kind: duty_report, what: quarterly_report, due: quarter, within: 14 d, even_if_none: true }");
    let owe = |what: &str, about: &str, due: &str| ReportOwed {
        what: what.to_owned(),
        about: about.to_owned(),
        due_at: at(due),
    };
    let ask = |owed: &[ReportOwed], now| said(&rule, &Candidate { reports_owed: owed, ..nobody() }, &proposal, now);
    let one = [owe("quarterly_report", "October to December 2024", "2025-01-15 00:00")];
    let (outcome, words) = ask(&one, "2025-01-18 06:00");
    assert_eq!(outcome, Outcome::Blocked);
    assert_eq!(words, "the quarterly report of October to December 2024 is 3 days late");
    assert_eq!(ask(&one, "2025-01-15 00:00").0, Outcome::Allowed, "in time until the last instant");
    let two = [one[0].clone(), owe("quarterly_report", "later", "2025-01-16 00:00")];
    assert!(ask(&two, "2025-01-16 05:00").1.ends_with("is 1 day late; 1 more missing"));
    assert_eq!(ask(&[owe("activity_log", "a job", "2025-01-01 00:00")], "2025-02-01 00:00").0, Outcome::Allowed);
    assert_eq!(said(&rule, &nobody(), &proposal, "2025-03-01 00:00").0, Outcome::Allowed);
    let of_alcohol =
        book("{ id: a, kind: duty_report, what: quarterly_report, due: end, when: { job.alcohol: true } }");
    let owing = Candidate { reports_owed: &one, ..nobody() };
    let barred = said(&of_alcohol, &owing, &proposal, "2025-02-01 00:00").0;
    assert_eq!(barred, Outcome::Blocked, "the condition says what is reported, not what is barred");
}

#[test]
fn effects_mean_what_their_point_allows() {
    let zone = new_york();
    let proposal = Proposal::new(span(DETAIL), &zone);
    let rows = [
        ("hide", Point::List, Outcome::Hidden),
        ("hide", Point::SignUp, Outcome::Blocked),
        ("block", Point::List, Outcome::Blocked),
        ("block", Point::PunchIn, Outcome::Blocked),
        ("block", Point::PunchOut, Outcome::Warned),
        ("block", Point::Pay, Outcome::Warned),
        ("{ approve: chief }", Point::Award, Outcome::NeedsApproval),
        ("warn", Point::SignUp, Outcome::Warned),
        ("review", Point::SignUp, Outcome::Allowed),
        ("record", Point::Pay, Outcome::Allowed),
    ];
    for (effect, point, outcome) in rows {
        let rule = book(&format!("{{ id: a, kind: cap, max: 4 h, count: [detail], window: job, effect: {effect} }}"));
        let judgement = judge(&rule, &nobody(), &proposal, point, at("2025-03-01 00:00"));
        assert_eq!((judgement.outcome, judgement.decisions[0].passed), (outcome, false), "{effect} {point:?}");
    }
}

#[test]
fn a_rule_holds_when_its_condition_and_its_dates_do() {
    let zone = new_york();
    let traffic = JobFacts { kind: Some("traffic"), ..JobFacts::default() };
    let proposal = Proposal { job: traffic, ..Proposal::new(span(DETAIL), &zone) };
    let rows = [
        ("when: { job.kind: traffic }", 1),
        ("when: { job.kind: security }", 0),
        ("from: 2025-03-03", 1),
        ("from: 2025-03-04", 0),
        ("until: 2025-03-03", 1),
        ("until: 2025-03-02", 0),
        ("acts_at: [award]", 0),
        ("acts_at: [sign_up]", 1),
    ];
    for (part, asked) in rows {
        let rule = book(&format!("{{ id: a, kind: cap, max: 4 h, count: [detail], window: job, {part} }}"));
        assert_eq!(
            judge(&rule, &nobody(), &proposal, Point::SignUp, at("2025-03-01 00:00")).decisions.len(),
            asked,
            "{part}"
        );
    }
}

#[test]
fn a_rule_is_set_aside_only_by_who_may_and_with_a_reason() {
    let zone = new_york();
    let rule = book("{ id: cap, kind: cap, max: 4 h, count: [detail], window: job, override: { by: [chief] } }");
    let judgement = judge(&rule, &nobody(), &Proposal::new(span(DETAIL), &zone), Point::Award, at("2025-03-01 00:00"));
    let aside = |rule: &str, by: &str, reason: &str| SetAside {
        rule: rule.into(),
        by: by.into(),
        who: "acc".into(),
        reason: reason.into(),
        at: at("2025-03-01 00:00"),
    };
    for (one, code) in [
        (aside("cap", "coordinator", "short of people"), "override_not_allowed"),
        (aside("cap", "chief", " "), "reason_missing"),
        (aside("other", "chief", "short of people"), "rule_not_broken"),
    ] {
        assert_eq!(judgement.clone().set_aside(one).expect_err("refused").code, code);
    }
    let lifted = judgement.set_aside(aside("cap", "chief", "declared event")).expect("may");
    assert_eq!((lifted.outcome, lifted.objections().len(), lifted.decisions[0].passed), (Outcome::Allowed, 0, false));
}
