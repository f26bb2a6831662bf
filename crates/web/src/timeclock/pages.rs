//! The officer's clock and his own time.

use axum::{Extension, extract::State, http::Uri, response::Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::timeclock::{self, ClockPage, EntryListed};
use muster_domain::timeclock::EntryState;

use crate::{
    Ctx,
    failure::PageFailure,
    fields::Fields,
    frame::Page,
    headers::Nonce,
    parts::{
        ClockSite, JobCard, Tone, banner, card, clock, empty, job_card, link_button, page_head, pager, section_head,
        tag,
    },
    signed_in::SignedIn,
    times,
};

/// The clock: the shift that the officer is on, or the next one.
pub async fn show_clock(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
) -> Result<Response, PageFailure> {
    let actor = who.actor.clone();
    let page = ctx.read(move |tx, now| timeclock::load_clock(tx, &actor, now)).await?;
    let body = html! {
        (page_head("Clock").actions(html! { (link_button("My time", "/my-time").icon("clipboard-check")) }))
        (face(&ctx, &page))
    };
    Ok(Page::new(&ctx, &who, &nonce, "Clock", "clock").draw(body))
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
pub async fn list_my_time(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    uri: Uri,
) -> Result<Response, PageFailure> {
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let page: i64 = query.get("page").parse().unwrap_or(1).clamp(1, 100_000);
    let actor = who.actor.clone();
    let mine = ctx.read(move |tx, _| timeclock::list_my_time(tx, &actor, page)).await?;
    let zone = times::zone(&who.shown.zone);
    let body = html! {
        (page_head("My time").sub("What you clocked, and what was approved"))
        @if mine.entries.is_empty() {
            (card(empty("clipboard-check", "No time yet", "Your hours appear here after you clock in.", html! { (link_button("Clock", "/clock").primary()) })))
        } @else {
            (section_head("Newest first", &format!("{} in all", mine.count)))
            ul.cards { @for one in &mine.entries { li { (time_card(one, &zone)) } } }
            (pager("/my-time", u32::try_from(page).unwrap_or(1), 50, u64::try_from(mine.count).unwrap_or(0)))
        }
    };
    Ok(Page::new(&ctx, &who, &nonce, "My time", "clock").back("/clock").draw(body))
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
