//! The page of the inbox.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use muster_app::notices::{self, Notice};

use crate::{
    failure::PageFailure,
    fields::{Fields, Sent},
    given::Given,
    parts::{button, card, empty, flush_card, form, icon, list, list_row, page_head, pager, time_tag},
    times,
};

/// The inbox, newest first.
pub async fn list_notices(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let page: i64 = query.get("page").parse().unwrap_or(1).clamp(1, 100_000);
    let (notices, count) = given.read(move |tx, who, _| notices::list_notices(tx, who, page)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let unread = notices.iter().any(|notice| notice.read_at.is_none());
    let key = given.ctx.word();
    let body = html! {
        (page_head("Notices").sub("What happened that concerns you; all but open work comes by e-mail too").actions(html! {
            @if unread { (form("/notices/reading", &key, html! { (button("Mark all as read").icon("check-check")) })) }
        }))
        @if notices.is_empty() {
            (card(empty("bell", "Nothing yet", "When something concerns you, it stands here and you get an e-mail.", html! {})))
        } @else {
            (flush_card(list(html! { @for notice in &notices { (row(notice, &zone)) } })))
            (pager("/notices", page, count))
        }
    };
    Ok(given
        .page("Notices", "notices")
        .done(query.get("done"), &[("read", "All notices are marked as read.")])
        .draw(body))
}

fn row(notice: &Notice, zone: &jiff::tz::TimeZone) -> Markup {
    let row = list_row(notice.title.as_str())
        .sub(html! { (notice.body) div.note { (time_tag(&notice.made_at.to_string(), &times::moment(notice.made_at, zone))) } })
        .lead(html! { span.notice-mark { (icon(mark(&notice.kind))) } })
        .unread(notice.read_at.is_none());
    // Only this site's own pages: a link is written by the product, never by a person, but costs nothing to check.
    let own = notice.link.starts_with('/') && !notice.link.starts_with("//");
    if own {
        html! { (row.href(notice.link.as_str())) }
    } else {
        html! { (row) }
    }
}

/// An icon by the first word of the kind.
fn mark(kind: &str) -> &'static str {
    match kind.split('_').next().unwrap_or_default() {
        "time" | "clock" => "clock",
        "paid" => "banknote",
        "invoice" => "receipt",
        "shift" | "job" => "briefcase",
        "request" => "inbox",
        "customer" => "building-2",
        "rules" => "scale",
        "schedule" => "calendar-days",
        _ => "bell",
    }
}

/// Marks the whole inbox as read.
pub async fn mark_read(given: Given, _: Sent) -> Result<Response, PageFailure> {
    given.ctx.housekeep(move |tx, now| notices::mark_read(tx, &given.who.actor, now)).await?;
    Ok(Redirect::to("/notices?done=read").into_response())
}
