//! Reports that officers owe: the officer's list and form, the office's list.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use muster_app::distribution::{self, ReportFilter, ReportRow};
use muster_domain::{
    access::{Action, Reach, reach},
    distribution::{Filing, Part, ReportState},
    id::DutyReportId,
    policy::lateness,
    refusal::FieldErrors,
    time::Minutes,
};

use super::misfits::tabs;
use crate::{
    Ctx,
    again::{Again, mistakes, why},
    failure::PageFailure,
    fields::{Fields, Sent, address},
    given::{Given, Id},
    parts::{
        Tone, banner, button, capital, card, card_head, dialog, empty, error_summary, field, filters, flush_card, form,
        form_actions, link_button, list, list_row, opens, page_head, pager, search_box, tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] =
    &[("filed", "Filed. It counts at once."), ("excused", "Excused; the officer has been told.")];

/// `Activity log`.
fn name(row: &ReportRow) -> String {
    capital(&row.what.replace('_', " "))
}

/// When it is due, or how late it is.
fn due_tag(row: &ReportRow, now: Timestamp) -> Markup {
    let left = Minutes((row.due_at.as_second() - now.as_second()).div_euclid(60));
    match row.state {
        ReportState::Filed => tag(Tone::Ok, "circle-check", "Filed"),
        ReportState::Excused => tag(Tone::Neutral, "circle-check", "Excused"),
        ReportState::Owed if row.due_at < now => {
            tag(Tone::Bad, "clock-alert", &format!("{} late", lateness(Minutes(-left.0))))
        }
        ReportState::Owed => tag(Tone::Warn, "hourglass", &format!("Due in {}", lateness(left))),
    }
}

fn words(row: &ReportRow, zone: &TimeZone) -> Markup {
    html! {
        (row.about) " \u{b7} due " (times::moment(row.due_at, zone))
        @if row.withholds && row.state == ReportState::Owed { br; "The pay of this shift waits for it." }
        @if let Some(at) = row.settled_at {
            br; @if row.state == ReportState::Filed { "Filed " } @else { "Excused by " (row.settled_by) " " }
            (times::moment(at, zone))
            @if !row.reason.is_empty() { ": " (row.reason) }
        }
    }
}

/// The officer's own reports.
pub async fn list_my_reports(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let mine = given.read(move |tx, who, _| distribution::list_my_reports(tx, who)).await?;
    let (zone, now) = (times::zone(&given.who.shown.zone), given.ctx.now());
    let body = html! {
        (page_head("Reports due"))
        (super::mine::tabs("reports"))
        div.stack {
            @if mine.owed.is_empty() {
                (card(empty("circle-check", "No report is due", "What the rules want reported appears here when you come to work, or when a period ends.", html! {})))
            } @else {
                (flush_card(list(html! { @for row in &mine.owed { (own_row(row, &zone, now)) } })))
            }
            @if !mine.settled.is_empty() { (flush_card(html! {
                (card_head("Filed").icon("clipboard-check").aside(mine.settled.len()))
                (list(html! { @for row in &mine.settled { (own_row(row, &zone, now)) } }))
            })) }
        }
    };
    Ok(given.page("Reports due", "schedule").done(query.get("done"), DONE).draw(body))
}

fn own_row(row: &ReportRow, zone: &TimeZone, now: Timestamp) -> Markup {
    let href = format!("/duty-reports/{}", row.id);
    html! { (list_row(name(row)).sub(words(row, zone)).href(&href).end(due_tag(row, now))) }
}

/// The reports of one shift on its own page, while any is owed or filed.
pub(super) fn of_shift(rows: &[ReportRow], zone: &TimeZone, now: Timestamp) -> Markup {
    html! {
        @if !rows.is_empty() { (flush_card(html! {
            (card_head("Reports").icon("clipboard-list").aside(rows.len()))
            (list(html! { @for row in rows { (own_row(row, zone, now)) } }))
        })) }
    }
}

/// A hint on the clock of an officer who owes reports.
pub(crate) fn hint(owed: &[ReportRow], now: Timestamp) -> Markup {
    let late = owed.iter().any(|row| row.due_at < now);
    html! {
        @if let Some(first) = owed.first() {
            (banner(if late { Tone::Bad } else { Tone::Info }, "clipboard-list", html! {
                strong { (name(first)) " of " (first.about) ": " }
                @if first.due_at < now { "late. " } @else { "due. " }
                a href="/my-reports" { @if owed.len() > 1 { "All " (owed.len()) " reports due" } @else { "File it" } }
            }))
        }
    }
}

/// One report: the officer's form while he owes it, else what was filed.
pub async fn show_report(given: Given, Id(id): Id<DutyReportId>) -> Result<Response, PageFailure> {
    draw(&given, id, &Fields::default(), &FieldErrors::default()).await
}

async fn draw(given: &Given, id: DutyReportId, fields: &Fields, errors: &FieldErrors) -> Result<Response, PageFailure> {
    let row = given.read(move |tx, who, _| distribution::load_report(tx, who, id)).await?;
    let (zone, now) = (times::zone(&given.who.shown.zone), given.ctx.now());
    let own = given.who.actor.officer == Some(row.officer);
    let title = name(&row);
    let body = html! {
        (page_head(&title).sub(html! { (row.about) @if !own { " \u{b7} " (row.name) ", badge " (row.badge) } }).actions(due_tag(&row, now)))
        (error_summary(errors))
        @if own && row.state == ReportState::Owed {
            (filing_form(&given.ctx, &row, (fields, errors), &zone, now))
        } @else {
            (filed(&row, &zone))
            @if row.state == ReportState::Owed && may_excuse(&given.who) { (excuse_form(&given.ctx, &row)) }
        }
        @if let Some(shift) = row.shift { p { (link_button("The shift", &format!("/shifts/{shift}")).icon("briefcase")) } }
    };
    let (back, here) = if own { ("/my-reports", "schedule") } else { ("/duty-reports", "booked-work") };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page(&title, here).back(back).status(status).draw(body))
}

fn filing_form(
    ctx: &Ctx,
    row: &ReportRow,
    (fields, errors): (&Fields, &FieldErrors),
    zone: &TimeZone,
    now: Timestamp,
) -> Markup {
    let period = row.part == Part::Period;
    let asked = if row.part == Part::Start { "What is to be reported at the start" } else { "What happened" };
    html! {
        @if row.due_at < now { (banner(Tone::Bad, "clock-alert", html! { "It was due " strong { (times::moment(row.due_at, zone)) } ". File it now; it counts at once." })) }
        @else { (banner(Tone::Info, "hourglass", html! { "Due " strong { (times::moment(row.due_at, zone)) } "." })) }
        (card(html! { (form(&format!("/duty-reports/{}/filing", row.id), &ctx.word(), html! {
            @if period { (field("nothing", "There was nothing to report").checkbox().value("yes").on(fields.get("nothing") == "yes").errors(errors)) }
            (field("happened", asked).lines(5).value(fields.get("happened")).errors(errors).max_length(4000))
            @if row.part != Part::Start { (field("hours", "Hours worked").value(fields.get("hours")).errors(errors).inputmode("decimal").unit("h").narrow().hint("For example 4 or 4.5")) }
            (field("incidents", "Incidents").lines(3).value(fields.get("incidents")).errors(errors).optional().max_length(4000).hint("Arrests, injuries, damage, complaints. The coordinator is told at once"))
            (form_actions(html! { (link_button("Back", "/my-reports")) (button("File the report").primary().icon("send")) }))
        }).guarded()) }))
    }
}

fn filed(row: &ReportRow, zone: &TimeZone) -> Markup {
    let filing = &row.filing;
    card(html! {
        p { (words(row, zone)) }
        @if row.state == ReportState::Filed {
            @if filing.nothing { p { strong { "There was nothing to report." } } }
            @if !filing.happened.is_empty() { h2 { "What happened" } p.prose { (filing.happened) } }
            @if let Some(worked) = filing.worked { p { strong { "Hours worked: " } (worked) } }
            @if !filing.incidents.is_empty() { h2 { "Incidents" } p.prose { (filing.incidents) } }
        }
    })
}

fn may_excuse(who: &SignedIn) -> bool {
    reach(who.actor.role, Action::EditOfficer) != Reach::Nobody
}

fn excuse_form(ctx: &Ctx, row: &ReportRow) -> Markup {
    let id = format!("excuse-{}", row.id);
    html! {
        p { (opens(&id, "Excuse", "circle-check")) }
        (excuse_dialog(ctx, row, &id))
    }
}

fn excuse_dialog(ctx: &Ctx, row: &ReportRow, id: &str) -> Markup {
    html! {
        (dialog(id, &format!("Excuse {}?", row.name), html! {
            p { (name(row)) " of " (row.about) }
            (field("reason", "Why").lines(2).required().max_length(500).hint("The officer and the auditor will read it"))
        }).sends(&format!("/duty-reports/{}/excuse", row.id), &ctx.word(), button("Excuse").primary()))
    }
}

/// Files a report; one with mistakes comes back filled.
pub async fn file(given: Given, Id(id): Id<DutyReportId>, sent: Sent) -> Result<Response, PageFailure> {
    let filing = Filing {
        happened: sent.fields.get("happened").to_owned(),
        worked: hours(sent.fields.get("hours")),
        incidents: sent.fields.get("incidents").to_owned(),
        nothing: sent.fields.get("nothing") == "yes",
    };
    match given.act(&sent, move |tx, who, now| distribution::file_report(tx, who, id, &filing, now)).await {
        Ok(()) => Ok(Redirect::to("/my-reports?done=filed").into_response()),
        Err(failure) => draw(&given, id, &sent.fields, &mistakes(failure)?).await,
    }
}

/// `4`, `4.5` or `4,25` hours as minutes; a text that is none becomes a length that no shift has, and is refused.
fn hours(text: &str) -> Option<Minutes> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return None;
    }
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || (whole.is_empty() && part.is_empty()) {
        return Some(Minutes(-1));
    }
    let number = |text: &str| text.parse::<i64>().unwrap_or(0);
    let scale = 10_i64.pow(u32::try_from(part.len()).unwrap_or(0));
    Some(Minutes(number(whole) * 60 + (number(part) * 60 + scale / 2) / scale))
}

/// The reports of a list's address: late ones unless it says otherwise.
pub(super) fn read_filter(query: &Fields, now: Timestamp) -> ReportFilter {
    let show = query.get("show");
    ReportFilter {
        state: ReportState::from_code(show).unwrap_or(ReportState::Owed),
        due_before: (show.is_empty() || show == "late").then_some(now),
        search: query.get("q").to_owned(),
        page: query.get("page").parse().unwrap_or(1),
    }
}

/// The agency's reports: late, due, filed.
pub async fn list_reports(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let now = given.ctx.now();
    let filter = read_filter(&query, now);
    let found = given.read(move |tx, who, _| distribution::list_reports(tx, who, &filter)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let kept = ["q", "show"].map(|name| (name, query.get(name)));
    let shows = [("", "Late"), ("owed", "All that are due"), ("filed", "Filed"), ("excused", "Excused")];
    let body = html! {
        (page_head("Duty reports").sub("What officers must report of their work, by the rules"))
        (tabs("reports"))
        (filters("/duty-reports", "#list", html! {
            (search_box("q", "Name or badge", query.get("q")))
            (field("show", "Which").select(&shows).value(query.get("show")).label_hidden().narrow())
        }))
        div.stack #list {
            @if found.rows.is_empty() {
                (card(empty("circle-check", if query.get("show").is_empty() { "No report is late" } else { "Nothing here" },
                    "Muster asks officers for what the rules want reported when they come to work, or when a period ends.", html! {})))
            } @else {
                (flush_card(list(html! { @for row in &found.rows { (office_row(&given.ctx, &given.who, row, &zone, now)) } })))
                (pager(&address("/duty-reports", &kept), found.number, found.total))
            }
        }
    };
    Ok(given.page("Duty reports", "booked-work").done(query.get("done"), DONE).draw(body))
}

fn office_row(ctx: &Ctx, who: &SignedIn, row: &ReportRow, zone: &TimeZone, now: Timestamp) -> Markup {
    let (id, href) = (format!("excuse-{}", row.id), format!("/duty-reports/{}", row.id));
    let excusable = row.state == ReportState::Owed && may_excuse(who);
    html! {
        (list_row(row.name.as_str()).person(&row.name)
            .sub(html! { a href=(href) { (name(row)) } ": " (words(row, zone)) })
            .end(html! { (due_tag(row, now)) @if excusable { (opens(&id, "Excuse", "circle-check")) } }))
        @if excusable { (excuse_dialog(ctx, row, &id)) }
    }
}

/// Excuses a report.
pub async fn excuse(given: Given, Id(id): Id<DutyReportId>, sent: Sent) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    match given.act(&sent, move |tx, who, now| distribution::excuse_report(tx, who, id, &reason, now)).await {
        Ok(()) => Ok(Redirect::to("/duty-reports?done=excused").into_response()),
        Err(failure) => {
            let again = Again {
                title: "Excuse the report",
                here: "booked-work",
                action: format!("/duty-reports/{id}/excuse"),
                back: "/duty-reports".to_owned(),
                send: button("Excuse").primary(),
            };
            let hint = "The officer and the auditor will read it";
            again.draw(&given, failure, |errors| why(hint, &sent.fields, errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, wanted) in [
            ("", None),
            ("4", Some(240)),
            (" 4.5 ", Some(270)),
            ("4,25", Some(255)),
            (".5", Some(30)),
            ("1.333", Some(80)),
            ("four", Some(-1)),
            ("-3", Some(-1)),
            ("4.5.1", Some(-1)),
            (".", Some(-1)),
        ] {
            assert_eq!(hours(text), wanted.map(Minutes), "{text}");
        }
    }
}
