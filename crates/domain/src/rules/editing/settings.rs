//! What every rule can say beside its sentence: what a breach does, who may set it aside, where it comes from, dates.

use super::{
    pen::{Part, Pen, choices, closed, open},
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
        _ => {}
    }
    pen.maybe("from", "First day", Input::Date).maybe("until", "Last day", Input::Date);
    let slots = pen.parts.into_iter().filter_map(|part| if let Part::Slot(slot) = part { Some(slot) } else { None });
    slots.collect()
}
