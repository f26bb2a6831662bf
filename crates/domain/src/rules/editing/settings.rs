//! What every rule can say beside its sentence: what a breach does, who may set it aside, where it comes from, dates.

use super::{
    pen::{Part, Pen, choices, closed, open, pairs},
    slot::{Input, Slot},
    tree::Node,
    vocabulary::Vocabulary,
};

const POINTS: &[(&str, &str)] = &[
    ("request", "with the request"),
    ("list", "in the list"),
    ("sign_up", "at sign-up"),
    ("award", "at the award"),
    ("roster_change", "when a schedule or status changes"),
    ("punch_in", "at clock-in"),
    ("punch_out", "at clock-out"),
    ("pay", "when time is priced"),
];

/// The settings of one rule.
pub(super) fn of(text: &str, node: &Node, words: &Vocabulary, is_policy: bool, kind: &str) -> Vec<Slot> {
    let mut pen = Pen::new(text, node, words);
    if is_policy {
        if !matches!(kind, "release_stage" | "give_up") {
            pen.slot("effect", "When it is broken", Input::Effect, "block");
            pen.maybe("override/by", "Who may set it aside", open(words.levels.clone()));
        }
        pen.maybe("cite/book", "Book", Input::Text);
        pen.maybe("cite/article", "Article or section", Input::Text);
        pen.maybe("cite/page", "Page", Input::Count(""));
        pen.maybe("cite/link", "Link", Input::Text);
        pen.maybe("acts_at", "When it is asked (by its kind when empty)", closed(POINTS));
    } else {
        pen.maybe("name", "Words on the bill", Input::Text);
        pen.maybe("source", "Where it is written", Input::Text);
    }
    match kind {
        "cap" => {
            let measure =
                choices(&[("worked", "as worked"), ("scheduled", "as scheduled"), ("paid", "as paid, with minimums")]);
            pen.slot("measure", "How work counts", measure, "worked");
        }
        "rest_gap" => {
            let otherwise = choices(&[("block", "as the rule says"), ("overtime_pay", "is paid at overtime")]);
            pen.slot("otherwise", "Shorter rest", otherwise, "block");
        }
        "give_up" => {
            let told =
                [("approver", "the approver"), ("administrator", "the administrator"), ("customer", "the customer")];
            pen.slot("trade", "Two officers may trade their seats", Input::Flag, "false");
            pen.slot("charge_hours", "Hours given back count in the order of the list", Input::Flag, "false");
            pen.maybe("notify", "Who is told besides officers and coordinators", open(pairs(&told)));
        }
        "duty_report" => {
            pen.slot("withhold_pay", "The pay of the work waits for the report", Input::Flag, "false");
            if pen.word("due").is_some_and(|due| matches!(due, "pay_period" | "month" | "quarter" | "year")) {
                pen.slot("even_if_none", "Owed also without work in that time", Input::Flag, "false");
            }
        }
        _ => {}
    }
    pen.maybe("from", "First day", Input::Date).maybe("until", "Last day", Input::Date);
    let slots = pen.parts.into_iter().filter_map(|part| if let Part::Slot(slot) = part { Some(slot) } else { None });
    slots.collect()
}
