//! A week of shifts with how full they are.

use axum::{Extension, extract::State, http::Uri, response::Response};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use maud::html;
use muster_app::jobs::{self, ShiftListed};
use muster_domain::jobs::ShiftState;

use crate::{
    Ctx,
    failure::PageFailure,
    fields::Fields,
    frame::Page,
    headers::Nonce,
    parts::{
        AgendaDay, CalendarDay, CalendarEvent, EventKind, agenda, button_group, link_button, page_head, week_grid,
    },
    signed_in::SignedIn,
    times,
};

/// The week that holds `on` (today when absent).
pub async fn show_week(
    State(ctx): State<Ctx>,
    Extension(nonce): Extension<Nonce>,
    who: SignedIn,
    uri: Uri,
) -> Result<Response, PageFailure> {
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let on: Option<Date> = query.get("on").parse().ok();
    let actor = who.actor.clone();
    let week = ctx.read(move |tx, now| jobs::load_week(tx, &actor, on, now)).await?;
    let zone = times::zone(&who.shown.zone);
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
    let step = |days: i64| week.from_on.checked_add(days.days()).unwrap_or(week.from_on);
    let body = html! {
        (page_head("Calendar").sub(format!("Week of {}", times::full_day(week.from_on))).actions(button_group("Weeks", html! {
            (link_button("Earlier", &format!("/calendar?on={}", step(-7))).icon("chevron-left"))
            (link_button("Today", "/calendar"))
            (link_button("Later", &format!("/calendar?on={}", step(7))).icon("chevron-right"))
        })))
        (week_grid("Week", &days, &events))
        div.phone-only { (agenda(&agenda_days)) }
    };
    Ok(Page::new(&ctx, &who, &nonce, "Calendar", "jobs").back("/jobs").draw(body))
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
            ShiftState::Draft => format!("not posted, {} seats", shift.seats),
            _ if shift.booked >= shift.seats => format!("full, {} of {}", shift.booked, shift.seats),
            _ => format!("{} of {} seats taken", shift.booked, shift.seats),
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
