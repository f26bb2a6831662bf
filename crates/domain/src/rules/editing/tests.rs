use std::{fs, path::Path};

use proptest::prelude::*;

use super::{change::join, *};
use crate::{
    policy::{Kind, Outcome},
    time::Minutes,
};

fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/examples");
    let files = fs::read_dir(folder).expect("the folder of examples").map(|entry| entry.expect("an entry").path());
    let mut all: Vec<(String, String)> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            (
                path.file_stem().expect("a name").to_string_lossy().into_owned(),
                fs::read_to_string(&path).expect("a text"),
            )
        })
        .collect();
    all.sort();
    all
}

fn words() -> Vocabulary {
    let all = |words: &[&str]| words.iter().map(|word| Choice::plain(word)).collect();
    Vocabulary {
        ranks: all(&["officer", "corporal", "sergeant", "lieutenant", "captain"]),
        certifications: all(&["traffic_control", "crowd_control"]),
        job_kinds: all(&["traffic", "event"]),
        statuses: all(&["injured", "leave"]),
        levels: all(&["chief"]),
        holidays: Vec::new(),
    }
}

fn entries(text: &str) -> Vec<Entry> {
    let sheet = Sheet::read(text).expect("it reads");
    let words = words().with_book(sheet.book());
    sheet.entries(&words)
}

/// The parts of the book as separate texts, to compare all but one.
fn rules(text: &str) -> Vec<(String, String)> {
    let book = RuleBook::read(text).expect("it reads");
    let value = serde_json::to_value(&book).expect("a book is JSON");
    let mut all: Vec<(String, String)> = LISTS
        .iter()
        .flat_map(|list| {
            let items = value.pointer(&format!("/{list}")).and_then(serde_json::Value::as_array).cloned();
            items
                .unwrap_or_default()
                .into_iter()
                .enumerate()
                .map(move |(at, item)| (format!("{list}/{at}"), item.to_string()))
        })
        .collect();
    let switches = value.pointer("/rates/switches").map(ToString::to_string).unwrap_or_default();
    all.push(("questions".to_owned(), switches));
    all.push(("calendar".to_owned(), value.pointer("/calendar/holidays").map(ToString::to_string).unwrap_or_default()));
    all
}

#[test]
fn every_rule_of_every_example_is_a_sentence() {
    let (mut rules, mut slots, mut rows_can) = (0, 0, 0);
    for (name, text) in examples() {
        for entry in entries(&text).iter().filter(|entry| entry.removable) {
            rules += 1;
            slots += entry.slots().count();
            rows_can += usize::from(entry.conditions.iter().all(|condition| condition.rows.is_some()));
            assert!(!entry.sentence.is_empty(), "{name} {}: {}", entry.place, entry.words);
            assert!(!entry.words.is_empty(), "{name} {}", entry.place);
            for slot in entry.slots() {
                let filled = slot.optional || !slot.value.is_empty();
                assert!(filled, "{name} {} {}: empty in {:?}", entry.place, slot.path, entry.sentence);
                if let Input::Choice(all) | Input::Window(all) | Input::RanksFrom(all) = &slot.input {
                    let known = slot.value.is_empty() || all.iter().any(|choice| choice.value == slot.value);
                    assert!(known, "{name} {} {}: {} is not offered", entry.place, slot.path, slot.value);
                }
            }
        }
    }
    assert!(rules > 400 && slots > 2500, "{rules} rules, {slots} slots");
    assert!(rows_can * 100 > rules * 95, "{rows_can} of {rules} conditions are rows");
}

#[test]
fn filling_in_what_is_there_changes_not_a_byte() {
    for (name, text) in examples() {
        let root = Node::read(&text).expect("it reads");
        let words = words().with_book(Sheet::read(&text).expect("it reads").book());
        for entry in entries(&text) {
            let values: Vec<(String, String)> =
                entry.slots().map(|slot| (slot.path.clone(), slot.value.clone())).collect();
            assert_eq!(
                fill(&text, &words, &entry.place, &values).expect("nothing is wrong"),
                text,
                "{name} {}",
                entry.place
            );
            // The harder way: every value cut out and put back.
            for (path, _) in &values {
                let at = join(&entry.place, path);
                let Some(node) = root.at(&at) else { continue };
                let token = &text[node.span.clone()];
                if token.contains('\n') {
                    continue;
                }
                if let Some(again) = rewrite::put(&text, &root, &at, token) {
                    assert_eq!(again, text, "{name} {at}");
                }
            }
        }
    }
}

/// Another value that fits.
fn other(slot: &Slot) -> Option<String> {
    let pick = |all: &[Choice]| all.iter().map(|choice| choice.value.clone()).find(|value| *value != slot.value);
    match &slot.input {
        Input::Length => Some(if slot.value == "7 h" { "9 h" } else { "7 h" }.to_owned()),
        Input::Amount => Some("11 h".to_owned()),
        Input::Count(_) => Some(slot.value.parse::<u32>().map_or(7, |number| number + 1).to_string()),
        Input::Money(_) | Input::Percent => Some("12.75".to_owned()),
        Input::Factor => Some("1.75".to_owned()),
        Input::Time => Some("21:30".to_owned()),
        Input::Date => Some("2026-05-04".to_owned()),
        Input::Text => Some("Other: words, no. 1".to_owned()),
        Input::Flag => Some(if slot.value == "true" { "false" } else { "true" }.to_owned()),
        Input::Choice(all) | Input::RanksFrom(all) | Input::Window(all) => pick(all),
        Input::Words { known, open: false } => pick(known),
        Input::Words { .. } => Some("k9, other words".to_owned()),
        Input::Effect => Some(if slot.value == "warn" { "approve:chief" } else { "warn" }.to_owned()),
    }
}

#[test]
fn filling_in_one_place_changes_that_rule_alone() {
    let (mut turn, mut tried, mut done) = (0, 0, 0);
    for (name, text) in examples() {
        let words = words().with_book(Sheet::read(&text).expect("it reads").book());
        let before = rules(&text);
        for entry in entries(&text) {
            for slot in entry.slots() {
                let Some(value) = other(slot) else { continue };
                turn += 1;
                if turn % 6 != 0 {
                    continue;
                }
                tried += 1;
                let Ok(after) = fill(&text, &words, &entry.place, &[(slot.path.clone(), value.clone())]) else {
                    continue;
                };
                done += 1;
                assert_ne!(after, text, "{name} {} {}: {value}", entry.place, slot.path);
                assert_eq!(comments(&after), comments(&text), "{name} {} {}", entry.place, slot.path);
                for (old, new) in before.iter().zip(rules(&after)) {
                    assert!(
                        old.0 == entry.place || *old == new,
                        "{name} {} {}: {old:?} became {new:?}",
                        entry.place,
                        slot.path
                    );
                }
            }
        }
    }
    // The others were refused for what the new value would mean: dates that run backwards, bands that fall.
    assert!(done * 100 > tried * 86, "{done} of {tried} places could be filled in");
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once(" #").map(|(_, comment)| comment)).collect()
}

#[test]
fn a_rule_added_and_removed_leaves_nothing_behind() {
    for (turn, (name, text)) in examples().into_iter().enumerate() {
        let words = words().with_book(Sheet::read(&text).expect("it reads").book());
        // Each template meets several examples, with and without a line end at the end of the file.
        let text = if turn % 2 == 0 { text } else { text.trim_end().to_owned() };
        for template in TEMPLATES.iter().skip(turn % 9).step_by(9) {
            let (more, place) = add_rule(&text, &words, template.name)
                .unwrap_or_else(|errors| panic!("{name} {}: {errors}", template.name));
            let entry = entries(&more).into_iter().find(|entry| entry.place == place).expect("it is there");
            assert_eq!(entry.group, template.group, "{}", template.name);
            assert_eq!(comments(&more), comments(&text));
            assert_eq!(remove_rule(&more, &place).expect("it goes"), text, "{name} {}", template.name);
        }
    }
}

#[test]
fn any_rule_can_be_removed_and_the_others_stay() {
    for (name, text) in examples() {
        for entry in entries(&text).iter().filter(|entry| entry.removable) {
            let Ok(after) = remove_rule(&text, &entry.place) else { continue };
            let (list, at) = entry.place.rsplit_once('/').expect("a place");
            let at: usize = at.parse().expect("a number");
            let mut left: Vec<String> =
                rules(&text).into_iter().filter(|(place, _)| *place != entry.place).map(|(_, rule)| rule).collect();
            left.retain(|rule| !rule.is_empty());
            let mut now: Vec<String> = rules(&after).into_iter().map(|(_, rule)| rule).collect();
            now.retain(|rule| !rule.is_empty());
            assert_eq!(left, now, "{name} {list} {at}");
        }
    }
}

#[test]
fn rows_come_and_go() {
    for (name, text) in examples() {
        let words = words().with_book(Sheet::read(&text).expect("it reads").book());
        for entry in entries(&text) {
            for list in entry.lists.iter().filter(|list| !list.add.is_empty() && !list.rows.is_empty()) {
                let more = add_row(&text, &words, &entry.place, &list.path)
                    .unwrap_or_else(|errors| panic!("{name} {}: {errors}", entry.place));
                assert_eq!(
                    remove_row(&more, &entry.place, &list.path, list.rows.len()).expect("it goes"),
                    text,
                    "{name} {}",
                    entry.place
                );
            }
        }
    }
}

#[test]
fn a_condition_in_rows_says_the_same() {
    for (name, text) in examples() {
        for entry in entries(&text) {
            for condition in &entry.conditions {
                let Some(rows) = &condition.rows else { continue };
                let said = rows.predicate().unwrap_or_else(|| panic!("{name} {}: {rows:?}", entry.place));
                assert_eq!(said.to_string(), condition.words, "{name} {}", entry.place);
                assert_eq!(set_condition(&text, &entry.place, &condition.path, rows).expect("the same"), text);
            }
        }
    }
}

const BOOK: &str = "\
# Kept
agency: x   # a remark
version: '1'
effective_from: 2026-01-01
zone: America/Chicago
";

/// The sentence that a chief says: no more than 24 off-duty hours a week, 8 hours' rest before a tour, sergeants and
/// above only for alcohol jobs over 300 guests.
fn three_rules() -> String {
    let words = words();
    let (text, place) = add_rule(BOOK, &words, "week-cap").expect("hours");
    let text = fill(&text, &words, &place, &[("max".into(), "24 h".into()), ("window".into(), "week:sun".into())])
        .expect("24 h");
    let (text, place) = add_rule(&text, &words, "rest-before-tour").expect("rest");
    let text = fill(&text, &words, &place, &[("min".into(), "8 h".into())]).expect("8 h");
    let (text, place) = add_rule(&text, &words, "rank").expect("rank");
    let row = |field: &str, compare: &str, value: &str| ConditionRow {
        field: field.into(),
        compare: compare.into(),
        value: value.into(),
    };
    let rows =
        ConditionRows { any: false, rows: vec![row("job.alcohol", "yes", ""), row("job.attendance", "over", "300")] };
    set_condition(&text, &place, "when", &rows).expect("the condition")
}

#[test]
fn three_sentences_of_a_chief_become_rules() {
    assert_eq!(
        three_rules(),
        format!(
            "{BOOK}policy:\n  - id: week-cap\n    kind: cap\n    max: 24 h\n    count: [detail]\n    window: {{ week: {{ from: sun }} }}\n  \
             - id: rest-before-tour\n    kind: rest_gap\n    min: 8 h\n    after: [detail]\n    before: [on_duty]\n  \
             - id: rank\n    kind: require\n    that: {{ officer.rank: [sergeant, lieutenant, captain] }}\n    \
             when: {{ job.alcohol: true, job.attendance: {{ over: 300 }} }}\n"
        )
    );
}

fn sample() -> Sample {
    Sample {
        rank: Some("officer".into()),
        rank_order: Some(1),
        certifications: Vec::new(),
        detail_hours: 18,
        on_duty_hours: 40,
        since_tour_hours: 10,
        until_tour_hours: Some(9),
        date: jiff::civil::date(2026, 6, 5),
        start: jiff::civil::time(18, 0, 0, 0),
        length: Minutes::hours(6),
        job_kind: None,
        alcohol: false,
        traffic: false,
        attendance: None,
        officers: 1,
        notice: Minutes::hours(72),
    }
}

#[test]
fn a_sample_officer_meets_the_rules() {
    let book = RuleBook::read(&three_rules()).expect("it reads");
    let outcome = |sample: &Sample| {
        let tried = try_out(&book, sample).expect("the time exists");
        let broken: Vec<String> = tried.officer.objections().iter().map(|one| one.rule.clone()).collect();
        (tried.officer.outcome, broken.join(" "))
    };
    assert_eq!(outcome(&sample()), (Outcome::Allowed, String::new()));
    assert_eq!(outcome(&Sample { detail_hours: 19, ..sample() }), (Outcome::Blocked, "week-cap".into()));
    assert_eq!(
        outcome(&Sample { until_tour_hours: Some(7), ..sample() }),
        (Outcome::Blocked, "rest-before-tour".into())
    );
    let party = Sample { alcohol: true, attendance: Some(301), ..sample() };
    assert_eq!(outcome(&party), (Outcome::Blocked, "rank".into()));
    assert_eq!(outcome(&Sample { attendance: Some(300), ..party.clone() }).0, Outcome::Allowed);
    assert_eq!(outcome(&Sample { rank: Some("sergeant".into()), ..party }).0, Outcome::Allowed);
    assert_eq!(try_out(&book, &sample()).expect("tried").price.expect_err("no rates").code, "no_rate");
}

#[test]
fn mistakes_name_the_place_and_leave_the_text() {
    let words = words();
    let (text, place) = add_rule(BOOK, &words, "week-cap").expect("hours");
    for (path, value, wanted) in [
        ("max", "", "unit"),
        ("max", "24", "unit"),
        ("max", "many h", "unit"),
        ("count", "", "at least one"),
        ("count", "beer", "at least one"),
        ("window", "fortnight", "from the list"),
        ("effect", "approve:", "whose"),
        ("from", "soon", "date"),
        ("cite/page", "last", "whole number"),
    ] {
        let errors = fill(&text, &words, &place, &[(path.into(), value.into())]).expect_err(path);
        assert!(errors.of(path).is_some_and(|message| message.contains(wanted)), "{path} {value}: {errors}");
    }
    let none = ConditionRow { field: "job.attendance".into(), compare: "over".into(), value: "many".into() };
    let rows = ConditionRows { any: false, rows: vec![none] };
    assert!(set_condition(&text, &place, "when", &rows).expect_err("no number").of("rows.0").is_some());
    assert!(remove_rule(&text, "policy/7").is_err() && remove_rule(&text, "agency").is_err());
    assert!(add_rule(&text, &words, "beer").is_err());
}

#[test]
fn what_is_shared_between_places_is_left_to_the_source() {
    let text = format!(
        "{BOOK}policy:\n  - {{ id: a, kind: cap, max: &most 16 h, count: [detail], window: job }}\n  - {{ id: b, kind: cap, max: *most, count: [detail], window: job }}\n"
    );
    let words = words();
    let paths: Vec<String> = entries(&text)[0].slots().map(|slot| slot.path.clone()).collect();
    assert!(!paths.contains(&"max".to_owned()), "{paths:?}");
    let changed = fill(&text, &words, "policy/0", &[("count".into(), "detail, court".into())]).expect("its own");
    assert_eq!(changed, text.replacen("[detail]", "[detail, court]", 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    /// Whatever is typed into a place: it is refused, or the rule alone changes and says what was typed.
    #[test]
    fn whatever_is_typed_stays_in_its_place(pick in 0usize..10_000, value in "\\PC{0,24}") {
        let (_, text) = &examples()[pick % 60];
        let sheet = Sheet::read(text).expect("it reads");
        let words = words().with_book(sheet.book());
        let entries = sheet.entries(&words);
        let slots: Vec<(&Entry, &Slot)> = entries.iter().flat_map(|entry| entry.slots().map(move |slot| (entry, slot))).collect();
        let (entry, slot) = slots[pick % slots.len()];
        if let Ok(after) = fill(text, &words, &entry.place, &[(slot.path.clone(), value.clone())]) {
            for (old, new) in rules(text).iter().zip(rules(&after)) {
                prop_assert!(old.0 == entry.place || *old == new, "{:?} became {:?}", old, new);
            }
            if matches!(slot.input, Input::Text) && !value.trim().is_empty() && after != *text {
                let again = Sheet::read(&after).expect("it reads").entries(&words);
                let found = again.iter().find(|one| one.place == entry.place).and_then(|one| one.slots().find(|one| one.path == slot.path).map(|one| one.value.clone()));
                prop_assert_eq!(found.as_deref(), Some(value.trim()));
            }
        }
    }
}

#[test]
fn who_takes_work_over_and_pay_that_waits_are_filled_in() {
    let words = words();
    let text = format!(
        "{BOOK}policy:\n  - {{ id: back, kind: give_up, replacement: officer, zones: [{{ notice: 24 h, then: free }}] }}\n  \
         - {{ id: order, kind: release_stage, stages: [{{ name: sergeants }}, {{ name: all }}] }}\n  \
         - {{ id: sheet, kind: duty_report, what: activity sheet, due: month }}\n"
    );
    let row = ConditionRow { field: "officer.rank".into(), compare: "is".into(), value: "sergeant".into() };
    let rows = ConditionRows { any: false, rows: vec![row] };
    let text = set_condition(&text, "policy/0", "who", &rows).expect("who takes over");
    let text = fill(&text, &words, "policy/0", &[("trade".into(), "true".into())]).expect("trades");
    let text = set_condition(&text, "policy/1", "stages/0/who", &rows).expect("the first stage");
    let pay = [("withhold_pay".into(), "true".into()), ("even_if_none".into(), "true".into())];
    let text = fill(&text, &words, "policy/2", &pay).expect("pay waits");
    let book = RuleBook::read(&text).expect("it reads");
    let said: Vec<String> = book.policy.rules.iter().map(crate::policy::Rule::sentence).collect();
    for (at, wanted) in [
        (0, "taken over only by: the officer's rank is sergeant"),
        (0, "two officers may trade"),
        (1, "sergeants (the officer's rank is sergeant)"),
        (2, "the pay of the work waits for it"),
    ] {
        assert!(said[at].contains(wanted), "{wanted}: {}", said[at]);
    }
    let none = ConditionRows::default();
    let back = set_condition(&text, "policy/0", "who", &none).expect("everybody again");
    let book = RuleBook::read(&back).expect("it reads");
    let Kind::GiveUp(give_up) = &book.policy.rules[0].kind else { panic!("{back}") };
    assert!(give_up.who.is_always() && give_up.trade, "{back}");
    let Kind::DutyReport(report) = &book.policy.rules[2].kind else { panic!("{back}") };
    assert!(report.even_if_none && report.withhold_pay, "{back}");
    for (place, path) in [("policy/0", "that"), ("policy/1", "stages/2/who"), ("policy/2", "who"), ("rates", "when")] {
        assert!(set_condition(&text, place, path, &rows).is_err(), "{place} {path}");
    }
}
