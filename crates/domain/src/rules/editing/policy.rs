//! The seventeen kinds of policy rule as sentences.

use super::{
    pen::{Pen, Rows, choices, closed, open, pairs},
    slot::{Choice, Input},
};

/// The kinds of work as the field says them.
const WORK: &[(&str, &str)] = &[
    ("on_duty", "on-duty tours"),
    ("overtime", "overtime"),
    ("court", "court"),
    ("training", "training"),
    ("detail", "off-duty details"),
    ("other_employment", "other employment"),
    ("other_agency", "details of other agencies"),
    ("leave", "leave"),
    ("sick", "sickness"),
    ("unavailable", "time taken out"),
];

fn work() -> Input {
    closed(WORK)
}

/// Writes the sentence of a kind; answers the lists inside it.
pub(super) fn sentence(pen: &mut Pen<'_>, kind: &str) -> Vec<Rows> {
    match kind {
        "cap" => cap(pen),
        "run_cap" => {
            pen.say("No more than ").slot("max", "Longest unbroken work", Input::Length, "");
            pen.say(" of unbroken ").slot("count", "Work that counts", work(), "");
            pen.say("; a break of ").slot("broken_by", "Break that ends it", Input::Length, "").say(" ends it");
            Vec::new()
        }
        "rest_gap" => {
            pen.say("At least ").slot("min", "Rest", Input::Length, "").say(" of rest between ");
            pen.slot("after", "After this work", work(), "").say(" and ").slot(
                "before",
                "Before this work",
                work(),
                "",
            );
            pen.given("after_run_of", ", after a run of ", "Run after which it is owed", Input::Length, " or more");
            Vec::new()
        }
        "no_overlap" => {
            pen.say("Never at the same time as ").slot("with", "Work in the way", work(), "").say(", with ");
            pen.slot("buffer_before", "Free time before", Input::Length, "0 min").say(" free before and ");
            pen.slot("buffer_after", "Free time after", Input::Length, "0 min").say(" free after");
            pen.given("travel", ", and ", "Travel between places", Input::Length, " more between different places");
            Vec::new()
        }
        "status_block" => status(pen),
        "require" => {
            if pen.keys("that") == ["officer.rank"] && !pen.words.ranks.is_empty() {
                let ranks = pen.words.ranks.clone();
                let from = Input::RanksFrom(ranks.clone());
                pen.say("Only ");
                if pen.reads("that/officer.rank", &from) {
                    pen.slot("that/officer.rank", "Lowest rank that may work", from, "").say(" may work");
                } else {
                    pen.slot("that/officer.rank", "Ranks that may work", open(ranks), "").say(" may work");
                }
            } else {
                pen.say("Only when this holds");
            }
            Vec::new()
        }
        "credential" => {
            let known = pen.words.certifications.clone();
            pen.say("Officers need ").slot("need", "Certifications", open(known), "").say(", valid ");
            let valid =
                choices(&[("every_day", "on every day"), ("start", "on the first day"), ("end", "on the last day")]);
            pen.slot("valid", "On which days", valid, "every_day").say(" of the work");
            pen.given("grace_days", ", with ", "Days of grace", Input::Count("days"), " of grace");
            Vec::new()
        }
        "relation_bar" => relation(pen),
        "list" => list(pen),
        "penalty" => penalty(pen),
        "crew" => crew(pen),
        "venue_bar" => venue(pen),
        "approval" => approval(pen),
        "lead_time" => lead_time(pen),
        "release_stage" => {
            pen.say("Work is offered in stages");
            vec![pen.rows("stages", "Stages, first to last", "", |pen, _| {
                pen.slot("name", "Who is offered", Input::Text, "");
                pen.given("opens/after", ", ", "Opens after", Input::Length, " after the stage before");
                pen.given(
                    "opens/unfilled_before",
                    ", when unfilled ",
                    "Opens before the start",
                    Input::Length,
                    " before the start",
                );
                pen.given("opens/day_before", ", at ", "Opens on the day before at", Input::Time, " of the day before");
            })]
        }
        "give_up" => {
            let who = choices(&[("agency", "the agency"), ("officer", "the officer"), ("either", "either")]);
            pen.say("Giving work back; a replacement is found by ").slot(
                "replacement",
                "Who finds a replacement",
                who,
                "agency",
            );
            pen.given("how", "; how: ", "How it is done", Input::Text, "");
            vec![pen.rows("zones", "By notice", "Add a zone", |pen, _| {
                let then = choices(&[
                    ("free", "free"),
                    ("replacement_needed", "only with a replacement"),
                    ("by_phone", "only by phone"),
                    ("forbidden", "not possible"),
                ]);
                pen.say("With ").slot("notice", "Notice", Input::Length, "").say(" of notice or more: ");
                pen.slot("then", "Then it is", then, "forbidden");
            })]
        }
        "duty_report" => {
            let due = choices(&[
                ("start", "at the start of each job"),
                ("end", "at the end of each job"),
                ("start_and_end", "at start and end"),
                ("during", "during the job"),
                ("pay_period", "each pay period"),
                ("month", "each month"),
                ("quarter", "each quarter"),
                ("year", "each year"),
                ("on_request", "when asked for"),
            ]);
            pen.slot("what", "Report", Input::Text, "").say(", due ").slot("due", "When", due, "");
            pen.given("within", ", within ", "Time to hand it in", Input::Length, "");
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn cap(pen: &mut Pen<'_>) -> Vec<Rows> {
    if pen.has("min") {
        pen.say("At least ").slot("min", "At least", Input::Amount, "");
        pen.given("max", " and no more than ", "At most", Input::Amount, "");
    } else {
        pen.say("No more than ").slot("max", "At most", Input::Amount, "");
    }
    pen.say(" of ").slot("count", "Work that counts", work(), "").say(" ");
    let mut windows = pairs(&[
        ("rolling", "in any stretch of"),
        ("calendar_day", "in a calendar day"),
        ("month", "in a calendar month"),
        ("year", "in a calendar year"),
        ("job", "in one job"),
        ("day_off", "on a day off"),
    ]);
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    windows.extend(
        super::slot::DAYS
            .iter()
            .zip(days)
            .map(|(day, name)| Choice::new(format!("week:{day}"), format!("in a week from {name}"))),
    );
    pen.slot("window", "Over what time", Input::Window(windows), "");
    pen.given("window/rolling", " ", "Length of the stretch", Input::Length, "");
    let kinds = pen.words.job_kinds.clone();
    pen.given("only/job_kinds", ", counting only ", "Kinds of job that count", open(kinds), "");
    pen.given("quota/max", "; up to ", "Higher limit", Input::Amount, "");
    pen.given("quota/once_in", " once in ", "How often", Input::Length, "");
    if !pen.has("exceptions") {
        return Vec::new();
    }
    vec![pen.rows("exceptions", "Other limits", "", |pen, _| {
        pen.say("With ").slot("away", "Away for", work(), "");
        pen.given("at_least_days", " on at least ", "Days away", Input::Count("days"), "");
        if pen.has("max") {
            pen.say(": no more than ").slot("max", "Limit then", Input::Amount, "");
        } else {
            pen.say(": no limit");
        }
    })]
}

fn status(pen: &mut Pen<'_>) -> Vec<Rows> {
    let known = pen.words.statuses.clone();
    pen.say("No work for officers on ").slot("statuses", "Statuses", open(known), "");
    pen.given("except_reasons", ", except for ", "Excused reasons", open(Vec::new()), "");
    if pen.has("tail") {
        pen.say(", and afterwards");
        pen.given("tail/after_end", " for ", "Time after its end", Input::Length, "");
        pen.given(
            "tail/after_missed_start",
            " for ",
            "Time after the missed start",
            Input::Length,
            " after the missed start",
        );
        pen.given("tail/full_tour", " until a tour of ", "Tour to be worked", Input::Length, " has been worked");
        if pen.has("tail/first_of") || pen.has("tail/all_of") {
            pen.say(" as the source says");
        }
    }
    Vec::new()
}

fn relation(pen: &mut Pen<'_>) -> Vec<Rows> {
    let known = closed(&[
        ("self_assigned", "assigns the job to himself or herself"),
        ("coordinators_superior", "commands the coordinator"),
        ("outranks_coordinator", "outranks the coordinator"),
        ("same_rank_in_charge", "shares the supervising rank with another on the shift"),
        ("under_lower_rank", "would work under a lower rank"),
    ]);
    pen.say("Not for an officer who ").slot("bar", "Relations that bar", known, "");
    Vec::new()
}

fn list(pen: &mut Pen<'_>) -> Vec<Rows> {
    let kinds = choices(&[
        ("deny", "may not work"),
        ("allow", "alone may work"),
        ("opt_in", "alone may work, having asked to"),
        ("preferred", "come first"),
        ("customer_hold", "get no service (customers)"),
        ("watch", "are watched and may work"),
    ]);
    let owner = choices(&[("agency", "the agency"), ("coordinator", "a coordinator"), ("customer", "the customer")]);
    pen.say("Those on the list ").slot("list", "Name of the list", Input::Text, "").say(", kept by ");
    pen.slot("owner", "Who keeps it", owner, "agency").say(", ").slot("type", "What it means", kinds, "");
    Vec::new()
}

fn penalty(pen: &mut Pen<'_>) -> Vec<Rows> {
    let events = pairs(&[
        ("no_show", "a no-show"),
        ("late", "coming late"),
        ("late_cancel", "a late withdrawal"),
        ("refuse", "a refusal"),
    ]);
    let bars = choices(&[("sign_ups", "sign up"), ("work", "work"), ("both", "sign up or work")]);
    pen.say("After ").slot("events", "Offenses", open(events), "").say(" the officer may not ");
    pen.slot("bars", "What is barred", bars, "sign_ups").say(" for a time");
    pen.given("look_back", ", counting offenses of the last ", "Offenses that count", Input::Length, "");
    vec![pen.rows("ladder", "How long", "Add a step", |pen, at| {
        let which = ["The first time", "The second time", "The third time", "The fourth time", "The fifth time"];
        pen.say(*which.get(at).unwrap_or(&"After that")).say(": ").slot("", "How long", Input::Length, "");
    })]
}

fn crew(pen: &mut Pen<'_>) -> Vec<Rows> {
    pen.say("A job needs ");
    pen.given("min", "at least ", "Officers at least", Input::Count("officers"), "");
    if pen.has("by_attendance") {
        pen.say(if pen.has("min") { ", and " } else { "" });
        pen.slot("by_attendance/officers", "Officers", Input::Count("officers"), "");
        pen.say(" for every ").slot("by_attendance/per", "Guests", Input::Count("guests"), "");
    }
    if !pen.has("min") && !pen.has("by_attendance") {
        pen.say("these people");
    }
    let ranks: Vec<Choice> = pen.words.ranks.clone();
    let mut lists = vec![pen.rows("ladder", "Supervisors", "Add a supervisor step", |pen, _| {
        let counts = choices(&[
            ("officers", "officers"),
            ("everybody", "officers and supervisors"),
            ("step_below", "of the step below"),
        ]);
        let role = pen.word("role").unwrap_or_default();
        if !ranks.is_empty() && ranks.iter().any(|rank| rank.value == role) {
            pen.say("A ").slot("role", "Rank", Input::Choice(ranks.clone()), "");
        } else {
            pen.say("A ").slot("role", "Rank or role", Input::Text, "");
        }
        pen.given("at", " from ", "From so many", Input::Count(""), "");
        pen.given("per", " for every ", "For every so many", Input::Count(""), "");
        pen.say(" ").slot("counts", "What is counted", counts, "officers");
    })];
    if pen.has("table") {
        lists.push(pen.rows("table", "By attendance", "Add a step", |pen, _| {
            pen.say("From ").slot("from", "Guests", Input::Count("guests"), "").say(": ");
            pen.slot("officers", "Officers", Input::Count("officers"), "");
        }));
    }
    lists
}

fn venue(pen: &mut Pen<'_>) -> Vec<Rows> {
    if pen.has("bar") {
        pen.say("No work at ").slot("bar", "Barred places and customers", open(Vec::new()), "");
    } else if pen.has("when") {
        pen.say("No work at places as the condition describes them");
    } else {
        pen.say("Some tasks are barred");
    }
    pen.given("tasks", "; never these tasks: ", "Barred tasks", open(Vec::new()), "");
    pen.given("proof", "; allowed with ", "Proof", Input::Text, "");
    Vec::new()
}

fn approval(pen: &mut Pen<'_>) -> Vec<Rows> {
    let object = choices(&[
        ("officer", "the officer, for off-duty work"),
        ("officer_job", "this officer on this job"),
        ("job", "the job"),
        ("venue", "the place"),
        ("customer", "the customer"),
        ("contract", "the contract"),
    ]);
    let order =
        choices(&[("in_order", "one after the other"), ("any_order", "all, in any order"), ("one", "one is enough")]);
    let renew = choices(&[
        ("never", "for good"),
        ("monthly", "for the month"),
        ("half_yearly", "for the half-year"),
        ("yearly", "for the year"),
        ("birth_month", "until the birth month"),
        ("birthday", "until the birthday"),
    ]);
    let levels = pen.words.levels.clone();
    pen.slot("object", "What is approved", object, "").say(" must be approved");
    pen.given("levels", " by ", "Who approves", open(levels), "");
    if pen.word("levels").is_none() && pen.count("levels") > 1 {
        pen.say(" (").slot("order", "How many must", order, "in_order").say(")");
    }
    pen.say(", and it holds ").slot("renew", "How long it holds", renew, "never");
    pen.given("documents", ", with ", "Documents", open(Vec::new()), "");
    Vec::new()
}

fn lead_time(pen: &mut Pen<'_>) -> Vec<Rows> {
    let object =
        choices(&[("request", "A request comes"), ("change", "A change comes"), ("sign_up", "A sign-up comes")]);
    pen.slot("object", "What must come in time", object, "request").say(" at least ");
    pen.given("at_least/elapsed", "", "Notice", Input::Length, "");
    pen.given("at_least/business_hours", "", "Office hours", Input::Count("office hours"), "");
    pen.given("at_least/business_days", "", "Business days", Input::Count("business days"), "");
    if pen.has("at_least/deadline") {
        pen.slot("at_least/deadline/days_before", "Days before", Input::Count("days"), "");
        pen.say(" before, by ").slot("at_least/deadline/at", "Time", Input::Time, "");
    } else {
        pen.say(" before the start");
    }
    let late = choices(&[
        ("refuse", "as the rule says"),
        ("may_stay_unfilled", "it may stay unfilled"),
        ("premium", "it costs more"),
    ]);
    pen.say("; late: ").slot("late", "What being late does", late, "refuse");
    Vec::new()
}
