//! The week as a grid for desks, the days as an agenda for phones. Times are those of the agency's zone, given in minutes of the day.

use maud::{Markup, html};

use super::{icon, kind_mark};

const DAY: u16 = 24 * 60;
const QUARTER: u16 = 15;

/// One day of the grid.
#[derive(Debug, Clone, Copy)]
pub struct CalendarDay<'a> {
    /// `Mon`.
    pub name: &'a str,
    /// `16`.
    pub number: &'a str,
    /// Whether it is today.
    pub today: bool,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind<'a> {
    /// A job of this kind, in its colour.
    Job(&'a str),
    /// On duty: hatched.
    OnDuty,
    /// Own unavailability or leave: hatched, lighter.
    Away,
    /// Offered or bid for, not yet his.
    Offered(&'a str),
}

/// One entry.
#[derive(Debug, Clone, Copy)]
pub struct CalendarEvent<'a> {
    /// Index of the day on which it starts.
    pub day: usize,
    /// Minute of that day when it starts.
    pub from: u16,
    /// Minute when it ends, counted from the same midnight: past 1,440 it runs into the next day.
    pub to: u16,
    /// What it is.
    pub title: &'a str,
    /// `16:00–23:00`.
    pub hours: &'a str,
    /// Place or customer; may be empty.
    pub note: &'a str,
    /// Its page; empty when it has none.
    pub href: &'a str,
    /// What it is.
    pub kind: EventKind<'a>,
    /// Collides with another entry.
    pub conflict: bool,
}

struct Placed<'a> {
    event: &'a CalendarEvent<'a>,
    from: u16,
    to: u16,
    lane: usize,
    lanes: usize,
    goes_on: bool,
}

/// The part of an event on a day, in minutes of that day, and whether it began the day before.
fn on_day(event: &CalendarEvent<'_>, day: usize) -> Option<(u16, u16, bool)> {
    if event.day == day && event.from < DAY {
        return Some((event.from, event.to.min(DAY), false));
    }
    (event.day + 1 == day && event.to > DAY).then(|| (0, (event.to - DAY).min(DAY), true))
}

/// Events of a day beside each other where they overlap.
fn place<'a>(events: &'a [CalendarEvent<'a>], day: usize) -> Vec<Placed<'a>> {
    let mut placed: Vec<Placed<'a>> = events
        .iter()
        .filter_map(|event| {
            let (from, to, goes_on) = on_day(event, day)?;
            Some(Placed { event, from, to, lane: 0, lanes: 1, goes_on })
        })
        .collect();
    placed.sort_by_key(|p| (p.from, p.to));
    let mut group = 0;
    let mut group_end = 0;
    for at in 0..placed.len() {
        if placed[at].from >= group_end {
            group = at;
        }
        group_end = group_end.max(placed[at].to);
        let taken: Vec<usize> =
            placed[group..at].iter().filter(|other| other.to > placed[at].from).map(|other| other.lane).collect();
        placed[at].lane = (0..).find(|lane| !taken.contains(lane)).unwrap_or(0).min(4);
        let lanes = placed[group..=at].iter().map(|p| p.lane + 1).max().unwrap_or(1);
        for member in &mut placed[group..=at] {
            member.lanes = lanes;
        }
    }
    placed
}

fn class(kind: EventKind<'_>) -> (&'static str, &str) {
    match kind {
        EventKind::Job(kind) => ("job", kind),
        EventKind::OnDuty => ("on-duty", ""),
        EventKind::Away => ("away", ""),
        EventKind::Offered(kind) => ("offered", kind),
    }
}

fn event_box(placed: &Placed<'_>) -> Markup {
    let event = placed.event;
    let (class, kind) = class(event.kind);
    html! {
        li.event.(class) .conflict[event.conflict] .goes-on[placed.goes_on] data-kind=(kind)
            data-from=(placed.from / QUARTER) data-to=(placed.to.div_ceil(QUARTER).max(placed.from / QUARTER + 2).min(96))
            data-lane=[(placed.lanes > 1).then_some(placed.lane)] data-lanes=[(placed.lanes > 1).then_some(placed.lanes)] {
            @if event.href.is_empty() { strong { (event.title) } } @else { a.cover href=(event.href) { (event.title) } }
            span { (event.hours) }
            @if event.conflict { span.clash { (icon("triangle-alert")) "Conflict" } }
            @if !event.note.is_empty() { span { (event.note) } }
        }
    }
}

/// A week (or any number of days) as a grid of hours. On a phone show [`agenda`] instead: this part hides itself there.
#[must_use]
pub fn week_grid(label: &str, days: &[CalendarDay<'_>], events: &[CalendarEvent<'_>]) -> Markup {
    html! {
        div.week role="region" aria-label=(label) tabindex="0" {
            div.week-heads {
                span {}
                @for day in days {
                    div.today[day.today] { span { (day.name) } strong { (day.number) } @if day.today { span.vh { " (today)" } } }
                }
            }
            div.week-body data-start-hour="6" {
                div.week-hours aria-hidden="true" { @for hour in 1..24 { span { (format!("{hour:02}:00")) } } }
                @for (at, day) in days.iter().enumerate() {
                    ul.week-day.today[day.today] aria-label={ (day.name) " " (day.number) } {
                        @for placed in place(events, at) { (event_box(&placed)) }
                    }
                }
            }
        }
    }
}

/// One day of the agenda.
#[derive(Debug, Clone)]
pub struct AgendaDay<'a> {
    /// `Sat Nov 21` or `Today`.
    pub title: &'a str,
    /// `7 h off duty`; may be empty.
    pub note: &'a str,
    /// Its entries.
    pub events: &'a [CalendarEvent<'a>],
}

/// Days below each other.
#[must_use]
pub fn agenda(days: &[AgendaDay<'_>]) -> Markup {
    html! {
        div.agenda {
            @for day in days {
                section.agenda-day {
                    div.section-head { h2 { (day.title) } @if !day.note.is_empty() { span { (day.note) } } }
                    ul.card.flush.list {
                        @for event in day.events { (agenda_row(event)) }
                        @if day.events.is_empty() { li.agenda-free { "Nothing planned" } }
                    }
                }
            }
        }
    }
}

fn agenda_row(event: &CalendarEvent<'_>) -> Markup {
    let (class, kind) = class(event.kind);
    html! {
        li.list-row.agenda-row.(class) .linked[!event.href.is_empty()] {
            div.lead {
                @if kind.is_empty() { span.kind-mark.hatched { (icon(if class == "away" { "calendar-off" } else { "badge" })) } }
                @else { (kind_mark(kind)) }
            }
            div.list-words {
                @if event.href.is_empty() { strong { (event.title) } } @else { a.cover href=(event.href) { (event.title) } }
                div.sub { (event.hours) @if !event.note.is_empty() { " \u{b7} " (event.note) } }
            }
            @if event.conflict { div.end { span.tag.bad { (icon("triangle-alert")) "Conflict" } } }
            @if class == "offered" { div.end { span.tag.info { (icon("hourglass")) "Offered" } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(day: usize, from: u16, to: u16) -> CalendarEvent<'static> {
        CalendarEvent {
            day,
            from,
            to,
            title: "x",
            hours: "",
            note: "",
            href: "",
            kind: EventKind::OnDuty,
            conflict: false,
        }
    }

    #[test]
    fn a_night_shift_shows_on_both_days() {
        let night = [event(0, 22 * 60, 30 * 60)];
        let parts = |day| place(&night, day).iter().map(|p| (p.from, p.to, p.goes_on)).collect::<Vec<_>>();
        assert_eq!(parts(0), [(22 * 60, DAY, false)]);
        assert_eq!(parts(1), [(0, 6 * 60, true)]);
        assert!(parts(2).is_empty());
    }

    #[test]
    fn overlapping_entries_stand_beside_each_other_and_touching_ones_do_not() {
        let day = [event(0, 60, 180), event(0, 120, 240), event(0, 180, 300), event(0, 300, 360)];
        let lanes: Vec<_> = place(&day, 0).iter().map(|p| (p.lane, p.lanes)).collect();
        assert_eq!(lanes, [(0, 2), (1, 2), (0, 2), (0, 1)]);
    }
}
