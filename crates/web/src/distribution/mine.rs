//! An officer's own shifts and schedule.

use axum::response::{IntoResponse, Redirect, Response};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use maud::{Markup, html};
use muster_app::{
    Failure,
    distribution::{self, Booked, MovedSeat, ScheduleEntry},
};
use muster_domain::{
    distribution::AssignmentState,
    id::{AssignmentId, ShiftId},
};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Sent},
    given::{Given, Id},
    parts::{
        AgendaDay, CalendarDay, CalendarEvent, EventKind, JobCard, Tone, agenda, button, button_group, card, card_head,
        chip_link, dialog, empty, form_actions, job_card, link_button, opens, page_head, pressed, tag, week_grid,
    },
    times,
};

const DONE: &[(&str, &str)] = &[
    ("withdrawn", "You gave the shift back. The coordinator has been told."),
    ("taken_over", "The shift is yours. Your colleague has been told."),
    ("declined", "Your colleague has been told."),
    ("offer_ended", "You took the offer back. You hold the shift as before."),
    ("kept", "You keep your seat at the new time. The coordinator has been told."),
    ("not_kept", "Your seat is open again. The coordinator has been told."),
];

/// The officer's shifts, to come or past.
pub async fn list_my_shifts(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let past = query.get("show") == "past";
    let page: i64 = query.get("page").parse().unwrap_or(1);
    let (mine, offers) = given
        .read(move |tx, who, now| {
            let mine = distribution::list_my_shifts(tx, who, past, page, now)?;
            Ok((mine, distribution::list_my_handovers(tx, who, now)?))
        })
        .await?;
    let zone = times::zone(&given.who.shown.zone);
    let cut_off = jiff::SignedDuration::from_mins(mine.cut_off_minutes.max(0));
    let now = given.ctx.now();
    let body = html! {
        (page_head("My shifts").actions(html! { (link_button("My time", "/my-time").icon("clipboard-check")) }))
        (tabs(if past { "past" } else { "upcoming" }))
        @if !past { (super::handing::open_offers(&offers, given.who.actor.officer, &zone, now)) }
        @for one in &mine.asked { (question(&given.ctx, one, &mine.shifts, &zone)) }
        @if mine.shifts.is_empty() {
            (card(empty("calendar-days", if past { "No past shift" } else { "No shift to come" }, "Shifts that you take appear here.",
                html! { (link_button("Open shifts", "/open-shifts").primary()) })))
        } @else {
            h2.vh { @if past { "Past shifts" } @else { "Shifts to come" } }
            ul.cards { @for one in &mine.shifts { li {
                (booked_card(one, &zone))
                @if !past && one.clocked_in_at.is_none() && now < one.span.starts_at() - cut_off {
                    (give_back(&given.ctx, one, &zone, cut_off))
                }
            } } }
            @if past && mine.shifts.len() == 50 { p { a href={ "/my-shifts?show=past&page=" (page + 1) } { "Older shifts" } } }
        }
    };
    Ok(given.page("My shifts", "schedule").done(query.get("done"), DONE).draw(body))
}

/// A shift that was moved: does he keep his seat?
fn question(ctx: &Ctx, one: &MovedSeat, shifts: &[Booked], zone: &TimeZone) -> Markup {
    let booked = shifts.iter().find(|booked| booked.assignment == one.assignment);
    let answer = format!("/assignments/{}/new-time", one.assignment);
    html! {
        (card(html! {
            (card_head("Can you work at another time?").icon("clock-alert"))
            @if let Some(booked) = booked { p { strong { (booked.title) } " was moved from " (times::shift(one.from, zone)) " to " strong { (times::shift(booked.span, zone)) } "." } }
            p { "You keep your seat only when you say yes until " strong { (times::moment(one.answer_by, zone)) } ". If not, the seat is offered to others and you are paid as the rules say for a cancellation." }
            form method="post" action=(answer) data-once {
                (pressed(&ctx.word()))
                (form_actions(html! {
                    (button("No, open my seat").sends("keeps", "no"))
                    (button("Yes, I keep it").primary().sends("keeps", "yes"))
                }))
            }
        }))
    }
}

pub(super) fn tabs(now: &str) -> Markup {
    html! {
        div.chips role="group" aria-label="Which" {
            (chip_link("/schedule", "Calendar", "calendar-days", None, now == "calendar"))
            (chip_link("/my-shifts", "Upcoming", "", None, now == "upcoming"))
            (chip_link("/my-shifts?show=past", "Past", "", None, now == "past"))
            (chip_link("/my-permits", "My permits", "", None, now == "permits"))
            (chip_link("/my-reports", "Reports due", "", None, now == "reports"))
            (chip_link("/standing", "My standing", "", None, now == "standing"))
        }
    }
}

fn booked_card(one: &Booked, zone: &TimeZone) -> Markup {
    job_card(&JobCard {
        href: &format!("/shifts/{}", one.shift),
        title: &one.title,
        kind: &one.type_code,
        place: &format!("{} \u{b7} {}", one.site_name, one.address),
        hours: &times::shift(one.span, zone),
        more: &format!(" \u{b7} {}", one.span.minutes()),
        tags: html! {
            @match (one.state, one.time_state.as_deref()) {
                (AssignmentState::Booked, Some("on_site")) => (tag(Tone::Ok, "log-in", "On site")),
                (AssignmentState::Booked, Some("to_review")) => (tag(Tone::Info, "clock", "Time waits for approval")),
                (AssignmentState::Booked, Some("approved")) => (tag(Tone::Ok, "circle-check", "Time approved")),
                (AssignmentState::Booked, _) => (tag(Tone::Info, "circle-check", one.role.label())),
                (state, _) => { (tag(Tone::Bad, "ban", state.label())) @if !one.reason.is_empty() { p.reason { (one.reason) } } },
            }
        },
        dimmed: one.state != AssignmentState::Booked,
        ..JobCard::default()
    })
}

fn give_back(ctx: &Ctx, one: &Booked, zone: &TimeZone, cut_off: jiff::SignedDuration) -> Markup {
    let id = format!("give-back-{}", one.assignment);
    html! {
        p.hint { "Until " (times::moment(one.span.starts_at() - cut_off, zone)) ": " (opens(&id, "give it back", "")) }
        (dialog(&id, "Give the shift back?", html! { input type="hidden" name="shift" value=(one.shift); p { strong { (one.title) } ", " (times::shift(one.span, zone)) } p { "The seat opens for other officers at once, and the coordinator is told." } })
            .cancel("Keep it")
            .sends(&format!("/assignments/{}/withdrawal", one.assignment), &ctx.word(), button("Give it back").danger()))
    }
}

/// An officer gives a shift back. A refusal is shown on the shift's own page.
pub async fn withdraw(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<Response, PageFailure> {
    let shift: Option<ShiftId> = sent.fields.get("shift").parse().ok();
    match (given.act(&sent, move |tx, who, now| distribution::withdraw_from_shift(tx, who, id, now)).await, shift) {
        (Ok(()), _) => Ok(Redirect::to("/my-shifts?done=withdrawn").into_response()),
        (Err(Failure::Refused(refusal)), Some(shift)) => super::shift::draw(&given, shift, Some(refusal), "").await,
        (Err(failure), _) => Err(failure.into()),
    }
}

/// The officer's calendar: details, tours, leave, with what collides.
pub async fn show_schedule(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let asked: Option<Date> = query.get("from").parse().ok();
    let schedule = given.read(move |tx, who, now| distribution::load_schedule(tx, who, asked, now)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let dates: Vec<Date> = (0..28).filter_map(|day| schedule.from_on.checked_add(day.days()).ok()).collect();
    let lines: Vec<Line> = schedule.entries.iter().filter_map(|entry| Line::of(entry, &dates, &zone)).collect();
    let events: Vec<CalendarEvent<'_>> = lines.iter().map(Line::event).collect();
    let step = |days: i64| schedule.from_on.checked_add(days.days()).unwrap_or(schedule.from_on);
    let body = html! {
        (page_head("Schedule").actions(button_group("Weeks", html! {
            (link_button("Earlier", &format!("/schedule?from={}", step(-7))).icon("chevron-left"))
            (link_button("Today", "/schedule"))
            (link_button("Later", &format!("/schedule?from={}", step(7))).icon("chevron-right"))
        })))
        (tabs("calendar"))
        (grid(&dates, &events, schedule.today))
        (phone_days(&dates, &events, schedule.today))
    };
    Ok(given.page("Schedule", "schedule").draw(body))
}

/// The words of one entry, kept while the calendar borrows them.
struct Line {
    day: usize,
    from: u16,
    to: u16,
    title: String,
    hours: String,
    note: String,
    href: String,
    kind: String,
    conflict: bool,
}

impl Line {
    fn of(entry: &ScheduleEntry, dates: &[Date], zone: &TimeZone) -> Option<Self> {
        let from = zone.to_datetime(entry.row.span.starts_at());
        let to = zone.to_datetime(entry.row.span.ends_at());
        let day = dates.iter().position(|date| *date == from.date())?;
        let minute = |at: jiff::civil::DateTime| {
            u16::try_from(at.hour()).unwrap_or(0) * 60 + u16::try_from(at.minute()).unwrap_or(0)
        };
        let days =
            u16::try_from(from.date().until(to.date()).map_or(0, |span| span.get_days()).clamp(0, 28)).unwrap_or(0);
        let class = crate::parts::capital(&entry.row.class);
        let booked = entry.booked.as_ref();
        Some(Self {
            day,
            from: minute(from),
            to: days * 24 * 60 + minute(to),
            title: booked.map_or(if entry.row.label.is_empty() { class } else { entry.row.label.clone() }, |one| {
                one.title.clone()
            }),
            hours: times::hours(entry.row.span, zone),
            note: booked.map_or_else(String::new, |one| one.site_name.clone()),
            href: booked.map_or_else(String::new, |one| format!("/shifts/{}", one.shift)),
            kind: booked.map_or_else(|| entry.row.class.clone(), |one| format!("job:{}", one.type_code)),
            conflict: entry.conflict,
        })
    }

    fn event(&self) -> CalendarEvent<'_> {
        CalendarEvent {
            day: self.day,
            from: self.from,
            to: self.to,
            title: &self.title,
            hours: &self.hours,
            note: &self.note,
            href: &self.href,
            kind: match self.kind.strip_prefix("job:") {
                Some(kind) => EventKind::Job(kind),
                None if self.kind == "detail" => EventKind::Job(""),
                None if matches!(self.kind.as_str(), "leave" | "sick" | "unavailable") => EventKind::Away,
                None => EventKind::OnDuty,
            },
            conflict: self.conflict,
        }
    }
}

/// The first week as a grid, for desks.
fn grid(dates: &[Date], events: &[CalendarEvent<'_>], today: Date) -> Markup {
    let names: Vec<(String, String)> =
        dates.iter().take(7).map(|date| (date.strftime("%a").to_string(), date.day().to_string())).collect();
    let days: Vec<CalendarDay<'_>> = names
        .iter()
        .zip(dates)
        .map(|((name, number), date)| CalendarDay { name, number, today: *date == today })
        .collect();
    html! { div.desk-only { (week_grid("Week", &days, events)) } }
}

/// Four weeks below each other, without the days on which nothing happens.
fn phone_days(dates: &[Date], events: &[CalendarEvent<'_>], today: Date) -> Markup {
    let own: Vec<(String, Vec<CalendarEvent<'_>>)> = dates
        .iter()
        .enumerate()
        .map(|(at, date)| {
            (super::pages::day_name(*date, today), events.iter().filter(|event| event.day == at).copied().collect())
        })
        .filter(|(_, events): &(_, Vec<_>)| !events.is_empty())
        .collect();
    let days: Vec<AgendaDay<'_>> = own.iter().map(|(title, events)| AgendaDay { title, note: "", events }).collect();
    html! {
        @if days.is_empty() { (card(empty("calendar-days", "Nothing planned", "Your tours, leave and shifts of these four weeks appear here.", html! { (link_button("Open shifts", "/open-shifts").primary()) }))) }
        (agenda(&days))
    }
}
