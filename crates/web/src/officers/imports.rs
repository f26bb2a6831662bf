//! Importing a roster or a schedule: the preview explains each bad row; the second press imports, all or nothing.

use axum::{http::StatusCode, response::Response};
use maud::{Markup, html};
use muster_app::officers::{self, BadRow};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::Sent,
    given::Given,
    parts::{
        Column, Row, Tone, banner, button, card, card_head, data_table, file_drop, flush_card, form, form_actions, kpi,
        kpis, link_button, page_head,
    },
    times,
};

/// The text of the file: chosen now, or carried along from the preview.
fn text(sent: &Sent) -> String {
    let raw = |wanted: &str| {
        sent.fields
            .0
            .iter()
            .find(|(name, text)| name == wanted && !text.trim().is_empty())
            .map(|(_, text)| text.clone())
    };
    raw("file").or_else(|| raw("text")).unwrap_or_default()
}

fn upload(ctx: &Ctx, action: &str, hint: &str) -> Markup {
    html! {
        (card(html! {
            (form(action, &ctx.word(), html! {
                (file_drop("file", "Choose a CSV file", hint, ".csv,text/csv"))
                (form_actions(html! { (link_button("Cancel", "/officers")) (button("Look at it first").primary().icon("eye").sends("step", "preview")) }))
            }).multipart())
        }))
    }
}

fn bad_rows(bad: &[BadRow], mistakes: usize) -> Markup {
    let columns = [
        Column { label: "Line", ..Column::default() },
        Column { label: "Column", ..Column::default() },
        Column { label: "What to do", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = bad
        .iter()
        .map(|row| Row {
            cells: vec![
                html! { @if row.line > 0 { (row.line) } @else { "File" } },
                html! { (row.column) },
                html! { (row.message) },
            ],
            ..Row::default()
        })
        .collect();
    html! {
        (banner(Tone::Bad, "circle-alert", html! { "Nothing was imported: " (mistakes) @if mistakes == 1 { " mistake." } @else { " mistakes." } " Correct the file and choose it again." }))
        (flush_card(html! { (data_table("Mistakes", &columns, &rows)) }))
        @if mistakes > bad.len() { p.muted { "The first " (bad.len()) " of " (mistakes) " are shown." } }
    }
}

fn again(ctx: &Ctx, action: &str, text: &str, words: &str) -> Markup {
    html! { (form(action, &ctx.word(), html! {
        textarea.vh name="text" aria-hidden="true" tabindex="-1" { "\n" (text) }
        (form_actions(html! { (link_button("Cancel", "/officers")) (button(words).primary().icon("check").sends("step", "import")) }))
    }).multipart()) }
}

const ROSTER_HINT: &str = "Columns: badge, first_name, last_name, rank, hired_on; then, as you like, senior_since, unit, email, phone, status, groups (parted by |), reports_to (the badge number of the superior). \
     A badge number that exists is updated.";
const SCHEDULE_HINT: &str = "Columns: badge, date, start, end; then, as you like, label, class (on_duty, overtime, court, training, leave, sick). \
     It replaces the schedule of its officers from its first to its last date.";

/// The page of the roster import.
pub async fn show_roster_import(given: Given) -> Response {
    let body = html! { (page_head("Import a roster").sub("All rows or none")) (upload(&given.ctx, "/officers/import", ROSTER_HINT)) };
    given.page("Import a roster", "officers").back("/officers").draw(body)
}

/// Shows the preview, or imports.
pub async fn import_roster(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let file = text(&sent);
    let import = sent.fields.get("step") == "import";
    let (actor, csv) = (given.who.actor.clone(), file.clone());
    let planned = csv.clone();
    let reader = actor.clone();
    let plan = given.ctx.read(move |tx, _| officers::plan_roster(tx, &reader, &planned)).await?;
    // A file with mistakes is only shown: an import of it would be refused.
    let plan = if import && plan.bad.is_empty() {
        given
            .act(&sent, move |tx, who, now| {
                let plan = officers::import_roster(tx, who, &csv, now)?;
                Ok(officers::RosterPlan { officers: plan.officers.into_iter().take(PREVIEW).collect(), ..plan })
            })
            .await?
    } else {
        plan
    };
    let good = plan.bad.is_empty();
    let body = html! {
        (page_head("Import a roster").sub(if import && good { "Done" } else { "Preview" }))
        @if good {
            (kpis(&[kpi("New", plan.new.to_string()), kpi("Updated", plan.updated.to_string())]))
            @if import {
                (banner(Tone::Ok, "circle-check", html! { "The roster is imported." }).action(html! { (link_button("Open the roster", "/officers")) }))
            } @else {
                (again(&given.ctx, "/officers/import", &file, &format!("Import {}", muster_domain::counted(plan.new + plan.updated, "officer", "officers"))))
            }
            (preview(&plan))
        } @else {
            (bad_rows(&plan.bad, plan.mistakes))
            (upload(&given.ctx, "/officers/import", ROSTER_HINT))
        }
    };
    let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Import a roster", "officers").back("/officers").status(status).draw(body))
}

const PREVIEW: usize = 100;

fn preview(plan: &officers::RosterPlan) -> Markup {
    let columns = [
        Column { label: "Officer", ..Column::default() },
        Column { label: "Badge", ..Column::default() },
        Column { label: "Rank", ..Column::default() },
        Column { label: "Hired", ..Column::default() },
        Column { label: "What happens", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = plan
        .officers
        .iter()
        .take(PREVIEW)
        .map(|one| Row {
            cells: vec![
                html! { (one.last_name) ", " (one.first_name) },
                html! { (one.badge) },
                html! { (one.rank_name) },
                html! { (times::full_day(one.hired_on)) },
                html! { @if one.existing.is_some() { "Updated" } @else { "New" } },
            ],
            ..Row::default()
        })
        .collect();
    html! {
        (flush_card(html! { (data_table("The first rows", &columns, &rows)) }))
        @if plan.new + plan.updated > PREVIEW { p.muted { "The first " (PREVIEW) " rows are shown." } }
    }
}

/// The page of the schedule import.
pub async fn show_schedule_import(given: Given) -> Response {
    let body = html! { (page_head("Import the on-duty schedule").sub("All rows or none")) (upload(&given.ctx, "/officers/schedule", SCHEDULE_HINT)) };
    given.page("Import the on-duty schedule", "officers").back("/officers").draw(body)
}

/// Shows the preview, or imports.
pub async fn import_schedule(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let file = text(&sent);
    let import = sent.fields.get("step") == "import";
    let (actor, csv) = (given.who.actor.clone(), file.clone());
    let planned = csv.clone();
    let reader = actor.clone();
    let plan = given.ctx.read(move |tx, _| officers::plan_schedule(tx, &reader, &planned)).await?;
    let done = if import && plan.bad.is_empty() {
        given.act(&sent, move |tx, who, now| officers::import_schedule(tx, who, &csv, now)).await?
    } else {
        officers::ScheduleImported { plan, conflicts: Vec::new() }
    };
    let plan = &done.plan;
    let good = plan.bad.is_empty();
    let zone = times::zone(&given.who.shown.zone);
    let reach = plan.from_on.zip(plan.to_on).map_or_else(String::new, |(first, last)| {
        format!("{} \u{2013} {}", times::full_day(first), times::full_day(last))
    });
    let body = html! {
        (page_head("Import the on-duty schedule").sub(if import && good { "Done" } else { "Preview" }))
        @if good {
            (kpis(&[kpi("Shifts", plan.shifts.to_string()), kpi("Officers", plan.officers.to_string()), kpi("Dates", reach)]))
            @if import {
                (banner(Tone::Ok, "circle-check", html! { "The schedule is imported." }).action(html! { (link_button("Open the roster", "/officers")) }))
                @if !done.conflicts.is_empty() {
                    (card(html! {
                        (card_head("Booked details that the schedule now overlaps").icon("triangle-alert"))
                        p { "Muster asks the rules about the booked work of everybody in the file. What no longer fits stands in a moment under " a href="/booked-work" { "Booked work" } "; the officers are told." }
                        ul { @for one in &done.conflicts { li { a href={ "/officers/" (one.officer) } { (one.name) } ": " (one.label) ", " (times::moment(one.starts_at, &zone)) } } }
                    }))
                }
            } @else {
                (again(&given.ctx, "/officers/schedule", &file, &format!("Import {}", muster_domain::counted(plan.shifts, "shift", "shifts"))))
            }
        } @else {
            (bad_rows(&plan.bad, plan.mistakes))
            (upload(&given.ctx, "/officers/schedule", SCHEDULE_HINT))
        }
    };
    let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Import the on-duty schedule", "officers").back("/officers").status(status).draw(body))
}
