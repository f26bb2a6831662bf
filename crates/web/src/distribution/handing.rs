//! Handing a seat to a colleague, or trading two: the offer, its page, the answer.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use muster_app::{
    Failure,
    distribution::{self, Answer, HandChoice, HandOver, HandoverRow},
};
use muster_domain::{
    id::{AssignmentId, HandoverId, OfficerId},
    refusal::{FieldErrors, Refusal},
};

use crate::{
    Ctx,
    again::mistakes,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Tone, banner, button, card, card_head, dialog, error_summary, field, flush_card, form, form_actions,
        link_button, list, list_row, opens, page_head, press, tag,
    },
    times,
};

const DONE: &[(&str, &str)] = &[("offered", "Your colleague has been asked. You stay bound until he accepts.")];

/// Whom to offer a seat to: first the colleague by his badge, then, where the rules know trades, what for.
pub async fn choose(given: Given, Id(id): Id<AssignmentId>, fields: Fields) -> Result<Response, PageFailure> {
    draw_choice(&given, id, &fields, &FieldErrors::default()).await
}

async fn draw_choice(
    given: &Given,
    id: AssignmentId,
    fields: &Fields,
    errors: &FieldErrors,
) -> Result<Response, PageFailure> {
    let badge = fields.get("badge").to_owned();
    let choice = given.read(move |tx, who, now| distribution::load_hand_choice(tx, who, id, &badge, now)).await?;
    let zone = times::zone(&choice.glance.zone);
    let shift = &choice.glance.shift;
    let back = format!("/shifts/{}", shift.id);
    let mut errors = errors.clone();
    if !fields.get("badge").is_empty() && choice.colleague.is_none() && errors.0.is_empty() {
        errors.add("badge", "No colleague has this badge number. Check it with him.");
    }
    let body = html! {
        (page_head("Hand the shift to a colleague").sub(html! { (shift.title) " \u{b7} " (times::shift(shift.span, &zone)) }))
        (error_summary(&errors))
        @if choice.leaving.hand_over.is_none() {
            (banner(Tone::Neutral, "lock", html! { "The rules do not let this shift be handed to a colleague now. " (choice.leaving.rule) }))
        } @else {
            (banner(Tone::Info, "users", html! { "You stay bound until your colleague has accepted and the rules let him have it. " (choice.leaving.rule) "." }))
            (card(fields_of(&given.ctx, id, &choice, (fields, &errors), &zone)))
        }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(given.page("Hand the shift over", "schedule").back(&back).status(status).draw(body))
}

fn fields_of(
    ctx: &Ctx,
    id: AssignmentId,
    choice: &HandChoice,
    (fields, errors): (&Fields, &FieldErrors),
    zone: &TimeZone,
) -> Markup {
    let Some((colleague, name, seats)) = &choice.colleague else {
        return html! {
            form.stack method="get" action={ "/assignments/" (id) "/handover" } {
                (field("badge", "Badge number of your colleague").value(fields.get("badge")).errors(errors).required().narrow())
                (form_actions(html! { (button("Next").primary()) }))
            }
        };
    };
    let names: Vec<(String, String)> = seats
        .iter()
        .map(|one| (one.assignment.to_string(), format!("{} \u{b7} {}", one.title, times::shift(one.span, zone))))
        .collect();
    let mut trades = vec![("", "Nothing: he takes it over")];
    trades.extend(names.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    html! {
        (form(&format!("/assignments/{id}/handover"), &ctx.word(), html! {
            p { "To " strong { (name) } ", badge " (fields.get("badge")) ". " a href={ "/assignments/" (id) "/handover" } { "Somebody else" } }
            input type="hidden" name="badge" value=(fields.get("badge"));
            input type="hidden" name="to" value=(colleague);
            @if trades.len() > 1 { (field("back", "In exchange you take").radio(&trades).value(fields.get("back")).errors(errors)) }
            (field("words", "A word to him").lines(2).value(fields.get("words")).errors(errors).optional().max_length(500))
            (form_actions(html! { (link_button("Back", &format!("/shifts/{}", choice.glance.shift.id))) (button("Ask him").primary().icon("send")) }))
        }))
    }
}

/// Offers the seat.
pub async fn offer(given: Given, Id(id): Id<AssignmentId>, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let to: Option<OfficerId> = reader.id("to");
    let back: Option<AssignmentId> = reader.optional_id("back");
    let words = reader.optional_text("words", 500);
    let done = match (reader.finish(), to) {
        (Ok(()), Some(to)) => {
            let new = HandOver { assignment: id, to, back, words };
            given.act(&sent, move |tx, who, now| distribution::offer_seat(tx, who, &new, now)).await
        }
        (Err(errors), _) => Err(Failure::Invalid(errors)),
        (Ok(()), None) => Err(Failure::Missing("officer")),
    };
    match done {
        Ok(offer) => Ok(Redirect::to(&format!("/handovers/{offer}?done=offered")).into_response()),
        Err(failure) => draw_choice(&given, id, &sent.fields, &mistakes(failure)?).await,
    }
}

/// One offer, for the two officers.
pub async fn show(given: Given, Id(id): Id<HandoverId>, query: Fields) -> Result<Response, PageFailure> {
    draw(&given, id, None, query.get("done")).await
}

async fn draw(given: &Given, id: HandoverId, refused: Option<Refusal>, done: &str) -> Result<Response, PageFailure> {
    let (row, back) = given.read(move |tx, who, _| distribution::load_handover(tx, who, id)).await?;
    let zone = times::zone(&given.who.shown.zone);
    let asked = given.who.actor.officer == Some(row.taker);
    let (from, to) = (&row.giver_name, &row.taker_name);
    let title = if asked { format!("{from} asks you to take over a shift") } else { format!("Offered to {to}") };
    let body = html! {
        (page_head(&title).actions(state_tag(&row)))
        @if let Some(refusal) = &refused { (banner(Tone::Bad, "ban", html! { strong { (refusal.message) } " " (refusal.remedy) })) }
        @else if !row.answer.is_empty() { (banner(Tone::Neutral, "info", row.answer.as_str())) }
        (card(html! {
            (card_head(row.title.as_str()).icon("briefcase"))
            p { strong { (times::shift(row.span, &zone)) } br; (row.site_name) ", " (row.address) }
            @if let Some(glance) = &back {
                p { @if asked { "In exchange " (from) " takes your shift:" } @else { "In exchange you take:" } }
                p { strong { (glance.shift.title) ", " (times::shift(glance.shift.span, &zone)) } br; (glance.shift.site_name) }
            }
            @if !row.words.is_empty() { p { (from) " says: " (row.words) } }
        }))
        @if row.is_open() && row.span.starts_at() > given.ctx.now() {
            @if asked { (answers(&given.ctx, &row, back.is_some())) }
            @else { (press(&format!("/handovers/{id}/withdrawal"), &given.ctx.word(), button("Take the offer back").small())) }
        }
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(given.page(&title, "schedule").back("/my-shifts").done(done, DONE).status(status).draw(body))
}

fn answers(ctx: &Ctx, row: &HandoverRow, trade: bool) -> Markup {
    let to = |what: &str| format!("/handovers/{}/{what}", row.id);
    html! {
        (button(if trade { "Trade the shifts" } else { "Take it over" }).primary().wide().opens("accept"))
        (dialog("accept", if trade { "Trade the shifts?" } else { "Take it over?" }, html! {
            p { "The rules are asked once more. If they let you, the shift is yours at once, and " (row.giver_name) " is free of it." }
        }).cancel("Not now").sends(&to("acceptance"), &ctx.word(), button("Yes").primary().icon("check")))
        (opens("decline", "No, thank you", "x"))
        (dialog("decline", "Say no?", html! {
            (field("reason", "Why").lines(2).optional().max_length(500).hint("The colleague reads it"))
        }).sends(&to("decline"), &ctx.word(), button("Say no").primary()))
    }
}

fn state_tag(row: &HandoverRow) -> Markup {
    match row.state.as_str() {
        "asked" if !row.held => tag(Tone::Neutral, "ban", "Ended"),
        "asked" => tag(Tone::Warn, "hourglass", "Waits for an answer"),
        "accepted" => tag(Tone::Ok, "circle-check", "Taken over"),
        "declined" => tag(Tone::Neutral, "x", "Declined"),
        "refused" => tag(Tone::Bad, "ban", "Refused by the rules"),
        _ => tag(Tone::Neutral, "ban", "Taken back"),
    }
}

/// What an officer offers and is offered, above his shifts to come.
pub(super) fn open_offers(rows: &[HandoverRow], me: Option<OfficerId>, zone: &TimeZone, now: Timestamp) -> Markup {
    let open: Vec<&HandoverRow> = rows.iter().filter(|row| row.is_open() && row.span.starts_at() > now).collect();
    html! {
        @if !open.is_empty() { (flush_card(html! {
            (card_head("Between colleagues").icon("users").aside(open.len()))
            (list(html! { @for row in open {
                (list_row(if me == Some(row.taker) { format!("{} asks you to take over", row.giver_name) } else { format!("Offered to {}", row.taker_name) })
                    .sub(html! { (row.title) " \u{b7} " (times::shift(row.span, zone)) })
                    .href(format!("/handovers/{}", row.id)).end(state_tag(row)))
            } }))
        })) }
    }
}

/// The colleague accepts; what the rules refuse is shown on the same page.
pub async fn accept(given: Given, Id(id): Id<HandoverId>, sent: Sent) -> Result<Response, PageFailure> {
    let done = given.act(&sent, move |tx, who, now| distribution::accept_seat(tx, who, id, now)).await;
    match done.and_then(Answer::settled) {
        Ok(_) => Ok(Redirect::to("/my-shifts?done=taken_over").into_response()),
        Err(Failure::Refused(refusal)) => draw(&given, id, Some(refusal), "").await,
        Err(failure) => Err(failure.into()),
    }
}

/// The colleague says no.
pub async fn decline(given: Given, Id(id): Id<HandoverId>, sent: Sent) -> Result<Response, PageFailure> {
    let reason = sent.fields.get("reason").to_owned();
    let done = given.act(&sent, move |tx, who, now| distribution::decline_seat(tx, who, id, &reason, now));
    settled(&given, id, done.await, "declined").await
}

/// The officer takes his offer back.
pub async fn take_back(given: Given, Id(id): Id<HandoverId>, sent: Sent) -> Result<Response, PageFailure> {
    let done = given.act(&sent, move |tx, who, now| distribution::take_back_offer(tx, who, id, now));
    settled(&given, id, done.await, "offer_ended").await
}

async fn settled(
    given: &Given,
    id: HandoverId,
    done: Result<(), Failure>,
    word: &str,
) -> Result<Response, PageFailure> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/my-shifts?done={word}")).into_response()),
        Err(Failure::Refused(refusal)) => draw(given, id, Some(refusal), "").await,
        Err(Failure::Invalid(errors)) => {
            let said = errors.0.first().map(|one| one.message.clone()).unwrap_or_default();
            let refusal = Refusal::new("reason_wrong", said, "Write a shorter one.");
            draw(given, id, Some(refusal), "").await
        }
        Err(failure) => Err(failure.into()),
    }
}
