//! The pages of pay runs.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure, ledger,
    payroll::{self, Days, Shown},
};
use muster_domain::{
    access::{Action, Reach, reach},
    counted,
    id::PayRunId,
    payroll::{Lacks, PayRun},
    refusal::FieldErrors,
    time::Minutes,
};

use crate::{
    Ctx,
    again::mistakes,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Align, Column, Row, Tone, banner, button, card, data_table, empty, error_summary, flush_card, kpi, kpis,
        link_button, money, page_head, pager, press, pressed, tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[
    ("approved", "The pay run is approved and the officers told."),
    ("reviewed", "Your review is on record. A second person approves the run."),
    ("discarded", "The preview is discarded; its work waits for the next run."),
];

fn may(who: &SignedIn, action: Action) -> bool {
    reach(who.actor.role, action) != Reach::Nobody
}

fn state_tag(run: &PayRun) -> Markup {
    match run.lacks() {
        Some(Lacks::Review) => tag(Tone::Warn, "eye", "Waits for a review"),
        Some(Lacks::Approval) => tag(Tone::Info, "users", "Waits for approval"),
        None => tag(Tone::Ok, "circle-check", "Approved"),
    }
}

/// The week of a run in words.
pub(super) fn week(run: &PayRun) -> String {
    format!("{} \u{2013} {}", times::day(run.from_on), times::full_day(run.to_on))
}

/// The pay runs, newest first.
pub async fn list_pay_runs(given: Given, query: Fields) -> Result<Response, PageFailure> {
    draw_list(&given, &query, &FieldErrors::default()).await
}

async fn draw_list(given: &Given, query: &Fields, errors: &FieldErrors) -> Result<Response, PageFailure> {
    let page: i64 = query.get("page").parse().unwrap_or(1).clamp(1, 100_000);
    let ((runs, count), days, withheld) = given
        .read(move |tx, who, now| {
            let days = ledger::last_week(tx, who, now)?;
            Ok((payroll::list_pay_runs(tx, who, page)?, days, payroll::sum_withheld(tx, who, days)?))
        })
        .await?;
    let body = html! {
        (page_head("Pay runs").sub("Approved time, paid once a week, whether or not the customer has paid"))
        (error_summary(errors))
        @if withheld.0 > 0 {
            (banner(Tone::Info, "hourglass", html! {
                strong { (withheld.1) } " of " (counted(withheld.0, "shift", "shifts")) " wait for a duty report. The first run after each report pays it."
            }))
        }
        @if may(&given.who, Action::EditPayRun) { (prepare(&given.ctx, days)) }
        @if runs.is_empty() {
            (card(empty("banknote", "No pay runs yet", "Prepare the first one when time has been approved.", html! {})))
        } @else {
            (flush_card(runs_table(&runs)))
            (pager("/pay-runs", page, count))
        }
    };
    let page = given.page("Pay runs", "pay-runs").done(query.get("done"), DONE);
    Ok(page.status(status(errors)).draw(body))
}

fn status(errors: &FieldErrors) -> StatusCode {
    if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

fn prepare(ctx: &Ctx, days: Days) -> Markup {
    card(html! {
        form.row-form method="post" action="/pay-runs" {
            (pressed(&ctx.word()))
            input type="hidden" name="from_on" value=(days.from_on);
            input type="hidden" name="to_on" value=(days.to_on);
            p { "Work up to " strong { (times::full_day(days.to_on)) } " that no run has taken yet." }
            (button("Prepare the next run").primary().icon("banknote"))
        }
    })
}

fn runs_table(runs: &[PayRun]) -> Markup {
    let columns = [
        Column { label: "Run", ..Column::default() },
        Column { label: "Week", ..Column::default() },
        Column { label: "State", ..Column::default() },
        Column { label: "Total", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = runs
        .iter()
        .map(|run| Row {
            cells: vec![
                html! { a href={ "/pay-runs/" (run.id) } { "Pay run " (run.number) } },
                html! { (week(run)) },
                state_tag(run),
                money(run.total),
            ],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Pay runs", &columns, &rows)) }
}

/// Gathers the work of a week into a preview.
pub async fn preview_pay_run(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let days = Days { from_on: reader.date("from_on"), to_on: reader.date("to_on") };
    let outcome = match reader.finish().map_err(Failure::Invalid) {
        Ok(()) => given.act(&sent, move |tx, who, now| payroll::preview_pay_run(tx, who, days, now)).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(id) => Ok(Redirect::to(&format!("/pay-runs/{id}")).into_response()),
        Err(failure) => draw_list(&given, &Fields::default(), &mistakes(failure)?).await,
    }
}

/// One run with what each officer gets.
pub async fn show_pay_run(given: Given, Id(id): Id<PayRunId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, id, (query.get("done"), &FieldErrors::default())).await
}

/// The page of a run, perhaps with why something could not be done.
async fn draw(given: &Given, id: PayRunId, (done, errors): (&str, &FieldErrors)) -> Result<Response, PageFailure> {
    let shown = given.read(move |tx, who, _| payroll::load_pay_run(tx, who, id)).await?;
    let run = &shown.run;
    let title = format!("Pay run {}", run.number);
    let minutes: Minutes = shown.officers.iter().map(|sum| sum.minutes).sum();
    let body = html! {
        (page_head(&title).sub(week(run)).actions(html! {
            (state_tag(run))
            (link_button("Pay list (CSV)", &format!("/pay-runs/{id}/list.csv")).icon("file-down").download())
        }))
        (error_summary(errors))
        (kpis(&[
            kpi("Total", run.total.to_string()),
            kpi("Officers", shown.officers.len().to_string()),
            kpi("Paid time", minutes.to_string()),
        ]))
        (behind(&shown))
        @if run.lacks().is_some() { (decide(&given.ctx, &given.who, run)) }
        (flush_card(officers_table(&shown)))
    };
    let page = given.page(&title, "pay-runs").back("/pay-runs").done(done, DONE);
    Ok(page.status(status(errors)).draw(body))
}

/// Who stands behind the run, and who is missing.
fn behind(shown: &Shown) -> Markup {
    let run = &shown.run;
    let prepared = if run.is_by_timer() { "The weekly timer" } else { &shown.made_by };
    html! {
        p.muted {
            "Prepared by " (prepared)
            @if !shown.reviewed_by.is_empty() { " \u{b7} reviewed by " (shown.reviewed_by) }
            @if !shown.approved_by.is_empty() { " \u{b7} approved by " (shown.approved_by) }
            @match run.lacks() {
                Some(Lacks::Review) => " \u{b7} two people are missing: one who reviews it and one who approves it",
                Some(Lacks::Approval) => " \u{b7} a second person is missing, who approves it",
                None => "",
            }
            "."
        }
    }
}

fn decide(ctx: &Ctx, who: &SignedIn, run: &PayRun) -> Markup {
    let own = run.first_person() == Some(who.actor.account);
    let to = |verb: &str| format!("/pay-runs/{}/{verb}", run.id);
    html! {
        @if own {
            @let did = if run.is_by_timer() { "reviewed" } else { "prepared" };
            (banner(Tone::Info, "users", format!("You {did} this run. A second person with the right to approve pay runs must approve it.")))
        }
        div.form-actions {
            @if may(who, Action::EditPayRun) {
                (press(&to("discard"), &ctx.word(), button("Discard").icon("trash-2")))
            }
            @if run.lacks() == Some(Lacks::Review) {
                @if may(who, Action::EditPayRun) {
                    (press(&to("review"), &ctx.word(), button("I have reviewed it").primary().icon("eye")))
                }
            } @else if may(who, Action::ApprovePayRun) && !own {
                (press(&to("approval"), &ctx.word(), button("Approve and pay").primary().icon("circle-check")))
            }
        }
    }
}

fn officers_table(shown: &Shown) -> Markup {
    let columns = [
        Column { label: "Officer", ..Column::default() },
        Column { label: "Badge", ..Column::default() },
        Column { label: "Shifts", align: Align::End, ..Column::default() },
        Column { label: "Paid time", align: Align::End, ..Column::default() },
        Column { label: "Pay", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = shown
        .officers
        .iter()
        .map(|sum| Row {
            cells: vec![
                html! { a href={ "/pay-runs/" (shown.run.id) "/statements/" (sum.officer) } { (sum.name) } },
                html! { (sum.badge) },
                html! { (sum.charges) },
                html! { (sum.minutes) },
                money(sum.cents),
            ],
            ..Row::default()
        })
        .collect();
    html! { (data_table("Officers", &columns, &rows)) }
}

/// Writes down a review of what the timer prepared.
pub async fn review_pay_run(given: Given, Id(id): Id<PayRunId>, sent: Sent) -> Result<Response, PageFailure> {
    match given.act(&sent, move |tx, who, now| payroll::review_pay_run(tx, who, id, now)).await {
        Ok(()) => Ok(Redirect::to(&format!("/pay-runs/{id}?done=reviewed")).into_response()),
        Err(failure) => draw(&given, id, ("", &mistakes(failure)?)).await,
    }
}

/// Approves a run that somebody else made.
pub async fn approve_pay_run(given: Given, Id(id): Id<PayRunId>, sent: Sent) -> Result<Response, PageFailure> {
    match given.act(&sent, move |tx, who, now| payroll::approve_pay_run(tx, who, id, now)).await {
        Ok(_) => Ok(Redirect::to(&format!("/pay-runs/{id}?done=approved")).into_response()),
        Err(failure) => draw(&given, id, ("", &mistakes(failure)?)).await,
    }
}

/// Discards a preview.
pub async fn discard_pay_run(given: Given, Id(id): Id<PayRunId>, sent: Sent) -> Result<Response, PageFailure> {
    match given.act(&sent, move |tx, who, now| payroll::discard_pay_run(tx, who, id, now)).await {
        Ok(()) => Ok(Redirect::to("/pay-runs?done=discarded").into_response()),
        Err(failure) => draw(&given, id, ("", &mistakes(failure)?)).await,
    }
}

/// The pay list for the bank or the municipality's payroll.
pub async fn download_pay_list(given: Given, Id(id): Id<PayRunId>) -> Result<Response, PageFailure> {
    let shown = given.read(move |tx, who, _| payroll::load_pay_run(tx, who, id)).await?;
    Ok(pay_list(&shown).into_response())
}

/// The pay list as a file.
pub(super) fn pay_list(shown: &Shown) -> impl IntoResponse + use<> {
    let name = format!("attachment; filename=\"pay-run-{}.csv\"", shown.run.number);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).expect("a number is plain text")),
    ];
    (headers, payroll::pay_list_csv(shown))
}
