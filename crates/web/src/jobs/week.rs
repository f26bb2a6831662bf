//! A week of shifts with how full they are.

use axum::response::Response;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use maud::html;
use muster_app::jobs::{self, ShiftListed, WeekAsked};
use muster_domain::jobs::ShiftState;

use super::views::{View, address, selects, views};
use crate::{
    failure::PageFailure,
    fields::Fields,
    given::Given,
    parts::{
        AgendaDay, CalendarDay, CalendarEvent, EventKind, agenda, button_group, filters, link_button, page_head,
        week_grid,
    },
    times,
};

/// The week under its own, shorter address.
pub async fn show_calendar(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let query = query.with("view", View::Week.code());
    show_week(&given, &query).await
}

/// The week that holds `on` (today when absent).
pub(super) async fn show_week(given: &Given, query: &Fields) -> Result<Response, PageFailure> {
    let asked = WeekAsked {
        day: query.get("on").parse().ok(),
        customer: query.get("customer").parse().ok(),
        job_type: query.get("type").parse().ok(),
    };
    let (week, choices) = given
        .read(move |tx, who, now| Ok((jobs::load_week(tx, who, asked, now)?, jobs::load_choices(tx, who)?)))
        .await?;
    let zone = times::zone(&given.who.shown.zone);
    let dates: Vec<Date> = (0..7).filter_map(|day| week.from_on.checked_add(day.days()).ok()).collect();
    let lines: Vec<Line> = week.shifts.iter().filter_map(|shift| Line::of(shift, &dates, &zone)).collect();
    let events: Vec<CalendarEvent<'_>> = lines.iter().map(Line::event).collect();
    let names: Vec<(String, String, String)> =
        dates.iter().map(|date| (date.strftime("%a").to_string(), date.day().to_string(), times::day(*date))).collect();
    let days: Vec<CalendarDay<'_>> = names
        .iter()
        .zip(&dates)
        .map(|((name, number, _), date)| CalendarDay { name, number, today: *date == week.today })
        .collect();
    let by_day: Vec<Vec<CalendarEvent<'_>>> =
        (0..7).map(|day| events.iter().filter(|event| event.day == day).copied().collect()).collect();
    let agenda_days: Vec<AgendaDay<'_>> =
        names.iter().zip(&by_day).map(|((_, _, title), events)| AgendaDay { title, note: "", events }).collect();
    let step = |days: i64| {
        let on = week.from_on.checked_add(days.days()).unwrap_or(week.from_on);
        address(query, "on", &on.to_string())
    };
    let body = html! {
        (page_head("Jobs").sub(format!("Week of {}", times::full_day(week.from_on))).actions(views(query, View::Week)))
        (filters("/jobs", "#jobs,#job-views,.page-head-words", html! {
            (selects(query, &choices))
            input type="hidden" name="view" value=(View::Week.code());
            @if let Some(day) = asked.day { input type="hidden" name="on" value=(day); }
        }))
        div.stack #jobs {
            div {
                (button_group("Weeks", html! {
                    (link_button("Earlier", &step(-7)).icon("chevron-left"))
                    (link_button("Today", &address(query, "on", "")))
                    (link_button("Later", &step(7)).icon("chevron-right"))
                }))
            }
            (week_grid("Week", &days, &events))
            div.phone-only { (agenda(&agenda_days)) }
        }
    };
    Ok(given.page("Jobs", "jobs").draw(body))
}

/// The words of one shift, kept while the calendar borrows them.
struct Line {
    day: usize,
    from: u16,
    to: u16,
    title: String,
    hours: String,
    note: String,
    href: String,
    kind: String,
    full: bool,
}

impl Line {
    fn of(shift: &ShiftListed, dates: &[Date], zone: &TimeZone) -> Option<Self> {
        let from = zone.to_datetime(shift.span.starts_at());
        let to = zone.to_datetime(shift.span.ends_at());
        let minute = |at: jiff::civil::DateTime| {
            u16::try_from(at.hour()).unwrap_or(0) * 60 + u16::try_from(at.minute()).unwrap_or(0)
        };
        let later = u16::from(to.date() > from.date());
        let fill = match shift.state {
            ShiftState::Cancelled => "cancelled".to_owned(),
            ShiftState::Draft => format!("not posted, {}", muster_domain::counted(shift.seats, "seat", "seats")),
            _ if shift.booked >= shift.seats => format!("full, {} of {}", shift.booked, shift.seats),
            _ => format!("{} of {} taken", shift.booked, muster_domain::counted(shift.seats, "seat", "seats")),
        };
        Some(Self {
            day: dates.iter().position(|date| *date == from.date())?,
            from: minute(from),
            to: later * 24 * 60 + minute(to),
            title: format!("#{} {}", shift.number, shift.title),
            hours: times::hours(shift.span, zone),
            note: format!("{fill} \u{b7} {}", shift.site_name),
            href: format!("/jobs/{}", shift.job),
            kind: shift.type_code.clone(),
            full: shift.booked >= shift.seats && shift.state != ShiftState::Draft,
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
            kind: if self.full { EventKind::Job(&self.kind) } else { EventKind::Offered(&self.kind) },
            conflict: false,
        }
    }
}
