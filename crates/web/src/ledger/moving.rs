//! Moving a shift: while officers are booked, what becomes of each is shown before it is done.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use muster_app::{
    Failure,
    ledger::{
        moved_seats::answer_moved,
        moving::{MoveOrder, MovePrice, move_shift, price_move, see_shift},
    },
};
use muster_domain::{
    id::{AssignmentId, JobId, ShiftId},
    rates::StartChange,
    refusal::FieldErrors,
    time::shift_span,
};

use super::cancelling::{assumed, must_show, read_told, seat_lines, sums, told_fields, window};
use crate::{
    again::{Again, mistakes, why},
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    jobs::changing::{back, times_fields},
    parts::{button, card, card_head, error_summary, form, form_actions, link_button, page_head},
    signed_in::SignedIn,
    times,
};

/// Moves a shift to another time of the agency's clocks. While officers are booked, it shows what that means first.
pub async fn change_times(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let job: Option<JobId> = sent.fields.get("job").parse().ok();
    let order = match read(id, &sent.fields, &given.who) {
        Ok(order) => order,
        Err(errors) => return again(&given, (job, id), Failure::Invalid(errors), &sent.fields),
    };
    let asked = order.clone();
    match given.act(&sent, move |tx, who, now| move_shift(tx, who, &asked, now)).await {
        Ok(_) => Ok(Redirect::to(&back(job, id, "moved")).into_response()),
        Err(failure) if must_show(&failure) || !order.shown.is_empty() => {
            let first = order.shown.is_empty();
            let errors = if first { FieldErrors::default() } else { mistakes(failure)? };
            show(&given, order, (&sent.fields, errors)).await
        }
        Err(failure) => again(&given, (job, id), failure, &sent.fields),
    }
}

fn read(shift: ShiftId, fields: &Fields, who: &SignedIn) -> Result<MoveOrder, FieldErrors> {
    let mut reader = Reader::new(fields);
    let (on, from, to) = (reader.date("on"), reader.time("from"), reader.time("to"));
    let span = shift_span(&times::zone(&who.shown.zone), on, from, to);
    if let Err(error) = &span {
        reader.errors.add("from", error.to_string());
    }
    let told = read_told(fields, who);
    if let Err(errors) = &told {
        reader.errors.0.extend(errors.0.clone());
    }
    let errors = reader.errors.clone();
    reader.finish()?;
    let (Ok(span), Ok(told)) = (span, told) else { return Err(errors) };
    let text = |name: &str| fields.get(name).to_owned();
    Ok(MoveOrder { shift, span, worked_on: on, told, reason: text("reason"), shown: text("shown") })
}

fn again(
    given: &Given,
    (job, id): (Option<JobId>, ShiftId),
    failure: Failure,
    fields: &Fields,
) -> Result<Response, PageFailure> {
    let again = Again {
        title: "Move the shift",
        here: "jobs",
        action: format!("/shifts/{id}/times"),
        back: back(job, id, ""),
        send: button("Move").primary(),
    };
    again.draw(given, failure, |errors| times_fields(fields, errors))
}

async fn show(
    given: &Given,
    order: MoveOrder,
    (fields, errors): (&Fields, FieldErrors),
) -> Result<Response, PageFailure> {
    let id = order.shift;
    let price = given.read(move |tx, who, now| price_move(tx, who, &order, now)).await?;
    let back = format!("/jobs/{}", price.job.id);
    let live = format!("/shifts/{id}/times/price");
    let body = html! {
        (page_head("Move the shift?").sub(format!("#{} {}", price.job.number, price.job.title)))
        (error_summary(&errors))
        (form(&format!("/shifts/{id}/times"), &given.ctx.word(), html! {
            div.columns.quoted {
                (card(html! {
                    (times_fields(fields, &errors))
                    (told_fields(fields, &errors))
                    (why("The officers read it", fields, &errors))
                }))
                (panel(Ok(&price), &given.who))
                (form_actions(html! { (link_button("Keep it", &back)) (button("Move the shift").primary()) }))
            }
        }).live(&live, "#price"))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Move the shift?", "jobs").back(&back).status(status).draw(body))
}

/// The price again while the form is filled in.
pub async fn price_times(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let order = match read(id, &sent.fields, &given.who) {
        Ok(order) => order,
        Err(errors) => {
            given.read(move |tx, who, _| see_shift(tx, who, id)).await?;
            let words = errors.0.first().map_or_else(String::new, |error| error.message.clone());
            return Ok(panel(Err(&words), &given.who).into_response());
        }
    };
    match given.read(move |tx, who, now| price_move(tx, who, &order, now)).await {
        Ok(price) => Ok(panel(Ok(&price), &given.who).into_response()),
        Err(Failure::Refused(refusal)) => {
            Ok(panel(Err(&format!("{} {}", refusal.message, refusal.remedy)), &given.who).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

fn panel(price: Result<&MovePrice, &String>, who: &SignedIn) -> Markup {
    let zone = times::zone(&who.shown.zone);
    html! {
        aside.card.quote id="price" aria-live="polite" aria-label="What it means" {
            (card_head("What it means now").icon("receipt-text"))
            @match price {
                Err(why_not) => p.muted { (why_not) },
                Ok(price) => {
                    input type="hidden" name="shown" value=(price.mark);
                    (sums(price.customer, price.officers_cents, who))
                    p { "From " (times::shift(price.shift.span, &zone)) " to " strong { (times::shift(price.to, &zone)) } }
                    (window(price.term.as_ref(), price.counted_at, &zone))
                    @if price.term.is_some() {
                        p.note { "By the rules " (price.answer.unwrap_or(StartChange::Reprice).words()) @if price.answer.is_none() { " (the usual; they do not say)" } "." }
                    }
                    ul.lines { @for one in &price.officers {
                        (seat_lines(&one.seat, who))
                        li.note { (one.seat.name) " " (one.fate.words()) "." }
                    } }
                    @for words in &price.objections { p.note { "Note: " (words) "." } }
                    (assumed(price.officers.iter().map(|one| &one.seat.priced)))
                }
            }
        }
    }
}

/// An officer says whether he keeps his seat at the new time.
pub async fn answer(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<Response, PageFailure> {
    let keeps = sent.fields.get("keeps") == "yes";
    given.act(&sent, move |tx, who, now| answer_moved(tx, who, id, keeps, now)).await?;
    Ok(Redirect::to(if keeps { "/my-shifts?done=kept" } else { "/my-shifts?done=not_kept" }).into_response())
}
