//! What an officer earned: a statement per run, and all runs.

use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use muster_app::{billing::ChargeLine, payroll};
use muster_domain::{
    id::{OfficerId, PayRunId},
    money::Cents,
    time::{Minutes, Span},
};

use super::pages::week;
use crate::{
    failure::PageFailure,
    given::{Given, Ids},
    parts::{
        Align, Column, Row, card, data_table, empty, flush_card, kpi, kpis, link_button, list, list_row, money,
        page_head, print_sheet,
    },
    times,
};

/// One officer's statement of a run; it prints.
pub async fn show_statement(given: Given, Ids(id, officer): Ids<PayRunId, OfficerId>) -> Result<Response, PageFailure> {
    let (run, lines) = given.read(move |tx, who, _| payroll::load_statement(tx, who, id, officer)).await?;
    let total: Cents = lines.iter().map(|line| line.charge.officer_cents).sum();
    let minutes: Minutes = lines.iter().map(|line| line.charge.paid_minutes).sum();
    let name =
        lines.first().map_or_else(String::new, |line| format!("{} \u{b7} badge {}", line.officer_name, line.badge));
    let (back, here) = if given.who.actor.officer.is_some() {
        ("/pay".to_owned(), "pay")
    } else {
        (format!("/pay-runs/{id}"), "pay-runs")
    };
    let body = html! {
        (page_head("Pay statement").sub(format!("{name} \u{b7} pay run {} \u{b7} {}", run.number, week(&run))))
        (kpis(&[kpi("Pay", total.to_string()), kpi("Paid time", minutes.to_string()), kpi("Shifts", lines.len().to_string())]))
        (print_sheet(flush_card(shifts_table(&lines, &times::zone(&given.who.shown.zone)))))
    };
    Ok(given.page("Pay statement", here).back(&back).draw(body))
}

fn shifts_table(lines: &[ChargeLine], zone: &TimeZone) -> Markup {
    let columns = [
        Column { label: "Shift", ..Column::default() },
        Column { label: "Job", ..Column::default() },
        Column { label: "Paid time", align: Align::End, ..Column::default() },
        Column { label: "Pay", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = lines
        .iter()
        .map(|line| Row {
            cells: vec![
                html! { @if let Some(span) = Span::new(line.starts_at, line.ends_at) { (times::shift(span, zone)) } },
                html! { "#" (line.job_number) " " (line.job_title)
                details.why { summary { "How this was calculated" } ul { @for words in payroll::explain(&line.charge) { li { (words) } } } } },
                html! { (line.charge.paid_minutes) },
                money(line.charge.officer_cents),
            ],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Shifts", &columns, &rows)) }
}

/// An officer's own pay, newest first.
pub async fn show_own_pay(given: Given) -> Result<Response, PageFailure> {
    let Some(officer) = given.who.actor.officer else { return Ok(Redirect::to("/pay-runs").into_response()) };
    let (paid, waiting) = given
        .read(move |tx, who, _| {
            Ok((payroll::list_paid(tx, who, officer)?, payroll::load_waiting_pay(tx, who, officer)?))
        })
        .await?;
    let received: Cents = paid.iter().map(|(_, cents, _)| *cents).sum();
    let body = html! {
        (page_head("Pay").sub("What approved details have earned you"))
        (kpis(&[kpi("Waiting for the next run", waiting.to_string()), kpi("Paid in the runs below", received.to_string())]))
        @if paid.is_empty() {
            (card(empty("wallet", "Nothing paid yet", "Details are paid in the weekly run after their time is approved.",
                html! { (link_button("Find work", "/open-shifts").primary()) })))
        } @else {
            (flush_card(list(html! {
                @for (run, cents, minutes) in &paid {
                    (list_row(week(run)).sub(format!("Pay run {} \u{b7} {minutes}", run.number))
                        .href(format!("/pay-runs/{}/statements/{officer}", run.id)).end(money(*cents)))
                }
            })))
        }
    };
    Ok(given.page("Pay", "pay").draw(body))
}
