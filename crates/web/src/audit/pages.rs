//! The page of the audit log.

use axum::response::Response;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use maud::{Markup, html};
use muster_app::audit::{self, Filter};
use muster_domain::{access::Role, audit::Sealed};

use super::subject_link;
use crate::{
    failure::PageFailure,
    fields::Fields,
    given::Given,
    parts::{
        Column, Row, avatar, button, card, data_table, empty, field, flush_card, link_button, page_head, pager,
        search_box, time_tag,
    },
    times,
};

/// The instant at which a local day begins.
fn begin(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

/// The filter that an address asks for; a date that is none is as if it were left out.
pub(super) fn filter(query: &Fields, zone: &TimeZone) -> Filter {
    let day = |name: &str| query.get(name).parse::<Date>().ok();
    let text: String = query.get("q").chars().take(100).collect();
    Filter {
        text: (!text.is_empty()).then_some(text),
        from: day("from_on").and_then(|day| begin(day, zone)),
        to: day("to_on").and_then(|day| day.tomorrow().ok()).and_then(|day| begin(day, zone)),
    }
}

/// The entries, newest first.
pub async fn list_entries(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let zone = times::zone(&given.who.shown.zone);
    let filter = filter(&query, &zone);
    let page: i64 = query.get("page").parse().unwrap_or(1).clamp(1, 100_000);
    let ((entries, count), (last, seal)) = given
        .read(move |tx, who, _| Ok((audit::list_entries(tx, who, &filter, page)?, audit::find_head(tx, who)?)))
        .await?;
    let body = html! {
        (page_head("Audit log").sub("Everything that anybody did, each entry sealed with the one before").actions(html! {
            (link_button("CSV", "/audit/export.csv").icon("file-down"))
            (link_button("With seals", "/audit/export.jsonl").icon("shield-check"))
        }))
        form.filters method="get" action="/audit" role="search" aria-label="This list" {
            (search_box("q", "Words, name or action", query.get("q")))
            (field("from_on", "From").date().value(query.get("from_on")))
            (field("to_on", "To").date().value(query.get("to_on")))
            (button("Show").icon("search"))
        }
        @if entries.is_empty() {
            (card(empty("scroll-text", "No entries here", "Nothing was done that matches. Choose other words or days.", html! { (link_button("Show all", "/audit")) })))
        } @else {
            (flush_card(table(&entries, &zone, given.who.actor.role)))
            (pager(&address(&query), page, count))
        }
        @if last > 0 {
            p.hint { "The last entry is number " (last) " with the seal " code { (seal) } ". Write it down to be able to prove later that nothing before it was changed." }
        }
    };
    Ok(given.page("Audit log", "audit").draw(body))
}

fn address(query: &Fields) -> String {
    let mut filters = form_urlencoded::Serializer::new(String::new());
    for name in ["q", "from_on", "to_on"] {
        if !query.get(name).is_empty() {
            filters.append_pair(name, query.get(name));
        }
    }
    let filters = filters.finish();
    if filters.is_empty() { "/audit".to_owned() } else { format!("/audit?{filters}") }
}

fn table(entries: &[Sealed], zone: &TimeZone, reader: Role) -> Markup {
    let columns = [
        Column { label: "What", ..Column::default() },
        Column { label: "Who", ..Column::default() },
        Column { label: "When", ..Column::default() },
        Column { label: "About", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = entries
        .iter()
        .map(|entry| Row {
            cells: vec![
                html! { (sentence(entry)) (details(entry)) },
                html! { span.person { (avatar(&entry.actor)) span { strong { (entry.actor) } span.note { (role(entry)) } } } },
                html! { (time_tag(&entry.made_at.to_string(), &times::moment(entry.made_at, zone))) },
                subjects(entry, reader),
            ],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Entries", &columns, &rows)) }
}

/// The sentence with its first letter raised, as a row begins.
pub(super) fn sentence(entry: &Sealed) -> String {
    let mut letters = entry.words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The role at that time, as shown to people; what falls due by itself is done by no person.
pub(super) fn role(entry: &Sealed) -> &str {
    match Role::from_code(&entry.role) {
        Some(Role::System) => "by itself",
        Some(role) => role.label(),
        None => &entry.role,
    }
}

/// The facts behind a sentence, folded away.
pub(super) fn details(entry: &Sealed) -> Markup {
    let facts: serde_json::Value = serde_json::from_str(&entry.details).unwrap_or_default();
    let flat = flatten(&facts);
    html! {
        details.why {
            summary { "Details" }
            dl.pairs {
                @for (name, value) in &flat { div { dt { (name) } dd { (value) } } }
                div { dt { "Entry" } dd { (entry.seq) " \u{b7} " (entry.action) } }
                div { dt { "Seal" } dd { code { (entry.hash) } } }
            }
        }
    }
}

/// Facts as names and values: `before.end` and `17:00`.
fn flatten(facts: &serde_json::Value) -> Vec<(String, String)> {
    fn walk(name: &str, value: &serde_json::Value, into: &mut Vec<(String, String)>) {
        match value {
            serde_json::Value::Null => {}
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    let key = key.replace('_', " ");
                    walk(&if name.is_empty() { key } else { format!("{name}, {key}") }, value, into);
                }
            }
            serde_json::Value::String(text) => into.push((name.to_owned(), text.clone())),
            serde_json::Value::Array(items) if items.iter().all(|item| !item.is_object()) => {
                let words: Vec<String> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
                into.push((name.to_owned(), words.join(", ")));
            }
            other => into.push((name.to_owned(), other.to_string())),
        }
    }
    let mut flat = Vec::new();
    walk("", facts, &mut flat);
    flat
}

fn subjects(entry: &Sealed, reader: Role) -> Markup {
    let links: Vec<(String, &str)> =
        entry.subjects.iter().filter_map(|subject| subject_link(subject, reader)).collect();
    html! { span.cluster { @for (href, word) in &links { a href=(href) { (word) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_agencys_day() {
        let zone = times::zone("America/New_York");
        let query = Fields::parse(b"q=+paid+&from_on=2026-11-21&to_on=2026-11-21");
        let filter = filter(&query, &zone);
        assert_eq!(filter.text.as_deref(), Some("paid"));
        assert_eq!(filter.from.map(|at| at.to_string()).as_deref(), Some("2026-11-21T05:00:00Z"));
        assert_eq!(filter.to.map(|at| at.to_string()).as_deref(), Some("2026-11-22T05:00:00Z"));
        assert_eq!(super::filter(&Fields::parse(b"from_on=x&to_on=9999-99-99"), &zone), Filter::default());
    }

    #[test]
    fn facts_read_as_pairs() {
        let facts = serde_json::json!({ "before": { "ends_at": "17:00" }, "seats": [1, 2], "none": null });
        assert_eq!(
            flatten(&facts),
            [("before, ends at".to_owned(), "17:00".to_owned()), ("seats".to_owned(), "1, 2".to_owned())]
        );
    }

    #[test]
    fn the_pager_keeps_the_filters() {
        assert_eq!(address(&Fields::default()), "/audit");
        assert_eq!(address(&Fields::parse(b"q=a%26b&page=3")), "/audit?q=a%26b");
    }
}
