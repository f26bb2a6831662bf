//! Marks, cards, jobs, calendar, clock, map, charts.

use maud::{Markup, html};
use muster_domain::money::Cents;

use super::{super::*, scene};

/// What people look at.
pub(super) fn all() -> Markup {
    html! {
        (scene("figures", "Figures", figures()))
        (scene("marks", "Tags and marks", marks()))
        (scene("jobs", "Jobs", jobs()))
        (scene("board", "Board", job_board()))
        (scene("facts", "A job's facts", job_facts()))
        (scene("checks", "Why one may or may not", card(checks(&[
            Check { met: Some(true), words: "Off duty at that time", note: "Patrol ends at 16:00" },
            Check { met: Some(true), words: "Traffic certificate valid on the day", note: "Until Mar 3, 2027" },
            Check { met: Some(false), words: "3.5 h too many in the rolling 7 days", note: "23.5 of 20 h; rule 4.2 of the policy. Possible again from Tue Nov 24, 06:00." },
            Check { met: None, words: "Fit for duty", note: "Your supervisor confirms it on the day" },
        ]))))
        (scene("calendar", "Calendar", calendar()))
        (scene("clock-part", "Clock", clock(&ClockSite {
            assignment: "asg_demo", title: "Clinic front desk", sub: "St. Anne Clinic \u{b7} 16:00\u{2013}23:00", kind: "security", href: "#jobs",
            lat: "30.2700", lon: "-97.7400", radius_m: 150, state: "out", since: "", server_now: "",
        })))
        (scene("map", "Map and fence", maps()))
        (scene("charts", "Charts", charts()))
    }
}

fn figures() -> Markup {
    kpis(&[
        kpi("On site now", "10").note("of 14 posted").tone(Tone::Ok).href("#map"),
        kpi("Late", "2").note("past start, not clocked in").tone(Tone::Warn),
        kpi("Outside fence", "2").note("clocked in, off the site").tone(Tone::Bad),
        kpi("Open positions", "52").note("next 72 hours"),
        kpi("Fill rate", "35%").note("next 72 hours"),
    ])
}

fn marks() -> Markup {
    html! {
        div.cluster {
            (tag(Tone::Neutral, "users", "1 of 3 open")) (tag(Tone::Ok, "circle-check", "On site")) (tag(Tone::Warn, "clock-alert", "Late"))
            (tag(Tone::Bad, "triangle-alert", "Conflict")) (tag(Tone::Info, "hourglass", "Offered")) (tag(Tone::Accent, "star", "Steady"))
            (kind_tag("traffic", "Traffic")) (kind_tag("event", "Event")) (kind_tag("security", "Security")) (kind_tag("escort", "Escort")) (kind_tag("school", "School"))
        }
        div.cluster {
            (avatar("Lt. Rosa Tran")) (kind_mark("traffic")) (kind_mark("event")) (kind_mark("security")) (kind_mark("escort")) (kind_mark("school")) (kind_mark(""))
            span { "Notices " (count(3)) } (money(Cents(123_450))) (money(Cents(-300)))
        }
        (card(html! {
            (share_bar("Hours this week", 18, 20, "18 of 20 h"))
            (share_bar("Hours this month", 30, 80, "30 of 80 h"))
            (stat_bar("Posts tonight", &[(Tone::Ok, "Filled", 31), (Tone::Warn, "Late", 2), (Tone::Bad, "Open", 7)]))
        }))
    }
}

fn jobs() -> Markup {
    let card = |href, title, kind, place, hours, more, rate, total, tags: Markup, dimmed| JobCard {
        href,
        title,
        kind,
        place,
        hours,
        more,
        rate: Some(Cents(rate)),
        total: Some(Cents(total)),
        tags,
        dimmed,
        ..JobCard::default()
    };
    let conflict = || tag(Tone::Bad, "triangle-alert", "Conflict");
    let cards = [
        card(
            "#j1",
            "Funeral procession",
            "escort",
            "Whitley Chapel \u{b7} Whitley Memorial Park",
            "08:00\u{2013}16:00",
            " \u{b7} 8 h \u{b7} 9.1 mi",
            7750,
            62_000,
            html! { (conflict()) (tag(Tone::Neutral, "users", "1 of 1 open")) },
            false,
        ),
        card(
            "#j2",
            "Friday night football",
            "school",
            "Eastlake Stadium \u{b7} Eastlake ISD",
            "08:30\u{2013}15:30",
            " \u{b7} 7 h \u{b7} 5.4 mi",
            6500,
            45_500,
            html! { (tag(Tone::Neutral, "users", "2 of 3 open")) },
            false,
        ),
        card(
            "#j3",
            "Bank branch coverage",
            "security",
            "Frontier Downtown \u{b7} First Frontier Bank",
            "11:00\u{2013}19:00",
            " \u{b7} 8 h \u{b7} 18.0 mi",
            5250,
            42_000,
            html! { (tag(Tone::Warn, "lock", "3.5 h over 20 h a week")) },
            true,
        ),
        card(
            "#j4",
            "Home game, north plaza",
            "event",
            "North Plaza \u{b7} Capital City FC",
            "13:00\u{2013}20:00",
            " \u{b7} 7 h \u{b7} 3.6 mi",
            7000,
            49_000,
            html! { (tag(Tone::Ok, "circle-check", "You are on it")) },
            false,
        ),
        card(
            "#j5",
            "Lane closure, southbound",
            "traffic",
            "I-35 at mile 233 \u{b7} Ridgeline Paving",
            "22:00\u{2013}06:00",
            " \u{b7} 8 h \u{b7} 12.0 mi",
            8125,
            65_000,
            html! { (tag(Tone::Neutral, "users", "4 of 4 open")) },
            false,
        ),
    ];
    html! {
        (section_head("Today", "5 jobs"))
        ul.cards { @for job in &cards { li { (job_card(job)) } } }
    }
}

fn job_board() -> Markup {
    let card = |title, line| board_card("#board", title, line, html! { (tag(Tone::Neutral, "users", "2 of 4 open")) });
    let column = |title, tone, total, cards| BoardColumn { title, tone, total, cards, href: "#board" };
    board(
        "Jobs by status",
        &[
            column(
                "Waiting for approval",
                Tone::Warn,
                2,
                vec![
                    card("Lane closure, southbound", "Sun Nov 22, 06:00"),
                    card("Arrival & dismissal crossing", "Sun Nov 22, 19:00"),
                ],
            ),
            column("Open", Tone::Info, 31, vec![card("Home game, north plaza", "Sun Nov 22, 08:30")]),
            column("Filled", Tone::Ok, 1, vec![card("Half marathon, miles 4\u{2013}7", "Mon Nov 23, 15:00")]),
            column("Cancelled", Tone::Neutral, 0, vec![]),
        ],
    )
}

fn job_facts() -> Markup {
    facts(&[
        Fact { icon: "calendar-days", label: "When", value: "Today", note: "17:00\u{2013}00:00 \u{b7} 7 h" },
        Fact { icon: "dollar-sign", label: "Pay", value: "$82.50 / h", note: "$577.50 for the job" },
        Fact { icon: "users", label: "Positions", value: "3 of 3 open", note: "First to accept" },
        Fact { icon: "navigation", label: "Distance", value: "14.3 mi", note: "from your station" },
    ])
}

fn calendar() -> Markup {
    let day = |name, number, today| CalendarDay { name, number, today };
    let days = [
        day("Mon", "16", false),
        day("Tue", "17", false),
        day("Wed", "18", false),
        day("Thu", "19", false),
        day("Fri", "20", false),
        day("Sat", "21", true),
        day("Sun", "22", false),
    ];
    let duty = |day| CalendarEvent {
        day,
        from: 360,
        to: 960,
        title: "Patrol \u{b7} Watch B",
        hours: "06:00\u{2013}16:00",
        note: "",
        href: "",
        kind: EventKind::OnDuty,
        conflict: false,
    };
    let events = [
        duty(0),
        duty(1),
        duty(5),
        duty(6),
        CalendarEvent {
            day: 5,
            from: 960,
            to: 1380,
            title: "Clinic front desk",
            hours: "16:00\u{2013}23:00",
            note: "St. Anne Clinic",
            href: "#jobs",
            kind: EventKind::Job("security"),
            conflict: false,
        },
        CalendarEvent {
            day: 3,
            from: 1320,
            to: 1800,
            title: "Lane closure",
            hours: "22:00\u{2013}06:00",
            note: "Ridgeline Paving",
            href: "#jobs",
            kind: EventKind::Job("traffic"),
            conflict: false,
        },
        CalendarEvent {
            day: 2,
            from: 780,
            to: 1200,
            title: "Home game",
            hours: "13:00\u{2013}20:00",
            note: "North plaza",
            href: "#jobs",
            kind: EventKind::Job("event"),
            conflict: true,
        },
        CalendarEvent {
            day: 2,
            from: 900,
            to: 1080,
            title: "Court",
            hours: "15:00\u{2013}18:00",
            note: "",
            href: "",
            kind: EventKind::Away,
            conflict: false,
        },
        CalendarEvent {
            day: 4,
            from: 480,
            to: 840,
            title: "School crossing",
            hours: "08:00\u{2013}14:00",
            note: "Mesa Elementary",
            href: "#jobs",
            kind: EventKind::Offered("school"),
            conflict: false,
        },
    ];
    html! {
        ul.legend { li.hatched { "On duty" } li { "Off-duty job" } }
        (week_grid("Nov 16 to Nov 22", &days, &events))
        (agenda(&[
            AgendaDay { title: "Today", note: "7 h off duty", events: &events[2..3] },
            AgendaDay { title: "Wed Nov 18", note: "", events: &events[6..9] },
            AgendaDay { title: "Thu Nov 19", note: "", events: &[] },
        ]))
    }
}

fn maps() -> Markup {
    let person = |lat, lon, name, words, tone| MapPoint { lat, lon, name, words, tone, radius_m: 0, href: "" };
    html! {
        div.columns {
            (flush_card(html! {
                (card_head("Live map").aside(html! { ul.legend { li.ok { "On site" } li.warn { "Late" } li.bad { "Outside" } } }))
                (map("gallery-map", "Officers on site", &[
                    person("30.2700", "-97.7400", "D. Alvarez", "Friday night football, on site", Tone::Ok),
                    person("30.2650", "-97.7480", "M. Okafor", "Funeral procession, outside the fence", Tone::Bad),
                    person("30.2720", "-97.7550", "A. Haddad", "Oversize load escort, late", Tone::Warn),
                    MapPoint { radius_m: 250, ..person("30.2675", "-97.7440", "S. Lindqvist", "Home game, on site", Tone::Ok) },
                ]))
            }))
            (card(html! { (card_head("Site")) (fence_editor("30.2700", "-97.7400", "150", ("30.27", "-97.74"))) }))
        }
    }
}

fn charts() -> Markup {
    let weeks: Vec<Point<'_>> = [
        ("Sep 1", 410),
        ("Sep 8", 388),
        ("Sep 15", 450),
        ("Sep 22", 495),
        ("Sep 29", 528),
        ("Oct 6", 474),
        ("Oct 13", 556),
        ("Oct 20", 601),
        ("Oct 27", 570),
        ("Nov 3", 632),
        ("Nov 10", 617),
        ("Nov 17", 667),
    ]
    .map(|(label, value)| Point { label, value })
    .into();
    html! {
        div.columns-even {
            (card(html! { (card_head("Off-duty hours by week").aside("12 weeks")) (columns_chart("Off-duty hours by week", "hours", &weeks)) }))
            (card(html! { (card_head("Fill rate").aside("12 weeks")) (line_chart("Filled positions by week", "positions", &weeks)) }))
        }
        (card(html! { (card_head("No data yet")) (columns_chart("Nothing yet", "hours", &[])) }))
    }
}
