//! The form of policy rules: what every rule may say, and the keys of each kind.

use serde_json::{Value, json};

use super::{described, flag, link, list, object, whole, words};
use crate::policy::WorkClass;

const POINTS: &[&str] = &["request", "list", "sign_up", "award", "roster_change", "punch_in", "punch_out", "pay"];

/// Adds `rule` and what it refers to.
pub(super) fn define<F: FnMut(&str, Value) -> Option<Value>>(add: &mut F) {
    let classes: Vec<Value> =
        WorkClass::ALL.iter().map(|class| serde_json::to_value(class).unwrap_or_default()).collect();
    add("classes", json!({ "type": "array", "items": { "enum": classes }, "description": "Kinds of work." }));
    add("tail", tail());
    let kinds = kinds();
    let names: Vec<&str> = kinds.iter().map(|(kind, ..)| *kind).collect();
    let branches: Vec<Value> = kinds
        .iter()
        .map(|(kind, required, fields)| {
            let mut all = common();
            all.extend(fields.iter().cloned());
            let mut must = vec!["id", "kind"];
            must.extend_from_slice(required);
            let branch = object(&must, all);
            json!({ "if": { "properties": { "kind": { "const": kind } }, "required": ["kind"] }, "then": branch })
        })
        .collect();
    add(
        "rule",
        json!({
            "type": "object",
            "required": ["id", "kind"],
            "properties": { "id": link("text"), "kind": { "enum": names } },
            "allOf": branches,
        }),
    );
}

/// What every rule may say.
fn common() -> Vec<(&'static str, Value)> {
    let cite = object(
        &["book"],
        vec![("book", link("text")), ("article", link("text")), ("page", whole(0)), ("link", link("text"))],
    );
    let effect = json!({ "anyOf": [
        words(&["block", "hide", "warn", "review", "record"]),
        object(&["approve"], vec![("approve", link("text"))]),
    ] });
    vec![
        ("id", described(link("text"), "Short name, unique in the book.")),
        ("kind", json!({ "type": "string" })),
        ("cite", cite),
        ("when", link("condition")),
        ("effect", described(effect, "What a breach does; block when absent.")),
        ("acts_at", list(words(POINTS))),
        ("override", object(&["by"], vec![("by", link("texts")), ("reason", flag())])),
        ("from", link("date")),
        ("until", link("date")),
        ("assumes", link("texts")),
    ]
}

fn tail() -> Value {
    let span = |key: &str| object(&[key], vec![(key, link("span"))]);
    let tails = |key: &str| object(&[key], vec![(key, list(link("tail")))]);
    json!({ "anyOf": [span("after_end"), span("after_missed_start"), span("full_tour"), tails("first_of"), tails("all_of")] })
}

type KindForm = (&'static str, &'static [&'static str], Vec<(&'static str, Value)>);

/// Each kind: its word, its required keys, its own keys.
fn kinds() -> Vec<KindForm> {
    let mut all = hours();
    all.extend(office());
    all.extend(people());
    all
}

fn hours() -> Vec<KindForm> {
    let measure = || words(&["scheduled", "worked", "paid"]);
    let states = list(words(&["offered", "booked", "worked", "cancelled", "given_up"]));
    let week = object(&["from"], vec![("from", json!({ "type": "string" })), ("at", link("clock"))]);
    let cycle = object(
        &["days", "anchor"],
        vec![("days", whole(0)), ("anchor", link("date")), ("at", link("clock")), ("together", whole(0))],
    );
    let window = json!({ "anyOf": [
        words(&["calendar_day", "day_off", "job", "month", "year"]),
        object(&["rolling"], vec![("rolling", link("span"))]),
        object(&["week"], vec![("week", week)]),
        object(&["cycle"], vec![("cycle", cycle)]),
    ] });
    let only = object(&[], vec![("job_kinds", link("texts")), ("same_customer", flag()), ("unit_run", flag())]);
    let exception = object(
        &["away"],
        vec![
            ("away", link("classes")),
            ("sorts", link("texts")),
            ("not_sorts", link("texts")),
            ("at_least_days", whole(0)),
            ("max", link("limit")),
        ],
    );
    let quota = object(&["max", "once_in"], vec![("max", link("limit")), ("once_in", link("span"))]);
    vec![
        (
            "cap",
            &["count", "window"],
            vec![
                ("max", link("limit")),
                ("min", link("limit")),
                ("count", link("classes")),
                ("window", window),
                ("measure", measure()),
                ("states", states),
                ("only", only),
                ("exceptions", list(exception)),
                ("quota", quota),
            ],
        ),
        (
            "run_cap",
            &["max", "broken_by", "count"],
            vec![
                ("max", link("span")),
                ("broken_by", link("span")),
                ("count", link("classes")),
                ("breaks_count", flag()),
            ],
        ),
        (
            "rest_gap",
            &["min", "after", "before"],
            vec![
                ("min", link("span")),
                ("after", link("classes")),
                ("before", link("classes")),
                ("after_run_of", link("span")),
                ("run_broken_by", link("span")),
                ("otherwise", words(&["block", "overtime_pay"])),
            ],
        ),
        (
            "no_overlap",
            &["with"],
            vec![
                ("with", link("classes")),
                ("buffer_before", link("span")),
                ("buffer_after", link("span")),
                ("travel", link("span")),
                ("paid_block", words(&["free", "warn", "busy"])),
            ],
        ),
    ]
}

fn people() -> Vec<KindForm> {
    let relation = json!({ "anyOf": [
        words(&["self_assigned", "coordinators_superior", "outranks_coordinator", "same_rank_in_charge", "under_lower_rank"]),
        object(&["customer"], vec![("customer", link("text"))]),
    ] });
    vec![
        (
            "status_block",
            &["statuses"],
            vec![
                ("statuses", link("texts")),
                ("except_reasons", link("texts")),
                ("tail", link("tail")),
                ("at", words(&["work", "now", "either"])),
                ("booked", words(&["ask", "remove", "keep"])),
            ],
        ),
        ("require", &["that"], vec![("that", link("condition"))]),
        (
            "credential",
            &["need"],
            vec![("need", link("texts")), ("valid", words(&["start", "end", "every_day"])), ("grace_days", whole(0))],
        ),
        ("relation_bar", &["bar"], vec![("bar", list(relation)), ("note", link("text"))]),
        (
            "list",
            &["list", "type"],
            vec![
                ("list", link("text")),
                ("type", words(&["allow", "deny", "opt_in", "preferred", "customer_hold", "watch"])),
                ("owner", words(&["agency", "coordinator", "customer"])),
                ("notice", link("text")),
            ],
        ),
        (
            "penalty",
            &["events", "ladder"],
            vec![
                ("events", link("texts")),
                ("ladder", list(link("span"))),
                ("look_back", link("span")),
                ("clock", words(&["rolling", "calendar_year"])),
                ("whole_days", flag()),
                ("bars", words(&["sign_ups", "work", "both"])),
                ("job_kinds", link("texts")),
                ("charge_times", whole(0)),
                ("appeal_days", whole(0)),
                ("late_cancel_notice", link("span")),
                ("late_after", link("span")),
                ("discipline", link("text")),
            ],
        ),
        (
            "duty_report",
            &["what", "due"],
            vec![
                ("what", link("text")),
                (
                    "due",
                    words(&[
                        "start",
                        "end",
                        "start_and_end",
                        "during",
                        "pay_period",
                        "month",
                        "quarter",
                        "year",
                        "on_request",
                    ]),
                ),
                ("by", link("text")),
                ("within", link("span")),
                ("even_if_none", flag()),
                ("withhold_pay", flag()),
            ],
        ),
    ]
}

fn office() -> Vec<KindForm> {
    let rung = object(
        &["role"],
        vec![
            ("role", link("text")),
            ("at", whole(0)),
            ("per", whole(0)),
            ("counts", words(&["officers", "everybody", "step_below"])),
            ("begun", flag()),
            ("one_of_them", flag()),
            ("if_available", flag()),
            ("may", flag()),
        ],
    );
    let renewal = json!({ "anyOf": [
        words(&["never", "monthly", "half_yearly", "yearly", "birth_month", "birthday"]),
        object(&["every"], vec![("every", link("span"))]),
    ] });
    let deadline = object(&["days_before", "at"], vec![("days_before", whole(0)), ("at", link("clock"))]);
    let notice = json!({ "anyOf": [
        object(&["elapsed"], vec![("elapsed", link("span"))]),
        object(&["business_hours"], vec![("business_hours", whole(0))]),
        object(&["business_days"], vec![("business_days", whole(0))]),
        object(&["deadline"], vec![("deadline", deadline)]),
    ] });
    let late = json!({ "anyOf": [
        words(&["refuse", "may_stay_unfilled", "premium"]),
        object(&["other_channel"], vec![("other_channel", link("text"))]),
        object(&["verbal_approval"], vec![("verbal_approval", link("text"))]),
    ] });
    let opens = json!({ "anyOf": [
        object(&["after"], vec![("after", link("span"))]),
        object(&["unfilled_before"], vec![("unfilled_before", link("span"))]),
        object(&["day_before"], vec![("day_before", link("clock"))]),
    ] });
    let stage = object(
        &["name"],
        vec![("name", link("text")), ("who", link("condition")), ("opens", opens), ("method", link("text"))],
    );
    let zone = object(
        &["notice", "then"],
        vec![("notice", link("span")), ("then", words(&["free", "replacement_needed", "by_phone", "forbidden"]))],
    );
    vec![
        (
            "crew",
            &[],
            vec![
                ("min", whole(0)),
                ("by_attendance", object(&["officers", "per"], vec![("officers", whole(0)), ("per", whole(0))])),
                ("table", list(object(&["from", "officers"], vec![("from", whole(0)), ("officers", whole(0))]))),
                ("ladder", list(rung)),
                ("resources", link("texts")),
                ("notes", link("texts")),
            ],
        ),
        (
            "venue_bar",
            &[],
            vec![
                ("bar", link("texts")),
                ("tasks", link("texts")),
                ("define", json!({ "type": "object", "additionalProperties": link("text") })),
                ("proof", link("text")),
            ],
        ),
        (
            "approval",
            &["object"],
            vec![
                ("object", words(&["officer", "officer_job", "job", "venue", "customer", "contract"])),
                ("levels", link("texts")),
                ("order", words(&["in_order", "any_order", "one"])),
                ("documents", link("texts")),
                ("renew", renewal),
                ("silence", words(&["wait", "deny"])),
                ("verbal_first", flag()),
                ("revoked_by", link("texts")),
                ("looks_at", link("texts")),
            ],
        ),
        (
            "lead_time",
            &["at_least"],
            vec![("object", words(&["request", "change", "sign_up"])), ("at_least", notice), ("late", late)],
        ),
        ("release_stage", &["stages"], vec![("stages", list(stage)), ("reset", link("text"))]),
        (
            "give_up",
            &["zones"],
            vec![
                ("zones", list(zone)),
                ("replacement", words(&["agency", "officer", "either"])),
                ("who", link("condition")),
                ("trade", flag()),
                ("notify", link("texts")),
                ("how", link("text")),
                ("except", link("texts")),
                ("charge_hours", flag()),
            ],
        ),
    ]
}
