//! Rules to begin with, in plain words.

use super::{Group, rewrite::Item, slot::written, vocabulary::Vocabulary};

/// A rule to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its name, which the rule's id begins with.
    pub name: &'static str,
    /// Where it is offered.
    pub group: Group,
    /// What it is.
    pub title: &'static str,
    /// What it says, with numbers to replace.
    pub example: &'static str,
    /// The list of the document.
    pub(super) list: &'static str,
    /// Keys and values as written, without the id. `RANKS`, `RANK`, `RANK_TABLE` and `CERTIFICATION` stand for the agency's own.
    keys: &'static [(&'static str, &'static str)],
}

const fn policy(
    name: &'static str,
    group: Group,
    title: &'static str,
    example: &'static str,
    keys: &'static [(&'static str, &'static str)],
) -> Template {
    Template { name, group, title, example, list: "policy", keys }
}

const fn rate(
    name: &'static str,
    group: Group,
    list: &'static str,
    title: &'static str,
    example: &'static str,
    keys: &'static [(&'static str, &'static str)],
) -> Template {
    Template { name, group, title, example, list, keys }
}

/// Every template, in the order of the page.
pub const TEMPLATES: &[Template] = &[
    policy(
        "week-cap",
        Group::Hours,
        "Hours a week",
        "No more than 24 hours of off-duty details in a week",
        &[("kind", "cap"), ("max", "24 h"), ("count", "[detail]"), ("window", "{ week: { from: mon } }")],
    ),
    policy(
        "day-cap",
        Group::Hours,
        "Hours in 24",
        "No more than 16 hours of all work in any 24 hours",
        &[
            ("kind", "cap"),
            ("max", "16 h"),
            ("count", "[on_duty, overtime, court, training, detail]"),
            ("window", "{ rolling: 24 h }"),
        ],
    ),
    policy(
        "job-cap",
        Group::Hours,
        "Jobs a day",
        "No more than 2 details in a calendar day",
        &[("kind", "cap"), ("max", "2 jobs"), ("count", "[detail]"), ("window", "calendar_day")],
    ),
    policy(
        "run-cap",
        Group::Hours,
        "Unbroken work",
        "No more than 16 hours without a break of 4 hours",
        &[("kind", "run_cap"), ("max", "16 h"), ("broken_by", "4 h"), ("count", "[on_duty, overtime, court, detail]")],
    ),
    policy(
        "rest-before-tour",
        Group::Rest,
        "Rest before a tour",
        "At least 8 hours between a detail and an on-duty tour",
        &[("kind", "rest_gap"), ("min", "8 h"), ("after", "[detail]"), ("before", "[on_duty]")],
    ),
    policy(
        "rest-after-tour",
        Group::Rest,
        "Rest after a tour",
        "At least 1 hour between an on-duty tour and a detail",
        &[("kind", "rest_gap"), ("min", "1 h"), ("after", "[on_duty]"), ("before", "[detail]")],
    ),
    policy(
        "no-overlap",
        Group::Rest,
        "No two things at once",
        "Never at the same time as a tour, court or another detail",
        &[("kind", "no_overlap"), ("with", "[on_duty, overtime, court, training, detail]")],
    ),
    policy(
        "rank",
        Group::Who,
        "Rank and above",
        "Only sergeants and above may work, for jobs that you describe",
        &[("kind", "require"), ("that", "{ officer.rank: RANKS }")],
    ),
    policy(
        "certification",
        Group::Who,
        "Certification",
        "Officers need a certification for jobs that you describe",
        &[("kind", "credential"), ("need", "[CERTIFICATION]"), ("when", "{ job.traffic: true }")],
    ),
    policy(
        "status",
        Group::Who,
        "Status",
        "No work for officers on light duty or suspended",
        &[("kind", "status_block"), ("statuses", "[hold, light_duty, injured, suspended]")],
    ),
    policy(
        "probation",
        Group::Who,
        "Past probation",
        "Only officers past probation may work",
        &[("kind", "require"), ("that", "{ officer.probation: false }")],
    ),
    policy(
        "do-not-send",
        Group::Who,
        "Do-not-send list",
        "Officers on a customer's list do not work there",
        &[("kind", "list"), ("list", "do_not_send"), ("type", "deny"), ("owner", "customer")],
    ),
    policy(
        "venue-ban",
        Group::Where,
        "Places barred",
        "No work at adult venues",
        &[("kind", "venue_bar"), ("bar", "[adult_venue]")],
    ),
    policy(
        "bars",
        Group::Where,
        "Bars",
        "No work at places that live on alcohol",
        &[("kind", "venue_bar"), ("when", "{ venue.alcohol_percent: { over: 50 } }")],
    ),
    policy(
        "crew",
        Group::Crew,
        "Officers and supervisors",
        "At least 2 officers; a sergeant from 4 officers",
        &[("kind", "crew"), ("min", "2"), ("ladder", "[{ role: RANK, at: 4 }]")],
    ),
    policy(
        "crowd",
        Group::Crew,
        "Officers by attendance",
        "1 officer for every 100 guests",
        &[("kind", "crew"), ("by_attendance", "{ officers: 1, per: 100 }")],
    ),
    policy(
        "approval",
        Group::Approvals,
        "Approval",
        "The job must be approved by the chief",
        &[
            ("kind", "approval"),
            ("object", "job"),
            ("levels", "[chief]"),
            ("when", "{ job.alcohol: true }"),
            ("effect", "{ approve: chief }"),
        ],
    ),
    policy(
        "permit",
        Group::Approvals,
        "Yearly permit",
        "Each officer's permit is renewed every year",
        &[("kind", "approval"), ("object", "officer"), ("renew", "yearly"), ("effect", "{ approve: chief }")],
    ),
    policy(
        "lead-time",
        Group::Approvals,
        "Notice for requests",
        "A request comes at least 72 hours before the start",
        &[("kind", "lead_time"), ("at_least", "{ elapsed: 72 h }"), ("late", "may_stay_unfilled")],
    ),
    policy(
        "penalty",
        Group::Duties,
        "Penalty ladder",
        "No sign-ups for 30, then 60 days after a no-show",
        &[("kind", "penalty"), ("events", "[no_show]"), ("ladder", "[30 d, 60 d]"), ("look_back", "365 d")],
    ),
    rate(
        "rate",
        Group::Rates,
        "rates/base_rate",
        "One rate",
        "The hour costs 50 dollars",
        &[("name", "Hourly rate"), ("amount", "50")],
    ),
    rate(
        "rate-by-rank",
        Group::Rates,
        "rates/base_rate",
        "Rate by rank",
        "The hour costs so much for each rank",
        &[("name", "Hourly rate by rank"), ("by", "officer.rank"), ("amount", "RANK_TABLE")],
    ),
    rate(
        "minimum",
        Group::Minimums,
        "rates/quantize",
        "Minimum and rounding",
        "At least 4 hours are paid, then quarter hours",
        &[("minimum", "4 h"), ("step", "15 min"), ("direction", "up")],
    ),
    rate(
        "paid-time",
        Group::Minimums,
        "rates/payable_time",
        "Which time is paid",
        "The time worked is paid",
        &[("basis", "clock")],
    ),
    rate(
        "night",
        Group::Premiums,
        "rates/premium",
        "Night",
        "5 dollars an hour more from 22:00 to 06:00",
        &[("name", "Night"), ("when", "{ moment.time: 22:00-06:00 }"), ("effect", "{ add: 5 }")],
    ),
    rate(
        "holiday",
        Group::Premiums,
        "rates/premium",
        "Holiday",
        "1.5 times the rate on a holiday",
        &[("name", "Holiday"), ("when", "{ moment.holiday: any }"), ("effect", "{ multiply: 1.5 }")],
    ),
    rate(
        "overtime",
        Group::Premiums,
        "rates/premium",
        "Long jobs",
        "1.5 times the rate after 8 hours",
        &[("name", "Over 8 hours"), ("after", "8 h"), ("effect", "{ multiply: 1.5 }")],
    ),
    rate(
        "short-notice",
        Group::Premiums,
        "rates/premium",
        "Short notice",
        "1.5 times the rate with less than 24 hours' notice",
        &[("name", "Short notice"), ("when", "{ moment.notice: { under: 24 h } }"), ("effect", "{ multiply: 1.5 }")],
    ),
    rate(
        "alcohol",
        Group::Premiums,
        "rates/premium",
        "Alcohol",
        "10 dollars an hour more where alcohol is served",
        &[("name", "Alcohol served"), ("when", "{ job.alcohol: true }"), ("effect", "{ add: 10 }")],
    ),
    rate(
        "fee",
        Group::Fees,
        "rates/admin_fee",
        "Administrative fee",
        "10 % of labor",
        &[("name", "Administrative fee"), ("percent", "10")],
    ),
    rate(
        "car",
        Group::Fees,
        "rates/resource_fee",
        "Patrol car",
        "15 dollars an hour for each car",
        &[("name", "Patrol car"), ("resource", "car"), ("per_hour", "15")],
    ),
    rate(
        "tax",
        Group::Fees,
        "rates/tax",
        "Sales tax",
        "7 % of labor and fees",
        &[("name", "Sales tax"), ("percent", "7"), ("on", "[labour, fees]")],
    ),
    rate(
        "cancellation",
        Group::Cancellation,
        "rates/cancellation",
        "Late cancellation",
        "Less than 24 hours before: 4 hours are charged",
        &[("name", "Late cancellation"), ("windows", "[{ under: 24 h, charge: 4 h }]")],
    ),
    rate(
        "terms",
        Group::Payment,
        "rates/payment_terms",
        "Payment terms",
        "Due after 30 days; late 1.5 % a month",
        &[("net_days", "30"), ("late_percent_month", "1.5")],
    ),
];

impl Template {
    /// The rule as it is written, with an id that nobody has.
    pub(super) fn item(&self, words: &Vocabulary, taken: &[String]) -> Item {
        let number = (1..).find(|number| !taken.contains(&self.id(*number))).unwrap_or(1);
        let mut keys = vec![("id".to_owned(), self.id(number))];
        keys.extend(self.keys.iter().map(|(key, value)| ((*key).to_owned(), filled(value, words))));
        Item::Map(keys)
    }

    fn id(&self, number: usize) -> String {
        if number == 1 { self.name.to_owned() } else { format!("{}-{number}", self.name) }
    }
}

/// The second rank of the agency, which leads: sergeant, where there are several.
fn leading(words: &Vocabulary) -> usize {
    words.ranks.iter().position(|rank| rank.value == "sergeant").unwrap_or(usize::from(words.ranks.len() > 1))
}

fn filled(value: &str, words: &Vocabulary) -> String {
    let rank = words.ranks.get(leading(words)).map_or_else(|| "sergeant".to_owned(), |rank| written(&rank.value));
    let upward: Vec<String> = words.ranks.iter().skip(leading(words)).map(|rank| written(&rank.value)).collect();
    let upward = if upward.is_empty() { "sergeant, lieutenant, captain".to_owned() } else { upward.join(", ") };
    let table = if words.ranks.is_empty() {
        "{ officer: 50, sergeant: 60 }".to_owned()
    } else {
        let rows =
            words.ranks.iter().enumerate().map(|(at, rank)| format!("{}: {}", written(&rank.value), 50 + 10 * at));
        format!("{{ {} }}", rows.collect::<Vec<_>>().join(", "))
    };
    let certification =
        words.certifications.first().map_or_else(|| "traffic_control".to_owned(), |one| written(&one.value));
    value
        .replace("RANK_TABLE", &table)
        .replace("RANKS", &format!("[{upward}]"))
        .replace("RANK", &rank)
        .replace("CERTIFICATION", &certification)
}

/// A new item of a list inside a rule; `last` is the longest length that the last item names, in minutes.
pub(super) fn row(group: Group, path: &str, count: usize, last: i64, words: &Vocabulary) -> Option<Item> {
    let map = |keys: &[(&str, String)]| {
        Some(Item::Map(keys.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()))
    };
    let text = |text: &str| text.to_owned();
    match path {
        "ladder" if group == Group::Duties => Some(Item::One(format!("{} d", (2 * last / 1440).clamp(30, 365)))),
        "ladder" if words.ranks.is_empty() => map(&[("role", text("sergeant")), ("at", text("4"))]),
        "ladder" => {
            let next = words.ranks.get(leading(words) + count).or(words.ranks.last())?;
            map(&[("role", written(&next.value)), ("at", (4 * (count + 1)).to_string())])
        }
        "table" => map(&[("from", text("500")), ("officers", text("4"))]),
        "zones" => map(&[("notice", text("24 h")), ("then", text("free"))]),
        "windows" => map(&[("under", text("2 h")), ("charge", text("4 h"))]),
        "blocks" => Some(Item::One(format!("{} min", last + 240))),
        _ => None,
    }
}
