//! The officer's clock and his own time.

use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::{
    distribution,
    timeclock::{self, ClockPage, EntryListed},
};
use muster_domain::timeclock::EntryState;

use crate::{
    Ctx,
    distribution::reports::hint,
    failure::PageFailure,
    fields::Fields,
    given::Given,
    parts::{
        ClockSite, JobCard, Tone, banner, card, clock, empty, job_card, link_button, page_head, pager, section_head,
        tag,
    },
    times,
};

/// The clock: the shift that the officer is on, or the next one.
pub async fn show_clock(given: Given) -> Result<Response, PageFailure> {
    let (page, reports) = given
        .read(|tx, who, now| Ok((timeclock::load_clock(tx, who, now)?, distribution::list_my_reports(tx, who)?)))
        .await?;
    let body = html! {
        (page_head("Clock").actions(html! { (link_button("My time", "/my-time").icon("clipboard-check")) }))
        (hint(&reports.owed, given.ctx.now()))
        (face(&given.ctx, &page))
    };
    Ok(given.page("Clock", "clock").draw(body))
}

fn face(ctx: &Ctx, page: &ClockPage) -> Markup {
    let Some((booked, glance)) = &page.booked else {
        return card(empty(
            "clock",
            "No shift to clock in for",
            "When you have taken a shift, its clock appears here.",
            html! { (link_button("Open shifts", "/open-shifts").primary()) },
        ));
    };
    let zone = times::zone(&glance.zone);
    let degrees = |millionths: i64| {
        let sign = if millionths < 0 { "-" } else { "" };
        format!("{sign}{}.{:06}", millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000)
    };
    let (lat, lon) =
        glance.shift.point.map_or((String::new(), String::new()), |(lat, lon)| (degrees(lat), degrees(lon)));
    let since = booked.clocked_in_at.filter(|_| page.on_site).map_or_else(String::new, |at| at.to_string());
    let now = ctx.now();
    html! {
        @if let Some(opens_at) = page.opens_at.filter(|at| !page.on_site && *at > now) {
            (banner(Tone::Info, "clock", html! { "Your next shift. Clocking in works from " strong { (times::moment(opens_at, &zone)) } "." }))
        }
        (clock(&ClockSite {
            assignment: &booked.assignment.to_string(),
            title: &booked.title,
            sub: &format!("{} \u{b7} {}", booked.site_name, times::shift(booked.span, &zone)),
            kind: &booked.type_code,
            href: &format!("/shifts/{}", booked.shift),
            lat: &lat,
            lon: &lon,
            radius_m: u32::try_from(glance.shift.radius_m).unwrap_or(150),
            state: if page.on_site { "in" } else { "out" },
            since: &since,
            server_now: &now.to_string(),
        }))
    }
}

/// The officer's own time, the latest first.
pub async fn list_my_time(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let page: i64 = query.get("page").parse().unwrap_or(1).clamp(1, 100_000);
    let mine = given.read(move |tx, who, _| timeclock::list_my_time(tx, who, page)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let body = html! {
        (page_head("My time").sub("What you clocked, and what was approved"))
        @if mine.entries.is_empty() {
            (card(empty("clipboard-check", "No time yet", "Your hours appear here after you clock in.", html! { (link_button("Clock", "/clock").primary()) })))
        } @else {
            (section_head("Newest first", &format!("{} in all", mine.count)))
            ul.cards { @for one in &mine.entries { li { (time_card(one, &zone)) } } }
            (pager("/my-time", page, mine.count))
        }
    };
    Ok(given.page("My time", "clock").back("/clock").draw(body))
}

fn time_card(one: &EntryListed, zone: &TimeZone) -> Markup {
    let entry = &one.entry;
    let hours = match (entry.settled, entry.clocked_in_at) {
        (Some(settled), _) => times::hours(settled, zone),
        (None, Some(came)) => format!("since {}", times::clock(came, zone)),
        (None, None) => "no times".to_owned(),
    };
    let more = entry.settled.map_or_else(String::new, |settled| format!(" \u{b7} {}", settled.minutes()));
    job_card(&JobCard {
        href: &format!("/shifts/{}", entry.shift),
        title: &one.title,
        kind: &one.type_code,
        place: &format!("{} \u{b7} scheduled {}", one.site_name, times::shift(one.scheduled, zone)),
        hours: &hours,
        more: &more,
        tags: html! {
            (state_tag(entry.state))
            @if !entry.verified && entry.state != EntryState::OnSite { (tag(Tone::Warn, "triangle-alert", "Not verified")) }
            @if !entry.adjust_reason.is_empty() { p.reason { "Adjusted: " (entry.adjust_reason) } }
        },
        ..JobCard::default()
    })
}

/// Where a time stands.
pub(super) fn state_tag(state: EntryState) -> Markup {
    match state {
        EntryState::OnSite => tag(Tone::Ok, "log-in", state.label()),
        EntryState::ToReview => tag(Tone::Info, "hourglass", "Waits for approval"),
        EntryState::Approved => tag(Tone::Ok, "circle-check", state.label()),
        EntryState::Void => tag(Tone::Neutral, "ban", state.label()),
    }
}
