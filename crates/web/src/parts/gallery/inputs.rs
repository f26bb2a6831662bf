//! Buttons, fields, filters, dialogs.

use maud::{Markup, html};
use muster_domain::refusal::FieldErrors;

use super::{super::*, scene};

const KINDS: &[(&str, &str)] = &[("traffic", "Traffic"), ("event", "Event"), ("security", "Security")];

/// Everything that can be pressed or filled in.
pub(super) fn all() -> Markup {
    html! {
        (scene("buttons", "Buttons", buttons()))
        (scene("fields", "Fields", fields()))
        (scene("mistakes", "A form that came back", mistakes()))
        (scene("filters", "Filters", filter_form()))
        (scene("dialogs", "Dialogs", dialogs()))
    }
}

fn buttons() -> Markup {
    html! {
        div.cluster {
            (button("Plain").idle()) (button("Primary").primary().idle()) (button("Danger").danger().idle()) (button("Quiet").quiet().idle())
            (button("With icon").icon("plus").idle()) (button("Cannot").disabled(true)) (link_button("A link", "#buttons").icon("file-down"))
        }
        div.cluster {
            (button("Small").small().idle()) (button("Approve").primary().small().idle()) (icon_button("x", "Decline").small().idle())
            (icon_button("pencil", "Edit").idle()) (press("/dev/parts", "k1", button("Post once").primary()))
            (button_group("Week", html! {
                (icon_button("chevron-left", "Week before").href("#a")) (link_button("Today", "#today")) (icon_button("chevron-right", "Week after").href("#b"))
            }))
            (copyable("mst_7f3k2p"))
        }
    }
}

fn fields() -> Markup {
    html! {
        (card(html! { (form("/dev/parts", "k2", html! {
            (field("text", "Title").value("Home game, north plaza").required())
            div.field-row {
                (field("date", "Date").date().value("2026-11-21"))
                (field("from", "From").time().value("16:00"))
                (field("to", "To").time().value("23:00").hint("Before the start means the next day"))
            }
            div.field-row {
                (field("seats", "Officers").number().value("4"))
                (field("rate", "Rate per hour").money().value("52.50"))
                (field("window", "Answer within").number().unit("min").value("45"))
                (field("kind", "Kind of job").select(KINDS).value("event"))
            }
            (field("notes", "Instructions").lines(3).value("Park in lot C.\nAsk for the floor manager.").optional())
            (field("award", "How it is given").radio(&[("open", "First to accept"), ("direct", "I choose the officers")]).value("open"))
            (field("view", "View").segmented(&[("list", "List"), ("board", "Board"), ("week", "Week")]).value("board"))
            (field("terms", "I have read the terms of the agency").checkbox().on(true))
            (field("alcohol", "Alcohol is served").switch().on(true).hint("Adds one officer for each 250 guests"))
            (field("locked", "Agency").value("Set by the contract").disabled())
            (file_drop("roster", "Drop a CSV file or choose one", "At most 5 MB", ".csv"))
            (rows_of("positions", "Add a position", &[position("0", "Traffic officer", "3"), position("1", "Supervisor", "1")], &position("__i__", "", "1")))
            (form_actions(html! { (link_button("Cancel", "#fields")) (button("Send request").primary()) }))
        }).id("fields-form")) }))
    }
}

fn position(number: &str, role: &str, seats: &str) -> Markup {
    html! {
        (field(format!("positions.{number}.role"), "Role").value(role.to_owned()))
        (field(format!("positions.{number}.seats"), "Officers").number().value(seats.to_owned()))
    }
}

fn mistakes() -> Markup {
    let mut errors = FieldErrors::default();
    errors.add("bad_rate", "\u{201c}fifty\u{201d} is not an amount. Write dollars and cents, for example 1250.00.");
    errors.add("bad_kind", "Choose the kind of job.");
    errors.add("bad_award", "Choose how the job is given.");
    html! {
        (error_summary(&errors))
        (card(html! { div.form {
            (field("bad_rate", "Rate per hour").money().value("fifty").errors(&errors))
            (field("bad_kind", "Kind of job").select(&[("", "Choose"), ("traffic", "Traffic")]).errors(&errors))
            (field("bad_award", "How it is given").radio(&[("a", "First to accept"), ("b", "I choose")]).errors(&errors))
        } }))
    }
}

fn filter_form() -> Markup {
    html! {
        (filters("/dev/parts", "#found", html! {
            (search_box("q", "Search title, place, customer", ""))
            (chips("Kind of job", html! {
                (chip("kind", "", "All", "", true)) (chip("kind", "traffic", "Traffic", "traffic-cone", false))
                (chip("kind", "event", "Event", "ticket", false)) (chip("kind", "security", "Security", "shield", false))
                (chip("kind", "escort", "Escort", "route", false)) (chip("kind", "school", "School", "school", false))
            }))
        }))
        (chips("Status", html! {
            (chip_link("#open", "Open", "", Some(12), true)) (chip_link("#filled", "Filled", "", Some(31), false)) (chip_link("#done", "Done", "check", None, false))
        }))
        p #found { "200 jobs you may work" }
    }
}

fn dialogs() -> Markup {
    html! {
        div.cluster {
            (button("Accept this job").primary().opens("accept-dialog"))
            (opens("plain-dialog", "More filters", "sliders-horizontal"))
        }
        (dialog("accept-dialog", "Accept this job?", html! {
            p { strong { "Oversize load escort" } br; span.muted { "Today, 17:00\u{2013}00:00" } }
            (field("note", "Note to the coordinator").lines(3).optional())
        }).sends("/dev/parts", "k3", button("Accept job").primary()))
        (dialog("plain-dialog", "Filters", html! { p { "Anything can stand here." } }))
    }
}
