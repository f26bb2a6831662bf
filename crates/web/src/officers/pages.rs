//! The roster and its export.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use muster_app::officers::{self, RosterFilter, Sort};
use muster_domain::{
    access::{Action, Reach, reach},
    officers::Status,
};

use crate::{
    failure::PageFailure,
    fields::{Fields, address},
    given::Given,
    parts::{
        Column, Row, Tone, card, data_table, empty, field, filters, flush_card, link_button, page_head, pager,
        search_box, tag,
    },
    times,
};

/// The mark of a status.
pub(super) fn status_tag(status: Status) -> Markup {
    match status {
        Status::Active => tag(Tone::Ok, "circle-check", status.label()),
        Status::Retired => tag(Tone::Neutral, "badge", status.label()),
        Status::Leave | Status::LightDuty | Status::Injured => tag(Tone::Warn, "circle-pause", status.label()),
        Status::Hold | Status::Suspended | Status::Separated => tag(Tone::Bad, "ban", status.label()),
    }
}

/// When a certification expires: soon is within 60 days.
pub(super) fn expiry_tag(expires_on: Option<Date>, today: Date) -> Markup {
    let Some(last) = expires_on else { return html! { span.muted { "Does not expire" } } };
    let soon = today.saturating_add(jiff::Span::new().days(60));
    if last < today {
        tag(Tone::Bad, "circle-x", &format!("Expired {}", times::full_day(last)))
    } else if last <= soon {
        tag(Tone::Warn, "clock-alert", &format!("Expires {}", times::full_day(last)))
    } else {
        html! { (times::full_day(last)) }
    }
}

fn read_filter(query: &Fields) -> (RosterFilter, Sort) {
    let filter = RosterFilter {
        search: query.get("q").to_owned(),
        rank: query.get("rank").parse().ok(),
        unit: query.get("unit").parse().ok(),
        status: Status::from_code(query.get("status")),
        group: query.get("group").parse().ok(),
    };
    let sort = Sort::ALL.into_iter().find(|sort| sort.code() == query.get("sort")).unwrap_or_default();
    (filter, sort)
}

/// The roster.
pub async fn list_officers(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let (filter, sort) = read_filter(&query);
    let page: i64 = query.get("page").parse().unwrap_or(1);
    let roster = given.read(move |tx, who, now| officers::list_roster(tx, who, &filter, sort, page, now)).await?;
    let may = |action| reach(given.who.actor.role, action) != Reach::Nobody;
    let columns = [
        Column { label: "Officer", sort: Some("name"), ..Column::default() },
        Column { label: "Badge", sort: Some("badge"), ..Column::default() },
        Column { label: "Rank", sort: Some("rank"), ..Column::default() },
        Column { label: "Unit", sort: Some("unit"), desk: true, ..Column::default() },
        Column { label: "Senior since", sort: Some("seniority"), desk: true, ..Column::default() },
        Column { label: "Next expiry", ..Column::default() },
        Column { label: "Status", sort: Some("status"), ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = roster
        .page
        .rows
        .iter()
        .map(|one| Row {
            cells: vec![
                html! { a href={ "/officers/" (one.id) } { (one.last_name) ", " (one.first_name) } },
                html! { (one.badge) },
                html! { (one.rank) },
                html! { (one.unit) },
                html! { (times::full_day(one.senior_since)) },
                html! { @if one.next_expiry.is_some() { (expiry_tag(one.next_expiry, roster.today)) } },
                status_tag(one.status),
            ],
            ..Row::default()
        })
        .collect();
    let kept = ["q", "rank", "unit", "status", "group"].map(|name| (name, query.get(name)));
    let sorted_base = address("/officers", &kept);
    let mut paged = kept.to_vec();
    paged.push(("sort", query.get("sort")));
    let base = address("/officers", &paged);
    let body = html! {
        (page_head("Officers").sub(format!("{} on this list", roster.page.total)).actions(html! {
            (link_button("Export", &address("/officers.csv", &paged)).icon("file-down").download())
            @if may(Action::ImportSchedule) { (link_button("Import schedule", "/officers/schedule").icon("calendar-plus")) }
            @if may(Action::EditOfficer) {
                (link_button("Import roster", "/officers/import").icon("upload"))
                (link_button("Add officer", "/officers/new").primary().icon("user-plus"))
            }
        }))
        (roster_filters(&roster, &query))
        div id="list" {
            @if roster.page.rows.is_empty() {
                (card(empty("users", "No officers here", "Import your roster as CSV, or change the filters.", html! {
                    @if may(Action::EditOfficer) { (link_button("Import roster", "/officers/import").icon("upload")) }
                })))
            } @else {
                (flush_card(html! { (data_table("Officers", &columns, &rows).sorted(&sorted_base, sort.code())) }))
                (pager(&base, roster.page.number, roster.page.total))
            }
        }
    };
    Ok(given.page("Officers", "officers").draw(body))
}

fn roster_filters(roster: &officers::Roster, query: &Fields) -> Markup {
    let ranks: Vec<(String, &str)> = roster.ranks.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let units: Vec<(String, &str)> = roster.units.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let groups: Vec<(String, &str)> = roster.groups.iter().map(|one| (one.id.to_string(), one.name.as_str())).collect();
    let with_all = |all: &'static str, list: &'static [(&'static str, &'static str)]| {
        let mut options = vec![("", all)];
        options.extend(list);
        options
    };
    let statuses: Vec<(&str, &str)> =
        with_all("Every status", &[]).into_iter().chain(Status::ALL.map(|one| (one.code(), one.label()))).collect();
    html! {
        (filters("/officers", "#list", html! {
            (search_box("q", "Name or badge", query.get("q")))
            (choice("rank", "Rank", "Every rank", &ranks, query))
            (choice("unit", "Unit", "Every unit", &units, query))
            (field("status", "Status").select(&statuses).value(query.get("status")).label_hidden().narrow())
            @if !groups.is_empty() { (choice("group", "Group", "Every group", &groups, query)) }
            input type="hidden" name="sort" value=(query.get("sort"));
        }))
    }
}

fn choice(name: &str, label: &str, all: &str, list: &[(String, &str)], query: &Fields) -> Markup {
    let mut options = vec![("", all)];
    options.extend(list.iter().map(|(id, name)| (id.as_str(), *name)));
    html! { (field(name, label).select(&options).value(query.get(name)).label_hidden().narrow()) }
}

/// The roster as CSV, in the form that the import takes.
pub async fn export_roster(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let (filter, sort) = read_filter(&query);
    let rows = given.read(move |tx, who, now| officers::export_roster(tx, who, &filter, sort, now)).await?;
    let mut text = String::from("badge,first_name,last_name,rank,hired_on,senior_since,unit,email,phone,status\r\n");
    for one in &rows {
        let (hired_on, senior_since) = (one.hired_on.to_string(), one.senior_since.to_string());
        let cells = [
            one.badge.as_str(),
            &one.first_name,
            &one.last_name,
            &one.rank_code,
            &hired_on,
            &senior_since,
            &one.unit,
            &one.email,
            &one.phone,
            one.status.code(),
        ];
        let line: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
        text.push_str(&line.join(","));
        text.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"roster.csv\""),
    ];
    Ok((headers, text).into_response())
}

/// A cell that no spreadsheet takes for a formula: a leading sign of one gets an apostrophe before it.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("@x", "'@x"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("plain", "plain"),
        ] {
            assert_eq!(csv_cell(text), cell);
        }
    }
}
