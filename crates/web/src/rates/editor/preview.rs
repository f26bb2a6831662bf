//! A sample officer and a sample job beside the rules: the verdict with its reasons, the price with its lines.

use jiff::{ToSpan as _, civil::Weekday};
use maud::{Markup, html};
use muster_app::rates::editing::Desk;
use muster_domain::{
    policy::{Decision, Judgement, Outcome},
    refusal::Refusal,
    rules::{
        Quoted,
        editing::{Sample, TriedOut, try_out},
    },
    time::Minutes,
};

use crate::{
    fields::Fields,
    parts::{Tone, card, field, filters, icon, tag},
};

/// The sample as the query says it; what is missing or makes no sense is a usual Saturday evening.
fn sample(query: &Fields, desk: &Desk) -> Sample {
    let number =
        |name: &str, usual: i64, most: i64| query.get(name).parse().map_or(usual, |number: i64| number.clamp(0, most));
    let word = |name: &str| Some(query.get(name).to_owned()).filter(|word| !word.is_empty());
    let asked = !query.get("date").is_empty();
    let rank = word("rank").or_else(|| desk.ranks.last().map(|rank| rank.code.clone()));
    let rank_order = desk.ranks.iter().find(|one| Some(&one.code) == rank.as_ref()).map(|one| one.level);
    let in_a_week = desk.today.checked_add(7.days()).unwrap_or(desk.today);
    let saturday = in_a_week.yesterday().and_then(|day| day.nth_weekday(1, Weekday::Saturday)).unwrap_or(in_a_week);
    let date = query.get("date").parse().ok().filter(|date: &jiff::civil::Date| (1990..=2100).contains(&date.year()));
    Sample {
        rank,
        rank_order,
        certifications: if asked {
            query.all("certification").map(str::to_owned).take(50).collect()
        } else {
            Vec::new()
        },
        detail_hours: number("detail_hours", 12, 120),
        on_duty_hours: number("on_duty_hours", 40, 120),
        since_tour_hours: number("since_tour", 10, 200),
        until_tour_hours: match query.get("until_tour") {
            "" if asked => None,
            _ => Some(number("until_tour", 12, 200)),
        },
        date: date.unwrap_or(saturday),
        start: jiff::civil::Time::strptime("%H:%M", query.get("start")).unwrap_or(jiff::civil::time(18, 0, 0, 0)),
        length: Minutes(number("length", 6, 48).max(1) * 60),
        job_kind: word("kind"),
        alcohol: query.ticked("alcohol"),
        traffic: query.ticked("traffic"),
        attendance: query.get("attendance").parse().ok().filter(|guests: &i64| (0..=10_000_000).contains(guests)),
        officers: number("officers", 1, 50).max(1),
        notice: Minutes(number("notice", 168, 9000) * 60),
    }
}

/// The panel beside the rules: what came out, and the sample to change.
pub(super) fn panel(desk: &Desk, query: &Fields, address: &str) -> (Markup, Markup) {
    let sample = sample(query, desk);
    let tried = try_out(&desk.book, &sample);
    let strip = strip(&tried);
    let body = html! {
        aside.preview #try aria-labelledby="try-title" {
            (card(html! {
                header.card-head { h2 #try-title { (icon("flask-conical")) "Try it" } }
                div.stack #preview aria-live="polite" { (result(&tried)) }
                (form(desk, &sample, address))
            }))
        }
    };
    (body, strip)
}

/// One line for the phone: the verdict and the price.
fn strip(tried: &Result<TriedOut, Refusal>) -> Markup {
    html! {
        a.preview-strip #preview-strip href="#try" {
            @match tried {
                Err(_) => "The sample job has no such time",
                Ok(tried) => {
                    (verdict(&tried.officer))
                    span { @match &tried.price { Ok(price) => { "$" (price.customer_amount) }, Err(_) => "no price" } }
                },
            }
        }
    }
}

fn verdict(judgement: &Judgement) -> Markup {
    match judgement.outcome {
        Outcome::Allowed => tag(Tone::Ok, "circle-check", "May work"),
        Outcome::Warned => tag(Tone::Warn, "triangle-alert", "May work, with a warning"),
        Outcome::NeedsApproval => tag(Tone::Warn, "user-check", "Needs approval"),
        Outcome::Blocked => tag(Tone::Bad, "ban", "May not work"),
        Outcome::Hidden => tag(Tone::Bad, "eye-off", "Not shown the job"),
    }
}

fn result(tried: &Result<TriedOut, Refusal>) -> Markup {
    let tried = match tried {
        Ok(tried) => tried,
        Err(refusal) => return html! { p.error { (refusal.message) } p.small { (refusal.remedy) } },
    };
    let asked = &tried.officer.decisions;
    let passed: Vec<&Decision> = asked.iter().filter(|one| one.passed).collect();
    html! {
        div.verdict { h3.vh { "The officer" } (verdict(&tried.officer)) }
        (reasons(&tried.officer.objections()))
        @if asked.is_empty() { p.muted.small { "No rule concerns this officer and this job." } }
        @if !passed.is_empty() {
            details.more { summary { (passed.len()) @if passed.len() == 1 { " rule is kept" } @else { " rules are kept" } }
                ul.small.reasons { @for one in passed { li { strong { (one.rule) } " " (one.words()) } } }
            }
        }
        @if !tried.request.objections().is_empty() {
            h3 { "The request" }
            (reasons(&tried.request.objections()))
        }
        (price(&tried.price))
    }
}

fn reasons(objections: &[&Decision]) -> Markup {
    html! {
        @if !objections.is_empty() {
            ul.reasons {
                @for one in objections {
                    li {
                        (icon(if one.result >= Outcome::Blocked { "circle-x" } else { "triangle-alert" }))
                        div { strong { (one.rule) } " " (one.words()) "." @if let Some(cite) = &one.cite { span.muted { " (" (cite) ")" } } @if !one.remedy.is_empty() { p.muted.small { (one.remedy) } } }
                    }
                }
            }
        }
    }
}

fn price(price: &Result<Quoted, Refusal>) -> Markup {
    html! {
        @match price {
            Err(refusal) => { h3 { "No price" } p.small { (refusal.message) } },
            Ok(quoted) => {
                h3 { "The price" }
                table.price {
                    caption.vh { "Lines of the price" }
                    thead.vh { tr { th scope="col" { "What" } th scope="col" { "Amount" } } }
                    tbody {
                        @for line in &quoted.lines {
                            tr { td { (line.what) @if line.kind == muster_domain::rates::LineKind::Labour { span.muted.small { (line.quantity) " h at $" (line.rate) } } } td.number { "$" (line.amount) } }
                        }
                    }
                    tfoot {
                        tr { th scope="row" { "The customer owes" } td.number { "$" (quoted.customer_amount) } }
                        tr.muted { th scope="row" { "Officers earn" } td.number { "$" (quoted.officer_amount) } }
                    }
                }
                @if !quoted.assumptions.is_empty() {
                    details.more { summary { "Left open by the rules" } ul.small { @for one in &quoted.assumptions { li { (one) } } } }
                }
            },
        }
    }
}

fn form(desk: &Desk, sample: &Sample, address: &str) -> Markup {
    let ranks: Vec<(&str, &str)> =
        desk.ranks.iter().rev().map(|rank| (rank.code.as_str(), rank.name.as_str())).collect();
    let mut kinds = vec![("", "Any")];
    kinds.extend(desk.words.job_kinds.iter().map(|kind| (kind.value.as_str(), kind.words.as_str())));
    let text = |number: i64| number.to_string();
    let optional = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    filters(
        address,
        "#preview,#preview-strip",
        html! {
            fieldset.sample { legend { "Sample officer" }
                @if !ranks.is_empty() { (field("rank", "Rank").select(&ranks).value(sample.rank.clone().unwrap_or_default())) }
                (field("on_duty_hours", "On duty this week").number().limits("0", "120", "1").unit("h").value(text(sample.on_duty_hours)))
                (field("detail_hours", "Off-duty this week").number().limits("0", "120", "1").unit("h").value(text(sample.detail_hours)))
                (field("since_tour", "Since the last tour").number().limits("0", "200", "1").unit("h").value(text(sample.since_tour_hours)))
                (field("until_tour", "Until the next tour").number().limits("0", "200", "1").unit("h").value(optional(sample.until_tour_hours)))
                @if !desk.words.certifications.is_empty() {
                    details.more { summary { "Certifications" }
                        @for one in &desk.words.certifications {
                            label.choice { input type="checkbox" name="certification" value=(one.value) checked[sample.certifications.contains(&one.value)]; span { (one.words) } }
                        }
                    }
                }
            }
            fieldset.sample { legend { "Sample job" }
                (field("date", "Day").date().value(sample.date.to_string()))
                (field("start", "Start").time().value(sample.start.strftime("%H:%M").to_string()))
                (field("length", "Length").number().limits("1", "48", "1").unit("h").value(text(sample.length.0 / 60)))
                (field("officers", "Officers").number().limits("1", "50", "1").value(text(sample.officers)))
                (field("attendance", "Guests").number().limits("0", "10000000", "1").value(optional(sample.attendance)))
                (field("notice", "Asked for before").number().limits("0", "9000", "1").unit("h").value(text(sample.notice.0 / 60)))
                (field("kind", "Kind of job").select(&kinds).value(sample.job_kind.clone().unwrap_or_default()))
                (field("alcohol", "Alcohol is served").checkbox().on(sample.alcohol))
                (field("traffic", "Traffic is directed").checkbox().on(sample.traffic))
            }
        },
    )
}
