//! Lists, tables, stories, states.

use maud::{Markup, html};
use muster_domain::money::Cents;

use super::{super::*, scene};

/// What lists show.
pub(super) fn all() -> Markup {
    html! {
        (scene("people", "Lists", people()))
        (scene("table", "Tables", table()))
        (scene("story", "Stories and steps", story()))
        (scene("states", "Empty, failed, on its way", states()))
        (scene("banners", "Banners", banners()))
        (scene("print", "Paper", paper()))
    }
}

fn people() -> Markup {
    flush_card(html! {
        (card_head("On shift now").aside("14"))
        (list(html! {
            (list_row("D. Alvarez").person("D. Alvarez").sub("Friday night football").end(html! { (tag(Tone::Ok, "circle-check", "On site")) span { "13 min" } }))
            (list_row("M. Okafor").person("M. Okafor").sub("Funeral procession").href("#people").end(html! { (tag(Tone::Bad, "map-pin-off", "Outside fence")) span { "30 min" } }))
            (list_row("Your offer lapses at 18:00").lead(html! { (kind_mark("event")) }).sub("Home game, north plaza").href("#people").unread(true))
            (list_row("A. Haddad wants to swap").person("A. Haddad").sub("Sat Nov 21, 16:00\u{2013}23:00").end(html! { (button("Decline").small().idle()) (button("Approve").primary().small().idle()) }))
        }))
    })
}

fn table() -> Markup {
    let columns = [
        Column { label: "Job", sort: Some("title"), ..Column::default() },
        Column { label: "When", sort: Some("starts"), ..Column::default() },
        Column { label: "Rate", sort: Some("rate"), align: Align::End, ..Column::default() },
        Column { label: "Open", align: Align::End, ..Column::default() },
        Column::default(),
    ];
    let rows: Vec<Row<'_>> = [
        ("Lane closure, southbound", "Ridgeline Paving", "Sun Nov 22, 06:00", 5250, "3/4"),
        ("Arrival & dismissal crossing", "Mesa Elementary", "Sun Nov 22, 19:00", 7250, "1/3"),
        ("Home game, north plaza", "Capital City FC", "Sun Nov 22, 08:30", 6250, "4/4"),
        ("Half marathon, miles 4\u{2013}7", "Lone Star Running Club", "Mon Nov 23, 15:00", 5000, "4/4"),
    ]
    .map(|(title, customer, when, rate, open)| Row {
        value: title,
        name: title,
        cells: vec![
            html! { a href="#table" { (title) } span.sub { (customer) } },
            html! { (when) },
            money(Cents(rate)),
            html! { (open) },
            html! { (button("Approve").primary().small().idle()) " " (icon_button("x", "Decline").small().idle()) },
        ],
    })
    .into();
    html! {
        (flush_card(html! {
            (card_head("Waiting for approval").aside(html! { a href="#table" { "All" } }))
            (data_table("Jobs waiting for approval", &columns, &rows).sorted("/dev/parts", "starts").selects("jobs", "bulk-form"))
            (pager("/dev/parts", 3, 10_000))
        }))
        form.bulk #bulk-form method="post" action="/dev/parts" {
            span.grow { strong data-chosen="bulk-form" { "0" } " chosen" } (button("Approve all").primary().small().idle())
        }
    }
}

fn story() -> Markup {
    let entry = |icon, tone, words: &str, when, note: Markup| StoryEntry {
        icon,
        tone,
        words: html! { (words) },
        when,
        instant: "",
        note,
    };
    html! {
        (step_bar("Request", &["What", "When", "Where", "Price", "Send"], 2))
        (card(timeline(&[
            entry("badge-check", Tone::Ok, "R. Tran approved the time of D. Alvarez", "Sat Nov 21, 23:40", html! {}),
            entry("pencil", Tone::Warn, "R. Tran changed the end from 23:00 to 22:45", "Sat Nov 21, 23:38", html! { "Customer released the officer early." }),
            entry("log-in", Tone::Neutral, "D. Alvarez clocked in, 38 m from the pin", "Sat Nov 21, 15:56", html! {}),
        ])))
    }
}

fn states() -> Markup {
    html! {
        div.columns-even {
            (card(empty("calendar-check", "Nothing waits for you", "New requests of customers appear here.", html! { (link_button("New request", "#states").icon("plus")) })))
            (card(failed("The list could not be loaded", "The server did not answer in time. Your data is safe.", html! { (link_button("Try again", "#states").icon("rotate-ccw")) })))
        }
        (flush_card(skeleton(3)))
    }
}

fn banners() -> Markup {
    html! {
        (banner(Tone::Accent, "wifi-off", "You are offline. This page is as it was at 14:32."))
        (banner(Tone::Warn, "clock-alert", html! { p { strong { "Short notice: " } "this request comes 20 hours before its start. The agency adds $10.00 an hour." } }).action(html! { (link_button("See why", "#banners").small()) }))
        (banner(Tone::Bad, "triangle-alert", "Your firearms qualification ends before this job. Renew it to accept."))
        (banner(Tone::Ok, "circle-check", "All 24,331 entries of the log are unaltered."))
        (banner(Tone::Info, "info", "Officers see this text before they accept."))
        (banner(Tone::Neutral, "info", "Rates changed on November 1."))
    }
}

fn paper() -> Markup {
    print_sheet(html! {
        div.sheet-head { div { h3 { "Invoice INV-2031" } p { "Ridgeline Paving" } } div.end { p { "Issued Nov 21, 2026" } p { "Due Dec 21, 2026" } } }
        dl.sheet-total { dt { "32 h at $52.50" } dd { (money(Cents(168_000))) } dt { "Agency fee 10 %" } dd { (money(Cents(16_800))) } dt { "Total" } dd { (money(Cents(184_800))) } }
    })
}
