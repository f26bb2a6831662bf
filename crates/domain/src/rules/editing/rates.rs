//! The rules of a rate card as sentences, and the questions that texts leave open.

use super::{
    pen::{Pen, Rows, choices, open},
    slot::Input,
};

const HOURLY: Input = Input::Money("an hour");

/// Writes the sentence of a rule of this list of the card; answers the lists inside it.
pub(super) fn sentence(pen: &mut Pen<'_>, list: &str) -> Vec<Rows> {
    match list {
        "base_rate" => return base_rate(pen),
        "payable_time" => payable_time(pen),
        "quantize" => return quantize(pen),
        "premium" => return premium(pen),
        "resource_fee" => resource(pen),
        "admin_fee" => return admin_fee(pen),
        "tax" => {
            pen.slot("percent", "Tax", Input::Percent, "").say(" % of ");
            pen.slot("on", "What it is taken of", bases(), "labour");
        }
        "cancellation" => return cancellation(pen),
        "payment_terms" => terms(pen),
        "split" => {
            pen.given("percent", "", "Part", Input::Percent, " % ");
            pen.given("per_hour", "", "Part an hour", HOURLY, " ");
            pen.say("of the officer's labor goes to ").slot("to", "Who receives it", payee(), "agency");
        }
        _ => {}
    }
    Vec::new()
}

fn payee() -> Input {
    choices(&[
        ("agency", "the agency"),
        ("city", "the city"),
        ("operator", "the operator"),
        ("coordinator", "the coordinator"),
        ("officer", "the officer"),
        ("retirement", "the retirement fund"),
    ])
}

fn bases() -> Input {
    super::pen::closed(&[("labour", "labor"), ("flat", "surcharges"), ("resources", "resources"), ("fees", "fees")])
}

/// A number, or a table as one line for each entry; answers the tables.
fn amounts(pen: &mut Pen<'_>, path: &str, label: &str, input: &Input, tables: &mut Vec<Rows>) {
    if pen.word(path).is_some() {
        pen.slot(path, label, input.clone(), "");
    } else if pen.has(path) {
        let by = path.rsplit_once('/').map_or_else(|| "by".to_owned(), |(before, _)| format!("{before}/by"));
        pen.say(format!("by {}", pen.facts(&by)));
        tables.push(pen.table(path, input));
    }
}

fn base_rate(pen: &mut Pen<'_>) -> Vec<Rows> {
    let mut tables = Vec::new();
    if pen.has("own_rate_times") {
        pen.slot("own_rate_times", "Factor", Input::Factor, "").say(" times the officer's own hourly rate");
    } else if pen.has("agreed") {
        pen.say("The rate agreed for the job");
    } else {
        pen.say("The hour costs ");
        amounts(pen, "amount", "Rate an hour", &HOURLY, &mut tables);
    }
    if pen.has("pay") {
        pen.say(", of which the officer is paid ");
        amounts(pen, "pay", "Pay an hour", &HOURLY, &mut tables);
    }
    pen.given("at_least", ", at least ", "At least", HOURLY, "");
    tables
}

fn payable_time(pen: &mut Pen<'_>) {
    let basis = choices(&[
        ("clock", "The time worked is paid"),
        ("scheduled", "The scheduled time is paid"),
        ("longer", "The longer of worked and scheduled time is paid"),
    ]);
    let released = choices(&[
        ("actual", "pays the time worked"),
        ("full", "pays the whole schedule"),
        ("full_if_over_half", "pays the whole schedule after more than half"),
    ]);
    let early = choices(&[("paid", "is paid"), ("unpaid", "is not paid")]);
    let overrun = choices(&[
        ("customer", "the customer's"),
        ("agency", "the agency's"),
        ("customer_if_related", "the customer's if it belongs to the job"),
    ]);
    pen.slot("basis", "Which time is paid", basis, "clock").say("; an early release ");
    pen.slot("released_early", "Early release", released, "actual").say("; an early start ");
    pen.slot("early_start", "Early start", early, "paid").say("; time beyond the schedule is ");
    pen.slot("overrun", "Time beyond the schedule", overrun, "customer");
    pen.given("overrun_limit", ", up to ", "At most beyond the schedule", Input::Length, "");
    pen.given("add", "; ", "Time added", Input::Length, " are added");
    pen.given("paid_meal", "; ", "Paid break", Input::Length, " of breaks are paid");
    pen.given("paid_meal_over", " on shifts over ", "Shifts over", Input::Length, "");
}

fn quantize(pen: &mut Pen<'_>) -> Vec<Rows> {
    pen.given("minimum", "At least ", "Minimum", Input::Length, " are paid");
    if pen.has("step") {
        let direction =
            choices(&[("up", "rounded up to"), ("nearest", "rounded to the nearest"), ("down", "rounded down to")]);
        pen.say(if pen.has("minimum") { "; other time is " } else { "Time is " });
        pen.slot("direction", "Which way", direction, "up").say(" ").slot("step", "Step", Input::Length, "");
    }
    pen.given("grace", "; ", "Grace", Input::Length, " over an edge do not count");
    pen.given("minimum_amount", "; labor comes to at least ", "Minimum amount", Input::Money(""), "");
    if !pen.has("blocks") {
        return Vec::new();
    }
    if pen.parts.is_empty() {
        pen.say("Time is paid in blocks");
    }
    vec![pen.rows("blocks", "Blocks", "Add a block", |pen, _| {
        if pen.has("over") {
            pen.say("Over ").slot("over", "Over", Input::Length, "");
            pen.say(" and up to the block: pays ").slot("pays", "Pays", Input::Length, "");
        } else {
            pen.say("Up to and paying ").slot("", "Block", Input::Length, "");
        }
    })]
}

fn premium(pen: &mut Pen<'_>) -> Vec<Rows> {
    let mut tables = Vec::new();
    pen.given("effect/set_agreed", "The rate agreed as ", "Name of the agreed rate", Input::Text, "; ");
    if pen.has("effect/set") {
        pen.say("The rate is ");
        amounts(pen, "effect/set", "Rate an hour", &HOURLY, &mut tables);
        pen.say("; ");
    }
    pen.given("effect/multiply", "", "Factor", Input::Factor, " times the rate");
    pen.given("effect/add", "", "More an hour", Input::Money("an hour more"), "");
    pen.given("effect/add_flat", "", "Once", Input::Money("once"), "");
    pen.given("effect/at_least", "At least ", "At least", HOURLY, "");
    pen.given("effect/at_least_tier", "At least the rate of ", "Tier", Input::Text, "");
    pen.given("after", " after ", "After so many hours", Input::Length, "");
    pen.given("first", " for the first ", "First hours", Input::Length, "");
    if pen.word("beyond_schedule") == Some("true") {
        pen.say(" for time after the scheduled end");
    }
    pen.given("ordered_after", " if ordered after ", "Ordered after", Input::Time, " of the day before");
    let applies = choices(&[
        ("portion", "for the time inside"),
        ("touch", "for the whole shift when any part is inside"),
        ("begins", "for the whole shift when it begins inside"),
        ("majority", "for the whole shift when most of it is inside"),
        ("from_then_on", "from the first minute inside to the end of the shift"),
    ]);
    if pen.has("when") || pen.has("applies") {
        pen.say(" ").slot("applies", "What of the shift", applies, "portion");
    }
    tables
}

fn resource(pen: &mut Pen<'_>) {
    pen.slot("resource", "Resource", Input::Text, "").say(": ");
    pen.given("first_hour", "", "First hour", Input::Money("for the first hour"), ", ");
    pen.given("per_hour", "", "An hour", HOURLY, " ");
    pen.given("per_shift", "", "A shift", Input::Money("a shift"), " ");
    pen.given("per_day", "", "A day", Input::Money("a day"), " ");
    pen.given("per_mile", "", "A mile", Input::Money("a mile"), " ");
    pen.given("percent", "", "Per cent", Input::Percent, " % of labor ");
    pen.given("minimum", ", at least ", "Minimum", Input::Length, "");
    let forced = choices(&[("false", "when the job asks for it"), ("true", "asked for or not")]);
    pen.say(", ").slot("forced", "When", forced, "false");
}

fn admin_fee(pen: &mut Pen<'_>) -> Vec<Rows> {
    let mut tables = Vec::new();
    if pen.has("percent") {
        amounts(pen, "percent", "Per cent", &Input::Percent, &mut tables);
        pen.say(" % of ").slot("on", "What it is taken of", bases(), "labour");
    }
    pen.given("per_hour", " ", "An hour", Input::Money("for each paid hour"), "");
    pen.given("per_officer", " ", "An officer", Input::Money("for each officer"), "");
    pen.given("per_job", " ", "A job", Input::Money("for the job"), "");
    pen.given("at_least_per_hour", ", at least ", "At least", HOURLY, "");
    pen.given("at_most_per_hour", ", at most ", "At most", HOURLY, "");
    pen.given("first", ", on the first ", "First hours", Input::Length, "");
    if pen.has("bands/steps") {
        pen.say(" by a table");
        tables.push(pen.rows("bands/steps", "Steps", "", |pen, _| {
            pen.given("up_to", "Up to ", "Up to", Input::Count(""), ": ");
            pen.slot("amount", "Amount", Input::Money(""), "");
        }));
    }
    pen.say(", for ").slot("payee", "Who receives it", payee(), "agency");
    tables
}

fn cancellation(pen: &mut Pen<'_>) -> Vec<Rows> {
    let counts = choices(&[("clock", "all hours"), ("office_hours", "office hours")]);
    pen.say("Cancelled late, this is owed; notice counts ").slot(
        "counts",
        "Which hours notice counts",
        counts,
        "clock",
    );
    vec![pen.rows("windows", "Windows, the first that fits decides", "Add a window", |pen, _| {
        if pen.word("after_start") == Some("true") {
            pen.say("After the start: ");
        } else {
            pen.given("under", "Less than ", "Notice under", Input::Length, " before: ");
            pen.given("at_most", "", "Notice at most", Input::Length, " or less before: ");
            pen.given("over", "More than ", "Notice over", Input::Length, " before: ");
            pen.given("deadline", "After ", "Deadline of the day before", Input::Time, " of the day before: ");
        }
        pen.given("scheduled_under", "jobs under ", "Scheduled under", Input::Length, ": ");
        pen.given("scheduled_at_least", "jobs of ", "Scheduled at least", Input::Length, " or more: ");
        pen.given("charge", "", "Hours charged", Input::Length, " are charged");
        if pen.word("full") == Some("true") {
            pen.say("the whole schedule is charged");
        }
        pen.given("flat", " ", "Flat sum", Input::Money("for each officer"), "");
        if pen.parts.is_empty() {
            pen.say("Otherwise");
        }
    })]
}

fn terms(pen: &mut Pen<'_>) {
    pen.say("Invoices are due");
    pen.given("net_days", " after ", "Days until due", Input::Count("days"), "");
    pen.given("deposit", "; a deposit of ", "Deposit", Input::Money(""), "");
    pen.given("deposit_percent", "; a deposit of ", "Deposit", Input::Percent, " %");
    pen.given("escrow_above", "; into escrow above ", "Escrow above", Input::Money(""), "");
    pen.given("late_percent_month", "; late: ", "Interest a month", Input::Percent, " % a month");
    pen.given("late_percent_year", "; late: ", "Interest a year", Input::Percent, " % a year");
    pen.given("late_percent", "; late: ", "Late fee", Input::Percent, " % once");
    pen.given("late_flat", "; late: ", "Late fee", Input::Money("once"), "");
    pen.given("late_per_position", "; late: ", "Late fee for a position", Input::Money("for each position"), "");
    pen.given("late_at_least", "; late at least ", "Late fee at least", Input::Money(""), "");
    pen.given("late_at_most", "; late at most ", "Late fee at most", Input::Money(""), "");
    let grace = "Days without a late fee";
    pen.given("late_grace_days", "; nothing up to ", grace, Input::Count("days"), " after the due day");
    pen.given("card_percent", "; by card ", "By card", Input::Percent, " % more");
    pen.given("credit_limit", "; credit up to ", "Credit", Input::Money(""), "");
    pen.given("stop_after_days", "; no service from ", "No service from", Input::Count("days"), " after the due day");
    pen.given("dispute_days", "; disputes within ", "Disputes within", Input::Count("days"), "");
    pen.given("instruments", "; by ", "How one may pay", open(Vec::new()), "");
}

/// A question that texts leave open: its key, the question, and the answers, the default first.
pub(super) type Question = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The questions of `switches`.
pub(super) const QUESTIONS: &[Question] = &[
    (
        "stacking",
        "Several premiums on the same hour",
        &[
            ("max", "the highest counts"),
            ("sum", "their increases are added"),
            ("product", "they multiply"),
            ("sequence", "they follow each other in the order written"),
        ],
    ),
    (
        "padded_minutes",
        "Minutes that a minimum or rounding adds get",
        &[
            ("scheduled_minute", "the rate of the time they fall on"),
            ("last_minute", "the rate of the last worked minute"),
            ("base", "the base rate"),
        ],
    ),
    ("after_counts", "Hours for overtime are", &[("paid", "paid hours"), ("worked", "worked hours")]),
    (
        "after_per",
        "Hours for overtime count",
        &[("job", "per job"), ("day", "per day"), ("week", "per week"), ("consecutive", "over work without a break")],
    ),
    (
        "holiday",
        "A holiday premium pays for",
        &[
            ("portion", "the part of the shift on the holiday"),
            ("touch", "the whole shift when any part is on it"),
            ("begins", "the whole shift when it begins on it"),
            ("majority", "the whole shift when most of it is on it"),
            ("from_then_on", "the time from its first minute to the end of the shift"),
        ],
    ),
    ("notice_from", "Notice counts from", &[("receipt", "the receipt of the request"), ("approval", "its approval")]),
    (
        "minimum_per",
        "A minimum is owed",
        &[
            ("assignment", "for each assignment"),
            ("officer_day", "once per officer and day"),
            ("customer_day", "once per officer, customer and day"),
        ],
    ),
    (
        "clock",
        "On the night the clocks change, paid is",
        &[("elapsed", "the time that passed"), ("wall_clock", "the time on the clock")],
    ),
    ("premium_on_cancelled", "Premiums on cancelled hours", &[("true", "count"), ("false", "do not count")]),
    ("fee_on_cancelled", "Fees on a cancellation", &[("true", "count"), ("false", "do not count")]),
    ("resource_on_cancelled", "Resources of a cancelled job", &[("false", "are not charged"), ("true", "are charged")]),
    (
        "start_change",
        "A start changed at short notice",
        &[
            ("reprice", "is priced anew"),
            ("ask_officer", "needs the officer's consent"),
            ("repost", "offers the job again"),
            ("pay_first", "pays the first officer as cancelled"),
        ],
    ),
    (
        "cancelled_when",
        "A cancellation counts when it is",
        &[
            ("sent", "sent"),
            ("received_in_office", "received by the office"),
            ("received_by_officer", "received by the officer"),
            ("spoken", "spoken to a person"),
        ],
    ),
];
