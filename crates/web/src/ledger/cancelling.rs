//! Calling work off: the page shows what it costs now, and what it shows is what is confirmed.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use muster_app::{
    Failure,
    ledger::cancelling::{
        CallOff, CallOffOrder, CallOffPrice, PRICE_CHANGED, SeatPrice, ShiftPrice, Told, call_off, notice_words,
        price_call_off,
    },
};
use muster_domain::{
    counted,
    id::{JobId, ShiftId},
    money::Cents,
    rates::{CancelTerm, CancelledBy, CancelledWhen, Channel, Priced},
    refusal::FieldErrors,
    time::instant,
};

use crate::{
    again::{mistakes, why},
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Tone, banner, button, card, card_head, error_summary, field, form, form_actions, link_button, money, page_head,
    },
    signed_in::SignedIn,
    times,
};

/// Who reads why something is cancelled.
const READ_BY: &str = "The officers and the customer read it";

/// A shift, or some of its seats when the fields name them.
fn of_shift(shift: ShiftId, fields: &Fields) -> Result<CallOff, PageFailure> {
    if fields.get("position").is_empty() {
        return Ok(CallOff::Shift(shift));
    }
    let position = fields.get("position").parse().map_err(|_| PageFailure::missing())?;
    Ok(CallOff::Seats { shift, position, seats: fields.get("seats").parse().unwrap_or(1) })
}

fn address(what: CallOff) -> String {
    match what {
        CallOff::Job(job) => format!("/jobs/{job}/cancellation"),
        CallOff::Shift(shift) | CallOff::Seats { shift, .. } => format!("/shifts/{shift}/cancellation"),
    }
}

fn title(what: CallOff) -> String {
    match what {
        CallOff::Job(_) => "Cancel the whole job?".to_owned(),
        CallOff::Shift(_) => "Cancel this shift?".to_owned(),
        CallOff::Seats { seats, .. } => format!("Cancel {}?", counted(seats, "seat", "seats")),
    }
}

/// Who cancelled, when and how it came.
pub(super) fn read_told(fields: &Fields, who: &SignedIn) -> Result<Told, FieldErrors> {
    if who.actor.role.is_customer() {
        return Ok(Told { by: CancelledBy::Customer, received_at: None, channel: Channel::Page });
    }
    let by = CancelledBy::from_code(fields.get("by")).unwrap_or_default();
    let channel = Channel::from_code(fields.get("channel")).unwrap_or(Channel::Phone);
    let mut reader = Reader::new(fields);
    let mut received_at = None;
    if !fields.get("received_on").is_empty() || !fields.get("received_time").is_empty() {
        let (on, time) = (reader.date("received_on"), reader.time("received_time"));
        match instant(&times::zone(&who.shown.zone), on, time) {
            Ok(at) => received_at = Some(at),
            Err(error) => reader.errors.add("received_time", error.to_string()),
        }
    }
    reader.finish()?;
    Ok(Told { by, received_at, channel })
}

/// The page that shows what cancelling a job costs now.
pub async fn show_job(given: Given, Id(id): Id<JobId>) -> Result<Response, PageFailure> {
    draw(&given, CallOff::Job(id), &Fields::default(), FieldErrors::default()).await
}

/// The page that shows what cancelling a shift, or some of its seats, costs now.
pub async fn show_shift(given: Given, Id(id): Id<ShiftId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, of_shift(id, &query)?, &query, FieldErrors::default()).await
}

/// The price again while the form is filled in.
pub async fn price_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<Response, PageFailure> {
    Ok(live(&given, CallOff::Job(id), &sent.fields).await?.into_response())
}

/// The same for a shift or some of its seats.
pub async fn price_shift(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    Ok(live(&given, of_shift(id, &sent.fields)?, &sent.fields).await?.into_response())
}

/// Cancels a job at the price that was shown.
pub async fn cancel_job(given: Given, Id(id): Id<JobId>, sent: Sent) -> Result<Response, PageFailure> {
    confirm(&given, CallOff::Job(id), sent).await
}

/// Cancels a shift, or some of its seats, at the price that was shown.
pub async fn cancel_shift(given: Given, Id(id): Id<ShiftId>, sent: Sent) -> Result<Response, PageFailure> {
    let what = of_shift(id, &sent.fields)?;
    confirm(&given, what, sent).await
}

async fn confirm(given: &Given, what: CallOff, sent: Sent) -> Result<Response, PageFailure> {
    let told = match read_told(&sent.fields, &given.who) {
        Ok(told) => told,
        Err(errors) => return draw(given, what, &sent.fields, errors).await,
    };
    let reason = sent.fields.get("reason").to_owned();
    let order = CallOffOrder { what, told, reason, shown: sent.fields.get("shown").to_owned() };
    match given.act(&sent, move |tx, who, now| call_off(tx, who, &order, now)).await {
        Ok(job) => Ok(Redirect::to(&format!("/jobs/{job}?done=cancelled")).into_response()),
        Err(failure) => {
            let errors = mistakes(failure)?;
            draw(given, what, &sent.fields, errors).await
        }
    }
}

/// The price, or in words why there is none.
async fn look(given: &Given, what: CallOff, fields: &Fields) -> Result<Result<CallOffPrice, String>, PageFailure> {
    let told = match read_told(fields, &given.who) {
        Ok(told) => told,
        Err(errors) => return Ok(Err(errors.0.first().map_or_else(String::new, |error| error.message.clone()))),
    };
    match given.read(move |tx, who, now| price_call_off(tx, who, what, told, now)).await {
        Ok(price) => Ok(Ok(price)),
        Err(Failure::Refused(refusal)) => Ok(Err(format!("{} {}", refusal.message, refusal.remedy))),
        Err(failure) => Err(failure.into()),
    }
}

async fn live(given: &Given, what: CallOff, fields: &Fields) -> Result<Markup, PageFailure> {
    let price = look(given, what, fields).await?;
    Ok(panel(price.as_ref(), &given.who))
}

async fn draw(given: &Given, what: CallOff, fields: &Fields, errors: FieldErrors) -> Result<Response, PageFailure> {
    let price = look(given, what, fields).await?;
    let (title, action) = (title(what), address(what));
    let back = price.as_ref().map_or_else(|_| "/jobs".to_owned(), |price| format!("/jobs/{}", price.job.id));
    let sub =
        price.as_ref().map_or_else(|_| String::new(), |price| format!("#{} {}", price.job.number, price.job.title));
    let send = match what {
        CallOff::Job(_) => "Cancel the job",
        CallOff::Shift(_) => "Cancel the shift",
        CallOff::Seats { .. } => "Cancel the seats",
    };
    let live = format!("{action}/price");
    let body = html! {
        (page_head(&title).sub(sub))
        (error_summary(&errors))
        (form(&action, &given.ctx.word(), html! {
            div.columns.quoted {
                (card(html! {
                    @if let CallOff::Seats { position, seats, .. } = what {
                        input type="hidden" name="position" value=(position);
                        input type="hidden" name="seats" value=(seats);
                    }
                    @if !given.who.actor.role.is_customer() { (told_fields(fields, &errors)) }
                    (why(READ_BY, fields, &errors))
                }))
                (panel(price.as_ref(), &given.who))
                (form_actions(html! { (link_button("Keep it", &back)) @if price.is_ok() { (button(send).danger()) } }))
            }
        }).live(&live, "#price"))
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page(&title, "jobs").back(&back).status(status).draw(body))
}

/// Who, when and how: asked of the office.
pub(super) fn told_fields(fields: &Fields, errors: &FieldErrors) -> Markup {
    let by = CancelledBy::ALL.map(|one| (one.code(), one.label()));
    let ways = Channel::ALL.map(|one| (one.code(), one.label()));
    let or = |name: &str, usual: &'static str| {
        let value = fields.get(name).to_owned();
        if value.is_empty() { usual.to_owned() } else { value }
    };
    html! {
        div.row-form {
            (field("by", "Who cancelled").select(&by).value(or("by", "customer")).errors(errors))
            (field("channel", "How it reached you").select(&ways).value(or("channel", "phone")).errors(errors))
        }
        div.row-form {
            (field("received_on", "Received on").date().value(fields.get("received_on")).errors(errors).hint("Empty: now"))
            (field("received_time", "At").time().value(fields.get("received_time")).errors(errors))
        }
    }
}

/// What it costs, with the mark that binds the confirmation to it.
fn panel(price: Result<&CallOffPrice, &String>, who: &SignedIn) -> Markup {
    html! {
        aside.card.quote id="price" aria-live="polite" aria-label="What it costs" {
            (card_head("What it costs now").icon("receipt-text"))
            @match price {
                Err(why_not) => p.muted { (why_not) },
                Ok(price) => {
                    input type="hidden" name="shown" value=(price.mark);
                    (sums(price.customer, price.officers, who))
                    (counted_when(price))
                    @let few = price.shifts.len() <= 3;
                    @for shift in &price.shifts { (shift_part(shift, who, few)) }
                }
            }
        }
    }
}

/// What the customer owes, and for the office what the officers get.
pub(super) fn sums(customer: Cents, officers: Cents, who: &SignedIn) -> Markup {
    html! {
        @if customer == Cents::ZERO && officers == Cents::ZERO {
            p { strong.big { "Nothing" } " is owed." }
        } @else {
            p.split { strong.big { (money(customer)) }
                @if who.actor.role.is_customer() { span.muted { "you owe" } }
                @else { span.muted { "the customer owes; officers get " (officers) } } }
        }
    }
}

fn counted_when(price: &CallOffPrice) -> Markup {
    let words = price.counts.unwrap_or(CancelledWhen::Sent).words();
    html! {
        @for words in &price.objections { p.note { "Note: " (words) } }
        @if price.customer != Cents::ZERO || price.counts.is_some() {
            p.note { "By the rules " (words) @if price.counts.is_none() { " (the usual; they do not say)" } "." }
        }
    }
}

fn shift_part(shift: &ShiftPrice, who: &SignedIn, open: bool) -> Markup {
    let zone = times::zone(&who.shown.zone);
    let owed: Cents = shift.seats.iter().map(|seat| seat.priced.customer_cents).sum();
    html! {
        details.more open[open] {
            summary { (times::shift(shift.shift.span, &zone)) ": " (owed) }
            (window(shift.term.as_ref(), shift.counted_at, &zone))
            @if let Some(next) = &shift.next {
                @let tone = if next.customer > owed { Tone::Warn } else { Tone::Info };
                (banner(tone, "clock", html! {
                    "After " (times::moment(next.at, &zone)) " it is " strong { (next.customer) }
                    @if !next.words.is_empty() { ": " (next.words) } "."
                }))
            }
            ul.lines {
                @for seat in &shift.seats { (seat_lines(seat, who)) }
                @if shift.empty > 0 { li.split { span { (counted(shift.empty, "seat", "seats")) " without an officer" } (money(Cents::ZERO)) } }
            }
            (assumed(shift.seats.iter().map(|seat| &seat.priced)))
        }
    }
}

/// The window of notice and the moment that counts.
pub(super) fn window(term: Option<&CancelTerm>, counted_at: Timestamp, zone: &TimeZone) -> Markup {
    html! {
        p {
            "Counts at " strong { (times::moment(counted_at, zone)) }
            @match term {
                None => ", outside every window of notice: nothing is owed.",
                Some(term) => {
                    ", " (notice_words(term.notice)) ". Rule " strong { (term.rule_id.replace('_', " ")) } ": " (term.words) "."
                    @if !term.channel.is_empty() { " " (term.channel) }
                    @if !term.source.is_empty() { " (" (term.source) ")" }
                }
            }
        }
    }
}

/// The lines of one officer's seat.
pub(super) fn seat_lines(seat: &SeatPrice, who: &SignedIn) -> Markup {
    let office = !who.actor.role.is_customer();
    html! {
        li {
            div.split {
                span { strong { (seat.name) }
                    @if office { span.note { "gets " (seat.priced.officer_cents) @if seat.worked.is_some() { ", at work now" } } } }
                (money(seat.priced.customer_cents))
            }
            @for line in &seat.priced.lines {
                div.split {
                    span.note { (line.words) @if line.minutes.0 > 0 { ", " (line.minutes) " at " (line.rate.price()) } }
                    span.note { (line.customer_cents) }
                }
            }
        }
    }
}

/// What the price takes for granted.
pub(super) fn assumed<'a>(all: impl Iterator<Item = &'a Priced>) -> Markup {
    let mut words: Vec<&str> = all.flat_map(|one| &one.assumptions).map(String::as_str).collect();
    words.sort_unstable();
    words.dedup();
    html! { @if !words.is_empty() { p.note { "This assumes: " (words.join("; ")) "." } } }
}

/// True when what was shown must be shown again.
pub(super) fn must_show(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(refusal) if refusal.code == PRICE_CHANGED)
}
