//! The overview and the pieces of it that change.

use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::overview::{self, Overview, Posted, Standing, Unfilled, WaitingRequest};

use muster_domain::access::{Action, Reach, Role, reach};

use super::steps::first_steps;
use crate::{
    distribution::approvals::levels,
    failure::PageFailure,
    given::Given,
    parts::{
        Align, Column, MapPoint, Point, Row, Tone, card, card_head, columns_chart, data_table, empty, flush_card, kpi,
        kpis, link_button, list, list_row, live, live_mark, map, map_points, money, page_head, tag,
    },
    times,
};

/// Rows of each list of things to do; the rest is behind a link.
const SHOWN: usize = 8;
/// The list of the map's points.
const POINTS: &str = "overview-points";

/// The overview.
pub async fn show_overview(given: Given) -> Result<Response, PageFailure> {
    let seen = given.read(overview::load_overview).await?;
    let zone = times::zone(&given.who.shown.zone);
    let date = seen.today.strftime("%A, %B %-d").to_string();
    let marks = marks(&seen, &zone);
    let role = given.who.actor.role;
    let body = html! {
        (page_head("Overview").sub(html! { (date) " \u{b7} " (live_mark()) }).actions(html! {
            (link_button("Jobs", "/jobs").icon("briefcase"))
            @if may(role, Action::SubmitRequest) { (link_button("New request", "/requests/new").primary().icon("plus")) }
        }))
        (first_steps(seen.begun, role))
        (live("/overview/stream", html! {
            (figures(&seen, role))
            div.columns.stretch {
                (flush_card(html! { (card_head("Where they are").aside(legend())) (map(POINTS, "Sites and officers", &points(&marks))) }))
                (posted(&seen, &zone))
            }
            div.columns {
                div.stack { (waiting(&seen, &zone, role)) (unfilled(&seen, &zone, role)) }
                (weeks(&seen))
            }
        }))
    };
    Ok(given.page("Overview", "overview").draw(body))
}

fn may(role: Role, action: Action) -> bool {
    reach(role, action) != Reach::Nobody
}

/// The elements that a live update replaces, each with its id; every role finds what it may do, and no more.
pub(super) fn pieces(seen: &Overview, zone: &TimeZone, role: Role) -> String {
    let marks = marks(seen, zone);
    html! {
        (figures(seen, role))
        (map_points(POINTS, &points(&marks)))
        (posted(seen, zone))
        (waiting(seen, zone, role))
        (unfilled(seen, zone, role))
        (weeks(seen))
    }
    .into_string()
}

fn figures(seen: &Overview, role: Role) -> Markup {
    let waits = if may(role, Action::DecideRequest) { "for your decision" } else { "for a decision" };
    let on_site = seen.count(Standing::OnSite) + seen.count(Standing::Outside);
    let late = seen.count(Standing::Late);
    let outside = seen.count(Standing::Outside);
    let empty_seats = seen.empty_seats();
    let toned = |tone: Tone, number: i64| if number > 0 { tone } else { Tone::Neutral };
    html! {
        div #overview-figures {
            (kpis(&[
                kpi("On site now", on_site.to_string()).note(format!("of {} on duty for a customer", seen.posted.len()))
                    .tone(toned(Tone::Ok, i64::try_from(on_site).unwrap_or(0))),
                kpi("Late", late.to_string()).note("started, not clocked in").tone(toned(Tone::Warn, i64::try_from(late).unwrap_or(0))),
                kpi("Outside the fence", outside.to_string()).note("clocked in off the site").tone(toned(Tone::Bad, i64::try_from(outside).unwrap_or(0))),
                kpi("Empty seats", empty_seats.to_string()).note("next 72 hours").tone(toned(Tone::Warn, empty_seats)).href("/jobs?when=unfilled"),
                kpi("Requests waiting", seen.requests_waiting.to_string()).note(waits).href("/requests?state=submitted"),
                kpi("Time to review", seen.to_review.to_string()).note("clocked out, not approved").href("/time"),
            ]))
        }
    }
}

fn legend() -> Markup {
    html! { ul.legend { li.ok { "On site" } li.warn { "Late" } li.bad { "Outside" } li.info { "Due" } } }
}

fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::OnSite => Tone::Ok,
        Standing::Late => Tone::Warn,
        Standing::Outside => Tone::Bad,
        Standing::Due => Tone::Info,
        Standing::Left => Tone::Neutral,
    }
}

fn standing_tag(standing: Standing) -> Markup {
    let (icon, word) = match standing {
        Standing::OnSite => ("circle-check", "On site"),
        Standing::Late => ("clock-alert", "Late"),
        Standing::Outside => ("map-pin-off", "Outside fence"),
        Standing::Due => ("clock", "Due"),
        Standing::Left => ("log-out", "Clocked out"),
    };
    tag(tone(standing), icon, word)
}

/// A point of the map with the texts that it owns.
struct Mark {
    lat: String,
    lon: String,
    name: String,
    words: String,
    tone: Tone,
    href: String,
}

/// Millionths of a degree as degrees.
fn degrees(e6: i64) -> String {
    let sign = if e6 < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", e6.abs() / 1_000_000, e6.abs() % 1_000_000)
}

/// Officers where they clocked in, or at their site; several at one point stand in a small ring around it.
fn marks(seen: &Overview, zone: &TimeZone) -> Vec<Mark> {
    let mut taken: Vec<(i64, i64)> = Vec::new();
    let shown = seen.posted.iter().filter(|(standing, _)| *standing != Standing::Left);
    shown
        .filter_map(|(standing, officer)| {
            let base = officer.clocked_in_point.or(officer.point)?;
            let same = taken.iter().filter(|point| **point == base).count();
            taken.push(base);
            let (north, east) =
                [(0, 0), (300, 0), (0, 400), (-300, 0), (0, -400), (300, 400), (-300, -400), (-300, 400)][same % 8];
            Some(Mark {
                lat: degrees(base.0 + north),
                lon: degrees(base.1 + east),
                name: officer.name.clone(),
                words: format!("{}, {}, {}", officer.title, officer.site, times::hours(officer.scheduled, zone)),
                tone: tone(*standing),
                href: format!("/jobs/{}", officer.job),
            })
        })
        .collect()
}

fn points(marks: &[Mark]) -> Vec<MapPoint<'_>> {
    marks
        .iter()
        .map(|mark| MapPoint {
            lat: &mark.lat,
            lon: &mark.lon,
            name: &mark.name,
            words: &mark.words,
            tone: mark.tone,
            radius_m: 0,
            href: &mark.href,
        })
        .collect()
}

fn posted(seen: &Overview, zone: &TimeZone) -> Markup {
    html! {
        section.card.flush.fills #overview-posted {
            (card_head("On shift now").aside(seen.posted.len()))
            @if seen.posted.is_empty() {
                (empty("coffee", "Nobody is on a shift", "Officers appear here from an hour before their shift begins.", html! {}))
            } @else {
                div.scrolls tabindex="0" role="region" aria-label="Officers on shifts now" {
                    (list(html! { @for (standing, officer) in &seen.posted { (officer_row(*standing, officer, zone)) } }))
                }
            }
        }
    }
}

fn officer_row(standing: Standing, officer: &Posted, zone: &TimeZone) -> Markup {
    let when = match officer.clocked_in_at {
        Some(at) => format!("since {}", times::clock(at, zone)),
        None => format!("from {}", times::clock(officer.scheduled.starts_at(), zone)),
    };
    let row = list_row(officer.name.as_str())
        .person(&officer.name)
        .sub(html! { (officer.title) " \u{b7} " (officer.site) })
        .end(html! { div.end-stack { (standing_tag(standing)) span.note { (when) } } })
        .href(format!("/jobs/{}", officer.job));
    html! { (row) }
}

fn waiting(seen: &Overview, zone: &TimeZone, role: Role) -> Markup {
    let decides = may(role, Action::DecideRequest);
    let columns = [
        Column { label: "Request", ..Column::default() },
        Column { label: "First start", ..Column::default() },
        Column { label: "Quote", align: Align::End, ..Column::default() },
        Column { label: "", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> =
        seen.requests.iter().take(SHOWN).map(|request| waiting_row(request, zone, decides)).collect();
    html! {
        section.card.flush #overview-waiting {
            (card_head("Waiting for approval").aside(html! { a href="/requests?state=submitted" { "All " (seen.requests_waiting) } }))
            @if !seen.asked.is_empty() { (seats(seen, zone)) }
            @if rows.is_empty() && !seen.asked.is_empty() {
            } @else if rows.is_empty() {
                (empty("inbox", "No request waits", "New requests of customers appear here.", html! {}))
            } @else { (data_table("Requests waiting for approval", &columns, &rows)) }
        }
    }
}

/// Officers who wait for an approval of a seat.
fn seats(seen: &Overview, zone: &TimeZone) -> Markup {
    list(html! {
        @for one in seen.asked.iter().take(SHOWN) {
            (list_row(format!("{} asks for #{} {}", one.name, one.number, one.title)).person(&one.name)
                .sub(html! { (times::shift(one.span, zone)) " \u{b7} approval by " (levels(&one.levels)) })
                .href(format!("/jobs/{}", one.job)))
        }
    })
}

fn waiting_row<'a>(request: &WaitingRequest, zone: &TimeZone, decides: bool) -> Row<'a> {
    let href = format!("/requests/{}", request.id);
    Row {
        cells: vec![
            html! { a href=(href) { (request.title) } div.note { (request.customer) " \u{b7} " (request.site) } },
            html! { (times::moment(request.first_starts_at, zone)) },
            money(request.quoted),
            html! { @if decides { (link_button("Decide", &href).primary().small()) } },
        ],
        ..Row::default()
    }
}

fn unfilled(seen: &Overview, zone: &TimeZone, role: Role) -> Markup {
    let assigns = may(role, Action::FillJob);
    let columns = [
        Column { label: "Shift", ..Column::default() },
        Column { label: "Starts", ..Column::default() },
        Column { label: "Empty", align: Align::End, ..Column::default() },
        Column { label: "", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = seen.unfilled.iter().take(SHOWN).map(|shift| unfilled_row(shift, zone, assigns)).collect();
    html! {
        section.card.flush #overview-unfilled {
            (card_head("Shifts with empty seats").aside(html! { a href="/jobs?when=unfilled" { "All " (seen.unfilled.len()) } }))
            @if rows.is_empty() {
                (empty("calendar-check", "Every seat is taken", "No shift of the next 72 hours has an empty seat.", html! {}))
            } @else { (data_table("Shifts with empty seats", &columns, &rows)) }
        }
    }
}

fn unfilled_row<'a>(shift: &Unfilled, zone: &TimeZone, assigns: bool) -> Row<'a> {
    let (href, assign) = (format!("/jobs/{}", shift.job), format!("/shifts/{}/assign", shift.shift));
    Row {
        cells: vec![
            html! {
                a href=(href) { "#" (shift.number) " " (shift.title) }
                div.note { (shift.site) @if shift.draft { " \u{b7} not posted yet" } }
            },
            html! { (times::shift(shift.span, zone)) },
            html! { (shift.seats - shift.booked) " of " (shift.seats) },
            html! { @if assigns { (link_button("Assign", &assign).small()) } },
        ],
        ..Row::default()
    }
}

fn weeks(seen: &Overview) -> Markup {
    let labels: Vec<String> = seen.weeks.iter().map(|(week, _)| week.strftime("%b %-d").to_string()).collect();
    let points: Vec<Point<'_>> =
        labels.iter().zip(&seen.weeks).map(|(label, (_, hours))| Point { label, value: *hours }).collect();
    html! {
        div #overview-weeks {
            (card(html! { (card_head("Off-duty hours by week").aside("12 weeks")) (columns_chart("Off-duty hours by week", "hours", &points)) }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_finds_only_what_it_may_do() {
        fn id<T: std::str::FromStr>(prefix: &str) -> T {
            let text = format!("{prefix}_{}", "0".repeat(32));
            text.parse().ok().expect("an id")
        }
        let now = jiff::Timestamp::UNIX_EPOCH;
        let span = muster_domain::time::Span::new(now, now + jiff::SignedDuration::from_hours(1)).expect("a span");
        let seen = Overview {
            posted: Vec::new(),
            unfilled: vec![Unfilled {
                shift: id("shf"),
                job: id("job"),
                number: 7,
                title: "Gate".to_owned(),
                kind: "event".to_owned(),
                site: "North".to_owned(),
                span,
                draft: false,
                seats: 2,
                booked: 1,
            }],
            requests: vec![WaitingRequest {
                id: id("req"),
                number: 1,
                title: "Game".to_owned(),
                state: muster_domain::requests::RequestState::Submitted,
                customer: "Club".to_owned(),
                site: "Gate".to_owned(),
                job_type: "event".to_owned(),
                quoted: muster_domain::money::Cents(1),
                first_starts_at: now,
                submitted_at: now,
                customer_id: id("cus"),
            }],
            asked: Vec::new(),
            requests_waiting: 1,
            to_review: 0,
            weeks: Vec::new(),
            today: jiff::civil::date(2026, 1, 1),
            begun: overview::Begun { rules: true, officers: true, customers: true, people: true, requests: true },
        };
        for (role, decides, assigns) in [
            (Role::Coordinator, true, true),
            (Role::Approver, true, false),
            (Role::AgencyFinance, false, false),
            (Role::Auditor, false, false),
        ] {
            let drawn = pieces(&seen, &TimeZone::UTC, role);
            assert_eq!(drawn.contains("Decide"), decides, "{role:?}");
            assert_eq!(drawn.contains("for your decision"), decides, "{role:?}");
            assert_eq!(drawn.contains("Assign"), assigns, "{role:?}");
        }
    }

    #[test]
    fn millionths_become_degrees() {
        for (e6, wanted) in [(30_267_153, "30.267153"), (-97_743_061, "-97.743061"), (-5, "-0.000005"), (0, "0.000000")]
        {
            assert_eq!(degrees(e6), wanted);
        }
    }
}
