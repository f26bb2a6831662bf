//! What an officer may take.

use axum::response::Response;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use maud::{Markup, html};
use muster_app::distribution::{self, OpenFilter, OpenShift, OpenShifts};
use muster_domain::policy::Outcome;

use crate::{
    failure::PageFailure,
    fields::Fields,
    given::Given,
    parts::{JobCard, Tone, card, chip_link, empty, job_card, link_button, page_head, section_head, tag},
    times,
};

const DONE: &[(&str, &str)] = &[("withdrawn", "You gave the shift back. The coordinator has been told.")];

/// The open shifts, by day: those that the officer may take, and behind a switch the rest with the reasons.
pub async fn list_open_shifts(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let filter = read_filter(&query);
    let asked = filter.clone();
    let open = given.read(move |tx, who, now| distribution::list_open_shifts(tx, who, &asked, now)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let may = open.shifts.iter().filter(|one| one.outcome <= Outcome::Warned).count();
    let body = html! {
        (page_head("Open shifts").sub(format!("{may} you may take")))
        (narrowing(&filter, &open))
        @if open.shifts.is_empty() {
            (card(empty("briefcase", "No open shift for you here", "New work appears as soon as it is posted. Your own shifts are under Schedule.", html! {
                @if filter.on.is_some() || filter.job.is_some() || !filter.kind.is_empty() { (link_button("Show every day and kind", "/open-shifts")) }
            })))
        } @else {
            (days(&open, &zone))
        }
        @if open.others > 0 {
            p.hint {
                @if filter.all { a href=(address(&filter, &filter.kind, filter.on, false)) { "Show only what I may take" } }
                @else { a href=(address(&filter, &filter.kind, filter.on, true)) { (open.others) " more that you may not take, with the reasons" } }
            }
        }
    };
    Ok(given.page("Open shifts", "open-shifts").done(query.get("done"), DONE).draw(body))
}

pub(super) fn read_filter(query: &Fields) -> OpenFilter {
    OpenFilter {
        kind: query.get("kind").to_owned(),
        on: query.get("on").parse().ok(),
        job: query.get("job").parse().ok(),
        all: query.ticked("all"),
    }
}

/// The address of the list with other choices.
fn address(filter: &OpenFilter, kind: &str, on: Option<Date>, all: bool) -> String {
    let mut parts = Vec::new();
    if !kind.is_empty() {
        parts.push(format!("kind={}", kind.replace([' ', '&', '='], "")));
    }
    if let Some(on) = on {
        parts.push(format!("on={on}"));
    }
    if let Some(job) = filter.job {
        parts.push(format!("job={job}"));
    }
    if all {
        parts.push("all=1".to_owned());
    }
    if parts.is_empty() { "/open-shifts".to_owned() } else { format!("/open-shifts?{}", parts.join("&")) }
}

fn narrowing(filter: &OpenFilter, open: &OpenShifts) -> Markup {
    let to = |kind: &str, on| address(filter, kind, on, filter.all);
    let tomorrow = open.today.checked_add(1.day()).unwrap_or(open.today);
    html! {
        div.chips role="group" aria-label="Day" {
            @if filter.job.is_some() { (chip_link("/open-shifts", "All jobs", "x", None, false)) }
            (chip_link(&to(&filter.kind, None), "All days", "", None, filter.on.is_none()))
            (chip_link(&to(&filter.kind, Some(open.today)), "Today", "", None, filter.on == Some(open.today)))
            (chip_link(&to(&filter.kind, Some(tomorrow)), "Tomorrow", "", None, filter.on == Some(tomorrow)))
            @if !filter.kind.is_empty() { (chip_link(&to("", filter.on), "All kinds", "", None, false)) }
            @for kind in &open.kinds {
                (chip_link(&to(kind, filter.on), &crate::parts::capital(kind), crate::parts::kind_icon(kind), None, filter.kind == *kind))
            }
        }
    }
}

fn days(open: &OpenShifts, zone: &TimeZone) -> Markup {
    html! {
        @for group in open.shifts.chunk_by(|one, next| one.shift.worked_on == next.shift.worked_on) {
            section.day-group {
                (section_head(&day_name(group[0].shift.worked_on, open.today), &muster_domain::counted(group.len(), "shift", "shifts")))
                ul.cards { @for one in group { li { (shift_card(one, zone)) } } }
            }
        }
    }
}

/// `Today`, `Tomorrow` or `Sat, Nov 21`.
pub(super) fn day_name(day: Date, today: Date) -> String {
    match today.until(day).map(|span| span.get_days()) {
        Ok(0) if day == today => format!("Today \u{b7} {}", times::day(day)),
        Ok(1) => format!("Tomorrow \u{b7} {}", times::day(day)),
        _ => times::day(day),
    }
}

fn shift_card(one: &OpenShift, zone: &TimeZone) -> Markup {
    let shift = &one.shift;
    let blocked = one.outcome > Outcome::NeedsApproval;
    job_card(&JobCard {
        href: &format!("/shifts/{}", shift.id),
        title: &shift.title,
        kind: &shift.type_code,
        place: &format!("{} \u{b7} {}", shift.site_name, shift.customer_name),
        hours: &times::hours(shift.span, zone),
        more: &format!(" \u{b7} {}", shift.span.minutes()),
        rate: one.pay,
        per: "for the shift",
        tags: html! {
            @if blocked {
                (tag(Tone::Bad, "ban", "Not for you"))
                @for reason in one.reasons.iter().take(2) { p.reason { (reason) } }
            } @else {
                @if one.free == 1 { (tag(Tone::Warn, "hourglass", "Last seat")) } @else { (tag(Tone::Neutral, "users", &format!("{} seats free", one.free))) }
                @if one.outcome == Outcome::NeedsApproval { (tag(Tone::Warn, "hand", "Needs approval")) }
                @if one.outcome == Outcome::Warned { (tag(Tone::Warn, "triangle-alert", "Read the warning")) }
            }
        },
        dimmed: blocked,
        ..JobCard::default()
    })
}
