//! Rules on trial: what a version would have done to a past period.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Span, civil::Date};
use maud::{Markup, html};
use muster_app::{
    Failure,
    ledger::trial::{self, KeptTrial, TrialPage},
};
use muster_domain::{
    id::RuleSetId,
    money::Cents,
    policy::Outcome,
    refusal::FieldErrors,
    rules::{PartyTally, Trial, TrialCase},
};

use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Align, Column, Point, Row, Tone, banner, button, card, card_head, columns_chart, data_table, empty,
        error_summary, field, flush_card, form, form_actions, kpi, kpis, link_button, list, list_row, money, page_head,
        tag,
    },
    signed_in::SignedIn,
    times,
};

const DONE: &[(&str, &str)] = &[("tried", "The trial is done and kept with this version.")];
/// Rows of a table; the rest is in the JSON.
const ROWS: usize = 10;

/// The last trial of a version (or the one that `trial` names), and the form for another.
pub async fn show_trial(given: Given, Id(id): Id<RuleSetId>, query: Fields) -> Result<Response, PageFailure> {
    let page = load(&given.ctx, &given.who, id).await?;
    let fields = proposed(&page);
    Ok(draw(&given, &page, (&fields, &FieldErrors::default()), &query))
}

/// Tries the version on a period.
pub async fn create_trial(given: Given, Id(id): Id<RuleSetId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let days = (reader.date("from_on"), reader.date("until_on"));
    let read = reader.finish();
    let done = match read {
        Ok(()) => run(&given.ctx, &given.who, &sent, id, days).await,
        Err(errors) => Err(errors.into()),
    };
    let errors = match done {
        Ok(()) => return Ok(Redirect::to(&format!("/rules/{id}/trial?done=tried")).into_response()),
        Err(Failure::Invalid(errors)) => errors,
        Err(Failure::Refused(refusal)) => {
            let mut errors = FieldErrors::default();
            errors.add("from_on", format!("{} {}", refusal.message, refusal.remedy));
            errors
        }
        Err(failure) => return Err(failure.into()),
    };
    let page = load(&given.ctx, &given.who, id).await?;
    Ok(draw(&given, &page, (&sent.fields, &errors), &Fields::default()))
}

/// Judged and priced without holding the database for writing, then kept.
async fn run(ctx: &Ctx, who: &SignedIn, sent: &Sent, id: RuleSetId, days: (Date, Date)) -> Result<(), Failure> {
    let actor = who.actor.clone();
    let finished = ctx.read(move |tx, now| trial::try_rules(tx, &actor, id, days, now)).await?;
    let actor = who.actor.clone();
    ctx.act(&who.actor, sent, move |tx, now| trial::keep_trial(tx, &actor, &finished, now)).await?;
    Ok(())
}

async fn load(ctx: &Ctx, who: &SignedIn, id: RuleSetId) -> Result<TrialPage, Failure> {
    let actor = who.actor.clone();
    ctx.read(move |tx, now| trial::load_trials(tx, &actor, id, now)).await
}

/// The period of the last trial, else the last four weeks.
fn proposed(page: &TrialPage) -> Fields {
    let (from, until) = match page.trials.first() {
        Some(last) => (last.trial.from_on, last.trial.until_on),
        None => (page.today.saturating_sub(Span::new().days(28)), page.today.saturating_sub(Span::new().days(1))),
    };
    Fields::default().with("from_on", from).with("until_on", until)
}

fn draw(given: &Given, page: &TrialPage, (fields, errors): (&Fields, &FieldErrors), query: &Fields) -> Response {
    let id = page.rules.id;
    let (back, differences) = (format!("/rules/{id}"), format!("/rules/{id}/differences"));
    let wanted = query.get("trial");
    let shown = page.trials.iter().find(|kept| kept.id.to_string() == wanted).or(page.trials.first());
    let body = html! {
        (page_head("Trial on the past").sub(html! { (page.rules.number) ". " (page.rules.title) }).actions(html! {
            (link_button("Differences", &differences).icon("history"))
        }))
        (error_summary(errors))
        div.stack {
            (period(&given.ctx, &back, fields, errors))
            @match shown {
                Some(kept) => (report(page, kept)),
                None => (card(empty("chart-column", "Not tried yet", "A trial judges every booking of a past period by these rules and prices every approved hour and every cancellation again. Nothing is changed by it.", html! {}))),
            }
            (earlier(page, shown, &given.who))
        }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    given.page("Trial on the past", "rules").back(&back).done(query.get("done"), DONE).status(status).draw(body)
}

fn period(ctx: &Ctx, back: &str, fields: &Fields, errors: &FieldErrors) -> Markup {
    let address = format!("{back}/trial");
    html! {
        (card(html! {
            (form(&address, &ctx.word(), html! {
                div.field-row {
                    (field("from_on", "First day").date().value(fields.get("from_on")).errors(errors).required())
                    (field("until_on", "Last day").date().value(fields.get("until_on")).errors(errors).required())
                }
                (form_actions(html! { (button("Try these rules").primary().icon("play")) }))
            }))
        }))
    }
}

fn earlier(page: &TrialPage, shown: Option<&KeptTrial>, who: &SignedIn) -> Markup {
    let zone = times::zone(&who.shown.zone);
    html! {
        @if page.trials.len() > 1 {
            (card(html! {
                (card_head("Trials").icon("history").aside(page.trials.len().to_string()))
                (list(html! { @for kept in &page.trials {
                    (list_row(days(&kept.trial)).href(format!("/rules/{}/trial?trial={}", page.rules.id, kept.id))
                        .sub(html! { (times::moment(kept.created_at, &zone)) ", " (kept.made_by) })
                        .end(html! {
                            @if shown.is_some_and(|shown| shown.id == kept.id) { (tag(Tone::Accent, "", "Shown")) }
                            @if kept.digest != page.rules.digest { (tag(Tone::Neutral, "pencil", "Earlier text")) }
                        }))
                } }))
            }))
        }
    }
}

fn days(trial: &Trial) -> String {
    format!("{} to {}", times::full_day(trial.from_on), times::full_day(trial.until_on))
}

fn report(page: &TrialPage, kept: &KeptTrial) -> Markup {
    let trial = &kept.trial;
    html! {
        @if kept.digest != page.rules.digest {
            (banner(Tone::Warn, "pencil", "The text was changed since this trial. Try it again before you put it in force."))
        }
        (figures(trial))
        @if !trial.unpriced.is_empty() {
            (banner(Tone::Warn, "triangle-alert", html! { @for (why, count) in &trial.unpriced { p { (counted(*count, "seat")) " could not be priced: " (why) } } }))
        }
        div.columns-even { (refusals_chart(trial)) (money_chart(trial)) }
        (cases(page, trial))
        div.columns-even {
            (parties("Pay by officer", "Officer", "officers", &trial.pay))
            (parties("Bills by customer", "Customer", "customers", &trial.bills))
        }
    }
}

fn figures(trial: &Trial) -> Markup {
    let tone = |count: usize| if count == 0 { Tone::Ok } else { Tone::Warn };
    let (pay, bills) = (trial.after.officer - trial.before.officer, trial.after.customer - trial.before.customer);
    kpis(&[
        kpi("Bookings judged", trial.assignments.to_string()).note(format!(
            "{}, {}",
            days(trial),
            counted(trial.officers, "officer")
        )),
        kpi("Newly refused", trial.refused.to_string()).tone(tone(trial.refused)).note(format!(
            "{}; {} refused by both, {} freed",
            counted(trial.officers_refused, "officer"),
            trial.refused_by_both,
            trial.freed
        )),
        kpi("Newly wait for approval", trial.approvals.to_string()).tone(tone(trial.approvals)),
        kpi("Officers' pay", signed(pay)).note(format!("{} instead of {}", trial.after.officer, trial.before.officer)),
        kpi("Customers' bills", signed(bills))
            .note(format!("{} instead of {}", trial.after.customer, trial.before.customer)),
    ])
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `+$40.00`, `-$12.50`, `$0.00`.
fn signed(change: Cents) -> String {
    if change > Cents::ZERO { format!("+{change}") } else { change.to_string() }
}

fn refusals_chart(trial: &Trial) -> Markup {
    let count = |all: usize| i64::try_from(all).unwrap_or(i64::MAX);
    let labels: Vec<String> = trial.rules.iter().take(6).map(|one| one.rule.replace('_', " ")).collect();
    let points: Vec<Point<'_>> = trial
        .rules
        .iter()
        .zip(&labels)
        .map(|(one, label)| Point { label, value: count(one.refused + one.approvals) })
        .collect();
    html! {
        (card(html! {
            (card_head("Stopped by rule").icon("shield-check"))
            @if points.is_empty() { (empty("circle-check", "Nothing more is stopped", "Every booking that the rules then in force allowed is allowed by these.", html! {})) }
            @else { (columns_chart("Newly refused or waiting, by rule", "bookings", &points)) }
        }))
    }
}

fn money_chart(trial: &Trial) -> Markup {
    let dollars = |cents: Cents| cents.0.max(0) / 100;
    let points = [
        Point { label: "Pay then", value: dollars(trial.before.officer) },
        Point { label: "Pay now", value: dollars(trial.after.officer) },
        Point { label: "Bills then", value: dollars(trial.before.customer) },
        Point { label: "Bills now", value: dollars(trial.after.customer) },
    ];
    html! {
        (card(html! {
            (card_head("Totals").icon("banknote").aside(priced(trial)))
            @if trial.charges == 0 && trial.unpriced.is_empty() { (empty("banknote", "No approved time", "No time of this period was approved and nothing was cancelled, so nothing could be priced again.", html! {})) }
            @else { (columns_chart("Totals then and by these rules", "dollars", &points)) }
        }))
    }
}

/// `120 seats, 4 called off`.
fn priced(trial: &Trial) -> String {
    let all = counted(trial.charges, "seat");
    if trial.called_off == 0 { all } else { format!("{all}, {} called off", trial.called_off) }
}

fn cases(page: &TrialPage, trial: &Trial) -> Markup {
    let columns = [
        Column { label: "Officer", ..Column::default() },
        Column { label: "Shift", ..Column::default() },
        Column { label: "Why", ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = trial.cases.iter().take(ROWS).map(|case| row(page, case)).collect();
    let whole = trial.refused + trial.approvals;
    html! {
        @if !rows.is_empty() {
            (flush_card(html! {
                (card_head("What would have been stopped").icon("shield-check").aside(if whole > rows.len() { format!("{} of {whole}", rows.len()) } else { whole.to_string() }))
                (data_table("Bookings that would have been stopped", &columns, &rows))
            }))
        }
    }
}

fn row<'a>(page: &TrialPage, case: &TrialCase) -> Row<'a> {
    let refused = case.after >= Outcome::Blocked;
    let known = |id: &str| page.book.policy.rule(id).is_some();
    let why =
        case.objections.iter().filter(|one| one.result >= Outcome::NeedsApproval && (known(&one.rule) || refused));
    Row {
        cells: vec![
            html! { a href={ "/officers/" (case.officer) } { (case.officer_name) } span.sub {
                @if refused { (tag(Tone::Bad, "x", "Refused")) } @else { (tag(Tone::Warn, "clock-alert", "Waits")) }
            } },
            html! { a href={ "/jobs/" (case.job) } { (case.job_number) " " (case.title) } span.sub { (times::full_day(case.on)) } },
            html! { @for one in why { span.sub { (one.words) } } },
        ],
        ..Row::default()
    }
}

fn parties(title: &str, who: &str, folder: &str, all: &[PartyTally]) -> Markup {
    let columns = [
        Column { label: who, ..Column::default() },
        Column { label: "Then", align: Align::End, ..Column::default() },
        Column { label: "Now", align: Align::End, ..Column::default() },
        Column { label: "Change", align: Align::End, ..Column::default() },
    ];
    let rows: Vec<Row<'_>> = all
        .iter()
        .take(ROWS)
        .map(|one| Row {
            cells: vec![
                html! { a href={ "/" (folder) "/" (one.id) } { (one.name) } },
                money(one.before),
                money(one.after),
                html! { strong { (signed(one.change())) } },
            ],
            ..Row::default()
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (flush_card(html! {
                (card_head(title.to_owned()).icon("banknote").aside(if all.len() > rows.len() { format!("largest {} of {}", rows.len(), all.len()) } else { all.len().to_string() }))
                (data_table(title, &columns, &rows))
            }))
        }
    }
}
