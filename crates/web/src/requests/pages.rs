//! The list of requests and the form.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use muster_app::{
    Failure,
    requests::{self, FormChoices, RequestFilter},
};
use muster_domain::{
    access::{Action, Reach, reach},
    id::CustomerId,
    refusal::FieldErrors,
    requests::RequestState,
};

use super::{
    crew,
    form::{self, Rules},
    read::{place, read},
};
use crate::{
    Ctx,
    failure::{PageFailure, as_errors},
    fields::{Fields, Sent, address},
    given::Given,
    parts::{
        Align, Column, Row, Tone, card, chip, chips, data_table, empty, filters, flush_card, link_button, money,
        page_head, pager, search_box, tag,
    },
    signed_in::SignedIn,
    times,
};

/// The mark of a request's state.
pub(crate) fn state_tag(state: RequestState) -> Markup {
    match state {
        RequestState::Submitted => tag(Tone::Warn, "hourglass", state.label()),
        RequestState::Questioned => tag(Tone::Info, "circle-help", state.label()),
        RequestState::Approved => tag(Tone::Ok, "circle-check", state.label()),
        RequestState::Declined => tag(Tone::Bad, "circle-x", state.label()),
        RequestState::Withdrawn => tag(Tone::Neutral, "undo-2", state.label()),
    }
}

/// The requests, the newest first.
pub async fn list_requests(given: Given, query: Fields) -> Result<Response, PageFailure> {
    let filter = RequestFilter {
        customer: query.get("customer").parse().ok(),
        state: RequestState::from_code(query.get("state")),
        search: query.get("q").to_owned(),
        by_start: query.get("sort") == "start",
    };
    let page: i64 = query.get("page").parse().unwrap_or(1);
    let (asked, number) = (filter.clone(), page);
    let (listed, late) = given
        .read(move |tx, who, now| {
            let listed = requests::list_requests(tx, who, &asked, number)?;
            Ok((listed, requests::count_approved_late(tx, who, now)?))
        })
        .await?;
    let may_ask = reach(given.who.actor.role, Action::SubmitRequest) != Reach::Nobody;
    let zone = times::zone(&given.who.shown.zone);
    // Who asks for a customer knows its name.
    let own = given.who.actor.role.is_customer();
    let mut columns = vec![
        Column { label: "Request", ..Column::default() },
        Column { label: "Customer", ..Column::default() },
        Column { label: "Where", desk: true, ..Column::default() },
        Column { label: "First start", sort: Some("start"), ..Column::default() },
        Column { label: "State", ..Column::default() },
        Column { label: "Quote", align: Align::End, ..Column::default() },
    ];
    let mut rows: Vec<Row<'_>> = listed
        .rows
        .iter()
        .map(|one| Row {
            cells: vec![
                html! { a href={ "/requests/" (one.id) } { "#" (one.number) " " (one.title) } },
                html! { (one.customer) },
                html! { (one.site) },
                html! { (times::moment(one.first_starts_at, &zone)) },
                state_tag(one.state),
                money(one.quoted),
            ],
            ..Row::default()
        })
        .collect();
    if own {
        columns.remove(1);
        rows.iter_mut().for_each(|row| drop(row.cells.remove(1)));
    }
    let state = query.get("state");
    let base = address("/requests", &[("q", query.get("q")), ("state", state), ("customer", query.get("customer"))]);
    let body = html! {
        (page_head("Requests").sub(in_all(listed.total, late)).actions(html! {
            @if may_ask { (link_button("New request", "/requests/new").primary().icon("plus")) }
        }))
        (filters("/requests", "#list", html! {
            (search_box("q", "Title, customer, place or number", query.get("q")))
            (chips("State", html! {
                (chip("state", "", "All", "", state.is_empty()))
                @for one in RequestState::ALL { (chip("state", one.code(), one.label(), "", state == one.code())) }
            }))
        }))
        div id="list" {
            @if listed.rows.is_empty() {
                (card(empty("inbox", "No requests here", "Requests for officers appear here with their quotes.", html! {
                    @if may_ask { (link_button("New request", "/requests/new").icon("plus")) }
                })))
            } @else {
                (flush_card(html! { (data_table("Requests", &columns, &rows).sorted(&base, query.get("sort"))) }))
                (pager(&base, listed.number, listed.total))
            }
        }
    };
    Ok(given.page("Requests", "requests").draw(body))
}

/// `412 in all · 3 approved after the work began in the last year`.
fn in_all(total: i64, late: i64) -> String {
    let late =
        if late > 0 { format!(" \u{b7} {late} approved after the work began in the last year") } else { String::new() };
    format!("{total} in all{late}")
}

/// The empty form, or one begun from the address (`?customer=`, `?site=`).
pub async fn new_request(given: Given, query: Fields) -> Result<Response, PageFailure> {
    draw_form(&given, &query, FieldErrors::default()).await
}

async fn load_choices(ctx: &Ctx, who: &SignedIn, fields: &Fields) -> Result<FormChoices, Failure> {
    let actor = who.actor.clone();
    let customer: Option<CustomerId> = fields.get("customer").parse().ok();
    ctx.read(move |tx, now| requests::load_form(tx, &actor, customer, now)).await
}

async fn draw_form(given: &Given, fields: &Fields, errors: FieldErrors) -> Result<Response, PageFailure> {
    let choices = load_choices(&given.ctx, &given.who, fields).await?;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let errors = place(errors, fields);
    let own = given.who.actor.role.is_customer();
    let body = html! {
        (page_head("Request officers").sub(&choices.agency.name))
        (form::draw(&choices, fields, &errors, &given.ctx.word(), own))
    };
    Ok(given.page("Request officers", "requests").back("/requests").status(status).draw(body))
}

/// Takes the form.
pub async fn create_request(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let fields = sent.fields.clone();
    if fields.get("add") == "crew" {
        let fields = take_over(&given.ctx, &given.who, fields).await?;
        return draw_form(&given, &fields, FieldErrors::default()).await;
    }
    if !fields.get("add").is_empty() {
        return draw_form(&given, &fields, FieldErrors::default()).await;
    }
    let read = read(&fields, &given.who.actor);
    let details = read.details.clone();
    let new = match read.whole() {
        Ok(new) => new,
        Err(mut errors) => {
            add_mistakes_of_sense(&mut errors, &load_choices(&given.ctx, &given.who, &fields).await?, &details);
            return draw_form(&given, &fields, errors).await;
        }
    };
    let answer = given.act(&sent, move |tx, who, now| requests::send_request(tx, who, &new, now)).await;
    match answer.and_then(requests::settled) {
        Ok(id) => Ok(Redirect::to(&format!("/requests/{id}?done=sent")).into_response()),
        Err(Failure::Invalid(errors)) => draw_form(&given, &fields, errors).await,
        Err(Failure::Refused(refusal)) => draw_form(&given, &fields, as_errors(&refusal)).await,
        Err(failure) => Err(failure.into()),
    }
}

/// The form with the positions that the crew rules want; as it was when there is no quote to take them from.
async fn take_over(ctx: &Ctx, who: &SignedIn, fields: Fields) -> Result<Fields, PageFailure> {
    let Ok(asked) = read(&fields, &who.actor).for_quote() else { return Ok(fields.with("add", "")) };
    let actor = who.actor.clone();
    match ctx.read(move |tx, now| requests::quote_request(tx, &actor, &asked, now)).await {
        Ok(quote) if quote.crew.is_short() => Ok(crew::taken_over(fields, &quote.crew)),
        Ok(_) | Err(Failure::Invalid(_) | Failure::Refused(_)) => Ok(fields.with("add", "")),
        Err(failure) => Err(failure.into()),
    }
}

/// Adds what the rules of dates and positions find, where the form itself found nothing.
fn add_mistakes_of_sense(errors: &mut FieldErrors, choices: &FormChoices, details: &muster_domain::requests::Details) {
    if let Err(more) = details.shifts(&choices.agency.zone, Timestamp::MIN) {
        let known: Vec<String> = errors.0.iter().map(|error| error.field.clone()).collect();
        let dates_known = known.iter().any(|field| field.starts_with("dates") || field.ends_with("_on"));
        let said = |field: &String| known.contains(field) || (dates_known && field == "dates");
        errors.0.extend(more.0.into_iter().filter(|error| !said(&error.field)));
    }
}

/// The quote of a form that is being filled in.
pub async fn show_quote(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let asked = match read(&sent.fields, &given.who.actor).for_quote() {
        Ok(asked) => asked,
        Err(errors) => {
            return Ok(form::quote_panel(None, &form::still_missing(&errors), Rules::TakenOver).into_response());
        }
    };
    let quoted = given.read(move |tx, who, now| requests::quote_request(tx, who, &asked, now)).await;
    Ok(answer(quoted, Rules::TakenOver)?.into_response())
}

/// The panel for a quote or for the reason that there is none.
pub(crate) fn answer(
    quoted: Result<muster_domain::requests::Quote, Failure>,
    rules: Rules,
) -> Result<Markup, PageFailure> {
    match quoted {
        Ok(quote) => Ok(form::quote_panel(Some(&quote), "", rules)),
        Err(Failure::Invalid(errors)) => {
            let why = errors.0.first().map_or("", |error| error.message.as_str());
            Ok(form::quote_panel(None, why, rules))
        }
        Err(Failure::Refused(refusal)) => {
            Ok(form::quote_panel(None, &format!("{} {}", refusal.message, refusal.remedy), rules))
        }
        Err(failure) => Err(failure.into()),
    }
}
