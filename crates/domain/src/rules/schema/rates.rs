//! The form of the rate card: switches, and the keys of each list.

use serde_json::{Value, json};

use super::{described, flag, link, list, object, text, whole, words};

const PAYEES: &[&str] = &["agency", "officer", "city", "operator", "coordinator", "retirement"];
const APPLIES: &[&str] = &["portion", "touch", "begins", "majority", "from_then_on"];
const BASES: &[&str] = &["labour", "flat", "resources", "fees"];

/// The card.
pub(super) fn card() -> Value {
    object(
        &[],
        vec![
            ("currency", link("text")),
            ("switches", described(switches(), "Questions that texts leave open.")),
            ("base_rate", described(list(base_rate()), "Dollars an hour; the first rule that fits decides.")),
            ("payable_time", described(list(payable_time()), "Which minutes count; the first rule that fits decides.")),
            ("quantize", described(list(quantize()), "Minimum, blocks, steps; the first rule that fits decides.")),
            (
                "premium",
                described(list(premium()), "Overtime, night, holiday and the like; every rule that fits counts."),
            ),
            ("resource_fee", described(list(resource_fee()), "Cars, dogs, boats, miles.")),
            ("admin_fee", described(list(admin_fee()), "The fee for arranging it.")),
            ("tax", list(rule(&["percent", "on"], vec![("percent", link("number")), ("on", list(words(BASES)))]))),
            ("cancellation", described(list(cancellation()), "What a cancelled or cut job costs.")),
            ("payment_terms", described(list(payment_terms()), "How and until when the customer pays.")),
            (
                "split",
                list(rule(
                    &["to"],
                    vec![("to", words(PAYEES)), ("percent", link("number")), ("per_hour", link("number"))],
                )),
            ),
            (
                "money_round",
                object(
                    &[],
                    vec![
                        ("mode", words(&["half_up", "half_even", "up", "down"])),
                        ("point", words(&["line", "rate", "invoice"])),
                        ("rate_decimals", whole(0)),
                    ],
                ),
            ),
        ],
    )
}

/// A rule of the card with what every rule may say.
fn rule(required: &[&str], fields: Vec<(&'static str, Value)>) -> Value {
    let mut all = vec![
        ("id", text("Short name; each line of a price names it.")),
        ("name", text("The words on the bill.")),
        ("source", text("Where the agency wrote it.")),
        ("when", link("condition")),
        ("from", link("date")),
        ("until", link("date")),
    ];
    all.extend(fields);
    object(required, all)
}

fn numbers(keys: &[&'static str]) -> Vec<(&'static str, Value)> {
    keys.iter().map(|key| (*key, link("number"))).collect()
}

fn lengths(keys: &[&'static str]) -> Vec<(&'static str, Value)> {
    keys.iter().map(|key| (*key, link("length"))).collect()
}

fn flags(keys: &[&'static str]) -> Vec<(&'static str, Value)> {
    keys.iter().map(|key| (*key, flag())).collect()
}

fn with<T>(mut first: Vec<T>, parts: Vec<Vec<T>>) -> Vec<T> {
    first.extend(parts.into_iter().flatten());
    first
}

fn switches() -> Value {
    object(
        &[],
        vec![
            ("clock", words(&["elapsed", "wall_clock"])),
            ("padded_minutes", words(&["base", "last_minute", "scheduled_minute"])),
            ("after_counts", words(&["paid", "worked", "scheduled"])),
            ("after_per", words(&["job", "day", "week", "consecutive"])),
            ("holiday", words(APPLIES)),
            ("notice_from", words(&["receipt", "approval"])),
            ("stacking", words(&["max", "sum", "product", "sequence"])),
            ("stacking_limit", link("number")),
            ("minimum_per", words(&["assignment", "officer_day", "customer_day"])),
            ("premium_on_cancelled", flag()),
            ("fee_on_cancelled", flag()),
            ("resource_on_cancelled", flag()),
            ("start_change", words(&["reprice", "ask_officer", "repost", "pay_first"])),
            ("cancelled_when", words(&["sent", "received_in_office", "received_by_officer", "spoken"])),
            ("rate_of", words(&["rank", "role"])),
            ("rank_tie", words(&["seniority", "named"])),
        ],
    )
}

fn base_rate() -> Value {
    let own = vec![("by", link("by")), ("amount", link("amounts")), ("pay", link("amounts"))];
    rule(&[], with(own, vec![numbers(&["own_rate_times", "at_least"]), flags(&["agreed", "match_highest_on_site"])]))
}

fn payable_time() -> Value {
    let own = vec![
        ("basis", words(&["clock", "scheduled", "longer"])),
        ("released_early", words(&["actual", "full", "full_if_over_half"])),
        ("early_start", words(&["paid", "unpaid"])),
        ("overrun", words(&["customer", "agency", "customer_if_related"])),
    ];
    rule(&[], with(own, vec![lengths(&["overrun_limit", "add", "paid_meal", "paid_meal_over"])]))
}

fn quantize() -> Value {
    let block = json!({ "anyOf": [
        link("length"),
        object(&["over", "pays"], vec![("over", link("length")), ("pays", link("length"))]),
    ] });
    let own = vec![
        ("blocks", list(block)),
        ("direction", words(&["up", "nearest", "down"])),
        ("minimum_amount", link("number")),
        ("per", words(&["assignment", "officer_day", "customer_day"])),
    ];
    rule(&[], with(own, vec![lengths(&["minimum", "step", "grace"])]))
}

fn premium() -> Value {
    let effect = with(
        vec![
            ("set", link("amounts")),
            ("set_agreed", link("text")),
            ("by", link("by")),
            ("at_least_tier", link("text")),
        ],
        vec![numbers(&["multiply", "add", "add_flat", "at_least"])],
    );
    let own = vec![
        ("after_counts", words(&["paid", "worked", "scheduled"])),
        ("after_per", words(&["job", "day", "week", "consecutive"])),
        ("ordered_after", link("clock")),
        ("applies", words(APPLIES)),
        ("effect", object(&[], effect)),
        ("concerns", words(&["both", "customer", "officer"])),
    ];
    rule(&["effect"], with(own, vec![lengths(&["after", "first"]), flags(&["beyond_schedule", "on_top", "fee_on_it"])]))
}

fn resource_fee() -> Value {
    let band = object(&["amount"], vec![("up_to", link("length")), ("amount", link("number"))]);
    let own = vec![
        ("resource", text("The word of the resource, as the job lists it.")),
        ("miles_free", json!({ "type": "integer" })),
        ("one_per", whole(1)),
        ("bands", list(band)),
        ("hours", words(&["deployed", "worked", "paid"])),
        ("payee", words(PAYEES)),
    ];
    rule(
        &["resource"],
        with(
            own,
            vec![
                numbers(&["per_hour", "first_hour", "per_shift", "per_day", "per_mile", "percent"]),
                lengths(&["minimum", "step"]),
                flags(&["forced", "fee_on_it"]),
            ],
        ),
    )
}

fn admin_fee() -> Value {
    let step = object(&["amount"], vec![("up_to", json!({ "type": "integer" })), ("amount", link("number"))]);
    let bands =
        object(&["by", "steps"], vec![("by", words(&["job.attendance", "job.officers"])), ("steps", list(step))]);
    let own = vec![
        ("percent", link("amounts")),
        ("by", link("by")),
        ("bands", bands),
        ("on", list(words(BASES))),
        ("first", link("length")),
        ("payee", words(PAYEES)),
        ("on_cancelled", flag()),
        ("worked_only", flag()),
    ];
    let amounts = numbers(&["per_hour", "per_officer", "per_job", "at_most_per_hour", "at_least_per_hour"]);
    rule(&[], with(own, vec![amounts]))
}

fn cancellation() -> Value {
    let window = with(
        vec![
            ("deadline", link("clock")),
            ("deadline_days", whole(0)),
            ("under_business_days", whole(0)),
            ("flat", link("number")),
            ("flat_per_job", link("number")),
            ("charge_percent", link("number")),
        ],
        vec![
            lengths(&["under", "at_most", "over", "at_least", "scheduled_under", "scheduled_at_least", "charge"]),
            flags(&[
                "after_start",
                "deadline_business",
                "or_worked",
                "full",
                "fee_only",
                "deposit_forfeited",
                "fee",
                "agency_keeps",
            ]),
        ],
    );
    rule(
        &[],
        vec![
            ("by", list(words(&["customer", "agency", "officer", "weather"]))),
            ("counts", words(&["clock", "office_hours"])),
            ("windows", list(object(&[], window))),
            ("channel", link("text")),
            ("covers_changes", flag()),
        ],
    )
}

fn payment_terms() -> Value {
    let own = vec![
        ("net_days", json!({ "type": "integer" })),
        ("prepay", flag()),
        ("late_compound", flag()),
        ("late_months", words(&["whole", "begun", "daily"])),
        ("late_grace_days", json!({ "type": "integer" })),
        ("stop_after_days", json!({ "type": "integer" })),
        ("dispute_days", json!({ "type": "integer" })),
        ("instruments", link("texts")),
    ];
    rule(
        &[],
        with(
            own,
            vec![numbers(&[
                "deposit",
                "deposit_percent",
                "escrow_above",
                "late_percent_month",
                "late_percent_year",
                "late_percent",
                "late_at_least",
                "late_at_most",
                "late_flat",
                "late_per_position",
                "card_percent",
                "credit_limit",
            ])],
        ),
    )
}
