//! Shifts side by side by what they wait for.

use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::jobs::{self, Board, BoardAsked, BoardLane, Lane, ShiftListed};

use super::views::{View, address, selects, views};
use crate::{
    failure::PageFailure,
    fields::Fields,
    given::Given,
    parts::{BoardColumn, Tone, board, board_card, card, empty, field, filters, page_head, pager, search_box, tag},
    times,
};

/// The board; `lane` in the address shows one column alone, page by page.
pub(super) async fn show_board(given: &Given, query: &Fields) -> Result<Response, PageFailure> {
    let asked = read(query);
    let wanted = asked.clone();
    let (seen, choices) = given
        .read(move |tx, who, now| Ok((jobs::load_board(tx, who, &wanted, now)?, jobs::load_choices(tx, who)?)))
        .await?;
    let zone = times::zone(&given.who.shown.zone);
    let now = given.ctx.now();
    let card_of = |lane: Lane, shift: &ShiftListed| shift_card(lane, shift, shift.span.starts_at() <= now, &zone);
    let body = html! {
        (page_head("Jobs").sub(format!("Shifts from {} to {}", times::day(seen.from_on), times::day(seen.to_on))).actions(views(query, View::Board)))
        (filters("/jobs", "#jobs,#job-views,.page-head-words", html! {
            (search_box("q", "Title, customer, site or number", query.get("q")))
            (selects(query, &choices))
            (field("from_on", "From").date().value(seen.from_on.to_string()))
            (field("to_on", "Until").date().value(seen.to_on.to_string()))
            input type="hidden" name="view" value=(View::Board.code());
            @if let Some(lane) = asked.lane { input type="hidden" name="lane" value=(lane.code()); }
        }))
        div #jobs {
            @match (asked.lane, seen.lanes.first()) {
                (Some(_), Some(lane)) => (single(lane, asked.page, query, &card_of)),
                _ => (columns(&seen, query, &card_of)),
            }
        }
    };
    Ok(given.page("Jobs", "jobs").draw(body))
}

fn read(query: &Fields) -> BoardAsked {
    BoardAsked {
        from_on: query.get("from_on").parse().ok(),
        to_on: query.get("to_on").parse().ok(),
        customer: query.get("customer").parse().ok(),
        job_type: query.get("type").parse().ok(),
        search: query.get("q").chars().take(100).collect(),
        lane: Lane::from_code(query.get("lane")),
        page: query.get("page").parse().unwrap_or(1).clamp(1, 100_000),
    }
}

fn columns(seen: &Board, query: &Fields, card_of: &impl Fn(Lane, &ShiftListed) -> Markup) -> Markup {
    let addresses: Vec<String> = seen.lanes.iter().map(|one| address(query, "lane", one.lane.code())).collect();
    let columns: Vec<BoardColumn<'_>> = seen
        .lanes
        .iter()
        .zip(&addresses)
        .map(|(one, href)| BoardColumn {
            title: one.lane.label(),
            tone: tone(one.lane),
            total: u32::try_from(one.total).unwrap_or(u32::MAX),
            cards: one.shifts.iter().map(|shift| card_of(one.lane, shift)).collect(),
            href,
        })
        .collect();
    board("Shifts by status; scroll sideways for more", &columns)
}

fn single(lane: &BoardLane, page: i64, query: &Fields, card_of: &impl Fn(Lane, &ShiftListed) -> Markup) -> Markup {
    html! {
        section.stack aria-label=(lane.lane.label()) {
            div.section-head {
                h2 { (lane.lane.label()) " " span.muted { (lane.total) } }
                a href=(address(query, "lane", "")) { "All columns" }
            }
            @if lane.shifts.is_empty() { (card(empty("briefcase", "No shift here", "Choose other filters or other days.", html! {}))) }
            ul.board-single { @for shift in &lane.shifts { li { (card_of(lane.lane, shift)) } } }
            (pager(&address(query, "page", ""), page, lane.total))
        }
    }
}

fn tone(lane: Lane) -> Tone {
    match lane {
        Lane::ToPost | Lane::ToApprove => Tone::Warn,
        Lane::Open => Tone::Info,
        Lane::Filled | Lane::UnderWay => Tone::Ok,
        Lane::Done => Tone::Neutral,
    }
}

fn shift_card(lane: Lane, shift: &ShiftListed, begun: bool, zone: &TimeZone) -> Markup {
    let title = format!("#{} {}", shift.number, shift.title);
    let line = html! { span.when { (times::shift(shift.span, zone)) } span { (shift.customer_name) } };
    let empty_seats = shift.seats - shift.booked;
    let fill = format!("{} of {}", shift.booked, shift.seats);
    let seats = if empty_seats <= 0 {
        tag(Tone::Ok, "users", &fill)
    } else if begun && lane == Lane::Done {
        tag(Tone::Neutral, "users", &fill)
    } else {
        tag(Tone::Warn, "users", &fill)
    };
    let tags = html! {
        (seats)
        @if lane == Lane::UnderWay {
            @if shift.on_site > 0 { (tag(Tone::Ok, "log-in", &format!("{} on site", shift.on_site))) } @else { (tag(Tone::Bad, "clock-alert", "Nobody there")) }
        }
        @if lane == Lane::ToApprove { (tag(Tone::Warn, "clipboard-check", "Time waits")) }
    };
    board_card(&format!("/jobs/{}", shift.job), &title, line, tags)
}
